//! Packs on the disk. `DIR/packs` is where people put them, a folder each; `DIR/shelf` holds the node's own copies of those
//! it took, so that a later fault in `packs` takes nothing away and cases find the version they began under.

use super::config::Config;
use base::pack::{FILES_MAX, Files};
use base::{Problem, Timestamp, limits};
use desk::packs::{Found, Packs, Trust, gather};
use seal::PublisherPublic;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Where people put packs.
pub const INBOX: &str = "packs";
/// Where the node keeps those it took.
pub const SHELF: &str = "shelf";
/// Folders inside a pack.
const DEPTH_MAX: usize = 4;
/// All files of one pack.
const PACK_BYTES_MAX: usize = 16 << 20;
/// Packs of one node: a few kinds, a few languages, their versions of ten years.
const PACKS_MAX: usize = 1_000;

/// Reads what lies in both folders, and keeps a copy of what is new and good.
pub fn load(dir: &Path, config: &Config, now: Timestamp) -> Result<Packs, Problem> {
    let packs = look(dir, config, now)?;
    for state in packs.states.iter().filter(|state| state.fresh && state.folder.starts_with(INBOX)) {
        if let (Some(about), Ok(files)) = (&state.about, read(&dir.join(&state.folder))) {
            let name = format!("{}-{}-{}", about.kind.word(), about.id, about.version);
            if let Err(problem) = keep(&dir.join(SHELF), &name, &files) {
                tracing::warn!(code = problem.code.0, pack = name, "a pack is in use, but no copy was kept");
            }
        }
    }
    Ok(packs)
}

/// Copies the packs of one folder that are good to the shelf of another: the public window shows what its node shows.
pub fn lend((from, to): (&Path, &Path), config: &Config, now: Timestamp) -> Result<(), Problem> {
    for state in look(from, config, now)?.states.iter().filter(|state| state.faults.is_empty()) {
        if let (Some(about), false) = (&state.about, state.folder.is_empty()) {
            let name = format!("{}-{}-{}", about.kind.word(), about.id, about.version);
            keep(&to.join(SHELF), &name, &read(&from.join(&state.folder))?)?;
        }
    }
    Ok(())
}

/// The same without keeping anything.
pub fn look(dir: &Path, config: &Config, now: Timestamp) -> Result<Packs, Problem> {
    let publishers = publishers(config)?;
    let found = [SHELF, INBOX].into_iter().flat_map(|place| found(dir, place)).take(PACKS_MAX).collect();
    let today = config.place.zone().local_day(now);
    Ok(gather(found, &Trust { publishers: &publishers, today, demo: config.demo }))
}

fn publishers(config: &Config) -> Result<Vec<PublisherPublic>, Problem> {
    let read = |(number, text): (usize, &String)| {
        let bytes = base::from_hex(text).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        let key = bytes.and_then(|bytes| PublisherPublic::from_bytes(&bytes));
        key.ok_or_else(|| Problem::at("node.bad-config", format!("publishers[{number}]")))
    };
    config.publishers.iter().enumerate().map(read).collect()
}

fn found(dir: &Path, place: &str) -> Vec<Found> {
    let entries = std::fs::read_dir(dir.join(place)).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    // What begins with a dot is half written.
    let mut names: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
    names.sort();
    let each = |name: String| Found { files: read(&dir.join(place).join(&name)), folder: format!("{place}/{name}") };
    names.into_iter().map(each).collect()
}

/// All files of a pack's folder, by path inside it. Links lead nowhere; sizes and numbers have bounds.
pub fn read(folder: &Path) -> Result<Files, Problem> {
    let mut files = Files::new();
    let mut waiting = vec![(folder.to_path_buf(), 0)];
    let mut sum = 0;
    while let Some((next, depth)) = waiting.pop() {
        let unreadable = |_| Problem::at("input.unreadable", next.display().to_string());
        for entry in std::fs::read_dir(&next).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let (path, kind) = (entry.path(), entry.file_type().map_err(unreadable)?);
            if kind.is_dir() && depth < DEPTH_MAX {
                waiting.push((path, depth + 1));
            } else if kind.is_file() {
                let bytes = crate::output::read(&path.display().to_string(), limits::DOCUMENT_BYTES_MAX)?;
                sum += bytes.len();
                files.insert(inside(folder, &path), bytes);
            } else {
                return Err(Problem::at("pack.path-unsafe", inside(folder, &path)));
            }
            if files.len() > FILES_MAX || sum > PACK_BYTES_MAX {
                return Err(Problem::at("pack.too-many", folder.display().to_string()));
            }
        }
    }
    Ok(files)
}

fn inside(folder: &Path, path: &Path) -> String {
    path.strip_prefix(folder).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

/// Writes a pack under a temporary name and renames it, so that the shelf never holds half of one.
fn keep(shelf: &Path, name: &str, files: &Files) -> Result<(), Problem> {
    let (half, whole) = (shelf.join(format!(".{name}")), shelf.join(name));
    if whole.is_dir() {
        return Ok(());
    }
    let unwritable = |_| Problem::at("output.unwritable", half.display().to_string());
    let _ = std::fs::remove_dir_all(&half);
    for (path, bytes) in files {
        let to = half.join(path);
        std::fs::create_dir_all(to.parent().unwrap_or(&half)).map_err(unwritable)?;
        crate::output::write_file(&to, bytes)?;
    }
    std::fs::rename(&half, &whole).map_err(unwritable)
}

/// Writes the files of a pack into a folder of the inbox.
pub fn put(dir: &Path, name: &str, files: &BTreeMap<String, Vec<u8>>) -> Result<PathBuf, Problem> {
    let folder = dir.join(INBOX).join(name);
    for (path, bytes) in files {
        let to = folder.join(path);
        std::fs::create_dir_all(to.parent().unwrap_or(&folder))
            .map_err(|_| Problem::at("output.unwritable", to.display().to_string()))?;
        crate::output::write_file(&to, bytes)?;
    }
    Ok(folder)
}
