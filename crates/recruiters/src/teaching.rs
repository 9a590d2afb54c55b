//! What people's judgements teach the machine, and which pair teaches most (ADR 53).
//!
//! Of the pairs that agree at a level the model expects so many to be right; people say how many were. The level's weight moves
//! by the difference. Judged pairs are chosen ones, so they are compared with what was expected of these very pairs, not
//! counted among matches or strangers. Each judgement is shared out over the fields of its pair, and what one officer says
//! counts for at most [`OFFICER_MAX`] judgements: alone she moves no pair by more than [`OFFICER_BITS_MAX`].

#![expect(clippy::indexing_slicing, reason = "levels are those of the field")]

use crate::compare::{ABSENT, Compared, FIELDS, LEVELS};
use crate::judged::{Judged, Pair, Verdict};
use crate::model::{Model, probability};
use crate::stats::float;
use base::OfficerId;
use std::collections::BTreeMap;

/// For how many judgements those of one officer count at most.
const OFFICER_MAX: f32 = 10.0;
/// For how many judgements the model's own expectation counts, at each level.
const EXPECTED_WEIGHT: f32 = 10.0;
/// By how much one officer alone can move the score of any pair: 2 x OFFICER_MAX / EXPECTED_WEIGHT / ln 2, in bits.
pub const OFFICER_BITS_MAX: f32 = 2.9;

/// A judgement as the model reads it. "Unsure" teaches nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lesson {
    /// Of which pair.
    pub pair: Pair,
    /// Who says so.
    pub by: OfficerId,
    /// One person, or two.
    pub same: bool,
}

/// What the judgements in force teach.
pub fn lessons(judged: &Judged) -> Vec<Lesson> {
    let all = judged.iter().flat_map(|(pair, said)| said.iter().map(|one| (*pair, one)));
    let sure = all.filter(|(_, one)| one.verdict != Verdict::Unsure);
    sure.map(|(pair, one)| Lesson { pair, by: one.by, same: one.verdict == Verdict::Same }).collect()
}

/// How much is learned by asking of a pair: most where the machine knows least, and more where the answer is about more
/// mentions. `sizes`: how many mentions each of the two is one person with, itself included.
pub fn worth(score: f32, sizes: [usize; 2]) -> f32 {
    let probability = probability(score);
    4.0 * probability * (1.0 - probability) * float(sizes[0] * sizes[1] + 1).log2()
}

/// Learns from judged pairs; each with who judged it, and whether it is one person.
pub fn teach(model: &mut Model, judged: &[(Compared, OfficerId, bool)]) {
    let mut of: BTreeMap<OfficerId, usize> = BTreeMap::new();
    for (_, by, _) in judged {
        *of.entry(*by).or_default() += 1;
    }
    let mut levels = [[Level::default(); LEVELS]; FIELDS];
    for (pair, by, same) in judged {
        let present: Vec<usize> = (0..FIELDS).filter(|field| pair.level[*field] != ABSENT).collect();
        let said = of.get(by).map_or(1.0, |count| float(*count));
        let share = (OFFICER_MAX / said).min(1.0) / float(present.len().max(1));
        let expected = probability(model.score(pair));
        for field in present {
            let level = &mut levels[field][usize::from(pair.level[field])];
            let (right, wrong) = if *same { (share, 0.0) } else { (0.0, share) };
            level.right[0] += right;
            level.right[1] += share * expected;
            level.wrong[0] += wrong;
            level.wrong[1] += share * (1.0 - expected);
        }
    }
    let mut bits = [[0.0; LEVELS]; FIELDS];
    for (bits, levels) in bits.iter_mut().flatten().zip(levels.iter().flatten()) {
        *bits = levels.bits();
    }
    model.shift(&bits);
}

/// Of the judged pairs at one level: what was said, and what was expected.
#[derive(Clone, Copy, Default)]
struct Level {
    right: [f32; 2],
    wrong: [f32; 2],
}

impl Level {
    fn bits(self) -> f32 {
        let more = |[said, expected]: [f32; 2]| ((said + EXPECTED_WEIGHT) / (expected + EXPECTED_WEIGHT)).log2();
        more(self.right) - more(self.wrong)
    }
}

#[cfg(test)]
mod tests;
