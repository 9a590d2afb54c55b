//! Officers who are shut out of a case meet one that is not there; in need a case opens for three hours, and somebody is told.

use crate::cast::*;
use base::{CaseId, OfficerId};
use casework::Role;
use desk::cases::CaseCard;
use desk::cases::identity::OpenIdentity;
use desk::cases::record::{AddNote, Assign, SetFields, ShieldCase};
use desk::cases::reports::ReportStream;
use desk::cases::reports::hidden_from;
use desk::cases::shut::{LetIn, Notice, NoticeKind, OpenInNeed, SeeOpening, ShutOut, notices, shut_out_of};
use desk::cases::steps::open_steps_of;
use desk::staff::AddOfficer;
use desk::{Actor, Staff};
use store::{Access, Read, Shelf};

/// A case manager with a name, number 20.
async fn colleague(node: &Node, name: &str) -> Staff {
    let officer = case_manager("joko", name);
    let roles = officer.roles.clone();
    let id = node.does(&node.officer(9, &[Role::Installer]), &AddOfficer(officer)).await.unwrap();
    Staff { id, name: text(name), roles, step_up_at: None }
}

async fn held(node: &Node) -> CaseId {
    let case = opened(node).await;
    assigned(node, case).await;
    known(node, case).await;
    case
}

async fn accused(node: &Node, case: CaseId, name: &str) {
    let values = [("recruiter.name".to_owned(), text(name))].into();
    node.changes(&node.manager(), case, SetFields { person: None, values }).await.unwrap();
}

async fn told(node: &Node, by: &Actor) -> Vec<Notice> {
    notices(&mut node.desk.read().await.unwrap(), by.officer().unwrap()).await.unwrap()
}

fn note() -> AddNote {
    AddNote { text: text("catatan") }
}

fn shut(officer: OfficerId) -> ShutOut {
    ShutOut { officer, reason: text("disebut sebagai pengantar") }
}

async fn lists(node: &Node, staff: &Staff, case: CaseId) -> (bool, usize) {
    let mut view = node.desk.read().await.unwrap();
    let card: CaseCard = view.card(Shelf::CaseCard, &case.bytes(), &[]).await.unwrap().unwrap();
    let steps = open_steps_of(&mut view, staff).await.unwrap();
    (card.barred.contains(&staff.id), steps.iter().filter(|step| step.case == case).count())
}

#[tokio::test]
async fn an_officer_whose_name_is_a_recruiters_is_shut_out_at_once_and_meets_nothing() {
    let world = Box::pin(World::new()).await;
    let node = &world.batam;
    let case = held(node).await;
    let joko = colleague(node, "Bripka Joko Salasatu").await;
    let by = Actor::Officer(joko.clone());
    node.changes(&by, case, note()).await.unwrap();
    let before = node.head().await;
    accused(node, case, "BRIPKA  joko salasatu").await;
    assert!(node.journal(before).await.contains(&"access.shut".to_owned()), "written down, and so in every list");
    assert_eq!(lists(node, &joko, case).await, (true, 0));
    for refused in [
        code(node.changes(&by, case, note()).await),
        code(node.changes(&by, case, shut(officer_id(1))).await),
        code(node.does(&by, &OpenIdentity { case, reason: text("ingin tahu") }).await),
        code(node.does(&by, &OpenInNeed { case, reason: text("ingin tahu") }).await),
    ] {
        assert_eq!(refused, "desk.not-found", "as if it were not there");
    }
    let mut view = node.desk.read().await.unwrap();
    let report = node.case(case).await.reports[0];
    let report = view.load::<ReportStream>(report.bytes()).await.unwrap().unwrap();
    assert_eq!(hidden_from(&mut view, &report, &joko).await.unwrap()[0].code.0, "access.shut-out");
    let tried = view.load::<Access>(joko.id.bytes()).await.unwrap().unwrap();
    assert!(tried.refused.iter().any(|(_, act, codes)| act == "need.open" && codes == &["access.shut-out"]));
}

#[tokio::test]
async fn a_namesake_is_let_in_by_the_coordinator_and_stays_in() {
    let world = Box::pin(World::new()).await;
    let node = &world.batam;
    let case = held(node).await;
    accused(node, case, "Joko Salasatu").await;
    // She came to the office after the name was written: her name alone shuts her out.
    let joko = colleague(node, "Joko Salasatu").await;
    let by = Actor::Officer(joko.clone());
    assert_eq!(code(node.changes(&by, case, note()).await), "desk.not-found");
    assert!(shut_out_of(&mut node.desk.read().await.unwrap(), &joko, case).await.unwrap());
    let act = LetIn { case, version: None, officer: joko.id, reason: text("orang lain, lahir di Ambon") };
    assert_eq!(code(node.does(&node.manager(), &act).await), "act.role");
    node.does(&node.coordinator(), &act).await.unwrap();
    accused(node, case, "Joko Salasatu, Bripka").await;
    accused(node, case, "Joko Salasatu").await;
    node.changes(&by, case, note()).await.unwrap();
}

