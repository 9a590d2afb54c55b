//! W04, a domestic worker back from Johor; W07, a fisher.

use crate::cast::{Play, Seen, officer, opening, text};
use base::{ConsentId, NodeId, Place};
use casework::Case;
use casework::ConsentCode as Code;
use casework::case::{CloseReason, Opening, StepRef, Taken};
use casework::words::{Outcome, Profile};
use std::collections::{BTreeMap, BTreeSet};

/// A woman from Lombok Timur: 17-hour days in Johor, unpaid, passport kept, locked in; found in Batam.
pub fn johor() -> Vec<Seen> {
    let mut ratna = Play::open(opening());
    ratna.agrees(Code::Notice);
    ratna.received();
    ratna.identified(Outcome::PresumedVictim, Profile::Adult);
    assert!(ratna.is_open("LE-1") && ratna.is_open("ID-5"));
    for wish in ["health", "shelter", "legal_aid", "return"] {
        ratna.wants(wish);
    }
    ratna.agrees(Code::Share);
    ratna.agrees(Code::Statistics);
    ratna.done("ID-5", &[]);
    let briefing = ratna.run("LE-1");
    ratna.does(|case, today| case.await_person(&briefing, today));
    ratna.later(20);
    ratna.does(|case, today| case.resume(&briefing, today));
    ratna.done("LE-1", &[]);
    cared_for(&mut ratna);
    sheltered(&mut ratna);
    justice(&mut ratna);
    home(&mut ratna);
    let lotim = at_home(&ratna);
    vec![ratna.seen, lotim]
}

/// HE: nothing is done to her without her word.
fn cared_for(ratna: &mut Play) {
    ratna.not_done("HE-1", &[], "step.consent-missing");
    ratna.agrees(Code::Medical);
    ratna.done("HE-1", &[]);
    ratna.done("HE-2", &[("REKAM-MEDIS.hiv_consent", "no")]);
    ratna.done("HE-4", &[("F-10.go_on", "yes")]);
    assert_eq!(ratna.run("HE-4"), StepRef("HE-4".into(), 2), "fourteen days later, again");
    ratna.done("HE-4", &[("F-10.go_on", "no")]);
    assert!(!ratna.is_open("HE-4"));
}

/// SO: she keeps her papers, may go out, and leaves when she wishes.
fn sheltered(ratna: &mut Play) {
    ratna.agrees(Code::Stay);
    ratna.not_done("SO-1", &[("F-11.papers_with_person", "no")], "step.exit-not-met");
    ratna.done("SO-1", &[("F-11.papers_with_person", "yes"), ("F-11.result", "placed")]);
    ratna.not_done("SO-2", &[("F-12.free_to_leave", "no")], "step.exit-not-met");
    ratna.done("SO-2", &[("F-12.free_to_leave", "yes")]);
    ratna.fact("other_district_acts");
    ratna.done("XR-1", &[("F-28.purpose", "FAMILY_ASSESSMENT")]);
    ratna.done("XR-2", &[]);
    ratna.done("XR-4", &[]);
    ratna.done("SO-3", &[]);
    ratna.done("SO-4", &[("F-13.go_on", "no")]);
    ratna.refuses("case.close-incomplete", |case, today| case.close(&Play::closing(CloseReason::GoalsMet), today));
    ratna.fact("leaves_shelter");
    ratna.not_done("SO-5", &[("F-14.papers_returned", "no")], "step.exit-not-met");
    ratna.done("SO-5", &[("F-14.papers_returned", "yes")]);
}

/// LE and the police: by her own word, each for itself.
fn justice(ratna: &mut Play) {
    assert!(!ratna.is_open("ID-6"), "nobody reports for an adult");
    ratna.agrees(Code::Police);
    ratna.done("ID-6", &[]);
    ratna.done("ID-7", &[]);
    ratna.agrees(Code::Protection);
    ratna.done("LE-4", &[]);
    ratna.done("LE-2", &[]);
    ratna.fact("unpaid_wages");
    ratna.done("LE-6", &[]);
    ratna.later(14 * 24);
    ratna.done("GV-1", &[]);
}

/// RP: her wish, a safe answer, papers, route, handover.
fn home(ratna: &mut Play) {
    ratna.done("RP-1", &[("F-17.risk", "safe"), ("F-17.answer", "go")]);
    ratna.done("RP-2", &[]);
    ratna.done("RP-3", &[]);
    assert!(!ratna.is_open("RP-4"));
    ratna.fact("travel_day");
    ratna.done("RP-4", &[]);
    assert!(ratna.is_open("RE-1"), "her arrival opens the work at home");
    ratna.fact("receiver_will_own");
    ratna.done("XR-3", &[]);
    let share = ConsentId::from_bytes([4; 16]);
    assert_eq!(ratna.case.consents[&share].code, Code::Share);
    ratna.does(|case, today| case.withdraw_consent(share, today));
    assert!(!ratna.case.consents[&share].holds(ratna.now), "at once");
}

