//! Data protection of the node: requests that wait, retention that is over, the table, and the breach drill.

use crate::doors::cases_erased;
use crate::doors::{Came, comes_back, id};
use crate::guard::{Answer, Fail, Here, Posted, given_out, page_with};
use crate::view::staff::case::StepRow;
use crate::view::staff::protection::{Part, Protection};
use crate::view::staff::work::{Button, Group, WorkForm};
use crate::view::{Choice, Fact, Field, Kind, Tag, Tone};
use crate::{when, words_of};
use axum::extract::Path;
use base::{Problem, ReportId, Timestamp};
use casework::clock::Mark;
use casework::erasure::{Kept, Term};
use casework::rights::Right;
use desk::cases::breach::{Affected, AffectedList, Place, Scope};
use desk::cases::keeping::{DueThing, EraseReport, KeptThing};
use desk::cases::rights::RightCard;
use desk::cases::shut::drop_shut;
use desk::partners::{Peer, peers};
use desk::staff::officer::{OfficerCard, officers};
use desk::{Asking, Deed};
use store::View;

/// People of a list that the page shows; the file has all.
const SHOWN: usize = 100;

/// `GET /pelindungan`
pub async fn page_of(here: Here) -> Answer {
    shown(&here, Came::default(), None).await
}

async fn shown(here: &Here, came: Came, list: Option<Part>) -> Answer {
    let mut view = here.read(Deed::SeeProtection).await?;
    let t = here.t.words();
    let mut parts: Vec<Part> = list.into_iter().collect();
    parts.extend(super::shut::openings(here, &mut view).await?);
    parts.push(waiting(here, &mut view).await?);
    parts.push(due(here, &mut view).await?);
    parts.push(table(here));
    if here.may(Deed::ListAffected) {
        parts.push(drill(here, &mut view).await?);
    }
    let page = Protection {
        faults: came.faults(here, &["cakupan", "diketahui"]),
        version: 0,
        back: None,
        case: None,
        heading: t.protection().to_owned(),
        lead: t.protection_lead().to_owned(),
        parts,
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page.typed(&came.typed))
}

async fn waiting(here: &Here, view: &mut View) -> Result<Part, Fail> {
    let t = here.t.words();
    let mut cards = desk::cases::rights::waiting(view).await?;
    let cases: Vec<_> = cards.iter().map(|card| Some(card.case)).collect();
    drop_shut(view, &here.staff, &mut cards, &cases).await?;
    let meets = here.may(Deed::TakeRequest) || here.may(Deed::ReviewRequest);
    let row = |card: &RightCard| {
        let right = Right::parse(&card.right).map_or("", |right| words_of::right(t, right));
        let tone = if card.due < here.web.now() { Tone::Late } else { Tone::Running };
        StepRow {
            href: if meets { format!("/kasus/{}/hak/{}", card.case, card.no) } else { String::new() },
            name: format!("{} · {right}", card.alias),
            detail: here.t.due_on(here.moment(card.due)),
            tag: Tag::work(t, tone),
        }
    };
    let lead = if cards.is_empty() { t.protection_none() } else { "" };
    Ok(Part { rows: cards.iter().map(row).collect(), ..Part::new(t.protection_waiting(), lead) })
}

async fn due(here: &Here, view: &mut View) -> Result<Part, Fail> {
    let t = here.t.words();
    let mut things = here.web.desk.due_to_erase(view).await?;
    let case_of = |thing: &DueThing| if let KeptThing::Case(case, _) = &thing.thing { Some(*case) } else { None };
    let cases: Vec<_> = things.iter().map(case_of).collect();
    drop_shut(view, &here.staff, &mut things, &cases).await?;
    let lead = if things.is_empty() { t.protection_due_none() } else { "" };
    let mut part = Part::new(t.protection_due(), lead);
    for DueThing { thing, since, is_hold } in things {
        let word = if is_hold { t.protection_hold() } else { t.protection_due() };
        let (href, name) = match &thing {
            KeptThing::Case(case, alias) => (format!("/kasus/{case}/penghapusan"), alias.clone()),
            KeptThing::Report(_, number) => (String::new(), here.t.report_of(number.clone())),
        };
        let detail = here.t.protection_since(here.day(since));
        part.rows.push(StepRow { href, name, detail, tag: Tag::new(Tone::Late, word) });
        if let (KeptThing::Report(report, number), true) = (thing, here.may(Deed::EraseData)) {
            part.forms.push(WorkForm {
                heading: here.t.report_of(number),
                action: format!("/pelindungan/laporan/{report}/penghapusan"),
                groups: Vec::new(),
                buttons: vec![Button::new("", t.protection_erase(), true)],
            });
        }
    }
    Ok(part)
}