#[tokio::test]
async fn who_holds_the_case_or_the_coordinator_shuts_out_and_a_holder_who_is_shut_out_is_replaced() {
    let world = Box::pin(World::new()).await;
    let node = &world.batam;
    let case = held(node).await;
    let other = node.officer(8, &[Role::CaseManager]);
    assert_eq!(code(node.changes(&other, case, shut(officer_id(1))).await), "identity.not-near");
    node.changes(&node.manager(), case, shut(officer_id(8))).await.unwrap();
    assert_eq!(code(node.changes(&other, case, note()).await), "desk.not-found");
    assert_eq!(told(node, &node.coordinator()).await, []);
    node.changes(&node.coordinator(), case, shut(officer_id(1))).await.unwrap();
    assert_eq!(code(node.changes(&node.manager(), case, note()).await), "desk.not-found");
    let mine = Staff { id: officer_id(1), ..node.manager().officer().unwrap().clone() };
    assert_eq!(lists(node, &mine, case).await, (true, 0));
    assert_eq!(told(node, &node.manager()).await, [], "she is not told");
    let notice = told(node, &node.coordinator()).await;
    assert_eq!(notice[0].kind, NoticeKind::HolderShutOut(officer_id(1)));
    let again = Assign { manager: officer_id(1), companion: None };
    assert_eq!(code(node.changes(&node.coordinator(), case, again).await), "access.officer-named");
    node.changes(&node.coordinator(), case, Assign { manager: officer_id(4), companion: None }).await.unwrap();
    assert_eq!(told(node, &node.coordinator()).await, []);
}

#[tokio::test]
async fn in_need_a_case_opens_for_three_hours_and_data_protection_is_told_in_the_same_commit() {
    let world = Box::pin(World::new()).await;
    let node = &world.batam;
    let case = held(node).await;
    let (other, auditor) = (node.officer(8, &[Role::CaseManager]), node.officer(7, &[Role::Auditor]));
    let looks = OpenIdentity { case, reason: text("menelepon keluarganya") };
    assert_eq!(code(node.does(&other, &looks).await), "identity.not-near");
    let open = OpenInNeed { case, reason: text("ia hilang dari rumah aman; manajer tidak terjangkau") };
    assert_eq!(code(node.does(&node.coordinator(), &open).await), "act.role", "alias alone, in need too");
    assert_eq!(code(node.does(&node.manager(), &open).await), "need.not-needed");
    node.does(&other, &open).await.unwrap();
    for by in [&auditor, &node.manager()] {
        let notice = told(node, by).await;
        let [Notice { kind: NoticeKind::OpenedInNeed(0, who, at), .. }] = notice[..] else { panic!("{notice:?}") };
        assert_eq!((who, at), (officer_id(8), node.desk.now()));
    }
    assert!(node.does(&other, &looks).await.unwrap().contains_key("identity.name"));
    let access = node.desk.read().await.unwrap().load::<Access>(case.bytes()).await.unwrap().unwrap();
    assert!(access.seen_by.contains(&officer_id(8)), "each view is recorded as always");
    world.later(3);
    assert_eq!(code(node.does(&other, &looks).await), "identity.not-near");
    assert_eq!(code(node.changes(&node.manager(), case, SeeOpening { no: 0 }).await), "act.role");
    node.changes(&auditor, case, SeeOpening { no: 0 }).await.unwrap();
    assert_eq!((told(node, &auditor).await, told(node, &node.manager()).await), (Vec::new(), Vec::new()));
}

#[tokio::test]
async fn need_does_not_open_a_witness() {
    let world = Box::pin(World::new()).await;
    let node = &world.batam;
    let case = held(node).await;
    let viewers = [officer_id(1)].into();
    node.changes(&node.manager(), case, ShieldCase { code_name: "Beringin-4".into(), viewers }).await.unwrap();
    let open = OpenInNeed { case, reason: text("ia dalam bahaya") };
    let other = node.officer(8, &[Role::CaseManager]);
    assert_eq!(code(node.does(&other, &open).await), "need.shielded");
    assert_eq!(told(node, &node.officer(7, &[Role::Auditor])).await, []);
}
