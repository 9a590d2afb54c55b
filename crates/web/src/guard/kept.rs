//! A form that cannot be taken now is kept for its writer: a draft, or a post whose session ended a short while ago.

use super::form::{Open, read};
use super::{Fail, cookie, see};
use crate::mint::Mint;
use crate::state::WebState;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use base::{CaseId, OfficerId, Redacted, from_hex};
use desk::staff::sessions;
use desk::writing::{KeepWriting, Typed, Why, Writing};
use desk::{Actor, Asking};

/// Where people write at length; passwords and keys are typed elsewhere and never kept.
const WORK: [&str; 3] = ["/kasus/", "/laporan/", "/rujukan/"];

/// Whether what is typed in a form with this action may be kept.
pub fn is_work(path: &str) -> bool {
    WORK.iter().any(|part| path.starts_with(part)) && !path.ends_with("/cari")
}

/// The case of an address.
fn case_of(path: &str) -> Option<CaseId> {
    path.strip_prefix("/kasus/")?.split('/').next()?.parse().ok()
}

/// A form as a writing.
fn writing(form: &Open, officer: OfficerId, (why, at): (Why, base::Timestamp)) -> Writing {
    let typed = form.fields.iter().map(|(name, value)| (name.clone(), Redacted::new(value.clone()))).collect();
    let path = form.path().to_owned();
    Writing { officer, case: case_of(&path), path, typed, version: form.version(), why, at }
}

/// Keeps a form as a draft and says where it is now.
pub async fn as_draft(web: &WebState, form: &Open, here: &super::Here) -> Result<Fail, Fail> {
    let writing = writing(form, here.staff.id, (Why::Draft, web.now()));
    let name = web.desk.run(&here.actor(), form.then("draf"), &KeepWriting(writing)).await;
    match name {
        Ok(name) => Ok(Fail::first(format!("/tulisan/{name}"))),
        Err(error) if error.repeated().is_some() => Ok(Fail::first("/hari-ini".to_owned())),
        Err(error) => Err(error.into()),
    }
}

/// Keeps a form that met a newer version as a task for both writers, with what stands for the same fields.
pub async fn as_clash(here: &super::Here, form: &Open, stands: Typed) -> Result<(), desk::Error> {
    if !is_work(form.path()) {
        return Ok(());
    }
    let key = if stands.is_empty() { "bentrok" } else { "bentrok/isi" };
    let writing = writing(form, here.staff.id, (Why::Clash(stands), here.web.now()));
    match here.web.desk.run(&here.actor(), form.then(key), &KeepWriting(writing)).await {
        Err(error) if error.repeated().is_none() => Err(error),
        _ => Ok(()),
    }
}

/// A post whose session ended within a day: kept, sealed, and offered to the same person after the log-in. `None`: it is
/// no such post, and the request goes on.
pub async fn after_session(web: &WebState, request: Request) -> Result<Response, Request> {
    let work = request.method() == http::Method::POST && is_work(request.uri().path());
    let token = cookie(request.headers(), web.cookie()).and_then(from_hex).filter(|token| work && token.len() == 32);
    let Some(token_hash) = token.map(|token| seal::hash::sha256(&[&token])) else { return Err(request) };
    let officer = match web.desk.read().await {
        Ok(mut view) => sessions::lately(&mut view, token_hash).await.ok().flatten(),
        Err(_) => None,
    };
    let Some(officer) = officer else { return Err(request) };
    Ok(park(web, request, (officer, token_hash)).await.unwrap_or_else(IntoResponse::into_response))
}

async fn park(
    web: &WebState,
    request: Request,
    (officer, token_hash): (OfficerId, [u8; 32]),
) -> Result<Response, Fail> {
    let form = read(request, None).await?;
    if !Mint::accepts(&web.form_key(&token_hash), form.path(), form.hidden("_tanda")) || form.fields.is_empty() {
        return Ok(see("/masuk"));
    }
    let writing = writing(&form, officer, (Why::SessionOver, web.now()));
    let asking = Asking::once(&*web.desk.chance, web.now());
    let name = web.desk.run(&Actor::Node, asking, &KeepWriting(writing)).await?;
    Ok(see(&format!("/masuk?lanjut=/tulisan/{name}")))
}
