//! A run of a step, by which it is named and looked for.

use serde::{Deserialize, Serialize};
use std::borrow::Borrow;
use std::cmp::Ordering;

/// A step of the case: its id and the number of the run, from 1.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StepRef(pub String, pub u16);

/// A run as it is looked for, without a text of its own.
pub(super) trait Run {
    /// Step and ordinal: the order of [`StepRef`].
    fn run(&self) -> (&str, u16);
}

impl Run for StepRef {
    fn run(&self) -> (&str, u16) {
        (&self.0, self.1)
    }
}

impl Run for (&str, u16) {
    fn run(&self) -> (&str, u16) {
        *self
    }
}

impl<'a> Borrow<dyn Run + 'a> for StepRef {
    fn borrow(&self) -> &(dyn Run + 'a) {
        self
    }
}

impl PartialEq for dyn Run + '_ {
    fn eq(&self, other: &Self) -> bool {
        self.run() == other.run()
    }
}

impl Eq for dyn Run + '_ {}

impl PartialOrd for dyn Run + '_ {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for dyn Run + '_ {
    fn cmp(&self, other: &Self) -> Ordering {
        self.run().cmp(&other.run())
    }
}

impl std::fmt::Display for StepRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.1 == 1 { f.write_str(&self.0) } else { write!(f, "{}/{}", self.0, self.1) }
    }
}
