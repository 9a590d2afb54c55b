//! The intake officer's pages: the list, slips, reports brought as files, what may be the same person.

use crate::browser::{Answer, Browser, Form, HOST, Site};
use crate::cast::{STORY, report, sealed};
use axum::body::Body;
use base::ReportId;
use desk::cases::reports::{ReportJson, by_rid};
use http::{StatusCode, header};
use http_body_util::BodyExt;

fn says(text: &str) -> ReportJson {
    ReportJson { text: text.to_owned(), answers: None, stage: None, contact: [].into(), ..report() }
}

async fn came(site: &Site, kunci: &[u8], json: &ReportJson) -> (ReportId, String) {
    site.node().desk.take_report(kunci, &sealed(site.node(), kunci, json).await).await.unwrap();
    let rid = seal::report_id(kunci);
    let found = by_rid(&mut site.node().desk.read().await.unwrap(), rid.bytes()).await.unwrap().unwrap();
    (found.id, seal::slip_code(&rid))
}

async fn finds(browser: &mut Browser, typed: &str) -> Answer {
    browser.submit("/laporan", "/laporan/slip", &[("kode", typed)]).await
}

/// What a person sees of an answer, without what differs in each.
fn seen(answer: &Answer) -> String {
    let page = answer.page();
    let main = page.split("<main").nth(1).unwrap().split("</main>").next().unwrap().to_owned();
    main.split("<form")
        .map(|part| part.split_once("novalidate>").map_or(part, |(_, rest)| rest))
        .map(hidden_away)
        .collect()
}

fn hidden_away(part: &str) -> String {
    part.lines().filter(|line| !line.contains("type=\"hidden\"")).collect()
}

#[tokio::test]
async fn the_list_shows_numbers_the_red_first_and_nothing_of_what_was_told() {
    let site = Site::new().await;
    let (_, calm) = came(&site, b"1", &says("kapal ikan")).await;
    let red =
        ReportJson { answers: Some([("S1".into(), "yes".into())].into()), stage: Some("returned".into()), ..report() };
    let (_, red) = came(&site, b"2", &red).await;
    let mut dewi = site.as_officer("dewi").await;
    let page = dewi.get("/laporan").await.page();
    let at = |code: &str| page.find(&seal::slip_shown(code)).unwrap();
    assert!(at(&red) < at(&calm));
    assert!(!page.contains(STORY) && !page.contains("kapal ikan") && !page.contains("Sumiati"));
    for n in 0..30_u8 {
        came(&site, &[9, n], &says("satu lagi")).await;
    }
    let page = dewi.get("/laporan").await.page();
    assert_eq!(page.matches("href=\"/laporan/report_").count(), 25);
    let next = page.split("href=\"/laporan?keadaan=").nth(2).unwrap().split('"').next().unwrap().replace("&#38;", "&");
    let rest = dewi.get(&format!("/laporan?keadaan={next}")).await.page();
    assert_eq!(rest.matches("href=\"/laporan/report_").count(), 7);
}

#[tokio::test]
async fn a_slip_finds_its_report_typed_or_scanned_and_prints_without_a_name() {
    let site = Site::new().await;
    let (id, code) = came(&site, b"1", &report()).await;
    let mut hasan = site.as_officer("hasan").await;
    let scanned = format!("simpul1/21.71/{code}");
    for typed in [code.clone(), seal::slip_shown(&code).to_lowercase(), scanned] {
        assert_eq!(finds(&mut hasan, &typed).await.to(), format!("/laporan/{id}"), "{typed}");
    }
    let slip = hasan.get(&format!("/laporan/{id}/slip")).await;
    assert_eq!(slip.status, StatusCode::OK);
    let page = slip.page();
    let card = page.split("class=\"slip\"").nth(1).unwrap().split("</section>").next().unwrap();
    assert!(card.contains(&seal::slip_shown(&code)) && card.contains("<svg") && card.contains("+62 778 000 000"));
    assert!(!page.contains(STORY) && !page.contains("Sumiati"));
}

