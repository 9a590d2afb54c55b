//! The report at the end of a quarter (SOP GV-3): counts with small cells hidden, as it was sent or as it would be now.

pub mod release;

use crate::doors::{Came, comes_back};
use crate::guard::{Answer, Fail, Here, Posted, page_with, see};
use crate::view::staff::case::StepRow;
use crate::view::staff::protection::{Part, Protection};
use crate::view::staff::work::{Button, Group, WorkForm};
use crate::view::{Fact, Field, Link, Tag, Tone};
use crate::words_of::counts;
use axum::extract::Path;
use base::Problem;
use casework::counts::{Cell, SMALL_CELL, Table};
use casework::quarter::Quarter;
use desk::Deed;
use desk::quarter::release::published;
use desk::quarter::{Counted, QuarterReport, SendQuarter, sent};
use store::View;

/// `GET /wawasan/triwulan`: the last quarter that is over.
pub async fn newest(here: Here) -> Answer {
    let last = Quarter::last_over(here.web.now(), here.web.desk.me.place.zone());
    shown(&here, last, Came::default()).await
}

/// `GET /wawasan/triwulan/{triwulan}`
pub async fn one(here: Here, Path(quarter): Path<String>) -> Answer {
    shown(&here, parsed(&quarter)?, Came::default()).await
}

fn parsed(quarter: &str) -> Result<Quarter, Fail> {
    Ok(Quarter::parse(quarter).ok_or_else(|| Problem::new("web.not-found"))?)
}

async fn shown(here: &Here, quarter: Quarter, came: Came) -> Answer {
    let mut view = here.read(Deed::SeeCounts).await?;
    let report = here.web.desk.quarter_report(&mut view, quarter).await?;
    let t = &here.t;
    let is_shown = report.is_for(here.may(Deed::SeeCases));
    let tables = report.tables.iter().filter(|_| is_shown);
    let mut parts: Vec<Part> = tables.map(|(counted, table)| part(here, *counted, table)).collect();
    parts.extend(sending(here, &report));
    parts.extend(releasing(here, &mut view, &report).await?);
    parts.push(others(here, &mut view, quarter).await?);
    let page = Protection {
        faults: came.faults(here, &["kepada"]),
        version: 0,
        back: None,
        case: None,
        heading: t.counts_of(quarter.to_string()),
        lead: if is_shown { lead(here, &report) } else { t.counts_not_sent().to_owned() },
        parts,
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page.typed(&came.typed))
}

fn lead(here: &Here, report: &QuarterReport) -> String {
    let total = report.tables.values().next().and_then(|table| table.total);
    let total = total.map_or_else(|| here.t.counts_few(SMALL_CELL), |total| total.to_string());
    let opened = here.t.counts_lead(SMALL_CELL, total);
    match &report.sent {
        Some((at, _, to)) => format!("{opened} {}", here.t.counts_sent(here.moment(*at), to.clone())),
        None => opened,
    }
}

fn part(here: &Here, counted: Counted, table: &Table) -> Part {
    let t = here.t.words();
    let fact = |cell: &Cell| {
        let count = cell.count.map_or_else(|| t.counts_hidden().to_owned(), |count| count.to_string());
        Fact::new(counts::cell(t, counted, &cell.word), count)
    };
    let none = if table.cells.is_empty() { t.nothing_here() } else { "" };
    Part { facts: table.cells.iter().map(fact).collect(), ..Part::new(counts::table(t, counted), none) }
}

fn sending(here: &Here, report: &QuarterReport) -> Option<Part> {
    let t = here.t.words();
    let sends = report.sent.is_none() && here.may(Deed::SendCounts);
    let form = WorkForm {
        heading: String::new(),
        action: format!("/wawasan/triwulan/{}", report.quarter),
        groups: Group::plain(vec![Field::line("kepada", t.counts_to()).help(t.counts_to_help())]),
        buttons: vec![Button::new("", t.counts_send(), false)],
    };
    sends.then(|| Part { forms: vec![form], ..Part::new(t.counts_sending(), t.counts_sending_lead()) })
}

/// A sent report may be released to everybody, on a page of its own.
async fn releasing(here: &Here, view: &mut View, report: &QuarterReport) -> Result<Option<Part>, Fail> {
    let t = here.t.words();
    if report.sent.is_none() {
        return Ok(None);
    }
    if let Some(released) = published(view).await?.into_iter().find(|one| one.quarter == report.quarter) {
        return Ok(Some(Part::new(t.counts_release(), t.counts_released(here.moment(released.at)))));
    }
    let link = Link::new(release::href(report.quarter), t.release_see());
    let may = here.may(Deed::ReleaseCounts);
    Ok(may.then(|| Part { links: vec![link], ..Part::new(t.counts_release(), t.counts_release_lead()) }))
}

async fn others(here: &Here, view: &mut View, shown: Quarter) -> Result<Part, Fail> {
    let t = here.t.words();
    let reports = sent(view).await?;
    let row = |report: &QuarterReport| {
        let (at, _, to) = report.sent.as_ref()?;
        Some(StepRow {
            href: format!("/wawasan/triwulan/{}", report.quarter),
            name: report.quarter.to_string(),
            detail: format!("{} · {to}", here.moment(*at)),
            tag: Tag::new(Tone::Done, t.counts_sent_tag()),
        })
    };
    let rows: Vec<StepRow> = reports.iter().filter(|report| report.quarter != shown).filter_map(row).collect();
    let none = if rows.is_empty() { t.nothing_here() } else { "" };
    Ok(Part { rows, ..Part::new(t.counts_others(), none) })
}

/// `POST /wawasan/triwulan/{triwulan}`: it was sent.
pub async fn send(here: Here, Path(quarter): Path<String>, form: Posted) -> Answer {
    let quarter = parsed(&quarter)?;
    match here.run(&form, &SendQuarter { quarter, to: form.get("kepada").to_owned() }).await {
        Ok(_) => Ok(see(&format!("/wawasan/triwulan/{quarter}"))),
        Err(error) => {
            let problem = comes_back(&error).ok_or(error)?;
            shown(&here, quarter, Came::back(problem, &form)).await
        }
    }
}
