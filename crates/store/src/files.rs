//! Sealed files as they came, chunk by chunk (STORAGE.md 9). What is answered is on disk: each chunk is written beside its
//! name, synced, renamed, and its folder synced. A file whose report is here is joined to one blob under `files/`; what no
//! report names waits under `tmp/` and is bounded, so that nobody can fill the disk.
//!
//! Nothing is opened here: the bytes are sealed where they were made, and this part of the store holds no key.

mod disk;
mod upload;

pub use upload::{Chunk, Kept, Progress};

use crate::raw::StoreError;
use base::{FileId, Problem, Timestamp, limits};
use disk::Folder;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use upload::Upload;

/// How much uploads may take. Each figure stands with its reason in `base::limits`.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// Bytes of all uploads that no report names.
    pub waiting_bytes: u64,
    /// Uploads that no report names.
    pub waiting: usize,
    /// What must stay free on the disk for the journal.
    pub free_bytes: u64,
}

impl Default for Room {
    fn default() -> Self {
        Self {
            waiting_bytes: limits::UPLOADS_WAITING_BYTES_MAX,
            waiting: limits::UPLOADS_WAITING_MAX,
            free_bytes: limits::DISK_FREE_BYTES_MIN,
        }
    }
}

/// Why a chunk or a file is not taken or given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilesError {
    /// Other bytes are here under this number, or the chunk does not fit what is here.
    #[error("other bytes are here")]
    Other,
    /// Beyond what one file may have.
    #[error("too large")]
    TooLarge,
    /// A length that no chunk has.
    #[error("no chunk has this length")]
    Misfit,
    /// No room for uploads now.
    #[error("no room")]
    NoRoom,
    /// Not all of it is here.
    #[error("not whole")]
    NotWhole,
    /// The disk said no.
    #[error("the disk said no")]
    Disk,
}

impl FilesError {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Other => "upload.other",
            Self::TooLarge => "upload.too-large",
            Self::Misfit => "upload.misfit",
            Self::NoRoom => "upload.no-room",
            Self::NotWhole => "upload.not-whole",
            Self::Disk => "upload.disk",
        }
    }
}

impl From<FilesError> for Problem {
    fn from(error: FilesError) -> Self {
        Self::new(error.code())
    }
}

impl From<std::io::Error> for FilesError {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::StorageFull { Self::NoRoom } else { Self::Disk }
    }
}

impl From<StoreError> for FilesError {
    fn from(_: StoreError) -> Self {
        Self::Disk
    }
}

/// Uploads under `tmp/`, as they stand on disk.
type Uploads = BTreeMap<FileId, Upload>;

/// The files of a node.
#[derive(Debug)]
pub struct Files {
    folder: Option<Folder>,
    room: Room,
    /// Read from disk at the first use. One chunk is written at a time: it is the disk that takes long.
    uploads: Mutex<Option<Uploads>>,
    /// Something became whole or was named since somebody last asked.
    stirred: AtomicBool,
}

impl Files {
    /// Files under a node's folder.
    pub fn at(root: PathBuf) -> Self {
        Self::with_room(root, Room::default())
    }

    /// The same with other bounds.
    pub fn with_room(root: PathBuf, room: Room) -> Self {
        let stirred = AtomicBool::new(true);
        Self { folder: Some(Folder::new(root)), room, uploads: Mutex::new(None), stirred }
    }

    /// A node that keeps no files: simulations and benchmarks.
    pub const fn none() -> Self {
        let room = Room { waiting_bytes: 0, waiting: 0, free_bytes: 0 };
        Self { folder: None, room, uploads: Mutex::new(None), stirred: AtomicBool::new(false) }
    }

