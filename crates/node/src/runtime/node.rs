//! A node put together: store, vault, clock, chance, desk.

use super::config::Config;
use super::lock::Given;
use super::{keyholders, lock, passphrase};
use crate::platform::{DemoClock, SystemChance, SystemClock};
use base::{Chance, Clock, NodeId, Problem, Timestamp};
use desk::{Desk, NodeProfile};
use seal::{DataKey, Lock, RootPublic};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::{Backend, Store, StoreError, Vault};
use store_sqlite::{Options, SqliteBackend};

/// A node's folder, opened.
pub struct Node {
    /// The folder.
    pub dir: PathBuf,
    /// Its configuration.
    pub config: Config,
    /// Its desk; locked until [`Node::open_with`].
    pub desk: Arc<Desk>,
    /// Key of what works while locked.
    pub open_key: DataKey,
}

/// A store's trouble as a problem of the environment.
#[expect(clippy::needless_pass_by_value, reason = "the shape map_err asks for")]
pub fn trouble(error: StoreError) -> Problem {
    match &error {
        // An engine may name a code of its own, such as `store.in-use`.
        StoreError::Engine(text) => base::codes::CATALOGUE
            .iter()
            .find(|entry| entry.code == text)
            .map_or_else(|| Problem::at("store.engine", text.clone()), |entry| Problem::new(entry.code)),
        other => Problem::new(other.code()),
    }
}

/// The clock of a node: the machine's, or the demo's.
pub fn clock(dir: &Path, config: &Config) -> Arc<dyn Clock> {
    if config.demo {
        let parent = dir.parent().unwrap_or(dir);
        Arc::new(DemoClock::new(parent.join("jam-peragaan")))
    } else {
        Arc::new(SystemClock)
    }
}

/// Opens the store that the configuration names.
pub async fn backend(dir: &Path, config: &Config, now: Timestamp) -> Result<Arc<dyn Backend>, Problem> {
    match &config.store.url {
        None => {
            let store = SqliteBackend::open(&dir.join("node.db"), Options::at(now)).map_err(trouble)?;
            Ok(Arc::new(store))
        }
        Some(url) => {
            let schema = format!("simpul_{}", config.place.code().replace('.', "_"));
            let options = store_postgres::Options::at(now);
            let store = store_postgres::PostgresBackend::connect(url, &schema, options).await.map_err(trouble)?;
            Ok(Arc::new(store))
        }
    }
}

impl Node {
    /// Opens a folder. The node stays locked.
    pub async fn open(dir: &Path) -> Result<Self, Problem> {
        let config = Config::read(dir)?;
        if dir.join(super::restore::REHEARSAL).exists() {
            return Err(Problem::at("node.rehearsal", dir.display().to_string()));
        }
        let clock = clock(dir, &config);
        let backend = backend(dir, &config, clock.now()).await?;
        let open_key = read_open_key(dir)?;
        let id = node_id(&*backend).await?;
        let desk = desk((dir, &config), id, backend, clock)?;
        Ok(Self { dir: dir.to_path_buf(), config, desk: Arc::new(desk), open_key })
    }

    /// What opens it.
    pub async fn lock(&self) -> Result<Lock, Problem> {
        lock::read(&**self.desk.store.backend()).await
    }

    /// Opens the keys with what who is here types: the passphrase, or two keyholders theirs. Gives what was typed.
    pub async fn unlock_typed(&self, file: Option<&Path>) -> Result<Vec<Given>, Problem> {
        let lock = self.lock().await?;
        let given = passphrase::given(matches!(lock, Lock::One(_)), file)?;
        self.open_with(lock::master(&lock, &given)?).await?;
        if let (Lock::Two(_), [one, two]) = (&lock, given.as_slice()) {
            keyholders::note_opened(self, [one.name.clone(), two.name.clone()]).await?;
        }
        Ok(given)
    }

    /// Opens the keys.
    pub async fn open_with(&self, master: DataKey) -> Result<(), Problem> {
        self.desk.store.unlock(master, self.desk.now()).await.map_err(trouble)
    }
}

/// Builds the desk over a store.
pub fn desk(
    (dir, config): (&Path, &Config),
    id: NodeId,
    backend: Arc<dyn Backend>,
    clock: Arc<dyn Clock>,
) -> Result<Desk, Problem> {
    let chance: Arc<dyn Chance> = Arc::new(SystemChance);
    let mut packs = super::packs::load(dir, config, clock.now())?;
    // New work begins under the newest, open cases keep theirs; there is always one, inside the binary.
    let handbooks = casework::Library::gather(packs.handbooks);
    let handbooks = handbooks.ok_or_else(|| Problem::at("pack.file-missing", "handbook"))?;
    let screening = packs.screenings.pop().ok_or_else(|| Problem::at("pack.file-missing", "screening"))?;
    let files = store::Files::at(dir.to_path_buf());
    Ok(Desk {
        store: Store::new(backend, Arc::new(Vault::locked()), Arc::clone(&chance)).with_files(files),
        clock,
        chance,
        me: NodeProfile {
            id,
            name: config.name.clone(),
            title: config.title.clone(),
            place: config.place.clone(),
            role: config.role.clone(),
        },
        calendar: Arc::new(packs.calendar),
        handbooks: Arc::new(handbooks),
        screening: Arc::new(screening),
        guide: Arc::new(packs.guide),
        packs: Arc::new(packs.states),
        fields: Arc::new(accord::FieldList::shipped().clone()),
        woken: Arc::new(tokio::sync::Notify::new()),
    })
}

/// Who the node of a store is.
pub async fn node_id(backend: &dyn Backend) -> Result<NodeId, Problem> {
    let mut view = backend.read().await.map_err(trouble)?;
    let root = view.meta("root").await.map_err(trouble)?.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let root = root.and_then(|bytes| RootPublic::from_bytes(&bytes)).ok_or(Problem::new("node.no-keys"))?;
    Ok(root.node())
}

/// The key of what works while locked.
pub fn read_open_key(dir: &Path) -> Result<DataKey, Problem> {
    let path = dir.join("open.key");
    let bytes = std::fs::read(&path).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    bytes.map(DataKey::from_bytes).ok_or_else(|| Problem::at("input.unreadable", path.display().to_string()))
}
