//! The directory of services for staff.

use crate::directory::Entry;
use crate::view::{Choice, Fact, Field, Frame, Link, Sample, keep, sample_frame};
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
    pub href: String,
}

/// `/direktori/{siapa}/{kode}`.
#[derive(Template)]
#[template(path = "staff/service.html")]
pub struct ServicePage {
    pub t: Frame,
    pub back: Link,
    pub heading: String,
    pub entry: Entry,
    pub facts: Vec<Fact>,
    /// Nobody confirmed it lately: since when.
    pub doubt: Option<String>,
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
        href: "/direktori/kami/rumah".into(),
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
    let t = sample_frame(lang, "/direktori/kami/rumah", true);
    let service = |doubtful: bool| ServicePage {
        back: Link::new("/direktori", t.directory()),
        heading: "Rumah Aman (rekaan)".into(),
        entry: entry(doubtful),
        facts: vec![Fact::new(t.directory_kind(), t.kind_shelter()), Fact::new(t.directory_owner(), "Rekaan")],
        doubt: doubtful.then(|| t.directory_old("1 Mei 2026")),
        t: t.clone(),
    };
    keep(all, lang, "direktori-satu", vec![service(false), service(true)]);
}
