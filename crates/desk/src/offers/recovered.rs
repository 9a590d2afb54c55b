//! After a restore: ownership that moved and was forgotten (FEDERATION.md 8).

use super::effects::{OWN_CONTEXT, sign_own, step};
use super::stream::{OfferEvent, OfferStream};
use crate::act::Desk;
use crate::cases::CaseStream;
use crate::error::Error;
use crate::mail::{self, Destination, Gone, Home, Recovery, SendError, Stands, ThreadKind};
use crate::wire::{self, Message, ResumeTell, ResumedHere, SignedOwn};
use base::{CaseId, ConsentId, Digest, NodeId, Problem, ThreadId, Timestamp};
use casework::case::CaseEvent;
use casework::extract::OwnRecord;
use casework::offer::{GiverEvent, OwnNext, TakerState, ThreadEvent, WithdrawReason};
use std::collections::BTreeMap;
use store::{Read, StoreError, Stored, Tx};

/// A restored node offers nothing until its partners have answered, or for so long.
const OFFERS_REST_DAYS: i64 = 14;
/// The longest life of a message (FEDERATION.md 4).
const AGAIN_DAYS: i64 = 60;

/// Since when this life is, if it began with a restore.
async fn restored_at(tx: &mut Tx) -> Result<Option<(Recovery, Timestamp)>, Error> {
    let Some(recovery) = Recovery::read(tx).await? else { return Ok(None) };
    let era = Home::read(tx).await?.era;
    Ok(Some((recovery, Timestamp::from_seconds(i64::try_from(era).unwrap_or(i64::MAX)))))
}

/// Whether what a life before was told may still come again: for as long as the longest message lives.
pub async fn may_have_forgotten(tx: &mut Tx) -> Result<bool, Error> {
    let at = restored_at(tx).await?.map(|(_, at)| at);
    Ok(at.is_some_and(|at| tx.now() < at.plus_hours(24 * AGAIN_DAYS)))
}

/// Refused while a case may have gone to a partner and this store not know it.
pub async fn may_offer(tx: &mut Tx) -> Result<(), Error> {
    match restored_at(tx).await? {
        Some((recovery, at)) if recovery.is_open() && tx.now() < at.plus_hours(24 * OFFERS_REST_DAYS) => {
            Err(Problem::new("offer.recovering").into())
        }
        _ => Ok(()),
    }
}

/// What stands in a thread: for a partner that was restored.
pub async fn stands(tx: &mut Tx, thread: ThreadId) -> Result<Stands, Error> {
    let stored = match tx.load::<OfferStream>(thread.bytes()).await {
        Ok(Some(stored)) => stored,
        Ok(None) | Err(StoreError::Erased) => return Ok(Stands::default()),
        Err(error) => return Err(error.into()),
    };
    let offer_no = stored.thread.next_no() - 1;
    let state = match stored.thread.taker.state(offer_no) {
        None => 0,
        Some(TakerState::Offered) => 1,
        Some(TakerState::Accepted) => 2,
        Some(TakerState::Holding | TakerState::Done) => 3,
        Some(_) => 4,
    };
    Ok(Stands { offer_no: offer_no.into(), state, records: records(tx, &stored).await? })
}

/// Every record with both signatures, both ways.
async fn records(tx: &mut Tx, stored: &OfferStream) -> Result<Vec<SignedOwn>, Error> {
    let mut found = Vec::new();
    for signed in stored.came.values().filter_map(|came| came.signed.as_ref()) {
        let halves = signed.giver.clone().try_into().ok().zip(signed.taker.clone().try_into().ok());
        found.extend(halves.map(|(giver, taker)| SignedOwn { record: signed.record.clone(), giver, taker }));
    }
    for sent in stored.sent.values() {
        let taker = sent.own_signature.as_ref().and_then(|signature| signature.0.clone().try_into().ok());
        let (Some(record), Some(taker)) = (&sent.own_record, taker) else { continue };
        let giver = sign_own(tx, &record.0).await?;
        found.push(SignedOwn { record: record.0.clone(), giver, taker });
    }
    Ok(found)
}

/// A partner says what stands there: ownership that moved, offers that this store has forgotten.
pub async fn told(desk: &Desk, tx: &mut Tx, from: NodeId, tell: &ResumeTell) -> Result<(), Error> {
    for here in &tell.threads.0 {
        offer_stands(desk, tx, from, here).await?;
    }
    shown(tx, (desk.me.id, from), &tell.own_records.0).await
}

/// An offer of ours whose file is there was given, and what is withdrawn reaches it. One that is not in this store any more
/// is taken back while nothing was given by it, so that nobody there waits for us; its number is never used again.
async fn offer_stands(desk: &Desk, tx: &mut Tx, from: NodeId, here: &ResumedHere) -> Result<(), Error> {
    let mut stored = match tx.load::<OfferStream>(here.thread.bytes()).await {
        Ok(stored) => stored.filter(|stored| stored.peer == from),
        Err(StoreError::Erased) => None,
        Err(error) => return Err(error.into()),
    };
    let no = u32::try_from(here.offer_no).unwrap_or(u32::MAX);
    if let Some(mut stored) = stored.take_if(|stored| no < stored.thread.next_no()) {
        if here.state == 3 && stored.thread.giver.offer(no).is_some() {
            step(desk, tx, &mut stored, ThreadEvent::Giver(GiverEvent::Recalled(no))).await?;
            withdrawn_since(desk, tx, &mut stored, no).await?;
        }
        return Ok(());
    }
    if matches!(here.state, 1 | 2) {
        let to = Destination { peer: from, thread: here.thread, kind: ThreadKind::Case, subject: None };
        let reason = WithdrawReason::SentInError.number().into();
        let message = Message::OfferWithdraw(wire::Withdraw { offer_no: here.offer_no, reason, text: None });
        match mail::send(tx, &to, &message, mail::Options::default()).await {
            Ok(_) | Err(SendError::Refused(_)) => {}
            Err(SendError::Store(error)) => return Err(error.into()),
        }
    }
    if let Some(mut stored) = stored {
        tx.append(&mut stored, vec![OfferEvent::NumbersForgotten(no)]).await?;
    }
    Ok(())
}

