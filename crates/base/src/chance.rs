//! Chance as a value: made in `node` from the system, in tests and `sim` from a seed.

use crate::clock::Timestamp;

/// A source of random bytes.
pub trait Chance: Send + Sync {
    /// Fills the buffer with bytes nobody can predict (or, in `sim`, bytes that follow from the seed).
    fn fill(&self, buffer: &mut [u8]);
}

impl dyn Chance + '_ {
    /// An array of random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        self.fill(&mut out);
        out
    }

    /// A UUIDv7 (RFC 9562): time first, so that rows written together lie together.
    pub fn uuid(&self, now: Timestamp) -> [u8; 16] {
        let mut out: [u8; 16] = self.bytes();
        let millis = u64::try_from(now.millis()).unwrap_or(0).to_be_bytes();
        for (to, from) in out.iter_mut().zip(millis.iter().skip(2)) {
            *to = *from;
        }
        if let Some(byte) = out.get_mut(6) {
            *byte = (*byte & 0x0f) | 0x70;
        }
        if let Some(byte) = out.get_mut(8) {
            *byte = (*byte & 0x3f) | 0x80;
        }
        out
    }
}

/// Chance that follows from a seed (SplitMix64): for tests and the simulator, never for keys of a real node.
#[derive(Debug)]
pub struct SeededChance(std::sync::Mutex<u64>);

impl SeededChance {
    /// The same seed gives the same bytes.
    pub const fn new(seed: u64) -> Self {
        Self(std::sync::Mutex::new(seed))
    }
}

impl Chance for SeededChance {
    fn fill(&self, buffer: &mut [u8]) {
        let mut state = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for chunk in buffer.chunks_mut(8) {
            *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = *state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^= z >> 31;
            for (to, from) in chunk.iter_mut().zip(z.to_le_bytes()) {
                *to = from;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uuids_carry_version_and_sort_by_time() {
        let chance: &dyn Chance = &SeededChance::new(7);
        let early = chance.uuid(Timestamp::from_millis(1_000));
        let late = chance.uuid(Timestamp::from_millis(2_000));
        assert!(early < late);
        assert_eq!(early[6] >> 4, 7);
    }
}
