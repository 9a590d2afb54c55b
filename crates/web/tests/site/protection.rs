//! The person's rights, holds and erasure, and the breach drill, as pages.

use crate::browser::{Answer, Browser, Site};
use crate::cases::held_by_sari;
use crate::cast::{CANARIES, NAME, NIK, RECRUITER, SAFE_WAY};
use base::CaseId;
use http::StatusCode;

async fn asks(sari: &mut Browser, case: CaseId, right: &str) -> Answer {
    let path = format!("/kasus/{case}/hak");
    let asked = [("hak", right), ("oleh", "person"), ("tentang", "semua tentang saya"), ("jalan", SAFE_WAY)];
    sari.submit(&path, "/hak", &asked).await
}

#[tokio::test]
async fn a_request_is_taken_looked_at_by_a_second_officer_answered_and_the_copy_is_a_file_without_her_name() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let (mut sari, mut tuti) = (site.as_officer("sari").await, site.as_officer("tuti").await);
    let path = format!("/kasus/{case}/hak");
    assert!(sari.get(&format!("/kasus/{case}")).await.page().contains(&path), "the case page leads there");
    let empty = sari.submit(&path, "/hak", &[("hak", "portability"), ("oleh", "person")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.page().contains("[right.needs-way]") && empty.page().contains("value=\"portability\" checked"));
    assert_eq!(asks(&mut sari, case, "portability").await.to(), path);
    let one = format!("{path}/1");
    let page = sari.get(&one).await;
    assert!(page.page().contains("baku produk") && page.page().contains("26 November 2026"), "{}", page.page());
    assert!(sari.get(&format!("/kasus/{case}")).await.page().contains(&one), "it stands on the case page");
    assert!(tuti.get("/pelindungan").await.page().contains(&one), "and on the list of the node");

    let whole = [("putusan", "whole"), ("alasan", "dijelaskan")];
    let early = sari.submit(&one, "/jawaban", &whole).await;
    assert_eq!(early.status, StatusCode::FORBIDDEN);
    assert!(early.page().contains("[right.second-officer]") && early.page().contains("dijelaskan"));
    let unsafe_way = [("peminta", "person"), ("catatan", "suami membuka surat")];
    assert_eq!(tuti.submit(&one, "/tinjauan", &unsafe_way).await.to(), path);
    assert!(sari.submit(&one, "/jawaban", &whole).await.page().contains("[right.not-safe]"));
    let safe = [("peminta", "person"), ("aman", "ya"), ("catatan", "dikenal")];
    assert_eq!(tuti.submit(&one, "/tinjauan", &safe).await.to(), path);
    assert_eq!(sari.submit(&one, "/jawaban", &whole).await.to(), path);

    assert!(!tuti.get(&one).await.page().contains("/salinan"), "who does not hold the case makes no copy");
    let copy = sari.submit(&one, "/salinan", &[]).await;
    assert_eq!((copy.status, copy.header("content-type")), (StatusCode::OK, "application/octet-stream"));
    let name = copy.header("content-disposition");
    assert!(name.contains("salinan-") && !name.contains("Ratna"), "{name}");
    let json: serde_json::Value = serde_json::from_slice(&copy.body).unwrap();
    assert_eq!((&json["copy"], &json["fields"]["identity.name"]), (&1.into(), &NAME.into()));
    assert!(!copy.page().contains(RECRUITER), "nothing about others");
    site.world.clock.advance_millis(6 * 60_000);
    assert_eq!(sari.submit(&one, "/salinan", &[]).await.to(), format!("/konfirmasi?lanjut={one}"));
}

#[tokio::test]
async fn a_refusal_offers_only_the_grounds_of_the_law_and_is_recorded_with_its_reason() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let mut sari = site.as_officer("sari").await;
    asks(&mut sari, case, "restriction").await.to();
    let one = format!("/kasus/{case}/hak/1");
    let page = sari.get(&one).await.page();
    assert!(!page.contains("value=\"legal_case\"") && page.contains("value=\"others\""), "{page}");
    let refused = sari.submit(&one, "/jawaban", &[("putusan", "refused"), ("alasan", "x")]).await;
    assert!(refused.page().contains("[right.needs-ground]"));
    let with_ground = [("putusan", "refused"), ("dasar", "others"), ("alasan", "adiknya terancam")];
    sari.submit(&one, "/jawaban", &with_ground).await.to();
    let page = sari.get(&one).await.page();
    assert!(page.contains("Ditolak") && page.contains("adiknya terancam") && !page.contains("/jawaban\""));
}

#[tokio::test]
async fn a_restriction_stands_on_the_page_until_sharing_may_go_on() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let mut sari = site.as_officer("sari").await;
    asks(&mut sari, case, "restriction").await.to();
    sari.submit(&format!("/kasus/{case}/hak/1"), "/jawaban", &[("putusan", "whole"), ("alasan", "")]).await.to();
    let path = format!("/kasus/{case}/hak");
    assert!(sari.get(&path).await.page().contains("tidak ada lagi yang dibagikan"));
    let silent = sari.submit(&path, "/pembatasan", &[]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    sari.submit(&path, "/pembatasan", &[("cabut", "ia mengizinkan lagi")]).await.to();
    assert!(!sari.get(&path).await.page().contains("/pembatasan\""));
}

