//! Telephone lines and services by place, each with the day on which somebody checked it. Nearness is the straight line
//! between two regencies; water counts like land, and the page says so.

use super::manifest;
use super::words::Faults;
use base::pack::{Files, Kind, day, json, name};
use base::places::{Regency, km, line_km};
use base::{Place, Problem, Text};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

const SERVICES: &str = "services.json";
/// Entries of one pack: 514 districts with ten each.
const ENTRIES_MAX: usize = 6_000;
/// An entry that nobody checked for so long says so.
pub const STALE_DAYS: i64 = 180;

/// What a service is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceKind {
    /// Danger or illness now.
    Emergency,
    /// Women and children.
    WomenChildren,
    /// Witnesses and victims.
    Protection,
    /// Hospitals and clinics.
    Health,
    /// Safe stay.
    Shelter,
    /// Lawyers.
    LegalAid,
    /// Workers abroad.
    Migrant,
    /// Wages and licences.
    Labour,
    /// Social office.
    Social,
    /// The task force itself.
    TaskForce,
    /// Police units.
    Police,
    /// Embassies and consulates.
    Embassy,
    /// Non-governmental organisations, bodies of faith, unions.
    Community,
}

impl ServiceKind {
    /// All kinds, in the order of lists.
    pub const ALL: [Self; 13] = [
        Self::Emergency,
        Self::WomenChildren,
        Self::Protection,
        Self::Police,
        Self::Health,
        Self::Shelter,
        Self::LegalAid,
        Self::Migrant,
        Self::Labour,
        Self::Social,
        Self::Embassy,
        Self::Community,
        Self::TaskForce,
    ];

    /// Its word in files and addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Emergency => "emergency",
            Self::WomenChildren => "women_children",
            Self::Protection => "protection",
            Self::Police => "police",
            Self::Health => "health",
            Self::Shelter => "shelter",
            Self::LegalAid => "legal_aid",
            Self::Migrant => "migrant",
            Self::Labour => "labour",
            Self::Social => "social",
            Self::Embassy => "embassy",
            Self::Community => "community",
            Self::TaskForce => "task_force",
        }
    }

    /// The kind of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// One line or service.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Its name in the pack.
    pub id: String,
    /// Where: a regency, a province, or the whole country.
    pub place: Option<Place>,
    /// What for.
    pub kind: ServiceKind,
    /// Shown wherever somebody may be in danger.
    #[serde(default)]
    pub everywhere: bool,
    /// Whose it is.
    pub name: Text,
    /// What it is for, in a sentence.
    pub what: Text,
    /// Numbers to call.
    pub phones: Vec<String>,
    /// Numbers to write to.
    #[serde(default)]
    pub whatsapp: Vec<String>,
    /// When somebody answers, if that is known.
    #[serde(default)]
    pub hours: Option<Text>,
    /// The day on which somebody last checked it; `None`: nobody has yet.
    pub checked_on: Option<String>,
    /// Where it comes from.
    pub source: Text,
}

impl Service {
    /// Whether nobody checked it for half a year, on a day (days since 1970). What nobody ever checked is told apart.
    pub fn stale(&self, today: i64) -> bool {
        self.checked_on.as_deref().and_then(day).is_some_and(|checked| today - checked > STALE_DAYS)
    }
}

/// All entries of the directories in use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directory {
    /// Names and versions of the packs.
    pub packs: Vec<(String, String)>,
    /// Made up for a demonstration, and shown as that.
    pub demo: bool,
    services: Vec<Service>,
}

/// The services of one regency, as seen from a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Near<'a> {
    /// The regency.
    pub place: &'a Place,
    /// The straight line to it, in whole kilometres.
    pub km: u32,
    /// Its services.
    pub services: Vec<&'a Service>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    #[serde(default)]
    demo: bool,
    services: Vec<serde_json::Value>,
}

impl Directory {
    /// Reads the content of a pack; every fault at once.
    pub fn load(files: &Files) -> Result<Self, Vec<Problem>> {
        let manifest = manifest(files, Kind::Directory)?;
        let mut faults = Faults::default();
        for (path, ..) in manifest.files.iter().filter(|(path, ..)| path != SERVICES) {
            faults.at("pack.file-unknown", path);
        }
        let shape: Shape = match json(files, SERVICES) {
            Ok(shape) => shape,
            Err(problem) => {
                faults.0.push(problem);
                return Err(faults.0);
            }
        };
        faults.expect(shape.services.len() <= ENTRIES_MAX, "pack.too-many", SERVICES);
        let mut ids = BTreeSet::new();
        let mut services = Vec::new();
        for (number, value) in shape.services.into_iter().enumerate() {
            let at = format!("{SERVICES}: services[{number}]");
            match serde_json::from_value::<Service>(value) {
                Err(fault) => faults.at("pack.malformed", format!("{at}: {fault}")),
                Ok(service) => {
                    look_at(&service, &at, &mut faults);
                    faults.expect(ids.insert(service.id.clone()), "pack.twice", &format!("{at}.id"));
                    services.push(service);
                }
            }
        }
        faults.or(Self { packs: vec![(manifest.id, manifest.version)], demo: shape.demo, services })
    }

