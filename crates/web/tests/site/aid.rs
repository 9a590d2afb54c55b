//! Legal aid on its pages: whom it can go to and why, what is sent, what the coordinator counts, what a body says of itself.

use crate::browser::Site;
use crate::cases::held_by_sari;
use crate::cast::{SAFE_WAY, legal_body, states};
use accord::matching::LegalBody;
use http::StatusCode;

#[tokio::test]
async fn a_request_shows_its_bodies_with_reasons_and_cures_before_anything_is_sent() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    states(&site.world.mawar, site.node(), LegalBody { duty: (1..=7).collect(), ..legal_body() }).await;
    let mut sari = site.as_officer("sari").await;
    let path = format!("/kasus/{case}/bantuan-hukum");
    assert!(sari.get(&format!("/kasus/{case}")).await.page().contains(&path), "the case leads there");
    let shown = sari.submit(&path, "/pratinjau", &[("perkara", "wages"), ("bahasa-ibu", "sas")]).await;
    let page = shown.page();
    assert!(page.contains("batam-bantuan-hukum/1#4.2") && page.contains("Giliran jaga"), "{page}");
    assert!(page.contains("perlu juru bahasa"), "why it stands where it stands");
    assert!(page.contains("belum menyatakan") && page.contains("Minta lembaga itu mengisi"), "Bahari, with its cure");
    assert!(site.node().post_for(site.world.mawar.id()).await.is_empty(), "nothing is sent yet");
    assert!(!page.contains(SAFE_WAY), "how she is reached is on no page of it");
    let boxes = page.matches("name=\"lembaga\"").count();
    let ticked =
        page.split("<input ").filter(|input| input.contains("\"lembaga\"") && input.contains(" checked")).count();
    assert_eq!((boxes, ticked), (1, 0), "no consent is ticked beforehand");
    let agreed = site.world.mawar.id().to_string();
    let send = shown.form("/bantuan-hukum").with("lembaga", &agreed).with("bahasa", "id");
    assert_eq!(sari.post(&send).await.to(), path);
    assert_eq!(sari.post(&send).await.status, StatusCode::SEE_OTHER, "sent twice, one request");
    let page = sari.get(&path).await.page();
    assert!(
        page.contains("Menunggu jawaban") && page.contains("/rujukan/ref_") && page.contains("UU 16/2011"),
        "{page}"
    );
    assert_eq!(site.node().post_for(site.world.mawar.id()).await.len(), 1);
    let again = sari.submit(&path, "/pratinjau", &[("perkara", "wages")]).await;
    let refused = sari.post(&again.form("/bantuan-hukum").with("bahasa", "id")).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.page().contains("masih berjalan"), "{}", refused.page());
    let next = sari.submit(&path, "/berikutnya", &[]).await;
    assert_eq!(next.to(), path);
    assert!(sari.get(&path).await.page().contains("Tidak ada lembaga lagi"));
    let mut hasan = site.as_officer("hasan").await;
    let page = hasan.get("/bantuan-hukum").await.page();
    assert!(page.contains("legal-aid.unstated") && page.contains("Tidak ada lembaga lagi"), "{page}");
    assert_eq!(sari.get("/bantuan-hukum").await.status, StatusCode::FORBIDDEN, "the counts are the coordinator's");
}

#[tokio::test]
async fn a_body_says_what_it_is_and_keeps_its_list_and_a_slip_comes_back_at_its_field() {
    let site = Site::new().await;
    let mut sari = site.as_officer("sari").await;
    assert!(sari.get("/lembaga").await.page().contains("belum dinyatakan"));
    let form = sari.get("/lembaga").await.form("/lembaga");
    let facts = [
        ("kelas", "B"),
        ("mulai", "2026-01-01"),
        ("akhir", "2025-01-01"),
        ("wilayah", "21.71, 21"),
        ("perkara", "wages"),
        ("bahasa", "sas"),
        ("penasihat", "woman"),
        ("daya", "4"),
        ("jaga", "3"),
    ];
    let form = facts.iter().fold(form, |form, (name, value)| form.with(name, value));
    let back = sari.post(&form).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(back.page().contains("href=\"#f-akhir\""), "{}", back.page());
    let again = back.form("/lembaga").with("akhir", "2028-12-31");
    let again = facts.iter().filter(|(n, _)| *n != "akhir").fold(again, |form, (n, v)| form.with(n, v));
    assert_eq!(sari.post(&again).await.to(), "/lembaga");
    let page = sari.get("/lembaga").await.page();
    assert!(page.contains("value=\"2028-12-31\"") && page.contains("21, 21.71"), "{page}");
    let kept = sari.submit("/lembaga", "/benturan", &[("jenis", "company"), ("nilai", "PT Contoh <b>Tujuh</b>")]).await;
    assert_eq!(kept.to(), "/lembaga");
    let page = sari.get("/lembaga").await.page();
    assert!(page.contains("PT Contoh &#60;b&#62;Tujuh") || page.contains("PT Contoh &lt;b&gt;Tujuh"), "{page}");
    let empty = sari.submit("/lembaga", "/benturan", &[("jenis", "nik"), ("nilai", "tanpa angka")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let dropped = sari.submit("/lembaga", "/penghapusan", &[]).await;
    assert_eq!(dropped.to(), "/lembaga");
    assert!(!sari.get("/lembaga").await.page().contains("PT Contoh"));
}
