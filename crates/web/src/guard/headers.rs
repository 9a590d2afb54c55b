//! Headers of every answer (WEB.md 6), caching by kind of page, brotli for pages.

use super::text;
use crate::look::{CRITICAL_HASH, SHORT_HASH, is_short};
use crate::state::WebState;
use crate::view::localised;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use base::Lang;
use std::io::Write;

/// Pages below this many bytes are not worth packing.
const PACK_FROM_BYTES: usize = 600;

/// What everybody may ask for, with all below it.
const PUBLIC: [&str; 16] = [
    "/periksa",
    "/lapor",
    "/balas",
    "/hak",
    "/bantuan",
    "/data",
    "/tentang",
    "/keluhan",
    "/privasi",
    "/aksesibilitas",
    "/aman",
    "/saku",
    "/keluar-cepat",
    "/aset",
    "/kirim",
    "/sehat",
];

/// What a request asks for, as far as headers depend on it.
pub(crate) struct Asked {
    /// The path without its language.
    pub path: String,
    /// The language the path names, for public pages.
    pub lang: Lang,
    /// A page for everybody, or for staff.
    pub public: bool,
    /// The browser takes brotli.
    brotli: bool,
    /// A page may be kept for a short while.
    get: bool,
}

impl Asked {
    pub fn of(request: &Request) -> Self {
        let (lang, path) = split(request.uri().path());
        // Below `/mou` lie pages of staff.
        let public = matches!(path.as_str(), "/" | "/mou") || PUBLIC.iter().any(|part| within(&path, part));
        let brotli = text(request.headers(), "accept-encoding").is_some_and(|all| all.contains("br"));
        Self { path, lang, public, brotli, get: request.method() == http::Method::GET }
    }

    /// Answered with JSON, errors too.
    pub fn json(&self) -> bool {
        within(&self.path, "/kirim") || self.path.contains("/kunci") || self.path == "/sehat"
    }

    /// A file that pages load, never a page. The worker is none: its policy is that of what it fetches.
    fn part(&self) -> bool {
        let ending = self.path.rsplit_once('.').map(|(_, ending)| ending);
        ["/aset", "/saku/klip"].iter().any(|part| within(&self.path, part))
            || (within(&self.path, "/saku") && matches!(ending, Some("json" | "webmanifest")))
    }
}

/// Whether a path lies in a part.
pub(crate) fn within(path: &str, part: &str) -> bool {
    path.strip_prefix(part).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Takes the language out of a path: `/en`, `/saku/en/periksa`.
fn split(path: &str) -> (Lang, String) {
    for lang in Lang::ALL {
        let tag = lang.tag();
        if let Some(rest) =
            path.strip_prefix(&format!("/{tag}")).filter(|rest| rest.is_empty() || rest.starts_with('/'))
        {
            return (lang, if rest.is_empty() { "/".to_owned() } else { rest.to_owned() });
        }
        let saku = format!("/saku/{tag}");
        if let Some(rest) = path.strip_prefix(&saku).filter(|rest| rest.is_empty() || rest.starts_with('/')) {
            return (lang, format!("/saku{rest}"));
        }
    }
    (Lang::Id, path.to_owned())
}

/// Puts the headers on, and packs.
pub(crate) fn finish(web: &WebState, response: Response, asked: &Asked) -> Response {
    let mut response = if asked.brotli { packed(response) } else { response };
    let headers = response.headers_mut();
    // A file that is given out carries a stricter policy of its own.
    let own_policy = headers.contains_key(header::CONTENT_SECURITY_POLICY);
    let is_page = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let mut put = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    // Parts of pages are no documents; a shorter policy says all, and a phone loads forty of them.
    if asked.part() {
        put("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
    } else {
        if !own_policy {
            put("content-security-policy", &policy(asked));
        }
        put("permissions-policy", &permissions(asked));
    }
    put("x-content-type-options", "nosniff");
    put("x-frame-options", "DENY");
    put("cross-origin-opener-policy", "same-origin");
    put("cross-origin-resource-policy", "same-origin");
    put("referrer-policy", if asked.public { "no-referrer" } else { "same-origin" });
    if let Some(onion) = web.set.onion.as_ref().filter(|_| asked.public && asked.get && is_page) {
        put("onion-location", &format!("{onion}{}", localised(asked.lang, &asked.path)));
    }
    if web.set.tls {
        put("strict-transport-security", "max-age=31536000");
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        let fleeting = ["/periksa/hasil", "/lapor", "/balas", "/saku/hasil", "/saku/lapor", "/saku/slip"];
        let fleeting = fleeting.iter().any(|part| within(&asked.path, part));
        let keep = asked.public && asked.get && !fleeting && !asked.json();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(if keep { "max-age=300" } else { "no-store" }));
    }
    response
}

fn policy(asked: &Asked) -> String {
    let hash = if is_short(&asked.path) { SHORT_HASH } else { CRITICAL_HASH };
    let critical = if asked.public { format!(" '{hash}'") } else { String::new() };
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'{critical}; img-src 'self' data:; media-src 'self'; \
         connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; \
         base-uri 'none'; require-trusted-types-for 'script'; trusted-types simpul"
    )
}

