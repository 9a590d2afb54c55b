//! Who this node is.

use base::NodeId;
use store::{Read, StoreError, Tx};

/// The node's id and its era: its life between two restores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Home {
    /// Its id.
    pub node: NodeId,
    /// Its era; numbers of messages count anew in each.
    pub era: u64,
}

impl Home {
    /// Reads both. A node without keys has none.
    pub async fn read(view: &mut impl Read) -> Result<Self, StoreError> {
        let missing = |row: &str| StoreError::Damaged { table: "meta", column: "value", row: row.to_owned() };
        let node = view.raw().meta("node").await?.and_then(|bytes| NodeId::from_slice(&bytes));
        let era: Option<[u8; 8]> = view.raw().meta("era").await?.and_then(|bytes| bytes.try_into().ok());
        let era = era.and_then(|bytes| u64::try_from(i64::from_be_bytes(bytes)).ok());
        Ok(Self { node: node.ok_or_else(|| missing("node"))?, era: era.ok_or_else(|| missing("era"))? })
    }
}

/// Writes the node's id, once, when its keys are made.
pub async fn set_home(tx: &mut Tx, node: NodeId) -> Result<(), StoreError> {
    tx.put_meta("node", &node.bytes()).await
}
