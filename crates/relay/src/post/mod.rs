//! The post office of a node: rows become envelopes and envelopes become rows. No socket here; the driver, the HTTP
//! handlers, bundles and the simulator all call these.
//!
//! Out: [`Post::collect`] seals what is due, a carrier takes it or not, [`Post::settle`] notes which. In: [`Post::deliver`]
//! opens, and gives each Body its effect, its place in the thread and its receipt in one transaction.

mod away;
mod blobs;
mod byhand;
mod collect;
mod control;
mod deliver;
mod held;
mod lives;
mod numbered;
mod renewal;
mod resume;
mod settle;
mod witness;

pub use blobs::Pushed;
pub use collect::{by_peer, next_due};

use crate::book::Book;
use crate::keys::{Keyring, OpenKeys};
use crate::sealing::{Envelopes, Sealing};
use base::{Clock, MsgId, NodeId, ThreadId, Timestamp};
use desk::mail::{Apply, Home};
use desk::partners::stated;
use desk::wire::Class;
use seal::hash::Hash;
use seal::{CarrierAddress, DataKey, Tag, VerifiedEntry};
use std::sync::{Arc, PoisonError, RwLock};
use store::{Store, StoreError, Tx, View};

/// Bodies that share one command at most: a batch that fails is tried again one by one.
const BATCH_MAX: usize = 64;

/// Answer of a carrier for one envelope (FEDERATION.md 9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// Stored, also while locked.
    Stored = 0,
    /// Was there already.
    Duplicate = 1,
    /// This tag is not served here.
    NotServed = 2,
    /// Too big.
    TooBig = 3,
    /// Its life is over.
    Expired = 4,
    /// No room.
    Quota = 5,
    /// Not an envelope.
    Malformed = 6,
}

impl Item {
    /// Its number on the wire.
    pub const fn number(self) -> u64 {
        self as u64
    }

    /// From its number; an unknown one counts as no room, so the sender keeps the message.
    pub const fn from_number(number: u64) -> Self {
        match number {
            0 => Self::Stored,
            1 => Self::Duplicate,
            2 => Self::NotServed,
            3 => Self::TooBig,
            4 => Self::Expired,
            6 => Self::Malformed,
            _ => Self::Quota,
        }
    }
}

/// What an envelope carries, for [`Post::settle`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A numbered Body.
    Body {
        /// The thread.
        thread: ThreadId,
        /// Our era.
        era: u64,
        /// Its number.
        seq: u64,
    },
    /// A receipt, as the thread stood then.
    Receipt {
        /// The thread.
        thread: ThreadId,
        /// Decided numbers then.
        upto: u64,
        /// Parked numbers then.
        parked: usize,
    },
    /// An unnumbered message of a type; type 0 is our daily ping.
    Control {
        /// Its type.
        number: u16,
        /// What it says: a later word of the same type may wait when this one is settled.
        content: Hash,
    },
}

impl What {
    /// Whether it is an unnumbered message of this type.
    pub const fn is_control(&self, type_number: u16) -> bool {
        matches!(self, Self::Control { number, .. } if *number == type_number)
    }
}

/// A sealed envelope on its way.
#[derive(Clone, Debug)]
pub struct Parcel {
    /// To whom.
    pub peer: NodeId,
    /// The envelope's id.
    pub msg_id: MsgId,
    /// How urgent.
    pub class: Class,
    /// What it carries.
    pub what: What,
    /// The bytes.
    pub envelope: Vec<u8>,
}

/// What a carrier did with a parcel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It took it.
    Taken,
    /// It did not, or could not be reached.
    NotTaken,
}

struct Open {
    keys: Keyring,
    home: Home,
}

