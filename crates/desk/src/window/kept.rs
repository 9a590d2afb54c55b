//! The window's side: what it keeps, and what it answers its node.

use super::shown::{self, AGREEMENTS, NAMES, SHELVES, WHOLE};
use super::{AT_A_TIME, Ask, BoxLeft, Changed, Done, Found, Leave, Left, Post, PostDoor, Row, Spot, Told};
use crate::boxes::{self, BoxMark, REPLIES_MAX};
use crate::error::Error;
use base::{FileId, KeyId, Problem, Timestamp, limits};
use std::sync::Arc;
use store::raw::Item;
use store::{Backend, Direction, Files, RawTx, RawView, Shelf, Shelved, Store, StoreError, cbor};

/// A receipt waits for its phone so long: as long as the phone asks (WEB.md 7).
const RECEIPT_HOURS: i64 = 30 * 24;
/// A file that the node has stays so long.
const TAKEN_HOURS: i64 = 24;

impl Shelved for Left {
    const SHELF: Shelf = Shelf::Receipts;
}

/// What a public window keeps.
#[derive(Clone)]
pub struct Window {
    backend: Arc<dyn Backend>,
    files: Arc<Files>,
}

impl Window {
    /// Over the window's own store.
    pub fn new(store: &Store) -> Self {
        Self { backend: Arc::clone(store.backend()), files: Arc::clone(store.files()) }
    }

    /// Answers its node. Answered means that it is on disk.
    pub async fn answer(&self, ask: Ask, now: Timestamp) -> Result<Told, Error> {
        match ask {
            Ask::Visit { done, leave } => {
                if !done.is_empty() || !leave.is_empty() {
                    let mut tx = self.backend.begin("window.visited").await?;
                    for one in &done {
                        let_go(&mut *tx, one, now).await?;
                    }
                    for one in leave {
                        take(&mut *tx, one, now).await?;
                    }
                    tx.commit().await?;
                }
                Ok(Told::Found(self.found().await?))
            }
            Ask::Chunk { file, n } => {
                let files = Arc::clone(&self.files);
                let chunk = move || files.upload_chunk(FileId::from_bytes(file), n).map_err(Problem::from);
                let chunk = tokio::task::spawn_blocking(chunk).await;
                Ok(Told::Chunk(chunk.map_err(|_| Problem::new("upload.disk"))??))
            }
            Ask::Index => Ok(Told::Index(shown::index(&mut *self.backend.read().await?).await?)),
            Ask::Show { rows, gone, names, whole } => self.show((rows, gone), names, whole).await.map(|()| Told::Done),
        }
    }

    async fn found(&self) -> Result<Found, Error> {
        let mut view = self.backend.read().await?;
        let mut posts = Vec::new();
        for (door, shelf) in [(PostDoor::Box, Shelf::BoxPosts), (PostDoor::Intake, Shelf::Intake)] {
            let rows = view.items((shelf.number(), b""), None, Direction::Up, AT_A_TIME - posts.len()).await?;
            posts.extend(rows.into_iter().map(|row| Post { door, key: row.key, body: row.body }));
        }
        let mut changed = Vec::new();
        for row in view.items((Shelf::BoxMarks.number(), b""), None, Direction::Up, AT_A_TIME).await? {
            let id: [u8; 16] = row.key.as_slice().try_into().unwrap_or_default();
            let BoxMark(mark) = cbor::from_bytes(&row.body, "box mark")?;
            let item = view.item(Shelf::Boxes.number(), b"", &id).await?;
            changed.push(Changed { id, mark, state: item.and_then(|item| Some((item.due?, item.body))) });
        }
        let mut files = Vec::new();
        for (id, _) in self.files.waiting().map_err(Problem::from)? {
            let is_whole = self.files.progress(id).map_err(Problem::from)?.is_some_and(|progress| progress.whole);
            let is_new = view.item(Shelf::FilesTaken.number(), b"", &id.bytes()).await?.is_none();
            if is_whole && is_new && files.len() < AT_A_TIME {
                files.push(id.bytes());
            }
        }
        let mut hash = async |name| view.meta(name).await.map(|bytes| bytes.and_then(|bytes| bytes.try_into().ok()));
        let (shown, agreements) = (hash(WHOLE).await?, hash(AGREEMENTS.1).await?);
        Ok(Found { posts, boxes: changed, files, shown, agreements })
    }

    async fn show(
        &self,
        (rows, gone): (Vec<Row>, Vec<Spot>),
        names: Vec<(String, Vec<u8>)>,
        whole: Option<[u8; 32]>,
    ) -> Result<(), Error> {
        let is_shown = |spot: &Spot| SHELVES.contains(&spot.shelf);
        if !rows.iter().map(|row| &row.spot).chain(&gone).all(is_shown) {
            return Err(Problem::at("window.other", "shelf").into());
        }
        let mut tx = self.backend.begin("window.show").await?;
        for Row { spot: Spot { shelf, part, key }, body } in rows {
            tx.put_item(&Item { shelf, part, key, due: None, sealed_by: KeyId::default(), body }).await?;
        }
        for Spot { shelf, part, key } in gone {
            tx.delete_item(shelf, &part, &key).await?;
        }
        for (name, value) in names.into_iter().filter(|(name, _)| NAMES.contains(&name.as_str())) {
            tx.put_meta(&name, &value).await?;
        }
        if let Some(whole) = whole {
            tx.put_meta(WHOLE, &whole).await?;
        }
        Ok(tx.commit().await?)
    }

