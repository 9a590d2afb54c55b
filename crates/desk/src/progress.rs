//! How soon help came, and what is overdue, over all cases of the node: for the coordinator, who sees the cases.

use crate::actor::Staff;
use crate::cases::{CaseState, CaseStream};
use crate::corridors::TripCard;
use crate::error::Error;
use base::{CaseId, OfficerId, Timestamp, limits};
use casework::case::StepRef;
use recruiters::corridor::FEW_BELOW;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use store::{KeyBytes, Page, Read, Row, Shelf, cbor};

const OPEN: &[u8] = b"open";
/// Overdue cases that are looked at for one page.
pub const CASES_MAX: usize = 2_000;

/// The running clocks of an open case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueCard {
    /// Which case.
    pub case: CaseId,
    /// The name it goes by.
    pub alias: String,
    /// Steps with the moment they are due, the first due first; those that wait for the person are left out.
    pub steps: Vec<(StepRef, Timestamp)>,
    /// Officers who see nothing of it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub barred: BTreeSet<OfficerId>,
}

/// The row of an open case whose clocks run.
pub fn rows(case: &CaseStream, id: CaseId) -> Option<Row> {
    if case.state_word() != CaseState::Open {
        return None;
    }
    let running = case.open_steps().filter_map(|(step, state)| {
        let clock = state.clock.as_ref().filter(|clock| clock.paused_at.is_none())?;
        Some((step.clone(), clock.due))
    });
    let mut steps: Vec<(StepRef, Timestamp)> = running.collect();
    steps.sort_by(|a, b| a.1.cmp(&b.1).then(a.0.cmp(&b.0)));
    let key = KeyBytes::new().int(steps.first()?.1.millis()).bytes(&id.bytes()).done();
    let card = DueCard { case: id, alias: case.listed_as().to_owned(), steps, barred: case.barred.clone() };
    Some(Row { shelf: Shelf::CasesDue, part: OPEN.to_vec(), key, due: None, card: cbor::to_bytes(&card).ok()? })
}

/// What is overdue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overdue {
    /// The first, the longest overdue first.
    pub first: Vec<(CaseId, String, StepRef, Timestamp)>,
    /// How many steps of each line.
    pub lines: BTreeMap<String, usize>,
    /// In how many cases.
    pub cases: usize,
    /// There are more cases than were looked at.
    pub is_cut: bool,
}

impl Overdue {
    /// How many steps.
    pub fn steps(&self) -> usize {
        self.lines.values().sum()
    }
}

/// What is overdue now in the cases that an officer may meet.
pub async fn overdue(view: &mut impl Read, staff: &Staff) -> Result<Overdue, Error> {
    let now = view.now();
    let (mut found, mut seen) = (Overdue::default(), 0);
    let mut page = Page::first(limits::CODE_ROWS_MAX);
    'pages: while let Some(cards) = view.next_cards::<DueCard>(Shelf::CasesDue, OPEN, &mut page).await? {
        for card in cards {
            if card.steps.first().is_none_or(|(_, due)| *due >= now) {
                break 'pages;
            }
            if seen == CASES_MAX {
                found.is_cut = true;
                break 'pages;
            }
            seen += 1;
            if card.barred.contains(&staff.id) {
                continue;
            }
            found.cases += 1;
            for (step, due) in card.steps.into_iter().filter(|(_, due)| *due < now) {
                let line = step.0.split_once('-').map_or(step.0.as_str(), |(line, _)| line).to_owned();
                *found.lines.entry(line).or_default() += 1;
                found.first.push((card.case, card.alias.clone(), step, due));
            }
        }
    }
    found.first.sort_by(|a, b| a.3.cmp(&b.3).then(a.0.cmp(&b.0)).then(a.2.cmp(&b.2)));
    found.first.truncate(limits::PAGE_ROWS);
    Ok(found)
}

/// How soon the first service was given, from opening the case; in whole hours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waits {
    /// Cases that had a first service.
    pub served: usize,
    /// Open cases that wait for it.
    pub waiting: usize,
    /// Half of the cases waited at most so long. `None`: fewer than three cases, of which it would be one's own time.
    pub median_hours: Option<i64>,
    /// Nine of ten waited at most so long; under the same rule.
    pub most_hours: Option<i64>,
}

/// Whole hours until the first service.
pub fn hours(card: &TripCard) -> Option<i64> {
    card.served_at.map(|at| (at.seconds() - card.opened_at.seconds()).max(0) / 3_600)
}

/// Of these cases.
pub fn waits<'a>(cards: impl IntoIterator<Item = &'a TripCard>) -> Waits {
    let (mut all, mut waiting) = (Vec::new(), 0);
    for card in cards {
        match hours(card) {
            Some(hours) => all.push(hours),
            None if card.state == CaseState::Open => waiting += 1,
            None => {}
        }
    }
    all.sort_unstable();
    let is_many = u32::try_from(all.len()).is_ok_and(|count| count >= FEW_BELOW);
    let at = |share: usize| all.get((all.len() * share).div_ceil(10).saturating_sub(1)).copied().filter(|_| is_many);
    Waits { served: all.len(), waiting, median_hours: at(5), most_hours: at(9) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(hours: Option<i64>, state: CaseState) -> TripCard {
        let opened_at = Timestamp::from_seconds(1_000_000);
        TripCard {
            case: CaseId::from_bytes([1; 16]),
            alias: "Melati-1".into(),
            state,
            stops: Vec::new(),
            opened_at,
            served_at: hours.map(|hours| opened_at.plus_hours(hours)),
            barred: BTreeSet::new(),
        }
    }

    #[test]
    fn half_waited_so_long_and_of_two_cases_no_time_is_told() {
        let of = |hours: &[i64]| {
            let mut cards: Vec<TripCard> = hours.iter().map(|hours| card(Some(*hours), CaseState::Closed)).collect();
            cards.push(card(None, CaseState::Open));
            cards.push(card(None, CaseState::Given));
            waits(&cards)
        };
        let told = |served, median: i64, most: i64| Waits {
            served,
            waiting: 1,
            median_hours: Some(median),
            most_hours: Some(most),
        };
        assert_eq!(of(&[8, 2, 5]), told(3, 5, 8));
        assert_eq!(of(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), told(10, 5, 9));
        assert_eq!(of(&[8, 2]), Waits { served: 2, waiting: 1, ..Waits::default() });
        assert_eq!(of(&[-3, 0, 0]).median_hours, Some(0), "a clock that was set back is no time");
    }
}
