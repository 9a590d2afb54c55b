//! Reports without a name, and the boxes of their writers.

use crate::cast::*;
use base::{ManualClock, ReportId};
use casework::report::{Door, FileKind};
use casework::words::{Authority, Urgency};
use casework::{ReportEvent, Role};
use desk::Asking;
use desk::boxes::{Boxes, Post, drop_old};
use desk::cases::reports::{
    AnswerReport, FileState, HearReport, ReplyReport, ReportJson, ReportStream, asking, by_rid, file_state, reports,
};
use seal::Cost;
use std::sync::Arc;
use store::{Page, Read, Shelf, Stored};

const KUNCI: [u8; 16] = [7; 16];
const MORE: [u8; 16] = [8; 16];
const ADDED: &str = "mereka pindah ke rumah di ujung gang";
const DAY_MS: u32 = 86_400_000;

async fn batam() -> Node {
    Node::new("batam", "21.71", accord::PartyRole::TaskForce, &Arc::new(ManualClock::at(START))).await
}

/// The public side as a process has it after each start.
fn boxes(node: &Node) -> Boxes {
    Boxes::new(&node.desk.store, Cost::CHEAP)
}

fn told(text: &str) -> Post {
    let report = ReportJson { answers: None, stage: None, text: text.into(), ..report() };
    Post { kunci: KUNCI, door: Door::PublicWindow, danger: false, report, files: Vec::new() }
}

async fn takes(node: &Node, post: Post) -> String {
    boxes(node).take(post, node.desk.now()).await.unwrap().0.to_string()
}

async fn adds(node: &Node, code: &str, kunci: [u8; 16], text: &str) -> &'static str {
    let done = boxes(node).add(code, (kunci, text, Vec::new()), node.desk.now()).await;
    if matches!(done, Ok(None)) { "none" } else { super::cast::code(done) }
}

async fn replies(node: &Node, code: &str) -> Option<Vec<String>> {
    let opened = boxes(node).open(code, node.desk.now()).await.unwrap();
    opened.map(|opened| opened.replies.into_iter().map(|reply| reply.text).collect())
}

async fn found(node: &Node) -> ReportId {
    let rid = seal::report_id(&KUNCI).bytes();
    by_rid(&mut node.desk.read().await.unwrap(), rid).await.unwrap().unwrap().id
}

async fn stored(node: &Node, id: ReportId) -> Stored<ReportStream> {
    node.desk.read().await.unwrap().load(id.bytes()).await.unwrap().unwrap()
}

async fn waiting(node: &Node) -> usize {
    reports(&mut node.desk.read().await.unwrap(), true, &Page::first(100)).await.unwrap().len()
}

fn dewi(node: &Node) -> desk::Actor {
    node.officer(4, &[Role::IntakeOfficer])
}

async fn answers(node: &Node, report: ReportId, words: &str) -> &'static str {
    code(node.does(&dewi(node), &ReplyReport { report, text: text(words) }).await)
}

