//! Named situations between a giver (Batam) and a taker (Lombok Timur). What end is expected of each stands in
//! `situations.tsv`; those that need more than the two state machines are in tests/stories, which also counts them.
// Long because: one test for each situation reads best in one row.

use super::*;
use crate::offer::GiverState as G;
use crate::offer::TakerState as T;
use std::collections::BTreeMap;

/// Giver, taker, and what is on its way.
struct Pair {
    giver: Node,
    taker: Node,
    to_taker: Vec<(u32, Send)>,
    to_giver: Vec<(u32, Send)>,
}

const REFERRAL: OfferKind = OfferKind::Referral;
const HANDOVER: OfferKind = OfferKind::Handover;

impl Pair {
    fn new() -> Self {
        let giver = Node { owns: true, duty: true, ..Node::default() };
        Self { giver, taker: Node::default(), to_taker: vec![], to_giver: vec![] }
    }

    fn offering(kind: OfferKind) -> Self {
        let mut pair = Self::new();
        pair.offer(kind).unwrap();
        pair
    }

    fn given(kind: OfferKind) -> Self {
        let mut pair = Self::offering(kind);
        pair.moves_on(1);
        pair
    }

    /// Offered, there, and answered with a yes that is still on its way.
    fn said_yes(kind: OfferKind) -> Self {
        let mut pair = Self::offering(kind);
        pair.deliver();
        pair.taker_does(&accept(1)).unwrap();
        pair
    }

    /// The other side says yes to an offer that lies there, and the file goes.
    fn moves_on(&mut self, no: u32) {
        self.deliver();
        self.taker_does(&accept(no)).unwrap();
        self.deliver();
        self.giver_does(&permit(no)).unwrap();
        self.deliver();
    }

    /// The same the other way.
    fn comes_back(&mut self, no: u32) {
        self.deliver();
        self.giver_does(&accept(no)).unwrap();
        self.deliver();
        self.taker_does(&permit(no)).unwrap();
        self.deliver();
    }

    fn completes(&mut self, no: u32) {
        self.taker_does(&complete(no)).unwrap();
        self.deliver();
    }

    fn offer(&mut self, kind: OfferKind) -> Result<(), Code> {
        let opening = opening(self.giver.thread.next_no(), kind, self.giver.own_no + 1);
        self.giver_does(&ThreadEvent::Giver(GiverEvent::Open(opening)))
    }

    fn offer_back(&mut self) -> Result<(), Code> {
        let opening = opening(self.taker.thread.next_no(), HANDOVER, self.taker.own_no + 1);
        self.taker_does(&ThreadEvent::Giver(GiverEvent::Open(opening)))
    }

    fn giver_does(&mut self, event: &ThreadEvent) -> Result<(), Code> {
        let sent = self.giver.on(event)?;
        self.to_taker.extend(sent);
        Ok(())
    }

    fn taker_does(&mut self, event: &ThreadEvent) -> Result<(), Code> {
        let sent = self.taker.on(event)?;
        self.to_giver.extend(sent);
        Ok(())
    }

    /// All that is on its way arrives, in order.
    fn deliver(&mut self) {
        while !self.to_taker.is_empty() || !self.to_giver.is_empty() {
            for (no, send) in std::mem::take(&mut self.to_taker) {
                self.taker_does(&arrival(no, &send)).unwrap();
            }
            for (no, send) in std::mem::take(&mut self.to_giver) {
                self.giver_does(&arrival(no, &send)).unwrap();
            }
        }
    }

    /// Both sides are where the table says that this situation ends: each offer, who owns, who has the duty of care.
    fn ends(&self, id: &str) {
        let (here, there) = (&self.giver.thread, &self.taker.thread);
        let mut seen = BTreeMap::new();
        for no in 1..here.next_no().max(there.next_no()) {
            seen.insert(
                format!("offer {no}"),
                format!("G {}, T {}", word(here.giver.state(no)), word(there.taker.state(no))),
            );
            let back = format!("G {}, T {}", word(there.giver.state(no)), word(here.taker.state(no)));
            seen.insert(format!("offer {no} back"), back);
        }
        // A taker has the duty from its yes to the end; the giver of a referral, which stays the owner, answers for the case.
        for node in [&self.giver, &self.taker] {
            let serves = |state| matches!(state, T::Accepted | T::Holding);
            assert_eq!(
                node.duty,
                node.owns || node.thread.taker.offers().any(|(_, offer)| serves(offer.state)),
                "{id}"
            );
        }
        let owner = ["none", "giver", "taker", "both"][usize::from(self.giver.owns) + 2 * usize::from(self.taker.owns)];
        let duty = if owner == "none" && self.taker.duty { "taker" } else { owner };
        seen.extend([("owner".to_owned(), owner.to_owned()), ("duty".to_owned(), duty.to_owned())]);
        table::holds(id, &seen);
    }
}

