//! Corridors (ADR 49): legs on a map and in its table, whole ways in a second table; months as links.

use super::map::{Arc, map};
use crate::doors::services::COUNTRIES;
use crate::guard::{Answer, Here, page};
use crate::text::Words;
use crate::view::Link;
use crate::view::staff::picture::{Choosing, Line, PicturePage, Stroke, Table};
use crate::words_of;
use axum::extract::Query;
use base::places::REGENCIES;
use desk::Deed;
use desk::corridors::Corridors;
use recruiters::corridor::{ABROAD, FEW_BELOW, Month, Sum};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// Legs that the map draws; the busiest.
pub const ARCS_MAX: usize = 40;
/// Rows of a table.
pub const LINES_MAX: usize = 100;

/// What is asked for.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// `2026-11`; anything else: all months.
    #[serde(default)]
    bulan: String,
}

/// `GET /koridor`
pub async fn corridors(here: Here, Query(asked): Query<Asked>) -> Answer {
    let known = here.web.desk.corridors(&here.actor()).await?;
    let t = here.t.words();
    let one = Month::parse(&asked.bulan).filter(|month| known.months.contains(month));
    let months: BTreeSet<Month> = one.map_or_else(|| known.months.iter().copied().collect(), |one| [one].into());
    let legs = legs(&known, &months);
    let mut links = vec![Link::new("/koridor", t.corridors_year()).here(one.is_none())];
    links.extend(known.months.iter().map(|month| {
        Link::new(format!("/koridor?bulan={month}"), month_words(&here, *month)).here(one == Some(*month))
    }));
    let arcs: Vec<Arc<'_>> = legs.iter().take(ARCS_MAX).enumerate().map(|(at, leg)| arc(at + 1, leg)).collect();
    let picture = map(t.corridors_map().to_owned(), here.t.corridors_map_says(arcs.len()), &arcs, legend(t));
    page(&PicturePage {
        back: None,
        heading: t.corridors().to_owned(),
        lead: here.t.corridors_lead(FEW_BELOW),
        notes: vec![if here.may(Deed::SeeCases) { t.corridors_running() } else { t.corridors_over() }.to_owned()],
        choices: vec![Choosing { label: t.corridors_months().to_owned(), links }],
        found: None,
        picture: Some(picture),
        twin: legs_table(&here, &legs),
        tables: vec![whole(&here, &known, &months)],
        acts: Vec::new(),
        t: here.t.clone(),
    })
}

/// A leg, how many cases went it, and of how many recruiters it is said.
type Leg<'a> = ((&'a str, &'a str), (Sum, Sum));

/// Legs of cases first, then those that are only said of recruiters; the busiest first.
fn legs<'a>(known: &'a Corridors, months: &BTreeSet<Month>) -> Vec<Leg<'a>> {
    let mut all: BTreeMap<(&str, &str), (Sum, Sum)> = BTreeMap::new();
    for (leg, sum) in known.cases.legs(months) {
        all.entry(leg).or_default().0 = sum;
    }
    for (leg, sum) in known.recruiters.legs(months) {
        all.entry(leg).or_default().1 = sum;
    }
    let mut all: Vec<Leg<'_>> = all.into_iter().collect();
    all.sort_by(|a, b| (b.1.0.least, b.1.1.least).cmp(&(a.1.0.least, a.1.1.least)).then(a.0.cmp(&b.0)));
    all
}

fn arc<'a>(number: usize, ((from, to), (cases, _)): &Leg<'a>) -> Arc<'a> {
    let class = match cases.width() {
        _ if cases.least == 0 => "arc said",
        1 => "arc w1",
        2 => "arc w2",
        3 => "arc w3",
        _ => "arc w4",
    };
    Arc { from, to, class, number }
}

