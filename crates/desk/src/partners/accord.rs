//! Accords this node is party to: the exact bytes, who signed, and whether they are in force.
//!
//! The life of one version: proposed ([`proposing`]), signed ([`signing`], on paper first: [`paper`]), in force once every party holds every signature
//! and said so, halted or ended by a party ([`ending`]). What partners say of it comes in at [`arrived`]. What it would permit is tried at [`trial`].

pub mod arrived;
pub mod ending;
pub mod flow;
mod held;
mod import;
pub mod paper;
pub mod proposing;
pub mod signing;
pub mod trial;

pub use held::{InForce, accord_between, accord_doc, accords, witnesses};
pub use import::ImportAccord;

use base::{Bytes, Digest, NodeId, OfficerId, Problem, Redacted, Text, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use store::{Aggregate, KeyBytes, Row, Shelf, StreamKind, Team, cbor};

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

/// What proves a signature that was given or came one by one: this node checked it against the document's bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// Party as the document names it.
    pub party: String,
    /// The signatory's public key, which the party's root names.
    pub key: Bytes,
    /// Over the hash of the document.
    pub signature: Bytes,
    /// The officer, if it was given here.
    pub by: Option<OfficerId>,
}

/// How a text came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// The party that wrote it.
    pub party: String,
    /// Hash of the text that it answers.
    pub of: Option<Digest>,
    /// What was said to single clauses.
    pub notes: Vec<(String, String)>,
}

/// A party lets nothing new go under the accord.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Halt {
    /// Ended for good, or suspended.
    pub ended: bool,
    /// Why: a number of the reasons of message 52.
    pub reason: u64,
    /// In words.
    pub text: String,
    /// Until when a suspension is meant to last.
    pub until: Option<Timestamp>,
    /// Whether nothing runs on for the days of notice.
    pub immediate: bool,
    /// Since when, by this node's clock.
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
    /// Its state: the word of CONTRACTS.md 3.2; what single parties halted stands in `halts`.
    pub state: String,
    /// Since when it is here.
    pub since: Timestamp,
    /// How it came about, if it was proposed between nodes.
    #[serde(default)]
    pub proposal: Option<Proposal>,
    /// Proofs of signatures that were given or came one by one.
    #[serde(default)]
    pub proofs: Vec<Proof>,
    /// Which parties said that they hold every signature, and when this node knew.
    #[serde(default)]
    pub activations: BTreeMap<String, Timestamp>,
    /// Parties that suspended or ended it.
    #[serde(default)]
    pub halts: BTreeMap<String, Halt>,
    /// Papers that parties recorded.
    #[serde(default)]
    pub papers: BTreeMap<String, paper::Paper>,
    /// In force on paper alone: until when it must be countersigned. Past that, it stands still.
    #[serde(default)]
    pub paper_until: Option<Timestamp>,
    /// What passed under each clause, by its number.
    #[serde(default)]
    pub flows: BTreeMap<String, flow::Flows>,
    /// What the bytes say; ask [`AccordDoc::document`].
    #[serde(skip)]
    pub read: AlreadyRead,
}

/// The document in the bytes, once it was read: a state that is kept folded is not read anew for every decision.
#[derive(Clone, Debug, Default)]
pub struct AlreadyRead(OnceLock<Arc<::accord::Document>>);

/// Two states with the same bytes are the same, read or not.
impl PartialEq for AlreadyRead {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for AlreadyRead {}

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
    /// State, as between all parties.
    pub state: String,
    /// Parties.
    pub parties: Vec<PartyCard>,
    /// How many signed.
    pub signatures: u32,
    /// In force on paper alone, or lapsed: until when it was to be countersigned.
    #[serde(default)]
    pub paper_until: Option<Timestamp>,
}

/// A signature given here: who holds which key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signing {
    /// The officer.
    pub by: OfficerId,
}

/// What can happen to an accord.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AccordEvent {
    /// It came complete, all signatures checked.
    Came(Box<AccordDoc>),
    /// Its state changed: `signed`, `active`, `terminated`.
    StateChanged(String),
    /// A text was proposed, here or by a partner.
    Proposed(Box<AccordDoc>),
    /// A person signed; the signature was checked.
    Signed(Box<(Signatory, Proof)>),
    /// A party holds every signature; its journal head, signed.
    Activated(String, Bytes),
    /// A party suspended or ended it.
    Halted(String, Box<Halt>),
    /// A party lets it go on.
    Resumed(String),
    /// A party recorded the paper: its scan, and which officer if it was recorded here.
    Papered(String, Digest, Option<OfficerId>),
    /// In force on paper, until it must be countersigned.
    BeganOnPaper(Timestamp),
    /// It was not countersigned in time.
    PaperLapsed,
    /// A file or a supplement passed under its clauses.
    Flowed(Box<flow::Flow>),
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
            AccordEvent::Proposed(_) => "accord.proposed",
            AccordEvent::Signed(_) => "accord.signed",
            AccordEvent::Activated(..) => "accord.activated",
            AccordEvent::Halted(_, halt) if halt.ended => "accord.ended",
            AccordEvent::Halted(..) => "accord.suspended",
            AccordEvent::Resumed(_) => "accord.resumed",
            AccordEvent::Papered(..) => "accord.papered",
            AccordEvent::BeganOnPaper(_) => "accord.began-on-paper",
            AccordEvent::PaperLapsed => "accord.paper-lapsed",
            AccordEvent::Flowed(flow) if flow.given => "accord.given-under",
            AccordEvent::Flowed(_) => "accord.taken-under",
        }
    }

    fn begin(_: [u8; 16], first: &AccordEvent, _: Timestamp) -> Option<Self> {
        match first {
            AccordEvent::Came(doc) | AccordEvent::Proposed(doc) => Some(doc.once_read()),
            _ => None,
        }
    }

    fn apply(&mut self, event: &AccordEvent, at: Timestamp) {
        match event {
            AccordEvent::Came(doc) | AccordEvent::Proposed(doc) => *self = doc.once_read(),
            AccordEvent::StateChanged(state) => {
                self.state.clone_from(state);
                self.paper_until = self.paper_until.filter(|_| state != "active");
            }
            AccordEvent::Papered(party, scan, by) => self.record(party, *scan, *by, at),
            AccordEvent::BeganOnPaper(until) => (self.state, self.paper_until) = ("active".into(), Some(*until)),
            AccordEvent::PaperLapsed => self.state = "suspended".into(),
            AccordEvent::Signed(signed) => {
                self.signatures.push(signed.0.clone());
                self.proofs.push(signed.1.clone());
            }
            AccordEvent::Activated(party, _) => drop(self.activations.entry(party.clone()).or_insert(at)),
            AccordEvent::Halted(party, halt) => drop(self.halts.insert(party.clone(), (**halt).clone())),
            AccordEvent::Resumed(party) => drop(self.halts.remove(party)),
            AccordEvent::Flowed(flow) => flow::add(&mut self.flows, flow, at),
        }
    }

    fn rows(&self, id: [u8; 16]) -> Vec<Row> {
        let Ok(document) = self.document() else { return Vec::new() };
        let Ok(card) = cbor::to_bytes(&self.card(&document)) else { return Vec::new() };
        let key = KeyBytes::new().text(&self.id).int(i64::try_from(self.version).unwrap_or(i64::MAX)).done();
        let due = self.paper_until.filter(|_| self.state == "active");
        let mut rows = vec![Row { shelf: Shelf::Accords, part: Vec::new(), key, due, card }];
        rows.extend(self.proofs.iter().filter_map(|proof| signing_row(proof, id)));
        rows
    }
}

