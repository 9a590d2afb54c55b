use super::*;
use crate::stats::letters;
use proptest::prelude::*;

proptest! {
    #[test]
    fn texts_that_are_near_are_never_told_apart_by_their_letters(
        text in "[a-z1-9]{8,12}",
        slips in prop::collection::vec((0..8_usize, "[a-z1-9]"), 2),
    ) {
        let mut slipped = text.clone();
        for (at, letter) in &slips {
            slipped.replace_range(*at..=*at, letter);
        }
        prop_assert!(near(text.as_bytes(), slipped.as_bytes()));
        let differing = (letters(text.as_bytes()) ^ letters(slipped.as_bytes())).count_ones();
        prop_assert!(differing <= LETTERS_DIFFERING_MAX, "{text} {slipped}: {differing}");
    }

    #[test]
    fn digits_are_compared_at_once_where_they_are_as_many_and_as_texts_else(a in "[1-9][0-9]{5,7}", b in "[1-9][0-9]{5,7}") {
        let packed = |text: &str| crate::fields::packed(text.as_bytes());
        let (found, swapped) = slips(packed(&a), packed(&b), 1);
        let apart = distance(a.as_bytes(), b.as_bytes());
        let differing = a.bytes().zip(b.bytes()).filter(|(one, other)| one != other).count();
        let (expected, swap) = match a.len().abs_diff(b.len()) {
            0 => (u32::try_from(differing).unwrap(), differing == 2 && apart == 1),
            1 => (apart, false),
            _ => (u32::MAX, false),
        };
        prop_assert_eq!((found, swapped), (expected, swap));
    }
}
