//! Doors: form to command, desk, page. No rule and no SQL; each is a few lines.

pub mod account;
pub mod assets;
pub mod case;
pub mod consents;
pub mod day;
pub mod health;
pub mod intake;
pub mod mou;
pub mod nodes;
pub mod passkey;
pub mod referral;
pub mod report;
pub mod saku;
pub mod share;
pub mod sign_in;
pub mod start;
pub mod step;
pub mod work;

use crate::guard::{Fail, Here};
use crate::view::{Choice, Faults};
use base::{CaseId, Problem};
use desk::cases::CaseStream;
use desk::{Deed, Error};
use std::str::FromStr;
use store::{Read, Stored, View};

/// An id in an address; a wrong one answers like an absent thing.
pub fn id<T: FromStr>(text: &str) -> Result<T, Fail> {
    text.parse().map_err(|_| Fail::from(Problem::new("web.not-found")))
}

/// Every regency as a choice: staff name places exactly.
pub fn regencies(first: &str, chosen: Option<&str>) -> Vec<Choice> {
    let known = base::places::REGENCIES.iter().map(|regency| {
        Choice::new(&regency.code, format!("{} {}", regency.code, regency.name)).on(chosen == Some(&regency.code))
    });
    std::iter::once(Choice::new("", first)).chain(known).collect()
}

/// A case, if this person may do the deed to it; with the snapshot it came from.
pub async fn case(here: &Here, case: CaseId, deed: Deed) -> Result<(View, Stored<CaseStream>), Fail> {
    let mut view = here.read(deed).await?;
    let stored = view.load::<CaseStream>(case.bytes()).await?.ok_or(Error::NotFound)?;
    let refusals = desk::cases::change::near(&here.actor(), &stored.state, deed);
    if refusals.is_empty() { Ok((view, stored)) } else { Err(Error::Refused(refusals).into()) }
}

/// A form that came back: its problem, the summary, what was typed.
#[derive(Default)]
pub struct Came {
    /// The problem, if it came back.
    pub problem: Option<Problem>,
    /// What was typed.
    pub typed: Vec<(String, String)>,
    /// Whom the page is about, where not the person of the case.
    pub person: Option<base::PersonId>,
}

impl Came {
    /// Came back with this problem.
    pub fn back(problem: Problem, form: &crate::guard::Open) -> Self {
        Self { problem: Some(problem), typed: form.fields.clone(), person: None }
    }

    /// The summary for the page; `fields` are those it can link to.
    pub fn faults(&self, here: &Here, fields: &[&str]) -> Faults {
        let Some(problem) = &self.problem else { return Faults::default() };
        let at = problem.at.as_deref().filter(|at| fields.contains(at));
        let mut faults = Faults::of(here.t.words(), problem, at);
        if problem.code.0 == "desk.clash" {
            here.t.fault_clash().clone_into(&mut faults.heading);
        }
        faults
    }
}

/// A form that may come back as a page: input, refusals and clashes do; what only we can mend does not.
pub fn comes_back(error: &Error) -> Option<Problem> {
    let problem = error.problem();
    let class = problem.code.class();
    matches!(class, base::Class::Input | base::Class::Refused | base::Class::Clash).then_some(problem)
}
