use super::*;

/// A pack of two files, as a publisher makes it.
fn good() -> Files {
    let mut files = Files::from([("a.json".to_owned(), b"{}".to_vec()), ("bab/b.json".to_owned(), b"[1]".to_vec())]);
    let manifest = serde_json::json!({
        "pack": 1, "kind": "guidance", "id": "panduan", "version": "0.2.0", "previous": "0.1.0",
        "checked_on": "2026-11-23", "sources": ["UU 21/2007"], "files": listed(&files),
    });
    files.insert(MANIFEST.to_owned(), manifest.to_string().into_bytes());
    files
}

/// The same with one text of the manifest replaced.
fn changed(from: &str, to: &str) -> Files {
    let mut files = good();
    let text = String::from_utf8(files[MANIFEST].clone()).unwrap();
    assert!(text.contains(from), "{text}");
    files.insert(MANIFEST.to_owned(), text.replacen(from, to, 1).into_bytes());
    files
}

fn faults(files: &Files) -> Vec<(&'static str, String)> {
    let today = day("2026-11-23").unwrap();
    let found = match Manifest::read(files) {
        Ok(manifest) => manifest.faults(files, today),
        Err(found) => found,
    };
    found.into_iter().map(|fault| (fault.code.0, fault.at.unwrap())).collect()
}

fn check(from: &str, to: &str, code: &str, at: &str) {
    let found = faults(&changed(from, to));
    assert!(found.iter().any(|(known, place)| *known == code && place.starts_with(at)), "{code} {at}: {found:?}");
}

#[test]
fn a_good_pack_has_no_fault() {
    assert_eq!(faults(&good()), []);
    assert_eq!(Manifest::read(&good()).unwrap().order(), Version::parse("0.2.0").unwrap());
}

#[test]
fn every_fault_of_a_manifest_is_named_with_its_place() {
    check("\"pack\":1", "\"pack\":2", "pack.format-unknown", "pack.json: pack");
    check("guidance", "recipe", "pack.kind-unknown", "pack.json: kind");
    check("panduan", "../x", "pack.id-bad", "pack.json: id");
    check("0.2.0", "satu", "pack.version-bad", "pack.json: version");
    check("\"previous\":\"0.1.0\"", "\"previous\":\"0.2.0\"", "pack.version-bad", "pack.json: previous");
    check("2026-11-23", "2026-02-30", "pack.date-bad", "pack.json: checked_on");
    check("2026-11-23", "2026-11-24", "pack.date-ahead", "pack.json: checked_on");
    check("UU 21/2007", " ", "pack.source-missing", "pack.json: sources");
    check("\"sources\"", "\"source\"", "pack.malformed", "pack.json: ");
    check("a.json", "../a.json", "pack.path-unsafe", "pack.json: files (../a.json)");
    check("a.json", "c.json", "pack.file-missing", "c.json");
    check("a.json", "c.json", "pack.not-listed", "a.json");
    check("bab/b.json", "a.json", "pack.twice", "pack.json: files (a.json)");
    check(",2,", ",3,", "pack.file-changed", "a.json");
}

#[test]
fn a_changed_byte_a_missing_and_an_added_file_are_named() {
    let mut files = good();
    files.get_mut("a.json").unwrap().push(b' ');
    files.remove("bab/b.json");
    files.insert("lain.txt".to_owned(), vec![]);
    let found = faults(&files);
    let expected =
        [("pack.file-changed", "a.json"), ("pack.file-missing", "bab/b.json"), ("pack.not-listed", "lain.txt")];
    assert_eq!(found, expected.map(|(code, at)| (code, at.to_owned())));
    files.remove(MANIFEST);
    assert_eq!(faults(&files), [("pack.file-missing", MANIFEST.to_owned())]);
}

#[test]
fn no_path_leads_out_of_the_folder() {
    for bad in
        ["", "/a", "a//b", "a/../b", "..", ".a", "a/.b", "a\\b", "a b", "ä", MANIFEST, SIGNATURE, &"a".repeat(121)]
    {
        assert!(!safe(bad), "{bad}");
    }
    for good in ["a", "lines/IN.json", "clips/salam.ya.opus"] {
        assert!(safe(good), "{good}");
    }
}

#[test]
fn versions_compare_as_numbers() {
    let version = |text| Version::parse(text).unwrap();
    assert!(version("0.10.0") > version("0.9.9"));
    assert!(version("2026.11.23") > version("2026.2.28"));
    for bad in ["", "1.", ".1", "1.a", "1.2.3.4.5", "+1", "4294967296"] {
        assert_eq!(Version::parse(bad), None, "{bad}");
    }
}

proptest::proptest! {
    #[test]
    fn no_manifest_stops_the_reader(at in 0_usize..400, byte in proptest::prelude::any::<u8>(), cut in 0_usize..400) {
        let mut files = good();
        let bytes = files.get_mut(MANIFEST).unwrap();
        let length = bytes.len();
        bytes[at % length] = byte;
        bytes.truncate(length - cut % length);
        let _ = faults(&files);
    }
}
