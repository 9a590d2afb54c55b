//! Two mentions side by side: for each field a level of agreement, and for agreement on a value how rare that value is.

#![expect(clippy::indexing_slicing, reason = "fields and levels are small constants, rows are numbers of the columns")]

use crate::edit::{digits_differing, distance, near};
use crate::fields::{inside_nik, length, unpacked};
use crate::intern::Interner;
use crate::mention::{Mentions, NONE, Row};
use crate::person::Sex;
use crate::stats::Stats;

/// How many fields are compared.
pub const FIELDS: usize = 11;
/// Levels of a field at most.
pub const LEVELS: usize = 8;
/// One side did not write the field, or another field says it already.
pub const ABSENT: u8 = u8::MAX;

/// A field, its levels in words for `--explain`, which of them depend on how rare the value is, and how often matches
/// show each level before anything is learned.
pub struct Field {
    /// As the file calls it.
    pub name: &'static str,
    /// Level names.
    pub levels: &'static [&'static str],
    /// The first so many levels are agreements weighed by the value.
    pub by_value: usize,
    /// Share of each level among matches, to begin with.
    pub start: &'static [f32],
    /// Share of each level among random pairs, to begin with; 0 where the value tells.
    pub chance: &'static [f32],
}

/// Numbers of the fields.
pub mod field {
    /// Words of the name.
    pub const NAME: usize = 0;
    /// Identity number.
    pub const NIK: usize = 1;
    /// Phone.
    pub const PHONE: usize = 2;
    /// Birth date.
    pub const BORN: usize = 3;
    /// Sex.
    pub const SEX: usize = 4;
    /// Village.
    pub const VILLAGE: usize = 5;
    /// Regency.
    pub const REGENCY: usize = 6;
    /// Employer.
    pub const EMPLOYER: usize = 7;
    /// Nickname.
    pub const ALIAS: usize = 8;
    /// Haji and Muhammad before the name.
    pub const TITLE: usize = 9;
    /// Who reports, where a regency is missing.
    pub const DISTRICT: usize = 10;
}
use field::{ALIAS, BORN, DISTRICT, EMPLOYER, NAME, NIK, PHONE, REGENCY, SEX, TITLE, VILLAGE};

const CLOSE: &[&str] = &["same", "close", "different"];

/// All fields, by their numbers.
pub const ALL: [Field; FIELDS] = [
    Field {
        name: "name",
        levels: &["same", "spelling", "slips", "part", "part-slips", "overlap", "nickname", "different"],
        by_value: 7,
        start: &[0.5, 0.12, 0.1, 0.08, 0.06, 0.04, 0.05, 0.05],
        chance: &[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.93],
    },
    Field {
        name: "nik",
        levels: &["same", "one-slip", "two-slips", "different"],
        by_value: 1,
        start: &[0.8, 0.13, 0.03, 0.04],
        chance: &[0.0, 0.0, 0.0, 1.0],
    },
    Field {
        name: "phone",
        levels: &["same", "one-slip", "different"],
        by_value: 1,
        start: &[0.6, 0.08, 0.32],
        chance: &[0.0, 0.0, 1.0],
    },
    Field {
        name: "birth_date",
        levels: &["same", "day-or-year", "month", "year", "different"],
        by_value: 1,
        start: &[0.82, 0.07, 0.03, 0.02, 0.06],
        chance: &[0.0, 0.003, 0.003, 0.015, 0.98],
    },
    Field { name: "sex", levels: &["same", "different"], by_value: 0, start: &[0.99, 0.01], chance: &[0.52, 0.48] },
    Field { name: "village", levels: CLOSE, by_value: 1, start: &[0.85, 0.1, 0.05], chance: &[0.0, 0.002, 0.99] },
    Field { name: "regency", levels: CLOSE, by_value: 1, start: &[0.9, 0.03, 0.07], chance: &[0.0, 0.001, 0.85] },
    Field { name: "employer", levels: CLOSE, by_value: 1, start: &[0.85, 0.05, 0.1], chance: &[0.0, 0.002, 0.98] },
    Field { name: "alias", levels: CLOSE, by_value: 1, start: &[0.8, 0.1, 0.1], chance: &[0.0, 0.01, 0.97] },
    Field {
        name: "title",
        levels: &["both", "one", "none"],
        by_value: 0,
        start: &[0.2, 0.2, 0.6],
        chance: &[0.05, 0.25, 0.7],
    },
    Field { name: "district", levels: &["same", "different"], by_value: 1, start: &[0.6, 0.4], chance: &[0.0, 0.8] },
];

