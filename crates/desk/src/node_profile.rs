//! Who this node is: what stands on its pages and in its signed entry.

use base::{NodeId, Place};
use serde::{Deserialize, Serialize};

/// This node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeProfile {
    /// Its id.
    pub id: NodeId,
    /// Its short name, as accords name the party: `batam`.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// Where it is responsible.
    pub place: Place,
    /// Its party role in accords: `task_force`, `legal_aid`.
    pub role: String,
}
