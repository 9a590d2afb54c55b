//! **store-sqlite**: the embedded engine under `store-sql`.
//!
//! Job: open the file safely, one writer whose commands share a COMMIT, three readers with snapshots.
//!
//! Invariants: no rule of the field, no table of its own, no clock. A command is answered after its COMMIT is on disk
//! (P1); the journal is never updated or deleted (triggers, [`file`]).
//! Start reading at [`SqliteBackend`], then [`writer`].

mod connection;
mod file;
mod reader;
mod writer;

use crate::reader::Readers;
use crate::writer::Shared;
use async_trait::async_trait;
use base::Timestamp;
use std::path::Path;
use std::sync::Arc;
use store::raw::{RawTx, RawView};
use store::{Backend, StoreError};

/// What a COMMIT waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// The disk: what was answered outlives a power cut.
    #[default]
    Full,
    /// Nothing: for tests and simulations, whose data may go.
    Off,
}

/// How to open a store.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The present, for the list of migrations.
    pub now: Timestamp,
    /// What a COMMIT waits for.
    pub durability: Durability,
    /// Most pages of 4,096 bytes the file may have: a quota, and how tests fill a disk.
    pub pages_max: Option<u32>,
    /// Snapshots that may be open at a time. With one, who opens a second while she holds the first waits until she is told
    /// that the node is busy: so tests find it.
    pub snapshots: usize,
}

impl Options {
    /// As a node opens its store.
    pub const fn at(now: Timestamp) -> Self {
        Self { now, durability: Durability::Full, pages_max: None, snapshots: reader::READERS }
    }
}

/// A store in one SQLite file. One process at a time: a lock beside the file says so.
#[derive(Debug)]
pub struct SqliteBackend {
    shared: Arc<Shared>,
    readers: Arc<Readers>,
    // Declared after the connections: fields are dropped in this order, so the lock outlives them.
    _lock: file::Lock,
    _scratch: Option<tempfile::TempDir>,
}

impl SqliteBackend {
    /// Opens the file, making and migrating it as needed. `Engine("store.in-use")` when another process has it,
    /// `Engine("store.sqlite-too-old")` when the library lacks a fix we rely on, `SchemaUnknown` when a newer binary
    /// made it.
    pub fn open(path: &Path, options: Options) -> Result<Self, StoreError> {
        Self::with(path, options, None)
    }

    /// A store of its own that is gone when dropped: for tests and simulations. It is a real file with real snapshots,
    /// because a database in memory has no WAL and so no reader beside the writer.
    pub fn scratch(options: Options) -> Result<Self, StoreError> {
        let folder = file::scratch()?;
        let path = folder.path().join("simpul.db");
        Self::with(&path, Options { durability: Durability::Off, ..options }, Some(folder))
    }

    /// Leaves no trace of what was deleted: carries the WAL back and empties it. After an erasure (P5); `Busy` while a
    /// reader holds an older snapshot, then ask again.
    pub async fn scrub(&self) -> Result<(), StoreError> {
        writer::scrub(&self.shared).await
    }

    fn with(path: &Path, options: Options, scratch: Option<tempfile::TempDir>) -> Result<Self, StoreError> {
        let lock = file::lock(path)?;
        let mut writer = file::writer(path, options)?;
        file::migrate(&mut writer, options.now)?;
        let readers = Arc::new(Readers::open(path, options.snapshots)?);
        Ok(Self { shared: Arc::new(Shared::new(writer)), readers, _lock: lock, _scratch: scratch })
    }
}

#[async_trait]
impl Backend for SqliteBackend {
    async fn begin(&self, _act: &'static str) -> Result<Box<dyn RawTx>, StoreError> {
        writer::begin(&self.shared).await
    }

    async fn read(&self) -> Result<Box<dyn RawView>, StoreError> {
        reader::open(&self.readers).await
    }

    async fn scrub(&self) -> Result<(), StoreError> {
        Self::scrub(self).await
    }

    fn commits(&self) -> (u64, u64) {
        self.shared.counts()
    }
}
