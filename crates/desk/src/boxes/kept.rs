//! What the store keeps for boxes: sealed posts, public keys, sealed replies. Nothing here opens a report.

use super::Boxes;
use super::posted::Posted;
use crate::act::Desk;
use crate::error::Error;
use base::{Chance, FileId, KeyId, Problem, ReportId, Timestamp, hex, limits};
use casework::report::{FileKind, ReplyTo};
use seal::chunk::{ChunkKey, Chunks, seal_blob};
use seal::hash;
use seal::keys::SealingPublic;
use seal::reply::ReplyBox;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::files::Chunk;
use store::raw::Item;
use store::{Backend, Direction, FilesError, RawTx, Read, Sealed, Shelf, Shelved, StoreError, Tx, cbor};
use zeroize::Zeroizing;

/// A box closes so long after its last message: 180 days.
pub(crate) const OPEN_HOURS: i64 = 180 * 24;
/// Posts that wait sealed at most; beyond it the door says busy.
const WAITING_MAX: usize = 10_000;
/// Additions that one box takes: nobody fills the disk by one code.
const ADDITIONS_MAX: u16 = 100;
/// Replies shown.
pub(crate) const REPLIES_MAX: usize = limits::PAGE_ROWS_MAX;
/// First byte of a post's key: reports are opened before what was added to them.
pub(super) const REPORT: u8 = 0;
pub(super) const ADDED: u8 = 1;

/// A box as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoxState {
    /// Its public key.
    pub(super) key: [u8; 32],
    /// What was sent first, under the form's own key, which is not stored: the same form again is known.
    pub(super) sent: [u8; 16],
    /// How often something was added.
    pub(super) added: u16,
}

impl Shelved for BoxState {
    const SHELF: Shelf = Shelf::Boxes;
}

/// That a box changed here. Another change, another mark: whoever heard of one deletes that one alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BoxMark(pub [u8; 16]);

impl Shelved for BoxMark {
    const SHELF: Shelf = Shelf::BoxMarks;
}

/// A reply, sealed to the box.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedReply(Vec<u8>);

impl Shelved for SealedReply {
    const SHELF: Shelf = Shelf::BoxReplies;
}

/// A reply as its reader meets it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// When it was written.
    pub at: Timestamp,
    /// Its words.
    pub text: String,
}

/// A box that a code opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// When it closes.
    pub until: Timestamp,
    /// Replies, oldest first.
    pub replies: Vec<Reply>,
}

impl Boxes {
    /// Opens a box in memory. `None`, after the same work: no box has this code, it is closed, or no slip can have it.
    pub async fn open(&self, typed: &str, now: Timestamp) -> Result<Option<Opened>, Error> {
        let (made, is_code) = self.stretched(typed).await?;
        let mut view = self.backend.read().await?;
        let known = view.item(Shelf::Boxes.number(), b"", &made.id).await?;
        let place = (Shelf::BoxReplies.number(), made.id.as_slice());
        let kept = view.items(place, None, Direction::Up, REPLIES_MAX).await?;
        drop(view);
        let due = known.and_then(|item| item.due).filter(|due| is_code && *due > now);
        let Some(until) = due else { return Ok(None) };
        let replies = kept.iter().map(|item| opened(&made, &item.body)).collect::<Result<_, _>>()?;
        Ok(Some(Opened { until, replies }))
    }

    /// Seals what the reporter adds and keeps it. `None`: there is no such box. The same form again adds nothing.
    pub async fn add(
        &self,
        typed: &str,
        (kunci, text, files): ([u8; 16], &str, Vec<Zeroizing<Vec<u8>>>),
        now: Timestamp,
    ) -> Result<Option<()>, Error> {
        let (made, is_code) = self.stretched(typed).await?;
        if !is_code || self.open_until(&made, now).await?.is_none() {
            return Ok(None);
        }
        let files = self.keep_files(&kunci, files, now).await?;
        let content = serde_json::to_vec(&(text, &files)).map_err(|_| Problem::new("report.damaged"))?;
        let id = keyed(&kunci, b"simpul/box-post/1", &content);
        let added = Posted::Added { id: hex(&id), to: hex(&made.id), text: text.to_owned(), files };
        let added = self.sealed(&added, ReportId::from_bytes(id)).await?;
        let mut tx = self.backend.begin("box.add").await?;
        let Some((mut state, due)) = state(&mut *tx, &made.id).await? else { return Ok(None) };
        if due <= now {
            return Ok(None);
        }
        if state.added >= ADDITIONS_MAX {
            return Err(Problem::at("box.full", ADDITIONS_MAX.to_string()).into());
        }
        if put_post(&mut *tx, (ADDED, id), added).await? {
            state.added += 1;
        }
        put_box(&mut *tx, &made.id, &state, now.plus_hours(OPEN_HOURS)).await?;
        mark(&mut *tx, &made.id, &*self.chance).await?;
        tx.commit().await?;
        Ok(Some(()))
    }

