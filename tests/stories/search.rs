//! Search: what an officer may read in full is found, nothing else; the words are kept nowhere.

use crate::cast::*;
use base::{CaseId, Timestamp, limits};
use casework::Role;
use casework::words::{PersonRole, Profile, Relation};
use desk::cases::CaseStream;
use desk::cases::record::{AddNote, AddPerson, SetFields, ShieldCase};
use desk::cases::search::{Found, Hits, Search};
use desk::staff::AddOfficer;
use desk::{Actor, Asking, Error, Staff};
use std::collections::{BTreeMap, BTreeSet};
use store::{Access, Aggregate, Read};

const SESSION: [u8; 32] = [7; 32];

async fn looks(node: &Node, by: &Actor, words: &str) -> Result<Hits, Error> {
    let ends_at = Timestamp::from_seconds(START.seconds() + 10 * 3_600);
    let session = by.officer().map_or(SESSION, |staff| [staff.id.bytes()[0]; 32]);
    let search = Search { session, ends_at, words: text(words) };
    node.desk.search(by, Asking::once(&*node.desk.chance, node.desk.now()), &search).await
}

/// Where the words are found in this one case.
pub async fn finds(node: &Node, by: &Actor, words: &str) -> Vec<Found> {
    let hits = looks(node, by, words).await.unwrap();
    hits.hits.into_iter().flat_map(|hit| hit.found).collect()
}

async fn noted(node: &Node, case: CaseId, words: &str) {
    node.changes(&node.manager(), case, AddNote { text: text(words) }).await.unwrap();
}

/// A case of manager 1 and companion 2, with all that is known of Ratna.
async fn held(node: &Node) -> CaseId {
    let case = opened(node).await;
    assigned(node, case).await;
    known(node, case).await;
    case
}

/// A case manager with a name, number 20.
async fn colleague(node: &Node, name: &str) -> Actor {
    let officer = case_manager("joko", name);
    let roles = officer.roles.clone();
    let id = node.does(&node.officer(9, &[Role::Installer]), &AddOfficer(officer)).await.unwrap();
    Actor::Officer(Staff { id, name: base::Redacted::new(name.to_owned()), roles, step_up_at: None })
}

#[tokio::test]
async fn a_name_is_found_by_those_who_may_know_and_by_nobody_else() {
    let world = Box::pin(World::new()).await;
    let node = &world.batam;
    let case = held(node).await;
    let alias = node.case(case).await.opening.alias.clone();
    let (companion, other) = (node.officer(2, &[Role::Companion]), node.officer(8, &[Role::CaseManager]));
    for knows in [node.manager(), companion] {
        assert_eq!(finds(node, &knows, "puspita RATNA").await, [Found::Name]);
        assert_eq!(finds(node, &knows, "0812-5551 2345").await, [Found::Identity], "however it is written");
        assert_eq!(finds(node, &knows, NIK).await, [Found::Identity]);
    }
    for words in [NAME, PHONE, NIK, "kenari"] {
        assert_eq!(finds(node, &other, words).await, [], "{words}: not hers");
    }
    assert_eq!(finds(node, &other, &alias.to_uppercase()).await, [Found::Alias]);
    assert_eq!(finds(node, &other, &case.to_string()).await, [Found::Alias]);
    for words in [SHELTER, RECRUITER, "upah tidak dibayar"] {
        assert_eq!(finds(node, &node.manager(), words).await, [], "{words}: not among what is searched");
    }
}

#[tokio::test]
async fn a_note_is_found_by_roles_that_read_cases_also_when_it_was_written_after_the_first_search() {
    let world = Box::pin(World::new()).await;
    let node = &world.batam;
    let case = held(node).await;
    let (reads, works) = (node.officer(8, &[Role::IdentificationTeam]), node.officer(9, &[Role::IntakeOfficer]));
    assert_eq!(finds(node, &reads, "kapal malam").await, []);
    noted(node, case, "Ia menunggu kapal; berangkat malam hari.").await;
    assert_eq!(finds(node, &reads, "Kapal, malam").await, [Found::Note]);
    assert_eq!(finds(node, &works, "kapal malam").await, []);
    let later = opened_from(node, b"kunci-2").await;
    noted(node, later, "Kapal malam lagi").await;
    assert_eq!(looks(node, &reads, "kapal malam").await.unwrap().all, 2, "a case opened since");
}

#[tokio::test]
async fn a_protected_case_is_found_by_its_code_name_alone_but_by_those_who_may_know() {
    let world = Box::pin(World::new()).await;
    let node = &world.batam;
    let case = held(node).await;
    noted(node, case, "saksi melihat kapal").await;
    let alias = node.case(case).await.opening.alias.clone();
    let (other, manager) = (node.officer(8, &[Role::CaseManager]), node.manager());
    assert_eq!(finds(node, &other, "saksi kapal").await, [Found::Note]);
    let viewers = BTreeSet::from([officer_id(1)]);
    node.changes(&manager, case, ShieldCase { code_name: "Beringin-4".into(), viewers }).await.unwrap();
    for words in [alias.as_str(), "saksi kapal", NAME] {
        assert_eq!(finds(node, &other, words).await, [], "{words}");
        assert_eq!(finds(node, &node.officer(2, &[Role::Companion]), words).await, [], "{words}: not one of the two");
        assert_ne!(finds(node, &manager, words).await, [], "{words}");
    }
    let hits = looks(node, &other, "beringin").await.unwrap();
    assert_eq!((hits.all, hits.hits[0].card.alias.as_str()), (1, "Beringin-4"));
}

