//! The journal is the truth: lists follow from it, and what was touched in it is named.

use crate::cast::*;
use crate::handover::offered;
use crate::legal_aid::{answers, offers};
use accord::PartyRole;
use base::{CaseId, ManualClock, Seq};
use casework::offer::Served;
use desk::cases::CaseStream;
use desk::cases::record::{AddNote, SetFields};
use desk::offers::TakerWord;
use desk::verify::{Difference, Differs, projections};
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::{Backend, Read, Shelf};
use store_sqlite::{Options, SqliteBackend};

async fn differences(node: &Node) -> Vec<Difference> {
    projections(&mut node.desk.read().await.unwrap()).await.unwrap()
}

async fn whole_story(world: &World) -> CaseId {
    let World { batam, lotim, bahari, .. } = world;
    let (case, home) = offered(world).await;
    consents(batam, case, to_counsel(11, "lbh-bahari")).await;
    sister(batam, case).await;
    let aid = offers(batam, case, legal_aid(bahari)).await.unwrap();
    batam.talks(bahari).await;
    answers(bahari, aid, TakerWord::Accept).await.unwrap();
    batam.talks(bahari).await;
    world.later(30);
    while batam.desk.do_duties().await.unwrap() > 0 {}
    answers(lotim, home, TakerWord::Accept).await.unwrap();
    batam.talks(lotim).await;
    answers(lotim, home, TakerWord::Complete(Served::Served, String::new())).await.unwrap();
    batam.talks(lotim).await;
    // More than 32 events, so that a snapshot stands between the first event and the last.
    for n in 0..40 {
        lotim.changes(&lotim.manager(), case, AddNote { text: text(&format!("kunjungan {n}")) }).await.unwrap();
    }
    case
}

#[tokio::test]
async fn after_the_whole_story_every_list_is_what_the_journal_says() {
    let world = World::new().await;
    whole_story(&world).await;
    for node in [&world.batam, &world.lotim, &world.bahari, &world.mawar] {
        assert_eq!(differences(node).await, [], "{}", node.name());
        let mut view = node.desk.read().await.unwrap();
        assert!(store::chain::verify(view.raw()).await.unwrap().is_ok());
    }
}

