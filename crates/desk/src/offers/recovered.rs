//! After a restore: ownership that moved and was forgotten (FEDERATION.md 8).

use super::effects::{OWN_CONTEXT, sign_own, step};
use super::give;
use super::ownership::note_in_case;
use super::stream::{OfferEvent, OfferStream};
use crate::act::Desk;
use crate::cases::CaseStream;
use crate::error::Error;
use crate::mail::{self, Destination, Forgotten, Home, Recovery, SendError, Stands, ThreadKind};
use crate::wire::{self, Message, ResumeTell, ResumedHere, SignedOwn};
use base::{Bytes, CaseId, ConsentId, NodeId, Problem, ThreadId, Timestamp, limits};
use casework::case::CaseEvent;
use casework::extract::OwnRecord;
use casework::offer::{GiverEvent, GiverState, OwnNext, TakerEvent, TakerState, ThreadEvent, WithdrawReason};
use std::collections::BTreeMap;
use store::{Page, Read, StoreError, Stored, Tx};

/// The longest life of a message (FEDERATION.md 4).
const AGAIN_DAYS: i64 = 60;

/// Whether what a life before was told may still come again: for as long as the longest message lives.
pub async fn may_have_forgotten(tx: &mut Tx) -> Result<bool, Error> {
    if Recovery::read(tx).await?.is_none() {
        return Ok(false);
    }
    let at = Timestamp::from_seconds(i64::try_from(Home::read(tx).await?.era).unwrap_or(i64::MAX));
    Ok(tx.now() < at.plus_hours(24 * AGAIN_DAYS))
}

/// Refused while a case may have gone to a partner and this store not know it.
pub async fn may_offer(tx: &mut Tx) -> Result<(), Error> {
    let Some(recovery) = Recovery::read(tx).await? else { return Ok(()) };
    let era = Home::read(tx).await?.era;
    if recovery.rests(era, tx.now()) { Err(Problem::new("offer.recovering").into()) } else { Ok(()) }
}

