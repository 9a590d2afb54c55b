//! From pairs to people. The surest pairs join first. Two groups join only if their members, all of them side by side,
//! speak for it on average: one weak bridge does not chain two people together. Two different NIKs never join, nor do a man and a woman
//! whom neither NIK nor birth date makes one.

#![expect(clippy::indexing_slicing, reason = "rows are numbers of the columns")]

use crate::compare::{Comparer, slips};
use crate::fields::inside_nik;
use crate::mention::{Mentions, Row};
use crate::model::Model;
use crate::person::Sex;

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
    witnesses: Vec<Vec<u32>>,
    /// Joins refused because of a veto.
    pub vetoed: u64,
    /// Joins refused because the groups as a whole did not agree.
    pub bridges: u64,
}

impl Groups {
    /// Bytes for so many rows.
    pub const fn bytes(rows: usize) -> usize {
        rows * (24 + size_of::<Vec<u32>>())
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
            witnesses: vec![Vec::new(); rows],
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
        groups.rename();
        groups
    }

    fn consider(&mut self, comparer: Comparer<'_>, model: &Model, one: u32, other: u32) {
        let row = |row: &u32| &comparer.mentions.rows[*row as usize];
        let (ours, theirs) = (self.witnesses(one), self.witnesses(other));
        if ours.iter().any(|a| theirs.iter().any(|b| cannot_be_one(row(a), row(b)))) {
            self.vetoed += 1;
        } else if self.size[one as usize] + self.size[other as usize] > 2
            && self.voice(comparer, model, one, other) < VOICE_MIN
        {
            self.bridges += 1;
        } else if self.size[one as usize] >= self.size[other as usize] {
            self.join(comparer.mentions, one, other);
        } else {
            self.join(comparer.mentions, other, one);
        }
    }

    /// Members that differ in what a veto looks at.
    fn witnesses(&self, group: u32) -> &[u32] {
        let witnesses = &self.witnesses[group as usize];
        if witnesses.is_empty() { std::slice::from_ref(&self.group[group as usize]) } else { witnesses }
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

    /// Adds the smaller group to the larger.
    fn join(&mut self, mentions: &Mentions, large: u32, small: u32) {
        let said = |row: u32| {
            (mentions.rows[row as usize].nik, mentions.rows[row as usize].sex, mentions.rows[row as usize].born)
        };
        let mut witnesses = self.witnesses(large).to_vec();
        for row in self.witnesses(small) {
            if !witnesses.iter().any(|known| said(*known) == said(*row)) {
                witnesses.push(*row);
            }
        }
        self.witnesses[small as usize] = Vec::new();
        self.witnesses[large as usize] = witnesses;
        let mut row = small;
        while row != END {
            self.group[row as usize] = large;
            row = self.next[row as usize];
        }
        self.next[self.tail[large as usize] as usize] = small;
        self.tail[large as usize] = self.tail[small as usize];
        self.size[large as usize] += self.size[small as usize];
    }

    /// Names each group after its lowest row.
    fn rename(&mut self) {
        let (mut lowest, mut size) = (vec![END; self.group.len()], vec![0; self.group.len()]);
        for (row, group) in (0_u32..).zip(&mut self.group) {
            let name = &mut lowest[*group as usize];
            if *name == END {
                *name = row;
                size[row as usize] = self.size[*group as usize];
            }
            *group = *name;
        }
        self.size = size;
    }

    fn members(&self, group: u32) -> impl Iterator<Item = u32> {
        std::iter::successors(Some(group), |row| Some(self.next[*row as usize]).filter(|next| *next != END))
    }

    /// How many rows a group has.
    pub fn size(&self, group: u32) -> u32 {
        self.size[group as usize]
    }
}

/// Two well-formed NIKs that differ in more than two digits; or both sexes known and opposite, with nothing that shows a slip.
fn cannot_be_one(a: &Row, b: &Row) -> bool {
    if inside_nik(a.nik).is_some() && inside_nik(b.nik).is_some() {
        let (slips, swapped) = slips(a.nik, b.nik, 2);
        return a.nik != b.nik && slips > 2 && !swapped;
    }
    let opposite = a.sex != b.sex && a.sex != Sex::Unknown && b.sex != Sex::Unknown;
    opposite && (a.born == 0 || a.born != b.born)
}
