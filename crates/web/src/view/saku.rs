//! The pocketbook: the same documents online and offline, complete without script.

use super::guide::Near;
use super::{Choice, Fact, Faults, Field, Frame, Kind, Link, Sample, Tag, keep, sample_frame};
use crate::directory::{Contact, contacts};
use crate::view::slip::Slip;
use askama::Template;
use base::Lang;

/// `/saku`.
#[derive(Template)]
#[template(path = "saku/start.html")]
pub struct SakuStart {
    pub t: Frame,
    /// Version of the screening pack.
    pub pack: String,
    /// Whether this build has the offline part.
    pub offline: bool,
}

/// `/saku/periksa`: all questions in one document.
#[derive(Template)]
#[template(path = "saku/screen.html")]
pub struct Screen {
    pub t: Frame,
    pub faults: Faults,
    pub short: bool,
    pub other_form: Link,
    pub pack: String,
    /// Answers of an earlier form: shown, not asked again.
    pub told: Vec<Fact>,
    /// The same, to go along.
    pub carried: Vec<(String, String)>,
    /// After safety and before all else: stage, who interprets, consent to the interview.
    pub first: Vec<Field>,
    pub groups: Vec<Questions>,
    /// Public intake key: what is answered when somebody watches is sealed at once.
    pub intake_key: Option<String>,
}

/// Questions under one heading.
pub struct Questions {
    pub heading: String,
    pub why: String,
    pub fields: Vec<Field>,
}

/// `/saku/hasil`: what to do; never a score.
#[derive(Template)]
#[template(path = "saku/result.html")]
pub struct Outcome {
    pub t: Frame,
    /// What to do at once, if anything.
    pub urgent: Vec<String>,
    pub urgency: Tag,
    /// What the pack says about it, in words.
    pub meaning: String,
    pub next: Vec<String>,
    pub because: Vec<Because>,
    pub contacts: Vec<Contact>,
    /// The place of this node, and services near it.
    pub here: String,
    pub near: Vec<Near>,
    /// They are made up.
    pub demo: bool,
    /// The answers, to go into a report or into the full form.
    pub answers: Vec<(String, String)>,
    /// It was the short form.
    pub more: bool,
    pub pack: String,
}

/// Which answers led to a finding.
pub struct Because {
    pub text: String,
    pub questions: Vec<String>,
}

/// `/saku/lapor`.
#[derive(Template)]
#[template(path = "saku/report.html")]
pub struct ReportForm {
    pub t: Frame,
    pub faults: Faults,
    pub story: Vec<Field>,
    /// With script alone, which takes out what the camera wrote beside the picture.
    pub photo: Field,
    /// One for each use.
    pub consents: Vec<Field>,
    /// How to reach her, and what the officer thinks, apart from what was said.
    pub rest: Vec<Field>,
    /// Answers carried along from a screening.
    pub answers: Vec<(String, String)>,
    pub emergency: Vec<Contact>,
    /// Public intake key, for the sealing on the phone.
    pub intake_key: Option<String>,
}

/// After `/saku/lapor`: arrived, recorded or not yet.
#[derive(Template)]
#[template(path = "saku/sent.html")]
pub struct ReportSent {
    pub t: Frame,
    pub slip: Slip,
    pub recorded: bool,
    pub urgent: bool,
    pub contacts: Vec<Contact>,
}

/// `/saku/kotak`: the outbox lives on the phone; here stands its frame.
#[derive(Template)]
#[template(path = "saku/outbox.html")]
pub struct Outbox {
    pub t: Frame,
    pub offline: bool,
}

