//! Documents of a case through its pages: added without script, opened on the record, removed with a reason.

use crate::browser::{Answer, Browser, Site};
use crate::cases::held_by_sari;
use crate::cast::{known, opened_from};
use crate::files::{CANARY, chunks, entry, holds, photo, send, upload};
use base::{CaseId, FileId};
use bytes::Bytes;
use desk::cases::keeping::PlaceHold;
use desk::cases::record::{Assign, ShieldCase};
use http::StatusCode;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::oneshot;

async fn adds(browser: &mut Browser, case: CaseId, (kind, title): (&str, &str), bytes: &[u8]) -> Answer {
    let path = format!("/kasus/{case}/berkas");
    let form = browser.get(&path).await.form("/berkas").with("jenis", kind).with("judul", title).with("untuk", "");
    browser.post_with(&form, ("berkas", "Ratna paspor.jpg", bytes)).await
}

fn pdf(words: &str) -> Vec<u8> {
    [b"%PDF-1.7 ", words.as_bytes()].concat()
}

/// The addresses of the documents on a list, newest first.
fn addresses(page: &str, case: CaseId) -> Vec<String> {
    let head = format!("/kasus/{case}/berkas/");
    page.split(&format!("href=\"{head}"))
        .skip(1)
        .map(|rest| format!("{head}{}", rest.split('"').next().unwrap()))
        .collect()
}

async fn sole(browser: &mut Browser, case: CaseId) -> String {
    let page = browser.get(&format!("/kasus/{case}/berkas")).await.page();
    let found = addresses(&page, case);
    assert_eq!(found.len(), 1, "{page}");
    found[0].clone()
}

/// A body that sends its beginning, says so when more is asked for, and waits for the rest.
struct Slow {
    begins: Option<Bytes>,
    asked: Option<oneshot::Sender<()>>,
    rest: oneshot::Receiver<Bytes>,
    ended: bool,
}

impl hyper::body::Body for Slow {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<hyper::body::Frame<Bytes>, Infallible>>> {
        if let Some(bytes) = self.begins.take() {
            return Poll::Ready(Some(Ok(hyper::body::Frame::data(bytes))));
        }
        if let Some(asked) = self.asked.take() {
            asked.send(()).unwrap();
        }
        if self.ended {
            return Poll::Ready(None);
        }
        Pin::new(&mut self.rest).poll(cx).map(|rest| {
            self.ended = true;
            Some(Ok(hyper::body::Frame::data(rest.unwrap())))
        })
    }
}

#[tokio::test]
async fn a_sixth_file_at_a_time_is_refused_with_what_was_typed_and_taken_once_there_is_room() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let mut sari = site.as_officer("sari").await;
    let path = format!("/kasus/{case}/berkas");
    let mut waiting = Vec::new();
    for n in 0..5 {
        let form = sari.get(&path).await.form("/berkas").with("jenis", "contract").with("untuk", "");
        let field = |(name, value): &(String, String)| {
            format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let fields: String = form.values.iter().map(field).collect();
        let head = "--x\r\nContent-Disposition: form-data; name=\"berkas\"; filename=\"a.pdf\"\r\n\r\n";
        let begins = format!("{fields}{head}%PDF-1.7 {n} {}", "a".repeat(500));
        let ((asked, was_asked), (more, rest)) = (oneshot::channel(), oneshot::channel());
        let body = Slow { begins: Some(begins.into()), asked: Some(asked), rest, ended: false };
        let request = sari.request("POST", &form.action).header("sec-fetch-site", "same-origin");
        let request = request.header("content-type", "multipart/form-data; boundary=x");
        let request = request.body(axum::body::Body::new(body)).unwrap();
        let mut other = sari.clone();
        waiting.push((more, tokio::spawn(async move { other.send(request).await })));
        was_asked.await.unwrap();
    }
    let refused = adds(&mut sari, case, ("contract", "Kontrak Johor"), &pdf("enam")).await;
    let page = refused.page();
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE, "{page}");
    assert!(page.contains("[web.files-busy]") && page.contains("Kontrak Johor"), "{page}");
    assert_eq!(addresses(&page, case), [""; 0], "nothing of it is kept");
    for (more, answer) in waiting {
        more.send("\r\n--x--\r\n".into()).unwrap();
        assert_eq!(answer.await.unwrap().to(), path);
    }
    assert_eq!(adds(&mut sari, case, ("contract", "Kontrak Johor"), &pdf("enam")).await.to(), path);
    assert_eq!(addresses(&sari.get(&path).await.page(), case).len(), 6);
}