#[tokio::test]
async fn the_truth_does_not_need_snapshots_and_erased_streams_leave_no_row() {
    let world = World::new().await;
    let case = whole_story(&world).await;
    let node = &world.lotim;
    let mut tx = node.begin().await;
    tx.erase_stream::<CaseStream>(case.bytes()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(differences(node).await, []);
}

/// A node over a file of its own, with a decided case; the file is free again.
async fn filed(folder: &Path) -> (PathBuf, seal::DataKey, CaseId) {
    let path = folder.join("node.db");
    let backend: Arc<dyn Backend> = Arc::new(SqliteBackend::open(&path, Options::at(START)).unwrap());
    let clock = Arc::new(ManualClock::at(START));
    let node = Node::over(backend, ("batam", "21.71", PartyRole::TaskForce), &clock).await;
    let case = decided(&node).await;
    let values = BTreeMap::from([("needs.return".to_owned(), text("yes"))]);
    node.changes(&node.manager(), case, SetFields { person: None, values }).await.unwrap();
    (path, node.master.clone(), case)
}

/// Somebody with the file and a tool.
fn tamper(path: &Path, sql: &str) {
    let file = Connection::open(path).unwrap();
    file.execute_batch(
        "DROP TRIGGER IF EXISTS event_stays; DROP TRIGGER IF EXISTS event_is_kept;
         DROP TRIGGER IF EXISTS checkpoint_stays; DROP TRIGGER IF EXISTS checkpoint_is_kept;",
    )
    .unwrap();
    file.execute_batch(sql).unwrap();
}

async fn verified(path: &Path) -> Result<Seq, (Seq, &'static str)> {
    let backend = SqliteBackend::open(path, Options::at(START)).unwrap();
    let mut view = backend.read().await.unwrap();
    let found = store::chain::verify(&mut *view).await.unwrap();
    found.map(|head| head.seq).map_err(|broken| (broken.seq, broken.what))
}

#[tokio::test]
async fn t7_a_changed_removed_or_exchanged_event_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (path, ..) = filed(folder.path()).await;
    let head = verified(&path).await.unwrap();
    assert!(head.n() > 8);
    let at = |n| Seq::new(head.era(), n);
    let copy = |name: &str, sql: &str| {
        let copy = folder.path().join(name);
        std::fs::copy(&path, &copy).unwrap();
        tamper(&copy, sql);
        copy
    };
    let seq = |n| at(n).0;
    let changed = copy("changed.db", &format!("UPDATE event SET actor = zeroblob(16) WHERE seq = {}", seq(5)));
    assert_eq!(verified(&changed).await, Err((at(5), "hash")));
    let body = copy("body.db", &format!("UPDATE event SET body = zeroblob(80) WHERE seq = {}", seq(4)));
    assert_eq!(verified(&body).await, Err((at(4), "hash")));
    let removed = copy("removed.db", &format!("DELETE FROM event WHERE seq = {}", seq(3)));
    assert_eq!(verified(&removed).await, Err((at(4), "number")));
    let first = copy("first.db", &format!("DELETE FROM event WHERE seq = {}", seq(1)));
    assert_eq!(verified(&first).await, Err((at(2), "number")));
    let swap = format!(
        "UPDATE event SET seq = 1 WHERE seq = {a}; UPDATE event SET seq = {a} WHERE seq = {b}; \
         UPDATE event SET seq = {b} WHERE seq = 1;",
        a = seq(6),
        b = seq(7)
    );
    let exchanged = copy("exchanged.db", &swap);
    assert_eq!(verified(&exchanged).await, Err((at(6), "hash")));
    let hashes = format!("UPDATE event SET link = zeroblob(32) WHERE seq = {}", seq(8));
    let relinked = copy("relinked.db", &hashes);
    assert_eq!(verified(&relinked).await, Err((at(8), "link")));
}

/// Whoever can write to the file can make every hash and link anew. What they cannot make is the signature.
#[tokio::test]
async fn what_a_signed_head_says_cannot_be_cut_off_rewritten_or_forged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("node.db");
    let backend: Arc<dyn Backend> = Arc::new(SqliteBackend::open(&path, Options::at(START)).unwrap());
    let clock = Arc::new(ManualClock::at(START));
    let node = Node::over(backend, ("batam", "21.71", PartyRole::TaskForce), &clock).await;
    let case = decided(&node).await;
    let store = &node.desk.store;
    assert!(store::chain::sign(store, START).await.unwrap());
    assert!(!store::chain::sign(store, START).await.unwrap(), "it is signed already");
    let signed = store.backend().read().await.unwrap().head().await.unwrap().seq;
    for n in 0..3 {
        node.changes(&node.manager(), case, AddNote { text: text(&format!("sesudahnya {n}")) }).await.unwrap();
    }
    drop(node);
    let (era, last) = (signed.era(), verified(&path).await.unwrap());
    assert!(last > signed);
    let tampered = |name: &str, sql: &str| {
        let copy = folder.path().join(name);
        std::fs::copy(&path, &copy).unwrap();
        tamper(&copy, sql);
        copy
    };
    let cut = |from: Seq| format!("DELETE FROM event WHERE seq >= {}", from.0);
    let unsigned_tail = tampered("tail.db", &cut(Seq(signed.0 + 1)));
    assert_eq!(verified(&unsigned_tail).await, Ok(signed), "what nobody signed yet only a backup or a partner knows");
    let signed_tail = tampered("cut.db", &cut(signed));
    assert_eq!(verified(&signed_tail).await, Err((signed, "missing")));
    let all = tampered("all.db", "DELETE FROM event");
    assert_eq!(verified(&all).await, Err((Seq::new(era, 1), "missing")));
    let forged = tampered("forged.db", "UPDATE checkpoint SET signed = randomblob(length(signed))");
    assert_eq!(verified(&forged).await, Err((signed, "signature")));
    let moved = tampered("moved.db", "UPDATE checkpoint SET n = n - 1");
    assert_eq!(verified(&moved).await, Err((Seq(signed.0 - 1), "signature")));
    let other = tampered("other.db", "UPDATE checkpoint SET link = zeroblob(32)");
    assert_eq!(verified(&other).await, Err((signed, "signature")));
    rewritten(&path, &folder.path().join("rewritten.db"), signed).await;
}

