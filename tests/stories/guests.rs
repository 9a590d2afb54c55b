//! Counsel without a node: a guest in the cases that she is let into, by a link that is good once, until somebody or
//! something ends it (ADR 44).

use crate::cast::*;
use base::{Bytes, CaseId, ConsentId, OfficerId};
use casework::Role;
use casework::guest::GuestEnd;
use desk::cases::consents::WithdrawConsent;
use desk::cases::record::{AddPerson, SetFields, ShieldCase};
use desk::guest::link::{LINK_HOURS, behind, waiting};
use desk::guest::{
    EndGuest, Invited, LetGuestIn, NewLink, OpenOwnDocument, Proof, RenewLink, Said, SayConflict, SayNoConflict,
    ShowOwnIdentity, TryLink, UseLink, bodies, guests_of, has_matter, matters,
};
use desk::partners::accord::ending::{EndAccord, Ending, Reason};
use desk::staff::{EndAccess, Officer, Passkey, StartSession};
use desk::{Actor, Deed, Error, Staff};
use std::collections::BTreeMap;
use store::{Access, AccessEvent, Read};

const TOKEN: [u8; 32] = [7; 32];
const CODE: &str = "204816";
const MAIL: &str = "ayu@kantor.example";

fn link() -> NewLink {
    NewLink::of(&TOKEN, CODE)
}

fn legal(node: &Node) -> Actor {
    node.officer(6, &[Role::LegalCoordinator])
}

fn ayu() -> Invited {
    Invited::New(text("Ayu Lestari Tanpasimpul"), Some(text(MAIL)))
}

/// Batam with a case, and her consent for Mawar.
async fn agreed() -> (World, CaseId) {
    let world = Box::pin(World::new()).await;
    let case = Box::pin(decided(&world.batam)).await;
    consents(&world.batam, case, to_counsel(10, "lbh-mawar")).await;
    (world, case)
}

async fn lets_in(world: &World, case: CaseId, who: Invited, link: NewLink) -> Result<(OfficerId, bool), Error> {
    let until = world.clock_now().plus_hours(24 * 90);
    let act = LetGuestIn { case, version: None, body: world.mawar.id(), who, until, link };
    world.batam.does(&legal(&world.batam), &act).await
}

impl World {
    fn clock_now(&self) -> base::Timestamp {
        self.batam.desk.now()
    }
}

async fn staff(node: &Node, id: OfficerId) -> Staff {
    let officer = node.desk.read().await.unwrap().load::<Officer>(id.bytes()).await.unwrap().unwrap();
    Staff { id, name: officer.name.clone(), roles: officer.roles.clone(), step_up_at: Some(node.desk.now()) }
}

async fn guest(node: &Node, id: OfficerId) -> Actor {
    Actor::Officer(staff(node, id).await)
}

fn passkey() -> Proof {
    Proof::Passkey(Passkey { id: Bytes(vec![1, 2, 3]), card: text("{}") })
}

/// A guest of the case who came in by her link.
async fn came(world: &World, case: CaseId) -> (OfficerId, Actor) {
    let (id, by_link) = lets_in(world, case, ayu(), link()).await.unwrap();
    assert!(by_link);
    let ayu = guest(&world.batam, id).await;
    world.batam.does(&ayu, &UseLink { link: link(), proof: passkey() }).await.unwrap();
    (id, ayu)
}

async fn clears(node: &Node, by: &Actor, case: CaseId) {
    let act = SayNoConflict { case, against: text("PT Lain Sekali\n"), says: true };
    assert_eq!(node.does(by, &act).await.unwrap(), Said::Clear);
}

async fn sees(node: &Node, id: OfficerId) -> Vec<CaseId> {
    let staff = staff(node, id).await;
    let found = matters(&mut node.desk.read().await.unwrap(), &node.desk, &staff).await.unwrap();
    found.into_iter().map(|own| own.case).collect()
}

async fn lives(node: &Node, link: NewLink) -> bool {
    behind(&mut node.desk.read().await.unwrap(), &node.desk, link.hash).await.unwrap().is_some()
}

