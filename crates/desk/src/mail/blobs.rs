//! Attachments on their way out: which sealed files go to which peer, and when they are tried next. The chunks lie on the
//! disk as they are sent; here are ids and times alone.

use super::outgoing::{Frozen, Outgoing};
use base::{FileId, NodeId, ThreadId, Timestamp};
use seal::{Attachment, Body};
use serde::{Deserialize, Serialize};
use store::{Page, Read, Sealed, Shelf, Shelved, StoreError, Tx};

/// Hours after which a carrier that had all of a blob is asked again whether it still has it.
const LOOK_HOURS: [i64; 3] = [1, 12, 48];
/// Waits after a carrier was not reached, in seconds: twice as long each time, up to the second.
const AGAIN_SECONDS: [i64; 2] = [120, 7_200];
/// Rows read at a time.
const PAGE: usize = 1_000;

/// A blob on its way to a peer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlobOut {
    /// To whom.
    pub peer: NodeId,
    /// Whose message names it.
    pub thread: ThreadId,
    /// The blob, which is the stored file.
    pub blob: FileId,
    /// How many chunks it has.
    pub chunks: u32,
    /// When its carriers may drop it.
    pub expires_at: Timestamp,
    /// When it is tried next.
    pub next_at: Timestamp,
    /// Tries without a carrier since the last success.
    pub tries: u32,
    /// How often a carrier had all of it.
    pub handed: u32,
}

impl Shelved for BlobOut {
    const SHELF: Shelf = Shelf::BlobsOut;
}

impl BlobOut {
    fn key(&self) -> Vec<u8> {
        key(self.thread, self.blob)
    }

    /// Writes it.
    pub async fn put(&self, tx: &mut Tx) -> Result<(), StoreError> {
        tx.put((&self.peer.bytes(), &self.key()), Some(self.next_at), Sealed::Plain, self).await
    }

    /// Forgets it: it is done, over, or nothing of it may leave any more.
    pub async fn drop(&self, tx: &mut Tx) -> Result<(), StoreError> {
        tx.remove::<Self>(&self.peer.bytes(), &self.key()).await
    }

    /// The row as it stands now; `None` if it was stopped meanwhile.
    pub async fn read(&self, view: &mut impl Read) -> Result<Option<Self>, StoreError> {
        view.state::<Self>(&self.peer.bytes(), &self.key()).await
    }

    /// Notes whether a carrier has all of it now. `None`: nothing is left to do, as it was looked for often enough or its
    /// life is over.
    #[must_use]
    pub fn after(self, is_there: bool, now: Timestamp) -> Option<Self> {
        let [first, last] = AGAIN_SECONDS;
        let next = if is_there {
            let nth = usize::try_from(self.handed).unwrap_or(usize::MAX);
            let hours = LOOK_HOURS.get(nth)?;
            Self { handed: self.handed + 1, tries: 0, next_at: now.plus_hours(*hours), ..self }
        } else {
            let wait = first.checked_shl(self.tries).unwrap_or(last).clamp(first, last);
            Self { tries: self.tries.saturating_add(1).min(16), next_at: now.plus_seconds(wait), ..self }
        };
        (next.expires_at > now).then_some(next)
    }
}

fn key(thread: ThreadId, blob: FileId) -> Vec<u8> {
    [thread.bytes(), blob.bytes()].concat()
}

/// Queues what travels beside a message. Without its key a blob stays: nobody could read it.
pub(super) async fn queue(tx: &mut Tx, body: &Body, expires_at: Timestamp) -> Result<(), StoreError> {
    let next_at = tx.now();
    for Attachment { blob, chunks, .. } in body.attachments.iter().filter(|one| one.key.is_some()).cloned() {
        let (peer, thread) = (body.to, body.thread);
        BlobOut { peer, thread, blob, chunks, expires_at, next_at, tries: 0, handed: 0 }.put(tx).await?;
    }
    Ok(())
}

/// Stops what travels beside a message that goes no more.
pub(super) async fn stop(tx: &mut Tx, out: &Outgoing) -> Result<(), StoreError> {
    let frozen = Frozen::read(tx, out.thread, out.era, out.seq).await?;
    let Some(body) = frozen.and_then(|frozen| Body::decode(&frozen.payload.0).ok()) else { return Ok(()) };
    for attachment in body.attachments {
        tx.remove::<BlobOut>(&out.peer.bytes(), &key(out.thread, attachment.blob)).await?;
    }
    Ok(())
}

/// Stops all that travels in a thread.
pub(super) async fn stop_thread(tx: &mut Tx, (peer, thread): (NodeId, ThreadId)) -> Result<(), StoreError> {
    for blob in blobs_to(tx, peer).await?.into_iter().filter(|blob| blob.thread == thread) {
        blob.drop(tx).await?;
    }
    Ok(())
}

/// All that is on its way to a peer.
pub async fn blobs_to(view: &mut impl Read, peer: NodeId) -> Result<Vec<BlobOut>, StoreError> {
    let mut all = Vec::new();
    let mut page = Page::first(PAGE);
    loop {
        let rows = view.states::<BlobOut>(&peer.bytes(), &page).await?;
        let Some(last) = rows.last() else { return Ok(all) };
        page.after = Some(last.key.clone());
        all.extend(rows.into_iter().map(|row| row.card));
    }
}

/// What is to be tried now, over all peers.
pub async fn blobs_due(view: &mut impl Read, limit: usize) -> Result<Vec<BlobOut>, StoreError> {
    let now = view.now();
    let rows = view.due::<BlobOut>(Shelf::BlobsOut, now, limit).await?;
    Ok(rows.into_iter().map(|(_, row)| row.card).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_795_402_800);

    fn blob() -> BlobOut {
        BlobOut {
            peer: NodeId::from_bytes([1; 16]),
            thread: ThreadId::from_bytes([2; 16]),
            blob: FileId::from_bytes([3; 16]),
            chunks: 7,
            expires_at: NOW.plus_hours(24 * 60),
            next_at: NOW,
            tries: 0,
            handed: 0,
        }
    }

    #[test]
    fn what_a_carrier_has_is_looked_for_three_times_and_what_it_has_not_is_tried_until_its_life_is_over() {
        let mut looked = Vec::new();
        let mut next = Some(blob());
        while let Some(one) = next {
            looked.push((one.next_at.seconds() - NOW.seconds()) / 3_600);
            next = one.clone().after(true, one.next_at);
        }
        assert_eq!(looked, [0, 1, 13, 61]);
        let mut one = blob();
        let mut waits = Vec::new();
        while let Some(after) = one.clone().after(false, one.next_at) {
            waits.push(after.next_at.seconds() - one.next_at.seconds());
            one = after;
        }
        assert_eq!(waits.iter().take(8).copied().collect::<Vec<_>>(), [120, 240, 480, 960, 1_920, 3_840, 7_200, 7_200]);
        assert!(one.next_at.plus_seconds(7_200) >= blob().expires_at, "not given up before its end");
    }
}
