//! Streams of the journal and what folds them.

use crate::shelves::Row;
use base::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use std::sync::Arc;

/// The kinds of streams (STORAGE.md 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i64)]
pub enum StreamKind {
    /// The node itself: eras, keys, settings.
    Node = 1,
    /// A member of staff.
    Officer = 2,
    /// A case.
    Case = 3,
    /// A report.
    Report = 4,
    /// An offer between two nodes (both sides).
    Offer = 5,
    /// An accord.
    Accord = 6,
    /// A peer.
    Peer = 7,
    /// Who looked at a subject, and what was refused.
    Access = 8,
    /// What one report says of a recruiter.
    Mention = 9,
    /// What people judged of two mentions.
    Pair = 10,
    /// An alert about a recruiter, sent or received.
    Alert = 11,
}

impl StreamKind {
    /// The kind of a stored number.
    pub const fn of(number: i64) -> Option<Self> {
        Some(match number {
            1 => Self::Node,
            2 => Self::Officer,
            3 => Self::Case,
            4 => Self::Report,
            5 => Self::Offer,
            6 => Self::Accord,
            7 => Self::Peer,
            8 => Self::Access,
            9 => Self::Mention,
            10 => Self::Pair,
            11 => Self::Alert,
            _ => return None,
        })
    }
}

/// The key ring a stream's key hangs from (STORAGE.md 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Team {
    /// Cases, reports, offers, mentions.
    Casework = 1,
    /// Node, officers, peers, accords, drafts, threads.
    Staff = 2,
    /// Access streams: outlive an erasure.
    Audit = 3,
}

impl Team {
    /// All teams.
    pub const ALL: [Self; 3] = [Self::Casework, Self::Staff, Self::Audit];

    /// Name of its key.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Casework => "team/casework",
            Self::Staff => "team/staff",
            Self::Audit => "team/audit",
        }
    }
}

/// A narrow part of a stream: what few may open, and what goes first. The number is part of the key's name for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Narrow(u8);

impl Narrow {
    /// Narrow parts at most; an erasure looks for the key of each.
    pub const MAX: u8 = 16;

    /// The part with this number, 1 to 16.
    pub const fn new(number: u8) -> Option<Self> {
        if number >= 1 && number <= Self::MAX { Some(Self(number)) } else { None }
    }

    /// All parts that a stream can have.
    pub fn all() -> impl Iterator<Item = Self> {
        (1..=Self::MAX).map(Self)
    }

    /// The subject under which the key of this part of a stream lies in the ring.
    pub(crate) fn subject(self, of: [u8; 16]) -> [u8; 16] {
        let digest = seal::hash::sha256(&[b"simpul/narrow/1", &of, &[self.0]]);
        let mut out = [0; 16];
        for (to, from) in out.iter_mut().zip(digest) {
            *to = from;
        }
        out
    }
}

/// What a stream's events add up to. All state follows from `apply`; `rows` is the only projection code.
pub trait Aggregate: Serialize + DeserializeOwned + Clone + Send + Sync + Sized + 'static {
    /// Its events.
    type Event: Serialize + DeserializeOwned + Send + Sync;
    /// Its kind.
    const KIND: StreamKind;
    /// The ring its key hangs from. `Casework` streams have a key of their own, destroyed on erasure.
    const TEAM: Team;
    /// Whether the stream has a key of its own (else the team key seals it).
    const OWN_KEY: bool;

    /// Name of an event in the journal, `case.opened`; readable on a stolen disk, so it tells nothing of a person.
    fn event_name(event: &Self::Event) -> &'static str;
    /// The state after the first event; `None` if the stream cannot begin with it.
    fn begin(id: [u8; 16], first: &Self::Event, at: Timestamp) -> Option<Self>;
    /// The narrow part that an event belongs to: it has a key of its own, which may be destroyed before the stream's.
    fn narrow(_event: &Self::Event) -> Option<Narrow> {
        None
    }
    /// The state after one more event.
    fn apply(&mut self, event: &Self::Event, at: Timestamp);
    /// Its projection rows.
    fn rows(&self, id: [u8; 16]) -> Vec<Row>;
}

/// A state and the version it was read at.
#[derive(Clone, Debug)]
pub struct Stored<A> {
    /// Stream id.
    pub id: [u8; 16],
    /// Version, 0 for a stream that does not exist yet.
    pub version: i64,
    /// State, shared with what is kept folded: it is copied only where somebody else still looks at it when it changes.
    pub state: Arc<A>,
    /// Hash of its last event, where that was seen.
    pub(crate) last: Option<[u8; 32]>,
}

impl<A: Aggregate> Stored<A> {
    /// As it was folded.
    pub(crate) const fn folded(id: [u8; 16], version: i64, state: Arc<A>) -> Self {
        Self { id, version, state, last: None }
    }
}

impl<A> std::ops::Deref for Stored<A> {
    type Target = A;
    fn deref(&self) -> &A {
        &self.state
    }
}
