//! A person has seen to a matter of the mail: telephoned, upgraded, looked.

use super::concern;
use crate::act::{Act, Desk};
use crate::error::Error;
use crate::policy::{Deed, Permit};
use async_trait::async_trait;
use store::Tx;

/// Ends a matter; its name is that of [`super::Concern::name`].
#[derive(Clone, Debug)]
pub struct SettleConcern {
    /// Which.
    pub name: String,
}

#[async_trait]
impl Act for SettleConcern {
    const NAME: &'static str = "mail.settle-concern";
    const DEED: Deed = Deed::ManageNode;
    type Done = ();

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        Ok(concern::settle(tx, &self.name).await?)
    }
}
