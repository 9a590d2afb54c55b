//! How common each value is. Agreement on a rare value says more than agreement on a common one (term frequencies).

#![expect(clippy::indexing_slicing, reason = "numbers of texts were given by the columns counted here")]

use crate::intern::{Interner, hash};
use crate::mention::{Mentions, NONE};

/// Counts of values, and how surprising each is in bits (minus log2 of its share).
pub struct Stats {
    words: Vec<u32>,
    word_bits: Vec<f32>,
    names: Vec<u32>,
    villages: Vec<f32>,
    regencies: Vec<f32>,
    districts: Vec<f32>,
    employers: Vec<f32>,
    aliases: Vec<f32>,
    order: Vec<u32>,
    /// Letters of each word, as bits.
    pub letters: Vec<u32>,
    /// For each row, of its phone.
    pub phone: Vec<f32>,
    /// For each row, of its NIK.
    pub nik: Vec<f32>,
    /// For each row, of its birth date.
    pub born: Vec<f32>,
    rows: f32,
}

impl Stats {
    /// Counts.
    pub fn new(mentions: &Mentions) -> Self {
        let rows = &mentions.rows;
        let in_names = || rows.iter().flat_map(|row| mentions.words_of(row).iter().copied());
        let words = counts(in_names(), mentions.words.len());
        let places = mentions.places.len();
        Self {
            word_bits: bits(&words, rows.iter().filter(|row| row.name != NONE).count()),
            words: counts(in_names().chain(rows.iter().map(|row| row.alias)), mentions.words.len()),
            names: counts(rows.iter().map(|row| row.name), mentions.names.len()),
            villages: surprise(rows.iter().map(|row| row.village), places),
            regencies: surprise(rows.iter().map(|row| row.regency), places),
            districts: surprise(rows.iter().map(|row| row.district), places),
            employers: surprise(rows.iter().map(|row| row.employer), mentions.employers.len()),
            aliases: surprise(rows.iter().map(|row| row.alias), mentions.words.len()),
            order: each(&mentions.places).map(|text| u32::try_from(hash(text) >> 32).unwrap_or(0)).collect(),
            letters: each(&mentions.words).map(letters).collect(),
            phone: of_rows(rows.iter().map(|row| row.phone)),
            nik: of_rows(rows.iter().map(|row| row.nik)),
            born: of_rows(rows.iter().map(|row| row.born.into())),
            rows: float(rows.len()),
        }
    }

    /// Bytes for so many rows.
    pub const fn bytes(rows: usize) -> usize {
        rows * 3 * 4 + rows * 16
    }

    /// A number that sorts places the same way in every run.
    pub fn place_order(&self, place: u32) -> u32 {
        if place == NONE { 0 } else { self.order[place as usize] }
    }

    /// How many names and nicknames have this word.
    pub fn word_count(&self, word: u32) -> u32 {
        self.words[word as usize]
    }

    /// Of a word in names.
    pub fn word(&self, word: u32) -> f32 {
        self.word_bits[word as usize]
    }

    /// Of a whole name: its share of the rows, where it is common enough to be counted.
    pub fn name(&self, name: u32) -> f32 {
        (4.0 * self.rows / float(self.names[name as usize] as usize)).log2()
    }

    /// Of a village.
    pub fn village(&self, place: u32) -> f32 {
        self.villages[place as usize]
    }

    /// Of a regency.
    pub fn regency(&self, place: u32) -> f32 {
        self.regencies[place as usize]
    }

    /// Of a reporting district.
    pub fn district(&self, place: u32) -> f32 {
        self.districts[place as usize]
    }

    /// Of an employer.
    pub fn employer(&self, employer: u32) -> f32 {
        self.employers[employer as usize]
    }

    /// Of a nickname.
    pub fn alias(&self, word: u32) -> f32 {
        self.aliases[word as usize]
    }
}

fn each(texts: &Interner) -> impl Iterator<Item = &[u8]> {
    (0..u32::try_from(texts.len()).unwrap_or(NONE)).map(|number| texts.get(number))
}

/// A set of letters, for a quick no.
fn letters(word: &[u8]) -> u32 {
    word.iter().fold(0, |set, letter| set | 1 << (letter & 31))
}

fn counts(values: impl Iterator<Item = u32>, kinds: usize) -> Vec<u32> {
    let mut counts = vec![0; kinds];
    for value in values.filter(|value| *value != NONE) {
        counts[value as usize] += 1;
    }
    counts
}

fn surprise(values: impl Iterator<Item = u32>, kinds: usize) -> Vec<f32> {
    let counts = counts(values, kinds);
    let all = counts.iter().map(|count| *count as usize).sum();
    bits(&counts, all)
}

fn bits(counts: &[u32], all: usize) -> Vec<f32> {
    counts.iter().map(|count| (float(all.max(1)) / float((*count).max(1) as usize)).log2()).collect()
}

/// For each row the surprise of its value; 0 means not written.
fn of_rows(values: impl Iterator<Item = u64>) -> Vec<f32> {
    let values: Vec<u64> = values.collect();
    let mut bits = vec![0.0; values.len()];
    let mut sorted: Vec<(u64, u32)> = values.iter().copied().zip(0..).filter(|(value, _)| *value != 0).collect();
    sorted.sort_unstable();
    let all = float(sorted.len());
    for same in sorted.chunk_by(|a, b| a.0 == b.0) {
        for (_, row) in same {
            bits[*row as usize] = (all / float(same.len())).log2();
        }
    }
    bits
}

/// A count as a number with fractions.
#[expect(clippy::cast_precision_loss, reason = "shares of counts need no more than seven digits")]
pub const fn float(count: usize) -> f32 {
    count as f32
}