#[tokio::test]
async fn a_document_is_added_without_script_told_once_and_its_title_stays_text() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let mut sari = site.as_officer("sari").await;
    let path = format!("/kasus/{case}/berkas");
    assert!(sari.get(&format!("/kasus/{case}")).await.page().contains(&format!("href=\"{path}\"")));
    let empty = sari.get(&path).await;
    assert!(
        empty.page().contains("enctype=\"multipart/form-data\"") && empty.page().contains("Tidak ada."),
        "{}",
        empty.page()
    );
    let form = empty
        .form("/berkas")
        .with("jenis", "contract")
        .with("judul", "Kontrak <b>Johor</b>")
        .with("untuk", "langkah:IN-3");
    assert_eq!(sari.post_with(&form, ("berkas", "Ratna.exe", &pdf("a"))).await.to(), path);
    assert_eq!(sari.post_with(&form, ("berkas", "Ratna.exe", &pdf("a"))).await.to(), path, "the same form again");
    let page = sari.get(&path).await.page();
    assert_eq!(addresses(&page, case).len(), 1);
    for words in ["Kontrak kerja: Kontrak &#60;b&#62;Johor", "dokumen PDF, 0,1 KB", "Sari", "IN-3", "Hanya aslinya"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("Ratna"), "the name of the file is kept nowhere");
    let twice = adds(&mut sari, case, ("letter", ""), &pdf("a")).await;
    assert_eq!(twice.status, StatusCode::CONFLICT);
    assert!(twice.page().contains("[document.twice]") && twice.page().contains("2026-11-23"), "{}", twice.page());
    let mut english = sari.clone();
    english.submit("/akun", "/akun/bahasa", &[("bahasa", "en")]).await;
    let page = english.get(&path).await.page();
    assert!(
        page.contains("Work contract: Kontrak") && page.contains("Original alone") && page.contains("Add a document")
    );
}

#[tokio::test]
async fn what_is_no_document_comes_back_with_its_name_and_what_was_typed() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let mut sari = site.as_officer("sari").await;
    let large = [b"\xff\xd8\xff".to_vec(), vec![0; 8 << 20]].concat();
    for (kind, bytes, status, code) in [
        ("letter", Vec::new(), StatusCode::UNPROCESSABLE_ENTITY, "web.file-missing"),
        ("letter", b"<html>".to_vec(), StatusCode::UNPROCESSABLE_ENTITY, "document.kind-refused"),
        ("letter", large, StatusCode::PAYLOAD_TOO_LARGE, "document.too-large"),
        ("", pdf("a"), StatusCode::UNPROCESSABLE_ENTITY, "web.field-missing"),
        ("weather", pdf("a"), StatusCode::UNPROCESSABLE_ENTITY, "web.field-bad"),
    ] {
        let answer = adds(&mut sari, case, (kind, "surat dari majikan"), &bytes).await;
        assert_eq!(answer.status, status, "{code}: {}", answer.page());
        assert!(answer.page().contains(&format!("[{code}]")) && answer.page().contains("value=\"surat dari majikan\""));
    }
    let too_much = adds(&mut sari, case, ("letter", ""), &vec![0; 34 << 20]).await;
    assert_eq!(too_much.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(site.node().case(case).await.documents.is_empty());
    assert!(!site.node().folder.path().join("files").exists(), "nothing of it is on the disk");
}

