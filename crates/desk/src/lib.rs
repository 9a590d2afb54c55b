//! **desk**: the use cases. May I, load, decide, write, audit, send.
//!
//! Job: every act of a person, a partner or the node itself is a value here ([`Act`]) that runs in one transaction. The
//! rules live in the pure rooms; this room joins them: a case is decided by `casework`, a flow by `accord`, sealed bytes
//! by `seal`.
//!
//! Invariants: no HTTP, no SQL, no socket. No act without a permit of [`policy`]. Audit record and outgoing message are
//! written in the transaction of the act. Identity is shown by an act that is recorded before the answer.
//! Start reading at [`act`], then [`cases`] and [`offers`]; what comes from other nodes enters at [`inbox`].

pub mod act;
pub mod actor;
pub mod aid;
pub mod alerts;
pub mod audit;
pub mod boxes;
pub mod cases;
pub mod corridors;
pub mod directory;
pub mod duties;
mod error;
pub mod guest;
pub mod inbox;
pub mod intake;
pub mod licences;
pub mod mail;
pub mod matters;
pub mod mentions;
mod node_profile;
pub mod offers;
pub mod packs;
pub mod partners;
pub mod policy;
pub mod progress;
pub mod quarter;
pub mod registry;
pub mod sms;
pub mod staff;
pub mod verify;
pub mod window;
pub mod wire;
pub mod writing;

pub use act::{Act, Asking, Desk, note_access};
pub use actor::{Actor, Staff};
pub use error::{Error, Refusal};
pub use node_profile::NodeProfile;
pub use policy::{Decision, Deed, Permit};
