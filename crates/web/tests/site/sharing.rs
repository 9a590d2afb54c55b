//! What leaves is shown first, field by field; what stays says why.

use crate::browser::Site;
use crate::cases::held_by_sari;
use crate::cast::{SHELTER, STORY};
use http::StatusCode;

#[tokio::test]
async fn a_referral_is_previewed_and_sent_once() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let mut sari = site.as_officer("sari").await;
    let bahari = site.world.bahari.id().to_string();
    let asked = [("penerima", bahari.as_str()), ("tujuan", "legal_aid")];
    let path = format!("/kasus/{case}/rujuk");
    let closed = sari.submit(&path, "/pratinjau", &asked).await;
    assert!(closed.page().contains("consent.missing") && !closed.page().contains("action=\"/kasus/{case}/rujuk\""));
    let consent = [
        ("kode", "C4"),
        ("penerima", "lbh-bahari"),
        ("tujuan", "legal_aid"),
        ("oleh", "person"),
        ("cara", "written"),
        ("bahasa", "id"),
        ("sampai", "2027-05-01"),
        ("kategori", "legal"),
    ];
    let consents = format!("/kasus/{case}/persetujuan");
    let form = sari.get(&consents).await.form("/persetujuan");
    let form = consent.iter().fold(form, |form, (name, value)| form.with(name, value));
    let given =
        sari.post(&form.and("kategori", "chronology").and("kategori", "needs").and("kategori", "contact")).await;
    assert_eq!(given.to(), consents, "{}", given.page());
    let shown = sari.submit(&path, "/pratinjau", &asked).await;
    let page = shown.page();
    assert!(page.contains("legal.problem") && page.contains("batam-bantuan-hukum/1#"), "{page}");
    assert!(page.contains("floor.shelter") && page.contains("Sebagian boleh"), "{page}");
    assert!(page.contains("Kirim rujukan ke Simpul lbh-bahari"));
    let send = shown.form("/rujuk");
    let at = sari.post(&send).await.to();
    assert!(at.starts_with("/rujukan/ref_") && at.ends_with(".1"), "{at}");
    assert_eq!(sari.post(&send).await.status, StatusCode::SEE_OTHER, "sent twice, one offer");
    let offer = sari.get(&at).await.page();
    assert!(offer.contains("Giliran") && offer.contains("antre") && offer.contains("floor.shelter"));
    let list = sari.get("/rujukan").await.page();
    assert_eq!(list.matches(&at).count(), 1);
    let withdrawn = sari.submit(&at, "/penarikan", &[]).await;
    assert_eq!(withdrawn.to(), at);
    assert!(sari.get(&at).await.page().contains("ditarik"));
}

#[tokio::test]
async fn what_may_not_leave_stands_in_no_page_but_the_senders() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let mut hasan = site.as_officer("hasan").await;
    for path in [format!("/kasus/{case}"), "/kasus".into(), "/rujukan".into(), "/hari-ini".into(), "/simpul".into()] {
        let page = hasan.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(!page.page().contains(SHELTER) && !page.page().contains(STORY), "{path}");
    }
}

#[tokio::test]
async fn an_agreement_is_read_beside_its_terms() {
    let site = Site::new().await;
    let mut hasan = site.as_officer("hasan").await;
    let list = hasan.get("/mou/daftar").await.page();
    assert!(list.contains("/mou/batam-bantuan-hukum/1") && list.contains("Berlaku"));
    let one = hasan.get("/mou/batam-bantuan-hukum").await.page();
    assert!(one.contains("4.2") && one.contains("lbh-bahari") && one.contains("Penanda Tangan"), "{one}");
}

