//! An officer leaves: what she held and took of a case is passed on, or stands as held by nobody.
//!
//! No rule of the case may hold this up: whoever must not come in any more is out with one commit. So the events are written
//! whatever else the case waits for, and steps that follow open at its next command.

use crate::case::{Assignment, Case, CaseEvent, State};
use base::{OfficerId, Timestamp};
use std::collections::BTreeSet;

/// Who takes over, as far as her roles fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Successor<'a> {
    /// Who.
    pub id: OfficerId,
    /// Her name: whose name stands among those who recruited takes nothing over.
    pub name: &'a str,
    /// Her roles hold cases.
    pub holds: bool,
    /// Her roles go along.
    pub goes_along: bool,
    /// She is counsel: she may hold a matter of counsel's own.
    pub counsel: bool,
}

impl State {
    /// The one who holds the case and did not leave.
    pub fn manager(&self) -> Option<OfficerId> {
        self.assignment.as_ref().map(|assignment| assignment.manager).filter(|officer| !self.left.contains(officer))
    }

    /// The one who goes along and did not leave.
    pub fn companion(&self) -> Option<OfficerId> {
        self.assignment.as_ref()?.companion.filter(|officer| !self.left.contains(officer))
    }

    /// Whether the one who held it left and nobody was named since.
    pub fn is_held_by_nobody(&self) -> bool {
        self.assignment.is_some() && self.manager().is_none()
    }

    /// Everybody whose leaving changes something in it.
    pub fn hands(&self) -> BTreeSet<OfficerId> {
        let takers = self.steps.values().filter(|state| state.ended.is_none()).filter_map(|state| state.officer);
        let viewers = self.shield.iter().flat_map(|shield| shield.viewers.iter().copied());
        takers
            .chain(viewers)
            .chain(self.counsel())
            .chain(self.manager())
            .chain(self.companion())
            .chain(self.openers())
            .collect()
    }

    /// Officers with an opening in need that was not ended; its time may be over.
    pub fn openers(&self) -> impl Iterator<Item = OfficerId> {
        self.in_need.iter().filter(|opened| !opened.over).map(|opened| opened.by)
    }

    /// Somebody is named. Who was a viewer and left is replaced by who holds the case now, if no other viewer is there who
    /// could name one: nobody would know the person any more.
    pub(in crate::case) fn assigned_to(&mut self, assignment: &Assignment) {
        self.left.remove(&assignment.manager);
        self.left.retain(|officer| assignment.companion != Some(*officer));
        self.assignment = Some(assignment.clone());
        self.keep_a_viewer();
    }

    /// An officer left.
    pub(in crate::case) fn without(&mut self, officer: OfficerId) {
        self.left.insert(officer);
        for state in self.steps.values_mut().filter(|state| state.ended.is_none()) {
            state.officer = state.officer.filter(|taker| *taker != officer);
        }
        for opened in self.in_need.iter_mut().filter(|opened| opened.by == officer) {
            opened.over = true;
        }
        if let Some(shield) = &mut self.shield {
            shield.viewers.remove(&officer);
        }
        self.keep_a_viewer();
    }

    fn keep_a_viewer(&mut self) {
        let manager = self.manager().filter(|officer| !self.barred.contains(officer));
        if let Some(shield) = self.shield.as_mut().filter(|shield| shield.viewers.is_empty()) {
            shield.viewers.extend(manager);
        }
    }
}

impl Case {
    /// An officer leaves. What she holds goes to who takes over, if her roles fit and she is not shut out; steps that she took
    /// go back to the list of their role. Empty: she has no part in it.
    pub fn let_go(
        &self,
        officer: OfficerId,
        by: OfficerId,
        to: Option<Successor<'_>>,
        now: Timestamp,
    ) -> Vec<CaseEvent> {
        if !self.has_part(officer, now) {
            return Vec::new();
        }
        let mut events = vec![CaseEvent::OfficerLeft { officer, by }];
        events.extend(self.passed_on(officer, by, to).map(CaseEvent::Assigned));
        events
    }

    fn has_part(&self, officer: OfficerId, now: Timestamp) -> bool {
        let holds = self.manager() == Some(officer) || self.companion() == Some(officer);
        let views = self.shield.as_ref().is_some_and(|shield| shield.viewers.contains(&officer));
        let took = self.open_steps().any(|(_, state)| state.officer == Some(officer));
        let acts = self.counsel().any(|one| one == officer);
        holds || views || took || acts || self.is_open_in_need(officer, now)
    }

    /// Who holds it and who goes along from now on, if somebody takes over.
    fn passed_on(&self, officer: OfficerId, by: OfficerId, to: Option<Successor<'_>>) -> Option<Assignment> {
        let to = to.filter(|to| to.id != officer && to.id != by && !self.shuts_out(to.id, to.name))?;
        let (held, went) = (self.manager()?, self.companion());
        let may_hold = to.holds || (to.counsel && self.matter.from.is_some());
        let (manager, companion) = match (held == officer, went == Some(officer)) {
            (true, _) if may_hold => (to.id, went.filter(|known| *known != officer && *known != to.id)),
            (false, true) if to.goes_along && held != to.id => (held, Some(to.id)),
            _ => return None,
        };
        Some(Assignment { manager, companion, conflict_checked_by: by })
    }
}

#[cfg(test)]
mod tests;
