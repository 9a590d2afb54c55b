//! Making a backup, from one read snapshot, while the node works.

use super::contents::{Contents, Entry};
use super::place::{Part, Place};
use super::{Kind, Record};
use crate::raw::{RawView, StoreError};
use crate::shelves::{PROJECTIONS, Shelf};
use crate::{Store, cbor};
use base::limits::CODE_ROWS_MAX;
use base::{Bytes, Digest, KeyId, NodeId, Problem, Seq, Timestamp};
use seal::DataKey as Key;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Full states are kept: the newest of each of the last 30 days and 12 months that have one.
const DAYS_KEPT: usize = 30;
const MONTHS_KEPT: usize = 12;
/// Any second of the last 35 days can be restored.
const CHANGES_KEPT_HOURS: i64 = 35 * 24;
/// A full state at least so often.
const FULL_HOURS: i64 = 24;

/// State that a restore must not bring back: what follows from events, sessions, keys that live shorter than backups.
const LEFT_OUT: [Shelf; 6] =
    [Shelf::Snapshots, Shelf::Sessions, Shelf::Guesses, Shelf::Epochs, Shelf::Nonces, Shelf::Erased];

/// What a running node remembers of a place: the next backup holds only what changed. For an hour the newest archives are
/// written anew with all of that hour, so that a place has some thousand files and not a file for each ten seconds. A
/// process without this memory writes the state whole.
#[derive(Debug, Default)]
pub struct Memory {
    /// The state when the hour began, by the hash of each row; what came before this hour is written.
    base: Rowhashes,
    /// The state as last written.
    latest: Rowhashes,
    full_at: Option<Timestamp>,
    hour: Option<Timestamp>,
    /// The archive of this hour's changes.
    change: Option<Bytes>,
    /// The archive of this hour's entries, and the last entry before it.
    events: Option<(Bytes, Seq)>,
    /// The ring last written: another one in the place means that another stick is plugged in.
    ring: Option<Bytes>,
}

type Rowhashes = BTreeMap<Vec<u8>, [u8; 32]>;

impl Memory {
    fn turn_hour(&mut self, now: Timestamp) {
        if self.hour.is_none_or(|hour| hour.plus_hours(1) <= now) {
            self.base.clone_from(&self.latest);
            (self.hour, self.change, self.events) = (Some(now), None, None);
        }
    }
}

/// What to copy, and where.
pub struct Copying<'a> {
    /// The store; open.
    pub store: &'a Store,
    /// The node's folder.
    pub dir: &'a Path,
    /// Small files of it that go along, sealed.
    pub small: &'a [&'a str],
    /// The folder of the backup.
    pub place: &'a Path,
    /// The present.
    pub now: Timestamp,
}

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Entries of the journal that were new.
    pub events: u64,
    /// The last entry in the backup.
    pub seq: Seq,
    /// Bytes written, without files.
    pub bytes: u64,
    /// When.
    pub at: Timestamp,
}

fn names(parts: &[Entry]) -> BTreeSet<String> {
    parts.iter().map(Entry::name).collect()
}

fn trouble(error: StoreError) -> Problem {
    match error {
        StoreError::Damaged { table, column, row } => Problem::at("store.damaged", format!("{table}.{column} {row}")),
        other => Problem::new(other.code()),
    }
}

