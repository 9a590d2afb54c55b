//! A whole node for the rows: the real desk over a store on the disk, as `simpul serve` puts it together.

use accord::PartyRole;
use anyhow::Context;
use base::{Chance, ManualClock, NodeId, OfficerId, Place, Timestamp};
use casework::{Calendar, Library, Role};
use desk::{Act, Actor, Asking, Desk, NodeProfile, Staff};
use seal::DataKey;
use std::sync::Arc;
use store::{Backend, Store, Vault};
use store_sqlite::{Durability, Options, SqliteBackend};

/// A Monday morning in Batam.
pub const START: Timestamp = Timestamp::from_seconds(1_795_402_800);

/// The machine's random bytes: a real node pays for them with each nonce.
#[derive(Debug)]
pub struct SystemChance;

impl Chance for SystemChance {
    #[expect(clippy::disallowed_methods, reason = "measures what the node pays")]
    fn fill(&self, buffer: &mut [u8]) {
        if getrandom::fill(buffer).is_err() {
            std::process::abort();
        }
    }
}

/// How pages of a bench are served, under this host.
pub fn settings(host: String) -> web::Settings {
    web::Settings {
        hosts: vec![host],
        tls: false,
        run_by: "Simpul".to_owned(),
        duty_phone: String::new(),
        demo: false,
        exit_to: "/".to_owned(),
        onion: None,
        window: false,
        password_cost: seal::Cost::CHEAP,
    }
}

/// A node with its folder.
pub struct Node {
    pub desk: Arc<Desk>,
    pub master: DataKey,
    pub clock: Arc<ManualClock>,
    _folder: Option<tempfile::TempDir>,
}

impl Node {
    /// Over SQLite on the disk, with this durability.
    pub async fn sqlite(durability: Durability) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let options = Options { durability, ..Options::at(START) };
        let backend = SqliteBackend::open(&folder.path().join("node.db"), options)?;
        Self::over(Arc::new(backend), Some(folder), ("batam", "21.71", PartyRole::TaskForce)).await
    }

    /// Over any engine.
    pub async fn over(
        backend: Arc<dyn Backend>,
        folder: Option<tempfile::TempDir>,
        (name, place, role): (&str, &str, PartyRole),
    ) -> anyhow::Result<Self> {
        let chance: Arc<dyn Chance> = Arc::new(SystemChance);
        let store = Store::new(backend, Arc::new(Vault::locked()), Arc::clone(&chance));
        store.found(START).await?;
        let master = DataKey::generate(&*chance);
        store.unlock(master.clone(), START).await?;
        let handbooks = Library::embedded().ok().context("the handbook does not load")?;
        let clock = Arc::new(ManualClock::at(START));
        let desk = Desk {
            store,
            clock: Arc::clone(&clock) as Arc<dyn base::Clock>,
            me: NodeProfile {
                id: NodeId::from_bytes(chance.bytes()),
                name: name.to_owned(),
                title: format!("Simpul {name}"),
                place: Place::parse(place)?,
                role: accord::Word::word(role).to_owned(),
            },
            chance,
            calendar: Arc::new(Calendar::default()),
            handbooks: Arc::new(handbooks),
            screening: Arc::new(pocketbook::Pack::embedded().clone()),
            guide: Arc::new(pocketbook::Guide::embedded().clone()),
            packs: Arc::default(),
            fields: Arc::new(accord::FieldList::shipped().clone()),
            woken: Arc::new(tokio::sync::Notify::new()),
        };
        Ok(Self { desk: Arc::new(desk), master, clock, _folder: folder })
    }

    /// Runs an act that nobody repeats, as an officer who may do everything.
    pub async fn does<A: Act>(&self, act: &A) -> anyhow::Result<A::Done> {
        does(&self.desk, act).await
    }

    /// A command outside the desk.
    pub async fn begin(&self) -> anyhow::Result<store::Tx> {
        let asking = Asking::once(&*self.desk.chance, self.desk.now());
        let by = store::Origin { actor: [0; 16], request: asking.request, digest: asking.digest };
        Ok(self.desk.store.begin("bench", by, self.desk.now()).await?)
    }
}

/// Runs an act on a shared desk.
pub async fn does<A: Act>(desk: &Desk, act: &A) -> anyhow::Result<A::Done> {
    let done = desk.run(&officer(1), Asking::once(&*desk.chance, desk.now()), act).await;
    // A refusal says in its words only that it is one.
    done.map_err(|error| anyhow::anyhow!("{}: {}", A::NAME, error.problem()))
}

/// An officer with every role of a workflow.
pub fn officer(number: u8) -> Actor {
    let roles = Role::ALL.iter().copied().collect();
    Actor::Officer(Staff {
        id: OfficerId::from_bytes([number; 16]),
        name: base::Redacted::default(),
        roles,
        step_up_at: Some(START),
    })
}

/// A runtime as `simpul serve` has it.
pub fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build()?)
}
