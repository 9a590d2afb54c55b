//! Files of reports: sealed chunks from the phone, the officer who opens one, and what is no file at all.

use crate::cast::*;
use base::{FileId, ManualClock, ReportId, Timestamp, hex};
use casework::report::FileKind;
use casework::{ReportEvent, Role};
use desk::Asking;
use desk::cases::keeping::EraseReport;
use desk::cases::reports::{AnswerReport, FileState, OpenFile, ReportJson, ReportStream, file_state, openings};
use desk::intake::Taken;
use seal::chunk::{ChunkKey, Chunks, seal_blob};
use std::sync::Arc;
use store::{Read, Stored};

const KEY: [u8; 16] = [6; 16];

async fn batam() -> Node {
    Node::new("batam", "21.71", accord::PartyRole::TaskForce, &Arc::new(ManualClock::at(START))).await
}

fn id(n: u8) -> FileId {
    FileId::from_bytes([n; 16])
}

/// A made-up recording of three chunks.
fn sound() -> Vec<u8> {
    [b"ID3\x04".to_vec(), vec![7; 40_000]].concat()
}

fn chunks(n: u8, plain: &[u8]) -> Vec<Vec<u8>> {
    seal_blob(&Chunks::of_blob(ChunkKey::Browser(KEY), id(n)), plain).unwrap()
}

fn entry(n: u8, plain: &[u8]) -> serde_json::Value {
    serde_json::json!([hex(&id(n).bytes()), plain.len(), hex(&seal::hash::sha256(&[plain])), hex(&KEY)])
}

fn with_files(files: Vec<serde_json::Value>) -> ReportJson {
    ReportJson { files, ..report() }
}

async fn upload(node: &Node, n: u8, chunks: &[Vec<u8>], which: &[usize]) {
    for at in which {
        let number = u32::try_from(*at).unwrap();
        node.desk.take_chunk((id(n), number, at + 1 == chunks.len()), chunks[*at].clone()).await.unwrap();
    }
}

async fn record(node: &Node, json: ReportJson) -> ReportId {
    let taken = node.desk.take_report(b"kunci-1", &sealed(node, b"kunci-1", &json).await).await.unwrap();
    let (Taken::New(receipt) | Taken::Known(receipt)) = taken else { panic!("waits") };
    find(node, receipt.rid).await
}

async fn find(node: &Node, rid: [u8; 16]) -> ReportId {
    let mut view = node.desk.read().await.unwrap();
    desk::cases::reports::by_rid(&mut view, rid).await.unwrap().unwrap().id
}

async fn stored(node: &Node, report: ReportId) -> Stored<ReportStream> {
    node.desk.read().await.unwrap().load::<ReportStream>(report.bytes()).await.unwrap().unwrap()
}

async fn state(node: &Node, report: ReportId, n: u8) -> FileState {
    let stored = stored(node, report).await;
    file_state(node.desk.store.files(), &stored.state, stored.file(id(n)).unwrap()).unwrap()
}

fn dewi(node: &Node) -> desk::Actor {
    node.officer(4, &[Role::IntakeOfficer])
}

#[tokio::test]
async fn a_file_that_came_before_its_report_is_seen_whole_and_opened_on_the_record() {
    let node = batam().await;
    let (plain, head) = (sound(), node.head().await);
    upload(&node, 1, &chunks(1, &plain), &[2, 0, 1]).await;
    let report = record(&node, with_files(vec![entry(1, &plain)])).await;
    assert_eq!(state(&node, report, 1).await, FileState::Here);
    assert!(node.desk.store.files().stirred(), "there is work");
    node.desk.sweep_files().await.unwrap();
    assert_eq!(state(&node, report, 1).await, FileState::Whole(FileKind::Mp3));
    let opened = node.desk.open_file(&dewi(&node), &OpenFile { report, file: id(1) }).await.unwrap();
    assert_eq!((opened.plain.as_slice(), opened.kind), (plain.as_slice(), FileKind::Mp3));
    assert_eq!(node.journal(head).await, ["report.received", "file.checked", "file.opened"]);
    let openings = openings(&mut node.desk.read().await.unwrap(), report).await.unwrap();
    assert_eq!(openings, [(START, officer_id(4), id(1))]);
    let on_disk = node.folder.path().join("files/01/01").join("01".repeat(16));
    assert_eq!(std::fs::read(on_disk).unwrap(), chunks(1, &plain).concat(), "the sealed original is as it came");
}

