//! Both partners lost a disk, one after the other: what was said in the life before comes again, before what is new; where the
//! partner has moved on, what shrinks rights is said anew.

use super::restore::{backed_up, entry_goes, restored};
use super::*;
use desk::mail::{Home, Outgoing, State};
use desk::wire::Receipt;

#[test]
fn a_number_of_a_life_before_that_never_comes_holds_nothing_up() {
    run(async {
        let (clock, batam, lotim) = pair().await;
        let (batam, before) = waiting(&clock, &batam, &lotim).await;
        let mut tx = begin(&batam.post).await;
        let first = Outgoing::read(&mut tx, case_thread(), before, 1).await.unwrap().unwrap();
        let second = Outgoing::read(&mut tx, case_thread(), before, 2).await.unwrap().unwrap();
        desk::mail::void(&mut tx, first).await.unwrap();
        tx.commit().await.unwrap();
        receipted(&batam, lotim.id(), &receipt(before)).await;
        let waits = [(before, 1, 19, State::Void), (before, 2, 32, State::Queued)];
        assert_eq!(states(&batam).await, waits, "it may come yet and say so");
        let parked = vec![(2, second.hash)].into();
        receipted(&batam, lotim.id(), &Receipt { parked, ..receipt(before) }).await;
        let anew = (life(&batam).await, 1, 32, State::Queued);
        assert_eq!(states(&batam).await, [(before, 1, 19, State::Void), (before, 2, 32, State::Void), anew]);
    });
}

#[test]
fn behind_a_number_that_was_taken_back_the_last_body_is_said_anew_unless_it_rests_on_something() {
    run(async {
        for (trace, before) in [(None, vec!["satu", "tiga"]), (Some(Digest([3; 32])), vec!["satu"])] {
            let (clock, batam, lotim) = pair().await;
            batam.say(&lotim, "satu").await.unwrap();
            settle_down(&clock, &batam, &lotim).await;
            let taken_back = batam.say(&lotim, "dua").await.unwrap();
            batam.out().await;
            let third = Message::OfferTell(Talk { offer_no: 1, text: "tiga".into() });
            batam.send(&lotim, third, Options { trace, ..Options::default() }).await.unwrap();
            let last = batam.out().await;
            let mut tx = begin(&batam.post).await;
            let out = Outgoing::read(&mut tx, case_thread(), taken_back.era, taken_back.seq).await.unwrap().unwrap();
            desk::mail::void(&mut tx, out).await.unwrap();
            tx.commit().await.unwrap();
            lotim.post.deliver(&last).await.unwrap();
            settle_down(&clock, &batam, &lotim).await;
            assert_eq!(lotim.texts(), before);
            batam.say(&lotim, "empat").await.unwrap();
            settle_down(&clock, &batam, &lotim).await;
            assert_eq!(lotim.texts(), ["satu", "tiga", "empat"]);
            assert!(states(&batam).await.iter().all(|(.., state)| !state.unfinished()));
        }
    });
}

async fn states(node: &Node) -> Vec<(u64, u64, u16, State)> {
    let mut view = node.post.store().read(node.post.now()).await.unwrap();
    let rows = view.states::<Outgoing>(&case_thread().bytes(), &store::Page::first(100)).await.unwrap();
    rows.into_iter().map(|row| (row.card.era, row.card.seq, row.card.number, row.card.state)).collect()
}

async fn life(node: &Node) -> u64 {
    Home::read(&mut node.post.store().read(node.post.now()).await.unwrap()).await.unwrap().era
}

#[test]
fn what_was_said_in_a_life_before_comes_again_and_before_what_is_new() {
    run(async {
        let (clock, batam, lotim) = pair().await;
        batam.say(&lotim, "satu").await.unwrap();
        settle_down(&clock, &batam, &lotim).await;
        let early = backed_up(&lotim).await;
        batam.say(&lotim, "dua").await.unwrap();
        settle_down(&clock, &batam, &lotim).await;
        let late = backed_up(&batam).await;
        clock.advance_millis(3_600_000);
        let batam = restored(&batam, &late, &clock).await;
        entry_goes(&batam, &lotim).await;
        settle_down(&clock, &batam, &lotim).await;
        batam.say(&lotim, "tiga").await.unwrap();
        settle_down(&clock, &batam, &lotim).await;
        assert_eq!(lotim.texts(), ["satu", "dua", "tiga"]);

        clock.advance_millis(3_600_000);
        let lotim = restored(&lotim, &early, &clock).await;
        entry_goes(&lotim, &batam).await;
        entry_goes(&batam, &lotim).await;
        batam.say(&lotim, "empat").await.unwrap();
        let early = batam.out().await;
        lotim.post.deliver(&early).await.unwrap();
        assert_eq!(lotim.texts(), [""; 0], "nothing of the later life before its sender told what came before it");
        for _ in 0..4 {
            clock.advance_millis(13 * 3_600_000);
            settle_down(&clock, &batam, &lotim).await;
        }
        assert_eq!(lotim.texts(), ["dua", "tiga", "empat"]);
        assert!(states(&batam).await.iter().all(|(.., state)| *state == State::Received));
    });
}

