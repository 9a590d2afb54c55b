//! Named situations between a giver (Batam) and a taker (Lombok Timur), with the end that is expected of each.
// Long because: one test for each situation reads best in one row.

use super::*;
use crate::offer::GiverState as G;
use crate::offer::TakerState as T;

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
        let giver = Node { owns: true, ..Node::default() };
        Self { giver, taker: Node::default(), to_taker: vec![], to_giver: vec![] }
    }

    fn offering(kind: OfferKind) -> Self {
        let mut pair = Self::new();
        pair.offer(kind).unwrap();
        pair
    }

    fn given(kind: OfferKind) -> Self {
        let mut pair = Self::offering(kind);
        pair.deliver();
        pair.taker_does(&accept(1)).unwrap();
        pair.deliver();
        pair.giver_does(&permit(1)).unwrap();
        pair.deliver();
        pair
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

    fn ends(&self, no: u32, giver: G, taker: T, owner_is_giver: bool) {
        assert_eq!(self.giver.thread.giver.state(no), Some(giver));
        assert_eq!(self.taker.thread.taker.state(no), Some(taker));
        assert_eq!((self.giver.owns, self.taker.owns), (owner_is_giver, !owner_is_giver));
    }
}

#[test]
fn s01_a_referral_is_served_to_the_end_and_the_giver_stays_owner() {
    let mut pair = Pair::given(REFERRAL);
    pair.taker_does(&complete(1)).unwrap();
    pair.deliver();
    pair.ends(1, G::Done, T::Done, true);
    assert!(!pair.taker.duty, "the duty ended with the service");
}

#[test]
fn s02_a_handover_is_taken_over_and_checked() {
    let mut pair = Pair::given(HANDOVER);
    pair.taker_does(&complete(1)).unwrap();
    pair.deliver();
    pair.ends(1, G::Done, T::Done, false);
    assert!(pair.taker.duty && !pair.giver.duty);
}

#[test]
fn s03_a_question_changes_no_state_and_only_the_preview_is_readable() {
    let mut pair = Pair::offering(HANDOVER);
    pair.deliver();
    pair.taker_does(&ThreadEvent::Taker(TakerEvent::See(1))).unwrap();
    pair.taker_does(&ThreadEvent::Taker(TakerEvent::Ask(1, "anak ikut?".into()))).unwrap();
    pair.deliver();
    pair.giver_does(&ThreadEvent::Giver(GiverEvent::Tell(1, "dua".into()))).unwrap();
    pair.deliver();
    pair.ends(1, G::Open, T::Offered, true);
    assert!(pair.giver.thread.giver.offer(1).unwrap().seen);
}

#[test]
fn s04_s05_declined_offered_afresh_and_declined_again() {
    let mut pair = Pair::offering(REFERRAL);
    pair.deliver();
    pair.taker_does(&decline(1, DeclineReason::NoCapacity)).unwrap();
    pair.deliver();
    pair.ends(1, G::Declined, T::Declined, true);
    assert_eq!(pair.giver.thread.giver.offer(1).unwrap().ended_with.as_deref(), Some("no_capacity"));
    pair.offer(REFERRAL).unwrap();
    pair.deliver();
    pair.taker_does(&decline(2, DeclineReason::NoCapacity)).unwrap();
    pair.deliver();
    pair.ends(2, G::Declined, T::Declined, true);
}

#[test]
fn s06_s07_a_better_address_is_kept_and_a_declined_offer_cannot_be_withdrawn() {
    let mut pair = Pair::offering(HANDOVER);
    pair.deliver();
    pair.taker_does(&decline(1, DeclineReason::NotOurArea)).unwrap();
    pair.deliver();
    assert_eq!(pair.giver.thread.giver.offer(1).unwrap().other_node.as_deref(), Some("kupang"));
    assert_eq!(pair.giver_does(&withdraw(1)), Err(WRONG_STATE));
    pair.ends(1, G::Declined, T::Declined, true);
}

#[test]
fn s08_s09_after_a_withdrawal_the_task_is_gone_and_both_answers_are_refused() {
    let mut pair = Pair::offering(HANDOVER);
    pair.deliver();
    pair.giver_does(&withdraw(1)).unwrap();
    pair.deliver();
    pair.ends(1, G::Withdrawn, T::Closed, true);
    assert_eq!(pair.taker_does(&accept(1)), Err(WRONG_STATE));
    assert_eq!(pair.taker_does(&decline(1, DeclineReason::Unsafe)), Err(WRONG_STATE));
    assert!(pair.to_giver.is_empty());
}

