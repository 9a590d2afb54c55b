//! Limits of rows, the same on every engine: what one refuses, all refuse.

use crate::connection::Param;
use base::limits::{CODE_ROWS_MAX, DOCUMENT_BYTES_MAX, EVENT_BYTES_MAX};
use store::StoreError;

/// Bytes of a partition or of a key. An index row of PostgreSQL holds 2,704 bytes, both together must fit.
pub const KEY_BYTES_MAX: usize = 1_000;
/// Bytes of a short text: a kind, an act, a name.
pub const NAME_BYTES_MAX: usize = 512;
/// Bytes of the clauses an event rests on.
pub const GROUNDS_BYTES_MAX: usize = 16_384;
/// What sealing may add to a body (STORAGE.md 5 adds 41).
const SEAL_BYTES: usize = 256;
/// Bytes of a sealed event.
pub const EVENT_BODY_BYTES_MAX: usize = EVENT_BYTES_MAX + SEAL_BYTES;
/// Bytes of an item or a named value: the largest document and its seal.
pub const ITEM_BODY_BYTES_MAX: usize = DOCUMENT_BYTES_MAX + SEAL_BYTES;

/// Text that both engines store alike: PostgreSQL cannot hold U+0000.
pub fn text<'a>(what: &str, value: &'a str, max: usize) -> Result<Param<'a>, StoreError> {
    if value.contains('\0') {
        return Err(StoreError::Engine(format!("{what} holds U+0000")));
    }
    within(what, value.len(), max)?;
    Ok(Param::Text(value))
}

/// Bytes that fit.
pub fn bytes<'a>(what: &str, value: &'a [u8], max: usize) -> Result<Param<'a>, StoreError> {
    within(what, value.len(), max)?;
    Ok(Param::Bytes(Some(value)))
}

/// How many rows may be asked for. More is refused, not cut: a list cut in silence would read as complete.
pub fn rows(limit: usize) -> Result<Param<'static>, StoreError> {
    within("limit", limit, CODE_ROWS_MAX)?;
    Ok(count(limit))
}

/// A number of rows that are counted, not read.
pub fn count(limit: usize) -> Param<'static> {
    Param::Int(Some(i64::try_from(limit).unwrap_or(i64::MAX)))
}

fn within(what: &str, size: usize, max: usize) -> Result<(), StoreError> {
    if size > max { Err(StoreError::Engine(format!("{what} too large: {size} over {max}"))) } else { Ok(()) }
}
