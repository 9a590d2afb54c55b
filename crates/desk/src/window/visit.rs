//! The node's side: a visit to its public window.

use super::kept::forget_mark;
use super::{AT_A_TIME, Ask, BoxLeft, Changed, Done, Found, Leave, Left, Post, PostDoor, Told, Way};
use crate::act::{Asking, Desk};
use crate::boxes::{self, BoxMark, BoxState, OPEN_HOURS, REPLIES_MAX};
use crate::cases::reports::{ReportStream, by_rid};
use crate::error::Error;
use base::{FileId, KeyId, Problem, Timestamp, limits};
use seal::chunk::CHUNK_BYTES_MAX;
use seal::report::{ENVELOPE_BYTES, REPORT_BYTES_MAX};
use serde::{Deserialize, Serialize};
use store::raw::Item;
use store::{Direction, RawTx, Read, Shelf, Shelved, StoreError, cbor};

/// A sealed post: a report of the largest bucket, and what the door sealed beside it.
const POST_BYTES_MAX: usize = REPORT_BYTES_MAX + ENVELOPE_BYTES + 4;
/// The state of a box.
const BOX_BYTES_MAX: usize = 1_024;
/// Rounds of one visit; what is left waits for the next.
const ROUNDS_MAX: usize = 200;
/// Whether an officer took a report is looked at this often.
const LOOK_SECONDS: i64 = 60;
/// A phone asks so long (WEB.md 7).
const ASKED_HOURS: i64 = 30 * 24;

/// A report whose phone waits at the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Owed {
    /// Since when.
    since: Timestamp,
    /// Its receipt was left; what is missing is that somebody read it.
    told: bool,
}

impl Shelved for Owed {
    const SHELF: Shelf = Shelf::Owed;
}

/// What a node remembers between visits.
#[derive(Debug, Default)]
pub struct Visits {
    /// Commits of the store when it last looked at what is shown, whether it was open, and when.
    pub(super) looked: Option<(u64, bool, Timestamp)>,
}

/// What stands ready for the window.
#[derive(Default)]
struct Ready {
    leave: Vec<Leave>,
    marks: Vec<([u8; 16], [u8; 16])>,
    owed: Vec<([u8; 16], Owed, bool)>,
}

impl Desk {
    /// Visits the window: takes what came, leaves what is ready, and goes on until nothing is left to do. Works on a locked
    /// node too, which opens nothing and signs no receipt.
    pub async fn visit_window(&self, way: &dyn Way, visits: &mut Visits) -> Result<(), Error> {
        let mut done = Vec::new();
        for round in 0..ROUNDS_MAX {
            let ready = self.ready().await?;
            let has_left = !ready.leave.is_empty();
            let Told::Found(found) =
                way.ask(&Ask::Visit { done: std::mem::take(&mut done), leave: ready.leave }).await?
            else {
                return Err(Problem::at("window.other", "visit").into());
            };
            self.note_left(&ready.marks, &ready.owed).await?;
            if round == 0 {
                self.show_window(way, &found, visits).await?;
            }
            done = self.take_found(way, found).await?;
            if self.store.vault().is_open() && done.iter().any(|done| matches!(done, Done::Post(..))) {
                self.open_waiting().await?;
                self.open_boxes().await?;
                self.woken.notify_waiters();
            }
            if done.is_empty() && !has_left {
                break;
            }
        }
        Ok(())
    }

