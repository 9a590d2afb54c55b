//! The person's rights over her data, holds, erasure and the breach drill, with two nodes and real keys.

use crate::cast::*;
use crate::legal_aid::offers;
use base::{CaseId, ConsentId, ManualClock, Seq};
use casework::breach::HowToTell;
use casework::case::{CloseReason, Closing};
use casework::consent::GivenBy;
use casework::erasure::ErasureBasis;
use casework::rights::{Asker, Granted, Ground, Right, RightAsk};
use casework::{ReportEvent, Role};
use desk::cases::breach::{Place, Scope};
use desk::cases::identity::OpenIdentity;
use desk::cases::keeping::{EraseCase, EraseReport, KeptThing, LiftHold, PlaceHold, ProposeErasure};
use desk::cases::record::{CloseCase, ShieldCase};
use desk::cases::reports::{AnswerReport, ReportStream};
use desk::cases::rights::{AnswerRight, AskRight, LiftRestriction, MakeCopy, ReviewRight, waiting};
use desk::{Actor, Asking};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{Access, Read, StoreError};

async fn batam() -> Node {
    Node::new("batam", "21.71", accord::PartyRole::TaskForce, &Arc::new(ManualClock::at(START))).await
}

/// A second case manager, number 6: the one who looks, and who erases.
fn second(node: &Node) -> Actor {
    node.officer(6, &[Role::CaseManager])
}

fn dpo(node: &Node) -> Actor {
    node.officer(9, &[Role::Auditor])
}

fn ask(right: Right) -> AskRight {
    let (about, way) = (text(STORY), text(SAFE_WAY));
    AskRight(RightAsk { right, by: GivenBy::Person, about, way, consent: None })
}

fn review(no: u16) -> ReviewRight {
    ReviewRight { no, asker: Asker::Person, way_is_safe: true, note: text("dikenal petugas") }
}

fn answer(no: u16, granted: Granted, ground: Option<Ground>) -> AnswerRight {
    AnswerRight { no, granted, ground, left_out: BTreeSet::new(), reason: text("dijelaskan kepadanya") }
}

/// Asked, looked at by a second officer, granted in full.
async fn granted(node: &Node, case: CaseId, right: Right) -> u16 {
    node.changes(&node.manager(), case, ask(right)).await.unwrap();
    let no = *node.case(case).await.rights.keys().last().unwrap();
    node.changes(&second(node), case, review(no)).await.unwrap();
    node.changes(&node.manager(), case, answer(no, Granted::Whole, None)).await.unwrap();
    no
}

