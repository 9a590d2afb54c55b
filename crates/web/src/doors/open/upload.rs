//! Files of sealed reports, chunk by chunk (WEB.md 6). Bytes go to the desk as they came; nothing here can open them.

use super::crowd::{Tally, address};
use crate::guard::{Answer, text, whole};
use crate::state::WebState;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode};
use axum::response::IntoResponse;
use base::{FileId, Problem, Timestamp, from_hex};
use seal::chunk::CHUNK_BYTES_MAX;

/// New files from one address in a while. Many phones share one (Tor, carriers, a proxy in front of the node), so it is
/// far above what ten responders send; beyond it a phone waits and is not refused.
const NEW_FILES_MAX: u32 = 240;
pub const WHILE_SECONDS: i64 = 600;

/// Counts a new file; `upload.slowed` when there were too many.
fn admit(newcomers: &Tally, address: &[u8], now: (impl FnOnce() -> [u8; 32], Timestamp)) -> Result<(), Problem> {
    if newcomers.count(address, 1, now) > NEW_FILES_MAX { Err(Problem::new("upload.slowed")) } else { Ok(()) }
}

fn file(id: &str) -> Result<FileId, Problem> {
    let id = from_hex(id).and_then(|bytes| FileId::from_slice(&bytes));
    id.ok_or(Problem::new("web.not-found"))
}

/// `PUT /kirim/berkas/{id}/{n}`
pub async fn chunk(
    State(web): State<WebState>,
    Path((id, n)): Path<(String, String)>,
    headers: HeaderMap,
    extensions: Extensions,
    body: Body,
) -> Answer {
    let (id, misfit) = (file(&id)?, || Problem::new("upload.misfit"));
    let n = n.parse().ok().filter(|number: &u32| number.to_string() == n).ok_or_else(misfit)?;
    let last = match text(&headers, "simpul-last") {
        Some("0") => false,
        Some("1") => true,
        _ => return Err(misfit().into()),
    };
    let bytes = whole(body, CHUNK_BYTES_MAX, "upload.too-large").await?;
    let _turn = web.uploading.acquire().await.map_err(|_| Problem::new("web.busy"))?;
    if web.desk.file_progress(id)?.is_none() {
        admit(&web.newcomers, &address(&extensions), (|| web.bytes(), web.now()))?;
    }
    let kept = web.desk.take_chunk((id, n, last), bytes.to_vec()).await?;
    Ok(if kept.new { StatusCode::CREATED } else { StatusCode::OK }.into_response())
}

/// `HEAD /kirim/berkas/{id}`: what need not be sent again.
pub async fn have(State(web): State<WebState>, Path(id): Path<String>) -> Answer {
    let progress = web.desk.file_progress(file(&id)?)?.ok_or(Problem::new("web.not-found"))?;
    let run = |(from, to): &(u32, u32)| if from == to { from.to_string() } else { format!("{from}-{to}") };
    let have: Vec<String> = progress.have.iter().map(run).collect();
    let have = HeaderValue::from_str(&have.join(",")).map_err(|_| Problem::new("web.fault"))?;
    Ok((StatusCode::OK, [("simpul-have", have)]).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_with_very_many_new_files_waits_and_no_other_does() {
        let newcomers = Tally::new(WHILE_SECONDS);
        let at = |seconds| Timestamp::from_seconds(1_795_402_800 + seconds);
        let admit = |address: &str, seconds| admit(&newcomers, address.as_bytes(), (|| [1; 32], at(seconds))).is_ok();
        assert!((0..NEW_FILES_MAX).all(|_| admit("203.0.113.7", 0)));
        assert!(!admit("203.0.113.7", 1));
        assert!(admit("203.0.113.8", 1));
        assert!(!admit("203.0.113.7", WHILE_SECONDS - 1));
        assert!(admit("203.0.113.7", WHILE_SECONDS));
    }
}
