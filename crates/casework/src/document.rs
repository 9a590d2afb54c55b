//! Documents of a case: what officers keep with it, each a sealed file under a key of its own.

use crate::case::StepRef;
use crate::report::FileKind;
use crate::words::{Category, words};
use base::{Digest, FileId, NodeId, OfficerId, PersonId, Redacted, Timestamp};
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

    /// The fields of the field list whose content a document of this kind shows; the first names it between nodes. An accord
    /// must permit each of them before the document may leave. None: it stays, whatever an accord says.
    pub const fn fields(self) -> &'static [&'static str] {
        match self {
            // A passport, a card or a picture: each shows her face.
            Self::Identity => &["documents.id_card", "identity.face"],
            Self::Contract => &["placement.contract"],
            Self::Payment => &["placement.wages"],
            Self::Medical => &["health.findings"],
            Self::Statement => &["statement.text"],
            Self::PowerOfAttorney => &["legal.power_of_attorney"],
            Self::Photo | Self::Letter | Self::Other => &[],
        }
    }

    /// The kind of a document that came under a field; `None` for a field that names none.
    pub fn of_field(field: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.fields().first() == Some(&field))
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
    /// The node it came from with an offer; `None`: an officer of this node added it.
    #[serde(default)]
    pub from: Option<NodeId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_found_again_by_the_field_that_names_it_and_a_kind_without_fields_by_none() {
        for kind in DocumentKind::ALL {
            let found = kind.fields().first().and_then(|field| DocumentKind::of_field(field));
            assert_eq!(found, Some(*kind).filter(|kind| !kind.fields().is_empty()));
        }
        assert_eq!(DocumentKind::of_field("identity.face"), None, "it does not stand alone");
    }
}
