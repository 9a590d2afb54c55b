//! Each text once, with a number: a table without order of its own, so nothing of it can reach the output.

#![expect(clippy::indexing_slicing, reason = "slots are masked to the table, numbers were given by it")]

/// Texts by number, in the order in which they came.
#[derive(Debug)]
pub struct Interner {
    bytes: Vec<u8>,
    ends: Vec<u32>,
    /// Number and, above it, half of the hash: other texts in the way need not be looked at.
    slots: Vec<u64>,
}

const NONE: u32 = u32::MAX;
const FREE: u64 = u64::MAX;

impl Default for Interner {
    fn default() -> Self {
        Self { bytes: Vec::new(), ends: Vec::new(), slots: vec![FREE; 64] }
    }
}

impl Interner {
    /// The number of a text, and whether it is new.
    pub fn add(&mut self, text: &[u8]) -> (u32, bool) {
        if self.ends.len() * 3 >= self.slots.len() * 2 {
            self.grow();
        }
        let hash = hash(text);
        let slot = self.slot(hash, |number| self.get(number) == text);
        if self.slots[slot] != FREE {
            return (number_in(self.slots[slot]), false);
        }
        let number = u32::try_from(self.ends.len()).unwrap_or(NONE);
        self.bytes.extend_from_slice(text);
        self.ends.push(u32::try_from(self.bytes.len()).unwrap_or(u32::MAX));
        self.slots[slot] = slot_of(hash, number);
        (number, true)
    }

    /// The text of a number.
    pub fn get(&self, number: u32) -> &[u8] {
        let at = number as usize;
        let start = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        &self.bytes[start..self.ends[at] as usize]
    }

    /// All texts by their numbers.
    pub fn all(&self) -> impl Iterator<Item = &[u8]> {
        (0..u32::try_from(self.ends.len()).unwrap_or(NONE)).map(|number| self.get(number))
    }

    /// How many texts there are.
    pub const fn len(&self) -> usize {
        self.ends.len()
    }

    /// Bytes held in memory.
    pub const fn held(&self) -> usize {
        self.bytes.capacity() + 4 * self.ends.capacity() + 8 * self.slots.capacity()
    }

    /// Forgets how to find texts: what remains is the texts.
    pub fn close(&mut self) {
        self.slots = vec![FREE; 64];
        self.bytes.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    /// The slot of a text: where it stands, or the free one where it would.
    fn slot(&self, hash: u64, is_it: impl Fn(u32) -> bool) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = usize::try_from(hash >> 20).unwrap_or(0) & mask;
        while self.slots[slot] != FREE && (self.slots[slot] >> 32 != hash >> 32 || !is_it(number_in(self.slots[slot])))
        {
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn grow(&mut self) {
        self.slots = vec![FREE; self.slots.len() * 2];
        for number in 0..u32::try_from(self.ends.len()).unwrap_or(NONE) {
            let hash = hash(self.get(number));
            let slot = self.slot(hash, |_| false);
            self.slots[slot] = slot_of(hash, number);
        }
    }
}

fn slot_of(hash: u64, number: u32) -> u64 {
    hash >> 32 << 32 | u64::from(number)
}

fn number_in(slot: u64) -> u32 {
    u32::try_from(slot & u64::from(u32::MAX)).unwrap_or(NONE)
}

/// Names and numbers of people are not left in memory.
impl Drop for Interner {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.bytes);
    }
}

/// A 64-bit hash, the same on every machine.
pub fn hash(text: &[u8]) -> u64 {
    let mut state = mix(text.len() as u64);
    for eight in text.chunks(8) {
        let mut word = [0_u8; 8];
        word[..eight.len()].copy_from_slice(eight);
        state = mix(state ^ u64::from_le_bytes(word));
    }
    state
}

/// Spreads one number over all bits (the finaliser of SplitMix64).
pub const fn mix(number: u64) -> u64 {
    let z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_keeps_its_number_while_the_table_grows() {
        let mut interner = Interner::default();
        for round in 0..2 {
            for n in 0..5000_u32 {
                let (number, new) = interner.add(n.to_string().as_bytes());
                assert_eq!((number, new), (n, round == 0));
            }
        }
        assert_eq!(interner.get(4321), b"4321");
    }
}
