//! A sister in Lombok Timur, whose brother died on a plantation abroad.

use crate::cast::{Play, Seen, opening};
use base::Place;
use casework::ConsentCode as Code;
use casework::case::{CloseReason, Opening};
use casework::words::PersonRole;

pub fn died_abroad() -> Vec<Seen> {
    let family = Opening { found_in: Place::parse("52.03").unwrap(), roles: [PersonRole::Family].into(), ..opening() };
    let mut sister = Play::open(family);
    assert!(!sister.is_open("FA-1"), "nothing is asked of a family that nothing happened to");
    sister.received();
    sister.fact("died");
    assert!(sister.is_open("FA-1") && sister.is_open("FA-3"));
    assert_eq!(sister.clock("FA-1").place.code(), "52.03", "her own days count");
    sister.not_done("FA-1", &[("F-27.relative_suspect", "yes")], "step.exit-not-met");
    sister.agrees(Code::Share);
    sister.done("FA-1", &[("F-27.relative_suspect", "no")]);
    sister.done("FA-3", &[]);
    sister.fact("family_claim");
    sister.done("FA-2", &[]);
    vec![sister.closed(CloseReason::Died), missing()]
}

/// A mother whose son is missing does not want the office to call.
fn missing() -> Seen {
    let mut mother = Play::open(Opening { roles: [PersonRole::Family, PersonRole::Reporter].into(), ..opening() });
    mother.received();
    mother.fact("missing");
    mother.fact("family_claim");
    mother.declined("FA-1");
    assert!(mother.is_open("FA-2"));
    mother.seen
}