#[tokio::test]
async fn a_picture_is_shown_without_what_the_camera_wrote_and_the_original_after_a_fresh_proof() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let mut sari = site.as_officer("sari").await;
    adds(&mut sari, case, ("photo", "kamar"), &photo()).await.to();
    let path = sole(&mut sari, case).await;
    let page = sari.get(&path).await;
    assert!(page.page().contains("Foto tanpa wajahnya: kamar") && page.page().contains("Salinan tanpa metadata"));
    let head = site.node().head().await;
    let shown = sari.post(&page.form(&path)).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.page());
    assert_eq!(site.node().journal(head).await, ["file.opened"]);
    let html = shown.page();
    let (_, data) = html.split_once("src=\"data:image/jpeg;base64,").unwrap();
    let data = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, data.split('"').next().unwrap());
    let picture = data.unwrap();
    assert!(picture.starts_with(b"\xff\xd8\xff") && !holds(&picture, CANARY));
    assert!(sari.get(&path).await.page().contains("<dd>Sari</dd>"), "who opened it");
    let original = sari.post(&shown.form("/asli")).await;
    assert_eq!((original.status, original.body.as_slice()), (StatusCode::OK, photo().as_slice()));
    for (name, value) in [
        ("content-type", "application/octet-stream"),
        ("content-security-policy", "sandbox; default-src 'none'"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(original.header(name), value);
    }
    let name = original.header("content-disposition");
    assert!(name.starts_with("attachment; filename=\"berkas-") && name.ends_with(".jpg\"") && !name.contains("kamar"));
    site.node().clock.advance_millis(6 * 60_000);
    assert_eq!(sari.post(&shown.form("/asli")).await.to(), format!("/konfirmasi?lanjut={path}"));
}

#[tokio::test]
async fn a_paper_of_identity_asks_why_and_is_a_recorded_look_and_a_visum_is_closed_to_the_desk() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let (mut sari, mut tuti) = (site.as_officer("sari").await, site.as_officer("tuti").await);
    adds(&mut sari, case, ("identity", "KTP lama"), &photo()).await.to();
    let path = sole(&mut sari, case).await;
    let silent = sari.submit(&path, &path, &[("alasan", " ")]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(silent.page().contains("[identity.reason-missing]"));
    let shown = sari.submit(&path, &path, &[("alasan", "mencocokkan daftar")]).await;
    assert!(shown.page().contains("data:image/jpeg"), "{}", shown.page());
    let access = sari.get(&format!("/kasus/{case}/akses")).await.page();
    assert!(
        access.contains("identitas dilihat · mencocokkan daftar") && access.contains("berkas dibuka · Surat identitas"),
        "{access}"
    );
    // Another case manager sees that it is there, and neither its title nor what is in it.
    let list = tuti.get(&format!("/kasus/{case}/berkas")).await.page();
    assert!(list.contains("Surat identitas") && list.contains("Tertutup bagi Anda") && !list.contains("KTP lama"));
    let closed = tuti.get(&path).await.page();
    assert!(
        !closed.contains("/asli\"") && !closed.contains("KTP lama") && !closed.contains("/penghapusan\""),
        "{closed}"
    );
    for end in ["", "/asli"] {
        let forced = crate::browser::Form { action: format!("{path}{end}"), ..sari.get(&path).await.form("/asli") };
        let token = site.state.token_for_tests(&tuti.cookie("simpul").unwrap(), &forced.action);
        let answer = tuti.post(&forced.with("_tanda", &token).with("alasan", "ingin tahu")).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{end}");
        assert!(!holds(&answer.body, b"data:image") && !holds(&answer.body, CANARY));
    }
    adds(&mut sari, case, ("medical", "visum"), &pdf("hasil visum")).await.to();
    let list = sari.get(&format!("/kasus/{case}/berkas")).await.page();
    assert!(
        list.contains("Surat medis atau visum") && list.contains("Tertutup bagi Anda") && !list.contains(": visum")
    );
    let page = sari.get(&addresses(&list, case)[0]).await.page();
    assert!(page.contains("petugas kesehatan yang memegang langkah") && page.contains("Belum pernah dibuka"), "{page}");
}

