//! What a locked node keeps, what nobody could open, and what waits for a peer's key.

use super::Post;
use crate::engine::outbound::{Event, on};
use crate::http::Mailboxes;
use base::{KeyId, Timestamp, limits};
use desk::mail::{Notice, Outgoing, State};
use seal::{OpenError, Outer};
use std::sync::Arc;
use store::raw::{Item as Row, RawView};
use store::{Page, Read, Shelf, StoreError};

impl Post {
    /// Keeps sealed envelopes while the node is locked, in one command; they are applied in order after unlock. The row is
    /// the arrival time and the bytes.
    pub(super) async fn keep_held(&self, envelopes: &[(Outer, &Vec<u8>)]) -> Result<(), StoreError> {
        if envelopes.is_empty() {
            return Ok(());
        }
        let arrived = self.now();
        let mut tx = self.store.backend().begin("relay.hold").await?;
        let used = figure(&mut *tx, "held/bytes").await?;
        let more: u64 = envelopes.iter().map(|(_, bytes)| bytes.len() as u64).sum();
        if used + more > limits::HELD_BYTES_MAX {
            return Err(StoreError::Full);
        }
        for (outer, bytes) in envelopes {
            tx.put_item(&row(Shelf::Held, outer, arrived, None, bytes)).await?;
        }
        tx.put_meta("held/bytes", &(used + more).to_be_bytes()).await?;
        tx.commit().await
    }

    /// Keeps an envelope that did not open, sealed as it came, for 30 days: evidence, and perhaps a later key opens it.
    /// Evidence has a bound in bytes; beyond it the envelope is counted and let go.
    pub(super) async fn quarantine(&self, outer: &Outer, bytes: &[u8], why: &OpenError) -> Result<(), StoreError> {
        tracing::info!(reason = %reason(why), size_bytes = bytes.len(), "envelope not opened");
        let arrived = self.now();
        let until = arrived.plus_hours(24 * limits::QUARANTINE_KEEP_DAYS);
        let row = row(Shelf::Quarantine, outer, arrived, Some(until), bytes);
        let mut tx = self.store.backend().begin("relay.quarantine").await?;
        let known = tx.item(row.shelf, &row.part, &row.key).await?;
        let used = figure(&mut *tx, EVIDENCE).await?;
        let after = used.saturating_sub(known.map_or(0, |known| size(&known))).saturating_add(size(&row));
        if after <= limits::QUARANTINE_BYTES_MAX {
            tx.put_item(&row).await?;
            tx.put_meta(EVIDENCE, &after.to_be_bytes()).await?;
        }
        tx.commit().await?;
        if is_forged(why) { self.count_forged().await } else { Ok(()) }
    }

    /// Counts what nobody we know signed; from ten a day a person is told.
    async fn count_forged(&self) -> Result<(), StoreError> {
        let mut tx = self.begin("relay.forged").await?;
        let today = self.now().day().to_be_bytes();
        let known = tx.raw().meta(FORGED).await?.unwrap_or_default();
        let before = known.strip_prefix(&today).and_then(|count| count.try_into().ok()).map_or(0, u64::from_be_bytes);
        let count = before.saturating_add(1);
        tx.put_meta(FORGED, &[today, count.to_be_bytes()].concat()).await?;
        if count >= limits::FORGED_A_DAY_ALARM {
            self.desk.notice(&mut tx, &Notice::Forged { count }).await?;
        }
        tx.commit().await
    }

    /// Gives held envelopes their effect, after unlock, oldest first.
    pub async fn take_held(&self) -> Result<(), StoreError> {
        let Some(open) = self.opened() else { return Ok(()) };
        loop {
            let mut view = self.store.backend().read().await?;
            let rows = view.items((Shelf::Held.number(), b""), None, store::Direction::Up, 256).await?;
            drop(view);
            if rows.is_empty() {
                return Ok(());
            }
            let (mut letters, mut strangers) = (Vec::new(), Vec::new());
            for row in &rows {
                let (arrived, bytes) = parts(&row.body);
                let Ok(outer) = seal::peek(bytes) else { continue };
                match self.open_known(&open, &outer, bytes, arrived) {
                    Some(opened) => letters.push((opened, arrived)),
                    None => strangers.push((outer, bytes, arrived)),
                }
            }
            self.take_all(letters).await?;
            for (outer, bytes, arrived) in strangers {
                self.take_stranger(&open, (&outer, bytes), arrived).await?;
            }
            let mut tx = self.store.backend().begin("relay.unhold").await?;
            for row in &rows {
                tx.delete_item(row.shelf, &row.part, &row.key).await?;
            }
            tx.put_meta("held/bytes", &0_u64.to_be_bytes()).await?;
            tx.commit().await?;
        }
    }

