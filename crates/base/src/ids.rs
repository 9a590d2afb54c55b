//! One type per kind of id, from one list. Printed with their kind, parsed strictly.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Crockford base32 without padding, lower case: the alphabet of all ids and codes.
pub const CROCKFORD: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Writes bytes as Crockford base32, lower case, most significant bit first.
pub fn base32(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(5) * 8);
    let (mut buffer, mut bits) = (0_u32, 0_u32);
    for byte in bytes {
        buffer = (buffer << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(digit(buffer >> bits));
        }
        buffer &= (1 << bits) - 1;
    }
    if bits > 0 {
        out.push(digit(buffer << (5 - bits)));
    }
    out
}

fn digit(value: u32) -> char {
    CROCKFORD.get((value & 31) as usize).map_or('0', |byte| char::from(*byte))
}

/// Reads Crockford base32 (either case; i, l read as 1 and o as 0). `None` on any other character, or when the spare
/// bits at the end are not zero.
pub fn from_base32(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() * 5 / 8);
    let (mut buffer, mut bits) = (0_u32, 0_u32);
    for c in text.chars() {
        let c = match c.to_ascii_lowercase() {
            'i' | 'l' => '1',
            'o' => '0',
            other => other,
        };
        let value = CROCKFORD.iter().position(|d| char::from(*d) == c)?;
        buffer = (buffer << 5) | u32::try_from(value).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            out.push(u8::try_from((buffer >> bits) & 0xff).ok()?);
            buffer &= (1 << bits) - 1;
        }
    }
    (buffer == 0).then_some(out)
}

/// Bytes as lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// Reads hexadecimal of either case. `None` if it is none.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(c.to_digit(16)?).ok()).collect();
    let digits = digits?;
    let (pairs, rest) = digits.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

/// A text that is no id of the kind asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a {0} id")]
pub struct NotAnId(pub &'static str);

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name([u8; 16]);

            impl $name {
                /// The kind, as it stands before the underscore.
                pub const PREFIX: &'static str = $prefix;

                /// From 16 bytes.
                pub const fn from_bytes(bytes: [u8; 16]) -> Self { Self(bytes) }

                /// The 16 bytes.
                pub const fn bytes(self) -> [u8; 16] { self.0 }

                /// From a slice of exactly 16 bytes.
                pub fn from_slice(bytes: &[u8]) -> Option<Self> { Some(Self(bytes.try_into().ok()?)) }
            }

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    write!(f, "{}_{}", $prefix, base32(&self.0))
                }
            }

            impl fmt::Debug for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { fmt::Display::fmt(self, f) }
            }

            impl FromStr for $name {
                type Err = NotAnId;
                fn from_str(text: &str) -> Result<Self, NotAnId> {
                    let rest = text.strip_prefix(concat!($prefix, "_")).ok_or(NotAnId($prefix))?;
                    let bytes = from_base32(rest).ok_or(NotAnId($prefix))?;
                    let id = Self::from_slice(&bytes).ok_or(NotAnId($prefix))?;
                    if id.to_string() == text { Ok(id) } else { Err(NotAnId($prefix)) }
                }
            }

            impl Serialize for $name {
                fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                    if to.is_human_readable() { to.collect_str(self) } else { to.serialize_bytes(&self.0) }
                }
            }

            impl<'de> Deserialize<'de> for $name {
                fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                    deserialize_id(from, |text| text.parse().ok(), Self::from_slice, $prefix)
                }
            }
        )*

        #[cfg(test)]
        mod list {
            use super::*;

            #[test]
            fn every_kind_prints_and_parses_and_no_prefix_stands_twice() {
                let mut prefixes = std::collections::BTreeSet::new();
                $(
                    assert!(prefixes.insert($name::PREFIX));
                    let id = $name::from_bytes([7; 16]);
                    assert_eq!(id.to_string().parse(), Ok(id));
                    assert_eq!("x".parse::<$name>(), Err(NotAnId($prefix)));
                )*
            }
        }
    };
}

ids! {
    /// A case: one person's (or one family's) matter, owned by one node.
    CaseId = "case";
    /// A person inside a case, under an alias.
    PersonId = "person";
    /// A report that came in through any door.
    ReportId = "report";
    /// What one report says of a recruiter.
    MentionId = "men";
    /// An alert about a recruiter: the same at its sender and at each receiver.
    AlertId = "alert";
    /// A consent record: one purpose, one receiver.
    ConsentId = "consent";
    /// A running legal or standard deadline.
    ClockId = "clock";
    /// A log-in of a staff member.
    OfficerId = "officer";
    /// The conversation of two nodes about one case; one offer at a time runs in it.
    ThreadId = "ref";
    /// One command, so that it has one effect however often it is sent.
    RequestId = "req";
    /// A key of the key ring.
    KeyId = "key";
    /// One message in an outbox.
    BodyId = "body";
    /// A stored file or blob.
    FileId = "file";
    /// A task that the system gives to a person.
    TaskId = "task";
    /// A job of the node itself.
    JobId = "job";
    /// A session of a browser.
    SessionId = "session";
    /// A random envelope id.
    MsgId = "msg";
}

