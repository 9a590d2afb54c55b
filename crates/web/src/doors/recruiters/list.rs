//! The list of recruiters: 25 a page, filters as links, a search that stands in no address.

use super::entity_called;
use crate::guard::{Answer, Here, Posted, page, page_with};
use crate::view::staff::day::{Row, Search};
use crate::view::staff::recruiter::Recruiters;
use crate::view::{Field, Link, Tag, Tone};
use axum::extract::Query;
use base::{MentionId, Redacted, limits};
use desk::Deed;
use desk::mentions::look::origins;
use desk::mentions::{Book, Entity, Order};
use serde::Deserialize;
use std::collections::BTreeSet;
use store::View;

/// What is asked for.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// `beberapa`, `satu` or anything else: all.
    #[serde(default)]
    keadaan: String,
    /// Which page, from 1.
    #[serde(default)]
    hal: usize,
}

/// `GET /perekrut`
pub async fn list(here: Here, Query(asked): Query<Asked>) -> Answer {
    let (mut view, book) = here.web.desk.book(&here.actor(), Deed::SeeRecruiters).await?;
    let entities = book.entities(&here.staff);
    let mut fitting = Vec::new();
    let (nth, mut seen) = (asked.hal.max(1), 0);
    let (start, end) = ((nth - 1).saturating_mul(limits::PAGE_ROWS), nth.saturating_mul(limits::PAGE_ROWS));
    for entity in &entities {
        let sources = match asked.keadaan.as_str() {
            // What has one mention has one source: no need to look where it came from.
            "beberapa" if entity.mentions.len() < 2 => continue,
            "beberapa" | "satu" => origins(&mut view, entity).await?.len(),
            _ => 0,
        };
        if (asked.keadaan == "beberapa" && sources < 2) || (asked.keadaan == "satu" && sources > 1) {
            continue;
        }
        seen += 1;
        if seen > end {
            break;
        }
        if seen > start {
            fitting.push(entity);
        }
    }
    let mut rows = Vec::new();
    for entity in fitting {
        rows.push(row(&here, &mut view, entity).await?);
    }
    let t = here.t.words();
    let filters = [("", t.recruiters_all()), ("beberapa", t.recruiters_several()), ("satu", t.recruiters_single())];
    let at = filters.iter().find(|(word, _)| *word == asked.keadaan).map_or("", |(word, _)| word);
    let mut shown = shell(&here, &book);
    shown.filters = filters
        .map(|(word, text)| Link::new(format!("/perekrut?keadaan={word}"), text).here(word == at))
        .into_iter()
        .collect();
    shown.rows = rows;
    shown.next = (seen > end).then(|| format!("/perekrut?keadaan={at}&hal={}", nth.saturating_add(1)));
    page(&shown)
}

fn shell(here: &Here, book: &Book) -> Recruiters {
    let t = here.t.words();
    let mut acts = Vec::new();
    if here.may(Deed::JudgePair) {
        acts.push(Link::new("/perekrut/tinjau", t.recruiters_review(book.queue(&here.staff, Order::Surest).len())));
    }
    acts.push(Link::new("/peringatan", t.alerts()));
    if here.may(Deed::RecordMention) {
        acts.push(Link::new("/perekrut/baru", t.recruiters_new()));
        acts.push(Link::new("/perekrut/daftar", t.recruiters_list()));
    }
    Recruiters {
        heading: t.recruiters().to_owned(),
        lead: t.recruiters_lead().to_owned(),
        filters: Vec::new(),
        columns: vec![
            t.recruiters_name().into(),
            t.recruiters_agency().into(),
            t.recruiters_sources().into(),
            t.recruiter_newest().into(),
            t.recruiters_sure().into(),
        ],
        rows: Vec::new(),
        none: t.recruiters_none().to_owned(),
        next: None,
        search: Some(Search {
            action: "/perekrut/cari".into(),
            field: Field::line("cari", t.recruiters_search()),
            kept: Vec::new(),
        }),
        acts,
        t: here.t.clone(),
    }
}

async fn row(here: &Here, view: &mut View, entity: &Entity<'_>) -> Result<Row, desk::Error> {
    let sources = origins(view, entity).await?.len();
    let agencies: BTreeSet<&str> =
        entity.mentions.iter().map(|card| card.said.agency.expose().as_str()).filter(|name| !name.is_empty()).collect();
    let grade = entity.best().map(|card| Tag::new(Tone::Note, card.grade.to_string()));
    Ok(Row {
        href: format!("/perekrut/{}", entity.head),
        name: entity_called(here, entity),
        cells: vec![
            agencies.into_iter().next().unwrap_or_default().to_owned(),
            sources.to_string(),
            entity.newest().map(|at| here.day(at)).unwrap_or_default(),
        ],
        tags: grade.into_iter().collect(),
    })
}

/// `POST /perekrut/cari`: recorded, without what was looked for.
pub async fn search(here: Here, form: Posted) -> Answer {
    let words = Redacted::new(form.get("cari").to_owned());
    let found = here.web.desk.search_recruiters(&here.actor(), form.asking(), &words).await;
    let (mut view, book) = here.web.desk.book(&here.actor(), Deed::SeeRecruiters).await?;
    let (t, mut shown) = (here.t.words(), shell(&here, &book));
    let heads: Vec<MentionId> = match found {
        Ok((heads, all)) => {
            shown.lead = t.recruiters_found(all, heads.len());
            heads
        }
        Err(error) => {
            let problem = Some(error.problem()).filter(|problem| problem.code.class() == base::Class::Input);
            let problem = problem.ok_or(error)?;
            shown.lead = format!("{} {}", problem.message().get(t.lang()), problem.remedy().get(t.lang()));
            shown.none = String::new();
            return page_with(Some(&problem), &shown);
        }
    };
    shown.none = String::new();
    for head in heads {
        if let Some(entity) = book.entity(head, &here.staff) {
            shown.rows.push(row(&here, &mut view, &entity).await?);
        }
    }
    page(&shown)
}
