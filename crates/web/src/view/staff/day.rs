//! My day, the reports that came in, the list of cases.

use crate::view::{Field, Frame, Link, Sample, Tag, Tone, keep, sample_frame};
use askama::Template;
use base::Lang;

/// `/hari-ini`.
#[derive(Template)]
#[template(path = "staff/today.html")]
pub struct Today {
    pub t: Frame,
    pub groups: Vec<TaskGroup>,
}

/// Tasks of one kind: overdue, due today, waiting for others.
pub struct TaskGroup {
    pub heading: String,
    pub none: String,
    pub tasks: Vec<TaskRow>,
}

/// One task.
pub struct TaskRow {
    pub href: String,
    pub title: String,
    pub detail: String,
    pub tag: Tag,
}

/// A list of 25 rows, its filters as links: `/laporan`, `/kasus`, `/rujukan`.
#[derive(Template)]
#[template(path = "staff/list.html")]
pub struct List {
    pub t: Frame,
    pub heading: String,
    pub lead: String,
    pub filters: Vec<Link>,
    pub columns: Vec<String>,
    pub rows: Vec<Row>,
    pub none: String,
    pub next: Option<String>,
    pub search: Option<Search>,
}

/// A search posted to its path, so that what is looked for stands in no address; and the filters that this person keeps.
pub struct Search {
    pub action: String,
    pub field: Field,
    pub kept: Vec<Link>,
}

/// One row: the first cell links.
pub struct Row {
    pub href: String,
    pub name: String,
    pub cells: Vec<String>,
    pub tags: Vec<Tag>,
}

/// Samples of every page here.
pub fn samples(lang: Lang, all: &mut Vec<Sample>) {
    let t = sample_frame(lang, "/hari-ini", true);
    let task = TaskRow {
        href: "/kasus/case_01/langkah/LE-2".into(),
        title: "Melati-27: LE-2".into(),
        detail: "26 November 2026, 10.00 WIB".into(),
        tag: Tag::work(t.words(), Tone::Late),
    };
    let group = |heading: &str, tasks| TaskGroup { heading: heading.into(), none: t.nothing_here().into(), tasks };
    let today = Today { groups: vec![group(t.overdue(), vec![task]), group(t.due_today(), vec![])], t: t.clone() };
    keep(all, lang, "hari-ini", vec![today]);
    let list = |path: &str, heading: &str, rows: Vec<Row>, search: bool| List {
        t: sample_frame(lang, path, true),
        heading: heading.into(),
        lead: t.reports_lead().into(),
        filters: vec![Link::new(path, t.filter_open()).here(true), Link::new(format!("{path}?hal=2"), t.filter_all())],
        columns: vec![t.column_alias().into(), t.column_place().into(), t.column_state().into()],
        rows,
        none: t.nothing_here().into(),
        next: Some(format!("{path}?sesudah=25")),
        search: search.then(|| Search {
            action: "/kasus/cari".into(),
            field: Field::line("cari", t.search_case()),
            kept: vec![Link::new("/kasus?keadaan=open", "Senin pagi"), Link::new("/kasus/saringan", t.kept_filters())],
        }),
    };
    let row = || Row {
        href: "/kasus/case_01".into(),
        name: "Melati-27".into(),
        cells: vec!["21.71 Kota Batam".into()],
        tags: vec![Tag::urgency(t.words(), "AMBER"), Tag::work(t.words(), Tone::Running)],
    };
    keep(all, lang, "kasus", vec![list("/kasus", t.cases(), (0..25).map(|_| row()).collect(), true)]);
    keep(all, lang, "rujukan", vec![list("/rujukan", t.referrals(), vec![row()], false)]);
}
