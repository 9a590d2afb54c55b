//! Mailboxes of a blind relay: sealed envelopes by tag, until the owner releases them or they expire. A tag is hosted from
//! its owner's first poll. No address and no sender is kept.

mod blobs;

pub use blobs::{ChunkTaken, Coming};

use crate::post::Item;
use base::{KeyId, MsgId, Timestamp};
use seal::{Outer, SendClass, Tag};
use std::sync::Arc;
use store::raw::{Item as Row, RawTx, RawView};
use store::{Backend, Direction, Shelf, StoreError};
use tokio::sync::Notify;

/// Bytes of one mailbox.
pub const TAG_BYTES_MAX: u64 = 256 << 20;
/// Envelopes of one mailbox.
pub const TAG_ENVELOPES_MAX: u64 = 20_000;
/// Hosted tags: partition on the doors' shelf.
const HOSTED: &[u8] = b"mailbox";

/// The mailboxes of this node.
pub struct Mailboxes {
    backend: Arc<dyn Backend>,
    came: Notify,
}

/// What one mailbox holds.
#[derive(Clone, Copy, Debug, Default)]
struct Held {
    envelopes: u64,
    bytes: u64,
}

impl Mailboxes {
    /// Mailboxes in a store.
    pub fn new(backend: Arc<dyn Backend>) -> Self {
        Self { backend, came: Notify::new() }
    }

    /// Wakes when something came.
    pub fn came(&self) -> tokio::sync::futures::Notified<'_> {
        self.came.notified()
    }

    /// Hosts a tag from now on; its owner has proven to hold its keys.
    pub async fn host(&self, tag: Tag) -> Result<(), StoreError> {
        if held(&mut *self.backend.read().await?, tag).await?.is_some() {
            return Ok(());
        }
        let mut tx = self.backend.begin("mailbox.host").await?;
        if held(&mut *tx, tag).await?.is_none() {
            put_held(&mut *tx, tag, Held::default()).await?;
        }
        tx.commit().await
    }

    /// Stores envelopes; one answer each.
    pub async fn store(&self, envelopes: &[(Outer, &Vec<u8>)], now: Timestamp) -> Result<Vec<Item>, StoreError> {
        let mut tx = self.backend.begin("mailbox.store").await?;
        let mut items = Vec::with_capacity(envelopes.len());
        for (outer, bytes) in envelopes {
            items.push(store_one(&mut *tx, outer, bytes, now).await?);
        }
        tx.commit().await?;
        self.came.notify_waiters();
        Ok(items)
    }

    /// Envelopes of a tag after a cursor, oldest first, within the limits of a batch.
    pub async fn list(&self, tag: Tag, after: u64) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
        let mut view = self.backend.read().await?;
        let (after, limit) = (after.to_be_bytes(), base::limits::BATCH_ENVELOPES_MAX);
        let rows = view.items((Shelf::Mailbox.number(), &tag.0), Some(&after), Direction::Up, limit).await?;
        let mut size = 0;
        let mut out = Vec::new();
        for row in rows {
            size += row.body.len();
            if size > super::SEND_BYTES_MAX && !out.is_empty() {
                break;
            }
            let cursor = row.key.try_into().map_or(0, u64::from_be_bytes);
            out.push((cursor, row.body));
        }
        Ok(out)
    }

    /// Drops what the owner has committed: envelopes and blobs.
    pub async fn release(&self, tag: Tag, ids: &[MsgId]) -> Result<(), StoreError> {
        let mut tx = self.backend.begin("mailbox.release").await?;
        for id in ids {
            let known = tx.item(Shelf::Released.number(), &tag.0, &id.bytes()).await?;
            if let Some(known) = known {
                drop_one(&mut *tx, tag, &known.body).await?;
            } else {
                blobs::release(&mut *tx, tag, *id).await?;
            }
        }
        tx.commit().await
    }

    /// Drops what has expired. Gives how many.
    pub async fn sweep(&self, now: Timestamp) -> Result<usize, StoreError> {
        let mut tx = self.backend.begin("mailbox.sweep").await?;
        let rows = tx.due(Shelf::Mailbox.number(), now, base::limits::CODE_ROWS_MAX).await?;
        for row in &rows {
            if let Ok(tag) = <[u8; 16]>::try_from(row.part.as_slice()) {
                drop_one(&mut *tx, Tag(tag), &row.key).await?;
            }
        }
        for row in tx.due(Shelf::Released.number(), now, base::limits::CODE_ROWS_MAX).await? {
            tx.delete_item(row.shelf, &row.part, &row.key).await?;
        }
        let blobs = tx.due(Shelf::BlobsHeld.number(), now, base::limits::CODE_ROWS_MAX).await?;
        for row in &blobs {
            blobs::expire(&mut *tx, &row.key).await?;
        }
        tx.commit().await?;
        Ok(rows.len() + blobs.len())
    }
}

