//! Agreements: people say MoU. Prose beside terms, signatures, state.

use super::case::StepRow;
use super::day::{List, Row};
use super::work::{Button, Group, WorkForm};
use crate::view::{Fact, Faults, Field, Frame, Kind, Link, Sample, Tag, Tone, keep, sample_frame};
use askama::Template;
use base::Lang;

/// `/mou/{id}/{versi}`, and the same before a form: what is signed is read first.
#[derive(Template)]
#[template(path = "staff/mou.html")]
pub struct Mou {
    pub t: Frame,
    pub faults: Faults,
    pub back: Link,
    /// What is done to it; empty where it is only read.
    pub heading: String,
    pub title: String,
    pub state: Tag,
    pub lead: String,
    /// What may be done to it.
    pub links: Vec<Link>,
    pub facts: Vec<Fact>,
    pub clauses: Vec<Clause>,
    /// Duties, notice, and what no agreement can lift.
    pub duties: Vec<String>,
    pub signatures: Vec<Fact>,
    pub hash: String,
    pub forms: Vec<WorkForm>,
    /// What was accepted under it and still runs.
    pub running: Vec<StepRow>,
}

/// A clause: what people read beside what the software does.
pub struct Clause {
    pub no: String,
    pub text: String,
    /// The terms in one sentence.
    pub means: String,
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
    let form = || WorkForm {
        heading: t.mou_sign().into(),
        action: "/mou/batam-bantuan-hukum/1/tanda-tangan".into(),
        groups: Group::plain(vec![Field::new("dibaca", t.mou_read(), Kind::Tick(false))]),
        buttons: vec![Button::new("", t.mou_sign(), false)],
    };
    let page = |signed: bool| Mou {
        faults: Faults::default(),
        back: Link::new("/mou", t.mou_list()),
        heading: if signed { String::new() } else { t.mou_sign().into() },
        lead: t.mou_sign_lead().into(),
        links: if signed { vec![Link::new("/mou/batam-bantuan-hukum/1/keadaan", t.mou_end())] } else { vec![] },
        forms: if signed { vec![] } else { vec![form()] },
        running: vec![StepRow {
            href: "/rujukan/ref_01.1".into(),
            name: "LBH Bahari".into(),
            detail: "20 November 2026".into(),
            tag: state(),
        }],
        title: "Bantuan hukum bagi korban dan keluarga".into(),
        state: state(),
        facts: vec![Fact::new(t.mou_parties(), "Batam, LBH Bahari")],
        clauses: vec![Clause {
            no: "4.2".into(),
            text: "Gugus tugas merujuk.".into(),
            means: "Artinya: Batam boleh merujuk.".into(),
            terms: vec![Fact::new(t.purpose(), "bantuan hukum")],
        }],
        duties: vec!["5.1".into()],
        signatures: if signed { vec![Fact::new("Batam", "Sari, 20 November 2026")] } else { vec![] },
        hash: "9f3a".into(),
        t: t.clone(),
    };
    keep(all, lang, "mou-satu", vec![page(true), page(false)]);
}
