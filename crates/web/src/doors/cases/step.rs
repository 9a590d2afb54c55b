//! One step of the handbook in a case.

use crate::doors::{Came, case::head, case::tone, comes_back, id, regencies};
use crate::guard::{Answer, Fail, Here, Open, Posted, page, page_with, see};
use crate::view::staff::referral::{Clash, ClashField};
use crate::view::staff::step::{Checked, StepCheck, StepPage};
use crate::view::{Choice, Fact, Field, Kind, Link, Tag};
use crate::when;
use crate::words_of;
use axum::extract::Path;
use base::{CaseId, Problem, Redacted};
use casework::case::{StepRef, StepState};
use casework::clock::Mark;
use casework::handbook::{FieldKind, FormField, Goes, Step};
use casework::words::LegalBasis;
use casework::{ConsentCode, Handbook};
use desk::cases::steps::{FinishStep, MarkStep, StepWord};
use desk::cases::{CaseStream, OnCase};
use desk::staff::OfficerCard;
use desk::staff::officer::{officers, serving};
use desk::{Deed, Error};
use std::collections::BTreeMap;
use store::Stored;

/// The address of a step: `LE-2`, or `LE-2.3` for its third run.
pub fn href(case: &str, step: &StepRef) -> String {
    let run = if step.1 == 1 { String::new() } else { format!(".{}", step.1) };
    format!("/kasus/{case}/langkah/{}{run}", step.0)
}

/// A step as an address names it.
pub(super) fn parse(text: &str) -> Result<StepRef, Fail> {
    let (step, run) = text.split_once('.').unwrap_or((text, "1"));
    let run = run.parse().map_err(|_| Fail::from(Problem::new("web.not-found")))?;
    Ok(StepRef(step.to_owned(), run))
}

/// `GET /kasus/{id}/langkah/{s}`
pub async fn step(here: Here, Path((case, step)): Path<(String, String)>) -> Answer {
    shown(&here, (id(&case)?, parse(&step)?), Came::default()).await
}

async fn shown(here: &Here, (case, step): (CaseId, StepRef), came: Came) -> Answer {
    let (mut view, stored) = crate::doors::case(here, case, Deed::SeeCases).await?;
    let handbook = here.web.desk.handbook_of(&stored);
    let known = handbook.step(&step.0).ok_or(Error::NotFound)?;
    let state = stored.steps.get(&step).ok_or(Error::NotFound)?;
    let staff = officers(&mut view).await?;
    let open = state.ended.is_none() && here.may(Deed::WorkCase);
    let reads = here.may(Deed::ReadCase) || here.may(Deed::WorkCase);
    let fields = if open { fields(here, (handbook, known), state, &staff) } else { Vec::new() };
    let names: Vec<&str> = fields.iter().map(Field::name).chain(["alasan", "dasar", "pasal", "sebab"]).collect();
    let (t, lang) = (&here.t, here.t.lang());
    let page = StepPage {
        faults: came.faults(here, &names),
        case: head(here, case, &stored),
        code: href("", &step).rsplit('/').next().unwrap_or_default().to_owned(),
        name: known.name.get(lang).to_owned(),
        tag: Tag::work(t.words(), tone(state, here.web.now())),
        doing: known.prose.does.get(lang).to_owned(),
        why: known.prose.exit.get(lang).to_owned(),
        facts: facts(here, (handbook, known), state),
        missing: missing(here, known, &stored),
        links: if open { links(here, case, known) } else { Vec::new() },
        fields: fields.into_iter().map(|field| came.field(field)).collect(),
        open,
        without: if open && state.basis.is_none() { without(here, known, &stored) } else { Vec::new() }
            .into_iter()
            .map(|field| field.typed(&came.typed))
            .collect(),
        paused: state.clock.as_ref().is_some_and(|clock| clock.paused_at.is_some()),
        taken: state.officer.is_some(),
        reason: Field::line("alasan", t.reason()).id("f-alasan").typed(&came.typed),
        recorded: if reads && !open { recorded(here, handbook, state, &staff) } else { Vec::new() },
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page)
}

