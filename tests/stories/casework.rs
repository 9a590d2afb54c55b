//! A case on one node: steps, two officers, clocks, identity, clashes.

use crate::cast::*;
use base::{ManualClock, Seq};
use casework::Role;
use casework::case::StepRef;
use casework::words::{Level, Outcome, Urgency};
use desk::cases::identity::OpenIdentity;
use desk::cases::record::{AddNote, ConfirmPresumption, ProposePresumption, SetFields, SetTriage, SetWish};
use desk::cases::steps::{DAY_STEPS, FillStep, FinishStep, day_of};
use desk::cases::{CaseCard, CaseStream, MoveHandbook, OnCase, StepCard};
use desk::{Asking, Error};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Access, Aggregate, Page, Read, Shelf};

async fn batam() -> Node {
    Node::new("batam", "21.71", accord::PartyRole::TaskForce, &Arc::new(ManualClock::at(START))).await
}

async fn cards(node: &Node, part: &[u8]) -> Vec<CaseCard> {
    let mut view = node.desk.read().await.unwrap();
    let rows = view.list::<CaseCard>(Shelf::CasesByState, part, &Page::default()).await.unwrap();
    rows.into_iter().map(|row| row.card).collect()
}

#[tokio::test]
async fn a_case_is_classified_assigned_and_decided_by_two_different_officers() {
    let node = batam().await;
    let case = opened(&node).await;
    assert_eq!(cards(&node, b"open").await.len(), 1);
    assigned(&node, case).await;
    let one = node.officer(1, &[Role::IdentificationTeam]);
    let propose = ProposePresumption { outcome: Outcome::PresumedVictim, reason: None };
    node.changes(&one, case, propose).await.unwrap();
    assert_eq!(code(node.changes(&one, case, ConfirmPresumption {}).await), "presumption.second-officer");
    let intake = node.officer(4, &[Role::IntakeOfficer]);
    assert_eq!(code(node.changes(&intake, case, ConfirmPresumption {}).await), "act.role");
    let two = node.officer(6, &[Role::IdentificationTeam]);
    node.changes(&two, case, ConfirmPresumption {}).await.unwrap();
    let stored = node.case(case).await;
    assert_eq!(stored.decision.as_ref().unwrap().by, Some([officer_id(1), officer_id(6)]));
    assert_eq!(cards(&node, b"open").await[0].manager, Some(officer_id(1)));
    let mut view = node.desk.read().await.unwrap();
    let mine = view.list::<CaseCard>(Shelf::CasesByManager, &[1; 16], &Page::default()).await.unwrap();
    assert_eq!(mine.len(), 1);
}

#[tokio::test]
async fn a_safety_flag_makes_the_case_red_and_moves_it_to_the_top() {
    let node = batam().await;
    let case = opened(&node).await;
    let flags = [casework::words::Triage::Protection].into();
    node.changes(&node.manager(), case, SetTriage { flags }).await.unwrap();
    assert_eq!(node.case(case).await.urgency, Urgency::Red);
    assert_eq!(cards(&node, b"open").await.len(), 1, "its old place in the list is gone");
}

#[tokio::test]
async fn a_step_is_finished_with_its_form_or_refused_by_the_name_of_the_field() {
    let node = batam().await;
    let case = opened(&node).await;
    let step = StepRef("IN-3".into(), 1);
    let values = |pairs: &[(&str, &str)]| pairs.iter().map(|(k, v)| ((*k).to_owned(), text(v))).collect();
    let finish = |pairs: &[(&str, &str)]| FinishStep { step: step.clone(), values: values(pairs) };
    let by = node.manager();
    let odd = FillStep { step: step.clone(), values: values(&[("F-99.weather", "hujan")]) };
    let before = node.case(case).await.version;
    assert_eq!(code(node.changes(&by, case, odd).await), "step.unknown-field");
    assert_eq!(code(node.changes(&by, case, finish(&[("F-01.urgency", "PURPLE")])).await), "step.bad-value");
    assert_eq!(node.case(case).await.version, before, "nothing of a refused form is kept");
    node.changes(&by, case, finish(&[("F-01.urgency", "AMBER"), ("F-01.authority", "21.71")])).await.unwrap();
    assert_eq!(code(node.changes(&by, case, finish(&[])).await), "step.ended");
    let mut view = node.desk.read().await.unwrap();
    let mine = view.list::<StepCard>(Shelf::StepsByRole, b"CASE_MANAGER", &Page::default()).await.unwrap();
    assert!(mine.iter().all(|row| row.card.step != step));
}

