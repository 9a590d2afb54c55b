//! After a restore, as a taker: what was said and taken in a life that this store forgot (FEDERATION.md 6 and 8).

use super::effects::{self, step};
use super::ownership::note_in_case;
use super::records::{by_node, thread_of};
use super::recovered::may_have_forgotten;
use super::stream::{Came, OfferEvent, OfferStream};
use super::take;
use crate::act::Desk;
use crate::cases::CaseStream;
use crate::error::Error;
use crate::inbox::thread_or_new;
use crate::mail::Received;
use crate::partners::accord_between;
use crate::wire::SignedOwn;
use base::{Bytes, CaseId, Problem, ThreadId, Timestamp};
use casework::extract::{Facts, Fields, OwnRecord, Preview};
use casework::offer::{
    GiverEvent, GiverState, OfferKind, Opening, OwnNext, TakerEvent, TakerState, ThreadEvent, WithdrawReason,
};
use casework::words::{Purpose, Urgency};
use store::{Read, StoreError, Stored, Tx};

/// The thread of a file. If this life began with a restore and the file answers a yes that this store forgot, the yes is said
/// again first. Of a handover the record says so, by our own signature, even where the offer itself is not here any more; a
/// partner sends no other file without a yes.
pub async fn file_again(
    desk: &Desk,
    tx: &mut Tx,
    found: Option<Stored<OfferStream>>,
    (got, no, record): (&Received, u32, Option<&SignedOwn>),
) -> Result<Stored<OfferStream>, Error> {
    let unknown = || Problem::new("offer.wrong-state");
    if !may_have_forgotten(tx).await? {
        return Ok(found.ok_or_else(unknown)?);
    }
    let proof = match record {
        Some(signed) if by_node(tx, desk.me.id, (&signed.record, &signed.taker)).await? => {
            minicbor::decode::<OwnRecord>(&signed.record).ok()
        }
        _ => None,
    };
    let mut stored = match found {
        Some(stored) => stored,
        None if proof.is_some() => thread_or_new(tx, got).await?,
        None => return Err(unknown().into()),
    };
    let own = stored.thread.taker.offer(no).and_then(|offer| offer.opening.as_ref()?.own);
    let is_hidden = stored.came.get(&no).is_none_or(|came| came.hidden);
    match (stored.thread.taker.state(no), proof) {
        (Some(TakerState::Holding | TakerState::Done), _) | (Some(TakerState::Accepted), None) => {}
        (Some(TakerState::Accepted), Some(_)) if !is_hidden => {}
        (Some(TakerState::Offered), None) if own.is_none() => take::accept(tx, desk, &mut stored, no).await?,
        (Some(state), Some(record)) => {
            if is_hidden {
                let came = empty_offer(desk, tx, &stored, &record).await?;
                tx.append(&mut stored, vec![OfferEvent::Came(no, Box::new(came))]).await?;
            }
            take::remember_record(tx, desk, &mut stored, no).await?;
            if state != TakerState::Accepted {
                step(desk, tx, &mut stored, ThreadEvent::Taker(TakerEvent::Recalled(no))).await?;
            }
        }
        (None, Some(record)) => {
            supersede(desk, tx, &mut stored, no).await?;
            let came = empty_offer(desk, tx, &stored, &record).await?;
            tx.append(&mut stored, vec![OfferEvent::Came(no, Box::new(came))]).await?;
            step(desk, tx, &mut stored, ThreadEvent::Taker(TakerEvent::Opened(opening(no, &record, tx.now())))).await?;
            take::remember_record(tx, desk, &mut stored, no).await?;
            step(desk, tx, &mut stored, ThreadEvent::Taker(TakerEvent::Recalled(no))).await?;
        }
        _ => {}
    }
    Ok(stored)
}

/// Whether a file only says again, by its record, what this node knows: it took that case, or owned it since. Its giver has
/// forgotten that, and cannot know.
pub async fn is_known_here(tx: &mut Tx, got: &Received, record: Option<&SignedOwn>) -> Result<bool, Error> {
    let Some(signed) = record.filter(|signed| thread_of(&signed.record) == got.thread) else { return Ok(false) };
    let Ok(record) = minicbor::decode::<OwnRecord>(&signed.record) else { return Ok(false) };
    let case = match tx.load::<CaseStream>(record.case).await {
        Ok(case) => case,
        Err(StoreError::Erased) => return Ok(true),
        Err(error) => return Err(error.into()),
    };
    Ok(case.is_some_and(|case| case.ownership.own_no >= record.own_no))
}

