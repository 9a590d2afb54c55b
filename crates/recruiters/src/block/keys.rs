//! Keys to look one mention up by, among all that are known. Kept as numbers of seats alone: the key of a seat follows from its
//! row, so a million mentions take four bytes for each of their keys.

use super::{KINDS, Kind, NO_KEY};
use crate::mention::{Mentions, Row};
use crate::stats::Stats;
use std::collections::BTreeSet;

/// Where a mention stands among those of its kind of key: the key, the second key, the row.
type At = (u64, u32, u32);

/// All keys of all mentions.
pub struct Keys {
    /// For each kind the seats of the rows that were there at first, in the order of [`At`].
    sorted: Vec<Vec<u32>>,
    /// Kind and place of mentions that were added since.
    fresh: BTreeSet<(usize, At)>,
}

impl Keys {
    /// Of all rows.
    pub fn new(mentions: &Mentions, stats: &Stats) -> Self {
        let sorted = KINDS.iter().map(|kind| {
            let mut entries = kind.entries(mentions, stats, (0_u32..).zip(&mentions.rows));
            entries.sort_unstable();
            entries.iter().map(|(.., seat)| *seat).collect()
        });
        Self { sorted: sorted.collect(), fresh: BTreeSet::new() }
    }

    /// Adds a row.
    pub fn add(&mut self, mentions: &Mentions, stats: &Stats, number: u32, row: &Row) {
        for (nth, kind) in KINDS.iter().enumerate() {
            let entries = kind.entries(mentions, stats, std::iter::once((number, row)));
            self.fresh.extend(entries.iter().map(|(key, then, _)| (nth, (*key, *then, number))));
        }
    }

    /// Whom a row meets on both sides in its blocks, each once; tells how many of the same blocks it does not meet.
    pub fn meets(&self, mentions: &Mentions, stats: &Stats, row: u32, found: &mut Vec<u32>) -> usize {
        found.clear();
        let mut cut = 0;
        let Some(own) = mentions.rows.get(row as usize) else { return 0 };
        for (nth, (kind, seats)) in KINDS.iter().zip(&self.sorted).enumerate() {
            for (key, then, _) in kind.entries(mentions, stats, std::iter::once((row, own))) {
                let place = |seat: u32| kind.place(mentions, stats, seat);
                let block = seats.partition_point(|seat| place(*seat).0 < key)
                    ..seats.partition_point(|seat| place(*seat).0 <= key);
                let at = (key, then, row);
                let within = seats.get(block.clone()).unwrap_or_default();
                let here = block.start + within.partition_point(|seat| place(*seat) < at);
                let near = here.saturating_sub(kind.window).max(block.start)..(here + kind.window + 1).min(block.end);
                cut += block.len() - near.len();
                found.extend(seats.get(near).unwrap_or_default().iter().map(|seat| seat / kind.seats));
                let last = (key, u32::MAX, u32::MAX);
                let before = self.fresh.range((nth, (key, 0, 0))..(nth, at)).rev().take(kind.window);
                let after = self.fresh.range((nth, at)..=(nth, last)).take(kind.window + 1);
                found.extend(before.chain(after).map(|(_, at)| at.2));
            }
        }
        found.sort_unstable();
        found.dedup();
        found.retain(|other| *other != row);
        cut
    }
}

impl Kind {
    /// Key, second key and seat of each of these rows, unsorted.
    pub(super) fn entries<'a>(
        &self,
        mentions: &Mentions,
        stats: &Stats,
        rows: impl Iterator<Item = (u32, &'a Row)>,
    ) -> Vec<(u64, u32, u32)> {
        let mut entries = Vec::with_capacity(rows.size_hint().0);
        for (number, row) in rows {
            let mut keys = [NO_KEY; 4];
            (self.keys)(mentions, stats, row, &mut keys);
            let then = (self.then)(stats, row);
            let seats = (0_u32..).zip(keys).filter(|(_, key)| *key != NO_KEY);
            entries.extend(seats.map(|(seat, key)| (key, then, number * self.seats + seat)));
        }
        entries
    }

    fn place(&self, mentions: &Mentions, stats: &Stats, seat: u32) -> At {
        let number = seat / self.seats;
        let Some(row) = mentions.rows.get(number as usize) else { return At::default() };
        let mut keys = [NO_KEY; 4];
        (self.keys)(mentions, stats, row, &mut keys);
        let key = keys.get((seat % self.seats) as usize).copied().unwrap_or(NO_KEY);
        (key, (self.then)(stats, row), number)
    }
}
