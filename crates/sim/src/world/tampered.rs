//! Goal: what the looks say of files (I7), of alerts (A1, A2) and the count of messages (A3) is said when it is so, and only then. Method: a
//! whole run that holds; then things are written behind the desks' back, each as a fault of a desk would leave it, and after
//! each the last look must name that and nothing else.

use super::*;
use crate::cast::MARK;
use base::{AlertId, ThreadId};
use desk::alerts::{AlertEvent, AlertStream, Claim, Recall, Side, State, alert, alert_id, alerts};
use desk::wire::{CorrectedAlert, RecruiterAlert, RecruiterRecall};
use recruiters::said::Recalling;
use seal::Kid;
use std::collections::BTreeSet;

/// The world after a run, what was tampered with, and what must have been found.
struct Tampered {
    world: World,
    used: BTreeSet<AlertId>,
    broken: BTreeSet<String>,
    _folder: tempfile::TempDir,
}

/// An alert in force at its sender and at its one receiver.
struct Spot {
    id: AlertId,
    sender: usize,
    receiver: usize,
    claim: Claim,
}

fn recalled(correction: Option<Claim>) -> AlertEvent {
    let (from, no, place) = (NodeId::default(), 0, (0, 0));
    AlertEvent::Recalled(Box::new(Recall { from, no, why: Recalling::Mistaken, correction, place, by: None }))
}

impl Tampered {
    async fn after_a_run() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = Options { nodes: 3, days: 1, alerts: 0.8, ..Options::default() };
        let options = Options { store: Some(crate::StoreKind::Memory), ..options };
        let (report, world) = played(&options, folder.path(), &|_| {}).await.unwrap();
        assert!(!report.failed(), "{report}");
        Self { world, used: BTreeSet::new(), broken: BTreeSet::new(), _folder: folder }
    }

    async fn at(&self, node: usize, id: AlertId) -> Option<AlertStream> {
        let running = self.world.nodes[node].open().unwrap();
        let found = alert(&mut running.desk.read().await.unwrap(), id).await.unwrap();
        found.map(|stored| (*stored.state).clone())
    }

    /// Alerts that a node sent, with what it wrote down of each.
    async fn sent(&self, node: usize) -> Vec<(AlertId, AlertStream)> {
        let mut view = self.world.nodes[node].open().unwrap().desk.read().await.unwrap();
        let cards = alerts(&mut view, Side::Out).await.unwrap();
        drop(view);
        let mut all = Vec::new();
        for card in cards {
            all.push((card.id, self.at(node, card.id).await.unwrap()));
        }
        all
    }

    /// One that was not used yet.
    async fn spot(&mut self) -> Spot {
        for sender in 0..self.world.nodes.len() {
            for (id, ours) in self.sent(sender).await {
                let (Some(peer), 1) = (ours.sent.keys().next(), ours.sent.len()) else { continue };
                let receiver = self.world.index[peer];
                let (State::Live, None, Some(claim)) = (ours.state, ours.answers, ours.claim) else { continue };
                let theirs = self.at(receiver, id).await;
                if theirs.is_some_and(|theirs| theirs.state == State::Live && theirs.claims == 1)
                    && self.used.insert(id)
                {
                    return Spot { id, sender, receiver, claim };
                }
            }
        }
        panic!("too few alerts are in force")
    }

    async fn write(&self, node: usize, id: AlertId, event: AlertEvent) {
        let mut tx = self.world.nodes[node].begin("test.tamper").await.unwrap();
        let mut stored = alert(&mut tx, id).await.unwrap().unwrap();
        tx.append(&mut stored, vec![event]).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// An alert came to a node that is good until then.
    async fn came(&self, (from, to): (usize, usize), no: u64, claim: Claim) -> AlertId {
        let from = self.world.nodes[from].id;
        let came = AlertEvent::Came { from, no, claim: Box::new(claim), answers: None };
        let mut tx = self.world.nodes[to].begin("test.tamper").await.unwrap();
        tx.create::<AlertStream>(alert_id(from, no).bytes(), vec![came]).await.unwrap();
        tx.commit().await.unwrap();
        alert_id(from, no)
    }

    /// The last look finds what it found before, and this.
    async fn finds(&mut self, more: &[String]) {
        self.broken.extend(more.iter().cloned());
        let (world, mut ledger) = (&self.world, Ledger::default());
        world.eyes.alerts_at_last((&world.nodes, &world.index), world.now, &mut ledger).await.unwrap();
        assert_eq!(ledger.violations.into_iter().collect::<BTreeSet<_>>(), self.broken);
    }
}

#[tokio::test]
async fn a_recall_or_correction_that_never_came_is_found() {
    let mut run = Tampered::after_a_run().await;
    run.finds(&[]).await;
    let Spot { id, sender, receiver, .. } = run.spot().await;
    run.write(sender, id, recalled(None)).await;
    run.finds(&[format!("A1: {id} was taken back by node {sender} and stands at node {receiver}")]).await;

    let (Spot { id, sender, receiver, claim }, other) = (run.spot().await, run.spot().await);
    let corrected = Claim { said: other.claim.said, ..claim };
    run.write(sender, id, recalled(Some(corrected))).await;
    run.finds(&[format!("A1: {id} was corrected by node {sender} and not at node {receiver}")]).await;
}

