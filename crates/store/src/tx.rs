//! Writing: one command, all or nothing.

mod folded;
mod keys;

use crate::raw::{CheckpointRow, EventRow, Head, Item, RawTx, RequestRow, StoreError};
use crate::shelves::{Row, Shelf, Shelved};
use crate::streams::{Aggregate, Stored, Team};
use crate::vault::Vault;
use crate::view::{load_with, stream_id};
use crate::{cbor, sealing};
use base::{Chance, Digest, KeyId, RequestId, Seq, Timestamp, limits};
use folded::Written;
use seal::cell::DataKey as Key;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A snapshot is kept each so many events (STORAGE.md 2).
const SNAPSHOT_EVERY: i64 = 32;

/// Who asks, and which asking it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The officer, the peer, or zeros for the node itself.
    pub actor: [u8; 16],
    /// One asking; the same twice has one effect.
    pub request: RequestId,
    /// SHA-256 of what is asked.
    pub digest: Digest,
}

/// What seals a state value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sealed {
    /// Not sealed: ids, numbers, ciphertext made elsewhere.
    Plain,
    /// Under a team key.
    Team(Team),
    /// Under the key of a case, report or offer; gone when it is erased.
    Subject([u8; 16], Team),
}

/// A command in progress. Dropping it undoes it.
pub struct Tx {
    raw: Box<dyn RawTx>,
    vault: Arc<Vault>,
    chance: Arc<dyn Chance>,
    now: Timestamp,
    act: &'static str,
    origin: Origin,
    head: Option<Head>,
    grounds: String,
    trace: Option<[u8; 32]>,
    keys: Changed,
    /// States that it wrote, as they stand now.
    written: Vec<Written>,
    /// Nobody can ask for it again.
    once: bool,
    then: Vec<Box<dyn FnOnce() + Send + Sync>>,
}

/// Keys this command made or destroyed. What was made is forgotten if the command is undone: the same asking comes again
/// with the same ids, and must not meet a key that no ring holds.
struct Changed {
    vault: Arc<Vault>,
    made: Vec<[u8; 16]>,
    destroyed: Vec<[u8; 16]>,
}

impl Changed {
    /// It is on disk: what was made stays, and no reader of an older snapshot brings back what was destroyed.
    fn kept(mut self) {
        self.made.clear();
        for subject in self.destroyed.drain(..) {
            self.vault.bury(subject);
        }
    }
}

impl Drop for Changed {
    fn drop(&mut self) {
        for subject in self.made.drain(..) {
            self.vault.forget(subject);
        }
    }
}

impl std::fmt::Debug for Tx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tx({})", self.act)
    }
}

impl Tx {
    pub(crate) fn new(
        raw: Box<dyn RawTx>,
        (vault, chance): (Arc<Vault>, Arc<dyn Chance>),
        act: &'static str,
        origin: Origin,
        now: Timestamp,
    ) -> Self {
        let keys = Changed { vault: Arc::clone(&vault), made: Vec::new(), destroyed: Vec::new() };
        let (head, grounds, trace) = (None, String::new(), None);
        let (written, once, then) = (Vec::new(), false, Vec::new());
        Self { raw, vault, chance, now, act, origin, head, grounds, trace, keys, written, once, then }
    }

    pub(crate) fn once(self) -> Self {
        Self { once: true, ..self }
    }

    /// Who asks.
    pub const fn origin(&self) -> Origin {
        self.origin
    }

    /// Random bytes for salts and keys.
    pub fn chance(&self) -> Arc<dyn Chance> {
        Arc::clone(&self.chance)
    }

    /// An id for what this command makes: the same command asked twice names the same thing.
    pub fn derived_id(&self, label: &str) -> [u8; 16] {
        let digest = seal::hash::sha256(&[b"simpul/derived/1", label.as_bytes(), &self.origin.request.bytes()]);
        let mut id = [0; 16];
        for (to, from) in id.iter_mut().zip(digest) {
            *to = from;
        }
        id
    }

    /// The clauses of the permit and the trace of an accord decision: they go into each event of this command.
    pub fn grounds(&mut self, clauses: &[&str], trace: Option<[u8; 32]>) {
        self.grounds = clauses.join(" ");
        self.trace = trace.or(self.trace);
    }

