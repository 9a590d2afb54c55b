//! How common each value is. Agreement on a rare value says more than agreement on a common one (term frequencies).

#![expect(clippy::indexing_slicing, reason = "numbers of texts were given by the columns counted here")]

use crate::fields::inside_nik;
use crate::intern::{Interner, hash};
use crate::mention::{Mentions, NONE};

/// A file is taken for a part of a larger world: so many mentions more, in which values have the shares below. In a large
/// file this changes nothing; in a small one counting alone would take every value for common.
pub const WORLD: usize = 5_000;
/// Shares in that world of a word, village, regency, district, employer, nickname and birth date that is met at all.
const WORD: f32 = 1.0 / 2_000.0;
const VILLAGE: f32 = 1.0 / 1_000.0;
const REGENCY: f32 = 1.0 / 100.0;
const DISTRICT: f32 = 1.0 / 20.0;
const EMPLOYER: f32 = 1.0 / 1_000.0;
const ALIAS: f32 = 1.0 / 500.0;
const BORN: f32 = 1.0 / 15_000.0;
/// Numbers of phones in the world: there are far more than mentions.
const PHONES: usize = 50_000;
/// Two people do not have one NIK; a clerk's slip leads to a stranger's less often than this, in bits.
const NIK_BITS: f32 = 24.0;

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
    /// Letters of each place, likewise.
    pub place_letters: Vec<u32>,
    /// Letters of each employer, likewise.
    pub employer_letters: Vec<u32>,
    /// For each row, of its phone.
    pub phone: Vec<f32>,
    /// For each row, of its NIK.
    pub nik: Vec<f32>,
    /// For each row, of its birth date.
    pub born: Vec<f32>,
    rows: f32,
    named: usize,
}

impl Stats {
    /// Counts.
    pub fn new(mentions: &Mentions) -> Self {
        let rows = &mentions.rows;
        let in_names = || rows.iter().flat_map(|row| mentions.words_of(row).iter().copied());
        let words = counts(in_names(), mentions.words.len());
        let places = mentions.places.len();
        let named = rows.iter().filter(|row| row.name != NONE).count();
        Self {
            word_bits: word_bits(&words, named, &mentions.common),
            named,
            words: counts(in_names().chain(rows.iter().map(|row| row.alias)), mentions.words.len()),
            names: counts(rows.iter().map(|row| row.name), mentions.names.len()),
            villages: surprise(rows.iter().map(|row| row.village), places, VILLAGE),
            regencies: surprise(rows.iter().map(|row| row.regency), places, REGENCY),
            districts: surprise(rows.iter().map(|row| row.district), places, DISTRICT),
            employers: surprise(rows.iter().map(|row| row.employer), mentions.employers.len(), EMPLOYER),
            aliases: surprise(rows.iter().map(|row| row.alias), mentions.words.len(), ALIAS),
            order: mentions.places.all().map(order).collect(),
            letters: mentions.words.all().map(letters).collect(),
            place_letters: mentions.places.all().map(letters).collect(),
            employer_letters: mentions.employers.all().map(letters).collect(),
            phone: of_rows(rows.iter().map(|row| row.phone), PHONES, 0.0),
            nik: niks(mentions),
            born: of_rows(rows.iter().map(|row| row.born.into()), WORLD, BORN),
            rows: float(rows.len()),
        }
    }

