//! What a head of a partner's journal is beside the one it showed before (FEDERATION.md 10).

use base::{Digest, limits};
use seal::Head;

/// Events that one message shows at most.
pub const SHOWN_MAX: usize = limits::CODE_ROWS_MAX;

/// What a head is to its witness.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// It goes on from the one before, or is the first of a life: sign it.
    Follows,
    /// It is the one before: sign it again.
    Same,
    /// The partner is wrong about how far we saw: say what we know.
    OutOfStep,
    /// Late, or no head at all: nothing.
    Nothing,
    /// It cannot be true beside the one before: the journal was shortened or rewritten.
    Fork,
}

/// Judges a head whose signature was checked. `hashes` are those of the events after `after_n`.
pub fn judge(known: Option<&Head>, told: &Head, after_n: u64, hashes: &[Digest]) -> Judgement {
    let Some(known) = known.filter(|known| known.era >= told.era) else { return Judgement::Follows };
    if told.era < known.era {
        return if told.at > known.at { Judgement::Fork } else { Judgement::Nothing };
    }
    let shown = u64::try_from(hashes.len()).unwrap_or(u64::MAX);
    let adds_up = hashes.len() <= SHOWN_MAX && after_n.checked_add(shown) == Some(told.n);
    if told.n < known.n {
        // A journal only grows: an older head may come late, a shorter one cannot be signed later. But one message shows so
        // much and no more: a full one is not all there is, and comes from who did not hear how far we saw.
        return match told.at > known.at {
            false => Judgement::Nothing,
            true if adds_up && hashes.len() == SHOWN_MAX => Judgement::OutOfStep,
            true => Judgement::Fork,
        };
    }
    if told.n == known.n {
        return if told.link == known.link { Judgement::Same } else { Judgement::Fork };
    }
    if after_n > known.n {
        return Judgement::OutOfStep;
    }
    if !adds_up {
        return Judgement::Nothing;
    }
    let known_already = usize::try_from(known.n - after_n).unwrap_or(usize::MAX);
    let link = hashes.iter().skip(known_already).fold(known.link, |before, event| store::chain::link(before, event.0));
    if link == told.link { Judgement::Follows } else { Judgement::Fork }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::NodeId;
    use proptest::prelude::*;

    fn events(seeds: &[u8]) -> Vec<Digest> {
        seeds.iter().map(|seed| Digest(seal::hash::sha256(&[&[*seed]]))).collect()
    }

    fn head(era: u64, events: &[Digest], at: i64) -> Head {
        let link = events.iter().fold([0; 32], |before, event| store::chain::link(before, event.0));
        Head { node: NodeId::default(), era, n: events.len() as u64, link, at }
    }

    #[test]
    fn a_journal_that_grows_is_signed_and_one_that_shrinks_is_told() {
        let all = events(&[1, 2, 3, 4, 5]);
        let known = head(1, &all[..3], 100);
        let judged = |told: &Head, after: usize, shown: &[Digest]| judge(Some(&known), told, after as u64, shown);
        assert_eq!(judge(None, &known, 0, &[]), Judgement::Follows, "the first is taken as it is");
        assert_eq!(judged(&head(1, &all, 200), 3, &all[3..]), Judgement::Follows);
        assert_eq!(judged(&head(1, &all, 200), 1, &all[1..]), Judgement::Follows, "what is known is shown again");
        assert_eq!(judged(&head(1, &all, 200), 4, &all[4..]), Judgement::OutOfStep);
        assert_eq!(judged(&head(1, &all, 200), 3, &all[4..]), Judgement::Nothing, "a hash is missing");
        assert_eq!(judged(&known, 3, &[]), Judgement::Same);
        assert_eq!(judged(&head(1, &all[..2], 90), 0, &[]), Judgement::Nothing, "it came late");
        assert_eq!(judged(&head(1, &all[..2], 110), 0, &[]), Judgement::Fork, "it was shortened");
        assert_eq!(judged(&head(1, &events(&[1, 2, 9]), 200), 0, &[]), Judgement::Fork, "it was rewritten");
        assert_eq!(judged(&head(2, &all[..1], 200), 0, &all[..1]), Judgement::Follows, "a new life after a restore");
        assert_eq!(judged(&head(0, &all, 200), 0, &all), Judgement::Fork, "an old life goes on");
    }

    #[test]
    fn who_did_not_hear_how_far_we_saw_shows_a_full_message_of_less_and_is_no_liar() {
        let known = Head { n: 2_412, ..head(1, &[], 100) };
        let judged = |n: u64, at: i64, shown: usize| {
            let told = Head { n, at, ..known };
            judge(Some(&known), &told, 1_000, &vec![Digest::default(); shown])
        };
        assert_eq!(judged(2_000, 200, SHOWN_MAX), Judgement::OutOfStep, "one message shows no more");
        assert_eq!(judged(2_000, 90, SHOWN_MAX), Judgement::Nothing, "it came late");
        assert_eq!(judged(1_999, 200, SHOWN_MAX - 1), Judgement::Fork, "all there is, and less than there was");
        assert_eq!(judged(1_700, 200, SHOWN_MAX), Judgement::Fork, "it does not add up");
    }

    proptest! {
        #[test]
        fn a_journal_is_signed_if_and_only_if_it_goes_on_from_what_was_seen(
            seen in proptest::collection::vec(any::<u8>(), 0..6),
            more in proptest::collection::vec(any::<u8>(), 1..6),
            other in proptest::collection::vec(any::<u8>(), 0..6),
        ) {
            let (before, after) = (events(&seen), events(&more));
            let known = head(1, &before, 100);
            let whole = [before.clone(), after.clone()].concat();
            prop_assert_eq!(judge(Some(&known), &head(1, &whole, 200), known.n, &after), Judgement::Follows);
            let forged = [events(&other), after.clone()].concat();
            if forged.len() >= before.len() && forged[..before.len()] != before[..] {
                let told = head(1, &forged, 200);
                let judged = judge(Some(&known), &told, known.n, &forged[before.len()..]);
                prop_assert_eq!(judged, Judgement::Fork);
            }
        }
    }
}
