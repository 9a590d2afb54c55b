//! What is said again, or anew: of lives of this node before its restore, for partners that lost it or moved on (ADR 57), and
//! behind a number that was taken back (ADR 58).

use super::Post;
use base::{Digest, NodeId, ThreadId, limits};
use desk::mail::{Destination, Frozen, Options, Outgoing, Recovery, SendError, State, Thread, ThreadKind, peer_mail};
use desk::wire::{Message, Receipt, Voided, on_sight};
use seal::Body;
use std::collections::BTreeMap;
use store::{Page, Read, StoreError, Tx};

impl Post {
    /// What goes again to a partner that knows ours up to an era and a number: the rest of that life, and what was said in the
    /// lives after it, of those before `until`. Gives what does not.
    pub(super) async fn again(
        &self,
        tx: &mut Tx,
        mut thread: Thread,
        ((era, upto), until): ((u64, u64), u64),
    ) -> Result<Vec<Voided>, StoreError> {
        let mut lives = if Recovery::read(tx).await?.is_some() { lives(tx, &thread).await? } else { BTreeMap::new() };
        lives.retain(|life, _| *life >= era && *life < thread.out.era);
        lives.insert(thread.out.era, thread.out.seq);
        let (id, mut voided, mut file_is_gone) = (thread.id, Vec::new(), false);
        for (life, last) in lives.into_iter().filter(|(life, _)| *life < until) {
            let upto = if life == era { upto } else { 0 };
            let (void, file) = self.reopen(tx, &mut thread, life, (upto, last)).await?;
            file_is_gone = file.unwrap_or(file_is_gone);
            voided.extend(void.into_iter().map(|(seq, hash)| Voided { thread: id, era: life, seq, hash }));
        }
        if file_is_gone {
            self.desk.file_is_gone(tx, id).await?;
        }
        Ok(voided)
    }

    /// Bodies beyond what the partner still knows of a life go again, unless what they rest on was taken back since: those it
    /// gives, and whether the last file is among them.
    async fn reopen(
        &self,
        tx: &mut Tx,
        thread: &mut Thread,
        era: u64,
        (upto, last): (u64, u64),
    ) -> Result<(BTreeMap<u64, Digest>, Option<bool>), StoreError> {
        let is_latest = era == thread.out.era;
        let mut void = if is_latest { thread.out.void.split_off(&(upto + 1)) } else { BTreeMap::new() };
        let (now, mut again, mut file_is_gone) = (self.now(), 0, None);
        let window = upto + limits::IN_FLIGHT_PER_THREAD_MAX as u64;
        for seq in upto + 1..=last {
            let Some(out) = Outgoing::read(tx, thread.id, era, seq).await? else { continue };
            let frozen = Frozen::read(tx, thread.id, era, seq).await?;
            let ended = matches!(out.state, State::Received | State::Refused);
            let mut anew = Outgoing { state: State::Queued, received_at: None, code: None, tries: 0, ..out.clone() };
            anew.next_at = (seq <= window).then_some(now);
            let goes = frozen.is_some() && (on_sight(out.number) || self.desk.may_still_go(tx, &anew).await?);
            let is_file = out.number == 24;
            if ended && goes {
                again += 1;
                anew.put(tx).await?;
                file_is_gone = if is_file { Some(false) } else { file_is_gone };
            } else if ended || matches!(out.state, State::Void | State::Expired) {
                void.insert(seq, out.hash);
                file_is_gone = if is_file { Some(true) } else { file_is_gone };
            }
        }
        if is_latest {
            thread.out.void.extend(&void);
        }
        if again > 0 || is_latest && upto < thread.out.acked {
            if is_latest {
                thread.out.acked = upto.min(thread.out.acked);
            }
            thread.put(tx).await?;
            let mut mail = peer_mail(tx, thread.peer).await?;
            mail.unfinished += again;
            mail.put(tx, thread.peer).await?;
        }
        Ok((void, file_is_gone))
    }

