//! The door of a guest's first visit: the link of her mail or paper, and the code of the telephone. Looking uses nothing up, as
//! programs look at links in mails; a passkey, or a password where the browser has none, uses the link up.

use super::passkey::{Ceremony, go_on, kept_of, registration};
use super::sign_in::set_cookie;
use crate::guard::{Answer, Fail, Posted, Visit, page, page_with, problem_json};
use crate::state::WebState;
use crate::view::staff::door::{GuestDoor, code_field};
use crate::view::staff::protection::{Part, Protection};
use crate::view::{Fact, Faults, Frame, Link, localised};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use base::{Lang, OfficerId, Problem, Redacted, from_hex, hex};
use desk::guest::link::behind;
use desk::guest::{NewLink, Proof, TryLink, UseLink, has_matter, is_guest};
use desk::staff::{Officer, Proofs, StartSession};
use desk::{Actor, Asking, Error, Staff};
use serde::Deserialize;
use store::Stored;
use webauthn_rs::prelude::RegisterPublicKeyCredential;

/// What a script sends first.
#[derive(Deserialize)]
pub struct Told {
    kode: String,
}

/// A guest for whom nothing is left does not come in: at the door she is unknown.
pub(super) async fn has_come_for_something(web: &WebState, staff: &Staff) -> Result<(), Problem> {
    let unknown = || Problem::new("web.sign-in-wrong");
    if !is_guest(staff) {
        return Ok(());
    }
    let mut view = web.desk.read().await.map_err(|error| error.problem())?;
    let some = has_matter(&mut view, &web.desk, staff).await.map_err(|error| error.problem())?;
    if some { Ok(()) } else { Err(unknown()) }
}

fn over() -> Problem {
    Problem::new("guest.link-over")
}

/// The bytes of a link. A malformed one answers like one that is used up.
fn token(link: &str) -> Result<[u8; 32], Problem> {
    from_hex(link).and_then(|token| token.try_into().ok()).ok_or_else(over)
}

/// Who is behind a link that lives.
async fn guest(web: &WebState, token: &[u8; 32]) -> Result<(OfficerId, Stored<Officer>, Staff), Fail> {
    if !web.desk.store.vault().is_open() {
        return Err(Problem::new("guest.locked").into());
    }
    let mut view = web.desk.read().await?;
    let found = behind(&mut view, &web.desk, seal::hash::sha256(&[token])).await?;
    let (link, officer, staff) = found.ok_or_else(over)?;
    Ok((link.guest, officer, staff))
}

/// Compares the code; wrong ones are counted.
async fn told(web: &WebState, token: &[u8; 32], code: &str) -> Result<NewLink, Fail> {
    // Who holds no living link writes nothing here.
    guest(web, token).await?;
    let link = NewLink::of(token, code);
    let asking = Asking::once(&*web.desk.chance, web.now());
    web.desk.run(&Actor::Node, asking, &TryLink(link)).await?.map(|_| link).map_err(Fail::from)
}

async fn uses(web: &WebState, staff: &Staff, act: &UseLink) -> Result<(), Error> {
    web.desk.run(&Actor::Officer(staff.clone()), Asking::once(&*web.desk.chance, web.now()), act).await
}

/// `GET /l/{tautan}`
pub async fn door(State(web): State<WebState>, Visit(t): Visit, Path(link): Path<String>) -> Answer {
    guest(&web, &token(&link)?).await?;
    page(&door_page(t, &link, Faults::default()))
}

fn door_page(t: Frame, link: &str, faults: Faults) -> GuestDoor {
    let action = localised(t.lang(), &format!("/l/{link}/sandi"));
    GuestDoor { faults, action, code: code_field(&t), t }
}

/// `POST /l/{tautan}/sandi`: a password and the secret of an authenticator app, shown in this answer alone.
pub async fn password(State(web): State<WebState>, Visit(t): Visit, Path(at): Path<String>, form: Posted) -> Answer {
    let token = token(&at)?;
    let (_, officer, staff) = guest(&web, &token).await?;
    let link = NewLink::of(&token, form.get("kode"));
    let asking = Asking::once(&*web.desk.chance, web.now());
    if let Err(problem) = web.desk.run(&Actor::Node, asking, &TryLink(link)).await? {
        if problem.code.0 != "guest.code-wrong" {
            return Err(problem.into());
        }
        let faults = Faults::of(t.words(), &problem, Some("kode"));
        return page_with(Some(&problem), &door_page(t, &at, faults));
    }
    let proofs = Proofs::of(&web.guest_proofs_seed(&token));
    let hash = hashed(&web, &proofs).await?;
    uses(&web, &staff, &UseLink { link, proof: Proof::Password(hash, proofs.totp.clone()) }).await?;
    page(&proofs_page(t, &officer.login, &proofs))
}

