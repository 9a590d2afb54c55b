//! A name as it was written: its words, and what stands before them (titles, Muhammad in its spellings).
//!
//! Names are free text: no first and last name, many have one word. Titles and Muhammad are kept as evidence.

use crate::spelling::fold;
use base::text::match_key;

/// More words than this are not compared: the longest names of the national name list have five.
pub const WORDS_MAX: usize = 5;

/// A sex that was written or follows from a title or an NIK.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Sex {
    /// Not known.
    #[default]
    Unknown,
    /// Male.
    Male,
    /// Female.
    Female,
}

/// What a written name says.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Name {
    /// As written, but for case, accents and titles; one blank between words.
    pub plain: String,
    /// Has been to Mecca: H., Hj., Haji.
    pub haji: bool,
    /// Muhammad stands before the name.
    pub muhammad: bool,
    /// What the title says.
    pub sex: Sex,
}

const MALE: [&str; 18] = [
    "h", "haji", "bpk", "bapak", "pak", "kang", "bang", "abang", "mas", "ust", "ustad", "ustadz", "om", "mr", "tuan",
    "tn", "drs", "kiai",
];
const FEMALE: [&str; 15] = [
    "hj", "hajjah", "hajah", "ibu", "bu", "mbak", "mba", "teh", "teteh", "ustadzah", "tante", "mrs", "ny", "nyonya",
    "dra",
];
const OTHER: [&str; 10] = ["sdr", "sdri", "dr", "ir", "prof", "kak", "ms", "almarhum", "alm", "kh"];
const DEGREES: [&str; 10] = ["sh", "se", "spd", "st", "skom", "sag", "mm", "mpd", "msi", "amd"];
const MUHAMMAD: [&str; 7] = ["m", "md", "muh", "moh", "mhd", "mohd", "muhd"];

/// Reads a name.
pub fn name(text: &str) -> Name {
    let key = match_key(text);
    let mut words: Vec<&str> = key.split(' ').filter(|word| !word.is_empty()).collect();
    let mut name = Name::default();
    while words.len() > 1 && words.first().is_some_and(|word| title(word, &mut name)) {
        words.remove(0);
    }
    while words.len() > 1 && words.last().is_some_and(|word| DEGREES.contains(word)) {
        words.pop();
    }
    if words.len() > 1 && words.first().is_some_and(|word| is_muhammad(word)) {
        name.muhammad = true;
        words.remove(0);
    }
    name.plain = words.join(" ");
    name
}

impl Name {
    /// The words, at most [`WORDS_MAX`].
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.plain.split(' ').filter(|word| !word.is_empty()).take(WORDS_MAX)
    }
}

/// A nickname as one word.
pub fn alias(text: &str) -> String {
    name(text).words().map(fold).collect()
}

fn title(word: &str, name: &mut Name) -> bool {
    let haji = matches!(word, "h" | "haji" | "hj" | "hajjah" | "hajah" | "kh");
    let sex = if MALE.contains(&word) {
        Sex::Male
    } else if FEMALE.contains(&word) {
        Sex::Female
    } else if OTHER.contains(&word) {
        Sex::Unknown
    } else {
        return false;
    };
    name.haji |= haji;
    if sex != Sex::Unknown {
        name.sex = sex;
    }
    true
}

fn is_muhammad(word: &str) -> bool {
    MUHAMMAD.contains(&word)
        || matches!(fold(word).as_str(), "muamat" | "moamat" | "muamet" | "mokamat" | "mukamat" | "moamet")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_man_written_five_ways() {
        for text in [
            "H. Moh. Soeparman",
            "Haji Muhammad Suparman",
            "H. M. SUPARMAN",
            "h mochammad suparman",
            "H. Muh Suparman, SH",
        ] {
            let name = name(text);
            assert_eq!(fold(&name.plain), "suparman", "{text}");
            assert!(name.haji && name.muhammad && name.sex == Sex::Male, "{text}");
        }
    }

    #[test]
    fn a_title_alone_or_at_the_end_is_a_name() {
        assert_eq!(name("Haji").plain, "haji");
        assert_eq!(name("Siti H.").plain, "siti h");
        assert_eq!(name("Muhammad").plain, "muhammad");
        assert_eq!(name("Baiq Nur").words().collect::<Vec<_>>(), ["baiq", "nur"]);
    }

    #[test]
    fn a_nickname_is_one_word() {
        assert_eq!(alias("Pak Haji Parman"), "parman");
        assert_eq!(alias(" . "), "");
    }
}
