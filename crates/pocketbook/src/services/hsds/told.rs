//! A service as HSDS tells it: each object borrows its words, so that a country's services are written without a tree of copies.

#![expect(clippy::struct_field_names, reason = "fields are called what HSDS calls them")]

use super::{ATTRIBUTES, FREE, NOT_KEPT, TAXONOMY, uuid};
use crate::services::hours::{Hours, clock};
use crate::services::{COLUMNS, Listed, Where};
use serde::Serialize;
use std::sync::LazyLock;

/// One service with all that hangs from it.
#[derive(Serialize)]
pub struct Service<'a> {
    id: String,
    organization_id: String,
    name: &'a str,
    alternate_name: &'a str,
    description: &'a str,
    status: &'a str,
    fees_description: &'a str,
    eligibility_description: &'a str,
    assured_date: &'a str,
    organization: Organization<'a>,
    phones: Vec<Phone<'a>>,
    schedules: Vec<Schedule>,
    languages: Vec<Language<'a>>,
    service_at_locations: [AtLocation<'a>; 1],
    attributes: Vec<Attribute<'a>>,
}

#[derive(Serialize)]
struct Organization<'a> {
    id: String,
    name: &'a str,
    description: &'a str,
}

#[derive(Serialize)]
struct Phone<'a> {
    id: String,
    service_id: String,
    number: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
}

#[derive(Serialize)]
struct Schedule {
    id: String,
    service_id: String,
    freq: &'static str,
    byday: String,
    opens_at: String,
    closes_at: String,
}

#[derive(Serialize)]
struct Language<'a> {
    id: String,
    service_id: String,
    code: &'a str,
}

#[derive(Serialize)]
struct AtLocation<'a> {
    id: String,
    service_id: String,
    location_id: String,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    id: String,
    location_type: &'static str,
    name: &'a str,
    external_identifier: &'a str,
    external_identifier_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    addresses: Option<[Address<'a>; 1]>,
}

/// An address as HSDS takes it apart; what is not kept says so.
#[derive(Serialize)]
struct Address<'a> {
    id: String,
    location_id: String,
    address_1: &'a str,
    city: &'a str,
    state_province: &'a str,
    postal_code: &'static str,
    country: &'a str,
    address_type: &'static str,
}

#[derive(Serialize)]
struct Attribute<'a> {
    id: String,
    link_id: String,
    link_entity: &'static str,
    taxonomy_term_id: &'a str,
    value: String,
    taxonomy_term: &'a Term,
}

/// What an attribute of ours is about.
#[derive(Serialize)]
pub struct Term {
    id: String,
    code: &'static str,
    name: &'static str,
    description: &'static str,
    taxonomy: &'static str,
}

/// All of our terms: the same for each service.
pub static TERMS: LazyLock<Vec<(usize, Term)>> = LazyLock::new(|| {
    let term = |at: &usize| {
        let name = COLUMNS.get(*at)?;
        Some((*at, Term { id: uuid(name, "term"), code: name, name, description: name, taxonomy: TAXONOMY }))
    };
    ATTRIBUTES.iter().filter_map(term).collect()
});

impl<'a> Service<'a> {
    /// As it is told.
    pub fn of(service: &'a Listed) -> Self {
        let code = service.code.as_str();
        let part = |part: &str| uuid(code, part);
        let (id, location_id, organization_id) = (part(""), part("location"), uuid(&service.body, "organization"));
        let numbers = service.phones.iter().map(|number| (number, "voice"));
        let numbers = numbers.chain(service.whatsapp.iter().map(|number| (number, "text"))).enumerate();
        let phone = |(n, (number, kind)): (usize, (&'a String, &'a str))| Phone {
            id: part(&format!("phone {n}")),
            service_id: id.clone(),
            number,
            kind,
        };
        let schedule = |(n, hours): (usize, &Hours)| Schedule {
            id: part(&format!("schedule {n}")),
            service_id: id.clone(),
            freq: "WEEKLY",
            byday: hours.days().join(","),
            opens_at: clock(hours.opens),
            closes_at: clock(hours.closes),
        };
        let language = |(n, tag): (usize, &'a String)| Language {
            id: part(&format!("language {n}")),
            service_id: id.clone(),
            code: tag,
        };
        let mut record = service.record();
        let attribute = |(at, term): &'static (usize, Term)| Attribute {
            id: part(&format!("attribute {}", term.name)),
            link_id: id.clone(),
            link_entity: "service",
            taxonomy_term_id: &term.id,
            value: record.get_mut(*at).map(std::mem::take).unwrap_or_default(),
            taxonomy_term: term,
        };
        let attributes = TERMS.iter().map(attribute).collect();
        let at_location = AtLocation {
            id: part("service_at_location"),
            service_id: id.clone(),
            location_id: location_id.clone(),
            location: location(service, location_id),
        };
        Self {
            organization: Organization { id: organization_id.clone(), name: &service.body, description: &service.body },
            organization_id,
            name: &service.name.id,
            alternate_name: &service.name.en,
            description: &service.what.id,
            status: "active",
            fees_description: FREE,
            eligibility_description: &service.who.id,
            assured_date: &service.confirmed_on,
            phones: numbers.map(phone).collect(),
            schedules: service.hours.iter().enumerate().map(schedule).collect(),
            languages: service.languages.iter().enumerate().map(language).collect(),
            service_at_locations: [at_location],
            attributes,
            id,
        }
    }
}

fn location(service: &Listed, id: String) -> Location<'_> {
    let address = service.address.as_ref().map(|address| {
        let (city, state_province, country) = match &service.at {
            Where::Country => (NOT_KEPT, NOT_KEPT, "ID"),
            Where::Abroad(country) => (NOT_KEPT, NOT_KEPT, country.as_str()),
            Where::Place(place) => (place.name(), place.province(), "ID"),
        };
        [Address {
            id: uuid(&service.code, "address"),
            location_id: id.clone(),
            address_1: address,
            city,
            state_province,
            postal_code: NOT_KEPT,
            country,
            address_type: "physical",
        }]
    });
    Location {
        location_type: if address.is_some() { "physical" } else { "virtual" },
        name: match &service.at {
            Where::Country => "Indonesia",
            Where::Abroad(country) => country,
            Where::Place(place) => place.name(),
        },
        external_identifier: service.at.code(),
        external_identifier_type: "Kemendagri / ISO 3166-1",
        addresses: address,
        id,
    }
}
