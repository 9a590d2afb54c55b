//! Archives and their records: what was written is read, and nothing else is.

use super::Record;
use super::sealed::{Name, Reader, Writer};
use crate::raw::{CheckpointRow, EventRow, Item, KeyRow, RequestRow};
use base::chance::SeededChance;
use base::{KeyId, Seq, Timestamp};
use seal::DataKey;

const NAME: Name = Name { kind: 2, id: [4; 16] };

fn records() -> Vec<Record> {
    let key = KeyId::from_bytes([9; 16]);
    let at = Timestamp::from_seconds(1_795_000_000);
    let event = EventRow {
        seq: Seq::new(1_795_000_000, 7),
        stream: [1; 16],
        stream_kind: 3,
        ver: 7,
        kind: "case.opened".into(),
        kind_v: 1,
        act: "case.open".into(),
        actor: [2; 16],
        at,
        request: [3; 16],
        grounds: String::new(),
        trace: None,
        key,
        hash: [5; 32],
        link: [6; 32],
        body: vec![0; 40_000],
    };
    let item = Item { shelf: 120, part: vec![0, 255], key: vec![], due: None, sealed_by: key, body: vec![1; 70_000] };
    vec![
        Record::Event(EventRow { trace: Some([8; 32]), ..event.clone() }),
        Record::Event(event),
        Record::Meta("secret/identity".into(), vec![]),
        Record::Item(Item { due: Some(at), ..item.clone() }),
        Record::Item(item),
        Record::Request(RequestRow { id: [1; 16], digest: [2; 32], act: "x".into(), seq: Seq(-1), at }),
        Record::Checkpoint(CheckpointRow { era: 1, n: 2, signer: [3; 16], link: [4; 32], at, signed: vec![5; 90] }),
        Record::Key(KeyRow {
            id: key,
            subject: [1; 16],
            class: 1,
            parent: key,
            generation: 2,
            wrapped: vec![7; 73],
            made_at: at,
        }),
        Record::Erased(key),
        Record::Small("simpul.toml".into(), b"name".to_vec()),
        Record::Gone(vec![1, 2]),
        Record::File("files/ab/cd/ef".into(), i64::MAX),
    ]
}

fn archive(records: &[Record]) -> Vec<u8> {
    let mut writer = Writer::begin(Vec::new(), &DataKey::from_bytes([1; 32]), NAME, &SeededChance::new(3)).unwrap();
    for record in records {
        writer.add(record).unwrap();
    }
    writer.end().unwrap()
}

fn read(bytes: &[u8], key: u8, name: Name) -> std::io::Result<Vec<Record>> {
    let mut reader = Reader::open(bytes, &DataKey::from_bytes([key; 32]), name)?;
    let mut found = Vec::new();
    while let Some(record) = reader.next()? {
        found.push(record);
    }
    Ok(found)
}

#[test]
fn every_kind_of_record_comes_back_as_written() {
    assert_eq!(read(&archive(&records()), 1, NAME).unwrap(), records());
    assert_eq!(read(&archive(&[]), 1, NAME).unwrap(), []);
    for record in records() {
        let bytes = record.encode().unwrap();
        assert_eq!(Record::decode(&[&bytes[..], &[0]].concat()), None, "nothing may stand behind it");
        assert_eq!(Record::decode(&bytes[..bytes.len() - 1]), None);
    }
}

#[test]
fn a_cut_archive_a_bent_one_or_one_under_another_name_or_key_is_never_read_to_its_end() {
    let whole = archive(&records());
    for cut in (0..whole.len()).step_by(997).chain(whole.len() - 20..whole.len()) {
        assert!(read(&whole[..cut], 1, NAME).is_err(), "cut at {cut}");
    }
    for at in (0..whole.len()).step_by(1_009) {
        let mut bent = whole.clone();
        bent[at] ^= 4;
        assert!(read(&bent, 1, NAME).is_err(), "bent at {at}");
    }
    assert!(read(&[&whole[..], b"x"].concat(), 1, NAME).is_err());
    assert!(read(&whole, 2, NAME).is_err());
    assert!(read(&whole, 1, Name { kind: 1, ..NAME }).is_err());
    assert!(read(&whole, 1, Name { id: [5; 16], ..NAME }).is_err());
}
