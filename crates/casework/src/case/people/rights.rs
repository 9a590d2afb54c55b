//! Requests of the person about her data, and what follows from the answers.

use crate::case::{Case, CaseEvent, State, Today, short_text};
use crate::clock::Clock;
use crate::consent::GivenBy;
use crate::matter::{Attorney, Claim, Hearing, Matter};
use crate::rights::{
    CopiedClaim, CopiedConsent, CopiedHearing, CopiedMatter, Granted, PersonCopy, Review, Right, RightAnswer, RightAsk,
    RightRequest,
};
use crate::words::{Category, Purpose, Urgency};
use base::{OfficerId, Problem, Redacted, Timestamp};
use std::collections::BTreeMap;

/// Requests of one case; a person who asks more often is answered by word.
const REQUESTS_MAX: usize = 200;

impl State {
    /// Open requests, the first due first.
    pub fn open_rights(&self) -> impl Iterator<Item = (u16, &RightRequest)> {
        self.rights.iter().filter(|(_, request)| request.answer.is_none()).map(|(no, request)| (*no, request))
    }

    /// A police report or a hearing: erasure waits until the case is settled (UU 27/2022 art. 44).
    fn has_legal_case(&self) -> bool {
        let facts = ["reported_to_police", "hearing_set"];
        self.done_count("ID-6") > 0 || facts.iter().any(|fact| self.facts.contains(*fact))
    }

    fn request(&self, no: u16) -> Result<&RightRequest, Problem> {
        self.rights.get(&no).ok_or_else(|| Problem::at("right.unknown", no.to_string()))
    }

    /// The copy that a granted request gives her: her own data. Nothing about other people, about recruiters, about
    /// officers; no notes; nothing that the answer left out.
    pub fn copy_for_person(&self, no: u16, now: Timestamp) -> Result<PersonCopy, Problem> {
        let request = self.request(no)?;
        let gives = matches!(request.ask.right, Right::Access | Right::Portability);
        let answer = request.answer.as_ref().filter(|(answer, _)| gives && answer.granted != Granted::Refused);
        let (answer, _) = answer.ok_or_else(|| Problem::at("right.not-granted", no.to_string()))?;
        let hers = |field: &str| {
            Category::of(field).is_some_and(|c| c != Category::Recruiter && !answer.left_out.contains(&c))
        };
        let fields: BTreeMap<String, Redacted<String>> = self
            .field_names(None)
            .into_iter()
            .filter(|field| hers(field))
            .filter_map(|field| Some((field.clone(), self.field(None, &field)?)))
            .collect();
        Ok(PersonCopy {
            copy: 1,
            alias: self.opening.alias.clone(),
            made_at: now,
            fields,
            consents: self.consents.values().filter(|consent| consent.person.is_none()).map(copied).collect(),
            shared: self
                .offers
                .values()
                .map(|line| (line.to.party.clone(), line.to.purpose.word().to_owned()))
                .collect(),
            matter: (!answer.left_out.contains(&Category::Legal)).then(|| copied_matter(&self.matter)).flatten(),
            trace: self.timeline.iter().map(|line| (line.at, line.kind.clone())).collect(),
        })
    }
}

fn copied(consent: &crate::Consent) -> CopiedConsent {
    CopiedConsent {
        code: consent.code.word().to_owned(),
        purpose: consent.purpose.map(Purpose::word).map(str::to_owned),
        receiver: consent.receiver.as_ref().map(|receiver| receiver.party.clone()),
        from: consent.from,
        until: consent.until,
        withdrawn: consent.withdrawn,
    }
}

fn copied_matter(matter: &Matter) -> Option<CopiedMatter> {
    let hearing = |hearing: &Hearing| CopiedHearing {
        on: hearing.plan.on.clone(),
        time: hearing.plan.time.clone(),
        venue: hearing.plan.venue,
        about: hearing.plan.about.clone(),
        came: hearing.ended.as_ref().map(|(_, came, _)| came.clone()),
    };
    let claim = |(no, claim): (&u16, &Claim)| CopiedClaim {
        kind: claim.kind,
        about: claim.about.clone(),
        filed: claim.filed.clone(),
        answers: claim.answers.clone(),
        ended: claim.ended.clone(),
        losses: matter.losses_of(*no).into_iter().map(|(_, loss)| (loss.kind, loss.what.clone(), loss.sum)).collect(),
    };
    let attorney = |one: &Attorney| (one.on.clone(), one.scope.clone(), one.ended.as_ref().map(|(on, _)| on.clone()));
    (!matter.is_empty()).then(|| CopiedMatter {
        attorneys: matter.attorneys.values().map(attorney).collect(),
        hearings: matter.hearings.values().map(hearing).collect(),
        claims: matter.claims.iter().map(claim).collect(),
    })
}

