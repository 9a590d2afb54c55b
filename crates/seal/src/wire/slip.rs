//! The code on a referral slip (WEB.md 9): twelve characters by which any desk finds a report again, and which say nothing
//! of it. Both the phone, offline, and the node make it from the report's id alone.

use crate::fingerprint;
use crate::hash;
use base::{CROCKFORD, Place, Problem, ReportId};

/// Characters of a code, the last of which checks the others.
pub const SLIP_CHARS: usize = 12;
/// Bits of the id's hash that a code shows: eleven characters of five.
const BITS: u32 = 55;
/// What stands before the place in a QR code.
const SCHEME: &str = "SIMPUL1/";

/// A code as a person typed it or a scanner read it: its characters are as they were printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slip {
    /// Where it was made, if it came with its place.
    pub place: Option<Place>,
    /// The twelve characters.
    pub code: String,
}

/// The code of a report: the first 55 bits of SHA-256("simpul/slip/1" || rid) in Crockford base32, and a check character.
pub fn slip_code(rid: &ReportId) -> String {
    let number = u64::from_be_bytes(hash::first(hash::domain("simpul/slip/1", &[&rid.bytes()]))) >> (64 - BITS);
    let digits = (0..BITS / 5).rev().map(|place| u8::try_from((number >> (5 * place)) & 31).unwrap_or(0));
    let digits: Vec<u8> = digits.collect();
    let check = twice(check_state(&digits));
    digits.iter().chain([&check]).filter_map(|digit| letter(*digit)).collect()
}

/// The code as people read it: `7F3K 9QRA 2M5X`.
pub fn slip_shown(code: &str) -> String {
    fingerprint::grouped(code, 4).replace('-', " ")
}

/// What stands in the QR code of a slip.
pub fn slip_scanned(place: &Place, code: &str) -> String {
    format!("{SCHEME}{place}/{code}")
}

/// Reads what was typed or scanned. Every slip of one character and every swap of neighbours is `slip.typo`, told apart
/// from a code that no report has.
pub fn read_slip(typed: &str) -> Result<Slip, Problem> {
    let typo = || Problem::new("slip.typo");
    let typed = fingerprint::plain(typed);
    // In `plain`, the last letter of SIMPUL1 reads as a digit, as every L does.
    let (place, code) = match typed.strip_prefix(&fingerprint::plain(SCHEME)) {
        None => (None, typed.as_str()),
        Some(rest) => {
            let (place, code) = rest.split_once('/').ok_or_else(typo)?;
            (Some(Place::parse(place).map_err(|_| typo())?), code)
        }
    };
    let value = |c: u8| CROCKFORD.iter().position(|digit| digit.eq_ignore_ascii_case(&c));
    let digits: Option<Vec<u8>> = code.bytes().map(|c| u8::try_from(value(c)?).ok()).collect();
    let good = digits.is_some_and(|digits| digits.len() == SLIP_CHARS && check_state(&digits) == 0);
    if good { Ok(Slip { place, code: code.to_owned() }) } else { Err(typo()) }
}

fn letter(digit: u8) -> Option<char> {
    CROCKFORD.get(usize::from(digit)).map(|c| char::from(c.to_ascii_uppercase()))
}

/// Damm's method over GF(32): s -> 2 s + d, from 0. It finds every single slip, because doubling is one to one, and every
/// swap of neighbours, because 2 s + d differs from its swap by 3 times what the two differ by.
fn check_state(digits: &[u8]) -> u8 {
    digits.iter().fold(0, |state, digit| twice(state) ^ digit)
}

/// Twice an element of GF(32), modulo x^5 + x^2 + 1.
const fn twice(value: u8) -> u8 {
    let doubled = value << 1;
    if doubled & 32 == 0 { doubled } else { doubled ^ 0b10_0101 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(seed: u8) -> String {
        slip_code(&ReportId::from_bytes([seed; 16]))
    }

    #[test]
    fn a_code_is_twelve_characters_of_the_alphabet_and_reads_back_however_it_is_typed() {
        for seed in 0..=255 {
            let code = code(seed);
            assert_eq!(code.len(), SLIP_CHARS);
            let lower = slip_shown(&code).to_lowercase().replace('0', "o").replace('1', "l");
            for typed in [code.clone(), lower, format!("  {} ", slip_shown(&code).replace(' ', "-"))] {
                assert_eq!(read_slip(&typed).unwrap(), Slip { place: None, code: code.clone() }, "{typed}");
            }
        }
        assert_ne!(code(1), code(2));
    }

    #[test]
    fn a_scanned_code_says_where_it_was_made() {
        let place = Place::parse("21.71").unwrap();
        let scanned = slip_scanned(&place, &code(1));
        assert_eq!(scanned, format!("SIMPUL1/21.71/{}", code(1)));
        for typed in [scanned.clone(), scanned.to_lowercase(), format!("{scanned}\r\n")] {
            assert_eq!(read_slip(&typed).unwrap(), Slip { place: Some(place.clone()), code: code(1) });
        }
        for bad in ["SIMPUL1/", "SIMPUL1/21.71", "SIMPUL1/Batam/", "SIMPUL2/21.71/"] {
            assert!(read_slip(&format!("{bad}{}", code(1))).is_err(), "{bad}");
        }
    }

    #[test]
    fn every_slip_of_one_character_and_every_swap_of_neighbours_is_a_typing_error() {
        for seed in 0..16 {
            let code = code(seed);
            for at in 0..SLIP_CHARS {
                for digit in CROCKFORD {
                    let mut bad = code.clone().into_bytes();
                    if !digit.eq_ignore_ascii_case(&bad[at]) {
                        bad[at] = *digit;
                        assert!(read_slip(std::str::from_utf8(&bad).unwrap()).is_err());
                    }
                }
                let mut swapped = code.clone().into_bytes();
                if at + 1 < SLIP_CHARS && swapped[at] != swapped[at + 1] {
                    swapped.swap(at, at + 1);
                    assert!(read_slip(std::str::from_utf8(&swapped).unwrap()).is_err());
                }
            }
        }
    }

    #[test]
    fn what_is_no_code_is_a_typing_error_and_never_more() {
        for bad in ["", "7F3K", "UUUUUUUUUUUU", "ääääääääääää", "SIMPUL1/21.71/", "0000 0000 0000 0"] {
            assert_eq!(read_slip(bad).unwrap_err().code.0, "slip.typo", "{bad}");
        }
    }
}
