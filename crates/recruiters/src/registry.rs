//! The registry of registered workers as fingerprints alone: "is this person registered", offline, at a port (ADR 46).
//!
//! A fingerprint is the first 40 bits of HMAC-SHA-256 under the key of the register over an NIK or a passport number. The
//! file holds them sorted, in pages with a check each, so that one look reads some pages and trusts none that is damaged.
//! Without the key the file tells nobody who is in it; with both, whoever tries all numbers finds out: the key lies apart.
//!
//! A wrong yes: a number that is not in the register has the fingerprint of one that is. Its share is entries / 2^40.

mod building;
mod page;

pub use building::{Built, build};
pub use page::{Header, PAGE_BYTES};

use hmac::{Hmac, KeyInit, Mac};
use page::Page;
use sha2::Sha256;
use std::fmt;
use std::io;

/// Entries of one file: all workers abroad that the seed counts, registered or not. It keeps a file under 24 MB.
pub const ENTRIES_MAX: usize = 4_000_000;
/// Fingerprints are below this.
const ALL: u64 = 1 << 40;
/// Looks by proportion before halving: pages that are not spread evenly were not made by us.
const GUESSES_MAX: u32 = 8;

/// The key of a register: 32 random bytes. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Key([u8; 32]);

impl Key {
    /// From its bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes, to be kept sealed.
    pub const fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// HMAC-SHA-256 over a domain and a text.
    fn hmac(&self, domain: &[u8], text: &[u8]) -> [u8; 32] {
        match Hmac::<Sha256>::new_from_slice(&self.0) {
            Ok(state) => state.chain_update(domain).chain_update(text).finalize().into_bytes().into(),
            Err(_) => unreachable!("HMAC takes keys of any length"),
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key([redacted])")
    }
}

/// What a person is registered under.
#[derive(Clone, PartialEq, Eq)]
pub enum Number {
    /// Sixteen digits.
    Nik(String),
    /// A letter or more, then digits: five to fourteen signs.
    Passport(String),
}

impl Number {
    /// Reads a number in any spelling: blanks, dots and hyphens do not count, nor does the case of letters. `None`: it is
    /// neither, as when a spreadsheet wrote `5.3E+15`.
    pub fn read(text: &str) -> Option<Self> {
        let mut signs = String::with_capacity(16);
        for sign in text.trim().chars() {
            match sign {
                sign if sign.is_ascii_alphanumeric() => signs.push(sign.to_ascii_uppercase()),
                ' ' | '.' | '-' | '/' | '\'' | '\u{a0}' => {}
                _ => return None,
            }
        }
        let letters = signs.bytes().take_while(u8::is_ascii_uppercase).count();
        let digits = signs.bytes().skip(letters).all(|sign| sign.is_ascii_digit());
        match (letters, signs.len()) {
            (0, 16) if digits => Some(Self::Nik(signs)),
            (1..=3, 5..=14) if digits && signs.len() >= letters + 4 => Some(Self::Passport(signs)),
            _ => None,
        }
    }

    /// Its fingerprint, 40 bits.
    pub fn fingerprint(&self, key: &Key) -> u64 {
        let (domain, signs): (&[u8], &str) = match self {
            Self::Nik(signs) => (b"simpul/registry-nik/1", signs),
            Self::Passport(signs) => (b"simpul/registry-passport/1", signs),
        };
        let hash = key.hmac(domain, signs.as_bytes());
        hash.iter().take(5).fold(0, |number, byte| number << 8 | u64::from(*byte))
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Number([redacted])")
    }
}

/// Why a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// No register, or of a later version.
    #[error("this is no register of workers")]
    Other,
    /// Cut short, too long, or changed.
    #[error("the register is damaged")]
    Damaged,
    /// Made with another key.
    #[error("the register was made with another key")]
    OtherKey,
    /// The disk said no.
    #[error("the register cannot be read")]
    Unreadable(#[from] io::Error),
}

impl Unusable {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Other => "registry.other",
            Self::Damaged => "registry.damaged",
            Self::OtherKey => "registry.other-key",
            Self::Unreadable(_) => "registry.unreadable",
        }
    }
}

