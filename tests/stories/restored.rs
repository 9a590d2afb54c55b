//! A node that was put back from an old backup: what moved since and was forgotten does not make two owners.

use crate::cast::*;
use crate::consents::takes_back;
use crate::handover::offered;
use crate::legal_aid::{answers, given, offers, says, stream, taken};
use crate::situations::pair_ends;
use base::{CaseId, Clock, ConsentId, Digest, NodeId, ThreadId};
use casework::Consent;
use casework::case::OfferAt;
use casework::consent::Receiver;
use casework::offer::{GiverState, TakerState, WithdrawReason};
use desk::Desk;
use desk::mail::{Apply, Outgoing, RECOVERY, Recovery, Verdict};
use desk::offers::{GiverWord, TakerWord};
use desk::wire::{ResumeTell, ResumedHere, SignedOwn};
use std::sync::Arc;
use store::archive::{Copying, Memory, Restoring};
use store::{Page, Read, Store, Vault};
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
    told(node, from, Vec::new(), records).await;
}

/// A partner says what stands with it in a thread.
async fn tells(node: &Node, from: &Node, thread: ThreadId) {
    let mut tx = from.begin().await;
    let stands = from.desk.stands(&mut tx, thread).await.unwrap();
    drop(tx);
    let (offer_no, state) = (stands.offer_no, stands.state);
    let here = ResumedHere { thread, era: 0, upto: 0, hash: Digest::default(), offer_no, state };
    told(node, from, vec![here], &stands.records).await;
}

/// This partner has not answered.
async fn waits_for(node: &Node, peer: NodeId) {
    let mut tx = node.begin().await;
    let recovery = Recovery::read(&mut tx).await.unwrap().unwrap();
    Recovery { waiting: [peer].into(), ..recovery }.put(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
}

/// All partners have answered.
async fn all_told(node: &Node) {
    let mut tx = node.begin().await;
    let mut recovery = Recovery::read(&mut tx).await.unwrap().unwrap();
    recovery.waiting.clear();
    recovery.put(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
}

async fn told(node: &Node, from: &Node, threads: Vec<ResumedHere>, records: &[SignedOwn]) {
    let mut tx = node.begin().await;
    let tell = ResumeTell {
        run_id: [1; 16],
        threads: threads.into(),
        own_records: records.to_vec().into(),
        voided: None,
        refused: None,
        held: None,
    };
    node.desk.told(&mut tx, from.id(), (&tell, &[])).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_case_given_away_and_forgotten_has_one_owner_once_the_partner_shows_the_record() {
    let world = World::new().await;
    let World { batam, lotim, bahari, .. } = &world;
    let (case, home) = offered(&world).await;
    let stick = stick(batam).await;
    let records = handed_over(batam, lotim, home).await;
    assert_eq!((owner(batam, case).await, owner(lotim, case).await), (Some(lotim.id()), None));
    let batam = &reborn(batam, &stick).await;
    assert_eq!(owner(batam, case).await, None, "it forgot");
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
    all_told(batam).await;
    assert!(offers(batam, case, handover(lotim)).await.is_ok());
}

#[tokio::test]
async fn s54_an_old_backup_restored_after_a_handover_offers_nothing_and_learns_that_it_gave() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let (case, home) = offered(&world).await;
    let stick = stick(batam).await;
    answers(lotim, home, TakerWord::Accept).await.unwrap();
    batam.talks(lotim).await;
    let batam = &reborn(batam, &stick).await;
    assert_eq!(code(offers(batam, case, handover(lotim)).await), "offer.recovering");
    tells(batam, lotim, home.0).await;
    all_told(batam).await;
    assert_eq!(code(offers(batam, case, handover(lotim)).await), "offer.not-owner");
    pair_ends("S54", case, batam, lotim, home).await;
}

/// Batam took its offer back after Lombok Timur had said yes, and lost its disk before the yes came. The yes comes again.
#[tokio::test]
async fn a_yes_to_an_offer_whose_end_was_forgotten_moves_nothing_and_the_case_keeps_its_owner() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let (case, home) = offered(&world).await;
    let stick = stick(batam).await;
    answers(lotim, home, TakerWord::Accept).await.unwrap();
    let yes = lotim.post_for(batam.id()).await.remove(0);
    says(batam, home, GiverWord::Withdraw(WithdrawReason::NeedGone, String::new())).await.unwrap();
    batam.posts(lotim).await;
    assert_eq!(taken(lotim, home).await, Some(TakerState::Lapsed));
    let batam = &reborn(batam, &stick).await;
    waits_for(batam, lotim.id()).await;
    assert_eq!(batam.takes(lotim, &yes).await, Verdict::Applied);
    assert_eq!(given(batam, home).await, Some(GiverState::Accepted), "it waits for what its partner knows");
    assert_eq!(owner(batam, case).await, None);
    all_told(batam).await;
    tells(batam, lotim, home.0).await;
    batam.talks(lotim).await;
    assert_eq!(
        (given(batam, home).await, taken(lotim, home).await),
        (Some(GiverState::Withdrawn), Some(TakerState::Lapsed))
    );
    assert!(owner(batam, case).await.is_none() && lotim.find_case(case).await.is_none());
    assert!(batam.case(case).await.offers.values().all(|line| line.at == OfferAt::Ended));
}

#[tokio::test]
async fn a_yes_that_a_restored_giver_did_not_know_is_acted_on_once_its_partner_told() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let (case, home) = offered(&world).await;
    let stick = stick(batam).await;
    answers(lotim, home, TakerWord::Accept).await.unwrap();
    let batam = &reborn(batam, &stick).await;
    waits_for(batam, lotim.id()).await;
    lotim.posts(batam).await;
    assert_eq!(given(batam, home).await, Some(GiverState::Accepted));
    all_told(batam).await;
    tells(batam, lotim, home.0).await;
    batam.talks(lotim).await;
    assert_eq!((owner(batam, case).await, owner(lotim, case).await), (Some(lotim.id()), None));
}

