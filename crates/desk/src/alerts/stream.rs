//! The stream of an alert, at its sender and at its receiver.

use crate::actor::Staff;
use crate::mentions::accuses;
use crate::offers::Line;
use base::{AlertId, Digest, MentionId, NodeId, OfficerId, Timestamp};
use recruiters::judged::Pair;
use recruiters::said::{Grade, Recalling, Said};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use store::{Aggregate, KeyBytes, Row, Shelf, StreamKind, Team, cbor};

/// What an alert says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Of the recruiter; nothing in the answer to an alert.
    pub said: Said,
    /// How good it is.
    pub grade: Grade,
    /// At least so many independent reports.
    pub reports: u64,
    /// Until when it is good.
    pub until: Timestamp,
}

/// What goes to one partner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Going {
    /// The accord it rests on.
    pub accord: (String, u64, Digest),
    /// How each field was decided.
    pub lines: Vec<Line>,
    /// Era of its message.
    pub era: u64,
    /// Number of its message in the thread.
    pub seq: u64,
}

/// That a partner knows the recruiter too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// How good its own knowledge is.
    pub grade: Grade,
    /// From at least so many independent reports.
    pub reports: u64,
}

/// Which side of an alert this node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Side {
    /// It sent it.
    Out,
    /// It came.
    In,
}

impl Side {
    /// Partition of its list.
    pub const fn part(self) -> &'static [u8] {
        match self {
            Self::Out => b"out",
            Self::In => b"in",
        }
    }
}

/// How an alert stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// In force.
    Live,
    /// Its time is over.
    Expired,
    /// Taken back.
    Recalled(Recalling),
}

/// What its sender wrote down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Out {
    /// Its number.
    pub no: u64,
    /// The mention by which the recruiter is found.
    pub mention: MentionId,
    /// The fields that an officer chose.
    pub fields: BTreeSet<String>,
    /// What is said at most; a partner may have got less.
    pub claim: Claim,
    /// To whom.
    pub to: BTreeMap<NodeId, Going>,
    /// The partner's alert that it answers, and the pair of mentions that it rests on.
    pub answers: Option<(AlertId, Pair)>,
    /// By whom.
    pub by: OfficerId,
}

/// A recall or a correction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recall {
    /// The sender of the alert.
    pub from: NodeId,
    /// Its number.
    pub no: u64,
    /// Why.
    pub why: Recalling,
    /// What it says instead.
    pub correction: Option<Claim>,
    /// Era and number of the message that said so, if a partner did: an earlier correction that comes later changes nothing.
    pub place: (u64, u64),
    /// By whom, if it was said here.
    pub by: Option<OfficerId>,
}

/// What can happen to an alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertEvent {
    /// An officer sent it.
    Sent(Box<Out>),
    /// To this partner it goes under another number (ADR 58).
    Anew(NodeId, Box<Going>),
    /// It came from a partner.
    Came {
        /// Of whom.
        from: NodeId,
        /// Its number.
        no: u64,
        /// What it says, without what may not be here.
        claim: Box<Claim>,
        /// Our alert that it answers.
        answers: Option<AlertId>,
    },
    /// It was taken back, or says something else now; perhaps before it came itself.
    Recalled(Box<Recall>),
    /// Its time is over.
    Expired,
    /// A partner knows the recruiter too.
    KnownToo(NodeId, Known),
    /// It says so no more.
    KnownNoMore(NodeId),
    /// The sender was told that he is known here.
    Told(AlertId),
    /// Somebody read what is new.
    Read(OfficerId),
}

/// An alert as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertStream {
    /// Which side this node is.
    pub side: Side,
    /// Its sender.
    pub from: NodeId,
    /// Its number.
    pub no: u64,
    /// What it says; nothing of an alert that was taken back before it came.
    pub claim: Option<Claim>,
    /// How often it said something: the mention of each is another.
    pub claims: u32,
    /// How it stands.
    pub state: State,
    /// When it was sent, or came.
    pub at: Timestamp,
    /// The mention by which the recruiter is found, at the sender.
    pub mention: Option<MentionId>,
    /// The fields that an officer chose.
    pub fields: BTreeSet<String>,
    /// To whom it was sent.
    pub sent: BTreeMap<NodeId, Going>,
    /// The alert of the other side that it answers.
    pub answers: Option<AlertId>,
    /// At the sender of an answer: the pair that it rests on.
    pub rests_on: Option<Pair>,
    /// Where the last word of a partner on it stood in the thread.
    pub place: (u64, u64),
    /// Why it was corrected last.
    pub corrected: Option<Recalling>,
    /// Partners that know the recruiter too.
    pub known: BTreeMap<NodeId, Known>,
    /// By which alert of ours the sender was told that he is known here.
    pub told: Option<AlertId>,
    /// Whether something is new that nobody has read.
    pub unread: bool,
}

/// An alert in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertCard {
    /// Which.
    pub id: AlertId,
    /// Which side this node is.
    pub side: Side,
    /// Its sender, or to whom it went.
    pub peers: Vec<NodeId>,
    /// What it says.
    pub claim: Option<Claim>,
    /// How it stands.
    pub state: State,
    /// When it was sent, or came.
    pub at: Timestamp,
    /// The alert of the other side that it answers.
    pub answers: Option<AlertId>,
    /// How many partners know the recruiter too.
    pub known: usize,
    /// Whether something is new that nobody has read.
    pub unread: bool,
}

impl AlertCard {
    /// Whether it is about this officer, by her name.
    pub fn shuts(&self, reader: &Staff) -> bool {
        self.claim.as_ref().is_some_and(|claim| accuses(&claim.said, reader))
    }
}

