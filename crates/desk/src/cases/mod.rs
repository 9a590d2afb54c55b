//! Cases: what officers do with them.

pub mod access;
pub(crate) mod blind;
pub mod breach;
pub mod change;
pub mod conference;
pub mod consents;
pub mod documents;
pub mod identity;
pub mod keeping;
pub mod leaving;
pub mod record;
pub mod reports;
pub mod rights;
pub mod search;
pub mod shut;
pub mod steps;
pub mod stream;

pub use change::{Change, MoveHandbook, OnCase};
pub use stream::{CaseCard, CaseState, CaseStream, StepCard};
