//! Keys of a command: made at their first use, and destroyed with all that was sealed under them (P5).

use super::Tx;
use crate::raw::{Item, StoreError};
use crate::shelves::Shelf;
use crate::streams::{Aggregate, Narrow, Stored, Team};
use crate::view::{Read, load_with, stream_id};
use base::{Chance, FileId, KeyId, Timestamp};
use seal::cell::DataKey as Key;

impl Tx {
    /// The key of a narrow part, made at its first use.
    pub(super) async fn narrow_key(
        &mut self,
        (id, narrow): ([u8; 16], Narrow),
        work: &(KeyId, Key),
    ) -> Result<(KeyId, Key), StoreError> {
        let with: (&dyn Chance, Timestamp) = (&*self.chance, self.now);
        let (key, is_new) = self.vault.narrow(&mut *self.raw, (id, narrow), work, with).await?;
        if is_new {
            self.keys.made.push(narrow.subject(id));
        }
        Ok(key)
    }

    /// Makes a key for a subject that has no stream of its own yet (an incoming offer before its case).
    pub async fn make_key(&mut self, subject: [u8; 16], team: Team) -> Result<(), StoreError> {
        if self.raw.keys_of(subject).await?.is_empty() {
            self.keys.made.push(subject);
            self.vault.make_subject(&mut *self.raw, subject, team, &*self.chance, self.now).await?;
        }
        Ok(())
    }

    /// Keeps the key of a sealed file. It hangs from a narrow part of a stream, or from its work key: it goes with that, or
    /// before it.
    pub async fn keep_file_key<A: Aggregate>(
        &mut self,
        (stream, part): ([u8; 16], Option<Narrow>),
        (file, key): (FileId, &Key),
    ) -> Result<(), StoreError> {
        let work = self.vault.subject(&mut *self.raw, stream, A::TEAM).await?;
        let parent = match part {
            Some(narrow) => self.narrow_key((stream, narrow), &work).await?,
            None => work,
        };
        let with: (&dyn Chance, Timestamp) = (&*self.chance, self.now);
        self.vault.keep_file(&mut *self.raw, (file.bytes(), key), &parent, with).await
    }

    /// Destroys the key of a sealed file. Gives its id, for the record of what was erased.
    pub async fn erase_file_key(&mut self, file: FileId) -> Result<Vec<KeyId>, StoreError> {
        let keys = self.raw.keys_of(file.bytes()).await?.into_iter().map(|row| row.id).collect();
        self.destroy(file.bytes()).await?;
        Ok(keys)
    }

    /// Destroys a subject's keys, the narrow ones too: all that was sealed under them is gone, here and in any copy
    /// without them (P5). Gives how many.
    pub async fn erase(&mut self, subject: [u8; 16]) -> Result<usize, StoreError> {
        let mut gone = 0;
        for one in own_and_narrow(subject) {
            gone += self.destroy(one).await?;
        }
        Ok(gone)
    }

    /// Erases narrow parts of a stream: their keys are destroyed, its snapshot goes, its rows are what the rest says. The
    /// caller has appended the event that says so, so that a state folded before is brought up to it. Gives the key ids.
    pub async fn erase_narrow<A: Aggregate>(
        &mut self,
        stored: &mut Stored<A>,
        parts: &[Narrow],
    ) -> Result<Vec<KeyId>, StoreError> {
        let (id, mut keys) = (stored.id, Vec::new());
        for part in parts {
            let own = part.subject(id);
            keys.extend(self.raw.keys_of(own).await?.into_iter().map(|row| row.id));
            self.destroy(own).await?;
        }
        self.vault.forget(id);
        let part = [A::KIND as u8];
        self.raw.delete_item(Shelf::Snapshots.number(), &part, &stream_id::<A>(id)).await?;
        let before = stored.state.rows(id);
        *stored = load_with::<A>(&mut *self.raw, &self.vault, id).await?.ok_or(StoreError::Erased)?;
        let work = self.vault.subject(&mut *self.raw, id, A::TEAM).await?;
        self.write_rows(&work, &before, &stored.state.rows(id)).await?;
        Ok(keys)
    }

    async fn destroy(&mut self, subject: [u8; 16]) -> Result<usize, StoreError> {
        self.vault.forget(subject);
        self.written.clear();
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
        let mut keys = Vec::new();
        for subject in own_and_narrow(id) {
            keys.extend(self.raw.keys_of(subject).await?.into_iter().map(|row| row.id));
        }
        self.erase(id).await?;
        Ok(keys)
    }
}

/// The subject of a stream's own key and those of its narrow ones.
fn own_and_narrow(subject: [u8; 16]) -> impl Iterator<Item = [u8; 16]> {
    std::iter::once(subject).chain(Narrow::all().map(move |narrow| narrow.subject(subject)))
}
