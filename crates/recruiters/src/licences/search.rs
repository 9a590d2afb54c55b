//! Looking an agency up by name, licence number or telephone. Every look does the same work, whatever it finds: each name,
//! number and telephone is compared once, and nothing stops early (law T10).

use super::{Agency, Standing};
use crate::edit::distance;
use crate::fields::{employer, phone};
use base::text::match_key;
use std::cmp::Reverse;

/// Letters of a name that are compared.
const NAME_BYTES: usize = 64;
/// A name that is part of another counts from so many letters.
const PART_MIN: usize = 6;
/// A licence number has at least so many letters and digits.
pub(super) const LICENCE_MIN: usize = 4;

/// An agency and which list says so.
#[derive(Clone, Debug)]
pub struct Known {
    /// The agency.
    pub agency: Agency,
    /// Number of the list, as the caller counts them.
    pub source: usize,
    name: Vec<u8>,
    licence: String,
    phones: Vec<u64>,
}

/// How an agency was found, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// By its licence number.
    Licence,
    /// By a telephone number.
    Phone,
    /// By its name, but for spelling.
    Name,
    /// Its name is similar: it may be another agency.
    Similar,
}

/// What was found.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// The agency.
    pub known: &'a Known,
    /// How.
    pub how: How,
    /// Letters by which the names differ.
    differ: u32,
}

/// What a look compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Names.
    pub names: usize,
    /// Licence numbers.
    pub licences: usize,
    /// Telephone numbers.
    pub phones: usize,
}

/// All agencies of all lists, ready to be searched.
#[derive(Clone, Debug, Default)]
pub struct Index(Vec<Known>);

impl Index {
    /// Puts agencies in, each with the number of its list.
    pub fn new(agencies: impl IntoIterator<Item = (usize, Agency)>) -> Self {
        let known = |(source, agency): (usize, Agency)| Known {
            source,
            name: name_key(&agency.name),
            licence: licence_key(&agency.licence),
            phones: agency.phones.iter().map(|number| phone(number)).collect(),
            agency,
        };
        Self(agencies.into_iter().map(known).collect())
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The surest first; of equals those with a sanction first, so that none is cut off behind one without.
    pub fn search(&self, words: &str, today: i64) -> (Vec<Found<'_>>, Work) {
        let wanted = Wanted::of(words);
        let (mut found, mut work) = (Vec::new(), Work::default());
        for known in &self.0 {
            let by_licence = wanted.licence == known.licence;
            work.licences += 1;
            let mut by_phone = false;
            for number in &known.phones {
                by_phone |= *number == wanted.phone;
                work.phones += 1;
            }
            let differ = distance(&wanted.name, &known.name);
            let is_part = part_of(&wanted.name, &known.name) | part_of(&known.name, &wanted.name);
            work.names += 1;
            let how = match () {
                () if by_licence => How::Licence,
                () if by_phone && wanted.phone != 0 => How::Phone,
                () if differ == 0 => How::Name,
                () if is_part || differ <= slips(wanted.name.len().min(known.name.len())) => How::Similar,
                () => continue,
            };
            found.push(Found { known, how, differ });
        }
        let fine = |found: &Found<'_>| found.known.agency.standing(today) != Standing::Sanctioned;
        found.sort_by_cached_key(|found| {
            (found.how, found.differ, Reverse(!fine(found)), found.known.name.clone(), found.known.licence.clone())
        });
        (found, work)
    }
}

/// What is looked for, in the three forms.
struct Wanted {
    name: Vec<u8>,
    licence: String,
    phone: u64,
}

impl Wanted {
    fn of(words: &str) -> Self {
        let mut name = name_key(words);
        if name.is_empty() {
            // No name has this letter: the comparison is made all the same.
            name.push(b'?');
        }
        Self { name, licence: licence_key(words), phone: phone(words) }
    }
}

/// A name as it is compared: without PT and its like, in one spelling, without blanks.
pub(super) fn name_key(name: &str) -> Vec<u8> {
    let mut key = employer(name).into_bytes();
    key.truncate(NAME_BYTES);
    key
}

/// A licence number as it is compared: its letters and digits alone.
pub(super) fn licence_key(licence: &str) -> String {
    match_key(licence).replace(' ', "")
}

/// Slips of the pen that a name of so many letters may have.
const fn slips(letters: usize) -> u32 {
    match letters {
        0..=4 => 0,
        5..=9 => 1,
        _ => 2,
    }
}

fn part_of(part: &[u8], whole: &[u8]) -> bool {
    part.len() >= PART_MIN && whole.windows(part.len()).any(|window| window == part)
}
