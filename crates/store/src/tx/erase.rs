//! Erasing: a key is destroyed, and with it all that was sealed under it (P5).

use super::Tx;
use crate::raw::{Item, StoreError};
use crate::shelves::Shelf;
use crate::streams::Aggregate;
use crate::view::{Read, stream_id};
use base::KeyId;

impl Tx {
    /// Destroys a subject's keys: all that was sealed under them is gone, here and in any copy without them (P5).
    pub async fn erase(&mut self, subject: [u8; 16]) -> Result<usize, StoreError> {
        self.vault.forget(subject);
        self.looked_at = None;
        self.keys.destroyed.push(subject);
        for key in self.raw.keys_of(subject).await? {
            self.note_erased(key.id).await?;
        }
        self.raw.delete_keys(subject).await
    }

    /// So that no restore brings the key back, whatever backup it comes from (STORAGE.md 10).
    async fn note_erased(&mut self, key: KeyId) -> Result<(), StoreError> {
        let shelf = Shelf::Erased.number();
        let (part, key, sealed_by, body) = (Vec::new(), key.bytes().to_vec(), KeyId::default(), Vec::new());
        self.raw.put_item(&Item { shelf, part, key, due: None, sealed_by, body }).await
    }

    /// Erases a stream: its rows and its snapshot leave the shelves, its keys are destroyed. The events stay, unreadable.
    /// Gives the ids of the destroyed keys, for the access stream.
    pub async fn erase_stream<A: Aggregate>(&mut self, id: [u8; 16]) -> Result<Vec<KeyId>, StoreError> {
        let Some(stored) = self.load::<A>(id).await? else { return Ok(Vec::new()) };
        for row in stored.state.rows(id) {
            self.raw.delete_item(row.shelf.number(), &row.part, &row.key).await?;
        }
        self.raw.delete_item(Shelf::Snapshots.number(), &[A::KIND as u8], &stream_id::<A>(id)).await?;
        let keys = self.raw.keys_of(id).await?.into_iter().map(|row| row.id).collect();
        self.erase(id).await?;
        Ok(keys)
    }
}