fn facts(here: &Here, (handbook, known): (&Handbook, &Step), state: &StepState) -> Vec<Fact> {
    let (t, lang) = (here.t.words(), here.t.lang());
    let mut facts = vec![Fact::new(t.owner(), words_of::role(t, state.role))];
    if let Some(clock) = &state.clock {
        let due = if clock.paused_at.is_some() { t.due_paused().to_owned() } else { here.moment(clock.due) };
        let mark = match (clock.statutory, clock.mark) {
            (true, _) => t.mark_statutory(),
            (_, Mark::Verified) => "",
            _ => t.mark_product(),
        };
        let basis = [clock.basis.get(lang), mark].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
        facts.extend([Fact::new(t.due(), due), Fact::new(t.due_basis(), basis.join(". "))]);
    }
    let prose = [
        (t.papers(), &known.prose.documents),
        (t.consents(), &known.prose.consent),
        (t.sends_to(), &known.prose.sends_to),
    ];
    let prose = prose.into_iter().filter(|(_, text)| !text.get(lang).is_empty());
    facts.extend(prose.map(|(name, text)| Fact::new(name, text.get(lang))));
    facts.extend(known.goes.iter().filter_map(|goes| minimum(here, handbook, goes)));
    if let Some(why) = &state.blocked {
        facts.push(Fact::new(t.state_body(), why.expose().clone()));
    }
    facts.extend(state.basis.as_ref().map(|without| {
        let words = [words_of::legal_basis(t, without.basis), without.article.expose(), without.reason.expose()];
        Fact::new(t.basis_recorded(), words.join(". "))
    }));
    facts
}

/// The least that a receiver needs, and what it never hears; what really leaves is decided by the agreement.
fn minimum(here: &Here, handbook: &Handbook, goes: &Goes) -> Option<Fact> {
    let (t, lang) = (here.t.words(), here.t.lang());
    let receiver = handbook.receivers.get(&goes.to)?;
    let (may, never) = (receiver.may.get(lang), receiver.never.get(lang));
    Some(Fact::new(receiver.name.get(lang), format!("{}: {may}. {}: {never}.", t.may_hear(), t.never_hears())))
}

/// What is asked for where something is done to a person and the consent to it is not there.
fn without(here: &Here, known: &Step, stored: &Stored<CaseStream>) -> Vec<Field> {
    let t = here.t.words();
    if !stored.consents_missing(known, here.web.now()).any(ConsentCode::is_to_the_act) {
        return Vec::new();
    }
    let bases = words_of::choices(t, LegalBasis::ALL, LegalBasis::word, words_of::legal_basis);
    vec![
        Field::radios("dasar", t.legal_basis(), bases),
        Field::line("pasal", t.legal_article()),
        Field::line("sebab", t.reason()).id("f-sebab"),
    ]
}

/// Consents of the step that do not stand yet.
fn missing(here: &Here, known: &Step, stored: &Stored<CaseStream>) -> Vec<String> {
    let lacks = stored.consents_missing(known, here.web.now());
    lacks.map(|code| words_of::consent(here.t.words(), code).to_owned()).collect()
}

/// Where the work of some steps is done: a person finds it from the step.
fn links(here: &Here, case: CaseId, known: &Step) -> Vec<Link> {
    let t = here.t.words();
    let mut parts: Vec<(&str, &str)> = match known.id.as_str() {
        "IN-2" => vec![("triase", t.work_triage())],
        "IN-3" => vec![("klasifikasi", t.work_classify())],
        "IN-4" => vec![("penugasan", t.work_assign())],
        "ID-3" => vec![("penapisan", t.work_screening())],
        "ID-4" => vec![("putusan", t.work_presumption())],
        "ID-5" | "CH-1" | "FN-2" => vec![("isian", t.work_fields())],
        "LE-2" | "FA-2" | "RP-1" | "SO-3" | "CH-2" | "XR-1" => vec![("rujuk", t.refer())],
        "RP-4" | "XR-3" => vec![("serah", t.hand_over())],
        "WI-2" => vec![("sandi", t.work_shield())],
        "RE-3" | "RE-4" => vec![("penutupan", t.work_close())],
        _ => Vec::new(),
    };
    if !known.consents.is_empty() || known.id == "ID-2" {
        parts.push(("persetujuan", t.manage_consents()));
    }
    parts.into_iter().map(|(path, word)| Link::new(format!("/kasus/{case}/{path}"), word)).collect()
}

