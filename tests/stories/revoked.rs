//! The key of Lombok Timur is reported lost. Two revokers of an accord declare it dead, partners tell it on, officers learn
//! what stands still, and a new key that the root vouches for ends it.

use crate::cast::*;
use crate::handover::offered;
use crate::legal_aid::{answers, given, offers, taken};
use accord::PartyRole;
use base::Timestamp;
use casework::Role;
use casework::offer::{GiverState, TakerState};
use desk::mail::{ConcernKind, Verdict, concerns, revocations, stopped};
use desk::offers::TakerWord;
use desk::partners::revoking::{
    KeepSigners, Reason, SignRevocation, Statement, TakeRevocation, Taken, has_revokers, standing_still,
};
use desk::partners::{ConfirmPeer, peer};
use seal::{IdentityKey, Revocation};
use store::Read;

/// A node has the statement of another's root, as accords bring it.
async fn knows_signers(node: &Node, other: &Node) {
    let statement = other.desk.read().await.unwrap().raw().meta("signers").await.unwrap().unwrap();
    node.does(&node.coordinator(), &KeepSigners { node: other.id(), statement }).await.unwrap();
}

fn lost(node: &Node, seat: usize) -> SignRevocation {
    SignRevocation { statement: Statement::New(node.id(), START.plus_hours(-20), Reason::Lost), seat }
}

fn begun(revocation: &Revocation, seat: usize) -> SignRevocation {
    SignRevocation { statement: Statement::Begun(Box::new(revocation.clone())), seat }
}

async fn is_stopped(at: &Node, node: &Node) -> bool {
    stopped(&mut at.desk.read().await.unwrap(), node.id()).await.unwrap().is_some()
}

async fn kinds(node: &Node) -> Vec<(ConcernKind, Timestamp)> {
    let all = concerns(&mut node.desk.read().await.unwrap()).await.unwrap();
    all.into_iter().map(|one| (one.kind, one.since)).collect()
}

#[tokio::test]
async fn two_revokers_of_an_accord_one_of_the_node_itself_stop_everything_with_it() {
    let world = World::new().await;
    let World { batam, lotim, mawar, .. } = &world;
    let (case, offer) = offered(&world).await;
    let before = batam.head().await;
    // The officer of Lombok Timur signs first, on its restored node; alone that is not enough, nor twice.
    let (one, counts) = lotim.does(&lotim.coordinator(), &lost(lotim, 0)).await.unwrap();
    assert!(!counts);
    let (again, counts) = lotim.does(&lotim.coordinator(), &begun(&one, 0)).await.unwrap();
    assert_eq!((again.signatures.len(), counts), (1, false));
    // Batam cannot check it before it knows whom that root names.
    let refused = batam.does(&batam.coordinator(), &TakeRevocation(one.clone())).await;
    assert_eq!(code(refused), "key.revocation-unsigned");
    assert!(!batam.does(&batam.coordinator(), &begun(&one, 0)).await.unwrap().1);
    knows_signers(batam, lotim).await;
    assert!(has_revokers(&mut batam.desk.read().await.unwrap(), batam.id(), lotim.id()).await.unwrap());
    assert_eq!(code(batam.does(&batam.manager(), &begun(&one, 0)).await), "act.role");
    let (whole, counts) = batam.does(&batam.coordinator(), &begun(&one, 0)).await.unwrap();
    assert!(counts && is_stopped(batam, lotim).await);

    assert_eq!(kinds(batam).await, [(ConcernKind::KeyRevoked, START.plus_hours(-20))]);
    assert!(batam.journal(before).await.contains(&"peer.key-revoked".to_owned()));
    assert_eq!(given(batam, offer).await, Some(GiverState::Withdrawn), "what nobody answered is taken back");
    let (row, running) = standing_still(&mut batam.desk.read().await.unwrap(), lotim.id()).await.unwrap().unwrap();
    assert_eq!((row.reason, running.len()), (1, 0));
    assert_eq!(code(offers(batam, case, handover(lotim)).await), "key.revoked");
    // It is told on to who does not know that node, and nobody there is troubled.
    assert_eq!(batam.posts(mawar).await, [(66, Verdict::Applied)]);
    assert!(kinds(mawar).await.is_empty() && kinds(batam).await.len() == 1);
    // The same again changes nothing.
    let head = batam.head().await;
    let known = batam.does(&batam.coordinator(), &TakeRevocation(whole)).await.unwrap();
    assert_eq!((known, batam.head().await), (Taken::Known, head));
}

