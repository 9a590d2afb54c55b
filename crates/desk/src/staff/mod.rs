//! Staff: officers, their proofs, their sessions.

pub mod calendar;
pub mod kept;
pub mod officer;
pub mod sessions;

pub use officer::{AddOfficer, AddPasskey, Officer, OfficerCard, OfficerEvent, Passkey, UpdatePasskey};
pub use sessions::{EndSession, Session, StartSession, StepUp};