/// What each line and shape of the map means.
pub fn legend(t: Words) -> Vec<(Stroke, String)> {
    let line = |class| Stroke { class, path: "M2 12h44".to_owned() };
    let spot = |path: &str| Stroke { class: "spot", path: path.to_owned() };
    vec![
        (line("arc w1"), t.corridors_few().to_owned()),
        (line("arc w2"), "≥ 3".to_owned()),
        (line("arc w3"), "≥ 10".to_owned()),
        (line("arc w4"), "≥ 30".to_owned()),
        (line("arc said"), t.corridors_said_only().to_owned()),
        (spot("M17 7h10v10h-10z"), t.corridors_abroad().to_owned()),
        (spot("M17 12a5 5 0 1 0 10 0 5 5 0 1 0-10 0"), t.corridors_regency().to_owned()),
    ]
}

fn legs_table(here: &Here, legs: &[Leg<'_>]) -> Table {
    let t = here.t.words();
    let line = |(number, ((from, to), (cases, said))): (usize, &Leg<'_>)| Line {
        href: String::new(),
        head: number.to_string(),
        cells: vec![place(from), place(to), sum(here, *cases), sum(here, *said)],
    };
    Table {
        heading: t.corridors_legs().to_owned(),
        columns: vec![
            t.corridors_number().into(),
            t.corridors_from().into(),
            t.corridors_to().into(),
            t.corridors_cases().into(),
            t.corridors_recruiters().into(),
        ],
        lines: (1..).zip(legs.iter().take(LINES_MAX)).map(line).collect(),
        none: t.corridors_none().to_owned(),
    }
}

fn whole(here: &Here, known: &Corridors, months: &BTreeSet<Month>) -> Table {
    let t = here.t.words();
    Table {
        heading: t.corridors_whole().to_owned(),
        columns: vec![t.corridors_way().into(), t.corridors_cases().into()],
        lines: ways(here, known, months, LINES_MAX),
        none: t.corridors_none().to_owned(),
    }
}

/// The busiest whole ways of cases.
pub fn ways(here: &Here, known: &Corridors, months: &BTreeSet<Month>, most: usize) -> Vec<Line> {
    let line = |(stops, count): (&[String], Sum)| Line {
        href: String::new(),
        head: stops.iter().map(|code| name(code)).collect::<Vec<_>>().join(" – "),
        cells: vec![sum(here, count)],
    };
    known.cases.corridors(months).into_iter().take(most).map(line).collect()
}

/// A month in words.
pub fn month_words(here: &Here, month: Month) -> String {
    let zone = here.web.desk.me.place.zone();
    let day = here.day(month.begin(zone));
    day.split_once(' ').map_or(day.as_str(), |(_, month)| month).to_owned()
}

/// A sum as it is told: a number, "few", or so many at least.
pub fn sum(here: &Here, sum: Sum) -> String {
    match sum {
        Sum { least: 0, .. } => "–".to_owned(),
        sum if sum.is_few() => here.t.corridors_few().to_owned(),
        Sum { least, few: 0 } => least.to_string(),
        Sum { least, .. } => here.t.corridors_least(least),
    }
}

/// A place with its code, or abroad with its name.
fn place(code: &str) -> String {
    if base::Place::parse(code).is_ok() { words_of::place(code) } else { name(code) }
}

/// The name of a place as people call it: a regency without its kind, a city too unless a regency has its name.
fn name(code: &str) -> String {
    let abroad = ABROAD.iter().find(|abroad| abroad.code == code).and_then(|abroad| abroad.names.first());
    let country = COUNTRIES.iter().find(|(letters, _)| *letters == code).map(|(_, name)| *name);
    if let Some(known) = abroad.copied().or(country) {
        return known.to_owned();
    }
    let Ok(place) = base::Place::parse(code) else { return code.to_owned() };
    let short = |kind: &str| place.name().strip_prefix(kind);
    let is_shared = |short: &str| REGENCIES.iter().any(|other| other.name.strip_prefix("Kabupaten ") == Some(short));
    let city = short("Kota ").filter(|short| !is_shared(short));
    short("Kabupaten ").or(city).unwrap_or(place.name()).to_owned()
}
