//! Official registers: what the public check says and does not say, what staff see, and what a list must be.

use crate::browser::{Answer, Browser, Site};
use axum::body::Body;
use desk::registry::{FILE, KeepRegistryKey};
use desk::{Actor, Asking};
use http::StatusCode;
use recruiters::registry::{Key, build};
use std::io::Read;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use web::WebState;

const IMPORT: &str = "/izin/impor";
const LIST: &str = "licence,name,phones,valid_until,sanction,sanction_from,sanction_text\n\
    R-0001,PT Karya <b>Rekaan</b>,+62 800 0000 201,2027-01-31,,,\n\
    R-0002,PT Bahtera Timur Rekaan,,,revoked,2026-02-01,Izin dicabut & diumumkan\n\
    R-0003,PT Laut Biru Rekaan,,2020-01-31,,,\n";

async fn imports(officer: &mut Browser, list: &[u8], named: (&str, &str)) -> Answer {
    let form = officer.get(IMPORT).await.form(IMPORT).with("sumber", named.0).with("tanggal", named.1);
    officer.post_with(&form, ("berkas", "izin.csv", list)).await
}

/// A site with one list. Boxed: a site is large, and each test would hold it once more.
fn with_list() -> Pin<Box<dyn Future<Output = (Site, Browser)>>> {
    Box::pin(listed())
}

async fn listed() -> (Site, Browser) {
    let site = Site::new().await;
    let mut hasan = site.as_officer("hasan").await;
    let answer = imports(&mut hasan, LIST.as_bytes(), ("Kementerian (rekaan)", "2026-11-01")).await;
    assert_eq!((answer.status, answer.to().as_str()), (StatusCode::SEE_OTHER, IMPORT), "{}", answer.page());
    (site, hasan)
}

async fn checks(browser: &mut Browser, words: &str) -> Answer {
    browser.submit("/periksa", "/periksa/hasil", &[("cari", words)]).await
}

/// The heading of an answer.
fn heading(page: &str) -> &str {
    page.split("<h1>").nth(1).and_then(|rest| rest.split("</h1>").next()).unwrap()
}

#[tokio::test]
async fn everybody_checks_an_agency_by_name_number_or_telephone_and_meets_official_facts_alone() {
    let (site, _) = with_list().await;
    let mut browser = site.browser();
    assert!(browser.get("/").await.page().contains("href=\"/periksa\""));
    for words in ["R 0001", "0800-0000-201", "PT Karya b Rekaan b"] {
        let page = checks(&mut browser, words).await.page();
        assert_eq!(heading(&page), "Ada catatan resmi", "{words}");
        assert!(page.contains("PT Karya &#60;b&#62;Rekaan&#60;/b&#62;"), "{page}");
        for fact in ["R-0001", "31 Januari 2027", "Kementerian (rekaan), keadaan 1 November 2026"] {
            assert!(page.contains(fact), "{fact}");
        }
    }
    let page = checks(&mut browser, "Bahtra Timur Rekaan").await.page();
    assert_eq!(heading(&page), "Ada sanksi resmi");
    assert!(page.contains("izin dicabut") && page.contains("Namanya mirip"), "{page}");
    let ended = checks(&mut browser, "R-0003").await.page();
    assert!(ended.contains("Izin sudah berakhir"), "{ended}");
    let page = checks(&mut browser, "Sentosa Abadi").await.page();
    assert_eq!(heading(&page), "Tidak ada catatan resmi");
    for each in ["Ini tidak berarti aman", "perjanjian penempatan", "visa kerja", "tidak boleh dibebankan"] {
        assert!(page.contains(each), "{each}");
    }
    let english = browser.submit("/en/periksa", "/en/periksa/hasil", &[("cari", "Sentosa Abadi")]).await.page();
    assert!(english.contains("This does not mean safe") && english.contains("href=\"/periksa\" lang=\"id\""));
}

#[tokio::test]
async fn a_check_needs_words_and_leaves_nothing_behind() {
    let (site, _) = with_list().await;
    let before = site.node().journal(base::Seq(0)).await.len();
    let mut browser = site.browser();
    let answer = checks(&mut browser, "R-0001").await;
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(!answer.headers.contains_key("set-cookie"));
    for words in ["", "  ", &"x".repeat(101)] {
        let answer = checks(&mut browser, words).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.page().contains("licence.query") && answer.page().contains("href=\"#f-cari\""));
    }
    assert_eq!(browser.get("/periksa/hasil").await.to(), "/periksa");
    assert_eq!(site.node().journal(base::Seq(0)).await.len(), before, "no question is written down");
    site.node().desk.store.vault().lock();
    assert_eq!(heading(&checks(&mut browser, "R-0001").await.page()), "Ada catatan resmi", "a locked node answers too");
}

