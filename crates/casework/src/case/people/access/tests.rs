//! Who is shut out of Ratna's case, and who opened it in need.

use crate::CaseEvent;
use crate::case::tests::{Story, officer, text};
use crate::case::{Assignment, Case, IN_NEED_HOURS, Shield, Today};
use crate::words::PersonRole;
use base::Problem;

type Events = Result<Vec<CaseEvent>, Problem>;

fn accused(story: &mut Story, name: &str) {
    let fields = [("recruiter.name".to_owned(), text(name))].into();
    story.does(|case, today| case.set_fields(None, fields, today)).unwrap();
}

fn shuts(who: u8, by: u8) -> impl FnOnce(&Case, &Today<'_>) -> Events {
    move |case, _| case.shut_out(officer(who), officer(by), text("disebut sebagai pengantar"))
}

fn lets_in(who: u8, by: u8) -> impl FnOnce(&Case, &Today<'_>) -> Events {
    move |case, _| case.let_in((officer(who), "Yusri Tanah"), officer(by), text("orang lain"))
}

fn assigned(manager: u8) -> Assignment {
    Assignment { manager: officer(manager), companion: None, conflict_checked_by: officer(9) }
}

fn opens(by: u8) -> impl FnOnce(&Case, &Today<'_>) -> Events {
    move |case, today| case.open_in_need(officer(by), text("ia hilang dari rumah aman"), today.now)
}

#[test]
fn a_name_among_those_who_recruited_shuts_out_until_somebody_else_says_it_is_a_namesake() {
    let mut story = Story::new();
    accused(&mut story, "YUSRI  tanah");
    assert!(story.case.shuts_out(officer(4), "Yusri Tanah") && !story.case.shuts_out(officer(5), "Yusri"));
    assert!(!story.case.shuts_out(officer(4), ""), "nobody is called nothing");
    for (name, is_shut) in
        [("Bripka Yusri Tanah", true), ("tanah yusri", true), ("Yusri", false), ("Yusri Laut", false)]
    {
        assert_eq!(story.case.shuts_out(officer(6), name), is_shut, "{name}");
    }
    assert_eq!(story.does(lets_in(4, 4)), Err("access.own-bar"));
    story.does(lets_in(4, 5)).unwrap();
    assert!(!story.case.shuts_out(officer(4), "Yusri Tanah"));
    assert_eq!(story.does(lets_in(4, 5)), Err("access.not-shut"));
}

#[test]
fn who_is_shut_out_holds_nothing_answers_for_nothing_and_is_nobodys_viewer() {
    let mut story = Story::new();
    story.does(|case, today| case.assign(assigned(3), today)).unwrap();
    assert!(story.case.may_know(officer(3)));
    let (step, _) = story.case.open_steps().next().map(|(step, state)| (step.clone(), state.role)).unwrap();
    story.does(|case, today| case.take_step(&step, officer(3), today)).unwrap();
    story.does(shuts(3, 7)).unwrap();
    assert_eq!(story.does(shuts(3, 7)), Err("access.shut-before"));
    assert!(
        story.case.shuts_out(officer(3), "") && !story.case.may_know(officer(3)) && story.case.holder_is_shut_out()
    );
    assert!(story.case.open_steps().all(|(_, state)| story.case.officer_of(state) != Some(officer(3))));
    assert_eq!(story.does(|case, today| case.assign(assigned(3), today)), Err("access.officer-named"));
    let shield = Shield { code_name: "Saksi-3".into(), viewers: [officer(3)].into() };
    assert_eq!(story.does(|case, today| case.shield(shield, today)), Err("access.officer-named"));
    story.does(|case, today| case.assign(assigned(4), today)).unwrap();
    assert!(!story.case.holder_is_shut_out());
}

#[test]
fn need_opens_a_case_for_three_hours_and_somebody_else_looks_at_it() {
    let mut story = Story::new();
    story.does(|case, today| case.assign(assigned(3), today)).unwrap();
    assert_eq!(story.does(opens(3)), Err("need.not-needed"), "who holds the case needs none");
    assert_eq!(
        story.does(|case, today| case.open_in_need(officer(4), text("  "), today.now)),
        Err("case.reason-missing")
    );
    story.does(opens(4)).unwrap();
    assert_eq!(story.does(opens(4)), Err("need.not-needed"));
    let now = story.desk.now;
    assert!(story.case.is_open_in_need(officer(4), now.plus_hours(IN_NEED_HOURS).plus_seconds(-1)));
    assert!(!story.case.is_open_in_need(officer(4), now.plus_hours(IN_NEED_HOURS)));
    assert!(!story.case.is_open_in_need(officer(5), now) && !story.case.may_know(officer(4)));
    assert_eq!(story.does(|case, _| case.look_at_opening(0, officer(4))), Err("need.own"));
    story.does(|case, _| case.look_at_opening(0, officer(8))).unwrap();
    assert_eq!(story.does(|case, _| case.look_at_opening(0, officer(8))), Err("need.seen-before"));
    assert_eq!(story.case.unseen_openings().count(), 0);
}

#[test]
fn a_code_name_given_after_an_opening_closes_it() {
    let mut story = Story::new();
    story.does(|case, today| case.assign(assigned(3), today)).unwrap();
    story.does(opens(4)).unwrap();
    let shield = Shield { code_name: "Saksi-3".into(), viewers: [officer(3)].into() };
    story.does(|case, today| case.shield(shield, today)).unwrap();
    assert!(!story.case.is_open_in_need(officer(4), story.desk.now));
}

#[test]
fn need_does_not_reach_a_person_behind_a_code_name() {
    let mut story = Story::new();
    story.does(|case, today| case.assign(assigned(3), today)).unwrap();
    story.does(|case, today| case.set_roles([PersonRole::Witness].into(), today)).unwrap();
    assert_eq!(story.does(opens(4)), Err("need.shielded"));
}