/// A state as the table writes it.
fn word(state: Option<impl std::fmt::Debug>) -> String {
    state.map_or_else(|| "none".to_owned(), |state| format!("{state:?}").to_lowercase())
}

#[test]
fn s01_a_referral_is_served_to_the_end_and_the_giver_stays_owner() {
    let mut pair = Pair::given(REFERRAL);
    pair.completes(1);
    pair.ends("S01");
    assert!(!pair.taker.duty, "the duty ended with the service");
}

#[test]
fn s02_a_handover_is_taken_over_and_checked() {
    let mut pair = Pair::given(HANDOVER);
    pair.completes(1);
    pair.ends("S02");
    assert!(!pair.giver.duty);
}

#[test]
fn s03_a_question_changes_no_state_and_only_the_preview_is_readable() {
    let mut pair = Pair::offering(HANDOVER);
    pair.deliver();
    pair.taker_does(&ThreadEvent::Taker(TakerEvent::See(1))).unwrap();
    pair.taker_does(&ThreadEvent::Taker(TakerEvent::Ask(1, "anak ikut?".into()))).unwrap();
    pair.deliver();
    pair.giver_does(&ThreadEvent::Giver(GiverEvent::Tell(1, "dua".into()))).unwrap();
    assert!(matches!(pair.to_taker[..], [(1, Send::Tell(_))]), "nothing of the file");
    pair.deliver();
    pair.ends("S03");
    assert!(pair.giver.thread.giver.offer(1).unwrap().seen);
}

fn declined(reason: DeclineReason) -> Pair {
    let mut pair = Pair::offering(REFERRAL);
    pair.deliver();
    pair.taker_does(&decline(1, reason)).unwrap();
    pair.deliver();
    pair
}

#[test]
fn s04_declined_with_a_comment_the_owner_sees_reason_and_text() {
    let mut pair = Pair::offering(REFERRAL);
    pair.deliver();
    let (reason, text) = (DeclineReason::NoCapacity, "penuh sampai Senin".to_owned());
    pair.taker_does(&ThreadEvent::Taker(TakerEvent::Decline { offer_no: 1, reason, text, other_node: None })).unwrap();
    pair.deliver();
    pair.ends("S04");
    let offer = pair.giver.thread.giver.offer(1).unwrap();
    assert_eq!((offer.ended_with.as_deref(), offer.text.as_str()), (Some("no_capacity"), "penuh sampai Senin"));
}

#[test]
fn s05_declined_offered_afresh_and_declined_again() {
    let mut pair = declined(DeclineReason::NoCapacity);
    pair.offer(REFERRAL).unwrap();
    pair.deliver();
    pair.taker_does(&decline(2, DeclineReason::NoCapacity)).unwrap();
    pair.deliver();
    pair.ends("S05");
}

#[test]
fn s07_a_declined_offer_cannot_be_withdrawn() {
    let mut pair = declined(DeclineReason::NotOurMandate);
    assert_eq!(pair.giver_does(&withdraw(1)), Err(WRONG_STATE));
    pair.ends("S07");
}

fn withdrawn() -> Pair {
    let mut pair = Pair::offering(HANDOVER);
    pair.deliver();
    pair.giver_does(&withdraw(1)).unwrap();
    let (no, end) = &pair.to_taker[0];
    let effects = pair.taker.thread.clone().on(&arrival(*no, end)).unwrap();
    assert_eq!(effects, [Effect::HidePreview(1), Effect::Tell(1, Tell::OfferEnded)]);
    pair.deliver();
    pair
}

#[test]
fn s08_after_a_withdrawal_the_task_is_gone_with_its_reason() {
    let pair = withdrawn();
    pair.ends("S08");
    assert_eq!(pair.taker.thread.taker.offer(1).unwrap().ended_with.as_deref(), Some("sent_in_error"));
}

