//! The peers whose entries were checked and confirmed, as values in memory: to whom to seal, whose signature counts.

use base::{NodeId, Problem, Timestamp};
use desk::mail;
use desk::partners::closing::is_closed;
use desk::wire::Message;
use seal::{IdentityPublic, Kid, Recipient, VerifiedEntry};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::{Read, StoreError};

/// One peer.
#[derive(Clone, Debug)]
pub struct Peer {
    /// Its entry.
    pub entry: Arc<VerifiedEntry>,
    /// Whether mail may go both ways.
    pub trusted: bool,
    /// Its present key was revoked, known here or not: nothing is sealed to it, nothing of it is taken.
    pub revoked: bool,
}

/// All peers.
#[derive(Clone, Debug, Default)]
pub struct Book {
    peers: BTreeMap<NodeId, Peer>,
    kids: BTreeMap<Kid, NodeId>,
    dead: BTreeSet<Kid>,
    /// As of which change of dead keys.
    changes: u64,
}

impl Book {
    /// Reads the peers from the store; entries that this book already has, or that were checked when they came, are not
    /// checked again.
    pub async fn read(&self, view: &mut impl Read, came: &[Arc<VerifiedEntry>]) -> Result<Self, StoreError> {
        let mut book = Self { changes: mail::revocation_changes(view).await?, ..Self::default() };
        let mut stopped = BTreeSet::new();
        for row in mail::revocations(view).await? {
            stopped.extend(row.over_at.is_none().then_some(row.node));
            book.dead.extend(row.kid.0.try_into().ok().map(Kid));
        }
        for row in mail::entries(view).await? {
            let known = self.peers.get(&row.node).map(|peer| &peer.entry);
            let entry = match known.into_iter().chain(came).find(|entry| entry.bytes() == row.signed.0.as_slice()) {
                Some(entry) => Arc::clone(entry),
                None => match VerifiedEntry::read(&row.signed.0) {
                    Ok(entry) => Arc::new(entry),
                    Err(_) => continue,
                },
            };
            let revoked = stopped.contains(&row.node) || book.is_dead(&entry.cert().identity.kid());
            book.put(Peer { entry, trusted: row.trusted, revoked });
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

    /// Whether no key was revoked or replaced since.
    pub fn is_fresh(&self, changes: u64) -> bool {
        self.changes == changes
    }

    /// Whether a key was revoked.
    pub fn is_dead(&self, kid: &Kid) -> bool {
        self.dead.contains(kid)
    }

    /// All trusted peers whose key was not revoked.
    pub fn trusted(&self) -> impl Iterator<Item = &VerifiedEntry> {
        self.peers.values().filter(|peer| peer.trusted && !peer.revoked).map(|peer| &*peer.entry)
    }

    /// All trusted peers that may have something of ours to tell: also one whose key was revoked, which answers under its next;
    /// not one that closed for good.
    pub fn who_may_tell(&self) -> impl Iterator<Item = NodeId> {
        let told = |peer: &&Peer| peer.trusted && !(peer.revoked && is_closed(&peer.entry));
        self.peers.values().filter(told).map(|peer| peer.entry.node())
    }

    /// Whose identity key this is: only of trusted peers whose certificate holds, and never a revoked one.
    pub fn signer(&self, kid: &Kid, now: Timestamp) -> Option<(NodeId, IdentityPublic)> {
        let peer = self.peers.get(self.kids.get(kid)?).filter(|peer| peer.trusted && peer.entry.valid_at(now))?;
        (!self.is_dead(kid)).then(|| (peer.entry.node(), peer.entry.cert().identity))
    }

    /// Whose key this is or was, if it was revoked.
    pub fn revoked(&self, kid: &Kid) -> Option<NodeId> {
        self.kids.get(kid).copied().filter(|_| self.is_dead(kid))
    }

    /// A peer with a new key introduces itself by its entry (64): the same root vouches for it, in a later certificate.
    /// Nothing else is taken under a key that is not known.
    pub fn introduced(&self, kid: &Kid, payload: &[u8], now: Timestamp) -> Option<(NodeId, IdentityPublic)> {
        let body = seal::Body::decode(payload).ok()?;
        let Ok(Message::DirectoryEntry(said)) = Message::from_content(body.kind, &body.content) else { return None };
        let known = self.peers.get(&body.from).filter(|peer| peer.trusted)?;
        let entry = VerifiedEntry::read(&said.entry).ok().filter(|entry| entry.valid_at(now))?;
        let (new, old) = (entry.cert(), known.entry.cert());
        let vouched = entry.root() == known.entry.root() && new.serial > old.serial;
        (vouched && new.identity.kid() == *kid && !self.is_dead(kid)).then_some((body.from, new.identity))
    }

    /// To whom to seal now. `Err(true)`: a trusted peer without a valid epoch, or whose key was revoked; `Err(false)`: no
    /// trusted peer.
    pub fn recipient(&self, node: NodeId, now: Timestamp) -> Result<Recipient, bool> {
        let peer = self.peers.get(&node).filter(|peer| peer.trusted).ok_or(false)?;
        peer.entry.recipient(now).filter(|_| !peer.revoked).ok_or(true)
    }

    /// The same, also where the key was revoked: for the revocation itself, which is no secret.
    pub fn told_of_its_end(&self, node: NodeId, now: Timestamp) -> Option<Recipient> {
        self.peers.get(&node).filter(|peer| peer.trusted)?.entry.recipient(now)
    }
}

/// A newer entry of a peer we know: same root, higher serial.
pub fn newer(known: &VerifiedEntry, signed: &[u8]) -> Result<Option<VerifiedEntry>, Problem> {
    let entry = VerifiedEntry::read(signed)?;
    if entry.root() != known.root() {
        return Err(Problem::at("entry.signature", "root"));
    }
    if entry.stated().serial <= known.stated().serial || entry.cert().serial < known.cert().serial {
        return Ok(None);
    }
    Ok(Some(entry))
}
