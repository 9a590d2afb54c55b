//! Backups (STORAGE.md 10): what comes back, to which moment, what never comes back, and what a thief of the stick reads.

use crate::cast::*;
use accord::PartyRole;
use base::{CaseId, Clock, ManualClock, Problem, Timestamp};
use desk::cases::CaseStream;
use desk::cases::record::AddNote;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::archive::{Copied, Copying, Memory, Poured, Restoring};
use store::{Read, Store, StoreError, Vault};
use store_sqlite::{Options, SqliteBackend};

const PASS_HOURS: i64 = 30;

async fn batam() -> (Node, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::at(START));
    (Node::new("batam", "21.71", PartyRole::TaskForce, &clock).await, clock)
}

async fn copy(node: &Node, place: &Path, memory: &mut Memory) -> Result<Copied, Problem> {
    let (store, dir, now) = (&node.desk.store, node.folder.path(), node.clock.now());
    Copying { store, dir, small: &[], place, now }.write(memory).await
}

/// A restored store and what came back.
struct Back {
    store: Store,
    poured: Poured,
    folder: tempfile::TempDir,
}

async fn restore(node: &Node, place: &Path, until: Option<Timestamp>) -> Result<Back, Problem> {
    let from = Restoring::open(place, &node.master)?;
    let folder = tempfile::tempdir().unwrap();
    let backend = Arc::new(SqliteBackend::scratch(Options::at(START)).unwrap());
    let poured = from.pour(&*backend, folder.path(), until).await?;
    let store = Store::new(backend, Arc::new(Vault::locked()), Arc::clone(&node.desk.chance));
    store.unlock(node.master.clone(), START).await.unwrap();
    desk::verify::rebuild(&store, node.clock.now()).await.unwrap();
    Ok(Back { store, poured, folder })
}

impl Back {
    async fn notes(&self, case: CaseId) -> usize {
        let mut view = self.store.read(START).await.unwrap();
        view.load::<CaseStream>(case.bytes()).await.unwrap().map_or(0, |case| case.notes.len())
    }
}

async fn note(node: &Node, case: CaseId) {
    node.changes(&node.manager(), case, AddNote { text: text(STORY) }).await.unwrap();
}

fn files(place: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = std::fs::read_dir(place).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.is_file()).map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

/// Every row of every shelf that a backup carries, or that is folded again.
async fn shelves(store: &Store) -> Vec<(i64, Vec<u8>, Vec<u8>)> {
    let mut view = store.backend().read().await.unwrap();
    let (mut all, mut after) = (Vec::new(), (0, Vec::new(), Vec::new()));
    loop {
        let rows = view.all_items((after.0, &after.1, &after.2), 500).await.unwrap();
        let Some(last) = rows.last() else { return all };
        after = (last.shelf, last.part.clone(), last.key.clone());
        all.extend(rows.into_iter().map(|row| (row.shelf, row.part, row.key)));
    }
}

#[tokio::test]
async fn a_restored_store_has_the_same_journal_the_same_lists_and_opens_every_case() {
    let (node, _) = batam().await;
    let case = decided(&node).await;
    for _ in 0..40 {
        note(&node, case).await;
    }
    let place = tempfile::tempdir().unwrap();
    let copied = copy(&node, &place.path().join("c"), &mut Memory::default()).await.unwrap();
    let back = restore(&node, &place.path().join("c"), None).await.unwrap();
    let head = node.desk.store.backend().read().await.unwrap().head().await.unwrap();
    assert_eq!((back.poured.head, back.poured.events), (head, copied.events));
    assert_eq!(shelves(&back.store).await, shelves(&node.desk.store).await);
    let mut view = back.store.read(node.clock.now()).await.unwrap();
    assert_eq!(desk::verify::projections(&mut view).await.unwrap(), []);
    assert_eq!(back.notes(case).await, 40);
}

