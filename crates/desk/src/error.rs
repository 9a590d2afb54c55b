//! What a use case can answer instead of its result.

use base::{CaseId, Code, Problem, Seq, ThreadId};
use store::StoreError;

/// The refusal that a person meets as "not there".
const SHUT_OUT: &str = "access.shut-out";

/// Why something may not be done: a code with its texts, and what would cure it in this very case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The code; its remedy is the cure.
    pub code: Code,
    /// What it concerns: a deed, a field, a role. Never a personal value.
    pub about: String,
}

impl Refusal {
    /// A refusal about something.
    pub fn new(code: &'static str, about: impl Into<String>) -> Self {
        Self { code: Code(code), about: about.into() }
    }

    /// Of who is shut out of a case, or of what came about somebody: about its id, so that the try is written down there.
    pub fn shut_out(of: &impl ToString) -> Self {
        Self::new(SHUT_OUT, of.to_string())
    }

    /// Whether somebody is shut out.
    pub fn is_shut_out(&self) -> bool {
        self.code.0 == SHUT_OUT
    }

    /// Where the try of who is shut out is written down.
    pub fn shut_out_of(&self) -> Option<[u8; 16]> {
        let case = || self.about.parse().map(CaseId::bytes).ok();
        let thread = || self.about.parse().map(ThreadId::bytes).ok();
        self.is_shut_out().then(|| case().or_else(thread)).flatten()
    }
}

/// The answer of a use case that did not happen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The store: busy, locked, full, clash, damaged.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The policy said no.
    #[error("refused")]
    Refused(Vec<Refusal>),
    /// The input or the state does not fit.
    #[error(transparent)]
    Problem(#[from] Problem),
    /// What was asked for does not exist, or may not be known to exist.
    #[error("not found")]
    NotFound,
    /// Somebody else changed it since the form was made: version in the form, version now.
    #[error("clash")]
    Clash {
        /// Version the form was made from.
        form: i64,
        /// Version now.
        now: i64,
    },
}

impl Error {
    /// What a refusal is told as: who is shut out of a case meets one that is not there.
    pub fn refused(refusals: Vec<Refusal>) -> Self {
        if refusals.iter().any(Refusal::is_shut_out) { Self::NotFound } else { Self::Refused(refusals) }
    }

    /// The problem a person meets; one place converts (STYLE.md 7).
    pub fn problem(&self) -> Problem {
        match self {
            Self::Store(error) => Problem::new(error.code()),
            Self::Refused(refusals) => refusals.first().map_or(Problem::new("act.refused"), |refusal| Problem {
                code: refusal.code,
                at: Some(refusal.about.clone()),
            }),
            Self::Problem(problem) => problem.clone(),
            Self::NotFound => Problem::new("desk.not-found"),
            Self::Clash { .. } => Problem::new("desk.clash"),
        }
    }

    /// The position of the same command, if it was done before.
    pub const fn repeated(&self) -> Option<Seq> {
        if let Self::Store(StoreError::Repeated(seq)) = self { Some(*seq) } else { None }
    }
}
