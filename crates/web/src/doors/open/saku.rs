//! The pocketbook without script: every page complete, nothing kept but a report that is sent.

use crate::directory::contacts;
use crate::doors::intake::{intake_key, reference};
use crate::guard::{Answer, Open, Visit, page, page_with};
use crate::look::Asset;
use crate::state::WebState;
use crate::view::saku::{Because, Outbox, Outcome, Questions, ReportForm, ReportSent, SakuStart, Screen};
use crate::view::{Choice, Faults, Field, Frame, Link, Tag};
use axum::extract::{RawQuery, State};
use base::{Place, Problem};
use desk::cases::reports::ReportJson;
use desk::intake::Taken;
use pocketbook::{Answers, Pack, Question, Stage, screen as evaluate};
use std::collections::BTreeMap;

fn offline() -> bool {
    Asset::named("saku.js").is_some()
}

/// `GET /saku`
pub async fn start(State(web): State<WebState>, Visit(t): Visit) -> Answer {
    page(&SakuStart { t, pack: web.desk.screening.version().to_owned(), offline: offline() })
}

/// `GET /saku/kotak`
pub async fn outbox(Visit(t): Visit) -> Answer {
    page(&Outbox { t, offline: offline() })
}

/// `GET /saku/periksa`, `?bentuk=panjang` for all questions.
pub async fn form(State(web): State<WebState>, Visit(t): Visit, RawQuery(query): RawQuery) -> Answer {
    let short = query.as_deref() != Some("bentuk=panjang");
    page(&screen_page(t, &web.desk.screening, short, Faults::default(), &[]))
}

fn screen_page(t: Frame, pack: &Pack, short: bool, faults: Faults, typed: &[(String, String)]) -> Screen {
    let other = if short {
        Link::new(t.href("/saku/periksa?bentuk=panjang"), t.screen_full())
    } else {
        Link::new(t.href("/saku/periksa"), t.screen_short())
    };
    let groups = groups(&t, pack, short, typed);
    let stage = stage_field(&t).typed(typed);
    Screen { faults, short, other_form: other, pack: pack.version().to_owned(), stage, groups, t }
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

/// The questions of a form, by section of the pack.
pub fn groups(t: &Frame, pack: &Pack, short: bool, typed: &[(String, String)]) -> Vec<Questions> {
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
    Field::radios(&question.id, question.text.get(t.lang()), choices).across()
}

/// `POST /saku/hasil`: evaluated and forgotten.
pub async fn result(State(web): State<WebState>, Visit(t): Visit, form: Open) -> Answer {
    let pack = &web.desk.screening;
    let short = form.get("bentuk") != "panjang";
    let Some(stage) = Stage::parse(form.get("stage")) else {
        let problem = Problem::new("web.stage-missing");
        let faults = Faults::of(t.words(), &problem, Some("stage"));
        return page_with(Some(&problem), &screen_page(t, pack, short, faults, &form.fields));
    };
    let given = answers_of(pack, stage, |id| form.get(id).to_owned());
    let mut answers = Answers::default();
    for (id, value) in &given {
        answers.set(pack, id, value)?;
    }
    let screening = evaluate(pack, stage, &answers)?;
    let lang = t.lang();
    let raised = screening.triage(pack, &answers);
    let (urgent, next): (Vec<_>, Vec<_>) =
        screening.next(pack, &answers).into_iter().partition(|step| raised.contains(&step.step.as_str()));
    let because = screening.because(pack, &answers).into_iter().map(|because| Because {
        text: because.text.get(lang).to_owned(),
        questions: because.questions.iter().map(|id| (*id).to_owned()).collect(),
    });
    let text = pack.outcome(screening.outcome).map(|text| format!("{}. {}", text.title.get(lang), text.text.get(lang)));
    let mut carried: Vec<(String, String)> = given.into_iter().collect();
    carried.push(("stage".to_owned(), stage.word().to_owned()));
    page(&Outcome {
        urgent: urgent.iter().map(|step| step.text.get(lang).to_owned()).collect(),
        urgency: Tag::urgency(t.words(), screening.urgency.word()),
        meaning: text.unwrap_or_default(),
        next: next.iter().map(|step| step.text.get(lang).to_owned()).collect(),
        because: because.collect(),
        contacts: contacts(lang),
        answers: carried,
        pack: pack.version().to_owned(),
        t,
    })
}

/// The answers that were given to questions of a stage. Without script the document asks about work in every stage;
/// before work has begun those answers have no meaning and are left out.
pub fn answers_of(pack: &Pack, stage: Stage, get: impl Fn(&str) -> String) -> BTreeMap<String, String> {
    let asked = pack.asked(stage, false).map(|question| (question.id.clone(), get(&question.id)));
    asked.filter(|(_, value)| !value.is_empty()).collect()
}

/// `GET /saku/lapor`
pub async fn report_form(State(web): State<WebState>, Visit(t): Visit) -> Answer {
    page(&report_page(&web, t, (Faults::default(), &[], Vec::new())).await)
}

/// `POST /saku/lapor/isi`: a report that begins with the answers of a screening.
pub async fn report_with_answers(State(web): State<WebState>, Visit(t): Visit, form: Open) -> Answer {
    let known = form.fields.iter().filter(|(id, _)| id == "stage" || question(&web, id));
    let carried: Vec<(String, String)> = known.cloned().collect();
    page(&report_page(&web, t, (Faults::default(), &[], carried)).await)
}

fn question(web: &WebState, id: &str) -> bool {
    web.desk.screening.questions().iter().any(|question| question.id == id)
}

type Filled<'a> = (Faults, &'a [(String, String)], Vec<(String, String)>);

