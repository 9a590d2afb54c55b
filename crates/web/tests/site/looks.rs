//! Who somebody is, on pages that are about something else: closed until it is asked for, each look recorded first.

use crate::browser::{Browser, Site};
use crate::cases::held_by_sari;
use crate::cast::{
    NAME, Node, PHONE, SAFE_WAY, World, consents, decided, handover, report, sealed, share, to_counsel, to_home,
};
use base::{CaseId, ThreadId};
use casework::consent::Receiver;
use casework::words::{Category, Purpose};
use desk::offers::{Ask, SendOffer, TakerAct, TakerWord};
use http::StatusCode;
use store::Read;

/// The journal is whole, and the lists are what it says.
async fn is_whole(site: &Site) {
    let mut view = site.node().desk.read().await.unwrap();
    assert!(store::chain::verify(view.raw()).await.unwrap().is_ok());
    assert_eq!(desk::verify::projections(&mut view).await.unwrap(), []);
}

/// The last looks at a case as Sari reads them.
async fn log(sari: &mut Browser, case: CaseId) -> String {
    let answer = sari.get(&format!("/kasus/{case}/akses")).await;
    assert_eq!(answer.status, StatusCode::OK);
    answer.page()
}

#[tokio::test]
async fn the_preview_of_a_referral_shows_no_contact_until_it_is_asked_for_and_then_it_is_on_record() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    consents(site.node(), case, to_counsel(11, "lbh-bahari")).await;
    let mut sari = site.as_officer("sari").await;
    let bahari = site.world.bahari.id().to_string();
    let asked = [("penerima", bahari.as_str()), ("tujuan", "legal_aid")];
    let before = site.node().head().await;
    let closed = sari.submit(&format!("/kasus/{case}/rujuk"), "/pratinjau", &asked).await;
    let page = closed.page();
    assert!(page.contains("contact.phone") && page.contains("tertutup") && page.contains("pasal 24"), "{page}");
    assert!(!page.contains(PHONE), "{page}");
    assert!(site.node().journal(before).await.is_empty(), "nobody has seen anything");

    let open = closed.form("/pratinjau").with("lihat", "ya");
    let shown = sari.post(&open).await;
    assert!(shown.page().contains(PHONE), "{}", shown.page());
    assert_eq!(shown.header("cache-control"), "no-store");
    assert_eq!(site.node().journal(before).await, ["identity.seen"]);
    let page = log(&mut sari, case).await;
    assert!(page.contains("identitas dilihat · pratinjau untuk Simpul lbh-bahari") && page.contains("Sari"), "{page}");
    is_whole(&site).await;

    site.world.clock.advance_millis(6 * 60_000);
    assert!(sari.post(&open).await.to().starts_with("/konfirmasi"), "presence is proved again first");
    let at = sari.post(&shown.form("/rujuk")).await.to();
    let sent = sari.get(&at).await;
    assert!(sent.page().contains("contact.phone") && !sent.page().contains(PHONE), "what went is closed here, too");
}

#[tokio::test]
async fn who_does_not_hold_the_case_sees_in_its_preview_what_leaves_but_not_who_she_is() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    consents(site.node(), case, to_counsel(11, "lbh-bahari")).await;
    let mut tuti = site.as_officer("tuti").await;
    let bahari = site.world.bahari.id().to_string();
    let asked = [("penerima", bahari.as_str()), ("tujuan", "legal_aid")];
    let closed = tuti.submit(&format!("/kasus/{case}/rujuk"), "/pratinjau", &asked).await;
    let page = closed.page();
    assert!(
        page.contains("Hanya pemegang kasus") && !page.contains("name=\"lihat\"") && !page.contains(PHONE),
        "{page}"
    );
    let form = tuti.get(&format!("/kasus/{case}/rujuk")).await.form("/pratinjau");
    let form = asked.iter().fold(form, |form, (name, value)| form.with(name, value)).with("lihat", "ya");
    let forced = tuti.post(&form).await;
    assert_eq!(forced.status, StatusCode::FORBIDDEN);
    assert!(!forced.page().contains(PHONE));
}

