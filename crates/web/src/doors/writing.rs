//! What somebody wrote and could not send: shown to its writer alone, to be sent, changed or thrown away.

use crate::doors::{label, step};
use crate::guard::{Answer, Fail, Here, Posted, page, see};
use crate::view::staff::day::TaskRow;
use crate::view::staff::writing::{Pair, WritingPage};
use crate::view::{Field, Tag, Tone};
use axum::extract::Path;
use base::{CaseId, Problem};
use desk::cases::CaseCard;
use desk::cases::shut::{drop_shut, shut_out_of};
use desk::staff::{OfficerCard, officer::officers};
use desk::writing::{DropWriting, Typed, Why, Writing, writing, writings};
use store::{Read, Shelf, View};

/// A text longer than this gets a field of several lines.
const LONG_CHARS: usize = 60;

/// Writings of this person as rows of the day.
pub async fn tasks(here: &Here, view: &mut View) -> Result<Vec<TaskRow>, Fail> {
    let mut rows = Vec::new();
    let mut found = writings(view, here.staff.id).await?;
    let cases: Vec<_> = found.iter().map(|writing| writing.case).collect();
    drop_shut(view, &here.staff, &mut found, &cases).await?;
    for writing in found {
        rows.push(TaskRow {
            href: format!("/tulisan/{}", writing.name()),
            title: format!("{}: {}", why(here, &writing), about(view, &writing).await?),
            detail: here.moment(writing.at),
            tag: Tag::work(here.t.words(), Tone::Running),
        });
    }
    Ok(rows)
}

fn why(here: &Here, writing: &Writing) -> &'static str {
    let t = here.t.words();
    match writing.why {
        Why::Draft => t.writing_draft(),
        Why::SessionOver => t.writing_session_over(),
        Why::Clash(_) => t.writing_clash(),
    }
}

/// The alias of the case, or the place of the form.
async fn about(view: &mut View, writing: &Writing) -> Result<String, Fail> {
    let card = match writing.case {
        Some(case) => view.card::<CaseCard>(Shelf::CaseCard, &case.bytes(), &[]).await?,
        None => None,
    };
    let last = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    Ok(card.map_or_else(|| last(&writing.path), |card| card.alias))
}

/// One of hers, and not about a case that she was shut out of since: a clash shows what somebody else wrote.
async fn own(here: &Here, name: &str) -> Result<(View, Writing), Fail> {
    let mut view = here.web.desk.read().await?;
    let found = writing(&mut view, here.staff.id, name).await?.ok_or(Problem::new("web.not-found"))?;
    match found.case {
        Some(case) if shut_out_of(&mut view, &here.staff, case).await? => Err(Problem::new("web.not-found").into()),
        _ => Ok((view, found)),
    }
}

/// `GET /tulisan/{nama}`
pub async fn show(here: Here, Path(name): Path<String>) -> Answer {
    let (mut view, found) = own(&here, &name).await?;
    let staff = officers(&mut view).await?;
    let about = about(&mut view, &found).await?;
    let now = match (&found.why, found.case) {
        // Who has seen both texts decides: what is sent from here rests on what stands now.
        (Why::Clash(_), Some(case)) => Some(version_now(&mut view, case).await?),
        _ => found.version,
    };
    let pairs = match &found.why {
        Why::Clash(stands) if !stands.is_empty() => pairs(&here, &found, stands),
        _ => Vec::new(),
    };
    let fields = found.typed.iter().map(|(name, value)| field(&here, name, value.expose(), &staff)).collect();
    page(&WritingPage {
        why: why(&here, &found).to_owned(),
        about,
        at: here.moment(found.at),
        action: found.path.clone(),
        version: now,
        fields,
        pairs,
        name,
        t: here.t,
    })
}

async fn version_now(view: &mut View, case: CaseId) -> Result<i64, Fail> {
    let stored = view.load::<desk::cases::CaseStream>(case.bytes()).await?.ok_or(Problem::new("web.not-found"))?;
    Ok(stored.version)
}

/// The field as its form has it where the handbook knows it, else as text.
fn field(here: &Here, name: &str, value: &str, staff: &[OfficerCard]) -> Field {
    if let Some(form) = here.web.desk.handbooks.field(name) {
        return step::field(here, name, form, value, staff);
    }
    let label = label(here, name).unwrap_or_else(|| name.to_owned());
    let long = value.chars().count() > LONG_CHARS || value.contains('\n');
    let made = if long { Field::long(name, label) } else { Field::line(name, label) };
    made.value(value)
}

fn pairs(here: &Here, found: &Writing, stands: &Typed) -> Vec<Pair> {
    let of = |name: &str| stands.iter().find(|(known, _)| known == name).map(|(_, value)| value.expose().clone());
    let pair = |(name, value): &(String, base::Redacted<String>)| Pair {
        name: label(here, name).unwrap_or_else(|| name.clone()),
        stands: of(name).unwrap_or_default(),
        came: value.expose().clone(),
    };
    found.typed.iter().map(pair).collect()
}

/// `POST /tulisan/{nama}/pembuangan`
pub async fn drop_it(here: Here, Path(name): Path<String>, form: Posted) -> Answer {
    drop(own(&here, &name).await?);
    here.run(&form, &DropWriting { officer: here.staff.id, name }).await?;
    Ok(see("/hari-ini"))
}
