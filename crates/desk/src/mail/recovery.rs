//! A node that came back from a backup: what it asks its partners, and who has answered (FEDERATION.md 8).

use super::home::Home;
use base::{Bytes, Digest, NodeId, Seq, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use store::{Aggregate, Read, Row, StoreError, StreamKind, Team, Tx, cbor};

/// Named value in which it stands.
pub const RECOVERY: &str = "recovering";

/// A restored node waits so long for what its partners say, at most.
const REST_DAYS: i64 = 14;

/// A life that began with a restore.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recovery {
    /// Which restore: an answer names it.
    pub run_id: Bytes,
    /// What the store knew last.
    pub backup_at: Timestamp,
    /// Partners were asked.
    pub asked: bool,
    /// Those who have not answered.
    pub waiting: BTreeSet<NodeId>,
    /// Ownership records of this node that the store has forgotten, as partners showed them. A case that was given may come
    /// only later, and it is another's; and should a partner forget too, nobody else can show it the record.
    #[serde(default)]
    pub records: Vec<Forgotten>,
}

/// An ownership record that a restore forgot, signed by both and checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forgotten {
    /// The record, as it was signed.
    pub record: Bytes,
    /// The signature of who gave the case.
    pub giver: Bytes,
    /// That of who took it.
    pub taker: Bytes,
}

impl Recovery {
    /// As a restore leaves it, before the keys are open.
    pub fn begun(run_id: [u8; 16], backup_at: Timestamp) -> Self {
        Self { run_id: Bytes(run_id.to_vec()), backup_at, asked: false, waiting: BTreeSet::new(), records: Vec::new() }
    }

    /// A life that begins because the key of the one before is dead. Nothing was lost here, unless a restore lies behind it:
    /// then its moment stays the one that partners hear.
    pub async fn begin_again(tx: &mut Tx, era: u64) -> Result<(), StoreError> {
        let now = tx.now();
        let known = Self::read(tx).await?;
        let since = known.as_ref().filter(|known| known.is_open()).map_or(now, |known| known.backup_at);
        let mut begun = Self::begun(tx.chance().bytes(), since);
        begun.records = known.map(|known| known.records).unwrap_or_default();
        begun.put(tx).await?;
        let era = era.cast_signed().saturating_add(1).max(now.seconds());
        tx.put_meta("era", &era.to_be_bytes()).await
    }

    /// Its bytes, for a store whose keys are not open.
    pub fn bytes(&self) -> Result<Vec<u8>, StoreError> {
        cbor::to_bytes(self)
    }

    /// Reads it; `None` if this store was never restored.
    pub async fn read(view: &mut impl Read) -> Result<Option<Self>, StoreError> {
        let bytes = view.raw().meta(RECOVERY).await?;
        bytes.map(|bytes| cbor::from_bytes(&bytes, "recovery")).transpose()
    }

    /// Writes it.
    pub async fn put(&self, tx: &mut Tx) -> Result<(), StoreError> {
        tx.put_meta(RECOVERY, &self.bytes()?).await
    }

    /// Somebody has not answered, or was not asked.
    pub fn is_open(&self) -> bool {
        !self.asked || !self.waiting.is_empty()
    }

    /// Somebody has not answered, and the days for it are not over. A life is as old as its era, in unix seconds.
    pub fn rests(&self, era: u64, now: Timestamp) -> bool {
        let began = Timestamp::from_seconds(i64::try_from(era).unwrap_or(i64::MAX));
        self.is_open() && now < began.plus_hours(24 * REST_DAYS)
    }

    /// This partner has not said what was forgotten.
    pub fn waits_for(&self, peer: NodeId) -> bool {
        !self.asked || self.waiting.contains(&peer)
    }
}

/// The node's own stream: its lives.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lives {
    /// How many began with a restore.
    pub restored: u32,
}

/// What happens to a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LifeEvent {
    /// A life began after a restore; the end of the journal that it knows of the one before.
    EraOpened {
        /// Its last entry.
        before: Seq,
        /// The link of that entry.
        link: Digest,
    },
}

impl Aggregate for Lives {
    type Event = LifeEvent;
    const KIND: StreamKind = StreamKind::Node;
    const TEAM: Team = Team::Staff;
    const OWN_KEY: bool = false;

    fn event_name(_: &LifeEvent) -> &'static str {
        "era.opened"
    }

    fn begin(_: [u8; 16], first: &LifeEvent, at: Timestamp) -> Option<Self> {
        let mut lives = Self::default();
        lives.apply(first, at);
        Some(lives)
    }

    fn apply(&mut self, _: &LifeEvent, _: Timestamp) {
        self.restored = self.restored.saturating_add(1);
    }

    fn rows(&self, _: [u8; 16]) -> Vec<Row> {
        Vec::new()
    }
}

/// Writes into the new era where the one before ended, as this store knows it.
pub async fn note_life(tx: &mut Tx) -> Result<(), StoreError> {
    let node = Home::read(tx).await?.node.bytes();
    let head = tx.raw().head().await?;
    let opened = vec![LifeEvent::EraOpened { before: head.seq, link: Digest(head.link) }];
    match tx.load::<Lives>(node).await? {
        Some(mut lives) => tx.append(&mut lives, opened).await,
        None => tx.create::<Lives>(node, opened).await.map(drop),
    }
}
