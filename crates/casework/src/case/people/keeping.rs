//! What keeps a case from being erased, and how two officers have it erased.

use crate::case::{Case, CaseEvent, OfferAt, OfferLine, State, some_text};
use crate::erasure::{ErasureBasis, ErasureProposal, Hold, Kept, Retention};
use crate::offer::OfferKind;
use crate::rights::{Granted, Right, RightAnswer, RightRequest};
use crate::words::Category;
use base::{OfficerId, Problem, Redacted, Timestamp};
use std::collections::BTreeSet;

impl State {
    /// When the retention of this case is over: of a closed one as its closure says, of one that another node owns the
    /// term of a referral from the day of the table on. An open case is kept.
    pub fn retained_until(&self, table: &Retention) -> Option<Timestamp> {
        if let Some((closing, at)) = &self.closed {
            return Some(closing.retain_until.unwrap_or_else(|| table.until(Kept::Case, *at)));
        }
        self.given_at.map(|at| table.until(Kept::Referral, at))
    }

    /// Whether she asked for it and it was granted; in part is enough for parts.
    fn erasure_was_granted(&self, whole: bool) -> bool {
        let granted =
            |answer: &RightAnswer| answer.granted == Granted::Whole || (!whole && answer.granted == Granted::InPart);
        let answered = |request: &RightRequest| {
            request.ask.right == Right::Erasure && request.answer.as_ref().is_some_and(|(answer, _)| granted(answer))
        };
        self.rights.values().any(answered)
    }

    /// Whether all of it may be erased on this basis now. A hold comes first: nothing gets past it.
    pub fn may_be_erased(
        &self,
        (basis, parts): (ErasureBasis, &BTreeSet<Category>),
        now: Timestamp,
        table: &Retention,
    ) -> Result<(), Problem> {
        if let Some(part) = parts.iter().find(|part| !part.is_narrow()) {
            return Err(Problem::at("erase.not-apart", part.word()));
        }
        if let Some(hold) = &self.hold {
            return Err(Problem::at("erase.on-hold", hold.review_at.date()));
        }
        let moving = |line: &OfferLine| match line.at {
            OfferAt::Open => true,
            // What runs needs the parts that would go; a whole erasure asks the receiver to erase as well.
            OfferAt::Running => line.to.kind == OfferKind::Handover || !parts.is_empty(),
            OfferAt::Ended => false,
        };
        if self.offers.values().any(moving) {
            return Err(Problem::new("erase.offer-open"));
        }
        match basis {
            ErasureBasis::Request if !self.erasure_was_granted(parts.is_empty()) => {
                Err(Problem::new("erase.not-granted"))
            }
            ErasureBasis::Retention => match self.retained_until(table) {
                Some(until) if until <= now => Ok(()),
                Some(until) => Err(Problem::at("erase.kept-until", until.date())),
                None => Err(Problem::new("erase.still-open")),
            },
            ErasureBasis::Request | ErasureBasis::Unlawful => Ok(()),
        }
    }
}

impl Case {
    /// Places a hold, or renews it with a later day of review.
    pub fn place_hold(&self, hold: Hold) -> Result<Vec<CaseEvent>, Problem> {
        hold.check()?;
        Ok(vec![CaseEvent::HoldPlaced(hold)])
    }

    /// The matter is settled.
    pub fn lift_hold(&self, by: OfficerId, reason: Redacted<String>) -> Result<Vec<CaseEvent>, Problem> {
        some_text(&reason, "case.reason-missing")?;
        match &self.hold {
            Some(_) => Ok(vec![CaseEvent::HoldLifted { by, reason }]),
            None => Err(Problem::new("hold.none")),
        }
    }

    /// The first officer proposes that all of it is erased.
    pub fn propose_erasure(&self, proposal: ErasureProposal, table: &Retention) -> Result<Vec<CaseEvent>, Problem> {
        some_text(&proposal.reason, "case.reason-missing")?;
        self.may_be_erased((proposal.basis, &proposal.parts), proposal.at, table)?;
        Ok(vec![CaseEvent::ErasureProposed(proposal)])
    }

    /// It is not erased after all.
    pub fn drop_erasure(&self, by: OfficerId, reason: Redacted<String>) -> Result<Vec<CaseEvent>, Problem> {
        some_text(&reason, "case.reason-missing")?;
        self.erasure.as_ref().ok_or_else(|| Problem::new("erase.not-proposed"))?;
        Ok(vec![CaseEvent::ErasureDropped { by, reason }])
    }

    /// Whether this officer, the second one, may have it erased now. All is asked once more: a hold may have come since.
    pub fn confirms_erasure(
        &self,
        by: OfficerId,
        now: Timestamp,
        table: &Retention,
    ) -> Result<&ErasureProposal, Problem> {
        let proposal = self.erasure.as_ref().ok_or_else(|| Problem::new("erase.not-proposed"))?;
        if proposal.by == by {
            return Err(Problem::new("erase.second-officer"));
        }
        self.may_be_erased((proposal.basis, &proposal.parts), now, table)?;
        Ok(proposal)
    }
}

#[cfg(test)]
mod tests;
