//! What a person may ask of those who keep her data (UU 27/2022 art. 5-13, 30-45): each request has a clock of 3 x 24
//! hours and a recorded answer, and safety comes before the file.
//!
//! A request is recorded also when it is spoken. Access and the portable copy wait for a second officer who looks whether
//! the way of delivery is safe (art. 33); erasure waits for a second officer too. What is refused names its ground.

use crate::clock::{Clock, Deadline, Mark, Span, Unit};
use crate::consent::GivenBy;
use crate::matter::{ClaimAnswer, ClaimKind, Ended, LossKind, Office, Rupiah, Venue};
use crate::words::{Category, words};
use base::{ConsentId, OfficerId, Problem, Redacted, Text, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

words! {
    /// What is asked.
    Right {
        /// To see what is kept, and the trace of its processing.
        Access = "access",
        /// To have it put right.
        Correction = "correction",
        /// That nothing more is shared.
        Restriction = "restriction",
        /// To take a consent back. It acts at once and cannot be refused.
        Withdrawal = "withdrawal",
        /// To have it erased.
        Erasure = "erasure",
        /// A copy that a machine can read.
        Portability = "portability",
    }

    /// Why a request is refused, wholly or in part. There are no other reasons.
    Ground {
        /// It would endanger her safety or health (art. 33).
        Safety = "safety",
        /// It would endanger somebody else (art. 33, 41).
        Others = "others",
        /// A law demands that it is kept or used (art. 15, 41).
        Law = "law",
        /// It is tied to a legal case that is not settled (art. 43-44).
        LegalCase = "legal_case",
        /// Who asks is neither the person nor speaks for her.
        NotTheirs = "not_theirs",
    }

    /// How a request was answered.
    Granted {
        /// In full.
        Whole = "whole",
        /// In part; what was left out, and on which ground.
        InPart = "in_part",
        /// Not at all, and on which ground.
        Refused = "refused",
    }

    /// Who it is that asks, as the second officer found.
    Asker {
        /// The person, known to the officer or shown by a paper.
        Person = "person",
        /// Who speaks for her: guardian of a child, authority, counsel with power of attorney.
        Speaks = "speaks",
        /// Nobody could tell.
        Unknown = "unknown",
        /// Somebody who may harm her, or who acts for such a one.
        Danger = "danger",
    }
}

/// A request as it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RightAsk {
    /// What is asked.
    pub right: Right,
    /// By whom; for a child guardian or authority.
    pub by: GivenBy,
    /// What it is about, in her words.
    pub about: Redacted<String>,
    /// By which way she wants the answer. Never a letter home unless she says so.
    pub way: Redacted<String>,
    /// For a withdrawal: which consent.
    pub consent: Option<ConsentId>,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RightAnswer {
    /// In full, in part, or not.
    pub granted: Granted,
    /// On which ground not.
    pub ground: Option<Ground>,
    /// Kinds of data that were left out.
    pub left_out: BTreeSet<Category>,
    /// Why, in words she was told.
    pub reason: Redacted<String>,
    /// Who answered.
    pub by: OfficerId,
}

/// What the second officer found: who asks, and whether the answer reaches her alone (UU 27/2022 art. 33).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// The officer.
    pub by: OfficerId,
    /// Who asks.
    pub asker: Asker,
    /// Nobody else sees or hears the answer on its way, also not at home.
    pub way_is_safe: bool,
    /// What was looked at.
    pub note: Redacted<String>,
}

impl Review {
    /// Whether an answer may be given.
    pub const fn is_safe(&self) -> bool {
        matches!(self.asker, Asker::Person | Asker::Speaks) && self.way_is_safe
    }
}

/// A request with its clock and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RightRequest {
    /// What was asked.
    pub ask: RightAsk,
    /// When, and until when it is answered.
    pub clock: Clock,
    /// What the second officer found.
    pub review: Option<Review>,
    /// The answer, and when.
    pub answer: Option<(RightAnswer, Timestamp)>,
}

/// What a person is given: her own data and nothing about others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PersonCopy {
    /// 1.
    pub copy: u8,
    /// The name the case goes by.
    pub alias: String,
    /// When the copy was made.
    pub made_at: Timestamp,
    /// Her fields.
    pub fields: BTreeMap<String, Redacted<String>>,
    /// Her consents: code, purpose, receiver, from, until, withdrawn.
    pub consents: Vec<CopiedConsent>,
    /// Who was offered something: party and purpose.
    pub shared: BTreeSet<(String, String)>,
    /// What counsel does for her, where this node has it and the answer did not leave `legal` out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matter: Option<CopiedMatter>,
    /// The trace of processing: when, and what kind of event.
    pub trace: Vec<(Timestamp, String)>,
}

/// Counsel's file in a copy: what was done for her, not by which officer nor in how much time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CopiedMatter {
    /// Powers of attorney: the day, what they cover, the day they ended.
    pub attorneys: Vec<(String, Redacted<String>, Option<String>)>,
    /// Hearings.
    pub hearings: Vec<CopiedHearing>,
    /// Claims.
    pub claims: Vec<CopiedClaim>,
}

