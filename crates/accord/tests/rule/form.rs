//! What is bad form, and where the error says it stands; what only looks odd, and the warning it gives.

use crate::{DOCUMENT, REQUEST};
use accord::commands::{check_json, run_check, run_decide, schema};
use accord::{Document, Request, check};
use base::Lang;
use serde_json::{Value, json};

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// Puts a value at a pointer, or removes the key where there is none.
fn changed(base: &str, pointer: &str, value: Option<Value>) -> Vec<u8> {
    let mut json = parsed(base);
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = json.pointer_mut(parent).unwrap_or_else(|| panic!("{pointer}"));
    match (value, parent) {
        (Some(value), Value::Array(items)) => items[key.parse::<usize>().unwrap()] = value,
        (Some(value), parent) => parent[key] = value,
        (None, parent) => drop(parent.as_object_mut().unwrap().remove(key)),
    }
    json.to_string().into_bytes()
}

fn document_fault(pointer: &str, value: Option<Value>) -> (&'static str, String) {
    let problem = Document::parse(&changed(DOCUMENT, pointer, value)).unwrap_err();
    (problem.code.0, problem.at.unwrap())
}

fn request_fault(pointer: &str, value: Option<Value>) -> (&'static str, String) {
    let problem = Request::parse(&changed(REQUEST, pointer, value)).unwrap_err();
    (problem.code.0, problem.at.unwrap())
}

/// All pointers to keys of objects inside a value, with the path an error would show.
fn keys(json: &Value, pointer: &str, path: &str, out: &mut Vec<(String, String)>) {
    match json {
        Value::Object(entries) => {
            for (key, value) in entries {
                let here = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                out.push((format!("{pointer}/{key}"), here.clone()));
                keys(value, &format!("{pointer}/{key}"), &here, out);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                keys(value, &format!("{pointer}/{index}"), &format!("{path}[{index}]"), out);
            }
        }
        _ => {}
    }
}

#[test]
fn each_key_is_needed_unless_the_contract_calls_it_optional() {
    let optional = ["parties[0].id", "origin", "family", "except", "required", "per_day"];
    let mut all = Vec::new();
    keys(&parsed(DOCUMENT), "", "", &mut all);
    assert!(all.len() > 50);
    for (pointer, path) in &all {
        let bytes = changed(DOCUMENT, pointer, None);
        if optional.iter().any(|end| path.ends_with(end)) {
            assert!(Document::parse(&bytes).is_ok(), "{path}");
        } else {
            let problems = Document::parse_all(&bytes).unwrap_err();
            assert!(problems.iter().any(|problem| problem.at.as_ref() == Some(path)), "{path}: {problems:?}");
        }
    }
    all.clear();
    keys(&parsed(REQUEST), "", "", &mut all);
    for (pointer, path) in &all {
        assert_eq!(request_fault(pointer, None), ("accord.key-missing", path.clone()));
    }
}

#[test]
fn no_key_takes_a_value_of_another_type_or_an_unknown_neighbour() {
    for (base, is_document) in [(DOCUMENT, true), (REQUEST, false)] {
        let reads =
            |bytes: &[u8]| if is_document { Document::parse(bytes).is_ok() } else { Request::parse(bytes).is_ok() };
        assert!(reads(base.as_bytes()));
        let mut all = Vec::new();
        keys(&parsed(base), "", "", &mut all);
        for (pointer, path) in &all {
            for odd in [json!(1.5), json!(-1), json!({"x": 1}), json!([[]])] {
                assert!(!reads(&changed(base, pointer, Some(odd.clone()))), "{path} took {odd}");
            }
            let nullable = ["previous", "person.found_in", "origin", "family_of", "withdrawn", "basis"];
            if !(nullable.iter().any(|end| path.ends_with(end)) && (path == "previous" || !is_document)) {
                assert!(!reads(&changed(base, pointer, Some(Value::Null))), "{path} took null");
            }
            let unknown = format!("{}/x-unknown", pointer.rsplit_once('/').unwrap().0);
            assert!(!reads(&changed(base, &unknown, Some(json!(1)))), "{unknown}");
        }
    }
}

