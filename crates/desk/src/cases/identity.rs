//! Identity: shown to those who must, each view recorded before the answer (UU 21/2007 art. 24 and 44).

use super::change;
use crate::act::{Act, Desk, note_access};
use crate::actor::Actor;
use crate::cases::CaseStream;
use crate::error::{Error, Refusal};
use crate::policy::{Deed, Permit};
use base::{CaseId, OfficerId, Problem, Redacted};
use casework::words::Category;
use std::collections::BTreeMap;
use store::{AccessEvent, Read, Tx};

/// Opens the identity of the person of a case.
#[derive(Clone, Debug)]
pub struct OpenIdentity {
    /// The case.
    pub case: CaseId,
    /// Why; it goes into the record.
    pub reason: Redacted<String>,
}

impl Act for OpenIdentity {
    const NAME: &'static str = "identity.open";
    const DEED: Deed = Deed::SeeIdentity;
    type Done = BTreeMap<String, Redacted<String>>;

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        let case = tx.load::<CaseStream>(self.case.bytes()).await?.ok_or(Error::NotFound)?;
        Ok(change::near(by, &case, Self::DEED))
    }

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<Self::Done, Error> {
        if self.reason.expose().trim().is_empty() {
            return Err(Problem::at("identity.reason-missing", "reason").into());
        }
        let case = tx.load::<CaseStream>(self.case.bytes()).await?.ok_or(Error::NotFound)?;
        let officer = OfficerId::from_bytes(tx.origin().actor);
        note_access(tx, self.case.bytes(), AccessEvent::IdentitySeen { officer, reason: self.reason.clone() }).await?;
        let shown = [Category::Identity, Category::Contact, Category::Documents];
        let fields = case.fields.iter().filter(|(name, _)| Category::of(name).is_some_and(|c| shown.contains(&c)));
        Ok(fields.map(|(name, value)| (name.clone(), value.clone())).collect())
    }
}
