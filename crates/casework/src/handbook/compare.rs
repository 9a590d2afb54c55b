//! What differs between two versions of a handbook, step by step, so that a person can decide on a move.

use super::{Handbook, Step};
use crate::clock::Deadline;
use crate::words::words;

words! {
    /// A part of a step that people would notice.
    Part {
        /// Who owns it.
        Owner = "owner",
        /// When it opens, or opens again.
        Entry = "entry",
        /// What must hold before it is done.
        Exit = "exit",
        /// What is recorded.
        Records = "records",
        /// Which consents it needs, and whose.
        Consents = "consents",
        /// What people read, where it goes, its name.
        Words = "words",
    }
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The step is new.
    Added(String),
    /// The step is gone.
    Removed(String),
    /// The deadline is another.
    Deadline(Box<OtherDeadline>),
    /// Another part of a step is different.
    Part(String, Part),
}

/// A deadline in two versions; `None` follows an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherDeadline {
    /// Of which step.
    pub step: String,
    /// As it was.
    pub was: Option<Deadline>,
    /// As it is.
    pub is: Option<Deadline>,
}

impl Handbook {
    /// What changes from this version to another: steps added and removed, deadlines, then the rest, by step.
    pub fn changes(&self, to: &Self) -> Vec<Change> {
        let added = to.steps.keys().filter(|id| !self.steps.contains_key(*id)).cloned().map(Change::Added);
        let removed = self.steps.keys().filter(|id| !to.steps.contains_key(*id)).cloned().map(Change::Removed);
        let both = || self.steps.values().filter_map(|was| Some((was, to.steps.get(&was.id)?)));
        let deadlines = both().filter(|(was, is)| was.deadline != is.deadline).map(|(was, is)| {
            let (step, was, is) = (was.id.clone(), was.deadline.clone(), is.deadline.clone());
            Change::Deadline(Box::new(OtherDeadline { step, was, is }))
        });
        let parts = both().flat_map(|(was, is)| parts(was, is));
        added.chain(removed).chain(deadlines).chain(parts).collect()
    }
}

fn parts(was: &Step, is: &Step) -> Vec<Change> {
    let differs = [
        (was.role != is.role || was.side != is.side, Part::Owner),
        (was.entry != is.entry || was.again != is.again || was.repeats != is.repeats, Part::Entry),
        (was.exit != is.exit, Part::Exit),
        (was.records != is.records, Part::Records),
        (was.consents != is.consents || was.giver != is.giver, Part::Consents),
        (was.prose != is.prose || was.goes != is.goes || was.name != is.name, Part::Words),
    ];
    let differs = differs.into_iter().filter(|(differs, _)| *differs);
    differs.map(|(_, part)| Change::Part(was.id.clone(), part)).collect()
}
