//! The pages of an agreement beside reading and signing it: what it would permit.

use crate::browser::{Answer, Form, Site};
use accord::{
    AccordState, Action, Consent, ConsentCode, Document, FieldList, Giver, Person, PersonRole, Purpose, Request,
};
use base::{Place, Timestamp};
use http::StatusCode;

const AT: &str = "/mou/batam-bantuan-hukum/1";

/// The document as the node holds it.
async fn document(site: &Site) -> Document {
    let mut view = site.node().desk.read().await.unwrap();
    let doc = desk::partners::accord::accord_doc(&mut view, "batam-bantuan-hukum", 1).await.unwrap().unwrap();
    Document::parse(&doc.bytes.0).unwrap()
}

/// A woman found in Batam, legal aid by Bahari, on 24 November 2026 at noon; no consent.
fn request(fields: &[&str]) -> Request {
    Request {
        on: Timestamp::parse("2026-11-24T05:00:00Z").unwrap(),
        from: "batam".into(),
        to: "lbh-bahari".into(),
        action: Action::Refer,
        purpose: Purpose::LegalAid,
        person: Some(Person {
            roles: vec![PersonRole::Victim],
            child: false,
            found_in: Some(Place::parse("21.71").unwrap()),
            origin: None,
            family_of: None,
            conflicts: Vec::new(),
        }),
        accord_state: AccordState::Active,
        sent_today: 0,
        consents: Vec::new(),
        basis: None,
        fields: fields.iter().map(|field| (*field).to_owned()).collect(),
    }
}

fn with_consent(request: Request) -> Request {
    let consent = Consent {
        id: "c".into(),
        code: ConsentCode::C4,
        to: request.to.clone(),
        purpose: request.purpose,
        categories: accord::Word::ALL.to_vec(),
        by: Giver::Person,
        from: Timestamp::parse("2026-11-01T00:00:00Z").unwrap(),
        until: Timestamp::parse("2027-05-01T00:00:00Z").unwrap(),
        withdrawn: None,
    };
    Request { consents: vec![consent], ..request }
}

/// The same facts in the form.
fn filled(form: Form) -> Form {
    form.with("dari", "batam")
        .with("ke", "lbh-bahari")
        .with("tindak", "refer")
        .with("tujuan", "legal_aid")
        .with("tanggal", "2026-11-24")
        .with("peran", "victim")
        .with("umur", "dewasa")
        .with("ditemukan", "21.71")
        .with("oleh", "person")
        .with("persetujuan", "tidak")
}

/// The page says of each field what the rule says: its clause, or the code, the words and the cure of its refusal.
fn agrees(answer: &Answer, decided: &accord::Decision) {
    assert_eq!(answer.status, StatusCode::OK);
    let page = answer.page();
    for (_, clause, _) in decided.allowed() {
        let (_, no) = clause.split_once('#').unwrap();
        assert!(page.contains(&format!("<dd>{no}: ")), "{clause} {page}");
    }
    for (_, refusal) in decided.refused() {
        let text = refusal.text().get(base::Lang::Id);
        assert!(page.contains(&format!("{text} [{}]", refusal.code().0)), "{refusal:?} {page}");
        assert!(page.contains(refusal.cure().get(base::Lang::Id)), "{refusal:?} {page}");
    }
    assert_eq!(page.contains("</span> boleh pergi"), decided.permitted() > 0);
    assert_eq!(page.contains("</span> tetap di sini"), decided.permitted() < decided.answers().len());
}

