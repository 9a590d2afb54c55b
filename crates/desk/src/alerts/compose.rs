//! What this node would say of a recruiter: the best of what its own sources say, as fields of an accord. What partners said is not
//! passed on.

use super::stream::Claim;
use crate::error::Error;
use crate::mentions::Source;
use crate::mentions::look::{loaded, origins_of};
use base::{Digest, MentionId, Problem, Redacted, Timestamp, limits};
use recruiters::said::{Grade, Said};
use std::collections::BTreeSet;
use store::Read;

/// Between the two ends of a corridor.
const TO: char = '>';

/// What would be said of a recruiter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Composed {
    /// Fields that may leave, the best of each.
    pub said: Said,
    /// How good the best mention is.
    pub grade: Grade,
    /// Independent sources of this node.
    pub reports: u64,
    /// Where its own mentions came from.
    pub sources: Vec<Source>,
}

impl Composed {
    /// What a page showed: the form says which, and nothing else is sent.
    pub fn digest(&self) -> Digest {
        let mut parts = vec![self.grade.to_string(), self.reports.to_string()];
        parts.extend(
            facts(&self.said).into_iter().flat_map(|(field, value)| [field.to_owned(), value.expose().clone()]),
        );
        Digest(seal::hash::sha256(&[parts.join("\n").as_bytes()]))
    }

    /// As a claim with these fields.
    pub fn claim(&self, fields: &BTreeSet<String>, until: Timestamp) -> Claim {
        Claim {
            said: only(&self.said, |field| fields.contains(field)),
            grade: self.grade,
            reports: self.reports,
            until,
        }
    }
}

/// The best of what these mentions say that are this node's own: of the best grade first, then the earliest. `None` if all of it
/// came from partners, or nothing counts any more.
pub async fn compose(view: &mut impl Read, mentions: &[MentionId]) -> Result<Option<Composed>, Error> {
    let mut own = Vec::new();
    for id in mentions {
        let Some(stored) = loaded(view, *id).await? else { continue };
        if stored.withdrawn.is_none() && !matches!(stored.source, Source::Alert { .. }) {
            own.push((stored.grade, stored.at, *id, stored));
        }
    }
    own.sort_by_key(|(grade, at, id, _)| (*grade, *at, *id));
    let Some((grade, ..)) = own.first() else { return Ok(None) };
    let mut said = Said::default();
    for (_, _, _, stored) in &own {
        let best = said.name.expose().clone();
        let from = stored.said.texts();
        for ((_, to), (_, text)) in said.texts_mut().into_iter().zip(from) {
            if to.expose().is_empty() {
                *to = text.clone();
            }
        }
        // Another spelling of the name is worth as much as a nickname.
        if said.alias.expose().is_empty() && !best.is_empty() && *stored.said.name.expose() != best {
            said.alias = stored.said.name.clone();
        }
    }
    let reports = origins_of(view, own.iter().map(|(_, _, id, _)| *id)).await?.len();
    Ok(Some(Composed {
        said: only(&said, |_| true),
        grade: *grade,
        reports: u64::try_from(reports).unwrap_or(1),
        sources: own.iter().map(|(.., stored)| stored.source).collect(),
    }))
}

/// The fields of an accord that have a value, by name. Birth, sex and home have none there, and stay.
pub fn facts(said: &Said) -> Vec<(&'static str, Redacted<String>)> {
    let route = [said.from.expose().as_str(), said.to.expose().as_str()];
    let route = if route == ["", ""] { String::new() } else { route.join(&TO.to_string()) };
    let all = [
        ("recruiter.agency", said.agency.clone()),
        ("recruiter.alias", said.alias.clone()),
        ("recruiter.corridor", Redacted::new(route)),
        ("recruiter.name", said.name.clone()),
        ("recruiter.nik", said.nik.clone()),
        ("recruiter.phone", said.phone.clone()),
    ];
    all.into_iter().filter(|(_, value)| !value.expose().is_empty()).collect()
}

/// What facts say of a recruiter: those of these names, none twice. A field that is not known here is left out.
pub fn said_of<'a>(facts: impl Iterator<Item = (&'a str, &'a str)>) -> Result<Said, Problem> {
    let (mut said, mut seen) = (Said::default(), BTreeSet::new());
    for (field, value) in facts {
        if !seen.insert(field) || seen.len() > limits::ALERT_FACTS_MAX {
            return Err(Problem::new("message.malformed"));
        }
        let text = Redacted::new(value.trim().to_owned());
        match field {
            "recruiter.agency" => said.agency = text,
            "recruiter.alias" => said.alias = text,
            "recruiter.name" => said.name = text,
            "recruiter.nik" => said.nik = text,
            "recruiter.phone" => said.phone = text,
            "recruiter.corridor" => {
                let (from, to) = value.split_once(TO).unwrap_or((value, ""));
                (said.from, said.to) = (Redacted::new(from.to_owned()), Redacted::new(to.to_owned()));
            }
            _ => {}
        }
    }
    Ok(said)
}

/// The fields of these names alone.
pub fn only(said: &Said, goes: impl Fn(&str) -> bool) -> Said {
    let facts = facts(said);
    let facts = facts.iter().filter(|(field, _)| goes(field)).map(|(field, value)| (*field, value.expose().as_str()));
    said_of(facts).unwrap_or_default()
}
