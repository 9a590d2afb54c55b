//! The one chunk format, for blobs, stored files, bundle frames, browser uploads and archives (FEDERATION.md 3):
//! chunk n = AEAD(key, nonce P || n u32 big-endian || last u8, aad "simpul/chunk/1" || C). One key serves one object, so
//! counting nonces never repeat; `last` makes a cut object differ from a whole one (the STREAM construction).

use aes_gcm::Aes128Gcm;
use base::limits::{BLOB_BYTES_MAX, BLOB_CHUNK_BYTES};
use base::{FileId, Problem};
use chacha20poly1305::ChaCha20Poly1305;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use zeroize::{ZeroizeOnDrop, Zeroizing};

/// What a chunk is longer than its plain bytes.
pub const CHUNK_OVERHEAD_BYTES: usize = 16;
/// A full chunk, sealed.
pub const CHUNK_BYTES_MAX: usize = BLOB_CHUNK_BYTES + CHUNK_OVERHEAD_BYTES;
/// The smaller size that a blob's last chunk is padded to.
const SMALL_LAST_BYTES: usize = 4_096;

/// The key of one object. No `Debug`; wiped when dropped.
#[derive(Clone, ZeroizeOnDrop)]
pub enum ChunkKey {
    /// Suite 1: ChaCha20-Poly1305.
    Node([u8; 32]),
    /// Suite 2: AES-128-GCM, files of browser reports.
    Browser([u8; 16]),
}

/// One object's chunks: key, nonce prefix P and context C.
#[derive(Clone)]
pub struct Chunks {
    key: ChunkKey,
    prefix: [u8; 7],
    aad: Vec<u8>,
}

impl Chunks {
    /// A blob or stored file: P is zeros, C its id.
    pub fn of_blob(key: ChunkKey, blob: FileId) -> Self {
        Self::of_header(key, &blob.bytes())
    }

    /// An object that begins with a header: P is zeros, C the header.
    pub fn of_header(key: ChunkKey, header: &[u8]) -> Self {
        Self { key, prefix: [0; 7], aad: [b"simpul/chunk/1".as_slice(), header].concat() }
    }

    /// The same with the nonce prefix that stands in the header.
    #[must_use]
    pub fn with_prefix(self, prefix: [u8; 7]) -> Self {
        Self { prefix, ..self }
    }

    /// Seals chunk `n`.
    pub fn seal(&self, n: u32, last: bool, plain: &[u8]) -> Result<Vec<u8>, Problem> {
        if plain.len() > BLOB_CHUNK_BYTES {
            return Err(Problem::at("input.too-large", "chunk"));
        }
        let (nonce, payload) = (self.nonce(n, last), Payload { msg: plain, aad: &self.aad });
        match &self.key {
            ChunkKey::Node(key) => ChaCha20Poly1305::new(key.into()).encrypt(&nonce.into(), payload),
            ChunkKey::Browser(key) => Aes128Gcm::new(key.into()).encrypt(&nonce.into(), payload),
        }
        .map_err(|_| Problem::at("input.too-large", "chunk"))
    }