fn permissions(asked: &Asked) -> String {
    let camera = if asked.public && !within(&asked.path, "/saku") { "()" } else { "(self)" };
    let key = if asked.public { "()" } else { "(self)" };
    format!(
        "camera={camera}, microphone=(), geolocation=(), payment=(), usb=(), serial=(), hid=(), midi=(), \
         display-capture=(), accelerometer=(), gyroscope=(), magnetometer=(), publickey-credentials-get={key}, \
         publickey-credentials-create={key}"
    )
}

/// A page whose bytes are still at hand.
#[derive(Clone)]
pub(crate) struct Plain(pub bytes::Bytes);

/// A page whose length tells nothing: longer than any answer of the public check, so that all have it.
#[derive(Clone, Copy)]
pub(crate) struct Even;

/// Its length as it is. A longer one gets a multiple.
pub(crate) const EVEN_BYTES: usize = 16_384;
/// Its length packed.
const EVEN_PACKED_BYTES: usize = 5_120;

/// The next length that pages of this kind have.
pub(crate) const fn even(length: usize, step: usize) -> usize {
    length.next_multiple_of(step)
}

/// Packs a page and fills it up with blocks of metadata, which a reader skips (RFC 7932, section 9.2).
fn packed_even(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut out = brotli::CompressorWriter::new(Vec::new(), 4096, 5, 20);
    out.write_all(bytes)?;
    out.flush()?;
    // What is flushed ends at a whole byte; the end of the stream that the writer would add is put behind the filling.
    let mut all = out.get_ref().clone();
    let mut left = even(all.len() + 1, EVEN_PACKED_BYTES) - all.len() - 1;
    while left > 0 {
        let (head, head_bytes, skipped) = match left {
            1 | 2 | 259 => (0x06, 1, 0),
            3..=258 => (metadata(1, left - 3), 2, left - 2),
            _ => (metadata(2, left - 4), 3, left - 3),
        };
        all.extend(head.to_le_bytes().iter().take(head_bytes));
        all.resize(all.len() + skipped, 0);
        left -= head_bytes + skipped;
    }
    all.push(0x03);
    Ok(all)
}

/// The head of a block of metadata: not the last (0), no length of data (11), reserved (0), how many bytes tell the length to
/// skip, and that length less one; the least bit first.
fn metadata(length_bytes: u32, length_less_one: usize) -> u32 {
    0b0110 | length_bytes << 4 | u32::try_from(length_less_one).unwrap_or(0) << 6
}

/// Packs a page at level 5. Tokens in it are masked anew in each answer, so its length tells nothing about them.
fn packed(mut response: Response) -> Response {
    let Some(Plain(bytes)) = response.extensions().get::<Plain>().cloned() else { return response };
    if bytes.len() < PACK_FROM_BYTES {
        return response;
    }
    if response.extensions().get::<Even>().is_some() {
        let Ok(packed) = packed_even(&bytes) else { return response };
        *response.body_mut() = Body::from(packed);
        encoded(response.headers_mut());
        return response;
    }
    let mut out = brotli::CompressorWriter::new(Vec::new(), 4096, 5, 20);
    if out.write_all(&bytes).is_err() {
        return response;
    }
    *response.body_mut() = Body::from(out.into_inner());
    encoded(response.headers_mut());
    response
}

/// Says that the body is brotli.
pub(crate) fn encoded(headers: &mut HeaderMap) {
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_up_has_one_length_and_reads_as_it_was() {
        for length in (0..700).chain([4_000, 9_000]) {
            // Letters that cannot be packed, so that the filling takes every length.
            let mut state = 7_u32;
            let letters = std::iter::repeat_with(|| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let [first, ..] = state.to_be_bytes();
                first
            });
            let text: Vec<u8> = letters.take(4_420 + length).collect();
            let packed = packed_even(&text).unwrap();
            assert_eq!(packed.len() % EVEN_PACKED_BYTES, 0, "{length}");
            let mut read = Vec::new();
            std::io::Read::read_to_end(&mut brotli::Decompressor::new(packed.as_slice(), 4096), &mut read).unwrap();
            assert!(read == text, "{length}");
        }
    }

    #[test]
    fn a_path_says_its_language() {
        assert_eq!(split("/saku/en/periksa"), (Lang::En, "/saku/periksa".to_owned()));
        assert_eq!(split("/en"), (Lang::En, "/".to_owned()));
        assert_eq!(split("/saku/entah"), (Lang::Id, "/saku/entah".to_owned()));
        assert_eq!(split("/kasus"), (Lang::Id, "/kasus".to_owned()));
    }
}
