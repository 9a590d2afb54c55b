//! Who is tied to whom, and by what: a person of the trade in the middle, the things that are said of that person, the people
//! of whom the same is said, and what else is said of them (RESOLUTION.md 3, ADR 49). A person is an entity of people's
//! judgements; the machine joins nobody here, it finds what is shared.
//!
//! Pure: what was said comes in, nodes and ties go out; the same mentions in any order give the same network and the same
//! picture. Start reading at [`Network::of`].

mod graph;
mod layout;

pub use layout::{Placed, placed};

use crate::fields;
use crate::intern::hash;
use crate::said::{Grade, Reliability, Said, words};
use base::{MentionId, Redacted, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Nodes of a picture; a larger network is its table alone (WEB.md 9).
pub const DRAWN_MAX: usize = 150;
/// Nodes of a table. What is beyond is left out, and said.
pub const NODES_MAX: usize = 600;

words! {
    /// What stands in a network.
    Kind {
        /// Somebody of the trade.
        Person = "person",
        /// An agency or company.
        Agency = "agency",
        /// A telephone.
        Phone = "phone",
        /// A bank account.
        Account = "account",
        /// A vessel.
        Vessel = "vessel",
        /// A vehicle, by its plate.
        Vehicle = "vehicle",
        /// A village with its regency.
        Address = "address",
        /// A regency or country on the way. Too many share one: nobody is tied to another by it.
        Place = "place",
    }
}

/// A thing that a mention ties a person to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thing {
    /// What it is; never a person.
    pub kind: Kind,
    /// One number for all its spellings.
    key: u64,
    /// As it was written.
    pub label: Redacted<String>,
}

/// The things that are said of somebody, each once.
pub fn things(said: &Said) -> Vec<Thing> {
    let full = |text: &Redacted<String>| !text.expose().trim().is_empty();
    let thing = |kind, key: u64, label: String| Thing { kind, key, label: Redacted::new(label) };
    let mut all = Vec::new();
    let phone = fields::phone(said.phone.expose());
    if phone != 0 {
        all.push(thing(Kind::Phone, phone, said.phone.expose().clone()));
    }
    if full(&said.agency) {
        all.push(thing(
            Kind::Agency,
            hash(fields::employer(said.agency.expose()).as_bytes()),
            said.agency.expose().clone(),
        ));
    }
    let vessel = full(&said.vessel).then(|| fields::vessel(said.vessel.expose()));
    for (kind, key, text) in [
        (Kind::Account, fields::account(said.account.expose()), &said.account),
        (Kind::Vessel, vessel, &said.vessel),
        (Kind::Vehicle, fields::plate(said.vehicle.expose()), &said.vehicle),
    ] {
        all.extend(key.map(|key| thing(kind, hash(key.as_bytes()), text.expose().trim().to_owned())));
    }
    let regency = crate::said::regency_name(said.regency.expose());
    if full(&said.village) {
        let key = [fields::place(said.village.expose()), fields::place(regency)].join("/");
        let parts = [said.village.expose().trim(), regency.trim()];
        let label: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        all.push(thing(Kind::Address, hash(key.as_bytes()), label.join(", ")));
    }
    let mut places = BTreeSet::new();
    for text in [&said.regency, &said.from, &said.to].into_iter().filter(|text| full(text)) {
        let key = hash(fields::place(crate::said::regency_name(text.expose())).as_bytes());
        if places.insert(key) {
            all.push(thing(Kind::Place, key, text.expose().clone()));
        }
    }
    all
}

/// Which mentions say the same thing, for all of a node. It holds numbers, no values.
#[derive(Clone, Debug, Default)]
pub struct Index(BTreeMap<(Kind, u64), Vec<MentionId>>);

impl Index {
    /// Adds a mention.
    pub fn add(&mut self, id: MentionId, said: &Said) {
        for thing in things(said).into_iter().filter(|thing| thing.kind != Kind::Place) {
            self.0.entry((thing.kind, thing.key)).or_default().push(id);
        }
    }

