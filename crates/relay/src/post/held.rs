//! What a locked node keeps, what nobody could open, and what waits for a peer's key.

use super::Post;
use crate::engine::outbound::{Event, on};
use crate::http::Mailboxes;
use base::{KeyId, Timestamp, limits};
use desk::mail::{Outgoing, State};
use seal::{OpenError, Outer};
use std::sync::Arc;
use store::raw::Item as Row;
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
        let used: u64 =
            tx.meta("held/bytes").await?.and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_be_bytes);
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
    pub(super) async fn quarantine(&self, outer: &Outer, bytes: &[u8], why: &OpenError) -> Result<(), StoreError> {
        tracing::info!(reason = %reason(why), size_bytes = bytes.len(), "envelope not opened");
        let arrived = self.now();
        let until = arrived.plus_hours(24 * limits::QUARANTINE_KEEP_DAYS);
        let mut tx = self.store.backend().begin("relay.quarantine").await?;
        tx.put_item(&row(Shelf::Quarantine, outer, arrived, Some(until), bytes)).await?;
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
            let mut letters = Vec::new();
            for row in &rows {
                let (arrived, bytes) = parts(&row.body);
                let Ok(outer) = seal::peek(bytes) else { continue };
                if let Ok(opened) = self.open_one(&open, &outer, bytes, arrived).await? {
                    letters.push((opened, arrived));
                }
            }
            self.take_all(letters).await?;
            let mut tx = self.store.backend().begin("relay.unhold").await?;
            for row in &rows {
                tx.delete_item(row.shelf, &row.part, &row.key).await?;
            }
            tx.put_meta("held/bytes", &0_u64.to_be_bytes()).await?;
            tx.commit().await?;
        }
    }

    /// Forgets what was kept long enough: decided numbers after 180 days, what nobody could open after 30, mail of hosted
    /// boxes when it expires. At most 1,000 rows of each in one call.
    pub async fn sweep(&self) -> Result<usize, StoreError> {
        let now = self.now();
        let mut tx = self.store.backend().begin("relay.sweep").await?;
        let mut count = 0;
        for shelf in [Shelf::Seen, Shelf::Quarantine] {
            for row in tx.due(shelf.number(), now, limits::CODE_ROWS_MAX).await? {
                tx.delete_item(row.shelf, &row.part, &row.key).await?;
                count += 1;
            }
        }
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
            let threads = tx.states::<desk::mail::Thread>(&peer.node().bytes(), &Page::first(1_000)).await?;
            for thread in threads {
                let rows = tx.states::<Outgoing>(&thread.card.id.bytes(), &Page::first(1_000)).await?;
                for mut out in rows.into_iter().map(|row| row.card).filter(|out| out.state == State::WaitingKey) {
                    on(&mut out, Event::KeyCame, now, &*tx.chance());
                    out.put(&mut tx).await?;
                }
            }
        }
        tx.commit().await.map(drop)
    }
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
