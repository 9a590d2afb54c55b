//! How long data is kept, what keeps it longer, and on what it is destroyed (UU 27/2022 art. 42-45, law.md L53).

use crate::clock::Mark;
use crate::words::{Category, words};
use base::{OfficerId, Problem, Redacted, Text, Timestamp};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

words! {
    /// On what an erasure rests (UU 27/2022 art. 43-44).
    ErasureBasis {
        /// The person asked for it, and it was granted.
        Request = "request",
        /// Its retention is over.
        Retention = "retention",
        /// It was unlawful to have it.
        Unlawful = "unlawful",
    }

    /// What the table of retention has a line for.
    Kept {
        /// The file of a case, from its closure.
        Case = "case",
        /// The file of a child: kept at least to this age.
        ChildToAge = "child_to_age",
        /// The file of a case that another node owns, or that was taken up for another node, from the day it left.
        Referral = "referral",
        /// A report without a case, from the day it was answered.
        Report = "report",
    }
}

/// The longest a hold stands before somebody looks at it again.
const HOLD_DAYS_MAX: i64 = 366;
/// The longest that a table may keep anything, in years.
const YEARS_MAX: i16 = 100;

/// A legal hold: a matter before the law needs the data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Who signed it.
    pub by: OfficerId,
    /// Which matter, and why.
    pub reason: Redacted<String>,
    /// Since when.
    pub placed_at: Timestamp,
    /// When somebody looks whether it is still needed.
    pub review_at: Timestamp,
}

impl Hold {
    /// A hold says why, and is looked at again within a year.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        crate::case::some_text(&self.reason, "case.reason-missing")?;
        let latest = self.placed_at.plus_hours(24 * HOLD_DAYS_MAX);
        let fits = self.review_at > self.placed_at && self.review_at <= latest;
        if fits { Ok(()) } else { Err(Problem::new("hold.review-date")) }
    }
}

/// The first of two officers proposes that everything is erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasureProposal {
    /// Who.
    pub by: OfficerId,
    /// On what it rests.
    pub basis: ErasureBasis,
    /// Kinds of data that are erased; none named is everything. Each has a key of its own.
    #[serde(default)]
    pub parts: BTreeSet<Category>,
    /// Why.
    pub reason: Redacted<String>,
    /// When.
    pub at: Timestamp,
}

/// One line of the table of retention.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// Of what.
    pub kept: Kept,
    /// For so many years; for a child, to this age.
    pub years: i16,
    /// Where it stands.
    pub basis: Text,
    /// How firm it is.
    pub mark: Mark,
}

/// The table of retention: a part of the handbook, so that a task force sets its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Retention(Vec<Term>);

impl Retention {
    /// Its lines.
    pub fn terms(&self) -> &[Term] {
        &self.0
    }

    /// Each kind has one line of at least a year: without it nothing of the kind would ever be due, or all of it at once.
    pub(crate) fn problem(&self) -> Option<Problem> {
        self.fault().map(|fault| Problem::at("handbook.bad-retention", format!("retention.json: {fault}")))
    }

    fn fault(&self) -> Option<String> {
        let lines = |kept: Kept| self.0.iter().filter(|term| term.kept == kept).count();
        let odd = Kept::ALL.iter().find(|kept| lines(**kept) != 1).map(|kept| kept.word().to_owned());
        let wrong = self.0.iter().find(|term| !(1..=YEARS_MAX).contains(&term.years));
        odd.or_else(|| wrong.map(|term| format!("{}.years", term.kept)))
    }

    /// Until when something of this kind is kept that began to count at this moment: to the end of that month, so that
    /// nothing is destroyed a day too early in any time zone.
    pub fn until(&self, kept: Kept, from: Timestamp) -> Timestamp {
        let date: Option<Date> = from.date().parse().ok();
        self.until_date(kept, date).unwrap_or(from)
    }

    /// The same from a date, such as that of a birth.
    pub fn until_date(&self, kept: Kept, date: Option<Date>) -> Option<Timestamp> {
        let years = self.0.iter().find(|term| term.kept == kept)?.years;
        let date = date?;
        let month = Date::new(date.year().checked_add(years)?, date.month(), 1).ok()?;
        Some(Timestamp::parse(&format!("{month}T00:00:00Z"))?.plus_hours(31 * 24))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped() -> Retention {
        crate::Handbook::embedded().unwrap().retention
    }

    #[test]
    fn each_line_of_the_table_says_where_it_stands_and_how_firm_it_is() {
        let years: Vec<(Kept, i16)> = shipped().terms().iter().map(|term| (term.kept, term.years)).collect();
        assert_eq!(years, [(Kept::Case, 10), (Kept::ChildToAge, 28), (Kept::Referral, 5), (Kept::Report, 1)]);
        for term in shipped().terms() {
            assert_ne!(term.mark, Mark::Verified, "no text of a law that was read names these figures");
            assert!(!term.basis.get(base::Lang::Id).is_empty() && !term.basis.get(base::Lang::En).is_empty());
        }
    }

    #[test]
    fn a_term_ends_with_its_month_and_never_a_day_too_early() {
        let from = Timestamp::parse("2026-11-23T20:00:00Z").unwrap();
        let until = shipped().until(Kept::Report, from);
        assert!(until > Timestamp::parse("2027-11-24T12:00:00Z").unwrap());
        assert!(until <= Timestamp::parse("2027-12-02T00:00:00Z").unwrap());
        let leap = Timestamp::parse("2028-02-29T00:00:00Z").unwrap();
        assert!(shipped().until(Kept::Report, leap) > Timestamp::parse("2029-02-28T23:59:59Z").unwrap());
    }

    #[test]
    fn a_table_without_a_line_with_two_or_with_none_of_years_is_a_fault_that_names_it() {
        let mut table = shipped();
        assert_eq!(table.fault(), None);
        table.0.push(table.0[0].clone());
        assert_eq!(table.fault().as_deref(), Some("case"));
        table.0.truncate(3);
        assert_eq!(table.fault().as_deref(), Some("report"));
        let mut table = shipped();
        table.0[2].years = 0;
        assert_eq!(table.fault().as_deref(), Some("referral.years"));
    }
}
