//! Keys that are dead (FEDERATION.md 8): what is kept of a revocation, and what stops with it.
//!
//! Who calls [`revoke`] has checked the signatures. From its commit nothing is sealed to the node and nothing of its key is
//! applied (I11); its threads stand still until it says, under a new key and in a new life, what it still knows.

use super::home::Home;
use super::peers::{Control, control_key, entries, entry, peer_mail};
use super::received::Verdict;
use super::thread::{ParkedBody, ThreadKind, threads};
use super::{Destination, Options, SendError, concern, outbox_key, send};
use crate::wire::{KeyRevoke, Message};
use base::{Bytes, NodeId, Timestamp, limits};
use seal::{Cert, IdentityPublic, Kid, Revocation};
use serde::{Deserialize, Serialize};
use store::{Page, Read, Sealed, Shelf, Shelved, StoreError, Tx};

/// A message under a dead key is answered with its revocation, this often at most.
const ANSWER_HOURS: i64 = 24;

/// By so many hours a certificate may seem to begin before the death that it answers: it begins two days before it is made, and
/// its clock may be two days behind, that of the death two days ahead.
const SUCCESSOR_HOURS: i64 = 3 * limits::CLOCK_SKEW_HOURS_MAX;

/// Named value: how many keys were revoked or replaced. Whoever keeps the peers in memory sees by it that they changed.
const CHANGES: &str = "revocations";

/// A revoked key. Ids and numbers only: not sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revoked {
    /// Whose key.
    pub node: NodeId,
    /// Its short name.
    pub kid: Bytes,
    /// Since when, by the word of those who signed.
    pub since: Timestamp,
    /// Number of the reason.
    pub reason: u64,
    /// The revocation, to be told on.
    pub signed: Bytes,
    /// When this node heard.
    pub known_at: Timestamp,
    /// When the node signed with another key; `None` while its threads stand still.
    pub over_at: Option<Timestamp>,
    /// When somebody who still used the key was last told.
    pub answered_at: Option<Timestamp>,
}

impl Shelved for Revoked {
    const SHELF: Shelf = Shelf::Revocations;
}

impl Revoked {
    async fn put(&self, tx: &mut Tx) -> Result<(), StoreError> {
        tx.put((&self.node.bytes(), &self.kid.0), None, Sealed::Plain, self).await
    }
}

/// How often a key was revoked or replaced here.
pub async fn revocation_changes(view: &mut impl Read) -> Result<u64, StoreError> {
    let bytes = view.raw().meta(CHANGES).await?;
    Ok(bytes.and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_be_bytes))
}

async fn changed(tx: &mut Tx) -> Result<(), StoreError> {
    let count = revocation_changes(tx).await?.saturating_add(1);
    tx.put_meta(CHANGES, &count.to_be_bytes()).await
}

/// The revocation of one key.
pub async fn revoked(view: &mut impl Read, node: NodeId, kid: Kid) -> Result<Option<Revoked>, StoreError> {
    view.state::<Revoked>(&node.bytes(), &kid.0).await
}

/// The revocation that stops a node now: its present key is dead, whether that key is known here or not.
pub async fn stopped(view: &mut impl Read, node: NodeId) -> Result<Option<Revoked>, StoreError> {
    Ok(all_stopped(view, node).await?.into_iter().next())
}

async fn all_stopped(view: &mut impl Read, node: NodeId) -> Result<Vec<Revoked>, StoreError> {
    let rows = view.states::<Revoked>(&node.bytes(), &Page::first(limits::CODE_ROWS_MAX)).await?;
    Ok(rows.into_iter().map(|row| row.card).filter(|row| row.over_at.is_none()).collect())
}

/// All revocations of a node's partners and of its own keys.
pub async fn revocations(view: &mut impl Read) -> Result<Vec<Revoked>, StoreError> {
    let mut nodes: Vec<NodeId> = entries(view).await?.into_iter().map(|entry| entry.node).collect();
    nodes.push(Home::read(view).await?.node);
    let mut all = Vec::new();
    for node in nodes {
        let rows = view.states::<Revoked>(&node.bytes(), &Page::first(limits::CODE_ROWS_MAX)).await?;
        all.extend(rows.into_iter().map(|row| row.card));
    }
    Ok(all)
}

/// Keeps a revocation whose signatures were checked, stops everything with its node, and tells it on to the other partners
/// but the one it came from. `false`: it was known.
pub async fn revoke(tx: &mut Tx, said: &Revocation, from: Option<NodeId>) -> Result<bool, StoreError> {
    if revoked(tx, said.node, said.kid).await?.is_some() {
        return Ok(false);
    }
    let now = tx.now();
    let keys = super::identities(tx, said.node).await?;
    let is_former = keys.iter().skip(1).any(|key| key.kid() == said.kid);
    let row = Revoked {
        node: said.node,
        kid: Bytes(said.kid.0.to_vec()),
        since: Timestamp::from_seconds(said.since),
        reason: said.reason,
        signed: Bytes(said.encode()),
        known_at: now,
        // One that was replaced is dead, and stops nothing. One that is not known here is newer than what is.
        over_at: is_former.then_some(now),
        answered_at: None,
    };
    row.put(tx).await?;
    changed(tx).await?;
    let home = Home::read(tx).await?;
    if row.over_at.is_none() {
        concern::key_revoked(tx, &row, home.node == row.node).await?;
        freeze(tx, row.node).await?;
    }
    tell_on(tx, &row, from).await?;
    Ok(true)
}

