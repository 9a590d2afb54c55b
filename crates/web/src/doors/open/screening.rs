//! The screening without script: one form, one post, nothing kept. The rules of screening.md 4 that a page can hold are
//! held here and, one question at a time, in `islands/src/periksa.ts`.

use crate::directory::contacts;
use crate::doors::guide::near;
use crate::doors::intake::intake_key;
use crate::guard::{Answer, Open, Visit, page, page_with, see};
use crate::state::WebState;
use crate::view::saku::{Because, Outcome, Questions, Screen};
use crate::view::{Choice, Faults, Field, Frame, Link, Tag};
use axum::extract::{RawQuery, State};
use base::Problem;
use pocketbook::{Answers, Pack, Question, Screening, Stage, screen as evaluate};
use std::collections::BTreeMap;

/// Who may be part of what happened to her interprets nothing.
const BARRED: [&str; 3] = ["relative", "employer", "traveller"];
/// Questions that touch sexual violence.
const PAINFUL: [&str; 3] = ["C1", "E6", "K4"];
/// The field that asks who interprets.
const INTERPRETER: &str = "juru";
/// Consent to the interview.
const INTERVIEW: &str = "setuju.C1";

type Typed = [(String, String)];

/// `GET /saku/periksa`, `?bentuk=panjang` for all questions.
pub async fn form(State(web): State<WebState>, Visit(t): Visit, RawQuery(query): RawQuery) -> Answer {
    let short = query.as_deref() != Some("bentuk=panjang");
    page(&keyed(&web, screen_page(t, &web.desk.screening, short, Faults::default(), &[])).await)
}

async fn keyed(web: &WebState, screen: Screen) -> Screen {
    Screen { intake_key: intake_key(web).await, ..screen }
}

/// `POST /saku/periksa`: the full form after the short one; what was answered is shown and not asked again.
pub async fn go_on(State(web): State<WebState>, Visit(t): Visit, form: Open) -> Answer {
    page(&keyed(&web, go_on_page(t, &web.desk.screening, &form.fields)).await)
}

fn go_on_page(t: Frame, pack: &Pack, given: &Typed) -> Screen {
    let mut screen = screen_page(t, pack, false, Faults::default(), given);
    let told = |name: &str| given.iter().any(|(known, value)| known == name && !value.is_empty());
    for group in &mut screen.groups {
        let (known, open): (Vec<Field>, Vec<Field>) =
            std::mem::take(&mut group.fields).into_iter().partition(|field| told(field.name()));
        screen.told.extend(known.iter().filter_map(Field::fact));
        group.fields = open;
    }
    screen.groups.retain(|group| !group.fields.is_empty());
    screen.first.retain(|field| !told(field.name()));
    screen.carried = given.iter().filter(|(name, value)| !value.is_empty() && carried(pack, name)).cloned().collect();
    screen
}

/// What goes from one page of a screening to the next.
pub fn carried(pack: &Pack, name: &str) -> bool {
    name == "stage" || name == INTERPRETER || name == INTERVIEW || pack.questions().iter().any(|q| q.id == name)
}

fn screen_page(t: Frame, pack: &Pack, short: bool, faults: Faults, typed: &Typed) -> Screen {
    let other = if short {
        Link::new(t.href("/saku/periksa?bentuk=panjang"), t.screen_full())
    } else {
        Link::new(t.href("/saku/periksa"), t.screen_short())
    };
    let first = [stage_field(&t), interpreter_field(&t), interview_field(&t)];
    Screen {
        faults,
        short,
        other_form: other,
        pack: pack.version().to_owned(),
        told: Vec::new(),
        carried: Vec::new(),
        first: first.map(|field| field.typed(typed)).into(),
        groups: groups(&t, pack, short, typed),
        intake_key: None,
        t,
    }
}

/// The stages as a question.
pub fn stage_field(t: &Frame) -> Field {
    let stages = [
        ("pre_departure", t.stage_pre_departure()),
        ("transit", t.stage_transit()),
        ("at_destination", t.stage_at_destination()),
        ("returned", t.stage_returned()),
    ];
    Field::radios("stage", t.stage(), stages.map(|(value, word)| Choice::new(value, word)).into())
}

fn interpreter_field(t: &Frame) -> Field {
    let who = [
        ("none", t.interpreter_none()),
        ("vetted", t.interpreter_vetted()),
        ("phone", t.interpreter_phone()),
        ("relative", t.interpreter_relative()),
        ("employer", t.interpreter_employer()),
        ("traveller", t.interpreter_traveller()),
    ];
    let choices = who.map(|(value, word)| Choice::new(value, word)).into();
    Field::radios(INTERPRETER, t.interpreter(), choices).help(t.interpreter_help())
}

fn interview_field(t: &Frame) -> Field {
    let answers = [("agreed", t.interview_agreed()), ("refused", t.interview_refused())];
    let choices = answers.map(|(value, word)| Choice::new(value, word)).into();
    Field::radios(INTERVIEW, t.interview(), choices).help(t.interview_help())
}

/// The questions of a form, by section of the pack.
pub fn groups(t: &Frame, pack: &Pack, short: bool, typed: &Typed) -> Vec<Questions> {
    let asked = |section: usize| -> Vec<Field> {
        let questions = pack.questions().iter().filter(|q| q.section == section && (q.short_form || !short));
        questions.map(|question| question_field(t, question).typed(typed)).collect()
    };
    let sections = pack.sections().iter().enumerate().map(|(number, section)| Questions {
        heading: section.title.get(t.lang()).to_owned(),
        why: section.why.get(t.lang()).to_owned(),
        fields: asked(number),
    });
    sections.filter(|group| !group.fields.is_empty()).collect()
}

