//! The case conference (SOP GV-1): what those decide who must know becomes a step with an owner.

use crate::case::{Case, CaseEvent, StepRef, Today};
use base::{OfficerId, Problem, Redacted};
use std::collections::BTreeMap;

/// The step of the handbook.
pub const CONFERENCE: &str = "GV-1";
/// Where its decisions and their owners are written (form F-31).
const WRITTEN: [&str; 2] = ["F-31.decisions", "F-31.owners"];

/// What a decision is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// No step of the handbook.
    Nothing,
    /// A step that is open.
    Running(StepRef),
    /// A further run of a step, opened by this decision.
    Further(String),
}

/// One decision of a conference.
#[derive(Clone, Debug)]
pub struct ConferenceDecision {
    /// The words.
    pub words: Redacted<String>,
    /// The step it is about.
    pub about: About,
    /// Who takes that step, by id and by the name the form shows.
    pub owner: Option<(OfficerId, Redacted<String>)>,
}

impl Case {
    /// The conference that is open, if one is.
    pub fn conference(&self) -> Option<&StepRef> {
        self.open_steps().map(|(step, _)| step).find(|step| step.0 == CONFERENCE)
    }

    /// The steps that a decision may open a further run of.
    pub fn may_be_opened<'a>(&'a self, today: &'a Today<'_>) -> impl Iterator<Item = &'a str> {
        today.handbook.steps.keys().map(String::as_str).filter(|id| self.open_step(id, today).is_ok())
    }

    /// Writes a decision into the form of the conference that is open, opens its step and gives it to its owner.
    pub fn decide_in_conference(
        &self,
        decision: &ConferenceDecision,
        today: &Today<'_>,
    ) -> Result<Vec<CaseEvent>, Problem> {
        let conference = self.conference().ok_or_else(|| Problem::new("conference.not-open"))?;
        if decision.words.expose().trim().is_empty() {
            return Err(Problem::new("conference.no-words"));
        }
        let (mut after, mut events) = (self.clone(), Vec::new());
        let mut add = |after: &mut Self, new: Vec<CaseEvent>| {
            for event in &new {
                after.apply(event, today.now);
            }
            events.extend(new);
        };
        let step = match &decision.about {
            About::Nothing => None,
            About::Running(step) => self.open_run(step).map(|_| Some(step.clone()))?,
            About::Further(id) => {
                let opened = self.open_step(id, today)?;
                add(&mut after, opened);
                after.open_steps().map(|(step, _)| step).find(|step| step.0 == *id).cloned()
            }
        };
        match (&step, &decision.owner) {
            (Some(step), Some((officer, _))) => {
                let taken = after.take_step(step, *officer, today)?;
                add(&mut after, taken);
            }
            (None, Some(_)) => return Err(Problem::new("conference.no-step")),
            _ => {}
        }
        let values = after.written(conference, decision, step.as_ref());
        let filled = after.fill_step(conference, values, today)?;
        add(&mut after, filled);
        Ok(events)
    }

    /// What the form says with this decision below those before it.
    fn written(
        &self,
        conference: &StepRef,
        decision: &ConferenceDecision,
        step: Option<&StepRef>,
    ) -> BTreeMap<String, Redacted<String>> {
        let step = step.map(|step| format!(" ({step})")).unwrap_or_default();
        let words = format!("{}{step}", decision.words.expose().trim());
        let owner = decision.owner.as_ref().map(|(_, name)| format!("{}{step}", name.expose()));
        let before = |name: &str| {
            let state = self.steps.get(conference);
            state
                .and_then(|state| state.values.get(name))
                .map(|text| format!("{}\n", text.expose()))
                .unwrap_or_default()
        };
        let lines = WRITTEN.into_iter().zip([Some(words), owner]);
        lines
            .filter_map(|(name, line)| Some((name.to_owned(), Redacted::new(format!("{}{}", before(name), line?)))))
            .collect()
    }
}
