//! What becomes of the cases of an officer who leaves: passed on in the commit that ends her access, or held by nobody, which
//! the coordinator meets at the top of her day.

use crate::cases::{CaseState, CaseStream};
use crate::error::Error;
use crate::staff::Officer;
use base::{CaseId, OfficerId, limits};
use casework::Role;
use casework::case::Successor;
use serde::{Deserialize, Serialize};
use store::{Page, Read, Row, Shelf, StoreError, Stored, Tx, cbor};

/// Part of [`Shelf::Notices`]: open cases that nobody holds any more.
const UNHELD: &[u8] = b"unheld";

/// How many cases somebody took over, and how many nobody holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Over {
    /// Taken over.
    pub passed: usize,
    /// Held by nobody.
    pub unheld: usize,
}

/// What an officer has in hand of open cases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hands {
    /// Cases she holds.
    pub holds: usize,
    /// Cases she goes along with.
    pub goes_along: usize,
    /// Steps she took.
    pub steps: usize,
}

/// Counts what an officer has in hand.
pub async fn hands(view: &mut impl Read, officer: OfficerId) -> Result<Hands, Error> {
    let mut hands = Hands::default();
    for case in in_hand(view, officer).await? {
        let Some(case) = view.load::<CaseStream>(case.bytes()).await? else { continue };
        hands.holds += usize::from(case.manager() == Some(officer));
        hands.goes_along += usize::from(case.companion() == Some(officer));
        hands.steps += case.open_steps().filter(|(_, state)| state.officer == Some(officer)).count();
    }
    Ok(hands)
}

/// An open case whose holder left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unheld {
    /// The case.
    pub case: CaseId,
    /// The name it goes by.
    pub alias: String,
    /// Urgency word.
    pub urgency: String,
}

/// The rows of a case: one for each officer who has a part in it, one while nobody holds it.
pub fn rows(case: &CaseStream, id: CaseId) -> Vec<Row> {
    let is_open = case.state_word() == CaseState::Open;
    let Ok(card) = cbor::to_bytes(&id) else { return Vec::new() };
    let row = |shelf, part: Vec<u8>, card| Row { shelf, part, key: id.bytes().to_vec(), due: None, card };
    // A closed case may be open in need.
    let hands = if is_open { case.hands() } else { case.openers().collect() };
    let part = |officer: &OfficerId| officer.bytes().to_vec();
    let mut rows: Vec<Row> = hands.iter().map(|officer| row(Shelf::CasesInHand, part(officer), card.clone())).collect();
    if is_open && case.is_held_by_nobody() {
        let (alias, urgency) = (case.listed_as().to_owned(), case.urgency.word().to_owned());
        let card = cbor::to_bytes(&Unheld { case: id, alias, urgency }).ok();
        rows.extend(card.map(|card| row(Shelf::Notices, UNHELD.to_vec(), card)));
    }
    rows
}

/// Open cases that nobody holds any more, up to [`limits::CODE_ROWS_MAX`].
pub async fn unheld(view: &mut impl Read) -> Result<Vec<Unheld>, StoreError> {
    let rows = view.list::<Unheld>(Shelf::Notices, UNHELD, &Page::first(limits::CODE_ROWS_MAX)).await?;
    Ok(rows.into_iter().map(|row| row.card).collect())
}

/// Lets go of every open case in which an officer has a part.
pub(crate) async fn pass_on(
    tx: &mut Tx,
    (officer, by): (OfficerId, OfficerId),
    to: Option<&(OfficerId, Stored<Officer>)>,
) -> Result<Over, Error> {
    let to = to.map(|(id, officer)| Successor {
        id: *id,
        name: officer.name.expose(),
        holds: officer.roles.iter().any(|role| role.holds_cases()),
        goes_along: officer.roles.contains(&Role::Companion),
        counsel: officer.roles.contains(&Role::Counsel),
    });
    let mut over = Over::default();
    for case in in_hand(tx, officer).await? {
        let Some(mut stored) = tx.load::<CaseStream>(case.bytes()).await? else { continue };
        let held = stored.manager() == Some(officer);
        let events = stored.let_go(officer, by, to, tx.now());
        tx.append(&mut stored, events).await?;
        over.passed += usize::from(held && !stored.is_held_by_nobody());
        over.unheld += usize::from(held && stored.is_held_by_nobody());
    }
    Ok(over)
}

/// All of them, read before the first changes.
async fn in_hand(view: &mut impl Read, officer: OfficerId) -> Result<Vec<CaseId>, StoreError> {
    let (mut page, mut found) = (Page::first(limits::CODE_ROWS_MAX), Vec::new());
    while let Some(cases) = view.next_cards::<CaseId>(Shelf::CasesInHand, &officer.bytes(), &mut page).await? {
        found.extend(cases);
    }
    Ok(found)
}
