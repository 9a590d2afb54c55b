//! Steps of the handbook in a case: opening by themselves, being worked on, ending, being late.

use super::{
    Case, CaseEvent, FORM_VALUES_BYTES_MAX, State, StepEnd, StepRef, StepState, Today, Watch, short_text, some_text,
};
use crate::clock::Clock;
use crate::consent::ConsentCode;
use crate::handbook::{Condition, FieldKind, FormField, Scope, Step};
use crate::roles::Role;
use crate::words::Level;
use base::{OfficerId, Place, Problem, Redacted, Timestamp};
use std::collections::BTreeMap;

/// The step that an alarm opens.
pub const ESCALATION: &str = "GV-2";
const DAY_MS: i64 = 86_400_000;

impl State {
    /// Whether a condition of the handbook holds.
    pub fn holds(&self, condition: &Condition, now: Timestamp) -> bool {
        match condition {
            Condition::Always => true,
            Condition::ByAlarm => false,
            Condition::All(parts) => parts.iter().all(|part| self.holds(part, now)),
            Condition::Any(parts) => parts.iter().any(|part| self.holds(part, now)),
            Condition::Not(part) => !self.holds(part, now),
            Condition::Done(step) => self.done_count(step) > 0,
            Condition::Ended(step) => {
                self.runs(step).any(|(_, state)| state.ended.is_some()) || self.done_count(step) > 0
            }
            Condition::Open => self.closed.is_none(),
            Condition::OpenDays(days) => {
                self.closed.is_none() && now.millis() - self.opened_at.millis() >= i64::from(*days) * DAY_MS
            }
            Condition::Screened(outcomes) => self.screened.is_some_and(|outcome| outcomes.contains(&outcome)),
            Condition::Decided(outcomes) => self.decision.as_ref().is_some_and(|d| outcomes.contains(&d.outcome)),
            Condition::Triage(flag) => self.triage.contains(flag),
            Condition::Consent(code) => self.consents_in_force(*code, now).next().is_some(),
            Condition::Wants(word) => self.wishes.contains(word),
            Condition::Plan(word) => {
                self.plan.values().any(|item| item.service == *word && item.state != super::PlanState::Dropped)
            }
            Condition::Fact(word) => self.facts.contains(word),
            Condition::Role(role) => self.roles.contains(role),
            Condition::Profile(profile) => self.profile == *profile,
            Condition::Urgency(least) => self.urgency >= *least,
            Condition::Authority(authority) => self.authority == Some(*authority),
            Condition::Assigned => self.assignment.is_some(),
            Condition::Value { step, field, is } => {
                let done = |state: &&StepState| matches!(state.ended, Some((StepEnd::Done, _)));
                let last = self.runs(step).map(|(_, state)| state).filter(done).last();
                last.and_then(|state| state.values.get(field)).is_some_and(|value| value.expose() == is)
            }
        }
    }

    /// The runs of a step, oldest first.
    pub fn runs(&self, step: &str) -> impl Iterator<Item = (&StepRef, &StepState)> {
        self.steps.range(StepRef(step.to_owned(), 0)..=StepRef(step.to_owned(), u16::MAX))
    }

    /// How often a step was done here, or with the report.
    pub fn done_count(&self, step: &str) -> usize {
        let runs = self.runs(step).filter(|(_, state)| matches!(state.ended, Some((StepEnd::Done, _)))).count();
        runs.max(usize::from(self.opening.done.contains(step)))
    }

    /// Open steps.
    pub fn open_steps(&self) -> impl Iterator<Item = (&StepRef, &StepState)> {
        self.steps.iter().filter(|(_, state)| state.ended.is_none())
    }

    /// Consents of the person that hold now.
    pub fn consents_in_force(
        &self,
        code: ConsentCode,
        now: Timestamp,
    ) -> impl Iterator<Item = &crate::consent::Consent> {
        self.consents
            .values()
            .filter(move |consent| consent.code == code && consent.person.is_none() && consent.holds(now))
    }

