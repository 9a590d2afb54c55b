//! Who looked at a case: views of the identity, copies, openings of the files of its reports, and what was refused.

use crate::cases::CaseStream;
use crate::error::Error;
use base::{FileId, OfficerId, Timestamp, limits};
use store::{Access, AccessEvent, Aggregate, Read, Stored};

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
    /// The last openings of files of its reports: when, who, which; newest first.
    pub files: Vec<(Timestamp, OfficerId, FileId)>,
}

/// The looks at a case before a number, [`limits::PAGE_ROWS`] of them; without one, the newest.
pub async fn looks(view: &mut impl Read, case: &Stored<CaseStream>, before: Option<i64>) -> Result<Looks, Error> {
    let mut found = Looks { files: files(view, case).await?, ..Looks::default() };
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

async fn files(view: &mut impl Read, case: &CaseStream) -> Result<Vec<(Timestamp, OfficerId, FileId)>, Error> {
    let mut opened = Vec::new();
    for report in &case.reports {
        opened.extend(view.load::<Access>(report.bytes()).await?.into_iter().flat_map(|access| access.state.opened));
    }
    opened.sort_by_key(|(at, ..)| std::cmp::Reverse(*at));
    Ok(opened)
}
