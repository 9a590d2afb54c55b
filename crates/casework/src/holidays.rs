//! A calendar as a pack (CONTRACTS.md 5a): days on which nobody works, by place. None is shipped: weekends alone are known
//! until a publisher who has read the joint decree signs one.

use crate::clock::Calendar;
use base::pack::{Files, Kind, Manifest, day, json};
use base::{Place, Problem, Text};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

const DAYS: &str = "days.json";
/// Days of one pack: ten years, forty a year, with districts.
const DAYS_MAX: usize = 5_000;
/// Years that a calendar may name.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2200;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    years: BTreeSet<i16>,
    days: Vec<DayShape>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DayShape {
    date: String,
    name: Text,
    places: Vec<String>,
}

impl Calendar {
    /// Reads the content of a pack; every fault at once. Bytes and signature are the caller's check.
    pub fn load(files: &Files) -> Result<Self, Vec<Problem>> {
        let manifest = Manifest::read(files)?;
        if manifest.kind != Kind::Calendar {
            return Err(vec![Problem::at("pack.kind-unknown", "pack.json: kind")]);
        }
        let shape: Shape = json(files, DAYS).map_err(|problem| vec![problem])?;
        let unknown = manifest.files.iter().filter(|(path, ..)| path != DAYS);
        let mut faults: Vec<Problem> = unknown.map(|(path, ..)| Problem::at("pack.file-unknown", path)).collect();
        if shape.days.len() > DAYS_MAX {
            faults.push(Problem::at("pack.too-many", DAYS));
        }
        if shape.years.is_empty() || !shape.years.iter().all(|year| YEARS.contains(year)) {
            faults.push(Problem::at("pack.date-bad", format!("{DAYS}: years")));
        }
        let mut days: BTreeMap<i64, Vec<String>> = BTreeMap::new();
        for (number, free) in shape.days.into_iter().enumerate() {
            let at = |key: &str| format!("{DAYS}: days[{number}].{key}");
            if free.name.id.trim().is_empty() || free.name.en.trim().is_empty() {
                faults.push(Problem::at("pack.text-missing", at("name")));
            }
            if free.places.is_empty() || !free.places.iter().all(|place| known(place)) {
                faults.push(Problem::at("pack.place-unknown", at("places")));
            }
            // A day of a year that the calendar does not claim to know would make it look whole.
            let year: Option<i16> = free.date.get(..4).and_then(|year| year.parse().ok());
            match day(&free.date).filter(|_| year.is_some_and(|year| shape.years.contains(&year))) {
                Some(day) => days.entry(day).or_default().extend(free.places),
                None => faults.push(Problem::at("pack.date-bad", at("date"))),
            }
        }
        let calendar = Self { version: manifest.version, years: shape.years, days };
        if faults.is_empty() { Ok(calendar) } else { Err(faults) }
    }
}

fn known(place: &str) -> bool {
    let read = Place::parse(place).ok();
    place == "*" || read.is_some_and(|place| place.code().len() <= 5 && place.name() != place.code())
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Timestamp;
    use base::pack::{MANIFEST, listed};
    use serde_json::json;

    fn pack(days: &serde_json::Value) -> Files {
        let mut files = Files::from([(DAYS.to_owned(), days.to_string().into_bytes())]);
        let manifest = json!({
            "pack": 1, "kind": "calendar", "id": "libur", "version": "2027.1", "previous": null,
            "checked_on": "2026-11-23", "sources": ["uji"], "files": listed(&files),
        });
        files.insert(MANIFEST.to_owned(), manifest.to_string().into_bytes());
        files
    }

    fn one(date: &str, places: &[&str]) -> serde_json::Value {
        json!({"years": [2027], "days": [{"date": date, "name": {"id": "Uji", "en": "Test"}, "places": places}]})
    }

    #[test]
    fn a_day_of_a_calendar_is_free_where_it_says_so() {
        let calendar = Calendar::load(&pack(&one("2027-03-10", &["21"]))).unwrap();
        assert_eq!(calendar.version, "2027.1");
        let at = |text| Timestamp::parse(text).unwrap();
        let (from, to) = (at("2027-03-08T17:00:00Z"), at("2027-03-11T17:00:00Z"));
        let days = |place| calendar.working_millis(from, to, &Place::parse(place).unwrap()) / 86_400_000;
        assert_eq!((days("21.71"), days("31.75")), (2, 3));
    }

    #[test]
    fn every_fault_of_a_calendar_is_named() {
        let cases = [
            (one("2027-02-30", &["*"]), "pack.date-bad", "days.json: days[0].date"),
            (one("2028-01-01", &["*"]), "pack.date-bad", "days.json: days[0].date"),
            (one("2027-01-01", &["99"]), "pack.place-unknown", "days.json: days[0].places"),
            (one("2027-01-01", &[]), "pack.place-unknown", "days.json: days[0].places"),
            (json!({"years": [], "days": []}), "pack.date-bad", "days.json: years"),
            (json!({"years": [2027]}), "pack.malformed", "days.json"),
        ];
        for (days, code, at) in cases {
            let faults = Calendar::load(&pack(&days)).unwrap_err();
            let named = |fault: &Problem| fault.code.0 == code && fault.at.as_deref().unwrap().starts_with(at);
            assert!(faults.iter().any(named), "{code} at {at}: {faults:?}");
        }
    }
}
