//! The giver's half.

use super::{
    ALREADY_OPEN, DeclineReason, Effect, ExpireReason, OfferKind, OwnNext, Send, Served, Tell, WRONG_STATE,
    WithdrawReason,
};
use crate::words::{Level, Purpose, Urgency};
use base::{Code, Timestamp, limits};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where an offer stands with the giver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GiverState {
    /// Offered.
    Open,
    /// The taker said yes; the decision is asked again before anything leaves.
    Accepted,
    /// The extract is on its way. A handover: the taker owns the case from its commit.
    Given,
    /// Completed.
    Done,
    /// The taker, or its node, said no.
    Declined,
    /// Taken back.
    Withdrawn,
    /// Ended by time.
    Expired,
}

impl GiverState {
    /// Ended offers stay ended (I5).
    pub const fn has_ended(self) -> bool {
        matches!(self, Self::Done | Self::Declined | Self::Withdrawn | Self::Expired)
    }
}

/// An offer as it goes out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Opening {
    /// Grows by one in the thread, both ways.
    pub offer_no: u32,
    /// Referral or handover.
    pub kind: OfferKind,
    /// What for.
    pub purpose: Purpose,
    /// How soon.
    pub urgency: Urgency,
    /// Alerts both duty officers: the earlier of the accord's duty and the SOP clock.
    pub answer_by: Timestamp,
    /// Ends the offer, after a grace. Only the giver's clock counts.
    pub expires: Timestamp,
    /// SHA-256 of the frozen extract.
    pub extract_hash: [u8; 32],
    /// Kind handover: the ownership record to come.
    pub own: Option<OwnNext>,
}

/// What happens at the giver: own acts, messages that came, time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GiverEvent {
    /// Own act: an offer goes out.
    Open(Opening),
    /// Came: 17.
    Seen(u32),
    /// Came: 18, a question.
    Asked(u32, String),
    /// Own act: 19.
    Tell(u32, String),
    /// Came: 20.
    Accepted {
        /// Which.
        offer_no: u32,
        /// When the taker means to act; a claim.
        due_at: Timestamp,
    },
    /// Came: 21.
    Declined {
        /// Which.
        offer_no: u32,
        /// Why; `None` if the reason is not known here.
        reason: Option<DeclineReason>,
        /// In words.
        text: String,
        /// A better address.
        other_node: Option<String>,
    },
    /// The receipt of 16 says: refused by the re-check, with this code.
    Refused(u32, String),
    /// The accord was asked again after the acceptance, and permits.
    Permitted(u32),
    /// The accord was asked again while open or accepted, and denies: consent or accord ended.
    Denied(u32, WithdrawReason),
    /// Own act: 22.
    Withdraw(u32, WithdrawReason, String),
    /// After a restore: the taker holds the file, whatever this store thinks has become of the offer.
    Recalled(u32),
    /// The answer time passed.
    AnswerDue(u32),
    /// Expiry and grace passed, at this moment.
    Expire {
        /// Which.
        offer_no: u32,
        /// The giver's time.
        now: Timestamp,
        /// Whether a receipt for 16 had come.
        received: bool,
    },
    /// Came: 26.
    Completed {
        /// Which.
        offer_no: u32,
        /// How it ended; `None` if the word is not known here.
        outcome: Option<Served>,
        /// In words.
        text: String,
    },
    /// Own act: 25.
    Supplement {
        /// Which.
        offer_no: u32,
        /// SHA-256 of the supplement.
        hash: [u8; 32],
    },
    /// A consent was withdrawn, or the new owner passed a withdrawal on (32).
    ConsentWithdrawn {
        /// Which.
        offer_no: u32,
        /// Hashes of the consents.
        hashes: Vec<[u8; 32]>,
        /// Erasure is asked for too.
        erase: bool,
    },
}

impl GiverEvent {
    /// The offer it is about.
    pub const fn offer_no(&self) -> u32 {
        match self {
            Self::Open(opening) => opening.offer_no,
            Self::Seen(no)
            | Self::Asked(no, _)
            | Self::Tell(no, _)
            | Self::Refused(no, _)
            | Self::Permitted(no)
            | Self::Denied(no, _)
            | Self::Withdraw(no, ..)
            | Self::Recalled(no)
            | Self::AnswerDue(no) => *no,
            Self::Accepted { offer_no, .. }
            | Self::Declined { offer_no, .. }
            | Self::Expire { offer_no, .. }
            | Self::Completed { offer_no, .. }
            | Self::Supplement { offer_no, .. }
            | Self::ConsentWithdrawn { offer_no, .. } => *offer_no,
        }
    }
}

/// One offer as the giver keeps it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Given {
    /// As it went out.
    pub opening: Opening,
    /// Where it stands.
    pub state: GiverState,
    /// A person there has seen it.
    pub seen: bool,
    /// The answer time passed and was alarmed.
    pub alarmed: bool,
    /// Supplements sent.
    pub supplements: u32,
    /// Reason, code or outcome with which it ended, as a word.
    pub ended_with: Option<String>,
    /// Text that came with it.
    pub text: String,
    /// A better address named by the taker.
    pub other_node: Option<String>,
}

