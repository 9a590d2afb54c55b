//! The fields of a case, of the person or of another in it, with wishes and facts.

use crate::doors::{Came, case::head, comes_back, id};
use crate::guard::{Answer, Fail, Here, Posted, page_with, see};
use crate::view::staff::work::{Button, Group, Work, WorkForm};
use crate::view::{Choice, Field};
use crate::words_of;
use axum::extract::Path;
use base::{CaseId, PersonId, Redacted};
use casework::words::Category;
use desk::Deed;
use desk::cases::identity::ShowIdentity;
use desk::cases::record::{SetFact, SetFields, SetWish};
use desk::cases::{CaseStream, OnCase};
use std::collections::BTreeMap;
use store::{ShownOn, Stored, View};

/// What a button sends: have the closed fields shown, and that they were.
const LOOK: &str = "lihat";
const OPENED: &str = "terbuka";

/// `GET /kasus/{id}/isian`
pub async fn form(here: Here, Path(case): Path<String>) -> Answer {
    shown(&here, id(&case)?, None, (Came::default(), false)).await
}

/// `GET /kasus/{id}/isian/{orang}`
pub async fn person_form(here: Here, Path((case, person)): Path<(String, String)>) -> Answer {
    shown(&here, id(&case)?, Some(id(&person)?), (Came::default(), false)).await
}

async fn shown(here: &Here, case: CaseId, person: Option<PersonId>, (came, shows): (Came, bool)) -> Answer {
    let (_, stored) = crate::doors::case(here, case, Deed::ReadCase).await?;
    let mut form = fields_of(here, (case, &stored), (person, shows));
    if !came.typed.is_empty() {
        for group in &mut form.groups {
            group.fields =
                std::mem::take(&mut group.fields).into_iter().map(|field| field.typed(&came.typed)).collect();
        }
    }
    let t = here.t.words();
    let page = Work {
        faults: came.faults(here, &[]),
        case: head(here, case, &stored),
        heading: t.work_fields().to_owned(),
        lead: t.work_fields_lead().to_owned(),
        facts: Vec::new(),
        forms: vec![form],
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page)
}

/// Fields that staff write here; identity has its own page, status and screening follow from the case.
/// What says how she is reached is closed until somebody asks; left empty it stays as it is.
fn fields_of(
    here: &Here,
    (case, stored): (CaseId, &Stored<CaseStream>),
    (person, shows): (Option<PersonId>, bool),
) -> WorkForm {
    let t = here.t.words();
    let mut is_closed = false;
    let hidden = [Category::Identity, Category::Status, Category::Screening];
    let mut groups = Vec::new();
    for category in Category::ALL.iter().filter(|category| !hidden.contains(category)) {
        let listed = here.web.desk.fields.fields().iter().filter(|field| Category::of(&field.field) == Some(*category));
        let fields = listed.filter(|field| field.field != "profile.origin").map(|field| {
            let (name, value) = (&field.field, standing_value(stored, person, &field.field));
            let line = Field::line(name, words_of::datum(t, name));
            if shows || value.is_empty() || !Category::identifies(name) {
                return line.value(&value);
            }
            is_closed = true;
            line.help(t.closed_field())
        });
        groups.push(Group { heading: words_of::category(t, *category).to_owned(), fields: fields.collect() });
    }
    if person.is_none() {
        groups.push(Group { heading: t.wishes().to_owned(), fields: vec![held(here, stored, ("ingin", t.wishes()))] });
        groups.push(Group {
            heading: t.case_facts().to_owned(),
            fields: vec![held(here, stored, ("fakta", t.case_facts()))],
        });
    }
    let whose = person.map(|person| format!("/{person}")).unwrap_or_default();
    let action = format!("/kasus/{case}/isian{whose}");
    let mut buttons = vec![Button::new(if shows { OPENED } else { "" }, t.save(), false)];
    if is_closed && crate::doors::may_know(here, stored) {
        buttons.push(Button::new(LOOK, t.show_contact(), true));
    }
    WorkForm { heading: String::new(), action, groups, buttons }
}

