//! One document: what is known of it, who opened it, and the ways to open and to remove it.

use super::{by, listed, name, opens, origins, purpose, told_again};
use crate::doors::cases::notes::named;
use crate::doors::file::{kind_word, size, without_metadata};
use crate::doors::{Came, case::head, id};
use crate::guard::{Answer, Fail, Here, Posted, given_out, page, page_with, see};
use crate::view::staff::protection::{Part, Protection};
use crate::view::staff::report::FilePage;
use crate::view::staff::work::{Button, Group, WorkForm};
use crate::view::{Fact, Field, Link};
use axum::extract::Path;
use base::{CaseId, FileId, Redacted, hex};
use casework::document::Document;
use casework::words::Category;
use desk::cases::access;
use desk::cases::documents::{DocumentOpened, OpenDocument, RemoveDocument, may_remove, near};
use desk::cases::{CaseState, CaseStream};
use desk::staff::officer::{OfficerCard, officers};
use desk::{Deed, Error};
use store::{Stored, View};

/// `GET /kasus/{id}/berkas/{file}`
pub async fn one(here: Here, Path((case, file)): Path<(String, String)>) -> Answer {
    one_page(&here, (id(&case)?, id(&file)?), Came::default()).await
}

/// The document, if this person may know that it is there.
async fn known(here: &Here, (case, file): (CaseId, FileId)) -> Result<(View, Stored<CaseStream>, Document), Fail> {
    let (view, stored) = listed(here, case).await?;
    let document = stored.document(file)?.clone();
    if here.may(Deed::ReadCase) || opens(here, &stored, &document) {
        return Ok((view, stored, document));
    }
    Err(Error::Refused(near(&here.actor(), &stored, document.kind, here.web.now())).into())
}

async fn one_page(here: &Here, at: (CaseId, FileId), came: Came) -> Answer {
    let (mut view, stored, document) = known(here, at).await?;
    let t = here.t.words();
    let staff = officers(&mut view).await?;
    let mut what = Part::new(t.file_evidence(), "");
    what.facts = facts(here, &stored, (&document, &by(here, &document, (&staff, &origins(&mut view, &stored).await?))));
    what.facts.push(Fact::new("SHA-256", document.hash.to_string()));
    let (seen, never) = openings(here, &mut view, at, &staff).await?;
    let mut parts = vec![what];
    if opens(here, &stored, &document) {
        parts.extend(ways(here, at, &document));
    } else {
        parts.push(Part::new(t.document_shut(), shut_note(here, &document)));
    }
    parts.push(Part { facts: seen, ..Part::new(t.file_openings(), never) });
    let may_go = may_remove(&here.actor(), &stored, &document, here.web.now()).is_empty() && here.may(Deed::WorkCase);
    if may_go && stored.state_word() == CaseState::Open {
        parts.push(removal(here, at));
    }
    let page = Protection {
        faults: came.faults(here, &["alasan", "sebab"]),
        version: stored.version,
        back: Some(Link::new(format!("/kasus/{}/berkas", at.0), t.documents())),
        heading: name(here, &stored, &document),
        lead: t.documents_lead().to_owned(),
        parts,
        case: Some(head(here, at.0, &stored)),
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page.typed(&came.typed))
}

/// For whom a document is that is closed to somebody.
fn shut_note(here: &Here, document: &Document) -> &'static str {
    let t = here.t.words();
    match document.kind.part() {
        Some(Category::Identity) => t.document_shut_identity(),
        Some(Category::Health) => t.document_shut_health(),
        _ => t.document_shut_note(),
    }
}

fn facts(here: &Here, stored: &CaseStream, (document, who): (&Document, &str)) -> Vec<Fact> {
    let t = here.t.words();
    let mut facts = vec![
        Fact::new(t.file_kind(), kind_word(here, document.file)),
        Fact::new(t.file_size(), size(document.bytes, t.lang())),
        Fact::new(t.document_added(), here.moment(document.at)),
        Fact::new(t.document_by(), who),
    ];
    facts.extend(purpose(here, stored, &document.purpose).map(|purpose| Fact::new(t.document_for(), purpose)));
    facts
}

/// When a document was opened, and by whom, the last first; and what is said if nobody is known to have opened it.
async fn openings(
    here: &Here,
    view: &mut View,
    (case, file): (CaseId, FileId),
    staff: &[OfficerCard],
) -> Result<(Vec<Fact>, &'static str), Fail> {
    let t = here.t.words();
    let (seen, is_whole) = access::openings(view, case, file).await?;
    let never = if seen.is_empty() && is_whole { t.document_unopened() } else { "" };
    let fact =
        |(at, who): (_, base::OfficerId)| Fact::new(here.moment(at), named(staff, who.bytes(), t.journal_elsewhere()));
    Ok((seen.into_iter().map(fact).collect(), never))
}

/// The reason that a paper of identity is opened for.
fn reason(here: &Here, document: &Document) -> Vec<Field> {
    let asks = document.kind.part() == Some(Category::Identity);
    asks.then(|| Field::line("alasan", here.t.identity_reason())).into_iter().collect()
}

