//! Ratna's papers come to her file and leave it.

use crate::CaseEvent;
use crate::case::StepRef;
use crate::case::tests::{Story, officer, text};
use crate::document::{Document, DocumentFor, DocumentKind};
use crate::erasure::Hold;
use crate::report::FileKind;
use crate::words::Category;
use base::{Digest, FileId, PersonId, Timestamp, limits};

fn paper(n: u8, kind: DocumentKind) -> Document {
    Document {
        id: FileId::from_bytes([n; 16]),
        kind,
        title: text("Paspor"),
        purpose: DocumentFor::Case,
        file: FileKind::Pdf,
        bytes: 1_000,
        hash: Digest([n; 32]),
        by: officer(1),
        at: Timestamp::from_seconds(1),
        from: None,
    }
}

fn adds(story: &mut Story, document: Document) -> Result<(), &'static str> {
    story.does(|case, _| case.add_document(document, 0))
}

fn removes(story: &mut Story, n: u8, reason: &str) -> Result<(), &'static str> {
    story.does(|case, _| case.remove_document(FileId::from_bytes([n; 16]), officer(1), text(reason)))
}

#[test]
fn a_document_is_kept_once_and_for_something_that_is_in_the_case() {
    let mut story = Story::decided();
    adds(&mut story, paper(1, DocumentKind::Contract)).unwrap();
    let again = Document { id: FileId::from_bytes([9; 16]), ..paper(1, DocumentKind::Letter) };
    assert_eq!(adds(&mut story, again), Err("document.twice"), "whatever it is called");
    let step = story.case.steps.keys().next().unwrap().clone();
    adds(&mut story, Document { purpose: DocumentFor::Step(step), ..paper(2, DocumentKind::Photo) }).unwrap();
    for purpose in [DocumentFor::Step(StepRef("LE-9".into(), 1)), DocumentFor::Person(PersonId::from_bytes([7; 16]))] {
        let document = Document { purpose, ..paper(3, DocumentKind::Photo) };
        assert_eq!(adds(&mut story, document), Err("document.unknown-purpose"));
    }
    let long = Document { title: text(&"ä".repeat(121)), ..paper(3, DocumentKind::Other) };
    assert_eq!(adds(&mut story, long), Err("document.title-too-long"));
    assert_eq!(story.case.documents.len(), 2);
}

#[test]
fn one_case_has_room_for_so_many_documents_and_so_many_bytes() {
    let mut story = Story::decided();
    let large = Document { bytes: limits::CASE_FILES_BYTES_MAX - 999, ..paper(200, DocumentKind::Other) };
    adds(&mut story, large).unwrap();
    assert_eq!(adds(&mut story, paper(1, DocumentKind::Other)), Err("document.no-room"));
    removes(&mut story, 200, "terlalu besar").unwrap();
    let small = paper(1, DocumentKind::Other);
    let beside = limits::CASE_FILES_BYTES_MAX - small.bytes;
    let asked = [beside, beside + 1, u64::MAX].map(|beside| story.case.add_document(small.clone(), beside));
    assert!(asked[0].is_ok(), "files of reports count, up to the last byte");
    assert!(asked[1..].iter().all(|asked| asked.as_ref().is_err_and(|problem| problem.code.0 == "document.no-room")));
    for n in 0..100 {
        adds(&mut story, paper(n, DocumentKind::Other)).unwrap();
    }
    assert_eq!(adds(&mut story, paper(100, DocumentKind::Other)), Err("document.too-many"));
}

#[test]
fn a_document_goes_for_a_reason_and_not_while_a_hold_stands() {
    let mut story = Story::decided();
    adds(&mut story, paper(1, DocumentKind::Contract)).unwrap();
    assert_eq!(removes(&mut story, 2, "salah"), Err("document.unknown"));
    assert_eq!(removes(&mut story, 1, " "), Err("case.reason-missing"));
    let now = story.desk.now;
    let hold = Hold { by: officer(5), reason: text("perkara"), placed_at: now, review_at: now.plus_hours(24) };
    story.does(|case, _| case.place_hold(hold)).unwrap();
    assert_eq!(removes(&mut story, 1, "salah berkas"), Err("erase.on-hold"));
    story.does(|case, _| case.lift_hold(officer(5), text("selesai"))).unwrap();
    removes(&mut story, 1, "salah berkas").unwrap();
    assert!(story.case.documents.is_empty());
    adds(&mut story, paper(1, DocumentKind::Contract)).unwrap();
}

#[test]
fn a_closed_case_takes_and_loses_no_document() {
    let mut story = Story::decided();
    adds(&mut story, paper(1, DocumentKind::Contract)).unwrap();
    story.does(|case, today| case.close(&Story::closing(), today)).unwrap();
    assert_eq!(adds(&mut story, paper(2, DocumentKind::Contract)), Err("case.closed"));
    assert_eq!(removes(&mut story, 1, "salah berkas"), Err("case.closed"));
}

#[test]
fn a_document_lies_under_the_key_of_its_part_and_goes_with_it() {
    let mut story = Story::decided();
    let parts = [DocumentKind::Identity, DocumentKind::Medical, DocumentKind::Statement, DocumentKind::Contract];
    for (n, kind) in (1..).zip(parts) {
        let event = CaseEvent::DocumentAdded(Box::new(paper(n, kind)));
        let part = [Some(Category::Identity), Some(Category::Health), Some(Category::Statement), None];
        assert_eq!(event.narrow(), part[usize::from(n) - 1]);
        adds(&mut story, paper(n, kind)).unwrap();
    }
    let under = |story: &Story, parts: &[Category]| {
        let parts = parts.iter().copied().collect();
        story.case.documents_under(&parts).map(|id| id.bytes()[0]).collect::<Vec<_>>()
    };
    assert_eq!(under(&story, &[]), [1, 2, 3, 4]);
    assert_eq!(under(&story, &[Category::Health, Category::Identity, Category::Shelter]), [1, 2]);
    story.does(|case, _| Ok(case.remove_fields([Category::Health].into()))).unwrap();
    assert_eq!(under(&story, &[]), [1, 3, 4]);
}
