use super::gsm7::{SEPTETS_MAX, septets};
use super::*;
use base::places::{PROVINCES, REGENCIES};
use pocketbook::{Guide, PublicPage};

fn holds(text: &str) {
    let length = septets(text);
    assert!(length.is_some_and(|length| (1..=SEPTETS_MAX).contains(&length)), "{length:?} {text}");
}

#[test]
fn every_answer_is_one_message_in_both_languages_for_all_places_and_topics() {
    for t in Lang::ALL.map(Words::of) {
        let fixed = [
            t.sms_menu(),
            t.sms_report_first(),
            t.sms_code_none(),
            t.sms_no_answer(),
            t.sms_added(),
            t.sms_full(),
            t.sms_deleted(),
            t.sms_check_none(),
        ];
        fixed.into_iter().for_each(holds);
        holds(&t.sms_report("1234 5678 9012 3456"));
        for page in PublicPage::rights() {
            let said = say::right(t, &page.text.id);
            holds(&said);
            assert!(
                said.starts_with(&plain(page.text.title.get(t.lang()))) && said.contains(|c: char| c.is_ascii_digit()),
                "{said}"
            );
            assert!(!said.contains(".."), "a right is not cut: {said}");
        }
        holds(&say::right(t, "apa saja"));
        let codes = REGENCIES.iter().map(|regency| regency.code.as_str());
        for code in codes.chain(PROVINCES.iter().map(|(code, _)| code.as_str())) {
            let said = say::help(t, Guide::embedded(), &Place::parse(code).unwrap(), &[]);
            holds(&said);
            assert!(["110", "119", "129"].iter().all(|line| said.contains(line)), "{said}");
        }
        for text in ["bandung", "kota", "atlantis", "ma"] {
            holds(&say::which(t, &places::meant(text)));
        }
    }
}

#[test]
fn answers_of_officers_come_in_pages_and_the_newest_first() {
    let t = Words::of(Lang::Id);
    let reply = |text: &str| desk::boxes::Reply { at: Timestamp::default(), text: text.to_owned() };
    assert_eq!(say::answers(t, &[], None), plain(t.sms_no_answer()));
    let long = format!("{}akhir", "kata yang panjang sekali ".repeat(20));
    let all = [reply("Pertama."), reply(&long), reply("“Besok” pukul 10–12, ya?")];
    let newest = say::answers(t, &all, None);
    assert!(newest.ends_with("\"Besok\" pukul 10-12, ya?"), "{newest}");
    let pages: Vec<String> = (1..=9).map(|page| say::answers(t, &all, Some(page))).collect();
    for page in &pages {
        holds(page);
    }
    assert!(pages[0].ends_with(": Pertama.") && pages.iter().any(|page| page.ends_with("akhir")), "{pages:?}");
    let words: usize = pages[1..5].iter().map(|page| page.split(": ").nth(1).unwrap().split(' ').count()).sum();
    assert_eq!(words, 81, "no word is lost: {pages:?}");
    for odd in ["東".repeat(400), "x".repeat(1_000), "[".repeat(500)] {
        holds(&say::answers(t, &[reply(&odd)], Some(2)));
    }
    assert_eq!(say::answers(t, &all, Some(0)), pages[0]);
}

#[test]
fn only_telephone_numbers_get_answers() {
    for (from, to) in [("+62 812-0000-0001", Some("+6281200000001")), ("081200000001", Some("081200000001"))] {
        assert_eq!(number(from).as_deref(), to);
    }
    for nobody in ["", "TELKOMSEL", "1234", "+62", "0812000000010203", "08120000x001"] {
        assert_eq!(number(nobody), None, "{nobody}");
    }
}
