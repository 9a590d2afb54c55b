//! The network of a recruiter: who is tied to whom and by what, as a picture and its table, with what was found in words
//! (ADR 49). Filters and steps in time are links.

pub mod export;
mod picture;

use super::recruiters::page::opens;
use super::recruiters::{entity_called, place};
use crate::doors::corridor::month_words;
use crate::doors::id;
use crate::guard::{Answer, Fail, Here, page};
use crate::text::Words;
use crate::view::Link;
use crate::view::staff::picture::{Choosing, Line, PicturePage, Table};
use axum::extract::{Path, Query};
use base::{MentionId, Timestamp, Zone};
use desk::Deed;
use desk::mentions::network::sources;
use desk::mentions::{Book, Entity};
use recruiters::corridor::Month;
use recruiters::network::{DRAWN_MAX, Filter, Kind, NODES_MAX, Network, What};
use recruiters::said::Reliability;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use store::View;

/// Steps in time that are links; the last ones.
const STEPS_MAX: usize = 12;
/// Lines of what was found, of each kind.
const FOUND_MAX: usize = 5;

/// What is asked for, as it stands in an address.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Asked {
    /// Kind of thing.
    #[serde(default)]
    jenis: String,
    /// At least so reliable a source.
    #[serde(default)]
    mutu: String,
    /// Recorded in this year.
    #[serde(default)]
    tahun: String,
    /// Recorded until the end of this month.
    #[serde(default)]
    sampai: String,
}

impl Asked {
    fn filter(&self, zone: Zone) -> Filter {
        let year = |month: &str| Month::parse(&format!("{}-{month}", self.tahun));
        let until = Month::parse(&self.sampai).map(|month| month.after().begin(zone));
        let end = year("12").map(|month| month.after().begin(zone));
        Filter {
            kind: Kind::parse(&self.jenis).filter(|kind| *kind != Kind::Person),
            source: Reliability::parse(&self.mutu),
            from: year("01").map(|month| month.begin(zone)),
            until: until.into_iter().chain(end).min(),
            without: BTreeSet::new(),
        }
    }

    /// The address with one of its parts changed.
    fn with(&self, of: MentionId, part: &str, value: &str) -> String {
        let mut query = String::new();
        for (name, now) in
            [("jenis", &self.jenis), ("mutu", &self.mutu), ("tahun", &self.tahun), ("sampai", &self.sampai)]
        {
            let value = if name == part { value } else { now.as_str() };
            let plain = value.bytes().all(|letter| letter.is_ascii_alphanumeric() || letter == b'-');
            if !value.is_empty() && plain {
                let _ = write!(query, "{}{name}={value}", if query.is_empty() { "?" } else { "&" });
            }
        }
        format!("/jaringan/{of}{query}")
    }
}

/// A network as this officer may see it, with the names of its people and how many sources say each tie.
pub(super) struct Known {
    pub head: MentionId,
    pub network: Network,
    /// What each node is called, in their order.
    pub names: Vec<String>,
    /// Independent sources of each tie.
    pub sources: Vec<usize>,
}

/// `GET /jaringan/{id}`
pub async fn one(here: Here, Path(mention): Path<String>, Query(asked): Query<Asked>) -> Answer {
    let mention: MentionId = id(&mention)?;
    opens(&here, mention, Deed::SeeNetwork).await?;
    let (mut view, book) = here.web.desk.book(&here.actor(), Deed::SeeNetwork).await?;
    let entity = book.entity(mention, &here.staff).ok_or(desk::Error::NotFound)?;
    let zone = here.web.desk.me.place.zone();
    let whole = book.network(&entity, &here.staff, &Filter::default());
    let known = known(&here, &mut view, &book, &entity, &asked.filter(zone)).await?;
    let t = here.t.words();
    let name = known.names.first().cloned().unwrap_or_default();
    let drawn = known.network.nodes.len() <= DRAWN_MAX;
    let mut notes = Vec::new();
    if known.network.is_cut {
        notes.push(here.t.network_cut(NODES_MAX));
    } else if !drawn {
        notes.push(here.t.network_table_only(DRAWN_MAX));
    }
    let mut acts = vec![Link::new(format!("/perekrut/{}", known.head), t.network_person_page())];
    if here.may(Deed::ExportNetwork) {
        acts.push(Link::new(format!("/jaringan/{}/ekspor", known.head), t.network_export()));
    }
    page(&PicturePage {
        back: Some(Link::new("/perekrut", t.recruiters())),
        heading: here.t.network_of(name),
        lead: t.network_lead().to_owned(),
        notes,
        choices: choices(&here, known.head, &asked, &whole, zone),
        found: Some((t.network_found().to_owned(), found(&here, &known))),
        picture: drawn.then(|| picture::picture(&here.t, &known)),
        twin: ties(&here, &known),
        tables: Vec::new(),
        acts,
        t: here.t.clone(),
    })
}

/// The network with its names and sources.
pub(super) async fn known(
    here: &Here,
    view: &mut View,
    book: &Book,
    entity: &Entity<'_>,
    filter: &Filter,
) -> Result<Known, Fail> {
    let network = book.network(entity, &here.staff, filter);
    let called = |what: &What| match what {
        What::Person(id) => {
            let own = |mut entity: Entity<'_>| {
                entity.mentions.retain(|card| !filter.without.contains(&card.id));
                entity_called(here, &entity)
            };
            book.entity(*id, &here.staff).map(own).unwrap_or_default()
        }
        What::Thing(thing) if thing.kind == Kind::Place => place(thing.label.expose()),
        What::Thing(thing) => thing.label.expose().clone(),
    };
    let names = network.nodes.iter().map(|node| called(&node.what)).collect();
    let sources = sources(view, &network.ties).await?;
    Ok(Known { head: entity.head, network, names, sources })
}

