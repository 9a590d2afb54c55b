//! What time does to the steps of a case: warnings, escalation, steps that time alone opens.

use super::opens;
use crate::case::{Case, CaseEvent, State, Today, Watch};
use crate::words::Level;
use base::{Problem, Timestamp};

/// The step that an alarm opens.
pub const ESCALATION: &str = "GV-2";

impl State {
    /// When time next asks for something: an alarm of a clock, or a step that opens by time alone.
    pub fn next_alarm_at(&self) -> Option<Timestamp> {
        let steps = self.open_steps().filter_map(|(_, state)| state.clock.as_ref()?.next_at());
        let rights = self.open_rights().filter_map(|(_, request)| request.clock.next_at());
        let aid = self.aid_clocks().filter_map(|(_, clock)| clock.next_at());
        let hearings = self.hearing_clocks().filter_map(|(_, clock)| clock.next_at());
        steps.chain(rights).chain(aid).chain(hearings).chain(self.look_at.filter(|_| self.closed.is_none())).min()
    }
}

impl Case {
    /// Raises what time has raised, only the highest level each. At 100 % the next level is asked (GV-2): first the head
    /// of the district task force; an escalation that is itself late goes to the province, then to the national level.
    /// Then what time alone opens.
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
                new.extend(watch.zip(escalation).map(|(watch, step)| opens::opened(&after, step, today, Some(watch))));
            }
            for event in &new {
                after.apply(event, today.now);
            }
            events.extend(new);
        }
        events.extend(self.right_alarms(today.now));
        events.extend(self.hearing_alarms(today.now));
        let aid = after.aid_alarms(today);
        for event in &aid {
            after.apply(event, today.now);
        }
        events.extend(aid);
        // Alarms ring whatever version is here; steps open under the one that the case is pinned to.
        if after.handbook() == today.handbook.version {
            events.extend(after.settled(Vec::new(), today)?);
        }
        Ok(events)
    }
}
