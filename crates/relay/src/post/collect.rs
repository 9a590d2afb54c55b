//! Out, first half: what is due becomes sealed envelopes.

use super::deliver::KEY_REVOKE;
use super::resume::waits_for_older;
use super::{Open, Parcel, Post, What, control};
use crate::engine::outbound::{Effect, Event, envelope_expires, on};
use base::{NodeId, ThreadId, Timestamp, limits};
use desk::mail::{Control, Frozen, Notice, Outgoing, Recovery, Thread, outbox_key, peer_mail};
use desk::wire::{Class, on_sight};
use seal::hash::Hash;
use seal::{Recipient, SendClass};
use std::collections::{BTreeMap, BTreeSet};
use store::raw::RawView;
use store::{Read, Shelf, StoreError, Tx, View};

/// A Body that waited so long is decided upon again before it is sealed (FEDERATION.md 7).
const DECIDE_AGAIN_HOURS: i64 = 24;

/// What waits for a message of an older era looks again after this.
const OLDER_SECONDS: i64 = 60;

/// When something is due that [`Post::collect`] would give: a message, a receipt or one without a number. `None`: nothing
/// waits.
pub async fn next_due(view: &mut dyn RawView) -> Result<Option<Timestamp>, StoreError> {
    let mut next: Option<Timestamp> = None;
    for shelf in [Shelf::Outbox, Shelf::Threads, Shelf::Control] {
        next = [next, view.next_due(shelf.number()).await?].into_iter().flatten().min();
    }
    Ok(next)
}

/// By what an unnumbered message is known again when it is settled.
pub(super) fn said(content: &[u8]) -> Hash {
    seal::hash::sha256(&[content])
}

impl Post {
    /// Seals what is due, at most `limit` of each kind, urgent first. Nothing while locked. Call [`Post::settle`] with
    /// what the carriers did before the next call.
    pub async fn collect(&self, limit: usize) -> Result<Vec<Parcel>, StoreError> {
        self.collect_but(limit, &BTreeSet::new()).await
    }

    /// The same, but nothing for these peers.
    pub async fn collect_but(&self, limit: usize, busy: &BTreeSet<NodeId>) -> Result<Vec<Parcel>, StoreError> {
        let _turn = self.outbox.lock().await;
        self.collect_some(limit, |peer| !busy.contains(&peer)).await
    }

    /// The same, for some peers only; whoever calls holds the turn at the outbox.
    pub(super) async fn collect_some(
        &self,
        limit: usize,
        wanted: impl Fn(NodeId) -> bool + Send + Sync,
    ) -> Result<Vec<Parcel>, StoreError> {
        if self.opened().is_some() {
            self.restate_items().await?;
        }
        let Some(open) = self.opened() else { return Ok(Vec::new()) };
        let now = self.now();
        let mut view = self.store.read(now).await?;
        if next_due(view.raw()).await?.is_none_or(|due| due > now) {
            return Ok(Vec::new());
        }
        self.refresh(&mut view).await?;
        // Whose own key is dead says that and nothing else; it stands among what waits.
        let is_dead = self.book().is_dead(&open.keys.identity.public().kid());
        let may = |number: u16| !is_dead || number == KEY_REVOKE;
        // What is not wanted now may stand before what is.
        let most = limits::CODE_ROWS_MAX;
        let mut due: Vec<Outgoing> = cards(view.due(Shelf::Outbox, now, most).await?);
        due.retain(|out| wanted(out.peer) && may(out.number));
        due.truncate(limit);
        let restored = Recovery::read(&mut view).await?.is_some();
        let due = self.mind(due, now, restored).await?;
        let mut parcels = Vec::new();
        for out in due {
            parcels.extend(self.body_parcel(&open, &mut view, &out, now).await?);
        }
        let threads = cards::<Thread>(view.due(Shelf::Threads, now, most).await?);
        for thread in threads.iter().filter(|thread| !is_dead && wanted(thread.peer)).take(limit) {
            parcels.extend(self.receipt_parcel(&open, thread, now));
        }
        let mut controls = view.due::<Control>(Shelf::Control, now, most).await?;
        controls.retain(|(part, _)| NodeId::from_slice(part).is_some_and(&wanted));
        for (part, row) in controls.into_iter().take(if is_dead { most } else { limit }) {
            let Some(peer) = NodeId::from_slice(&part) else { continue };
            if is_dead && !matches!(&row.card, Control::Send(message) if message.number == KEY_REVOKE) {
                continue;
            }
            parcels.extend(self.control_parcel(&open, &mut view, (peer, &row.card), now).await?);
        }
        // An entry goes first: what comes behind it may be signed by the key that it brings.
        parcels.sort_by_key(|parcel| (!parcel.what.is_control(64), parcel.class));
        Ok(parcels)
    }

