//! Whether a condition of the handbook holds, and whose consent stands.

use crate::case::run::Run;
use crate::case::{Person, PlanState, State, StepEnd, StepRef, StepState};
use crate::consent::{Consent, ConsentCode, GivenBy};
use crate::handbook::{Condition, FOREIGN_NATIONAL, Giver, Step};
use crate::words::{PersonRole, Profile};
use base::{Redacted, Timestamp};
use std::ops::Bound::Included;

const DAY_MS: i64 = 86_400_000;
/// How people write that somebody is Indonesian.
const INDONESIAN: [&str; 5] = ["id", "idn", "wni", "indonesia", "indonesian"];

impl State {
    /// Whether a condition of the handbook holds.
    pub fn holds(&self, condition: &Condition, now: Timestamp) -> bool {
        self.holds_in(condition, now, None)
    }

    /// The same at the end of a run, whose own values then count.
    pub(super) fn holds_in(&self, condition: &Condition, now: Timestamp, run: Option<&StepRef>) -> bool {
        match condition {
            Condition::Always => true,
            Condition::ByAlarm => false,
            Condition::All(parts) => parts.iter().all(|part| self.holds_in(part, now, run)),
            Condition::Any(parts) => parts.iter().any(|part| self.holds_in(part, now, run)),
            Condition::Not(part) => !self.holds_in(part, now, run),
            Condition::Value { step, field, is } => {
                self.value(step, field, run).is_some_and(|value| value.expose() == is)
            }
            atom if atom.step().is_some() => self.step_holds(atom),
            atom => self.atom_holds(atom, now),
        }
    }

    /// What was done, or not done, with a step.
    fn step_holds(&self, atom: &Condition) -> bool {
        match atom {
            Condition::Done(step) => self.done_count(step) > 0,
            Condition::Ended(step) => self.ended_count(step) > 0,
            Condition::EndedTimes(step, times) => self.ended_count(step) >= usize::from(*times),
            Condition::Declined(step) => {
                let last = self.runs(step).last();
                last.is_some_and(|(_, state)| matches!(state.ended, Some((StepEnd::Declined, _))))
            }
            Condition::Owned(step) => {
                let mut runs = self.runs(step).peekable();
                let done = self.opening.done.contains(step);
                (done || runs.peek().is_some()) && runs.all(|(_, run)| run.officer.is_some() || run.ended.is_some())
            }
            _ => false,
        }
    }

    fn atom_holds(&self, atom: &Condition, now: Timestamp) -> bool {
        match atom {
            Condition::Open => self.closed.is_none(),
            Condition::OpenDays(days) => self.closed.is_none() && now >= self.open_for(*days),
            Condition::Screened(outcomes) => self.screened.is_some_and(|outcome| outcomes.contains(&outcome)),
            Condition::Decided(outcomes) => self.decision.as_ref().is_some_and(|d| outcomes.contains(&d.outcome)),
            Condition::Triage(flag) => self.triage.contains(flag),
            Condition::AnyTriage => !self.triage.is_empty(),
            Condition::Consent(code) => self.consents_in_force(*code, now).next().is_some(),
            Condition::Wants(word) => self.wishes.contains(word),
            Condition::Plan(word) => {
                self.plan.values().any(|item| item.service == *word && item.state != PlanState::Dropped)
            }
            Condition::Fact(word) => self.facts.contains(word),
            Condition::Role(role) => self.has_role(*role),
            Condition::Profile(profile) => self.has_profile(*profile),
            Condition::Urgency(least) => self.urgency >= *least,
            Condition::Authority(authority) => self.authority == Some(*authority),
            Condition::Foreign => self.is_foreign(),
            Condition::Shielded => self.shield.is_some(),
            Condition::Unreached { tries, days } => self.is_unreached(usize::from(*tries), *days),
            Condition::Assigned => self.assignment.is_some(),
            _ => false,
        }
    }

    /// The moment at which the case has been open so many days.
    pub(super) fn open_for(&self, days: u32) -> Timestamp {
        self.opened_at.plus_hours(24 * i64::from(days))
    }