async fn looks(node: &Node, case: CaseId) -> Vec<AccessEvent> {
    let mut view = node.desk.read().await.unwrap();
    let told = view.told::<Access>(case.bytes(), 0, 100).await.unwrap();
    told.into_iter().map(|told| told.event).collect()
}

async fn ends(world: &World, case: CaseId, guest: OfficerId, replaced: bool) {
    let act = EndGuest { case, guest, replaced };
    let by = world.batam.coordinator();
    let asking = desk::Asking::once(&*world.batam.desk.chance, world.clock_now());
    world.batam.desk.end_guest(&by, asking, &act).await.unwrap();
}

async fn ended(node: &Node, case: CaseId, guest: OfficerId) -> Option<GuestEnd> {
    node.case(case).await.guests[&guest].ended.map(|(_, why)| why)
}

#[tokio::test]
async fn a_guest_sees_her_matter_and_what_the_accord_lets_her_see_of_it_and_no_other_case() {
    let (world, case) = agreed().await;
    let batam = &world.batam;
    let other = decided_from(batam, b"kunci-b").await;
    consents(batam, other, to_counsel(11, "lbh-mawar")).await;
    let (id, ayu) = came(&world, case).await;
    assert_eq!(sees(batam, id).await, [case]);
    let (_, _, matter) = batam.desk.matter_for(&ayu, case).await.unwrap();
    let names = |matter: &desk::guest::Matter| matter.fields().map(|s| s.line.field.clone()).collect::<Vec<_>>();
    assert!(names(&matter).contains(&"legal.problem".to_owned()), "{:?}", names(&matter));
    assert_eq!(matter.identity().count(), 0, "no name and no telephone before she said that there is no conflict");
    assert!(names(&matter).iter().all(|name| casework::extract::is_previewed(name)));
    let identity = ShowOwnIdentity { case, reason: text(REASON) };
    assert_eq!(code(batam.does(&ayu, &identity).await), "guest.conflict-first");
    clears(batam, &ayu, case).await;
    let shown = batam.does(&ayu, &identity).await.unwrap();
    assert_eq!(shown["contact.phone"].expose(), PHONE);
    assert!(!shown.contains_key("identity.name"), "the accord does not let it go: {shown:?}");
    let (_, _, matter) = batam.desk.matter_for(&ayu, case).await.unwrap();
    let all: Vec<String> = matter.fields().chain(matter.identity()).map(|s| s.line.field.clone()).collect();
    assert!(all.iter().all(|f| !f.starts_with("shelter") && !f.starts_with("health")), "floors hold: {all:?}");
    let seen = |look: &AccessEvent| matches!(look, AccessEvent::IdentitySeen { officer, .. } if *officer == id);
    assert_eq!(looks(batam, case).await.iter().filter(|look| seen(look)).count(), 1, "recorded once, as for others");
    assert_eq!(batam.desk.matter_for(&ayu, other).await.map(drop).unwrap_err(), Error::NotFound);
    let foreign = ShowOwnIdentity { case: other, reason: text(REASON) };
    assert_eq!(batam.does(&ayu, &foreign).await.unwrap_err(), Error::NotFound);
    let tries = looks(batam, other).await;
    assert_eq!(tries.len(), 2, "who holds the other case sees that she tried: {tries:?}");
}