impl Copying<'_> {
    /// Adds what is new to the place. The backup before it stays whole until this one is. One that fails is forgotten: the
    /// next writes the state whole again, as what was remembered of this one is not in the place.
    pub async fn write(&self, memory: &mut Memory) -> Result<Copied, Problem> {
        let copied = self.add(memory).await;
        if copied.is_err() {
            *memory = Memory::default();
        }
        copied
    }

    async fn add(&self, memory: &mut Memory) -> Result<Copied, Problem> {
        let key = self.store.vault().backup_key().map_err(trouble)?;
        let place = Place::new(self.place);
        place.make()?;
        let mut view = self.store.backend().read().await.map_err(trouble)?;
        let head = view.head().await.map_err(trouble)?;
        let mut contents = self.contents(&mut *view, &place, &key).await?;
        if contents.of(Kind::Ring).next().map(|entry| &entry.id) != memory.ring.as_ref() {
            *memory = Memory::default();
        }
        memory.turn_hour(self.now);
        let before = contents.parts.clone();
        // What a kill or a full disk left takes no room from this one.
        let _ = place.sweep(&names(&before));
        let events = self.events((&mut *view, &place, &key), &mut contents, memory).await?;
        let files = place.mirror(self.dir)?;
        self.state((&mut *view, &place, &key), &mut contents, (&files, memory)).await?;
        self.ring((&mut *view, &place, &key), &mut contents).await?;
        memory.ring = contents.of(Kind::Ring).next().map(|entry| entry.id.clone());
        drop(view);
        let bytes = contents.parts.iter().filter(|part| !before.contains(part)).map(|part| part.bytes).sum();
        (contents.at, contents.seq, contents.link) = (self.now, head.seq, Digest(head.link));
        prune(&mut contents, self.now);
        place.put_head(&contents.encode(&key, &**self.store.chance())?)?;
        let mirrored = files.into_iter().map(|(path, _)| path).collect();
        // The backup stands; what is left over goes next time if it cannot go now.
        let _ = place.sweep(&names(&contents.parts)).and_then(|()| place.sweep_mirrored(&mirrored));
        Ok(Copied { events, seq: head.seq, bytes, at: self.now })
    }

    /// What the place holds so far, if it is of this node and this life.
    async fn contents(&self, view: &mut dyn RawView, place: &Place, key: &Key) -> Result<Contents, Problem> {
        let node = view.meta("node").await.map_err(trouble)?.and_then(|bytes| NodeId::from_slice(&bytes));
        let node = node.ok_or(Problem::new("node.no-keys"))?;
        if place.head()?.is_some() && Contents::read(self.place)?.node != node {
            return Err(Problem::at("backup.other-node", place.shown()));
        }
        let mut contents = Contents::proved(place, key)?.unwrap_or_else(|| Contents::new(node));
        if contents.seq.0 > 0 {
            let rows = view.journal(Seq(contents.seq.0 - 1), 1).await.map_err(trouble)?;
            let same = rows.first().is_some_and(|row| row.seq == contents.seq && row.link == contents.link.0);
            if !same {
                return Err(Problem::at("backup.other-life", place.shown()));
            }
        }
        contents.slots = Bytes(view.meta("slots").await.map_err(trouble)?.unwrap_or_default());
        contents.shares = view.meta("shares").await.map_err(trouble)?.map(Bytes);
        Ok(contents)
    }

    async fn events(
        &self,
        (view, place, key): (&mut dyn RawView, &Place, &Key),
        contents: &mut Contents,
        memory: &mut Memory,
    ) -> Result<u64, Problem> {
        if view.head().await.map_err(trouble)?.seq == contents.seq {
            return Ok(0);
        }
        let (open, from) = memory.events.take().map_or((None, contents.seq), |(id, from)| (Some(id), from));
        let (mut last, mut new) = (from, 0);
        let mut part = place.begin(Kind::Events, key, &**self.store.chance())?;
        loop {
            let rows = view.journal(last, CODE_ROWS_MAX).await.map_err(trouble)?;
            let Some(end) = rows.last() else { break };
            last = end.seq;
            for row in rows {
                new += u64::from(row.seq > contents.seq);
                part.add(&Record::Event(row))?;
            }
        }
        contents.parts.retain(|entry| Some(&entry.id) != open.as_ref());
        let entry = self.entry(Kind::Events, part, last)?;
        memory.events = Some((entry.id.clone(), from));
        contents.parts.push(entry);
        Ok(new)
    }

    async fn state(
        &self,
        (view, place, key): (&mut dyn RawView, &Place, &Key),
        contents: &mut Contents,
        (files, memory): (&[(String, i64)], &mut Memory),
    ) -> Result<(), Problem> {
        let since =
            memory.full_at.filter(|at| at.plus_hours(FULL_HOURS) > self.now && contents.of(Kind::State).count() > 0);
        let kind = if since.is_some() { Kind::Change } else { Kind::State };
        let mut part = place.begin(kind, key, &**self.store.chance())?;
        let mut seen = BTreeMap::new();
        let listed = files.iter().map(|(path, bytes)| Record::File(path.clone(), *bytes)).collect();
        let mut rows = Rows::default();
        let mut next = listed;
        loop {
            for record in std::mem::take(&mut next) {
                let (name, hash) = (name(&record), hash(&record)?);
                if kind == Kind::State || memory.base.get(&name) != Some(&hash) {
                    part.add(&record)?;
                }
                seen.insert(name, hash);
            }
            match rows.next(view).await.map_err(trouble)? {
                Some(records) => next = records,
                None => break,
            }
        }
        if kind == Kind::Change {
            for gone in memory.base.keys().filter(|name| !seen.contains_key(*name)) {
                part.add(&Record::Gone(gone.clone()))?;
            }
        }
        let seq = view.head().await.map_err(trouble)?.seq;
        let entry = self.entry(kind, part, seq)?;
        if kind == Kind::State {
            memory.base.clone_from(&seen);
            memory.change = None;
        } else {
            let before = memory.change.replace(entry.id.clone());
            contents.parts.retain(|known| Some(&known.id) != before.as_ref());
        }
        contents.parts.push(entry);
        memory.latest = seen;
        memory.full_at = since.or(Some(self.now));
        Ok(())
    }

    /// The keys, whole, and alone: the ring before it leaves the place.
    async fn ring(
        &self,
        (view, place, key): (&mut dyn RawView, &Place, &Key),
        contents: &mut Contents,
    ) -> Result<(), Problem> {
        let mut part = place.begin(Kind::Ring, key, &**self.store.chance())?;
        for name in self.small {
            let path = self.dir.join(name);
            let bytes =
                std::fs::read(&path).map_err(|_| Problem::at("input.unreadable", path.display().to_string()))?;
            part.add(&Record::Small((*name).to_owned(), bytes))?;
        }
        let mut after = KeyId::default();
        loop {
            let keys = view.all_keys(after, CODE_ROWS_MAX).await.map_err(trouble)?;
            let Some(last) = keys.last() else { break };
            after = last.id;
            for key in keys {
                part.add(&Record::Key(key))?;
            }
        }
        for id in erased(view).await.map_err(trouble)? {
            part.add(&Record::Erased(id))?;
        }
        let seq = view.head().await.map_err(trouble)?.seq;
        contents.parts.retain(|entry| !entry.is(Kind::Ring));
        contents.parts.push(self.entry(Kind::Ring, part, seq)?);
        Ok(())
    }

    fn entry(&self, kind: Kind, part: Part, seq: Seq) -> Result<Entry, Problem> {
        let id = Bytes(part.id.to_vec());
        Ok(Entry { kind: kind.number(), id, bytes: part.end()?, at: self.now, seq })
    }
}

