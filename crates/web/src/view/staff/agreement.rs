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
    /// What passed under it: counts alone.
    pub passed: Vec<Fact>,
}

/// `/mou/{id}/{versi}/perubahan`: a text beside the one that it answers.
#[derive(Template)]
#[template(path = "staff/mou_changes.html")]
pub struct Changes {
    pub t: Frame,
    pub back: Link,
    pub title: String,
    pub before: String,
    pub after: String,
    pub parts: Vec<Change>,
}

/// One part of both texts, in words.
pub struct Change {
    /// Number of the clause; empty for parties and days.
    pub no: String,
    pub before: String,
    pub after: String,
    pub is_same: bool,
    pub notes: Vec<String>,
    pub tag: Tag,
}

/// Samples of every page here.
pub fn samples(lang: Lang, all: &mut Vec<Sample>) {
    let t = sample_frame(lang, "/mou/batam-bantuan-hukum", true);
    let state = || Tag::new(Tone::Done, t.mou_active());
    let list = List {
        t: sample_frame(lang, "/mou/daftar", true),
        heading: t.mou_list().into(),
        lead: t.mou_lead().into(),
        filters: vec![Link::new("/mou/daftar", t.filter_all()).here(true)],
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
        back: Link::new("/mou/daftar", t.mou_list()),
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
            passed: vec![Fact::new(t.mou_given(), t.mou_passed(14u64, "20 November 2026", 2u64))],
        }],
        duties: vec!["5.1".into()],
        signatures: if signed { vec![Fact::new("Batam", "Sari, 20 November 2026")] } else { vec![] },
        hash: "9f3a".into(),
        t: t.clone(),
    };
    keep(all, lang, "mou-satu", vec![page(true), page(false)]);
    keep(all, lang, "mou-perubahan", vec![sample_changes(&t)]);
}

fn sample_changes(t: &Frame) -> Changes {
    let change = |before: &str, after: &str, no: &str| Change {
        no: no.into(),
        before: before.into(),
        after: after.into(),
        is_same: before == after,
        notes: vec!["Terlalu luas.".into()],
        tag: Tag::new(Tone::Person, t.mou_part_changed()),
    };
    Changes {
        back: Link::new("/mou/batam-bantuan-hukum/2", "Bantuan hukum"),
        title: "Bantuan hukum".into(),
        before: t.mou_version_no(1u64),
        after: t.mou_version_no(2u64),
        parts: vec![change("lama", "baru", "4.2"), change("sama", "sama", ""), change("lama", "", "4.3")],
        t: t.clone(),
    }
}