/// Wishes or facts of the handbook as boxes: `ingin.<word>`, `fakta.<word>`.
fn held(here: &Here, stored: &CaseStream, (kind, label): (&'static str, &str)) -> Field {
    let on = if kind == "ingin" { &stored.wishes } else { &stored.facts };
    let choice = |(word, text): (&String, &base::Text)| {
        Choice::new("ya", text.get(here.t.lang())).on(on.contains(word)).named(format!("{kind}.{word}"))
    };
    Field::checks(kind, label, vocabulary(here, stored, kind).map(choice).collect())
}

/// Words of the handbook that something depends on; what nothing asks for is not asked of anybody.
fn vocabulary<'a>(
    here: &'a Here,
    stored: &CaseStream,
    kind: &str,
) -> impl Iterator<Item = (&'a String, &'a base::Text)> {
    let handbook = here.web.desk.handbook_of(stored);
    let words = if kind == "ingin" { &handbook.words.wishes } else { &handbook.words.facts };
    let used = handbook.facts_in_use();
    let wishes = kind == "ingin";
    words.iter().filter(move |(word, _)| wishes || used.contains(word.as_str()))
}

/// What stands in a field now.
fn standing_value(stored: &Stored<CaseStream>, person: Option<PersonId>, name: &str) -> String {
    let fields = match person {
        None => Some(&stored.fields),
        Some(id) => stored.people.get(&id).map(|person| &person.fields),
    };
    fields.and_then(|fields| fields.get(name)).map(|value| value.expose().clone()).unwrap_or_default()
}

/// `POST /kasus/{id}/isian`: only what differs from what stands is written.
pub async fn fields(here: Here, Path(case): Path<String>, form: Posted) -> Answer {
    write_fields(here, id(&case)?, None, form).await
}

/// `POST /kasus/{id}/isian/{orang}`
pub async fn person_fields(here: Here, Path((case, person)): Path<(String, String)>, form: Posted) -> Answer {
    write_fields(here, id(&case)?, Some(id(&person)?), form).await
}

async fn write_fields(here: Here, case: CaseId, person: Option<PersonId>, form: Posted) -> Answer {
    let (view, stored): (View, Stored<CaseStream>) = crate::doors::case(&here, case, Deed::ReadCase).await?;
    drop(view);
    if form.get("tindakan") == LOOK {
        here.fresh(form.path())?;
        here.look(&ShowIdentity::Case(case, ShownOn::Fields)).await?;
        return shown(&here, case, person, (Came { typed: typed(&form, &stored, person), ..Came::default() }, true))
            .await;
    }
    let opened = form.get("tindakan") == OPENED;
    let named = form.fields.iter().filter(|(name, _)| Category::of(name).is_some());
    let kept = |name: &str, value: &str| !opened && Category::identifies(name) && value.trim().is_empty();
    let written =
        named.filter(|(name, value)| !kept(name, value) && standing_value(&stored, person, name) != value.trim());
    let values: BTreeMap<String, Redacted<String>> =
        written.map(|(name, value)| (name.clone(), Redacted::new(value.trim().to_owned()))).collect();
    let act = OnCase { case, version: form.version(), change: SetFields { person, values } };
    if let Err(error) = here.run(&form, &act).await {
        let problem = comes_back(&error).ok_or(error)?;
        return shown(&here, case, person, (Came::back(problem, &form), opened)).await;
    }
    if person.is_none() {
        set_held(&here, case, &form, &stored).await?;
    }
    Ok(see(&format!("/kasus/{case}")))
}

/// What was typed, and in closed fields that were left empty what stands.
fn typed(form: &Posted, stored: &Stored<CaseStream>, person: Option<PersonId>) -> Vec<(String, String)> {
    let fields = form.fields.iter().map(|(name, value)| {
        let is_left = Category::identifies(name) && value.trim().is_empty();
        (name.clone(), if is_left { standing_value(stored, person, name) } else { value.clone() })
    });
    fields.collect()
}

/// Wishes and facts that differ from what stood when the form was sent.
async fn set_held(here: &Here, case: CaseId, form: &Posted, stored: &Stored<CaseStream>) -> Result<(), Fail> {
    for (kind, on) in [("ingin", &stored.wishes), ("fakta", &stored.facts)] {
        for (word, _) in vocabulary(here, stored, kind) {
            let name = format!("{kind}.{word}");
            let holds = !form.get(&name).is_empty();
            if holds == on.contains(word) {
                continue;
            }
            let (actor, asking, word) = (here.actor(), form.then(&name), word.clone());
            let done = if kind == "ingin" {
                here.web
                    .desk
                    .run(&actor, asking, &OnCase { case, version: None, change: SetWish { word, holds } })
                    .await
            } else {
                here.web
                    .desk
                    .run(&actor, asking, &OnCase { case, version: None, change: SetFact { word, holds } })
                    .await
            };
            if let Err(error) = done
                && error.repeated().is_none()
            {
                return Err(error.into());
            }
        }
    }
    Ok(())
}