/// The home node owns the case: visits, package, a year of contacts, closure.
fn at_home(ratna: &Play) -> Seen {
    let own = ratna.case.own_next();
    let taken = Taken { from: NodeId::from_bytes([1; 16]), own, record: [1; 32] };
    let opening = Opening {
        decided: Some(Outcome::PresumedVictim),
        done: ["IN-1", "IN-2", "IN-3", "ID-3", "ID-4", "ID-5", "LE-1"].map(str::to_owned).into(),
        ..opening()
    };
    let mut lotim =
        Play::begun("52.03", ratna.now, |today| Case::take_over(opening, taken, BTreeMap::new(), today).unwrap());
    lotim.fact("arrived");
    lotim.done("RE-1", &[]);
    let first = lotim.now;
    lotim.done("RE-2", &[]);
    for days in [30, 90, 180, 365] {
        lotim.later((first.plus_hours(24 * (days - 2)).millis() - lotim.now.millis()) / 3_600_000);
        assert_eq!(lotim.clock("RE-3").due, first.plus_hours(24 * days), "counted from the first visit");
        lotim.done(
            "RE-3",
            &[("F-22.contact", "reached"), ("F-22.recruiter_again", if days == 30 { "yes" } else { "no" })],
        );
    }
    assert!(!lotim.is_open("RE-3"), "four contacts");
    assert!(lotim.is_open("XR-1"), "a recruiter who comes again is told to the others");
    lotim.dropped("IN-4", "dikerjakan di Batam");
    lotim.fact("goals_met");
    lotim.done("RE-4", &[]);
    lotim.closed(CloseReason::GoalsMet)
}

/// Fishing crew: 20-hour shifts, pay withheld, documents with the captain.
pub fn fisher() -> Vec<Seen> {
    let mut man = Play::open(Opening { origin: Place::parse("33.29").ok(), ..opening() });
    man.received();
    man.identified(Outcome::PresumedVictim, Profile::Adult);
    for wish in ["health", "shelter", "return", "reintegration", "legal_aid"] {
        man.wants(wish);
    }
    for step in ["HE-1", "SO-1", "LE-2", "RE-1"] {
        man.declined(step);
    }
    man.done("LE-1", &[]);
    man.fact("hearing_set");
    hearings(&mut man);
    man.not_done("RP-1", &[("F-17.risk", "unsafe"), ("F-17.answer", "go")], "step.exit-not-met");
    man.done("RP-1", &[("F-17.alternatives_offered", "yes"), ("F-17.answer", "other_place")]);
    man.declined("RP-2");
    lost(man)
}

/// LE-5: each hearing has its date, and the reminder comes a day before.
fn hearings(man: &mut Play) {
    man.done("LE-5", &[("JADWAL-SIDANG.next", "2026-12-15"), ("JADWAL-SIDANG.more", "yes")]);
    let clock = man.clock("LE-5").clone();
    let day = crate::cast::at("2026-12-14T17:00:00Z");
    assert_eq!((clock.warn80, clock.due), (Some(day.plus_hours(-24)), day.plus_hours(24)), "midnight in Batam");
    man.done("LE-5", &[("JADWAL-SIDANG.more", "no")]);
    assert!(!man.is_open("LE-5"));
}

/// Three tries within 90 days; two are not enough, and a contact in between begins anew.
fn lost(mut man: Play) -> Vec<Seen> {
    let lost = |case: &Case, today: &casework::Today<'_>| case.close(&Play::closing(CloseReason::LostContact), today);
    for reached in [false, false, true, false, false] {
        man.does(|case, today| case.try_contact(officer(1), reached, today));
        man.later(24 * 10);
    }
    assert!(!man.is_open("RE-4"));
    man.refuses("case.close-reason", lost);
    man.does(|case, today| case.try_contact(officer(1), false, today));
    man.done("RE-4", &[("F-23.reason", "hilang kontak")]);
    let before: BTreeSet<String> = man.open_ids().into_iter().map(str::to_owned).collect();
    man.does(lost);
    assert!(man.case.closed.is_some() && !before.is_empty());
    man.does(|case, today| case.reopen(text("ia menelepon"), today));
    assert!(matches!(man.case.timeline.last(), Some(line) if line.kind == "step.opened"), "the door was open");
    man.dropped("GV-1", "tidak perlu");
    vec![man.seen]
}