#[tokio::test]
async fn a_guest_may_no_other_deed_and_is_named_for_nothing() {
    let (world, case) = agreed().await;
    let (id, ayu) = came(&world, case).await;
    let batam = &world.batam;
    for deed in Deed::ALL.iter().filter(|deed| !matches!(deed, Deed::SeeOwnMatter | Deed::OwnAccount)) {
        assert!(batam.desk.read_for(&ayu, *deed).await.is_err(), "{deed:?}");
    }
    let values = BTreeMap::from([("legal.problem".to_owned(), text("lain"))]);
    assert_eq!(code(batam.changes(&ayu, case, SetFields { person: None, values }).await), "act.role");
    let assign = desk::cases::record::Assign { manager: id, companion: None };
    assert_eq!(code(batam.changes(&batam.coordinator(), case, assign).await), "officer.gone");
    let card = Officer { roles: [Role::Guest, Role::Counsel].into(), ..case_manager("tamu", "Tamu") };
    let installer = batam.officer(9, &[Role::Installer]);
    assert_eq!(code(batam.does(&installer, &desk::staff::AddOfficer(card)).await), "guest.no-role");
    assert_eq!(code(lets_in(&world, case, Invited::Known(id), link()).await), "guest.is-in");
}

#[tokio::test]
async fn nobody_is_let_in_without_the_duty_the_consent_and_the_accord() {
    let world = World::new().await;
    let batam = &world.batam;
    let case = decided(batam).await;
    assert_eq!(code(lets_in(&world, case, ayu(), link()).await), "consent.missing");
    let listed =
        bodies(&mut batam.desk.read().await.unwrap(), &batam.desk, &batam.case(case).await.state).await.unwrap();
    assert_eq!(listed.len(), 2, "the two institutions of the accord, not the task force: {listed:?}");
    assert!(listed.iter().all(|body| body.answer.as_ref().unwrap_err()[0].code.0 == "consent.missing"), "{listed:?}");
    consents(batam, case, to_counsel(10, "lbh-mawar")).await;
    let until = batam.desk.now().plus_hours(24);
    let act = |body| LetGuestIn { case, version: None, body, who: ayu(), until, link: link() };
    assert_eq!(code(batam.does(&legal(batam), &act(world.bahari.id())).await), "consent.missing", "named is Mawar");
    assert_eq!(code(batam.does(&legal(batam), &act(world.lotim.id())).await), "accord.not-party");
    for role in [Role::Companion, Role::TaskforceCoordinator, Role::ReferralDesk, Role::Counsel, Role::Guest] {
        assert_eq!(code(batam.does(&batam.officer(8, &[role]), &act(world.mawar.id())).await), "act.role", "{role}");
    }
    for days in [0, 181] {
        let until = batam.desk.now().plus_hours(24 * days);
        let act = LetGuestIn { until, ..act(world.mawar.id()) };
        assert_eq!(code(batam.does(&legal(batam), &act).await), "guest.until");
    }
    for mail in ["ayu@kantor.example\r\nBcc: lain@x.example", "ayu", "ayü@kantor.example"] {
        let who = Invited::New(text("Ayu"), Some(text(mail)));
        assert_eq!(
            code(batam.does(&legal(batam), &LetGuestIn { who, ..act(world.mawar.id()) }).await),
            "guest.bad-mail"
        );
    }
    let (id, _) = batam.does(&legal(batam), &act(world.mawar.id())).await.unwrap();
    let ending = Ending::Suspend { reason: Reason::Review, text: "ditinjau".into(), until: None };
    let ending = EndAccord { id: "batam-bantuan-hukum".into(), ending };
    batam.does(&batam.coordinator(), &ending).await.unwrap();
    assert_eq!(sees(batam, id).await, [], "the accord stands still, and so does what rests on it");
    assert!(!lives(batam, link()).await);
}

#[tokio::test]
async fn a_withdrawn_consent_ends_it_at_once_and_a_new_one_lets_nobody_back() {
    let (world, case) = agreed().await;
    let batam = &world.batam;
    let (id, ayu) = came(&world, case).await;
    clears(batam, &ayu, case).await;
    let consent = ConsentId::from_bytes([10; 16]);
    batam.does(&batam.manager(), &WithdrawConsent { case, consent, erase: false }).await.unwrap();
    assert_eq!(ended(batam, case, id).await, Some(GuestEnd::Consent));
    assert_eq!(sees(batam, id).await, []);
    let staff = staff(batam, id).await;
    assert!(
        !has_matter(&mut batam.desk.read().await.unwrap(), &batam.desk, &staff).await.unwrap(),
        "no session is left"
    );
    assert_eq!(batam.desk.matter_for(&ayu, case).await.map(drop).unwrap_err(), Error::NotFound);
    consents(batam, case, to_counsel(12, "lbh-mawar")).await;
    assert_eq!(sees(batam, id).await, [], "she is let in anew, or not at all");
    let (again, by_link) = lets_in(&world, case, Invited::Known(id), link()).await.unwrap();
    assert!(again == id && !by_link, "she comes with the passkey that she has");
    assert_eq!(sees(batam, id).await, [case]);
    let (_, _, matter) = batam.desk.matter_for(&ayu, case).await.unwrap();
    assert_eq!(matter.identity().count(), 0, "and is asked about conflicts again");
}

