//! The pages of a guest: her matters, one of them, and what she may do there. What she sees is asked of the desk each time.

use crate::doors::case::head;
use crate::doors::file::{kind_word, size, without_metadata};
use crate::doors::{Came, comes_back, id};
use crate::guard::{Answer, Here, Posted, given_out, page, page_with, see};
use crate::view::staff::day::{List, Row};
use crate::view::staff::protection::{Part, Protection};
use crate::view::staff::work::{Button, Group, WorkForm};
use crate::view::{Fact, Field, Kind, Link, Tag, Tone};
use crate::words_of;
use axum::extract::Path;
use base::{CaseId, FileId, Redacted, hex};
use casework::words::Category;
use desk::Deed;
use desk::guest::{Matter, OpenOwnDocument, Own, Said, SayConflict, SayNoConflict, ShowOwnIdentity};
use desk::offers::{Seen, SeenDocument};
use std::collections::BTreeMap;

/// `GET /kasus` of a guest: hers, and no other.
pub async fn matters(here: &Here) -> Answer {
    let mut view = here.read(Deed::SeeOwnMatter).await?;
    let own = desk::guest::matters(&mut view, &here.web.desk, &here.staff).await?;
    let t = here.t.words();
    let row = |own: &Own| Row {
        href: format!("/kasus/{}", own.case),
        name: own.alias.clone(),
        cells: vec![here.day(own.access.until)],
        tags: vec![match own.access.clear {
            Some(_) => Tag::new(Tone::Running, t.access_runs()),
            None => Tag::new(Tone::Person, t.guest_conflict_asked()),
        }],
    };
    page(&List {
        heading: t.guest_matters().to_owned(),
        lead: t.guest_matters_lead(here.t.run_by.as_str()),
        filters: Vec::new(),
        columns: vec![t.column_alias().into(), t.guest_until().into(), t.column_state().into()],
        rows: own.iter().map(row).collect(),
        none: t.nothing_here().to_owned(),
        next: None,
        search: None,
        t: here.t.clone(),
    })
}

/// `GET /kasus/{id}` of a guest.
pub async fn matter(here: &Here, case: CaseId) -> Answer {
    shown(here, case, (None, &Came::default())).await
}

/// What is shown of who the person is, once it was recorded.
type Shown = Option<BTreeMap<String, Redacted<String>>>;

async fn shown(here: &Here, case: CaseId, (identity, came): (Shown, &Came)) -> Answer {
    let t = here.t.words();
    let (mut view, stored, matter) = here.web.desk.matter_for(&here.actor(), case).await?;
    let body =
        desk::partners::peer(&mut view, matter.access.body).await?.map_or(matter.access.party.clone(), |it| it.title);
    let is_clear = matter.access.clear.is_some();
    let mut parts =
        vec![Part { facts: facts(here, matter.fields()), ..Part::new(t.guest_facts(), t.guest_facts_lead()) }];
    if is_clear {
        parts.push(identity_part(here, (case, &matter), identity));
        parts.push(documents_part(here, case, &matter));
        parts.push(leave_part(here, case));
    } else {
        parts.insert(0, conflict_part(here, case));
    }
    let lead = t.guest_matter_lead(body.as_str(), here.day(matter.access.until));
    let page = Protection {
        faults: came.faults(here, &["lawan", "tidak-ada", "alasan"]),
        version: stored.version,
        back: Some(Link::new("/kasus", t.guest_matters())),
        heading: stored.shown_to(here.staff.id).to_owned(),
        lead,
        parts,
        case: Some(head(here, case, &stored)),
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page.typed(&came.typed))
}

fn facts<'a>(here: &Here, fields: impl Iterator<Item = &'a Seen>) -> Vec<Fact> {
    let t = here.t.words();
    fields.map(|seen| Fact::new(words_of::datum(t, &seen.line.field), seen.value.expose().clone())).collect()
}

fn conflict_part(here: &Here, case: CaseId) -> Part {
    let t = here.t.words();
    let fields = vec![
        Field::long("lawan", t.guest_against()).help(t.guest_against_help()).optional(t),
        Field::new("tidak-ada", t.guest_no_conflict(), Kind::Tick(false)),
    ];
    let form = WorkForm {
        heading: String::new(),
        action: format!("/kasus/{case}/penasihat/benturan"),
        groups: Group::plain(fields),
        buttons: vec![
            Button::new("tidak", t.guest_no_conflict_do(), false),
            Button::new("ada", t.guest_conflict_do(), true),
        ],
    };
    Part { forms: vec![form], ..Part::new(t.guest_conflict_asked(), t.guest_conflict_lead()) }
}

fn identity_part(here: &Here, (case, matter): (CaseId, &Matter), identity: Shown) -> Part {
    let t = here.t.words();
    if matter.identity().next().is_none() {
        return Part::new(t.guest_identity(), t.guest_identity_none());
    }
    if let Some(shown) = identity {
        let known = shown.iter().map(|(name, value)| Fact::new(words_of::datum(t, name), value.expose().clone()));
        return Part { facts: known.collect(), ..Part::new(t.guest_identity(), t.guest_identity_recorded()) };
    }
    let form = WorkForm {
        heading: String::new(),
        action: format!("/kasus/{case}/penasihat/identitas"),
        groups: Group::plain(vec![Field::line("alasan", t.identity_reason())]),
        buttons: vec![Button::new("", t.guest_identity_show(), false)],
    };
    Part { forms: vec![form], ..Part::new(t.guest_identity(), t.guest_identity_lead()) }
}

