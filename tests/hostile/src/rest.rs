//! What lies on a disk, on paper or in a stranger's upload: shares, slots, archives, chunks, reports, pictures.

use crate::seeds;
use base::FileId;
use casework::report::FileKind;
use desk::cases::reports::ReportJson;
use seal::share::{Share, ShareSet};
use seal::{ChunkKey, Chunks};
use store::archive::{Contents, Record, Restoring};

/// A share from a code or as it was typed from paper; alone it gives nothing.
pub fn share(bytes: &[u8]) {
    if let Ok(share) = Share::decode(bytes) {
        assert_eq!(share.encode().as_slice(), bytes);
        assert!(seal::share::combine(&[share]).is_err());
    }
    if let Ok(set) = ShareSet::decode(bytes) {
        assert_eq!(set.encode(), bytes);
    }
    let typed = String::from_utf8_lossy(bytes);
    if let Ok(share) = Share::from_paper(&typed, seeds::share_set()) {
        assert!(Share::from_paper(&share.paper(), seeds::share_set()).is_ok());
    }
}

/// What opens the master key, as it lies in clear beside a store and in backups.
pub fn lock(bytes: &[u8]) {
    if let Ok(lock) = seal::Lock::decode(bytes) {
        assert_eq!(lock.encode(), bytes);
    }
}

/// A chunk by itself, and a blob cut at every `n` bytes of the input.
pub fn chunk(bytes: &[u8]) {
    let chunks = Chunks::of_blob(ChunkKey::Node([4; 32]), FileId::from_bytes([8; 16]));
    let Some((n, sealed)) = bytes.split_first() else { return };
    for last in [false, true] {
        if let Ok(plain) = chunks.open(u32::from(*n), last, sealed) {
            assert_eq!(chunks.seal(u32::from(*n), last, &plain).as_deref(), Ok(sealed));
        }
    }
    let pieces: Vec<Vec<u8>> = sealed.chunks(usize::from(*n).max(1) * 64).map(<[u8]>::to_vec).collect();
    let _ = seal::open_blob(&chunks, &pieces, u64::from(*n) * 100);
}

/// A report as a browser sealed it, and the JSON that is inside.
pub fn sealed_report(bytes: &[u8]) {
    let _ = seal::peek_report(bytes);
    let _ = seal::open_report(bytes, &seeds::intake());
    if let Ok(json) = serde_json::from_slice::<ReportJson>(bytes) {
        let again = serde_json::to_vec(&json).expect("it was JSON");
        assert_eq!(serde_json::from_slice::<ReportJson>(&again).ok(), Some(json));
    }
}

/// A record of an archive, and the file that says what a place holds. Nothing is believed without the key.
pub fn archive(bytes: &[u8]) {
    if let Some(record) = Record::decode(bytes) {
        let again = record.encode().expect("a record that was read");
        assert_eq!(Record::decode(&again), Some(record));
    }
    let place = seeds::place();
    std::fs::write(place.join("HEAD"), bytes).expect("a folder of our own");
    let _ = Contents::read(&place);
    let opened = Restoring::open(&place, &seeds::master());
    assert!(opened.is_err(), "nobody has that key");
}

/// A file from a stranger: told by its first bytes, and a picture is made anew or refused.
pub fn upload(bytes: &[u8]) {
    let kind = FileKind::of(bytes);
    if let Ok(jpeg) = web::picture::shown(bytes, kind) {
        assert_eq!(FileKind::of(&jpeg), FileKind::Jpeg);
    }
}
