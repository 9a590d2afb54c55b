//! Officers of this node: who works here, the end of somebody's access with a page to check it, coming back, coming new.

use crate::doors::{Came, comes_back, id};
use crate::guard::{Answer, Fail, Here, Posted, page, page_with, see};
use crate::view::staff::day::{List, Row};
use crate::view::staff::protection::{Part, Protection};
use crate::view::staff::work::{Button, Group, WorkForm};
use crate::view::{Choice, Fact, Field, Link, Tag, Tone};
use crate::words_of;
use axum::extract::Path;
use base::{OfficerId, Problem, Redacted};
use casework::Role;
use desk::cases::leaving::{Hands, hands};
use desk::staff::officer::{OfficerCard, officers, serving};
use desk::staff::{AddOfficer, EndAccess, LetReturn, Officer, Proofs, Return};
use desk::{Deed, Error};
use std::collections::BTreeSet;
use store::{Read, Stored, View};

/// Longest name, for log-in and as shown, in letters.
const NAME_CHARS_MAX: usize = 80;

/// `GET /atur/petugas`
pub async fn list(here: Here) -> Answer {
    let mut view = here.read(Deed::EndAccess).await?;
    let cards = officers(&mut view).await?;
    let t = here.t.words();
    let row = |card: &OfficerCard| Row {
        href: href(card.id),
        name: card.name.expose().clone(),
        cells: vec![roles(&here, &card.roles)],
        tags: vec![state(&here, card.left)],
    };
    let filters = here.may(Deed::ManageOfficers).then(|| Link::new("/atur/petugas/baru", t.officer_new()));
    page(&List {
        heading: t.officers().to_owned(),
        lead: t.officers_lead().to_owned(),
        filters: filters.into_iter().collect(),
        columns: vec![t.person_name().into(), t.role().into(), t.column_state().into()],
        rows: cards.iter().map(row).collect(),
        none: t.nothing_here().to_owned(),
        next: None,
        search: None,
        t: here.t.clone(),
    })
}

fn href(officer: OfficerId) -> String {
    format!("/atur/petugas/{officer}")
}

fn roles(here: &Here, roles: &BTreeSet<Role>) -> String {
    roles.iter().map(|role| words_of::role(here.t.words(), *role)).collect::<Vec<_>>().join(", ")
}

fn state(here: &Here, left: bool) -> Tag {
    let t = here.t.words();
    if left { Tag::new(Tone::Idle, t.access_ended()) } else { Tag::new(Tone::Running, t.access_runs()) }
}

/// An officer, all others, and what she has in hand; the counts are for those who see cases.
struct About {
    id: OfficerId,
    officer: Stored<Officer>,
    others: Vec<OfficerCard>,
    hands: Option<Hands>,
}

async fn about(here: &Here, officer: &str) -> Result<About, Fail> {
    let id: OfficerId = id(officer)?;
    let mut view: View = here.read(Deed::EndAccess).await?;
    let officer = view.load::<Officer>(id.bytes()).await?.ok_or(Error::NotFound)?;
    let others = officers(&mut view).await?.into_iter().filter(|card| card.id != id).collect();
    let hands = if here.may(Deed::SeeCases) { Some(hands(&mut view, id).await?) } else { None };
    Ok(About { id, officer, others, hands })
}

/// `GET /atur/petugas/{petugas}`
pub async fn one(here: Here, Path(officer): Path<String>) -> Answer {
    let about = about(&here, &officer).await?;
    shown(&here, &about, &Came::default())
}

fn shown(here: &Here, about: &About, came: &Came) -> Answer {
    let t = here.t.words();
    let now =
        Part { tag: Some(state(here, about.officer.left.is_some())), facts: facts(here, about), ..Part::default() };
    let mut parts = vec![Part { heading: t.officer_now().to_owned(), ..now }];
    match about.officer.left {
        None if about.id == here.staff.id => parts.push(Part::new(t.access_end(), t.access_end_own())),
        None => {
            parts.push(Part { forms: vec![end_form(here, about)], ..Part::new(t.access_end(), t.access_end_lead()) });
        }
        Some(_) if here.may(Deed::ManageOfficers) => parts.push(return_part(here, about)),
        Some(_) => {}
    }
    page_of(here, (about.officer.name.expose(), t.officer_lead()), parts, came)
}

fn page_of(here: &Here, (heading, lead): (&str, &str), parts: Vec<Part>, came: &Came) -> Answer {
    let page = Protection {
        faults: came.faults(here, &["kepada", "nama-petugas", "masuk", "tugas"]),
        case: None,
        back: Some(Link::new("/atur/petugas", here.t.officers())),
        version: 0,
        heading: heading.to_owned(),
        lead: lead.to_owned(),
        parts,
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page.typed(&came.typed))
}

fn facts(here: &Here, about: &About) -> Vec<Fact> {
    let t = here.t.words();
    let officer = &about.officer;
    let mut facts = vec![
        Fact::new(t.login_name(), officer.login.clone()),
        Fact::new(t.role(), roles(here, &officer.roles)),
        Fact::new(t.officer_since(), here.day(officer.since)),
    ];
    facts.extend(officer.left.map(|at| Fact::new(t.access_ended(), here.moment(at))));
    if let (Some(hands), None) = (about.hands, officer.left) {
        facts.extend(in_hand(here, hands));
    }
    facts
}