    /// The mentions that say this thing. Of a place nobody is told.
    pub fn saying(&self, thing: &Thing) -> &[MentionId] {
        self.0.get(&(thing.kind, thing.key)).map_or(&[], Vec::as_slice)
    }
}

/// A mention as a network needs it.
#[derive(Clone, Copy, Debug)]
pub struct Spoken<'a> {
    /// Which.
    pub mention: MentionId,
    /// Whom it is of: the first mention of the entity.
    pub person: MentionId,
    /// What it says.
    pub said: &'a Said,
    /// How good it is.
    pub grade: Grade,
    /// When it was recorded.
    pub at: Timestamp,
}

/// What of a network is looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Things of this kind alone.
    pub kind: Option<Kind>,
    /// Sources that are at least this reliable.
    pub source: Option<Reliability>,
    /// Recorded from then on.
    pub from: Option<Timestamp>,
    /// Recorded before.
    pub until: Option<Timestamp>,
    /// Not what these say.
    pub without: BTreeSet<MentionId>,
}

impl Filter {
    fn lets(&self, spoken: &Spoken<'_>) -> bool {
        !self.without.contains(&spoken.mention)
            && self.source.is_none_or(|least| spoken.grade.source <= least)
            && self.from.is_none_or(|from| spoken.at >= from)
            && self.until.is_none_or(|until| spoken.at < until)
    }
}

/// What a node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Somebody, by the first mention.
    Person(MentionId),
    /// A thing.
    Thing(Thing),
}

/// A node of a network.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it is.
    pub what: What,
    /// Steps from the middle: even for people, odd for things.
    pub ring: u8,
    /// On how many shortest ways between two others it lies (Freeman 1977), of a pair with several ways its share.
    pub between: f64,
}

impl Node {
    /// Its kind.
    pub const fn kind(&self) -> Kind {
        match &self.what {
            What::Person(_) => Kind::Person,
            What::Thing(thing) => thing.kind,
        }
    }
}

/// That something is said of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tie {
    /// Number of the person.
    pub person: usize,
    /// Number of the thing.
    pub thing: usize,
    /// The mentions that say so.
    pub mentions: Vec<MentionId>,
    /// The best grade of them.
    pub grade: Grade,
    /// When it was first and last said.
    pub said: (Timestamp, Timestamp),
}

/// The network of one person: node 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Network {
    /// Nodes, by ring, then by kind.
    pub nodes: Vec<Node>,
    /// Ties, by person and thing.
    pub ties: Vec<Tie>,
    /// There are more than [`NODES_MAX`].
    pub is_cut: bool,
}

