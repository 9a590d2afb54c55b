//! Log-in, sessions, and posts that did not come from them.

use crate::browser::{HOST, PASSWORD, Site, TOTP};
use axum::body::Body;
use http::StatusCode;

#[tokio::test]
async fn wrong_and_unknown_look_the_same_and_name_no_half() {
    let site = Site::new().await;
    let mut browser = site.browser();
    let code = web::totp_code(TOTP, site.node().desk.now()).unwrap();
    let tries = [("dewi", "salah", code.as_str()), ("tidak-ada", PASSWORD, &code), ("dewi", PASSWORD, "000000")];
    let mut pages = Vec::new();
    for (name, password, code) in tries {
        let answer = browser.submit("/masuk", "/masuk", &[("nama", name), ("sandi", password), ("totp", code)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.header("set-cookie"), "");
        let page = answer.page();
        assert!(!page.contains(PASSWORD));
        pages.push(page.split("class=\"faults\"").nth(1).unwrap().split("</div>").next().unwrap().to_owned());
    }
    assert!(pages.iter().all(|page| *page == pages[0]));
}

#[tokio::test]
async fn after_five_failures_a_name_waits_and_then_may_try_again() {
    let site = Site::new().await;
    let mut browser = site.browser();
    let wrong = [("nama", "dewi"), ("sandi", "salah"), ("totp", "000000")];
    for _ in 0..6 {
        assert_eq!(browser.submit("/masuk", "/masuk", &wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(browser.submit("/masuk", "/masuk", &wrong).await.status, StatusCode::TOO_MANY_REQUESTS);
    site.world.clock.advance_millis(60_000);
    assert_eq!(browser.log_in(&site, "dewi").await.to(), "/hari-ini");
}

#[tokio::test]
async fn a_session_opens_pages_and_ends_when_its_person_leaves() {
    let site = Site::new().await;
    let mut browser = site.browser();
    assert_eq!(browser.get("/kasus").await.to(), "/masuk?lanjut=/kasus");
    let entered = browser.log_in(&site, "sari").await;
    let cookie = entered.header("set-cookie").to_owned();
    assert!(cookie.starts_with("simpul=") && cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax"), "{cookie}");
    let day = browser.get("/hari-ini").await;
    assert!(day.page().contains("Sari, manajer kasus"));
    assert_eq!(day.header("cache-control"), "no-store");
    assert_eq!(day.header("referrer-policy"), "same-origin");
    assert!(!day.header("content-security-policy").contains("sha256"));
    let mut stolen = browser.clone();
    assert_eq!(browser.submit("/hari-ini", "/keluar", &[]).await.to(), "/masuk");
    assert_eq!(stolen.get("/hari-ini").await.to(), "/masuk?lanjut=/hari-ini");
}

#[tokio::test]
async fn an_idle_session_is_over_after_half_an_hour() {
    let site = Site::new().await;
    let mut sari = site.as_officer("sari").await;
    for _ in 0..3 {
        site.world.clock.advance_millis(20 * 60_000);
        assert_eq!(sari.get("/hari-ini").await.status, StatusCode::OK);
    }
    site.world.clock.advance_millis(31 * 60_000);
    assert_eq!(sari.get("/hari-ini").await.to(), "/masuk?lanjut=/hari-ini");
}

#[tokio::test]
async fn a_post_needs_the_token_of_its_session_and_our_own_origin() {
    let site = Site::new().await;
    let mut sari = site.as_officer("sari").await;
    let form = sari.get("/akun").await.form("/akun/bahasa").with("bahasa", "en");
    assert_eq!(sari.post(&form.clone().without("_tanda")).await.status, StatusCode::FORBIDDEN);
    let mut dewi = site.as_officer("dewi").await;
    assert_eq!(dewi.post(&form).await.status, StatusCode::FORBIDDEN, "another session's token");
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://lain.example")] {
        let request = sari.request("POST", "/keluar").header(name, value).body(Body::empty()).unwrap();
        assert_eq!(sari.send(request).await.status, StatusCode::FORBIDDEN, "{name}");
    }
    let request = sari.request("POST", "/saku/hasil").header("origin", format!("http://{HOST}"));
    assert_ne!(sari.send(request.body(Body::empty()).unwrap()).await.status, StatusCode::FORBIDDEN);
    assert_eq!(sari.post(&form).await.to(), "/akun");
    assert!(sari.get("/akun").await.page().contains("<html lang=\"en\">"));
}

#[tokio::test]
async fn log_in_leads_on_only_to_pages_of_this_node() {
    let site = Site::new().await;
    for (asked, goes) in [("/kasus", "/kasus"), ("//lain.example", "/hari-ini"), ("https://lain.example", "/hari-ini")]
    {
        let mut browser = site.browser();
        let code = web::totp_code(TOTP, site.node().desk.now()).unwrap();
        let named = [("nama", "sari"), ("sandi", PASSWORD), ("totp", code.as_str())];
        let entered = browser.submit(&format!("/masuk?lanjut={asked}"), "/masuk", &named).await;
        assert_eq!(entered.to(), goes);
    }
}

#[tokio::test]
async fn a_form_that_is_too_large_is_413() {
    let site = Site::new().await;
    let mut sari = site.as_officer("sari").await;
    let form = sari.get("/akun").await.form("/akun/bahasa").with("bahasa", &"x".repeat(300_000));
    assert_eq!(sari.post(&form).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}