#[tokio::test]
async fn an_officer_who_is_named_among_the_recruiters_of_a_case_finds_nothing_of_it() {
    let world = Box::pin(World::new()).await;
    let node = &world.batam;
    let case = held(node).await;
    let alias = node.case(case).await.opening.alias.clone();
    let by = colleague(node, "Bripka  Joko Salasatu").await;
    assert_eq!(finds(node, &by, &alias).await, [Found::Alias]);
    let values = BTreeMap::from([("recruiter.name".to_owned(), text("BRIPKA JOKO SALASATU"))]);
    node.changes(&node.manager(), case, SetFields { person: None, values }).await.unwrap();
    assert_eq!(finds(node, &by, &alias).await, []);
    assert_eq!(finds(node, &node.manager(), &alias).await, [Found::Alias]);
}

#[tokio::test]
async fn another_person_of_the_case_is_found_and_said_to_be_another() {
    let world = Box::pin(World::new()).await;
    let node = &world.batam;
    let case = held(node).await;
    let person = casework::case::Person {
        relation: Some(Relation::Sibling),
        roles: BTreeSet::from([PersonRole::Family]),
        profile: Profile::Adult,
        place: None,
        is_protected: false,
        fields: BTreeMap::from([("identity.name".to_owned(), text(SISTER))]),
    };
    node.changes(&node.manager(), case, AddPerson { id: base::PersonId::from_bytes([5; 16]), person }).await.unwrap();
    assert_eq!(finds(node, &node.manager(), "wulan").await, [Found::OtherPerson]);
}

#[tokio::test]
async fn who_may_see_no_case_searches_nothing_and_nothing_is_kept_for_him() {
    let world = Box::pin(World::new()).await;
    let node = &world.batam;
    held(node).await;
    let police = node.officer(8, &[Role::Police]);
    assert_eq!(code(looks(node, &police, "melati").await), "act.role");
    assert_eq!(code(looks(node, &Actor::Node, "melati").await), "desk.not-found");
    assert_eq!(code(looks(node, &node.manager(), " m. ").await), "search.too-short");
    let long = "a".repeat(limits::SEARCH_CHARS_MAX + 1);
    assert_eq!(code(looks(node, &node.manager(), &long).await), "search.too-long");
    assert_eq!(node.desk.store.vault().held(), 0);
}

#[tokio::test]
async fn the_words_go_at_the_lock_at_sign_out_when_idle_and_with_an_erasure() {
    let world = Box::pin(World::new()).await;
    let node = &world.batam;
    let case = held(node).await;
    let vault = node.desk.store.vault();
    let search = async || {
        assert_eq!(finds(node, &node.manager(), "puspita").await, [Found::Name]);
        assert_eq!(vault.held(), 1);
    };
    search().await;
    vault.sweep(node.desk.now().plus_seconds(limits::SEARCH_IDLE_MINUTES * 60 - 1));
    assert_eq!(vault.held(), 1, "still in use");
    vault.sweep(node.desk.now().plus_seconds(limits::SEARCH_IDLE_MINUTES * 60));
    assert_eq!(vault.held(), 0, "idle");
    search().await;
    vault.close(&[officer_id(1).bytes()[0]; 32]);
    assert_eq!(vault.held(), 0, "signed out");
    search().await;
    let mut tx = node.begin().await;
    tx.erase_stream::<CaseStream>(case.bytes()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(vault.held(), 0, "a case was erased");
    assert_eq!(finds(node, &node.manager(), "puspita").await, []);
    assert_eq!(vault.held(), 1);
    vault.lock();
    assert_eq!(vault.held(), 0, "locked");
    assert_eq!(code(looks(node, &node.manager(), "puspita").await), "store.locked");
}

#[tokio::test]
async fn a_search_is_recorded_with_the_number_of_hits_and_without_its_words() {
    let world = Box::pin(World::new()).await;
    let node = &world.batam;
    held(node).await;
    finds(node, &node.manager(), PHONE).await;
    finds(node, &node.manager(), "tidak ada").await;
    let mut view = node.desk.read().await.unwrap();
    let told = view.told::<Access>(officer_id(1).bytes(), 0, 10).await.unwrap();
    let said: Vec<_> = told.iter().filter(|t| Access::event_name(&t.event) == "cases.searched").collect();
    assert_eq!(said.len(), 2);
    let printed = format!("{:?}", said.iter().map(|told| &told.event).collect::<Vec<_>>());
    assert!(printed.contains("hits: 1") && printed.contains("hits: 0") && printed.contains("phone:"), "{printed}");
    for word in [PHONE, "81255512345", "tidak"] {
        assert!(!printed.contains(word), "{printed}");
    }
    let search = Search { session: SESSION, ends_at: START, words: text(NAME) };
    assert!(!format!("{search:?}").contains(NAME));
}