#[test]
fn what_a_partner_told_before_it_lost_its_disk_proves_nothing() {
    run(async {
        let (clock, batam, lotim) = pair().await;
        batam.say(&lotim, "satu").await.unwrap();
        settle_down(&clock, &batam, &lotim).await;
        let early = backed_up(&lotim).await;
        batam.say(&lotim, "dua").await.unwrap();
        settle_down(&clock, &batam, &lotim).await;
        let stick = backed_up(&batam).await;
        clock.advance_millis(3_600_000);
        let batam = restored(&batam, &stick, &clock).await;
        entry_goes(&batam, &lotim).await;
        lotim.post.deliver(&batam.out().await).await.unwrap();
        let told = lotim.out().await;
        clock.advance_millis(3_600_000);
        let lotim = restored(&lotim, &early, &clock).await;
        entry_goes(&lotim, &batam).await;
        entry_goes(&batam, &lotim).await;
        batam.post.deliver(&lotim.out().await).await.unwrap();
        let again = states(&batam).await;
        assert_eq!(again.last().unwrap().3, State::Queued, "it asked, and has lost what came last");
        batam.post.deliver(&told).await.unwrap();
        assert_eq!(states(&batam).await, again);
        settle_down(&clock, &batam, &lotim).await;
        assert_eq!(lotim.texts(), ["dua"]);
    });
}

#[test]
fn where_the_partner_has_moved_on_what_shrinks_rights_is_said_anew_and_the_rest_is_over() {
    run(async {
        let (clock, batam, lotim) = pair().await;
        let (batam, before) = waiting(&clock, &batam, &lotim).await;
        let now = life(&batam).await;
        let waits = [(before, 1, 19, State::Queued), (before, 2, 32, State::Queued)];
        assert_eq!(states(&batam).await, waits);
        let mut receipt = receipt(before);
        let third = NodeId::from_bytes([9; 16]);
        for (from, era) in [(lotim.id(), before), (third, before), (third, now)] {
            receipt.era = era;
            // Of number 1, if it came from somebody else.
            (receipt.upto, receipt.upto_hash) = (u64::from(from == third), Digest::default());
            receipted(&batam, from, &receipt).await;
            assert_eq!(states(&batam).await, waits, "neither its own life nor another partner says that it is over");
        }
        receipt.upto = 0;
        // Of a life that never was, too: no further than this one.
        receipt.era = u64::MAX;
        for _ in 0..2 {
            receipted(&batam, lotim.id(), &receipt).await;
            let over = [(before, 1, 19, State::Void), (before, 2, 32, State::Void), (now, 1, 32, State::Queued)];
            assert_eq!(states(&batam).await, over);
        }
        for _ in 0..2 {
            clock.advance_millis(3_600_000);
            settle_down(&clock, &batam, &lotim).await;
        }
        assert_eq!(lotim.texts(), [""; 0]);
        assert_eq!(states(&batam).await.last(), Some(&(now, 1, 32, State::Received)));
    });
}

/// A node in a new life, with a word and a withdrawal of the life before in its outbox.
async fn waiting(clock: &Arc<ManualClock>, batam: &Node, lotim: &Node) -> (Node, u64) {
    settle_down(clock, batam, lotim).await;
    batam.say(lotim, "satu").await.unwrap();
    batam.send(lotim, withdrawn(), Options::default()).await.unwrap();
    let (stick, before) = (backed_up(batam).await, life(batam).await);
    clock.advance_millis(3_600_000);
    (restored(batam, &stick, clock).await, before)
}

fn receipt(era: u64) -> Receipt {
    Receipt {
        thread: case_thread(),
        era,
        upto: 0,
        upto_hash: Digest::default(),
        parked: Vec::new().into(),
        verdicts: Vec::new().into(),
        head: None,
    }
}

async fn receipted(node: &Node, from: NodeId, receipt: &Receipt) {
    let mut tx = begin(&node.post).await;
    node.post.receipted(&mut tx, from, receipt).await.unwrap();
    tx.commit().await.unwrap();
}