fn table(here: &Here) -> Part {
    let t = here.t.words();
    let fact = |term: &Term| {
        let years = i64::from(term.years);
        let long = match term.kept {
            Kept::ChildToAge => here.t.protection_to_age(years),
            _ => here.t.protection_years(years),
        };
        let mark = match term.mark {
            Mark::Verified => t.mark_verified(),
            Mark::Memory => t.mark_memory(),
            Mark::Product => t.mark_product(),
        };
        Fact::new(words_of::kept(t, term.kept), format!("{long} · {} ({mark})", term.basis.get(here.t.lang())))
    };
    let facts = here.web.desk.retention().terms().iter().map(fact).collect();
    Part { facts, ..Part::new(t.protection_table(), "") }
}

async fn drill(here: &Here, view: &mut View) -> Result<Part, Fail> {
    let t = here.t.words();
    let staff = officers(view).await?;
    let people = staff.iter().map(|card| words_of::officer(t, card));
    let partners = peers(view).await?.into_iter().map(|peer| Choice::new(peer.node.to_string(), peer.title));
    let scopes = vec![
        Choice::new("all", t.breach_all()).on(true),
        Choice::new("officer", t.breach_officer()),
        Choice::new("partner", t.breach_partner()),
    ];
    let none = || std::iter::once(Choice::new("", t.nobody()));
    let now = when::local_value(here.web.now(), here.web.desk.me.place.zone());
    let fields = vec![
        Field::radios("cakupan", t.breach_scope(), scopes),
        Field::select("petugas", t.breach_whose(), none().chain(people).collect()).optional(t),
        Field::select("mitra", t.breach_which(), none().chain(partners).collect()).optional(t),
        Field::new("diketahui", t.breach_known(), Kind::Moment).value(&now),
    ];
    let form = WorkForm {
        heading: String::new(),
        action: "/pelindungan/kebocoran".to_owned(),
        groups: Group::plain(fields),
        buttons: vec![Button::new("daftar", t.breach_list(), false), Button::new("berkas", t.breach_file(), true)],
    };
    let lost = StepRow {
        href: "/simpul/hilang".to_owned(),
        name: t.drill().to_owned(),
        detail: t.drill_for().to_owned(),
        tag: Tag::new(Tone::Note, t.drill_tag()),
    };
    Ok(Part { rows: vec![lost], forms: vec![form], ..Part::new(t.breach(), t.breach_lead()) })
}

/// `POST /pelindungan/kebocoran`: the list on the page, or all of it as a file. Presence is proved anew.
pub async fn breach(here: Here, form: Posted) -> Answer {
    here.read(Deed::ListAffected).await?;
    here.fresh("/pelindungan")?;
    let asked = match read_drill(&here, &form) {
        Ok(asked) => asked,
        Err(problem) => return shown(&here, Came::back(problem, &form), None).await,
    };
    let began = here.web.now();
    let asking = Asking::once(&*here.web.desk.chance, began);
    let list = match here.web.desk.affected(&here.actor(), asking, asked).await {
        Ok(list) => list,
        Err(error) => {
            let problem = comes_back(&error).ok_or(error)?;
            return shown(&here, Came::back(problem, &form), None).await;
        }
    };
    let took = here.web.now().millis() - began.millis();
    let mut view = here.read(Deed::ListAffected).await?;
    let names = Names::read(&mut view).await?;
    drop(view);
    if form.get("tindakan") == "berkas" {
        return Ok(given_out(file(&here, &list, &names).into_bytes(), "daftar-terdampak.csv"));
    }
    let came = Came { typed: form.fields.clone(), ..Came::default() };
    shown(&here, came, Some(found(&here, &list, &names, took))).await
}

fn read_drill(here: &Here, form: &Posted) -> Result<(Scope, Timestamp), Problem> {
    let bad = |field: &'static str| Problem::at("web.field-bad", field);
    let scope = match form.get("cakupan") {
        "officer" => Scope::Officer(form.need("petugas")?.parse().map_err(|_| bad("petugas"))?),
        "partner" => Scope::Partner(form.need("mitra")?.parse().map_err(|_| bad("mitra"))?),
        _ => Scope::All,
    };
    let zone = here.web.desk.me.place.zone();
    let known = when::from_local(form.need("diketahui")?, zone).ok_or_else(|| bad("diketahui"))?;
    Ok((scope, known))
}

/// Names of those who tell.
pub(super) struct Names {
    staff: Vec<OfficerCard>,
    partners: Vec<Peer>,
}

