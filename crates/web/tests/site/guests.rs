//! Counsel without a node: she is let in on the page of a case, comes by her link and its code, and meets her matters alone.

use crate::browser::{Answer, Browser, Form, HOST, Site};
use crate::cases::held_by_sari;
use crate::cast::{CANARIES, NAME, PHONE, SHELTER, consents, opened_from, to_counsel};
use crate::denials;
use axum::body::Body;
use base::{CaseId, ConsentId, NodeId, Problem};
use desk::cases::consents::WithdrawConsent;
use http::{StatusCode, header};
use std::sync::{Arc, Mutex};
use web::{BundleDone, Carriers, Later, WebState};

const MAIL: &str = "ayu@kantor.example";

/// A mail server that keeps what it is given, or does not answer.
#[derive(Default)]
struct Post {
    sent: Mutex<Vec<(String, [String; 2])>>,
    down: bool,
}

impl Carriers for Post {
    fn joining_file(&self) -> Later<'_, Vec<u8>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn pack(&self, _: NodeId) -> Later<'_, Vec<u8>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn unpack(&self, _: Vec<u8>) -> Later<'_, BundleDone> {
        Box::pin(async { Ok(BundleDone::default()) })
    }

    fn mails(&self) -> bool {
        true
    }

    fn mail_link(&self, to: String, links: [String; 2]) -> Later<'_, ()> {
        self.sent.lock().unwrap().push((to, links));
        let down = self.down;
        Box::pin(async move { if down { Err(Problem::new("mail.unreachable")) } else { Ok(()) } })
    }
}

/// Batam with a case that Sari holds and that Mawar may hear of; with a mail server or without one.
async fn site(post: Option<Arc<Post>>) -> (Site, CaseId) {
    let mut site = Box::pin(Site::new()).await;
    let carriers = post.map(|post| post as Arc<dyn Carriers>);
    let state = WebState::new(Arc::clone(&site.world.batam.desk), site.state.set.clone(), carriers);
    site.router = web::router(state.clone());
    site.state = state;
    let case = Box::pin(held_by_sari(&site)).await;
    Box::pin(consents(site.node(), case, to_counsel(10, "lbh-mawar"))).await;
    (site, case)
}

/// Sari lets Ayu in: the answer, and the code that it tells.
async fn lets_in(site: &Site, sari: &mut Browser, case: CaseId, mail: &str) -> (Answer, String) {
    let path = format!("/kasus/{case}/tamu");
    let body = site.world.mawar.id().to_string();
    let named = [("lembaga", body.as_str()), ("nama", "Ayu Lestari"), ("surel", mail)];
    let answer = sari.submit(&path, "/tamu", &with_day(&named)).await;
    let page = answer.page();
    let code = page.split("<strong>").nth(1).unwrap_or_default().split('<').next().unwrap_or_default().to_owned();
    (answer, code)
}

fn with_day<'a>(named: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    named.iter().copied().chain([("sampai", "2027-01-15")]).collect()
}

fn path_of(link: &str) -> String {
    link.strip_prefix(&format!("http://{HOST}")).unwrap().to_owned()
}

/// Ayu comes in with a password, by her link and her code.
async fn comes(site: &Site, link: &str, code: &str) -> Browser {
    let mut ayu = site.browser();
    let given = ayu.submit(link, "/sandi", &[("kode", code)]).await;
    assert_eq!(given.status, StatusCode::OK, "{}", given.page());
    signs_in(site, ayu, &given).await
}

async fn signs_in(site: &Site, mut ayu: Browser, given: &Answer) -> Browser {
    let page = given.page();
    let said: Vec<String> =
        page.split("<dd>").skip(1).map(|part| part.split("</dd>").next().unwrap().replace(' ', "")).collect();
    let code = web::totp_code(&said[2], site.node().desk.now()).unwrap();
    let signed = [("nama", said[0].as_str()), ("sandi", said[1].as_str()), ("totp", code.as_str())];
    let entered = ayu.submit("/masuk", "/masuk", &signed).await;
    assert_eq!(entered.to(), "/hari-ini");
    assert_eq!(ayu.get("/hari-ini").await.to(), "/kasus", "her day is the list of her matters");
    ayu
}

