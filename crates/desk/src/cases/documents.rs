//! Documents of a case: sealed in memory, on disk before the case names them, opened on the record, gone with their key.
//!
//! Each has a key of its own. It hangs from the narrow part that its kind belongs to (identity, health, statement), else
//! from the work key of the case, so that it goes with that, or before it.

use super::keeping::Erased;
use super::reports::{report_of, unsealed};
use super::{CaseStream, change, shut};
use crate::act::{Act, Asking, Desk, note_access};
use crate::actor::Actor;
use crate::cases::stream::narrow_part;
use crate::error::{Error, Refusal};
use crate::policy::{self, Decision, Deed, Permit};
use async_trait::async_trait;
use base::{CaseId, Digest, FileId, OfficerId, Problem, Redacted, Timestamp};
use casework::Case;
use casework::document::{Document, DocumentFor, DocumentKind};
use casework::report::FileKind;
use casework::words::Category;
use seal::DataKey;
use seal::chunk::{ChunkKey, Chunks, seal_blob};
use std::collections::BTreeSet;
use store::{AccessEvent, FilesError, Read, Row, Shelf, StoreError, Stored, Tx, cbor};
use zeroize::Zeroizing;

/// The rows by which a file is known to belong to a case.
pub(super) fn rows(case: &Case, id: CaseId) -> Vec<Row> {
    let Ok(card) = cbor::to_bytes(&id) else { return Vec::new() };
    let row = |part| Row { shelf: Shelf::CaseFiles, part, key: id.bytes().to_vec(), due: None, card: card.clone() };
    case.documents.iter().map(|document| row(document.id.bytes().to_vec())).collect()
}

/// What opening a document of this kind needs (domain: actors, section 4).
pub const fn deed(kind: DocumentKind) -> Deed {
    match kind.part() {
        Some(Category::Identity) => Deed::SeeIdentity,
        Some(Category::Health) => Deed::SeeHealth,
        _ => Deed::ReadCase,
    }
}

/// Why an actor may not open documents of a kind; nothing if she may.
pub fn near(by: &Actor, case: &Case, kind: DocumentKind, now: Timestamp) -> Vec<Refusal> {
    let deed = deed(kind);
    if let Decision::Deny(refusals) = policy::decide(by, deed) {
        return refusals;
    }
    too_far(by, case, deed, now)
}

/// Why an actor may not see the list of documents; nothing if she may. Health officers see their own kind alone.
pub fn may_list(by: &Actor, case: &Case, now: Timestamp) -> Vec<Refusal> {
    let refusals = match policy::decide(by, Deed::ReadCase) {
        Decision::Permit(_) => return too_far(by, case, Deed::ReadCase, now),
        Decision::Deny(refusals) => refusals,
    };
    if near(by, case, DocumentKind::Medical, now).is_empty() { Vec::new() } else { refusals }
}

/// Why an actor may not add a document of a kind; nothing if she may. Who reads the case files also what she may not open:
/// a visum comes to the desk of the case manager.
pub fn may_add(by: &Actor, case: &Case, kind: DocumentKind, now: Timestamp) -> Vec<Refusal> {
    match policy::decide(by, Deed::ReadCase) {
        Decision::Permit(_) => too_far(by, case, Deed::ReadCase, now),
        Decision::Deny(_) => near(by, case, kind, now),
    }
}

/// Whether an officer may remove a document: who holds the case, or who added it.
pub fn may_remove(by: &Actor, case: &Case, document: &Document, now: Timestamp) -> Vec<Refusal> {
    match by.officer() {
        Some(staff) if staff.id != document.by && !case.may_know(staff.id) => {
            vec![Refusal::new("document.not-hers", Deed::WorkCase.word())]
        }
        _ => too_far(by, case, Deed::WorkCase, now),
    }
}

/// What nearness asks for a deed; besides, a witness's papers bear her name: they are for the two who know it (SOP WI-2).
fn too_far(by: &Actor, case: &Case, deed: Deed, now: Timestamp) -> Vec<Refusal> {
    match by.officer() {
        Some(staff) if case.shield.is_some() && !case.may_know(staff.id) => {
            vec![Refusal::new("identity.not-near", deed.word())]
        }
        _ => change::near(by, case, deed, now),
    }
}

/// A document as an officer hands it in.
#[derive(Clone, Debug)]
pub struct NewDocument {
    /// The case.
    pub case: CaseId,
    /// What it is.
    pub kind: DocumentKind,
    /// Its title, or nothing.
    pub title: Redacted<String>,
    /// For what.
    pub purpose: DocumentFor,
}

