//! The desk as the relay sees it: what a message from another node does, in the transaction that also dedups it.

mod file;
mod ours;

pub(crate) use ours::{file_went, message_of, offer_of};

use crate::act::Desk;
use crate::aid::follow;
use crate::cases::keeping;
use crate::error::Error;
use crate::mail::{Apply, Applying, Notice, Outgoing, Received, Stands, Verdict, seen_here};
use crate::offers::effects::{OWN_CONTEXT, say, step};
use crate::offers::recheck::{Claim, recheck};
use crate::offers::source;
use crate::offers::stream::{Came, OfferEvent, OfferStream};
use crate::offers::{files, forgotten, give, new_thread, ownership, records, recovered};
use crate::partners::accord::arrived::accord_said;
use crate::partners::revoking::Taken;
use crate::partners::{InForce, accord_between, witnesses};
use crate::wire::{self, Message, ResumeTell};
use base::{Bytes, CaseId, NodeId, Problem, ThreadId, Timestamp, limits};
use casework::extract::Preview;
use casework::offer::{
    DeclineReason, ExpireReason, GiverEvent, GiverState, OfferKind, Opening, OwnNext, Served, TakerEvent, TakerState,
    ThreadEvent, WithdrawReason,
};
use casework::words::{Purpose, Urgency};
use seal::Revocation;
use std::borrow::Cow;
use store::{Read, StoreError, Stored, Tx};

impl Apply for Desk {
    fn apply<'a>(&'a self, tx: &'a mut Tx, received: &'a Received) -> Applying<'a, Verdict> {
        Box::pin(async move { verdict(apply(self, tx, received).await) })
    }

    fn notice<'a>(&'a self, tx: &'a mut Tx, notice: &'a Notice) -> Applying<'a, ()> {
        Box::pin(async move { store_only(ours::note(self, tx, notice).await) })
    }

    fn may_still_go<'a>(&'a self, tx: &'a mut Tx, out: &'a Outgoing) -> Applying<'a, bool> {
        Box::pin(async move { store_or(ours::still_goes(self, tx, out).await, true) })
    }

    fn say_anew<'a>(&'a self, tx: &'a mut Tx, out: &'a Outgoing) -> Applying<'a, bool> {
        Box::pin(async move { store_or(crate::alerts::say_anew(self, tx, out).await, false) })
    }

    fn stands<'a>(&'a self, tx: &'a mut Tx, thread: ThreadId) -> Applying<'a, Stands> {
        Box::pin(async move { store_or(recovered::stands(tx, thread).await, Stands::default()) })
    }

    fn witnesses<'a>(&'a self, tx: &'a mut Tx) -> Applying<'a, Vec<NodeId>> {
        Box::pin(async move { store_or(witnesses(tx, self.me.id).await, Vec::new()) })
    }

    fn revocation<'a>(&'a self, tx: &'a mut Tx, bytes: &'a [u8]) -> Applying<'a, bool> {
        Box::pin(async move {
            let Ok(revocation) = Revocation::decode(bytes) else { return Ok(false) };
            let taken = self.take_revocation(tx, None, &revocation).await;
            store_or(taken.map(|taken| taken == Taken::Now), false)
        })
    }

    fn file_is_gone<'a>(&'a self, tx: &'a mut Tx, thread: ThreadId) -> Applying<'a, ()> {
        Box::pin(async move { store_only(forgotten::without_file(tx, thread).await) })
    }

    fn shown_again<'a>(&'a self, tx: &'a mut Tx, to: NodeId) -> Applying<'a, Vec<wire::SignedOwn>> {
        Box::pin(async move { store_or(records::shown_again(self, tx, to).await, Vec::new()) })
    }

    fn told<'a>(&'a self, tx: &'a mut Tx, from: NodeId, what: (&'a ResumeTell, &'a [ThreadId])) -> Applying<'a, ()> {
        Box::pin(async move { store_only(recovered::told(self, tx, from, what).await) })
    }
}