    /// A receipt of this life waits for a number that was taken back after what is parked behind it had been made: no Body says
    /// so. One of those is said anew, and says so: what acts on sight, an alert, or the last of all if it rests on nothing that
    /// could have been taken back too.
    pub(super) async fn stuck(&self, tx: &mut Tx, from: NodeId, receipt: &Receipt) -> Result<(), StoreError> {
        let parked: BTreeMap<u64, Digest> = receipt.parked.0.iter().copied().collect();
        if parked.is_empty() {
            return Ok(());
        }
        let Some(thread) = desk::mail::thread(tx, from, receipt.thread).await? else { return Ok(()) };
        let (next, last) = (receipt.upto + 1, thread.out.seq);
        if !parked.contains_key(&last) || !thread.out.void.contains_key(&next) {
            return Ok(());
        }
        // What is over by its time goes once more and is refused.
        let missing = Outgoing::read(tx, thread.id, receipt.era, next).await?;
        if missing.is_some_and(|out| out.state == State::Expired) {
            return Ok(());
        }
        for seq in parked.into_keys().rev().take_while(|seq| *seq > next) {
            let Some(out) = Outgoing::read(tx, thread.id, receipt.era, seq).await? else { continue };
            if !out.state.unfinished() {
                continue;
            }
            if self.desk.say_anew(tx, &out).await? {
                return Ok(());
            }
            let body = frozen_body(tx, &out).await?;
            let rests = |body: &Body| body.trace.is_some() || !body.attachments.is_empty();
            if let Some(body) = body.filter(|body| on_sight(out.number) || seq == last && !rests(body)) {
                desk::mail::void(tx, out.clone()).await?;
                return say_anew(tx, &out, body).await;
            }
        }
        Ok(())
    }

    /// The partner knows this life of ours in a thread, a later one than that in which these Bodies wait: it takes nothing of an
    /// older one any more. What shrinks rights is said anew in this one; the rest is over.
    pub(super) async fn outlived(
        &self,
        tx: &mut Tx,
        from: NodeId,
        (thread, era): (ThreadId, u64),
    ) -> Result<(), StoreError> {
        if Recovery::read(tx).await?.is_none() {
            return Ok(());
        }
        let era = desk::mail::Home::read(tx).await?.era.min(era);
        let rows = tx.states::<Outgoing>(&thread.bytes(), &Page::first(limits::CODE_ROWS_MAX)).await?;
        let waits = |out: &Outgoing| out.peer == from && out.era < era && out.state.unfinished();
        for out in rows.into_iter().map(|row| row.card).filter(waits) {
            let anew = if on_sight(out.number) { frozen_body(tx, &out).await? } else { None };
            // First this makes room in the outbox.
            desk::mail::void(tx, out.clone()).await?;
            if let Some(body) = anew {
                say_anew(tx, &out, body).await?;
            }
        }
        Ok(())
    }
}

async fn frozen_body(view: &mut impl Read, out: &Outgoing) -> Result<Option<Body>, StoreError> {
    let frozen = Frozen::read(view, out.thread, out.era, out.seq).await?;
    Ok(frozen.and_then(|frozen| Body::decode(&frozen.payload.0).ok()))
}

/// A message that is over under its number, under the next one of this life.
async fn say_anew(tx: &mut Tx, out: &Outgoing, body: Body) -> Result<(), StoreError> {
    let Ok(message) = Message::from_content(body.kind, &body.content) else { return Ok(()) };
    let thread = desk::mail::thread(tx, out.peer, out.thread).await?;
    let subject = thread.and_then(|thread| thread.subject);
    let to = Destination { peer: out.peer, thread: out.thread, kind: ThreadKind::of(out.number), subject };
    let options = Options {
        accord: body.accord,
        purpose: body.purpose,
        trace: body.trace.map(Digest),
        critical: body.critical,
        expires: Some(out.expires_at),
        ..Options::default()
    };
    match desk::mail::send(tx, &to, &message, options).await {
        // The one that it replaces made room in the outbox.
        Ok(_) | Err(SendError::Refused(_)) => Ok(()),
        Err(SendError::Store(error)) => Err(error),
    }
}

/// The lives in which this store knows that it said something in a thread, and the last number of each.
pub(super) async fn lives(view: &mut impl Read, thread: &Thread) -> Result<BTreeMap<u64, u64>, StoreError> {
    let rows = view.states::<Outgoing>(&thread.id.bytes(), &Page::first(limits::CODE_ROWS_MAX)).await?;
    let mut lives = BTreeMap::new();
    for out in rows.into_iter().map(|row| row.card).filter(|out| out.peer == thread.peer) {
        let last = lives.entry(out.era).or_insert(out.seq);
        *last = out.seq.max(*last);
    }
    Ok(lives)
}
