//! Who acts.

use base::{NodeId, OfficerId, Redacted, Timestamp};
use casework::Role;
use std::collections::BTreeSet;

/// How old a fresh proof of presence may be for identity, handover, keys and roles (WEB.md 6).
const STEP_UP_MINUTES: i64 = 5;

/// Who asks for an act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A member of staff with a session.
    Officer(Staff),
    /// Another node, proved by its signature.
    Peer(NodeId),
    /// The node itself: jobs, clocks, arrivals.
    Node,
}

/// A member of staff as the session knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staff {
    /// Which officer.
    pub id: OfficerId,
    /// Her name: a case that names her among those who recruited is shut to her.
    pub name: Redacted<String>,
    /// Roles held now.
    pub roles: BTreeSet<Role>,
    /// When presence was last proved.
    pub step_up_at: Option<Timestamp>,
}

impl Actor {
    /// Bytes for the journal.
    pub const fn bytes(&self) -> [u8; 16] {
        match self {
            Self::Officer(staff) => staff.id.bytes(),
            Self::Peer(node) => node.bytes(),
            Self::Node => [0; 16],
        }
    }

    /// The officer, if a person asks.
    pub const fn officer(&self) -> Option<&Staff> {
        if let Self::Officer(staff) = self { Some(staff) } else { None }
    }

    /// Whether the officer holds a role.
    pub fn has(&self, role: Role) -> bool {
        self.officer().is_some_and(|staff| staff.roles.contains(&role))
    }
}

impl Staff {
    /// Whether presence was proved recently enough for acts that ask for it.
    pub fn stepped_up(&self, now: Timestamp) -> bool {
        self.step_up_at.is_some_and(|at| now <= at.plus_seconds(STEP_UP_MINUTES * 60))
    }
}
