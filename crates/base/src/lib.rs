//! **base**: the words every room shares.
//!
//! Job: typed ids, time and chance as values that are handed in, text that must not be printed, error codes with a
//! message and a remedy in two languages, places, limits.
//!
//! Invariant: this room knows no other room, does no I/O and holds no rule of the field.
//! Start reading at [`ids`], then [`codes`].

pub mod chance;
pub mod clock;
pub mod codes;
pub mod ids;
pub mod limits;
pub mod pack;
pub mod places;
pub mod redacted;
pub mod text;

pub use chance::Chance;
pub use clock::{Clock, ManualClock, Timestamp};
pub use codes::{Class, Code, Problem};
pub use ids::*;
pub use places::{Place, Zone};
pub use redacted::Redacted;
pub use text::{Lang, Text};
