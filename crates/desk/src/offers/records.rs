//! Ownership records after a restore: what this node gave and forgot, and what it shows to a partner that forgot (ADR 35).

use super::effects::{OWN_CONTEXT, step};
use super::give;
use super::ownership::note_in_case;
use super::recovered::{known, may_have_forgotten, send};
use super::stream::OfferEvent;
use crate::act::Desk;
use crate::cases::CaseStream;
use crate::error::Error;
use crate::mail::{self, Destination, Forgotten, Home, Recovery, ThreadKind};
use crate::wire::{self, Message, SignedOwn};
use base::{Bytes, CaseId, NodeId, ThreadId};
use casework::case::CaseEvent;
use casework::extract::OwnRecord;
use casework::offer::{GiverEvent, GiverState, OwnNext, ThreadEvent};
use std::collections::BTreeMap;
use store::{Read, StoreError, Tx};

/// Of a case that comes again, the later record by which this node gave it away: it does not own it (I1).
pub async fn given_since(tx: &mut Tx, case: &CaseStream) -> Result<Vec<CaseEvent>, Error> {
    let known = Recovery::read(tx).await?.map(|recovery| recovery.records).unwrap_or_default();
    let records = known.iter().filter_map(|known| Some((decoded(&known.record.0)?, record_hash(&known.record.0))));
    let me = Home::read(tx).await?.node.bytes();
    let of_case = records.filter(|(record, _)| record.from == me && record.case == case.opening.id.bytes());
    let Some((record, hash)) = of_case.max_by_key(|(record, _)| record.own_no) else { return Ok(Vec::new()) };
    Ok(case.was_given(NodeId::from_bytes(record.to), own_of(&record), hash))
}

/// A restored partner took cases by records that this store has forgotten too: it is shown them, and gets a file without a
/// word, by which it knows that the case is its own and asks (I2).
pub async fn shown_again(desk: &Desk, tx: &mut Tx, to: NodeId) -> Result<Vec<SignedOwn>, Error> {
    files_again(desk, tx, to).await?;
    let given = Recovery::read(tx).await?.map(|recovery| recovery.records).unwrap_or_default();
    let mut records = Vec::new();
    for known in given {
        let halves = known.giver.0.try_into().ok().zip(known.taker.0.try_into().ok());
        let (Some(record), Some((giver, taker))) = (decoded(&known.record.0), halves) else { continue };
        let signed = SignedOwn { record: known.record.0, giver, taker };
        if record.from == to.bytes() {
            records.push(signed);
            continue;
        }
        if record.to != to.bytes() {
            continue;
        }
        file_by_record(tx, to, &signed).await?;
        records.push(signed);
    }
    Ok(records)
}

/// Files of offers that this store knows to be given, but did not send in this life: whoever waits for one gets it.
async fn files_again(desk: &Desk, tx: &mut Tx, to: NodeId) -> Result<(), Error> {
    if !may_have_forgotten(tx).await? {
        return Ok(());
    }
    for thread in mail::threads(tx, to).await? {
        let Some(stored) = known(tx, to, thread.id).await? else { continue };
        let mut given = stored.thread.giver.offers().rev();
        let last = given.find(|offer| matches!(offer.state, GiverState::Given | GiverState::Done));
        let Some(no) = last.map(|last| last.opening.offer_no) else { continue };
        if !crate::inbox::file_went(tx, &stored, no).await? {
            give::file_once_more(desk, tx, &stored, no).await?;
        }
    }
    Ok(())
}

/// A file without a word, in a thread named by the record; once.
async fn file_by_record(tx: &mut Tx, peer: NodeId, signed: &SignedOwn) -> Result<(), Error> {
    let to = Destination { peer, thread: thread_of(&signed.record), kind: ThreadKind::Case, subject: None };
    if mail::thread(tx, peer, to.thread).await?.is_some() {
        return Ok(());
    }
    let file = wire::Extract { offer_no: 1, extract: None, own_record: Some(signed.clone()) };
    send(tx, &to, &Message::CaseExtract(file)).await
}