impl Network {
    /// The network of a person out of what is said of that person and others. The order of what comes in does not matter.
    pub fn of(middle: MentionId, spoken: &[Spoken<'_>], filter: &Filter) -> Self {
        let mut said: BTreeMap<(MentionId, (Kind, u64)), Vec<&Spoken<'_>>> = BTreeMap::new();
        let mut known: BTreeMap<(Kind, u64), (MentionId, Thing)> = BTreeMap::new();
        for one in spoken.iter().filter(|one| filter.lets(one)) {
            for thing in things(one.said).into_iter().filter(|thing| filter.kind.is_none_or(|kind| thing.kind == kind))
            {
                let key = (thing.kind, thing.key);
                said.entry((one.person, key)).or_default().push(one);
                // Of several spellings the one of the first mention is shown.
                match known.get(&key) {
                    Some((first, _)) if *first <= one.mention => {}
                    _ => drop(known.insert(key, (one.mention, thing))),
                }
            }
        }
        let mut network = Self::reached(middle, &said, &known);
        graph::measure(&mut network);
        network
    }

    /// Goes from the middle over things to people and on to their things, no further; a place leads nowhere.
    fn reached(
        middle: MentionId,
        said: &BTreeMap<(MentionId, (Kind, u64)), Vec<&Spoken<'_>>>,
        known: &BTreeMap<(Kind, u64), (MentionId, Thing)>,
    ) -> Self {
        let of_person = |person: MentionId| {
            said.range((person, (Kind::Person, 0))..=(person, (Kind::Place, u64::MAX))).map(|((_, key), _)| *key)
        };
        let mut network = Self::default();
        let mut people: BTreeMap<MentionId, usize> = BTreeMap::new();
        let mut at: BTreeMap<(Kind, u64), usize> = BTreeMap::new();
        let mut sayers: BTreeMap<(Kind, u64), Vec<MentionId>> = BTreeMap::new();
        for (person, key) in said.keys() {
            sayers.entry(*key).or_default().push(*person);
        }
        people.insert(middle, 0);
        network.nodes.push(Node { what: What::Person(middle), ring: 0, between: 0.0 });
        for ring in [1, 2, 3] {
            let outer = ring - 1;
            let full = |network: &mut Self| {
                network.is_cut |= network.nodes.len() >= NODES_MAX;
                network.is_cut
            };
            if ring == 2 {
                let first: Vec<(Kind, u64)> = at.keys().copied().filter(|(kind, _)| *kind != Kind::Place).collect();
                for person in first.iter().filter_map(|key| sayers.get(key)).flatten() {
                    if people.contains_key(person) || full(&mut network) {
                        continue;
                    }
                    people.insert(*person, network.nodes.len());
                    network.nodes.push(Node { what: What::Person(*person), ring, between: 0.0 });
                }
                continue;
            }
            let on =
                |(_, number): &(&MentionId, &usize)| network.nodes.get(**number).is_some_and(|node| node.ring == outer);
            let whose: Vec<MentionId> = people.iter().filter(on).map(|(person, _)| *person).collect();
            for key in whose.into_iter().flat_map(of_person) {
                let Some((_, thing)) = known.get(&key).filter(|_| !at.contains_key(&key)) else { continue };
                if full(&mut network) {
                    break;
                }
                at.insert(key, network.nodes.len());
                network.nodes.push(Node { what: What::Thing(thing.clone()), ring, between: 0.0 });
            }
        }
        for ((person, key), all) in said {
            let (Some(person), Some(thing)) = (people.get(person), at.get(key)) else { continue };
            network.ties.extend(tie(*person, *thing, all));
        }
        network
    }

    /// Things that are said of two people or more, the most shared first: their number, and whose.
    pub fn shared(&self) -> Vec<(usize, Vec<usize>)> {
        let mut of: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for tie in &self.ties {
            of.entry(tie.thing).or_default().push(tie.person);
        }
        let is_place = |thing: usize| self.nodes.get(thing).is_some_and(|node| node.kind() == Kind::Place);
        let mut shared: Vec<(usize, Vec<usize>)> =
            of.into_iter().filter(|(thing, people)| people.len() > 1 && !is_place(*thing)).collect();
        shared.sort_by_key(|(thing, people)| (std::cmp::Reverse(people.len()), *thing));
        shared
    }

    /// People other than the middle who join others that would hang together less without them, the most first.
    pub fn brokers(&self) -> Vec<usize> {
        let people = self.nodes.iter().enumerate().skip(1).filter(|(_, node)| node.kind() == Kind::Person);
        let mut brokers: Vec<(usize, f64)> =
            people.filter(|(_, node)| node.between > 0.0).map(|(number, node)| (number, node.between)).collect();
        brokers.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        brokers.into_iter().map(|(number, _)| number).collect()
    }

    /// Into how many groups of people the others fall without the middle; people who hang together count once.
    pub fn groups_without_the_middle(&self) -> usize {
        graph::groups_without(self, 0)
    }
}

fn tie(person: usize, thing: usize, all: &[&Spoken<'_>]) -> Option<Tie> {
    let mut mentions: Vec<MentionId> = all.iter().map(|one| one.mention).collect();
    mentions.sort_unstable();
    mentions.dedup();
    let grade = all.iter().map(|one| one.grade).min()?;
    let said = (all.iter().map(|one| one.at).min()?, all.iter().map(|one| one.at).max()?);
    Some(Tie { person, thing, mentions, grade, said })
}

#[cfg(test)]
mod tests;