async fn hashed(web: &WebState, proofs: &Proofs) -> Result<Redacted<String>, Problem> {
    let Ok(_turn) = web.hashing.acquire().await else { return Err(Problem::new("web.fault")) };
    let (web, password) = (web.clone(), proofs.password.clone());
    let hash = move || seal::hash_password(password.expose(), web.set.password_cost, &*web.desk.chance);
    let hash = tokio::task::spawn_blocking(hash).await.map_err(|_| Problem::new("web.fault"))??;
    Ok(Redacted::new(hash))
}

fn proofs_page(t: Frame, login: &str, proofs: &Proofs) -> Protection {
    let grouped = |text: &str| text.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ");
    let facts = vec![
        Fact::new(t.login_name(), login),
        Fact::new(t.password(), proofs.password.expose().clone()),
        Fact::new(t.totp_secret(), grouped(proofs.totp.expose())),
    ];
    let part = Part { facts, ..Part::new(t.proofs(), t.proofs_once()) };
    Protection {
        faults: Faults::default(),
        case: None,
        back: Some(Link::new("/masuk?lanjut=/kasus", t.sign_in())),
        version: 0,
        heading: t.guest_door().to_owned(),
        lead: t.guest_proofs_lead().to_owned(),
        parts: vec![part],
        t,
    }
}

/// `POST /l/{tautan}/kunci/mulai`
pub async fn begin(
    State(web): State<WebState>,
    Visit(t): Visit,
    Path(at): Path<String>,
    Json(said): Json<Told>,
) -> Answer {
    match began(&web, &at, &said.kode).await {
        Ok(options) => Ok(Json(options).into_response()),
        Err(fail) => said_so(fail, t.lang()),
    }
}

/// Scripts read the problem in words of their page.
fn said_so(fail: Fail, lang: Lang) -> Answer {
    match fail.problem() {
        Some(problem) => Ok(problem_json(problem, lang)),
        None => Err(fail),
    }
}

async fn began(web: &WebState, at: &str, code: &str) -> Result<serde_json::Value, Fail> {
    let token = token(at)?;
    let link = told(web, &token, code).await?;
    let (id, officer, _) = guest(web, &token).await?;
    let (options, state) = registration(web, id, &officer)?;
    web.ceremonies.keep(&options, web.now(), Ceremony::Guest(id, link, state));
    Ok(options)
}

/// `POST /l/{tautan}/kunci`: the passkey is kept, the link is used up, and she is in.
pub async fn finish(
    State(web): State<WebState>,
    Visit(t): Visit,
    Path(at): Path<String>,
    Json(answer): Json<RegisterPublicKeyCredential>,
) -> Answer {
    match finished(&web, &at, &answer).await {
        Ok(token) => {
            let mut response = go_on("/kasus");
            set_cookie(&web, &mut response, &hex(&token), None);
            let line = format!("bahasa={}; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000", t.lang().tag());
            if let Ok(value) = HeaderValue::from_str(&line) {
                response.headers_mut().append(header::SET_COOKIE, value);
            }
            Ok(response)
        }
        Err(fail) => said_so(fail, t.lang()),
    }
}

async fn finished(web: &WebState, at: &str, answer: &RegisterPublicKeyCredential) -> Result<[u8; 32], Fail> {
    let wrong = || Problem::new("web.passkey-wrong");
    let ceremony = web.ceremonies.take(answer.response.client_data_json.as_ref(), web.now());
    let Some(Ceremony::Guest(id, link, state)) = ceremony else { return Err(wrong().into()) };
    let (known, _, staff) = guest(web, &token(at)?).await?;
    if known != id {
        return Err(wrong().into());
    }
    let passkey = web.ceremonies.checks()?.finish_passkey_registration(answer, &state).map_err(|_| wrong())?;
    uses(web, &staff, &UseLink { link, proof: Proof::Passkey(kept_of(&passkey)?) }).await?;
    let session: [u8; 32] = web.bytes();
    let start = StartSession { token_hash: seal::hash::sha256(&[&session]), officer: id, own_device: false };
    web.desk.run(&Actor::Officer(staff), Asking::once(&*web.desk.chance, web.now()), &start).await?;
    Ok(session)
}
