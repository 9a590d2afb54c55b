//! What a reader and a command ask of the tables.

use super::journal::Journal;
use super::tables::{Kept, Place, Tables, get, scan};
use super::{Layer, lock};
use async_trait::async_trait;
use base::limits::{CODE_ROWS_MAX, DOCUMENT_BYTES_MAX, EVENT_BYTES_MAX};
use base::{KeyId, Seq, Timestamp};
use std::ops::Bound::{Excluded, Included, Unbounded};
use store::raw::{CheckpointRow, Direction, EventRow, Head, Item, KeyRow, RawTx, RawView, RequestRow, StoreError};

/// Limits of rows, as the engines have them (`store-sql::limits`): the contract says that all refuse alike.
const KEY_BYTES_MAX: usize = 1_000;
const NAME_BYTES_MAX: usize = 512;
const SEAL_BYTES: usize = 256;

fn within(what: &str, size: usize, max: usize) -> Result<(), StoreError> {
    if size > max { Err(StoreError::Engine(format!("{what} too large: {size} over {max}"))) } else { Ok(()) }
}

fn name(what: &str, text: &str) -> Result<(), StoreError> {
    if text.contains('\0') {
        return Err(StoreError::Engine(format!("{what} holds U+0000")));
    }
    within(what, text.len(), NAME_BYTES_MAX)
}

fn rows(limit: usize) -> Result<usize, StoreError> {
    within("limit", limit, CODE_ROWS_MAX).map(|()| limit)
}

impl Layer {
    fn stored<T>(&self, read: impl FnOnce(&Journal) -> T) -> T {
        read(&lock(&self.shared.kept).journal)
    }
}

