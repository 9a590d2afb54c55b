//! Time and activity for donors: counts of matters and hours, of whole quarters alone, small cells hidden.

use crate::act::Desk;
use crate::cases::CaseStream;
use crate::error::Error;
use base::{CaseId, Problem, limits};
use casework::matter::{Activity, Spending};
use casework::quarter::Quarter;
use std::collections::BTreeMap;
use store::{Page, Read, Row, Shelf, cbor};

pub use casework::matter::Spent;

/// Part of [`Shelf::Matters`]: time of a quarter.
fn part(quarter: &str) -> Vec<u8> {
    format!("time/{quarter}").into_bytes()
}

/// A row for each quarter in which time was spent: minutes by activity. It says whose matter by its key alone.
pub(super) fn rows(case: &CaseStream, id: CaseId) -> Vec<Row> {
    let mut quarters: BTreeMap<String, Spending> = BTreeMap::new();
    for note in case.matter.times.values() {
        let Some(quarter) = Quarter::of_day(&note.on) else { continue };
        let minutes = quarters.entry(quarter.to_string()).or_default().entry(note.activity).or_default();
        *minutes += u64::from(note.minutes);
    }
    let row = |(quarter, spending): (String, Spending)| {
        let card = cbor::to_bytes(&spending).ok()?;
        Some(Row { shelf: Shelf::Matters, part: part(&quarter), key: id.bytes().to_vec(), due: None, card })
    };
    quarters.into_iter().filter_map(row).collect()
}

/// What was spent in a quarter that is over. One that still runs is not counted: counts made anew each day could be compared,
/// and the difference would be somebody.
pub async fn spent(view: &mut impl Read, desk: &Desk, quarter: Quarter) -> Result<Spent, Error> {
    if quarter.end(desk.me.place.zone()) > view.now() {
        return Err(Problem::at("quarter.not-over", quarter.to_string()).into());
    }
    let mut page = Page::first(limits::CODE_ROWS_MAX);
    let mut all: Vec<BTreeMap<Activity, u64>> = Vec::new();
    let part = part(&quarter.to_string());
    while let Some(cards) = view.next_cards::<Spending>(Shelf::Matters, &part, &mut page).await? {
        all.extend(cards);
    }
    Ok(Spent::of(&all))
}
