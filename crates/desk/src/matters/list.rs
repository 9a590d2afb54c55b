//! What is next in whose matters: for the page of counsel, for the day, for the calendar.

use crate::actor::Staff;
use crate::cases::{CaseState, CaseStream};
use crate::error::Error;
use crate::matters::spent;
use crate::policy::{self, Deed, is_counsel_alone};
use base::{CaseId, OfficerId, Timestamp, limits};
use casework::matter::{Claim, ClaimKind, Venue};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use store::{KeyBytes, Page, Read, Row, Shelf, cbor};

/// Part of [`Shelf::Matters`]: every open matter of the node.
const ALL: &[u8] = b"all";
/// Part: matters of counsel that nobody holds.
const FREE: &[u8] = b"free";

/// A hearing that is still to come, or to be told of. No name, no place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ahead {
    /// Its number.
    pub no: u16,
    /// When it begins; where the time is not known, when its day does.
    pub begins: Timestamp,
    /// The day, `2026-12-01`.
    pub on: String,
    /// Whether the time is known.
    pub has_time: bool,
    /// What kind of place.
    pub venue: Venue,
    /// Alarm level reached.
    pub level: u8,
    /// Whether somebody goes along.
    pub is_accompanied: bool,
}

/// How far a claim is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Stand {
    /// Prepared.
    Prepared,
    /// Filed, and no answer yet.
    Filed,
    /// Something is missing.
    Incomplete,
    /// Taken up.
    Accepted,
    /// Refused by an office; it did not end.
    Refused,
    /// Over.
    Ended,
}

impl Stand {
    /// Where a claim stands: by its last answer, if none was filed since.
    pub fn of(claim: &Claim) -> Self {
        use casework::matter::ClaimAnswer;
        let filed = claim.filed.iter().map(|(_, on, _)| on).max();
        let answered = claim.answers.iter().max_by_key(|(_, on, _)| on).filter(|(_, on, _)| Some(on) >= filed);
        match (&claim.ended, answered, filed) {
            (Some(_), ..) => Self::Ended,
            (None, Some((ClaimAnswer::Incomplete, ..)), _) => Self::Incomplete,
            (None, Some((ClaimAnswer::Accepted, ..)), _) => Self::Accepted,
            (None, Some((ClaimAnswer::Refused, ..)), _) => Self::Refused,
            (None, None, Some(_)) => Self::Filed,
            (None, None, None) => Self::Prepared,
        }
    }
}

/// A matter in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatterCard {
    /// The case.
    pub case: CaseId,
    /// Its alias.
    pub alias: String,
    /// Who holds it.
    pub holder: Option<OfficerId>,
    /// Hearings ahead, the first first.
    pub ahead: Vec<Ahead>,
    /// Claims that did not end.
    pub claims: Vec<(ClaimKind, Stand)>,
    /// Officers who see nothing of it.
    pub barred: BTreeSet<OfficerId>,
}

/// The rows of a case.
pub(crate) fn rows(case: &CaseStream, id: CaseId) -> Vec<Row> {
    if case.matter.is_empty() {
        return Vec::new();
    }
    let mut rows = spent::rows(case, id);
    if case.state_word() != CaseState::Open {
        return rows;
    }
    let card = card(case, id);
    let Ok(bytes) = cbor::to_bytes(&card) else { return rows };
    let first = card.ahead.first().map_or(i64::MAX, |hearing| hearing.begins.millis());
    let key = KeyBytes::new().int(first).bytes(&id.bytes()).done();
    let row = |part: Vec<u8>| Row { shelf: Shelf::Matters, part, key: key.clone(), due: None, card: bytes.clone() };
    let whose: BTreeSet<OfficerId> =
        case.matter_parts().into_iter().chain(case.manager()).chain(case.companion()).collect();
    let whose = whose.into_iter().filter(|officer| !case.barred.contains(officer));
    rows.extend(whose.map(|officer| row(officer.bytes().to_vec())));
    // When a witness is heard is for those who act for her.
    rows.extend(case.shield.is_none().then(|| row(ALL.to_vec())));
    rows.extend(case.waits_for_counsel().then(|| row(FREE.to_vec())));
    rows
}

fn card(case: &CaseStream, id: CaseId) -> MatterCard {
    let hearings = case.matter.hearings_ahead().into_iter();
    let ahead = hearings.map(|(no, hearing)| Ahead {
        no,
        begins: hearing.begins(),
        on: hearing.plan.on.clone(),
        has_time: hearing.plan.time.is_some(),
        venue: hearing.plan.venue,
        level: hearing.clock.level,
        is_accompanied: hearing.plan.companion.is_some() || !hearing.plan.along.expose().trim().is_empty(),
    });
    let claims = case.matter.claims.values().filter(|claim| claim.ended.is_none());
    MatterCard {
        case: id,
        alias: case.listed_as().to_owned(),
        holder: case.manager(),
        ahead: ahead.collect(),
        claims: claims.map(|claim| (claim.kind, Stand::of(claim))).collect(),
        barred: case.barred.clone(),
    }
}

/// The matters of an officer, the next hearing first. Counsel has her own and those that nobody holds; who keeps matters for
/// the task force has all of them. Up to [`limits::CODE_ROWS_MAX`].
pub async fn matters(view: &mut impl Read, staff: &Staff) -> Result<Vec<MatterCard>, Error> {
    let keeps = staff.roles.iter().any(|role| policy::allows(*role, Deed::KeepMatter));
    let sees_all = keeps && !is_counsel_alone(staff);
    let others = if sees_all { ALL } else { FREE };
    let mut found: Vec<MatterCard> = Vec::new();
    for part in [Some(staff.id.bytes().to_vec()), keeps.then(|| others.to_vec())].into_iter().flatten() {
        let rows = view.list::<MatterCard>(Shelf::Matters, &part, &Page::first(limits::CODE_ROWS_MAX)).await?;
        found.extend(rows.into_iter().map(|row| row.card).filter(|card| !card.barred.contains(&staff.id)));
    }
    found.sort_by_key(|card| card.case);
    found.dedup_by_key(|card| card.case);
    found.sort_by_key(|card| (card.ahead.first().map_or(i64::MAX, |hearing| hearing.begins.millis()), card.case));
    Ok(found)
}

/// The matters in which an officer has a part of her own: what her calendar reads.
pub async fn own(view: &mut impl Read, officer: OfficerId) -> Result<Vec<MatterCard>, Error> {
    let rows = view.list::<MatterCard>(Shelf::Matters, &officer.bytes(), &Page::first(limits::CODE_ROWS_MAX)).await?;
    Ok(rows.into_iter().map(|row| row.card).filter(|card| !card.barred.contains(&officer)).collect())
}
