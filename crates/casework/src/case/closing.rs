//! Closing and coming back (SOP RE-4, 6.7): the door stays open.

use super::{Case, CaseEvent, CloseReason, Closing, State, StepRef, Today, some_text};
use crate::erasure::{Kept, Retention};
use crate::handbook::Condition;
use crate::words::{Outcome, Profile};
use base::{Problem, Redacted, Timestamp};

/// Contact counts as lost after so many tries in vain within so many days (SOP RE-4).
const LOST: Condition = Condition::Unreached { tries: 3, days: 90 };
/// The screening and three tries to reach her again (SOP 6.2).
const SCREENINGS_MAX: u16 = 4;
/// Where she stays, and where she leaves.
const PLACEMENT: &str = "SO-1";
const LEAVING: &str = "SO-5";
const CLOSURE: &str = "RE-4";

impl State {
    /// Until when the file is kept if it is closed now, by the table of retention. A child whose birth date is not known
    /// is taken as new-born, so that the file is never destroyed too early.
    pub fn kept_until(&self, now: Timestamp, table: &Retention) -> Timestamp {
        let usual = table.until(Kept::Case, now);
        if self.profile == Profile::Adult {
            return usual;
        }
        let birth = self.fields.get("identity.birth_date").and_then(|date| date.expose().trim().parse().ok());
        let grown = table.until_date(Kept::ChildToAge, birth.or_else(|| now.date().parse().ok()));
        usual.max(grown.unwrap_or(usual))
    }

    /// What is not settled yet, in the order in which people see to it.
    fn unsettled(&self, closing: &Closing) -> Option<&'static str> {
        let placed =
            Condition::Value { step: PLACEMENT.to_owned(), field: "F-11.result".to_owned(), is: "placed".to_owned() };
        let still_there = self.holds(&placed, self.opened_at) && !self.holds(&ended(LEAVING), self.opened_at);
        let missing = [
            (!still_there, LEAVING),
            (closing.papers_returned, "papers_returned"),
            (closing.consents_reviewed, "consents_reviewed"),
            (closing.feedback_given, "feedback_given"),
        ];
        missing.iter().find(|(there, _)| !there).map(|(_, what)| *what)
    }

    /// A reason that says something about the case must be true of it.
    fn fits(&self, reason: CloseReason, now: Timestamp) -> bool {
        let outcome = self.decision.as_ref().map(|decision| decision.outcome);
        match reason {
            CloseReason::LostContact => self.holds(&LOST, now),
            CloseReason::DoorOpen => {
                let tried = Condition::EndedTimes("ID-3".to_owned(), SCREENINGS_MAX);
                let declined = Condition::Declined("ID-3".to_owned());
                outcome == Some(Outcome::Incomplete) && (self.holds(&tried, now) || self.holds(&declined, now))
            }
            CloseReason::AdviceGiven => outcome.is_some_and(|outcome| outcome < Outcome::PossibleVictim),
            CloseReason::GoalsMet | CloseReason::PersonAsked | CloseReason::Died => true,
        }
    }
}

fn ended(step: &str) -> Condition {
    Condition::Ended(step.to_owned())
}

impl Case {
    /// Closes the case (RE-4). Papers returned, consents reviewed, feedback given to every referrer, retention set; no
    /// offer open; a reason that is true of it. Without a date of retention the default counts.
    pub fn close(&self, closing: &Closing, today: &Today<'_>) -> Result<Vec<CaseEvent>, Problem> {
        self.writable()?;
        if let Some(what) = self.unsettled(closing) {
            return Err(Problem::at("case.close-incomplete", what));
        }
        let retain_until =
            closing.retain_until.unwrap_or_else(|| self.kept_until(today.now, &today.handbook.retention));
        if retain_until <= today.now {
            return Err(Problem::at("case.close-incomplete", "retain_until"));
        }
        if !self.fits(closing.reason, today.now) {
            return Err(Problem::at("case.close-reason", closing.reason.word()));
        }
        if let Some(((_, no), _)) = self.offers.iter().find(|(_, line)| line.at != super::OfferAt::Ended) {
            return Err(Problem::at("case.close-offer-open", no.to_string()));
        }
        let mut events = self.closure_done(today);
        events.push(CaseEvent::Closed(Closing { retain_until: Some(retain_until), ..closing.clone() }));
        Ok(events)
    }

    /// The closure step ends as done, if its form is filled in.
    fn closure_done(&self, today: &Today<'_>) -> Vec<CaseEvent> {
        let open = self.open_steps().map(|(step, _)| step).find(|step| step.0 == CLOSURE);
        let done = |step: &StepRef| self.complete_step(step, today).unwrap_or_default();
        open.map(done).unwrap_or_default()
    }

    /// She came back: the door is open.
    pub fn reopen(&self, reason: Redacted<String>, today: &Today<'_>) -> Result<Vec<CaseEvent>, Problem> {
        if self.ownership.other.is_some() {
            return Err(Problem::new("case.not-owner"));
        }
        if self.closed.is_none() {
            return Err(Problem::new("case.not-closed"));
        }
        some_text(&reason, "case.reason-missing")?;
        self.settled(vec![CaseEvent::Reopened { reason }], today)
    }
}
