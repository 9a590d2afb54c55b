//! The box of a reporter without a name (WEB.md 7): her code, what was answered, what she adds, the end. No cookie: a form of the
//! box carries a ticket that this process alone can open, and only for a while.

use super::anonymous::{files, record};
use super::crowd::address;
use crate::guard::{Answer, Brought, Fail, Open, Visit, page, page_even, page_with, see};
use crate::state::WebState;
use crate::view::anonymous::{Box as BoxPage, Closed, Door, Turn};
use crate::view::{Fact, Faults, Field, Frame, Kind};
use crate::when;
use axum::extract::State;
use axum::http::{Extensions, StatusCode};
use base::{Problem, from_hex, hex};
use casework::report::SAID_CHARS_MAX;
use desk::boxes::Opened;
use seal::{Aad, DataKey, open_cell, seal_cell};
use zeroize::Zeroizing;

/// How long a form of a box may be used before its code is asked anew.
const TICKET_SECONDS: i64 = 1_800;
/// A typed code longer than this is not looked at.
const CODE_BYTES_MAX: usize = 64;

/// `GET /balas`
pub async fn door(State(web): State<WebState>, Visit(t): Visit) -> Answer {
    page(&door_page(&web, t, Faults::default(), ""))
}

/// `GET /balas/pesan`, `/balas/tutup`: nothing is shown without a code.
pub async fn again(Visit(t): Visit) -> Answer {
    Ok(see(&t.href("/balas")))
}

/// `POST /balas`: a code that is wrong, unknown or of a closed box gets the same answer, after the same work.
pub async fn open(State(web): State<WebState>, Visit(t): Visit, extensions: Extensions, form: Open) -> Answer {
    let code = code(form.get("kode"));
    match opened(&web, &code, &address(&extensions)).await? {
        Some(found) => page(&box_page(&web, t, &code, found, Turn::Opened, (Faults::default(), ""))?),
        None => none(&web, t, ""),
    }
}

/// `POST /balas/pesan`
pub async fn add(
    State(web): State<WebState>,
    Visit(t): Visit,
    extensions: Extensions,
    Brought(form): Brought,
) -> Answer {
    let (text, from) = (form.get("pesan").to_owned(), address(&extensions));
    // A ticket that is over asks for the code; what was typed stays.
    let Some(code) = ticket_or_code(&web, &form) else { return none(&web, t, &text) };
    let done = added(&web, &form, (&code, &text), &from).await;
    let Some(found) = opened(&web, &code, &from).await? else { return none(&web, t, &text) };
    match done {
        Ok(None) => none(&web, t, &text),
        Ok(Some(())) => page(&box_page(&web, t, &code, found, Turn::Added, (Faults::default(), ""))?),
        Err(fail) => {
            let problem = fail.problem().cloned().ok_or(fail)?;
            let faults = Faults::of(t.words(), &problem, Some("pesan"));
            page_with(Some(&problem), &box_page(&web, t, &code, found, Turn::Opened, (faults, &text))?)
        }
    }
}

async fn added(web: &WebState, form: &Open, (code, text): (&str, &str), from: &[u8]) -> Result<Option<()>, Fail> {
    let kunci = form.key()?;
    let files = files(web, form).await?;
    if text.is_empty() && files.is_empty() {
        return Err(Problem::new("box.empty").into());
    }
    if text.chars().count() > SAID_CHARS_MAX {
        return Err(Problem::at("box.long", SAID_CHARS_MAX.to_string()).into());
    }
    web.reporters.enter(from, web).await?;
    let done = web.boxes.add(code, (kunci, text, files), web.now()).await?;
    web.reporters.note(from, web);
    record(web).await;
    Ok(done)
}

