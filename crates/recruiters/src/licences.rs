//! The licence register: agencies with their official licence and official sanctions, each list dated and with its source.
//!
//! Nothing but official facts stands here: no mention, no alert, no suspicion (law L55). An agency is a record of [`COLUMNS`]
//! texts in every form that leaves this room; [`Agency::from_record`] is the one check. Start reading at [`Index::search`].

mod reading;
mod search;

pub use reading::read;
pub use search::{Found, How, Index, Known, Work};

use base::pack::day;
use base::places::PROVINCES;
use base::{Place, Problem};

/// Agencies of one list: some hundreds are licensed today, ten thousand with their branches.
pub const AGENCIES_MAX: usize = 25_000;
/// The columns, in order.
pub const COLUMNS: [&str; 9] = [
    "licence",
    "name",
    "place",
    "phones",
    "valid_until",
    "sanction",
    "sanction_from",
    "sanction_until",
    "sanction_text",
];
/// Longest text of each column, in bytes: what an answer may show has an end, so that all answers can be of one length.
const BYTES_MAX: [usize; COLUMNS.len()] = [60, 120, 20, 120, 10, 20, 10, 10, 240];
/// Telephone numbers of one agency.
const PHONES_MAX: usize = 4;
/// Longest name of a source, in bytes.
pub const SOURCE_BYTES_MAX: usize = 120;

/// What an authority did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SanctionKind {
    /// A written warning.
    Warning,
    /// All or part of its activity was stopped for a time.
    Suspended,
    /// The licence was taken away.
    Revoked,
}

impl SanctionKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Warning, Self::Suspended, Self::Revoked];

    /// The word of the file.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
        }
    }
}

/// An official sanction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sanction {
    /// What was done.
    pub kind: SanctionKind,
    /// Since which day.
    pub from: String,
    /// Until which day, if one was named.
    pub until: Option<String>,
    /// The words of the authority; may be empty.
    pub text: String,
}

/// An agency as its authority lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agency {
    /// Number of the licence, once in a list.
    pub licence: String,
    /// Official name.
    pub name: String,
    /// Where its office is, if the list says so.
    pub place: Option<Place>,
    /// Official telephone numbers.
    pub phones: Vec<String>,
    /// Last day of the licence, if the list says so.
    pub valid_until: Option<String>,
    /// The sanction, if there is one.
    pub sanction: Option<Sanction>,
}

/// What the register says of an agency on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A sanction is in force.
    Sanctioned,
    /// The licence has ended.
    Ended,
    /// A licence is on record.
    Licensed,
}

impl Agency {
    /// What the register says on a day (days since 1970).
    pub fn standing(&self, today: i64) -> Standing {
        let over = |date: &Option<String>| date.as_deref().and_then(day).is_some_and(|day| day < today);
        let in_force = |sanction: &Sanction| {
            let begun = day(&sanction.from).is_none_or(|from| from <= today);
            begun && (sanction.kind == SanctionKind::Revoked || !over(&sanction.until))
        };
        match &self.sanction {
            Some(sanction) if in_force(sanction) => Standing::Sanctioned,
            _ if over(&self.valid_until) => Standing::Ended,
            _ => Standing::Licensed,
        }
    }

    /// Its record, in the order of [`COLUMNS`].
    pub fn record(&self) -> [String; COLUMNS.len()] {
        let sanction = self.sanction.as_ref();
        let of_sanction = |text: fn(&Sanction) -> String| sanction.map(text).unwrap_or_default();
        [
            self.licence.clone(),
            self.name.clone(),
            self.place.as_ref().map(|place| place.code().to_owned()).unwrap_or_default(),
            self.phones.join("; "),
            self.valid_until.clone().unwrap_or_default(),
            of_sanction(|sanction| sanction.kind.word().to_owned()),
            of_sanction(|sanction| sanction.from.clone()),
            of_sanction(|sanction| sanction.until.clone().unwrap_or_default()),
            of_sanction(|sanction| sanction.text.clone()),
        ]
    }

    /// Reads a record: every fault at once, each at its column.
    pub fn from_record(record: &[String; COLUMNS.len()]) -> Result<Self, Vec<Problem>> {
        let mut faults = Vec::new();
        for ((column, text), most) in COLUMNS.iter().zip(record).zip(BYTES_MAX) {
            if text.len() > most || text.chars().any(|sign| sign.is_control() && sign != '\n') {
                faults.push(Problem::at("licence.too-long", *column));
            }
        }
        let [licence, name, place, phones, valid_until, kind, from, until, text] = record.each_ref().map(|t| t.trim());
        let mut need = |fine: bool, code: &'static str, at: &str| {
            if !fine {
                faults.push(Problem::at(code, at));
            }
        };
        need(search::licence_key(licence).len() >= search::LICENCE_MIN, "licence.no-number", "licence");
        need(!search::name_key(name).is_empty(), "licence.no-name", "name");
        let at = Place::parse(place).ok().filter(is_counted);
        need(place.is_empty() || at.is_some(), "licence.place", "place");
        let phones: Vec<String> =
            phones.split(';').map(str::trim).filter(|phone| !phone.is_empty()).map(str::to_owned).collect();
        let sound = phones.len() <= PHONES_MAX && phones.iter().all(|phone| crate::fields::phone(phone) != 0);
        need(sound, "licence.phone", "phones");
        for (column, date) in [("valid_until", valid_until), ("sanction_until", until)] {
            need(date.is_empty() || day(date).is_some(), "licence.date", column);
        }
        let known = SanctionKind::ALL.into_iter().find(|known| known.word() == kind);
        need(kind.is_empty() || known.is_some(), "licence.sanction", "sanction");
        // A sanction without its day is no fact that could be checked.
        need(known.is_none() || day(from).is_some(), "licence.date", "sanction_from");
        need(
            !kind.is_empty() || (from.is_empty() && until.is_empty() && text.is_empty()),
            "licence.sanction",
            "sanction",
        );
        if !faults.is_empty() {
            return Err(faults);
        }
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let sanction =
            known.map(|kind| Sanction { kind, from: from.to_owned(), until: some(until), text: text.to_owned() });
        Ok(Self {
            licence: licence.to_owned(),
            name: name.to_owned(),
            place: at,
            phones,
            valid_until: some(valid_until),
            sanction,
        })
    }
}

/// A regency or a province that there is.
fn is_counted(place: &Place) -> bool {
    place.regency().is_some() || PROVINCES.iter().any(|(code, _)| code == place.code())
}

/// One form of a licence number: two rows of a list never share it.
pub fn number(licence: &str) -> String {
    search::licence_key(licence)
}

#[cfg(test)]
mod tests;
