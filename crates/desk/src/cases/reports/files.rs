//! Files of reports: chunks at the door, the finding when a file is whole, and each opening as a recorded act.

use super::{ReportStream, near_report};
use crate::act::{Act, Asking, Desk, note_access};
use crate::actor::Actor;
use crate::error::{Error, Refusal};
use crate::policy::{Deed, Permit};
use async_trait::async_trait;
use base::{Digest, FileId, OfficerId, Problem, ReportId, Timestamp, limits};
use casework::report::{Attached, FileFound, FileKind};
use seal::chunk::{ChunkKey, Chunks, chunk_count, open_blob};
use std::sync::Arc;
use store::files::{Chunk, Kept, Progress};
use store::{AccessEvent, Files, FilesError, Read, Shelf, Tx};
use zeroize::Zeroizing;

/// Reports that one file is looked up for; a file belongs to one, and a copy of a list is no more than that.
const REPORTS_PER_FILE_MAX: usize = 8;

/// The shelves by which a file is known to belong to something.
const NAMING: [Shelf; 3] = [Shelf::ReportFiles, Shelf::CaseFiles, Shelf::OfferFiles];

/// Where a file of a report stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileState {
    /// Nothing of it is here.
    Absent,
    /// So many of so many chunks are here.
    Coming(u32, u32),
    /// All chunks are here; it was not opened yet.
    Here,
    /// It is what the report says, and of this kind.
    Whole(FileKind),
    /// This chunk does not open; without a number, the whole is not what the report says.
    Damaged(Option<u32>),
}

/// A file that was opened for somebody.
pub struct FileOpened {
    /// What the report says of it.
    pub file: Attached,
    /// Its kind, by its first bytes.
    pub kind: FileKind,
    /// Its plain bytes; wiped when dropped.
    pub plain: Zeroizing<Vec<u8>>,
}

/// Where a file of a report stands.
pub fn file_state(files: &Files, report: &ReportStream, file: &Attached) -> Result<FileState, Error> {
    let Some(progress) = problem(files.progress(file.id))? else { return Ok(FileState::Absent) };
    Ok(match report.checked.get(&file.id).map(|check| check.found) {
        _ if !progress.whole => FileState::Coming(progress.chunks(), expected(file, &progress)),
        None => FileState::Here,
        Some(FileFound::Whole(kind)) => FileState::Whole(kind),
        Some(FileFound::Damaged(chunk)) => FileState::Damaged(chunk),
    })
}

fn expected(file: &Attached, progress: &Progress) -> u32 {
    chunk_count(file.bytes).unwrap_or_default().max(progress.chunks())
}

fn problem<T>(result: Result<T, FilesError>) -> Result<T, Error> {
    result.map_err(|error| Problem::from(error).into())
}

impl Desk {
    /// Keeps a sealed chunk, on a locked node too. Answered means: it is on disk.
    pub async fn take_chunk(&self, (id, n, last): (FileId, u32, bool), bytes: Vec<u8>) -> Result<Kept, Error> {
        let mut view = self.store.backend().read().await?;
        let claimed = view.count(Shelf::ReportFiles.number(), &id.bytes(), 1).await? > 0;
        drop(view);
        let now = self.now();
        let put = move |files: &Files| files.put(&Chunk { id, n, last, bytes: &bytes }, claimed, now);
        problem(self.on_disk(put).await?)
    }

    /// What is here of a file.
    pub fn file_progress(&self, id: FileId) -> Result<Option<Progress>, Error> {
        problem(self.store.files().progress(id))
    }

    /// The disk takes long: not on a worker that answers pages.
    pub(crate) async fn on_disk<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Files) -> T + Send + 'static,
    ) -> Result<T, Error> {
        let files = Arc::clone(self.store.files());
        tokio::task::spawn_blocking(move || work(&files)).await.map_err(|_| Problem::new("upload.disk").into())
    }

    /// Opens a file that is whole, if nobody has, and notes what was found. What cannot be done now is done by the next
    /// round; it is told to the operator and holds up nothing.
    async fn look_at(&self, id: FileId) {
        if let Err(error) = self.check_file(id).await {
            tracing::warn!(code = error.problem().code.0, "a file was not looked at");
        }
    }

    async fn check_file(&self, id: FileId) -> Result<(), Error> {
        let mut view = self.read().await?;
        let page = store::Page::first(REPORTS_PER_FILE_MAX);
        let reports = view.list::<ReportId>(Shelf::ReportFiles, &id.bytes(), &page).await?;
        for row in reports {
            let report = view.load::<ReportStream>(row.card.bytes()).await?.ok_or(Error::NotFound)?;
            let Some(file) = report.file(id).filter(|_| !report.checked.contains_key(&id)) else { continue };
            let found = match self.opened(file.clone()).await? {
                Ok(opened) => FileFound::Whole(opened.kind),
                Err(Refused::NotWhole) => continue,
                Err(Refused::Damaged(chunk)) => FileFound::Damaged(chunk),
            };
            self.note_file(row.card, id, found).await?;
        }
        Ok(())
    }

    async fn note_file(&self, report: ReportId, file: FileId, found: FileFound) -> Result<(), Error> {
        let asking = Asking::once(&*self.chance, self.now());
        self.run(&Actor::Node, asking, &NoteFile { report, file, found }).await
    }

    async fn opened(&self, file: Attached) -> Result<Result<FileOpened, Refused>, Error> {
        self.on_disk(move |files| open(files, file)).await?.map_err(|error| Problem::from(error).into())
    }

    /// Opens a file for an officer: recorded first, then opened in memory. A file found damaged now is noted as such.
    pub async fn open_file(&self, by: &Actor, act: &OpenFile) -> Result<FileOpened, Error> {
        let file = self.run(by, Asking::once(&*self.chance, self.now()), act).await?;
        match self.opened(file).await? {
            Ok(opened) if opened.plain.len() as u64 > opened.kind.bytes_max() => {
                Err(Problem::new("file.too-large").into())
            }
            Ok(opened) => Ok(opened),
            Err(refused) => {
                if let Refused::Damaged(chunk) = refused {
                    self.note_file(act.report, act.file, FileFound::Damaged(chunk)).await?;
                }
                Err(refused.problem("upload.not-whole").into())
            }
        }
    }

    /// What files ask for, when something became whole or was named, and each hour: uploads that a report, a case or an offer
    /// names are joined and looked at, those that none names are removed after two days. While a sealed report waits unopened
    /// nothing is removed, as it may name them.
    pub async fn sweep_files(&self) -> Result<usize, Error> {
        let waiting = problem(self.on_disk(Files::waiting).await?)?;
        let mut view = self.read().await?;
        let is_sealed = view.count(Shelf::Intake, b"", 1).await? > 0 || crate::boxes::is_waiting(&mut view).await?;
        let mut removed = 0;
        for (id, touched) in waiting {
            let mut named = 0;
            for shelf in NAMING {
                named += view.count(shelf, &id.bytes(), 1).await?;
            }
            if named > 0 {
                problem(self.on_disk(move |files| files.claim(id)).await?)?;
            } else if !is_sealed && touched.plus_hours(limits::UPLOAD_KEEP_HOURS) <= self.now() {
                problem(self.on_disk(move |files| files.remove(id)).await?)?;
                removed += 1;
            }
        }
        let unseen = view.due::<ReportId>(Shelf::ReportFiles, self.now(), limits::CODE_ROWS_MAX).await?;
        drop(view);
        for (part, _) in unseen {
            if let Some(id) = FileId::from_slice(&part) {
                self.look_at(id).await;
            }
        }
        self.look_at_came().await?;
        Ok(removed)
    }
}

