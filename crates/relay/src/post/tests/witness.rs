//! Partners sign for each other's journals: once a day, across losses, and never for one that was shortened or rewritten.

use super::restore::{backed_up, put_back};
use super::*;
use desk::mail::{SeenThere, fork_of, note_life, seen_here, seen_there};
use desk::wire::LogCosign;
use seal::{CosignedHead, SignedHead};
use store::Read;
use store::chain::{Broken, Walked, Witnesses, walk};
use store::raw::CheckpointRow;

const DAY: u32 = 86_400_000;

/// Two partners of one agreement.
async fn partners() -> (Arc<ManualClock>, Node, Node) {
    let (clock, batam, lotim) = pair().await;
    signs_for(&lotim, &batam);
    signs_for(&batam, &lotim);
    (clock, batam, lotim)
}

fn signs_for(witness: &Node, node: &Node) {
    node.desk.0.lock().unwrap().witnesses = vec![witness.id()];
}

/// So many events of the node's own life.
async fn lives(node: &Node, events: usize) {
    for _ in 0..events {
        let mut tx = begin(&node.post).await;
        note_life(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
    }
}

async fn there(node: &Node, peer: &Node) -> SeenThere {
    seen_there(&mut node.post.store().read(node.post.now()).await.unwrap(), peer.id()).await.unwrap()
}

async fn n(node: &Node) -> u64 {
    node.post.store().read(node.post.now()).await.unwrap().raw().head().await.unwrap().seq.n().unsigned_abs()
}

async fn seen_at(witness: &Node, node: &Node) -> Timestamp {
    let mut view = witness.post.store().read(witness.post.now()).await.unwrap();
    seen_here(&mut view, node.id()).await.unwrap().unwrap().seen_at
}

async fn walked(node: &Node, peer: &Node) -> Result<Walked, Broken> {
    let cert = peer.entry.cert();
    let keys = Witnesses::from([(peer.id(), vec![(cert.identity, cert.not_before)])]);
    walk(node.post.store().read(node.post.now()).await.unwrap().raw(), &keys).await.unwrap()
}

#[test]
fn once_a_day_a_partner_signs_for_the_journal_and_the_signature_is_kept() {
    run(async {
        let (clock, batam, lotim) = partners().await;
        lives(&batam, 5).await;
        batam.post.rotate().await.unwrap();
        settle_down(&clock, &batam, &lotim).await;
        assert_eq!(there(&batam, &lotim).await.n, n(&batam).await);
        let whole = walked(&batam, &lotim).await.unwrap();
        assert_eq!(whole.witnessed, whole.head.seq);
        lives(&batam, 2).await;
        batam.post.rotate().await.unwrap();
        assert!(batam.out().await.is_empty(), "the same day nothing is shown again");
        clock.advance_millis(DAY);
        batam.post.rotate().await.unwrap();
        settle_down(&clock, &batam, &lotim).await;
        let whole = walked(&batam, &lotim).await.unwrap();
        assert_eq!((whole.witnessed, there(&batam, &lotim).await.n), (whole.head.seq, n(&batam).await));
        assert_eq!(batam.notices(), []);
        let before = seen_at(&lotim, &batam).await;
        clock.advance_millis(DAY);
        batam.post.rotate().await.unwrap();
        settle_down(&clock, &batam, &lotim).await;
        assert!(seen_at(&lotim, &batam).await > before, "a node in which nothing happens is looked at too");
    });
}

#[test]
fn more_than_a_thousand_events_are_shown_one_message_after_the_other() {
    run(async {
        let (clock, batam, lotim) = partners().await;
        lives(&batam, 2_300).await;
        batam.post.rotate().await.unwrap();
        settle_down(&clock, &batam, &lotim).await;
        let whole = walked(&batam, &lotim).await.unwrap();
        assert_eq!(whole.witnessed, whole.head.seq);
    });
}

#[test]
fn what_is_lost_doubled_or_late_changes_nothing_and_the_next_day_mends_it() {
    run(async {
        let (clock, batam, lotim) = partners().await;
        lives(&batam, 3).await;
        batam.post.rotate().await.unwrap();
        let first = batam.out().await;
        clock.advance_millis(DAY);
        lives(&batam, 2).await;
        batam.post.rotate().await.unwrap();
        let second = batam.out().await;
        lotim.post.deliver(&second).await.unwrap();
        lotim.post.deliver(&first).await.unwrap();
        lotim.post.deliver(&second).await.unwrap();
        let _lost = lotim.out().await;
        assert_eq!(there(&batam, &lotim).await.n, 0);
        clock.advance_millis(DAY);
        lives(&batam, 1).await;
        batam.post.rotate().await.unwrap();
        settle_down(&clock, &batam, &lotim).await;
        assert_eq!(there(&batam, &lotim).await.n, n(&batam).await);
        assert_eq!((batam.notices(), lotim.notices()), (Vec::new(), Vec::new()));
    });
}

#[test]
fn a_journal_that_was_quietly_put_back_is_found_out_by_its_witness() {
    run(async {
        for more in [1, 9] {
            let (clock, batam, lotim) = partners().await;
            lives(&batam, 3).await;
            let stick = backed_up(&batam).await;
            lives(&batam, 4).await;
            batam.post.rotate().await.unwrap();
            settle_down(&clock, &batam, &lotim).await;
            // Its last events never were: shorter than before, or longer and other.
            let old = put_back(&batam, &stick, &clock, false).await;
            signs_for(&lotim, &old);
            clock.advance_millis(DAY);
            lives(&old, more).await;
            old.post.rotate().await.unwrap();
            settle_down(&clock, &old, &lotim).await;
            assert_eq!(lotim.notices(), [Notice::TheyForked(batam.id())], "{more}");
            let mut view = lotim.post.store().read(clock.now()).await.unwrap();
            let fork = fork_of(&mut view, batam.id()).await.unwrap().unwrap();
            let known = seen_here(&mut view, batam.id()).await.unwrap().unwrap();
            assert_eq!(fork.known, known.head, "what was seen first stays");
            let told = SignedHead::decode(&fork.told.0).unwrap();
            assert!(told.verify(&batam.entry.cert().identity).is_ok(), "the evidence is signed");
            assert_eq!(there(&old, &lotim).await.n, 0, "it is not signed for");
        }
    });
}

#[test]
fn a_node_learns_by_a_signature_for_what_it_does_not_have_that_it_is_an_old_copy() {
    run(async {
        let (clock, batam, lotim) = partners().await;
        lives(&batam, 3).await;
        let stick = backed_up(&batam).await;
        lives(&batam, 4).await;
        batam.post.rotate().await.unwrap();
        settle_down(&clock, &batam, &lotim).await;
        let head = batam.post.store().read(clock.now()).await.unwrap().raw().head().await.unwrap().seq;
        let signed =
            batam.post.store().read(clock.now()).await.unwrap().raw().checkpoints(head.era(), 0, 9).await.unwrap();
        let old = put_back(&batam, &stick, &clock, false).await;
        let mut tx = begin(&old.post).await;
        let seen = LogCosign { head: signed.last().unwrap().signed.clone() };
        old.post.cosign_came(&mut tx, lotim.id(), &seen).await.unwrap();
        assert_eq!(old.notices(), [Notice::WeForked(lotim.id())]);
    });
}

#[test]
fn a_witness_that_was_restored_says_what_it_still_knows_and_is_shown_the_rest() {
    run(async {
        let (clock, batam, lotim) = partners().await;
        let a_day_with = async |witness: &Node| {
            clock.advance_millis(DAY);
            lives(&batam, 2).await;
            batam.post.rotate().await.unwrap();
            settle_down(&clock, &batam, witness).await;
            (there(&batam, &lotim).await.n, n(&batam).await)
        };
        a_day_with(&lotim).await;
        let stick = backed_up(&lotim).await;
        a_day_with(&lotim).await;
        let old = put_back(&lotim, &stick, &clock, true).await;
        // Sealed to a key that is gone; the new one comes with this day's ping.
        let looked = seen_at(&old, &batam).await;
        let (known, all) = a_day_with(&old).await;
        assert!(known < all, "{known} of {all}");
        assert_eq!(seen_at(&old, &batam).await, looked, "what it cannot follow is no look");
        let (known, all) = a_day_with(&old).await;
        assert_eq!(known, all);
        let forked = |notice: &Notice| matches!(notice, Notice::TheyForked(_) | Notice::WeForked(_));
        assert!(!batam.notices().iter().chain(&old.notices()).any(forked));
    });
}

/// A head that the node signed, and what stands for it in the journal once it was forged: nobody may believe it.
async fn is_refused(forge: impl FnOnce((&Node, &Node), Timestamp, SignedHead) -> CosignedHead) {
    let (clock, batam, lotim) = partners().await;
    lives(&batam, 5).await;
    store::chain::sign(batam.post.store(), clock.now()).await.unwrap();
    let mut view = batam.post.store().read(clock.now()).await.unwrap();
    let head = view.raw().head().await.unwrap();
    let own = view.raw().checkpoints(head.seq.era(), 0, 10).await.unwrap().pop().unwrap();
    drop(view);
    let forged = forge((&batam, &lotim), clock.now(), SignedHead::decode(&own.signed).unwrap());
    let forged = CheckpointRow { signer: lotim.id().bytes(), signed: forged.encode(), ..own };
    let mut tx = batam.post.store().backend().begin("test").await.unwrap();
    tx.add_checkpoint(&forged).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(walked(&batam, &lotim).await, Err(Broken { seq: head.seq, what: "signature" }));
}

#[test]
fn a_node_cannot_sign_for_its_partner() {
    run(is_refused(|(batam, lotim), now, good| {
        let identity = batam.post.opened().unwrap().keys.identity.clone();
        good.cosign(lotim.id(), &identity, now.seconds())
    }));
}

#[test]
fn a_partner_cannot_sign_for_the_node_although_the_same_head_was_found_good_before() {
    run(is_refused(|(_, lotim), now, good| {
        let theirs = lotim.post.opened().unwrap().keys.identity.clone();
        good.head.sign(&theirs).cosign(lotim.id(), &theirs, now.seconds())
    }));
}
