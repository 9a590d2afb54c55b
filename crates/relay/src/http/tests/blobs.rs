//! Attachments over real sockets: links that break, chunks that are wrong, mailboxes that are full.

use super::*;
use crate::post::tests::Node;
use base::{Chance, Clock, FileId};
use desk::mail::Options;
use desk::wire::{Extract, Message};
use seal::chunk::{CHUNK_BYTES_MAX, ChunkKey, Chunks, chunk_count, open_blob, seal_blob};
use seal::{Attachment, Tag};
use std::sync::atomic::{AtomicUsize, Ordering};
use store::Shelf;
use store::raw::Item as Row;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const KEY: [u8; 32] = [7; 32];
const CANARY: &str = "Ratna Kenari Puspita";

fn id() -> FileId {
    FileId::from_bytes([3; 16])
}

/// A made-up paper of so many bytes.
fn paper(bytes: usize) -> Vec<u8> {
    let numbers = (0_u32..).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]);
    CANARY.bytes().chain(numbers).take(bytes).collect()
}

/// Keeps a sealed paper as a document of a case is kept, and sends a file that names it.
async fn sends(node: &Node, to: &Node, plain: &[u8]) {
    let chunks = Chunks::of_blob(ChunkKey::Node(KEY), id());
    let files = node.post.store().files();
    files.hold(id(), &seal_blob(&chunks, plain).unwrap(), node.post.now()).unwrap();
    files.claim(id()).unwrap();
    let attachment = Attachment {
        blob: id(),
        bytes: plain.len() as u64,
        chunks: chunk_count(plain.len() as u64).unwrap(),
        key: Some(KEY),
        media: "application/pdf".into(),
        hash: seal::hash::sha256(&[plain]),
        label: "kontrak".into(),
        field: "placement.contract".into(),
    };
    let file = Message::CaseExtract(Extract { offer_no: 1, extract: Some(vec![0xa0]), own_record: None });
    let options = Options { attachments: vec![attachment], ..Options::default() };
    node.send(to, file, options).await.unwrap();
}

/// What came, opened; `None` while it is not whole.
fn arrived(node: &Node, bytes: usize) -> Option<Vec<u8>> {
    let sealed = node.post.store().files().chunks(id()).ok()?;
    let opened = open_blob(&Chunks::of_blob(ChunkKey::Node(KEY), id()), &sealed, bytes as u64).unwrap();
    Some(opened.to_vec())
}

/// A link that lets so many bytes of each connection through to the server, then dies; and counts them all.
struct Link {
    remote: Remote,
    counted: Arc<AtomicUsize>,
}

async fn link(to: &Remote, cuts: Vec<usize>) -> Link {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let remote = Remote { authority: listener.local_addr().unwrap().to_string(), pin: to.pin };
    let counted = Arc::new(AtomicUsize::new(0));
    let (authority, count) = (to.authority.clone(), Arc::clone(&counted));
    tokio::spawn(async move {
        let mut cuts = cuts.into_iter();
        while let Ok((client, _)) = listener.accept().await {
            let (room, server) = (cuts.next(), TcpStream::connect(&authority).await.unwrap());
            client.set_nodelay(true).unwrap();
            server.set_nodelay(true).unwrap();
            tokio::spawn(passes(client, server, (room, Arc::clone(&count))));
        }
    });
    Link { remote, counted }
}

async fn passes(client: TcpStream, server: TcpStream, (room, counted): (Option<usize>, Arc<AtomicUsize>)) {
    let ((mut from, mut back), (mut answers, mut to)) = (client.into_split(), server.into_split());
    let back = tokio::spawn(async move { tokio::io::copy(&mut answers, &mut back).await.map(drop) });
    let (mut left, mut buffer) = (room.unwrap_or(usize::MAX), vec![0; 32_768]);
    while left > 0 {
        let most = buffer.len().min(left);
        let Ok(read @ 1..) = from.read(&mut buffer[..most]).await else { break };
        counted.fetch_add(read, Ordering::Relaxed);
        left -= read;
        if to.write_all(&buffer[..read]).await.is_err() {
            break;
        }
    }
    back.abort();
}

