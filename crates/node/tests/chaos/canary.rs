//! A person who must not be seen: her words, in every form in which they could stand in bytes.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

pub const NAME: &str = "Inaq Kenari Saruni";
pub const PHONE: &str = "+6281277317731";
pub const STORY: &str = "gudang kenari-7731 di belakang pasar";

/// Where a word of hers stands in these bytes, and how it is written there: plain, in either case, as UTF-16, hex or base64.
pub fn found(bytes: &[u8]) -> Option<String> {
    let all: Vec<_> = [NAME, PHONE, STORY].into_iter().flat_map(forms).collect();
    // By first byte, so that megabytes are walked once.
    let begins = |byte: usize| all.iter().filter(move |(_, form)| usize::from(form[0]) == byte).collect::<Vec<_>>();
    let begins: Vec<_> = (0..256).map(begins).collect();
    let mut places = bytes.iter().enumerate().filter(|(_, byte)| !begins[usize::from(**byte)].is_empty());
    places.find_map(|(at, byte)| {
        let here = begins[usize::from(*byte)].iter().find(|(_, form)| bytes[at..].starts_with(form))?;
        Some(format!("{:?} as {} at byte {at}", String::from_utf8_lossy(&here.1), here.0))
    })
}

fn forms(word: &str) -> Vec<(&'static str, Vec<u8>)> {
    let utf16 = |bytes: fn(u16) -> [u8; 2]| word.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let mut forms = vec![
        ("plain", word.as_bytes().to_vec()),
        ("lower", word.to_lowercase().into_bytes()),
        ("upper", word.to_uppercase().into_bytes()),
        ("UTF-16 LE", utf16(u16::to_le_bytes)),
        ("UTF-16 BE", utf16(u16::to_be_bytes)),
        ("hex", base::hex(word.as_bytes()).into_bytes()),
        ("HEX", base::hex(word.as_bytes()).to_uppercase().into_bytes()),
        ("URL", word.replace(' ', "%20").replace('+', "%2B").into_bytes()),
        ("form", word.replace('+', "%2B").replace(' ', "+").into_bytes()),
    ];
    // Base64 looks different behind each number of bytes: the letters that all of these share.
    for before in 0..3 {
        let padded = [&vec![0; before][..], word.as_bytes()].concat();
        for engine in [&STANDARD, &URL_SAFE_NO_PAD] {
            let text = engine.encode(&padded);
            let (first, last) = ((before * 8).div_ceil(6), padded.len() * 8 / 6);
            forms.push(("base64", text.as_bytes()[first..last].to_vec()));
        }
    }
    forms
}

/// Nothing of her stands there; and there is something to search.
#[track_caller]
pub fn none_in(what: &str, bytes: &[u8]) {
    assert!(bytes.len() > 500, "{what}: there is nothing to search");
    assert_eq!(found(bytes), None, "{what}");
}

#[test]
fn the_search_finds_each_form_and_nothing_in_other_bytes() {
    let around = |form: &[u8]| [&[7; 900][..], form, &[9; 900]].concat();
    for word in [NAME, PHONE, STORY] {
        for (how, form) in forms(word) {
            assert!(form.len() >= 14, "{how} is long enough to be no accident: {form:?}");
            assert!(found(&around(&form)).is_some(), "{word} as {how}");
        }
        for before in 0..3 {
            let inside = [&vec![b'x'; before][..], word.as_bytes(), b"yz"].concat();
            assert!(found(STANDARD.encode(inside).as_bytes()).is_some(), "{word} in base64, {before} bytes in");
        }
    }
    assert_eq!(found(&around(b"Inaq Kenanga Saruni")), None);
}
