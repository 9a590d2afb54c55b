//! Blobs of a mailbox: sealed chunks by blob and number, within the room of their tag, until the owner releases the blob or
//! it expires. What was released is remembered until its expiry, so that a giver who looks again does not send it twice.

use super::{Mailboxes, TAG_BYTES_MAX, held, put_held, row};
use crate::http::ranges::{Runs, with};
use base::{FileId, MsgId, Timestamp, limits};
use seal::Tag;
use seal::chunk::{chunk_count, fits_a_chunk};
use store::raw::{Item as Row, RawTx, RawView};
use store::{Shelf, StoreError};

/// The longest a blob is held, whatever its giver says: the longest life of a message and the skew of two clocks.
const KEEP_HOURS_MAX: u64 = 62 * 24;

/// A chunk that comes to a hosted mailbox.
#[derive(Clone, Copy, Debug)]
pub struct Coming<'a> {
    /// Whose mailbox.
    pub tag: Tag,
    /// Until which unix hour.
    pub expires_hour: u64,
    /// Of which blob.
    pub blob: FileId,
    /// Its number.
    pub n: u32,
    /// Whether it is the last.
    pub last: bool,
    /// Its sealed bytes.
    pub bytes: &'a [u8],
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChunkTaken {
    /// It is here now.
    New,
    /// It was here.
    Same,
    /// Other bytes are here, or it contradicts what is here.
    Other,
    /// No such mailbox here, or its time is over.
    NotServed,
    /// No chunk is like this.
    Misfit,
    /// The mailbox is full.
    Quota,
}

/// What is known of a blob: {tag, bytes, last, released, runs}.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Head {
    tag: Tag,
    due: Option<Timestamp>,
    bytes: u64,
    last: Option<u32>,
    released: bool,
    runs: Runs,
}

impl Mailboxes {
    /// Keeps a chunk.
    pub async fn put_chunk(&self, chunk: Coming<'_>, now: Timestamp) -> Result<ChunkTaken, StoreError> {
        let mut tx = self.backend.begin("mailbox.chunk").await?;
        let taken = put(&mut *tx, chunk, now).await?;
        if taken == ChunkTaken::New {
            tx.commit().await?;
        }
        Ok(taken)
    }

    /// Which chunks of a blob need not come (again); `None` if nothing is known of it.
    pub async fn have(&self, blob: FileId) -> Result<Option<Runs>, StoreError> {
        Ok(head(&mut *self.backend.read().await?, blob).await?.map(|head| head.runs))
    }

    /// A chunk, and whether it is the last.
    pub async fn chunk(&self, blob: FileId, n: u32) -> Result<Option<(Vec<u8>, bool)>, StoreError> {
        let mut view = self.backend.read().await?;
        let Some(head) = head(&mut *view, blob).await? else { return Ok(None) };
        let found = view.item(Shelf::BlobsHeld.number(), &blob.bytes(), &n.to_be_bytes()).await?;
        Ok(found.map(|found| (found.body, head.last == Some(n))))
    }
}

async fn put(tx: &mut dyn RawTx, chunk: Coming<'_>, now: Timestamp) -> Result<ChunkTaken, StoreError> {
    let Coming { tag, blob, n, last, bytes, .. } = chunk;
    let count_max = chunk_count(limits::BLOB_BYTES_MAX).unwrap_or(0);
    if n >= count_max || !fits_a_chunk(bytes.len(), last) {
        return Ok(ChunkTaken::Misfit);
    }
    let hour = now.seconds().unsigned_abs() / 3600;
    let Some(room) = held(tx, tag).await?.filter(|_| chunk.expires_hour >= hour) else {
        return Ok(ChunkTaken::NotServed);
    };
    let known = head(tx, blob).await?;
    if let Some(taken) = known_chunk(tx, known.as_ref(), chunk).await? {
        return Ok(taken);
    }
    let size = bytes.len() as u64;
    // A tenth is kept for what is urgent, and no blob is.
    if room.bytes + size > TAG_BYTES_MAX / 10 * 9 {
        return Ok(ChunkTaken::Quota);
    }
    let until = chunk.expires_hour.min(hour + KEEP_HOURS_MAX).saturating_mul(3600);
    let due = Some(Timestamp::from_seconds(i64::try_from(until).unwrap_or(i64::MAX)));
    let new = Head { tag, due, bytes: 0, last: None, released: false, runs: Runs::new() };
    let mut head = known.unwrap_or(new);
    head.bytes += size;
    head.last = if last { Some(n) } else { head.last };
    head.runs = with(head.runs, n);
    tx.put_item(&row(Shelf::BlobsHeld, &blob.bytes(), &n.to_be_bytes(), None, bytes)).await?;
    head.put(tx, blob).await?;
    put_held(tx, tag, super::Held { bytes: room.bytes + size, ..room }).await?;
    Ok(ChunkTaken::New)
}

