//! Both halves of what two nodes share about one case.

use super::{
    ALREADY_OPEN, Effect, Giver, GiverEvent, GiverState, OfferKind, Taker, TakerEvent, TakerState, WRONG_STATE,
};
use base::Code;
use serde::{Deserialize, Serialize};

/// One event of a thread, on either half.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThreadEvent {
    /// This node gives.
    Giver(GiverEvent),
    /// This node takes.
    Taker(TakerEvent),
}

/// A case and a peer: offers both ways, numbered together.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Thread {
    /// What this node offered.
    pub giver: Giver,
    /// What it was offered.
    pub taker: Taker,
    /// Up to here the other side knows offers; more than this node, where a restore forgot some.
    #[serde(default)]
    forgotten: u32,
}

impl Thread {
    /// The number of the next offer.
    pub fn next_no(&self) -> u32 {
        self.giver.last_no().max(self.taker.last_no()).max(self.forgotten) + 1
    }

    /// The other side knows offers up to this number: none of them is used again (FEDERATION.md 6, "offer_no grows by one").
    pub fn skip_to(&mut self, no: u32) {
        self.forgotten = self.forgotten.max(no);
    }

    /// Whether this node may offer here now. What it holds as a taker of a referral is not its own to offer.
    pub fn may_offer(&self) -> Result<(), Code> {
        for offer in self.giver.offers() {
            match offer.state {
                GiverState::Open | GiverState::Accepted => return Err(ALREADY_OPEN),
                GiverState::Given => return Err(WRONG_STATE),
                _ => {}
            }
        }
        for (_, offer) in self.taker.offers() {
            match offer.state {
                TakerState::Offered | TakerState::Accepted => return Err(ALREADY_OPEN),
                TakerState::Holding if offer.opening.as_ref().is_none_or(|o| o.kind == OfferKind::Referral) => {
                    return Err(WRONG_STATE);
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// A peer that does not own the case cannot offer it here.
    fn may_be_offered(&self, no: u32) -> Result<(), Code> {
        let ours = self.giver.offers().any(|offer| match offer.state {
            GiverState::Open | GiverState::Accepted => true,
            GiverState::Given => offer.opening.kind == OfferKind::Referral,
            _ => false,
        });
        let taken = self.giver.offer(no).is_some();
        if self.taker.offer(no).is_none() && (ours || taken) { Err(WRONG_STATE) } else { Ok(()) }
    }

    /// Takes one event. A refusal changes nothing.
    pub fn on(&mut self, event: &ThreadEvent) -> Result<Vec<Effect>, Code> {
        match event {
            ThreadEvent::Giver(GiverEvent::Open(opening)) => {
                self.may_offer()?;
                if opening.offer_no != self.next_no() {
                    return Err(WRONG_STATE);
                }
                self.giver.on(&GiverEvent::Open(opening.clone()))
            }
            ThreadEvent::Giver(event) => {
                let effects = self.giver.on(event)?;
                if effects.iter().any(|effect| matches!(effect, Effect::OwnershipEnds(..))) {
                    self.taker.gave_back();
                }
                Ok(effects)
            }
            ThreadEvent::Taker(event) => {
                if let TakerEvent::Opened(opening) = event {
                    self.may_be_offered(opening.offer_no)?;
                }
                let effects = self.taker.on(event)?;
                if effects.iter().any(|effect| matches!(effect, Effect::OwnershipBegins(..))) {
                    self.giver.came_back();
                }
                Ok(effects)
            }
        }
    }

    /// Rebuilds from recorded events; a recorded event was accepted once and is accepted again.
    pub fn apply(&mut self, event: &ThreadEvent) {
        let _ = self.on(event);
    }
}
