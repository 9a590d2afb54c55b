//! Order and branching of SOP 6, one fact each.

use crate::cast::{Play, opening, text};
use base::PersonId;
use casework::case::{Opening, Person};
use casework::words::{Authority, Outcome, PersonRole, Profile, Relation, Triage, Urgency};
use std::collections::{BTreeMap, BTreeSet};

/// Steps that a change opens.
fn opens(play: &mut Play, change: impl FnOnce(&mut Play)) -> Vec<String> {
    let before: BTreeSet<String> = play.case.steps.keys().map(ToString::to_string).collect();
    change(play);
    play.case.steps.keys().map(ToString::to_string).filter(|step| !before.contains(step)).collect()
}

fn ready() -> Play {
    let mut play = Play::open(opening());
    play.received();
    play
}

#[test]
fn each_of_the_seven_outcomes_opens_what_the_table_says() {
    let table: [(Outcome, &[&str]); 7] = [
        (Outcome::PresumedVictim, &["ID-5", "LE-1"]),
        (Outcome::Intercept, &["ID-5", "LE-1"]),
        (Outcome::PossibleVictim, &["ID-5", "LE-1"]),
        (Outcome::LabourViolation, &["LE-1", "LE-6"]),
        (Outcome::IllicitRecruitment, &["LE-1", "XR-1"]),
        (Outcome::NoIndication, &["LE-1"]),
        (Outcome::Incomplete, &["ID-3/2"]),
    ];
    for (outcome, steps) in table {
        let mut play = ready();
        play.done("ID-1", &[]);
        play.agrees(casework::ConsentCode::Interview);
        play.screened(outcome, Profile::Adult);
        play.done("ID-3", &[]);
        assert_eq!(opens(&mut play, |play| play.decided(outcome)), steps, "{outcome}");
    }
}

#[test]
fn her_choice_opens_health_shelter_legal_aid_return_and_home_each_by_itself() {
    let table =
        [("health", "HE-1"), ("shelter", "SO-1"), ("legal_aid", "LE-2"), ("return", "RP-1"), ("reintegration", "RE-1")];
    for (wish, step) in table {
        let opened = opens(&mut ready(), |play| play.wants(wish));
        assert!(opened.contains(&step.to_owned()) && opened.len() <= 2, "{wish}: {opened:?}");
    }
}

#[test]
fn any_safety_flag_opens_care_shelter_and_police_at_once() {
    for flag in Triage::ALL {
        let opened = opens(&mut ready(), |play| play.flags(&[*flag]));
        for step in ["HE-1", "ID-6", "SO-1"] {
            assert!(opened.contains(&step.to_owned()), "{flag}: {opened:?}");
        }
    }
}

#[test]
fn overlays_attach_by_attribute_and_only_then() {
    let overlays = |play: &Play| -> BTreeSet<String> {
        let own = |id: &&str| ["CH", "WI", "FA", "FN", "XR"].contains(&&id[..2]);
        play.open_ids().into_iter().filter(own).map(|id| id[..2].to_owned()).collect()
    };
    assert_eq!(overlays(&ready()), BTreeSet::new());
    let with = |opening: Opening| overlays(&Play::open(opening));
    assert_eq!(with(Opening { profile: Profile::Child, ..opening() }), ["CH".to_owned()].into());
    assert_eq!(with(Opening { roles: [PersonRole::Witness].into(), ..opening() }), ["WI".to_owned()].into());
    let mut family = Play::open(Opening { roles: [PersonRole::Family].into(), ..opening() });
    family.fact("missing");
    assert_eq!(overlays(&family), ["FA".to_owned()].into());
    let mut foreign = ready();
    foreign.fact("foreign_national");
    assert_eq!(overlays(&foreign), ["FN".to_owned()].into());
    for authority in Authority::ALL {
        let mut play = ready();
        play.does(|case, today| case.classify(Urgency::Amber, *authority, text("x"), today));
        assert_eq!(overlays(&play).contains("XR"), *authority != Authority::Own, "{authority}");
    }
}

#[test]
fn a_child_beside_an_adult_victim_and_a_witness_beside_her_are_covered_too() {
    let person = |roles: &[PersonRole], profile| Person {
        relation: Some(Relation::Child),
        roles: roles.iter().copied().collect(),
        profile,
        place: None,
        is_protected: false,
        fields: BTreeMap::new(),
    };
    let added = |person: Person| {
        opens(&mut ready(), |play| {
            play.does(|case, today| case.add_person(PersonId::from_bytes([3; 16]), person, today));
        })
    };
    assert_eq!(added(person(&[PersonRole::Victim], Profile::Child)), ["CH-1"]);
    assert_eq!(added(person(&[PersonRole::Family], Profile::Child)), Vec::<String>::new());
    assert_eq!(added(person(&[PersonRole::Witness], Profile::Adult)), ["LE-3", "WI-1", "WI-2"]);
}

#[test]
fn declining_any_step_that_is_open_leaves_the_other_lines_as_they_are() {
    let flags = BTreeSet::from([Triage::Protection]);
    let opening = || Opening {
        roles: [PersonRole::Victim, PersonRole::Witness, PersonRole::Family].into(),
        profile: Profile::Child,
        triage: flags.clone(),
        urgency: Urgency::Red,
        ..opening()
    };
    let prepared = || {
        let mut play = Play::open(opening());
        for wish in ["health", "shelter", "legal_aid", "return", "reintegration", "family_contact", "evidence_kept"] {
            play.wants(wish);
        }
        for fact in
            ["hearing_set", "unpaid_wages", "family_claim", "reported_to_police", "other_district_acts", "stuck"]
        {
            play.fact(fact);
        }
        play
    };
    let open: Vec<String> = prepared().open_ids().into_iter().map(str::to_owned).collect();
    assert!(open.len() > 15, "{open:?}");
    for step in open.iter().filter(|step| !step.starts_with("IN-")) {
        prepared().declined(step);
    }
}