#[tokio::test]
async fn a_mailed_link_and_a_told_code_open_her_matter_and_the_mail_says_nothing_of_it() {
    let post = Arc::new(Post::default());
    let (site, case) = site(Some(Arc::clone(&post))).await;
    let other = opened_from(site.node(), b"kunci-lain").await;
    let mut sari = site.as_officer("sari").await;
    let (told, code) = lets_in(&site, &mut sari, case, MAIL).await;
    let (to, links) = post.sent.lock().unwrap().pop().unwrap();
    assert!(to == MAIL && code.len() == 6, "{}", told.page());
    assert!(!told.page().contains("/l/"), "what went by mail is not shown besides");
    for canary in CANARIES.iter().chain(&[code.as_str(), "Ayu", "Melati", &case.to_string()]) {
        assert!(links.iter().all(|link| !link.contains(canary)), "{canary} in {links:?}");
    }
    let link = path_of(&links[0]);
    let mut anybody = site.browser();
    for _ in 0..3 {
        assert_eq!(anybody.get(&link).await.status, StatusCode::OK, "looking uses nothing up");
    }
    let english = anybody.get(&path_of(&links[1])).await;
    assert!(english.page().contains("First visit") && english.header("cache-control") == "no-store");
    let wrong = anybody.submit(&link, "/sandi", &[("kode", "000000")]).await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.page().contains("Kode tidak cocok"));
    let mut ayu = comes(&site, &link, &code).await;
    assert_eq!(anybody.get(&link).await.status, StatusCode::NOT_FOUND, "used up");
    let again = Form { action: format!("{link}/sandi"), ..wrong.form("/sandi") }.with("kode", &code);
    assert_eq!(anybody.post(&again).await.status, StatusCode::NOT_FOUND);
    let list = ayu.get("/kasus").await.page();
    assert!(list.contains(&case.to_string()) && !list.contains(&other.to_string()), "{list}");
    assert!(!list.contains("/kasus/cari") && !list.contains("href=\"/laporan\""), "no search, no other part");
    let path = format!("/kasus/{case}");
    let before = ayu.get(&path).await.page();
    assert!(before.contains("Benturan kepentingan?") && before.contains("upah tidak dibayar"), "{before}");
    assert!([NAME, PHONE, SHELTER].iter().all(|canary| !before.contains(canary)));
    let silent = ayu.submit(&path, "/benturan", &[("tindakan", "tidak")]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    let said = ayu.submit(&path, "/benturan", &[("tindakan", "tidak"), ("tidak-ada", "1")]).await;
    assert_eq!(said.to(), path);
    let empty = ayu.submit(&path, "/identitas", &[]).await;
    assert!(empty.status == StatusCode::UNPROCESSABLE_ENTITY && !empty.page().contains(PHONE));
    let shown = ayu.submit(&path, "/identitas", &[("alasan", "surat kuasa")]).await.page();
    assert!(shown.contains(PHONE) && !shown.contains(SHELTER), "{shown}");
    assert!(!ayu.get(&path).await.page().contains(PHONE), "shown once, each time on the record");
    let looks = sari.get(&format!("{path}/akses")).await.page();
    assert!(looks.contains("Ayu Lestari") && looks.contains("surat kuasa"), "{looks}");
    let consent = ConsentId::from_bytes([10; 16]);
    let withdraw = WithdrawConsent { case, consent, erase: false };
    site.node().does(&site.node().manager(), &withdraw).await.unwrap();
    assert!(ayu.get(&path).await.to().starts_with("/masuk"), "her session is over with her last matter");
    let page = sari.get(&format!("{path}/tamu")).await.page();
    assert!(page.contains("persetujuan ditarik"), "{page}");
}