fn signing_row(proof: &Proof, id: [u8; 16]) -> Option<Row> {
    let by = proof.by?;
    let card = cbor::to_bytes(&Signing { by }).ok()?;
    let key = [by.bytes(), id].concat();
    Some(Row { shelf: Shelf::Signings, part: proof.key.0.clone(), key, due: None, card })
}

impl AccordDoc {
    /// A text that nobody signed yet.
    pub fn draft(document: &::accord::Document, bytes: Vec<u8>, proposal: Proposal, since: Timestamp) -> Self {
        Self {
            id: document.id.clone(),
            version: document.version,
            hash: Digest(seal::hash::accord_hash(&bytes)),
            bytes: Bytes(bytes),
            signatures: Vec::new(),
            state: "draft".into(),
            since,
            proposal: Some(proposal),
            proofs: Vec::new(),
            activations: BTreeMap::new(),
            halts: BTreeMap::new(),
            papers: BTreeMap::new(),
            paper_until: None,
            flows: BTreeMap::new(),
            read: AlreadyRead::default(),
        }
    }

    /// A copy that is read: every later copy of it shares the document.
    fn once_read(&self) -> Self {
        // Bytes that do not parse came from no act of this program; whoever asks is told.
        let _ = self.document();
        self.clone()
    }

    /// The document in the bytes.
    pub fn document(&self) -> Result<Arc<::accord::Document>, Problem> {
        if let Some(document) = self.read.0.get() {
            return Ok(Arc::clone(document));
        }
        let document = Arc::new(::accord::Document::parse(&self.bytes.0)?);
        Ok(Arc::clone(self.read.0.get_or_init(|| document)))
    }

    fn card(&self, document: &::accord::Document) -> AccordCard {
        let parties = document.parties.iter().map(|party| PartyCard {
            party: party.node.clone(),
            name: party.name.clone(),
            role: ::accord::Word::word(party.role).to_owned(),
            node: party.id,
        });
        AccordCard {
            id: self.id.clone(),
            version: self.version,
            title: document.title.clone(),
            hash: self.hash,
            state: self.state_of_all(document).to_owned(),
            parties: parties.collect(),
            signatures: u32::try_from(self.signatures.len()).unwrap_or(u32::MAX),
            paper_until: self.paper_until,
        }
    }

    /// How many different people of a party signed. A name counts once, whatever the key.
    pub fn signed_for(&self, party: &str) -> u64 {
        let of_party = self.signatures.iter().filter(|signed| signed.party == party);
        let names: std::collections::BTreeSet<&str> = of_party.map(|signed| signed.name.expose().as_str()).collect();
        names.len() as u64
    }

    /// Whether every party signed with as many people as its rule says.
    pub fn is_complete(&self, document: &::accord::Document) -> bool {
        document.parties.iter().all(|party| party.id.is_some() && self.signed_for(&party.node) >= party.signatures)
    }

    /// The state of its text between two of its parties: what one of them halted stands still between these two alone.
    pub fn state_between(&self, one: &str, other: &str) -> &str {
        let halts = [one, other].into_iter().filter_map(|party| self.halts.get(party));
        self.halted(halts.map(|halt| halt.ended).max())
    }

    /// The state as a whole: it goes on while two parties are left.
    pub fn state_of_all(&self, document: &::accord::Document) -> &str {
        let parties = document.parties.len();
        if parties.saturating_sub(self.halts.len()) >= 2 {
            return self.halted(None);
        }
        let ended = self.halts.values().filter(|halt| halt.ended).count();
        self.halted((!self.halts.is_empty()).then_some(parties.saturating_sub(ended) < 2))
    }

    fn halted(&self, ended: Option<bool>) -> &str {
        match ended {
            Some(true) => "terminated",
            Some(false) if self.state == "active" => "suspended",
            _ => &self.state,
        }
    }
}
