//! Who is compared with whom: mentions that share a key. Each kind of key has an index; a mention meets those after it in
//! each of its blocks. A large block is sorted by a second key and each meets only its nearest neighbours in it: what is
//! left out so is counted, never hidden.

#![expect(clippy::indexing_slicing, reason = "seats and rows are numbers of the index that made them")]

mod keys;

pub use keys::Keys;

use crate::fields::length;
use crate::intern::mix;
use crate::mention::{Mentions, NONE, Row};
use crate::par;
use crate::stats::Stats;

/// Marks the first member of a block.
const FIRST: u32 = 1 << 31;
/// Marks the members of a block that is larger than its window.
const LARGE: u32 = 1 << 30;
/// Neighbours that a mention meets in a large block. More costs time in proportion and finds little: at a million made-up
/// mentions 4 gave a B-cubed F1 of 0.9545 with 29 million pairs, 6 gave 0.9550 with 36, 8 gave 0.9553 with 42.
const NARROW: u32 = 8;
/// No key.
const NO_KEY: u64 = 0;
/// Words alone bring mentions together if at most so many hold them.
const RARE_WORD_MAX: u32 = 40;

/// One kind of key: how many keys a mention can have, how many neighbours it meets, how to make the keys, and the second
/// key. All numbers that order a block come from values, not from the order of the file.
struct Kind {
    seats: u32,
    window: usize,
    keys: fn(&Mentions, &Stats, &Row, &mut [u64; 4]),
    then: fn(&Stats, &Row) -> u32,
}

const KINDS: [Kind; 13] = [
    Kind { seats: 1, window: 40, keys: |_, _, row, out| out[0] = row.phone, then: by_name },
    Kind { seats: 2, window: 12, keys: phone_parts, then: |_, row| by_digits(row.phone) },
    Kind { seats: 1, window: 40, keys: |_, _, row, out| out[0] = row.nik, then: by_name },
    Kind { seats: 2, window: 12, keys: nik_parts, then: |_, row| by_digits(row.nik) },
    Kind { seats: 1, window: 40, keys: whole_name, then: by_place },
    Kind { seats: 1, window: 24, keys: |_, _, row, out| out[0] = row.born.into(), then: by_name },
    Kind { seats: 4, window: 24, keys: |m, _, row, out| with_words(m, row, row.village.into(), 1, out), then: by_born },
    Kind { seats: 4, window: 16, keys: word_year, then: by_born },
    Kind { seats: 3, window: 24, keys: word_pairs, then: by_place },
    Kind {
        seats: 4,
        window: 16,
        keys: |m, _, row, out| with_words(m, row, row.employer.into(), 2, out),
        then: by_place,
    },
    Kind { seats: 1, window: 16, keys: |_, _, row, out| out[0] = both(row.village, year(row), 3), then: by_born },
    Kind { seats: 1, window: 16, keys: |_, _, row, out| out[0] = both(row.village, row.regency, 4), then: by_name },
    Kind { seats: 4, window: 40, keys: rare_words, then: by_place },
];

/// All indexes.
pub struct Blocks {
    indexes: Vec<Index>,
    /// Pairs of one block that were not compared because of its size.
    pub cut: u64,
}

struct Index {
    /// For each seat of each row its place among the members, or [`NONE`].
    places: Vec<u32>,
    members: Vec<u32>,
    seats: u32,
    window: usize,
}

impl Blocks {
    /// Bytes that blocks of so many rows take at most.
    pub const fn bytes(rows: usize) -> usize {
        rows * 32 * 6
    }

    /// Builds all indexes.
    pub fn new(mentions: &Mentions, stats: &Stats, threads: usize) -> Self {
        let built = par::map(KINDS.len(), threads, |kind| Index::new(&KINDS[kind], mentions, stats));
        Self {
            cut: built.iter().map(|(_, cut)| cut).sum(),
            indexes: built.into_iter().map(|(index, _)| index).collect(),
        }
    }

    /// Whom a row meets, each once. Every pair is met from one of its two sides, some from both.
    pub fn meets(&self, row: u32, found: &mut Vec<u32>) {
        found.clear();
        for index in &self.indexes {
            index.meets(row, found);
        }
        found.sort_unstable();
        found.dedup();
    }
}