    /// Notes warnings and ends of life, and gives the messages that are to be sealed now.
    async fn mind(&self, due: Vec<Outgoing>, now: Timestamp, restored: bool) -> Result<Vec<Outgoing>, StoreError> {
        let book = self.book();
        let (mut push, mut change) = (Vec::new(), Vec::new());
        for out in due {
            let mut after = out.clone();
            let effects = on(&mut after, Event::Due, now, &**self.store.chance());
            let old = out.made_at.plus_hours(DECIDE_AGAIN_HOURS) < now;
            if effects == [Effect::Push]
                && !old
                && !restored
                && out.state.unfinished()
                && book.recipient(out.peer, now).is_ok()
            {
                push.push(after);
            } else {
                change.push(out);
            }
        }
        if change.is_empty() {
            return Ok(push);
        }
        let mut tx = self.begin("relay.mind").await?;
        for out in change {
            if let Some(out) = self.mind_one(&mut tx, out, now).await? {
                push.push(out);
            }
        }
        tx.commit().await?;
        Ok(push)
    }

    async fn mind_one(&self, tx: &mut Tx, seen: Outgoing, now: Timestamp) -> Result<Option<Outgoing>, StoreError> {
        let Some(mut out) = Outgoing::read(tx, seen.thread, seen.era, seen.seq).await? else { return Ok(None) };
        let chance = tx.chance();
        let effects = on(&mut out, Event::Due, now, &*chance);
        let mut push = false;
        for effect in effects {
            match effect {
                Effect::Push => push = true,
                Effect::Forget => {
                    tx.remove::<Frozen>(&Frozen::part(out.thread), &outbox_key(out.era, out.seq)).await?;
                    tx.remove::<Outgoing>(&out.thread.bytes(), &outbox_key(out.era, out.seq)).await?;
                    return Ok(None);
                }
                other => self.act_on(tx, &out, other).await?,
            }
        }
        if push && !self.may_go(tx, &out, now).await? {
            desk::mail::void(tx, out).await?;
            return Ok(None);
        }
        if push && waits_for_older(tx, &out).await? {
            (push, out.next_at) = (false, Some(now.plus_seconds(OLDER_SECONDS)));
        }
        if push {
            match self.book().recipient(out.peer, now) {
                Ok(_) => {}
                Err(known) => {
                    push = false;
                    let event = if known { Event::NoKey } else { Event::NotTaken };
                    for effect in on(&mut out, event, now, &*chance) {
                        self.act_on(tx, &out, effect).await?;
                    }
                }
            }
        }
        out.put(tx).await?;
        Ok(push.then_some(out))
    }

    async fn may_go(&self, tx: &mut Tx, out: &Outgoing, now: Timestamp) -> Result<bool, StoreError> {
        // A yes carries nothing, and what was said behind it is numbered already: it goes whatever became of its offer.
        let is_free = on_sight(out.number) || out.number == 20;
        if is_free || !out.state.unfinished() || out.made_at.plus_hours(DECIDE_AGAIN_HOURS) >= now {
            return Ok(true);
        }
        self.desk.may_still_go(tx, out).await
    }

    /// Writes what an effect of the engine asks for.
    pub(super) async fn act_on(&self, tx: &mut Tx, out: &Outgoing, effect: Effect) -> Result<(), StoreError> {
        match effect {
            Effect::TellLate => self.desk.notice(tx, &Notice::Late(out.clone())).await,
            Effect::TellNoKey => {
                let mut mail = peer_mail(tx, out.peer).await?;
                mail.waiting += 1;
                mail.put(tx, out.peer).await?;
                self.desk.notice(tx, &Notice::NoKey(out.peer)).await
            }
            Effect::TellEnd => {
                let notice = match out.state {
                    desk::mail::State::Refused => Notice::Refused(out.clone()),
                    desk::mail::State::Held => Notice::Held(out.clone()),
                    _ => Notice::Received(out.clone()),
                };
                self.desk.notice(tx, &notice).await
            }
            Effect::Void => {
                let Some(mut thread) = desk::mail::thread(tx, out.peer, out.thread).await? else { return Ok(()) };
                if thread.out.era == out.era {
                    thread.out.void.insert(out.seq, out.hash);
                    thread.put(tx).await?;
                }
                Ok(())
            }
            Effect::Finished => {
                let mut mail = peer_mail(tx, out.peer).await?;
                mail.unfinished = mail.unfinished.saturating_sub(1);
                mail.put(tx, out.peer).await
            }
            Effect::Push | Effect::Forget => Ok(()),
        }
    }

