//! What the pages say about mail that did not arrive, and what a person does about it.

use crate::browser::Site;
use crate::cast::START;
use base::{Digest, ThreadId};
use desk::mail::{Apply, Notice, Outgoing, State};
use desk::wire::Class;

/// A case file that counsel has not received for half of its life.
fn late(site: &Site) -> Outgoing {
    Outgoing {
        thread: ThreadId::from_bytes([5; 16]),
        peer: site.world.bahari.id(),
        era: 1,
        seq: 3,
        number: 24,
        class: Class::Normal,
        state: State::Handed,
        made_at: START,
        expires_at: START.plus_hours(336),
        next_at: None,
        tries: 0,
        level: 50,
        hash: Digest::default(),
        code: None,
        handed_at: Some(START),
        received_at: None,
        seen_at: None,
    }
}

#[tokio::test]
async fn late_mail_names_the_partner_the_time_and_the_telephone_until_somebody_saw_to_it() {
    let site = Site::new().await;
    let mut tx = site.node().begin().await;
    site.node().desk.notice(&mut tx, &Notice::Late(late(&site))).await.unwrap();
    tx.commit().await.unwrap();
    let said = "belum menerima berkas kasus sejak";
    let mut hasan = site.as_officer("hasan").await;
    let shown = hasan.get("/simpul").await;
    let page = shown.page();
    assert!(page.contains(said) && page.contains("href=\"tel:"), "{page}");
    assert!(hasan.get("/hari-ini").await.page().contains(said));
    let mut sari = site.as_officer("sari").await;
    assert!(sari.get("/hari-ini").await.page().contains(said), "who sends offers is told too");
    let mut dewi = site.as_officer("dewi").await;
    assert!(!dewi.get("/hari-ini").await.page().contains(said), "intake neither sends nor runs the node");
    let done = shown.form("/selesai");
    assert_eq!(hasan.post(&done).await.to(), "/simpul");
    assert_eq!(hasan.post(&done).await.to(), "/simpul", "twice has one effect");
    assert!(!hasan.get("/simpul").await.page().contains(said));
}
