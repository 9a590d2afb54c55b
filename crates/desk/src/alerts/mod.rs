//! Alerts about recruiters between nodes (messages 40 and 41): fields of recruiters and nothing else, each decided by an accord at
//! both ends, with grades, an end, a correction and a recall (ADR 50).
//!
//! An alert is a stream that has the same id at its sender and at each receiver. What came is a mention of the source "alert of a
//! partner": people judge it like any other, and it goes when the alert ends. Start at [`send`], then [`came`].

pub(crate) mod both;
pub mod came;
pub mod compose;
mod ruling;
pub mod send;
mod stream;

pub use compose::{Composed, compose};
pub use ruling::{CONFIDENCE, Ruling, rule};
pub(crate) use send::say_anew;
pub use send::{CorrectAlert, ReadAlert, RecallAlert, SendAlert};
pub use stream::{AlertCard, AlertEvent, AlertStream, Claim, Going, Known, Recall, Side, State};

use crate::act::{Act, Desk};
use crate::error::Error;
use crate::inbox::message_of;
use crate::mail::Outgoing;
use crate::partners::accord_between;
use crate::policy::{Deed, Permit};
use crate::wire::Message;
use ::accord::AccordState;
use async_trait::async_trait;
use base::{AlertId, NodeId, Timestamp, limits};
use recruiters::said::Withdrawing;
use store::{Direction, Page, Read, Shelf, Stored, Tx};

/// The id of an alert: SHA-256("simpul/alert-id/1" || sender || number), its first half.
pub fn alert_id(from: NodeId, no: u64) -> AlertId {
    let digest = seal::hash::sha256(&[b"simpul/alert-id/1", &from.bytes(), &no.to_be_bytes()]);
    AlertId::from_bytes(digest.first_chunk().copied().unwrap_or_default())
}

/// Alerts that were sent, or that came, the newest first.
pub async fn alerts(view: &mut impl Read, side: Side) -> Result<Vec<AlertCard>, Error> {
    let page = Page { after: None, limit: limits::PAGE_ROWS_MAX, direction: Direction::Down };
    Ok(view.list::<AlertCard>(Shelf::Alerts, side.part(), &page).await?.into_iter().map(|row| row.card).collect())
}

/// Alerts of which something is new that nobody here has read.
pub async fn unread(view: &mut impl Read) -> Result<Vec<AlertCard>, Error> {
    let rows = view.list::<AlertCard>(Shelf::AlertsUnread, &[], &Page::first(limits::PAGE_ROWS_MAX)).await?;
    Ok(rows.into_iter().map(|row| row.card).collect())
}

/// One alert.
pub async fn alert(view: &mut impl Read, id: AlertId) -> Result<Option<Stored<AlertStream>>, Error> {
    Ok(view.load::<AlertStream>(id.bytes()).await?)
}

/// Before an alert older than a day is sealed again: the accord is in force, and the alert too.
pub(crate) async fn still_goes(desk: &Desk, tx: &mut Tx, out: &Outgoing) -> Result<bool, Error> {
    let Some(Message::RecruiterAlert(said)) = message_of(tx, out).await? else { return Ok(false) };
    let Some(stored) = alert(tx, alert_id(desk.me.id, said.alert_no)).await? else { return Ok(false) };
    let Some(going) = stored.sent.get(&out.peer).filter(|_| stored.state.state == State::Live) else {
        return Ok(false);
    };
    let accords = accord_between(tx, desk.me.id, out.peer).await?;
    Ok(accords.iter().any(|accord| accord.hash == going.accord.2 && accord.state == AccordState::Active))
}

/// Alerts whose time is over.
pub(crate) async fn over(view: &mut impl Read, now: Timestamp, limit: usize) -> Result<Vec<AlertMoment>, Error> {
    let rows = view.due::<AlertCard>(Shelf::Alerts, now, limit).await?;
    Ok(rows.into_iter().map(|(_, row)| AlertMoment(row.card.id)).collect())
}

/// The time of an alert is over: what it said counts no more.
#[derive(Clone, Copy, Debug)]
pub struct AlertMoment(pub AlertId);

#[async_trait]
impl Act for AlertMoment {
    const NAME: &'static str = "alert.moment";
    const DEED: Deed = Deed::SendAlert;
    type Done = ();

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let Some(mut stored) = alert(tx, self.0).await? else { return Ok(()) };
        if stored.due().is_none_or(|until| tx.now() < until) {
            return Ok(());
        }
        came::take_away(tx, &stored, Withdrawing::Lapsed).await?;
        Ok(tx.append(&mut stored, vec![AlertEvent::Expired]).await?)
    }
}
