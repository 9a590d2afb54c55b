//! Steps of the handbook in a case: being worked on, ending, being late.
//!
//! When they open by themselves stands in `opens`, whether a condition holds in `holds`, lateness in `alarms`.

mod alarms;
mod conference;
mod holds;
pub(super) mod opens;

pub use alarms::ESCALATION;
pub use conference::{About, CONFERENCE, ConferenceDecision};
pub(super) use opens::{clock_under, next_look, opened_by_themselves};

use super::{
    Case, CaseEvent, FORM_VALUES_BYTES_MAX, StepEnd, StepRef, StepState, Today, WithoutConsent, short_text, some_text,
};
use crate::clock::Clock;
use crate::consent::ConsentCode;
use crate::handbook::{FieldKind, FormField, Step};
use crate::roles::Role;
use base::{OfficerId, Place, Problem, Redacted, Timestamp};
use std::collections::BTreeMap;

/// Form values by `form.field`.
type Values = BTreeMap<String, Redacted<String>>;

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
        let once = !step.repeats && step.again.is_none();
        if running || (once && self.done_count(id) > 0) {
            return Err(Problem::at("step.already-open", id));
        }
        if !self.holds(&step.entry, today.now) {
            return Err(Problem::at("step.entry-not-met", id));
        }
        self.settled(vec![opens::opened(self, step, today, None)], today)
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
    pub fn fill_step(&self, step: &StepRef, values: Values, today: &Today<'_>) -> Result<Vec<CaseEvent>, Problem> {
        self.settled(self.filled(step, values, today)?, today)
    }

    /// Done: the required fields are there, the exit condition holds, and what is done to the person she agreed to.
    pub fn complete_step(&self, step: &StepRef, today: &Today<'_>) -> Result<Vec<CaseEvent>, Problem> {
        self.settled(self.completed(step, today)?, today)
    }

    /// Values are written down and the step is done, in one go.
    pub fn finish_step(&self, step: &StepRef, values: Values, today: &Today<'_>) -> Result<Vec<CaseEvent>, Problem> {
        let mut events = if values.is_empty() { Vec::new() } else { self.filled(step, values, today)? };
        let mut after = self.clone();
        for event in &events {
            after.apply(event, today.now);
        }
        let ended = after.completed(step, today)?;
        for event in &ended {
            after.apply(event, today.now);
        }
        events.extend(ended);
        after.settle(events, today)
    }

    fn filled(&self, step: &StepRef, values: Values, today: &Today<'_>) -> Result<Vec<CaseEvent>, Problem> {
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
        let dated = dated(known, &values, today).map(|clock| CaseEvent::ClockMoved(step.clone(), Box::new(clock)));
        let mut events = vec![CaseEvent::StepFilled(step.clone(), values)];
        events.extend(dated);
        Ok(events)
    }

    fn completed(&self, step: &StepRef, today: &Today<'_>) -> Result<Vec<CaseEvent>, Problem> {
        let state = self.open_run(step)?;
        let known = today.handbook.step(&step.0).ok_or_else(|| Problem::at("step.unknown", step.to_string()))?;
        for record in &known.records {
            let required = today.handbook.field(record).is_some_and(|field| field.required);
            if required && !state.values.contains_key(record) {
                return Err(Problem::at("step.field-missing", record.clone()));
            }
        }
        if !self.holds_in(&known.exit, today.now, Some(step)) {
            return Err(Problem::at("step.exit-not-met", step.to_string()));
        }
        let acts = |code: &ConsentCode| code.is_to_the_act();
        if state.basis.is_none()
            && let Some(code) = self.consents_missing(known, today.now).find(acts)
        {
            return Err(Problem::at("step.consent-missing", code.word()));
        }
        Ok(self.ended(step, StepEnd::Done))
    }

    /// Something is done to a person without her consent: on which basis of the law, by which article, signed by whom
    /// (UU 27/2022 art. 20(2)c-e). A life at risk, a duty of the law, a public task; nothing else.
    pub fn act_without_consent(
        &self,
        step: &StepRef,
        basis: WithoutConsent,
        today: &Today<'_>,
    ) -> Result<Vec<CaseEvent>, Problem> {
        self.open_run(step)?;
        some_text(&basis.article, "step.article-missing")?;
        some_text(&basis.reason, "step.reason-missing")?;
        self.settled(vec![CaseEvent::StepBasis(step.clone(), basis)], today)
    }

    /// Declined by the person: a normal end (SOP 6.4).
    pub fn decline_step(&self, step: &StepRef, today: &Today<'_>) -> Result<Vec<CaseEvent>, Problem> {
        self.open_run(step)?;
        self.settled(self.ended(step, StepEnd::Declined), today)
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
        self.settled(self.ended(step, StepEnd::NotApplicable(reason)), today)
    }

    /// Ends a step, and the escalations that asked for it.
    fn ended(&self, step: &StepRef, end: StepEnd) -> Vec<CaseEvent> {
        let mut events = vec![CaseEvent::StepEnded(step.clone(), end)];
        let asks = |state: &StepState| state.watch.as_ref().is_some_and(|watch| watch.step == *step);
        let asking = self.open_steps().filter(|(_, state)| asks(state));
        events.extend(asking.map(|(escalation, _)| CaseEvent::StepEnded(escalation.clone(), StepEnd::Overtaken)));
        events
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

    /// The officer who answers for a step: who took it, else manager or companion for their own steps. `None`: whoever
    /// holds its role. Nobody who is shut out answers for anything.
    pub fn officer_of(&self, state: &StepState) -> Option<OfficerId> {
        let is_in = |officer: &OfficerId| !self.barred.contains(officer);
        let named = match state.role {
            Role::CaseManager => self.manager(),
            Role::Companion => self.companion().or(self.manager()),
            _ => None,
        };
        state.officer.filter(is_in).or(named.filter(is_in))
    }
}

/// The clock of a step that looks ahead to a date, once that date is written.
fn dated(step: &Step, values: &BTreeMap<String, Redacted<String>>, today: &Today<'_>) -> Option<Clock> {
    let deadline = step.deadline.as_ref()?;
    let date = values.get(deadline.before.as_ref()?)?;
    Clock::ahead_of(date.expose(), today.now, deadline, today.place)
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
