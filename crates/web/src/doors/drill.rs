//! The drill: if this node's machine were lost now, what is done in which order, who holds the papers, whom to ring, whom to
//! tell and until when. To be read on the page, or printed and kept beside the telephone.

use crate::doors::nodes::carriers;
use crate::doors::protection::{Names, found};
use crate::doors::{Came, comes_back};
use crate::guard::{Answer, Fail, Here, Posted, page_with, see};
use crate::view::staff::protection::{Part, Protection};
use crate::view::staff::work::{Button, Group, WorkForm};
use crate::view::{Fact, Field, Link, Tag, Tone};
use base::{Redacted, Timestamp, limits};
use desk::cases::breach::Scope;
use desk::mail::peer_mail;
use desk::partners::closing::{Holds, holds};
use desk::partners::peers;
use desk::partners::revoking::has_revokers;
use desk::staff::papers::{NotePapers, Papers, papers};
use desk::{Asking, Deed};
use store::View;

const PAGE: &str = "/simpul/hilang";
/// A rehearsal older than this is said to be old: the manual asks for one each month.
const REHEARSAL_OLD_HOURS: i64 = 35 * 24;

/// `GET /simpul/hilang`
pub async fn page_of(here: Here) -> Answer {
    shown(&here, Came::default(), None).await
}

async fn shown(here: &Here, came: Came, list: Option<Part>) -> Answer {
    // The data protection officer, who lists the people, runs no node.
    let deed = if here.may(Deed::ListAffected) { Deed::ListAffected } else { Deed::SeeNode };
    let mut view = here.read(deed).await?;
    let t = here.t.words();
    let mut parts = vec![steps(here), ready(here)];
    parts.push(holders(here, &papers(&mut view).await?));
    parts.push(partners(here, &mut view).await?);
    parts.push(people(here, holds(&mut view).await?));
    parts.extend(list);
    let page = Protection {
        faults: came.faults(here, &["root", "induk"]),
        version: 0,
        back: Some(if here.may(Deed::SeeNode) {
            Link::new("/simpul", t.nodes())
        } else {
            Link::new("/pelindungan", t.protection())
        }),
        case: None,
        heading: t.drill().to_owned(),
        lead: t.drill_lead().to_owned(),
        parts,
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page.typed(&came.typed))
}

/// What is done, in order.
fn steps(here: &Here) -> Part {
    let t = here.t.words();
    let due = here.web.desk.tell_by(here.web.now());
    let told =
        format!("{} {}", t.drill_step_people(), here.t.drill_until(due.basis.get(here.t.lang()), here.moment(due.due)));
    let steps = [
        t.drill_step_note().to_owned(),
        t.drill_step_ring().to_owned(),
        t.drill_step_restore().to_owned(),
        t.drill_step_revoke().to_owned(),
        t.drill_step_compare().to_owned(),
        told,
        t.drill_step_access().to_owned(),
    ];
    let facts = steps.into_iter().enumerate().map(|(nth, step)| Fact::new(here.t.drill_step_no(nth + 1), step));
    Part { facts: facts.collect(), ..Part::new(t.drill_order(), "") }
}

/// Whether a restore would succeed: how old the backup is, and when one was last tried out.
fn ready(here: &Here) -> Part {
    let t = here.t.words();
    let carriers = carriers(here).ok();
    let (backup, rehearsal) =
        carriers.map_or((None, None), |carriers| (carriers.last_backup(), carriers.last_rehearsal()));
    let now = here.web.now();
    let fresh = |at: Option<Timestamp>, hours| at.is_some_and(|at| now < at.plus_hours(hours));
    let fine = fresh(backup, limits::BACKUP_OLD_HOURS) && fresh(rehearsal, REHEARSAL_OLD_HOURS);
    let said = |at: Option<Timestamp>| at.map_or_else(|| t.never().to_owned(), |at| here.moment(at));
    let tag = if fine { Tag::new(Tone::Done, t.backup_fresh_tag()) } else { Tag::new(Tone::Late, t.backup_late_tag()) };
    Part {
        tag: Some(tag),
        facts: vec![
            Fact::new(t.drill_backup(), said(backup)),
            Fact::new(t.drill_rehearsal(), said(rehearsal)),
            Fact::new(t.drill_rehearse(), "simpul restore CADANGAN --to latihan --verify"),
        ],
        ..Part::new(t.drill_ready(), t.drill_ready_lead())
    }
}

