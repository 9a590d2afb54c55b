//! Files of sealed reports over HTTP: chunks at the door, and what the officer sees and may open.

use crate::browser::{Answer, Browser, Site};
use crate::cast::{report, sealed};
use axum::body::Body;
use base::{FileId, hex};
use desk::cases::reports::ReportJson;
use http::StatusCode;
use seal::chunk::{ChunkKey, Chunks, seal_blob};
use std::io::Cursor;

const KEY: [u8; 16] = [6; 16];
pub const CANARY: &[u8] = b"Ratna -8.6500 116.3200";

/// A made-up photograph that says where it was taken.
pub fn photo() -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    image::RgbImage::from_pixel(300, 200, image::Rgb([90, 120, 60]))
        .write_to(&mut out, image::ImageFormat::Jpeg)
        .unwrap();
    let plain = out.into_inner();
    let length = u16::try_from(CANARY.len() + 2).unwrap().to_be_bytes();
    [&plain[..2], &[0xff, 0xfe], &length, CANARY, &plain[2..]].concat()
}

fn sound() -> Vec<u8> {
    [b"ID3\x04".to_vec(), vec![7; 40_000]].concat()
}

pub fn chunks(n: u8, plain: &[u8]) -> Vec<Vec<u8>> {
    seal_blob(&Chunks::of_blob(ChunkKey::Browser(KEY), FileId::from_bytes([n; 16])), plain).unwrap()
}

pub fn entry(n: u8, plain: &[u8]) -> serde_json::Value {
    serde_json::json!([hex(&[n; 16]), plain.len(), hex(&seal::hash::sha256(&[plain])), hex(&KEY)])
}

async fn put(browser: &mut Browser, path: &str, last: &str, body: Vec<u8>) -> Answer {
    let request = browser.request("PUT", &format!("/kirim/berkas/{path}")).header("simpul-last", last);
    browser.send(request.body(Body::from(body)).unwrap()).await
}

async fn head(browser: &mut Browser, id: &str) -> Answer {
    let request = browser.request("HEAD", &format!("/kirim/berkas/{id}"));
    browser.send(request.body(Body::empty()).unwrap()).await
}

pub async fn upload(browser: &mut Browser, n: u8, all: &[Vec<u8>]) {
    for (at, chunk) in all.iter().enumerate() {
        let last = if at + 1 == all.len() { "1" } else { "0" };
        let answer = put(browser, &format!("{}/{at}", hex(&[n; 16])), last, chunk.clone()).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.page());
    }
}

pub async fn send(site: &Site, browser: &mut Browser, files: Vec<serde_json::Value>) {
    let bytes = sealed(site.node(), &[7; 16], &ReportJson { files, ..report() }).await;
    let request = browser.request("POST", "/kirim/laporan").header("simpul-kunci", hex(&[7; 16]));
    let sent = browser.send(request.body(Body::from(bytes)).unwrap()).await;
    assert!(sent.status.is_success(), "{}", sent.page());
}

/// Address of the only report.
async fn address(browser: &mut Browser) -> String {
    let list = browser.get("/laporan").await.page();
    let (_, from) = list.split_once("href=\"/laporan/report_").unwrap();
    format!("/laporan/report_{}", from.split('"').next().unwrap())
}

pub fn holds(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|part| part == word)
}

#[tokio::test]
async fn chunks_are_taken_in_any_order_once_and_said_to_be_here() {
    let site = Site::new().await;
    let mut phone = site.browser();
    let (id, all) = (hex(&[1; 16]), chunks(1, &sound()));
    assert_eq!(head(&mut phone, &id).await.status, StatusCode::NOT_FOUND);
    for (n, last, status) in [
        (2, "1", StatusCode::CREATED),
        (0, "0", StatusCode::CREATED),
        (0, "0", StatusCode::OK),
        (0, "1", StatusCode::CONFLICT),
        (3, "1", StatusCode::CONFLICT),
    ] {
        let body = all[n.min(2)].clone();
        assert_eq!(put(&mut phone, &format!("{id}/{n}"), last, body).await.status, status, "{n} {last}");
    }
    let have = head(&mut phone, &id).await;
    assert_eq!((have.status, have.header("simpul-have"), have.header("set-cookie")), (StatusCode::OK, "0,2", ""));
    put(&mut phone, &format!("{id}/1"), "0", all[1].clone()).await;
    assert_eq!(head(&mut phone, &id).await.header("simpul-have"), "0-2");
    let mut other = all[1].clone();
    other[0] ^= 1;
    let clash = put(&mut phone, &format!("{id}/1"), "0", other).await;
    assert_eq!(clash.status, StatusCode::CONFLICT);
    assert!(clash.page().contains("upload.other"), "{}", clash.page());
}

