//! Corridors: the places on the way of a person, never finer than a regency, counted by month so that nobody stands alone
//! (ADR 49). What is shown is one cell for each corridor and month; every sum is made of cells, so that no difference of two
//! figures says more than a cell does.

mod route;

pub use route::{ABROAD, Abroad, of_case, point, regency_code, spots};

use base::{Timestamp, Zone};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A cell below this says "few" (RESOLUTION.md 3).
pub const FEW_BELOW: u32 = 3;

/// A month of a calendar, `2026-11`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Month {
    year: i16,
    month: i8,
}

impl Month {
    /// The local month of a moment.
    pub fn of(at: Timestamp, zone: Zone) -> Self {
        let (year, month, ..) = zone.local(at);
        Self { year, month }
    }

    /// From its printed form.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let month = Self { year: year.parse().ok()?, month: month.parse().ok()? };
        ((1..=12).contains(&month.month) && (1..=9999).contains(&month.year) && month.to_string() == text)
            .then_some(month)
    }

    /// The month before.
    #[must_use]
    pub const fn before(self) -> Self {
        match self.month {
            ..=1 => Self { year: self.year - 1, month: 12 },
            month => Self { year: self.year, month: month - 1 },
        }
    }

    /// The month after.
    #[must_use]
    pub const fn after(self) -> Self {
        match self.month {
            12.. => Self { year: self.year + 1, month: 1 },
            month => Self { year: self.year, month: month + 1 },
        }
    }

    /// The moment at which it begins.
    pub fn begin(self, zone: Zone) -> Timestamp {
        let midnight = Timestamp::parse(&format!("{self}-01T00:00:00Z")).unwrap_or_default();
        midnight.plus_hours(-zone.offset_hours())
    }

    /// This month and those before it, as many as asked for, the newest first.
    pub fn back(self, months: usize) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self), |month| Some(month.before())).take(months)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// What is said of a corridor in a month. Nobody at all is no cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// One or two; which, is not said.
    Few,
    /// So many.
    Exact(u32),
}

impl Cell {
    /// Of a count; `None` for nobody.
    pub const fn of(count: u32) -> Option<Self> {
        match count {
            0 => None,
            1..FEW_BELOW => Some(Self::Few),
            many => Some(Self::Exact(many)),
        }
    }
}

/// Cells together: so many, or so many at least.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sum {
    /// The exact cells, and one for each that is few.
    pub least: u32,
    /// How many cells are few; none: the sum is exact.
    pub few: u32,
}

impl Sum {
    /// Of cells.
    pub fn of(cells: impl IntoIterator<Item = Cell>) -> Self {
        cells.into_iter().fold(Self::default(), |sum, cell| match cell {
            Cell::Few => Self { least: sum.least + 1, few: sum.few + 1 },
            Cell::Exact(count) => Self { least: sum.least + count, ..sum },
        })
    }

    /// Whether it is one cell that says "few", and nothing else.
    pub const fn is_few(self) -> bool {
        self.least == 1 && self.few == 1
    }

    /// Which of the four widths an arc has, 1 to 4: few and below 3, below 10, below 30, more.
    pub const fn width(self) -> u8 {
        match self.least {
            ..FEW_BELOW => 1,
            FEW_BELOW..10 => 2,
            10..30 => 3,
            _ => 4,
        }
    }
}

impl std::ops::Add for Sum {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { least: self.least + other.least, few: self.few + other.few }
    }
}

/// The cells: of each corridor (its codes in the order of the way) its months.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cells(BTreeMap<Vec<String>, BTreeMap<Month, Cell>>);

impl Cells {
    /// Counts ways; one with fewer than two places is none.
    pub fn of(ways: impl IntoIterator<Item = (Month, Vec<String>)>) -> Self {
        let mut counts: BTreeMap<Vec<String>, BTreeMap<Month, u32>> = BTreeMap::new();
        for (month, stops) in ways.into_iter().filter(|(_, stops)| stops.len() > 1) {
            *counts.entry(stops).or_default().entry(month).or_default() += 1;
        }
        let cells = |months: BTreeMap<Month, u32>| -> BTreeMap<Month, Cell> {
            months.into_iter().filter_map(|(month, count)| Some((month, Cell::of(count)?))).collect()
        };
        Self(counts.into_iter().map(|(stops, months)| (stops, cells(months))).collect())
    }

    /// Corridors with their sum over the months that are asked for, the busiest first, then by code.
    pub fn corridors(&self, months: &BTreeSet<Month>) -> Vec<(&[String], Sum)> {
        let sum = |cells: &BTreeMap<Month, Cell>| {
            Sum::of(cells.iter().filter(|(month, _)| months.contains(month)).map(|(_, cell)| *cell))
        };
        let all = self.0.iter().map(|(stops, cells)| (stops.as_slice(), sum(cells)));
        let mut all: Vec<(&[String], Sum)> = all.filter(|(_, sum)| sum.least > 0).collect();
        all.sort_by(|a, b| b.1.least.cmp(&a.1.least).then(a.0.cmp(b.0)));
        all
    }