#[test]
fn a_fault_is_named_with_its_path() {
    let text = |text: &str| Some(json!(text));
    for (pointer, value, code, at) in [
        ("/clauses/0/from/0", text("jakarta"), "accord.no-such-party", "clauses[0].from[0]"),
        ("/clauses/0/to", Some(json!(["batam", "x"])), "accord.no-such-party", "clauses[0].to[1]"),
        ("/expires", text("2025-12-31"), "accord.dates-reversed", "expires"),
        ("/effective", text("2026-02-30"), "accord.wrong-date", "effective"),
        ("/effective", text("2026-1-1"), "accord.wrong-date", "effective"),
        ("/accord", Some(json!(2)), "accord.unknown-version", "accord"),
        ("/version", Some(json!(0)), "accord.wrong-number", "version"),
        ("/title/en", text(" "), "accord.text-missing", "title.en"),
        ("/clauses/0/text/id", text(""), "accord.text-missing", "clauses[0].text.id"),
        ("/parties/0/id", text("00"), "accord.wrong-hex", "parties[0].id"),
        ("/parties/0/role", text("boss"), "accord.wrong-word", "parties[0].role"),
        ("/previous", text("00"), "accord.wrong-hex", "previous"),
        ("/clauses/0/persons/found_in", text("21.71"), "accord.wrong-word", "clauses[0].persons.found_in"),
        ("/clauses/0/persons/found_in/0", text("2171"), "accord.wrong-place", "clauses[0].persons.found_in[0]"),
        ("/clauses/0/actions/1", text("send"), "accord.wrong-word", "clauses[0].actions[1]"),
        ("/clauses/0/per_day", Some(json!("20")), "accord.wrong-type", "clauses[0].per_day"),
        ("/clauses/0/note", text("x"), "accord.key-unknown", "clauses[0].note"),
        ("/duties/0/hours", Some(json!({"RED": 1, "AMBER": 2})), "accord.key-missing", "duties[0].hours.GREEN"),
        ("/duties/2/hours", Some(json!(2)), "accord.key-unknown", "duties[2].hours"),
        ("/duties/1/duty", text("dance"), "accord.wrong-word", "duties[1].duty"),
    ] {
        assert_eq!(document_fault(pointer, value), (code, at.to_owned()));
    }
    for (pointer, value, code, at) in [
        ("/person", Some(json!(null)), "accord.person-missing", "person"),
        ("/on", text("2026-11-23"), "accord.wrong-time", "on"),
        ("/consents/0/until", Some(json!(null)), "accord.wrong-type", "consents[0].until"),
        ("/consents/0/code", text("C9"), "accord.wrong-word", "consents[0].code"),
        ("/person/found_in", text("any"), "accord.wrong-place", "person.found_in"),
        ("/accord_state", text("on"), "accord.wrong-word", "accord_state"),
        ("/fields/1", Some(json!(7)), "accord.wrong-type", "fields[1]"),
    ] {
        assert_eq!(request_fault(pointer, value), (code, at.to_owned()));
    }
}

