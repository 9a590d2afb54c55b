//! What the relay hands to the desk, and what the desk answers.

use super::concern::Concern;
use super::outgoing::Outgoing;
use crate::wire::{Message, ResumeTell, SignedOwn};
use base::{Digest, NodeId, ThreadId, Timestamp};
use seal::{AccordRef, Attachment, Kid};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::future::Future;
use std::pin::Pin;
use store::{StoreError, Tx};

/// A verified message whose turn has come, or which acts on sight.
#[derive(Clone, Debug)]
pub struct Received {
    /// Who signed it.
    pub from: NodeId,
    /// With which identity key.
    pub signed_by: Kid,
    /// The thread.
    pub thread: ThreadId,
    /// The sender's era.
    pub era: u64,
    /// Its number; 0 for unnumbered types.
    pub seq: u64,
    /// Its type.
    pub number: u16,
    /// What it says.
    pub message: Message,
    /// Hash of the Body. Several messages may share one command: put it into the label of each derived id.
    pub body_hash: Digest,
    /// The exact bytes: evidence.
    pub payload: Vec<u8>,
    /// When it was written, by the sender's clock: a claim.
    pub created: Timestamp,
    /// When its life is over.
    pub expires: Timestamp,
    /// The accord it rests on.
    pub accord: Option<AccordRef>,
    /// The purpose it serves.
    pub purpose: Option<String>,
    /// Trace of the sender's decision.
    pub trace: Option<Digest>,
    /// What travels beside it.
    pub attachments: Vec<Attachment>,
}

/// What was decided of a message.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Verdict {
    /// It has its effect.
    Applied,
    /// It has none; final.
    Refused(Cow<'static, str>),
    /// It is kept until an upgrade.
    Held(Cow<'static, str>),
    /// It has its effect; some fields were destroyed unread.
    FieldsDropped(Cow<'static, str>),
}

impl Verdict {
    /// Its number in a receipt and its code; `None` if simply applied.
    pub fn mark(&self) -> Option<(u64, &str)> {
        match self {
            Self::Applied => None,
            Self::Refused(code) => Some((1, code)),
            Self::Held(code) => Some((2, code)),
            Self::FieldsDropped(code) => Some((3, code)),
        }
    }
}

/// Something about the mail that the desk or a person must know. Each is given once, in the transaction that finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The peer committed a message; with code: fields were dropped there.
    Received(Outgoing),
    /// The peer refused a message; the code stands in it.
    Refused(Outgoing),
    /// The peer holds a message until it upgrades.
    Held(Outgoing),
    /// A share of a message's life is over without a receipt (50, 80, 100): somebody must telephone. At 100 it expired.
    Late(Outgoing),
    /// The peer has no valid key to seal to.
    NoKey(NodeId),
    /// It has one again.
    KeyCame(NodeId),
    /// A message of theirs is of a type this version does not know: held, sealed, until an upgrade.
    Unknown(HeldBody),
    /// It came again and was understood.
    Understood(HeldBody),
    /// So many messages today that nobody we know signed; given from ten a day.
    Forged {
        /// How many today.
        count: u64,
    },
    /// A peer wrote two Bodies under one number: its thread is frozen.
    Equivocation {
        /// The peer.
        peer: NodeId,
        /// The thread.
        thread: ThreadId,
        /// The number.
        seq: u64,
    },
    /// A peer was put back from a backup of that moment: what was agreed since must be compared.
    TheyForgot {
        /// The peer.
        peer: NodeId,
        /// What it knew last, by its word.
        at: Timestamp,
    },
    /// We were put back from a backup, and a peer has messages of ours that we do not know any more.
    WeForgot {
        /// The peer.
        peer: NodeId,
        /// How many.
        count: u64,
    },
    /// A partner shows a journal that is not the one it showed before: shortened, or rewritten.
    TheyForked(NodeId),
    /// A partner signed for a journal of ours that is not the one we have.
    WeForked(NodeId),
    /// A partner's entry says that its node closed.
    PeerClosed(NodeId),
    /// A message was written in our future by more than `CLOCK_SKEW_HOURS_MAX`.
    ClockWrong {
        /// The peer.
        peer: NodeId,
        /// How many hours.
        hours: i64,
    },
}

/// Where a message stands that waits here for an upgrade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeldBody {
    /// The peer.
    pub peer: NodeId,
    /// The thread.
    pub thread: ThreadId,
    /// The peer's era.
    pub era: u64,
    /// Its number in the thread.
    pub seq: u64,
    /// Its type.
    pub number: u16,
}

