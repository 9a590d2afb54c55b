//! The folders of files: `tmp/{id}/{n}` while chunks come, `tmp/{id}.whole` until an act names a file that an officer
//! adds, `files/ab/cd/{id}` once a file is whole and a report or a case names it.

use super::upload::{Chunk, Upload};
use super::{FilesError, Uploads};
use base::{FileId, Timestamp, from_hex, hex};
use seal::chunk::{CHUNK_BYTES_MAX, chunks_in};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// What the name of a last chunk ends with.
const LAST: &str = ".last";
/// What the name of a whole file under `tmp/` ends with.
const WHOLE: &str = "whole";
/// What is half written; removed when found.
const HALF: &str = "part";

#[derive(Debug)]
pub(super) struct Folder(PathBuf);

/// A whole file that a report names.
pub(super) struct Blob {
    path: PathBuf,
    bytes: u64,
    pub count: u32,
}

impl Blob {
    /// The bytes of a chunk; `None` beyond the end.
    pub fn chunk(&self, n: u32) -> Result<Option<Vec<u8>>, FilesError> {
        let from = u64::from(n) * CHUNK_BYTES_MAX as u64;
        if from >= self.bytes {
            return Ok(None);
        }
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(from))?;
        let mut bytes = Vec::with_capacity(CHUNK_BYTES_MAX);
        file.take(CHUNK_BYTES_MAX as u64).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }

    pub fn is_last(&self, n: u32) -> bool {
        n + 1 == self.count
    }
}

impl Folder {
    pub fn new(root: PathBuf) -> Self {
        Self(root)
    }