fn holders(here: &Here, known: &Papers) -> Part {
    let t = here.t.words();
    let named = |all: &[Redacted<String>]| {
        let names: Vec<&str> = all.iter().map(|name| name.expose().as_str()).collect();
        if names.is_empty() { t.drill_unknown().to_owned() } else { names.join("; ") }
    };
    let mut part = Part {
        facts: vec![Fact::new(t.drill_root(), named(&known.root)), Fact::new(t.drill_master(), named(&known.master))],
        ..Part::new(t.drill_papers(), t.drill_papers_lead())
    };
    part.facts.extend(known.noted_at.map(|at| Fact::new(t.drill_noted(), here.moment(at))));
    if here.may(Deed::ManageNode) {
        let lines =
            |all: &[Redacted<String>]| all.iter().map(|name| name.expose().as_str()).collect::<Vec<_>>().join("\n");
        let field = |name, label, all| Field::long(name, label).value(&lines(all)).help(t.drill_papers_help());
        part.forms.push(WorkForm {
            heading: String::new(),
            action: format!("{PAGE}/lembar"),
            groups: Group::plain(vec![
                field("root", t.drill_root(), &known.root),
                field("induk", t.drill_master(), &known.master),
            ]),
            buttons: vec![Button::new("", t.drill_papers_note(), true)],
        });
    }
    part
}

async fn partners(here: &Here, view: &mut View) -> Result<Part, Fail> {
    let t = here.t.words();
    let me = here.web.desk.me.id;
    let mut facts = Vec::new();
    for peer in peers(view).await? {
        let heard = peer_mail(view, peer.node).await?.heard_at;
        let heard = heard.map_or_else(|| t.never().to_owned(), |at| here.moment(at));
        let words = here.t.drill_partner(heard, peer.duty_phone);
        facts.push(Fact::new(peer.title, words));
    }
    let two = if has_revokers(view, me, me).await? { t.drill_two_yes() } else { t.drill_two_no() };
    facts.push(Fact::new(t.drill_two(), two));
    Ok(Part { facts, ..Part::new(t.drill_partners(), t.drill_partners_lead()) })
}

fn people(here: &Here, holds: Holds) -> Part {
    let t = here.t.words();
    let facts = vec![
        Fact::new(t.drill_cases(), holds.cases.to_string()),
        Fact::new(t.drill_offers(), holds.offers.to_string()),
    ];
    let mut part = Part { facts, ..Part::new(t.drill_people(), t.drill_people_lead()) };
    if here.may(Deed::ListAffected) {
        part.forms.push(WorkForm {
            heading: String::new(),
            action: format!("{PAGE}/orang"),
            groups: Vec::new(),
            buttons: vec![Button::new("", t.drill_people_list(), false)],
        });
    }
    part
}

/// `POST /simpul/hilang/lembar`: who holds which paper.
pub async fn note(here: Here, form: Posted) -> Answer {
    let text = |name: &str| Redacted::new(form.get(name).to_owned());
    match here.run(&form, &NotePapers { root: text("root"), master: text("induk") }).await {
        Ok(_) => Ok(see(PAGE)),
        Err(error) => {
            let problem = comes_back(&error).ok_or(error)?;
            shown(&here, Came::back(problem, &form), None).await
        }
    }
}

/// `POST /simpul/hilang/orang`: the list; that it was made is recorded. Presence is proved anew.
pub async fn list(here: Here, _: Posted) -> Answer {
    here.read(Deed::ListAffected).await?;
    here.fresh(PAGE)?;
    let began = here.web.now();
    let asking = Asking::once(&*here.web.desk.chance, began);
    let list = here.web.desk.affected(&here.actor(), asking, (Scope::All, began)).await?;
    let took = here.web.now().millis() - began.millis();
    let names = Names::read(&mut here.read(Deed::ListAffected).await?).await?;
    shown(&here, Came::default(), Some(found(&here, &list, &names, took))).await
}
