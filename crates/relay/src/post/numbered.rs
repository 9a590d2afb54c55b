//! A numbered Body in its thread: order, dedup, effect, receipt, all in the caller's transaction.

use super::Post;
use crate::engine::inbound::{Arrival, Step, acted, arrive, decide, mark, next, park, receipt_by, voided};
use base::{Bytes, Digest, NodeId, ThreadId, Timestamp, limits};
use desk::mail::{
    HeldBody, Inbound, Notice, ParkedBody, Received, Recovery, Seen, Thread, ThreadKind, Verdict, outbox_key,
    peer_mail, seen_hash,
};
use desk::wire::{Class, Message, class_of};
use seal::{Body, Kid};
use std::collections::BTreeMap;
use store::{Sealed, StoreError, Tx};

/// A verified Body.
pub(super) struct Letter {
    pub body: Body,
    pub hash: Digest,
    pub payload: Vec<u8>,
    pub signed_by: Kid,
    pub class: Class,
    pub arrived_at: Timestamp,
}

/// Refusals of one command, by Body: found in a run that was undone, known in the next.
#[derive(Default)]
pub(super) struct Refusals {
    known: BTreeMap<Digest, Verdict>,
    /// One was found just now: the command must begin again.
    pub fresh: bool,
}

/// The thread of a Body. What is new, or was only named, has the kind of what is said first in it.
async fn thread_of(tx: &mut Tx, body: &Body) -> Result<Thread, StoreError> {
    let kind = ThreadKind::of(body.kind);
    if let Some(thread) = desk::mail::thread(tx, body.from, body.thread).await? {
        let kind = if thread.is_silent() { kind } else { thread.kind };
        return Ok(Thread { kind, ..thread });
    }
    let mut thread = Thread::new(body.thread, body.from, kind, None);
    thread.inn.life = peer_mail(tx, body.from).await?.forgot_before;
    Ok(thread)
}

impl Post {
    /// Takes one numbered Body in.
    pub(super) async fn numbered(
        &self,
        tx: &mut Tx,
        letter: Letter,
        refusals: &mut Refusals,
    ) -> Result<(), StoreError> {
        let body = &letter.body;
        let mut thread = thread_of(tx, body).await?;
        let known = seen_hash(tx, body.thread, body.era, body.seq).await?;
        let arrival = arrival(&letter);
        let mut stepped = Vec::new();
        let step = if self.is_early(tx, &thread, body).await? {
            Step::Drop
        } else {
            arrive(&mut thread.inn, &arrival, known, letter.arrived_at, &mut stepped)
        };
        self.perform(tx, &mut thread, &step, (&arrival, &letter), (&mut stepped, refusals)).await?;
        self.follow(tx, &mut thread, (&mut stepped, refusals)).await?;
        for (seq, hash) in stepped {
            remember(tx, &thread, seq, hash).await?;
        }
        if let Some(by) = receipt_by(&step, letter.class, letter.arrived_at.max(self.now())) {
            thread.want_receipt(by);
        }
        self.keep(tx, thread).await
    }

    /// A Body of a later life of the sender, for a restored node that it has not told yet: what this node forgot of the life before
    /// comes first.
    async fn is_early(&self, tx: &mut Tx, thread: &Thread, body: &Body) -> Result<bool, StoreError> {
        if thread.inn.era == 0 || body.era <= thread.inn.era {
            return Ok(false);
        }
        let Some(recovery) = Recovery::read(tx).await? else { return Ok(false) };
        let era = desk::mail::Home::read(tx).await?.era;
        Ok(recovery.rests(era, self.now()) && recovery.waits_for(body.from))
    }

    /// A partner says which of its numbers this node, which forgot them, does not get again.
    pub(super) async fn voided(
        &self,
        tx: &mut Tx,
        (from, id, era): (NodeId, ThreadId, u64),
        (void, refusals): (&[(u64, Digest)], &mut Refusals),
    ) -> Result<(), StoreError> {
        let found = desk::mail::thread(tx, from, id).await?;
        let mut thread = found.unwrap_or_else(|| Thread::new(id, from, ThreadKind::Case, None));
        let mut stepped = Vec::new();
        if !voided(&mut thread.inn, era, void, &mut stepped) {
            return self.keep(tx, thread).await;
        }
        self.follow(tx, &mut thread, (&mut stepped, refusals)).await?;
        for (seq, hash) in stepped {
            remember(tx, &thread, seq, hash).await?;
        }
        thread.want_receipt(self.now());
        self.keep(tx, thread).await
    }