    /// Boxes that changed here, and receipts that are due.
    async fn ready(&self) -> Result<Ready, Error> {
        let mut ready = Ready::default();
        let mut view = self.store.backend().read().await?;
        for row in view.items((Shelf::BoxMarks.number(), b""), None, Direction::Up, AT_A_TIME).await? {
            let id: [u8; 16] = row.key.as_slice().try_into().unwrap_or_default();
            let BoxMark(mark) = cbor::from_bytes(&row.body, "box mark")?;
            let item = view.item(Shelf::Boxes.number(), b"", &id).await?;
            let mut state = item.and_then(|item| Some(BoxLeft { until: item.due?, body: item.body, replies: vec![] }));
            if let Some(left) = &mut state {
                let replies = view.items((Shelf::BoxReplies.number(), &id), None, Direction::Up, REPLIES_MAX).await?;
                left.replies = replies.into_iter().map(|row| (row.key, row.body)).collect();
            }
            ready.leave.push(Leave::Box { id, state });
            ready.marks.push((id, mark));
        }
        let due = view.due(Shelf::Owed.number(), self.now(), AT_A_TIME).await?;
        drop(view);
        for row in due.into_iter().filter(|_| self.store.vault().is_open()) {
            let rid: [u8; 16] = row.key.as_slice().try_into().unwrap_or_default();
            let owed: Owed = cbor::from_bytes(&row.body, "owed")?;
            let left = self.left_of(rid).await?;
            let is_read = left.as_ref().is_some_and(|left| left.read);
            ready.owed.push((rid, Owed { told: owed.told || left.is_some(), ..owed }, is_read));
            ready.leave.extend(left.filter(|left| left.read || !owed.told).map(Leave::Report));
        }
        Ok(ready)
    }

    /// What a phone may know of its report; `None` while it is not recorded.
    async fn left_of(&self, rid: [u8; 16]) -> Result<Option<Left>, Error> {
        let mut view = self.read().await?;
        let Some(recorded) = by_rid(&mut view, rid).await? else { return Ok(None) };
        let request = view.raw().request(Asking::of(&rid, b"").request.bytes()).await?.ok_or(Error::NotFound)?;
        let report = view.load::<ReportStream>(recorded.id.bytes()).await?;
        drop(view);
        let receipt = self.receipt(rid, request.seq, recorded.at).await?;
        Ok(Some(Left::new(&receipt, report.is_some_and(|report| report.state.state.word() != "new"))))
    }

    /// The window has what was left.
    async fn note_left(&self, marks: &[([u8; 16], [u8; 16])], owed: &[([u8; 16], Owed, bool)]) -> Result<(), Error> {
        if marks.is_empty() && owed.is_empty() {
            return Ok(());
        }
        let now = self.now();
        let mut tx = self.store.backend().begin("window.left").await?;
        for (id, mark) in marks {
            forget_mark(&mut *tx, id, *mark).await?;
        }
        for (rid, owed, is_read) in owed {
            if *is_read || owed.since.plus_hours(ASKED_HOURS) <= now {
                tx.delete_item(Shelf::Owed.number(), b"", rid).await?;
            } else {
                put_owed(&mut *tx, *rid, *owed, now.plus_seconds(LOOK_SECONDS)).await?;
            }
        }
        Ok(tx.commit().await?)
    }

    /// Keeps what came, in one commit; then the files. Gives what the window may let go.
    async fn take_found(&self, way: &dyn Way, found: Found) -> Result<Vec<Done>, Error> {
        let mut done = Vec::new();
        let now = self.now();
        if !found.posts.is_empty() || !found.boxes.is_empty() {
            let mut tx = self.store.backend().begin("window.taken").await?;
            for changed in found.boxes.into_iter().take(AT_A_TIME) {
                take_changed(&mut *tx, &changed, now).await?;
                done.push(Done::Box(changed.id, changed.mark));
            }
            for post in found.posts.into_iter().take(AT_A_TIME) {
                // What no door would have taken is let go: it can only come from a window that lies.
                if is_post(&post) {
                    take_post(&mut *tx, &post, now).await?;
                }
                done.push(Done::Post(post.door, post.key));
            }
            tx.commit().await?;
        }
        for id in found.files.into_iter().take(AT_A_TIME) {
            if self.take_file(way, id).await? {
                done.push(Done::File(id));
            }
        }
        Ok(done)
    }

