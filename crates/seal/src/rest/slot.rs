//! What opens a node: slots that wrap the master key under a passphrase, a passkey or the recovery secret (STORAGE.md 5),
//! and the hashes of officers' passwords. A slot may change any time; what it wraps does not.

use crate::body::each;
use crate::cbor::{CborError, Value, decode};
use crate::cell::{Aad, DataKey, hkdf, unwrap_key, wrap_key};
use crate::entry::version_1;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use base::{Chance, Problem};
use zeroize::Zeroizing;

/// A slot asking for more memory than this (1 GiB) or more passes is not ours: it would stop the node.
const MEMORY_KIB_MAX: u32 = 1 << 20;
const PASSES_MAX: u32 = 1_000;

/// What a guess costs: Argon2id (RFC 9106) with one lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// How often it is filled.
    pub passes: u32,
}

impl Cost {
    /// A slot: 256 MiB, at least 3 passes; `init` measures how many make a second.
    pub const SLOT: Self = Self { memory_kib: 262_144, passes: 3 };
    /// An officer's password or a reply code: 19 MiB, 2 passes (OWASP's Argon2id minimum, 2023).
    pub const PASSWORD: Self = Self { memory_kib: 19_456, passes: 2 };
    /// Demo and tests only.
    pub const CHEAP: Self = Self { memory_kib: 64, passes: 1 };

    fn argon2(self) -> Result<Argon2<'static>, Problem> {
        let too_much = self.memory_kib > MEMORY_KIB_MAX || self.passes > PASSES_MAX;
        let params = Params::new(self.memory_kib, self.passes, 1, None).ok().filter(|_| !too_much);
        Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params.ok_or(Problem::at("slot.malformed", "cost"))?))
    }

    /// 32 bytes from something a person remembers or types.
    pub(crate) fn stretch(self, typed: &str, salt: &[u8; 16]) -> Result<Zeroizing<[u8; 32]>, Problem> {
        let mut out = Zeroizing::new([0; 32]);
        let done = self.argon2()?.hash_password_into(typed.as_bytes(), salt, out.as_mut_slice());
        done.map(|()| out).map_err(|_| Problem::at("slot.malformed", "memory"))
    }
}

/// What opens a slot.
#[derive(Clone, Copy)]
pub enum SlotSecret<'a> {
    /// Typed by an officer.
    Passphrase(&'a str),
    /// The PRF output of a passkey.
    Passkey(&'a [u8; 32]),
    /// Combined from recovery shares.
    Recovery(&'a [u8; 32]),
}

impl SlotSecret<'_> {
    const fn kind(&self) -> u8 {
        match self {
            Self::Passphrase(_) => 1,
            Self::Passkey(_) => 2,
            Self::Recovery(_) => 3,
        }
    }
}

/// The master key under one secret: [1, kind, salt b16, memory, passes, wrapped b73]; kind 1 passphrase, 2 passkey,
/// 3 recovery. It may lie in clear, in backups too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    kind: u8,
    salt: [u8; 16],
    cost: Cost,
    wrapped: Vec<u8>,
}

impl Slot {
    /// Makes a slot. `cost` counts for passphrases only; the other secrets cannot be guessed.
    pub fn seal(master: &DataKey, secret: SlotSecret<'_>, cost: Cost, chance: &dyn Chance) -> Result<Self, Problem> {
        let mut slot = Self { kind: secret.kind(), salt: chance.bytes(), cost, wrapped: Vec::new() };
        slot.wrapped = wrap_key(&slot.key(secret)?, &slot.aad(), master, chance)?;
        Ok(slot)
    }

    /// The master key, or `slot.wrong`: no word on how wrong.
    pub fn open(&self, secret: SlotSecret<'_>) -> Result<DataKey, Problem> {
        let wrong = || Problem::new("slot.wrong");
        if secret.kind() != self.kind {
            return Err(wrong());
        }
        unwrap_key(&self.key(secret)?, &self.aad(), &self.wrapped).map_err(|_| wrong())
    }

    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        Value::list([
            Value::uint(1_u8),
            Value::uint(self.kind),
            Value::bytes(self.salt),
            Value::uint(self.cost.memory_kib),
            Value::uint(self.cost.passes),
            Value::bytes(&self.wrapped),
        ])
        .encode()
    }

    /// Reads the bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, Problem> {
        let read = || -> Result<Self, CborError> {
            let [version, kind, salt, memory_kib, passes, wrapped] = decode(bytes)?.into_items()?;
            version_1(version)?;
            let cost = Cost { memory_kib: memory_kib.into_uint()?, passes: passes.into_uint()? };
            Ok(Self { kind: kind.into_uint()?, salt: salt.into_array()?, cost, wrapped: wrapped.into_bytes()? })
        };
        read().map_err(|_| Problem::at("slot.malformed", "CBOR"))
    }

    fn key(&self, secret: SlotSecret<'_>) -> Result<DataKey, Problem> {
        Ok(match secret {
            SlotSecret::Passphrase(typed) => DataKey::from_bytes(*self.cost.stretch(typed, &self.salt)?),
            SlotSecret::Passkey(bytes) | SlotSecret::Recovery(bytes) => hkdf(&self.salt, bytes, "simpul/slot/1"),
        })
    }

    fn aad(&self) -> Aad {
        let aad = Aad::new("simpul/slot/1").int(self.kind.into()).bytes(&self.salt);
        aad.int(self.cost.memory_kib.into()).int(self.cost.passes.into())
    }
}

