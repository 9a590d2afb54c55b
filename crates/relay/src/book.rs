//! The peers whose entries were checked and confirmed, as values in memory: to whom to seal, whose signature counts.

use base::{Bytes, NodeId, Problem, Timestamp};
use desk::mail::{self, PeerEntry};
use seal::{IdentityPublic, Kid, Recipient, VerifiedEntry};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Read, StoreError};

/// One peer.
#[derive(Clone, Debug)]
pub struct Peer {
    /// Its entry.
    pub entry: Arc<VerifiedEntry>,
    /// Whether mail may go both ways.
    pub trusted: bool,
}

/// All peers.
#[derive(Clone, Debug, Default)]
pub struct Book {
    peers: BTreeMap<NodeId, Peer>,
    kids: BTreeMap<Kid, NodeId>,
}

impl Book {
    /// Reads the peers from the store; entries that this book already has are not checked again.
    pub async fn read(&self, view: &mut impl Read) -> Result<Self, StoreError> {
        let mut book = Self::default();
        for row in mail::entries(view).await? {
            let known = self.peers.get(&row.node).map(|peer| &peer.entry);
            let entry = match known.filter(|entry| entry.bytes() == row.signed.0.as_slice()) {
                Some(entry) => Arc::clone(entry),
                None => match VerifiedEntry::read(&row.signed.0) {
                    Ok(entry) => Arc::new(entry),
                    Err(_) => continue,
                },
            };
            book.put(Peer { entry, trusted: row.trusted });
        }
        Ok(book)
    }

    fn put(&mut self, peer: Peer) {
        self.kids.insert(peer.entry.cert().identity.kid(), peer.entry.node());
        self.peers.insert(peer.entry.node(), peer);
    }

    /// One peer.
    pub fn get(&self, node: NodeId) -> Option<&Peer> {
        self.peers.get(&node)
    }

    /// All trusted peers.
    pub fn trusted(&self) -> impl Iterator<Item = &VerifiedEntry> {
        self.peers.values().filter(|peer| peer.trusted).map(|peer| &*peer.entry)
    }

    /// Whose identity key this is: only of trusted peers whose certificate holds.
    pub fn signer(&self, kid: &Kid, now: Timestamp) -> Option<(NodeId, IdentityPublic)> {
        let peer = self.peers.get(self.kids.get(kid)?).filter(|peer| peer.trusted && peer.entry.valid_at(now))?;
        Some((peer.entry.node(), peer.entry.cert().identity))
    }

    /// To whom to seal now. `Err(true)`: a trusted peer without a valid epoch; `Err(false)`: no trusted peer.
    pub fn recipient(&self, node: NodeId, now: Timestamp) -> Result<Recipient, bool> {
        let peer = self.peers.get(&node).filter(|peer| peer.trusted).ok_or(false)?;
        peer.entry.recipient(now).ok_or(true)
    }
}

/// A newer entry of a peer we know: same root, higher serial. The row to store.
pub fn newer(known: &VerifiedEntry, signed: &[u8]) -> Result<Option<PeerEntry>, Problem> {
    let entry = VerifiedEntry::read(signed)?;
    if entry.root() != known.root() {
        return Err(Problem::at("entry.signature", "root"));
    }
    if entry.stated().serial <= known.stated().serial {
        return Ok(None);
    }
    Ok(Some(row(&entry)))
}

/// The row of a checked entry whose fingerprint a person confirmed (or that came with a signed accord).
pub fn row(entry: &VerifiedEntry) -> PeerEntry {
    let (node, serial) = (entry.node(), entry.stated().serial);
    PeerEntry { node, serial, signed: Bytes(entry.bytes().to_vec()), trusted: true }
}
