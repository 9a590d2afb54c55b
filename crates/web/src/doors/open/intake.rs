//! Sealed reports from phones (WEB.md 7): from the pocketbook, with a receipt, and without a name, with a code.

use super::anonymous::{Sent, sent};
use super::crowd::address;
use crate::guard::{Answer, Fail, Visit, problem_json, text, whole};
use crate::state::WebState;
use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use base::{Lang, Problem, from_hex, hex};
use base64::Engine as _;
use desk::intake::{Receipt, Taken};

/// A sealed report: its largest bucket and its frame.
const SEALED_BYTES_MAX: usize = 66_560;

/// `POST /kirim/laporan`. With `Simpul-Kotak` and the time token of its form in it, a report without a name: answered with the
/// page that shows its code.
pub async fn sealed(
    State(web): State<WebState>,
    Visit(t): Visit,
    headers: HeaderMap,
    extensions: Extensions,
    body: Body,
) -> Answer {
    let key: Option<[u8; 16]> = text(&headers, "simpul-kunci").and_then(from_hex).and_then(|key| key.try_into().ok());
    let key = key.ok_or(Problem::new("web.form-stale"))?;
    let bytes = whole(body, SEALED_BYTES_MAX, "web.too-large").await?;
    if let Some(stamp) = text(&headers, "simpul-kotak") {
        let (lang, report) = (t.lang(), Sent { kunci: key, stamp, report: &bytes });
        return match sent(&web, t, &report, &address(&extensions)).await {
            Err(fail) => told_why(&web, &fail, (&report, lang)).ok_or(fail),
            done => done,
        };
    }
    Ok(match web.desk.take_report(&key, &bytes).await? {
        Taken::New(receipt) => (StatusCode::CREATED, Json(shown(&receipt))).into_response(),
        Taken::Known(receipt) => (StatusCode::OK, Json(shown(&receipt))).into_response(),
        Taken::Waiting => (StatusCode::ACCEPTED, Json(serde_json::json!({}))).into_response(),
    })
}

/// Why a report without a name was not taken. A form whose time is over gets a new one, as its page stands open.
fn told_why(web: &WebState, fail: &Fail, (report, lang): (&Sent, Lang)) -> Option<Response> {
    let problem = fail.problem().filter(|problem| problem.code.0 == "web.form-age")?;
    let mut response = problem_json(problem, lang);
    let stamp = HeaderValue::from_str(&report.fresh_stamp(web)).ok()?;
    response.headers_mut().insert("simpul-waktu", stamp);
    Some(response)
}

fn shown(receipt: &Receipt) -> serde_json::Value {
    let signature = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(receipt.signature);
    serde_json::json!({
        "rid": hex(&receipt.rid), "seq": receipt.seq.0, "at": receipt.at.to_string(), "signature": signature,
    })
}

/// The public intake key, as pages and the pack carry it.
pub async fn intake_key(web: &WebState) -> Option<String> {
    let key = web.desk.intake_key().await.ok()?;
    Some(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(key.bytes()))
}

/// `GET /kirim/laporan/{rid}`: whether an officer has taken it. An unknown rid looks like one nobody has read.
pub async fn read_yet(State(web): State<WebState>, Path(rid): Path<String>) -> Result<Response, Fail> {
    let rid: Option<[u8; 16]> = from_hex(&rid).and_then(|bytes| bytes.try_into().ok());
    let mut read = false;
    if web.set.window {
        let left = match rid {
            Some(rid) => web.desk.left(rid).await?,
            None => None,
        };
        read = left.is_some_and(|left| left.read);
    } else if let Some(rid) = rid
        && let Ok(mut view) = web.desk.read().await
        && let Ok(Some(found)) = desk::cases::reports::by_rid(&mut view, rid).await
    {
        let report: Option<store::Stored<desk::cases::reports::ReportStream>> =
            store::Read::load(&mut view, found.id.bytes()).await?;
        read = report.is_some_and(|report| report.state.state.word() != "new");
    }
    Ok(Json(serde_json::json!({ "read": read })).into_response())
}

/// The number by which people speak of a report: the code of its slip, in groups.
pub fn reference(rid: &[u8; 16]) -> String {
    seal::slip_shown(&seal::slip_code(&base::ReportId::from_bytes(*rid)))
}