/// What stands for the offer of a case that this node owned and has lost, where its giver may not send it again: a case
/// without a word in it, so that somebody has the duty of care and asks (I2). What is not known is taken as the graver: a child, urgent.
async fn empty_offer(desk: &Desk, tx: &mut Tx, stored: &OfferStream, record: &OwnRecord) -> Result<Came, Error> {
    let accords = accord_between(tx, desk.me.id, stored.peer).await?;
    let accord = accords.into_iter().find(|accord| accord.hash.0 == record.accord);
    let accord = accord.ok_or_else(|| Problem::new("accord.not-party"))?;
    let facts = Facts {
        roles: Vec::new(),
        minor: true,
        found_in: desk.me.place.to_string(),
        origin: None,
        relation: None,
        age_band: None,
        urgency: "RED".to_owned(),
    };
    let now = tx.now();
    let (alias, made_at) = ([0; 16], now.seconds());
    let preview = Preview { alias, made_at, facts, fields: Fields::default(), consents: Vec::new() };
    Ok(Came {
        preview: Bytes(minicbor::to_vec(&preview).unwrap_or_default()),
        extract: None,
        supplements: Vec::new(),
        accord: (accord.document.id.clone(), accord.document.version, accord.hash),
        purpose: Purpose::Protection.word().to_owned(),
        alias,
        at: now,
        surplus: Vec::new(),
        compared: None,
        hidden: false,
        own_record: None,
        signed: None,
        files: Vec::new(),
    })
}

fn opening(offer_no: u32, record: &OwnRecord, now: Timestamp) -> Opening {
    Opening {
        offer_no,
        kind: OfferKind::Handover,
        purpose: Purpose::Protection,
        urgency: Urgency::Red,
        answer_by: now,
        expires: now,
        extract_hash: record.extract_hash,
        own: Some(OwnNext { case: CaseId::from_bytes(record.case), own_no: record.own_no, last: record.last }),
    }
}

/// A giver that offers anew has ended what it offered before: a restored taker that does not know how lets it go. What this
/// node itself offers there has ended as well, or the partner could not offer: a handover was given, a referral is over.
pub async fn supersede(desk: &Desk, tx: &mut Tx, stored: &mut Stored<OfferStream>, no: u32) -> Result<(), Error> {
    if !may_have_forgotten(tx).await? || stored.thread.taker.offer(no).is_some() {
        return Ok(());
    }
    let runs = stored.thread.taker.offers().filter(|(before, offer)| *before < no && !offer.state.has_ended());
    for before in runs.map(|(before, _)| before).collect::<Vec<_>>() {
        step(desk, tx, stored, ThreadEvent::Taker(TakerEvent::Superseded(before))).await?;
    }
    let ours: Vec<u32> = stored.thread.giver.running().filter(|before| *before < no).collect();
    for before in ours {
        let kind = stored.thread.giver.offer(before).map(|offer| offer.opening.kind);
        let event = match kind {
            Some(OfferKind::Handover) => GiverEvent::Recalled(before),
            _ => GiverEvent::Withdraw(before, WithdrawReason::SentInError, String::new()),
        };
        step(desk, tx, stored, ThreadEvent::Giver(event)).await?;
        note_in_case(tx, stored, before).await?;
    }
    Ok(())
}

/// As a giver: the file of the last offer that was given does not go to a restored taker again. Its acceptance ends all the
/// same, and a handover leaves its case with an owner.
pub async fn without_file(tx: &mut Tx, thread: ThreadId) -> Result<(), Error> {
    let Some(stored) = tx.load::<OfferStream>(thread.bytes()).await? else { return Ok(()) };
    let given = stored.thread.giver.offers().rev();
    let mut given = given.filter(|offer| matches!(offer.state, GiverState::Given | GiverState::Done));
    let Some(no) = given.next().map(|offer| offer.opening.offer_no) else { return Ok(()) };
    let message = effects::file_without_fields(tx, &stored, no).await?;
    effects::send(tx, &stored, no, &message).await
}
