//! What an intake officer makes of reports: the same person twice, a case that is there, a slip, a file brought by hand.

use crate::cast::*;
use base::{CaseId, ManualClock, ReportId};
use casework::Role;
use casework::report::{Alike, MarkKind, Other};
use casework::words::PersonRole;
use desk::Staff;
use desk::cases::CaseStream;
use desk::cases::record::{Assign, SetFields, ShieldCase};
use desk::cases::reports::{
    Candidate, FindReport, LinkReport, OpenCase, OpenFile, ReportJson, ReportStream, SayApart, candidates, hidden_from,
    reports,
};
use desk::intake::Taken;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Page, Read, Stored};

const PORT: &str = "dijemput mobil hitam di pelabuhan Sekupang, dibawa ke ruko dekat pasar Nagoya";
const AGAIN: &str = "mobil hitam menjemput dari pelabuhan Sekupang; dibawa ke ruko pasar Nagoya";

async fn batam() -> Node {
    Node::new("batam", "21.71", accord::PartyRole::TaskForce, &Arc::new(ManualClock::at(START))).await
}

fn says(text: &str, contact: &str) -> ReportJson {
    let contact = Some(contact).filter(|way| !way.is_empty()).map(|way| ("safe_way".to_owned(), way.to_owned()));
    ReportJson { text: text.to_owned(), contact: contact.into_iter().collect(), answers: None, stage: None, ..report() }
}

async fn came(node: &Node, kunci: &[u8], json: &ReportJson) -> ReportId {
    let taken = node.desk.take_report(kunci, &sealed(node, kunci, json).await).await.unwrap();
    let Taken::New(receipt) = taken else { panic!("not new") };
    let mut view = node.desk.read().await.unwrap();
    desk::cases::reports::by_rid(&mut view, receipt.rid).await.unwrap().unwrap().id
}

async fn stored(node: &Node, id: ReportId) -> Stored<ReportStream> {
    node.desk.read().await.unwrap().load::<ReportStream>(id.bytes()).await.unwrap().unwrap()
}

async fn offered(node: &Node, id: ReportId) -> Vec<Candidate> {
    let report = stored(node, id).await;
    candidates(&mut node.desk.read().await.unwrap(), &report, &staff(4)).await.unwrap()
}

/// A case manager by her number.
fn staff(number: u8) -> Staff {
    let (name, roles) = (base::Redacted::default(), [Role::CaseManager].into());
    Staff { id: officer_id(number), name, roles, step_up_at: None }
}

async fn opens(node: &Node, report: ReportId) -> CaseId {
    let act = OpenCase { report, found_in: None, origin: None, roles: [PersonRole::Victim].into() };
    node.does(&dewi(node), &act).await.unwrap()
}

fn days(node: &Node, count: u32) {
    for _ in 0..count {
        node.clock.advance_millis(86_400_000);
    }
}

fn dewi(node: &Node) -> desk::Actor {
    node.officer(4, &[Role::IntakeOfficer])
}

async fn lists_follow_from_the_journal(node: &Node) {
    let found = desk::verify::projections(&mut node.desk.read().await.unwrap()).await.unwrap();
    assert_eq!(found, []);
}

#[tokio::test]
async fn the_same_telephone_in_two_reports_is_offered_in_both_with_the_reason() {
    let node = batam().await;
    let first = came(&node, b"1", &says("kapal ikan, sebelas minggu di gudang es", "0812 5551 2345")).await;
    days(&node, 40);
    let second = came(&node, b"2", &says("nomornya +62-812-5551-2345, ia minta dijemput", "")).await;
    let other = came(&node, b"3", &says("orang lain sama sekali", "0813 1111 2222")).await;
    for (one, two) in [(first, second), (second, first)] {
        let found = offered(&node, one).await;
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(
            (found[0].other, found[0].reasons.as_slice()),
            (Other::Report(two), [Alike::SameMark(MarkKind::Phone)].as_slice())
        );
        assert_eq!(found[0].name, stored(&node, two).await.number());
    }
    assert!(offered(&node, other).await.is_empty());
    assert_eq!(stored(&node, first).await.case, None, "nothing is merged by itself");
    lists_follow_from_the_journal(&node).await;
}

#[tokio::test]
async fn place_time_and_words_together_are_offered_and_a_busy_port_alone_is_not() {
    let node = batam().await;
    let first = came(&node, b"1", &says(PORT, "")).await;
    node.clock.advance_millis(20 * 3_600_000);
    let second = came(&node, b"2", &says(AGAIN, "")).await;
    came(&node, b"3", &says("seorang laki-laki ditipu soal kapal ikan", "")).await;
    let elsewhere = ReportJson { place: Some("52.03".into()), ..says(AGAIN, "") };
    came(&node, b"4", &elsewhere).await;
    let found = offered(&node, first).await;
    assert_eq!(found.iter().map(|one| one.other).collect::<Vec<_>>(), [Other::Report(second)]);
    assert!(matches!(found[0].reasons.as_slice(), [Alike::SamePlace { hours: 20 }, Alike::SameWords { .. }]));
}

