//! Agreements: people say MoU. Prose beside terms, signatures, state.

use super::day::{List, Row};
use crate::view::{Fact, Frame, Link, Sample, Tag, Tone, keep, sample_frame};
use askama::Template;
use base::Lang;

/// `/mou/{id}`.
#[derive(Template)]
#[template(path = "staff/mou.html")]
pub struct Mou {
    pub t: Frame,
    pub title: String,
    pub state: Tag,
    pub facts: Vec<Fact>,
    pub clauses: Vec<Clause>,
    /// Duties, notice, and what no agreement can lift.
    pub duties: Vec<String>,
    pub signatures: Vec<Fact>,
    pub hash: String,
}

/// A clause: what people read beside what the software does.
pub struct Clause {
    pub no: String,
    pub text: String,
    pub terms: Vec<Fact>,
}

/// Samples of every page here.
pub fn samples(lang: Lang, all: &mut Vec<Sample>) {
    let t = sample_frame(lang, "/mou/batam-bantuan-hukum", true);
    let state = || Tag::new(Tone::Done, t.mou_active());
    let list = List {
        t: sample_frame(lang, "/mou", true),
        heading: t.mou_list().into(),
        lead: t.mou_lead().into(),
        filters: vec![Link::new("/mou", t.filter_all()).here(true)],
        columns: vec![t.mou_title().into(), t.mou_parties().into(), t.column_state().into()],
        rows: vec![Row {
            href: "/mou/batam-bantuan-hukum".into(),
            name: "Bantuan hukum".into(),
            cells: vec!["Batam, LBH Bahari".into()],
            tags: vec![state()],
        }],
        none: t.nothing_here().into(),
        next: None,
        search: None,
    };
    keep(all, lang, "mou", vec![list]);
    let page = |signed: bool| Mou {
        title: "Bantuan hukum bagi korban dan keluarga".into(),
        state: state(),
        facts: vec![Fact::new(t.mou_parties(), "Batam, LBH Bahari")],
        clauses: vec![Clause {
            no: "4.2".into(),
            text: "Gugus tugas merujuk.".into(),
            terms: vec![Fact::new(t.purpose(), "bantuan hukum")],
        }],
        duties: vec!["5.1".into()],
        signatures: if signed { vec![Fact::new("Batam", "Sari, 20 November 2026")] } else { vec![] },
        hash: "9f3a".into(),
        t: t.clone(),
    };
    keep(all, lang, "mou-satu", vec![page(true), page(false)]);
}
