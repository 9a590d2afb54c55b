//! Hold and erasure of a case: how long it is kept, what holds it, and the two officers who erase it.

use crate::doors::{Came, case::head, comes_back, id};
use crate::guard::{Answer, Here, Posted, page, page_with, see};
use crate::view::staff::protection::{Part, Protection};
use crate::view::staff::work::{Button, Group, WorkForm};
use crate::view::{Fact, Faults, Field, Kind, Link};
use crate::{when, words_of};
use axum::extract::Path;
use base::{CaseId, Problem, Redacted};
use casework::erasure::ErasureBasis;
use casework::words::Category;
use desk::cases::keeping::{DropErasure, EraseCase, LiftHold, PlaceHold, ProposeErasure};
use desk::cases::{CaseStream, Change, OnCase};
use desk::{Deed, Error};
use store::Stored;

/// `GET /kasus/{id}/penghapusan`
pub async fn form(here: Here, Path(case): Path<String>) -> Answer {
    shown(&here, id(&case)?, Came::default()).await
}

async fn shown(here: &Here, case: CaseId, came: Came) -> Answer {
    let deed = if here.may(Deed::EraseData) { Deed::EraseData } else { Deed::HoldData };
    let (mut view, stored) = crate::doors::case(here, case, deed).await?;
    let staff = desk::staff::officer::officers(&mut view).await?;
    let name = |by| staff.iter().find(|card| card.id == by).map_or("", |card| card.name.expose().as_str());
    let t = here.t.words();
    let mut parts = vec![held(here, case, &stored, name)];
    if here.may(Deed::EraseData) {
        parts.push(erased(here, case, &stored, name));
    }
    let page = Protection {
        faults: came.faults(here, &["dasar", "alasan", "tinjau", "sebab"]),
        version: stored.version,
        back: (!here.may(Deed::SeeCases)).then(|| Link::new("/pelindungan", t.protection())),
        case: Some(head(here, case, &stored)),
        heading: t.erasure().to_owned(),
        lead: t.erasure_lead().to_owned(),
        parts,
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page.typed(&came.typed))
}

fn held<'a>(here: &Here, case: CaseId, stored: &Stored<CaseStream>, name: impl Fn(base::OfficerId) -> &'a str) -> Part {
    let t = here.t.words();
    let mut facts = Vec::new();
    let lead = match &stored.hold {
        Some(hold) => {
            facts.push(Fact::new(here.moment(hold.placed_at), format!("{} · {}", hold.reason.expose(), name(hold.by))));
            here.t.erasure_hold_until(here.day(hold.review_at))
        }
        None => t.erasure_no_hold().to_owned(),
    };
    let mut forms = Vec::new();
    if here.may(Deed::HoldData) {
        let mut fields = vec![Field::long("sebab", t.hold_reason())];
        fields.push(Field::new("tinjau", t.hold_review(), Kind::Date).optional(t));
        let mut buttons = vec![Button::new("tahan", t.hold_place(), false)];
        buttons.extend(stored.hold.as_ref().map(|_| Button::new("lepas", t.hold_lift(), true)));
        let action = format!("/kasus/{case}/penahanan");
        forms.push(WorkForm { heading: String::new(), action, groups: Group::plain(fields), buttons });
    }
    Part { facts, forms, ..Part::new(t.erasure_hold(), lead) }
}

fn erased<'a>(
    here: &Here,
    case: CaseId,
    stored: &Stored<CaseStream>,
    name: impl Fn(base::OfficerId) -> &'a str,
) -> Part {
    let t = here.t.words();
    let until = stored.retained_until(here.web.desk.retention());
    let until = until.map_or_else(|| t.erasure_open().to_owned(), |until| here.day(until));
    let mut facts = vec![Fact::new(t.erasure_kept(), until)];
    let reason = Field::long("alasan", t.reason());
    let (lead, fields, buttons) = if let Some(proposal) = &stored.erasure {
        let basis = words_of::erasure_basis(t, proposal.basis);
        let parts: Vec<&str> = proposal.parts.iter().map(|part| words_of::category(t, *part)).collect();
        let parts = if parts.is_empty() { t.erasure_whole().to_owned() } else { parts.join(", ") };
        let said = format!("{basis} · {parts} · {} · {}", proposal.reason.expose(), name(proposal.by));
        facts.push(Fact::new(t.erasure_proposed(), format!("{} · {said}", here.moment(proposal.at))));
        let is_second = proposal.by != here.staff.id;
        let confirm = is_second.then(|| Button::new("hapus", t.erasure_confirm(), false));
        let lead = if is_second { t.erasure_confirm_lead() } else { "" };
        let drop = Button::new("batal", t.erasure_drop(), true);
        (lead, vec![reason.optional(t)], confirm.into_iter().chain([drop]).collect())
    } else {
        let bases = words_of::choices(t, ErasureBasis::ALL, ErasureBasis::word, words_of::erasure_basis);
        let parts: Vec<Category> = Category::ALL.iter().copied().filter(|part| part.is_narrow()).collect();
        let parts = words_of::choices(t, &parts, Category::word, words_of::category);
        let parts = Field::checks("golongan", t.erasure_parts(), parts).help(t.erasure_parts_help()).across();
        let fields = vec![Field::radios("dasar", t.erasure_basis(), bases), parts, reason];
        ("", fields, vec![Button::new("usul", t.erasure_propose(), false)])
    };
    let action = format!("/kasus/{case}/penghapusan");
    let form = WorkForm { heading: String::new(), action, groups: Group::plain(fields), buttons };
    Part { facts, forms: vec![form], ..Part::new(t.erasure_part(), lead) }
}

