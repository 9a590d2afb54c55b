//! Two or three real post offices with real sealing and SQLite, and a desk that only remembers.

mod away;
mod clocks;
mod epochs;
mod lives;
mod luck;
mod restore;
mod revoked;
mod stated;
mod story;
mod witness;

use super::{Outcome, Post};
use crate::keys::Keyring;
use base::chance::SeededChance;
use base::{Chance, Clock, Digest, ManualClock, NodeId, RequestId, ThreadId, Timestamp};
use desk::mail::{
    Apply, Applying, Destination, Notice, Options, Received, SendError, Sent, ThreadKind, Verdict, send, trust,
};
use desk::wire::{Accept, ConsentWithdraw, Message, Talk};
use seal::{CarrierAddress, DataKey, Entry, Kid, Revocation, RootKey, RootPublic, VerifiedEntry};
use std::sync::{Arc, Mutex};
use store::{Origin, Read, Store, Tx, Vault};
use store_sqlite::{Options as Opening, SqliteBackend};

pub(crate) const START: Timestamp = Timestamp::from_seconds(1_795_000_000);

/// What the desk was told.
#[derive(Default)]
struct Told {
    applied: Vec<(NodeId, u64, Message)>,
    /// Under which keys.
    signed_by: Vec<(Kid, Timestamp)>,
    notices: Vec<Notice>,
    verdict: Option<Verdict>,
    answer: bool,
    /// What was sent once may not go again.
    denies: bool,
    /// Who signs for the journal.
    witnesses: Vec<NodeId>,
}

#[derive(Default)]
struct FakeDesk(Mutex<Told>);

impl Apply for FakeDesk {
    fn apply<'a>(&'a self, tx: &'a mut Tx, received: &'a Received) -> Applying<'a, Verdict> {
        Box::pin(async move {
            if let Message::KeyRevoke(said) = &received.message {
                self.revocation(tx, &said.revocation).await?;
                return Ok(Verdict::Applied);
            }
            let (verdict, answer) = {
                let mut told = self.0.lock().unwrap();
                told.signed_by.push((received.signed_by, tx.now()));
                told.applied.push((received.from, received.seq, received.message.clone()));
                (told.verdict.clone().unwrap_or(Verdict::Applied), told.answer)
            };
            if answer && received.number == 18 {
                let to =
                    Destination { peer: received.from, thread: received.thread, kind: ThreadKind::Case, subject: None };
                let message = Message::OfferTell(Talk { offer_no: 1, text: "jawab".into() });
                send(tx, &to, &message, Options::default()).await.unwrap();
            }
            tx.put_meta(&format!("effect/{}", received.seq), b"1").await?;
            Ok(verdict)
        })
    }

    fn notice<'a>(&'a self, _: &'a mut Tx, notice: &'a Notice) -> Applying<'a, ()> {
        self.0.lock().unwrap().notices.push(notice.clone());
        Box::pin(async { Ok(()) })
    }

    /// The root's word alone: the desk's own tests know accords and revokers.
    fn revocation<'a>(&'a self, tx: &'a mut Tx, bytes: &'a [u8]) -> Applying<'a, bool> {
        Box::pin(async move {
            let Ok(said) = Revocation::decode(bytes) else { return Ok(false) };
            let entry = desk::mail::entry(tx, said.node).await?;
            let root = match entry.and_then(|entry| VerifiedEntry::read(&entry.signed.0).ok()) {
                Some(entry) => *entry.root(),
                None => match tx.raw().meta("root").await?.and_then(|root| root.try_into().ok()) {
                    Some(root) => RootPublic::from_bytes(&root).unwrap(),
                    None => return Ok(false),
                },
            };
            if said.verify(&root, &[]).is_err() { Ok(false) } else { desk::mail::revoke(tx, &said, None).await }
        })
    }

    fn witnesses<'a>(&'a self, _: &'a mut Tx) -> Applying<'a, Vec<NodeId>> {
        let all = self.0.lock().unwrap().witnesses.clone();
        Box::pin(async move { Ok(all) })
    }

    fn may_still_go<'a>(&'a self, _: &'a mut Tx, _: &'a desk::mail::Outgoing) -> Applying<'a, bool> {
        let may = !self.0.lock().unwrap().denies;
        Box::pin(async move { Ok(may) })
    }
}

/// It acts on sight (FEDERATION.md 5).
fn withdrawn() -> Message {
    Message::ConsentWithdraw(ConsentWithdraw {
        alias: [1; 16],
        consent_hashes: vec![Digest([2; 32])].into(),
        codes: vec!["C4".to_owned()].into(),
        withdrawn_at: START.seconds(),
        erase: false,
    })
}

pub(crate) struct Node {
    pub post: Arc<Post>,
    desk: Arc<FakeDesk>,
    pub entry: VerifiedEntry,
    root: RootKey,
    master: DataKey,
    open: DataKey,
    _folder: tempfile::TempDir,
}