    /// Where a file of this name lies beside the store; `None`: this node keeps no files.
    pub fn beside(&self, name: &str) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.beside(name))
    }

    /// Keeps a chunk. `claimed`: a report of this node names the file. Blocks for as long as the disk takes.
    pub fn put(&self, chunk: &Chunk<'_>, claimed: bool, now: Timestamp) -> Result<Kept, FilesError> {
        chunk.fits()?;
        let folder = self.folder.as_ref().ok_or(FilesError::NoRoom)?;
        let mut uploads = self.uploads(folder)?;
        let uploads = uploads.get_or_insert_default();
        if let Some(known) = known(folder, uploads, chunk)? {
            return Ok(known);
        }
        self.has_room(folder, uploads, chunk, claimed)?;
        folder.write_chunk(chunk, now)?;
        let upload = uploads.entry(chunk.id).or_default();
        upload.add(chunk, claimed, now);
        let whole = upload.whole();
        if whole {
            self.stir();
        }
        if whole && upload.claimed {
            folder.join(chunk.id, upload)?;
            uploads.remove(&chunk.id);
        }
        Ok(Kept { new: true, whole })
    }

    /// Says that there is work: a file became whole, or a report names one.
    pub fn stir(&self) {
        self.stirred.store(true, Ordering::Relaxed);
    }

    /// Whether there is work since this was last asked.
    pub fn stirred(&self) -> bool {
        self.stirred.swap(false, Ordering::Relaxed)
    }

    fn has_room(&self, folder: &Folder, all: &Uploads, chunk: &Chunk<'_>, claimed: bool) -> Result<(), FilesError> {
        if folder.free_bytes()? < self.room.free_bytes {
            return Err(FilesError::NoRoom);
        }
        let waits = |id: &FileId, upload: &Upload| upload.waits() && *id != chunk.id;
        let (mut count, mut bytes) = (1, chunk.bytes.len() as u64);
        bytes += all.get(&chunk.id).map_or(0, Upload::bytes);
        for (_, upload) in all.iter().filter(|(id, upload)| waits(id, upload)) {
            (count, bytes) = (count + 1, bytes + upload.bytes());
        }
        let fits = claimed || (count <= self.room.waiting && bytes <= self.room.waiting_bytes);
        if fits { Ok(()) } else { Err(FilesError::NoRoom) }
    }

    /// What is here of a file; `None` if nothing is.
    pub fn progress(&self, id: FileId) -> Result<Option<Progress>, FilesError> {
        let Some(folder) = &self.folder else { return Ok(None) };
        let uploads = self.uploads(folder)?;
        if let Some(blob) = folder.blob(id)? {
            return Ok(Some(Progress::of_blob(blob.count)));
        }
        Ok(uploads.as_ref().and_then(|all| all.get(&id)).map(Upload::progress))
    }

    /// Keeps a whole sealed file of an officer until her act names it ([`Self::claim`]); what no act names goes like an
    /// upload. Blocks for as long as the disk takes.
    pub fn hold(&self, id: FileId, chunks: &[Vec<u8>], now: Timestamp) -> Result<(), FilesError> {
        let folder = self.folder.as_ref().ok_or(FilesError::NoRoom)?;
        let mut uploads = self.uploads(folder)?;
        let bytes: u64 = chunks.iter().map(|chunk| chunk.len() as u64).sum();
        if folder.free_bytes()? < self.room.free_bytes.saturating_add(bytes) {
            return Err(FilesError::NoRoom);
        }
        folder.write_whole(id, chunks, now)?;
        uploads.get_or_insert_default().insert(id, Upload::of_whole(now));
        Ok(())
    }

    /// A report or a case names the file: from now on it is not removed for want of one, and once whole it is one blob.
    pub fn claim(&self, id: FileId) -> Result<(), FilesError> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let mut uploads = self.uploads(folder)?;
        let uploads = uploads.get_or_insert_default();
        let Some(upload) = uploads.get_mut(&id) else { return Ok(()) };
        upload.claimed = true;
        if upload.is_one {
            folder.place(id)?;
            uploads.remove(&id);
        } else if upload.whole() {
            folder.join(id, upload)?;
            uploads.remove(&id);
        }
        Ok(())
    }

    /// All chunks of a whole file, in order, as they came.
    pub fn chunks(&self, id: FileId) -> Result<Vec<Vec<u8>>, FilesError> {
        let folder = self.folder.as_ref().ok_or(FilesError::NotWhole)?;
        let uploads = self.uploads(folder)?;
        if let Some(blob) = folder.blob(id)? {
            return (0..blob.count).map(|n| blob.chunk(n)?.ok_or(FilesError::NotWhole)).collect();
        }
        let upload = uploads.as_ref().and_then(|all| all.get(&id)).filter(|upload| upload.whole());
        let count = upload.ok_or(FilesError::NotWhole)?.count();
        (0..count).map(|n| folder.chunk(id, n, n + 1 == count)).collect()
    }

    /// One chunk of a whole file as it came, and whether it is the last; `None` if the file is not here whole, or ends
    /// before it.
    pub fn chunk(&self, id: FileId, n: u32) -> Result<Option<(Vec<u8>, bool)>, FilesError> {
        let Some(folder) = &self.folder else { return Ok(None) };
        let _turn = self.uploads(folder)?;
        let Some(blob) = folder.blob(id)? else { return Ok(None) };
        Ok(blob.chunk(n)?.map(|bytes| (bytes, blob.is_last(n))))
    }

    /// One chunk of a whole upload that no report names here, and whether it is the last; `None` if it is not whole, or ends
    /// before it.
    pub fn upload_chunk(&self, id: FileId, n: u32) -> Result<Option<(Vec<u8>, bool)>, FilesError> {
        let Some(folder) = &self.folder else { return Ok(None) };
        let uploads = self.uploads(folder)?;
        let upload =
            uploads.as_ref().and_then(|all| all.get(&id)).filter(|upload| upload.whole() && n < upload.count());
        let Some(count) = upload.map(Upload::count) else { return Ok(None) };
        let is_last = n + 1 == count;
        Ok(Some((folder.chunk(id, n, is_last)?, is_last)))
    }

    /// Puts a whole file back among the uploads without its bad chunks, so that these may come again. The good ones stay.
    pub fn reopen(&self, id: FileId, bad: &[u32], now: Timestamp) -> Result<(), FilesError> {
        let folder = self.folder.as_ref().ok_or(FilesError::NotWhole)?;
        let mut uploads = self.uploads(folder)?;
        let blob = folder.blob(id)?.ok_or(FilesError::NotWhole)?;
        let mut upload = Upload::default();
        for n in (0..blob.count).filter(|n| !bad.contains(n)) {
            let bytes = blob.chunk(n)?.ok_or(FilesError::NotWhole)?;
            let chunk = Chunk { id, n, last: blob.is_last(n), bytes: &bytes };
            folder.write_chunk(&chunk, now)?;
            upload.add(&chunk, true, now);
        }
        folder.unlink(id)?;
        uploads.get_or_insert_default().insert(id, upload);
        Ok(())
    }

    /// Uploads under `tmp/` and when each last grew.
    pub fn waiting(&self) -> Result<Vec<(FileId, Timestamp)>, FilesError> {
        let Some(folder) = &self.folder else { return Ok(Vec::new()) };
        let uploads = self.uploads(folder)?;
        Ok(uploads.iter().flatten().map(|(id, upload)| (*id, upload.touched)).collect())
    }

    /// Removes an upload that no report names.
    pub fn remove(&self, id: FileId) -> Result<(), FilesError> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let mut uploads = self.uploads(folder)?;
        folder.remove(id)?;
        uploads.get_or_insert_default().remove(&id);
        Ok(())
    }

    /// Takes a file off the disk, wherever it lies: its key is gone.
    pub fn erase(&self, id: FileId) -> Result<(), FilesError> {
        let Some(folder) = &self.folder else { return Ok(()) };
        self.remove(id)?;
        folder.unlink(id)
    }

    fn uploads(&self, folder: &Folder) -> Result<MutexGuard<'_, Option<Uploads>>, FilesError> {
        let mut uploads = self.uploads.lock().unwrap_or_else(PoisonError::into_inner);
        if uploads.is_none() {
            *uploads = Some(folder.scan()?);
        }
        Ok(uploads)
    }
}

/// A chunk that is here already: the same bytes, or `Other`.
fn known(folder: &Folder, uploads: &Uploads, chunk: &Chunk<'_>) -> Result<Option<Kept>, FilesError> {
    let (same, whole) = if let Some(blob) = folder.blob(chunk.id)? {
        (blob.chunk(chunk.n)?.as_deref() == Some(chunk.bytes) && blob.is_last(chunk.n) == chunk.last, true)
    } else {
        match uploads.get(&chunk.id) {
            Some(upload) if upload.holds(chunk)? => {
                (folder.chunk(chunk.id, chunk.n, chunk.last)? == chunk.bytes, upload.whole())
            }
            _ => return Ok(None),
        }
    };
    if same { Ok(Some(Kept { new: false, whole })) } else { Err(FilesError::Other) }
}

#[cfg(test)]
mod tests;