fn question_field(t: &Frame, question: &Question) -> Field {
    let answers = if question.age {
        vec![("adult", t.age_adult()), ("child", t.age_child()), ("unsure", t.age_unsure())]
    } else {
        vec![("yes", t.yes()), ("no", t.no()), ("unknown", t.not_known()), ("refused", t.rather_not())]
    };
    let choices = answers.into_iter().map(|(value, word)| Choice::new(value, word)).collect();
    let field = Field::radios(&question.id, question.text.get(t.lang()), choices).across();
    // Yes or no is all that is asked about violence and sexual use (screening.md 4, rule 8).
    if PAINFUL.contains(&question.id.as_str()) { field.help(t.no_detail()) } else { field }
}

/// `POST /saku/hasil`: evaluated and forgotten. Somebody is watching: the telephone list, and nothing of before.
pub async fn result(State(web): State<WebState>, Visit(t): Visit, form: Open) -> Answer {
    let pack = &web.desk.screening;
    if pack.questions().iter().any(|q| q.triage.as_deref() == Some("STOP_AND_MOVE") && form.get(&q.id) == "yes") {
        return Ok(see(&t.href("/saku/kontak")));
    }
    let short = form.get("bentuk") != "panjang";
    let (stage, given) = match told(pack, &form) {
        Ok(told) => told,
        Err(problem) => {
            let faults = Faults::of(t.words(), &problem, problem.at.as_deref());
            let screen = keyed(&web, screen_page(t, pack, short, faults, &form.fields)).await;
            return page_with(Some(&problem), &screen);
        }
    };
    let mut answers = Answers::default();
    for (id, value) in &given {
        answers.set(pack, id, value)?;
    }
    let screening = evaluate(pack, stage, &answers)?;
    let mut outcome = outcome(&web, t, &screening, &answers);
    outcome.more = short;
    outcome.answers = given.into_iter().chain(also(&form)).collect();
    page(&outcome)
}

/// What goes along with the answers: stage, who interprets, consent to the interview.
fn also(form: &Open) -> impl Iterator<Item = (String, String)> {
    let names = ["stage", INTERPRETER, INTERVIEW].into_iter().map(|name| (name.to_owned(), form.get(name).to_owned()));
    names.filter(|(_, value)| !value.is_empty())
}

/// Stage and answers, if the rules of the interview were kept: no barred interpreter, consent before questions that go
/// beyond safety. Who refused is asked nothing more, and what came after the refusal does not count.
fn told(pack: &Pack, form: &Open) -> Result<(Stage, BTreeMap<String, String>), Problem> {
    let stage = Stage::parse(form.get("stage")).ok_or(Problem::at("web.stage-missing", "stage"))?;
    if BARRED.contains(&form.get(INTERPRETER)) {
        return Err(Problem::at("web.interpreter-barred", INTERPRETER));
    }
    let mut given = answers_of(pack, stage, |id| form.get(id).to_owned());
    let safety = |id: &String| pack.questions().iter().any(|q| q.id == *id && q.triage.is_some());
    if form.get(INTERVIEW) == "refused" {
        given.retain(|id, _| safety(id));
    }
    if !given.keys().all(safety) {
        form.need(INTERPRETER)?;
        form.need(INTERVIEW)?;
    }
    Ok((stage, given))
}

fn outcome(web: &WebState, t: Frame, screening: &Screening, answers: &Answers) -> Outcome {
    let (pack, guide, place, lang) = (&web.desk.screening, &web.desk.guide, &web.desk.me.place, t.lang());
    let raised = screening.triage(pack, answers);
    let (urgent, next): (Vec<_>, Vec<_>) =
        screening.next(pack, answers).into_iter().partition(|step| raised.contains(&step.step.as_str()));
    let because = screening.because(pack, answers).into_iter().map(|because| Because {
        text: because.text.get(lang).to_owned(),
        questions: because.questions.iter().map(|id| (*id).to_owned()).collect(),
    });
    let text = pack.outcome(screening.outcome).map(|text| format!("{}. {}", text.title.get(lang), text.text.get(lang)));
    Outcome {
        urgent: urgent.iter().map(|step| step.text.get(lang).to_owned()).collect(),
        urgency: Tag::urgency(t.words(), screening.urgency.word()),
        meaning: text.unwrap_or_default(),
        next: next.iter().map(|step| step.text.get(lang).to_owned()).collect(),
        because: because.collect(),
        contacts: contacts(lang),
        here: place.name().to_owned(),
        near: near(&t, guide, place, web.now()),
        demo: guide.directory.demo,
        answers: Vec::new(),
        more: false,
        pack: pack.version().to_owned(),
        t,
    }
}

/// The answers that were given to questions of a stage. Without script the document asks about work in every stage;
/// before work has begun those answers have no meaning and are left out.
pub fn answers_of(pack: &Pack, stage: Stage, get: impl Fn(&str) -> String) -> BTreeMap<String, String> {
    let asked = pack.asked(stage, false).map(|question| (question.id.clone(), get(&question.id)));
    asked.filter(|(_, value)| !value.is_empty()).collect()
}
