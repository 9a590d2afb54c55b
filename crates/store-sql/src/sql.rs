//! [`RawView`] and [`RawTx`] over any [`Connection`].

use crate::connection::{Connection, Map, Param, Writer};
use crate::limits::{
    EVENT_BODY_BYTES_MAX, GROUNDS_BYTES_MAX, ITEM_BODY_BYTES_MAX, KEY_BYTES_MAX, NAME_BYTES_MAX, bytes, count, rows,
    text,
};
use crate::rows;
use crate::statements::{self, Statement};
use async_trait::async_trait;
use base::limits::CODE_ROWS_MAX;
use base::{KeyId, Seq, Timestamp};
use store::StoreError;
use store::raw::{CheckpointRow, Direction, EventRow, Head, Item, KeyRow, RawTx, RawView, RequestRow};

/// A snapshot or a command on one connection.
#[derive(Debug)]
pub struct Sql<C> {
    connection: C,
    /// PostgreSQL spoils a transaction at its first error; so that both engines answer alike, a command that met an
    /// engine's error can only be dropped.
    failed: Option<StoreError>,
}

impl<C: Writer> Sql<C> {
    async fn write(&mut self, statement: Statement, params: &[Param<'_>], must: bool) -> Result<(), StoreError> {
        self.usable()?;
        let done = self.connection.write(statement, params, must).await;
        self.note(done)
    }
}

impl<C: Connection> Sql<C> {
    /// Over an open transaction.
    pub fn new(connection: C) -> Self {
        Self { connection, failed: None }
    }

    async fn execute(&mut self, statement: Statement, params: &[Param<'_>]) -> Result<u64, StoreError> {
        self.usable()?;
        let done = self.connection.execute(statement, params).await;
        self.note(done)
    }

    async fn list<T: Send>(
        &mut self,
        statement: Statement,
        params: &[Param<'_>],
        map: Map<T>,
    ) -> Result<Vec<T>, StoreError> {
        self.usable()?;
        let found = self.connection.query(statement, params, map).await;
        self.note(found)
    }

    async fn one<T: Send>(
        &mut self,
        statement: Statement,
        params: &[Param<'_>],
        map: Map<T>,
    ) -> Result<Option<T>, StoreError> {
        Ok(self.list(statement, params, map).await?.pop())
    }

    fn usable(&self) -> Result<(), StoreError> {
        self.failed.as_ref().map_or(Ok(()), |error| Err(error.clone()))
    }

    fn note<T>(&mut self, outcome: Result<T, StoreError>) -> Result<T, StoreError> {
        match &outcome {
            Ok(_) | Err(StoreError::Damaged { .. }) => {}
            Err(error) => self.failed = Some(error.clone()),
        }
        outcome
    }
}

const fn int(value: i64) -> Param<'static> {
    Param::Int(Some(value))
}

const fn time(value: Timestamp) -> Param<'static> {
    Param::Int(Some(value.millis()))
}

const fn id(value: &[u8]) -> Param<'_> {
    Param::Bytes(Some(value))
}

#[async_trait]
impl<C: Connection> RawView for Sql<C> {
    async fn meta(&mut self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let name = text("meta.name", name, NAME_BYTES_MAX)?;
        self.one(statements::META, &[name], rows::value).await
    }

    async fn head(&mut self) -> Result<Head, StoreError> {
        Ok(self.one(statements::HEAD, &[], rows::head).await?.unwrap_or_default())
    }

    async fn last_of(&mut self, stream: [u8; 16]) -> Result<Option<(i64, [u8; 32])>, StoreError> {
        self.one(statements::LAST_OF, &[id(&stream)], rows::last).await
    }

    async fn events(&mut self, stream: [u8; 16], after: i64, limit: usize) -> Result<Vec<EventRow>, StoreError> {
        self.list(statements::EVENTS, &[id(&stream), int(after), rows(limit)?], rows::event).await
    }

    async fn journal(&mut self, after: Seq, limit: usize) -> Result<Vec<EventRow>, StoreError> {
        self.list(statements::JOURNAL, &[int(after.0), rows(limit)?], rows::event).await
    }

    async fn journal_before(&mut self, before: Seq, limit: usize) -> Result<Vec<EventRow>, StoreError> {
        self.list(statements::JOURNAL_BEFORE, &[int(before.0), rows(limit)?], rows::event).await
    }

