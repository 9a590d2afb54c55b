// Long because: what can be read is one trait, and how each of its verbs finds its rows stands beside it.
//! Reading: a snapshot, opened with the vault.

use crate::raw::{Direction, EventRow, Item, RawView, StoreError};
use crate::shelves::{Shelf, Shelved};
use crate::streams::{Aggregate, Stored, Team};
use crate::vault::{Folded, Vault};
use crate::{cbor, sealing};
use base::{FileId, Timestamp, limits};
use seal::cell::DataKey as Key;
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// Where a page of a list begins and how long it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Key of the last row seen; the list goes on after it.
    pub after: Option<Vec<u8>>,
    /// Rows, 0 means [`limits::PAGE_ROWS`]; at most [`limits::CODE_ROWS_MAX`].
    pub limit: usize,
    /// Which way.
    pub direction: Direction,
}

impl Page {
    /// The first page of a length.
    pub fn first(limit: usize) -> Self {
        Self { limit, ..Self::default() }
    }

    fn rows(&self) -> usize {
        if self.limit == 0 { limits::PAGE_ROWS } else { self.limit.min(limits::CODE_ROWS_MAX) }
    }
}

/// One row of a list: its key (for the next page), when it is due, the opened card.
#[derive(Clone, Debug)]
pub struct Listed<C> {
    /// Order key.
    pub key: Vec<u8>,
    /// Due time, if the shelf has one.
    pub due: Option<Timestamp>,
    /// The card.
    pub card: C,
}

/// One event of a stream, opened.
#[derive(Clone, Debug)]
pub struct Told<E> {
    /// Its number in the stream, from 1.
    pub ver: i64,
    /// When.
    pub at: Timestamp,
    /// By whom: an officer, a peer, or zeros for the node.
    pub actor: [u8; 16],
    /// What.
    pub event: E,
}

/// A row of any partition: its partition, then the row.
pub type Due<C> = (Vec<u8>, Listed<C>);

/// A snapshot with its time and the open keys.
pub struct View {
    raw: Box<dyn RawView>,
    vault: Arc<Vault>,
    now: Timestamp,
}

impl View {
    pub(crate) fn new(raw: Box<dyn RawView>, vault: Arc<Vault>, now: Timestamp) -> Self {
        Self { raw, vault, now }
    }
}

impl std::fmt::Debug for View {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "View({})", self.now)
    }
}

/// What a [`View`] and a [`crate::Tx`] can both do. Use cases that only read take `&mut impl Read`.
pub trait Read: Send {
    /// The rows below.
    fn raw(&mut self) -> &mut dyn RawView;
    /// The keys.
    fn vault(&self) -> Arc<Vault>;
    /// The time of everything in this snapshot or command.
    fn now(&self) -> Timestamp;

    /// A stream's state, folded from its snapshot and events. `None` if it does not exist.
    fn load<A: Aggregate>(
        &mut self,
        id: [u8; 16],
    ) -> impl Future<Output = Result<Option<Stored<A>>, StoreError>> + Send {
        async move {
            let vault = self.vault();
            load_with(self.raw(), &vault, id).await
        }
    }

    /// A stream's state for who only looks: it is not copied where it is kept folded already.
    fn seen<A: Aggregate>(&mut self, id: [u8; 16]) -> impl Future<Output = Result<Option<Arc<A>>, StoreError>> + Send {
        async move {
            let vault = self.vault();
            seen_with(self.raw(), &vault, id).await
        }
    }

