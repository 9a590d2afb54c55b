//! Whether two reports may tell of the same person: reasons that a person can weigh, never a merge. What is alike is
//! offered; two officers may say that it is not the same.

use super::Report;
use crate::case::Case;
use crate::words::words;
use base::{CaseId, Place, Redacted, ReportId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Hours between two reports of one place that count as close: a ferry, a night in a shelter, the office in the morning.
const CLOSE_HOURS: i64 = 72;
/// Words shorter than this say little.
const WORD_CHARS_MIN: usize = 4;
/// Words that must be shared, and the share of the shorter text they must make, in tenths.
const WORDS_MIN: usize = 5;
const WORDS_TENTHS: usize = 5;
/// Answers "yes" that must be shared, and the share of all that either has, in tenths.
const ANSWERS_MIN: usize = 3;
const ANSWERS_TENTHS: usize = 8;
/// Words of every report about work and travel; they tell no person from another.
const COMMON: [&str; 40] = [
    "yang",
    "dari",
    "dengan",
    "untuk",
    "pada",
    "tidak",
    "sudah",
    "akan",
    "oleh",
    "kami",
    "saya",
    "mereka",
    "orang",
    "dalam",
    "lebih",
    "telah",
    "karena",
    "juga",
    "atau",
    "seorang",
    "perempuan",
    "laki",
    "kerja",
    "pekerja",
    "bekerja",
    "pekerjaan",
    "majikan",
    "gaji",
    "upah",
    "paspor",
    "agen",
    "bulan",
    "tahun",
    "hari",
    "tanpa",
    "kemudian",
    "lalu",
    "this",
    "that",
    "with",
];

words! {
    /// What identifies a person and is looked up by a blind index; names are not among them (STORAGE.md 4).
    MarkKind {
        /// A telephone number.
        Phone = "phone",
        /// A population number.
        Nik = "nik",
        /// A passport number.
        Passport = "passport",
        /// An e-mail address.
        Email = "email",
    }
}

/// An identifier, written in one way.
pub type Mark = (MarkKind, String);

/// An identifier as the blind index keeps it: eight bytes that nobody without the index key can make or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Token(pub MarkKind, pub [u8; 8]);

/// What a report is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Other {
    /// Another report.
    Report(ReportId),
    /// A case.
    Case(CaseId),
}

/// Why two reports may tell of the same person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Alike {
    /// The same identifier stands in both.
    SameMark(MarkKind),
    /// Found in the same place within so many hours.
    SamePlace {
        /// Hours between the two, rounded up.
        hours: i64,
    },
    /// The same answers are yes.
    SameAnswers {
        /// In both.
        same: usize,
        /// In either.
        of: usize,
    },
    /// The words are alike.
    SameWords {
        /// In both.
        same: usize,
        /// In the shorter one.
        of: usize,
    },
}

/// What is compared of a report, or of a case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sketch {
    /// Where the person was found.
    pub place: Option<Place>,
    /// When it came.
    pub at: Timestamp,
    /// Identifiers.
    pub marks: BTreeSet<Mark>,
    yes: BTreeSet<String>,
    words: BTreeSet<String>,
}

impl Sketch {
    /// Of a report.
    pub fn of(report: &Report) -> Self {
        let came = &report.received;
        let text = came.text.expose();
        Self {
            place: came.place.clone(),
            at: report.at,
            marks: marks_in(text).into_iter().chain(marks_in(came.contact.expose())).collect(),
            yes: yes_in(came.answers.expose()),
            words: words_in(text),
        }
    }

    /// Of a case: its person's identifiers, and what the report told from which it was opened.
    pub fn of_case(case: &Case) -> Self {
        let field = |name: &str| case.fields.get(name).map(Redacted::expose).map_or("", String::as_str);
        Self {
            place: Some(case.opening.found_in.clone()),
            at: case.opened_at,
            marks: case.marks_found(),
            yes: yes_in(field("screening.answers")),
            words: words_in(field("chronology.summary")),
        }
    }
}

/// The questions that were answered with yes.
fn yes_in(answers: &str) -> BTreeSet<String> {
    let answers: Option<BTreeMap<String, String>> = serde_json::from_str(answers).ok().flatten();
    let yes = answers.unwrap_or_default().into_iter().filter(|(_, answer)| answer == "yes");
    yes.map(|(id, _)| id).collect()
}

/// Why two sketches may be of the same person; empty when it is not worth asking.
pub fn alike(a: &Sketch, b: &Sketch) -> Vec<Alike> {
    let marks: BTreeSet<MarkKind> = a.marks.intersection(&b.marks).map(|(kind, _)| *kind).collect();
    let mut reasons: Vec<Alike> = marks.into_iter().map(Alike::SameMark).collect();
    let [place, answers, words] = [same_place(a, b), same_answers(a, b), same_words(a, b)];
    // One of these alone is common at a busy port; two of them are worth a look.
    if !reasons.is_empty() || [&place, &answers, &words].into_iter().flatten().count() >= 2 {
        reasons.extend([place, answers, words].into_iter().flatten());
    }
    reasons
}

