//! Tables of counts in words.

use super::{case_state, outcome, urgency};
use crate::text::Words;
use base::{Lang, Place};
use casework::words::{Outcome, Urgency};
use desk::quarter::{Counted, UNKNOWN};

/// What a table counts.
pub fn table(t: Words, counted: Counted) -> &'static str {
    match counted {
        Counted::Outcome => t.counts_outcome(),
        Counted::Urgency => t.counts_urgency(),
        Counted::FoundIn => t.counts_found(),
        Counted::Origin => t.counts_origin(),
        Counted::State => t.counts_state(),
    }
}

/// The name of a cell.
pub fn cell(t: Words, counted: Counted, word: &str) -> String {
    if word == UNKNOWN {
        return t.unknown_place().to_owned();
    }
    match counted {
        Counted::Outcome => Outcome::parse(word).map_or(word, |known| outcome(t, known)).to_owned(),
        Counted::Urgency => Urgency::parse(word).map_or(word, |known| urgency(t, known)).to_owned(),
        Counted::State => case_state(t, word).to_owned(),
        Counted::FoundIn | Counted::Origin => {
            Place::parse(word).map_or_else(|_| word.to_owned(), |place| place.name().to_owned())
        }
    }
}

/// A large number in groups of three: 27.487.790.694, in English with commas.
pub fn grouped(lang: Lang, number: u64) -> String {
    let (digits, mark) = (number.to_string(), if lang == Lang::Id { '.' } else { ',' });
    let mut all = String::new();
    for (nth, digit) in digits.chars().enumerate() {
        if nth > 0 && (digits.len() - nth).is_multiple_of(3) {
            all.push(mark);
        }
        all.push(digit);
    }
    all
}
