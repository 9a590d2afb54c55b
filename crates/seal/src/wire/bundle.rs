//! A bundle (`*.spb`): a file of envelopes and more for one receiver, carried by hand (FEDERATION.md 9).
//! `"SPB1" CR LF 1A LF || header length u32 || header || frames`; the frames are chunks whose context is the header and
//! whose key only the receiver derives; inside is a CBOR sequence of `[kind, bytes]` that ends with a signed trailer.
//!
//! Both sides work piece by piece, so a part of 3.9 GB needs no more memory than a frame. Import gives every good item
//! before a cut: losing a bundle, or its end, is safe.

mod unpack;

pub use unpack::{Unpacked, Unpacker, unpack};

use crate::cbor::{CborError, Fields, Key, Value};
use crate::chunk::{ChunkKey, Chunks};
use crate::envelope::Recipient;
use crate::hash::Hash;
use crate::hpke_suites;
use crate::keys::{IdentityKey, Kid, Signature, Tag};
use base::limits::BLOB_CHUNK_BYTES;
use base::{Chance, FileId, NodeId, Problem};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// A bundle begins with this; CR LF, 1A and LF show a transfer that changed line ends or stopped at an end-of-file mark.
pub const BUNDLE_MAGIC: &[u8; 8] = b"SPB1\r\n\x1a\n";
pub(crate) const CONTEXT: &str = "simpul/bundle/1";
/// One item: an envelope, a chunk or an entry, none of which is larger.
pub const ITEM_BYTES_MAX: usize = 131_072;
/// A header is some 120 bytes.
pub(crate) const HEADER_BYTES_MAX: usize = 512;
const TRAILER: u8 = 9;

/// What stands before the frames: {1 bundle b16, 2 part, 3 parts, 4 tag, 5 kid, 6 suite, 7 enc, 8 created hour}.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundleHeader {
    /// Random id of the bundle.
    pub bundle: [u8; 16],
    /// Which part, from 1.
    pub part: u32,
    /// Of how many.
    pub parts: u32,
    /// The receiver's mailbox.
    pub tag: Tag,
    /// The receiver's key.
    pub kid: Kid,
    /// Unix hour.
    pub created_hour: u64,
    enc: Vec<u8>,
}

/// One thing in a bundle. Each is checked again by whoever takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// 1: an envelope, for the receiver or to be carried on.
    Envelope(Vec<u8>),
    /// 2: a chunk of a blob, `[blob, n, last, bytes]`.
    Chunk {
        /// The blob.
        blob: FileId,
        /// Its number.
        n: u32,
        /// Whether it is the last.
        last: bool,
        /// Sealed bytes.
        bytes: Vec<u8>,
    },
    /// 3: a signed entry.
    Entry(Vec<u8>),
    /// 4: a signed head.
    Head(Vec<u8>),
    /// 5: a revocation.
    Revocation(Vec<u8>),
    /// A kind of a later version: counted, not used.
    Other(u8, Vec<u8>),
}

/// Which bundle, which part of it, and when it was made.
#[derive(Clone, Copy, Debug)]
pub struct BundlePart {
    /// Random id, the same for all parts.
    pub bundle: [u8; 16],
    /// From 1.
    pub part: u32,
    /// How many there will be.
    pub parts: u32,
    /// Unix hour.
    pub created_hour: u32,
}

/// Writes one part. Each part has its own key and its own trailer, so parts may come in any order or alone.
pub struct Packer {
    chunks: Chunks,
    frame: u32,
    waiting: Vec<u8>,
    seen: Sha256,
    counts: BTreeMap<u8, u64>,
    bundle: [u8; 16],
}

impl Packer {
    /// Begins a part: the packer, and the first bytes of the file.
    pub fn begin(part: BundlePart, to: &Recipient, chance: &dyn Chance) -> Result<(Self, Vec<u8>), Problem> {
        let key = hpke_suites::export_to(to.key.inner(), CONTEXT, chance);
        let (enc, key) = key.map_err(|_| Problem::at("entry.malformed", "epochs"))?;
        let BundlePart { bundle, part, parts, created_hour } = part;
        let header = BundleHeader {
            bundle,
            part,
            parts,
            tag: to.tag,
            kid: to.key.kid(),
            created_hour: created_hour.into(),
            enc,
        };
        let header = header.encode();
        let length = u32::try_from(header.len()).map_err(|_| Problem::at("input.too-large", "header"))?;
        let start = [BUNDLE_MAGIC.as_slice(), &length.to_be_bytes(), &header].concat();
        let chunks = Chunks::of_header(ChunkKey::Node(*key), &header);
        let packer =
            Self { chunks, frame: 0, waiting: Vec::new(), seen: Sha256::new(), counts: BTreeMap::new(), bundle };
        Ok((packer, start))
    }

    /// Adds an item: the next bytes of the file, which may be none.
    pub fn add(&mut self, item: &Item) -> Result<Vec<u8>, Problem> {
        let (kind, bytes) = item.parts();
        if bytes.len() > ITEM_BYTES_MAX {
            return Err(Problem::at("input.too-large", "bundle"));
        }
        *self.counts.entry(kind).or_default() += 1;
        let encoded = sequence_item(kind, bytes);
        self.seen.update(&encoded);
        self.waiting.extend(encoded);
        self.frames()
    }

