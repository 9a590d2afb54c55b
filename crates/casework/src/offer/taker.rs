//! The taker's half.

use super::{ALREADY_OPEN, DeclineReason, Effect, OfferKind, Opening, Send, Served, Tell, WRONG_STATE};
use base::{Code, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Where an offer stands with the taker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TakerState {
    /// The preview is here; a task with a clock.
    Offered,
    /// Said yes; the duty of care began.
    Accepted,
    /// The file is here. A handover: owns the case.
    Holding,
    /// Completed.
    Done,
    /// Said no.
    Declined,
    /// Withdrawn or expired before an answer; also an offer that was born closed.
    Closed,
    /// Withdrawn or expired after a yes, before the file.
    Lapsed,
}

impl TakerState {
    /// Ended offers stay ended (I5).
    pub const fn has_ended(self) -> bool {
        matches!(self, Self::Done | Self::Declined | Self::Closed | Self::Lapsed)
    }
}

/// What happens at the taker: messages that came, own acts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TakerEvent {
    /// Came: 16, and passed the re-check.
    Opened(Opening),
    /// Own act: 17.
    See(u32),
    /// Own act: 18.
    Ask(u32, String),
    /// Came: 19.
    Told(u32, String),
    /// Own act: 20.
    Accept {
        /// Which.
        offer_no: u32,
        /// When it means to act.
        due_at: Timestamp,
    },
    /// Own act: 21.
    Decline {
        /// Which.
        offer_no: u32,
        /// Why.
        reason: DeclineReason,
        /// In words.
        text: String,
        /// A better address.
        other_node: Option<String>,
    },
    /// Came: 22, with the reason as a word.
    Withdrawn(u32, String),
    /// Came: 23, with the reason as a word.
    Expired(u32, String),
    /// Came: 24.
    Extract {
        /// Which.
        offer_no: u32,
        /// SHA-256 of what came.
        hash: [u8; 32],
    },
    /// Came: 25.
    Supplement {
        /// Which.
        offer_no: u32,
        /// Its own number.
        no: u32,
    },
    /// Own act: 26.
    Complete {
        /// Which.
        offer_no: u32,
        /// How it ended.
        outcome: Served,
        /// In words.
        text: String,
    },
    /// After a restore: its giver has gone on to a later offer, so it ended in a way that this store forgot.
    Superseded(u32),
    /// After a restore: our own signature says that it was accepted, whatever this store thinks has become of it.
    Recalled(u32),
    /// Came: 32 (and 33). It names no offer: it holds for the whole thread, also for what has not come yet.
    ConsentWithdrawn {
        /// Hashes of the consents.
        hashes: Vec<[u8; 32]>,
        /// Erasure is asked for too.
        erase: bool,
    },
}

impl TakerEvent {
    /// The offer it is about; 0 for a withdrawal of consent, which is about all.
    pub const fn offer_no(&self) -> u32 {
        match self {
            Self::Opened(opening) => opening.offer_no,
            Self::See(no)
            | Self::Ask(no, _)
            | Self::Told(no, _)
            | Self::Withdrawn(no, _)
            | Self::Expired(no, _)
            | Self::Superseded(no)
            | Self::Recalled(no) => *no,
            Self::Accept { offer_no, .. }
            | Self::Decline { offer_no, .. }
            | Self::Extract { offer_no, .. }
            | Self::Supplement { offer_no, .. }
            | Self::Complete { offer_no, .. } => *offer_no,
            Self::ConsentWithdrawn { .. } => 0,
        }
    }
}

/// One offer as the taker keeps it. Without an opening it was born closed: its end came first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OfferSeen {
    /// As it came.
    pub opening: Option<Opening>,
    /// Where it stands.
    pub state: TakerState,
    /// Supplements that are here, by number.
    pub supplements: BTreeSet<u32>,
    /// The extract did not fit the offered hash.
    pub mismatch: bool,
    /// Reason or outcome with which it ended, as a word.
    pub ended_with: Option<String>,
}

impl OfferSeen {
    const fn new(opening: Option<Opening>, state: TakerState) -> Self {
        Self { opening, state, supplements: BTreeSet::new(), mismatch: false, ended_with: None }
    }

    fn kind(&self) -> OfferKind {
        self.opening.as_ref().map_or(OfferKind::Referral, |opening| opening.kind)
    }
}

/// All offers this node received in a thread, by number.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Taker {
    offers: BTreeMap<u32, OfferSeen>,
    withdrawn: BTreeSet<[u8; 32]>,
}

