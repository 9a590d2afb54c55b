//! Answers: pages, redirects, and one place where a problem becomes what a person meets.

use super::headers::{Asked, EVEN_BYTES, Even, Plain, even};
use crate::view::Frame;
use crate::view::trouble::trouble_page;
use askama::Template;
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::{Class, Problem};

/// What a door gives.
pub type Answer = Result<Response, Fail>;

/// A problem on its way out; it becomes a page, or JSON where a script asked.
#[derive(Debug)]
pub struct Fail(Box<Kind>);

#[derive(Debug)]
enum Kind {
    Problem(Problem),
    /// Go there first: to the log-in, or to a fresh proof of presence.
    First(String),
}

impl Fail {
    /// The problem, if it is one.
    pub fn problem(&self) -> Option<&Problem> {
        if let Kind::Problem(problem) = &*self.0 { Some(problem) } else { None }
    }

    /// First something else.
    pub fn first(path: String) -> Self {
        Self(Box::new(Kind::First(path)))
    }
}

impl From<Problem> for Fail {
    fn from(problem: Problem) -> Self {
        Self(Box::new(Kind::Problem(problem)))
    }
}

impl From<desk::Error> for Fail {
    fn from(error: desk::Error) -> Self {
        error.problem().into()
    }
}

impl From<store::StoreError> for Fail {
    fn from(error: store::StoreError) -> Self {
        Problem::new(error.code()).into()
    }
}

#[derive(Clone)]
struct Undressed(Problem);

impl IntoResponse for Fail {
    fn into_response(self) -> Response {
        match *self.0 {
            Kind::First(path) => see(&path),
            Kind::Problem(problem) => {
                let mut response = status(&problem).into_response();
                response.extensions_mut().insert(Undressed(problem));
                response
            }
        }
    }
}

/// The status of a problem: from the class of its code, but for a wrong host.
fn status(problem: &Problem) -> StatusCode {
    if problem.code.0 == "web.wrong-host" {
        return StatusCode::MISDIRECTED_REQUEST;
    }
    StatusCode::from_u16(problem.code.class().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Seconds after which what was slowed, or met a full or busy node, is worth another try.
const RETRY_SECONDS: u16 = 30;

/// Turns a problem, or an answer that the router made without words, into a page or JSON.
pub(crate) fn dress(response: Response, frame: Frame, asked: &Asked) -> Response {
    let known = response.extensions().get::<Undressed>().map(|undressed| undressed.0.clone());
    let by_router = match response.status() {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Some(Problem::new("web.not-found")),
        StatusCode::PAYLOAD_TOO_LARGE => Some(Problem::new("web.too-large")),
        StatusCode::BAD_REQUEST => Some(Problem::new("web.field-bad")),
        _ => None,
    };
    let bare = !response.headers().contains_key(header::CONTENT_TYPE);
    let Some(problem) = known.or(by_router.filter(|_| bare)) else { return response };
    if matches!(problem.code.class(), Class::Bug | Class::Environment) {
        tracing::error!(code = %problem.code, "a request failed");
    }
    if asked.json() {
        return problem_json(&problem, frame.lang());
    }
    let status = status(&problem);
    let html = trouble_page(frame, &problem, !asked.public);
    let mut answer = html_response(status, html);
    if let Some(allow) = response.headers().get(header::ALLOW) {
        answer.headers_mut().insert(header::ALLOW, allow.clone());
    }
    answer
}

/// A problem as JSON, in the shape of CONTRACTS.md 1.
pub fn problem_json(problem: &Problem, lang: base::Lang) -> Response {
    let error = serde_json::json!({ "error": {
        "code": problem.code, "message": problem.message().get(lang), "remedy": problem.remedy().get(lang), "at": problem.at,
    }});
    let mut response = (status(problem), axum::Json(error)).into_response();
    if matches!(problem.code.class(), Class::Slowed | Class::Busy | Class::Environment) {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(RETRY_SECONDS));
    }
    response
}

/// A page.
pub fn page(template: &impl Template) -> Answer {
    page_with(None, template)
}

/// A page that came back with a problem: the status follows from it.
pub fn page_with(problem: Option<&Problem>, template: &impl Template) -> Answer {
    let html = template.render().map_err(|_| Problem::new("web.fault"))?;
    Ok(html_response(problem.map_or(StatusCode::OK, status), html))
}

/// A page that shows nothing by its length: it is filled up to a fixed one, plain and packed.
pub fn page_even(template: &impl Template) -> Answer {
    let mut html = template.render().map_err(|_| Problem::new("web.fault"))?;
    let length = even(html.len() + 1, EVEN_BYTES);
    html.extend(std::iter::repeat_n(' ', length - html.len() - 1).chain(['\n']));
    let mut response = html_response(StatusCode::OK, html);
    response.extensions_mut().insert(Even);
    Ok(response)
}

fn html_response(status: StatusCode, html: String) -> Response {
    let bytes = bytes::Bytes::from(html);
    let mut response = (status, Body::from(bytes.clone())).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response.extensions_mut().insert(Plain(bytes));
    response
}

/// A file to be saved. The browser is told not to guess what it is, and that it may do nothing here.
pub fn given_out(bytes: Vec<u8>, name: &str) -> Response {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

/// 303: see there.
pub fn see(path: &str) -> Response {
    let place = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response()
}

/// A path of this node to go back to; anything else is the start of the staff.
pub fn back_to(path: &str) -> &str {
    let plain = path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\r', '\n', ' ']);
    if plain { path } else { "/hari-ini" }
}
