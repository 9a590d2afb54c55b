//! **store**: what we ask of storage.
//!
//! Job: the journal and what follows from it. Events go in, projections come out of the same transaction, bodies are
//! sealed under per-case keys before an engine sees them.
//!
//! Invariants: no SQL here, no rule of the field, no clock. Projections follow from events alone (P3); an engine sees
//! ciphertext and ids only (P4).
//! Start reading at [`raw`] (what an engine does), then [`Tx`] and [`Read`], then [`Aggregate`].

pub mod access;
pub mod archive;
pub mod cbor;
pub mod chain;
#[cfg(feature = "contract")]
pub mod contract;
pub mod files;
mod opened;
pub mod raw;
pub mod refold;
mod sealing;
pub mod shelves;
pub mod streams;
mod tx;
pub mod vault;
mod view;

pub use access::{Access, AccessEvent, ShownOn};
pub use files::{Files, FilesError};
pub use raw::{Backend, Direction, RawTx, RawView, StoreError};
pub use shelves::{KeyBytes, Row, Shelf, Shelved};
pub use streams::{Aggregate, Narrow, Stored, StreamKind, Team};
pub use tx::{Origin, Sealed, Tx};
pub use vault::Vault;
pub use view::{Due, Listed, Page, Read, Told, View};

use base::{Chance, Digest, RequestId, Timestamp};
use std::sync::Arc;

/// A node's store: an engine, the keys, and chance for nonces.
#[derive(Clone)]
pub struct Store {
    backend: Arc<dyn Backend>,
    vault: Arc<Vault>,
    chance: Arc<dyn Chance>,
    files: Arc<Files>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({:?})", self.vault)
    }
}

impl Store {
    /// Puts an engine, a vault and chance together.
    pub fn new(backend: Arc<dyn Backend>, vault: Arc<Vault>, chance: Arc<dyn Chance>) -> Self {
        Self { backend, vault, chance, files: Arc::new(Files::none()) }
    }

    /// With a place for files.
    #[must_use]
    pub fn with_files(self, files: Files) -> Self {
        Self { files: Arc::new(files), ..self }
    }

    /// Sealed files.
    pub fn files(&self) -> &Arc<Files> {
        &self.files
    }

    /// The keys.
    pub fn vault(&self) -> &Arc<Vault> {
        &self.vault
    }

    /// The engine, for what works while the node is locked.
    pub fn backend(&self) -> &Arc<dyn Backend> {
        &self.backend
    }

    /// The source of random bytes.
    pub fn chance(&self) -> &Arc<dyn Chance> {
        &self.chance
    }

    /// Opens a command, after waiting for its turn. `Repeated` when this request was committed before.
    pub async fn begin(&self, act: &'static str, by: Origin, now: Timestamp) -> Result<Tx, StoreError> {
        if !self.vault.is_open() {
            return Err(StoreError::Locked);
        }
        let mut raw = self.backend.begin(act).await?;
        if let Some(seen) = raw.request(by.request.bytes()).await? {
            return Err(if seen.digest == by.digest.0 { StoreError::Repeated(seen.seq) } else { StoreError::Reused });
        }
        Ok(Tx::new(raw, (Arc::clone(&self.vault), Arc::clone(&self.chance)), act, by, now))
    }

    /// Opens a command of the node itself that nobody can ask for again: it leaves no row by which a second asking is known.
    pub async fn begin_once(&self, act: &'static str, now: Timestamp) -> Result<Tx, StoreError> {
        if !self.vault.is_open() {
            return Err(StoreError::Locked);
        }
        let raw = self.backend.begin(act).await?;
        let request = RequestId::from_bytes(self.chance.bytes());
        let by = Origin { actor: [0; 16], request, digest: Digest::default() };
        Ok(Tx::new(raw, (Arc::clone(&self.vault), Arc::clone(&self.chance)), act, by, now).once())
    }

    /// Opens a snapshot.
    pub async fn read(&self, now: Timestamp) -> Result<View, StoreError> {
        if !self.vault.is_open() {
            return Err(StoreError::Locked);
        }
        self.read_unsealed(now).await
    }

    /// Opens a snapshot, also while locked: then only rows that are not sealed can be read.
    pub async fn read_unsealed(&self, now: Timestamp) -> Result<View, StoreError> {
        Ok(View::new(self.backend.read().await?, Arc::clone(&self.vault), now))
    }

    /// Starts a new node's journal: its era is the unix time of its birth. A node that has one is left as it is.
    pub async fn found(&self, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.backend.begin("store.found").await?;
        if tx.meta("era").await?.is_none() {
            tx.put_meta("era", &now.seconds().to_be_bytes()).await?;
        }
        tx.commit().await
    }

    /// After an erasure was committed: what the engine still keeps of deleted rows goes too.
    pub async fn scrub(&self) -> Result<(), StoreError> {
        self.backend.scrub().await
    }

    /// Opens the keys with the master key.
    pub async fn unlock(&self, master: seal::cell::DataKey, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.backend.begin("store.unlock").await?;
        self.vault.open(master, &mut *tx, &*self.chance, now).await?;
        tx.commit().await
    }
}
