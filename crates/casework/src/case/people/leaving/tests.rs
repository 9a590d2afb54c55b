//! Officers who leave while they have a part in Ratna's case.

use crate::CaseEvent;
use crate::case::people::leaving::Successor;
use crate::case::tests::{Story, officer, text};
use crate::case::{Assignment, Shield, StepRef, StepState};
use crate::roles::Role;
use base::OfficerId;

fn assigned(manager: u8, companion: Option<u8>) -> Assignment {
    Assignment { manager: officer(manager), companion: companion.map(officer), conflict_checked_by: officer(9) }
}

/// A case that officer 3 holds and officer 4 goes along with.
fn held() -> Story {
    let mut story = Story::new();
    story.does(|case, today| case.assign(assigned(3, Some(4)), today)).unwrap();
    story
}

fn manager(id: u8) -> Successor<'static> {
    Successor { id: officer(id), name: "Bu Rini", holds: true, goes_along: false, counsel: false }
}

fn leaves(story: &mut Story, who: u8, to: Option<Successor<'_>>) {
    story.does(|case, today| Ok(case.let_go(officer(who), officer(9), to, today.now))).unwrap();
}

fn answers(story: &Story, step: &StepRef) -> Option<OfficerId> {
    story.case.officer_of(story.case.steps.get(step).unwrap())
}

#[test]
fn who_takes_over_holds_the_case_and_who_left_knows_nothing_more() {
    let mut story = held();
    leaves(&mut story, 3, Some(manager(5)));
    assert_eq!((story.case.manager(), story.case.companion()), (Some(officer(5)), Some(officer(4))));
    assert!(story.case.may_know(officer(5)) && !story.case.may_know(officer(3)) && !story.case.is_held_by_nobody());
    assert!(!story.case.hands().contains(&officer(3)));
}

#[test]
fn a_case_that_nobody_takes_over_is_held_by_nobody_until_somebody_is_named() {
    let mut story = held();
    leaves(&mut story, 3, None);
    assert!(story.case.is_held_by_nobody() && !story.case.may_know(officer(3)));
    assert!(!story.case.may_know(officer(5)), "it does not open to everybody");
    assert!(story.case.may_know(officer(4)), "who goes along stays");
    story.does(|case, today| case.assign(assigned(5, None), today)).unwrap();
    assert!(!story.case.is_held_by_nobody() && story.case.may_know(officer(5)));
    story.does(|case, today| case.assign(assigned(3, None), today)).unwrap();
    assert!(story.case.may_know(officer(3)), "who came back and is named holds it");
}

#[test]
fn whose_roles_do_not_fit_and_who_is_named_in_the_case_take_nothing_over() {
    for to in [Successor { holds: false, goes_along: true, ..manager(5) }, manager(9), manager(3)] {
        let mut story = held();
        leaves(&mut story, 3, Some(to));
        assert!(story.case.is_held_by_nobody(), "{to:?}");
    }
    let mut story = held();
    let fields = [("recruiter.name".to_owned(), text("Rini, Bu"))].into();
    story.does(|case, today| case.set_fields(None, fields, today)).unwrap();
    leaves(&mut story, 3, Some(manager(5)));
    assert!(story.case.is_held_by_nobody());
}

#[test]
fn steps_she_took_go_back_and_those_of_a_companion_who_left_fall_to_the_manager() {
    let mut story = held();
    let step = story.case.open_steps().next().map(|(step, _)| step.clone()).unwrap();
    let before = answers(&story, &step);
    story.does(|case, today| case.take_step(&step, officer(6), today)).unwrap();
    assert!(answers(&story, &step) == Some(officer(6)) && before != Some(officer(6)));
    assert!(story.case.works_on(officer(6)));
    leaves(&mut story, 6, None);
    assert_eq!(answers(&story, &step), before);
    assert!(!story.case.works_on(officer(6)));
    story.does(|case, today| case.take_step(&step, officer(6), today)).unwrap();
    story.does(|case, today| case.decline_step(&step, today)).unwrap();
    assert!(!story.case.works_on(officer(6)), "what ended does not open it to who left before");
    leaves(&mut story, 4, None);
    assert_eq!((story.case.manager(), story.case.companion()), (Some(officer(3)), None));
    let known = story.case.steps.get(&step).unwrap().clone();
    let state = StepState { role: Role::Companion, officer: None, ..known };
    assert_eq!(story.case.officer_of(&state), Some(officer(3)));
}

#[test]
fn a_companion_is_followed_by_one_and_the_manager_stays() {
    let mut story = held();
    leaves(&mut story, 4, Some(Successor { holds: false, goes_along: true, ..manager(5) }));
    assert_eq!((story.case.manager(), story.case.companion()), (Some(officer(3)), Some(officer(5))));
}

#[test]
fn an_opening_in_need_ends_with_the_access_and_stays_ended_when_she_comes_back() {
    let mut story = held();
    story.does(|case, today| case.open_in_need(officer(6), text("ia hilang"), today.now)).unwrap();
    assert!(story.case.is_open_in_need(officer(6), story.desk.now));
    leaves(&mut story, 6, None);
    assert!(!story.case.is_open_in_need(officer(6), story.desk.now));
    assert_eq!(story.case.unseen_openings().count(), 1, "it is still looked at");
    story.does(|case, today| case.open_in_need(officer(6), text("ia hilang lagi"), today.now)).unwrap();
    assert!(story.case.is_open_in_need(officer(6), story.desk.now));
}

#[test]
fn a_person_behind_a_code_name_is_never_left_without_somebody_who_may_know_her() {
    let shield = |viewers: &[u8]| Shield {
        code_name: "Saksi-3".into(),
        viewers: viewers.iter().map(|viewer| officer(*viewer)).collect(),
    };
    let mut story = held();
    story.does(|case, today| case.shield(shield(&[4, 6]), today)).unwrap();
    leaves(&mut story, 6, None);
    assert!(story.case.may_know(officer(4)) && !story.case.may_know(officer(3)), "one of the two is enough");
    leaves(&mut story, 4, None);
    assert!(story.case.may_know(officer(3)), "the last one is followed by who holds the case");
    leaves(&mut story, 3, None);
    story.does(|case, today| case.assign(assigned(5, None), today)).unwrap();
    assert!(story.case.may_know(officer(5)) && !story.case.may_know(officer(3)));
}

#[test]
fn who_has_no_part_in_a_case_leaves_no_mark_there() {
    let story = held();
    assert_eq!(story.case.let_go(officer(8), officer(9), Some(manager(5)), story.desk.now), []);
    let events = story.case.let_go(officer(3), officer(9), None, story.desk.now);
    assert_eq!(events, [CaseEvent::OfficerLeft { officer: officer(3), by: officer(9) }]);
}