fn same_place(a: &Sketch, b: &Sketch) -> Option<Alike> {
    let (here, there) = (a.place.as_ref()?, b.place.as_ref()?);
    let seconds = (a.at.seconds() - b.at.seconds()).abs();
    let hours = seconds / 3_600 + i64::from(seconds % 3_600 > 0);
    let close = (here.covers(there) || there.covers(here)) && hours <= CLOSE_HOURS;
    close.then_some(Alike::SamePlace { hours })
}

fn same_answers(a: &Sketch, b: &Sketch) -> Option<Alike> {
    let (same, of) = (a.yes.intersection(&b.yes).count(), a.yes.union(&b.yes).count());
    (same >= ANSWERS_MIN && same * 10 >= of * ANSWERS_TENTHS).then_some(Alike::SameAnswers { same, of })
}

fn same_words(a: &Sketch, b: &Sketch) -> Option<Alike> {
    let (same, of) = (a.words.intersection(&b.words).count(), a.words.len().min(b.words.len()));
    (same >= WORDS_MIN && same * 10 >= of * WORDS_TENTHS).then_some(Alike::SameWords { same, of })
}

/// The words of a text that can tell one story from another.
fn words_in(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
    words.filter(|word| word.chars().count() >= WORD_CHARS_MIN && !COMMON.contains(&word.as_str())).collect()
}

/// The identifiers that stand in a text, each written in one way: telephone numbers as E.164, the rest in capitals.
pub fn marks_in(text: &str) -> BTreeSet<Mark> {
    let tokens: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '"' | '/')).collect();
    let mut found = BTreeSet::new();
    let mut at = 0;
    while let Some(rest) = tokens.get(at..).filter(|rest| !rest.is_empty()) {
        // Numbers are written in groups: the longest run of tokens that makes a number is one.
        let run = (1..=rest.len().min(GROUPS_MAX)).rev().find_map(|length| {
            let joined: String = rest.get(..length)?.concat();
            Some((length, number(&joined)?))
        });
        let word = rest.first().and_then(|word| letters(word));
        match (run, word) {
            (Some((length, mark)), _) => {
                found.insert(mark);
                at += length;
            }
            (None, word) => {
                found.extend(word);
                at += 1;
            }
        }
    }
    found
}

/// Groups in which a number is written at most.
const GROUPS_MAX: usize = 6;

/// A population or telephone number.
fn number(text: &str) -> Option<Mark> {
    let text = text.trim_end_matches(['.', ')', '!', '?']);
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let odd = |c: char| !(c.is_ascii_digit() || matches!(c, '-' | '.' | '(' | ')' | '+'));
    if text.chars().any(odd) {
        return None;
    }
    if digits.len() == 16 && !text.starts_with('+') {
        return is_nik(&digits).then_some((MarkKind::Nik, digits));
    }
    let national = |rest: &str| (8..=13).contains(&rest.len()).then(|| format!("+62{rest}"));
    let phone = if text.starts_with('+') || digits.starts_with("00") {
        let digits = digits.strip_prefix("00").unwrap_or(&digits);
        let digits = digits.strip_prefix("620").map_or_else(|| digits.to_owned(), |rest| format!("62{rest}"));
        (8..=15).contains(&digits.len()).then(|| format!("+{digits}"))
    } else if let Some(rest) = digits.strip_prefix("62").filter(|rest| rest.len() >= 8) {
        national(rest.trim_start_matches('0'))
    } else if let Some(rest) = digits.strip_prefix('0') {
        national(rest)
    } else if digits.starts_with('8') && (9..=12).contains(&digits.len()) {
        national(&digits)
    } else {
        None
    };
    phone.map(|phone| (MarkKind::Phone, phone))
}

/// Six digits of a region, a date of birth (the day of a woman is 40 more), four of a series.
fn is_nik(digits: &str) -> bool {
    let two = |at: usize| digits.get(at..at + 2).and_then(|part| part.parse::<u32>().ok()).unwrap_or(0);
    (11..=97).contains(&two(0)) && matches!(two(6), 1..=31 | 41..=71) && (1..=12).contains(&two(8))
}

