//! What two people read to each other before they trust a node: 19 characters of its root's hash and a check character
//! (FEDERATION.md 8), in Crockford base32. Also used for recovery shares on paper.

use crate::hash;
use crate::keys::RootPublic;
use base::CROCKFORD;

/// Crockford's five extra check symbols, for remainders 32 to 36.
const CHECK: &[u8; 5] = b"*~$=U";
const GROUP: usize = 5;
const BITS: u32 = 95;

/// The fingerprint of a root: four groups of five, such as `7K9QD-…`.
pub fn fingerprint(root: &RootPublic) -> String {
    let hash = hash::domain("simpul/print/1", &[&root.bytes()]);
    let number = u128::from_be_bytes(hash::first(hash)) >> (128 - BITS);
    let digits = (0..BITS / 5).rev().filter_map(|place| CROCKFORD.get(((number >> (5 * place)) & 31) as usize));
    let mut text: String = digits.map(|digit| char::from(digit.to_ascii_uppercase())).collect();
    text.extend(check_character(&text));
    grouped(&text, GROUP)
}

/// Whether what a person typed is this fingerprint: case, spaces and dashes do not matter, and I, L, O read as 1, 1, 0.
pub fn same_fingerprint(typed: &str, fingerprint: &str) -> bool {
    plain(typed) == plain(fingerprint)
}

/// Whether what a person typed has its own check character right: a slip of one character is found.
pub fn is_well_typed(typed: &str) -> bool {
    let text = plain(typed);
    let mut all = text.chars();
    let last = all.next_back();
    last.is_some() && check_character(all.as_str()) == last
}

/// The check character of base32 text: its number modulo 37. `None` if it is no base32.
pub fn check_character(text: &str) -> Option<char> {
    let mut rest = 0;
    for c in text.bytes() {
        let value = CROCKFORD.iter().position(|digit| digit.eq_ignore_ascii_case(&c))?;
        rest = (rest * 32 + value) % 37;
    }
    CROCKFORD.iter().chain(CHECK).nth(rest).map(|c| char::from(c.to_ascii_uppercase()))
}

/// Splits into groups joined by a dash.
pub fn grouped(text: &str, size: usize) -> String {
    let groups: Vec<&[u8]> = text.as_bytes().chunks(size.max(1)).collect();
    groups.iter().map(|group| String::from_utf8_lossy(group)).collect::<Vec<_>>().join("-")
}

/// As typed by people: upper case, without what separates groups, look-alikes read as digits.
pub fn plain(typed: &str) -> String {
    let kept = typed.chars().filter(|c| !c.is_whitespace() && *c != '-');
    kept.map(|c| match c.to_ascii_uppercase() {
        'I' | 'L' => '1',
        'O' => '0',
        other => other,
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::RootKey;

    #[test]
    fn a_fingerprint_is_four_groups_of_five_and_checks_itself() {
        let print = fingerprint(&RootKey::from_bytes(&[1; 32]).public());
        assert_eq!(print.split('-').map(str::len).collect::<Vec<_>>(), [5; 4]);
        assert!(is_well_typed(&print));
        assert!(is_well_typed(&print.to_lowercase().replace('-', " ")));
        assert!(same_fingerprint(&print.to_lowercase(), &print));
        assert!(!same_fingerprint(&print, &fingerprint(&RootKey::from_bytes(&[2; 32]).public())));
    }

    #[test]
    fn a_slip_of_one_character_or_two_swapped_ones_is_found() {
        let print = plain(&fingerprint(&RootKey::from_bytes(&[1; 32]).public()));
        for at in 0..19 {
            for other in CROCKFORD.iter().map(u8::to_ascii_uppercase) {
                let mut bad = print.clone().into_bytes();
                if bad[at] != other {
                    bad[at] = other;
                    assert!(!is_well_typed(&String::from_utf8(bad).unwrap()));
                }
            }
        }
        for at in 0..18 {
            let mut swapped = print.clone().into_bytes();
            swapped.swap(at, at + 1);
            assert!(swapped == print.as_bytes() || !is_well_typed(&String::from_utf8(swapped).unwrap()));
        }
    }

    #[test]
    fn the_check_character_is_the_number_modulo_37() {
        // Crockford's page: symbols 32 to 36 are * ~ $ = U.
        for (text, check) in [("0", '0'), ("Z", 'Z'), ("10", '*'), ("11", '~'), ("14", 'U'), ("15", '0'), ("16J", 'D')]
        {
            assert_eq!(check_character(text), Some(check), "{text}");
        }
        assert_eq!(check_character("U"), None);
    }
}
