//! Steps that belong to the node and not to a case: the report at the end of a quarter (SOP GV-3).

use crate::clock::{Calendar, Clock};
use crate::handbook::{Handbook, Scope};
use crate::words::Urgency;
use base::{Place, Timestamp, Zone};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// A quarter of a year, `2026-Q4`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Quarter {
    /// The year.
    pub year: i16,
    /// 1 to 4.
    pub number: u8,
}

/// A step that the node owes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeDuty {
    /// The step.
    pub step: String,
    /// For which quarter.
    pub quarter: Quarter,
    /// Its clock, from the end of the quarter.
    pub clock: Option<Clock>,
}

impl Quarter {
    /// The last quarter that is over, by local time.
    pub fn last_over(now: Timestamp, zone: Zone) -> Self {
        let (year, month, ..) = zone.local(now);
        match u8::try_from((month - 1) / 3).unwrap_or(0) {
            0 => Self { year: year - 1, number: 4 },
            number => Self { year, number },
        }
    }

    /// From its printed form.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, number) = text.split_once("-Q")?;
        let quarter = Self { year: year.parse().ok()?, number: number.parse().ok()? };
        ((1..=4).contains(&quarter.number) && quarter.to_string() == text).then_some(quarter)
    }

    /// The quarter of a day, `2026-12-01`.
    pub fn of_day(day: &str) -> Option<Self> {
        let (year, rest) = day.split_once('-')?;
        let month: u8 = rest.split_once('-')?.0.parse().ok()?;
        let number = month.checked_sub(1)? / 3 + 1;
        (number <= 4).then_some(Self { year: year.parse().ok()?, number })
    }

    /// The quarter before.
    #[must_use]
    pub const fn before(self) -> Self {
        match self.number {
            0 | 1 => Self { year: self.year - 1, number: 4 },
            number => Self { year: self.year, number: number - 1 },
        }
    }

    /// The moment at which it begins.
    pub fn begin(self, zone: Zone) -> Timestamp {
        self.before().end(zone)
    }

    /// The moment at which it is over.
    pub fn end(self, zone: Zone) -> Timestamp {
        let (year, month) = if self.number >= 4 { (self.year + 1, 1) } else { (self.year, self.number * 3 + 1) };
        let midnight = Timestamp::parse(&format!("{year:04}-{month:02}-01T00:00:00Z")).unwrap_or_default();
        midnight.plus_hours(-zone.offset_hours())
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-Q{}", self.year, self.number)
    }
}

impl Handbook {
    /// What the node owes for the last quarter, unless it was reported.
    pub fn node_duties(
        &self,
        now: Timestamp,
        (place, calendar): (&Place, &Calendar),
        reported: &BTreeSet<Quarter>,
    ) -> Vec<NodeDuty> {
        let quarter = Quarter::last_over(now, place.zone());
        let steps = self.steps.values().filter(|step| step.scope == Scope::Node && !reported.contains(&quarter));
        let start = quarter.end(place.zone());
        let clock = |deadline| Clock::start(start, deadline, Urgency::Green, place, calendar);
        steps
            .map(|step| NodeDuty { step: step.id.clone(), quarter, clock: step.deadline.as_ref().map(clock) })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_reads_back_as_printed_and_begins_where_the_one_before_ends() {
        let quarter = Quarter { year: 2026, number: 1 };
        assert_eq!(Quarter::parse(&quarter.to_string()), Some(quarter));
        assert_eq!(quarter.begin(Zone::Wib), Timestamp::parse("2025-12-31T17:00:00Z").unwrap());
        for odd in ["2026-Q0", "2026-Q5", "2026-q1", "02026-Q1", "2026-Q01", "", "-Q1"] {
            assert_eq!(Quarter::parse(odd), None, "{odd}");
        }
        let of = |day| Quarter::of_day(day).map(|quarter| quarter.to_string());
        assert_eq!([of("2026-01-31"), of("2026-12-01")], [Some("2026-Q1".into()), Some("2026-Q4".into())]);
        assert_eq!([of("2026-13-01"), of("2026-00-01"), of("besok")], [None, None, None]);
    }

    #[test]
    fn the_report_of_a_quarter_is_due_fifteen_days_after_its_local_end() {
        let handbook = Handbook::embedded().unwrap();
        let (place, calendar) = (Place::parse("91.71").unwrap(), Calendar::default());
        // In Papua the new year began two hours before it did in Jakarta.
        let now = Timestamp::parse("2026-12-31T15:30:00Z").unwrap();
        let owed = handbook.node_duties(now, (&place, &calendar), &BTreeSet::new());
        assert_eq!((owed.len(), owed[0].step.as_str(), owed[0].quarter.to_string()), (1, "GV-3", "2026-Q4".into()));
        assert_eq!(owed[0].clock.as_ref().unwrap().due, Timestamp::parse("2027-01-15T15:00:00Z").unwrap());
        let jakarta = Place::parse("31.71").unwrap();
        let there = handbook.node_duties(now, (&jakarta, &calendar), &BTreeSet::new());
        assert_eq!(there[0].quarter.to_string(), "2026-Q3");
        assert_eq!(handbook.node_duties(now, (&place, &calendar), &[owed[0].quarter].into()), []);
    }
}