#[tokio::test]
async fn a_request_waits_on_a_list_until_its_answer_and_rings_when_nobody_gives_one() {
    let node = batam().await;
    let case = decided(&node).await;
    node.changes(&node.manager(), case, ask(Right::Access)).await.unwrap();
    let list = waiting(&mut node.desk.read().await.unwrap()).await.unwrap();
    assert_eq!((list.len(), list[0].case, list[0].due), (1, case, START.plus_hours(72)));
    for _ in 0..73 {
        node.clock.advance_millis(3_600_000);
    }
    while node.desk.do_duties().await.unwrap() > 0 {}
    assert!(node.journal(Seq(0)).await.contains(&"right.alarm".to_owned()));
    assert_eq!(node.case(case).await.rights[&1].clock.level, 100);
    node.changes(&node.manager(), case, answer(1, Granted::Refused, Some(Ground::Safety))).await.unwrap();
    assert!(waiting(&mut node.desk.read().await.unwrap()).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_copy_leaves_after_a_second_officer_found_it_safe_and_each_making_is_recorded() {
    let node = batam().await;
    let case = decided(&node).await;
    let copy = MakeCopy { case, no: 1 };
    node.changes(&node.manager(), case, ask(Right::Portability)).await.unwrap();
    assert_eq!(code(node.does(&node.manager(), &copy).await), "right.not-granted");
    assert_eq!(
        code(node.changes(&node.manager(), case, answer(1, Granted::Whole, None)).await),
        "right.second-officer"
    );
    let companion = node.officer(2, &[Role::Companion]);
    assert_eq!(code(node.changes(&companion, case, review(1)).await), "act.role", "who goes along does not look");
    node.changes(&second(&node), case, review(1)).await.unwrap();
    node.changes(&node.manager(), case, answer(1, Granted::Whole, None)).await.unwrap();
    assert_eq!(code(node.does(&second(&node), &copy).await), "identity.not-near", "who looked need not read it");
    let head = node.head().await;
    let made = node.does(&node.manager(), &copy).await.unwrap();
    assert_eq!(made.fields["identity.name"], text(NAME));
    let json = serde_json::to_string(&made).unwrap();
    assert!(json.contains(NIK) && !json.contains(RECRUITER), "her data and nobody else's");
    assert_eq!(node.journal(head).await, ["copy.made"]);
}

#[tokio::test]
async fn a_restriction_stops_offers_until_she_lifts_it() {
    let world = World::new().await;
    let World { batam, bahari, .. } = &world;
    let case = decided(batam).await;
    consents(batam, case, to_counsel(11, "lbh-bahari")).await;
    batam.changes(&batam.manager(), case, ask(Right::Restriction)).await.unwrap();
    batam.changes(&batam.manager(), case, answer(1, Granted::Whole, None)).await.unwrap();
    assert_eq!(code(offers(batam, case, legal_aid(bahari)).await), "offer.restricted");
    let lift = LiftRestriction { reason: text("ia mengizinkan lagi") };
    batam.changes(&batam.manager(), case, lift).await.unwrap();
    offers(batam, case, legal_aid(bahari)).await.unwrap();
}

#[tokio::test]
async fn a_withdrawal_that_is_asked_for_stops_what_waits_like_any_withdrawal() {
    let world = World::new().await;
    let World { batam, bahari, .. } = &world;
    let case = decided(batam).await;
    consents(batam, case, to_counsel(11, "lbh-bahari")).await;
    offers(batam, case, legal_aid(bahari)).await.unwrap();
    let consent = ConsentId::from_bytes([11; 16]);
    let withdraw = AskRight(RightAsk { consent: Some(consent), ..ask(Right::Withdrawal).0 });
    batam.changes(&batam.manager(), case, withdraw).await.unwrap();
    assert!(batam.post_for(bahari.id()).await.iter().all(|letter| letter.number() != 16), "the offer never leaves");
    let stored = batam.case(case).await;
    assert!(stored.rights[&1].answer.is_some() && stored.consents[&consent].withdrawn.is_some());
}

#[tokio::test]
async fn what_a_shielded_witness_asks_is_for_her_two_officers_alone() {
    let node = batam().await;
    let case = decided(&node).await;
    let shield = ShieldCase { code_name: "Kenanga-5".into(), viewers: [officer_id(1), officer_id(2)].into() };
    node.changes(&node.manager(), case, shield).await.unwrap();
    assert_eq!(code(node.changes(&second(&node), case, ask(Right::Access)).await), "identity.not-near");
    node.changes(&node.manager(), case, ask(Right::Access)).await.unwrap();
    assert_eq!(code(node.changes(&second(&node), case, review(1)).await), "identity.not-near");
    let viewer = node.officer(2, &[Role::CaseManager]);
    node.changes(&viewer, case, review(1)).await.unwrap();
    let list = waiting(&mut node.desk.read().await.unwrap()).await.unwrap();
    assert_eq!(list[0].alias, "Kenanga-5");
}

/// Closed today; its retention is the table's.
async fn closed(node: &Node, case: CaseId) {
    let closing = Closing {
        reason: CloseReason::GoalsMet,
        papers_returned: true,
        consents_reviewed: true,
        feedback_given: true,
        retain_until: None,
    };
    node.changes(&node.manager(), case, CloseCase { closing }).await.unwrap();
}

fn propose(basis: ErasureBasis) -> ProposeErasure {
    ProposeErasure { basis, parts: BTreeSet::new(), reason: text("tidak diperlukan lagi") }
}

fn later_years(node: &Node, years: u32) {
    for _ in 0..years * 366 {
        node.clock.advance_millis(24 * 3_600_000);
    }
}

#[tokio::test]
async fn a_closed_case_comes_to_the_list_when_its_retention_is_over_and_a_hold_keeps_it() {
    let node = batam().await;
    let case = decided(&node).await;
    closed(&node, case).await;
    let due = async || node.desk.due_to_erase(&mut node.desk.read().await.unwrap()).await.unwrap();
    later_years(&node, 9);
    assert!(due().await.is_empty(), "nine years are not ten");
    later_years(&node, 2);
    let alias = node.case(case).await.opening.alias.clone();
    let list = due().await;
    assert_eq!((&list[0].thing, list[0].is_hold), (&KeptThing::Case(case, alias), false));
    let hold = PlaceHold { reason: text("perkara 12/2037"), review_at: node.desk.now().plus_hours(24 * 90) };
    assert_eq!(code(node.changes(&node.manager(), case, hold.clone()).await), "act.role");
    node.changes(&dpo(&node), case, hold).await.unwrap();
    assert!(due().await.is_empty(), "held until somebody looks");
    assert_eq!(code(node.changes(&node.manager(), case, propose(ErasureBasis::Retention)).await), "erase.on-hold");
    later_years(&node, 1);
    assert!(due().await[0].is_hold, "it is looked at again");
    node.changes(&dpo(&node), case, LiftHold { reason: text("putusan tetap") }).await.unwrap();
    node.changes(&node.manager(), case, propose(ErasureBasis::Retention)).await.unwrap();
    let erase = EraseCase { case, version: None };
    assert_eq!(code(node.does(&node.manager(), &erase).await), "erase.second-officer");
    assert_eq!(code(node.does(&node.officer(4, &[Role::IntakeOfficer]), &erase).await), "act.role");
    node.does(&second(&node), &erase).await.unwrap();
    assert!(due().await.is_empty());
    assert!(desk::verify::projections(&mut node.desk.read().await.unwrap()).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_hold_that_comes_between_two_officers_stops_the_erasure() {
    let node = batam().await;
    let case = decided(&node).await;
    granted(&node, case, Right::Erasure).await;
    node.changes(&node.manager(), case, propose(ErasureBasis::Request)).await.unwrap();
    let hold = PlaceHold { reason: text("perkara"), review_at: START.plus_hours(24 * 90) };
    node.changes(&node.officer(7, &[Role::LegalCoordinator]), case, hold).await.unwrap();
    assert_eq!(code(node.does(&second(&node), &EraseCase { case, version: None }).await), "erase.on-hold");
    assert_eq!(node.case(case).await.fields["identity.name"], text(NAME), "nothing is gone");
}

#[tokio::test]
async fn a_report_without_a_case_is_erased_a_year_after_its_answer() {
    let node = batam().await;
    node.desk.take_report(b"kunci-1", &sealed(&node, b"kunci-1", &report()).await).await.unwrap();
    let rid = seal::report_id(b"kunci-1").bytes();
    let id = desk::cases::reports::by_rid(&mut node.desk.read().await.unwrap(), rid).await.unwrap().unwrap().id;
    let by = node.manager();
    assert_eq!(code(node.does(&by, &EraseReport(id)).await), "erase.still-open");
    node.does(
        &node.officer(4, &[Role::IntakeOfficer]),
        &AnswerReport { report: id, event: ReportEvent::Advised(text("nasihat")) },
    )
    .await
    .unwrap();
    assert_eq!(code(node.does(&by, &EraseReport(id)).await), "erase.kept-until");
    later_years(&node, 2);
    let due = node.desk.due_to_erase(&mut node.desk.read().await.unwrap()).await.unwrap();
    assert!(matches!(&due[0].thing, KeptThing::Report(found, _) if *found == id));
    node.does(&by, &EraseReport(id)).await.unwrap();
    let mut view = node.desk.read().await.unwrap();
    assert_eq!(view.load::<ReportStream>(id.bytes()).await.unwrap_err(), StoreError::Erased);
    assert!(node.desk.due_to_erase(&mut view).await.unwrap().is_empty());
}

#[tokio::test]
async fn t8_the_breach_drill_lists_everybody_once_with_the_safe_way_and_no_letter_home() {
    let world = World::new().await;
    let World { batam, bahari, .. } = &world;
    let case = decided(batam).await;
    sister(batam, case).await;
    batam.desk.take_report(b"kunci-2", &sealed(batam, b"kunci-2", &report()).await).await.unwrap();
    let list = async |scope| {
        let asking = Asking::once(&*batam.desk.chance, batam.desk.now());
        batam.desk.affected(&dpo(batam), asking, (scope, START.plus_hours(-5))).await.unwrap()
    };
    let all = list(Scope::All).await;
    let ways: Vec<HowToTell> = all.people.iter().map(|person| person.how).collect();
    assert_eq!(ways, [HowToTell::SafeWay; 3], "she, her sister, who reported");
    assert_eq!(all.people[0].teller, Some(officer_id(1)));
    assert!(matches!(&all.people[2].place, Place::Report(..)));
    assert_eq!((all.notice.due, all.notice.statutory), (START.plus_hours(67), true));
    assert_eq!((all.looked_at, all.ways[&HowToTell::SafeWay]), (2, 3));
    let shown = format!("{all:?}");
    assert!(CANARIES.iter().all(|canary| !shown.contains(canary)), "aliases and rules, no name and no address");

    let other = officer_id(7);
    assert!(list(Scope::Officer(other)).await.people.is_empty());
    assert_eq!(list(Scope::Officer(officer_id(1))).await.people.len(), 2, "whoever holds the case");
    assert!(list(Scope::Partner(bahari.id())).await.people.is_empty());
    consents(batam, case, to_counsel(11, "lbh-bahari")).await;
    offers(batam, case, legal_aid(bahari)).await.unwrap();
    assert_eq!(list(Scope::Partner(bahari.id())).await.people.len(), 2, "who was offered to them");

    let view = &mut batam.desk.read().await.unwrap();
    let trace = view.load::<Access>(batam.id().bytes()).await.unwrap().unwrap();
    assert_eq!(trace.entries, 5, "each list is recorded");
    let asking = Asking::once(&*batam.desk.chance, batam.desk.now());
    let coordinator = batam.desk.affected(&batam.coordinator(), asking, (Scope::All, START)).await;
    assert_eq!(code(coordinator), "act.role");
    let asking = Asking::once(&*batam.desk.chance, batam.desk.now());
    let later = batam.desk.affected(&dpo(batam), asking, (Scope::All, START.plus_hours(1))).await;
    assert_eq!(code(later), "breach.known-later");
}

#[tokio::test]
async fn an_officer_who_only_looked_at_the_identity_is_found_by_the_drill() {
    let node = batam().await;
    let case = decided(&node).await;
    node.does(&node.manager(), &OpenIdentity { case, reason: text(REASON) }).await.unwrap();
    let assign = desk::cases::record::Assign { manager: officer_id(6), companion: None };
    node.changes(&node.coordinator(), case, assign).await.unwrap();
    let asking = Asking::once(&*node.desk.chance, node.desk.now());
    let list = node.desk.affected(&dpo(&node), asking, (Scope::Officer(officer_id(1)), START)).await.unwrap();
    assert_eq!(list.people.len(), 1, "number 1 holds it no more, and saw it");
}
