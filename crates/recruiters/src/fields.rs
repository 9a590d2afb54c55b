//! Numbers, dates and places of a mention. Whatever cannot be read counts as not written, never as different.

use crate::intern::hash;
use crate::person::Sex;
use crate::spelling::fold;
use base::text::match_key;

/// Digits packed four bits each, the last lowest; 0 when there are none. Anything but 1 to 16 digits is a hash with the
/// highest bits set, which equals only itself.
pub fn packed(digits: &[u8]) -> u64 {
    if digits.len() <= 16 && digits.iter().all(u8::is_ascii_digit) {
        return digits.iter().fold(0, |sum, digit| sum << 4 | u64::from(digit - b'0'));
    }
    hash(digits) | 0xf << 60
}

/// How many digits of [`packed`] there are, without leading zeros.
pub const fn length(number: u64) -> u32 {
    16 - number.leading_zeros() / 4
}

/// The digits of [`packed`], most significant first, without leading zeros.
pub fn unpacked(number: u64) -> ([u8; 16], usize) {
    let mut digits = [0; 16];
    let length = length(number) as usize;
    for (at, digit) in digits.iter_mut().take(length).enumerate() {
        *digit = b'0' + u8::try_from(number >> (4 * (length - 1 - at)) & 0xf).unwrap_or(0);
    }
    (digits, length)
}

/// A phone number without its prefixes: 0812…, 62812… and +62 812… are one; other countries keep their code. 0 if fewer
/// than six digits are there. E.164 allows fifteen.
pub fn phone(text: &str) -> u64 {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).collect();
    let plus = text.contains('+');
    let rest = digits.strip_prefix(b"00").unwrap_or(&digits);
    let rest = match rest.strip_prefix(b"62") {
        Some(national) if plus || national.len() >= 8 => national,
        _ => rest,
    };
    let rest = rest.strip_prefix(b"0").unwrap_or(rest);
    if rest.len() < 6 || rest.len() > 15 { 0 } else { packed(rest) }
}

/// An identity number, packed. An NIK has sixteen digits; other numbers are taken as they are.
pub fn nik(text: &str) -> u64 {
    let signs: Vec<u8> = text.bytes().filter(u8::is_ascii_alphanumeric).collect();
    if signs.len() < 5 { 0 } else { packed(&signs) }
}

/// Birth day and sex inside an NIK (Permendagri 96/2022 and before: 6 digits of area, day with +40 for women, month,
/// year, 4 digits in sequence). `None` if it is not formed like one.
pub fn inside_nik(nik: u64) -> Option<(u32, Sex)> {
    let two = |from: u32| u32::try_from(nik >> (4 * from) & 0xff).map_or(0, |two| (two >> 4) * 10 + (two & 0xf));
    let (province, day, month, year) = (two(14), two(8), two(6), two(4));
    if !(11..=99).contains(&province) || nik >> 60 == 0xf || nik.trailing_zeros() >= 16 {
        return None;
    }
    let (day, sex) = if day > 40 { (day - 40, Sex::Female) } else { (day, Sex::Male) };
    // Nobody under ten is met as a recruiter, so that two digits of the year are enough: 2017 and later mean 1917.
    let century = if year > 16 { 1900 } else { 2000 };
    Some((date_of(century + year, month, day)?, sex))
}