/// Threads take nothing more; what waits for a gap there is let go, and what was to be sent is neither sealed nor tried.
async fn freeze(tx: &mut Tx, peer: NodeId) -> Result<(), StoreError> {
    for mut thread in threads(tx, peer).await? {
        for (seq, parked) in std::mem::take(&mut thread.inn.parked) {
            tx.remove::<ParkedBody>(&thread.id.bytes(), &outbox_key(thread.inn.era, seq)).await?;
            thread.inn.acted.extend((parked.acted == Some(Verdict::Applied)).then_some((seq, parked.hash)));
        }
        (thread.inn.revoked, thread.receipt_at) = (true, None);
        thread.put(tx).await?;
    }
    for row in tx.states::<Control>(&peer.bytes(), &Page::first(limits::CODE_ROWS_MAX)).await? {
        if let Control::Send(message) = row.card {
            tx.remove::<Control>(&peer.bytes(), &control_key(message.number)).await?;
        }
    }
    if entry(tx, peer).await?.is_some() {
        let mut mail = peer_mail(tx, peer).await?;
        mail.ping_at = None;
        mail.put(tx, peer).await?;
    }
    Ok(())
}

/// The node signs with another key, which its root vouches for: what was stopped is over. Its threads go on with its new life.
/// A dead key that never came here is over only with one made after its death, as far as clocks tell: it may be the newer of
/// the two.
pub(crate) async fn thaw(tx: &mut Tx, node: NodeId, cert: &Cert) -> Result<(), StoreError> {
    let keys: Vec<Kid> = super::identities(tx, node).await?.iter().map(IdentityPublic::kid).collect();
    let made = Timestamp::from_seconds(cert.not_before).plus_hours(SUCCESSOR_HOURS);
    for row in all_stopped(tx, node).await? {
        if keys.iter().any(|kid| kid.0 == *row.kid.0) || made >= row.since.min(row.known_at) {
            end(tx, row).await?;
        }
    }
    Ok(())
}

/// This node itself has another key: what its dead ones stopped is over.
pub async fn own_key_came(tx: &mut Tx) -> Result<(), StoreError> {
    let home = Home::read(tx).await?;
    for row in all_stopped(tx, home.node).await? {
        end(tx, row).await?;
    }
    Ok(())
}

async fn end(tx: &mut Tx, row: Revoked) -> Result<(), StoreError> {
    concern::key_came(tx, &row).await?;
    changed(tx).await?;
    let now = tx.now();
    Revoked { over_at: Some(now), ..row }.put(tx).await
}

async fn tell_on(tx: &mut Tx, row: &Revoked, from: Option<NodeId>) -> Result<(), StoreError> {
    for peer in entries(tx).await?.into_iter().filter(|peer| peer.trusted) {
        if peer.node != row.node && Some(peer.node) != from {
            tell(tx, peer.node, row).await?;
        }
    }
    Ok(())
}

/// Tells a new partner what it may not have heard.
pub async fn tell_all(tx: &mut Tx, peer: NodeId) -> Result<(), StoreError> {
    for row in revocations(tx).await?.into_iter().filter(|row| row.node != peer) {
        tell(tx, peer, &row).await?;
    }
    Ok(())
}

async fn tell(tx: &mut Tx, peer: NodeId, row: &Revoked) -> Result<(), StoreError> {
    let me = Home::read(tx).await?.node;
    let thread = seal::hash::control_thread(me, peer);
    let to = Destination { peer, thread, kind: ThreadKind::Control, subject: None };
    let message = Message::KeyRevoke(KeyRevoke { revocation: row.signed.0.clone() });
    match send(tx, &to, &message, Options::default()).await {
        // A full outbox: the next stick carries it, and whoever uses the key is answered.
        Ok(_) | Err(SendError::Refused(_)) => Ok(()),
        Err(SendError::Store(error)) => Err(error),
    }
}

/// Somebody wrote under a dead key: the answer is its revocation and nothing else, once a day.
pub async fn answer(tx: &mut Tx, node: NodeId, kid: Kid) -> Result<(), StoreError> {
    let now = tx.now();
    let Some(row) = revoked(tx, node, kid).await? else { return Ok(()) };
    if row.over_at.is_some() || row.answered_at.is_some_and(|at| now < at.plus_hours(ANSWER_HOURS)) {
        return Ok(());
    }
    let message = Message::KeyRevoke(KeyRevoke { revocation: row.signed.0.clone() });
    super::control(tx, node, message.number(), message.to_content()).await?;
    Revoked { answered_at: Some(now), ..row }.put(tx).await
}