    /// Ends the part with its signed trailer: the last bytes of the file.
    pub fn finish(mut self, node: NodeId, key: &IdentityKey) -> Result<Vec<u8>, Problem> {
        let hash: Hash = self.seen.clone().finalize().into();
        let signature = key.sign(CONTEXT, &[self.bundle.as_slice(), &hash].concat());
        let trailer = Trailer { counts: std::mem::take(&mut self.counts), hash, node, signature };
        self.waiting.extend(sequence_item(TRAILER, trailer.encode()));
        let mut out = self.frames()?;
        out.extend(self.chunks.seal(self.frame, true, &self.waiting)?);
        Ok(out)
    }

    /// Seals what fills a frame, but keeps the last bytes back: they may be the last frame.
    fn frames(&mut self) -> Result<Vec<u8>, Problem> {
        let mut out = Vec::new();
        while self.waiting.len() > BLOB_CHUNK_BYTES {
            let rest = self.waiting.split_off(BLOB_CHUNK_BYTES);
            out.extend(self.chunks.seal(self.frame, false, &self.waiting)?);
            self.frame = self.frame.checked_add(1).ok_or(Problem::at("input.too-large", "bundle"))?;
            self.waiting = rest;
        }
        Ok(out)
    }
}

fn sequence_item(kind: u8, bytes: Vec<u8>) -> Vec<u8> {
    Value::list([Value::uint(kind), Value::Bytes(bytes)]).encode()
}

/// {1 counts {kind: number}, 2 SHA-256 of all before, 3 node, 4 signature}.
pub(crate) struct Trailer {
    pub counts: BTreeMap<u8, u64>,
    pub hash: Hash,
    pub node: NodeId,
    pub signature: Signature,
}

impl Trailer {
    fn encode(&self) -> Vec<u8> {
        let counts = self.counts.iter().map(|(kind, count)| (Key::Int(i64::from(*kind)), Value::uint(*count)));
        Value::fields([
            (1, Some(Value::Map(counts.collect()))),
            (2, Some(Value::bytes(self.hash))),
            (3, Some(Value::bytes(self.node.bytes()))),
            (4, Some(Value::bytes(self.signature))),
        ])
        .encode()
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, CborError> {
        let mut fields = Fields::decode(bytes)?;
        let Value::Map(counts) = fields.need(1)? else { return Err(CborError::Malformed) };
        let count = |(kind, count): (Key, Value)| match kind {
            Key::Int(kind) => Ok((u8::try_from(kind).map_err(|_| CborError::Malformed)?, count.into_uint()?)),
            Key::Text(_) => Err(CborError::Malformed),
        };
        let counts: Result<_, CborError> = counts.into_iter().map(count).collect();
        let trailer = Self {
            counts: counts?,
            hash: fields.need(2)?.into_array()?,
            node: NodeId::from_bytes(fields.need(3)?.into_array()?),
            signature: fields.need(4)?.into_array()?,
        };
        fields.end().map(|()| trailer)
    }
}

impl BundleHeader {
    fn encode(&self) -> Vec<u8> {
        Value::fields([
            (1, Some(Value::bytes(self.bundle))),
            (2, Some(Value::uint(self.part))),
            (3, Some(Value::uint(self.parts))),
            (4, Some(Value::bytes(self.tag.0))),
            (5, Some(Value::bytes(self.kid.0))),
            (6, Some(Value::uint(1_u8))),
            (7, Some(Value::bytes(&self.enc))),
            (8, Some(Value::uint(self.created_hour))),
        ])
        .encode()
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, CborError> {
        let mut fields = Fields::decode(bytes)?;
        let header = Self {
            bundle: fields.need(1)?.into_array()?,
            part: fields.need(2)?.into_uint()?,
            parts: fields.need(3)?.into_uint()?,
            tag: Tag(fields.need(4)?.into_array()?),
            kid: Kid(fields.need(5)?.into_array()?),
            created_hour: fields.need(8)?.into_uint()?,
            enc: fields.need(7)?.into_bytes()?,
        };
        let suite: u64 = fields.need(6)?.into_uint()?;
        let counted = header.part >= 1 && header.part <= header.parts;
        fields.end()?;
        if suite == 1 && counted { Ok(header) } else { Err(CborError::Malformed) }
    }
}

impl Item {
    fn parts(&self) -> (u8, Vec<u8>) {
        match self {
            Self::Envelope(bytes) => (1, bytes.clone()),
            Self::Chunk { blob, n, last, bytes } => {
                let items = [Value::bytes(blob.bytes()), Value::uint(*n), Value::Bool(*last), Value::bytes(bytes)];
                (2, Value::list(items).encode())
            }
            Self::Entry(bytes) => (3, bytes.clone()),
            Self::Head(bytes) => (4, bytes.clone()),
            Self::Revocation(bytes) => (5, bytes.clone()),
            Self::Other(kind, bytes) => (*kind, bytes.clone()),
        }
    }

    pub(crate) fn read(kind: u8, bytes: Vec<u8>) -> Result<Self, CborError> {
        Ok(match kind {
            1 => Self::Envelope(bytes),
            2 => {
                let [blob, n, last, sealed] = crate::cbor::decode(&bytes)?.into_items()?;
                let Value::Bool(last) = last else { return Err(CborError::Malformed) };
                let blob = FileId::from_bytes(blob.into_array()?);
                Self::Chunk { blob, n: n.into_uint()?, last, bytes: sealed.into_bytes()? }
            }
            3 => Self::Entry(bytes),
            4 => Self::Head(bytes),
            5 => Self::Revocation(bytes),
            other => Self::Other(other, bytes),
        })
    }
}

#[cfg(test)]
mod tests;
