//! Short, active, without jargon and without blame: WEB.md 8, over every text of the packs in both languages.

use super::*;
use crate::guide::words::sentences;
use base::{Lang, Text};
use std::collections::BTreeSet;

/// Words of offices, and words that judge a person. Whole words, small letters.
const AVOIDED: [(Lang, &[&str]); 2] = [
    (
        Lang::Id,
        &[
            "asesmen",
            "identifikasi",
            "implementasi",
            "intervensi",
            "klien",
            "koordinasi",
            "mekanisme",
            "penanganan",
            "presumsi",
            "rehabilitasi",
            "reintegrasi",
            "sosialisasi",
            "stakeholder",
            "terminasi",
            "oknum",
            "ilegal",
            "gelap",
            "tki",
            "tkw",
            "psk",
            "pelacur",
            "wanita",
            "ceroboh",
            "bodoh",
            "nakal",
            "mengaku",
            "kasihan",
            "kamu",
            "anda-anda",
        ],
    ),
    (
        Lang::En,
        &[
            "assessment",
            "beneficiary",
            "client",
            "compliance",
            "coordinate",
            "facilitate",
            "identification",
            "implement",
            "intervention",
            "mechanism",
            "modus",
            "presumption",
            "rehabilitation",
            "reintegration",
            "stakeholder",
            "utilise",
            "illegal",
            "illegals",
            "prostitute",
            "naive",
            "careless",
            "foolish",
            "confess",
            "alleged",
            "greedy",
            "pitiful",
        ],
    ),
];

/// All texts that a responder or anybody reads, with their places; sources and bases are names of laws.
fn texts() -> Vec<(String, Text)> {
    let guide = Guide::embedded();
    let mut all = Vec::new();
    let public = PublicPage::rights().iter().chain(PublicPage::window()).map(|page| &page.text);
    for chapter in guide.guidance.chapters.iter().chain(public) {
        let mut keep = |at: &str, text: &Text| all.push((format!("{}: {at}", chapter.id), text.clone()));
        keep("title", &chapter.title);
        keep("lead", &chapter.lead);
        for part in &chapter.parts {
            keep("heading", &part.heading);
            part.lines.iter().for_each(|line| keep("line", &line.text));
        }
    }
    for sentence in guide.guidance.sentences() {
        all.push((sentence.key.clone(), sentence.text.clone()));
    }
    for service in guide.directory.national() {
        all.push((service.id.clone(), service.what.clone()));
    }
    all
}

