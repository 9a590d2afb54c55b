//! One node: what a crash leaves (its file, DIR/open.key, the passphrase in a person's head) and what it takes (all else).

use crate::cast::{name, place};
use crate::clock::NodeClock;
use crate::dice::seed_of;
use crate::memory::MemoryBackend;
use crate::standin::StandIn;
use crate::watch::Watch;
use base::chance::SeededChance;
use base::{Chance, Clock, NodeId, Problem, Timestamp};
use desk::act::{Act, Asking};
use desk::mail::{Apply, RECOVERY, Recovery};
use desk::{Actor, Desk, Error, NodeProfile};
use relay::Post;
use relay::keys::Keyring;
use seal::{DataKey, Entry, IdentityKey, Recipient, RootKey, VerifiedEntry};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::archive::{Copying, Memory, Restoring};
use store::{Backend, Origin, Read, Shelf, Store, StoreError, Tx, Vault};
use store_sqlite::{Durability, Options as Opening, SqliteBackend};

/// Folded states that a node with its rows in memory keeps: some ten kilobytes each, of hundreds of nodes.
const STATES_MAX: NonZeroUsize = NonZeroUsize::MIN.saturating_add(127);

/// What all nodes share because it never changes: handbook, packs, the clock on the wall.
pub struct Commons {
    /// The clock of each node.
    pub clocks: Vec<Arc<NodeClock>>,
    /// Where the files lie.
    pub folder: PathBuf,
    /// Rows are in memory instead.
    pub in_memory: bool,
    /// Envelopes are sealed by the stand-in.
    pub has_stand_in: bool,
    /// The handbook.
    pub handbooks: Arc<casework::Library>,
    /// The screening pack.
    pub screening: Arc<pocketbook::Pack>,
    /// Guidance, directory and languages.
    pub guide: Arc<pocketbook::Guide>,
    /// The field list.
    pub fields: Arc<accord::FieldList>,
}

/// A node that runs.
pub struct Running {
    /// Its desk.
    pub desk: Arc<Desk>,
    /// Its post office.
    pub post: Post,
    /// What the desk was given.
    pub watch: Arc<Watch>,
}

/// A node.
pub struct Node {
    /// Its number.
    pub index: usize,
    /// Its id.
    pub id: NodeId,
    commons: Arc<Commons>,
    clock: Arc<NodeClock>,
    chance: Arc<dyn Chance>,
    master: DataKey,
    open_key: DataKey,
    /// Its disk, where that is in memory.
    memory: Option<Arc<MemoryBackend>>,
    /// On paper, in five houses.
    root: Option<RootKey>,
    running: Option<Running>,
}

/// A store's trouble ends the run: it is ours.
pub fn broken(what: impl std::fmt::Display) -> Problem {
    Problem::at("sim.broken", what.to_string())
}

impl Node {
    /// Founds a node: file, keys, signed entry.
    pub async fn found(index: usize, seed: u64, commons: &Arc<Commons>) -> Result<(Self, VerifiedEntry), Problem> {
        let part = u64::try_from(index).unwrap_or(u64::MAX).saturating_add(1_000);
        let chance: Arc<dyn Chance> = Arc::new(SeededChance::new(seed_of(seed, part)));
        let (master, open_key) = (DataKey::generate(&*chance), DataKey::generate(&*chance));
        let commons = Arc::clone(commons);
        let clock = Arc::clone(commons.clocks.get(index).ok_or_else(|| broken("a clock"))?);
        let (id, root, running) = (NodeId::default(), None, None);
        let memory = commons.in_memory.then(Arc::default);
        let mut node = Self { index, id, commons, clock, chance, master, open_key, memory, root, running };
        let (root, entry) = node.make_keys().await.map_err(broken)?;
        (node.id, node.root) = (entry.node(), Some(root));
        node.start().await?;
        node.unlock().await?;
        Ok((node, entry))
    }

    async fn make_keys(&self) -> Result<(RootKey, VerifiedEntry), StoreError> {
        let (store, now) = (self.store()?, self.now());
        store.found(now).await?;
        store.unlock(self.master.clone(), now).await?;
        let mut tx = store.begin("node.found", self.origin(), now).await?;
        let root = Keyring::create(&mut tx, &self.open_key, now).await?;
        let keyring = Keyring::load(&mut tx).await?.ok_or(StoreError::Locked)?;
        let stated = Entry { names: vec![name(self.index)], roles: vec!["task_force".to_owned()], ..Entry::default() };
        let entry = keyring.publish(&mut tx, stated).await?;
        tx.commit().await?;
        Ok((root, entry))
    }

