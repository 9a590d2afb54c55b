//! The public start, and the way out.

use crate::directory::contacts;
use crate::guard::{Answer, Visit, page, see};
use crate::state::WebState;
use crate::view::public::Start;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;

/// `GET /`
pub async fn start(Visit(t): Visit) -> Answer {
    let emergency = contacts(t.lang());
    page(&Start { t, emergency })
}

/// `GET /keluar-cepat`: 303 to a harmless page. Cookies go only where a page of ours asked, so that no other site can
/// sign people out; the store of the phone stays, because reports wait in it.
pub async fn leave(State(web): State<WebState>, headers: HeaderMap) -> Response {
    let mut response = see(&web.set.exit_to);
    let ours = crate::guard::text(&headers, "sec-fetch-site") == Some("same-origin");
    if ours {
        response.headers_mut().insert("clear-site-data", HeaderValue::from_static("\"cookies\""));
    }
    response.headers_mut().insert("cache-control", HeaderValue::from_static("no-store"));
    response
}
