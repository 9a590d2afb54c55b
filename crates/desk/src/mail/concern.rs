//! What about the mail needs a person: somebody must telephone, upgrade, or look (FEDERATION.md 5 and 11).
//!
//! Ids, numbers and times only. A concern ends by itself when its cause ends; what cannot end by itself ends when a person
//! says that it was seen to.

use super::outgoing::Outgoing;
use super::received::Notice;
use super::revoked::Revoked;
use base::{NodeId, ThreadId, Timestamp, from_hex, hex, limits};
use serde::{Deserialize, Serialize};
use store::{Page, Read, Sealed, Shelf, Shelved, StoreError, Tx};

/// What is the matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ConcernKind {
    /// A share of a message's life is over without a receipt, or all of it: ring the partner, or use a stick.
    Late,
    /// The partner has no valid key to seal to.
    NoKey,
    /// The partner holds a message of ours until it upgrades.
    HeldThere,
    /// We hold a message of theirs until we upgrade.
    HeldHere,
    /// The partner refused a message.
    Refused,
    /// The partner wrote two messages under one number: the thread is frozen.
    Frozen,
    /// The partner's clock is ahead by more than `CLOCK_SKEW_HOURS_MAX`, by its own messages.
    ClockWrong,
    /// Ten or more messages in a day that nobody we know signed.
    Forged,
    /// The partner was put back from a backup: compare what was agreed since.
    TheyForgot,
    /// We were, and the partner has messages of ours that we do not know any more.
    WeForgot,
    /// The partner's journal is not the one it showed before: evidence is kept.
    TheyForked,
    /// The partner saw another journal of ours than the one we have.
    WeForked,
    /// The partner's key was revoked: nothing goes to it until it has another.
    KeyRevoked,
    /// Our own key was revoked: partners take nothing of us until the root gives another.
    OwnKeyRevoked,
    /// The partner's node closed: nothing is offered to it any more.
    PeerClosed,
}

/// One matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Concern {
    /// What is the matter.
    pub kind: ConcernKind,
    /// With which partner; none for forged mail.
    pub peer: Option<NodeId>,
    /// In which thread, if in one.
    pub thread: Option<ThreadId>,
    /// Of which era of the sender.
    pub era: u64,
    /// The message's number in the thread; 0 if it is about no message.
    pub seq: u64,
    /// The message's type; 0 if it is about no message.
    pub number: u16,
    /// Since when.
    pub since: Timestamp,
    /// Percent of its life (late), hours (clock), messages (forged), number of the reason (revoked); else 0.
    pub figure: u64,
    /// The partner's code (refused).
    pub code: Option<String>,
}

impl Shelved for Concern {
    const SHELF: Shelf = Shelf::Concerns;
}

impl Concern {
    fn about(kind: ConcernKind, peer: Option<NodeId>, since: Timestamp) -> Self {
        Self { kind, peer, thread: None, era: 0, seq: 0, number: 0, since, figure: 0, code: None }
    }

    fn of(kind: ConcernKind, out: &Outgoing) -> Self {
        Self {
            thread: Some(out.thread),
            era: out.era,
            seq: out.seq,
            number: out.number,
            code: out.code.clone(),
            ..Self::about(kind, Some(out.peer), out.made_at)
        }
    }

    /// Its name on a page.
    pub fn name(&self) -> String {
        hex(&self.key())
    }

    fn key(&self) -> Vec<u8> {
        let peer = self.peer.unwrap_or_default().bytes();
        let thread = self.thread.unwrap_or_default().bytes();
        let (era, seq) = (self.era.to_be_bytes(), self.seq.to_be_bytes());
        [[self.kind as u8].as_slice(), &peer, &thread, &era, &seq].concat()
    }

    /// When it stops being shown although nobody said anything.
    fn until(&self, now: Timestamp) -> Option<Timestamp> {
        let days = match self.kind {
            ConcernKind::ClockWrong | ConcernKind::Forged => limits::CONCERN_KEEP_DAYS,
            ConcernKind::Late | ConcernKind::HeldThere | ConcernKind::Refused => limits::SENT_KEEP_DAYS,
            ConcernKind::NoKey
            | ConcernKind::HeldHere
            | ConcernKind::Frozen
            | ConcernKind::TheyForgot
            | ConcernKind::WeForgot
            | ConcernKind::TheyForked
            | ConcernKind::WeForked
            | ConcernKind::KeyRevoked
            | ConcernKind::PeerClosed
            | ConcernKind::OwnKeyRevoked => return None,
        };
        Some(now.plus_hours(24 * days))
    }

    async fn put(&self, tx: &mut Tx) -> Result<(), StoreError> {
        let until = self.until(tx.now());
        tx.put((b"", &self.key()), until, Sealed::Plain, self).await
    }

    async fn end(&self, tx: &mut Tx) -> Result<(), StoreError> {
        tx.remove::<Self>(b"", &self.key()).await
    }
}