/// Goal: the page is the rule. Permitted, held back by a floor, for want of a consent, and where no clause speaks.
#[tokio::test]
async fn what_an_agreement_would_permit_is_answered_by_the_rule_that_offers_follow() {
    let site = Site::new().await;
    let document = document(&site).await;
    let decide = |request: &Request| accord::decide(&document, request, FieldList::shipped());
    let mut sari = site.as_officer("sari").await;
    let form = filled(sari.get(&format!("{AT}/coba")).await.form("/coba"));
    let all: Vec<&str> = FieldList::shipped().fields().iter().map(|known| known.field.as_str()).collect();

    let given = form.clone().with("persetujuan", "ada");
    let permitted = decide(&with_consent(request(&all)));
    assert!(permitted.permitted() > 10 && permitted.refused().any(|(_, why)| why.code().0 == "floor.shelter"));
    let answer = sari.post(&given).await;
    agrees(&answer, &permitted);
    assert!(answer.page().contains("Sebagian boleh") && answer.page().contains("365"));

    let floor = decide(&with_consent(request(&["health.findings"])));
    assert_eq!(floor.refused().next().unwrap().1.code().0, "floor.health");
    agrees(&sari.post(&given.clone().with("isian", "health.findings")).await, &floor);

    let closed = decide(&request(&["legal.problem"]));
    assert_eq!(closed.refused().next().unwrap().1.code().0, "consent.missing");
    agrees(&sari.post(&form.clone().with("isian", "legal.problem")).await, &closed);

    let no_clause = Request { purpose: Purpose::Return, ..request(&["legal.problem"]) };
    let no_clause = decide(&with_consent(no_clause));
    assert_eq!(no_clause.refused().next().unwrap().1.code().0, "clause.purpose");
    agrees(&sari.post(&given.clone().with("tujuan", "return").with("isian", "legal.problem")).await, &no_clause);

    let half = decide(&with_consent(request(&["legal.problem"])));
    assert_eq!(half.refused().next().unwrap().1.code().0, "accord.required");
    let half_page = sari.post(&given.with("isian", "legal.problem")).await;
    agrees(&half_page, &half);
    assert!(half_page.page().contains("<dt>Harus ikut tetapi tidak ikut</dt><dd>Kontak: Cara aman menghubungi</dd>"));
}

/// Goal: a trial is no act. What was typed stands in no address and in no journal, and no bad value passes for another.
#[tokio::test]
async fn a_trial_keeps_nothing_and_names_what_it_cannot_read() {
    let site = Site::new().await;
    let mut sari = site.as_officer("sari").await;
    let page = sari.get(&format!("{AT}/coba")).await;
    assert!(page.page().contains("<form method=\"post\""), "{}", page.page());
    let form = filled(page.form("/coba"));
    let before = site.node().journal(base::Seq(0)).await;
    assert_eq!(sari.post(&form).await.status, StatusCode::OK);
    for (name, value) in
        [("dari", "lotim"), ("tujuan", "x"), ("tanggal", "kemarin"), ("ditemukan", "Batam"), ("ke", "")]
    {
        let back = sari.post(&form.clone().with(name, value)).await;
        let code = if value.is_empty() { "[web.field-missing]" } else { "[web.field-bad]" };
        assert!(back.status.is_client_error() && back.page().contains(code), "{name}: {}", back.page());
        assert!(back.page().contains(&format!("href=\"#f-{name}\"")), "{name}");
    }
    let none = sari.post(&form.without("kategori")).await;
    assert!(none.page().contains("[web.field-missing]"), "{}", none.page());
    assert_eq!(site.node().journal(base::Seq(0)).await, before);
}

#[tokio::test]
async fn a_text_that_waits_is_tried_as_if_it_were_in_force_and_says_so() {
    let site = Site::new().await;
    let mut hasan = site.as_officer("hasan").await;
    let form = hasan.get(&format!("{AT}/usulan-balik")).await.form("/usulan-balik");
    let form = form.with("berlaku", "2026-01-01").with("sampai", "2027-12-31");
    let form = (0..5).fold(form, |form, nth| form.with(&format!("simpan-{nth}"), "30"));
    assert_eq!(hasan.post(&form.without("tetap-0")).await.to(), "/mou/batam-bantuan-hukum/2/perubahan");
    let waiting = "/mou/batam-bantuan-hukum/2/coba";
    let form = filled(hasan.get(waiting).await.form("/coba")).with("persetujuan", "ada").with("isian", "legal.problem");
    let page = hasan.post(&form).await.page();
    assert!(page.contains("[clause.category]") && page.contains("menganggapnya sudah berlaku"), "4.2 is gone: {page}");
    let page = hasan.post(&form.clone().with("isian", "needs.legal")).await.page();
    assert!(page.contains("<dd>4.3: ") && page.contains("<dd>30</dd>"), "{page}");
    let page = hasan.post(&form.without("anggap")).await.page();
    assert!(page.contains("[accord.not-active]") && !page.contains("menganggapnya"), "{page}");
}

