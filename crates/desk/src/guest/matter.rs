//! What a guest may see now. Nothing is remembered: the case, the consent and the accord are asked each time, so whatever
//! ends one of them ends her sight of it in the same moment.

use crate::act::Desk;
use crate::actor::{Actor, Staff};
use crate::aid::look::ask_of;
use crate::cases::CaseStream;
use crate::cases::shut::is_shut_out;
use crate::error::{Error, Refusal};
use crate::offers::give::refusals;
use crate::offers::source;
use crate::offers::{Ask, Cut, Seen, SeenDocument};
use crate::policy::Deed;
use crate::staff::leaving::is_gone;
use base::{CaseId, ConsentId, FileId, NodeId, OfficerId};
use casework::Case;
use casework::Role;
use casework::extract::is_previewed;
use casework::guest::GuestAccess;
use casework::words::Category;
use store::{Page, Read, Row, Shelf, StoreError, Stored, View, cbor};

/// A matter as its guest may see it.
#[derive(Clone, Debug)]
pub struct Matter {
    /// Her way into it.
    pub access: GuestAccess,
    /// What the accord lets her see, with clause and basis.
    cut: Cut,
}

/// A matter in a guest's list.
#[derive(Clone, Debug)]
pub struct Own {
    /// The case.
    pub case: CaseId,
    /// The name it goes by.
    pub alias: String,
    /// Her way into it.
    pub access: GuestAccess,
}

impl Matter {
    /// What she reads: before she said that there is no conflict what an offer shows before its answer, afterwards all but
    /// who the person is and how she is reached, which [`super::ShowOwnIdentity`] shows on the record.
    pub fn fields(&self) -> impl Iterator<Item = &Seen> {
        let is_clear = self.access.clear.is_some();
        self.cut.permitted().filter(move |seen| match seen.line.field.as_str() {
            field if is_clear => !Category::identifies(field),
            field => is_previewed(field),
        })
    }

    /// Who the person is, as far as the accord lets her see it; nothing before she said that there is no conflict.
    pub fn identity(&self) -> impl Iterator<Item = &Seen> {
        let is_clear = self.access.clear.is_some();
        self.cut.permitted().filter(move |seen| is_clear && Category::identifies(&seen.line.field))
    }

    /// Documents that she may open; none before she said that there is no conflict.
    pub fn documents(&self) -> impl Iterator<Item = &SeenDocument> {
        self.cut.going().filter(|_| self.access.clear.is_some())
    }

    /// One of them.
    pub fn document(&self, file: FileId) -> Result<&SeenDocument, Error> {
        self.documents().find(|seen| seen.document.id == file).ok_or(Error::NotFound)
    }
}

/// Whether an officer is a guest: she may nothing but what stands here.
pub fn is_guest(staff: &Staff) -> bool {
    staff.roles.contains(&Role::Guest)
}

/// **The rule.** The matter of a guest, if it is hers now: she was let in, it did not end, the case is open and here, the
/// person's consent for her body holds, and the accord with it says yes.
pub async fn own(view: &mut impl Read, desk: &Desk, case: &CaseStream, guest: &Staff) -> Result<Option<Matter>, Error> {
    let Some(access) = case.guest(guest.id, view.now()).cloned() else { return Ok(None) };
    if is_shut_out(guest, case) || is_gone(view, guest.id).await? {
        return Ok(None);
    }
    let found = decided(view, desk, case, (access.body, false)).await?;
    Ok(found.ok().map(|(cut, _)| Matter { access, cut }))
}

