//! Passkeys: log-in without a name, and enrolment. Each ceremony lives a few minutes in memory.

use crate::doors::sign_in::set_cookie;
use crate::guard::{Answer, Fail, Here, problem_json};
use crate::mint::Mint;
use crate::state::{Settings, WebState};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use base::hex;
use base::{Bytes, OfficerId, Problem, Redacted, Timestamp};
use desk::guest::{NewLink, is_guest};
use desk::staff::{AddPasskey, Officer, Passkey as Kept, StartSession, UpdatePasskey, officer};
use desk::{Actor, Asking, Staff};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use store::Read;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, DiscoverableKey, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Url, Uuid, Webauthn, WebauthnBuilder,
};

/// How long a browser may take.
const CEREMONY_SECONDS: i64 = 300;
/// Ceremonies at a time; the oldest makes room.
const CEREMONIES_MAX: usize = 1_000;

pub(super) enum Ceremony {
    Enter(DiscoverableAuthentication),
    Enrol(OfficerId, PasskeyRegistration),
    /// By the link of a guest, whose code fitted.
    Guest(OfficerId, NewLink, PasskeyRegistration),
}

/// Running ceremonies by challenge, and what checks them.
pub struct Ceremonies {
    checks: Option<Webauthn>,
    running: Mutex<BTreeMap<String, (Timestamp, Ceremony)>>,
}

impl Ceremonies {
    /// For the first host of the node: passkeys are bound to one name.
    pub fn new(set: &Settings) -> Self {
        let scheme = if set.tls { "https" } else { "http" };
        let checks = set.hosts.first().and_then(|host| {
            let origin = Url::parse(&format!("{scheme}://{host}")).ok()?;
            let name = origin.host_str()?.to_owned();
            WebauthnBuilder::new(&name, &origin).ok()?.rp_name("Simpul").build().ok()
        });
        Self { checks, running: Mutex::default() }
    }

    pub(super) fn checks(&self) -> Result<&Webauthn, Problem> {
        self.checks.as_ref().ok_or(Problem::new("web.no-passkeys"))
    }

    pub(super) fn keep(&self, options: &Value, now: Timestamp, ceremony: Ceremony) {
        let challenge = options.pointer("/publicKey/challenge").and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.retain(|_, (at, _)| now < at.plus_seconds(CEREMONY_SECONDS));
        if running.len() >= CEREMONIES_MAX {
            let oldest = running.iter().min_by_key(|(_, (at, _))| *at).map(|(challenge, _)| challenge.clone());
            oldest.and_then(|challenge| running.remove(&challenge));
        }
        running.insert(challenge, (now, ceremony));
    }

    /// The ceremony an answer belongs to: its client data names the challenge. Each is used once.
    pub(super) fn take(&self, client_data: &[u8], now: Timestamp) -> Option<Ceremony> {
        let data: Value = serde_json::from_slice(client_data).ok()?;
        let challenge = data.get("challenge")?.as_str()?;
        let (at, ceremony) = self.running.lock().unwrap_or_else(PoisonError::into_inner).remove(challenge)?;
        (now < at.plus_seconds(CEREMONY_SECONDS)).then_some(ceremony)
    }
}

/// `POST /masuk/kunci/mulai`
pub async fn begin_enter(State(web): State<WebState>) -> Answer {
    let (options, state) =
        web.ceremonies.checks()?.start_discoverable_authentication().map_err(|_| Problem::new("web.no-passkeys"))?;
    let mut options = serde_json::to_value(options).map_err(|_| Problem::new("web.fault"))?;
    // The button is pressed on purpose: the browser asks at once instead of waiting in the name field.
    options.as_object_mut().map(|all| all.remove("mediation"));
    web.ceremonies.keep(&options, web.now(), Ceremony::Enter(state));
    Ok(Json(options).into_response())
}