#[tokio::test]
async fn every_other_door_of_staff_is_not_there_for_a_guest() {
    let (site, case) = site(None).await;
    let other = opened_from(site.node(), b"kunci-lain").await.to_string();
    let mut sari = site.as_officer("sari").await;
    let (told, code) = lets_in(&site, &mut sari, case, "").await;
    let link = path_of(told.page().split("class=\"print\">").nth(1).unwrap().split('<').next().unwrap());
    let mut ayu = comes(&site, &link, &code).await;
    let said = [("tindakan", "tidak"), ("tidak-ada", "1")];
    ayu.submit(&format!("/kasus/{case}"), "/benturan", &said).await;
    let mut walked = 0;
    for (path, get, post) in denials::routes() {
        let hers = path.contains("/penasihat/") || ["/kasus", "/kasus/{id}"].contains(&path.as_str());
        if hers || denials::FREE.contains(&path.as_str()) && !path.contains("kalender") || path == "/hari-ini" {
            continue;
        }
        let path = denials::filled(&path, &case.to_string());
        walked += 1;
        if get {
            assert_eq!(ayu.get(&path).await.status, StatusCode::NOT_FOUND, "GET {path}");
        }
        if post {
            let answer = ayu.post(&denials::token_for(&site, &ayu, &path)).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "POST {path}");
        }
    }
    assert!(walked > 120, "only {walked} doors");
    let nowhere = format!("/kasus/case_{}", "0".repeat(26));
    let [foreign, absent] = [&format!("/kasus/{other}"), &nowhere];
    let (foreign, absent) = (ayu.get(foreign).await, ayu.get(absent).await);
    assert_eq!((foreign.status, absent.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
    let plain = |answer: &Answer, id: &str| answer.page().replace(id, "").len();
    let lengths = (plain(&foreign, &other), plain(&absent, &nowhere["/kasus/".len()..]));
    assert_eq!(lengths.0, lengths.1, "another's case and no case are one answer");
    for (end, ways) in
        [("benturan", 0), ("identitas", 0), ("selesai", 0), ("berkas/file_00000000000000000000000000", 0)]
    {
        let path = format!("/kasus/{other}/penasihat/{end}");
        let form = denials::token_for(&site, &ayu, &path).with("alasan", "ingin tahu").with("tidak-ada", "1");
        let answer = ayu.post(&form.with("tindakan", "tidak")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path} {ways}");
    }
    assert_eq!(ayu.get("/akun").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_mail_that_did_not_go_is_told_and_the_link_is_there_to_be_handed_over() {
    let post = Arc::new(Post { down: true, ..Post::default() });
    let (site, case) = site(Some(Arc::clone(&post))).await;
    let mut sari = site.as_officer("sari").await;
    let (told, code) = lets_in(&site, &mut sari, case, MAIL).await;
    let page = told.page();
    assert!(page.contains("Server surel tidak menjawab") && page.contains("<svg"), "{page}");
    let (_, links) = post.sent.lock().unwrap().pop().unwrap();
    assert!(page.contains(&links[0]), "not lost");
    let list = sari.get(&format!("/kasus/{case}/tamu")).await.page();
    assert!(list.contains("Server surel tidak menjawab") && list.contains("menunggu; tautan berlaku"), "{list}");
    assert!(!list.contains(&code) && !list.contains("/l/"), "the link is shown once");
    comes(&site, &path_of(&links[0]), &code).await;
}

#[tokio::test]
async fn a_form_sent_twice_is_one_guest_and_slips_come_back_at_their_field() {
    let (site, case) = site(None).await;
    let mut sari = site.as_officer("sari").await;
    let path = format!("/kasus/{case}/tamu");
    let page = sari.get(&path).await;
    assert!(page.page().contains("tidak mengirim surel") && page.page().contains("lbh-bahari"), "{}", page.page());
    assert!(page.page().contains(&format!("/kasus/{case}/persetujuan")), "the way to what is missing");
    let body = site.world.mawar.id().to_string();
    let form = page.form("/tamu").with("lembaga", &body).with("sampai", "2027-01-15");
    let unnamed = sari.post(&form.clone().with("nama", "")).await;
    assert!(unnamed.status == StatusCode::UNPROCESSABLE_ENTITY && unnamed.page().contains("href=\"#f-nama\""));
    let bad = unnamed.form("/tamu").with("lembaga", &body).with("nama", "Ayu").with("sampai", "2027-01-15");
    let bad = sari.post(&bad.with("surel", "ayu@kantor.example\r\nBcc: lain@x.example")).await;
    assert!(
        bad.status == StatusCode::UNPROCESSABLE_ENTITY && bad.page().contains("href=\"#f-surel\""),
        "{}",
        bad.page()
    );
    let late = bad.form("/tamu").with("lembaga", &body).with("nama", "Ayu").with("sampai", "2028-01-15");
    let late = sari.post(&late).await;
    assert!(late.status == StatusCode::UNPROCESSABLE_ENTITY && late.page().contains("href=\"#f-sampai\""));
    let good = late.form("/tamu").with("lembaga", &body).with("nama", "Ayu \"<b>\" Ø").with("sampai", "2027-01-15");
    assert_eq!(sari.post(&good).await.status, StatusCode::OK);
    assert_eq!(sari.post(&good).await.to(), path, "sent twice, one guest");
    let list = sari.get(&path).await.page();
    assert_eq!(list.matches("/tautan\"").count(), 1, "{list}");
    assert!(!list.contains("<b>\" Ø"));
    let guest = list.split("/tamu/officer_").nth(1).unwrap().split('/').next().unwrap();
    let renewed = sari.submit(&path, "/tautan", &[]).await;
    assert!(renewed.status == StatusCode::OK && renewed.page().contains("/l/"));
    let ended = sari.submit(&path, "/akhir", &[("tindakan", "ganti")]).await;
    assert_eq!(ended.to(), path);
    assert!(sari.get(&path).await.page().contains("penasihat diganti"));
    let mut hasan = site.as_officer("hasan").await;
    assert_eq!(hasan.get(&path).await.status, StatusCode::OK, "the coordinator may see and end it");
    let mut dewi = site.as_officer("dewi").await;
    assert_eq!(dewi.get(&path).await.status, StatusCode::FORBIDDEN);
    let officers = site.as_officer("wayan").await.get("/atur/petugas").await.page();
    assert!(officers.contains(guest), "whoever ends access sees her among those who have some: {officers}");
}

#[tokio::test]
async fn a_dead_malformed_or_locked_link_is_answered_in_words() {
    let (site, case) = site(None).await;
    let mut sari = site.as_officer("sari").await;
    let (told, code) = lets_in(&site, &mut sari, case, "").await;
    let link = path_of(told.page().split("class=\"print\">").nth(1).unwrap().split('<').next().unwrap());
    let mut anybody = site.browser();
    for dead in ["/l/", "/l/x", "/l/0707", &format!("/l/{}", "07".repeat(32)), &format!("/l/{}", "zz".repeat(32))] {
        let answer = anybody.get(dead).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{dead}");
    }
    let shown = anybody.get(&format!("/l/{}", "07".repeat(32))).await.page();
    assert!(shown.contains("tidak membuka apa pun lagi") && shown.contains("minta tautan baru"), "{shown}");
    let json = |path: String, body: &'static str| {
        let request = site.browser().request("POST", &path).header(header::CONTENT_TYPE, "application/json");
        request.header("sec-fetch-site", "same-origin").body(Body::from(body)).unwrap()
    };
    let wrong = anybody.send(json(format!("{link}/kunci/mulai"), "{\"kode\":\"1\"}")).await;
    assert!(
        wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.page().contains("guest.code-wrong"),
        "{}",
        wrong.page()
    );
    let other = anybody.send(json(format!("/en{link}/kunci/mulai"), "{\"kode\":\"1\"}")).await;
    assert!(other.page().contains("does not fit"), "{}", other.page());
    site.node().desk.store.vault().lock();
    let locked = anybody.get(&link).await;
    assert!(locked.status == StatusCode::SERVICE_UNAVAILABLE, "{} {}", locked.status, locked.page());
    assert!(locked.page().contains("Tautan Anda tetap berlaku"));
    assert!(!locked.page().contains("name=\"kode\"") && !locked.page().contains("name=\"frasa\""));
    let _ = code;
}
