//! The chain: a body said no, or was not there, and the next one is asked in the same commit. Never one twice, only while the
//! case may be offered, the accord permits and a consent of hers names the body.

use crate::act::{Desk, Doing};
use crate::aid::look::{ask_of, asked_now};
use crate::cases::CaseStream;
use crate::error::Error;
use crate::offers::{OfferStream, SendOffer, ownership};
use base::{CaseId, NodeId, ThreadId};
use casework::aid::{AidAsked, AidMove, AidState};
use casework::offer::{DeclineReason, GiverState, OfferKind, WithdrawReason};
use store::{Read, Stored, Tx};

/// The case remembers where its offer stands, and a request for legal aid that it was made for goes on.
pub(crate) async fn note(desk: &Desk, tx: &mut Tx, stored: &Stored<OfferStream>, no: u32) -> Result<(), Error> {
    ownership::note_in_case(tx, stored, no).await?;
    follow(desk, tx, stored, no).await
}

fn follow<'a>(desk: &'a Desk, tx: &'a mut Tx, stored: &'a Stored<OfferStream>, offer_no: u32) -> Doing<'a, ()> {
    Box::pin(async move {
        let (Some(case), Some(offer)) = (stored.case, stored.thread.giver.offer(offer_no)) else { return Ok(()) };
        let Some(said) = Said::of(offer.state, offer.ended_with.as_deref()) else { return Ok(()) };
        let thread = ThreadId::from_bytes(stored.id);
        let Some(found) = tx.load::<CaseStream>(case.bytes()).await? else { return Ok(()) };
        let Some((no, request)) = found.aid_of(thread, offer_no) else { return Ok(()) };
        if request.waits_for().is_none() {
            return Ok(());
        }
        let word = match said {
            Said::Yes => "accepted".to_owned(),
            _ => offer.ended_with.clone().unwrap_or_else(|| "expired".to_owned()),
        };
        let mut at = Place { desk, case, no };
        at.moves(tx, AidMove::Answered(word)).await?;
        match said {
            Said::Yes => at.moves(tx, AidMove::Stands(AidState::Served)).await,
            Said::Stop => at.moves(tx, AidMove::Stands(AidState::Stopped)).await,
            Said::Next => go_on(desk, tx, (case, no)).await,
        }
    })
}

/// What an offer that moved means for its request.
#[derive(Clone, Copy)]
enum Said {
    Yes,
    Next,
    Stop,
}

impl Said {
    /// Nothing while the offer waits. Her own no, and what the officer or a withdrawal of consent ended, ends the request: then
    /// somebody speaks with her first.
    fn of(state: GiverState, why: Option<&str>) -> Option<Self> {
        let is = |word: &str| why == Some(word);
        Some(match state {
            GiverState::Open | GiverState::Accepted => return None,
            GiverState::Given | GiverState::Done => Self::Yes,
            GiverState::Declined if is(DeclineReason::PersonRefuses.word()) => Self::Stop,
            GiverState::Declined | GiverState::Expired => Self::Next,
            GiverState::Withdrawn => {
                let next = [WithdrawReason::Accord, WithdrawReason::OtherProvider, WithdrawReason::KeyLost];
                if next.iter().any(|reason| is(reason.word())) { Self::Next } else { Self::Stop }
            }
        })
    }
}

/// A request of a case.
struct Place<'a> {
    desk: &'a Desk,
    case: CaseId,
    no: u16,
}

impl Place<'_> {
    async fn moves(&mut self, tx: &mut Tx, moved: AidMove) -> Result<(), Error> {
        let mut case = tx.load::<CaseStream>(self.case.bytes()).await?.ok_or(Error::NotFound)?;
        let events = case.move_aid(self.no, moved, &self.desk.today_for(&case, tx.now()));
        Ok(tx.append(&mut case, events).await?)
    }
}

/// Asks the next body that may be asked; where she has not named one that is left, an officer asks her; else the coordinator
/// is told that nobody is left.
pub(super) async fn go_on(desk: &Desk, tx: &mut Tx, (case, no): (CaseId, u16)) -> Result<(), Error> {
    let mut at = Place { desk, case, no };
    let found = tx.load::<CaseStream>(case.bytes()).await?.ok_or(Error::NotFound)?;
    let request = found.aid.get(&no).ok_or(Error::NotFound)?;
    let (person, left) = (request.person, request.left().map(|body| body.node).collect::<Vec<_>>());
    let is_shut = found.closed.is_some() || found.frozen || found.restricted || found.ownership.other.is_some();
    drop(found);
    if is_shut {
        return at.moves(tx, AidMove::Stands(AidState::Stopped)).await;
    }
    let mut needs_her = false;
    for node in left {
        match Box::pin(asks(desk, tx, (case, person, node))).await {
            Ok(asked) => return at.moves(tx, AidMove::Asked(asked)).await,
            Err(Error::Store(error)) => return Err(error.into()),
            Err(error) => {
                let code = code_of(&error);
                needs_her |= code.starts_with("consent.");
                if !code.starts_with("consent.") {
                    at.moves(tx, AidMove::Passed(node, code.to_owned())).await?;
                }
            }
        }
    }
    let stands = if needs_her { AidState::Consent } else { AidState::Exhausted };
    at.moves(tx, AidMove::Stands(stands)).await
}

/// Why a body cannot be asked. What a consent would cure is named before what lies elsewhere, because the fields that no
/// clause covers are refused for every body.
fn code_of(error: &Error) -> &'static str {
    let of_consent = match error {
        Error::Refused(refusals) => {
            refusals.iter().map(|refusal| refusal.code.0).find(|code| code.starts_with("consent."))
        }
        _ => None,
    };
    of_consent.unwrap_or_else(|| error.problem().code.0)
}

async fn asks(
    desk: &Desk,
    tx: &mut Tx,
    (case, person, node): (CaseId, Option<base::PersonId>, NodeId),
) -> Result<AidAsked, Error> {
    let send = SendOffer { case, version: None, ask: ask_of(person, node) };
    let (thread, offer_no) = send.offer(desk, tx).await?;
    asked_now(tx, node).await?;
    let stored = tx.load::<OfferStream>(thread.bytes()).await?.ok_or(Error::NotFound)?;
    let answer_by = stored.thread.giver.offer(offer_no).map_or(tx.now(), |offer| offer.opening.answer_by);
    debug_assert!(stored.thread.giver.offer(offer_no).is_some_and(|o| o.opening.kind == OfferKind::Referral));
    Ok(AidAsked { node, thread, offer_no, at: tx.now(), answer_by, answer: None })
}