    /// Puts directories together. Of two entries of one name the one that was checked later stays.
    #[must_use]
    pub fn join(mut self, other: Self) -> Self {
        self.packs.extend(other.packs);
        self.demo |= other.demo;
        let mut by_id: BTreeMap<String, usize> = BTreeMap::new();
        for (index, service) in self.services.iter().enumerate() {
            by_id.insert(service.id.clone(), index);
        }
        for service in other.services {
            match by_id.get(&service.id).and_then(|index| self.services.get_mut(*index)) {
                Some(known) if known.checked_on <= service.checked_on => *known = service,
                Some(_) => {}
                None => self.services.push(service),
            }
        }
        self
    }

    /// The lines that are shown wherever somebody may be in danger.
    pub fn everywhere(&self) -> impl Iterator<Item = &Service> {
        self.services.iter().filter(|service| service.everywhere)
    }

    /// Lines for the whole country.
    pub fn national(&self) -> impl Iterator<Item = &Service> {
        self.services.iter().filter(|service| service.place.is_none())
    }

    /// What is given for one place, and not for what lies under or above it.
    pub fn at(&self, place: &Place) -> impl Iterator<Item = &Service> {
        self.services.iter().filter(move |service| service.place.as_ref() == Some(place))
    }

    /// Whether a regency has services of its own.
    pub fn serves(&self, regency: &str) -> bool {
        self.services.iter().any(|service| service.place.as_ref().is_some_and(|place| place.code() == regency))
    }

    /// Services of the place itself, its province included, and of the nearest regencies that have any, nearest first.
    pub fn near<'a>(&'a self, place: &'a Place, regencies: usize) -> Vec<Near<'a>> {
        let mut by_place: BTreeMap<&Place, Vec<&Service>> = BTreeMap::new();
        for service in &self.services {
            if let Some(at) = &service.place {
                let at = if at.covers(place) { place } else { at };
                by_place.entry(at).or_default().push(service);
            }
        }
        let with_km = |(at, services)| Some(Near { place: at, km: km(place, at)?, services });
        let mut all: Vec<Near<'a>> = by_place.into_iter().filter_map(with_km).collect();
        all.sort_by(|a, b| (a.km, a.place).cmp(&(b.km, b.place)));
        all.truncate(regencies);
        all
    }
}

/// The regencies nearest to a place, itself first.
pub fn around(place: &Place, count: usize) -> Vec<&'static Regency> {
    let Some(here) = place.regency() else { return Vec::new() };
    let mut all: Vec<(u32, &Regency)> =
        base::places::REGENCIES.iter().map(|regency| (line_km(here, regency), regency)).collect();
    all.sort_by(|a, b| (a.0, &a.1.code).cmp(&(b.0, &b.1.code)));
    all.into_iter().take(count).map(|(_, regency)| regency).collect()
}

fn look_at(service: &Service, at: &str, faults: &mut Faults) {
    faults.expect(name(&service.id), "pack.id-bad", &format!("{at}.id"));
    faults.expect(service.place.as_ref().is_none_or(known), "pack.place-unknown", &format!("{at}.place"));
    faults.text(&service.name, &format!("{at}.name"));
    faults.text(&service.what, &format!("{at}.what"));
    faults.text(&service.source, &format!("{at}.source"));
    if let Some(hours) = &service.hours {
        faults.text(hours, &format!("{at}.hours"));
    }
    if let Some(date) = &service.checked_on {
        faults.expect(day(date).is_some(), "pack.date-bad", &format!("{at}.checked_on"));
    }
    faults.expect(!service.phones.is_empty(), "pack.phone-bad", &format!("{at}.phones"));
    for (list, name) in [(&service.phones, "phones"), (&service.whatsapp, "whatsapp")] {
        for (number, phone) in list.iter().enumerate() {
            faults.expect(dialled(phone).is_some(), "pack.phone-bad", &format!("{at}.{name}[{number}]"));
        }
    }
}

fn known(place: &Place) -> bool {
    let province = place.code().len() == 2 && base::places::PROVINCES.iter().any(|(code, _)| code == place.code());
    province || (place.code().len() == 5 && place.regency().is_some())
}

/// A number as it is dialled: digits, with a plus in front where it was written. `None` if it is no number.
pub fn dialled(phone: &str) -> Option<String> {
    let plus = phone.starts_with('+');
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let plain = phone.chars().skip(usize::from(plus)).all(|c| c.is_ascii_digit() || c == ' ' || c == '-');
    let sound = plain && (3..=15).contains(&digits.len());
    sound.then(|| if plus { format!("+{digits}") } else { digits })
}
