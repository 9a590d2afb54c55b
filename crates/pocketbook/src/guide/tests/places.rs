//! Nearest first, national lines always, and what nobody checked for long says so.

use super::*;
use crate::guide::directory::around;
use base::Place;
use base::pack::day;

fn place(code: &str) -> Place {
    Place::parse(code).unwrap()
}

fn service(id: &str, place: Option<&str>, checked: Option<&str>) -> serde_json::Value {
    let both = |text: &str| serde_json::json!({"id": text, "en": text});
    serde_json::json!({
        "id": id, "place": place, "kind": "shelter", "name": both("Rumah Aman"), "what": both("Tempat tinggal."),
        "phones": ["0800 000 001"], "checked_on": checked, "source": both("Uji."),
    })
}

pub fn directory(services: &[serde_json::Value]) -> Files {
    let manifest = serde_json::json!({
        "pack": 1, "kind": "directory", "id": "uji", "version": "1", "previous": null, "checked_on": "2026-11-23",
        "sources": ["uji"], "files": [],
    });
    relisted(Files::from([
        (MANIFEST.to_owned(), manifest.to_string().into_bytes()),
        ("services.json".to_owned(), serde_json::json!({ "services": services }).to_string().into_bytes()),
    ]))
}

#[test]
fn services_of_the_place_come_first_and_then_those_of_the_nearest_regencies() {
    let services = [("kupang", "53.01"), ("bintan", "21.01"), ("batam", "21.71"), ("kepri", "21"), ("pinang", "21.72")]
        .map(|(id, at)| service(id, Some(at), None));
    let directory = Directory::load(&directory(&services)).unwrap();
    let here = place("21.71");
    let near = directory.near(&here, 3);
    let ids: Vec<Vec<&str>> =
        near.iter().map(|near| near.services.iter().map(|service| service.id.as_str()).collect()).collect();
    assert_eq!(ids[0], ["batam", "kepri"], "the province counts as here");
    let rest: Vec<&str> = ids[1..].iter().flatten().copied().collect();
    assert_eq!(rest.len(), 2);
    assert!(!rest.contains(&"kupang"));
    assert_eq!(near[0].km, 0);
    assert!(near[1].km > 0 && near[1].km <= near[2].km && near[2].km < 120, "{near:?}");
}

#[test]
fn the_regencies_around_a_place_begin_with_itself() {
    let codes: Vec<&str> = around(&place("21.71"), 4).iter().map(|regency| regency.code.as_str()).collect();
    assert_eq!((codes[0], codes.len()), ("21.71", 4));
    assert!(codes.contains(&"21.72") || codes.contains(&"21.01"), "{codes:?}");
    assert!(around(&place("99.99"), 4).is_empty());
}

#[test]
fn an_entry_is_stale_after_180_days_and_one_never_checked_is_told_apart() {
    let checked = |on| {
        let files = directory(&[service("a", Some("21.71"), on)]);
        Directory::load(&files).unwrap().near(&place("21.71"), 1)[0].services[0].clone()
    };
    let at = |date| day(date).unwrap();
    assert!(!checked(Some("2026-11-23")).stale(at("2027-05-22")), "180 days");
    assert!(checked(Some("2026-11-23")).stale(at("2027-05-23")), "181 days");
    assert!(!checked(None).stale(at("2027-05-23")));
}

#[test]
fn of_two_entries_of_one_name_the_one_checked_later_stays() {
    let one = |date| Directory::load(&directory(&[service("a", Some("21.71"), date)])).unwrap();
    let checked = |directory: Directory| directory.near(&place("21.71"), 1)[0].services[0].checked_on.clone();
    let (old, new) = (Some("2026-01-01"), Some("2026-11-01"));
    assert_eq!(checked(one(old).join(one(new))).as_deref(), new);
    assert_eq!(checked(one(new).join(one(old))).as_deref(), new);
    assert_eq!(checked(one(old).join(one(None))).as_deref(), old, "never checked does not replace");
    assert_eq!(one(old).join(one(new)).near(&place("21.71"), 9).len(), 1);
}

#[test]
fn national_lines_are_those_of_the_state_with_a_day_or_without_a_claim() {
    let directory = &Guide::embedded().directory;
    let everywhere: Vec<&str> = directory.everywhere().map(|service| service.phones[0].as_str()).collect();
    assert_eq!(everywhere, ["110", "119", "129", "148"]);
    assert!(!directory.demo && directory.near(&place("21.71"), 9).is_empty(), "no district entry is shipped");
    assert!(directory.national().all(|service| !service.source.id.is_empty()));
    let unchecked = directory.national().filter(|service| service.checked_on.is_none()).count();
    assert_eq!(unchecked, 4, "110, 119, 08001000 and 171 wait for somebody who confirms them");
}
