//! Referral and handover between two nodes: the state machine of giver and taker (FEDERATION.md 6).
//!
//! A [`Thread`] is what two nodes share about one case. Both sides number offers together; either may give. Its state is
//! rebuilt from [`ThreadEvent`]s; [`Thread::on`] answers with [`Effect`]s, which the use case carries out in the same
//! transaction: send, show, escalate, move ownership. A refused event changes nothing.

mod giver;
mod taker;
mod thread;

pub use giver::{Given, Giver, GiverEvent, GiverState, Opening};
pub use taker::{OfferSeen, Taker, TakerEvent, TakerState};
pub use thread::{Thread, ThreadEvent};

use crate::words::{Level, words};
use base::{CaseId, Code, Problem, Timestamp};
use serde::{Deserialize, Serialize};

words! {
    /// What is offered.
    OfferKind {
        /// Act for the person; the giver keeps the case.
        Referral = "referral",
        /// Take the case over.
        Handover = "handover",
    }

    /// Why an offer is declined.
    DeclineReason {
        /// No capacity.
        NoCapacity = "no_capacity",
        /// Not our mandate.
        NotOurMandate = "not_our_mandate",
        /// Not our area.
        NotOurArea = "not_our_area",
        /// A conflict of interest.
        Conflicted = "conflicted",
        /// We know the person already.
        KnownHere = "known_here",
        /// The person refuses.
        PersonRefuses = "person_refuses",
        /// Facts are missing.
        FactsMissing = "facts_missing",
        /// Unsafe.
        Unsafe = "unsafe",
        /// Another reason, with text.
        Other = "other",
    }

    /// Why an offer is withdrawn.
    WithdrawReason {
        /// Consent withdrawn or over.
        Consent = "consent",
        /// The accord no longer permits.
        Accord = "accord",
        /// The need is gone.
        NeedGone = "need_gone",
        /// Sent in error.
        SentInError = "sent_in_error",
        /// Safety.
        Safety = "safety",
        /// Another provider helps.
        OtherProvider = "other_provider",
        /// A key was lost.
        KeyLost = "key_lost",
        /// Another reason, with text.
        Other = "other",
    }

    /// Why an offer expires.
    ExpireReason {
        /// It never reached the taker.
        NoReceipt = "no_receipt",
        /// It was received and not answered.
        NoAnswer = "no_answer",
    }

    /// How a referral ended.
    Served {
        /// Served.
        Served = "served",
        /// Served in part.
        InPart = "in_part",
        /// Not served.
        NotServed = "not_served",
        /// The person declined.
        Declined = "declined",
        /// The person was not found.
        NotFound = "not_found",
        /// Another outcome, with text.
        Other = "other",
    }
}

macro_rules! wire {
    ($($name:ty),+) => { $(
        impl $name {
            /// Its number in a message: lists count from 1, 99 is other.
            pub fn number(self) -> u8 {
                if self.word() == "other" {
                    return 99;
                }
                let place = Self::ALL.iter().position(|word| *word == self).unwrap_or(0);
                u8::try_from(place).unwrap_or(98) + 1
            }

            /// Reads the number. `None` for one that is not known here; it is shown as it came.
            pub fn from_number(number: u8) -> Option<Self> {
                Self::ALL.iter().copied().find(|word| word.number() == number)
            }
        }
    )+ };
}
wire!(OfferKind, DeclineReason, WithdrawReason, ExpireReason, Served);

/// What stands for the ownership of a case in an offer of kind handover: case id, next number, last record's hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OwnNext {
    /// The case; the taker keeps its id.
    pub case: CaseId,
    /// One more than the last.
    pub own_no: u32,
    /// SHA-256 of the last record; zeros if there is none.
    pub last: [u8; 32],
}

