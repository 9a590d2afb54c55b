//! Two threads and a carrier that delays, loses, doubles and reorders.

mod interleavings;
mod situations;
mod table;

use super::*;
use crate::words::{Purpose, Urgency};
use base::{CaseId, Timestamp};

pub(super) fn own(own_no: u32) -> OwnNext {
    OwnNext { case: CaseId::from_bytes([9; 16]), own_no, last: [0; 32] }
}

pub(super) fn opening(offer_no: u32, kind: OfferKind, own_no: u32) -> Opening {
    Opening {
        offer_no,
        kind,
        purpose: Purpose::Return,
        urgency: Urgency::Amber,
        answer_by: Timestamp::from_seconds(24 * 3600),
        expires: Timestamp::from_seconds(14 * 24 * 3600),
        extract_hash: [3; 32],
        own: (kind == OfferKind::Handover).then(|| own(own_no)),
    }
}

pub(super) fn late() -> Timestamp {
    Timestamp::from_seconds(15 * 24 * 3600)
}

pub(super) fn accept(offer_no: u32) -> ThreadEvent {
    ThreadEvent::Taker(TakerEvent::Accept { offer_no, due_at: late() })
}

pub(super) fn decline(offer_no: u32, reason: DeclineReason) -> ThreadEvent {
    let other_node = (reason == DeclineReason::NotOurArea).then(|| "kupang".to_owned());
    ThreadEvent::Taker(TakerEvent::Decline { offer_no, reason, text: String::new(), other_node })
}

pub(super) fn complete(offer_no: u32) -> ThreadEvent {
    ThreadEvent::Taker(TakerEvent::Complete { offer_no, outcome: Served::Served, text: String::new() })
}

pub(super) fn withdraw(offer_no: u32) -> ThreadEvent {
    ThreadEvent::Giver(GiverEvent::Withdraw(offer_no, WithdrawReason::SentInError, String::new()))
}

pub(super) fn permit(offer_no: u32) -> ThreadEvent {
    ThreadEvent::Giver(GiverEvent::Permitted(offer_no))
}

pub(super) fn expire(offer_no: u32) -> ThreadEvent {
    ThreadEvent::Giver(GiverEvent::Expire { offer_no, now: late(), received: true })
}

/// What a message is when it arrives.
pub(super) fn arrival(offer_no: u32, send: &Send) -> ThreadEvent {
    match send.clone() {
        Send::Open(opening) => ThreadEvent::Taker(TakerEvent::Opened(opening)),
        Send::Seen => ThreadEvent::Giver(GiverEvent::Seen(offer_no)),
        Send::Ask(text) => ThreadEvent::Giver(GiverEvent::Asked(offer_no, text)),
        Send::Tell(text) => ThreadEvent::Taker(TakerEvent::Told(offer_no, text)),
        Send::Accept { due_at, .. } => ThreadEvent::Giver(GiverEvent::Accepted { offer_no, due_at }),
        Send::Decline { reason, text, other_node } => {
            ThreadEvent::Giver(GiverEvent::Declined { offer_no, reason: Some(reason), text, other_node })
        }
        Send::Withdraw(reason, _) => ThreadEvent::Taker(TakerEvent::Withdrawn(offer_no, reason.word().into())),
        Send::Expire(reason) => ThreadEvent::Taker(TakerEvent::Expired(offer_no, reason.word().into())),
        Send::Extract(_) => ThreadEvent::Taker(TakerEvent::Extract { offer_no, hash: [3; 32] }),
        Send::Supplement { no, .. } => ThreadEvent::Taker(TakerEvent::Supplement { offer_no, no }),
        Send::Complete(outcome, text) => {
            ThreadEvent::Giver(GiverEvent::Completed { offer_no, outcome: Some(outcome), text })
        }
        Send::ConsentWithdrawn { hashes, erase } => ThreadEvent::Taker(TakerEvent::ConsentWithdrawn { hashes, erase }),
    }
}

