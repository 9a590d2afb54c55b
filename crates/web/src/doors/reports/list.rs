//! The reports of every door, the most urgent first; a slip finds one, a file brings one.

use crate::doors::Came;
use crate::doors::day::Listing;
use crate::guard::{Answer, Here, page_with};
use crate::view::staff::day::Row;
use crate::view::staff::report::ReportList;
use crate::view::{Field, Frame, Kind, Link, Tag, Tone};
use crate::words_of;
use axum::extract::RawQuery;
use base::{CaseId, limits};
use casework::report::Door;
use desk::Deed;
use desk::cases::reports::{ReportCard, reports};
use desk::cases::shut::drop_shut;
use store::{Read, Shelf};

/// `GET /laporan`
pub async fn list(here: Here, RawQuery(query): RawQuery) -> Answer {
    list_with(&here, query.as_deref(), Came::default()).await
}

/// The list, with what came back from one of its forms.
pub async fn list_with(here: &Here, query: Option<&str>, came: Came) -> Answer {
    let asked = Listing::read(query);
    let mut view = here.read(Deed::SeeReports).await?;
    let open = asked.state != "selesai";
    let mut rows = reports(&mut view, open, &asked.page).await?;
    let next = asked.next("/laporan", &rows);
    let cases: Vec<Option<CaseId>> = rows.iter().map(|row| row.card.case).collect();
    drop_shut(&mut view, &here.staff, &mut rows, &cases).await?;
    let sealed = view.count(Shelf::Intake, b"", limits::PAGE_ROWS_MAX).await?;
    let t = &here.t;
    let bring = Field::new("berkas", t.spr_file(), Kind::File(".spr")).help(t.spr_file_help());
    let page = ReportList {
        faults: came.faults(here, &["kode", "berkas"]),
        heading: t.reports().to_owned(),
        lead: t.reports_lead().to_owned(),
        find: Field::line("kode", t.slip_code()).help(t.slip_code_help()).fill("off").typed(&came.typed),
        bring: here.may(Deed::HandleReport).then_some(bring),
        sealed: (sealed > 0).then(|| t.reports_sealed(sealed)),
        filters: vec![
            Link::new("/laporan", t.filter_open()).here(open),
            Link::new("/laporan?keadaan=selesai", t.filter_closed()).here(!open),
        ],
        columns: [t.column_number(), t.column_came(), t.column_place(), t.column_state()].map(str::to_owned).into(),
        next,
        rows: rows.iter().map(|listed| row(here, &listed.card)).collect(),
        none: t.nothing_here().to_owned(),
        search: None,
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page)
}

/// A number, a time, a place, what state it is in: no name and no word of the report.
fn row(here: &Here, card: &ReportCard) -> Row {
    let t = &here.t;
    let mut tags = vec![Tag::urgency(t.words(), &card.urgency), state_tag(t, &card.state)];
    if card.door == Door::PublicWindow.word() {
        tags.push(Tag::new(Tone::Note, t.report_nameless()));
    }
    if card.files > 0 {
        tags.push(Tag::new(Tone::Note, t.files_count(card.files)));
    }
    Row {
        href: format!("/laporan/{}", card.id),
        name: card.number.clone(),
        cells: vec![here.moment(card.at), words_of::place_or_unknown(t.words(), card.place.as_deref())],
        tags,
    }
}

/// The state of a report as a tag.
pub fn state_tag(t: &Frame, state: &str) -> Tag {
    match state {
        "new" => Tag::new(Tone::Idle, t.report_state_new()),
        "taken" => Tag::work(t.words(), Tone::Running),
        "in_case" => Tag::new(Tone::Done, t.report_state_case()),
        _ => Tag::new(Tone::Skipped, t.report_state_closed()),
    }
}
