//! Revoking a node's key: by its root, or by two revokers whom an active accord's parties name, one of them the node's own
//! (FEDERATION.md 8). Who revokes signs a file; the second signature makes it count, here and at every partner.

use super::accord::accords;
use super::accord::ending::take_back;
use super::accord::signing::{PeerSigners, own_signers, present, seat_of, seat_secret};
use super::peer::{Peer, PeerEvent};
use crate::act::{Act, Desk, note_access};
use crate::actor::Actor;
use crate::error::{Error, Refusal};
use crate::mail::{self, Revoked};
use crate::offers::card::{OfferCard, with_peer};
use crate::policy::{Deed, Permit};
use async_trait::async_trait;
use base::{Bytes, NodeId, Problem, Timestamp};
use casework::offer::WithdrawReason;
use seal::accord_file::Signers;
use seal::{Kid, Revocation, Revoker, RootPublic};
use std::collections::BTreeSet;
use store::{AccessEvent, Read, Sealed, Team, Tx};

/// Why a key is declared dead: the numbers in a revocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The machine, or a copy of its disk, is lost or stolen.
    Lost,
    /// Somebody else may have used the key.
    Misused,
    /// The node closes, or its root is given up.
    Closed,
    /// Told by telephone.
    Other,
}

impl Reason {
    /// All reasons.
    pub const ALL: [Self; 4] = [Self::Lost, Self::Misused, Self::Closed, Self::Other];

    /// Its number on the wire.
    pub const fn number(self) -> u64 {
        match self {
            Self::Lost => 1,
            Self::Misused => 2,
            Self::Closed => 3,
            Self::Other => crate::wire::OTHER,
        }
    }

    /// The reason of a number; one that a later version knows is asked for by telephone.
    pub fn from_number(number: u64) -> Self {
        Self::ALL.into_iter().find(|reason| reason.number() == number).unwrap_or(Self::Other)
    }

    /// Its word in forms and commands.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Misused => "misused",
            Self::Closed => "closed",
            Self::Other => "other",
        }
    }

    /// The reason of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.word() == word)
    }
}

/// What became of a revocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// The key is dead from now on; partners are told.
    Now,
    /// It was known.
    Known,
    /// It is of a node that nobody here knows.
    Stranger,
}

impl Desk {
    /// Takes a revocation: checks who signed, stops everything with the node in this commit, and tells it on. The act that
    /// messages, bundles, files and commands share.
    pub async fn take_revocation(
        &self,
        tx: &mut Tx,
        from: Option<NodeId>,
        revocation: &Revocation,
    ) -> Result<Taken, Error> {
        let Some(root) = root_of(tx, self.me.id, revocation.node).await? else { return Ok(Taken::Stranger) };
        let revokers = revokers(tx, self.me.id, revocation.node).await?;
        revocation.verify(&root, &revokers)?;
        if !mail::revoke(tx, revocation, from).await? {
            return Ok(Taken::Known);
        }
        let key = revocation.kid.to_string();
        if revocation.node == self.me.id {
            let event = AccessEvent::KeyRevoked { key, reason: revocation.reason };
            note_access(tx, self.me.id.bytes(), event).await?;
            return Ok(Taken::Now);
        }
        if let Some(mut peer) = tx.load::<Peer>(revocation.node.bytes()).await? {
            let since = Timestamp::from_seconds(revocation.since);
            tx.append(&mut peer, vec![PeerEvent::KeyRevoked { key, since, reason: revocation.reason }]).await?;
        }
        if mail::stopped(tx, revocation.node).await?.is_some() {
            // What nobody there answered is taken back: they hear of it under their new key.
            take_back(self, tx, &[revocation.node], (None, WithdrawReason::KeyLost)).await?;
        }
        Ok(Taken::Now)
    }
}

async fn root_of(view: &mut impl Read, me: NodeId, node: NodeId) -> Result<Option<RootPublic>, Error> {
    if node == me {
        let root = view.raw().meta("root").await?.and_then(|root| <[u8; 32]>::try_from(root).ok());
        return Ok(root.and_then(|root| RootPublic::from_bytes(&root)));
    }
    let Some(entry) = mail::entry(view, node).await? else { return Ok(None) };
    Ok(Some(*seal::VerifiedEntry::read(&entry.signed.0)?.root()))
}

/// Who may revoke a node's key beside its root: whom the parties of active accords with it name.
pub async fn revokers(view: &mut impl Read, me: NodeId, node: NodeId) -> Result<Vec<Revoker>, Error> {
    let mut parties = BTreeSet::new();
    for card in accords(view).await?.into_iter().filter(|card| card.state == "active") {
        let nodes = card.parties.iter().filter_map(|party| party.node);
        if nodes.clone().any(|party| party == node) {
            parties.extend(nodes);
        }
    }
    let mut out = Vec::new();
    for party in parties {
        let Some(signers) = signers_of(view, me, party).await? else { continue };
        out.extend(signers.revokers.into_iter().map(|(_, key)| Revoker { key, node: party }));
    }
    Ok(out)
}