    /// What its clock shows.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Its clock.
    pub fn clock(&self) -> &NodeClock {
        &self.clock
    }

    /// What the papers give together.
    pub const fn root(&self) -> Option<&RootKey> {
        self.root.as_ref()
    }

    /// Its present identity key, as somebody has it who stole the open machine.
    pub async fn identity(&self) -> Result<Option<IdentityKey>, Problem> {
        let Some(running) = self.open() else { return Ok(None) };
        let mut view = running.desk.read().await.map_err(broken)?;
        let secret = view.secret("identity").await.map_err(broken)?;
        Ok(secret.and_then(|secret| secret.try_into().ok()).map(|secret: [u8; 32]| IdentityKey::from_bytes(&secret)))
    }

    /// To whom its partners seal.
    pub async fn recipient(&self) -> Result<Option<Recipient>, Problem> {
        let Some(entry) = self.entry().await? else { return Ok(None) };
        Ok(VerifiedEntry::read(&entry)?.recipient(self.now()))
    }

    /// A command on its store.
    pub async fn begin(&self, act: &'static str) -> Result<Tx, Problem> {
        let running = self.open().ok_or_else(|| broken(act))?;
        running.desk.store.begin(act, self.origin(), self.now()).await.map_err(broken)
    }

    fn store(&self) -> Result<Store, StoreError> {
        let backend: Arc<dyn Backend> = if let Some(memory) = &self.memory {
            Arc::clone(memory) as Arc<dyn Backend>
        } else {
            let options = Opening { durability: Durability::Off, ..Opening::at(self.now()) };
            Arc::new(SqliteBackend::open(&self.folder().join("node.db"), options)?)
        };
        let vault = if self.memory.is_some() { Vault::keeping(STATES_MAX) } else { Vault::locked() };
        Ok(Store::new(backend, Arc::new(vault), Arc::clone(&self.chance)))
    }

    /// Starts, locked: takes mail and keeps it, opens nothing.
    pub async fn start(&mut self) -> Result<(), Problem> {
        let store = self.store().map_err(broken)?;
        let clock: Arc<dyn Clock> = Arc::clone(&self.clock) as Arc<dyn Clock>;
        let desk = Arc::new(Desk {
            store: store.clone(),
            clock: Arc::clone(&clock),
            chance: Arc::clone(&self.chance),
            me: NodeProfile {
                id: self.id,
                name: name(self.index),
                title: name(self.index),
                place: place(self.index)?,
                role: "task_force".to_owned(),
            },
            calendar: Arc::new(casework::Calendar::default()),
            handbooks: Arc::clone(&self.commons.handbooks),
            screening: Arc::clone(&self.commons.screening),
            guide: Arc::clone(&self.commons.guide),
            packs: Arc::default(),
            fields: Arc::clone(&self.commons.fields),
            woken: Arc::new(tokio::sync::Notify::new()),
        });
        let watch = Arc::new(Watch::new(Arc::clone(&desk)));
        let post = Post::new(store, clock, Arc::clone(&watch) as Arc<dyn Apply>, self.open_key.clone());
        let post = if self.commons.has_stand_in { post.sealing_by(Arc::new(StandIn)) } else { post };
        post.wake().await.map_err(broken)?;
        self.running = Some(Running { desk, post, watch });
        Ok(())
    }

    /// Somebody types the passphrase: what was held is given its effect.
    pub async fn unlock(&self) -> Result<(), Problem> {
        let Some(running) = &self.running else { return Ok(()) };
        running.desk.store.unlock(self.master.clone(), self.now()).await.map_err(broken)?;
        running.post.unlock().await.map_err(broken)
    }

    /// Copies the node to a place, as a stick would be; not while it is locked. Says whether it did.
    pub async fn back_up(&self, place: &Path) -> Result<bool, Problem> {
        let Some(running) = self.open() else { return Ok(false) };
        let dir = self.folder();
        let copying = Copying { store: &running.desk.store, dir: &dir, small: &[], place, now: self.now() };
        copying.write(&mut Memory::default()).await?;
        Ok(true)
    }

