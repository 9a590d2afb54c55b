//! Partners: nodes whose entry is trusted, and the accords signed with them.

pub mod accord;
pub mod closing;
pub mod peer;
pub mod revoking;
pub mod stated;

pub use self::accord::{
    AccordCard, AccordDoc, AccordEvent, ImportAccord, InForce, PartyCard, accord_between, accords, witnesses,
};
pub use peer::{ConfirmPeer, Peer, PeerCard, PeerEvent, peer, peers};