impl Node {
    pub async fn new(seed: u64, clock: &Arc<ManualClock>) -> Self {
        let chance: Arc<dyn Chance> = Arc::new(SeededChance::new(seed));
        let backend = Arc::new(SqliteBackend::scratch(Opening::at(START)).unwrap());
        let folder = tempfile::tempdir().unwrap();
        let room = store::files::Room { free_bytes: 0, ..store::files::Room::default() };
        let files = store::Files::with_room(folder.path().to_path_buf(), room);
        let store = Store::new(backend, Arc::new(Vault::locked()), Arc::clone(&chance)).with_files(files);
        let master = DataKey::generate(&*chance);
        store.found(clock.now()).await.unwrap();
        store.unlock(master.clone(), clock.now()).await.unwrap();
        let desk = Arc::new(FakeDesk::default());
        let open = DataKey::generate(&*chance);
        let clock: Arc<dyn Clock> = Arc::clone(clock) as Arc<dyn Clock>;
        let post = Arc::new(Post::new(store, clock, Arc::clone(&desk) as Arc<dyn Apply>, open.clone()));
        let mut tx = begin(&post).await;
        let root = Keyring::create(&mut tx, &open, post.now()).await.unwrap();
        tx.commit().await.unwrap();
        post.unlock().await.unwrap();
        let entry = publish(&post).await;
        Self { post, desk, entry, root, master, open, _folder: folder }
    }

    pub fn id(&self) -> NodeId {
        self.entry.node()
    }

    pub async fn meets(&self, other: &Self) {
        let mut tx = begin(&self.post).await;
        trust(&mut tx, &other.entry).await.unwrap();
        tx.commit().await.unwrap();
        self.post.reload().await.unwrap();
    }

    pub async fn say(&self, to: &Self, text: &str) -> Result<Sent, SendError> {
        self.send(to, Message::OfferTell(Talk { offer_no: 1, text: text.into() }), Options::default()).await
    }

    pub async fn send(&self, to: &Self, message: Message, options: Options) -> Result<Sent, SendError> {
        let mut tx = begin(&self.post).await;
        let to = Destination { peer: to.id(), thread: case_thread(), kind: ThreadKind::Case, subject: None };
        let sent = send(&mut tx, &to, &message, options).await?;
        tx.commit().await.unwrap();
        Ok(sent)
    }

    /// All that is due, sealed; as if a carrier took it.
    pub async fn out(&self) -> Vec<Vec<u8>> {
        let parcels = self.post.collect(100).await.unwrap();
        let done: Vec<_> = parcels.iter().map(|p| (p.peer, p.what, Outcome::Taken)).collect();
        self.post.settle(&done).await.unwrap();
        parcels.into_iter().map(|parcel| parcel.envelope).collect()
    }

    pub fn texts(&self) -> Vec<String> {
        let told = self.desk.0.lock().unwrap();
        told.applied
            .iter()
            .filter_map(|(_, _, message)| match message {
                Message::OfferTell(talk) | Message::OfferAsk(talk) => Some(talk.text.clone()),
                _ => None,
            })
            .collect()
    }

    /// How often a message of this type acted.
    pub fn acted(&self, number: u16) -> usize {
        self.desk.0.lock().unwrap().applied.iter().filter(|(_, _, message)| message.number() == number).count()
    }

    pub fn lock(&self) {
        self.post.store().vault().lock();
        self.post.lock();
    }

    pub async fn unlock(&self, clock: &ManualClock) {
        self.post.store().unlock(self.master.clone(), clock.now()).await.unwrap();
        self.post.unlock().await.unwrap();
    }

    pub fn notices(&self) -> Vec<Notice> {
        self.desk.0.lock().unwrap().notices.clone()
    }
}

pub(crate) fn run<T>(story: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(story)
}

fn case_thread() -> ThreadId {
    ThreadId::from_bytes([5; 16])
}

pub(crate) async fn begin(post: &Post) -> Tx {
    let request = RequestId::from_bytes(post.store().chance().bytes());
    let by = Origin { actor: [0; 16], request, digest: Digest::default() };
    post.store().begin("test", by, post.now()).await.unwrap()
}

async fn publish(post: &Post) -> VerifiedEntry {
    publish_at(post, "https://127.0.0.1:1", None).await
}

pub(crate) async fn publish_at(post: &Post, address: &str, tls: Option<[u8; 32]>) -> VerifiedEntry {
    let mut view = post.store().read(post.now()).await.unwrap();
    let keys = Keyring::load(&mut view).await.unwrap().unwrap();
    drop(view);
    let mut tx = begin(post).await;
    let stated = Entry {
        names: vec!["Gugus Tugas".into()],
        region: "21.71".into(),
        carriers: vec![CarrierAddress { kind: 1, address: address.into(), tls }],
        ..Entry::default()
    };
    let entry = keys.publish(&mut tx, stated).await.unwrap();
    tx.commit().await.unwrap();
    entry
}

pub(crate) async fn pair() -> (Arc<ManualClock>, Node, Node) {
    let clock = Arc::new(ManualClock::at(START));
    let (batam, lotim) = (Node::new(1, &clock).await, Node::new(2, &clock).await);
    batam.meets(&lotim).await;
    lotim.meets(&batam).await;
    (clock, batam, lotim)
}

/// Lets both talk until nothing is due for two minutes.
async fn settle_down(clock: &ManualClock, one: &Node, other: &Node) {
    for _ in 0..6 {
        let (there, back) = (one.out().await, other.out().await);
        other.post.deliver(&there).await.unwrap();
        one.post.deliver(&back).await.unwrap();
        clock.advance_millis(61_000);
    }
}

fn accept() -> Message {
    Message::OfferAccept(Accept {
        offer_no: 1,
        role: "CASE_MANAGER".into(),
        due_at: START.seconds(),
        own_signature: None,
    })
}
