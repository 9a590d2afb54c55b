//! The calendar of deadlines: what stands in it, and what ends it.

use crate::browser::{Browser, HOST, Site};
use crate::cases::held_by_sari;
use crate::cast::NAME;
use desk::staff::{Officer, OfficerEvent};
use http::StatusCode;
use store::Read;

/// The address of a calendar, as the page shows it once.
async fn calendar_of(browser: &mut Browser) -> String {
    let made = browser.submit("/akun/kalender", "/akun/kalender", &[]).await;
    assert_eq!(made.status, StatusCode::OK);
    let page = made.page();
    let (_, from) = page.split_once(&format!("http://{HOST}/kalender/")).unwrap();
    format!("/kalender/{}", from.split(['<', '"']).next().unwrap())
}

#[tokio::test]
async fn a_calendar_link_gives_deadlines_without_anything_of_a_case() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let mut sari = site.as_officer("sari").await;
    let path = calendar_of(&mut sari).await;
    let name = path.strip_prefix("/kalender/").unwrap().strip_suffix(".ics").unwrap();
    assert_eq!(base::from_hex(name).unwrap().len(), 32, "256 bits");
    let feed = site.browser().get(&path).await;
    assert_eq!(feed.status, StatusCode::OK);
    assert_eq!(feed.header("content-type"), "text/calendar; charset=utf-8");
    assert_eq!(feed.header("cache-control"), "no-store");
    assert!(feed.header("content-security-policy").starts_with("sandbox"));
    let text = feed.page().replace("\r\n ", "");
    assert!(text.matches("BEGIN:VEVENT").count() > 0, "{text}");
    let alias = site.node().case(case).await.opening.alias.clone();
    for secret in [alias.as_str(), &case.to_string(), &base::hex(&case.bytes()), NAME, "21.71"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    let day = sari.get("/hari-ini").await.page();
    for summary in text.lines().filter_map(|line| line.strip_prefix("SUMMARY:")) {
        let step = summary.split(' ').next().unwrap();
        assert!(summary.len() > step.len() && day.contains(step), "code and name of one of her steps: {summary}");
    }
    let links: Vec<&str> = text.lines().filter(|line| line.starts_with("URL:")).collect();
    assert!(links.iter().all(|line| line.trim_end() == format!("URL:http://{HOST}/hari-ini")));
    let uids = |text: &str| text.lines().filter(|line| line.starts_with("UID:")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(uids(&site.browser().get(&path).await.page()), uids(&text), "the same deadline, the same mark");
    let other = calendar_of(&mut sari).await;
    assert_ne!(uids(&site.browser().get(&other).await.page()), uids(&text), "no mark outlives its link");
}

#[tokio::test]
async fn a_calendar_link_ends_by_hand_with_a_newer_one_and_when_its_officer_leaves() {
    let site = Site::new().await;
    let mut sari = site.as_officer("sari").await;
    let absent = site.browser().get("/kalender-yang-tidak-ada").await;
    let gone = async |path: &str| {
        let answer = site.browser().get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert_eq!(answer.page(), absent.page(), "like any absent page");
    };
    gone(&format!("/kalender/{}.ics", "0".repeat(64))).await;
    gone("/kalender/abc.ics").await;
    let first = calendar_of(&mut sari).await;
    let second = calendar_of(&mut sari).await;
    gone(&first).await;
    assert_eq!(site.browser().get(&second).await.status, StatusCode::OK);
    assert!(!sari.get("/akun/kalender").await.page().contains(&second), "shown once");
    assert_eq!(sari.submit("/akun/kalender", "/akun/kalender/akhir", &[]).await.to(), "/akun/kalender");
    gone(&second).await;
    let third = calendar_of(&mut sari).await;
    let id = site.id_of("sari").await;
    let mut tx = site.node().begin().await;
    let mut officer = tx.load::<Officer>(id.bytes()).await.unwrap().unwrap();
    tx.append(&mut officer, vec![OfficerEvent::RolesChanged([].into())]).await.unwrap();
    tx.commit().await.unwrap();
    gone(&third).await;
}

#[tokio::test]
async fn a_calendar_that_asks_without_rest_waits_and_a_locked_node_says_when_to_ask_again() {
    let site = Site::new().await;
    let mut sari = site.as_officer("sari").await;
    let (path, mut program) = (calendar_of(&mut sari).await, site.browser());
    for _ in 0..6 {
        assert_eq!(program.get(&path).await.status, StatusCode::OK);
    }
    let slowed = program.get(&path).await;
    assert_eq!((slowed.status, slowed.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "300"));
    site.node().desk.store.vault().lock();
    for path in [path.as_str(), "/kalender/abc.ics"] {
        let locked = program.get(path).await;
        assert_eq!((locked.status, locked.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "300"), "{path}");
        assert_eq!(locked.page(), "");
    }
}
