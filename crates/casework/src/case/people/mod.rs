//! Who may know whom: the code name of a witness; tries to reach the person.

mod keeping;
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

    /// Whether somebody of this name stands in the case among those who recruited: an officer so named is shut out
    /// (officials are known to take part).
    pub fn accuses(&self, name: &str) -> bool {
        let name = base::text::match_key(name);
        let people = self.people.values().map(|person| &person.fields).chain([&self.fields]);
        let named = |field| people.clone().filter_map(move |fields| fields.get(field));
        let mut named = named("recruiter.name").chain(named("recruiter.alias"));
        !name.is_empty() && named.any(|value| base::text::match_key(value.expose()) == name)
    }

    /// Whether this officer may open the identity: who holds the case; of a shielded one, the two who were named.
    pub fn may_know(&self, officer: OfficerId) -> bool {
        let Some(assignment) = &self.assignment else { return !self.is_shielded() };
        let holds = assignment.manager == officer || assignment.companion == Some(officer);
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
        self.settled(vec![CaseEvent::Shielded(shield)], today)
    }

    /// Somebody tried to reach her, by the way she chose. Three in 90 days in vain may lead to the closure (RE-4).
    pub fn try_contact(&self, by: OfficerId, reached: bool, today: &Today<'_>) -> Result<Vec<CaseEvent>, Problem> {
        self.writable()?;
        self.settled(vec![CaseEvent::ContactTried { by, reached }], today)
    }
}
