//! Rows become values. A value that cannot be is named by table, column and row (STYLE.md 5).

use crate::connection::Row;
use base::{KeyId, Seq, Timestamp};
use store::StoreError;
use store::raw::{CheckpointRow, EventRow, Head, Item, KeyRow, RequestRow};

struct Cells<'r> {
    row: &'r dyn Row,
    table: &'static str,
    /// How many columns, from the first, name the row.
    key: usize,
}

impl Cells<'_> {
    fn int(&self, at: usize, column: &'static str) -> Result<i64, StoreError> {
        self.row.int(at).ok_or_else(|| self.damaged(column))
    }

    fn time(&self, at: usize, column: &'static str) -> Result<Timestamp, StoreError> {
        self.int(at, column).map(Timestamp::from_millis)
    }

    fn text(&self, at: usize, column: &'static str) -> Result<String, StoreError> {
        self.row.text(at).map(str::to_owned).ok_or_else(|| self.damaged(column))
    }

    fn bytes(&self, at: usize, column: &'static str) -> Result<Vec<u8>, StoreError> {
        self.row.bytes(at).map(<[u8]>::to_vec).ok_or_else(|| self.damaged(column))
    }

    fn array<const N: usize>(&self, at: usize, column: &'static str) -> Result<[u8; N], StoreError> {
        self.row.bytes(at).and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| self.damaged(column))
    }

    fn key_id(&self, at: usize, column: &'static str) -> Result<KeyId, StoreError> {
        self.array(at, column).map(KeyId::from_bytes)
    }

    fn damaged(&self, column: &'static str) -> StoreError {
        let part = |at| match (self.row.int(at), self.row.bytes(at), self.row.text(at)) {
            (Some(number), _, _) => number.to_string(),
            (_, Some(bytes), _) => base::ids::hex(bytes),
            (_, _, Some(text)) => text.to_owned(),
            _ => "?".to_owned(),
        };
        let row = (0..self.key).map(part).collect::<Vec<_>>().join("/");
        StoreError::Damaged { table: self.table, column, row }
    }
}

pub(crate) fn event(row: &dyn Row) -> Result<EventRow, StoreError> {
    let cells = Cells { row, table: "event", key: 1 };
    Ok(EventRow {
        seq: Seq(cells.int(0, "seq")?),
        stream: cells.array(1, "stream")?,
        stream_kind: cells.int(2, "stream_kind")?,
        ver: cells.int(3, "ver")?,
        kind: cells.text(4, "kind")?,
        kind_v: cells.int(5, "kind_v")?,
        act: cells.text(6, "act")?,
        actor: cells.array(7, "actor")?,
        at: cells.time(8, "at")?,
        request: cells.array(9, "request")?,
        grounds: cells.text(10, "grounds")?,
        trace: if row.is_null(11) { None } else { Some(cells.array(11, "trace")?) },
        key: cells.key_id(12, "key")?,
        hash: cells.array(13, "hash")?,
        link: cells.array(14, "link")?,
        body: cells.bytes(15, "body")?,
    })
}

pub(crate) fn head(row: &dyn Row) -> Result<Head, StoreError> {
    let cells = Cells { row, table: "event", key: 1 };
    Ok(Head { seq: Seq(cells.int(0, "seq")?), link: cells.array(1, "link")?, at: cells.time(2, "at")? })
}

pub(crate) fn last(row: &dyn Row) -> Result<(i64, [u8; 32]), StoreError> {
    let cells = Cells { row, table: "event", key: 1 };
    Ok((cells.int(0, "ver")?, cells.array(1, "hash")?))
}

pub(crate) fn key(row: &dyn Row) -> Result<KeyRow, StoreError> {
    let cells = Cells { row, table: "ring", key: 1 };
    Ok(KeyRow {
        id: cells.key_id(0, "id")?,
        subject: cells.array(1, "subject")?,
        class: cells.int(2, "class")?,
        parent: cells.key_id(3, "parent")?,
        generation: cells.int(4, "generation")?,
        wrapped: cells.bytes(5, "wrapped")?,
        made_at: cells.time(6, "made_at")?,
    })
}

pub(crate) fn item(row: &dyn Row) -> Result<Item, StoreError> {
    let cells = Cells { row, table: "shelf", key: 3 };
    Ok(Item {
        shelf: cells.int(0, "shelf")?,
        part: cells.bytes(1, "part")?,
        key: cells.bytes(2, "key")?,
        due: if row.is_null(3) { None } else { Some(cells.time(3, "due")?) },
        sealed_by: cells.key_id(4, "sealed_by")?,
        body: cells.bytes(5, "body")?,
    })
}

pub(crate) fn request(row: &dyn Row) -> Result<RequestRow, StoreError> {
    let cells = Cells { row, table: "request", key: 1 };
    Ok(RequestRow {
        id: cells.array(0, "id")?,
        digest: cells.array(1, "digest")?,
        act: cells.text(2, "act")?,
        seq: Seq(cells.int(3, "seq")?),
        at: cells.time(4, "at")?,
    })
}

pub(crate) fn checkpoint(row: &dyn Row) -> Result<CheckpointRow, StoreError> {
    let cells = Cells { row, table: "checkpoint", key: 3 };
    Ok(CheckpointRow {
        era: cells.int(0, "era")?,
        n: cells.int(1, "n")?,
        signer: cells.array(2, "signer")?,
        link: cells.array(3, "link")?,
        at: cells.time(4, "at")?,
        signed: cells.bytes(5, "signed")?,
    })
}

pub(crate) fn value(row: &dyn Row) -> Result<Vec<u8>, StoreError> {
    Cells { row, table: "meta", key: 0 }.bytes(0, "value")
}

pub(crate) fn meta(row: &dyn Row) -> Result<(String, Vec<u8>), StoreError> {
    let cells = Cells { row, table: "meta", key: 1 };
    Ok((cells.text(0, "name")?, cells.bytes(1, "value")?))
}

pub(crate) fn moment(row: &dyn Row) -> Result<Timestamp, StoreError> {
    Cells { row, table: "shelf", key: 0 }.time(0, "due")
}

pub(crate) fn number(row: &dyn Row) -> Result<i64, StoreError> {
    Cells { row, table: "shelf", key: 0 }.int(0, "count")
}
