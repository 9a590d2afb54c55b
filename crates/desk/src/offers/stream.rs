//! What two nodes share about one person of a case, as this node keeps it: the machine's state and what the pages show.

use super::documents::SentDocument;
use super::files::{CameFile, CameState};
use crate::aid::Compared;
use base::{Bytes, CaseId, Digest, FileId, NodeId, PersonId, Redacted, ThreadId, Timestamp};
use casework::extract::{Extract, Facts, Fields, Preview, SignedRecord};
use casework::offer::{Thread, ThreadEvent};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::{Aggregate, Row, Shelf, StreamKind, Team, cbor};

/// Part of [`Shelf::OffersByState`] for offers that wait for somebody.
pub const RUNNING: &[u8] = b"running";
/// Part of [`Shelf::OffersByState`] for offers that ended.
pub const ENDED: &[u8] = b"ended";

/// One line of a decision: a field, and what permits or refuses it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Field name.
    pub field: String,
    /// Clause, if permitted.
    pub clause: Option<String>,
    /// Basis, if permitted.
    pub basis: Option<String>,
    /// Refusal code, if not.
    pub refusal: Option<String>,
}

/// What the giver froze when it offered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// Canonical bytes of the extract; void after an erasure.
    pub extract: Bytes,
    /// Accord that permitted it: id, version, hash.
    pub accord: (String, u64, Digest),
    /// How each field was decided.
    pub lines: Vec<Line>,
    /// Consents that it and its supplements rest on.
    pub consents: Vec<[u8; 16]>,
    /// The person's alias for this peer.
    pub alias: [u8; 16],
    /// When it was frozen.
    pub at: Timestamp,
    /// Later evidence, as sent, in the order of its numbers.
    pub supplements: Vec<Bytes>,
    /// The ownership record to be countersigned, kind handover.
    pub own_record: Option<Bytes>,
    /// The taker's signature on it, once it accepted.
    pub own_signature: Option<Bytes>,
    /// The basis that officers signed, if it is not consent; it is asked again at the acceptance.
    pub basis: Option<(String, String, Vec<String>)>,
    /// Documents that were to go along, and how each was decided.
    #[serde(default)]
    pub documents: Vec<SentDocument>,
}

/// What the taker was given to see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Came {
    /// Canonical bytes of the preview; empty once hidden.
    pub preview: Bytes,
    /// Canonical bytes of the extract, once it is here; empty once hidden.
    pub extract: Option<Bytes>,
    /// Later evidence, as it came, after the re-check.
    pub supplements: Vec<Bytes>,
    /// Accord it came under: id, version, hash.
    pub accord: (String, u64, Digest),
    /// Purpose word.
    pub purpose: String,
    /// The person's alias.
    pub alias: [u8; 16],
    /// When it arrived.
    pub at: Timestamp,
    /// Fields that the re-check destroyed unread.
    pub surplus: Vec<String>,
    /// Whether a suspect or an agency of the offer stands on this node's own list; `None` where nobody asked.
    #[serde(default)]
    pub compared: Option<Compared>,
    /// Hidden: consent withdrawn, offer ended, or erased.
    pub hidden: bool,
    /// Ownership record bytes this node countersigned.
    pub own_record: Option<Bytes>,
    /// The record with both signatures, once it came with the file: the proof of ownership.
    pub signed: Option<SignedRecord>,
    /// Documents that come along.
    #[serde(default)]
    pub files: Vec<CameFile>,
}

/// What a frozen or received extract says: facts, and fields with what its supplements changed since.
fn whole(extract: &Bytes, supplements: &[Bytes]) -> Option<(Facts, Fields)> {
    let Extract { facts, mut fields, .. } = minicbor::decode(&extract.0).ok()?;
    for later in supplements.iter().filter_map(|bytes| minicbor::decode::<Extract>(&bytes.0).ok()) {
        fields.0.extend(later.fields.0);
    }
    Some((facts, fields))
}

impl Sent {
    /// What was sent.
    pub fn content(&self) -> Option<(Facts, Fields)> {
        whole(&self.extract, &self.supplements)
    }
}

impl Came {
    /// What may be read of it now: the extract, or the preview before it; nothing once it is hidden.
    pub fn content(&self) -> Option<(Facts, Fields)> {
        if self.hidden {
            return None;
        }
        let extract = self.extract.as_ref().and_then(|bytes| whole(bytes, &self.supplements));
        let preview =
            || minicbor::decode::<Preview>(&self.preview.0).ok().map(|preview| (preview.facts, preview.fields));
        extract.or_else(preview)
    }
}

/// A word said about an offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The offer.
    pub offer_no: u32,
    /// Said here, or there.
    pub here: bool,
    /// What.
    pub text: Redacted<String>,
    /// When, by this node's clock.
    pub at: Timestamp,
}

