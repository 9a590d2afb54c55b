//! Canonical CBOR: RFC 8949 section 4.2.1 (core deterministic encoding), cut down to what FEDERATION.md 3 allows. The
//! check is decode, encode, compare, so two different byte strings never mean the same.

mod fields;

pub use fields::Fields;

use base::limits::{CBOR_DEPTH_MAX, CBOR_ITEMS_MAX, TEXT_BYTES_MAX};
use minicbor::Decoder;
use minicbor::data::Type;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;

/// The one tag that may stand in our bytes: COSE_Sign1 (RFC 9052).
const TAG_SIGN1: u64 = 18;

/// The longest head of an item (RFC 8949 section 3).
const HEAD_BYTES_MAX: usize = 9;

/// What may stand in our bytes. No float, no indefinite length, no tag but 18. `Debug` shows the shape, never the content:
/// it may be about a person.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// An integer; nothing of ours needs more than 63 bits and a sign.
    Int(i64),
    /// A byte string.
    Bytes(Vec<u8>),
    /// UTF-8, at most `TEXT_BYTES_MAX` bytes.
    Text(String),
    /// An array of at most `CBOR_ITEMS_MAX` items.
    Array(Vec<Value>),
    /// A map of at most `CBOR_ITEMS_MAX` pairs, in canonical order.
    Map(BTreeMap<Key, Value>),
    /// Tag 18, COSE_Sign1.
    Sign1(Box<Value>),
    /// True or false.
    Bool(bool),
    /// Nothing.
    Null,
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(_) => f.write_str("int"),
            Self::Bytes(bytes) => write!(f, "bytes({})", bytes.len()),
            Self::Text(text) => write!(f, "text({})", text.len()),
            Self::Array(items) => f.debug_list().entries(items).finish(),
            Self::Map(pairs) => f.debug_set().entries(pairs.values()).finish(),
            Self::Sign1(inner) => write!(f, "18({inner:?})"),
            Self::Bool(_) => f.write_str("bool"),
            Self::Null => f.write_str("null"),
        }
    }
}

/// A key of a map: a number, or a name (only in maps keyed by field names).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// A number.
    Int(i64),
    /// A name.
    Text(String),
}

/// The order of RFC 8949 section 4.2.1: bytewise by encoding, thus numbers from 0 up, then -1 down, then shorter names first.
impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => (*a < 0, a.unsigned_abs()).cmp(&(*b < 0, b.unsigned_abs())),
            (Self::Int(_), Self::Text(_)) => Ordering::Less,
            (Self::Text(_), Self::Int(_)) => Ordering::Greater,
            (Self::Text(a), Self::Text(b)) => (a.len(), a.as_bytes()).cmp(&(b.len(), b.as_bytes())),
        }
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Why bytes are not ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CborError {
    /// Not CBOR, cut short, or not what stands at this place.
    #[error("malformed CBOR")]
    Malformed,
    /// CBOR, but not in the one form we accept.
    #[error("CBOR is not canonical")]
    NotCanonical,
    /// A float, a tag, an undefined or simple value.
    #[error("CBOR holds a forbidden type")]
    Forbidden,
    /// Deeper, longer or more items than the limits.
    #[error("CBOR is over a limit")]
    Limit,
}

/// Reads exactly one canonical item.
pub fn decode(bytes: &[u8]) -> Result<Value, CborError> {
    let mut decoder = Decoder::new(bytes);
    let value = read(&mut decoder, CBOR_DEPTH_MAX)?;
    if decoder.position() == bytes.len() && encode(&value) == bytes { Ok(value) } else { Err(CborError::NotCanonical) }
}

/// Writes the one canonical form.
pub fn encode(value: &Value) -> Vec<u8> {
    let mut out = Vec::with_capacity(size_max(value));
    write(&mut out, value);
    out
}

/// Bytes that a value has at most when it is written: none is taken twice, and an envelope of kilobytes is not copied while
/// it grows.
fn size_max(value: &Value) -> usize {
    let within = match value {
        Value::Bytes(bytes) => bytes.len(),
        Value::Text(text) => text.len(),
        Value::Array(items) => items.iter().map(size_max).sum(),
        Value::Map(pairs) => pairs.iter().map(|(key, value)| key_size_max(key) + size_max(value)).sum(),
        Value::Sign1(inner) => size_max(inner),
        Value::Int(_) | Value::Bool(_) | Value::Null => 0,
    };
    HEAD_BYTES_MAX + within
}

fn key_size_max(key: &Key) -> usize {
    HEAD_BYTES_MAX + if let Key::Text(text) = key { text.len() } else { 0 }
}

