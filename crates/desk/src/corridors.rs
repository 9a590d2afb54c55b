//! Corridors from cases and from what is said of recruiters (ADR 49). The way of a case lies on a shelf by month, as codes of
//! regencies and of places abroad and nothing else; pages see cells, never a way.

use crate::act::Desk;
use crate::actor::{Actor, Staff};
use crate::cases::{CaseState, CaseStream};
use crate::error::Error;
use crate::mentions::Book;
use crate::policy::{self, Deed};
use base::{CaseId, OfficerId, Timestamp, Zone, limits};
use recruiters::corridor::{Cells, Month, of_case, regency_code};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use store::{Page, Read, Row, Shelf, View, cbor};

/// Months of a page.
pub const MONTHS: usize = 12;

/// The way of a case, and how soon help came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TripCard {
    /// Which case.
    pub case: CaseId,
    /// The name it goes by.
    pub alias: String,
    /// Where it stands.
    pub state: CaseState,
    /// Codes in the order of the way, never finer than a regency.
    pub stops: Vec<String>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When the first service was given.
    pub served_at: Option<Timestamp>,
    /// Officers who see nothing of it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub barred: BTreeSet<OfficerId>,
}

/// The row of a case; counsel's own file has none, for the case of the node that asked is counted there.
pub fn rows(case: &CaseStream, id: CaseId) -> Vec<Row> {
    if case.matter.from.is_some() {
        return Vec::new();
    }
    let text = case.fields.get("placement.route").map_or("", |text| text.expose().as_str());
    let origin = case.opening.origin.as_ref().map(base::Place::code);
    let card = TripCard {
        case: id,
        alias: case.listed_as().to_owned(),
        state: case.state_word(),
        stops: of_case(origin, text, case.opening.found_in.code()),
        opened_at: case.opened_at,
        served_at: case.first_service(),
        barred: case.barred.clone(),
    };
    let month = Month::of(case.opened_at, case.opening.found_in.zone()).to_string();
    let Ok(card) = cbor::to_bytes(&card) else { return Vec::new() };
    vec![Row { shelf: Shelf::Trips, part: month.into_bytes(), key: id.bytes().to_vec(), due: None, card }]
}

/// The ways of cases of some months, without those that an officer is shut out of.
pub async fn trips(
    view: &mut impl Read,
    staff: &Staff,
    months: impl IntoIterator<Item = Month>,
) -> Result<Vec<(Month, TripCard)>, Error> {
    let mut trips = Vec::new();
    for month in months {
        let mut page = Page::first(limits::CODE_ROWS_MAX);
        let part = month.to_string();
        while let Some(cards) = view.next_cards::<TripCard>(Shelf::Trips, part.as_bytes(), &mut page).await? {
            let seen = cards.into_iter().filter(|card| !card.barred.contains(&staff.id));
            trips.extend(seen.map(|card| (month, card)));
        }
    }
    Ok(trips)
}

/// What a page of corridors rests on.
#[derive(Clone, Debug)]
pub struct Corridors {
    /// The months, the newest first.
    pub months: Vec<Month>,
    /// Ways of cases.
    pub cases: Cells,
    /// From where to where people are taken, as it is said of recruiters; each of them counts once a month.
    pub recruiters: Cells,
}

impl Desk {
    /// The corridors of the last months. The running month is for those who see the cases anyway: a count that is read each
    /// day says on which day somebody came.
    pub async fn corridors(&self, by: &Actor) -> Result<Corridors, Error> {
        let staff = by.officer().ok_or(Error::NotFound)?;
        let (mut view, book) = self.book(by, Deed::SeeCorridors).await?;
        let zone = self.me.place.zone();
        let running = Month::of(view.now(), zone);
        let sees_cases = matches!(policy::decide(by, Deed::SeeCases), policy::Decision::Permit(_));
        let newest = if sees_cases { running } else { running.before() };
        let months: Vec<Month> = newest.back(MONTHS).collect();
        let cases = of_cases(&mut view, staff, &months).await?;
        Ok(Corridors { cases, recruiters: Cells::of(said_of(&book, staff, zone)), months })
    }
}

/// The cells of cases.
pub(crate) async fn of_cases(view: &mut View, staff: &Staff, months: &[Month]) -> Result<Cells, Error> {
    let trips = trips(view, staff, months.iter().copied()).await?;
    Ok(Cells::of(trips.into_iter().map(|(month, card)| (month, card.stops))))
}

fn said_of(book: &Book, reader: &Staff, zone: Zone) -> Vec<(Month, Vec<String>)> {
    let mut ways = BTreeSet::new();
    for entity in book.entities(reader) {
        for card in &entity.mentions {
            let code = |text: &str| regency_code(text).unwrap_or_else(|| text.to_owned());
            let (from, to) = (card.said.from.expose(), card.said.to.expose());
            if !from.is_empty() && !to.is_empty() {
                ways.insert((entity.head, Month::of(card.at, zone), vec![code(from), code(to)]));
            }
        }
    }
    ways.into_iter().map(|(_, month, stops)| (month, stops)).collect()
}
