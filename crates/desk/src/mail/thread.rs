//! A thread: numbered Bodies of two nodes on one subject, each direction counted apart (FEDERATION.md 5).

use super::received::Verdict;
use base::{Bytes, Digest, NodeId, ThreadId, Timestamp, limits};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use store::{KeyBytes, Page, Read, Sealed, Shelf, Shelved, StoreError, Team, Tx};

/// What a thread is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ThreadKind {
    /// Keys, pings, receipts.
    Control,
    /// Recruiter alerts.
    Alert,
    /// One case and one peer.
    Case,
    /// One accord.
    Accord,
}

impl ThreadKind {
    /// The kind of thread a message number belongs to.
    pub const fn of(number: u16) -> Self {
        match number {
            1..=6 | 64..=73 => Self::Control,
            40 | 41 => Self::Alert,
            48..=54 => Self::Accord,
            _ => Self::Case,
        }
    }
}

/// Our direction.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outbound {
    /// Our era when it was last written to.
    pub era: u64,
    /// Last number given.
    pub seq: u64,
    /// Its hash.
    pub hash: Digest,
    /// All numbers up to here were receipted.
    pub acked: u64,
    /// Numbers that will never be sent (again); each Body lists those beyond `acked`.
    pub void: BTreeMap<u64, Digest>,
    /// Numbers that the peer holds until it upgrades.
    pub held: BTreeSet<u64>,
}

/// A number that waits for those before it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Parked {
    /// Its hash.
    pub hash: Digest,
    /// Hash of the number before.
    pub prev: Digest,
    /// What was decided, if it acted on sight.
    pub acted: Option<Verdict>,
}

/// A decision that was not simply "applied".
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Marked {
    /// The number.
    pub seq: u64,
    /// The decision.
    pub verdict: Verdict,
}

/// The peer's direction.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Inbound {
    /// The peer's era.
    pub era: u64,
    /// All numbers up to here are decided.
    pub upto: u64,
    /// Hash of that number.
    pub hash: Digest,
    /// Numbers beyond a gap.
    pub parked: BTreeMap<u64, Parked>,
    /// Numbers beyond `upto` that the peer says will never come.
    pub void: BTreeMap<u64, Digest>,
    /// Latest decisions that were not simply "applied".
    pub marks: Vec<Marked>,
    /// Two Bodies under one number: nothing more is taken until the peer's next era.
    pub frozen: bool,
    /// The sender's key was revoked: nothing more is taken of this era until it says, under a new key and in a new life,
    /// what it still knows.
    #[serde(default)]
    pub revoked: bool,
    /// What acted on sight under that key before its turn: the same under a new key acts no second time.
    #[serde(default)]
    pub acted: BTreeMap<u64, Digest>,
    /// The sender lives in this era since it was restored: of those before it nothing is taken but what it still knows.
    #[serde(default)]
    pub life: u64,
    /// Of eras before that life: the last number that the sender still knows.
    #[serde(default)]
    pub known: BTreeMap<u64, u64>,
}

/// A thread with one peer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thread {
    /// Its id.
    pub id: ThreadId,
    /// The other node.
    pub peer: NodeId,
    /// What it is about.
    pub kind: ThreadKind,
    /// The case (or other subject) whose key seals its Bodies here.
    pub subject: Option<[u8; 16]>,
    /// Our direction.
    pub out: Outbound,
    /// The peer's direction.
    pub inn: Inbound,
    /// When a receipt is to go.
    pub receipt_at: Option<Timestamp>,
}

impl Shelved for Thread {
    const SHELF: Shelf = Shelf::Threads;
}

impl Thread {
    /// A thread nothing was said in yet.
    pub fn new(id: ThreadId, peer: NodeId, kind: ThreadKind, subject: Option<[u8; 16]>) -> Self {
        Self { id, peer, kind, subject, out: Outbound::default(), inn: Inbound::default(), receipt_at: None }
    }

