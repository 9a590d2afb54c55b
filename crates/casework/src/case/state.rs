//! What is known of a case, and the values its events are made of.

use super::view::TimelineLine;
use super::{InNeed, OfferedTo, StepRef, pairs};
use crate::aid::AidRequest;
use crate::clock::Clock;
use crate::consent::Consent;
use crate::document::Document;
use crate::erasure::{ErasureProposal, Hold};
use crate::guest::GuestAccess;
use crate::matter::Matter;
use crate::report::Token;
use crate::rights::RightRequest;
use crate::roles::Role;
use crate::words::{Authority, LegalBasis, Level, Outcome, PersonRole, Profile, Relation, Triage, Urgency, words};
use base::{CaseId, ConsentId, NodeId, OfficerId, PersonId, Place, Redacted, ReportId, ThreadId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How a case begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// The case.
    pub id: CaseId,
    /// The name it goes by.
    pub alias: String,
    /// The report it came from.
    pub report: Option<ReportId>,
    /// Where the person was found. It decides which agreement covers her.
    pub found_in: Place,
    /// Where she comes from.
    pub origin: Option<Place>,
    /// How soon.
    pub urgency: Urgency,
    /// What she is in the case.
    pub roles: BTreeSet<PersonRole>,
    /// Adult or child.
    pub profile: Profile,
    /// Safety flags of the screening.
    pub triage: BTreeSet<Triage>,
    /// Outcome of the screening.
    pub screened: Option<Outcome>,
    /// Version of the handbook.
    pub handbook: String,
    /// Presumption that the former owner decided.
    pub decided: Option<Outcome>,
    /// Steps that were done with the report, or at the former owner, such as `IN-1`.
    pub done: BTreeSet<String>,
    /// When statutory clocks began at the former owner: they keep their first start (STORAGE.md 8).
    pub since: BTreeMap<String, Timestamp>,
}

/// Who works on the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// Holds it.
    pub manager: OfficerId,
    /// Goes along.
    pub companion: Option<OfficerId>,
    /// Who compared the officers with the people named in the case.
    pub conflict_checked_by: OfficerId,
}

/// What the plan holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanItem {
    /// A plan word of the handbook.
    pub service: String,
    /// Who provides it.
    pub provider: String,
    /// Who sees to it.
    pub owner: OfficerId,
    /// By when, as a date `2026-12-01`.
    pub by: String,
    /// Where it stands.
    pub state: PlanState,
}

words! {
    /// Where a plan item stands.
    PlanState {
        /// Planned.
        Planned = "planned",
        /// Begun.
        Started = "started",
        /// Given.
        Done = "done",
        /// She does not want it any more.
        Dropped = "dropped",
    }

    /// Where an offer of the case stands, as the case sees it.
    OfferAt {
        /// Waiting for an answer.
        Open = "open",
        /// Accepted, and decided again.
        Running = "running",
        /// Ended.
        Ended = "ended",
    }

    /// Why a case is closed.
    CloseReason {
        /// Goals met.
        GoalsMet = "goals_met",
        /// She asked for it.
        PersonAsked = "person_asked",
        /// No contact after three tries in 90 days.
        LostContact = "lost_contact",
        /// Nothing pointed to a crime; rights were explained.
        AdviceGiven = "advice_given",
        /// Too little was answered, and nobody reached her again: the door stays open.
        DoorOpen = "door_open",
        /// The person died.
        Died = "died",
    }
}

/// Another person of the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// How she is related to the person of the case.
    pub relation: Option<Relation>,
    /// What she is in the case.
    pub roles: BTreeSet<PersonRole>,
    /// Adult or child.
    pub profile: Profile,
    /// Where she is.
    pub place: Option<Place>,
    /// Threatened family to the second degree is shielded like the person (UU 21/2007 art. 44(2)).
    pub is_protected: bool,
    /// Her fields.
    pub fields: BTreeMap<String, Redacted<String>>,
}