#[tokio::test]
async fn a_locked_node_keeps_a_report_sealed_gives_the_same_code_after_a_restart_and_records_it_once() {
    let node = batam().await;
    node.desk.store.vault().lock();
    let first = takes(&node, told(STORY)).await;
    assert_eq!(first.split(' ').map(str::len).collect::<Vec<_>>(), [4; 4]);
    assert_eq!(takes(&node, told(STORY)).await, first, "the same form shows the same code");
    assert_eq!(adds(&node, &first, MORE, ADDED).await, "done");
    let mut raw = node.desk.store.backend().read().await.unwrap();
    let kept = raw.items((Shelf::BoxPosts.number(), b""), None, store::Direction::Up, 10).await.unwrap();
    assert_eq!(kept.len(), 2);
    let holds = |part: &[u8]| kept.iter().any(|item| item.body.windows(part.len()).any(|window| window == part));
    assert!(!holds(STORY.as_bytes()) && !holds(ADDED.as_bytes()) && !holds(&KUNCI), "all of it is sealed");
    drop(raw);
    node.desk.store.unlock(node.master.clone(), node.desk.now()).await.unwrap();
    let head = node.head().await;
    assert_eq!(node.desk.open_boxes().await.unwrap(), 2);
    assert_eq!(node.desk.open_boxes().await.unwrap(), 0);
    assert_eq!(takes(&node, told(STORY)).await, first);
    assert_eq!(node.desk.open_boxes().await.unwrap(), 0, "nothing new came");
    assert_eq!(node.journal(head).await, ["report.received", "report.added"]);
    assert_eq!(waiting(&node).await, 1);
    let report = stored(&node, found(&node).await).await;
    assert_eq!((report.received.door.word(), report.urgency.word()), ("public_window", "AMBER"));
    assert_eq!(report.received.text.expose(), STORY);
    assert_eq!(report.talk.said[0].text.expose(), ADDED);
}

#[tokio::test]
async fn the_same_form_with_other_words_is_an_addition_and_no_word_is_lost() {
    let node = batam().await;
    let first = takes(&node, told(STORY)).await;
    assert_eq!(takes(&node, told(ADDED)).await, first);
    assert_eq!(takes(&node, told(ADDED)).await, first);
    node.desk.open_boxes().await.unwrap();
    let report = stored(&node, found(&node).await).await;
    assert_eq!(report.talk.said.iter().map(|said| said.text.expose().as_str()).collect::<Vec<_>>(), [ADDED]);
}

#[tokio::test]
async fn what_a_phone_sealed_has_a_code_and_a_box_and_its_door_could_not_read_it() {
    let node = batam().await;
    node.desk.store.vault().lock();
    let phone = async |kunci: [u8; 16], text: &str| {
        let json = ReportJson { answers: None, stage: None, text: text.into(), danger: true, ..report() };
        sealed(&node, &kunci, &json).await
    };
    let sends = async |bytes: &[u8]| {
        let sent = boxes(&node).take_sealed(&KUNCI, (Door::PublicWindow, bytes), node.desk.now()).await;
        sent.map(|(code, _)| code.to_string())
    };
    let (first, other) = (phone(KUNCI, STORY).await, phone(KUNCI, ADDED).await);
    let code = sends(&first).await.unwrap();
    assert_eq!(sends(&first).await.unwrap(), code, "the same bytes show the same code");
    for _ in 0..2 {
        assert_eq!(sends(&other).await.unwrap(), code, "and so does the same form with other words");
    }
    assert_eq!(takes(&node, told(STORY)).await, code, "and what was sealed on arrival after all");
    let strange = [(phone(MORE, STORY).await, "report.damaged"), (first[..90].to_vec(), "report.malformed")];
    for (bytes, refusal) in strange {
        assert_eq!(super::cast::code(sends(&bytes).await), refusal);
    }
    node.desk.store.unlock(node.master.clone(), node.desk.now()).await.unwrap();
    let head = node.head().await;
    assert_eq!(node.desk.open_boxes().await.unwrap(), 3);
    assert_eq!(node.journal(head).await, ["report.received", "report.added", "report.added"]);
    let report = stored(&node, found(&node).await).await;
    assert_eq!((report.received.door.word(), report.urgency.word()), ("public_window", "RED"));
    assert_eq!(report.received.text.expose(), STORY);
    let mut said: Vec<&str> = report.talk.said.iter().map(|said| said.text.expose().as_str()).collect();
    said.sort_unstable();
    assert_eq!(said, [STORY, ADDED]);
    assert_eq!(answers(&node, found(&node).await, "Kami sudah membaca.").await, "done");
    assert_eq!(replies(&node, &code).await.unwrap(), ["Kami sudah membaca."]);
    assert!(node.desk.check_report(&first).await.is_ok());
    let damaged = [&first[..first.len() - 1], &[0]].concat();
    assert!(node.desk.check_report(&damaged).await.is_err(), "an open node says so at once");
}

