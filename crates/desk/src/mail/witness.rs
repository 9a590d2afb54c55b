//! Who saw our journal, and whose journals we saw: partners sign each other's heads, so that none can quietly shorten or
//! rewrite its own (FEDERATION.md 10).

use base::{Bytes, NodeId, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Read, Sealed, Shelf, Shelved, StoreError, Tx};

/// What a partner knows of our journal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenThere {
    /// Of which life of this node.
    pub era: u64,
    /// The last event that it signed for.
    pub n: u64,
    /// When it signed.
    pub seen_at: Option<Timestamp>,
    /// The last event that it was shown.
    pub shown: u64,
    /// When.
    pub shown_at: Option<Timestamp>,
    /// There was more than one message could show.
    pub more: bool,
}

/// What we know of a partner's journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenHere {
    /// Its signed head.
    pub head: Bytes,
    /// When we signed it.
    pub seen_at: Timestamp,
}

/// Two signed heads of one node that cannot both be true: evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fork {
    /// The one known before.
    pub known: Bytes,
    /// The one that came.
    pub told: Bytes,
    /// When it came.
    pub at: Timestamp,
}

/// A row: partition = partner, key = whose journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Witness {
    There(SeenThere),
    Here(SeenHere),
    Fork(Fork),
}

const THERE: &[u8] = b"ours";
const HERE: &[u8] = b"theirs";
const FORK: &[u8] = b"fork";

impl Shelved for Witness {
    const SHELF: Shelf = Shelf::Witnesses;
}

/// What a partner knows of our journal.
pub async fn seen_there(view: &mut impl Read, peer: NodeId) -> Result<SeenThere, StoreError> {
    match view.state::<Witness>(&peer.bytes(), THERE).await? {
        Some(Witness::There(seen)) => Ok(seen),
        _ => Ok(SeenThere::default()),
    }
}

/// What we know of a partner's journal.
pub async fn seen_here(view: &mut impl Read, peer: NodeId) -> Result<Option<SeenHere>, StoreError> {
    match view.state::<Witness>(&peer.bytes(), HERE).await? {
        Some(Witness::Here(seen)) => Ok(Some(seen)),
        _ => Ok(None),
    }
}

/// The evidence against a partner, if there is any.
pub async fn fork_of(view: &mut impl Read, peer: NodeId) -> Result<Option<Fork>, StoreError> {
    match view.state::<Witness>(&peer.bytes(), FORK).await? {
        Some(Witness::Fork(fork)) => Ok(Some(fork)),
        _ => Ok(None),
    }
}

impl SeenThere {
    /// Writes it.
    pub async fn put(self, tx: &mut Tx, peer: NodeId) -> Result<(), StoreError> {
        put(tx, (peer, THERE), &Witness::There(self)).await
    }
}

impl SeenHere {
    /// Writes it.
    pub async fn put(self, tx: &mut Tx, peer: NodeId) -> Result<(), StoreError> {
        put(tx, (peer, HERE), &Witness::Here(self)).await
    }
}

impl Fork {
    /// Keeps it, unless there is older evidence: the first is the one to show.
    pub async fn put(self, tx: &mut Tx, peer: NodeId) -> Result<(), StoreError> {
        if fork_of(tx, peer).await?.is_some() {
            return Ok(());
        }
        put(tx, (peer, FORK), &Witness::Fork(self)).await
    }
}

/// Numbers, hashes and signatures only, so it is not sealed.
async fn put(tx: &mut Tx, (peer, key): (NodeId, &[u8]), row: &Witness) -> Result<(), StoreError> {
    tx.put((&peer.bytes(), key), None, Sealed::Plain, row).await
}
