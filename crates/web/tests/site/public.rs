//! Everybody's pages, and the sealed intake.

use crate::browser::{Answer, Browser, Site};
use crate::cast::{STORY, report, sealed};
use axum::body::Body;
use http::StatusCode;

#[tokio::test]
async fn every_public_page_answers_in_both_languages_without_a_cookie() {
    let site = Site::new().await;
    let mut browser = site.browser();
    for path in [
        "/",
        "/saku",
        "/saku/periksa",
        "/saku/lapor",
        "/saku/kotak",
        "/saku/kontak",
        "/saku/panduan",
        "/saku/panduan/hak",
        "/saku/bahasa",
        "/saku/cetak",
    ] {
        let english = match path.strip_prefix("/saku") {
            Some(rest) => format!("/saku/en{rest}"),
            None => "/en".to_owned(),
        };
        for (path, lang) in [(path.to_owned(), "id"), (english, "en")] {
            let answer = browser.get(&path).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}");
            assert!(answer.page().contains(&format!("<html lang=\"{lang}\">")), "{path}");
            assert_eq!(answer.header("set-cookie"), "");
            let policy = answer.header("content-security-policy");
            assert!(policy.starts_with("default-src 'none'") && policy.contains(web::look::CRITICAL_HASH), "{policy}");
            assert_eq!(answer.header("referrer-policy"), "no-referrer");
            assert!(answer.header("permissions-policy").contains("publickey-credentials-get=()"));
            assert_eq!(answer.header("cache-control"), if path.contains("lapor") { "no-store" } else { "max-age=300" });
        }
    }
}

#[tokio::test]
async fn an_unknown_host_is_421_and_an_unknown_page_404() {
    let site = Site::new().await;
    let mut browser = site.browser();
    let request = http::Request::builder().uri("/").header("host", "lain.example").body(Body::empty()).unwrap();
    assert_eq!(browser.send(request).await.status, StatusCode::MISDIRECTED_REQUEST);
    let missing = browser.get("/saku/tidak-ada").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert!(missing.page().contains("web.not-found"));
}

#[tokio::test]
async fn the_way_out_leads_away_and_clears_cookies_only_for_our_own_pages() {
    let site = Site::new().await;
    let mut browser = site.browser();
    let away = browser.get("/keluar-cepat").await;
    assert_eq!((away.to().as_str(), away.header("clear-site-data")), ("https://cuaca.example/", ""));
    let request = browser.request("GET", "/keluar-cepat").header("sec-fetch-site", "same-origin");
    let ours = browser.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(ours.header("clear-site-data"), "\"cookies\"");
}

async fn screened(browser: &mut Browser, named: &[(&str, &str)]) -> crate::browser::Answer {
    browser.submit("/saku/periksa", "/saku/hasil", named).await
}