#[test]
fn s09_answers_that_are_pressed_after_the_withdrawal_are_refused_and_not_sent() {
    let mut pair = withdrawn();
    assert_eq!(pair.taker_does(&accept(1)), Err(WRONG_STATE));
    assert_eq!(pair.taker_does(&decline(1, DeclineReason::Unsafe)), Err(WRONG_STATE));
    assert!(pair.to_giver.is_empty());
    pair.ends("S09");
}

#[test]
fn s10_acceptance_and_withdrawal_cross_no_extract_leaves_and_the_taker_is_told() {
    let mut pair = Pair::said_yes(HANDOVER);
    pair.giver_does(&withdraw(1)).unwrap();
    let (no, end) = &pair.to_taker[0];
    assert!(pair.taker.thread.clone().on(&arrival(*no, end)).unwrap().contains(&Effect::Tell(1, Tell::Lapsed)));
    pair.deliver();
    pair.ends("S10");
    assert_eq!(pair.giver_does(&permit(1)), Err(WRONG_STATE), "no extract leaves");
}

#[test]
fn s11_a_withdrawal_that_overtakes_its_offer_makes_the_number_born_closed() {
    let mut pair = Pair::offering(HANDOVER);
    let stick = std::mem::take(&mut pair.to_taker);
    pair.giver_does(&withdraw(1)).unwrap();
    pair.deliver();
    let (no, open) = &stick[0];
    assert_eq!(pair.taker.on(&arrival(*no, open)), Ok(vec![]), "no task");
    pair.ends("S11");
}

#[test]
fn s12_withdrawn_between_acceptance_and_extract_the_takers_duty_ends() {
    let mut pair = Pair::said_yes(HANDOVER);
    pair.deliver();
    pair.giver_does(&withdraw(1)).unwrap();
    pair.deliver();
    pair.ends("S12");
    assert!(!pair.taker.duty);
}

#[test]
fn s13_a_referral_that_was_given_cannot_be_withdrawn() {
    let mut pair = Pair::given(REFERRAL);
    assert_eq!(pair.giver_does(&withdraw(1)), Err(WRONG_STATE));
    pair.ends("S13");
}

#[test]
fn s14_a_handover_that_was_given_cannot_be_withdrawn_and_only_the_taker_offers_it_back() {
    let mut pair = Pair::given(HANDOVER);
    assert_eq!(pair.giver_does(&withdraw(1)), Err(WRONG_STATE));
    pair.ends("S14");
    assert_eq!(pair.offer(HANDOVER), Err(WRONG_STATE));
    pair.offer_back().unwrap();
}

#[test]
fn s15_withdrawn_then_offered_with_other_options() {
    let mut pair = Pair::offering(REFERRAL);
    pair.deliver();
    pair.giver_does(&withdraw(1)).unwrap();
    pair.offer(HANDOVER).unwrap();
    pair.moves_on(2);
    pair.ends("S15");
}

#[test]
fn s16_a_second_offer_before_an_answer_is_refused_here_and_there() {
    let mut pair = Pair::offering(REFERRAL);
    pair.deliver();
    assert_eq!(pair.offer(REFERRAL), Err(ALREADY_OPEN));
    let forced = ThreadEvent::Taker(TakerEvent::Opened(opening(2, REFERRAL, 1)));
    assert_eq!(pair.taker.on(&forced), Err(ALREADY_OPEN));
    pair.ends("S16");
}

#[test]
fn s19_a_handover_waits_until_the_referral_is_done() {
    let mut pair = Pair::given(REFERRAL);
    assert_eq!(pair.offer(HANDOVER), Err(WRONG_STATE));
    pair.completes(1);
    pair.offer(HANDOVER).unwrap();
    pair.moves_on(2);
    pair.ends("S19");
}

#[test]
fn s20_what_is_held_as_a_referral_is_not_the_takers_to_offer() {
    let mut pair = Pair::given(REFERRAL);
    assert_eq!(pair.offer_back(), Err(WRONG_STATE));
    let forced = ThreadEvent::Taker(TakerEvent::Opened(opening(2, HANDOVER, 1)));
    assert_eq!(pair.giver.on(&forced), Err(WRONG_STATE));
    pair.ends("S20");
}

