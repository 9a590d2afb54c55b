//! No name, telephone number or word of a person outside a seal: not in a log, an error, a debug print, nor a byte on disk.

use crate::cast::*;
use crate::legal_aid::{answers, offers, says};
use accord::PartyRole;
use base::{ConsentId, ManualClock};
use casework::Role;
use casework::offer::{DeclineReason, Served};
use desk::cases::CaseStream;
use desk::cases::consents::WithdrawConsent;
use desk::cases::identity::OpenIdentity;
use desk::cases::record::{AddNote, SetFields};
use desk::cases::reports::{RecordReport, ReportJson};
use desk::offers::{Ask, GiverWord, TakerWord, preview, thread};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex};
use store::{Backend, Read, StoreError};
use store_sqlite::{Options, SqliteBackend};

/// What the log would have said, at its most talkative.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn none_in(what: &str, bytes: &[u8]) {
    for canary in CANARIES {
        let found = bytes.windows(canary.len()).any(|window| window == canary.as_bytes());
        assert!(!found, "{canary:?} stands in the {what}");
    }
}

fn none_on_disk(folder: &Path) {
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            seen += bytes.len();
            none_in(&format!("file {}", path.display()), &bytes);
        }
    }
    assert!(seen > 100_000, "there is something to search: {seen}");
}

async fn filed(folder: &Path) -> Node {
    let backend: Arc<dyn Backend> = Arc::new(SqliteBackend::open(&folder.join("node.db"), Options::at(START)).unwrap());
    Node::over(backend, ("batam", "21.71", PartyRole::TaskForce), &Arc::new(ManualClock::at(START))).await
}

/// Acts that fail, with her words in them: what their errors print.
async fn errors(node: &Node, case: base::CaseId) -> String {
    let by = node.manager();
    let mut said = String::new();
    for field in ["weather.rain", "status.step", "identity.shoe_size"] {
        let values = BTreeMap::from([(field.to_owned(), text(STORY))]);
        let error = node.changes(&by, case, SetFields { person: None, values }).await.unwrap_err();
        write!(said, "{error} {error:?} {:?} ", error.problem()).unwrap();
    }
    let long = AddNote { text: text(&STORY.repeat(400)) };
    let act = OpenIdentity { case, reason: text(REASON) };
    let odd = RecordReport {
        rid: [9; 16],
        door: casework::report::Door::Hotline,
        json: ReportJson { answers: Some([("Z1".into(), NAME.into())].into()), ..report() },
        without_name: None,
    };
    write!(said, "{long:?} {act:?} ").unwrap();
    for error in [
        node.changes(&by, case, long).await.unwrap_err(),
        node.does(&node.officer(8, &[Role::CaseManager]), &act).await.map(drop).unwrap_err(),
        node.does(&by, &odd).await.map(drop).unwrap_err(),
    ] {
        write!(said, "{error} {error:?} {:?} ", error.problem()).unwrap();
    }
    said
}