/// A letter stands for one word in about ten.
pub const INITIAL_BITS: f32 = 3.3;
/// Level of a name whose nickname the other side has: weighed by the nickname's rarity, which no word of the name bounds.
pub const NICKNAME: usize = 6;

/// What was found.
#[derive(Clone, Copy, Debug)]
pub struct Compared {
    /// For each field its level, or [`ABSENT`].
    pub level: [u8; FIELDS],
    /// For levels weighed by the value: minus log2 of the value's share.
    pub bits: [f32; FIELDS],
}

/// Compares rows by number.
#[derive(Clone, Copy)]
pub struct Comparer<'a> {
    /// The mentions.
    pub mentions: &'a Mentions,
    /// How common their values are.
    pub stats: &'a Stats,
}

impl Comparer<'_> {
    /// Compares two rows. The order of the two does not matter.
    pub fn pair(&self, one: u32, other: u32) -> Compared {
        let mut found = self.all_but_names(one, other);
        self.names(one, other, &mut found);
        found
    }

    /// Asks memory for all of these rows before the first is compared: it brings many at a time.
    pub fn fetch(&self, rows: &[u32]) {
        std::hint::black_box(rows.iter().fold(0, |sum, row| sum ^ self.mentions.rows[*row as usize].phone));
    }

    /// Adds what [`Comparer::all_but_names`] left out.
    pub fn names(&self, one: u32, other: u32, found: &mut Compared) {
        let (a, b) = (&self.mentions.rows[one.min(other) as usize], &self.mentions.rows[one.max(other) as usize]);
        if a.name != NONE && b.name != NONE {
            (found.level[NAME], found.bits[NAME]) = self.name(a, b);
        }
    }

    /// Compares two rows in everything but their names, which cost the most.
    pub fn all_but_names(&self, one: u32, other: u32) -> Compared {
        let (first, second) = (one.min(other), one.max(other));
        let (a, b) = (&self.mentions.rows[first as usize], &self.mentions.rows[second as usize]);
        let mut found = Compared { level: [ABSENT; FIELDS], bits: [0.0; FIELDS] };
        let stats = self.stats;
        found.set(NIK, nik(a.nik, b.nik), || stats.nik[first as usize]);
        found.set(PHONE, phone(a.phone, b.phone), || stats.phone[first as usize]);
        let places = (&self.mentions.places, &stats.place_letters[..]);
        found.set(VILLAGE, close(places, a.village, b.village), || stats.village(a.village));
        let employers = (&self.mentions.employers, &stats.employer_letters[..]);
        found.set(EMPLOYER, close(employers, a.employer, b.employer), || stats.employer(a.employer));
        let words = (&self.mentions.words, &stats.letters[..]);
        found.set(ALIAS, close(words, a.alias, b.alias), || stats.alias(a.alias));
        // Area, birth date and sex stand inside an NIK, not inside other numbers: where one agrees they say nothing new.
        let is_nik = |row: &Row| inside_nik(row.nik).is_some();
        let says_all = found.level[NIK] <= 1 && (is_nik(a) || is_nik(b));
        if !says_all {
            found.set(BORN, born(a, b), || stats.born[first as usize].min(stats.born[second as usize]));
            found.set(REGENCY, close(places, a.regency, b.regency), || stats.regency(a.regency));
            if a.sex != Sex::Unknown && b.sex != Sex::Unknown {
                found.level[SEX] = u8::from(a.sex != b.sex);
            }
        }
        if found.level[REGENCY] == ABSENT && !says_all && a.district != NONE && b.district != NONE {
            found.set(DISTRICT, u8::from(a.district != b.district), || stats.district(a.district));
        }
        if a.name != NONE && b.name != NONE {
            found.level[TITLE] = match (a.muhammad || a.haji, b.muhammad || b.haji) {
                (true, true) if (a.muhammad && b.muhammad) || (a.haji && b.haji) => 0,
                (false, false) => 2,
                _ => 1,
            };
        }
        found
    }

    fn name(&self, a: &Row, b: &Row) -> (u8, f32) {
        let (left, right) = (self.mentions.words_of(a), self.mentions.words_of(b));
        if a.name == b.name {
            let bits: f32 = left.iter().map(|word| self.stats.word(*word)).sum();
            return (u8::from(a.plain != b.plain), bits.min(self.stats.name(a.name)));
        }
        let matched = self.match_words(left, right);
        let (fewer, more) = (left.len().min(right.len()), left.len().max(right.len()));
        let count = matched.clean + matched.slips;
        if count == fewer && fewer == more {
            return (if matched.slips > 0 { 2 } else { 1 }, matched.bits);
        }
        if left.len() != right.len() && self.run_together(left, right) {
            let bits: f32 =
                if left.len() > right.len() { left } else { right }.iter().map(|w| self.stats.word(*w)).sum();
            return (1, bits);
        }
        if count == fewer {
            return (if matched.slips == 0 && count > 1 { 3 } else { 4 }, matched.bits);
        }
        if count > 0 {
            let ways = crate::stats::float(left.len() * right.len());
            return (5, (matched.bits - ways.log2()).max(0.0));
        }
        self.nickname(a.alias, right)
            .or_else(|| self.nickname(b.alias, left))
            .or_else(|| self.known_by_nickname(left, right))
            .map_or((7, 0.0), |bits| (6, bits))
    }

    fn match_words(&self, left: &[u32], right: &[u32]) -> Matched {
        let mut matched = Matched { clean: 0, slips: 0, bits: 0.0 };
        let (mut left_open, mut right_open) = ((1_u32 << left.len()) - 1, (1_u32 << right.len()) - 1);
        for slips in [0, 1, 2] {
            for (i, one) in left.iter().enumerate() {
                for (j, other) in right.iter().enumerate() {
                    if left_open & 1 << i == 0 || right_open & 1 << j == 0 {
                        continue;
                    }
                    let bits = match slips {
                        0 if one == other => Some(self.stats.word(*one)),
                        1 => self.slip(*one, *other),
                        2 => self.initial(*one, *other),
                        _ => None,
                    };
                    if let Some(bits) = bits {
                        left_open &= !(1 << i);
                        right_open &= !(1 << j);
                        matched.bits += bits;
                        *if slips == 0 { &mut matched.clean } else { &mut matched.slips } += 1;
                    }
                }
            }
        }
        matched
    }

    fn slip(&self, one: u32, other: u32) -> Option<f32> {
        let differing = (self.stats.letters[one as usize] ^ self.stats.letters[other as usize]).count_ones();
        let (words, written) = (&self.mentions.words, |word| self.mentions.written(word));
        let is_near = || near(words.get(one), words.get(other)) || near(written(one), written(other));
        (differing <= LETTERS_DIFFERING_MAX && is_near()).then(|| self.together(one, other))
    }

    /// How rare it is to meet either of two words.
    fn together(&self, one: u32, other: u32) -> f32 {
        -((-self.stats.word(one)).exp2() + (-self.stats.word(other)).exp2()).log2()
    }

    fn initial(&self, one: u32, other: u32) -> Option<f32> {
        let one_letter = |word: u32| self.stats.letters[word as usize].is_power_of_two();
        if !one_letter(one) && !one_letter(other) {
            return None;
        }
        let (one, other) = (self.mentions.words.get(one), self.mentions.words.get(other));
        ((one.len() == 1 || other.len() == 1) && one.first() == other.first()).then_some(INITIAL_BITS)
    }

    fn run_together(&self, left: &[u32], right: &[u32]) -> bool {
        let joined = |words: &[u32]| {
            let mut all = ([0_u8; 64], 0);
            for letter in words.iter().flat_map(|word| self.mentions.words.get(*word)).take(64) {
                all.0[all.1] = *letter;
                all.1 += 1;
            }
            all
        };
        let length = |words: &[u32]| words.iter().map(|word| self.mentions.words.get(*word).len()).sum::<usize>();
        length(left) == length(right) && joined(left) == joined(right)
    }

    /// A nickname of one side that belongs to a word of the other's name.
    fn nickname(&self, alias: u32, words: &[u32]) -> Option<f32> {
        (alias != NONE).then_some(())?;
        let letters = self.stats.letters[alias as usize];
        let is_part = |word: u32| {
            // Most words have not even its letters.
            letters & !self.stats.letters[word as usize] == 0 && {
                let (full, short) = (self.mentions.words.get(word), self.mentions.words.get(alias));
                short.len() >= 3 && full.windows(short.len()).any(|part| part == short)
            }
        };
        let fits = |word: &&u32| is_part(**word) || self.mentions.nicknames.binary_search(&(**word, alias)).is_ok();
        words.iter().find(fits).map(|word| self.together(*word, alias))
    }

    fn known_by_nickname(&self, left: &[u32], right: &[u32]) -> Option<f32> {
        match (left, right) {
            ([one], [other]) => self.nickname(*one, &[*other]).or_else(|| self.nickname(*other, &[*one])),
            ([alias], words) | (words, [alias]) => self.nickname(*alias, words),
            _ => None,
        }
    }
}