    fn next_run(&self, step: &str) -> StepRef {
        let last = self.runs(step).last().map_or(0, |(StepRef(_, n), _)| *n);
        StepRef(step.to_owned(), last.saturating_add(1))
    }
}

/// Opens what can open, until nothing more does. Each step opens at most once in a command.
pub(super) fn opened_by_themselves(case: &mut Case, today: &Today<'_>) -> Vec<CaseEvent> {
    let mut events = Vec::new();
    if case.writable().is_err() {
        return events;
    }
    for step in today.handbook.steps.values() {
        if step.scope == Scope::Case && may_open(case, step, today.now) {
            let event = opened(case, step, today, None);
            case.apply(&event, today.now);
            events.push(event);
        }
    }
    events
}

/// A step opens once; one that repeats, once for each time the step before it was done.
fn may_open(case: &Case, step: &Step, now: Timestamp) -> bool {
    if !case.holds(&step.entry, now) {
        return false;
    }
    let here = case.runs(&step.id).filter(|(_, state)| !matches!(state.ended, Some((StepEnd::CaseLeft, _))));
    let runs = here.count().max(usize::from(case.opening.done.contains(&step.id)));
    let before = if step.repeats { step.entry.steps().iter().map(|s| case.done_count(s)).max() } else { None };
    runs < before.unwrap_or(1).max(1)
}

fn opened(case: &Case, step: &Step, today: &Today<'_>, watch: Option<Watch>) -> CaseEvent {
    let clock = step.deadline.as_ref().map(|deadline| {
        let start = first_start(case, step).filter(|_| deadline.statutory).unwrap_or(today.now);
        Box::new(Clock::start(start, deadline, case.urgency, today.place, today.calendar))
    });
    CaseEvent::StepOpened { step: case.next_run(&step.id), role: step.role, clock, watch }
}

/// When a step first began, if the case left in the middle of it: here before it went, or at the former owner.
fn first_start(case: &Case, step: &Step) -> Option<Timestamp> {
    let left = |state: &&StepState| matches!(state.ended, Some((StepEnd::CaseLeft, _)));
    let here =
        case.runs(&step.id).map(|(_, state)| state).filter(left).filter_map(|state| Some(state.clock.as_ref()?.start));
    let untouched = case.runs(&step.id).all(|(_, state)| left(&state));
    here.chain(case.opening.since.get(&step.id).copied()).min().filter(|_| untouched)
}

impl Case {
    /// Time alone may open steps, such as a conference after 14 days.
    pub fn look(&self, today: &Today<'_>) -> Result<Vec<CaseEvent>, Problem> {
        self.settled(vec![], today)
    }

    /// Opens a further run of a step by hand; its entry condition must hold.
    pub fn open_step(&self, id: &str, today: &Today<'_>) -> Result<Vec<CaseEvent>, Problem> {
        self.writable()?;
        let step = today.handbook.step(id).ok_or_else(|| Problem::at("step.unknown", id))?;
        let running = self.runs(id).any(|(_, state)| state.ended.is_none());
        if running || (!step.repeats && self.done_count(id) > 0) {
            return Err(Problem::at("step.already-open", id));
        }
        if !self.holds(&step.entry, today.now) {
            return Err(Problem::at("step.entry-not-met", id));
        }
        self.settled(vec![opened(self, step, today, None)], today)
    }

    fn open_run(&self, step: &StepRef) -> Result<&StepState, Problem> {
        self.writable()?;
        let state = self.steps.get(step).ok_or_else(|| Problem::at("step.unknown", step.to_string()))?;
        if state.ended.is_some() { Err(Problem::at("step.ended", step.to_string())) } else { Ok(state) }
    }

    /// An officer takes a step.
    pub fn take_step(&self, step: &StepRef, by: OfficerId, today: &Today<'_>) -> Result<Vec<CaseEvent>, Problem> {
        self.open_run(step)?;
        self.settled(vec![CaseEvent::StepTaken(step.clone(), by)], today)
    }

