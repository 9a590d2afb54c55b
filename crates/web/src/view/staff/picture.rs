//! Pictures drawn by the server: a map with arcs, a network in rings. Each stands in a figure with its table twin; series are
//! told apart by dash, width and shape, never by colour alone (WEB.md 9).

use crate::doors::corridor::{ARCS_MAX, LINES_MAX, legend};
use crate::doors::map::{Arc, map};
use crate::view::{Frame, Link, Sample, keep, sample_frame};
use crate::words_of;
use askama::Template;
use base::Lang;
use base::places::REGENCIES;

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
    /// The land beneath all else, a path that readers do not meet; empty: none.
    pub land: &'static str,
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
        land: "m0 9 9-4 9 6z",
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
    keep(all, lang, "koridor", vec![page(Some(picture()), 25), page(None, 0), fullest(&t)]);
}

/// As many arcs and lines as `/koridor` ever shows, no two alike: what the page weighs at most.
fn fullest(t: &Frame) -> PicturePage {
    let regency = |n: usize| REGENCIES.get(n % REGENCIES.len()).map_or("", |regency| regency.code.as_str());
    let leg = |n: usize| (regency(n * 5), regency(n * 37 + 100));
    let named = |n: usize| words_of::place(regency(n));
    let class = |n: usize| ["arc w1", "arc w2", "arc w3", "arc w4"].into_iter().cycle().nth(n).unwrap_or_default();
    let arc = |n| Arc { from: leg(n).0, to: leg(n).1, class: class(n), number: n + 1 };
    let arcs: Vec<Arc<'_>> = (0..ARCS_MAX).map(arc).collect();
    let table = |columns: &[&str], cells: &dyn Fn(usize) -> Vec<String>| Table {
        heading: t.corridors_legs().into(),
        columns: columns.iter().map(|&column| column.to_owned()).collect(),
        lines: (0..LINES_MAX)
            .map(|n| Line { href: String::new(), head: (n + 1).to_string(), cells: cells(n) })
            .collect(),
        none: String::new(),
    };
    let count = |n: usize| if n.is_multiple_of(3) { t.corridors_few().to_owned() } else { (n * 7 + 3).to_string() };
    PicturePage {
        back: None,
        heading: t.corridors().into(),
        lead: t.corridors_lead(3u32),
        notes: vec![t.corridors_running().into()],
        choices: Vec::new(),
        found: None,
        picture: Some(map(t.corridors_map().into(), t.corridors_map_says(ARCS_MAX), &arcs, legend(t.words()))),
        twin: table(
            &[
                t.corridors_number(),
                t.corridors_from(),
                t.corridors_to(),
                t.corridors_cases(),
                t.corridors_recruiters(),
            ],
            &|n| vec![words_of::place(leg(n).0), words_of::place(leg(n).1), count(n), count(n + 1)],
        ),
        tables: vec![table(&[t.corridors_way(), t.corridors_cases()], &|n| {
            vec![format!("{} – {} – {}", named(n * 3), named(n * 11 + 5), named(n * 29 + 7)), count(n)]
        })],
        acts: Vec::new(),
        t: t.clone(),
    }
}