/// Refusals of rules become verdicts; only the store stops a delivery.
fn verdict(result: Result<Verdict, Error>) -> Result<Verdict, StoreError> {
    match result {
        Ok(verdict) => Ok(verdict),
        Err(Error::Store(StoreError::Erased)) => Ok(Verdict::Refused("store.erased".into())),
        Err(Error::Store(error)) => Err(error),
        Err(error) => Ok(Verdict::Refused(Cow::Borrowed(error.problem().code.0))),
    }
}

fn store_only(result: Result<(), Error>) -> Result<(), StoreError> {
    match result {
        Err(Error::Store(StoreError::Erased)) | Ok(()) => Ok(()),
        Err(Error::Store(error)) => Err(error),
        // A notice that no longer fits the state of its offer changes nothing.
        Err(_) => Ok(()),
    }
}

fn store_or<T>(found: Result<T, Error>, other: T) -> Result<T, StoreError> {
    found.or_else(|error| store_only(Err(error)).map(|()| other))
}

async fn apply(desk: &Desk, tx: &mut Tx, got: &Received) -> Result<Verdict, Error> {
    match &got.message {
        Message::OfferOpen(open) => offer_opened(desk, tx, got, open).await,
        Message::CaseExtract(extract) => file::file_came(desk, tx, got, extract).await,
        Message::ConsentWithdraw(withdrawn) => consents_withdrawn(desk, tx, got, withdrawn).await,
        Message::EraseRequest(request) => erase_asked(desk, tx, got, request).await,
        Message::OfferWithdraw(_) | Message::OfferExpire(_) => {
            let mut stored = thread_or_new(tx, got).await?;
            let event = taker_event(&got.message).ok_or(Error::NotFound)?;
            step(desk, tx, &mut stored, ThreadEvent::Taker(event)).await?;
            Ok(Verdict::Applied)
        }
        Message::RecruiterAlert(_) | Message::RecruiterRecall(_) => crate::alerts::came::said(desk, tx, got).await,
        Message::KeyRevoke(said) => key_revoked(desk, tx, got.from, said).await,
        said if matches!(said.number(), 48..=54) => accord_said(desk, tx, got).await,
        Message::Later { .. } => Ok(Verdict::Held("message.unknown".into())),
        _ => talk_or_answer(desk, tx, got).await,
    }
}

/// 66: of a node that nobody here knows there is nothing to stop.
async fn key_revoked(desk: &Desk, tx: &mut Tx, from: NodeId, said: &wire::KeyRevoke) -> Result<Verdict, Error> {
    let revocation = Revocation::decode(&said.revocation).map_err(|_| Problem::new("message.malformed"))?;
    desk.take_revocation(tx, Some(from), &revocation).await.map(|_| Verdict::Applied)
}

/// Messages 17 to 21, 25, 26, 34.
async fn talk_or_answer(desk: &Desk, tx: &mut Tx, got: &Received) -> Result<Verdict, Error> {
    let found = match (thread(tx, got).await, &got.message) {
        (Err(Error::Store(StoreError::Erased)), Message::EraseConfirm(confirm)) => {
            keeping::answered(tx, got.thread, confirm.result).await?;
            return Ok(Verdict::Applied);
        }
        (found, _) => found?,
    };
    let Some(mut stored) = found else { return Err(Problem::new("offer.wrong-state").into()) };
    let (event, no, said) = match &got.message {
        Message::OfferSeen(seen) => (giver(GiverEvent::Seen(number(seen.offer_no))), seen.offer_no, None),
        Message::OfferAsk(talk) => {
            (giver(GiverEvent::Asked(number(talk.offer_no), talk.text.clone())), talk.offer_no, Some(&talk.text))
        }
        Message::OfferTell(talk) => (
            ThreadEvent::Taker(TakerEvent::Told(number(talk.offer_no), talk.text.clone())),
            talk.offer_no,
            Some(&talk.text),
        ),
        Message::OfferAccept(accept) => return accepted(desk, tx, stored, accept).await,
        Message::OfferDecline(decline) => (giver(declined(decline)), decline.offer_no, None),
        Message::OfferComplete(done) => {
            recovered::was_given(desk, tx, &mut stored, number(done.offer_no)).await?;
            (giver(completed(done)), done.offer_no, None)
        }
        Message::CaseSupplement(supplement) => return file::supplemented(desk, tx, (stored, got), supplement).await,
        Message::EraseConfirm(confirm) => {
            let result = u8::try_from(confirm.result).unwrap_or(99);
            tx.append(&mut stored, vec![OfferEvent::ErasureAnswered(result)]).await?;
            return Ok(Verdict::Applied);
        }
        _ => return Ok(Verdict::Held("message.unknown".into())),
    };
    step(desk, tx, &mut stored, event).await?;
    if let Some(text) = said {
        say(tx, &mut stored, number(no), (false, text)).await?;
    }
    follow::note(desk, tx, &stored, number(no)).await?;
    Ok(Verdict::Applied)
}