    /// Form values, as `form.field`; an empty one clears.
    pub fn fill_step(
        &self,
        step: &StepRef,
        values: BTreeMap<String, Redacted<String>>,
        today: &Today<'_>,
    ) -> Result<Vec<CaseEvent>, Problem> {
        self.open_run(step)?;
        let known = today.handbook.step(&step.0).ok_or_else(|| Problem::at("step.unknown", step.to_string()))?;
        if values.values().map(|value| value.expose().len()).sum::<usize>() > FORM_VALUES_BYTES_MAX {
            return Err(Problem::at("case.text-too-long", step.to_string()));
        }
        for (name, value) in &values {
            let listed = known.records.contains(name);
            let field = today.handbook.field(name).filter(|_| listed);
            check_value(name, field.ok_or_else(|| Problem::at("step.unknown-field", name.clone()))?, value)?;
        }
        self.settled(vec![CaseEvent::StepFilled(step.clone(), values)], today)
    }

    /// Done: the required fields are there and the exit condition holds.
    pub fn complete_step(&self, step: &StepRef, today: &Today<'_>) -> Result<Vec<CaseEvent>, Problem> {
        let state = self.open_run(step)?;
        let known = today.handbook.step(&step.0).ok_or_else(|| Problem::at("step.unknown", step.to_string()))?;
        for record in &known.records {
            let required = today.handbook.field(record).is_some_and(|field| field.required);
            if required && !state.values.contains_key(record) {
                return Err(Problem::at("step.field-missing", record.clone()));
            }
        }
        if !self.holds(&known.exit, today.now) {
            return Err(Problem::at("step.exit-not-met", step.to_string()));
        }
        self.end_step(step, StepEnd::Done, today)
    }

    /// Declined by the person: a normal end (SOP 6.4).
    pub fn decline_step(&self, step: &StepRef, today: &Today<'_>) -> Result<Vec<CaseEvent>, Problem> {
        self.open_run(step)?;
        self.end_step(step, StepEnd::Declined, today)
    }

    /// Not applicable here, with the reason.
    pub fn drop_step(
        &self,
        step: &StepRef,
        reason: Redacted<String>,
        today: &Today<'_>,
    ) -> Result<Vec<CaseEvent>, Problem> {
        self.open_run(step)?;
        some_text(&reason, "step.reason-missing")?;
        self.end_step(step, StepEnd::NotApplicable(reason), today)
    }

    /// Ends a step, and the escalations that asked for it.
    fn end_step(&self, step: &StepRef, end: StepEnd, today: &Today<'_>) -> Result<Vec<CaseEvent>, Problem> {
        let mut events = vec![CaseEvent::StepEnded(step.clone(), end)];
        let asks = |state: &StepState| state.watch.as_ref().is_some_and(|watch| watch.step == *step);
        let asking = self.open_steps().filter(|(_, state)| asks(state));
        events.extend(asking.map(|(escalation, _)| CaseEvent::StepEnded(escalation.clone(), StepEnd::Overtaken)));
        self.settled(events, today)
    }

    /// Something is in the way, or no longer. The clock runs on: it never stops for lack of staff.
    pub fn block_step(
        &self,
        step: &StepRef,
        reason: Option<Redacted<String>>,
        today: &Today<'_>,
    ) -> Result<Vec<CaseEvent>, Problem> {
        self.open_run(step)?;
        if let Some(reason) = &reason {
            some_text(reason, "step.reason-missing")?;
        }
        self.settled(vec![CaseEvent::StepBlocked(step.clone(), reason)], today)
    }

    /// The person wishes to wait.
    pub fn await_person(&self, step: &StepRef, today: &Today<'_>) -> Result<Vec<CaseEvent>, Problem> {
        let clock = self.open_run(step)?.clock.as_ref();
        if clock.is_none_or(|clock| clock.paused_at.is_some()) {
            return Err(Problem::at("clock.not-running", step.to_string()));
        }
        self.settled(vec![CaseEvent::ClockPaused(step.clone())], today)
    }