/// A consent that was withdrawn while this store took the offer for one without a file: the taker hears of it now.
async fn withdrawn_since(desk: &Desk, tx: &mut Tx, stored: &mut Stored<OfferStream>, no: u32) -> Result<(), Error> {
    let (Some(case), Some(sent)) = (stored.case, stored.sent.get(&no)) else { return Ok(()) };
    let consents: Vec<ConsentId> = sent.consents.iter().map(|id| ConsentId::from_bytes(*id)).collect();
    let Some(case) = tx.load::<CaseStream>(case.bytes()).await? else { return Ok(()) };
    let gone = consents.iter().filter_map(|id| case.consents.get(id)).filter(|consent| consent.withdrawn.is_some());
    let hashes: Vec<[u8; 32]> = gone.map(casework::Consent::hash).collect();
    if hashes.is_empty() {
        return Ok(());
    }
    let event = GiverEvent::ConsentWithdrawn { offer_no: no, hashes, erase: false };
    step(desk, tx, stored, ThreadEvent::Giver(event)).await
}

/// Of a case that comes again, the later record by which this node gave it away: it does not own it (I1).
pub async fn given_since(tx: &mut Tx, case: &CaseStream) -> Result<Vec<CaseEvent>, Error> {
    let gone = Recovery::read(tx).await?.map(|recovery| recovery.gone).unwrap_or_default();
    let of_case = gone.into_iter().filter(|gone| gone.case == case.opening.id);
    let Some(last) = of_case.max_by_key(|gone| gone.own_no) else { return Ok(Vec::new()) };
    let own = OwnNext { case: last.case, own_no: last.own_no, last: last.last.0 };
    Ok(case.was_given(last.to, own, last.record.0))
}

/// A partner shows records that this store may have forgotten. Of each case the highest number counts; what this node gave
/// by it, it does not own (I1), also where the case itself comes only later.
async fn shown(tx: &mut Tx, (me, from): (NodeId, NodeId), records: &[SignedOwn]) -> Result<(), Error> {
    let mut newest: BTreeMap<[u8; 16], (OwnRecord, [u8; 32])> = BTreeMap::new();
    for signed in records {
        let Ok(record) = minicbor::decode::<OwnRecord>(&signed.record) else { continue };
        let higher = newest.get(&record.case).is_none_or(|(known, _)| known.own_no < record.own_no);
        if higher && is_signed(tx, (me, from), signed, &record).await? {
            let hash = seal::hash::sha256(&[OWN_CONTEXT.as_bytes(), &signed.record]);
            newest.insert(record.case, (record, hash));
        }
    }
    for (record, hash) in newest.into_values().filter(|(record, _)| record.from == me.bytes()) {
        let own = OwnNext { case: CaseId::from_bytes(record.case), own_no: record.own_no, last: record.last };
        let mut case = match tx.load::<CaseStream>(record.case).await {
            Ok(Some(case)) => case,
            Ok(None) => {
                remember(tx, from, own, hash).await?;
                continue;
            }
            Err(StoreError::Erased) => continue,
            Err(error) => return Err(error.into()),
        };
        let events = case.was_given(from, own, hash);
        tx.append(&mut case, events).await?;
    }
    Ok(())
}

async fn remember(tx: &mut Tx, to: NodeId, own: OwnNext, record: [u8; 32]) -> Result<(), Error> {
    let Some(mut recovery) = Recovery::read(tx).await? else { return Ok(()) };
    let gone = Gone { case: own.case, own_no: own.own_no, last: Digest(own.last), record: Digest(record), to };
    if !recovery.gone.contains(&gone) {
        recovery.gone.push(gone);
        recovery.put(tx).await?;
    }
    Ok(())
}

/// Between us and that partner, and signed by both.
async fn is_signed(
    tx: &mut Tx,
    (me, from): (NodeId, NodeId),
    signed: &SignedOwn,
    record: &OwnRecord,
) -> Result<bool, Error> {
    let (we_gave, we_took) = (
        record.from == me.bytes() && record.to == from.bytes(),
        record.to == me.bytes() && record.from == from.bytes(),
    );
    let (ours, theirs) = if we_gave { (&signed.giver, &signed.taker) } else { (&signed.taker, &signed.giver) };
    // Either may have another key since: what was signed under the one before stays signed.
    let record = &signed.record;
    Ok((we_gave || we_took) && by_node(tx, me, (record, ours)).await? && by_node(tx, from, (record, theirs)).await?)
}

/// Whether a node signed a record, under any of its keys.
pub(super) async fn by_node(
    view: &mut impl Read,
    node: NodeId,
    (record, signature): (&[u8], &seal::keys::Signature),
) -> Result<bool, Error> {
    let keys = mail::identities(view, node).await?;
    Ok(keys.iter().any(|key| key.verify(OWN_CONTEXT, record, signature).is_ok()))
}
