//! Documents of a case: the list, and what is added. Each opening is recorded first; nothing that came from outside runs in
//! a page of ours.

mod one;

pub use one::{one, open, original, remove};

use crate::doors::file::{kind_word, size};
use crate::doors::{Came, case::head, comes_back, id, report};
use crate::guard::{Answer, Fail, Here, Posted, page_with, see};
use crate::view::staff::case::StepRow;
use crate::view::staff::protection::{Part, Protection};
use crate::view::staff::work::{Button, Group, WorkForm};
use crate::view::{Choice, Field, Kind, Tag, Tone};
use crate::words_of;
use axum::extract::{Path, RawQuery};
use base::{CaseId, NodeId, PersonId, Problem, Redacted, limits};
use casework::case::StepRef;
use casework::document::{Document, DocumentFor, DocumentKind};
use desk::cases::documents::{NewDocument, may_add, may_list, near};
use desk::cases::reports::{hidden_from, report_of};
use desk::cases::{CaseState, CaseStream};
use desk::staff::officer::{OfficerCard, officers};
use desk::{Deed, Error};
use std::collections::BTreeMap;
use store::{Stored, View};

/// What the file field offers; what counts is the content.
const ACCEPTED: &str = ".jpg,.jpeg,.png,.webp,.pdf,.m4a,.mp3,.mp4";

/// The case, if this person may see its documents.
async fn listed(here: &Here, case: CaseId) -> Result<(View, Stored<CaseStream>), Fail> {
    let (view, stored) = crate::doors::case(here, case, Deed::SeeCases).await?;
    let refusals = may_list(&here.actor(), &stored, here.web.now());
    if refusals.is_empty() { Ok((view, stored)) } else { Err(Error::Refused(refusals).into()) }
}

/// Whether this person may open a document.
pub(crate) fn opens(here: &Here, stored: &CaseStream, document: &Document) -> bool {
    near(&here.actor(), stored, document.kind, here.web.now()).is_empty()
}

/// `GET /kasus/{id}/berkas`
pub async fn list(here: Here, Path(case): Path<String>, RawQuery(query): RawQuery) -> Answer {
    list_page(&here, id(&case)?, super::notes::before(query.as_deref()), Came::default()).await
}

async fn list_page(here: &Here, case: CaseId, before: Option<i64>, came: Came) -> Answer {
    let (mut view, stored) = listed(here, case).await?;
    let origins = origins(&mut view, &stored).await?;
    let staff = officers(&mut view).await?;
    let t = here.t.words();
    let end = before.and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX).min(stored.documents.len());
    let start = end.saturating_sub(limits::PAGE_ROWS);
    let shown = stored.documents.get(start..end).unwrap_or_default().iter().rev();
    let seen = shown.filter(|document| here.may(Deed::ReadCase) || opens(here, &stored, document));
    let mut kept = Part::new(t.documents_kept(), "");
    kept.rows =
        seen.map(|document| row(here, case, &stored, (document, &by(here, document, (&staff, &origins))))).collect();
    if kept.rows.is_empty() {
        t.nothing_here().clone_into(&mut kept.lead);
    }
    kept.rows.extend(super::notes::older(here, start > 0, format!("/kasus/{case}/berkas?sebelum={start}")));
    let mut parts = vec![kept];
    parts.extend(coming(here, &mut view, case).await?);
    parts.extend(of_reports(here, &mut view, &stored).await?);
    if here.may(Deed::WorkCase) && stored.state_word() == CaseState::Open {
        parts.push(add_form(here, case, &stored));
    }
    let page = Protection {
        faults: came.faults(here, &["berkas", "jenis", "judul", "untuk"]),
        version: stored.version,
        back: None,
        heading: t.documents().to_owned(),
        lead: t.documents_lead().to_owned(),
        parts,
        case: Some(head(here, case, &stored)),
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page.typed(&came.typed))
}

/// Documents that come along with an offer and are not the case's own yet.
async fn coming(here: &Here, view: &mut View, case: CaseId) -> Result<Option<Part>, Fail> {
    let may = here.may(Deed::SeeOffers);
    let rows = if may { crate::doors::along::of_case(here, view, case).await? } else { Vec::new() };
    Ok((!rows.is_empty()).then(|| Part { rows, ..Part::new(here.t.along_part(), here.t.along_part_lead()) }))
}

