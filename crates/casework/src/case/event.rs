//! What happened in a case. Events are only added; the case is what they add up to.

use super::{
    Assignment, Closing, HandbookMove, Opening, Person, PlanItem, Shield, StepEnd, StepRef, Watch, WithoutConsent,
};
use crate::aid::{AidMove, AidRequest};
use crate::clock::Clock;
use crate::consent::Consent;
use crate::document::Document;
use crate::erasure::{ErasureProposal, Hold};
use crate::guest::GuestMove;
use crate::matter::MatterEvent;
use crate::offer::{OfferKind, OwnNext};
use crate::report::Token;
use crate::rights::{Review, RightAnswer, RightRequest};
use crate::roles::Role;
use crate::words::{Authority, Category, Outcome, PersonRole, Profile, Purpose, Triage, Urgency};
use base::{ConsentId, FileId, NodeId, OfficerId, PersonId, Redacted, ReportId, ThreadId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// One event of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseEvent {
    /// The case begins: from a report, or by a handover.
    Opened(Box<Opening>),
    /// Case manager and companion.
    Assigned(Assignment),
    /// How soon, and who has the authority (IN-3).
    Classified {
        /// How soon.
        urgency: Urgency,
        /// Who has the authority.
        authority: Authority,
        /// Why.
        reason: Redacted<String>,
    },
    /// Safety flags, all that are up.
    Triaged(BTreeSet<Triage>),
    /// A screening was computed.
    Screened {
        /// Its outcome.
        outcome: Outcome,
        /// Version of its question pack.
        pack: String,
    },
    /// One officer proposes a presumption.
    PresumptionProposed {
        /// For what.
        outcome: Outcome,
        /// Who.
        by: OfficerId,
        /// Why, if it lies below the screening.
        reason: Option<Redacted<String>>,
    },
    /// Another officer confirms it.
    PresumptionDecided {
        /// For what.
        outcome: Outcome,
        /// Who proposed and who confirmed.
        by: [OfficerId; 2],
    },
    /// The two did not agree.
    PresumptionRejected {
        /// Who rejected.
        by: OfficerId,
        /// Why.
        reason: Redacted<String>,
    },
    /// What the person is in the case.
    RolesSet(BTreeSet<PersonRole>),
    /// Adult or child.
    ProfileSet(Profile),
    /// Something became true, or ceased to be.
    FactSet(String, bool),
    /// What she wants; her wish, not our plan.
    WishSet(String, bool),
    /// A plan item, new or changed.
    PlanSet(u16, PlanItem),
    /// A field of the field list; `None` clears it. One category each, because narrow ones have own keys.
    FieldSet {
        /// Whose; `None` is the person of the case.
        person: Option<PersonId>,
        /// Such as `identity.name`.
        field: String,
        /// The value.
        value: Option<Redacted<String>>,
    },
    /// Another person of the case, such as a sister.
    PersonAdded(PersonId, Person),
    /// A consent was given.
    ConsentGiven(Box<Consent>),
    /// A consent was withdrawn; it acts at once.
    ConsentWithdrawn(ConsentId),
    /// A step opens, by itself or by hand.
    StepOpened {
        /// Which.
        step: StepRef,
        /// Its owner.
        role: Role,
        /// Its clock.
        clock: Option<Box<Clock>>,
        /// An escalation: which step is late, and at which level it is asked.
        watch: Option<Watch>,
    },
    /// A person takes a step.
    StepTaken(StepRef, OfficerId),
    /// Form values; those given replace those before.
    StepFilled(StepRef, BTreeMap<String, Redacted<String>>),
    /// Something is in the way. The clock runs on.
    StepBlocked(StepRef, Option<Redacted<String>>),
    /// A step ends.
    StepEnded(StepRef, StepEnd),
    /// The person wishes to wait (AWAITING_PERSON).
    ClockPaused(StepRef),
    /// It runs again, as it now stands.
    ClockResumed(StepRef, Box<Clock>),
    /// A calendar was adopted; the clock as it now stands.
    ClockMoved(StepRef, Box<Clock>),
    /// An alarm rose to this level.
    AlarmRaised(StepRef, u8),
    /// A note.
    Noted {
        /// By whom.
        by: OfficerId,
        /// The words.
        text: Redacted<String>,
    },
    /// An offer went out.
    OfferMade(ThreadId, u32, super::OfferLine),
    /// It was given, or ended.
    OfferMoved {
        /// Which.
        thread: ThreadId,
        /// Its number.
        offer_no: u32,
        /// Where it stands.
        to: super::OfferAt,
    },
    /// Another node owns the case since this commit.
    OwnershipGiven {
        /// Who.
        to: NodeId,
        /// The record.
        own: OwnNext,
        /// SHA-256 of the signed record.
        record: [u8; 32],
    },
    /// This node owns the case since this commit.
    OwnershipTaken {
        /// From whom.
        from: NodeId,
        /// The record.
        own: OwnNext,
        /// SHA-256 of the signed record.
        record: [u8; 32],
    },
    /// The data is frozen until the case manager decides (a consent was withdrawn after a handover), or no longer.
    Frozen(bool),
    /// The case is closed.
    Closed(Closing),
    /// She came back.
    Reopened {
        /// Why.
        reason: Redacted<String>,
    },
    /// A further report about this person.
    ReportLinked(ReportId),
    /// Identifiers of its people, as the blind index keeps them.
    Indexed(BTreeSet<Token>),
    /// Narrow fields were removed at the end of their retention.
    FieldsRemoved(BTreeSet<Category>),
    /// Something is done without consent, on this basis.
    StepBasis(StepRef, WithoutConsent),
    /// A code name is in force from now on.
    Shielded(Shield),
    /// Somebody tried to reach her.
    ContactTried {
        /// Who.
        by: OfficerId,
        /// She was reached.
        reached: bool,
    },
    /// The case moved to another version of the handbook.
    HandbookMoved(Box<HandbookMove>),
    /// She asks something about her data.
    RightAsked(u16, Box<RightRequest>),
    /// A second officer looked whether the answer is safe.
    RightReviewed(u16, Review),
    /// The answer.
    RightAnswered(u16, RightAnswer),
    /// The alarm of a request rose to this level.
    RightAlarm(u16, u8),
    /// Sharing goes on.
    RestrictionLifted {
        /// Why.
        reason: Redacted<String>,
    },
    /// A legal hold: nothing of it is erased until it is lifted.
    HoldPlaced(Hold),
    /// The hold is over.
    HoldLifted {
        /// Who lifted it.
        by: OfficerId,
        /// Why.
        reason: Redacted<String>,
    },
    /// One officer proposes that all of it is erased; another does it.
    ErasureProposed(ErasureProposal),
    /// It is not erased after all.
    ErasureDropped {
        /// Who said no.
        by: OfficerId,
        /// Why.
        reason: Redacted<String>,
    },
    /// When time alone may next open a step.
    Waits(Option<Timestamp>),
    /// An officer is shut out; `by` is zero where the node found her name among those who recruited.
    ShutOut {
        /// Whom.
        officer: OfficerId,
        /// Who did it.
        by: OfficerId,
        /// Why.
        reason: Redacted<String>,
    },
    /// An officer is let in again.
    LetIn {
        /// Whom.
        officer: OfficerId,
        /// Who did it.
        by: OfficerId,
        /// Why.
        reason: Redacted<String>,
    },
    /// An officer who does not hold it opened the case in need.
    OpenedInNeed {
        /// Who.
        by: OfficerId,
        /// Why.
        reason: Redacted<String>,
    },
    /// The officer for data protection looked at an opening in need.
    OpeningSeen {
        /// Its number, from 0.
        no: u16,
        /// Who looked.
        by: OfficerId,
    },
    /// An officer's access ended: what she held and took of it is hers no more.
    OfficerLeft {
        /// Who left.
        officer: OfficerId,
        /// Who ended her access.
        by: OfficerId,
    },
    /// Legal aid is asked for.
    AidRequested(u16, Box<AidRequest>),
    /// A request for legal aid moved.
    AidMoved(u16, AidMove),
    /// The way of a guest into the case.
    GuestMoved(OfficerId, GuestMove),
    /// Something of counsel's matter.
    Matter(Box<MatterEvent>),
    /// A document is kept with the case from now on.
    DocumentAdded(Box<Document>),
    /// A document is gone, and its key with it.
    DocumentRemoved {
        /// Which.
        id: FileId,
        /// Who removed it.
        by: OfficerId,
        /// Why.
        reason: Redacted<String>,
    },
}

