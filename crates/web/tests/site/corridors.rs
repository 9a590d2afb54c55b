//! Networks, corridors and what the coordinator looks at: figures that tell nobody apart, a file that leaves under a clause
//! alone, and nothing of a victim on any of it.

use crate::browser::{Browser, Site, add};
use crate::cast::{CANARIES, RECRUITER, opened_from, text};
use accord::{TemplateFill, TemplateParty, template};
use base::{CaseId, Place};
use casework::Role;
use casework::case::StepRef;
use desk::cases::record::{Assign, SetFields};
use desk::cases::steps::FinishStep;
use http::StatusCode;
use std::collections::BTreeMap;

const ROUTE: &str = "Lombok Timur, Batam, Johor; rumah Bu Kenari";

/// A case whose way is known.
async fn on_the_way(site: &Site, kunci: &[u8]) -> CaseId {
    let node = site.node();
    let case = opened_from(node, kunci).await;
    let values = BTreeMap::from([("placement.route".to_owned(), text(ROUTE))]);
    node.changes(&node.manager(), case, SetFields { person: None, values }).await.unwrap();
    case
}

async fn packed(browser: &mut Browser, path: &str) -> usize {
    let request = browser.request("GET", path).header("accept-encoding", "br");
    let answer = browser.send(request.body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!(answer.header("content-encoding"), "br");
    answer.body.len()
}

/// What a page shows of the corridor Lombok Timur - Batam - Johor.
fn corridor(page: &str) -> Option<&str> {
    let row = page.split("<th scope=\"row\">Lombok Timur – Batam – Johor</th><td>").nth(1)?;
    row.split('<').next()
}

#[tokio::test]
async fn a_corridor_says_few_until_three_and_an_analyst_waits_for_the_end_of_the_month() {
    let site = Site::new().await;
    add(site.node(), "lina", &[Role::Analyst]).await;
    let mut hasan = site.as_officer("hasan").await;
    let mut shown = Vec::new();
    for kunci in [b"k1", b"k2", b"k3", b"k4"] {
        on_the_way(&site, kunci).await;
        shown.push(corridor(&hasan.get("/koridor").await.page()).unwrap().to_owned());
    }
    assert_eq!(shown, ["sedikit", "sedikit", "3", "4"]);
    let page = hasan.get("/koridor").await.page();
    let map = page.split("<svg class=\"chart\"").nth(1).and_then(|map| map.split("</svg>").next()).unwrap();
    assert!(map.matches("class=\"arc w2\"").count() == 2 && map.contains("<title"), "{map}");
    let coast = map.find("<path class=\"coast\" aria-hidden=\"true\"");
    assert_eq!(coast.is_some(), !web::look::OUTLINE.is_empty(), "{map}");
    assert!(coast < map.find("class=\"land\""), "the coast lies beneath the points");
    assert_eq!(corridor(&hasan.get("/koridor?bulan=2026-11").await.page()), Some("4"));
    assert_eq!(corridor(&hasan.get("/koridor?bulan=2026-10").await.page()), None);
    assert!(packed(&mut hasan, "/koridor").await <= 15 * 1024);
    let mut lina = site.as_officer("lina").await;
    assert_eq!(corridor(&lina.get("/koridor").await.page()), None, "the month is not over");
    site.world.later(24 * 9);
    let mut lina = site.as_officer("lina").await;
    let later = lina.get("/koridor").await.page();
    assert_eq!(corridor(&later), Some("4"));
    for hidden in CANARIES.iter().chain(&["Bu Kenari", "Melati", "case_"]) {
        assert!(!later.contains(hidden) && !page.contains(hidden), "{hidden}");
    }
}

#[tokio::test]
async fn the_coordinator_sees_how_soon_help_came_and_what_is_overdue() {
    let site = Site::new().await;
    let case = on_the_way(&site, b"k1").await;
    crate::cast::known(site.node(), case).await;
    let mut hasan = site.as_officer("hasan").await;
    let before = hasan.get("/wawasan").await.page();
    assert!(
        before.contains("Menunggu layanan pertama sejak") && before.contains("0 langkah dalam 0 kasus"),
        "{before}"
    );
    site.world.later(80);
    let legal = site.node().officer(7, &[Role::LegalCoordinator]);
    let values = BTreeMap::from([("F-15.given".to_owned(), text("yes")), ("F-15.language".to_owned(), text("Sasak"))]);
    let told = FinishStep { step: StepRef("LE-1".into(), 1), values };
    site.node().changes(&legal, case, told).await.unwrap();
    let mut hasan = site.as_officer("hasan").await;
    let page = hasan.get("/wawasan").await.page();
    assert!(
        page.contains("Layanan pertama setelah 80 jam") && !page.contains("Menunggu layanan pertama sejak"),
        "{page}"
    );
    assert!(page.contains("kurang dari 3 kasus"), "of one case no median is told");
    assert!(page.contains(&format!("/kasus/{case}/langkah/")) && !page.contains("0 langkah dalam 0 kasus"), "{page}");
    assert!(page.contains("<dt>Lombok Timur – Batam – Johor</dt><dd>sedikit</dd>"), "{page}");
    for hidden in CANARIES.iter().chain(&["Bu Kenari"]) {
        assert!(!page.contains(hidden), "{hidden}");
    }
    for login in ["sari", "bripka", "dewi"] {
        let mut other = site.as_officer(login).await;
        assert_eq!(other.get("/wawasan").await.status, StatusCode::FORBIDDEN, "{login}");
        assert_eq!(other.get("/koridor").await.status, StatusCode::FORBIDDEN, "{login}");
    }
}

const GRADES: [(&str, &str); 5] =
    [("keandalan", "B"), ("kebenaran", "2"), ("bagian", "recruiter"), ("dari", "52.03"), ("ke", "MY")];

async fn records(browser: &mut Browser, path: &str, named: &[(&str, &str)]) -> String {
    browser.submit(path, path, &[&GRADES[..], named].concat()).await.to()
}

/// Three people of the trade: two share a telephone, one of them an agency with the third.
async fn three(site: &Site, lina: &mut Browser) -> String {
    let case = on_the_way(site, b"k1").await;
    let node = site.node();
    let manager = site.id_of("sari").await;
    node.changes(&node.coordinator(), case, Assign { manager, companion: None }).await.unwrap();
    crate::cast::known(node, case).await;
    let mut sari = site.as_officer("sari").await;
    let door = format!("/kasus/{case}/perekrut");
    records(&mut sari, &door, &[("nama", RECRUITER), ("telepon", "0800 1234 5678")]).await;
    let middle = [("nama", "Haji Rekaan"), ("telepon", "+62 800 1234 5678"), ("perusahaan", "PT Karya Rekaan")];
    let middle = records(lina, "/perekrut/baru", &middle).await;
    records(lina, "/perekrut/baru", &[("nama", "=Dul Rekaan"), ("perusahaan", "karya rekaan"), ("keandalan", "E")])
        .await;
    middle.replace("/perekrut/", "/jaringan/")
}

#[tokio::test]
async fn a_network_names_what_is_shared_and_who_joins_others_and_is_narrowed_by_links() {
    let site = Site::new().await;
    for login in ["lina", "togar"] {
        add(site.node(), login, &[Role::Analyst]).await;
    }
    let mut lina = site.as_officer("lina").await;
    let path = three(&site, &mut lina).await;
    assert!(lina.get(&path.replace("/jaringan/", "/perekrut/")).await.page().contains(&format!("href=\"{path}\"")));
    let page = lina.get(&path).await.page();
    for word in [
        "Telepon yang sama pada 2 orang",
        "Perusahaan yang sama pada 2 orang",
        "terpecah menjadi 2 kelompok",
        RECRUITER,
        "=Dul Rekaan",
        "<title id=\"gambar-judul\">Jaringan Haji Rekaan</title>",
        "class=\"tie dot\"",
        ". Malaysia</td>",
    ] {
        assert!(page.contains(word), "{word} in {page}");
    }
    let narrowed = lina.get(&format!("{path}?jenis=phone&mutu=C&tahun=2026&sampai=2026-11")).await.page();
    assert!(narrowed.contains(RECRUITER) && !narrowed.contains("Dul Rekaan"), "{narrowed}");
    assert!(!lina.get(&format!("{path}?tahun=2025")).await.page().contains(RECRUITER));
    let victim = CANARIES.iter().filter(|canary| **canary != RECRUITER);
    for hidden in victim.chain(&["Bu Kenari", "/kasus/"]) {
        assert!(!page.contains(hidden), "{hidden}");
    }
    let mut sari = site.as_officer("sari").await;
    assert_eq!(sari.get(&path).await.status, StatusCode::FORBIDDEN, "an analyst's page");
    assert_eq!(lina.get("/jaringan/men_00000000000000000000000000").await.status, StatusCode::NOT_FOUND);
}

/// An accord of the two task forces whose clause of alerts is for investigations too, but for the telephone.
async fn for_investigators(site: &Site) {
    let party = |node: &crate::cast::Node| TemplateParty {
        node: node.name().to_owned(),
        id: Some(node.id()),
        name: node.desk.me.title.clone(),
        role: accord::Word::parse(&node.desk.me.role).unwrap(),
        signatures: 1,
    };
    let nodes = [&site.world.batam, &site.world.lotim];
    let fill = TemplateFill {
        id: "penyidikan".into(),
        effective: "2026-01-01".into(),
        expires: "2027-12-31".into(),
        place: Place::parse("21.71").unwrap(),
        parties: nodes.iter().map(|node| party(node)).collect(),
    };
    let document = template("recruiter-alerts", &fill).unwrap();
    let document = document.replace("\"recruiter_alert\"", "\"investigation\"");
    let document = document.replace("\"basis\"", "\"except\": [\"recruiter.phone\"], \"basis\"");
    assert!(document.contains("investigation") && document.contains("except"), "{document}");
    let signed = |node: &&crate::cast::Node| desk::partners::accord::Signatory {
        party: node.name().to_owned(),
        name: text("Penanda Tangan"),
        office: "Kepala".into(),
        at: crate::cast::START,
    };
    let signatures = nodes.iter().map(signed).collect();
    let act = desk::partners::accord::ImportAccord { document: document.into_bytes(), signatures };
    site.node().does(&site.node().coordinator(), &act).await.unwrap();
}

#[tokio::test]
async fn a_network_leaves_under_a_clause_for_investigations_alone_and_each_time_is_recorded() {
    let site = Site::new().await;
    add(site.node(), "lina", &[Role::Analyst]).await;
    let mut lina = site.as_officer("lina").await;
    let path = three(&site, &mut lina).await;
    let door = format!("{path}/ekspor");
    let shut = lina.get(&door).await.page();
    assert!(shut.contains("Tidak boleh keluar") && !shut.contains("Ambil CSV"), "{shut}");
    let lotim = site.world.lotim.id();
    let forced = crate::denials::token_for(&site, &lina, &format!("{door}/{lotim}"));
    let refused = lina.post(&forced).await;
    assert!(refused.page().contains("clause.purpose"), "{}", refused.page());
    for_investigators(&site).await;
    let open = lina.get(&door).await;
    assert!(open.page().contains("Boleh menurut penyidikan/1#4.1") && open.page().contains("Ambil CSV"));
    let csv = lina.post(&open.form(&lotim.to_string()).with("tindakan", "csv")).await;
    assert_eq!(csv.status, StatusCode::OK, "{}", csv.page());
    assert!(csv.header("content-disposition").contains("jaringan.csv"));
    let csv = csv.page();
    assert!(csv.contains("Haji Rekaan") && csv.contains("penyidikan/1#4.1") && csv.contains("'=Dul Rekaan"), "{csv}");
    assert!(!csv.contains("1234"), "the clause excepts telephones: {csv}");
    let json = lina.post(&open.form(&lotim.to_string()).with("tindakan", "json")).await.page();
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(value["clauses"], serde_json::json!(["penyidikan/1#4.1"]));
    assert!(value["ties"].as_array().unwrap().iter().all(|tie| tie["kind"] != "phone"));
    let victim = CANARIES.iter().filter(|canary| **canary != RECRUITER);
    for hidden in victim.chain(&["Bu Kenari", "case_"]) {
        assert!(!csv.contains(hidden) && !json.contains(hidden) && !open.page().contains(hidden), "{hidden}");
    }
    let kinds = site.node().journal(base::Seq(0)).await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "network.exported").count(), 2);
}