#[tokio::test]
async fn a_case_is_held_by_the_protection_officer_and_erased_by_two_others() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let (mut sari, mut tuti) = (site.as_officer("sari").await, site.as_officer("tuti").await);
    let mut ratih = site.as_officer("ratih").await;
    asks(&mut sari, case, "erasure").await.to();
    let one = format!("/kasus/{case}/hak/1");
    tuti.submit(&one, "/tinjauan", &[("peminta", "person"), ("aman", "ya"), ("catatan", "")]).await.to();
    sari.submit(&one, "/jawaban", &[("putusan", "whole"), ("alasan", "")]).await.to();
    let path = format!("/kasus/{case}/penghapusan");
    let propose = [("tindakan", "usul"), ("dasar", "request"), ("alasan", "ia meminta")];
    assert_eq!(sari.submit(&path, "/penghapusan", &propose).await.to(), path);
    assert!(!sari.get(&path).await.page().contains("value=\"hapus\""), "not by the one who proposed");

    assert_eq!(ratih.get(&format!("/kasus/{case}")).await.status, StatusCode::FORBIDDEN, "she sees no case");
    let hold = [("tindakan", "tahan"), ("sebab", "perkara di PN"), ("tinjau", "2027-01-10")];
    assert_eq!(ratih.submit(&path, "/penahanan", &hold).await.to(), path);
    let stopped = tuti.submit(&path, "/penghapusan", &[("tindakan", "hapus")]).await;
    assert_eq!(stopped.status, StatusCode::FORBIDDEN);
    assert!(stopped.page().contains("[erase.on-hold]"));
    ratih.submit(&path, "/penahanan", &[("tindakan", "lepas"), ("sebab", "putusan tetap")]).await.to();
    let done = tuti.submit(&path, "/penghapusan", &[("tindakan", "hapus")]).await;
    assert!(done.page().contains("Berkas dihapus"), "{}", done.page());
    assert_eq!(sari.get(&format!("/kasus/{case}")).await.status, StatusCode::NOT_FOUND);
    assert!(!sari.get("/kasus").await.page().contains(&case.to_string()));
}

#[tokio::test]
async fn t8_the_drill_prints_its_list_its_time_and_its_deadline_and_gives_a_file_without_names() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let mut ratih = site.as_officer("ratih").await;
    let now = site.node().desk.now();
    let drill = |tindakan| [("tindakan", tindakan), ("cakupan", "all"), ("diketahui", "2026-11-23T08:00")];
    assert!(now < base::Timestamp::parse("2026-11-23T05:00:00Z").unwrap());
    let page = ratih.submit("/pelindungan", "/kebocoran", &drill("daftar")).await.page();
    assert!(page.contains("Dibuat dalam 0,0 detik dari 1 kasus"), "{page}");
    assert!(page.contains("26 November 2026, 08.00 WIB") && page.contains("UU 27/2022 ps. 46"));
    assert!(page.contains("Lewat jalan yang dipilihnya") && page.contains("Sari"));
    let file = ratih.submit("/pelindungan", "/kebocoran", &drill("berkas")).await;
    assert_eq!(file.page().lines().count(), 2, "a head and one person");
    for canary in CANARIES {
        assert!(!page.contains(canary) && !file.page().contains(canary), "{canary}");
    }
    let later = [("tindakan", "daftar"), ("cakupan", "all"), ("diketahui", "2027-01-01T00:00")];
    assert!(ratih.submit("/pelindungan", "/kebocoran", &later).await.page().contains("[breach.known-later]"));
    let mut sari = site.as_officer("sari").await;
    assert!(!sari.get("/pelindungan").await.page().contains("/kebocoran"), "only for the protection officer");
    let _ = case;
}

/// The addresses, titles and headers that a browser, its history or a proxy keeps.
fn kept_outside(answer: &Answer) -> String {
    let page = answer.page();
    let title = page.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next()).unwrap_or_default();
    let mut kept = format!("{title} {:?} ", answer.headers);
    for mark in ["href=\"", "action=\"", "src=\""] {
        kept.extend(page.split(mark).skip(1).filter_map(|rest| rest.split('"').next()).map(|href| format!("{href} ")));
    }
    kept
}

#[tokio::test]
async fn t1_no_address_title_header_or_file_name_of_any_page_of_a_case_holds_a_word_of_hers() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let mut sari = site.as_officer("sari").await;
    asks(&mut sari, case, "access").await.to();
    let (mut seen, mut next) =
        (std::collections::BTreeSet::new(), vec![format!("/kasus/{case}"), "/hari-ini".to_owned()]);
    let mut shown = String::new();
    while let Some(path) = next.pop() {
        let plain = path.split(['#', '?']).next().unwrap_or_default().to_owned();
        let staff = ["/kasus", "/laporan", "/rujukan", "/hari-ini", "/mou", "/pelindungan", "/akun"];
        if !staff.iter().any(|part| plain.starts_with(part)) || !seen.insert(plain.clone()) {
            continue;
        }
        let answer = sari.get(&plain).await;
        let kept = kept_outside(&answer);
        for canary in CANARIES {
            assert!(!kept.contains(canary), "{canary} in an address, title or header of {plain}");
        }
        let links = answer.page();
        next.extend(links.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned));
        shown.push_str(&links);
    }
    assert!(seen.len() > 25, "{} pages were read", seen.len());
    assert!(shown.contains(SAFE_WAY), "the pages themselves speak of her to those who may read them");
    let identity = sari.submit(&format!("/kasus/{case}/identitas"), "/identitas", &[("alasan", "paspor")]).await;
    assert!(identity.page().contains(NIK));
    let kept = kept_outside(&identity);
    assert!(CANARIES.iter().all(|canary| !kept.contains(canary)), "nor of the page that shows her name");
}
