//! The taker: look, ask back, accept, decline, complete.

use super::effects::{self, step};
use super::stream::{OfferEvent, OfferStream};
use crate::act::{Act, Desk};
use crate::actor::Actor;
use crate::error::{Error, Refusal};
use crate::partners::revoking::may_reach;
use crate::policy::{Deed, Permit};
use async_trait::async_trait;
use base::{Bytes, ThreadId};
use casework::offer::{DeclineReason, Served, TakerEvent, ThreadEvent};
use store::{Read, Stored, Tx};

/// When a taker means to act if it says nothing: a day.
const DUE_HOURS: i64 = 24;

/// What the taker does with an offer.
#[derive(Clone, Debug)]
pub enum TakerWord {
    /// Looked at the preview.
    See,
    /// Asks back; the clock runs on.
    Ask(String),
    /// Accepts.
    Accept,
    /// Declines.
    Decline(DeclineReason, String),
    /// Served, or the file is taken over and checked.
    Complete(Served, String),
}

/// An act of the taker on an offer.
#[derive(Clone, Debug)]
pub struct TakerAct {
    /// The thread.
    pub thread: ThreadId,
    /// The offer.
    pub offer_no: u32,
    /// What.
    pub word: TakerWord,
}

#[async_trait]
impl Act for TakerAct {
    const NAME: &'static str = "offer.taker";
    const DEED: Deed = Deed::AnswerOffer;
    type Done = ();

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        super::near_thread(self.thread, by, Self::DEED, tx).await
    }

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let mut stored = tx.load::<OfferStream>(self.thread.bytes()).await?.ok_or(Error::NotFound)?;
        let no = self.offer_no;
        let event = match &self.word {
            TakerWord::Accept => return accept(tx, desk, &mut stored, no).await,
            TakerWord::See => TakerEvent::See(no),
            TakerWord::Ask(text) => TakerEvent::Ask(no, text.clone()),
            TakerWord::Decline(reason, text) => {
                TakerEvent::Decline { offer_no: no, reason: *reason, text: text.clone(), other_node: None }
            }
            TakerWord::Complete(outcome, text) => {
                TakerEvent::Complete { offer_no: no, outcome: *outcome, text: text.clone() }
            }
        };
        step(desk, tx, &mut stored, ThreadEvent::Taker(event)).await?;
        if let TakerWord::Ask(text) = &self.word {
            effects::say(tx, &mut stored, no, (true, text)).await?;
        }
        Ok(())
    }
}

/// Says yes.
pub async fn accept(tx: &mut Tx, desk: &Desk, stored: &mut Stored<OfferStream>, no: u32) -> Result<(), Error> {
    // The offer may be somebody else's who has the key; and no yes would reach the giver.
    may_reach(tx, stored.peer).await?;
    remember_record(tx, desk, stored, no).await?;
    let due_at = tx.now().plus_hours(DUE_HOURS);
    step(desk, tx, stored, ThreadEvent::Taker(TakerEvent::Accept { offer_no: no, due_at })).await
}

/// The record this node is about to countersign goes into its own journal first.
pub async fn remember_record(tx: &mut Tx, desk: &Desk, stored: &mut Stored<OfferStream>, no: u32) -> Result<(), Error> {
    let opening = stored.thread.taker.offer(no).and_then(|offer| offer.opening.clone()).ok_or(Error::NotFound)?;
    let (Some(own), Some(came)) = (opening.own, stored.came.get(&no)) else { return Ok(()) };
    let record = effects::own_record(own, (stored.peer, desk.me.id), opening.extract_hash, came.accord.2);
    let came = super::stream::Came { own_record: Some(Bytes(record)), ..came.clone() };
    Ok(tx.append(stored, vec![OfferEvent::Came(no, Box::new(came))]).await?)
}