#[test]
fn s30_a_supplement_ahead_of_the_extract_waits_and_counts_once() {
    let mut pair = Pair::said_yes(HANDOVER);
    pair.deliver();
    pair.giver_does(&permit(1)).unwrap();
    let stick = std::mem::take(&mut pair.to_taker);
    pair.giver_does(&ThreadEvent::Giver(GiverEvent::Supplement { offer_no: 1, hash: [4; 32] })).unwrap();
    let early = arrival(1, &pair.to_taker[0].1);
    // Only out of order; `relay` parks it (its engine's duplicates_and_permutations_have_one_effect_in_order).
    assert_eq!(pair.taker.on(&early), Err(WRONG_STATE));
    pair.to_taker = [stick, std::mem::take(&mut pair.to_taker)].concat();
    pair.deliver();
    assert_eq!(pair.taker.thread.clone().on(&early), Ok(vec![]), "once");
    let held = pair.taker.thread.taker.offer(1).unwrap();
    assert_eq!(held.supplements.iter().copied().collect::<Vec<_>>(), [1]);
    pair.ends("S30");
}

#[test]
fn s33_declined_as_known_here_says_no_more_than_that() {
    let pair = declined(DeclineReason::KnownHere);
    pair.ends("S33");
    let offer = pair.giver.thread.giver.offer(1).unwrap();
    assert_eq!((offer.ended_with.as_deref(), offer.text.as_str(), &offer.other_node), (Some("known_here"), "", &None));
}

#[test]
fn s38_an_extract_that_does_not_fit_is_shown_and_stops_nothing() {
    let mut pair = Pair::said_yes(HANDOVER);
    pair.deliver();
    pair.giver_does(&permit(1)).unwrap();
    pair.to_taker.clear();
    let wrong = ThreadEvent::Taker(TakerEvent::Extract { offer_no: 1, hash: [7; 32] });
    let effects = pair.taker.thread.clone().on(&wrong).unwrap();
    assert!(effects.contains(&Effect::Tell(1, Tell::Mismatch)));
    pair.taker.on(&wrong).unwrap();
    pair.ends("S38");
    assert!(pair.taker.thread.taker.offer(1).unwrap().mismatch);
}

#[test]
fn s40_an_offer_that_the_takers_node_refuses_is_declined_with_its_code() {
    let mut pair = Pair::offering(REFERRAL);
    pair.to_taker.clear();
    pair.giver_does(&ThreadEvent::Giver(GiverEvent::Refused(1, "consent.expired".into()))).unwrap();
    pair.ends("S40");
    assert_eq!(pair.giver.thread.giver.offer(1).unwrap().ended_with.as_deref(), Some("consent.expired"));
}

/// Given, completed, offered back.
fn offered_back() -> Pair {
    let mut pair = Pair::given(HANDOVER);
    pair.completes(1);
    pair.offer_back().unwrap();
    pair.deliver();
    pair
}

#[test]
fn s42_the_first_owner_takes_it_back_and_own_no_is_one_higher_per_transfer() {
    let mut pair = offered_back();
    pair.comes_back(2);
    pair.ends("S42");
    assert_eq!((pair.giver.own_no, &pair.giver.gave, &pair.taker.gave), (2, &vec![1], &vec![2]));
}

#[test]
fn s43_a_return_may_be_refused_and_the_taker_stays_owner() {
    let mut pair = offered_back();
    pair.giver_does(&decline(2, DeclineReason::NoCapacity)).unwrap();
    pair.deliver();
    pair.ends("S43");
}

#[test]
fn s44_handed_over_again_after_a_return_the_old_acceptance_changes_nothing() {
    let mut pair = offered_back();
    pair.comes_back(2);
    pair.giver_does(&complete(2)).unwrap();
    pair.deliver();
    pair.offer(HANDOVER).unwrap();
    pair.deliver();
    let old = ThreadEvent::Giver(GiverEvent::Accepted { offer_no: 1, due_at: late() });
    pair.giver.on(&old).unwrap();
    assert_eq!(pair.giver.thread.giver.state(3), Some(G::Open));
    pair.moves_on(3);
    assert_eq!(pair.giver.thread.clone().on(&old), Ok(vec![]));
    pair.ends("S44");
    assert_eq!((&pair.giver.gave, &pair.taker.gave), (&vec![1, 3], &vec![2]));
}

