//! Legal aid: which body is asked for a person, in which order, and what follows when it says no (SOP LE-2, FA-2; ADR 41).
//!
//! Start at [`request::RequestLegalAid`]; the ranking is `accord::matching`, the request `casework::aid`, asking is an ordinary
//! referral. [`follow`] goes on by itself. [`body`] is what a body states of itself, [`conflict`] its own list of those against
//! whom, or for whom, it already acts.

pub mod body;
pub mod conflict;
pub mod follow;
pub mod list;
pub mod look;
pub mod request;

pub use body::{StateBody, own_body};
pub use conflict::{Compared, ConflictEntry, ConflictKind, DropConflict, KeepConflict, conflicts};
pub use list::{AidCard, AidCounts, counts, stuck};
pub use look::{AidAsk, Known, Look, look};
pub use request::{Agreed, AskNext, GoOn, RequestLegalAid};