/// What counsel of a body may see of a case, and the consent that it rests on first; or why nothing. `first`: she is let in
/// now, and takes her place in the day's quota.
pub(super) async fn decided(
    view: &mut impl Read,
    desk: &Desk,
    case: &Case,
    (body, first): (NodeId, bool),
) -> Result<Result<(Cut, ConsentId), Vec<Refusal>>, Error> {
    if let Err(problem) = case.may_let_in() {
        return Ok(Err(vec![Refusal { code: problem.code, about: problem.at.unwrap_or_default() }]));
    }
    if case.shield.is_some() {
        return Ok(Err(vec![Refusal::new("guest.shielded", "case")]));
    }
    let documents = case.documents.iter().map(|document| document.id).collect();
    let ask = Ask { documents, ..ask_of(None, body) };
    let cut = if first {
        source::decide(view, desk, case, &ask).await?
    } else {
        source::decide_again(view, desk, case, &ask).await?
    };
    // No other basis was named, so what is permitted rests on her consent for this body.
    let rests_on = cut.consents.first().map(|id| ConsentId::from_bytes(*id));
    Ok(match rests_on {
        Some(consent) if cut.permitted().next().is_some() => Ok((cut, consent)),
        _ => Err(refusals(&cut)),
    })
}

/// The rows of a case: one for each guest whose way in was not ended.
pub fn rows(case: &CaseStream, id: CaseId) -> Vec<Row> {
    let Ok(card) = cbor::to_bytes(&id) else { return Vec::new() };
    let open = case.guests.iter().filter(|(_, access)| access.ended.is_none());
    let row = |guest: &OfficerId| Row {
        shelf: Shelf::GuestCases,
        part: guest.bytes().to_vec(),
        key: id.bytes().to_vec(),
        due: None,
        card: card.clone(),
    };
    open.map(|(guest, _)| row(guest)).collect()
}

/// The matters of a guest, and no other case.
pub async fn matters(view: &mut impl Read, desk: &Desk, guest: &Staff) -> Result<Vec<Own>, Error> {
    let mut found = Vec::new();
    let rows =
        view.list::<CaseId>(Shelf::GuestCases, &guest.id.bytes(), &Page::first(base::limits::PAGE_ROWS_MAX)).await?;
    for case in rows.into_iter().map(|row| row.card) {
        let Some(stored) = loaded(view, case).await? else { continue };
        if let Some(matter) = own(view, desk, &stored, guest).await? {
            found.push(Own { case, alias: stored.listed_as().to_owned(), access: matter.access });
        }
    }
    Ok(found)
}

/// Whether anything is left for a guest: without a matter she has no session.
pub async fn has_matter(view: &mut impl Read, desk: &Desk, guest: &Staff) -> Result<bool, Error> {
    Ok(!matters(view, desk, guest).await?.is_empty())
}

/// A case; `None` if it is not here, or was erased.
pub(super) async fn loaded(view: &mut impl Read, case: CaseId) -> Result<Option<Stored<CaseStream>>, Error> {
    match view.load::<CaseStream>(case.bytes()).await {
        Err(StoreError::Erased) => Ok(None),
        found => Ok(found?),
    }
}

/// The matter of who asks, in an act or on a page. Another case answers like one that is not there; the try is recorded where
/// those who hold that case look.
pub(super) async fn of(
    view: &mut impl Read,
    desk: &Desk,
    (by, case): (&Staff, CaseId),
) -> Result<(Stored<CaseStream>, Matter), Error> {
    let stored = loaded(view, case).await?.ok_or(Error::NotFound)?;
    match own(view, desk, &stored, by).await? {
        Some(matter) => Ok((stored, matter)),
        None => Err(Error::Refused(vec![Refusal::shut_out(&case)])),
    }
}

impl Desk {
    /// A matter of the guest who asks, with the snapshot it came from.
    pub async fn matter_for(&self, by: &Actor, case: CaseId) -> Result<(View, Stored<CaseStream>, Matter), Error> {
        let mut view = self.read_for(by, Deed::SeeOwnMatter).await?;
        let staff = by.officer().ok_or(Error::NotFound)?;
        match of(&mut view, self, (staff, case)).await {
            Ok((stored, matter)) => Ok((view, stored, matter)),
            Err(Error::Refused(refusals)) => {
                drop(view);
                Err(self.shut_out(by, refusals).await?)
            }
            Err(error) => Err(error),
        }
    }
}
