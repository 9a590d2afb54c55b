//! A report without a name: six questions in one document, a look at the answers, a code (WEB.md 7). All works without script;
//! what is typed is sealed in memory before it touches the disk.

use super::crowd::address;
use super::intake::intake_key;
use super::reporting::places;
use super::saku::file;
use crate::directory::contacts;
use crate::guard::{Answer, Brought, Fail, Open, Visit, page, page_with, see};
use crate::look::Asset;
use crate::state::WebState;
use crate::text::Words;
use crate::view::anonymous::{Checked, Questions, Shown};
use crate::view::{Choice, Fact, Faults, Field, Frame};
use crate::when;
use crate::words_of;
use axum::extract::State;
use axum::http::Extensions;
use base::{Lang, Place, Problem, Timestamp, from_hex, hex, limits};
use casework::report::{Door, FileKind};
use desk::boxes::Post;
use desk::cases::reports::ReportJson;
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// The six questions, as their fields are named.
const QUESTIONS: [&str; 6] = ["bahaya", "apa", "tempat", "kapan", "siapa", "tahu"];
/// Letters of a short and of a long answer. With the largest of each, a report fits its seal.
const SHORT_CHARS_MAX: usize = 200;
const LONG_CHARS_MAX: usize = 4_000;
/// A form is sent no sooner and no later than so many seconds after it was opened (WEB.md 6).
const AGE_SECONDS: std::ops::RangeInclusive<i64> = 3..=86_400;

/// `GET /lapor`
pub async fn form(State(web): State<WebState>, Visit(t): Visit) -> Answer {
    let kunci = hex(&web.bytes::<16>());
    page(&questions(&web, t, (&kunci, &stamp(&web, &kunci)), Faults::default(), &[]).await)
}

/// `GET /lapor/kata.json`: what the sealing part says, and the words in which the office reads the answers.
pub async fn words(Visit(t): Visit) -> Answer {
    let words = serde_json::json!({ "kata": t.words().phone(), "kantor": office_words() });
    Ok(file("application/json", serde_json::to_vec(&words).unwrap_or_default()))
}

/// The questions that stand in the text of a report, with their answers where they are a choice.
fn office_words() -> Vec<(&'static str, &'static str, BTreeMap<String, String>)> {
    let t = Words::of(Lang::Id);
    let said = |choices: Vec<Choice>| choices.into_iter().map(|choice| (choice.value, choice.label)).collect();
    vec![
        ("bahaya", t.anon_danger(), said(danger_choices(t))),
        ("kapan", t.anon_when(), BTreeMap::new()),
        ("siapa", t.anon_who(), BTreeMap::new()),
        ("tahu", t.anon_known(), said(known_choices(t))),
    ]
}

/// `GET /lapor/kode`: a code is shown once, as the answer to a form.
pub async fn again(Visit(t): Visit) -> Answer {
    Ok(see(&t.href("/lapor")))
}

/// `POST /lapor`: the answers, to be looked at; or the questions again, to change one.
pub async fn check(State(web): State<WebState>, Visit(t): Visit, Brought(form): Brought) -> Answer {
    let (kunci, stamp) = (hex(&form.key()?), stamped(&web, &form));
    if !form.hidden("_ubah").is_empty() {
        return page(&questions(&web, t, (&kunci, &stamp), Faults::default(), &form.fields).await);
    }
    match told(&form) {
        Ok(_) => page(&checked(t, (&kunci, &stamp), Faults::default(), &form)),
        Err(problem) => {
            let faults = Faults::of(t.words(), &problem, problem.at.as_deref().or(Some("apa")));
            page_with(Some(&problem), &questions(&web, t, (&kunci, &stamp), faults, &form.fields).await)
        }
    }
}

/// `POST /lapor/kode`: kept sealed, then the code. The same form again shows the same code.
pub async fn send(
    State(web): State<WebState>,
    Visit(t): Visit,
    extensions: Extensions,
    Brought(form): Brought,
) -> Answer {
    let from = address(&extensions);
    match taken(&web, &form, &from).await {
        Ok((code, until)) => page(&shown(&web, t, (&code, until), false)),
        Err(fail) => {
            let problem = fail.problem().cloned().ok_or(fail)?;
            let (kunci, stamp) = (hex(&form.key()?), stamped(&web, &form));
            let at = problem.at.clone().filter(|at| QUESTIONS.contains(&at.as_str()));
            let faults = Faults::of(t.words(), &problem, at.as_deref());
            page_with(Some(&problem), &checked(t, (&kunci, &stamp), faults, &form))
        }
    }
}

/// A report that a phone sealed.
pub(super) struct Sent<'a> {
    /// The form's own key.
    pub kunci: [u8; 16],
    /// When its form was opened, signed.
    pub stamp: &'a str,
    /// Sealed to the intake key.
    pub report: &'a [u8],
}

impl Sent<'_> {
    /// For a form whose time is over.
    pub fn fresh_stamp(&self, web: &WebState) -> String {
        still(web, self.stamp, &hex(&self.kunci))
    }
}