    async fn perform(
        &self,
        tx: &mut Tx,
        thread: &mut Thread,
        step: &Step,
        (arrival, letter): (&Arrival, &Letter),
        (stepped, refusals): (&mut Vec<(u64, Digest)>, &mut Refusals),
    ) -> Result<(), StoreError> {
        match step {
            Step::Apply => {
                let verdict = self.once(tx, (&thread.inn, arrival), letter, refusals).await?;
                remember(tx, thread, arrival.seq, arrival.hash).await?;
                decide(&mut thread.inn, arrival.seq, arrival.hash, verdict, stepped);
            }
            Step::TooLate => {
                remember(tx, thread, arrival.seq, arrival.hash).await?;
                let verdict = Verdict::Refused("message.expired".into());
                decide(&mut thread.inn, arrival.seq, arrival.hash, verdict, stepped);
            }
            Step::ApplyNow => {
                let verdict = self.once(tx, (&thread.inn, arrival), letter, refusals).await?;
                park(&mut thread.inn, arrival, Some(verdict));
            }
            Step::Park => {
                park(&mut thread.inn, arrival, None);
                let parked = ParkedBody { payload: Bytes(letter.payload.clone()), signed_by: kid(letter.signed_by) };
                let key = outbox_key(arrival.era, arrival.seq);
                tx.put((&thread.id.bytes(), &key), None, thread.sealed(), &parked).await?;
            }
            Step::Retry => {
                let verdict = self.effect(tx, letter, refusals).await?;
                if !matches!(verdict, Verdict::Held(_)) {
                    self.unhold(tx, letter).await?;
                }
                mark(&mut thread.inn, arrival.seq, verdict);
            }
            Step::Freeze => self.tell_frozen(tx, thread, arrival.seq).await?,
            Step::Again | Step::Drop => {}
        }
        Ok(())
    }

    /// The parked numbers whose turn has come.
    async fn follow(
        &self,
        tx: &mut Tx,
        thread: &mut Thread,
        (stepped, refusals): (&mut Vec<(u64, Digest)>, &mut Refusals),
    ) -> Result<(), StoreError> {
        let frozen = thread.inn.frozen;
        while let Some((seq, parked)) = next(&mut thread.inn) {
            let key = outbox_key(thread.inn.era, seq);
            let verdict = match parked.acted {
                Some(verdict) => verdict,
                None => self.unpark(tx, (thread, &key), refusals).await?,
            };
            tx.remove::<ParkedBody>(&thread.id.bytes(), &key).await?;
            remember(tx, thread, seq, parked.hash).await?;
            decide(&mut thread.inn, seq, parked.hash, verdict, stepped);
        }
        if thread.inn.frozen && !frozen {
            self.tell_frozen(tx, thread, thread.inn.upto + 1).await?;
        }
        Ok(())
    }

    async fn unpark(
        &self,
        tx: &mut Tx,
        (thread, key): (&Thread, &[u8]),
        refusals: &mut Refusals,
    ) -> Result<Verdict, StoreError> {
        let row = store::Read::state::<ParkedBody>(tx, &thread.id.bytes(), key).await?;
        let letter = row.and_then(|row| {
            let body = Body::decode(&row.payload.0).ok()?;
            let signed_by = Kid(row.signed_by.0.try_into().ok()?);
            let hash = Digest(seal::hash::body_hash(&row.payload.0));
            let (class, arrived_at) = (class_of(body.kind, false), self.now());
            Some(Letter { body, hash, payload: row.payload.0, signed_by, class, arrived_at })
        });
        match letter {
            Some(letter) => self.effect(tx, &letter, refusals).await,
            // Its subject was erased while it waited: there is nothing to apply it to.
            None => Ok(Verdict::Refused("store.erased".into())),
        }
    }

    /// What a Body does here, unless it did so under a key that is dead.
    async fn once(
        &self,
        tx: &mut Tx,
        (inn, arrival): (&Inbound, &Arrival),
        letter: &Letter,
        refusals: &mut Refusals,
    ) -> Result<Verdict, StoreError> {
        match acted(inn, arrival) {
            Some(verdict) => Ok(verdict),
            None => self.effect(tx, letter, refusals).await,
        }
    }

