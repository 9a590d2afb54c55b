//! A report without a name by the pages: from six questions to a code, an answer, a second message, the end.

use crate::browser::{Answer, Browser, Form, Site};
use crate::cast::{STORY, report, sealed};
use axum::body::Body;
use desk::cases::reports::{ReportJson, reports};
use http::StatusCode;
use store::{Page, Shelf};

const ADDED: &str = "mereka pindah ke rumah di ujung gang";

/// The form of the last page of a report, ready to be sent.
async fn checked(browser: &mut Browser, lapor: &str, named: &[(&str, &str)]) -> Form {
    let page = browser.submit(lapor, "/lapor", named).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.page());
    page.form("/lapor/kode")
}

fn code(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.page());
    let page = answer.page();
    page.split("<p class=\"code\">").nth(1).unwrap().split('<').next().unwrap().to_owned()
}

async fn sent(site: &Site, browser: &mut Browser) -> String {
    let form = checked(browser, "/lapor", &[("apa", STORY), ("bahaya", "no"), ("tempat", "52.03")]).await;
    site.world.clock.advance_millis(5_000);
    code(&browser.post(&form).await)
}

async fn opened(browser: &mut Browser, code: &str) -> Answer {
    browser.submit("/balas", "/balas", &[("kode", code)]).await
}

async fn recorded(site: &Site) -> usize {
    reports(&mut site.node().desk.read().await.unwrap(), true, &Page::first(100)).await.unwrap().len()
}