async fn signers_of(view: &mut impl Read, me: NodeId, party: NodeId) -> Result<Option<Signers>, Error> {
    if party == me {
        return Ok(own_signers(view).await.ok().map(|(_, signers)| signers));
    }
    let kept = view.state::<PeerSigners>(&party.bytes(), b"").await?;
    let (Some(kept), Some(root)) = (kept, root_of(view, me, party).await?) else { return Ok(None) };
    Ok(Signers::verify(&kept.0.0, &root).ok())
}

/// Keeps whom a partner's root names, as it came with an accord file.
#[derive(Clone, Debug)]
pub struct KeepSigners {
    /// The partner.
    pub node: NodeId,
    /// The signed statement.
    pub statement: Vec<u8>,
}

#[async_trait]
impl Act for KeepSigners {
    const NAME: &'static str = "accord.keep-signers";
    const DEED: Deed = Deed::ImportAccord;
    type Done = ();

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let root = root_of(tx, desk.me.id, self.node).await?.ok_or(Error::NotFound)?;
        Signers::verify(&self.statement, &root)?;
        let keep = PeerSigners(Bytes(self.statement.clone()));
        Ok(tx.put((&self.node.bytes(), b""), None, Sealed::Team(Team::Staff), &keep).await?)
    }
}

/// What a revoker signs.
#[derive(Clone, Debug)]
pub enum Statement {
    /// Of the present key of a node: since when, and why.
    New(NodeId, Timestamp, Reason),
    /// What another signed before.
    Begun(Box<Revocation>),
}

/// Signs that a node's key is dead, as an office that the root names. With the second signature it counts.
#[derive(Clone, Debug)]
pub struct SignRevocation {
    /// What.
    pub statement: Statement,
    /// As which office: its place in the statement of the root.
    pub seat: usize,
}

#[async_trait]
impl Act for SignRevocation {
    const NAME: &'static str = "key.sign-revocation";
    const DEED: Deed = Deed::SignAccord;
    type Done = (Revocation, bool);

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        Ok(present(by, tx))
    }

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<(Revocation, bool), Error> {
        let mut revocation = match &self.statement {
            Statement::Begun(begun) => (**begun).clone(),
            Statement::New(node, since, reason) => statement_of(tx, *node, *since, *reason).await?,
        };
        if root_of(tx, desk.me.id, revocation.node).await?.is_none() {
            return Err(Problem::at("key.revocation-stranger", revocation.node.to_string()).into());
        }
        let seat = seat_of(tx, self.seat).await?;
        revocation.sign_as_revoker(&seat_secret(tx, &seat).await?);
        match desk.take_revocation(tx, None, &revocation).await {
            Ok(_) => Ok((revocation, true)),
            Err(error) if error.problem().code.0 == "key.revocation-unsigned" => Ok((revocation, false)),
            Err(error) => Err(error),
        }
    }
}

/// That the present key of a node is dead; nobody has signed yet.
pub async fn statement_of(
    view: &mut impl Read,
    node: NodeId,
    since: Timestamp,
    reason: Reason,
) -> Result<Revocation, Error> {
    if since > view.now() {
        return Err(Problem::at("web.field-bad", "sejak").into());
    }
    let present = mail::identities(view, node).await?.first().map(seal::IdentityPublic::kid);
    let kid: Kid = present.ok_or_else(|| Problem::at("key.revocation-stranger", node.to_string()))?;
    Ok(Revocation::new(node, kid, since.seconds(), reason.number()))
}

/// Takes a revocation that came as a file, whole.
#[derive(Clone, Debug)]
pub struct TakeRevocation(pub Revocation);

#[async_trait]
impl Act for TakeRevocation {
    const NAME: &'static str = "key.take-revocation";
    const DEED: Deed = Deed::ManageNode;
    type Done = Taken;

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<Taken, Error> {
        match desk.take_revocation(tx, None, &self.0).await? {
            Taken::Stranger => Err(Problem::at("key.revocation-stranger", self.0.node.to_string()).into()),
            taken => Ok(taken),
        }
    }
}

/// Refused while the partner's present key is dead: nothing may be sealed to it.
pub async fn may_reach(view: &mut impl Read, peer: NodeId) -> Result<(), Error> {
    match mail::stopped(view, peer).await? {
        Some(_) => Err(Problem::at("key.revoked", peer.to_string()).into()),
        None => Ok(()),
    }
}

/// What stands still with a partner, for its officers: the revocation, and the offers that run.
pub async fn standing_still(view: &mut impl Read, peer: NodeId) -> Result<Option<(Revoked, Vec<OfferCard>)>, Error> {
    let Some(row) = mail::stopped(view, peer).await? else { return Ok(None) };
    Ok(Some((row, with_peer(view, peer).await?)))
}

/// Whether an accord that is in force names two revokers for a node, one of them its own: else its root alone can revoke.
pub async fn has_revokers(view: &mut impl Read, me: NodeId, node: NodeId) -> Result<bool, Error> {
    let all = revokers(view, me, node).await?;
    let keys: BTreeSet<[u8; 32]> = all.iter().map(|by| by.key.bytes()).collect();
    Ok(keys.len() >= 2 && all.iter().any(|by| by.node == node))
}
