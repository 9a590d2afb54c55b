//! Referral and handover between nodes: what the two sides do, and what travels.
//!
//! Start at [`give::SendOffer`] and [`take::TakerAct`]; the machine is `casework::offer`, the decision `accord`.

pub mod card;
pub mod documents;
pub mod effects;
pub mod files;
pub mod forgotten;
pub mod give;
pub mod ownership;
pub mod quota;
pub mod recheck;
pub mod records;
pub mod recovered;
pub mod source;
pub mod stream;
pub mod take;

pub use card::OfferCard;
pub use documents::{SeenDocument, SentDocument};
pub use files::{CameFile, CameState, OpenCame};
pub use give::{GiverAct, GiverWord, SendOffer, preview};
pub use source::{Ask, Cut, Seen};
pub use stream::{Came, Line, OfferEvent, OfferStream, Said, Sent};
pub use take::{TakerAct, TakerWord};

use crate::act::Desk;
use crate::actor::{Actor, Staff};
use crate::cases::{change, shut};
use crate::error::{Error, Refusal};
use crate::partners::peer;
use crate::policy::Deed;
use base::{CaseId, NodeId, ThreadId};
use store::{Listed, Page, Read, Shelf, StoreError, Stored, Tx, View};

/// Offers that run, the next answer first; or those that ended, newest first.
pub async fn offers(view: &mut impl Read, running: bool, page: &Page) -> Result<Vec<Listed<OfferCard>>, Error> {
    let part = if running { stream::RUNNING } else { stream::ENDED };
    Ok(view.list(Shelf::OffersByState, part, page).await?)
}

/// Takes out of a list the offers that an officer is shut out of.
pub async fn drop_shut(view: &mut impl Read, staff: &Staff, rows: &mut Vec<Listed<OfferCard>>) -> Result<(), Error> {
    let cases: Vec<_> = rows.iter().map(|row| row.card.near()).collect();
    shut::drop_shut(view, staff, rows, &cases).await?;
    let mut kept = Vec::new();
    for row in rows.drain(..) {
        let came = match row.card.near() {
            None => thread(view, row.card.thread).await?,
            Some(_) => None,
        };
        if !came.is_some_and(|came| came.accuses(staff.name.expose())) {
            kept.push(row);
        }
    }
    *rows = kept;
    Ok(())
}

/// Offers of a case.
pub async fn offers_of_case(view: &mut impl Read, case: CaseId) -> Result<Vec<OfferCard>, Error> {
    let rows = view.list(Shelf::OffersByCase, &case.bytes(), &Page::first(base::limits::PAGE_ROWS_MAX)).await?;
    Ok(rows.into_iter().map(|row: Listed<OfferCard>| row.card).collect())
}

/// Whether an officer is near enough to the case that a thread is about; of what came and is no case here, whether it names
/// her.
pub(crate) async fn near_thread(thread: ThreadId, by: &Actor, deed: Deed, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
    let stored = tx.load::<OfferStream>(thread.bytes()).await?.ok_or(Error::NotFound)?;
    let refusals = match stored.near() {
        Some(case) => change::near_to(case, by, deed, tx).await,
        None => Err(StoreError::Erased.into()),
    };
    match refusals {
        // No case here, or counsel's own was erased: what came says whom it names.
        Err(Error::Store(StoreError::Erased)) => {
            Ok(by.officer().and_then(|staff| stored.names(staff, thread)).into_iter().collect())
        }
        known => known,
    }
}

impl OfferStream {
    /// The refusal of an officer who is named in what came.
    fn names(&self, staff: &Staff, thread: ThreadId) -> Option<Refusal> {
        self.accuses(staff.name.expose()).then(|| Refusal::shut_out(&thread))
    }
}

impl Desk {
    /// A thread, if the actor may do the deed and is not shut out; with the snapshot it came from. Her try is noted.
    pub async fn thread_for(&self, by: &Actor, id: ThreadId, deed: Deed) -> Result<(View, Stored<OfferStream>), Error> {
        let mut view = self.read_for(by, deed).await?;
        let stored = thread(&mut view, id).await?.ok_or(Error::NotFound)?;
        let Some(staff) = by.officer() else { return Ok((view, stored)) };
        let refusal = match stored.near() {
            Some(case) => shut::shut_out_of(&mut view, staff, case).await?.then(|| Refusal::shut_out(&case)),
            None => stored.names(staff, id),
        };
        match refusal {
            None => Ok((view, stored)),
            Some(refusal) => {
                drop(view);
                Err(self.shut_out(by, vec![refusal]).await?)
            }
        }
    }
}

/// One thread. `None` if it is not here or was erased.
pub async fn thread(view: &mut impl Read, thread: ThreadId) -> Result<Option<Stored<OfferStream>>, Error> {
    match view.load::<OfferStream>(thread.bytes()).await {
        Err(store::StoreError::Erased) => Ok(None),
        other => Ok(other?),
    }
}

/// A thread that a partner began.
pub(crate) async fn new_thread(tx: &mut Tx, from: NodeId, thread: ThreadId) -> Result<Stored<OfferStream>, Error> {
    let peer_name = peer(tx, from).await?.map(|peer| peer.title).unwrap_or_default();
    let began = stream::OfferEvent::Began { peer: from, peer_name, case: None, person: None };
    Ok(tx.create::<OfferStream>(thread.bytes(), vec![began]).await?)
}