#[tokio::test]
async fn a_file_that_comes_after_its_report_is_shown_as_it_grows() {
    let node = batam().await;
    let plain = sound();
    let report = record(&node, with_files(vec![entry(1, &plain)])).await;
    let all = chunks(1, &plain);
    assert_eq!(state(&node, report, 1).await, FileState::Absent);
    upload(&node, 1, &all, &[0]).await;
    assert_eq!(state(&node, report, 1).await, FileState::Coming(1, 3));
    let opened = node.desk.open_file(&dewi(&node), &OpenFile { report, file: id(1) }).await;
    assert_eq!(code(opened.map(drop)), "upload.not-whole");
    upload(&node, 1, &all, &[1, 2]).await;
    assert_eq!(state(&node, report, 1).await, FileState::Here);
    node.desk.sweep_files().await.unwrap();
    assert_eq!(state(&node, report, 1).await, FileState::Whole(FileKind::Mp3));
}

#[tokio::test]
async fn a_locked_node_takes_report_and_files_and_looks_at_them_after_unlock() {
    let node = batam().await;
    let plain = sound();
    let blob = sealed(&node, b"kunci-1", &with_files(vec![entry(1, &plain)])).await;
    node.desk.store.vault().lock();
    upload(&node, 1, &chunks(1, &plain), &[0, 1, 2]).await;
    assert_eq!(node.desk.take_report(b"kunci-1", &blob).await.unwrap(), Taken::Waiting);
    node.clock.advance_millis(72 * 3_600_000);
    node.desk.store.unlock(node.master.clone(), node.desk.now()).await.unwrap();
    assert_eq!(node.desk.sweep_files().await.unwrap(), 0, "a waiting report may name it");
    assert_eq!(node.desk.open_waiting().await.unwrap(), 1);
    assert_eq!(node.desk.sweep_files().await.unwrap(), 0);
    let report = find(&node, seal::report_id(b"kunci-1").bytes()).await;
    assert_eq!(state(&node, report, 1).await, FileState::Whole(FileKind::Mp3));
}

#[tokio::test]
async fn a_bad_chunk_is_named_and_the_report_is_not_lost() {
    let node = batam().await;
    let (plain, head) = (sound(), node.head().await);
    let mut bent = chunks(1, &plain);
    bent[1][5] ^= 1;
    upload(&node, 1, &bent, &[0, 1, 2]).await;
    let report = record(&node, with_files(vec![entry(1, &plain)])).await;
    node.desk.sweep_files().await.unwrap();
    assert_eq!(state(&node, report, 1).await, FileState::Damaged(Some(1)));
    assert_eq!(stored(&node, report).await.received.text.expose(), STORY);
    let opened = node.desk.open_file(&dewi(&node), &OpenFile { report, file: id(1) }).await;
    assert_eq!(code(opened.map(drop)), "chunk.damaged");
    assert_eq!(node.journal(head).await, ["report.received", "file.damaged", "file.opened"], "named once");
}

#[tokio::test]
async fn a_file_that_is_not_what_the_report_says_is_damaged_as_a_whole() {
    let node = batam().await;
    let (plain, other) = (sound(), [b"ID3\x04".to_vec(), vec![8; 40_000]].concat());
    upload(&node, 1, &chunks(1, &plain), &[0, 1, 2]).await;
    let report = record(&node, with_files(vec![entry(1, &other)])).await;
    node.desk.sweep_files().await.unwrap();
    assert_eq!(state(&node, report, 1).await, FileState::Damaged(None));
}

#[tokio::test]
async fn odd_entries_of_the_list_of_files_are_counted_and_lose_no_report() {
    let node = batam().await;
    let odd = [
        serde_json::json!("a.jpg"),
        serde_json::json!([hex(&[1; 16]), -5, hex(&[1; 32]), hex(&KEY)]),
        serde_json::json!([hex(&[1; 15]), 5, hex(&[1; 32]), hex(&KEY)]),
        serde_json::json!([hex(&[1; 16]), 5, hex(&[1; 31]), hex(&KEY)]),
        serde_json::json!([hex(&[1; 16]), 5, hex(&[1; 32]), hex(&[1; 32])]),
        serde_json::json!([hex(&[1; 16]), 26_214_401, hex(&[1; 32]), hex(&KEY)]),
    ];
    let many = (1..=25).map(|n| entry(n, &[n]));
    let files: Vec<_> = odd.into_iter().chain([entry(1, &[1])]).chain(many).collect();
    let report = stored(&node, record(&node, with_files(files)).await).await;
    assert_eq!(report.received.files.len(), base::limits::REPORT_FILES_MAX);
    assert_eq!(report.received.files_odd, 6 + 1 + 5, "odd, named twice, too many");
}