/// `POST /kirim/laporan`, without a name: kept as it came, then the code. The same form again shows the same code.
pub(super) async fn sent(web: &WebState, mut t: Frame, sent: &Sent<'_>, from: &[u8]) -> Answer {
    timely(age(web, sent.stamp, &hex(&sent.kunci)))?;
    if let Err(error) = web.desk.check_report(sent.report).await {
        let problem = error.problem();
        // Sealed to another key, or changed on its way: what helps is the page anew.
        let sealed = problem.code.0 == "report.sealed";
        return Err(if sealed { Problem::new("report.malformed") } else { problem }.into());
    }
    web.reporters.enter(from, web).await?;
    let (code, until) = web.boxes.take_sealed(&sent.kunci, (Door::PublicWindow, sent.report), web.now()).await?;
    web.reporters.note(from, web);
    record(web).await;
    "/lapor".clone_into(&mut t.path);
    page(&shown(web, t, (&code, until), true))
}

fn shown(web: &WebState, t: Frame, (code, until): (&str, Timestamp), on_phone: bool) -> Shown {
    let until = when::day(until, web.desk.me.place.zone(), t.lang());
    Shown { code: code.to_owned(), until, on_phone, emergency: contacts(t.lang()), t }
}

fn timely(age: Option<i64>) -> Result<(), Problem> {
    if age.is_some_and(|age| AGE_SECONDS.contains(&age)) { Ok(()) } else { Err(Problem::new("web.form-age")) }
}

async fn taken(web: &WebState, form: &Open, from: &[u8]) -> Result<(Zeroizing<String>, Timestamp), Fail> {
    let (kunci, report) = (form.key()?, told(form)?);
    timely(age_of(web, form))?;
    let files = files(web, form).await?;
    web.reporters.enter(from, web).await?;
    let post = Post { kunci, door: Door::PublicWindow, danger: form.get("bahaya") == "yes", report, files };
    let done = web.boxes.take(post, web.now()).await?;
    web.reporters.note(from, web);
    record(web).await;
    Ok(done)
}

/// What came is recorded at once on an unlocked node; else, or if that fails, it waits sealed.
pub(crate) async fn record(web: &WebState) {
    if web.desk.store.vault().is_open()
        && let Err(error) = web.desk.open_boxes().await
    {
        tracing::warn!(code = error.problem().code.0, "a box was not opened");
    }
}

/// The files of a form, each by its first bytes: pictures made anew, others emptied of what is written beside their content.
pub(super) async fn files(web: &WebState, form: &Open) -> Result<Vec<Zeroizing<Vec<u8>>>, Problem> {
    let mut kept = Vec::new();
    for bytes in form.files("berkas")? {
        if kept.len() >= limits::REPORT_FILES_MAX {
            return Err(Problem::at("web.files-many", limits::REPORT_FILES_MAX.to_string()));
        }
        let kind = FileKind::of(bytes);
        let _turn = web.pictures.acquire().await.map_err(|_| Problem::new("web.busy"))?;
        let bytes = bytes.clone();
        let clean = tokio::task::spawn_blocking(move || crate::clean::kept(&bytes, kind)).await;
        kept.push(Zeroizing::new(clean.map_err(|_| Problem::new("web.fault"))??));
    }
    Ok(kept)
}

/// The report of a form. Its questions stand in the words of the office.
fn told(form: &Open) -> Result<ReportJson, Problem> {
    let t = Words::of(Lang::Id);
    form.need("apa")?;
    for (name, most) in [("apa", LONG_CHARS_MAX), ("siapa", LONG_CHARS_MAX), ("kapan", SHORT_CHARS_MAX)] {
        if form.get(name).chars().count() > most {
            return Err(Problem::at("web.field-bad", name));
        }
    }
    let place = Some(form.get("tempat")).filter(|place| !place.is_empty());
    if place.is_some_and(|place| Place::parse(place).is_err()) {
        return Err(Problem::at("web.field-bad", "tempat"));
    }
    let mut text = form.get("apa").to_owned();
    for fact in facts(t, form).into_iter().filter(|fact| fact.name != t.anon_what() && fact.name != t.anon_place()) {
        text.extend(["\n\n", &fact.name, " ", &fact.value]);
    }
    Ok(ReportJson {
        report: 1,
        pack: String::new(),
        stage: None,
        answers: None,
        place: place.map(str::to_owned),
        consent: BTreeMap::new(),
        text,
        contact: BTreeMap::new(),
        files: Vec::new(),
        opinion: None,
        danger: false,
    })
}

fn danger_choices(t: Words) -> Vec<Choice> {
    [("yes", t.yes()), ("no", t.no()), ("unknown", t.not_known())].map(|(v, word)| Choice::new(v, word)).into()
}

fn known_choices(t: Words) -> Vec<Choice> {
    let all = [
        ("self", t.anon_known_self()),
        ("near", t.anon_known_near()),
        ("saw", t.anon_known_saw()),
        ("heard", t.anon_known_heard()),
    ];
    all.map(|(value, word)| Choice::new(value, word)).into()
}