#[tokio::test]
async fn a_screening_without_script_says_what_to_do_and_keeps_nothing() {
    let site = Site::new().await;
    let mut browser = site.browser();
    let before = site.node().head().await;
    let result = screened(&mut browser, &[("stage", "returned"), ("S1", "yes")]).await;
    assert_eq!(result.status, StatusCode::OK);
    assert!(result.page().contains("119") && result.page().contains("MERAH"));
    assert!(result.page().contains("Dekat Kota Batam"), "whom to call near here");
    assert_eq!(result.header("cache-control"), "no-store");
    assert_eq!(site.node().head().await, before);
    let unfinished = screened(&mut browser, &[("S1", "yes")]).await;
    assert_eq!(unfinished.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = unfinished.page();
    assert!(page.contains("href=\"#f-stage\"") && page.contains("id=\"f-S1-yes\" value=\"yes\" checked"));
}

/// What must be said before questions that go beyond safety.
const BEGUN: [(&str, &str); 3] = [("stage", "returned"), ("juru", "none"), ("setuju.C1", "agreed")];

#[tokio::test]
async fn answers_about_work_are_left_out_before_work_has_begun() {
    let site = Site::new().await;
    let mut browser = site.browser();
    let named = [("stage", "transit"), ("juru", "phone"), ("setuju.C1", "agreed"), ("E1", "yes"), ("A1", "adult")];
    let result = screened(&mut browser, &named).await;
    assert_eq!(result.status, StatusCode::OK, "{}", result.page());
}

#[tokio::test]
async fn no_relative_employer_or_fellow_traveller_interprets() {
    let site = Site::new().await;
    let mut browser = site.browser();
    for barred in ["relative", "employer", "traveller"] {
        let named = [("stage", "returned"), ("juru", barred), ("setuju.C1", "agreed"), ("A2", "yes")];
        let refused = screened(&mut browser, &named).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{barred}");
        let page = refused.page();
        assert!(page.contains("web.interpreter-barred") && page.contains("href=\"#f-juru\""), "{page}");
        assert!(page.contains("id=\"f-A2-yes\" value=\"yes\" checked"), "the answers are still there");
    }
    for missing in ["juru", "setuju.C1"] {
        let named: Vec<_> = BEGUN.into_iter().filter(|(name, _)| *name != missing).chain([("A2", "yes")]).collect();
        let unsaid = screened(&mut browser, &named).await;
        assert_eq!(unsaid.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(unsaid.page().contains(&format!("href=\"#f-{}\"", missing.replace('.', "-"))));
    }
}

#[tokio::test]
async fn who_does_not_want_to_be_asked_is_helped_and_her_other_answers_do_not_count() {
    let site = Site::new().await;
    let mut browser = site.browser();
    let named = [("stage", "returned"), ("setuju.C1", "refused"), ("S1", "yes"), ("A2", "yes"), ("K1", "yes")];
    let result = screened(&mut browser, &named).await;
    assert_eq!(result.status, StatusCode::OK, "{}", result.page());
    let page = result.page();
    assert!(page.contains("119") && !page.contains("name=\"K1\"") && page.contains("name=\"S1\""), "{page}");
}

#[tokio::test]
async fn somebody_is_watching_shows_telephone_numbers_and_nothing_of_the_answers() {
    let site = Site::new().await;
    let mut browser = site.browser();
    let named: Vec<_> = BEGUN.into_iter().chain([("S2", "yes"), ("A2", "yes")]).collect();
    let watched = screened(&mut browser, &named).await;
    assert_eq!((watched.status, watched.to().as_str()), (StatusCode::SEE_OTHER, "/saku/kontak"));
    assert!(watched.body.is_empty());
}

#[tokio::test]
async fn answers_of_the_short_form_are_shown_in_the_full_one_and_not_asked_again() {
    let site = Site::new().await;
    let mut browser = site.browser();
    let named: Vec<_> = BEGUN.into_iter().chain([("S1", "no"), ("A1", "adult"), ("K1", "unknown")]).collect();
    let result = screened(&mut browser, &named).await;
    let form = result.form("/saku/lapor/isi");
    let asked = crate::browser::Form { action: "/saku/periksa".to_owned(), ..form };
    let full = browser.post(&asked).await;
    assert_eq!(full.status, StatusCode::OK);
    let page = full.page();
    for told in ["S1", "A1", "K1", "stage", "juru", "setuju.C1"] {
        assert!(page.contains(&format!("type=\"hidden\" name=\"{told}\"")), "{told} goes along");
        assert!(!page.contains(&format!("type=\"radio\" name=\"{told}\"")), "{told} is not asked again");
    }
    assert!(page.contains("Sudah dijawab") && page.contains("type=\"radio\" name=\"K2\""));
    let answered = full.form("/saku/hasil").and("K2", "yes").and("S2", "no");
    let result = browser.post(&answered).await;
    assert_eq!(result.status, StatusCode::OK, "{}", result.page());
    for each in ["K1", "K2", "A1"] {
        assert!(result.page().contains(&format!("name=\"{each}\"")), "{each} counts");
    }
}

#[tokio::test]
async fn consent_is_asked_for_each_use_and_the_officers_opinion_stands_apart() {
    let site = Site::new().await;
    let mut browser = site.browser();
    let form = browser.get("/saku/lapor").await.form("/saku/lapor").with("teks", STORY);
    let form = form.and("setuju.C2", "agreed").and("setuju.C3", "refused").and("setuju.C8", "not_asked");
    let form = form.with("pendapat", "Ia takut pada penjemputnya.").and("j.setuju.C1", "agreed");
    assert_eq!(browser.post(&form).await.status, StatusCode::OK);
    let mut dewi = site.as_officer("dewi").await;
    let list = dewi.get("/laporan").await.page();
    let id = list.split("href=\"/laporan/report_").nth(1).unwrap().split('"').next().unwrap();
    let page = dewi.get(&format!("/laporan/report_{id}")).await.page();
    let (story, rest) = page.split_once("Pendapat petugas").unwrap();
    assert!(story.contains(STORY) && !story.contains("penjemputnya") && rest.contains("Ia takut pada penjemputnya."));
    assert!(page.contains("C1 C2") && !page.contains("C3") && !page.contains("C8"), "only what was agreed to");
}

#[tokio::test]
async fn the_words_of_the_phone_and_its_neutral_name_come_in_the_language_of_the_page() {
    let site = Site::new().await;
    let mut browser = site.browser();
    for (path, next, name) in [("/saku", "Lanjut", "Catatan"), ("/saku/en", "Continue", "Notes")] {
        let words: serde_json::Value =
            serde_json::from_slice(&browser.get(&format!("{path}/kata.json")).await.body).unwrap();
        assert_eq!(words["next"], next);
        let manifest = browser.get(&format!("{path}/catatan.webmanifest")).await;
        assert_eq!(manifest.header("content-type"), "application/manifest+json");
        let manifest: serde_json::Value = serde_json::from_slice(&manifest.body).unwrap();
        assert_eq!((&manifest["name"], &manifest["start_url"]), (&name.into(), &path.into()));
        assert!(manifest["icons"][0]["src"].as_str().unwrap().starts_with("data:image/svg+xml,"));
        assert!(browser.get(path).await.page().contains(&format!("<title>{name}</title>")));
    }
}

#[tokio::test]
async fn a_report_without_script_is_recorded_once_however_often_it_is_sent() {
    let site = Site::new().await;
    let mut browser = site.browser();
    let form = browser.get("/saku/lapor").await.form("/saku/lapor").with("teks", STORY).with("tempat", "21.71");
    for _ in 0..2 {
        let sent = browser.post(&form).await;
        assert_eq!(sent.status, StatusCode::OK, "{}", sent.page());
        assert!(sent.page().contains("sudah tiba dan dicatat") && !sent.page().contains(STORY));
    }
    let mut dewi = site.as_officer("dewi").await;
    let list = dewi.get("/laporan").await.page();
    assert_eq!(list.matches("href=\"/laporan/report_").count(), 1);
    let empty = browser.submit("/saku/lapor", "/saku/lapor", &[]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_sealed_report_gets_a_receipt_and_the_same_one_again() {
    let site = Site::new().await;
    let mut browser = site.browser();
    let kunci = [7; 16];
    let bytes = sealed(site.node(), &kunci, &report()).await;
    let send = |kunci: [u8; 16], bytes: Vec<u8>| {
        let request = browser.request("POST", "/kirim/laporan").header("simpul-kunci", base::hex(&kunci));
        request.body(Body::from(bytes)).unwrap()
    };
    let (first, again) = (send(kunci, bytes.clone()), send(kunci, bytes.clone()));
    let mut bent = bytes;
    *bent.last_mut().unwrap() ^= 1;
    let (other, bent) = (send([8; 16], bent.clone()), send(kunci, vec![0; 70_000]));
    let first = browser.send(first).await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.page());
    let receipt: serde_json::Value = serde_json::from_slice(&first.body).unwrap();
    assert_eq!(receipt["rid"], base::hex(&seal::report_id(&kunci).bytes()));
    let again = browser.send(again).await;
    assert_eq!((again.status, again.body), (StatusCode::OK, first.body));
    let other = browser.send(other).await;
    assert!(other.status.is_client_error() && other.page().starts_with("{\"error\":{"), "{}", other.page());
    assert_eq!(browser.send(bent).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_locked_node_takes_reports_and_asks_staff_for_the_passphrase() {
    let site = Site::new().await;
    let mut browser = site.browser();
    let bytes = sealed(site.node(), &[7; 16], &report()).await;
    let form = browser.get("/saku/lapor").await.form("/saku/lapor").with("teks", STORY);
    site.node().desk.store.vault().lock();
    let request = browser.request("POST", "/kirim/laporan").header("simpul-kunci", base::hex(&[7; 16]));
    let sent = browser.send(request.body(Body::from(bytes)).unwrap()).await;
    assert_eq!((sent.status, sent.page().as_str()), (StatusCode::ACCEPTED, "{}"));
    assert!(browser.post(&form).await.page().contains("belum dicatat"));
    assert!(browser.get("/masuk").await.page().contains("Simpul terkunci"));
    assert_eq!(browser.get("/").await.status, StatusCode::OK);
    let health: serde_json::Value = serde_json::from_slice(&browser.get("/sehat").await.body).unwrap();
    assert_eq!((&health["ok"], &health["locked"]), (&true.into(), &true.into()));
}

#[tokio::test]
async fn everything_the_pack_lists_is_served() {
    let site = Site::new().await;
    let mut browser = site.browser();
    let answer = browser.get("/saku/paket.json").await;
    assert_eq!(answer.header("cache-control"), "no-cache");
    let pack: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    let files = pack["berkas"].as_array().unwrap();
    assert!(files.len() >= 17, "{files:?}");
    let mut marked = Vec::new();
    for file in files {
        let path = file[0].as_str().unwrap();
        let answer = browser.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        let hash = file[1].as_str().unwrap();
        if hash.starts_with('~') {
            marked.push(path);
        } else {
            assert_eq!(hash, base::hex(&seal::hash::sha256(&[&answer.body])), "{path}");
            assert_eq!(file[2], answer.body.len());
        }
    }
    assert_eq!(
        marked,
        ["/saku/lapor", "/saku/en/lapor"],
        "only forms with a key of their own are not compared by hash"
    );
    assert_eq!(pack["terima"].as_str().unwrap().len(), 87);
    let again: serde_json::Value = serde_json::from_slice(&browser.get("/saku/paket.json").await.body).unwrap();
    assert_eq!(again, pack, "the list changes only with what it lists");
}

#[tokio::test]
async fn frame_and_words_make_the_very_page_that_the_node_sends() {
    let site = Site::new().await;
    let mut browser = site.browser();
    let json = |answer: crate::browser::Answer| serde_json::from_slice::<serde_json::Value>(&answer.body).unwrap();
    let pack = json(browser.get("/saku/paket.json").await);
    let frames = json(browser.get("/saku/paket/kerangka.json").await);
    let mut pages = 0;
    for file in pack["berkas"].as_array().unwrap().iter().filter(|file| file.get(3).is_some()) {
        let (path, of) = (file[0].as_str().unwrap(), file[3].as_str().unwrap());
        let words = json(browser.get(path).await);
        for (lang, prefix) in [("id", "/saku"), ("en", "/saku/en")] {
            let bare = of.split('?').next().unwrap();
            let [title, main] = [0, 1].map(|part| words[lang][part].as_str().unwrap());
            let made = frames[lang].as_str().unwrap().replace("{jalan}", bare);
            let made = made.replace("{judul}", title).replace("{isi}", main);
            let sent = browser.get(&format!("{prefix}{of}")).await;
            assert!(sent.page() == made, "{prefix}{of} is another page on the phone");
            assert!(!sent.page().contains("_kunci"), "{of}: a page with a key of its own");
            pages += 1;
        }
    }
    assert!(pages >= 38, "{pages}");
}

#[tokio::test]
async fn a_coordinator_sees_each_pack_and_what_became_of_it() {
    let site = Site::new().await;
    let page = site.as_officer("hasan").await.get("/simpul").await.page();
    for pack in ["handbook", "screening", "guidance", "directory"] {
        assert!(page.contains(&format!("<b>{pack} ")), "{pack}: {page}");
    }
    assert_eq!(page.matches("dipakai").count(), 4, "{page}");
}

#[tokio::test]
async fn sheets_are_kept_for_ever_under_their_hash_and_packed_where_asked() {
    let site = Site::new().await;
    let mut browser = site.browser();
    let sheet = web::look::Asset::named("publik.css").unwrap();
    let request = browser.request("GET", &sheet.href()).header("accept-encoding", "gzip, br");
    let answer = browser.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!((answer.header("content-encoding"), answer.body.as_slice()), ("br", sheet.brotli));
    assert_eq!(browser.get("/aset/publik.css").await.header("cache-control"), "max-age=300");
    let request = browser.request("GET", "/").header("accept-encoding", "br").body(Body::empty()).unwrap();
    let page = browser.send(request).await;
    let budget = 14_000 - sheet.brotli.len();
    assert_eq!(page.header("content-encoding"), "br");
    assert!(page.body.len() < budget, "{} bytes", page.body.len());
}

/// What a stranger can learn from an answer: status, headers, words. Tokens are masked anew each time and stand apart.
fn told(answer: &Answer) -> (http::StatusCode, Vec<String>, usize, String) {
    let headers = answer.headers.iter().map(|(name, value)| format!("{name}: {value:?}")).collect();
    let page = answer.page();
    let words = page.split("value=\"").map(|part| part.split_once('"').map_or(part, |(_, rest)| rest)).collect();
    (answer.status, headers, page.len(), words)
}

#[tokio::test]
async fn t10_unknown_and_not_yet_and_wrong_are_one_answer_in_words_length_and_headers() {
    let site = Site::new().await;
    let node = site.node();
    node.desk.take_report(b"kunci-9", &sealed(node, b"kunci-9", &report()).await).await.unwrap();
    let mut browser = site.browser();
    let known = base::hex(&seal::report_id(b"kunci-9").bytes());
    let mut answers = Vec::new();
    for rid in [known.as_str(), &"0".repeat(32), "bukan-nomor"] {
        answers.push(told(&browser.get(&format!("/kirim/laporan/{rid}")).await));
    }
    assert!(
        answers.iter().all(|answer| *answer == answers[0]),
        "nobody read it yet, there is none, no number: {answers:?}"
    );

    let code = web::totp_code(crate::browser::TOTP, node.desk.now()).unwrap();
    let mut tries = Vec::new();
    for (name, password) in [("dewi", "salah-sekali"), ("budi", crate::browser::PASSWORD)] {
        let form = [("nama", name), ("sandi", password), ("totp", code.as_str())];
        tries.push(told(&browser.submit("/masuk", "/masuk", &form).await));
    }
    assert_eq!(tries[0], tries[1], "a wrong password and an unknown name of the same length");
}
