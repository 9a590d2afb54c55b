//! Halting an agreement, letting it go on, ending it: first what stops and what runs on, then, confirmed, the word.

use super::Held;
use crate::doors::{Came, comes_back};
use crate::guard::{Answer, Here, Posted, page, page_with, see};
use crate::text::Words;
use crate::view::staff::protection::{Part, Protection};
use crate::view::staff::work::{Button, Group, WorkForm};
use crate::view::{Choice, Fact, Field, Kind, Link};
use crate::when;
use accord::Word;
use axum::extract::Path;
use base::Problem;
use desk::partners::accord::ending::{EndAccord, Ending, Outlook, Reason, at_once};
use desk::{Deed, Error};

/// The button of the check page that leads back to the form.
const CHANGE: &str = "ubah";

/// `GET /mou/{id}/{versi}/keadaan`: suspend, let go on, end.
pub async fn end_form(here: Here, Path((id, version)): Path<(String, u64)>) -> Answer {
    end_page(&here, (&id, version), Came::default()).await
}

async fn end_page(here: &Here, (id, version): (&str, u64), came: Came) -> Answer {
    let mut view = here.read(Deed::EndAccord).await?;
    let held = Held::load(here, &mut view, id, version).await?;
    drop(view);
    let t = here.t.words();
    let page = Protection {
        faults: came.faults(here, &["sebab", "alasan", "sampai", "segera"]),
        version: 0,
        back: Some(Link::new(held.path(), held.document.title.get(here.t.lang()))),
        case: None,
        heading: t.mou_end().to_owned(),
        lead: t.mou_end_lead().to_owned(),
        parts: parts(here, &held),
        t: here.t.clone(),
    };
    let page = if came.typed.is_empty() { page } else { page.typed(&came.typed) };
    page_with(came.problem.as_ref(), &page)
}

fn parts(here: &Here, held: &Held) -> Vec<Part> {
    let t = here.t.words();
    let mine = held.doc.halts.get(&held.me);
    let facts: Vec<Fact> = held.doc.halts.iter().map(|(party, halt)| held.halt(here, party, halt)).collect();
    let mut parts = Vec::new();
    if mine.is_some_and(|halt| !halt.ended) {
        let button = Button::new("lanjutkan", t.mou_resume(), false);
        let form = end_of(held, Vec::new(), button);
        parts.push(Part { facts, forms: vec![form], ..Part::new(t.mou_resume(), t.mou_resume_lead()) });
    } else if mine.is_none() && held.doc.state == "active" {
        let mut fields = reasons(t, "tangguh");
        fields.push(Field::new("sampai", t.mou_until(), Kind::Date).help(t.mou_until_help()).optional(t));
        let form = end_of(held, fields, Button::new("tangguhkan", t.mou_suspend(), false));
        parts.push(Part { facts, forms: vec![form], ..Part::new(t.mou_suspend(), t.mou_suspend_lead()) });
    }
    if mine.is_none_or(|halt| !halt.ended) {
        let mut fields = reasons(t, "akhir");
        if Reason::ALL.into_iter().any(|reason| at_once(&held.document, reason)) {
            fields.push(Field::new("segera", t.mou_at_once(), Kind::Tick(false)));
        }
        let lead = here.t.mou_terminate_lead(held.document.termination.notice_days);
        let form = end_of(held, fields, Button::new("akhiri", t.mou_terminate(), true));
        parts.push(Part { forms: vec![form], ..Part::new(t.mou_terminate(), lead) });
    }
    parts
}

fn reasons(t: Words, id: &str) -> Vec<Field> {
    let choices = Reason::ALL.into_iter().map(|one| Choice::new(one.number().to_string(), reason(t, one.number())));
    vec![
        Field::select("sebab", t.mou_reason(), choices.collect()).id(format!("f-sebab-{id}")),
        Field::long("alasan", t.reason()).help(t.mou_reason_help()).id(format!("f-alasan-{id}")),
    ]
}

/// A reason of messages 52 and 54; one that is unknown here is "another".
pub(super) fn reason(t: Words, number: u64) -> &'static str {
    match Reason::from_number(number) {
        Reason::Breach => t.mou_reason_breach(),
        Reason::KeyLost => t.mou_reason_key(),
        Reason::Safety => t.mou_reason_safety(),
        Reason::Review => t.mou_reason_review(),
        Reason::NeedGone => t.mou_reason_need(),
        Reason::Other => t.mou_reason_other(),
    }
}

fn end_of(held: &Held, fields: Vec<Field>, button: Button) -> WorkForm {
    let action = format!("{}/keadaan", held.path());
    WorkForm { heading: String::new(), action, groups: Group::plain(fields), buttons: vec![button] }
}

/// `POST /mou/{id}/{versi}/keadaan`: what follows is shown first; confirmed, it is in force at once here, on sight at the
/// others.
pub async fn end(here: Here, Path((id, version)): Path<(String, u64)>, form: Posted) -> Answer {
    here.read(Deed::EndAccord).await?;
    let path = format!("/mou/{id}/{version}");
    here.fresh(&format!("{path}/keadaan"))?;
    if form.get("tindakan") == CHANGE {
        let came = Came { typed: form.fields.clone(), ..Came::default() };
        return end_page(&here, (&id, version), came).await;
    }
    let problem = match ending(&here, &form) {
        Ok(ending) => {
            let act = EndAccord { id: id.clone(), ending };
            let is_checked = act.ending == Ending::Resume || !form.hidden("_sah").is_empty();
            let said = if is_checked {
                here.run(&form, &act).await.map(|_| None)
            } else {
                let mut view = here.read(Deed::EndAccord).await?;
                act.outlook(&mut view, &here.web.desk).await.map(Some)
            };
            match said {
                Ok(None) => return Ok(see(&path)),
                Ok(Some(outlook)) => return checked(&here, (&id, version), (&form, &act.ending), &outlook).await,
                Err(error @ Error::Clash { .. }) => return Err(error.into()),
                Err(error) => comes_back(&error).ok_or(error)?,
            }
        }
        Err(problem) => problem,
    };
    end_page(&here, (&id, version), Came::back(problem, &form)).await
}