#[tokio::test]
async fn what_rested_on_an_alert_that_is_over_is_found() {
    let mut run = Tampered::after_a_run().await;
    for over in [recalled(None), AlertEvent::Expired] {
        let Spot { id, sender, receiver, .. } = run.spot().await;
        // Both ends say that it is over, and the mention at the receiver was forgotten.
        run.write(sender, id, over.clone()).await;
        run.write(receiver, id, over).await;
        let counts = format!("A1: what {id} said still counts at node {receiver}");
        run.finds(&[counts, format!("A1: what rested on {id} is still believed at node {receiver}")]).await;
    }
    let Spot { id, receiver, claim, .. } = run.spot().await;
    run.write(receiver, id, recalled(Some(claim))).await;
    let counts = format!("A1: what {id} said still counts at node {receiver}");
    run.finds(&[counts, format!("A1: what rested on {id} is still believed at node {receiver}")]).await;
}

#[tokio::test]
async fn a_partner_who_is_thought_to_know_after_it_took_that_back_is_found() {
    let mut run = Tampered::after_a_run().await;
    for here in 0..run.world.nodes.len() {
        for (id, ours) in run.sent(here).await {
            let Some(peer) = ours.known.keys().next() else { continue };
            let there = run.world.index[peer];
            let Some(answer) = run.at(there, id).await.and_then(|theirs| theirs.told) else { continue };
            run.write(there, answer, recalled(None)).await;
            run.write(here, answer, recalled(None)).await;
            return run.finds(&[format!("A1: node {here} still thinks that node {there} knows him")]).await;
        }
    }
    panic!("nobody knows him too");
}

#[tokio::test]
async fn an_alert_that_outlives_its_end_is_found_at_either_end() {
    let mut run = Tampered::after_a_run().await;
    let Spot { id, sender, receiver, claim } = run.spot().await;
    let ends = |node: usize, run: &Tampered, seconds: i64| Claim {
        until: run.world.nodes[node].clock().shows(run.world.now).plus_seconds(-seconds),
        ..claim.clone()
    };
    // A node looks some minutes late: within the hour nothing is wrong.
    run.came((sender, receiver), 1, ends(receiver, &run, 3_599)).await;
    run.finds(&[]).await;
    let late = run.came((sender, receiver), 2, ends(receiver, &run, 3_601)).await;
    run.finds(&[format!("A2: {late} outlives its end at node {receiver}")]).await;
    let until = ends(sender, &run, 3_601);
    run.write(sender, id, recalled(Some(until))).await;
    run.finds(&[format!("A2: {id} outlives its end at node {sender}")]).await;
}

#[tokio::test]
async fn a_file_whose_giver_is_down_is_compared_once_the_giver_is_back() {
    let Tampered { mut world, _folder, .. } = Tampered::after_a_run().await;
    world.eyes.see_all_anew();
    let found = async |world: &mut World| {
        let mut ledger = Ledger::default();
        world.eyes.look((&world.nodes, &world.index), &mut ledger).await.unwrap();
        ledger.violations
    };
    for node in &mut world.nodes {
        node.crash();
    }
    // One taker alone is there, and none of its givers.
    let mut whole = BTreeSet::new();
    for at in 0..world.nodes.len() {
        world.nodes[at].start().await.unwrap();
        world.nodes[at].unlock().await.unwrap();
        let more = found(&mut world).await;
        assert_eq!(more.is_empty(), at == 0, "{more:?}");
        whole.extend(more);
    }
    assert_eq!(found(&mut world).await, Vec::<String>::new());
    // The same as with all of them there from the start.
    world.eyes.see_all_anew();
    assert_eq!(found(&mut world).await.into_iter().collect::<BTreeSet<_>>(), whole);
}

#[test]
fn a_protected_person_who_is_named_in_an_alert_or_its_correction_is_found() {
    let alert_of = |name: &str| RecruiterAlert {
        alert_no: 1,
        facts: vec![("recruiter.name".to_owned(), name.to_owned())].into(),
        source_grade: 2,
        confidence: 2,
        reports_min: 1,
        valid_until: 1_795_000_000,
        answers: None,
    };
    let correction_of = |name: &str| {
        let RecruiterAlert { facts, source_grade, confidence, reports_min, valid_until, .. } = alert_of(name);
        let correction = Some(CorrectedAlert { facts, source_grade, confidence, reports_min, valid_until });
        RecruiterRecall { alert_no: 1, reason: 5, correction }
    };
    let told = |message: Message| {
        let mut ledger = Ledger::default();
        let (from, at, hash) = (NodeId::default(), (ThreadId::default(), 1, 1), base::Digest::default());
        let noted = Noted::Applied { from, at, signed_by: Kid([0; 8]), hash, message };
        ledger.noted(NodeId::default(), (START, &noted));
        ledger.violations
    };
    let protected = format!("nama karangan {MARK} 7");
    for message in [Message::RecruiterAlert(alert_of(&protected)), Message::RecruiterRecall(correction_of(&protected))]
    {
        assert_eq!(told(message).len(), 1);
    }
    for message in [
        Message::RecruiterAlert(alert_of("Perekrut Rekaan 0 1")),
        Message::RecruiterRecall(correction_of("Perekrut Rekaan 0 1")),
        Message::RecruiterRecall(RecruiterRecall { alert_no: 1, reason: 1, correction: None }),
    ] {
        assert_eq!(told(message), Vec::<String>::new());
    }
}
