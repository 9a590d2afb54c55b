//! The talk with a reporter without a name: her box is answered from the page of the report.

use super::page::shown;
use crate::doors::{Came, comes_back, id};
use crate::guard::{Answer, Fail, Here, Posted, see};
use crate::view::staff::day::{TaskGroup, TaskRow};
use crate::view::staff::report::Talk;
use crate::view::{Fact, Field, Tag, Tone};
use crate::words_of;
use axum::extract::Path;
use base::{Redacted, ReportId};
use casework::report::Door;
use desk::Deed;
use desk::boxes::closes;
use desk::cases::reports::{HearReport, ReplyReport, ReportStream, asking};
use desk::staff::officer::officers;
use store::{Stored, View};

/// The talk as the page of a report shows it. `None`: the reporter has no box.
pub async fn of(
    here: &Here,
    view: &mut View,
    report: &Stored<ReportStream>,
    came: &Came,
) -> Result<Option<Talk>, Fail> {
    let Some(to) = &report.received.reply_to else { return Ok(None) };
    let (t, me) = (&here.t, &here.web.desk.me.place);
    let staff = if report.talk.said.is_empty() { Vec::new() } else { officers(view).await? };
    let mut said = Vec::new();
    for turn in &report.talk.said {
        let who = match turn.by {
            Some(officer) => crate::doors::notes::named(&staff, officer.bytes(), t.journal_elsewhere()),
            None => t.reporter().to_owned(),
        };
        let files = (!turn.files.is_empty()).then(|| t.files_count(turn.files.len()));
        let words = [Some(turn.text.expose().clone()), files].into_iter().flatten().filter(|part| !part.is_empty());
        said.push(Fact::new(format!("{who}, {}", here.moment(turn.at)), words.collect::<Vec<_>>().join("\n")));
    }
    let far = report.received.place.as_ref().filter(|place| *place != me && place.code() != me.province());
    Ok(Some(Talk {
        said,
        by_sms: report.received.door == Door::Sms,
        elsewhere: far.map(|place| t.reporter_elsewhere(words_of::place(place.code()))),
        until: closes(view, to).await?.map(|until| here.day(until)),
        waits: report.talk.waiting().is_some(),
        field: here
            .may(Deed::HandleReport)
            .then(|| came.field(Field::long("jawaban", t.reporter_answer()).help(t.reporter_help()))),
    }))
}

/// `POST /laporan/{id}/jawaban`
pub async fn reply(here: Here, Path(report): Path<String>, form: Posted) -> Answer {
    let report: ReportId = id(&report)?;
    let act = ReplyReport { report, text: Redacted::new(form.get("jawaban").to_owned()) };
    match here.run(&form, &act).await {
        Ok(_) => Ok(see(&format!("/laporan/{report}#kotak"))),
        Err(error) => match comes_back(&error) {
            Some(mut problem) => {
                problem.at = Some("jawaban".to_owned());
                shown(&here, report, Came::back(problem, &form)).await
            }
            None => Err(error.into()),
        },
    }
}

/// `POST /laporan/{id}/jawaban/dibaca`
pub async fn hear(here: Here, Path(report): Path<String>, form: Posted) -> Answer {
    let report: ReportId = id(&report)?;
    here.run(&form, &HearReport(report)).await?;
    Ok(see(&format!("/laporan/{report}#kotak")))
}

/// Reports whose writers added something, for the day of those who handle reports.
pub async fn waiting(here: &Here, view: &mut View) -> Result<Option<TaskGroup>, Fail> {
    let cards = asking(view, &here.staff).await?;
    let t = here.t.words();
    let row = |card: &desk::cases::reports::ReportCard| TaskRow {
        href: format!("/laporan/{}#kotak", card.id),
        title: here.t.report_of(card.number.clone()),
        detail: t.door_public_window().to_owned(),
        tag: Tag::new(Tone::Note, t.reporter_new()),
    };
    let group = || TaskGroup {
        heading: t.reporter_waiting().to_owned(),
        none: String::new(),
        tasks: cards.iter().map(row).collect(),
    };
    Ok((!cards.is_empty()).then(group))
}