#[tokio::test]
async fn any_backed_up_moment_comes_back_and_later_ones_do_not() {
    let (node, clock) = batam().await;
    let case = decided(&node).await;
    let (place, mut memory) = (tempfile::tempdir().unwrap(), Memory::default());
    let stick = place.path().join("c");
    let mut moments = Vec::new();
    for count in 0..6 {
        copy(&node, &stick, &mut memory).await.unwrap();
        moments.push((clock.now(), count));
        clock.set(clock.now().plus_hours(7));
        note(&node, case).await;
    }
    for (at, notes) in &moments {
        let back = restore(&node, &stick, Some(at.plus_seconds(60))).await.unwrap();
        assert_eq!(back.notes(case).await, *notes, "{at}");
        assert!(back.poured.head.at <= at.plus_seconds(60));
    }
    let words = |kind: &str| files(&stick).keys().filter(|path| path.display().to_string().contains(kind)).count();
    assert_eq!((words("/state-"), words("/ring-"), words("/events-")), (2, 1, 6), "whole once a day, changes between");
    let early = restore(&node, &stick, Some(START.plus_hours(-1))).await.err().unwrap();
    assert_eq!(early.code.0, "backup.too-early");
}

/// Between two backups only what changed is written; what was taken away must not come back.
#[tokio::test]
async fn changes_carry_what_came_and_what_went() {
    let (node, clock) = batam().await;
    decided(&node).await;
    let (place, mut memory) = (tempfile::tempdir().unwrap(), Memory::default());
    let stick = place.path().join("c");
    for (key, gone) in [(&b"a"[..], &b"x"[..]), (b"b", b"a"), (b"c", b"b")] {
        let mut tx = node.desk.store.backend().begin("test").await.unwrap();
        let mut item = store::raw::Item { shelf: 125, part: b"uji".to_vec(), ..store::raw::Item::clone(&blank()) };
        item.key = key.to_vec();
        tx.put_item(&item).await.unwrap();
        tx.delete_item(125, b"uji", gone).await.unwrap();
        tx.commit().await.unwrap();
        copy(&node, &stick, &mut memory).await.unwrap();
        clock.set(clock.now().plus_seconds(10));
    }
    let back = restore(&node, &stick, None).await.unwrap();
    let kept: Vec<_> =
        shelves(&back.store).await.into_iter().filter(|(shelf, part, _)| *shelf == 125 && part == b"uji").collect();
    assert_eq!(kept, [(125, b"uji".to_vec(), b"c".to_vec())]);
}

/// Two sticks change places under one folder; each stays whole by itself.
#[tokio::test]
async fn sticks_that_are_exchanged_are_each_whole_and_an_hour_is_one_archive() {
    let (node, clock) = batam().await;
    let case = decided(&node).await;
    let (place, mut memory) = (tempfile::tempdir().unwrap(), Memory::default());
    let (stick, other) = (place.path().join("c"), place.path().join("d"));
    for count in 1..=8 {
        note(&node, case).await;
        copy(&node, &stick, &mut memory).await.unwrap();
        assert_eq!(restore(&node, &stick, None).await.unwrap().notes(case).await, count);
        clock.set(clock.now().plus_seconds(10));
        if count == 5 {
            let names: Vec<_> = files(&stick).into_keys().map(|path| path.display().to_string()).collect();
            assert_eq!(names.len(), 5, "HEAD, ring, state, the hour's entries and changes: {names:?}");
        }
        if count % 3 == 0 {
            std::fs::rename(&stick, place.path().join("x")).unwrap();
            let _ = std::fs::rename(&other, &stick);
            std::fs::rename(place.path().join("x"), &other).unwrap();
        }
    }
    assert_eq!(restore(&node, &stick, None).await.unwrap().notes(case).await, 8);
    assert_eq!(restore(&node, &other, None).await.unwrap().notes(case).await, 6);
}