/// Keys that were destroyed here.
async fn erased(view: &mut dyn RawView) -> Result<Vec<KeyId>, StoreError> {
    let (mut found, mut after): (Vec<KeyId>, Option<Vec<u8>>) = (Vec::new(), None);
    loop {
        let at = (Shelf::Erased.number(), &b""[..]);
        let items = view.items(at, after.as_deref(), crate::Direction::Up, CODE_ROWS_MAX).await?;
        let Some(last) = items.last() else { return Ok(found) };
        after = Some(last.key.clone());
        found.extend(items.iter().filter_map(|item| KeyId::from_slice(&item.key)));
    }
}

/// All rows of state, page by page: named values, then items, commands, checkpoints.
#[derive(Default)]
struct Rows {
    table: u8,
    name: String,
    item: (i64, Vec<u8>, Vec<u8>),
    request: [u8; 16],
    checkpoint: (i64, i64, [u8; 16]),
}

impl Rows {
    async fn next(&mut self, view: &mut dyn RawView) -> Result<Option<Vec<Record>>, StoreError> {
        while self.table < 4 {
            let records = match self.table {
                0 => self.meta(view).await?,
                1 => self.items(view).await?,
                2 => self.requests(view).await?,
                _ => self.checkpoints(view).await?,
            };
            match records {
                Some(records) => return Ok(Some(records)),
                None => self.table += 1,
            }
        }
        Ok(None)
    }