    async fn key(&mut self, key: KeyId) -> Result<Option<KeyRow>, StoreError> {
        self.one(statements::KEY, &[id(&key.bytes())], rows::key).await
    }

    async fn keys_of(&mut self, subject: [u8; 16]) -> Result<Vec<KeyRow>, StoreError> {
        let keys = self.list(statements::KEYS_OF, &[id(&subject), count(CODE_ROWS_MAX + 1)], rows::key).await?;
        if keys.len() > CODE_ROWS_MAX {
            return Err(StoreError::Engine("more keys than one subject may have".to_owned()));
        }
        Ok(keys)
    }

    async fn item(&mut self, shelf: i64, part: &[u8], key: &[u8]) -> Result<Option<Item>, StoreError> {
        self.one(statements::ITEM, &[int(shelf), id(part), id(key)], rows::item).await
    }

    async fn items(
        &mut self,
        (shelf, part): (i64, &[u8]),
        after: Option<&[u8]>,
        direction: Direction,
        limit: usize,
    ) -> Result<Vec<Item>, StoreError> {
        let (first, next) = match direction {
            Direction::Up => (statements::ITEMS_UP, statements::ITEMS_UP_AFTER),
            Direction::Down => (statements::ITEMS_DOWN, statements::ITEMS_DOWN_AFTER),
        };
        let limit = rows(limit)?;
        match after {
            None => self.list(first, &[int(shelf), id(part), limit], rows::item).await,
            Some(after) => self.list(next, &[int(shelf), id(part), id(after), limit], rows::item).await,
        }
    }

    async fn due(&mut self, shelf: i64, until: Timestamp, limit: usize) -> Result<Vec<Item>, StoreError> {
        self.list(statements::DUE, &[int(shelf), time(until), rows(limit)?], rows::item).await
    }

    async fn next_due(&mut self, shelf: i64) -> Result<Option<Timestamp>, StoreError> {
        self.one(statements::NEXT_DUE, &[int(shelf)], rows::moment).await
    }

    async fn count(&mut self, shelf: i64, part: &[u8], max: usize) -> Result<usize, StoreError> {
        let counted = self.one(statements::COUNT, &[int(shelf), id(part), count(max)], rows::number).await?;
        Ok(counted.and_then(|number| usize::try_from(number).ok()).unwrap_or(0))
    }

    async fn request(&mut self, request: [u8; 16]) -> Result<Option<RequestRow>, StoreError> {
        self.one(statements::REQUEST, &[id(&request)], rows::request).await
    }

    async fn checkpoints(&mut self, era: i64, after: i64, limit: usize) -> Result<Vec<CheckpointRow>, StoreError> {
        self.list(statements::CHECKPOINTS, &[int(era), int(after), rows(limit)?], rows::checkpoint).await
    }

    async fn all_meta(&mut self, after: &str, limit: usize) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let after = text("meta.name", after, NAME_BYTES_MAX)?;
        self.list(statements::ALL_META, &[after, rows(limit)?], rows::meta).await
    }

    async fn all_keys(&mut self, after: KeyId, limit: usize) -> Result<Vec<KeyRow>, StoreError> {
        self.list(statements::ALL_KEYS, &[id(&after.bytes()), rows(limit)?], rows::key).await
    }

    async fn all_items(
        &mut self,
        (shelf, part, key): (i64, &[u8], &[u8]),
        limit: usize,
    ) -> Result<Vec<Item>, StoreError> {
        self.list(statements::ALL_ITEMS, &[int(shelf), id(part), id(key), rows(limit)?], rows::item).await
    }

    async fn all_requests(&mut self, after: [u8; 16], limit: usize) -> Result<Vec<RequestRow>, StoreError> {
        self.list(statements::ALL_REQUESTS, &[id(&after), rows(limit)?], rows::request).await
    }

    async fn all_checkpoints(
        &mut self,
        (era, n, signer): (i64, i64, [u8; 16]),
        limit: usize,
    ) -> Result<Vec<CheckpointRow>, StoreError> {
        let after = [int(era), int(n), id(&signer), rows(limit)?];
        self.list(statements::ALL_CHECKPOINTS, &after, rows::checkpoint).await
    }
}