/// The thread that a record names.
pub fn thread_of(record: &[u8]) -> ThreadId {
    let mut id = [0; 16];
    id.iter_mut().zip(record_hash(record)).for_each(|(to, from)| *to = from);
    ThreadId::from_bytes(id)
}

fn decoded(record: &[u8]) -> Option<OwnRecord> {
    minicbor::decode(record).ok()
}

fn record_hash(record: &[u8]) -> [u8; 32] {
    seal::hash::sha256(&[OWN_CONTEXT.as_bytes(), record])
}

const fn own_of(record: &OwnRecord) -> OwnNext {
    OwnNext { case: CaseId::from_bytes(record.case), own_no: record.own_no, last: record.last }
}

/// A partner shows records that this store may have forgotten. Of each case the highest number counts; what this node gave
/// by it, it does not own (I1), also where the case itself comes only later.
pub(super) async fn shown(desk: &Desk, tx: &mut Tx, from: NodeId, records: &[SignedOwn]) -> Result<(), Error> {
    let me = desk.me.id;
    let mut gave: BTreeMap<[u8; 16], (OwnRecord, &SignedOwn)> = BTreeMap::new();
    for signed in records {
        let Some(record) = decoded(&signed.record) else { continue };
        let case = match tx.load::<CaseStream>(record.case).await {
            Ok(case) => case,
            Err(StoreError::Erased) => continue,
            Err(error) => return Err(error.into()),
        };
        let is_new = case.is_none_or(|case| case.ownership.own_no < record.own_no);
        if !is_new || !is_signed(tx, (me, from), signed, &record).await? {
            continue;
        }
        remember(tx, signed).await?;
        let higher = gave.get(&record.case).is_none_or(|(known, _)| known.own_no < record.own_no);
        if record.from == me.bytes() && higher {
            gave.insert(record.case, (record, signed));
        }
    }
    for (record, signed) in gave.into_values() {
        let Some(mut case) = tx.load::<CaseStream>(record.case).await? else {
            file_by_record(tx, from, signed).await?;
            continue;
        };
        let events = case.was_given(from, own_of(&record), record_hash(&signed.record));
        tx.append(&mut case, events).await?;
        let offers: Vec<(ThreadId, u32)> = case.offers.keys().copied().collect();
        gave_by(desk, tx, (from, signed), &offers).await?;
    }
    Ok(())
}

/// The offer by which this store gave a case and does not know it: it was given, whatever became of it here since, and its
/// file goes again, because the partner may have forgotten it too.
async fn gave_by(
    desk: &Desk,
    tx: &mut Tx,
    (to, signed): (NodeId, &SignedOwn),
    offers: &[(ThreadId, u32)],
) -> Result<(), Error> {
    for (thread, no) in offers {
        let Some(mut stored) = known(tx, to, *thread).await? else { continue };
        let record = stored.sent.get(no).and_then(|sent| sent.own_record.as_ref());
        if record.is_none_or(|record| record.0 != signed.record) {
            continue;
        }
        if matches!(stored.thread.giver.state(*no), Some(GiverState::Given | GiverState::Done)) {
            return Ok(());
        }
        let signature = OfferEvent::Countersigned(*no, Bytes(signed.taker.to_vec()));
        tx.append(&mut stored, vec![signature]).await?;
        step(desk, tx, &mut stored, ThreadEvent::Giver(GiverEvent::Recalled(*no))).await?;
        note_in_case(tx, &stored, *no).await?;
        return give::file_once_more(desk, tx, &stored, *no).await;
    }
    file_by_record(tx, to, signed).await
}

async fn remember(tx: &mut Tx, signed: &SignedOwn) -> Result<(), Error> {
    let Some(mut recovery) = Recovery::read(tx).await? else { return Ok(()) };
    let (giver, taker) = (Bytes(signed.giver.to_vec()), Bytes(signed.taker.to_vec()));
    let known = Forgotten { record: Bytes(signed.record.clone()), giver, taker };
    if !recovery.records.contains(&known) {
        recovery.records.push(known);
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