#[tokio::test]
async fn what_is_no_chunk_is_refused_by_name() {
    let site = Site::new().await;
    let mut phone = site.browser();
    let id = hex(&[1; 16]);
    for (path, last, bytes, status) in [
        (format!("{id}/0"), "0", 4_112, StatusCode::UNPROCESSABLE_ENTITY),
        (format!("{id}/0"), "1", 0, StatusCode::UNPROCESSABLE_ENTITY),
        (format!("{id}/0"), "ya", 4_112, StatusCode::UNPROCESSABLE_ENTITY),
        (format!("{id}/00"), "1", 4_112, StatusCode::UNPROCESSABLE_ENTITY),
        (format!("{id}/-1"), "1", 4_112, StatusCode::UNPROCESSABLE_ENTITY),
        (format!("{id}/0"), "0", 16_401, StatusCode::PAYLOAD_TOO_LARGE),
        (format!("{id}/1600"), "1", 4_112, StatusCode::PAYLOAD_TOO_LARGE),
        ("zz/0".to_owned(), "1", 4_112, StatusCode::NOT_FOUND),
        (format!("{}/0", &id[2..]), "1", 4_112, StatusCode::NOT_FOUND),
    ] {
        let answer = put(&mut phone, &path, last, vec![0; bytes]).await;
        assert_eq!(answer.status, status, "{path} {last} {bytes}");
        assert!(answer.page().starts_with("{\"error\":{"));
    }
    assert_eq!(head(&mut phone, &id).await.status, StatusCode::NOT_FOUND, "nothing was kept");
    let full = base::Problem::from(store::FilesError::NoRoom).code.class().status();
    let slowed = base::Problem::new("upload.slowed").code.class().status();
    assert_eq!((full, slowed), (503, 429));
}

#[tokio::test]
async fn very_many_new_files_from_one_address_wait_and_those_begun_go_on() {
    let site = Site::new().await;
    let mut phone = site.browser();
    let two = chunks(1, &vec![0; 20_000]);
    assert_eq!(put(&mut phone, &format!("{}/1", hex(&[1; 16])), "1", two[1].clone()).await.status, StatusCode::CREATED);
    for n in 0..239_u16 {
        let id = hex(&[n.to_be_bytes().as_slice(), &[9; 14]].concat());
        assert_eq!(put(&mut phone, &format!("{id}/0"), "1", vec![0; 4_112]).await.status, StatusCode::CREATED);
    }
    let slowed = put(&mut phone, &format!("{}/0", hex(&[3; 16])), "1", vec![0; 4_112]).await;
    assert_eq!((slowed.status, slowed.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "30"));
    assert_eq!(put(&mut phone, &format!("{}/0", hex(&[1; 16])), "0", two[0].clone()).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_photograph_is_shown_without_what_the_camera_wrote_and_each_opening_is_on_record() {
    let site = Site::new().await;
    let mut phone = site.browser();
    site.node().desk.store.vault().lock();
    upload(&mut phone, 1, &chunks(1, &photo())).await;
    send(&site, &mut phone, vec![entry(1, &photo())]).await;
    site.node().desk.store.unlock(site.node().master.clone(), site.node().desk.now()).await.unwrap();
    site.node().desk.open_waiting().await.unwrap();
    site.node().desk.sweep_files().await.unwrap();
    let mut dewi = site.as_officer("dewi").await;
    let report = address(&mut dewi).await;
    let page = dewi.get(&report).await;
    assert!(page.page().contains("Berkas 1") && page.page().contains("✓") && page.page().contains("Lihat"));
    let before = site.node().head().await;
    let shown = dewi.post(&page.form(&format!("/berkas/{}", FileId::from_bytes([1; 16])))).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.page());
    assert_eq!(site.node().journal(before).await, ["file.opened"]);
    let html = shown.page();
    let (_, data) = html.split_once("src=\"data:image/jpeg;base64,").unwrap();
    let data = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, data.split('"').next().unwrap());
    let picture = data.unwrap();
    assert!(!holds(&picture, CANARY) && !holds(&picture, b"Ratna") && picture.starts_with(b"\xff\xd8\xff"));
    assert!(html.contains(&hex(&seal::hash::sha256(&[&photo()]))), "the hash of the original");
    assert!(html.contains("<dd>Dewi</dd>"), "who opened it");
    site.node().clock.advance_millis(6 * 60_000);
    let original = dewi.post(&shown.form("/asli")).await;
    assert!(original.to().starts_with("/konfirmasi"), "presence is proved anew");
}

