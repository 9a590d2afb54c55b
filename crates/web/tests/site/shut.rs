//! Officers who are shut out of a case, and openings in need, as pages.

use crate::browser::Site;
use crate::cases::held_by_sari;
use crate::cast::{CANARIES, NAME};
use http::StatusCode;

#[tokio::test]
async fn who_is_shut_out_meets_a_case_that_is_not_there_on_every_page_and_list() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let (mut sari, mut tuti) = (site.as_officer("sari").await, site.as_officer("tuti").await);
    let mut hasan = site.as_officer("hasan").await;
    let (here, path) = (format!("/kasus/{case}"), format!("/kasus/{case}/petugas"));
    assert!(sari.get(&here).await.page().contains(&path), "the case page leads there");
    assert_eq!(tuti.get(&here).await.status, StatusCode::OK);
    assert_eq!(tuti.get(&path).await.status, StatusCode::FORBIDDEN, "she does not hold the case");
    let tuti_id = site.id_of("tuti").await.to_string();
    let shut = [("tindakan", "tutup"), ("petugas", tuti_id.as_str()), ("alasan", "sepupu perekrut")];
    let silent = sari.submit(&path, "/petugas", &shut[..2]).await;
    assert!(silent.status == StatusCode::UNPROCESSABLE_ENTITY && silent.page().contains("[web.field-missing]"));
    assert_eq!(sari.submit(&path, "/petugas", &shut).await.to(), path);
    let unknown = tuti.get(&format!("/kasus/case_{}", "0".repeat(26))).await.page().len();
    for page in ["", "/catatan", "/identitas", "/petugas", "/darurat", "/orang", "/persetujuan", "/penghapusan", "/hak"]
    {
        let answer = tuti.get(&format!("{here}{page}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{page}");
        assert!(!answer.page().contains("tertutup") && answer.page().len().abs_diff(unknown) < 64, "as an unknown one");
    }
    let report = site.node().case(case).await.reports[0];
    assert_eq!(tuti.get(&format!("/laporan/{report}")).await.status, StatusCode::NOT_FOUND);
    for list in ["/kasus", "/hari-ini", "/laporan?keadaan=selesai", "/pelindungan"] {
        let (hers, others) = (tuti.get(list).await.page(), sari.get(list).await.page());
        let mark = if list.starts_with("/laporan") { report.to_string() } else { case.to_string() };
        assert!(!hers.contains(&mark), "{list}");
        assert!(list == "/pelindungan" || others.contains(&mark), "{list}: it stands there for others");
    }
    let tried = sari.get(&format!("{here}/akses")).await.page();
    assert!(tried.contains("Tuti") && tried.contains("access.shut-out"), "who holds it sees the tries: {tried}");
    assert!(!sari.get(&path).await.page().contains("value=\"buka\""), "a coordinator lets in");
    let back = [("tindakan", "buka"), ("petugas", tuti_id.as_str()), ("alasan", "orang lain")];
    assert_eq!(hasan.submit(&path, "/petugas", &back).await.to(), path);
    assert_eq!(tuti.get(&here).await.status, StatusCode::OK);
}

#[tokio::test]
async fn in_need_another_case_manager_sees_who_it_is_and_data_protection_is_told() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let (mut sari, mut tuti) = (site.as_officer("sari").await, site.as_officer("tuti").await);
    let (mut ratih, path) = (site.as_officer("ratih").await, format!("/kasus/{case}/darurat"));
    let page = tuti.get(&format!("/kasus/{case}")).await.page();
    assert!(page.contains(&path) && !page.contains("/identitas\""), "what she may do, and nothing that is refused");
    assert!(!sari.get(&format!("/kasus/{case}")).await.page().contains(&path), "who holds it needs none");
    assert!(ratih.get("/pelindungan").await.page().contains("Tidak ada pembukaan"));
    let silent = tuti.submit(&path, "/darurat", &[("alasan", " ")]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    let reason = [("alasan", "ia menelepon dari kapal, Sari tidak menjawab")];
    assert_eq!(tuti.submit(&path, "/darurat", &reason).await.to(), format!("/kasus/{case}/identitas"));
    let shown = tuti.submit(&format!("/kasus/{case}/identitas"), "/identitas", &[("alasan", "menghubungi")]).await;
    assert!(shown.page().contains(NAME));
    let told = sari.get("/hari-ini").await.page();
    assert!(told.contains("Dibuka dalam keadaan darurat") && told.contains("Tuti"), "{told}");
    assert!(ratih.get("/hari-ini").await.page().contains("Dibuka dalam keadaan darurat"));
    let list = ratih.get("/pelindungan").await.page();
    assert!(list.contains("ia menelepon dari kapal") && list.contains("Tuti"), "{list}");
    assert!(CANARIES.iter().all(|canary| !list.contains(canary)), "no name of hers");
    assert!(!sari.get("/pelindungan").await.page().contains("ia menelepon"), "for data protection alone");
    ratih.submit("/pelindungan", &format!("/darurat/{case}/0"), &[]).await.to();
    assert!(!sari.get("/hari-ini").await.page().contains("Dibuka dalam keadaan darurat"));
    let log = sari.get(&format!("/kasus/{case}/akses")).await.page();
    assert!(log.contains("dibuka dalam keadaan darurat · ia menelepon"), "{log}");
    site.world.clock.advance_millis(3 * 3_600_000);
    let mut tuti = site.as_officer("tuti").await;
    assert_eq!(tuti.get(&format!("/kasus/{case}/identitas")).await.status, StatusCode::FORBIDDEN);
}
