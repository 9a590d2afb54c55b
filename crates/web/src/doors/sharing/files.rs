//! Documents that go along with an offer: chosen, checked, on their way, here.

use crate::doors::documents::name as document_name;
use crate::doors::file::{kind_word, size, without_metadata};
use crate::doors::{Came, comes_back, id};
use crate::guard::{Answer, Fail, Here, Posted, given_out, page, page_with};
use crate::view::staff::case::StepRow;
use crate::view::staff::protection::{Part, Protection};
use crate::view::staff::referral::{Leaves, Stays};
use crate::view::staff::report::FilePage;
use crate::view::staff::work::{Button, Group, WorkForm};
use crate::view::{Choice, Fact, Field, Link, Tag, Tone};
use crate::words_of;
use axum::extract::Path;
use base::{FileId, Problem, Redacted, ThreadId, hex};
use casework::document::DocumentKind;
use casework::offer::OfferKind;
use casework::words::Category;
use desk::cases::CaseStream;
use desk::cases::documents::{deed, may_list};
use desk::offers::files::opens;
use desk::offers::{CameFile, CameState, OfferStream, OpenCame, SeenDocument, SentDocument};
use desk::{Deed, Error};
use store::Stored;

/// The documents of a case that may be chosen; none, if there is none or this officer does not see the list.
pub fn choice(here: &Here, stored: &CaseStream, kind: Option<OfferKind>, sent: &[SentDocument]) -> Option<Field> {
    let t = here.t.words();
    if stored.documents.is_empty() || !may_list(&here.actor(), stored, here.web.now()).is_empty() {
        return None;
    }
    let all = stored.documents.iter().filter(|document| sent.iter().all(|sent| !sent.goes() || sent.id != document.id));
    let choices: Vec<Choice> = all
        .map(|document| {
            let file = format!("{}, {}", kind_word(here, document.file), size(document.bytes, t.lang()));
            let choice = Choice::new(document.id.to_string(), document_name(here, stored, document));
            choice.note(file).on(kind == Some(OfferKind::Handover))
        })
        .collect();
    let help = match kind {
        Some(OfferKind::Handover) => t.along_help_handover(),
        Some(OfferKind::Referral) => t.along_help_referral(),
        None => t.along_help_later(),
    };
    (!choices.is_empty()).then(|| Field::checks("berkas", t.along(), choices).help(help).optional(t))
}

/// Rows of the check: documents that leave beside the fields, and those that stay.
pub fn table(here: &Here, stored: &CaseStream, seen: &[SeenDocument]) -> (Vec<Leaves>, Vec<Stays>) {
    let t = here.t.words();
    let (mut leaves, mut stays) = (Vec::new(), Vec::new());
    for one in seen {
        let name = t.along_one(document_name(here, stored, &one.document));
        let field = one.lines.iter().map(|line| line.field.as_str()).collect::<Vec<_>>().join(", ");
        match one.refusal() {
            None => {
                let value = format!("{}, {}", kind_word(here, one.document.file), size(one.document.bytes, t.lang()));
                let line = one.lines.first();
                let clause = line.and_then(|line| line.clause.clone()).unwrap_or_default();
                let basis = line.and_then(|line| line.basis.as_deref()).unwrap_or_default();
                leaves.push(Leaves { name, field, value: Some(value), clause, basis: words_of::basis(t, basis) });
            }
            Some(code) => stays.push(stay(here, (name, field), code)),
        }
    }
    (leaves, stays)
}

fn stay(here: &Here, (name, field): (String, String), code: &str) -> Stays {
    let (why, cure) = words_of::refusal(here.t.words(), code);
    Stays { field, name, code: code.to_owned(), why, cure }
}

/// What stayed of the documents that were chosen for a sent offer.
pub fn stayed(here: &Here, sent: &[SentDocument]) -> Vec<Stays> {
    let t = here.t.words();
    let refused = sent.iter().filter_map(|document| {
        let line = document.lines.iter().find(|line| line.refusal.is_some())?;
        let name = t.along_one(words_of::document(t, document.kind));
        Some(stay(here, (name, line.field.clone()), line.refusal.as_deref()?))
    });
    refused.collect()
}

/// Documents of an offer, as its page lists them.
pub fn rows(here: &Here, stored: &Stored<OfferStream>, (no, giving): (u32, bool)) -> Result<Vec<StepRow>, Fail> {
    let thread = ThreadId::from_bytes(stored.id);
    if giving {
        let sent = stored.sent.get(&no).map(|sent| sent.documents.as_slice()).unwrap_or_default();
        return Ok(sent.iter().filter(|document| document.goes()).map(|document| went(here, document)).collect());
    }
    let came = stored.came.get(&no).map(|came| came.files.as_slice()).unwrap_or_default();
    came.iter().map(|file| row(here, thread, no, file)).collect()
}

