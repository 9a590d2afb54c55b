//! A node and its public window: every question or answer between them may be lost, nothing is lost or doubled by it, and what
//! comes from a window that lies is taken as from a stranger.

use crate::cast::*;
use base::{ManualClock, Problem, Timestamp};
use casework::report::Door;
use casework::{ReportEvent, Role};
use desk::boxes::{Boxes, Post};
use desk::cases::keeping::EraseReport;
use desk::cases::reports::{AnswerReport, ReplyReport, ReportJson, ReportStream, reports};
use desk::directory::{StateService, Wanted, search};
use desk::intake::Taken;
use desk::window::{Ask, Done, Found, PostDoor, Row, Spot, Told, Visits, Way, Window, agreements};
use desk::{Actor, Asking, Desk};
use pocketbook::services::Where;
use seal::Cost;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use store::{Page, Read, Shelf, Store, Stored, Vault};
use store_sqlite::{Options, SqliteBackend};

const KUNCI: [u8; 16] = [7; 16];
const PHONE: &[u8] = b"kunci-telepon-01";
const ADDED: &str = "mereka pindah ke rumah di ujung gang";
const ANSWER: &str = "Apakah pintunya dikunci?";

/// The window of a node, and the line between them, which may break.
struct Public {
    desk: Desk,
    boxes: Boxes,
    window: Window,
    /// Calls until the line breaks.
    left: AtomicUsize,
    /// The answer is lost, not the question.
    deaf: bool,
    _folder: tempfile::TempDir,
}

impl Public {
    fn of(node: &Node) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let room = store::files::Room { free_bytes: 0, ..store::files::Room::default() };
        let backend = Arc::new(SqliteBackend::scratch(Options::at(START)).unwrap());
        let store = Store::new(backend, Arc::new(Vault::locked()), Arc::clone(&node.desk.chance))
            .with_files(store::Files::with_room(folder.path().to_path_buf(), room));
        let (boxes, window) = (Boxes::new(&store, Cost::CHEAP), Window::new(&store));
        let one = &node.desk;
        let desk = Desk {
            store,
            clock: Arc::clone(&one.clock),
            chance: Arc::clone(&one.chance),
            me: one.me.clone(),
            calendar: Arc::clone(&one.calendar),
            handbooks: Arc::clone(&one.handbooks),
            screening: Arc::clone(&one.screening),
            guide: Arc::clone(&one.guide),
            packs: Arc::clone(&one.packs),
            fields: Arc::clone(&one.fields),
            woken: Arc::default(),
        };
        Self { desk, boxes, window, left: AtomicUsize::new(usize::MAX), deaf: false, _folder: folder }
    }

    /// Visits while the line breaks at the first call, the second, and so on, until a visit goes through.
    async fn visited(&mut self, node: &Node) {
        for calls in 0.. {
            self.deaf = calls % 2 == 1;
            self.left.store(calls / 2 + 1, Ordering::Relaxed);
            // A node that was started anew remembers nothing.
            match node.desk.visit_window(self, &mut Visits::default()).await {
                Ok(()) => break,
                Err(error) => assert_eq!(error.problem().code.0, "window.silent"),
            }
        }
        self.left.store(usize::MAX, Ordering::Relaxed);
    }

    async fn takes(&self, post: Post) -> String {
        self.boxes.take(post, self.desk.now()).await.unwrap().0.to_string()
    }

    async fn replies(&self, code: &str) -> Option<Vec<String>> {
        let opened = self.boxes.open(code, self.desk.now()).await.unwrap();
        opened.map(|opened| opened.replies.into_iter().map(|reply| reply.text).collect())
    }

    async fn rows(&self, shelf: Shelf) -> usize {
        self.desk.store.backend().read().await.unwrap().count(shelf.number(), b"", 100).await.unwrap()
    }
}

#[async_trait::async_trait]
impl Way for Public {
    async fn ask(&self, ask: &Ask) -> Result<Told, Problem> {
        let breaks = self.left.fetch_sub(1, Ordering::Relaxed) == 1;
        if breaks && !self.deaf {
            return Err(Problem::new("window.silent"));
        }
        // As it comes over the socket.
        let ask = store::cbor::from_bytes(&store::cbor::to_bytes(ask).unwrap(), "ask").unwrap();
        let told = self.window.answer(ask, self.desk.now()).await.map_err(|error| error.problem())?;
        let told = store::cbor::from_bytes(&store::cbor::to_bytes(&told).unwrap(), "told").unwrap();
        if breaks { Err(Problem::new("window.silent")) } else { Ok(told) }
    }
}

async fn batam() -> Node {
    Node::new("batam", "21.71", accord::PartyRole::TaskForce, &Arc::new(ManualClock::at(START))).await
}

fn dewi(node: &Node) -> Actor {
    node.officer(4, &[Role::IntakeOfficer])
}