#[test]
fn s45_the_same_extract_after_a_crash_on_both_sides_is_one_transfer() {
    let mut pair = Pair::said_yes(HANDOVER);
    pair.deliver();
    pair.giver_does(&permit(1)).unwrap();
    let (no, extract) = pair.to_taker.pop().unwrap();
    assert!(!pair.giver.owns && !pair.taker.owns && pair.taker.duty, "no owner in between, and the taker has the duty");
    // Its first commit is lost: what was not committed never was. The relay sends again what has no receipt.
    assert!(pair.taker.thread.clone().on(&arrival(no, &extract)).is_ok());
    pair.taker.on(&arrival(no, &extract)).unwrap();
    assert_eq!(pair.taker.on(&arrival(no, &extract)), Ok(vec![]));
    pair.ends("S45");
}

#[test]
fn s46_a_consent_withdrawn_while_the_offer_is_open_withdraws_it_and_hides_the_preview() {
    let mut pair = Pair::offering(REFERRAL);
    pair.deliver();
    pair.giver_does(&ThreadEvent::Giver(GiverEvent::Denied(1, WithdrawReason::Consent))).unwrap();
    let gone = arrival(pair.to_taker[0].0, &pair.to_taker[0].1);
    assert!(pair.taker.thread.clone().on(&gone).unwrap().contains(&Effect::HidePreview(1)));
    pair.deliver();
    pair.ends("S46");
}

/// A consent is withdrawn after the case was given; what the taker does about it.
fn consent_withdrawn_later(kind: OfferKind) -> (Pair, Vec<Effect>) {
    let mut pair = Pair::given(kind);
    let event = GiverEvent::ConsentWithdrawn { offer_no: 1, hashes: vec![[5; 32]], erase: true };
    pair.giver_does(&ThreadEvent::Giver(event)).unwrap();
    let (no, send) = pair.to_taker[0].clone();
    let effects = pair.taker.thread.clone().on(&arrival(no, &send)).unwrap();
    pair.deliver();
    (pair, effects)
}

#[test]
fn s47_a_consent_withdrawn_during_a_referral_hides_the_data() {
    let (pair, effects) = consent_withdrawn_later(REFERRAL);
    assert!(effects.contains(&Effect::HideData(1, vec![[5; 32]], REFERRAL)));
    pair.ends("S47");
}

#[test]
fn s48_a_consent_withdrawn_after_a_handover_freezes_and_moves_no_ownership() {
    let (pair, effects) = consent_withdrawn_later(HANDOVER);
    assert!(effects.contains(&Effect::HideData(1, vec![[5; 32]], HANDOVER)));
    pair.ends("S48");
}

#[test]
fn s49_an_extract_on_a_stick_is_hidden_on_arrival() {
    let mut pair = Pair::said_yes(REFERRAL);
    pair.deliver();
    pair.giver_does(&permit(1)).unwrap();
    let stick = std::mem::take(&mut pair.to_taker);
    let event = GiverEvent::ConsentWithdrawn { offer_no: 1, hashes: vec![[5; 32]], erase: true };
    pair.giver_does(&ThreadEvent::Giver(event)).unwrap();
    pair.deliver();
    let (no, extract) = &stick[0];
    let effects = pair.taker.thread.on(&arrival(*no, extract)).unwrap();
    assert!(effects.contains(&Effect::HideData(1, vec![[5; 32]], REFERRAL)));
    pair.ends("S49");
}

#[test]
fn the_preview_of_an_accepted_referral_is_hidden_by_the_withdrawal_before_its_file_is_here() {
    for (kind, hides) in [(REFERRAL, true), (HANDOVER, false)] {
        let mut pair = Pair::said_yes(kind);
        pair.deliver();
        pair.giver_does(&permit(1)).unwrap();
        let file = std::mem::take(&mut pair.to_taker);
        let event = GiverEvent::ConsentWithdrawn { offer_no: 1, hashes: vec![[5; 32]], erase: false };
        pair.giver_does(&ThreadEvent::Giver(event)).unwrap();
        let (no, withdrawal) = pair.to_taker[0].clone();
        let effects = pair.taker.thread.on(&arrival(no, &withdrawal)).unwrap();
        // A handover still has to arrive; it is frozen then, with what its preview says.
        assert_eq!(effects.contains(&Effect::HideData(1, vec![[5; 32]], kind)), hides);
        let effects = pair.taker.thread.on(&arrival(file[0].0, &file[0].1)).unwrap();
        assert!(effects.contains(&Effect::HideData(1, vec![[5; 32]], kind)));
    }
}

