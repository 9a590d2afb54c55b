use super::*;
use base::Chance;
use base::chance::SeededChance;
use base::pack::day;
use proptest::prelude::*;
use seal::PublisherKey;
use serde_json::{Value, json};

fn key(seed: u64) -> PublisherKey {
    let chance: &dyn Chance = &SeededChance::new(seed);
    PublisherKey::generate(chance)
}

/// Lists the files anew under a version and signs.
fn published(mut files: Files, version: &str, by: &PublisherKey) -> Files {
    let mut manifest: Value = serde_json::from_slice(&files[MANIFEST]).unwrap();
    manifest["version"] = json!(version);
    files.insert(MANIFEST.to_owned(), manifest.to_string().into_bytes());
    publish(files, by).unwrap()
}

fn directory(id: &str, demo: bool, phone: &str) -> Files {
    let both = |text: &str| json!({"id": text, "en": text});
    let services = json!({"demo": demo, "services": [{
        "id": id, "place": "21.71", "kind": "shelter", "name": both("Rumah"), "what": both("Tempat."), "phones": [phone],
        "checked_on": "2026-11-01", "source": both("Uji."),
    }]});
    let manifest = json!({"pack": 1, "kind": "directory", "id": id, "version": "1", "previous": null,
        "checked_on": "2026-11-02", "sources": ["uji"], "files": []});
    Files::from([
        (MANIFEST.to_owned(), manifest.to_string().into_bytes()),
        ("services.json".to_owned(), services.to_string().into_bytes()),
    ])
}

fn language(id: &str, checked_on: &str, word: &str) -> Files {
    let body = json!({"language": "jv", "sentences": {"salam.ya": word}});
    let manifest = json!({"pack": 1, "kind": "language", "id": id, "version": "1", "previous": null,
        "checked_on": checked_on, "sources": ["uji"], "files": []});
    Files::from([
        (MANIFEST.to_owned(), manifest.to_string().into_bytes()),
        ("sentences.json".to_owned(), body.to_string().into_bytes()),
    ])
}

/// Packs in folders `0`, `1` … of a node that trusts key 1.
fn gathered(packs: Vec<Files>, demo: bool) -> Packs {
    let folder = |(number, files): (usize, Files)| Found { folder: number.to_string(), files: Ok(files) };
    let publishers = [key(1).public()];
    let trust = Trust { publishers: &publishers, today: day("2026-11-23").unwrap(), demo };
    gather(packs.into_iter().enumerate().map(folder).collect(), &trust)
}

fn state<'a>(packs: &'a Packs, folder: &str) -> (Standing, Vec<&'static str>, &'a PackState) {
    let state = packs.states.iter().find(|state| state.folder == folder).unwrap();
    (state.standing, state.faults.iter().map(|fault| fault.code.0).collect(), state)
}

#[test]
fn what_is_inside_is_in_use_without_a_signature() {
    let packs = Packs::embedded();
    assert_eq!(packs.states.len(), 4);
    assert!(packs.states.iter().all(|state| state.standing == Standing::InUse), "{:?}", packs.states);
    assert_eq!(packs.handbooks.len(), 1);
    assert_eq!(packs.guide.guidance, Guide::embedded().guidance);
    assert_eq!(packs.guide.directory, Guide::embedded().directory);
}

#[test]
fn a_signed_pack_of_a_higher_version_is_in_use_and_the_earlier_ones_are_kept() {
    let newer = |version| published(Guide::guidance_files(), version, &key(1));
    let packs = gathered(vec![newer("0.10.0"), newer("0.9.0")], false);
    assert_eq!(packs.guide.guidance.version, "0.10.0");
    assert_eq!(state(&packs, "0").0, Standing::InUse);
    assert_eq!(state(&packs, "1").0, Standing::Kept);
    assert!(packs.states.iter().any(|state| state.folder.is_empty() && state.standing == Standing::Kept));
    let handbook: Files = Handbook::embedded_files().into_iter().collect();
    let packs = gathered(vec![published(handbook, "7.0.0", &key(1))], false);
    let versions: Vec<&str> = packs.handbooks.iter().map(|handbook| handbook.version.as_str()).collect();
    assert_eq!(versions.last(), Some(&"7.0.0"));
    assert_eq!(versions.len(), 2, "cases that began under the earlier one still find it");
}