/// Batam offers; the case goes to Lombok Timur and is offered back there, when Batam has only its first offer left.
#[tokio::test]
async fn a_case_that_comes_back_to_a_giver_that_forgot_it_gave_is_taken() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let (case, home) = offered(&world).await;
    let stick = stick(batam).await;
    answers(lotim, home, TakerWord::Accept).await.unwrap();
    let yes = lotim.post_for(batam.id()).await.remove(0);
    batam.takes(lotim, &yes).await;
    batam.talks(lotim).await;
    let to_batam = Some(Receiver { party: "batam".into(), node: None });
    consents(lotim, case, Consent { id: ConsentId::from_bytes([21; 16]), receiver: to_batam, ..to_home() }).await;
    let back = offers(lotim, case, handover(batam)).await.unwrap();
    let batam = &reborn(batam, &stick).await;
    waits_for(batam, lotim.id()).await;
    batam.takes(lotim, &yes).await;
    lotim.posts(batam).await;
    assert_eq!(taken(batam, back).await, Some(TakerState::Offered), "the way back is not refused");
    all_told(batam).await;
    tells(batam, lotim, home.0).await;
    answers(batam, back, TakerWord::Accept).await.unwrap();
    batam.talks(lotim).await;
    assert_eq!((owner(batam, case).await, owner(lotim, case).await), (None, Some(batam.id())));
}

/// The offer itself is gone with the disk, and nothing brings it back; the record says who owns the case.
#[tokio::test]
async fn s54_a_backup_from_before_the_offer_learns_who_owns_the_case() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let case = decided(batam).await;
    consents(batam, case, to_home()).await;
    let stick = stick(batam).await;
    let home = offers(batam, case, handover(lotim)).await.unwrap();
    batam.talks(lotim).await;
    answers(lotim, home, TakerWord::Accept).await.unwrap();
    batam.talks(lotim).await;
    let batam = &reborn(batam, &stick).await;
    tells(batam, lotim, home.0).await;
    all_told(batam).await;
    assert_eq!((owner(batam, case).await, owner(lotim, case).await), (Some(lotim.id()), None));
    assert_eq!(code(offers(batam, case, handover(lotim)).await), "offer.not-owner");
}

/// Both lost their disks and forgot: the giver that it gave, the taker that it took. A record that a partner showed in
/// between brings the file again.
#[tokio::test]
async fn a_giver_that_is_shown_its_record_gives_again_to_a_taker_that_forgot_that_it_took() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let (case, home) = offered(&world).await;
    let (giver, taker) = (stick(batam).await, stick(lotim).await);
    let records = handed_over(batam, lotim, home).await;
    let batam = &reborn(batam, &giver).await;
    shown(batam, lotim, &records).await;
    assert_eq!(given(batam, home).await, Some(GiverState::Given), "given, though it never saw the yes");
    let lotim = &reborn(lotim, &taker).await;
    assert_eq!(taken(lotim, home).await, Some(TakerState::Offered));
    batam.talks(lotim).await;
    assert_eq!(taken(lotim, home).await, Some(TakerState::Holding));
    assert_eq!((owner(batam, case).await, owner(lotim, case).await), (Some(lotim.id()), None));
}

