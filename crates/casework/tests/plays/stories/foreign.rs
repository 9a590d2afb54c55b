//! A woman from Myanmar, found on a boat near Batam.

use crate::cast::{Play, Seen, opening, text};
use casework::ConsentCode as Code;
use casework::case::{CloseReason, Opening};
use casework::words::{Authority, Outcome, Profile, Urgency};
use std::collections::BTreeMap;

pub fn national() -> Vec<Seen> {
    let mut woman = found();
    woman.does(|case, today| case.classify(Urgency::Amber, Authority::National, text("perlu pusat"), today));
    assert!(woman.is_open("XR-1"), "the authority lies elsewhere");
    woman.identified(Outcome::PresumedVictim, Profile::Adult);
    assert!(!woman.is_open("FN-1"), "no embassy hears of her before she agrees");
    woman.fact("asylum_claim");
    woman.agrees(Code::Protection);
    woman.not_done("FN-1", &[("NOTA.body", "embassy")], "step.exit-not-met");
    woman.done("FN-1", &[("NOTA.body", "unhcr")]);
    woman.done("FN-2", &[]);
    woman.wants("return");
    assert!(woman.is_open("FN-3") && !woman.is_open("RP-1"));
    woman.not_done("FN-3", &[("F-17.risk", "unsafe"), ("F-17.alternatives_offered", "no")], "step.exit-not-met");
    woman.done("FN-3", &[("F-17.alternatives_offered", "yes"), ("F-17.answer", "stay")]);
    woman.fact("person_asks_to_close");
    vec![woman.closed(CloseReason::PersonAsked), stays()]
}

fn found() -> Play {
    let mut woman = Play::open(Opening { origin: None, ..opening() });
    woman.received();
    assert!(!woman.is_open("FN-2"));
    for (nationality, foreign) in [("Indonesia", false), ("Myanmar", true)] {
        let fields = BTreeMap::from([("profile.nationality".to_owned(), text(nationality))]);
        woman.does(|case, today| case.set_fields(None, fields, today));
        assert_eq!(woman.is_open("FN-2"), foreign, "{nationality}");
    }
    woman
}

/// Another who does not want to go back.
fn stays() -> Seen {
    let mut woman = found();
    woman.wants("return");
    woman.wants("legal_aid");
    woman.declined("FN-3");
    assert!(woman.is_open("FN-2") && woman.is_open("LE-2"));
    woman.seen
}
