//! Every fault of a pack is named with its file and path, and no bytes stop a reader.

use super::places::directory;
use super::*;
use crate::guide::directory::dialled;
use proptest::prelude::*;

type Loaded = Result<(), Vec<Problem>>;

fn load(files: &Files) -> Loaded {
    let manifest = Manifest::read(files)?;
    match manifest.kind {
        Kind::Guidance => Guidance::load(files).map(drop),
        Kind::Directory => Directory::load(files).map(drop),
        _ => Language::load(files).map(drop),
    }
}

/// One text of one file replaced, and the list renewed.
fn changed(mut files: Files, path: &str, from: &str, to: &str) -> Files {
    let text = String::from_utf8(files[path].clone()).unwrap();
    assert!(text.contains(from), "{from} is not in {path}");
    files.insert(path.to_owned(), text.replacen(from, to, 1).into_bytes());
    relisted(files)
}

fn check(files: &Files, code: &str, at: &str) {
    let faults = load(files).unwrap_err();
    let found = faults.iter().any(|fault| fault.code.0 == code && fault.at.as_deref().unwrap().starts_with(at));
    assert!(found, "{code} at {at}: {faults:?}");
    for fault in faults {
        assert!(!fault.remedy().id.is_empty() && fault.remedy().en != fault.message().en);
    }
}

#[test]
fn what_is_shipped_has_no_fault_outside_or_inside() {
    for files in [Guide::guidance_files(), Guide::directory_files()] {
        let manifest = Manifest::read(&files).unwrap();
        assert_eq!(manifest.faults(&files, base::pack::day("2026-11-23").unwrap()), []);
        assert_eq!(load(&files), Ok(()));
    }
}

#[test]
fn every_fault_of_a_guidance_is_named() {
    let bad = |path: &str, from: &str, to: &str| changed(Guide::guidance_files(), path, from, to);
    let c = "chapters/hak.json";
    check(&bad(c, "\"look\"", "\"looks\""), "pack.malformed", c);
    check(&bad(c, "\"look\": \"list\"", "\"look\": \"poem\""), "pack.malformed", c);
    check(&bad(c, "\"id\": \"hak\"", "\"id\": \"anak\""), "pack.id-bad", "chapters/hak.json: id");
    check(&bad(c, "2026-11-23", "23-11-2026"), "pack.date-bad", "chapters/hak.json: checked_on");
    check(&bad(c, "Rights on one page", " "), "pack.text-missing", "chapters/hak.json: title.en");
    check(&bad(c, "Rights on one page", "\\u0007"), "pack.text-bad", "chapters/hak.json: title.en");
    let long = "kata ".repeat(23);
    check(&bad(c, "Perkara", &long), "pack.sentence-long", "chapters/hak.json: parts[3].heading.id");
    let s = "sentences.json";
    check(&bad(s, "\"petugas\"", "\"bicara\""), "pack.twice", "sentences.json: groups[salam].sentences[bicara]");
    check(&bad(s, "\"petugas\"", "\"Petugas!\""), "pack.id-bad", "sentences.json: groups[salam]");
    check(&bad(s, "I am an officer. I want to help.", ""), "pack.text-missing", "sentences.json: groups[salam]");
    let mut files = Guide::guidance_files();
    files.insert("lain.json".to_owned(), b"{}".to_vec());
    check(&relisted(files), "pack.file-unknown", "lain.json");
    let mut files = Guide::guidance_files();
    files.remove("sentences.json");
    check(&relisted(files), "pack.file-missing", "sentences.json");
}

#[test]
fn every_fault_of_a_directory_is_named() {
    let bad = |from: &str, to: &str| changed(Guide::directory_files(), "services.json", from, to);
    let s = "services.json: services[0]";
    check(&bad("\"place\": null", "\"place\": \"99.99\""), "pack.place-unknown", &format!("{s}.place"));
    check(&bad("\"place\": null", "\"place\": \"Batam\""), "pack.malformed", s);
    check(&bad("\"110\"", "\"satu\""), "pack.phone-bad", &format!("{s}.phones[0]"));
    check(&bad("\"emergency\"", "\"party\""), "pack.malformed", s);
    check(&bad("\"polisi\"", "\"ambulans\""), "pack.twice", "services.json: services[1].id");
    check(&bad("\"phones\": [", "\"phone\": ["), "pack.malformed", s);
    check(&bad("\"2026-11-23\"", "\"kemarin\""), "pack.date-bad", "services.json: services[2].checked_on");
    check(&bad("\"services\"", "\"service\""), "pack.malformed", "services.json");
    assert_eq!(dialled("+62 21 29244800").as_deref(), Some("+622129244800"));
    assert_eq!(dialled("08111-129-129").as_deref(), Some("08111129129"));
    for bad in ["", "12", "1234567890123456", "12a", "1+2", "tel:110"] {
        assert_eq!(dialled(bad), None, "{bad}");
    }
}

#[test]
fn every_fault_of_a_language_is_named() {
    check(&language_files("xx", &[]), "pack.language-unknown", "sentences.json: language");
    check(&language_files("jv", &[("salam", "…")]), "pack.word-unknown", "sentences.json: sentences.salam");
    check(&language_files("id", &[("salam.ya", "Ya.")]), "pack.word-unknown", "sentences.json: sentences.salam.ya");
    check(&language_files("jv", &[("salam.ya", "")]), "pack.text-missing", "sentences.json: sentences.salam.ya");
    let clip = |name: &str, bytes: &[u8]| {
        let mut files = language_files("sas", &[]);
        files.insert(name.to_owned(), bytes.to_vec());
        relisted(files)
    };
    let mut good = b"OggS".to_vec();
    good.resize(28, 0);
    good.extend(b"OpusHead");
    assert_eq!(load(&clip("clips/salam.ya.opus", &good)), Ok(()));
    check(&clip("clips/salam.opus", &good), "pack.clip-bad", "clips/salam.opus");
    check(&clip("clips/salam.ya.mp3", &good), "pack.clip-bad", "clips/salam.ya.mp3");
    check(&clip("clips/salam.ya.opus", b"RIFF"), "pack.clip-bad", "clips/salam.ya.opus");
    good.resize(4_097, 0);
    check(&clip("clips/salam.ya.opus", &good), "pack.clip-bad", "clips/salam.ya.opus");
}

#[test]
fn another_kind_is_refused() {
    let files = Guide::directory_files();
    assert_eq!(Guidance::load(&files).unwrap_err()[0].code.0, "pack.kind-unknown");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_mutated_pack_stops_its_reader(which in 0_usize..3, file in 0_usize..20, at: usize, byte: u8, cut: bool) {
        let packs = [Guide::guidance_files(), directory(&[]), language_files("jv", &[("salam.ya", "…")])];
        let mut files = packs[which].clone();
        let path = files.keys().nth(file % files.len()).unwrap().clone();
        let bytes = files.get_mut(&path).unwrap();
        let at = at % bytes.len();
        bytes[at] = byte;
        if cut {
            bytes.truncate(at);
        }
        if path != MANIFEST {
            files = relisted(files);
        }
        let _ = load(&files);
    }
}
