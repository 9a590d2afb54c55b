//! A whole node: it starts, takes reports while it is locked, is killed, starts again, and stops when it is told to.

use crate::run::{Folder, PASSPHRASE, http};
use base::Chance;
use base::chance::SeededChance;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use seal::IntakePublic;
use serde_json::{Value, json};

fn health(port: u16) -> Value {
    let (status, body) = http(port, "GET /sehat", &[], b"");
    assert_eq!(status, 200);
    serde_json::from_slice(&body).unwrap()
}

/// What a phone keeps until it has a receipt: the key of its form and the sealed report.
pub struct Waiting {
    key: [u8; 16],
    sealed: Vec<u8>,
}

impl Waiting {
    pub fn seal(port: u16, text: &str) -> Self {
        Self::nth(port, 5, text)
    }

    /// Each number is another report.
    pub fn nth(port: u16, n: u64, text: &str) -> Self {
        let (_, pack) = http(port, "GET /saku/paket.json", &[], b"");
        let pack: Value = serde_json::from_slice(&pack).unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(pack["terima"].as_str().unwrap()).unwrap();
        let intake = IntakePublic::from_bytes(&bytes.try_into().unwrap()).unwrap();
        let chance: &dyn Chance = &SeededChance::new(n);
        let key = chance.bytes();
        let report = json!({"report": 1, "pack": "", "stage": null, "answers": null, "place": "21.71",
            "consent": {"C2": true}, "text": text, "contact": {}, "files": []});
        let sealed = seal::seal_report(report.to_string().as_bytes(), seal::report_id(&key), &intake, chance).unwrap();
        Self { key, sealed }
    }

    pub fn send(&self, port: u16) -> (u16, Value) {
        let key = base::hex(&self.key);
        let headers = [("Simpul-Kunci", key.as_str()), ("Content-Type", "application/octet-stream")];
        let (status, body) = http(port, "POST /kirim/laporan", &headers, &self.sealed);
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }
}

/// How many entries the journal has, and that they are whole.
fn entries(folder: &Folder) -> i64 {
    let verified = folder.run(&["audit", "verify", "n", "--json"]).fine().json();
    assert_eq!(verified["whole"], true, "{verified}");
    verified["seq"][1].as_i64().unwrap()
}

#[test]
fn a_node_starts_open_answers_sehat_and_stops_when_told() {
    let folder = Folder::new();
    let port = folder.found();
    let node = folder.serve(&["--passphrase-file", "frasa"]);
    let health = health(port);
    assert_eq!((&health["ok"], &health["locked"], &health["node"]), (&json!(true), &json!(false), &json!("batam")));
    assert_eq!(node.terminate(), Some(0));
    assert!(!folder.path("n/control.sock").exists());
}

#[test]
fn a_report_taken_while_locked_outlives_kill_9_and_is_recorded_after_unlock() {
    let folder = Folder::new();
    let port = folder.found();
    let before = entries(&folder);

    let node = folder.serve(&[]);
    assert_eq!(health(port)["locked"], true);
    let report = Waiting::seal(port, "Tiga orang menunggu di pelabuhan.");
    assert_eq!(report.send(port), (202, json!({})), "kept, without a receipt: nobody has opened it");
    node.kill_9();
    assert_eq!(entries(&folder), before);

    let node = folder.serve(&[]);
    let wrong = folder.run_with(&["unlock", "n"], b"bukan itu frasanya\n");
    assert_eq!(wrong.code, Some(3), "{wrong:?}");
    assert!(wrong.err.contains("error[node.wrong-passphrase]"), "{wrong:?}");
    assert_eq!(health(port)["locked"], true);
    folder.run_with(&["unlock", "n"], format!("{PASSPHRASE}\n").as_bytes()).fine();
    assert_eq!(health(port)["locked"], false);
    let (status, receipt) = report.send(port);
    assert_eq!(status, 200, "it is known: the kept bytes were recorded, not these");
    assert!(receipt["signature"].is_string());
    node.kill_9();
    assert_eq!(entries(&folder), before + 1, "one report, once");

    let node = folder.serve(&["--passphrase-file", "frasa"]);
    assert_eq!(report.send(port), (200, receipt), "an acknowledged write is never lost");
    folder.run(&["lock", "n"]).fine();
    assert_eq!(health(port)["locked"], true);
    assert_eq!(node.terminate(), Some(0));
    assert_eq!(entries(&folder), before + 1);
}