fn in_hand(here: &Here, hands: Hands) -> [Fact; 3] {
    let t = here.t.words();
    [
        Fact::new(t.hands_holds(), hands.holds.to_string()),
        Fact::new(t.hands_goes(), hands.goes_along.to_string()),
        Fact::new(t.hands_steps(), hands.steps.to_string()),
    ]
}

/// Who may take over: only those who assign cases name somebody, and nobody names herself.
fn end_form(here: &Here, about: &About) -> WorkForm {
    let t = here.t.words();
    let fits = |card: &&OfficerCard| {
        let may = card.roles.iter().any(|role| role.holds_cases() || *role == Role::Companion);
        may && card.id != here.staff.id
    };
    let known = serving(&about.others).filter(fits).map(|card| words_of::officer(t, card));
    let choices = std::iter::once(Choice::new("", t.nobody())).chain(known).collect();
    let field = Field::select("kepada", t.access_to(), choices).help(t.access_to_help());
    WorkForm {
        heading: String::new(),
        action: format!("{}/pratinjau", href(about.id)),
        groups: Group::plain(here.may(Deed::AssignCase).then_some(field).into_iter().collect()),
        buttons: vec![Button::new("", t.check_first(), false)],
    }
}

/// `POST /atur/petugas/{petugas}/pratinjau`: what will happen, before it does.
pub async fn preview(here: Here, Path(officer): Path<String>, form: Posted) -> Answer {
    let about = about(&here, &officer).await?;
    checked(&here, &about, &form, &Came::default())
}

fn checked(here: &Here, about: &About, form: &Posted, came: &Came) -> Answer {
    let t = here.t.words();
    let to = form.get("kepada");
    let named = about.others.iter().find(|card| card.id.to_string() == to);
    if named.is_none() && !to.is_empty() {
        return shown(here, about, &Came::back(Problem::at("officer.gone", "kepada"), form));
    }
    let takes = named.map_or(t.access_to_nobody(), |card| card.name.expose().as_str());
    let mut passes = vec![Fact::new(t.access_to(), takes)];
    passes.extend(about.hands.into_iter().flat_map(|hands| in_hand(here, hands)));
    let ends = Fact::new(t.access_ends_now(), t.access_ends_what());
    let stays = Fact::new(t.access_stays(), t.access_stays_what());
    let keys = Fact::new(t.access_keyholder(), t.access_keyholder_what());
    let confirm = WorkForm {
        heading: String::new(),
        action: format!("{}/akhir", href(about.id)),
        groups: Group::plain(vec![Field::kept("kepada", to)]),
        buttons: vec![Button::new("", &t.access_end_do(about.officer.name.expose()), false)],
    };
    let parts = vec![
        Part { facts: passes, ..Part::new(t.access_passes(), t.access_passes_lead()) },
        Part { facts: vec![ends, stays, keys], forms: vec![confirm], ..Part::new(t.access_end(), "") },
    ];
    let back = Link::new(href(about.id), t.choose_again());
    let heading = t.access_check(about.officer.name.expose());
    let faults = came.faults(here, &[]);
    let (t, lead) = (here.t.clone(), here.t.access_check_lead().to_owned());
    let page = Protection { t, faults, case: None, back: Some(back), version: 0, heading, lead, parts };
    page_with(came.problem.as_ref(), &page)
}

/// `POST /atur/petugas/{petugas}/akhir`: grave, so presence is proved first.
pub async fn end(here: Here, Path(officer): Path<String>, form: Posted) -> Answer {
    let about = about(&here, &officer).await?;
    here.fresh(&href(about.id))?;
    let to = Some(form.get("kepada")).filter(|to| !to.is_empty()).map(id::<OfficerId>).transpose()?;
    let act = EndAccess { officer: about.id, to };
    let done = here.web.desk.end_access(&here.actor(), form.asking(), &act).await;
    match here.settled(&form, done).await {
        Ok(_) => Ok(see(&href(about.id))),
        Err(error) => match comes_back(&error) {
            Some(problem) => checked(&here, &about, &form, &Came::back(problem, &form)),
            None => Err(error.into()),
        },
    }
}

fn roles_field(here: &Here, on: &BTreeSet<Role>) -> Field {
    let t = here.t.words();
    let role = |role: &Role| Choice::new(role.word(), words_of::role(t, *role)).on(on.contains(role));
    Field::checks("tugas", t.role(), Role::ALL.iter().map(role).collect())
}

fn return_part(here: &Here, about: &About) -> Part {
    let t = here.t.words();
    let form = WorkForm {
        heading: String::new(),
        action: format!("{}/kembali", href(about.id)),
        groups: Group::plain(vec![roles_field(here, &about.officer.roles)]),
        buttons: vec![Button::new("", t.officer_return_do(), false)],
    };
    Part { forms: vec![form], ..Part::new(t.officer_return(), t.officer_return_lead()) }
}

