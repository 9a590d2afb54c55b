//! A node that was put back from an old backup: what moved since and was forgotten does not make two owners.

use crate::cast::*;
use crate::handover::offered;
use crate::legal_aid::{answers, offers};
use base::{CaseId, Clock, NodeId};
use desk::Desk;
use desk::mail::{Apply, RECOVERY, Recovery};
use desk::offers::TakerWord;
use desk::wire::{ResumeTell, SignedOwn};
use std::sync::Arc;
use store::archive::{Copying, Memory, Restoring};
use store::{Store, Vault};
use store_sqlite::{Options, SqliteBackend};

/// The node on a stick.
async fn stick(node: &Node) -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    let (store, dir, now) = (&node.desk.store, node.folder.path(), node.clock.now());
    let to = place.path().join("c");
    Copying { store, dir, small: &[], place: &to, now }.write(&mut Memory::default()).await.unwrap();
    place
}

/// The same node as it was then, in a new life.
async fn reborn(node: &Node, stick: &tempfile::TempDir) -> Node {
    let from = Restoring::open(&stick.path().join("c"), &node.master).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let backend = Arc::new(SqliteBackend::scratch(Options::at(START)).unwrap());
    let poured = from.pour(&*backend, folder.path(), None).await.unwrap();
    let old = &node.desk;
    let store = Store::new(backend, Arc::new(Vault::locked()), Arc::clone(&old.chance));
    let now = node.clock.now().plus_hours(1);
    node.clock.set(now);
    let mut tx = store.backend().begin("test").await.unwrap();
    tx.put_meta("era", &now.seconds().to_be_bytes()).await.unwrap();
    let begun = Recovery { asked: true, ..Recovery::begun([1; 16], poured.head.at) };
    let begun = Recovery { waiting: [NodeId::from_bytes([9; 16])].into(), ..begun };
    tx.put_meta(RECOVERY, &begun.bytes().unwrap()).await.unwrap();
    tx.commit().await.unwrap();
    store.unlock(node.master.clone(), now).await.unwrap();
    desk::verify::rebuild(&store, now).await.unwrap();
    let desk = Desk {
        store,
        clock: Arc::clone(&old.clock),
        chance: Arc::clone(&old.chance),
        me: old.me.clone(),
        calendar: Arc::clone(&old.calendar),
        handbooks: Arc::clone(&old.handbooks),
        screening: Arc::clone(&old.screening),
        guide: Arc::clone(&old.guide),
        packs: Arc::clone(&old.packs),
        fields: Arc::clone(&old.fields),
        woken: Arc::clone(&old.woken),
    };
    let (clock, entry, master) = (Arc::clone(&node.clock), node.entry.clone(), node.master.clone());
    Node { desk: Arc::new(desk), clock, entry, root: node.root.clone(), master, folder }
}

async fn owner(node: &Node, case: CaseId) -> Option<NodeId> {
    node.case(case).await.ownership.other
}

async fn shown(node: &Node, from: &Node, records: &[SignedOwn]) {
    let mut tx = node.begin().await;
    let tell = ResumeTell {
        run_id: [1; 16],
        threads: Vec::new().into(),
        own_records: records.to_vec().into(),
        voided: None,
        refused: None,
    };
    node.desk.told(&mut tx, from.id(), &tell).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_case_given_away_and_forgotten_has_one_owner_once_the_partner_shows_the_record() {
    let world = World::new().await;
    let World { batam, lotim, bahari, .. } = &world;
    let (case, home) = offered(&world).await;
    let stick = stick(batam).await;
    answers(lotim, home, TakerWord::Accept).await.unwrap();
    batam.talks(lotim).await;
    assert_eq!((owner(batam, case).await, owner(lotim, case).await), (Some(lotim.id()), None));
    let batam = &reborn(batam, &stick).await;
    assert_eq!(owner(batam, case).await, None, "it forgot");
    let mut tx = lotim.begin().await;
    let records = lotim.desk.stands(&mut tx, home.0).await.unwrap().records;
    drop(tx);
    assert_eq!(records.len(), 1);
    let bent = |change: fn(&mut SignedOwn)| {
        let mut bent = records[0].clone();
        change(&mut bent);
        vec![bent]
    };
    for forged in [
        bent(|record| record.giver[3] ^= 1),
        bent(|record| record.taker[3] ^= 1),
        bent(|record| *record.record.last_mut().unwrap() ^= 1),
        bent(|record| std::mem::swap(&mut record.giver, &mut record.taker)),
    ] {
        shown(batam, lotim, &forged).await;
    }
    shown(batam, bahari, &records).await;
    assert_eq!(owner(batam, case).await, None, "nobody takes a case with a forged record, or with somebody else's");
    shown(batam, lotim, &records).await;
    assert_eq!(owner(batam, case).await, Some(lotim.id()));
    let version = batam.case(case).await.version;
    shown(batam, lotim, &records).await;
    assert_eq!(batam.case(case).await.version, version, "twice has one effect");
    let mut view = batam.desk.read().await.unwrap();
    assert_eq!(desk::verify::projections(&mut view).await.unwrap(), []);
}

#[tokio::test]
async fn a_restored_node_offers_nothing_until_its_partners_answered() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let case = decided(batam).await;
    consents(batam, case, to_home()).await;
    let stick = stick(batam).await;
    let batam = &reborn(batam, &stick).await;
    let refused = offers(batam, case, handover(lotim)).await.unwrap_err();
    assert_eq!(refused.problem().code.0, "offer.recovering");
    let mut tx = batam.begin().await;
    let mut recovery = Recovery::read(&mut tx).await.unwrap().unwrap();
    recovery.waiting.clear();
    recovery.put(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    assert!(offers(batam, case, handover(lotim)).await.is_ok());
}