/// A birth date as `yyyymmdd`: ISO, `d/m/yyyy` and relatives, eight digits, or a year alone (`yyyy0000`). 0 if none.
pub fn date(text: &str) -> u32 {
    let parts: Vec<&str> = text.split(|sign: char| !sign.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let number = |part: &str| part.parse::<u32>().unwrap_or(u32::MAX);
    let read = match parts.as_slice() {
        [year, month, day, ..] if year.len() == 4 => date_of(number(year), number(month), number(day)),
        [day, month, year] if year.len() == 4 => date_of(number(year), number(month), number(day))
            .or_else(|| date_of(number(year), number(day), number(month))),
        [all] if all.len() == 8 => {
            let all = number(all);
            date_of(all / 10_000, all / 100 % 100, all % 100)
                .or_else(|| date_of(all % 10_000, all / 10_000 % 100, all / 1_000_000))
        }
        [year] if year.len() == 4 && (1900..2100).contains(&number(year)) => Some(number(year) * 10_000),
        _ => None,
    };
    read.unwrap_or(0)
}

fn date_of(year: u32, month: u32, day: u32) -> Option<u32> {
    let is_day = (1880..2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    // Only then: digits without end in a cell are no number that may be multiplied.
    is_day.then(|| year * 10_000 + month * 100 + day)
}

/// A birth date as [`date`] reads it; else eight digits of which one slip, a digit or two neighbours, made something that no
/// calendar has (`2001-12-64`): as written, so that it is close to the day that was meant and equal to no other.
pub fn date_with_slip(text: &str) -> u32 {
    let read = date(text);
    if read != 0 {
        return read;
    }
    let parts: Vec<&str> = text.split(|sign: char| !sign.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let digits: Vec<u32> = match parts.as_slice() {
        [first, second, third] if third.len() == 4 => [*third, *second, *first],
        [first, second, third] => [*first, *second, *third],
        [all] => [*all, "", ""],
        _ => return 0,
    }
    .concat()
    .bytes()
    .map(|digit| u32::from(digit - b'0'))
    .collect();
    let written = |digits: &[u32]| digits.iter().fold(0, |sum, digit| sum * 10 + digit);
    let is_day = |digits: &[u32]| {
        let all = written(digits);
        date_of(all / 10_000, all / 100 % 100, all % 100).is_some()
    };
    let with = |at: usize, digit: u32| -> Vec<u32> {
        (0..).zip(&digits).map(|(place, kept)| if place == at { digit } else { *kept }).collect()
    };
    let swapped = |at: usize| {
        let mut meant = digits.clone();
        meant.swap(at, at + 1);
        meant
    };
    let slipped = digits.len() == 8
        && ((0..8).any(|at| (0..10).any(|digit| is_day(&with(at, digit)))) || (0..7).any(|at| is_day(&swapped(at))));
    if slipped { written(&digits) } else { 0 }
}

/// A sex as offices write it: L/P, M/F, and in words. `M` is male: forms in Indonesian say L and P.
pub fn sex(text: &str) -> Sex {
    match match_key(text).as_str() {
        "l" | "lk" | "m" | "male" | "pria" | "laki laki" | "laki" | "lelaki" => Sex::Male,
        "p" | "pr" | "f" | "female" | "wanita" | "perempuan" => Sex::Female,
        _ => Sex::Unknown,
    }
}

const PLACE_WORDS: [&str; 14] = [
    "desa",
    "ds",
    "kel",
    "kelurahan",
    "kp",
    "kampung",
    "kampong",
    "dusun",
    "dsn",
    "kab",
    "kabupaten",
    "kota",
    "kotamadya",
    "provinsi",
];
const COMPANY_WORDS: [&str; 9] = ["pt", "cv", "ud", "tbk", "yayasan", "koperasi", "lpk", "p3mi", "pjtki"];
const VESSEL_WORDS: [&str; 8] = ["km", "kmp", "klm", "kp", "mv", "mt", "kapal", "perahu"];

/// A place in one form: without *Desa*, *Kel.*, *Kab.* before it, in one spelling, without blanks.
pub fn place(text: &str) -> String {
    joined(text, &PLACE_WORDS)
}

/// An employer in one form: without *PT*, *CV* and their like, in one spelling, without blanks.
pub fn employer(text: &str) -> String {
    joined(text, &COMPANY_WORDS)
}

/// A bank account by its digits, whatever bank stands beside them; `None` if they are too few or too many for one.
pub fn account(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    (6..=18).contains(&digits.len()).then_some(digits)
}

/// The plate of a vehicle, letters and digits alone; `None` if it has not both.
pub fn plate(text: &str) -> Option<String> {
    let plate: String = text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    let has = |of: fn(&u8) -> bool| plate.as_bytes().iter().any(of);
    ((3..=10).contains(&plate.len()) && has(u8::is_ascii_alphabetic) && has(u8::is_ascii_digit)).then_some(plate)
}

/// A vessel in one form: without *KM*, *MV* and their like, in one spelling, without blanks.
pub fn vessel(text: &str) -> String {
    let key = match_key(text);
    fold(&own_words(&key, &VESSEL_WORDS).concat())
}

fn joined(text: &str, before: &[&str]) -> String {
    own_words(&match_key(text), before).iter().map(|word| fold(word)).collect()
}

/// A name without the words that say what it is a name of.
fn own_words<'a>(key: &'a str, before: &[&str]) -> Vec<&'a str> {
    let mut words: Vec<&str> = key.split(' ').collect();
    while words.len() > 1 && words.first().is_some_and(|word| before.contains(word)) {
        words.remove(0);
    }
    while words.len() > 1 && words.last().is_some_and(|word| matches!(*word, "pt" | "cv" | "tbk")) {
        words.pop();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_phone_in_all_its_forms() {
        for text in [
            "08123456789",
            "+62 812-3456-789",
            "62812 3456 789",
            "(0812) 3456789",
            "WA 0812.3456.789",
            "0062 8123456789",
        ] {
            assert_eq!(phone(text), 0x0081_2345_6789, "{text}");
        }
        assert_eq!(phone("+65 8123 4567"), 0x0065_8123_4567);
        assert_eq!(phone("112"), 0);
        assert_eq!(phone("12345678901234567890"), 0);
    }

    #[test]
    fn an_nik_tells_day_and_sex() {
        assert_eq!(inside_nik(nik("5302275006034129")), Some((20_030_610, Sex::Female)));
        assert_eq!(inside_nik(nik("3175.1505.1362.6071")), None);
        assert_eq!(inside_nik(nik("3175150510620071")), Some((19_621_005, Sex::Male)));
        assert_eq!(inside_nik(nik("12345678")), None);
    }

    #[test]
    fn dates_come_in_several_forms() {
        for text in ["1962-10-05", "05/10/1962", "5-10-1962", "19621005", "05101962"] {
            assert_eq!(date(text), 19_621_005, "{text}");
        }
        assert_eq!(date("1962"), 19_620_000);
        assert_eq!(date("1962-13-40"), 0);
        assert_eq!(date("sekitar 30 tahun"), 0);
    }

    #[test]
    fn a_day_that_no_calendar_has_is_kept_if_one_slip_made_it() {
        for (text, kept) in [
            ("2001-12-64", 20_011_264),
            ("1949-00-13", 19_490_013),
            ("9185-10-14", 91_851_014),
            ("64/12/2001", 20_011_264),
        ] {
            assert_eq!((date(text), date_with_slip(text)), (0, kept), "{text}");
        }
        for text in ["0000-00-00", "9999-99-99", "1999-99-99", "2001-12", "tidak tahu", "1-2-3-4", "99999999999"] {
            assert_eq!(date_with_slip(text), 0, "{text}");
        }
        assert_eq!(date_with_slip("1962-10-05"), 19_621_005);
    }

    #[test]
    fn places_and_companies_lose_what_stands_before() {
        assert_eq!(place("Kel. Soekamaju"), place("SUKA MAJU"));
        assert_eq!(place("Kab. Lombok Timur"), place("lombok timur"));
        assert_eq!(employer("PT. KARYA MANDIRI"), employer("Karya Mandiri"));
        assert_eq!(employer("PT"), "pt");
    }

    #[test]
    fn accounts_plates_and_vessels_are_known_in_all_their_forms() {
        assert_eq!(account("BCA 123-4567-890"), account("1234567890 a.n. rekaan"));
        assert_eq!((account("BCA 123"), account("1234567890123456789")), (None, None));
        assert_eq!(plate("bp 1234 xy"), plate("BP-1234-XY"));
        assert_eq!((plate("1234"), plate("mobil"), plate("")), (None, None, None));
        assert_eq!(vessel("KM. Sinar Baru"), vessel("kapal Sinarbaru"));
        assert_ne!(vessel("KM Sinar Baru"), vessel("KM Sinar Lama"));
    }

    #[test]
    fn digits_unpack_as_they_were() {
        let (digits, length) = unpacked(packed(b"812345"));
        assert_eq!(&digits[..length], b"812345");
        assert_eq!(unpacked(0).1, 0);
    }
}
