//! Guests of a case: who may be let in, once she said that there is no conflict, and what ends it without anybody's press.

use super::people::may_share;
use super::{Case, CaseEvent, State};
use crate::guest::{GuestAccess, GuestEnd, GuestMove};
use base::{ConsentId, OfficerId, Problem, Timestamp};

impl State {
    pub(super) fn apply_guest(&mut self, guest: OfficerId, moved: &GuestMove, at: Timestamp) {
        match (moved, self.guests.get_mut(&guest)) {
            (GuestMove::LetIn(access), _) => drop(self.guests.insert(guest, (**access).clone())),
            (GuestMove::NoConflict, Some(access)) => drop(access.clear.get_or_insert(at)),
            (GuestMove::Ended(why), Some(access)) => drop(access.ended.get_or_insert((at, *why))),
            (_, None) => {}
        }
    }

    /// The case closes or goes, or a consent does: whoever rests on that is out, and a later opening or consent lets nobody
    /// back in by itself.
    pub(super) fn guests_go(&mut self, consent: Option<ConsentId>, at: Timestamp) {
        let why = if consent.is_some() { GuestEnd::Consent } else { GuestEnd::Closed };
        for access in self.guests.values_mut().filter(|access| consent.is_none_or(|id| access.consent == id)) {
            access.ended.get_or_insert((at, why));
        }
    }

    /// The way of a guest into this case, if it is not over.
    pub fn guest(&self, guest: OfficerId, now: Timestamp) -> Option<&GuestAccess> {
        self.guests.get(&guest).filter(|access| !access.is_over(now))
    }
}

impl Case {
    /// Whether anybody may be let in as a guest now: this node owns the case, and she did not ask that nothing be shared.
    pub fn may_let_in(&self) -> Result<(), Problem> {
        self.writable()?;
        may_share(self)
    }

    /// Lets a guest in. Who said that there is a conflict is not let in again.
    pub fn let_guest_in(&self, guest: OfficerId, access: GuestAccess) -> Result<Vec<CaseEvent>, Problem> {
        self.may_let_in()?;
        let known = self.guests.get(&guest);
        if known.is_some_and(|known| known.ended.is_some_and(|(_, why)| why == GuestEnd::Conflict)) {
            return Err(Problem::new("guest.conflicted"));
        }
        if known.is_some_and(|known| !known.is_over(access.at)) {
            return Err(Problem::new("guest.is-in"));
        }
        Ok(vec![CaseEvent::GuestMoved(guest, GuestMove::LetIn(Box::new(access)))])
    }

    /// What a guest says, or what ends her way in.
    pub fn move_guest(&self, guest: OfficerId, moved: GuestMove, now: Timestamp) -> Result<Vec<CaseEvent>, Problem> {
        if self.guest(guest, now).is_none() {
            return Err(Problem::new("guest.not-in"));
        }
        Ok(vec![CaseEvent::GuestMoved(guest, moved)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::tests::Story;
    use crate::case::{CloseReason, Closing};
    use base::NodeId;

    const OPENED_AT: Timestamp = Timestamp::from_seconds(1_795_402_800);
    const GUEST: OfficerId = OfficerId::from_bytes([7; 16]);

    fn access(consent: u8) -> GuestAccess {
        GuestAccess {
            body: NodeId::from_bytes([2; 16]),
            party: "lbh-mawar".into(),
            consent: ConsentId::from_bytes([consent; 16]),
            by: OfficerId::from_bytes([1; 16]),
            at: OPENED_AT,
            until: OPENED_AT.plus_hours(48),
            clear: None,
            ended: None,
        }
    }

    fn after(events: &[CaseEvent]) -> Case {
        let mut case = Story::new().case;
        for event in case.let_guest_in(GUEST, access(3)).unwrap().iter().chain(events) {
            case.apply(event, OPENED_AT.plus_hours(1));
        }
        case
    }

    fn ended(case: &Case) -> Option<GuestEnd> {
        case.guests[&GUEST].ended.map(|(_, why)| why)
    }

    #[test]
    fn closing_ends_it_and_opening_again_does_not_bring_it_back() {
        let closing = Closing {
            reason: CloseReason::PersonAsked,
            papers_returned: true,
            consents_reviewed: true,
            feedback_given: true,
            retain_until: None,
        };
        let mut case = after(&[CaseEvent::Closed(closing)]);
        assert_eq!(ended(&case), Some(GuestEnd::Closed));
        case.apply(&CaseEvent::Reopened { reason: base::Redacted::default() }, OPENED_AT);
        assert!(case.guest(GUEST, OPENED_AT.plus_hours(2)).is_none());
        assert!(case.let_guest_in(GUEST, access(4)).is_ok(), "somebody lets her in anew, or nobody does");
    }

    #[test]
    fn only_the_consent_that_it_rests_on_ends_it() {
        let withdrawn = |id: u8| CaseEvent::ConsentWithdrawn(ConsentId::from_bytes([id; 16]));
        assert_eq!(ended(&after(&[withdrawn(9)])), None);
        assert_eq!(ended(&after(&[withdrawn(3)])), Some(GuestEnd::Consent));
    }

    #[test]
    fn it_ends_with_its_day_and_nobody_moves_what_is_over() {
        let case = after(&[]);
        let at = |hours| OPENED_AT.plus_hours(hours);
        assert!(case.guest(GUEST, at(47)).is_some() && case.guest(GUEST, at(48)).is_none());
        assert_eq!(case.move_guest(GUEST, GuestMove::NoConflict, at(48)).unwrap_err().code.0, "guest.not-in");
        assert_eq!(case.let_guest_in(GUEST, access(3)).unwrap_err().code.0, "guest.is-in");
    }
}
