//! A request for legal aid: whom it can go to, in which order, who was asked and what they said (SOP LE-2, FA-2).
//!
//! The ranked list is frozen when the request is made, so that everybody can see later why who was asked. Consent is given
//! for each body by name, so the chain goes on by itself only among bodies that she named (ADR 41).

use crate::clock::{Clock, Deadline, Mark, Span, Unit};
use crate::words::words;
use base::{NodeId, PersonId, Text, ThreadId, Timestamp};
use serde::{Deserialize, Serialize};

words! {
    /// Where a request stands.
    AidState {
        /// A body is asked.
        Asking = "asking",
        /// A body said yes.
        Served = "served",
        /// The next body has no consent of hers yet: an officer asks her.
        Consent = "consent",
        /// Nobody is left to ask.
        Exhausted = "exhausted",
        /// It ended because she or an officer ended it.
        Stopped = "stopped",
    }
}

impl AidState {
    /// Whether somebody is still to act for it.
    pub const fn is_running(self) -> bool {
        matches!(self, Self::Asking | Self::Consent)
    }
}

/// A body of the frozen list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AidBody {
    /// Its node.
    pub node: NodeId,
    /// Its name as party of the accord.
    pub party: String,
    /// The clause that covers her.
    pub clause: String,
    /// Why it stands where it stands, in Indonesian and English.
    pub reasons: Text,
}

/// A body that was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AidAsked {
    /// Its node.
    pub node: NodeId,
    /// The thread of the offer.
    pub thread: ThreadId,
    /// Its number there.
    pub offer_no: u32,
    /// When.
    pub at: Timestamp,
    /// Until when it should answer.
    pub answer_by: Timestamp,
    /// What became of it, as a word: a state of the offer, a reason, a code.
    pub answer: Option<String>,
}

/// The request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AidRequest {
    /// For whom; `None` is the person of the case.
    pub person: Option<PersonId>,
    /// Kind of matter, a word of accords.
    pub about: String,
    /// Her language, as a code.
    pub language: Option<String>,
    /// Sex of the counsel she wishes, a word of accords.
    pub counsel: Option<String>,
    /// Whom it can go to, best first.
    pub ranked: Vec<AidBody>,
    /// Who cannot be asked: party and code.
    pub not: Vec<(String, String)>,
    /// The law's time to answer: it does not begin anew with the next body.
    pub clock: Clock,
    /// When it was made.
    pub at: Timestamp,
    /// Who was asked, in order.
    pub asked: Vec<AidAsked>,
    /// Who was passed over when its turn came, and the code.
    pub passed: Vec<(NodeId, String)>,
    /// Where it stands.
    pub state: AidState,
}

impl AidRequest {
    /// The bodies that were neither asked nor passed over, best first.
    pub fn left(&self) -> impl Iterator<Item = &AidBody> {
        self.ranked.iter().filter(|body| {
            self.asked.iter().all(|asked| asked.node != body.node)
                && self.passed.iter().all(|(node, _)| *node != body.node)
        })
    }

    /// The body that is asked now.
    pub fn waits_for(&self) -> Option<&AidAsked> {
        self.asked.last().filter(|asked| self.state == AidState::Asking && asked.answer.is_none())
    }
}

/// What happens to a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AidMove {
    /// A body is asked.
    Asked(AidAsked),
    /// The offer to the body asked last moved: its word.
    Answered(String),
    /// The turn of a body came, and it cannot be asked now.
    Passed(NodeId, String),
    /// It stands so.
    Stands(AidState),
    /// The alarm of its clock rose to this level.
    Alarm(u8),
}

/// An answer is owed within 3 working days of the request (UU 16/2011 article 15(2)); RED within 2 hours (task-force default,
/// SOP XR-2). Neither can be paused: the law counts for the body, not for the officer.
pub fn deadline() -> Deadline {
    let basis = Text::new("UU 16/2011 pasal 15 ayat (2)", "UU 16/2011 article 15(2)");
    let three = Span { value: 3, unit: Unit::WorkingDays };
    let two = Span { value: 2, unit: Unit::Hours };
    Deadline { spans: [three, three, two], ..Deadline::plain(three, basis, Mark::Verified, true) }
}
