//! An alert about a recruiter before it goes: what would be said, and what the accord with each partner lets go, clause by clause.

use super::page::Sayers;
use super::{LINKED, entity_called, said_facts};
use crate::doors::{Came, comes_back, id};
use crate::guard::{Answer, Fail, Here, Posted, page_with, see};
use crate::view::staff::protection::{Part, Protection};
use crate::view::staff::work::form as one_form;
use crate::view::{Choice, Fact, Field, Kind, Link, Tag, Tone};
use crate::words_of;
use axum::extract::Path;
use base::{Digest, MentionId, NodeId, Problem, limits};
use desk::Deed;
use desk::alerts::compose::facts;
use desk::alerts::{CONFIDENCE, Composed, Ruling, SendAlert, compose, rule};
use desk::offers::Line;
use desk::partners::accord::accord_doc;
use desk::partners::peers;
use std::collections::BTreeSet;
use store::View;

/// `GET /perekrut/{id}/peringatan`
pub async fn form(here: Here, Path(mention): Path<String>) -> Answer {
    shown(&here, id(&mention)?, Came::default()).await
}

/// The mentions of a recruiter, by one of them, and how he is called.
pub(super) async fn mentions_of(here: &Here, mention: MentionId) -> Result<(View, Vec<MentionId>, String), Fail> {
    let (view, book) = here.web.desk.book(&here.actor(), Deed::SendAlert).await?;
    let entity = book.entity(mention, &here.staff).ok_or(desk::Error::NotFound)?;
    let mentions = entity.mentions.iter().map(|card| card.id).collect();
    let called = entity_called(here, &entity);
    drop(entity);
    Ok((view, mentions, called))
}

async fn shown(here: &Here, mention: MentionId, came: Came) -> Answer {
    let (mut view, mentions, called) = mentions_of(here, mention).await?;
    let t = here.t.words();
    let composed = compose(&mut view, &mentions).await?.ok_or_else(|| Problem::new("alert.not-ours"))?;
    let mut asked: Vec<String> = facts(&composed.said).into_iter().map(|(field, _)| field.to_owned()).collect();
    let chosen = asked.clone();
    asked.push(CONFIDENCE.to_owned());
    let mut parts = vec![says(here, t.alert_says(), &composed)];
    let mut may = Vec::new();
    for peer in peers(&mut view).await? {
        let ruling = rule(&mut view, &here.web.desk, peer.node, &asked).await?;
        parts.push(ruled(here, &mut view, &peer.title, &ruling).await?);
        if chosen.iter().any(|field| ruling.permits(field)) {
            may.push(Choice::new(peer.node.to_string(), peer.title));
        }
    }
    parts.push(asking(here, mention, (may, &chosen), composed.digest()));
    let page = Protection {
        faults: came.faults(here, &LINKED),
        version: 0,
        back: Some(Link::new(format!("/perekrut/{mention}"), t.pair_see())),
        case: None,
        heading: here.t.alert_heading(called),
        lead: t.alert_send_lead().to_owned(),
        parts,
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page.typed(&came.typed))
}

/// What would be said, with its grades.
pub(super) fn says(here: &Here, heading: &str, composed: &Composed) -> Part {
    let t = here.t.words();
    let mut facts = said_facts(here, &composed.said);
    facts.push(Fact::new(t.alert_grade(), composed.grade.to_string()));
    facts.push(Fact::new(t.alert_reports(), t.alert_reports_min(composed.reports)));
    Part { facts, ..Part::new(heading, "") }
}

