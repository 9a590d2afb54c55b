//! Pictures drawn by the server: a map with arcs, a network in rings. Each stands in a figure with its table twin; series are
//! told apart by dash, width and shape, never by colour alone (WEB.md 9).

use crate::view::{Frame, Link, Sample, keep, sample_frame};
use askama::Template;
use base::Lang;

/// A line of a picture: its class in the sheet and its path.
pub struct Stroke {
    pub class: &'static str,
    pub path: String,
}

/// A word at a place of a picture.
pub struct Mark {
    pub x: i32,
    pub y: i32,
    pub word: String,
    /// Beginning at the place, instead of around it.
    pub after: bool,
}

/// A picture: a title and a description in words, lines, marks.
pub struct Picture {
    pub title: String,
    pub says: String,
    pub width: i32,
    pub height: i32,
    pub strokes: Vec<Stroke>,
    pub marks: Vec<Mark>,
    /// What each kind of line or shape means: a small line of its own, and the word.
    pub legend: Vec<(Stroke, String)>,
}

/// A row of a table; its head may link.
pub struct Line {
    pub href: String,
    pub head: String,
    pub cells: Vec<String>,
}

/// A table under its own heading.
pub struct Table {
    pub heading: String,
    pub columns: Vec<String>,
    pub lines: Vec<Line>,
    pub none: String,
}

/// Links that choose what is shown, under one name.
pub struct Choosing {
    pub label: String,
    pub links: Vec<Link>,
}

/// `/koridor`, `/jaringan/{id}`: a picture, its table, what was found in words.
#[derive(Template)]
#[template(path = "staff/picture.html")]
pub struct PicturePage {
    pub t: Frame,
    pub back: Option<Link>,
    pub heading: String,
    pub lead: String,
    pub notes: Vec<String>,
    pub choices: Vec<Choosing>,
    pub found: Option<(String, Vec<String>)>,
    pub picture: Option<Picture>,
    /// What the picture shows, in words.
    pub twin: Table,
    pub tables: Vec<Table>,
    pub acts: Vec<Link>,
}

/// Samples.
pub fn samples(lang: Lang, all: &mut Vec<Sample>) {
    let t = sample_frame(lang, "/koridor", true);
    let line = |n: usize| Line {
        href: if n.is_multiple_of(2) { String::new() } else { "/jaringan/men_01".into() },
        head: format!("{n}. Suparjan (rekaan)"),
        cells: vec!["52.03 Kabupaten Lombok Timur".into(), t.corridors_few().into()],
    };
    let table = |rows: usize| Table {
        heading: t.corridors_legs().into(),
        columns: vec![t.corridors_from().into(), t.corridors_to().into(), t.corridors_cases().into()],
        lines: (1..=rows).map(line).collect(),
        none: t.corridors_none().into(),
    };
    let stroke = || Stroke { class: "arc w2", path: "M10 20q4-9 20-3".into() };
    let picture = || Picture {
        title: t.corridors_map().into(),
        says: t.corridors_map_says(2u32).clone(),
        width: 1_000,
        height: 380,
        strokes: vec![stroke()],
        marks: vec![Mark { x: 20, y: 30, word: "1".into(), after: false }],
        legend: vec![(stroke(), t.corridors_few().into())],
    };
    let page = |picture: Option<Picture>, rows| PicturePage {
        back: picture.is_some().then(|| Link::new("/perekrut", t.recruiters())),
        heading: t.corridors().into(),
        lead: t.corridors_lead(3u32),
        notes: vec![t.corridors_running().into()],
        choices: vec![Choosing {
            label: t.corridors_months().into(),
            links: vec![Link::new("/koridor", t.corridors_year()).here(true)],
        }],
        found: Some((t.network_found().into(), vec![t.network_groups(2u32)])),
        picture,
        twin: table(rows),
        tables: vec![table(rows)],
        acts: vec![Link::new("/jaringan/men_01/ekspor", t.network_export())],
        t: t.clone(),
    };
    keep(all, lang, "koridor", vec![page(Some(picture()), 25), page(None, 0)]);
}
