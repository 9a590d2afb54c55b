//! Reading a bundle: every good item before a cut or a change, then one word on how it ended.

use super::{BUNDLE_MAGIC, BundleHeader, CONTEXT, HEADER_BYTES_MAX, ITEM_BYTES_MAX, Item, TRAILER, Trailer};
use crate::chunk::{CHUNK_BYTES_MAX, ChunkKey, Chunks};
use crate::hpke_suites;
use crate::keys::{EpochSecret, IdentityPublic};
use base::{NodeId, Problem};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Finds the identity key of a trusted node.
pub type FindNode<'a> = &'a dyn Fn(NodeId) -> Option<IdentityPublic>;

/// Reads one part, piece by piece.
pub struct Unpacker {
    chunks: Chunks,
    header: BundleHeader,
    frame: u32,
    sealed: Vec<u8>,
    plain: Vec<u8>,
    seen: Sha256,
    counts: BTreeMap<u8, u64>,
    trailer: Option<Trailer>,
    fault: Option<Problem>,
}

impl BundleHeader {
    /// Reads the beginning of a file: the header and how many bytes it took. `None` when more bytes are needed.
    pub fn read(start: &[u8]) -> Result<Option<(Self, usize)>, Problem> {
        let Some((magic, rest)) = start.split_first_chunk::<8>() else {
            return if BUNDLE_MAGIC.starts_with(start) { Ok(None) } else { Err(altered("magic")) };
        };
        if magic != BUNDLE_MAGIC {
            return Err(altered("magic"));
        }
        let Some((length, rest)) = rest.split_first_chunk::<4>() else { return Ok(None) };
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
        if length > HEADER_BYTES_MAX {
            return Err(altered("header"));
        }
        let Some(header) = rest.get(..length) else { return Ok(None) };
        Self::decode(header).map(|header| Some((header, 12 + length))).map_err(|_| altered("header"))
    }

    /// Begins to read the frames with the epoch key the header names.
    pub fn unpack(self, epoch: &EpochSecret) -> Result<Unpacker, Problem> {
        let public = epoch.public();
        if public.tag() != self.tag || public.kid() != self.kid {
            return Err(Problem::new("bundle.not-ours"));
        }
        let key =
            hpke_suites::export_from(epoch.sealing().inner(), &self.enc, CONTEXT).map_err(|_| altered("header"))?;
        Ok(Unpacker {
            chunks: Chunks::of_header(ChunkKey::Node(*key), &self.encode()),
            header: self,
            frame: 0,
            sealed: Vec::new(),
            plain: Vec::new(),
            seen: Sha256::new(),
            counts: BTreeMap::new(),
            trailer: None,
            fault: None,
        })
    }
}

impl Unpacker {
    /// Takes the next bytes of the file: the items they complete. After a fault it takes no more.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Item> {
        if self.fault.is_none() {
            self.sealed.extend(bytes);
        }
        let mut items = Vec::new();
        let mut done = 0;
        // One byte beyond a whole frame proves that it is not the last.
        while let Some(frame) =
            self.sealed.get(done..done + CHUNK_BYTES_MAX).filter(|_| self.sealed.len() > done + CHUNK_BYTES_MAX)
        {
            match self.chunks.open(self.frame, false, frame) {
                Ok(plain) => self.plain.extend_from_slice(&plain),
                Err(_) => self.fault = Some(altered(&format!("frame {}", self.frame))),
            }
            self.frame = self.frame.saturating_add(1);
            done += CHUNK_BYTES_MAX;
            self.take(&mut items);
            if self.fault.is_some() {
                break;
            }
        }
        self.sealed.drain(..done);
        items
    }

    /// Says that the file has ended: the last items, and whether all came whole from whom it says.
    pub fn end(mut self, find: FindNode<'_>) -> (Vec<Item>, Result<NodeId, Problem>) {
        let mut items = Vec::new();
        if self.fault.is_none() {
            self.last_frame(&mut items);
        }
        let ended = match (self.fault, self.trailer) {
            (Some(fault), _) => Err(fault),
            (None, None) => Err(Problem::new("bundle.cut")),
            (None, Some(trailer)) => {
                let hash = self.seen.finalize();
                let signed = [self.header.bundle.as_slice(), &hash].concat();
                let by = find(trailer.node).filter(|key| key.verify(CONTEXT, &signed, &trailer.signature).is_ok());
                let whole = trailer.hash == *hash && trailer.counts == self.counts && by.is_some();
                if whole { Ok(trailer.node) } else { Err(altered("trailer")) }
            }
        };
        (items, ended)
    }

    /// The last frame, or a whole frame after which the file was cut, or a broken one: then nobody can tell whether it was
    /// cut or changed, and `cut` is by far the likelier.
    fn last_frame(&mut self, items: &mut Vec<Item>) {
        let frame = std::mem::take(&mut self.sealed);
        if let Ok(plain) = self.chunks.open(self.frame, true, &frame) {
            self.plain.extend_from_slice(&plain);
            self.take(items);
            if self.fault.is_none() && !self.plain.is_empty() {
                self.fault = Some(altered("items"));
            }
            return;
        }
        let whole = frame.len() == CHUNK_BYTES_MAX;
        match self.chunks.open(self.frame, false, &frame) {
            Ok(plain) if whole => {
                self.plain.extend_from_slice(&plain);
                self.take(items);
                self.fault.get_or_insert(Problem::new("bundle.cut"));
            }
            _ if whole => self.fault = Some(altered(&format!("frame {}", self.frame))),
            _ => self.fault = Some(Problem::new("bundle.cut")),
        }
    }

    /// Takes whole items off the opened bytes.
    fn take(&mut self, items: &mut Vec<Item>) {
        let mut done = 0;
        while self.fault.is_none() {
            let rest = self.plain.get(done..).unwrap_or_default();
            match split_item(rest) {
                Split::More => break,
                Split::Bad => self.fault = Some(altered("items")),
                Split::Item { kind, bytes, used } => {
                    let encoded = rest.get(..used).unwrap_or_default();
                    if kind != TRAILER && self.trailer.is_none() {
                        self.seen.update(encoded);
                        *self.counts.entry(kind).or_default() += 1;
                        match Item::read(kind, bytes.to_vec()) {
                            Ok(item) => items.push(item),
                            Err(_) => self.fault = Some(altered("items")),
                        }
                    } else {
                        match Trailer::decode(bytes) {
                            Ok(trailer) if self.trailer.is_none() => self.trailer = Some(trailer),
                            _ => self.fault = Some(altered("trailer")),
                        }
                    }
                    done += used;
                }
            }
        }
        self.plain.drain(..done.min(self.plain.len()));
    }
}