#[tokio::test]
async fn its_day_ends_it_and_a_code_name_shuts_it() {
    let (world, case) = agreed().await;
    let batam = &world.batam;
    let (id, _) = came(&world, case).await;
    world.later(24 * 90 - 1);
    assert_eq!(sees(batam, id).await, [case]);
    world.later(1);
    assert_eq!(sees(batam, id).await, [], "its day is over");
    lets_in(&world, case, Invited::Known(id), link()).await.unwrap();
    let sister = casework::case::Person {
        roles: [casework::words::PersonRole::Witness].into(),
        relation: None,
        profile: casework::words::Profile::Adult,
        place: None,
        is_protected: true,
        fields: BTreeMap::new(),
    };
    let add = AddPerson { id: base::PersonId::from_bytes([3; 16]), person: sister };
    batam.changes(&batam.manager(), case, add).await.unwrap();
    let shield = ShieldCase { code_name: "Kenanga".into(), viewers: [officer_id(1)].into() };
    batam.changes(&batam.manager(), case, shield).await.unwrap();
    assert_eq!(sees(batam, id).await, [], "a witness's file is for two people alone");
}

#[tokio::test]
async fn a_link_opens_once_and_not_late_and_not_with_a_wrong_code() {
    let (world, case) = agreed().await;
    let batam = &world.batam;
    let (id, _) = lets_in(&world, case, ayu(), link()).await.unwrap();
    let ayu = guest(batam, id).await;
    let node = desk::Actor::Node;
    assert_eq!(batam.does(&node, &TryLink(link())).await.unwrap(), Ok(id));
    assert_eq!(
        batam.does(&node, &TryLink(NewLink::of(&TOKEN, "20 48 16"))).await.unwrap(),
        Ok(id),
        "as it is read out"
    );
    let unknown = NewLink::of(&[8; 32], CODE);
    let answer = |said: Result<OfficerId, base::Problem>| said.unwrap_err().code.0;
    assert_eq!(answer(batam.does(&node, &TryLink(unknown)).await.unwrap()), "guest.link-over");
    let wrong = NewLink { code: NewLink::of(&TOKEN, "000000").code, ..link() };
    assert_eq!(code(batam.does(&ayu, &UseLink { link: wrong, proof: passkey() }).await), "guest.link-over");
    let mallory = batam.officer(30, &[Role::Guest]);
    assert_eq!(code(batam.does(&mallory, &UseLink { link: link(), proof: passkey() }).await), "guest.link-over");
    batam.does(&ayu, &UseLink { link: link(), proof: passkey() }).await.unwrap();
    assert_eq!(code(batam.does(&ayu, &UseLink { link: link(), proof: passkey() }).await), "guest.link-over", "twice");
    assert_eq!(answer(batam.does(&node, &TryLink(link())).await.unwrap()), "guest.link-over");
    let second = NewLink::of(&[9; 32], CODE);
    let renew = RenewLink { case, guest: id, link: second };
    batam.does(&legal(batam), &renew).await.unwrap();
    let officer = batam.desk.read().await.unwrap().load::<Officer>(id.bytes()).await.unwrap().unwrap();
    assert!(officer.passkeys.is_empty(), "the lost device opens nothing");
    for _ in 0..4 {
        let wrong = NewLink { code: [0; 32], ..second };
        assert_eq!(answer(batam.does(&node, &TryLink(wrong)).await.unwrap()), "guest.code-wrong");
    }
    let wrong = NewLink { code: [0; 32], ..second };
    assert_eq!(answer(batam.does(&node, &TryLink(wrong)).await.unwrap()), "guest.link-over", "the fifth ends it");
    assert_eq!(answer(batam.does(&node, &TryLink(second)).await.unwrap()), "guest.link-over");
    let third = NewLink::of(&[10; 32], CODE);
    batam.does(&legal(batam), &RenewLink { link: third, ..renew }).await.unwrap();
    world.later(u32::try_from(LINK_HOURS).unwrap() - 1);
    assert!(lives(batam, third).await);
    world.later(1);
    assert!(!lives(batam, third).await, "late");
    assert!(waiting(&mut batam.desk.read().await.unwrap(), id).await.unwrap().is_none());
    for n in 0..5 {
        batam.does(&legal(batam), &RenewLink { link: NewLink::of(&[20 + n; 32], CODE), ..renew }).await.unwrap();
    }
    assert!(!lives(batam, NewLink::of(&[20; 32], CODE)).await && lives(batam, NewLink::of(&[24; 32], CODE)).await);
    let sixth = RenewLink { link: NewLink::of(&[30; 32], CODE), ..renew };
    assert_eq!(code(batam.does(&legal(batam), &sixth).await), "guest.links-many");
}

