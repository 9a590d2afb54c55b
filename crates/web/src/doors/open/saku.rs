//! The pocketbook without script: every page complete, nothing kept but a report that is sent.

use crate::guard::{Answer, Plain, Visit, page};
use crate::look::Asset;
use crate::state::WebState;
use crate::view::saku::{Outbox, SakuStart};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use base::Lang;

fn offline() -> bool {
    Asset::named("saku.js").is_some()
}

/// `GET /saku`
pub async fn start(State(web): State<WebState>, Visit(t): Visit) -> Answer {
    page(&SakuStart { t, pack: web.desk.screening.version().to_owned(), offline: offline() })
}

/// `GET /saku/kotak`
pub async fn outbox(Visit(t): Visit) -> Answer {
    page(&Outbox { t, offline: offline() })
}

/// The words of the scripts on the phone, as bytes that are the same each time.
pub fn words(lang: Lang) -> Vec<u8> {
    serde_json::to_vec(&crate::text::Words::of(lang).phone()).unwrap_or_default()
}

/// `GET /saku/kata.json`: what the scripts on the phone say.
pub async fn phone_words(Visit(t): Visit) -> Answer {
    Ok(file("application/json", words(t.lang())))
}

/// `GET /saku/catatan.webmanifest`: a neutral name and icon on the home screen of the phone.
pub async fn manifest(Visit(t): Visit) -> Answer {
    Ok(file("application/manifest+json", manifest_of(t.lang())))
}

/// The manifest, as bytes that are the same each time.
pub fn manifest_of(lang: Lang) -> Vec<u8> {
    let t = crate::text::Words::of(lang);
    let icon = serde_json::json!({"src": ICON, "sizes": "any", "type": "image/svg+xml", "purpose": "any"});
    let start = crate::view::localised(lang, "/saku");
    let manifest = serde_json::json!({
        "name": t.saku_title(), "short_name": t.saku_title(), "start_url": start, "scope": "/saku",
        "display": "standalone", "background_color": "#ffffff", "theme_color": "#0b5563", "icons": [icon],
    });
    serde_json::to_vec(&manifest).unwrap_or_default()
}

/// A page with three lines: what a book of notes looks like.
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 48 48'%3E%3Crect \
                    width='48' height='48' fill='%230b5563'/%3E%3Cpath d='M14 9h20v30H14zM18 17h12M18 24h12M18 \
                    31h8' fill='none' stroke='%23fff' stroke-width='3'/%3E%3C/svg%3E";

/// A small file, packed on the way out like a page.
pub(super) fn file(kind: &'static str, bytes: Vec<u8>) -> Response {
    let bytes = bytes::Bytes::from(bytes);
    let mut response = ([(header::CONTENT_TYPE, HeaderValue::from_static(kind))], bytes.clone()).into_response();
    response.extensions_mut().insert(Plain(bytes));
    response
}