/// `POST /masuk/kunci`
pub async fn enter(State(web): State<WebState>, Json(answer): Json<PublicKeyCredential>) -> Answer {
    let wrong = || Problem::new("web.passkey-wrong");
    let ceremony = web.ceremonies.take(answer.response.client_data_json.as_ref(), web.now());
    let Some(Ceremony::Enter(state)) = ceremony else { return Err(wrong().into()) };
    let checks = web.ceremonies.checks()?;
    let credential = AsRef::<[u8]>::as_ref(&answer.raw_id).to_vec();
    let mut view = web.desk.read().await?;
    let id = officer::officer_by_passkey(&mut view, &credential).await?.ok_or_else(wrong)?;
    let stored = view.load::<Officer>(id.bytes()).await?.filter(|officer| officer.left.is_none()).ok_or_else(wrong)?;
    drop(view);
    let kept = stored.passkeys.get(&base::hex(&credential)).ok_or_else(wrong)?;
    let mut passkey: Passkey = serde_json::from_str(kept.card.expose()).map_err(|_| wrong())?;
    #[expect(deprecated, reason = "the newer form takes a credential that a passkey does not give out")]
    let done = checks
        .finish_discoverable_authentication(&answer, state, &[DiscoverableKey::from(&passkey)])
        .map_err(|_| wrong())?;
    let staff = Staff { id, name: stored.name.clone(), roles: stored.roles.clone(), step_up_at: None };
    super::guest::has_come_for_something(&web, &staff).await.map_err(|_| wrong())?;
    if passkey.update_credential(&done) == Some(true) {
        let update = UpdatePasskey { officer: id, passkey: kept_of(&passkey)? };
        web.desk.run(&Actor::Officer(staff.clone()), Asking::once(&*web.desk.chance, web.now()), &update).await?;
    }
    let token: [u8; 32] = web.bytes();
    let start = StartSession { token_hash: seal::hash::sha256(&[&token]), officer: id, own_device: !is_guest(&staff) };
    web.desk.run(&Actor::Officer(staff), Asking::once(&*web.desk.chance, web.now()), &start).await?;
    let mut response = go_on("/hari-ini");
    set_cookie(&web, &mut response, &hex(&token), None);
    Ok(response)
}

pub(super) fn kept_of(passkey: &Passkey) -> Result<Kept, Problem> {
    let card = serde_json::to_string(passkey).map_err(|_| Problem::new("web.fault"))?;
    Ok(Kept { id: Bytes(AsRef::<[u8]>::as_ref(passkey.cred_id()).to_vec()), card: Redacted::new(card) })
}

pub(super) fn go_on(path: &str) -> Response {
    Json(serde_json::json!({ "ke": path })).into_response()
}

/// The token of a script's post: it carries the value that the page holds.
fn token_holds(here: &Here, headers: &HeaderMap) -> Result<(), Fail> {
    let token = crate::guard::text(headers, "simpul-tanda").unwrap_or("");
    let key = here.web.form_key(&here.token_hash);
    // The page's first form is the one that signs out; every staff page has it.
    if Mint::accepts(&key, "/keluar", token) { Ok(()) } else { Err(Problem::new("web.form-stale").into()) }
}

/// `POST /akun/kunci/mulai`
pub async fn begin_enrol(here: Here, headers: HeaderMap) -> Answer {
    token_holds(&here, &headers)?;
    let web = &here.web;
    let mut view = web.desk.read().await?;
    let officer = view.load::<Officer>(here.staff.id.bytes()).await?.ok_or(desk::Error::NotFound)?;
    drop(view);
    let (options, state) = registration(web, here.staff.id, &officer)?;
    web.ceremonies.keep(&options, web.now(), Ceremony::Enrol(here.staff.id, state));
    Ok(Json(options).into_response())
}

/// What a browser is asked, to make a passkey for somebody.
pub(super) fn registration(
    web: &WebState,
    id: OfficerId,
    officer: &Officer,
) -> Result<(Value, PasskeyRegistration), Problem> {
    let known = officer.passkeys.values().map(|kept| kept.id.0.clone()).collect();
    let user = Uuid::from_bytes(id.bytes());
    let (options, state) = web
        .ceremonies
        .checks()?
        .start_passkey_registration(user, &officer.login, officer.name.expose(), Some(known))
        .map_err(|_| Problem::new("web.no-passkeys"))?;
    let mut options = serde_json::to_value(options).map_err(|_| Problem::new("web.fault"))?;
    // Log-in asks for no name, so the device has to remember whose key it is.
    if let Some(choice) = options.pointer_mut("/publicKey/authenticatorSelection").and_then(Value::as_object_mut) {
        choice.insert("residentKey".into(), "required".into());
        choice.insert("requireResidentKey".into(), true.into());
    }
    Ok((options, state))
}

/// `POST /akun/kunci`
pub async fn enrol(here: Here, headers: HeaderMap, Json(answer): Json<RegisterPublicKeyCredential>) -> Answer {
    token_holds(&here, &headers)?;
    let web = &here.web;
    let wrong = || Problem::new("web.passkey-wrong");
    let ceremony = web.ceremonies.take(answer.response.client_data_json.as_ref(), web.now());
    let Some(Ceremony::Enrol(officer, state)) = ceremony else { return Err(wrong().into()) };
    if officer != here.staff.id {
        return Err(wrong().into());
    }
    let passkey = web.ceremonies.checks()?.finish_passkey_registration(&answer, &state).map_err(|_| wrong())?;
    let act = AddPasskey { officer, passkey: kept_of(&passkey)? };
    match web.desk.run(&here.actor(), Asking::once(&*web.desk.chance, web.now()), &act).await {
        Ok(()) => Ok(go_on("/akun")),
        Err(error) => Ok(problem_json(&error.problem(), here.t.lang())),
    }
}
