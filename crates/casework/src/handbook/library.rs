//! The versions of the handbook that a node holds: new cases begin under the newest, open ones keep theirs.

use super::{FormField, Handbook, Step, Version};
use crate::case::State;
use base::Problem;
use std::collections::BTreeMap;

/// At least one version, all of one handbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Library {
    newest: Handbook,
    older: BTreeMap<Version, Handbook>,
}

impl Library {
    /// A library with its first version.
    pub const fn new(first: Handbook) -> Self {
        Self { newest: first, older: BTreeMap::new() }
    }

    /// The library of these versions; `None` if there are none. One that does not belong to the others is left out:
    /// whoever gathered the packs has told so.
    pub fn gather(handbooks: Vec<Handbook>) -> Option<Self> {
        let mut all = handbooks.into_iter();
        let mut library = Self::new(all.next()?);
        for handbook in all {
            let _ = library.add(handbook);
        }
        Some(library)
    }

    /// The library that stands in the binary.
    pub fn embedded() -> Result<Self, Vec<Problem>> {
        Handbook::embedded().map(Self::new)
    }

    /// Adds a version, without a new binary. The same version with other content is refused: cases are pinned to it.
    pub fn add(&mut self, handbook: Handbook) -> Result<(), Problem> {
        if handbook.id != self.newest.id {
            return Err(Problem::at("handbook.other", handbook.id));
        }
        if let Some(known) = self.version(&handbook.version) {
            let same = *known == handbook;
            return if same { Ok(()) } else { Err(Problem::at("handbook.version-twice", handbook.version)) };
        }
        let older = if handbook.version() > self.newest.version() {
            std::mem::replace(&mut self.newest, handbook)
        } else {
            handbook
        };
        self.older.insert(older.version(), older);
        Ok(())
    }

    /// The version under which new cases begin.
    pub const fn newest(&self) -> &Handbook {
        &self.newest
    }

    /// All of them, the newest first.
    fn all(&self) -> impl Iterator<Item = &Handbook> {
        std::iter::once(&self.newest).chain(self.older.values().rev())
    }

    /// A version by its name.
    pub fn version(&self, version: &str) -> Option<&Handbook> {
        let wanted = Version::parse(version)?;
        self.all().find(|handbook| handbook.version() == wanted)
    }

    /// The version that a case is pinned to.
    pub fn of(&self, case: &State) -> Result<&Handbook, Problem> {
        self.version(case.handbook()).ok_or_else(|| Problem::at("case.other-handbook", case.handbook()))
    }

    /// The newest version, if a case is pinned to an older one: where it may move.
    pub fn newer(&self, case: &State) -> Option<&Handbook> {
        let pinned = Version::parse(case.handbook()).unwrap_or_default();
        Some(&self.newest).filter(|newest| newest.version() > pinned)
    }

    /// A step as the newest version that has it describes it: for lists over many cases.
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.all().find_map(|handbook| handbook.step(id))
    }

    /// A form field by `form.field`, likewise.
    pub fn field(&self, record: &str) -> Option<&FormField> {
        self.all().find_map(|handbook| handbook.field(record))
    }
}