/// Writes what a notice means for people, and ends what it settles.
pub async fn note(tx: &mut Tx, notice: &Notice) -> Result<(), StoreError> {
    let now = tx.now();
    match notice {
        Notice::Late(out) => {
            Concern { figure: u64::from(out.level), ..Concern::of(ConcernKind::Late, out) }.put(tx).await
        }
        Notice::Received(out) => over(tx, out).await,
        Notice::Held(out) => {
            over(tx, out).await?;
            Concern::of(ConcernKind::HeldThere, out).put(tx).await
        }
        Notice::Refused(out) => {
            over(tx, out).await?;
            // The refusal of an offer is an answer, shown where the offer is. A revocation that a partner cannot check is told
            // by others.
            if matches!(out.number, 16 | 66) { Ok(()) } else { Concern::of(ConcernKind::Refused, out).put(tx).await }
        }
        Notice::NoKey(peer) if super::stopped(tx, *peer).await?.is_some() => Ok(()),
        Notice::NoKey(peer) => Concern::about(ConcernKind::NoKey, Some(*peer), now).put(tx).await,
        Notice::KeyCame(peer) => Concern::about(ConcernKind::NoKey, Some(*peer), now).end(tx).await,
        Notice::Unknown(held) => {
            let concern = Concern::about(ConcernKind::HeldHere, Some(held.peer), now);
            Concern { number: held.number, ..held.place(concern) }.put(tx).await
        }
        Notice::Understood(held) => {
            held.place(Concern::about(ConcernKind::HeldHere, Some(held.peer), now)).end(tx).await
        }
        Notice::Equivocation { peer, thread, seq } => {
            let concern = Concern::about(ConcernKind::Frozen, Some(*peer), now);
            Concern { thread: Some(*thread), seq: *seq, ..concern }.put(tx).await
        }
        Notice::ClockWrong { peer, hours } => {
            let concern = Concern::about(ConcernKind::ClockWrong, Some(*peer), now);
            Concern { figure: hours.unsigned_abs(), ..concern }.put(tx).await
        }
        Notice::TheyForgot { peer, at } => Concern::about(ConcernKind::TheyForgot, Some(*peer), *at).put(tx).await,
        Notice::WeForgot { peer, count } => {
            Concern { figure: *count, ..Concern::about(ConcernKind::WeForgot, Some(*peer), now) }.put(tx).await
        }
        Notice::TheyForked(peer) => Concern::about(ConcernKind::TheyForked, Some(*peer), now).put(tx).await,
        Notice::PeerClosed(peer) => Concern::about(ConcernKind::PeerClosed, Some(*peer), now).put(tx).await,
        Notice::WeForked(peer) => Concern::about(ConcernKind::WeForked, Some(*peer), now).put(tx).await,
        Notice::Forged { count } => {
            Concern { figure: *count, ..Concern::about(ConcernKind::Forged, None, now) }.put(tx).await
        }
    }
}

/// A key is dead: what people do until there is another.
pub(super) async fn key_revoked(tx: &mut Tx, row: &Revoked, is_own: bool) -> Result<(), StoreError> {
    // It says why nothing can be sealed; that the key is old would be said beside it in vain.
    Concern::about(ConcernKind::NoKey, Some(row.node), row.since).end(tx).await?;
    of_key(row, is_own).put(tx).await
}

/// There is another.
pub(super) async fn key_came(tx: &mut Tx, row: &Revoked) -> Result<(), StoreError> {
    of_key(row, true).end(tx).await?;
    of_key(row, false).end(tx).await
}

fn of_key(row: &Revoked, is_own: bool) -> Concern {
    let kind = if is_own { ConcernKind::OwnKeyRevoked } else { ConcernKind::KeyRevoked };
    Concern { figure: row.reason, ..Concern::about(kind, Some(row.node), row.since) }
}

/// A message of ours came to an end: nobody needs to telephone for it any more.
pub async fn over(tx: &mut Tx, out: &Outgoing) -> Result<(), StoreError> {
    if out.level > 0 || out.code.is_some() {
        Concern::of(ConcernKind::Late, out).end(tx).await?;
        Concern::of(ConcernKind::HeldThere, out).end(tx).await?;
    }
    Ok(())
}

/// All matters, the gravest kind first.
pub async fn concerns(view: &mut impl Read) -> Result<Vec<Concern>, StoreError> {
    let rows = view.states::<Concern>(b"", &Page::first(limits::PAGE_ROWS_MAX)).await?;
    Ok(rows.into_iter().map(|row| row.card).collect())
}

/// Ends a matter that a person has seen to; one that is gone already is no fault.
pub async fn settle(tx: &mut Tx, name: &str) -> Result<(), StoreError> {
    let key = from_hex(name).unwrap_or_default();
    tx.remove::<Concern>(b"", &key).await
}
