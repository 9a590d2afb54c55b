//! A document that came along is looked at, and settled: whole, asked for again, or marked.

use super::{CameFile, CameState, DAMAGED};
use crate::act::{Act, Asking, Desk};
use crate::actor::Actor;
use crate::cases::CaseStream;
use crate::cases::documents::report_bytes;
use crate::cases::reports::unsealed;
use crate::cases::stream::narrow_part;
use crate::error::Error;
use crate::offers::stream::{OfferEvent, OfferStream};
use crate::policy::{Deed, Permit};
use async_trait::async_trait;
use base::{CaseId, FileId, OfficerId, Problem, ThreadId, limits};
use casework::document::{Document, DocumentFor};
use casework::report::FileKind;
use seal::DataKey;
use seal::chunk::{ChunkKey, Chunks};
use store::{Files, FilesError, Read, Shelf, StoreError, Stored, Tx};
use zeroize::Zeroizing;

/// A bad chunk is asked for so many times (FEDERATION.md 11).
const TRIES_MAX: u8 = 3;
/// A document that did not come in this time after its message will not come: its carriers dropped it.
const KEEP_DAYS: i64 = 62;

/// What was found when a document was looked at.
pub(super) enum Found {
    /// Not all of it is here.
    NotWhole,
    /// It is what was said of it.
    Whole(Zeroizing<Vec<u8>>),
    /// These chunks are bad; none: all open, and the whole is something else.
    Bad(Vec<u32>),
}

impl Desk {
    /// Looks after the documents that come along with offers: what is whole is opened and settled, what is hidden is taken off
    /// the disk, what did not come in time is marked.
    pub(crate) async fn look_at_came(&self) -> Result<(), Error> {
        let mut view = self.read().await?;
        let due = view.due::<ThreadId>(Shelf::OfferFiles, self.now(), limits::CODE_ROWS_MAX).await?;
        drop(view);
        for (part, row) in due {
            let Some(id) = FileId::from_slice(&part) else { continue };
            if let Err(error) = self.settle_came(row.card, id).await {
                tracing::warn!(code = error.problem().code.0, "a document of an offer was not looked at");
            }
        }
        Ok(())
    }

    async fn settle_came(&self, thread: ThreadId, id: FileId) -> Result<(), Error> {
        let mut view = self.read().await?;
        let stored = view.load::<OfferStream>(thread.bytes()).await?.ok_or(Error::NotFound)?;
        let Some((no, file)) = stored.came_file(id).map(|(no, file)| (no, file.clone())) else { return Ok(()) };
        let key = view.file_key(id).await;
        drop(view);
        let state = match (&file.state, key) {
            (CameState::Hidden, _) | (_, Err(StoreError::Erased)) => {
                self.on_disk(move |files| files.erase(id)).await?.map_err(Problem::from)?;
                CameState::Gone
            }
            (CameState::Coming(tries), Ok(key)) => match self.looked(&file, key, *tries).await? {
                Some(state) => state,
                None => return Ok(()),
            },
            (_, Err(error)) => return Err(error.into()),
            _ => return Ok(()),
        };
        let asking = Asking::once(&*self.chance, self.now());
        self.run(&Actor::Node, asking, &SettleCame { thread, no, id, state }).await
    }

    /// Where a document stands that was on its way; nothing while more of it must come.
    async fn looked(&self, file: &CameFile, key: DataKey, tries: u8) -> Result<Option<CameState>, Error> {
        let (one, now) = (file.clone(), self.now());
        let found = self.on_disk(move |files| look(files, &one, &key)).await?.map_err(Problem::from)?;
        let id = file.id;
        let marked = |code: &str| Some(CameState::Marked(code.to_owned()));
        let is_late = file.at.plus_hours(24 * KEEP_DAYS) < now;
        let (state, goes) = match found {
            Found::NotWhole => (marked("attachment.missing").filter(|_| is_late), is_late),
            Found::Whole(plain) => (Some(CameState::Here(FileKind::of(&plain))), false),
            Found::Bad(bad) if bad.is_empty() || tries + 1 >= TRIES_MAX => (marked(DAMAGED), false),
            Found::Bad(bad) => {
                self.on_disk(move |files| files.reopen(id, &bad, now)).await?.map_err(Problem::from)?;
                (Some(CameState::Coming(tries + 1)), false)
            }
        };
        if goes {
            self.on_disk(move |files| files.erase(id)).await?.map_err(Problem::from)?;
        }
        Ok(state)
    }
}

