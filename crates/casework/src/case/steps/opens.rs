//! When a step of the handbook opens by itself, and from when its time counts.

use crate::case::{Case, CaseEvent, State, StepEnd, StepRef, StepState, Today, Watch};
use crate::clock::{Clock, Deadline};
use crate::handbook::{Condition, Handbook, Scope, Step};
use base::Timestamp;

/// Opens what can open. Each step opens at most once in a command.
pub(in crate::case) fn opened_by_themselves(case: &mut Case, today: &Today<'_>) -> Vec<CaseEvent> {
    let mut events = Vec::new();
    // The steps of a matter of counsel's own run at the node that owns the case.
    if case.writable().is_err() || case.matter.from.is_some() {
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

/// The next moment at which time alone could open a step.
pub(in crate::case) fn next_look(case: &State, handbook: &Handbook, now: Timestamp) -> Option<Timestamp> {
    if case.matter.from.is_some() {
        return None;
    }
    let mut next: Option<Timestamp> = None;
    let mut see = |part: &Condition| {
        if let Condition::OpenDays(days) = part {
            let at = case.open_for(*days);
            next = next.into_iter().chain((at > now).then_some(at)).min();
        }
    };
    handbook.steps.values().for_each(|step| step.entry.each(&mut see));
    next
}

fn may_open(case: &Case, step: &Step, now: Timestamp) -> bool {
    let runs = counted(case, step);
    let entered = || case.holds(&step.entry, now);
    (runs < wanted(case, step) && entered())
        || (raised_anew(case, step) && entered())
        || (runs > 0 && runs_again(case, step, runs, now))
}

/// Runs that count: those that stopped because the case went away open anew when it comes back.
fn counted(case: &Case, step: &Step) -> usize {
    let here = case.runs(&step.id).filter(|(_, run)| counts(run)).count();
    here.max(usize::from(case.opening.done.contains(&step.id)))
}

fn counts(run: &StepState) -> bool {
    !matches!(run.ended, Some((StepEnd::CaseLeft, _)))
}

/// A step opens once; one that repeats, once for each time the step before it was done.
fn wanted(case: &Case, step: &Step) -> usize {
    let before = |part: &Condition| match part {
        Condition::Done(step) => Some(case.done_count(step)),
        _ => None,
    };
    let before = if step.repeats { step.entry.parts().into_iter().filter_map(before).max() } else { None };
    before.unwrap_or(1).max(1)
}

/// A safety flag that is raised anew opens what it calls for once more.
fn raised_anew(case: &Case, step: &Step) -> bool {
    let Some(raised) = case.raised.filter(|_| !case.triage.is_empty()) else { return false };
    let called = step.entry.parts().into_iter().any(|part| match part {
        Condition::AnyTriage => true,
        Condition::Triage(flag) => case.triage.contains(flag),
        _ => false,
    });
    called && case.runs(&step.id).all(|(_, run)| run.ended.is_some() && run.opened_at < raised)
}

fn runs_again(case: &Case, step: &Step, runs: usize, now: Timestamp) -> bool {
    let Some(again) = &step.again else { return false };
    let ended = case.runs(&step.id).all(|(_, run)| run.ended.is_some());
    ended && runs <= usize::from(again.times) && case.holds(&again.when, now)
}

pub(in crate::case) fn opened(case: &Case, step: &Step, today: &Today<'_>, watch: Option<Watch>) -> CaseEvent {
    let ordinal = u16::try_from(counted(case, step)).unwrap_or(u16::MAX).saturating_add(1);
    let deadline = step.deadline.as_ref().map(|deadline| deadline.of_run(ordinal));
    let clock = deadline.and_then(|deadline| clock(case, step, &deadline, today)).map(Box::new);
    CaseEvent::StepOpened { step: next_run(case, &step.id), role: step.role, clock, watch }
}

/// The clock that a step which is open would have under another version, counted from its own start; an alarm that was
/// raised and would not be due yet can be raised again.
pub(in crate::case) fn clock_under(
    case: &Case,
    (step, state): (&StepRef, &StepState),
    known: &Step,
    today: &Today<'_>,
) -> Option<Clock> {
    let ordinal = case.runs(&step.0).take_while(|(other, _)| *other <= step).filter(|(_, run)| counts(run)).count();
    let deadline = known.deadline.as_ref()?.of_run(u16::try_from(ordinal).unwrap_or(u16::MAX));
    let old = state.clock.as_ref();
    if let Some(field) = &deadline.before {
        let date = state.values.get(field)?;
        return Clock::ahead_of(date.expose(), state.opened_at, &deadline, today.place);
    }
    let start = old.map_or(state.opened_at, |clock| clock.start);
    let new = Clock::start(start, &deadline, case.urgency, today.place, today.calendar);
    let Some(old) = old else { return Some(new) };
    // The urgency may have changed since: a deadline that is the same in the new version stays as it was started.
    let same = old.basis == new.basis && deadline.spans.contains(&old.span) && old.statutory == new.statutory;
    Some(if same { old.clone() } else { new.carried_over(old, today.now, today.calendar) })
}

fn next_run(case: &State, step: &str) -> StepRef {
    let last = case.runs(step).last().map_or(0, |(StepRef(_, n), _)| *n);
    StepRef(step.to_owned(), last.saturating_add(1))
}

fn clock(case: &Case, step: &Step, deadline: &Deadline, today: &Today<'_>) -> Option<Clock> {
    if let Some(field) = &deadline.before {
        let date = case.runs(&step.id).last()?.1.values.get(field)?;
        return Clock::ahead_of(date.expose(), today.now, deadline, today.place);
    }
    let begin = |at| Clock::start(at, deadline, case.urgency, today.place, today.calendar);
    if let Some(start) = first_start(case, step).filter(|_| deadline.statutory) {
        return Some(begin(start));
    }
    // A time that was over before its step could open begins at the opening: nobody could have kept it.
    let since = deadline.from.as_ref().and_then(|from| ended_at(case, from)).map(begin);
    Some(since.filter(|clock| clock.due > today.now).unwrap_or_else(|| begin(today.now)))
}

/// When a step last ended; with the report, when the case was opened.
fn ended_at(case: &State, step: &str) -> Option<Timestamp> {
    let here = case.runs(step).filter_map(|(_, state)| state.ended.as_ref().map(|(_, at)| *at)).max();
    here.or_else(|| case.opening.done.contains(step).then_some(case.opened_at))
}

/// When a step first began, if the case left in the middle of it: here before it went, or at the former owner.
fn first_start(case: &Case, step: &Step) -> Option<Timestamp> {
    let left = |state: &&StepState| matches!(state.ended, Some((StepEnd::CaseLeft, _)));
    let here =
        case.runs(&step.id).map(|(_, state)| state).filter(left).filter_map(|state| Some(state.clock.as_ref()?.start));
    let untouched = case.runs(&step.id).all(|(_, state)| left(&state));
    here.chain(case.opening.since.get(&step.id).copied()).min().filter(|_| untouched)
}
