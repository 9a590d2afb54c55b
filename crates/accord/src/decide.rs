//! The rule of CONTRACTS.md 3.3: five layers for each field, the first that fails is the refusal; then completeness.

use crate::decision::{Answer, Decision, Ground, Permit, Refusal};
use crate::document::{Clause, Document};
use crate::fields::FieldList;
use crate::request::{Consent, Request};
use crate::words::{AccordState, Action, Basis, Category, ConsentCode, Giver, PartyRole, Purpose};
use base::Timestamp;
use std::collections::BTreeSet;

/// Answers each requested field, in order.
pub fn decide(document: &Document, request: &Request, fields: &FieldList) -> Decision {
    let mut answers = answer_all(document, request, fields);
    if is_incomplete(document, &answers) {
        for answer in answers.iter_mut().filter(|answer| answer.result.is_ok()) {
            answer.result = Err(Refusal::AccordRequired);
        }
    }
    Decision::new(document, answers)
}

/// The same without the last step: a receiver checks a preview, which is a cut of the extract, against the clauses, and
/// `required` only against the whole extract (FEDERATION.md 7).
pub fn decide_preview(document: &Document, request: &Request, fields: &FieldList) -> Decision {
    Decision::new(document, answer_all(document, request, fields))
}

/// Whether the accord covers the person for this act and purpose at all, and by which clause: floor of conflicts, layers 3 and 4,
/// without a field and without a ground. What is missing then is a consent, and she can give it.
pub fn coverage(document: &Document, request: &Request) -> Result<String, Refusal> {
    let matter = Matter::new(document, request);
    if matter.conflict {
        return Err(Refusal::FloorConflict);
    }
    matter.in_force?;
    let (_, clause) = matter.open.first().ok_or(matter.nearest)?;
    if clause.per_day.is_some_and(|most| request.sent_today >= most) {
        return Err(Refusal::ClauseQuota);
    }
    Ok(document.clause_name(clause))
}

fn answer_all(document: &Document, request: &Request, fields: &FieldList) -> Vec<Answer> {
    let matter = Matter::new(document, request);
    let answer = |field: &String| {
        let result = match fields.category(field) {
            Some(category) => matter.answer(field, category),
            None => Err(Refusal::FieldUnknown),
        };
        Answer { field: field.clone(), result }
    };
    request.fields.iter().map(answer).collect()
}

/// What the law needs complete is not sent in half.
fn is_incomplete(document: &Document, answers: &[Answer]) -> bool {
    let permitted: BTreeSet<&str> =
        answers.iter().filter(|answer| answer.result.is_ok()).map(|answer| answer.field.as_str()).collect();
    let used: BTreeSet<usize> = answers.iter().filter_map(|answer| Some(answer.result.as_ref().ok()?.clause)).collect();
    used.iter()
        .filter_map(|index| document.clauses.get(*index))
        .any(|clause| clause.required.iter().any(|field| !permitted.contains(field.as_str())))
}

/// What is the same for all fields of a request.
struct Matter<'a> {
    request: &'a Request,
    to_shelter: bool,
    conflict: bool,
    in_force: Result<(), Refusal>,
    /// Clauses whose first five conditions hold, with their place in the document.
    open: Vec<(usize, &'a Clause)>,
    /// The furthest of the first five conditions at which another clause failed.
    nearest: Refusal,
}

impl<'a> Matter<'a> {
    fn new(document: &'a Document, request: &'a Request) -> Self {
        let mut open = Vec::new();
        // Without any clause nothing goes in any direction.
        let mut nearest = Refusal::ClauseDirection;
        for (index, clause) in document.clauses.iter().enumerate() {
            match request_gap(clause, request) {
                Some(gap) => nearest = nearest.max(gap),
                None => open.push((index, clause)),
            }
        }
        let to_shelter =
            document.parties.iter().any(|party| party.node == request.to && party.role == PartyRole::Shelter);
        let conflict = request.action != Action::Alert
            && request.person.as_ref().is_some_and(|person| person.conflicts.contains(&request.to));
        Self { request, to_shelter, conflict, in_force: in_force(document, request), open, nearest }
    }

    fn answer(&self, field: &str, category: Category) -> Result<Permit, Refusal> {
        // The order of the contract: conflict stands between alert and statistics.
        match floor(category, self.request.action, self.request.purpose, self.to_shelter) {
            Some(Refusal::FloorStatistics) | None if self.conflict => return Err(Refusal::FloorConflict),
            Some(refusal) => return Err(refusal),
            None => {}
        }
        self.in_force?;
        let mut furthest = self.nearest;
        for (index, clause) in &self.open {
            // Codes of layer 5 are greater than those of layer 4, so one maximum serves both.
            match field_gap(clause, field, category, self.request.sent_today)
                .map_or_else(|| ground(clause, category, self.request), Err)
            {
                Ok(ground) => return Ok(Permit { clause: *index, ground }),
                Err(refusal) => furthest = furthest.max(refusal),
            }
        }
        Err(furthest)
    }
}