    /// Fetches a whole file. `false`: there is no room for it now.
    async fn take_file(&self, way: &dyn Way, id: [u8; 16]) -> Result<bool, Error> {
        let file = FileId::from_bytes(id);
        let chunks_max = u32::try_from(limits::UPLOAD_BYTES_MAX / CHUNK_BYTES_MAX as u64).unwrap_or(u32::MAX) + 1;
        if self.file_progress(file)?.is_some_and(|progress| progress.whole) {
            return Ok(true);
        }
        for n in 0..chunks_max {
            let Told::Chunk(chunk) = way.ask(&Ask::Chunk { file: id, n }).await? else {
                return Err(Problem::at("window.other", "chunk").into());
            };
            let Some((bytes, last)) = chunk else { return Ok(false) };
            match self.take_chunk((file, n, last), bytes).await {
                Ok(_) if last => return Ok(true),
                Ok(_) => {}
                Err(error) if error.problem().code.0 == "upload.no-room" => return Ok(false),
                // Chunks that contradict what is here: those that are here stay.
                Err(error) if error.problem().code.0 != "upload.disk" => return Ok(true),
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    /// Every box is told to a window that has none.
    pub(super) async fn mark_all_boxes(&self) -> Result<(), Error> {
        let mut after: Option<Vec<u8>> = None;
        loop {
            let mut tx = self.store.backend().begin("window.mark").await?;
            let place = (Shelf::Boxes.number(), b"".as_slice());
            let rows = tx.items(place, after.as_deref(), Direction::Up, limits::CODE_ROWS_MAX).await?;
            let Some(last) = rows.last() else { return Ok(()) };
            after = Some(last.key.clone());
            for row in &rows {
                let id: [u8; 16] = row.key.as_slice().try_into().unwrap_or_default();
                boxes::mark(&mut *tx, &id, &*self.chance).await?;
            }
            tx.commit().await?;
        }
    }

    /// A node without a window has nobody to tell.
    pub async fn forget_marks(&self) -> Result<(), Error> {
        loop {
            let mut tx = self.store.backend().begin("window.forget").await?;
            let place = (Shelf::BoxMarks.number(), b"".as_slice());
            let rows = tx.items(place, None, Direction::Up, limits::CODE_ROWS_MAX).await?;
            if rows.is_empty() {
                return Ok(());
            }
            for row in &rows {
                tx.delete_item(row.shelf, b"", &row.key).await?;
            }
            tx.commit().await?;
        }
    }
}

fn is_post(post: &Post) -> bool {
    let is_key = match post.door {
        PostDoor::Intake => post.key.len() == 16,
        PostDoor::Box => post.key.len() == 17 && post.key.first().is_some_and(|kind| *kind <= 1),
    };
    let (door, phone) = boxes::seals(&post.body);
    let is_sealed = [Some(door), phone].into_iter().flatten().all(|bytes| seal::report::peek_report(bytes).is_ok());
    is_key && is_sealed && post.body.len() <= POST_BYTES_MAX && (phone.is_none() || post.door == PostDoor::Box)
}

async fn take_post(tx: &mut dyn RawTx, post: &Post, now: Timestamp) -> Result<(), Error> {
    if let (PostDoor::Box, Some((kind, id))) = (post.door, post.key.split_first()) {
        let id: [u8; 16] = id.try_into().unwrap_or_default();
        boxes::put_post(tx, (*kind, id), post.body.clone()).await?;
        return Ok(());
    }
    let rid: [u8; 16] = post.key.as_slice().try_into().unwrap_or_default();
    crate::intake::put_sealed(tx, rid, &post.body).await?;
    put_owed(tx, rid, Owed { since: now, told: false }, now).await
}

async fn put_owed(tx: &mut dyn RawTx, rid: [u8; 16], owed: Owed, due: Timestamp) -> Result<(), Error> {
    let (shelf, part, key) = (Shelf::Owed.number(), Vec::new(), rid.to_vec());
    let body = cbor::to_bytes(&owed)?;
    Ok(tx.put_item(&Item { shelf, part, key, due: Some(due), sealed_by: KeyId::default(), body }).await?)
}

/// A box as the window has it. It ends when the later of both says, and no later than a box may.
async fn take_changed(tx: &mut dyn RawTx, changed: &Changed, now: Timestamp) -> Result<(), StoreError> {
    let Some((until, body)) = &changed.state else { return boxes::delete(tx, &changed.id).await };
    let Some(state) = Some(body).filter(|body| body.len() <= BOX_BYTES_MAX) else { return Ok(()) };
    let Ok(state) = cbor::from_bytes::<BoxState>(state, "box") else { return Ok(()) };
    let until = (*until).min(now.plus_hours(OPEN_HOURS));
    let until = boxes::state(tx, &changed.id).await?.map_or(until, |(_, due)| due.max(until));
    boxes::put_box(tx, &changed.id, &state, until).await
}