#[test]
fn what_is_not_signed_by_a_trusted_publisher_or_was_changed_replaces_nothing() {
    let good = published(Guide::guidance_files(), "0.2.0", &key(1));
    let mut unsigned = good.clone();
    unsigned.remove(SIGNATURE);
    let foreign = published(Guide::guidance_files(), "0.3.0", &key(2));
    let mut short = good.clone();
    short.get_mut(SIGNATURE).unwrap().pop();
    let mut renamed = good.clone();
    let text = String::from_utf8(renamed[MANIFEST].clone()).unwrap().replace("0.2.0", "0.9.0");
    renamed.insert(MANIFEST.to_owned(), text.into_bytes());
    let mut altered = good.clone();
    altered.get_mut("chapters/hak.json").unwrap().push(b' ');
    let mut added = good.clone();
    added.insert("lain.json".to_owned(), vec![]);
    let mut broken = Guide::guidance_files();
    broken.insert("chapters/hak.json".to_owned(), b"{}".to_vec());
    let broken = published(broken, "0.4.0", &key(1));
    let packs = gathered(vec![unsigned, foreign, short, renamed, altered, added, broken], false);
    assert_eq!(packs.guide.guidance, Guide::embedded().guidance);
    let codes: Vec<&str> = (0..7).flat_map(|n| state(&packs, &n.to_string()).1.into_iter().take(1)).collect();
    let untrusted = "pack.untrusted";
    let expected =
        ["pack.unsigned", untrusted, untrusted, untrusted, "pack.file-changed", "pack.not-listed", "pack.malformed"];
    assert_eq!(codes, expected);
    assert_eq!(packs.refused().count(), 7);
}

#[test]
fn a_version_is_never_changed_and_a_copy_of_it_counts_once() {
    let good = published(Guide::guidance_files(), "0.2.0", &key(1));
    let mut other = Guide::guidance_files();
    let text = String::from_utf8(other["chapters/hak.json"].clone()).unwrap().replace("Hak dalam", "Semua hak dalam");
    other.insert("chapters/hak.json".to_owned(), text.into_bytes());
    let packs = gathered(vec![good.clone(), good, published(other, "0.2.0", &key(1))], false);
    assert_eq!(state(&packs, "2").1, ["pack.version-taken"]);
    assert_eq!(packs.states.len(), 4 + 2, "the copy is not told twice");
    assert_eq!(packs.guide.guidance.chapter("hak").unwrap().title.id, "Hak dalam satu halaman");
}

#[test]
fn one_name_for_each_kind_that_cases_and_reports_name_by_version() {
    let mut files = Guide::guidance_files();
    let text = String::from_utf8(files[MANIFEST].clone()).unwrap().replace("\"panduan\"", "\"lain\"");
    files.insert(MANIFEST.to_owned(), text.into_bytes());
    let packs = gathered(vec![published(files, "0.2.0", &key(1))], false);
    assert_eq!(state(&packs, "0").1, ["pack.id-other"]);
}

#[test]
fn directories_of_several_names_are_read_together_and_made_up_ones_only_in_a_demonstration() {
    let one = published(directory("batam", false, "0800 000 001"), "1", &key(1));
    let made_up = published(directory("peragaan", true, "0800 000 002"), "1", &key(1));
    let batam = base::Place::parse("21.71").unwrap();
    let packs = gathered(vec![one.clone(), made_up.clone()], false);
    assert_eq!(state(&packs, "1").1, ["pack.demo-only"]);
    assert_eq!(packs.guide.directory.near(&batam, 1)[0].services.len(), 1);
    assert!(packs.guide.directory.national().count() > 4, "national lines stay");
    let packs = gathered(vec![one, made_up], true);
    assert_eq!(packs.guide.directory.near(&batam, 1)[0].services.len(), 2);
    assert!(packs.guide.directory.demo);
}

