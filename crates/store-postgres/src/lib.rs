//! **store-postgres**: PostgreSQL 15 and newer under `store-sql`, for a province or the nation.
//!
//! Job: one connection that writes under a lease, commands that share a COMMIT, a pool of readers with snapshots.
//!
//! Invariants: no rule of the field, no table of its own, no clock (the lease goes by the server's). A command is
//! answered after its COMMIT is on the server's disk (P1). Plain SQL only: no lock hints, notifications, sequences or
//! functions, so that a distributed PostgreSQL can take its place (STORAGE.md 7).
//! Start reading at [`PostgresBackend`], then [`writer`].

mod lease;
mod reader;
mod session;
mod values;
mod writer;

use crate::session::Setup;
use crate::writer::Shared;
use async_trait::async_trait;
use base::Timestamp;
use deadpool_postgres::Pool;
use std::sync::Arc;
use store::raw::{RawTx, RawView};
use store::{Backend, StoreError};

/// What a server must promise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// `fsync` and `full_page_writes` are on: what was answered outlives a power cut.
    #[default]
    Full,
    /// Not asked: for tests, whose data may go.
    Off,
}

/// How to open a store.
#[derive(Clone, Debug)]
pub struct Options {
    /// The present, for the list of migrations.
    pub now: Timestamp,
    /// What the server must promise.
    pub durability: Durability,
    /// Certificates (PEM) that may sign the server's, for a server on another machine.
    pub ca_pem: Option<Vec<u8>>,
    /// Who holds the lease, shown to whoever looks for the running process.
    pub holder: String,
    /// How old the holder's last sign of life must be before another takes over.
    pub lease_millis: i64,
}

impl Options {
    /// As a node opens its store.
    pub const fn at(now: Timestamp) -> Self {
        Self { now, durability: Durability::Full, ca_pem: None, holder: String::new(), lease_millis: 10_000 }
    }
}

/// A store in one schema of a PostgreSQL server. One process at a time: a lease with a fencing term says so.
#[derive(Debug)]
pub struct PostgresBackend {
    shared: Arc<Shared>,
    readers: Pool,
    heart: tokio::task::JoinHandle<()>,
}

impl PostgresBackend {
    /// Connects, makes and migrates the schema as needed, and takes the lease. `Engine` with `store.unreachable`,
    /// `store.postgres-too-old`, `store.postgres-unsafe`, `store.postgres-not-private` or `store.in-use`;
    /// `SchemaUnknown` when a newer binary made it.
    pub async fn connect(url: &str, schema: &str, options: Options) -> Result<Self, StoreError> {
        let setup = Setup::new(url, schema, options.ca_pem.as_deref())?;
        let mut session = setup.connect().await?;
        lease::check_server(&session, options.durability).await?;
        let lease = lease::open(&mut session, schema, &options).await?;
        let readers = setup.pool()?;
        let shared = Arc::new(Shared::new(setup, session, lease));
        let heart = tokio::spawn(writer::beat(Arc::downgrade(&shared)));
        Ok(Self { shared, readers, heart })
    }
}

impl Drop for PostgresBackend {
    fn drop(&mut self) {
        self.heart.abort();
        self.shared.give_back();
    }
}

#[async_trait]
impl Backend for PostgresBackend {
    async fn begin(&self, _act: &'static str) -> Result<Box<dyn RawTx>, StoreError> {
        writer::begin(&self.shared).await
    }

    async fn read(&self) -> Result<Box<dyn RawView>, StoreError> {
        reader::open(&self.readers).await
    }

    async fn scrub(&self) -> Result<(), StoreError> {
        writer::scrub(&self.shared).await
    }

    fn commits(&self) -> (u64, u64) {
        self.shared.counts()
    }
}
