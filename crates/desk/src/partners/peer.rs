//! A peer: a node whose signed entry a person has compared and confirmed.

use super::closing::{is_closed, peer_closed};
use crate::act::{Act, Desk};
use crate::error::Error;
use crate::mail::{self, Notice};
use crate::policy::{Deed, Permit};
use async_trait::async_trait;
use base::{NodeId, Place, Problem, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Aggregate, Page, Read, Row, Shelf, StreamKind, Team, Tx, cbor};

/// What is known of a peer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peer {
    /// Its id.
    pub node: NodeId,
    /// Short name, as accords name the party.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// Where it is responsible.
    pub place: Place,
    /// Fingerprint that was compared, in groups.
    pub fingerprint: String,
    /// Address of its carrier port, `host:port`; empty for a node that only pulls.
    pub address: String,
    /// Telephone of the duty officer: whom to ring when nothing arrives.
    pub duty_phone: String,
    /// Serial of the entry.
    pub serial: u64,
    /// When a person confirmed it.
    pub confirmed_at: Timestamp,
}

/// What a list of peers shows.
pub type PeerCard = Peer;

/// What can happen to a peer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PeerEvent {
    /// A person compared the fingerprint and confirmed.
    Confirmed(Box<Peer>),
    /// A newer entry of the same root came.
    Renewed(Box<Peer>),
    /// Its key was declared dead by those who may.
    KeyRevoked {
        /// Short name of the key, hex.
        key: String,
        /// Since when.
        since: Timestamp,
        /// Number of the reason.
        reason: u64,
    },
}

impl Aggregate for Peer {
    type Event = PeerEvent;
    const KIND: StreamKind = StreamKind::Peer;
    const TEAM: Team = Team::Staff;
    const OWN_KEY: bool = false;

    fn event_name(event: &PeerEvent) -> &'static str {
        match event {
            PeerEvent::Confirmed(_) => "peer.confirmed",
            PeerEvent::Renewed(_) => "peer.renewed",
            PeerEvent::KeyRevoked { .. } => "peer.key-revoked",
        }
    }

    fn begin(_: [u8; 16], first: &PeerEvent, _: Timestamp) -> Option<Self> {
        match first {
            PeerEvent::Confirmed(peer) => Some((**peer).clone()),
            PeerEvent::Renewed(_) | PeerEvent::KeyRevoked { .. } => None,
        }
    }

    fn apply(&mut self, event: &PeerEvent, _: Timestamp) {
        if let PeerEvent::Confirmed(peer) | PeerEvent::Renewed(peer) = event {
            *self = (**peer).clone();
        }
    }

    fn rows(&self, id: [u8; 16]) -> Vec<Row> {
        let Ok(card) = cbor::to_bytes(self) else { return Vec::new() };
        vec![Row { shelf: Shelf::Peers, part: Vec::new(), key: id.to_vec(), due: None, card }]
    }
}

/// Confirms a peer from its signed entry, or takes a newer entry. A lower serial changes nothing.
#[derive(Clone, Debug)]
pub struct ConfirmPeer {
    /// Facts read from the verified entry.
    pub peer: Peer,
    /// The signed bytes.
    pub entry: Vec<u8>,
}

#[async_trait]
impl Act for ConfirmPeer {
    const NAME: &'static str = "peer.confirm";
    const DEED: Deed = Deed::ManageNode;
    type Done = NodeId;

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<NodeId, Error> {
        let id = self.peer.node;
        if id == desk.me.id {
            return Err(Problem::new("join.own-entry").into());
        }
        // What is kept is what the entry says: a name under another node's keys would send mail to the wrong one.
        let verified = seal::entry::VerifiedEntry::read(&self.entry)?;
        if verified.node() != id || verified.stated().serial != self.peer.serial {
            return Err(Problem::at("entry.malformed", "node").into());
        }
        let peer = Box::new(Peer { confirmed_at: tx.now(), ..self.peer.clone() });
        if mail::revoked(tx, id, verified.cert().identity.kid()).await?.is_some() {
            return Err(Problem::at("key.revoked", id.to_string()).into());
        }
        let known = tx.load::<Peer>(id.bytes()).await?;
        let is_new = known.is_none();
        match known {
            None => drop(tx.create::<Peer>(id.bytes(), vec![PeerEvent::Confirmed(peer)]).await?),
            Some(known) if known.serial >= peer.serial => return Ok(id),
            Some(mut known) => tx.append(&mut known, vec![PeerEvent::Renewed(peer)]).await?,
        }
        mail::trust(tx, &verified).await?;
        if is_closed(&verified) {
            mail::note(tx, &Notice::PeerClosed(id)).await?;
            peer_closed(desk, tx, id).await?;
        }
        if is_new {
            mail::tell_all(tx, id).await?;
        }
        Ok(id)
    }
}

/// All peers, by id.
pub async fn peers(view: &mut impl Read) -> Result<Vec<Peer>, Error> {
    let rows = view.list::<Peer>(Shelf::Peers, &[], &Page::first(base::limits::CODE_ROWS_MAX)).await?;
    Ok(rows.into_iter().map(|row| row.card).collect())
}

/// One peer.
pub async fn peer(view: &mut impl Read, node: NodeId) -> Result<Option<Peer>, Error> {
    Ok(view.card(Shelf::Peers, &[], &node.bytes()).await?)
}

/// The identity key of a peer, from its verified entry.
pub async fn identity_of(view: &mut impl Read, node: NodeId) -> Result<seal::IdentityPublic, Error> {
    let entry = mail::entry(view, node).await?.ok_or(Error::NotFound)?;
    let verified = seal::entry::VerifiedEntry::read(&entry.signed.0)?;
    Ok(verified.cert().identity)
}
