//! What agreement is worth, in bits (Fellegi and Sunter 1969). For non-matches (u) it is counted: from the share of the
//! value, or from random pairs. For matches (m) it is learned without labels by expectation and maximisation on the pairs
//! of some thousand mentions, u held fixed, so that it costs the same at any size.

#![expect(clippy::indexing_slicing, reason = "levels are those of the field, rows are numbers of the columns")]

use crate::compare::field::NAME;
use crate::compare::{ABSENT, ALL, Compared, Comparer, FIELDS, INITIAL_BITS, LEVELS, NICKNAME};
use crate::intern::mix;
use crate::par;
use crate::stats::{WORLD, float};

/// Random pairs from which u is counted.
const RANDOM_PAIRS: u64 = 200_000;
/// Mentions whose pairs teach m.
const TEACHERS: usize = 6_000;
/// Rounds of learning; it stands still earlier.
const ROUNDS: usize = 20;
/// How many matches the starting shares count for.
const START_WEIGHT: f32 = 20.0;
/// How many random pairs the shares of [`crate::compare::Field::chance`] count for.
const CHANCE_WEIGHT: f32 = 1_000.0;
/// Matches for each mention in the world around the file.
const WORLD_MATCHES: f64 = 0.3;

/// Puts into the list whom a row is compared with.
pub type Meets<'a> = dyn Fn(u32, &mut Vec<u32>) + Sync + 'a;

/// Weights in bits.
#[derive(Debug)]
pub struct Model {
    /// Log2 of the odds that two random mentions are of one person.
    pub prior: f32,
    weight: [[f32; LEVELS]; FIELDS],
    /// Share of each level among matches.
    pub m: [[f32; LEVELS]; FIELDS],
    u: [[f32; LEVELS]; FIELDS],
}

impl Model {
    /// Learns from the mentions themselves. `meets` tells whom a row is compared with; every pair from one of its sides.
    pub fn learn(comparer: Comparer<'_>, meets: &Meets<'_>, threads: usize) -> Self {
        let rows = comparer.mentions.rows.len();
        let mut model = Self { prior: 0.0, weight: Default::default(), m: start(), u: by_chance(comparer, threads) };
        model.expect(0.0, rows);
        model.weigh();
        let step = (rows / TEACHERS).max(1) as u64;
        let parts = par::map(64, threads, |part| teachers(comparer, meets, part, step));
        let pairs: Vec<Compared> = parts.into_iter().flatten().collect();
        for _ in 0..ROUNDS {
            let before = model.prior;
            model.round(&pairs, rows, step);
            if (model.prior - before).abs() < 0.003 {
                break;
            }
        }
        model
    }

    /// Moves the weight of each level by so many bits.
    pub(crate) fn shift(&mut self, bits: &[[f32; LEVELS]; FIELDS]) {
        for (weight, bits) in self.weight.iter_mut().flatten().zip(bits.iter().flatten()) {
            *weight += bits;
        }
    }

    /// Evidence of one field in bits.
    pub fn evidence(&self, compared: &Compared, field: usize) -> f32 {
        match compared.level[field] {
            ABSENT => 0.0,
            level => self.weight[field][usize::from(level)] + compared.bits[field],
        }
    }

    /// Log2 of the odds that both mentions are of one person.
    pub fn score(&self, compared: &Compared) -> f32 {
        (0..FIELDS).fold(self.prior, |sum, field| sum + self.evidence(compared, field))
    }

    /// For each name the most that it can speak for any pair, in bits.
    pub fn name_max(&self, comparer: Comparer<'_>) -> Vec<f32> {
        let nickname = self.weight[NAME][NICKNAME] + comparer.stats.word_max();
        let most = self.weight[NAME][..NICKNAME].iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let own = |word: &u32| comparer.stats.word(*word).max(INITIAL_BITS);
        let names = comparer.mentions.names.iter();
        names.map(|words| nickname.max(most + words.as_slice().iter().map(own).sum::<f32>())).collect()
    }