/// A command that was forgotten after its time and came again stands in two archives.
#[tokio::test]
async fn a_command_that_stands_in_two_archives_comes_back_once_and_nothing_is_lost() {
    let (node, clock) = batam().await;
    let case = decided(&node).await;
    let (place, mut memory) = (tempfile::tempdir().unwrap(), Memory::default());
    let stick = place.path().join("c");
    let (id, digest, act, seq) = ([3; 16], [4; 32], "uji".to_owned(), base::Seq(1));
    let old = store::raw::RequestRow { id, digest, act, seq, at: START.plus_hours(-24 * 30) };
    let backend = node.desk.store.backend();
    let mut tx = backend.begin("test").await.unwrap();
    tx.put_request(&old).await.unwrap();
    tx.commit().await.unwrap();
    copy(&node, &stick, &mut memory).await.unwrap();
    clock.set(clock.now().plus_seconds(10));
    let mut tx = backend.begin("test").await.unwrap();
    tx.delete_requests(old.at.plus_hours(1)).await.unwrap();
    tx.put_request(&store::raw::RequestRow { at: clock.now(), ..old.clone() }).await.unwrap();
    tx.commit().await.unwrap();
    note(&node, case).await;
    copy(&node, &stick, &mut memory).await.unwrap();

    let back = restore(&node, &stick, None).await.unwrap();
    let asked = async |store: &Store| {
        let rows = store.backend().read().await.unwrap().all_requests([0; 16], 1_000).await.unwrap();
        // Folding the lists again is a command of the restored store alone.
        let asked = rows.into_iter().filter(|row| row.act != "store.refold");
        asked.map(|row| (row.id, row.digest, row.act, row.seq)).collect::<Vec<_>>()
    };
    let (here, there) = (asked(&node.desk.store).await, asked(&back.store).await);
    assert_eq!(there.iter().filter(|row| row.0 == id).count(), 1, "once");
    assert_eq!(there, here, "and every other command, before and after it");
    assert_eq!(back.notes(case).await, 1);
}

fn blank() -> store::raw::Item {
    let (part, key, body) = (Vec::new(), Vec::new(), vec![1]);
    store::raw::Item { shelf: 0, part, key, due: None, sealed_by: base::KeyId::default(), body }
}

/// P5: the key is in no backup that was touched since, whatever moment is asked for; nor in the ring that was before.
#[tokio::test]
async fn an_erased_case_does_not_come_back_from_any_moment() {
    let (node, clock) = batam().await;
    let case = decided(&node).await;
    let (place, mut memory) = (tempfile::tempdir().unwrap(), Memory::default());
    let stick = place.path().join("c");
    copy(&node, &stick, &mut memory).await.unwrap();
    let before = clock.now();
    assert_eq!(restore(&node, &stick, Some(before)).await.unwrap().poured.erased, 0);
    let old_ring: Vec<PathBuf> =
        files(&stick).into_keys().filter(|path| path.display().to_string().contains("ring-")).collect();
    clock.set(before.plus_hours(1));
    let mut tx = node.begin().await;
    tx.erase_stream::<CaseStream>(case.bytes()).await.unwrap();
    tx.commit().await.unwrap();
    copy(&node, &stick, &mut memory).await.unwrap();
    assert!(old_ring.iter().all(|path| !path.exists()), "the ring with its key has left the stick");
    for until in [Some(before), None] {
        let back = restore(&node, &stick, until).await.unwrap();
        let mut view = back.store.read(START).await.unwrap();
        assert_eq!(view.load::<CaseStream>(case.bytes()).await.unwrap_err(), StoreError::Erased, "{until:?}");
        assert!(view.raw().keys_of(case.bytes()).await.unwrap().is_empty());
        assert_eq!(back.poured.erased, 4, "the case and its narrow parts: identity, chronology, shelter");
        assert!(store::chain::verify(view.raw()).await.unwrap().is_ok());
    }
}

/// An erasure outlives a second life too: the list of destroyed keys is in every later backup.
#[tokio::test]
async fn an_erased_key_stays_erased_in_the_backups_of_a_restored_node() {
    let (node, _) = batam().await;
    let case = decided(&node).await;
    let mut tx = node.begin().await;
    tx.erase_stream::<CaseStream>(case.bytes()).await.unwrap();
    tx.commit().await.unwrap();
    let place = tempfile::tempdir().unwrap();
    copy(&node, &place.path().join("c"), &mut Memory::default()).await.unwrap();
    let back = restore(&node, &place.path().join("c"), None).await.unwrap();
    let (store, dir, now) = (&back.store, back.folder.path(), node.clock.now());
    let again = place.path().join("d");
    Copying { store, dir, small: &[], place: &again, now }.write(&mut Memory::default()).await.unwrap();
    assert_eq!(restore(&node, &again, None).await.unwrap().poured.erased, 4);
}