async fn report_page(web: &WebState, t: Frame, (faults, typed, answers): Filled<'_>) -> ReportForm {
    let consent =
        [("agreed", t.consent_agreed()), ("refused", t.consent_refused()), ("not_asked", t.consent_not_asked())];
    let fields = vec![
        Field::long("teks", t.report_text()).help(t.report_text_help()),
        Field::select("tempat", t.report_place(), places(&t, &web.desk.me.place)),
        Field::radios("persetujuan", t.report_consent(), consent.map(|(v, word)| Choice::new(v, word)).into()),
        Field::line("kontak", t.report_contact()).help(t.report_contact_help()).optional(t.words()),
    ];
    let fields = fields.into_iter().map(|field| field.typed(typed)).collect();
    ReportForm { faults, fields, answers, emergency: contacts(t.lang()), intake_key: intake_key(web).await, t }
}

/// The regencies of this province and the other provinces: enough for a reader on a slow link.
pub fn places(t: &Frame, here: &Place) -> Vec<Choice> {
    let near = base::places::REGENCIES.iter().filter(|r| r.code.starts_with(here.province()));
    let near = near.map(|regency| Choice::new(&regency.code, &regency.name).on(regency.code == here.code()));
    let far = base::places::PROVINCES.iter().filter(|(code, _)| code != here.province());
    let far = far.map(|(code, name)| Choice::new(code, name));
    std::iter::once(Choice::new("", t.report_place_unknown())).chain(near).chain(far).collect()
}

/// `POST /saku/lapor`: sealed on arrival; what was typed is never on disk in clear (WEB.md 7).
pub async fn report(State(web): State<WebState>, Visit(t): Visit, form: Open) -> Answer {
    let key = form.key()?;
    let prefixed = |id: &str| form.get(&format!("j.{id}")).to_owned();
    let stage = Stage::parse(&prefixed("stage"));
    let answers = stage.map(|stage| answers_of(&web.desk.screening, stage, prefixed)).filter(|all| !all.is_empty());
    if form.get("teks").is_empty() && answers.is_none() {
        let problem = Problem::at("web.field-missing", "teks");
        let faults = Faults::of(t.words(), &problem, Some("teks"));
        return page_with(Some(&problem), &report_page(&web, t, (faults, &form.fields, Vec::new())).await);
    }
    let urgent = answers
        .as_ref()
        .is_some_and(|all| ["S1", "S2", "S3"].iter().any(|id| all.get(*id).is_some_and(|v| v == "yes")));
    let json = report_json(&web, &form, stage, answers);
    let recorded = !matches!(web.desk.report_in_clear(&key, json).await?, Taken::Waiting);
    let reference = reference(&seal::report_id(&key).bytes());
    let contacts = contacts(t.lang());
    page(&ReportSent { t, reference, recorded, urgent, contacts })
}

fn report_json(
    web: &WebState,
    form: &Open,
    stage: Option<Stage>,
    answers: Option<BTreeMap<String, String>>,
) -> ReportJson {
    let consent = match form.get("persetujuan") {
        "agreed" => BTreeMap::from([("C2".to_owned(), true)]),
        "refused" => BTreeMap::from([("C2".to_owned(), false)]),
        _ => BTreeMap::new(),
    };
    let contact = Some(form.get("kontak")).filter(|way| !way.is_empty());
    let pack = if answers.is_some() { web.desk.screening.version() } else { "" };
    ReportJson {
        report: 1,
        pack: pack.to_owned(),
        stage: stage.filter(|_| answers.is_some()).map(|stage| stage.word().to_owned()),
        answers,
        place: Some(form.get("tempat").to_owned()).filter(|place| !place.is_empty()),
        consent,
        text: form.get("teks").to_owned(),
        contact: contact.map(|way| ("safe_way".to_owned(), way.to_owned())).into_iter().collect(),
        files: Vec::new(),
    }
}