/// What a document is called: its kind, and its title for those who may open it.
pub(crate) fn name(here: &Here, stored: &CaseStream, document: &Document) -> String {
    let kind = words_of::document(here.t.words(), document.kind);
    match document.title.expose().as_str() {
        title if !title.is_empty() && opens(here, stored, document) => format!("{kind}: {title}"),
        _ => kind.to_owned(),
    }
}

/// What people call the nodes that documents of a case came from.
async fn origins(view: &mut View, stored: &CaseStream) -> Result<BTreeMap<NodeId, String>, Error> {
    let mut names = BTreeMap::new();
    for node in stored.documents.iter().filter_map(|document| document.from) {
        if let std::collections::btree_map::Entry::Vacant(place) = names.entry(node) {
            place.insert(crate::doors::share::partner_title(view, node).await?);
        }
    }
    Ok(names)
}

/// Who added a document, or the node it came from.
fn by(here: &Here, document: &Document, (staff, nodes): (&[OfficerCard], &BTreeMap<NodeId, String>)) -> String {
    let node = document.from.and_then(|node| nodes.get(&node));
    node.map_or_else(
        || super::notes::named(staff, document.by.bytes(), here.t.journal_elsewhere()),
        |node| here.t.along_from(node),
    )
}

fn row(here: &Here, case: CaseId, stored: &CaseStream, (document, who): (&Document, &str)) -> StepRow {
    let t = here.t.words();
    let file = format!("{}, {}", kind_word(here, document.file), size(document.bytes, t.lang()));
    let purpose = purpose(here, stored, &document.purpose).map(|purpose| format!(" · {purpose}")).unwrap_or_default();
    let tag = match document.file.is_picture() {
        _ if !opens(here, stored, document) => Tag::new(Tone::Skipped, t.document_shut()),
        true => Tag::new(Tone::Done, t.document_clean()),
        false => Tag::new(Tone::Note, t.document_raw()),
    };
    StepRow {
        href: format!("/kasus/{case}/berkas/{}", document.id),
        name: name(here, stored, document),
        detail: format!("{file} · {} · {who}{purpose}", here.moment(document.at)),
        tag,
    }
}

/// The step or person it is for, in words.
fn purpose(here: &Here, stored: &CaseStream, purpose: &DocumentFor) -> Option<String> {
    match purpose {
        DocumentFor::Case => None,
        DocumentFor::Step(step) => Some(step_name(here, step)),
        DocumentFor::Person(person) => Some(person_name(here, stored, *person)),
    }
}

fn step_name(here: &Here, step: &StepRef) -> String {
    let known = here.web.desk.handbooks.step(&step.0).map_or("", |known| known.name.get(here.t.lang()));
    format!("{step} {known}")
}

fn person_name(here: &Here, stored: &CaseStream, person: PersonId) -> String {
    let relation = stored.people.get(&person).and_then(|person| person.relation);
    relation.map_or_else(
        || here.t.person_other().to_owned(),
        |relation| words_of::relation(here.t.words(), relation).to_owned(),
    )
}

/// Files that came with the reports of the case; each opens by the report's own recorded way.
async fn of_reports(here: &Here, view: &mut View, stored: &CaseStream) -> Result<Vec<Part>, Fail> {
    let mut parts = Vec::new();
    if !here.may(Deed::SeeReports) {
        return Ok(parts);
    }
    for report in &stored.reports {
        let Some(found) = report_of(view, *report).await? else { continue };
        if found.received.files.is_empty() || !hidden_from(view, &found, &here.staff).await?.is_empty() {
            continue;
        }
        let mut part = Part::new(here.t.documents_of_report(found.number()), "");
        for file in report::file_rows(here, &found)? {
            match file.open {
                Some(word) => part.forms.push(WorkForm {
                    heading: format!("{} · {}", file.name, file.detail),
                    action: format!("/laporan/{report}/berkas/{}", file.id),
                    groups: Vec::new(),
                    buttons: vec![Button::new("", word, true)],
                }),
                None => {
                    part.rows.push(StepRow {
                        href: String::new(),
                        name: file.name,
                        detail: file.detail,
                        tag: file.tag,
                    });
                }
            }
        }
        parts.push(part);
    }
    Ok(parts)
}

