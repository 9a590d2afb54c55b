//! The national lines that are shown everywhere: data with the date on which each was checked.

use base::{Lang, Text};
use std::sync::LazyLock;

/// One telephone line.
#[derive(Clone, Debug)]
pub struct Line {
    /// The number to call.
    pub number: &'static str,
    /// Whose it is.
    pub name: Text,
    /// What it is for.
    pub what: Text,
    /// The date on which somebody confirmed it, if somebody did.
    pub checked_on: Option<&'static str>,
}

/// The lines, in the order of the file.
pub static NATIONAL: LazyLock<Vec<Line>> =
    LazyLock::new(|| include_str!("../directory/national.tsv").lines().filter_map(read).collect());

fn read(line: &'static str) -> Option<Line> {
    let cells: Vec<&'static str> = line.split('\t').collect();
    let [number, name_id, name_en, what_id, what_en, checked] = cells.as_slice() else { return None };
    if number.starts_with('#') {
        return None;
    }
    Some(Line {
        number,
        name: Text::new(*name_id, *name_en),
        what: Text::new(*what_id, *what_en),
        checked_on: Some(*checked).filter(|date| !date.is_empty()),
    })
}

/// A line in the words of a page.
#[derive(Clone, Debug)]
pub struct Contact {
    /// The number to call.
    pub number: String,
    /// Whose it is.
    pub name: String,
    /// What it is for.
    pub what: String,
    /// The date of the last check, `2026-11-01`.
    pub checked_on: Option<String>,
}

/// All national lines in a language.
pub fn contacts(lang: Lang) -> Vec<Contact> {
    let words = |line: &Line| Contact {
        number: line.number.to_owned(),
        name: line.name.get(lang).to_owned(),
        what: line.what.get(lang).to_owned(),
        checked_on: line.checked_on.map(str::to_owned),
    };
    NATIONAL.iter().map(words).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_directory_reads() {
        let numbers: Vec<&str> = NATIONAL.iter().map(|line| line.number).collect();
        assert_eq!(numbers, ["110", "119", "129", "148"]);
    }
}