/// `POST /balas/tutup`
pub async fn close(State(web): State<WebState>, Visit(t): Visit, extensions: Extensions, form: Open) -> Answer {
    let from = address(&extensions);
    let Some(code) = ticket_or_code(&web, &form) else { return none(&web, t, "") };
    if form.get("yakin").is_empty() {
        let Some(found) = opened(&web, &code, &from).await? else { return none(&web, t, "") };
        let problem = Problem::at("web.field-missing", "yakin");
        let faults = Faults::of(t.words(), &problem, Some("yakin"));
        return page_with(Some(&problem), &box_page(&web, t, &code, found, Turn::Opened, (faults, ""))?);
    }
    web.guesses.enter(&from, &web).await?;
    if web.boxes.close(&code, web.now()).await? {
        page(&Closed { t })
    } else {
        web.guesses.note(&from, &web);
        none(&web, t, "")
    }
}

/// What a code opens. Who guesses waits; who waited is answered all the same.
async fn opened(web: &WebState, code: &str, from: &[u8]) -> Result<Option<Opened>, Fail> {
    web.guesses.enter(from, web).await?;
    let found = web.boxes.open(code, web.now()).await?;
    if found.is_none() {
        web.guesses.note(from, web);
    }
    Ok(found)
}

fn code(typed: &str) -> Zeroizing<String> {
    Zeroizing::new(if typed.len() <= CODE_BYTES_MAX { typed.to_owned() } else { String::new() })
}

/// The one answer to every code that opens nothing: one status, one length, and the code is not shown again.
fn none(web: &WebState, mut t: Frame, text: &str) -> Answer {
    "/balas".clone_into(&mut t.path);
    let problem = Problem::new("box.unknown");
    let faults = Faults::of(t.words(), &problem, Some("kode"));
    let mut response = page_even(&door_page(web, t, faults, text))?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

fn door_page(web: &WebState, t: Frame, faults: Faults, text: &str) -> Door {
    let field = Field::new("kode", t.box_code(), Kind::Digits(19)).help(t.box_code_help()).fill("off");
    Door { faults, field, kept: text.to_owned(), kunci: hex(&web.bytes::<16>()), t }
}

fn box_page(
    web: &WebState,
    mut t: Frame,
    code: &str,
    found: Opened,
    turn: Turn,
    (faults, text): (Faults, &str),
) -> Result<BoxPage, Problem> {
    "/balas".clone_into(&mut t.path);
    let zone = web.desk.me.place.zone();
    let replies = found.replies.into_iter().map(|reply| Fact::new(when::moment(reply.at, zone, t.lang()), reply.text));
    Ok(BoxPage {
        faults,
        turn,
        replies: replies.collect(),
        until: when::day(found.until, zone, t.lang()),
        kunci: hex(&web.bytes::<16>()),
        ticket: ticket(web, code)?,
        text: Field::long("pesan", t.box_text()).help(t.box_text_help()).value(text),
        sure: Field::new("yakin", t.box_close_sure(), Kind::Tick(false)),
        t,
    })
}

fn ticket_key(web: &WebState) -> DataKey {
    DataKey::from_bytes(web.key_for(b"simpul/box-ticket/1"))
}

/// The code and until when, sealed under a key that lives as long as this process.
fn ticket(web: &WebState, code: &str) -> Result<String, Problem> {
    let until = web.now().seconds() + TICKET_SECONDS;
    let plain = Zeroizing::new(format!("{until}.{code}"));
    let sealed = seal_cell(&ticket_key(web), &Aad::new("simpul/box-ticket/1"), plain.as_bytes(), &*web.desk.chance)?;
    Ok(hex(&sealed))
}

/// The code of a form: typed anew, or in a ticket that is not over.
fn ticket_or_code(web: &WebState, form: &Open) -> Option<Zeroizing<String>> {
    let typed = form.get("kode");
    if !typed.is_empty() {
        return Some(code(typed));
    }
    let sealed = from_hex(form.hidden("_tiket"))?;
    let plain = open_cell(&ticket_key(web), &Aad::new("simpul/box-ticket/1"), &sealed).ok()?;
    let (until, code) = std::str::from_utf8(&plain).ok()?.split_once('.')?;
    (web.now().seconds() < until.parse::<i64>().ok()?).then(|| Zeroizing::new(code.to_owned()))
}
