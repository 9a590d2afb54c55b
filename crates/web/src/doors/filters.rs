//! Filters of the list of cases that an officer keeps under names of her own.

use crate::doors::day::{all_filters, filter_words};
use crate::doors::{Came, comes_back};
use crate::guard::{Answer, Here, Posted, page_with, see};
use crate::view::staff::protection::{Part, Protection};
use crate::view::staff::work::{Button, Group, WorkForm};
use crate::view::{Choice, Field, Link};
use axum::extract::Path;
use base::{Problem, Redacted, from_hex, hex, limits};
use desk::Deed;
use desk::staff::kept::{DropFilter, KeepFilter, Kept, KeptFilter, filters};

/// `GET /kasus/saringan`
pub async fn list(here: Here) -> Answer {
    shown(&here, Came::default()).await
}

async fn shown(here: &Here, came: Came) -> Answer {
    let mut view = here.read(Deed::SeeCases).await?;
    let kept = filters(&mut view, here.staff.id).await?;
    let t = here.t.words();
    let mut parts = vec![Part { forms: vec![keep_form(here)], ..Part::new(t.filter_keep(), "") }];
    parts.extend(kept.iter().map(|kept| drop_part(here, kept)));
    let page = Protection {
        faults: came.faults(here, &["nama", "keadaan"]),
        case: None,
        back: Some(Link::new("/kasus", t.cases())),
        version: 0,
        heading: t.kept_filters().to_owned(),
        lead: t.kept_filters_lead(limits::KEPT_FILTERS_MAX),
        parts,
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page.typed(&came.typed))
}

fn keep_form(here: &Here) -> WorkForm {
    let t = here.t.words();
    let choices = filter_words(&here.t).map(|(word, text)| Choice::new(word, text).on(word == "saya"));
    let fields =
        vec![Field::line("nama", t.filter_name()), Field::radios("keadaan", t.filters_label(), choices.into())];
    WorkForm {
        heading: String::new(),
        action: "/kasus/saringan".to_owned(),
        groups: Group::plain(fields),
        buttons: vec![Button::new("", t.save(), false)],
    }
}

/// One kept filter: where it leads, and how it goes.
fn drop_part(here: &Here, (key, kept): &Kept) -> Part {
    let word = all_filters(&here.t).into_iter().find(|link| link.href.ends_with(&kept.filter));
    let form = WorkForm {
        heading: String::new(),
        action: format!("/kasus/saringan/{}/penghapusan", hex(key)),
        groups: Vec::new(),
        buttons: vec![Button::new("", here.t.filter_drop(), true)],
    };
    let lead = word.map(|link| link.word).unwrap_or_default();
    Part { forms: vec![form], ..Part::new(kept.name.expose(), lead) }
}

/// The kept filters of this person as links.
pub async fn links(here: &Here, view: &mut store::View) -> Result<Vec<Link>, store::StoreError> {
    let kept = filters(view, here.staff.id).await?;
    let link = |(_, kept): &Kept| Link::new(format!("/kasus?keadaan={}", kept.filter), kept.name.expose());
    let more = Link::new("/kasus/saringan", here.t.kept_filters());
    Ok(kept.iter().map(link).chain([more]).collect())
}

/// `POST /kasus/saringan`
pub async fn keep(here: Here, form: Posted) -> Answer {
    let filter = form.get("keadaan").to_owned();
    let known = filter_words(&here.t).iter().any(|(word, _)| *word == filter);
    let kept = KeptFilter { name: Redacted::new(form.get("nama").to_owned()), filter };
    let act = KeepFilter { officer: here.staff.id, kept };
    let problem = match form.need("nama") {
        Ok(_) if !known => Problem::at("web.field-missing", "keadaan"),
        Ok(_) => match here.run(&form, &act).await {
            Ok(_) => return Ok(see("/kasus")),
            Err(error) => comes_back(&error).ok_or(error)?,
        },
        Err(problem) => problem,
    };
    shown(&here, Came::back(problem, &form)).await
}

/// `POST /kasus/saringan/{kunci}/penghapusan`
pub async fn drop_it(here: Here, Path(key): Path<String>, form: Posted) -> Answer {
    let key = from_hex(&key).filter(|key| key.len() == 16).ok_or(Problem::new("web.not-found"))?;
    here.run(&form, &DropFilter { officer: here.staff.id, key }).await?;
    Ok(see("/kasus/saringan"))
}