/// T10: found, sanctioned and not found in turn, packed and not. The work is counted in `recruiters`; ten thousand pages
/// pass in `make bench`.
#[tokio::test]
async fn t10_all_answers_of_the_check_have_one_length_and_equal_headers() {
    let (site, _) = with_list().await;
    let mut browser = site.browser();
    let mut seen = Vec::new();
    for n in 0..60 {
        let words = match n % 4 {
            0 => "R-0001".to_owned(),
            1 => "R-0002".to_owned(),
            2 => format!("tidak+ada+{n}"),
            _ => "Rekaan".repeat(1 + n % 12),
        };
        let mut plain = Vec::new();
        for packing in ["identity", "br"] {
            let request = browser.request("POST", "/periksa/hasil").header("accept-encoding", packing);
            let request = request.header("content-type", "application/x-www-form-urlencoded");
            let answer = browser.send(request.body(Body::from(format!("cari={words}"))).unwrap()).await;
            assert_eq!(answer.status, StatusCode::OK);
            let headers: Vec<String> = answer.headers.iter().map(|(k, v)| format!("{k}: {v:?}")).collect();
            let mut read = answer.body.clone();
            if packing == "br" {
                read.clear();
                brotli::Decompressor::new(answer.body.as_slice(), 4_096).read_to_end(&mut read).unwrap();
                assert!(read == plain, "what is packed and filled up reads as the page it was");
            }
            plain = read;
            seen.push((packing, answer.body.len(), headers));
        }
    }
    for packing in ["identity", "br"] {
        let mut of = seen.iter().filter(|(kind, ..)| *kind == packing);
        let first = of.next().unwrap();
        assert!(of.all(|answer| answer == first), "{packing}");
    }
    assert!(seen[1].1 <= 5_120 && seen[0].1 == 16_384, "{} and {} bytes", seen[1].1, seen[0].1);
}

#[tokio::test]
async fn a_newer_list_takes_the_place_of_the_one_before_and_an_older_one_does_not() {
    let (site, mut hasan) = with_list().await;
    let newer = "licence,name\nR-0009,PT Angin Rekaan\n";
    let older = imports(&mut hasan, newer.as_bytes(), ("KEMENTERIAN (Rekaan)", "2026-10-01")).await;
    assert_eq!(older.status, StatusCode::CONFLICT);
    assert!(older.page().contains("licence.older"), "{}", older.page());
    let other = imports(&mut hasan, newer.as_bytes(), ("Provinsi (rekaan)", "2026-10-01")).await;
    assert_eq!(other.status, StatusCode::SEE_OTHER);
    let mut browser = site.browser();
    assert_eq!(heading(&checks(&mut browser, "R-0001").await.page()), "Ada catatan resmi");
    let replaced = imports(&mut hasan, newer.as_bytes(), ("kementerian rekaan", "2026-11-02")).await;
    assert_eq!(replaced.status, StatusCode::SEE_OTHER, "{}", replaced.page());
    assert_eq!(heading(&checks(&mut browser, "R-0001").await.page()), "Tidak ada catatan resmi");
    let page = checks(&mut browser, "R-0009").await.page();
    assert_eq!(page.matches("<dt>Nomor izin</dt>").count(), 2, "each list says so for itself");
    let form = hasan.get(IMPORT).await.form("/penghapusan");
    assert_eq!(hasan.post(&form).await.status, StatusCode::SEE_OTHER);
    let page = checks(&mut browser, "R-0009").await.page();
    assert_eq!(page.matches("<dt>Nomor izin</dt>").count(), 1);
}

#[tokio::test]
async fn of_a_bad_list_nothing_is_taken_and_each_fault_is_named() {
    let (site, mut hasan) = with_list().await;
    let bad = "\u{feff}licence;name;sanction\r\nR-0009;PT \"Angin\r\nR-0009;PT Angin;dicabut\r\n;PT B;\r\n";
    let answer = imports(&mut hasan, bad.as_bytes(), ("Kementerian (rekaan)", "2026-11-02")).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for fault in ["Baris 2", "Baris 3: sanction", "Baris 4: licence"] {
        assert!(answer.page().contains(fault), "{fault}: {}", answer.page());
    }
    for (list, source, date, code) in [
        (LIST, "", "2026-11-02", "licence.source"),
        (LIST, "Baru", "2027-11-02", "licence.date"),
        (LIST, "Baru", "kemarin", "licence.date"),
        ("licence,name\n", "Baru", "2026-11-02", "licence.empty"),
    ] {
        let answer = imports(&mut hasan, list.as_bytes(), (source, date)).await;
        assert!(answer.page().contains(code), "{code}: {}", answer.page());
    }
    let mut browser = site.browser();
    assert_eq!(heading(&checks(&mut browser, "R-0001").await.page()), "Ada catatan resmi");
    assert!(!browser.get("/periksa").await.page().contains("Baru"));
}

