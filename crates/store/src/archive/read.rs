//! Bringing a backup back into an empty store.

use super::contents::{Contents, Entry};
use super::place::Place;
use super::sealed::{Name, Reader};
use super::{Kind, Record};
use crate::raw::{Backend, Head, RawTx, StoreError};
use crate::shelves::Shelf;
use crate::{cbor, chain};
use base::{Bytes, KeyId, Problem, Seq, Timestamp};
use seal::DataKey as Key;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io;
use std::path::Path;

/// Rows of one command.
const BATCH: usize = 1_000;

/// A backup that was proved with its key.
pub struct Restoring {
    place: Place,
    key: Key,
    contents: Contents,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Poured {
    /// Entries of the journal.
    pub events: u64,
    /// Items of state.
    pub items: u64,
    /// Files.
    pub files: u64,
    /// Keys that were destroyed and stay so.
    pub erased: u64,
    /// The last entry.
    pub head: Head,
    /// The last entry that the place has; the same without `until`.
    pub newest: Seq,
    /// When its state was written: what came later follows from the journal alone.
    pub state_at: Timestamp,
}

fn trouble(error: StoreError) -> Problem {
    match error {
        StoreError::Damaged { table, column, row } => Problem::at("backup.altered", format!("{table}.{column} {row}")),
        other => Problem::new(other.code()),
    }
}

impl Restoring {
    /// Opens a place with the master key.
    pub fn open(path: &Path, master: &Key) -> Result<Self, Problem> {
        let (place, key) = (Place::new(path), crate::vault::backup_key(master));
        let contents = Contents::proved(&place, &key)?.ok_or_else(|| Problem::at("backup.none", place.shown()))?;
        Ok(Self { place, key, contents })
    }

    /// What the place holds.
    pub const fn contents(&self) -> &Contents {
        &self.contents
    }

    /// The small files of the node's folder.
    pub fn small(&self) -> Result<BTreeMap<String, Vec<u8>>, Problem> {
        let mut found = BTreeMap::new();
        self.each(self.ring()?, |record| {
            if let Record::Small(name, bytes) = record {
                found.insert(name, bytes);
            }
            Ok(true)
        })?;
        Ok(found)
    }

    /// Puts everything up to a moment into an empty store, and files into the folder. Lists are not among it: fold them.
    pub async fn pour(&self, to: &dyn Backend, dir: &Path, until: Option<Timestamp>) -> Result<Poured, Problem> {
        let until = until.unwrap_or(Timestamp::from_millis(i64::MAX));
        let states = self.states(until)?;
        let state_at = states.last().map(|entry| entry.at).unwrap_or_default();
        let mut pouring = Pouring { to, tx: None, rows: 0, events: 0, items: 0, until };
        let erased = self.keys(&mut pouring).await?;
        for entry in self.contents.of(Kind::Events) {
            self.pour_one(entry, &mut pouring).await?;
        }
        let mut files = BTreeMap::new();
        for entry in states {
            self.each(entry, |record| {
                if let Record::File(path, bytes) = record {
                    files.insert(path, bytes);
                }
                Ok(true)
            })?;
            self.pour_one(entry, &mut pouring).await?;
        }
        pouring.commit().await?;
        let kept = self.give_files(&files, dir)?;
        let mut view = to.read().await.map_err(trouble)?;
        let head = view.head().await.map_err(trouble)?;
        self.prove(chain::verify(&mut *view).await.map_err(trouble)?, until)?;
        let (events, items) = (pouring.events, pouring.items);
        Ok(Poured { events, items, files: kept, erased, head, newest: self.contents.seq, state_at })
    }

    /// The chain must be whole, and without a moment to stop at it must end where `HEAD` says.
    fn prove(&self, found: Result<Head, chain::Broken>, until: Timestamp) -> Result<(), Problem> {
        let head = found.map_err(|broken| Problem::at("backup.altered", format!("{} {}", broken.seq, broken.what)))?;
        let whole = until.millis() < i64::MAX || (head.seq, head.link) == (self.contents.seq, self.contents.link.0);
        if whole { Ok(()) } else { Err(Problem::at("backup.altered", head.seq.to_string())) }
    }

    /// The last full state up to a moment, and the changes behind it.
    fn states(&self, until: Timestamp) -> Result<Vec<&Entry>, Problem> {
        let mut chosen: Vec<&Entry> = Vec::new();
        for entry in self.contents.parts.iter().filter(|entry| entry.at <= until) {
            if entry.is(Kind::State) {
                chosen.clear();
            }
            if entry.is(Kind::State) || entry.is(Kind::Change) {
                chosen.push(entry);
            }
        }
        let first = self.contents.of(Kind::State).next().map(|entry| entry.at).unwrap_or_default();
        if chosen.is_empty() { Err(Problem::at("backup.too-early", first.to_string())) } else { Ok(chosen) }
    }

    fn ring(&self) -> Result<&Entry, Problem> {
        self.contents.of(Kind::Ring).next().ok_or(Problem::at("backup.altered", "ring"))
    }

