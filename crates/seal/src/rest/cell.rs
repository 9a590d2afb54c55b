//! Sealed columns and wrapped keys (STORAGE.md 5): `01 || nonce 24 || XChaCha20-Poly1305`, bound to table, row and column
//! by the associated data, so that a cell moved elsewhere does not open.

use crate::hash;
use base::{Chance, KeyId, Problem};
use chacha20poly1305::aead::{Aead, AeadInOut, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// The version byte before each cell.
const VERSION: u8 = 1;
/// What a cell is longer than its plain bytes: version, nonce, tag.
pub const CELL_OVERHEAD_BYTES: usize = 1 + 24 + 16;
/// What most associated data fits into: that of an event has some 200 bytes.
const AAD_BYTES_USUAL: usize = 256;
/// A wrapped key: 32 bytes as a cell.
pub const WRAPPED_KEY_BYTES: usize = 32 + CELL_OVERHEAD_BYTES;

/// A symmetric key of the ring: master, team, case, person, file, index. No `Debug`; wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct DataKey([u8; 32]);

impl DataKey {
    /// A new random key.
    pub fn generate(chance: &dyn Chance) -> Self {
        Self(chance.bytes())
    }

    /// From its bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes: to be wrapped or handed to a parent ring, never printed.
    pub const fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// Its id, which tells nothing about it (STORAGE.md 5).
    pub fn id(&self) -> KeyId {
        KeyId::from_bytes(hash::first(hash::domain("simpul/key-id/1", &[&self.0])))
    }

    /// A key derived from this one for one purpose (HKDF-SHA256, RFC 5869).
    #[must_use]
    pub fn derive(&self, purpose: &str) -> Self {
        hkdf(&[], &self.0, purpose)
    }
}

impl PartialEq for DataKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for DataKey {}

/// HKDF-SHA256 to one key.
pub(crate) fn hkdf(salt: &[u8], secret: &[u8], info: &str) -> DataKey {
    let mut out = [0; 32];
    // 32 bytes are one block of SHA-256; RFC 5869 allows 255.
    if hkdf::Hkdf::<sha2::Sha256>::new(Some(salt), secret).expand(info.as_bytes(), &mut out).is_err() {
        unreachable!("32 bytes are within HKDF's output");
    }
    DataKey(out)
}

/// Associated data, part after part: u16 big-endian length and bytes; integers as 8 bytes big-endian; NULL is FFFF.
#[derive(Clone, Debug)]
pub struct Aad {
    bytes: Vec<u8>,
    too_long: bool,
}

impl Aad {
    /// Begins with the domain, such as `simpul/cell/1`.
    pub fn new(domain: &str) -> Self {
        Self { bytes: Vec::with_capacity(AAD_BYTES_USUAL), too_long: false }.text(domain)
    }

    /// Adds bytes, at most 65,534.
    #[must_use]
    pub fn bytes(mut self, part: &[u8]) -> Self {
        match u16::try_from(part.len()) {
            Ok(length) if length < u16::MAX => self.bytes.extend(length.to_be_bytes()),
            _ => self.too_long = true,
        }
        self.bytes.extend(part);
        self
    }

    /// Adds a text.
    #[must_use]
    pub fn text(self, part: &str) -> Self {
        self.bytes(part.as_bytes())
    }

    /// Adds an integer.
    #[must_use]
    pub fn int(self, part: i64) -> Self {
        self.bytes(&part.to_be_bytes())
    }

    /// Adds a NULL.
    #[must_use]
    pub fn null(mut self) -> Self {
        self.bytes.extend([0xff, 0xff]);
        self
    }

    /// The bytes that are bound. Refused if a part was too long, because the parts would not be told apart.
    pub fn finish(&self) -> Result<&[u8], Problem> {
        if self.too_long { Err(Problem::at("input.too-large", "aad")) } else { Ok(&self.bytes) }
    }

    /// Associated data of a wrapped key: `simpul/key/1`, id, subject, class, parent.
    pub fn wrapped_key(id: KeyId, subject: &[u8], class: &str, parent: KeyId) -> Self {
        Self::new("simpul/key/1").bytes(&id.bytes()).bytes(subject).text(class).bytes(&parent.bytes())
    }
}

/// Seals one column.
pub fn seal_cell(key: &DataKey, aad: &Aad, plain: &[u8], chance: &dyn Chance) -> Result<Vec<u8>, Problem> {
    let nonce: [u8; 24] = chance.bytes();
    let cipher = XChaCha20Poly1305::new(&key.0.into());
    let too_large = |_| Problem::at("input.too-large", "cell");
    let mut cell = Vec::with_capacity(plain.len() + CELL_OVERHEAD_BYTES);
    cell.push(VERSION);
    cell.extend_from_slice(&nonce);
    let head = cell.len();
    cell.extend_from_slice(plain);
    let body = cell.get_mut(head..).unwrap_or_default();
    let tag = cipher.encrypt_inout_detached(&XNonce::from(nonce), aad.finish()?, body.into()).map_err(too_large)?;
    cell.extend_from_slice(&tag);
    Ok(cell)
}

/// Opens one column. `cell.sealed` if the key, the place or any bit is another.
pub fn open_cell(key: &DataKey, aad: &Aad, cell: &[u8]) -> Result<Zeroizing<Vec<u8>>, Problem> {
    let wrong = || Problem::new("cell.sealed");
    let (&version, rest) = cell.split_first().ok_or_else(wrong)?;
    let (nonce, sealed) = rest.split_first_chunk::<24>().ok_or_else(wrong)?;
    if version != VERSION {
        return Err(wrong());
    }
    let payload = Payload { msg: sealed, aad: aad.finish()? };
    let cipher = XChaCha20Poly1305::new(&key.0.into());
    cipher.decrypt(&XNonce::from(*nonce), payload).map(Zeroizing::new).map_err(|_| wrong())
}

/// Wraps a key under its parent: 73 bytes.
pub fn wrap_key(parent: &DataKey, aad: &Aad, key: &DataKey, chance: &dyn Chance) -> Result<Vec<u8>, Problem> {
    seal_cell(parent, aad, &key.0, chance)
}

/// Unwraps a key.
pub fn unwrap_key(parent: &DataKey, aad: &Aad, wrapped: &[u8]) -> Result<DataKey, Problem> {
    let plain = open_cell(parent, aad, wrapped)?;
    plain.as_slice().try_into().map(DataKey).map_err(|_| Problem::new("cell.sealed"))
}

#[cfg(test)]
mod tests;