/// The last signed entry gets another actor, and hashes and links are made anew to the end.
async fn rewritten(path: &Path, copy: &Path, signed: Seq) {
    std::fs::copy(path, copy).unwrap();
    let backend = SqliteBackend::open(copy, Options::at(START)).unwrap();
    let mut view = backend.read().await.unwrap();
    let rows = view.journal(Seq(signed.0 - 2), 100).await.unwrap();
    drop((view, backend));
    let (mut link, mut sql) = (rows[0].link, String::new());
    for mut row in rows.into_iter().skip(1) {
        row.actor = [0; 16];
        row.hash = store::chain::event_hash(&row).unwrap();
        row.link = store::chain::link(link, row.hash);
        link = row.link;
        let (hash, link, seq) = (base::hex(&row.hash), base::hex(&row.link), row.seq.0);
        let set = format!("actor = zeroblob(16), hash = x'{hash}', link = x'{link}'");
        sql.push_str(&["UPDATE event SET ", &set, " WHERE seq = ", &seq.to_string(), ";"].concat());
    }
    tamper(copy, &sql);
    assert_eq!(verified(copy).await, Err((signed, "checkpoint")), "the chain alone would be whole");
}

#[tokio::test]
async fn a_row_that_was_touched_removed_or_left_behind_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (path, master, case) = filed(folder.path()).await;
    let shelf = Shelf::CasesByState.number();
    for (name, sql, what) in [
        ("missing", format!("DELETE FROM shelf WHERE shelf = {shelf}"), Differs::Missing),
        ("due", format!("UPDATE shelf SET due = due + 1 WHERE shelf = {}", Shelf::Clocks.number()), Differs::Changed),
    ] {
        let copy = folder.path().join(name);
        std::fs::copy(&path, &copy).unwrap();
        tamper(&copy, &sql);
        let backend: Arc<dyn Backend> = Arc::new(SqliteBackend::open(&copy, Options::at(START)).unwrap());
        let store =
            store::Store::new(backend, Arc::new(store::Vault::locked()), Arc::new(base::chance::SeededChance::new(1)));
        store.unlock(master.clone(), START).await.unwrap();
        let found = projections(&mut store.read(START).await.unwrap()).await.unwrap();
        assert_eq!(found.iter().map(|difference| difference.what).collect::<Vec<_>>(), [what], "{name} {case}");
    }
}

/// A cell cannot be moved: a card copied under another key does not open (STORAGE.md 5).
#[tokio::test]
async fn a_card_that_was_moved_does_not_open() {
    let folder = tempfile::tempdir().unwrap();
    let (path, master, _) = filed(folder.path()).await;
    tamper(
        &path,
        &format!("UPDATE shelf SET part = CAST('closed' AS BLOB) WHERE shelf = {}", Shelf::CasesByState.number()),
    );
    let backend: Arc<dyn Backend> = Arc::new(SqliteBackend::open(&path, Options::at(START)).unwrap());
    let chance = Arc::new(base::chance::SeededChance::new(1));
    let store = store::Store::new(backend, Arc::new(store::Vault::locked()), chance);
    store.unlock(master, START).await.unwrap();
    let mut view = store.read(START).await.unwrap();
    let moved = view.list::<desk::cases::CaseCard>(Shelf::CasesByState, b"closed", &store::Page::default()).await;
    assert!(matches!(moved, Err(store::StoreError::Damaged { table: "shelf", .. })));
}
