//! Log-in: name, password and TOTP in one form; wrong and unknown look and take the same (WEB.md 6).

use crate::guard::{Answer, Here, Open, Posted, Visit, back_to, page, page_with, see};
use crate::state::WebState;
use crate::view::staff::door::{
    Opening, PaperCode, SignIn, StepUp as StepUpPage, keyholder_fields, paper_code_fields, passphrase_field,
    sign_in_fields,
};
use crate::view::{Faults, Frame};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use base::hex;
use base::{OfficerId, Problem, Timestamp};
use desk::staff::{EndSession, Officer, StartSession, StepUp, officer};
use desk::{Actor, Asking, Staff};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use store::Read;

/// From the sixth failure on, a name waits 1, 2, 4 … 60 seconds; it is never locked (WEB.md 6).
const FREE_TRIES: u32 = 5;
const WAIT_SECONDS_MAX: i64 = 60;
/// Names remembered at most; the oldest failures are forgotten first.
const NAMES_MAX: usize = 10_000;
/// A password longer than this is not looked at.
const PASSWORD_BYTES_MAX: usize = 1_024;

/// Failures by name, and TOTP steps that were used. In memory: a restart forgets, and gives nobody a way in.
#[derive(Default)]
pub struct Throttle {
    tries: Mutex<BTreeMap<Vec<u8>, (u32, Timestamp)>>,
    spent: Mutex<BTreeMap<OfficerId, u64>>,
}

impl Throttle {
    /// Whether this name must wait.
    pub fn wait(&self, name: &[u8], now: Timestamp) -> bool {
        let tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        tries.get(name).is_some_and(|(count, last)| {
            let over = count.saturating_sub(FREE_TRIES);
            let seconds = if over == 0 { 0 } else { (1_i64 << over.min(7).saturating_sub(1)).min(WAIT_SECONDS_MAX) };
            now < last.plus_seconds(seconds)
        })
    }

    /// Counts a failure.
    pub fn failed(&self, name: Vec<u8>, now: Timestamp) {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        if tries.len() >= NAMES_MAX {
            let oldest = tries.iter().min_by_key(|(_, (_, last))| *last).map(|(name, _)| name.clone());
            oldest.and_then(|name| tries.remove(&name));
        }
        let (count, last) = tries.entry(name).or_insert((0, now));
        (*count, *last) = (count.saturating_add(1), now);
    }

    /// It succeeded: nothing is held against it.
    pub fn forget(&self, name: &[u8]) {
        self.tries.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }

    /// Whether a code of this step is new for the officer (RFC 6238, 5.2: each code once).
    fn first_use(&self, officer: OfficerId, step: u64) -> bool {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        let new = spent.get(&officer).is_none_or(|last| step > *last);
        if new {
            spent.insert(officer, step);
        }
        new
    }
}

/// `GET /masuk`
pub async fn form(State(web): State<WebState>, Visit(t): Visit, RawQuery(query): RawQuery) -> Answer {
    page(&sign_in_page(&web, t, lanjut(query.as_deref()), (Faults::default(), "")).await)
}

async fn sign_in_page(web: &WebState, t: Frame, then: String, (faults, name): (Faults, &str)) -> SignIn {
    let opening = opening(web).await;
    let fields = match opening {
        Opening::Open => sign_in_fields(&t, name),
        Opening::One => vec![passphrase_field(&t)],
        Opening::Two | Opening::Waits => keyholder_fields(&t),
    };
    SignIn { t, faults, fields, then, opening, demo: web.set.demo }
}

async fn opening(web: &WebState) -> Opening {
    let by_two = match &web.carriers {
        _ if web.desk.store.vault().is_open() => return Opening::Open,
        Some(carriers) => carriers.opens_by_two().await.unwrap_or(false),
        None => false,
    };
    if by_two { Opening::Two } else { Opening::One }
}

