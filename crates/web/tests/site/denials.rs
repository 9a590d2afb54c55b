//! Every door of staff is tried by somebody who may not pass it: nobody, and an officer whose role grants no deed.

use crate::browser::{Form, Site};
use crate::cast::opened;
use http::StatusCode;

/// Doors that everybody or every officer may pass.
pub const FREE: [&str; 14] = [
    "/masuk",
    "/masuk/kode",
    "/masuk/kunci/mulai",
    "/masuk/kunci",
    "/buka",
    "/keluar",
    "/konfirmasi",
    "/akun",
    "/akun/sesi/{id}/akhir",
    "/akun/bahasa",
    "/akun/kalender",
    "/akun/kalender/akhir",
    "/akun/kunci/mulai",
    "/akun/kunci",
];

/// Staff routes as the map has them: path, and whether it takes GET and POST.
pub fn routes() -> Vec<(String, bool, bool)> {
    let source = include_str!("../../src/routes.rs");
    let staff = source.split("/// Log-in and one's own account.").nth(1).unwrap();
    let lines = staff.lines().filter(|line| line.trim_start().starts_with(".route("));
    let mut found: Vec<(String, bool, bool)> = Vec::new();
    for line in lines {
        let path = line.split('"').nth(1).unwrap().to_owned();
        found.push((path, line.contains(" get("), line.contains("post(")));
    }
    found
}

pub fn filled(path: &str, case: &str) -> String {
    let path = path.replace("/kasus/{id}", &format!("/kasus/{case}")).replace("{s}", "IN-3");
    let path = path.replace("/laporan/{id}", &format!("/laporan/report_{}", "0".repeat(26)));
    let path = path.replace("/rujukan/{id}", &format!("/rujukan/ref_{}.1", "0".repeat(32)));
    let path = path.replace("/mou/{id}", "/mou/batam-bantuan-hukum").replace("{versi}", "1");
    let path = path.replace("{triwulan}", "2026-Q3").replace("{petugas}", &crate::cast::officer_id(9).to_string());
    path.replace("{c}", &format!("consent_{}", "0".repeat(32)))
        .replace("{file}", &format!("file_{}", "0".repeat(26)))
        .replace("{no}", "1")
        .replace("{kunci}", &"0".repeat(32))
        .replace("{orang}", &format!("person_{}", "0".repeat(32)))
}

#[tokio::test]
async fn nobody_passes_a_staff_door_without_a_session() {
    let site = Site::new().await;
    let case = opened(site.node()).await.to_string();
    let routes: Vec<_> = routes().into_iter().filter(|(path, ..)| !FREE[..6].contains(&path.as_str())).collect();
    assert!(routes.len() > 40, "only {} routes", routes.len());
    let mut browser = site.browser();
    for (path, get, post) in routes {
        let path = filled(&path, &case);
        if get {
            let to = browser.get(&path).await.to();
            assert!(to.starts_with("/masuk"), "GET {path} goes to {to}");
        }
        if post {
            let answer = browser.post(&Form { action: path.clone(), values: Vec::new() }).await;
            let stopped = answer.status == StatusCode::SEE_OTHER && answer.to() == "/masuk";
            assert!(stopped || answer.status == StatusCode::FORBIDDEN, "POST {path}: {}", answer.status);
        }
    }
}

#[tokio::test]
async fn an_officer_without_the_deed_passes_no_door() {
    let site = Site::new().await;
    let case = opened(site.node()).await.to_string();
    let before = site.node().journal(base::Seq(0)).await.into_iter().filter(|kind| !own(kind)).count();
    let mut police = site.as_officer("bripka").await;
    for (path, get, post) in routes().into_iter().filter(|(path, ..)| !FREE.contains(&path.as_str())) {
        if path == "/hari-ini" {
            assert!(!police.get("/hari-ini").await.page().contains("Melati"), "an empty day");
            continue;
        }
        let path = filled(&path, &case);
        if path.starts_with("/wawasan/") && !post {
            let counts = police.get(&path).await;
            assert!(counts.status == StatusCode::OK && !counts.page().contains("Menurut"), "counts once they are sent");
            continue;
        }
        let closed = [StatusCode::FORBIDDEN, StatusCode::NOT_FOUND];
        if get && !path.starts_with("/wawasan/") {
            let status = police.get(&path).await.status;
            assert!(closed.contains(&status), "GET {path}: {status}");
        }
        if post {
            let form = token_for(&site, &police, &path);
            let answer = police.post(&form).await;
            let (status, page) = (answer.status, answer.page());
            assert!(closed.contains(&status) || status == StatusCode::UNPROCESSABLE_ENTITY, "POST {path}: {status}");
            assert!(!page.contains("web.form-stale"), "POST {path}: the token was refused, not the deed");
        }
    }
    let after = site.node().journal(base::Seq(0)).await.into_iter().filter(|kind| !own(kind)).count();
    assert_eq!(before, after, "nothing was done");
}

/// What refusals and sessions themselves leave in the journal.
fn own(kind: &str) -> bool {
    kind.starts_with("act.refused") || kind.starts_with("session.")
}

/// A form with a valid token for any path, as the officer's own pages would carry it.
pub fn token_for(site: &Site, browser: &crate::browser::Browser, path: &str) -> Form {
    let token = site.state.token_for_tests(&browser.cookie("simpul").unwrap(), path);
    Form {
        action: path.to_owned(),
        values: vec![
            ("_tanda".into(), token),
            ("_kunci".into(), base::hex(&seal::hash::sha256(&[path.as_bytes()])[..16])),
        ],
    }
}
