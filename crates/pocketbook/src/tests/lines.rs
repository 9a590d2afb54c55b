//! The lines of `simpul screen`: shape, order, errors.

use crate::{Pack, run_lines};
use base::Lang;
use serde_json::Value;

fn run(input: &str) -> (Vec<Value>, bool) {
    let (lines, any_error) = run_lines(Pack::embedded(), input.as_bytes(), Lang::En);
    (lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect(), any_error)
}

fn check_error(input: &str, code: &str, at: &str) {
    let (lines, any_error) = run(input);
    assert!(any_error && lines.len() == 1, "{input}: {lines:?}");
    assert_eq!(
        (lines[0]["error"]["code"].as_str(), lines[0]["error"]["at"].as_str()),
        (Some(code), Some(at)),
        "{input}"
    );
    for key in ["message", "remedy"] {
        assert!(!lines[0]["error"][key].as_str().unwrap().is_empty());
    }
    assert!(!lines[0]["error"]["message"].as_str().unwrap().contains("without a text"), "{code} has no text");
}

#[test]
fn the_keys_stand_in_the_promised_order() {
    let input = r#"{"stage": "returned", "answers": {"A1": "adult", "A2": "yes", "E1": "yes", "E2": "unknown"}}"#;
    let (lines, _) = run_lines(Pack::embedded(), input.as_bytes(), Lang::Id);
    let expected = concat!(
        r#"{"id":null,"outcome":"LABOUR_VIOLATION","rule":"P4","urgency":"GREEN","triage":[],"profile":"adult","#,
        r#""positive":[],"partial":["EXP"],"counts":{"EXP":"S"},"act":true,"means":false,"purpose":false,"red":0,"#,
        r#""unknown_share":0.33,"because":[{"flag":"act","questions":["A2"],"text":{"id":"#
    );
    assert!(lines[0].starts_with(expected), "{}", lines[0]);
    assert!(lines[0].ends_with(r#"}],"pack":"0.1.0"}"#), "{}", lines[0]);
}

#[test]
fn one_object_may_stand_over_many_lines_and_blank_lines_count_for_nothing() {
    let pretty = "\u{feff}\n{\n \"id\": \"a\",\n \"stage\": \"transit\",\n \"answers\": {}\n}\n\n";
    let (lines, any_error) = run(pretty);
    assert_eq!((lines.len(), any_error, lines[0]["outcome"].as_str()), (1, false, Some("NO_INDICATION")));
    assert_eq!(lines[0]["profile"], "child");
    let one = r#"{"id": 7, "stage": "transit", "answers": {}}"#;
    let (lines, any_error) = run(&format!("\r\n{one}\r\n\n not json \n{one}"));
    assert_eq!((lines.len(), any_error), (3, true));
    assert_eq!((lines[0]["id"].as_u64(), lines[1]["id"].is_null()), (Some(7), true));
    assert_eq!(lines[1]["error"]["at"], "line 4");
    assert_eq!(run(" \n\n"), (vec![], false));
}

#[test]
fn what_cannot_be_evaluated_is_named() {
    check_error("[]", "screen.not-object", "line 1");
    check_error("{", "input.not-json", "line 1");
    check_error(r#"{"stage": "transit"}"#, "screen.key-missing", "answers");
    check_error(r#"{"answers": {}}"#, "screen.key-missing", "stage");
    check_error(r#"{"stage": "transit", "answers": {}, "note": 1}"#, "screen.key-unknown", "note");
    check_error(r#"{"stage": "transit", "stage": "transit", "answers": {}}"#, "screen.key-twice", "stage");
    check_error(r#"{"id": [1], "stage": "transit", "answers": {}}"#, "screen.id-shape", "id");
    check_error(r#"{"id": 1.5, "stage": "transit", "answers": {}}"#, "screen.id-shape", "id");
    check_error(r#"{"stage": "home", "answers": {}}"#, "screen.stage-unknown", "stage");
    check_error(r#"{"stage": null, "answers": {}}"#, "screen.stage-unknown", "stage");
    check_error(r#"{"stage": "transit", "answers": []}"#, "screen.answers-shape", "answers");
    let answers = |inner: &str| format!(r#"{{"stage": "transit", "answers": {{{inner}}}}}"#);
    check_error(&answers(r#""X1": "yes""#), "screen.question-unknown", "answers.X1");
    check_error(&answers(r#""<b>": "yes""#), "screen.question-unknown", "answers.?b?");
    check_error(&answers(r#""S1": "YES""#), "screen.answer-unknown", "answers.S1");
    check_error(&answers(r#""S1": true"#), "screen.answer-unknown", "answers.S1");
    check_error(&answers(r#""S1": "adult""#), "screen.answer-unknown", "answers.S1");
    check_error(&answers(r#""A1": "unknown""#), "screen.answer-unknown", "answers.A1");
    check_error(&answers(r#""S1": "yes", "S1": "yes""#), "screen.key-twice", "answers.S1");
    check_error(&answers(r#""S1": "yes", "S1": "no""#), "screen.key-twice", "answers.S1");
    check_error(&answers(r#""A1": "child", "A1": "adult""#), "screen.key-twice", "answers.A1");
    for question in ["E1", "K7", "H3"] {
        let at = format!("answers.{question}");
        check_error(&answers(&format!(r#""{question}": "no""#)), "screen.not-asked-yet", &at);
    }
}

#[test]
fn an_error_gives_the_id_back_and_speaks_the_language_asked_for() {
    let (lines, _) = run(r#"{"answers": {"X": "yes"}, "stage": "returned", "id": "w-1"}"#);
    assert_eq!(
        (lines[0]["id"].as_str(), lines[0]["error"]["code"].as_str()),
        (Some("w-1"), Some("screen.question-unknown"))
    );
    let keys: Vec<_> = lines[0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys.len(), 2);
    let (id, _) = run_lines(Pack::embedded(), b"[]", Lang::Id);
    assert!(id[0].contains("Isian"), "{}", id[0]);
}

#[test]
fn an_incomplete_screening_keeps_the_steps_of_what_it_showed() {
    let (lines, _) = run(
        r#"{"stage": "at_destination", "answers": {"A1": "adult", "B1": "yes", "B2": "unknown", "B3": "refused"}}"#,
    );
    assert_eq!((lines[0]["outcome"].as_str(), lines[0]["rule"].as_str()), (Some("INCOMPLETE"), Some("P5+P7")));
    assert_eq!(lines[0]["unknown_share"], 0.67);
    let steps: Vec<_> =
        lines[0]["next"].as_array().unwrap().iter().map(|step| step["step"].as_str().unwrap()).collect();
    assert_eq!(steps, ["RECONTACT", "HOTLINE", "LE-1", "BP3MI", "ALERT"]);
}

#[test]
fn the_short_form_asks_for_the_full_list_when_it_saw_anything() {
    let (lines, _) = run(r#"{"stage": "transit", "answers": {"S2": "yes", "A1": "adult", "R1": "yes"}}"#);
    let steps: Vec<_> =
        lines[0]["next"].as_array().unwrap().iter().map(|step| step["step"].as_str().unwrap()).collect();
    assert_eq!(steps, ["STOP_AND_MOVE", "LE-1", "BP3MI", "ALERT", "ID-3"]);
    assert_eq!(lines[0]["urgency"], "RED");
}

#[test]
fn bytes_that_are_no_text_are_an_error_of_their_line_alone() {
    let one = br#"{"stage": "transit", "answers": {}}"#;
    let input = [&one[..], b"\n{\"id\": \"\xff\xfe\"}\n", one].concat();
    let (lines, any_error) = run_lines(Pack::embedded(), &input, Lang::En);
    assert_eq!((lines.len(), any_error), (3, true));
    assert!(lines[1].contains("input.not-json") && !lines[2].contains("error"));
}

#[test]
fn deep_nesting_is_refused_without_harm() {
    let deep = format!("{{\"stage\": {}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(run(&deep).1);
}