/// Layer 2 but for conflicts: what no accord can lift.
pub fn floor(category: Category, action: Action, purpose: Purpose, to_shelter: bool) -> Option<Refusal> {
    let statement_purposes = [Purpose::LegalAid, Purpose::Investigation, Purpose::Protection, Purpose::Restitution];
    match category {
        Category::Shelter if !to_shelter => Some(Refusal::FloorShelter),
        Category::Health if purpose != Purpose::Health => Some(Refusal::FloorHealth),
        Category::Statement if !statement_purposes.contains(&purpose) => Some(Refusal::FloorStatement),
        _ if action == Action::Alert && category != Category::Recruiter => Some(Refusal::FloorAlert),
        _ if purpose == Purpose::Statistics && category != Category::Status => Some(Refusal::FloorStatistics),
        _ => None,
    }
}

/// Layer 3.
fn in_force(document: &Document, request: &Request) -> Result<(), Refusal> {
    let today = request.on.day();
    let is_party = |node: &str| document.party(node).is_some();
    if request.accord_state != AccordState::Active {
        Err(Refusal::AccordNotActive)
    } else if today < document.effective.0 {
        Err(Refusal::AccordNotYet)
    } else if today > document.expires.0 {
        Err(Refusal::AccordExpired)
    } else if !is_party(&request.from) || !is_party(&request.to) || request.from == request.to {
        Err(Refusal::AccordNotParty)
    } else {
        Ok(())
    }
}

/// Layer 4, the conditions that are the same for every field.
fn request_gap(clause: &Clause, request: &Request) -> Option<Refusal> {
    let alert = request.action == Action::Alert;
    let personal = matches!(clause.basis, Basis::Consent | Basis::VitalInterest);
    if !clause.from.contains(&request.from) || !clause.to.contains(&request.to) {
        Some(Refusal::ClauseDirection)
    } else if !clause.actions.contains(&request.action) || (alert && personal) {
        Some(Refusal::ClauseAction)
    } else if !clause.purposes.contains(&request.purpose) {
        Some(Refusal::ClausePurpose)
    } else if !alert && !role_holds(clause, request) {
        Some(Refusal::ClauseRole)
    } else if !alert && !place_holds(clause, request) {
        Some(Refusal::ClausePlace)
    } else {
        None
    }
}

fn role_holds(clause: &Clause, request: &Request) -> bool {
    request.person.as_ref().is_some_and(|person| person.roles.iter().any(|role| clause.persons.roles.contains(role)))
}

fn place_holds(clause: &Clause, request: &Request) -> bool {
    let Some(person) = &request.person else { return false };
    let covers = |place| clause.persons.found_in.covers(place);
    let found = covers(person.found_in.as_ref());
    let family = || person.family_of.as_ref().is_some_and(|other| covers(other.found_in.as_ref()));
    (found || (clause.persons.family && family())) && clause.persons.origin.covers(person.origin.as_ref())
}

/// Layer 4, the conditions of one field.
fn field_gap(clause: &Clause, field: &str, category: Category, sent_today: u64) -> Option<Refusal> {
    if !clause.categories.contains(&category) {
        Some(Refusal::ClauseCategory)
    } else if clause.except.iter().any(|name| name == field) {
        Some(Refusal::ClauseExcepted)
    } else if clause.per_day.is_some_and(|most| sent_today >= most) {
        Some(Refusal::ClauseQuota)
    } else {
        None
    }
}

/// Layer 5.
fn ground(clause: &Clause, category: Category, request: &Request) -> Result<Ground, Refusal> {
    let officers = match clause.basis {
        Basis::Consent => return consent_ground(category, request),
        // What an alert carries is about a recruiter, so the accord itself is its ground.
        Basis::LegalDuty | Basis::PublicTask if request.action == Action::Alert => return Ok(Ground::Accord),
        Basis::LegalDuty | Basis::PublicTask => 1,
        Basis::VitalInterest => 2,
    };
    let signed = request.basis.as_ref().is_some_and(|basis| {
        let different: BTreeSet<&String> = basis.signed_by.iter().collect();
        basis.kind == clause.basis && different.len() >= officers
    });
    if signed { Ok(Ground::Signed(clause.basis)) } else { Err(Refusal::BasisUnsigned) }
}

fn consent_ground(category: Category, request: &Request) -> Result<Ground, Refusal> {
    let child = request.person.as_ref().is_some_and(|person| person.child);
    let mut furthest = Refusal::ConsentMissing;
    for consent in &request.consents {
        let shares = matches!(consent.code, ConsentCode::C4 | ConsentCode::C7);
        if !shares || consent.to != request.to || consent.purpose != request.purpose {
            continue;
        }
        match consent_gap(consent, category, child, request.on) {
            None => return Ok(Ground::Consent(consent.id.clone())),
            Some(gap) => furthest = furthest.max(gap),
        }
    }
    Err(furthest)
}

fn consent_gap(consent: &Consent, category: Category, child: bool, on: Timestamp) -> Option<Refusal> {
    // A guardian or an authority speaks for a child, the person alone for an adult (UU 27/2022 article 25).
    let giver = match consent.by {
        Giver::Person => !child,
        Giver::Guardian | Giver::Authority => child,
    };
    if !consent.categories.contains(&category) {
        Some(Refusal::ConsentScope)
    } else if !giver {
        Some(Refusal::ConsentGiver)
    } else if on < consent.from || on >= consent.until {
        Some(Refusal::ConsentExpired)
    } else if consent.withdrawn.is_some_and(|at| at <= on) {
        Some(Refusal::ConsentWithdrawn)
    } else {
        None
    }
}
