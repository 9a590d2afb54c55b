//! The versions of the handbook that a node holds: new cases begin under the newest, open ones keep theirs.

use super::{Handbook, Version};
use crate::case::State;
use base::Problem;
use std::collections::BTreeMap;

/// At least one version, all of one handbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Library {
    id: String,
    versions: BTreeMap<Version, Handbook>,
}

impl Library {
    /// A library with its first version.
    pub fn new(first: Handbook) -> Self {
        Self { id: first.id.clone(), versions: BTreeMap::from([(first.version(), first)]) }
    }

    /// The library that stands in the binary.
    pub fn embedded() -> Result<Self, Vec<Problem>> {
        Handbook::embedded().map(Self::new)
    }

    /// Adds a version, without a new binary. The same version with other content is refused: cases are pinned to it.
    pub fn add(&mut self, handbook: Handbook) -> Result<(), Problem> {
        if handbook.id != self.id {
            return Err(Problem::at("handbook.other", handbook.id));
        }
        let version = handbook.version();
        if self.versions.get(&version).is_some_and(|known| *known != handbook) {
            return Err(Problem::at("handbook.version-twice", handbook.version));
        }
        self.versions.insert(version, handbook);
        Ok(())
    }

    /// The version under which new cases begin. There is always one.
    pub fn newest(&self) -> Option<&Handbook> {
        self.versions.last_key_value().map(|(_, handbook)| handbook)
    }

    /// A version by its name.
    pub fn version(&self, version: &str) -> Option<&Handbook> {
        self.versions.get(&Version::parse(version)?)
    }

    /// The version that a case is pinned to.
    pub fn of(&self, case: &State) -> Result<&Handbook, Problem> {
        self.version(case.handbook()).ok_or_else(|| Problem::at("case.other-handbook", case.handbook()))
    }

    /// Versions newer than the one a case is pinned to, the oldest first: where it may move.
    pub fn newer(&self, case: &State) -> impl Iterator<Item = &Handbook> {
        let pinned = Version::parse(case.handbook()).unwrap_or_default();
        self.versions.iter().filter(move |(version, _)| **version > pinned).map(|(_, handbook)| handbook)
    }
}
