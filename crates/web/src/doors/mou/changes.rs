//! Another text instead of one: proposed clause by clause, and shown beside the text that it answers.

use super::Held;
use crate::doors::{Came, comes_back};
use crate::guard::{Answer, Fail, Here, Posted, page, page_with, see};
use crate::view::staff::agreement::{Change, Changes};
use crate::view::staff::protection::{Part, Protection};
use crate::view::staff::work::{Button, Group, WorkForm};
use crate::view::{Choice, Field, Kind, Link, Tag, Tone};
use crate::words_of;
use accord::{Category, ClauseTerms, Document, Word};
use axum::extract::Path;
use base::Problem;
use desk::Deed;
use desk::partners::accord::proposing::CounterAccord;
use desk::partners::accord::{AccordDoc, accord_doc};
use desk::partners::accords;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::View;

/// `GET /mou/{id}/{versi}/perubahan`: beside the text that it answers, or the one before.
pub async fn shown(here: Here, Path((id, version)): Path<(String, u64)>) -> Answer {
    let mut view = here.read(Deed::SeeAccords).await?;
    let held = Held::load(&here, &mut view, &id, version).await?;
    let before = before(&mut view, &held).await?.ok_or(desk::Error::NotFound)?;
    drop(view);
    let (t, lang) = (&here.t, here.t.lang());
    let old = Document::parse(&before.bytes.0)?;
    let notes = held.doc.proposal.as_ref().map(|proposal| proposal.notes.as_slice()).unwrap_or_default();
    let change = |part: accord::Compared| {
        let tag = match (&part.before, &part.after) {
            (None, _) => Tag::new(Tone::Running, t.mou_part_new()),
            (_, None) => Tag::new(Tone::Late, t.mou_part_gone()),
            _ if part.is_same() => Tag::new(Tone::Idle, t.mou_part_same()),
            _ => Tag::new(Tone::Person, t.mou_part_changed()),
        };
        let of_part = notes.iter().filter(|(no, _)| Some(no) == part.no.as_ref());
        Change {
            no: part.no.clone().unwrap_or_default(),
            is_same: part.is_same(),
            notes: of_part.map(|(_, text)| text.clone()).collect(),
            before: part.before.unwrap_or_default(),
            after: part.after.unwrap_or_default(),
            tag,
        }
    };
    let parts = accord::compare(&old, &held.document, lang).into_iter().map(change).collect();
    let of = |version: u64| t.mou_version_no(version);
    page(&Changes {
        back: Link::new(held.path(), held.document.title.get(lang)),
        title: held.document.title.get(lang).to_owned(),
        before: of(before.version),
        after: of(held.doc.version),
        parts,
        t: here.t.clone(),
    })
}

/// The text that a version answers, else the one it follows.
pub(super) async fn before(view: &mut View, held: &Held) -> Result<Option<Arc<AccordDoc>>, Fail> {
    let answers = held.doc.proposal.as_ref().and_then(|proposal| proposal.of).map(|hash| hash.0);
    let Some(hash) = answers.or(held.document.previous) else { return Ok(None) };
    let card = accords(view).await?.into_iter().find(|card| card.hash.0 == hash);
    let Some(card) = card else { return Ok(None) };
    Ok(accord_doc(view, &card.id, card.version).await?)
}

/// `GET /mou/{id}/{versi}/usulan-balik`
pub async fn counter_form(here: Here, Path((id, version)): Path<(String, u64)>) -> Answer {
    counter_page(&here, (&id, version), Came::default()).await
}

