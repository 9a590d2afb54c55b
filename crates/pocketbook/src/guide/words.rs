//! What any text of these packs must be, and a list that takes down every fault.

use base::{Problem, Text};

/// Length of one text.
const TEXT_CHARACTERS_MAX: usize = 600;
/// Words of one sentence: people read these tired, on a small screen (WEB.md 8).
const SENTENCE_WORDS_MAX: usize = 22;

/// Takes down faults, each with its place.
#[derive(Default)]
pub struct Faults(pub Vec<Problem>);

impl Faults {
    pub fn at(&mut self, code: &'static str, at: impl Into<String>) {
        self.0.push(Problem::at(code, at));
    }

    pub fn expect(&mut self, holds: bool, code: &'static str, at: &str) {
        if !holds {
            self.at(code, at);
        }
    }

    /// A text in both languages.
    pub fn text(&mut self, text: &Text, at: &str) {
        self.words(&text.id, &format!("{at}.id"));
        self.words(&text.en, &format!("{at}.en"));
    }

    /// A text in one language.
    pub fn words(&mut self, text: &str, at: &str) {
        if text.trim().is_empty() {
            self.at("pack.text-missing", at);
        } else if text.chars().count() > TEXT_CHARACTERS_MAX || text.chars().any(char::is_control) {
            self.at("pack.text-bad", at);
        } else if sentences(text).any(|words| words > SENTENCE_WORDS_MAX) {
            self.at("pack.sentence-long", at);
        }
    }

    pub fn or<T>(self, whole: T) -> Result<T, Vec<Problem>> {
        if self.0.is_empty() { Ok(whole) } else { Err(self.0) }
    }
}

/// The sentences of a text, each as its number of words.
pub fn sentences(text: &str) -> impl Iterator<Item = usize> {
    let ends = |c: char| matches!(c, '.' | '?' | '!' | ':' | ';');
    text.split_inclusive(ends).map(|sentence| sentence.split_whitespace().count()).filter(|words| *words > 0)
}
