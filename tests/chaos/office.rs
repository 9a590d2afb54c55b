//! A desk with its post office, in a folder that can be copied: what a node is, without pages and sockets.

use crate::cast::{Node, START};
use crate::pipe::{Cut, Passed, pipe};
use accord::PartyRole;
use base::chance::SeededChance;
use base::{Chance, Clock, ManualClock, NodeId, Place};
use casework::{Calendar, Library};
use desk::mail::Apply;
use desk::{Desk, NodeProfile};
use relay::driver::{Pushed, push_over};
use relay::http::{Client, ClientError, converse};
use relay::{Carrier, Keyring, Outcome, Parcel, Post};
use seal::{DataKey, Entry, RootKey, VerifiedEntry};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use store::{Store, Vault};
use store_sqlite::{Durability, Options, SqliteBackend};

/// A new office, and one opened again, never draw the numbers of another one.
static SEED: AtomicU64 = AtomicU64::new(37);

/// Read once: an office is opened thousands of times.
static LIBRARY: LazyLock<Arc<Library>> = LazyLock::new(|| Arc::new(Library::embedded().unwrap()));
static SCREENING: LazyLock<Arc<pocketbook::Pack>> = LazyLock::new(|| Arc::new(pocketbook::Pack::embedded().clone()));
static GUIDE: LazyLock<Arc<pocketbook::Guide>> = LazyLock::new(|| Arc::new(pocketbook::Guide::embedded().clone()));
static FIELDS: LazyLock<Arc<accord::FieldList>> = LazyLock::new(|| Arc::new(accord::FieldList::shipped().clone()));

/// Who an office is, and what opens it.
#[derive(Clone)]
pub struct Known {
    name: &'static str,
    place: &'static str,
    master: DataKey,
    open: DataKey,
    entry: VerifiedEntry,
}

/// A desk and its post office.
pub struct Office {
    pub node: Node,
    pub post: Arc<Post>,
    pub known: Known,
    pub folder: PathBuf,
    carrier: Arc<Carrier>,
}

/// What is built before the keys are there.
fn desk(folder: &Path, id: NodeId, (name, place): (&str, &str), clock: &Arc<ManualClock>) -> Desk {
    let options = Options { durability: Durability::Off, ..Options::at(START) };
    let backend = SqliteBackend::open(&folder.join("node.db"), options).unwrap();
    let chance: Arc<dyn Chance> = Arc::new(SeededChance::new(SEED.fetch_add(1, Ordering::Relaxed)));
    let room = store::files::Room { free_bytes: 0, ..store::files::Room::default() };
    let files = store::Files::with_room(folder.to_path_buf(), room);
    Desk {
        store: Store::new(Arc::new(backend), Arc::new(Vault::locked()), Arc::clone(&chance)).with_files(files),
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        chance,
        me: NodeProfile {
            id,
            name: name.to_owned(),
            title: format!("Simpul {name}"),
            place: Place::parse(place).unwrap(),
            role: accord::Word::word(PartyRole::TaskForce).to_owned(),
        },
        calendar: Arc::new(Calendar::default()),
        handbooks: Arc::clone(&LIBRARY),
        screening: Arc::clone(&SCREENING),
        guide: Arc::clone(&GUIDE),
        packs: Arc::new(Vec::new()),
        fields: Arc::clone(&FIELDS),
        woken: Arc::new(tokio::sync::Notify::new()),
    }
}