/// `POST /buka`: the passphrase opens the keys of a locked node; wrong ones are slowed like log-ins. Of two keyholders the
/// first is told that the node waits, right or wrong, and each name is slowed where the parts are kept.
pub async fn unlock(State(web): State<WebState>, Visit(t): Visit, form: Posted) -> Answer {
    let then = back_to(form.hidden("_lanjut")).to_owned();
    let name = b"/buka".to_vec();
    let carriers = web.carriers.clone().ok_or(Problem::new("web.no-carriers"))?;
    let by_two = opening(&web).await == Opening::Two;
    let opened = if !by_two && web.throttle.wait(&name, web.now()) {
        Err(Problem::new("web.sign-in-wait"))
    } else {
        let phrase = form.fields.iter().find(|(field, _)| field == "frasa").map_or("", |(_, value)| value.as_str());
        carriers.unlock(form.get("nama").to_owned(), phrase.to_owned()).await
    };
    match opened {
        Ok(true) => Ok(see(&format!("/masuk?lanjut={then}"))),
        Ok(false) => {
            let waits = sign_in_page(&web, t, then, (Faults::default(), "")).await;
            page(&SignIn { opening: Opening::Waits, ..waits })
        }
        Err(problem) => {
            web.throttle.failed(name, web.now());
            let faults = Faults::of(t.words(), &problem, Some(if by_two { "nama" } else { "frasa" }));
            page_with(Some(&problem), &sign_in_page(&web, t, then, (faults, "")).await)
        }
    }
}

/// Where to go on, from the query.
fn lanjut(query: Option<&str>) -> String {
    let then = query.unwrap_or("").split('&').find_map(|pair| pair.strip_prefix("lanjut=")).unwrap_or("/hari-ini");
    back_to(then).to_owned()
}

/// `POST /masuk`
pub async fn enter(State(web): State<WebState>, Visit(t): Visit, form: Posted) -> Answer {
    let then = back_to(form.hidden("_lanjut")).to_owned();
    match prove(&web, &form).await {
        Ok(staff) => match super::guest::has_come_for_something(&web, &staff).await {
            Ok(()) => start_session(&web, &staff, false, &then).await,
            Err(problem) => {
                let faults = Faults::of(t.words(), &problem, Some("nama"));
                page_with(Some(&problem), &sign_in_page(&web, t, then, (faults, form.get("nama"))).await)
            }
        },
        Err(problem) => {
            let faults = Faults::of(t.words(), &problem, Some("nama"));
            page_with(Some(&problem), &sign_in_page(&web, t, then, (faults, form.get("nama"))).await)
        }
    }
}

/// Checks name, password and code of a form.
async fn prove(web: &WebState, form: &Open) -> Result<Staff, Problem> {
    let name = officer::login_key(form.get("nama"));
    if web.throttle.wait(&name, web.now()) {
        return Err(Problem::new("web.sign-in-wait"));
    }
    let mut view = web.desk.read().await.map_err(|error| error.problem())?;
    let card = officer::officer_by_login(&mut view, form.get("nama")).await.map_err(|error| error.problem())?;
    let known: Option<Officer> = match &card {
        Some(card) => {
            let stored = view.load::<Officer>(card.id.bytes()).await.map_err(|error| Problem::new(error.code()))?;
            // Who left is unknown at the door.
            stored.map(|stored| Arc::unwrap_or_clone(stored.state)).filter(|officer| officer.left.is_none())
        }
        None => None,
    };
    drop(view);
    let id = card.map(|card| card.id);
    let hash = known.as_ref().map_or_else(|| web.dummy_hash(), |officer| officer.password.expose().clone());
    let password = password_holds(web, form.get("sandi"), hash).await;
    let code = match (&known, id) {
        (Some(officer), Some(id)) => code_holds(web, (id, officer), form.get("totp")),
        _ => false,
    };
    if let (true, Some(officer), Some(id)) = (password && code, known, id) {
        web.throttle.forget(&name);
        return Ok(Staff { id, name: officer.name, roles: officer.roles, step_up_at: None });
    }
    web.throttle.failed(name, web.now());
    tracing::warn!("a log-in failed");
    Err(Problem::new("web.sign-in-wrong"))
}

