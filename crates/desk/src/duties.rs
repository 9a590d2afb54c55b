//! What time asks for: clocks that ring, offers whose answer is due or over, accords on paper that nobody countersigned, alerts whose time is over. Called by the node's loop and by `sim`.

use crate::act::{Act, Asking, Desk};
use crate::actor::Actor;
use crate::aid::follow;
use crate::cases::OnCase;
use crate::cases::steps::RaiseAlarms;
use crate::error::Error;
use crate::mail::{self, Stage};
use crate::offers::{OfferStream, effects};
use crate::policy::{Deed, Permit};
use async_trait::async_trait;
use base::{CaseId, ThreadId, Timestamp};
use casework::offer::ThreadEvent;
use store::{Read, Shelf, Tx};

/// Duties done in one round.
const ROUND_MAX: usize = 64;

impl Desk {
    /// Does what is due now; RED first follows from the order of alarms in each case. Gives how many were done.
    pub async fn do_duties(&self) -> Result<usize, Error> {
        let now = self.now();
        let mut view = self.read().await?;
        let cases = view.due::<CaseId>(Shelf::Clocks, now, ROUND_MAX).await?;
        let papers = crate::partners::accord::paper::over(&mut view, now, ROUND_MAX).await?;
        let alerts = crate::alerts::over(&mut view, now, ROUND_MAX).await?;
        let threads = view.due::<ThreadId>(Shelf::OfferMoments, now, ROUND_MAX).await?;
        drop(view);
        let mut done = 0;
        for (_, row) in cases {
            let act = OnCase { case: row.card, version: None, change: RaiseAlarms };
            done += usize::from(self.duty(&act).await?);
        }
        for (_, row) in threads {
            done += usize::from(self.duty(&OfferMoment(row.card)).await?);
        }
        for act in papers {
            done += usize::from(self.duty(&act).await?);
        }
        for act in alerts {
            done += usize::from(self.duty(&act).await?);
        }
        Ok(done)
    }

    /// One duty. What a rule refuses is a bug of ours: it is told to the operator and must not hold up the others.
    async fn duty<A: Act>(&self, act: &A) -> Result<bool, Error> {
        match self.run(&Actor::Node, Asking::once(&*self.chance, self.now()), act).await {
            Ok(_) => Ok(true),
            Err(Error::Store(error)) => Err(error.into()),
            Err(error) => {
                tracing::error!(act = A::NAME, code = error.problem().code.0, "a duty was refused");
                Ok(false)
            }
        }
    }

    /// When the next duty is due.
    pub async fn next_duty(&self) -> Result<Option<Timestamp>, Error> {
        let mut view = self.read().await?;
        let clock = view.raw().next_due(Shelf::Clocks.number()).await?;
        let offer = view.raw().next_due(Shelf::OfferMoments.number()).await?;
        let paper = view.raw().next_due(Shelf::Accords.number()).await?;
        let alert = view.raw().next_due(Shelf::Alerts.number()).await?;
        Ok([clock, offer, paper, alert].into_iter().flatten().min())
    }
}

/// An offer's answer is due, or the offer is over.
#[derive(Clone, Copy, Debug)]
pub struct OfferMoment(pub ThreadId);

#[async_trait]
impl Act for OfferMoment {
    const NAME: &'static str = "offer.moment";
    const DEED: Deed = Deed::SendOffer;
    type Done = ();

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let Some(mut stored) = tx.load::<OfferStream>(self.0.bytes()).await? else { return Ok(()) };
        let legs = mail::journey(tx, self.0, base::limits::PAGE_ROWS_MAX).await?;
        // Newest first: the 16 of the offer that is open, not of one that ended before it.
        let received = legs
            .iter()
            .find(|leg| leg.number == 16)
            .is_some_and(|leg| matches!(leg.stage, Stage::Arrived | Stage::Read));
        let Some(event) = stored.thread.giver.due(tx.now(), received) else { return Ok(()) };
        let no = event.offer_no();
        effects::step(desk, tx, &mut stored, ThreadEvent::Giver(event)).await?;
        follow::note(desk, tx, &stored, no).await
    }
}