/// Two nodes, the second behind a link.
async fn behind(cuts: Vec<usize>) -> (Arc<ManualClock>, Node, Node, Link) {
    let (clock, batam, mut lotim) = crate::post::tests::pair().await;
    let (_, remote) = served(&mut lotim, false).await;
    let link = link(&remote, cuts).await;
    lotim.entry = publish_at(&lotim.post, &format!("https://{}", link.remote.authority), Some(remote.pin)).await;
    batam.meets(&lotim).await;
    lotim.meets(&batam).await;
    (clock, batam, lotim, link)
}

/// Rounds until it is there; gives how many it took.
async fn rounds(clock: &ManualClock, (from, to): (&Node, &Node), bytes: usize) -> usize {
    let driver = driver(from, vec![]);
    for round in 1..40 {
        driver.blob_round().await;
        if arrived(to, bytes).is_some() {
            return round;
        }
        clock.advance_millis(7_200_000);
    }
    panic!("it never came");
}

#[test]
fn a_document_comes_byte_for_byte_over_a_link_that_dies_at_each_try() {
    run(async {
        let plain = paper(100_000);
        let (clock, batam, lotim, _) = behind(vec![900, 9_000, 30_000, 31_000, 45_000, 20_000]).await;
        sends(&batam, &lotim, &plain).await;
        assert_eq!(rounds(&clock, (&batam, &lotim), plain.len()).await, 7);
        assert_eq!(arrived(&lotim, plain.len()).unwrap(), plain);
    });
}

#[test]
fn five_cuts_at_random_bytes_of_a_file_of_three_megabytes_send_at_most_five_percent_again() {
    run(async {
        let plain = paper(3 << 20);
        let (clock, batam, lotim, whole) = behind(vec![]).await;
        sends(&batam, &lotim, &plain).await;
        assert_eq!(rounds(&clock, (&batam, &lotim), plain.len()).await, 1);
        let once = whole.counted.load(Ordering::Relaxed);
        for seed in 1..3 {
            let chance: Arc<dyn Chance> = Arc::new(base::chance::SeededChance::new(seed));
            let room = |_| usize::try_from(u32::from_be_bytes(chance.bytes()) % 600_000).unwrap() + 5_000;
            let (clock, batam, lotim, cut) = behind((0..5).map(room).collect()).await;
            sends(&batam, &lotim, &plain).await;
            assert_eq!(rounds(&clock, (&batam, &lotim), plain.len()).await, 6, "five tries died");
            assert_eq!(arrived(&lotim, plain.len()).unwrap(), plain);
            let again = cut.counted.load(Ordering::Relaxed) - once;
            assert!(again * 20 <= plain.len(), "{again} bytes more than the {once} of one try");
        }
    });
}

async fn puts(carrier: &Carrier, (tag, n, last): (Tag, u32, &str), bytes: &[u8]) -> StatusCode {
    let hour = (crate::post::tests::START.seconds() / 3600 + 24).to_string();
    let path = format!("/fed/1/blob/{}/{n}", base::hex(&id().bytes()));
    let request = Request::put(path).header("simpul-to", tag.to_string()).header("simpul-expires", hour);
    carrier.handle(request.header("simpul-last", last).body(Bytes::copy_from_slice(bytes)).unwrap()).await.status()
}

async fn has(carrier: &Carrier) -> (StatusCode, String) {
    let path = format!("/fed/1/blob/{}", base::hex(&id().bytes()));
    let answer = carrier.handle(Request::head(path).body(Bytes::new()).unwrap()).await;
    let have = answer.headers().get("simpul-have").map(|have| have.to_str().unwrap().to_owned());
    (answer.status(), have.unwrap_or_default())
}