impl HeldBody {
    pub(super) fn place(self, concern: Concern) -> Concern {
        Concern { thread: Some(self.thread), era: self.era, seq: self.seq, ..concern }
    }
}

/// What a partner that was restored is told of a thread.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stands {
    /// The greatest number of an offer, 0 if there is none.
    pub offer_no: u64,
    /// How that offer stands: 0 none of the partner's, 1 offered here, 2 accepted here, 3 its file is or was
    /// here, 4 ended without it.
    pub state: u64,
    /// Ownership records with both signatures.
    pub records: Vec<SignedOwn>,
}

/// A future of the desk's.
pub type Applying<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// The desk, as the relay sees it: effects in the transaction that also dedups and receipts.
pub trait Apply: Send + Sync {
    /// Gives a message its effect.
    fn apply<'a>(&'a self, tx: &'a mut Tx, received: &'a Received) -> Applying<'a, Verdict>;

    /// Notes what happened to the mail.
    fn notice<'a>(&'a self, tx: &'a mut Tx, notice: &'a Notice) -> Applying<'a, ()>;

    /// What stands in a case's thread: for a partner that was restored.
    fn stands<'a>(&'a self, tx: &'a mut Tx, thread: ThreadId) -> Applying<'a, Stands> {
        let _ = (tx, thread);
        Box::pin(async { Ok(Stands::default()) })
    }

    /// The file of an offer went to a partner that has forgotten it, and may not go again: what was withdrawn stays withdrawn.
    fn file_is_gone<'a>(&'a self, tx: &'a mut Tx, thread: ThreadId) -> Applying<'a, ()> {
        let _ = (tx, thread);
        Box::pin(async { Ok(()) })
    }

    /// A partner was restored: records that this node's own restore forgot, and the partner's may have too.
    fn shown_again<'a>(&'a self, tx: &'a mut Tx, to: NodeId) -> Applying<'a, Vec<SignedOwn>> {
        let _ = (tx, to);
        Box::pin(async { Ok(Vec::new()) })
    }

    /// A partner says what stands there after this node was restored, and of which threads it knows nothing.
    fn told<'a>(&'a self, tx: &'a mut Tx, from: NodeId, what: (&'a ResumeTell, &'a [ThreadId])) -> Applying<'a, ()> {
        let _ = (tx, from, what);
        Box::pin(async { Ok(()) })
    }

    /// A revocation that came on a stick. Says whether it was new: peers must be read again.
    fn revocation<'a>(&'a self, tx: &'a mut Tx, bytes: &'a [u8]) -> Applying<'a, bool> {
        let _ = (tx, bytes);
        Box::pin(async { Ok(false) })
    }

    /// The partners who sign our journal's heads: the other parties of active accords.
    fn witnesses<'a>(&'a self, tx: &'a mut Tx) -> Applying<'a, Vec<NodeId>> {
        let _ = tx;
        Box::pin(async { Ok(Vec::new()) })
    }

    /// What waits at a partner behind a number that was taken back: is it void now, and said anew under the next one, decided
    /// afresh?
    fn say_anew<'a>(&'a self, tx: &'a mut Tx, out: &'a Outgoing) -> Applying<'a, bool> {
        let _ = (tx, out);
        Box::pin(async { Ok(false) })
    }

    /// Asked before a Body older than 24 hours is sealed again: may it still go (FEDERATION.md 7)? `false` voids it.
    fn may_still_go<'a>(&'a self, tx: &'a mut Tx, out: &'a Outgoing) -> Applying<'a, bool> {
        let _ = (tx, out);
        Box::pin(async { Ok(true) })
    }
}
