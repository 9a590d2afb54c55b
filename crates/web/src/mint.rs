//! What every form carries: a token that only this session can have (CSRF), masked anew in each response because equal
//! bytes in a compressed page could be guessed (BREACH), and a key that makes a repeated post one effect.

use askama::Template;
use base::{from_hex, hex};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// Makes the hidden fields of the forms of one response.
#[derive(Clone)]
pub struct Mint {
    session: [u8; 32],
    seed: [u8; 32],
}

impl Mint {
    /// `session` is a secret of the session (public pages: zeros), `seed` is fresh for each response.
    pub const fn new(session: [u8; 32], seed: [u8; 32]) -> Self {
        Self { session, seed }
    }

    /// The opening of a form that posts to `action`.
    pub fn form(&self, action: &str) -> Form {
        let mask = self.derive("mask", action);
        let mac = token(&self.session, action);
        let masked: Vec<u8> = mac.iter().zip(mask).map(|(a, b)| a ^ b).collect();
        Form {
            action: action.to_owned(),
            token: format!("{}{}", hex(&mask), hex(&masked)),
            key: hex(&self.derive("key", action)),
            version: None,
            upload: false,
            island: None,
        }
    }

    /// Whether a token belongs to this session and action.
    pub fn accepts(session: &[u8; 32], action: &str, given: &str) -> bool {
        let Some(bytes) = from_hex(given).filter(|bytes| bytes.len() == 32) else { return false };
        let (mask, masked) = bytes.split_at(16);
        let differs = mask.iter().zip(masked).zip(token(session, action)).fold(0, |sum, ((a, b), c)| sum | (a ^ b ^ c));
        differs == 0
    }

    fn derive(&self, what: &str, action: &str) -> [u8; 16] {
        first(&Sha256::new().chain_update(self.seed).chain_update(what).chain_update(action).finalize())
    }
}

/// A version, by value or as templates lend it.
pub struct Version(i64);

impl From<i64> for Version {
    fn from(version: i64) -> Self {
        Self(version)
    }
}

impl From<&i64> for Version {
    fn from(version: &i64) -> Self {
        Self(*version)
    }
}

impl From<&&i64> for Version {
    fn from(version: &&i64) -> Self {
        Self(**version)
    }
}

/// The opening tag of a form and its hidden fields; the template closes it.
#[derive(Clone, Debug, Template)]
#[template(path = "part/form.html")]
pub struct Form {
    action: String,
    token: String,
    key: String,
    version: Option<i64>,
    upload: bool,
    /// Public forms: the island that may take over, and the key it seals to. No token, no memory of what was typed.
    island: Option<(&'static str, String)>,
}

impl askama::filters::HtmlSafe for Form {}

impl Form {
    /// With the version of the thing that the person saw (clashes, WEB.md 5).
    #[must_use]
    pub fn at(mut self, version: impl Into<Version>) -> Self {
        self.version = Some(version.into().0);
        self
    }

    /// A form that carries a file.
    #[must_use]
    pub fn with_file(mut self) -> Self {
        self.upload = true;
        self
    }

    /// The token as the page carries it.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// A public form: nothing is remembered by the browser; an island may take it over.
    #[must_use]
    pub fn quiet(mut self, island: &'static str, intake_key: Option<&String>) -> Self {
        self.island = Some((island, intake_key.cloned().unwrap_or_default()));
        self
    }
}

/// HMAC-SHA-256 over parts.
pub fn hmac_32(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn token(session: &[u8; 32], action: &str) -> [u8; 16] {
    first(&hmac_32(session, &[b"simpul/form/1", action.as_bytes()]))
}

fn first(bytes: &[u8]) -> [u8; 16] {
    let mut out = [0; 16];
    for (to, from) in out.iter_mut().zip(bytes) {
        *to = *from;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_holds_for_its_session_and_action_only() {
        let form = Mint::new([1; 32], [9; 32]).form("/kasus/a/penutupan");
        assert!(Mint::accepts(&[1; 32], "/kasus/a/penutupan", &form.token));
        assert!(!Mint::accepts(&[2; 32], "/kasus/a/penutupan", &form.token));
        assert!(!Mint::accepts(&[1; 32], "/kasus/b/penutupan", &form.token));
        for bad in ["", "00", "zz", &"0".repeat(64), &"ä".repeat(32)] {
            assert!(!Mint::accepts(&[1; 32], "/kasus/a/penutupan", bad));
        }
    }

    #[test]
    fn two_responses_show_no_equal_token_or_key() {
        let (a, b) = (Mint::new([1; 32], [3; 32]).form("/x"), Mint::new([1; 32], [4; 32]).form("/x"));
        assert_ne!(a.token, b.token);
        assert_ne!(a.key, b.key);
        assert_eq!(a.key.len(), 32);
    }
}
