//! What stands before every page: who is asked (Host), from where (Sec-Fetch-Site, Origin), who asks (session), and
//! what every answer carries (policy headers, caching, compression, a page for each problem).

mod answer;
mod form;
mod headers;
mod here;
mod kept;

pub use answer::{Answer, Fail, back_to, given_out, page, page_even, page_with, problem_json, see};
pub(crate) use form::{Bringing, urlencoded};
pub use form::{Brought, FILE_POST_BYTES_MAX, Open, Posted, whole};
pub(crate) use headers::{Plain, encoded, within};
pub use here::{Here, Visit};
pub use kept::as_clash;

use crate::state::WebState;
use crate::view::Frame;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base::{Lang, Problem};

/// What the guard found out about a request before its door sees it.
#[derive(Clone)]
pub(crate) struct Found {
    /// The frame of the page, for errors too.
    pub frame: Frame,
    /// The member of staff, none, or why that cannot be known now (the node is locked).
    pub here: Result<Option<Here>, Problem>,
    /// The session part of form tokens; zeros without a session.
    pub form_key: [u8; 32],
}

/// The guard of all routes.
pub async fn guard(State(web): State<WebState>, mut request: Request, next: Next) -> Response {
    let asked = headers::Asked::of(&request);
    let found = here::find(&web, &asked, request.headers()).await;
    let frame = found.frame.clone();
    let response = if let Some(problem) = not_for_us(&web, &request) {
        Fail::from(problem).into_response()
    } else {
        let nobody = matches!(found.here, Ok(None));
        request.extensions_mut().insert(found);
        let request = if nobody { kept::after_session(&web, request).await } else { Err(request) };
        match request {
            Ok(response) => response,
            Err(request) => next.run(request).await,
        }
    };
    let response = answer::dress(response, frame, &asked);
    headers::finish(&web, response, &asked)
}

/// Another host (421), or a post that another site made a browser send (403).
fn not_for_us(web: &WebState, request: &Request) -> Option<Problem> {
    let headers = request.headers();
    let host = text(headers, header::HOST.as_str()).unwrap_or("");
    if !web.set.hosts.iter().any(|known| known.eq_ignore_ascii_case(host)) {
        return Some(Problem::new("web.wrong-host"));
    }
    let safe = [Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method());
    let site = text(headers, "sec-fetch-site").is_none_or(|site| site == "same-origin");
    let scheme = if web.set.tls { "https" } else { "http" };
    let own = format!("{scheme}://{host}");
    let origin = text(headers, header::ORIGIN.as_str()).is_none_or(|o| o == "null" || o.eq_ignore_ascii_case(&own));
    let ours = site && origin;
    (!safe && !ours).then(|| Problem::new("web.form-stale"))
}

/// A header as text.
pub(crate) fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// A cookie.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// The language of a staff page: a cookie that holds nothing else.
pub(crate) fn staff_lang(headers: &HeaderMap) -> Lang {
    cookie(headers, "bahasa").map_or(Lang::Id, Lang::from_tag)
}
