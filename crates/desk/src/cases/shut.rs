//! Officers who are shut out of a case, and openings in need (domain: actors, section 4).
//!
//! Who is shut out meets a case that is not there: the answer must not tell somebody who may take part in the trade that a
//! case names her. The try is recorded all the same.

use super::change::{self, changes};
use crate::act::{Act, Desk, note_access};
use crate::actor::{Actor, Staff};
use crate::cases::{CaseCard, CaseStream};
use crate::error::{Error, Refusal};
use crate::policy::{Deed, Permit, is_counsel_alone};
use crate::staff::Officer;
use crate::staff::officer::officers;
use async_trait::async_trait;
use base::{CaseId, OfficerId, Redacted, Timestamp, limits};
use casework::case::InNeed;
use casework::{Case, CaseEvent};
use serde::{Deserialize, Serialize};
use store::{AccessEvent, KeyBytes, Page, Read, Row, Shelf, Stored, Tx, cbor};

/// Part of [`Shelf::Notices`] that auditors read.
const TO_AUDITORS: &[u8] = b"auditor";
/// Part that coordinators read.
const TO_COORDINATORS: &[u8] = b"coordinator";

/// What somebody must know at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NoticeKind {
    /// The case was opened in need: number, by whom, when.
    OpenedInNeed(u16, OfficerId, Timestamp),
    /// The one who holds the case is shut out of it: somebody else must hold it.
    HolderShutOut(OfficerId),
}

/// A notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The case.
    pub case: CaseId,
    /// The name it goes by.
    pub alias: String,
    /// What happened.
    pub kind: NoticeKind,
}

/// The notices of a case. They stand until somebody looked, or somebody else holds the case.
pub fn rows(case: &CaseStream, id: CaseId) -> Vec<Row> {
    let alias = case.listed_as();
    let row = |part: &[u8], key: i64, kind| {
        let card = cbor::to_bytes(&Notice { case: id, alias: alias.to_owned(), kind }).ok()?;
        let key = KeyBytes::new().int(key).bytes(&id.bytes()).done();
        Some(Row { shelf: Shelf::Notices, part: part.to_vec(), key, due: None, card })
    };
    let holder = case.manager();
    let mut rows = Vec::new();
    for (no, opened) in case.unseen_openings() {
        let (at, kind) = (opened.at.millis(), NoticeKind::OpenedInNeed(no, opened.by, opened.at));
        rows.extend(row(TO_AUDITORS, at, kind));
        rows.extend(holder.and_then(|holder| row(&holder.bytes(), at, kind)));
    }
    if let (true, Some(holder)) = (case.holder_is_shut_out(), holder) {
        rows.extend(row(TO_COORDINATORS, case.opened_at.millis(), NoticeKind::HolderShutOut(holder)));
    }
    rows
}

/// The notices for an officer, the oldest first: of cases that she holds, and those of her roles.
pub async fn notices(view: &mut impl Read, staff: &Staff) -> Result<Vec<Notice>, Error> {
    let may = |deed| staff.roles.iter().any(|role| crate::policy::allows(*role, deed));
    let mut parts = vec![staff.id.bytes().to_vec()];
    parts.extend(may(Deed::SeeAudit).then(|| TO_AUDITORS.to_vec()));
    parts.extend(may(Deed::AssignCase).then(|| TO_COORDINATORS.to_vec()));
    let mut found: Vec<Notice> = Vec::new();
    for part in parts {
        let rows = view.list::<Notice>(Shelf::Notices, &part, &Page::first(limits::PAGE_ROWS_MAX)).await?;
        found.extend(rows.into_iter().map(|row| row.card).filter(|notice| notice.concerns(staff.id)));
    }
    Ok(found)
}

impl Notice {
    /// Nobody is told that she herself is shut out.
    fn concerns(&self, officer: OfficerId) -> bool {
        self.kind != NoticeKind::HolderShutOut(officer)
    }
}

/// An opening in need as the officer for data protection reads it: the notice, and why.
pub async fn opening(view: &mut impl Read, case: CaseId, no: u16) -> Result<Option<InNeed>, Error> {
    let stored = view.load::<CaseStream>(case.bytes()).await?;
    Ok(stored.and_then(|stored| stored.in_need.get(usize::from(no)).cloned()))
}

/// Whether this officer is shut out of a case: she is named in it, or it is another counsel's.
pub fn is_shut_out(staff: &Staff, case: &Case) -> bool {
    case.shuts_out(staff.id, staff.name.expose()) || (is_counsel_alone(staff) && !case.is_matter_of(staff.id))
}

/// The same of a case by its id; of one that is not here nobody is.
pub async fn shut_out_of(view: &mut impl Read, staff: &Staff, case: CaseId) -> Result<bool, Error> {
    let case = match view.load::<CaseStream>(case.bytes()).await {
        Err(store::StoreError::Erased) => None,
        found => found?,
    };
    Ok(case.is_some_and(|case| is_shut_out(staff, &case)))
}