fn fields(here: &Here, (handbook, known): (&Handbook, &Step), state: &StepState, staff: &[OfficerCard]) -> Vec<Field> {
    let record = |name: &String| {
        let form = handbook.field(name)?;
        let value = state.values.get(name).map_or("", |value| value.expose().as_str());
        Some(field(here, name, form, value, staff))
    };
    known.records.iter().filter_map(record).collect()
}

/// A field of a form of the handbook, filled in.
pub fn field(here: &Here, name: &str, form: &FormField, value: &str, staff: &[OfficerCard]) -> Field {
    let (t, lang, zone) = (here.t.words(), here.t.lang(), here.web.desk.me.place.zone());
    let label = form.label.get(lang);
    let first = || Choice::new("", t.pick_one());
    let made = match form.kind {
        FieldKind::Text => Field::long(name, label).value(value),
        FieldKind::Choice => {
            let choices = form.choices.iter().map(|choice| Choice::new(&choice.value, choice.label.get(lang)));
            Field::radios(name, label, choices.collect()).value(value)
        }
        FieldKind::YesNo => Field::radios(name, label, vec![Choice::new("yes", t.yes()), Choice::new("no", t.no())])
            .across()
            .value(value),
        FieldKind::Date => Field::new(name, label, Kind::Date).value(value),
        FieldKind::Time => {
            let local = base::Timestamp::parse(value).map(|at| when::local_value(at, zone)).unwrap_or_default();
            Field::new(name, label, Kind::Moment).value(&local)
        }
        FieldKind::Number => Field::line(name, label).value(value),
        FieldKind::Place => Field::select(name, label, regencies(t.pick_one(), Some(value))),
        FieldKind::Officer => {
            let known = serving(staff).map(|card| words_of::officer(t, card));
            Field::select(name, label, std::iter::once(first()).chain(known).collect()).value(value)
        }
    };
    if form.required { made } else { made.optional(t) }
}

fn recorded(here: &Here, handbook: &Handbook, state: &StepState, staff: &[OfficerCard]) -> Vec<Fact> {
    let line = |(name, value): (&String, &Redacted<String>)| match handbook.field(name) {
        Some(form) => Fact::new(form.label.get(here.t.lang()), in_words(here, form, value.expose(), staff)),
        None => Fact::new(name, value.expose()),
    };
    state.values.iter().map(line).collect()
}

/// A value of a form as people read it: the words of a choice, a day, a place, a name.
fn in_words(here: &Here, form: &FormField, value: &str, staff: &[OfficerCard]) -> String {
    let (t, lang) = (here.t.words(), here.t.lang());
    let known = match form.kind {
        FieldKind::Choice => {
            form.choices.iter().find(|choice| choice.value == value).map(|c| c.label.get(lang).to_owned())
        }
        FieldKind::YesNo => Some((if value == "yes" { t.yes() } else { t.no() }).to_owned()),
        FieldKind::Date => when::from_local(value, here.web.desk.me.place.zone()).map(|at| here.day(at)),
        FieldKind::Time => base::Timestamp::parse(value).map(|at| here.moment(at)),
        FieldKind::Place => Some(words_of::place(value)),
        FieldKind::Officer => {
            staff.iter().find(|card| card.id.to_string() == value).map(|card| card.name.expose().clone())
        }
        FieldKind::Text | FieldKind::Number => None,
    };
    known.unwrap_or_else(|| value.to_owned())
}