#[async_trait]
impl RawView for Layer {
    async fn meta(&mut self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.look(|over, base| {
            let row = over.meta.get(name).or_else(|| base.meta.get(name));
            row.and_then(|row| row.as_ref().map(|value| value.to_vec()))
        }))
    }

    async fn head(&mut self) -> Result<Head, StoreError> {
        let head = |event: &EventRow| Head { seq: event.seq, link: event.link, at: event.at };
        if let Some(event) = self.added.last() {
            return Ok(head(event));
        }
        Ok(self
            .sees
            .checked_sub(1)
            .and_then(|last| self.stored(|kept| Some(head(&kept.event(last)?))))
            .unwrap_or_default())
    }

    async fn last_of(&mut self, stream: [u8; 16]) -> Result<Option<(i64, [u8; 32])>, StoreError> {
        let added = self.added.iter().filter(|event| event.stream == stream).map(|event| (event.ver, event.hash));
        let kept = self.stored(|kept| {
            let (ver, nth) = kept.last(stream, self.sees)?;
            Some((ver, kept.hash(nth)?))
        });
        Ok(added.chain(kept).max_by_key(|(ver, _)| *ver))
    }

    async fn events(&mut self, stream: [u8; 16], after: i64, limit: usize) -> Result<Vec<EventRow>, StoreError> {
        let limit = rows(limit)?;
        let mut found: Vec<EventRow> = self.stored(|kept| {
            let seen = kept.versions(stream, after).filter(|(_, nth)| *nth < self.sees).take(limit);
            seen.filter_map(|(_, nth)| kept.event(nth)).collect()
        });
        found.extend(self.added.iter().filter(|event| event.stream == stream && event.ver > after).cloned());
        found.sort_unstable_by_key(|event| event.ver);
        found.truncate(limit);
        Ok(found)
    }

    async fn journal(&mut self, after: Seq, limit: usize) -> Result<Vec<EventRow>, StoreError> {
        let limit = rows(limit)?;
        let mut found: Vec<EventRow> = self
            .stored(|kept| (kept.until(after.0)..self.sees).take(limit).filter_map(|nth| kept.event(nth)).collect());
        let left = limit.saturating_sub(found.len());
        found.extend(self.added.iter().filter(|event| event.seq > after).take(left).cloned());
        Ok(found)
    }

    async fn journal_before(&mut self, before: Seq, limit: usize) -> Result<Vec<EventRow>, StoreError> {
        let limit = rows(limit)?;
        let added = self.added.iter().rev().filter(|event| event.seq < before).take(limit).cloned();
        let mut found: Vec<EventRow> = added.collect();
        let left = limit.saturating_sub(found.len());
        found.extend(self.stored(|kept| {
            let seen = 0..kept.until(before.0.saturating_sub(1)).min(self.sees);
            seen.rev().take(left).filter_map(|nth| kept.event(nth)).collect::<Vec<_>>()
        }));
        Ok(found)
    }

    async fn key(&mut self, id: KeyId) -> Result<Option<KeyRow>, StoreError> {
        Ok(self.look(|over, base| get(&over.keys, &base.keys, &id)))
    }

    async fn keys_of(&mut self, subject: [u8; 16]) -> Result<Vec<KeyRow>, StoreError> {
        Ok(self.look(|over, base| keys_of(over, base, subject)))
    }

    async fn item(&mut self, shelf: i64, part: &[u8], key: &[u8]) -> Result<Option<Item>, StoreError> {
        let place = Place::new(shelf, part, key);
        Ok(self.look(|over, base| get(&over.items, &base.items, &place)).map(|kept| kept.item(&place)))
    }

    async fn items(
        &mut self,
        (shelf, part): (i64, &[u8]),
        after: Option<&[u8]>,
        direction: Direction,
        limit: usize,
    ) -> Result<Vec<Item>, StoreError> {
        let limit = rows(limit)?;
        let range = match (after, direction) {
            (None, _) => (Included(Place::new(shelf, part, b"")), Excluded(Place::behind(shelf, part))),
            (Some(after), Direction::Up) => {
                (Excluded(Place::new(shelf, part, after)), Excluded(Place::behind(shelf, part)))
            }
            (Some(after), Direction::Down) => {
                (Included(Place::new(shelf, part, b"")), Excluded(Place::new(shelf, part, after)))
            }
        };
        Ok(self.look(|over, base| {
            let found = scan((&over.items, &base.items), range, direction).take(limit);
            found.map(|(place, kept)| kept.item(place)).collect()
        }))
    }

    async fn due(&mut self, shelf: i64, until: Timestamp, limit: usize) -> Result<Vec<Item>, StoreError> {
        let limit = rows(limit)?;
        Ok(self.look(|over, base| {
            let found = due(over, base, shelf).take_while(|(_, at, _)| *at <= until).take(limit);
            let item = |place: &Place| Some(get(&over.items, &base.items, place)?.item(place));
            found.filter_map(|(_, _, place)| item(place)).collect()
        }))
    }

    async fn next_due(&mut self, shelf: i64) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.look(|over, base| due(over, base, shelf).next().map(|(_, at, _)| *at)))
    }

    async fn count(&mut self, shelf: i64, part: &[u8], max: usize) -> Result<usize, StoreError> {
        let range = Place::new(shelf, part, b"")..Place::behind(shelf, part);
        Ok(self.look(|over, base| scan((&over.items, &base.items), range, Direction::Up).take(max).count()))
    }

    async fn request(&mut self, id: [u8; 16]) -> Result<Option<RequestRow>, StoreError> {
        Ok(self.look(|over, base| get(&over.requests, &base.requests, &id)))
    }

    async fn checkpoints(&mut self, era: i64, after: i64, limit: usize) -> Result<Vec<CheckpointRow>, StoreError> {
        let limit = rows(limit)?;
        Ok(self.look(|over, base| {
            let range = (Excluded((era, after, [0xff; 16])), Included((era, i64::MAX, [0xff; 16])));
            let found = scan((&over.checkpoints, &base.checkpoints), range, Direction::Up).take(limit);
            found.map(|(_, row)| row.clone()).collect()
        }))
    }

    async fn all_meta(&mut self, after: &str, limit: usize) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let limit = rows(limit)?;
        Ok(self.look(|over, base| {
            let range = (Excluded(after.to_owned()), Unbounded);
            let found = scan((&over.meta, &base.meta), range, Direction::Up).take(limit);
            found.map(|(name, value)| (name.clone(), value.to_vec())).collect()
        }))
    }

    async fn all_keys(&mut self, after: KeyId, limit: usize) -> Result<Vec<KeyRow>, StoreError> {
        let limit = rows(limit)?;
        Ok(self.look(|over, base| {
            let found = scan((&over.keys, &base.keys), (Excluded(after), Unbounded), Direction::Up).take(limit);
            found.map(|(_, row)| row.clone()).collect()
        }))
    }

    async fn all_items(&mut self, after: (i64, &[u8], &[u8]), limit: usize) -> Result<Vec<Item>, StoreError> {
        let limit = rows(limit)?;
        let range = (Excluded(Place::new(after.0, after.1, after.2)), Unbounded);
        Ok(self.look(|over, base| {
            let found = scan((&over.items, &base.items), range, Direction::Up).take(limit);
            found.map(|(place, kept)| kept.item(place)).collect()
        }))
    }

    async fn all_requests(&mut self, after: [u8; 16], limit: usize) -> Result<Vec<RequestRow>, StoreError> {
        let limit = rows(limit)?;
        Ok(self.look(|over, base| {
            let found = scan((&over.requests, &base.requests), (Excluded(after), Unbounded), Direction::Up).take(limit);
            found.map(|(_, row)| row.clone()).collect()
        }))
    }

    async fn all_checkpoints(
        &mut self,
        after: (i64, i64, [u8; 16]),
        limit: usize,
    ) -> Result<Vec<CheckpointRow>, StoreError> {
        let limit = rows(limit)?;
        Ok(self.look(|over, base| {
            let range = (Excluded(after), Unbounded);
            let found = scan((&over.checkpoints, &base.checkpoints), range, Direction::Up).take(limit);
            found.map(|(_, row)| row.clone()).collect()
        }))
    }
}