/// How a step ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepEnd {
    /// Done.
    Done,
    /// The person declined. A normal end, which blocks no other line.
    Declined,
    /// Not applicable, with the reason.
    NotApplicable(Redacted<String>),
    /// What it waited for has ended: an escalation whose step is no longer late.
    Overtaken,
    /// The case went to another owner, or was closed. Such a step opens anew when the case comes back.
    CaseLeft,
}

/// What an escalation watches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watch {
    /// The late step.
    pub step: StepRef,
    /// Who is asked.
    pub level: Level,
}

/// A step as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepState {
    /// Who owns it.
    pub role: Role,
    /// The person who took it.
    pub officer: Option<OfficerId>,
    /// Since when.
    pub opened_at: Timestamp,
    /// Its clock.
    pub clock: Option<Clock>,
    /// Form values, as `form.field`.
    pub values: BTreeMap<String, Redacted<String>>,
    /// What is in the way.
    pub blocked: Option<Redacted<String>>,
    /// For an escalation.
    pub watch: Option<Watch>,
    /// What it rests on, if not on consent.
    #[serde(default)]
    pub basis: Option<WithoutConsent>,
    /// How and when it ended.
    pub ended: Option<(StepEnd, Timestamp)>,
}

/// What is done to a person without her consent rests on this.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithoutConsent {
    /// On which basis of the law.
    pub basis: LegalBasis,
    /// Law and article.
    pub article: Redacted<String>,
    /// Why.
    pub reason: Redacted<String>,
    /// Who signed.
    pub signed_by: OfficerId,
}

/// A witness, or threatened family, goes by a code name for all but these (UU 21/2007 art. 44, SOP WI-2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shield {
    /// The name that everybody else sees.
    pub code_name: String,
    /// At most two, who may know the identity.
    pub viewers: BTreeSet<OfficerId>,
}

/// Who owns the case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ownership {
    /// The other node that owns it; `None` if it is this one.
    pub other: Option<NodeId>,
    /// Number of the last record; 0 if the case was never handed over.
    pub own_no: u32,
    /// SHA-256 of the last record; zeros if there is none.
    pub last: [u8; 32],
}

/// A presumption that waits for a second officer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// For what.
    pub outcome: Outcome,
    /// Who proposed.
    pub by: OfficerId,
    /// Why, if it lies below the screening.
    pub reason: Option<Redacted<String>>,
}

/// The presumption that two officers decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// For what. It opens help and never denies it.
    pub outcome: Outcome,
    /// Both officers; `None` if the former owner decided.
    pub by: Option<[OfficerId; 2]>,
    /// Why, if it lies below the screening.
    pub reason: Option<Redacted<String>>,
    /// When.
    pub at: Timestamp,
}

/// An offer of the case, as the case sees it; the thread has the rest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferLine {
    /// To whom, and what for.
    pub to: OfferedTo,
    /// Where it stands.
    pub at: OfferAt,
    /// The consents it rests on.
    pub consents: BTreeSet<ConsentId>,
    /// Hash of the frozen extract.
    pub extract_hash: [u8; 32],
}

/// What closing needs (SOP 6.7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    /// Why.
    pub reason: CloseReason,
    /// She has her papers.
    pub papers_returned: bool,
    /// Consents were gone through with her.
    pub consents_reviewed: bool,
    /// Each referrer knows the outcome.
    pub feedback_given: bool,
    /// Until when the file is kept.
    pub retain_until: Option<Timestamp>,
}

/// A note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: OfficerId,
    /// The words.
    pub text: Redacted<String>,
}