/// Opens a document in memory, and names the chunks that do not open.
pub(super) fn look(files: &Files, file: &CameFile, key: &DataKey) -> Result<Found, FilesError> {
    let key = ChunkKey::Node(*key.expose());
    match unsealed(files, (file.id, key.clone()), file.bytes, file.hash)? {
        Ok(plain) => return Ok(Found::Whole(plain)),
        Err(refused) if refused.is_not_whole() => return Ok(Found::NotWhole),
        Err(_) => {}
    }
    let chunks = Chunks::of_blob(key, file.id);
    let (sealed, count) = (files.chunks(file.id)?, file.chunks());
    let opens =
        |(n, bytes): (u32, &Vec<u8>)| (n >= count || chunks.open(n, n + 1 == count, bytes).is_err()).then_some(n);
    let mut bad: Vec<u32> = (0_u32..).zip(&sealed).filter_map(opens).collect();
    // Fewer chunks than there are: the one that came as the last is not.
    let here = u32::try_from(sealed.len()).unwrap_or(u32::MAX);
    if here < count && !bad.contains(&(here - 1)) {
        bad.push(here - 1);
    }
    Ok(Found::Bad(bad))
}

/// Writes down what became of a document, and gives it to the case of a handover.
struct SettleCame {
    thread: ThreadId,
    no: u32,
    id: FileId,
    state: CameState,
}

#[async_trait]
impl Act for SettleCame {
    const NAME: &'static str = "offer.settle-file";
    const DEED: Deed = Deed::OpenFile;
    type Done = ();

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let mut stored = tx.load::<OfferStream>(self.thread.bytes()).await?.ok_or(Error::NotFound)?;
        let Some((no, file)) = stored.came_file(self.id).map(|(no, file)| (no, file.clone())) else { return Ok(()) };
        // Hidden meanwhile: the next round takes it off the disk.
        if no != self.no || (matches!(file.state, CameState::Hidden) && self.state != CameState::Gone) {
            return Ok(());
        }
        let state = match (&self.state, stored.case) {
            (CameState::Here(kind), Some(case)) => into_case(tx, &stored, (case, &file), *kind).await?,
            (state, _) => state.clone(),
        };
        if matches!(&state, CameState::Marked(code) if code != DAMAGED) {
            tx.erase_file_key(self.id).await?;
        }
        Ok(tx.append(&mut stored, vec![OfferEvent::FileMoved(no, self.id, state)]).await?)
    }
}

/// Whether a file of this kind and size is ever shown or given out.
pub fn opens(bytes: u64, kind: FileKind) -> bool {
    kind != FileKind::Other && bytes <= kind.bytes_max()
}

/// A document of a handover becomes one of the case, under the key of its part. What the case does not take stays with the
/// offer, where it can be opened.
async fn into_case(
    tx: &mut Tx,
    stored: &Stored<OfferStream>,
    (id, file): (CaseId, &CameFile),
    kind: FileKind,
) -> Result<CameState, Error> {
    let stays = Ok(CameState::Here(kind));
    // What is no document, or too large for one, is kept with the offer as it came, and not opened.
    if !opens(file.bytes, kind) {
        return stays;
    }
    let Some(mut case) = tx.load::<CaseStream>(id.bytes()).await? else { return stays };
    if case.documents.iter().any(|known| known.hash == file.hash) {
        return Ok(CameState::Marked("attachment.known".into()));
    }
    let document = Document {
        id: file.id,
        kind: file.kind(),
        title: file.label.clone(),
        purpose: DocumentFor::Case,
        file: kind,
        bytes: file.bytes,
        hash: file.hash,
        by: OfficerId::default(),
        at: tx.now(),
        from: Some(stored.peer),
    };
    let beside = report_bytes(tx, &case).await?;
    let Ok(events) = case.add_document(document, beside) else { return stays };
    tx.append(&mut case, events).await?;
    let key = tx.file_key(file.id).await?;
    let part = file.kind().part().and_then(narrow_part);
    tx.keep_file_key::<CaseStream>((case.id, part), (file.id, &key)).await?;
    Ok(CameState::InCase(id))
}
