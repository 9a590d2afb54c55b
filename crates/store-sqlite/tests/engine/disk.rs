//! A disk that is full, and a WAL that lost its tail or holds wrong bits.

use crate::load::{command, filled, whole};
use crate::{NOW, OPTIONS};
use base::Chance;
use base::chance::SeededChance;
use std::path::{Path, PathBuf};
use std::process::Command;
use store::contract::cast::{begin, item};
use store::{Backend, StoreError};
use store_sqlite::{Durability, Options, SqliteBackend};

const WAITING_BYTES: usize = 8_192;

/// Fills the store with items until it says that it is full.
async fn fill(store: &dyn Backend) -> Vec<u32> {
    for number in 0..20_000_u32 {
        let mut tx = begin(store).await;
        let full = store::raw::Item { body: vec![7; WAITING_BYTES], ..item(7, b"p", &number.to_be_bytes()) };
        let put = tx.put_item(&full).await;
        let kept = match put {
            Ok(()) => tx.commit().await,
            Err(error) => Err(error),
        };
        match kept {
            Ok(()) => {}
            Err(StoreError::Full) => return (0..number).collect(),
            Err(other) => panic!("{other}"),
        }
    }
    panic!("never full");
}

async fn keeps_reading_and_recovers(store: &dyn Backend) {
    let tasks = whole(store).await;
    let kept = fill(store).await;
    let mut view = store.read().await.unwrap();
    for number in kept {
        assert!(view.item(7, b"p", &number.to_be_bytes()).await.unwrap().is_some(), "item {number} was answered");
    }
    drop(view);
    assert_eq!(whole(store).await, tasks);

    let mut tx = begin(store).await;
    tx.delete_shelves(7, 7).await.unwrap();
    tx.commit().await.unwrap();
    command(store, 1).await.unwrap();
    assert_eq!(whole(store).await.len(), tasks.len() + 1);
}

#[tokio::test]
async fn a_full_file_says_so_and_reads_go_on_and_room_helps() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { pages_max: Some(300), durability: Durability::Off, ..Options::at(NOW) };
    let store = filled(&folder.path().join("simpul.db"), options, 80).await;
    keeps_reading_and_recovers(&*store).await;
}

/// A real file system of 8 MB, so that the WAL, too, meets the end of the disk. Only the superuser may mount one.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=8m", "simpul"]).arg(folder.path());
        mount.output().is_ok_and(|done| done.status.success()).then_some(Self(folder))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).output();
    }
}

#[tokio::test]
async fn a_full_disk_says_so_and_reads_go_on() {
    let Some(disk) = SmallDisk::mount() else {
        eprintln!("SKIPPED (a small disk can be mounted by the superuser only)");
        return;
    };
    let path = disk.0.path().join("simpul.db");
    let store = filled(&path, OPTIONS, 80).await;
    let tasks = whole(&*store).await;
    let kept = fill(&*store).await;
    assert_eq!(whole(&*store).await, tasks);
    let last = u32::try_from(kept.len()).unwrap() - 1;
    assert!(store.read().await.unwrap().item(7, b"p", &last.to_be_bytes()).await.unwrap().is_some());

    drop(store);
    let store = SqliteBackend::open(&path, OPTIONS).unwrap();
    assert_eq!(whole(&store).await, tasks);
}

fn copy(from: &Path, to: &Path) -> PathBuf {
    let copy = to.join("simpul.db");
    std::fs::copy(from, &copy).unwrap();
    copy
}

fn wal(path: &Path) -> PathBuf {
    path.with_extension("db-wal")
}

/// The WAL of a running store, as it lies on the disk, beside its file.
async fn torn(change: fn(&mut Vec<u8>, usize), places: u32) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("simpul.db");
    let store = filled(&path, OPTIONS, 160).await;
    let all = whole(&*store).await;
    let bytes = std::fs::read(wal(&path)).unwrap();
    assert!(bytes.len() > 100_000, "the test needs a long WAL");
    let chance: &dyn Chance = &SeededChance::new(21);
    let mut shortest = all.len();
    for _ in 0..places {
        let place = usize::try_from(u32::from_be_bytes(chance.bytes())).unwrap() % bytes.len();
        let other = tempfile::tempdir().unwrap();
        let copied = copy(&path, other.path());
        let mut cut = bytes.clone();
        change(&mut cut, place);
        std::fs::write(wal(&copied), &cut).unwrap();
        let found = match SqliteBackend::open(&copied, OPTIONS) {
            Ok(store) => whole(&store).await,
            Err(error) => panic!("{error} at {place} of {}", bytes.len()),
        };
        assert!(all.starts_with(&found), "not a beginning of what was written");
        shortest = shortest.min(found.len());
    }
    assert!(shortest < all.len(), "no place lost anything");
}

#[tokio::test]
async fn a_wal_without_its_tail_keeps_the_good_beginning() {
    torn(Vec::truncate, 40).await;
}

#[tokio::test]
async fn a_wal_with_a_wrong_bit_keeps_the_good_beginning() {
    torn(|bytes, place| bytes[place] ^= 0x10, 40).await;
}