/// A passport number or an e-mail address.
fn letters(word: &str) -> Option<Mark> {
    let word = word.trim_matches(|c: char| matches!(c, '.' | '(' | ')' | '!' | '?' | '<' | '>'));
    if let Some((name, host)) = word.split_once('@') {
        let whole = !name.is_empty() && host.contains('.') && !host.contains('@') && word.is_ascii();
        return whole.then(|| (MarkKind::Email, word.to_uppercase()));
    }
    // One or two letters and six or seven digits: Indonesian passports are eight characters, older ones seven.
    let digits = word.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let shape = matches!(word.len() - digits.len(), 1 | 2)
        && matches!(digits.len(), 6 | 7)
        && digits.bytes().all(|b| b.is_ascii_digit());
    shape.then(|| (MarkKind::Passport, word.to_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sketch(text: &str, yes: &[&str], at: i64) -> Sketch {
        Sketch {
            place: Place::parse("21.71").ok(),
            at: Timestamp::from_seconds(at),
            marks: marks_in(text),
            yes: yes.iter().map(|id| (*id).to_owned()).collect(),
            words: words_in(text),
        }
    }

    fn mark(kind: MarkKind, value: &str) -> BTreeSet<Mark> {
        BTreeSet::from([(kind, value.to_owned())])
    }

    #[test]
    fn a_telephone_number_is_one_number_however_it_is_written() {
        for written in [
            "+6281255512345",
            "+62 812-5551-2345",
            "081255512345",
            "0812 5551 2345",
            "(0812) 5551-2345",
            "62812 5551 2345",
            "006281255512345",
            "81255512345",
            "hubungi 0812.5551.2345.",
            "HP:0812-5551-2345,",
            "+62 0812 5551 2345",
        ] {
            assert_eq!(marks_in(written), mark(MarkKind::Phone, "+6281255512345"), "{written}");
        }
        assert_eq!(marks_in("+65 9123 4567"), mark(MarkKind::Phone, "+6591234567"));
    }

    #[test]
    fn other_identifiers_are_found_and_other_numbers_are_not() {
        assert_eq!(marks_in("NIK 5203014404990007"), mark(MarkKind::Nik, "5203014404990007"));
        assert_eq!(marks_in("NIK: 5203 0144 0499 0007."), mark(MarkKind::Nik, "5203014404990007"));
        assert_eq!(marks_in("paspor b1234567"), mark(MarkKind::Passport, "B1234567"));
        assert_eq!(marks_in("surel Ratna.K@contoh.example."), mark(MarkKind::Email, "RATNA.K@CONTOH.EXAMPLE"));
        for none in [
            "",
            "17 jam sehari, 14 bulan",
            "Rp 3.500.000",
            "tanggal 23-11-2026",
            "5203019904990007",
            "kode 21.71",
            "ditahan 3 orang di lantai 12",
            "jam 05.30",
            "@",
            "a@b",
            "AB12",
            "2026",
            "0812",
        ] {
            assert_eq!(marks_in(none), BTreeSet::new(), "{none}");
        }
        assert_eq!(marks_in("0812 5551 2345 atau 0813 5551 2345").len(), 2);
    }

    #[test]
    fn one_common_sign_is_not_offered_two_are_and_an_identifier_always_is() {
        let day = 86_400;
        let port = "dijemput mobil hitam di pelabuhan Sekupang lalu dibawa ke ruko dekat pasar";
        let again = "mobil hitam menjemput; dibawa ke ruko dekat pasar dari pelabuhan Sekupang";
        let other = "ditipu soal kapal ikan, tidur di gudang es selama sebelas minggu";
        let yes = ["A2", "A3", "E1", "K1"];
        let one = sketch(port, &yes, 0);
        assert_eq!(alike(&one, &sketch(other, &["B1"], day)), [], "the same port, the next day: no more than that");
        assert_eq!(alike(&one, &sketch(again, &["B1"], 9 * day)), [], "the same words alone");
        let both = alike(&one, &sketch(again, &["B1"], day));
        assert!(matches!(both.as_slice(), [Alike::SamePlace { hours: 24 }, Alike::SameWords { .. }]), "{both:?}");
        let answered = alike(&one, &sketch(other, &yes, day + 1));
        assert_eq!(answered, [Alike::SamePlace { hours: 25 }, Alike::SameAnswers { same: 4, of: 4 }]);
        let phone = alike(&sketch("0812 5551 2345", &[], 0), &sketch("+6281255512345", &[], 90 * day));
        assert_eq!(phone, [Alike::SameMark(MarkKind::Phone)]);
    }

    #[test]
    fn likeness_has_no_direction() {
        let texts =
            ["mobil hitam ruko pasar pelabuhan sekupang", "ruko hitam mobil pasar pelabuhan 0812 5551 2345", ""];
        for (a, b) in texts.iter().flat_map(|a| texts.iter().map(move |b| (a, b))) {
            let (one, two) = (sketch(a, &["A2", "A3", "E1"], 0), sketch(b, &["A2", "A3", "E1"], 3_600));
            assert_eq!(alike(&one, &two), alike(&two, &one));
        }
    }

    #[test]
    fn a_far_place_or_a_late_hour_is_no_close_place() {
        let mut far = sketch("", &[], 0);
        far.place = Place::parse("52.03").ok();
        assert_eq!(same_place(&sketch("", &[], 0), &far), None);
        assert_eq!(same_place(&sketch("", &[], 0), &sketch("", &[], 73 * 3_600)), None);
        assert_eq!(same_place(&Sketch::default(), &Sketch::default()), None);
        far.place = Place::parse("21").ok();
        assert_eq!(same_place(&sketch("", &[], 0), &far), Some(Alike::SamePlace { hours: 0 }));
    }
}