    fn round(&mut self, pairs: &[Compared], rows: usize, step: u64) {
        let mut seen = [[0.0_f64; LEVELS]; FIELDS];
        let mut matches = 0.0_f64;
        for pair in pairs {
            let probability = f64::from(probability(self.score(pair)));
            if probability < 0.001 {
                continue;
            }
            matches += probability;
            for (field, level) in pair.level.iter().enumerate().filter(|(_, level)| **level != ABSENT) {
                seen[field][usize::from(*level)] += probability;
            }
        }
        for (field, seen) in seen.iter().enumerate() {
            let all: f64 = seen.iter().sum::<f64>() + f64::from(START_WEIGHT);
            for (level, start) in ALL[field].start.iter().enumerate() {
                self.m[field][level] = shrink((seen[level] + f64::from(START_WEIGHT * start)) / all);
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "a step of sampling is small")]
        let expected = matches * step as f64;
        self.expect(expected, rows);
        self.weigh();
    }

    /// The prior of so many matches in the file, and those in the world around it.
    fn expect(&mut self, matches: f64, rows: usize) {
        let (all, world) = (f64::from(float(rows + WORLD)), f64::from(float(WORLD)));
        self.prior = shrink((2.0 * (matches + WORLD_MATCHES * world) / (all * all)).min(0.5)).log2();
    }

    fn weigh(&mut self) {
        for (field, described) in ALL.iter().enumerate() {
            for level in 0..described.levels.len() {
                let chance = if level < described.by_value { 1.0 } else { self.u[field][level] };
                self.weight[field][level] = (self.m[field][level].max(1e-4) / chance).log2();
            }
        }
    }
}

/// The probability of a score.
pub fn probability(score: f32) -> f32 {
    1.0 / (1.0 + (-score).exp2())
}

/// The score of a probability.
pub fn score_of(probability: f32) -> f32 {
    (probability / (1.0 - probability)).log2()
}

#[expect(clippy::cast_possible_truncation, reason = "shares need no more than seven digits")]
const fn shrink(share: f64) -> f32 {
    share as f32
}

fn start() -> [[f32; LEVELS]; FIELDS] {
    let mut m = [[0.0; LEVELS]; FIELDS];
    for (shares, field) in m.iter_mut().zip(&ALL) {
        shares[..field.start.len()].copy_from_slice(field.start);
    }
    m
}

fn by_chance(comparer: Comparer<'_>, threads: usize) -> [[f32; LEVELS]; FIELDS] {
    let rows = comparer.mentions.rows.len() as u64;
    let draws = RANDOM_PAIRS.min(rows.saturating_mul(rows) / 2);
    let parts = par::map(20, threads, |part| {
        let mut seen = [[0_u32; LEVELS]; FIELDS];
        let share = draws / 20;
        for draw in (0..share).map(|draw| draw + share * part as u64) {
            let row = |salt: u64| u32::try_from(mix(draw * 2 + salt) % rows.max(1)).unwrap_or(0);
            let (a, b) = (row(0), row(1));
            if a == b {
                continue;
            }
            for (field, level) in comparer.pair(a, b).level.iter().enumerate().filter(|(_, level)| **level != ABSENT) {
                seen[field][usize::from(*level)] += 1;
            }
        }
        seen
    });
    let mut u = [[0.0; LEVELS]; FIELDS];
    for (field, shares) in u.iter_mut().enumerate() {
        let count = |level: usize| float(parts.iter().map(|seen| seen[field][level] as usize).sum());
        let all: f32 = (0..LEVELS).map(count).sum();
        for (level, share) in shares.iter_mut().enumerate() {
            let chance = ALL[field].chance.get(level).copied().unwrap_or(0.0);
            *share = (count(level) + CHANCE_WEIGHT * chance + 0.5) / (all + CHANCE_WEIGHT + 1.0);
        }
    }
    u
}

fn teachers(comparer: Comparer<'_>, meets: &Meets<'_>, part: usize, step: u64) -> Vec<Compared> {
    let (mut pairs, mut met) = (Vec::new(), Vec::new());
    let rows = comparer.mentions.rows.len();
    for row in (part * rows / 64)..((part + 1) * rows / 64) {
        if mix(row as u64).is_multiple_of(step) {
            let row = u32::try_from(row).unwrap_or(0);
            meets(row, &mut met);
            pairs.extend(met.iter().map(|other| comparer.pair(row, *other)));
        }
    }
    pairs
}