#[tokio::test]
async fn the_original_is_given_out_untouched_to_who_proved_presence() {
    let site = Site::new().await;
    let mut phone = site.browser();
    upload(&mut phone, 1, &chunks(1, &photo())).await;
    send(&site, &mut phone, vec![entry(1, &photo())]).await;
    let mut dewi = site.as_officer("dewi").await;
    let report = address(&mut dewi).await;
    let file = dewi.get(&report).await.form(&format!("/berkas/{}", FileId::from_bytes([1; 16])));
    let shown = dewi.post(&file).await;
    site.node().clock.advance_millis(6 * 60_000);
    let code = web::totp_code(crate::browser::TOTP, site.node().desk.now()).unwrap();
    let proof = [("sandi", crate::browser::PASSWORD), ("totp", code.as_str())];
    dewi.submit("/konfirmasi", "/konfirmasi", &proof).await.to();
    let original = dewi.post(&shown.form("/asli")).await;
    assert_eq!((original.status, original.body.as_slice()), (StatusCode::OK, photo().as_slice()));
    assert!(original.header("content-disposition").starts_with("attachment; filename=\""));
    assert!(original.header("content-disposition").ends_with("-1.jpg\""));
    assert_eq!(original.header("content-security-policy"), "sandbox; default-src 'none'");
}

#[tokio::test]
async fn a_recording_is_given_out_to_be_saved_and_may_run_nothing_here() {
    let site = Site::new().await;
    let mut phone = site.browser();
    upload(&mut phone, 1, &chunks(1, &sound())).await;
    send(&site, &mut phone, vec![entry(1, &sound())]).await;
    let mut dewi = site.as_officer("dewi").await;
    let report = address(&mut dewi).await;
    let form = dewi.get(&report).await.form(&format!("/berkas/{}", FileId::from_bytes([1; 16])));
    let given = dewi.post(&form).await;
    assert_eq!((given.status, given.body.as_slice()), (StatusCode::OK, sound().as_slice()));
    for (name, value) in [
        ("content-type", "application/octet-stream"),
        ("content-security-policy", "sandbox; default-src 'none'"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(given.header(name), value);
    }
    assert!(given.header("content-disposition").ends_with("-1.mp3\""));
}

#[tokio::test]
async fn hostile_files_are_refused_with_words_on_the_page_of_the_report() {
    let site = Site::new().await;
    let mut phone = site.browser();
    let page = b"<html><script>alert(1)</script>".to_vec();
    let cut = photo()[..600].to_vec();
    let mut bent = chunks(3, &sound());
    bent[2][0] ^= 1;
    upload(&mut phone, 1, &chunks(1, &page)).await;
    upload(&mut phone, 2, &chunks(2, &cut)).await;
    upload(&mut phone, 3, &bent).await;
    send(&site, &mut phone, vec![entry(1, &page), entry(2, &cut), entry(3, &sound()), serde_json::json!("x")]).await;
    let mut dewi = site.as_officer("dewi").await;
    let report = address(&mut dewi).await;
    for (n, code) in [(1, "file.kind-unknown"), (2, "file.picture-unreadable"), (3, "chunk.damaged")] {
        let form = dewi.get(&report).await.form(&format!("/berkas/{}", FileId::from_bytes([n; 16])));
        let refused = dewi.post(&form).await;
        assert!(!refused.status.is_success() && refused.page().contains(code), "{n}: {}", refused.status);
        assert!(!holds(&refused.body, b"alert(1)"));
    }
    let shown = dewi.get(&report).await.page();
    assert!(shown.contains("rusak di potongan 3") && shown.contains("1 berkas lain disebut laporan ini"));
    assert!(shown.contains(crate::cast::STORY), "the report is whole");
}
