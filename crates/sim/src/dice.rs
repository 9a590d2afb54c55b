//! Chance of a run: all of it follows from the seed.

use base::chance::SeededChance;
use base::{Chance, Timestamp};

/// A seed of its own for each part of a run, so that one more throw here changes nothing there.
pub fn seed_of(seed: u64, part: u64) -> u64 {
    let digest = seal::hash::sha256(&[b"simpul/sim/1", &seed.to_be_bytes(), &part.to_be_bytes()]);
    digest.iter().take(8).fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

/// Dice.
pub struct Dice(SeededChance);

impl Dice {
    /// Dice of a part of the run.
    pub fn new(seed: u64, part: u64) -> Self {
        Self(SeededChance::new(seed_of(seed, part)))
    }

    fn throw(&self) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    /// Bytes of an id.
    pub fn bytes(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        self.0.fill(&mut bytes);
        bytes
    }

    /// A number from 0, below `n`.
    pub fn below(&self, n: usize) -> usize {
        let n = u64::try_from(n.max(1)).unwrap_or(1);
        usize::try_from(self.throw() % n).unwrap_or(0)
    }

    /// Whether something of this probability happens.
    pub fn hit(&self, probability: f64) -> bool {
        let throw = u32::try_from(self.throw() >> 32).unwrap_or(0);
        probability > 0.0 && f64::from(throw) < probability * (f64::from(u32::MAX) + 1.0)
    }

    /// Whether something of `percent` in a hundred happens.
    pub fn percent(&self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of several.
    pub fn pick<'a, T>(&self, all: &'a [T]) -> Option<&'a T> {
        all.get(self.below(all.len()))
    }

    /// A moment between `least` and `most` seconds after another.
    pub fn after(&self, at: Timestamp, least: i64, most: i64) -> Timestamp {
        let span = usize::try_from((most - least).max(0) * 1000 + 1).unwrap_or(1);
        at.plus_seconds(least).plus_millis(i64::try_from(self.below(span)).unwrap_or(0))
    }
}