impl AlertStream {
    /// In its lists.
    pub fn card(&self, id: AlertId) -> AlertCard {
        let peers = if self.side == Side::In { vec![self.from] } else { self.sent.keys().copied().collect() };
        AlertCard {
            id,
            side: self.side,
            peers,
            claim: self.claim.clone(),
            state: self.state,
            at: self.at,
            answers: self.answers,
            known: self.known.len(),
            unread: self.unread,
        }
    }

    /// When its time is over, if it is in force.
    pub fn due(&self) -> Option<Timestamp> {
        self.claim.as_ref().filter(|_| self.state == State::Live).map(|claim| claim.until)
    }

    /// Whether it was taken back.
    pub const fn is_recalled(&self) -> bool {
        matches!(self.state, State::Recalled(_))
    }

    /// The mention of what it says now, where it came.
    pub fn mention_here(&self, id: AlertId) -> Option<MentionId> {
        let is_said = self.side == Side::In && self.answers.is_none() && self.claims > 0;
        is_said.then(|| Self::mention_of(id, self.claims))
    }

    /// The mention of the nth thing that an alert says: SHA-256("simpul/alerted/1" || alert || n), its first half.
    pub fn mention_of(id: AlertId, nth: u32) -> MentionId {
        let digest = seal::hash::sha256(&[b"simpul/alerted/1", &id.bytes(), &nth.to_be_bytes()]);
        MentionId::from_bytes(digest.first_chunk().copied().unwrap_or_default())
    }

    fn empty(side: Side, from: NodeId, no: u64, at: Timestamp) -> Self {
        Self {
            side,
            from,
            no,
            claim: None,
            claims: 0,
            state: State::Live,
            at,
            mention: None,
            fields: BTreeSet::new(),
            sent: BTreeMap::new(),
            answers: None,
            rests_on: None,
            place: (0, 0),
            corrected: None,
            known: BTreeMap::new(),
            told: None,
            unread: false,
        }
    }

    fn says(&mut self, claim: &Claim) {
        (self.claim, self.claims) = (Some(claim.clone()), self.claims + 1);
    }

    fn recalled(&mut self, recall: &Recall) {
        (self.place, self.unread) = (recall.place, self.side == Side::In);
        match &recall.correction {
            Some(claim) => {
                self.says(claim);
                self.corrected = Some(recall.why);
            }
            None => self.state = State::Recalled(recall.why),
        }
    }
}

impl Aggregate for AlertStream {
    type Event = AlertEvent;
    const KIND: StreamKind = StreamKind::Alert;
    const TEAM: Team = Team::Casework;
    const OWN_KEY: bool = true;

    fn event_name(event: &AlertEvent) -> &'static str {
        match event {
            AlertEvent::Sent(_) => "alert.sent",
            AlertEvent::Anew(..) => "alert.sent-anew",
            AlertEvent::Came { .. } => "alert.came",
            AlertEvent::Recalled(recall) if recall.correction.is_some() => "alert.corrected",
            AlertEvent::Recalled(_) => "alert.recalled",
            AlertEvent::Expired => "alert.expired",
            AlertEvent::KnownToo(..) => "alert.known-too",
            AlertEvent::KnownNoMore(_) => "alert.known-no-more",
            AlertEvent::Told(_) => "alert.told",
            AlertEvent::Read(_) => "alert.read",
        }
    }

    fn begin(_: [u8; 16], first: &AlertEvent, at: Timestamp) -> Option<Self> {
        match first {
            AlertEvent::Sent(out) => {
                // The sender stands in the id, and the page knows who this node is.
                let mut alert = Self::empty(Side::Out, NodeId::default(), out.no, at);
                alert.says(&out.claim);
                (alert.mention, alert.fields, alert.sent) = (Some(out.mention), out.fields.clone(), out.to.clone());
                (alert.answers, alert.rests_on) = out.answers.unzip();
                Some(alert)
            }
            AlertEvent::Came { from, no, claim, answers } => {
                let mut alert = Self { answers: *answers, unread: true, ..Self::empty(Side::In, *from, *no, at) };
                alert.says(claim);
                Some(alert)
            }
            AlertEvent::Recalled(recall) => {
                let mut alert = Self::empty(Side::In, recall.from, recall.no, at);
                alert.recalled(recall);
                Some(alert)
            }
            _ => None,
        }
    }

    fn apply(&mut self, event: &AlertEvent, _: Timestamp) {
        match event {
            AlertEvent::Sent(_) | AlertEvent::Came { .. } => {}
            AlertEvent::Anew(to, going) => {
                self.sent.insert(*to, (**going).clone());
            }
            AlertEvent::Recalled(recall) => self.recalled(recall),
            AlertEvent::Expired => self.state = State::Expired,
            AlertEvent::KnownToo(node, known) => {
                self.known.insert(*node, *known);
                self.unread = true;
            }
            AlertEvent::KnownNoMore(node) => {
                self.unread |= self.known.remove(node).is_some();
            }
            AlertEvent::Told(answer) => self.told = Some(*answer),
            AlertEvent::Read(_) => self.unread = false,
        }
    }

    fn rows(&self, id: [u8; 16]) -> Vec<Row> {
        let Ok(card) = cbor::to_bytes(&self.card(AlertId::from_bytes(id))) else { return Vec::new() };
        let key = KeyBytes::new().int(self.at.millis()).bytes(&id).done();
        let listed =
            Row { shelf: Shelf::Alerts, part: self.side.part().to_vec(), key, due: self.due(), card: card.clone() };
        let unread = Row { shelf: Shelf::AlertsUnread, part: Vec::new(), key: id.to_vec(), due: None, card };
        std::iter::once(listed).chain(self.unread.then_some(unread)).collect()
    }
}