/// The word with all that follows from it, before it is said.
async fn checked(
    here: &Here,
    (id, version): (&str, u64),
    (form, ending): (&Posted, &Ending),
    outlook: &Outlook,
) -> Answer {
    let mut view = here.read(Deed::EndAccord).await?;
    let held = Held::load(here, &mut view, id, version).await?;
    drop(view);
    let t = here.t.words();
    let (heading, word, button) = match ending {
        Ending::Terminate { .. } => {
            (t.mou_check_end(), t.mou_terminate(), Button::new("akhiri", t.mou_end_now(), false))
        }
        _ => (t.mou_check_suspend(), t.mou_suspend(), Button::new("tangguhkan", t.mou_suspend_now(), false)),
    };
    let typed = form.fields.iter().filter(|(name, _)| name != "tindakan");
    let mut kept: Vec<Field> = typed.map(|(name, value)| Field::kept(name, value)).collect();
    kept.push(Field::kept("_sah", "1"));
    let confirm = WorkForm {
        heading: String::new(),
        action: format!("{}/keadaan", held.path()),
        groups: Group::plain(kept),
        buttons: vec![button, Button::new(CHANGE, t.change(), true)],
    };
    page(&Protection {
        faults: crate::view::Faults::default(),
        version: 0,
        back: Some(Link::new(held.path(), held.document.title.get(here.t.lang()))),
        case: None,
        heading: heading.to_owned(),
        lead: t.mou_check_lead().to_owned(),
        parts: vec![
            Part { facts: said(here, ending), ..Part::new(word, "") },
            Part { facts: stops(here, outlook), ..Part::new(t.mou_what_stops(), "") },
            Part {
                facts: runs_on(here, &held, ending, outlook),
                forms: vec![confirm],
                ..Part::new(t.mou_what_runs_on(), "")
            },
        ],
        t: here.t.clone(),
    })
}

/// What the partners will read.
fn said(here: &Here, ending: &Ending) -> Vec<Fact> {
    let t = here.t.words();
    match ending {
        Ending::Suspend { reason: why, text, until } => {
            let meant = until.map_or_else(|| t.mou_until_open().to_owned(), |until| here.day(until));
            vec![
                Fact::new(t.mou_reason(), reason(t, why.number())),
                Fact::new(t.reason(), text),
                Fact::new(t.mou_until(), meant),
            ]
        }
        Ending::Terminate { reason: why, text, .. } => {
            vec![Fact::new(t.mou_reason(), reason(t, why.number())), Fact::new(t.reason(), text)]
        }
        Ending::Resume => Vec::new(),
    }
}

fn stops(here: &Here, outlook: &Outlook) -> Vec<Fact> {
    let t = here.t.words();
    vec![
        Fact::new(t.mou_new_offers(), t.mou_new_offers_stop()),
        Fact::new(t.mou_open_offers(), here.t.mou_taken_back(outlook.taken_back)),
        Fact::new(t.mou_their_offers(), here.t.mou_they_take_back(outlook.unanswered)),
    ]
}

fn runs_on(here: &Here, held: &Held, ending: &Ending, outlook: &Outlook) -> Vec<Fact> {
    let t = here.t.words();
    let cases = held.document.termination.cases_in_progress.label(here.t.lang());
    let later = match (ending, outlook.supplements_until) {
        (_, Some(until)) => here.t.mou_notice_until(held.document.termination.notice_days, here.moment(until)),
        (Ending::Terminate { .. }, None) => t.mou_no_notice().to_owned(),
        _ => t.mou_none_until_resumed().to_owned(),
    };
    let mut facts = vec![Fact::new(t.mou_accepted(), here.t.mou_accepted_count(outlook.runs_on))];
    if matches!(ending, Ending::Terminate { .. }) {
        facts.push(Fact::new(t.mou_cases_then(), cases));
    }
    facts.push(Fact::new(t.mou_later_evidence(), later));
    facts.push(Fact::new(t.mou_outlives(), t.mou_outlives_it()));
    facts
}

fn ending(here: &Here, form: &Posted) -> Result<Ending, Problem> {
    let said = || -> Result<(Reason, String), Problem> {
        let number = form.need("sebab")?.parse().map_err(|_| Problem::at("web.field-bad", "sebab"))?;
        Ok((Reason::from_number(number), form.need("alasan")?.to_owned()))
    };
    match form.get("tindakan") {
        "lanjutkan" => Ok(Ending::Resume),
        "akhiri" => {
            let (reason, text) = said()?;
            Ok(Ending::Terminate { reason, text, immediate: form.get("segera") == "ya" })
        }
        _ => {
            let (reason, text) = said()?;
            let until = Some(form.get("sampai")).filter(|day| !day.is_empty());
            let zone = here.web.desk.me.place.zone();
            let day = |day| when::from_local(day, zone).ok_or_else(|| Problem::at("web.field-bad", "sampai"));
            Ok(Ending::Suspend { reason, text, until: until.map(day).transpose()? })
        }
    }
}
