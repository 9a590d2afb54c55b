//! What files promise: kept is kept, once; bounded; whole or named as not whole.

use super::*;
use base::limits::BLOB_CHUNK_BYTES;
use seal::chunk::{ChunkKey, Chunks, seal_blob};
use std::path::Path;

const NOW: Timestamp = Timestamp::from_seconds(1_795_402_800);

fn id(n: u8) -> FileId {
    FileId::from_bytes([n; 16])
}

/// A made-up file as a phone seals it.
fn sealed(n: u8, bytes: usize) -> Vec<Vec<u8>> {
    seal_blob(&Chunks::of_blob(ChunkKey::Browser([n; 16]), id(n)), &vec![n; bytes]).unwrap()
}

fn at(folder: &Path) -> Files {
    Files::with_room(folder.to_path_buf(), Room { free_bytes: 0, ..Room::default() })
}

fn put(files: &Files, name: u8, all: &[Vec<u8>], n: usize, claimed: bool) -> Result<Kept, FilesError> {
    let number = u32::try_from(n).unwrap();
    let chunk = Chunk { id: id(name), n: number, last: n + 1 == all.len(), bytes: &all[n] };
    files.put(&chunk, claimed, NOW)
}

const NEW: Result<Kept, FilesError> = Ok(Kept { new: true, whole: false });
const LAST: Result<Kept, FilesError> = Ok(Kept { new: true, whole: true });

#[test]
fn chunks_in_any_order_make_the_file_as_it_was_sealed_and_outlive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let all = sealed(1, 3 * BLOB_CHUNK_BYTES + 5);
    let files = at(folder.path());
    assert_eq!(put(&files, 1, &all, 3, false), NEW);
    assert_eq!(put(&files, 1, &all, 0, false), NEW);
    let again = at(folder.path());
    let progress = again.progress(id(1)).unwrap().unwrap();
    assert_eq!((progress.have, progress.whole), (vec![(0, 0), (3, 3)], false));
    assert_eq!(again.chunks(id(1)), Err(FilesError::NotWhole));
    assert_eq!(put(&again, 1, &all, 1, false), NEW);
    assert_eq!(put(&again, 1, &all, 2, false), LAST);
    assert_eq!(again.chunks(id(1)).unwrap(), all);
    assert_eq!(at(folder.path()).chunks(id(1)).unwrap(), all);
}

#[test]
fn the_same_bytes_again_are_known_and_other_bytes_are_refused_before_and_after_the_claim() {
    let folder = tempfile::tempdir().unwrap();
    let (files, all) = (at(folder.path()), sealed(1, BLOB_CHUNK_BYTES + 5));
    let mut bent = all.clone();
    for chunk in &mut bent {
        chunk[9] ^= 1;
    }
    put(&files, 1, &all, 0, false).unwrap();
    assert_eq!(put(&files, 1, &all, 0, false), Ok(Kept { new: false, whole: false }));
    assert_eq!(put(&files, 1, &bent, 0, false), Err(FilesError::Other));
    put(&files, 1, &all, 1, false).unwrap();
    files.claim(id(1)).unwrap();
    for n in [0, 1] {
        assert_eq!(put(&files, 1, &all, n, true), Ok(Kept { new: false, whole: true }));
        assert_eq!(put(&files, 1, &bent, n, true), Err(FilesError::Other));
    }
    assert_eq!(files.chunks(id(1)).unwrap(), all);
    assert_eq!(files.waiting().unwrap(), [], "joined to one blob");
}

#[test]
fn a_file_ends_once() {
    let folder = tempfile::tempdir().unwrap();
    let (files, all) = (at(folder.path()), sealed(1, 2 * BLOB_CHUNK_BYTES + 5));
    let put = |n, last, bytes: &[u8]| files.put(&Chunk { id: id(1), n, last, bytes }, false, NOW).map(|kept| kept.new);
    assert_eq!(put(1, true, &all[1]), Ok(true));
    assert_eq!(put(2, true, &all[2]), Err(FilesError::Other), "behind the last");
    assert_eq!(put(1, false, &all[1]), Err(FilesError::Other), "the last, now said not to be");
    assert_eq!(put(0, true, &all[2]), Err(FilesError::Other), "a second last");
    assert_eq!(put(0, false, &all[0]), Ok(true));
    let other =
        |n, last, bytes: &[u8]| files.put(&Chunk { id: id(2), n, last, bytes }, false, NOW).map(|kept| kept.new);
    assert_eq!(other(5, false, &all[0]), Ok(true));
    assert_eq!(other(4, true, &all[2]), Err(FilesError::Other), "a last one before others");
}

