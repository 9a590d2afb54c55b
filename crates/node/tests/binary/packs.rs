//! Packs through the real binary: checked, signed, taken by a node, kept when they break, told when they are refused.

use crate::run::{Folder, http, root};
use serde_json::{Value, json};
use std::path::Path;

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn edit(folder: &Folder, name: &str, change: impl Fn(&mut Value)) {
    let mut value: Value = serde_json::from_slice(&folder.read(name)).unwrap();
    change(&mut value);
    folder.write(name, value.to_string());
}

/// A calendar, which no binary holds.
fn calendar(folder: &Folder, name: &str) {
    std::fs::create_dir_all(folder.path(name)).unwrap();
    let days = json!({"years": [2027], "days": [{"date": "2027-01-01", "name": {"id": "Uji", "en": "Test"}, "places": ["*"]}]});
    folder.write(&format!("{name}/days.json"), days.to_string());
    let manifest = json!({"pack": 1, "kind": "calendar", "id": "libur", "version": "2027", "previous": null,
        "checked_on": "2026-01-02", "sources": ["uji"], "files": []});
    folder.write(&format!("{name}/pack.json"), manifest.to_string());
}

fn language(folder: &Folder, name: &str) {
    std::fs::create_dir_all(folder.path(name)).unwrap();
    folder.write(
        &format!("{name}/sentences.json"),
        json!({"language": "jv", "sentences": {"salam.ya": "…"}}).to_string(),
    );
    let manifest = json!({"pack": 1, "kind": "language", "id": "jawa", "version": "1", "previous": null,
        "checked_on": "2026-01-02", "sources": ["uji"], "files": []});
    folder.write(&format!("{name}/pack.json"), manifest.to_string());
}

#[test]
fn packs_of_every_kind_are_signed_and_then_hold_and_each_fault_is_named_with_exit_2() {
    let folder = Folder::new();
    folder.run(&["handbook", "key", "penerbit.key"]).fine();
    for (name, from) in [
        ("handbook", "casework/packs/handbook"),
        ("screening", "pocketbook/packs/screening"),
        ("guidance", "pocketbook/packs/guidance"),
        ("directory", "pocketbook/packs/directory"),
    ] {
        copy(&root().join("crates").join(from), &folder.path(name));
    }
    calendar(&folder, "calendar");
    language(&folder, "language");
    for kind in ["handbook", "screening", "guidance", "directory", "calendar", "language"] {
        // The clock of this machine may stand before the day on which the shipped packs were checked.
        edit(&folder, &format!("{kind}/pack.json"), |pack| pack["checked_on"] = json!("2026-01-02"));
        let signed = folder.run(&["handbook", "sign", kind, "--key", "penerbit.key"]).fine();
        assert_eq!(signed.out.trim().len(), 64, "{signed:?}");
        assert_eq!(folder.read(&format!("{kind}/pack.sig")).len(), 64);
        let checked = folder.run(&["handbook", "check", kind, "--json"]).fine();
        let notes = checked.lines();
        let expected = if kind == "language" { 39 } else { 0 };
        assert_eq!(notes.iter().filter(|note| note["level"] == "note").count(), expected, "{kind}: {checked:?}");

        edit(&folder, &format!("{kind}/pack.json"), |pack| pack["surprise"] = json!(1));
        let unknown = folder.run(&["handbook", "check", kind, "--json"]);
        assert_eq!((unknown.code, &unknown.lines()[0]["error"]["code"]), (Some(2), &json!("pack.malformed")), "{kind}");
        let refused = folder.run(&["handbook", "sign", kind, "--key", "penerbit.key"]);
        assert_eq!(refused.code, Some(2), "a pack with a fault is not signed: {refused:?}");
        assert!(refused.err.contains("help: "), "{refused:?}");
    }
}

