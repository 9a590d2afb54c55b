//! Officers who are shut out of a case meet one that is not there; in need a case opens for three hours, and somebody is told.

use crate::cast::*;
use crate::legal_aid::{answers, offers as offered, says};
use base::{CaseId, OfficerId, ThreadId};
use casework::Role;
use casework::offer::WithdrawReason;
use casework::words::{Category, Purpose};
use desk::cases::access::looks;
use desk::cases::identity::{OpenIdentity, ShowIdentity};
use desk::cases::keeping::EraseCase;
use desk::cases::record::{AddNote, Assign, SetFields, ShieldCase};
use desk::cases::reports::ReportStream;
use desk::cases::reports::hidden_from;
use desk::cases::shut::{LetIn, Notice, NoticeKind, OpenInNeed, SeeOpening, ShutOut, notices, shut_out_of};
use desk::cases::steps::open_steps_of;
use desk::cases::{CaseCard, MoveHandbook};
use desk::offers::{
    Ask, GiverAct, GiverWord, OfferStream, SendOffer, TakerAct, TakerWord, drop_shut, offers, preview, thread,
};
use desk::staff::AddOfficer;
use desk::{Actor, Deed, Staff};
use store::{Access, AccessEvent, Page, Read, Shelf};

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

/// The acts that were refused to an officer, as the log of a case or of what came tells them.
async fn tries(node: &Node, subject: [u8; 16], by: OfficerId) -> Vec<String> {
    let mut view = node.desk.read().await.unwrap();
    let told = view.told::<Access>(subject, 0, 1_000).await.unwrap().into_iter();
    let of_hers = told.filter(|told| told.actor == by.bytes());
    let refused = of_hers.filter_map(|told| match told.event {
        AccessEvent::Refused { act, codes } if codes == ["access.shut-out"] => Some(act),
        _ => None,
    });
    refused.collect()
}

/// The threads that an officer finds in the list of what runs.
async fn listed(node: &Node, staff: &Staff) -> Vec<ThreadId> {
    let mut view = node.desk.read().await.unwrap();
    let mut rows = offers(&mut view, true, &Page::first(50)).await.unwrap();
    drop_shut(&mut view, staff, &mut rows).await.unwrap();
    rows.into_iter().map(|row| row.card.thread).collect()
}

fn desk_of(joko: &Staff, roles: &[Role]) -> Staff {
    Staff { roles: roles.iter().copied().collect(), step_up_at: None, ..joko.clone() }
}

#[tokio::test]
async fn a_referral_of_the_case_is_not_there_for_who_is_shut_out_and_each_try_stands_with_the_case() {
    let world = Box::pin(World::new()).await;
    let World { batam: node, bahari, lotim, .. } = &world;
    let case = decided(node).await;
    consents(node, case, to_counsel(11, "lbh-bahari")).await;
    consents(node, case, to_home()).await;
    let (thread, offer_no) = offered(node, case, legal_aid(bahari)).await.unwrap();
    let joko = colleague(node, "Joko Salasatu").await;
    assert_eq!(listed(node, &joko).await, [thread], "nobody has named him yet");
    accused(node, case, "Joko Salasatu").await;
    let by = Actor::Officer(joko.clone());
    let unknown = ThreadId::from_bytes([9; 16]);
    let gives = |thread, word| GiverAct { thread, offer_no, word };
    let ask = handover(lotim);
    for refused in [
        code(node.does(&by, &gives(unknown, GiverWord::Tell("apa kabar".into()))).await),
        code(node.does(&by, &gives(thread, GiverWord::Tell("apa kabar".into()))).await),
        code(node.does(&by, &gives(thread, GiverWord::Withdraw(WithdrawReason::NeedGone, String::new()))).await),
        code(node.does(&by, &gives(thread, GiverWord::Supplement(std::collections::BTreeSet::new()))).await),
        code(node.does(&by, &TakerAct { thread, offer_no, word: TakerWord::See }).await),
        code(node.does(&by, &SendOffer { case, version: None, ask: ask.clone() }).await),
        code(node.does(&by, &ShowIdentity::Offer(thread)).await),
        code(preview(&node.desk, &by, case, &ask).await),
        code(node.desk.thread_for(&by, thread, Deed::SeeOffers).await),
        code(node.desk.thread_for(&by, unknown, Deed::SeeOffers).await),
    ] {
        assert_eq!(refused, "desk.not-found");
    }
    let acts = tries(node, case.bytes(), joko.id).await;
    let expected = [
        "offer.giver",
        "offer.giver",
        "offer.giver",
        "offer.taker",
        "offer.send",
        "identity.show",
        "case.see",
        "case.see",
    ];
    assert_eq!(acts, expected, "in the order of his tries");
    let shown = looks(&mut node.desk.read().await.unwrap(), &node.case(case).await, None).await.unwrap();
    assert!(shown.looks.len() >= expected.len(), "and who holds the case reads them");
    assert_eq!(listed(node, &joko).await, []);
    let sari = node.manager();
    assert_eq!(listed(node, sari.officer().unwrap()).await, [thread]);
    says(node, (thread, offer_no), GiverWord::Tell("masih menunggu".into())).await.unwrap();
}

