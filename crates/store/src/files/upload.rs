//! What is known of an upload: which chunks are here, whether it is whole.

use super::FilesError;
use base::{FileId, Timestamp, limits};
use seal::chunk::{CHUNK_BYTES_MAX, fits_a_chunk};
use std::collections::BTreeMap;

/// Chunks of the largest file a phone may send.
const CHUNKS_MAX: u32 = 1_600;
const _: () = assert!(limits::UPLOAD_BYTES_MAX == 1_600 * limits::BLOB_CHUNK_BYTES as u64);

/// One sealed chunk as it came.
#[derive(Clone, Copy, Debug)]
pub struct Chunk<'a> {
    /// Of which file.
    pub id: FileId,
    /// Its number, from 0.
    pub n: u32,
    /// Whether the sender says that it is the last.
    pub last: bool,
    /// Its bytes, sealed.
    pub bytes: &'a [u8],
}

impl Chunk<'_> {
    /// Whether any file can have this chunk at all.
    pub(super) fn fits(&self) -> Result<(), FilesError> {
        if self.n >= CHUNKS_MAX || self.bytes.len() > CHUNK_BYTES_MAX {
            Err(FilesError::TooLarge)
        } else if fits_a_chunk(self.bytes.len(), self.last) {
            Ok(())
        } else {
            Err(FilesError::Misfit)
        }
    }
}

/// A chunk that is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// It came just now; else the same bytes were here.
    pub new: bool,
    /// The file is whole.
    pub whole: bool,
}

/// How much of a file is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Runs of chunks that are here, first and last number of each.
    pub have: Vec<(u32, u32)>,
    /// Every chunk is here.
    pub whole: bool,
}

impl Progress {
    pub(super) fn of_blob(count: u32) -> Self {
        Self { have: vec![(0, count.saturating_sub(1))], whole: true }
    }

    /// How many chunks are here.
    pub fn chunks(&self) -> u32 {
        self.have.iter().map(|(first, last)| last - first + 1).sum()
    }
}

/// An upload under `tmp/`.
#[derive(Debug, Default)]
pub(super) struct Upload {
    /// Lengths by number.
    chunks: BTreeMap<u32, u64>,
    /// The number that came as the last.
    last: Option<u32>,
    /// A report names it.
    pub claimed: bool,
    /// It is here in one piece, from an officer of this node.
    pub is_one: bool,
    /// When it last grew.
    pub touched: Timestamp,
}

impl Upload {
    /// A file that came in one piece.
    pub fn of_whole(touched: Timestamp) -> Self {
        Self { is_one: true, touched, ..Self::default() }
    }

    /// Whether it takes room from those whom nobody knows.
    pub const fn waits(&self) -> bool {
        !self.claimed && !self.is_one
    }

    /// Whether this very number is here. A chunk that contradicts what is here is refused: a second last one, one behind
    /// the last, or a last one before others.
    pub fn holds(&self, chunk: &Chunk<'_>) -> Result<bool, FilesError> {
        let beyond = self.last.is_some_and(|last| chunk.n > last || (chunk.n == last) != chunk.last);
        let before = chunk.last && self.chunks.range(chunk.n + 1..).next().is_some();
        let other = self.chunks.contains_key(&chunk.n) && (self.last == Some(chunk.n)) != chunk.last;
        if beyond || before || other { Err(FilesError::Other) } else { Ok(self.chunks.contains_key(&chunk.n)) }
    }

    pub fn add(&mut self, chunk: &Chunk<'_>, claimed: bool, now: Timestamp) {
        self.found((chunk.n, chunk.last), chunk.bytes.len() as u64, now);
        self.claimed |= claimed;
    }

    pub fn found(&mut self, (n, last): (u32, bool), bytes: u64, at: Timestamp) {
        self.chunks.insert(n, bytes);
        self.last = if last { Some(n) } else { self.last };
        self.touched = self.touched.max(at);
    }

    pub fn bytes(&self) -> u64 {
        self.chunks.values().sum()
    }

    pub fn whole(&self) -> bool {
        self.last.is_some_and(|last| self.chunks.len() as u64 == u64::from(last) + 1)
    }

    /// Chunks of the whole file; 0 while the last one is not here.
    pub fn count(&self) -> u32 {
        self.last.map_or(0, |last| last + 1)
    }

    pub fn progress(&self) -> Progress {
        let mut have: Vec<(u32, u32)> = Vec::new();
        for n in self.chunks.keys() {
            match have.last_mut() {
                Some((_, to)) if *to + 1 == *n => *to = *n,
                _ => have.push((*n, *n)),
            }
        }
        Progress { have, whole: self.whole() }
    }
}
