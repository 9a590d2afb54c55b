//! A message on its way out: a header that changes, and the frozen Body that never does.

use super::thread::number_key;
use crate::wire::{Class, life_hours, on_sight};
use base::{Bytes, Digest, NodeId, ThreadId, Timestamp, limits};
use serde::{Deserialize, Serialize};
use store::{Read, Sealed, Shelf, Shelved, StoreError, Tx};

/// Where a message stands (FEDERATION.md 5, first column).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// To be sealed and handed to a carrier.
    Queued,
    /// With a carrier; no receipt yet.
    Handed,
    /// The peer has it, but must upgrade to act on it.
    Held,
    /// The peer has no valid key to seal to.
    WaitingKey,
    /// The peer committed it.
    Received,
    /// The peer refused it.
    Refused,
    /// Its life was over before a receipt came; a person was told.
    Expired,
    /// Stopped by a withdrawal; it will not be sent.
    Void,
}

impl State {
    /// Whether the outbox still has work with it.
    pub const fn unfinished(self) -> bool {
        matches!(self, Self::Queued | Self::Handed | Self::Held | Self::WaitingKey)
    }
}

/// The header of a message. Ids, numbers, times and hashes only: not sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    /// The thread.
    pub thread: ThreadId,
    /// To whom.
    pub peer: NodeId,
    /// Our era.
    pub era: u64,
    /// Its number.
    pub seq: u64,
    /// Its type.
    pub number: u16,
    /// How urgent.
    pub class: Class,
    /// Where it stands.
    pub state: State,
    /// When the act sent it.
    pub made_at: Timestamp,
    /// When its life is over.
    pub expires_at: Timestamp,
    /// Next try, if one is planned. (The row's due time also minds warnings.)
    pub next_at: Option<Timestamp>,
    /// Tries that no carrier took, since the last success.
    pub tries: u32,
    /// Which warning was given: 0, 50, 80, 100.
    pub level: u8,
    /// Hash of the Body.
    pub hash: Digest,
    /// Why it was refused or held.
    pub code: Option<String>,
    /// When a carrier first took it.
    pub handed_at: Option<Timestamp>,
    /// When the receipt came.
    pub received_at: Option<Timestamp>,
    /// When somebody over there looked.
    pub seen_at: Option<Timestamp>,
}

impl Shelved for Outgoing {
    const SHELF: Shelf = Shelf::Outbox;
}

impl Outgoing {
    /// The moment at which a share of its life is over. What shrinks rights has no end, but its warnings are urgent.
    pub fn life_at(&self, percent: u8) -> Timestamp {
        let urgent = life_hours(self.number, Class::Urgent).min(72) * 3_600_000;
        let whole = if on_sight(self.number) { urgent } else { self.expires_at.millis() - self.made_at.millis() };
        self.made_at.plus_millis(whole / 100 * i64::from(percent))
    }

    /// When the relay must look at it again.
    pub fn due(&self) -> Option<Timestamp> {
        if !self.state.unfinished() && self.next_at.is_none() {
            let ended = self.received_at.unwrap_or(self.expires_at);
            return Some(ended.plus_hours(limits::SENT_KEEP_DAYS * 24));
        }
        let warning = match self.level {
            0 => Some(self.life_at(50)),
            50 => Some(self.life_at(80)),
            80 => Some(self.life_at(100)),
            // After the last warning only what shrinks rights is still here; it goes on being tried.
            _ => None,
        };
        [self.next_at, warning].into_iter().flatten().min()
    }

    /// Writes the header.
    pub async fn put(&self, tx: &mut Tx) -> Result<(), StoreError> {
        tx.put((&self.thread.bytes(), &outbox_key(self.era, self.seq)), self.due(), Sealed::Plain, self).await
    }

    /// Reads a header.
    pub async fn read(view: &mut impl Read, thread: ThreadId, era: u64, seq: u64) -> Result<Option<Self>, StoreError> {
        view.state::<Self>(&thread.bytes(), &outbox_key(era, seq)).await
    }
}

/// Key of a header in its thread.
pub fn outbox_key(era: u64, seq: u64) -> Vec<u8> {
    number_key(era, seq)
}

/// The frozen Body. It lies on the shelf of the headers, in parts of its own, sealed under the thread's subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frozen {
    /// The payload, to be signed and sealed as it is.
    pub payload: Bytes,
}

impl Shelved for Frozen {
    const SHELF: Shelf = Shelf::Outbox;
}

impl Frozen {
    /// Partition of the Bodies of a thread.
    pub fn part(thread: ThreadId) -> Vec<u8> {
        [b"body/".as_slice(), &thread.bytes()].concat()
    }

    /// Reads one. `None` after its key or itself was destroyed.
    pub async fn read(view: &mut impl Read, thread: ThreadId, era: u64, seq: u64) -> Result<Option<Self>, StoreError> {
        view.state::<Self>(&Self::part(thread), &outbox_key(era, seq)).await
    }
}

/// Keeps a frozen Body.
pub async fn keep(tx: &mut Tx, out: &Outgoing, sealed: Sealed, payload: Vec<u8>) -> Result<(), StoreError> {
    let frozen = Frozen { payload: Bytes(payload) };
    tx.put((&Frozen::part(out.thread), &outbox_key(out.era, out.seq)), None, sealed, &frozen).await
}

/// What a message rests on: partition = consent or accord.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestsOn {
    /// To whom.
    pub peer: NodeId,
    /// The thread.
    pub thread: ThreadId,
    /// Our era.
    pub era: u64,
    /// Its number.
    pub seq: u64,
}

impl Shelved for RestsOn {
    const SHELF: Shelf = Shelf::RestsOn;
}

impl RestsOn {
    /// Its key under a ground.
    pub fn key(&self) -> Vec<u8> {
        [self.thread.bytes().as_slice(), &outbox_key(self.era, self.seq)].concat()
    }
}
