//! Nothing typed is lost: a post after the end of the session, a clash, a draft.

use crate::browser::{Answer, Browser, Form, Site};
use crate::cases::held_by_sari;
use http::StatusCode;

const TEXT: &str = "Ia bercerita tentang gudang di tepi laut, panjang dan hanya sekali.";

fn filled(answer: &Answer, reason: &str) -> Form {
    let form = answer.form("/selesai").with("F-01.urgency", "AMBER").with("F-01.authority", "21.71");
    form.with("F-01.reason", reason)
}

async fn kept(browser: &mut Browser) -> Vec<String> {
    let page = browser.get("/hari-ini").await.page();
    page.split("href=\"").filter(|part| part.starts_with("/tulisan/")).map(|part| part[..41].to_owned()).collect()
}

#[tokio::test]
async fn a_form_left_open_for_hours_is_kept_sealed_and_sent_after_the_next_log_in() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let mut sari = site.as_officer("sari").await;
    let path = format!("/kasus/{case}/langkah/IN-3");
    let form = filled(&sari.get(&path).await, TEXT);
    site.world.clock.advance_millis(20 * 3_600_000);
    let to = sari.post(&form).await.to();
    let at = to.strip_prefix("/masuk?lanjut=").unwrap().to_owned();
    let mut maria = site.as_officer("maria").await;
    assert_eq!(maria.get(&at).await.status, StatusCode::NOT_FOUND, "for its writer alone");
    let mut again = site.as_officer("sari").await;
    assert_eq!(kept(&mut again).await, std::slice::from_ref(&at));
    let shown = again.get(&at).await;
    assert!(shown.page().contains(TEXT) && shown.page().contains("Sesi sudah berakhir"), "{}", shown.page());
    assert!(shown.page().contains("<option value=\"21.71\" selected"), "the form is filled in as it was");
    let sent = again.records(&filled(&shown, TEXT)).await;
    assert_eq!(sent.to(), format!("/kasus/{case}"));
    assert!(again.get(&path).await.page().contains(TEXT), "it has its effect");
    assert_eq!(kept(&mut again).await, [""; 0], "what was sent needs no draft");
}

#[tokio::test]
async fn a_post_without_the_token_of_the_ended_session_or_a_day_later_is_not_kept() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let mut sari = site.as_officer("sari").await;
    let form = filled(&sari.get(&format!("/kasus/{case}/langkah/IN-3")).await, TEXT);
    site.world.clock.advance_millis(3_600_000);
    let forged = form.clone().with("_tanda", &"0".repeat(64));
    assert_eq!(sari.post(&forged).await.to(), "/masuk");
    site.world.clock.advance_millis(25 * 3_600_000);
    assert_eq!(sari.post(&form).await.to(), "/masuk");
    assert_eq!(kept(&mut site.as_officer("sari").await).await, [""; 0]);
}

#[tokio::test]
async fn a_clash_is_a_task_for_both_writers_with_both_texts() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let (mut sari, mut dewi) = (site.as_officer("sari").await, site.as_officer("dewi").await);
    let path = format!("/kasus/{case}/langkah/IN-3");
    let (one, two) = (sari.get(&path).await, dewi.get(&path).await);
    assert_eq!(sari.records(&filled(&one, "tulisan pertama")).await.status, StatusCode::SEE_OTHER);
    assert_eq!(dewi.post(&filled(&two, "tulisan kedua")).await.status, StatusCode::CONFLICT);
    for writer in [&mut sari, &mut dewi] {
        let tasks = kept(writer).await;
        assert_eq!(tasks.len(), 1);
        let shown = writer.get(&tasks[0]).await;
        assert!(shown.page().contains("tulisan pertama") && shown.page().contains("tulisan kedua"));
        assert_eq!(writer.post(&shown.form("/pembuangan")).await.to(), "/hari-ini");
        assert_eq!(kept(writer).await, [""; 0]);
    }
    assert!(sari.get(&path).await.page().contains("tulisan pertama"), "what stands was not touched");
}

#[tokio::test]
async fn a_draft_is_kept_for_its_writer_until_it_is_sent_or_thrown_away_and_never_in_clear() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let mut sari = site.as_officer("sari").await;
    let path = format!("/kasus/{case}/langkah/IN-3");
    let form = filled(&sari.get(&path).await, TEXT).and("_draf", "1");
    let at = sari.post(&form).await.to();
    assert!(at.starts_with("/tulisan/"), "{at}");
    assert!(sari.get(&at).await.page().contains(TEXT));
    assert!(!sari.get(&path).await.page().contains("2026-"), "the step is open as before");
    let second = filled(&sari.get(&path).await, "lebih pendek").and("_draf", "1");
    assert_eq!(sari.post(&second).await.to(), at, "a later draft of the same form takes its place");
    assert!(!sari.get(&at).await.page().contains(TEXT));
    let officer = site.id_of("sari").await.bytes();
    let mut view = site.node().desk.store.backend().read().await.unwrap();
    let shelf = (store::Shelf::Drafts.number(), officer.as_slice());
    let rows = view.items(shelf, None, store::Direction::Up, 10).await.unwrap();
    drop(view);
    assert!(rows.len() == 1 && !rows[0].body.windows(6).any(|bytes| bytes == b"pendek"));
    assert_eq!(sari.submit(&at, "/pembuangan", &[]).await.to(), "/hari-ini");
    assert_eq!(sari.get(&at).await.status, StatusCode::NOT_FOUND);
}