    /// Events of a stream after a number, oldest first; what was erased is left out.
    fn told<A: Aggregate>(
        &mut self,
        id: [u8; 16],
        after: i64,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Told<A::Event>>, StoreError>> + Send {
        async move {
            let vault = self.vault();
            let mut told = Vec::new();
            for row in self.raw().events(stream_id::<A>(id), after, limit.min(limits::CODE_ROWS_MAX)).await? {
                match open_event::<A>(self.raw(), &vault, &row, id).await {
                    Ok(event) => told.push(Told { ver: row.ver, at: row.at, actor: row.actor, event }),
                    Err(StoreError::Erased) => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(told)
        }
    }

    /// A page of projection rows.
    fn list<C: DeserializeOwned + Send>(
        &mut self,
        shelf: Shelf,
        part: &[u8],
        page: &Page,
    ) -> impl Future<Output = Result<Vec<Listed<C>>, StoreError>> + Send {
        async move {
            let vault = self.vault();
            let items =
                self.raw().items((shelf.number(), part), page.after.as_deref(), page.direction, page.rows()).await?;
            open_all(self.raw(), &vault, items).await
        }
    }

    /// The next cards of a list that is read to its end, page by page; `None` at the end.
    fn next_cards<C: DeserializeOwned + Send>(
        &mut self,
        shelf: Shelf,
        part: &[u8],
        page: &mut Page,
    ) -> impl Future<Output = Result<Option<Vec<C>>, StoreError>> + Send {
        async move {
            let rows = self.list::<C>(shelf, part, page).await?;
            let Some(last) = rows.last() else { return Ok(None) };
            page.after = Some(last.key.clone());
            Ok(Some(rows.into_iter().map(|row| row.card).collect()))
        }
    }

    /// Rows due until a moment, earliest first.
    fn due<C: DeserializeOwned + Send>(
        &mut self,
        shelf: Shelf,
        until: Timestamp,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Due<C>>, StoreError>> + Send {
        async move {
            let vault = self.vault();
            let items = self.raw().due(shelf.number(), until, limit.min(limits::CODE_ROWS_MAX)).await?;
            let parts: Vec<Vec<u8>> = items.iter().map(|item| item.part.clone()).collect();
            let opened = open_all(self.raw(), &vault, items).await?;
            Ok(parts.into_iter().zip(opened).collect())
        }
    }

    /// One row of a projection.
    fn card<C: DeserializeOwned + Send>(
        &mut self,
        shelf: Shelf,
        part: &[u8],
        key: &[u8],
    ) -> impl Future<Output = Result<Option<C>, StoreError>> + Send {
        async move {
            let vault = self.vault();
            let item = self.raw().item(shelf.number(), part, key).await?;
            let opened = open_all::<C>(self.raw(), &vault, item.into_iter().collect()).await?;
            Ok(opened.into_iter().next().map(|listed| listed.card))
        }
    }

    /// One value of a state shelf.
    fn state<S: Shelved>(
        &mut self,
        part: &[u8],
        key: &[u8],
    ) -> impl Future<Output = Result<Option<S>, StoreError>> + Send {
        self.card(S::SHELF, part, key)
    }

    /// A page of a state shelf.
    fn states<S: Shelved>(
        &mut self,
        part: &[u8],
        page: &Page,
    ) -> impl Future<Output = Result<Vec<Listed<S>>, StoreError>> + Send {
        self.list(S::SHELF, part, page)
    }

    /// How many rows a list has, counted up to `max`.
    fn count(
        &mut self,
        shelf: Shelf,
        part: &[u8],
        max: usize,
    ) -> impl Future<Output = Result<usize, StoreError>> + Send {
        async move { self.raw().count(shelf.number(), part, max).await }
    }

    /// The key of a sealed file. `Erased` when it is gone, or what it hung from.
    fn file_key(&mut self, file: FileId) -> impl Future<Output = Result<Key, StoreError>> + Send {
        async move {
            let vault = self.vault();
            let row = self.raw().keys_of(file.bytes()).await?.into_iter().next().ok_or(StoreError::Erased)?;
            vault.by_id(self.raw(), row.id).await
        }
    }

    /// A secret of the node: identity, epochs, intake keys.
    fn secret(&mut self, name: &str) -> impl Future<Output = Result<Option<Vec<u8>>, StoreError>> + Send {
        async move {
            let vault = self.vault();
            vault.secret(self.raw(), name).await
        }
    }
}

impl Read for View {
    fn raw(&mut self) -> &mut dyn RawView {
        &mut *self.raw
    }

    fn vault(&self) -> Arc<Vault> {
        Arc::clone(&self.vault)
    }

    fn now(&self) -> Timestamp {
        self.now
    }
}

/// Opens the bodies of rows; rows whose key was destroyed are left out, as refolding leaves them out.
async fn open_all<C: DeserializeOwned>(
    raw: &mut dyn RawView,
    vault: &Vault,
    items: Vec<Item>,
) -> Result<Vec<Listed<C>>, StoreError> {
    let mut out = Vec::with_capacity(items.len());
    for item in items {
        let plain = match sealing::open_item(raw, vault, &item).await {
            Ok(plain) => plain,
            Err(StoreError::Erased) => continue,
            Err(error) => return Err(error),
        };
        out.push(Listed { card: cbor::from_bytes(&plain, "shelf")?, key: item.key, due: item.due });
    }
    Ok(out)
}

/// A stream's state: from the one folded last, if the rows still say so, else from its snapshot and events.
pub(crate) async fn load_with<A: Aggregate>(
    raw: &mut dyn RawView,
    vault: &Vault,
    id: [u8; 16],
) -> Result<Option<Stored<A>>, StoreError> {
    if let Some(stored) = from_folded::<A>(raw, vault, id).await? {
        return Ok(Some(stored));
    }
    let stream = stream_id::<A>(id);
    let mut stored = snapshot::<A>(raw, vault, stream, id).await?;
    loop {
        let after = stored.as_ref().map_or(0, |s: &Stored<A>| s.version);
        let events = raw.events(stream, after, limits::CODE_ROWS_MAX).await?;
        let full = events.len() == limits::CODE_ROWS_MAX;
        for row in events {
            stored = Some(fold(raw, vault, stored, &row, id).await?);
        }
        if !full {
            keep(vault, stored.as_ref());
            return Ok(stored);
        }
    }
}

/// The state folded last, if nothing came since; else as [`load_with`] has it.
async fn seen_with<A: Aggregate>(
    raw: &mut dyn RawView,
    vault: &Vault,
    id: [u8; 16],
) -> Result<Option<Arc<A>>, StoreError> {
    if let Some(known) = vault.folded(id, A::KIND) {
        let is_last = raw.last_of(stream_id::<A>(id)).await? == Some((known.version, known.hash));
        if let Some(state) = known.state.downcast::<A>().ok().filter(|_| is_last) {
            is_readable::<A>(raw, vault, id).await?;
            return Ok(Some(state));
        }
    }
    Ok(load_with::<A>(raw, vault, id).await?.map(|stored| stored.state))
}

/// The key is asked for as if the rows were opened: an erased subject has no state either.
async fn is_readable<A: Aggregate>(raw: &mut dyn RawView, vault: &Vault, id: [u8; 16]) -> Result<(), StoreError> {
    if A::OWN_KEY { vault.subject(raw, id, A::TEAM).await.map(drop) } else { vault.team(A::TEAM).map(drop) }
}

/// The state folded last and what came since. `None`: there is none, or its last event is not the one in these rows.
async fn from_folded<A: Aggregate>(
    raw: &mut dyn RawView,
    vault: &Vault,
    id: [u8; 16],
) -> Result<Option<Stored<A>>, StoreError> {
    let Some(known) = vault.folded(id, A::KIND) else { return Ok(None) };
    if raw.last_of(stream_id::<A>(id)).await? == Some((known.version, known.hash)) {
        let Ok(state) = known.state.downcast::<A>() else { return Ok(None) };
        is_readable::<A>(raw, vault, id).await?;
        return Ok(Some(Stored { last: Some(known.hash), ..Stored::folded(id, known.version, state) }));
    }
    let rows = raw.events(stream_id::<A>(id), known.version - 1, limits::CODE_ROWS_MAX).await?;
    let Some((first, since)) = rows.split_first() else { return Ok(None) };
    let fits = first.ver == known.version && first.hash == known.hash && rows.len() < limits::CODE_ROWS_MAX;
    let Some(state) = known.state.downcast::<A>().ok().filter(|_| fits) else { return Ok(None) };
    is_readable::<A>(raw, vault, id).await?;
    if !since.is_empty() {
        // What is kept gives way to what comes of it: then nobody else looks at the state, and nothing is copied.
        vault.let_go(id, A::KIND);
    }
    let mut stored = Stored { last: Some(known.hash), ..Stored::folded(id, known.version, state) };
    for row in since {
        stored = fold(raw, vault, Some(stored), row, id).await?;
    }
    if !since.is_empty() {
        keep(vault, Some(&stored));
    }
    Ok(Some(stored))
}

fn keep<A: Aggregate>(vault: &Vault, stored: Option<&Stored<A>>) {
    if let Some((stored, hash)) = stored.and_then(|stored| Some((stored, stored.last?))) {
        let state = Arc::clone(&stored.state) as _;
        vault.keep_folded(stored.id, A::KIND, Folded { version: stored.version, hash, state, rows: None });
    }
}

async fn snapshot<A: Aggregate>(
    raw: &mut dyn RawView,
    vault: &Vault,
    stream: [u8; 16],
    id: [u8; 16],
) -> Result<Option<Stored<A>>, StoreError> {
    let part = [A::KIND as u8];
    let Some(item) = raw.item(Shelf::Snapshots.number(), &part, &stream).await? else { return Ok(None) };
    let plain = sealing::open_item(raw, vault, &item).await?;
    let (version, state): (i64, A) = cbor::from_bytes(&plain, "snapshot")?;
    Ok(Some(Stored::folded(id, version, Arc::new(state))))
}

pub(crate) async fn fold<A: Aggregate>(
    raw: &mut dyn RawView,
    vault: &Vault,
    stored: Option<Stored<A>>,
    row: &EventRow,
    id: [u8; 16],
) -> Result<Stored<A>, StoreError> {
    let event: A::Event = match (open_event::<A>(raw, vault, row, id).await, stored.as_ref()) {
        // Its narrow key was destroyed: the event stays in the journal and says nothing any more.
        (Err(StoreError::Erased), Some(before)) if A::OWN_KEY && vault.subject(raw, id, A::TEAM).await.is_ok() => {
            return Ok(Stored { last: Some(row.hash), version: row.ver, ..before.clone() });
        }
        (opened, _) => opened?,
    };
    match stored {
        None => {
            let begun = A::begin(id, &event, row.at);
            let damaged = || StoreError::Damaged { table: "event", column: "kind", row: row.seq.to_string() };
            let state = Arc::new(begun.ok_or_else(damaged)?);
            Ok(Stored { last: Some(row.hash), ..Stored::folded(id, row.ver, state) })
        }
        Some(mut stored) => {
            Arc::make_mut(&mut stored.state).apply(&event, row.at);
            (stored.version, stored.last) = (row.ver, Some(row.hash));
            Ok(stored)
        }
    }
}

pub(crate) async fn open_event<A: Aggregate>(
    raw: &mut dyn RawView,
    vault: &Vault,
    row: &EventRow,
    id: [u8; 16],
) -> Result<A::Event, StoreError> {
    let (own, mut key) = if A::OWN_KEY { vault.subject(raw, id, A::TEAM).await? } else { vault.team(A::TEAM)? };
    if row.key != own {
        key = vault.by_id(raw, row.key).await?;
    }
    let plain = sealing::open_event(&key, row)?;
    cbor::from_bytes(&plain, "event")
}

/// The stream of an aggregate. Access streams are hashed, so that who looked outlives an erasure (STORAGE.md 2).
pub(crate) fn stream_id<A: Aggregate>(id: [u8; 16]) -> [u8; 16] {
    if A::TEAM == Team::Audit { crate::access::stream_of(id) } else { id }
}