async fn counter_page(here: &Here, (id, version): (&str, u64), came: Came) -> Answer {
    let mut view = here.read(Deed::ProposeAccord).await?;
    let held = Held::load(here, &mut view, id, version).await?;
    drop(view);
    let t = here.t.words();
    let (first, last) = (held.document.effective.to_string(), held.document.expires.to_string());
    let days = vec![
        Field::new("berlaku", t.mou_effective(), Kind::Date).value(&first),
        Field::new("sampai", t.mou_expires(), Kind::Date).value(&last),
    ];
    let mut groups = vec![Group { heading: t.mou_validity().to_owned(), fields: days }];
    groups.extend(held.document.clauses.iter().enumerate().map(|(nth, clause)| clause_group(here, nth, clause)));
    let form = WorkForm {
        heading: String::new(),
        action: format!("{}/usulan-balik", held.path()),
        groups,
        buttons: vec![Button::new("", t.mou_counter_send(), false)],
    };
    let page = Protection {
        faults: came.faults(here, &["berlaku", "sampai"]),
        version: 0,
        back: Some(Link::new(held.path(), held.document.title.get(here.t.lang()))),
        case: None,
        heading: t.mou_counter().to_owned(),
        lead: t.mou_counter_lead().to_owned(),
        parts: vec![Part { forms: vec![form], ..Part::new(held.document.title.get(here.t.lang()), "") }],
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page.typed(&came.typed))
}

fn clause_group(here: &Here, nth: usize, clause: &accord::Clause) -> Group {
    let t = here.t.words();
    let name = |what: &str| format!("{what}-{nth}");
    let categories = Category::ALL
        .iter()
        .map(|one| Choice::new(one.word(), words_of::category_word(t, one.word())).on(clause.categories.contains(one)));
    let per_day = clause.per_day.map(|most| most.to_string()).unwrap_or_default();
    let fields = vec![
        Field::new(name("tetap"), t.mou_keep_clause(), Kind::Tick(true)).help(clause.text.get(here.t.lang())),
        Field::checks(name("kategori"), t.consent_categories(), categories.collect()).across(),
        Field::new(name("simpan"), t.mou_keep_days(), Kind::Digits(5)).value(&clause.retention_days.to_string()),
        Field::new(name("sehari"), t.mou_per_day(), Kind::Digits(5)).value(&per_day).optional(t),
        Field::long(name("catatan"), t.mou_note()).help(t.mou_reason_help()).optional(t),
    ];
    Group { heading: here.t.clause_no(clause.no.clone()), fields }
}

/// `POST /mou/{id}/{versi}/usulan-balik`: a new text goes to every party, beside the one it answers.
pub async fn counter(here: Here, Path((id, version)): Path<(String, u64)>, form: Posted) -> Answer {
    let mut view = here.read(Deed::ProposeAccord).await?;
    let held = Held::load(&here, &mut view, &id, version).await?;
    drop(view);
    let problem = match countered(&held, &form) {
        Ok(act) => match here.run(&form, &act).await {
            Ok(Some(no)) => return Ok(see(&format!("/mou/{id}/{no}/perubahan"))),
            Ok(None) => return Ok(see(&format!("/mou/{id}"))),
            Err(error) => comes_back(&error).ok_or(error)?,
        },
        Err(problem) => problem,
    };
    counter_page(&here, (&id, version), Came::back(problem, &form)).await
}

fn countered(held: &Held, form: &Posted) -> Result<CounterAccord, Problem> {
    let (mut clauses, mut notes) = (BTreeMap::new(), Vec::new());
    for (nth, clause) in held.document.clauses.iter().enumerate() {
        let name = |what: &str| format!("{what}-{nth}");
        let number = |what: &str| -> Result<Option<u64>, Problem> {
            let typed = form.get(&name(what));
            let bad = |_| Problem::at("web.field-bad", name(what));
            Some(typed).filter(|typed| !typed.is_empty()).map(str::parse).transpose().map_err(bad)
        };
        let note = form.get(&name("catatan"));
        notes.extend((!note.is_empty()).then(|| (clause.no.clone(), note.to_owned())));
        if form.get(&name("tetap")) != "ya" {
            continue;
        }
        let retention_days = number("simpan")?.ok_or_else(|| Problem::at("web.field-missing", name("simpan")))?;
        let categories = form.all(&name("kategori")).filter_map(Category::parse).collect();
        let terms = ClauseTerms { categories, retention_days, per_day: number("sehari")? };
        clauses.insert(clause.no.clone(), terms);
    }
    let (effective, expires) = (form.need("berlaku")?.to_owned(), form.need("sampai")?.to_owned());
    if effective > expires {
        return Err(Problem::at("web.field-bad", "sampai"));
    }
    let (id, version) = (held.doc.id.clone(), held.doc.version);
    Ok(CounterAccord { id, version, effective, expires, clauses, notes })
}
