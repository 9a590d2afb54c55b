//! The taker's documents: what comes along with a file, chunk by chunk, until each is here whole or marked.
//!
//! Acceptance is total: a document that is odd, bad or late is marked and stops nothing. Until it is settled its key hangs
//! from the thread; of a handover it moves under the case, as a document of it. What is hidden loses its key at once.

mod open;
mod settle;

pub use open::OpenCame;
pub use settle::opens;

use super::stream::{OfferEvent, OfferStream};
use crate::error::Error;
use base::{CaseId, Digest, FileId, Redacted, ThreadId, Timestamp, limits};
use casework::document::DocumentKind;
use casework::extract::AttachmentLine;
use casework::report::FileKind;
use seal::chunk::chunk_count;
use seal::{Attachment, DataKey};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::{Page, Read, Row, Shelf, Stored, Tx, cbor};

/// A bad chunk came once too often, or the whole is something else than was said.
const DAMAGED: &str = "attachment.damaged";

/// Where a document that came along stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CameState {
    /// Its chunks are on their way; so often one of them was bad.
    Coming(u8),
    /// It is here and what was said of it; it lies with the offer.
    Here(FileKind),
    /// It is a document of the case.
    InCase(CaseId),
    /// It is not here, or not as it was named. The code says why and what to do.
    Marked(String),
    /// What it rested on was withdrawn: its key is gone, its bytes are to be taken off the disk.
    Hidden,
    /// Nothing of it is here any more.
    Gone,
}

/// A document that comes along with an offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CameFile {
    /// The blob, which becomes the stored file.
    pub id: FileId,
    /// Plain bytes.
    pub bytes: u64,
    /// SHA-256 of them.
    pub hash: Digest,
    /// What the giver calls it.
    pub label: Redacted<String>,
    /// The field that names what it is.
    pub field: String,
    /// When its message came.
    pub at: Timestamp,
    /// Where it stands.
    pub state: CameState,
}

impl CameFile {
    /// Nothing of it may be shown any more.
    pub fn hide(&mut self) {
        if self.is_held() {
            self.state = CameState::Hidden;
        }
        self.label = Redacted::default();
    }

    /// What it is.
    pub fn kind(&self) -> DocumentKind {
        DocumentKind::of_field(&self.field).unwrap_or(DocumentKind::Other)
    }

    /// Chunks of the whole.
    pub fn chunks(&self) -> u32 {
        chunk_count(self.bytes).unwrap_or(0)
    }

    /// Whether the disk may hold something of it for this thread.
    fn is_held(&self) -> bool {
        match &self.state {
            CameState::Coming(_) | CameState::Here(_) | CameState::Hidden => true,
            // Its good chunks are kept: the giver may send the others once more.
            CameState::Marked(code) => code == DAMAGED,
            CameState::InCase(_) | CameState::Gone => false,
        }
    }
}

/// Rows by which a file is known to belong to a thread; due while something is to be done about it.
pub(super) fn rows(stored: &OfferStream, thread: ThreadId) -> Vec<Row> {
    let Ok(card) = cbor::to_bytes(&thread) else { return Vec::new() };
    let mut held: BTreeMap<FileId, Option<Timestamp>> = BTreeMap::new();
    for file in stored.came.values().flat_map(|came| &came.files).filter(|file| file.is_held()) {
        let is_open = matches!(file.state, CameState::Coming(_) | CameState::Hidden);
        let due = is_open.then_some(file.at);
        let known = held.entry(file.id).or_default();
        *known = known.or(due);
    }
    let row = |(id, due): (FileId, _)| Row {
        shelf: Shelf::OfferFiles,
        part: id.bytes().to_vec(),
        key: thread.bytes().to_vec(),
        due,
        card: card.clone(),
    };
    held.into_iter().map(row).collect()
}

impl OfferStream {
    /// Files on the disk whose keys hang from this thread.
    pub fn files_of_thread(&self) -> impl Iterator<Item = FileId> {
        self.came.values().flat_map(|came| &came.files).filter(|file| file.is_held()).map(|file| file.id)
    }

    /// A document that came along, and with which offer.
    pub fn came_file(&self, id: FileId) -> Option<(u32, &CameFile)> {
        let all = self.came.iter().flat_map(|(no, came)| came.files.iter().map(move |file| (*no, file)));
        all.filter(|(_, file)| file.id == id).max_by_key(|(no, _)| *no)
    }
}

/// Documents that come along with offers about a case and are not its own: thread, offer, the other node, and where it stands.
pub async fn of_case(view: &mut impl Read, case: CaseId) -> Result<Vec<(ThreadId, u32, String, CameFile)>, Error> {
    let page = Page::first(limits::CODE_ROWS_MAX);
    let mut found = Vec::new();
    for row in view.list::<ThreadId>(Shelf::ThreadByCasePeer, &case.bytes(), &page).await? {
        let Some(stored) = super::thread(view, row.card).await? else { continue };
        for (no, came) in &stored.came {
            let open = came
                .files
                .iter()
                .filter(|file| matches!(file.state, CameState::Coming(_) | CameState::Here(_) | CameState::Marked(_)));
            found.extend(open.map(|file| (row.card, *no, stored.peer_name.clone(), file.clone())));
        }
    }
    Ok(found)
}