#[tokio::test]
async fn a_case_that_came_from_another_node_is_not_there_for_an_officer_whom_it_names() {
    let world = Box::pin(World::new()).await;
    let World { batam, lotim, .. } = &world;
    let togar = colleague(lotim, RECRUITER).await;
    let case = decided(batam).await;
    consents(batam, case, to_home()).await;
    let offer = offered(batam, case, handover(lotim)).await.unwrap();
    batam.talks(lotim).await;
    let home = desk_of(&togar, &[Role::HomeCaseManager, Role::ReferralDesk, Role::CaseManager]);
    let by = Actor::Officer(home.clone());
    assert_eq!(listed(lotim, &home).await, [offer.0], "a preview names nobody");
    answers(lotim, offer, TakerWord::Accept).await.unwrap();
    batam.talks(lotim).await;
    assert_eq!(lists(lotim, &home, case).await, (true, 0), "shut out as the file comes");
    assert_eq!(listed(lotim, &home).await, []);
    for word in
        [TakerWord::Ask("di mana ia?".into()), TakerWord::Complete(casework::offer::Served::Served, String::new())]
    {
        let act = TakerAct { thread: offer.0, offer_no: offer.1, word };
        assert_eq!(code(lotim.does(&by, &act).await), "desk.not-found");
    }
    assert_eq!(code(lotim.desk.thread_for(&by, offer.0, Deed::SeeOffers).await), "desk.not-found");
    assert_eq!(tries(lotim, case.bytes(), togar.id).await, ["offer.taker", "offer.taker", "case.see"]);
}

#[tokio::test]
async fn a_file_that_is_no_case_here_is_not_there_for_an_officer_whom_it_names() {
    let world = Box::pin(World::new()).await;
    let World { batam, lotim, .. } = &world;
    let kinds = [Category::Contact, Category::Legal, Category::Needs, Category::Recruiter];
    let case = decided(batam).await;
    consents(batam, case, share(30, "lotim", Purpose::Protection, &kinds)).await;
    let ask = Ask { purpose: Purpose::Protection, ..legal_aid(lotim) };
    let (thread, offer_no) = offered(batam, case, ask).await.unwrap();
    batam.talks(lotim).await;
    let togar = desk_of(&colleague(lotim, RECRUITER).await, &[Role::CaseManager, Role::ReferralDesk]);
    let by = Actor::Officer(togar.clone());
    answers(lotim, (thread, offer_no), TakerWord::Accept).await.unwrap();
    batam.talks(lotim).await;
    let came: store::Stored<OfferStream> =
        self::thread(&mut lotim.desk.read().await.unwrap(), thread).await.unwrap().unwrap();
    assert!(came.case.is_none() && came.accuses(RECRUITER) && !came.accuses("Sari"), "the file says who recruited her");
    let complete = TakerWord::Complete(casework::offer::Served::Served, String::new());
    for refused in [
        code(lotim.does(&by, &TakerAct { thread, offer_no, word: complete }).await),
        code(lotim.does(&by, &ShowIdentity::Offer(thread)).await),
        code(lotim.desk.thread_for(&by, thread, Deed::SeeOffers).await),
    ] {
        assert_eq!(refused, "desk.not-found");
    }
    assert_eq!(tries(lotim, thread.bytes(), togar.id).await, ["offer.taker", "identity.show", "case.see"]);
    assert_eq!(listed(lotim, &togar).await, []);
    let manager = lotim.manager();
    assert_eq!(listed(lotim, manager.officer().unwrap()).await, [thread], "her colleague goes on");
    assert!(lotim.desk.thread_for(&manager, thread, Deed::SeeOffers).await.is_ok());
}

#[tokio::test]
async fn who_is_shut_out_neither_ends_the_erasure_of_the_case_nor_moves_its_handbook() {
    let mut world = Box::pin(World::new()).await;
    newer_handbook(&mut world.batam);
    let node = &world.batam;
    let case = held(node).await;
    let joko = colleague(node, "Joko Salasatu").await;
    accused(node, case, "Joko Salasatu").await;
    let by = Actor::Officer(desk_of(&joko, &[Role::CaseManager, Role::TaskforceCoordinator]));
    assert_eq!(code(node.does(&by, &EraseCase { case, version: None }).await), "desk.not-found");
    let moved = MoveHandbook { case, version: None, to: "0.3.0".into(), reason: text("baru") };
    assert_eq!(code(node.does(&by, &moved).await), "desk.not-found");
    assert_eq!(tries(node, case.bytes(), joko.id).await, ["case.erase", "handbook.move"]);
}
