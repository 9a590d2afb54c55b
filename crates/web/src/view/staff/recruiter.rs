//! The list of recruiters, and two mentions side by side.

use super::day::{Row, Search};
use super::protection::Part;
use super::work::{Button, Group, WorkForm};
use crate::view::{Choice, Fact, Faults, Field, Frame, Link, Sample, Tag, Tone, keep, sample_frame};
use askama::Template;
use base::Lang;

/// `/perekrut`: a list with what can be done above it.
#[derive(Template)]
#[template(path = "staff/recruiters.html")]
pub struct Recruiters {
    pub t: Frame,
    pub heading: String,
    pub lead: String,
    pub filters: Vec<Link>,
    pub columns: Vec<String>,
    pub rows: Vec<Row>,
    pub none: String,
    pub next: Option<String>,
    pub search: Option<Search>,
    pub acts: Vec<Link>,
}

/// `/perekrut/tinjau/{pasangan}`.
#[derive(Template)]
#[template(path = "staff/pair.html")]
pub struct PairPage {
    pub t: Frame,
    pub faults: Faults,
    pub back: Link,
    pub version: i64,
    pub heading: String,
    pub tag: Tag,
    pub lead: String,
    pub sides: Vec<Side>,
    pub parts: Vec<Part>,
}

/// One of the two.
pub struct Side {
    pub heading: String,
    pub facts: Vec<Fact>,
    pub link: Link,
}

impl PairPage {
    /// Puts what was typed back into the fields of a page that came back.
    #[must_use]
    pub fn typed(mut self, given: &[(String, String)]) -> Self {
        super::protection::put_back(&mut self.parts, given);
        self
    }
}

/// Samples.
pub fn samples(lang: Lang, all: &mut Vec<Sample>) {
    let t = sample_frame(lang, "/perekrut", true);
    let row = || Row {
        href: "/perekrut/men_01".into(),
        name: "Suparman (rekaan)".into(),
        cells: vec!["PT Karya Mandiri (rekaan)".into(), "2".into(), "23 November 2026".into()],
        tags: vec![Tag::new(Tone::Note, "B2")],
    };
    let list = |rows: Vec<Row>| Recruiters {
        heading: t.recruiters().into(),
        lead: t.recruiters_lead().into(),
        filters: vec![Link::new("/perekrut", t.recruiters_all()).here(true)],
        columns: vec![
            t.recruiters_name().into(),
            t.recruiters_agency().into(),
            t.recruiters_sources().into(),
            t.recruiter_newest().into(),
            t.recruiters_sure().into(),
        ],
        next: (!rows.is_empty()).then(|| "/perekrut?keadaan=&hal=2".into()),
        rows,
        none: t.recruiters_none().into(),
        search: Some(Search {
            action: "/perekrut/cari".into(),
            field: Field::line("cari", t.recruiters_search()),
            kept: Vec::new(),
        }),
        acts: vec![Link::new("/perekrut/tinjau", t.recruiters_review(3u32))],
        t: t.clone(),
    };
    keep(all, lang, "perekrut", vec![list((0..25).map(|_| row()).collect()), list(Vec::new())]);
    let side = |heading: &str| Side {
        heading: heading.into(),
        facts: vec![
            Fact::new(t.mention_name(), "H. Moh. Soeparman (rekaan)"),
            Fact::new(t.mention_phone(), "0800 11 22"),
        ],
        link: Link::new("/perekrut/men_01", t.pair_see()),
    };
    let form = || WorkForm {
        heading: String::new(),
        action: "/perekrut/tinjau/men_01-men_02/penilaian".into(),
        groups: Group::plain(vec![Field::radios(
            "putusan",
            t.pair_verdict(),
            vec![Choice::new("same", t.verdict_same())],
        )]),
        buttons: vec![Button::new("", t.pair_save(), false)],
    };
    let pair = PairPage {
        faults: Faults::default(),
        back: Link::new("/perekrut/tinjau", t.review()),
        version: 0,
        heading: t.review_pair("Soeparman", "Suparman"),
        tag: Tag::new(Tone::Running, t.pair_open()),
        lead: t.pair_lead().into(),
        sides: vec![side(t.pair_first()), side(t.pair_other())],
        parts: vec![Part { forms: vec![form()], ..Part::new(t.pair_judge(), "") }],
        t: t.clone(),
    };
    keep(all, lang, "perekrut-pasangan", vec![pair]);
}
