//! Documents of a case: what officers keep with it, each a sealed file under a key of its own.

use crate::case::StepRef;
use crate::report::FileKind;
use crate::words::{Category, words};
use base::{Digest, FileId, OfficerId, PersonId, Redacted, Timestamp};
use serde::{Deserialize, Serialize};

words! {
    /// What a document is. A picture that shows her face counts as a paper of identity.
    DocumentKind {
        /// Identity card, passport, family card, birth certificate; a picture of her face. Narrow.
        Identity = "identity",
        /// Contract of work or placement.
        Contract = "contract",
        /// Payslip, proof of payment, list of deductions.
        Payment = "payment",
        /// A picture without her face: the place, the goods, a screen.
        Photo = "photo",
        /// Medical report or visum et repertum. Narrow.
        Medical = "medical",
        /// Statement or record of interrogation (BAP). Narrow.
        Statement = "statement",
        /// A letter.
        Letter = "letter",
        /// Power of attorney.
        PowerOfAttorney = "power_of_attorney",
        /// Anything else.
        Other = "other",
    }
}

impl DocumentKind {
    /// The narrow part of the case whose key it lies under; `None`: the work key.
    pub const fn part(self) -> Option<Category> {
        match self {
            Self::Identity => Some(Category::Identity),
            Self::Medical => Some(Category::Health),
            Self::Statement => Some(Category::Statement),
            _ => None,
        }
    }
}

/// For what in the case a document is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentFor {
    /// For the case.
    Case,
    /// For a step.
    Step(StepRef),
    /// For another person in it.
    Person(PersonId),
}

/// A document as the case knows it. What opens it hangs from the keys of the case, not from here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// The sealed file.
    pub id: FileId,
    /// What it is.
    pub kind: DocumentKind,
    /// Its title in an officer's own words; may be empty.
    pub title: Redacted<String>,
    /// For what.
    pub purpose: DocumentFor,
    /// What the file is, by its first bytes.
    pub file: FileKind,
    /// Its plain bytes.
    pub bytes: u64,
    /// SHA-256 of them.
    pub hash: Digest,
    /// Who added it.
    pub by: OfficerId,
    /// When.
    pub at: Timestamp,
}