#[tokio::test]
async fn however_much_others_took_a_step_that_nobody_took_is_on_the_day_of_who_may_take_it() {
    let node = batam().await;
    for number in 0..60_u8 {
        let case = opened_from(&node, &[number; 16]).await;
        assigned(&node, case).await;
    }
    node.clock.advance_millis(60_000);
    let case = opened_from(&node, &[200; 16]).await;
    let tuti = node.officer(8, &[Role::CaseManager]);
    let mut view = node.desk.read().await.unwrap();
    let hers = day_of(&mut view, tuti.officer().unwrap()).await.unwrap();
    assert!(!hers.steps.is_empty() && hers.steps.iter().all(|step| step.case == case) && !hers.is_cut);
    let full = day_of(&mut view, node.manager().officer().unwrap()).await.unwrap();
    let free = full.steps.iter().filter(|step| step.officer.is_none());
    assert_eq!((full.steps.len(), full.is_cut, free.count()), (DAY_STEPS, true, hers.steps.len()));
    drop(view);
    for number in 201..=240_u8 {
        opened_from(&node, &[number; 16]).await;
    }
    let mut view = node.desk.read().await.unwrap();
    let full = day_of(&mut view, node.manager().officer().unwrap()).await.unwrap();
    let free = full.steps.iter().filter(|step| step.officer.is_none()).count();
    assert_eq!(
        (full.steps.len(), full.is_cut, free),
        (DAY_STEPS, true, DAY_STEPS / 2),
        "half each where both are many"
    );
    assert!(full.steps.is_sorted_by_key(|step| step.due.map_or(i64::MAX, base::Timestamp::millis)));
}

#[tokio::test]
async fn a_late_step_opens_an_escalation_and_the_round_ends() {
    let node = batam().await;
    let case = opened(&node).await;
    assert!(node.desk.next_duty().await.unwrap().is_some());
    assert_eq!(node.desk.do_duties().await.unwrap(), 0, "nothing is due yet");
    for _ in 0..30 {
        node.clock.advance_millis(3_600_000);
    }
    while node.desk.do_duties().await.unwrap() > 0 {}
    let stored = node.case(case).await;
    let watch = stored.steps[&StepRef("GV-2".into(), 1)].watch.clone().unwrap();
    assert_eq!((watch.step.0.as_str(), watch.level), ("IN-3", Level::District));
    assert!(node.desk.next_duty().await.unwrap().is_none_or(|due| due > node.desk.now()));
    assert!(node.journal(Seq(0)).await.contains(&"clock.alarm".to_owned()));
}

#[tokio::test]
async fn identity_is_shown_to_who_holds_the_case_and_the_view_is_recorded_first() {
    let node = batam().await;
    let case = decided(&node).await;
    let open = OpenIdentity { case, reason: text(REASON) };
    let stranger = node.officer(7, &[Role::CaseManager]);
    assert_eq!(code(node.does(&stranger, &open).await), "identity.not-near");
    let head = node.head().await;
    let shown = node.does(&node.manager(), &open).await.unwrap();
    assert_eq!(shown["identity.name"], text(NAME));
    assert!(!shown.contains_key("shelter.location"));
    assert_eq!(node.journal(head).await, ["identity.seen"]);
    let blank = OpenIdentity { case, reason: text("  ") };
    assert_eq!(code(node.does(&node.manager(), &blank).await), "identity.reason-missing");
    let mut view = node.desk.read().await.unwrap();
    let seen = view.load::<Access>(case.bytes()).await.unwrap().unwrap();
    assert_eq!(seen.entries, 1);
    let refused = view.load::<Access>(officer_id(7).bytes()).await.unwrap().unwrap();
    assert_eq!(refused.entries, 1, "the refusal stands in the stranger's own stream");
}

#[tokio::test]
async fn the_same_form_twice_has_one_effect_and_another_content_is_a_clash() {
    let node = batam().await;
    let case = opened(&node).await;
    let act = OnCase { case, version: None, change: AddNote { text: text("catatan") } };
    let by = node.manager();
    node.desk.run(&by, Asking::of(b"k", b"one"), &act).await.unwrap();
    let again = node.desk.run(&by, Asking::of(b"k", b"one"), &act).await.unwrap_err();
    assert!(again.repeated().is_some());
    assert_eq!(code(node.desk.run(&by, Asking::of(b"k", b"two"), &act).await), "request.reused");
    assert_eq!(node.case(case).await.notes.len(), 1);
}

#[tokio::test]
async fn of_two_people_editing_the_second_meets_a_clash_and_changes_nothing() {
    let node = batam().await;
    let case = opened(&node).await;
    let version = Some(node.case(case).await.version);
    let write = |words: &str| {
        let values = BTreeMap::from([("contact.safe_hours".to_owned(), text(words))]);
        OnCase { case, version, change: SetFields { person: None, values } }
    };
    let now = node.does(&node.manager(), &write("pagi")).await.unwrap();
    let late = node.does(&node.officer(2, &[Role::Companion]), &write("malam")).await.unwrap_err();
    assert!(matches!(late, Error::Clash { form, now: at } if Some(form) == version && at == now));
    let stored = node.case(case).await;
    assert_eq!((stored.version, &stored.fields["contact.safe_hours"]), (now, &text("pagi")));
}