/// A message to the other node. The use case fills in what only it has: preview, extract, signatures, addresses.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Send {
    /// 16.
    Open(Opening),
    /// 17: a person has seen the preview.
    Seen,
    /// 18: a question; it is a task there, and the clock runs on.
    Ask(String),
    /// 19: an answer or a word.
    Tell(String),
    /// 20.
    Accept {
        /// When the taker means to act.
        due_at: Timestamp,
        /// Kind handover: countersign the ownership record.
        own: Option<OwnNext>,
    },
    /// 21.
    Decline {
        /// Why.
        reason: DeclineReason,
        /// In words.
        text: String,
        /// A better address: a node id or name.
        other_node: Option<String>,
    },
    /// 22. Applied on sight, never too late.
    Withdraw(WithdrawReason, String),
    /// 23. Applied on sight, never too late.
    Expire(ExpireReason),
    /// 24: the frozen extract; with the ownership record for a handover.
    Extract(Option<OwnNext>),
    /// 25: later evidence under its own number.
    Supplement {
        /// 1, 2, …
        no: u32,
        /// SHA-256 of the supplement.
        hash: [u8; 32],
    },
    /// 26.
    Complete(Served, String),
    /// 32, and 33 where `erase` is set.
    ConsentWithdrawn {
        /// Hashes of the consents that no longer hold.
        hashes: Vec<[u8; 32]>,
        /// The person asks for erasure too.
        erase: bool,
    },
}

impl Send {
    /// The message type of FEDERATION.md 4.
    pub const fn message_type(&self) -> u16 {
        match self {
            Self::Open(_) => 16,
            Self::Seen => 17,
            Self::Ask(_) => 18,
            Self::Tell(_) => 19,
            Self::Accept { .. } => 20,
            Self::Decline { .. } => 21,
            Self::Withdraw(..) => 22,
            Self::Expire(_) => 23,
            Self::Extract(_) => 24,
            Self::Supplement { .. } => 25,
            Self::Complete(..) => 26,
            Self::ConsentWithdrawn { .. } => 32,
        }
    }
}

/// What a person is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tell {
    /// Taker: an offer came; a task with its clock.
    NewOffer,
    /// Giver: somebody has seen it.
    Seen,
    /// Giver: a question, as a task.
    Question,
    /// Taker: an answer or a word.
    Answer,
    /// Giver: accepted; the decision is asked again, then the extract goes.
    Accepted,
    /// Giver: declined, with reason and text.
    Declined,
    /// Giver: the other node's re-check refused the offer, with its code.
    RefusedByNode,
    /// Taker: the task disappears, with the reason.
    OfferEnded,
    /// Taker: accepted, and yet ended; its duty is over.
    Lapsed,
    /// Giver: an answer came too late; the owner may offer again.
    AnswerTooLate,
    /// Taker: the file arrived.
    FileArrived,
    /// Taker: later evidence arrived.
    SupplementArrived,
    /// Giver: done.
    Completed,
    /// Taker: a consent was withdrawn; the data is hidden.
    ConsentWithdrawn,
    /// Taker: hash of the extract and of the offer differ (`extract.mismatch`); the transfer stands.
    Mismatch,
}

/// What follows from an event.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// A message, frozen in this transaction.
    Send(u32, Send),
    /// Somebody is told.
    Tell(u32, Tell),
    /// Duty officers of both sides (district), then the province, are alerted.
    Escalate(u32, Level),
    /// Taker: the duty of care begins (at its acceptance).
    DutyBegins(u32),
    /// Taker: it ends.
    DutyEnds(u32),
    /// Giver of a handover: ownership and duty end with this commit; running clocks stop.
    OwnershipEnds(u32, OwnNext),
    /// Taker of a handover: ownership begins with this commit.
    OwnershipBegins(u32, OwnNext),
    /// Taker: nothing of the preview may be shown any more.
    HidePreview(u32),
    /// Taker: nothing that rests on these consents may be shown any more; a referral is erased in 72 h, a handover frozen.
    HideData(u32, Vec<[u8; 32]>, OfferKind),
}

pub(crate) const WRONG_STATE: Code = Code("offer.wrong-state");
pub(crate) const ALREADY_OPEN: Code = Code("offer.already-open");

/// A refusal of the machine as a problem at an offer number.
pub fn refused(code: Code, offer_no: u32) -> Problem {
    Problem { code, at: Some(offer_no.to_string()) }
}

#[cfg(test)]
mod tests;
