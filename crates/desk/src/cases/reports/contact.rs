//! The way to reach who wrote a report, or whom it is about: for those who handle it, each view recorded first.

use super::{ReportStream, near_report};
use crate::act::{Act, Desk, note_access};
use crate::actor::Actor;
use crate::error::{Error, Refusal};
use crate::policy::{Deed, Permit};
use async_trait::async_trait;
use base::{OfficerId, ReportId};
use std::collections::BTreeMap;
use store::{AccessEvent, ShownOn, Tx};

impl ReportStream {
    /// The ways of contact that were given; empty ones are none.
    pub fn ways(&self) -> Vec<String> {
        let ways: BTreeMap<String, String> = serde_json::from_str(self.received.contact.expose()).unwrap_or_default();
        ways.into_values().filter(|way| !way.trim().is_empty()).collect()
    }
}

/// Shows the ways of contact of a report.
#[derive(Clone, Copy, Debug)]
pub struct ShowContact(pub ReportId);

#[async_trait]
impl Act for ShowContact {
    const NAME: &'static str = "report.contact";
    const DEED: Deed = Deed::HandleReport;
    type Done = ();

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        near_report(self.0, by, tx).await
    }

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let officer = OfficerId::from_bytes(tx.origin().actor);
        let event = AccessEvent::IdentityShown { officer, page: ShownOn::Report };
        Ok(note_access(tx, self.0.bytes(), event).await?)
    }
}
