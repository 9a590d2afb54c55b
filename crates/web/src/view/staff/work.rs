//! Work on a case beside its steps: one page shape for classification, assignment, screening, presumption, wishes, fields.

use super::case::{CaseHead, sample_head};
use crate::view::{Faults, Field, Frame, Sample, keep, sample_frame};
use askama::Template;
use base::Lang;

/// A page of work on a case.
#[derive(Template)]
#[template(path = "staff/work.html")]
pub struct Work {
    pub t: Frame,
    pub faults: Faults,
    pub case: CaseHead,
    pub heading: String,
    pub lead: String,
    pub facts: Vec<String>,
    pub forms: Vec<WorkForm>,
}

/// A form of the page.
pub struct WorkForm {
    pub heading: String,
    pub action: String,
    pub groups: Vec<Group>,
    pub buttons: Vec<Button>,
}

/// A form of one button.
pub fn form(action: String, fields: Vec<Field>, word: &str) -> WorkForm {
    WorkForm {
        heading: String::new(),
        action,
        groups: Group::plain(fields),
        buttons: vec![Button::new("", word, false)],
    }
}

impl WorkForm {
    /// Whether one of its fields is a file.
    pub fn takes_file(&self) -> bool {
        self.groups.iter().flat_map(|group| &group.fields).any(Field::is_file)
    }
}

/// A button: what it sends as `tindakan`, its words, and whether it is the main one.
pub struct Button {
    pub value: &'static str,
    pub word: String,
    pub quiet: bool,
}

impl Button {
    pub fn new(value: &'static str, word: &str, quiet: bool) -> Self {
        Self { value, word: word.to_owned(), quiet }
    }
}

/// Fields under one heading.
pub struct Group {
    pub heading: String,
    pub fields: Vec<Field>,
}

impl Group {
    /// Fields without a heading.
    pub fn plain(fields: Vec<Field>) -> Vec<Self> {
        vec![Self { heading: String::new(), fields }]
    }
}

/// Samples.
pub fn samples(lang: Lang, all: &mut Vec<Sample>) {
    let t = sample_frame(lang, "/kasus/case_01/putusan", true);
    let form = WorkForm {
        heading: t.presumption_propose().into(),
        action: "/kasus/case_01/putusan".into(),
        groups: vec![Group { heading: "A".into(), fields: vec![Field::long("alasan", t.reason())] }],
        buttons: vec![
            Button::new("usul", t.presumption_propose(), false),
            Button::new("tolak", t.presumption_reject(), true),
        ],
    };
    let work = Work {
        faults: Faults::default(),
        case: sample_head(&t),
        heading: t.work_presumption().into(),
        lead: t.work_presumption_lead().into(),
        facts: vec!["Hasil penapisan".into()],
        forms: vec![form],
        t: t.clone(),
    };
    keep(all, lang, "kerja", vec![work]);
}
