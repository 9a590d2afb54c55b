//! Who is shut out of a case, and who opened it in need.
//!
//! An officer named among those who recruited sees nothing of the case, not even that it is there. In need, an officer whose
//! role reads identities opens a case that she does not hold, for three hours; the data protection officer is told at once
//! and looks at it.

use crate::case::{Case, CaseEvent, State, some_text};
use base::{OfficerId, Problem, Redacted, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How long a case that was opened in need stays open to the officer.
pub const IN_NEED_HOURS: i64 = 3;

/// The fields in which those who recruited stand by name.
const RECRUITERS: [&str; 2] = ["recruiter.name", "recruiter.alias"];

/// An opening in need.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InNeed {
    /// Who opened.
    pub by: OfficerId,
    /// When.
    pub at: Timestamp,
    /// Why, as typed.
    pub reason: Redacted<String>,
    /// Who looked at it, as the officer for data protection, and when.
    pub seen: Option<(OfficerId, Timestamp)>,
    /// It ended before its time: the access of the officer did.
    #[serde(default)]
    pub over: bool,
}

/// Whether somebody of this name stands in these fields among those who recruited. A title or a third name more or less is
/// the same name; a single word is only itself, as many people share one.
pub fn accuses<'a>(fields: impl IntoIterator<Item = (&'a String, &'a Redacted<String>)>, name: &str) -> bool {
    let name = base::text::match_key(name);
    let mut named = fields.into_iter().filter(|(field, _)| RECRUITERS.contains(&field.as_str()));
    named.any(|(_, value)| is_one_name(&base::text::match_key(value.expose()), &name))
}

impl State {
    /// The fields of everybody in the case.
    fn all_fields(&self) -> impl Iterator<Item = (&String, &Redacted<String>)> {
        self.people.values().flat_map(|person| &person.fields).chain(&self.fields)
    }

    /// Whether somebody of this name stands in the case among those who recruited.
    pub fn accuses(&self, name: &str) -> bool {
        accuses(self.all_fields(), name)
    }

    /// Whether anybody stands in the case among those who recruited.
    pub fn accuses_somebody(&self) -> bool {
        self.all_fields().any(|(field, _)| RECRUITERS.contains(&field.as_str()))
    }

    /// Whether an officer of this name is shut out: somebody said that she is named here, or her name stands among those who
    /// recruited and nobody said that it is a namesake. Officials are known to take part.
    pub fn shuts_out(&self, officer: OfficerId, name: &str) -> bool {
        self.barred.contains(&officer) || (!self.namesakes.contains(&officer) && self.accuses(name))
    }

    /// Whether this officer opened the case in need, and that time is not over. A code name given since closes it.
    pub fn is_open_in_need(&self, officer: OfficerId, now: Timestamp) -> bool {
        let opened =
            |opened: &InNeed| opened.by == officer && !opened.over && now < opened.at.plus_hours(IN_NEED_HOURS);
        !self.is_shielded() && self.in_need.iter().any(opened)
    }

    /// Openings in need that nobody looked at yet, with their numbers.
    pub fn unseen_openings(&self) -> impl Iterator<Item = (u16, &InNeed)> {
        (0..).zip(&self.in_need).filter(|(_, opened)| opened.seen.is_none())
    }

    /// Whether the one who holds the case is shut out of it: somebody else must hold it.
    pub fn holder_is_shut_out(&self) -> bool {
        self.manager().is_some_and(|manager| self.barred.contains(&manager))
    }
}

/// Whether two folded names are one: the same, or all words of the shorter, at least two, among those of the longer.
fn is_one_name(one: &str, other: &str) -> bool {
    let words = |name: &str| name.split_whitespace().map(str::to_owned).collect::<BTreeSet<_>>();
    let (one, other) = (words(one), words(other));
    let (shorter, longer) = if one.len() < other.len() { (one, other) } else { (other, one) };
    !shorter.is_empty() && (shorter == longer || (shorter.len() > 1 && shorter.is_subset(&longer)))
}

impl Case {
    /// Shuts an officer out: she is named here, or too near to somebody who is. It holds for a closed case too.
    pub fn shut_out(
        &self,
        officer: OfficerId,
        by: OfficerId,
        reason: Redacted<String>,
    ) -> Result<Vec<CaseEvent>, Problem> {
        some_text(&reason, "case.reason-missing")?;
        if self.barred.contains(&officer) {
            return Err(Problem::new("access.shut-before"));
        }
        Ok(vec![CaseEvent::ShutOut { officer, by, reason }])
    }

    /// Lets an officer in again: a namesake, or a mistake. Nobody lets herself in.
    pub fn let_in(
        &self,
        (officer, name): (OfficerId, &str),
        by: OfficerId,
        reason: Redacted<String>,
    ) -> Result<Vec<CaseEvent>, Problem> {
        some_text(&reason, "case.reason-missing")?;
        if officer == by {
            return Err(Problem::new("access.own-bar"));
        }
        if !self.shuts_out(officer, name) {
            return Err(Problem::new("access.not-shut"));
        }
        Ok(vec![CaseEvent::LetIn { officer, by, reason }])
    }

    /// Opens the case in need. It does not reach a person behind a code name: two people may know her, and one of them is
    /// asked (SOP WI-2).
    pub fn open_in_need(
        &self,
        by: OfficerId,
        reason: Redacted<String>,
        now: Timestamp,
    ) -> Result<Vec<CaseEvent>, Problem> {
        some_text(&reason, "case.reason-missing")?;
        if self.is_shielded() {
            return Err(Problem::new("need.shielded"));
        }
        if self.may_know(by) || self.is_open_in_need(by, now) {
            return Err(Problem::new("need.not-needed"));
        }
        Ok(vec![CaseEvent::OpenedInNeed { by, reason }])
    }

    /// The officer for data protection looked at an opening in need.
    pub fn look_at_opening(&self, no: u16, by: OfficerId) -> Result<Vec<CaseEvent>, Problem> {
        let opened = self.unseen_openings().find(|(known, _)| *known == no);
        match opened {
            None => Err(Problem::new("need.seen-before")),
            Some((_, opened)) if opened.by == by => Err(Problem::new("need.own")),
            Some(_) => Ok(vec![CaseEvent::OpeningSeen { no, by }]),
        }
    }
}

#[cfg(test)]
mod tests;
