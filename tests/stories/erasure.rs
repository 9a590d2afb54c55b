//! T3: after an erasure nothing that is left yields a word of the person: no list, no stream, no index, no older copy of
//! the store with the newest keys, no engine file, no partner.
//!
//! The search opens all that the master key opens. It finds her words before the erasure, so it would find them after.

use crate::cast::*;
use crate::legal_aid::{answers, file, offers};
use accord::PartyRole;
use base::{CaseId, KeyId, ManualClock};
use casework::Role;
use casework::consent::GivenBy;
use casework::erasure::ErasureBasis;
use casework::rights::{Asker, Granted, Right, RightAsk};
use casework::words::Category;
use desk::Asking;
use desk::cases::CaseStream;
use desk::cases::keeping::{EraseCase, ProposeErasure};
use desk::cases::record::AddNote;
use desk::cases::reports::ReportStream;
use desk::cases::rights::{AnswerRight, AskRight, ReviewRight};
use desk::mail::Verdict;
use desk::offers::{OfferStream, TakerWord};
use desk::writing::{KeepWriting, Why, Writing};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use store::refold::{rows_of, streams};
use store::{Backend, Read, Shelf, StoreError, StreamKind};
use store_sqlite::{Options, SqliteBackend};

/// What an erasure must take with it. The reason for a look at the identity stays: who looked outlives an erasure.
fn hers() -> impl Iterator<Item = &'static str> {
    CANARIES.into_iter().filter(|canary| *canary != REASON)
}

fn found_in(bytes: &[u8], found: &mut BTreeSet<&'static str>) {
    found.extend(hers().filter(|canary| bytes.windows(canary.len()).any(|window| window == canary.as_bytes())));
}

async fn opened_state<A: store::Aggregate>(view: &mut store::View, id: [u8; 16]) -> Vec<u8> {
    match view.load::<A>(id).await {
        Err(StoreError::Erased) => Vec::new(),
        state => serde_json::to_vec(&*state.unwrap().unwrap().state).unwrap(),
    }
}

/// Every word of hers that somebody with the master key reads in a copy of the store.
async fn readable(file: &Path, master: &seal::DataKey) -> BTreeSet<&'static str> {
    let parts = {
        let raw = rusqlite::Connection::open(file).unwrap();
        let mut all = raw.prepare("SELECT DISTINCT shelf, part FROM shelf").unwrap();
        let rows = all.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?))).unwrap();
        rows.map(Result::unwrap).collect::<Vec<_>>()
    };
    let backend: Arc<dyn Backend> = Arc::new(SqliteBackend::open(file, Options::at(START)).unwrap());
    let chance = Arc::new(base::chance::SeededChance::new(2));
    let store = store::Store::new(backend, Arc::new(store::Vault::locked()), chance);
    store.unlock(master.clone(), START).await.unwrap();
    let mut view = store.read(START).await.unwrap();
    let mut found = BTreeSet::new();
    for (number, part) in parts {
        let shelf = *Shelf::ALL.iter().find(|shelf| shelf.number() == number).unwrap();
        for row in rows_of(&mut view, shelf, &part).await.unwrap() {
            found_in(&row.card, &mut found);
        }
    }
    for (id, kind) in streams(&mut view).await.unwrap() {
        let bytes = match kind {
            StreamKind::Case => opened_state::<CaseStream>(&mut view, id).await,
            StreamKind::Report => opened_state::<ReportStream>(&mut view, id).await,
            StreamKind::Offer => opened_state::<OfferStream>(&mut view, id).await,
            _ => continue,
        };
        found_in(&bytes, &mut found);
    }
    found
}

/// A copy of the store as it is now, without the writer that holds the original.
fn copied(from: &Path, to: &Path) {
    for ending in ["", "-wal"] {
        let name = format!("node.db{ending}");
        if from.join(&name).exists() {
            std::fs::copy(from.join(&name), to.join(&name)).unwrap();
        }
    }
}

/// What restoring an older copy does: the keys of the newest ring are used, without those that were destroyed since; no
/// snapshot and no list is in a backup, they are folded anew. (That `restore` does so: `backup.rs`.)
fn without_keys(file: &Path, keys: &[KeyId]) {
    let raw = rusqlite::Connection::open(file).unwrap();
    raw.execute("DELETE FROM shelf WHERE shelf <= 100", []).unwrap();
    for key in keys {
        raw.execute("DELETE FROM ring WHERE id = ?1", [key.bytes().as_slice()]).unwrap();
    }
}

/// The wrapped form of a key, as it lies in the ring.
fn wrapped(file: &Path, subject: [u8; 16]) -> Vec<u8> {
    let raw = rusqlite::Connection::open(file).unwrap();
    raw.query_row("SELECT wrapped FROM ring WHERE subject = ?1", [subject.as_slice()], |row| row.get(0)).unwrap()
}

fn lies_in(folder: &Path, needle: &[u8]) -> bool {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    files.into_iter().any(|path| std::fs::read(path).unwrap().windows(needle.len()).any(|window| window == needle))
}

/// She asks for it; a second officer looks; it is granted and proposed.
async fn granted_and_proposed(node: &Node, case: CaseId) {
    let ask =
        RightAsk { right: Right::Erasure, by: GivenBy::Person, about: text("semua"), way: text(""), consent: None };
    node.changes(&node.manager(), case, AskRight(ask)).await.unwrap();
    let review = ReviewRight { no: 1, asker: Asker::Person, way_is_safe: true, note: text("") };
    node.changes(&node.officer(6, &[Role::CaseManager]), case, review).await.unwrap();
    let (granted, ground, left_out) = (Granted::Whole, None, BTreeSet::new());
    let answer = AnswerRight { no: 1, granted, ground, left_out, reason: text("dijelaskan") };
    node.changes(&node.manager(), case, answer).await.unwrap();
    let parts = BTreeSet::new();
    let propose = ProposeErasure { basis: ErasureBasis::Request, parts, reason: text("ia meminta") };
    node.changes(&node.manager(), case, propose).await.unwrap();
}