pub(crate) enum Refused {
    NotWhole,
    Damaged(Option<u32>),
}

impl Refused {
    /// Whether some of it is not here.
    pub(crate) const fn is_not_whole(&self) -> bool {
        matches!(self, Self::NotWhole)
    }

    /// What is told; `absent` names a file that is not here, or not whole.
    pub(crate) fn problem(&self, absent: &'static str) -> Problem {
        match self {
            Self::NotWhole => Problem::new(absent),
            Self::Damaged(chunk) => {
                Problem::at("chunk.damaged", chunk.map_or_else(|| "SHA-256".to_owned(), |n| n.to_string()))
            }
        }
    }
}

fn open(files: &Files, file: Attached) -> Result<Result<FileOpened, Refused>, FilesError> {
    let key = ChunkKey::Browser(*file.key.expose());
    let opened = unsealed(files, (file.id, key), file.bytes, file.hash)?;
    Ok(opened.map(|plain| FileOpened { kind: FileKind::of(&plain), file, plain }))
}

/// Opens every chunk, in order, and compares the whole with what is known of it.
pub(crate) fn unsealed(
    files: &Files,
    (id, key): (FileId, ChunkKey),
    bytes: u64,
    hash: Digest,
) -> Result<Result<Zeroizing<Vec<u8>>, Refused>, FilesError> {
    let sealed = match files.chunks(id) {
        Err(FilesError::NotWhole) => return Ok(Err(Refused::NotWhole)),
        read => read?,
    };
    let plain = match open_blob(&Chunks::of_blob(key, id), &sealed, bytes) {
        Ok(plain) => plain,
        Err(fault) => return Ok(Err(Refused::Damaged(fault.at.and_then(|at| at.parse().ok())))),
    };
    let is_same = seal::hash::sha256(&[&plain]) == hash.0;
    Ok(if is_same { Ok(plain) } else { Err(Refused::Damaged(None)) })
}

/// Records that an officer opens a file, and gives what opens it.
#[derive(Clone, Copy, Debug)]
pub struct OpenFile {
    /// The report.
    pub report: ReportId,
    /// The file.
    pub file: FileId,
}

#[async_trait]
impl Act for OpenFile {
    const NAME: &'static str = "report.open-file";
    const DEED: Deed = Deed::OpenFile;
    type Done = Attached;

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        near_report(self.report, by, tx).await
    }

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<Attached, Error> {
        let report = tx.load::<ReportStream>(self.report.bytes()).await?.ok_or(Error::NotFound)?;
        let file = report.file(self.file).ok_or(Problem::new("report.no-such-file"))?.clone();
        let officer = OfficerId::from_bytes(tx.origin().actor);
        note_access(tx, self.report.bytes(), AccessEvent::FileOpened { officer, file: self.file }).await?;
        Ok(file)
    }
}

/// Writes down what was found of a file.
struct NoteFile {
    report: ReportId,
    file: FileId,
    found: FileFound,
}

#[async_trait]
impl Act for NoteFile {
    const NAME: &'static str = "report.note-file";
    const DEED: Deed = Deed::OpenFile;
    type Done = ();

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let mut report = tx.load::<ReportStream>(self.report.bytes()).await?.ok_or(Error::NotFound)?;
        let events = report.check_file(self.file, self.found)?;
        Ok(tx.append(&mut report, events).await?)
    }
}

/// Who opened files of a report lately: when, who, which.
pub async fn openings(view: &mut impl Read, report: ReportId) -> Result<Vec<(Timestamp, OfficerId, FileId)>, Error> {
    Ok(view.load::<store::Access>(report.bytes()).await?.map(|access| access.state.opened.clone()).unwrap_or_default())
}
