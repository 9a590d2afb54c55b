//! The file, byte by byte. Everything is big-endian.
//!
//! | Page | Bytes | Holds |
//! |---|---|---|
//! | 0 | 8 | `SIMPULRG` |
//! | | 4 | version, 1 |
//! | | 4 | entries |
//! | | 4 | rows whose number stood on an earlier row |
//! | | 16 | check of the key: HMAC(key, `simpul/registry-key/1`), cut |
//! | | 10 | day of the source, `2026-11-01` |
//! | | 2, 240 | length of the source's name, its UTF-8, zeros |
//! | | ... | zeros |
//! | | 32, last | SHA-256 of all before |
//! | 1 ... | 4,090 | 818 fingerprints of five bytes, rising; the last page ends in zeros |
//! | | 6 | SHA-256 of `simpul/registry-page/1`, the last 32 bytes of page 0, the page's number (4 bytes) and its values, cut |

use super::{ENTRIES_MAX, Key, Unusable};
use sha2::{Digest, Sha256};

/// Bytes of a page: what a disk reads at once.
pub const PAGE_BYTES: usize = 4_096;
/// Bytes of a fingerprint.
const VALUE_BYTES: usize = 5;
/// Fingerprints of a page.
const VALUES_U16: u16 = 818;
pub const VALUES: usize = VALUES_U16 as usize;
const VALUES_BYTES: usize = VALUES * VALUE_BYTES;
const MAGIC: &[u8; 8] = b"SIMPULRG";
const VERSION: u32 = 1;
/// Bytes of the source's name.
pub const SOURCE_BYTES_MAX: usize = 240;
/// Where the hash of the header stands.
const HASH_AT: usize = PAGE_BYTES - 32;

/// What a register says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Entries.
    pub count: u32,
    /// Rows whose number stood on an earlier row, or has the fingerprint of one.
    pub repeated: u32,
    /// Which key made it.
    pub key_check: [u8; 16],
    /// Day of the source, such as `2026-11-01`.
    pub date: String,
    /// Where the numbers come from.
    pub source: String,
    hash: [u8; 32],
}

impl Header {
    /// A header; `None` if a text does not fit.
    pub(super) fn new(key: &Key, counts: (u32, u32), date: &str, source: &str) -> Option<Self> {
        let fits = base::pack::day(date).is_some() && (1..=SOURCE_BYTES_MAX).contains(&source.len());
        let mut header = Self {
            count: counts.0,
            repeated: counts.1,
            key_check: check_of_key(key),
            date: date.to_owned(),
            source: source.to_owned(),
            hash: [0; 32],
        };
        header.hash = header.bytes().last_chunk().copied()?;
        fits.then_some(header)
    }

    /// Whether this key made it.
    pub fn made_with(&self, key: &Key) -> bool {
        self.key_check == check_of_key(key)
    }

    /// One number in so many that are not in the register gets a yes; rounded down, so that it is never better than said.
    pub const fn wrong_one_in(&self) -> u64 {
        (1 << 40) / if self.count == 0 { 1 } else { self.count as u64 }
    }

    /// Pages of fingerprints.
    pub(super) fn pages(&self) -> u32 {
        self.count.div_ceil(u32::from(VALUES_U16))
    }

    /// Bytes of the whole file.
    pub fn file_bytes(&self) -> u64 {
        (u64::from(self.pages()) + 1) * PAGE_BYTES as u64
    }

    pub(super) fn bytes(&self) -> [u8; PAGE_BYTES] {
        let mut head = MAGIC.to_vec();
        for number in [VERSION, self.count, self.repeated] {
            head.extend(number.to_be_bytes());
        }
        head.extend(self.key_check);
        head.extend(self.date.bytes());
        head.extend(u16::try_from(self.source.len()).unwrap_or(0).to_be_bytes());
        head.extend(self.source.bytes());
        head.resize(HASH_AT, 0);
        head.extend(Sha256::digest(&head));
        head.first_chunk().copied().unwrap_or([0; PAGE_BYTES])
    }

    pub(super) fn read(head: &[u8; PAGE_BYTES]) -> Result<Self, Unusable> {
        let mut rest = head.as_slice();
        if take::<8>(&mut rest) != *MAGIC || u32::from_be_bytes(take(&mut rest)) != VERSION {
            return Err(Unusable::Other);
        }
        let hash: [u8; 32] = head.last_chunk().copied().unwrap_or_default();
        if Sha256::digest(head.get(..HASH_AT).unwrap_or_default()).as_slice() != hash {
            return Err(Unusable::Damaged);
        }
        let (count, repeated) = (u32::from_be_bytes(take(&mut rest)), u32::from_be_bytes(take(&mut rest)));
        let key_check = take(&mut rest);
        let date = String::from_utf8(take::<10>(&mut rest).to_vec()).map_err(|_| Unusable::Damaged)?;
        let length = usize::from(u16::from_be_bytes(take(&mut rest)));
        let source = rest.get(..length.min(SOURCE_BYTES_MAX)).unwrap_or_default().to_vec();
        let source = String::from_utf8(source).map_err(|_| Unusable::Damaged)?;
        if count as usize > ENTRIES_MAX || base::pack::day(&date).is_none() {
            return Err(Unusable::Damaged);
        }
        Ok(Self { count, repeated, key_check, date, source, hash })
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> [u8; N] {
    let Some((first, behind)) = rest.split_first_chunk::<N>() else { return [0; N] };
    *rest = behind;
    *first
}

/// What a key is known by, without telling it.
pub(super) fn check_of_key(key: &Key) -> [u8; 16] {
    key.hmac(b"simpul/registry-key/1", b"").first_chunk().copied().unwrap_or_default()
}

/// A page whose check held.
pub(super) struct Page {
    bytes: [u8; PAGE_BYTES],
    count: usize,
}

impl Page {
    /// A page of at most [`VALUES`] fingerprints.
    pub fn write(values: &[u64], at: u32, header: &Header) -> [u8; PAGE_BYTES] {
        let mut bytes = Vec::with_capacity(PAGE_BYTES);
        for value in values {
            bytes.extend(value.to_be_bytes().iter().skip(8 - VALUE_BYTES));
        }
        bytes.resize(VALUES_BYTES, 0);
        bytes.extend(check(&bytes, at, header));
        bytes.first_chunk().copied().unwrap_or([0; PAGE_BYTES])
    }

    pub fn read(bytes: &[u8; PAGE_BYTES], at: u32, header: &Header) -> Option<Self> {
        let (values, sum) = bytes.split_at(VALUES_BYTES);
        if check(values, at, header) != sum {
            return None;
        }
        let before = at as usize * VALUES;
        Some(Self { bytes: *bytes, count: (header.count as usize).saturating_sub(before).min(VALUES) })
    }

    pub fn values(&self) -> impl DoubleEndedIterator<Item = u64> + '_ {
        let values = self.bytes.chunks_exact(VALUE_BYTES).take(self.count);
        values.map(|value| value.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    pub fn first(&self) -> Option<u64> {
        self.values().next()
    }

    pub fn last(&self) -> Option<u64> {
        self.values().next_back()
    }

    pub fn has(&self, value: u64) -> bool {
        self.values().any(|known| known == value)
    }
}

fn check(values: &[u8], at: u32, header: &Header) -> [u8; 6] {
    let hash = Sha256::new().chain_update(b"simpul/registry-page/1").chain_update(header.hash);
    let hash: [u8; 32] = hash.chain_update(at.to_be_bytes()).chain_update(values).finalize().into();
    hash.first_chunk().copied().unwrap_or_default()
}
