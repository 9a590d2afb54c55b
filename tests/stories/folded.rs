//! What one command knows of a case the next one need not fold again, also where the command wrote beside the case.

use crate::cast::*;
use base::CaseId;
use casework::Role;
use desk::cases::consents::WithdrawConsent;
use desk::cases::identity::{OpenIdentity, ShowIdentity};
use desk::cases::record::AddNote;
use desk::cases::shut::{LetIn, OpenInNeed, ShutOut};
use desk::{Act, Actor};
use store::{ShownOn, StreamKind};

/// Does it, and says whether the case is kept folded afterwards, as it is written.
async fn keeps<A: Act>(node: &Node, by: &Actor, case: CaseId, act: &A) -> bool {
    node.does(by, act).await.unwrap();
    let kept = node.desk.store.vault().keeps(case.bytes(), StreamKind::Case);
    let mut view = node.desk.read().await.unwrap();
    assert_eq!(desk::verify::projections(&mut view).await.unwrap(), [], "what is kept is what is written");
    kept
}

#[tokio::test]
async fn a_case_stays_folded_after_acts_that_look_at_it_change_it_or_write_beside_it() {
    let world = Box::pin(World::new()).await;
    let node = &world.batam;
    let case = decided(node).await;
    consents(node, case, to_home()).await;
    let (manager, coordinator) = (node.manager(), node.coordinator());
    let (other, tini) = (node.officer(8, &[Role::CaseManager]), case_manager("tini", "Tini"));
    let tini = node.does(&node.officer(9, &[Role::Installer]), &desk::staff::AddOfficer(tini)).await.unwrap();
    let reason = || text("menghubungi keluarganya");
    let on = |change| desk::cases::OnCase { case, version: None, change };
    assert!(keeps(node, &manager, case, &on(AddNote { text: reason() })).await);
    assert!(keeps(node, &manager, case, &OpenIdentity { case, reason: reason() }).await);
    assert!(keeps(node, &manager, case, &ShowIdentity::Case(case, ShownOn::Fields)).await);
    assert!(keeps(node, &other, case, &OpenInNeed { case, reason: reason() }).await);
    let shut = desk::cases::OnCase { case, version: None, change: ShutOut { officer: tini, reason: reason() } };
    assert!(keeps(node, &coordinator, case, &shut).await);
    let let_in = LetIn { case, version: None, officer: tini, reason: reason() };
    assert!(keeps(node, &coordinator, case, &let_in).await);
    let withdraw = WithdrawConsent { case, consent: to_home().id, erase: false };
    assert!(keeps(node, &manager, case, &withdraw).await);
}
