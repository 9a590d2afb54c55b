//! Between post office and desk: notes what the desk was given, and changes nothing.
//!
//! A command may be undone and begun again (a refused message leaves nothing behind), so what it was given counts once it is
//! committed.

use base::{Digest, NodeId, ThreadId};
use desk::Desk;
use desk::mail::{Apply, Applying, Notice, Outgoing, Received, Stands, Verdict};
use desk::wire::{Message, ResumeTell, SignedOwn};
use seal::Kid;
use std::sync::{Arc, Mutex, PoisonError};
use store::Tx;

/// Something the desk was given.
#[derive(Clone, Debug)]
pub enum Noted {
    /// A message was given its effect.
    Applied {
        /// From whom.
        from: NodeId,
        /// Thread, era, number.
        at: (ThreadId, u64, u64),
        /// Under which key it was signed.
        signed_by: Kid,
        /// Its hash.
        hash: Digest,
        /// What it says.
        message: Message,
    },
    /// A message of ours ended: received or refused.
    Ended(Outgoing),
    /// A person was told that a message is late, or expired.
    Told(Outgoing),
    /// A partner said what it holds of a node that lives anew: who owns what may have moved with it.
    Compared,
    /// A message was held because this version does not know all of it.
    Unknown,
    /// Two Bodies under one number: cannot happen among honest nodes.
    Equivocation(ThreadId, u64),
    /// A journal that is not the one its witness saw: cannot happen where nobody shortens one.
    Fork(NodeId),
}

/// A desk that is watched.
pub struct Watch {
    desk: Arc<Desk>,
    noted: Arc<Mutex<Vec<Noted>>>,
}

impl Watch {
    /// Watches a desk.
    pub fn new(desk: Arc<Desk>) -> Self {
        Self { desk, noted: Arc::default() }
    }

    /// What was noted since the last call, of commands that were committed.
    pub fn take(&self) -> Vec<Noted> {
        std::mem::take(&mut *self.noted.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn note(&self, tx: &mut Tx, what: Noted) {
        let noted = Arc::clone(&self.noted);
        tx.then(move || noted.lock().unwrap_or_else(PoisonError::into_inner).push(what));
    }
}

impl Apply for Watch {
    fn apply<'a>(&'a self, tx: &'a mut Tx, received: &'a Received) -> Applying<'a, Verdict> {
        Box::pin(async move {
            let verdict = self.desk.apply(tx, received).await?;
            if matches!(verdict, Verdict::Applied | Verdict::FieldsDropped(_)) {
                let at = (received.thread, received.era, received.seq);
                let (from, signed_by) = (received.from, received.signed_by);
                let (hash, message) = (received.body_hash, received.message.clone());
                self.note(tx, Noted::Applied { from, at, signed_by, hash, message });
            }
            Ok(verdict)
        })
    }

    fn notice<'a>(&'a self, tx: &'a mut Tx, notice: &'a Notice) -> Applying<'a, ()> {
        match notice {
            Notice::Received(out) | Notice::Refused(out) => self.note(tx, Noted::Ended(out.clone())),
            Notice::Late(out) => self.note(tx, Noted::Told(out.clone())),
            Notice::Unknown(_) => self.note(tx, Noted::Unknown),
            Notice::Equivocation { thread, seq, .. } => self.note(tx, Noted::Equivocation(*thread, *seq)),
            Notice::TheyForked(peer) | Notice::WeForked(peer) => self.note(tx, Noted::Fork(*peer)),
            Notice::Held(_)
            | Notice::NoKey(_)
            | Notice::KeyCame(_)
            | Notice::PeerClosed(_)
            | Notice::Understood(_)
            | Notice::TheyForgot { .. }
            | Notice::WeForgot { .. }
            | Notice::ClockWrong { .. }
            | Notice::Forged { .. } => {}
        }
        self.desk.notice(tx, notice)
    }

    fn stands<'a>(&'a self, tx: &'a mut Tx, thread: ThreadId) -> Applying<'a, Stands> {
        self.desk.stands(tx, thread)
    }

    fn witnesses<'a>(&'a self, tx: &'a mut Tx) -> Applying<'a, Vec<NodeId>> {
        self.desk.witnesses(tx)
    }

    fn revocation<'a>(&'a self, tx: &'a mut Tx, bytes: &'a [u8]) -> Applying<'a, bool> {
        self.desk.revocation(tx, bytes)
    }

    fn file_is_gone<'a>(&'a self, tx: &'a mut Tx, thread: ThreadId) -> Applying<'a, ()> {
        self.desk.file_is_gone(tx, thread)
    }

    fn shown_again<'a>(&'a self, tx: &'a mut Tx, to: NodeId) -> Applying<'a, Vec<SignedOwn>> {
        self.desk.shown_again(tx, to)
    }

    fn told<'a>(&'a self, tx: &'a mut Tx, from: NodeId, what: (&'a ResumeTell, &'a [ThreadId])) -> Applying<'a, ()> {
        self.note(tx, Noted::Compared);
        self.desk.told(tx, from, what)
    }

    fn may_still_go<'a>(&'a self, tx: &'a mut Tx, out: &'a Outgoing) -> Applying<'a, bool> {
        self.desk.may_still_go(tx, out)
    }

    fn say_anew<'a>(&'a self, tx: &'a mut Tx, out: &'a Outgoing) -> Applying<'a, bool> {
        self.desk.say_anew(tx, out)
    }
}
