//! Commands that need no node: screening, accords, the handbook, schemas, completions.

use crate::run::{Folder, Ran, root};
use serde_json::{Value, json};

fn text(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

fn example(name: &str) -> Value {
    serde_json::from_str(&text(&format!("crates/accord/tests/rule/examples/{name}.json"))).unwrap()
}

/// It failed so, and said what happened and what to do: for people on standard error alone, for programs as an object.
#[track_caller]
pub fn fails(folder: &Folder, args: &[&str], exit: i32, code: &str) {
    let told = folder.run(args);
    assert_eq!((told.code, told.out.as_str()), (Some(exit), ""), "{told:?}");
    let mut lines = told.err.lines().skip_while(|line| !line.starts_with("error["));
    assert!(lines.next().unwrap_or("").starts_with(&format!("error[{code}]: ")), "{told:?}");
    assert!(lines.next().unwrap_or("").starts_with("help: "), "{told:?}");
    is_error_object(&folder.run(&[args, &["--json"]].concat()), exit, code);
}

#[track_caller]
fn is_error_object(ran: &Ran, exit: i32, code: &str) {
    assert_eq!(ran.code, Some(exit), "{ran:?}");
    let error = &ran.json()["error"];
    assert_eq!(error["code"], code, "{ran:?}");
    for key in ["message", "remedy"] {
        assert!(error[key].as_str().is_some_and(|text| !text.is_empty()), "{ran:?}");
    }
}

#[test]
fn every_vignette_goes_through_the_binary_as_expected() {
    let data: Value = serde_json::from_str(&text("crates/pocketbook/tests/data/screening_vignettes.json")).unwrap();
    let vignettes = data["vignettes"].as_array().unwrap();
    let lines = vignettes.iter().map(|v| json!({"id": v["id"], "stage": v["stage"], "answers": v["answers"]}));
    let lines: Vec<String> = lines.map(|line| line.to_string()).collect();
    let folder = Folder::new();
    folder.write("jawaban.jsonl", lines.join("\n"));
    let from_file = folder.run(&["screen", "jawaban.jsonl"]).fine();
    let outcomes = from_file.lines();
    assert_eq!(outcomes.len(), vignettes.len());
    for (outcome, vignette) in outcomes.iter().zip(vignettes) {
        assert_eq!(outcome["id"], vignette["id"]);
        for (key, expected) in vignette["expected"].as_object().unwrap() {
            assert_eq!(&outcome[key], expected, "{} {key}", vignette["id"]);
        }
    }
    let from_stdin = folder.run_with(&["screen", "-"], lines.join("\n").as_bytes()).fine();
    assert_eq!(from_stdin.out, from_file.out);
}

#[test]
fn an_unknown_question_is_a_named_error_of_its_line_and_the_others_are_answered() {
    let input = "{\"id\":\"a\",\"stage\":\"transit\",\"answers\":{\"Z9\":\"yes\"}}\nnot json\n\
                 {\"id\":\"c\",\"stage\":\"transit\",\"answers\":{\"A1\":\"adult\"}}\n";
    let ran = Folder::new().run_with(&["screen", "-"], input.as_bytes());
    assert_eq!(ran.code, Some(1));
    let lines = ran.lines();
    assert_eq!((lines.len(), &lines[0]["id"], &lines[1]["id"]), (3, &json!("a"), &Value::Null));
    assert_eq!(lines[0]["error"]["code"], "screen.question-unknown");
    assert_eq!(lines[1]["error"]["code"], "input.not-json");
    assert_eq!((&lines[2]["id"], &lines[2]["error"]), (&json!("c"), &Value::Null));
}

#[test]
fn what_cannot_be_read_is_bad_input_and_changes_nothing() {
    let folder = Folder::new();
    is_error_object(&folder.run(&["screen", "tiada.json"]), 2, "input.unreadable");
    is_error_object(&folder.run(&["accord", "decide", "tiada.json", "-"]), 2, "input.unreadable");
    is_error_object(&folder.run(&["accord", "decide", "--lines", "tiada.jsonl"]), 2, "input.unreadable");
    fails(&folder, &["accord", "check", "tiada.json"], 2, "input.unreadable");
    fails(&folder, &["accord", "explain", "tiada.json"], 2, "input.unreadable");
    fails(&folder, &["handbook", "check", "tiada"], 2, "input.unreadable");
    fails(&folder, &["schema", "tiada"], 2, "schema.unknown");
    fails(&folder, &["serve", "tiada"], 2, "node.no-folder");
    fails(&folder, &["doctor", "tiada"], 2, "node.no-folder");
    fails(&folder, &["audit", "verify", "tiada"], 2, "node.no-folder");
}

#[test]
fn bad_usage_is_exit_2_and_help_is_exit_0() {
    let folder = Folder::new();
    for args in [&["terbang"][..], &[], &["screen"], &["accord", "decide", "a.json"], &["sim", "--nodes", "banyak"]] {
        let ran = folder.run(args);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{ran:?}");
    }
    folder.run(&["--help"]).fine();
    folder.run(&["--version"]).fine();
}

#[test]
fn an_accord_is_checked_and_a_warning_is_no_error() {
    let folder = Folder::new();
    folder.write("mou.json", example("document").to_string());
    folder.run(&["accord", "check", "mou.json"]).fine();
    let findings = folder.run(&["accord", "check", "mou.json", "--json"]).fine().json();
    assert!(findings["findings"].as_array().unwrap().iter().all(|finding| finding["level"] == "warning"));
    let bad = folder.run_with(&["accord", "check", "-", "--json"], b"{\"accord\":1}");
    is_error_object(&bad, 2, "accord.key-missing");
    assert!(bad.json()["findings"].as_array().unwrap().len() > 5);
    let words = folder.run_with(&["accord", "check", "-"], b"{\"accord\":1}");
    assert_eq!(words.err.matches("error[").count(), words.err.matches("help: ").count());
}

#[test]
fn an_accord_is_explained_in_the_language_asked_for() {
    let folder = Folder::new();
    folder.write("mou.json", example("document").to_string());
    let english = folder.run(&["accord", "explain", "mou.json"]).fine();
    let indonesian = folder.run(&["accord", "explain", "mou.json", "--lang", "id"]).fine();
    assert!(english.out.contains("Parties") && indonesian.out.contains("Pihak"), "{english:?} {indonesian:?}");
    folder.run(&["accord", "explain", "mou.json", "--json"]).fine().json();
}

#[test]
fn a_decision_is_exit_0_for_permit_and_partial_3_for_deny_2_for_a_faulty_request() {
    let folder = Folder::new();
    folder.write("mou.json", example("document").to_string());
    let mut request = example("request");
    let mut decide = |fields: Value| {
        request["fields"] = fields;
        let ran = folder.run_with(&["accord", "decide", "mou.json", "-"], request.to_string().as_bytes());
        (ran.code, ran.json()["decision"].as_str().unwrap_or("").to_owned())
    };
    assert_eq!(decide(json!(["contact.safe_way", "legal.problem"])), (Some(0), "permit".into()));
    assert_eq!(decide(json!(["contact.safe_way", "legal.problem", "shelter.location"])), (Some(0), "partial".into()));
    assert_eq!(decide(json!(["shelter.location"])), (Some(3), "deny".into()));
    assert_eq!(decide(json!([])), (Some(3), "deny".into()));
    let faulty = folder.run_with(&["accord", "decide", "mou.json", "-"], b"{}");
    is_error_object(&faulty, 2, "accord.key-missing");
}

#[test]
fn an_unknown_field_and_an_unknown_clause_are_refused_by_name() {
    let folder = Folder::new();
    let (mut document, mut request) = (example("document"), example("request"));
    request["fields"] = json!(["contact.shoe_size"]);
    folder.write("mou.json", document.to_string());
    let ran = folder.run_with(&["accord", "decide", "mou.json", "-"], request.to_string().as_bytes());
    assert_eq!((ran.code, &ran.json()["refused"][0]["code"]), (Some(3), &json!("field.unknown")));
    document["clauses"][0]["surprise"] = json!(true);
    let ran = folder.run_with(&["accord", "check", "-", "--json"], document.to_string().as_bytes());
    assert_eq!((ran.code, &ran.json()["error"]["at"]), (Some(2), &json!("clauses[0].surprise")));
    document["accord"] = json!(2);
    let ran = folder.run_with(&["accord", "explain", "-", "--json"], document.to_string().as_bytes());
    assert_eq!((ran.code, &ran.json()["error"]["at"]), (Some(2), &json!("accord")));
}

#[test]
fn of_many_decisions_each_line_is_answered_and_a_broken_one_is_exit_1() {
    let folder = Folder::new();
    let (document, mut denied) = (example("document"), example("request"));
    let good = json!({"accord": document, "request": denied}).to_string();
    denied["fields"] = json!([]);
    let denied = json!({"accord": document, "request": denied}).to_string();
    let all_good =
        folder.run_with(&["accord", "decide", "--lines", "-"], format!("{good}\n{denied}\n").as_bytes()).fine();
    assert_eq!(
        (&all_good.lines()[0]["decision"], &all_good.lines()[1]["decision"]),
        (&json!("partial"), &json!("deny"))
    );
    folder.write("kasus.jsonl", format!("{good}\n{{torn\n{denied}\n"));
    let one_bad = folder.run(&["accord", "decide", "--lines", "kasus.jsonl"]);
    assert_eq!((one_bad.code, one_bad.lines().len()), (Some(1), 3), "{one_bad:?}");
    assert_eq!(one_bad.lines()[1]["error"]["code"], "input.not-json");
}

#[test]
fn the_field_list_is_json_lines_and_a_changed_pack_is_named() {
    let folder = Folder::new();
    let fields = folder.run(&["handbook", "fields"]).fine().lines();
    assert!(fields.len() > 60, "{}", fields.len());
    for field in &fields {
        let keys: Vec<&String> = field.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["category", "class", "field", "sensitivity"]);
    }
    let pack = root().join("crates/casework/packs/handbook");
    folder.run(&["handbook", "check", pack.to_str().unwrap()]).fine();
    std::fs::create_dir(folder.path("kosong")).unwrap();
    fails(&folder, &["handbook", "check", "kosong"], 2, "pack.file-missing");
}

#[test]
fn every_schema_that_is_listed_is_printed_and_completions_name_every_command() {
    let folder = Folder::new();
    let names = folder.run(&["schema"]).fine().out;
    assert!(names.lines().count() >= 6);
    for name in names.lines() {
        let schema = folder.run(&["schema", name]).fine().json();
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{name}");
    }
    for shell in ["bash", "zsh", "fish"] {
        let script = folder.run(&["completions", shell]).fine().out;
        assert!(["screen", "serve", "audit"].iter().all(|command| script.contains(command)), "{shell}");
    }
}

#[test]
fn a_simulation_of_two_nodes_loses_nothing_and_a_wrong_option_is_named() {
    let folder = Folder::new();
    let ran = folder.run(&["sim", "--nodes", "2", "--days", "1", "--seed", "3", "--json"]).fine();
    let messages = &ran.json()["messages"];
    assert!(messages["sent"].as_u64().unwrap() > 0);
    assert_eq!([&messages["lost"], &messages["doubled"], &messages["phantom"]], [0, 0, 0].map(|n| json!(n)).each_ref());
    assert_eq!(folder.run(&["sim", "--nodes", "1"]).code, Some(2));
}
