//! What all doors share: the desk, how this node is reached, and the little that lives in memory alone.

use crate::doors::crowd::{Crowd, Tally};
use crate::doors::passkey::Ceremonies;
use crate::doors::sign_in::Throttle;
use crate::doors::sms::Door as Sms;
use crate::doors::upload;
use crate::guard::Bringing;
use crate::mint::hmac_32;
use base::{Chance, NodeId, Problem, Timestamp};
use desk::Desk;
use desk::boxes::Boxes;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use tokio::sync::Semaphore;

/// How this node is reached and shown.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Hosts that are answered, with their ports: `batam.localhost:8201`. Any other is 421.
    pub hosts: Vec<String>,
    /// The pages are served over TLS. Without it only `localhost`, `*.localhost` and onion addresses may be served, and
    /// the session cookie is named `simpul` without `Secure`, because browsers refuse `__Host-` there.
    pub tls: bool,
    /// Who runs the node, in words: "Gugus Tugas PP-TPPO Kota Batam".
    pub run_by: String,
    /// The telephone of the duty officer, as slips name it; may be empty.
    pub duty_phone: String,
    /// Demonstration node: shows its clock, lets officers without a TOTP secret in, and does not spend TOTP codes,
    /// because its clock may stand still.
    pub demo: bool,
    /// Where "leave quickly" goes.
    pub exit_to: String,
    /// Where the public pages are reached over Tor, such as `http://….onion`: named in `Onion-Location`.
    pub onion: Option<String>,
    /// A public window as a process of its own: no staff, and no door for them.
    pub window: bool,
    /// Cost of an officer's password hash, so that unknown names take the same time.
    pub password_cost: seal::Cost,
}

/// What an import of a USB bundle did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BundleDone {
    /// Messages that were new.
    pub new: u32,
    /// Messages that were here before.
    pub known: u32,
    /// Messages that were refused and recorded.
    pub refused: u32,
}

/// A future as traits that are shared can return it.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = Result<T, Problem>> + Send + 'a>>;

/// What the carriers do for a page; `node` puts `relay` behind it, because doors do not know one another.
pub trait Carriers: Send + Sync {
    /// The joining file of this node.
    fn joining_file(&self) -> Later<'_, Vec<u8>>;
    /// A bundle of all that waits for a partner.
    fn pack(&self, to: NodeId) -> Later<'_, Vec<u8>>;
    /// Reads a bundle that was brought.
    fn unpack(&self, bytes: Vec<u8>) -> Later<'_, BundleDone>;

    /// Takes a joining file or an agreement file in, after a person compared what it says. Gives the names.
    fn join(&self, bytes: Vec<u8>, by: desk::Actor) -> Later<'_, Vec<String>> {
        drop((bytes, by));
        Box::pin(async { Err(Problem::new("web.no-carriers")) })
    }

    /// Takes what opens a locked node: its passphrase, or that of a keyholder. `true`: it is open; `false`: it waits for
    /// another keyholder.
    fn unlock(&self, name: String, passphrase: String) -> Later<'_, bool> {
        drop((name, passphrase));
        Box::pin(async { Err(Problem::new("web.no-carriers")) })
    }

    /// Whether two keyholders open it together.
    fn opens_by_two(&self) -> Later<'_, bool> {
        Box::pin(async { Ok(false) })
    }

    /// Whether this node can send a mail at all.
    fn mails(&self) -> bool {
        false
    }

    /// Sends a guest her link, in Indonesian and English. The words are fixed and say nothing of any case.
    fn mail_link(&self, to: String, links: [String; 2]) -> Later<'_, ()> {
        drop((to, links));
        Box::pin(async { Err(Problem::new("mail.off")) })
    }

    /// When the newest backup was made.
    fn last_backup(&self) -> Option<base::Timestamp> {
        None
    }

    /// When a restore was last rehearsed from a backup of this node.
    fn last_rehearsal(&self) -> Option<base::Timestamp> {
        None
    }
}

/// The while in which checks of one address are counted (WEB.md 6).
const CHECKS_WHILE_SECONDS: i64 = 600;

/// Shared state of the pages. Cheap to clone.
#[derive(Clone)]
pub struct WebState(Arc<Inner>);

/// What stands behind a [`WebState`].
pub struct Inner {
    /// The desk.
    pub desk: Arc<Desk>,
    /// How the node is reached.
    pub set: Settings,
    /// The carriers, where this process has them.
    pub carriers: Option<Arc<dyn Carriers>>,
    /// Key of this process for the tokens of forms.
    secret: [u8; 32],
    pub(crate) throttle: Throttle,
    /// How often each calendar link was asked.
    pub(crate) calendars: Throttle,
    pub(crate) ceremonies: Ceremonies,
    /// New files of phones, by address.
    pub(crate) newcomers: Tally,
    /// Reports without a name, and what is added to them: ten an hour from one address, then one after another (WEB.md 6).
    pub(crate) reporters: Crowd,
    /// Codes of boxes: five wrong ones in ten minutes from one address, then one after another.
    pub(crate) guesses: Crowd,
    /// Checks of agencies: thirty in ten minutes from one address, then one after another.
    pub(crate) checks: Crowd,
    /// Boxes of reporters without a name.
    pub(crate) boxes: Boxes,
    /// Chunks of phones that are written at a time; others wait their turn (STORAGE.md 9).
    pub(crate) uploading: Semaphore,
    /// Forms with a file that are read at a time: each lies whole in memory until it is kept.
    pub(crate) bringing: Bringing,
    /// Pictures opened at a time: one may take 160 MB.
    pub(crate) pictures: Semaphore,
    /// Two password hashes at a time: each takes 19 MiB (WEB.md 6).
    pub(crate) hashing: Semaphore,
    /// The list of what phones keep, and what it was made of: commits of the store, and the minute.
    pub(crate) pack: tokio::sync::Mutex<Option<((u64, i64), bytes::Bytes)>>,
    /// The licence register in memory.
    pub(crate) licences: desk::licences::Register,
    /// Short messages, where they are switched on.
    pub(crate) sms: OnceLock<Sms>,
    dummy: OnceLock<String>,
}