/// All that is known of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// How it began.
    pub opening: Opening,
    /// When.
    pub opened_at: Timestamp,
    /// Who owns it.
    pub ownership: Ownership,
    /// How soon.
    pub urgency: Urgency,
    /// Who has the authority.
    pub authority: Option<Authority>,
    /// What the person is in the case.
    pub roles: BTreeSet<PersonRole>,
    /// Adult or child.
    pub profile: Profile,
    /// Safety flags.
    pub triage: BTreeSet<Triage>,
    /// Outcome of the screening.
    pub screened: Option<Outcome>,
    /// Waits for a second officer.
    pub proposal: Option<Proposal>,
    /// Decided by two.
    pub decision: Option<Decision>,
    /// Who works on it.
    pub assignment: Option<Assignment>,
    /// What is true of it.
    pub facts: BTreeSet<String>,
    /// What she wants.
    pub wishes: BTreeSet<String>,
    /// The plan.
    pub plan: BTreeMap<u16, PlanItem>,
    /// Her fields.
    pub fields: BTreeMap<String, Redacted<String>>,
    /// Other people.
    pub people: BTreeMap<PersonId, Person>,
    /// Consents.
    pub consents: BTreeMap<ConsentId, Consent>,
    /// Steps.
    #[serde(with = "pairs")]
    pub steps: BTreeMap<StepRef, StepState>,
    /// Offers.
    #[serde(with = "pairs")]
    pub offers: BTreeMap<(ThreadId, u32), OfferLine>,
    /// Notes.
    pub notes: Vec<Note>,
    /// The last lines of the timeline.
    pub timeline: Vec<TimelineLine>,
    /// Frozen until the case manager decides.
    pub frozen: bool,
    /// Reports about this person; the first is the one it was opened from.
    #[serde(default)]
    pub reports: Vec<ReportId>,
    /// Identifiers of its people, as the blind index keeps them.
    #[serde(default)]
    pub marks: BTreeSet<Token>,
    /// Closed since then.
    pub closed: Option<(Closing, Timestamp)>,
    /// The version of the handbook it was moved to; without it, the one it began under.
    #[serde(default)]
    pub moved_to: Option<String>,
    /// When a safety flag was last raised anew.
    #[serde(default)]
    pub raised: Option<Timestamp>,
    /// The code name in force.
    #[serde(default)]
    pub shield: Option<Shield>,
    /// Tries to reach her, the last ones, and whether she was reached.
    #[serde(default)]
    pub tries: Vec<(Timestamp, bool)>,
    /// What she asked about her data, by number.
    #[serde(default)]
    pub rights: BTreeMap<u16, RightRequest>,
    /// Nothing more is shared until she says so.
    #[serde(default)]
    pub restricted: bool,
    /// Since when another node owns it.
    #[serde(default)]
    pub given_at: Option<Timestamp>,
    /// Nothing of it is erased while this stands.
    #[serde(default)]
    pub hold: Option<Hold>,
    /// Waits for the second officer.
    #[serde(default)]
    pub erasure: Option<ErasureProposal>,
    /// When time alone may open a step.
    #[serde(default)]
    pub look_at: Option<Timestamp>,
    /// Officers who see nothing of it.
    #[serde(default)]
    pub barred: BTreeSet<OfficerId>,
    /// Officers whose name is that of somebody who recruited, and who are somebody else.
    #[serde(default)]
    pub namesakes: BTreeSet<OfficerId>,
    /// Officers whose access ended while they had a part in it; whoever is named again is not among them.
    #[serde(default)]
    pub left: BTreeSet<OfficerId>,
    /// Openings in need.
    #[serde(default)]
    pub in_need: Vec<InNeed>,
    /// Documents kept with it, as they came.
    #[serde(default)]
    pub documents: Vec<Document>,
    /// Requests for legal aid, by number.
    #[serde(default)]
    pub aid: BTreeMap<u16, AidRequest>,
    /// Guests, and who was one.
    #[serde(default, with = "pairs")]
    pub guests: BTreeMap<OfficerId, GuestAccess>,
    /// What counsel does for her.
    #[serde(default)]
    pub matter: Box<Matter>,
}