#[tokio::test]
async fn a_number_that_a_case_learnt_later_is_found_by_the_next_report_and_leaves_with_the_case() {
    let node = batam().await;
    let first = came(&node, b"1", &says("tanpa nomor", "")).await;
    let case = opens(&node, first).await;
    let values = BTreeMap::from([("identity.nik".to_owned(), text(NIK)), ("contact.phone".to_owned(), text(PHONE))]);
    node.changes(&node.manager(), case, SetFields { person: None, values }).await.unwrap();
    days(&node, 90);
    let second = came(&node, b"2", &says(&format!("kakaknya menelepon, NIK {NIK}"), "0812-5551-2345")).await;
    let found = offered(&node, second).await;
    let alias = node.case(case).await.opening.alias.clone();
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].other, &found[0].name, &found[0].case),
        (Other::Case(case), &alias, &Some((case, alias.clone())))
    );
    assert_eq!(found[0].reasons, [Alike::SameMark(MarkKind::Phone), Alike::SameMark(MarkKind::Nik)]);
    lists_follow_from_the_journal(&node).await;
    let cleared = BTreeMap::from([("identity.nik".to_owned(), text("")), ("contact.phone".to_owned(), text(""))]);
    node.changes(&node.manager(), case, SetFields { person: None, values: cleared }).await.unwrap();
    assert!(offered(&node, second).await.is_empty(), "what is cleared is found no more");
    lists_follow_from_the_journal(&node).await;
    let values = BTreeMap::from([("contact.phone".to_owned(), text(PHONE))]);
    node.changes(&node.manager(), case, SetFields { person: None, values }).await.unwrap();
    let mut tx = node.begin().await;
    tx.erase_stream::<CaseStream>(case.bytes()).await.unwrap();
    tx.commit().await.unwrap();
    assert!(offered(&node, second).await.is_empty(), "an erased case is in no index");
}

#[tokio::test]
async fn two_officers_decide_that_it_is_not_the_same_and_it_stays_decided_on_both_sides() {
    let node = batam().await;
    let first = came(&node, b"1", &says("satu", "0812 5551 2345")).await;
    let second = came(&node, b"2", &says("dua", "0812 5551 2345")).await;
    let apart = SayApart { report: first, other: Other::Report(second) };
    node.does(&dewi(&node), &apart).await.unwrap();
    node.does(&dewi(&node), &apart).await.unwrap();
    for id in [first, second] {
        let found = offered(&node, id).await;
        assert_eq!((found[0].apart.len(), found[0].decided), (1, false), "one officer, however often");
    }
    let back = SayApart { report: second, other: Other::Report(first) };
    node.does(&node.manager(), &back).await.unwrap();
    for id in [first, second] {
        let found = offered(&node, id).await;
        assert_eq!((found[0].apart.len(), found[0].decided), (2, true));
    }
    let analyst = node.officer(9, &[Role::Analyst]);
    assert_eq!(code(node.does(&analyst, &apart).await), "act.role");
    let itself = SayApart { report: first, other: Other::Report(first) };
    assert_eq!(code(node.does(&dewi(&node), &itself).await), "desk.not-found");
    lists_follow_from_the_journal(&node).await;
}

#[tokio::test]
async fn a_report_about_a_known_person_joins_her_case_once() {
    let node = batam().await;
    let case = opens(&node, came(&node, b"1", &says("pertama", "0812 5551 2345")).await).await;
    let second = came(&node, b"2", &says("kedua", "0812 5551 2345")).await;
    let found = offered(&node, second).await;
    assert_eq!(found.len(), 1, "the report and its case are one: {found:?}");
    let candidate = found[0].case.clone().unwrap();
    assert_eq!(candidate.0, case);
    let link = LinkReport { report: second, case };
    node.does(&dewi(&node), &link).await.unwrap();
    assert_eq!(stored(&node, second).await.case, Some(case));
    assert_eq!(node.case(case).await.reports.len(), 2);
    assert_eq!(code(node.does(&dewi(&node), &link).await), "report.already-answered");
    assert!(offered(&node, second).await.is_empty(), "one case: nothing left to ask");
    let third = came(&node, b"3", &says("ketiga", "")).await;
    let nowhere = LinkReport { report: third, case: CaseId::from_bytes([9; 16]) };
    assert_eq!(code(node.does(&dewi(&node), &nowhere).await), "desk.not-found");
    assert_eq!(stored(&node, third).await.case, None);
    lists_follow_from_the_journal(&node).await;
}

