//! Peers as the mail needs them: their signed entries, and what is due between us and each of them.

use super::home::Home;
use base::{Bytes, NodeId, Timestamp, limits};
use seal::entry::{VerifiedEntry, cert_in};
use seal::{IdentityPublic, RootPublic};
use serde::{Deserialize, Serialize};
use store::{Page, Read, Sealed, Shelf, Shelved, StoreError, Team, Tx};

/// A peer's entry, exactly as signed. The fingerprint was confirmed by a person, or came by an accord file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerEntry {
    /// The peer.
    pub node: NodeId,
    /// Serial of the entry; a greater one replaces it.
    pub serial: u64,
    /// The signed bytes.
    pub signed: Bytes,
    /// Whether mail may go both ways. That its key was revoked stands on a shelf of its own ([`super::Revoked`]).
    pub trusted: bool,
}

impl PeerEntry {
    /// Of a checked entry.
    pub fn of(entry: &VerifiedEntry) -> Self {
        let (node, serial) = (entry.node(), entry.stated().serial);
        Self { node, serial, signed: Bytes(entry.bytes().to_vec()), trusted: true }
    }
}

impl Shelved for PeerEntry {
    const SHELF: Shelf = Shelf::Entries;
}

/// Partition of the entries under whose keys a node signed before the present one; key = serial of the certificate.
pub fn former_part(node: NodeId) -> Vec<u8> {
    [b"former".as_slice(), &node.bytes()].concat()
}

/// Stores a peer's entry whose fingerprint was confirmed (or that came with a signed accord, or under a root that is known). A
/// lower serial changes nothing, nor does an entry under an older certificate or a revoked key; says whether it was newer. A
/// new key ends what its revoked one stopped.
pub async fn trust(tx: &mut Tx, new: &VerifiedEntry) -> Result<bool, StoreError> {
    let entry = PeerEntry::of(new);
    let known = self::entry(tx, entry.node).await?;
    if known.as_ref().is_some_and(|known| known.serial >= entry.serial && known.trusted) {
        return Ok(false);
    }
    if super::revoked(tx, entry.node, new.cert().identity.kid()).await?.is_some() {
        return Ok(false);
    }
    if let Some((known, old)) = known.and_then(|known| cert_in(&known.signed.0).map(|old| (known, old)))
        && old.identity != new.cert().identity
    {
        if old.serial >= new.cert().serial {
            return Ok(false);
        }
        let serial = old.serial.to_be_bytes();
        tx.put((&former_part(known.node), &serial), None, Sealed::Plain, &known).await?;
        super::thaw(tx, entry.node, new.cert()).await?;
    }
    tx.put((b"", &entry.node.bytes()), None, Sealed::Plain, &entry).await?;
    let mut mail = peer_mail(tx, entry.node).await?;
    mail.ping_at = Some(tx.now());
    mail.put(tx, entry.node).await?;
    Ok(true)
}

/// The keys under which a node signed, the present one first. One that was revoked is among them: what it signed before
/// stays signed; whoever takes something new asks for the present one alone.
pub async fn identities(view: &mut impl Read, node: NodeId) -> Result<Vec<IdentityPublic>, StoreError> {
    if Home::read(view).await?.node == node {
        let root = view.raw().meta("root").await?.and_then(|root| <[u8; 32]>::try_from(root).ok());
        let Some(root) = root.and_then(|root| RootPublic::from_bytes(&root)) else { return Ok(Vec::new()) };
        return Ok(store::chain::certs(view.raw(), &root).await?.into_iter().map(|cert| cert.identity).collect());
    }
    let mut rows: Vec<PeerEntry> = entry(view, node).await?.into_iter().collect();
    let former = view.states::<PeerEntry>(&former_part(node), &Page::first(limits::CODE_ROWS_MAX)).await?;
    rows.extend(former.into_iter().rev().map(|row| row.card));
    let read = |row: PeerEntry| cert_in(&row.signed.0).map(|cert| cert.identity);
    Ok(rows.into_iter().filter_map(read).collect())
}

/// A peer's entry.
pub async fn entry(view: &mut impl Read, node: NodeId) -> Result<Option<PeerEntry>, StoreError> {
    view.state::<PeerEntry>(b"", &node.bytes()).await
}

/// All peers' entries.
pub async fn entries(view: &mut impl Read) -> Result<Vec<PeerEntry>, StoreError> {
    let mut all = Vec::new();
    let mut page = Page::first(1_000);
    loop {
        let rows = view.states::<PeerEntry>(b"", &page).await?;
        let Some(last) = rows.last() else { return Ok(all) };
        page.after = Some(last.key.clone());
        all.extend(rows.into_iter().map(|row| row.card));
    }
}

/// What stands between us and one peer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerMail {
    /// Numbered messages without an end, at most `OUTBOX_PER_PEER_MAX`.
    pub unfinished: u64,
    /// How many of them wait for the peer's key, at least.
    pub waiting: u64,
    /// When the next ping goes.
    pub ping_at: Option<Timestamp>,
    /// When something of theirs was last applied.
    pub heard_at: Option<Timestamp>,
    /// Serial of our entry that they said they have.
    pub has_serial: u64,
    /// Nonce of their last ping that was answered.
    pub answered: Option<[u8; 16]>,
    /// The era that they began with a restore: what they said in a life before it they have forgotten.
    #[serde(default)]
    pub life: u64,
    /// The same, once they named every thread that they still know: in any other they said nothing before it.
    #[serde(default)]
    pub forgot_before: u64,
    /// Nothing that was handed out for it last was taken.
    #[serde(default)]
    pub is_away: bool,
}

/// A message without a number that waits to be sent; a later one of its type replaces it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unnumbered {
    /// Its type.
    pub number: u16,
    /// Its content.
    pub content: Bytes,
    /// When it was asked for.
    pub made_at: Timestamp,
}

/// A row of the control shelf: partition = peer, due = when it is to be acted on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Control {
    /// The peer itself; due = next ping.
    Peer(PeerMail),
    /// Something to send.
    Send(Unnumbered),
}

impl Shelved for Control {
    const SHELF: Shelf = Shelf::Control;
}

/// Key of an unnumbered message of a type; the peer's own row is type 0.
pub fn control_key(number: u16) -> [u8; 2] {
    number.to_be_bytes()
}

impl PeerMail {
    /// Writes it.
    pub async fn put(&self, tx: &mut Tx, peer: NodeId) -> Result<(), StoreError> {
        let row = Control::Peer(self.clone());
        tx.put((&peer.bytes(), &control_key(0)), self.ping_at, Sealed::Team(Team::Staff), &row).await
    }
}

/// What stands between us and a peer.
pub async fn peer_mail(view: &mut impl Read, peer: NodeId) -> Result<PeerMail, StoreError> {
    match view.state::<Control>(&peer.bytes(), &control_key(0)).await? {
        Some(Control::Peer(mail)) => Ok(mail),
        _ => Ok(PeerMail::default()),
    }
}

/// Asks for an unnumbered message to be sent; it is tried once and not receipted.
pub async fn control(tx: &mut Tx, peer: NodeId, number: u16, content: Vec<u8>) -> Result<(), StoreError> {
    let now = tx.now();
    let row = Control::Send(Unnumbered { number, content: Bytes(content), made_at: now });
    tx.put((&peer.bytes(), &control_key(number)), Some(now), Sealed::Team(Team::Staff), &row).await
}