#[test]
fn a_chunk_again_is_known_other_bytes_are_refused_and_so_is_what_no_chunk_is() {
    run(async {
        let clock = Arc::new(ManualClock::at(crate::post::tests::START));
        let (node, other) = (Node::new(1, &clock).await, Node::new(2, &clock).await);
        let carrier = Carrier::new(Arc::clone(&node.post), true);
        carrier.mailboxes().host(other.post.tags()[0]).await.unwrap();
        for (tag, last) in [(node.post.tags()[0], 4), (other.post.tags()[0], 4)] {
            let chunk = vec![1; CHUNK_BYTES_MAX];
            if tag == other.post.tags()[0] {
                node.post.store().files().remove(id()).unwrap();
            }
            assert_eq!(has(&carrier).await, (StatusCode::NOT_FOUND, String::new()));
            for n in [0, 1, 3] {
                assert_eq!(puts(&carrier, (tag, n, "0"), &chunk).await, StatusCode::CREATED);
            }
            assert_eq!(puts(&carrier, (tag, 0, "0"), &chunk).await, StatusCode::OK);
            assert_eq!(puts(&carrier, (tag, 0, "0"), &vec![2; CHUNK_BYTES_MAX]).await, StatusCode::CONFLICT);
            assert_eq!(puts(&carrier, (tag, 1, "1"), &chunk).await, StatusCode::CONFLICT, "it was not the last");
            assert_eq!(puts(&carrier, (tag, last, "1"), &chunk[..4_112]).await, StatusCode::CREATED);
            assert_eq!(puts(&carrier, (tag, 5, "0"), &chunk).await, StatusCode::CONFLICT, "behind the last");
            assert_eq!(puts(&carrier, (tag, 2, "0"), &chunk[..99]).await, StatusCode::BAD_REQUEST);
            assert_eq!(puts(&carrier, (tag, 2, "7"), &chunk).await, StatusCode::BAD_REQUEST);
            let long = vec![1; CHUNK_BYTES_MAX + 1];
            assert_eq!(puts(&carrier, (tag, 2, "0"), &long).await, StatusCode::PAYLOAD_TOO_LARGE);
            assert_eq!(has(&carrier).await, (StatusCode::OK, "0-1,3-4".into()));
        }
        let stranger = Node::new(3, &clock).await.post.tags()[0];
        assert_eq!(puts(&carrier, (stranger, 0, "0"), &vec![1; CHUNK_BYTES_MAX]).await, StatusCode::NOT_FOUND);
    });
}

/// The taker knows of a document that is to come, as its desk notes it.
async fn wants(node: &Node) {
    let mut tx = node.post.store().backend().begin("test").await.unwrap();
    let row = Row {
        shelf: Shelf::OfferFiles.number(),
        part: id().bytes().to_vec(),
        key: vec![1; 16],
        due: Some(crate::post::tests::START),
        sealed_by: base::KeyId::default(),
        body: Vec::new(),
    };
    tx.put_item(&row).await.unwrap();
    tx.commit().await.unwrap();
}

async fn wants_no_more(node: &Node) {
    let mut tx = node.post.store().backend().begin("test").await.unwrap();
    tx.delete_item(Shelf::OfferFiles.number(), &id().bytes(), &[1; 16]).await.unwrap();
    tx.commit().await.unwrap();
}

#[test]
fn a_blind_relay_carries_a_document_knows_nothing_of_it_and_drops_it_when_the_taker_has_it() {
    run(async {
        let plain = paper(40_000);
        let clock = Arc::new(ManualClock::at(crate::post::tests::START));
        let mut relay = Node::new(3, &clock).await;
        let (batam, mut lotim) = (Node::new(1, &clock).await, Node::new(2, &clock).await);
        let (carrier, remote) = served(&mut relay, true).await;
        lotim.entry = publish_at(&lotim.post, &format!("https://{}", remote.authority), Some(remote.pin)).await;
        batam.meets(&lotim).await;
        lotim.meets(&batam).await;
        pull_once(&lotim.post, &remote, 0).await.unwrap();
        sends(&batam, &lotim, &plain).await;
        driver(&batam, vec![]).round().await;
        driver(&batam, vec![]).blob_round().await;
        assert_eq!(has(&carrier).await, (StatusCode::OK, "0-2".into()));
        let mut view = relay.post.store().backend().read().await.unwrap();
        let rows = view.all_items((0, &[], &[]), 1_000).await.unwrap();
        let holds = |words: &[u8]| rows.iter().any(|row| row.body.windows(words.len()).any(|part| part == words));
        assert!(rows.iter().any(|row| row.shelf == Shelf::BlobsHeld.number()));
        assert!(!holds(CANARY.as_bytes()) && !holds(&KEY) && !holds(&batam.id().bytes()), "I14");
        drop(view);
        wants(&lotim).await;
        pull_once(&lotim.post, &remote, 0).await.unwrap();
        assert_eq!(arrived(&lotim, plain.len()).unwrap(), plain);
        wants_no_more(&lotim).await;
        pull_once(&lotim.post, &remote, 0).await.unwrap();
        assert!(carrier.mailboxes().chunk(id(), 0).await.unwrap().is_none(), "released");
        assert_eq!(has(&carrier).await, (StatusCode::OK, "0-2".into()), "and not sent twice");
        assert_eq!(puts(&carrier, (lotim.post.tags()[0], 0, "0"), &vec![1; CHUNK_BYTES_MAX]).await, StatusCode::OK);
    });
}