#[test]
fn of_two_packs_for_a_language_the_one_checked_later_is_in_use() {
    let pack = |id, on, word| published(language(id, on, word), "1", &key(1));
    for (packs, used) in [
        (vec![pack("a", "2026-10-01", "Iya"), pack("b", "2026-11-01", "Inggih")], "1"),
        (vec![pack("a", "2026-11-01", "Inggih"), pack("b", "2026-10-01", "Iya")], "0"),
    ] {
        let packs = gathered(packs, false);
        assert_eq!(packs.guide.languages.len(), 1);
        assert_eq!(packs.guide.languages[0].sentences["salam.ya"], "Inggih");
        assert_eq!(state(&packs, used).0, Standing::InUse);
        assert_eq!(packs.states.iter().filter(|state| state.standing == Standing::InUse).count(), 5);
    }
}

#[test]
fn a_folder_that_cannot_be_read_is_told() {
    let found = vec![Found { folder: "rusak".into(), files: Err(Problem::at("input.unreadable", "rusak")) }];
    let packs = gather(found, &Trust { publishers: &[], today: 0, demo: false });
    let (standing, codes, told) = state(&packs, "rusak");
    assert_eq!((standing, codes, told.words()), (Standing::Refused, vec!["input.unreadable"], "rusak".to_owned()));
    assert!(told.first_fault().unwrap().1.id.contains("hak baca"));
}

#[test]
fn a_check_names_every_fault_and_notes_what_does_not_refuse_a_pack() {
    let today = day("2026-11-23").unwrap();
    let unsigned = check(&Guide::guidance_files(), today);
    assert_eq!((unsigned.faults.len(), unsigned.notes[0].code.0), (0, "pack.unsigned"));
    let mut files = published(language("jawa", "2026-11-24", "Iya"), "1", &key(1));
    files.insert("lain.txt".to_owned(), vec![]);
    files.insert("sentences.json".to_owned(), br#"{"language": "xx", "sentences": {"salam": ""}}"#.to_vec());
    let codes: Vec<&str> = check(&files, today).faults.iter().map(|fault| fault.code.0).collect();
    let expected = [
        "pack.date-ahead",
        "pack.file-changed",
        "pack.not-listed",
        "pack.language-unknown",
        "pack.word-unknown",
        "pack.text-missing",
    ];
    assert_eq!(codes, expected);
    let notes = check(&published(language("jawa", "2026-11-01", "Iya"), "1", &key(1)), today).notes;
    assert_eq!(notes.len(), 39);
    assert!(notes.iter().all(|note| note.code.0 == "pack.translation-missing"));
    let mut handbook: Files = Handbook::embedded_files().into_iter().collect();
    handbook.get_mut("roles.json").unwrap().push(b' ');
    let codes: Vec<&str> = check(&handbook, today).faults.iter().map(|fault| fault.code.0).collect();
    assert_eq!(codes, ["pack.file-changed"], "told once");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_mutated_pack_stops_a_node_or_replaces_a_good_one(file in 0_usize..20, at: usize, byte: u8, relist: bool) {
        let good = published(Guide::guidance_files(), "0.2.0", &key(1));
        let mut bad = published(Guide::guidance_files(), "0.3.0", &key(1));
        let path = bad.keys().nth(file % bad.len()).unwrap().clone();
        let bytes = bad.get_mut(&path).unwrap();
        let at = at % bytes.len();
        let same = bytes[at] == byte;
        bytes[at] = byte;
        if relist && path != MANIFEST && path != SIGNATURE {
            bad = published(bad, "0.3.0", &key(1));
        }
        let packs = gathered(vec![good, bad], false);
        let used = packs.guide.guidance.version.clone();
        let refused = packs.refused().count();
        prop_assert_eq!(used == "0.3.0", refused == 0);
        prop_assert!(refused == 0 || used == "0.2.0");
        prop_assert!(same || relist || refused == 1);
    }
}