impl Desk {
    /// Keeps a document: looked at and sealed in memory, on disk, then named by the case; the other way round a kill would
    /// leave a document without content. What the case does not take is removed, at once or by [`Desk::sweep_files`].
    pub async fn add_document<B>(
        &self,
        by: &Actor,
        asking: Asking,
        (new, plain): (NewDocument, B),
    ) -> Result<FileId, Error>
    where
        B: AsRef<[u8]> + Send + 'static,
    {
        let file = checked(plain.as_ref())?;
        let (id, key, now) = (FileId::from_bytes(self.chance.bytes()), DataKey::generate(&*self.chance), self.now());
        let bytes = plain.as_ref().len() as u64;
        let chunks = chunks(id, &key);
        let sealed = self.on_disk(move |files| {
            let hash = Digest(seal::hash::sha256(&[plain.as_ref()]));
            files.hold(id, &seal_blob(&chunks, plain.as_ref())?, now).map_err(untaken)?;
            Ok::<_, Problem>(hash)
        });
        let hash = sealed.await??;
        let act = AddDocument { new, id, file, bytes, hash, key };
        let added = self.run(by, asking, &act).await;
        let settled = match &added {
            Ok(()) => self.on_disk(move |files| files.claim(id)).await?,
            // Perhaps it is on disk after all: the next round knows whether a case names it.
            Err(Error::Store(error)) if !matches!(error, StoreError::Repeated(_)) => Ok(()),
            Err(_) => self.on_disk(move |files| files.remove(id)).await?,
        };
        if let Err(error) = settled {
            tracing::warn!(code = error.code(), "a sealed file waits for the next round");
        }
        added.map(|()| id)
    }

    /// Opens a document for an officer: recorded first, then opened in memory.
    pub async fn open_document(&self, by: &Actor, act: &OpenDocument) -> Result<DocumentOpened, Error> {
        let (document, key) = self.run(by, Asking::once(&*self.chance, self.now()), act).await?;
        self.document_opened(document, &key).await
    }

    /// A document whose opening was recorded, opened in memory.
    pub(crate) async fn document_opened(&self, document: Document, key: &DataKey) -> Result<DocumentOpened, Error> {
        let (id, bytes, hash) = (document.id, document.bytes, document.hash);
        let key = ChunkKey::Node(*key.expose());
        let opened = self.on_disk(move |files| unsealed(files, (id, key), bytes, hash)).await?;
        match opened.map_err(Problem::from)? {
            Ok(plain) => Ok(DocumentOpened { document, plain }),
            Err(refused) => Err(refused.problem("document.lost").into()),
        }
    }
}

/// What an officer is told when the disk does not take her document.
fn untaken(error: FilesError) -> Problem {
    match error {
        FilesError::NoRoom => Problem::new("document.disk-full"),
        other => other.into(),
    }
}

fn chunks(id: FileId, key: &DataKey) -> Chunks {
    Chunks::of_blob(ChunkKey::Node(*key.expose()), id)
}

/// What a file is by its content, if it is one that is kept.
fn checked(plain: &[u8]) -> Result<FileKind, Problem> {
    let kind = FileKind::of(plain);
    match kind {
        FileKind::Other => Err(Problem::new("document.kind-refused")),
        kind if plain.len() as u64 > kind.bytes_max() => {
            Err(Problem::at("document.too-large", (kind.bytes_max() >> 20).to_string()))
        }
        kind => Ok(kind),
    }
}

/// The case takes a document whose sealed file is on disk.
struct AddDocument {
    new: NewDocument,
    id: FileId,
    file: FileKind,
    bytes: u64,
    hash: Digest,
    key: DataKey,
}

impl AddDocument {
    fn document(&self, by: OfficerId, at: Timestamp) -> Document {
        let NewDocument { kind, title, purpose, .. } = self.new.clone();
        let Self { id, file, bytes, hash, .. } = *self;
        Document { id, kind, title, purpose, file, bytes, hash, by, at, from: None }
    }
}