fn told(text: &str, files: Vec<Vec<u8>>) -> Post {
    let report = ReportJson { answers: None, stage: None, text: text.into(), ..report() };
    Post {
        kunci: KUNCI,
        door: Door::PublicWindow,
        danger: false,
        report,
        files: files.into_iter().map(Into::into).collect(),
    }
}

async fn recorded(node: &Node) -> Vec<base::ReportId> {
    let rows = reports(&mut node.desk.read().await.unwrap(), true, &Page::first(100)).await.unwrap();
    rows.into_iter().map(|row| row.card.id).collect()
}

async fn stored(node: &Node, rid: [u8; 16]) -> (base::ReportId, Stored<ReportStream>) {
    let mut view = node.desk.read().await.unwrap();
    let id = desk::cases::reports::by_rid(&mut view, rid).await.unwrap().unwrap().id;
    (id, view.load(id.bytes()).await.unwrap().unwrap())
}

fn later(node: &Node, hours: u32) {
    (0..hours).for_each(|_| node.clock.advance_millis(3_600_000));
}

#[tokio::test]
async fn whatever_is_lost_between_them_each_report_reply_and_file_comes_once() {
    let node = batam().await;
    let mut public = Public::of(&node);
    let early = public.boxes.take(told(STORY, vec![]), node.desk.now()).await.unwrap_err();
    assert_eq!(early.problem().code.0, "report.no-key", "nothing is sealed to a key that no node left");
    node.desk.store.vault().lock();
    public.visited(&node).await;

    let pdf = [b"%PDF-1.7 rekaan ".to_vec(), vec![7; 40_000]].concat();
    let code = public.takes(told(STORY, vec![pdf.clone()])).await;
    assert_eq!(public.takes(told(STORY, vec![pdf])).await, code);
    let phone = sealed(&node, PHONE, &report()).await;
    let post = async |public: &Public| public.desk.take_report(PHONE, &phone).await.unwrap();
    assert_eq!(post(&public).await, Taken::Waiting);
    public.visited(&node).await;
    assert_eq!((public.rows(Shelf::BoxPosts).await, public.rows(Shelf::Intake).await), (0, 0), "the node has them");
    assert_eq!(post(&public).await, Taken::Waiting, "a locked node signs no receipt");

    node.desk.store.unlock(node.master.clone(), node.desk.now()).await.unwrap();
    let head = node.head().await;
    node.desk.open_waiting().await.unwrap();
    node.desk.open_boxes().await.unwrap();
    public.visited(&node).await;
    let Taken::Known(receipt) = post(&public).await else { panic!("no receipt") };
    let Taken::Known(same) = node.desk.take_report(PHONE, &phone).await.unwrap() else { panic!("no receipt") };
    assert_eq!(receipt, same, "the receipt of the node, whole");
    assert_eq!(recorded(&node).await.len(), 2);
    let (id, hers) = stored(&node, seal::report_id(&KUNCI).bytes()).await;
    let file = hers.received.files.first().unwrap().id;
    assert!(node.desk.file_progress(file).unwrap().unwrap().whole);

    node.does(&dewi(&node), &ReplyReport { report: id, text: text(ANSWER) }).await.unwrap();
    public.visited(&node).await;
    assert_eq!(public.replies(&code).await.unwrap(), [ANSWER]);
    let add = async |public: &Public| public.boxes.add(&code, ([8; 16], ADDED, vec![]), node.desk.now()).await.unwrap();
    add(&public).await.unwrap();
    public.visited(&node).await;
    add(&public).await.unwrap();
    public.visited(&node).await;
    let kinds = node.journal(head).await;
    let count = |kind: &str| kinds.iter().filter(|one| *one == kind).count();
    assert_eq!((count("report.received"), count("report.replied"), count("report.added")), (2, 1, 1), "{kinds:?}");

    // Whether an officer took it reaches the phone too; then nobody is owed anything.
    let rid = seal::report_id(PHONE).bytes();
    assert!(!public.desk.left(rid).await.unwrap().unwrap().read);
    let (phoned, _) = stored(&node, rid).await;
    node.does(&dewi(&node), &AnswerReport { report: phoned, event: ReportEvent::Taken(officer_id(4)) }).await.unwrap();
    later(&node, 1);
    public.visited(&node).await;
    assert!(public.desk.left(rid).await.unwrap().unwrap().read);
}

