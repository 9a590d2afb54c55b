//! `POST /kirim/sms`: an HTTP gateway brings a message. Who calls is known by a signature over the whole body alone.

use super::Door;
use crate::guard::{Answer, text, whole};
use crate::state::WebState;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use base::{Problem, Redacted, from_hex};
use desk::sms::{Incoming, Part};
use std::collections::BTreeMap;

/// A message and its frame.
const BODY_BYTES_MAX: usize = 16_384;

/// How a gateway calls.
pub struct Callback {
    /// What its signatures are made with.
    pub secret: Vec<u8>,
    /// Header with the signature: HMAC-SHA-256 of the body in hex, `sha256=` before it or not.
    pub header: String,
    /// Names of its fields.
    pub fields: Fields,
}

/// What a gateway calls its fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields {
    /// Its own id of the message, or of the part.
    pub id: String,
    /// The number it came from.
    pub from: String,
    /// Its words.
    pub text: String,
    /// Of parts: what those of one message have in common, their number from 1, and how many there are.
    pub parts: Option<[String; 3]>,
}

/// `POST /kirim/sms`
pub async fn bring(State(web): State<WebState>, headers: HeaderMap, body: Body) -> Answer {
    let found = web.sms.get().and_then(|door| door.callback.as_ref().map(|callback| (door, callback)));
    let (door, callback): (&Door, &Callback) = found.ok_or(Problem::new("web.not-found"))?;
    let body = whole(body, BODY_BYTES_MAX, "web.too-large").await?;
    if !is_signed(callback, text(&headers, &callback.header).unwrap_or_default(), &body) {
        return Err(Problem::new("sms.signature").into());
    }
    let is_json = text(&headers, "content-type").is_some_and(|kind| kind.contains("json"));
    let fields = if is_json { of_json(&body) } else { of_form(&body) }.ok_or(Problem::at("sms.fields", "body"))?;
    let (incoming, total) = read(&callback.fields, &fields)?;
    door.take_part(&web, incoming, total).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn is_signed(callback: &Callback, given: &str, body: &[u8]) -> bool {
    let own = seal::hash::hmac(&callback.secret, &[body]);
    let given = from_hex(given.strip_prefix("sha256=").unwrap_or(given)).unwrap_or_default();
    own.len() == given.len() && own.iter().zip(&given).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

type Given = BTreeMap<String, String>;

fn of_json(body: &[u8]) -> Option<Given> {
    let all: BTreeMap<String, serde_json::Value> = serde_json::from_slice(body).ok()?;
    let word = |value: serde_json::Value| match value {
        serde_json::Value::String(text) => Some(text),
        serde_json::Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    Some(all.into_iter().filter_map(|(name, value)| Some((name, word(value)?))).collect())
}

fn of_form(body: &[u8]) -> Option<Given> {
    crate::guard::urlencoded(body).ok().map(|pairs| pairs.into_iter().collect())
}

/// The message in these fields, and how many parts it has.
fn read(names: &Fields, given: &Given) -> Result<(Incoming, u16), Problem> {
    let field = |name: &String| given.get(name).cloned().ok_or_else(|| Problem::at("sms.fields", name));
    let (id, from, text) = (field(&names.id)?, field(&names.from)?, field(&names.text)?);
    let (mut group, mut number, mut total) = (id.clone(), 1, 1);
    if let Some([name, of, count]) = &names.parts
        && let Some(whole) = given.get(name).filter(|whole| !whole.is_empty())
    {
        let figure = |name: &String| given.get(name).and_then(|text| text.parse::<u16>().ok()).filter(|n| *n > 0);
        // Two people may have a number of parts in common.
        group = format!("{whole}/{from}");
        number = figure(of).ok_or_else(|| Problem::at("sms.fields", of))?;
        total = figure(count).ok_or_else(|| Problem::at("sms.fields", count))?;
    }
    let part = Part { id: Redacted::new(id), number, text: Redacted::new(text) };
    Ok((Incoming { group: Redacted::new(group), from: Redacted::new(from), parts: vec![part] }, total))
}
