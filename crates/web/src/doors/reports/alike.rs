//! What may be about the same person, in words; linking to a case; saying that it is somebody else.

use super::page::shown;
use crate::doors::{Came, comes_back, id};
use crate::guard::{Answer, Here, Posted, see};
use crate::view::staff::report::Likely;
use crate::view::{Frame, Link};
use axum::extract::Path;
use base::{CaseId, Problem, ReportId, limits};
use casework::report::{Alike, MarkKind, Other};
use desk::cases::reports::{Candidate, LinkReport, SayApart};
use desk::cases::{CaseCard, CaseState};
use store::{Listed, Page, Read, Shelf};

/// A candidate as the page shows it.
pub fn likely(here: &Here, candidate: Candidate) -> Likely {
    let t = &here.t;
    let (href, word, value) = match candidate.other {
        Other::Report(id) => (format!("/laporan/{id}"), t.report_of(&candidate.name), id.to_string()),
        Other::Case(id) => (format!("/kasus/{id}"), t.case_of(&candidate.name), id.to_string()),
    };
    let mine = candidate.apart.contains(&here.staff.id);
    let said = match (candidate.decided, candidate.apart.is_empty(), mine) {
        (true, ..) => Some(t.alike_decided()),
        (_, true, _) => None,
        (_, _, true) => Some(t.alike_said_by_me()),
        _ => Some(t.alike_said_by_other()),
    };
    Likely {
        link: Link::new(href, word),
        reasons: candidate.reasons.iter().map(|reason| in_words(t, *reason)).collect(),
        case: candidate.case.map(|(id, alias)| Link::new(id.to_string(), alias)),
        other: value,
        said,
        may_say: !candidate.decided && !mine,
        decided: candidate.decided,
    }
}

fn in_words(t: &Frame, reason: Alike) -> String {
    match reason {
        Alike::SameMark(MarkKind::Phone) => t.alike_phone().to_owned(),
        Alike::SameMark(MarkKind::Nik) => t.alike_nik().to_owned(),
        Alike::SameMark(MarkKind::Passport) => t.alike_passport().to_owned(),
        Alike::SameMark(MarkKind::Email) => t.alike_email().to_owned(),
        Alike::SamePlace { hours } => t.alike_place(hours),
        Alike::SameAnswers { same, of } => t.alike_answers(same.to_string(), of.to_string()),
        Alike::SameWords { same, of } => t.alike_words(same.to_string(), of.to_string()),
    }
}

/// `POST /laporan/{id}/tautan`: the report belongs to a case that is there, named by its alias or picked.
pub async fn link(here: Here, Path(report): Path<String>, form: Posted) -> Answer {
    let report: ReportId = id(&report)?;
    let case = match form.need("kasus") {
        Ok(named) => named_case(&here, named).await?,
        Err(problem) => Err(problem),
    };
    let case = match case {
        Ok(case) => case,
        Err(problem) => return shown(&here, report, Came::back(problem, &form)).await,
    };
    after(&here, report, &form, here.run(&form, &LinkReport { report, case }).await).await
}

/// A case by its id or its alias; of one that she is shut out of she has no alias.
async fn named_case(here: &Here, named: &str) -> Result<Result<CaseId, Problem>, desk::Error> {
    if let Ok(id) = named.parse() {
        return Ok(Ok(id));
    }
    let mut view = here.web.desk.read_for(&here.actor(), desk::Deed::HandleReport).await?;
    let wanted = named.to_lowercase();
    let is_it = |card: &CaseCard| card.alias.to_lowercase() == wanted && !card.shuts(&here.staff);
    for state in CaseState::ALL {
        let page = Page::first(limits::CODE_ROWS_MAX);
        let all: Vec<Listed<CaseCard>> = view.list(Shelf::CasesByState, state.word().as_bytes(), &page).await?;
        if let Some(row) = all.into_iter().find(|row| is_it(&row.card)) {
            return Ok(Ok(row.card.id));
        }
    }
    Ok(Err(Problem::at("case.unknown-alias", "kasus")))
}

/// `POST /laporan/{id}/bukan`: somebody else; it takes two officers.
pub async fn apart(here: Here, Path(report): Path<String>, form: Posted) -> Answer {
    let report: ReportId = id(&report)?;
    let value = form.get("lain");
    let case = value.parse().map(Other::Case);
    let other = case.or_else(|_| value.parse().map(Other::Report)).map_err(|_| Problem::new("web.not-found"))?;
    after(&here, report, &form, here.run(&form, &SayApart { report, other }).await).await
}

/// Back to the report: done, or with what is wrong.
async fn after<T>(here: &Here, report: ReportId, form: &Posted, done: Result<T, desk::Error>) -> Answer {
    match done {
        Ok(_) => Ok(see(&format!("/laporan/{report}"))),
        Err(error) => match comes_back(&error) {
            Some(problem) => shown(here, report, Came::back(problem, form)).await,
            None => Err(error.into()),
        },
    }
}