#[test]
fn two_clauses_with_one_number_and_a_key_that_stands_twice_are_errors() {
    let clause = parsed(DOCUMENT)["clauses"][0].clone();
    let fault = document_fault("/clauses", Some(json!([clause, clause])));
    assert_eq!(fault, ("accord.clause-twice", "clauses[1].no".to_owned()));
    let twice = DOCUMENT.replace(r#""onward": "never""#, r#""onward": "never", "onward": "with_consent""#);
    let problem = Document::parse(twice.as_bytes()).unwrap_err();
    assert_eq!((problem.code.0, problem.at.as_deref()), ("accord.key-twice", Some("clauses[0].onward")));
}

#[test]
fn size_and_json_are_checked_first_and_all_faults_are_found_at_once() {
    let large = [b" ".repeat(base::limits::DOCUMENT_BYTES_MAX), DOCUMENT.into()].concat();
    assert_eq!(Document::parse(&large).unwrap_err().code.0, "input.too-large");
    assert_eq!(Document::parse(b"{").unwrap_err().code.0, "input.not-json");
    assert_eq!(Document::parse(b"[]").unwrap_err().code.0, "accord.wrong-type");
    assert_eq!(Document::parse(&DOCUMENT.as_bytes()[..900]).unwrap_err().code.0, "input.not-json");
    assert_eq!(Document::parse_all(b"{}").unwrap_err().len(), 11);
    let deep = "[".repeat(200_000);
    assert_eq!(Document::parse(deep.as_bytes()).unwrap_err().code.0, "input.not-json");
}

#[test]
fn an_error_is_the_object_of_the_contract_in_the_language_asked_for() {
    let (line, exit) = run_decide(DOCUMENT.as_bytes(), b"{}", Lang::En);
    assert_eq!(exit, 2);
    let error = &parsed(&line)["error"];
    assert_eq!((&error["code"], &error["at"]), (&json!("accord.key-missing"), &json!("request.on")));
    assert_eq!(error["message"], "A key that must be there is missing: request.on.");
    assert!(!error["remedy"].as_str().unwrap().is_empty());
    assert!(run_decide(b"x", REQUEST.as_bytes(), Lang::Id).0.contains("bukan JSON"));
}

/// Every word of every vocabulary that a schema defines, by the name of its type.
fn vocabulary<W: accord::Word>(schemas: &[Value], name: &str) {
    let ours: Vec<Value> = W::ALL.iter().map(|word| json!(word.word())).collect();
    let theirs: Vec<&Value> =
        schemas.iter().filter_map(|schema| schema.pointer(&format!("/$defs/{name}/enum"))).collect();
    assert!(!theirs.is_empty() && theirs.into_iter().all(|words| *words == json!(ours)), "{name}");
}

#[test]
fn the_schemas_say_what_the_reader_reads() {
    let schemas = ["accord", "accord-request", "accord-decision"].map(|name| parsed(schema(name).unwrap()));
    assert_eq!(schema("x"), None);
    vocabulary::<accord::PartyRole>(&schemas, "PartyRole");
    vocabulary::<accord::Action>(&schemas, "Action");
    vocabulary::<accord::Purpose>(&schemas, "Purpose");
    vocabulary::<accord::PersonRole>(&schemas, "PersonRole");
    vocabulary::<accord::Category>(&schemas, "Category");
    vocabulary::<accord::Basis>(&schemas, "Basis");
    vocabulary::<accord::Onward>(&schemas, "Onward");
    vocabulary::<accord::Immediate>(&schemas, "Immediate");
    vocabulary::<accord::CasesInProgress>(&schemas, "CasesInProgress");
    vocabulary::<accord::Kin>(&schemas, "Kin");
    vocabulary::<accord::AccordState>(&schemas, "AccordState");
    vocabulary::<accord::ConsentCode>(&schemas, "ConsentCode");
    vocabulary::<accord::Giver>(&schemas, "Giver");
    let codes: Vec<&str> = accord::Refusal::ALL.iter().map(|refusal| refusal.code().0).collect();
    assert_eq!(schemas[2]["$defs"]["Refusal"]["enum"], json!(codes));
    // Keys and which of them are needed, walked along the example.
    covers(&schemas[0], &schemas[0], &parsed(DOCUMENT));
    covers(&schemas[1], &schemas[1], &parsed(REQUEST));
    let (answer, _) = run_decide(DOCUMENT.as_bytes(), REQUEST.as_bytes(), Lang::En);
    covers(&schemas[2], &schemas[2], &parsed(&answer));
}

/// Whether an example has the needed keys of its schema and no others.
fn covers(root: &Value, schema: &Value, example: &Value) {
    if let Some(name) = schema["$ref"].as_str() {
        return covers(root, root.pointer(name.trim_start_matches('#')).unwrap(), example);
    }
    if let Some(ways) = schema["oneOf"].as_array() {
        return covers(root, &ways[usize::from(example["duty"] == "fee")], example);
    }
    if let Some(ways) = schema["anyOf"].as_array() {
        let way = ways.iter().find(|way| {
            way["type"] != "null" && way["const"].is_null() && (example.is_object() == (way["type"] == "object"))
        });
        return way.into_iter().for_each(|way| covers(root, way, example));
    }
    if let Some(entries) = example.as_object() {
        let needed =
            schema["required"].as_array().unwrap().iter().all(|key| entries.contains_key(key.as_str().unwrap()));
        assert!(needed, "{schema} {example}");
        for (key, value) in entries {
            assert!(schema["properties"][key].is_object(), "{key} of {schema}");
            covers(root, &schema["properties"][key], value);
        }
    }
    for item in example.as_array().into_iter().flatten() {
        covers(root, &schema["items"], item);
    }
}

fn warnings(pointer: &str, value: Value) -> Vec<(&'static str, String)> {
    let document = Document::parse(&changed(DOCUMENT, pointer, Some(value))).unwrap();
    let findings = check(&document, accord::FieldList::shipped()).into_iter();
    findings.map(|finding| (finding.problem.code.0, finding.problem.at.unwrap())).collect()
}

#[test]
fn what_can_never_permit_is_a_warning_and_no_error() {
    for (pointer, value, code, at) in [
        ("/clauses", json!([]), "accord.warn-no-clauses", "clauses"),
        ("/clauses/0/to", json!(["lbh-mawar", "batam"]), "accord.warn-same-node", "clauses[0].to[1]"),
        ("/clauses/0/actions", json!(["alert"]), "accord.warn-alert-basis", "clauses[0].actions[0]"),
        ("/clauses/0/actions", json!(["query"]), "accord.warn-query", "clauses[0].actions[0]"),
        ("/clauses/0/actions", json!([]), "accord.warn-empty", "clauses[0].actions"),
        ("/clauses/0/persons/found_in", json!([]), "accord.warn-empty", "clauses[0].persons.found_in"),
        (
            "/clauses/0/categories",
            json!(["legal", "shelter", "contact"]),
            "accord.warn-floor",
            "clauses[0].categories[1]",
        ),
        (
            "/clauses/0/categories",
            json!(["legal", "contact", "health"]),
            "accord.warn-floor",
            "clauses[0].categories[2]",
        ),
        ("/clauses/0/purposes", json!(["statistics"]), "accord.warn-floor", "clauses[0].categories[0]"),
        ("/clauses/0/except", json!(["legal.problem"]), "accord.warn-except-required", "clauses[0].required[1]"),
        ("/clauses/0/except", json!(["legal.x"]), "accord.warn-unknown-field", "clauses[0].except[0]"),
        ("/clauses/0/required", json!(["status.step"]), "accord.warn-required-closed", "clauses[0].required[0]"),
        ("/clauses/0/per_day", json!(0), "accord.warn-quota", "clauses[0].per_day"),
        ("/duties/1/no", json!("5.1"), "accord.warn-duty-twice", "duties[1].no"),
        ("/version", json!(2), "accord.warn-chain", "previous"),
        ("/parties/1/node", json!("batam"), "", ""),
    ] {
        if code.is_empty() {
            // A clause then names no party, which is bad form.
            assert!(Document::parse(&changed(DOCUMENT, pointer, Some(value))).is_err());
            continue;
        }
        let found = warnings(pointer, value);
        assert!(found.contains(&(code, at.to_owned())), "{code} {at}: {found:?}");
    }
    let found = run_check(DOCUMENT.as_bytes());
    assert_eq!(
        found.0.iter().map(|finding| finding.problem.code.0).collect::<Vec<_>>(),
        ["accord.warn-unsigned-party"]
    );
    assert_eq!(found.1, 0);
    let (findings, exit) = run_check(b"{}");
    assert_eq!(exit, 2);
    let report = parsed(&check_json(&findings, Lang::En));
    assert_eq!(
        (report["findings"].as_array().unwrap().len(), &report["error"]["code"]),
        (11, &json!("accord.key-missing"))
    );
}