#[tokio::test]
async fn a_joining_file_shows_its_fingerprint_before_anybody_confirms() {
    let site = Site::new().await;
    let mut hasan = site.as_officer("hasan").await;
    let form = hasan.get("/simpul/gabung").await.form("/simpul/gabung");
    let entry = &site.world.lotim.entry;
    let upload = |bytes: Vec<u8>| {
        let mut body = Vec::new();
        for (name, value) in &form.values {
            body.extend(format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
        }
        let head = "--x\r\nContent-Disposition: form-data; name=\"berkas\"; filename=\"a.spj\"\r\n\r\n";
        body.extend(head.bytes());
        body.extend(bytes);
        body.extend(b"\r\n--x--\r\n");
        let request = hasan.request("POST", &form.action).header("content-type", "multipart/form-data; boundary=x");
        request.body(axum::body::Body::from(body)).unwrap()
    };
    let (good, bad) = (upload(seal::entry::joining_file(entry)), upload(b"SPJ1 rusak".to_vec()));
    let read = hasan.send(good).await;
    assert_eq!(read.status, StatusCode::OK, "{}", read.page());
    assert!(read.page().contains(&seal::fingerprint(entry.root())));
    let refused = hasan.send(bad).await;
    assert!(refused.status.is_client_error() && refused.page().contains("[entry."), "{}", refused.page());
}

/// Goal: an agreement comes into force through the pages of two officers, who prove presence and say that they read it.
#[tokio::test]
async fn an_agreement_is_proposed_read_signed_and_halted_on_its_pages() {
    let site = Site::new().await;
    let mut hasan = site.as_officer("hasan").await;
    let form = hasan.get("/mou/usulan").await.form("/mou/usulan");
    let short = form.clone().with("naskah", "task-forces").with("berlaku", "2026-01-01").with("sampai", "2027-12-31");
    let back = hasan.post(&short.clone().with("tempat", "21.71")).await;
    assert!(back.status.is_client_error() && back.page().contains("[web.field-missing]"), "{}", back.page());
    let lotim = site.world.lotim.id().to_string();
    let whole = short.with("tempat", "21.71").with("mitra", &lotim);
    let unfit = hasan.post(&whole.clone().with("naskah", "shelter")).await;
    assert!(unfit.page().contains("[accord.parties-unfit]"), "{}", unfit.page());
    let at = hasan.post(&whole).await.to();
    assert_eq!(at, "/mou/batam-task-forces-lotim/1");
    let page = hasan.get(&at).await.page();
    assert!(page.contains("Rancangan") && page.contains("masih perlu 2 tanda tangan"), "{page}");
    let signing = format!("{at}/tanda-tangan");
    let read = hasan.get(&signing).await;
    assert!(read.page().contains("Artinya:") && read.page().contains("tidak ada data korban yang ikut"));
    let unread = hasan.post(&read.form("/tanda-tangan").with("jabatan", "0")).await;
    assert!(unread.page().contains("[accord.not-read]"), "{}", unread.page());
    let form = hasan.get(&signing).await.form("/tanda-tangan").with("jabatan", "0").with("dibaca", "ya");
    for _ in 0..6 {
        site.world.clock.advance_millis(60_000);
    }
    assert_eq!(hasan.post(&form).await.to(), format!("/konfirmasi?lanjut={signing}"), "presence is old");
    let mut hasan = site.as_officer("hasan").await;
    let form = hasan.get(&signing).await.form("/tanda-tangan").with("jabatan", "0").with("dibaca", "ya");
    assert_eq!(hasan.post(&form).await.to(), at);
    assert_eq!(hasan.post(&form).await.to(), at, "sent twice, one signature");
    let page = hasan.get(&at).await.page();
    assert!(page.contains("Ketua gugus tugas") && page.contains("masih perlu 1 tanda tangan"), "{page}");
    let end = hasan.get(&format!("{at}/keadaan")).await;
    let form = end.form("/keadaan").with("tindakan", "akhiri").with("sebab", "5");
    let back = hasan.post(&form).await;
    assert!(back.page().contains("[web.field-missing]"), "a reason in words");
    let check = hasan.post(&form.with("alasan", "tidak jadi")).await;
    assert!(check.page().contains("Belum ada yang berubah"), "{}", check.page());
    assert!(hasan.get(&at).await.page().contains("Rancangan"), "looking changes nothing");
    assert_eq!(hasan.post(&check.form("/keadaan").with("tindakan", "akhiri")).await.to(), at);
    let page = hasan.get(&at).await.page();
    assert!(page.contains("Diakhiri") && page.contains("tidak jadi") && !page.contains("/tanda-tangan"), "{page}");
}

#[tokio::test]
async fn another_text_is_proposed_clause_by_clause_and_shown_beside_the_one_it_answers() {
    let site = Site::new().await;
    let mut hasan = site.as_officer("hasan").await;
    let at = "/mou/batam-bantuan-hukum/1";
    let form = hasan.get(&format!("{at}/usulan-balik")).await.form("/usulan-balik");
    let form = form.with("berlaku", "2026-01-01").with("sampai", "2027-12-31");
    let days = |form: crate::browser::Form| (0..5).fold(form, |form, nth| form.with(&format!("simpan-{nth}"), "30"));
    let back = hasan.post(&form).await;
    assert!(back.page().contains("[web.field-missing]"), "how long each is kept");
    let form = days(form).without("tetap-3").with("catatan-0", "Sebulan sudah cukup.");
    let to = hasan.post(&form).await.to();
    assert_eq!(to, "/mou/batam-bantuan-hukum/2/perubahan");
    let page = hasan.get(&to).await.page();
    assert!(page.contains("Sebulan sudah cukup.") && page.contains("dihapus") && page.contains("Versi 2"), "{page}");
    let one = hasan.get("/mou/batam-bantuan-hukum/2").await.page();
    assert!(one.contains("Rancangan") && one.contains("/perubahan"), "{one}");
    assert!(hasan.get(at).await.page().contains("Berlaku"), "the version in force stays so");
}
