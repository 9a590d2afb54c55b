//! Offers of the case, and ownership. The thread decides on messages; here stands what the case
//! itself allows: only the owner offers, one handover at a time, one open offer for each person and peer (I1, I4).

use super::people::may_share;
use super::{Case, CaseEvent, HandbookMove, OfferAt, OfferLine, OfferedTo, Opening, Ownership, Today};
use crate::offer::{OfferKind, OwnNext};
use base::{ConsentId, NodeId, OfficerId, PersonId, Problem, Redacted, ThreadId};
use std::collections::{BTreeMap, BTreeSet};

/// An ownership that arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// From whom.
    pub from: NodeId,
    /// The number and the record before it.
    pub own: OwnNext,
    /// SHA-256 of the signed record.
    pub record: [u8; 32],
}

impl Case {
    /// What a handover would record: the next number, after the last record.
    pub fn own_next(&self) -> OwnNext {
        let Ownership { own_no, last, .. } = self.ownership;
        OwnNext { case: self.opening.id, own_no: own_no.saturating_add(1), last }
    }

    /// An offer goes out. The desk asked the accord; the thread numbers it.
    pub fn offer(
        &self,
        thread: ThreadId,
        offer_no: u32,
        to: OfferedTo,
        consents: BTreeSet<ConsentId>,
        extract_hash: [u8; 32],
    ) -> Result<Vec<CaseEvent>, Problem> {
        self.writable()?;
        self.may_offer(to.peer, to.person, to.kind)?;
        if let Some(id) = consents.iter().find(|id| self.consents.get(id).is_none_or(|c| c.withdrawn.is_some())) {
            return Err(Problem::at("consent.unknown", id.to_string()));
        }
        let line = OfferLine { to, at: OfferAt::Open, consents, extract_hash };
        Ok(vec![CaseEvent::OfferMade(thread, offer_no, line)])
    }

    /// Whether an offer of this kind, about this person (`None` is the person of the case), to this node can go out now.
    pub fn may_offer(&self, peer: NodeId, person: Option<PersonId>, kind: OfferKind) -> Result<(), Problem> {
        // A matter of counsel's own is about somebody whose case another node owns.
        if self.ownership.other.is_some() || self.matter.from.is_some() {
            return Err(Problem::new("offer.not-owner"));
        }
        may_share(self)?;
        if person.is_some_and(|id| !self.people.contains_key(&id)) {
            return Err(Problem::new("case.unknown-person"));
        }
        if person.is_some() && kind == OfferKind::Handover {
            return Err(Problem::new("offer.handover-whole"));
        }
        for ((_, no), line) in &self.offers {
            let same = line.to.peer == peer && line.to.person == person;
            let open = line.at == OfferAt::Open;
            let handover = line.at != OfferAt::Ended && line.to.kind == OfferKind::Handover;
            if (open && same) || (handover && kind == OfferKind::Handover) {
                return Err(Problem::at("offer.already-open", no.to_string()));
            }
            // A referral that this node still serves ends before the case goes there (situation S19).
            if same && line.at == OfferAt::Running {
                return Err(Problem::at("offer.wrong-state", no.to_string()));
            }
        }
        Ok(())
    }

    /// Whether a node is asked about this person, or serves her, so that no second referral about her can go to it.
    pub fn is_engaged(&self, peer: NodeId, person: Option<PersonId>) -> bool {
        let same = |line: &&OfferLine| line.to.peer == peer && line.to.person == person;
        self.offers.values().filter(same).any(|line| matches!(line.at, OfferAt::Open | OfferAt::Running))
    }

    /// The thread moved an offer.
    pub fn offer_moved(&self, thread: ThreadId, offer_no: u32, to: OfferAt) -> Vec<CaseEvent> {
        match self.offers.get(&(thread, offer_no)) {
            Some(line) if line.at != to => vec![CaseEvent::OfferMoved { thread, offer_no, to }],
            _ => vec![],
        }
    }