fn words(text: &str) -> Vec<String> {
    let plain = |c: char| !c.is_alphanumeric() && c != '-';
    text.split(plain).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

#[test]
fn sentences_average_at_most_14_words_and_none_has_more_than_22_in_either_language() {
    for lang in Lang::ALL {
        let (mut count, mut sum) = (0, 0);
        for (at, text) in texts() {
            for length in sentences(text.get(lang)) {
                assert!(length <= 22, "{at}: {}", text.get(lang));
                count += 1;
                sum += length;
            }
        }
        assert!(count > 700, "{count} sentences");
        assert!(sum <= 14 * count, "{sum} words in {count} sentences");
    }
}

#[test]
fn no_text_uses_a_word_of_offices_or_of_blame() {
    for (lang, avoided) in AVOIDED {
        let avoided: BTreeSet<&str> = avoided.iter().copied().collect();
        for (at, text) in texts() {
            let found: Vec<String> =
                words(text.get(lang)).into_iter().filter(|word| avoided.contains(word.as_str())).collect();
            assert!(found.is_empty(), "{at}: {found:?} in {:?}", text.get(lang));
        }
    }
}

/// Indonesian passives begin with `di` on a verb, English ones follow a form of `be`. A few are right; many tire a reader.
#[test]
fn at_most_one_sentence_in_ten_is_passive() {
    let (mut all, mut id, mut en) = (0, 0, 0);
    for (_, text) in texts() {
        all += 1;
        let place =
            |word: &String| matches!(word.as_str(), "dia" | "diri" | "diam" | "dinas" | "dihafal" | "dicek" | "di");
        let passive = |word: &String| word.starts_with("di") && word.len() > 5 && !place(word);
        id += usize::from(words(&text.id).iter().any(passive));
        let be = ["is", "are", "was", "were", "be", "been", "being"];
        let english = words(&text.en);
        en += usize::from(english.windows(2).any(|pair| be.contains(&pair[0].as_str()) && pair[1].ends_with("ed")));
    }
    assert!(all > 250, "{all}");
    assert!(id * 10 <= all, "{id} of {all} Indonesian texts");
    assert!(en * 10 <= all, "{en} of {all} English texts");
}

#[test]
fn no_text_says_that_a_person_is_no_victim() {
    for (at, text) in texts() {
        for words in [text.id.to_lowercase(), text.en.to_lowercase()] {
            assert!(!["bukan korban", "not a victim", "no victim"].iter().any(|bad| words.contains(bad)), "{at}");
        }
    }
}

#[test]
fn every_chapter_that_a_responder_needs_is_there_with_sources_and_a_day() {
    let guidance = &Guide::embedded().guidance;
    let ids: Vec<&str> = guidance.chapters.iter().map(|chapter| chapter.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "keselamatan",
            "berbicara",
            "anak",
            "saksi",
            "jangan",
            "sehari",
            "hak",
            "bantuan-hukum",
            "pulang",
            "perekrut",
            "pelabuhan",
            "sesudah"
        ]
    );
    let whole = |chapter: &Chapter| !chapter.sources.is_empty() && base::pack::day(&chapter.checked_on).is_some();
    assert!(guidance.chapters.iter().all(whole));
}

/// A figure of ours must not read like one of the law.
#[test]
fn every_figure_of_the_handbook_is_marked_as_a_default_or_names_its_law() {
    let hours = ["jam", "hari", "menit", "bulan"];
    let public = PublicPage::rights().iter().chain(PublicPage::window()).map(|page| &page.text);
    for chapter in Guide::embedded().guidance.chapters.iter().chain(public) {
        for line in chapter.parts.iter().flat_map(|part| &part.lines) {
            let words = words(&line.text.id);
            let figure =
                words.windows(2).any(|pair| pair[0].parse::<u32>().is_ok() && hours.contains(&pair[1].as_str()));
            assert!(!figure || line.mark.is_some() || line.basis.is_some(), "{}: {}", chapter.id, line.text.id);
        }
    }
}

#[test]
fn the_interpreters_page_has_40_sentences_and_lacks_none_in_either_language() {
    let guidance = &Guide::embedded().guidance;
    assert_eq!(guidance.sentences().count(), 40);
    let none = Language::load(&language_files("jv", &[])).unwrap();
    assert_eq!(none.missing(guidance).count(), 40);
    let one = Language::load(&language_files("jv", &[("salam.ya", "…"), ("salam.entah", "…")])).unwrap();
    assert_eq!(one.missing(guidance).count(), 39);
    assert_eq!(one.unknown(guidance).collect::<Vec<_>>(), ["salam.entah"]);
}

#[test]
fn each_public_page_averages_at_most_14_words_a_sentence_and_says_anda() {
    for page in PublicPage::rights().iter().chain(PublicPage::window()) {
        let lines = page.text.parts.iter().flat_map(|part| &part.lines).map(|line| &line.text);
        let texts: Vec<&Text> = lines.chain([&page.text.lead]).collect();
        for lang in Lang::ALL {
            let lengths: Vec<usize> = texts.iter().flat_map(|text| sentences(text.get(lang))).collect();
            assert!(lengths.iter().sum::<usize>() <= 14 * lengths.len(), "{}: {lengths:?}", page.text.id);
        }
        assert!(texts.iter().any(|text| words(&text.id).iter().any(|word| word == "anda")), "{}", page.text.id);
    }
}