impl Names {
    /// As they are now.
    pub(super) async fn read(view: &mut View) -> Result<Self, Fail> {
        Ok(Self { staff: officers(view).await?, partners: peers(view).await? })
    }

    /// Who tells her: the officer who holds the case, or the node that owns it.
    fn teller(&self, person: &Affected) -> String {
        if let Some(owner) = person.owner {
            let known = self.partners.iter().find(|peer| peer.node == owner);
            return known.map_or_else(|| owner.to_string(), |peer| peer.title.clone());
        }
        let officer = person.teller.and_then(|by| self.staff.iter().find(|card| card.id == by));
        officer.map(|card| card.name.expose().clone()).unwrap_or_default()
    }
}

/// Whom it may have met, as a part of a page.
pub(super) fn found(here: &Here, list: &AffectedList, names: &Names, took_ms: i64) -> Part {
    let t = &here.t;
    let tenths = (took_ms + 99) / 100;
    let seconds = format!("{},{}", tenths / 10, tenths % 10);
    let mut facts = vec![
        Fact::new(t.breach_people(), list.people.len().to_string()),
        Fact::new(t.breach_list(), t.breach_took(list.looked_at, seconds)),
        Fact::new(t.breach_notice(), format!("{} · {}", here.moment(list.notice.due), list.notice.basis.get(t.lang()))),
    ];
    let ways = list.ways.iter();
    facts.extend(ways.map(|(how, count)| Fact::new(words_of::how_to_tell(t.words(), *how), count.to_string())));
    let row = |person: &Affected| StepRow {
        href: String::new(),
        name: named(here, person),
        detail: format!("{} · {}", names.teller(person), kinds(here, person)),
        tag: Tag::new(Tone::Note, words_of::how_to_tell(t.words(), person.how)),
    };
    let lead = if list.people.len() > SHOWN { t.breach_more() } else { "" };
    Part { facts, rows: list.people.iter().take(SHOWN).map(row).collect(), ..Part::new(t.breach_people(), lead) }
}

fn named(here: &Here, person: &Affected) -> String {
    let t = &here.t;
    let place = match &person.place {
        Place::Case(_, alias) => alias.clone(),
        Place::Report(_, number) => t.report_of(number.clone()),
    };
    match person.other {
        None => place,
        Some(relation) => {
            let relation = relation.map_or(t.other_person(), |relation| words_of::relation(t.words(), relation));
            format!("{place} · {relation}")
        }
    }
}

fn kinds(here: &Here, person: &Affected) -> String {
    let words: Vec<&str> = person.kinds.iter().map(|kind| words_of::category(here.t.words(), *kind)).collect();
    words.join(", ")
}

/// The whole list, one line each. What a spreadsheet would take for a formula is text.
fn file(here: &Here, list: &AffectedList, names: &Names) -> String {
    let t = &here.t;
    let heads = [t.breach_who(), t.breach_how(), t.breach_teller(), t.consent_categories()].map(str::to_owned);
    let mut out = line(&heads);
    for person in &list.people {
        let how = words_of::how_to_tell(t.words(), person.how).to_owned();
        out.push_str(&line(&[named(here, person), how, names.teller(person), kinds(here, person)]));
    }
    out
}

fn line(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    format!("{}\r\n", cells.join(","))
}

/// A cell of a CSV file (RFC 4180), with an apostrophe before what a spreadsheet would run.
fn cell(text: &str) -> String {
    let runs = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    format!("\"{}{}\"", if runs { "'" } else { "" }, text.replace('"', "\"\""))
}

/// `POST /pelindungan/laporan/{id}/penghapusan`: its retention is over.
pub async fn erase_report(here: Here, Path(report): Path<String>, form: Posted) -> Answer {
    let report: ReportId = id(&report)?;
    here.read(Deed::EraseData).await?;
    here.fresh("/pelindungan")?;
    match here.web.desk.erase(&here.actor(), form.asking(), &EraseReport(report)).await {
        Ok(erased) => cases_erased(&here, Some((erased.keys.len(), erased.asked))),
        Err(error) if error.repeated().is_some() => cases_erased(&here, None),
        Err(error) => {
            let problem = comes_back(&error).ok_or(error)?;
            shown(&here, Came::back(problem, &form), None).await
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_of_the_list_is_text_whatever_it_begins_with() {
        assert_eq!(cell("Melati-27"), "\"Melati-27\"");
        assert_eq!(cell("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
        for first in ['+', '-', '@', '\t', '\r'] {
            assert!(cell(&format!("{first}1")).starts_with("\"'"), "{first:?}");
        }
    }
}
