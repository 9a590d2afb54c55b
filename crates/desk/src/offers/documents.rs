//! The giver's documents: which of those that were chosen may leave, and what travels beside the message that names them.
//!
//! A document is decided like a field: by the fields whose content it shows ([`DocumentKind::fields`]). All of them must be
//! permitted; a kind that shows none stays.

use super::source::Ask;
use super::stream::{Line, OfferStream, Sent};
use crate::error::Error;
use crate::wire::Message;
use base::{Digest, FileId, Redacted};
use casework::Case;
use casework::document::{Document, DocumentFor, DocumentKind};
use casework::extract::AttachmentLine;
use casework::report::FileKind;
use seal::Attachment;
use seal::chunk::chunk_count;
use serde::{Deserialize, Serialize};
use store::{Read, StoreError, Stored, Tx};

/// A document that was asked to go along, and how it was decided: every field it shows, with its clause or its refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenDocument {
    /// The document.
    pub document: Document,
    /// A line for each of its fields; one without a field where no accord can permit it.
    pub lines: Vec<Line>,
}

/// A document of a sent offer, as it was frozen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentDocument {
    /// The sealed file, which is the blob that travels.
    pub id: FileId,
    /// What it is.
    pub kind: DocumentKind,
    /// What the file is.
    pub file: FileKind,
    /// Its title.
    pub label: Redacted<String>,
    /// Plain bytes.
    pub bytes: u64,
    /// SHA-256 of them.
    pub hash: Digest,
    /// How each of its fields was decided.
    pub lines: Vec<Line>,
    /// With which supplement it goes; 0: with the file.
    pub supplement: u32,
}

fn permits(lines: &[Line]) -> bool {
    !lines.is_empty() && lines.iter().all(|line| line.clause.is_some())
}

impl SeenDocument {
    /// Whether it may leave.
    pub fn goes(&self) -> bool {
        permits(&self.lines)
    }

    /// Why it stays.
    pub fn refusal(&self) -> Option<&str> {
        self.lines.iter().find_map(|line| line.refusal.as_deref())
    }

    /// Lets it stay, for a reason that is no accord's.
    pub fn stay(&mut self, code: &str) {
        self.lines = stays(self.document.kind, code);
    }

    /// As it is frozen with an offer.
    pub fn sent(&self, supplement: u32) -> SentDocument {
        let Document { id, kind, file, title, bytes, hash, .. } = self.document.clone();
        SentDocument { id, kind, file, label: title, bytes, hash, lines: self.lines.clone(), supplement }
    }

    /// How the extract names it. Its key is not there: it travels beside the extract, and only then.
    pub fn line(&self) -> AttachmentLine {
        let Document { id, kind, hash, title, .. } = &self.document;
        AttachmentLine { blob: id.bytes(), hash: hash.0, label: title.expose().clone(), field: field(*kind).to_owned() }
    }
}

impl SentDocument {
    /// Whether it went, or may go.
    pub fn goes(&self) -> bool {
        permits(&self.lines)
    }
}

fn stays(kind: DocumentKind, code: &str) -> Vec<Line> {
    vec![Line { field: field(kind).to_owned(), clause: None, basis: None, refusal: Some(code.to_owned()) }]
}

/// The field that names a document between nodes.
fn field(kind: DocumentKind) -> &'static str {
    kind.fields().first().copied().unwrap_or_default()
}

/// Which of the chosen documents are in the case now, each once.
pub fn chosen<'a>(case: &'a Case, ask: &Ask) -> Vec<&'a Document> {
    case.documents.iter().filter(|document| ask.documents.contains(&document.id)).collect()
}

/// The fields that a document shows.
pub fn field_names(document: &Document) -> Vec<String> {
    document.kind.fields().iter().map(|field| (*field).to_owned()).collect()
}

/// Decides on one document, from how its fields were decided.
pub fn seen(document: &Document, ask: &Ask, line: &dyn Fn(&str) -> Line) -> SeenDocument {
    let whose = match document.purpose {
        DocumentFor::Person(person) => Some(person),
        DocumentFor::Case | DocumentFor::Step(_) => None,
    };
    let lines = match document.kind.fields() {
        [] => stays(document.kind, "document.no-field"),
        _ if whose != ask.person => stays(document.kind, "document.of-another"),
        fields => fields.iter().map(|field| line(field)).collect(),
    };
    SeenDocument { document: document.clone(), lines }
}

/// What travels beside a message: the documents it names, with their keys. Who may not read the extract yet gets neither.
pub async fn attachments(
    tx: &mut Tx,
    stored: &Stored<OfferStream>,
    (no, message): (u32, &Message),
) -> Result<Vec<Attachment>, Error> {
    let supplement = match message {
        Message::CaseExtract(file) if file.extract.is_some() => 0,
        Message::CaseSupplement(what) => u32::try_from(what.supplement_no).unwrap_or(u32::MAX),
        _ => return Ok(Vec::new()),
    };
    let Some(sent) = stored.sent.get(&no) else { return Ok(Vec::new()) };
    let mut attachments = Vec::new();
    for document in going(sent).filter(|document| document.supplement == supplement) {
        let key = match tx.file_key(document.id).await {
            Ok(key) => Some(*key.expose()),
            // It was removed since: the receiver sees that it is named and does not come.
            Err(StoreError::Erased) => None,
            Err(error) => return Err(error.into()),
        };
        attachments.push(attachment(document, key));
    }
    Ok(attachments)
}

/// Bytes that documents take in a message, at most: a message that could not be sent must not be promised.
pub fn bytes_beside(seen: &[SeenDocument]) -> usize {
    const EACH: usize = 160;
    let one = |seen: &SeenDocument| seen.document.title.expose().len() + field(seen.document.kind).len() + EACH;
    seen.iter().filter(|seen| seen.goes()).map(one).sum()
}

/// Documents of a sent offer that may leave.
fn going(sent: &Sent) -> impl Iterator<Item = &SentDocument> {
    sent.documents.iter().filter(|document| document.goes())
}

fn attachment(document: &SentDocument, key: Option<[u8; 32]>) -> Attachment {
    Attachment {
        blob: document.id,
        bytes: document.bytes,
        chunks: chunk_count(document.bytes).unwrap_or(0),
        key,
        media: document.file.media().to_owned(),
        hash: document.hash.0,
        label: document.label.expose().clone(),
        field: field(document.kind).to_owned(),
    }
}