#[tokio::test]
async fn an_offer_of_a_node_whose_key_is_dead_is_not_accepted_and_what_runs_is_listed() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let (_, offer) = offered(&world).await;
    let kid = batam.entry.cert().identity.kid();
    let mut by_root = Revocation::new(batam.id(), kid, START.seconds(), Reason::Misused.number());
    by_root.sign_as_root(&batam.root);
    assert_eq!(code(lotim.does(&lotim.manager(), &TakeRevocation(by_root.clone())).await), "act.role");
    let taken_now = lotim.does(&lotim.coordinator(), &TakeRevocation(by_root.clone())).await.unwrap();
    assert_eq!(taken_now, Taken::Now);
    assert_eq!(code(answers(lotim, offer, TakerWord::Accept).await), "key.revoked");
    assert_eq!(taken(lotim, offer).await, Some(TakerState::Offered));
    let (_, running) = standing_still(&mut lotim.desk.read().await.unwrap(), batam.id()).await.unwrap().unwrap();
    assert_eq!(running.iter().map(|card| card.thread).collect::<Vec<_>>(), [offer.0]);
    // A stranger's, another's and an altered one are refused.
    let mut stranger = by_root.clone();
    stranger.node = base::NodeId::from_bytes([9; 16]);
    assert_eq!(code(lotim.does(&lotim.coordinator(), &TakeRevocation(stranger)).await), "key.revocation-stranger");
    let altered = Revocation { since: by_root.since - 1, kid: seal::Kid([1; 8]), ..by_root };
    assert_eq!(code(lotim.does(&lotim.coordinator(), &TakeRevocation(altered)).await), "key.revocation-unsigned");
    assert_eq!(revocations(&mut lotim.desk.read().await.unwrap()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_new_key_that_the_root_vouches_for_ends_it_and_an_entry_under_the_dead_one_does_not() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let kid = lotim.entry.cert().identity.kid();
    let mut by_root = Revocation::new(lotim.id(), kid, START.seconds(), Reason::Lost.number());
    by_root.sign_as_root(&lotim.root);
    batam.does(&batam.coordinator(), &TakeRevocation(by_root)).await.unwrap();
    let known = peer(&mut batam.desk.read().await.unwrap(), lotim.id()).await.unwrap().unwrap();
    let installer = batam.officer(9, &[Role::Installer]);
    let dead = lotim.entry.bytes().to_vec();
    let act = ConfirmPeer { peer: desk::partners::Peer { serial: 1, ..known.clone() }, entry: dead };
    assert_eq!(code(batam.does(&installer, &act).await), "key.revoked");
    assert!(is_stopped(batam, lotim).await);
    let chance = &*batam.desk.chance;
    let identity = IdentityKey::generate(chance);
    let (entry, _) = entry_of(&lotim.root, (chance, &identity), ("52.03", PartyRole::TaskForce), 2);
    let act = ConfirmPeer { peer: desk::partners::Peer { serial: 2, ..known }, entry: entry.bytes().to_vec() };
    batam.does(&installer, &act).await.unwrap();
    assert!(!is_stopped(batam, lotim).await && kinds(batam).await.is_empty());
    let keys = desk::mail::identities(&mut batam.desk.read().await.unwrap(), lotim.id()).await.unwrap();
    assert_eq!(keys.iter().map(seal::IdentityPublic::kid).collect::<Vec<_>>(), [identity.public().kid(), kid]);
    let case = decided(batam).await;
    consents(batam, case, to_home()).await;
    offers(batam, case, handover(lotim)).await.unwrap();
}

#[tokio::test]
async fn a_partner_that_closed_gets_no_offer_and_what_it_had_not_answered_comes_back() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let (case, offer) = offered(&world).await;
    let held = desk::partners::closing::holds(&mut batam.desk.read().await.unwrap()).await.unwrap();
    assert_eq!((held.cases, held.offers), (1, 1), "Batam itself could not close now");
    let known = peer(&mut batam.desk.read().await.unwrap(), lotim.id()).await.unwrap().unwrap();
    let entry = lotim.restated(|stated| stated.roles.push(desk::partners::closing::CLOSED.into())).await;
    let act = ConfirmPeer { peer: desk::partners::Peer { serial: 2, ..known }, entry: entry.bytes().to_vec() };
    batam.does(&batam.coordinator(), &act).await.unwrap();
    assert_eq!(given(batam, offer).await, Some(GiverState::Withdrawn));
    assert_eq!(kinds(batam).await.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), [ConcernKind::PeerClosed]);
    assert_eq!(code(offers(batam, case, handover(lotim)).await), "node.closed");
}
