//! Who may know whom: the code name of a witness; tries to reach the person.

pub mod access;
mod documents;
mod keeping;
pub mod leaving;
mod rights;
mod telling;

pub(super) use rights::may_share;

use super::{Case, CaseEvent, Shield, State, Today};
use crate::words::PersonRole;
use base::{OfficerId, Problem};
use std::collections::BTreeSet;

/// As many may know the identity of a shielded person (SOP WI-2).
const VIEWERS_MAX: usize = 2;

impl State {
    /// Witnesses, and family under threat, go by a code name for all but two (WI-2, UU 21/2007 art. 44).
    pub fn is_shielded(&self) -> bool {
        let witness = |roles: &BTreeSet<PersonRole>| roles.contains(&PersonRole::Witness);
        let other = |person: &super::Person| person.is_protected || witness(&person.roles);
        self.shield.is_some() || witness(&self.roles) || self.people.values().any(other)
    }

    /// The name that this officer sees on lists and pages.
    pub fn shown_to(&self, officer: OfficerId) -> &str {
        match &self.shield {
            Some(shield) if !shield.viewers.contains(&officer) => &shield.code_name,
            _ => &self.opening.alias,
        }
    }

    /// The name on lists and papers that more than two people read: the code name while one is in force.
    pub fn listed_as(&self) -> &str {
        self.shield.as_ref().map_or(&self.opening.alias, |shield| &shield.code_name)
    }

    /// Whether this officer may open the identity: who holds the case; of a shielded one, the two who were named. Nobody
    /// who is shut out.
    pub fn may_know(&self, officer: OfficerId) -> bool {
        if self.barred.contains(&officer) {
            return false;
        }
        if self.assignment.is_none() {
            return !self.is_shielded();
        }
        let holds = self.manager() == Some(officer) || self.companion() == Some(officer);
        self.shield.as_ref().map_or(holds, |shield| shield.viewers.contains(&officer))
    }
}

impl Case {
    /// Puts a code name in force. One or two officers may know the identity; for all others the case, its lists and its
    /// papers bear the code name alone.
    pub fn shield(&self, shield: Shield, today: &Today<'_>) -> Result<Vec<CaseEvent>, Problem> {
        self.writable()?;
        if shield.code_name.trim().is_empty() || shield.code_name == self.opening.alias {
            return Err(Problem::new("shield.needs-own-name"));
        }
        if shield.viewers.is_empty() || shield.viewers.len() > VIEWERS_MAX {
            return Err(Problem::at("shield.two", shield.viewers.len().to_string()));
        }
        if shield.viewers.iter().any(|viewer| self.barred.contains(viewer)) {
            return Err(Problem::new("access.officer-named"));
        }
        self.settled(vec![CaseEvent::Shielded(shield)], today)
    }

    /// Somebody tried to reach her, by the way she chose. Three in 90 days in vain may lead to the closure (RE-4).
    pub fn try_contact(&self, by: OfficerId, reached: bool, today: &Today<'_>) -> Result<Vec<CaseEvent>, Problem> {
        self.writable()?;
        self.settled(vec![CaseEvent::ContactTried { by, reached }], today)
    }
}