/// Lombok Timur offers a case of its own to Batam, which accepts; the file arrives.
pub async fn received(world: &World, ask: Ask, consent: casework::Consent) -> (CaseId, ThreadId) {
    let World { batam, lotim, .. } = world;
    let case = decided(lotim).await;
    consents(lotim, case, consent).await;
    let offer = SendOffer { case, version: None, ask };
    let (thread, offer_no) = lotim.does(&lotim.manager(), &offer).await.unwrap();
    lotim.talks(batam).await;
    batam.does(&batam.manager(), &TakerAct { thread, offer_no, word: TakerWord::Accept }).await.unwrap();
    lotim.talks(batam).await;
    (case, thread)
}

pub fn for_batam(consent: casework::Consent) -> casework::Consent {
    casework::Consent { receiver: Some(Receiver { party: "batam".into(), node: None }), ..consent }
}

fn protection(batam: &Node) -> Ask {
    Ask { purpose: Purpose::Protection, ..crate::cast::legal_aid(batam) }
}

#[tokio::test]
async fn a_file_that_came_shows_no_contact_until_it_is_asked_for_and_the_page_says_who_looked() {
    let site = Site::new().await;
    let kinds = [Category::Contact, Category::Legal, Category::Needs];
    let consent = for_batam(share(30, "batam", Purpose::Protection, &kinds));
    let (_, thread) = received(&site.world, protection(site.node()), consent).await;
    let mut sari = site.as_officer("sari").await;
    let path = format!("/rujukan/{thread}.1");
    let closed = sari.get(&path).await;
    assert!(closed.page().contains("contact.phone") && closed.page().contains("pasal 24"), "{}", closed.page());
    assert!(!closed.page().contains(PHONE) && !closed.page().contains("Siapa yang melihat"));
    let before = site.node().head().await;
    let shown = sari.post(&closed.form("/identitas")).await;
    assert!(shown.page().contains(PHONE), "{}", shown.page());
    assert_eq!(site.node().journal(before).await, ["identity.seen"]);
    let after = sari.get(&path).await.page();
    assert!(
        !after.contains(PHONE) && after.contains("Siapa yang melihat") && after.contains("<dd>Sari</dd>"),
        "{after}"
    );

    let mut hasan = site.as_officer("hasan").await;
    let page = hasan.get(&path).await.page();
    assert!(!page.contains(PHONE) && !page.contains("/identitas\""), "a coordinator sees that it is there: {page}");
    let form = closed.form("/identitas").with("_tanda", "");
    assert_eq!(hasan.post(&form).await.status, StatusCode::FORBIDDEN);
    is_whole(&site).await;
}

#[tokio::test]
async fn a_look_at_the_file_of_a_case_that_was_taken_over_stands_with_the_case() {
    let site = Site::new().await;
    let (case, thread) = received(&site.world, handover(site.node()), for_batam(to_home())).await;
    let manager = site.id_of("sari").await;
    let assign = desk::cases::record::Assign { manager, companion: None };
    site.node().changes(&site.node().coordinator(), case, assign).await.unwrap();
    let (mut sari, mut tuti) = (site.as_officer("sari").await, site.as_officer("tuti").await);
    let path = format!("/rujukan/{thread}.1");
    let closed = sari.get(&path).await;
    assert!(closed.page().contains("identity.name") && !closed.page().contains(NAME), "{}", closed.page());
    assert!(sari.post(&closed.form("/identitas")).await.page().contains(NAME));
    let page = log(&mut sari, case).await;
    assert!(page.contains("identitas dilihat · kiriman bersama Simpul lotim"), "{page}");
    let other = tuti.get(&path).await.page();
    assert!(!other.contains(NAME) && other.contains("Hanya pemegang kasus"), "not near");
}