#[test]
fn what_nobody_fetches_goes_at_its_hour_and_gives_its_room_back() {
    run(async {
        let clock = Arc::new(ManualClock::at(crate::post::tests::START));
        let node = Node::new(1, &clock).await;
        let other = Node::new(2, &clock).await.post.tags()[0];
        let boxes = Mailboxes::new(Arc::clone(node.post.store().backend()));
        boxes.host(other).await.unwrap();
        let now = clock.now();
        let hour = now.seconds().unsigned_abs() / 3600;
        let bytes = vec![1; CHUNK_BYTES_MAX];
        let coming = |n, blob, expires_hour| Coming { tag: other, expires_hour, blob, n, last: false, bytes: &bytes };
        assert_eq!(boxes.put_chunk(coming(0, id(), hour - 1), now).await.unwrap(), ChunkTaken::NotServed);
        assert_eq!(boxes.put_chunk(coming(0, id(), hour + 1), now).await.unwrap(), ChunkTaken::New);
        assert_eq!(boxes.put_chunk(coming(1, id(), hour + 1), now).await.unwrap(), ChunkTaken::New);
        let far = FileId::from_bytes([4; 16]);
        assert_eq!(boxes.put_chunk(coming(0, far, u64::MAX / 4_000), now).await.unwrap(), ChunkTaken::New);
        assert_eq!(boxes.sweep(now.plus_hours(2)).await.unwrap(), 1);
        assert!(boxes.have(id()).await.unwrap().is_none() && boxes.chunk(id(), 1).await.unwrap().is_none());
        assert_eq!(boxes.sweep(now.plus_hours(24 * 63)).await.unwrap(), 1, "no giver keeps it for ever");
        let mut view = node.post.store().backend().read().await.unwrap();
        let held = view.item(Shelf::DoorState.number(), b"mailbox", &other.0).await.unwrap().unwrap();
        assert_eq!(held.body, [0; 16], "its room is free again");
    });
}

#[test]
fn a_stick_carries_what_a_link_could_not_and_nothing_on_it_lies_open() {
    run(async {
        let plain = paper(50_000);
        let (_clock, batam, lotim) = crate::post::tests::pair().await;
        sends(&batam, &lotim, &plain).await;
        let mut stick = Vec::new();
        let report = batam.post.export(lotim.id(), &mut stick).await.unwrap();
        assert_eq!((report.chunks, report.fault), (4, None));
        assert!(!stick.windows(CANARY.len()).any(|part| part == CANARY.as_bytes()));
        let cut = lotim.post.import(&mut &stick[..stick.len() * 3 / 4], &mut |_| {}).await.unwrap();
        assert!(cut.fault.is_some() && (1..4).contains(&cut.chunks), "{cut:?}");
        assert!(arrived(&lotim, plain.len()).is_none());
        let whole = lotim.post.import(&mut stick.as_slice(), &mut |_| {}).await.unwrap();
        assert_eq!((whole.chunks, whole.fault), (4, None));
        assert_eq!(arrived(&lotim, plain.len()).unwrap(), plain);
    });
}