async fn password_holds(web: &WebState, password: &str, hash: String) -> bool {
    if password.len() > PASSWORD_BYTES_MAX {
        return false;
    }
    let Ok(_turn) = web.hashing.acquire().await else { return false };
    let password = password.to_owned();
    let check = tokio::task::spawn_blocking(move || seal::verify_password(&password, &hash).is_ok());
    check.await.unwrap_or(false)
}

fn code_holds(web: &WebState, (id, officer): (OfficerId, &Officer), code: &str) -> bool {
    let secret = officer.totp.expose();
    if secret.is_empty() {
        return web.set.demo;
    }
    let Some(totp) = totp_of(secret) else { return false };
    let now = u64::try_from(web.now().seconds()).unwrap_or(0);
    let code: String = code.chars().filter(char::is_ascii_digit).collect();
    totp.check(&code, now).is_some_and(|step| web.set.demo || web.throttle.first_use(id, step))
}

/// The codes of a base32 secret: SHA-1, 30 seconds, six digits, as authenticator apps make them (RFC 6238).
fn totp_of(secret: &str) -> Option<totp_rs::Totp> {
    let secret = totp_rs::Secret::try_from_base32(secret).ok()?;
    Some(totp_rs::Builder::new().with_secret(secret).build_noncompliant())
}

/// The six digits that an authenticator app shows at a moment: for the demo and for tests. `None` for a wrong secret.
pub fn totp_code(secret: &str, now: Timestamp) -> Option<String> {
    let token = totp_of(secret)?.generate(u64::try_from(now.seconds()).ok()?);
    Some(token.to_string())
}

/// Starts a session and goes on.
pub async fn start_session(web: &WebState, staff: &Staff, own_device: bool, then: &str) -> Answer {
    let token: [u8; 32] = web.bytes();
    let token_hash = seal::hash::sha256(&[&token]);
    let asking = Asking::once(&*web.desk.chance, web.now());
    let start = StartSession { token_hash, officer: staff.id, own_device };
    web.desk.run(&Actor::Officer(staff.clone()), asking, &start).await?;
    let mut response = see(then);
    set_cookie(web, &mut response, &hex(&token), None);
    Ok(response)
}