    async fn body_parcel(
        &self,
        open: &Open,
        view: &mut View,
        out: &Outgoing,
        now: Timestamp,
    ) -> Result<Option<Parcel>, StoreError> {
        let Some(frozen) = Frozen::read(view, out.thread, out.era, out.seq).await? else { return Ok(None) };
        let Ok(to) = self.book().recipient(out.peer, now) else { return Ok(None) };
        let what = What::Body { thread: out.thread, era: out.era, seq: out.seq };
        let expires = envelope_expires(out, now);
        Ok(self.seal(open, &to, (&frozen.payload.0, out.class, expires), what))
    }

    fn receipt_parcel(&self, open: &Open, thread: &Thread, now: Timestamp) -> Option<Parcel> {
        let to = self.book().recipient(thread.peer, now).ok()?;
        let what = What::Receipt { thread: thread.id, upto: thread.inn.upto, parked: thread.inn.parked.len() };
        let message = control::receipt(thread);
        let (payload, expires) = self.unnumbered(open, to.node, 1, message.to_content())?;
        self.seal(open, &to, (&payload, Class::Urgent, expires), what)
    }

    async fn control_parcel(
        &self,
        open: &Open,
        view: &mut View,
        (peer, row): (NodeId, &Control),
        now: Timestamp,
    ) -> Result<Option<Parcel>, StoreError> {
        let to = match row {
            Control::Send(message) if message.number == KEY_REVOKE => self.book().told_of_its_end(peer, now),
            _ => self.book().recipient(peer, now).ok(),
        };
        let Some(to) = to else { return Ok(None) };
        let (number, content) = match row {
            Control::Send(message) => (message.number, message.content.0.clone()),
            Control::Peer(_) => {
                let ping = control::ping(view, &self.book(), peer, self.store.chance().bytes()).await?;
                (4, ping.to_content())
            }
        };
        let shown = if matches!(row, Control::Peer(_)) { 0 } else { number };
        let what = What::Control { number: shown, content: said(&content) };
        let Some((payload, expires)) = self.unnumbered(open, peer, number, content) else { return Ok(None) };
        let class = desk::wire::class_of(number, false);
        Ok(self.seal(open, &to, (&payload, class, expires), what))
    }

    /// A Body without a number, in the control thread.
    fn unnumbered(&self, open: &Open, peer: NodeId, number: u16, content: Vec<u8>) -> Option<(Vec<u8>, Timestamp)> {
        let now = self.now();
        let expires = now.plus_hours(desk::wire::life_hours(number, desk::wire::class_of(number, false)));
        let body = seal::Body {
            kind: number,
            from: open.home.node,
            to: peer,
            thread: control_thread(open.home.node, peer),
            era: open.home.era,
            seq: 0,
            prev: [0; 32],
            created: now.seconds(),
            expires: expires.seconds(),
            salt: self.store.chance().bytes(),
            accord: None,
            purpose: None,
            trace: None,
            critical: Vec::new(),
            content,
            attachments: Vec::new(),
            void: Vec::new(),
        };
        // By the receiver's clock it may seem older than it is.
        Some((body.encode().ok()?, expires.plus_hours(limits::CLOCK_SKEW_HOURS_MAX)))
    }

    fn seal(
        &self,
        open: &Open,
        to: &Recipient,
        (payload, class, expires): (&[u8], Class, Timestamp),
        what: What,
    ) -> Option<Parcel> {
        let send = match class {
            Class::Urgent => SendClass::Urgent,
            Class::Normal => SendClass::Normal,
            Class::Bulk => SendClass::Bulk,
        };
        let hour = u32::try_from(expires.seconds() / 3600 + 1).unwrap_or(u32::MAX);
        let chance = self.store.chance();
        let envelope = self.sealing.seal(payload, &open.keys.identity, (to, send, hour), &**chance).ok()?;
        let msg_id = seal::peek(&envelope).ok()?.msg_id;
        Some(Parcel { peer: to.node, msg_id, class, what, envelope })
    }
}

fn control_thread(one: NodeId, other: NodeId) -> ThreadId {
    seal::hash::control_thread(one, other)
}

fn cards<C>(rows: Vec<(Vec<u8>, store::Listed<C>)>) -> Vec<C> {
    rows.into_iter().map(|(_, row)| row.card).collect()
}

/// Parcels by peer, for carriers that send batches.
pub fn by_peer(parcels: Vec<Parcel>) -> BTreeMap<NodeId, Vec<Parcel>> {
    let mut peers: BTreeMap<NodeId, Vec<Parcel>> = BTreeMap::new();
    for parcel in parcels {
        peers.entry(parcel.peer).or_default().push(parcel);
    }
    peers
}