#[tokio::test]
async fn an_answer_is_read_with_the_code_alone_and_each_step_stands_in_the_journal() {
    let node = batam().await;
    let code = takes(&node, Post { danger: true, ..told(STORY) }).await;
    node.desk.open_boxes().await.unwrap();
    let (report, head) = (found(&node).await, node.head().await);
    assert_eq!(stored(&node, report).await.urgency.word(), "RED", "her word counts until somebody has looked");
    assert_eq!(replies(&node, &code).await, Some(vec![]));
    assert_eq!(answers(&node, report, "").await, "box.empty");
    assert_eq!(answers(&node, report, "Apakah pintunya masih dikunci?").await, "done");
    assert_eq!(replies(&node, &code).await.unwrap(), ["Apakah pintunya masih dikunci?"]);
    assert_eq!(replies(&node, &code.replace(' ', "")).await.unwrap().len(), 1, "in any spelling");
    let mut raw = node.desk.store.backend().read().await.unwrap();
    let all = raw.all_items((0, b"", b""), 1_000).await.unwrap();
    assert!(!all.iter().any(|item| item.body.windows(8).any(|part| part == b"pintunya")), "sealed wherever it lies");
    drop(raw);
    // What she adds waits for somebody, until it is answered or marked.
    assert_eq!(adds(&node, &code, MORE, ADDED).await, "done");
    node.desk.open_boxes().await.unwrap();
    let staff = dewi(&node).officer().unwrap().clone();
    let asked = async || asking(&mut node.desk.read().await.unwrap(), &staff).await.unwrap().len();
    assert_eq!(asked().await, 1);
    node.does(&dewi(&node), &HearReport(report)).await.unwrap();
    assert_eq!(asked().await, 0);
    assert_eq!(node.journal(head).await, ["report.replied", "report.added", "report.heard"]);
    let police = node.officer(6, &[Role::Police]);
    let refused = node.does(&police, &ReplyReport { report, text: text("ya") }).await;
    assert_ne!(super::cast::code(refused), "done");
}

#[tokio::test]
async fn a_closed_box_is_like_one_that_never_was_and_takes_no_answer() {
    let node = batam().await;
    let code = takes(&node, told(STORY)).await;
    node.desk.open_boxes().await.unwrap();
    let report = found(&node).await;
    answers(&node, report, "Kami sudah membaca.").await;
    assert!(boxes(&node).close(&code, node.desk.now()).await.unwrap());
    assert!(!boxes(&node).close(&code, node.desk.now()).await.unwrap());
    for gone in [code.as_str(), "0000 0000 0000 0000", "1234", ""] {
        assert_eq!(replies(&node, gone).await, None, "{gone}");
        assert_eq!(adds(&node, gone, MORE, ADDED).await, "none");
    }
    assert_eq!(answers(&node, report, "masih ada?").await, "box.closed");
    let said = stored(&node, report).await.talk.said.len();
    assert_eq!(said, 1, "an answer that cannot be read was not given");
    let mut raw = node.desk.store.backend().read().await.unwrap();
    for shelf in [Shelf::Boxes, Shelf::BoxReplies] {
        let left = raw.all_items((shelf.number(), b"", b""), 1).await.unwrap();
        assert!(left.iter().all(|item| item.shelf != shelf.number()), "{shelf:?}");
    }
}

