//! The case conference: what is on its agenda, and what is decided about one case, by alias alone.

use crate::doors::{Came, case::head, comes_back, id};
use crate::guard::{Answer, Here, Posted, page_with, see};
use crate::view::staff::case::StepRow;
use crate::view::staff::protection::{Part, Protection};
use crate::view::staff::work::{Button, Group, WorkForm};
use crate::view::{Choice, Fact, Field, Tag};
use crate::words_of;
use axum::extract::Path;
use base::{CaseId, OfficerId, Problem, Redacted};
use casework::case::{About, StepRef, StepState};
use desk::Deed;
use desk::cases::CaseStream;
use desk::cases::conference::{DecideInConference, agenda};
use desk::staff::OfficerCard;
use desk::staff::officer::{officers, serving};

/// Leads a step that a decision opens.
const FURTHER: &str = "buka:";

/// `GET /konferensi`
pub async fn list(here: Here) -> Answer {
    let mut view = here.read(Deed::AssignCase).await?;
    let t = &here.t;
    let row = |card: &desk::cases::StepCard| StepRow {
        href: format!("/kasus/{}/konferensi", card.case),
        name: card.alias.clone(),
        detail: card.due.map(|due| t.due_on(here.moment(due))).unwrap_or_default(),
        tag: Tag::urgency(t.words(), &card.urgency),
    };
    let rows: Vec<StepRow> = agenda(&mut view, &here.staff).await?.iter().map(row).collect();
    let none = if rows.is_empty() { t.nothing_here() } else { "" };
    crate::guard::page(&Protection {
        faults: Came::default().faults(&here, &[]),
        version: 0,
        back: None,
        case: None,
        heading: t.conferences().to_owned(),
        lead: t.conferences_lead().to_owned(),
        parts: vec![Part { rows, ..Part::new(t.agenda(), none) }],
        t: here.t.clone(),
    })
}

/// `GET /kasus/{id}/konferensi`
pub async fn one(here: Here, Path(case): Path<String>) -> Answer {
    shown(&here, id(&case)?, Came::default()).await
}

async fn shown(here: &Here, case: CaseId, came: Came) -> Answer {
    let (mut view, stored) = crate::doors::case(here, case, Deed::AssignCase).await?;
    let staff = officers(&mut view).await?;
    let t = here.t.words();
    let running = stored.conference().cloned();
    let open: Vec<_> = stored.open_steps().collect();
    let rows = open.iter().map(|(step, state)| step_row(here, case, (step, state), &staff)).collect();
    let mut parts = vec![Part { rows, ..Part::new(t.conference_open(), "") }];
    match running.as_ref().and_then(|step| Some((step, stored.steps.get(step)?))) {
        None => parts.push(Part::new(t.conference_decide(), t.conference_none())),
        Some((step, state)) => {
            let decided = state.values.iter().map(|(name, value)| {
                let field = here.web.desk.handbook_of(&stored).field(name);
                let label = field.map_or(name.as_str(), |field| field.label.get(here.t.lang()));
                Fact::new(label, value.expose().clone())
            });
            let facts: Vec<Fact> = decided.collect();
            let end = StepRow {
                href: crate::doors::step::href(&case.to_string(), step),
                name: t.conference_end().to_owned(),
                detail: String::new(),
                tag: Tag::work(t, super::page::tone(state, here.web.now())),
            };
            parts.push(Part { forms: vec![form(here, case, &stored, &staff)], ..Part::new(t.conference_decide(), "") });
            parts.push(Part { facts, rows: vec![end], ..Part::new(t.conference_decided(), "") });
        }
    }
    let page = Protection {
        faults: came.faults(here, &["putusan", "langkah", "petugas"]),
        version: stored.version,
        back: None,
        heading: t.conference().to_owned(),
        lead: t.conference_lead().to_owned(),
        parts,
        case: Some(head(here, case, &stored)),
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page.typed(&came.typed))
}

fn step_row(here: &Here, case: CaseId, (step, state): (&StepRef, &StepState), staff: &[OfficerCard]) -> StepRow {
    let name = here.web.desk.handbooks.step(&step.0).map_or("", |known| known.name.get(here.t.lang()));
    let taker = state.officer.and_then(|taker| staff.iter().find(|card| card.id == taker));
    let who = taker.map_or(words_of::role(here.t.words(), state.role), |card| card.name.expose());
    let due = state.clock.as_ref().map(|clock| here.moment(clock.due)).unwrap_or_default();
    StepRow {
        href: crate::doors::step::href(&case.to_string(), step),
        name: format!("{step} {name}"),
        detail: [due.as_str(), who].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · "),
        tag: Tag::work(here.t.words(), super::page::tone(state, here.web.now())),
    }
}

fn form(here: &Here, case: CaseId, stored: &CaseStream, staff: &[OfficerCard]) -> WorkForm {
    let (t, lang) = (here.t.words(), here.t.lang());
    let today = here.web.desk.today_for(stored, here.web.now());
    let named = |id: &str| here.web.desk.handbooks.step(id).map_or("", |known| known.name.get(lang)).to_owned();
    let running =
        stored.open_steps().map(|(step, _)| Choice::new(step.to_string(), format!("{step} {}", named(&step.0))));
    let further = stored
        .may_be_opened(&today)
        .map(|id| Choice::new(format!("{FURTHER}{id}"), here.t.conference_further(format!("{id} {}", named(id)))));
    let steps = std::iter::once(Choice::new("", t.conference_no_step())).chain(running).chain(further).collect();
    let people = serving(staff).map(|card| words_of::officer(t, card));
    let people = std::iter::once(Choice::new("", t.conference_no_owner())).chain(people).collect();
    WorkForm {
        heading: String::new(),
        action: format!("/kasus/{case}/konferensi"),
        groups: Group::plain(vec![
            Field::long("putusan", t.conference_words()),
            Field::select("langkah", t.conference_step(), steps),
            Field::select("petugas", t.conference_owner(), people),
        ]),
        buttons: vec![Button::new("", t.conference_save(), false)],
    }
}

/// `POST /kasus/{id}/konferensi`
pub async fn decide(here: Here, Path(case): Path<String>, form: Posted) -> Answer {
    let case: CaseId = id(&case)?;
    let problem = match read(case, &form) {
        Ok(act) => match here.run(&form, &act).await {
            Ok(_) => return Ok(see(&format!("/kasus/{case}/konferensi"))),
            Err(error) => comes_back(&error).ok_or(error)?,
        },
        Err(problem) => problem,
    };
    shown(&here, case, Came::back(problem, &form)).await
}

fn read(case: CaseId, form: &Posted) -> Result<DecideInConference, Problem> {
    let bad = |field: &'static str| Problem::at("web.field-bad", field);
    let (step, further) = (form.get("langkah"), form.get("langkah").strip_prefix(FURTHER));
    let about = if let Some(id) = further {
        About::Further(id.to_owned())
    } else if step.is_empty() {
        About::Nothing
    } else {
        let (id, run) = step.split_once('.').unwrap_or((step, "1"));
        About::Running(StepRef(id.to_owned(), run.parse().map_err(|_| bad("langkah"))?))
    };
    let owner: Option<OfficerId> = match form.get("petugas") {
        "" => None,
        officer => Some(officer.parse().map_err(|_| bad("petugas"))?),
    };
    Ok(DecideInConference { case, words: Redacted::new(form.need("putusan")?.to_owned()), about, owner })
}