impl Index {
    fn new(kind: &Kind, mentions: &Mentions, stats: &Stats) -> (Self, u64) {
        let ranked = (0_u32..).zip(mentions.by_id.iter().map(|row| &mentions.rows[*row as usize]));
        let mut entries = kind.entries(mentions, stats, ranked);
        entries.sort_unstable();
        let mut places = vec![NONE; mentions.rows.len() * kind.seats as usize];
        let (mut members, mut cut) = (Vec::new(), 0);
        for block in entries.chunk_by(|a, b| a.0 == b.0).filter(|block| block.len() > 1) {
            let (size, window) = (block.len() as u64, kind.window as u64);
            let window = if size > window + 1 { u64::from(NARROW) } else { window };
            cut += size.saturating_sub(window + 1) * size.saturating_sub(window) / 2;
            let large = if size > window + 1 { LARGE } else { 0 };
            for (nth, (_, _, seat)) in block.iter().enumerate() {
                let row = mentions.by_id[(seat / kind.seats) as usize];
                places[(row * kind.seats + seat % kind.seats) as usize] = u32::try_from(members.len()).unwrap_or(NONE);
                members.push(row | large | if nth == 0 { FIRST } else { 0 });
            }
        }
        members.shrink_to_fit();
        (Self { places, members, seats: kind.seats, window: kind.window }, cut)
    }

    fn meets(&self, row: u32, found: &mut Vec<u32>) {
        for seat in row * self.seats..(row + 1) * self.seats {
            let place = self.places[seat as usize];
            if place == NONE {
                continue;
            }
            let large = self.members[place as usize] & LARGE != 0;
            let window = if large { NARROW as usize } else { self.window };
            let after = self.members.iter().skip(place as usize + 1).take(window);
            let others = after.take_while(|member| **member & FIRST == 0).map(|member| member & !LARGE);
            found.extend(others.filter(|member| *member != row));
        }
    }
}

/// A key; never [`NO_KEY`].
const fn key_of(what: u64, tag: u64) -> u64 {
    mix(mix(what) ^ tag) | 1
}

fn both(a: u32, b: u32, tag: u64) -> u64 {
    if a == NONE || b == NONE { NO_KEY } else { key_of(u64::from(a) << 32 | u64::from(b), tag) }
}

const fn year(row: &Row) -> u32 {
    if row.born == 0 { NONE } else { row.born / 10_000 }
}

const fn by_name(_: &Stats, row: &Row) -> u32 {
    row.plain
}

const fn by_born(_: &Stats, row: &Row) -> u32 {
    row.born
}

fn by_place(stats: &Stats, row: &Row) -> u32 {
    let (regency, village) = (stats.place_order(row.regency) >> 24, stats.place_order(row.village) >> 20);
    (regency << 24) | (village << 12) | (row.born / 10_000)
}

fn by_digits(number: u64) -> u32 {
    u32::try_from(number >> 16 & 0xffff_ffff).unwrap_or(0)
}

fn phone_parts(_: &Mentions, _: &Stats, row: &Row, out: &mut [u64; 4]) {
    if row.phone != 0 {
        let length = length(row.phone);
        out[0] = row.phone & 0xff_ffff | 1 << 60;
        out[1] = row.phone >> (4 * length.saturating_sub(7)) | 2 << 60;
    }
}

fn nik_parts(_: &Mentions, _: &Stats, row: &Row, out: &mut [u64; 4]) {
    if row.nik != 0 {
        let length = length(row.nik);
        out[0] = key_of(row.nik & 0xffff_ffff, 7);
        out[1] = key_of(row.nik >> (4 * length.saturating_sub(8)), 8);
    }
}

fn whole_name(mentions: &Mentions, _: &Stats, row: &Row, out: &mut [u64; 4]) {
    let words = mentions.words_of(row);
    if !words.is_empty() {
        out[0] = words.iter().fold(0_u64, |sum, word| sum.wrapping_add(mix(u64::from(*word)))) | 1;
    }
}

/// The first three words of the name and the nickname, each with something else.
fn with_words(mentions: &Mentions, row: &Row, other: u64, tag: u64, out: &mut [u64; 4]) {
    if other == u64::from(NONE) {
        return;
    }
    let words = mentions.words_of(row);
    for (key, word) in out.iter_mut().zip(words.iter().take(3).copied().chain((row.alias != NONE).then_some(row.alias)))
    {
        *key = key_of(u64::from(word) << 32 ^ other, tag);
    }
}

fn word_year(mentions: &Mentions, _: &Stats, row: &Row, out: &mut [u64; 4]) {
    if row.born != 0 && row.regency != NONE {
        with_words(mentions, row, both(row.regency, year(row), 5), 6, out);
    }
}

fn word_pairs(mentions: &Mentions, _: &Stats, row: &Row, out: &mut [u64; 4]) {
    let words = mentions.words_of(row);
    for (key, (a, b)) in out.iter_mut().zip([(0, 1), (0, 2), (1, 2)]) {
        if let (Some(a), Some(b)) = (words.get(a), words.get(b)) {
            *key = both(*a.min(b), *a.max(b), 9);
        }
    }
}

fn rare_words(mentions: &Mentions, stats: &Stats, row: &Row, out: &mut [u64; 4]) {
    let words = mentions.words_of(row).iter().take(3).copied().chain((row.alias != NONE).then_some(row.alias));
    for (key, word) in out.iter_mut().zip(words) {
        if stats.word_count(word) <= RARE_WORD_MAX {
            *key = u64::from(word) + 1;
        }
    }
}