#[tokio::test]
async fn t3_after_an_erasure_no_list_no_older_copy_no_engine_file_and_no_partner_yields_a_word_of_hers() {
    let (folder, before, after) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = folder.path().join("node.db");
    let backend: Arc<dyn Backend> = Arc::new(SqliteBackend::open(&path, Options::at(START)).unwrap());
    let clock = Arc::new(ManualClock::at(START));
    let world = World::around(Node::over(backend, ("batam", "21.71", PartyRole::TaskForce), &clock).await).await;
    let World { batam, bahari, .. } = &world;
    let case = decided(batam).await;
    sister(batam, case).await;
    batam.changes(&batam.manager(), case, AddNote { text: text(STORY) }).await.unwrap();
    consents(batam, case, to_counsel(11, "lbh-bahari")).await;
    let offer = offers(batam, case, legal_aid(bahari)).await.unwrap();
    batam.talks(bahari).await;
    answers(bahari, offer, TakerWord::Accept).await.unwrap();
    batam.talks(bahari).await;
    let draft = Writing {
        officer: officer_id(1),
        case: Some(case),
        path: format!("/kasus/{case}/isian"),
        typed: vec![("catatan".into(), text(SAFE_WAY))],
        version: None,
        why: Why::Draft,
        at: START,
    };
    batam.does(&batam.manager(), &KeepWriting(draft)).await.unwrap();
    granted_and_proposed(batam, case).await;

    copied(folder.path(), before.path());
    let known = readable(&before.path().join("node.db"), &batam.master).await;
    assert_eq!(known, hers().collect(), "the search finds each of her words while they are there");
    assert!(!file(bahari, offer).await.is_empty(), "and the partner has a file");
    let key = wrapped(&before.path().join("node.db"), case.bytes());
    assert!(lies_in(folder.path(), &key));

    let head = batam.head().await;
    let asking = Asking::once(&*batam.desk.chance, batam.desk.now());
    let second = batam.officer(6, &[Role::CaseManager]);
    let erased = batam.desk.erase(&second, asking, &EraseCase { case, version: None }).await.unwrap();
    assert_eq!((erased.keys.len(), erased.asked), (6, 1), "case, its three narrow parts, report, thread; one partner");
    assert_eq!(batam.journal(head).await, ["subject.erased"]);
    assert!(!lies_in(folder.path(), &key), "the engine's files hold the wrapped key no more");

    copied(folder.path(), after.path());
    assert_eq!(readable(&after.path().join("node.db"), &batam.master).await, BTreeSet::new());
    without_keys(&before.path().join("node.db"), &erased.keys);
    let old = readable(&before.path().join("node.db"), &batam.master).await;
    assert_eq!(old, BTreeSet::new(), "an older copy with the newest keys");

    assert_eq!(batam.talks(bahari).await, [(33, Verdict::Applied), (34, Verdict::Applied)]);
    assert!(file(bahari, offer).await.is_empty(), "the partner erased what it had");
    assert!(batam.journal(head).await.contains(&"erasure.answered".to_owned()));
    let opened = batam.desk.read().await.unwrap().load::<CaseStream>(case.bytes()).await;
    assert_eq!(opened.unwrap_err(), StoreError::Erased);
    assert!(store::chain::verify(batam.desk.read().await.unwrap().raw()).await.unwrap().is_ok());
}

#[tokio::test]
async fn t3_a_narrow_part_goes_by_its_own_key_and_the_rest_of_the_case_is_worked_on() {
    let (folder, before, after) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = folder.path().join("node.db");
    let backend: Arc<dyn Backend> = Arc::new(SqliteBackend::open(&path, Options::at(START)).unwrap());
    let clock = Arc::new(ManualClock::at(START));
    let node = Node::over(backend, ("batam", "21.71", PartyRole::TaskForce), &clock).await;
    let case = decided(&node).await;
    copied(folder.path(), before.path());
    let file = before.path().join("node.db");
    assert!(readable(&file, &node.master).await.is_superset(&[NAME, NIK, SHELTER].into()));
    let parts = BTreeSet::from([Category::Identity]);
    let propose = ProposeErasure { basis: ErasureBasis::Unlawful, parts, reason: text("tidak perlu") };
    node.changes(&node.manager(), case, propose).await.unwrap();
    let (second, asking) = (node.officer(6, &[Role::CaseManager]), Asking::once(&*node.desk.chance, node.desk.now()));
    let erased = node.desk.erase(&second, asking, &EraseCase { case, version: None }).await.unwrap();
    let stored = node.case(case).await;
    assert!(!stored.fields.contains_key("identity.name") && stored.erasure.is_none());
    assert_eq!(stored.fields["shelter.location"], text(SHELTER), "under a key of its own too");
    node.changes(&node.manager(), case, AddNote { text: text("lanjut") }).await.unwrap();
    assert!(desk::verify::projections(&mut node.desk.read().await.unwrap()).await.unwrap().is_empty());

    copied(folder.path(), after.path());
    let now = readable(&after.path().join("node.db"), &node.master).await;
    assert!(now.contains(SHELTER) && !now.contains(NAME) && !now.contains(NIK), "{now:?}");
    without_keys(&file, &erased.keys);
    let old = readable(&file, &node.master).await;
    assert!(old.contains(PHONE) && !old.contains(NIK), "an older copy with the newest keys: {old:?}");
}