    /// Nothing was said in it yet: it is known by what a restored partner named, and its kind is not.
    pub fn is_silent(&self) -> bool {
        self.out.seq == 0 && self.inn.upto == 0 && self.inn.parked.is_empty()
    }

    /// What seals Bodies of this thread.
    pub fn sealed(&self) -> Sealed {
        match (self.subject, self.kind) {
            (Some(subject), _) => Sealed::Subject(subject, Team::Casework),
            (None, ThreadKind::Case) => Sealed::Team(Team::Casework),
            (None, _) => Sealed::Team(Team::Staff),
        }
    }

    /// Writes it. It holds ids, numbers and hashes only, so it is not sealed (STORAGE.md 1, P4).
    pub async fn put(&self, tx: &mut Tx) -> Result<(), StoreError> {
        tx.put((&self.peer.bytes(), &self.id.bytes()), self.receipt_at, Sealed::Plain, self).await
    }

    /// Asks for a receipt by a moment; an earlier one stays.
    pub fn want_receipt(&mut self, by: Timestamp) {
        self.receipt_at = Some(self.receipt_at.map_or(by, |at| at.min(by)));
    }
}

/// Reads a thread.
pub async fn thread(view: &mut impl Read, peer: NodeId, id: ThreadId) -> Result<Option<Thread>, StoreError> {
    view.state::<Thread>(&peer.bytes(), &id.bytes()).await
}

/// All threads with a peer.
pub async fn threads(view: &mut impl Read, peer: NodeId) -> Result<Vec<Thread>, StoreError> {
    let (mut all, mut page) = (Vec::new(), Page::first(limits::CODE_ROWS_MAX));
    loop {
        let rows = view.states::<Thread>(&peer.bytes(), &page).await?;
        let Some(last) = rows.last() else { return Ok(all) };
        page.after = Some(last.key.clone());
        all.extend(rows.into_iter().map(|row| row.card));
    }
}

/// Binds a thread to the subject whose key seals its Bodies here from now on: the case opened for an offer.
pub async fn bind(tx: &mut Tx, peer: NodeId, id: ThreadId, subject: [u8; 16]) -> Result<(), StoreError> {
    let found = thread(tx, peer, id).await?;
    let mut thread = found.unwrap_or_else(|| Thread::new(id, peer, ThreadKind::Case, None));
    thread.subject = Some(subject);
    thread.put(tx).await
}

/// What is said on a thread whose subject was erased here is sealed under the team's key: ids and hashes alone.
pub async fn unbind(tx: &mut Tx, peer: NodeId, id: ThreadId) -> Result<(), StoreError> {
    let Some(mut thread) = thread(tx, peer, id).await? else { return Ok(()) };
    thread.subject = None;
    thread.put(tx).await
}

/// A number that was decided, for 180 days: thread, era, number to hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Hash of the Body.
    pub hash: Digest,
}

impl Shelved for Seen {
    const SHELF: Shelf = Shelf::Seen;
}

/// The hash of a decided number.
pub async fn seen_hash(
    view: &mut impl Read,
    thread: ThreadId,
    era: u64,
    seq: u64,
) -> Result<Option<Digest>, StoreError> {
    let found = view.state::<Seen>(&thread.bytes(), &super::outbox_key(era, seq)).await?;
    Ok(found.map(|seen| seen.hash))
}

/// A parked Body: its exact bytes and who signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParkedBody {
    /// The signed payload.
    pub payload: Bytes,
    /// Kid of the signing key.
    pub signed_by: Bytes,
}

impl Shelved for ParkedBody {
    const SHELF: Shelf = Shelf::Parked;
}

/// Order of numbers in a thread: era, then number.
pub(super) fn number_key(era: u64, seq: u64) -> Vec<u8> {
    KeyBytes::new().int(era.cast_signed()).int(seq.cast_signed()).done()
}
