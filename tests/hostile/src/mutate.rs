//! Changes of good bytes, from a seed: without a sanitizer and without coverage.

use base::Chance;
use base::chance::SeededChance;

/// Chance that repeats itself.
pub struct Dice(SeededChance);

impl Dice {
    /// The same throws for the same seed.
    pub fn new(seed: u64) -> Self {
        Self(SeededChance::new(seed))
    }

    /// A number below so many.
    pub fn below(&self, sides: usize) -> usize {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        usize::try_from(u64::from_le_bytes(bytes) % sides.max(1) as u64).unwrap_or(0)
    }

    fn byte(&self) -> u8 {
        self.below(256).to_le_bytes()[0]
    }

    /// A stretch inside so many bytes, at most 64 long.
    fn stretch(&self, length: usize) -> std::ops::Range<usize> {
        let from = self.below(length);
        from..(from + 1 + self.below(64)).min(length)
    }
}

/// Some changes of one input, at most five.
pub fn changed(input: &mut Vec<u8>, pool: &[Vec<u8>], dice: &Dice) {
    for _ in 0..=dice.below(4) {
        mutate(input, pool, dice);
    }
}

/// One change: flip, set, cut, insert, double, splice with another input, or move to a number at an edge.
fn mutate(input: &mut Vec<u8>, pool: &[Vec<u8>], dice: &Dice) {
    if input.is_empty() {
        input.push(dice.byte());
    }
    let at = dice.below(input.len());
    match dice.below(8) {
        0 => input[at] ^= 1 << dice.below(8),
        1 => input[at] = dice.byte(),
        2 => drop(input.drain(dice.stretch(input.len()))),
        3 => input.insert(at, dice.byte()),
        4 => {
            let copy = input[dice.stretch(input.len())].to_vec();
            input.splice(at..at, copy);
        }
        5 => {
            let other = &pool[dice.below(pool.len())];
            let part = other.get(dice.stretch(other.len())).unwrap_or_default().to_vec();
            input.splice(at..at, part);
        }
        6 => {
            let words: [&[u8]; 8] =
                [b"null", b"-1", b"18446744073709551615", b"\"\"", b"[]", b"{}", b"1e999", b"\\ud800"];
            input.splice(at..at, words[dice.below(words.len())].iter().copied());
        }
        _ => input[at] = [0, 0x17, 0x18, 0x7f, 0x80, 0xff][dice.below(6)],
    }
}
