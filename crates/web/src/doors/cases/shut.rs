//! Officers who are shut out of a case, and openings in need: their pages, and what those are told who must know.

use crate::doors::{Came, case::head, comes_back, id};
use crate::guard::{Answer, Fail, Here, Posted, page_with, see};
use crate::view::staff::day::{TaskGroup, TaskRow};
use crate::view::staff::protection::{Part, Protection};
use crate::view::staff::work::{Button, Group, WorkForm};
use crate::view::{Choice, Fact, Field, Tag, Tone};
use crate::words_of;
use axum::extract::Path;
use base::{CaseId, OfficerId, Problem, Redacted};
use desk::cases::OnCase;
use desk::cases::shut::{LetIn, Notice, NoticeKind, OpenInNeed, SeeOpening, ShutOut, notices, opening};
use desk::staff::officer::{OfficerCard, officers};
use desk::{Act, Deed};
use store::View;

/// `GET /kasus/{id}/petugas`
pub async fn form(here: Here, Path(case): Path<String>) -> Answer {
    shown(&here, id(&case)?, Came::default()).await
}

async fn shown(here: &Here, case: CaseId, came: Came) -> Answer {
    let (mut view, stored) = crate::doors::case(here, case, Deed::ShutOut).await?;
    let staff = officers(&mut view).await?;
    let t = here.t.words();
    let (shut, others): (Vec<&OfficerCard>, Vec<&OfficerCard>) =
        staff.iter().partition(|card| stored.shuts_out(card.id, card.name.expose()));
    let mut now = Part::new(t.shut_now(), if shut.is_empty() { t.shut_none() } else { "" });
    now.facts = shut.iter().map(|card| Fact::new(card.name.expose().clone(), card.login.clone())).collect();
    let mut parts = vec![now, Part { forms: vec![ask(here, case, &others, "tutup")], ..Part::new(t.shut_new(), "") }];
    let lets: Vec<&OfficerCard> = shut.into_iter().filter(|card| card.id != here.staff.id).collect();
    if here.may(Deed::AssignCase) && !lets.is_empty() {
        let forms = vec![ask(here, case, &lets, "buka")];
        parts.push(Part { forms, ..Part::new(t.shut_let(), t.shut_let_lead()) });
    }
    let page = Protection {
        faults: came.faults(here, &["petugas", "alasan"]),
        version: stored.version,
        back: None,
        heading: t.shut_heading().to_owned(),
        lead: t.shut_lead().to_owned(),
        parts,
        case: Some(head(here, case, &stored)),
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page.typed(&came.typed))
}

/// A form that names an officer and says why.
fn ask(here: &Here, case: CaseId, staff: &[&OfficerCard], act: &'static str) -> WorkForm {
    let t = here.t.words();
    let first = std::iter::once(Choice::new("", t.pick_one()));
    let named = first.chain(staff.iter().map(|card| words_of::officer(t, card)));
    // The page may hold this form twice.
    let id = |name: &str| if act == "tutup" { format!("f-{name}") } else { format!("f-{name}-{act}") };
    let fields = vec![
        Field::select("petugas", t.shut_officer(), named.collect()).id(id("petugas")),
        Field::long("alasan", t.reason()).id(id("alasan")),
    ];
    let word = if act == "tutup" { t.shut_do() } else { t.shut_let_do() };
    WorkForm {
        heading: String::new(),
        action: format!("/kasus/{case}/petugas"),
        groups: Group::plain(fields),
        buttons: vec![Button::new(act, word, act != "tutup")],
    }
}

/// `POST /kasus/{id}/petugas`
pub async fn decide(here: Here, Path(case): Path<String>, form: Posted) -> Answer {
    let case: CaseId = id(&case)?;
    let named = form
        .need("petugas")
        .and_then(|officer| officer.parse::<OfficerId>().map_err(|_| Problem::at("web.field-bad", "petugas")));
    let named = named.and_then(|officer| Ok((officer, Redacted::new(form.need("alasan")?.to_owned()))));
    let (officer, reason) = match named {
        Ok(named) => named,
        Err(problem) => return shown(&here, case, Came::back(problem, &form)).await,
    };
    let version = form.version();
    let done = match form.get("tindakan") {
        "buka" => run(&here, &form, &LetIn { case, version, officer, reason }).await?,
        _ => run(&here, &form, &OnCase { case, version, change: ShutOut { officer, reason } }).await?,
    };
    match done {
        // Who shuts out herself does not see the case any more.
        None if officer == here.staff.id => Ok(see("/kasus")),
        None => Ok(see(&format!("/kasus/{case}/petugas"))),
        Some(problem) => shown(&here, case, Came::back(problem, &form)).await,
    }
}

/// Runs an act; gives the problem of a form that comes back.
async fn run<A: Act>(here: &Here, form: &Posted, act: &A) -> Result<Option<Problem>, Fail> {
    match here.run(form, act).await {
        Ok(_) => Ok(None),
        Err(error) => Ok(Some(comes_back(&error).ok_or(error)?)),
    }
}

