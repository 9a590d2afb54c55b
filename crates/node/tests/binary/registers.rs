//! `simpul registry` and `simpul licences`: from a list to an answer, and what is refused.

use crate::run::Folder;

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
