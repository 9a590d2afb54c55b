//! Pages of keys: a revocation taken and signed without script, what officers then read, and the drill of a lost node.

use crate::browser::Site;
use crate::cast::START;
use desk::partners::revoking::{KeepSigners, Reason};
use http::StatusCode;
use seal::Revocation;
use store::Read;

/// The root of Bahari says that its key is dead.
fn by_root(site: &Site) -> Revocation {
    let bahari = &site.world.bahari;
    let kid = bahari.entry.cert().identity.kid();
    let mut made = Revocation::new(bahari.id(), kid, START.plus_hours(-30).seconds(), Reason::Lost.number());
    made.sign_as_root(&bahari.root);
    made
}

#[tokio::test]
async fn a_revocation_that_came_as_a_file_is_said_in_words_with_the_telephone_until_a_new_key_comes() {
    let site = Site::new().await;
    let mut hasan = site.as_officer("hasan").await;
    let page = hasan.get("/simpul/kunci").await;
    assert!(page.page().contains("Tidak ada kunci mitra yang dicabut"), "{}", page.page());
    let form = page.form("/simpul/kunci/berkas").with("tindakan", "terima");
    let back = hasan.post_with(&form, ("berkas", "x.spr", b"SPR1 bukan")).await;
    assert!(back.status.is_client_error() && back.page().contains("bukan pencabutan kunci"), "{}", back.page());
    let file = by_root(&site).to_file();
    assert_eq!(hasan.post_with(&form, ("berkas", "bahari.spr", &file)).await.to(), "/simpul/kunci");
    let page = hasan.get("/simpul/kunci").await.page();
    for said in ["Kunci dicabut", "dilaporkan hilang atau dicuri", "Jangan mengirim apa pun", "+62 21 000 0000"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let page = hasan.get("/simpul").await.page();
    assert!(page.contains("dilaporkan hilang atau dicuri sejak") && page.contains("href=\"tel:"), "{page}");
    assert!(!page.contains("Sudah ditangani"), "it ends by the new key alone");
    let mut sari = site.as_officer("sari").await;
    assert!(sari.get("/hari-ini").await.page().contains("dilaporkan hilang atau dicuri sejak"));
    let page = sari.get("/simpul/kunci").await.page();
    assert!(
        page.contains("Kunci dicabut") && !page.contains("action=\"/simpul/kunci"),
        "she reads and signs nothing: {page}"
    );
    let mut police = site.as_officer("bripka").await;
    assert_eq!(police.get("/simpul/kunci").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn two_revokers_sign_on_the_page_and_the_first_gets_a_file() {
    let site = Site::new().await;
    let bahari = &site.world.bahari;
    let statement = bahari.desk.read().await.unwrap().raw().meta("signers").await.unwrap().unwrap();
    let keep = KeepSigners { node: bahari.id(), statement };
    site.node().does(&site.node().coordinator(), &keep).await.unwrap();
    let mut hasan = site.as_officer("hasan").await;
    let form = hasan.get("/simpul/kunci").await.form("/simpul/kunci").with("simpul", &bahari.id().to_string());
    let form = form.with("sejak", "2026-11-22T08:00").with("sebab", "lost").with("jabatan", "0");
    let signed = hasan.post(&form).await;
    assert!(signed.header("content-disposition").contains("pencabutan.spr"), "{}", signed.page());
    let half = Revocation::from_file(&signed.body).unwrap();
    assert_eq!((half.node, half.signatures.len()), (bahari.id(), 1));
    // The second is of Bahari itself; here her signature is made by hand.
    let mut whole = half.clone();
    let secret = bahari.desk.read().await.unwrap().secret("signatory/0").await.unwrap().unwrap();
    whole.sign_as_revoker(&seal::SignatoryKey::from_bytes(&secret.try_into().unwrap()));
    let form = hasan.get("/simpul/kunci").await.form("/simpul/kunci/berkas").with("tindakan", "terima");
    let back = hasan.post_with(&form, ("berkas", "satu.spr", &half.to_file())).await;
    assert!(back.page().contains("tidak ditandatangani oleh yang berwenang"), "{}", back.page());
    assert_eq!(hasan.post_with(&form, ("berkas", "dua.spr", &whole.to_file())).await.to(), "/simpul/kunci");
    assert!(hasan.get("/simpul/kunci").await.page().contains("Kunci dicabut"));
}

#[tokio::test]
async fn the_drill_says_what_is_done_who_holds_the_papers_and_whom_to_ring_and_lists_people_for_who_may() {
    let site = Site::new().await;
    let mut hasan = site.as_officer("hasan").await;
    let page = hasan.get("/simpul/hilang").await;
    for said in ["Langkah 1", "Langkah 7", "simpul keys revoke", "UU 27/2022", "Belum dicatat", "Simpul lbh-mawar"] {
        assert!(page.page().contains(said), "{said}: {}", page.page());
    }
    let form = page.form("/lembar").with("root", "1 Bu Ani, 0812\n2 Pak Beni").with("induk", "1 Bu Cici");
    assert_eq!(hasan.post(&form).await.to(), "/simpul/hilang");
    let page = hasan.get("/simpul/hilang").await;
    assert!(page.page().contains("1 Bu Ani, 0812; 2 Pak Beni"), "{}", page.page());
    let many = page.form("/lembar").with("root", "a\nb\nc\nd\ne\nf").with("induk", "");
    assert!(hasan.post(&many).await.status.is_client_error());
    assert!(!page.page().contains("/simpul/hilang/orang"), "the list is for who may make it");
    let mut ratih = site.as_officer("ratih").await;
    let page = ratih.get("/simpul/hilang").await;
    let listed = ratih.post(&page.form("/orang")).await.page();
    assert!(listed.contains("Orang yang"), "{listed}");
    assert!(site.node().journal(base::Seq(0)).await.contains(&"breach.listed".to_owned()));
}
