//! Officers, sessions, peers and accords.

use crate::cast::*;
use accord::{PartyRole, TemplateFill, TemplateParty, template};
use base::{Bytes, ManualClock, NodeId, Place};
use casework::Role;
use desk::partners::accord::Signatory;
use desk::partners::{ConfirmPeer, ImportAccord, accords, peer};
use desk::staff::officer::{officer_by_login, officers};
use desk::staff::sessions::staff_of;
use desk::staff::{AddOfficer, AddPasskey, EndSession, Passkey, StartSession, StepUp};
use std::sync::Arc;

async fn batam() -> Node {
    Node::new("batam", "21.71", PartyRole::TaskForce, &Arc::new(ManualClock::at(START))).await
}

fn officer(login: &str) -> AddOfficer {
    AddOfficer(case_manager(login, "Bu Tini"))
}

#[tokio::test]
async fn an_officer_is_added_once_found_without_case_and_a_session_ends_by_idleness_or_by_hand() {
    let node = batam().await;
    let installer = node.officer(9, &[Role::Installer]);
    let id = node.does(&installer, &officer("Tini")).await.unwrap();
    assert_eq!(code(node.does(&installer, &officer(" tini ")).await.map(drop)), "officer.name-taken");
    assert_eq!(code(node.does(&node.manager(), &officer("lain")).await.map(drop)), "act.role");
    let mut view = node.desk.read().await.unwrap();
    assert_eq!(officer_by_login(&mut view, "TINI ").await.unwrap().unwrap().id, id);
    assert_eq!(officers(&mut view).await.unwrap().len(), 1);
    drop(view);

    let by = desk::Actor::Officer(desk::Staff {
        id,
        name: base::Redacted::default(),
        roles: [Role::CaseManager].into(),
        step_up_at: None,
    });
    let start = StartSession { token_hash: [1; 32], officer: id, own_device: false };
    node.does(&by, &start).await.unwrap();
    let session = |hash| {
        let node = &node;
        async move { staff_of(&mut node.desk.read().await.unwrap(), hash).await.unwrap() }
    };
    let (staff, _) = session([1; 32]).await.unwrap();
    assert!(staff.id == id && staff.stepped_up(START));
    assert!(session([2; 32]).await.is_none());
    node.clock.advance_millis(29 * 60_000);
    node.does(&by, &StepUp { token_hash: [1; 32], proved: false }).await.unwrap();
    node.clock.advance_millis(29 * 60_000);
    assert!(!session([1; 32]).await.unwrap().0.stepped_up(node.desk.now()), "presence is old by now");
    node.clock.advance_millis(60_000);
    assert!(session([1; 32]).await.is_none(), "idle for half an hour");
    node.does(&by, &start).await.unwrap();
    node.does(&by, &EndSession([1; 32])).await.unwrap();
    assert!(session([1; 32]).await.is_none());
}

#[tokio::test]
async fn nobody_enrols_a_key_or_starts_a_session_for_somebody_else() {
    let node = batam().await;
    let id = node.does(&node.officer(9, &[Role::Installer]), &officer("tini")).await.unwrap();
    let passkey = Passkey { id: Bytes(vec![7; 16]), card: text("{}") };
    let add = AddPasskey { officer: id, passkey };
    assert_eq!(code(node.does(&node.manager(), &add).await), "account.not-own");
    let start = StartSession { token_hash: [1; 32], officer: id, own_device: true };
    assert_eq!(code(node.does(&node.manager(), &start).await), "account.not-own");
    let own = desk::Actor::Officer(desk::Staff {
        id,
        name: base::Redacted::default(),
        roles: [Role::CaseManager].into(),
        step_up_at: None,
    });
    node.does(&own, &add).await.unwrap();
    let found = desk::staff::officer::officer_by_passkey(&mut node.desk.read().await.unwrap(), &[7; 16]).await;
    assert_eq!(found.unwrap(), Some(id));
}

#[tokio::test]
async fn a_peer_is_kept_as_its_entry_says_and_no_node_confirms_itself() {
    let clock = Arc::new(ManualClock::at(START));
    let batam = Node::new("batam", "21.71", PartyRole::TaskForce, &clock).await;
    let lotim = Node::new("lotim", "52.03", PartyRole::TaskForce, &clock).await;
    batam.meets(&lotim).await;
    let known = peer(&mut batam.desk.read().await.unwrap(), lotim.id()).await.unwrap().unwrap();
    let spoofed = desk::partners::Peer { node: NodeId::from_bytes([5; 16]), ..known.clone() };
    let act = ConfirmPeer { peer: spoofed, entry: lotim.entry.bytes().to_vec() };
    assert_eq!(code(batam.does(&batam.coordinator(), &act).await.map(drop)), "entry.malformed");
    let own = desk::partners::Peer { node: batam.id(), ..known };
    let act = ConfirmPeer { peer: own, entry: batam.entry.bytes().to_vec() };
    assert_eq!(code(batam.does(&batam.coordinator(), &act).await.map(drop)), "join.own-entry");
}

fn signed(parties: &[&Node], version: u64, expires: &str) -> ImportAccord {
    let party = |node: &&Node| TemplateParty {
        node: node.name().to_owned(),
        id: Some(node.id()),
        name: node.name().to_owned(),
        role: PartyRole::TaskForce,
        signatures: 1,
    };
    let fill = TemplateFill {
        id: "gugus-tugas".into(),
        effective: "2026-01-01".into(),
        expires: expires.into(),
        place: Place::parse("21.71").unwrap(),
        parties: parties.iter().map(party).collect(),
    };
    let text_of = template("task-forces", &fill).unwrap();
    let document = text_of.replacen("\"version\": 1", &format!("\"version\": {version}"), 1).into_bytes();
    let sign = |node: &&Node| Signatory {
        party: node.name().to_owned(),
        name: text("Kepala"),
        office: "Kepala".into(),
        at: START,
    };
    ImportAccord { document, signatures: parties.iter().map(sign).collect() }
}

#[tokio::test]
async fn one_version_of_an_accord_is_in_force_whatever_order_the_files_come_in() {
    let clock = Arc::new(ManualClock::at(START));
    let batam = Node::new("batam", "21.71", PartyRole::TaskForce, &clock).await;
    let lotim = Node::new("lotim", "52.03", PartyRole::TaskForce, &clock).await;
    let parties = [&batam, &lotim];
    let by = batam.coordinator();
    for version in [1, 3, 2] {
        batam.does(&by, &signed(&parties, version, "2027-12-31")).await.unwrap();
    }
    let states: Vec<_> = accords(&mut batam.desk.read().await.unwrap())
        .await
        .unwrap()
        .into_iter()
        .map(|card| (card.version, card.state))
        .collect();
    assert_eq!(states, [(1, "terminated".into()), (2, "terminated".into()), (3, "active".into())]);
    batam.does(&by, &signed(&parties, 3, "2027-12-31")).await.unwrap();
    let changed = signed(&parties, 3, "2029-12-31");
    assert_eq!(code(batam.does(&by, &changed).await.map(drop)), "accord.same-version");
    let unsigned = ImportAccord { signatures: Vec::new(), ..signed(&parties, 4, "2027-12-31") };
    assert_eq!(code(batam.does(&by, &unsigned).await.map(drop)), "accord.unsigned");
    let foreign = signed(&[&lotim], 4, "2027-12-31");
    assert_eq!(code(batam.does(&by, &foreign).await.map(drop)), "accord.not-ours");
}