struct Matched {
    clean: usize,
    slips: usize,
    bits: f32,
}

impl Compared {
    fn set(&mut self, field: usize, level: u8, bits: impl FnOnce() -> f32) {
        self.level[field] = level;
        if usize::from(level) < ALL[field].by_value {
            self.bits[field] = bits();
        }
    }
}

/// Two slips take two letters away and bring two in, at most.
const LETTERS_DIFFERING_MAX: u32 = 4;

/// Equal, at most a slip (two in longer words), or different. Most texts have too many other letters to be looked at.
fn close((texts, letters): (&Interner, &[u32]), a: u32, b: u32) -> u8 {
    if a == NONE || b == NONE {
        ABSENT
    } else if a == b {
        0
    } else {
        let differing = (letters[a as usize] ^ letters[b as usize]).count_ones();
        2 - u8::from(differing <= LETTERS_DIFFERING_MAX && near(texts.get(a), texts.get(b)))
    }
}

fn nik(a: u64, b: u64) -> u8 {
    if a == 0 || b == 0 {
        ABSENT
    } else if a == b {
        0
    } else {
        let (slips, swapped) = slips(a, b, 2);
        if slips <= 1 || swapped { 1 } else { 1 + u8::from(slips > 1) + u8::from(slips > 2) }
    }
}