enum Split<'a> {
    More,
    Bad,
    Item { kind: u8, bytes: &'a [u8], used: usize },
}

/// One `[kind, bytes]` off the front of a CBOR sequence, without decoding it: 82, a kind below 24, the shortest head of a
/// byte string.
fn split_item(from: &[u8]) -> Split<'_> {
    let (head, length) = match from {
        [] | [0x82] | [0x82, 0..24] => return Split::More,
        [0x82, 0..24, small @ 0x40..0x58, ..] => (3, u64::from(*small - 0x40)),
        [0x82, 0..24, 0x58..=0x5a, ..] => match from.get(3..) {
            Some([a, ..]) if from.get(2) == Some(&0x58) => (4, u64::from(*a)),
            Some([a, b, ..]) if from.get(2) == Some(&0x59) => (5, u64::from(u16::from_be_bytes([*a, *b]))),
            Some([a, b, c, d, ..]) if from.get(2) == Some(&0x5a) => {
                (7, u64::from(u32::from_be_bytes([*a, *b, *c, *d])))
            }
            _ => return Split::More,
        },
        _ => return Split::Bad,
    };
    let shortest = matches!((head, length), (3, _) | (4, 24..) | (5, 256..) | (7, 65_536..));
    let Some(length) = usize::try_from(length).ok().filter(|length| shortest && *length <= ITEM_BYTES_MAX) else {
        return Split::Bad;
    };
    match (from.get(1), from.get(head..head + length)) {
        (Some(kind), Some(bytes)) => Split::Item { kind: *kind, bytes, used: head + length },
        _ => Split::More,
    }
}

/// A whole part that was in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unpacked {
    /// Its header.
    pub header: BundleHeader,
    /// Every good item.
    pub items: Vec<Item>,
    /// From whom it came whole, or how it ended.
    pub ended: Result<NodeId, Problem>,
}

/// Reads a whole part in memory with whichever of the epoch keys it names.
pub fn unpack(bytes: &[u8], epochs: &[EpochSecret], find: FindNode<'_>) -> Result<Unpacked, Problem> {
    let (header, used) = BundleHeader::read(bytes)?.ok_or(Problem::new("bundle.cut"))?;
    let epoch = epochs.iter().find(|epoch| epoch.public().kid() == header.kid);
    let mut unpacker = header.clone().unpack(epoch.ok_or(Problem::new("bundle.not-ours"))?)?;
    let mut items = unpacker.feed(bytes.get(used..).unwrap_or_default());
    let (last, ended) = unpacker.end(find);
    items.extend(last);
    Ok(Unpacked { header, items, ended })
}

fn altered(at: &str) -> Problem {
    Problem::at("bundle.altered", at)
}
