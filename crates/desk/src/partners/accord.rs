//! Accords this node is party to: the exact signed bytes, who signed, and whether they are in force.

use crate::act::{Act, Desk};
use crate::error::Error;
use crate::policy::{Deed, Permit};
use async_trait::async_trait;
use base::{Bytes, Digest, NodeId, Problem, Redacted, Text, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Aggregate, KeyBytes, Page, Read, Row, Shelf, StreamKind, Team, Tx, cbor};

/// A signature by a person of a party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signatory {
    /// Party as the document names it.
    pub party: String,
    /// Who signed.
    pub name: Redacted<String>,
    /// In which office.
    pub office: String,
    /// When, as claimed.
    pub at: Timestamp,
}

/// An accord as this node holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccordDoc {
    /// Id in the document.
    pub id: String,
    /// Version.
    pub version: u64,
    /// SHA-256("simpul/accord/1" || bytes).
    pub hash: Digest,
    /// The signed bytes.
    pub bytes: Bytes,
    /// Who signed.
    pub signatures: Vec<Signatory>,
    /// Its state: the word of CONTRACTS.md 3.2.
    pub state: String,
    /// Since when it is here.
    pub since: Timestamp,
}

/// A party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartyCard {
    /// As the document names it.
    pub party: String,
    /// What people call it.
    pub name: String,
    /// Its role word.
    pub role: String,
    /// Its node.
    pub node: Option<NodeId>,
}

/// What lists show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccordCard {
    /// Id in the document.
    pub id: String,
    /// Version.
    pub version: u64,
    /// Title.
    pub title: Text,
    /// Hash.
    pub hash: Digest,
    /// State.
    pub state: String,
    /// Parties.
    pub parties: Vec<PartyCard>,
    /// How many signed.
    pub signatures: u32,
}

/// What can happen to an accord.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AccordEvent {
    /// It came complete, all signatures checked.
    Came(Box<AccordDoc>),
    /// Its state changed: `suspended`, `terminated`, `active`.
    StateChanged(String),
}

/// Stream of an accord version: SHA-256 over id and version.
pub fn accord_stream(id: &str, version: u64) -> [u8; 16] {
    let mut out = [0; 16];
    let digest = seal::hash::sha256(&[b"simpul/accord-stream/1", id.as_bytes(), &version.to_be_bytes()]);
    out.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    out
}

/// What a message that rests on an accord is listed under: SHA-256(accord id)[..16] (STORAGE.md 2).
pub fn accord_ground(id: &str) -> [u8; 16] {
    let mut out = [0; 16];
    out.iter_mut().zip(seal::hash::sha256(&[id.as_bytes()])).for_each(|(to, from)| *to = from);
    out
}

impl Aggregate for AccordDoc {
    type Event = AccordEvent;
    const KIND: StreamKind = StreamKind::Accord;
    const TEAM: Team = Team::Staff;
    const OWN_KEY: bool = false;

    fn event_name(event: &AccordEvent) -> &'static str {
        match event {
            AccordEvent::Came(_) => "accord.came",
            AccordEvent::StateChanged(_) => "accord.state-changed",
        }
    }

    fn begin(_: [u8; 16], first: &AccordEvent, _: Timestamp) -> Option<Self> {
        if let AccordEvent::Came(doc) = first { Some((**doc).clone()) } else { None }
    }

    fn apply(&mut self, event: &AccordEvent, _: Timestamp) {
        match event {
            AccordEvent::Came(doc) => *self = (**doc).clone(),
            AccordEvent::StateChanged(state) => self.state.clone_from(state),
        }
    }

    fn rows(&self, _: [u8; 16]) -> Vec<Row> {
        let Ok(document) = ::accord::Document::parse(&self.bytes.0) else { return Vec::new() };
        let parties = document.parties.iter().map(|party| PartyCard {
            party: party.node.clone(),
            name: party.name.clone(),
            role: ::accord::Word::word(party.role).to_owned(),
            node: party.id,
        });
        let card = AccordCard {
            id: self.id.clone(),
            version: self.version,
            title: document.title.clone(),
            hash: self.hash,
            state: self.state.clone(),
            parties: parties.collect(),
            signatures: u32::try_from(self.signatures.len()).unwrap_or(u32::MAX),
        };
        let Ok(card) = cbor::to_bytes(&card) else { return Vec::new() };
        let key = KeyBytes::new().text(&self.id).int(i64::try_from(self.version).unwrap_or(i64::MAX)).done();
        vec![Row { shelf: Shelf::Accords, part: Vec::new(), key, due: None, card }]
    }
}

/// Brings in a complete signed accord. The door has checked every signature against the bytes.
#[derive(Clone, Debug)]
pub struct ImportAccord {
    /// The signed bytes.
    pub document: Vec<u8>,
    /// Signatures that were checked.
    pub signatures: Vec<Signatory>,
}