    /// The disk is lost: an empty one is filled from a copy, a new life begins, somebody types the passphrase.
    pub async fn restore(&mut self, from: &Path) -> Result<(), Problem> {
        self.crash();
        for file in ["node.db", "node.db-wal", "node.db-shm"] {
            let _ = std::fs::remove_file(self.folder().join(file));
        }
        self.memory = self.commons.in_memory.then(Arc::default);
        let now = self.now();
        let store = self.store().map_err(broken)?;
        let poured = Restoring::open(from, &self.master)?.pour(&**store.backend(), &self.folder(), None).await?;
        store.unlock(self.master.clone(), now).await.map_err(broken)?;
        desk::verify::rebuild(&store, now).await.map_err(broken)?;
        self.begin_life(&store, poured.head.at.max(poured.state_at)).await.map_err(broken)?;
        drop(store);
        self.start().await?;
        self.unlock().await
    }

    async fn begin_life(&self, store: &Store, known: Timestamp) -> Result<(), StoreError> {
        let now = self.now();
        let begun = Recovery::begun(self.chance.bytes(), known).bytes()?;
        let mut raw = store.backend().begin("node.recover").await?;
        let old = raw.meta("era").await?.and_then(|bytes| bytes.try_into().ok()).map_or(0, i64::from_be_bytes);
        raw.put_meta("era", &old.saturating_add(1).max(now.seconds()).to_be_bytes()).await?;
        raw.put_meta(RECOVERY, &begun).await?;
        raw.commit().await?;
        let mut tx = store.begin("node.restore", self.origin(), now).await?;
        let keys = Keyring::load(&mut tx).await?.ok_or(StoreError::Locked)?;
        keys.revive(&mut tx, &self.open_key, now).await?;
        tx.commit().await
    }

    fn origin(&self) -> Origin {
        let request = base::RequestId::from_bytes(self.chance.bytes());
        Origin { actor: [0; 16], request, digest: base::Digest::default() }
    }

    fn folder(&self) -> PathBuf {
        self.commons.folder.join(name(self.index))
    }

    /// The process dies: only files are left.
    pub fn crash(&mut self) {
        self.running = None;
    }

    /// It runs, locked or not.
    pub const fn running(&self) -> Option<&Running> {
        self.running.as_ref()
    }

    /// It runs and its keys are open.
    pub fn open(&self) -> Option<&Running> {
        self.running.as_ref().filter(|running| running.post.is_open())
    }

    /// Runs an act. A refusal by a rule is normal and gives its code; trouble of the store is not.
    pub async fn act<A: Act>(&self, by: &Actor, act: &A) -> Result<Result<A::Done, &'static str>, Problem> {
        let Some(running) = self.open() else { return Ok(Err("node.locked")) };
        let asking = Asking::once(&*self.chance, running.desk.now());
        match running.desk.run(by, asking, act).await {
            Ok(done) => Ok(Ok(done)),
            Err(Error::Store(StoreError::Erased)) => Ok(Err("store.erased")),
            Err(Error::Store(error)) => Err(broken(format!("{} at {}: {error}", A::NAME, name(self.index)))),
            Err(error) => Ok(Err(error.problem().code.0)),
        }
    }

    /// Its own entry, as anybody may fetch it who is a partner.
    pub async fn entry(&self) -> Result<Option<Vec<u8>>, Problem> {
        let Some(running) = self.open() else { return Ok(None) };
        let mut view = running.desk.store.read(running.desk.now()).await.map_err(broken)?;
        let entry = relay::keys::own_entry(&mut view).await.map_err(broken)?;
        Ok(entry.map(|entry| entry.bytes().to_vec()))
    }

    /// When its mail is due next, and when the moment of an offer or an alert comes: moments of the run.
    pub async fn next_due(&self) -> Result<(Option<Timestamp>, Option<Timestamp>), Problem> {
        let Some(running) = self.open() else { return Ok((None, None)) };
        let mut view = running.desk.store.backend().read().await.map_err(broken)?;
        let mail = relay::post::next_due(&mut *view).await.map_err(broken)?;
        let offer = view.next_due(Shelf::OfferMoments.number()).await.map_err(broken)?;
        let alert = view.next_due(Shelf::Alerts.number()).await.map_err(broken)?;
        let moment = |shown: Timestamp| self.clock.moment(shown);
        Ok((mail.map(moment), offer.into_iter().chain(alert).min().map(moment)))
    }
}
