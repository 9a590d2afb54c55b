//! Opening a document that lies with an offer: on the record, in memory.

use super::settle::{Found, look};
use super::{CameFile, CameState, opens};
use crate::act::{Act, Asking, Desk, note_access};
use crate::actor::Actor;
use crate::cases::documents;
use crate::error::{Error, Refusal};
use crate::offers::near_thread;
use crate::offers::stream::OfferStream;
use crate::policy::{Deed, Permit};
use async_trait::async_trait;
use base::{FileId, OfficerId, Problem, Redacted, ThreadId};
use seal::DataKey;
use store::{AccessEvent, Read, Tx};
use zeroize::Zeroizing;

impl Desk {
    /// Opens a document that lies with an offer: recorded first, then opened in memory.
    pub async fn open_came(&self, by: &Actor, act: &OpenCame) -> Result<(CameFile, Zeroizing<Vec<u8>>), Error> {
        let (file, key) = self.run(by, Asking::once(&*self.chance, self.now()), act).await?;
        let one = file.clone();
        match self.on_disk(move |files| look(files, &one, &key)).await?.map_err(Problem::from)? {
            Found::Whole(plain) => Ok((file, plain)),
            Found::NotWhole => Err(Problem::new("document.lost").into()),
            Found::Bad(bad) => {
                let at = bad.first().map_or_else(|| "SHA-256".to_owned(), ToString::to_string);
                Err(Problem::at("chunk.damaged", at).into())
            }
        }
    }
}

/// Records that an officer opens a document that lies with an offer, and gives what opens it.
#[derive(Clone, Debug)]
pub struct OpenCame {
    /// The thread.
    pub thread: ThreadId,
    /// The document.
    pub file: FileId,
    /// Why; asked for where it shows who she is.
    pub reason: Redacted<String>,
}

#[async_trait]
impl Act for OpenCame {
    const NAME: &'static str = "offer.open-file";
    const DEED: Deed = Deed::SeeOffers;
    type Done = (CameFile, DataKey);

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        let mut refusals = near_thread(self.thread, by, Self::DEED, tx).await?;
        let stored = tx.load::<OfferStream>(self.thread.bytes()).await?.ok_or(Error::NotFound)?;
        let (_, file) = stored.came_file(self.file).ok_or(Error::NotFound)?;
        if let crate::policy::Decision::Deny(more) = crate::policy::decide(by, documents::deed(file.kind())) {
            refusals.extend(more);
        }
        Ok(refusals)
    }

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<Self::Done, Error> {
        let stored = tx.load::<OfferStream>(self.thread.bytes()).await?.ok_or(Error::NotFound)?;
        let (_, file) = stored.came_file(self.file).ok_or(Error::NotFound)?;
        if !matches!(file.state, CameState::Here(kind) if opens(file.bytes, kind)) {
            return Err(Problem::new("attachment.not-here").into());
        }
        let officer = OfficerId::from_bytes(tx.origin().actor);
        if documents::deed(file.kind()) == Deed::SeeIdentity {
            if self.reason.expose().trim().is_empty() {
                return Err(Problem::at("identity.reason-missing", "alasan").into());
            }
            let seen = AccessEvent::IdentitySeen { officer, reason: self.reason.clone() };
            note_access(tx, self.thread.bytes(), seen).await?;
        }
        let key = tx.file_key(self.file).await?;
        note_access(tx, self.thread.bytes(), AccessEvent::FileOpened { officer, file: self.file }).await?;
        Ok((file.clone(), key))
    }
}
