//! The public window: rights, help near every place, what it says of itself, accords in force, released numbers; also of a
//! locked node.

use crate::browser::{Browser, ONION, Site, add};
use crate::cast::opened;
use casework::Role;
use desk::directory::KeepServices;
use http::StatusCode;
use pocketbook::services::{COLUMNS, Listed};

/// Every page without a place or a topic in its address.
const PAGES: [&str; 10] =
    ["/", "/hak", "/bantuan", "/mou", "/data", "/tentang", "/keluhan", "/privasi", "/aksesibilitas", "/aman"];

fn english(path: &str) -> String {
    if path == "/" { "/en".to_owned() } else { format!("/en{path}") }
}

/// Addresses of this node that a page links.
fn links(page: &str) -> Vec<String> {
    let all = page.split("href=\"/").skip(1).filter_map(|rest| rest.split('"').next());
    all.map(|path| format!("/{}", path.split('#').next().unwrap_or_default())).collect()
}

#[tokio::test]
async fn every_page_answers_in_both_languages_without_a_cookie_and_names_the_onion_address() {
    let site = Site::new().await;
    let mut browser = site.browser();
    let topics = ["/hak/surat", "/hak/anak", "/bantuan/21", "/bantuan/21.71"];
    for path in PAGES.into_iter().chain(topics) {
        for (path, lang) in [(path.to_owned(), "id"), (english(path), "en")] {
            let answer = browser.get(&path).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}");
            assert!(answer.page().contains(&format!("<html lang=\"{lang}\">")), "{path}");
            assert_eq!(answer.header("set-cookie"), "");
            assert!(answer.header("content-security-policy").contains(web::look::CRITICAL_HASH), "{path}");
            assert_eq!(
                (answer.header("referrer-policy"), answer.header("cache-control")),
                ("no-referrer", "max-age=300")
            );
            assert_eq!(answer.header("onion-location"), format!("{ONION}{path}"));
        }
    }
    for other in ["/masuk", "/data/angka.csv", "/sehat"] {
        assert_eq!(browser.get(other).await.header("onion-location"), "", "{other} is no page for everybody");
    }
}

#[tokio::test]
async fn no_link_of_the_window_leads_nowhere() {
    let site = Site::new().await;
    let mut browser = site.browser();
    let mut open: Vec<String> = vec!["/".into(), "/en".into()];
    let mut met = std::collections::BTreeSet::new();
    while let Some(path) = open.pop() {
        // One province stands for all: each of the 514 places has a test of its own.
        let is_far = path.contains("/bantuan/") && !path.contains("/bantuan/21") || path.contains("/saku/");
        let is_next_door = path.starts_with("/masuk");
        if is_far || is_next_door || !met.insert(path.clone()) {
            continue;
        }
        let answer = browser.get(&path).await;
        let leads = answer.status == StatusCode::OK || path == "/keluar-cepat";
        assert!(leads, "{path}: {}", answer.status);
        open.extend(links(&answer.page()));
    }
    assert!(met.len() > 60, "{}", met.len());
}