/// The questions that were answered, and how.
fn facts(t: Words, form: &Open) -> Vec<Fact> {
    let picked = |name: &str, choices: Vec<Choice>| {
        choices.into_iter().find(|choice| choice.value == form.get(name)).map(|choice| choice.label).unwrap_or_default()
    };
    let place = Place::parse(form.get("tempat")).map(|place| words_of::place(place.code())).unwrap_or_default();
    let all = [
        (t.anon_danger(), picked("bahaya", danger_choices(t))),
        (t.anon_what(), form.get("apa").to_owned()),
        (t.anon_place(), place),
        (t.anon_when(), form.get("kapan").to_owned()),
        (t.anon_who(), form.get("siapa").to_owned()),
        (t.anon_known(), picked("tahu", known_choices(t))),
    ];
    all.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| Fact::new(name, value)).collect()
}

async fn questions(
    web: &WebState,
    t: Frame,
    (kunci, stamp): (&str, &str),
    faults: Faults,
    typed: &[(String, String)],
) -> Questions {
    let fields = vec![
        Field::radios("bahaya", t.anon_danger(), danger_choices(t.words())).help(t.anon_danger_help()).across(),
        Field::long("apa", t.anon_what()).help(t.anon_what_help()),
        Field::select("tempat", t.anon_place(), places(&t, &web.desk.me.place)).help(t.anon_place_help()),
        Field::line("kapan", t.anon_when()).optional(t.words()),
        Field::long("siapa", t.anon_who()).help(t.anon_who_help()).optional(t.words()),
        Field::radios("tahu", t.anon_known(), known_choices(t.words())).optional(t.words()),
    ];
    Questions {
        faults,
        fields: fields.into_iter().map(|field| field.typed(typed)).collect(),
        hidden: hidden(kunci, stamp),
        seal: Asset::named("tanpa-nama.js").map(Asset::href).zip(intake_key(web).await),
        emergency: contacts(t.lang()),
        t,
    }
}

fn checked(mut t: Frame, (kunci, stamp): (&str, &str), faults: Faults, form: &Open) -> Checked {
    "/lapor".clone_into(&mut t.path);
    let mut hidden = hidden(kunci, stamp);
    let answers = QUESTIONS.map(|name| (name.to_owned(), form.get(name).to_owned()));
    hidden.extend(answers.into_iter().filter(|(_, value)| !value.is_empty()));
    Checked { faults, facts: facts(t.words(), form), hidden, t }
}

fn hidden(kunci: &str, stamp: &str) -> Vec<(String, String)> {
    [("_kunci", kunci), ("_waktu", stamp)].map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

/// Bytes of the check in a stamp.
const CHECK_BYTES: usize = 16;

/// When a form was opened, signed: seconds and a check that only this process can make.
fn stamp(web: &WebState, kunci: &str) -> String {
    let seconds = web.now().seconds();
    format!("{seconds}.{}", signature(web, seconds, kunci))
}

fn signature(web: &WebState, seconds: i64, kunci: &str) -> String {
    let key = web.key_for(b"simpul/form-time/1");
    let whole = crate::mint::hmac_32(&key, &[&seconds.to_be_bytes(), kunci.as_bytes()]);
    hex(&whole.into_iter().take(CHECK_BYTES).collect::<Vec<_>>())
}

/// How old a form is; `None` if its stamp is none of ours, or of a run before this one.
fn age(web: &WebState, stamp: &str, kunci: &str) -> Option<i64> {
    let (seconds, given) = stamp.split_once('.')?;
    let seconds: i64 = seconds.parse().ok()?;
    let (own, given) = (from_hex(&signature(web, seconds, kunci))?, from_hex(given)?);
    let differs = own.len() != given.len() || own.iter().zip(&given).fold(0, |sum, (a, b)| sum | (a ^ b)) != 0;
    (!differs).then(|| web.now().seconds() - seconds)
}

fn age_of(web: &WebState, form: &Open) -> Option<i64> {
    age(web, form.hidden("_waktu"), form.hidden("_kunci"))
}

/// The stamp of a form that goes on; a new one where it is over or of another run.
fn stamped(web: &WebState, form: &Open) -> String {
    still(web, form.hidden("_waktu"), form.hidden("_kunci"))
}

fn still(web: &WebState, given: &str, kunci: &str) -> String {
    match age(web, given, kunci) {
        Some(age) if age <= *AGE_SECONDS.end() => given.to_owned(),
        _ => stamp(web, kunci),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_tells_what_the_phone_would_tell_of_it() {
        let vector: serde_json::Value = serde_json::from_str(include_str!("../../../tests/lapor.json")).unwrap();
        assert_eq!(serde_json::to_value(office_words()).unwrap(), vector["kantor"]);
        for case in vector["cases"].as_array().unwrap() {
            let mut form = Open::default();
            form.fields = serde_json::from_value(case["fields"].clone()).unwrap();
            let report = ReportJson { danger: form.get("bahaya") == "yes", ..told(&form).unwrap() };
            assert_eq!(serde_json::to_value(report).unwrap(), case["report"], "{}", case["name"]);
        }
    }
}
