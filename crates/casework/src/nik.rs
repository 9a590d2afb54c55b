//! The number of an identity card (NIK): sixteen digits that hold region, birth date and sex. It says too much about a
//! person to be shown: pages show the last four digits, nothing prints it (law.md L52).
//!
//! A number that does not fit what she says is no reason to doubt her: forged papers are a trace of the crime. It is a
//! hint to look again, told as [`Doubt`].

use crate::words::{Profile, words};
use base::{Place, Problem, Redacted, Timestamp};
use jiff::civil::Date;

/// Added to the day of birth of a woman.
const FEMALE_DAYS: i8 = 40;

words! {
    /// Sex as the number has it.
    Sex {
        /// A woman or girl.
        Female = "female",
        /// A man or boy.
        Male = "male",
    }

    /// What of a number does not fit what is known of the person.
    Doubt {
        /// No regency or city of today has this code; an old code stays valid for life.
        Region = "region",
        /// Another birth date is written down.
        BirthDate = "birth_date",
        /// Another sex is written down.
        Sex = "sex",
        /// An adult by the number, a child by what she says, or the other way.
        Age = "age",
    }
}

/// A number that can be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nik {
    digits: Redacted<String>,
    facts: Redacted<Facts>,
}

/// What a number says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The subdistrict that gave the number, such as `52.03.01`.
    pub region: Place,
    /// Date of birth.
    pub birth: Date,
    /// Sex.
    pub sex: Sex,
}

/// What is written down beside the number.
#[derive(Clone, Copy, Debug)]
pub struct Beside<'a> {
    /// Birth date as a date `1999-04-04`.
    pub birth_date: Option<&'a str>,
    /// Sex in any words; only plain ones are compared.
    pub sex: Option<&'a str>,
    /// Adult or child.
    pub profile: Profile,
}

impl Nik {
    /// Reads sixteen digits; spaces, dots and dashes between them do not count. The century of birth is the latest that
    /// does not lie ahead of `now`.
    pub fn parse(text: &str, now: Timestamp) -> Result<Self, Problem> {
        let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '.' | '-')).collect();
        if digits.len() != 16 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Problem::new("nik.not-16-digits"));
        }
        let number = |from: usize| digits.get(from..from + 2).and_then(|two| two.parse::<i8>().ok()).unwrap_or(0);
        let two = |from: usize| digits.get(from..from + 2).unwrap_or_default();
        let region = [0, 2, 4].map(two).join(".");
        let region = Place::parse(&region).map_err(|_| Problem::new("nik.not-16-digits"))?;
        let is_place = number(0) >= 11 && number(2) > 0 && number(4) > 0;
        let (sex, day) = match number(6) {
            day if day > FEMALE_DAYS => (Sex::Female, day - FEMALE_DAYS),
            day => (Sex::Male, day),
        };
        let birth = born(number(10), number(8), day, now).ok_or(Problem::new("nik.no-such-date"))?;
        if !is_place || digits.ends_with("0000") {
            return Err(Problem::new("nik.not-given-out"));
        }
        Ok(Self { digits: Redacted::new(digits), facts: Redacted::new(Facts { region, birth, sex }) })
    }

    /// The sixteen digits, for the store that seals them.
    pub const fn digits(&self) -> &Redacted<String> {
        &self.digits
    }

    /// What the number says.
    pub const fn facts(&self) -> &Redacted<Facts> {
        &self.facts
    }

    /// As a page may show it: the last four digits, which say nothing about the person.
    pub fn masked(&self) -> String {
        masked(self.digits.expose())
    }

    /// What does not fit.
    pub fn doubts(&self, beside: &Beside<'_>, now: Timestamp) -> Vec<Doubt> {
        let facts = self.facts.expose();
        let written = beside.birth_date.and_then(|date| date.trim().parse::<Date>().ok());
        let sex = beside.sex.and_then(sex_of);
        let is_adult = of_age(facts.birth, now);
        let found = [
            (facts.region.regency().is_none(), Doubt::Region),
            (written.is_some_and(|date| date != facts.birth), Doubt::BirthDate),
            (sex.is_some_and(|sex| sex != facts.sex), Doubt::Sex),
            (is_adult != (beside.profile == Profile::Adult), Doubt::Age),
        ];
        found.into_iter().filter(|(doubted, _)| *doubted).map(|(_, doubt)| doubt).collect()
    }
}

/// Any text as a page may show a number: what is no number at all shows nothing.
pub fn masked(text: &str) -> String {
    let digits: Vec<char> = text.chars().filter(char::is_ascii_digit).collect();
    let last: String = digits.get(12..16).unwrap_or_default().iter().collect();
    format!("•••• •••• •••• {last}").trim_end().to_owned()
}

fn born(year: i8, month: i8, day: i8, now: Timestamp) -> Option<Date> {
    let today = today(now)?;
    let date = |century: i16| Date::new(century + i16::from(year), month, day).ok();
    date(2000).filter(|date| *date <= today).or_else(|| date(1900))
}

fn today(now: Timestamp) -> Option<Date> {
    now.date().parse().ok()
}

