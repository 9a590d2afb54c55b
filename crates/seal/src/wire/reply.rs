//! Reply codes and boxes for people who reported without a name (WEB.md 7). The code is shown once; the node keeps neither
//! it nor the key it came from, so database and key together do not give it.

use crate::cell::{DataKey, hkdf};
use crate::hash;
use crate::hpke_suites::{self, Nodes};
use crate::keys::{SealingPublic, SealingSecret};
use crate::pad;
use crate::slot::Cost;
use base::{Chance, Problem};
use zeroize::Zeroizing;

const INFO: &str = "simpul/box/1";
/// X25519's encapsulated key.
const ENC_BYTES: usize = 32;
/// Digits of a code, without its check digit.
const DIGITS: usize = 15;

/// The code of a report: 15 digits of HMAC-SHA-256(reply key, "simpul/reply/1" + `_kunci`) and a check digit, as 4 x 4. The
/// same `_kunci` gives the same code, so a repeated post shows it again.
pub fn reply_code(reply_key: &DataKey, kunci: &[u8]) -> Zeroizing<String> {
    let mac = hash::hmac(reply_key.expose(), &[b"simpul/reply/1", kunci]);
    // 64 bits modulo 10^15: no digit is likelier than another by more than one in 18,000.
    let number = u64::from_be_bytes(hash::first(mac)) % 1_000_000_000_000_000;
    let digits = format!("{number:015}");
    let check = damm(&digits).unwrap_or_default();
    Zeroizing::new(crate::fingerprint::grouped(&format!("{digits}{check}"), 4).replace('-', " "))
}

/// The 16 digits of a code as a person typed it, if its check digit is right; so a slip is told before anything is asked.
pub fn read_reply_code(typed: &str) -> Option<Zeroizing<String>> {
    let digits: Zeroizing<String> = Zeroizing::new(typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect());
    (digits.len() == DIGITS + 1 && damm(&digits) == Some(0)).then_some(digits)
}

/// The Damm check digit: it finds every single slip and every swap of neighbours. `None` if there is another character.
/// The table is the totally anti-symmetric quasigroup of order 10 of Damm's thesis (2004).
fn damm(digits: &str) -> Option<u32> {
    const TABLE: [[u32; 10]; 10] = [
        [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
        [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
        [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
        [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
        [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
        [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
        [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
        [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
        [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
        [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
    ];
    digits.chars().try_fold(0, |state: u32, c| {
        let row = TABLE.get(usize::try_from(state).ok()?)?;
        row.get(usize::try_from(c.to_digit(10)?).ok()?).copied()
    })
}

/// What a code opens: a box that holds a conversation.
pub struct ReplyBox {
    /// Found by this; it does not give the code.
    pub id: [u8; 16],
    secret: SealingSecret,
}

impl ReplyBox {
    /// From the 16 digits and the node's salt: Argon2id, then HKDF to an id and a key pair of suite 1.
    pub fn of(digits: &str, node_salt: &[u8; 16], cost: Cost) -> Result<Self, Problem> {
        let stretched = cost.stretch(digits, node_salt)?;
        let id = hkdf(&[], stretched.as_slice(), "simpul/box-id/1");
        let secret = hkdf(&[], stretched.as_slice(), "simpul/box-key/1");
        Ok(Self { id: hash::first(*id.expose()), secret: SealingSecret::from_bytes(secret.expose()) })
    }

    /// What officers seal replies to.
    pub fn public(&self) -> SealingPublic {
        self.secret.public()
    }

    /// Opens a reply, in memory only.
    pub fn open(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Problem> {
        let wrong = || Problem::new("report.sealed");
        let (enc, sealed) = sealed.split_at_checked(ENC_BYTES).ok_or_else(wrong)?;
        let padded =
            hpke_suites::open::<Nodes>(self.secret.inner(), enc, INFO, &self.id, sealed).map_err(|_| wrong())?;
        pad::unpad(&padded).map(|text| Zeroizing::new(text.to_vec())).ok_or_else(wrong)
    }
}

/// Seals a reply to a box: `enc 32 | ciphertext`, padded like a report.
pub fn seal_reply(text: &[u8], box_id: &[u8; 16], to: &SealingPublic, chance: &dyn Chance) -> Result<Vec<u8>, Problem> {
    let (_, padded) = pad::pad(text).ok_or(Problem::at("input.too-large", "reply"))?;
    let sealed = hpke_suites::seal::<Nodes>(to.inner(), INFO, box_id, &padded, chance);
    let (enc, sealed) = sealed.map_err(|_| Problem::new("report.sealed"))?;
    Ok([enc, sealed].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::chance::SeededChance;

    #[test]
    fn the_damm_digit_of_572_is_4() {
        // The worked example of Damm's method.
        assert_eq!(damm("572"), Some(4));
        assert_eq!(damm("5724"), Some(0));
        assert_eq!(damm("57a"), None);
    }

    #[test]
    fn a_code_is_sixteen_digits_and_every_slip_is_found() {
        let key = DataKey::from_bytes([1; 32]);
        let code = reply_code(&key, b"kunci");
        assert_eq!(code.split(' ').map(str::len).collect::<Vec<_>>(), [4; 4]);
        assert_eq!(reply_code(&key, b"kunci"), code);
        assert_ne!(reply_code(&key, b"kunci2"), code);
        let digits = read_reply_code(&code.replace(' ', "-")).unwrap();
        for at in 0..16 {
            for other in b'0'..=b'9' {
                let mut bad = digits.as_bytes().to_vec();
                if bad[at] != other {
                    bad[at] = other;
                    assert_eq!(read_reply_code(std::str::from_utf8(&bad).unwrap()), None);
                }
            }
        }
        for bad in ["", "1234", "x", "１２３４５６７８９０１２３４５６"] {
            assert_eq!(read_reply_code(bad), None);
        }
    }

    #[test]
    fn a_reply_opens_with_the_code_alone() {
        let (chance, salt) = (SeededChance::new(1), [7; 16]);
        let digits = read_reply_code(&reply_code(&DataKey::from_bytes([1; 32]), b"kunci")).unwrap();
        let made = ReplyBox::of(&digits, &salt, Cost::CHEAP).unwrap();
        let sealed = seal_reply("Kami sudah membaca.".as_bytes(), &made.id, &made.public(), &chance).unwrap();
        let again = ReplyBox::of(&digits, &salt, Cost::CHEAP).unwrap();
        assert_eq!(again.id, made.id);
        assert_eq!(again.open(&sealed).unwrap().as_slice(), "Kami sudah membaca.".as_bytes());
        let other = ReplyBox::of("0000000000000000", &salt, Cost::CHEAP).unwrap();
        assert!(other.open(&sealed).is_err());
        assert!(again.open(&sealed[..40]).is_err() && again.open(&[]).is_err());
    }
}