/// Goal: whoever ends an agreement sees first what that does; going back loses nothing that was typed.
#[tokio::test]
async fn an_end_shows_what_stops_and_what_runs_on_before_it_is_said() {
    let site = Site::new().await;
    let mut hasan = site.as_officer("hasan").await;
    let form = hasan.get(&format!("{AT}/keadaan")).await.form("/keadaan");
    let form = form.with("tindakan", "akhiri").with("sebab", "5").with("alasan", "tidak dipakai lagi");
    let check = hasan.post(&form).await;
    let page = check.page();
    assert_eq!(check.status, StatusCode::OK);
    for words in [
        "Periksa sebelum mengakhiri",
        "tidak dipakai lagi",
        "<dt>Tawaran kita yang belum dijawab</dt><dd>0 ditarik",
        "<dt>Tambahan berkas</dt><dd>30 hari pemberitahuan, sampai 2",
        "<dt>Kasus yang berjalan</dt><dd>diselesaikan</dd>",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(hasan.get(AT).await.page().contains("Berlaku"), "nothing was said yet");
    let back = hasan.post(&check.form("/keadaan").with("tindakan", "ubah")).await.page();
    assert!(
        back.contains("tidak dipakai lagi</textarea>") && back.contains("<h1>Tangguhkan atau akhiri</h1>"),
        "{back}"
    );
    let at_once = hasan.post(&form.clone().with("segera", "ya")).await;
    assert!(at_once.page().contains("[accord.not-at-once]"), "a wrong word meets no check page");
    let breach = hasan.post(&form.with("sebab", "1").with("segera", "ya")).await;
    assert!(breach.page().contains("tidak ada lagi, seketika"), "{}", breach.page());
    let said = check.form("/keadaan").with("tindakan", "akhiri");
    assert_eq!(hasan.post(&said).await.to(), AT);
    assert!(hasan.get(AT).await.page().contains("Diakhiri"));
}

/// Goal: a paper is recorded by two officers with the same file; of it the hash alone is kept, and the page counts the days.
#[tokio::test]
async fn a_paper_is_hashed_shown_and_asked_for_on_the_day_of_who_may_sign() {
    let site = Site::new().await;
    let mut hasan = site.as_officer("hasan").await;
    let at = proposed(&site, &mut hasan).await;
    let path = format!("{at}/kertas");
    let form = hasan.get(&path).await.form("/kertas");
    let none = hasan.post_with(&form.clone().with("dibaca", "ya"), ("pindai", "a.pdf", b"")).await;
    assert!(none.page().contains("[web.file-missing]"), "{}", none.page());
    let unread = hasan.post_with(&form, ("pindai", "a.pdf", b"%PDF-1.7 naskah")).await;
    assert!(unread.page().contains("[accord.not-read]"), "{}", unread.page());
    let scan = base::hex(&seal::hash::sha256(&[b"%PDF-1.7 naskah"]));
    let done = hasan.post_with(&form.with("dibaca", "ya"), ("pindai", "a.pdf", b"%PDF-1.7 naskah")).await;
    assert_eq!(done.to(), at);
    let page = hasan.get(&at).await.page();
    assert!(page.contains(&scan) && page.contains("masih perlu dicatat 1 petugas lain"), "{page}");
    assert!(page.contains("Rancangan") && !hasan.get("/hari-ini").await.page().contains("di atas kertas"));
    both_recorded(&site, &at, &scan).await;
    let page = hasan.get(&at).await.page();
    assert!(page.contains("Berlaku di atas kertas") && page.contains("tinggal 30 hari"), "{page}");
    assert!(page.contains("/tanda-tangan") && !page.contains("/kertas\""), "{page}");
    let day = hasan.get("/hari-ini").await.page();
    assert!(day.contains(&format!("href=\"{at}/tanda-tangan\"")) && day.contains("tinggal 30 hari"), "{day}");
    let mut sari = site.as_officer("sari").await;
    assert!(!sari.get("/hari-ini").await.page().contains("di atas kertas"), "she may not sign");
    site.world.later(24 * 30);
    site.node().desk.do_duties().await.unwrap();
    let mut hasan = site.as_officer("hasan").await;
    let page = hasan.get(&at).await.page();
    assert!(page.contains("Ditangguhkan") && page.contains("belum ditandatangani semua pihak"), "{page}");
    assert!(hasan.get("/hari-ini").await.page().contains("Berlaku lagi begitu semua menandatangani"));
}

/// The second officer here, and both at the partner.
async fn both_recorded(site: &Site, at: &str, scan: &str) {
    use desk::partners::accord::paper::RecordPaper;
    let id = at.split('/').nth(2).unwrap().to_owned();
    let scan = base::Digest(base::from_hex(scan).unwrap().try_into().unwrap());
    let act = RecordPaper { id, version: 1, scan, has_read: true };
    let (batam, lotim) = (&site.world.batam, &site.world.lotim);
    batam.does(&batam.officer(4, &[casework::Role::LegalCoordinator]), &act).await.unwrap();
    batam.talks(lotim).await;
    lotim.does(&lotim.coordinator(), &act).await.unwrap();
    lotim.does(&lotim.officer(4, &[casework::Role::LegalCoordinator]), &act).await.unwrap();
    lotim.talks(batam).await;
}

/// Goal: what passed stands with its clause in numbers, and names nobody.
#[tokio::test]
async fn a_clause_says_how_much_passed_under_it_and_of_nobody() {
    use crate::cast::{STORY, consents, decided, legal_aid, to_counsel};
    use desk::offers::{SendOffer, TakerAct, TakerWord};
    let site = Site::new().await;
    let (batam, bahari) = (&site.world.batam, &site.world.bahari);
    let case = decided(batam).await;
    consents(batam, case, to_counsel(11, "lbh-bahari")).await;
    let send = SendOffer { case, version: None, ask: legal_aid(bahari) };
    let (thread, offer_no) = batam.does(&batam.manager(), &send).await.unwrap();
    batam.talks(bahari).await;
    let mut hasan = site.as_officer("hasan").await;
    assert!(!hasan.get(AT).await.page().contains("Yang lewat"), "offered is not given");
    bahari.does(&bahari.counsel(), &TakerAct { thread, offer_no, word: TakerWord::Accept }).await.unwrap();
    batam.talks(bahari).await;
    let mut view = batam.desk.read().await.unwrap();
    let doc = desk::partners::accord::accord_doc(&mut view, "batam-bantuan-hukum", 1).await.unwrap().unwrap();
    drop(view);
    let fields = doc.flows["4.2"].given.fields;
    let page = hasan.get(AT).await.page();
    assert!(page.contains(&format!("<dt>Dari sini</dt><dd>1 kiriman, {fields} isian, terakhir ")), "{page}");
    assert!(!page.contains("<dt>Ke sini</dt>") && !page.contains(STORY) && !page.contains(&case.to_string()), "{page}");
}

#[tokio::test]
async fn who_signs_is_shown_with_who_holds_which_office_and_how_another_is_named() {
    let site = Site::new().await;
    let mut hasan = site.as_officer("hasan").await;
    let at = proposed(&site, &mut hasan).await;
    let seats = hasan.get("/mou/penanda-tangan").await.page();
    assert_eq!(seats.matches("belum dipegang siapa pun").count(), 2, "{seats}");
    assert!(seats.contains("simpul signatory name FOLDER --person") && seats.contains("Tiga pemegang lembar root"));
    assert!(!seats.contains("<form method=\"post\" action=\"/mou"), "no page names a signatory: {seats}");
    let form = hasan.get(&format!("{at}/tanda-tangan")).await.form("/tanda-tangan");
    assert_eq!(hasan.post(&form.with("jabatan", "0").with("dibaca", "ya")).await.to(), at);
    let seats = hasan.get("/mou/penanda-tangan").await.page();
    assert!(seats.contains("dipegang Hasan") && seats.matches("belum dipegang siapa pun").count() == 1, "{seats}");
    assert!(hasan.get("/mou/daftar").await.page().contains("href=\"/mou/penanda-tangan\""));
}

/// A text for two task forces, which nobody signed yet.
async fn proposed(site: &Site, hasan: &mut crate::browser::Browser) -> String {
    let form = hasan.get("/mou/usulan").await.form("/mou/usulan");
    let form = form.with("naskah", "recruiter-alerts").with("berlaku", "2026-01-01").with("sampai", "2027-12-31");
    let form = form.with("tempat", "21.71").with("mitra", &site.world.lotim.id().to_string());
    hasan.post(&form).await.to()
}