/// A node's post office.
pub struct Post {
    store: Store,
    clock: Arc<dyn Clock>,
    desk: Arc<dyn Apply>,
    sealing: Arc<dyn Sealing>,
    open_key: DataKey,
    open: RwLock<Option<Arc<Open>>>,
    boxes: RwLock<Arc<Vec<Tag>>>,
    /// Mailboxes whose keys were destroyed.
    gone: RwLock<Arc<Vec<Tag>>>,
    carrier: RwLock<Option<Arc<OpenKeys>>>,
    book: RwLock<Arc<Book>>,
    /// Entries that came and were checked, until the book is read again. They count only where they lie in the store.
    came: std::sync::Mutex<Vec<Arc<VerifiedEntry>>>,
    /// Held while the outbox is read or settled: two carriers never decide on one message at the same moment.
    outbox: tokio::sync::Mutex<()>,
    /// Blobs that a relay gave whole, until they are released there.
    fetched: std::sync::Mutex<std::collections::BTreeSet<base::FileId>>,
}

impl std::fmt::Debug for Post {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Post({})", if self.is_open() { "open" } else { "locked" })
    }
}

impl Post {
    /// A locked post office. `open_key` is what lies in DIR/open.key.
    pub fn new(store: Store, clock: Arc<dyn Clock>, desk: Arc<dyn Apply>, open_key: DataKey) -> Self {
        Self {
            store,
            clock,
            desk,
            sealing: Arc::new(Envelopes),
            open_key,
            open: RwLock::default(),
            boxes: RwLock::default(),
            gone: RwLock::default(),
            carrier: RwLock::default(),
            book: RwLock::default(),
            came: std::sync::Mutex::default(),
            outbox: tokio::sync::Mutex::default(),
            fetched: std::sync::Mutex::default(),
        }
    }

    /// The same with another way of sealing: for the simulator.
    #[must_use]
    pub fn sealing_by(self, sealing: Arc<dyn Sealing>) -> Self {
        Self { sealing, ..self }
    }

    /// Reads what works while locked: own tags, carrier and fetch keys. Call it at the start and after a rotation.
    pub async fn wake(&self) -> Result<(), StoreError> {
        let keys = OpenKeys::load(&**self.store.backend(), &self.open_key).await?;
        let tags = keys.as_ref().map(|keys| keys.boxes.iter().map(|mailbox| mailbox.tag).collect()).unwrap_or_default();
        *self.boxes.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(tags);
        let gone = keys.as_ref().map(|keys| keys.gone.clone()).unwrap_or_default();
        *self.gone.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(gone);
        *self.carrier.write().unwrap_or_else(PoisonError::into_inner) = keys.map(Arc::new);
        Ok(())
    }

    /// Reads the node's keys and peers, after the store was unlocked; then gives what was held its effect.
    pub async fn unlock(&self) -> Result<(), StoreError> {
        self.wake().await?;
        self.reload().await?;
        self.ask_what_was_lost().await?;
        self.take_held().await?;
        self.link_is_back().await
    }

