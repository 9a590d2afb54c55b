//! `base::Chance` in the shape the HPKE crate asks for. Whether it is unpredictable is decided in `node`, which makes it.

use base::Chance;
use hpke::rand_core::{TryCryptoRng, TryRng};
use std::convert::Infallible;

/// Borrowed chance.
pub(crate) struct FromChance<'a>(pub &'a dyn Chance);

impl TryRng for FromChance<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_le_bytes(self.0.bytes()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_le_bytes(self.0.bytes()))
    }

    fn try_fill_bytes(&mut self, buffer: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(buffer);
        Ok(())
    }
}

impl TryCryptoRng for FromChance<'_> {}
