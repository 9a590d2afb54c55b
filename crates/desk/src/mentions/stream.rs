//! The streams: a mention, and what people judged of two.

use base::{AlertId, CaseId, MentionId, NodeId, OfficerId, ReportId, Timestamp};
use recruiters::judged::{Ground, Judgement, Pair, Verdict};
use recruiters::said::{Correcting, Grade, Said, Withdrawing};
use serde::{Deserialize, Serialize};
use store::{Aggregate, Row, Shelf, StreamKind, Team, cbor};

/// Part of [`Shelf::Mentions`]: what counts.
pub const LIVE: &[u8] = b"live";
const WITHDRAWN: &[u8] = b"withdrawn";
/// Part of [`Shelf::PairsJudged`].
pub const ALL: &[u8] = b"all";

/// Where a mention came from. It stands in the sealed event alone, in no list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A case, or its screening.
    Case(CaseId),
    /// A report.
    Report(ReportId),
    /// A list that was brought in, by the first half of its SHA-256.
    List([u8; 16]),
    /// What everybody can read: news, sanctions, a warning of an office.
    Public,
    /// A partner's alert.
    Alert {
        /// Which.
        alert: AlertId,
        /// Of which partner.
        from: NodeId,
    },
}

/// One event of a mention.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MentionEvent {
    /// An officer recorded it, or a partner's alert came.
    Recorded {
        /// Where it came from.
        source: Source,
        /// What it says.
        said: Box<Said>,
        /// How good it is.
        grade: Grade,
        /// By whom; of an alert, the bytes of the partner's node.
        by: OfficerId,
        /// Until when it counts, if not for good.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
    /// Somebody corrected it.
    Corrected {
        /// What it says now.
        said: Box<Said>,
        /// How good it is now.
        grade: Grade,
        /// Why.
        why: Correcting,
        /// By whom.
        by: OfficerId,
    },
    /// It counts no more.
    Withdrawn {
        /// Why.
        why: Withdrawing,
        /// By whom.
        by: OfficerId,
    },
}

/// A mention as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// Where it came from.
    pub source: Source,
    /// What it says.
    pub said: Said,
    /// How good it is.
    pub grade: Grade,
    /// When it was recorded.
    pub at: Timestamp,
    /// By whom; of an alert, the bytes of the partner's node.
    pub by: OfficerId,
    /// Why and when it was withdrawn.
    pub withdrawn: Option<(Withdrawing, Timestamp)>,
    /// Until when it counts, if not for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// A mention in the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MentionStream(pub Mention);

impl std::ops::Deref for MentionStream {
    type Target = Mention;
    fn deref(&self) -> &Mention {
        &self.0
    }
}

/// What lists and the engine need of a mention: nothing of where it came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MentionCard {
    /// Which.
    pub id: MentionId,
    /// When it was recorded.
    pub at: Timestamp,
    /// What it says.
    pub said: Said,
    /// How good it is.
    pub grade: Grade,
    /// Until when it counts, if not for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl Mention {
    /// What lists and the engine need of it.
    pub fn card(&self, id: MentionId) -> MentionCard {
        MentionCard { id, at: self.at, said: self.said.clone(), grade: self.grade, until: self.until }
    }
}

impl Aggregate for MentionStream {
    type Event = MentionEvent;
    const KIND: StreamKind = StreamKind::Mention;
    const TEAM: Team = Team::Casework;
    const OWN_KEY: bool = true;