impl Office {
    /// A new task force in an empty folder.
    pub async fn found(folder: &Path, (name, place): (&'static str, &'static str), clock: &Arc<ManualClock>) -> Self {
        std::fs::create_dir_all(folder).unwrap();
        let mut desk = desk(folder, NodeId::default(), (name, place), clock);
        let (master, open) = (DataKey::generate(&*desk.chance), DataKey::generate(&*desk.chance));
        desk.store.found(clock.now()).await.unwrap();
        desk.store.unlock(master.clone(), clock.now()).await.unwrap();
        let asking = desk::Asking::once(&*desk.chance, clock.now());
        let by = store::Origin { actor: [0; 16], request: asking.request, digest: asking.digest };
        let mut tx = desk.store.begin("test", by, clock.now()).await.unwrap();
        let root = Keyring::create(&mut tx, &open, clock.now()).await.unwrap();
        desk.make_intake_key(&mut tx).await.unwrap();
        let keys = Keyring::load(&mut tx).await.unwrap().unwrap();
        let stated = Entry {
            names: vec![desk.me.title.clone(), name.to_owned()],
            region: place.to_owned(),
            roles: vec![desk.me.role.clone()],
            duty_phone: "+62 21 000 0000".into(),
            ..Entry::default()
        };
        let entry = keys.publish(&mut tx, stated).await.unwrap();
        tx.commit().await.unwrap();
        desk.me.id = entry.node();
        Self::with(desk, Known { name, place, master, open, entry }, (root, folder), clock).await
    }

    /// The same office in a copy of its folder.
    pub async fn open(folder: &Path, known: Known, clock: &Arc<ManualClock>) -> Self {
        let desk = desk(folder, known.entry.node(), (known.name, known.place), clock);
        desk.store.unlock(known.master.clone(), clock.now()).await.unwrap();
        // The root is on paper, and nobody asks for it here.
        let root = RootKey::generate(&*desk.chance);
        Self::with(desk, known, (root, folder), clock).await
    }

    async fn with(desk: Desk, known: Known, (root, folder): (RootKey, &Path), clock: &Arc<ManualClock>) -> Self {
        let desk = Arc::new(desk);
        let time: Arc<dyn Clock> = Arc::clone(clock) as Arc<dyn Clock>;
        let apply = Arc::clone(&desk) as Arc<dyn Apply>;
        let post = Arc::new(Post::new(desk.store.clone(), time, apply, known.open.clone()));
        post.unlock().await.unwrap();
        let carrier = Arc::new(Carrier::new(Arc::clone(&post), false));
        let (entry, master) = (known.entry.clone(), known.master.clone());
        let node = Node { desk, clock: Arc::clone(clock), entry, root, master, folder: tempfile::tempdir().unwrap() };
        Self { node, post, known, folder: folder.to_path_buf(), carrier }
    }

    pub async fn meets(&self, other: &Self) {
        self.node.meets(&other.node).await;
        self.post.reload().await.unwrap();
    }

    /// Commits so far: none more, and nothing has changed.
    pub fn commits(&self) -> (u64, u64) {
        self.node.desk.store.backend().commits()
    }

    /// What is due goes to the other over a connection that may break, and what became of it is noted. `None`: nothing was.
    pub async fn carries(&self, to: &Self, cut: Cut) -> Option<Arc<Passed>> {
        let parcels = self.post.collect(256).await.unwrap();
        if parcels.is_empty() {
            return None;
        }
        let (pushed, passed) = push(&parcels, to, cut).await;
        self.settle(&parcels, &pushed.unwrap_or_default()).await;
        Some(passed)
    }

    pub async fn settle(&self, parcels: &[Parcel], pushed: &Pushed) {
        let outcome = |parcel: &Parcel| {
            if pushed.taken.contains(&parcel.msg_id) { Outcome::Taken } else { Outcome::NotTaken }
        };
        let done: Vec<_> = parcels.iter().map(|parcel| (parcel.peer, parcel.what, outcome(parcel))).collect();
        self.post.settle(&done).await.unwrap();
    }
}

/// As a node hands parcels over, once; comes back when the other end has done what it does.
pub async fn push(parcels: &[Parcel], to: &Office, cut: Cut) -> (Result<Pushed, ClientError>, Arc<Passed>) {
    let (near, far, passed) = pipe(cut);
    let server = tokio::spawn(converse(Arc::clone(&to.carrier), far));
    let pushed = match Client::over(near, "simpul.invalid").await {
        Ok(mut client) => push_over(&mut client, parcels).await,
        Err(error) => Err(error),
    };
    server.await.unwrap();
    (pushed, passed)
}