#[tokio::test]
async fn the_start_has_four_cards_and_the_way_out_which_rights_and_help_do_not() {
    let site = Site::new().await;
    let mut browser = site.browser();
    let start = browser.get("/").await.page();
    let cards: Vec<&str> =
        start.split("class=\"card\" href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(cards, ["/periksa", "/bantuan", "/lapor", "/hak"]);
    for number in ["110", "119", "129"] {
        assert!(start.contains(&format!("href=\"tel:{number}\"")), "{number}");
    }
    assert!(start.contains("data-keluar") && start.contains("href=\"/aman\""));
    for path in ["/tentang", "/privasi", "/mou", "/data", "/aman"] {
        assert!(start.contains(&format!("href=\"{path}\"")), "{path}");
    }
    for calm in ["/hak", "/hak/upah", "/bantuan", "/bantuan/21.71", "/periksa"] {
        assert!(!browser.get(calm).await.page().contains("data-keluar"), "{calm}");
    }
    assert!(browser.get("/saku").await.page().contains("/saku/panduan#keluar"), "the phone has it without a network");
}

#[tokio::test]
async fn a_right_says_what_is_right_what_to_do_whom_to_call_and_where_it_stands() {
    let site = Site::new().await;
    let mut browser = site.browser();
    let page = browser.get("/hak/biaya").await.page();
    for said in ["Yang benar", "Lakukan sekarang", "Hubungi siapa", "Dasarnya", "UU 18/2017 ps. 30(1)", "tel:08001000"]
    {
        assert!(page.contains(said), "{said}: {page}");
    }
    let papers = browser.get("/en/hak/surat").await.page();
    assert_eq!(papers.matches("(Law 18/2017 art. 13)").count(), 8);
    assert_eq!(browser.get("/hak/entah").await.status, StatusCode::NOT_FOUND);
}

/// A public service of a body without a node.
fn service(code: &str, place: &str) -> Listed {
    let field = |column: &&str| match *column {
        "code" => code.to_owned(),
        "kind" => "women_children".to_owned(),
        "place" => place.to_owned(),
        "hours" => "MO-FR 08:00-16:00".to_owned(),
        "phones" => "+62 800 0000 011".to_owned(),
        "visibility" => "public".to_owned(),
        "confirmed_on" => "2026-11-01".to_owned(),
        "languages" => "id".to_owned(),
        name if name.ends_with("_id") || name.ends_with("_en") || name == "body" => format!("Pos {code} (rekaan)"),
        _ => String::new(),
    };
    let record: Vec<String> = COLUMNS.iter().map(field).collect();
    Listed::from_record(&record.try_into().unwrap(), base::pack::day("2026-11-23").unwrap()).unwrap()
}

async fn said(browser: &mut Browser, place: &str) -> String {
    let answer = browser.get(&format!("/bantuan/{place}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{place}");
    answer.page()
}

#[tokio::test]
async fn a_place_has_its_own_numbers_or_those_of_its_province_or_of_the_country_and_says_which() {
    let site = Site::new().await;
    let services = vec![service("kota", "21.71"), service("provinsi", "52"), service("negara", "ID")];
    site.node()
        .does(&site.node().officer(1, &[casework::Role::TaskforceCoordinator]), &KeepServices(services))
        .await
        .unwrap();
    for locked in [false, true] {
        if locked {
            site.node().desk.store.vault().lock();
        }
        let mut browser = site.browser();
        let own = said(&mut browser, "21.71").await;
        assert!(own.contains("Ada nomor khusus untuk Kota Batam.") && own.contains("Pos kota (rekaan)"), "{own}");
        assert!(own.contains("Senin-Jumat 08:00-16:00") && own.contains("1 November 2026"), "hours and day: {own}");
        assert!(
            own.contains("href=\"tel:+628000000011\"") && own.contains("untuk menelepon Pos kota (rekaan)"),
            "{own}"
        );
        let above = said(&mut browser, "52.03").await;
        assert!(
            above.contains("Ini nomor untuk Nusa Tenggara Barat") && above.contains("Pos provinsi (rekaan)"),
            "{above}"
        );
        let country = said(&mut browser, "91.71").await;
        assert!(country.contains("Ini nomor untuk seluruh Indonesia.") && country.contains("Pos negara (rekaan)"));
        assert!(!country.contains("Pos kota") && country.contains("<svg"), "{country}");
    }
    let mut browser = site.browser();
    for nowhere in ["99", "21.99", "21.71.01", "batam"] {
        assert_eq!(browser.get(&format!("/bantuan/{nowhere}")).await.status, StatusCode::NOT_FOUND, "{nowhere}");
    }
}

#[tokio::test]
async fn accords_in_force_stand_there_in_plain_words_without_a_door_to_them() {
    let site = Site::new().await;
    let mut browser = site.browser();
    let page = browser.get("/mou").await.page();
    assert!(page.contains("Pihak") && page.contains("Berlaku sampai") && page.contains("lbh-bahari"), "{page}");
    assert!(!page.contains("href=\"/mou/") && !page.contains("batam-bantuan-hukum"), "{page}");
    let staff = browser.get("/mou/daftar").await;
    assert!(staff.to().starts_with("/masuk") && staff.header("cache-control") == "no-store", "the list is for staff");
    site.world.later(24 * 366 * 20);
    assert!(browser.get("/mou").await.page().contains("Belum ada MoU yang berlaku"), "what ended is gone");
    site.node().desk.store.vault().lock();
    assert!(browser.get("/mou").await.page().contains("sedang terkunci"));
}

#[tokio::test]
async fn numbers_stand_there_once_somebody_released_what_was_sent_and_small_ones_stay_hidden() {
    let site = Site::new().await;
    opened(site.node()).await;
    let mut anybody = site.browser();
    assert!(anybody.get("/data").await.page().contains("belum menerbitkan angka"));
    assert_eq!(anybody.get("/data/angka.csv").await.page(), "quarter,table,cell,count\r\n");
    site.world.clock.advance_millis(45 * 24 * 3_600_000);
    let (path, release) = ("/wawasan/triwulan/2026-Q4", "/wawasan/triwulan/2026-Q4/terbitan");
    let mut hasan = site.as_officer("hasan").await;
    let early = hasan.post(&crate::denials::token_for(&site, &hasan, release)).await;
    assert_eq!(early.status, StatusCode::NOT_FOUND, "what was not sent is not released");
    hasan.submit(path, "2026-Q4", &[("kepada", "KemenPPPA")]).await;
    assert!(anybody.get("/data").await.page().contains("belum menerbitkan angka"), "sent is not released");
    // Two officers: one signature releases nothing, nor do two of one person; it can be taken back, and signed again.
    add(site.node(), "ayu", &[Role::Analyst]).await;
    let mut ayu = site.as_officer("ayu").await;
    assert!(!ayu.get("/hari-ini").await.page().contains(release), "nothing waits for her");
    let seen = hasan.get(release).await.page();
    assert!(seen.contains("disembunyikan") && seen.contains("Kasus baru: kurang dari 11"), "{seen}");
    assert_eq!(hasan.submit(release, "/terbitan", &[]).await.to(), path);
    assert!(anybody.get("/data").await.page().contains("belum menerbitkan angka"), "one signature is not two");
    let again = hasan.post(&crate::denials::token_for(&site, &hasan, release)).await;
    assert!(again.page().contains("tanda tangan petugas lain"), "{}", again.page());
    assert!(
        !hasan.get("/hari-ini").await.page().contains(release) && ayu.get("/hari-ini").await.page().contains(release)
    );
    assert_eq!(ayu.submit(release, "/batal", &[]).await.to(), path);
    assert!(!ayu.get("/hari-ini").await.page().contains(release), "what was taken back waits for nobody");
    assert_eq!(ayu.submit(release, "/terbitan", &[]).await.to(), path);
    assert!(hasan.get(release).await.page().contains("Ayu, "), "who signed first stands there");
    assert_eq!(hasan.submit(release, "/terbitan", &[]).await.to(), path);
    assert!(hasan.get(path).await.page().contains("di /data"), "and it says so");
    assert_eq!(hasan.get(release).await.status, StatusCode::NOT_FOUND, "what is out is not signed again");
    assert!(site.node().journal(base::Seq(0)).await.iter().any(|kind| kind == "counts.released"));
    site.node().desk.store.vault().lock();
    let page = anybody.get("/data").await.page();
    assert!(page.contains("Triwulan 2026-Q4") && page.contains("kurang dari 11"), "{page}");
    assert!(page.contains("disembunyikan") && !page.contains("KemenPPPA") && !page.contains("Hasan"), "{page}");
    let csv = anybody.get("/data/angka.csv").await;
    assert!(csv.page().contains("2026-Q4,found_in,21,\r\n") && csv.header("content-type").starts_with("text/csv"));
    let json: serde_json::Value = serde_json::from_slice(&anybody.get("/data/angka.json").await.body).unwrap();
    assert_eq!(json["smallest_count_shown"], 11);
    assert_eq!(json["quarters"][0]["tables"]["found_in"]["cells"]["21"], serde_json::Value::Null);
}
