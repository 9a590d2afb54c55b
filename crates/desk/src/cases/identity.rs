//! Identity: shown to those who must, each view recorded before the answer (UU 21/2007 art. 24 and 44).
//!
//! On its own page with a reason as typed ([`OpenIdentity`]); on a page that is about something else it stays closed until
//! somebody asks, and the page is the reason ([`ShowIdentity`]).

use super::change;
use crate::act::{Act, Desk, note_access};
use crate::actor::Actor;
use crate::cases::CaseStream;
use crate::error::{Error, Refusal};
use crate::offers::{OfferStream, near_thread};
use crate::policy::{Deed, Permit};
use async_trait::async_trait;
use base::{CaseId, OfficerId, Problem, Redacted, ThreadId};
use casework::words::Category;
use std::collections::BTreeMap;
use store::{AccessEvent, Read, ShownOn, Stored, Tx};

/// Opens the identity of the person of a case.
#[derive(Clone, Debug)]
pub struct OpenIdentity {
    /// The case.
    pub case: CaseId,
    /// Why; it goes into the record.
    pub reason: Redacted<String>,
}

#[async_trait]
impl Act for OpenIdentity {
    const NAME: &'static str = "identity.open";
    const DEED: Deed = Deed::SeeIdentity;
    type Done = BTreeMap<String, Redacted<String>>;

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        change::near_to(self.case, by, Self::DEED, tx).await
    }

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<Self::Done, Error> {
        if self.reason.expose().trim().is_empty() {
            return Err(Problem::at("identity.reason-missing", "reason").into());
        }
        let identity = |case: &Stored<CaseStream>| {
            let fields = case.fields.iter().filter(|(name, _)| Category::identifies(name));
            fields.map(|(name, value)| (name.clone(), value.clone())).collect()
        };
        let fields = tx.look(self.case.bytes(), identity).await?.ok_or(Error::NotFound)?;
        let officer = OfficerId::from_bytes(tx.origin().actor);
        note_access(tx, self.case.bytes(), AccessEvent::IdentitySeen { officer, reason: self.reason.clone() }).await?;
        Ok(fields)
    }
}

/// Has the identity shown on a page that is about something else.
#[derive(Clone, Copy, Debug)]
pub enum ShowIdentity {
    /// On a page of a case.
    Case(CaseId, ShownOn),
    /// On the page of what came from another node, or went there.
    Offer(ThreadId),
}

impl ShowIdentity {
    /// Whose access is recorded, and on which page.
    async fn about(&self, tx: &mut Tx) -> Result<([u8; 16], ShownOn), Error> {
        match *self {
            Self::Case(case, page) => Ok((case.bytes(), page)),
            Self::Offer(thread) => {
                let stored = tx.load::<OfferStream>(thread.bytes()).await?.ok_or(Error::NotFound)?;
                Ok((stored.case.map_or(thread.bytes(), CaseId::bytes), ShownOn::Offer(stored.peer)))
            }
        }
    }
}

#[async_trait]
impl Act for ShowIdentity {
    const NAME: &'static str = "identity.show";
    const DEED: Deed = Deed::SeeIdentity;
    type Done = ();

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        match *self {
            Self::Case(case, _) => change::near_to(case, by, Self::DEED, tx).await,
            Self::Offer(thread) => near_thread(thread, by, Self::DEED, tx).await,
        }
    }

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let (subject, page) = self.about(tx).await?;
        let officer = OfficerId::from_bytes(tx.origin().actor);
        Ok(note_access(tx, subject, AccessEvent::IdentityShown { officer, page }).await?)
    }
}