#[tokio::test]
async fn a_replaced_counsel_is_out_at_once_and_her_place_is_another_s() {
    let (world, case) = agreed().await;
    let batam = &world.batam;
    let (id, ayu) = came(&world, case).await;
    let token_hash = [5; 32];
    batam.does(&ayu, &StartSession { token_hash, officer: id, own_device: false }).await.unwrap();
    ends(&world, case, id, true).await;
    assert_eq!((ended(batam, case, id).await, sees(batam, id).await), (Some(GuestEnd::Replaced), vec![]));
    let staff = staff(batam, id).await;
    assert!(!has_matter(&mut batam.desk.read().await.unwrap(), &batam.desk, &staff).await.unwrap());
    let second = NewLink::of(&[9; 32], CODE);
    let who = Invited::New(text("Bima Satria Tanpasimpul"), None);
    let (bima, _) = lets_in(&world, case, who, second).await.unwrap();
    assert!(lives(batam, second).await);
    let (rows, others) =
        guests_of(&mut batam.desk.read().await.unwrap(), &batam.desk, &batam.case(case).await.state).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [bima, id], "who is in stands first");
    assert!(others.iter().any(|(card, _)| card.id == id) && rows[0].shut.is_none());
    ends(&world, case, bima, false).await;
    assert!(!lives(batam, second).await, "a link of who was ended opens nothing");
}

#[tokio::test]
async fn an_ended_access_of_a_guest_closes_all_her_matters() {
    let (world, case) = agreed().await;
    let batam = &world.batam;
    let (id, ayu) = came(&world, case).await;
    let admits = Officer { roles: [Role::Installer].into(), ..case_manager("wayan", "Wayan") };
    batam.does(&batam.officer(9, &[Role::Installer]), &desk::staff::AddOfficer(admits)).await.unwrap();
    batam.does(&batam.coordinator(), &EndAccess { officer: id, to: None }).await.unwrap();
    assert_eq!(sees(batam, id).await, []);
    assert_eq!(code(batam.does(&ayu, &SayConflict { case, conflict: false }).await), "account.ended");
}

