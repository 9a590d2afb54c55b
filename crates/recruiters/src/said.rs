//! What one report says of a recruiter, and how good it is. Every field is one of a form; there is no free text, so that
//! nothing of a victim can stand beside it (ADR 45).

use crate::fields;
use crate::mention::Written;
use base::places::Place;
use base::text::match_key;
use base::{Problem, Redacted};
use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

/// Characters of one field.
pub const FIELD_CHARS_MAX: usize = 120;

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)+ })+) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant,)+ }

        impl $name {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word as it is written.
            pub const fn word(self) -> &'static str { match self { $(Self::$variant => $word,)+ } }

            /// Reads the word. `None` if it is none of these.
            pub fn parse(word: &str) -> Option<Self> { Self::ALL.iter().copied().find(|w| w.word() == word) }
        }
    )+ };
}
pub(crate) use words;

words! {
    /// What somebody does in the trade.
    Part {
        /// Finds people: calo, sponsor.
        Recruiter = "recruiter",
        /// Works for an agency.
        Agency = "agency",
        /// Takes people along: driver, boatman, escort.
        Transporter = "transporter",
        /// Keeps people on the way.
        Harbourer = "harbourer",
        /// Makes or gets papers.
        Papers = "papers",
        /// Lends money, holds debts.
        Money = "money",
        /// Exploits at the destination.
        Employer = "employer",
        /// An official who lets it pass.
        Official = "official",
        /// Not known.
        Unknown = "unknown",
    }

    /// How reliable the source is (admiralty scale of police intelligence).
    Reliability {
        /// Always reliable.
        A = "A",
        /// Usually.
        B = "B",
        /// Fairly.
        C = "C",
        /// Not usually.
        D = "D",
        /// Unreliable.
        E = "E",
        /// Cannot be judged.
        F = "F",
    }

    /// How credible what it says is (the same scale).
    Credibility {
        /// Confirmed by others.
        Confirmed = "1",
        /// Probably true.
        Probable = "2",
        /// Possibly true.
        Possible = "3",
        /// Doubtful.
        Doubtful = "4",
        /// Improbable.
        Improbable = "5",
        /// Cannot be judged.
        Unknown = "6",
    }

    /// Why a mention was corrected.
    Correcting {
        /// Somebody looked into it.
        Checked = "checked",
        /// Misheard, misread, mistyped.
        Mistyped = "mistyped",
        /// An office said so.
        Official = "official",
        /// The person herself asked (the right to have wrong data corrected, UU 27/2022 art. 6).
        Asked = "asked",
    }

    /// Why a mention was withdrawn.
    Withdrawing {
        /// Whom it names has nothing to do with it.
        Mistaken = "mistaken",
        /// It stands twice.
        Double = "double",
        /// Who said it took it back.
        TakenBack = "taken-back",
        /// The person asked, and was right.
        Asked = "asked",
        /// The time for which a partner's alert is good is over. Nobody says so: the clock does.
        Lapsed = "lapsed",
    }

    /// Why an alert was taken back or corrected (message 41).
    Recalling {
        /// Whom it names has nothing to do with it.
        Mistaken = "mistaken",
        /// It stands twice.
        Double = "double",
        /// Who said it took it back.
        TakenBack = "taken-back",
        /// The person asked, and was right.
        Asked = "asked",
        /// Somebody looked into it.
        Checked = "checked",
        /// Misheard, misread, mistyped.
        Mistyped = "mistyped",
        /// An office said so.
        Official = "official",
        /// Something that a later version knows.
        Other = "other",
    }
}

impl Withdrawing {
    /// Those that a person says.
    pub const SAID: &'static [Self] = &[Self::Mistaken, Self::Double, Self::TakenBack, Self::Asked];
}

impl Recalling {
    /// Those that a person says of an alert that goes altogether.
    pub const WHOLE: &'static [Self] = &[Self::Mistaken, Self::Double, Self::TakenBack, Self::Asked];
    /// Those that a person says of one that is corrected.
    pub const CORRECTED: &'static [Self] = &[Self::Checked, Self::Mistyped, Self::Official, Self::Asked];

    /// Its number on the wire: from 1, and 99 for another.
    pub fn number(self) -> u64 {
        let at = Self::ALL.iter().position(|one| *one == self).filter(|_| self != Self::Other);
        at.and_then(|at| u64::try_from(at + 1).ok()).unwrap_or(99)
    }

    /// The reason of a number; one that is not known here is another.
    pub fn from_number(number: u64) -> Self {
        Self::ALL.iter().copied().find(|one| one.number() == number).unwrap_or(Self::Other)
    }
}

/// The two grades, written together: `B2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Grade {
    /// Of the source.
    pub source: Reliability,
    /// Of what it says.
    pub said: Credibility,
}

impl std::fmt::Display for Grade {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.source.word(), self.said.word())
    }
}

