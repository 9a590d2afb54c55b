//! Rights of the person, holds and erasure, the breach drill: pages of parts, each with facts, rows and forms.

use super::case::{CaseHead, StepRow, sample_head};
use super::work::{Button, Group, WorkForm};
use crate::view::{Choice, Fact, Faults, Field, Frame, Link, Sample, Tag, Tone, keep, sample_frame};
use askama::Template;
use base::Lang;

/// A page of data protection.
#[derive(Template)]
#[template(path = "staff/protection.html")]
pub struct Protection {
    pub t: Frame,
    pub faults: Faults,
    /// The case, if the page is about one.
    pub case: Option<CaseHead>,
    /// Where its way back leads, if not to the case.
    pub back: Option<Link>,
    /// The version of the case that forms were made from.
    pub version: i64,
    pub heading: String,
    pub lead: String,
    pub parts: Vec<Part>,
}

/// A part under its own heading.
#[derive(Default)]
pub struct Part {
    pub heading: String,
    pub lead: String,
    pub tag: Option<Tag>,
    pub facts: Vec<Fact>,
    /// Each links somewhere, if it has an address.
    pub rows: Vec<StepRow>,
    /// What can be done on pages of their own.
    pub links: Vec<Link>,
    pub forms: Vec<WorkForm>,
}

impl Part {
    /// A part with what it says first.
    pub fn new(heading: impl Into<String>, lead: impl Into<String>) -> Self {
        Self { heading: heading.into(), lead: lead.into(), ..Self::default() }
    }
}

impl Protection {
    /// Puts what was typed back into the fields of a page that came back.
    #[must_use]
    pub fn typed(mut self, given: &[(String, String)]) -> Self {
        put_back(&mut self.parts, given);
        self
    }
}

/// Puts what was typed back into the fields of these parts.
pub fn put_back(parts: &mut [Part], given: &[(String, String)]) {
    for form in parts.iter_mut().flat_map(|part| part.forms.iter_mut()) {
        for group in &mut form.groups {
            group.fields = std::mem::take(&mut group.fields).into_iter().map(|field| field.typed(given)).collect();
        }
    }
}

/// Samples.
pub fn samples(lang: Lang, all: &mut Vec<Sample>) {
    let t = sample_frame(lang, "/kasus/case_01/hak/1", true);
    let row = |tone, href: &str| StepRow {
        href: href.into(),
        name: t.right_no(1u32),
        detail: "26 November 2026, 10.00 WIB".into(),
        tag: Tag::new(tone, t.state_late()),
    };
    let form = WorkForm {
        heading: t.right_review().into(),
        action: "/kasus/case_01/hak/1/tinjauan".into(),
        groups: Group::plain(vec![
            Field::radios("peminta", t.right_asker(), vec![Choice::new("person", t.asker_person())]),
            Field::long("catatan", t.right_note()).optional(t.words()),
        ]),
        buttons: vec![
            Button::new("simpan", t.right_review_save(), false),
            Button::new("batal", t.erasure_drop(), true),
        ],
    };
    let page = |case: Option<CaseHead>, faults| Protection {
        t: t.clone(),
        faults,
        version: 12,
        back: case.is_none().then(|| Link::new("/pelindungan", t.protection())),
        case,
        heading: t.rights().into(),
        lead: t.right_lead().into(),
        parts: vec![
            Part {
                tag: Some(Tag::new(Tone::Late, t.state_late())),
                facts: vec![Fact::new(t.right_due(), "26 November 2026, 10.00 WIB")],
                rows: vec![row(Tone::Late, "/kasus/case_01/hak/1"), row(Tone::Done, "")],
                links: vec![Link::new("/kasus/case_01/hak", t.right_take())],
                ..Part::new(t.rights(), "")
            },
            Part { forms: vec![form_of(&form)], ..Part::new(t.right_review(), t.right_review_lead()) },
        ],
    };
    let bad = Faults::of(t.words(), &base::Problem::new("web.field-missing"), Some("peminta"));
    keep(all, lang, "pelindungan", vec![page(Some(sample_head(&t)), Faults::default()), page(None, bad)]);
}

fn form_of(form: &WorkForm) -> WorkForm {
    WorkForm {
        heading: form.heading.clone(),
        action: form.action.clone(),
        groups: form.groups.iter().map(|g| Group { heading: g.heading.clone(), fields: g.fields.clone() }).collect(),
        buttons: form.buttons.iter().map(|b| Button::new(b.value, &b.word, b.quiet)).collect(),
    }
}
