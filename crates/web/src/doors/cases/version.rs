//! A case moves to a newer version of the handbook: what would change, then a decision with its reason.

use crate::doors::{Came, case::head, comes_back, id};
use crate::guard::{Answer, Here, Posted, page_with, see};
use crate::view::staff::work::{Button, Group, Work, WorkForm};
use crate::view::{Choice, Field};
use axum::extract::Path;
use base::{CaseId, Redacted, Timestamp};
use casework::Handbook;
use casework::case::{MoveView, StepRef};
use casework::clock::{Deadline, Unit};
use casework::handbook::{Change, OtherDeadline};
use casework::words::Urgency;
use desk::cases::{CaseStream, MoveHandbook};
use desk::{Deed, Error};
use store::Stored;

/// `GET /kasus/{id}/pedoman`
pub async fn form(here: Here, Path(case): Path<String>) -> Answer {
    shown(&here, id(&case)?, Came::default()).await
}

async fn shown(here: &Here, case: CaseId, came: Came) -> Answer {
    let (_, stored) = crate::doors::case(here, case, Deed::WorkCase).await?;
    let to = here.web.desk.handbooks.newer(&stored).ok_or(Error::NotFound)?;
    let t = here.t.words();
    let reason = Field::long("alasan", t.reason()).typed(&came.typed);
    let version = vec![Choice::new(&to.version, &to.version)];
    let version = Field::radios("ke", t.work_handbook(), version).value(&to.version);
    let form = WorkForm {
        heading: String::new(),
        action: format!("/kasus/{case}/pedoman"),
        groups: Group::plain(vec![version, reason]),
        buttons: vec![Button::new("", t.handbook_move(), false)],
    };
    let page = Work {
        faults: came.faults(here, &["alasan"]),
        case: head(here, case, &stored),
        heading: t.work_handbook().to_owned(),
        lead: here.t.work_handbook_lead(stored.handbook().to_owned(), to.version.clone()),
        facts: changes(here, &stored, to),
        forms: vec![form],
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page)
}

/// What the new version changes, and what that does to this case.
fn changes(here: &Here, stored: &Stored<CaseStream>, to: &Handbook) -> Vec<String> {
    let from = here.web.desk.handbook_of(stored);
    let mut lines: Vec<String> = from.changes(to).iter().map(|change| line(here, change)).collect();
    // Parts of one step are one line for a person.
    lines.dedup();
    let looked = here.web.desk.move_view(stored, to, here.web.now()).unwrap_or_default();
    lines.extend(in_this_case(here, &looked));
    lines
}

fn line(here: &Here, change: &Change) -> String {
    let t = &here.t;
    match change {
        Change::Added(step) => t.handbook_added(named(here, step)),
        Change::Removed(step) => t.handbook_removed(named(here, step)),
        Change::Deadline(other) => {
            let OtherDeadline { step, was, is } = &**other;
            t.handbook_deadline(span(here, was.as_ref()), span(here, is.as_ref()), named(here, step))
        }
        Change::Part(step, _) => t.handbook_changed(named(here, step)),
    }
}

fn named(here: &Here, step: &str) -> String {
    let name = here.web.desk.handbooks.step(step).map_or("", |known| known.name.get(here.t.lang()));
    format!("{step} {name}")
}

fn span(here: &Here, deadline: Option<&Deadline>) -> String {
    let Some(span) = deadline.map(|deadline| deadline.span(Urgency::Amber)) else {
        return here.t.no_deadline().to_owned();
    };
    let t = &here.t;
    match span.unit {
        Unit::Hours => t.span_hours(span.value),
        Unit::Days => t.span_days(span.value),
        Unit::WorkingDays => t.span_working_days(span.value),
    }
}

fn in_this_case(here: &Here, looked: &MoveView) -> Vec<String> {
    let t = &here.t;
    let name = |step: &StepRef| named(here, &step.0);
    let date = |at: Option<Timestamp>| at.map_or_else(|| t.no_deadline().to_owned(), |at| here.moment(at));
    let ends = looked.ends.iter().map(|step| t.handbook_ends(name(step)));
    let opens = looked.opens.iter().map(|step| t.handbook_opens(name(step)));
    let dates = looked.dates.iter().map(|(step, was, is)| t.handbook_date(date(*was), date(*is), name(step)));
    ends.chain(opens).chain(dates).collect()
}

/// `POST /kasus/{id}/pedoman`
pub async fn decide(here: Here, Path(case): Path<String>, form: Posted) -> Answer {
    let case: CaseId = id(&case)?;
    let made = |reason: &str| MoveHandbook {
        case,
        version: form.version(),
        to: form.get("ke").to_owned(),
        reason: Redacted::new(reason.to_owned()),
    };
    let done = match form.need("alasan").map(made) {
        Ok(act) => here.run(&form, &act).await.map(drop),
        Err(problem) => Err(problem.into()),
    };
    match done {
        Ok(()) => Ok(see(&format!("/kasus/{case}"))),
        Err(error) => match comes_back(&error) {
            Some(problem) => shown(&here, case, Came::back(problem, &form)).await,
            None => Err(error.into()),
        },
    }
}