/// What may go to one partner: fields with the same answer together, each with its clause, or its refusal and cure.
async fn ruled(here: &Here, view: &mut View, title: &str, ruling: &Ruling) -> Result<Part, Fail> {
    let t = here.t.words();
    let doc = match &ruling.accord {
        Some((id, version, _)) => accord_doc(view, id, *version).await?,
        None => None,
    };
    let document = doc.map(|doc| doc.document()).transpose()?;
    let mut same: Vec<(Line, Vec<String>)> = Vec::new();
    for line in &ruling.lines {
        let name = words_of::datum(t, &line.field);
        match same.iter_mut().find(|(known, _)| known.clause == line.clause && known.refusal == line.refusal) {
            Some((_, names)) => names.push(name),
            None => same.push((line.clone(), vec![name])),
        }
    }
    let mut facts = Vec::new();
    for (line, names) in same {
        let names = names.join(", ");
        if let Some(clause) = &line.clause {
            let known = document
                .as_ref()
                .and_then(|document| document.clauses.iter().find(|known| document.clause_name(known) == *clause));
            let text = known.map_or(clause.clone(), |known| format!("{}: {}", known.no, known.text.get(t.lang())));
            facts.push(Fact::new(t.mou_try_goes(), t.alert_goes(text, names)));
        } else {
            let code = line.refusal.unwrap_or_default();
            let (why, cure) = words_of::refusal(t, &code);
            facts.push(Fact::new(t.mou_try_stays(), t.alert_why_not(code, names, why)));
            facts.push(Fact::new(t.mou_try_cure(), cure));
        }
    }
    let permitted = ruling.lines.iter().filter(|line| line.clause.is_some()).count();
    let tag = match permitted {
        0 => Tag::new(Tone::Late, t.decision_deny()),
        all if all == ruling.lines.len() => Tag::new(Tone::Done, t.decision_permit()),
        _ => Tag::new(Tone::Person, t.decision_partial()),
    };
    Ok(Part { tag: Some(tag), facts, ..Part::new(title, "") })
}

fn asking(here: &Here, mention: MentionId, (may, fields): (Vec<Choice>, &[String]), shown: Digest) -> Part {
    let t = here.t.words();
    if may.is_empty() {
        return Part::new(t.alert_send(), t.alert_nobody());
    }
    let names = fields.iter().map(|field| Choice::new(field, words_of::datum(t, field)).on(true)).collect();
    let fields = vec![
        Field::checks("kepada", t.alert_to(), may),
        Field::checks("isian", t.mou_try_fields(), names),
        Field::new("lama", t.alert_days(), Kind::Digits(3)).value(&limits::ALERT_DAYS_MAX.to_string()),
        Field::kept("dilihat", base::hex(&shown.0)),
    ];
    let forms = vec![one_form(format!("/perekrut/{mention}/peringatan"), fields, t.alert_send())];
    Part { forms, ..Part::new(t.alert_send(), "") }
}

/// What a page showed, as its form says.
pub(super) fn seen_in(posted: &Posted) -> Result<Digest, Problem> {
    let bytes = base::from_hex(posted.get("dilihat")).and_then(|bytes| bytes.try_into().ok());
    bytes.map(Digest).ok_or_else(|| Problem::new("alert.changed"))
}

/// `POST /perekrut/{id}/peringatan`
pub async fn send(here: Here, Path(mention): Path<String>, posted: Posted) -> Answer {
    let mention: MentionId = id(&mention)?;
    here.read(Deed::SendAlert).await?;
    let (view, mentions, _) = mentions_of(&here, mention).await?;
    drop(view);
    let read = || -> Result<SendAlert, Problem> {
        let to = posted.all("kepada").filter_map(|node| node.parse::<NodeId>().ok()).collect();
        let fields: BTreeSet<String> = posted.all("isian").map(str::to_owned).collect();
        let days = posted.get("lama").parse().map_err(|_| Problem::at("web.field-bad", "lama"))?;
        Ok(SendAlert { mentions, to, fields, days, shown: seen_in(&posted)? })
    };
    let act = match read() {
        Ok(act) => act,
        Err(problem) => return shown(&here, mention, Came::back(problem, &posted)).await,
    };
    match here.run(&posted, &act).await {
        Ok(Some(alert)) => Ok(see(&format!("/peringatan/{alert}"))),
        Ok(None) => Ok(see("/peringatan?keadaan=keluar")),
        Err(error) => match comes_back(&error) {
            Some(problem) => shown(&here, mention, Came::back(problem, &posted)).await,
            None => Err(error.into()),
        },
    }
}

/// What partners are called, joined.
pub(super) fn titles(known: &Sayers, nodes: impl Iterator<Item = NodeId>) -> String {
    nodes.map(|node| super::page::peer_name(known, node)).collect::<Vec<_>>().join("; ")
}