/// What a report says of one person. Empty fields were not said. It wipes itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Name, as it was said.
    pub name: Redacted<String>,
    /// Nickname.
    pub alias: Redacted<String>,
    /// Telephone.
    pub phone: Redacted<String>,
    /// Identity number.
    pub nik: Redacted<String>,
    /// Birth date or year.
    pub birth_date: Redacted<String>,
    /// `m`, `f` or empty.
    pub sex: Redacted<String>,
    /// Village.
    pub village: Redacted<String>,
    /// Regency: a code, or its name.
    pub regency: Redacted<String>,
    /// Agency or company.
    pub agency: Redacted<String>,
    /// What the person does.
    pub part: Part,
    /// Where people are taken from: a place code.
    pub from: Redacted<String>,
    /// Where to: a place code, or two letters of a country.
    pub to: Redacted<String>,
    /// Bank account, with its bank. Of this and the next two the engine reads nothing (CONTRACTS.md 4): networks do.
    #[serde(default)]
    pub account: Redacted<String>,
    /// Name of a vessel.
    #[serde(default)]
    pub vessel: Redacted<String>,
    /// Plate of a vehicle.
    #[serde(default)]
    pub vehicle: Redacted<String>,
}

impl Default for Said {
    fn default() -> Self {
        let none = Redacted::<String>::default;
        Self {
            name: none(),
            alias: none(),
            phone: none(),
            nik: none(),
            birth_date: none(),
            sex: none(),
            village: none(),
            regency: none(),
            agency: none(),
            part: Part::Unknown,
            from: none(),
            to: none(),
            account: none(),
            vessel: none(),
            vehicle: none(),
        }
    }
}

impl Drop for Said {
    fn drop(&mut self) {
        self.texts_mut().into_iter().for_each(|(_, text)| text.zeroize());
    }
}

