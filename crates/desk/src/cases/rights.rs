//! What a person asks about her data: recorded, looked at by a second officer, answered; the list of what waits.

use super::change::{self, Change, changes};
use crate::act::{Act, Desk, note_access};
use crate::actor::Actor;
use crate::cases::CaseStream;
use crate::error::{Error, Refusal};
use crate::policy::{Deed, Permit};
use async_trait::async_trait;
use base::{CaseId, OfficerId, Problem, Redacted, Timestamp, limits};
use casework::case::Today;
use casework::rights::{Asker, Granted, Ground, PersonCopy, Review, RightAnswer, RightAsk};
use casework::words::Category;
use casework::{Case, CaseEvent};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use store::{AccessEvent, KeyBytes, Page, Read, Row, Shelf, Stored, Tx, cbor};

type Events = Result<Vec<CaseEvent>, Problem>;

/// Part of [`Shelf::RightsDue`].
const OPEN: &[u8] = b"open";

/// A request that waits for its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RightCard {
    /// The case.
    pub case: CaseId,
    /// The name it goes by.
    pub alias: String,
    /// Number of the request.
    pub no: u16,
    /// Word of the right.
    pub right: String,
    /// When it is due.
    pub due: Timestamp,
}

/// The rows of the requests of a case that wait.
pub fn rows(case: &CaseStream, id: CaseId) -> Vec<Row> {
    let row = |(no, request): (u16, &casework::rights::RightRequest)| {
        let alias = case.listed_as().to_owned();
        let (right, due) = (request.ask.right.word().to_owned(), request.clock.due);
        let card = cbor::to_bytes(&RightCard { case: id, alias, no, right, due }).ok()?;
        let key = KeyBytes::new().int(due.millis()).bytes(&id.bytes()).int(no.into()).done();
        Some(Row { shelf: Shelf::RightsDue, part: OPEN.to_vec(), key, due: None, card })
    };
    case.open_rights().filter_map(row).collect()
}

/// Requests that wait, the first due first.
pub async fn waiting(view: &mut impl Read) -> Result<Vec<RightCard>, Error> {
    let rows = view.list::<RightCard>(Shelf::RightsDue, OPEN, &Page::first(limits::PAGE_ROWS_MAX)).await?;
    Ok(rows.into_iter().map(|row| row.card).collect())
}

/// Records what she asks. A withdrawal acts at once.
#[derive(Clone, Debug)]
pub struct AskRight(pub RightAsk);

impl Change for AskRight {
    const NAME: &'static str = "right.ask";
    const DEED: Deed = Deed::TakeRequest;

    fn events(&self, case: &Case, by: OfficerId, today: &Today<'_>) -> Events {
        case.ask_right(self.0.clone(), by, today)
    }
}

changes! {
    /// A second officer looks who asks, and whether the way of the answer is safe.
    ReviewRight {
        /// Number of the request.
        no: u16,
        /// Who asks.
        asker: Asker,
        /// Nobody else gets the answer.
        way_is_safe: bool,
        /// What was looked at.
        note: Redacted<String>,
    } "right.review" ReviewRequest |self, case, by, _today| {
        let Self { asker, way_is_safe, note, .. } = self.clone();
        case.review_right(self.no, Review { by, asker, way_is_safe, note })
    };

    /// The answer, as she was told it.
    AnswerRight {
        /// Number of the request.
        no: u16,
        /// In full, in part, not.
        granted: Granted,
        /// On which ground not.
        ground: Option<Ground>,
        /// Kinds of data that are left out.
        left_out: BTreeSet<Category>,
        /// The words.
        reason: Redacted<String>,
    } "right.answer" AnswerRequest |self, case, by, _today| {
        let Self { granted, ground, left_out, reason, .. } = self.clone();
        case.answer_right(self.no, RightAnswer { granted, ground, left_out, reason, by })
    };

    /// She wishes that sharing goes on.
    LiftRestriction {
        /// Why.
        reason: Redacted<String>,
    } "right.lift" AnswerRequest |self, case, _by, _today| case.lift_restriction(self.reason.clone());
}

/// Makes the copy that a granted request gives her. It shows the identity, so it is for those who may see it, and each
/// making is recorded before the answer.
#[derive(Clone, Copy, Debug)]
pub struct MakeCopy {
    /// The case.
    pub case: CaseId,
    /// Number of the request.
    pub no: u16,
}

#[async_trait]
impl Act for MakeCopy {
    const NAME: &'static str = "right.copy";
    const DEED: Deed = Deed::SeeIdentity;
    type Done = PersonCopy;

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        change::near_to(self.case, by, Self::DEED, tx).await
    }

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<PersonCopy, Error> {
        let now = tx.now();
        let copy = |case: &Stored<CaseStream>| case.copy_for_person(self.no, now);
        let copy = tx.look(self.case.bytes(), copy).await?.ok_or(Error::NotFound)??;
        let officer = OfficerId::from_bytes(tx.origin().actor);
        note_access(tx, self.case.bytes(), AccessEvent::CopyMade { officer, request: self.no }).await?;
        Ok(copy)
    }
}
