//! How each event changes the state. Nothing is decided here.

use super::{
    CaseEvent, Decision, HandbookMove, InNeed, MovedStep, Note, Opening, Ownership, Proposal, State, StepEnd, StepState,
};
use crate::aid::AidMove;
use crate::offer::OfferKind;
use crate::rights::{Granted, Right};
use crate::words::Category;
use base::{Redacted, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// Tries to reach her that the state keeps; the journal keeps all.
const TRIES_MAX: usize = 32;

impl State {
    pub(super) fn new(opening: &Opening, at: Timestamp) -> Self {
        Self {
            opened_at: at,
            ownership: Ownership::default(),
            urgency: opening.urgency,
            authority: None,
            roles: opening.roles.clone(),
            profile: opening.profile,
            triage: opening.triage.clone(),
            screened: opening.screened,
            proposal: None,
            decision: opening.decided.map(|outcome| Decision { outcome, by: None, reason: None, at }),
            assignment: None,
            facts: BTreeSet::new(),
            wishes: BTreeSet::new(),
            plan: BTreeMap::new(),
            fields: BTreeMap::new(),
            people: BTreeMap::new(),
            consents: BTreeMap::new(),
            steps: BTreeMap::new(),
            offers: BTreeMap::new(),
            notes: Vec::new(),
            timeline: Vec::new(),
            frozen: false,
            reports: opening.report.into_iter().collect(),
            marks: BTreeSet::new(),
            closed: None,
            moved_to: None,
            raised: (!opening.triage.is_empty()).then_some(at),
            shield: None,
            tries: Vec::new(),
            rights: BTreeMap::new(),
            restricted: false,
            given_at: None,
            hold: None,
            erasure: None,
            look_at: None,
            barred: BTreeSet::new(),
            namesakes: BTreeSet::new(),
            left: BTreeSet::new(),
            in_need: Vec::new(),
            documents: Vec::new(),
            aid: BTreeMap::new(),
            guests: BTreeMap::new(),
            matter: Box::default(),
            opening: opening.clone(),
        }
    }

    pub(super) fn apply(&mut self, event: &CaseEvent, at: Timestamp) {
        match event {
            CaseEvent::Opened(_) => {}
            CaseEvent::Assigned(assignment) => self.assigned_to(assignment),
            CaseEvent::Classified { urgency, authority, .. } => {
                self.urgency = *urgency;
                self.authority = Some(*authority);
            }
            CaseEvent::Triaged(flags) => {
                if !flags.is_subset(&self.triage) {
                    self.raised = Some(at);
                }
                self.triage.clone_from(flags);
            }
            CaseEvent::Screened { outcome, .. } => self.screened = Some(*outcome),
            CaseEvent::RolesSet(roles) => self.roles.clone_from(roles),
            CaseEvent::ProfileSet(profile) => self.profile = *profile,
            CaseEvent::FactSet(word, holds) => set(&mut self.facts, word, *holds),
            CaseEvent::WishSet(word, holds) => set(&mut self.wishes, word, *holds),
            CaseEvent::PlanSet(no, item) => {
                self.plan.insert(*no, item.clone());
            }
            CaseEvent::PersonAdded(id, person) => {
                self.people.insert(*id, person.clone());
            }
            CaseEvent::ConsentGiven(consent) => {
                self.consents.insert(consent.id, (**consent).clone());
            }
            CaseEvent::ConsentWithdrawn(id) => {
                if let Some(consent) = self.consents.get_mut(id) {
                    consent.withdrawn.get_or_insert(at);
                }
                self.guests_go(Some(*id), at);
            }
            CaseEvent::Noted { by, text } => self.notes.push(Note { at, by: *by, text: text.clone() }),
            CaseEvent::Frozen(frozen) => self.frozen = *frozen,
            CaseEvent::ShutOut { officer, .. } => {
                self.barred.insert(*officer);
                self.namesakes.remove(officer);
            }
            CaseEvent::LetIn { officer, .. } => {
                self.barred.remove(officer);
                self.namesakes.insert(*officer);
            }
            CaseEvent::OpenedInNeed { by, reason } => {
                self.in_need.push(InNeed { by: *by, at, reason: reason.clone(), seen: None, over: false });
            }
            CaseEvent::OpeningSeen { no, by } => {
                if let Some(opened) = self.in_need.get_mut(usize::from(*no)) {
                    opened.seen = Some((*by, at));
                }
            }
            CaseEvent::OfficerLeft { officer, .. } => self.without(*officer),
            CaseEvent::ReportLinked(report) => self.reports.push(*report),
            CaseEvent::Indexed(marks) => self.marks.clone_from(marks),
            CaseEvent::Closed(closing) => {
                self.closed = Some((closing.clone(), at));
                self.leave(at);
            }
            CaseEvent::Reopened { .. } => self.closed = None,
            CaseEvent::GuestMoved(guest, moved) => self.apply_guest(*guest, moved, at),
            _ => self.apply_more(event, at),
        }
    }

    fn apply_more(&mut self, event: &CaseEvent, at: Timestamp) {
        match event {
            CaseEvent::PresumptionProposed { outcome, by, reason } => {
                self.proposal = Some(Proposal { outcome: *outcome, by: *by, reason: reason.clone() });
            }
            CaseEvent::PresumptionDecided { outcome, by } => {
                let reason = self.proposal.take().and_then(|proposal| proposal.reason);
                self.decision = Some(Decision { outcome: *outcome, by: Some(*by), reason, at });
            }
            CaseEvent::PresumptionRejected { .. } => self.proposal = None,
            CaseEvent::FieldSet { person, field, value } => {
                let fields = match person {
                    None => Some(&mut self.fields),
                    Some(id) => self.people.get_mut(id).map(|person| &mut person.fields),
                };
                if let Some(fields) = fields {
                    set_field(fields, field, value.as_ref());
                }
            }
            CaseEvent::FieldsRemoved(categories) => self.lose(categories),
            CaseEvent::OfferMade(thread, no, line) => {
                self.offers.insert((*thread, *no), line.clone());
            }
            CaseEvent::OfferMoved { thread, offer_no, to } => {
                if let Some(line) = self.offers.get_mut(&(*thread, *offer_no)) {
                    line.at = *to;
                }
            }
            CaseEvent::OwnershipGiven { to, own, record } => {
                self.ownership = Ownership { other: Some(*to), own_no: own.own_no, last: *record };
                self.given_at = Some(at);
                self.leave(at);
            }
            CaseEvent::OwnershipTaken { own, record, .. } => {
                self.ownership = Ownership { other: None, own_no: own.own_no, last: *record };
                (self.closed, self.given_at) = (None, None);
                for line in self.offers.values_mut().filter(|line| line.to.kind == OfferKind::Handover) {
                    line.at = super::OfferAt::Ended;
                }
            }
            CaseEvent::Shielded(shield) => self.shield = Some(shield.clone()),
            CaseEvent::ContactTried { reached, .. } => {
                self.tries.push((at, *reached));
                if self.tries.len() > TRIES_MAX {
                    self.tries.remove(0);
                }
            }
            CaseEvent::Waits(until) => self.look_at = *until,
            CaseEvent::HandbookMoved(decided) => self.move_to(decided),
            CaseEvent::RightAsked(no, request) => {
                self.rights.insert(*no, (**request).clone());
            }
            CaseEvent::AidRequested(no, request) => {
                self.aid.insert(*no, (**request).clone());
            }
            CaseEvent::AidMoved(no, moved) => self.apply_aid(*no, moved, at),
            CaseEvent::Matter(event) => self.apply_matter(event, at),
            CaseEvent::RestrictionLifted { .. } => self.restricted = false,
            CaseEvent::HoldPlaced(hold) => self.hold = Some(hold.clone()),
            CaseEvent::HoldLifted { .. } => self.hold = None,
            CaseEvent::DocumentAdded(document) => self.documents.push((**document).clone()),
            CaseEvent::DocumentRemoved { id, .. } => self.documents.retain(|known| known.id != *id),
            CaseEvent::ErasureProposed(proposal) => self.erasure = Some(proposal.clone()),
            CaseEvent::ErasureDropped { .. } => self.erasure = None,
            CaseEvent::RightReviewed(no, ..) | CaseEvent::RightAnswered(no, _) | CaseEvent::RightAlarm(no, _) => {
                self.apply_right(*no, event, at);
            }
            _ => self.apply_step(event, at),
        }
    }

    fn apply_step(&mut self, event: &CaseEvent, at: Timestamp) {
        if let CaseEvent::StepOpened { step, role, clock, watch } = event {
            let state = StepState {
                role: *role,
                officer: None,
                opened_at: at,
                clock: clock.as_deref().cloned(),
                values: BTreeMap::new(),
                blocked: None,
                watch: watch.clone(),
                basis: None,
                ended: None,
            };
            self.steps.insert(step.clone(), state);
            return;
        }
        let (CaseEvent::StepTaken(step, _)
        | CaseEvent::StepFilled(step, _)
        | CaseEvent::StepBlocked(step, _)
        | CaseEvent::StepBasis(step, _)
        | CaseEvent::StepEnded(step, _)
        | CaseEvent::ClockPaused(step)
        | CaseEvent::ClockResumed(step, _)
        | CaseEvent::ClockMoved(step, _)
        | CaseEvent::AlarmRaised(step, _)) = event
        else {
            return;
        };
        let Some(state) = self.steps.get_mut(step) else { return };
        match event {
            CaseEvent::StepTaken(_, officer) => state.officer = Some(*officer),
            CaseEvent::StepFilled(_, values) => {
                for (field, value) in values {
                    set_field(&mut state.values, field, Some(value));
                }
            }
            CaseEvent::StepBlocked(_, reason) => state.blocked.clone_from(reason),
            CaseEvent::StepBasis(_, basis) => state.basis = Some(basis.clone()),
            CaseEvent::StepEnded(_, end) => state.end(end, at),
            CaseEvent::ClockPaused(_) => state.clock = state.clock.take().map(|clock| clock.paused(at)),
            CaseEvent::ClockResumed(_, clock) | CaseEvent::ClockMoved(_, clock) => {
                state.clock = Some((**clock).clone());
            }
            CaseEvent::AlarmRaised(_, level) => {
                if let Some(clock) = &mut state.clock {
                    clock.level = clock.level.max(*level);
                }
            }
            _ => {}
        }
    }

    /// Parts were erased: their fields and their documents are gone.
    fn lose(&mut self, parts: &BTreeSet<Category>) {
        self.erasure = None;
        let gone = |field: &str| Category::of(field).is_some_and(|part| parts.contains(&part));
        self.fields.retain(|field, _| !gone(field));
        for person in self.people.values_mut() {
            person.fields.retain(|field, _| !gone(field));
        }
        self.documents.retain(|known| known.kind.part().is_none_or(|part| !parts.contains(&part)));
    }

    fn apply_right(&mut self, no: u16, event: &CaseEvent, at: Timestamp) {
        let Some(request) = self.rights.get_mut(&no) else { return };
        match event {
            CaseEvent::RightReviewed(_, review) => request.review = Some(review.clone()),
            CaseEvent::RightAlarm(_, level) => request.clock.level = request.clock.level.max(*level),
            CaseEvent::RightAnswered(_, answer) => {
                request.answer = Some((answer.clone(), at));
                request.clock = request.clock.clone().stopped(at);
                let granted = answer.granted != Granted::Refused;
                self.restricted |= granted && request.ask.right == Right::Restriction;
            }
            _ => {}
        }
    }

    fn move_to(&mut self, decided: &HandbookMove) {
        self.moved_to = Some(decided.to.clone());
        for MovedStep { step, role, clock } in &decided.steps {
            if let Some(state) = self.steps.get_mut(step) {
                state.role = *role;
                state.clock.clone_from(clock);
            }
        }
    }

    /// The case was closed or went to another owner: what runs here stops.
    fn leave(&mut self, at: Timestamp) {
        self.guests_go(None, at);
        for state in self.steps.values_mut() {
            state.end(&StepEnd::CaseLeft, at);
        }
    }
}

impl StepState {
    fn end(&mut self, end: &StepEnd, at: Timestamp) {
        if self.ended.is_none() {
            self.ended = Some((end.clone(), at));
            self.clock = self.clock.take().map(|clock| clock.stopped(at));
        }
    }
}

fn set(words: &mut BTreeSet<String>, word: &str, holds: bool) {
    if holds {
        words.insert(word.to_owned());
    } else {
        words.remove(word);
    }
}

fn set_field(fields: &mut BTreeMap<String, Redacted<String>>, field: &str, value: Option<&Redacted<String>>) {
    match value {
        Some(value) if !value.expose().is_empty() => fields.insert(field.to_owned(), value.clone()),
        _ => fields.remove(field),
    };
}

/// What a timeline line is about: never a value.
pub(super) fn about(event: &CaseEvent) -> String {
    match event {
        CaseEvent::FieldSet { field, .. } => field.clone(),
        CaseEvent::FactSet(word, _) | CaseEvent::WishSet(word, _) => word.clone(),
        CaseEvent::PlanSet(_, item) => item.service.clone(),
        CaseEvent::ConsentGiven(consent) => consent.code.word().to_owned(),
        CaseEvent::ConsentWithdrawn(id) => id.to_string(),
        CaseEvent::StepOpened { step, .. }
        | CaseEvent::StepTaken(step, _)
        | CaseEvent::StepFilled(step, _)
        | CaseEvent::StepBlocked(step, _)
        | CaseEvent::StepBasis(step, _)
        | CaseEvent::StepEnded(step, _)
        | CaseEvent::ClockPaused(step)
        | CaseEvent::ClockResumed(step, _)
        | CaseEvent::ClockMoved(step, _) => step.to_string(),
        CaseEvent::AlarmRaised(step, level) => format!("{step} {level}"),
        CaseEvent::RightAsked(no, request) => format!("{no} {}", request.ask.right),
        CaseEvent::RightAnswered(no, answer) => format!("{no} {}", answer.granted),
        CaseEvent::RightReviewed(no, ..) => no.to_string(),
        CaseEvent::ErasureProposed(proposal) => proposal.basis.to_string(),
        CaseEvent::AidRequested(no, request) => format!("{no} {}", request.about),
        CaseEvent::AidMoved(no, moved) => match moved {
            AidMove::Answered(word) => format!("{no} {word}"),
            AidMove::Stands(state) => format!("{no} {state}"),
            AidMove::Alarm(level) => format!("{no} {level}"),
            AidMove::Asked(_) | AidMove::Passed(..) => no.to_string(),
        },
        CaseEvent::RightAlarm(no, level) => format!("{no} {level}"),
        CaseEvent::Matter(event) => event.about(),
        CaseEvent::DocumentAdded(document) => document.kind.word().to_owned(),
        CaseEvent::HandbookMoved(decided) => format!("{} - {}", decided.from, decided.to),
        CaseEvent::OfferMade(_, no, line) => format!("{} {no} {}", line.to.kind, line.to.party),
        CaseEvent::OfferMoved { offer_no, to, .. } => format!("{offer_no} {to}"),
        CaseEvent::PresumptionDecided { outcome, .. } | CaseEvent::PresumptionProposed { outcome, .. } => {
            outcome.word().to_owned()
        }
        _ => String::new(),
    }
}