#[test]
fn an_old_copy_of_the_store_begins_a_new_era_and_uses_no_number_twice() {
    let folder = Folder::new();
    let port = folder.found();
    let report = |text: &str| assert_eq!(Waiting::seal(port, text).send(port).0, 201);
    let seq = || {
        let verified = folder.run(&["audit", "verify", "n", "--json"]).fine().json();
        assert_eq!(verified["whole"], true, "{verified}");
        (verified["seq"][0].as_i64().unwrap(), verified["seq"][1].as_i64().unwrap())
    };
    let node = folder.serve(&["--passphrase-file", "frasa"]);
    assert_eq!(node.terminate(), Some(0));
    let copy: Vec<(&str, Vec<u8>)> = vec![("n/node.db", folder.read("n/node.db"))];
    let (era, n) = seq();
    for _ in 0..3 {
        let node = folder.serve(&["--passphrase-file", "frasa"]);
        assert_eq!(node.terminate(), Some(0));
    }
    assert_eq!(seq(), (era, n), "starting anew is no new era");

    for (name, bytes) in copy {
        folder.write(name, bytes);
    }
    let _ = std::fs::remove_file(folder.path("n/node.db-wal"));
    let node = folder.serve(&["--passphrase-file", "frasa"]);
    report("Setelah dipulihkan.");
    assert_eq!(node.terminate(), Some(0));
    let (later, first) = seq();
    assert!(later > era, "era {later} after {era}");
    assert_eq!(first, 2, "numbers count anew: the era's own entry, and the report");
}

#[test]
fn a_stolen_folder_holds_no_word_of_a_report() {
    const WORDS: &str = "Bunga Melati menunggu di kamar tujuh";
    let folder = Folder::new();
    let port = folder.found();
    let node = folder.serve(&["--passphrase-file", "frasa"]);
    assert_eq!(Waiting::seal(port, WORDS).send(port).0, 201);
    node.kill_9();
    let mut files = 0;
    for entry in std::fs::read_dir(folder.path("n")).unwrap() {
        let path = entry.unwrap().path();
        let Ok(bytes) = std::fs::read(&path) else { continue };
        files += 1;
        for word in WORDS.split(' ').filter(|word| word.len() > 5) {
            let there = bytes.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word.as_bytes()));
            assert!(!there, "{word} in {}", path.display());
        }
    }
    assert!(files >= 4, "{files}");
}

#[test]
fn a_second_process_does_not_open_a_running_node() {
    let folder = Folder::new();
    folder.found();
    let node = folder.serve(&[]);
    for command in [&["serve", "n"][..], &["audit", "verify", "n"]] {
        let second = folder.run(command);
        assert_ne!(second.code, Some(0), "{second:?}");
        assert!(second.err.contains("store.in-use") && second.err.contains("help: "), "{second:?}");
    }
    assert_eq!(node.terminate(), Some(0));
    entries(&folder);
}

#[test]
fn an_oversized_truncated_or_forged_report_is_refused_and_the_next_good_one_is_taken() {
    let folder = Folder::new();
    let port = folder.found();
    let node = folder.serve(&["--passphrase-file", "frasa"]);
    let good = Waiting::seal(port, "Seorang anak menunggu di dermaga.");
    let with = |sealed: Vec<u8>| Waiting { key: good.key, sealed }.send(port).0;
    let mut bent = good.sealed.clone();
    bent[good.sealed.len() / 2] ^= 1;
    assert_eq!(with(vec![7; 70_000]), 413);
    for (what, bytes) in [
        ("truncated", good.sealed[..good.sealed.len() - 1].to_vec()),
        ("longer", [&good.sealed[..], b"x"].concat()),
        ("bent", bent),
        ("empty", Vec::new()),
        ("random", vec![7; good.sealed.len()]),
    ] {
        // What has the shape of a report and does not open may be sealed to a key that is not at hand: 503, and the phone
        // keeps it. What has no such shape is refused for good.
        let status = with(bytes);
        assert!(matches!(status, 400..=499 | 503), "{what}: {status}");
    }
    assert_eq!(http(port, "POST /kirim/laporan", &[], &good.sealed).0 / 100, 4, "a form without its key");
    assert_eq!(Waiting { key: [9; 16], sealed: good.sealed.clone() }.send(port).0 / 100, 4, "the key of another form");
    assert_eq!(good.send(port).0, 201);
    assert_eq!(node.terminate(), Some(0));
    entries(&folder);
}

/// The value of a hidden field.
fn hidden(page: &str, name: &str) -> String {
    let (_, after) = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
    after.split('"').next().unwrap().to_owned()
}

#[test]
fn a_form_left_open_for_a_day_and_sent_twice_has_one_effect() {
    let folder = Folder::new();
    let port = folder.found();
    let before = entries(&folder);
    let node = folder.serve(&["--passphrase-file", "frasa"]);
    let page = String::from_utf8(http(port, "GET /saku/lapor", &[], b"").1).unwrap();
    let day = health(port)["now"].clone();
    folder.write("jam-peragaan", (25 * 3_600_000).to_string());
    // The demo clock reads its offset anew ten times a second.
    while health(port)["now"].as_str().unwrap()[..10] == day.as_str().unwrap()[..10] {}
    let origin = format!("http://batam.localhost:{port}");
    let headers = [("Origin", origin.as_str()), ("Content-Type", "application/x-www-form-urlencoded")];
    let body = format!("_kunci={}&teks=Kapal+datang+malam&tempat=21.71", hidden(&page, "_kunci"));
    for _ in 0..2 {
        let (status, page) = http(port, "POST /saku/lapor", &headers, body.as_bytes());
        let page = String::from_utf8(page).unwrap();
        assert!(status == 200 && page.contains("sudah tiba dan dicatat"), "{status} {page}");
    }
    assert_eq!(node.terminate(), Some(0));
    assert_eq!(entries(&folder), before + 1, "one effect");
}