impl Known {
    /// A node by number and name, as picture, table and words call it.
    fn node(&self, number: usize) -> String {
        format!("{}. {}", number + 1, self.names.get(number).map_or("", String::as_str))
    }

    fn kind(&self, number: usize) -> Kind {
        self.network.nodes.get(number).map_or(Kind::Place, recruiters::network::Node::kind)
    }
}

/// What a kind of node is called.
pub(super) fn kind_word(t: Words, kind: Kind) -> &'static str {
    match kind {
        Kind::Person => t.network_kind_person(),
        Kind::Agency => t.network_kind_agency(),
        Kind::Phone => t.network_kind_phone(),
        Kind::Account => t.network_kind_account(),
        Kind::Vessel => t.network_kind_vessel(),
        Kind::Vehicle => t.network_kind_vehicle(),
        Kind::Address => t.network_kind_address(),
        Kind::Place => t.network_kind_place(),
    }
}

/// What is shared, who joins others, and what would fall apart.
fn found(here: &Here, known: &Known) -> Vec<String> {
    let t = here.t.words();
    let mut lines = Vec::new();
    for (thing, people) in known.network.shared().into_iter().take(FOUND_MAX) {
        let names: Vec<String> = people.iter().take(FOUND_MAX).map(|person| known.node(*person)).collect();
        let kind = kind_word(t, known.kind(thing));
        lines.push(here.t.network_shared(people.len(), kind, names.join("; "), known.node(thing)));
    }
    let brokers = known.network.brokers();
    lines.extend(brokers.into_iter().take(FOUND_MAX).map(|person| here.t.network_broker(known.node(person))));
    let groups = known.network.groups_without_the_middle();
    if groups > 1 {
        lines.push(here.t.network_groups(groups));
    }
    if lines.is_empty() {
        lines.push(t.network_alone().to_owned());
    }
    lines
}

/// Each tie: who, what, how good, from how many sources, since when.
fn ties(here: &Here, known: &Known) -> Table {
    let t = here.t.words();
    let line = |(tie, sources): (&recruiters::network::Tie, &usize)| {
        let person = known.network.nodes.get(tie.person).map(|node| &node.what);
        let href = match person {
            Some(What::Person(id)) if tie.person > 0 => format!("/jaringan/{id}"),
            _ => String::new(),
        };
        Line {
            href,
            head: known.node(tie.person),
            cells: vec![
                kind_word(t, known.kind(tie.thing)).to_owned(),
                known.node(tie.thing),
                tie.grade.to_string(),
                sources.to_string(),
                when(here, tie.said),
            ],
        }
    };
    Table {
        heading: t.network_ties().to_owned(),
        columns: vec![
            t.network_person().into(),
            t.network_kind().into(),
            t.network_thing().into(),
            t.recruiters_sure().into(),
            t.recruiters_sources().into(),
            t.network_when().into(),
        ],
        lines: known.network.ties.iter().zip(&known.sources).map(line).collect(),
        none: t.network_alone().to_owned(),
    }
}

fn when(here: &Here, (first, last): (Timestamp, Timestamp)) -> String {
    let (first, last) = (here.day(first), here.day(last));
    if first == last { first } else { format!("{first} – {last}") }
}

fn choices(here: &Here, of: MentionId, asked: &Asked, whole: &Network, zone: Zone) -> Vec<Choosing> {
    let t = here.t.words();
    let link = |part: &str, now: &str, value: &str, word: String| {
        Link::new(asked.with(of, part, value), word).here(now == value)
    };
    let kinds = Kind::ALL.iter().filter(|kind| **kind != Kind::Person);
    let mut by_kind = vec![link("jenis", &asked.jenis, "", t.network_all_kinds().to_owned())];
    by_kind.extend(kinds.map(|kind| link("jenis", &asked.jenis, kind.word(), kind_word(t, *kind).to_owned())));
    let mut by_grade = vec![link("mutu", &asked.mutu, "", t.network_all_grades().to_owned())];
    let grades = Reliability::ALL.iter().take(4);
    by_grade.extend(grades.map(|grade| link("mutu", &asked.mutu, grade.word(), here.t.network_grade(grade.word()))));
    let moments = || whole.ties.iter().flat_map(|tie| [tie.said.0, tie.said.1]);
    let months: BTreeSet<Month> = moments().map(|at| Month::of(at, zone)).collect();
    let years: BTreeSet<String> = months.iter().map(|month| month.to_string().chars().take(4).collect()).collect();
    let mut by_year = vec![link("tahun", &asked.tahun, "", t.network_all_years().to_owned())];
    by_year.extend(years.into_iter().rev().map(|year| link("tahun", &asked.tahun, &year, year.clone())));
    let mut steps = vec![link("sampai", &asked.sampai, "", t.network_until_now().to_owned())];
    steps.extend(months.into_iter().rev().take(STEPS_MAX).map(|month| {
        let word = here.t.network_until(month_words(here, month));
        link("sampai", &asked.sampai, &month.to_string(), word)
    }));
    let named = |label: &str, links| Choosing { label: label.to_owned(), links };
    vec![
        named(t.network_kind(), by_kind),
        named(t.recruiters_sure(), by_grade),
        named(t.network_year(), by_year),
        named(t.network_steps(), steps),
    ]
}
