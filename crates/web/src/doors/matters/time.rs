//! Time: one's own entries of a matter, and what may be told to donors.

use super::{Shell, back, day, done, form, today};
use crate::doors::{Came, id};
use crate::guard::{Answer, Here, Posted, page_with};
use crate::view::staff::protection::{Part, Protection};
use crate::view::staff::work::{Button, WorkForm};
use crate::view::{Fact, Field, Kind, Link};
use crate::words_of;
use axum::extract::Path;
use base::{CaseId, Problem};
use casework::counts::SMALL_CELL;
use casework::matter::Activity;
use casework::quarter::Quarter;
use desk::Deed;
use desk::matters::{DropTime, NoteTime, spent};

/// Own entries that the page shows, the newest.
const SHOWN: usize = 20;

/// `GET /kasus/{id}/perkara/waktu`
pub async fn new(here: Here, Path(case): Path<String>) -> Answer {
    shown(&here, id(&case)?, Came::default()).await
}

async fn shown(here: &Here, case: CaseId, came: Came) -> Answer {
    let (_, stored) = crate::doors::case(here, case, Deed::KeepMatter).await?;
    let t = here.t.words();
    let kinds = words_of::choices(t, Activity::ALL, Activity::word, words_of::matter::activity);
    let fields = vec![
        Field::new("hari", t.time_day(), Kind::Date).value(&today(here)),
        Field::new("menit", t.time_minutes(), Kind::Digits(4)).help(t.time_minutes_help()),
        Field::radios("kegiatan", t.time_activity(), kinds),
    ];
    let path = format!("/kasus/{case}/perkara/waktu");
    let mut own = Part::new(t.time_own(), "");
    let mine = stored.matter.times.iter().rev().filter(|(_, note)| note.by == here.staff.id).take(SHOWN);
    for (no, note) in mine {
        let spent = here.t.hours_minutes(u64::from(note.minutes / 60), u64::from(note.minutes % 60));
        let what = format!("{} · {spent}", words_of::matter::activity(t, note.activity));
        own.facts.push(Fact::new(day(here, &note.on), what.clone()));
        own.forms.push(WorkForm {
            heading: String::new(),
            action: format!("{path}/{no}/penghapusan"),
            groups: Vec::new(),
            buttons: vec![Button::new("", &here.t.time_drop(format!("{}, {what}", day(here, &note.on))), true)],
        });
    }
    let mut parts = vec![Part { forms: vec![form(path, fields, t.time_save())], ..Part::new(t.time_add(), "") }];
    parts.extend((!own.facts.is_empty()).then_some(own));
    Shell::new(t.time_add(), t.time_lead(), parts).shown(here, (case, &stored), &came)
}

/// `POST /kasus/{id}/perkara/waktu`
pub async fn note(here: Here, Path(case): Path<String>, posted: Posted) -> Answer {
    let case: CaseId = id(&case)?;
    match done(&here, (case, &format!("/kasus/{case}/perkara")), &posted, read(&posted)).await {
        Ok(answer) => answer,
        Err(problem) => shown(&here, case, back(problem, &posted)).await,
    }
}

fn read(posted: &Posted) -> Result<NoteTime, Problem> {
    let minutes = posted.need("menit")?.parse().map_err(|_| Problem::at("web.field-bad", "menit"))?;
    let activity = Activity::parse(posted.need("kegiatan")?).ok_or_else(|| Problem::at("web.field-bad", "kegiatan"))?;
    Ok(NoteTime { on: posted.get("hari").to_owned(), minutes, activity })
}

/// `POST /kasus/{id}/perkara/waktu/{no}/penghapusan`
pub async fn remove(here: Here, Path((case, no)): Path<(String, u16)>, posted: Posted) -> Answer {
    let case: CaseId = id(&case)?;
    match done(&here, (case, &format!("/kasus/{case}/perkara/waktu")), &posted, Ok(DropTime { no })).await {
        Ok(answer) => answer,
        Err(problem) => shown(&here, case, back(problem, &posted)).await,
    }
}

/// `GET /perkara/waktu`: the last quarter that is over.
pub async fn newest(here: Here) -> Answer {
    let last = Quarter::last_over(here.web.now(), here.web.desk.me.place.zone());
    counted(here, last).await
}

/// `GET /perkara/waktu/{triwulan}`
pub async fn of_quarter(here: Here, Path(quarter): Path<String>) -> Answer {
    let quarter = Quarter::parse(&quarter).ok_or_else(|| Problem::new("web.not-found"))?;
    counted(here, quarter).await
}

async fn counted(here: Here, quarter: Quarter) -> Answer {
    let mut view = here.read(Deed::KeepMatter).await?;
    let told = spent(&mut view, &here.web.desk, quarter).await?;
    let t = here.t.words();
    let say = |told: Option<(u64, u64)>| match told {
        Some((matters, hours)) => here.t.spent_line(hours, matters),
        None => t.counts_hidden().to_owned(),
    };
    let mut facts: Vec<Fact> =
        told.lines.iter().map(|(what, line)| Fact::new(words_of::matter::activity(t, *what), say(*line))).collect();
    if !facts.is_empty() {
        facts.push(Fact::new(t.spent_total(), say(told.total)));
    }
    let none = if facts.is_empty() { t.time_none() } else { "" };
    let before = quarter.before();
    let links = vec![Link::new(format!("/perkara/waktu/{before}"), here.t.spent_before(before.to_string()))];
    let page = Protection {
        faults: crate::view::Faults::default(),
        version: 0,
        back: Some(Link::new("/perkara", t.matters())),
        heading: here.t.spent_of(quarter.to_string()),
        lead: here.t.spent_lead(SMALL_CELL),
        parts: vec![Part { facts, links, ..Part::new(t.time_spent(), none) }],
        case: None,
        t: here.t.clone(),
    };
    page_with(None, &page)
}