#[tokio::test]
async fn a_slip_of_the_pen_is_told_apart_and_wrong_and_unknown_codes_look_alike_slowed_and_recorded() {
    let site = Site::new().await;
    let (_, code) = came(&site, b"1", &report()).await;
    let mut dewi = site.as_officer("dewi").await;
    let first = if code.starts_with('7') { "8" } else { "7" };
    let swapped = seal::slip_code(&seal::report_id(b"swap"));
    let at = swapped.as_bytes().windows(2).position(|pair| pair[0] != pair[1]).unwrap();
    let mut bytes = swapped.into_bytes();
    bytes.swap(at, at + 1);
    let before = site.node().head().await;
    for typo in [format!("{first}{}", &code[1..]), String::from_utf8(bytes).unwrap(), code[..11].to_owned()] {
        let answer = finds(&mut dewi, &typo).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.page().contains("slip.typo") && answer.page().contains(&typo), "what was typed is kept");
    }
    assert_eq!(site.node().journal(before).await.len(), 0, "a typing error is no guess");
    let unknown = seal::slip_code(&seal::report_id(b"nobody"));
    let one = finds(&mut dewi, &unknown).await;
    assert_eq!(one.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(one.page().contains("slip.unknown"));
    let other = seal::slip_code(&seal::report_id(b"somebody"));
    let two = finds(&mut dewi, &other).await;
    assert_eq!(seen(&one).replace(&unknown, "?"), seen(&two).replace(&other, "?"));
    assert_eq!(site.node().journal(before).await, ["act.refused", "act.refused"]);
    for n in 0..4_u8 {
        finds(&mut dewi, &seal::slip_code(&seal::report_id(&[n]))).await;
    }
    let slowed = finds(&mut dewi, &code).await;
    assert_eq!(slowed.status, StatusCode::TOO_MANY_REQUESTS, "also with the right one");
    let mut hasan = site.as_officer("hasan").await;
    assert_eq!(finds(&mut hasan, &code).await.status, StatusCode::SEE_OTHER, "another officer does not wait");
    let elsewhere = finds(&mut hasan, &format!("SIMPUL1/52.03/{code}")).await;
    assert!(elsewhere.page().contains("52.03 Kab") && elsewhere.page().contains("slip.elsewhere"));
}

