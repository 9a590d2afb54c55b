//! A secret link for one's own calendar program, and what is read under it: codes of steps, aliases of matters, times.

mod ics;

use crate::guard::{Answer, Here, Posted, page, see, text};
use crate::state::WebState;
use crate::text::Words;
use crate::view::staff::protection::{Part, Protection};
use crate::view::staff::work::{Button, WorkForm};
use crate::view::{Fact, Link};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::{Lang, Problem, from_hex, hex};
use desk::Deed;
use desk::staff::calendar::{Deadline, EndCalendarLink, MakeCalendarLink, What, deadlines, link_of};
use ics::Event;

/// Seconds after which a calendar program may ask again, when the node is locked or was asked too often.
const AGAIN_SECONDS: u16 = 300;

/// `GET /akun/kalender`
pub async fn form(here: Here) -> Answer {
    shown(&here, None).await
}

async fn shown(here: &Here, address: Option<String>) -> Answer {
    let mut view = here.read(Deed::OwnAccount).await?;
    let link = link_of(&mut view, here.staff.id).await?;
    let t = here.t.words();
    let button = |action: &str, word: &str, quiet| WorkForm {
        heading: String::new(),
        action: action.to_owned(),
        groups: Vec::new(),
        buttons: vec![Button::new("", word, quiet)],
    };
    let mut parts = Vec::new();
    if let Some(address) = address {
        let facts = vec![Fact::new(t.calendar_address(), address)];
        parts.push(Part { facts, ..Part::new(t.calendar_new(), t.calendar_once()) });
    }
    if let Some(link) = link {
        let lead = t.calendar_since(here.moment(link.made_at));
        let forms = vec![button("/akun/kalender/akhir", t.calendar_end(), true)];
        parts.push(Part { forms, ..Part::new(t.calendar_running(), lead) });
        let forms = vec![button("/akun/kalender", t.calendar_make(), true)];
        parts.push(Part { forms, ..Part::new(t.calendar_other(), t.calendar_replaces()) });
    } else {
        let forms = vec![button("/akun/kalender", t.calendar_make(), false)];
        parts.push(Part { forms, ..Part::new(t.calendar_none(), "") });
    }
    page(&Protection {
        faults: crate::view::Faults::default(),
        case: None,
        back: Some(Link::new("/akun", t.account())),
        version: 0,
        heading: t.calendar().to_owned(),
        lead: t.calendar_lead().to_owned(),
        parts,
        t: here.t.clone(),
    })
}

/// `POST /akun/kalender`: the address is shown in this answer alone; the same form again shows it again.
pub async fn make(here: Here, headers: HeaderMap, form: Posted) -> Answer {
    let token = here.web.calendar_token(&here.token_hash, &form.key()?);
    let hash = seal::hash::sha256(&[&token]);
    let act = MakeCalendarLink { officer: here.staff.id, hash, lang: here.t.lang() };
    here.run(&form, &act).await?;
    let kept = link_of(&mut here.web.desk.read().await?, here.staff.id).await?;
    let path = format!("/kalender/{}.ics", hex(&token));
    let is_this = kept.is_some_and(|link| link.hash == hash);
    shown(&here, is_this.then(|| address(&here.web, &headers, &path))).await
}

/// `POST /akun/kalender/akhir`
pub async fn end(here: Here, form: Posted) -> Answer {
    here.run(&form, &EndCalendarLink(here.staff.id)).await?;
    Ok(see("/akun/kalender"))
}

/// A whole address of this node, under the name by which it was asked.
fn address(web: &WebState, headers: &HeaderMap, path: &str) -> String {
    let scheme = if web.set.tls { "https" } else { "http" };
    format!("{scheme}://{}{path}", text(headers, header::HOST.as_str()).unwrap_or(""))
}

/// `GET /kalender/{berkas}`
pub async fn feed(State(web): State<WebState>, Path(file): Path<String>, headers: HeaderMap) -> Answer {
    let absent = || Problem::new("web.not-found");
    if !web.desk.store.vault().is_open() {
        return Ok(later(StatusCode::SERVICE_UNAVAILABLE));
    }
    let token = file.strip_suffix(".ics").and_then(from_hex).filter(|token| token.len() == 32).ok_or_else(absent)?;
    let hash = seal::hash::sha256(&[&token]);
    let mut view = web.desk.read().await?;
    let (lang, due) = deadlines(&mut view, hash).await?.ok_or_else(absent)?;
    // Only links that are there are counted, so nobody fills this memory or slows another's calendar.
    if web.calendars.wait(&hash, web.now()) {
        return Ok(later(StatusCode::TOO_MANY_REQUESTS));
    }
    web.calendars.failed(hash.to_vec(), web.now());
    let link = address(&web, &headers, "/hari-ini");
    let events: Vec<Event> = due.iter().map(|deadline| event(&web, lang, deadline)).collect();
    Ok(file_of(ics::calendar(Words::of(lang).calendar(), &link, web.now(), &events)))
}

/// Code and name of the step, as the handbook has them, without alias; of a hearing the alias of its matter alone.
fn event(web: &WebState, lang: Lang, deadline: &Deadline) -> Event {
    let (summary, day) = match &deadline.what {
        What::Step(step) => {
            let name = web.desk.handbooks.step(step).map_or("", |known| known.name.get(lang));
            (format!("{step} {name}"), None)
        }
        What::Hearing(alias, day) => (format!("{}: {alias}", Words::of(lang).calendar_hearing()), day.clone()),
    };
    Event { mark: deadline.mark.clone(), at: deadline.due, day, summary: summary.trim_end().to_owned() }
}

fn file_of(text: String) -> Response {
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/calendar; charset=utf-8"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"tenggat.ics\""));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
    response
}

/// Programs read the status and the header; there are no words for people.
fn later(status: StatusCode) -> Response {
    let mut response = (status, "").into_response();
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(AGAIN_SECONDS));
    response
}
