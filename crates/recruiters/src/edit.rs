//! How many letters differ: optimal string alignment (insert, drop, replace, swap neighbours), in bit-parallel form after
//! Hyyrö 2003, "A bit-vector algorithm for computing Levenshtein and Damerau edit distances". Tests compare with `strsim`.

#![expect(clippy::indexing_slicing, reason = "a byte is always below 256")]

/// Longer words are compared by their first letters only.
const LETTERS_MAX: usize = 64;

/// The distance between two words of at most 64 bytes each.
pub fn distance(a: &[u8], b: &[u8]) -> u32 {
    let a = a.get(..LETTERS_MAX).unwrap_or(a);
    let b = b.get(..LETTERS_MAX).unwrap_or(b);
    if a.is_empty() || b.is_empty() {
        return u32::try_from(a.len().max(b.len())).unwrap_or(u32::MAX);
    }
    let mut places = [0_u64; 256];
    for (at, letter) in a.iter().enumerate() {
        places[usize::from(*letter)] |= 1 << at;
    }
    let last = 1_u64 << (a.len() - 1);
    let (mut up, mut down, mut diagonal, mut before) = (u64::MAX, 0_u64, 0_u64, 0_u64);
    let mut distance = u32::try_from(a.len()).unwrap_or(u32::MAX);
    for letter in b {
        let here = places[usize::from(*letter)];
        let swap = ((!diagonal & here) << 1) & before;
        diagonal = ((here & up).wrapping_add(up) ^ up) | here | down | swap;
        let right = down | !(diagonal | up);
        let left = diagonal & up;
        distance += u32::from(right & last != 0);
        distance -= u32::from(left & last != 0);
        let (right, left) = ((right << 1) | 1, left << 1);
        up = left | !(diagonal | right);
        down = right & diagonal;
        before = here;
    }
    distance
}

/// At most one slip in a word of four letters, two from eight letters on.
pub fn near(a: &[u8], b: &[u8]) -> bool {
    let (fewer, more) = (a.len().min(b.len()), a.len().max(b.len()));
    let most = if fewer >= 8 { 2 } else { u32::from(fewer >= 4) };
    // A slip takes one letter away and brings one in, at most: most texts are too far apart for counting slips at all.
    more - fewer <= most as usize && most > 0 && (set(a) ^ set(b)).count_ones() <= 2 * most && distance(a, b) <= most
}

/// Which letters a text has; two may share a bit.
fn set(text: &[u8]) -> u64 {
    text.iter().fold(0, |set, letter| set | 1 << (letter & 63))
}

/// How many of sixteen packed digits differ.
pub const fn digits_differing(a: u64, b: u64) -> u32 {
    let mut differing = a ^ b;
    differing |= differing >> 1;
    differing |= differing >> 2;
    (differing & 0x1111_1111_1111_1111).count_ones()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_slip_counts_one() {
        for (a, b) in [("suparman", "suparmn"), ("suparman", "supraman"), ("suparman", "suparmaan"), ("budi", "badi")] {
            assert_eq!(distance(a.as_bytes(), b.as_bytes()), 1, "{a} {b}");
        }
        assert_eq!(digits_differing(0x1234, 0x1244), 1);
        assert_eq!(digits_differing(0x1234, 0x2134), 2);
    }

    proptest! {
        #[test]
        fn a_quick_no_is_never_wrong(a in "[a-d1-3 ]{0,12}", b in "[a-d1-3 ]{0,12}") {
            let most = match a.len().min(b.len()) { 8.. => 2, 4.. => 1, _ => 0 };
            let theirs = most > 0 && strsim::osa_distance(&a, &b) <= most;
            prop_assert_eq!(near(a.as_bytes(), b.as_bytes()), theirs);
        }

        #[test]
        fn the_distance_is_that_of_strsim(a in "[a-d]{0,14}", b in "[a-d]{0,14}") {
            let theirs = strsim::osa_distance(&a, &b);
            prop_assert_eq!(usize::try_from(distance(a.as_bytes(), b.as_bytes())).unwrap(), theirs);
        }
    }
}
