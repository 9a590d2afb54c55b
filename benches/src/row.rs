//! One line of the table.

use std::fmt;

/// What a measurement must not pass.
#[derive(Clone, Copy, Debug)]
pub enum Budget {
    /// No more than this.
    AtMost(f64),
    /// No less than this.
    AtLeast(f64),
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

impl Row {
    /// The titles of the columns.
    pub const HEAD: &'static str =
        "what                                     |     measured |      budget | unit           |      | a peer";

    /// Whether the budget holds.
    pub fn holds(&self) -> bool {
        match self.budget {
            Budget::AtMost(most) => self.measured <= most,
            Budget::AtLeast(least) => self.measured >= least,
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, bound) = match self.budget {
            Budget::AtMost(most) => ("<=", most),
            Budget::AtLeast(least) => (">=", least),
        };
        let word = if self.holds() { "ok" } else { "over" };
        let Self { name, measured, unit, peer, .. } = self;
        write!(f, "{name:<40} | {measured:>12.1} | {sign} {bound:>8.0} | {unit:<14} | {word:<4} | {peer}")
    }
}