    /// The newest keys but those that were destroyed, whatever moment is asked for.
    async fn keys(&self, pouring: &mut Pouring<'_>) -> Result<u64, Problem> {
        let (mut keys, mut erased) = (Vec::new(), BTreeSet::<KeyId>::new());
        self.each(self.ring()?, |record| {
            match record {
                Record::Key(row) => keys.push(row),
                Record::Erased(id) => drop(erased.insert(id)),
                _ => {}
            }
            Ok(true)
        })?;
        for id in &erased {
            let item = crate::raw::Item {
                shelf: Shelf::Erased.number(),
                part: Vec::new(),
                key: id.bytes().to_vec(),
                due: None,
                sealed_by: KeyId::default(),
                body: Vec::new(),
            };
            pouring.put(Record::Item(item)).await?;
        }
        for row in keys.into_iter().filter(|row| !erased.contains(&row.id)) {
            pouring.put(Record::Key(row)).await?;
        }
        Ok(erased.len() as u64)
    }

    async fn pour_one(&self, entry: &Entry, pouring: &mut Pouring<'_>) -> Result<(), Problem> {
        let mut reader = self.reader(entry)?;
        while let Some(record) = reader.next().map_err(altered(entry))? {
            if !pouring.put(record).await? {
                break;
            }
        }
        Ok(())
    }

    fn each(&self, entry: &Entry, mut take: impl FnMut(Record) -> Result<bool, Problem>) -> Result<(), Problem> {
        let mut reader = self.reader(entry)?;
        while let Some(record) = reader.next().map_err(altered(entry))? {
            if !take(record)? {
                break;
            }
        }
        Ok(())
    }

    fn reader(&self, entry: &Entry) -> Result<Reader<File>, Problem> {
        let id: [u8; 16] = entry.id.0.clone().try_into().map_err(|_| Problem::at("backup.altered", entry.name()))?;
        let open = || {
            let file = File::open(self.place.path(&entry.name()))?;
            if file.metadata()?.len() != entry.bytes {
                return Err(io::ErrorKind::InvalidData.into());
            }
            Reader::open(file, &self.key, Name { kind: entry.kind, id })
        };
        open().map_err(altered(entry))
    }

    /// Files whose place has them whole. One that was erased since is not there any more, and need not be.
    fn give_files(&self, files: &BTreeMap<String, i64>, dir: &Path) -> Result<u64, Problem> {
        let mut kept = 0;
        for (path, bytes) in files {
            if self.place.path(path).exists() {
                self.place.give_back(path, *bytes, dir)?;
                kept += 1;
            }
        }
        Ok(kept)
    }
}

fn altered(entry: &Entry) -> impl Fn(io::Error) -> Problem {
    let name = entry.name();
    move |_| Problem::at("backup.altered", name.clone())
}

/// Rows on their way into the store, many to a command.
struct Pouring<'a> {
    to: &'a dyn Backend,
    tx: Option<Box<dyn RawTx>>,
    rows: usize,
    events: u64,
    items: u64,
    until: Timestamp,
}

impl Pouring<'_> {
    /// Writes one row; `false` at the first entry after the moment to stop at.
    async fn put(&mut self, record: Record) -> Result<bool, Problem> {
        if matches!(&record, Record::Event(row) if row.at > self.until) {
            return Ok(false);
        }
        if self.rows >= BATCH {
            self.commit().await?;
        }
        self.rows += 1;
        let tx = match &mut self.tx {
            Some(tx) => tx,
            None => self.tx.insert(self.to.begin("store.restore").await.map_err(trouble)?),
        };
        match record {
            Record::Event(row) => {
                self.events += 1;
                tx.add_event(&row).await
            }
            Record::Meta(name, value) => tx.put_meta(&name, &value).await,
            Record::Item(item) => {
                self.items += 1;
                tx.put_item(&item).await
            }
            // Commands and heads come again with each backup that a later one adds to.
            Record::Request(row) => match tx.request(row.id).await {
                Ok(Some(_)) => Ok(()),
                Ok(None) => tx.put_request(&row).await,
                Err(error) => Err(error),
            },
            Record::Checkpoint(row) => match tx.add_checkpoint(&row).await {
                Err(StoreError::Conflict) => Ok(()),
                done => done,
            },
            Record::Key(row) => tx.put_key(&row).await,
            Record::Gone(name) => gone(&mut **tx, &name).await,
            Record::Erased(_) | Record::Small(..) | Record::File(..) => Ok(()),
        }
        .map_err(trouble)?;
        Ok(true)
    }

    async fn commit(&mut self) -> Result<(), Problem> {
        self.rows = 0;
        match self.tx.take() {
            Some(tx) => tx.commit().await.map_err(trouble),
            None => Ok(()),
        }
    }
}

/// Takes an item away that was gone by then. What is no item's name is a named value or a command: they stay.
async fn gone(tx: &mut dyn RawTx, name: &[u8]) -> Result<(), StoreError> {
    match cbor::from_bytes::<(i64, Bytes, Bytes)>(name, "backup") {
        Ok((shelf, part, key)) => tx.delete_item(shelf, &part.0, &key.0).await,
        Err(_) => Ok(()),
    }
}