/// Samples of every page here.
pub fn samples(lang: Lang, all: &mut Vec<Sample>) {
    let frame = |path: &str| sample_frame(lang, path, false);
    let t = frame("/saku");
    let yes_no = |name: &str, text: &str| {
        let picks = [("yes", t.yes()), ("no", t.no()), ("unknown", t.not_known()), ("refused", t.rather_not())];
        Field::radios(name, text, picks.map(|(value, word)| Choice::new(value, word)).into()).across()
    };
    keep(
        all,
        lang,
        "saku",
        [true, false].map(|offline| SakuStart { t: t.clone(), pack: "1.0.0".into(), offline }).into(),
    );
    let groups = || {
        vec![Questions {
            heading: t.section_safety().into(),
            why: t.section_safety_why().into(),
            fields: vec![
                yes_no("S1", "Apakah Anda sakit atau terluka saat ini?"),
                yes_no("S2", "Apakah ada yang mengawasi?"),
            ],
        }]
    };
    let stage = || Field::radios("stage", t.stage(), vec![Choice::new("transit", t.stage_transit())]);
    let screen = |faults: Faults| Screen {
        t: frame("/saku/periksa"),
        faults,
        short: true,
        other_form: Link::new(t.href("/saku/periksa?bentuk=panjang"), t.screen_full()),
        pack: "1.0.0".into(),
        told: vec![Fact::new("Apakah ada utang?", t.yes())],
        carried: vec![("C3".into(), "yes".into())],
        first: vec![stage()],
        groups: groups(),
        intake_key: Some("BK3v".into()),
    };
    let bad = Faults::of(t.words(), &base::Problem::new("web.stage-missing"), Some("stage"));
    keep(all, lang, "saku-periksa", vec![screen(Faults::default()), screen(bad)]);
    result_samples(lang, all, &frame);
    report_samples(lang, all, &frame);
    keep(all, lang, "saku-kotak", [true, false].map(|offline| Outbox { t: frame("/saku/kotak"), offline }).into());
}

fn result_samples(lang: Lang, all: &mut Vec<Sample>, frame: &dyn Fn(&str) -> Frame) {
    let t = frame("/saku/hasil");
    let result = Outcome {
        t: frame("/saku/hasil"),
        urgent: vec!["Telepon 119. Tetap bersama orangnya.".into()],
        urgency: Tag::urgency(t.words(), "RED"),
        meaning: "Ada tanda kuat perdagangan orang.".into(),
        next: vec!["Tawarkan bantuan hukum.".into()],
        because: vec![Because { text: "Ditipu soal pekerjaan".into(), questions: vec!["A4".into(), "W2".into()] }],
        contacts: contacts(lang),
        here: "Kota Batam".into(),
        near: vec![Near { place: "Kota Batam".into(), km: None, services: vec![] }],
        demo: true,
        answers: vec![("S1".into(), "yes".into())],
        more: true,
        pack: "1.0.0".into(),
    };
    let calm = Outcome {
        t: frame("/saku/hasil"),
        urgent: vec![],
        urgency: Tag::urgency(t.words(), "GREEN"),
        meaning: "Belum cukup jawaban.".into(),
        next: vec!["Tetap tawarkan bantuan.".into()],
        because: vec![],
        contacts: contacts(lang),
        here: "Kota Batam".into(),
        near: vec![],
        demo: false,
        answers: vec![],
        more: false,
        pack: "1.0.0".into(),
    };
    keep(all, lang, "saku-hasil", vec![result, calm]);
}

fn report_samples(lang: Lang, all: &mut Vec<Sample>, frame: &dyn Fn(&str) -> Frame) {
    let t = frame("/saku/lapor");
    let empty = Faults::of(t.words(), &base::Problem::new("web.field-missing"), Some("teks"));
    let report = |faults: Faults, answers: Vec<(String, String)>| ReportForm {
        t: frame("/saku/lapor"),
        faults,
        story: vec![
            Field::long("teks", t.report_text()).help(t.report_text_help()),
            Field::select("tempat", t.report_place(), vec![Choice::new("21.71", "Kota Batam")]).optional(t.words()),
        ],
        photo: Field::new("foto", t.report_photo(), Kind::File("image/*")),
        consents: vec![Field::radios(
            "setuju.C2",
            t.report_consent_keep(),
            vec![Choice::new("agreed", t.consent_agreed())],
        )],
        rest: vec![Field::new("kontak", t.report_contact(), Kind::Line("text")).optional(t.words())],
        answers,
        emergency: contacts(lang),
        intake_key: Some("BK3v".into()),
    };
    keep(
        all,
        lang,
        "saku-lapor",
        vec![report(Faults::default(), vec![]), report(empty, vec![("S1".into(), "yes".into())])],
    );
    let sent = |recorded, urgent| ReportSent {
        t: frame("/saku/lapor"),
        slip: Slip::of(&t, "+62 778 000 000", [7; 16]),
        recorded,
        urgent,
        contacts: contacts(lang),
    };
    keep(all, lang, "saku-terkirim", vec![sent(true, false), sent(false, true)]);
}