fn went(here: &Here, document: &SentDocument) -> StepRow {
    let t = here.t.words();
    StepRow {
        href: String::new(),
        name: titled(here, document.kind, document.label.expose()),
        detail: format!("{}, {}", kind_word(here, document.file), size(document.bytes, t.lang())),
        tag: Tag::new(Tone::Done, t.along_goes()),
    }
}

/// What a document is called: its kind, and its title for those whose role opens that kind.
fn titled(here: &Here, kind: DocumentKind, title: &str) -> String {
    let word = words_of::document(here.t.words(), kind);
    if title.is_empty() || !here.may(deed(kind)) { word.to_owned() } else { format!("{word}: {title}") }
}

/// One document that came: where it stands, and what to do if it does not come well.
pub fn row(here: &Here, thread: ThreadId, no: u32, file: &CameFile) -> Result<StepRow, Fail> {
    let t = here.t.words();
    let weight = size(file.bytes, t.lang());
    let page = || format!("/rujukan/{thread}.{no}/berkas/{}", file.id);
    let (href, detail, tone, word) = match &file.state {
        CameState::Coming(_) => (String::new(), coming(here, file)?, Tone::Running, t.along_coming()),
        CameState::Here(kind) if opens(file.bytes, *kind) => {
            (page(), format!("{}, {weight}", kind_word(here, *kind)), Tone::Done, t.along_here())
        }
        CameState::Here(_) => (String::new(), t.along_unknown().to_owned(), Tone::Person, t.along_look()),
        CameState::InCase(case) => (format!("/kasus/{case}/berkas/{}", file.id), weight, Tone::Done, t.along_in_case()),
        CameState::Marked(code) => {
            let (why, cure) = words_of::refusal(t, code);
            (String::new(), format!("{why} {cure}"), Tone::Late, t.along_look())
        }
        CameState::Hidden | CameState::Gone => (String::new(), String::new(), Tone::Skipped, t.along_hidden()),
    };
    let name = titled(here, file.kind(), file.label.expose());
    Ok(StepRow { href, name, detail, tag: Tag::new(tone, word) })
}

/// "3 dari 7 potongan sudah tiba".
fn coming(here: &Here, file: &CameFile) -> Result<String, Fail> {
    let t = here.t.words();
    let here_now = here.web.desk.file_progress(file.id)?.map_or(0, |progress| progress.chunks());
    let note = t.along_progress(file.chunks().to_string(), here_now.to_string());
    Ok(format!("{note} {}", t.along_coming_note()))
}

type At = (ThreadId, u32, FileId);

fn at(address: &str, file: &str) -> Result<At, Fail> {
    let (thread, no) = address.split_once('.').ok_or_else(|| Fail::from(Problem::new("web.not-found")))?;
    Ok((id(thread)?, no.parse().map_err(|_| Fail::from(Problem::new("web.not-found")))?, id(file)?))
}

fn path((thread, no, file): At) -> String {
    format!("/rujukan/{thread}.{no}/berkas/{file}")
}

async fn known(here: &Here, (thread, _, file): At) -> Result<CameFile, Fail> {
    let (_, stored) = here.web.desk.thread_for(&here.actor(), thread, Deed::SeeOffers).await?;
    Ok(stored.came_file(file).ok_or(Error::NotFound)?.1.clone())
}

/// `GET /rujukan/{id}/berkas/{file}`
pub async fn one(here: Here, Path((offer, file)): Path<(String, String)>) -> Answer {
    one_page(&here, at(&offer, &file)?, Came::default()).await
}

async fn one_page(here: &Here, at: At, came: Came) -> Answer {
    let file = known(here, at).await?;
    let t = here.t.words();
    let CameState::Here(kind) = file.state else { return Err(Problem::new("attachment.not-here").into()) };
    let facts = vec![
        Fact::new(t.file_kind(), kind_word(here, kind)),
        Fact::new(t.file_size(), size(file.bytes, t.lang())),
        Fact::new("SHA-256", file.hash.to_string()),
    ];
    let way = |heading: &str, lead: &str, (end, word): (&str, &str)| {
        let form = WorkForm {
            heading: String::new(),
            action: format!("{}{end}", path(at)),
            groups: Group::plain(reason(here, &file, end)),
            buttons: vec![Button::new("", word, !end.is_empty())],
        };
        Part { forms: vec![form], ..Part::new(heading, lead) }
    };
    let mut parts = vec![Part { facts, ..Part::new(t.file_evidence(), "") }];
    if !here.may(deed(file.kind())) {
        parts.push(Part::new(t.document_shut(), ""));
    } else if kind.is_picture() {
        parts.push(way(t.document_clean(), t.document_clean_note(), ("", t.file_look())));
        parts.push(way(t.file_original(), t.file_original_note(), ("/asli", t.file_original_save())));
    } else {
        parts.push(way(t.file_original(), t.document_raw_note(), ("/asli", t.file_original_save())));
    }
    let view = Protection {
        faults: came.faults(here, &["alasan"]),
        version: 0,
        back: Some(Link::new(format!("/rujukan/{}.{}", at.0, at.1), t.referrals())),
        heading: titled(here, file.kind(), file.label.expose()),
        lead: t.documents_lead().to_owned(),
        parts,
        case: None,
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &view.typed(&came.typed))
}