    /// The person is ready.
    pub fn resume(&self, step: &StepRef, today: &Today<'_>) -> Result<Vec<CaseEvent>, Problem> {
        let clock = self.open_run(step)?.clock.clone().filter(|clock| clock.paused_at.is_some());
        let clock = clock.ok_or_else(|| Problem::at("clock.not-paused", step.to_string()))?;
        let clock = Box::new(clock.resumed(today.now, today.calendar));
        self.settled(vec![CaseEvent::ClockResumed(step.clone(), clock)], today)
    }

    /// A calendar was adopted: running working-day clocks that it moves.
    pub fn adopt_calendar(&self, today: &Today<'_>) -> Vec<CaseEvent> {
        let moved = |(step, state): (&StepRef, &StepState)| {
            let old = state.clock.as_ref()?;
            let new = old.clone().moved(today.calendar);
            (new != *old).then(|| CaseEvent::ClockMoved(step.clone(), Box::new(new)))
        };
        self.open_steps().filter_map(moved).collect()
    }

    /// The time of the next alarm, over all clocks.
    pub fn next_alarm_at(&self) -> Option<Timestamp> {
        self.open_steps().filter_map(|(_, state)| state.clock.as_ref()?.next_at()).min()
    }

    /// Raises what time has raised, only the highest level each. At 100 % the next level is asked (GV-2); an escalation
    /// that is itself late goes to the province, then to the national level.
    pub fn raise_alarms(&self, today: &Today<'_>) -> Result<Vec<CaseEvent>, Problem> {
        let mut after = self.clone();
        let mut events = Vec::new();
        for (step, state) in self.open_steps() {
            let Some(clock) = &state.clock else { continue };
            let level = clock.alarm_level(today.now);
            if level <= clock.level {
                continue;
            }
            let mut new = vec![CaseEvent::AlarmRaised(step.clone(), level)];
            if level == 100 {
                let watch = match &state.watch {
                    Some(watch) => watch.level.next().map(|level| Watch { step: watch.step.clone(), level }),
                    None => Some(Watch { step: step.clone(), level: Level::District }),
                };
                let escalation = today.handbook.step(ESCALATION);
                new.extend(watch.zip(escalation).map(|(watch, step)| opened(&after, step, today, Some(watch))));
            }
            for event in &new {
                after.apply(event, today.now);
            }
            events.extend(new);
        }
        Ok(events)
    }

    /// The officer who answers for a step: who took it, else manager or companion for their own steps. `None`: whoever
    /// holds its role.
    pub fn officer_of(&self, state: &StepState) -> Option<OfficerId> {
        let assignment = self.assignment.as_ref();
        state.officer.or_else(|| match state.role {
            Role::CaseManager => assignment.map(|a| a.manager),
            Role::Companion => assignment.map(|a| a.companion.unwrap_or(a.manager)),
            _ => None,
        })
    }
}

fn check_value(name: &str, field: &FormField, value: &Redacted<String>) -> Result<(), Problem> {
    short_text(value, "form")?;
    let text = value.expose().trim();
    let fits = text.is_empty()
        || match field.kind {
            FieldKind::Text => true,
            FieldKind::Choice => field.choices.iter().any(|choice| choice.value == text),
            FieldKind::YesNo => matches!(text, "yes" | "no"),
            FieldKind::Date => text.parse::<jiff::civil::Date>().is_ok(),
            FieldKind::Time => Timestamp::parse(text).is_some(),
            FieldKind::Number => text.parse::<u64>().is_ok(),
            FieldKind::Place => Place::parse(text).is_ok(),
            FieldKind::Officer => text.parse::<OfficerId>().is_ok(),
        };
    if fits { Ok(()) } else { Err(Problem::at("step.bad-value", name)) }
}
