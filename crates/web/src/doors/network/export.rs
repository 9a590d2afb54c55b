//! A network on its way out to investigators: to each partner the page says which clause permits it, or what is missing. The
//! file is made once it is recorded.

use super::{Known, kind_word, known};
use crate::doors::id;
use crate::guard::{Answer, Fail, Here, Posted, given_out, page};
use crate::view::staff::protection::{Part, Protection};
use crate::view::staff::work::{Button, WorkForm};
use crate::view::{Fact, Faults, Link};
use crate::words_of;
use axum::extract::Path;
use base::{MentionId, NodeId};
use desk::Deed;
use desk::mentions::network::{ExportNetwork, MayGo, partners, said_by_partners};
use desk::offers::stream::Line;
use pocketbook::services::csv;
use recruiters::network::{Filter, Kind, Tie};

/// `GET /jaringan/{id}/ekspor`
pub async fn form(here: Here, Path(mention): Path<String>) -> Answer {
    let mention: MentionId = id(&mention)?;
    let (mut view, book) = here.web.desk.book(&here.actor(), Deed::ExportNetwork).await?;
    let head = book.entity(mention, &here.staff).ok_or(desk::Error::NotFound)?.head;
    drop(book);
    let going = partners(&mut view, &here.web.desk).await?;
    let t = here.t.words();
    let mut parts: Vec<Part> = going.iter().map(|going| partner(&here, head, going)).collect();
    if parts.is_empty() {
        parts.push(Part::new(t.network_export_nobody(), t.network_export_nobody_cure()));
    }
    page(&Protection {
        faults: Faults::default(),
        version: 0,
        back: Some(Link::new(format!("/jaringan/{head}"), t.network())),
        case: None,
        heading: t.network_export().to_owned(),
        lead: t.network_export_lead().to_owned(),
        parts,
        t: here.t.clone(),
    })
}

/// What may go to a partner: each field with its clause, or why not and what would change that.
fn partner(here: &Here, head: MentionId, going: &MayGo) -> Part {
    let t = here.t.words();
    let fact = |line: &Line| {
        let told = match (&line.clause, &line.refusal) {
            (Some(clause), _) => here.t.network_export_clause(clause.clone()),
            (None, refusal) => {
                let (what, cure) = words_of::refusal(t, refusal.as_deref().unwrap_or("accord.not-party"));
                format!("{what} {cure}")
            }
        };
        Fact::new(words_of::datum(t, &line.field), told)
    };
    let form = WorkForm {
        heading: String::new(),
        action: format!("/jaringan/{head}/ekspor/{}", going.to),
        groups: Vec::new(),
        buttons: vec![
            Button::new("csv", t.network_export_csv(), false),
            Button::new("json", t.network_export_json(), true),
        ],
    };
    Part {
        facts: going.lines.iter().map(fact).collect(),
        forms: if going.goes() { vec![form] } else { Vec::new() },
        ..Part::new(going.name.clone(), if going.goes() { t.network_export_may() } else { t.network_export_not() })
    }
}

/// `POST /jaringan/{id}/ekspor/{ke}`: recorded, then made.
pub async fn take(here: Here, Path((mention, to)): Path<(String, String)>, posted: Posted) -> Answer {
    let (mention, to): (MentionId, NodeId) = (id(&mention)?, id(&to)?);
    let (mut view, book) = here.web.desk.book(&here.actor(), Deed::ExportNetwork).await?;
    let entity = book.entity(mention, &here.staff).ok_or(desk::Error::NotFound)?;
    let whole = book.network(&entity, &here.staff, &Filter::default());
    let without = said_by_partners(&mut view, &whole.ties).await?;
    let known = known(&here, &mut view, &book, &entity, &Filter { without, ..Filter::default() }).await?;
    drop((view, book));
    let going = asked_now(&here, to).await?;
    let ties: Vec<(&Tie, usize)> = known
        .network
        .ties
        .iter()
        .zip(known.sources.iter().copied())
        .filter(|(tie, _)| going.lets(known.kind(tie.thing)))
        .collect();
    let act = ExportNetwork { of: known.head, to, ties: u32::try_from(ties.len()).unwrap_or(u32::MAX) };
    // Each taking is a taking: the form has no memory.
    let going = here.look(&act).await?;
    Ok(match posted.get("tindakan") {
        "json" => given_out(json(&here, &known, &going, &ties), "jaringan.json"),
        _ => given_out(table(&here, &known, &going, &ties).into_bytes(), "jaringan.csv"),
    })
}

/// What may go, before the file is counted; the act asks once more.
async fn asked_now(here: &Here, to: NodeId) -> Result<MayGo, Fail> {
    let mut view = here.read(Deed::ExportNetwork).await?;
    let all = partners(&mut view, &here.web.desk).await?;
    Ok(all.into_iter().find(|going| going.to == to).ok_or(desk::Error::NotFound)?)
}

/// RFC 4180; what a spreadsheet would run as a formula is set behind an apostrophe.
fn table(here: &Here, known: &Known, going: &MayGo, ties: &[(&Tie, usize)]) -> String {
    let mut out =
        csv::line(["person_no", "person", "kind", "thing_no", "thing", "grade", "sources", "first", "last", "clause"]);
    let clauses = going.clauses().join(" ");
    for (tie, sources) in ties {
        let cells = cells(here, known, tie, *sources);
        out.push_str(&csv::line(cells.iter().map(String::as_str).chain([clauses.as_str()])));
    }
    out
}

fn cells(here: &Here, known: &Known, tie: &Tie, sources: usize) -> [String; 9] {
    let zone = here.web.desk.me.place.zone();
    let day = |at: base::Timestamp| at.plus_hours(zone.offset_hours()).date();
    let name = |number: usize| known.names.get(number).cloned().unwrap_or_default();
    [
        (tie.person + 1).to_string(),
        name(tie.person),
        known.kind(tie.thing).word().to_owned(),
        (tie.thing + 1).to_string(),
        name(tie.thing),
        tie.grade.to_string(),
        sources.to_string(),
        day(tie.said.0),
        day(tie.said.1),
    ]
}

fn json(here: &Here, known: &Known, going: &MayGo, ties: &[(&Tie, usize)]) -> Vec<u8> {
    let tie = |(tie, sources): &(&Tie, usize)| {
        let [person_no, person, kind, thing_no, thing, grade, _, first, last] = cells(here, known, tie, *sources);
        serde_json::json!({
            "person_no": person_no, "person": person, "kind": kind, "thing_no": thing_no, "thing": thing,
            "grade": grade, "sources": sources, "first": first, "last": last,
        })
    };
    let all = serde_json::json!({
        "format": "simpul.network/1", "to": going.to.to_string(), "purpose": "investigation", "clauses": going.clauses(),
        "says": here.t.network_lead(), "kinds": kinds(here, going), "ties": ties.iter().map(tie).collect::<Vec<_>>(),
    });
    serde_json::to_vec_pretty(&all).unwrap_or_default()
}

/// The kinds of things that went, as people call them.
fn kinds(here: &Here, going: &MayGo) -> Vec<&'static str> {
    Kind::ALL.iter().filter(|kind| going.lets(**kind)).map(|kind| kind_word(here.t.words(), *kind)).collect()
}