    /// Opens chunk `n`. `chunk.damaged` if a bit, its number or its being last is another.
    pub fn open(&self, n: u32, last: bool, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Problem> {
        let damaged = || Problem::at("chunk.damaged", n.to_string());
        if sealed.len() > CHUNK_BYTES_MAX {
            return Err(damaged());
        }
        let (nonce, payload) = (self.nonce(n, last), Payload { msg: sealed, aad: &self.aad });
        match &self.key {
            ChunkKey::Node(key) => ChaCha20Poly1305::new(key.into()).decrypt(&nonce.into(), payload),
            ChunkKey::Browser(key) => Aes128Gcm::new(key.into()).decrypt(&nonce.into(), payload),
        }
        .map(Zeroizing::new)
        .map_err(|_| damaged())
    }

    fn nonce(&self, n: u32, last: bool) -> [u8; 12] {
        let mut nonce = [0; 12];
        let parts = self.prefix.into_iter().chain(n.to_be_bytes()).chain([u8::from(last)]);
        nonce.iter_mut().zip(parts).for_each(|(to, from)| *to = from);
        nonce
    }
}

/// How many chunks a blob of so many plain bytes has; at least one. `None` over `BLOB_BYTES_MAX`.
pub fn chunk_count(bytes: u64) -> Option<u32> {
    let count = bytes.div_ceil(BLOB_CHUNK_BYTES as u64).max(1);
    u32::try_from(count).ok().filter(|_| bytes <= BLOB_BYTES_MAX)
}

/// Whether a blob can have a sealed chunk of this length.
pub const fn fits_a_chunk(bytes: usize, last: bool) -> bool {
    bytes == CHUNK_BYTES_MAX || (last && bytes == SMALL_LAST_BYTES + CHUNK_OVERHEAD_BYTES)
}

/// How many chunks a blob of so many sealed bytes has. `None` for a length that no blob has.
pub fn chunks_in(sealed_bytes: u64) -> Option<u32> {
    let full = sealed_bytes / CHUNK_BYTES_MAX as u64;
    let rest = usize::try_from(sealed_bytes % CHUNK_BYTES_MAX as u64).ok()?;
    let count = full + u64::from(rest > 0);
    let fits = count > 0 && (rest == 0 || fits_a_chunk(rest, true));
    u32::try_from(count).ok().filter(|_| fits)
}

/// Pads a blob's last chunk with zeros to 4 or 16 KiB, so that its exact size stays inside.
pub fn pad_last(mut plain: Vec<u8>) -> Vec<u8> {
    plain.resize(if plain.len() <= SMALL_LAST_BYTES { SMALL_LAST_BYTES } else { BLOB_CHUNK_BYTES }, 0);
    plain
}

/// Seals a whole blob that is in memory: its chunks in order.
pub fn seal_blob(chunks: &Chunks, plain: &[u8]) -> Result<Vec<Vec<u8>>, Problem> {
    let count = chunk_count(plain.len() as u64).ok_or(Problem::at("input.too-large", "blob"))?;
    let mut pieces = plain.chunks(BLOB_CHUNK_BYTES);
    (0..count)
        .map(|n| {
            let piece = pieces.next().unwrap_or_default();
            if n + 1 == count { chunks.seal(n, true, &pad_last(piece.to_vec())) } else { chunks.seal(n, false, piece) }
        })
        .collect()
}

/// Opens a whole blob whose plain length is known from its attachment; the padding must be zeros.
pub fn open_blob(chunks: &Chunks, sealed: &[Vec<u8>], bytes: u64) -> Result<Zeroizing<Vec<u8>>, Problem> {
    let damaged = || Problem::at("chunk.damaged", "length");
    let count = chunk_count(bytes).filter(|count| usize::try_from(*count) == Ok(sealed.len())).ok_or_else(damaged)?;
    let mut plain = Zeroizing::new(Vec::new());
    for (n, piece) in (0..count).zip(sealed) {
        plain.extend_from_slice(&chunks.open(n, n + 1 == count, piece)?);
    }
    let length = usize::try_from(bytes).map_err(|_| damaged())?;
    let zeros = plain.get(length..).ok_or_else(damaged)?.iter().all(|byte| *byte == 0);
    plain.truncate(length);
    if zeros { Ok(plain) } else { Err(damaged()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunks() -> Chunks {
        Chunks::of_blob(ChunkKey::Node([1; 32]), FileId::from_bytes([2; 16]))
    }

    #[test]
    fn blobs_of_every_awkward_size_come_back_in_padded_chunks() {
        for (length, count, last) in [
            (0, 1, 4_096),
            (1, 1, 4_096),
            (4_096, 1, 4_096),
            (4_097, 1, 16_384),
            (16_384, 1, 16_384),
            (16_385, 2, 4_096),
            (40_000, 3, 16_384),
        ] {
            let plain: Vec<u8> = (0..length).map(|n| u8::try_from(n % 251).unwrap()).collect();
            for key in [ChunkKey::Node([1; 32]), ChunkKey::Browser([1; 16])] {
                let chunks = Chunks::of_blob(key, FileId::from_bytes([2; 16]));
                let sealed = seal_blob(&chunks, &plain).unwrap();
                assert_eq!((sealed.len(), sealed.last().unwrap().len()), (count, last + CHUNK_OVERHEAD_BYTES));
                assert_eq!(open_blob(&chunks, &sealed, length).unwrap().as_slice(), plain);
                let all: usize = sealed.iter().map(Vec::len).sum();
                assert_eq!(chunks_in(all as u64), u32::try_from(count).ok());
                assert!(sealed.iter().enumerate().all(|(n, piece)| fits_a_chunk(piece.len(), n + 1 == count)));
            }
        }
    }

    #[test]
    fn chunks_cannot_be_cut_swapped_moved_or_renumbered() {
        let sealed = seal_blob(&chunks(), &vec![7; 40_000]).unwrap();
        assert!(open_blob(&chunks(), &sealed[..2], 40_000).is_err());
        assert!(open_blob(&chunks(), &sealed[..2], 32_768).is_err(), "the last flag is missing");
        let mut swapped = sealed.clone();
        swapped.swap(0, 1);
        assert!(open_blob(&chunks(), &swapped, 40_000).is_err());
        let elsewhere = Chunks::of_blob(ChunkKey::Node([1; 32]), FileId::from_bytes([3; 16]));
        assert!(open_blob(&elsewhere, &sealed, 40_000).is_err());
        assert!(chunks().open(1, false, &sealed[0]).is_err());
        assert!(chunks().with_prefix([1; 7]).open(0, false, &sealed[0]).is_err());
        assert!(open_blob(&chunks(), &sealed, 39_999).is_err(), "a byte of content where zeros must be");
        assert_eq!(chunks().open(2, true, &sealed[0]).unwrap_err(), Problem::at("chunk.damaged", "2"));
    }

    #[test]
    fn sizes_over_the_limit_are_refused() {
        assert_eq!(chunk_count(BLOB_BYTES_MAX), Some(12_800));
        assert_eq!(chunk_count(BLOB_BYTES_MAX + 1), None);
        assert!([0, 1, 4_111, 4_113, 16_399, 16_401].iter().all(|bytes| chunks_in(*bytes).is_none()));
        assert!(!fits_a_chunk(4_112, false) && !fits_a_chunk(0, true));
        assert!(chunks().seal(0, false, &vec![0; BLOB_CHUNK_BYTES + 1]).is_err());
        assert!(chunks().open(0, false, &vec![0; CHUNK_BYTES_MAX + 1]).is_err());
        assert!(chunks().open(0, true, &[]).is_err());
    }
}