/// The values of a step form as the handbook stores them: local times become moments, empty ones are left out.
fn values(here: &Here, (handbook, known): (&Handbook, &Step), form: &Open) -> BTreeMap<String, Redacted<String>> {
    let zone = here.web.desk.me.place.zone();
    let read = |name: &String| {
        let typed = form.get(name).to_owned();
        let is_time = handbook.field(name).is_some_and(|field| field.kind == FieldKind::Time);
        let value = match when::from_local(&typed, zone) {
            Some(at) if is_time => at.to_string(),
            _ => typed,
        };
        (name.clone(), Redacted::new(value))
    };
    known.records.iter().map(read).filter(|(_, value)| !value.expose().is_empty()).collect()
}

/// `POST /kasus/{id}/langkah/{s}/selesai`: first all answers in words, then, confirmed, the record. Where nothing is asked
/// there is nothing to look at. A page that is older than the case goes on to the clash.
pub async fn finish(here: Here, Path((case, step)): Path<(String, String)>, form: Posted) -> Answer {
    let (case, step): (CaseId, StepRef) = (id(&case)?, parse(&step)?);
    if !form.hidden("_ubah").is_empty() {
        let (typed, to) = (form.fields.clone(), form.hidden("_ubah").to_owned());
        return shown(&here, (case, step), Came { typed, to, problem: None }).await;
    }
    let (mut view, stored) = crate::doors::case(&here, case, Deed::WorkCase).await?;
    let handbook = here.web.desk.handbook_of(&stored);
    let known = handbook.step(&step.0).ok_or(Error::NotFound)?;
    let values = values(&here, (handbook, known), &form);
    let change = FinishStep { step: step.clone(), values };
    let is_newest = form.version().is_none_or(|version| version == stored.version);
    if form.hidden("_sah").is_empty() && is_newest && !known.records.is_empty() {
        let staff = officers(&mut view).await?;
        drop(view);
        return match here.web.desk.would(here.staff.id, &stored, &change) {
            Ok(()) => checked(&here, (case, &stored), (handbook, known), (&form, &change, &staff)),
            Err(problem) => back(&here, (case, step), &form, problem.into()).await,
        };
    }
    drop(view);
    record(&here, (case, step), &form, change).await
}

async fn record(here: &Here, (case, step): (CaseId, StepRef), form: &Posted, change: FinishStep) -> Answer {
    let values = change.values.clone();
    match here.run(form, &OnCase { case, version: form.version(), change }).await {
        Ok(_) => Ok(see(&format!("/kasus/{case}"))),
        Err(Error::Clash { .. }) => clash(here, (case, &step), (form, &values)).await,
        Err(error) => back(here, (case, step), form, error).await,
    }
}

/// A form that cannot be taken as it is comes back with what was typed.
async fn back(here: &Here, at: (CaseId, StepRef), form: &Posted, error: Error) -> Answer {
    match comes_back(&error) {
        Some(problem) => shown(here, at, Came::back(problem, form)).await,
        None => Err(error.into()),
    }
}

/// The answers in words, each with its way back, before anything is recorded.
fn checked(
    here: &Here,
    (case, stored): (CaseId, &Stored<CaseStream>),
    (handbook, known): (&Handbook, &Step),
    (form, change, staff): (&Posted, &FinishStep, &[OfficerCard]),
) -> Answer {
    let lang = here.t.lang();
    let answer = |name: &String| {
        let known = handbook.field(name)?;
        let value = change.values.get(name).map(|value| in_words(here, known, value.expose(), staff));
        let label = known.label.get(lang).to_owned();
        let value = value.unwrap_or_else(|| here.t.not_filled().to_owned());
        Some(Checked { label, value, field: name.clone() })
    };
    let code = href("", &change.step).rsplit('/').next().unwrap_or_default().to_owned();
    page(&StepCheck {
        case: head(here, case, stored),
        name: known.name.get(lang).to_owned(),
        answers: known.records.iter().filter_map(answer).collect(),
        kept: form.fields.iter().map(|(name, value)| Field::kept(name, value)).collect(),
        code,
        t: here.t.clone(),
    })
}