async fn change<C: Change>(here: &Here, case: CaseId, form: &Posted, made: Result<C, Problem>) -> Answer {
    let problem = match made {
        Ok(change) => match here.run(form, &OnCase { case, version: form.version(), change }).await {
            Ok(_) => return Ok(see(&format!("/kasus/{case}/penghapusan"))),
            Err(error) => comes_back(&error).ok_or(error)?,
        },
        Err(problem) => problem,
    };
    shown(here, case, Came::back(problem, form)).await
}

fn reason(form: &Posted, field: &'static str) -> Result<Redacted<String>, Problem> {
    form.need(field).map(|reason| Redacted::new(reason.to_owned()))
}

/// `POST /kasus/{id}/penahanan`: placed, renewed or lifted.
pub async fn hold(here: Here, Path(case): Path<String>, form: Posted) -> Answer {
    let case: CaseId = id(&case)?;
    if form.get("tindakan") == "lepas" {
        return change(&here, case, &form, reason(&form, "sebab").map(|reason| LiftHold { reason })).await;
    }
    let zone = here.web.desk.me.place.zone();
    let day = form
        .need("tinjau")
        .and_then(|day| when::from_local(day, zone).ok_or_else(|| Problem::at("web.field-bad", "tinjau")));
    let made = reason(&form, "sebab").and_then(|reason| Ok(PlaceHold { reason, review_at: day? }));
    change(&here, case, &form, made).await
}

/// `POST /kasus/{id}/penghapusan`: proposed, dropped, or done by the second officer, who proves presence anew.
pub async fn decide(here: Here, Path(case): Path<String>, form: Posted) -> Answer {
    let case: CaseId = id(&case)?;
    match form.get("tindakan") {
        "batal" => change(&here, case, &form, reason(&form, "alasan").map(|reason| DropErasure { reason })).await,
        "hapus" => erase(&here, case, &form).await,
        _ => {
            let basis = form
                .need("dasar")
                .and_then(|word| ErasureBasis::parse(word).ok_or_else(|| Problem::at("web.field-bad", "dasar")));
            let parts = form.all("golongan").filter_map(Category::parse).collect();
            let made = basis.and_then(|basis| Ok(ProposeErasure { basis, parts, reason: reason(&form, "alasan")? }));
            change(&here, case, &form, made).await
        }
    }
}

async fn erase(here: &Here, case: CaseId, form: &Posted) -> Answer {
    here.read(Deed::EraseData).await?;
    here.fresh(&format!("/kasus/{case}/penghapusan"))?;
    let act = EraseCase { case, version: form.version() };
    match here.web.desk.erase(&here.actor(), form.asking(), &act).await {
        Ok(erased) => gone(here, Some((erased.keys.len(), erased.asked))),
        // The very same form again: it is gone already.
        Err(error) if error.repeated().is_some() => gone(here, None),
        Err(error @ Error::Clash { .. }) => Err(error.into()),
        Err(error) => {
            let problem = comes_back(&error).ok_or(error)?;
            shown(here, case, Came::back(problem, form)).await
        }
    }
}

/// What was done, and what is left to do: the person is told.
pub fn gone(here: &Here, done: Option<(usize, u32)>) -> Answer {
    let t = &here.t;
    let lead = done.map(|(keys, asked)| t.erasure_done_lead(asked, keys)).unwrap_or_default();
    page(&Protection {
        faults: Faults::default(),
        version: 0,
        back: Some(Link::new("/pelindungan", t.protection())),
        case: None,
        heading: t.erasure_done().to_owned(),
        lead,
        parts: Vec::new(),
        t: here.t.clone(),
    })
}
