//! Rows that the facts share.

use crate::raw::{Backend, CheckpointRow, EventRow, Item, KeyRow, RawTx, RequestRow, StoreError};
use base::{KeyId, Seq, Timestamp};

/// The era of all positions here.
pub const ERA: i64 = 1_795_000_000;

/// Sixteen bytes made of a number.
pub fn id(number: u32) -> [u8; 16] {
    let mut id = [0xa5; 16];
    for (to, from) in id.iter_mut().zip(number.to_be_bytes()) {
        *to = from;
    }
    id
}

/// An event at position `n` of the era.
pub fn event(n: i64, stream: [u8; 16], ver: i64) -> EventRow {
    EventRow {
        seq: Seq::new(ERA, n),
        stream,
        stream_kind: 3,
        ver,
        kind: "case.opened".to_owned(),
        kind_v: 1,
        act: "open-case".to_owned(),
        actor: id(7),
        at: Timestamp::from_millis(ERA * 1000 + n),
        request: id(8),
        grounds: "MOU-1.2 MOU-3".to_owned(),
        trace: None,
        key: KeyId::from_bytes(id(9)),
        hash: [0; 32],
        link: [0xff; 32],
        body: vec![0, 1, 0xff, 0],
    }
}

/// An item without a due time.
pub fn item(shelf: i64, part: &[u8], key: &[u8]) -> Item {
    Item {
        shelf,
        part: part.to_vec(),
        key: key.to_vec(),
        due: None,
        sealed_by: KeyId::from_bytes([0; 16]),
        body: vec![0xca, 0, 0xfe],
    }
}

/// A key of a subject.
pub fn key(number: u32, subject: [u8; 16]) -> KeyRow {
    KeyRow {
        id: KeyId::from_bytes(id(number)),
        subject,
        class: 2,
        parent: KeyId::from_bytes(id(1)),
        generation: 1,
        wrapped: vec![0x5a; 73],
        made_at: Timestamp::from_seconds(ERA),
    }
}

/// A command that was done.
pub fn request(number: u32, at: Timestamp) -> RequestRow {
    RequestRow { id: id(number), digest: [3; 32], act: "close-case".to_owned(), seq: Seq::new(ERA, 5), at }
}

/// A signed head.
pub fn checkpoint(n: i64, signer: u32) -> CheckpointRow {
    CheckpointRow {
        era: ERA,
        n,
        signer: id(signer),
        link: [4; 32],
        at: Timestamp::from_seconds(ERA),
        signed: vec![0, 0xd8],
    }
}

/// Opens a command.
pub async fn begin(store: &dyn Backend) -> Box<dyn RawTx> {
    store.begin("fact").await.expect("a turn")
}

/// What a write comes to: told at once, or with the end of its command.
pub async fn told(tx: Box<dyn RawTx>, at_once: Result<(), StoreError>) -> Result<(), StoreError> {
    match at_once {
        Ok(()) => tx.commit().await,
        refused => refused,
    }
}

/// Writes one event at the next position, with an item and a due time that follow from it. Gives the position's number.
pub async fn append(tx: &mut dyn RawTx, stream: [u8; 16]) -> i64 {
    let n = tx.head().await.expect("a head").seq.n() + 1;
    tx.add_event(&event(n, stream, n)).await.expect("room for the event");
    let mut item = item(1, &stream, &n.to_be_bytes());
    item.due = Some(Timestamp::from_millis(n));
    tx.put_item(&item).await.expect("room for the item");
    n
}