fn keys_of(over: &Tables, base: &Tables, subject: [u8; 16]) -> Vec<KeyRow> {
    let range = (subject, KeyId::from_bytes([0; 16]))..=(subject, KeyId::from_bytes([0xff; 16]));
    let found = scan((&over.subjects, &base.subjects), range, Direction::Up);
    found.filter_map(|((_, id), ())| get(&over.keys, &base.keys, id)).collect()
}

/// What of a shelf has a due time, earliest first.
fn due<'a>(over: &'a Tables, base: &'a Tables, shelf: i64) -> impl Iterator<Item = &'a (i64, Timestamp, Place)> {
    let begins = (shelf, Timestamp::from_millis(i64::MIN), Place::new(i64::MIN, b"", b""));
    let found = scan((&over.due, &base.due), begins.., Direction::Up).map(|(place, ())| place);
    found.take_while(move |(of, ..)| *of == shelf)
}

/// The row of an item goes, and what finds it.
fn delete_item(over: &mut Tables, base: &Tables, place: Place) {
    let Some(before) = get(&over.items, &base.items, &place) else { return };
    if let Some(due) = before.due {
        over.due.insert((place.shelf, due, place.clone()), None);
    }
    over.items.insert(place, None);
}

impl Layer {
    fn clash(&mut self) -> StoreError {
        self.failed = true;
        StoreError::Conflict
    }
}

#[async_trait]
impl RawTx for Layer {
    async fn put_meta(&mut self, title: &str, value: &[u8]) -> Result<(), StoreError> {
        name("meta.name", title)?;
        within("meta.value", value.len(), DOCUMENT_BYTES_MAX + SEAL_BYTES)?;
        self.write(|over, _| over.meta.insert(title.to_owned(), Some(value.into())));
        Ok(())
    }

    async fn add_event(&mut self, event: &EventRow) -> Result<(), StoreError> {
        name("event.kind", &event.kind)?;
        name("event.act", &event.act)?;
        within("event.body", event.body.len(), EVENT_BYTES_MAX + SEAL_BYTES)?;
        // Positions only grow: a command writes behind all that was written.
        let is_taken = self.head().await?.seq >= event.seq
            || self.added.iter().any(|added| (added.stream, added.ver) == (event.stream, event.ver))
            || self.stored(|kept| kept.has(event.stream, event.ver));
        if is_taken {
            return Err(self.clash());
        }
        self.added.push(event.clone());
        Ok(())
    }