/// The ways to open it: without metadata where that can be, and as it came.
fn ways(here: &Here, (case, file): (CaseId, FileId), document: &Document) -> Vec<Part> {
    let t = here.t.words();
    let way = |heading: &str, lead: &str, (end, word, id): (&str, &str, &'static str)| {
        let fields = reason(here, document).into_iter().map(|field| field.id(id)).collect();
        let form = WorkForm {
            heading: String::new(),
            action: format!("/kasus/{case}/berkas/{file}{end}"),
            groups: Group::plain(fields),
            buttons: vec![Button::new("", word, !end.is_empty())],
        };
        Part { forms: vec![form], ..Part::new(heading, lead) }
    };
    let original = ("/asli", t.file_original_save(), "f-alasan-asli");
    if document.file.is_picture() {
        let shown = way(t.document_clean(), t.document_clean_note(), ("", t.file_look(), "f-alasan"));
        vec![shown, way(t.file_original(), t.file_original_note(), original)]
    } else {
        vec![way(t.file_original(), t.document_raw_note(), ("/asli", t.file_original_save(), "f-alasan"))]
    }
}

fn removal(here: &Here, (case, file): (CaseId, FileId)) -> Part {
    let t = here.t.words();
    let form = WorkForm {
        heading: String::new(),
        action: format!("/kasus/{case}/berkas/{file}/penghapusan"),
        groups: Group::plain(vec![Field::line("sebab", t.reason())]),
        buttons: vec![Button::new("", t.document_remove(), true)],
    };
    Part { forms: vec![form], ..Part::new(t.document_remove(), t.document_remove_note()) }
}

/// `POST /kasus/{id}/berkas/{file}`: a picture, without what the camera wrote beside it. Other kinds have no such copy.
pub async fn open(here: Here, Path((case, file)): Path<(String, String)>, form: Posted) -> Answer {
    let at = (id(&case)?, id(&file)?);
    let (view, _, document) = known(&here, at).await?;
    drop(view);
    if !document.file.is_picture() {
        return original(here, Path((case, file)), form).await;
    }
    let opened = match opened(&here, at, (&document, &form)).await? {
        Ok(opened) => opened,
        Err(error) => return instead(&here, at, (error, &form)).await,
    };
    match without_metadata(&here, opened.plain, document.file).await {
        Ok(jpeg) => picture_page(&here, at, (&document, &jpeg)).await,
        Err(problem) => instead(&here, at, (problem.into(), &form)).await,
    }
}

/// `POST /kasus/{id}/berkas/{file}/asli`: as it came; it may say where and when a picture was taken.
pub async fn original(here: Here, Path((case, file)): Path<(String, String)>, form: Posted) -> Answer {
    let at = (id(&case)?, id(&file)?);
    let (view, _, document) = known(&here, at).await?;
    drop(view);
    fresh(&here, at)?;
    match opened(&here, at, (&document, &form)).await? {
        Ok(opened) => {
            let short: String = hex(&at.1.bytes()).chars().take(8).collect();
            Ok(given_out(opened.plain.to_vec(), &format!("berkas-{short}.{}", document.file.ending())))
        }
        Err(error) => instead(&here, at, (error, &form)).await,
    }
}

fn fresh(here: &Here, (case, file): (CaseId, FileId)) -> Result<(), Fail> {
    here.fresh(&format!("/kasus/{case}/berkas/{file}"))
}

/// Recorded, then opened. A paper of identity asks for a fresh proof of presence, as the identity itself does.
async fn opened(
    here: &Here,
    (case, file): (CaseId, FileId),
    (document, form): (&Document, &Posted),
) -> Result<Result<DocumentOpened, Error>, Fail> {
    if document.kind.part() == Some(Category::Identity) {
        fresh(here, (case, file))?;
    }
    let act = OpenDocument { case, file, reason: Redacted::new(form.get("alasan").to_owned()) };
    Ok(here.web.desk.open_document(&here.actor(), &act).await)
}

/// The page of the document with what went wrong on top.
async fn instead(here: &Here, at: (CaseId, FileId), (error, form): (Error, &Posted)) -> Answer {
    let problem = told_again(&error).ok_or(error)?;
    one_page(here, at, Came::back(problem, form)).await
}

async fn picture_page(here: &Here, at: (CaseId, FileId), (document, jpeg): (&Document, &[u8])) -> Answer {
    let (mut view, stored, _) = known(here, at).await?;
    let staff = officers(&mut view).await?;
    let who = by(here, document, (&staff, &origins(&mut view, &stored).await?));
    let path = format!("/kasus/{}/berkas/{}", at.0, at.1);
    page(&FilePage {
        back: Link::new(&path, name(here, &stored, document)),
        heading: name(here, &stored, document),
        picture: crate::picture::address(jpeg),
        facts: facts(here, &stored, (document, &who)),
        hash: document.hash.to_string(),
        openings: openings(here, &mut view, at, &staff).await?.0,
        original: format!("{path}/asli"),
        fields: reason(here, document),
        t: here.t.clone(),
    })
}

/// `POST /kasus/{id}/berkas/{file}/penghapusan`
pub async fn remove(here: Here, Path((case, file)): Path<(String, String)>, form: Posted) -> Answer {
    let at: (CaseId, FileId) = (id(&case)?, id(&file)?);
    let problem = match form.need("sebab") {
        Ok(reason) => {
            let reason = Redacted::new(reason.to_owned());
            let act = RemoveDocument { case: at.0, version: form.version(), file: at.1, reason };
            let removed = here.web.desk.erase(&here.actor(), form.asking(), &act).await;
            match here.settled(&form, removed).await {
                Ok(_) => return Ok(see(&format!("/kasus/{}/berkas", at.0))),
                Err(error) => told_again(&error).ok_or(error)?,
            }
        }
        Err(problem) => problem,
    };
    one_page(&here, at, Came::back(problem, &form)).await
}
