//! A move of an open case to another version of the handbook: shown first, then decided by a person and recorded.

use super::{Case, CaseEvent, State, StepEnd, StepRef, Today, some_text};
use crate::clock::Clock;
use crate::roles::Role;
use base::{OfficerId, Problem, Redacted, Timestamp};
use serde::{Deserialize, Serialize};

/// An open step as the other version has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedStep {
    /// Which.
    pub step: StepRef,
    /// Its owner.
    pub role: Role,
    /// Its clock.
    pub clock: Option<Clock>,
}

/// The decision, with what it does to the steps that are open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandbookMove {
    /// From this version.
    pub from: String,
    /// To this one.
    pub to: String,
    /// Who decided.
    pub by: OfficerId,
    /// Why.
    pub reason: Redacted<String>,
    /// Open steps with another owner or clock.
    pub steps: Vec<MovedStep>,
}

/// What a move would do to a case, for the page that asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MoveView {
    /// Steps that open.
    pub opens: Vec<StepRef>,
    /// Open steps that the other version does not have: they end as not applicable.
    pub ends: Vec<StepRef>,
    /// Open steps with another date: as it is, and as it would be.
    pub dates: Vec<(StepRef, Option<Timestamp>, Option<Timestamp>)>,
    /// Open steps with another owner.
    pub owners: Vec<(StepRef, Role)>,
}

impl State {
    /// The version of the handbook that the case is pinned to.
    pub fn handbook(&self) -> &str {
        self.moved_to.as_deref().unwrap_or(&self.opening.handbook)
    }

    /// What the events of a move would do.
    pub fn move_view(&self, events: &[CaseEvent]) -> MoveView {
        let mut view = MoveView::default();
        for event in events {
            match event {
                CaseEvent::HandbookMoved(decided) => {
                    for MovedStep { step, role, clock } in &decided.steps {
                        let state = self.steps.get(step);
                        let was = state.and_then(|state| Some(state.clock.as_ref()?.due));
                        let is = clock.as_ref().map(|clock| clock.due);
                        view.dates.extend((was != is).then(|| (step.clone(), was, is)));
                        view.owners.extend(state.is_some_and(|s| s.role != *role).then(|| (step.clone(), *role)));
                    }
                }
                CaseEvent::StepEnded(step, _) => view.ends.push(step.clone()),
                CaseEvent::StepOpened { step, .. } => view.opens.push(step.clone()),
                _ => {}
            }
        }
        view
    }
}

impl Case {
    /// Moves the case to the version of `today`. Steps that ended stay as they ended; open steps keep what was written and
    /// get the owner and deadline of the new version, counted from their own start; open steps that it does not have end
    /// as not applicable; what it opens, opens.
    pub fn move_handbook(
        &self,
        by: OfficerId,
        reason: Redacted<String>,
        today: &Today<'_>,
    ) -> Result<Vec<CaseEvent>, Problem> {
        self.writable()?;
        let (from, to) = (self.handbook().to_owned(), today.handbook.version.clone());
        if from == to {
            return Err(Problem::at("case.same-handbook", to));
        }
        some_text(&reason, "case.reason-missing")?;
        let gone = self.open_steps().map(|(step, _)| step).filter(|step| today.handbook.step(&step.0).is_none());
        let why = || Redacted::new(format!("{from} -> {to}"));
        let ended: Vec<CaseEvent> =
            gone.map(|step| CaseEvent::StepEnded(step.clone(), StepEnd::NotApplicable(why()))).collect();
        let steps = self.moved_steps(today);
        let mut events = vec![CaseEvent::HandbookMoved(Box::new(HandbookMove {
            from: from.clone(),
            to: to.clone(),
            by,
            reason,
            steps,
        }))];
        events.extend(ended);
        self.settled(events, today)
    }

    fn moved_steps(&self, today: &Today<'_>) -> Vec<MovedStep> {
        let open = self.open_steps().filter_map(|(step, state)| Some((step, state, today.handbook.step(&step.0)?)));
        let moved = open.filter_map(|(step, state, known)| {
            let clock = super::steps::clock_under(self, (step, state), known, today);
            let same = clock == state.clock && state.role == known.role;
            (!same).then(|| MovedStep { step: step.clone(), role: known.role, clock })
        });
        moved.collect()
    }
}
