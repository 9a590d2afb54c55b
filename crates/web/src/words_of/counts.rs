//! Tables of counts in words.

use super::{case_state, outcome, urgency};
use crate::text::Words;
use base::Place;
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