const fn giver(event: GiverEvent) -> ThreadEvent {
    ThreadEvent::Giver(event)
}

/// Offer numbers are small; a greater one names no offer of ours.
fn number(no: u64) -> u32 {
    u32::try_from(no).unwrap_or(u32::MAX)
}

fn word(number: u64) -> u8 {
    u8::try_from(number).unwrap_or(98)
}

fn declined(decline: &wire::Decline) -> GiverEvent {
    GiverEvent::Declined {
        offer_no: number(decline.offer_no),
        reason: DeclineReason::from_number(word(decline.reason)),
        text: decline.text.clone().unwrap_or_default(),
        other_node: decline.other_node.map(|node| node.to_string()),
    }
}

fn completed(done: &wire::Complete) -> GiverEvent {
    GiverEvent::Completed {
        offer_no: number(done.offer_no),
        outcome: Served::from_number(word(done.outcome)),
        text: done.text.clone().unwrap_or_default(),
    }
}

fn taker_event(message: &Message) -> Option<TakerEvent> {
    Some(match message {
        Message::OfferWithdraw(end) => {
            let reason = WithdrawReason::from_number(word(end.reason)).map_or("other", WithdrawReason::word);
            TakerEvent::Withdrawn(number(end.offer_no), reason.to_owned())
        }
        Message::OfferExpire(end) => {
            let reason = ExpireReason::from_number(word(end.reason)).map_or("other", ExpireReason::word);
            TakerEvent::Expired(number(end.offer_no), reason.to_owned())
        }
        _ => return None,
    })
}

/// The thread, if it is here and belongs to this peer.
async fn thread(tx: &mut Tx, got: &Received) -> Result<Option<Stored<OfferStream>>, Error> {
    let stored = tx.load::<OfferStream>(got.thread.bytes()).await?;
    match stored {
        Some(stored) if stored.peer != got.from => Err(Problem::new("offer.wrong-state").into()),
        other => Ok(other),
    }
}

pub(crate) async fn thread_or_new(tx: &mut Tx, got: &Received) -> Result<Stored<OfferStream>, Error> {
    if let Some(stored) = thread(tx, got).await? {
        return Ok(stored);
    }
    new_thread(tx, got.from, got.thread).await
}

/// The accord a message names, if this node holds that very version.
pub(crate) async fn accord_of(desk: &Desk, tx: &mut Tx, got: &Received) -> Result<InForce, Error> {
    let named = got.accord.as_ref().ok_or_else(|| Problem::new("accord.not-party"))?;
    let held = accord_between(tx, desk.me.id, got.from).await?;
    let found = held.into_iter().find(|accord| accord.hash.0 == named.hash && accord.document.id == named.id);
    Ok(found.ok_or_else(|| Problem::new("accord.not-party"))?)
}

