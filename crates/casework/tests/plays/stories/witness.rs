//! A man who saw the boat and the sponsor, and is no victim. He came himself.

use crate::cast::{Play, Seen, officer, opening, text};
use base::PersonId;
use casework::ConsentCode as Code;
use casework::case::{CloseReason, Opening, Person, Shield};
use casework::words::{PersonRole, Profile, Relation};
use std::collections::{BTreeMap, BTreeSet};

pub fn only() -> Vec<Seen> {
    let walked_in = Opening { roles: [PersonRole::Witness].into(), done: BTreeSet::new(), ..opening() };
    let mut man = Play::open(walked_in);
    assert!(man.is_open("WI-1") && man.is_open("WI-2") && man.is_open("LE-3"));
    man.done("IN-1", &[("F-01.channel", "walk_in")]);
    man.received();
    shielded(&mut man);
    man.agrees(Code::Protection);
    man.done("WI-1", &[("F-26.level", "high"), ("F-26.family_level", "medium")]);
    man.done("LE-3", &[]);
    man.done("ID-1", &[]);
    man.declined("ID-2");
    man.fact("hearing_set");
    man.done("WI-3", &[]);
    man.wants("legal_aid");
    man.done("LE-2", &[]);
    man.fact("person_asks_to_close");
    let seen = man.closed(CloseReason::PersonAsked);
    vec![seen, silent()]
}

/// A code name for all but two; his wife is covered like him.
fn shielded(man: &mut Play) {
    let wife = Person {
        relation: Some(Relation::Spouse),
        roles: [PersonRole::Family].into(),
        profile: Profile::Adult,
        place: None,
        is_protected: true,
        fields: BTreeMap::from([("identity.name".to_owned(), text("Sulastri"))]),
    };
    man.does(|case, today| case.add_person(PersonId::from_bytes([6; 16]), wife, today));
    man.not_done("WI-2", &[], "step.exit-not-met");
    let shield = |viewers: &[u8]| Shield {
        code_name: "Beringin-4".into(),
        viewers: viewers.iter().map(|n| officer(*n)).collect(),
    };
    man.refuses("shield.two", |case, today| case.shield(shield(&[1, 2, 3]), today));
    man.refuses("shield.two", |case, today| case.shield(shield(&[]), today));
    man.does(|case, today| case.shield(shield(&[1, 7]), today));
    man.done("WI-2", &[]);
    for (who, name, knows) in [(1, "Melati-27", true), (7, "Melati-27", true), (2, "Beringin-4", false)] {
        assert_eq!((man.case.shown_to(officer(who)), man.case.may_know(officer(who))), (name, knows), "{who}");
    }
}

/// Another who will not testify. Nothing else closes with it.
fn silent() -> Seen {
    let mut woman = Play::open(Opening { roles: [PersonRole::Witness, PersonRole::Victim].into(), ..opening() });
    woman.received();
    for wish in ["health", "shelter", "legal_aid"] {
        woman.wants(wish);
    }
    woman.fact("hearing_set");
    woman.declined("WI-3");
    woman.declined("LE-5");
    for step in ["HE-1", "SO-1", "LE-2", "WI-1"] {
        assert!(woman.is_open(step), "{step}");
    }
    woman.seen
}