#[tokio::test]
async fn unknown_fields_words_and_cases_are_named() {
    let node = batam().await;
    let case = opened(&node).await;
    let by = node.manager();
    for (field, said) in [("weather.rain", "case.unknown-field"), ("identity.shoe_size", "case.unknown-field")] {
        let values = BTreeMap::from([(field.to_owned(), text("x"))]);
        let refused = node.changes(&by, case, SetFields { person: None, values }).await.unwrap_err();
        assert_eq!((refused.problem().code.0, refused.problem().at.as_deref()), (said, Some(field)));
    }
    let wish = SetWish { word: "moon".into(), holds: true };
    assert_eq!(code(node.changes(&by, case, wish).await), "case.unknown-word");
    let nowhere = base::CaseId::from_bytes([1; 16]);
    assert_eq!(code(node.changes(&by, nowhere, AddNote { text: text("x") }).await), "desk.not-found");
}

#[tokio::test]
async fn a_case_stays_with_its_handbook_until_a_person_moves_it_and_says_why() {
    let mut node = batam().await;
    let case = decided(&node).await;
    newer_handbook(&mut node);
    let by = node.manager();
    node.changes(&by, case, SetWish { word: "return".into(), holds: true }).await.unwrap();
    let stored = node.case(case).await;
    assert_eq!(stored.handbook(), "0.2.0", "work goes on under the old version");
    let to = node.desk.handbooks.newer(&stored).unwrap();
    let view = node.desk.move_view(&stored, to, node.desk.now()).unwrap();
    assert_eq!(view.dates.iter().map(|(step, ..)| step.0.as_str()).collect::<Vec<_>>(), ["LE-1"]);
    let moves = |reason: &str| MoveHandbook { case, version: None, to: "0.3.0".into(), reason: text(reason) };
    assert_eq!(code(node.does(&by, &moves(" ")).await), "case.reason-missing");
    assert_eq!(code(node.does(&node.officer(8, &[Role::Auditor]), &moves("x")).await), "act.role");
    let head = node.head().await;
    node.does(&by, &moves("SOP Batam 2027 berlaku")).await.unwrap();
    assert_eq!(node.journal(head).await[0], "handbook.moved");
    assert_eq!(node.case(case).await.handbook(), "0.3.0");
    assert_eq!(code(node.does(&by, &moves("lagi")).await), "case.same-handbook");
}

#[tokio::test]
async fn alarms_ring_for_a_case_whose_handbook_is_not_on_this_node_and_nothing_else_changes_it() {
    let mut node = batam().await;
    let case = opened(&node).await;
    newer_handbook(&mut node);
    let newest = node.desk.handbooks.newest().clone();
    Arc::get_mut(&mut node.desk).unwrap().handbooks = Arc::new(casework::Library::new(newest));
    let wish = SetWish { word: "return".into(), holds: true };
    assert_eq!(code(node.changes(&node.manager(), case, wish).await), "case.other-handbook");
    for _ in 0..30 {
        node.clock.advance_millis(3_600_000);
    }
    while node.desk.do_duties().await.unwrap() > 0 {}
    assert!(node.case(case).await.steps.contains_key(&StepRef("GV-2".into(), 1)));
    assert!(node.desk.next_duty().await.unwrap().is_none_or(|due| due > node.desk.now()));
}

#[tokio::test]
async fn a_state_that_a_command_wrote_is_found_by_the_next_only_once_it_is_on_disk() {
    let node = batam().await;
    let case = opened(&node).await;
    let note = |words: &str| AddNote { text: text(words) };
    node.changes(&node.manager(), case, note("satu")).await.unwrap();
    let mut undone = node.begin().await;
    let mut stored = undone.load::<CaseStream>(case.bytes()).await.unwrap().unwrap();
    assert_eq!(stored.notes.len(), 1);
    let events = stored.state.note(officer_id(1), text("batal")).unwrap();
    undone.append(&mut stored, events).await.unwrap();
    assert_eq!(undone.load::<CaseStream>(case.bytes()).await.unwrap().unwrap().notes.len(), 2);
    drop(undone);
    // Changed, but not in the journal: it belongs to whoever changed it.
    let mut odd = node.begin().await;
    let mut stored = odd.load::<CaseStream>(case.bytes()).await.unwrap().unwrap();
    let event = stored.state.note(officer_id(1), text("tidak ditulis")).unwrap().pop().unwrap();
    std::sync::Arc::make_mut(&mut stored.state).apply(&event, START);
    odd.commit().await.unwrap();
    node.changes(&node.manager(), case, note("dua")).await.unwrap();
    let words: Vec<String> = node.case(case).await.notes.iter().map(|note| note.text.expose().clone()).collect();
    assert_eq!(words, ["satu", "dua"]);
    let mut view = node.desk.read().await.unwrap();
    assert_eq!(desk::verify::projections(&mut view).await.unwrap(), []);
}
