//! The computed vignettes and dimension cases: what the rule must answer.

use crate::{Counts, Pack, run_lines};
use base::Lang;
use serde_json::{Value, json};

fn data() -> Value {
    serde_json::from_str(include_str!("../../tests/data/screening_vignettes.json")).unwrap()
}

#[test]
fn every_vignette_gives_its_expected_result() {
    for vignette in data()["vignettes"].as_array().unwrap() {
        let request = json!({"id": vignette["id"], "stage": vignette["stage"], "answers": vignette["answers"]});
        let (lines, any_error) = run_lines(Pack::embedded(), request.to_string().as_bytes(), Lang::Id);
        assert!(!any_error, "{lines:?}");
        let got: Value = serde_json::from_str(&lines[0]).unwrap();
        assert_eq!(got["id"], vignette["id"]);
        for (key, expected) in vignette["expected"].as_object().unwrap() {
            assert_eq!(&got[key], expected, "{} {key}", vignette["id"]);
        }
    }
}

#[test]
fn every_dimension_case_is_positive_as_computed() {
    let data = data();
    let cases = data["dimension_rule_cases"].as_array().unwrap();
    assert_eq!(cases.len(), 36);
    for case in cases {
        let count = |key: &str| u8::try_from(case[key].as_u64().unwrap()).unwrap();
        let counts = Counts { strong: count("s"), medium: count("m"), weak: count("w") };
        assert_eq!(json!(counts.positive()), case["positive"], "{case}");
    }
}

#[test]
fn every_vignette_says_why_and_what_to_do_next() {
    for vignette in data()["vignettes"].as_array().unwrap() {
        let request = json!({"stage": vignette["stage"], "answers": vignette["answers"]});
        let (lines, _) = run_lines(Pack::embedded(), request.to_string().as_bytes(), Lang::Id);
        let got: Value = serde_json::from_str(&lines[0]).unwrap();
        assert!(!got["next"].as_array().unwrap().is_empty(), "{}", vignette["id"]);
        for reason in got["because"].as_array().unwrap() {
            assert!(!reason["text"]["id"].as_str().unwrap().is_empty());
            for question in reason["questions"].as_array().unwrap() {
                let answer = vignette["answers"][question.as_str().unwrap()].as_str();
                assert!(answer.is_some_and(|answer| answer != "no"), "{} {reason}", vignette["id"]);
            }
        }
        for counted in got["counts"].as_object().unwrap().keys() {
            assert!(got["because"].as_array().unwrap().iter().any(|reason| reason["dimension"] == json!(counted)));
        }
    }
}
