//! Attachments at the post office: chunks that come are kept beside their message, and what is on its way out is known.

use super::Post;
use base::{FileId, limits};
use desk::mail::{BlobOut, blobs_due, blobs_to};
use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};
use store::files::{Chunk, Kept, Progress};
use store::{Files, FilesError, Shelf, StoreError};

/// Blobs looked at in one round.
const ROUND_MAX: usize = 64;

/// What a carrier did with a blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// It has all of it.
    There,
    /// Not all of it.
    NotThere,
    /// Its file is gone here: nothing can be sent.
    Gone,
}

impl Post {
    /// Keeps a chunk for this node, also while it is locked. Answered means: it is on disk.
    pub async fn take_chunk(&self, (id, n, last): (FileId, u32, bool), bytes: Vec<u8>) -> Result<Kept, FilesError> {
        let mut view = self.store.backend().read().await?;
        let claimed = view.count(Shelf::OfferFiles.number(), &id.bytes(), 1).await? > 0;
        drop(view);
        let now = self.now();
        self.on_disk(move |files| files.put(&Chunk { id, n, last, bytes: &bytes }, claimed, now)).await?
    }

    /// What is here of a blob.
    pub async fn chunks_here(&self, id: FileId) -> Result<Option<Progress>, FilesError> {
        self.on_disk(move |files| files.progress(id)).await?
    }

    /// A chunk of a stored file, as it is sent; `None` if the file is gone.
    pub(crate) async fn stored_chunk(&self, id: FileId, n: u32) -> Result<Option<(Vec<u8>, bool)>, FilesError> {
        self.on_disk(move |files| files.chunk(id, n)).await?
    }

    async fn on_disk<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Files) -> T + Send + 'static,
    ) -> Result<T, FilesError> {
        let files = Arc::clone(self.store.files());
        tokio::task::spawn_blocking(move || work(&files)).await.map_err(|_| FilesError::Disk)
    }

    /// Blobs to be sent now, or looked for again.
    pub(crate) async fn blobs_due(&self) -> Result<Vec<BlobOut>, StoreError> {
        if !self.is_open() {
            return Ok(Vec::new());
        }
        let mut view = self.store.read(self.now()).await?;
        self.refresh(&mut view).await?;
        blobs_due(&mut view, ROUND_MAX).await
    }

    /// All blobs on their way to a peer.
    pub(crate) async fn blobs_for(&self, peer: base::NodeId) -> Result<Vec<BlobOut>, StoreError> {
        blobs_to(&mut self.store.read(self.now()).await?, peer).await
    }

    /// Notes what a carrier did with a blob.
    pub(crate) async fn settle_blob(&self, blob: &BlobOut, pushed: Pushed) -> Result<(), StoreError> {
        let mut tx = self.begin("relay.settle-blob").await?;
        let Some(known) = blob.read(&mut tx).await? else { return Ok(()) };
        let next = match pushed {
            Pushed::Gone => None,
            Pushed::There => known.after(true, self.now()),
            Pushed::NotThere => known.after(false, self.now()),
        };
        match next {
            Some(next) => next.put(&mut tx).await?,
            None => blob.drop(&mut tx).await?,
        }
        tx.commit().await
    }

    /// Documents that came along with offers and are not here yet: to be fetched from a relay.
    pub(crate) async fn wanted(&self) -> Result<BTreeSet<FileId>, StoreError> {
        if !self.is_open() {
            return Ok(BTreeSet::new());
        }
        let mut view = self.store.backend().read().await?;
        let rows = view.due(Shelf::OfferFiles.number(), self.now(), limits::CODE_ROWS_MAX).await?;
        Ok(rows.iter().filter_map(|row| FileId::from_slice(&row.part)).collect())
    }

    /// Remembers that a relay gave all of a blob: to be released there once it is settled here.
    pub(crate) fn fetched(&self, id: FileId) {
        self.fetched.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
    }

    /// What was fetched and is wanted no more; asked once.
    pub(crate) fn to_release(&self, wanted: &BTreeSet<FileId>) -> Vec<FileId> {
        let mut fetched = self.fetched.lock().unwrap_or_else(PoisonError::into_inner);
        let (keep, done) = fetched.iter().partition(|id| wanted.contains(id));
        *fetched = keep;
        let done: BTreeSet<FileId> = done;
        done.into_iter().collect()
    }
}