    /// Takes in the last row, with the texts that only it has. How common the others are stays as it was counted.
    pub fn grow(&mut self, mentions: &Mentions) {
        let rare = |share: f32| bits(1, mentions.rows.len(), WORLD, share);
        let (words, places) = (mentions.words.len(), mentions.places.len());
        let new = |from: usize, texts: &Interner| -> Vec<(u32, u32)> {
            let number = |at: usize| u32::try_from(at).unwrap_or(NONE);
            (from..texts.len()).map(|at| texts.get(number(at))).map(|text| (letters(text), order(text))).collect()
        };
        self.letters.extend(new(self.letters.len(), &mentions.words).iter().map(|(letters, _)| letters));
        let placed = new(self.order.len(), &mentions.places);
        self.place_letters.extend(placed.iter().map(|(letters, _)| letters));
        self.order.extend(placed.iter().map(|(_, order)| order));
        let employers = new(self.employer_letters.len(), &mentions.employers);
        self.employer_letters.extend(employers.iter().map(|(letters, _)| letters));
        self.words.resize(words, 1);
        self.word_bits.resize(words, rare(WORD));
        self.aliases.resize(words, rare(ALIAS));
        self.names.resize(mentions.names.len(), 1);
        self.villages.resize(places, rare(VILLAGE));
        self.regencies.resize(places, rare(REGENCY));
        self.districts.resize(places, rare(DISTRICT));
        self.employers.resize(mentions.employers.len(), rare(EMPLOYER));
        self.rows += 1.0;
        if let Some(row) = mentions.rows.last() {
            self.phone.push(bits(1, mentions.rows.len(), PHONES, 0.0));
            self.nik.push(if inside_nik(row.nik).is_some() { NIK_BITS } else { rare(0.0) });
            self.born.push(rare(BORN));
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

    /// Of any word: at most this.
    pub fn word_max(&self) -> f32 {
        bits(1, self.named, WORLD, WORD)
    }

    /// Of a whole name: at most this, however rare its words are.
    pub fn name(&self, name: u32) -> f32 {
        ((self.rows + float(WORLD)) / float(self.names[name as usize] as usize)).log2()
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

/// What sorts texts the same way in every run.
fn order(text: &[u8]) -> u32 {
    u32::try_from(hash(text) >> 32).unwrap_or(0)
}

/// A set of letters, for a quick no.
pub(crate) fn letters(word: &[u8]) -> u32 {
    word.iter().fold(0, |set, letter| set | 1 << (letter & 31))
}

fn counts(values: impl Iterator<Item = u32>, kinds: usize) -> Vec<u32> {
    let mut counts = vec![0; kinds];
    for value in values.filter(|value| *value != NONE) {
        counts[value as usize] += 1;
    }
    counts
}

fn surprise(values: impl Iterator<Item = u32>, kinds: usize, share: f32) -> Vec<f32> {
    let counts = counts(values, kinds);
    let all = counts.iter().map(|count| *count as usize).sum();
    counts.iter().map(|count| bits(*count as usize, all, WORLD, share)).collect()
}

/// How surprising a value is that is met so often in the file and has this share in the world.
fn bits(count: usize, all: usize, world: usize, share: f32) -> f32 {
    (float(all + world) / (float(count.max(1)) + float(world) * share)).log2()
}

fn word_bits(counts: &[u32], all: usize, common: &[(u32, f32)]) -> Vec<f32> {
    let mut word_bits: Vec<f32> = counts.iter().map(|count| bits(*count as usize, all, WORLD, WORD)).collect();
    for (word, share) in common {
        word_bits[*word as usize] = bits(counts[*word as usize] as usize, all, WORLD, *share);
    }
    word_bits
}

fn niks(mentions: &Mentions) -> Vec<f32> {
    let mut bits = of_rows(mentions.rows.iter().map(|row| row.nik), WORLD, 0.0);
    for (bits, _) in bits.iter_mut().zip(&mentions.rows).filter(|(_, row)| inside_nik(row.nik).is_some()) {
        *bits = NIK_BITS;
    }
    bits
}

/// For each row the surprise of its value; 0 means not written.
fn of_rows(values: impl Iterator<Item = u64>, world: usize, share: f32) -> Vec<f32> {
    let values: Vec<u64> = values.collect();
    let mut of_rows = vec![0.0; values.len()];
    let mut sorted: Vec<(u64, u32)> = values.iter().copied().zip(0..).filter(|(value, _)| *value != 0).collect();
    sorted.sort_unstable();
    for same in sorted.chunk_by(|a, b| a.0 == b.0) {
        for (_, row) in same {
            of_rows[*row as usize] = bits(same.len(), sorted.len(), world, share);
        }
    }
    of_rows
}

/// A count as a number with fractions.
#[expect(clippy::cast_precision_loss, reason = "shares of counts need no more than seven digits")]
pub const fn float(count: usize) -> f32 {
    count as f32
}