#[async_trait]
impl Act for AddDocument {
    const NAME: &'static str = "document.add";
    const DEED: Deed = Deed::WorkCase;
    type Done = ();

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        let now = tx.now();
        let may = |case: &Stored<CaseStream>| may_add(by, case, self.new.kind, now);
        let refusals = tx.look(self.new.case.bytes(), may).await?.ok_or(Error::NotFound)?;
        Ok(shut::named(refusals, self.new.case))
    }

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        // A document takes nothing from what another wrote: it stands beside a newer version too.
        let mut case = change::load(tx, self.new.case, None).await?;
        let by = OfficerId::from_bytes(tx.origin().actor);
        let beside = report_bytes(tx, &case).await?;
        let events = case.add_document(self.document(by, tx.now()), beside)?;
        tx.append(&mut case, events).await?;
        let part = self.new.kind.part().and_then(narrow_part);
        tx.keep_file_key::<CaseStream>((case.id, part), (self.id, &self.key)).await?;
        Ok(())
    }
}

/// Bytes of the files of all reports of a case.
pub(crate) async fn report_bytes(tx: &mut Tx, case: &Case) -> Result<u64, Error> {
    let mut sum: u64 = 0;
    for id in &case.reports {
        let Some(report) = report_of(tx, *id).await? else { continue };
        sum = report.files().fold(sum, |sum, file| sum.saturating_add(file.bytes));
    }
    Ok(sum)
}

/// Records that an officer opens a document, and gives what opens it.
#[derive(Clone, Debug)]
pub struct OpenDocument {
    /// The case.
    pub case: CaseId,
    /// The document.
    pub file: FileId,
    /// Why; asked for where it shows who she is.
    pub reason: Redacted<String>,
}

/// A document that was opened for somebody.
pub struct DocumentOpened {
    /// What the case says of it.
    pub document: Document,
    /// Its plain bytes; wiped when dropped.
    pub plain: Zeroizing<Vec<u8>>,
}

#[async_trait]
impl Act for OpenDocument {
    const NAME: &'static str = "document.open";
    const DEED: Deed = Deed::SeeCases;
    type Done = (Document, DataKey);

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        let now = tx.now();
        let may = |case: &Stored<CaseStream>| Ok(near(by, case, case.document(self.file)?.kind, now));
        let refusals: Result<_, Problem> = tx.look(self.case.bytes(), may).await?.ok_or(Error::NotFound)?;
        Ok(shut::named(refusals?, self.case))
    }

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<Self::Done, Error> {
        let known = |case: &Stored<CaseStream>| case.document(self.file).cloned();
        let document = tx.look(self.case.bytes(), known).await?.ok_or(Error::NotFound)??;
        let officer = OfficerId::from_bytes(tx.origin().actor);
        if document.kind.part() == Some(Category::Identity) {
            if self.reason.expose().trim().is_empty() {
                return Err(Problem::at("identity.reason-missing", "alasan").into());
            }
            let seen = AccessEvent::IdentitySeen { officer, reason: self.reason.clone() };
            note_access(tx, self.case.bytes(), seen).await?;
        }
        let key = tx.file_key(self.file).await?;
        note_access(tx, self.case.bytes(), AccessEvent::FileOpened { officer, file: self.file }).await?;
        Ok((document, key))
    }
}

/// Removes a document: the case forgets it and its key is destroyed. Run by [`Desk::erase`], which takes it off the disk.
#[derive(Clone, Debug)]
pub struct RemoveDocument {
    /// The case.
    pub case: CaseId,
    /// Version that the page showed.
    pub version: Option<i64>,
    /// The document.
    pub file: FileId,
    /// Why.
    pub reason: Redacted<String>,
}

#[async_trait]
impl Act for RemoveDocument {
    const NAME: &'static str = "document.remove";
    const DEED: Deed = Deed::WorkCase;
    type Done = Erased;

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        let case = tx.load::<CaseStream>(self.case.bytes()).await?.ok_or(Error::NotFound)?;
        Ok(shut::named(may_remove(by, &case, case.document(self.file)?, tx.now()), self.case))
    }

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<Erased, Error> {
        let mut case = change::load(tx, self.case, self.version).await?;
        let by = OfficerId::from_bytes(tx.origin().actor);
        let events = case.remove_document(self.file, by, self.reason.clone())?;
        tx.append(&mut case, events).await?;
        let mut erased = Erased::default();
        erase_files(tx, [self.file].into(), &mut erased).await?;
        Ok(erased)
    }
}

/// Destroys the keys of files; they are to be taken off the disk once that is committed.
pub(super) async fn erase_files(tx: &mut Tx, files: BTreeSet<FileId>, erased: &mut Erased) -> Result<(), Error> {
    for file in files {
        erased.keys.extend(tx.erase_file_key(file).await?);
        erased.files.insert(file);
    }
    Ok(())
}