/// The stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferStream {
    /// The other node.
    pub peer: NodeId,
    /// Its name.
    pub peer_name: String,
    /// The case here: the giver's from the start, the taker's once it took a handover.
    pub case: Option<CaseId>,
    /// The matter that counsel opened from what came. The data that came stays here, where a withdrawal hides it.
    #[serde(default)]
    pub matter: Option<CaseId>,
    /// Whom it is about, if not the person of the case: her sister has a thread of her own.
    pub person: Option<PersonId>,
    /// The machine.
    pub thread: Thread,
    /// Offers this node made.
    pub sent: BTreeMap<u32, Sent>,
    /// Offers that came.
    pub came: BTreeMap<u32, Came>,
    /// What was said.
    pub said: Vec<Said>,
    /// What the taker answered to a request to erase: 1 done, 2 legal hold, 3 never had.
    pub erased: Option<u8>,
    /// Since when.
    pub since: Timestamp,
}

/// What can happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OfferEvent {
    /// The thread began.
    Began {
        /// The other node.
        peer: NodeId,
        /// Its name.
        peer_name: String,
        /// The case, if this node gives.
        case: Option<CaseId>,
        /// Another person of the case, if this node gives for her.
        person: Option<PersonId>,
    },
    /// An offer was frozen.
    Frozen(u32, Box<Sent>),
    /// An offer came.
    Came(u32, Box<Came>),
    /// What the offer says of its suspects was compared with this node's own list.
    Compared(u32, Compared),
    /// The machine moved.
    Moved(ThreadEvent),
    /// The taker's signature on the ownership record came.
    Countersigned(u32, Bytes),
    /// The file came, after the re-check.
    FileCame {
        /// Which offer.
        offer_no: u32,
        /// Canonical bytes, surplus fields taken out.
        extract: Bytes,
        /// What was taken out.
        surplus: Vec<String>,
        /// Kind handover: the ownership record, if both signatures hold.
        signed: Option<SignedRecord>,
    },
    /// Later evidence was frozen, under the next number.
    SupplementFrozen(u32, Bytes),
    /// Later evidence came.
    SupplementCame(u32, Bytes),
    /// Documents are to come along with the file, or with later evidence.
    FilesCame(u32, Vec<CameFile>),
    /// What became of one.
    FileMoved(u32, FileId, CameState),
    /// Later documents go along under the number of a supplement.
    DocumentsFrozen(u32, Vec<SentDocument>),
    /// The taker answered a request to erase.
    ErasureAnswered(u8),
    /// A word.
    Said(Said),
    /// Nothing of it may be shown any more.
    Hidden(u32),
    /// The case that a taken handover became.
    CaseOpened(CaseId),
    /// Counsel opened a matter from it.
    MatterOpened(CaseId),
    /// Offers up to this number were made in a life that this store forgot.
    NumbersForgotten(u32),
}

impl Aggregate for OfferStream {
    type Event = OfferEvent;
    const KIND: StreamKind = StreamKind::Offer;
    const TEAM: Team = Team::Casework;
    const OWN_KEY: bool = true;