/// Whether the sender's journal was shown here lately: who shows it to nobody could rewrite it (FEDERATION.md 10).
async fn watched(tx: &mut Tx, from: NodeId, since: Timestamp) -> Result<(), Error> {
    let seen = seen_here(tx, from).await?.map_or(since, |seen| seen.seen_at.max(since));
    if seen.plus_hours(24 * limits::UNCOSIGNED_DAYS_MAX) < tx.now() {
        return Err(Problem::at("log.uncosigned", from.to_string()).into());
    }
    Ok(())
}

async fn offer_opened(desk: &Desk, tx: &mut Tx, got: &Received, open: &wire::OfferOpen) -> Result<Verdict, Error> {
    let opening = opening(got, open)?;
    let accord = accord_of(desk, tx, got).await?;
    if opening.urgency != Urgency::Red {
        watched(tx, got.from, accord.since).await?;
    }
    let preview: Preview = minicbor::decode(&open.preview).map_err(|_| Problem::new("extract.damaged"))?;
    let parts = (&preview.facts, &preview.fields, preview.consents.as_slice());
    let (kind, purpose) = (opening.kind, opening.purpose.word());
    let claim = Claim { kind, action: source::action(kind), purpose, shown: &[], whole: false };
    let refused = recheck(&accord, desk, tx.now(), parts, claim);
    if let Some((field, code)) = refused.into_iter().next() {
        return Err(Problem::at(code, field).into());
    }
    let mut stored = thread_or_new(tx, got).await?;
    let no = opening.offer_no;
    forgotten::supersede(desk, tx, &mut stored, no).await?;
    if !stored.came.contains_key(&no) {
        let came = Came {
            preview: Bytes(open.preview.clone()),
            extract: None,
            accord: (accord.document.id.clone(), accord.document.version, accord.hash),
            purpose: opening.purpose.word().to_owned(),
            alias: open.alias,
            at: tx.now(),
            surplus: Vec::new(),
            compared: None,
            hidden: false,
            supplements: Vec::new(),
            own_record: None,
            signed: None,
            files: Vec::new(),
        };
        // Its end, or the withdrawal of its consent, came first: nothing of it is kept.
        let withdrawn: Vec<[u8; 32]> = stored.thread.taker.withdrawn().iter().copied().collect();
        let over = stored.thread.taker.offer(no).is_some() || source::rests_on(&came, &withdrawn);
        let came = if over { Came { preview: Bytes::default(), hidden: true, ..came } } else { came };
        tx.append(&mut stored, vec![OfferEvent::Came(no, Box::new(came))]).await?;
        crate::aid::conflict::compare(tx, &mut stored, (no, open.conflict.as_ref())).await?;
    }
    step(desk, tx, &mut stored, ThreadEvent::Taker(TakerEvent::Opened(opening))).await?;
    Ok(Verdict::Applied)
}

fn opening(got: &Received, open: &wire::OfferOpen) -> Result<Opening, Problem> {
    let unknown = || Problem::new("message.unknown-code");
    let urgency = match open.urgency {
        1 => Urgency::Red,
        2 => Urgency::Amber,
        _ => Urgency::Green,
    };
    Ok(Opening {
        offer_no: number(open.offer_no),
        kind: OfferKind::from_number(word(open.kind)).ok_or_else(unknown)?,
        purpose: got.purpose.as_deref().and_then(Purpose::parse).ok_or_else(unknown)?,
        urgency,
        answer_by: Timestamp::from_seconds(open.answer_by),
        expires: got.expires,
        extract_hash: open.extract_hash.0,
        own: open.own.as_ref().map(|own| OwnNext {
            case: CaseId::from_bytes(own.case_id),
            own_no: number(own.own_no),
            last: own.last.0,
        }),
    })
}