/// Fields of what an extract names beside its own: each document stands for all that it shows.
pub(crate) fn fields_of(lines: &[AttachmentLine]) -> Vec<String> {
    let shown = |line: &AttachmentLine| match DocumentKind::of_field(&line.field) {
        Some(kind) => kind.fields().iter().map(|field| (*field).to_owned()).collect(),
        None => vec![line.field.clone()],
    };
    lines.iter().flat_map(shown).collect()
}

/// What came named in an extract and beside it.
#[derive(Clone, Copy)]
pub(crate) struct Named<'a> {
    /// In the extract.
    pub lines: &'a [AttachmentLine],
    /// Beside it, with keys.
    pub beside: &'a [Attachment],
    /// Fields that may not be here.
    pub surplus: &'a [String],
}

/// Takes note of the documents that come along. Says whether one of them is odd.
pub(crate) async fn came(
    tx: &mut Tx,
    stored: &mut Stored<OfferStream>,
    (no, named): (u32, Named<'_>),
) -> Result<bool, Error> {
    let mut files = Vec::new();
    let known = stored.came.get(&no).map(|came| came.files.clone()).unwrap_or_default();
    let is_well = |id: FileId| known.iter().any(|file| file.id == id && !matches!(file.state, CameState::Marked(_)));
    let lines = named.lines.iter().filter(|line| !is_well(FileId::from_bytes(line.blob)));
    for line in lines.take(limits::ATTACHMENTS_MAX) {
        files.push(came_one(tx, stored, line, named).await?);
    }
    let odd = files.iter().any(|file: &CameFile| matches!(file.state, CameState::Marked(_)));
    if !files.is_empty() {
        tx.append(stored, vec![OfferEvent::FilesCame(no, files)]).await?;
    }
    Ok(odd)
}

async fn came_one(
    tx: &mut Tx,
    stored: &Stored<OfferStream>,
    line: &AttachmentLine,
    named: Named<'_>,
) -> Result<CameFile, Error> {
    let id = FileId::from_bytes(line.blob);
    let beside = named.beside.iter().find(|one| one.blob == id && one.hash == line.hash && one.field == line.field);
    let label = line.label.chars().take(limits::DOCUMENT_TITLE_CHARS_MAX).collect();
    let mut file = CameFile {
        id,
        bytes: beside.map_or(0, |one| one.bytes),
        hash: Digest(line.hash),
        label: Redacted::new(label),
        field: line.field.clone(),
        at: tx.now(),
        state: CameState::Coming(0),
    };
    let shown = fields_of(std::slice::from_ref(line));
    let marked = match beside.and_then(|one| Some((one, one.key?))) {
        _ if shown.iter().any(|field| named.surplus.contains(field)) => Some("attachment.surplus"),
        None => Some("attachment.no-key"),
        Some((one, _)) if one.bytes > limits::UPLOAD_BYTES_MAX => Some("attachment.too-large"),
        Some((one, _)) if chunk_count(one.bytes) != Some(one.chunks) => Some("attachment.no-key"),
        Some((_, key)) => keep_key(tx, stored, (id, &DataKey::from_bytes(key))).await?,
    };
    if marked == Some("attachment.surplus") {
        file.label = Redacted::default();
    }
    if let Some(code) = marked {
        file.state = CameState::Marked(code.to_owned());
    }
    Ok(file)
}

/// Keeps the key under the thread, unless this very file is something else here already.
async fn keep_key(
    tx: &mut Tx,
    stored: &Stored<OfferStream>,
    (id, key): (FileId, &DataKey),
) -> Result<Option<&'static str>, Error> {
    for shelf in [Shelf::CaseFiles, Shelf::ReportFiles] {
        if tx.count(shelf, &id.bytes(), 1).await? > 0 {
            return Ok(Some("attachment.known"));
        }
    }
    let others = tx.list::<ThreadId>(Shelf::OfferFiles, &id.bytes(), &Page::first(2)).await?;
    if others.iter().any(|row| row.card.bytes() != stored.id) {
        return Ok(Some("attachment.known"));
    }
    tx.keep_file_key::<OfferStream>((stored.id, None), (id, key)).await?;
    Ok(None)
}

/// Hides an offer's content: its documents lose their keys in the same commit, unless another offer names them too.
pub(crate) async fn hide(tx: &mut Tx, stored: &mut Stored<OfferStream>, no: u32) -> Result<(), Error> {
    let mine: Vec<FileId> = stored.came.get(&no).map(held).unwrap_or_default();
    let others = stored.came.iter().filter(|(other, came)| **other != no && !came.hidden);
    let kept: Vec<FileId> = others.flat_map(|(_, came)| held(came)).collect();
    tx.append(stored, vec![OfferEvent::Hidden(no)]).await?;
    for file in mine.into_iter().filter(|file| !kept.contains(file)) {
        tx.erase_file_key(file).await?;
    }
    Ok(())
}

fn held(came: &super::stream::Came) -> Vec<FileId> {
    came.files.iter().filter(|file| file.is_held()).map(|file| file.id).collect()
}
