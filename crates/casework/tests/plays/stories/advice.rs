//! W11, W08, W12 and W09: those who are helped with less, and never called "not a victim".

use crate::cast::{Play, Seen, opening, text};
use casework::Case;
use casework::case::{CloseReason, StepRef};
use casework::words::{Outcome, Profile};

/// A man on a vessel who says only that a friend invited him.
pub fn incomplete() -> Vec<Seen> {
    let mut man = Play::open(opening());
    man.received();
    man.identified(Outcome::Incomplete, Profile::Adult);
    assert!(!man.is_open("LE-1") && !man.is_open("RE-4"));
    for run in 2..=4 {
        let again = man.run("ID-3");
        assert_eq!(again, StepRef("ID-3".into(), run));
        assert_eq!(man.clock("ID-3").due, man.now.plus_hours(72));
        man.refuses("case.close-reason", |case, today| case.close(&Play::closing(CloseReason::DoorOpen), today));
        man.later(48);
        man.dropped("ID-3", "tidak terhubung");
    }
    assert!(!man.is_open("ID-3"), "three tries at most");
    man.done("RE-4", &[]);
    man.does(|case, today| case.close(&Play::closing(CloseReason::DoorOpen), today));
    man.does(|case, today| case.reopen(text("ia datang sendiri"), today));
    assert_eq!(man.case.trafficking_status(), None);
    speaks(&mut man);
    vec![man.seen]
}

/// He came back and speaks: a new screening, and two people decide again.
fn speaks(man: &mut Play) {
    man.screened(Outcome::PossibleVictim, Profile::Adult);
    man.decided(Outcome::PossibleVictim);
    assert!(man.is_open("ID-5") && man.is_open("LE-1"));
    assert_eq!(man.case.trafficking_status(), Some("PossibleVictimOfTrafficking"));
}

/// A factory worker, a worker who paid a broker, and one whose papers are in order.
pub fn others() -> Vec<Seen> {
    let play = |outcome| {
        let mut play = Play::open(opening());
        play.received();
        play.identified(outcome, Profile::Adult);
        assert_eq!(play.case.trafficking_status(), None, "empty, never: not a victim");
        play
    };
    let mut labour = play(Outcome::LabourViolation);
    labour.done("LE-1", &[]);
    labour.done("LE-6", &[]);
    let mut illicit = play(Outcome::IllicitRecruitment);
    illicit.done("XR-1", &[("F-28.purpose", "RECRUITER_ALERT")]);
    illicit.done("LE-1", &[]);
    let mut none = play(Outcome::NoIndication);
    let too_soon = |case: &Case| case.open_steps().any(|(step, _)| step.0 == "RE-4");
    assert!(!too_soon(&none.case));
    none.done("LE-1", &[]);
    none.done("RE-4", &[]);
    [labour, illicit, none].into_iter().map(|play| play.closed(CloseReason::AdviceGiven)).collect()
}
