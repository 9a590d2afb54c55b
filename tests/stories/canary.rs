//! No name, telephone number or word of a person outside a seal: not in a log, an error, a debug print, nor a byte on disk.

use crate::cast::*;
use crate::legal_aid::{answers, offers, says};
use ::recruiters::judged::{Ground, Pair, Verdict};
use ::recruiters::network::{Filter, What};
use ::recruiters::said::{Credibility, Grade, Recalling, Reliability, Said};
use accord::PartyRole;
use base::{ConsentId, ManualClock};
use casework::Role;
use casework::offer::{DeclineReason, Served};
use desk::Deed;
use desk::alerts::{RecallAlert, SendAlert, compose};
use desk::cases::CaseStream;
use desk::cases::consents::WithdrawConsent;
use desk::cases::identity::OpenIdentity;
use desk::cases::record::{AddNote, SetFields};
use desk::cases::reports::{RecordReport, ReportJson};
use desk::mentions::look::OpenRecruiter;
use desk::mentions::network::ExportNetwork;
use desk::mentions::{JudgePair, RecordMention, Source};
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
    let (log, _guard) = listened();
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

/// The log at its most talkative, as long as the guard lives.
fn listened() -> (Log, tracing::subscriber::DefaultGuard) {
    let log = Log::default();
    let written = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || written.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    tracing::info!("the log is listened to");
    (log, guard)
}

/// Goal: a recruiter goes from a case into an alert, a network, a file for investigators and a corridor, and nothing of the
/// person stands in any of them; nor he, outside a seal. What an officer types of her by mistake stays out, and is not printed.
#[tokio::test]
async fn t2_nothing_of_a_person_is_in_alerts_networks_exports_corridors_logs_or_raw_bytes() {
    let (log, _guard) = listened();
    let folder = tempfile::tempdir().unwrap();
    let world = World::around(filed(folder.path()).await).await;
    let (batam, lotim) = (&world.batam, &world.lotim);
    agree("investigation", "penyidikan", &[batam, lotim]).await;
    let case = decided(batam).await;
    let mut said = String::new();
    for slip in [recruiter(NAME, "0812 5551 2345"), recruiter("Rekaan", PHONE), recruiter(NAME, "")] {
        let act = RecordMention { source: Source::Case(case), said: slip, grade: B2 };
        let error = batam.does(&batam.manager(), &act).await.unwrap_err();
        write!(said, "{act:?} {error} {error:?} {:?} ", error.problem()).unwrap();
    }
    let mut mentions = Vec::new();
    for (source, name) in [(Source::Case(case), RECRUITER), (Source::Public, "Bang Togar")] {
        let act = RecordMention { source, said: recruiter(name, "0800 1234 5678"), grade: B2 };
        mentions.push(batam.does(&batam.manager(), &act).await.unwrap());
    }
    let analyst = batam.officer(20, &[Role::Analyst]);
    let pair = Pair::of(mentions[0], mentions[1]).unwrap();
    batam.does(&analyst, &JudgePair { pair, verdict: Verdict::Same, ground: Ground::Number }).await.unwrap();

    // The alert, at both ends and between them.
    let shown = compose(&mut batam.desk.read().await.unwrap(), &mentions).await.unwrap().unwrap();
    let fields = ["recruiter.name", "recruiter.phone"].map(str::to_owned).into();
    let to = [lotim.id()].into();
    let alert = SendAlert { mentions: mentions.clone(), to, fields, days: 30, shown: shown.digest() };
    write!(said, "{shown:?} {alert:?} ").unwrap();
    let id = batam.does(&analyst, &alert).await.unwrap();
    for letter in batam.post_for(lotim.id()).await {
        victim_in("message", &letter.payload);
        write!(said, "{:?} ", letter.out).unwrap();
        let verdict = lotim.takes(batam, &letter).await;
        batam.hears(&letter, &verdict).await;
    }
    for node in [batam, lotim] {
        let stored = desk::alerts::alert(&mut node.desk.read().await.unwrap(), id).await.unwrap().unwrap();
        write!(said, "{:?} ", *stored.state).unwrap();
    }

    // The page, the network, the file, the corridors: what is shown in them is searched too.
    batam.does(&analyst, &OpenRecruiter(mentions[0])).await.unwrap();
    let mut words = String::new();
    let ties = {
        let (_, book) = batam.desk.book(&analyst, Deed::SeeNetwork).await.unwrap();
        let reader = analyst.officer().unwrap();
        let entity = book.entity(mentions[0], reader).unwrap();
        let network = book.network(&entity, reader, &Filter::default());
        write!(said, "{network:?} {entity:?} {:?} ", *book).unwrap();
        for node in &network.nodes {
            if let What::Thing(thing) = &node.what {
                words.push_str(thing.label.expose());
            }
        }
        for card in &entity.mentions {
            card.said.texts().iter().for_each(|(_, text)| words.push_str(text.expose()));
        }
        network.ties.len()
    };
    assert!(ties > 0 && words.contains("0800 1234 5678"), "{words}");
    let export = ExportNetwork { of: mentions[0], to: lotim.id(), ties: u32::try_from(ties).unwrap() };
    let going = batam.does(&analyst, &export).await.unwrap();
    assert_eq!(going.clauses(), ["penyidikan/1#4.2"], "the shipped text lets it go");
    write!(said, "{going:?} ").unwrap();
    let corridors = batam.desk.corridors(&batam.manager()).await.map(|all| format!("{:?}", all.months.len()));
    write!(said, "{corridors:?} {}", batam.journal(base::Seq(0)).await.join(" ")).unwrap();
    for node in [batam, lotim] {
        node.does(&node.officer(20, &[Role::Analyst]), &RecallAlert { alert: id, why: Recalling::Mistaken }).await.ok();
    }
    victim_in("network", words.as_bytes());
    none_in("debug print", said.as_bytes());
    none_in("log", &log.0.lock().unwrap());
    none_on_disk(folder.path());
}

/// Where the recruiter is meant to stand, nothing of the person does.
fn victim_in(what: &str, bytes: &[u8]) {
    for canary in CANARIES.iter().filter(|canary| **canary != RECRUITER) {
        let found = bytes.windows(canary.len()).any(|window| window == canary.as_bytes());
        assert!(!found, "{canary:?} stands in the {what}");
    }
}

const B2: Grade = Grade { source: Reliability::B, said: Credibility::Probable };

fn recruiter(name: &str, phone: &str) -> Said {
    let mut said = Said::default();
    (said.name, said.phone) = (text(name), text(phone));
    said
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
