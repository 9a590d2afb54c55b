//! A node that closes: its signed entry says so, partners offer it nothing any more, and what it still holds goes to another
//! owner first.

use super::accord::ending::take_back;
use super::revoking::may_reach;
use crate::act::Desk;
use crate::cases::{CaseCard, CaseState};
use crate::error::Error;
use crate::mail;
use crate::offers::card::running;
use base::{NodeId, Problem, limits};
use casework::offer::WithdrawReason;
use seal::VerifiedEntry;
use store::{Page, Read, Shelf, Tx};

/// The role word in the entry of a node that closed.
pub const CLOSED: &str = "closed";
/// Named value of a node that said so itself.
pub const CLOSED_HERE: &str = "closed";

/// What a node would leave behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holds {
    /// Open cases that it owns.
    pub cases: usize,
    /// Referrals and handovers that have not ended, both ways.
    pub offers: usize,
}

/// What this node still holds.
pub async fn holds(view: &mut impl Read) -> Result<Holds, Error> {
    let mut page = Page::first(limits::CODE_ROWS_MAX);
    let (mut cases, part) = (0, CaseState::Open.word().as_bytes());
    while let Some(cards) = view.next_cards::<CaseCard>(Shelf::CasesByState, part, &mut page).await? {
        cases += cards.len();
    }
    Ok(Holds { cases, offers: running(view).await?.len() })
}

/// Whether an entry says that its node closed.
pub fn is_closed(entry: &VerifiedEntry) -> bool {
    says_closed(entry.stated())
}

fn says_closed(stated: &seal::Entry) -> bool {
    stated.roles.iter().any(|role| role == CLOSED)
}

/// Refused to and by a node that closed, and to one whose key is dead.
pub async fn may_offer_to(tx: &mut Tx, desk: &Desk, peer: NodeId) -> Result<(), Error> {
    may_reach(tx, peer).await?;
    if tx.raw().meta(CLOSED_HERE).await?.is_some_and(|said| !said.is_empty()) {
        return Err(Problem::at("node.closed", desk.me.title.clone()).into());
    }
    let entry = mail::entry(tx, peer).await?;
    if entry.and_then(|entry| seal::entry::stated_in(&entry.signed.0)).is_some_and(|stated| says_closed(&stated)) {
        return Err(Problem::at("node.closed", peer.to_string()).into());
    }
    Ok(())
}

/// A partner closed: what it has not answered is taken back, for others to answer.
pub(crate) async fn peer_closed(desk: &Desk, tx: &mut Tx, peer: NodeId) -> Result<(), Error> {
    take_back(desk, tx, &[peer], (None, WithdrawReason::OtherProvider)).await
}