/// Kinds that this person may add.
fn kinds(here: &Here, stored: &CaseStream) -> Vec<DocumentKind> {
    let may = |kind: &DocumentKind| may_add(&here.actor(), stored, *kind, here.web.now()).is_empty();
    DocumentKind::ALL.iter().copied().filter(may).collect()
}

fn add_form(here: &Here, case: CaseId, stored: &CaseStream) -> Part {
    let t = here.t.words();
    let kinds = words_of::choices(t, &kinds(here, stored), DocumentKind::word, words_of::document);
    let nothing = std::iter::once(Choice::new("", t.document_for_case()));
    let steps = stored.open_steps().map(|(step, _)| Choice::new(format!("langkah:{step}"), step_name(here, step)));
    let people = stored.people.keys().map(|id| Choice::new(format!("orang:{id}"), person_name(here, stored, *id)));
    let fields = vec![
        Field::new("berkas", t.document_file(), Kind::File(ACCEPTED)).help(t.document_file_help()),
        Field::radios("jenis", t.document_kind(), kinds).help(t.document_kind_help()),
        Field::line("judul", t.document_title()).help(t.document_title_help()).optional(t),
        Field::select("untuk", t.document_for(), nothing.chain(people).chain(steps).collect()),
    ];
    let form = WorkForm {
        heading: String::new(),
        action: format!("/kasus/{case}/berkas"),
        groups: Group::plain(fields),
        buttons: vec![Button::new("", t.document_save(), false)],
    };
    Part { forms: vec![form], ..Part::new(t.document_new(), "") }
}

/// What a form says of a document; a wrong word is named.
fn told(case: CaseId, form: &Posted) -> Result<NewDocument, Problem> {
    let kind = DocumentKind::parse(form.need("jenis")?).ok_or_else(|| Problem::at("web.field-bad", "jenis"))?;
    let bad = || Problem::at("web.field-bad", "untuk");
    let purpose = match form.get("untuk").split_once(':') {
        None if form.get("untuk").is_empty() => DocumentFor::Case,
        Some(("langkah", step)) => DocumentFor::Step(super::step::parse(step).map_err(|_| bad())?),
        Some(("orang", person)) => DocumentFor::Person(person.parse().map_err(|_| bad())?),
        _ => return Err(bad()),
    };
    Ok(NewDocument { case, kind, title: Redacted::new(form.get("judul").to_owned()), purpose })
}

/// `POST /kasus/{id}/berkas`
pub async fn add(here: Here, Path(case): Path<String>, form: Posted) -> Answer {
    let case: CaseId = id(&case)?;
    here.read(Deed::WorkCase).await?;
    let (view, stored) = listed(&here, case).await?;
    drop(view);
    let asked = told(case, &form).and_then(|new| Ok((new, form.file("berkas")?.clone())));
    let problem = match asked {
        Err(problem) => problem,
        Ok((new, plain)) => {
            let refusals = may_add(&here.actor(), &stored, new.kind, here.web.now());
            if !refusals.is_empty() {
                return Err(Error::Refused(refusals).into());
            }
            let added = here.web.desk.add_document(&here.actor(), form.asking(), (new, plain)).await;
            match here.settled(&form, added).await {
                Ok(_) => return Ok(see(&format!("/kasus/{case}/berkas"))),
                Err(error) => told_again(&error).ok_or(error)?,
            }
        }
    };
    list_page(&here, case, None, Came::back(problem, &form)).await
}

/// What comes back to the page of documents: what a form does, and what is wrong with the file.
fn told_again(error: &Error) -> Option<Problem> {
    let problem = error.problem();
    let is_about_the_file =
        ["file.", "document.", "chunk.", "upload."].iter().any(|part| problem.code.0.starts_with(part));
    if is_about_the_file && problem.code.class() != base::Class::Missing { Some(problem) } else { comes_back(error) }
}
