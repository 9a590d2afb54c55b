//! What becomes of messages of ours: refused over there, or asked once more whether they may go.

use super::{giver, number};
use crate::act::Desk;
use crate::aid::follow;
use crate::error::Error;
use crate::mail::{Notice, Outgoing, State};
use crate::offers::effects::step;
use crate::offers::stream::OfferStream;
use crate::partners::closing::peer_closed;
use crate::partners::{InForce, accord_between};
use crate::wire::Message;
use accord::AccordState;
use base::ThreadId;
use casework::offer::{GiverEvent, GiverState, TakerEvent, TakerState, ThreadEvent};
use store::{Read, Stored, Tx};

/// What happened to a message of ours.
pub(super) async fn note(desk: &Desk, tx: &mut Tx, notice: &Notice) -> Result<(), Error> {
    crate::mail::note(tx, notice).await?;
    if let Notice::PeerClosed(peer) = notice {
        return peer_closed(desk, tx, *peer).await;
    }
    let (out, refused) = match notice {
        Notice::Refused(out) => (out, true),
        Notice::Received(out) => (out, false),
        _ => return Ok(()),
    };
    // The refusal of an offer (16) is an answer to it; of a yes (20), the end of what was accepted: no file will come.
    if !refused || !matches!(out.number, 16 | 20) {
        return Ok(());
    }
    let Some(mut stored) = tx.load::<OfferStream>(out.thread.bytes()).await? else { return Ok(()) };
    let Some(no) = offer_of(tx, out).await? else { return Ok(()) };
    let code = out.code.clone().unwrap_or_default();
    if out.number == 20 {
        return step(desk, tx, &mut stored, ThreadEvent::Taker(TakerEvent::Withdrawn(no, code))).await;
    }
    step(desk, tx, &mut stored, giver(GiverEvent::Refused(no, code))).await?;
    follow::note(desk, tx, &stored, no).await
}

/// Whether the file of an offer was sent in this life.
pub(crate) async fn file_went(tx: &mut Tx, stored: &Stored<OfferStream>, no: u32) -> Result<bool, Error> {
    for out in crate::mail::of_kind(tx, ThreadId::from_bytes(stored.id), 24).await? {
        if out.state != State::Void && offer_of(tx, &out).await? == Some(no) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The offer that a 16, 20, 22, 23 or 24 of ours is about: the refusal of an old one must not end the one that is open now.
pub(crate) async fn offer_of(tx: &mut Tx, out: &Outgoing) -> Result<Option<u32>, Error> {
    Ok(message_of(tx, out).await?.and_then(|message| match message {
        Message::OfferOpen(open) => Some(number(open.offer_no)),
        Message::OfferAccept(accept) => Some(number(accept.offer_no)),
        Message::OfferWithdraw(end) => Some(number(end.offer_no)),
        Message::OfferExpire(end) => Some(number(end.offer_no)),
        Message::CaseExtract(file) => Some(number(file.offer_no)),
        _ => None,
    }))
}

pub(crate) async fn message_of(tx: &mut Tx, out: &Outgoing) -> Result<Option<Message>, Error> {
    let frozen = crate::mail::Frozen::read(tx, out.thread, out.era, out.seq).await?;
    let body = frozen.and_then(|frozen| seal::Body::decode(&frozen.payload.0).ok());
    Ok(body.and_then(|body| Message::from_content(body.kind, &body.content).ok()))
}

/// Before a Body older than a day is sealed again: what carries fields is decided afresh.
pub(super) async fn still_goes(desk: &Desk, tx: &mut Tx, out: &Outgoing) -> Result<bool, Error> {
    if out.number == 40 {
        return crate::alerts::still_goes(desk, tx, out).await;
    }
    if !matches!(out.number, 16 | 20 | 24 | 25) || out.state == State::Received {
        return Ok(true);
    }
    let Some(stored) = tx.load::<OfferStream>(out.thread.bytes()).await? else {
        // A file by a record alone has no offer here, and no word in it on which somebody would decide.
        let message = message_of(tx, out).await?;
        return Ok(matches!(message, Some(Message::CaseExtract(file)) if file.extract.is_none()));
    };
    if out.number == 16 && has_ended_unserved(tx, &stored, out).await? {
        return Ok(false);
    }
    if out.number == 20 {
        // A yes to an offer that lapsed is answered by nobody.
        let state = offer_of(tx, out).await?.and_then(|no| stored.thread.taker.state(no));
        return Ok(state != Some(TakerState::Lapsed));
    }
    let accords = accord_between(tx, desk.me.id, stored.peer).await?;
    let now = tx.now();
    let in_force = |accord: &InForce| match out.number {
        24 => true,
        25 => accord.state == AccordState::Active || accord.runs_on(now),
        _ => accord.state == AccordState::Active,
    };
    Ok(stored.sent.values().any(|sent| accords.iter().any(|accord| accord.hash == sent.accord.2 && in_force(accord))))
}

/// Whether the offer of a 16 ended before a file went: nobody needs to see it any more.
async fn has_ended_unserved(tx: &mut Tx, stored: &OfferStream, out: &Outgoing) -> Result<bool, Error> {
    let state = offer_of(tx, out).await?.and_then(|no| stored.thread.giver.state(no));
    Ok(state.is_some_and(|state| state.has_ended() && state != GiverState::Done))
}