    /// What each hour asks for: boxes and receipts whose time is over go, files that the node has, and uploads that were
    /// never finished.
    pub async fn tidy(&self, now: Timestamp) -> Result<(), Error> {
        boxes::drop_old(&*self.backend, now).await?;
        for shelf in [Shelf::Receipts, Shelf::FilesTaken] {
            let due = self.backend.read().await?.due(shelf.number(), now, limits::CODE_ROWS_MAX).await?;
            for row in due {
                if let Some(id) = FileId::from_slice(&row.key).filter(|_| shelf == Shelf::FilesTaken) {
                    self.files.remove(id).map_err(Problem::from)?;
                }
                let mut tx = self.backend.begin("window.tidy").await?;
                tx.delete_item(shelf.number(), b"", &row.key).await?;
                tx.commit().await?;
            }
        }
        for (id, touched) in self.files.waiting().map_err(Problem::from)? {
            let is_whole = self.files.progress(id).map_err(Problem::from)?.is_some_and(|progress| progress.whole);
            if !is_whole && touched.plus_hours(limits::UPLOAD_KEEP_HOURS) <= now {
                self.files.remove(id).map_err(Problem::from)?;
            }
        }
        Ok(())
    }
}

/// What the node left about a report; `None` at a node, and before it was recorded.
pub(crate) async fn left(view: &mut dyn RawView, rid: [u8; 16]) -> Result<Option<Left>, StoreError> {
    let item = view.item(Shelf::Receipts.number(), b"", &rid).await?;
    item.map(|item| cbor::from_bytes(&item.body, "receipt")).transpose()
}

async fn let_go(tx: &mut dyn RawTx, done: &Done, now: Timestamp) -> Result<(), Error> {
    match done {
        Done::Post(PostDoor::Intake, key) => tx.delete_item(Shelf::Intake.number(), b"", key).await?,
        Done::Post(PostDoor::Box, key) => tx.delete_item(Shelf::BoxPosts.number(), b"", key).await?,
        Done::Box(id, mark) => forget_mark(tx, id, *mark).await?,
        Done::File(id) => {
            let (shelf, due) = (Shelf::FilesTaken.number(), Some(now.plus_hours(TAKEN_HOURS)));
            let (part, key, body) = (Vec::new(), id.to_vec(), Vec::new());
            tx.put_item(&Item { shelf, part, key, due, sealed_by: KeyId::default(), body }).await?;
        }
    }
    Ok(())
}

/// Forgets a mark, unless the box changed once more.
pub(super) async fn forget_mark(tx: &mut dyn RawTx, id: &[u8; 16], mark: [u8; 16]) -> Result<(), StoreError> {
    let shelf = Shelf::BoxMarks.number();
    let Some(row) = tx.item(shelf, b"", id).await? else { return Ok(()) };
    if cbor::from_bytes::<BoxMark>(&row.body, "box mark")? == BoxMark(mark) {
        tx.delete_item(shelf, b"", id).await?;
    }
    Ok(())
}

async fn take(tx: &mut dyn RawTx, leave: Leave, now: Timestamp) -> Result<(), Error> {
    match leave {
        Leave::Report(left) => {
            let (shelf, part, key) = (Shelf::Receipts.number(), Vec::new(), left.rid.to_vec());
            let (due, body) = (Some(now.plus_hours(RECEIPT_HOURS)), cbor::to_bytes(&left)?);
            tx.put_item(&Item { shelf, part, key, due, sealed_by: KeyId::default(), body }).await?;
        }
        Leave::Box { id, state: None } => {
            boxes::delete(tx, &id).await?;
            tx.delete_item(Shelf::BoxMarks.number(), b"", &id).await?;
        }
        Leave::Box { id, state: Some(left) } => take_box(tx, id, left).await?,
    }
    Ok(())
}

/// A box of the node: the later end holds, replies are added. One that its writer closed here stays closed.
async fn take_box(tx: &mut dyn RawTx, id: [u8; 16], left: BoxLeft) -> Result<(), Error> {
    let (state, until) = match boxes::state(tx, &id).await? {
        Some((state, due)) => (state, due.max(left.until)),
        None if tx.item(Shelf::BoxMarks.number(), b"", &id).await?.is_some() => return Ok(()),
        None => (cbor::from_bytes(&left.body, "box")?, left.until),
    };
    boxes::put_box(tx, &id, &state, until).await?;
    for (key, body) in left.replies.into_iter().take(REPLIES_MAX) {
        let (shelf, part) = (Shelf::BoxReplies.number(), id.to_vec());
        tx.put_item(&Item { shelf, part, key, due: None, sealed_by: KeyId::default(), body }).await?;
    }
    Ok(())
}