    /// Appends the first events of a stream; makes its key.
    pub async fn create<A: Aggregate>(&mut self, id: [u8; 16], events: Vec<A::Event>) -> Result<Stored<A>, StoreError> {
        if !self.raw.events(stream_id::<A>(id), 0, 1).await?.is_empty() {
            return Err(StoreError::Conflict);
        }
        let key = if A::OWN_KEY {
            self.keys.made.push(id);
            self.vault.make_subject(&mut *self.raw, id, A::TEAM, &*self.chance, self.now).await?
        } else {
            self.vault.team(A::TEAM)?
        };
        let mut rest = events.into_iter();
        let first = rest.next().ok_or(StoreError::Conflict)?;
        let (at, hash) = self.write_event::<A>((id, 0), &key, &first).await?;
        let state = Arc::new(A::begin(id, &first, at).ok_or(StoreError::Conflict)?);
        let mut stored = Stored { last: Some(hash), ..Stored::folded(id, 1, state) };
        self.write_events(&mut stored, &key, &rest.collect::<Vec<_>>()).await?;
        let rows = stored.state.rows(id);
        self.write_rows(&key, &[], &rows).await?;
        self.wrote(&stored, rows);
        Ok(stored)
    }

    /// Appends events to a stream as it was loaded. `Conflict` when somebody else was faster.
    pub async fn append<A: Aggregate>(
        &mut self,
        stored: &mut Stored<A>,
        events: Vec<A::Event>,
    ) -> Result<(), StoreError> {
        if events.is_empty() {
            return Ok(());
        }
        let key = if A::OWN_KEY {
            self.vault.subject(&mut *self.raw, stored.id, A::TEAM).await?
        } else {
            self.vault.team(A::TEAM)?
        };
        let before = self.rows_of(stored).unwrap_or_else(|| stored.state.rows(stored.id));
        self.write_events(stored, &key, &events).await?;
        let after = stored.state.rows(stored.id);
        self.write_rows(&key, &before, &after).await?;
        self.wrote(stored, after);
        Ok(())
    }

    async fn write_events<A: Aggregate>(
        &mut self,
        stored: &mut Stored<A>,
        key: &(KeyId, Key),
        events: &[A::Event],
    ) -> Result<(), StoreError> {
        for event in events {
            let (at, hash) = self.write_event::<A>((stored.id, stored.version), key, event).await?;
            Arc::make_mut(&mut stored.state).apply(event, at);
            (stored.version, stored.last) = (stored.version + 1, Some(hash));
            if stored.version % SNAPSHOT_EVERY == 0 {
                self.write_snapshot(stored, key).await?;
            }
        }
        Ok(())
    }

    async fn write_event<A: Aggregate>(
        &mut self,
        (id, version): ([u8; 16], i64),
        work: &(KeyId, Key),
        event: &A::Event,
    ) -> Result<(Timestamp, [u8; 32]), StoreError> {
        let (key_id, key) = &match A::narrow(event) {
            Some(narrow) if A::OWN_KEY => self.narrow_key((id, narrow), work).await?,
            _ => work.clone(),
        };
        let head = self.head().await?;
        let mut row = EventRow {
            seq: Seq(head.seq.0 + 1),
            stream: stream_id::<A>(id),
            stream_kind: A::KIND as i64,
            ver: version + 1,
            kind: A::event_name(event).to_owned(),
            kind_v: 1,
            act: self.act.to_owned(),
            actor: self.origin.actor,
            at: self.now.max(head.at),
            request: self.origin.request.bytes(),
            grounds: self.grounds.clone(),
            trace: self.trace,
            key: *key_id,
            hash: [0; 32],
            link: [0; 32],
            body: Vec::new(),
        };
        let plain = cbor::to_bytes(event)?;
        if plain.len() > limits::EVENT_BYTES_MAX {
            return Err(StoreError::Engine("event too large".into()));
        }
        sealing::seal_event(key, &mut row, &plain, &*self.chance)?;
        row.link = crate::chain::link(head.link, row.hash);
        self.raw.add_event(&row).await?;
        self.head = Some(Head { seq: row.seq, link: row.link, at: row.at });
        Ok((row.at, row.hash))
    }

    /// The end of the journal as this command sees it; the first event of an era starts a new chain.
    async fn head(&mut self) -> Result<Head, StoreError> {
        if let Some(head) = self.head {
            return Ok(head);
        }
        let era = crate::chain::era(self.raw.meta("era").await?)?;
        let head = self.raw.head().await?;
        let head =
            if head.seq.era() == era { head } else { Head { seq: Seq::new(era, 0), link: [0; 32], at: head.at } };
        self.head = Some(head);
        Ok(head)
    }

    async fn write_snapshot<A: Aggregate>(
        &mut self,
        stored: &Stored<A>,
        (key_id, key): &(KeyId, Key),
    ) -> Result<(), StoreError> {
        let plain = cbor::to_bytes(&(stored.version, &*stored.state))?;
        let mut item = Item {
            shelf: Shelf::Snapshots.number(),
            part: vec![A::KIND as u8],
            key: stream_id::<A>(stored.id).to_vec(),
            due: None,
            sealed_by: *key_id,
            body: Vec::new(),
        };
        sealing::seal_item(key, &mut item, &plain, &*self.chance)?;
        self.raw.put_item(&item).await
    }