    /// What a Body does here. What we do not understand is held, not lost.
    async fn effect(&self, tx: &mut Tx, letter: &Letter, refusals: &mut Refusals) -> Result<Verdict, StoreError> {
        if let Some(verdict) = refusals.known.get(&letter.hash) {
            return Ok(verdict.clone());
        }
        let body = &letter.body;
        let message = match Message::from_content(body.kind, &body.content) {
            Ok(Message::Later { .. }) => return self.hold(tx, letter).await,
            Ok(_) if !Message::knows(body.kind, &body.critical) => return self.hold(tx, letter).await,
            Ok(message) => message,
            Err(_) => return Ok(Verdict::Refused("message.malformed".into())),
        };
        let verdict = self.desk.apply(tx, &received(letter, message)).await?;
        if matches!(verdict, Verdict::Refused(_)) {
            refusals.known.insert(letter.hash, verdict.clone());
            refusals.fresh = true;
        }
        Ok(verdict)
    }

    /// Keeps a Body sealed until an upgrade, and tells a person; the sender also comes again each week.
    async fn hold(&self, tx: &mut Tx, letter: &Letter) -> Result<Verdict, StoreError> {
        let body = &letter.body;
        let parked = ParkedBody { payload: Bytes(letter.payload.clone()), signed_by: kid(letter.signed_by) };
        let sealed = Sealed::Team(store::Team::Casework);
        tx.put((&held_part(body), &outbox_key(body.era, body.seq)), None, sealed, &parked).await?;
        self.desk.notice(tx, &Notice::Unknown(held_body(body))).await?;
        Ok(Verdict::Held("message.unknown".into()))
    }

    /// What was held was understood, or refused, after an upgrade.
    async fn unhold(&self, tx: &mut Tx, letter: &Letter) -> Result<(), StoreError> {
        let body = &letter.body;
        tx.remove::<ParkedBody>(&held_part(body), &outbox_key(body.era, body.seq)).await?;
        self.desk.notice(tx, &Notice::Understood(held_body(body))).await
    }

    async fn tell_frozen(&self, tx: &mut Tx, thread: &Thread, seq: u64) -> Result<(), StoreError> {
        self.desk.notice(tx, &Notice::Equivocation { peer: thread.peer, thread: thread.id, seq }).await
    }

    /// Writes the thread. The desk may have answered in the same thread meanwhile, so only our side of it is set.
    async fn keep(&self, tx: &mut Tx, mine: Thread) -> Result<(), StoreError> {
        let mut thread = desk::mail::thread(tx, mine.peer, mine.id).await?.unwrap_or_else(|| mine.clone());
        (thread.inn, thread.receipt_at) = (mine.inn, mine.receipt_at);
        thread.put(tx).await
    }
}

pub(super) fn received(letter: &Letter, message: Message) -> Received {
    let body = &letter.body;
    Received {
        from: body.from,
        signed_by: letter.signed_by,
        thread: body.thread,
        era: body.era,
        seq: body.seq,
        number: body.kind,
        message,
        body_hash: letter.hash,
        payload: letter.payload.clone(),
        created: Timestamp::from_seconds(body.created),
        expires: Timestamp::from_seconds(body.expires),
        accord: body.accord.clone(),
        purpose: body.purpose.clone(),
        trace: body.trace.map(Digest),
        attachments: body.attachments.clone(),
    }
}

fn held_part(body: &Body) -> Vec<u8> {
    [b"held/".as_slice(), &body.thread.bytes()].concat()
}

fn held_body(body: &Body) -> HeldBody {
    HeldBody { peer: body.from, thread: body.thread, era: body.era, seq: body.seq, number: body.kind }
}

fn arrival(letter: &Letter) -> Arrival {
    let body = &letter.body;
    Arrival {
        era: body.era,
        seq: body.seq,
        hash: letter.hash,
        prev: Digest(body.prev),
        number: body.kind,
        expires: Timestamp::from_seconds(body.expires),
        void: body.void.iter().map(|(seq, hash)| (*seq, Digest(*hash))).collect(),
    }
}

fn kid(kid: Kid) -> Bytes {
    Bytes(kid.0.to_vec())
}

async fn remember(tx: &mut Tx, thread: &Thread, seq: u64, hash: Digest) -> Result<(), StoreError> {
    let forget = store::Read::now(tx).plus_hours(24 * limits::DEDUP_KEEP_DAYS);
    let key = outbox_key(thread.inn.era, seq);
    tx.put((&thread.id.bytes(), &key), Some(forget), Sealed::Plain, &Seen { hash }).await
}
