//! Recovery shares: a secret of 32 bytes cut so that some of the papers give it back and fewer tell nothing (Shamir 1979,
//! over GF(256)). Each share proves itself before the secret is tried (FEDERATION.md 8).

use crate::cbor::{CborError, Value, decode};
use crate::entry::version_1;
use crate::fingerprint::{check_character, grouped, plain};
use crate::hash::{self, Hash};
use base::{Chance, Problem};
use std::collections::BTreeMap;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

const CONTEXT: &str = "simpul/share/1";
/// The share's 33 bytes and its check's 8.
const PAPER_BYTES: usize = 41;
/// Characters of a group on paper, before its check character.
const GROUP: usize = 6;

/// What all shares of one secret have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShareSet {
    /// Random.
    pub set: [u8; 8],
    /// 1 root, 2 master.
    pub purpose: u64,
    /// How many give the secret back.
    pub threshold: u8,
    /// SHA-256("simpul/commit/1" || set || secret).
    pub commitment: Hash,
}

impl ShareSet {
    /// Its bytes: [set b8, purpose, threshold, commitment b32]. They tell nothing of the secret, and may lie in clear.
    pub fn encode(&self) -> Vec<u8> {
        let (set, commitment) = (Value::bytes(self.set), Value::bytes(self.commitment));
        Value::list([set, Value::uint(self.purpose), Value::uint(self.threshold), commitment]).encode()
    }

    /// Reads the bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, Problem> {
        let read = || -> Result<Self, CborError> {
            let [set, purpose, threshold, commitment] = decode(bytes)?.into_items()?;
            let (purpose, threshold) = (purpose.into_uint()?, threshold.into_uint()?);
            Ok(Self { set: set.into_array()?, purpose, threshold, commitment: commitment.into_array()? })
        };
        read().map_err(|_| Problem::at("share.malformed", "set"))
    }
}

/// One share: [1, set b8, purpose, threshold, index, share b33, commitment b32, check b8]. No `Debug`; wiped when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Share {
    #[zeroize(skip)]
    set: ShareSet,
    /// The index, then 32 values.
    bytes: [u8; 33],
}

/// Cuts a secret into `count` shares of which `threshold` give it back.
pub fn split(
    secret: &[u8; 32],
    purpose: u64,
    (threshold, count): (u8, u8),
    chance: &dyn Chance,
) -> Result<Vec<Share>, Problem> {
    if threshold < 2 || count < threshold {
        return Err(Problem::at("share.malformed", "threshold"));
    }
    let set: [u8; 8] = chance.bytes();
    let set = ShareSet { set, purpose, threshold, commitment: commitment(set, secret) };
    // One polynomial for each byte: the byte is its value at 0, the other coefficients are random.
    let higher: Vec<Zeroizing<[u8; 32]>> = (1..threshold).map(|_| Zeroizing::new(chance.bytes())).collect();
    let share = |index: u8| {
        let mut bytes = [index; 33];
        for (at, value) in bytes.iter_mut().skip(1).enumerate() {
            let coefficients = higher.iter().rev().map(|row| row.get(at).copied().unwrap_or_default());
            let sum = coefficients.fold(0, |sum, coefficient| multiply(sum, index) ^ coefficient);
            *value = multiply(sum, index) ^ secret.get(at).copied().unwrap_or_default();
        }
        Share { set, bytes }
    };
    Ok((1..=count).map(share).collect())
}

/// Gives the secret back. `share.mismatch` names a share that belongs elsewhere; the commitment proves the whole.
pub fn combine(shares: &[Share]) -> Result<Zeroizing<[u8; 32]>, Problem> {
    let first = shares.first().ok_or(Problem::at("share.too-few", "0"))?;
    if let Some(odd) = shares.iter().find(|share| share.set != first.set) {
        return Err(Problem::at("share.mismatch", odd.index().to_string()));
    }
    let points: BTreeMap<u8, &Share> = shares.iter().map(|share| (share.index(), share)).collect();
    if points.len() < usize::from(first.set.threshold) {
        return Err(Problem::at("share.too-few", points.len().to_string()));
    }
    let mut secret = Zeroizing::new([0; 32]);
    for (x, share) in &points {
        // Lagrange's basis at 0: the product of other / (other - x); minus is xor here.
        let weight = points.keys().filter(|other| *other != x);
        let weight = weight.fold(1, |product, other| multiply(product, multiply(*other, inverse(other ^ x))));
        for (sum, value) in secret.iter_mut().zip(share.bytes.iter().skip(1)) {
            *sum ^= multiply(weight, *value);
        }
    }
    let fits = commitment(first.set.set, &secret) == first.set.commitment;
    if fits { Ok(secret) } else { Err(Problem::at("share.mismatch", "commitment")) }
}

