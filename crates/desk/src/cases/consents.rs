//! Withdrawal of consent: at once here, on what waits to be sent, and at everybody who got something (FEDERATION.md 7).

use super::change;
use crate::act::{Act, Desk};
use crate::actor::Actor;
use crate::error::{Error, Refusal};
use crate::mail;
use crate::offers::{OfferStream, effects, give};
use crate::policy::{Deed, Permit};
use crate::wire::{EraseRequest, List, Message};
use async_trait::async_trait;
use base::{CaseId, ConsentId, Digest};
use casework::Case;
use casework::offer::{GiverEvent, GiverState, ThreadEvent};
use store::{Read, Stored, Tx};

/// Withdraws a consent.
#[derive(Clone, Debug)]
pub struct WithdrawConsent {
    /// The case.
    pub case: CaseId,
    /// The consent.
    pub consent: ConsentId,
    /// She also asks that what was sent be erased.
    pub erase: bool,
}

#[async_trait]
impl Act for WithdrawConsent {
    const NAME: &'static str = "consent.withdraw";
    const DEED: Deed = Deed::RecordConsent;
    /// How many waiting messages were stopped.
    type Done = u32;

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        change::near_to(self.case, by, Self::DEED, tx).await
    }

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<u32, Error> {
        let mut case = change::load(tx, self.case, None).await?;
        if !case.consents.contains_key(&self.consent) {
            return Err(Error::NotFound);
        }
        let events = case.withdraw_consent(self.consent, &desk.today_for(&case, tx.now()))?;
        tx.append(&mut case, events).await?;
        let stopped = follow(desk, tx, &case, (self.consent, self.erase)).await?;
        Ok(stopped)
    }
}

/// What follows a withdrawal, whoever or whatever withdrew: what waits is stopped, who got something is told. Gives how
/// many messages were stopped.
pub async fn follow(desk: &Desk, tx: &mut Tx, case: &Case, (id, erase): (ConsentId, bool)) -> Result<u32, Error> {
    let Some(hash) = case.consents.get(&id).map(casework::Consent::hash) else { return Ok(0) };
    let stopped = mail::stop(tx, id.bytes()).await?;
    // Its own thread knows what an offer rests on: a supplement may have added a consent.
    for (thread, no) in case.offers.keys().copied() {
        let Some(mut stored) = tx.load::<OfferStream>(thread.bytes()).await? else { continue };
        if stored.sent.get(&no).is_none_or(|sent| !sent.consents.contains(&id.bytes())) {
            continue;
        }
        tell(desk, tx, &mut stored, (no, hash, erase)).await?;
        // The file may have been stopped before its receipt, and perhaps before it left.
        let file = stopped.iter().any(|stopped| stopped.thread == thread && stopped.stopped > 0);
        if file && matches!(stored.thread.giver.state(no), Some(GiverState::Given | GiverState::Done)) {
            let message = effects::file_without_fields(tx, &stored, no).await?;
            effects::send(tx, &stored, no, &message).await?;
        }
    }
    Ok(stopped.iter().map(|stopped| stopped.stopped).sum())
}

async fn tell(
    desk: &Desk,
    tx: &mut Tx,
    stored: &mut Stored<OfferStream>,
    (no, hash, erase): (u32, [u8; 32], bool),
) -> Result<(), Error> {
    match stored.thread.giver.state(no) {
        Some(GiverState::Open | GiverState::Accepted) => give::decide_again(desk, tx, stored, no).await,
        Some(GiverState::Given | GiverState::Done) => {
            let event = GiverEvent::ConsentWithdrawn { offer_no: no, hashes: vec![hash], erase };
            effects::step(desk, tx, stored, ThreadEvent::Giver(event)).await?;
            if erase { ask_erasure(tx, stored, no).await } else { Ok(()) }
        }
        _ => Ok(()),
    }
}

/// 33: asks the taker to erase what it got.
async fn ask_erasure(tx: &mut Tx, stored: &Stored<OfferStream>, no: u32) -> Result<(), Error> {
    let Some(sent) = stored.sent.get(&no) else { return Ok(()) };
    let hashes = List(vec![Digest(seal::hash::extract_hash(&sent.extract.0))]);
    let request = EraseRequest { alias: sent.alias, hashes, basis: "consent.withdrawn".to_owned() };
    effects::send(tx, stored, no, &Message::EraseRequest(request)).await
}