impl Deref for WebState {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl std::fmt::Debug for WebState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "WebState({:?})", self.0.desk)
    }
}

impl WebState {
    /// Puts a desk behind pages.
    pub fn new(desk: Arc<Desk>, set: Settings, carriers: Option<Arc<dyn Carriers>>) -> Self {
        let secret = desk.chance.bytes();
        let ceremonies = Ceremonies::new(&set);
        // A box is found by what its code costs: that of a password, for good.
        let cost = if set.demo { seal::Cost::CHEAP } else { seal::Cost::PASSWORD };
        let boxes = Boxes::new(&desk.store, cost);
        Self(Arc::new(Inner {
            desk,
            set,
            carriers,
            secret,
            throttle: Throttle::default(),
            calendars: Throttle::default(),
            ceremonies,
            newcomers: Tally::new(upload::WHILE_SECONDS),
            reporters: Crowd::new(10, 3_600),
            guesses: Crowd::new(5, 600),
            checks: Crowd::new(30, CHECKS_WHILE_SECONDS),
            boxes,
            uploading: Semaphore::new(base::limits::UPLOADS_AT_A_TIME),
            bringing: Bringing::default(),
            pictures: Semaphore::new(1),
            hashing: Semaphore::new(2),
            pack: tokio::sync::Mutex::default(),
            licences: desk::licences::Register::default(),
            sms: OnceLock::new(),
            dummy: OnceLock::new(),
        }))
    }

    /// The same, where one address may check agencies more often before it waits: a measure asks ten thousand times.
    #[must_use]
    pub fn with_free_checks(mut self, free: u32) -> Self {
        if let Some(inner) = Arc::get_mut(&mut self.0) {
            inner.checks = Crowd::new(free, CHECKS_WHILE_SECONDS);
        }
        self
    }

    /// Switches short messages on, once.
    #[must_use]
    pub fn with_sms(self, door: Sms) -> Self {
        let _ = self.sms.set(door);
        self
    }

    /// Short messages, where they are switched on.
    pub fn sms(&self) -> Option<&Sms> {
        self.sms.get()
    }

    /// The present.
    pub fn now(&self) -> Timestamp {
        self.desk.now()
    }

    /// Random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let chance: &dyn Chance = &*self.desk.chance;
        chance.bytes()
    }

    /// A key of this process for one purpose of a public page.
    pub(crate) fn key_for(&self, purpose: &[u8]) -> [u8; 32] {
        hmac_32(&self.secret, &[purpose])
    }

    /// The key of a session's forms.
    pub(crate) fn form_key(&self, token_hash: &[u8; 32]) -> [u8; 32] {
        hmac_32(&self.secret, &[b"simpul/session-forms/1", token_hash])
    }

    /// What stands in a calendar link: the same form gives the same, and nobody else can make it.
    pub(crate) fn calendar_token(&self, token_hash: &[u8; 32], form: &[u8; 16]) -> [u8; 32] {
        hmac_32(&self.secret, &[b"simpul/calendar-link/1", token_hash, form])
    }

    /// What the first proofs of an officer are drawn from: the same form gives the same, and nobody else can make it.
    pub(crate) fn proofs_seed(&self, token_hash: &[u8; 32], form: &[u8; 16]) -> [u8; 32] {
        hmac_32(&self.secret, &[b"simpul/first-proofs/1", token_hash, form])
    }

    /// What the link of a guest and its code are drawn from: the same form gives the same, and nobody else can make it.
    pub(crate) fn guest_seed(&self, token_hash: &[u8; 32], form: &[u8; 16]) -> [u8; 32] {
        hmac_32(&self.secret, &[b"simpul/guest-link/1", token_hash, form])
    }

    /// What the first proofs of a guest are drawn from, by her link: the same link gives the same.
    pub(crate) fn guest_proofs_seed(&self, token: &[u8; 32]) -> [u8; 32] {
        hmac_32(&self.secret, &[b"simpul/guest-proofs/1", token])
    }

    /// The token that a form of this session would carry for an action: so that tests can knock at closed doors.
    #[doc(hidden)]
    pub fn token_for_tests(&self, cookie: &str, action: &str) -> String {
        let token_hash = base::from_hex(cookie).map(|token| seal::hash::sha256(&[&token])).unwrap_or_default();
        crate::mint::Mint::new(self.form_key(&token_hash), self.bytes()).form(action).token().to_owned()
    }

    /// A password hash that no password opens, for names that do not exist.
    pub(crate) fn dummy_hash(&self) -> String {
        let made = || {
            let nobody = base::hex(&self.bytes::<16>());
            seal::hash_password(&nobody, self.set.password_cost, &*self.desk.chance).unwrap_or_default()
        };
        self.dummy.get_or_init(made).clone()
    }

    /// Name of the session cookie.
    pub(crate) fn cookie(&self) -> &'static str {
        if self.set.tls { "__Host-simpul" } else { "simpul" }
    }
}