#[async_trait]
impl Act for ImportAccord {
    const NAME: &'static str = "accord.import";
    const DEED: Deed = Deed::ImportAccord;
    type Done = String;

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<String, Error> {
        let document = ::accord::Document::parse(&self.document)?;
        self.complete(desk, &document)?;
        let stream = accord_stream(&document.id, document.version);
        let hash = Digest(seal::hash::accord_hash(&self.document));
        if let Some(known) = tx.load::<AccordDoc>(stream).await? {
            let same = known.hash == hash;
            return if same { Ok(document.id) } else { Err(Problem::at("accord.same-version", document.id).into()) };
        }
        let state = if self.replace_others(tx, &document).await? { "active" } else { "terminated" };
        let doc = AccordDoc {
            id: document.id.clone(),
            version: document.version,
            hash,
            bytes: Bytes(self.document.clone()),
            signatures: self.signatures.clone(),
            state: state.into(),
            since: tx.now(),
        };
        tx.create::<AccordDoc>(stream, vec![AccordEvent::Came(Box::new(doc))]).await?;
        Ok(document.id)
    }
}

impl ImportAccord {
    /// Every party has a node and as many different signatories as its rule says; this node is one of them.
    fn complete(&self, desk: &Desk, document: &::accord::Document) -> Result<(), Problem> {
        if !document.parties.iter().any(|party| party.id == Some(desk.me.id)) {
            return Err(Problem::at("accord.not-ours", document.id.clone()));
        }
        for party in &document.parties {
            let names: std::collections::BTreeSet<&str> =
                self.signatures.iter().filter(|s| s.party == party.node).map(|s| s.name.expose().as_str()).collect();
            if party.id.is_none() || (names.len() as u64) < party.signatures {
                return Err(Problem::at("accord.unsigned", party.node.clone()));
            }
        }
        Ok(())
    }

    /// Activating a version ends those before (FEDERATION.md 7). A version older than one that is here is history: says
    /// whether this one is in force.
    async fn replace_others(&self, tx: &mut Tx, document: &::accord::Document) -> Result<bool, Error> {
        let others = accords(tx).await?.into_iter().filter(|card| card.id == document.id);
        let mut newest = true;
        for card in others {
            if card.version > document.version {
                newest = false;
                continue;
            }
            let stream = accord_stream(&card.id, card.version);
            if let Some(mut old) = tx.load::<AccordDoc>(stream).await?.filter(|old| old.state.state == "active") {
                tx.append(&mut old, vec![AccordEvent::StateChanged("terminated".into())]).await?;
            }
        }
        Ok(newest)
    }
}

/// An accord with its parsed document and state, ready to decide.
#[derive(Clone, Debug)]
pub struct InForce {
    /// The parsed document.
    pub document: ::accord::Document,
    /// Its hash.
    pub hash: Digest,
    /// Its state.
    pub state: ::accord::AccordState,
    /// Since when it is here.
    pub since: Timestamp,
    /// Party name of this node.
    pub me: String,
    /// Party name of the peer.
    pub peer: String,
}

/// Accords, newest version of each id first by id.
pub async fn accords(view: &mut impl Read) -> Result<Vec<AccordCard>, Error> {
    let rows = view.list::<AccordCard>(Shelf::Accords, &[], &Page::first(base::limits::CODE_ROWS_MAX)).await?;
    Ok(rows.into_iter().map(|row| row.card).collect())
}

/// The nodes that sign for this node's journal: the other parties of its active accords (FEDERATION.md 10).
pub async fn witnesses(view: &mut impl Read, me: NodeId) -> Result<Vec<NodeId>, Error> {
    let active = accords(view).await?.into_iter().filter(|card| card.state == "active");
    let parties = active.flat_map(|card| card.parties).filter_map(|party| party.node).filter(|node| *node != me);
    Ok(parties.collect::<std::collections::BTreeSet<_>>().into_iter().collect())
}

/// One accord with its bytes.
pub async fn accord_doc(view: &mut impl Read, id: &str, version: u64) -> Result<Option<AccordDoc>, Error> {
    Ok(view.load::<AccordDoc>(accord_stream(id, version)).await?.map(|stored| stored.state))
}

/// The accords between this node and a peer, active ones and others (a refusal names why), lowest id first.
pub async fn accord_between(view: &mut impl Read, me: NodeId, peer: NodeId) -> Result<Vec<InForce>, Error> {
    let mut out = Vec::new();
    for card in accords(view).await? {
        let name = |node| card.parties.iter().find(|party| party.node == Some(node)).map(|party| party.party.clone());
        let (Some(mine), Some(theirs)) = (name(me), name(peer)) else { continue };
        let Some(doc) = accord_doc(view, &card.id, card.version).await? else { continue };
        let state =
            <::accord::AccordState as ::accord::Word>::parse(&doc.state).unwrap_or(::accord::AccordState::Draft);
        let document = ::accord::Document::parse(&doc.bytes.0)?;
        let (hash, since) = (doc.hash, doc.since);
        out.push(InForce { document, hash, state, since, me: mine, peer: theirs });
    }
    Ok(out)
}
