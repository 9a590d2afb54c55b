//! One step of a service line: why, who, until when and on which basis; done, declined, not applicable, paused.

use super::case::{CaseHead, sample_head};
use crate::view::{Choice, Fact, Faults, Field, Frame, Link, Sample, Tag, Tone, keep, sample_frame};
use askama::Template;
use base::Lang;

/// `/kasus/{id}/langkah/{s}`.
#[derive(Template)]
#[template(path = "staff/step.html")]
pub struct StepPage {
    pub t: Frame,
    pub faults: Faults,
    pub case: CaseHead,
    pub code: String,
    pub name: String,
    pub tag: Tag,
    /// What is done, in the words of the handbook.
    pub doing: String,
    pub why: String,
    pub facts: Vec<Fact>,
    /// Consents and conditions that are not there yet; the step then shows why it waits.
    pub missing: Vec<String>,
    /// Pages where the work of this step is done.
    pub links: Vec<Link>,
    /// Fields of the handbook; none when the step is over.
    pub fields: Vec<Field>,
    /// What a step without consent rests on; none where it is not needed.
    pub without: Vec<Field>,
    pub open: bool,
    pub paused: bool,
    /// Somebody has it.
    pub taken: bool,
    pub reason: Field,
    pub recorded: Vec<Fact>,
}

/// What a step will record, before it does: POST `/kasus/{id}/langkah/{s}/selesai`.
#[derive(Template)]
#[template(path = "staff/step_check.html")]
pub struct StepCheck {
    pub t: Frame,
    pub case: CaseHead,
    pub code: String,
    pub name: String,
    pub answers: Vec<Checked>,
    /// The answers as they were sent, to be sent again.
    pub kept: Vec<Field>,
}

/// An answer in words, and the name of the field where it is changed.
pub struct Checked {
    pub label: String,
    pub value: String,
    pub field: String,
}

/// Samples.
pub fn samples(lang: Lang, all: &mut Vec<Sample>) {
    let t = sample_frame(lang, "/kasus/case_01/langkah/ID-4", true);
    let page = |open: bool, paused: bool, faults: Faults| StepPage {
        faults,
        case: sample_head(&t),
        code: "ID-4".into(),
        name: "Putusan presumsi".into(),
        tag: Tag::work(t.words(), if open { Tone::Running } else { Tone::Done }),
        doing: "Dua orang meninjau hasil penapisan.".into(),
        why: "Dasar: Permen PPPA 8/2021.".into(),
        facts: vec![Fact::new(t.owner(), t.role_case_manager()), Fact::new(t.due(), "25 November 2026, 10.00 WIB")],
        missing: if paused { vec!["C1".into()] } else { vec![] },
        links: vec![Link::new("/kasus/case_01/presumsi", t.work_presumption())],
        fields: vec![
            Field::radios(
                "status",
                t.column_state(),
                vec![Choice::new("presumed", "presumed").note("x"), Choice::new("possible", "possible")],
            ),
            Field::long("alasan", t.reason()).optional(t.words()),
        ],
        without: if paused {
            vec![Field::line("pasal", t.legal_article()), Field::line("sebab", t.reason()).id("f-sebab")]
        } else {
            vec![]
        },
        open,
        paused,
        taken: paused,
        reason: Field::line("alasan", t.reason()).id("f-lain"),
        recorded: if open { vec![] } else { vec![Fact::new("status", "presumed")] },
        t: t.clone(),
    };
    let bad = Faults::of(t.words(), &base::Problem::new("web.field-missing"), Some("status"));
    keep(
        all,
        lang,
        "langkah",
        vec![page(true, false, Faults::default()), page(true, true, bad), page(false, false, Faults::default())],
    );
    let answer = |label: &str, value: &str, field: &str| Checked {
        label: label.into(),
        value: value.into(),
        field: field.into(),
    };
    let check = StepCheck {
        case: sample_head(&t),
        code: "ID-4".into(),
        name: "Putusan presumsi".into(),
        answers: vec![
            answer(t.column_state(), "Diduga korban", "status"),
            answer(t.reason(), "Upahnya ditahan.\nPaspornya diambil.", "alasan"),
        ],
        kept: vec![Field::kept("status", "presumed"), Field::kept("alasan", "Upahnya ditahan.")],
        t: t.clone(),
    };
    keep(all, lang, "langkah-periksa", vec![check]);
}
