//! Staff: officers, their proofs, their sessions.

pub mod calendar;
pub mod kept;
pub mod leaving;
pub mod officer;
pub mod papers;
mod proofs;
pub mod sessions;

pub use leaving::{EndAccess, LetReturn};
pub use officer::{AddOfficer, AddPasskey, Officer, OfficerCard, OfficerEvent, Passkey, Return, UpdatePasskey};
pub use proofs::Proofs;
pub use sessions::{EndSession, Session, StartSession, StepUp};