    /// Closes a box: what waited in it for its reader goes. What she said stays with the office. `false`: there is none.
    pub async fn close(&self, typed: &str, now: Timestamp) -> Result<bool, Error> {
        let (made, is_code) = self.stretched(typed).await?;
        if !is_code || self.open_until(&made, now).await?.is_none() {
            return Ok(false);
        }
        let mut tx = self.backend.begin("box.close").await?;
        delete(&mut *tx, &made.id).await?;
        mark(&mut *tx, &made.id, &*self.chance).await?;
        tx.commit().await?;
        self.backend.scrub().await?;
        Ok(true)
    }

    async fn open_until(&self, made: &ReplyBox, now: Timestamp) -> Result<Option<Timestamp>, Error> {
        let item = self.backend.read().await?.item(Shelf::Boxes.number(), b"", &made.id).await?;
        Ok(item.and_then(|item| item.due).filter(|due| *due > now))
    }

    pub(super) async fn sealed(&self, posted: &Posted, id: ReportId) -> Result<Vec<u8>, Error> {
        let json = Zeroizing::new(serde_json::to_vec(posted).map_err(|_| Problem::new("report.damaged"))?);
        Ok(seal::seal_report(&json, id, &self.intake_key().await?, &*self.chance)?)
    }

    /// Seals files and puts them on disk. Ids and keys follow from the form's own key and the file, so that a form that comes
    /// twice leaves one file. Gives them as a report names them.
    pub(super) async fn keep_files(
        &self,
        kunci: &[u8; 16],
        files: Vec<Zeroizing<Vec<u8>>>,
        now: Timestamp,
    ) -> Result<Vec<serde_json::Value>, Error> {
        let mut named = Vec::new();
        for plain in files {
            let kind = FileKind::of(&plain);
            if kind == FileKind::Other {
                return Err(Problem::new("box.file-kind").into());
            }
            let sum = hash::sha256(&[&plain]);
            let key = keyed(kunci, b"simpul/box-file-key/1", &sum);
            let id = FileId::from_bytes(keyed(kunci, b"simpul/box-file/1", &sum));
            named.push(serde_json::json!([hex(&id.bytes()), plain.len(), hex(&sum), hex(&key)]));
            let disk = Arc::clone(&self.files);
            let kept = tokio::task::spawn_blocking(move || -> Result<(), Problem> {
                let chunks = seal_blob(&Chunks::of_blob(ChunkKey::Browser(key), id), &plain)?;
                let last = chunks.len().saturating_sub(1);
                (0..).zip(chunks.iter().enumerate()).try_for_each(|(n, (at, bytes))| {
                    disk.put(&Chunk { id, n, last: at == last, bytes }, false, now).map(drop).map_err(from_disk)
                })
            });
            kept.await.map_err(|_| Problem::new("upload.disk"))??;
        }
        Ok(named)
    }
}

/// 16 bytes that follow from a form's own key and some content.
pub(super) fn keyed(kunci: &[u8; 16], domain: &[u8], content: &[u8]) -> [u8; 16] {
    hash::hmac(kunci, &[domain, content]).first_chunk().copied().unwrap_or_default()
}

fn from_disk(error: FilesError) -> Problem {
    error.into()
}

fn opened(made: &ReplyBox, body: &[u8]) -> Result<Reply, Error> {
    let sealed: SealedReply = cbor::from_bytes(body, "reply")?;
    let plain = made.open(&sealed.0)?;
    Ok(serde_json::from_slice(&plain).map_err(|_| Problem::new("report.sealed"))?)
}

pub(crate) async fn state(tx: &mut dyn RawTx, id: &[u8; 16]) -> Result<Option<(BoxState, Timestamp)>, StoreError> {
    let Some(item) = tx.item(Shelf::Boxes.number(), b"", id).await? else { return Ok(None) };
    item.due.map(|due| cbor::from_bytes(&item.body, "box").map(|state| (state, due))).transpose()
}

pub(crate) async fn put_box(
    tx: &mut dyn RawTx,
    id: &[u8; 16],
    state: &BoxState,
    until: Timestamp,
) -> Result<(), StoreError> {
    let (shelf, part, key) = (Shelf::Boxes.number(), Vec::new(), id.to_vec());
    let body = cbor::to_bytes(state)?;
    tx.put_item(&Item { shelf, part, key, due: Some(until), sealed_by: KeyId::default(), body }).await
}

/// Says that a box changed.
pub(crate) async fn mark(tx: &mut dyn RawTx, id: &[u8; 16], chance: &dyn Chance) -> Result<(), StoreError> {
    let (shelf, part, key) = (Shelf::BoxMarks.number(), Vec::new(), id.to_vec());
    let body = cbor::to_bytes(&BoxMark(chance.bytes()))?;
    tx.put_item(&Item { shelf, part, key, due: None, sealed_by: KeyId::default(), body }).await
}

