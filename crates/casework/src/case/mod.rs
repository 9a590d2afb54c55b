//! The case: one person's matter, owned by one node at a time.
//!
//! [`Case`] is what its events add up to. Commands are methods that look at it and return the events that would follow;
//! [`Case::apply`] adds one. The steps of the handbook open by themselves: each command's events end with the steps
//! that its other events opened.
//!
//! Start reading at [`State`] (`state`); then `event`, `apply`, and the commands in `intake`, `record`, `steps`, `transfer`.

mod apply;
mod closing;
mod event;
mod guests;
mod intake;
mod legal_aid;
mod matter;
mod moving;
mod pairs;
mod people;
mod record;
mod run;
mod state;
mod steps;
mod transfer;
mod view;

pub use event::{CaseEvent, OfferedTo};
pub use moving::{HandbookMove, MoveView, MovedStep};
pub use people::access::{IN_NEED_HOURS, InNeed, accuses};
pub use people::leaving::Successor;
pub use run::StepRef;
pub use state::{
    Assignment, CloseReason, Closing, Decision, Note, OfferAt, OfferLine, Opening, Ownership, Person, PlanItem,
    PlanState, Proposal, Shield, State, StepEnd, StepState, Watch, WithoutConsent,
};
pub use steps::{About, CONFERENCE, ConferenceDecision, ESCALATION};
pub use transfer::Taken;
pub use view::{Cut, LineView, TimelineLine};

use crate::clock::{Calendar, Clock};
use crate::handbook::Handbook;
use crate::words::{Category, Urgency};
use base::{Place, Problem, Redacted, Timestamp};
use serde::{Deserialize, Serialize};
use std::ops::Deref;

/// Longest text of a note, reason or form value, in bytes; a whole account fits, and an event stays far below its limit.
pub const TEXT_BYTES_MAX: usize = 8_192;
/// All values of one form post, in bytes: one event, with room to spare below `base::limits::EVENT_BYTES_MAX`.
pub const FORM_VALUES_BYTES_MAX: usize = 49_152;
/// Lines of the timeline that the state keeps; the journal keeps all.
pub const TIMELINE_MAX: usize = 200;

/// What holds today: the time, the handbook and calendar of this node, and its place.
#[derive(Clone, Copy, Debug)]
pub struct Today<'a> {
    /// The present.
    pub now: Timestamp,
    /// The version the case is pinned to.
    pub handbook: &'a Handbook,
    /// Holidays.
    pub calendar: &'a Calendar,
    /// The place of this node; its local time and holidays count.
    pub place: &'a Place,
}

impl Today<'_> {
    /// When a step that begins now would be due; for an answer (XR-2), the clock that an offer states.
    pub fn due(&self, step: &str, urgency: Urgency) -> Option<Timestamp> {
        let deadline = self.handbook.step(step)?.deadline.as_ref()?;
        Some(Clock::start(self.now, deadline, urgency, self.place, self.calendar).due)
    }
}

/// A case. Its state can be read by all and changed by events alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Case(State);

impl Deref for Case {
    type Target = State;
    fn deref(&self) -> &State {
        &self.0
    }
}

impl Case {
    /// The case that begins with this event; `None` if it is not an opening.
    pub fn begin(event: &CaseEvent, at: Timestamp) -> Option<Self> {
        let CaseEvent::Opened(opening) = event else { return None };
        let mut case = Self(State::new(opening, at));
        case.remember(event, at);
        Some(case)
    }

    /// The case that all these events add up to.
    pub fn fold<'a>(events: impl IntoIterator<Item = (&'a CaseEvent, Timestamp)>) -> Option<Self> {
        let mut case: Option<Self> = None;
        for (event, at) in events {
            match &mut case {
                Some(case) => case.apply(event, at),
                None => case = Self::begin(event, at),
            }
        }
        case
    }

    /// Adds one event.
    pub fn apply(&mut self, event: &CaseEvent, at: Timestamp) {
        self.0.apply(event, at);
        self.remember(event, at);
    }

    fn remember(&mut self, event: &CaseEvent, at: Timestamp) {
        // Nobody did it; what the index keeps follows from fields, whose own lines stand here.
        if matches!(event, CaseEvent::Waits(_) | CaseEvent::Indexed(_)) {
            return;
        }
        let timeline = &mut self.0.timeline;
        timeline.push(TimelineLine { at, kind: event.kind().to_owned(), about: apply::about(event) });
        if timeline.len() > TIMELINE_MAX {
            timeline.remove(0);
        }
    }

    /// The events of a command, followed by the steps they open.
    fn settled(&self, first: Vec<CaseEvent>, today: &Today<'_>) -> Result<Vec<CaseEvent>, Problem> {
        let mut after = self.clone();
        for event in &first {
            after.apply(event, today.now);
        }
        after.settle(first, today)
    }

    /// The same for a case to which they are applied already.
    fn settle(mut self, mut events: Vec<CaseEvent>, today: &Today<'_>) -> Result<Vec<CaseEvent>, Problem> {
        if self.handbook() != today.handbook.version {
            return Err(Problem::at("case.other-handbook", self.handbook()));
        }
        for event in self.of_a_suspect_guardian() {
            self.apply(&event, today.now);
            events.push(event);
        }
        events.extend(steps::opened_by_themselves(&mut self, today));
        let look_at = steps::next_look(&self, today.handbook, today.now);
        if look_at != self.look_at && self.closed.is_none() && self.ownership.other.is_none() {
            events.push(CaseEvent::Waits(look_at));
        }
        Ok(events)
    }

    /// Only the owner changes an open case.
    fn run_here(&self) -> Result<(), Problem> {
        if self.ownership.other.is_some() {
            return Err(Problem::new("case.not-owner"));
        }
        if self.closed.is_some() { Err(Problem::new("case.closed")) } else { Ok(()) }
    }

    /// The same for one that is not frozen. Who works on it may be named at any time: somebody must decide what becomes of it.
    pub fn writable(&self) -> Result<(), Problem> {
        self.run_here()?;
        if self.frozen {
            return Err(Problem::new("case.frozen"));
        }
        Ok(())
    }
}

/// A text that must say something and stay within bounds.
pub(crate) fn some_text(text: &Redacted<String>, code: &'static str) -> Result<(), Problem> {
    if text.expose().trim().is_empty() {
        return Err(Problem::new(code));
    }
    short_text(text, code)
}

pub(crate) fn short_text(text: &Redacted<String>, at: &'static str) -> Result<(), Problem> {
    if text.expose().len() > TEXT_BYTES_MAX { Err(Problem::at("case.text-too-long", at)) } else { Ok(()) }
}

/// The field name of a category that this field list writes.
pub(crate) fn category_of(field: &str) -> Result<Category, Problem> {
    Category::of(field).ok_or_else(|| Problem::at("case.unknown-field", field))
}

#[cfg(test)]
mod tests;
