//! `HEAD`: what a place holds. In clear, because the key slots must be read before any key is there; a tag under the key of
//! backups shows every change.

use super::Kind;
use super::place::Place;
use crate::cbor;
use base::{Bytes, Chance, Digest, NodeId, Problem, Seq, Timestamp, hex};
use seal::Aad;
use seal::DataKey as Key;
use serde::{Deserialize, Serialize};

const VERSION: u32 = 1;

/// What a place holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    version: u32,
    /// Whose backup it is.
    pub node: NodeId,
    /// When it was last added to.
    pub at: Timestamp,
    /// The last entry of the journal in it.
    pub seq: Seq,
    /// The link of that entry.
    pub link: Digest,
    /// The node's key slots.
    pub slots: Bytes,
    /// What all papers of the master key have in common; a node founded before papers could be combined has none.
    pub shares: Option<Bytes>,
    pub(super) parts: Vec<Entry>,
}

/// One archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    pub kind: u8,
    pub id: Bytes,
    pub bytes: u64,
    pub at: Timestamp,
    pub seq: Seq,
}

impl Entry {
    pub fn is(&self, kind: Kind) -> bool {
        self.kind == kind.number()
    }

    pub fn name(&self) -> String {
        let kind = Kind::ALL.iter().find(|kind| self.is(**kind));
        format!("{}-{}", kind.map_or("?", |kind| kind.word()), hex(&self.id.0))
    }
}

impl Contents {
    pub(super) fn new(node: NodeId) -> Self {
        let (at, seq, link) = (Timestamp::default(), Seq::default(), Digest::default());
        Self { version: VERSION, node, at, seq, link, slots: Bytes::default(), shares: None, parts: Vec::new() }
    }

    /// Reads what a place says of itself; nothing of it is proved before a key is there.
    pub fn read(path: &std::path::Path) -> Result<Self, Problem> {
        let place = Place::new(path);
        let bytes = place.head()?.ok_or_else(|| Problem::at("backup.none", place.shown()))?;
        Self::decode(&bytes).map(|(contents, _)| contents).ok_or_else(|| Problem::at("backup.altered", "HEAD"))?.known()
    }

    /// Reads and proves it; `None` if the place is new.
    pub(super) fn proved(place: &Place, key: &Key) -> Result<Option<Self>, Problem> {
        let Some(bytes) = place.head()? else { return Ok(None) };
        let altered = || Problem::at("backup.altered", "HEAD");
        let (contents, tag) = Self::decode(&bytes).ok_or_else(altered)?;
        let contents = contents.known()?;
        let told = cbor::to_bytes(&contents).map_err(|_| altered())?;
        seal::open_cell(key, &aad(&told), &tag.0).map_err(|_| altered())?;
        Ok(Some(contents))
    }

    pub(super) fn encode(&self, key: &Key, chance: &dyn Chance) -> Result<Vec<u8>, Problem> {
        let bug = |_| Problem::at("store.engine", "HEAD");
        let told = cbor::to_bytes(self).map_err(bug)?;
        let tag = seal::seal_cell(key, &aad(&told), b"", chance)?;
        cbor::to_bytes(&(Bytes(told), Bytes(tag))).map_err(bug)
    }

    fn decode(bytes: &[u8]) -> Option<(Self, Bytes)> {
        let (told, tag): (Bytes, Bytes) = cbor::from_bytes(bytes, "backup").ok()?;
        // Nothing stands behind it, and it is written in the one way.
        cbor::to_bytes(&(told.clone(), tag.clone())).ok().filter(|again| again == bytes)?;
        Some((cbor::from_bytes(&told.0, "backup").ok()?, tag))
    }

    fn known(self) -> Result<Self, Problem> {
        if self.version == VERSION { Ok(self) } else { Err(Problem::at("backup.version", self.version.to_string())) }
    }

    pub(super) fn of(&self, kind: Kind) -> impl Iterator<Item = &Entry> {
        self.parts.iter().filter(move |entry| entry.is(kind))
    }
}

fn aad(told: &[u8]) -> Aad {
    Aad::new("simpul/backup-head/1").bytes(&seal::hash::sha256(&[told]))
}
