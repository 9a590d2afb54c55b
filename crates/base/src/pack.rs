//! The outside of a pack (CONTRACTS.md 5a): a folder of data with `pack.json`, which lists every file with bytes and
//! SHA-256. What stands inside the files is the matter of the room whose kind it is; who signed it is that of `seal`.

use crate::clock::Timestamp;
use crate::codes::Problem;
use crate::ids::hex;
use crate::limits;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// The files of a pack by path inside its folder.
pub type Files = BTreeMap<String, Vec<u8>>;

/// The list of the files.
pub const MANIFEST: &str = "pack.json";
/// The publisher's signature over [`CONTEXT`] and the bytes of the manifest.
pub const SIGNATURE: &str = "pack.sig";
/// What a publisher signs begins with this.
pub const CONTEXT: &str = "simpul/pack/1";
/// Files of one pack: a handbook has twenty, a language with clips two hundred.
pub const FILES_MAX: usize = 512;
/// Length of a path inside a pack.
const PATH_BYTES_MAX: usize = 120;
/// Length of an id or a version.
const NAME_BYTES_MAX: usize = 64;
/// Groups of digits of a version.
const VERSION_GROUPS_MAX: usize = 4;

/// What a pack is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Service lines, steps and forms.
    Handbook,
    /// Questions and what their answers open.
    Screening,
    /// Chapters for responders, and the sentences of the interpreter's page.
    Guidance,
    /// Telephone lines and services by place.
    Directory,
    /// The sentences of the interpreter's page in one more language.
    Language,
    /// Days on which nobody works.
    Calendar,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 6] =
        [Self::Handbook, Self::Screening, Self::Guidance, Self::Directory, Self::Language, Self::Calendar];

    /// Its word in a manifest.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Handbook => "handbook",
            Self::Screening => "screening",
            Self::Guidance => "guidance",
            Self::Directory => "directory",
            Self::Language => "language",
            Self::Calendar => "calendar",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// A version: one to four numbers with dots, compared as numbers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(Vec<u32>);

impl Version {
    /// Reads a version such as `0.2.0`. `None` if it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = |group: &str| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit());
        let groups: Option<Vec<u32>> =
            text.split('.').map(|group| group.parse().ok().filter(|_| plain(group))).collect();
        groups.filter(|groups| groups.len() <= VERSION_GROUPS_MAX).map(Self)
    }
}

/// What a manifest says, in the right form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// What the pack is for.
    pub kind: Kind,
    /// Its name; packs of one name follow one another.
    pub id: String,
    /// Its version, as written.
    pub version: String,
    /// The version it follows.
    pub previous: Option<String>,
    /// The day on which somebody last compared it with its sources.
    pub checked_on: String,
    /// Where its content comes from.
    pub sources: Vec<String>,
    /// Path, bytes, SHA-256 in hex.
    pub files: Vec<(String, u64, String)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    pack: u32,
    kind: String,
    id: String,
    version: String,
    previous: Option<String>,
    checked_on: String,
    sources: Vec<String>,
    files: Vec<(String, u64, String)>,
}

impl Manifest {
    /// Reads the manifest of a pack; every fault of its form at once. Files are compared by [`Manifest::faults`].
    pub fn read(files: &Files) -> Result<Self, Vec<Problem>> {
        let shape: Shape = json(files, MANIFEST).map_err(|problem| vec![problem])?;
        let kind = Kind::parse(&shape.kind);
        let mut faults = Vec::new();
        let mut expect = |holds: bool, code, at: &str| {
            if !holds {
                faults.push(Problem::at(code, format!("{MANIFEST}: {at}")));
            }
        };
        expect(shape.pack == 1, "pack.format-unknown", "pack");
        expect(kind.is_some(), "pack.kind-unknown", "kind");
        expect(name(&shape.id), "pack.id-bad", "id");
        expect(Version::parse(&shape.version).is_some(), "pack.version-bad", "version");
        expect(
            shape.previous.as_deref().is_none_or(|version| older(version, &shape.version)),
            "pack.version-bad",
            "previous",
        );
        expect(day(&shape.checked_on).is_some(), "pack.date-bad", "checked_on");
        expect(!shape.sources.is_empty(), "pack.source-missing", "sources");
        expect(shape.sources.iter().all(|source| !source.trim().is_empty()), "pack.source-missing", "sources");
        expect(shape.files.len() <= FILES_MAX, "pack.too-many", "files");
        let Some(kind) = kind.filter(|_| faults.is_empty()) else { return Err(faults) };
        let Shape { id, version, previous, checked_on, sources, files, .. } = shape;
        Ok(Self { kind, id, version, previous, checked_on, sources, files })
    }