fn documents_part(here: &Here, case: CaseId, matter: &Matter) -> Part {
    let t = here.t.words();
    let forms: Vec<WorkForm> = matter.documents().map(|seen| document_form(here, case, seen)).collect();
    let lead = if forms.is_empty() { t.nothing_here() } else { t.guest_documents_lead() };
    Part { forms, ..Part::new(t.documents(), lead) }
}

fn document_form(here: &Here, case: CaseId, seen: &SeenDocument) -> WorkForm {
    let t = here.t.words();
    let document = &seen.document;
    let asks = document.kind.part() == Some(Category::Identity);
    let reason = || Field::line("alasan", t.identity_reason()).id(format!("f-alasan-{}", document.id));
    let what = [
        words_of::document(t, document.kind).to_owned(),
        kind_word(here, document.file).to_owned(),
        size(document.bytes, t.lang()),
    ];
    WorkForm {
        heading: what.join(" · "),
        action: format!("/kasus/{case}/penasihat/berkas/{}", document.id),
        groups: Group::plain(asks.then(reason).into_iter().collect()),
        buttons: vec![Button::new("", t.guest_document_save(), true)],
    }
}

fn leave_part(here: &Here, case: CaseId) -> Part {
    let t = here.t.words();
    let form = WorkForm {
        heading: String::new(),
        action: format!("/kasus/{case}/penasihat/selesai"),
        groups: Vec::new(),
        buttons: vec![Button::new("selesai", t.guest_leave(), true), Button::new("ada", t.guest_conflict_do(), true)],
    };
    Part { forms: vec![form], ..Part::new(t.guest_leave_heading(), t.guest_leave_lead()) }
}

/// `POST /kasus/{id}/penasihat/benturan`: there is none, or there is one.
pub async fn conflict(here: Here, Path(case): Path<String>, form: Posted) -> Answer {
    let case: CaseId = id(&case)?;
    if form.get("tindakan") == "ada" {
        return over(&here, case, true, &form).await;
    }
    let against = Redacted::new(form.get("lawan").to_owned());
    let act = SayNoConflict { case, against, says: !form.get("tidak-ada").is_empty() };
    match here.run(&form, &act).await {
        Ok(Some(Said::Conflict)) => ended(&here, here.t.guest_hit()),
        Ok(_) => Ok(see(&format!("/kasus/{case}"))),
        Err(error) => match comes_back(&error) {
            Some(problem) => shown(&here, case, (None, &Came::back(problem, &form))).await,
            None => Err(error.into()),
        },
    }
}

/// `POST /kasus/{id}/penasihat/selesai`
pub async fn leave(here: Here, Path(case): Path<String>, form: Posted) -> Answer {
    over(&here, id(&case)?, form.get("tindakan") == "ada", &form).await
}

async fn over(here: &Here, case: CaseId, conflict: bool, form: &Posted) -> Answer {
    here.run(form, &SayConflict { case, conflict }).await?;
    ended(here, if conflict { here.t.guest_said_conflict() } else { here.t.guest_left() })
}

/// The last page that she sees of a matter.
fn ended(here: &Here, lead: &str) -> Answer {
    let t = here.t.words();
    page(&Protection {
        faults: crate::view::Faults::default(),
        version: 0,
        back: Some(Link::new("/kasus", t.guest_matters())),
        heading: t.access_ended().to_owned(),
        lead: lead.to_owned(),
        parts: Vec::new(),
        case: None,
        t: here.t.clone(),
    })
}

/// `POST /kasus/{id}/penasihat/identitas`: recorded, then shown.
pub async fn identity(here: Here, Path(case): Path<String>, form: Posted) -> Answer {
    let case: CaseId = id(&case)?;
    // What is not hers is not there, also before she proves anew that it is she.
    here.web.desk.matter_for(&here.actor(), case).await?;
    here.fresh(&format!("/kasus/{case}"))?;
    let act = ShowOwnIdentity { case, reason: Redacted::new(form.get("alasan").to_owned()) };
    match here.look(&act).await {
        Ok(found) => shown(&here, case, (Some(found), &Came::default())).await,
        Err(error) => {
            let came = Came::back(comes_back(&error).ok_or(error)?, &form);
            shown(&here, case, (None, &came)).await
        }
    }
}

/// `POST /kasus/{id}/penasihat/berkas/{file}`: a picture without what the camera wrote beside it, another file as it came.
pub async fn document(here: Here, Path((case, file)): Path<(String, String)>, form: Posted) -> Answer {
    let (case, file): (CaseId, FileId) = (id(&case)?, id(&file)?);
    let (_, _, matter) = here.web.desk.matter_for(&here.actor(), case).await?;
    let kind = matter.document(file)?.document.file;
    here.fresh(&format!("/kasus/{case}"))?;
    let act = OpenOwnDocument { case, file, reason: Redacted::new(form.get("alasan").to_owned()) };
    let opened = match here.web.desk.open_own_document(&here.actor(), &act).await {
        Ok(opened) => opened,
        Err(error) => {
            let came = Came::back(comes_back(&error).ok_or(error)?, &form);
            return shown(&here, case, (None, &came)).await;
        }
    };
    let short: String = hex(&file.bytes()).chars().take(8).collect();
    if kind.is_picture() {
        let jpeg = without_metadata(&here, opened.plain, kind).await?;
        return Ok(given_out(jpeg, &format!("berkas-{short}.jpg")));
    }
    Ok(given_out(opened.plain.to_vec(), &format!("berkas-{short}.{}", kind.ending())))
}
