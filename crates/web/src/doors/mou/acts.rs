//! What is done to agreements: proposed from a template, signed by officers who have read it.

use super::Held;
use crate::doors::{Came, comes_back, regencies};
use crate::guard::{Answer, Here, Posted, page_with, see};
use crate::text::Words;
use crate::view::staff::agreement::Mou;
use crate::view::staff::protection::{Part, Protection};
use crate::view::staff::work::{Button, Group, WorkForm};
use crate::view::{Choice, Field, Kind, Link};
use axum::extract::Path;
use base::{NodeId, Place, Problem};
use desk::Deed;
use desk::partners::accord::proposing::ProposeAccord;
use desk::partners::accord::signing::{SignAccord, seats};
use desk::partners::peers;

/// `GET /mou/usulan`
pub async fn propose_form(here: Here) -> Answer {
    propose_page(&here, Came::default()).await
}

async fn propose_page(here: &Here, came: Came) -> Answer {
    let mut view = here.read(Deed::ProposeAccord).await?;
    let partners = peers(&mut view).await?;
    drop(view);
    let t = here.t.words();
    let partners = partners.iter().map(|peer| Choice::new(peer.node.to_string(), &peer.title)).collect();
    let texts = accord::TEMPLATES.iter().map(|name| Choice::new(*name, template_word(t, name))).collect();
    let fields = vec![
        Field::radios("naskah", t.mou_text(), texts),
        Field::checks("mitra", t.mou_partners(), partners).help(t.mou_partners_help()),
        Field::select("tempat", t.mou_place(), regencies("", Some(here.web.desk.me.place.code())))
            .help(t.mou_place_help()),
        Field::new("berlaku", t.mou_effective(), Kind::Date),
        Field::new("sampai", t.mou_expires(), Kind::Date),
    ];
    let form = WorkForm {
        heading: String::new(),
        action: "/mou/usulan".into(),
        groups: Group::plain(fields),
        buttons: vec![Button::new("", t.mou_propose_send(), false)],
    };
    let page = Protection {
        faults: came.faults(here, &["naskah", "mitra", "tempat", "berlaku", "sampai"]),
        version: 0,
        back: Some(Link::new("/mou/daftar", t.mou_list())),
        case: None,
        heading: t.mou_propose().to_owned(),
        lead: t.mou_propose_lead().to_owned(),
        parts: vec![Part { forms: vec![form], ..Part::new(t.mou_propose_what(), "") }],
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page.typed(&came.typed))
}

fn template_word(t: Words, name: &str) -> &'static str {
    match name {
        "legal-aid" => t.template_legal_aid(),
        "task-forces" => t.template_task_forces(),
        "recruiter-alerts" => t.template_recruiter_alerts(),
        "investigation" => t.template_investigation(),
        "shelter" => t.template_shelter(),
        _ => t.template_health(),
    }
}

/// `POST /mou/usulan`: the text goes to every party; it is in force for nobody.
pub async fn propose(here: Here, form: Posted) -> Answer {
    here.read(Deed::ProposeAccord).await?;
    let problem = match proposal(&form) {
        Ok(act) => match here.run(&form, &act).await {
            Ok(Some((id, version))) => return Ok(see(&format!("/mou/{id}/{version}"))),
            Ok(None) => return Ok(see("/mou/daftar")),
            Err(error) => comes_back(&error).ok_or(error)?,
        },
        Err(problem) => problem,
    };
    propose_page(&here, Came::back(problem, &form)).await
}

fn proposal(form: &Posted) -> Result<ProposeAccord, Problem> {
    let bad = |name| move |_| Problem::at("web.field-bad", name);
    let template = form.need("naskah")?.to_owned();
    let partners: Result<Vec<NodeId>, _> = form.all("mitra").map(str::parse).collect();
    let partners = partners.map_err(|_| Problem::at("web.field-bad", "mitra"))?;
    if partners.is_empty() {
        return Err(Problem::at("web.field-missing", "mitra"));
    }
    let place = Place::parse(form.need("tempat")?).map_err(bad("tempat"))?;
    let (effective, expires) = (form.need("berlaku")?.to_owned(), form.need("sampai")?.to_owned());
    if effective > expires {
        return Err(Problem::at("web.field-bad", "sampai"));
    }
    Ok(ProposeAccord { template, partners, place, effective, expires })
}

/// `GET /mou/{id}/{versi}/tanda-tangan`: the prose beside the terms, and below them the office and the tick.
pub async fn sign_form(here: Here, Path((id, version)): Path<(String, u64)>) -> Answer {
    sign_page(&here, (&id, version), Came::default()).await
}

async fn sign_page(here: &Here, (id, version): (&str, u64), came: Came) -> Answer {
    let mut view = here.read(Deed::SignAccord).await?;
    let held = Held::load(here, &mut view, id, version).await?;
    let all = seats(&mut view).await?;
    drop(view);
    let t = here.t.words();
    let own = all.iter().find(|seat| seat.by == Some(here.staff.id));
    let free = all.iter().filter(|seat| own.map_or(seat.by.is_none(), |own| own.nth == seat.nth));
    let offices: Vec<Choice> = free
        .map(|seat| Choice::new(seat.nth.to_string(), format!("{}, {}", seat.name, seat.office)).on(own.is_some()))
        .collect();
    let fields = vec![
        Field::radios("jabatan", t.mou_office(), offices).help(t.mou_office_help()),
        Field::new("dibaca", t.mou_read(), Kind::Tick(false)),
    ];
    let fields = fields.into_iter().map(|field| field.typed(&came.typed)).collect();
    let form = WorkForm {
        heading: t.mou_sign().to_owned(),
        action: format!("{}/tanda-tangan", held.path()),
        groups: Group::plain(fields),
        buttons: vec![Button::new("", t.mou_sign(), false)],
    };
    let page = Mou {
        faults: came.faults(here, &["jabatan", "dibaca"]),
        heading: t.mou_sign().to_owned(),
        lead: t.mou_sign_lead().to_owned(),
        forms: vec![form],
        ..held.view(here)
    };
    page_with(came.problem.as_ref(), &page)
}

/// `POST /mou/{id}/{versi}/tanda-tangan`: presence is proved anew.
pub async fn sign(here: Here, Path((id, version)): Path<(String, u64)>, form: Posted) -> Answer {
    here.read(Deed::SignAccord).await?;
    here.fresh(&format!("/mou/{id}/{version}/tanda-tangan"))?;
    let seat = form.need("jabatan").and_then(|nth| nth.parse().map_err(|_| Problem::at("web.field-bad", "jabatan")));
    let problem = match seat {
        Ok(seat) => {
            let act = SignAccord { id: id.clone(), version, seat, has_read: form.get("dibaca") == "ya" };
            match here.run(&form, &act).await {
                Ok(_) => return Ok(see(&format!("/mou/{id}/{version}"))),
                Err(error) => comes_back(&error).ok_or(error)?,
            }
        }
        Err(problem) => problem,
    };
    sign_page(&here, (&id, version), Came::back(problem, &form)).await
}
