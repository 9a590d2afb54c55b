//! The public window as a process of its own: a report left there reaches the node, its answer reaches the reporter, and both
//! are killed at every turn. What lies in the window's folder afterwards opens nothing.

use crate::browser::Browser;
use crate::canary;
use crate::town::{House, Town, command, until};
use base::chance::SeededChance;
use base::{Chance, KeyId};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use serde_json::{Value, json};
use slowlink::Quality;
use std::path::{Path, PathBuf};
use store::{Backend, RawView};
use tokio::process::Child;

const CLEAR: Quality = Quality { down: None, up: None, delay: std::time::Duration::ZERO };
pub const HOST: &str = "publik.localhost";
const ANSWER: &str = "Kami mencari orang itu. Apakah pintunya dikunci?";
const ADDED: &str = "Ya, dikunci dari luar";

/// The window of one node.
pub struct Window {
    dir: PathBuf,
    pub port: u16,
    child: Option<Child>,
}

impl Window {
    fn of(house: &House) -> Self {
        Self::in_folder(&house.dir)
    }

    /// Sets one up for the node of a folder.
    pub fn in_folder(dir: &Path) -> Self {
        let port = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let file = dir.join("simpul.toml");
        let toml = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, format!("{toml}\n[public]\nhost = \"{HOST}\"\nport = {port}\n")).unwrap();
        Self { dir: dir.to_owned(), port, child: None }
    }

    fn browser(&self) -> Browser {
        Browser::new(HOST, self.port)
    }

    /// Number of its process.
    pub fn id(&self) -> u32 {
        self.child.as_ref().and_then(Child::id).unwrap()
    }

    /// Starts it and waits until it answers.
    pub async fn start(&mut self) {
        let words = ["serve", self.dir.to_str().unwrap(), "--public"];
        self.child = Some(command(&words, Path::new("/")).spawn().unwrap());
        let mut browser = self.browser();
        let child = self.child.as_mut().unwrap();
        until("the window", async || {
            assert!(child.try_wait().unwrap().is_none(), "the window ended");
            browser.get("/sehat").await.ok().filter(|answer| answer.status.is_success()).map(drop)
        })
        .await;
    }

    async fn kill(&mut self) {
        self.child.take().unwrap().kill().await.unwrap();
    }
}

/// A sealed report of a phone, and the key of its form.
async fn sealed(browser: &mut Browser, text: &str) -> ([u8; 16], Vec<u8>) {
    let intake = until("the intake key at the window", async || {
        let list: Value = serde_json::from_slice(&browser.get("/saku/paket.json").await.ok()?.body).ok()?;
        Some(list["terima"].as_str()?.to_owned())
    })
    .await;
    let intake = URL_SAFE_NO_PAD.decode(intake).unwrap().try_into().unwrap();
    let intake = seal::IntakePublic::from_bytes(&intake).unwrap();
    let chance: &dyn Chance = &SeededChance::new(7);
    let key = chance.bytes();
    let report = json!({"report": 1, "pack": "", "stage": null, "answers": null, "place": "21.71",
        "consent": {"C2": true}, "text": text, "contact": {}, "files": []});
    (key, seal::seal_report(report.to_string().as_bytes(), seal::report_id(&key), &intake, chance).unwrap())
}

async fn posted(browser: &mut Browser, (key, sealed): &([u8; 16], Vec<u8>)) -> Option<(u16, Value)> {
    let key = base::hex(key);
    let answer = browser.send("/kirim/laporan", sealed.clone(), &[("simpul-kunci", key.as_str())]).await.ok()?;
    Some((answer.status.as_u16(), serde_json::from_slice(&answer.body).ok()?))
}

/// Her report without a name; gives the code.
async fn without_name(town: &mut Town, window: &Window) -> String {
    let mut her = window.browser();
    let mut form = Browser::form(&her.get("/lapor").await.unwrap(), "/lapor").unwrap();
    form.set("apa", canary::STORY);
    form.set("bahaya", "no");
    form.set("siapa", canary::NAME);
    let checked = her.post(&form).await.unwrap();
    let form = Browser::form(&checked, "/lapor/kode").unwrap();
    // A form is sent no sooner than a person can.
    town.later(1).await;
    let answer = her.post(&form).await.unwrap();
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let code = |page: &str| Some(page.split("<p class=\"code\">").nth(1)?.split('<').next()?.to_owned());
    let first = code(&answer.page()).unwrap();
    assert_eq!(code(&her.post(&form).await.unwrap().page()).as_ref(), Some(&first), "the same form, the same code");
    first
}

async fn opened(window: &Window, code: &str) -> Option<crate::browser::Answer> {
    let mut her = window.browser();
    let mut form = Browser::form(&her.get("/balas").await.ok()?, "/balas").ok()?;
    form.set("kode", code);
    her.post(&form).await.ok()
}