#[test]
fn a_length_that_no_chunk_has_and_a_number_beyond_the_largest_file_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let files = at(folder.path());
    let put = |n, last, bytes: usize| files.put(&Chunk { id: id(1), n, last, bytes: &vec![0; bytes] }, false, NOW);
    for (n, last, bytes, fault) in [
        (0, false, 4_112, FilesError::Misfit),
        (0, true, 0, FilesError::Misfit),
        (0, true, 4_111, FilesError::Misfit),
        (0, false, 16_401, FilesError::TooLarge),
        (1_600, true, 4_112, FilesError::TooLarge),
        (u32::MAX, true, 4_112, FilesError::TooLarge),
    ] {
        assert_eq!(put(n, last, bytes), Err(fault), "{n} {last} {bytes}");
    }
    assert_eq!(put(1_599, true, 16_400), NEW);
    assert_eq!(files.progress(id(2)).unwrap(), None);
}

#[test]
fn uploads_without_a_report_are_bounded_and_a_claimed_one_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let room = Room { waiting_bytes: 3 * 16_400, waiting: 2, free_bytes: 0 };
    let files = Files::with_room(folder.path().to_path_buf(), room);
    let all = sealed(1, 4 * BLOB_CHUNK_BYTES);
    for n in 0..3 {
        put(&files, 1, &all, n, false).unwrap();
    }
    assert_eq!(put(&files, 1, &all, 3, false), Err(FilesError::NoRoom), "bytes");
    assert_eq!(put(&files, 2, &all, 0, false), Err(FilesError::NoRoom), "bytes of all");
    files.claim(id(1)).unwrap();
    assert_eq!(put(&files, 1, &all, 3, true), LAST);
    for name in [2, 3] {
        put(&files, name, &sealed(name, 1), 0, false).unwrap();
    }
    assert_eq!(put(&files, 4, &sealed(4, 1), 0, false), Err(FilesError::NoRoom), "uploads");
    files.remove(id(2)).unwrap();
    assert_eq!(put(&files, 4, &sealed(4, 1), 0, false), LAST);
    assert_eq!(files.progress(id(2)).unwrap(), None);
}

#[test]
fn room_is_kept_for_the_journal_and_a_node_without_files_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let files = Files::with_room(folder.path().to_path_buf(), Room { free_bytes: u64::MAX, ..Room::default() });
    assert_eq!(put(&files, 1, &sealed(1, 1), 0, true), Err(FilesError::NoRoom));
    assert_eq!(put(&Files::none(), 1, &sealed(1, 1), 0, true), Err(FilesError::NoRoom));
    assert_eq!(Files::none().progress(id(1)).unwrap(), None);
    assert_eq!(Files::none().chunks(id(1)), Err(FilesError::NotWhole));
}

#[test]
fn what_a_power_cut_left_half_written_is_no_chunk_and_a_cut_blob_may_come_again() {
    let folder = tempfile::tempdir().unwrap();
    let all = sealed(1, BLOB_CHUNK_BYTES + 5);
    put(&at(folder.path()), 1, &all, 0, false).unwrap();
    let upload = folder.path().join("tmp").join("01".repeat(16));
    std::fs::write(upload.join("1.part"), b"half").unwrap();
    std::fs::write(upload.join("strange"), b"").unwrap();
    let files = at(folder.path());
    assert_eq!(files.progress(id(1)).unwrap().unwrap().have, [(0, 0)]);
    assert!(!upload.join("1.part").exists() && !upload.join("strange").exists());
    put(&files, 1, &all, 1, true).unwrap();
    let blob = folder.path().join("files/01/01").join("01".repeat(16));
    std::fs::OpenOptions::new().write(true).open(&blob).unwrap().set_len(100).unwrap();
    assert_eq!(files.progress(id(1)).unwrap(), None);
    put(&files, 1, &all, 0, true).unwrap();
    put(&files, 1, &all, 1, true).unwrap();
    assert_eq!(files.chunks(id(1)).unwrap(), all);
}

#[test]
fn what_was_joined_before_a_crash_is_not_there_twice() {
    let folder = tempfile::tempdir().unwrap();
    let all = sealed(1, 1);
    put(&at(folder.path()), 1, &all, 0, false).unwrap();
    let upload = folder.path().join("tmp").join("01".repeat(16));
    let chunk = std::fs::read(upload.join("0.last")).unwrap();
    at(folder.path()).claim(id(1)).unwrap();
    std::fs::create_dir_all(&upload).unwrap();
    std::fs::write(upload.join("0.last"), chunk).unwrap();
    let files = at(folder.path());
    assert_eq!(files.waiting().unwrap(), []);
    assert_eq!(files.chunks(id(1)).unwrap(), all);
    assert!(!upload.exists());
}

