//! Bad luck on the way (FEDERATION.md 11): a clock that is wrong. Up to 48 hours each key is valid in both clocks.

use super::*;

/// A pair whose first node's clock runs beside the true one by some hours.
async fn beside(hours: i64) -> (Node, Node) {
    let (theirs, ours) = (Arc::new(ManualClock::at(START.plus_hours(hours))), Arc::new(ManualClock::at(START)));
    let (batam, lotim) = (Node::new(1, &theirs).await, Node::new(2, &ours).await);
    batam.meets(&lotim).await;
    lotim.meets(&batam).await;
    (batam, lotim)
}

async fn three_messages_backwards(batam: &Node, lotim: &Node) {
    for text in ["satu", "dua", "tiga"] {
        batam.say(lotim, text).await.unwrap();
    }
    let mut envelopes = batam.out().await;
    envelopes.reverse();
    lotim.post.deliver(&envelopes).await.unwrap();
}

#[test]
fn a_clock_wrong_by_two_days_changes_no_order_and_is_told_as_a_claim() {
    run(async {
        for (hours, told) in [(49, true), (48, false), (-48, false)] {
            let (batam, lotim) = beside(hours).await;
            three_messages_backwards(&batam, &lotim).await;
            assert_eq!(lotim.texts(), ["satu", "dua", "tiga"], "{hours}");
            let wrong = lotim.notices().into_iter().any(
                |notice| matches!(notice, Notice::ClockWrong { peer, hours: ahead } if peer == batam.id() && ahead == hours),
            );
            assert_eq!(wrong, told, "{hours}");
        }
    });
}
