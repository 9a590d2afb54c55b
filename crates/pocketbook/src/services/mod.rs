//! Services of nodes and of bodies without a node: what each is for, whom it helps, where, when, how to reach it, and on which
//! day somebody last confirmed that it is still true.
//!
//! A service is a record of [`COLUMNS`] texts in every form that leaves this room: a row of our CSV ([`csv`]), an item of a
//! signed entry, a filled-in form, the Human Services Data Specification ([`hsds`]). [`Listed::from_record`] is the one check.

pub mod csv;
pub mod hours;
pub mod hsds;
pub mod tabular;

use crate::guide::{ServiceKind, dialled};
use base::pack::{day, name};
use base::{Place, Problem, Text};
use hours::Hours;

/// The columns, in order.
pub const COLUMNS: [&str; 19] = [
    "code",
    "place",
    "kind",
    "body",
    "name_id",
    "name_en",
    "what_id",
    "what_en",
    "who_id",
    "who_en",
    "languages",
    "hours",
    "phones",
    "whatsapp",
    "address",
    "visibility",
    "confirmed_on",
    "source_id",
    "source_en",
];
/// Columns with words for people, by their place: none is empty.
const TEXTS: [usize; 9] = [3, 4, 5, 6, 7, 8, 9, 17, 18];
/// Longest text of a field, in bytes: three paragraphs.
const FIELD_BYTES_MAX: usize = 1_000;
/// Numbers or languages of one field.
const ITEMS_MAX: usize = 10;
/// What nobody confirmed for so long is doubtful.
pub const STALE_DAYS: i64 = 180;

/// Where a service is given.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Where {
    /// In the whole of Indonesia: `ID`.
    Country,
    /// In a province or regency, by its dotted code.
    Place(Place),
    /// In another country, by its two letters (ISO 3166): embassies and consulates.
    Abroad(String),
}

impl Where {
    /// Reads a code.
    pub fn parse(code: &str) -> Option<Self> {
        let letters = code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase());
        match code {
            "ID" => Some(Self::Country),
            _ if letters => Some(Self::Abroad(code.to_owned())),
            _ => Place::parse(code).ok().filter(known).map(Self::Place),
        }
    }

    /// The code.
    pub fn code(&self) -> &str {
        match self {
            Self::Country => "ID",
            Self::Place(place) => place.code(),
            Self::Abroad(country) => country,
        }
    }
}

/// A service. It is always free for the person: a fee is no field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name in lists: 1 to 64 plain characters; two services of one owner never share it.
    pub code: String,
    /// Where.
    pub at: Where,
    /// What for.
    pub kind: ServiceKind,
    /// Whose it is: the institution.
    pub body: String,
    /// What people call it.
    pub name: Text,
    /// What it does, in a sentence.
    pub what: Text,
    /// Who may come.
    pub who: Text,
    /// Languages that are spoken there (BCP 47).
    pub languages: Vec<String>,
    /// When somebody is there; empty: not known.
    pub hours: Vec<Hours>,
    /// Numbers to call.
    pub phones: Vec<String>,
    /// Numbers to write to.
    pub whatsapp: Vec<String>,
    /// `None`: not published. Always `None` for a shelter.
    pub address: Option<String>,
    /// Whether everybody may see it, or partners alone.
    pub public: bool,
    /// The day on which its owner, or who keeps it, last said that it is true, such as `2026-11-23`.
    pub confirmed_on: String,
    /// Where it comes from.
    pub source: Text,
}

impl Listed {
    /// Whether nobody confirmed it for half a year, on a day (days since 1970).
    pub fn stale(&self, today: i64) -> bool {
        day(&self.confirmed_on).is_none_or(|confirmed| today - confirmed > STALE_DAYS)
    }

    /// Its record, in the order of [`COLUMNS`].
    pub fn record(&self) -> [String; 19] {
        let hours: Vec<String> = self.hours.iter().map(Hours::to_string).collect();
        let text = |text: &Text| (text.id.clone(), text.en.clone());
        let ((name_id, name_en), (what_id, what_en)) = (text(&self.name), text(&self.what));
        let ((who_id, who_en), (source_id, source_en)) = (text(&self.who), text(&self.source));
        [
            self.code.clone(),
            self.at.code().to_owned(),
            self.kind.word().to_owned(),
            self.body.clone(),
            name_id,
            name_en,
            what_id,
            what_en,
            who_id,
            who_en,
            self.languages.join("; "),
            hours.join("; "),
            self.phones.join("; "),
            self.whatsapp.join("; "),
            self.address.clone().unwrap_or_default(),
            if self.public { "public" } else { "partners" }.to_owned(),
            self.confirmed_on.clone(),
            source_id,
            source_en,
        ]
    }