    fn event_name(event: &OfferEvent) -> &'static str {
        match event {
            OfferEvent::Began { .. } => "offer.began",
            OfferEvent::Frozen(..) => "offer.frozen",
            OfferEvent::Came(..) => "offer.came",
            OfferEvent::Compared(..) => "offer.compared",
            OfferEvent::Moved(_) => "offer.moved",
            OfferEvent::Countersigned(..) => "offer.countersigned",
            OfferEvent::FileCame { .. } => "offer.file-came",
            OfferEvent::SupplementFrozen(..) => "offer.supplement-frozen",
            OfferEvent::SupplementCame(..) => "offer.supplement-came",
            OfferEvent::FilesCame(..) => "offer.files-came",
            OfferEvent::FileMoved(..) => "offer.file-moved",
            OfferEvent::DocumentsFrozen(..) => "offer.documents-frozen",
            OfferEvent::ErasureAnswered(_) => "offer.erasure-answered",
            OfferEvent::Said(_) => "offer.said",
            OfferEvent::Hidden(_) => "offer.hidden",
            OfferEvent::CaseOpened(_) => "offer.case-opened",
            OfferEvent::MatterOpened(_) => "offer.matter-opened",
            OfferEvent::NumbersForgotten(_) => "offer.numbers-forgotten",
        }
    }

    fn begin(_: [u8; 16], first: &OfferEvent, at: Timestamp) -> Option<Self> {
        let OfferEvent::Began { peer, peer_name, case, person } = first else { return None };
        Some(Self {
            peer: *peer,
            peer_name: peer_name.clone(),
            case: *case,
            matter: None,
            person: *person,
            thread: Thread::default(),
            sent: BTreeMap::new(),
            came: BTreeMap::new(),
            said: Vec::new(),
            erased: None,
            since: at,
        })
    }

    fn apply(&mut self, event: &OfferEvent, _: Timestamp) {
        match event {
            OfferEvent::Began { .. } => {}
            OfferEvent::Frozen(no, sent) => drop(self.sent.insert(*no, (**sent).clone())),
            OfferEvent::Came(no, came) => drop(self.came.insert(*no, (**came).clone())),
            OfferEvent::Compared(no, said) => {
                if let Some(came) = self.came.get_mut(no) {
                    came.compared = Some(*said);
                }
            }
            OfferEvent::Moved(event) => self.thread.apply(event),
            OfferEvent::Countersigned(no, signature) => {
                if let Some(sent) = self.sent.get_mut(no) {
                    sent.own_signature = Some(signature.clone());
                }
            }
            OfferEvent::FileCame { offer_no, extract, surplus, signed } => {
                if let Some(came) = self.came.get_mut(offer_no) {
                    came.extract = Some(extract.clone());
                    came.surplus.clone_from(surplus);
                    came.signed.clone_from(signed);
                }
            }
            OfferEvent::SupplementFrozen(no, bytes) => {
                if let Some(sent) = self.sent.get_mut(no) {
                    sent.supplements.push(bytes.clone());
                    let consents =
                        minicbor::decode::<Extract>(&bytes.0).map(|later| later.consents).unwrap_or_default();
                    let new = consents.into_iter().map(|line| line.id).filter(|id| !sent.consents.contains(id));
                    sent.consents.extend(new.collect::<Vec<_>>());
                }
            }
            OfferEvent::SupplementCame(no, bytes) => {
                if let Some(came) = self.came.get_mut(no) {
                    came.supplements.push(bytes.clone());
                }
            }
            OfferEvent::FilesCame(no, files) => {
                if let Some(came) = self.came.get_mut(no) {
                    came.files.retain(|known| files.iter().all(|file| file.id != known.id));
                    came.files.extend(files.iter().cloned());
                }
            }
            OfferEvent::FileMoved(no, id, state) => {
                let came = self.came.get_mut(no);
                if let Some(file) = came.and_then(|came| came.files.iter_mut().find(|file| file.id == *id)) {
                    file.state = state.clone();
                }
            }
            OfferEvent::DocumentsFrozen(no, documents) => {
                if let Some(sent) = self.sent.get_mut(no) {
                    sent.documents.extend(documents.iter().cloned());
                }
            }
            OfferEvent::ErasureAnswered(result) => self.erased = Some(*result),
            OfferEvent::Said(said) => self.said.push(said.clone()),
            OfferEvent::Hidden(no) => {
                if let Some(came) = self.came.get_mut(no) {
                    came.hidden = true;
                    came.preview = Bytes::default();
                    came.supplements.clear();
                    came.files.iter_mut().for_each(CameFile::hide);
                    came.extract = came.extract.as_ref().map(|_| Bytes::default());
                }
            }
            OfferEvent::CaseOpened(case) => self.case = Some(*case),
            OfferEvent::MatterOpened(case) => self.matter = Some(*case),
            OfferEvent::NumbersForgotten(no) => self.thread.skip_to(*no),
        }
    }

    fn rows(&self, id: [u8; 16]) -> Vec<Row> {
        let thread = ThreadId::from_bytes(id);
        let mut rows: Vec<Row> = self.cards(thread).iter().flat_map(super::card::rows).collect();
        if let (Some(case), Ok(card)) = (self.case, cbor::to_bytes(&thread)) {
            let (part, key) = (case.bytes().to_vec(), thread_key(self.peer, self.person));
            rows.push(Row { shelf: Shelf::ThreadByCasePeer, part, key, due: None, card });
        }
        if let (Some(due), Ok(card)) = (self.thread.giver.next_at(), cbor::to_bytes(&thread)) {
            rows.push(Row { shelf: Shelf::OfferMoments, part: Vec::new(), key: id.to_vec(), due: Some(due), card });
        }
        rows.extend(super::files::rows(self, thread));
        rows
    }
}

/// Key of a thread among those of a case: the peer, then the person (zeros for the person of the case).
pub fn thread_key(peer: NodeId, person: Option<PersonId>) -> Vec<u8> {
    [peer.bytes(), person.unwrap_or_default().bytes()].concat()
}

impl OfferStream {
    /// The case or matter that says who may see it.
    pub fn near(&self) -> Option<CaseId> {
        self.case.or(self.matter)
    }

    /// Whether somebody of this name stands among those who recruited in what came.
    pub fn accuses(&self, name: &str) -> bool {
        let names = |came: &Came| {
            let Some((_, fields)) = came.content() else { return false };
            casework::case::accuses(fields.0.iter().map(|(field, value)| (field, &value.value)), name)
        };
        self.came.values().any(names)
    }
}