#[tokio::test]
async fn who_may_not_read_the_case_sees_no_document_and_of_a_witness_only_the_two_who_know_her() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let mut sari = site.as_officer("sari").await;
    adds(&mut sari, case, ("letter", ""), &pdf("a")).await.to();
    let (list, path) = (format!("/kasus/{case}/berkas"), sole(&mut sari, case).await);
    for login in ["dewi", "hasan", "bripka", "wayan", "ratih"] {
        let mut other = site.as_officer(login).await;
        for path in [&list, &path] {
            assert_eq!(other.get(path).await.status, StatusCode::FORBIDDEN, "{login} {path}");
        }
        assert!(!other.get(&format!("/kasus/{case}")).await.page().contains(&list), "no link that is refused");
    }
    let mut tuti = site.as_officer("tuti").await;
    assert_eq!(tuti.get(&list).await.status, StatusCode::OK);
    let witness = [("hubungan", "sibling"), ("tempat", "52.03"), ("profil", "adult"), ("peran", "witness")];
    sari.submit(&format!("/kasus/{case}/orang"), "/orang", &witness).await;
    let shield = ShieldCase { code_name: "Saksi-9".into(), viewers: [site.id_of("sari").await].into() };
    let holder = desk::Staff {
        id: site.id_of("sari").await,
        name: base::Redacted::default(),
        roles: [casework::Role::CaseManager].into(),
        step_up_at: None,
    };
    site.node().changes(&desk::Actor::Officer(holder), case, shield).await.unwrap();
    assert_eq!(sari.get(&list).await.status, StatusCode::OK);
    for path in [&list, &path] {
        assert_eq!(tuti.get(path).await.status, StatusCode::FORBIDDEN);
    }
    let unknown = format!("{list}/{}", FileId::from_bytes([9; 16]));
    assert_eq!(sari.get(&unknown).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_document_goes_with_a_reason_by_who_may_and_not_while_the_case_is_held() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let (mut sari, mut tuti) = (site.as_officer("sari").await, site.as_officer("tuti").await);
    adds(&mut sari, case, ("letter", ""), &pdf("a")).await.to();
    let path = sole(&mut sari, case).await;
    assert!(!tuti.get(&path).await.page().contains("/penghapusan\""));
    let silent = sari.submit(&path, "/penghapusan", &[("sebab", "")]).await;
    assert!(silent.page().contains("[web.field-missing]"));
    let hold = PlaceHold { reason: crate::cast::text("perkara"), review_at: site.node().desk.now().plus_hours(48) };
    site.node().changes(&site.node().officer(5, &[casework::Role::Auditor]), case, hold).await.unwrap();
    let held = sari.submit(&path, "/penghapusan", &[("sebab", "salah unggah")]).await;
    assert_eq!(held.status, StatusCode::FORBIDDEN);
    assert!(
        held.page().contains("[erase.on-hold]") && held.page().contains("value=\"salah unggah\""),
        "{}",
        held.page()
    );
    let lift = desk::cases::keeping::LiftHold { reason: crate::cast::text("selesai") };
    site.node().changes(&site.node().officer(5, &[casework::Role::Auditor]), case, lift).await.unwrap();
    let gone = sari.submit(&path, "/penghapusan", &[("sebab", "salah unggah")]).await;
    assert_eq!(gone.to(), format!("/kasus/{case}/berkas"));
    assert_eq!(sari.get(&path).await.status, StatusCode::NOT_FOUND);
    assert!(sari.get(&format!("/kasus/{case}")).await.page().contains("berkas dihapus"), "in the history");
}