fn reason(here: &Here, file: &CameFile, end: &str) -> Vec<Field> {
    let asks = file.kind().part() == Some(Category::Identity);
    let id = if end.is_empty() { "f-alasan" } else { "f-alasan-asli" };
    asks.then(|| Field::line("alasan", here.t.identity_reason()).id(id)).into_iter().collect()
}

async fn opened(
    here: &Here,
    at: At,
    form: &Posted,
) -> Result<Result<(CameFile, impl AsRef<[u8]> + Send + 'static), Error>, Fail> {
    let file = known(here, at).await?;
    if file.kind().part() == Some(Category::Identity) {
        here.fresh(&path(at))?;
    }
    let act = OpenCame { thread: at.0, file: at.2, reason: Redacted::new(form.get("alasan").to_owned()) };
    let opened = here.web.desk.open_came(&here.actor(), &act).await;
    Ok(opened.map(|(file, plain)| (file, plain.to_vec())))
}

async fn instead(here: &Here, at: At, (error, form): (Error, &Posted)) -> Answer {
    let problem = comes_back(&error).ok_or(error)?;
    one_page(here, at, Came::back(problem, form)).await
}

/// `POST /rujukan/{id}/berkas/{file}`: a picture, without what the camera wrote beside it.
pub async fn open(here: Here, Path((offer, file)): Path<(String, String)>, form: Posted) -> Answer {
    let at = at(&offer, &file)?;
    let known = known(&here, at).await?;
    let CameState::Here(kind) = known.state else { return Err(Problem::new("attachment.not-here").into()) };
    if !kind.is_picture() {
        return original(here, Path((offer, file)), form).await;
    }
    let (file, plain) = match opened(&here, at, &form).await? {
        Ok(opened) => opened,
        Err(error) => return instead(&here, at, (error, &form)).await,
    };
    let jpeg = match without_metadata(&here, plain, kind).await {
        Ok(jpeg) => jpeg,
        Err(problem) => return instead(&here, at, (problem.into(), &form)).await,
    };
    let t = &here.t;
    page(&FilePage {
        back: Link::new(path(at), titled(&here, file.kind(), file.label.expose())),
        heading: titled(&here, file.kind(), file.label.expose()),
        picture: crate::picture::address(&jpeg),
        facts: vec![Fact::new(t.file_size(), size(file.bytes, t.lang()))],
        hash: file.hash.to_string(),
        openings: Vec::new(),
        original: format!("{}/asli", path(at)),
        fields: reason(&here, &file, "/asli"),
        t: here.t.clone(),
    })
}

/// `POST /rujukan/{id}/berkas/{file}/asli`: as it came, after a fresh proof.
pub async fn original(here: Here, Path((offer, file)): Path<(String, String)>, form: Posted) -> Answer {
    let at = at(&offer, &file)?;
    here.read(Deed::SeeOffers).await?;
    here.fresh(&path(at))?;
    match opened(&here, at, &form).await? {
        Ok((file, plain)) => {
            let CameState::Here(kind) = file.state else { return Err(Problem::new("attachment.not-here").into()) };
            let short: String = hex(&at.2.bytes()).chars().take(8).collect();
            Ok(given_out(plain.as_ref().to_vec(), &format!("berkas-{short}.{}", kind.ending())))
        }
        Err(error) => instead(&here, at, (error, &form)).await,
    }
}

/// Documents that come along with offers about this case and are not its own yet.
pub async fn of_case(here: &Here, view: &mut store::View, case: base::CaseId) -> Result<Vec<StepRow>, Fail> {
    let mut rows = Vec::new();
    for (thread, no, peer, file) in desk::offers::files::of_case(view, case).await? {
        let mut row = row(here, thread, no, &file)?;
        row.detail = format!("{} · {}", here.t.along_from(&peer), row.detail);
        rows.push(row);
    }
    Ok(rows)
}
