//! What an offer says of somebody: read from what was frozen or what came; who she is stays closed until it is asked for.

use crate::guard::{Fail, Here};
use crate::view::Fact;
use crate::view::staff::referral::Leaves;
use crate::words_of;
use base::{OfficerId, Timestamp};
use casework::extract::{Facts, Fields};
use casework::words::Category;
use desk::Deed;
use desk::cases::CaseStream;
use desk::cases::access::shown_lately;
use desk::offers::{Came, OfferCard, OfferStream, Sent};
use desk::staff::officer::officers;
use store::{Read, ShownOn, Stored, View};

/// Whether this officer may see who it is about: her role, and being near where the case is here.
pub async fn may_know(here: &Here, view: &mut View, stored: &OfferStream) -> Result<bool, Fail> {
    let case = match stored.case {
        Some(case) => view.load::<CaseStream>(case.bytes()).await?,
        None => None,
    };
    Ok(case.map_or_else(|| here.may(Deed::SeeIdentity), |case| crate::doors::may_know(here, &case)))
}

/// Who had it shown, on the page of an offer or of a report. What is about a case here stands with the case.
pub async fn seen_by(here: &Here, view: &mut View, subject: [u8; 16]) -> Result<Vec<Fact>, Fail> {
    let looks = shown_lately(view, subject).await?;
    let staff = if looks.is_empty() { Vec::new() } else { officers(view).await? };
    let other = here.t.journal_elsewhere();
    let fact = |(when, who, _): &(Timestamp, OfficerId, ShownOn)| {
        Fact::new(here.moment(*when), crate::doors::notes::named(&staff, who.bytes(), other))
    };
    Ok(looks.iter().rev().map(fact).collect())
}

/// Facts and fields: at the giver what was frozen, at the taker what may be read now.
pub fn content(here: &Here, stored: &Stored<OfferStream>, card: &OfferCard, shows: bool) -> (Vec<Fact>, Vec<Leaves>) {
    let read = if card.giving {
        stored.sent.get(&card.offer_no).and_then(Sent::content)
    } else {
        stored.came.get(&card.offer_no).and_then(Came::content)
    };
    let Some((facts, fields)) = read else { return (Vec::new(), Vec::new()) };
    (facts_of(here, &facts), leaves(here, &fields, shows))
}

fn facts_of(here: &Here, facts: &Facts) -> Vec<Fact> {
    let t = &here.t;
    let roles = facts.roles.iter().filter_map(|role| casework::words::PersonRole::parse(role));
    let roles: Vec<&str> = roles.map(|role| words_of::person_role(t.words(), role)).collect();
    let mut out = vec![
        Fact::new(t.profile_label(), if facts.minor { t.age_child() } else { t.age_adult() }),
        Fact::new(t.found_at(), words_of::place(&facts.found_in)),
        Fact::new(t.person_roles(), roles.join(", ")),
    ];
    out.extend(facts.origin.as_deref().map(|origin| Fact::new(t.origin(), words_of::place(origin))));
    out
}

fn leaves(here: &Here, fields: &Fields, shows: bool) -> Vec<Leaves> {
    let t = here.t.words();
    let line = |(field, value): (&String, &casework::extract::FieldValue)| Leaves {
        name: words_of::datum(t, field),
        field: field.clone(),
        value: (shows || !Category::identifies(field)).then(|| value.value.expose().clone()),
        clause: value.clause.clone(),
        basis: words_of::basis(t, &value.basis),
    };
    fields.0.iter().map(line).collect()
}