    async fn meta(&mut self, view: &mut dyn RawView) -> Result<Option<Vec<Record>>, StoreError> {
        let rows = view.all_meta(&self.name, CODE_ROWS_MAX).await?;
        let Some((last, _)) = rows.last() else { return Ok(None) };
        self.name.clone_from(last);
        let short = |name: &str| name == "run" || name.starts_with("open/fetch/") || name.starts_with("secret/epoch/");
        let kept = rows.into_iter().filter(|(name, _)| !short(name));
        Ok(Some(kept.map(|(name, value)| Record::Meta(name, value)).collect()))
    }

    async fn items(&mut self, view: &mut dyn RawView) -> Result<Option<Vec<Record>>, StoreError> {
        let (shelf, part, key) = &self.item;
        let after = ((*shelf).max(PROJECTIONS.1 + 1), part.as_slice(), key.as_slice());
        let rows = view.all_items(after, CODE_ROWS_MAX).await?;
        let Some(last) = rows.last() else { return Ok(None) };
        self.item = (last.shelf, last.part.clone(), last.key.clone());
        let left_out = |shelf: i64| LEFT_OUT.iter().any(|left| left.number() == shelf);
        Ok(Some(rows.into_iter().filter(|item| !left_out(item.shelf)).map(Record::Item).collect()))
    }

    async fn requests(&mut self, view: &mut dyn RawView) -> Result<Option<Vec<Record>>, StoreError> {
        let rows = view.all_requests(self.request, CODE_ROWS_MAX).await?;
        let Some(last) = rows.last() else { return Ok(None) };
        self.request = last.id;
        Ok(Some(rows.into_iter().map(Record::Request).collect()))
    }

    async fn checkpoints(&mut self, view: &mut dyn RawView) -> Result<Option<Vec<Record>>, StoreError> {
        let rows = view.all_checkpoints(self.checkpoint, CODE_ROWS_MAX).await?;
        let Some(last) = rows.last() else { return Ok(None) };
        self.checkpoint = (last.era, last.n, last.signer);
        Ok(Some(rows.into_iter().map(Record::Checkpoint).collect()))
    }
}

/// By what a row of state is known between two backups.
fn name(record: &Record) -> Vec<u8> {
    match record {
        Record::Item(item) => cbor::to_bytes(&(item.shelf, Bytes(item.part.clone()), Bytes(item.key.clone()))),
        Record::Meta(name, _) | Record::File(name, _) => cbor::to_bytes(name),
        Record::Request(row) => cbor::to_bytes(&Bytes(row.id.to_vec())),
        Record::Checkpoint(row) => cbor::to_bytes(&(row.era, row.n, Bytes(row.signer.to_vec()), "head")),
        _ => Ok(Vec::new()),
    }
    .unwrap_or_default()
}

fn hash(record: &Record) -> Result<[u8; 32], Problem> {
    let bytes = record.encode().ok_or(Problem::at("store.engine", "record"))?;
    Ok(seal::hash::sha256(&[&bytes]))
}

/// The newest state of each kept day and month; a state with changes behind it, with all of them, for 35 days.
fn prune(contents: &mut Contents, now: Timestamp) {
    let day = |at: Timestamp| at.seconds().div_euclid(86_400);
    let month = |at: Timestamp| at.to_string().chars().take(7).collect::<String>();
    let (mut days, mut months) = (BTreeSet::new(), BTreeSet::new());
    let (mut keep, mut keep_changes) = (BTreeSet::new(), BTreeSet::new());
    let mut has_changes = false;
    for entry in contents.parts.iter().rev() {
        if entry.is(Kind::State) {
            let by_day = days.len() < DAYS_KEPT && days.insert(day(entry.at));
            let by_month = months.len() < MONTHS_KEPT && months.insert(month(entry.at));
            let young = has_changes && entry.at.plus_hours(CHANGES_KEPT_HOURS) > now;
            if young {
                keep_changes.insert(entry.name());
            }
            if by_day || by_month || young {
                keep.insert(entry.name());
            }
            has_changes = false;
        }
        has_changes |= entry.is(Kind::Change);
    }
    let mut with_changes = false;
    contents.parts.retain(|entry| {
        if entry.is(Kind::State) {
            with_changes = keep_changes.contains(&entry.name());
            return keep.contains(&entry.name());
        }
        !entry.is(Kind::Change) || with_changes
    });
}