#[tokio::test]
async fn staff_look_an_agency_up_without_its_name_in_the_address() {
    let (site, _) = with_list().await;
    let mut dewi = site.as_officer("dewi").await;
    let form = dewi.get("/izin").await.form("/izin/cari").with("cari", "Bahtera Timur");
    let answer = dewi.post(&form).await;
    let page = answer.page();
    assert_eq!(answer.status, StatusCode::OK);
    assert!(page.contains("Sanksi resmi") && page.contains("Izin dicabut &#38; diumumkan"), "{page}");
    let kept = "<dt>Kementerian (rekaan)</dt><dd>keadaan 1 November 2026, 3 perusahaan</dd>";
    assert!(page.contains(kept), "each list is a line of its own: {page}");
    assert!(!page.contains(IMPORT), "she may look, not import");
    assert_eq!(dewi.get(IMPORT).await.status, StatusCode::FORBIDDEN);
    let form = dewi.get("/izin").await.form("/izin/cari").with("cari", "Sentosa");
    let none = dewi.post(&form).await.page();
    assert!(none.contains("Ini tidak berarti aman"), "{none}");
    assert_eq!(none.matches("Tidak ada catatan resmi").count(), 1, "{none}");
}

const NIK: &str = "9900000000000001";

async fn installs(site: &Site, list: &str) {
    let desk = &site.node().desk;
    let key = Key::new([5; 32]);
    let built = build(list.as_bytes(), &key, ("2026-11-01", "Rekaan")).unwrap();
    let mut file = Vec::new();
    built.write(&mut file).unwrap();
    std::fs::write(desk.store.files().beside(FILE).unwrap(), file).unwrap();
    let asking = Asking::once(&*desk.chance, desk.now());
    desk.run(&Actor::Node, asking, &KeepRegistryKey(key)).await.unwrap();
}

async fn asks(officer: &mut Browser, number: &str) -> Answer {
    officer.submit("/terdaftar", "/terdaftar", &[("nomor", number)]).await
}

#[tokio::test]
async fn whether_somebody_is_registered_is_answered_recorded_and_forgotten() {
    let site = Site::new().await;
    let mut dewi = site.as_officer("dewi").await;
    let none = asks(&mut dewi, NIK).await;
    assert!(none.status == StatusCode::NOT_FOUND && none.page().contains("registry.none"), "{}", none.page());
    installs(&site, &format!("nik\n{NIK}\n")).await;
    let asked = |kinds: Vec<String>| kinds.iter().filter(|kind| *kind == "registry.asked").count();
    let before = asked(site.node().journal(base::Seq(0)).await);
    let yes = asks(&mut dewi, "9900.0000.0000.0001").await.page();
    assert!(yes.contains("<h2>Terdaftar</h2>") && yes.contains("1 dari 1.099.511.627.776 nomor"), "{yes}");
    assert!(!yes.contains("class=\"tag"), "no tick that would read as safe: {yes}");
    let no = asks(&mut dewi, "9900000000000002").await.page();
    assert!(no.contains("<h2>Tidak ada dalam register</h2>") && no.contains("tidak menutup bantuan"), "{no}");
    for page in [&yes, &no] {
        assert!(!page.contains("990000000000000") && !page.contains("9900.0000"), "the number is not shown again");
    }
    let wrong = asks(&mut dewi, "5,3E+15").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.page().contains("registry.number") && !wrong.page().contains("5,3E"));
    assert_eq!(asked(site.node().journal(base::Seq(0)).await) - before, 2, "answers alone are recorded");
}

#[tokio::test]
async fn a_damaged_register_or_one_of_another_key_gives_no_answer() {
    let site = Site::new().await;
    installs(&site, &format!("nik\n{NIK}\n")).await;
    let mut dewi = site.as_officer("dewi").await;
    let path = site.node().desk.store.files().beside(FILE).unwrap();
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() - 1]).unwrap();
    let cut = asks(&mut dewi, NIK).await.page();
    assert!(cut.contains("registry.damaged") && !cut.contains("<h2>Terdaftar"), "{cut}");
    let mut file = Vec::new();
    let other = build(format!("nik\n{NIK}\n").as_bytes(), &Key::new([6; 32]), ("2026-11-01", "Rekaan")).unwrap();
    other.write(&mut file).unwrap();
    std::fs::write(&path, file).unwrap();
    let page = asks(&mut dewi, NIK).await.page();
    assert!(page.contains("registry.other-key"), "{page}");
}

#[tokio::test]
async fn who_checks_often_from_one_address_waits_her_turn() {
    let site = Site::new().await;
    let settings = site.state.set.clone();
    let slow = WebState::new(Arc::clone(&site.node().desk), settings, None).with_free_checks(1);
    let mut browser = site.browser().at(web::router(slow));
    assert_eq!(checks(&mut browser, "Sentosa").await.status, StatusCode::OK);
    let soon = tokio::time::timeout(Duration::from_millis(100), checks(&mut browser, "Sentosa"));
    assert!(soon.await.is_err(), "her turn is after one second");
}
