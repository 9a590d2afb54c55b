//! What the pages say about mail that did not arrive, and what a person does about it.

use crate::browser::Site;
use crate::cast::{CANARIES, START, opened, text};
use base::{Digest, NodeId, ThreadId, Timestamp};
use desk::cases::identity::OpenIdentity;
use desk::mail::{Apply, Notice, Outgoing, State};
use desk::wire::Class;
use http::StatusCode;
use std::sync::Arc;
use web::{BundleDone, Carriers, Later, WebState};

/// A case file that counsel has not received for half of its life.
fn late(site: &Site) -> Outgoing {
    Outgoing {
        thread: ThreadId::from_bytes([5; 16]),
        peer: site.world.bahari.id(),
        era: 1,
        seq: 3,
        number: 24,
        class: Class::Normal,
        state: State::Handed,
        made_at: START,
        expires_at: START.plus_hours(336),
        next_at: None,
        tries: 0,
        level: 50,
        hash: Digest::default(),
        code: None,
        handed_at: Some(START),
        received_at: None,
        seen_at: None,
    }
}

#[tokio::test]
async fn late_mail_names_the_partner_the_time_and_the_telephone_until_somebody_saw_to_it() {
    let site = Site::new().await;
    let mut tx = site.node().begin().await;
    site.node().desk.notice(&mut tx, &Notice::Late(late(&site))).await.unwrap();
    tx.commit().await.unwrap();
    let said = "belum menerima berkas kasus sejak";
    let mut hasan = site.as_officer("hasan").await;
    let shown = hasan.get("/simpul").await;
    let page = shown.page();
    assert!(page.contains(said) && page.contains("href=\"tel:"), "{page}");
    assert!(hasan.get("/hari-ini").await.page().contains(said));
    let mut sari = site.as_officer("sari").await;
    assert!(sari.get("/hari-ini").await.page().contains(said), "who sends offers is told too");
    let mut dewi = site.as_officer("dewi").await;
    assert!(!dewi.get("/hari-ini").await.page().contains(said), "intake neither sends nor runs the node");
    let done = shown.form("/selesai");
    assert_eq!(hasan.post(&done).await.to(), "/simpul");
    assert_eq!(hasan.post(&done).await.to(), "/simpul", "twice has one effect");
    assert!(!hasan.get("/simpul").await.page().contains(said));
}

/// A node whose last backup was made then.
struct Backed(Option<Timestamp>);

impl Carriers for Backed {
    fn joining_file(&self) -> Later<'_, Vec<u8>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn pack(&self, _: NodeId) -> Later<'_, Vec<u8>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn unpack(&self, _: Vec<u8>) -> Later<'_, BundleDone> {
        Box::pin(async { Ok(BundleDone { new: 0, known: 0, refused: 0 }) })
    }

    fn last_backup(&self) -> Option<Timestamp> {
        self.0
    }
}

#[tokio::test]
async fn the_page_says_how_old_the_backup_is_and_what_to_do() {
    for (days, said) in
        [(None, "Belum pernah dibuat"), (Some(8), "Lebih dari tujuh hari: colok stik"), (Some(1), "class=\"tag ok\"")]
    {
        let mut site = Site::new().await;
        let last = days.map(|days| site.node().desk.now().plus_hours(-24 * days));
        let carriers: Arc<dyn Carriers> = Arc::new(Backed(last));
        site.state = WebState::new(Arc::clone(&site.node().desk), site.state.set.clone(), Some(carriers));
        site.router = web::router(site.state.clone());
        let page = site.as_officer("hasan").await.get("/simpul").await.page();
        let part = page.split("id=\"cadangan\"").nth(1).unwrap().split("id=\"paket\"").next().unwrap();
        assert!(part.contains(said), "{days:?}: {part}");
    }
}

#[tokio::test]
async fn the_auditor_reads_the_journal_without_a_name_or_a_word_and_nobody_else_does() {
    let site = Site::new().await;
    let node = site.node();
    let case = opened(node).await;
    for _ in 0..30 {
        node.does(&node.manager(), &OpenIdentity { case, reason: text("mencocokkan paspor") }).await.unwrap();
    }
    let mut auditor = site.as_officer("ratih").await;
    let shown = auditor.get("/jurnal").await;
    let page = shown.page();
    for said in ["identitas dilihat", "utuh", "href=\"/jurnal?sebelum="] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(!page.contains("class=\"tag late\""), "every entry holds: {page}");
    let mut all = page;
    while let Some(next) =
        all.rsplit("href=\"/jurnal?").next().and_then(|rest| rest.split('"').next()).map(str::to_owned)
    {
        let older = auditor.get(&format!("/jurnal?{next}")).await.page();
        let more = older.contains("href=\"/jurnal?");
        all = all.replace("href=\"/jurnal?", "") + &older;
        if !more {
            break;
        }
    }
    assert!(all.contains("kasus dibuka"), "the first page is not all");
    for word in CANARIES.iter().chain(&["dewi", "sari", "Sari", "mencocokkan"]) {
        assert!(!all.contains(word), "{word} stands on the page");
    }
    for login in ["dewi", "sari", "hasan", "wayan", "bripka"] {
        let status = site.as_officer(login).await.get("/jurnal").await.status;
        assert_eq!(status, http::StatusCode::FORBIDDEN, "{login}");
    }
}

#[tokio::test]
async fn the_report_of_a_quarter_is_owed_hides_small_cells_and_stays_as_it_was_sent() {
    let site = Site::new().await;
    opened(site.node()).await;
    site.world.clock.advance_millis(45 * 24 * 3_600_000);
    let mut coordinator = site.as_officer("hasan").await;
    let path = "/wawasan/triwulan/2026-Q4";
    let day = coordinator.get("/hari-ini").await;
    assert!(day.page().contains("GV-3") && day.page().contains(path), "{}", day.page());
    let page = coordinator.get(path).await;
    for said in ["triwulan ini: kurang dari 11. Angka di bawah 11 ", "disembunyikan", "Menurut provinsi asal"] {
        assert!(page.page().contains(said), "{said}: {}", page.page());
    }
    assert!(!page.page().contains("Melati"), "no alias either");
    let mut police = site.as_officer("bripka").await;
    assert!(!police.get(path).await.page().contains("Menurut"), "what is not sent yet could be compared day by day");
    let empty = coordinator.submit(path, "2026-Q4", &[("kepada", " ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let late = coordinator.get(path).await.form("2026-Q4").with("kepada", "Provinsi");
    assert_eq!(coordinator.submit(path, "2026-Q4", &[("kepada", "KemenPPPA")]).await.to(), path);
    let again = coordinator.post(&late).await;
    assert!(again.status == StatusCode::CONFLICT && again.page().contains("[quarter.sent]"), "{}", again.page());
    let sent = coordinator.get(path).await;
    assert!(sent.page().contains("kepada KemenPPPA") && !sent.page().contains("name=\"kepada\""));
    assert!(police.get(path).await.page().contains("Menurut provinsi asal"));
    assert!(!coordinator.get("/hari-ini").await.page().contains(path), "nothing is owed any more");
    assert_eq!(coordinator.get("/wawasan/triwulan/2027-Q1").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(coordinator.get("/wawasan/triwulan/2026-Q5").await.status, StatusCode::NOT_FOUND);
    assert!(site.node().journal(base::Seq(0)).await.iter().any(|kind| kind == "counts.sent"));
}
