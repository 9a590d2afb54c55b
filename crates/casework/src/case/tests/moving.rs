//! A case moves to another version of the handbook.

use super::*;
use crate::handbook::Library;
use crate::handbook::tests::next_version;
use crate::roles::Role;

/// Decided, with HE-4, LE-1 and LE-6 open.
fn running() -> Story {
    let mut story = Story::decided();
    story.does(|case, today| case.give_consent(consent(5, ConsentCode::Medical), today)).unwrap();
    story.does(|case, today| case.set_wish("health", true, today)).unwrap();
    story.does(|case, today| case.set_fact("unpaid_wages", true, today)).unwrap();
    let sent =
        [("F-09.facility", "RSUD"), ("F-09.sent", "2026-11-23T04:00:00Z"), ("F-09.seen", "2026-11-23T05:00:00Z")];
    story.fill_and_complete("HE-1", &sent).unwrap();
    story.fill_and_complete("HE-2", &[("REKAM-MEDIS.seen", "2026-11-23"), ("REKAM-MEDIS.needs", "kontrol")]).unwrap();
    assert!(["HE-4", "LE-1", "LE-6"].iter().all(|step| story.open(step).is_some()));
    story
}

fn moves(case: &Case, today: &Today<'_>) -> Result<Vec<CaseEvent>, Problem> {
    case.move_handbook(officer(1), text("SOP Batam 2027 berlaku"), today)
}

#[test]
fn an_open_case_keeps_its_version_until_a_person_decides_and_the_page_shows_what_would_change() {
    let mut story = running();
    let mut library = Library::new(story.desk.handbook.clone());
    library.add(next_version()).unwrap();
    assert_eq!(library.of(&story.case).unwrap().version, "0.2.0");
    assert_eq!(library.newer(&story.case).unwrap().version, "0.3.0");
    assert_eq!(story.does(moves), Err("case.same-handbook"));

    let before = story.case.clone();
    story.desk.handbook = library.version("0.3.0").unwrap().clone();
    assert_eq!(story.does(Case::look), Err("case.other-handbook"), "not by itself");
    let events = moves(&story.case, &story.desk.today()).unwrap();
    let view = story.case.move_view(&events);
    let step = |id: &str| StepRef(id.into(), 1);
    let due = |hours: i64| Some(story.desk.now.plus_hours(hours));
    assert_eq!((view.ends, view.opens), (vec![step("HE-4")], vec![]));
    assert_eq!(view.dates, [(step("LE-1"), due(72), due(48))]);
    assert_eq!(view.owners, [(step("LE-6"), Role::Companion)]);
    assert_eq!(story.case, before, "looking changes nothing");
}

#[test]
fn the_decision_is_recorded_and_what_has_ended_stays_ended() {
    let mut story = running();
    let ended = |case: &Case| -> Vec<(StepRef, StepState)> {
        case.steps.iter().filter(|(_, state)| state.ended.is_some()).map(|(s, st)| (s.clone(), st.clone())).collect()
    };
    let before = ended(&story.case);
    story.desk.handbook = next_version();
    let silent = |case: &Case, today: &Today<'_>| case.move_handbook(officer(1), text(" "), today);
    assert_eq!(story.does(silent), Err("case.reason-missing"));
    story.does(moves).unwrap();
    assert_eq!(story.case.handbook(), "0.3.0");
    assert_eq!(story.case.opening.handbook, "0.2.0", "how it began is not rewritten");
    let after = ended(&story.case);
    assert!(before.iter().all(|step| after.contains(step)));
    let gone = &story.case.steps[&StepRef("HE-4".into(), 1)];
    assert!(matches!(gone.ended, Some((StepEnd::NotApplicable(_), _))));
    let decided = story.events.iter().find_map(|(event, _)| match event {
        CaseEvent::HandbookMoved(decided) => Some(decided),
        _ => None,
    });
    let decided = decided.unwrap();
    assert_eq!((decided.from.as_str(), decided.to.as_str(), decided.by), ("0.2.0", "0.3.0", officer(1)));
    assert_eq!(decided.reason.expose(), "SOP Batam 2027 berlaku");
    let line = story.case.timeline.iter().find(|line| line.kind == "handbook.moved").unwrap();
    assert_eq!(line.about, "0.2.0 - 0.3.0");
    story.fill_and_complete("LE-1", &[("F-15.given", "yes"), ("F-15.language", "Sasak")]).unwrap();
    assert!(story.open("LE-7").is_some(), "the case goes on under the new version");
    assert!(story.open("HE-4").is_none());
}

#[test]
fn what_she_waited_counts_under_the_new_version_and_an_alarm_can_rise_again() {
    let mut story = running();
    let step = story.open("LE-1").unwrap();
    story.does(|case, today| case.await_person(&step, today)).unwrap();
    story.later(10);
    story.does(|case, today| case.resume(&step, today)).unwrap();
    story.later(40);
    story.does(Case::raise_alarms).unwrap();
    assert_eq!(story.case.steps[&step].clock.as_ref().unwrap().level, 50);
    story.desk.handbook = next_version();
    story.does(moves).unwrap();
    let clock = story.case.steps[&step].clock.clone().unwrap();
    assert_eq!((clock.due, clock.level), (clock.start.plus_hours(58), 50));
    story.does(Case::raise_alarms).unwrap();
    assert_eq!(story.case.steps[&step].clock.as_ref().unwrap().level, 80);
}

#[test]
fn a_case_that_is_closed_or_owned_elsewhere_does_not_move() {
    let mut story = running();
    let own = story.case.own_next();
    story.does(|case, _| case.give_away(node(5), own, [1; 32])).unwrap();
    story.desk.handbook = next_version();
    assert_eq!(story.does(moves), Err("case.not-owner"));
}
