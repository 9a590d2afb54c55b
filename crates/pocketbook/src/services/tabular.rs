//! The tabular form of HSDS 3: one CSV file for each kind of thing, as the specification's `datapackage.json` names files and
//! columns. It is written, and not read: [`super::csv`] and [`super::hsds`] come back.

use super::Listed;
use super::csv::line;
use super::hsds::{Service, TERMS};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A file of the package: its name and its columns.
const FILES: [(&str, &[&str]); 10] = [
    ("organizations.csv", &["id", "name", "description"]),
    (
        "services.csv",
        &[
            "id",
            "organization_id",
            "name",
            "alternate_name",
            "description",
            "status",
            "fees_description",
            "eligibility_description",
            "assured_date",
        ],
    ),
    ("locations.csv", &["id", "location_type", "name", "external_identifier", "external_identifier_type"]),
    ("service_at_location.csv", &["id", "service_id", "location_id"]),
    ("phones.csv", &["id", "service_id", "number", "type"]),
    (
        "addresses.csv",
        &["id", "location_id", "address_1", "city", "state_province", "postal_code", "country", "address_type"],
    ),
    ("schedules.csv", &["id", "service_id", "freq", "byday", "opens_at", "closes_at"]),
    ("languages.csv", &["id", "service_id", "code"]),
    ("attributes.csv", &["id", "link_id", "taxonomy_term_id", "link_entity", "value"]),
    ("taxonomy_terms.csv", &["id", "code", "name", "description", "taxonomy"]),
];

/// The files of the package, by name.
pub fn write<'a>(services: impl IntoIterator<Item = &'a Listed>) -> BTreeMap<&'static str, String> {
    let mut files: BTreeMap<&'static str, String> =
        FILES.iter().map(|(name, columns)| (*name, line(columns.iter().copied()))).collect();
    let mut bodies = BTreeSet::new();
    for service in services {
        // Strings and lists are always values.
        let whole = serde_json::to_value(Service::of(service)).unwrap_or_default();
        if bodies.insert(service.body.as_str()) {
            row(&mut files, "organizations.csv", whole.get("organization"));
        }
        row(&mut files, "services.csv", Some(&whole));
        let at = whole.pointer("/service_at_locations/0");
        row(&mut files, "service_at_location.csv", at);
        row(&mut files, "locations.csv", at.and_then(|at| at.get("location")));
        for (name, place) in [
            ("addresses.csv", "/service_at_locations/0/location/addresses"),
            ("phones.csv", "/phones"),
            ("schedules.csv", "/schedules"),
            ("languages.csv", "/languages"),
            ("attributes.csv", "/attributes"),
        ] {
            for one in whole.pointer(place).and_then(Value::as_array).into_iter().flatten() {
                row(&mut files, name, Some(one));
            }
        }
    }
    for (_, term) in TERMS.iter() {
        row(&mut files, "taxonomy_terms.csv", serde_json::to_value(term).ok().as_ref());
    }
    files
}

fn row(files: &mut BTreeMap<&'static str, String>, name: &str, value: Option<&Value>) {
    let Some((columns, value)) = FILES.iter().find(|(file, _)| *file == name).map(|(_, c)| c).zip(value) else {
        return;
    };
    let Some(file) = files.get_mut(name) else { return };
    let field = |column: &&str| value.get(*column).and_then(Value::as_str).unwrap_or_default();
    file.push_str(&line(columns.iter().map(field)));
}
