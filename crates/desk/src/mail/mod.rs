//! Mail between nodes, as the desk writes and reads it: Bodies frozen with the act that sends them, threads, and what the
//! relay hands in. The relay moves envelopes; what they mean is decided here and in the desk's inbox.
//!
//! Invariants: a Body is written once, in the transaction of its act, and never changes; a number is used once; what a
//! withdrawn consent carried is gone from the outbox in the commit of the withdrawal (FEDERATION.md 5, I12).
//! Start at [`send`], then [`Thread`] and [`Outgoing`]; the relay starts at [`Received`] and [`Apply`].

mod blobs;
mod concern;
mod home;
mod journey;
mod outgoing;
mod peers;
mod received;
mod recovery;
mod revoked;
mod send;
mod settled;
mod stop;
mod thread;
mod witness;

pub use blobs::{BlobOut, blobs_due, blobs_to};
pub use concern::{Concern, ConcernKind, concerns, note};
pub use home::{Home, set_home};
pub use journey::{Leg, Stage, journey, seen};
pub use outgoing::{Frozen, Outgoing, RestsOn, State, keep, outbox_key};
pub use peers::{
    Control, PeerEntry, PeerMail, Unnumbered, control, control_key, entries, entry, former_part, identities, peer_mail,
    trust,
};
pub use received::{Apply, Applying, HeldBody, Notice, Received, Stands, Verdict};
pub use recovery::{Forgotten, LifeEvent, Lives, RECOVERY, Recovery, note_life};
pub(crate) use revoked::thaw;
pub use revoked::{Revoked, answer, own_key_came, revocation_changes, revocations, revoke, revoked, stopped, tell_all};
pub use send::{Destination, Options, SendError, Sent, send};
pub use settled::SettleConcern;
pub use stop::{Stopped, drop_thread, of_kind, stop, stop_new, unfinished, void, void_kind};
pub use thread::{
    Inbound, Marked, Outbound, Parked, ParkedBody, Seen, Thread, ThreadKind, bind, seen_hash, thread, threads, unbind,
};
pub use witness::{Fork, SeenHere, SeenThere, fork_of, seen_here, seen_there};
