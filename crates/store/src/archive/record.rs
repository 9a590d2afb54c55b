//! What an archive holds: one row of one table, as canonical CBOR `[table, values]`, the same for both engines.

use crate::raw::{CheckpointRow, EventRow, Item, KeyRow, RequestRow};
use base::{KeyId, Seq, Timestamp};
use minicbor::decode::Error as NotOurs;
use minicbor::{Decoder, Encoder};

/// One thing of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// An entry of the journal.
    Event(EventRow),
    /// A named value.
    Meta(String, Vec<u8>),
    /// An item of a shelf of state.
    Item(Item),
    /// A command that was seen.
    Request(RequestRow),
    /// A signed head.
    Checkpoint(CheckpointRow),
    /// A wrapped key.
    Key(KeyRow),
    /// A key that was destroyed and must not come back.
    Erased(KeyId),
    /// A small file of the node's folder, whole: its configuration, the carrier's keys.
    Small(String, Vec<u8>),
    /// An item that is not there any more, by its name.
    Gone(Vec<u8>),
    /// A file that lies beside the archive: its path and length.
    File(String, i64),
}

type Written = Result<Vec<u8>, minicbor::encode::Error<std::convert::Infallible>>;

impl Record {
    /// Its bytes.
    pub fn encode(&self) -> Option<Vec<u8>> {
        self.write().ok()
    }

    fn write(&self) -> Written {
        let mut to = Encoder::new(Vec::new());
        match self {
            Self::Event(row) => return event(row),
            Self::Meta(name, value) => to.array(3)?.u8(2)?.str(name)?.bytes(value)?,
            Self::Item(item) => {
                to.array(7)?.u8(3)?.i64(item.shelf)?.bytes(&item.part)?.bytes(&item.key)?;
                match item.due {
                    Some(due) => to.i64(due.millis())?,
                    None => to.null()?,
                };
                to.bytes(&item.sealed_by.bytes())?.bytes(&item.body)?
            }
            Self::Request(row) => {
                to.array(6)?.u8(4)?.bytes(&row.id)?.bytes(&row.digest)?.str(&row.act)?;
                to.i64(row.seq.0)?.i64(row.at.millis())?
            }
            Self::Checkpoint(row) => {
                to.array(7)?.u8(5)?.i64(row.era)?.i64(row.n)?.bytes(&row.signer)?.bytes(&row.link)?;
                to.i64(row.at.millis())?.bytes(&row.signed)?
            }
            Self::Key(row) => {
                to.array(8)?.u8(6)?.bytes(&row.id.bytes())?.bytes(&row.subject)?.i64(row.class)?;
                to.bytes(&row.parent.bytes())?.i64(row.generation)?.bytes(&row.wrapped)?.i64(row.made_at.millis())?
            }
            Self::Erased(id) => to.array(2)?.u8(7)?.bytes(&id.bytes())?,
            Self::Small(name, bytes) => to.array(3)?.u8(8)?.str(name)?.bytes(bytes)?,
            Self::Gone(name) => to.array(2)?.u8(10)?.bytes(name)?,
            Self::File(path, bytes) => to.array(3)?.u8(9)?.str(path)?.i64(*bytes)?,
        };
        Ok(to.into_writer())
    }

    /// Reads the bytes; nothing may stand behind them.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let mut from = Decoder::new(bytes);
        let record = read(&mut from).ok()?;
        (from.position() == bytes.len()).then_some(record)
    }
}

fn event(row: &EventRow) -> Written {
    let mut to = Encoder::new(Vec::new());
    to.array(17)?.u8(1)?.i64(row.seq.0)?.bytes(&row.stream)?.i64(row.stream_kind)?.i64(row.ver)?.str(&row.kind)?;
    to.i64(row.kind_v)?.str(&row.act)?.bytes(&row.actor)?.i64(row.at.millis())?.bytes(&row.request)?;
    to.str(&row.grounds)?;
    match &row.trace {
        Some(trace) => to.bytes(trace)?,
        None => to.null()?,
    };
    to.bytes(&row.key.bytes())?.bytes(&row.hash)?.bytes(&row.link)?.bytes(&row.body)?;
    Ok(to.into_writer())
}

fn read(from: &mut Decoder<'_>) -> Result<Record, NotOurs> {
    let values = from.array()?.ok_or_else(|| NotOurs::message("length"))?;
    Ok(match (from.u8()?, values) {
        (1, 17) => Record::Event(read_event(from)?),
        (2, 3) => Record::Meta(from.str()?.to_owned(), from.bytes()?.to_vec()),
        (3, 7) => Record::Item(Item {
            shelf: from.i64()?,
            part: from.bytes()?.to_vec(),
            key: from.bytes()?.to_vec(),
            due: if is_null(from)? { None } else { Some(Timestamp::from_millis(from.i64()?)) },
            sealed_by: KeyId::from_bytes(array(from)?),
            body: from.bytes()?.to_vec(),
        }),
        (4, 6) => Record::Request(RequestRow {
            id: array(from)?,
            digest: array(from)?,
            act: from.str()?.to_owned(),
            seq: Seq(from.i64()?),
            at: Timestamp::from_millis(from.i64()?),
        }),
        (5, 7) => Record::Checkpoint(CheckpointRow {
            era: from.i64()?,
            n: from.i64()?,
            signer: array(from)?,
            link: array(from)?,
            at: Timestamp::from_millis(from.i64()?),
            signed: from.bytes()?.to_vec(),
        }),
        (6, 8) => Record::Key(KeyRow {
            id: KeyId::from_bytes(array(from)?),
            subject: array(from)?,
            class: from.i64()?,
            parent: KeyId::from_bytes(array(from)?),
            generation: from.i64()?,
            wrapped: from.bytes()?.to_vec(),
            made_at: Timestamp::from_millis(from.i64()?),
        }),
        (7, 2) => Record::Erased(KeyId::from_bytes(array(from)?)),
        (8, 3) => Record::Small(from.str()?.to_owned(), from.bytes()?.to_vec()),
        (9, 3) => Record::File(from.str()?.to_owned(), from.i64()?),
        (10, 2) => Record::Gone(from.bytes()?.to_vec()),
        _ => return Err(NotOurs::message("table")),
    })
}

fn read_event(from: &mut Decoder<'_>) -> Result<EventRow, NotOurs> {
    Ok(EventRow {
        seq: Seq(from.i64()?),
        stream: array(from)?,
        stream_kind: from.i64()?,
        ver: from.i64()?,
        kind: from.str()?.to_owned(),
        kind_v: from.i64()?,
        act: from.str()?.to_owned(),
        actor: array(from)?,
        at: Timestamp::from_millis(from.i64()?),
        request: array(from)?,
        grounds: from.str()?.to_owned(),
        trace: if is_null(from)? { None } else { Some(array(from)?) },
        key: KeyId::from_bytes(array(from)?),
        hash: array(from)?,
        link: array(from)?,
        body: from.bytes()?.to_vec(),
    })
}

fn array<const N: usize>(from: &mut Decoder<'_>) -> Result<[u8; N], NotOurs> {
    from.bytes()?.try_into().map_err(|_| NotOurs::message("length of bytes"))
}

/// Steps over a null.
fn is_null(from: &mut Decoder<'_>) -> Result<bool, NotOurs> {
    if from.datatype()? == minicbor::data::Type::Null { from.null().map(|()| true) } else { Ok(false) }
}