    /// A value of the run itself, else of the last run that was done.
    fn value(&self, step: &str, field: &str, run: Option<&StepRef>) -> Option<&Redacted<String>> {
        if let Some(run) = run.filter(|run| run.0 == step) {
            return self.steps.get(run)?.values.get(field);
        }
        let done = |state: &&StepState| matches!(state.ended, Some((StepEnd::Done, _)));
        self.runs(step).map(|(_, state)| state).filter(done).last()?.values.get(field)
    }

    /// A victim or reporter is the person of the case; a witness or family may be another in it, and is covered alike.
    fn has_role(&self, role: PersonRole) -> bool {
        let others = matches!(role, PersonRole::Witness | PersonRole::Family);
        self.roles.contains(&role) || (others && self.people.values().any(|person| person.roles.contains(&role)))
    }

    /// One child among the victims and witnesses of a case is enough; adult is the person of the case.
    fn has_profile(&self, profile: Profile) -> bool {
        let concerned =
            |person: &Person| person.roles.contains(&PersonRole::Victim) || person.roles.contains(&PersonRole::Witness);
        let other = |person: &Person| person.profile == Profile::Child && concerned(person);
        self.profile == profile || (profile == Profile::Child && self.people.values().any(other))
    }

    /// A nationality that is written down and is not Indonesian, or somebody said so.
    pub fn is_foreign(&self) -> bool {
        let written = self.fields.get("profile.nationality").map(|value| value.expose().trim().to_lowercase());
        let abroad = written.is_some_and(|word| !word.is_empty() && !INDONESIAN.contains(&word.as_str()));
        abroad || self.facts.contains(FOREIGN_NATIONAL)
    }

    /// The last tries in a row failed, all of them within the days.
    fn is_unreached(&self, tries: usize, days: u32) -> bool {
        let failed: Vec<Timestamp> =
            self.tries.iter().rev().take_while(|(_, reached)| !reached).take(tries).map(|(at, _)| *at).collect();
        let span = failed.first().zip(failed.last()).map_or(0, |(last, first)| last.millis() - first.millis());
        failed.len() >= tries && span <= i64::from(days) * DAY_MS
    }

    /// The runs of a step, oldest first.
    pub fn runs(&self, step: &str) -> impl Iterator<Item = (&StepRef, &StepState)> {
        let (first, last) = ((step, 0_u16), (step, u16::MAX));
        self.steps.range::<dyn Run + '_, _>((Included(&first as &dyn Run), Included(&last as &dyn Run)))
    }

    /// How often a step was done here, or with the report.
    pub fn done_count(&self, step: &str) -> usize {
        let runs = self.runs(step).filter(|(_, state)| matches!(state.ended, Some((StepEnd::Done, _)))).count();
        runs.max(usize::from(self.opening.done.contains(step)))
    }

    /// How often a step ended in any way, here or with the report.
    fn ended_count(&self, step: &str) -> usize {
        let runs = self.runs(step).filter(|(_, state)| state.ended.is_some()).count();
        runs.max(usize::from(self.opening.done.contains(step)))
    }

    /// Open steps.
    pub fn open_steps(&self) -> impl Iterator<Item = (&StepRef, &StepState)> {
        self.steps.iter().filter(|(_, state)| state.ended.is_none())
    }

    /// Consents of the person that hold now.
    pub fn consents_in_force(&self, code: ConsentCode, now: Timestamp) -> impl Iterator<Item = &Consent> {
        self.consents
            .values()
            .filter(move |consent| consent.code == code && consent.person.is_none() && consent.holds(now))
    }

    /// Consents that a step needs and that do not stand now.
    pub fn consents_missing(&self, step: &Step, now: Timestamp) -> impl Iterator<Item = ConsentCode> {
        let stands = move |code: &ConsentCode| {
            self.consents
                .values()
                .any(|consent| consent.code == *code && consent.holds(now) && self.is_giver(step.giver, consent))
        };
        step.consents.iter().copied().filter(move |code| !stands(code))
    }

    fn is_giver(&self, giver: Giver, consent: &Consent) -> bool {
        let other = consent.person.and_then(|id| self.people.get(&id));
        match giver {
            Giver::Person => consent.person.is_none(),
            Giver::Guardian => consent.given_by != GivenBy::Person,
            Giver::Family => {
                let family = |person: &Person| person.roles.contains(&PersonRole::Family);
                other.is_some_and(family) || (consent.person.is_none() && self.roles.contains(&PersonRole::Family))
            }
        }
    }
}