/// All offers this node made in a thread, by number.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Giver {
    offers: BTreeMap<u32, Given>,
}

impl Giver {
    /// The offers, oldest first.
    pub fn offers(&self) -> impl DoubleEndedIterator<Item = &Given> {
        self.offers.values()
    }

    /// One offer.
    pub fn offer(&self, no: u32) -> Option<&Given> {
        self.offers.get(&no)
    }

    /// The state of an offer.
    pub fn state(&self, no: u32) -> Option<GiverState> {
        self.offers.get(&no).map(|offer| offer.state)
    }

    /// Numbers of offers that are open or accepted: one at most, but where a restore forgot an end.
    pub fn running(&self) -> impl Iterator<Item = u32> {
        let runs = |offer: &&Given| matches!(offer.state, GiverState::Open | GiverState::Accepted);
        self.offers.values().filter(runs).map(|offer| offer.opening.offer_no)
    }

    /// The greatest number used.
    pub fn last_no(&self) -> u32 {
        self.offers.last_key_value().map_or(0, |(no, _)| *no)
    }

    /// What time asks for: the answer is due, or the offer is over. `received` tells whether a receipt came.
    pub fn due(&self, now: Timestamp, received: bool) -> Option<GiverEvent> {
        let offer = self.offers.values().find(|offer| offer.state == GiverState::Open)?;
        let offer_no = offer.opening.offer_no;
        if now >= end_of(&offer.opening) {
            Some(GiverEvent::Expire { offer_no, now, received })
        } else if now >= offer.opening.answer_by && !offer.alarmed {
            Some(GiverEvent::AnswerDue(offer_no))
        } else {
            None
        }
    }

    /// When to ask [`Giver::due`] next.
    pub fn next_at(&self) -> Option<Timestamp> {
        let offer = self.offers.values().find(|offer| offer.state == GiverState::Open)?;
        Some(if offer.alarmed { end_of(&offer.opening) } else { offer.opening.answer_by.min(end_of(&offer.opening)) })
    }

    /// Takes one event. A refusal changes nothing.
    pub fn on(&mut self, event: &GiverEvent) -> Result<Vec<Effect>, Code> {
        if let GiverEvent::Open(opening) = event {
            return self.open(opening);
        }
        let offer = self.offers.get_mut(&event.offer_no()).ok_or(WRONG_STATE)?;
        match event {
            GiverEvent::Expire { now, .. } if *now < end_of(&offer.opening) => Err(WRONG_STATE),
            GiverEvent::Tell(..) if offer.state.has_ended() => Err(WRONG_STATE),
            GiverEvent::Open(_) | GiverEvent::Seen(_) | GiverEvent::Asked(..) | GiverEvent::Tell(..) => {
                Ok(talk(offer, event))
            }
            GiverEvent::Accepted { .. } | GiverEvent::Declined { .. } | GiverEvent::Refused(..) => answer(offer, event),
            GiverEvent::Completed { .. } | GiverEvent::Supplement { .. } | GiverEvent::ConsentWithdrawn { .. } => {
                after_given(offer, event)
            }
            _ => own_act(offer, event),
        }
    }

    fn open(&mut self, opening: &Opening) -> Result<Vec<Effect>, Code> {
        if opening.offer_no <= self.last_no() || (opening.kind == OfferKind::Handover) != opening.own.is_some() {
            return Err(WRONG_STATE);
        }
        for offer in self.offers.values() {
            match offer.state {
                GiverState::Open | GiverState::Accepted => return Err(ALREADY_OPEN),
                GiverState::Given => return Err(WRONG_STATE),
                _ => {}
            }
        }
        let given = Given {
            opening: opening.clone(),
            state: GiverState::Open,
            seen: false,
            alarmed: false,
            supplements: 0,
            ended_with: None,
            text: String::new(),
            other_node: None,
        };
        self.offers.insert(opening.offer_no, given);
        Ok(vec![Effect::Send(opening.offer_no, Send::Open(opening.clone()))])
    }

    /// The case came back through a handover the other way: what was given is over.
    pub(super) fn came_back(&mut self) {
        for offer in self.offers.values_mut() {
            if offer.state == GiverState::Given && offer.opening.kind == OfferKind::Handover {
                offer.state = GiverState::Done;
            }
        }
    }
}

fn end_of(opening: &Opening) -> Timestamp {
    opening.expires.plus_hours(limits::OFFER_GRACE_HOURS)
}

/// 17 to 19 change no state.
fn talk(offer: &mut Given, event: &GiverEvent) -> Vec<Effect> {
    let no = offer.opening.offer_no;
    match event {
        GiverEvent::Seen(_) if !offer.seen => {
            offer.seen = true;
            vec![Effect::Tell(no, Tell::Seen)]
        }
        GiverEvent::Asked(..) => vec![Effect::Tell(no, Tell::Question)],
        GiverEvent::Tell(_, text) => vec![Effect::Send(no, Send::Tell(text.clone()))],
        _ => vec![],
    }
}