#[tokio::test]
async fn what_a_phone_sealed_comes_from_the_window_once_with_its_box_whatever_is_lost() {
    let node = batam().await;
    let mut public = Public::of(&node);
    public.visited(&node).await;
    let long = ReportJson { answers: None, stage: None, text: "x".repeat(60_000), ..report() };
    let bytes = sealed(&node, &KUNCI, &long).await;
    let head = node.head().await;
    let mut codes = Vec::new();
    for _ in 0..2 {
        let sent = public.boxes.take_sealed(&KUNCI, (Door::PublicWindow, &bytes), node.desk.now()).await.unwrap();
        codes.push(sent.0.to_string());
        public.visited(&node).await;
    }
    assert_eq!(codes[0], codes[1]);
    assert_eq!(public.rows(Shelf::BoxPosts).await, 0, "the node has it");
    let (id, hers) = stored(&node, seal::report_id(&KUNCI).bytes()).await;
    assert_eq!(hers.received.text.expose().len(), 60_000, "the longest there is");
    node.does(&dewi(&node), &ReplyReport { report: id, text: text(ANSWER) }).await.unwrap();
    public.visited(&node).await;
    assert_eq!(public.replies(&codes[0]).await.unwrap(), [ANSWER]);
    assert_eq!(node.journal(head).await, ["report.received", "report.replied"]);
}

#[tokio::test]
async fn a_closed_or_erased_box_is_gone_on_both_sides_and_a_lost_window_gets_every_box_again() {
    let node = batam().await;
    let mut public = Public::of(&node);
    public.visited(&node).await;
    let code = public.takes(told(STORY, vec![])).await;
    public.visited(&node).await;
    let (id, hers) = stored(&node, seal::report_id(&KUNCI).bytes()).await;
    let to = hers.received.reply_to.clone().unwrap();
    node.does(&dewi(&node), &ReplyReport { report: id, text: text(ANSWER) }).await.unwrap();

    // The disk of the window is lost before the answer got there; another one, and the node itself, have it all.
    let mut public = Public::of(&node);
    public.visited(&node).await;
    assert_eq!(public.replies(&code).await.unwrap(), [ANSWER]);
    let here = Boxes::new(&node.desk.store, Cost::CHEAP).open(&code, node.desk.now()).await.unwrap();
    assert_eq!(here.unwrap().replies.len(), 1, "a node that serves these pages itself again opens the same boxes");

    assert!(public.boxes.close(&code, node.desk.now()).await.unwrap());
    public.visited(&node).await;
    let open = desk::boxes::closes(&mut node.desk.read().await.unwrap(), &to).await.unwrap();
    assert_eq!(open, None, "closed at the window is closed at the node");
    let refused = node.does(&dewi(&node), &ReplyReport { report: id, text: text(ANSWER) }).await;
    assert_eq!(code_of(refused), "box.closed");

    let other = public.takes(Post { kunci: [9; 16], ..told(ADDED, vec![]) }).await;
    public.visited(&node).await;
    let (id, _) = stored(&node, seal::report_id(&[9; 16]).bytes()).await;
    assert_eq!(public.replies(&other).await, Some(vec![]));
    let advice = AnswerReport { report: id, event: ReportEvent::Advised(text("telepon 129")) };
    node.does(&dewi(&node), &advice).await.unwrap();
    node.clock.set(Timestamp::parse("2037-01-01T00:00:00Z").unwrap());
    let asking = Asking::once(&*node.desk.chance, node.desk.now());
    node.desk.erase(&node.coordinator(), asking, &EraseReport(id)).await.unwrap();
    public.visited(&node).await;
    let mut raw = public.desk.store.backend().read().await.unwrap();
    for shelf in [Shelf::Boxes, Shelf::BoxReplies, Shelf::BoxPosts, Shelf::BoxMarks] {
        let left = raw.all_items((shelf.number(), b"", b""), 1).await.unwrap();
        assert!(left.first().is_none_or(|item| item.shelf != shelf.number()), "{shelf:?}");
    }
}

fn code_of<T>(done: Result<T, desk::Error>) -> &'static str {
    crate::cast::code(done)
}

/// A window that was taken over: it answers as it likes.
struct Liar(std::sync::Mutex<Vec<Told>>);

#[async_trait::async_trait]
impl Way for Liar {
    async fn ask(&self, ask: &Ask) -> Result<Told, Problem> {
        let mut answers = self.0.lock().unwrap();
        match ask {
            Ask::Visit { .. } if !answers.is_empty() => Ok(answers.remove(0)),
            Ask::Visit { .. } => Ok(Told::Found(Found::default())),
            Ask::Chunk { .. } => Ok(Told::Chunk(Some((vec![9; 20], false)))),
            Ask::Index => Ok(Told::Index(Vec::new())),
            Ask::Show { .. } => Ok(Told::Done),
        }
    }
}