    pub fn beside(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// The blob of a file. One of an impossible length was cut by the disk: it counts as absent, and its chunks may come
    /// again.
    pub fn blob(&self, id: FileId) -> Result<Option<Blob>, FilesError> {
        for path in [self.blob_path(id), self.whole_path(id)] {
            match fs::metadata(&path) {
                Ok(found) => return Ok(chunks_in(found.len()).map(|count| Blob { path, bytes: found.len(), count })),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(None)
    }

    /// Writes a whole file in one go, where it waits to be named.
    pub fn write_whole(&self, id: FileId, chunks: &[Vec<u8>], now: Timestamp) -> Result<(), FilesError> {
        make(&self.0.join("tmp"))?;
        write(&self.whole_path(id), now, |file| chunks.iter().try_for_each(|bytes| file.write_all(bytes)))
    }

    /// Puts a whole file where blobs lie.
    pub fn place(&self, id: FileId) -> Result<(), FilesError> {
        let blob = self.blob_path(id);
        let folder = blob.parent().unwrap_or(&self.0);
        make(folder)?;
        fs::rename(self.whole_path(id), &blob)?;
        sync_folder(folder)?;
        sync_folder(&self.0.join("tmp"))
    }

    /// Takes a blob off the disk.
    pub fn unlink(&self, id: FileId) -> Result<(), FilesError> {
        let blob = self.blob_path(id);
        gone(fs::remove_file(&blob))?;
        match blob.parent() {
            Some(folder) if folder.is_dir() => sync_folder(folder),
            _ => Ok(()),
        }
    }

    /// A chunk under `tmp/`.
    pub fn chunk(&self, id: FileId, n: u32, last: bool) -> Result<Vec<u8>, FilesError> {
        Ok(fs::read(self.upload_path(id).join(chunk_name(n, last)))?)
    }

    pub fn write_chunk(&self, chunk: &Chunk<'_>, now: Timestamp) -> Result<(), FilesError> {
        let folder = self.upload_path(chunk.id);
        let is_new = !folder.is_dir();
        make(&folder)?;
        let name = folder.join(chunk_name(chunk.n, chunk.last));
        write(&name, now, |file| file.write_all(chunk.bytes))?;
        if is_new { sync_folder(&self.0.join("tmp")) } else { Ok(()) }
    }

    /// Puts the chunks of a whole upload one after another: the file as it came, and as it would be sent.
    pub fn join(&self, id: FileId, upload: &Upload) -> Result<(), FilesError> {
        let (blob, count) = (self.blob_path(id), upload.count());
        make(blob.parent().unwrap_or(&self.0))?;
        let all = (0..count).map(|n| self.chunk(id, n, n + 1 == count)).collect::<Result<Vec<_>, _>>()?;
        write(&blob, upload.touched, |file| all.iter().try_for_each(|bytes| file.write_all(bytes)))?;
        self.remove(id)
    }

    pub fn remove(&self, id: FileId) -> Result<(), FilesError> {
        gone(fs::remove_dir_all(self.upload_path(id)))?;
        gone(fs::remove_file(self.whole_path(id)))
    }

    /// Bytes free for us on this disk.
    pub fn free_bytes(&self) -> Result<u64, FilesError> {
        let disk = rustix::fs::statvfs(&self.0).map_err(|_| FilesError::Disk)?;
        Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
    }

    /// What a run before this one left under `tmp/`: half-written chunks go, and what was joined already.
    pub fn scan(&self) -> Result<Uploads, FilesError> {
        let mut uploads = Uploads::new();
        for path in entries(&self.0.join("tmp"))? {
            if path.extension().is_some_and(|end| end == HALF) {
                fs::remove_file(&path)?;
                continue;
            }
            if let Some(id) = whole_of(&path) {
                uploads.insert(id, Upload::of_whole(timestamp(fs::metadata(&path)?.modified()?)));
                continue;
            }
            let Some(id) = id_of(&path) else { continue };
            if self.blob(id)?.is_some() {
                self.remove(id)?;
                continue;
            }
            let mut upload = Upload::default();
            for chunk in entries(&path)? {
                match chunk_of(&chunk) {
                    Some(name) => {
                        let found = fs::metadata(&chunk)?;
                        upload.found(name, found.len(), timestamp(found.modified()?));
                    }
                    None => fs::remove_file(&chunk)?,
                }
            }
            uploads.insert(id, upload);
        }
        Ok(uploads)
    }

    fn upload_path(&self, id: FileId) -> PathBuf {
        self.0.join("tmp").join(hex(&id.bytes()))
    }

    fn whole_path(&self, id: FileId) -> PathBuf {
        self.upload_path(id).with_extension(WHOLE)
    }

    fn blob_path(&self, id: FileId) -> PathBuf {
        let name = hex(&id.bytes());
        let (ab, cd): (String, String) = (name.chars().take(2).collect(), name.chars().skip(2).take(2).collect());
        self.0.join("files").join(ab).join(cd).join(name)
    }
}

fn chunk_name(n: u32, last: bool) -> String {
    format!("{n}{}", if last { LAST } else { "" })
}

fn chunk_of(path: &Path) -> Option<(u32, bool)> {
    let name = path.file_name()?.to_str()?;
    let n = name.strip_suffix(LAST).unwrap_or(name);
    let n = n.parse().ok().filter(|number: &u32| number.to_string() == n)?;
    Some((n, name.ends_with(LAST)))
}

fn id_of(path: &Path) -> Option<FileId> {
    let name = path.file_name()?.to_str()?;
    from_hex(name).and_then(|bytes| FileId::from_slice(&bytes)).filter(|_| path.is_dir())
}

fn whole_of(path: &Path) -> Option<FileId> {
    let name = path.file_name()?.to_str()?.strip_suffix(WHOLE)?.strip_suffix('.')?;
    from_hex(name).and_then(|bytes| FileId::from_slice(&bytes)).filter(|_| path.is_file())
}

/// What is absent is as good as removed.
fn gone(removed: std::io::Result<()>) -> Result<(), FilesError> {
    match removed {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, FilesError> {
    match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        found => Ok(found?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?),
    }
}

fn make(folder: &Path) -> Result<(), FilesError> {
    Ok(DirBuilder::new().recursive(true).mode(0o700).create(folder)?)
}

/// Writes beside the name, syncs, renames, syncs the folder: whole, or not there.
fn write(path: &Path, at: Timestamp, fill: impl FnOnce(&mut File) -> std::io::Result<()>) -> Result<(), FilesError> {
    let half = path.with_extension(HALF);
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&half)?;
    let written = fill(&mut file).and_then(|()| file.set_modified(system_time(at))).and_then(|()| file.sync_all());
    if let Err(error) = written.and_then(|()| fs::rename(&half, path)) {
        let _ = fs::remove_file(&half);
        return Err(error.into());
    }
    sync_folder(path.parent().unwrap_or(path))
}

fn sync_folder(folder: &Path) -> Result<(), FilesError> {
    Ok(File::open(folder)?.sync_all()?)
}

/// The file's own time is the node's clock, not the disk's: ages are counted on one clock.
fn system_time(at: Timestamp) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(at.millis()).unwrap_or(0))
}

fn timestamp(at: SystemTime) -> Timestamp {
    let since = at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