#[test]
fn ages_are_counted_on_the_nodes_own_clock_also_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let files = at(folder.path());
    let all = sealed(1, BLOB_CHUNK_BYTES + 1);
    let later = NOW.plus_hours(3);
    put(&files, 1, &all, 0, false).unwrap();
    files.put(&Chunk { id: id(1), n: 1, last: true, bytes: &all[1] }, false, later).unwrap();
    assert_eq!(files.waiting().unwrap(), [(id(1), later)]);
    assert_eq!(at(folder.path()).waiting().unwrap(), [(id(1), later)]);
}

#[test]
fn nobody_else_may_read_the_folders() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let files = at(folder.path());
    put(&files, 1, &sealed(1, 1), 0, true).unwrap();
    put(&files, 2, &sealed(2, 1), 0, false).unwrap();
    let mode = |path: &str| std::fs::metadata(folder.path().join(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("tmp"), mode("files"), mode("files/01/01")), (0o700, 0o700, 0o700));
    assert_eq!(mode(&format!("files/01/01/{}", "01".repeat(16))), 0o600);
    assert_eq!(mode(&format!("tmp/{}/0.last", "02".repeat(16))), 0o600);
}

#[test]
fn a_file_in_one_piece_waits_to_be_named_outlives_a_restart_and_takes_no_room_of_others() {
    let folder = tempfile::tempdir().unwrap();
    let (files, all) = (at(folder.path()), sealed(1, 3 * BLOB_CHUNK_BYTES + 5));
    files.hold(id(1), &all, NOW).unwrap();
    files.hold(id(2), &sealed(2, 5), NOW).unwrap();
    std::fs::write(folder.path().join("tmp").join(format!("{}.part", "03".repeat(16))), b"half").unwrap();
    let again =
        Files::with_room(folder.path().to_path_buf(), Room { free_bytes: 0, waiting: 1, waiting_bytes: 20_000 });
    assert_eq!(again.waiting().unwrap(), [(id(1), NOW), (id(2), NOW)], "what was half written is gone");
    assert_eq!(again.chunks(id(1)).unwrap(), all);
    assert_eq!(put(&again, 4, &sealed(4, BLOB_CHUNK_BYTES + 5), 0, false), NEW, "there is room for one of others");
    again.claim(id(1)).unwrap();
    again.claim(id(1)).unwrap();
    again.remove(id(2)).unwrap();
    assert_eq!(again.waiting().unwrap().len(), 1);
    assert_eq!(at(folder.path()).chunks(id(1)).unwrap(), all, "in its place");
    assert_eq!(at(folder.path()).chunks(id(2)), Err(FilesError::NotWhole));
    assert_eq!(std::fs::read_dir(folder.path().join("tmp")).unwrap().count(), 1);
}

#[test]
fn an_erased_file_leaves_the_disk_wherever_it_lay_and_an_absent_one_is_erased_already() {
    let folder = tempfile::tempdir().unwrap();
    let (files, all) = (at(folder.path()), sealed(1, 5));
    files.hold(id(1), &all, NOW).unwrap();
    files.claim(id(1)).unwrap();
    files.hold(id(2), &sealed(2, 5), NOW).unwrap();
    put(&files, 3, &sealed(3, 5), 0, true).unwrap();
    for n in [1, 2, 3, 9] {
        files.erase(id(n)).unwrap();
        assert_eq!(files.chunks(id(n)), Err(FilesError::NotWhole));
    }
    let mut left = vec![folder.path().to_path_buf()];
    while let Some(next) = left.pop() {
        assert!(next.is_dir(), "{} is left", next.display());
        left.extend(std::fs::read_dir(next).unwrap().map(|entry| entry.unwrap().path()));
    }
}

#[test]
fn a_full_disk_takes_no_file_in_one_piece() {
    let folder = tempfile::tempdir().unwrap();
    let full = Files::with_room(folder.path().to_path_buf(), Room { free_bytes: u64::MAX, ..Room::default() });
    assert_eq!(full.hold(id(1), &sealed(1, 5), NOW), Err(FilesError::NoRoom));
    assert_eq!(Files::none().hold(id(1), &sealed(1, 5), NOW), Err(FilesError::NoRoom));
    assert_eq!(full.waiting().unwrap(), []);
}
