//! My day, the reports that came in, the list of cases.

use crate::view::{Choice, Fact, Faults, Field, Frame, Link, Sample, Tag, Tone, keep, sample_frame};
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

/// A search posted to its path, so that what is looked for stands in no address.
pub struct Search {
    pub action: String,
    pub field: Field,
}

/// One row: the first cell links.
pub struct Row {
    pub href: String,
    pub name: String,
    pub cells: Vec<String>,
    pub tags: Vec<Tag>,
}

/// `/laporan/{id}`.
#[derive(Template)]
#[template(path = "staff/report.html")]
pub struct Report {
    pub t: Frame,
    pub faults: Faults,
    pub id: String,
    pub version: i64,
    pub heading: String,
    pub tags: Vec<Tag>,
    pub facts: Vec<Fact>,
    pub text: String,
    pub answers: Vec<Fact>,
    pub because: Vec<String>,
    /// The case that was opened from it.
    pub case: Option<Link>,
    /// Fields of "open a case"; none once it is closed or opened.
    pub open: Vec<Field>,
    pub close: Vec<Field>,
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
        search: search.then(|| Search { action: "/kasus/cari".into(), field: Field::line("cari", t.search_case()) }),
    };
    let row = || Row {
        href: "/kasus/case_01".into(),
        name: "Melati-27".into(),
        cells: vec!["21.71 Kota Batam".into()],
        tags: vec![Tag::urgency(t.words(), "AMBER"), Tag::work(t.words(), Tone::Running)],
    };
    keep(
        all,
        lang,
        "laporan",
        vec![list("/laporan", t.reports(), vec![row()], false), list("/laporan", t.reports(), vec![], false)],
    );
    keep(all, lang, "kasus", vec![list("/kasus", t.cases(), (0..25).map(|_| row()).collect(), true)]);
    keep(all, lang, "rujukan", vec![list("/rujukan", t.referrals(), vec![row()], false)]);
    let report = |case: Option<Link>, faults| Report {
        t: sample_frame(lang, "/laporan/report_01", true),
        faults,
        id: "report_01".into(),
        version: 3,
        heading: "7F3K 9QRA".into(),
        tags: vec![Tag::urgency(t.words(), "RED"), Tag::urgency(t.words(), "GREEN")],
        facts: vec![Fact::new(t.column_place(), "21.71 Kota Batam")],
        text: "Seorang perempuan <muda> di pelabuhan.".into(),
        answers: vec![Fact::new("S1", t.yes())],
        because: vec!["Ditipu soal pekerjaan".into()],
        open: if case.is_some() {
            vec![]
        } else {
            vec![Field::select("tempat", t.found_at(), vec![Choice::new("21.71", "Kota Batam").on(true)])]
        },
        close: vec![Field::long("alasan", t.reason())],
        case,
    };
    let bad = Faults::of(t.words(), &base::Problem::new("web.field-missing"), Some("alasan"));
    keep(
        all,
        lang,
        "laporan-satu",
        vec![report(None, bad), report(Some(Link::new("/kasus/case_01", "Melati-27")), Faults::default())],
    );
}
