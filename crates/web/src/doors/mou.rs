//! Agreements: the list, and one with its prose beside its terms. A signed file comes in at `/simpul/gabung`.

use crate::guard::{Answer, Here, page};
use crate::view::staff::agreement::{Clause, Mou};
use crate::view::staff::day::{List, Row};
use crate::view::{Fact, Frame, Link, Tag, Tone};
use crate::words_of;
use accord::{Document, Where, Word};
use axum::extract::Path;
use desk::Deed;
use desk::partners::accord::{AccordDoc, Signatory, accord_doc};
use desk::partners::{AccordCard, accords};

fn state_tag(t: &Frame, state: &str) -> Tag {
    match state {
        "active" => Tag::new(Tone::Done, t.mou_active()),
        "draft" => Tag::new(Tone::Idle, t.mou_draft()),
        "signed" => Tag::new(Tone::Running, t.mou_signed()),
        "suspended" => Tag::new(Tone::Late, t.mou_suspended()),
        _ => Tag::new(Tone::Skipped, t.mou_terminated()),
    }
}

/// `GET /mou`
pub async fn list(here: Here) -> Answer {
    let mut view = here.read(Deed::SeeAccords).await?;
    let cards = accords(&mut view).await?;
    let t = &here.t;
    let row = |card: &AccordCard| {
        let parties: Vec<&str> = card.parties.iter().map(|party| party.name.as_str()).collect();
        Row {
            href: format!("/mou/{}/{}", card.id, card.version),
            name: card.title.get(t.lang()).to_owned(),
            cells: vec![parties.join(", ")],
            tags: vec![state_tag(t, &card.state)],
        }
    };
    let filters =
        if here.may(Deed::ImportAccord) { vec![Link::new("/simpul/gabung", t.mou_new())] } else { Vec::new() };
    page(&List {
        heading: t.mou_list().to_owned(),
        lead: t.mou_lead().to_owned(),
        filters,
        columns: vec![t.mou_title().into(), t.mou_parties().into(), t.column_state().into()],
        rows: cards.iter().map(row).collect(),
        none: t.nothing_here().to_owned(),
        next: None,
        search: None,
        t: here.t.clone(),
    })
}

/// `GET /mou/{id}`: its newest version.
pub async fn newest(here: Here, Path(id): Path<String>) -> Answer {
    let mut view = here.read(Deed::SeeAccords).await?;
    let versions = accords(&mut view).await?.into_iter().filter(|card| card.id == id).map(|card| card.version);
    let newest = versions.max().ok_or(desk::Error::NotFound)?;
    mou(here, Path((id, newest))).await
}

/// `GET /mou/{id}/{versi}`
pub async fn mou(here: Here, Path((id, version)): Path<(String, u64)>) -> Answer {
    let mut view = here.read(Deed::SeeAccords).await?;
    let doc = accord_doc(&mut view, &id, version).await?.ok_or(desk::Error::NotFound)?;
    let document = Document::parse(&doc.bytes.0)?;
    let (t, lang) = (&here.t, here.t.lang());
    let parties: Vec<&str> = document.parties.iter().map(|party| party.name.as_str()).collect();
    let told = accord::explain(&document, lang);
    let of_clause =
        |no: &Option<String>| no.as_ref().is_some_and(|no| document.clauses.iter().any(|clause| clause.no == *no));
    let duties = told.paragraphs.iter().filter(|part| !of_clause(&part.no)).map(|part| part.text.clone());
    page(&Mou {
        title: document.title.get(lang).to_owned(),
        state: state_tag(t, &doc.state),
        facts: vec![
            Fact::new(t.mou_parties(), parties.join(", ")),
            Fact::new(t.mou_version(), doc.version.to_string()),
        ],
        clauses: document.clauses.iter().map(|clause| clause_view(&here, &told, clause)).collect(),
        duties: duties.collect(),
        signatures: signatures(&here, &doc),
        hash: base::hex(&doc.hash.0),
        t: here.t.clone(),
    })
}

fn clause_view(here: &Here, told: &accord::Explanation, clause: &accord::Clause) -> Clause {
    let t = here.t.words();
    let join = |words: Vec<String>| words.join(", ");
    let places = match &clause.persons.found_in {
        Where::Any => t.anywhere().to_owned(),
        Where::In(places) => join(places.iter().map(|place| words_of::place(place.code())).collect()),
    };
    let categories = clause.categories.iter().map(|one| words_of::category_word(t, one.word())).collect();
    let terms = vec![
        Fact::new(t.mou_from_to(), format!("{} → {}", clause.from.join(", "), clause.to.join(", "))),
        Fact::new(t.purpose(), join(clause.purposes.iter().map(|one| words_of::purpose_word(t, one.word())).collect())),
        Fact::new(t.found_at(), places),
        Fact::new(t.consent_categories(), join(categories)),
        Fact::new(t.basis(), words_of::ground(t, clause.basis)),
    ];
    let told = told.paragraphs.iter().find(|part| part.no.as_deref() == Some(clause.no.as_str()));
    let text = told.map_or_else(|| clause.text.get(here.t.lang()).to_owned(), |part| part.text.clone());
    Clause { no: clause.no.clone(), text, terms }
}

fn signatures(here: &Here, doc: &AccordDoc) -> Vec<Fact> {
    let line = |signed: &Signatory| {
        let who = format!("{}, {}, {}", signed.name.expose(), signed.office, here.moment(signed.at));
        Fact::new(signed.party.clone(), who)
    };
    doc.signatures.iter().map(line).collect()
}
