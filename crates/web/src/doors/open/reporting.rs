//! A report from the pocketbook without script: sealed on arrival, answered with its number. With script the same form is
//! sealed on the phone (`islands/src/lapor.ts`).

use crate::directory::contacts;
use crate::doors::intake::intake_key;
use crate::doors::screening::{answers_of, carried};
use crate::guard::{Answer, Open, Visit, page, page_with};
use crate::state::WebState;
use crate::view::saku::{ReportForm, ReportSent};
use crate::view::slip::{OpenSlip, Slip};
use crate::view::{Choice, Faults, Field, Frame, Kind};
use axum::extract::{Path, State};
use base::{Place, Problem, from_hex};
use desk::cases::reports::ReportJson;
use desk::intake::Taken;
use pocketbook::Stage;
use std::collections::BTreeMap;

/// Consents that a report can name; the interview's comes with the answers.
const CONSENTS: [&str; 4] = ["C1", "C2", "C3", "C8"];

type Typed = [(String, String)];

/// `GET /saku/lapor`
pub async fn form(State(web): State<WebState>, Visit(t): Visit) -> Answer {
    page(&report_page(&web, t, Faults::default(), &[], Vec::new()).await)
}

/// `POST /saku/lapor/isi`: a report that begins with the answers of a screening.
pub async fn with_answers(State(web): State<WebState>, Visit(t): Visit, form: Open) -> Answer {
    let known = form.fields.iter().filter(|(name, _)| carried(&web.desk.screening, name));
    let answers = known.cloned().collect();
    page(&report_page(&web, t, Faults::default(), &[], answers).await)
}

async fn report_page(
    web: &WebState,
    t: Frame,
    faults: Faults,
    typed: &Typed,
    answers: Vec<(String, String)>,
) -> ReportForm {
    let fill = |fields: Vec<Field>| fields.into_iter().map(|field| field.typed(typed)).collect();
    let uses =
        [("C2", t.report_consent_keep()), ("C3", t.report_consent_police()), ("C8", t.report_consent_statistics())];
    ReportForm {
        faults,
        story: fill(vec![
            Field::long("teks", t.report_text()).help(t.report_text_help()),
            Field::select("tempat", t.report_place(), places(&t, &web.desk.me.place)),
        ]),
        photo: Field::new("foto", t.report_photo(), Kind::File("image/*"))
            .help(t.report_photo_help())
            .optional(t.words()),
        consents: fill(uses.map(|(code, word)| consent_field(&t, code, word)).into()),
        rest: fill(vec![
            Field::line("kontak", t.report_contact()).help(t.report_contact_help()).optional(t.words()),
            Field::long("pendapat", t.report_opinion()).help(t.report_opinion_help()).optional(t.words()),
        ]),
        answers,
        emergency: contacts(t.lang()),
        intake_key: intake_key(web).await,
        t,
    }
}

fn consent_field(t: &Frame, code: &str, word: &str) -> Field {
    let answers =
        [("agreed", t.consent_agreed()), ("refused", t.consent_refused()), ("not_asked", t.consent_not_asked())];
    let choices = answers.map(|(value, word)| Choice::new(value, word)).into();
    Field::radios(format!("setuju.{code}"), word, choices).across()
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
pub async fn send(State(web): State<WebState>, Visit(t): Visit, form: Open) -> Answer {
    let key = form.key()?;
    let prefixed = |id: &str| form.get(&format!("j.{id}")).to_owned();
    let stage = Stage::parse(&prefixed("stage"));
    let answers = stage.map(|stage| answers_of(&web.desk.screening, stage, prefixed)).filter(|all| !all.is_empty());
    if form.get("teks").is_empty() && answers.is_none() {
        let problem = Problem::at("web.field-missing", "teks");
        let faults = Faults::of(t.words(), &problem, Some("teks"));
        return page_with(Some(&problem), &report_page(&web, t, faults, &form.fields, Vec::new()).await);
    }
    let urgent = answers
        .as_ref()
        .is_some_and(|all| ["S1", "S2", "S3"].iter().any(|id| all.get(*id).is_some_and(|v| v == "yes")));
    let json = report_json(&web, &form, stage, answers);
    let recorded = !matches!(web.desk.report_in_clear(&key, json).await?, Taken::Waiting);
    let slip = Slip::of(&t, &web.set.duty_phone, seal::report_id(&key).bytes());
    let contacts = contacts(t.lang());
    page(&ReportSent { t, slip, recorded, urgent, contacts })
}

/// `GET /saku/slip/{rid}`: the slip of a report to print, made from its id alone; whether there is one is not looked up.
pub async fn slip(State(web): State<WebState>, Visit(t): Visit, Path(rid): Path<String>) -> Answer {
    let rid = from_hex(&rid).and_then(|bytes| <[u8; 16]>::try_from(bytes).ok());
    let slip = Slip::of(&t, &web.set.duty_phone, rid.ok_or(Problem::new("web.not-found"))?);
    page(&OpenSlip { t, slip })
}

fn report_json(
    web: &WebState,
    form: &Open,
    stage: Option<Stage>,
    answers: Option<BTreeMap<String, String>>,
) -> ReportJson {
    let filled = |name: &str| Some(form.get(name).to_owned()).filter(|value| !value.is_empty());
    let pack = if answers.is_some() { web.desk.screening.version() } else { "" };
    ReportJson {
        report: 1,
        pack: pack.to_owned(),
        stage: stage.filter(|_| answers.is_some()).map(|stage| stage.word().to_owned()),
        answers,
        place: filled("tempat"),
        consent: consents(form),
        text: form.get("teks").to_owned(),
        contact: filled("kontak").map(|way| ("safe_way".to_owned(), way)).into_iter().collect(),
        files: Vec::new(),
        opinion: filled("pendapat"),
        danger: false,
    }
}

/// What was said about each use; what was not asked is absent.
fn consents(form: &Open) -> BTreeMap<String, bool> {
    let said = |code: &str| {
        let fields = [format!("setuju.{code}"), format!("j.setuju.{code}")];
        match fields.iter().map(|name| form.get(name)).find(|value| !value.is_empty()) {
            Some("agreed") => Some((code.to_owned(), true)),
            Some("refused") => Some((code.to_owned(), false)),
            _ => None,
        }
    };
    CONSENTS.into_iter().filter_map(said).collect()
}
