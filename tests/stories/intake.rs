//! Reports at the door.

use crate::cast::*;
use base::{ManualClock, Redacted};
use casework::Role;
use casework::report::Door;
use casework::words::PersonRole;
use desk::Asking;
use desk::cases::reports::{AnswerReport, OpenCase, RecordReport, ReportJson, reports};
use desk::intake::{Receipt, Taken};
use std::sync::Arc;
use store::{Page, Shelf};

async fn batam() -> Node {
    Node::new("batam", "21.71", accord::PartyRole::TaskForce, &Arc::new(ManualClock::at(START))).await
}

async fn waiting(node: &Node) -> usize {
    reports(&mut node.desk.read().await.unwrap(), true, &Page::first(100)).await.unwrap().len()
}

fn signed(node: &Node, receipt: &Receipt) -> bool {
    let bytes = [receipt.rid.as_slice(), &receipt.seq.0.to_be_bytes(), &receipt.at.millis().to_be_bytes()].concat();
    node.entry.cert().identity.verify("simpul/receipt/1", &bytes, &receipt.signature).is_ok()
}

#[tokio::test]
async fn a_report_that_comes_twice_is_one_report_with_the_same_receipt() {
    let node = batam().await;
    let blob = sealed(&node, b"kunci-1", &report()).await;
    let Taken::New(first) = node.desk.take_report(b"kunci-1", &blob).await.unwrap() else { panic!("not new") };
    assert!(signed(&node, &first));
    let head = node.head().await;
    // Somebody else writes in between: the receipt must not move with the journal.
    node.desk.take_report(b"kunci-2", &sealed(&node, b"kunci-2", &report()).await).await.unwrap();
    let Taken::Known(second) = node.desk.take_report(b"kunci-1", &blob).await.unwrap() else { panic!("not known") };
    assert_eq!(first, second);
    assert_eq!(first.seq, head);
    assert_eq!(waiting(&node).await, 2);
    assert_eq!(node.journal(base::Seq(0)).await, ["report.received", "report.received"]);
}

#[tokio::test]
async fn the_same_key_with_another_text_is_a_clash_and_changes_nothing() {
    let node = batam().await;
    node.desk.report_in_clear(b"kunci-1", report()).await.unwrap();
    let other = ReportJson { text: "lain".into(), ..report() };
    assert_eq!(code(node.desk.report_in_clear(b"kunci-1", other).await), "request.reused");
    assert_eq!(waiting(&node).await, 1);
}

#[tokio::test]
async fn a_locked_node_keeps_a_report_sealed_and_records_it_after_unlock() {
    let node = batam().await;
    let blob = sealed(&node, b"kunci-1", &report()).await;
    node.desk.store.vault().lock();
    assert_eq!(node.desk.take_report(b"kunci-1", &blob).await.unwrap(), Taken::Waiting);
    assert_eq!(node.desk.take_report(b"kunci-1", &blob).await.unwrap(), Taken::Waiting);
    assert_eq!(node.desk.report_in_clear(b"kunci-2", report()).await.unwrap(), Taken::Waiting);
    assert_eq!(code(node.desk.read().await.map(drop)), "store.locked");
    node.desk.store.unlock(node.master.clone(), node.desk.now()).await.unwrap();
    assert_eq!(waiting(&node).await, 0);
    assert_eq!(node.desk.open_waiting().await.unwrap(), 2);
    assert_eq!(waiting(&node).await, 2);
    assert_eq!(node.desk.open_waiting().await.unwrap(), 0, "nothing is opened twice");
    let Taken::Known(receipt) = node.desk.take_report(b"kunci-1", &blob).await.unwrap() else { panic!("not known") };
    assert!(signed(&node, &receipt));
    let mut raw = node.desk.store.backend().read().await.unwrap();
    assert_eq!(raw.count(Shelf::Intake.number(), b"", 10).await.unwrap(), 0);
}

#[tokio::test]
async fn a_blob_that_names_another_key_or_was_touched_is_refused_with_its_name() {
    let node = batam().await;
    let mut blob = sealed(&node, b"kunci-1", &report()).await;
    assert_eq!(code(node.desk.take_report(b"kunci-2", &blob).await), "report.damaged");
    let last = blob.len() - 1;
    blob[last] ^= 1;
    assert_ne!(code(node.desk.take_report(b"kunci-1", &blob).await), "done");
    let odd = ReportJson { answers: Some([("Z9".to_owned(), "yes".to_owned())].into()), ..report() };
    assert_eq!(code(node.desk.report_in_clear(b"kunci-3", odd).await), "report.bad-answers");
    let nowhere = ReportJson { place: Some("Batam".into()), ..report() };
    assert_eq!(code(node.desk.report_in_clear(b"kunci-4", nowhere).await), "report.bad-place");
    assert_eq!(waiting(&node).await, 0);
}

#[tokio::test]
async fn a_report_becomes_one_case_once_and_by_who_may() {
    let node = batam().await;
    let case = opened(&node).await;
    let stored = node.case(case).await;
    assert_eq!(stored.opening.found_in.code(), "21.71");
    assert_eq!(stored.fields["chronology.summary"], text(STORY));
    assert_eq!(stored.fields["contact.safe_way"], text(SAFE_WAY));
    let report = stored.opening.report.unwrap();
    let again = OpenCase { report, found_in: None, origin: None, roles: [PersonRole::Victim].into() };
    let intake = node.officer(4, &[Role::IntakeOfficer]);
    assert_eq!(code(node.does(&intake, &again).await), "report.already-answered");
    let analyst = node.officer(9, &[Role::Analyst]);
    let head = node.head().await;
    assert_eq!(code(node.does(&analyst, &again).await), "act.role");
    assert_eq!(node.journal(head).await, ["act.refused"]);
    let answer = AnswerReport { report, event: casework::ReportEvent::Advised(Redacted::new("telepon 129".into())) };
    assert_eq!(code(node.does(&intake, &answer).await), "report.already-answered");
}

#[tokio::test]
async fn a_refused_form_that_is_sent_again_is_refused_again_and_not_taken_for_done() {
    let node = batam().await;
    let act = RecordReport { rid: [3; 16], door: Door::WalkIn, json: report(), without_name: None };
    let (analyst, asking) = (node.officer(9, &[Role::Analyst]), Asking::of(b"form", b"body"));
    assert_eq!(code(node.desk.run(&analyst, asking, &act).await), "act.role");
    assert_eq!(code(node.desk.run(&analyst, asking, &act).await), "act.role");
}

#[tokio::test]
async fn one_waiting_report_that_does_not_open_holds_up_no_other_and_stays() {
    let node = batam().await;
    let good = sealed(&node, b"kunci-2", &report()).await;
    let mut bad = sealed(&node, b"kunci-1", &report()).await;
    let last = bad.len() - 1;
    bad[last] ^= 1;
    node.desk.store.vault().lock();
    node.desk.take_report(b"kunci-1", &bad).await.unwrap();
    node.desk.take_report(b"kunci-2", &good).await.unwrap();
    node.desk.store.unlock(node.master.clone(), node.desk.now()).await.unwrap();
    assert_eq!(node.desk.open_waiting().await.unwrap(), 1);
    assert_eq!(waiting(&node).await, 1);
    let mut raw = node.desk.store.backend().read().await.unwrap();
    assert_eq!(raw.count(Shelf::Intake.number(), b"", 10).await.unwrap(), 1, "evidence stays");
}
