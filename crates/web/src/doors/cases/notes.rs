//! Notes of a case, and who looked at its closely kept parts.

use crate::doors::{Came, case::head, comes_back, id};
use crate::guard::{Answer, Fail, Here, Posted, page, page_with, see};
use crate::view::staff::case::StepRow;
use crate::view::staff::protection::{Part, Protection};
use crate::view::staff::work::{Button, Group, WorkForm};
use crate::view::{Fact, Field, Tag, Tone};
use crate::words_of;
use axum::extract::{Path, RawQuery};
use base::{CaseId, NodeId, OfficerId, Redacted, Timestamp, limits};
use desk::Deed;
use desk::cases::access::{Beside, Look, Looks, looks};
use desk::cases::record::AddNote;
use desk::cases::{CaseState, CaseStream, OnCase};
use desk::staff::officer::{OfficerCard, officers};
use std::collections::BTreeMap;
use store::{AccessEvent, ShownOn, View};

/// `GET /kasus/{id}/catatan`
pub async fn notes(here: Here, Path(case): Path<String>, RawQuery(query): RawQuery) -> Answer {
    notes_page(&here, id(&case)?, before(query.as_deref()), Came::default()).await
}

/// Where a page of older ones begins: `sebelum=`.
pub(super) fn before(query: Option<&str>) -> Option<i64> {
    query?.strip_prefix("sebelum=")?.parse().ok()
}

async fn notes_page(here: &Here, case: CaseId, before: Option<i64>, came: Came) -> Answer {
    let (mut view, stored) = crate::doors::case(here, case, Deed::ReadCase).await?;
    let staff = officers(&mut view).await?;
    let t = here.t.words();
    let end = before.and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX).min(stored.notes.len());
    let start = end.saturating_sub(limits::PAGE_ROWS);
    let shown = stored.notes.get(start..end).unwrap_or_default();
    let said = shown.iter().rev().map(|note| {
        let name = format!("{} · {}", here.moment(note.at), named(&staff, note.by.bytes(), t.journal_node()));
        Fact::new(name, note.text.expose().clone())
    });
    let mut list = Part { facts: said.collect(), ..Part::new(t.notes_told(), "") };
    if stored.notes.is_empty() {
        t.nothing_here().clone_into(&mut list.lead);
    }
    list.rows.extend(older(here, start > 0, format!("/kasus/{case}/catatan?sebelum={start}")));
    let writes = here.may(Deed::WorkCase) && stored.state_word() == CaseState::Open;
    let page = Protection {
        faults: came.faults(here, &["catatan"]),
        version: stored.version,
        back: None,
        heading: t.notes().to_owned(),
        lead: t.notes_lead().to_owned(),
        parts: writes.then(|| note_form(here, case)).into_iter().chain([list]).collect(),
        case: Some(head(here, case, &stored)),
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page.typed(&came.typed))
}

fn note_form(here: &Here, case: CaseId) -> Part {
    let t = here.t.words();
    let form = WorkForm {
        heading: String::new(),
        action: format!("/kasus/{case}/catatan"),
        groups: Group::plain(vec![Field::long("catatan", t.note_text())]),
        buttons: vec![Button::new("", t.note_save(), false)],
    };
    Part { forms: vec![form], ..Part::new(t.note_new(), "") }
}

/// The link to the page before, if there is one.
pub(super) fn older(here: &Here, is_there: bool, href: String) -> Option<StepRow> {
    let t = here.t.words();
    is_there.then(|| StepRow {
        href,
        name: t.older().to_owned(),
        detail: String::new(),
        tag: Tag::new(Tone::Idle, t.older_tag()),
    })
}

/// The name of who did it: an officer of this node, or the words for another hand.
pub fn named(staff: &[OfficerCard], actor: [u8; 16], other: &str) -> String {
    let known = staff.iter().find(|card| card.id == OfficerId::from_bytes(actor));
    known.map_or_else(|| other.to_owned(), |card| card.name.expose().clone())
}

/// `POST /kasus/{id}/catatan`. A note takes nothing from what another wrote, so it stands beside a newer version too.
pub async fn add(here: Here, Path(case): Path<String>, form: Posted) -> Answer {
    let case: CaseId = id(&case)?;
    let problem = match form.need("catatan") {
        Ok(text) => {
            let change = AddNote { text: Redacted::new(text.to_owned()) };
            match here.run(&form, &OnCase { case, version: None, change }).await {
                Ok(_) => return Ok(see(&format!("/kasus/{case}/catatan"))),
                Err(error) => comes_back(&error).ok_or(error)?,
            }
        }
        Err(problem) => problem,
    };
    notes_page(&here, case, None, Came::back(problem, &form)).await
}