/// The taker said yes: its signature is checked and kept, the accord is asked again, and the extract goes or not.
async fn accepted(
    desk: &Desk,
    tx: &mut Tx,
    mut stored: Stored<OfferStream>,
    accept: &wire::Accept,
) -> Result<Verdict, Error> {
    let no = number(accept.offer_no);
    let record = stored.sent.get(&no).and_then(|sent| sent.own_record.clone());
    if let Some(record) = record {
        let signature = accept.own_signature.ok_or_else(|| Problem::new("offer.bad-signature"))?;
        let key = crate::partners::peer::identity_of(tx, stored.peer).await?;
        key.verify(OWN_CONTEXT, &record.0, &signature).map_err(|_| Problem::new("offer.bad-signature"))?;
        tx.append(&mut stored, vec![OfferEvent::Countersigned(no, Bytes(signature.to_vec()))]).await?;
    }
    let due_at = Timestamp::from_seconds(accept.due_at);
    step(desk, tx, &mut stored, giver(GiverEvent::Accepted { offer_no: no, due_at })).await?;
    ownership::note_in_case(tx, &stored, no).await?;
    match stored.thread.giver.state(no) {
        // A giver whose restore forgot the file it sent is told by a taker that forgot it too.
        Some(GiverState::Given | GiverState::Done) if !ours::file_went(tx, &stored, no).await? => {
            give::file_once_more(desk, tx, &stored, no).await?;
        }
        _ => give::decide_again(desk, tx, &mut stored, no).await?,
    }
    Ok(Verdict::Applied)
}

/// 32: the data is hidden at once, before anything parked or still on a stick.
async fn consents_withdrawn(
    desk: &Desk,
    tx: &mut Tx,
    got: &Received,
    what: &wire::ConsentWithdraw,
) -> Result<Verdict, Error> {
    let mut stored = thread_or_new(tx, got).await?;
    let hashes = what.consent_hashes.0.iter().map(|hash| hash.0).collect();
    let event = TakerEvent::ConsentWithdrawn { hashes, erase: what.erase };
    step(desk, tx, &mut stored, ThreadEvent::Taker(event)).await?;
    Ok(Verdict::Applied)
}

/// 33: what came in a referral is erased, and the giver told; a case of our own is not.
async fn erase_asked(desk: &Desk, tx: &mut Tx, got: &Received, asked: &wire::EraseRequest) -> Result<Verdict, Error> {
    let Some(mut stored) = thread(tx, got).await? else { return confirm(tx, got, asked, 3).await };
    let held: Vec<u32> = stored.came.iter().filter(|(_, came)| !came.hidden).map(|(no, _)| *no).collect();
    // A handover on its way needs what its preview says; the case is frozen when it is here.
    let is_coming = stored.thread.taker.offers().any(|(_, offer)| {
        offer.state == TakerState::Accepted && offer.opening.as_ref().is_some_and(|o| o.kind == OfferKind::Handover)
    });
    if stored.case.is_some() || is_coming {
        ownership::freeze(desk, tx, &stored).await?;
        return confirm(tx, got, asked, 2).await;
    }
    for no in held {
        files::hide(tx, &mut stored, no).await?;
    }
    confirm(tx, got, asked, 1).await
}

async fn confirm(tx: &mut Tx, got: &Received, asked: &wire::EraseRequest, result: u64) -> Result<Verdict, Error> {
    let to = crate::mail::Destination {
        peer: got.from,
        thread: got.thread,
        kind: crate::mail::ThreadKind::Case,
        subject: Some(got.thread.bytes()),
    };
    let hold_until = (result == 2).then(|| tx.now().plus_hours(24 * 365).seconds());
    let message = Message::EraseConfirm(wire::EraseConfirm {
        alias: asked.alias,
        hashes: asked.hashes.clone(),
        result,
        hold_until,
    });
    match crate::mail::send(tx, &to, &message, crate::mail::Options::default()).await {
        Ok(_) => Ok(Verdict::Applied),
        Err(crate::mail::SendError::Store(error)) => Err(error.into()),
        Err(crate::mail::SendError::Refused(problem)) => Err(problem.into()),
    }
}
