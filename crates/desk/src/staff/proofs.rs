//! The first proofs of an officer, told her once and on paper: a password and the secret of her authenticator app.

use base::Redacted;

/// Letters of RFC 4648 base32, as authenticator apps read it.
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// Length of a first password.
const PASSWORD_BYTES: usize = 10;

/// A password and a TOTP secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proofs {
    /// Password, told once.
    pub password: Redacted<String>,
    /// TOTP secret, base32, told once.
    pub totp: Redacted<String>,
}

impl Proofs {
    /// From a seed that nobody guesses: the same seed gives the same, so that a form sent twice tells what it told before.
    pub fn of(seed: &[u8; 32]) -> Self {
        let drawn = |label: &[u8]| seal::hash::hmac(seed, &[b"simpul/proofs/1", label]);
        let password = base::base32(drawn(b"password").first_chunk::<PASSWORD_BYTES>().map_or(&[], |bytes| bytes));
        let letter = |byte: &u8| ALPHABET.get(usize::from(byte & 31)).map(|letter| char::from(*letter));
        let totp = drawn(b"totp").iter().filter_map(letter).collect();
        Self { password: Redacted::new(password), totp: Redacted::new(totp) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proofs_are_long_enough_and_differ_with_the_seed() {
        let (one, other) = (Proofs::of(&[1; 32]), Proofs::of(&[2; 32]));
        assert_eq!((one.password.expose().len(), one.totp.expose().len()), (16, 32));
        assert_eq!(one, Proofs::of(&[1; 32]));
        assert!(one.password != other.password && one.totp != other.totp);
        assert!(one.totp.expose().bytes().all(|letter| ALPHABET.contains(&letter)));
    }
}
