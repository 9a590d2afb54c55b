//! **casework**: a case from the first report to its closure or its handover.
//!
//! Job: the handbook as data (lines, steps, conditions, deadlines), the case with its steps, consents, people and
//! decisions, legal clocks, the offer machine of giver and taker, and the reduced case that travels.
//!
//! Invariants: pure. No I/O, no clock of its own, no keys, no agreements between nodes (that is `accord`), no tables.
//! State is rebuilt from events alone; a command looks at the state and returns the events that would follow, or a
//! problem, and changes nothing. A case has one owner; only the owner changes it.
//!
//! Start reading at [`case::Case`], then [`handbook::Handbook`], then [`offer::Thread`].

pub mod aid;
pub mod alias;
pub mod breach;
pub mod case;
pub mod clock;
pub mod consent;
pub mod counts;
pub mod document;
pub mod erasure;
pub mod extract;
pub mod guest;
pub mod handbook;
mod holidays;
pub mod matter;
pub mod nik;
pub mod offer;
pub mod quarter;
pub mod report;
pub mod rights;
pub mod roles;
pub mod words;

pub use case::{Case, CaseEvent, Today};
pub use clock::{Calendar, Clock, Deadline};
pub use consent::{Consent, ConsentCode};
pub use extract::Extract;
pub use handbook::{Handbook, Library};
pub use offer::{Effect, GiverEvent, OfferKind, TakerEvent, Thread, ThreadEvent};
pub use report::{Report, ReportEvent};
pub use roles::Role;
