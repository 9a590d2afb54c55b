//! The table of situations and the ends it expects: `G given, T holding; owner taker; duty taker; and in words the rest`.
//! Several offers are told apart by a label before a colon: `offer 2 back: G done, T done`.

use std::collections::BTreeMap;

const TABLE: &str = include_str!("situations.tsv");

/// Every id with the end expected of it, as they stand.
pub fn situations() -> impl Iterator<Item = (&'static str, &'static str)> {
    TABLE.lines().skip(1).filter_map(|line| Some((line.split_once('\t')?.0, line.rsplit_once('\t')?.1)))
}

/// Compares what the table says of a situation with what was seen: each offer by its label (`offer 1` where the table has
/// only one), `owner` and `duty`. What it says in words is for the test to assert.
pub fn holds(id: &str, seen: &BTreeMap<String, String>) {
    let (_, end) = situations().find(|(known, _)| *known == id).expect("a situation of the table");
    let mut stated = 0;
    for part in end.split("; ") {
        let (label, value) = match (part.split_once(": "), part.split_once(' ')) {
            (Some(labelled), _) => labelled,
            (None, Some(("owner" | "duty", _))) => part.split_once(' ').unwrap_or_default(),
            (None, Some(("G", _))) => ("offer 1", part),
            _ => continue,
        };
        assert_eq!(seen.get(label).map(String::as_str), Some(value), "{id}: {label}, expected {end:?}");
        stated += 1;
    }
    assert!(stated >= 3, "{id} states an offer, the owner and the duty");
}
