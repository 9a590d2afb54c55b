//! One line of the table.

use std::fmt;

/// What a measurement must not pass.
#[derive(Clone, Copy, Debug)]
pub enum Budget {
    /// No more than this.
    AtMost(f64),
    /// No less than this.
    AtLeast(f64),
    /// No more than this is wanted; told, and never a failure, because the machine has its part in it.
    Wanted(f64),
    /// None: told because the rows beside it cannot be read without it.
    Told,
}

/// One measurement beside its budget.
#[derive(Clone, Debug)]
pub struct Row {
    /// What was measured.
    pub name: &'static str,
    /// How much.
    pub measured: f64,
    /// Of what.
    pub unit: &'static str,
    /// The budget, in the same unit.
    pub budget: Budget,
    /// A peer measured today; empty where there is none.
    pub peer: &'static str,
}

/// A measurement, or why there is none today. What was not measured is shown, never left out.
#[derive(Clone, Debug)]
pub enum Line {
    /// Measured.
    Row(Row),
    /// Name and reason.
    Skipped(&'static str, String),
}

impl Row {
    /// The titles of the columns.
    pub const HEAD: &'static str =
        "what                                           |     measured |      budget | unit           |      | a peer";

    /// CPU of one operation, given in seconds.
    pub const fn micros(name: &'static str, seconds: f64, most: f64) -> Self {
        let budget = Budget::AtMost(most);
        Self { name, measured: seconds * 1e6, unit: "CPU microsec", budget, peer: "" }
    }

    /// Anything else that should stay small.
    pub const fn at_most(name: &'static str, measured: f64, unit: &'static str, most: f64) -> Self {
        Self { name, measured, unit, budget: Budget::AtMost(most), peer: "" }
    }

    /// What should not become less.
    pub const fn at_least(name: &'static str, measured: f64, unit: &'static str, least: f64) -> Self {
        Self { name, measured, unit, budget: Budget::AtLeast(least), peer: "" }
    }

    /// A time by the wall clock beside what is wanted.
    pub const fn wanted(name: &'static str, measured: f64, unit: &'static str, most: f64) -> Self {
        Self { name, measured, unit, budget: Budget::Wanted(most), peer: "" }
    }

    /// A figure without a budget.
    pub const fn told(name: &'static str, measured: f64, unit: &'static str) -> Self {
        Self { name, measured, unit, budget: Budget::Told, peer: "" }
    }

    /// The same with what a peer needs.
    pub const fn beside(self, peer: &'static str) -> Self {
        Self { peer, ..self }
    }

    /// Whether the budget holds.
    pub fn holds(&self) -> bool {
        match self.budget {
            Budget::AtMost(most) => self.measured <= most,
            Budget::AtLeast(least) => self.measured >= least,
            Budget::Told | Budget::Wanted(_) => true,
        }
    }
}

impl Line {
    /// Whether nothing is over budget.
    pub fn holds(&self) -> bool {
        if let Self::Row(row) = self { row.holds() } else { true }
    }
}

impl From<Row> for Line {
    fn from(row: Row) -> Self {
        Self::Row(row)
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let budget = match self.budget {
            Budget::AtMost(most) | Budget::Wanted(most) => format!("<= {most:>8.1}"),
            Budget::AtLeast(least) => format!(">= {least:>8.0}"),
            Budget::Told => String::new(),
        };
        let word = match self.budget {
            Budget::Told => "",
            Budget::Wanted(most) if self.measured > most => "slow",
            _ if self.holds() => "ok",
            _ => "OVER",
        };
        let Self { name, measured, unit, peer, .. } = self;
        write!(f, "{name:<46} | {measured:>12.1} | {budget:<11} | {unit:<14} | {word:<4} | {peer}")
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Row(row) => row.fmt(f),
            Self::Skipped(name, why) => write!(f, "{name:<46} | not measured: {why}"),
        }
    }
}
