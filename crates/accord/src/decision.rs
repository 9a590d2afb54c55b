//! The answer: for each field a permit or a refusal, and its JSON form (CONTRACTS.md 3.3).

use crate::document::Document;
use crate::words::{Basis, Onward, Word};
use base::{Code, Text};
use serde::ser::{Serialize, SerializeStruct, Serializer};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The rule this engine follows. Grows when an answer could change; the trace of a message names it (FEDERATION.md 7).
pub const ENGINE: u32 = 1;

macro_rules! refusals {
    ($($variant:ident = $code:literal;)*) => {
        /// Why a field may not leave. In the order of the layers, and within a layer in the order of its conditions, so
        /// that of two refusals the greater is the one that lies further.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Refusal { $(#[doc = $code] $variant,)* }

        impl Refusal {
            /// All refusals, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Its code; text and cure stand in the catalogue.
            pub const fn code(self) -> Code {
                Code(match self { $(Self::$variant => $code,)* })
            }
        }
    };
}

refusals! {
    FieldUnknown = "field.unknown";
    FloorShelter = "floor.shelter";
    FloorHealth = "floor.health";
    FloorStatement = "floor.statement";
    FloorAlert = "floor.alert";
    FloorConflict = "floor.conflict";
    FloorStatistics = "floor.statistics";
    AccordNotActive = "accord.not-active";
    AccordNotYet = "accord.not-yet";
    AccordExpired = "accord.expired";
    AccordNotParty = "accord.not-party";
    ClauseDirection = "clause.direction";
    ClauseAction = "clause.action";
    ClausePurpose = "clause.purpose";
    ClauseRole = "clause.role";
    ClausePlace = "clause.place";
    ClauseCategory = "clause.category";
    ClauseExcepted = "clause.excepted";
    ClauseQuota = "clause.quota";
    BasisUnsigned = "basis.unsigned";
    ConsentMissing = "consent.missing";
    ConsentScope = "consent.scope";
    ConsentGiver = "consent.giver";
    ConsentExpired = "consent.expired";
    ConsentWithdrawn = "consent.withdrawn";
    AccordRequired = "accord.required";
}

impl Refusal {
    /// What stands in the way.
    pub fn text(self) -> &'static Text {
        &self.code().entry().message
    }

    /// What would cure it.
    pub fn cure(self) -> &'static Text {
        &self.code().entry().remedy
    }

    /// The refusal of a code, as a partner's message names it.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.code().0 == code)
    }
}

/// All, some or none of the requested fields may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// All.
    Permit,
    /// Some.
    Partial,
    /// None; so also when none was requested.
    Deny,
}

impl Verdict {
    /// The word of the format.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Permit => "permit",
            Self::Partial => "partial",
            Self::Deny => "deny",
        }
    }
}

/// On what a permit rests besides its clause.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ground {
    /// A consent, by id.
    Consent(String),
    /// A ground that officers signed.
    Signed(Basis),
    /// The accord itself, for an alert.
    Accord,
}

impl fmt::Display for Ground {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Consent(id) => write!(f, "consent:{id}"),
            Self::Signed(kind) => write!(f, "basis:{}", kind.word()),
            Self::Accord => f.write_str("accord"),
        }
    }
}

/// Why a field may leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permit {
    /// The place of the clause in the document, from 0.
    pub clause: usize,
    /// On what it rests.
    pub ground: Ground,
}

/// One requested field and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The field.
    pub field: String,
    /// Whether it may leave.
    pub result: Result<Permit, Refusal>,
}

/// The answer to a request. Only the rule makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    answers: Vec<Answer>,
    /// The names of the clauses that permitted, by their place in the document.
    clauses: BTreeMap<usize, String>,
    duties: Vec<String>,
    retention_days: Option<u64>,
    onward: Option<Onward>,
}

