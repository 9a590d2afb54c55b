//! `simpul registry` and `simpul licences`: from a list to an answer, and what is refused.

use crate::commands::fails;
use crate::run::{Folder, http};

fn list() -> String {
    (1..=2_000).fold("nik,passport\n".to_owned(), |list, n| list + &format!("99{n:014},\n")) + ",X0000001\n"
}

const BUILD: [&str; 11] = [
    "registry",
    "build",
    "pekerja.csv",
    "--key-file",
    "kunci",
    "--date",
    "2026-11-01",
    "--source",
    "Rekaan",
    "--out",
    "r.spr",
];

#[test]
fn a_register_is_built_checked_and_holds_no_number() {
    let folder = Folder::new();
    folder.write("pekerja.csv", list());
    folder.run(&["registry", "key", "kunci"]).fine();
    let again = folder.run(&["--lang", "en", "registry", "key", "kunci"]);
    assert!(again.code == Some(2) && again.err.contains("error[registry.key-there]"), "{again:?}");
    let built = folder.run(&[&["--json"], BUILD.as_slice()].concat()).fine();
    let told: serde_json::Value = serde_json::from_str(&built.out).unwrap();
    assert_eq!((&told["entries"], &told["bytes"]), (&2_001.into(), &16_384.into()), "{told}");
    let file = folder.read("r.spr");
    assert!(!file.windows(14).any(|part| part == b"99000000000000"));
    folder.run(&["registry", "check", "r.spr"]).fine();
    let mut bent = file.clone();
    bent[9_000] ^= 1;
    folder.write("r.spr", bent);
    let refused = folder.run(&["--lang", "en", "registry", "check", "r.spr"]);
    assert!(refused.code == Some(2) && refused.err.contains("error[registry.damaged]"), "{refused:?}");
    assert!(refused.err.contains("help: "), "{refused:?}");
}

#[test]
fn a_bad_list_of_workers_is_named_line_by_line_without_its_numbers() {
    let folder = Folder::new();
    folder.run(&["registry", "key", "kunci"]).fine();
    folder.write("pekerja.csv", list() + "123456,\n,\n");
    let ran = folder.run(&[&["--lang", "en"], BUILD.as_slice()].concat());
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(
        ran.err.contains("Line 2003: nik") && ran.err.contains("error[registry.row-no-number]: Line 2004"),
        "{ran:?}"
    );
    assert!(!ran.err.contains("123456") && !folder.path("r.spr").exists(), "{ran:?}");
}

#[test]
fn a_list_of_licences_is_checked() {
    let folder = Folder::new();
    folder.write("izin.csv", "licence,name\nR-0001,PT Rekaan\n");
    assert_eq!(folder.run(&["--lang", "en", "licences", "check", "izin.csv"]).fine().out.trim(), "1 agencies");
    folder.write("izin.csv", "licence,name\nR-0001,PT Rekaan\nR 0001,PT Lain\n");
    let ran = folder.run(&["--lang", "en", "licences", "check", "izin.csv"]);
    assert!(ran.code == Some(2) && ran.err.contains("error[licence.twice]") && ran.err.contains("Line 3"), "{ran:?}");
}

#[test]
fn a_register_is_installed_with_its_key_and_no_other_takes_its_place() {
    let folder = Folder::new();
    folder.found();
    folder.write("pekerja.csv", list());
    for key in ["kunci", "lain"] {
        folder.run(&["registry", "key", key]).fine();
    }
    folder.run(&BUILD).fine();
    let install =
        |key: &'static str| ["registry", "install", "n", "r.spr", "--key-file", key, "--passphrase-file", "frasa"];
    fails(&folder, &install("lain"), 2, "registry.other-key");
    assert!(!folder.path("n/registry.spr").exists());
    let told = folder.run(&[&["--json"], install("kunci").as_slice()].concat()).fine();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&told.out).unwrap()["entries"], 2_001);
    assert_eq!(folder.read("n/registry.spr"), folder.read("r.spr"));
    assert!(folder.run(&["audit", "verify", "n"]).fine().out.contains('1'), "the key is on record");
    // What is damaged is not installed, and the one that is there stays.
    let mut bent = folder.read("r.spr");
    bent[9_000] ^= 1;
    folder.write("r.spr", bent);
    fails(&folder, &install("kunci"), 2, "registry.damaged");
    folder.run(&["registry", "check", "n/registry.spr"]).fine();
}

#[test]
fn a_list_of_licences_is_taken_in_and_everybody_finds_its_agencies() {
    let folder = Folder::new();
    let port = folder.found();
    folder.write("izin.csv", "licence,name\nR-0001,PT Rekaan Jaya\nR-0002,PT Karya Bahari\n");
    let import = [
        "--lang",
        "en",
        "licences",
        "import",
        "n",
        "izin.csv",
        "--source",
        "Kantor Rekaan",
        "--date",
        "2026-11-01",
        "--passphrase-file",
        "frasa",
    ];
    assert_eq!(folder.run(&import).fine().out.trim(), "2 agencies");
    // A bad list changes nothing, nor does one without a day.
    folder.write("buruk.csv", "licence,name\nR-0009,PT Rekaan\nR 0009,PT Lain\n");
    let bad = import.map(|word| if word == "izin.csv" { "buruk.csv" } else { word });
    fails(&folder, &bad, 2, "licence.twice");
    let undated = import.map(|word| if word == "2026-11-01" { "kemarin" } else { word });
    fails(&folder, &undated, 2, "licence.date");
    let _serving = folder.serve(&[]);
    let ask = |words: &str| {
        let form = [("Content-Type", "application/x-www-form-urlencoded"), ("Sec-Fetch-Site", "same-origin")];
        let (status, page) = http(port, "POST /periksa/hasil", &form, format!("cari={words}").as_bytes());
        assert_eq!(status, 200);
        String::from_utf8(page).unwrap()
    };
    let found = ask("karya+bahari");
    assert!(found.contains("PT Karya Bahari") && found.contains("Kantor Rekaan"), "{found}");
    assert!(!ask("nusantara+lain").contains("PT "), "nothing of the bad list");
    assert!(!ask("R-0009").contains("PT Lain"));
}
