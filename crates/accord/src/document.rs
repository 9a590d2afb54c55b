//! The accord itself (CONTRACTS.md 3.1), read strictly from the exact bytes that the parties signed.

mod read;

use crate::json::{At, Json, Log, Path};
use crate::words::{Action, Basis, CasesInProgress, Category, Immediate, Onward, PartyRole, PersonRole, Purpose};
use base::limits::DOCUMENT_BYTES_MAX;
use base::{NodeId, Place, Problem, Text, Timestamp};
use std::fmt;

/// An agreement. Only [`Document::parse`] makes one, so whoever holds one holds a well-formed one.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Document {
    /// Its name in the network, the same in all versions.
    pub id: String,
    /// Counts from 1.
    pub version: u64,
    /// The hash of the version before.
    pub previous: Option<[u8; 32]>,
    /// What people call it.
    pub title: Text,
    /// Who agreed.
    pub parties: Vec<Party>,
    /// First day in force, UTC.
    pub effective: Day,
    /// Last day in force, UTC.
    pub expires: Day,
    /// What may go, in the order tried.
    pub clauses: Vec<Clause>,
    /// What the parties owe.
    pub duties: Vec<Duty>,
    /// How it ends.
    pub termination: Termination,
}

/// One organisation that agreed.
#[derive(Clone, Debug, PartialEq)]
pub struct Party {
    /// The name by which clauses and requests call it.
    pub node: String,
    /// Its node id; without it a document can be checked and decided, not signed.
    pub id: Option<NodeId>,
    /// What people call it.
    pub name: String,
    /// What it is.
    pub role: PartyRole,
    /// How many of its signatories must sign.
    pub signatures: u64,
}

/// One permission.
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    /// Its number in the paper; unique in the document.
    pub no: String,
    /// Its words in the paper.
    pub text: Text,
    /// Who may send.
    pub from: Vec<String>,
    /// Who may receive.
    pub to: Vec<String>,
    /// By which acts.
    pub actions: Vec<Action>,
    /// For which purposes.
    pub purposes: Vec<Purpose>,
    /// About whom.
    pub persons: Persons,
    /// Which categories of fields.
    pub categories: Vec<Category>,
    /// Fields it never covers.
    pub except: Vec<String>,
    /// Fields that must go along, or nothing goes.
    pub required: Vec<String>,
    /// On which ground.
    pub basis: Basis,
    /// Whether the receiver may pass it on.
    pub onward: Onward,
    /// How long the receiver may keep it.
    pub retention_days: u64,
    /// How many messages a day.
    pub per_day: Option<u64>,
}

/// About whom a clause speaks.
#[derive(Clone, Debug, PartialEq)]
pub struct Persons {
    /// In which roles.
    pub roles: Vec<PersonRole>,
    /// Found where.
    pub found_in: Where,
    /// From where.
    pub origin: Where,
    /// Whether family of somebody found there is covered too, wherever they are.
    pub family: bool,
}

/// Places a clause covers.
#[derive(Clone, Debug, PartialEq)]
pub enum Where {
    /// Everywhere, and where the place is unknown.
    Any,
    /// In one of these, or below one.
    In(Vec<Place>),
}

impl Where {
    /// Whether a place is covered; an unknown place only by `any`.
    pub fn covers(&self, place: Option<&Place>) -> bool {
        match (self, place) {
            (Self::Any, _) => true,
            (Self::In(_), None) => false,
            (Self::In(codes), Some(place)) => codes.iter().any(|code| code.covers(place)),
        }
    }
}

/// What a party owes.
#[derive(Clone, Debug, PartialEq)]
pub struct Duty {
    /// Its number in the paper.
    pub no: String,
    /// What is owed.
    pub task: Task,
}

/// The kinds of duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Answer an offer within hours.
    Answer(Hours),
    /// Name a counsel within hours.
    AssignCounsel(Hours),
    /// The fee, in rupiah.
    Fee(u64),
}

/// A time to act in hours, the same for all or by urgency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    /// In danger now.
    pub red: u64,
    /// Soon.
    pub amber: u64,
    /// In order.
    pub green: u64,
}

/// How an accord ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Termination {
    /// Its number in the paper.
    pub no: String,
    /// Days from notice to end.
    pub notice_days: u64,
    /// What ends it at once.
    pub immediate_on: Vec<Immediate>,
    /// What becomes of running cases.
    pub cases_in_progress: CasesInProgress,
}

/// A UTC date, in days since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub i64);

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Timestamp::from_seconds(self.0.saturating_mul(86_400)).date())
    }
}

impl Document {
    /// Reads a document; the first fault if it is not well formed.
    pub fn parse(bytes: &[u8]) -> Result<Self, Problem> {
        Self::parse_all(bytes).map_err(first)
    }

    /// Reads a document; all faults if it is not well formed.
    pub fn parse_all(bytes: &[u8]) -> Result<Self, Vec<Problem>> {
        let json = Json::parse(bytes, DOCUMENT_BYTES_MAX).map_err(|problem| vec![problem])?;
        Self::read(&json, &Path::ROOT)
    }

    pub(crate) fn read(json: &Json, path: &Path<'_>) -> Result<Self, Vec<Problem>> {
        let log = Log::default();
        let document = read::document(At { json, path, log: &log });
        log.finish(document)
    }

    /// The party of a name; of a name that stands twice, the first.
    pub fn party(&self, node: &str) -> Option<&Party> {
        self.parties.iter().find(|party| party.node == node)
    }

    /// How answers and pages name a clause: `batam-bantuan-hukum/1#4.2`.
    pub fn clause_name(&self, clause: &Clause) -> String {
        format!("{}/{}#{}", self.id, self.version, clause.no)
    }
}

pub(crate) fn first(problems: Vec<Problem>) -> Problem {
    problems.into_iter().next().unwrap_or(Problem::new("accord.wrong-type"))
}