/// The roles that were ticked; at least one.
fn chosen(form: &Posted) -> Result<BTreeSet<Role>, Problem> {
    let bad = || Problem::at("web.field-bad", "tugas");
    let roles = form.all("tugas").map(|word| Role::parse(word).ok_or_else(bad)).collect::<Result<BTreeSet<_>, _>>()?;
    if roles.is_empty() { Err(Problem::at("web.field-missing", "tugas")) } else { Ok(roles) }
}

/// First proofs for a form, and the hash to keep. The same form gives the same again.
async fn proofs(here: &Here, form: &Posted) -> Result<(Proofs, Redacted<String>), Problem> {
    let proofs = Proofs::of(&here.web.proofs_seed(&here.token_hash, &form.key()?));
    let Ok(_turn) = here.web.hashing.acquire().await else { return Err(Problem::new("web.fault")) };
    let (web, password) = (here.web.clone(), proofs.password.clone());
    let hash = move || seal::hash_password(password.expose(), web.set.password_cost, &*web.desk.chance);
    let hash = tokio::task::spawn_blocking(hash).await.map_err(|_| Problem::new("web.fault"))??;
    Ok((proofs, Redacted::new(hash)))
}

/// `POST /atur/petugas/{petugas}/kembali`
pub async fn let_return(here: Here, Path(officer): Path<String>, form: Posted) -> Answer {
    here.read(Deed::ManageOfficers).await?;
    let about = about(&here, &officer).await?;
    here.fresh(&href(about.id))?;
    let roles = match chosen(&form) {
        Ok(roles) => roles,
        Err(problem) => return shown(&here, &about, &Came::back(problem, &form)),
    };
    let (proofs, password) = proofs(&here, &form).await?;
    let back = Return { roles, password, totp: proofs.totp.clone() };
    match here.run(&form, &LetReturn { officer: about.id, back }).await {
        Ok(_) => told(&here, (&about.officer.login, about.officer.name.expose()), &proofs),
        Err(error) => match comes_back(&error) {
            Some(problem) => shown(&here, &about, &Came::back(problem, &form)),
            None => Err(error.into()),
        },
    }
}

/// The proofs, in this answer alone.
fn told(here: &Here, (login, name): (&str, &str), proofs: &Proofs) -> Answer {
    let t = here.t.words();
    let grouped = |text: &str| text.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ");
    let facts = vec![
        Fact::new(t.login_name(), login),
        Fact::new(t.password(), proofs.password.expose().clone()),
        Fact::new(t.totp_secret(), grouped(proofs.totp.expose())),
    ];
    let part = Part { facts, ..Part::new(t.proofs(), t.proofs_once()) };
    page_of(here, (name, t.proofs_lead()), vec![part], &Came::default())
}

/// `GET /atur/petugas/baru`
pub async fn new_form(here: Here) -> Answer {
    here.read(Deed::ManageOfficers).await?;
    new_page(&here, &Came::default())
}

fn new_page(here: &Here, came: &Came) -> Answer {
    let t = here.t.words();
    let fields = vec![
        Field::line("nama-petugas", t.person_name()),
        Field::line("masuk", t.login_name()).fill("off"),
        roles_field(here, &BTreeSet::new()),
    ];
    let form = WorkForm {
        heading: String::new(),
        action: "/atur/petugas/baru".to_owned(),
        groups: Group::plain(fields),
        buttons: vec![Button::new("", t.officer_admit(), false)],
    };
    let part = Part { forms: vec![form], ..Part::new(t.officer_who(), "") };
    page_of(here, (t.officer_new(), t.officer_new_lead()), vec![part], came)
}

/// `POST /atur/petugas/baru`
pub async fn admit(here: Here, form: Posted) -> Answer {
    here.read(Deed::ManageOfficers).await?;
    here.fresh("/atur/petugas/baru")?;
    let (login, name, roles) = match named(&form) {
        Ok(named) => named,
        Err(problem) => return new_page(&here, &Came::back(problem, &form)),
    };
    let (proofs, password) = proofs(&here, &form).await?;
    let officer = Officer::new((login.clone(), name.clone()), roles, (password, proofs.totp.clone()), here.web.now());
    match here.run(&form, &AddOfficer(officer)).await {
        Ok(_) => told(&here, (&login, name.expose()), &proofs),
        Err(error) => match comes_back(&error) {
            Some(problem) => new_page(&here, &Came::back(Problem { at: Some("masuk".to_owned()), ..problem }, &form)),
            None => Err(error.into()),
        },
    }
}

fn named(form: &Posted) -> Result<(String, Redacted<String>, BTreeSet<Role>), Problem> {
    let short = |name: &'static str| {
        let text = form.need(name)?;
        if text.chars().count() > NAME_CHARS_MAX {
            Err(Problem::at("web.field-bad", name))
        } else {
            Ok(text.to_owned())
        }
    };
    let name = Redacted::new(short("nama-petugas")?);
    Ok((short("masuk")?, name, chosen(form)?))
}