#[tokio::test]
async fn a_window_that_lies_leaves_no_report_no_box_and_no_file_that_a_stranger_could_not_leave() {
    let node = batam().await;
    let head = node.head().await;
    let post = |door, key: Vec<u8>, body: Vec<u8>| desk::window::Post { door, key, body };
    let true_one = sealed(&node, PHONE, &report()).await;
    let posts = vec![
        post(PostDoor::Intake, vec![1; 16], b"SPR1".to_vec()),
        post(PostDoor::Intake, vec![1; 3], true_one.clone()),
        post(PostDoor::Intake, vec![2; 16], [&true_one[..], &vec![0; 70_000]].concat()),
        post(PostDoor::Box, [&[7], &[1; 16][..]].concat(), true_one.clone()),
        post(PostDoor::Box, vec![], vec![]),
    ];
    let id = [5; 16];
    let far = node.desk.now().plus_hours(24 * 10_000);
    let boxes = [vec![0xff; 40], vec![0; 5_000]]
        .map(|body| desk::window::Changed { id, mark: [1; 16], state: Some((far, body)) })
        .to_vec();
    let found = Found { posts, boxes, files: vec![[3; 16]], ..Found::default() };
    let liar = Liar(std::sync::Mutex::new(vec![Told::Found(found)]));
    node.desk.visit_window(&liar, &mut Visits::default()).await.unwrap();
    assert_eq!(node.journal(head).await, Vec::<String>::new());
    let mut raw = node.desk.store.backend().read().await.unwrap();
    for shelf in [Shelf::Intake, Shelf::BoxPosts, Shelf::Boxes, Shelf::Owed] {
        assert_eq!(raw.count(shelf.number(), b"", 9).await.unwrap(), 0, "{shelf:?}");
    }
    drop(raw);
    for odd in [Told::Done, Told::Index(Vec::new())] {
        let liar = Liar(std::sync::Mutex::new(vec![odd]));
        let refused = node.desk.visit_window(&liar, &mut Visits::default()).await;
        assert_eq!(code_of(refused), "window.other");
    }
}

/// A made-up service of this node.
fn service(code: &str, visibility: &str) -> StateService {
    let words = [
        code,
        "21.71",
        "women_children",
        "UPTD PPA Batam (rekaan)",
        "Pos pengaduan",
        "Complaints desk",
        "Menerima.",
        "Takes.",
        "Siapa saja.",
        "Anyone.",
        "id",
        "MO-FR 08:00-16:00",
        "+62 800 0000 011",
        "",
        "",
        visibility,
        "",
        "Kami",
        "Us",
    ];
    StateService(words.map(str::to_owned))
}

#[tokio::test]
async fn a_window_shows_what_its_node_shows_everybody_and_nothing_that_is_for_partners_alone() {
    let world = World::new().await;
    let node = &world.batam;
    let coordinator = node.officer(2, &[Role::TaskforceCoordinator]);
    for (code, visibility) in [("untuk-umum", "public"), ("untuk-mitra", "partners")] {
        node.does(&coordinator, &service(code, visibility)).await.unwrap();
    }
    let mut public = Public::of(node);
    public.visited(node).await;
    let wanted = Wanted { at: Where::Place(node.desk.me.place.clone()), kind: None, public: false };
    let shown = async |public: &Public| {
        let mut view = public.desk.store.read_unsealed(public.desk.now()).await.unwrap();
        let found = search(&mut view, &wanted).await.unwrap();
        found.into_iter().map(|found| found.service.code).collect::<Vec<_>>()
    };
    assert_eq!(shown(&public).await, ["untuk-umum"]);
    let ours = agreements(&node.desk).await.unwrap();
    assert!(!ours.is_empty());
    assert_eq!(agreements(&public.desk).await.unwrap(), ours);
    node.does(&coordinator, &desk::directory::DropService("untuk-umum".into())).await.unwrap();
    public.visited(node).await;
    assert_eq!(shown(&public).await, Vec::<String>::new(), "what is shown no more goes there too");

    // A set that names other shelves is refused: the node's side writes here alone what everybody may see.
    let spot = Spot { shelf: Shelf::Boxes.number(), part: Vec::new(), key: vec![1; 16] };
    let rows = vec![Row { spot, body: vec![1] }];
    let ask = Ask::Show { rows, gone: Vec::new(), names: Vec::new(), whole: None };
    let refused = public.window.answer(ask, node.desk.now()).await;
    assert_eq!(code_of(refused), "window.other");
    // A change that came in between is not let go with the one before it.
    let code = public.takes(told(STORY, vec![])).await;
    let Told::Found(found) = public.ask(&Ask::Visit { done: vec![], leave: vec![] }).await.unwrap() else { panic!() };
    let first = &found.boxes[0];
    public.boxes.add(&code, ([8; 16], ADDED, vec![]), node.desk.now()).await.unwrap();
    let done = vec![Done::Box(first.id, first.mark)];
    let Told::Found(found) = public.ask(&Ask::Visit { done, leave: vec![] }).await.unwrap() else { panic!() };
    assert_eq!(found.boxes.len(), 1);
}
