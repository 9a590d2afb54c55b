//! What lists of offers show: a card for each offer of a thread, both ways.

use super::stream::{ENDED, OfferStream, RUNNING};
use crate::error::Error;
use base::{CaseId, NodeId, PersonId, ThreadId, Timestamp, limits};
use casework::offer::{GiverState, TakerState};
use serde::{Deserialize, Serialize};
use store::{KeyBytes, Page, Read, Row, Shelf, cbor};

/// What lists of offers show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferCard {
    /// The thread.
    pub thread: ThreadId,
    /// The offer.
    pub offer_no: u32,
    /// Whether this node gives.
    pub giving: bool,
    /// `referral` or `handover`.
    pub kind: String,
    /// State word of the machine.
    pub state: String,
    /// The other node.
    pub peer: NodeId,
    /// Its name.
    pub peer_name: String,
    /// The case here, if any.
    pub case: Option<CaseId>,
    /// The matter that counsel opened from it here.
    #[serde(default)]
    pub matter: Option<CaseId>,
    /// Another person of the case, if it is about her.
    pub person: Option<PersonId>,
    /// Purpose word.
    pub purpose: String,
    /// Urgency word.
    pub urgency: String,
    /// When an answer is due.
    pub answer_by: Timestamp,
    /// Since when.
    pub at: Timestamp,
}

impl OfferCard {
    /// The case or matter that says who may see it.
    pub fn near(&self) -> Option<CaseId> {
        self.case.or(self.matter)
    }
}

impl OfferStream {
    /// A card for each offer, both ways.
    pub fn cards(&self, thread: ThreadId) -> Vec<OfferCard> {
        let given = self.thread.giver.offers().map(|offer| {
            self.card(
                thread,
                true,
                (&offer.opening, word(&offer.state)),
                self.sent.get(&offer.opening.offer_no).map(|s| s.at),
            )
        });
        let taken = self.thread.taker.offers().filter_map(|(no, offer)| {
            let opening = offer.opening.as_ref()?;
            Some(self.card(thread, false, (opening, word(&offer.state)), self.came.get(&no).map(|c| c.at)))
        });
        given.chain(taken).collect()
    }

    fn card(
        &self,
        thread: ThreadId,
        giving: bool,
        (opening, state): (&casework::offer::Opening, String),
        at: Option<Timestamp>,
    ) -> OfferCard {
        OfferCard {
            thread,
            offer_no: opening.offer_no,
            giving,
            kind: opening.kind.word().to_owned(),
            state,
            peer: self.peer,
            peer_name: self.peer_name.clone(),
            case: self.case,
            matter: self.matter,
            person: self.person,
            purpose: opening.purpose.word().to_owned(),
            urgency: opening.urgency.word().to_owned(),
            answer_by: opening.answer_by,
            at: at.unwrap_or(self.since),
        }
    }
}

/// Every offer that has not ended, by the moment of its answer.
pub async fn running(view: &mut impl Read) -> Result<Vec<OfferCard>, Error> {
    let mut out = Vec::new();
    let mut page = Page::first(limits::PAGE_ROWS_MAX);
    loop {
        let rows = view.list::<OfferCard>(Shelf::OffersByState, RUNNING, &page).await?;
        let Some(last) = rows.last() else { return Ok(out) };
        page.after = Some(last.key.clone());
        out.extend(rows.into_iter().map(|row| row.card));
    }
}

/// Those with one partner.
pub async fn with_peer(view: &mut impl Read, peer: NodeId) -> Result<Vec<OfferCard>, Error> {
    Ok(running(view).await?.into_iter().filter(|card| card.peer == peer).collect())
}

/// A state as the word it is stored and printed with.
fn word<T: Serialize>(state: &T) -> String {
    serde_json::to_value(state).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Where it stands in the lists.
pub(super) fn rows(card: &OfferCard) -> Vec<Row> {
    let Ok(bytes) = cbor::to_bytes(card) else { return Vec::new() };
    let ended = [GiverState::Done, GiverState::Declined, GiverState::Withdrawn, GiverState::Expired]
        .map(|state| word(&state))
        .contains(&card.state)
        || [TakerState::Closed, TakerState::Lapsed].map(|state| word(&state)).contains(&card.state);
    let number = i64::from(card.offer_no);
    let order = if ended { -card.at.millis() } else { card.answer_by.millis() };
    let key = KeyBytes::new().int(order).bytes(&card.thread.bytes()).int(number).done();
    let part = if ended { ENDED } else { RUNNING }.to_vec();
    let mut rows = vec![Row { shelf: Shelf::OffersByState, part, key, due: None, card: bytes.clone() }];
    if let Some(case) = card.case {
        let key = KeyBytes::new().bytes(&card.thread.bytes()).int(number).done();
        rows.push(Row { shelf: Shelf::OffersByCase, part: case.bytes().to_vec(), key, due: None, card: bytes });
    }
    rows
}
