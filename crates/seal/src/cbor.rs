// Long because: what is read and what is written is one rule, and its two sides stand beside each other.
//! Canonical CBOR: RFC 8949 section 4.2.1 (core deterministic encoding), cut down to what FEDERATION.md 3 allows. What is
//! read is what writing it again would give, so two different byte strings never mean the same.

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
    let mut reader = Reader::new(bytes);
    let value = reader.read(CBOR_DEPTH_MAX)?;
    reader.end().map(|()| value)
}

/// Reads an array of a number and byte strings, without copying them; `None` if it is anything else, or not canonical.
pub fn strings<const N: usize>(bytes: &[u8]) -> Option<(i64, [&[u8]; N])> {
    let mut reader = Reader::new(bytes);
    if reader.array(CBOR_DEPTH_MAX).ok()? != N + 1 {
        return None;
    }
    let number = reader.int().ok()?;
    let mut parts = [&[][..]; N];
    for part in &mut parts {
        *part = reader.bytes().ok()?;
    }
    reader.end().ok().map(|()| (number, parts))
}

/// Writes the one canonical form.
pub fn encode(value: &Value) -> Vec<u8> {
    let mut out = Vec::with_capacity(size_max(value));
    write(&mut out, value);
    out
}

/// Reads a canonical map, but for the value of one number key, whose bytes are given as they stand.
pub(crate) fn decode_around(bytes: &[u8], raw: i64) -> Result<(Fields, Option<&[u8]>), CborError> {
    let mut reader = Reader::new(bytes);
    if !matches!(reader.kind()?, Kind::Map) {
        return Err(decode(bytes).err().unwrap_or(CborError::Malformed));
    }
    let (mut pairs, mut found, mut last) = (BTreeMap::new(), None, None);
    for _ in 0..reader.map(CBOR_DEPTH_MAX)? {
        let key = reader.key()?;
        if last.as_ref() >= Some(&key) {
            return Err(CborError::NotCanonical);
        }
        if key == Key::Int(raw) {
            let from = reader.from.position();
            reader.skip(CBOR_DEPTH_MAX - 1)?;
            found = bytes.get(from..reader.from.position());
        } else {
            pairs.insert(key.clone(), reader.read(CBOR_DEPTH_MAX - 1)?);
        }
        last = Some(key);
    }
    reader.end().map(|()| (Fields::of(pairs), found))
}

/// Whether canonical bytes are a map.
pub(crate) fn is_map(bytes: &[u8]) -> bool {
    bytes.first().is_some_and(|head| head >> 5 == 5)
}

