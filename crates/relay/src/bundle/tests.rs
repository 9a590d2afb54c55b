use crate::post::tests::{Node, pair, run};

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