impl Taker {
    /// The offers, oldest first.
    pub fn offers(&self) -> impl DoubleEndedIterator<Item = (u32, &OfferSeen)> {
        self.offers.iter().map(|(no, offer)| (*no, offer))
    }

    /// One offer.
    pub fn offer(&self, no: u32) -> Option<&OfferSeen> {
        self.offers.get(&no)
    }

    /// The state of an offer.
    pub fn state(&self, no: u32) -> Option<TakerState> {
        self.offers.get(&no).map(|offer| offer.state)
    }

    /// Hashes of consents that were withdrawn; what rests on them is hidden, also if it comes later.
    pub const fn withdrawn(&self) -> &BTreeSet<[u8; 32]> {
        &self.withdrawn
    }

    /// The greatest number seen.
    pub fn last_no(&self) -> u32 {
        self.offers.last_key_value().map_or(0, |(no, _)| *no)
    }

    /// Takes one event. A refusal changes nothing.
    pub fn on(&mut self, event: &TakerEvent) -> Result<Vec<Effect>, Code> {
        let no = event.offer_no();
        match event {
            TakerEvent::Opened(opening) => self.opened(opening),
            // The end overtook its offer: that number is born closed and makes no task.
            TakerEvent::Withdrawn(..) | TakerEvent::Expired(..) if !self.offers.contains_key(&no) => {
                self.offers.insert(no, OfferSeen::new(None, TakerState::Closed));
                Ok(vec![])
            }
            TakerEvent::Superseded(_) => {
                Ok(self.offers.get_mut(&no).map_or_else(Vec::new, |offer| superseded(no, offer)))
            }
            // Applied before any extract that is parked or still on a stick (FEDERATION.md 7).
            TakerEvent::ConsentWithdrawn { hashes, .. } => Ok(self.consent_withdrawn(hashes)),
            _ => {
                let offer = self.offers.get_mut(&no).ok_or(WRONG_STATE)?;
                match event {
                    TakerEvent::Withdrawn(_, reason) | TakerEvent::Expired(_, reason) => ended(no, offer, reason),
                    TakerEvent::Extract { hash, .. } => extract(no, offer, *hash, &self.withdrawn),
                    TakerEvent::Supplement { no: number, .. } => supplement(no, offer, *number),
                    _ => own_act(no, offer, event),
                }
            }
        }
    }

    fn consent_withdrawn(&mut self, hashes: &[[u8; 32]]) -> Vec<Effect> {
        let before = self.withdrawn.len();
        self.withdrawn.extend(hashes);
        if self.withdrawn.len() == before {
            return vec![];
        }
        // A referral's preview goes at once. A handover that was accepted still has to arrive: its case is frozen then.
        let held = self.offers.iter().filter(|(_, offer)| match offer.state {
            TakerState::Holding | TakerState::Done => true,
            TakerState::Offered | TakerState::Accepted => offer.kind() == OfferKind::Referral,
            TakerState::Declined | TakerState::Closed | TakerState::Lapsed => false,
        });
        held.flat_map(|(no, offer)| {
            [hide(*no, offer.kind(), &self.withdrawn), Effect::Tell(*no, Tell::ConsentWithdrawn)]
        })
        .collect()
    }

    fn opened(&mut self, opening: &Opening) -> Result<Vec<Effect>, Code> {
        let no = opening.offer_no;
        if let Some(known) = self.offers.get_mut(&no) {
            // Once more, or after its end: nothing happens.
            known.opening.get_or_insert_with(|| opening.clone());
            return Ok(vec![]);
        }
        if (opening.kind == OfferKind::Handover) != opening.own.is_some() || no < self.last_no() {
            return Err(WRONG_STATE);
        }
        for offer in self.offers.values() {
            match offer.state {
                TakerState::Offered => return Err(ALREADY_OPEN),
                TakerState::Accepted | TakerState::Holding => return Err(WRONG_STATE),
                _ => {}
            }
        }
        self.offers.insert(no, OfferSeen::new(Some(opening.clone()), TakerState::Offered));
        Ok(vec![Effect::Tell(no, Tell::NewOffer)])
    }

    /// The case was given back the other way: what was held is over.
    pub(super) fn gave_back(&mut self) {
        for offer in self.offers.values_mut() {
            if offer.state == TakerState::Holding && offer.kind() == OfferKind::Handover {
                offer.state = TakerState::Done;
            }
        }
    }
}