#[tokio::test]
async fn an_upload_that_no_report_names_goes_after_two_days_and_a_named_one_stays() {
    let node = batam().await;
    let plain = sound();
    upload(&node, 1, &chunks(1, &plain), &[0, 1, 2]).await;
    upload(&node, 2, &chunks(2, &plain), &[0]).await;
    upload(&node, 3, &chunks(3, &plain), &[0]).await;
    let report = record(&node, with_files(vec![entry(1, &plain), entry(2, &plain)])).await;
    node.clock.advance_millis(47 * 3_600_000);
    assert_eq!(node.desk.sweep_files().await.unwrap(), 0);
    node.clock.advance_millis(3_600_000);
    assert_eq!(node.desk.sweep_files().await.unwrap(), 1);
    assert_eq!(node.desk.file_progress(id(3)).unwrap(), None);
    assert_eq!(state(&node, report, 1).await, FileState::Whole(FileKind::Mp3));
    assert_eq!(state(&node, report, 2).await, FileState::Coming(1, 3));
}

#[tokio::test]
async fn only_who_answers_reports_opens_their_files_and_no_file_of_another_report() {
    let node = batam().await;
    let plain = sound();
    upload(&node, 1, &chunks(1, &plain), &[0, 1, 2]).await;
    let report = record(&node, with_files(vec![entry(1, &plain)])).await;
    let open = OpenFile { report, file: id(1) };
    for roles in [&[Role::TaskforceCoordinator][..], &[Role::Analyst], &[Role::Companion]] {
        let opened = node.desk.open_file(&node.officer(8, roles), &open).await;
        assert_eq!(code(opened.map(drop)), "act.role", "{roles:?}");
    }
    let other = node.desk.open_file(&dewi(&node), &OpenFile { file: id(2), ..open }).await;
    assert_eq!(code(other.map(drop)), "report.no-such-file");
    let unknown = OpenFile { report: ReportId::from_bytes([9; 16]), file: id(1) };
    assert_eq!(code(node.desk.open_file(&dewi(&node), &unknown).await.map(drop)), "desk.not-found");
}

#[tokio::test]
async fn a_picture_larger_than_may_be_opened_is_kept_and_refused_with_words() {
    let node = batam().await;
    let plain = [b"\xff\xd8\xff".to_vec(), vec![0; 9 << 20]].concat();
    let all = chunks(1, &plain);
    upload(&node, 1, &all, &(0..all.len()).collect::<Vec<_>>()).await;
    let report = record(&node, with_files(vec![entry(1, &plain)])).await;
    let opened = node.desk.open_file(&dewi(&node), &OpenFile { report, file: id(1) }).await;
    assert_eq!(code(opened.map(drop)), "file.too-large");
    assert_eq!(node.desk.store.files().chunks(id(1)).unwrap(), all);
}

#[tokio::test]
async fn the_key_of_a_file_goes_with_its_report() {
    let node = batam().await;
    let plain = sound();
    upload(&node, 1, &chunks(1, &plain), &[0, 1, 2]).await;
    let report = record(&node, with_files(vec![entry(1, &plain)])).await;
    let asking = Asking::once(&*node.desk.chance, node.desk.now());
    let by = store::Origin { actor: [0; 16], request: asking.request, digest: asking.digest };
    let mut tx = node.desk.store.begin("test", by, node.desk.now()).await.unwrap();
    tx.erase_stream::<ReportStream>(report.bytes()).await.unwrap();
    tx.commit().await.unwrap();
    let opened = node.desk.open_file(&dewi(&node), &OpenFile { report, file: id(1) }).await;
    assert_eq!(code(opened.map(drop)), "store.erased");
}

#[tokio::test]
async fn the_sealed_file_of_an_erased_report_leaves_the_disk() {
    let node = batam().await;
    let plain = sound();
    upload(&node, 1, &chunks(1, &plain), &[0, 1, 2]).await;
    let report = record(&node, with_files(vec![entry(1, &plain)])).await;
    node.desk.sweep_files().await.unwrap();
    let advice = AnswerReport { report, event: ReportEvent::Advised(text("telepon 129")) };
    node.does(&dewi(&node), &advice).await.unwrap();
    let blob = node.folder.path().join("files/01/01").join("01".repeat(16));
    assert!(blob.is_file());
    node.clock.set(Timestamp::parse("2037-01-01T00:00:00Z").unwrap());
    let asking = Asking::once(&*node.desk.chance, node.desk.now());
    node.desk.erase(&node.coordinator(), asking, &EraseReport(report)).await.unwrap();
    assert!(!blob.exists());
}