    /// Writes a stream's rows and snapshot from its events alone, onto shelves that hold none of it: after a restore.
    pub async fn rebuild<A: Aggregate>(&mut self, id: [u8; 16]) -> Result<(), StoreError> {
        let stored = match load_with::<A>(&mut *self.raw, &self.vault, id).await {
            Ok(Some(stored)) => stored,
            // Folding skips what was erased.
            Ok(None) | Err(StoreError::Erased) => return Ok(()),
            Err(error) => return Err(error),
        };
        let key = if A::OWN_KEY {
            self.vault.subject(&mut *self.raw, id, A::TEAM).await?
        } else {
            self.vault.team(A::TEAM)?
        };
        if stored.version >= SNAPSHOT_EVERY {
            self.write_snapshot(&stored, &key).await?;
        }
        self.write_rows(&key, &[], &stored.state.rows(id)).await
    }

    /// Writes the difference of the rows before and after: the only way projections change.
    async fn write_rows(
        &mut self,
        (key_id, key): &(KeyId, Key),
        before: &[Row],
        after: &[Row],
    ) -> Result<(), StoreError> {
        let mut old: BTreeMap<_, _> =
            before.iter().map(|row| ((row.shelf, row.part.as_slice(), row.key.as_slice()), row)).collect();
        for row in after {
            let was = old.remove(&(row.shelf, row.part.as_slice(), row.key.as_slice()));
            if was == Some(row) {
                continue;
            }
            let (part, order) = (row.part.clone(), row.key.clone());
            let (shelf, due) = (row.shelf.number(), row.due);
            let mut item = Item { shelf, part, key: order, due, sealed_by: *key_id, body: Vec::new() };
            sealing::seal_item(key, &mut item, &row.card, &*self.chance)?;
            self.raw.put_item(&item).await?;
        }
        for (shelf, part, order) in old.into_keys() {
            self.raw.delete_item(shelf.number(), part, order).await?;
        }
        Ok(())
    }

    /// Keeps a state value on its shelf.
    pub async fn put<S: Shelved>(
        &mut self,
        at: (&[u8], &[u8]),
        due: Option<Timestamp>,
        sealed: Sealed,
        value: &S,
    ) -> Result<(), StoreError> {
        let plain = cbor::to_bytes(value)?;
        let (part, key) = (at.0.to_vec(), at.1.to_vec());
        let mut item = Item { shelf: S::SHELF.number(), part, key, due, sealed_by: KeyId::default(), body: Vec::new() };
        let open = match sealed {
            Sealed::Plain => None,
            Sealed::Team(team) => Some(self.vault.team(team)?),
            Sealed::Subject(subject, team) => Some(self.vault.subject(&mut *self.raw, subject, team).await?),
        };
        match open {
            None => item.body = plain,
            Some((id, key)) => {
                item.sealed_by = id;
                sealing::seal_item(&key, &mut item, &plain, &*self.chance)?;
            }
        }
        self.raw.put_item(&item).await
    }

    /// Takes a value off its shelf; absent is fine.
    pub async fn remove<S: Shelved>(&mut self, part: &[u8], key: &[u8]) -> Result<(), StoreError> {
        self.raw.delete_item(S::SHELF.number(), part, key).await
    }

    /// Keeps a secret of the node under the master key.
    pub async fn put_secret(&mut self, name: &str, secret: &[u8]) -> Result<(), StoreError> {
        self.vault.clone().put_secret(&mut *self.raw, name, secret, &*self.chance.clone()).await
    }

    /// Sets a named value that is not secret.
    pub async fn put_meta(&mut self, name: &str, value: &[u8]) -> Result<(), StoreError> {
        self.raw.put_meta(name, value).await
    }

    /// Keeps a signed or co-signed head; one that is there already is a conflict.
    pub async fn add_checkpoint(&mut self, row: &CheckpointRow) -> Result<(), StoreError> {
        self.raw.add_checkpoint(row).await
    }

    /// What is done once the command is on disk, and not if it is undone.
    pub fn then(&mut self, what: impl FnOnce() + Send + Sync + 'static) {
        self.then.push(Box::new(what));
    }

    /// Commits: answers when it is on disk.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        if !self.once {
            let (id, digest, act) = (self.origin.request.bytes(), self.origin.digest.0, self.act.to_owned());
            let seq = self.head().await?.seq;
            self.raw.put_request(&RequestRow { id, digest, act, seq, at: self.now }).await?;
        }
        self.raw.commit().await?;
        self.keys.kept();
        self.written.into_iter().for_each(|written| written.keep(&self.vault));
        self.then.into_iter().for_each(|then| then());
        Ok(())
    }
}