/// Eighteen years or more.
fn of_age(birth: Date, now: Timestamp) -> bool {
    let grown = Date::new(birth.year().saturating_add(18), birth.month(), birth.day());
    // Born on 29 February: of age on 1 March.
    let grown = grown.or_else(|_| Date::new(birth.year().saturating_add(18), 3, 1));
    grown.ok().zip(today(now)).is_some_and(|(grown, today)| grown <= today)
}

fn sex_of(text: &str) -> Option<Sex> {
    match text.trim().to_lowercase().as_str() {
        "perempuan" | "wanita" | "female" | "p" | "f" => Some(Sex::Female),
        "laki-laki" | "pria" | "male" | "l" | "m" => Some(Sex::Male),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn now() -> Timestamp {
        Timestamp::parse("2026-11-23T03:00:00Z").unwrap()
    }

    fn code(text: &str) -> &'static str {
        Nik::parse(text, now()).err().map_or("ok", |problem| problem.code.0)
    }

    #[test]
    fn region_birth_date_and_sex_are_read_with_forty_added_to_a_womans_day() {
        let nik = Nik::parse("5203 0144 0499 0007", now()).unwrap();
        let facts = nik.facts().expose();
        assert_eq!((facts.region.code(), facts.sex), ("52.03.01", Sex::Female));
        assert_eq!(facts.birth.to_string(), "1999-04-04");
        let man = Nik::parse("2171010402100003", now()).unwrap();
        assert_eq!(
            (man.facts().expose().sex, man.facts().expose().birth.to_string()),
            (Sex::Male, "2010-02-04".into())
        );
    }

    #[test]
    fn what_cannot_be_a_number_is_named_and_never_repeated() {
        assert_eq!(code("52030144049900"), "nik.not-16-digits");
        assert_eq!(code("52030144049900O7"), "nik.not-16-digits");
        assert_eq!(code("5203014413990007"), "nik.no-such-date");
        assert_eq!(code("5203013202990007"), "nik.no-such-date", "day 32 is neither a man's nor a woman's");
        assert_eq!(code("5203012902010007"), "nik.no-such-date", "2001 had no 29 February, nor had 1901");
        assert_eq!(code("5203014404990000"), "nik.not-given-out");
        assert_eq!(code("0003014404990007"), "nik.not-given-out");
        let problem = Nik::parse("5203014413990007", now()).unwrap_err();
        assert!(!format!("{problem:?} {problem}").contains("5203"));
    }

    #[test]
    fn a_number_shows_its_last_four_digits_and_prints_nothing() {
        let nik = Nik::parse("5203014404990007", now()).unwrap();
        assert_eq!(nik.masked(), "•••• •••• •••• 0007");
        assert_eq!(masked("tidak ada"), "•••• •••• ••••");
        let shown = format!("{nik:?}");
        assert!(!shown.contains("0007") && !shown.contains("1999") && !shown.contains("52.03"), "{shown}");
    }

    #[test]
    fn a_girl_whose_card_says_21_is_a_hint_and_not_a_refusal() {
        let card = Nik::parse("5303014411050002", now()).unwrap();
        let beside = Beside { birth_date: Some("2010-11-04"), sex: Some("perempuan"), profile: Profile::Child };
        assert_eq!(card.doubts(&beside, now()), [Doubt::BirthDate, Doubt::Age]);
        let fits = Beside { birth_date: Some("2005-11-04"), sex: None, profile: Profile::Adult };
        assert_eq!(card.doubts(&fits, now()), []);
        let elsewhere = Nik::parse("5404014411050002", now()).unwrap();
        assert_eq!(elsewhere.doubts(&Beside { sex: Some("pria"), ..fits }, now()), [Doubt::Region, Doubt::Sex]);
    }

    #[test]
    fn of_age_on_the_birthday_and_not_a_day_before() {
        let birth: Date = "2008-11-23".parse().unwrap();
        assert!(of_age(birth, now()) && !of_age(birth, now().plus_hours(-24)));
        let leap: Date = "2004-02-29".parse().unwrap();
        assert!(of_age(leap, Timestamp::parse("2022-03-01T00:00:00Z").unwrap()));
        assert!(!of_age(leap, Timestamp::parse("2022-02-28T00:00:00Z").unwrap()));
    }

    proptest! {
        #[test]
        fn each_date_and_sex_reads_back(
            year in 1930_i16..2026, month in 1_i8..=12, day in 1_i8..=28, female in any::<bool>(), serial in 1_u16..=9999
        ) {
            let written = i16::from(day) + if female { 40 } else { 0 };
            let text = format!("330201{written:02}{month:02}{:02}{serial:04}", year % 100);
            let nik = Nik::parse(&text, now()).unwrap();
            let facts = nik.facts().expose();
            prop_assert_eq!(facts.sex == Sex::Female, female);
            prop_assert_eq!((facts.birth.month(), facts.birth.day()), (month, day));
            prop_assert_eq!(facts.birth.year() % 100, year % 100);
            prop_assert!(facts.birth <= today(now()).unwrap());
        }

        #[test]
        fn any_text_is_read_or_refused_and_its_mask_shows_four_digits_at_most(text in ".{0,24}") {
            let _ = Nik::parse(&text, now());
            prop_assert!(masked(&text).chars().filter(char::is_ascii_digit).count() <= 4);
        }
    }
}