/// `GET /kasus/{id}/darurat`
pub async fn need_form(here: Here, Path(case): Path<String>) -> Answer {
    need(&here, id(&case)?, Came::default()).await
}

async fn need(here: &Here, case: CaseId, came: Came) -> Answer {
    let (_, stored) = crate::doors::case(here, case, Deed::OpenInNeed).await?;
    let t = here.t.words();
    let form = WorkForm {
        heading: String::new(),
        action: format!("/kasus/{case}/darurat"),
        groups: Group::plain(vec![Field::long("alasan", t.need_reason())]),
        buttons: vec![Button::new("", t.need_do(), false)],
    };
    let told = vec![Fact::new(t.need_told(), t.need_told_whom()), Fact::new(t.need_long(), t.need_hours())];
    let page = Protection {
        faults: came.faults(here, &["alasan"]),
        version: stored.version,
        back: None,
        heading: t.need_heading().to_owned(),
        lead: t.need_lead().to_owned(),
        parts: vec![Part { facts: told, forms: vec![form], ..Part::new(t.identity_warning(), t.identity_crime()) }],
        case: Some(head(here, case, &stored)),
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page.typed(&came.typed))
}

/// `POST /kasus/{id}/darurat`: told to those who must know, then open for three hours.
pub async fn open(here: Here, Path(case): Path<String>, form: Posted) -> Answer {
    let case: CaseId = id(&case)?;
    here.fresh(&format!("/kasus/{case}/darurat"))?;
    let problem = match form.need("alasan") {
        Ok(reason) => run(&here, &form, &OpenInNeed { case, reason: Redacted::new(reason.to_owned()) }).await?,
        Err(problem) => Some(problem),
    };
    match problem {
        None => Ok(see(&format!("/kasus/{case}/identitas"))),
        Some(problem) => need(&here, case, Came::back(problem, &form)).await,
    }
}

/// `POST /pelindungan/darurat/{id}/{no}`: the officer for data protection looked at it.
pub async fn seen(here: Here, Path((case, no)): Path<(String, u16)>, form: Posted) -> Answer {
    let act = OnCase { case: id(&case)?, version: None, change: SeeOpening { no } };
    here.run(&form, &act).await?;
    Ok(see("/pelindungan"))
}

/// Openings in need that nobody looked at, for the officer for data protection: who, when, why.
pub async fn openings(here: &Here, view: &mut View) -> Result<Option<Part>, Fail> {
    if !here.may(Deed::SeeAudit) {
        return Ok(None);
    }
    let t = here.t.words();
    let staff = officers(view).await?;
    let mut part = Part::new(t.need_notices(), t.need_none());
    for Notice { case, alias, kind } in notices(view, &here.staff).await? {
        let NoticeKind::OpenedInNeed(no, by, at) = kind else { continue };
        let reason = opening(view, case, no).await?.map(|opened| opened.reason).unwrap_or_default();
        let said = format!("{} · {} · {}", here.moment(at), name(&staff, by), reason.expose());
        part.facts.push(Fact::new(alias.clone(), said));
        t.need_notices_lead().clone_into(&mut part.lead);
        part.forms.push(WorkForm {
            heading: alias,
            action: format!("/pelindungan/darurat/{case}/{no}"),
            groups: Vec::new(),
            buttons: vec![Button::new("", t.need_seen(), true)],
        });
    }
    Ok(Some(part))
}

fn name(staff: &[OfficerCard], officer: OfficerId) -> &str {
    staff.iter().find(|card| card.id == officer).map_or("", |card| card.name.expose().as_str())
}

/// What this person is told on her day: openings in need, and cases whose holder is shut out.
pub async fn told(here: &Here, view: &mut View) -> Result<Option<TaskGroup>, Fail> {
    let t = here.t.words();
    let found = notices(view, &here.staff).await?;
    if found.is_empty() {
        return Ok(None);
    }
    let staff = officers(view).await?;
    let task = |notice: &Notice| match notice.kind {
        NoticeKind::OpenedInNeed(_, by, at) => TaskRow {
            href: if here.may(Deed::SeeAudit) {
                "/pelindungan".into()
            } else {
                format!("/kasus/{}/akses", notice.case)
            },
            title: format!("{}: {}", notice.alias, t.need_notices()),
            detail: format!("{} · {}", here.moment(at), name(&staff, by)),
            tag: Tag::new(Tone::Late, t.need_tag()),
        },
        NoticeKind::HolderShutOut(_) => TaskRow {
            href: format!("/kasus/{}/penugasan", notice.case),
            title: format!("{}: {}", notice.alias, t.shut_holder()),
            detail: String::new(),
            tag: Tag::new(Tone::Late, t.need_tag()),
        },
    };
    let tasks = found.iter().map(task).collect();
    Ok(Some(TaskGroup { heading: t.need_group().to_owned(), none: String::new(), tasks }))
}
