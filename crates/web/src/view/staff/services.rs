//! The directory of services for staff.

use crate::directory::Entry;
use crate::view::{Choice, Field, Frame, Link, Sample, keep, sample_frame};
use askama::Template;
use base::Lang;
use desk::directory::FOUND_MAX;

/// `/direktori`.
#[derive(Template)]
#[template(path = "staff/directory.html")]
pub struct Directory {
    pub t: Frame,
    pub fields: Vec<Field>,
    pub links: Vec<Link>,
    pub rows: Vec<Row>,
    /// That there is more than is shown.
    pub cut: Option<String>,
}

/// A service in the list.
pub struct Row {
    pub entry: Entry,
    pub kind: &'static str,
    pub place: String,
    pub km: Option<String>,
    pub for_partners: Option<String>,
}

/// Samples.
pub fn samples(lang: Lang, all: &mut Vec<Sample>) {
    let t = sample_frame(lang, "/direktori", true);
    let entry = |doubtful| Entry {
        name: "Rumah Aman (rekaan)".into(),
        what: "Tempat aman.".into(),
        phones: vec![("+62800".into(), "+62 800".into())],
        whatsapp: vec!["+62 801".into()],
        checked: "1 November 2026".into(),
        source: "Rekaan".into(),
        doubtful,
    };
    let row = |doubtful, km: Option<&str>| Row {
        entry: entry(doubtful),
        kind: t.kind_shelter(),
        place: "Kota Batam".into(),
        km: km.map(str::to_owned),
        for_partners: doubtful.then(|| t.directory_for_partners().to_owned()),
    };
    let directory = |rows: Vec<Row>, cut| Directory {
        t: t.clone(),
        fields: vec![Field::select("layanan", t.directory_kind(), vec![Choice::new("", t.directory_any())])],
        links: vec![Link::new("/direktori/milik", t.directory_own())],
        rows,
        cut,
    };
    let pages = vec![
        directory(vec![row(false, None), row(true, Some("12 km"))], Some(t.directory_cut(FOUND_MAX))),
        directory(Vec::new(), None),
    ];
    keep(all, lang, "direktori", pages);
}
