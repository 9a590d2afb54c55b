//! One report: read, open a case or join one, close with advice.

use super::list::state_tag;
use super::{alike, file, talk, weigh};
use crate::doors::{Came, comes_back, id, regencies, seen_by};
use crate::guard::{Answer, Here, Posted, page_with, see};
use crate::view::staff::referral::Closed;
use crate::view::staff::report::{FileRow, Report as ReportPage};
use crate::view::{Fact, Field, Kind, Link, Tag, Tone};
use crate::words_of;
use axum::extract::Path;
use base::{Place, Problem, Redacted, ReportId};
use casework::ReportEvent;
use casework::report::Attached;
use casework::words::PersonRole;
use desk::Deed;
use desk::cases::CaseCard;
use desk::cases::reports::{AnswerReport, FileState, OpenCase, ReportStream, ShowContact, candidates, file_state};
use std::collections::{BTreeMap, BTreeSet};
use store::{Read, Shelf, Stored};

/// `GET /laporan/{id}`
pub async fn report(here: Here, Path(report): Path<String>) -> Answer {
    shown(&here, id(&report)?, Came::default()).await
}

/// `POST /laporan/{id}/kontak`: recorded, then shown. A reporter may have to be reached at once, so presence is not proved
/// anew.
pub async fn contact(here: Here, Path(report): Path<String>, _: Posted) -> Answer {
    let report: ReportId = id(&report)?;
    here.look(&ShowContact(report)).await?;
    with_contact(&here, report, Came::default(), true).await
}

/// The page of a report, with what came back from one of its forms.
pub async fn shown(here: &Here, id: ReportId, came: Came) -> Answer {
    with_contact(here, id, came, false).await
}

async fn with_contact(here: &Here, id: ReportId, came: Came, shows: bool) -> Answer {
    let (mut view, report) = here.web.desk.report_for(&here.actor(), id).await?;
    let case: Option<CaseCard> = match report.case {
        Some(case) => view.card(Shelf::CaseCard, &case.bytes(), &[]).await?,
        None => None,
    };
    let may_reach = here.may(Deed::HandleReport);
    let closed = match (report.ways().is_empty() || shows, may_reach) {
        (true, _) => Closed::Nothing,
        (false, false) => Closed::Shut,
        (false, true) => Closed::Asks,
    };
    let seen = if may_reach { seen_by(here, &mut view, id.bytes()).await? } else { Vec::new() };
    let talk = talk::of(here, &mut view, &report, &came).await?;
    let likely = candidates(&mut view, &report, &here.staff).await?;
    let t = &here.t;
    let open = matches!(report.state.state.word(), "new" | "taken") && here.may(Deed::HandleReport);
    let received = &report.received;
    let mut tags = vec![Tag::urgency(t.words(), report.urgency.word()), state_tag(t, report.state.state.word())];
    tags.extend(received.triage.iter().map(|flag| Tag::new(Tone::Late, words_of::triage(t.words(), *flag))));
    let page = ReportPage {
        faults: came.faults(here, &["ditemukan", "asal", "peran", "nasihat", "kasus", "jawaban", "alasan-kegentingan"]),
        id: id.to_string(),
        version: report.version,
        heading: report.number(),
        tags,
        facts: facts(here, &report, shows),
        closed,
        seen,
        text: received.text.expose().clone(),
        opinion: received.opinion.expose().clone(),
        answers: answers(here, received.answers.expose()),
        because: received.outcome.map(|outcome| words_of::outcome(t.words(), outcome).to_owned()).into_iter().collect(),
        files: file_rows(here, &report)?,
        files_odd: (received.files_odd > 0).then_some(received.files_odd),
        case: case.map(|card| Link::new(format!("/kasus/{}", card.id), card.alias)),
        open: if open { open_fields(here, received.place.as_ref(), &came) } else { Vec::new() },
        likely: likely.into_iter().map(|candidate| alike::likely(here, candidate)).collect(),
        talk,
        may_say: here.may(Deed::HandleReport),
        may_record: here.may(Deed::RecordMention),
        link: vec![Field::line("kasus", t.case_alias()).typed(&came.typed)],
        close: vec![Field::long("nasihat", t.advice()).typed(&came.typed)],
        weigh: weigh::fields(here, &report, &came),
        weigh_open: came.typed.iter().any(|(name, _)| name == weigh::REASON),
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page)
}

/// The files it names, and where each stands.
pub fn file_rows(here: &Here, report: &ReportStream) -> Result<Vec<FileRow>, desk::Error> {
    let (t, may) = (here.t.words(), here.may(Deed::OpenFile));
    let row = |(number, named): (usize, &Attached)| {
        let state = file_state(here.web.desk.store.files(), report, named)?;
        let kind = if let FileState::Whole(kind) = state { Some(kind) } else { None };
        let tag = match state {
            FileState::Absent => Tag::new(Tone::Body, t.file_absent()),
            FileState::Coming(have, of) => Tag::new(Tone::Running, t.file_coming(have.to_string(), of.to_string())),
            FileState::Here => Tag::new(Tone::Note, t.file_here()),
            FileState::Whole(_) => Tag::new(Tone::Done, t.file_whole()),
            FileState::Damaged(None) => Tag::new(Tone::Late, t.file_damaged()),
            FileState::Damaged(Some(chunk)) => Tag::new(Tone::Late, t.file_damaged_chunk((chunk + 1).to_string())),
        };
        let open = match state {
            FileState::Here => Some(t.file_open()),
            FileState::Whole(kind) if kind.is_picture() => Some(t.file_look()),
            FileState::Whole(_) => Some(t.file_save()),
            _ => None,
        };
        let size = file::size(named.bytes, t.lang());
        let detail = kind.map_or_else(|| size.clone(), |kind| format!("{}, {size}", file::kind_word(here, kind)));
        let (id, name) = (named.id.to_string(), t.file_name(number + 1));
        Ok(FileRow { id, name, detail, tag, open: open.filter(|_| may) })
    };
    report.files().enumerate().map(row).collect()
}