/// The session cookie; `Max-Age=0` ends it.
pub fn set_cookie(web: &WebState, response: &mut Response, token: &str, age: Option<u32>) {
    let secure = if web.set.tls { "; Secure" } else { "" };
    let age = age.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    let line = format!("{}={token}; Path=/; HttpOnly; SameSite=Lax{secure}{age}", web.cookie());
    if let Ok(value) = HeaderValue::from_str(&line) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// `POST /keluar`
pub async fn leave(here: Here, form: Posted) -> Answer {
    here.run(&form, &EndSession(here.token_hash)).await?;
    here.web.desk.store.vault().close(&here.token_hash);
    let mut response = see("/masuk");
    set_cookie(&here.web, &mut response, "", Some(0));
    Ok(response)
}

/// `GET /masuk/kode`
pub async fn paper_form(Visit(t): Visit) -> Answer {
    page(&PaperCode { faults: Faults::default(), fields: paper_code_fields(&t, ""), t })
}

/// `POST /masuk/kode`. A paper code opens once; until the desk can strike one off, none opens anything.
pub async fn paper(State(web): State<WebState>, Visit(t): Visit, form: Posted) -> Answer {
    let name = officer::login_key(form.get("nama"));
    let waits = web.throttle.wait(&name, web.now());
    web.throttle.failed(name, web.now());
    let problem = Problem::new(if waits { "web.sign-in-wait" } else { "web.sign-in-wrong" });
    let fields = paper_code_fields(&t, form.get("nama"));
    let faults = Faults::of(t.words(), &problem, Some("nama"));
    page_with(Some(&problem), &PaperCode { t, faults, fields })
}

/// `GET /konfirmasi`
pub async fn step_up_form(here: Here, RawQuery(query): RawQuery) -> Answer {
    let mut view = here.web.desk.read().await?;
    let officer = view.load::<Officer>(here.staff.id.bytes()).await?.ok_or(desk::Error::NotFound)?;
    let has_password = !officer.password.expose().is_empty();
    page(&step_up_page(here.t, lanjut(query.as_deref()), (has_password, Faults::default())))
}

/// A guest may have no password: she proves herself with her passkey alone.
fn step_up_page(t: Frame, then: String, (has_password, faults): (bool, Faults)) -> StepUpPage {
    let fields = if has_password { sign_in_fields(&t, "").split_off(1) } else { Vec::new() };
    StepUpPage { t, faults, fields, then }
}

/// `POST /konfirmasi`: password and code again, for the officer of this session.
pub async fn step_up(here: Here, form: Posted) -> Answer {
    let then = back_to(form.hidden("_lanjut")).to_owned();
    match prove_again(&here, &form).await {
        Ok(()) => {
            here.run(&form, &StepUp { token_hash: here.token_hash, proved: true }).await?;
            Ok(see(&then))
        }
        Err(problem) => {
            let faults = Faults::of(here.t.words(), &problem, Some("sandi"));
            page_with(Some(&problem), &step_up_page(here.t, then, (true, faults)))
        }
    }
}

async fn prove_again(here: &Here, form: &Open) -> Result<(), Problem> {
    let name = here.staff.id.bytes().to_vec();
    if here.web.throttle.wait(&name, here.web.now()) {
        return Err(Problem::new("web.sign-in-wait"));
    }
    let mut view = here.web.desk.read().await.map_err(|error| error.problem())?;
    let officer = view.load::<Officer>(here.staff.id.bytes()).await.map_err(|error| Problem::new(error.code()))?;
    drop(view);
    let officer = officer.ok_or(Problem::new("web.sign-in-wrong"))?.state;
    let password = password_holds(&here.web, form.get("sandi"), officer.password.expose().clone()).await;
    if password && code_holds(&here.web, (here.staff.id, &*officer), form.get("totp")) {
        here.web.throttle.forget(&name);
        return Ok(());
    }
    here.web.throttle.failed(name, here.web.now());
    Err(Problem::new("web.sign-in-wrong"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_waits_longer_with_each_failure_and_never_for_good() {
        let throttle = Throttle::default();
        let at = |seconds: i64| Timestamp::from_seconds(1_000 + seconds);
        for _ in 0..5 {
            assert!(!throttle.wait(b"sari", at(0)));
            throttle.failed(b"sari".to_vec(), at(0));
        }
        assert!(!throttle.wait(b"sari", at(0)), "five tries are free");
        throttle.failed(b"sari".to_vec(), at(0));
        assert!(throttle.wait(b"sari", at(0)) && !throttle.wait(b"sari", at(1)));
        for _ in 0..40 {
            throttle.failed(b"sari".to_vec(), at(0));
        }
        assert!(throttle.wait(b"sari", at(59)) && !throttle.wait(b"sari", at(60)));
        assert!(!throttle.wait(b"made", at(0)), "another name does not wait");
        throttle.forget(b"sari");
        assert!(!throttle.wait(b"sari", at(0)));
    }

    #[test]
    fn a_code_opens_once() {
        let throttle = Throttle::default();
        let sari = OfficerId::from_bytes([1; 16]);
        assert!(throttle.first_use(sari, 7) && !throttle.first_use(sari, 7) && !throttle.first_use(sari, 6));
        assert!(throttle.first_use(OfficerId::from_bytes([2; 16]), 7));
    }
}
