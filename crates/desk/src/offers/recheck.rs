//! The receiver's re-check (FEDERATION.md 7): what the giver's desk decided is decided again from what came.

use super::source::{handover_purposes, person};
use crate::act::Desk;
use crate::partners::InForce;
use accord::{Action, Word};
use base::Timestamp;
use casework::extract::{ConsentLine, Facts, Fields};
use casework::offer::OfferKind;
use std::collections::BTreeMap;

/// What came, as the receiver checks it again.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// Referral or handover.
    pub kind: OfferKind,
    /// Its action: of the offer, or `share` for a supplement.
    pub action: Action,
    /// The purpose it names.
    pub purpose: &'a str,
    /// Fields that the documents beside it show.
    pub shown: &'a [String],
    /// A whole extract; of a preview or a supplement no clause asks for what it requires.
    pub whole: bool,
}

/// The receiver's re-check (FEDERATION.md 7): own floors, layers 3 and 4 from the facts that came, consents present and
/// unexpired; `required` only on a whole extract. Gives the fields that must not be here, with their codes.
pub fn recheck(
    accord: &InForce,
    desk: &Desk,
    now: Timestamp,
    (facts, fields, consents): (&Facts, &Fields, &[ConsentLine]),
    claim: Claim<'_>,
) -> Vec<(String, &'static str)> {
    let shown = claim.shown.iter().filter(|field| !fields.0.contains_key(*field));
    let names: Vec<String> = fields.0.keys().chain(shown).cloned().collect();
    let Some(first) = accord::Purpose::parse(claim.purpose) else {
        return names.into_iter().map(|name| (name, "clause.purpose")).collect();
    };
    let purposes = if claim.kind == OfferKind::Handover {
        handover_purposes(&accord.document, claim.action, first)
    } else {
        vec![first]
    };
    let mut refused: BTreeMap<String, &'static str> = BTreeMap::new();
    let mut allowed: Vec<String> = Vec::new();
    for purpose in purposes {
        let request = accord::Request {
            on: now,
            from: accord.peer.clone(),
            to: accord.me.clone(),
            action: claim.action,
            purpose,
            person: Some(person(facts)),
            accord_state: accord.state,
            sent_today: 0,
            consents: consents.iter().filter_map(|line| came_consent(line, &accord.me, now)).collect(),
            basis: signed_basis(fields),
            fields: names.clone(),
        };
        let decision = if claim.whole {
            accord::decide(&accord.document, &request, &desk.fields)
        } else {
            accord::decide_preview(&accord.document, &request, &desk.fields)
        };
        allowed.extend(decision.allowed().map(|(field, ..)| field.to_owned()));
        for (field, refusal) in decision.refused() {
            refused.entry(field.to_owned()).or_insert(refusal.code().0);
        }
    }
    refused.into_iter().filter(|(field, _)| !allowed.contains(field)).collect()
}

/// A basis that is not consent was checked by the giver's two officers; the trace names its kind.
fn signed_basis(fields: &Fields) -> Option<accord::SignedBasis> {
    let kind = fields.0.values().find_map(|field| field.basis.strip_prefix("basis:"))?;
    let signed_by = vec!["giver-1".to_owned(), "giver-2".to_owned()];
    Some(accord::SignedBasis { kind: accord::Basis::parse(kind)?, reason: "giver".into(), signed_by })
}

fn came_consent(line: &ConsentLine, to: &str, now: Timestamp) -> Option<accord::Consent> {
    let until = if line.expires == 0 { now.plus_hours(1) } else { Timestamp::from_seconds(line.expires) };
    Some(accord::Consent {
        id: base::hex(&line.id),
        code: accord::ConsentCode::parse(&line.code)?,
        to: to.to_owned(),
        purpose: accord::Purpose::parse(&line.purpose)?,
        categories: line.categories.iter().filter_map(|c| accord::Category::parse(c)).collect(),
        by: accord::Giver::parse(&line.giver)?,
        from: Timestamp::default(),
        until,
        withdrawn: None,
    })
}