/// The hash of an officer's password, as a PHC string.
pub fn hash_password(password: &str, cost: Cost, chance: &dyn Chance) -> Result<String, Problem> {
    let salt: [u8; 16] = chance.bytes();
    let hash: PasswordHash = cost
        .argon2()?
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map_err(|_| Problem::at("slot.malformed", "password"))?;
    Ok(hash.to_string())
}

/// Compares in constant time. `login.wrong` also for a hash that is none.
pub fn verify_password(password: &str, hash: &str) -> Result<(), Problem> {
    let wrong = || Problem::new("login.wrong");
    let hash = PasswordHash::new(hash).map_err(|_| wrong())?;
    let params = Params::try_from(&hash).map_err(|_| wrong())?;
    if params.m_cost() > MEMORY_KIB_MAX || params.t_cost() > PASSES_MAX {
        return Err(wrong());
    }
    Argon2::default().verify_password(password.as_bytes(), &hash).map_err(|_| wrong())
}

/// Several slots as one value, for a backup's ring.
pub fn encode_slots(slots: &[Slot]) -> Vec<u8> {
    Value::list(slots.iter().map(|slot| Value::Bytes(slot.encode()))).encode()
}

/// Reads what [`encode_slots`] wrote.
pub fn decode_slots(bytes: &[u8]) -> Result<Vec<Slot>, Problem> {
    let slots = decode(bytes).and_then(Value::into_list).and_then(|slots| each(slots, Value::into_bytes));
    let slots = slots.map_err(|_| Problem::at("slot.malformed", "CBOR"))?;
    slots.iter().map(|slot| Slot::decode(slot)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::chance::SeededChance;

    #[test]
    fn each_kind_of_secret_opens_its_own_slot_only() {
        let chance = SeededChance::new(1);
        let master = DataKey::generate(&chance);
        let secrets = [
            SlotSecret::Passphrase("kata sandi panjang"),
            SlotSecret::Passkey(&[2; 32]),
            SlotSecret::Recovery(&[2; 32]),
        ];
        let slots = secrets.map(|secret| Slot::seal(&master, secret, Cost::CHEAP, &chance).unwrap());
        for (slot, own) in slots.iter().zip(secrets) {
            let slot = Slot::decode(&slot.encode()).unwrap();
            for secret in secrets {
                assert_eq!(slot.open(secret).is_ok_and(|key| key == master), secret.kind() == own.kind());
            }
        }
        assert_eq!(slots[0].open(SlotSecret::Passphrase("salah")).unwrap_err_code(), "slot.wrong");
        assert_eq!(decode_slots(&encode_slots(&slots)).unwrap(), slots);
    }

    trait Code {
        fn unwrap_err_code(self) -> &'static str;
    }

    impl<T> Code for Result<T, Problem> {
        fn unwrap_err_code(self) -> &'static str {
            self.err().unwrap().code.0
        }
    }

    #[test]
    fn a_changed_slot_opens_nothing() {
        let chance = SeededChance::new(2);
        let slot =
            Slot::seal(&DataKey::generate(&chance), SlotSecret::Passphrase("kata"), Cost::CHEAP, &chance).unwrap();
        let bytes = slot.encode();
        for at in 0..bytes.len() {
            let mut bad = bytes.clone();
            bad[at] ^= 1;
            // A flipped bit in the cost would only make the guess dearer; the bound keeps it from stopping the node.
            assert!(Slot::decode(&bad).and_then(|slot| slot.open(SlotSecret::Passphrase("kata"))).is_err());
        }
        let huge = Slot { cost: Cost { memory_kib: u32::MAX, passes: 1 }, ..slot };
        assert_eq!(huge.open(SlotSecret::Passphrase("kata")).unwrap_err_code(), "slot.malformed");
    }

    #[test]
    fn a_password_verifies_against_its_phc_string() {
        let hash = hash_password("sandi", Cost::CHEAP, &SeededChance::new(3)).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{hash}");
        assert_eq!(verify_password("sandi", &hash), Ok(()));
        for (password, hash) in [
            ("salah", hash.as_str()),
            ("sandi", ""),
            ("sandi", "$argon2id$v=19$m=4294967295,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g"),
        ] {
            assert_eq!(verify_password(password, hash), Err(Problem::new("login.wrong")));
        }
    }

    #[test]
    fn argon2id_agrees_with_a_published_value() {
        // The PHC reference implementation's own test (test.c): m=65536, t=2, p=1, "password", "somesalt".
        let hash = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        assert_eq!(verify_password("password", hash), Ok(()));
    }
}