#[test]
fn s10_s12_acceptance_and_withdrawal_cross_and_no_extract_leaves() {
    let mut crossing = Pair::offering(HANDOVER);
    crossing.deliver();
    crossing.taker_does(&accept(1)).unwrap();
    crossing.giver_does(&withdraw(1)).unwrap();
    crossing.deliver();
    crossing.ends(1, G::Withdrawn, T::Lapsed, true);
    assert!(!crossing.taker.duty);

    let mut accepted = Pair::offering(HANDOVER);
    accepted.deliver();
    accepted.taker_does(&accept(1)).unwrap();
    accepted.deliver();
    accepted.giver_does(&withdraw(1)).unwrap();
    accepted.deliver();
    accepted.ends(1, G::Withdrawn, T::Lapsed, true);
}

#[test]
fn s11_a_withdrawal_that_overtakes_its_offer_makes_the_number_born_closed() {
    let mut pair = Pair::offering(HANDOVER);
    let stick = std::mem::take(&mut pair.to_taker);
    pair.giver_does(&withdraw(1)).unwrap();
    pair.deliver();
    let (no, open) = &stick[0];
    assert_eq!(pair.taker.on(&arrival(*no, open)), Ok(vec![]), "no task");
    pair.ends(1, G::Withdrawn, T::Closed, true);
}

#[test]
fn s13_s14_what_was_given_cannot_be_withdrawn() {
    for (kind, owner_is_giver) in [(REFERRAL, true), (HANDOVER, false)] {
        let mut pair = Pair::given(kind);
        assert_eq!(pair.giver_does(&withdraw(1)), Err(WRONG_STATE));
        pair.ends(1, G::Given, T::Holding, owner_is_giver);
    }
}

#[test]
fn s15_withdrawn_then_offered_as_a_handover() {
    let mut pair = Pair::offering(REFERRAL);
    pair.deliver();
    pair.giver_does(&withdraw(1)).unwrap();
    pair.offer(HANDOVER).unwrap();
    pair.deliver();
    pair.taker_does(&accept(2)).unwrap();
    pair.deliver();
    pair.giver_does(&permit(2)).unwrap();
    pair.deliver();
    assert_eq!(pair.taker.thread.taker.state(1), Some(T::Closed));
    pair.ends(2, G::Given, T::Holding, false);
}

#[test]
fn s16_a_second_offer_before_an_answer_is_refused_here_and_there() {
    let mut pair = Pair::offering(REFERRAL);
    pair.deliver();
    assert_eq!(pair.offer(REFERRAL), Err(ALREADY_OPEN));
    let forced = ThreadEvent::Taker(TakerEvent::Opened(opening(2, REFERRAL, 1)));
    assert_eq!(pair.taker.on(&forced), Err(ALREADY_OPEN));
    pair.ends(1, G::Open, T::Offered, true);
}

#[test]
fn s19_a_handover_waits_until_the_referral_is_done() {
    let mut pair = Pair::given(REFERRAL);
    assert_eq!(pair.offer(HANDOVER), Err(WRONG_STATE));
    pair.taker_does(&complete(1)).unwrap();
    pair.deliver();
    pair.offer(HANDOVER).unwrap();
    pair.deliver();
    pair.taker_does(&accept(2)).unwrap();
    pair.deliver();
    pair.giver_does(&permit(2)).unwrap();
    pair.deliver();
    pair.ends(2, G::Given, T::Holding, false);
}

#[test]
fn s20_what_is_held_as_a_referral_is_not_the_takers_to_offer() {
    let mut pair = Pair::given(REFERRAL);
    assert_eq!(pair.offer_back(), Err(WRONG_STATE));
    let forced = ThreadEvent::Taker(TakerEvent::Opened(opening(2, HANDOVER, 1)));
    assert_eq!(pair.giver.on(&forced), Err(WRONG_STATE));
    pair.ends(1, G::Given, T::Holding, true);
}

#[test]
fn s27_s30_a_supplement_has_its_own_number_and_counts_once() {
    let mut pair = Pair::given(HANDOVER);
    let later = ThreadEvent::Giver(GiverEvent::Supplement { offer_no: 1, hash: [4; 32] });
    pair.giver_does(&later).unwrap();
    pair.giver_does(&later).unwrap();
    let twice = pair.to_taker.clone();
    pair.deliver();
    pair.to_taker = twice;
    pair.deliver();
    let held = pair.taker.thread.taker.offer(1).unwrap();
    assert_eq!(held.supplements.iter().copied().collect::<Vec<_>>(), [1, 2]);
    let early = ThreadEvent::Taker(TakerEvent::Supplement { offer_no: 1, no: 1 });
    let mut waiting = Pair::offering(HANDOVER);
    waiting.deliver();
    assert_eq!(waiting.taker.on(&early), Err(WRONG_STATE), "relay parks it until the extract is here");
}

