//! From the report to the decision: opening, safety, classification, assignment, screening, presumption.

use super::{Assignment, Case, CaseEvent, Opening, Today, short_text, some_text};
use crate::report::urgency_of;
use crate::words::{Authority, Outcome, PersonRole, Profile, Triage, Urgency};
use base::{OfficerId, Problem, Redacted};
use std::collections::BTreeSet;

impl Case {
    /// The events with which a case begins: the opening and the steps that open at once.
    pub fn open(opening: Opening, today: &Today<'_>) -> Result<Vec<CaseEvent>, Problem> {
        if opening.alias.trim().is_empty() {
            return Err(Problem::new("case.alias-missing"));
        }
        if opening.roles.is_empty() {
            return Err(Problem::new("case.role-missing"));
        }
        if let Some(step) = opening.done.iter().find(|step| today.handbook.step(step).is_none()) {
            return Err(Problem::at("step.unknown", step.clone()));
        }
        let first = CaseEvent::Opened(Box::new(opening));
        let Some(case) = Self::begin(&first, today.now) else { return Err(Problem::new("case.alias-missing")) };
        let mut events = vec![first];
        events.extend(case.settled(vec![], today)?);
        Ok(events)
    }

    /// Urgency and authority (IN-3). Red cannot be set to less while a safety flag is up.
    pub fn classify(
        &self,
        urgency: Urgency,
        authority: Authority,
        reason: Redacted<String>,
        today: &Today<'_>,
    ) -> Result<Vec<CaseEvent>, Problem> {
        self.writable()?;
        short_text(&reason, "reason")?;
        if urgency < self.urgency {
            some_text(&reason, "case.reason-missing")?;
        }
        if urgency < Urgency::Red && !self.triage.is_empty() {
            return Err(Problem::new("case.triage-open"));
        }
        self.settled(vec![CaseEvent::Classified { urgency, authority, reason }], today)
    }

    /// Safety flags, all that are up now. A flag makes the case red.
    pub fn set_triage(&self, flags: BTreeSet<Triage>, today: &Today<'_>) -> Result<Vec<CaseEvent>, Problem> {
        self.writable()?;
        let mut events = Vec::new();
        let any = !flags.is_empty();
        events.push(CaseEvent::Triaged(flags));
        if any && self.urgency < Urgency::Red {
            let authority = self.authority.unwrap_or(Authority::Own);
            events.push(CaseEvent::Classified { urgency: Urgency::Red, authority, reason: Redacted::default() });
        }
        self.settled(events, today)
    }

    /// Case manager and companion (IN-4). Somebody else than they compares them with the people named in the case.
    pub fn assign(&self, assignment: Assignment, today: &Today<'_>) -> Result<Vec<CaseEvent>, Problem> {
        self.run_here()?;
        let checker = assignment.conflict_checked_by;
        if checker == assignment.manager || assignment.companion == Some(checker) {
            return Err(Problem::new("case.conflict-check-by-another"));
        }
        if [Some(assignment.manager), assignment.companion].iter().flatten().any(|named| self.barred.contains(named)) {
            return Err(Problem::new("access.officer-named"));
        }
        self.settled(vec![CaseEvent::Assigned(assignment)], today)
    }

    /// The outcome of a screening, with its flags and profile. It is only ever a start for people to decide.
    pub fn record_screening(
        &self,
        outcome: Outcome,
        flags: &BTreeSet<Triage>,
        profile: Profile,
        pack: String,
        today: &Today<'_>,
    ) -> Result<Vec<CaseEvent>, Problem> {
        self.writable()?;
        let mut events = vec![CaseEvent::Screened { outcome, pack }];
        if !flags.is_subset(&self.triage) {
            events.push(CaseEvent::Triaged(self.triage.union(flags).copied().collect()));
        }
        if profile != self.profile {
            events.push(CaseEvent::ProfileSet(profile));
        }
        let urgency = urgency_of(Some(outcome), flags, Some(profile));
        if urgency > self.urgency {
            let authority = self.authority.unwrap_or(Authority::Own);
            events.push(CaseEvent::Classified { urgency, authority, reason: Redacted::default() });
        }
        self.settled(events, today)
    }

    /// The first of two officers proposes. It may be more than the screening said; less only with a written reason.
    pub fn propose_presumption(
        &self,
        outcome: Outcome,
        by: OfficerId,
        reason: Option<Redacted<String>>,
        today: &Today<'_>,
    ) -> Result<Vec<CaseEvent>, Problem> {
        self.writable()?;
        let screened = self.screened.ok_or_else(|| Problem::new("presumption.not-screened"))?;
        if self.proposal.is_some() {
            return Err(Problem::new("presumption.proposal-waits"));
        }
        let before = self.decision.as_ref().map_or(screened, |decision| decision.outcome.max(screened));
        match &reason {
            Some(reason) => some_text(reason, "presumption.reason-missing")?,
            None if outcome < before => return Err(Problem::new("presumption.reason-missing")),
            None => {}
        }
        self.settled(vec![CaseEvent::PresumptionProposed { outcome, by, reason }], today)
    }

    /// The second officer, another person, confirms. The status becomes possible victim or stays empty; it is never
    /// "not a victim" (screening.md 8).
    pub fn confirm_presumption(&self, by: OfficerId, today: &Today<'_>) -> Result<Vec<CaseEvent>, Problem> {
        self.writable()?;
        let proposal = self.proposal.as_ref().ok_or_else(|| Problem::new("presumption.nothing-proposed"))?;
        if proposal.by == by {
            return Err(Problem::new("presumption.second-officer"));
        }
        self.settled(vec![CaseEvent::PresumptionDecided { outcome: proposal.outcome, by: [proposal.by, by] }], today)
    }

    /// The two do not agree; the proposal is gone.
    pub fn reject_presumption(
        &self,
        by: OfficerId,
        reason: Redacted<String>,
        today: &Today<'_>,
    ) -> Result<Vec<CaseEvent>, Problem> {
        self.writable()?;
        if self.proposal.is_none() {
            return Err(Problem::new("presumption.nothing-proposed"));
        }
        some_text(&reason, "presumption.reason-missing")?;
        self.settled(vec![CaseEvent::PresumptionRejected { by, reason }], today)
    }

    /// What the person is in the case; never nothing.
    pub fn set_roles(&self, roles: BTreeSet<PersonRole>, today: &Today<'_>) -> Result<Vec<CaseEvent>, Problem> {
        self.writable()?;
        if roles.is_empty() {
            return Err(Problem::new("case.role-missing"));
        }
        self.settled(vec![CaseEvent::RolesSet(roles)], today)
    }

    /// Adult or child.
    pub fn set_profile(&self, profile: Profile, today: &Today<'_>) -> Result<Vec<CaseEvent>, Problem> {
        self.writable()?;
        self.settled(vec![CaseEvent::ProfileSet(profile)], today)
    }
}
