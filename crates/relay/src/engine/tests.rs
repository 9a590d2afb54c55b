use super::inbound::{Arrival, Step, acted, arrive, cut, decide, next, park, voided};
use super::outbound::{Effect, Event, on, wait_millis};
use base::chance::SeededChance;
use base::{Digest, NodeId, ThreadId, Timestamp};
use desk::mail::{Inbound, Outgoing, State, Verdict};
use desk::wire::Class;
use proptest::prelude::*;
use std::collections::BTreeMap;

const NOW: Timestamp = Timestamp::from_seconds(1_795_000_000);

fn hash(seq: u64) -> Digest {
    Digest([u8::try_from(seq).unwrap(); 32])
}

/// Numbers 1 to n of one sender; every third acts on sight.
fn letter(seq: u64, void: &[u64]) -> Arrival {
    Arrival {
        era: 7,
        seq,
        hash: hash(seq),
        prev: hash(seq - 1),
        number: if seq.is_multiple_of(3) { 32 } else { 20 },
        expires: NOW.plus_hours(72),
        void: void.iter().map(|seq| (*seq, hash(*seq))).collect(),
    }
}

/// A receiver in memory: what `post::numbered` does with rows.
#[derive(Default)]
struct Receiver {
    inn: Inbound,
    seen: BTreeMap<u64, Digest>,
    effects: Vec<u64>,
    parked: BTreeMap<u64, Arrival>,
}