/// Whether a partner has still to say what this store forgot of it.
pub async fn waits_for(tx: &mut Tx, peer: NodeId) -> Result<bool, Error> {
    let Some(recovery) = Recovery::read(tx).await? else { return Ok(false) };
    Ok(recovery.rests(Home::read(tx).await?.era, tx.now()) && recovery.waits_for(peer))
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

/// Every record with both signatures by which something was given, both ways. A yes on which nobody has decided, or that came to
/// nothing, moved no case.
async fn records(tx: &mut Tx, stored: &OfferStream) -> Result<Vec<SignedOwn>, Error> {
    let mut found = Vec::new();
    for signed in stored.came.values().filter_map(|came| came.signed.as_ref()) {
        let halves = signed.giver.clone().try_into().ok().zip(signed.taker.clone().try_into().ok());
        found.extend(halves.map(|(giver, taker)| SignedOwn { record: signed.record.clone(), giver, taker }));
    }
    let given = |no: u32| matches!(stored.thread.giver.state(no), Some(GiverState::Given | GiverState::Done));
    for sent in stored.sent.iter().filter(|(no, _)| given(**no)).map(|(_, sent)| sent) {
        let taker = sent.own_signature.as_ref().and_then(|signature| signature.0.clone().try_into().ok());
        let (Some(record), Some(taker)) = (&sent.own_record, taker) else { continue };
        let giver = sign_own(tx, &record.0).await?;
        found.push(SignedOwn { record: record.0.clone(), giver, taker });
    }
    Ok(found)
}

/// A partner says what stands there: ownership that moved, offers that this store has forgotten. Then a yes that waited
/// for this is decided on.
pub async fn told(
    desk: &Desk,
    tx: &mut Tx,
    from: NodeId,
    (tell, unknown): (&ResumeTell, &[ThreadId]),
) -> Result<(), Error> {
    for thread in unknown {
        if let Some(mut stored) = known(tx, from, *thread).await? {
            waits_in_vain(desk, tx, &mut stored, 0).await?;
        }
    }
    for here in &tell.threads.0 {
        offer_stands(desk, tx, from, here).await?;
    }
    shown(desk, tx, from, &tell.own_records.0).await?;
    let mut mine: Vec<(ThreadId, u32)> = Vec::new();
    let mut page = Page::first(limits::CODE_ROWS_MAX);
    loop {
        let rows = super::offers(tx, true, &page).await?;
        let Some(last) = rows.last() else { break };
        page.after = Some(last.key.clone());
        let given = rows.into_iter().map(|row| row.card).filter(|card| card.giving && card.peer == from);
        mine.extend(given.map(|card| (card.thread, card.offer_no)));
    }
    for (thread, no) in mine {
        decide_late(desk, tx, thread, no).await?;
    }
    Ok(())
}

async fn known(tx: &mut Tx, from: NodeId, thread: ThreadId) -> Result<Option<Stored<OfferStream>>, Error> {
    match tx.load::<OfferStream>(thread.bytes()).await {
        Ok(stored) => Ok(stored.filter(|stored| stored.peer == from)),
        Err(StoreError::Erased) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Decides on a yes that came before the partner told. What the record says was given, was given.
async fn decide_late(desk: &Desk, tx: &mut Tx, thread: ThreadId, no: u32) -> Result<(), Error> {
    let Some(mut stored) = tx.load::<OfferStream>(thread.bytes()).await? else { return Ok(()) };
    let Some(offer) = stored.thread.giver.offer(no).filter(|offer| offer.state == GiverState::Accepted) else {
        return Ok(());
    };
    let case = match (offer.opening.own, stored.case) {
        (Some(_), Some(case)) => tx.load::<CaseStream>(case.bytes()).await?,
        _ => None,
    };
    if case.is_some_and(|case| case.ownership.other.is_some()) {
        step(desk, tx, &mut stored, ThreadEvent::Giver(GiverEvent::Recalled(no))).await?;
        return note_in_case(tx, &stored, no).await;
    }
    give::decide_again(desk, tx, &mut stored, no).await
}

/// An offer of ours whose file is there was given, and what is withdrawn reaches it. One that has ended there without a file,
/// or before a later one, is taken back here. One that is not in this store any more is taken back while nothing was given
/// by it, so that nobody there waits for us; its number is never used again.
async fn offer_stands(desk: &Desk, tx: &mut Tx, from: NodeId, here: &ResumedHere) -> Result<(), Error> {
    let mut stored = known(tx, from, here.thread).await?;
    let no = u32::try_from(here.offer_no).unwrap_or(u32::MAX);
    if let Some(stored) = stored.as_mut() {
        let is_known = no < stored.thread.next_no();
        match (here.state, stored.thread.giver.state(no)) {
            (3, Some(_)) if is_known => {
                step(desk, tx, stored, ThreadEvent::Giver(GiverEvent::Recalled(no))).await?;
                note_in_case(tx, stored, no).await?;
                withdrawn_since(desk, tx, stored, no).await?;
            }
            // Stopped on its way in the life before, by a withdrawal that this store forgot.
            (2, Some(GiverState::Given | GiverState::Done)) => give::file_once_more(desk, tx, stored, no).await?,
            _ => {}
        }
        taken_back(desk, tx, stored, (no, here.state)).await?;
        waits_in_vain(desk, tx, stored, no).await?;
        if is_known {
            return Ok(());
        }
    }
    if matches!(here.state, 1 | 2) {
        let to = Destination { peer: from, thread: here.thread, kind: ThreadKind::Case, subject: None };
        let reason = WithdrawReason::SentInError.number().into();
        let message = Message::OfferWithdraw(wire::Withdraw { offer_no: here.offer_no, reason, text: None });
        send(tx, &to, &message).await?;
    }
    if let Some(mut stored) = stored {
        tx.append(&mut stored, vec![OfferEvent::NumbersForgotten(no)]).await?;
    }
    Ok(())
}

/// An offer of ours that still runs here ends again where it ended there, or a later one is there; so does one that did not
/// arrive and will not go any more.
async fn taken_back(
    desk: &Desk,
    tx: &mut Tx,
    stored: &mut Stored<OfferStream>,
    (no, state): (u32, u64),
) -> Result<(), Error> {
    let is_known = no < stored.thread.next_no();
    let goes = !mail::unfinished(tx, ThreadId::from_bytes(stored.id), 16).await?.is_empty();
    let ended = |runs: u32| match runs.cmp(&no) {
        std::cmp::Ordering::Less => !is_known,
        std::cmp::Ordering::Equal => state == 4,
        std::cmp::Ordering::Greater => !goes,
    };
    let over: Vec<u32> = stored.thread.giver.running().filter(|runs| ended(*runs)).collect();
    for runs in over {
        let over = GiverEvent::Withdraw(runs, WithdrawReason::SentInError, String::new());
        step(desk, tx, stored, ThreadEvent::Giver(over)).await?;
        note_in_case(tx, stored, runs).await?;
    }
    Ok(())
}

/// What a partner offered and has forgotten is over: no file will come. `no` is the last offer it knows of.
async fn waits_in_vain(desk: &Desk, tx: &mut Tx, stored: &mut Stored<OfferStream>, no: u32) -> Result<(), Error> {
    let waits = |state| matches!(state, TakerState::Offered | TakerState::Accepted);
    let waiting = stored.thread.taker.offers().find(|(_, offer)| waits(offer.state)).map(|(no, _)| no);
    let Some(waiting) = waiting.filter(|waiting| *waiting > no) else { return Ok(()) };
    let reason = WithdrawReason::SentInError.word().to_owned();
    step(desk, tx, stored, ThreadEvent::Taker(TakerEvent::Withdrawn(waiting, reason))).await
}

/// The word that an offer was served, to a restored giver that took it for one without a file: the taker had the file, and
/// hears what was withdrawn meanwhile.
pub async fn was_given(desk: &Desk, tx: &mut Tx, stored: &mut Stored<OfferStream>, no: u32) -> Result<(), Error> {
    let ended =
        stored.thread.giver.state(no).is_some_and(|state| state != GiverState::Given && state != GiverState::Done);
    if !ended || !may_have_forgotten(tx).await? {
        return Ok(());
    }
    step(desk, tx, stored, ThreadEvent::Giver(GiverEvent::Recalled(no))).await?;
    withdrawn_since(desk, tx, stored, no).await
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
    let known = Recovery::read(tx).await?.map(|recovery| recovery.records).unwrap_or_default();
    let records = known.iter().filter_map(|known| Some((decoded(&known.record.0)?, record_hash(&known.record.0))));
    let me = Home::read(tx).await?.node.bytes();
    let of_case = records.filter(|(record, _)| record.from == me && record.case == case.opening.id.bytes());
    let Some((record, hash)) = of_case.max_by_key(|(record, _)| record.own_no) else { return Ok(Vec::new()) };
    Ok(case.was_given(NodeId::from_bytes(record.to), own_of(&record), hash))
}

/// A restored partner took cases by records that this store has forgotten too: it is shown them, and gets a file without a
/// word, by which it knows that the case is its own and asks (I2).
pub async fn shown_again(tx: &mut Tx, to: NodeId) -> Result<Vec<SignedOwn>, Error> {
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

async fn send(tx: &mut Tx, to: &Destination, message: &Message) -> Result<(), Error> {
    match mail::send(tx, to, message, mail::Options::default()).await {
        Ok(_) | Err(SendError::Refused(_)) => Ok(()),
        Err(SendError::Store(error)) => Err(error.into()),
    }
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
async fn shown(desk: &Desk, tx: &mut Tx, from: NodeId, records: &[SignedOwn]) -> Result<(), Error> {
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