/// Names the case in the refusal of who is shut out of it: the try is written down there.
pub fn named(refusals: Vec<Refusal>, case: CaseId) -> Vec<Refusal> {
    let is_shut = refusals.iter().any(Refusal::is_shut_out);
    if is_shut { vec![Refusal::shut_out(&case)] } else { refusals }
}

/// Whether the card of a case shuts an officer out: what lists ask, without opening the case.
async fn is_listed_shut(view: &mut impl Read, staff: &Staff, case: CaseId) -> Result<bool, Error> {
    let card = view.card::<CaseCard>(Shelf::CaseCard, &case.bytes(), &[]).await?;
    Ok(card.is_some_and(|card| card.shuts(staff)))
}

/// Takes out of a list what belongs to a case that an officer is shut out of; `cases` stand in the order of the rows.
pub async fn drop_shut<T>(
    view: &mut impl Read,
    staff: &Staff,
    rows: &mut Vec<T>,
    cases: &[Option<CaseId>],
) -> Result<(), Error> {
    let mut kept = Vec::new();
    for case in cases {
        let is_shut = match case {
            Some(case) => is_listed_shut(view, staff, *case).await?,
            None => false,
        };
        kept.push(!is_shut);
    }
    let mut kept = kept.into_iter();
    rows.retain(|_| kept.next().unwrap_or(true));
    Ok(())
}

/// Shuts out the officers of this node whose names now stand among those who recruited.
pub async fn shut_out_named(tx: &mut Tx, case: &mut Stored<CaseStream>) -> Result<(), Error> {
    if !case.accuses_somebody() {
        return Ok(());
    }
    let is_new = |id: OfficerId, name: &str| !case.barred.contains(&id) && case.shuts_out(id, name);
    let named = officers(tx).await?.into_iter().filter(|card| is_new(card.id, card.name.expose()));
    let reason = || Redacted::new("recruiter.name".to_owned());
    let event = |officer| CaseEvent::ShutOut { officer, by: OfficerId::default(), reason: reason() };
    let events: Vec<CaseEvent> = named.map(|card| event(card.id)).collect();
    if events.is_empty() { Ok(()) } else { Ok(tx.append(case, events).await?) }
}

changes! {
    /// Shuts an officer out of a case.
    ShutOut {
        /// Whom.
        officer: OfficerId,
        /// Why.
        reason: Redacted<String>,
    } "access.shut" ShutOut |self, case, by, _today| case.shut_out(self.officer, by, self.reason.clone());

    /// The officer for data protection looked at an opening in need.
    SeeOpening {
        /// Its number.
        no: u16,
    } "need.see" SeeAudit |self, case, by, _today| case.look_at_opening(self.no, by);
}

/// Lets an officer in again; the coordinator does it, after asking.
#[derive(Clone, Debug)]
pub struct LetIn {
    /// The case.
    pub case: CaseId,
    /// Version of the form.
    pub version: Option<i64>,
    /// Whom.
    pub officer: OfficerId,
    /// Why.
    pub reason: Redacted<String>,
}

#[async_trait]
impl Act for LetIn {
    const NAME: &'static str = "access.let-in";
    const DEED: Deed = Deed::AssignCase;
    type Done = ();

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        change::near_to(self.case, by, Self::DEED, tx).await
    }

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let by = OfficerId::from_bytes(tx.origin().actor);
        let mut stored = change::load(tx, self.case, self.version).await?;
        let known = tx.load::<Officer>(self.officer.bytes()).await?.ok_or(Error::NotFound)?;
        let events = stored.let_in((self.officer, known.name.expose()), by, self.reason.clone())?;
        tx.append(&mut stored, events).await?;
        Ok(())
    }
}

/// Opens a case in need. The data protection officer and who holds the case are told in the same commit.
#[derive(Clone, Debug)]
pub struct OpenInNeed {
    /// The case.
    pub case: CaseId,
    /// Why.
    pub reason: Redacted<String>,
}

#[async_trait]
impl Act for OpenInNeed {
    const NAME: &'static str = "need.open";
    const DEED: Deed = Deed::OpenInNeed;
    type Done = ();

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        change::near_to(self.case, by, Self::DEED, tx).await
    }

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let officer = OfficerId::from_bytes(tx.origin().actor);
        let mut stored = change::load(tx, self.case, None).await?;
        let events = stored.open_in_need(officer, self.reason.clone(), tx.now())?;
        tx.append(&mut stored, events).await?;
        let event = AccessEvent::OpenedInNeed { officer, reason: self.reason.clone() };
        Ok(note_access(tx, self.case.bytes(), event).await?)
    }
}

impl Desk {
    /// What a page is answered that is refused. The try of who is shut out is written down where those who hold the case
    /// look; she herself meets what is not there.
    pub async fn shut_out(&self, by: &Actor, refusals: Vec<Refusal>) -> Result<Error, Error> {
        if refusals.iter().any(Refusal::is_shut_out) {
            self.note_refusal(by, "case.see", &refusals).await?;
        }
        Ok(Error::refused(refusals))
    }
}
