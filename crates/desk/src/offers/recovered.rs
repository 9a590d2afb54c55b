//! After a restore: ownership that moved and was forgotten (FEDERATION.md 8).

use super::effects::{OWN_CONTEXT, sign_own};
use super::stream::OfferStream;
use crate::cases::CaseStream;
use crate::error::Error;
use crate::mail::{Home, Recovery};
use crate::partners::peer::identity_of;
use crate::wire::SignedOwn;
use base::{CaseId, NodeId, Problem, ThreadId, Timestamp};
use casework::extract::OwnRecord;
use casework::offer::OwnNext;
use std::collections::BTreeMap;
use store::{Read, StoreError, Tx};

/// A restored node offers nothing until its partners have answered, or for so long.
const OFFERS_REST_DAYS: i64 = 14;

/// Since when this life is, if it began with a restore.
async fn restored_at(tx: &mut Tx) -> Result<Option<(Recovery, Timestamp)>, Error> {
    let Some(recovery) = Recovery::read(tx).await? else { return Ok(None) };
    let era = Home::read(tx).await?.era;
    Ok(Some((recovery, Timestamp::from_seconds(i64::try_from(era).unwrap_or(i64::MAX)))))
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

/// Every record of a thread with both signatures, both ways: for a partner that was restored.
pub async fn records(tx: &mut Tx, thread: ThreadId) -> Result<Vec<SignedOwn>, Error> {
    let stored = match tx.load::<OfferStream>(thread.bytes()).await {
        Ok(Some(stored)) => stored,
        Ok(None) | Err(StoreError::Erased) => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
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

/// A partner shows records that this store may have forgotten. Of each case the highest number counts; what this node gave
/// by it, it does not own (I1).
pub async fn shown(tx: &mut Tx, (me, from): (NodeId, NodeId), records: &[SignedOwn]) -> Result<(), Error> {
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
        let mut case = match tx.load::<CaseStream>(record.case).await {
            Ok(Some(case)) => case,
            Ok(None) | Err(StoreError::Erased) => continue,
            Err(error) => return Err(error.into()),
        };
        let own = OwnNext { case: CaseId::from_bytes(record.case), own_no: record.own_no, last: record.last };
        let events = case.was_given(from, own, hash);
        tx.append(&mut case, events).await?;
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
    // A signature of Ed25519 is the same each time: ours is proved by making it again.
    let proved = (we_gave || we_took) && sign_own(tx, &signed.record).await? == *ours;
    Ok(proved && identity_of(tx, from).await?.verify(OWN_CONTEXT, &signed.record, theirs).is_ok())
}
