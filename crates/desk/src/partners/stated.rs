//! What a node states in its signed entry beside who it is: one item each, with a format and an id. An act puts an item here;
//! at the next round the relay signs the entry anew, with a higher serial, and sends it to every peer (message 64).
//!
//! An item is a CBOR map whose key 1 is its format: 1 a service, 2 a legal body. Formats that this version does not know are
//! kept and skipped. All items together take at most `STATED_BYTES_MAX` bytes.

use crate::error::Error;
use base::{Bytes, Problem, limits};
use seal::cbor::{Key, Value, decode};
use serde::{Deserialize, Serialize};
use store::{Page, Read, Sealed, Shelf, Shelved, StoreError, Tx};

/// A service: whom it helps, where, when and how to reach it.
pub const SERVICE: u8 = 1;
/// A body that gives legal aid.
pub const LEGAL_BODY: u8 = 2;
/// Named value: something was stated that the entry does not say yet.
const NEW: &str = "stated/new";

/// One item, as it stands in the entry. It is as public as the entry, so it is not sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Stated(Bytes);

impl Shelved for Stated {
    const SHELF: Shelf = Shelf::Stated;
}

/// States an item under an id; the one before it goes. Only an act with [`crate::Deed::StateItems`] calls this.
pub async fn put(tx: &mut Tx, (format, id): (u8, [u8; 16]), item: &Value) -> Result<(), Error> {
    if format_of(item) != Some(i64::from(format)) {
        return Err(Problem::at("stated.malformed", format.to_string()).into());
    }
    let bytes = item.encode();
    let mut total = bytes.len();
    for (key, other) in rows(tx, format).await? {
        total += if key == id { 0 } else { other.len() };
    }
    for other in [SERVICE, LEGAL_BODY].into_iter().filter(|other| *other != format) {
        total += rows(tx, other).await?.iter().map(|(_, bytes)| bytes.len()).sum::<usize>();
    }
    if total > limits::STATED_BYTES_MAX {
        return Err(Problem::at("stated.too-large", format!("{total} > {}", limits::STATED_BYTES_MAX)).into());
    }
    tx.put((&[format], &id), None, Sealed::Plain, &Stated(Bytes(bytes))).await?;
    Ok(tx.put_meta(NEW, b"1").await?)
}

/// States an item no longer; one that is gone is no fault.
pub async fn remove(tx: &mut Tx, (format, id): (u8, [u8; 16])) -> Result<(), Error> {
    tx.remove::<Stated>(&[format], &id).await?;
    Ok(tx.put_meta(NEW, b"1").await?)
}

/// What this node states in a format, by id; also what the entry says only from the next round on.
pub async fn own(view: &mut impl Read, format: u8) -> Result<Vec<([u8; 16], Value)>, StoreError> {
    let rows = rows(view, format).await?;
    Ok(rows.into_iter().filter_map(|(id, bytes)| Some((id, decode(&bytes).ok()?))).collect())
}

/// What an entry states in a format. Other formats are skipped.
pub fn in_entry(entry: &seal::Entry, format: u8) -> impl Iterator<Item = &Value> {
    entry.services.iter().filter(move |item| format_of(item) == Some(i64::from(format)))
}

/// All items in the order of the entry.
pub async fn for_entry(view: &mut impl Read) -> Result<Vec<Value>, StoreError> {
    let mut all = Vec::new();
    for format in [SERVICE, LEGAL_BODY] {
        all.extend(own(view, format).await?.into_iter().map(|(_, item)| item));
    }
    Ok(all)
}

/// Whether something was stated that the entry does not say yet.
pub async fn is_new(view: &mut impl Read) -> Result<bool, StoreError> {
    Ok(view.raw().meta(NEW).await?.is_some_and(|said| !said.is_empty()))
}

/// The entry says all of it.
pub async fn signed(tx: &mut Tx) -> Result<(), StoreError> {
    tx.put_meta(NEW, b"").await
}

async fn rows(view: &mut impl Read, format: u8) -> Result<Vec<([u8; 16], Vec<u8>)>, StoreError> {
    let rows = view.states::<Stated>(&[format], &Page::first(limits::CODE_ROWS_MAX)).await?;
    Ok(rows.into_iter().filter_map(|row| Some((row.key.try_into().ok()?, row.card.0.0))).collect())
}

fn format_of(item: &Value) -> Option<i64> {
    match item {
        Value::Map(pairs) => match pairs.get(&Key::Int(1)) {
            Some(Value::Int(format)) => Some(*format),
            _ => None,
        },
        _ => None,
    }
}