    async fn put_key(&mut self, key: &KeyRow) -> Result<(), StoreError> {
        within("ring.wrapped", key.wrapped.len(), KEY_BYTES_MAX)?;
        self.write(|over, base| {
            if let Some(before) = get(&over.keys, &base.keys, &key.id) {
                over.subjects.insert((before.subject, key.id), None);
            }
            over.subjects.insert((key.subject, key.id), Some(()));
            over.keys.insert(key.id, Some(key.clone()));
        });
        Ok(())
    }

    async fn delete_keys(&mut self, subject: [u8; 16]) -> Result<usize, StoreError> {
        Ok(self.write(|over, base| {
            let gone = keys_of(over, base, subject);
            for key in &gone {
                over.subjects.insert((subject, key.id), None);
                over.keys.insert(key.id, None);
            }
            gone.len()
        }))
    }

    async fn put_item(&mut self, item: &Item) -> Result<(), StoreError> {
        within("shelf.part", item.part.len(), KEY_BYTES_MAX)?;
        within("shelf.key", item.key.len(), KEY_BYTES_MAX)?;
        within("shelf.body", item.body.len(), DOCUMENT_BYTES_MAX + SEAL_BYTES)?;
        let place = Place::new(item.shelf, &item.part, &item.key);
        let kept = Kept { due: item.due, sealed_by: item.sealed_by, body: item.body.as_slice().into() };
        self.write(|over, base| {
            let before = get(&over.items, &base.items, &place).and_then(|before| before.due);
            if let Some(before) = before.filter(|before| Some(*before) != item.due) {
                over.due.insert((item.shelf, before, place.clone()), None);
            }
            if let Some(due) = item.due.filter(|due| Some(*due) != before) {
                over.due.insert((item.shelf, due, place.clone()), Some(()));
            }
            over.items.insert(place, Some(kept));
        });
        Ok(())
    }

    async fn delete_item(&mut self, shelf: i64, part: &[u8], key: &[u8]) -> Result<(), StoreError> {
        let place = Place::new(shelf, part, key);
        self.write(|over, base| delete_item(over, base, place));
        Ok(())
    }

    async fn delete_shelves(&mut self, from: i64, to: i64) -> Result<(), StoreError> {
        self.write(|over, base| {
            let range = Place::new(from, b"", b"")..Place::new(to.saturating_add(1), b"", b"");
            let found = scan((&over.items, &base.items), range, Direction::Up);
            let gone: Vec<Place> = found.map(|(place, _)| place.clone()).collect();
            for place in gone {
                delete_item(over, base, place);
            }
        });
        Ok(())
    }

    async fn put_request(&mut self, request: &RequestRow) -> Result<(), StoreError> {
        name("request.act", &request.act)?;
        let is_free = self.write(|over, base| {
            let taken = get(&over.requests, &base.requests, &request.id).is_some();
            if !taken {
                over.requests.insert(request.id, Some(request.clone()));
            }
            !taken
        });
        if is_free { Ok(()) } else { Err(self.clash()) }
    }

    async fn delete_requests(&mut self, before: Timestamp) -> Result<(), StoreError> {
        self.write(|over, base| {
            let found = scan((&over.requests, &base.requests), .., Direction::Up);
            let gone: Vec<[u8; 16]> = found.filter(|(_, row)| row.at < before).map(|(id, _)| *id).collect();
            over.requests.extend(gone.into_iter().map(|id| (id, None)));
        });
        Ok(())
    }

    async fn add_checkpoint(&mut self, checkpoint: &CheckpointRow) -> Result<(), StoreError> {
        within("checkpoint.signed", checkpoint.signed.len(), EVENT_BYTES_MAX + SEAL_BYTES)?;
        let place = (checkpoint.era, checkpoint.n, checkpoint.signer);
        self.write(|over, base| {
            if get(&over.checkpoints, &base.checkpoints, &place).is_some() {
                return Err(StoreError::Conflict);
            }
            over.checkpoints.insert(place, Some(checkpoint.clone()));
            Ok(())
        })
    }

    async fn commit(mut self: Box<Self>) -> Result<(), StoreError> {
        self.keep()
    }
}
