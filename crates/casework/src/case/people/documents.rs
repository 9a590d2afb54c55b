//! Documents come and go: each is told once, bounded, and kept while a hold stands.

use crate::case::{Case, CaseEvent, State, StepState, some_text};
use crate::document::{Document, DocumentFor};
use crate::words::Category;
use base::{FileId, OfficerId, Problem, Redacted, limits};
use std::collections::BTreeSet;

impl State {
    /// A document of the case.
    pub fn document(&self, id: FileId) -> Result<&Document, Problem> {
        self.documents.iter().find(|known| known.id == id).ok_or(Problem::new("document.unknown"))
    }

    /// Documents that lie under the keys of these parts; all, if none is named.
    pub fn documents_under(&self, parts: &BTreeSet<Category>) -> impl Iterator<Item = FileId> {
        let under = move |document: &&Document| {
            parts.is_empty() || document.kind.part().is_some_and(|part| parts.contains(&part))
        };
        self.documents.iter().filter(under).map(|document| document.id)
    }

    /// Whether this officer took a step of the case: the person is hers too. Nobody who is shut out; of who left and came
    /// back, while a step of hers runs.
    pub fn works_on(&self, officer: OfficerId) -> bool {
        let counts = |step: &StepState| step.ended.is_none() || !self.left.contains(&officer);
        let mut taken = self.steps.values().filter(|step| step.officer == Some(officer));
        !self.barred.contains(&officer) && taken.any(counts)
    }
}

impl Case {
    /// A document is kept with the case. No condition of a handbook reads documents, so nothing else follows. `beside`: bytes
    /// of the files of its reports; those are never refused, but they count.
    pub fn add_document(&self, document: Document, beside: u64) -> Result<Vec<CaseEvent>, Problem> {
        self.writable()?;
        if document.title.expose().chars().count() > limits::DOCUMENT_TITLE_CHARS_MAX {
            return Err(Problem::at("document.title-too-long", limits::DOCUMENT_TITLE_CHARS_MAX.to_string()));
        }
        let is_known = match &document.purpose {
            DocumentFor::Case => true,
            DocumentFor::Step(step) => self.steps.contains_key(step),
            DocumentFor::Person(person) => self.people.contains_key(person),
        };
        if !is_known {
            return Err(Problem::new("document.unknown-purpose"));
        }
        if let Some(same) = self.documents.iter().find(|known| known.hash == document.hash) {
            return Err(Problem::at("document.twice", same.at.date()));
        }
        if self.documents.len() >= limits::CASE_DOCUMENTS_MAX {
            return Err(Problem::at("document.too-many", limits::CASE_DOCUMENTS_MAX.to_string()));
        }
        let kept = self.documents.iter().fold(beside, |sum, known| sum.saturating_add(known.bytes));
        if kept.saturating_add(document.bytes) > limits::CASE_FILES_BYTES_MAX {
            return Err(Problem::new("document.no-room"));
        }
        Ok(vec![CaseEvent::DocumentAdded(Box::new(document))])
    }

    /// A document goes, with its key. A hold keeps it.
    pub fn remove_document(
        &self,
        id: FileId,
        by: OfficerId,
        reason: Redacted<String>,
    ) -> Result<Vec<CaseEvent>, Problem> {
        self.document(id)?;
        some_text(&reason, "case.reason-missing")?;
        if let Some(hold) = &self.hold {
            return Err(Problem::at("erase.on-hold", hold.review_at.date()));
        }
        self.writable()?;
        Ok(vec![CaseEvent::DocumentRemoved { id, by, reason }])
    }
}

#[cfg(test)]
mod tests;
