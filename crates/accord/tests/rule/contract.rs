//! The worked example, and each sentence of 3.3 as a change to it.

use crate::{DOCUMENT, REQUEST};
use accord::commands::{run_decide, run_decide_lines};
use base::Lang;
use serde_json::{Value, json};
use std::slice::from_ref;

/// Decides the example with changes: pairs of a JSON pointer and the value put there (`/d/…` document, `/r/…` request).
fn decide(changes: &[(&str, Value)]) -> Value {
    let mut both = json!({"d": parsed(DOCUMENT), "r": parsed(REQUEST)});
    for (pointer, value) in changes {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        both.pointer_mut(parent).unwrap_or_else(|| panic!("{pointer}"))[key] = value.clone();
    }
    let (line, _) = run_decide(both["d"].to_string().as_bytes(), both["r"].to_string().as_bytes(), Lang::En);
    parsed(&line)
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// The one refusal code that all fields of the answer share.
fn refusal(changes: &[(&str, Value)]) -> String {
    let mut changes = changes.to_vec();
    if !changes.iter().any(|(pointer, _)| *pointer == "/r/fields") {
        changes.push(("/r/fields", json!(["contact.safe_way", "legal.problem"])));
    }
    let answer = decide(&changes);
    assert_eq!(answer["decision"], "deny", "{answer}");
    let codes: Vec<&str> =
        answer["refused"].as_array().unwrap().iter().map(|row| row["code"].as_str().unwrap()).collect();
    assert!(codes.iter().all(|code| *code == codes[0]), "{answer}");
    codes[0].to_owned()
}

fn permitted(changes: &[(&str, Value)]) -> bool {
    let mut changes = changes.to_vec();
    changes.push(("/r/fields", json!(["contact.safe_way", "legal.problem"])));
    decide(&changes)["decision"] == "permit"
}

#[test]
fn the_worked_example_gives_the_worked_answer_byte_for_byte() {
    let (line, exit) = run_decide(DOCUMENT.as_bytes(), REQUEST.as_bytes(), Lang::Id);
    assert_eq!(exit, 0);
    assert_eq!(
        line,
        concat!(
            r#"{"decision":"partial","allowed":["#,
            r#"{"field":"contact.safe_way","clause":"batam-bantuan-hukum/1#4.2","basis":"consent:c1"},"#,
            r#"{"field":"chronology.summary","clause":"batam-bantuan-hukum/1#4.2","basis":"consent:c1"},"#,
            r#"{"field":"legal.problem","clause":"batam-bantuan-hukum/1#4.2","basis":"consent:c1"}],"#,
            r#""refused":[{"field":"shelter.location","code":"floor.shelter","#,
            r#""text":{"id":"Data rumah aman hanya boleh pergi ke rumah aman.","en":"Shelter data goes only to a shelter."},"#,
            r#""cure":{"id":"Tidak ada kesepakatan yang dapat membukanya; beri tahu jalan kontak yang aman sebagai gantinya.","#,
            r#""en":"No accord can open this; give a safe way of contact instead."}}],"#,
            r#""duties":["5.1","5.2","5.3"],"retention_days":365,"onward":"never"}"#
        )
    );
}

#[test]
fn no_fields_are_a_deny_with_exit_3_and_neither_duties_nor_terms() {
    let answer = decide(&[("/r/fields", json!([]))]);
    assert_eq!(
        answer,
        parsed(r#"{"decision":"deny","allowed":[],"refused":[],"duties":[],"retention_days":null,"onward":null}"#)
    );
    let request = REQUEST.replace("\"active\"", "\"draft\"");
    assert_eq!(run_decide(DOCUMENT.as_bytes(), request.as_bytes(), Lang::Id).1, 3);
}

#[test]
fn a_field_asked_twice_is_answered_twice() {
    let answer =
        decide(&[("/r/fields", json!(["legal.problem", "contact.safe_way", "legal.problem", "legal.x", "legal.x"]))]);
    assert_eq!(answer["allowed"].as_array().unwrap().len(), 3);
    assert_eq!(answer["refused"].as_array().unwrap().len(), 2);
    assert_eq!(answer["refused"][0]["code"], "field.unknown");
}

#[test]
fn floors_come_before_everything_but_knowing_the_field() {
    let draft = ("/r/accord_state", json!("draft"));
    for (field, code) in [
        ("shelter.location", "floor.shelter"),
        ("health.needs", "floor.health"),
        ("legal.problem", "accord.not-active"),
        ("nothing.here", "field.unknown"),
    ] {
        assert_eq!(refusal(&[draft.clone(), ("/r/fields", json!([field]))]), code);
    }
    let statement = ("/r/fields", json!(["statement.text"]));
    assert_eq!(refusal(from_ref(&statement)), "clause.category");
    assert_eq!(refusal(&[statement, ("/r/purpose", json!("return"))]), "floor.statement");
    assert_eq!(refusal(&[("/r/purpose", json!("statistics"))]), "floor.statistics");
    let conflict = ("/r/person/conflicts", json!(["lbh-mawar"]));
    assert_eq!(refusal(from_ref(&conflict)), "floor.conflict");
    assert_eq!(refusal(&[conflict, ("/r/purpose", json!("statistics"))]), "floor.conflict");
}

#[test]
fn an_alert_carries_recruiters_alone_and_needs_no_person_no_role_no_place_no_signature() {
    let alert = [
        ("/r/action", json!("alert")),
        ("/r/purpose", json!("recruiter_alert")),
        ("/r/person", json!(null)),
        ("/r/fields", json!(["recruiter.name"])),
        ("/d/clauses/0/actions", json!(["alert"])),
        ("/d/clauses/0/purposes", json!(["recruiter_alert"])),
        ("/d/clauses/0/categories", json!(["recruiter"])),
        ("/d/clauses/0/required", json!([])),
        ("/d/clauses/0/basis", json!("public_task")),
    ];
    let with = |more: &[(&'static str, Value)]| decide(&[alert.as_slice(), more].concat());
    assert_eq!(with(&[])["allowed"][0]["basis"], "accord");
    assert_eq!(with(&[("/r/fields", json!(["contact.phone"]))])["refused"][0]["code"], "floor.alert");
    for basis in ["consent", "vital_interest"] {
        assert_eq!(with(&[("/d/clauses/0/basis", json!(basis))])["refused"][0]["code"], "clause.action");
    }
    let stranger = json!({"roles": ["reporter"], "child": true, "found_in": null, "origin": null, "family_of": null, "conflicts": ["lbh-mawar"]});
    assert_eq!(with(&[("/r/person", stranger)])["decision"], "permit");
}

#[test]
fn the_accord_holds_on_both_days_and_the_date_is_the_one_of_utc() {
    let consent = ("/r/consents/0/until", json!("2030-01-01T00:00:00Z"));
    let early = ("/r/consents/0/from", json!("2020-01-01T00:00:00Z"));
    for (on, code) in [
        ("2025-12-31T23:59:59Z", Some("accord.not-yet")),
        ("2026-01-01T00:00:00Z", None),
        ("2026-01-01T06:59:59+07:00", Some("accord.not-yet")),
        ("2027-12-31T23:59:59.999Z", None),
        ("2027-12-31T23:30:00-01:00", Some("accord.expired")),
        ("2028-01-01T00:00:00Z", Some("accord.expired")),
    ] {
        let changes = [consent.clone(), early.clone(), ("/r/on", json!(on))];
        match code {
            None => assert!(permitted(&changes), "{on}"),
            Some(code) => assert_eq!(refusal(&changes), code, "{on}"),
        }
    }
}

#[test]
fn sender_and_receiver_are_two_parties() {
    assert_eq!(refusal(&[("/r/from", json!("jakarta"))]), "accord.not-party");
    assert_eq!(refusal(&[("/r/to", json!("lbh-bahari"))]), "accord.not-party");
    assert_eq!(refusal(&[("/r/to", json!("batam"))]), "accord.not-party");
}

#[test]
fn the_refusal_is_the_furthest_condition_that_any_clause_reached() {
    for (change, code) in [
        (("/d/clauses/0/to", json!(["batam"])), "clause.direction"),
        (("/r/action", json!("handover")), "clause.action"),
        (("/r/purpose", json!("return")), "clause.purpose"),
        (("/r/person/roles", json!(["reporter"])), "clause.role"),
        (("/r/person/found_in", json!("31.75")), "clause.place"),
        (("/d/clauses/0/categories", json!(["status"])), "clause.category"),
        (("/d/clauses/0/except", json!(["contact.safe_way", "legal.problem"])), "clause.excepted"),
        (("/r/sent_today", json!(20)), "clause.quota"),
    ] {
        assert_eq!(refusal(from_ref(&change)), code);
        // A second clause that fails at the first condition does not hide how far the first one came.
        let mut other = parsed(DOCUMENT)["clauses"][0].clone();
        other["no"] = json!("4.1");
        other["from"] = json!(["lbh-mawar"]);
        let mut first = json!({"d": parsed(DOCUMENT)});
        if let Some(rest) = change.0.strip_prefix("/d/") {
            *first.pointer_mut(&format!("/d/{rest}")).unwrap() = change.1.clone();
        }
        let clauses = json!([other, first["d"]["clauses"][0]]);
        let mut changes = vec![("/d/clauses", clauses)];
        if change.0.starts_with("/r/") {
            changes.push(change.clone());
        }
        assert_eq!(refusal(&changes), code);
    }
    assert_eq!(refusal(&[("/d/clauses", json!([]))]), "clause.direction");
}

#[test]
fn a_place_covers_itself_and_what_lies_below_and_an_unknown_place_only_by_any() {
    let found = "/d/clauses/0/persons/found_in";
    assert!(permitted(&[(found, json!(["21"]))]));
    assert!(permitted(&[("/r/person/found_in", json!("21.71.04.1001"))]));
    assert_eq!(refusal(&[("/r/person/found_in", json!("21"))]), "clause.place");
    assert_eq!(refusal(&[("/r/person/found_in", json!(null))]), "clause.place");
    assert!(permitted(&[(found, json!("any")), ("/r/person/found_in", json!(null))]));
    let origin = "/d/clauses/0/persons/origin";
    assert!(permitted(&[(origin, json!(["52"]))]));
    assert_eq!(refusal(&[(origin, json!(["53"]))]), "clause.place");
    assert!(permitted(&[("/r/person/origin", json!(null))]));
    assert_eq!(refusal(&[(origin, json!(["52"])), ("/r/person/origin", json!(null))]), "clause.place");
}

#[test]
fn family_widens_the_place_only() {
    let away = ("/r/person/found_in", json!("52.03"));
    let sister = ("/r/person/family_of", json!({"kind": "sibling", "found_in": "21.71"}));
    assert_eq!(refusal(from_ref(&away)), "clause.place");
    assert!(permitted(&[away.clone(), sister.clone()]));
    assert_eq!(refusal(&[away.clone(), sister.clone(), ("/d/clauses/0/persons/family", json!(false))]), "clause.place");
    assert_eq!(refusal(&[away, sister, ("/r/person/roles", json!(["reporter"]))]), "clause.role");
}

#[test]
fn consents_are_looked_at_one_by_one_and_the_furthest_names_the_refusal() {
    let consent = |change: (&str, Value)| {
        let mut consent = parsed(REQUEST)["consents"][0].clone();
        consent[change.0] = change.1;
        consent
    };
    let steps = [
        (consent(("code", json!("C3"))), "consent.missing"),
        (consent(("to", json!("batam"))), "consent.missing"),
        (consent(("purpose", json!("restitution"))), "consent.missing"),
        (consent(("categories", json!(["status"]))), "consent.scope"),
        (consent(("by", json!("guardian"))), "consent.giver"),
        (consent(("from", json!("2026-11-23T03:00:01Z"))), "consent.expired"),
        (consent(("until", json!("2026-11-23T03:00:00Z"))), "consent.expired"),
        (consent(("withdrawn", json!("2026-11-23T03:00:00Z"))), "consent.withdrawn"),
    ];
    for (index, (one, code)) in steps.iter().enumerate() {
        assert_eq!(refusal(&[("/r/consents", json!([one]))]), *code);
        for (other, _) in &steps[..index] {
            assert_eq!(refusal(&[("/r/consents", json!([one, other]))]), *code);
            assert_eq!(refusal(&[("/r/consents", json!([other, one]))]), *code);
        }
    }
    assert_eq!(refusal(&[("/r/consents", json!([]))]), "consent.missing");
    assert!(permitted(&[("/r/consents/0/withdrawn", json!("2026-11-23T03:00:01Z"))]));
    assert!(permitted(&[("/r/consents/0/from", json!("2026-11-23T03:00:00Z"))]));
    assert!(permitted(&[("/r/consents/0/code", json!("C7"))]));
}

#[test]
fn a_guardian_or_an_authority_speaks_for_a_child() {
    let child = ("/r/person/child", json!(true));
    assert_eq!(refusal(from_ref(&child)), "consent.giver");
    for by in ["guardian", "authority"] {
        assert!(permitted(&[child.clone(), ("/r/consents/0/by", json!(by))]));
    }
}

#[test]
fn a_signed_basis_needs_its_kind_and_its_number_of_different_officers() {
    let basis = |kind: &str, by: Value| json!({"kind": kind, "reason": "danger", "signed_by": by});
    for (kind, enough, short) in [
        ("vital_interest", json!(["a", "b", "a"]), json!(["a", "a"])),
        ("legal_duty", json!(["a"]), json!([])),
        ("public_task", json!(["a"]), json!([])),
    ] {
        let clause = ("/d/clauses/0/basis", json!(kind));
        assert!(permitted(&[clause.clone(), ("/r/basis", basis(kind, enough.clone()))]));
        assert_eq!(refusal(&[clause.clone(), ("/r/basis", basis(kind, short))]), "basis.unsigned");
        assert_eq!(refusal(&[clause.clone(), ("/r/basis", basis("consent", enough))]), "basis.unsigned");
        assert_eq!(refusal(&[clause]), "basis.unsigned");
    }
}

#[test]
fn what_the_law_needs_complete_is_not_sent_in_half() {
    let answer = decide(&[("/r/fields", json!(["contact.safe_way", "shelter.location"]))]);
    assert_eq!(answer["decision"], "deny");
    assert_eq!(answer["refused"][0]["code"], "accord.required");
    assert_eq!(answer["refused"][1]["code"], "floor.shelter");
    assert_eq!((&answer["duties"], &answer["onward"]), (&json!([]), &json!(null)));
}

#[test]
fn each_line_gets_a_line_and_a_bad_one_its_error() {
    let (document, request) = (parsed(DOCUMENT), parsed(REQUEST));
    let good = json!({"accord": document, "request": request}).to_string();
    let bad = json!({"accord": document, "request": {}}).to_string();
    let (lines, any_error) = run_decide_lines(format!("{good}\n{bad}\n\n[\r\n{good}\n").as_bytes(), Lang::En);
    assert!(any_error);
    assert_eq!(lines.len(), 4);
    assert_eq!(lines[0], lines[3]);
    assert_eq!(parsed(&lines[1])["error"]["at"], "request.on");
    assert_eq!(parsed(&lines[2])["error"]["code"], "input.not-json");
    assert_eq!(run_decide_lines(good.as_bytes(), Lang::En), (vec![lines[0].clone()], false));
    assert_eq!(run_decide_lines(b"\n", Lang::En), (Vec::new(), false));
    let marked = ["\u{feff}", &good].concat();
    assert_eq!(run_decide_lines(marked.as_bytes(), Lang::En), (vec![lines[0].clone()], false));
}
