//! Sealed reports from phones, and the pack that makes the pocketbook work offline (WEB.md 7 and 3).

use crate::guard::{Answer, Fail, Plain, text};
use crate::look::FILES;
use crate::state::WebState;
use crate::view::localised;
use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::{Lang, Problem};
use base::{from_hex, hex};
use base64::Engine as _;
use desk::intake::{Receipt, Taken};

/// A sealed report: its largest bucket and its frame.
const SEALED_BYTES_MAX: usize = 66_560;

/// `POST /kirim/laporan`
pub async fn sealed(State(web): State<WebState>, headers: HeaderMap, body: Body) -> Answer {
    let key = text(&headers, "simpul-kunci").and_then(from_hex).filter(|key| key.len() == 16);
    let key = key.ok_or(Problem::new("web.form-stale"))?;
    let bytes = axum::body::to_bytes(body, SEALED_BYTES_MAX).await.map_err(|_| Problem::new("web.too-large"))?;
    Ok(match web.desk.take_report(&key, &bytes).await? {
        Taken::New(receipt) => (StatusCode::CREATED, Json(shown(&receipt))).into_response(),
        Taken::Known(receipt) => (StatusCode::OK, Json(shown(&receipt))).into_response(),
        Taken::Waiting => (StatusCode::ACCEPTED, Json(serde_json::json!({}))).into_response(),
    })
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

/// The documents that work offline.
const DOCUMENTS: [&str; 7] = [
    "/saku",
    "/saku/periksa",
    "/saku/periksa?bentuk=panjang",
    "/saku/lapor",
    "/saku/kotak",
    "/saku/kontak",
    "/saku/panduan",
];

/// `GET /saku/paket.json`: what the phone keeps, with hashes where the bytes are always the same.
pub async fn pack(State(web): State<WebState>) -> Answer {
    let mut files: Vec<serde_json::Value> = Vec::new();
    let hashed =
        |path: String, bytes: &[u8]| serde_json::json!([path, hex(&seal::hash::sha256(&[bytes])), bytes.len()]);
    for file in
        FILES.iter().filter(|file| file.name == "publik.css" || file.media_type().starts_with("text/javascript"))
    {
        if !matches!(file.name, "saku-sw.js" | "kunci.js") {
            let path = if file.name == "kirim.js" { "/aset/kirim.js".to_owned() } else { file.href() };
            files.push(hashed(path, file.plain));
        }
    }
    for name in ["questions.json", "guidance.json"] {
        if let Some(bytes) = web.desk.screening.file(name) {
            files.push(hashed(format!("/saku/paket/{name}"), bytes));
        }
    }
    let key = intake_key(&web).await;
    let version = seal::hash::sha256(&[
        serde_json::Value::from(files.clone()).to_string().as_bytes(),
        key.as_deref().unwrap_or_default().as_bytes(),
        env!("CARGO_PKG_VERSION").as_bytes(),
    ]);
    // Documents carry keys of forms or a clock: their bytes differ each time, their words only with the version.
    let of = |lang| DOCUMENTS.map(|path| serde_json::json!([localised(lang, path), null, 0]));
    files.extend(Lang::ALL.into_iter().flat_map(of));
    let versi: String = hex(&version).chars().take(16).collect();
    let json = Json(serde_json::json!({ "versi": versi, "terima": key, "berkas": files }));
    Ok(([(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"))], json).into_response())
}

/// `GET /saku/paket/{name}`: the files of the question pack.
pub async fn pack_file(State(web): State<WebState>, Path(name): Path<String>) -> Answer {
    let bytes = web.desk.screening.file(&name).ok_or(Problem::new("web.not-found"))?.to_vec();
    let bytes = bytes::Bytes::from(bytes);
    let kind = HeaderValue::from_static("application/json");
    let mut response = ([(header::CONTENT_TYPE, kind)], bytes.clone()).into_response();
    // Packed on the way out like a page: the pack is half of what a phone loads before its first question.
    response.extensions_mut().insert(Plain(bytes));
    Ok(response)
}

/// `GET /kirim/laporan/{rid}`: whether an officer has taken it. An unknown rid looks like one nobody has read.
pub async fn read_yet(State(web): State<WebState>, Path(rid): Path<String>) -> Result<Response, Fail> {
    let rid: Option<[u8; 16]> = from_hex(&rid).and_then(|bytes| bytes.try_into().ok());
    let mut read = false;
    if let Some(rid) = rid
        && let Ok(mut view) = web.desk.read().await
        && let Ok(Some(found)) = desk::cases::reports::by_rid(&mut view, rid).await
    {
        let report: Option<store::Stored<desk::cases::reports::ReportStream>> =
            store::Read::load(&mut view, found.id.bytes()).await?;
        read = report.is_some_and(|report| report.state.state.word() != "new");
    }
    Ok(Json(serde_json::json!({ "read": read })).into_response())
}

/// The words a person needs to find a report again, from its rid: two groups of four.
pub fn reference(rid: &[u8; 16]) -> String {
    const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let letters = rid.iter().take(8).map(|byte| char::from(*DIGITS.get(usize::from(byte & 31)).unwrap_or(&b'0')));
    let text: String = letters.collect();
    let (a, b) = text.split_at(4);
    format!("{a} {b}")
}