/// `false`: it waits already.
pub(crate) async fn put_post(
    tx: &mut dyn RawTx,
    (kind, id): (u8, [u8; 16]),
    body: Vec<u8>,
) -> Result<bool, StoreError> {
    let (shelf, part, key) = (Shelf::BoxPosts.number(), Vec::new(), [&[kind], id.as_slice()].concat());
    if tx.item(shelf, &part, &key).await?.is_some() {
        return Ok(false);
    }
    if tx.count(shelf, &part, WAITING_MAX).await? >= WAITING_MAX {
        return Err(StoreError::Busy);
    }
    tx.put_item(&Item { shelf, part, key, due: None, sealed_by: KeyId::default(), body }).await?;
    Ok(true)
}

pub(crate) async fn delete(tx: &mut dyn RawTx, id: &[u8; 16]) -> Result<(), StoreError> {
    tx.delete_item(Shelf::Boxes.number(), b"", id).await?;
    let shelf = Shelf::BoxReplies.number();
    loop {
        let replies = tx.items((shelf, id), None, Direction::Up, limits::CODE_ROWS_MAX).await?;
        if replies.is_empty() {
            return Ok(());
        }
        for reply in replies {
            tx.delete_item(shelf, id, &reply.key).await?;
        }
    }
}

/// Deletes the boxes whose time is over, on a locked node too. Gives how many.
pub async fn drop_old(backend: &dyn Backend, now: Timestamp) -> Result<usize, Error> {
    let mut dropped = 0;
    loop {
        let mut tx = backend.begin("box.drop").await?;
        let over = tx.due(Shelf::Boxes.number(), now, limits::CODE_ROWS_MAX).await?;
        for item in &over {
            let id: [u8; 16] = item.key.as_slice().try_into().unwrap_or_default();
            delete(&mut *tx, &id).await?;
        }
        if over.is_empty() {
            return Ok(dropped);
        }
        tx.commit().await?;
        dropped += over.len();
    }
}

/// Whether something sealed waits, which may name files.
pub(crate) async fn is_waiting(view: &mut impl Read) -> Result<bool, Error> {
    Ok(view.raw().count(Shelf::BoxPosts.number(), b"", 1).await? > 0)
}

/// Puts an answer into a box, sealed to it. `box.closed` if it is closed, or gone.
pub(crate) async fn reply(desk: &Desk, tx: &mut Tx, to: &ReplyTo, text: &str) -> Result<(), Error> {
    let now = tx.now();
    let item = tx.raw().item(Shelf::Boxes.number(), b"", &to.id).await?;
    let open = item.filter(|item| item.due.is_some_and(|due| due > now)).ok_or(Problem::new("box.closed"))?;
    let state: BoxState = cbor::from_bytes(&open.body, "box")?;
    let reply = Reply { at: now, text: text.to_owned() };
    let plain = Zeroizing::new(serde_json::to_vec(&reply).map_err(|_| Problem::new("report.damaged"))?);
    let public = SealingPublic::from_bytes(&to.key).ok_or(Problem::new("box.closed"))?;
    let sealed = SealedReply(seal::reply::seal_reply(&plain, &to.id, &public, &*desk.chance)?);
    let key = store::KeyBytes::new().int(now.millis()).bytes(&tx.derived_id("reply")).done();
    tx.put((&to.id, &key), None, Sealed::Plain, &sealed).await?;
    tx.put((b"", &to.id), None, Sealed::Plain, &BoxMark(desk.chance.bytes())).await?;
    Ok(tx.put((b"", &to.id), Some(now.plus_hours(OPEN_HOURS)), Sealed::Plain, &state).await?)
}

/// When a box closes, for those who answer; `None`: it is closed.
pub async fn closes(view: &mut impl Read, to: &ReplyTo) -> Result<Option<Timestamp>, Error> {
    let now = view.now();
    let item = view.raw().item(Shelf::Boxes.number(), b"", &to.id).await?;
    Ok(item.and_then(|item| item.due).filter(|due| *due > now))
}

/// Takes a box away with its report.
pub(crate) async fn remove(tx: &mut Tx, id: [u8; 16]) -> Result<(), StoreError> {
    tx.remove::<BoxState>(b"", &id).await?;
    let new = BoxMark(tx.chance().bytes());
    tx.put((b"", &id), None, Sealed::Plain, &new).await?;
    let place = (Shelf::BoxReplies.number(), id.as_slice());
    let replies = tx.raw().items(place, None, Direction::Up, limits::CODE_ROWS_MAX).await?;
    for reply in replies {
        tx.remove::<SealedReply>(&id, &reply.key).await?;
    }
    Ok(())
}