#[tokio::test]
async fn a_report_without_a_name_is_answered_read_added_to_and_closed_without_a_cookie() {
    let site = Site::new().await;
    let mut her = site.browser();
    let code = sent(&site, &mut her).await;
    let mut dewi = site.as_officer("dewi").await;
    let list = dewi.get("/laporan").await.page();
    assert!(list.contains("Tanpa nama") && !list.contains(STORY));
    let address =
        format!("/laporan/report_{}", list.split("/laporan/report_").nth(1).unwrap().split('"').next().unwrap());
    let page = dewi.get(&address).await.page();
    assert!(page.contains(STORY) && page.contains("di luar wilayah simpul ini"), "{page}");
    let empty = dewi.submit(&address, "/jawaban", &[("jawaban", " ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    dewi.submit(&address, "/jawaban", &[("jawaban", "Apakah <pintunya> dikunci?")]).await.to();
    let found = opened(&mut her, &code).await;
    assert!(found.page().contains("Apakah &#60;pintunya&#62; dikunci?"), "{}", found.page());
    assert!(!found.page().contains("Dewi") && !found.page().contains(STORY) && !found.page().contains(&code));
    assert_eq!(found.header("cache-control"), "no-store");
    let form = found.form("/balas/pesan").with("pesan", ADDED);
    for _ in 0..2 {
        let added = her.post(&form).await;
        assert!(added.page().contains("Pesan Anda sudah tiba") && !added.page().contains(ADDED), "{}", added.page());
    }
    assert!(dewi.get("/hari-ini").await.page().contains("Pesan baru dari pelapor"));
    let page = dewi.get(&address).await.page();
    assert_eq!(page.matches(ADDED).count(), 1, "twice sent is said once");
    dewi.submit(&address, "/dibaca", &[]).await.to();
    assert!(!dewi.get("/hari-ini").await.page().contains("Pesan baru dari pelapor"));
    let close = found.form("/balas/tutup");
    assert_eq!(her.post(&close).await.status, StatusCode::UNPROCESSABLE_ENTITY, "she has to be sure");
    assert!(her.post(&close.with("yakin", "ya")).await.page().contains("Kotak sudah ditutup"));
    assert_eq!(opened(&mut her, &code).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(dewi.get(&address).await.page().contains("tidak dapat membaca jawaban lagi"));
    assert_eq!(her.cookie("simpul").or(her.cookie("bahasa")), None);
}

#[tokio::test]
async fn wrong_unknown_and_closed_codes_get_one_answer_byte_for_byte() {
    let site = Site::new().await;
    let mut her = site.browser();
    let closed = sent(&site, &mut her).await;
    let box_page = opened(&mut her, &closed).await;
    her.post(&box_page.form("/balas/tutup").with("yakin", "ya")).await;
    let mut answers = Vec::new();
    for bad in [closed.as_str(), "0000 0000 0000 0000", "1234 5678 9012 3456", "bukan kode", ""] {
        let answer = opened(&mut site.browser(), bad).await;
        assert!(answer.page().contains("box.unknown"));
        let headers: Vec<_> = answer.headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        answers.push((answer.status, headers, answer.body));
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(answers[0].0, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_form_sent_too_soon_or_of_another_run_comes_back_filled_and_twice_sent_is_one_report() {
    let site = Site::new().await;
    let mut her = site.browser();
    let form = checked(&mut her, "/en/lapor", &[("apa", STORY), ("siapa", "PT <Rekaan>")]).await;
    let soon = her.post(&form).await;
    assert_eq!(soon.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(soon.page().contains("web.form-age") && soon.page().contains("PT &#60;Rekaan&#62;"));
    let forged = her.post(&form.clone().with("_waktu", "1795402000.00")).await;
    assert_eq!(forged.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(recorded(&site).await, 0);
    site.world.clock.advance_millis(5_000);
    let again = soon.form("/lapor/kode");
    let first = code(&her.post(&again).await);
    assert_eq!(code(&her.post(&again).await), first);
    assert_eq!(recorded(&site).await, 1);
    // An answer can be changed before it is sent; what is missing is asked for, and what was typed stays.
    let change = Form { action: "/en/lapor".into(), ..again.with("_ubah", "1") };
    assert!(her.post(&change).await.page().contains(&format!(">\n{STORY}</textarea>")));
    let missing = her.submit("/lapor", "/lapor", &[("siapa", "Bang T"), ("apa", "")]).await;
    assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(missing.page().contains("href=\"#f-apa\"") && missing.page().contains("Bang T"));
}

#[tokio::test]
async fn a_locked_node_takes_a_report_and_its_files_and_keeps_nothing_in_clear() {
    let site = Site::new().await;
    let mut her = site.browser();
    site.node().desk.store.vault().lock();
    let form = checked(&mut her, "/lapor", &[("apa", STORY), ("bahaya", "yes")]).await;
    site.world.clock.advance_millis(5_000);
    let odd = her.post_with(&form, ("berkas", "a.svg", b"<svg onload=alert(1)>")).await;
    assert!(odd.page().contains("box.file-kind") && odd.page().contains(STORY), "the text stays");
    let large = her.post_with(&form, ("berkas", "a.pdf", &[b"%PDF-1.7".to_vec(), vec![1; 4_200_000]].concat())).await;
    assert!(large.page().contains("web.files-large") && large.page().contains(STORY), "{}", large.status);
    let code = code(&her.post_with(&form, ("berkas", "a.pdf", b"%PDF-1.7 rekaan\n%%EOF")).await);
    assert_eq!(opened(&mut her, &code).await.status, StatusCode::OK);
    let mut raw = site.node().desk.store.backend().read().await.unwrap();
    assert_eq!(raw.count(Shelf::BoxPosts.number(), b"", 10).await.unwrap(), 1);
    drop(raw);
    site.node().desk.store.unlock(site.node().master.clone(), site.node().desk.now()).await.unwrap();
    site.node().desk.open_boxes().await.unwrap();
    let found = reports(&mut site.node().desk.read().await.unwrap(), true, &Page::first(9)).await.unwrap();
    assert_eq!((found[0].card.urgency.as_str(), found[0].card.files), ("RED", 1));
}

#[tokio::test]
async fn a_ticket_that_is_over_asks_for_the_code_and_keeps_what_was_typed() {
    let site = Site::new().await;
    let mut her = site.browser();
    let code = sent(&site, &mut her).await;
    let form = opened(&mut her, &code).await.form("/balas/pesan").with("pesan", ADDED);
    site.world.clock.advance_millis(31 * 60_000);
    let over = her.post(&form).await;
    assert_eq!(over.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(over.page().contains(ADDED));
    let again = over.form("/balas/pesan").with("pesan", ADDED).with("kode", &code);
    assert!(her.post(&again).await.page().contains("Pesan Anda sudah tiba"));
}

#[tokio::test]
async fn what_a_phone_sealed_is_answered_with_the_page_of_its_code_in_the_language_of_its_form() {
    let site = Site::new().await;
    let mut her = site.browser();
    let form = her.get("/en/lapor").await.form("/en/lapor");
    let value = |name: &str| form.values.iter().find(|(known, _)| known == name).unwrap().1.clone();
    let (kunci, stamp) = (value("_kunci"), value("_waktu"));
    let json = ReportJson { answers: None, stage: None, danger: true, ..report() };
    let bytes = sealed(site.node(), &base::from_hex(&kunci).unwrap(), &json).await;
    let mut sends = async |stamp: &str, bytes: &[u8]| {
        let request = her.request("POST", "/en/kirim/laporan").header("simpul-kunci", &kunci);
        let request = request.header("simpul-kotak", stamp).body(Body::from(bytes.to_vec())).unwrap();
        her.send(request).await
    };
    for given in [stamp.as_str(), "1795402000.00"] {
        let soon = sends(given, &bytes).await;
        assert_eq!(soon.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(soon.page().contains("web.form-age") && soon.page().contains("remedy"));
        assert_eq!(soon.header("simpul-waktu"), stamp, "a form of another run gets the time of now");
    }
    site.world.clock.advance_millis(5_000);
    let damaged = sends(&stamp, &[&bytes[..bytes.len() - 1], &[0]].concat()).await;
    assert!(damaged.status.is_client_error() && recorded(&site).await == 0, "{} {}", damaged.status, damaged.page());
    let done = sends(&stamp, &bytes).await;
    let code = code(&done);
    assert!(done.page().contains("sealed on this phone") && !done.page().contains("when it arrived"));
    assert!(done.page().contains("href=\"/en/balas\"") && done.header("cache-control") == "no-store");
    assert_eq!(self::code(&sends(&stamp, &bytes).await), code, "the same bytes, the same code");
    let found = reports(&mut site.node().desk.read().await.unwrap(), true, &Page::first(9)).await.unwrap();
    let cards: Vec<_> = found.iter().map(|row| (row.card.door.as_str(), row.card.urgency.as_str())).collect();
    assert_eq!(cards, [("public_window", "RED")]);
    assert_eq!(opened(&mut site.browser(), &code).await.status, StatusCode::OK);
    let words = site.browser().get("/en/lapor/kata.json").await.page();
    assert!(words.contains("Seal and send") && words.contains("Apakah ada orang dalam bahaya sekarang?"));
}

#[tokio::test]
async fn without_script_the_pages_say_that_it_is_sealed_on_arrival() {
    let site = Site::new().await;
    let mut her = site.browser();
    let form = checked(&mut her, "/lapor", &[("apa", STORY)]).await;
    let again = her.submit("/lapor", "/lapor", &[("apa", STORY)]).await.page();
    assert!(again.contains("lalu disegel saat tiba"));
    site.world.clock.advance_millis(5_000);
    let page = her.post(&form).await.page();
    assert!(page.contains("Laporan disegel saat tiba") && !page.contains("di ponsel ini"), "{page}");
}
