//! Clocks that are wrong by two days, one this way and one that way (FEDERATION.md 11, 12): mail goes on, and is receipted.

use super::*;

async fn talk(clocks: &[Arc<ManualClock>], nodes: &[Node; 2]) {
    for _ in 0..6 {
        let [one, other] = nodes;
        let (there, back) = (one.out().await, other.out().await);
        other.post.deliver(&there).await.unwrap();
        one.post.deliver(&back).await.unwrap();
        for clock in clocks {
            clock.advance_millis(61_000);
        }
    }
}

async fn is_receipted(node: &Node, to: &Node) -> bool {
    let mut view = node.post.store().read(node.post.now()).await.unwrap();
    let thread = desk::mail::thread(&mut view, to.id(), case_thread()).await.unwrap().unwrap();
    thread.out.seq > 0 && thread.out.acked == thread.out.seq
}

#[test]
fn nodes_whose_clocks_are_four_days_apart_hear_each_other_and_get_receipts_also_after_a_new_key() {
    run(async {
        let skew = base::limits::CLOCK_SKEW_HOURS_MAX;
        let clocks = [-skew, skew].map(|hours| Arc::new(ManualClock::at(START.plus_hours(hours))));
        let nodes = [Node::new(1, &clocks[0]).await, Node::new(2, &clocks[1]).await];
        let [behind, ahead] = &nodes;
        behind.meets(ahead).await;
        ahead.meets(behind).await;
        behind.say(ahead, "satu").await.unwrap();
        ahead.say(behind, "dua").await.unwrap();
        talk(&clocks, &nodes).await;
        assert_eq!((ahead.texts(), behind.texts()), (vec!["satu".to_owned()], vec!["dua".to_owned()]));
        assert!(is_receipted(behind, ahead).await && is_receipted(ahead, behind).await);
        ahead.post.renew(&ahead.root).await.unwrap().unwrap();
        ahead.say(behind, "tiga").await.unwrap();
        talk(&clocks, &nodes).await;
        assert_eq!(behind.texts(), ["dua", "tiga"], "a certificate made two days ahead holds here");
        assert!(is_receipted(ahead, behind).await);
    });
}