fn phone(a: u64, b: u64) -> u8 {
    if a == 0 || b == 0 {
        ABSENT
    } else if a == b {
        0
    } else {
        let (slips, swapped) = slips(a, b, 1);
        if slips <= 1 || swapped { 1 } else { 2 }
    }
}

/// How many digits differ, counted exactly up to `most`; whether it is one swap of neighbours.
pub fn slips(a: u64, b: u64, most: u32) -> (u32, bool) {
    let apart = || {
        let ((a_digits, a_length), (b_digits, b_length)) = (unpacked(a), unpacked(b));
        distance(&a_digits[..a_length], &b_digits[..b_length])
    };
    let lengths = length(a).abs_diff(length(b));
    if lengths == 0 {
        let differing = digits_differing(a, b);
        return (differing, differing == 2 && apart() == 1);
    }
    (if lengths > most { u32::MAX } else { apart() }, false)
}

fn born(a: &Row, b: &Row) -> u8 {
    if a.born == 0 || b.born == 0 {
        return ABSENT;
    }
    let same = |one: u32, other: u32| one != 0 && one == other;
    if same(a.born, b.born) || same(a.born_nik, b.born) || same(a.born, b.born_nik) {
        return 0;
    }
    let parts = |born: u32| (born / 10_000, born / 100 % 100, born % 100);
    let ((year, month, day), (other_year, other_month, other_day)) = (parts(a.born), parts(b.born));
    if year != other_year {
        let same_day = (month, day) == (other_month, other_day) && month != 0;
        let is_slip = same_day && (year.abs_diff(other_year) <= 10 || year_slips(year, other_year));
        return if is_slip { 1 } else { 4 };
    }
    let unsure = |month: u32, day: u32| (month, day) == (1, 1);
    if (month, day) == (other_day, other_month) || unsure(month, day) || unsure(other_month, other_day) {
        return 1;
    }
    if month == other_month || day == other_day { 2 } else { 3 }
}

/// One digit of four, or two neighbours in the other order.
fn year_slips(year: u32, other: u32) -> bool {
    let packed = |year: u32| [1_000, 100, 10, 1].iter().fold(0, |sum, unit| sum << 4 | u64::from(year / unit % 10));
    let (slips, swapped) = slips(packed(year), packed(other), 1);
    slips <= 1 || swapped
}

#[cfg(test)]
mod tests;
