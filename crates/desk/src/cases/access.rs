//! Who looked at a case: views of the identity on any page, copies, openings of its documents and of the files of its
//! reports, and what was refused.

use crate::cases::CaseStream;
use crate::error::Error;
use crate::offers::offers_of_case;
use base::{CaseId, FileId, OfficerId, Timestamp, limits};
use std::collections::BTreeSet;
use store::{Access, AccessEvent, Aggregate, Read, ShownOn, Stored};

/// One look, or one refusal.
#[derive(Clone, Debug)]
pub struct Look {
    /// When.
    pub at: Timestamp,
    /// Who: an officer, a partner, or zeros for the node itself.
    pub actor: [u8; 16],
    /// Its kind, `identity.seen`.
    pub kind: &'static str,
    /// What, with the reason as typed.
    pub event: AccessEvent,
}

/// A page of looks.
#[derive(Clone, Debug, Default)]
pub struct Looks {
    /// Newest first.
    pub looks: Vec<Look>,
    /// Where the page before begins, if there is one.
    pub next: Option<i64>,
    /// The last looks at its reports, and at what came from another node before it was a case here; newest first.
    pub beside: Vec<(Timestamp, OfficerId, Beside)>,
}

/// A look at something that belongs to a case and has a record of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// A file of a report was opened.
    File(FileId),
    /// Somebody saw who she is, or how she is reached.
    Page(ShownOn),
}

/// The looks at a case before a number, [`limits::PAGE_ROWS`] of them; without one, the newest.
pub async fn looks(view: &mut impl Read, case: &Stored<CaseStream>, before: Option<i64>) -> Result<Looks, Error> {
    let mut found = Looks { beside: beside(view, case).await?, ..Looks::default() };
    let Some(access) = view.load::<Access>(case.id).await? else { return Ok(found) };
    let end = before.unwrap_or(access.version).clamp(0, access.version);
    let rows = i64::try_from(limits::PAGE_ROWS).unwrap_or(i64::MAX);
    let start = (end - rows).max(0);
    let told = view.told::<Access>(case.id, start, usize::try_from(end - start).unwrap_or_default()).await?;
    let look = |told: store::Told<AccessEvent>| {
        let kind = Access::event_name(&told.event);
        Look { at: told.at, actor: told.actor, kind, event: told.event }
    };
    found.looks = told.into_iter().rev().map(look).collect();
    found.next = (start > 0).then_some(start);
    Ok(found)
}

async fn beside(view: &mut impl Read, case: &Stored<CaseStream>) -> Result<Vec<(Timestamp, OfficerId, Beside)>, Error> {
    let offers = offers_of_case(view, CaseId::from_bytes(case.id)).await?;
    let threads: BTreeSet<[u8; 16]> = offers.iter().map(|card| card.thread.bytes()).collect();
    let mut found = Vec::new();
    for subject in case.reports.iter().map(|report| report.bytes()).chain(threads) {
        let Some(access) = view.load::<Access>(subject).await? else { continue };
        found.extend(access.opened.iter().map(|(at, who, file)| (*at, *who, Beside::File(*file))));
        found.extend(access.shown.iter().map(|(at, who, page)| (*at, *who, Beside::Page(*page))));
    }
    found.sort_by_key(|(at, ..)| std::cmp::Reverse(*at));
    Ok(found)
}

/// Who saw, on its page, who somebody is: of a report, or of what another node shared and is no case here.
pub async fn shown_lately(
    view: &mut impl Read,
    subject: [u8; 16],
) -> Result<Vec<(Timestamp, OfficerId, ShownOn)>, Error> {
    Ok(view.load::<Access>(subject).await?.map(|access| access.state.shown.clone()).unwrap_or_default())
}

/// Who opened a document of a case and when, newest first; and whether nothing older was left out. Of a long record the last
/// [`limits::CODE_ROWS_MAX`] entries are read.
pub async fn openings(
    view: &mut impl Read,
    case: CaseId,
    file: FileId,
) -> Result<(Vec<(Timestamp, OfficerId)>, bool), Error> {
    let Some(access) = view.load::<Access>(case.bytes()).await? else { return Ok((Vec::new(), true)) };
    let start = (access.version - i64::try_from(limits::CODE_ROWS_MAX).unwrap_or(i64::MAX)).max(0);
    let told = view.told::<Access>(case.bytes(), start, limits::CODE_ROWS_MAX).await?;
    let of_it = told.into_iter().rev().filter_map(|told| match told.event {
        AccessEvent::FileOpened { officer, file: known } if known == file => Some((told.at, officer)),
        _ => None,
    });
    Ok((of_it.collect(), start == 0))
}