#[tokio::test]
async fn a_thief_of_the_stick_reads_no_word_and_another_key_opens_nothing() {
    let (node, _) = batam().await;
    let case = decided(&node).await;
    note(&node, case).await;
    let place = tempfile::tempdir().unwrap();
    copy(&node, &place.path().join("c"), &mut Memory::default()).await.unwrap();
    let all = files(&place.path().join("c"));
    let words = ["case.opened", "Petugas", "team/casework", "officer"];
    for (path, bytes) in &all {
        for canary in CANARIES.iter().chain(&words) {
            let found = bytes.windows(canary.len()).any(|window| window == canary.as_bytes());
            assert!(!found, "{canary:?} stands in {}", path.display());
        }
    }
    assert!(all.values().map(Vec::len).sum::<usize>() > 5_000, "there is something to search");
    let other = seal::DataKey::generate(&*node.desk.chance);
    let opened = Restoring::open(&place.path().join("c"), &other).err().unwrap();
    assert_eq!(opened.code.0, "backup.altered");
}

/// What a kill or a full disk leaves: files of the new backup, whole or cut, beside the old `HEAD`; or the new `HEAD` and
/// what the sweep had not taken yet.
#[tokio::test]
async fn a_backup_cut_anywhere_leaves_the_one_before_it_whole() {
    let (node, clock) = batam().await;
    let case = decided(&node).await;
    let (place, mut memory) = (tempfile::tempdir().unwrap(), Memory::default());
    let stick = place.path().join("c");
    copy(&node, &stick, &mut memory).await.unwrap();
    let before = files(&stick);
    clock.set(clock.now().plus_hours(PASS_HOURS));
    note(&node, case).await;
    copy(&node, &stick, &mut memory).await.unwrap();
    let after = files(&stick);
    let new: Vec<_> = after.iter().filter(|(path, _)| !before.contains_key(*path)).collect();
    assert_eq!(new.len(), 3, "events, state, ring");
    for (n, (path, bytes)) in new.iter().enumerate() {
        let cut = tempfile::tempdir().unwrap();
        let put =
            |path: &Path, bytes: &[u8]| std::fs::write(cut.path().join(path.file_name().unwrap()), bytes).unwrap();
        for (path, bytes) in before.iter().chain(new.iter().take(n).copied()) {
            put(path, bytes);
        }
        put(&path.with_extension("part"), &bytes[..bytes.len() / 2]);
        assert_eq!(restore(&node, cut.path(), None).await.unwrap().notes(case).await, 0);
        copy(&node, cut.path(), &mut Memory::default()).await.unwrap();
        assert_eq!(restore(&node, cut.path(), None).await.unwrap().notes(case).await, 1, "and the next one is whole");
        assert!(files(cut.path()).keys().all(|path| path.extension().is_none()), "what was half written is gone");
    }
    let both = tempfile::tempdir().unwrap();
    for (path, bytes) in before.iter().chain(&after) {
        std::fs::write(both.path().join(path.file_name().unwrap()), bytes).unwrap();
    }
    assert_eq!(restore(&node, both.path(), None).await.unwrap().notes(case).await, 1);
}

/// The whole state of a day was written, but its `HEAD` could not be: what changed since must not be counted from it.
#[tokio::test]
async fn a_backup_that_fails_on_its_last_step_loses_nothing_of_the_next() {
    let (node, clock) = batam().await;
    let case = decided(&node).await;
    let (place, mut memory) = (tempfile::tempdir().unwrap(), Memory::default());
    let stick = place.path().join("c");
    let put = async |key: &[u8]| {
        let mut tx = node.desk.store.backend().begin("test").await.unwrap();
        let item = store::raw::Item { shelf: 125, part: b"uji".to_vec(), key: key.to_vec(), ..blank() };
        tx.put_item(&item).await.unwrap();
        tx.commit().await.unwrap();
    };
    put(b"a").await;
    copy(&node, &stick, &mut memory).await.unwrap();
    for (key, hours) in [(b"b", PASS_HOURS), (b"c", 0), (b"d", 2)] {
        clock.set(clock.now().plus_hours(hours).plus_seconds(10));
        note(&node, case).await;
        put(key).await;
        let in_the_way = stick.join("HEAD.part");
        std::fs::create_dir(&in_the_way).unwrap();
        assert_eq!(copy(&node, &stick, &mut memory).await.unwrap_err().code.0, "backup.unwritable");
        std::fs::remove_dir(&in_the_way).unwrap();
        clock.set(clock.now().plus_seconds(10));
        note(&node, case).await;
        copy(&node, &stick, &mut memory).await.unwrap();
        let back = restore(&node, &stick, None).await.unwrap();
        assert_eq!(shelves(&back.store).await, shelves(&node.desk.store).await);
        assert!(files(&stick).keys().all(|path| path.extension().is_none()));
    }
    assert_eq!(restore(&node, &stick, None).await.unwrap().notes(case).await, 6);
}