/// What is said of a chunk that is here, or that contradicts what is here.
async fn known_chunk(
    tx: &mut dyn RawTx,
    head: Option<&Head>,
    chunk: Coming<'_>,
) -> Result<Option<ChunkTaken>, StoreError> {
    let Some(head) = head else { return Ok(None) };
    if head.tag != chunk.tag {
        return Ok(Some(ChunkTaken::Other));
    }
    if head.released {
        return Ok(Some(ChunkTaken::Same));
    }
    let found = tx.item(Shelf::BlobsHeld.number(), &chunk.blob.bytes(), &chunk.n.to_be_bytes()).await?;
    if let Some(found) = found {
        let same = found.body == chunk.bytes && chunk.last == (head.last == Some(chunk.n));
        return Ok(Some(if same { ChunkTaken::Same } else { ChunkTaken::Other }));
    }
    let beyond = head.last.is_some_and(|last| chunk.last || chunk.n > last);
    let before = chunk.last && head.runs.last().is_some_and(|(_, to)| *to > chunk.n);
    Ok((beyond || before).then_some(ChunkTaken::Other))
}

/// The owner has it: its chunks go, its name is kept until its expiry.
pub(super) async fn release(tx: &mut dyn RawTx, tag: Tag, id: MsgId) -> Result<(), StoreError> {
    let blob = FileId::from_bytes(id.bytes());
    let Some(head) = head(tx, blob).await?.filter(|head| head.tag == tag && !head.released) else { return Ok(()) };
    drop_chunks(tx, blob, &head).await?;
    Head { released: true, bytes: 0, ..head }.put(tx, blob).await
}

/// Its time is over.
pub(super) async fn expire(tx: &mut dyn RawTx, key: &[u8]) -> Result<(), StoreError> {
    if let Some(blob) = FileId::from_slice(key)
        && let Some(head) = head(tx, blob).await?
    {
        drop_chunks(tx, blob, &head).await?;
    }
    tx.delete_item(Shelf::BlobsHeld.number(), b"", key).await
}

async fn drop_chunks(tx: &mut dyn RawTx, blob: FileId, head: &Head) -> Result<(), StoreError> {
    if head.released {
        return Ok(());
    }
    for (first, last) in &head.runs {
        for n in *first..=*last {
            tx.delete_item(Shelf::BlobsHeld.number(), &blob.bytes(), &n.to_be_bytes()).await?;
        }
    }
    let room = held(tx, head.tag).await?.unwrap_or_default();
    put_held(tx, head.tag, super::Held { bytes: room.bytes.saturating_sub(head.bytes), ..room }).await
}

async fn head<V: RawView + ?Sized>(view: &mut V, blob: FileId) -> Result<Option<Head>, StoreError> {
    let row = view.item(Shelf::BlobsHeld.number(), b"", &blob.bytes()).await?;
    Ok(row.and_then(|row| Head::read(&row)))
}

impl Head {
    /// Tag, bytes, last (or all ones), released, then pairs of numbers.
    fn read(row: &Row) -> Option<Self> {
        let (tag, rest) = row.body.split_first_chunk::<16>()?;
        let (bytes, rest) = rest.split_first_chunk::<8>()?;
        let (last, rest) = rest.split_first_chunk::<4>()?;
        let (released, rest) = rest.split_first()?;
        let (numbers, _) = rest.as_chunks::<4>();
        let (pairs, _) = numbers.as_chunks::<2>();
        let runs = pairs.iter().map(|[from, to]| (u32::from_be_bytes(*from), u32::from_be_bytes(*to))).collect();
        let last = Some(u32::from_be_bytes(*last)).filter(|last| *last != u32::MAX);
        let bytes = u64::from_be_bytes(*bytes);
        Some(Self { tag: Tag(*tag), due: row.due, bytes, last, released: *released == 1, runs })
    }

    async fn put(&self, tx: &mut dyn RawTx, blob: FileId) -> Result<(), StoreError> {
        let mut body = self.tag.0.to_vec();
        body.extend(self.bytes.to_be_bytes());
        body.extend(self.last.unwrap_or(u32::MAX).to_be_bytes());
        body.push(u8::from(self.released));
        body.extend(self.runs.iter().flat_map(|(from, to)| [from.to_be_bytes(), to.to_be_bytes()]).flatten());
        tx.put_item(&row(Shelf::BlobsHeld, b"", &blob.bytes(), self.due, &body)).await
    }
}