#[tokio::test]
async fn t1_nothing_of_a_person_is_in_logs_errors_debug_prints_or_raw_bytes() {
    let log = Log::default();
    let written = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || written.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    tracing::info!("the log is listened to");
    let folder = tempfile::tempdir().unwrap();
    let world = World::around(filed(folder.path()).await).await;
    let World { batam, lotim, mawar, bahari, .. } = &world;

    let case = decided(batam).await;
    let sister = sister(batam, case).await;
    consents(batam, case, to_counsel(10, "lbh-mawar")).await;
    consents(batam, case, to_counsel(11, "lbh-bahari")).await;
    consents(batam, case, to_home()).await;
    let mut said = errors(batam, case).await;
    let seen = batam.does(&batam.manager(), &OpenIdentity { case, reason: text(REASON) }).await.unwrap();
    let (_, cut) = preview(&batam.desk, &batam.manager(), case, &legal_aid(bahari)).await.unwrap();
    write!(said, "{seen:?} {cut:?} ").unwrap();

    let declined = offers(batam, case, legal_aid(mawar)).await.unwrap();
    batam.talks(mawar).await;
    answers(mawar, declined, TakerWord::Decline(DeclineReason::Conflicted, String::new())).await.unwrap();
    batam.talks(mawar).await;
    let aid = offers(batam, case, legal_aid(bahari)).await.unwrap();
    let family = offers(batam, case, Ask { person: Some(sister), ..legal_aid(bahari) }).await.unwrap();
    batam.talks(bahari).await;
    for offer in [aid, family] {
        answers(bahari, offer, TakerWord::Accept).await.unwrap();
    }
    batam.talks(bahari).await;
    let values = BTreeMap::from([("legal.losses".to_owned(), text("upah setahun"))]);
    batam.changes(&batam.manager(), case, SetFields { person: None, values }).await.unwrap();
    says(batam, aid, GiverWord::Supplement(std::collections::BTreeSet::new())).await.unwrap();
    let home = offers(batam, case, handover(lotim)).await.unwrap();
    for letter in batam.post_for(lotim.id()).await {
        // What waits in an outbox is sealed too; the letter itself is sealed by the relay.
        write!(said, "{:?} ", letter.out).unwrap();
        let verdict = lotim.takes(batam, &letter).await;
        batam.hears(&letter, &verdict).await;
    }
    answers(lotim, home, TakerWord::Accept).await.unwrap();
    lotim.posts(batam).await;
    world.later(30);
    while batam.desk.do_duties().await.unwrap() > 0 {}
    none_on_disk(folder.path());
    batam.talks(lotim).await;
    answers(lotim, home, TakerWord::Complete(Served::Served, String::new())).await.unwrap();
    let withdraw = WithdrawConsent { case, consent: ConsentId::from_bytes([11; 16]), erase: true };
    batam.does(&batam.manager(), &withdraw).await.unwrap();
    batam.talks(bahari).await;
    batam.talks(lotim).await;

    for node in [batam, lotim] {
        write!(said, "{:?} {:?} ", node.case(case).await, node.desk.store).unwrap();
    }
    for (node, offer) in [(batam, aid), (bahari, aid), (bahari, family), (lotim, home)] {
        let stored = thread(&mut node.desk.read().await.unwrap(), offer.0).await.unwrap().unwrap();
        write!(said, "{stored:?} ").unwrap();
    }
    none_in("debug print", said.as_bytes());
    none_in("log", &log.0.lock().unwrap());
    assert!(!log.0.lock().unwrap().is_empty());
    none_on_disk(folder.path());
}

#[tokio::test]
async fn after_an_erasure_no_key_row_is_left_and_the_case_opens_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let node = filed(folder.path()).await;
    let case = decided(&node).await;
    let mut tx = node.begin().await;
    let keys = tx.erase_stream::<CaseStream>(case.bytes()).await.unwrap();
    tx.commit().await.unwrap();
    let master = node.master.clone();
    drop(node);
    let file = rusqlite::Connection::open(folder.path().join("node.db")).unwrap();
    for key in keys {
        let rows: i64 = file
            .query_row("SELECT count(*) FROM ring WHERE id = ?1", [key.bytes().as_slice()], |row| row.get(0))
            .unwrap();
        let cards: i64 = file
            .query_row("SELECT count(*) FROM shelf WHERE sealed_by = ?1", [key.bytes().as_slice()], |row| row.get(0))
            .unwrap();
        assert_eq!((rows, cards), (0, 0));
    }
    drop(file);
    let backend: Arc<dyn Backend> =
        Arc::new(SqliteBackend::open(&folder.path().join("node.db"), Options::at(START)).unwrap());
    let chance = Arc::new(base::chance::SeededChance::new(2));
    let store = store::Store::new(backend, Arc::new(store::Vault::locked()), chance);
    store.unlock(master, START).await.unwrap();
    let mut view = store.read(START).await.unwrap();
    assert_eq!(view.load::<CaseStream>(case.bytes()).await.unwrap_err(), StoreError::Erased);
}