impl Decision {
    pub(crate) fn new(document: &Document, answers: Vec<Answer>) -> Self {
        let permits = || answers.iter().filter_map(|answer| answer.result.as_ref().ok());
        let places: BTreeSet<usize> = permits().map(|permit| permit.clause).collect();
        let used = || places.iter().filter_map(|index| Some((*index, document.clauses.get(*index)?)));
        let duties = if used().next().is_some() { document.duties.as_slice() } else { &[] };
        Self {
            retention_days: used().map(|(_, clause)| clause.retention_days).min(),
            onward: used().map(|(_, clause)| clause.onward).min(),
            duties: duties.iter().map(|duty| duty.no.clone()).collect(),
            clauses: used().map(|(index, clause)| (index, document.clause_name(clause))).collect(),
            answers,
        }
    }

    /// All, some or none.
    pub fn verdict(&self) -> Verdict {
        match self.permitted() {
            0 => Verdict::Deny,
            all if all == self.answers.len() => Verdict::Permit,
            _ => Verdict::Partial,
        }
    }

    /// Each field in the order requested.
    pub fn answers(&self) -> &[Answer] {
        &self.answers
    }

    /// How many fields may go. Of several accords the one that permits most is used (FEDERATION.md 7).
    pub fn permitted(&self) -> usize {
        self.answers.iter().filter(|answer| answer.result.is_ok()).count()
    }

    /// The fields that may go: field, clause and ground.
    pub fn allowed(&self) -> impl Iterator<Item = (&str, &str, &Ground)> {
        self.answers.iter().filter_map(|answer| {
            let permit = answer.result.as_ref().ok()?;
            Some((answer.field.as_str(), self.clauses.get(&permit.clause)?.as_str(), &permit.ground))
        })
    }

    /// The fields that stay, with the reason.
    pub fn refused(&self) -> impl Iterator<Item = (&str, Refusal)> {
        self.answers.iter().filter_map(|answer| Some((answer.field.as_str(), answer.result.as_ref().err().copied()?)))
    }

    /// Each field with its clause or its refusal code, in the order requested: what the trace of a message hashes.
    pub fn trace(&self) -> impl Iterator<Item = (&str, &str)> {
        self.answers.iter().map(|answer| {
            let word = match &answer.result {
                Ok(permit) => self.clauses.get(&permit.clause).map_or("", String::as_str),
                Err(refusal) => refusal.code().0,
            };
            (answer.field.as_str(), word)
        })
    }

    /// The numbers of the duties that come with what was permitted.
    pub fn duties(&self) -> &[String] {
        &self.duties
    }

    /// How long the receiver may keep it: the shortest of the clauses that permitted.
    pub const fn retention_days(&self) -> Option<u64> {
        self.retention_days
    }

    /// Whether it may be passed on: the strictest of the clauses that permitted.
    pub const fn onward(&self) -> Option<Onward> {
        self.onward
    }

    /// One line of JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

struct Row<'a>(&'a str, Result<(&'a str, &'a Ground), Refusal>);

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut row = to.serialize_struct("Row", 4)?;
        row.serialize_field("field", self.0)?;
        match self.1 {
            Ok((clause, ground)) => {
                row.serialize_field("clause", clause)?;
                row.serialize_field("basis", &ground.to_string())?;
            }
            Err(refusal) => {
                row.serialize_field("code", refusal.code().0)?;
                row.serialize_field("text", refusal.text())?;
                row.serialize_field("cure", refusal.cure())?;
            }
        }
        row.end()
    }
}

impl Serialize for Decision {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let allowed: Vec<Row<'_>> =
            self.allowed().map(|(field, clause, ground)| Row(field, Ok((clause, ground)))).collect();
        let refused: Vec<Row<'_>> = self.refused().map(|(field, refusal)| Row(field, Err(refusal))).collect();
        let mut out = to.serialize_struct("Decision", 6)?;
        out.serialize_field("decision", self.verdict().word())?;
        out.serialize_field("allowed", &allowed)?;
        out.serialize_field("refused", &refused)?;
        out.serialize_field("duties", &self.duties)?;
        out.serialize_field("retention_days", &self.retention_days)?;
        out.serialize_field("onward", &self.onward)?;
        out.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_has_its_text_and_its_cure() {
        for refusal in Refusal::ALL {
            assert_eq!(refusal.code().entry().code, refusal.code().0, "{refusal:?} is missing from the catalogue");
            assert_eq!(refusal.code().class(), base::Class::Refused);
            assert_eq!(Refusal::parse(refusal.code().0), Some(*refusal));
        }
    }
}
