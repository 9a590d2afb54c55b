//! What found no carrier goes as soon as there is a sign that one is there again.

use super::*;

/// Two nodes that met; nothing that the first one sends is taken any more, for hours.
async fn without_a_carrier() -> (Arc<ManualClock>, Node, Node) {
    let (clock, batam, lotim) = pair().await;
    batam.say(&lotim, "satu").await.unwrap();
    for _ in 0..6 {
        let parcels = batam.post.collect(100).await.unwrap();
        let done: Vec<_> = parcels.iter().map(|p| (p.peer, p.what, Outcome::NotTaken)).collect();
        batam.post.settle(&done).await.unwrap();
        clock.advance_millis(7_200_001);
    }
    let parcels = batam.post.collect(100).await.unwrap();
    let done: Vec<_> = parcels.iter().map(|p| (p.peer, p.what, Outcome::NotTaken)).collect();
    assert_eq!(done.len(), 2, "the message and a ping");
    batam.post.settle(&done).await.unwrap();
    assert!(batam.post.collect(100).await.unwrap().is_empty(), "both wait for their time");
    (clock, batam, lotim)
}

#[test]
fn when_something_is_taken_again_the_rest_does_not_wait_for_its_time() {
    run(async {
        let (_clock, batam, lotim) = without_a_carrier().await;
        batam.say(&lotim, "dua").await.unwrap();
        lotim.post.deliver(&batam.out().await).await.unwrap();
        assert_eq!(lotim.texts(), [] as [&str; 0], "the second waits for the first");
        let rest = batam.out().await;
        assert_eq!(rest.len(), 2, "the first message and the ping");
        lotim.post.deliver(&rest).await.unwrap();
        assert_eq!(lotim.texts(), ["satu", "dua"]);
        assert!(batam.out().await.is_empty(), "once");
    });
}

#[test]
fn when_the_link_of_the_node_is_back_or_it_starts_again_what_waited_goes() {
    run(async {
        let (clock, batam, lotim) = without_a_carrier().await;
        batam.post.link_is_back().await.unwrap();
        assert_eq!(batam.post.collect(100).await.unwrap().len(), 2);
        let (_, again, _) = without_a_carrier().await;
        again.lock();
        again.unlock(&clock).await;
        assert_eq!(again.post.collect(100).await.unwrap().len(), 2);
        lotim.post.link_is_back().await.unwrap();
        let pings = lotim.out().await;
        assert_eq!(pings.len(), 1, "nobody was away: nothing but the daily ping");
    });
}

#[test]
fn a_ping_of_a_partner_that_was_away_calls_what_waits_for_it() {
    run(async {
        let (_clock, batam, lotim) = without_a_carrier().await;
        batam.post.deliver(&lotim.out().await).await.unwrap();
        lotim.post.deliver(&batam.out().await).await.unwrap();
        assert_eq!(lotim.texts(), ["satu"]);
    });
}

#[test]
fn what_is_always_refused_comes_again_once_for_each_time_that_something_else_is_taken() {
    run(async {
        let (clock, batam, lotim) = without_a_carrier().await;
        batam.post.link_is_back().await.unwrap();
        for round in 0..3 {
            let parcels = batam.post.collect(100).await.unwrap();
            let is_first = |what: &crate::post::What| matches!(what, crate::post::What::Body { seq: 1, .. });
            let outcome = |what| if is_first(what) { Outcome::NotTaken } else { Outcome::Taken };
            let done: Vec<_> = parcels.iter().map(|p| (p.peer, p.what, outcome(&p.what))).collect();
            let refused = parcels.iter().filter(|p| is_first(&p.what)).count();
            assert_eq!((round, refused), (round, usize::from(round < 2)));
            batam.post.settle(&done).await.unwrap();
        }
        clock.advance_millis(1_000);
        assert!(lotim.texts().is_empty());
    });
}

#[test]
fn many_messages_to_a_partner_that_is_being_served_hide_none_to_others() {
    run(async {
        let (_clock, batam, lotim, kupang) = super::revoked::three().await;
        for nth in 0..3 {
            batam.say(&lotim, &nth.to_string()).await.unwrap();
        }
        batam.say(&kupang, "sampai").await.unwrap();
        let busy = std::collections::BTreeSet::from([lotim.id()]);
        let parcels = batam.post.collect_but(1, &busy).await.unwrap();
        assert!(parcels.iter().all(|parcel| parcel.peer == kupang.id()));
        assert!(parcels.iter().any(|parcel| matches!(parcel.what, crate::What::Body { .. })));
    });
}