fn commitment(set: [u8; 8], secret: &[u8; 32]) -> Hash {
    hash::domain("simpul/commit/1", &[&set, secret])
}

impl Share {
    /// Which share, from 1.
    pub const fn index(&self) -> u8 {
        let [index, ..] = self.bytes;
        index
    }

    /// What it has in common with its siblings.
    pub const fn set(&self) -> &ShareSet {
        &self.set
    }

    fn stated(&self) -> [Value; 7] {
        [
            Value::uint(1_u8),
            Value::bytes(self.set.set),
            Value::uint(self.set.purpose),
            Value::uint(self.set.threshold),
            Value::uint(self.index()),
            Value::bytes(self.bytes),
            Value::bytes(self.set.commitment),
        ]
    }

    /// SHA-256("simpul/share/1" || the CBOR array of the first seven)[..8].
    fn check(&self) -> [u8; 8] {
        hash::first(hash::domain(CONTEXT, &[&Value::list(self.stated()).encode()]))
    }

    /// Its bytes, for a QR or to be sealed to its holder.
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(Value::list(self.stated().into_iter().chain([Value::bytes(self.check())])).encode())
    }

    /// Reads the bytes; `share.mismatch` if its check does not fit.
    pub fn decode(bytes: &[u8]) -> Result<Self, Problem> {
        let read = || -> Result<(Self, u8, [u8; 8]), CborError> {
            let [version, set, purpose, threshold, index, share, commitment, check] = decode(bytes)?.into_items()?;
            version_1(version)?;
            let set = ShareSet {
                set: set.into_array()?,
                purpose: purpose.into_uint()?,
                threshold: threshold.into_uint()?,
                commitment: commitment.into_array()?,
            };
            Ok((Self { set, bytes: share.into_array()? }, index.into_uint()?, check.into_array()?))
        };
        let (share, index, check) = read().map_err(|_| Problem::at("share.malformed", "CBOR"))?;
        share.checked(check).and_then(|share| {
            if share.index() == index { Ok(share) } else { Err(Problem::at("share.malformed", "index")) }
        })
    }

    /// What a person may write down: eleven groups of six characters and their check character.
    pub fn paper(&self) -> Zeroizing<String> {
        let text = Zeroizing::new(base::base32(&[self.bytes.as_slice(), &self.check()].concat()).to_uppercase());
        let groups = grouped(&text, GROUP);
        let groups = groups.split('-').map(|group| group.chars().chain(check_character(group)).collect::<String>());
        Zeroizing::new(groups.collect::<Vec<_>>().join("-"))
    }

    /// Reads what a person typed from paper. `share.group` names the group with a slip, from 1.
    pub fn from_paper(typed: &str, set: ShareSet) -> Result<Self, Problem> {
        let characters: Vec<char> = plain(typed).chars().collect();
        let mut text = Zeroizing::new(String::new());
        for (n, group) in characters.chunks(GROUP + 1).enumerate() {
            let (check, kept) = group.split_last().ok_or(Problem::at("share.malformed", "paper"))?;
            let kept = Zeroizing::new(kept.iter().collect::<String>());
            if check_character(&kept) != Some(*check) {
                return Err(Problem::at("share.group", (n + 1).to_string()));
            }
            text.push_str(&kept);
        }
        let bytes = base::from_base32(&text).map(Zeroizing::new).filter(|bytes| bytes.len() == PAPER_BYTES);
        let bytes = bytes.ok_or(Problem::at("share.malformed", "paper"))?;
        let parts = bytes.split_first_chunk::<33>().and_then(|(share, check)| Some((*share, check.try_into().ok()?)));
        let (share, check) = parts.ok_or(Problem::at("share.malformed", "paper"))?;
        Self { set, bytes: share }.checked(check)
    }

    fn checked(self, check: [u8; 8]) -> Result<Self, Problem> {
        let index = self.index();
        if index == 0 || self.check() != check {
            return Err(Problem::at("share.mismatch", index.to_string()));
        }
        Ok(self)
    }
}

/// Multiplies in GF(256) modulo x^8 + x^4 + x^3 + x + 1 (as AES, FIPS 197 section 4.2), without table or branch on secrets.
fn multiply(a: u8, b: u8) -> u8 {
    let (mut product, mut a) = (0, a);
    for bit in 0..8 {
        product ^= a & 0_u8.wrapping_sub((b >> bit) & 1);
        a = (a << 1) ^ (0x1b & 0_u8.wrapping_sub(a >> 7));
    }
    product
}

/// a^254, which is 1 / a in GF(256).
fn inverse(a: u8) -> u8 {
    (0..253).fold(a, |power, _| multiply(power, a))
}

#[cfg(test)]
mod tests;