/// A file that is read by pages, wherever it lies.
pub trait Pages {
    /// How many bytes it has.
    fn bytes(&self) -> io::Result<u64>;
    /// Fills the whole of `to` from a place in it.
    fn read_at(&self, to: &mut [u8], at: u64) -> io::Result<()>;
}

impl Pages for [u8] {
    fn bytes(&self) -> io::Result<u64> {
        Ok(self.len() as u64)
    }

    fn read_at(&self, to: &mut [u8], at: u64) -> io::Result<()> {
        let start = usize::try_from(at).map_err(io::Error::other)?;
        let from = self.get(start..).and_then(|rest| rest.get(..to.len()));
        to.copy_from_slice(from.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }
}

/// A register, opened: its header was checked, its pages are when they are read.
#[derive(Debug)]
pub struct Registry<'a, P: Pages + ?Sized> {
    from: &'a P,
    /// What it says of itself.
    pub header: Header,
}

impl<'a, P: Pages + ?Sized> Registry<'a, P> {
    /// Reads the header; refuses a file of another length than it says.
    pub fn open(from: &'a P) -> Result<Self, Unusable> {
        let bytes = from.bytes()?;
        if bytes < PAGE_BYTES as u64 {
            return Err(if bytes == 0 { Unusable::Damaged } else { Unusable::Other });
        }
        let mut head = [0; PAGE_BYTES];
        from.read_at(&mut head, 0)?;
        let header = Header::read(&head)?;
        if bytes != header.file_bytes() {
            return Err(Unusable::Damaged);
        }
        Ok(Self { from, header })
    }

    /// Whether a number is in it, and how many pages were read.
    pub fn has(&self, key: &Key, number: &Number) -> Result<(bool, u32), Unusable> {
        if !self.header.made_with(key) {
            return Err(Unusable::OtherKey);
        }
        self.find(number.fingerprint(key))
    }

    /// Looks where the fingerprint should stand, as they are spread evenly; then by what the page says, at last by halves.
    pub fn find(&self, fingerprint: u64) -> Result<(bool, u32), Unusable> {
        let (mut low, mut high, mut reads) = (0, self.header.pages(), 0_u32);
        // The values between which the pages low..high lie.
        let (mut least, mut most) = (0_u64, ALL);
        while low < high {
            let span = u64::from(high - low);
            let share = (fingerprint - least) * span / (most - least).max(1);
            let guess = if reads < GUESSES_MAX { share.min(span - 1) } else { span / 2 };
            let at = low + u32::try_from(guess).unwrap_or(0);
            let page = self.page(at)?;
            reads += 1;
            match (page.first(), page.last()) {
                (Some(first), _) if fingerprint < first => (high, most) = (at, first),
                (_, Some(last)) if fingerprint > last => (low, least) = (at + 1, last),
                _ => return Ok((page.has(fingerprint), reads)),
            }
        }
        Ok((false, reads))
    }

    /// Reads all of it: every page's check, the order, and the number of entries.
    pub fn check(&self) -> Result<(), Unusable> {
        let mut before = None;
        let mut count = 0_u64;
        for at in 0..self.header.pages() {
            for value in self.page(at)?.values() {
                if before.is_some_and(|before| before >= value) {
                    return Err(Unusable::Damaged);
                }
                before = Some(value);
                count += 1;
            }
        }
        if count == u64::from(self.header.count) { Ok(()) } else { Err(Unusable::Damaged) }
    }

    fn page(&self, at: u32) -> Result<Page, Unusable> {
        let mut bytes = [0; PAGE_BYTES];
        self.from.read_at(&mut bytes, (u64::from(at) + 1) * PAGE_BYTES as u64)?;
        Page::read(&bytes, at, &self.header).ok_or(Unusable::Damaged)
    }
}

#[cfg(test)]
mod tests;
