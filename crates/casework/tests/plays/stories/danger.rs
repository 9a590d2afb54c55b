//! W10: a man of 27, promised customer-service work, held in a scam compound and beaten; others are still inside.

use crate::cast::{Play, Seen, officer, opening};
use casework::ConsentCode as Code;
use casework::case::{CloseReason, Opening, StepRef};
use casework::words::{LegalBasis, Level, Outcome, Profile, Triage, Urgency};
use std::collections::BTreeSet;

const AT_ONCE: [&str; 3] = ["HE-1", "ID-6", "SO-1"];

pub fn scam_compound() -> Vec<Seen> {
    let flags = BTreeSet::from([Triage::MedicalNow, Triage::OthersAtRisk]);
    let mut man = Play::open(Opening { triage: flags, urgency: Urgency::Red, ..opening() });
    assert!(AT_ONCE.iter().all(|step| man.is_open(step)), "side by side with reception: {:?}", man.open_ids());
    man.not_done("IN-2", &[], "step.exit-not-met");
    waits(&mut man);
    man.done_without_consent("HE-1", LegalBasis::VitalInterest, "UU 27/2022 ps. 20(2)d");
    man.done_without_consent("ID-6", LegalBasis::PublicTask, "UU 21/2007");
    man.declined("SO-1");
    man.done("IN-2", &[]);
    man.done("IN-3", &[]);
    man.assigned();
    man.done("ID-1", &[]);
    man.done("ID-2", &[]);
    man.screened(Outcome::PresumedVictim, Profile::Adult);
    man.done("ID-3", &[]);
    man.decided(Outcome::PresumedVictim);
    man.done("ID-4", &[]);
    evidence(&mut man);
    escalated(&mut man);
    raised_anew(&mut man);
    man.fact("goals_met");
    man.flags(&[]);
    vec![man.closed(CloseReason::GoalsMet), quarter()]
}

/// Screening waits until each thing that the flags called for has somebody who does it.
fn waits(man: &mut Play) {
    man.agrees(Code::Interview);
    for (number, step) in AT_ONCE.into_iter().enumerate() {
        assert!(!man.is_open("ID-3"), "{number} have an owner");
        let step = man.run(step);
        man.does(|case, today| case.take_step(&step, officer(2), today));
    }
    assert!(man.is_open("ID-3"));
}

/// HE-3: his wish and the two consents, no more and no less.
fn evidence(man: &mut Play) {
    man.wants("evidence_kept");
    man.agrees(Code::Medical);
    man.not_done("HE-3", &[], "step.consent-missing");
    man.agrees(Code::Police);
    man.done("HE-3", &[]);
}

/// A step that nobody does climbs from the district to the province to the nation, each asked once.
fn escalated(man: &mut Play) {
    let briefing = man.run("LE-1");
    man.later(36);
    man.later(24);
    man.later(12);
    for level in [Level::District, Level::Province, Level::National] {
        let asked = |level: Level| {
            let watched = man.case.steps.values().filter_map(|run| run.watch.as_ref());
            watched.filter(|watch| watch.step == briefing && watch.level == level).count()
        };
        assert_eq!(asked(level), 1, "{level}");
        man.later(24);
    }
    man.done("GV-2", &[]);
    man.done("LE-1", &[]);
}

/// A flag that is raised anew opens what it calls for anew, also what was declined before.
fn raised_anew(man: &mut Play) {
    man.flags(&[]);
    man.later(1);
    man.flags(&[Triage::Protection]);
    for step in AT_ONCE {
        assert_eq!(man.run(step), StepRef(step.into(), 2));
    }
    assert!(man.is_open("LE-3"));
    man.flags(&[Triage::Protection]);
    assert_eq!(man.case.runs("SO-1").count(), 2, "the same flag again asks for nothing new");
}

/// GV-3 is owed by the node.
fn quarter() -> Seen {
    let play = Play::open(opening());
    let mut seen = Seen::default();
    for duty in play.handbook.node_duties(play.now, (&play.place, &play.calendar), &BTreeSet::new()) {
        assert!(duty.clock.is_some());
        seen.opened.insert(duty.step.clone());
        let reported = BTreeSet::from([duty.quarter]);
        assert_eq!(play.handbook.node_duties(play.now, (&play.place, &play.calendar), &reported), []);
        seen.done.insert(duty.step);
    }
    seen
}
