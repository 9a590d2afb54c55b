//! Keys of subjects: what is undone leaves none, what is erased has none.

use crate::cast::*;
use base::{CaseId, ManualClock};
use casework::Role;
use desk::Asking;
use desk::cases::reports::ReportStream;
use desk::cases::{CaseCard, CaseStream};
use desk::staff::officer::OfficerEvent;
use desk::staff::{AddOfficer, Officer};
use std::sync::Arc;
use store::{Origin, Page, Read, Shelf, Store, StoreError, Vault};
use store_sqlite::{Options, SqliteBackend};

async fn batam() -> Node {
    Node::new("batam", "21.71", accord::PartyRole::TaskForce, &Arc::new(ManualClock::at(START))).await
}

/// A command that was undone and asked again makes the same ids with new keys. If the vault still held the first key,
/// later events would be sealed under a key that no ring has, and be lost at the next unlock.
#[tokio::test]
async fn a_command_that_was_undone_and_asked_again_is_readable_after_a_restart() {
    let node = batam().await;
    let case = opened(&node).await;
    let Asking { request, digest } = Asking::of(b"again", b"");
    let by = Origin { actor: [0; 16], request, digest };
    for round in 0..2 {
        let mut tx = node.desk.store.begin("test", by, START).await.unwrap();
        let copy = tx.derived_id("copy");
        let (first, more) = events(&node, case, copy).await;
        tx.create::<CaseStream>(copy, vec![first]).await.unwrap();
        let mut stored = tx.load::<CaseStream>(copy).await.unwrap().unwrap();
        tx.append(&mut stored, more).await.unwrap();
        if round == 1 {
            tx.commit().await.unwrap();
            node.desk.store.vault().lock();
            node.desk.store.unlock(node.master.clone(), START).await.unwrap();
            let found = node.find_case(CaseId::from_bytes(copy)).await.unwrap();
            assert_eq!(found.wishes.len(), 1);
        }
    }
}

async fn events(node: &Node, case: CaseId, id: [u8; 16]) -> (casework::CaseEvent, Vec<casework::CaseEvent>) {
    let opening = casework::case::Opening { id: CaseId::from_bytes(id), ..node.case(case).await.opening.clone() };
    let wish = casework::CaseEvent::WishSet("return".into(), true);
    (casework::CaseEvent::Opened(Box::new(opening)), vec![wish])
}

#[tokio::test]
async fn an_erased_case_leaves_the_lists_and_no_key_opens_it_also_for_a_reader_who_came_before() {
    let node = batam().await;
    let case = decided(&node).await;
    let mut before = node.desk.read().await.unwrap();
    let mut tx = node.begin().await;
    let keys = tx.erase_stream::<CaseStream>(case.bytes()).await.unwrap();
    assert_eq!(keys.len(), 4, "its own, and those of its narrow parts");
    tx.commit().await.unwrap();
    // The older snapshot still finds the key row; it must not bring the key back for others.
    let _ = before.load::<CaseStream>(case.bytes()).await;
    let mut view = node.desk.read().await.unwrap();
    assert_eq!(view.load::<CaseStream>(case.bytes()).await.unwrap_err(), StoreError::Erased);
    assert!(view.raw().keys_of(case.bytes()).await.unwrap().is_empty());
    let open = view.list::<CaseCard>(Shelf::CasesByState, b"open", &Page::default()).await.unwrap();
    assert!(open.is_empty());
    assert_eq!(view.count(Shelf::CasesByState, b"open", 10).await.unwrap(), 0, "counted alike");
    assert_eq!(node.desk.next_duty().await.unwrap(), None, "its clocks ring no more");
    let chain = store::chain::verify(view.raw()).await.unwrap();
    assert!(chain.is_ok(), "the journal stays whole");
}

#[tokio::test]
async fn an_erasure_that_was_undone_changes_nothing() {
    let node = batam().await;
    let case = decided(&node).await;
    let mut tx = node.begin().await;
    tx.erase_stream::<CaseStream>(case.bytes()).await.unwrap();
    drop(tx);
    assert!(node.find_case(case).await.is_some());
    let mut view = node.desk.read().await.unwrap();
    assert_eq!(view.count(Shelf::CasesByState, b"open", 10).await.unwrap(), 1);
    let report = node.case(case).await.opening.report.unwrap();
    assert!(view.load::<ReportStream>(report.bytes()).await.unwrap().is_some());
}

#[tokio::test]
async fn another_master_key_opens_nothing() {
    let backend = Arc::new(SqliteBackend::scratch(Options::at(START)).unwrap());
    let clock = Arc::new(ManualClock::at(START));
    let engine: Arc<dyn store::Backend> = backend;
    let node = Node::over(Arc::clone(&engine), ("batam", "21.71", accord::PartyRole::TaskForce), &clock).await;
    let chance = Arc::clone(&node.desk.chance);
    let other = Store::new(engine, Arc::new(Vault::locked()), Arc::clone(&chance));
    let wrong = seal::DataKey::generate(&*chance);
    assert!(matches!(other.unlock(wrong, START).await, Err(StoreError::Damaged { table: "ring", .. })));
    assert!(!other.vault().is_open());
}

/// States stay folded in memory. One that rests on an event of an undone command must meet nobody.
#[tokio::test]
async fn a_folded_state_counts_only_where_its_last_event_is_in_the_rows() {
    let node = batam().await;
    let officer = [7; 16];
    let added = AddOfficer(Officer {
        login: "tini".into(),
        name: text("Bu Tini"),
        roles: [Role::Companion].into(),
        password: text("phc"),
        totp: text("totp"),
        passkeys: std::collections::BTreeMap::new(),
        paper: Vec::new(),
        since: START,
        left: None,
    });
    let mut tx = node.begin().await;
    tx.create::<Officer>(officer, vec![OfficerEvent::Added(Box::new(added.0))]).await.unwrap();
    tx.commit().await.unwrap();
    let mut before = node.desk.read().await.unwrap();
    assert_eq!(before.load::<Officer>(officer).await.unwrap().unwrap().version, 1);

    let change = async |role: Role, keep: bool| {
        let mut tx = node.begin().await;
        let mut stored = tx.load::<Officer>(officer).await.unwrap().unwrap();
        tx.append(&mut stored, vec![OfficerEvent::RolesChanged([role].into())]).await.unwrap();
        let seen = tx.load::<Officer>(officer).await.unwrap().unwrap();
        assert_eq!((seen.version, seen.roles.contains(&role)), (2, true), "a command sees its own writes");
        if keep {
            tx.commit().await.unwrap();
        }
    };
    change(Role::Counsel, false).await;
    let seen = node.desk.read().await.unwrap().load::<Officer>(officer).await.unwrap().unwrap();
    assert_eq!((seen.version, seen.roles.contains(&Role::Companion)), (1, true), "what was undone is not there");
    change(Role::Shelter, true).await;
    let seen = node.desk.read().await.unwrap().load::<Officer>(officer).await.unwrap().unwrap();
    assert_eq!((seen.version, seen.roles.contains(&Role::Shelter)), (2, true));
    let old = before.load::<Officer>(officer).await.unwrap().unwrap();
    assert_eq!(
        (old.version, old.roles.contains(&Role::Companion)),
        (1, true),
        "an older snapshot sees the older state"
    );
    node.desk.store.vault().lock();
    assert_eq!(node.desk.store.read(START).await.map(drop), Err(StoreError::Locked), "no state outlives the lock");
}