impl CaseEvent {
    /// The category whose key seals this event; `None` is the work key of the case.
    pub fn narrow(&self) -> Option<Category> {
        match self {
            Self::FieldSet { field, .. } => Category::of(field).filter(|category| category.is_narrow()),
            Self::DocumentAdded(document) => document.kind.part(),
            _ => None,
        }
    }

    /// The stable name of the kind, for the journal and the timeline.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Opened(_) => "case.opened",
            Self::Assigned(_) => "case.assigned",
            Self::Classified { .. } => "case.classified",
            Self::Triaged(_) => "case.triaged",
            Self::Screened { .. } => "case.screened",
            Self::PresumptionProposed { .. } => "presumption.proposed",
            Self::PresumptionDecided { .. } => "presumption.decided",
            Self::PresumptionRejected { .. } => "presumption.rejected",
            Self::RolesSet(_) => "case.roles-set",
            Self::ProfileSet(_) => "case.profile-set",
            Self::FactSet(..) => "case.fact-set",
            Self::WishSet(..) => "case.wish-set",
            Self::PlanSet(..) => "plan.set",
            Self::FieldSet { .. } => "field.set",
            Self::PersonAdded(..) => "person.added",
            Self::ConsentGiven(_) => "consent.given",
            Self::ConsentWithdrawn(_) => "consent.withdrawn",
            Self::StepOpened { .. } => "step.opened",
            Self::StepTaken(..) => "step.taken",
            Self::StepFilled(..) => "step.filled",
            Self::StepBlocked(..) => "step.blocked",
            Self::StepEnded(..) => "step.ended",
            Self::ClockPaused(_) => "clock.paused",
            Self::ClockResumed(..) => "clock.resumed",
            Self::ClockMoved(..) => "clock.moved",
            Self::AlarmRaised(..) => "clock.alarm",
            Self::Noted { .. } => "case.noted",
            Self::OfferMade(..) => "offer.made",
            Self::OfferMoved { .. } => "offer.moved",
            Self::OwnershipGiven { .. } => "own.given",
            Self::OwnershipTaken { .. } => "own.taken",
            Self::Frozen(_) => "case.frozen",
            Self::Closed(_) => "case.closed",
            Self::Reopened { .. } => "case.reopened",
            Self::ReportLinked(_) => "case.report-linked",
            Self::Indexed(_) => "case.indexed",
            Self::FieldsRemoved(_) => "fields.removed",
            Self::StepBasis(..) => "step.basis",
            Self::Shielded(_) => "case.shielded",
            Self::ContactTried { .. } => "contact.tried",
            Self::HandbookMoved(_) => "handbook.moved",
            Self::RightAsked(..) => "right.asked",
            Self::RightReviewed(..) => "right.reviewed",
            Self::RightAnswered(..) => "right.answered",
            Self::RightAlarm(..) => "right.alarm",
            Self::RestrictionLifted { .. } => "right.lifted",
            Self::HoldPlaced(_) => "hold.placed",
            Self::HoldLifted { .. } => "hold.lifted",
            Self::ErasureProposed(_) => "erasure.proposed",
            Self::ErasureDropped { .. } => "erasure.dropped",
            Self::Waits(_) => "case.waits",
            Self::ShutOut { .. } => "access.shut",
            Self::LetIn { .. } => "access.let-in",
            Self::OpenedInNeed { .. } => "need.opened",
            Self::OpeningSeen { .. } => "need.seen",
            Self::OfficerLeft { .. } => "case.officer-left",
            Self::AidRequested(..) => "aid.requested",
            Self::AidMoved(..) => "aid.moved",
            Self::GuestMoved(_, GuestMove::LetIn(_)) => "guest.let-in",
            Self::GuestMoved(_, GuestMove::NoConflict) => "guest.no-conflict",
            Self::GuestMoved(_, GuestMove::Ended(_)) => "guest.ended",
            Self::Matter(event) => event.kind(),
            Self::DocumentAdded(_) => "document.added",
            Self::DocumentRemoved { .. } => "document.removed",
        }
    }
}

/// For an offer line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferedTo {
    /// The other node.
    pub peer: NodeId,
    /// Its name as party of the accord.
    pub party: String,
    /// About whom, if not the person of the case: her sister. Each person has a thread of her own with a node.
    pub person: Option<PersonId>,
    /// Referral or handover.
    pub kind: OfferKind,
    /// What for.
    pub purpose: Purpose,
}