fn facts(here: &Here, report: &Stored<ReportStream>, shows: bool) -> Vec<Fact> {
    let (t, received) = (&here.t, &report.received);
    let place =
        received.place.as_ref().map_or_else(|| t.unknown_place().to_owned(), |place| words_of::place(place.code()));
    let mut facts = vec![
        Fact::new(t.column_came(), here.moment(report.at)),
        Fact::new(t.column_place(), place),
        Fact::new(t.came_through(), words_of::door(t.words(), received.door)),
    ];
    let ways = report.ways();
    let is_closed = !shows && !ways.is_empty();
    let contact = if is_closed { t.closed_value().to_owned() } else { ways.join(", ") };
    let more = [(t.contact_safe(), contact), (t.consent_stated(), received.consent.clone())];
    facts.extend(more.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| Fact::new(name, value)));
    facts
}

/// The answers beside their questions.
fn answers(here: &Here, json: &str) -> Vec<Fact> {
    let t = &here.t;
    let given: Option<BTreeMap<String, String>> = serde_json::from_str(json).unwrap_or_default();
    let given = given.unwrap_or_default();
    let asked = here.web.desk.screening.questions().iter().filter_map(|question| {
        let answer = match given.get(&question.id)?.as_str() {
            "yes" => t.yes(),
            "no" => t.no(),
            "unknown" => t.not_known(),
            "refused" => t.rather_not(),
            "adult" => t.age_adult(),
            "child" => t.age_child(),
            _ => t.age_unsure(),
        };
        Some(Fact::new(format!("{} {}", question.id, question.text.get(t.lang())), answer))
    });
    asked.collect()
}

fn open_fields(here: &Here, place: Option<&Place>, came: &Came) -> Vec<Field> {
    let t = &here.t;
    let found = place.unwrap_or(&here.web.desk.me.place).code().to_owned();
    let roles = words_of::choices(t.words(), PersonRole::ALL, PersonRole::word, words_of::person_role);
    let roles =
        roles.into_iter().map(|choice| if choice.value == "victim" { choice.on(true) } else { choice }).collect();
    let fields = vec![
        Field::select("ditemukan", t.found_at(), regencies(t.pick_one(), Some(&found))),
        Field::select("asal", t.origin(), regencies(t.unknown_place(), None)),
        Field::new("peran", t.person_roles(), Kind::Checks(roles)),
    ];
    fields.into_iter().map(|field| field.typed(&came.typed)).collect()
}

fn place(value: &str, field: &str) -> Result<Option<Place>, Problem> {
    if value.is_empty() {
        return Ok(None);
    }
    Place::parse(value).map(Some).map_err(|_| Problem::at("web.field-bad", field))
}

/// `POST /laporan/{id}/kasus`
pub async fn open_case(here: Here, Path(report): Path<String>, form: Posted) -> Answer {
    let report: ReportId = id(&report)?;
    let roles: BTreeSet<PersonRole> = form.all("peran").filter_map(PersonRole::parse).collect();
    let read = || -> Result<OpenCase, Problem> {
        if roles.is_empty() {
            return Err(Problem::at("web.field-missing", "peran"));
        }
        let (found_in, origin) = (place(form.get("ditemukan"), "ditemukan")?, place(form.get("asal"), "asal")?);
        Ok(OpenCase { report, found_in, origin, roles: roles.clone() })
    };
    let act = match read() {
        Ok(act) => act,
        Err(problem) => return shown(&here, report, Came::back(problem, &form)).await,
    };
    match here.run(&form, &act).await {
        Ok(Some(case)) => Ok(see(&format!("/kasus/{case}"))),
        Ok(None) => opened_before(&here, report).await,
        Err(error) => match comes_back(&error) {
            Some(problem) => shown(&here, report, Came::back(problem, &form)).await,
            None => Err(error.into()),
        },
    }
}

/// The same form again leads to the same case.
async fn opened_before(here: &Here, report: ReportId) -> Answer {
    let (_, stored) = here.web.desk.report_for(&here.actor(), report).await?;
    Ok(see(&stored.case.map_or_else(|| format!("/laporan/{report}"), |case| format!("/kasus/{case}"))))
}

/// `POST /laporan/{id}/penutupan`
pub async fn close(here: Here, Path(report): Path<String>, form: Posted) -> Answer {
    let report: ReportId = id(&report)?;
    let reason = match form.need("nasihat") {
        Ok(reason) => reason.to_owned(),
        Err(problem) => return shown(&here, report, Came::back(problem, &form)).await,
    };
    let act = AnswerReport { report, event: ReportEvent::Advised(Redacted::new(reason)) };
    match here.run(&form, &act).await {
        Ok(_) => Ok(see(&format!("/laporan/{report}"))),
        Err(error) => match comes_back(&error) {
            Some(problem) => shown(&here, report, Came::back(problem, &form)).await,
            None => Err(error.into()),
        },
    }
}
