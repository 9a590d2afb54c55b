//! Good bytes of what lies still: shares, locks, chunks, reports, archives, pictures.

use super::WEEK;
use base::chance::SeededChance;
use base::{FileId, KeyId, Timestamp};
use seal::share::{Share, ShareSet, split};
use seal::slot::Cost;
use seal::{ChunkKey, Chunks, DataKey, Holders, IntakeSecret, Lock, Slot, SlotSecret};
use std::path::PathBuf;
use std::sync::LazyLock;
use store::archive::Record;
use store::raw::{CheckpointRow, Item};

/// A PNG of eight by four pixels.
const PNG: [u8; 77] = [
    0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0, 8, 0, 0, 0, 4, 8,
    2, 0, 0, 0, 0x3c, 0xaf, 0xe9, 0xa7, 0, 0, 0, 20, b'I', b'D', b'A', b'T', 0x78, 0xda, 0x63, 0x38, 0xc1, 0xc0, 0,
    0x47, 0x48, 0xcc, 0x13, 0x0c, 0xd4, 0x93, 0, 0, 0xe2, 0xa0, 0x19, 0x01, 0xa0, 0xa7, 0xdc, 0x5f, 0, 0, 0, 0, b'I',
    b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];
/// A WebP of one pixel.
const WEBP: [u8; 34] = [
    b'R', b'I', b'F', b'F', 26, 0, 0, 0, b'W', b'E', b'B', b'P', b'V', b'P', b'8', b'L', 13, 0, 0, 0, 0x2f, 0, 0, 0,
    0x10, 7, 0x10, 0x11, 0x11, 0x88, 0x88, 0xfe, 7, 0,
];
const REPORT: &str = r#"{"report":1,"pack":"1","stage":"returned","answers":{"A1":"adult"},"place":"21.71","consent":{"C2":true},"text":"contoh","contact":{"way":"lewat bibi"},"files":[["file_0",3,"00","00"]]}"#;

pub(super) fn seeds(target: &str) -> Vec<Vec<u8>> {
    match target {
        "share" => {
            let share = &shares()[1];
            vec![share.encode().to_vec(), share.set().encode(), share.paper().as_bytes().to_vec()]
        }
        "lock" => locks(),
        "chunk" => chunks(),
        "sealed_report" => vec![report(), REPORT.into()],
        "archive" => records(),
        "upload" => {
            let jpeg = web::picture::shown(&PNG, casework::report::FileKind::Png).expect("a picture");
            vec![jpeg, PNG.to_vec(), WEBP.to_vec()]
        }
        _ => Vec::new(),
    }
}

fn shares() -> Vec<Share> {
    split(&[7; 32], 1, (3, 5), &SeededChance::new(21)).expect("shares")
}

/// What the shares have in common.
pub fn share_set() -> ShareSet {
    *shares()[1].set()
}

/// The key of a store that no place belongs to.
pub const fn master() -> DataKey {
    DataKey::from_bytes([8; 32])
}

fn locks() -> Vec<Vec<u8>> {
    let (master, chance) = (master(), SeededChance::new(22));
    let slots = [SlotSecret::Passphrase("sandi contoh"), SlotSecret::Recovery(&[6; 32])];
    let slots = slots.map(|secret| Slot::seal(&master, secret, Cost::CHEAP, &chance).expect("a slot"));
    let people = [("Sari".to_owned(), "sandi satu"), ("Budi".to_owned(), "sandi dua")];
    let two = Holders::seal(&master, &people, Cost::CHEAP, &chance).expect("two holders");
    vec![Lock::One(slots.to_vec()).encode(), Lock::Two(two).encode()]
}

/// The number of a chunk, then its bytes: the last of a blob, and one before it.
fn chunks() -> Vec<Vec<u8>> {
    let chunks = Chunks::of_blob(ChunkKey::Node([4; 32]), FileId::from_bytes([8; 16]));
    let seal = |n: u8, last| [vec![n], chunks.seal(n.into(), last, &[n; 100]).expect("a chunk")].concat();
    vec![seal(0, true), seal(1, false)]
}

/// A node's intake key.
pub fn intake() -> IntakeSecret {
    IntakeSecret::generate(&SeededChance::new(u64::from(WEEK)))
}

fn report() -> Vec<u8> {
    let rid = seal::report_id(b"kunci");
    seal::seal_report(REPORT.as_bytes(), rid, &intake().public(), &SeededChance::new(23)).expect("a report")
}

fn records() -> Vec<Vec<u8>> {
    let at = Timestamp::from_seconds(1_795_000_000);
    let item = Item {
        shelf: 104,
        part: vec![1],
        key: vec![2; 16],
        due: Some(at),
        sealed_by: KeyId::from_bytes([3; 16]),
        body: vec![4; 40],
    };
    let checkpoint = CheckpointRow { era: 1, n: 12, signer: [1; 16], link: [2; 32], at, signed: vec![5; 64] };
    let records = [
        Record::Item(item),
        Record::Meta("era".into(), vec![0; 8]),
        Record::Checkpoint(checkpoint),
        Record::Erased(KeyId::from_bytes([6; 16])),
        Record::Small("simpul.toml".into(), b"nama = 1".to_vec()),
        Record::Gone(vec![7; 20]),
        Record::File("aa/file".into(), 4_096),
    ];
    let head = seal::cbor::Value::list([seal::cbor::Value::bytes([0xa0]), seal::cbor::Value::bytes([9; 40])]).encode();
    records.iter().map(|record| record.encode().expect("a record")).chain([head]).collect()
}

/// A folder of this process for what is to be read from a disk.
pub fn place() -> PathBuf {
    static PLACE: LazyLock<tempfile::TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a folder"));
    PLACE.path().to_path_buf()
}
