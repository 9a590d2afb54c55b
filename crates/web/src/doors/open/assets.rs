//! Embedded files: sheets and islands.

use crate::guard::{Answer, text};
use crate::look::Asset;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use base::Problem;

/// `GET /aset/{*name}`: for ever under the name with the hash, for five minutes under the plain one.
pub async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Answer {
    let (file, forever) = Asset::asked(&name).ok_or(Problem::new("web.not-found"))?;
    let keep = if forever { "public, max-age=31536000, immutable" } else { "max-age=300" };
    Ok(send(file, &headers, keep))
}

/// `GET /saku/sw.js`: the worker; its scope holds `/saku` itself.
pub async fn worker(headers: HeaderMap) -> Answer {
    let file = Asset::named("saku-sw.js").ok_or(Problem::new("web.not-found"))?;
    let mut response = send(file, &headers, "no-cache");
    response.headers_mut().insert("service-worker-allowed", HeaderValue::from_static("/saku"));
    Ok(response)
}

fn send(file: &'static Asset, asked: &HeaderMap, keep: &'static str) -> Response {
    let brotli = text(asked, "accept-encoding").is_some_and(|all| all.contains("br"));
    let mut response = Body::from(if brotli { file.brotli } else { file.plain }).into_response();
    let headers = response.headers_mut();
    if brotli {
        crate::guard::encoded(headers);
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.media_type()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    response
}
