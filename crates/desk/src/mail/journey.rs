//! The journey of a message, as a page shows it: queued, handed on, arrived, read.

use super::outgoing::{Outgoing, State};
use base::{ThreadId, Timestamp};
use store::{Direction, Page, Read, StoreError, Tx};

/// How far a message came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Waits here: "antre".
    Queued,
    /// A carrier has it: "diteruskan".
    Handed,
    /// The peer committed it: "sudah tiba".
    Arrived,
    /// Somebody there looked at it: "dibaca".
    Read,
    /// The peer refused it.
    Refused,
    /// The peer must upgrade.
    Held,
    /// Its life ended without a receipt.
    Expired,
    /// Stopped by a withdrawal.
    Stopped,
}

/// One message of a thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leg {
    /// Its number.
    pub seq: u64,
    /// Its type.
    pub number: u16,
    /// How far it came.
    pub stage: Stage,
    /// When it was sent by the act.
    pub made_at: Timestamp,
    /// When a carrier took it.
    pub handed_at: Option<Timestamp>,
    /// When the receipt came.
    pub received_at: Option<Timestamp>,
    /// When somebody there looked.
    pub seen_at: Option<Timestamp>,
    /// When its life is over.
    pub expires_at: Timestamp,
    /// Why it was refused or held.
    pub code: Option<String>,
}

/// The newest messages we sent in a thread, newest first.
pub async fn journey(view: &mut impl Read, thread: ThreadId, limit: usize) -> Result<Vec<Leg>, StoreError> {
    let page = Page { after: None, limit, direction: Direction::Down };
    let rows = view.states::<Outgoing>(&thread.bytes(), &page).await?;
    Ok(rows.into_iter().map(|row| leg(row.card)).collect())
}

fn leg(out: Outgoing) -> Leg {
    let stage = match out.state {
        State::Refused => Stage::Refused,
        State::Held => Stage::Held,
        State::Expired => Stage::Expired,
        State::Void => Stage::Stopped,
        State::Received if out.seen_at.is_some() => Stage::Read,
        State::Received => Stage::Arrived,
        State::Handed => Stage::Handed,
        // A retry is queued again, but for the reader it stays "handed on".
        State::Queued | State::WaitingKey if out.handed_at.is_some() => Stage::Handed,
        State::Queued | State::WaitingKey => Stage::Queued,
    };
    Leg {
        seq: out.seq,
        number: out.number,
        stage,
        made_at: out.made_at,
        handed_at: out.handed_at,
        received_at: out.received_at,
        seen_at: out.seen_at,
        expires_at: out.expires_at,
        code: out.code,
    }
}

/// Notes that somebody at the peer looked at what we sent last of a type in a thread (17 offer.seen).
pub async fn seen(tx: &mut Tx, thread: ThreadId, number: u16, at: Timestamp) -> Result<(), StoreError> {
    let page = Page { after: None, limit: 100, direction: Direction::Down };
    let rows = tx.states::<Outgoing>(&thread.bytes(), &page).await?;
    if let Some(mut out) = rows.into_iter().map(|row| row.card).find(|out| out.number == number)
        && out.seen_at.is_none()
    {
        out.seen_at = Some(at);
        out.put(tx).await?;
    }
    Ok(())
}