/// `GET /kasus/{id}/akses`: who looked at the identity, opened a file, made a copy, or was refused.
pub async fn access(here: Here, Path(case): Path<String>, RawQuery(query): RawQuery) -> Answer {
    let case: CaseId = id(&case)?;
    let (mut view, stored) = crate::doors::case(&here, case, Deed::SeeAccess).await?;
    let staff = officers(&mut view).await?;
    let found = looks(&mut view, &stored, before(query.as_deref())).await?;
    let t = here.t.words();
    let titles = titles(&mut view, &found).await?;
    let look = |(at, who, what): &(Timestamp, OfficerId, Beside)| {
        let name = format!("{} · {}", here.moment(*at), named(&staff, who.bytes(), t.journal_elsewhere()));
        let words = match what {
            Beside::File(_) => words_of::event(t, "file.opened").to_owned(),
            Beside::Page(page) => shown_on(&here, &titles, *page),
        };
        Fact::new(name, words)
    };
    let beside = Part { facts: found.beside.iter().map(look).collect(), ..Part::new(t.access_beside(), "") };
    let mut list = Part::new(t.looked_at(), if found.looks.is_empty() { t.nothing_here() } else { "" });
    list.facts = found.looks.iter().map(|look| fact(&here, (&stored, &staff, &titles), look)).collect();
    let next = found.next.unwrap_or_default();
    list.rows.extend(older(&here, found.next.is_some(), format!("/kasus/{case}/akses?sebelum={next}")));
    page(&Protection {
        faults: Came::default().faults(&here, &[]),
        version: stored.version,
        back: None,
        heading: t.access_log().to_owned(),
        lead: t.access_lead().to_owned(),
        parts: if beside.facts.is_empty() { vec![list] } else { vec![list, beside] },
        case: Some(head(&here, case, &stored)),
        t: here.t.clone(),
    })
}

/// What people call the nodes that are named in these looks.
async fn titles(view: &mut View, looks: &Looks) -> Result<BTreeMap<NodeId, String>, Fail> {
    let own = looks.looks.iter().filter_map(|look| match look.event {
        AccessEvent::IdentityShown { page, .. } => Some(page),
        _ => None,
    });
    let beside = looks.beside.iter().filter_map(|(.., what)| match what {
        Beside::Page(page) => Some(*page),
        Beside::File(_) => None,
    });
    let mut titles = BTreeMap::new();
    for page in own.chain(beside) {
        if let ShownOn::Preview(node) | ShownOn::Offer(node) = page {
            titles.insert(node, crate::doors::share::partner_title(view, node).await?);
        }
    }
    Ok(titles)
}

/// On which page somebody saw it.
fn shown_on(here: &Here, titles: &BTreeMap<NodeId, String>, page: ShownOn) -> String {
    let t = &here.t;
    let title = |node: NodeId| titles.get(&node).cloned().unwrap_or_default();
    match page {
        ShownOn::Preview(node) => t.seen_on_preview(title(node)),
        ShownOn::Offer(node) => t.seen_on_offer(title(node)),
        ShownOn::Report => t.seen_on_report().to_owned(),
        ShownOn::Fields => t.seen_on_fields().to_owned(),
    }
}

/// The case, its node's officers, and what people call the nodes that are named.
type Known<'a> = (&'a CaseStream, &'a [OfficerCard], &'a BTreeMap<NodeId, String>);

fn fact(here: &Here, (stored, staff, titles): Known<'_>, look: &Look) -> Fact {
    let t = here.t.words();
    let who = named(staff, look.actor, t.journal_elsewhere());
    let why = match &look.event {
        AccessEvent::IdentityShown { page, .. } => shown_on(here, titles, *page),
        AccessEvent::IdentitySeen { reason, .. } | AccessEvent::OpenedInNeed { reason, .. } => reason.expose().clone(),
        AccessEvent::FileOpened { file, .. } => {
            let known = stored.document(*file).map(|document| words_of::document(t, document.kind));
            known.unwrap_or_else(|_| t.document_gone()).to_owned()
        }
        AccessEvent::Refused { act, codes } => words_of::refused(t, act, codes),
        AccessEvent::CopyMade { request, .. } => here.t.right_no(u32::from(*request)),
        _ => String::new(),
    };
    let what = words_of::event(t, look.kind);
    let words = if why.is_empty() { what.to_owned() } else { format!("{what} · {why}") };
    Fact::new(format!("{} · {who}", here.moment(look.at)), words)
}