#[tokio::test]
async fn files_of_the_report_stand_beside_them_and_open_by_the_reports_own_way() {
    let site = Site::new().await;
    let mut phone = site.browser();
    upload(&mut phone, 1, &chunks(1, &photo())).await;
    send(&site, &mut phone, vec![entry(1, &photo())]).await;
    site.node().desk.sweep_files().await.unwrap();
    let mut dewi = site.as_officer("dewi").await;
    let list = dewi.get("/laporan").await.page();
    let report = list.split_once("href=\"/laporan/report_").unwrap().1.split('"').next().unwrap().to_owned();
    let to = dewi
        .submit(&format!("/laporan/report_{report}"), "/kasus", &[("tempat", "21.71"), ("peran", "victim")])
        .await
        .to();
    let case: CaseId = to.split('/').next_back().unwrap().parse().unwrap();
    let assign = Assign { manager: site.id_of("sari").await, companion: None };
    site.node().changes(&site.node().coordinator(), case, assign).await.unwrap();
    let mut sari = site.as_officer("sari").await;
    let page = sari.get(&format!("/kasus/{case}/berkas")).await;
    assert!(
        page.page().contains("Berkas dari laporan") && page.page().contains("Berkas 1 · gambar"),
        "{}",
        page.page()
    );
    let head = site.node().head().await;
    let shown =
        sari.post(&page.form(&format!("/laporan/report_{report}/berkas/{}", FileId::from_bytes([1; 16])))).await;
    assert!(shown.page().contains("data:image/jpeg"));
    assert_eq!(site.node().journal(head).await, ["file.opened"]);
}

#[tokio::test]
async fn a_full_list_stays_within_its_budget_and_turns_its_pages() {
    let site = Site::new().await;
    let case = opened_from(site.node(), b"kunci-9").await;
    let manager = site.id_of("sari").await;
    site.node().changes(&site.node().coordinator(), case, Assign { manager, companion: None }).await.unwrap();
    known(site.node(), case).await;
    let mut sari = site.as_officer("sari").await;
    for n in 0..26 {
        adds(&mut sari, case, ("contract", &format!("Perjanjian kerja halaman {n:02}")), &pdf(&n.to_string()))
            .await
            .to();
    }
    let path = format!("/kasus/{case}/berkas");
    let page = sari.get(&path).await;
    assert!(page.page().contains("halaman 25") && !page.page().contains("halaman 00"));
    assert!(sari.get(&format!("{path}?sebelum=1")).await.page().contains("halaman 00"));
    let request = sari.request("GET", &path).header("accept-encoding", "br").body(axum::body::Body::empty()).unwrap();
    let packed = sari.send(request).await;
    assert_eq!(packed.header("content-encoding"), "br");
    assert!(packed.body.len() <= 8_192, "{} bytes", packed.body.len());
}

#[tokio::test]
async fn who_opened_a_document_stays_on_its_page_however_much_was_opened_since() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let mut sari = site.as_officer("sari").await;
    adds(&mut sari, case, ("letter", ""), &pdf("a")).await.to();
    let first = sole(&mut sari, case).await;
    assert!(sari.get(&first).await.page().contains("Belum pernah dibuka"));
    assert_eq!(sari.submit(&first, "/asli", &[]).await.status, StatusCode::OK);
    adds(&mut sari, case, ("contract", ""), &pdf("b")).await.to();
    let list = sari.get(&format!("/kasus/{case}/berkas")).await.page();
    let form = sari.get(&addresses(&list, case)[0]).await.form("/asli");
    for _ in 0..21 {
        assert_eq!(sari.post(&form).await.status, StatusCode::OK);
    }
    assert!(!sari.get(&first).await.page().contains("Belum pernah dibuka"));
}