/// One node's side: its thread, and what the effects made of ownership and duty.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Node {
    pub(super) thread: Thread,
    pub(super) owns: bool,
    pub(super) duty: bool,
    pub(super) own_no: u32,
    /// Ownership numbers that this node gave away, to see that none is used twice.
    pub(super) gave: Vec<u32>,
}

impl Node {
    /// Takes an event; the messages that follow.
    pub(super) fn on(&mut self, event: &ThreadEvent) -> Result<Vec<(u32, Send)>, Code> {
        let effects = self.thread.on(event)?;
        let mut out = Vec::new();
        for effect in effects {
            match effect {
                Effect::Send(no, send) => out.push((no, send)),
                Effect::DutyBegins(_) => self.duty = true,
                Effect::DutyEnds(_) => self.duty = false,
                Effect::OwnershipEnds(_, own) => {
                    assert!(self.owns && own.own_no > self.own_no, "gave what it did not own");
                    (self.owns, self.duty, self.own_no) = (false, false, own.own_no);
                    self.gave.push(own.own_no);
                }
                Effect::OwnershipBegins(_, own) => {
                    assert!(own.own_no > self.own_no, "I3: own_no rises");
                    (self.owns, self.duty, self.own_no) = (true, true, own.own_no);
                }
                _ => {}
            }
        }
        Ok(out)
    }
}

/// A taker on which an offer came.
fn offered(kind: OfferKind) -> Taker {
    let mut taker = Taker::default();
    taker.on(&TakerEvent::Opened(opening(1, kind, 1))).unwrap();
    taker
}

#[test]
fn a_restored_taker_lets_go_what_its_giver_has_gone_past_and_no_more() {
    let mut taker = offered(OfferKind::Referral);
    taker.on(&TakerEvent::Superseded(1)).unwrap();
    assert_eq!(taker.state(1), Some(TakerState::Closed));
    assert_eq!(taker.on(&TakerEvent::Superseded(7)), Ok(vec![]), "what never came is not made");
    let mut taker = offered(OfferKind::Referral);
    taker.on(&TakerEvent::Accept { offer_no: 1, due_at: late() }).unwrap();
    taker.on(&TakerEvent::Extract { offer_no: 1, hash: [3; 32] }).unwrap();
    assert_eq!(taker.on(&TakerEvent::Superseded(1)), Ok(vec![Effect::DutyEnds(1)]));
    assert_eq!(taker.state(1), Some(TakerState::Done));
}

#[test]
fn a_yes_that_was_forgotten_is_recalled_whatever_was_said_since_and_the_file_is_taken() {
    let mut taker = offered(OfferKind::Handover);
    let no =
        TakerEvent::Decline { offer_no: 1, reason: DeclineReason::NoCapacity, text: String::new(), other_node: None };
    taker.on(&no).unwrap();
    assert_eq!(taker.on(&TakerEvent::Extract { offer_no: 1, hash: [3; 32] }), Err(WRONG_STATE));
    assert_eq!(taker.on(&TakerEvent::Recalled(1)), Ok(vec![Effect::DutyBegins(1)]));
    let effects = taker.on(&TakerEvent::Extract { offer_no: 1, hash: [3; 32] }).unwrap();
    assert!(effects.contains(&Effect::OwnershipBegins(1, own(1))));
    assert_eq!(taker.on(&TakerEvent::Recalled(1)), Err(WRONG_STATE), "what is held stays held");
}

#[test]
fn numbers_that_a_restore_forgot_are_not_used_again_and_a_file_that_is_there_was_given() {
    let mut thread = Thread::default();
    thread.skip_to(3);
    assert_eq!(thread.next_no(), 4);
    thread.on(&ThreadEvent::Giver(GiverEvent::Open(opening(4, OfferKind::Referral, 0)))).unwrap();
    thread.on(&withdraw(4)).unwrap();
    thread.on(&ThreadEvent::Giver(GiverEvent::Recalled(4))).unwrap();
    assert_eq!(thread.giver.state(4), Some(GiverState::Given));
}