/// Writes a map with number keys in ascending order, of which one value is canonical bytes already. Whoever writes bytes
/// from elsewhere reads the whole back.
pub(crate) fn encode_around<const N: usize>(pairs: [(i64, Option<Value>); N], (key, raw): (i64, &[u8])) -> Vec<u8> {
    let pairs: Vec<(i64, Value)> = pairs.into_iter().filter_map(|(key, value)| Some((key, value?))).collect();
    let values = pairs.iter().map(|(_, value)| HEAD_BYTES_MAX + size_max(value)).sum::<usize>();
    let mut out = Vec::with_capacity(2 * HEAD_BYTES_MAX + values + raw.len());
    head(&mut out, 5, pairs.len() as u64 + 1);
    let (before, after) = pairs.split_at(pairs.partition_point(|(other, _)| *other < key));
    let write_all = |out: &mut Vec<u8>, pairs: &[(i64, Value)]| {
        for (key, value) in pairs {
            int(out, *key);
            write(out, value);
        }
    };
    write_all(&mut out, before);
    int(&mut out, key);
    out.extend_from_slice(raw);
    write_all(&mut out, after);
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

/// Reads items and notes whether each stands in the one canonical form: every head as short as it can be (RFC 8949 section
/// 4.2.1), keys in order. What else two byte strings could differ in, lengths without an end and floats, is not read at all.
struct Reader<'a> {
    from: Decoder<'a>,
    is_canonical: bool,
}

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { from: Decoder::new(bytes), is_canonical: true }
    }

    /// Nothing may stand behind.
    fn end(&self) -> Result<(), CborError> {
        let is_over = self.from.position() == self.from.input().len();
        if is_over && self.is_canonical { Ok(()) } else { Err(CborError::NotCanonical) }
    }

    /// An item began at a position, with a head of this argument and so many bytes behind it.
    fn began(&mut self, at: usize, argument: u64, behind: usize) {
        self.is_canonical &= self.from.position() == at + head_bytes(argument) + behind;
    }

    fn read(&mut self, depth: usize) -> Result<Value, CborError> {
        Ok(match self.kind()? {
            Kind::Int => Value::Int(self.int()?),
            Kind::Bytes => Value::Bytes(self.bytes()?.to_vec()),
            Kind::Text => Value::Text(self.text()?.to_owned()),
            Kind::Array => {
                let length = self.array(depth)?;
                let mut items = Vec::with_capacity(length);
                for _ in 0..length {
                    items.push(self.read(depth - 1)?);
                }
                Value::Array(items)
            }
            Kind::Map => {
                let mut pairs = BTreeMap::new();
                for _ in 0..self.map(depth)? {
                    let key = self.key()?;
                    if pairs.last_key_value().is_some_and(|(last, _)| *last >= key) {
                        return Err(CborError::NotCanonical);
                    }
                    pairs.insert(key, self.read(depth - 1)?);
                }
                Value::Map(pairs)
            }
            Kind::Sign1 => {
                self.sign1(depth)?;
                Value::Sign1(Box::new(self.read(depth - 1)?))
            }
            Kind::Bool => Value::Bool(self.from.bool().map_err(bad)?),
            Kind::Null => {
                self.from.null().map_err(bad)?;
                Value::Null
            }
        })
    }

    /// Goes over an item by the same rules, without building it.
    fn skip(&mut self, depth: usize) -> Result<(), CborError> {
        match self.kind()? {
            Kind::Int => self.int().map(drop),
            Kind::Bytes => self.bytes().map(drop),
            Kind::Text => self.text().map(drop),
            Kind::Array => {
                let length = self.array(depth)?;
                (0..length).try_for_each(|_| self.skip(depth - 1))
            }
            Kind::Map => {
                let (length, mut last) = (self.map(depth)?, None);
                for _ in 0..length {
                    let key = Some(self.key()?);
                    if last >= key {
                        return Err(CborError::NotCanonical);
                    }
                    last = key;
                    self.skip(depth - 1)?;
                }
                Ok(())
            }
            Kind::Sign1 => self.sign1(depth).and_then(|()| self.skip(depth - 1)),
            Kind::Bool => self.from.bool().map(drop).map_err(bad),
            Kind::Null => self.from.null().map_err(bad),
        }
    }

    fn kind(&self) -> Result<Kind, CborError> {
        Ok(match self.from.datatype().map_err(bad)? {
            Type::U8 | Type::U16 | Type::U32 | Type::U64 | Type::I8 | Type::I16 | Type::I32 | Type::I64 => Kind::Int,
            Type::Int => return Err(CborError::Limit),
            Type::Bytes => Kind::Bytes,
            Type::String => Kind::Text,
            Type::Array => Kind::Array,
            Type::Map => Kind::Map,
            Type::Tag => Kind::Sign1,
            Type::Bool => Kind::Bool,
            Type::Null => Kind::Null,
            Type::ArrayIndef | Type::MapIndef | Type::BytesIndef | Type::StringIndef => {
                return Err(CborError::NotCanonical);
            }
            _ => return Err(CborError::Forbidden),
        })
    }

    fn int(&mut self) -> Result<i64, CborError> {
        let at = self.from.position();
        let number = self.from.i64().map_err(|_| CborError::Limit)?;
        self.began(at, argument(number), 0);
        Ok(number)
    }

    fn bytes(&mut self) -> Result<&'a [u8], CborError> {
        let at = self.from.position();
        let bytes = self.from.bytes().map_err(bad)?;
        self.began(at, bytes.len() as u64, bytes.len());
        Ok(bytes)
    }

    fn text(&mut self) -> Result<&'a str, CborError> {
        let at = self.from.position();
        let text = self.from.str().map_err(bad)?;
        self.began(at, text.len() as u64, text.len());
        if text.len() > TEXT_BYTES_MAX { Err(CborError::Limit) } else { Ok(text) }
    }

    fn array(&mut self, depth: usize) -> Result<usize, CborError> {
        let at = self.from.position();
        let length = length(self.from.array(), depth)?;
        self.began(at, length as u64, 0);
        Ok(length)
    }

    fn map(&mut self, depth: usize) -> Result<usize, CborError> {
        let at = self.from.position();
        let length = length(self.from.map(), depth)?;
        self.began(at, length as u64, 0);
        Ok(length)
    }

    fn sign1(&mut self, depth: usize) -> Result<(), CborError> {
        let at = self.from.position();
        if self.from.tag().map_err(bad)?.as_u64() != TAG_SIGN1 || depth == 0 {
            return Err(CborError::Forbidden);
        }
        self.began(at, TAG_SIGN1, 0);
        Ok(())
    }

    fn key(&mut self) -> Result<Key, CborError> {
        match self.from.datatype().map_err(bad)? {
            Type::String => Ok(Key::Text(self.text()?.to_owned())),
            Type::StringIndef => Err(CborError::NotCanonical),
            _ => self.int().map(Key::Int).map_err(|_| CborError::Forbidden),
        }
    }
}

/// What may stand in our bytes, before it is read.
enum Kind {
    Int,
    Bytes,
    Text,
    Array,
    Map,
    Sign1,
    Bool,
    Null,
}

fn bad(_: minicbor::decode::Error) -> CborError {
    CborError::Malformed
}

fn length(read: Result<Option<u64>, minicbor::decode::Error>, depth: usize) -> Result<usize, CborError> {
    let length = read.map_err(bad)?.ok_or(CborError::NotCanonical)?;
    let length = usize::try_from(length).map_err(|_| CborError::Limit)?;
    if depth == 0 || length > CBOR_ITEMS_MAX { Err(CborError::Limit) } else { Ok(length) }
}

/// Bytes of a head in its shortest form.
const fn head_bytes(argument: u64) -> usize {
    match argument {
        0..24 => 1,
        24..=0xff => 2,
        0x100..=0xffff => 3,
        0x1_0000..=0xffff_ffff => 5,
        _ => 9,
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
    head(to, u8::from(number < 0), argument(number));
}

/// RFC 8949 section 3.1: a negative number n is written as -1 - n, which for two's complement is its bits inverted.
const fn argument(number: i64) -> u64 {
    if number < 0 { (!number).cast_unsigned() } else { number.cast_unsigned() }
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