/// Addresses of the reports that an officer sees.
async fn reports(officer: &mut Browser) -> Vec<String> {
    let page = officer.get("/laporan").await.unwrap().page();
    let all = page.split("href=\"/laporan/report_").skip(1).filter_map(|rest| rest.split('"').next());
    let all: std::collections::BTreeSet<String> = all.map(|id| format!("/laporan/report_{id}")).collect();
    all.into_iter().collect()
}

/// What lies in the window's store: no key, no journal, no name but those that a node leaves.
async fn nothing_opens_there(home: &Path) {
    let options = store_sqlite::Options::at(base::Timestamp::from_seconds(1_795_402_800));
    let backend = store_sqlite::SqliteBackend::open(&home.join("public.db"), options).unwrap();
    let mut view: Box<dyn RawView> = backend.read().await.unwrap();
    assert_eq!(view.all_keys(KeyId::default(), 10).await.unwrap(), [], "no wrapped key");
    assert_eq!(view.journal(base::Seq::default(), 10).await.unwrap(), [], "no journal");
    let known = ["root", "intake/public", "box/reply-key", "box/salt"];
    for (name, _) in view.all_meta("", 100).await.unwrap() {
        assert!(known.contains(&name.as_str()) || name.starts_with("window/") || !name.contains('/'), "{name}");
        assert!(!["intake/secret", "identity", "lock", "slots", "cert"].contains(&name.as_str()), "{name}");
    }
}

fn every_file(folder: &Path, bytes: &mut Vec<u8>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        match entry.file_type().unwrap() {
            kind if kind.is_dir() => every_file(&entry.path(), bytes),
            kind if kind.is_file() => bytes.extend(std::fs::read(entry.path()).unwrap()),
            _ => {}
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_left_at_the_window_is_recorded_answered_and_closed_whoever_is_killed_in_between() {
    let mut town = Town::found(|_| CLEAR).await;
    let mut window = Window::of(town.house("batam"));
    window.start().await;
    town.start_locked("batam").await;
    let mut phone = window.browser();
    let report = sealed(&mut phone, canary::STORY).await;
    assert_eq!(posted(&mut phone, &report).await, Some((202, json!({}))), "kept, without a receipt");
    let code = without_name(&mut town, &window).await;
    window.kill().await;
    window.start().await;
    town.kill("batam").await;
    for door in ["/masuk", "/hari-ini", "/laporan", "/kasus", "/atur/petugas", "/simpul", "/kalender/a.ics"] {
        assert_eq!(phone.get(door).await.unwrap().status, StatusCode::NOT_FOUND, "{door}");
    }

    town.start("batam").await;
    let receipt = until("the receipt", async || {
        posted(&mut window.browser(), &report).await.filter(|(status, _)| *status == 200)
    })
    .await;
    assert!(receipt.1["signature"].is_string(), "{receipt:?}");
    let mut dewi = town.log_in("batam", "dewi").await;
    let all = reports(&mut dewi).await;
    assert_eq!(all.len(), 2, "each once: {all:?}");
    let mut hers = None;
    for address in &all {
        let page = dewi.get(address).await.unwrap();
        if let Ok(mut form) = Browser::form(&page, "/jawaban") {
            form.set("jawaban", ANSWER);
            assert!(dewi.post(&form).await.unwrap().text().contains(ANSWER));
            hers = Some(address.clone());
        }
    }
    let hers = hers.unwrap();
    town.kill("batam").await;
    window.kill().await;
    nothing_opens_there(&window.dir.join("public")).await;

    window.start().await;
    town.start("batam").await;
    let found = until("the answer in her box", async || {
        opened(&window, &code).await.filter(|answer| answer.text().contains(ANSWER))
    })
    .await;
    let mut her = window.browser();
    let mut form = Browser::form(&found, "/balas/pesan").unwrap();
    form.set("pesan", ADDED);
    assert!(her.post(&form).await.unwrap().text().contains("sudah tiba"));
    window.kill().await;
    window.start().await;
    assert!(her.post(&form).await.is_ok(), "once more, after the end of the process that made the form");
    let mut dewi = town.log_in("batam", "dewi").await;
    let told =
        until("what she added", async || Some(dewi.get(&hers).await.ok()?.text()).filter(|text| text.contains(ADDED)))
            .await;
    assert_eq!(told.matches(ADDED).count(), 1);
    assert_eq!(reports(&mut dewi).await, all, "nothing doubled");

    let found = opened(&window, &code).await.unwrap();
    let mut form = Browser::form(&found, "/balas/tutup").unwrap();
    form.set("yakin", "ya");
    her.post(&form).await.unwrap();
    until("the closed box at the node", async || {
        let text = dewi.get(&hers).await.ok()?.text();
        text.contains("tidak dapat membaca jawaban lagi").then_some(())
    })
    .await;
    assert_eq!(posted(&mut phone, &report).await, Some(receipt), "the same receipt");
    window.kill().await;
    let mut bytes = Vec::new();
    every_file(&window.dir.join("public"), &mut bytes);
    canary::none_in("the window's folder", &bytes);
    town.all_stop_and_their_journals_are_whole().await;
}