impl Case {
    /// A guardian who is a suspect speaks for nobody: what he asks is recorded and can only be refused.
    fn asked_by_a_suspect(&self, ask: &RightAsk) -> bool {
        ask.by == GivenBy::Guardian && self.guardian_is_suspect()
    }

    /// Records a request, in any state of the case. Its clock starts now; a withdrawal acts at once and is answered.
    pub fn ask_right(&self, ask: RightAsk, by: OfficerId, today: &Today<'_>) -> Result<Vec<CaseEvent>, Problem> {
        ask.check()?;
        for text in [&ask.about, &ask.way] {
            short_text(text, "right")?;
        }
        if self.rights.len() >= REQUESTS_MAX {
            return Err(Problem::at("right.too-many", REQUESTS_MAX.to_string()));
        }
        let no = self.rights.last_key_value().map_or(1, |(no, _)| no.saturating_add(1));
        let deadline = ask.right.deadline();
        let clock = Clock::start(today.now, &deadline, Urgency::Red, today.place, today.calendar);
        let consent = ask.consent.filter(|_| ask.right == Right::Withdrawal);
        if consent.is_some() && self.asked_by_a_suspect(&ask) {
            // What he gave is withdrawn already; what the authority gave is not his to take back.
            return Err(Problem::new("right.dangerous-asker"));
        }
        let mut events =
            vec![CaseEvent::RightAsked(no, Box::new(RightRequest { ask, clock, review: None, answer: None }))];
        if let Some(id) = consent {
            let consent = self.consents.get(&id).ok_or_else(|| Problem::new("consent.unknown"))?;
            events.extend(consent.withdrawn.is_none().then_some(CaseEvent::ConsentWithdrawn(id)));
            let (granted, reason) = (Granted::Whole, Redacted::default());
            let answer = RightAnswer { granted, ground: None, left_out: [].into(), reason, by };
            events.push(CaseEvent::RightAnswered(no, answer));
        }
        Ok(events)
    }

    /// A second officer looks whether it is safe for her and others: the way of delivery, who could see it, who is named.
    pub fn review_right(&self, no: u16, review: Review) -> Result<Vec<CaseEvent>, Problem> {
        let request = self.request(no)?;
        short_text(&review.note, "note")?;
        if review.is_safe() && self.asked_by_a_suspect(&request.ask) {
            return Err(Problem::new("right.dangerous-asker"));
        }
        if request.answer.is_some() {
            return Err(Problem::at("right.answered", request.ask.right.word()));
        }
        Ok(vec![CaseEvent::RightReviewed(no, review)])
    }

    /// Answers a request. A granted restriction stops every new offer until it is lifted.
    pub fn answer_right(&self, no: u16, answer: RightAnswer) -> Result<Vec<CaseEvent>, Problem> {
        short_text(&answer.reason, "reason")?;
        let request = self.request(no)?;
        if answer.granted != Granted::Refused && self.asked_by_a_suspect(&request.ask) {
            return Err(Problem::new("right.dangerous-asker"));
        }
        request.check(&answer, self.has_legal_case())?;
        Ok(vec![CaseEvent::RightAnswered(no, answer)])
    }

    /// She wishes that sharing goes on.
    pub fn lift_restriction(&self, reason: Redacted<String>) -> Result<Vec<CaseEvent>, Problem> {
        crate::case::some_text(&reason, "case.reason-missing")?;
        if !self.restricted {
            return Err(Problem::new("right.not-restricted"));
        }
        Ok(vec![CaseEvent::RestrictionLifted { reason }])
    }

    /// Alarms of requests: they ring in any state of the case.
    pub(in crate::case) fn right_alarms(&self, now: Timestamp) -> Vec<CaseEvent> {
        let risen = self.open_rights().map(|(no, request)| (no, request.clock.alarm_level(now), request.clock.level));
        risen
            .filter(|(_, level, raised)| level > raised)
            .map(|(no, level, _)| CaseEvent::RightAlarm(no, level))
            .collect()
    }
}

/// Whether a restriction stands in the way of sharing.
pub(in crate::case) const fn may_share(state: &State) -> Result<(), Problem> {
    if state.restricted { Err(Problem::new("offer.restricted")) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