    /// Reads keys and peers again: after a rotation, or when a peer was added.
    pub async fn reload(&self) -> Result<(), StoreError> {
        let mut view = self.store.read(self.now()).await?;
        let Some(keys) = Keyring::load(&mut view).await? else { return Ok(()) };
        let home = Home::read(&mut view).await?;
        let came = std::mem::take(&mut *self.came());
        let book = self.book().read(&mut view, &came).await?;
        *self.open.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(Open { keys, home }));
        *self.book.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(book);
        Ok(())
    }

    /// The peers again, if a key was revoked since they were read: an act of the desk may have done that a moment ago.
    pub(crate) async fn refresh(&self, view: &mut View) -> Result<(), StoreError> {
        let changes = desk::mail::revocation_changes(view).await?;
        if self.book().is_fresh(changes) { Ok(()) } else { self.reload().await }
    }

    /// Forgets keys and peers.
    pub fn lock(&self) {
        *self.open.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Whether it can open and seal.
    pub fn is_open(&self) -> bool {
        self.opened().is_some()
    }

    /// The peers.
    pub fn book(&self) -> Arc<Book> {
        Arc::clone(&self.book.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn came(&self) -> std::sync::MutexGuard<'_, Vec<Arc<VerifiedEntry>>> {
        self.came.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What works while locked.
    pub fn carrier(&self) -> Option<Arc<OpenKeys>> {
        self.carrier.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The node's own mailboxes, oldest week first.
    pub fn tags(&self) -> Arc<Vec<Tag>> {
        Arc::clone(&self.boxes.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether a mailbox was the node's and its keys were destroyed.
    fn is_gone(&self, tag: &Tag) -> bool {
        self.gone.read().unwrap_or_else(PoisonError::into_inner).contains(tag)
    }

    /// What releases one of the node's mailboxes; a locked node cannot.
    pub fn release_key(&self, tag: &Tag) -> Option<seal::ReleaseKey> {
        Some(self.opened()?.keys.epoch(tag)?.release.clone())
    }

    /// The store below.
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// The present.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn opened(&self) -> Option<Arc<Open>> {
        self.open.read().unwrap_or_else(PoisonError::into_inner).clone().filter(|_| self.store.vault().is_open())
    }

    /// A command of the node itself: what arrives twice is known by its hash.
    async fn begin(&self, act: &'static str) -> Result<Tx, StoreError> {
        self.store.begin_once(act, self.now()).await
    }

    /// States where the node is reached. If that is new, its entry is signed anew and goes to every peer.
    pub async fn restate(&self, carriers: Vec<CarrierAddress>) -> Result<bool, StoreError> {
        let Some(open) = self.opened() else { return Ok(false) };
        let mut tx = self.begin("relay.restate").await?;
        let own = crate::keys::own_entry(&mut tx).await?.filter(|own| own.stated().carriers != carriers);
        let Some(own) = own else { return Ok(false) };
        let entry = open.keys.publish(&mut tx, seal::Entry { carriers, ..own.stated().clone() }).await?;
        control::announce(&mut tx, &self.book(), &entry).await?;
        tx.commit().await?;
        self.reload().await?;
        Ok(true)
    }

    /// What an act stated since the entry was signed stands in a new one, which goes to every peer.
    pub(super) async fn restate_items(&self) -> Result<(), StoreError> {
        let Some(open) = self.opened() else { return Ok(()) };
        // Whose own key is dead says that and nothing else; it states this under the next one.
        let is_dead = self.book().is_dead(&open.keys.identity.public().kid());
        if is_dead || !stated::is_new(&mut self.store.read(self.now()).await?).await? {
            return Ok(());
        }
        let mut tx = self.begin("relay.restate-items").await?;
        let Some(own) = crate::keys::own_entry(&mut tx).await? else { return Ok(()) };
        let services = stated::for_entry(&mut tx).await?;
        if own.stated().services != services {
            let entry = open.keys.publish(&mut tx, seal::Entry { services, ..own.stated().clone() }).await?;
            control::announce(&mut tx, &self.book(), &entry).await?;
        }
        stated::signed(&mut tx).await?;
        tx.commit().await?;
        self.reload().await
    }

    /// Forgets what was kept long enough; makes the coming week's keys when it is time, signs the entry anew and sends it
    /// to every peer; shows the journal to its witnesses. A job of each hour or day; a locked node only forgets.
    pub async fn rotate(&self) -> Result<bool, StoreError> {
        self.sweep().await?;
        let Some(open) = self.opened() else { return Ok(false) };
        self.ask_what_was_lost().await?;
        let mut tx = self.begin("relay.rotate").await?;
        let now = self.now();
        let rotated = open.keys.rotate(&mut tx, &self.open_key, now).await?;
        if rotated.made
            && let Some(own) = crate::keys::own_entry(&mut tx).await?
        {
            let entry = open.keys.publish(&mut tx, own.stated().clone()).await?;
            control::announce(&mut tx, &self.book(), &entry).await?;
        }
        tx.commit().await?;
        if rotated.destroyed {
            self.store.scrub().await?;
        }
        if rotated.made || rotated.destroyed {
            self.wake().await?;
            self.reload().await?;
        }
        self.tell_witnesses(&open).await?;
        Ok(rotated.made)
    }
}

#[cfg(test)]
pub(crate) mod tests;
