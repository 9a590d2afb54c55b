//! The lost node, by commands: restored, its old key revoked by three root papers, a new one made; each year; and the end.

use crate::commands::fails;
use crate::run::Folder;
use crate::signatory::papers;
use serde_json::Value;

const OPEN: [&str; 2] = ["--passphrase-file", "frasa"];

fn keys(folder: &Folder, dir: &str) -> Value {
    folder.run(&[&["keys", "show", dir, "--json"], &OPEN[..]].concat()).fine().json()
}

fn whole(folder: &Folder, dir: &str) {
    assert_eq!(folder.run(&["audit", "verify", dir, "--json"]).fine().json()["whole"], true);
}

#[test]
fn a_lost_node_is_restored_its_key_revoked_and_made_anew_by_three_root_papers() {
    let folder = Folder::new();
    let (_, printed) = folder.found_printed();
    folder.write("root", papers(&printed, "root", 3));
    folder.write("dua", papers(&printed, "root", 2));
    folder.run(&[&["backup", "n", "--to", "c"], &OPEN[..]].concat()).fine();
    folder.run(&[&["restore", "c", "--to", "m"], &OPEN[..]].concat()).fine();
    let before = keys(&folder, "m");
    let revoke = ["keys", "revoke", "m", "--reason", "lost", "--since", "2026-01-02T03:00:00Z", "--out", "k.spr"];
    fails(&folder, &[&revoke[..], &["--shares", "dua"], &OPEN[..]].concat(), 2, "share.too-few");
    assert_eq!(keys(&folder, "m")["revoked"].as_array().unwrap().len(), 0);
    let late = ["keys", "revoke", "m", "--reason", "lost", "--since", "2999-01-02T03:00:00Z", "--shares", "root"];
    fails(&folder, &[&late[..], &OPEN[..]].concat(), 2, "input.bad-time");
    folder.run(&[&revoke[..], &["--shares", "root"], &OPEN[..]].concat()).fine();
    assert!(folder.read("k.spr").starts_with(b"SPR1"));
    let dead = keys(&folder, "m")["revoked"].clone();
    assert_eq!((&dead[0]["key"], &dead[0]["reason"]), (&before["key"], &Value::from("lost")));
    let pin = folder.read("m/carrier.crt");
    folder.run(&[&["keys", "renew", "m", "--shares", "root"], &OPEN[..]].concat()).fine();
    let after = keys(&folder, "m");
    assert_eq!((after["revoked"].as_array().unwrap().len(), &after["fingerprint"]), (0, &before["fingerprint"]));
    assert!(after["key"] != before["key"] && folder.read("m/carrier.crt") != pin);
    whole(&folder, "m");
    // Whoever starts the old computer again is told by the same file.
    folder.run(&[&["keys", "take", "n", "k.spr"], &OPEN[..]].concat()).fine();
    assert_eq!(keys(&folder, "n")["revoked"].as_array().unwrap().len(), 1);
    folder.write("bukan", b"SPR1xx");
    fails(&folder, &[&["keys", "take", "n", "bukan"], &OPEN[..]].concat(), 2, "key.revocation-file");
}

#[test]
fn a_running_node_is_not_renewed_and_a_stopped_one_is_each_year() {
    let folder = Folder::new();
    let (_, printed) = folder.found_printed();
    folder.write("root", papers(&printed, "root", 3));
    let before = keys(&folder, "n");
    let node = folder.serve(&OPEN);
    let renew = [&["keys", "renew", "n", "--shares", "root"], &OPEN[..]].concat();
    fails(&folder, &renew, 3, "node.running");
    assert_eq!(keys(&folder, "n")["key"], before["key"]);
    assert_eq!(node.terminate(), Some(0));
    folder.run(&renew).fine();
    let after = keys(&folder, "n");
    assert!(after["key"] != before["key"] && after["revoked"].as_array().unwrap().is_empty());
    whole(&folder, "n");
    drop(folder.serve(&OPEN));
}

#[test]
fn a_node_that_holds_nothing_closes_and_its_file_says_so() {
    let folder = Folder::new();
    folder.found();
    folder.run(&[&["join", "leave", "n", "--out", "tutup.spj"], &OPEN[..]].concat()).fine();
    assert!(folder.read("tutup.spj").starts_with(b"SPJ1"));
    folder.run(&["join", "import", "n", "tutup.spj"]).fine();
    folder.run(&[&["join", "leave", "n", "--out", "lagi.spj"], &OPEN[..]].concat()).fine();
    assert_eq!(folder.read("lagi.spj"), folder.read("tutup.spj"), "said once");
}

#[test]
fn a_rehearsal_is_noted_on_the_stick_and_known_after_the_next_backup() {
    let folder = Folder::new();
    folder.found();
    let backup = [&["backup", "n", "--to", "c"], &OPEN[..]].concat();
    folder.run(&backup).fine();
    let known = |folder: &Folder| String::from_utf8(folder.read("n/backups.json")).unwrap();
    folder.run(&[&["restore", "c", "--to", "m", "--verify"], &OPEN[..]].concat()).fine();
    assert!(known(&folder).contains("\"rehearsed\":null"));
    folder.run(&backup).fine();
    let noted = String::from_utf8(folder.read("c/rehearsed")).unwrap();
    assert!(noted.starts_with("20") && !known(&folder).contains("\"rehearsed\":null"), "{}", known(&folder));
}