    /// The giver's commit of `given`: ownership and duty end here, clocks stop. `record` is the hash of the signed record.
    pub fn give_away(&self, to: NodeId, own: OwnNext, record: [u8; 32]) -> Result<Vec<CaseEvent>, Problem> {
        self.writable()?;
        if own != self.own_next() {
            return Err(Problem::at("own.wrong-number", own.own_no.to_string()));
        }
        Ok(vec![CaseEvent::OwnershipGiven { to, own, record }])
    }

    /// After a restore: a record that both signed says that this node gave the case and forgot it. Only a higher number
    /// changes anything.
    pub fn was_given(&self, to: NodeId, own: OwnNext, record: [u8; 32]) -> Vec<CaseEvent> {
        if own.case != self.opening.id || own.own_no <= self.ownership.own_no {
            return Vec::new();
        }
        vec![CaseEvent::OwnershipGiven { to, own, record }]
    }

    /// A case that was given away comes back. The number must rise (I3); the events after it open the steps anew.
    pub fn take_back(&self, taken: Taken, today: &Today<'_>) -> Result<Vec<CaseEvent>, Problem> {
        if self.ownership.other.is_none() {
            return Err(Problem::at("own.wrong-number", taken.own.own_no.to_string()));
        }
        self.take_again(taken, today)
    }

    /// The same after a restore that forgot that the case was ever given away.
    pub fn take_again(&self, taken: Taken, today: &Today<'_>) -> Result<Vec<CaseEvent>, Problem> {
        let Taken { from, own, record } = taken;
        if own.case != self.opening.id || own.own_no <= self.ownership.own_no {
            return Err(Problem::at("own.wrong-number", own.own_no.to_string()));
        }
        let mut events = vec![CaseEvent::OwnershipTaken { from, own, record }];
        // It began under a version that is no longer here: it is taken all the same, and the move is on record.
        if self.handbook() != today.handbook.version {
            let (from, to) = (self.handbook().to_owned(), today.handbook.version.clone());
            let reason = Redacted::new("serah terima".to_owned());
            let decided = HandbookMove { from, to, by: OfficerId::default(), reason, steps: Vec::new() };
            events.push(CaseEvent::HandbookMoved(Box::new(decided)));
        }
        self.settled(events, today)
    }

    /// A case that this node takes for the first time, with the fields that came. Acceptance is total: a field that
    /// this node does not know is kept as it is.
    pub fn take_over(
        opening: Opening,
        taken: Taken,
        fields: BTreeMap<String, Redacted<String>>,
        today: &Today<'_>,
    ) -> Result<Vec<CaseEvent>, Problem> {
        let Taken { from, own, record } = taken;
        if own.case != opening.id {
            return Err(Problem::at("own.wrong-number", own.own_no.to_string()));
        }
        let mut events = vec![CaseEvent::Opened(Box::new(opening)), CaseEvent::OwnershipTaken { from, own, record }];
        let came = |(field, value)| CaseEvent::FieldSet { person: None, field, value: Some(value) };
        events.extend(fields.into_iter().map(came));
        let folded = Self::fold(events.iter().map(|event| (event, today.now)));
        if let Some(case) = folded {
            events.extend(case.settled(vec![], today)?);
        }
        Ok(events)
    }

    /// Running referrals, named in a handover: their giver stays giver until they end.
    pub fn running_referrals(&self) -> impl Iterator<Item = (ThreadId, u32, &OfferLine)> {
        let running = |line: &OfferLine| line.at == OfferAt::Running && line.to.kind == OfferKind::Referral;
        self.offers.iter().filter(move |(_, line)| running(line)).map(|((thread, no), line)| (*thread, *no, line))
    }

    /// Freezes a file that was taken over, because a consent was withdrawn; or the case manager lifts it.
    pub fn freeze(&self, frozen: bool) -> Vec<CaseEvent> {
        if self.frozen == frozen { vec![] } else { vec![CaseEvent::Frozen(frozen)] }
    }
}
