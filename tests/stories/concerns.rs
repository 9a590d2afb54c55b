//! What about the mail needs a person: written by a notice, ended by its cause or by a person.

use crate::cast::*;
use accord::PartyRole;
use base::{ManualClock, ThreadId};
use casework::Role;
use desk::mail::{Apply, Concern, ConcernKind, HeldBody, Notice, Outgoing, SettleConcern, State, concerns};
use desk::wire::Class;
use std::sync::Arc;

async fn node() -> Node {
    Node::new("batam", "21.71", PartyRole::TaskForce, &Arc::new(ManualClock::at(START))).await
}

fn late(level: u8) -> Outgoing {
    Outgoing {
        thread: ThreadId::from_bytes([5; 16]),
        peer: base::NodeId::from_bytes([7; 16]),
        era: 1,
        seq: 3,
        number: 24,
        class: Class::Normal,
        state: State::Handed,
        made_at: START,
        expires_at: START.plus_hours(336),
        next_at: None,
        tries: 0,
        level,
        hash: base::Digest::default(),
        code: None,
        handed_at: Some(START),
        received_at: None,
        seen_at: None,
    }
}

async fn told(node: &Node, notice: Notice) {
    let mut tx = node.begin().await;
    node.desk.notice(&mut tx, &notice).await.unwrap();
    tx.commit().await.unwrap();
}

async fn open(node: &Node) -> Vec<Concern> {
    concerns(&mut node.desk.read().await.unwrap()).await.unwrap()
}

#[tokio::test]
async fn a_late_message_is_one_matter_that_grows_and_ends_with_its_receipt() {
    let node = node().await;
    told(&node, Notice::Late(late(50))).await;
    told(&node, Notice::Late(late(80))).await;
    let found = open(&node).await;
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].kind, found[0].figure, found[0].since), (ConcernKind::Late, 80, START));
    told(&node, Notice::Received(Outgoing { state: State::Received, ..late(80) })).await;
    assert_eq!(open(&node).await, []);
}

#[tokio::test]
async fn what_the_other_side_must_do_is_told_and_ends_when_it_did() {
    let node = node().await;
    let peer = late(0).peer;
    let held = HeldBody { peer, thread: late(0).thread, era: 1, seq: 9, number: 47 };
    told(&node, Notice::NoKey(peer)).await;
    told(&node, Notice::Held(Outgoing { code: Some("message.unknown".into()), ..late(50) })).await;
    told(&node, Notice::Unknown(held)).await;
    let kinds: Vec<ConcernKind> = open(&node).await.iter().map(|concern| concern.kind).collect();
    assert_eq!(kinds, [ConcernKind::NoKey, ConcernKind::HeldThere, ConcernKind::HeldHere]);
    told(&node, Notice::KeyCame(peer)).await;
    told(&node, Notice::Received(Outgoing { code: Some("message.unknown".into()), ..late(50) })).await;
    told(&node, Notice::Understood(held)).await;
    assert_eq!(open(&node).await, []);
}

#[tokio::test]
async fn a_refusal_a_frozen_thread_a_wrong_clock_and_forgeries_wait_for_a_person() {
    let node = node().await;
    let peer = late(0).peer;
    told(&node, Notice::Refused(Outgoing { code: Some("store.erased".into()), ..late(0) })).await;
    told(&node, Notice::Equivocation { peer, thread: late(0).thread, seq: 4 }).await;
    told(&node, Notice::ClockWrong { peer, hours: 49 }).await;
    told(&node, Notice::Forged { count: 10 }).await;
    told(&node, Notice::Forged { count: 11 }).await;
    let found = open(&node).await;
    let kinds: Vec<ConcernKind> = found.iter().map(|concern| concern.kind).collect();
    assert_eq!(kinds, [ConcernKind::Refused, ConcernKind::Frozen, ConcernKind::ClockWrong, ConcernKind::Forged]);
    assert_eq!(found.iter().map(|concern| concern.figure).collect::<Vec<_>>(), [0, 0, 49, 11]);
    let settle = SettleConcern { name: found[1].name() };
    assert_eq!(code(node.does(&node.manager(), &settle).await), "act.role");
    node.does(&node.officer(9, &[Role::TaskforceCoordinator]), &settle).await.unwrap();
    assert_eq!(open(&node).await.len(), 3);
}