#[tokio::test]
async fn the_code_of_a_slip_finds_its_report_and_a_guess_leaves_a_trace() {
    let node = batam().await;
    let id = came(&node, b"1", &report()).await;
    let find = FindReport { code: seal::slip_code(&seal::report_id(b"1")) };
    assert_eq!(node.does(&dewi(&node), &find).await.unwrap(), Some(id));
    let head = node.head().await;
    let guess = FindReport { code: seal::slip_code(&seal::report_id(b"2")) };
    assert_eq!(node.does(&dewi(&node), &guess).await.unwrap(), None);
    assert_eq!(node.journal(head).await, ["act.refused"]);
    let access = node.desk.read().await.unwrap().load::<store::Access>(officer_id(4).bytes()).await.unwrap().unwrap();
    assert_eq!(access.refused[0].2, ["slip.unknown"]);
}

#[tokio::test]
async fn a_report_brought_as_a_file_is_the_same_report_before_and_after_the_network() {
    let node = batam().await;
    let (one, two) = (sealed(&node, b"1", &report()).await, sealed(&node, b"2", &report()).await);
    let (first, known) = node.desk.bring_report(&dewi(&node), &one).await.unwrap();
    assert!(!known);
    let Taken::Known(_) = node.desk.take_report(b"1", &one).await.unwrap() else { panic!("doubled") };
    let Taken::New(_) = node.desk.take_report(b"2", &two).await.unwrap() else { panic!("not new") };
    let (second, known) = node.desk.bring_report(&dewi(&node), &two).await.unwrap();
    assert!(known && first != second);
    assert_eq!(node.desk.bring_report(&dewi(&node), &one).await.unwrap(), (first, true));
    assert_eq!(reports(&mut node.desk.read().await.unwrap(), true, &Page::first(100)).await.unwrap().len(), 2);
    let other = sealed(&node, b"1", &says("lain", "")).await;
    assert_eq!(code(node.desk.bring_report(&dewi(&node), &other).await), "request.reused");
    let analyst = node.officer(9, &[Role::Analyst]);
    let third = sealed(&node, b"3", &report()).await;
    assert_eq!(code(node.desk.bring_report(&analyst, &third).await), "act.role");
    let elsewhere = Node::new("lotim", "52.03", accord::PartyRole::TaskForce, &node.clock).await;
    assert_eq!(code(elsewhere.desk.bring_report(&dewi(&node), &one).await), "report.sealed");
    assert_eq!(code(node.desk.bring_report(&dewi(&node), b"SPR1").await), "report.malformed");
}

#[tokio::test]
async fn each_node_has_its_own_index_and_no_identifier_is_in_it() {
    let node = batam().await;
    let elsewhere = Node::new("lotim", "52.03", accord::PartyRole::TaskForce, &node.clock).await;
    let json = says("satu", PHONE);
    let here = stored(&node, came(&node, b"1", &json).await).await.received.marks.clone();
    let there = stored(&elsewhere, came(&elsewhere, b"1", &json).await).await.received.marks.clone();
    assert_eq!((here.len(), there.len()), (1, 1));
    assert_ne!(here, there);
}

#[tokio::test]
async fn of_a_shielded_case_nothing_is_told_to_who_may_not_know_it() {
    let node = batam().await;
    let first = came(&node, b"1", &says("saksi", "0812 5551 2345")).await;
    let case = opens(&node, first).await;
    node.changes(&node.coordinator(), case, Assign { manager: officer_id(1), companion: None }).await.unwrap();
    let second = came(&node, b"2", &says("nomornya 0812 5551 2345", "")).await;
    assert_eq!(offered(&node, second).await.len(), 1);
    let shield = ShieldCase { code_name: "Kenanga".into(), viewers: [officer_id(1)].into() };
    node.changes(&node.manager(), case, shield).await.unwrap();
    assert!(offered(&node, second).await.is_empty(), "a report with her number is no way to ask for her");
    let mut view = node.desk.read().await.unwrap();
    let (one, two) = (stored(&node, first).await, stored(&node, second).await);
    assert_eq!(candidates(&mut view, &two, &staff(1)).await.unwrap().len(), 1, "who may know still sees it");
    assert_eq!(hidden_from(&mut view, &one, &staff(4)).await.unwrap()[0].code.0, "identity.not-near");
    assert_eq!(hidden_from(&mut view, &one, &staff(1)).await.unwrap(), []);
    let file = OpenFile { report: first, file: base::FileId::from_bytes([1; 16]) };
    assert_eq!(code(node.desk.open_file(&dewi(&node), &file).await.map(drop)), "identity.not-near");
}
