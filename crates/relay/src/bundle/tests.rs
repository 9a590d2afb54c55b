use crate::post::Outcome;
use crate::post::tests::{Node, pair, run};

/// A node's sealing keys outlive so many sticks, 25 hours apart.
const STICKS: u8 = 24;

#[test]
fn what_no_carrier_took_arrives_by_bundle_once_and_twice_changes_nothing() {
    run(async {
        let (_clock, batam, lotim) = pair().await;
        batam.say(&lotim, "satu").await.unwrap();
        batam.out().await;
        batam.say(&lotim, "dua").await.unwrap();
        let mut file = Vec::new();
        let written = batam.post.export(lotim.id(), &mut file).await.unwrap();
        assert!(written.envelopes >= 2, "also what was handed on without a receipt");
        for _ in 0..2 {
            let report = lotim.post.import(&mut file.as_slice(), &mut |_| {}).await.unwrap();
            assert_eq!((report.envelopes, report.fault), (written.envelopes, None));
        }
        assert_eq!(lotim.texts(), ["satu", "dua"]);
    });
}

#[test]
fn a_stick_takes_a_message_that_a_carrier_tries_in_vain_at_the_same_time() {
    let (mut clock, mut batam, mut lotim) = run(pair());
    for round in 0..4 * STICKS {
        let n = round % STICKS;
        if n == 0 {
            (clock, batam, lotim) = run(pair());
        }
        let vain = run(async {
            batam.say(&lotim, &n.to_string()).await.unwrap();
            // What is a day old is decided upon again before it leaves.
            clock.advance_millis(25 * 3_600_000);
            let parcels = batam.post.collect(100).await.unwrap();
            parcels.iter().map(|p| (p.peer, p.what, Outcome::NotTaken)).collect::<Vec<_>>()
        });
        let mut file = Vec::new();
        std::thread::scope(|scope| {
            // A little later each time, so that it falls into every part of the export.
            scope.spawn(|| {
                (0..u32::from(round) * 200).for_each(|_| std::hint::spin_loop());
                run(batam.post.settle(&vain)).unwrap();
            });
            run(batam.post.export(lotim.id(), &mut file)).unwrap();
        });
        run(async {
            lotim.post.import(&mut file.as_slice(), &mut |_| {}).await.unwrap();
            assert_eq!(lotim.texts().len(), usize::from(n) + 1, "message {n} was not on the stick");
            let mut back = Vec::new();
            lotim.post.export(batam.id(), &mut back).await.unwrap();
            batam.post.import(&mut back.as_slice(), &mut |_| {}).await.unwrap();
        });
    }
}

#[test]
fn a_cut_bundle_gives_its_good_items_and_says_so() {
    run(async {
        let (_clock, batam, lotim) = pair().await;
        for n in 0..20 {
            batam.say(&lotim, &n.to_string()).await.unwrap();
        }
        let mut file = Vec::new();
        batam.post.export(lotim.id(), &mut file).await.unwrap();
        let half = &file[..file.len() * 3 / 4];
        let report = lotim.post.import(&mut &half[..], &mut |_| {}).await.unwrap();
        assert_eq!(report.fault.unwrap().code.0, "bundle.cut");
        assert!(!lotim.texts().is_empty());
        lotim.post.import(&mut file.as_slice(), &mut |_| {}).await.unwrap();
        assert_eq!(lotim.texts().len(), 20);
    });
}

#[test]
fn a_bundle_for_another_node_is_refused() {
    run(async {
        let (clock, batam, lotim) = pair().await;
        let other = Node::new(7, &clock).await;
        batam.say(&lotim, "satu").await.unwrap();
        let mut file = Vec::new();
        batam.post.export(lotim.id(), &mut file).await.unwrap();
        let refused = other.post.import(&mut file.as_slice(), &mut |_| {}).await;
        assert!(matches!(refused, Err(super::BundleError::Problem(p)) if p.code.0 == "bundle.not-ours"));
    });
}
