//! What a guest does in her matter: she says that there is no conflict, or that there is one; sees, on the record, who the
//! person is; opens a document.

use super::matter;
use crate::act::{Act, Desk, note_access};
use crate::actor::{Actor, Staff};
use crate::aid::conflict::{ConflictKind, named_in};
use crate::cases::documents::DocumentOpened;
use crate::error::Error;
use crate::policy::{Deed, Permit};
use crate::staff::Officer;
use async_trait::async_trait;
use base::{CaseId, FileId, OfficerId, Problem, Redacted, limits};
use casework::document::Document;
use casework::guest::{GuestEnd, GuestMove};
use casework::words::Category;
use seal::DataKey;
use std::collections::BTreeMap;
use store::{AccessEvent, Read, Tx};

/// Lines that a guest has compared; she has one try for each matter.
const LINES_MAX: usize = 40;

/// Who acts, as the journal knows her.
async fn who(tx: &mut Tx) -> Result<Staff, Error> {
    let id = OfficerId::from_bytes(tx.origin().actor);
    let officer = tx.load::<Officer>(id.bytes()).await?.ok_or(Error::NotFound)?;
    Ok(Staff { id, name: officer.name.clone(), roles: officer.roles.clone(), step_up_at: None })
}

/// What a comparison gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// Nothing she named stands in the case: it opens.
    Clear,
    /// Something does; nobody is told what, and her way in ended.
    Conflict,
}

/// She says that neither she nor her institution has a conflict of interest. What she names of those whom she acts for or
/// against is compared and kept nowhere; a hit ends her way in, once and for all.
#[derive(Clone, Debug)]
pub struct SayNoConflict {
    /// The case.
    pub case: CaseId,
    /// Companies, licences, telephones, NIKs, one a line.
    pub against: Redacted<String>,
    /// She says so.
    pub says: bool,
}

#[async_trait]
impl Act for SayNoConflict {
    const NAME: &'static str = "guest.no-conflict";
    const DEED: Deed = Deed::SeeOwnMatter;
    type Done = Said;

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<Said, Error> {
        let staff = who(tx).await?;
        let (mut case, _) = matter::of(tx, desk, (&staff, self.case)).await?;
        if !self.says {
            return Err(Problem::at("guest.says-nothing", "tidak-ada").into());
        }
        let lines: Vec<&str> = self.against.expose().lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        if lines.len() > LINES_MAX {
            return Err(Problem::at("guest.too-many-names", LINES_MAX.to_string()).into());
        }
        let named = named_in(&case);
        let stands = |line: &&str| ConflictKind::ALL.iter().any(|kind| named.contains(&(*kind, kind.normalised(line))));
        let hit = lines.iter().any(stands);
        let moved = if hit { GuestMove::Ended(GuestEnd::Conflict) } else { GuestMove::NoConflict };
        let events = case.move_guest(staff.id, moved, tx.now())?;
        tx.append(&mut case, events).await?;
        Ok(if hit { Said::Conflict } else { Said::Clear })
    }
}

/// She ends it herself: there is a conflict, or her work is done.
#[derive(Clone, Copy, Debug)]
pub struct SayConflict {
    /// The case.
    pub case: CaseId,
    /// There is a conflict of interest; else she only leaves.
    pub conflict: bool,
}

#[async_trait]
impl Act for SayConflict {
    const NAME: &'static str = "guest.leave";
    const DEED: Deed = Deed::SeeOwnMatter;
    type Done = ();

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let staff = who(tx).await?;
        let (mut case, _) = matter::of(tx, desk, (&staff, self.case)).await?;
        let why = if self.conflict { GuestEnd::Conflict } else { GuestEnd::Left };
        let events = case.move_guest(staff.id, GuestMove::Ended(why), tx.now())?;
        Ok(tx.append(&mut case, events).await?)
    }
}

/// She sees who the person is and how she is reached, as far as the accord lets her: recorded, then shown.
#[derive(Clone, Debug)]
pub struct ShowOwnIdentity {
    /// The case.
    pub case: CaseId,
    /// Why; it goes into the record.
    pub reason: Redacted<String>,
}

#[async_trait]
impl Act for ShowOwnIdentity {
    const NAME: &'static str = "guest.identity";
    const DEED: Deed = Deed::SeeOwnMatter;
    type Done = BTreeMap<String, Redacted<String>>;

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<Self::Done, Error> {
        let staff = who(tx).await?;
        let (_, found) = matter::of(tx, desk, (&staff, self.case)).await?;
        found.access.clear.ok_or_else(|| Problem::new("guest.conflict-first"))?;
        seen(tx, (self.case, staff.id), &self.reason).await?;
        Ok(found.identity().map(|seen| (seen.line.field.clone(), seen.value.clone())).collect())
    }
}

/// Records a look at who somebody is; the reason is asked for.
async fn seen(tx: &mut Tx, (case, officer): (CaseId, OfficerId), reason: &Redacted<String>) -> Result<(), Error> {
    if reason.expose().trim().is_empty() {
        return Err(Problem::at("identity.reason-missing", "alasan").into());
    }
    if reason.expose().len() > limits::TEXT_BYTES_MAX {
        return Err(Problem::at("input.too-large", "alasan").into());
    }
    Ok(note_access(tx, case.bytes(), AccessEvent::IdentitySeen { officer, reason: reason.clone() }).await?)
}

/// She opens a document that the accord lets her see: recorded, then opened in memory.
#[derive(Clone, Debug)]
pub struct OpenOwnDocument {
    /// The case.
    pub case: CaseId,
    /// The document.
    pub file: FileId,
    /// Why; asked for where it shows who she is.
    pub reason: Redacted<String>,
}

#[async_trait]
impl Act for OpenOwnDocument {
    const NAME: &'static str = "guest.document";
    const DEED: Deed = Deed::SeeOwnMatter;
    type Done = (Document, DataKey);

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<Self::Done, Error> {
        let staff = who(tx).await?;
        let (_, found) = matter::of(tx, desk, (&staff, self.case)).await?;
        let document = found.document(self.file)?.document.clone();
        if document.kind.part() == Some(Category::Identity) {
            seen(tx, (self.case, staff.id), &self.reason).await?;
        }
        let key = tx.file_key(self.file).await?;
        let opened = AccessEvent::FileOpened { officer: staff.id, file: self.file };
        note_access(tx, self.case.bytes(), opened).await?;
        Ok((document, key))
    }
}

impl Desk {
    /// Opens a document for a guest.
    pub async fn open_own_document(&self, by: &Actor, act: &OpenOwnDocument) -> Result<DocumentOpened, Error> {
        let (document, key) = self.run(by, crate::Asking::once(&*self.chance, self.now()), act).await?;
        self.document_opened(document, &key).await
    }
}