/// A form with a file, as a browser sends it.
async fn brings(browser: &mut Browser, name: &str, bytes: &[u8]) -> Answer {
    let form: Form = browser.get("/laporan").await.form("/laporan/berkas");
    let mut body = Vec::new();
    for (field, value) in &form.values {
        body.extend(format!("--x\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n").bytes());
    }
    let head = format!("--x\r\nContent-Disposition: form-data; name=\"berkas\"; filename=\"{name}\"\r\n\r\n");
    body.extend([head.as_bytes(), bytes, b"\r\n--x--\r\n"].concat());
    let request = browser.request("POST", &form.action).header("sec-fetch-site", "same-origin");
    let request = request.header(header::HOST, HOST).header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
    browser.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn a_report_brought_as_a_file_is_one_report_however_it_comes_again() {
    let site = Site::new().await;
    let mut dewi = site.as_officer("dewi").await;
    let bytes = sealed(site.node(), &[7; 16], &report()).await;
    let first = brings(&mut dewi, "catatan.spr", &bytes).await.to();
    assert!(first.starts_with("/laporan/report_"));
    assert_eq!(brings(&mut dewi, "catatan.spr", &bytes).await.to(), first);
    let request = dewi.request("POST", "/kirim/laporan").header("simpul-kunci", base::hex(&[7; 16]));
    let sent = site.browser().send(request.body(Body::from(bytes.clone())).unwrap()).await;
    assert_eq!(sent.status, StatusCode::OK, "known: {}", sent.page());
    assert_eq!(dewi.get("/laporan").await.page().matches("href=\"/laporan/report_").count(), 1);
    let mut bent = bytes;
    *bent.last_mut().unwrap() ^= 1;
    for (bytes, code) in [
        (bent.as_slice(), "report.sealed-elsewhere"),
        (b"halo".as_slice(), "report.malformed"),
        (b"", "web.file-missing"),
    ] {
        let refused = brings(&mut dewi, "catatan.spr", bytes).await;
        assert!(refused.status.is_client_error() && refused.page().contains(code), "{code}: {}", refused.status);
    }
    let mut hasan = site.as_officer("hasan").await;
    assert!(!hasan.get("/laporan").await.page().contains("/laporan/berkas"), "who may not is not asked");
}

#[tokio::test]
async fn what_may_be_the_same_person_is_offered_with_reasons_and_joined_or_set_apart_by_people() {
    let site = Site::new().await;
    let (first, _) = came(&site, b"1", &says("nomornya 0812 5551 2345")).await;
    let (second, _) = came(&site, b"2", &says("hubungi +62 812-5551-2345")).await;
    let (third, _) = came(&site, b"3", &says("juga 081255512345")).await;
    let mut dewi = site.as_officer("dewi").await;
    let opened = dewi.get(&format!("/laporan/{first}")).await.form("/kasus").with("peran", "victim");
    let case = dewi.post(&opened).await.to();
    let page = dewi.get(&format!("/laporan/{second}")).await;
    assert!(page.page().contains("Mungkin orang yang sama") && page.page().contains("Nomor telepon yang sama"));
    assert_eq!(page.page().matches("name=\"kasus\" value=\"case_").count(), 1, "one of the two has a case");
    let case_id = case.strip_prefix("/kasus/").unwrap();
    let link = page.form(&format!("/laporan/{second}/tautan"));
    assert!(link.values.contains(&("kasus".to_owned(), case_id.to_owned())));
    dewi.post(&link).await.to();
    assert!(dewi.get(&format!("/laporan/{second}")).await.page().contains(&case));
    let apart = |page: Answer| page.form("/bukan").with("lain", &second.to_string());
    let form = apart(dewi.get(&format!("/laporan/{third}")).await);
    dewi.post(&form).await.to();
    let said = dewi.get(&format!("/laporan/{third}")).await.page();
    assert!(said.contains("Menunggu petugas kedua"));
    let mut sari = site.as_officer("sari").await;
    let form = apart(sari.get(&format!("/laporan/{third}")).await);
    sari.post(&form).await.to();
    assert!(sari.get(&format!("/laporan/{third}")).await.page().contains("Dua petugas menyatakan"));
}

#[tokio::test]
async fn a_report_joins_a_case_named_by_its_alias_and_an_unknown_alias_comes_back() {
    let site = Site::new().await;
    let (first, _) = came(&site, b"1", &says("satu")).await;
    let (second, _) = came(&site, b"2", &says("dua")).await;
    let mut dewi = site.as_officer("dewi").await;
    let opened = dewi.get(&format!("/laporan/{first}")).await.form("/kasus").with("peran", "victim");
    let case = dewi.post(&opened).await.to();
    let alias = dewi.get("/kasus").await.page();
    let alias = alias.split(&format!("href=\"{case}\">")).nth(1).unwrap().split('<').next().unwrap().to_owned();
    let form = dewi.get(&format!("/laporan/{second}")).await.form("/tautan");
    let unknown = dewi.post(&form.clone().with("kasus", "Tidak-99")).await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unknown.page().contains("case.unknown-alias") && unknown.page().contains("Tidak-99"));
    let again = dewi.get(&format!("/laporan/{second}")).await.form("/tautan").with("kasus", &alias.to_lowercase());
    dewi.post(&again).await.to();
    assert!(dewi.get(&format!("/laporan/{second}")).await.page().contains(&case));
}

#[tokio::test]
async fn a_sealed_report_that_no_key_opens_is_kept_and_said_to_be_there() {
    let site = Site::new().await;
    let mut bytes = sealed(site.node(), &[7; 16], &report()).await;
    *bytes.last_mut().unwrap() ^= 1;
    site.node().desk.store.vault().lock();
    site.node().desk.take_report(&[7; 16], &bytes).await.unwrap();
    site.node().desk.store.unlock(site.node().master.clone(), site.node().desk.now()).await.unwrap();
    site.node().desk.open_waiting().await.unwrap();
    let mut dewi = site.as_officer("dewi").await;
    assert!(dewi.get("/laporan").await.page().contains("1 laporan tersegel tidak terbuka"));
}

/// A sealed report whose link broke in the middle is to be sent again, not refused for good; one that is too large is.
#[tokio::test]
async fn what_breaks_off_on_the_way_is_asked_for_again_and_what_is_too_large_is_not() {
    let site = Site::new().await;
    let before = site.node().head().await;
    let mut phone = site.browser();
    let request = || phone.request("POST", "/kirim/laporan").header("simpul-kunci", "00".repeat(16));
    let broken = http_body_util::Full::new(bytes::Bytes::from_static(b"half"))
        .map_err(|never| match never {})
        .with_trailers(async { Some(Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))) });
    let broken = request().body(Body::new(broken)).unwrap();
    let large = request().body(Body::from(vec![0; 70_000])).unwrap();
    let answer = phone.send(broken).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.page().contains("web.cut-short"));
    assert_eq!(phone.send(large).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(site.node().head().await, before);
}
