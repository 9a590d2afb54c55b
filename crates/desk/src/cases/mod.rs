//! Cases: what officers do with them.

pub(crate) mod blind;
pub mod change;
pub mod consents;
pub mod identity;
pub mod record;
pub mod reports;
pub mod steps;
pub mod stream;

pub use change::{Change, MoveHandbook, OnCase};
pub use stream::{CaseCard, CaseState, CaseStream, StepCard};