/// Somebody changed the case since the form was made: both texts, field by field; nothing is changed or lost, and both
/// writers find it among their tasks.
async fn clash(
    here: &Here,
    (case, step): (CaseId, &StepRef),
    (form, typed): (&Posted, &BTreeMap<String, Redacted<String>>),
) -> Answer {
    let (view, stored) = crate::doors::case(here, case, Deed::WorkCase).await?;
    drop(view);
    let state = stored.steps.get(step).ok_or(Error::NotFound)?;
    let stands = state.values.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    crate::guard::as_clash(here, form, stands).await?;
    let lang = here.t.lang();
    let line = |(name, value): (&String, &Redacted<String>)| ClashField {
        name: here.web.desk.handbooks.field(name).map_or(name.clone(), |form| form.label.get(lang).to_owned()),
        stands: state.values.get(name).map(|value| value.expose().clone()).unwrap_or_default(),
        stands_by: here.moment(stored.timeline.last().map_or(stored.opened_at, |line| line.at)),
        came: value.expose().clone(),
        came_by: here.moment(here.web.now()),
    };
    let page = Clash {
        about: format!("{} {step}", stored.shown_to(here.staff.id)),
        back: href(&case.to_string(), step),
        fields: typed.iter().map(line).collect(),
        t: here.t.clone(),
    };
    page_with(Some(&Problem::new("desk.clash")), &page)
}

async fn mark(here: Here, (case, step): (String, String), form: Posted, word: Result<StepWord, Problem>) -> Answer {
    let (case, step): (CaseId, StepRef) = (id(&case)?, parse(&step)?);
    let word = match word {
        Ok(word) => word,
        Err(problem) => return shown(&here, (case, step), Came::back(problem, &form)).await,
    };
    let act = OnCase { case, version: form.version(), change: MarkStep { step: step.clone(), word } };
    match here.run(&form, &act).await {
        Ok(_) => Ok(see(&href(&case.to_string(), &step))),
        Err(error) => back(&here, (case, step), &form, error).await,
    }
}

/// `POST /kasus/{id}/langkah/{s}/jawaban`: declined by the person, or not applicable with a reason.
pub async fn otherwise(here: Here, Path(at): Path<(String, String)>, form: Posted) -> Answer {
    let word = match form.get("hasil") {
        "ditolak-orangnya" => Ok(StepWord::Declined),
        _ => form.need("alasan").map(|reason| StepWord::NotApplicable(Redacted::new(reason.to_owned()))),
    };
    mark(here, at, form, word).await
}

/// `POST /kasus/{id}/langkah/{s}/dasar`: done without consent, on which basis of the law.
pub async fn without_consent(here: Here, Path(at): Path<(String, String)>, form: Posted) -> Answer {
    let basis = LegalBasis::parse(form.get("dasar")).ok_or(Problem::at("web.field-missing", "dasar"));
    let text = |name: &'static str| form.need(name).map(|text| Redacted::new(text.to_owned()));
    let word = || Ok(StepWord::WithoutConsent { basis: basis?, article: text("pasal")?, reason: text("sebab")? });
    let word = word();
    mark(here, at, form, word).await
}

/// `POST /kasus/{id}/langkah/{s}/ambil`
pub async fn take(here: Here, Path(at): Path<(String, String)>, form: Posted) -> Answer {
    mark(here, at, form, Ok(StepWord::Take)).await
}

/// `POST /kasus/{id}/langkah/{s}/jeda`
pub async fn pause(here: Here, Path(at): Path<(String, String)>, form: Posted) -> Answer {
    mark(here, at, form, Ok(StepWord::AwaitPerson)).await
}

/// `POST /kasus/{id}/langkah/{s}/lanjut`
pub async fn resume(here: Here, Path(at): Path<(String, String)>, form: Posted) -> Answer {
    mark(here, at, form, Ok(StepWord::Resume)).await
}
