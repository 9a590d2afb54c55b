//! What holds for every accord (CONTRACTS.md 3.3, properties), and that no bytes can stop the engine.

use crate::generate::{Dice, document, request};
use crate::{DOCUMENT, REQUEST};
use accord::commands::{check_json, run_check, run_decide, run_decide_lines, run_explain};
use accord::{Decision, Document, FieldList, Refusal, Request, decide};
use base::Lang;
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeSet;

fn ask(doc: &Value, req: &Value) -> Decision {
    let (doc, req) =
        (Document::parse(doc.to_string().as_bytes()).unwrap(), Request::parse(req.to_string().as_bytes()).unwrap());
    decide(&doc, &req, FieldList::shipped())
}

fn permitted(decision: &Decision) -> BTreeSet<String> {
    decision.allowed().map(|(field, _, _)| field.to_owned()).collect()
}

fn is_floor(refusal: Refusal) -> bool {
    refusal.code().0.starts_with("floor.")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Goal: a floor is a fact of the request. Method: swap the whole accord, but for its parties; floors stay the same.
    #[test]
    fn no_accord_lifts_a_floor(seed in any::<u64>()) {
        let dice = Dice::new(seed);
        let (one, mut other, req) = (document(&dice, true), document(&dice, true), request(&dice));
        let floors = |decision: &Decision| decision.refused().filter(|(_, refusal)| is_floor(*refusal)).map(|(field, refusal)| (field.to_owned(), refusal)).collect::<Vec<_>>();
        let first = floors(&ask(&one, &req));
        prop_assert_eq!(&first, &floors(&ask(&other, &req)));
        other["clauses"] = serde_json::json!([]);
        prop_assert_eq!(&first, &floors(&ask(&other, &req)));
    }

    #[test]
    fn without_required_fewer_clauses_or_consents_never_permit_more(seed in any::<u64>()) {
        let dice = Dice::new(seed);
        let (mut doc, mut req) = (document(&dice, false), request(&dice));
        let before = permitted(&ask(&doc, &req));
        let key = if dice.once_in(2) { &mut doc["clauses"] } else { &mut req["consents"] };
        let items = key.as_array_mut().unwrap();
        if !items.is_empty() {
            items.remove(dice.roll(items.len()));
        }
        prop_assert!(permitted(&ask(&doc, &req)).is_subset(&before));
    }

    #[test]
    fn without_required_the_order_of_clauses_changes_only_which_clause_and_basis_are_named(seed in any::<u64>()) {
        let dice = Dice::new(seed);
        let (mut doc, req) = (document(&dice, false), request(&dice));
        let before = ask(&doc, &req);
        doc["clauses"].as_array_mut().unwrap().reverse();
        let after = ask(&doc, &req);
        prop_assert_eq!(permitted(&before), permitted(&after));
        prop_assert_eq!(before.refused().collect::<Vec<_>>(), after.refused().collect::<Vec<_>>());
        prop_assert_eq!((before.verdict(), before.duties()), (after.verdict(), after.duties()));
    }

    #[test]
    fn a_preview_permits_what_the_whole_permits_and_more_only_for_want_of_required_fields(seed in any::<u64>()) {
        let dice = Dice::new(seed);
        let (doc, req) = (document(&dice, true).to_string(), request(&dice).to_string());
        let (doc, req) = (Document::parse(doc.as_bytes()).unwrap(), Request::parse(req.as_bytes()).unwrap());
        let (whole, preview) = (decide(&doc, &req, FieldList::shipped()), accord::decide_preview(&doc, &req, FieldList::shipped()));
        for (whole, preview) in whole.answers().iter().zip(preview.answers()) {
            prop_assert!(whole == preview || whole.result == Err(Refusal::AccordRequired));
        }
    }

    #[test]
    fn no_bytes_stop_the_engine(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        run_decide(&bytes, REQUEST.as_bytes(), Lang::Id);
        run_decide(DOCUMENT.as_bytes(), &bytes, Lang::Id);
        run_decide_lines(&bytes, Lang::Id);
        prop_assert!(run_check(&bytes).1 == 2);
    }

    #[test]
    fn no_change_to_good_bytes_stops_the_engine(edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 1..4), in_document: bool) {
        let mut bytes = if in_document { DOCUMENT } else { REQUEST }.as_bytes().to_vec();
        for (index, byte, kind) in edits {
            let at = index.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => drop(bytes.remove(at)),
                _ => bytes.insert(at, byte),
            }
        }
        let (line, exit) = if in_document { run_decide(&bytes, REQUEST.as_bytes(), Lang::En) } else { run_decide(DOCUMENT.as_bytes(), &bytes, Lang::En) };
        let answer: Value = serde_json::from_str(&line).unwrap();
        prop_assert_eq!(answer["error"].is_object(), exit == 2);
        if in_document {
            let (findings, exit) = run_check(&bytes);
            prop_assert!(serde_json::from_str::<Value>(&check_json(&findings, Lang::En)).is_ok());
            prop_assert_eq!(run_explain(&bytes, Lang::En).is_ok(), exit == 0);
        }
    }
}