fn ended(no: u32, offer: &mut OfferSeen, reason: &str) -> Result<Vec<Effect>, Code> {
    let (state, effects) = match offer.state {
        TakerState::Offered => (TakerState::Closed, vec![Effect::HidePreview(no), Effect::Tell(no, Tell::OfferEnded)]),
        TakerState::Accepted => {
            (TakerState::Lapsed, vec![Effect::HidePreview(no), Effect::DutyEnds(no), Effect::Tell(no, Tell::Lapsed)])
        }
        TakerState::Holding => return Err(WRONG_STATE),
        _ => return Ok(vec![]),
    };
    offer.state = state;
    offer.ended_with = Some(reason.to_owned());
    Ok(effects)
}

/// It ended in a life that a restore forgot: its giver has gone on.
fn superseded(no: u32, offer: &mut OfferSeen) -> Vec<Effect> {
    if offer.state == TakerState::Holding {
        offer.state = TakerState::Done;
        return vec![Effect::DutyEnds(no)];
    }
    ended(no, offer, "superseded").unwrap_or_default()
}

fn extract(
    no: u32,
    offer: &mut OfferSeen,
    hash: [u8; 32],
    withdrawn: &BTreeSet<[u8; 32]>,
) -> Result<Vec<Effect>, Code> {
    match offer.state {
        TakerState::Accepted => {}
        // The same file once more, or a late copy of one that was handed on since.
        TakerState::Holding | TakerState::Done => return Ok(vec![]),
        _ => return Err(WRONG_STATE),
    }
    offer.state = TakerState::Holding;
    let opening = offer.opening.as_ref();
    // Acceptance is total: a wrong hash is shown and kept, and stops nothing.
    offer.mismatch = opening.is_none_or(|opening| opening.extract_hash != hash);
    let mut effects = vec![Effect::Tell(no, Tell::FileArrived)];
    effects.extend(offer.mismatch.then_some(Effect::Tell(no, Tell::Mismatch)));
    effects.extend(opening.and_then(|opening| opening.own).map(|own| Effect::OwnershipBegins(no, own)));
    if !withdrawn.is_empty() {
        effects.push(hide(no, offer.kind(), withdrawn));
    }
    Ok(effects)
}

fn supplement(no: u32, offer: &mut OfferSeen, number: u32) -> Result<Vec<Effect>, Code> {
    if !matches!(offer.state, TakerState::Holding | TakerState::Done) {
        return Err(WRONG_STATE);
    }
    let new = offer.supplements.insert(number);
    Ok(if new { vec![Effect::Tell(no, Tell::SupplementArrived)] } else { vec![] })
}

fn hide(no: u32, kind: OfferKind, withdrawn: &BTreeSet<[u8; 32]>) -> Effect {
    Effect::HideData(no, withdrawn.iter().copied().collect(), kind)
}

fn own_act(no: u32, offer: &mut OfferSeen, event: &TakerEvent) -> Result<Vec<Effect>, Code> {
    match (offer.state, event) {
        (TakerState::Offered | TakerState::Accepted, TakerEvent::See(_)) => Ok(vec![Effect::Send(no, Send::Seen)]),
        (TakerState::Offered | TakerState::Accepted | TakerState::Holding, TakerEvent::Ask(_, text)) => {
            Ok(vec![Effect::Send(no, Send::Ask(text.clone()))])
        }
        (_, TakerEvent::Told(..)) => Ok(vec![Effect::Tell(no, Tell::Answer)]),
        (TakerState::Offered, TakerEvent::Accept { due_at, .. }) => {
            offer.state = TakerState::Accepted;
            let own = offer.opening.as_ref().and_then(|opening| opening.own);
            Ok(vec![Effect::DutyBegins(no), Effect::Send(no, Send::Accept { due_at: *due_at, own })])
        }
        (TakerState::Offered, TakerEvent::Decline { reason, text, other_node, .. }) => {
            offer.state = TakerState::Declined;
            offer.ended_with = Some(reason.word().to_owned());
            let (text, other_node) = (text.clone(), other_node.clone());
            Ok(vec![Effect::HidePreview(no), Effect::Send(no, Send::Decline { reason: *reason, text, other_node })])
        }
        (state, TakerEvent::Recalled(_)) if !matches!(state, TakerState::Holding | TakerState::Done) => {
            offer.state = TakerState::Accepted;
            Ok(vec![Effect::DutyBegins(no)])
        }
        (TakerState::Holding, TakerEvent::Complete { outcome, text, .. }) => {
            offer.state = TakerState::Done;
            offer.ended_with = Some(outcome.word().to_owned());
            let mut effects = vec![Effect::Send(no, Send::Complete(*outcome, text.clone()))];
            // A referral's duty ends with the service; a handover's stays with the owner.
            if offer.kind() == OfferKind::Referral {
                effects.push(Effect::DutyEnds(no));
            }
            Ok(effects)
        }
        _ => Err(WRONG_STATE),
    }
}
