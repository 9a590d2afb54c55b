//! Requests for legal aid: one at a time for each person; its clock; what follows when the chain moves or ends.

use super::steps::opens;
use super::{Case, CaseEvent, ESCALATION, State, StepRef, Today, Watch};
use crate::aid::{AidMove, AidRequest, AidState};
use crate::words::Level;
use base::{PersonId, Problem, ThreadId, Timestamp};

/// The steps a request belongs to: of the person, and of her family.
const STEPS: [&str; 2] = ["LE-2", "FA-2"];

impl State {
    /// The request that an offer was made for.
    pub fn aid_of(&self, thread: ThreadId, offer_no: u32) -> Option<(u16, &AidRequest)> {
        let is_last = |request: &AidRequest| {
            request.asked.last().is_some_and(|asked| asked.thread == thread && asked.offer_no == offer_no)
        };
        self.aid.iter().find(|(_, request)| is_last(request)).map(|(no, request)| (*no, request))
    }

    /// The request of a person that still runs.
    pub fn aid_running(&self, person: Option<PersonId>) -> Option<(u16, &AidRequest)> {
        let runs = |request: &AidRequest| request.person == person && request.state.is_running();
        self.aid.iter().find(|(_, request)| runs(request)).map(|(no, request)| (*no, request))
    }

    pub(super) fn aid_clocks(&self) -> impl Iterator<Item = (u16, &crate::Clock)> {
        self.aid.iter().filter(|(_, request)| request.state.is_running()).map(|(no, request)| (*no, &request.clock))
    }

    pub(super) fn apply_aid(&mut self, no: u16, moved: &AidMove, at: Timestamp) {
        let Some(request) = self.aid.get_mut(&no) else { return };
        match moved {
            AidMove::Asked(asked) => request.asked.push(asked.clone()),
            AidMove::Answered(word) => {
                if let Some(asked) = request.asked.last_mut() {
                    asked.answer = Some(word.clone());
                }
            }
            AidMove::Passed(node, code) => request.passed.push((*node, code.clone())),
            AidMove::Alarm(level) => request.clock.level = request.clock.level.max(*level),
            AidMove::Stands(state) => {
                request.state = *state;
                if !state.is_running() {
                    request.clock = request.clock.clone().stopped(at);
                }
            }
        }
    }
}

impl Case {
    /// A request is made. One that runs for the same person is seen to its end first.
    pub fn request_aid(&self, request: AidRequest) -> Result<Vec<CaseEvent>, Problem> {
        self.writable()?;
        if request.person.is_some_and(|id| !self.people.contains_key(&id)) {
            return Err(Problem::new("case.unknown-person"));
        }
        if let Some((no, _)) = self.aid_running(request.person) {
            return Err(Problem::at("legal-aid.running", no.to_string()));
        }
        let no = self.aid.last_key_value().map_or(1, |(no, _)| no.saturating_add(1));
        Ok(vec![CaseEvent::AidRequested(no, Box::new(request))])
    }

    /// The chain moves. Where nobody is left to ask, the coordinator is: the escalation opens at once (GV-2).
    pub fn move_aid(&self, no: u16, moved: AidMove, today: &Today<'_>) -> Vec<CaseEvent> {
        let exhausted = moved == AidMove::Stands(AidState::Exhausted);
        let mut events = vec![CaseEvent::AidMoved(no, moved)];
        if exhausted && self.writable().is_ok() {
            events.extend(self.aid_escalation(no, today));
        }
        events
    }

    fn aid_escalation(&self, no: u16, today: &Today<'_>) -> Option<CaseEvent> {
        let of_family = self.aid.get(&no)?.person.is_some();
        let [own, family] = STEPS;
        let step = if of_family { family } else { own };
        let run = self.runs(step).last().map_or(1, |(StepRef(_, run), _)| *run);
        let watch = Watch { step: StepRef(step.to_owned(), run), level: Level::District };
        let escalation = today.handbook.step(ESCALATION)?;
        Some(opens::opened(self, escalation, today, Some(watch)))
    }

    /// Alarms of requests; silence past the law's time is the coordinator's, and an escalation that is late itself goes on to
    /// the province.
    pub(super) fn aid_alarms(&self, today: &Today<'_>) -> Vec<CaseEvent> {
        let mut after = self.clone();
        let mut events = Vec::new();
        for (no, clock) in self.aid_clocks() {
            let level = clock.alarm_level(today.now);
            if level <= clock.level {
                continue;
            }
            let mut new = vec![CaseEvent::AidMoved(no, AidMove::Alarm(level))];
            if level == 100 && self.writable().is_ok() {
                new.extend(after.aid_escalation(no, today));
            }
            for event in &new {
                after.apply(event, today.now);
            }
            events.extend(new);
        }
        events
    }
}