/// The giver knows that it gave; its file is void, because its partner knew a later life of it, and the taker forgot it.
#[tokio::test]
async fn a_file_that_is_void_since_several_disks_were_lost_goes_again() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let (case, home) = offered(&world).await;
    answers(lotim, home, TakerWord::Accept).await.unwrap();
    let taker = stick(lotim).await;
    lotim.posts(batam).await;
    let giver = stick(batam).await;
    let (batam, lotim) = (&reborn(batam, &giver).await, &reborn(lotim, &taker).await);
    assert_eq!(taken(lotim, home).await, Some(TakerState::Accepted));
    let mut tx = batam.begin().await;
    let sent = tx.states::<Outgoing>(&home.0.bytes(), &Page::first(9)).await.unwrap();
    let file = sent.into_iter().find(|row| row.card.number == 24).unwrap();
    assert!(desk::mail::void(&mut tx, file.card).await.unwrap());
    assert_eq!(batam.desk.shown_again(&mut tx, lotim.id()).await.unwrap(), [], "it forgot no record");
    tx.commit().await.unwrap();
    batam.posts(lotim).await;
    assert_eq!(taken(lotim, home).await, Some(TakerState::Holding));
    assert_eq!((owner(batam, case).await, owner(lotim, case).await), (Some(lotim.id()), None));
}

/// The taker forgot the offer too. The giver, restored once itself, shows it the record that it was shown.
#[tokio::test]
async fn a_record_that_was_shown_once_is_shown_again_to_a_taker_that_forgot_the_whole_offer() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let before = stick(lotim).await;
    let (case, home) = offered(&world).await;
    let giver = stick(batam).await;
    let records = handed_over(batam, lotim, home).await;
    let batam = &reborn(batam, &giver).await;
    shown(batam, lotim, &records).await;
    all_told(batam).await;
    batam.talks(lotim).await;
    let lotim = &reborn(lotim, &before).await;
    assert!(lotim.find_case(case).await.is_none());
    let mut tx = batam.begin().await;
    let again = batam.desk.shown_again(&mut tx, lotim.id()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(again, records);
    shown(lotim, batam, &again).await;
    all_told(lotim).await;
    batam.talks(lotim).await;
    assert_eq!((owner(batam, case).await, owner(lotim, case).await), (Some(lotim.id()), None));
}

/// The person withdrew at her first office after the handover; the disk of the second is put back to when it had the offer alone. Somebody there
/// says yes to what is hidden by then, and the file that comes again has no word in it: the case has an owner all the same.
#[tokio::test]
async fn a_file_without_a_word_after_a_yes_to_a_hidden_offer_leaves_the_case_with_an_owner() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let (case, home) = offered(&world).await;
    let taker = stick(lotim).await;
    handed_over(batam, lotim, home).await;
    takes_back(batam, case, 20, true).await;
    let lotim = &reborn(lotim, &taker).await;
    batam.posts(lotim).await;
    answers(lotim, home, TakerWord::Accept).await.unwrap();
    assert!(stream(lotim, home.0).await.came[&home.1].hidden);
    let mut tx = batam.begin().await;
    batam.desk.file_is_gone(&mut tx, home.0).await.unwrap();
    tx.commit().await.unwrap();
    // Taken, and its giver hears that nothing could be read in it.
    assert_eq!(batam.posts(lotim).await, [(24, Verdict::FieldsDropped("extract.damaged".into()))]);
    assert_eq!(taken(lotim, home).await, Some(TakerState::Holding));
    assert_eq!((owner(batam, case).await, owner(lotim, case).await), (Some(lotim.id()), None));
}

/// The offer is accepted and the file given. Gives the records that the taker can show.
async fn handed_over(giver: &Node, taker: &Node, home: (ThreadId, u32)) -> Vec<SignedOwn> {
    answers(taker, home, TakerWord::Accept).await.unwrap();
    giver.talks(taker).await;
    let mut tx = taker.begin().await;
    taker.desk.stands(&mut tx, home.0).await.unwrap().records
}