    /// Reads a record, `today` in days since 1970. Every fault at once, each at its column.
    pub fn from_record(record: &[String; 19], today: i64) -> Result<Self, Vec<Problem>> {
        let mut faults = Vec::new();
        for (at, (column, text)) in COLUMNS.iter().zip(record).enumerate() {
            if text.len() > FIELD_BYTES_MAX || text.contains('\0') {
                faults.push(Problem::at("service.too-long", *column));
            } else if TEXTS.contains(&at) && text.trim().is_empty() {
                faults.push(Problem::at("service.empty", *column));
            }
        }
        let [code, place, kind, body, name_id, name_en, what_id, what_en, who_id, who_en, rest @ ..] = record;
        let [languages, hours, phones, whatsapp, address, visibility, confirmed_on, source_id, source_en] = rest;
        let mut need = |fine: bool, code: &'static str, at: &str| {
            if !fine {
                faults.push(Problem::at(code, at));
            }
        };
        need(name(code), "service.code", "code");
        let (at, kind) = (Where::parse(place), ServiceKind::parse(kind));
        need(at.is_some(), "service.place", "place");
        need(kind.is_some(), "service.kind", "kind");
        let languages = split(languages);
        need(
            languages.len() <= ITEMS_MAX && languages.iter().all(|tag| is_language(tag)),
            "service.language",
            "languages",
        );
        let hours = hours::parse(hours);
        need(hours.is_some(), "service.hours", "hours");
        let (phones, whatsapp) = (split(phones), split(whatsapp));
        for (column, numbers) in [("phones", &phones), ("whatsapp", &whatsapp)] {
            let sound = numbers.len() <= ITEMS_MAX && numbers.iter().all(|number| dialled(number).is_some());
            need(sound, "service.phone", column);
        }
        need(!phones.is_empty() || !whatsapp.is_empty(), "service.unreachable", "phones");
        let address = Some(address.trim()).filter(|address| !address.is_empty()).map(str::to_owned);
        need(address.is_none() || kind != Some(ServiceKind::Shelter), "service.shelter-address", "address");
        let public = match visibility.as_str() {
            "public" => Some(true),
            "partners" => Some(false),
            _ => None,
        };
        need(public.is_some(), "service.visibility", "visibility");
        let confirmed = day(confirmed_on);
        // A day ahead of the reader's own: another zone may have it already.
        need(confirmed.is_some_and(|day| day <= today + 1), "service.date", "confirmed_on");
        let (Some(at), Some(kind), Some(hours), Some(public), true) = (at, kind, hours, public, faults.is_empty())
        else {
            return Err(faults);
        };
        let text = |id: &String, en: &String| Text::new(id.trim(), en.trim());
        Ok(Self {
            code: code.clone(),
            at,
            kind,
            body: body.trim().to_owned(),
            name: text(name_id, name_en),
            what: text(what_id, what_en),
            who: text(who_id, who_en),
            languages,
            hours,
            phones,
            whatsapp,
            address,
            public,
            confirmed_on: confirmed_on.clone(),
            source: text(source_id, source_en),
        })
    }
}

/// A fault of a field, with the line or number of its service before it.
fn placed(fault: Problem, number: u64) -> Problem {
    Problem { at: Some(format!("{number}: {}", fault.at.unwrap_or_default())), ..fault }
}

fn known(place: &Place) -> bool {
    let province = place.code().len() == 2 && base::places::PROVINCES.iter().any(|(code, _)| code == place.code());
    province || (place.code().len() == 5 && place.regency().is_some())
}

/// The items of a field, set apart by semicolons.
fn split(field: &str) -> Vec<String> {
    field.split(';').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

/// A tag such as `id`, `jv`, `zh-Hant`.
fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let first = parts
        .next()
        .is_some_and(|first| (2..=3).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_lowercase()));
    first && parts.all(|part| (2..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}
