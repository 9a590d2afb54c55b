//! After a restore: ownership that moved and was forgotten (FEDERATION.md 8).

use super::effects::{sign_own, step};
use super::give;
use super::ownership::note_in_case;
use super::records::shown;
use super::stream::{OfferEvent, OfferStream};
use crate::act::Desk;
use crate::cases::CaseStream;
use crate::error::Error;
use crate::mail::{self, Destination, Home, Recovery, SendError, Stands, ThreadKind};
use crate::wire::{self, Message, ResumeTell, ResumedHere, SignedOwn};
use base::{ConsentId, NodeId, Problem, ThreadId, Timestamp, limits};
use casework::offer::{GiverEvent, GiverState, OfferKind, TakerEvent, TakerState, ThreadEvent, WithdrawReason};
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
    // The last that is known here: of a number that this store forgot it knows nothing.
    let given = stored.thread.giver.offers().map(|offer| offer.opening.offer_no);
    let offer_no = given.chain(stored.thread.taker.offers().map(|(no, _)| no)).max().unwrap_or(0);
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

pub(super) async fn known(tx: &mut Tx, from: NodeId, thread: ThreadId) -> Result<Option<Stored<OfferStream>>, Error> {
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
    // Also where the thread itself is forgotten: what the partner says there comes later, and may be offered back.
    let stored = match stored {
        None if no > 0 => begun(tx, from, here.thread).await?,
        stored => stored,
    };
    if let Some(mut stored) = stored {
        tx.append(&mut stored, vec![OfferEvent::NumbersForgotten(no)]).await?;
    }
    Ok(())
}

/// A thread of which this store knows nothing.
async fn begun(tx: &mut Tx, from: NodeId, thread: ThreadId) -> Result<Option<Stored<OfferStream>>, Error> {
    match tx.load::<OfferStream>(thread.bytes()).await {
        Ok(None) => Ok(Some(super::new_thread(tx, from, thread).await?)),
        Ok(Some(_)) | Err(StoreError::Erased) => Ok(None),
        Err(error) => Err(error.into()),
    }
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
        let kind = stored.thread.giver.offer(runs).map(|offer| offer.opening.kind);
        if runs < no && kind == Some(OfferKind::Referral) {
            // What came before a later offer had ended, perhaps served: whoever had the file hears what was withdrawn since.
            step(desk, tx, stored, ThreadEvent::Giver(GiverEvent::Recalled(runs))).await?;
            withdrawn_since(desk, tx, stored, runs).await?;
        } else {
            let over = GiverEvent::Withdraw(runs, WithdrawReason::SentInError, String::new());
            step(desk, tx, stored, ThreadEvent::Giver(over)).await?;
        }
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

pub(super) async fn send(tx: &mut Tx, to: &Destination, message: &Message) -> Result<(), Error> {
    match mail::send(tx, to, message, mail::Options::default()).await {
        Ok(_) | Err(SendError::Refused(_)) => Ok(()),
        Err(SendError::Store(error)) => Err(error.into()),
    }
}