#[test]
fn s38_a_wrong_extract_is_shown_and_stops_nothing() {
    let mut pair = Pair::offering(HANDOVER);
    pair.deliver();
    pair.taker_does(&accept(1)).unwrap();
    pair.deliver();
    pair.giver_does(&permit(1)).unwrap();
    pair.to_taker.clear();
    let wrong = ThreadEvent::Taker(TakerEvent::Extract { offer_no: 1, hash: [7; 32] });
    let effects = pair.taker.thread.clone().on(&wrong).unwrap();
    assert!(effects.contains(&Effect::Tell(1, Tell::Mismatch)));
    pair.taker.on(&wrong).unwrap();
    pair.ends(1, G::Given, T::Holding, false);
}

#[test]
fn s40_an_offer_that_the_takers_node_refuses_is_declined_with_its_code() {
    let mut pair = Pair::offering(REFERRAL);
    pair.to_taker.clear();
    pair.giver_does(&ThreadEvent::Giver(GiverEvent::Refused(1, "consent.expired".into()))).unwrap();
    let offer = pair.giver.thread.giver.offer(1).unwrap();
    assert_eq!((offer.state, offer.ended_with.as_deref()), (G::Declined, Some("consent.expired")));
    assert_eq!(pair.taker.thread.taker.state(1), None);
}

#[test]
fn s42_s44_a_case_goes_comes_back_and_goes_again_and_the_old_acceptance_changes_nothing() {
    let mut pair = Pair::given(HANDOVER);
    pair.taker_does(&complete(1)).unwrap();
    pair.deliver();
    pair.offer_back().unwrap();
    pair.deliver();
    pair.giver_does(&accept(2)).unwrap();
    pair.deliver();
    pair.taker_does(&permit(2)).unwrap();
    pair.deliver();
    assert!(pair.giver.owns && !pair.taker.owns);
    pair.giver_does(&complete(2)).unwrap();
    pair.deliver();
    pair.offer(HANDOVER).unwrap();
    pair.deliver();
    pair.giver.on(&ThreadEvent::Giver(GiverEvent::Accepted { offer_no: 1, due_at: late() })).unwrap();
    assert_eq!(pair.giver.thread.giver.state(3), Some(G::Open));
    pair.taker_does(&accept(3)).unwrap();
    pair.deliver();
    pair.giver_does(&permit(3)).unwrap();
    pair.deliver();
    pair.ends(3, G::Given, T::Holding, false);
    assert_eq!((pair.giver.gave.clone(), pair.taker.gave.clone()), (vec![1, 3], vec![2]));
}

#[test]
fn s43_a_return_may_be_refused_and_the_taker_stays_owner() {
    let mut pair = Pair::given(HANDOVER);
    pair.offer_back().unwrap();
    pair.deliver();
    pair.giver_does(&decline(2, DeclineReason::NoCapacity)).unwrap();
    pair.deliver();
    assert_eq!(pair.taker.thread.giver.state(2), Some(G::Declined));
    pair.ends(1, G::Given, T::Holding, false);
}

#[test]
fn s45_the_same_extract_twice_is_one_transfer() {
    let mut pair = Pair::given(HANDOVER);
    let again = ThreadEvent::Taker(TakerEvent::Extract { offer_no: 1, hash: [3; 32] });
    assert_eq!(pair.taker.on(&again), Ok(vec![]));
    pair.ends(1, G::Given, T::Holding, false);
}

#[test]
fn s46_a_consent_withdrawn_while_the_offer_is_open_withdraws_it_and_hides_the_preview() {
    let mut pair = Pair::offering(REFERRAL);
    pair.deliver();
    pair.giver_does(&ThreadEvent::Giver(GiverEvent::Denied(1, WithdrawReason::Consent))).unwrap();
    let gone = arrival(pair.to_taker[0].0, &pair.to_taker[0].1);
    assert!(pair.taker.thread.clone().on(&gone).unwrap().contains(&Effect::HidePreview(1)));
    pair.deliver();
    pair.ends(1, G::Withdrawn, T::Closed, true);
}

