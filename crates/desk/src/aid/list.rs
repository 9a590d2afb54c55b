//! What the coordinator sees: requests that wait or found nobody, and how often which reason kept a body out. No name, no
//! case type by case: counts of codes.

use crate::cases::CaseStream;
use crate::error::Error;
use base::{CaseId, OfficerId, Timestamp, limits};
use casework::aid::AidState;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use store::{KeyBytes, Page, Read, Row, Shelf, cbor};

/// A request in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AidCard {
    /// The case.
    pub case: CaseId,
    /// Its alias.
    pub alias: String,
    /// Number of the request in the case.
    pub no: u16,
    /// Where it stands.
    pub state: AidState,
    /// Kind of matter, a word of accords.
    pub about: String,
    /// Until when the law wants an answer.
    pub due: Timestamp,
    /// Alarm level reached.
    pub level: u8,
    /// Codes of why bodies could not be asked, or were passed over.
    pub not: Vec<String>,
    /// Since when.
    pub at: Timestamp,
    /// Officers who see nothing of it.
    pub barred: BTreeSet<OfficerId>,
}

/// Rows of a case: one for each request, by state, the first due first.
pub(crate) fn rows(case: &CaseStream, id: CaseId) -> Vec<Row> {
    let card = |(no, request): (&u16, &casework::aid::AidRequest)| {
        let card = AidCard {
            case: id,
            alias: case.listed_as().to_owned(),
            no: *no,
            state: request.state,
            about: request.about.clone(),
            due: request.clock.due,
            level: request.clock.level,
            not: request.not.iter().chain(&codes(request)).map(|(_, code)| code.clone()).collect(),
            at: request.at,
            barred: case.barred.clone(),
        };
        let key = KeyBytes::new().int(card.due.millis()).bytes(&id.bytes()).int(i64::from(*no)).done();
        let part = card.state.word().as_bytes().to_vec();
        Some(Row { shelf: Shelf::AidByState, part, key, due: None, card: cbor::to_bytes(&card).ok()? })
    };
    case.aid.iter().filter_map(card).collect()
}

fn codes(request: &casework::aid::AidRequest) -> Vec<(String, String)> {
    request.passed.iter().map(|(node, code)| (node.to_string(), code.clone())).collect()
}

/// How many requests stand where, and how often which reason kept a body out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AidCounts {
    /// Requests by state.
    pub states: BTreeMap<AidState, u64>,
    /// Codes, how often.
    pub not: BTreeMap<String, u64>,
}

/// Counts over all requests of this node.
pub async fn counts(view: &mut impl Read) -> Result<AidCounts, Error> {
    let mut out = AidCounts::default();
    for state in AidState::ALL {
        let mut page = Page::first(limits::CODE_ROWS_MAX);
        let part = state.word().as_bytes();
        while let Some(cards) = view.next_cards::<AidCard>(Shelf::AidByState, part, &mut page).await? {
            for card in cards {
                *out.states.entry(*state).or_default() += 1;
                for code in card.not {
                    *out.not.entry(code).or_default() += 1;
                }
            }
        }
    }
    Ok(out)
}

/// Requests that somebody must act for: nobody left, consent missing, or silent past the law's time. At most a page of each.
pub async fn stuck(view: &mut impl Read, officer: OfficerId) -> Result<Vec<AidCard>, Error> {
    let mut out = Vec::new();
    for state in [AidState::Exhausted, AidState::Consent, AidState::Asking] {
        let rows =
            view.list::<AidCard>(Shelf::AidByState, state.word().as_bytes(), &Page::first(limits::PAGE_ROWS)).await?;
        let cards = rows.into_iter().map(|row| row.card);
        out.extend(cards.filter(|card| !card.barred.contains(&officer)));
    }
    Ok(out)
}