impl Receiver {
    fn take(&mut self, arrival: &Arrival, at: Timestamp) -> Step {
        let mut stepped = Vec::new();
        let known = self.seen.get(&arrival.seq).copied();
        let step = arrive(&mut self.inn, arrival, known, at, &mut stepped);
        match step {
            Step::Apply => {
                self.effects.push(arrival.seq);
                self.seen.insert(arrival.seq, arrival.hash);
                decide(&mut self.inn, arrival.seq, arrival.hash, Verdict::Applied, &mut stepped);
            }
            Step::TooLate => {
                self.seen.insert(arrival.seq, arrival.hash);
                decide(&mut self.inn, arrival.seq, arrival.hash, Verdict::Refused("x".into()), &mut stepped);
            }
            Step::ApplyNow => {
                self.effects.push(arrival.seq);
                park(&mut self.inn, arrival, Some(Verdict::Applied));
            }
            Step::Park => {
                park(&mut self.inn, arrival, None);
                self.parked.insert(arrival.seq, arrival.clone());
            }
            Step::Retry | Step::Again | Step::Drop | Step::Freeze => {}
        }
        while let Some((seq, parked)) = next(&mut self.inn) {
            if parked.acted.is_none() {
                self.effects.push(seq);
            }
            self.seen.insert(seq, parked.hash);
            decide(&mut self.inn, seq, parked.hash, parked.acted.unwrap_or(Verdict::Applied), &mut stepped);
        }
        self.seen.extend(stepped);
        step
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Goal: I8. Method: every number arrives at least once, in any order, some many times.
    #[test]
    fn duplicates_and_permutations_have_one_effect_in_order(
        n in 1_u64..24,
        extra in prop::collection::vec(1_u64..24, 0..40),
        seed in any::<u64>(),
    ) {
        let mut order: Vec<u64> = (1..=n).chain(extra.into_iter().filter(|seq| *seq <= n)).collect();
        shuffle(&mut order, seed);
        let mut receiver = Receiver::default();
        for seq in order {
            let step = receiver.take(&letter(seq, &[]), NOW);
            prop_assert!(!matches!(step, Step::Freeze | Step::Drop));
        }
        prop_assert_eq!(receiver.inn.upto, n);
        let mut sorted = receiver.effects.clone();
        sorted.sort_unstable();
        prop_assert_eq!(sorted, (1..=n).collect::<Vec<_>>());
        // What does not act on sight acts in the order of its numbers.
        let ordered: Vec<u64> = receiver.effects.into_iter().filter(|seq| !seq.is_multiple_of(3)).collect();
        prop_assert!(ordered.is_sorted());
    }

    /// Goal: a gap that is void is stepped over wherever the word of it arrives. Method: one number never comes, the last
    /// one names it.
    #[test]
    fn a_void_number_is_stepped_over_and_never_acts(n in 3_u64..20, gone in 1_u64..19, seed in any::<u64>()) {
        prop_assume!(gone < n);
        let mut order: Vec<u64> = (1..=n).filter(|seq| *seq != gone).collect();
        shuffle(&mut order, seed);
        let mut receiver = Receiver::default();
        for seq in order {
            receiver.take(&letter(seq, &[]), NOW);
        }
        prop_assert!(receiver.inn.upto < n);
        let mut last = letter(n + 1, &[gone]);
        last.prev = hash(n);
        receiver.take(&last, NOW);
        prop_assert_eq!(receiver.inn.upto, n + 1);
        prop_assert!(!receiver.effects.contains(&gone));
        // It comes late after all: no effect.
        prop_assert_eq!(receiver.take(&letter(gone, &[]), NOW), Step::Again);
    }
}

fn shuffle(order: &mut [u64], seed: u64) {
    let chance = SeededChance::new(seed);
    let chance: &dyn base::Chance = &chance;
    for i in (1..order.len()).rev() {
        order.swap(i, usize::try_from(u64::from_le_bytes(chance.bytes()) % (i as u64 + 1)).unwrap());
    }
}

#[test]
fn two_bodies_under_one_number_freeze_the_thread_until_the_next_era() {
    let mut receiver = Receiver::default();
    receiver.take(&letter(1, &[]), NOW);
    let mut other = letter(1, &[]);
    other.hash = hash(99);
    assert_eq!(receiver.take(&other, NOW), Step::Freeze);
    assert_eq!(receiver.take(&letter(2, &[]), NOW), Step::Drop);
    let anew = Arrival { era: 8, prev: hash(0), ..letter(1, &[]) };
    receiver.seen.clear();
    assert_eq!(receiver.take(&anew, NOW), Step::Apply);
}

#[test]
fn what_acted_under_a_dead_key_acts_no_second_time_but_another_word_in_its_place_does() {
    let mut receiver = Receiver::default();
    receiver.inn.acted.insert(3, hash(3));
    assert_eq!(acted(&receiver.inn, &letter(3, &[])), Some(Verdict::Applied));
    assert_eq!(
        acted(&receiver.inn, &Arrival { hash: hash(99), ..letter(3, &[]) }),
        None,
        "a thief's word stands in nobody's way"
    );
    receiver.take(&Arrival { era: 8, ..letter(1, &[]) }, NOW);
    assert_eq!(acted(&receiver.inn, &letter(3, &[])), None, "numbers of another life");
}

#[test]
fn a_prev_that_does_not_fit_freezes_also_from_the_parked() {
    let mut receiver = Receiver::default();
    let mut wrong = letter(2, &[]);
    wrong.prev = hash(50);
    assert_eq!(receiver.take(&wrong, NOW), Step::Park);
    assert_eq!(receiver.take(&letter(1, &[]), NOW), Step::Apply);
    assert!(receiver.inn.frozen);
    assert_eq!(receiver.effects, [1]);
}

#[test]
fn what_comes_two_days_after_its_life_is_refused_but_what_shrinks_rights_is_never_too_late() {
    let late = NOW.plus_hours(72 + 49);
    let mut receiver = Receiver::default();
    assert_eq!(receiver.take(&letter(1, &[]), late), Step::TooLate);
    assert_eq!(receiver.take(&letter(2, &[]), NOW.plus_hours(72 + 47)), Step::Apply);
    assert_eq!(receiver.take(&letter(3, &[]), late), Step::Apply);
    assert_eq!(receiver.inn.upto, 3);
}

#[test]
fn beyond_the_limit_nothing_is_parked_and_nothing_is_lost() {
    let mut receiver = Receiver::default();
    for seq in 2..=66 {
        receiver.take(&Arrival { number: 20, ..letter(seq, &[]) }, NOW);
    }
    assert_eq!(receiver.inn.parked.len(), 64);
    receiver.take(&letter(1, &[]), NOW);
    assert_eq!(receiver.inn.upto, 65);
    receiver.take(&letter(66, &[]), NOW);
    assert_eq!(receiver.inn.upto, 66);
}

fn message(state: State) -> Outgoing {
    Outgoing {
        thread: ThreadId::from_bytes([1; 16]),
        peer: NodeId::from_bytes([2; 16]),
        era: 7,
        seq: 1,
        number: 16,
        class: Class::Normal,
        state,
        made_at: NOW,
        expires_at: NOW.plus_hours(14 * 24),
        next_at: Some(NOW),
        tries: 0,
        level: 0,
        hash: hash(1),
        code: None,
        handed_at: None,
        received_at: None,
        seen_at: None,
    }
}

#[test]
fn every_cell_of_the_senders_table_holds() {
    use State::{Expired, Handed, Held, Queued, Received, Refused, WaitingKey};
    let verdict = |number: u64| Event::Verdict(number, "x".into());
    let later = NOW.plus_hours(13);
    let over = NOW.plus_hours(15 * 24);
    let cells = [
        (Queued, Event::Handed, NOW, Handed),
        (Queued, Event::Receipt, NOW, Received),
        (Queued, verdict(1), NOW, Refused),
        (Queued, verdict(2), NOW, Held),
        (Queued, Event::Due, NOW, Queued),
        (Queued, Event::Due, over, Expired),
        (Queued, Event::NoKey, NOW, WaitingKey),
        (Handed, Event::Receipt, NOW, Received),
        (Handed, verdict(2), NOW, Held),
        (Handed, Event::Due, later, Queued),
        (Handed, Event::Due, over, Expired),
        (Handed, Event::NoKey, NOW, Handed),
        (Held, Event::Receipt, NOW, Received),
        (Held, verdict(1), NOW, Refused),
        (Held, Event::Missing, NOW, Queued),
        (Held, Event::Due, over, Expired),
        (Held, Event::NoKey, NOW, Held),
        (WaitingKey, Event::Receipt, NOW, Received),
        (WaitingKey, Event::KeyCame, NOW, Queued),
        (WaitingKey, Event::Due, over, Expired),
        (Expired, Event::Receipt, over, Received),
        (Expired, verdict(1), over, Refused),
        (Expired, Event::NoKey, over, Expired),
        (Received, verdict(1), NOW, Received),
        (Refused, Event::Receipt, NOW, Refused),
    ];
    for (from, event, now, to) in cells {
        let mut out = message(from);
        on(&mut out, event.clone(), now, &SeededChance::new(1));
        assert_eq!(out.state, to, "{from:?} {event:?}");
    }
}

#[test]
fn a_person_is_told_at_half_at_four_fifths_and_at_the_end_once_each() {
    let mut out = message(State::Queued);
    let mut told = Vec::new();
    for hour in 0..20 * 24 {
        let now = NOW.plus_hours(hour);
        for effect in on(&mut out, Event::Due, now, &SeededChance::new(1)) {
            if effect == Effect::TellLate {
                told.push((hour, out.level));
            }
        }
    }
    assert_eq!(told, [(168, 50), (269, 80), (336, 100)]);
    assert_eq!(out.state, State::Expired);
}

#[test]
fn a_withdrawal_has_no_end_and_goes_on_being_tried() {
    let mut out = Outgoing { number: 32, class: Class::Urgent, ..message(State::Queued) };
    let far = NOW.plus_hours(24 * 200);
    assert_eq!(on(&mut out, Event::Due, far, &SeededChance::new(1)), [Effect::TellLate, Effect::Push]);
    on(&mut out, Event::Handed, far, &SeededChance::new(1));
    assert_eq!((out.state, out.due()), (State::Handed, Some(far.plus_hours(1))));
}

#[test]
fn waits_stay_below_their_cap() {
    let chance = SeededChance::new(3);
    for tries in 0..40 {
        assert!((0..=30 * 60 * 1000).contains(&wait_millis(Class::Urgent, tries, &chance)));
        assert!((0..=6 * 3600 * 1000).contains(&wait_millis(Class::Bulk, tries, &chance)));
    }
}

#[test]
fn a_gap_calls_an_expired_number_once_more() {
    let mut out = message(State::Expired);
    out.next_at = None;
    on(&mut out, Event::Missing, NOW, &SeededChance::new(1));
    assert_eq!(out.due(), Some(NOW));
    assert_eq!(on(&mut out, Event::Due, NOW, &SeededChance::new(1)), [Effect::Push]);
    assert_eq!(out.state, State::Expired);
}

/// Bodies that were frozen before a restore cannot list what will not come again: the sender says it beside them.
#[test]
fn a_gap_that_the_sender_fills_by_word_alone_is_stepped_over() {
    let mut receiver = Receiver::default();
    receiver.take(&letter(1, &[]), NOW);
    assert_eq!(receiver.take(&letter(4, &[]), NOW), Step::Park);
    let mut stepped = Vec::new();
    assert!(!voided(&mut receiver.inn, 6, &[(2, hash(2))], &mut stepped), "of an era before: nothing moves");
    assert!(voided(&mut receiver.inn, 7, &[(1, hash(1)), (2, hash(2)), (3, hash(3))], &mut stepped));
    assert_eq!((stepped.as_slice(), receiver.inn.upto), (&[(2, hash(2)), (3, hash(3))][..], 3));
    assert_eq!(next(&mut receiver.inn).map(|(seq, _)| seq), Some(4));
}

#[test]
fn what_the_sender_forgot_with_its_disk_is_not_taken_when_it_comes_late() {
    let mut receiver = Receiver::default();
    receiver.take(&letter(1, &[]), NOW);
    receiver.take(&letter(5, &[]), NOW);
    cut(&mut receiver.inn, 8, Some((7, 2)));
    assert!(receiver.inn.parked.is_empty());
    assert_eq!(receiver.take(&letter(3, &[]), NOW), Step::Drop, "also what acts on sight");
    assert_eq!(receiver.take(&letter(2, &[]), NOW), Step::Apply, "what it still knows goes on");
    assert_eq!(receiver.effects, [1, 2]);
    assert_eq!(receiver.take(&letter(1, &[]), NOW), Step::Again);
}

#[test]
fn of_a_life_that_the_sender_forgot_nothing_is_taken_where_nothing_came_before() {
    let mut receiver = Receiver::default();
    cut(&mut receiver.inn, 8, None);
    assert_eq!(receiver.take(&letter(2, &[]), NOW), Step::Drop, "late, of era 7: its number 1 never comes");
    assert_eq!(receiver.inn.era, 0);
    let anew = Arrival { era: 8, prev: Digest::default(), ..letter(1, &[]) };
    assert_eq!(receiver.take(&anew, NOW), Step::Apply, "what it says in its new life");

    // A second loss: of the first life it knew one number, of the second one, and both are still taken.
    let mut receiver = Receiver::default();
    cut(&mut receiver.inn, 7, Some((6, 1)));
    cut(&mut receiver.inn, 8, Some((7, 1)));
    assert_eq!(receiver.take(&Arrival { era: 6, ..letter(2, &[]) }, NOW), Step::Drop);
    assert_eq!(receiver.take(&Arrival { era: 6, ..letter(1, &[]) }, NOW), Step::Apply);
    receiver.seen.clear();
    assert_eq!(receiver.take(&letter(1, &[]), NOW), Step::Apply);
    assert_eq!(receiver.take(&letter(2, &[]), NOW), Step::Drop);
    cut(&mut receiver.inn, 1_000, (1..900).map(|era| (era, 1)));
    let known = &receiver.inn.known;
    assert_eq!((known.len(), known.first_key_value()), (64, Some((&836, &1))), "of all that it may name the newest");
}