fn answer(offer: &mut Given, event: &GiverEvent) -> Result<Vec<Effect>, Code> {
    let no = offer.opening.offer_no;
    match (offer.state, event) {
        (GiverState::Open, GiverEvent::Accepted { .. }) => {
            offer.state = GiverState::Accepted;
            Ok(vec![Effect::Tell(no, Tell::Accepted)])
        }
        (GiverState::Open, GiverEvent::Declined { reason, text, other_node, .. }) => {
            offer.state = GiverState::Declined;
            offer.ended_with = Some(reason.map_or("other", DeclineReason::word).to_owned());
            offer.text.clone_from(text);
            offer.other_node.clone_from(other_node);
            Ok(vec![Effect::Tell(no, Tell::Declined)])
        }
        (GiverState::Open, GiverEvent::Refused(_, code)) => {
            offer.state = GiverState::Declined;
            offer.ended_with = Some(code.clone());
            Ok(vec![Effect::Tell(no, Tell::RefusedByNode)])
        }
        // 22 or 23 is under way and wins; the owner sees the answer and may offer again.
        (GiverState::Withdrawn | GiverState::Expired, GiverEvent::Accepted { .. } | GiverEvent::Declined { .. }) => {
            Ok(vec![Effect::Tell(no, Tell::AnswerTooLate)])
        }
        // The final answer once more, or a verdict on an offer that has ended meanwhile.
        (GiverState::Accepted | GiverState::Given | GiverState::Done, GiverEvent::Accepted { .. })
        | (GiverState::Declined, GiverEvent::Declined { .. } | GiverEvent::Refused(..))
        | (GiverState::Withdrawn | GiverState::Expired, GiverEvent::Refused(..)) => Ok(vec![]),
        _ => Err(WRONG_STATE),
    }
}

fn own_act(offer: &mut Given, event: &GiverEvent) -> Result<Vec<Effect>, Code> {
    let no = offer.opening.offer_no;
    match (offer.state, event) {
        (GiverState::Accepted, GiverEvent::Permitted(_)) => {
            offer.state = GiverState::Given;
            let mut effects = vec![Effect::Send(no, Send::Extract(offer.opening.own))];
            effects.extend(offer.opening.own.map(|own| Effect::OwnershipEnds(no, own)));
            Ok(effects)
        }
        (GiverState::Open | GiverState::Accepted, GiverEvent::Denied(_, reason)) => Ok(withdraw(offer, *reason, "")),
        (GiverState::Open | GiverState::Accepted, GiverEvent::Withdraw(_, reason, text)) => {
            Ok(withdraw(offer, *reason, text))
        }
        (state, GiverEvent::Recalled(_)) => {
            offer.state = if state == GiverState::Done { state } else { GiverState::Given };
            Ok(vec![])
        }
        (GiverState::Open, GiverEvent::AnswerDue(_)) if !offer.alarmed => {
            offer.alarmed = true;
            Ok(vec![Effect::Escalate(no, Level::District)])
        }
        (GiverState::Open, GiverEvent::Expire { received, .. }) => {
            offer.state = GiverState::Expired;
            let reason = if *received { ExpireReason::NoAnswer } else { ExpireReason::NoReceipt };
            offer.ended_with = Some(reason.word().to_owned());
            Ok(vec![Effect::Send(no, Send::Expire(reason)), Effect::Escalate(no, Level::Province)])
        }
        _ => Err(WRONG_STATE),
    }
}

fn withdraw(offer: &mut Given, reason: WithdrawReason, text: &str) -> Vec<Effect> {
    offer.state = GiverState::Withdrawn;
    offer.ended_with = Some(reason.word().to_owned());
    text.clone_into(&mut offer.text);
    vec![Effect::Send(offer.opening.offer_no, Send::Withdraw(reason, text.to_owned()))]
}

fn after_given(offer: &mut Given, event: &GiverEvent) -> Result<Vec<Effect>, Code> {
    let no = offer.opening.offer_no;
    match (offer.state, event) {
        (GiverState::Given, GiverEvent::Completed { outcome, text, .. }) => {
            offer.state = GiverState::Done;
            offer.ended_with = Some(outcome.map_or("other", Served::word).to_owned());
            offer.text.clone_from(text);
            Ok(vec![Effect::Tell(no, Tell::Completed)])
        }
        (GiverState::Done, GiverEvent::Completed { .. }) => Ok(vec![]),
        (GiverState::Given, GiverEvent::Supplement { hash, .. }) => {
            offer.supplements += 1;
            Ok(vec![Effect::Send(no, Send::Supplement { no: offer.supplements, hash: *hash })])
        }
        // While the offer is open or accepted, a withdrawn consent shows as `Denied`.
        (GiverState::Given | GiverState::Done, GiverEvent::ConsentWithdrawn { hashes, erase, .. }) => {
            Ok(vec![Effect::Send(no, Send::ConsentWithdrawn { hashes: hashes.clone(), erase: *erase })])
        }
        _ => Err(WRONG_STATE),
    }
}