/// A stick that is full stays full of what was before: each try takes away what the last one left.
#[tokio::test]
async fn tries_on_a_full_stick_leave_no_more_than_one_behind() {
    let (node, _) = batam().await;
    let case = decided(&node).await;
    let (place, mut memory) = (tempfile::tempdir().unwrap(), Memory::default());
    let stick = place.path().join("c");
    copy(&node, &stick, &mut memory).await.unwrap();
    let whole = files(&stick).len();
    let in_the_way = stick.join("HEAD.part");
    std::fs::create_dir(&in_the_way).unwrap();
    for _ in 0..5 {
        note(&node, case).await;
        copy(&node, &stick, &mut memory).await.unwrap_err();
        assert!(files(&stick).len() <= whole + 3, "events, state and ring of one try");
    }
    assert_eq!(restore(&node, &stick, None).await.unwrap().notes(case).await, 0);
    std::fs::remove_dir(&in_the_way).unwrap();
    copy(&node, &stick, &mut memory).await.unwrap();
    assert_eq!(restore(&node, &stick, None).await.unwrap().notes(case).await, 5);
}

#[tokio::test]
async fn a_changed_or_missing_file_is_named_and_nothing_of_it_is_believed() {
    let (node, _) = batam().await;
    decided(&node).await;
    let place = tempfile::tempdir().unwrap();
    let stick = place.path().join("c");
    copy(&node, &stick, &mut Memory::default()).await.unwrap();
    for (path, bytes) in files(&stick) {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let step = (bytes.len() / 7).max(1);
        let mut bent: Vec<Vec<u8>> = vec![bytes[..bytes.len() - 1].to_vec(), [&bytes[..], b"x"].concat(), Vec::new()];
        bent.extend((0..bytes.len()).step_by(step).map(|at| {
            let mut bent = bytes.clone();
            bent[at] ^= 1;
            bent
        }));
        for bad in bent {
            std::fs::write(&path, bad).unwrap();
            let problem = restore(&node, &stick, None).await.err().unwrap();
            assert!(matches!(problem.code.0, "backup.altered" | "backup.version"), "{name}: {problem}");
            assert!(problem.at.as_deref().is_some_and(|at| name.contains(at) || at.len() < 20), "{name}: {problem}");
        }
        std::fs::remove_file(&path).unwrap();
        assert!(restore(&node, &stick, None).await.is_err(), "{name} is missing");
        std::fs::write(&path, &bytes).unwrap();
    }
    assert!(restore(&node, &stick, None).await.is_ok());
}

#[tokio::test]
async fn a_place_of_another_node_or_of_a_later_life_is_refused_and_not_touched() {
    let (node, clock) = batam().await;
    let case = decided(&node).await;
    let lotim = Node::new("lotim", "52.03", PartyRole::TaskForce, &clock).await;
    let (place, mut memory) = (tempfile::tempdir().unwrap(), Memory::default());
    let stick = place.path().join("c");
    copy(&node, &stick, &mut memory).await.unwrap();
    let before = clock.now();
    clock.set(before.plus_hours(1));
    note(&node, case).await;
    copy(&node, &stick, &mut memory).await.unwrap();
    let whole = files(&stick);
    let foreign = copy(&lotim, &stick, &mut Memory::default()).await.unwrap_err();
    assert_eq!(foreign.code.0, "backup.other-node");
    let back = restore(&node, &stick, Some(before)).await.unwrap();
    let (store, dir, now) = (&back.store, back.folder.path(), clock.now());
    let older = Copying { store, dir, small: &[], place: &stick, now }.write(&mut Memory::default()).await.unwrap_err();
    assert_eq!(older.code.0, "backup.other-life", "what it lost is still on the stick");
    assert_eq!(files(&stick), whole);
    let gone = copy(&node, &place.path().join("no/c"), &mut Memory::default()).await.unwrap_err();
    assert_eq!(gone.code.0, "backup.unwritable", "a stick that is not plugged in");
    node.desk.store.vault().lock();
    assert_eq!(copy(&node, &stick, &mut memory).await.unwrap_err().code.0, "store.locked");
}