#[tokio::test]
async fn a_box_deletes_itself_180_days_after_its_last_message_on_a_locked_node_too() {
    let node = batam().await;
    let code = takes(&node, told(STORY)).await;
    node.desk.open_boxes().await.unwrap();
    for _ in 0..5 {
        node.clock.advance_millis(30 * DAY_MS);
    }
    answers(&node, found(&node).await, "Kami sudah membaca.").await;
    node.desk.store.vault().lock();
    let dropped = async || drop_old(&**node.desk.store.backend(), node.desk.now()).await.unwrap();
    for _ in 0..5 {
        node.clock.advance_millis(30 * DAY_MS);
    }
    node.clock.advance_millis(30 * DAY_MS - 1);
    assert_eq!(dropped().await, 0, "the answer kept it open");
    assert!(replies(&node, &code).await.is_some());
    node.clock.advance_millis(1);
    assert!(replies(&node, &code).await.is_none(), "closed at its time, whenever the job comes");
    assert_eq!(dropped().await, 1);
    assert_eq!(dropped().await, 0);
}

#[tokio::test]
async fn files_are_sealed_come_once_and_are_seen_whole() {
    let node = batam().await;
    let sound = || [b"ID3\x04".to_vec(), vec![7; 40_000]].concat();
    let with_file = |bytes: Vec<u8>| Post { files: vec![bytes.into()], ..told(STORY) };
    let odd = boxes(&node).take(with_file(b"<svg onload=x>".to_vec()), node.desk.now()).await.map(drop);
    assert_eq!(super::cast::code(odd), "box.file-kind");
    node.desk.store.vault().lock();
    let code = takes(&node, with_file(sound())).await;
    assert_eq!(takes(&node, with_file(sound())).await, code);
    node.clock.advance_millis(3 * DAY_MS);
    node.desk.store.unlock(node.master.clone(), node.desk.now()).await.unwrap();
    assert_eq!(node.desk.sweep_files().await.unwrap(), 0, "a sealed post may name it");
    node.desk.open_boxes().await.unwrap();
    node.desk.sweep_files().await.unwrap();
    let pdf = vec![b"%PDF-1.7 rekaan".to_vec().into()];
    boxes(&node).add(&code, (MORE, "lagi", pdf), node.desk.now()).await.unwrap().unwrap();
    node.desk.open_boxes().await.unwrap();
    node.desk.sweep_files().await.unwrap();
    let report = stored(&node, found(&node).await).await;
    let state = |file| file_state(node.desk.store.files(), &report, file).unwrap();
    let kinds: Vec<_> = report.files().map(state).collect();
    assert_eq!(kinds, [FileState::Whole(FileKind::Mp3), FileState::Whole(FileKind::Pdf)]);
}

#[tokio::test]
async fn a_form_of_an_officer_that_comes_twice_is_one_answer() {
    let node = batam().await;
    let code = takes(&node, told(STORY)).await;
    node.desk.open_boxes().await.unwrap();
    let act = ReplyReport { report: found(&node).await, text: text("Kami sudah membaca.") };
    let form = Asking::of(b"formulir", b"isi");
    node.desk.run(&dewi(&node), form, &act).await.unwrap();
    assert!(node.desk.run(&dewi(&node), form, &act).await.unwrap_err().repeated().is_some());
    assert_eq!(replies(&node, &code).await.unwrap().len(), 1);
}

#[tokio::test]
async fn red_by_her_word_alone_is_weighed_by_an_officer_with_a_reason_and_then_closed_with_advice() {
    let node = batam().await;
    takes(&node, Post { danger: true, ..told(STORY) }).await;
    node.desk.open_boxes().await.unwrap();
    let report = found(&node).await;
    let answers = async |event| code(node.does(&dewi(&node), &AnswerReport { report, event }).await);
    let advice = || ReportEvent::Advised(text("hubungi 129"));
    let lower = |why: &str| ReportEvent::Classified(Urgency::Green, Authority::Own, text(why));
    assert_eq!(answers(advice()).await, "report.red-needs-a-case");
    assert_eq!(answers(lower(" ")).await, "case.reason-missing");
    assert_eq!(answers(lower("sudah ditelepon")).await, "done");
    assert_eq!(answers(advice()).await, "done");
    assert_eq!(stored(&node, report).await.urgency.word(), "GREEN");
}
