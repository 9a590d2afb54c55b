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