/// What the giver's clock asks for at this moment, done; the effects.
fn rings(pair: &mut Pair, now: Timestamp, received: bool) -> Vec<Effect> {
    let event = ThreadEvent::Giver(pair.giver.thread.giver.due(now, received).expect("something is due"));
    let effects = pair.giver.thread.clone().on(&event).unwrap();
    pair.giver_does(&event).unwrap();
    effects
}

#[test]
fn s50_without_a_receipt_it_expires_after_the_grace_and_the_province_is_told() {
    let mut pair = Pair::offering(HANDOVER);
    let lost = std::mem::take(&mut pair.to_taker);
    rings(&mut pair, late(), false);
    assert!(matches!(pair.to_taker[..], [(1, Send::Expire(ExpireReason::NoReceipt))]));
    pair.deliver();
    assert_eq!(pair.taker.on(&arrival(1, &lost[0].1)), Ok(vec![]), "the old offer makes no task any more");
    pair.ends("S50");
}

#[test]
fn s51_an_unanswered_offer_alerts_both_sides_then_the_province_and_expires_after_the_grace() {
    let mut pair = Pair::offering(REFERRAL);
    pair.deliver();
    let (answer_by, end) = (Timestamp::from_seconds(24 * 3600), late());
    let giver = &pair.giver.thread.giver;
    assert_eq!((giver.due(answer_by.plus_millis(-1), true), giver.next_at()), (None, Some(answer_by)));
    assert_eq!(rings(&mut pair, answer_by, true), [Effect::Escalate(1, crate::words::Level::District)]);
    let giver = &mut pair.giver.thread.giver;
    assert_eq!(giver.due(answer_by, true), None, "the alarm rings once");
    assert_eq!(giver.due(end.plus_millis(-1), true), None, "the grace runs");
    let early = GiverEvent::Expire { offer_no: 1, now: end.plus_millis(-1), received: true };
    assert_eq!(giver.on(&early), Err(WRONG_STATE));
    let effects = rings(&mut pair, end, true);
    assert!(effects.contains(&Effect::Send(1, Send::Expire(ExpireReason::NoAnswer))));
    assert!(effects.contains(&Effect::Escalate(1, crate::words::Level::Province)));
    pair.deliver();
    pair.ends("S51");
}

#[test]
fn s52_an_answer_after_the_answer_time_is_still_an_answer_whatever_the_takers_clock_says() {
    let mut pair = Pair::offering(REFERRAL);
    pair.deliver();
    rings(&mut pair, Timestamp::from_seconds(24 * 3600), true);
    // `accept` claims a day far ahead; nothing asks for it.
    pair.moves_on(1);
    pair.ends("S52");
    assert!(pair.giver.thread.giver.offer(1).unwrap().alarmed, "the alarm stays on record");
}

#[test]
fn s53_acceptance_and_expiry_cross_and_the_owner_sees_the_late_answer() {
    let mut pair = Pair::said_yes(HANDOVER);
    pair.giver_does(&expire(1)).unwrap();
    let (no, answer) = pair.to_giver[0].clone();
    let effects = pair.giver.thread.clone().on(&arrival(no, &answer)).unwrap();
    assert_eq!(effects, vec![Effect::Tell(1, Tell::AnswerTooLate)]);
    pair.deliver();
    pair.ends("S53");
    assert!(pair.giver.thread.may_offer().is_ok());
}

#[test]
fn numbers_on_the_wire_count_from_one_and_other_is_99() {
    assert_eq!(DeclineReason::NoCapacity.number(), 1);
    assert_eq!(DeclineReason::Unsafe.number(), 8);
    assert_eq!(DeclineReason::Other.number(), 99);
    assert_eq!(DeclineReason::from_number(99), Some(DeclineReason::Other));
    assert_eq!(WithdrawReason::from_number(50), None);
    for outcome in Served::ALL {
        assert_eq!(Served::from_number(outcome.number()), Some(*outcome));
    }
    assert_eq!((OfferKind::Referral.number(), OfferKind::Handover.number()), (1, 2));
}
