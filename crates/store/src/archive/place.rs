//! The folder of a backup: files are written beside their name, synced, renamed; `HEAD` last of all.

use super::sealed::{Name, Writer};
use super::{Kind, Record};
use base::{Chance, Problem, hex};
use seal::DataKey as Key;
use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// What names everything else in the folder.
const HEAD: &str = "HEAD";
/// What is half written.
const HALF: &str = "part";
/// Folders that are copied file by file: what lies in them is sealed already, or public.
const MIRRORED: [&str; 2] = ["files", "shelf"];
/// Folders below a mirrored one go no deeper.
const DEPTH_MAX: usize = 8;

#[derive(Clone, Debug)]
pub(super) struct Place(PathBuf);

fn unwritable(path: &Path) -> impl FnOnce(io::Error) -> Problem {
    |_| Problem::at("backup.unwritable", path.display().to_string())
}

impl Place {
    pub fn new(path: &Path) -> Self {
        Self(path.to_path_buf())
    }

    /// Makes the folder. The one it lies in must be there: a stick that is not plugged in is no place.
    pub fn make(&self) -> Result<(), Problem> {
        match fs::DirBuilder::new().mode(0o700).create(&self.0) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(unwritable(&self.0)(error)),
            _ => Ok(()),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub fn shown(&self) -> String {
        self.0.display().to_string()
    }

    /// The bytes of `HEAD`, if there is one.
    pub fn head(&self) -> Result<Option<Vec<u8>>, Problem> {
        match fs::read(self.0.join(HEAD)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(_) => Err(Problem::at("input.unreadable", self.shown())),
        }
    }

    pub fn put_head(&self, bytes: &[u8]) -> Result<(), Problem> {
        write(&self.0.join(HEAD), |file| file.write_all(bytes)).map_err(unwritable(&self.0))
    }

    /// Begins an archive under a name that counts only once it is whole.
    pub fn begin(&self, kind: Kind, key: &Key, chance: &dyn Chance) -> Result<Part, Problem> {
        let id: [u8; 16] = chance.bytes();
        let name = format!("{}-{}", kind.word(), hex(&id));
        let half = self.0.join(&name).with_extension(HALF);
        let begin = || Writer::begin(BufWriter::new(create(&half)?), key, Name { kind: kind.number(), id }, chance);
        let writer = begin().map_err(unwritable(&half))?;
        Ok(Part { half, whole: self.0.join(&name), id, writer })
    }

    /// Copies what the place lacks of files that never change; gives the list of what lies in the node's folder.
    pub fn mirror(&self, dir: &Path) -> Result<Vec<(String, i64)>, Problem> {
        let mut all = Vec::new();
        for folder in MIRRORED {
            for path in files_below(&dir.join(folder), &is_whole).map_err(unwritable(dir))? {
                let inside = inside(dir, &path);
                let to = self.0.join(&inside);
                let bytes = fs::metadata(&path).map_err(unwritable(&path))?.len();
                if !fs::metadata(&to).is_ok_and(|known| known.len() == bytes) {
                    copy(&path, &to).map_err(unwritable(&to))?;
                }
                all.push((inside, i64::try_from(bytes).unwrap_or(i64::MAX)));
            }
        }
        Ok(all)
    }

    /// Puts a mirrored file back. `backup.altered` if it is missing or of another length.
    pub fn give_back(&self, path: &str, bytes: i64, dir: &Path) -> Result<(), Problem> {
        let safe = MIRRORED.iter().any(|folder| path.starts_with(&format!("{folder}/")))
            && path.split('/').all(|word| !matches!(word, "" | "." | ".."));
        let from = self.0.join(path);
        let fits = fs::metadata(&from).is_ok_and(|found| i64::try_from(found.len()) == Ok(bytes));
        if !safe || !fits {
            return Err(Problem::at("backup.altered", path));
        }
        let to = dir.join(path);
        copy(&from, &to).map_err(unwritable(&to))
    }

    /// Removes archives that no `HEAD` names any more: half-written ones, what was pruned. Rings are overwritten first.
    pub fn sweep(&self, keep: &BTreeSet<String>) -> io::Result<()> {
        for entry in fs::read_dir(&self.0)? {
            let path = entry?.path();
            let name = inside(&self.0, &path);
            let ours = Kind::ALL.iter().any(|kind| name.starts_with(&format!("{}-", kind.word())));
            if ours && path.is_file() && !keep.contains(&name) {
                let is_ring = name.starts_with(&format!("{}-", Kind::Ring.word()));
                if is_ring { wipe(&path)? } else { fs::remove_file(path)? }
            }
        }
        Ok(())
    }

    /// Removes copies of files that were erased, and half-written ones.
    pub fn sweep_mirrored(&self, mirrored: &BTreeSet<String>) -> io::Result<()> {
        for folder in MIRRORED {
            for path in files_below(&self.0.join(folder), &|_| true)? {
                if !mirrored.contains(&inside(&self.0, &path)) {
                    fs::remove_file(path)?;
                }
            }
        }
        Ok(())
    }
}

/// An archive that is being written.
pub(super) struct Part {
    half: PathBuf,
    whole: PathBuf,
    pub id: [u8; 16],
    writer: Writer<BufWriter<File>>,
}

impl Part {
    pub fn add(&mut self, record: &Record) -> Result<(), Problem> {
        self.writer.add(record).map_err(unwritable(&self.half))
    }

    /// Whole, on disk, under its name. Gives its length.
    pub fn end(self) -> Result<u64, Problem> {
        let finish = || {
            let file = self.writer.end()?.into_inner()?;
            file.sync_all()?;
            fs::rename(&self.half, &self.whole)?;
            file.metadata().map(|meta| meta.len())
        };
        finish().map_err(unwritable(&self.half))
    }
}

fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}

fn make(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

fn write(path: &Path, fill: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let half = path.with_extension(HALF);
    let mut file = create(&half)?;
    fill(&mut file)?;
    file.sync_all()?;
    fs::rename(&half, path)?;
    File::open(path.parent().unwrap_or(path))?.sync_all()
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    make(to.parent().unwrap_or(to))?;
    let mut from = File::open(from)?;
    write(to, |file| io::copy(&mut from, file).map(drop))
}

fn inside(folder: &Path, path: &Path) -> String {
    path.strip_prefix(folder).unwrap_or(path).to_string_lossy().into_owned()
}

fn is_whole(path: &Path) -> bool {
    path.extension().is_none_or(|end| end != HALF)
}

fn files_below(folder: &Path, which: &dyn Fn(&Path) -> bool) -> io::Result<Vec<PathBuf>> {
    let (mut found, mut waiting) = (Vec::new(), vec![(folder.to_path_buf(), 0)]);
    while let Some((next, depth)) = waiting.pop() {
        let entries = match fs::read_dir(&next) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            let (path, kind) = (entry.path(), entry.file_type()?);
            if kind.is_dir() && depth < DEPTH_MAX {
                waiting.push((path, depth + 1));
            } else if kind.is_file() && which(&path) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Overwrites and removes: on a disk that writes in place nothing of a ring is left.
fn wipe(path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(path)?;
    let mut left = file.metadata()?.len();
    file.seek(SeekFrom::Start(0))?;
    let zeros = [0; 16_384];
    while left > 0 {
        let some = zeros.get(..usize::try_from(left).unwrap_or(usize::MAX).min(zeros.len())).unwrap_or(&zeros);
        file.write_all(some)?;
        left -= some.len() as u64;
    }
    file.sync_all()?;
    fs::remove_file(path)
}
