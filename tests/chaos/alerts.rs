//! An alert and its recall to two receivers over a connection that breaks at many bytes: whatever is cut, and in whatever order the
//! two arrive, the recall reaches both, and nothing of the alert is believed there.

use crate::cast::{START, agree};
use crate::office::Office;
use crate::pipe::Cut;
use base::{AlertId, ManualClock, Redacted};
use casework::Role;
use desk::alerts::{RecallAlert, SendAlert, State, alert, compose};
use desk::mentions::{RecordMention, Source};
use recruiters::said::{Credibility, Grade, Recalling, Reliability, Said};
use std::sync::Arc;

/// Bytes after which connections break, one after the other; some are in a request, some in its answer.
const CUTS: [Cut; 9] = [
    Cut::Request(1),
    Cut::Answer(40),
    Cut::Request(700),
    Cut::Request(1_500),
    Cut::Answer(1),
    Cut::Request(3),
    Cut::Answer(200),
    Cut::Request(5_000),
    Cut::Never,
];

/// Half a minute and twice the longest wait between two tries.
const WAIT_MS: u32 = 5 * 3_600_000;

async fn sends(batam: &Office, to: [&Office; 2]) -> AlertId {
    let by = batam.node.officer(20, &[Role::Analyst]);
    let mut said = Said::default();
    (said.name, said.phone) = (Redacted::new("Soeparjan".into()), Redacted::new("0800 1234 5678".into()));
    let grade = Grade { source: Reliability::B, said: Credibility::Probable };
    let mention = batam.node.does(&by, &RecordMention { source: Source::Public, said, grade }).await.unwrap();
    let composed = compose(&mut batam.node.desk.read().await.unwrap(), &[mention]).await.unwrap().unwrap();
    let fields = ["recruiter.name", "recruiter.phone"].map(str::to_owned).into();
    let to = to.map(|office| office.node.id()).into();
    let act = SendAlert { mentions: vec![mention], to, fields, days: 180, shown: composed.digest() };
    batam.node.does(&by, &act).await.unwrap()
}

async fn recalls(batam: &Office, alert: AlertId) {
    let by = batam.node.officer(20, &[Role::Analyst]);
    batam.node.does(&by, &RecallAlert { alert, why: Recalling::Mistaken }).await.unwrap();
}

/// What a receiver has of an alert, and how many mentions count there.
async fn has(office: &Office, id: AlertId) -> (Option<State>, usize) {
    let stored = alert(&mut office.node.desk.read().await.unwrap(), id).await.unwrap();
    let by = office.node.officer(20, &[Role::Analyst]);
    let (_, book) = office.node.desk.book(&by, desk::Deed::SeeRecruiters).await.unwrap();
    (stored.map(|stored| stored.state.state), book.len())
}

#[tokio::test]
async fn a_recall_reaches_every_receiver_over_a_link_that_breaks() {
    let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
    let clock = Arc::new(ManualClock::at(START));
    let places = [("batam", "21.71"), ("lotim", "52.03"), ("kupang", "53.01")];
    let mut offices = Vec::new();
    for (name, place) in places {
        offices.push(Office::found(&folder.path().join(name), (name, place), &clock).await);
    }
    let [batam, lotim, kupang] = &offices[..] else { panic!("three offices") };
    for other in [lotim, kupang] {
        batam.meets(other).await;
        other.meets(batam).await;
    }
    agree("recruiter-alerts", "peringatan", &[&batam.node, &lotim.node, &kupang.node]).await;
    let id = sends(batam, [lotim, kupang]).await;
    let mut seen = Vec::new();
    for (nth, cut) in CUTS.into_iter().cycle().take(3 * CUTS.len()).enumerate() {
        // It is taken back while copies of it are on their way.
        if nth == 4 {
            recalls(batam, id).await;
        }
        carries(batam, &[lotim, kupang], cut).await;
        for other in [lotim, kupang] {
            carries(other, &[batam], cut).await;
            seen.extend(has(other, id).await.0);
        }
        clock.advance_millis(WAIT_MS);
    }
    for other in [lotim, kupang] {
        assert_eq!(has(other, id).await, (Some(State::Recalled(Recalling::Mistaken)), 0));
    }
    assert!(seen.contains(&State::Live), "it was believed before: {seen:?}");
    for (other, number) in [lotim, kupang].into_iter().flat_map(|other| [(other, 40), (other, 41)]) {
        let thread = seal::hash::alert_thread(batam.node.id(), other.node.id());
        let mut view = batam.node.desk.read().await.unwrap();
        assert_eq!(desk::mail::unfinished(&mut view, thread, number).await.unwrap(), [], "a receipt came back");
    }
}

/// What is due goes to whom it is for, each over a connection of its own that breaks there.
async fn carries(from: &Office, to: &[&Office], cut: Cut) {
    let parcels = from.post.collect(256).await.unwrap();
    for other in to {
        let theirs: Vec<_> = parcels.iter().filter(|parcel| parcel.peer == other.node.id()).cloned().collect();
        if !theirs.is_empty() {
            let (pushed, _) = crate::office::push(&theirs, other, cut).await;
            from.settle(&theirs, &pushed.unwrap_or_default()).await;
        }
    }
}