    fn event_name(event: &MentionEvent) -> &'static str {
        match event {
            MentionEvent::Recorded { .. } => "mention.recorded",
            MentionEvent::Corrected { .. } => "mention.corrected",
            MentionEvent::Withdrawn { .. } => "mention.withdrawn",
        }
    }

    fn begin(_: [u8; 16], first: &MentionEvent, at: Timestamp) -> Option<Self> {
        let MentionEvent::Recorded { source, said, grade, by, until } = first else { return None };
        let (said, grade) = ((**said).clone(), *grade);
        Some(Self(Mention { source: *source, said, grade, at, by: *by, withdrawn: None, until: *until }))
    }

    fn apply(&mut self, event: &MentionEvent, at: Timestamp) {
        match event {
            MentionEvent::Recorded { .. } => {}
            MentionEvent::Corrected { said, grade, .. } => {
                (self.0.said, self.0.grade) = ((**said).clone(), *grade);
            }
            MentionEvent::Withdrawn { why, .. } => self.0.withdrawn = Some((*why, at)),
        }
    }

    fn rows(&self, id: [u8; 16]) -> Vec<Row> {
        let card = self.card(MentionId::from_bytes(id));
        let (Ok(bytes), Ok(seen)) = (cbor::to_bytes(&card), cbor::to_bytes(&card.id)) else { return Vec::new() };
        let part = if self.withdrawn.is_some() { WITHDRAWN } else { LIVE };
        let row = |shelf, part: &[u8], card| Row { shelf, part: part.to_vec(), key: id.to_vec(), due: None, card };
        let mut rows = vec![row(Shelf::Mentions, part, bytes)];
        let of = match self.source {
            Source::Case(case) => Some(case.bytes()),
            Source::Report(report) => Some(report.bytes()),
            Source::Alert { alert, .. } => Some(alert.bytes()),
            Source::List(_) | Source::Public => None,
        };
        rows.extend(of.map(|of| row(Shelf::MentionsOf, &of, seen)));
        rows
    }
}

/// One event of a pair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PairEvent {
    /// Somebody judged it. Her last judgement counts.
    Judged {
        /// Which pair.
        pair: Pair,
        /// What she says.
        verdict: Verdict,
        /// What she rests it on.
        ground: Ground,
        /// By whom.
        by: OfficerId,
    },
    /// A judgement counts no more.
    Undone {
        /// Whose.
        of: OfficerId,
        /// By whom.
        by: OfficerId,
    },
}

/// A pair in the store, with the judgements in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairStream {
    /// Which pair.
    pub pair: Pair,
    /// Judgements in force.
    pub judgements: Vec<Judgement>,
}

/// A judged pair in its list.
pub type PairCard = PairStream;

impl PairStream {
    /// The stream of a pair: SHA-256("simpul/pair/1" || a || b), its first half.
    pub fn id(pair: Pair) -> [u8; 16] {
        let [a, b] = pair.both();
        let digest = seal::hash::sha256(&[b"simpul/pair/1", &a.bytes(), &b.bytes()]);
        digest.first_chunk().copied().unwrap_or_default()
    }
}

impl Aggregate for PairStream {
    type Event = PairEvent;
    const KIND: StreamKind = StreamKind::Pair;
    const TEAM: Team = Team::Casework;
    const OWN_KEY: bool = true;

    fn event_name(event: &PairEvent) -> &'static str {
        match event {
            PairEvent::Judged { .. } => "pair.judged",
            PairEvent::Undone { .. } => "judgement.undone",
        }
    }

    fn begin(_: [u8; 16], first: &PairEvent, at: Timestamp) -> Option<Self> {
        let PairEvent::Judged { pair, .. } = first else { return None };
        let mut stream = Self { pair: *pair, judgements: Vec::new() };
        stream.apply(first, at);
        Some(stream)
    }

    fn apply(&mut self, event: &PairEvent, at: Timestamp) {
        match event {
            PairEvent::Judged { verdict, ground, by, .. } => {
                self.judgements.retain(|one| one.by != *by);
                self.judgements.push(Judgement { by: *by, verdict: *verdict, ground: *ground, at });
            }
            PairEvent::Undone { of, .. } => self.judgements.retain(|one| one.by != *of),
        }
    }

    fn rows(&self, id: [u8; 16]) -> Vec<Row> {
        let Ok(card) = cbor::to_bytes(self) else { return Vec::new() };
        vec![Row { shelf: Shelf::PairsJudged, part: ALL.to_vec(), key: id.to_vec(), due: None, card }]
    }
}
