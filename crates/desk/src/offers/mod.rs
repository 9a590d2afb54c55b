//! Referral and handover between nodes: what the two sides do, and what travels.
//!
//! Start at [`give::SendOffer`] and [`take::TakerAct`]; the machine is `casework::offer`, the decision `accord`.

pub mod effects;
pub mod give;
pub mod ownership;
pub mod recheck;
pub mod recovered;
pub mod source;
pub mod stream;
pub mod take;

pub use give::{GiverAct, GiverWord, SendOffer, preview};
pub use source::{Ask, Cut, Seen};
pub use stream::{Came, Line, OfferCard, OfferEvent, OfferStream, Said, Sent};
pub use take::{TakerAct, TakerWord};

use crate::actor::Actor;
use crate::cases::change;
use crate::error::{Error, Refusal};
use crate::policy::Deed;
use base::{CaseId, ThreadId};
use store::{Listed, Page, Read, Shelf, Stored, Tx};

/// Offers that run, the next answer first; or those that ended, newest first.
pub async fn offers(view: &mut impl Read, running: bool, page: &Page) -> Result<Vec<Listed<OfferCard>>, Error> {
    let part = if running { stream::RUNNING } else { stream::ENDED };
    Ok(view.list(Shelf::OffersByState, part, page).await?)
}

/// Offers of a case.
pub async fn offers_of_case(view: &mut impl Read, case: CaseId) -> Result<Vec<OfferCard>, Error> {
    let rows = view.list(Shelf::OffersByCase, &case.bytes(), &Page::first(base::limits::PAGE_ROWS_MAX)).await?;
    Ok(rows.into_iter().map(|row: Listed<OfferCard>| row.card).collect())
}

/// Whether an officer is near enough to the case that a thread is about, if it is about one of this node's.
async fn near_thread(thread: ThreadId, by: &Actor, deed: Deed, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
    let stored = tx.load::<OfferStream>(thread.bytes()).await?.ok_or(Error::NotFound)?;
    match stored.case {
        Some(case) => change::near_to(case, by, deed, tx).await,
        None => Ok(Vec::new()),
    }
}

/// One thread. `None` if it is not here or was erased.
pub async fn thread(view: &mut impl Read, thread: ThreadId) -> Result<Option<Stored<OfferStream>>, Error> {
    match view.load::<OfferStream>(thread.bytes()).await {
        Err(store::StoreError::Erased) => Ok(None),
        other => Ok(other?),
    }
}