#[tokio::test]
async fn the_contact_of_a_report_is_closed_and_a_look_is_on_its_page_and_on_that_of_its_case() {
    let site = Site::new().await;
    site.node().desk.take_report(b"kunci", &sealed(site.node(), b"kunci", &report()).await).await.unwrap();
    let (mut dewi, mut hasan) = (site.as_officer("dewi").await, site.as_officer("hasan").await);
    let list = dewi.get("/laporan").await.page();
    let href = list.split("href=\"/laporan/report_").nth(1).unwrap().split('"').next().unwrap();
    let path = format!("/laporan/report_{href}");
    let closed = dewi.get(&path).await;
    assert!(closed.page().contains("tertutup") && !closed.page().contains(SAFE_WAY), "{}", closed.page());
    let seen = hasan.get(&path).await.page();
    assert!(!seen.contains(SAFE_WAY) && !seen.contains("/kontak\""), "who does not handle reports does not reach her");
    let before = site.node().head().await;
    let shown = dewi.post(&closed.form("/kontak")).await;
    assert!(shown.page().contains(SAFE_WAY), "{}", shown.page());
    assert_eq!(site.node().journal(before).await, ["contact.seen"]);
    let again = dewi.get(&path).await.page();
    assert!(!again.contains(SAFE_WAY) && again.contains("Kontak dilihat: 1") && again.contains("<dd>Dewi</dd>"));

    let opened = closed.form("/kasus").with("ditemukan", "21.71").with("asal", "52.03").with("peran", "victim");
    let case: CaseId = dewi.post(&opened).await.to().rsplit('/').next().unwrap().parse().unwrap();
    let manager = site.id_of("sari").await;
    let assign = desk::cases::record::Assign { manager, companion: None };
    site.node().changes(&site.node().coordinator(), case, assign).await.unwrap();
    let mut sari = site.as_officer("sari").await;
    let page = log(&mut sari, case).await;
    assert!(page.contains("kontak dilihat di laporan") && page.contains("Dewi"), "{page}");
    is_whole(&site).await;
}

#[tokio::test]
async fn the_fields_of_a_case_keep_a_closed_contact_that_is_left_empty_and_change_one_that_was_opened() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let mut sari = site.as_officer("sari").await;
    let path = format!("/kasus/{case}/isian");
    let closed = sari.get(&path).await;
    assert!(closed.page().contains("Tertutup;") && !closed.page().contains(PHONE), "{}", closed.page());
    let left = closed.form("/isian").with("contact.phone", "").with("needs.return", "ingin pulang");
    sari.post(&left).await.to();
    let stored = site.node().case(case).await;
    assert_eq!(
        (stored.fields["contact.phone"].expose().as_str(), stored.fields["needs.return"].expose().as_str()),
        (PHONE, "ingin pulang")
    );

    let before = site.node().head().await;
    let ask = sari.get(&path).await.form("/isian").with("tindakan", "lihat");
    let opened = sari.post(&ask.with("contact.phone", "").with("needs.return", "lusa")).await;
    assert!(opened.page().contains(PHONE) && opened.page().contains("lusa"), "what was typed stays: {}", opened.page());
    assert_eq!(site.node().journal(before).await, ["identity.seen"]);
    assert!(log(&mut sari, case).await.contains("identitas dilihat · isian kasus"));
    let emptied = opened.form("/isian").with("tindakan", "terbuka").with("contact.phone", "");
    sari.post(&emptied).await.to();
    assert_eq!(site.node().case(case).await.fields.get("contact.phone").map_or("", |value| value.expose()), "");

    let mut maria = site.as_officer("maria").await;
    crate::cast::known(site.node(), case).await;
    let page = maria.get(&path).await;
    assert!(!page.page().contains(PHONE) && !page.page().contains("value=\"lihat\""), "her role has no need of it");
}