    /// Forgets what was kept long enough: decided numbers after 180 days, what nobody could open after 30, mail of hosted
    /// boxes when it expires, at most 1,000 rows of each in one call; and keys of forms after 30 days.
    pub async fn sweep(&self) -> Result<usize, StoreError> {
        let now = self.now();
        let mut tx = self.store.backend().begin("relay.sweep").await?;
        let mut count = 0;
        let mut freed = 0;
        for shelf in [Shelf::Seen, Shelf::Quarantine, Shelf::Concerns] {
            for row in tx.due(shelf.number(), now, limits::CODE_ROWS_MAX).await? {
                tx.delete_item(row.shelf, &row.part, &row.key).await?;
                freed += if shelf == Shelf::Quarantine { size(&row) } else { 0 };
                count += 1;
            }
        }
        let kept = figure(&mut *tx, EVIDENCE).await?.saturating_sub(freed);
        tx.put_meta(EVIDENCE, &kept.to_be_bytes()).await?;
        tx.delete_requests(now.plus_hours(-24 * limits::REQUEST_KEEP_DAYS)).await?;
        tx.commit().await?;
        Ok(count + Mailboxes::new(Arc::clone(self.store.backend())).sweep(now).await?)
    }

    /// A peer's newer entry came: what waited for its key may go.
    pub(super) async fn keys_came(&self) -> Result<(), StoreError> {
        let (now, book) = (self.now(), self.book());
        let mut tx = self.begin("relay.keys").await?;
        for peer in book.trusted().filter(|peer| peer.recipient(now).is_some()) {
            let mut mail = desk::mail::peer_mail(&mut tx, peer.node()).await?;
            if mail.waiting == 0 {
                continue;
            }
            mail.waiting = 0;
            mail.put(&mut tx, peer.node()).await?;
            self.desk.notice(&mut tx, &Notice::KeyCame(peer.node())).await?;
            let threads = tx.states::<desk::mail::Thread>(&peer.node().bytes(), &Page::first(1_000)).await?;
            for thread in threads {
                let rows = tx.states::<Outgoing>(&thread.card.id.bytes(), &Page::first(1_000)).await?;
                for mut out in rows.into_iter().map(|row| row.card).filter(|out| out.state == State::WaitingKey) {
                    on(&mut out, Event::KeyCame, now, &*tx.chance());
                    out.put(&mut tx).await?;
                }
            }
        }
        tx.commit().await
    }
}

/// Bytes of evidence kept.
const EVIDENCE: &str = "quarantine/bytes";
/// The day, and how many forged messages came on it.
const FORGED: &str = "forged";

async fn figure(view: &mut (impl RawView + ?Sized), name: &str) -> Result<u64, StoreError> {
    Ok(view.meta(name).await?.and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_be_bytes))
}

fn size(row: &Row) -> u64 {
    row.body.len() as u64
}

/// Not signed by anybody we know, or signed for somebody else (FEDERATION.md 11).
const fn is_forged(why: &OpenError) -> bool {
    matches!(why, OpenError::UnknownSender(_) | OpenError::BadSignature(_) | OpenError::WrongParty)
}

fn row(shelf: Shelf, outer: &Outer, arrived: Timestamp, due: Option<Timestamp>, bytes: &[u8]) -> Row {
    let stamp = arrived.millis().to_be_bytes();
    let key = if shelf == Shelf::Held {
        [stamp.as_slice(), &outer.msg_id.bytes()].concat()
    } else {
        outer.msg_id.bytes().to_vec()
    };
    let body = [stamp.as_slice(), bytes].concat();
    Row { shelf: shelf.number(), part: Vec::new(), key, due, sealed_by: KeyId::default(), body }
}

fn parts(body: &[u8]) -> (Timestamp, &[u8]) {
    match body.split_first_chunk::<8>() {
        Some((stamp, bytes)) => (Timestamp::from_millis(i64::from_be_bytes(*stamp)), bytes),
        None => (Timestamp::default(), body),
    }
}

fn reason(error: &OpenError) -> &'static str {
    match error {
        OpenError::Peek(_) => "no envelope",
        OpenError::NotOurs => "not ours",
        OpenError::DoesNotOpen => "does not open",
        OpenError::UnknownSender(_) => "unknown sender",
        OpenError::BadSignature(_) => "bad signature",
        OpenError::WrongParty => "wrong party",
        OpenError::Version { .. } => "version",
        OpenError::Body(_) => "malformed",
    }
}
