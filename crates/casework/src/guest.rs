//! Counsel without a node of her own: what a case let her into, on which consent, until when, and how it ended (ADR 44).

use crate::words::words;
use base::{ConsentId, NodeId, OfficerId, Timestamp};
use serde::{Deserialize, Serialize};

words! {
    /// Why the way of a guest into a case ended.
    GuestEnd {
        /// An officer ended it.
        Ended = "ended",
        /// Another counsel takes her place.
        Replaced = "replaced",
        /// She, her institution, or the comparison says that there is a conflict of interest.
        Conflict = "conflict",
        /// She needs it no more.
        Left = "left",
        /// The consent it rests on was withdrawn.
        Consent = "consent",
        /// The case was closed, or another node owns it.
        Closed = "closed",
    }
}

/// The way of a guest into one case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuestAccess {
    /// The institution she is counsel of: its node, as accords and consents name it.
    pub body: NodeId,
    /// Its name as party of the accord.
    pub party: String,
    /// The consent it rests on.
    pub consent: ConsentId,
    /// Who let her in.
    pub by: OfficerId,
    /// Since when.
    pub at: Timestamp,
    /// Until when, exclusive.
    pub until: Timestamp,
    /// When she said that there is no conflict. Before that she sees no name.
    pub clear: Option<Timestamp>,
    /// When and why it ended.
    pub ended: Option<(Timestamp, GuestEnd)>,
}

impl GuestAccess {
    /// Whether it is over, by an act or by its date.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.ended.is_some() || now >= self.until
    }
}

/// What happens to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GuestMove {
    /// She is let in.
    LetIn(Box<GuestAccess>),
    /// She, and her institution, have no conflict of interest.
    NoConflict,
    /// It ends.
    Ended(GuestEnd),
}