fn read(from: &mut Decoder<'_>, depth: usize) -> Result<Value, CborError> {
    let bad = |_| CborError::Malformed;
    Ok(match from.datatype().map_err(bad)? {
        Type::U8 | Type::U16 | Type::U32 | Type::U64 | Type::I8 | Type::I16 | Type::I32 | Type::I64 => {
            Value::Int(from.i64().map_err(|_| CborError::Limit)?)
        }
        Type::Int => return Err(CborError::Limit),
        Type::Bytes => Value::Bytes(from.bytes().map_err(bad)?.to_vec()),
        Type::String => Value::Text(text(from)?),
        Type::Array => {
            let length = length(from.array(), depth)?;
            let mut items = Vec::with_capacity(length);
            for _ in 0..length {
                items.push(read(from, depth - 1)?);
            }
            Value::Array(items)
        }
        Type::Map => {
            let length = length(from.map(), depth)?;
            let mut pairs = BTreeMap::new();
            for _ in 0..length {
                let key = key(from)?;
                if pairs.last_key_value().is_some_and(|(last, _)| *last >= key) {
                    return Err(CborError::NotCanonical);
                }
                pairs.insert(key, read(from, depth - 1)?);
            }
            Value::Map(pairs)
        }
        Type::Tag if from.tag().map_err(bad)?.as_u64() == TAG_SIGN1 && depth > 0 => {
            Value::Sign1(Box::new(read(from, depth - 1)?))
        }
        Type::Bool => Value::Bool(from.bool().map_err(bad)?),
        Type::Null => {
            from.null().map_err(bad)?;
            Value::Null
        }
        Type::ArrayIndef | Type::MapIndef | Type::BytesIndef | Type::StringIndef => {
            return Err(CborError::NotCanonical);
        }
        _ => return Err(CborError::Forbidden),
    })
}

fn length(read: Result<Option<u64>, minicbor::decode::Error>, depth: usize) -> Result<usize, CborError> {
    let length = read.map_err(|_| CborError::Malformed)?.ok_or(CborError::NotCanonical)?;
    let length = usize::try_from(length).map_err(|_| CborError::Limit)?;
    if depth == 0 || length > CBOR_ITEMS_MAX { Err(CborError::Limit) } else { Ok(length) }
}

fn text(from: &mut Decoder<'_>) -> Result<String, CborError> {
    let text = from.str().map_err(|_| CborError::Malformed)?;
    if text.len() > TEXT_BYTES_MAX { Err(CborError::Limit) } else { Ok(text.to_owned()) }
}

fn key(from: &mut Decoder<'_>) -> Result<Key, CborError> {
    match from.datatype().map_err(|_| CborError::Malformed)? {
        Type::String => Ok(Key::Text(text(from)?)),
        Type::StringIndef => Err(CborError::NotCanonical),
        _ => from.i64().map(Key::Int).map_err(|_| CborError::Forbidden),
    }
}

fn write(to: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Int(number) => int(to, *number),
        Value::Bytes(bytes) => string(to, 2, bytes),
        Value::Text(text) => string(to, 3, text.as_bytes()),
        Value::Array(items) => {
            head(to, 4, items.len() as u64);
            for item in items {
                write(to, item);
            }
        }
        Value::Map(pairs) => {
            head(to, 5, pairs.len() as u64);
            for (key, value) in pairs {
                match key {
                    Key::Int(number) => int(to, *number),
                    Key::Text(text) => string(to, 3, text.as_bytes()),
                }
                write(to, value);
            }
        }
        Value::Sign1(inner) => {
            head(to, 6, TAG_SIGN1);
            write(to, inner);
        }
        Value::Bool(yes) => to.push(if *yes { 0xf5 } else { 0xf4 }),
        Value::Null => to.push(0xf6),
    }
}

fn int(to: &mut Vec<u8>, number: i64) {
    // RFC 8949 section 3.1: a negative number n is written as -1 - n, which for two's complement is its bits inverted.
    if number < 0 { head(to, 1, (!number).cast_unsigned()) } else { head(to, 0, number.cast_unsigned()) }
}

fn string(to: &mut Vec<u8>, major: u8, bytes: &[u8]) {
    head(to, major, bytes.len() as u64);
    to.extend_from_slice(bytes);
}

/// The head of an item in its shortest form (RFC 8949 section 4.2.1).
fn head(to: &mut Vec<u8>, major: u8, argument: u64) {
    let major = major << 5;
    if let Ok(byte) = u8::try_from(argument) {
        if byte < 24 { to.push(major | byte) } else { to.extend([major | 0x18, byte]) }
    } else if let Ok(short) = u16::try_from(argument) {
        to.push(major | 0x19);
        to.extend(short.to_be_bytes());
    } else if let Ok(word) = u32::try_from(argument) {
        to.push(major | 0x1a);
        to.extend(word.to_be_bytes());
    } else {
        to.push(major | 0x1b);
        to.extend(argument.to_be_bytes());
    }
}

#[cfg(test)]
mod tests;
