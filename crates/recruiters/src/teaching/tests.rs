use super::*;
use crate::judged::{Ground, Judgement};
use crate::known::Known;
use crate::said::Said;
use base::{MentionId, Redacted};
use proptest::prelude::*;

const fn id(n: u8) -> MentionId {
    MentionId::from_bytes([n; 16])
}

const fn officer(n: u8) -> OfficerId {
    OfficerId::from_bytes([n; 16])
}

fn pair(a: u8, b: u8) -> Pair {
    Pair::of(id(a), id(b)).unwrap()
}

fn said(name: &str, phone: &str, agency: &str) -> Said {
    let text = |text: &str| Redacted::new(text.to_owned());
    let mut said = Said::default();
    (said.name, said.phone, said.agency) = (text(name), text(phone), text(agency));
    said
}

/// Pairs `(n, 100 + n)` of two kinds: below 20 the telephones differ in a digit, and one has a second name; from 20 on the
/// agency is the same, and the name has a slip.
fn cast() -> Vec<(MentionId, Said)> {
    let mut cast = Vec::new();
    for (n, word) in (0..20_u8).zip(WORDS) {
        let phone = |slip: u32| format!("0878{:07}", u32::from(n) * 6_131 + slip);
        cast.push((id(n), said(&format!("Penyalur{word}"), &phone(0), "")));
        cast.push((id(100 + n), said(&format!("Penyalur{word}"), &phone(1), "")));
    }
    for (n, word) in (20..40_u8).zip(WORDS) {
        let agency = format!("PT Karya {word}");
        cast.push((id(n), said(&format!("Wayan{word}"), "", &agency)));
        cast.push((id(100 + n), said(&format!("Wayam{word}"), "", &agency)));
    }
    cast
}

const WORDS: [&str; 20] = [
    "bela", "cita", "dodo", "erna", "fani", "gita", "hadi", "ikro", "joko", "kiki", "lusi", "mimi", "nono", "opik",
    "puji", "rudi", "sari", "tuti", "umar", "vina",
];

fn known(lessons: &[Lesson]) -> Known {
    let cast = cast();
    Known::of(cast.iter().map(|(id, said)| (*id, said)), lessons)
}

fn score(known: &Known, n: u8) -> f32 {
    known.between(pair(n, 100 + n)).unwrap().score
}

/// Twelve pairs from `first` on, judged by three officers in turn.
fn judged(first: u8, same: bool) -> Vec<Lesson> {
    (first..first + 12).map(|n| Lesson { pair: pair(n, 100 + n), by: officer(n % 3), same }).collect()
}

#[test]
fn what_is_said_of_some_pairs_moves_a_third_of_their_kind_and_its_place_in_the_queue() {
    let (before, same, different) = (known(&[]), known(&judged(20, true)), known(&judged(20, false)));
    let third = [&before, &same, &different].map(|known| score(known, 35));
    assert!(third[1] > third[0] + 0.3, "{third:?}");
    assert!(third[2] < third[0] - 0.3, "{third:?}");
    // Before, a pair of this kind taught more; people were of the machine's mind, so that now the other one does.
    let first = |known: &Known| if worth(score(known, 15), [1, 1]) > worth(score(known, 35), [1, 1]) { 15 } else { 35 };
    assert_eq!((first(&before), first(&same)), (35, 15));
    let gap = |known: &Known| score(known, 35) - score(known, 15);
    let both = known(&[judged(0, true), judged(20, false)].concat());
    assert!(gap(&both) < gap(&before) - 1.5, "{} {}", gap(&both), gap(&before));
}

#[test]
fn what_the_machine_knew_teaches_little_and_unsure_nothing() {
    let sure = vec![Lesson { pair: pair(0, 139), by: officer(1), same: false }];
    let (before, after) = (known(&[]), known(&sure));
    assert!((score(&after, 35) - score(&before, 35)).abs() < 0.01, "strangers are strangers");
    let at = base::Timestamp::from_seconds(1);
    let judgement = |by, verdict| Judgement { by: officer(by), verdict, ground: Ground::Name, at };
    let all = vec![judgement(1, Verdict::Same), judgement(2, Verdict::Unsure), judgement(3, Verdict::Different)];
    let said = lessons(&Judged::from([(pair(1, 2), all)]));
    assert_eq!(
        said.iter().map(|lesson| (lesson.by, lesson.same)).collect::<Vec<_>>(),
        [(officer(1), true), (officer(3), false)]
    );
}

#[test]
fn most_is_learned_in_the_middle_and_where_more_mentions_hang_on_it() {
    assert!(worth(0.0, [1, 1]) > worth(1.0, [1, 1]) && worth(1.0, [1, 1]) > worth(3.0, [1, 1]));
    assert!((worth(-2.0, [1, 1]) - worth(2.0, [1, 1])).abs() < 1e-5);
    assert!(worth(1.0, [3, 4]) > worth(0.0, [1, 1]));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// Goal: one officer, whatever she says and however often, moves no pair by more than the bound; many agreeing may.
    #[test]
    fn one_officer_alone_does_not_bend_the_machine(
        said in prop::collection::vec((0_u8..40, 0_u8..40, any::<bool>(), any::<bool>()), 1..400)
    ) {
        let (before, cast) = (known(&[]), cast());
        let side = |n: u8, other: bool| if other { 100 + n } else { n };
        let lessons: Vec<Lesson> = said
            .iter()
            .filter_map(|(a, b, other, same)| {
                Some(Lesson { pair: Pair::of(id(*a), id(side(*b, *other)))?, by: officer(1), same: *same })
            })
            .collect();
        let after = known(&lessons);
        for (one, other) in cast.iter().zip(cast.iter().skip(1)) {
            let pair = Pair::of(one.0, other.0).unwrap();
            let moved = after.between(pair).unwrap().score - before.between(pair).unwrap().score;
            prop_assert!(moved.abs() <= OFFICER_BITS_MAX, "{moved}");
        }
    }
}

#[test]
fn the_hardest_push_of_one_stays_in_bounds_and_that_of_many_goes_further() {
    let push = |officers: u8| -> Vec<Lesson> {
        (0..20)
            .flat_map(|n| (0..officers).map(move |by| Lesson { pair: pair(n, 100 + n), by: officer(by), same: true }))
            .collect()
    };
    let before = score(&known(&[]), 3);
    let (one, many) = (score(&known(&push(1)), 3) - before, score(&known(&push(6)), 3) - before);
    assert!(one > 0.5 && one <= OFFICER_BITS_MAX, "{one}");
    assert!(many > OFFICER_BITS_MAX, "{many}");
}
