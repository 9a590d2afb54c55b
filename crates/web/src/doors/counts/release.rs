//! The release of a quarter's numbers: what everybody would see, and the signatures of two officers.

use super::{parsed, part};
use crate::doors::notes::named;
use crate::doors::{Came, comes_back};
use crate::guard::{Answer, Fail, Here, Posted, page_with, see};
use crate::view::staff::day::{TaskGroup, TaskRow};
use crate::view::staff::protection::{Part, Protection};
use crate::view::staff::work::{Button, WorkForm};
use crate::view::{Fact, Link, Tag, Tone};
use axum::extract::Path;
use base::Problem;
use casework::counts::SMALL_CELL;
use casework::quarter::Quarter;
use desk::Deed;
use desk::quarter::QuarterReport;
use desk::quarter::release::{FirstSignature, SignRelease, TakeBackRelease, published, waiting};
use desk::staff::officer::officers;
use store::View;

/// The page of a quarter's release.
pub fn href(quarter: Quarter) -> String {
    format!("/wawasan/triwulan/{quarter}/terbitan")
}

/// `GET /wawasan/triwulan/{triwulan}/terbitan`
pub async fn preview(here: Here, Path(quarter): Path<String>) -> Answer {
    shown(&here, parsed(&quarter)?, Came::default()).await
}

async fn shown(here: &Here, quarter: Quarter, came: Came) -> Answer {
    let mut view = here.read(Deed::ReleaseCounts).await?;
    let report = here.web.desk.quarter_report(&mut view, quarter).await?;
    let is_out = published(&mut view).await?.iter().any(|one| one.quarter == quarter);
    if report.sent.is_none() || is_out {
        return Err(Problem::new("web.not-found").into());
    }
    let t = &here.t;
    let total = report.tables.values().next().and_then(|table| table.total);
    let total = total.map_or_else(|| t.counts_few(SMALL_CELL), |total| total.to_string());
    let mut parts = vec![Part::new(t.data_quarter(quarter.to_string()), t.data_total(total))];
    parts.extend(report.tables.iter().map(|(counted, table)| part(here, *counted, table)));
    let limits = [t.data_limit_1(), &t.data_limit_2(SMALL_CELL), t.data_limit_3(), t.data_limit_4()];
    parts.push(Part::new(t.data_limits(), limits.join(" ")));
    parts.push(signatures(here, &mut view, &report).await?);
    let page = Protection {
        faults: came.faults(here, &[]),
        version: 0,
        back: Some(Link::new(format!("/wawasan/triwulan/{quarter}"), t.counts_of(quarter.to_string()))),
        case: None,
        heading: t.release_of(quarter.to_string()),
        lead: t.release_lead().to_owned(),
        parts,
        t: t.clone(),
    };
    page_with(came.problem.as_ref(), &page)
}

/// Who signed, and what this officer can do: sign, or take the first signature back.
async fn signatures(here: &Here, view: &mut View, report: &QuarterReport) -> Result<Part, Fail> {
    let t = here.t.words();
    let first = waiting(view).await?.into_iter().find(|one| one.quarter == report.quarter);
    let form = |to: &str, word: &str, quiet| WorkForm {
        heading: String::new(),
        action: format!("{}{to}", href(report.quarter)),
        groups: Vec::new(),
        buttons: vec![Button::new("", word, quiet)],
    };
    let sign = || form("", t.release_sign(), false);
    let Some(FirstSignature { officer, at, .. }) = first else {
        return Ok(Part { forms: vec![sign()], ..Part::new(t.release_signatures(), t.release_sign_lead()) });
    };
    let name = named(&officers(view).await?, officer.bytes(), t.journal_elsewhere());
    let is_own = officer == here.staff.id;
    let lead = if is_own { t.release_second_lead() } else { t.release_sign_lead() };
    let back = form("/batal", t.release_take_back(), true);
    Ok(Part {
        facts: vec![Fact::new(t.release_first(), format!("{name}, {}", here.moment(at)))],
        forms: if is_own { vec![back] } else { vec![sign(), back] },
        ..Part::new(t.release_signatures(), lead)
    })
}

/// `POST /wawasan/triwulan/{triwulan}/terbitan`: this officer signs; with the second signature everybody may see it.
pub async fn sign(here: Here, Path(quarter): Path<String>, form: Posted) -> Answer {
    let quarter = parsed(&quarter)?;
    let signed = here.run(&form, &SignRelease(quarter)).await.map(drop);
    settled(&here, quarter, &form, signed).await
}

/// `POST /wawasan/triwulan/{triwulan}/terbitan/batal`: the first signature is taken back.
pub async fn take_back(here: Here, Path(quarter): Path<String>, form: Posted) -> Answer {
    let quarter = parsed(&quarter)?;
    let taken = here.run(&form, &TakeBackRelease(quarter)).await.map(drop);
    settled(&here, quarter, &form, taken).await
}

async fn settled(here: &Here, quarter: Quarter, form: &Posted, done: Result<(), desk::Error>) -> Answer {
    match done {
        Ok(()) => Ok(see(&format!("/wawasan/triwulan/{quarter}"))),
        Err(error) => {
            let problem = comes_back(&error).ok_or(error)?;
            shown(here, quarter, Came::back(problem, form)).await
        }
    }
}

/// Releases that wait for the signature of this officer.
pub async fn unsigned(here: &Here, view: &mut View) -> Result<Option<TaskGroup>, Fail> {
    let t = here.t.words();
    let task = |first: FirstSignature| TaskRow {
        href: href(first.quarter),
        title: here.t.release_of(first.quarter.to_string()),
        detail: here.moment(first.at),
        tag: Tag::work(t, Tone::Running),
    };
    let others = waiting(view).await?.into_iter().filter(|first| first.officer != here.staff.id);
    let tasks: Vec<TaskRow> = others.map(task).collect();
    let group = TaskGroup { heading: t.release_waits().to_owned(), none: String::new(), tasks };
    Ok((!group.tasks.is_empty()).then_some(group))
}
