//! The keys of a week, by a virtual clock: made in time, told to partners, sealed to for 35 days, destroyed after 98.

use super::restore::backed_up;
use super::*;
use crate::post::What;
use desk::mail::{Outgoing, State};
use seal::keys::{week_of, week_start};
use store::{Direction, Shelf};

const DAY_MS: u32 = 86_400_000;

/// One day in the life of both: the hourly job, then whatever mail there is.
async fn a_day(clock: &ManualClock, nodes: &[&Node]) {
    clock.advance_millis(DAY_MS);
    for node in nodes {
        node.post.rotate().await.unwrap();
    }
    let [one, other] = nodes else { return };
    settle_down(clock, one, other).await;
}

async fn meta(node: &Node, name: String) -> Option<Vec<u8>> {
    let mut view = node.post.store().backend().read().await.unwrap();
    view.meta(&name).await.unwrap().filter(|bytes| !bytes.is_empty())
}

async fn quarantined(node: &Node) -> usize {
    let mut view = node.post.store().backend().read().await.unwrap();
    view.items((Shelf::Quarantine.number(), b""), None, Direction::Up, 100).await.unwrap().len()
}

fn weeks_known(node: &Node, peer: &Node) -> Vec<u32> {
    node.post.book().get(peer.id()).unwrap().entry.epochs().iter().map(|epoch| epoch.week).collect()
}

#[test]
fn partners_have_the_keys_of_a_week_before_it_begins_and_seal_to_the_newest() {
    run(async {
        let (clock, batam, lotim) = pair().await;
        for _ in 0..5 * 7 {
            a_day(&clock, &[&batam, &lotim]).await;
            let (now, known) = (clock.now(), weeks_known(&lotim, &batam));
            assert!(known.contains(&week_of(now)), "{known:?}");
            let begun = now.plus_hours(2 * base::limits::CLOCK_SKEW_HOURS_MAX);
            let entry = &lotim.post.book().get(batam.id()).unwrap().entry.clone();
            let newest = entry.newest_epoch(now).unwrap();
            let better = entry.epochs().iter().any(|e| e.week > newest.week && e.not_before <= begun.seconds());
            assert!(!better && week_start(newest.week).plus_hours(24 * 35) >= now);
        }
    });
}

#[test]
fn the_keys_of_a_week_are_gone_after_ninety_eight_days_from_the_store_and_are_in_no_backup() {
    run(async {
        let (clock, batam, lotim) = pair().await;
        let first = week_of(START);
        let names =
            [format!("secret/epoch/{first}"), format!("open/open/fetch/{first}"), format!("open/fetch/{first}")];
        let secret = meta(&batam, names[0].clone()).await.unwrap();
        let stick = backed_up(&batam).await;
        let old = lotim.post.book();
        lotim.say(&batam, "lama di jalan").await.unwrap();
        let late = lotim.out().await;
        while clock.now() <= week_start(first).plus_hours(24 * 98) {
            assert!(meta(&batam, names[0].clone()).await.is_some());
            clock.advance_millis(DAY_MS);
            batam.post.rotate().await.unwrap();
        }
        for name in &names {
            assert_eq!(meta(&batam, name.clone()).await, None, "{name}");
        }
        // Neither the wrapped key nor anything of its week lies in what a stick holds.
        let again = backed_up(&batam).await;
        for place in [stick.path(), again.path()] {
            let poured = Arc::new(SqliteBackend::scratch(Opening::at(START)).unwrap());
            let from = store::archive::Restoring::open(&place.join("c"), &batam.master).unwrap();
            from.pour(&*poured, place, None).await.unwrap();
            let mut view = store::Backend::read(&*poured).await.unwrap();
            assert_eq!(view.meta(&names[0]).await.unwrap(), None);
            let held = view.all_meta("", 1_000).await.unwrap();
            assert!(!held.is_empty() && !held.iter().any(|(_, value)| *value == secret));
            assert!(view.items((Shelf::Epochs.number(), b""), None, Direction::Up, 10).await.unwrap().is_empty());
        }
        assert!(old.recipient(batam.id(), clock.now()).is_err(), "nobody seals to it any more");

        // What was sealed to it and comes now: code 2, the sealed bytes for 30 days; the sender seals it anew.
        let tags = batam.post.tags();
        assert!(late.iter().all(|envelope| !tags.contains(&seal::peek(envelope).unwrap().tag)));
        let answers = batam.post.deliver(&late).await.unwrap();
        assert!(answers.iter().all(|(_, item)| item.number() == 2), "{answers:?}");
        assert_eq!((quarantined(&batam).await, batam.texts().len()), (late.len(), 0));
        for _ in 0..31 {
            clock.advance_millis(DAY_MS);
        }
        batam.post.rotate().await.unwrap();
        assert_eq!(quarantined(&batam).await, 0);
    });
}

#[test]
fn a_sender_told_that_the_key_is_gone_seals_the_same_message_anew() {
    run(async {
        let (clock, batam, lotim) = pair().await;
        for _ in 0..30 {
            a_day(&clock, &[&batam, &lotim]).await;
        }
        // Lotim sleeps for ten weeks with an entry that grows old; what it sends then is sealed to a week that is gone.
        let stale = lotim.post.book();
        for _ in 0..100 {
            clock.advance_millis(DAY_MS);
            batam.post.rotate().await.unwrap();
        }
        lotim.say(&batam, "menunggu").await.unwrap();
        assert!(stale.recipient(batam.id(), clock.now()).is_err());
        assert!(lotim.out().await.is_empty(), "an old key is not sealed to: it waits and a person is told");
        super::restore::entry_goes(&batam, &lotim).await;
        let sent = lotim.out().await;
        batam.post.deliver(&sent).await.unwrap();
        assert_eq!(batam.texts(), ["menunggu"]);
    });
}

#[test]
fn what_a_carrier_refuses_with_code_two_goes_again_under_the_key_that_is_known_by_then() {
    run(async {
        let (clock, batam, lotim) = pair().await;
        lotim.say(&batam, "satu").await.unwrap();
        let parcels = lotim.post.collect(100).await.unwrap();
        let sent = parcels.iter().find(|parcel| matches!(parcel.what, What::Body { .. })).unwrap();
        let first = seal::peek(&sent.envelope).unwrap();
        for _ in 0..8 {
            clock.advance_millis(DAY_MS);
            batam.post.rotate().await.unwrap();
        }
        let refused: Vec<_> = parcels.iter().map(|p| (p.peer, p.what, Outcome::NotTaken)).collect();
        lotim.post.settle(&refused).await.unwrap();
        super::restore::entry_goes(&batam, &lotim).await;
        clock.advance_millis(2 * 3_600_000);
        let again = lotim.post.collect(100).await.unwrap();
        let body = again.iter().find(|parcel| parcel.what == sent.what).unwrap();
        let anew = seal::peek(&body.envelope).unwrap();
        assert!(anew.tag != first.tag && anew.kid != first.kid && anew.msg_id != first.msg_id);
        batam.post.deliver(std::slice::from_ref(&body.envelope)).await.unwrap();
        assert_eq!(batam.texts(), ["satu"]);
        let view = &mut lotim.post.store().read(clock.now()).await.unwrap();
        let home = desk::mail::Home::read(view).await.unwrap();
        let header = Outgoing::read(view, case_thread(), home.era, 1).await.unwrap().unwrap();
        assert_eq!(header.state, State::Queued, "it is kept until the receipt");
    });
}