    /// Every fault between the list and the files, and dates that lie ahead of today (days since 1970).
    pub fn faults(&self, files: &Files, today: i64) -> Vec<Problem> {
        let mut faults = Vec::new();
        if day(&self.checked_on).is_some_and(|checked| checked > today) {
            faults.push(Problem::at("pack.date-ahead", format!("{MANIFEST}: checked_on")));
        }
        let mut listed = BTreeSet::from([MANIFEST, SIGNATURE]);
        for (path, bytes, digest) in &self.files {
            let at = || format!("{MANIFEST}: files ({path})");
            if !safe(path) {
                faults.push(Problem::at("pack.path-unsafe", at()));
            } else if !listed.insert(path) {
                faults.push(Problem::at("pack.twice", at()));
            } else {
                match files.get(path) {
                    None => faults.push(Problem::at("pack.file-missing", path)),
                    Some(held) if held.len() > limits::DOCUMENT_BYTES_MAX => {
                        faults.push(Problem::at("input.too-large", path));
                    }
                    Some(held) if !same(held, *bytes, digest) => faults.push(Problem::at("pack.file-changed", path)),
                    Some(_) => {}
                }
            }
        }
        let beside = files.keys().filter(|path| !listed.contains(path.as_str()));
        faults.extend(beside.map(|path| Problem::at("pack.not-listed", path)));
        faults
    }

    /// Its version as numbers.
    pub fn order(&self) -> Version {
        Version::parse(&self.version).unwrap_or(Version(Vec::new()))
    }
}

/// Reads a JSON file of a pack; a fault names line and column.
pub fn json<T: serde::de::DeserializeOwned>(files: &Files, path: &str) -> Result<T, Problem> {
    let bytes = files.get(path).ok_or_else(|| Problem::at("pack.file-missing", path))?;
    if bytes.len() > limits::DOCUMENT_BYTES_MAX {
        return Err(Problem::at("input.too-large", path));
    }
    serde_json::from_slice(bytes).map_err(|fault| Problem::at("pack.malformed", format!("{path}: {fault}")))
}

/// Lists the files as they are: path, bytes, SHA-256 in hex.
pub fn listed(files: &Files) -> Vec<(String, u64, String)> {
    let inside = files.iter().filter(|(path, _)| !matches!(path.as_str(), MANIFEST | SIGNATURE));
    inside.map(|(path, bytes)| (path.clone(), bytes.len() as u64, hex(&Sha256::digest(bytes)))).collect()
}

/// The day of a date such as `2026-11-23`, in days since 1970. `None` if it is no date.
pub fn day(date: &str) -> Option<i64> {
    if date.len() != 10 {
        return None;
    }
    Timestamp::parse(&format!("{date}T00:00:00Z")).map(Timestamp::day)
}

/// One to 64 plain characters: it becomes part of a file name and of an address.
pub fn name(word: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=NAME_BYTES_MAX).contains(&word.len()) && word.bytes().all(plain) && !word.starts_with('-')
}

fn older(previous: &str, version: &str) -> bool {
    match (Version::parse(previous), Version::parse(version)) {
        (Some(previous), Some(version)) => previous < version,
        (previous, _) => previous.is_some(),
    }
}

fn same(held: &[u8], bytes: u64, digest: &str) -> bool {
    held.len() as u64 == bytes && hex(&Sha256::digest(held)) == digest.to_ascii_lowercase()
}

/// A path that stays inside its folder on every system: plain characters, no part that begins with a dot.
fn safe(path: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    };
    path.len() <= PATH_BYTES_MAX && path.split('/').all(plain) && !matches!(path, MANIFEST | SIGNATURE)
}

#[cfg(test)]
mod tests;