#[test]
fn s47_s48_a_consent_withdrawn_later_hides_the_data_and_moves_no_ownership() {
    for (kind, owner_is_giver) in [(REFERRAL, true), (HANDOVER, false)] {
        let mut pair = Pair::given(kind);
        let event = GiverEvent::ConsentWithdrawn { offer_no: 1, hashes: vec![[5; 32]], erase: true };
        pair.giver_does(&ThreadEvent::Giver(event)).unwrap();
        let (no, send) = pair.to_taker[0].clone();
        let effects = pair.taker.thread.clone().on(&arrival(no, &send)).unwrap();
        assert!(effects.contains(&Effect::HideData(1, vec![[5; 32]], kind)));
        pair.deliver();
        pair.ends(1, G::Given, T::Holding, owner_is_giver);
    }
}

#[test]
fn s49_an_extract_on_a_stick_is_hidden_on_arrival() {
    let mut pair = Pair::offering(REFERRAL);
    pair.deliver();
    pair.taker_does(&accept(1)).unwrap();
    pair.deliver();
    pair.giver_does(&permit(1)).unwrap();
    let stick = std::mem::take(&mut pair.to_taker);
    let event = GiverEvent::ConsentWithdrawn { offer_no: 1, hashes: vec![[5; 32]], erase: true };
    pair.giver_does(&ThreadEvent::Giver(event)).unwrap();
    pair.deliver();
    let (no, extract) = &stick[0];
    let effects = pair.taker.thread.on(&arrival(*no, extract)).unwrap();
    assert!(effects.contains(&Effect::HideData(1, vec![[5; 32]], REFERRAL)));
    pair.ends(1, G::Given, T::Holding, true);
}

#[test]
fn the_preview_of_an_accepted_referral_is_hidden_by_the_withdrawal_before_its_file_is_here() {
    for (kind, hides) in [(REFERRAL, true), (HANDOVER, false)] {
        let mut pair = Pair::offering(kind);
        pair.deliver();
        pair.taker_does(&accept(1)).unwrap();
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

#[test]
fn s50_s51_an_unanswered_offer_alerts_both_sides_then_the_province_and_expires_after_the_grace() {
    let mut pair = Pair::offering(REFERRAL);
    let giver = &mut pair.giver.thread.giver;
    let answer_by = Timestamp::from_seconds(24 * 3600);
    assert_eq!(giver.due(answer_by.plus_millis(-1), true), None);
    assert_eq!(giver.next_at(), Some(answer_by));
    let due = giver.due(answer_by, true).unwrap();
    assert_eq!(giver.on(&due), Ok(vec![Effect::Escalate(1, crate::words::Level::District)]));
    assert_eq!(giver.due(answer_by, true), None, "the alarm rings once");
    let end = late();
    assert_eq!(giver.due(end.plus_millis(-1), true), None, "the grace runs");
    assert_eq!(
        giver.on(&GiverEvent::Expire { offer_no: 1, now: end.plus_millis(-1), received: true }),
        Err(WRONG_STATE)
    );
    let over = giver.due(end, false).unwrap();
    let effects = giver.on(&over).unwrap();
    assert!(effects.contains(&Effect::Send(1, Send::Expire(ExpireReason::NoReceipt))));
    assert!(effects.contains(&Effect::Escalate(1, crate::words::Level::Province)));
    pair.deliver();
    pair.taker_does(&ThreadEvent::Taker(TakerEvent::Expired(1, "no_receipt".into()))).unwrap();
    pair.ends(1, G::Expired, T::Closed, true);
}

#[test]
fn s52_an_answer_after_the_answer_time_is_still_an_answer() {
    let mut pair = Pair::offering(REFERRAL);
    pair.deliver();
    pair.giver_does(&ThreadEvent::Giver(GiverEvent::AnswerDue(1))).unwrap();
    pair.taker_does(&accept(1)).unwrap();
    pair.deliver();
    pair.giver_does(&permit(1)).unwrap();
    pair.deliver();
    pair.ends(1, G::Given, T::Holding, true);
    assert!(pair.giver.thread.giver.offer(1).unwrap().alarmed, "the alarm stays on record");
}

#[test]
fn s53_acceptance_and_expiry_cross_and_the_owner_sees_the_late_answer() {
    let mut pair = Pair::offering(HANDOVER);
    pair.deliver();
    pair.taker_does(&accept(1)).unwrap();
    pair.giver_does(&expire(1)).unwrap();
    let (no, answer) = pair.to_giver[0].clone();
    let effects = pair.giver.thread.clone().on(&arrival(no, &answer)).unwrap();
    assert_eq!(effects, vec![Effect::Tell(1, Tell::AnswerTooLate)]);
    pair.deliver();
    pair.ends(1, G::Expired, T::Lapsed, true);
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
