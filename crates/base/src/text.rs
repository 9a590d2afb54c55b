//! Text for people, in the two languages that are always there.

use serde::{Deserialize, Serialize};

/// A language the interface speaks. Indonesian is the source; others fall back to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Bahasa Indonesia.
    #[default]
    Id,
    /// English.
    En,
}

impl Lang {
    /// All languages, the source first.
    pub const ALL: [Self; 2] = [Self::Id, Self::En];

    /// The BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::En => "en",
        }
    }

    /// Reads a tag or a `LANG` value such as `en_GB.UTF-8`; anything unknown is Indonesian (CONTRACTS.md 1).
    pub fn from_tag(tag: &str) -> Self {
        if tag.starts_with("en") { Self::En } else { Self::Id }
    }
}

/// The form in which human text is matched and sorted: small letters without accents, words with one blank between. Rust
/// writes it, never a database's collation, because those differ (STYLE.md 9).
pub fn match_key(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase).map(without_accent) {
        if letter.is_alphanumeric() {
            out.push(letter);
        } else if !matches!(letter, '\'' | '\u{2019}' | '\u{300}'..='\u{36f}') && !out.is_empty() && !out.ends_with(' ')
        {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// A Latin letter as passports print it.
const fn without_accent(letter: char) -> char {
    match letter {
        'à'..='å' | 'ā' | 'ă' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ě' => 'e',
        'ì'..='ï' | 'ī' | 'ĭ' => 'i',
        'ñ' | 'ń' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' => 'o',
        'ù'..='ü' | 'ū' | 'ŭ' => 'u',
        'ý' | 'ÿ' => 'y',
        other => other,
    }
}

/// One text in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Bahasa Indonesia.
    pub id: String,
    /// English.
    pub en: String,
}

impl Text {
    /// Makes a text from its two versions.
    pub fn new(id: impl Into<String>, en: impl Into<String>) -> Self {
        Self { id: id.into(), en: en.into() }
    }

    /// The version for a language.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Id => &self.id,
            Lang::En => &self.en,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_have_one_key() {
        for spelling in ["Siti Nur'aini", "  SITI   nuraini.", "síti-Nur\u{2019}aini", "Si\u{301}ti nur'aini"] {
            assert_eq!(match_key(spelling), "siti nuraini", "{spelling}");
        }
        assert_eq!(match_key("Bekasi, 3/7"), "bekasi 3 7");
        assert_eq!(match_key(" ... "), "");
    }
}