#[test]
fn a_check_says_every_fault_at_once_with_file_and_remedy() {
    let folder = Folder::new();
    copy(&root().join("crates/pocketbook/packs/directory"), &folder.path("d"));
    edit(&folder, "d/pack.json", |pack| pack["checked_on"] = json!("2999-01-01"));
    edit(&folder, "d/services.json", |all| {
        all["services"][0]["place"] = json!("99.99");
        all["services"][1]["phones"] = json!(["satu"]);
        all["services"][2]["name"]["en"] = json!("");
    });
    folder.write("d/beside.txt", "x");
    let checked = folder.run(&["handbook", "check", "d", "--json"]);
    assert_eq!(checked.code, Some(2));
    let faults: Vec<(String, String)> = checked
        .lines()
        .iter()
        .filter(|line| line["level"] == "fault")
        .map(|line| (line["error"]["code"].as_str().unwrap().into(), line["error"]["at"].as_str().unwrap().into()))
        .collect();
    let expected = [
        ("pack.date-ahead", "pack.json: checked_on"),
        ("pack.file-changed", "services.json"),
        ("pack.not-listed", "beside.txt"),
        ("pack.place-unknown", "services.json: services[0].place"),
        ("pack.phone-bad", "services.json: services[1].phones[0]"),
        ("pack.text-missing", "services.json: services[2].name.en"),
    ];
    assert_eq!(faults, expected.map(|(code, at)| (code.to_owned(), at.to_owned())));
    assert!(checked.lines().iter().all(|line| !line["error"]["remedy"].as_str().unwrap().is_empty()));
    let absent = folder.run(&["handbook", "check", "tiada"]);
    assert_eq!(absent.code, Some(2), "{absent:?}");
    folder.write("bukan.key", "halo");
    let key = folder.run(&["handbook", "sign", "d", "--key", "bukan.key"]);
    assert!(key.code == Some(2) && key.err.contains("node.bad-key-file"), "{key:?}");
    folder.run(&["handbook", "key", "sekali.key"]).fine();
    assert_eq!(folder.run(&["handbook", "key", "sekali.key"]).code, Some(4), "a key is never written over");
}

fn version_of(port: u16) -> String {
    let (status, page) = http(port, "GET /saku/panduan", &[], b"");
    assert_eq!(status, 200);
    let page = String::from_utf8(page).unwrap();
    let (_, rest) = page.split_once("Panduan versi ").unwrap();
    rest.split(". ").next().unwrap().split(".<").next().unwrap().to_owned()
}

/// Puts the guidance under another version into the packs of the node, not signed yet.
fn guidance(folder: &Folder, name: &str, version: &str) -> String {
    let at = format!("n/packs/{name}");
    copy(&root().join("crates/pocketbook/packs/guidance"), &folder.path(&at));
    edit(folder, &format!("{at}/pack.json"), |pack| {
        pack["version"] = json!(version);
        pack["checked_on"] = json!("2026-01-02");
    });
    at
}

#[test]
fn a_node_takes_a_signed_pack_keeps_it_when_its_folder_breaks_and_tells_what_it_refuses() {
    let folder = Folder::new();
    let port = folder.found();
    let publisher = folder.run(&["handbook", "key", "penerbit.key"]).fine().out;
    let config = String::from_utf8(folder.read("n/simpul.toml")).unwrap();
    folder
        .write("n/simpul.toml", config.replace("publishers = []", &format!("publishers = [\"{}\"]", publisher.trim())));

    let good = guidance(&folder, "panduan", "0.2.0");
    let unsigned = guidance(&folder, "lain", "0.3.0");
    folder.run(&["handbook", "sign", &good, "--key", "penerbit.key"]).fine();
    let node = folder.serve(&["--passphrase-file", "frasa"]);
    assert_eq!(version_of(port), "0.2.0", "what nobody signed replaces nothing");
    assert_eq!(node.terminate(), Some(0));
    let told = folder.run(&["doctor", "n"]);
    let line = told.out.lines().find(|line| line.contains("packs")).unwrap();
    assert!(line.starts_with("!!") && line.contains("packs/lain (guidance panduan 0.3.0)"), "{line}");
    assert!(line.contains("earlier packs stay in use") && line.contains("Ask the publisher"), "{line}");

    std::fs::remove_dir_all(folder.path(&unsigned)).unwrap();
    let mut chapter = folder.read(&format!("{good}/chapters/hak.json"));
    chapter.push(b' ');
    folder.write(&format!("{good}/chapters/hak.json"), chapter);
    let node = folder.serve(&["--passphrase-file", "frasa"]);
    assert_eq!(version_of(port), "0.2.0", "the node has a copy of its own");
    assert_eq!(node.terminate(), Some(0));
    let told = folder.run(&["doctor", "n"]).out;
    assert!(told.lines().any(|line| line.starts_with("!!") && line.contains("hak.json")), "{told}");

    std::fs::remove_dir_all(folder.path("n/packs")).unwrap();
    let told = folder.run(&["doctor", "n"]).out;
    assert!(told.lines().any(|line| line.starts_with("ok") && line.contains("all packs hold")), "{told}");
    folder.write("n/simpul.toml", config.replace("publishers = []", "publishers = [\"zz\"]"));
    let bad = folder.run(&["serve", "n"]);
    assert!(bad.code == Some(2) && bad.err.contains("publishers[0]"), "{bad:?}");
}