/// A hearing in a copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CopiedHearing {
    /// The day.
    pub on: String,
    /// The local time, if it was known.
    pub time: Option<String>,
    /// What kind of place.
    pub venue: Venue,
    /// What it was about.
    pub about: Redacted<String>,
    /// What came of it.
    pub came: Option<Redacted<String>>,
}

/// A claim in a copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CopiedClaim {
    /// Of which kind.
    pub kind: ClaimKind,
    /// What is asked for.
    pub about: Redacted<String>,
    /// Where it was filed, on which day, under which number.
    pub filed: Vec<(Office, String, Redacted<String>)>,
    /// What was answered.
    pub answers: Vec<(ClaimAnswer, String, Redacted<String>)>,
    /// What became of it.
    pub ended: Option<Ended>,
    /// Losses by kind, what, and rupiah; a debt stands here as proof and is in no sum.
    pub losses: Vec<(LossKind, Redacted<String>, Rupiah)>,
}

/// A consent in a copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CopiedConsent {
    /// Such as `C4`.
    pub code: String,
    /// What for.
    pub purpose: Option<String>,
    /// To whom.
    pub receiver: Option<String>,
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub until: Option<Timestamp>,
    /// Since when no longer.
    pub withdrawn: Option<Timestamp>,
}

const THREE_DAYS: Span = Span { value: 72, unit: Unit::Hours };

impl Right {
    /// 3 x 24 hours. Where the law names no hours, it is a default of ours, and says so.
    pub fn deadline(self) -> Deadline {
        let (id, en, mark, statutory) = match self {
            Self::Access => ("UU 27/2022 ps. 32: 3x24 jam", "UU 27/2022 art. 32: 3x24 h", Mark::Verified, true),
            Self::Correction => ("UU 27/2022 ps. 30: 3x24 jam", "UU 27/2022 art. 30: 3x24 h", Mark::Verified, true),
            Self::Restriction => ("UU 27/2022 ps. 41: 3x24 jam", "UU 27/2022 art. 41: 3x24 h", Mark::Verified, true),
            Self::Withdrawal => ("UU 27/2022 ps. 40: 3x24 jam", "UU 27/2022 art. 40: 3x24 h", Mark::Memory, true),
            Self::Erasure => (
                "UU 27/2022 ps. 43; 3x24 jam baku produk",
                "UU 27/2022 art. 43; 3x24 h product default",
                Mark::Product,
                false,
            ),
            Self::Portability => (
                "UU 27/2022 ps. 13; 3x24 jam baku produk",
                "UU 27/2022 art. 13; 3x24 h product default",
                Mark::Product,
                false,
            ),
        };
        Deadline::plain(THREE_DAYS, Text::new(id, en), mark, statutory)
    }

    /// Whether a request may be refused on this ground.
    pub const fn may_be_refused(self, ground: Ground) -> bool {
        match self {
            Self::Withdrawal => false,
            Self::Access | Self::Portability => !matches!(ground, Ground::LegalCase),
            Self::Correction => matches!(ground, Ground::Safety | Ground::Others | Ground::NotTheirs),
            Self::Restriction => matches!(ground, Ground::Others | Ground::Law | Ground::NotTheirs),
            Self::Erasure => matches!(ground, Ground::LegalCase | Ground::Law | Ground::NotTheirs),
        }
    }

    /// Something leaves the node, or is gone for good: a second officer looks first.
    pub const fn needs_second_officer(self) -> bool {
        matches!(self, Self::Access | Self::Portability | Self::Erasure)
    }
}

impl RightAsk {
    /// Whether it says enough to be answered.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        let blank = |text: &Redacted<String>| text.expose().trim().is_empty();
        if matches!(self.right, Right::Access | Right::Portability) && blank(&self.way) {
            return Err(Problem::at("right.needs-way", self.right.word()));
        }
        if matches!(self.right, Right::Correction | Right::Erasure) && blank(&self.about) {
            return Err(Problem::at("right.needs-about", self.right.word()));
        }
        if self.right == Right::Withdrawal && self.consent.is_none() {
            return Err(Problem::new("consent.unknown"));
        }
        Ok(())
    }
}

impl RightRequest {
    /// Whether this answer may be given.
    pub(crate) fn check(&self, answer: &RightAnswer, has_legal_case: bool) -> Result<(), Problem> {
        let right = self.ask.right;
        if self.answer.is_some() {
            return Err(Problem::at("right.answered", right.word()));
        }
        if answer.granted != Granted::Whole {
            let ground = answer.ground.ok_or_else(|| Problem::at("right.needs-ground", right.word()))?;
            if !right.may_be_refused(ground) {
                return Err(Problem::at("right.not-that-ground", format!("{right}: {ground}")));
            }
            if answer.reason.expose().trim().is_empty() {
                return Err(Problem::new("case.reason-missing"));
            }
        }
        if answer.granted == Granted::Refused {
            return Ok(());
        }
        if right == Right::Erasure && has_legal_case && answer.granted == Granted::Whole {
            return Err(Problem::new("right.legal-case"));
        }
        match &self.review {
            _ if !right.needs_second_officer() => Ok(()),
            Some(review) if review.by == answer.by => Err(Problem::new("right.second-officer")),
            Some(review) if review.is_safe() => Ok(()),
            Some(_) => Err(Problem::new("right.not-safe")),
            None => Err(Problem::new("right.second-officer")),
        }
    }
}
