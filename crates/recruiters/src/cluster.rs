//! From pairs to people. The surest pairs join first. Two groups join only if their members, all of them side by side,
//! speak for it on average: one weak bridge does not chain two people together. Two different NIKs never join.

#![expect(clippy::indexing_slicing, reason = "rows are numbers of the columns")]

use crate::compare::{Comparer, slips};
use crate::model::Model;

/// A pair that may be one person.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Link {
    /// Row.
    pub a: u32,
    /// Row.
    pub b: u32,
    /// Log2 of the odds.
    pub score: f32,
}

/// One pair's evidence counts at most so many bits when groups are weighed.
const VOICE_MAX: f32 = 12.0;
/// Groups join if the mean is at least this. Below 0, because pairs of one person often share no field at all.
const VOICE_MIN: f32 = -2.0;
/// Members of each group that are asked.
const ASKED_MAX: usize = 12;
/// The end of a group's chain.
const END: u32 = u32::MAX;

/// Groups of rows.
pub struct Groups {
    /// For each row the lowest row of its group.
    pub group: Vec<u32>,
    next: Vec<u32>,
    tail: Vec<u32>,
    size: Vec<u32>,
    /// Joins refused because of different NIKs.
    pub vetoed: u64,
    /// Joins refused because the groups as a whole did not agree.
    pub bridges: u64,
}

impl Groups {
    /// Bytes for so many rows.
    pub const fn bytes(rows: usize) -> usize {
        rows * 16
    }

    /// Joins rows by links of at least `bar`.
    pub fn new(comparer: Comparer<'_>, model: &Model, links: &[Link], bar: f32) -> Self {
        let rows = comparer.mentions.rows.len();
        let numbers = || 0..u32::try_from(rows).unwrap_or(END);
        let mut groups = Self {
            group: numbers().collect(),
            next: vec![END; rows],
            tail: numbers().collect(),
            size: vec![1; rows],
            vetoed: 0,
            bridges: 0,
        };
        let mut sure: Vec<Link> = links.iter().copied().filter(|link| link.score >= bar).collect();
        sure.sort_unstable_by(|x, y| y.score.total_cmp(&x.score).then((x.a, x.b).cmp(&(y.a, y.b))));
        for link in sure {
            let (one, other) = (groups.group[link.a as usize], groups.group[link.b as usize]);
            if one != other {
                groups.consider(comparer, model, one, other);
            }
        }
        groups
    }

    fn consider(&mut self, comparer: Comparer<'_>, model: &Model, one: u32, other: u32) {
        let niks = |row: u32| comparer.mentions.rows[row as usize].nik;
        let vetoed = self.members(one).any(|a| {
            self.members(other).any(|b| {
                niks(a) != 0 && niks(b) != 0 && niks(a) != niks(b) && {
                    let (slips, swapped) = slips(niks(a), niks(b), 2);
                    slips > 2 && !swapped
                }
            })
        });
        if vetoed {
            self.vetoed += 1;
        } else if self.size[one as usize] + self.size[other as usize] > 2
            && self.voice(comparer, model, one, other) < VOICE_MIN
        {
            self.bridges += 1;
        } else {
            self.join(one.min(other), one.max(other));
        }
    }

    /// The mean evidence between two groups, in bits.
    fn voice(&self, comparer: Comparer<'_>, model: &Model, one: u32, other: u32) -> f32 {
        let (mut sum, mut count) = (0.0, 0.0_f32);
        for a in self.members(one).take(ASKED_MAX) {
            for b in self.members(other).take(ASKED_MAX) {
                sum += model.score(&comparer.pair(a, b)).clamp(-VOICE_MAX, VOICE_MAX);
                count += 1.0;
            }
        }
        sum / count.max(1.0)
    }

    fn join(&mut self, one: u32, other: u32) {
        let mut row = other;
        while row != END {
            self.group[row as usize] = one;
            row = self.next[row as usize];
        }
        self.next[self.tail[one as usize] as usize] = other;
        self.tail[one as usize] = self.tail[other as usize];
        self.size[one as usize] += self.size[other as usize];
    }

    fn members(&self, group: u32) -> impl Iterator<Item = u32> {
        std::iter::successors(Some(group), |row| Some(self.next[*row as usize]).filter(|next| *next != END))
    }

    /// How many rows a group has.
    pub fn size(&self, group: u32) -> u32 {
        self.size[group as usize]
    }
}