#[async_trait]
impl<C: Writer> RawTx for Sql<C> {
    async fn put_meta(&mut self, name: &str, value: &[u8]) -> Result<(), StoreError> {
        let name = text("meta.name", name, NAME_BYTES_MAX)?;
        let value = bytes("meta.value", value, ITEM_BODY_BYTES_MAX)?;
        self.write(statements::PUT_META, &[name, value], false).await
    }

    async fn add_event(&mut self, event: &EventRow) -> Result<(), StoreError> {
        let key = event.key.bytes();
        let params = [
            int(event.seq.0),
            id(&event.stream),
            int(event.stream_kind),
            int(event.ver),
            text("event.kind", &event.kind, NAME_BYTES_MAX)?,
            int(event.kind_v),
            text("event.act", &event.act, NAME_BYTES_MAX)?,
            id(&event.actor),
            time(event.at),
            id(&event.request),
            text("event.grounds", &event.grounds, GROUNDS_BYTES_MAX)?,
            Param::Bytes(event.trace.as_ref().map(<[u8; 32]>::as_slice)),
            id(&key),
            id(&event.hash),
            id(&event.link),
            bytes("event.body", &event.body, EVENT_BODY_BYTES_MAX)?,
        ];
        self.write(statements::ADD_EVENT, &params, true).await
    }

    async fn put_key(&mut self, key: &KeyRow) -> Result<(), StoreError> {
        let (own, parent) = (key.id.bytes(), key.parent.bytes());
        let params = [
            id(&own),
            id(&key.subject),
            int(key.class),
            id(&parent),
            int(key.generation),
            bytes("ring.wrapped", &key.wrapped, KEY_BYTES_MAX)?,
            time(key.made_at),
        ];
        self.write(statements::PUT_KEY, &params, false).await
    }

    async fn delete_keys(&mut self, subject: [u8; 16]) -> Result<usize, StoreError> {
        let deleted = self.execute(statements::DELETE_KEYS, &[id(&subject)]).await?;
        Ok(usize::try_from(deleted).unwrap_or(usize::MAX))
    }

    async fn put_item(&mut self, item: &Item) -> Result<(), StoreError> {
        let sealed_by = item.sealed_by.bytes();
        let params = [
            int(item.shelf),
            bytes("shelf.part", &item.part, KEY_BYTES_MAX)?,
            bytes("shelf.key", &item.key, KEY_BYTES_MAX)?,
            Param::Int(item.due.map(Timestamp::millis)),
            id(&sealed_by),
            bytes("shelf.body", &item.body, ITEM_BODY_BYTES_MAX)?,
        ];
        self.write(statements::PUT_ITEM, &params, false).await
    }

    async fn delete_item(&mut self, shelf: i64, part: &[u8], key: &[u8]) -> Result<(), StoreError> {
        self.write(statements::DELETE_ITEM, &[int(shelf), id(part), id(key)], false).await
    }

    async fn delete_shelves(&mut self, from: i64, to: i64) -> Result<(), StoreError> {
        self.write(statements::DELETE_SHELVES, &[int(from), int(to)], false).await
    }

    async fn put_request(&mut self, request: &RequestRow) -> Result<(), StoreError> {
        let params = [
            id(&request.id),
            id(&request.digest),
            text("request.act", &request.act, NAME_BYTES_MAX)?,
            int(request.seq.0),
            time(request.at),
        ];
        self.write(statements::PUT_REQUEST, &params, true).await
    }

    async fn delete_requests(&mut self, before: Timestamp) -> Result<(), StoreError> {
        self.write(statements::DELETE_REQUESTS, &[time(before)], false).await
    }

    async fn add_checkpoint(&mut self, checkpoint: &CheckpointRow) -> Result<(), StoreError> {
        let params = [
            int(checkpoint.era),
            int(checkpoint.n),
            id(&checkpoint.signer),
            id(&checkpoint.link),
            time(checkpoint.at),
            bytes("checkpoint.signed", &checkpoint.signed, EVENT_BODY_BYTES_MAX)?,
        ];
        match self.execute(statements::ADD_CHECKPOINT, &params).await? {
            0 => Err(StoreError::Conflict),
            _ => Ok(()),
        }
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        self.usable()?;
        self.connection.commit().await
    }
}