fn deserialize_id<'de, D: serde::Deserializer<'de>, T>(
    from: D,
    text: fn(&str) -> Option<T>,
    slice: fn(&[u8]) -> Option<T>,
    kind: &'static str,
) -> Result<T, D::Error> {
    struct Visit<T>(fn(&str) -> Option<T>, fn(&[u8]) -> Option<T>, &'static str);
    impl<T> serde::de::Visitor<'_> for Visit<T> {
        type Value = T;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "a {} id", self.2)
        }
        fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<T, E> {
            (self.0)(value).ok_or_else(|| E::custom(NotAnId(self.2)))
        }
        fn visit_bytes<E: serde::de::Error>(self, value: &[u8]) -> Result<T, E> {
            (self.1)(value).ok_or_else(|| E::custom(NotAnId(self.2)))
        }
    }
    if from.is_human_readable() {
        from.deserialize_str(Visit(text, slice, kind))
    } else {
        from.deserialize_bytes(Visit(text, slice, kind))
    }
}

/// A node: SHA-256("simpul/node/1" || root key)[..16] (FEDERATION.md 3). Printed as 32 hex digits.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId([u8; 16]);

impl NodeId {
    /// From 16 bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The 16 bytes.
    pub const fn bytes(self) -> [u8; 16] {
        self.0
    }

    /// From a slice of exactly 16 bytes.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        Some(Self(bytes.try_into().ok()?))
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for NodeId {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let id = from_hex(text).and_then(|bytes| Self::from_slice(&bytes)).ok_or(NotAnId("node"))?;
        if id.to_string() == text { Ok(id) } else { Err(NotAnId("node")) }
    }
}

impl Serialize for NodeId {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() { to.collect_str(self) } else { to.serialize_bytes(&self.0) }
    }
}

impl<'de> Deserialize<'de> for NodeId {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        deserialize_id(from, |text| text.parse().ok(), Self::from_slice, "node")
    }
}

/// A SHA-256 value: of a body, an extract, an accord, a decision's trace. Printed as 64 hex digits.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// From a slice of exactly 32 bytes.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        Some(Self(bytes.try_into().ok()?))
    }

    /// From 64 hex digits.
    pub fn from_text(text: &str) -> Option<Self> {
        from_hex(text).and_then(|bytes| Self::from_slice(&bytes))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() { to.collect_str(self) } else { to.serialize_bytes(&self.0) }
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        deserialize_id(from, Self::from_text, Self::from_slice, "digest")
    }
}

/// Bytes that serialise as a byte string, not as a list of numbers. `Debug` shows their length alone: they may be an
/// extract or a key.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bytes(pub Vec<u8>);

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bytes({})", self.0.len())
    }
}

impl Serialize for Bytes {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() { to.serialize_str(&hex(&self.0)) } else { to.serialize_bytes(&self.0) }
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        deserialize_id(from, |text| from_hex(text).map(Self), |bytes| Some(Self(bytes.to_vec())), "bytes")
    }
}

/// The journal position `seq = era * 2^31 + n` (STORAGE.md 2); shown as `[era, n]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seq(pub i64);

impl Seq {
    /// Position `n` (from 1) of an era.
    pub const fn new(era: i64, n: i64) -> Self {
        Self((era << 31) + n)
    }

    /// The era: unix seconds at which this life of the node began.
    pub const fn era(self) -> i64 {
        self.0 >> 31
    }

    /// The number inside the era, from 1.
    pub const fn n(self) -> i64 {
        self.0 & 0x7fff_ffff
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}, {}]", self.era(), self.n())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base32_and_hex_round_trip() {
        for length in 0..40_u8 {
            let bytes: Vec<u8> = (0..length).map(|b| b.wrapping_mul(37)).collect();
            assert_eq!(from_base32(&base32(&bytes)), Some(bytes.clone()));
            assert_eq!(from_hex(&hex(&bytes)), Some(bytes));
        }
        assert_eq!(from_base32("u"), None);
        assert_eq!(from_hex("abc"), None);
    }

    #[test]
    fn a_seq_keeps_era_and_number() {
        let seq = Seq::new(1_795_000_000, 42);
        assert_eq!((seq.era(), seq.n()), (1_795_000_000, 42));
        assert_eq!(seq.to_string(), "[1795000000, 42]");
    }
}
