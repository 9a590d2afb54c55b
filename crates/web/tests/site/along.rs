//! Documents that go along with an offer, on the pages of both sides.

use crate::browser::{Browser, Site};
use crate::cases::held_by_sari;
use crate::cast::{
    Node, World, carries, chunk_of, comes, consents, decided, handover, legal_aid, share, to_counsel, to_home, waits,
};
use crate::looks::for_batam;
use base::{CaseId, FileId, ThreadId};
use casework::document::{DocumentFor, DocumentKind};
use casework::words::{Category, Purpose};
use desk::Asking;
use desk::cases::documents::NewDocument;
use desk::offers::{Ask, SendOffer, TakerAct, TakerWord};
use http::StatusCode;

/// A made-up paper of several chunks.
fn paper(kind: DocumentKind) -> Vec<u8> {
    [b"%PDF-1.7 ".to_vec(), kind.word().into(), vec![7; 100_000]].concat()
}

async fn adds(node: &Node, by: &desk::Actor, case: CaseId, kind: DocumentKind) -> FileId {
    let title = base::Redacted::new("halaman dua".to_owned());
    let new = NewDocument { case, kind, title, purpose: DocumentFor::Case };
    let asking = Asking::once(&*node.desk.chance, node.desk.now());
    node.desk.add_document(by, asking, (new, paper(kind))).await.unwrap()
}

/// Sari, as the desk knows her.
async fn sari_acts(site: &Site) -> desk::Actor {
    let staff = desk::Staff {
        id: site.id_of("sari").await,
        name: base::Redacted::default(),
        roles: [casework::Role::CaseManager].into(),
        step_up_at: None,
    };
    desk::Actor::Officer(staff)
}

#[tokio::test]
async fn a_document_is_chosen_on_the_form_checked_with_its_clause_and_named_on_the_page_of_the_offer() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let more = [Category::Placement];
    let categories: Vec<Category> = to_counsel(11, "lbh-bahari").categories.into_iter().chain(more).collect();
    consents(site.node(), case, share(11, "lbh-bahari", Purpose::LegalAid, &categories)).await;
    let contract = adds(site.node(), &sari_acts(&site).await, case, DocumentKind::Contract).await;
    let letter = adds(site.node(), &sari_acts(&site).await, case, DocumentKind::Letter).await;
    let mut sari = site.as_officer("sari").await;
    let path = format!("/kasus/{case}/rujuk");
    let form = sari.get(&path).await.form("/pratinjau");
    assert!(form.values.iter().all(|(name, _)| name != "berkas"), "of a referral none is ticked");
    let home = sari.get(&format!("/kasus/{case}/serah")).await.form("/pratinjau");
    assert_eq!(home.values.iter().filter(|(name, _)| name == "berkas").count(), 2, "of a handover all are");
    let bahari = site.world.bahari.id().to_string();
    let form = form.with("penerima", &bahari).with("tujuan", "legal_aid");
    let checked = sari.post(&form.and("berkas", &contract.to_string()).and("berkas", &letter.to_string())).await;
    let page = checked.page();
    assert!(page.contains("Berkas: Kontrak kerja: halaman dua") && page.contains("placement.contract"), "{page}");
    assert!(page.contains("document.no-field") && page.contains("Berkas: Surat: halaman dua"), "{page}");
    let at = sari.post(&checked.form("/rujuk")).await.to();
    let offer = sari.get(&at).await.page();
    assert!(offer.contains("Berkas yang ikut") && offer.contains("document.no-field"), "{offer}");
}

/// A case of Lombok Timur with a contract comes to Batam.
async fn comes_along(world: &World, ask: Ask, consent: casework::Consent) -> (CaseId, ThreadId) {
    let World { batam, lotim, .. } = world;
    let case = decided(lotim).await;
    consents(lotim, case, consent).await;
    let file = adds(lotim, &lotim.manager(), case, DocumentKind::Contract).await;
    let offer = SendOffer { case, version: None, ask: Ask { documents: [file].into(), ..ask } };
    let (thread, offer_no) = lotim.does(&lotim.manager(), &offer).await.unwrap();
    lotim.talks(batam).await;
    batam.does(&batam.manager(), &TakerAct { thread, offer_no, word: TakerWord::Accept }).await.unwrap();
    lotim.talks(batam).await;
    (case, thread)
}

fn with_placement(consent: casework::Consent) -> casework::Consent {
    let categories = consent.categories.iter().copied().chain([Category::Placement]).collect();
    for_batam(casework::Consent { categories, ..consent })
}

#[tokio::test]
async fn the_taker_sees_how_much_of_a_document_has_come_and_then_the_document_and_where_it_came_from() {
    let site = Site::new().await;
    let World { lotim, .. } = &site.world;
    let (case, thread) = comes_along(&site.world, handover(site.node()), with_placement(to_home())).await;
    let manager = site.id_of("sari").await;
    let assign = desk::cases::record::Assign { manager, companion: None };
    site.node().changes(&site.node().coordinator(), case, assign).await.unwrap();
    let mut sari = site.as_officer("sari").await;
    let list = format!("/kasus/{case}/berkas");
    let page = sari.get(&list).await.page();
    assert!(page.contains("0 dari 7 potongan"), "{page}");
    let blob = waits(lotim, site.node()).await.remove(0);
    for n in [0, 3] {
        let (bytes, last) = chunk_of(lotim, &blob, n);
        comes(site.node(), (blob.blob, n, last), &bytes).await.unwrap();
    }
    let page = sari.get(&list).await.page();
    assert!(
        page.contains("2 dari 7 potongan") && page.contains("dari Simpul lotim") && page.contains("telepon"),
        "{page}"
    );
    assert!(sari.get(&format!("/rujukan/{thread}.1")).await.page().contains("2 dari 7 potongan"));
    carries(lotim, site.node()).await;
    let page = sari.get(&list).await.page();
    assert!(
        !page.contains("potongan") && page.contains("Kontrak kerja") && page.contains("dari Simpul lotim"),
        "{page}"
    );
    let one = sari.get(&format!("{list}/{}", blob.blob)).await;
    assert!(one.status == StatusCode::OK && one.page().contains("dari Simpul lotim"), "{}", one.page());
    let offer = sari.get(&format!("/rujukan/{thread}.1")).await.page();
    assert!(offer.contains(&format!("{list}/{}", blob.blob)) && offer.contains("dalam kasus"), "{offer}");
}

async fn saved(browser: &mut Browser, path: &str) -> crate::browser::Answer {
    let form = browser.get(path).await.form("/asli");
    browser.post(&form).await
}

#[tokio::test]
async fn a_document_of_a_referral_opens_from_the_page_of_the_offer() {
    let site = Site::new().await;
    let World { lotim, .. } = &site.world;
    let kinds = [Category::Contact, Category::Legal, Category::Needs];
    let ask = Ask { purpose: Purpose::Protection, ..legal_aid(site.node()) };
    let consent = with_placement(share(30, "batam", Purpose::Protection, &kinds));
    let (_, thread) = comes_along(&site.world, ask, consent).await;
    carries(lotim, site.node()).await;
    let mut sari = site.as_officer("sari").await;
    let offer = sari.get(&format!("/rujukan/{thread}.1")).await.page();
    let path = offer.split("href=\"").find(|part| part.contains("/berkas/file_")).unwrap().split('"').next().unwrap();
    let before = site.node().head().await;
    let given = saved(&mut sari, path).await;
    assert_eq!((given.status, given.body), (StatusCode::OK, paper(DocumentKind::Contract)));
    assert_eq!(site.node().journal(before).await, ["file.opened"]);
}