#[tokio::test]
async fn a_conflict_that_she_names_or_says_ends_it_for_good() {
    let (world, case) = agreed().await;
    let batam = &world.batam;
    let values = BTreeMap::from([("recruiter.agency".to_owned(), text("PT Samudra Karya Tujuh; PT Lain"))]);
    batam.changes(&batam.manager(), case, SetFields { person: None, values }).await.unwrap();
    let (id, ayu) = came(&world, case).await;
    let silent = SayNoConflict { case, against: text(""), says: false };
    assert_eq!(code(batam.does(&ayu, &silent).await), "guest.says-nothing");
    let many = SayNoConflict { case, against: text(&"PT A\n".repeat(41)), says: true };
    assert_eq!(code(batam.does(&ayu, &many).await), "guest.too-many-names");
    let hit = SayNoConflict { case, against: text("PT Sendiri\nsamudra karya tujuh, PT"), says: true };
    assert_eq!(batam.does(&ayu, &hit).await.unwrap(), Said::Conflict);
    assert_eq!((ended(batam, case, id).await, sees(batam, id).await), (Some(GuestEnd::Conflict), vec![]));
    assert_eq!(code(lets_in(&world, case, Invited::Known(id), link()).await), "guest.conflicted");
    let (rini, _) = lets_in(&world, case, Invited::New(text("Rini"), None), NewLink::of(&[9; 32], CODE)).await.unwrap();
    let by = guest(batam, rini).await;
    clears(batam, &by, case).await;
    batam.does(&by, &SayConflict { case, conflict: true }).await.unwrap();
    assert_eq!(ended(batam, case, rini).await, Some(GuestEnd::Conflict), "found later, when a name was seen");
}

#[tokio::test]
async fn a_guest_opens_documents_that_the_accord_lets_her_see_and_each_is_recorded() {
    use casework::document::{DocumentFor, DocumentKind};
    use desk::cases::documents::NewDocument;
    let (world, case) = agreed().await;
    let batam = &world.batam;
    let mut files = BTreeMap::new();
    for kind in [DocumentKind::PowerOfAttorney, DocumentKind::Medical, DocumentKind::Identity] {
        let new = NewDocument { case, kind, title: text("berkas"), purpose: DocumentFor::Case };
        let asking = desk::Asking::once(&*batam.desk.chance, batam.desk.now());
        let plain = [b"%PDF-1.7 ".as_slice(), kind.word().as_bytes()].concat();
        files.insert(kind.word(), batam.desk.add_document(&batam.manager(), asking, (new, plain)).await.unwrap());
    }
    let (id, ayu) = came(&world, case).await;
    let open = |file| OpenOwnDocument { case, file, reason: text(REASON) };
    let power = files[DocumentKind::PowerOfAttorney.word()];
    assert_eq!(batam.desk.open_own_document(&ayu, &open(power)).await.err(), Some(Error::NotFound), "not before");
    clears(batam, &ayu, case).await;
    let (_, _, matter) = batam.desk.matter_for(&ayu, case).await.unwrap();
    let may: Vec<_> = matter.documents().map(|seen| seen.document.id).collect();
    for (kind, file) in &files {
        let opened = batam.desk.open_own_document(&ayu, &open(*file)).await;
        assert_eq!(opened.is_ok(), may.contains(file), "{kind}");
    }
    assert!(may.contains(&power), "the accord lets legal papers be seen");
    assert!(!may.contains(&files[DocumentKind::Medical.word()]), "health goes to no counsel");
    let opened = |look: &AccessEvent| matches!(look, AccessEvent::FileOpened { officer, .. } if *officer == id);
    assert_eq!(looks(batam, case).await.iter().filter(|look| opened(look)).count(), may.len());
}

#[tokio::test]
async fn a_locked_node_opens_nothing_for_a_guest() {
    let (world, case) = agreed().await;
    let batam = &world.batam;
    let (_, ayu) = came(&world, case).await;
    let second = NewLink::of(&[9; 32], CODE);
    lets_in(&world, case, Invited::New(text("Bima"), None), second).await.unwrap();
    batam.desk.store.vault().lock();
    assert_eq!(code(batam.desk.matter_for(&ayu, case).await), "store.locked");
    assert_eq!(code(batam.does(&Actor::Node, &TryLink(second)).await), "store.locked");
    let act = UseLink { link: second, proof: passkey() };
    assert_eq!(code(batam.does(&ayu, &act).await), "store.locked");
}
