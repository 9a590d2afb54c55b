//! Officers who are shut out of a case, and openings in need, as pages.

use crate::browser::Site;
use crate::cases::held_by_sari;
use crate::cast::{CANARIES, NAME, consents, to_counsel};
use desk::cases::shut::ShutOut;
use http::StatusCode;
use std::collections::BTreeSet;

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
    assert!(
        tried.contains("Tuti") && tried.contains("membuka halaman kasus: kasus ini tertutup baginya"),
        "who holds it sees the tries: {tried}"
    );
    assert!(!sari.get(&path).await.page().contains("value=\"buka\""), "a coordinator lets in");
    let both = hasan.get(&path).await.page();
    let ids: Vec<&str> = both.split(" id=\"").skip(1).filter_map(|part| part.split('"').next()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "two forms, each with fields of its own: {ids:?}");
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

#[tokio::test]
async fn a_referral_is_not_there_for_who_is_shut_out_of_its_case_and_each_try_stands_in_its_log() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    consents(site.node(), case, to_counsel(11, "lbh-bahari")).await;
    let (mut sari, mut tuti) = (site.as_officer("sari").await, site.as_officer("tuti").await);
    let bahari = site.world.bahari.id().to_string();
    let asked = [("penerima", bahari.as_str()), ("tujuan", "legal_aid")];
    let refer = format!("/kasus/{case}/rujuk");
    let preview = tuti.submit(&refer, "/pratinjau", &asked).await;
    let again =
        asked.iter().fold(tuti.get(&refer).await.form("/pratinjau"), |form, (name, value)| form.with(name, value));
    let shown = sari.submit(&refer, "/pratinjau", &asked).await;
    let at = sari.post(&shown.form("/rujuk")).await.to();
    let before = tuti.get(&at).await;
    assert!(
        before.status == StatusCode::OK && tuti.get("/rujukan").await.page().contains(&at),
        "nobody shut her out yet"
    );
    let officer = site.id_of("tuti").await;
    let shut = ShutOut { officer, reason: crate::cast::text("sepupu perekrut") };
    site.node().changes(&site.node().coordinator(), case, shut).await.unwrap();

    let nowhere = format!("/rujukan/ref_{}.1", "0".repeat(26));
    let unknown = tuti.get(&nowhere).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let missing = |page: &str| {
        let same = page.len().abs_diff(unknown.page().len()) < 64;
        same && !page.contains("lbh-bahari") && !page.contains("tertutup")
    };
    for page in [&at, &refer, &format!("/kasus/{case}/serah")] {
        let answer = tuti.get(page).await;
        assert!(answer.status == StatusCode::NOT_FOUND && missing(&answer.page()), "{page}: {}", answer.page());
    }
    for form in
        [before.form("/penarikan").with("alasan", "need_gone"), before.form("/pesan").with("pesan", "apa kabar")]
    {
        let answer = tuti.post(&form).await;
        assert!(answer.status == StatusCode::NOT_FOUND && missing(&answer.page()), "{}", form.action);
    }
    for form in [again.clone(), again.with("lihat", "ya"), preview.form("/rujuk")] {
        let answer = tuti.post(&form).await;
        assert!(answer.status == StatusCode::NOT_FOUND && missing(&answer.page()), "{}", form.action);
    }
    for list in ["/rujukan", "/rujukan?keadaan=selesai", "/hari-ini"] {
        assert!(!tuti.get(list).await.page().contains(&at), "{list}");
    }
    assert!(sari.get("/rujukan").await.page().contains(&at));
    let log = sari.get(&format!("/kasus/{case}/akses")).await.page();
    assert_eq!(log.matches("tertutup baginya").count(), 3 + 2 + 3, "each try: {log}");
    assert!(!log.contains("access.") && !log.contains("offer."), "words, no codes: {log}");
}

#[tokio::test]
async fn a_draft_about_the_case_is_not_there_while_its_writer_is_shut_out() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let mut tuti = site.as_officer("tuti").await;
    let path = format!("/kasus/{case}/catatan");
    let draft = tuti.get(&path).await.form("/catatan").with("teks", "ia menyebut nama").and("_draf", "1");
    let kept = tuti.post(&draft).await;
    let list = tuti.get("/hari-ini").await.page();
    let name = list.split("href=\"/tulisan/").nth(1).map(|rest| rest.split('"').next().unwrap().to_owned());
    let name = name.unwrap_or_else(|| panic!("{} {}", kept.status, kept.page()));
    let officer = site.id_of("tuti").await;
    let shut = ShutOut { officer, reason: crate::cast::text("sepupu perekrut") };
    site.node().changes(&site.node().coordinator(), case, shut).await.unwrap();
    assert!(!tuti.get("/hari-ini").await.page().contains("/tulisan/"));
    assert_eq!(tuti.get(&format!("/tulisan/{name}")).await.status, StatusCode::NOT_FOUND);
    let act = desk::cases::shut::LetIn { case, version: None, officer, reason: crate::cast::text("orang lain") };
    site.node().does(&site.node().coordinator(), &act).await.unwrap();
    assert!(tuti.get(&format!("/tulisan/{name}")).await.page().contains("ia menyebut nama"), "nothing typed is lost");
}