impl Said {
    /// The texts, each with the name of its column.
    pub fn texts(&self) -> [(&'static str, &Redacted<String>); 14] {
        [
            ("name", &self.name),
            ("alias", &self.alias),
            ("phone", &self.phone),
            ("nik", &self.nik),
            ("birth_date", &self.birth_date),
            ("sex", &self.sex),
            ("village", &self.village),
            ("regency", &self.regency),
            ("employer", &self.agency),
            ("from", &self.from),
            ("to", &self.to),
            ("account", &self.account),
            ("vessel", &self.vessel),
            ("vehicle", &self.vehicle),
        ]
    }

    /// The same, to be filled in.
    pub fn texts_mut(&mut self) -> [(&'static str, &mut Redacted<String>); 14] {
        [
            ("name", &mut self.name),
            ("alias", &mut self.alias),
            ("phone", &mut self.phone),
            ("nik", &mut self.nik),
            ("birth_date", &mut self.birth_date),
            ("sex", &mut self.sex),
            ("village", &mut self.village),
            ("regency", &mut self.regency),
            ("employer", &mut self.agency),
            ("from", &mut self.from),
            ("to", &mut self.to),
            ("account", &mut self.account),
            ("vessel", &mut self.vessel),
            ("vehicle", &mut self.vehicle),
        ]
    }

    /// Whether it can be kept: something by which a person can be known again, and numbers that are numbers. The problem
    /// names the column.
    pub fn check(&self) -> Result<(), Problem> {
        let long = |(_, text): &(&str, &Redacted<String>)| text.expose().chars().count() > FIELD_CHARS_MAX;
        if let Some((column, _)) = self.texts().into_iter().find(long) {
            return Err(Problem::at("mention.long", column));
        }
        let filled = |text: &Redacted<String>| !text.expose().trim().is_empty();
        if ![&self.name, &self.alias, &self.phone, &self.nik, &self.agency].into_iter().any(filled) {
            return Err(Problem::at("mention.empty", "name"));
        }
        let known = |text: &Redacted<String>| Place::parse(text.expose()).is_ok_and(|place| place.regency().is_some());
        let country = |text: &str| text.len() == 2 && text.bytes().all(|letter| letter.is_ascii_uppercase());
        let bad = [
            ("phone", filled(&self.phone) && fields::phone(self.phone.expose()) == 0),
            ("nik", filled(&self.nik) && !is_nik(self.nik.expose())),
            ("birth_date", filled(&self.birth_date) && fields::date(self.birth_date.expose()) == 0),
            ("from", filled(&self.from) && !known(&self.from)),
            ("to", filled(&self.to) && !known(&self.to) && !country(self.to.expose())),
            ("account", filled(&self.account) && fields::account(self.account.expose()).is_none()),
            ("vehicle", filled(&self.vehicle) && fields::plate(self.vehicle.expose()).is_none()),
        ];
        match bad.into_iter().find(|(_, bad)| *bad) {
            Some((column, _)) => Err(Problem::at("mention.bad", column)),
            None => Ok(()),
        }
    }

    /// As the engine reads it.
    pub(crate) fn written<'a>(&'a self, id: &'a str) -> Written<'a> {
        Written {
            id,
            district: "",
            name: self.name.expose(),
            alias: self.alias.expose(),
            phone: self.phone.expose(),
            nik: self.nik.expose(),
            birth_date: self.birth_date.expose(),
            sex: self.sex.expose(),
            village: self.village.expose(),
            regency: regency_name(self.regency.expose()),
            employer: self.agency.expose(),
        }
    }

    /// Whether somebody who looks for these words means it: each word stands in a name, nickname or agency, however it is
    /// spelt, or the whole is its telephone, identity number, bank account or plate.
    pub fn answers(&self, wanted: &str) -> bool {
        let (phone, nik) = (fields::phone(wanted), fields::nik(wanted));
        if phone != 0 && phone == fields::phone(self.phone.expose()) {
            return true;
        }
        if is_nik(wanted) && nik == fields::nik(self.nik.expose()) {
            return true;
        }
        let has = |number: Option<String>, known: Option<String>| number.is_some() && number == known;
        if has(fields::account(wanted), fields::account(self.account.expose()))
            || has(fields::plate(wanted), fields::plate(self.vehicle.expose()))
        {
            return true;
        }
        let words = |text: &str| -> Vec<String> {
            match_key(text).split(' ').filter(|word| !word.is_empty()).map(crate::spelling::fold).collect()
        };
        let here: Vec<String> =
            [&self.name, &self.alias, &self.agency].iter().flat_map(|text| words(text.expose())).collect();
        let wanted = words(wanted);
        !wanted.is_empty() && wanted.iter().all(|word| here.iter().any(|known| known.starts_with(word.as_str())))
    }
}

/// Sixteen digits, perhaps with signs between them.
fn is_nik(text: &str) -> bool {
    text.bytes().filter(u8::is_ascii_alphanumeric).count() == 16
        && text.bytes().filter(u8::is_ascii_digit).count() == 16
}

/// A code as the name of its regency: reports write one or the other.
pub(crate) fn regency_name(text: &str) -> &str {
    let known = Place::parse(text).ok().and_then(|place| place.regency().map(|regency| regency.name.as_ref()));
    known.unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(columns: &[(&str, &str)]) -> Said {
        let mut said = Said::default();
        for (column, value) in columns {
            let texts = said.texts_mut();
            *texts.into_iter().find(|(name, _)| name == column).unwrap().1 = Redacted::new((*value).to_owned());
        }
        said
    }

    #[test]
    fn a_mention_needs_something_by_which_a_person_is_known_again_and_numbers_that_are_numbers() {
        let check = |columns: &[(&str, &str)]| {
            said(columns).check().map_err(|problem| (problem.code.0, problem.at.unwrap_or_default()))
        };
        assert_eq!(check(&[("name", "Pak Haji")]), Ok(()));
        assert_eq!(check(&[("employer", "PT Karya"), ("from", "52.03"), ("to", "MY")]), Ok(()));
        assert_eq!(check(&[("village", "Suka Maju")]), Err(("mention.empty", "name".into())));
        assert_eq!(check(&[("name", "x"), ("account", "BRI 0800112233"), ("vehicle", "BP 1 X")]), Ok(()));
        for (column, value) in [
            ("phone", "siang"),
            ("nik", "5302"),
            ("birth_date", "tua"),
            ("from", "Lombok"),
            ("to", "Malaysia"),
            ("account", "BRI"),
            ("vehicle", "mobil hitam"),
        ] {
            assert_eq!(check(&[("name", "Parman"), (column, value)]), Err(("mention.bad", column.into())), "{column}");
        }
        let long = "a".repeat(FIELD_CHARS_MAX + 1);
        assert_eq!(check(&[("name", "Parman"), ("alias", &long)]), Err(("mention.long", "alias".into())));
    }

    #[test]
    fn who_looks_finds_other_spellings_and_ways_to_write_a_number() {
        let parman = said(&[
            ("name", "H. Moh. Soeparman"),
            ("phone", "+62 812-3456-789"),
            ("employer", "PT Karya Mandiri"),
            ("account", "BCA 0800-112-233"),
            ("vehicle", "BP 1234 XY"),
        ]);
        for wanted in ["0800112233", "bp1234xy", "suparman", "SOEPARMAN", "mandiri karya", "0812 3456 789", "supar"] {
            assert!(parman.answers(wanted), "{wanted}");
        }
        for wanted in ["", " ", "suparmin", "0812 3456 780", "karya abadi", "parman"] {
            assert!(!parman.answers(wanted), "{wanted}");
        }
    }

    #[test]
    fn nothing_that_was_said_is_printed() {
        let printed = format!("{:?}", said(&[("name", "Suparman"), ("nik", "5203010101800001")]));
        assert!(!printed.contains("Suparman") && !printed.contains("5203"), "{printed}");
    }
}