    /// Legs, each from place to place, with the sum of the corridors that hold it, the busiest first, then by code.
    pub fn legs(&self, months: &BTreeSet<Month>) -> Vec<((&str, &str), Sum)> {
        let mut legs: BTreeMap<(&str, &str), Sum> = BTreeMap::new();
        for (stops, sum) in self.corridors(months) {
            let of: BTreeSet<(&str, &str)> =
                stops.iter().zip(stops.iter().skip(1)).map(|(from, to)| (from.as_str(), to.as_str())).collect();
            for leg in of {
                let known = legs.entry(leg).or_default();
                *known = *known + sum;
            }
        }
        let mut legs: Vec<((&str, &str), Sum)> = legs.into_iter().collect();
        legs.sort_by(|a, b| b.1.least.cmp(&a.1.least).then(a.0.cmp(&b.0)));
        legs
    }

    /// The cells of one corridor by month.
    pub fn months(&self, stops: &[String]) -> Option<&BTreeMap<Month, Cell>> {
        self.0.get(stops)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn month(text: &str) -> Month {
        Month::parse(text).unwrap()
    }

    fn way(stops: &str) -> Vec<String> {
        stops.split(' ').map(str::to_owned).collect()
    }

    fn cells(ways: &[(&str, &str, usize)]) -> Cells {
        let each = |(when, stops, count): &(&str, &str, usize)| vec![(month(when), way(stops)); *count];
        Cells::of(ways.iter().flat_map(each))
    }

    #[test]
    fn a_month_reads_back_as_printed_and_the_year_turns() {
        assert_eq!(month("2026-11").to_string(), "2026-11");
        assert_eq!(month("2026-01").before(), month("2025-12"));
        assert_eq!([month("2026-12").after(), month("2026-01").after()], [month("2027-01"), month("2026-02")]);
        assert_eq!(Month::of(month("2026-12").begin(Zone::Wit), Zone::Wit), month("2026-12"));
        assert_eq!(Month::of(month("2026-12").begin(Zone::Wit), Zone::Wita), month("2026-11"));
        let back: Vec<String> = month("2026-02").back(3).map(|month| month.to_string()).collect();
        assert_eq!(back, ["2026-02", "2026-01", "2025-12"]);
        for odd in ["2026-13", "2026-00", "2026-1", "26-01", "2026", "", "-1-01"] {
            assert_eq!(Month::parse(odd), None, "{odd}");
        }
        let late = Timestamp::parse("2026-11-30T17:30:00Z").unwrap();
        assert_eq!([Zone::Wib, Zone::Wit].map(|zone| Month::of(late, zone)), [month("2026-12"), month("2026-12")]);
        assert_eq!(Month::of(late.plus_hours(-1), Zone::Wib), month("2026-11"));
    }

    #[test]
    fn one_and_two_look_alike_and_three_are_counted() {
        let of = |count| cells(&[("2026-11", "52.03 21.71 MY-01", count)]);
        assert_eq!(of(1), of(2));
        assert_ne!(of(2), of(3));
        let (cells, year) = (of(3), BTreeSet::from([month("2026-11")]));
        assert_eq!(cells.corridors(&year)[0].1, Sum { least: 3, few: 0 });
        assert!(of(2).corridors(&year)[0].1.is_few());
    }

    #[test]
    fn a_leg_has_every_corridor_that_holds_it_and_a_month_without_anybody_none() {
        let cells = cells(&[
            ("2026-11", "52.03 21.71 MY-01", 4),
            ("2026-11", "53.01 21.71 MY-01", 1),
            ("2026-10", "52.03 21.71 MY-01", 2),
        ]);
        let both: BTreeSet<Month> = [month("2026-11"), month("2026-10")].into();
        let legs = cells.legs(&both);
        assert_eq!(legs[0], (("21.71", "MY-01"), Sum { least: 6, few: 2 }));
        assert_eq!(legs[1], (("52.03", "21.71"), Sum { least: 5, few: 1 }));
        assert_eq!(legs.len(), 3);
        assert_eq!(cells.legs(&BTreeSet::from([month("2026-09")])), []);
        assert_eq!(Cells::of([(month("2026-11"), way("52.03"))]), Cells::default(), "one place is no way");
    }

    proptest! {
        /// Goal: nothing that is shown tells one from two. Method: every count of one becomes two; every corridor, leg and
        /// sum over any months stays as it was.
        #[test]
        fn no_figure_tells_one_person_from_two(
            counts in prop::collection::vec((0_usize..4, 0_usize..4, 1_usize..6), 0..20),
            asked in prop::collection::btree_set(0_usize..4, 0..4),
        ) {
            let whens = ["2026-08", "2026-09", "2026-10", "2026-11"];
            let ways = ["52.03 21.71", "52.03 21.71 MY-01", "53.01 21.71 SG", "21.71 MY-01"];
            let mut each: BTreeMap<(usize, usize), usize> = BTreeMap::new();
            for (when, way, count) in counts {
                each.insert((when, way), count);
            }
            let shown = |few: usize| {
                let lines: Vec<(&str, &str, usize)> = each
                    .iter()
                    .map(|((when, way), count)| (whens[*when], ways[*way], if *count < 3 { few } else { *count }))
                    .collect();
                cells(&lines)
            };
            let months: BTreeSet<Month> = asked.iter().map(|at| month(whens[*at])).collect();
            let (one, two) = (shown(1), shown(2));
            prop_assert_eq!(one.corridors(&months), two.corridors(&months));
            prop_assert_eq!(one.legs(&months), two.legs(&months));
        }
    }
}
