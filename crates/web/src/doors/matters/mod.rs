//! Matters of counsel: what is next, powers of attorney, hearings, claims, the restitution workbook, time.

pub mod attorney;
pub mod claims;
pub mod hearings;
pub mod list;
pub mod page;
pub mod print;
pub mod time;
pub mod workbook;

use crate::doors::{Came, case::head, comes_back};
use crate::guard::{Answer, Here, Posted, page_with, see};
use crate::view::staff::protection::{Part, Protection};
use crate::view::staff::work::form;
use crate::view::{Choice, Link};
use base::{CaseId, OfficerId, Problem};
use casework::Role;
use desk::cases::{CaseStream, Change, OnCase};
use desk::staff::OfficerCard;
use desk::{Deed, Error};
use store::Stored;

/// Fields that a summary of faults can link to.
const FIELDS: [&str; 19] = [
    "hari",
    "pukul",
    "tentang",
    "isi",
    "alasan",
    "kepada",
    "oleh",
    "surat",
    "hasil",
    "jenis",
    "kantor",
    "nomor",
    "jumlah",
    "apa",
    "bukti",
    "menit",
    "kegiatan",
    "tempat-sidang",
    "jawaban",
];

/// The field that a problem of the matter is about, where the rule does not say it.
fn placed(problem: Problem) -> Problem {
    let at = match problem.code.0 {
        "attorney.scope-missing" => "isi",
        "attorney.not-a-power" | "document.unknown" => "surat",
        "attorney.child" => "oleh",
        "hearing.about-missing" | "claim.about-missing" => "tentang",
        "hearing.outcome-missing" => "hasil",
        "case.reason-missing" => "alasan",
        "loss.sum-bad" | "loss.sum-large" => "jumlah",
        "loss.what-missing" => "apa",
        "loss.proof-unknown" => "bukti",
        _ => return problem,
    };
    Problem::at(problem.code.0, at)
}

/// Came back with what is wrong, at its field.
fn back(problem: Problem, form: &Posted) -> Came {
    Came::back(placed(problem), form)
}

/// A page of a matter.
struct Shell {
    heading: String,
    lead: String,
    /// Whether its way back leads to the matter instead of the case.
    is_below: bool,
    parts: Vec<Part>,
}

impl Shell {
    fn new(heading: impl Into<String>, lead: impl Into<String>, parts: Vec<Part>) -> Self {
        Self { heading: heading.into(), lead: lead.into(), is_below: true, parts }
    }

    fn shown(self, here: &Here, (case, stored): (CaseId, &Stored<CaseStream>), came: &Came) -> Answer {
        let back = self.is_below.then(|| Link::new(format!("/kasus/{case}/perkara"), here.t.matter()));
        let page = Protection {
            faults: came.faults(here, &FIELDS),
            version: stored.version,
            back,
            heading: self.heading,
            lead: self.lead,
            parts: self.parts,
            case: Some(head(here, case, stored)),
            t: here.t.clone(),
        };
        page_with(came.problem.as_ref(), &page.typed(&came.typed))
    }
}

/// A change of the case from a form; `Ok` leads on, else what is wrong.
async fn done<C: Change>(
    here: &Here,
    (case, to): (CaseId, &str),
    form: &Posted,
    made: Result<C, Problem>,
) -> Result<Answer, Problem> {
    let change = made?;
    match here.run(form, &OnCase { case, version: form.version(), change }).await {
        Ok(_) => Ok(Ok(see(to))),
        Err(error) => outcome(error),
    }
}

/// What is wrong with a form that can come back; else the answer that it is.
fn outcome(error: impl Into<Error>) -> Result<Answer, Problem> {
    let error = error.into();
    match comes_back(&error) {
        Some(problem) => Err(problem),
        None => Ok(Err(error.into())),
    }
}

fn name_of(staff: &[OfficerCard], id: OfficerId) -> String {
    staff.iter().find(|card| card.id == id).map_or_else(String::new, |card| card.name.expose().clone())
}

/// Officers of this node with one of these roles, as choices.
fn people(staff: &[OfficerCard], roles: &[Role]) -> Vec<Choice> {
    let fits = |card: &&OfficerCard| !card.left && card.roles.iter().any(|role| roles.contains(role));
    staff.iter().filter(fits).map(|card| Choice::new(card.id.to_string(), card.name.expose().clone())).collect()
}

/// Nothing chosen, before the others.
fn or_none(first: &str, choices: Vec<Choice>) -> Vec<Choice> {
    std::iter::once(Choice::new("", first)).chain(choices).collect()
}

/// Today as the value of a date field.
fn today(here: &Here) -> String {
    crate::when::local_value(here.web.now(), here.web.desk.me.place.zone()).chars().take(10).collect()
}

/// A day as people write it: "1 Desember 2026".
fn day(here: &Here, on: &str) -> String {
    let zone = here.web.desk.me.place.zone();
    crate::when::from_local(on, zone).map_or_else(|| on.to_owned(), |at| here.day(at))
}

fn keeps(here: &Here) -> bool {
    here.may(Deed::KeepMatter)
}