async fn store_one(tx: &mut dyn RawTx, outer: &Outer, bytes: &[u8], now: Timestamp) -> Result<Item, StoreError> {
    let Some(held) = held(tx, outer.tag).await? else { return Ok(Item::NotServed) };
    if outer.expires_hour.saturating_mul(3600) < now.seconds().unsigned_abs() {
        return Ok(Item::Expired);
    }
    if tx.item(Shelf::Released.number(), &outer.tag.0, &outer.msg_id.bytes()).await?.is_some() {
        return Ok(Item::Duplicate);
    }
    // A tenth is kept for what is urgent.
    let share = if outer.class == SendClass::Urgent { 10 } else { 9 };
    let size = bytes.len() as u64;
    if held.envelopes >= TAG_ENVELOPES_MAX / 10 * share || held.bytes + size > TAG_BYTES_MAX / 10 * share {
        return Ok(Item::Quota);
    }
    let cursor = next_cursor(tx).await?.to_be_bytes();
    let due = Timestamp::from_seconds(i64::try_from(outer.expires_hour.saturating_mul(3600)).unwrap_or(i64::MAX));
    tx.put_item(&row(Shelf::Mailbox, &outer.tag.0, &cursor, Some(due), bytes)).await?;
    tx.put_item(&row(Shelf::Released, &outer.tag.0, &outer.msg_id.bytes(), Some(due), &cursor)).await?;
    put_held(tx, outer.tag, Held { envelopes: held.envelopes + 1, bytes: held.bytes + size }).await?;
    Ok(Item::Stored)
}

async fn drop_one(tx: &mut dyn RawTx, tag: Tag, cursor: &[u8]) -> Result<(), StoreError> {
    let Some(found) = tx.item(Shelf::Mailbox.number(), &tag.0, cursor).await? else { return Ok(()) };
    tx.delete_item(Shelf::Mailbox.number(), &tag.0, cursor).await?;
    let now = held(tx, tag).await?.unwrap_or_default();
    let left =
        Held { envelopes: now.envelopes.saturating_sub(1), bytes: now.bytes.saturating_sub(found.body.len() as u64) };
    put_held(tx, tag, left).await
}

async fn held<V: RawView + ?Sized>(view: &mut V, tag: Tag) -> Result<Option<Held>, StoreError> {
    let row = view.item(Shelf::DoorState.number(), HOSTED, &tag.0).await?;
    Ok(row.map(|row| {
        let (parts, _) = row.body.as_chunks::<8>();
        let part = |n: usize| parts.get(n).map_or(0, |bytes| u64::from_be_bytes(*bytes));
        Held { envelopes: part(0), bytes: part(1) }
    }))
}

async fn put_held(tx: &mut dyn RawTx, tag: Tag, held: Held) -> Result<(), StoreError> {
    let body = [held.envelopes.to_be_bytes(), held.bytes.to_be_bytes()].concat();
    tx.put_item(&row(Shelf::DoorState, HOSTED, &tag.0, None, &body)).await
}

async fn next_cursor(tx: &mut dyn RawTx) -> Result<u64, StoreError> {
    let last = tx.meta("mailbox/cursor").await?.and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_be_bytes);
    tx.put_meta("mailbox/cursor", &(last + 1).to_be_bytes()).await?;
    Ok(last + 1)
}

fn row(shelf: Shelf, part: &[u8], key: &[u8], due: Option<Timestamp>, body: &[u8]) -> Row {
    let (part, key, body) = (part.to_vec(), key.to_vec(), body.to_vec());
    Row { shelf: shelf.number(), part, key, due, sealed_by: KeyId::default(), body }
}
