//! How envelopes are sealed and opened: as FEDERATION.md 3 says. The simulator of very many nodes brings a way of its own,
//! which stays there.

use base::{Chance, NodeId};
use seal::envelope::Resolve;
use seal::{EpochSecret, IdentityKey, OpenError, Opened, Recipient, SealError, SendClass};

/// A way to seal envelopes. Whatever it is, carriers read [`seal::peek`] of them.
pub trait Sealing: Send + Sync {
    /// As [`seal::seal_envelope`].
    fn seal(
        &self,
        payload: &[u8],
        sender: &IdentityKey,
        to: (&Recipient, SendClass, u32),
        chance: &dyn Chance,
    ) -> Result<Vec<u8>, SealError>;

    /// As [`seal::open_by`].
    fn open(&self, bytes: &[u8], epoch: &EpochSecret, me: NodeId, resolve: &Resolve<'_>) -> Result<Opened, OpenError>;
}

/// The one way of nodes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Envelopes;

impl Sealing for Envelopes {
    fn seal(
        &self,
        payload: &[u8],
        sender: &IdentityKey,
        (to, class, expires_hour): (&Recipient, SendClass, u32),
        chance: &dyn Chance,
    ) -> Result<Vec<u8>, SealError> {
        seal::seal_envelope(payload, sender, to, class, expires_hour, chance)
    }

    fn open(&self, bytes: &[u8], epoch: &EpochSecret, me: NodeId, resolve: &Resolve<'_>) -> Result<Opened, OpenError> {
        seal::open_by(bytes, epoch, me, resolve)
    }
}
