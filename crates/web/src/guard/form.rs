//! Forms: bounded, checked to come from this session, and known again when they come twice.

use super::{Fail, Found};
use crate::mint::Mint;
use crate::state::WebState;
use axum::body::{Body, HttpBody};
use axum::extract::multipart::{Field as Part, MultipartError};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header;
use base::from_hex;
use base::{Problem, limits};
use bytes::{Bytes, BytesMut};
use desk::Asking;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A file brought by hand: joining file, agreement, USB bundle. Larger bundles go by `simpul bundle import`.
pub const FILE_POST_BYTES_MAX: usize = 33_554_432;

/// How forms with a file are read: how many at a time, and how long one that comes no further is waited for.
#[derive(Clone, Debug)]
pub struct Bringing {
    turns: Arc<Semaphore>,
    patience: Duration,
    /// Bytes of all files of one form; more is left unread.
    most: usize,
}

impl Default for Bringing {
    fn default() -> Self {
        let turns = Arc::new(Semaphore::new(limits::UPLOADS_AT_A_TIME));
        Self { turns, patience: Duration::from_secs(limits::UPLOAD_STALL_SECONDS), most: FILE_POST_BYTES_MAX }
    }
}

/// A form of staff: its token was checked.
#[derive(Clone, Debug)]
pub struct Posted(pub Open);

/// A public form that may bring a few files: more than a report may have is left unread, and what was typed stays.
pub struct Brought(pub Open);

/// A public form: no session, so no token.
#[derive(Clone, Debug, Default)]
pub struct Open {
    /// What was typed, in order; the hidden fields that begin with `_` stand apart.
    pub fields: Vec<(String, String)>,
    hidden: Vec<(String, String)>,
    files: Vec<(String, Bytes)>,
    /// Files that came while too many were read; the first bytes of each were enough to know that it is there.
    passed_by: Vec<String>,
    /// Its files were more than such a form may bring.
    is_large: bool,
    /// Held until the form is done with, as its files lie in memory.
    turn: Option<Arc<OwnedSemaphorePermit>>,
    path: String,
}

impl std::ops::Deref for Posted {
    type Target = Open;
    fn deref(&self) -> &Open {
        &self.0
    }
}

impl Open {
    /// A field, trimmed; empty if absent.
    pub fn get(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim())
    }

    /// A field that must say something.
    pub fn need(&self, name: &str) -> Result<&str, Problem> {
        Some(self.get(name)).filter(|value| !value.is_empty()).ok_or_else(|| Problem::at("web.field-missing", name))
    }

    /// All values of a field.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A hidden field.
    pub fn hidden(&self, name: &str) -> &str {
        self.hidden.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    /// A file; empty ones are none. `web.files-busy` if it came while too many others did: what was typed is here.
    pub fn file(&self, name: &str) -> Result<&Bytes, Problem> {
        if self.passed_by.iter().any(|passed| passed == name) {
            return Err(Problem::at("web.files-busy", name));
        }
        let found = self.files.iter().find(|(key, bytes)| key == name && !bytes.is_empty());
        found.map(|(_, bytes)| bytes).ok_or_else(|| Problem::at("web.file-missing", name))
    }

    /// All files under a name. `web.files-large` if they were too large together.
    pub fn files(&self, name: &str) -> Result<Vec<&Bytes>, Problem> {
        if self.is_large {
            return Err(Problem::at("web.files-large", name));
        }
        match self.file(name) {
            Err(problem) if problem.code.0 == "web.files-busy" => Err(problem),
            _ => {
                let found = self.files.iter().filter(|(key, bytes)| key == name && !bytes.is_empty());
                Ok(found.map(|(_, bytes)| bytes).collect())
            }
        }
    }

    /// Where it was posted to.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The version of the thing that the person saw.
    pub fn version(&self) -> Option<i64> {
        self.hidden("_versi").parse().ok()
    }

    /// The key that makes a repeated post one effect.
    pub fn key(&self) -> Result<[u8; 16], Problem> {
        let bytes = from_hex(self.hidden("_kunci")).and_then(|bytes| bytes.try_into().ok());
        bytes.ok_or_else(|| Problem::new("web.form-stale"))
    }

    /// Key and content of this form. The token is left out: it is masked anew each time.
    pub fn asking(&self) -> Asking {
        let mut content = self.path.clone().into_bytes();
        for (name, value) in self.fields.iter().chain(self.hidden.iter().filter(|(name, _)| name == "_versi")) {
            for part in [name, value] {
                content.extend_from_slice(&(part.len() as u64).to_be_bytes());
                content.extend_from_slice(part.as_bytes());
            }
        }
        for (_, bytes) in &self.files {
            content.extend_from_slice(&seal::hash::sha256(&[bytes]));
        }
        Asking::of(self.hidden("_kunci").as_bytes(), &content)
    }

    /// A further act of the same form: its own key, so that each has one effect.
    pub fn then(&self, what: &str) -> Asking {
        let key = [self.hidden("_kunci").as_bytes(), b"/", what.as_bytes()].concat();
        Asking { request: Asking::of(&key, b"").request, ..self.asking() }
    }

    /// Reads a file if there is a turn for it. Else it passes by unread, so that what was typed beside it is not lost.
    async fn take_file(&mut self, mut part: Part<'_>, bringing: Option<&Bringing>) -> Result<(), Problem> {
        let name = part.name().unwrap_or_default().to_owned();
        let (mut bytes, mut passes) = (BytesMut::new(), false);
        let before: usize = self.files.iter().map(|(_, bytes)| bytes.len()).sum();
        let most = bringing.map_or(0, |bringing| bringing.most).saturating_sub(before);
        while let Some(more) = next_bytes(&mut part, bringing).await? {
            if more.is_empty() {
                continue;
            }
            if self.turn.is_none() {
                let turn = bringing.and_then(|bringing| Arc::clone(&bringing.turns).try_acquire_owned().ok());
                self.turn = turn.map(Arc::new);
            }
            passes |= self.turn.is_none();
            if bytes.len() + more.len() > most {
                (self.is_large, passes) = (true, true);
            }
            if !passes {
                bytes.extend_from_slice(&more);
            }
        }
        if passes {
            self.passed_by.push(name);
        } else {
            self.files.push((name, bytes.freeze()));
        }
        Ok(())
    }

    fn put(&mut self, name: String, value: String) {
        if name.starts_with('_') { self.hidden.push((name, value)) } else { self.fields.push((name, value)) }
    }
}

/// Reads a form. `bringing`: how forms with a file are read; a public form has none, and takes no file.
pub(super) async fn read(request: Request, bringing: Option<&Bringing>) -> Result<Open, Fail> {
    let path = request.uri().path().to_owned();
    let kind = super::text(request.headers(), header::CONTENT_TYPE.as_str()).unwrap_or("").to_owned();
    let mut form = Open { path, ..Open::default() };
    if kind.starts_with("multipart/form-data") {
        let mut parts = Multipart::from_request(request, &()).await.map_err(|_| Problem::new("web.field-bad"))?;
        while let Some(part) = parts.next_field().await.map_err(|error| bad(&error))? {
            if part.file_name().is_some() {
                form.take_file(part, bringing).await?;
            } else {
                let name = part.name().unwrap_or_default().to_owned();
                let text = part.text().await.map_err(|error| bad(&error))?;
                form.put(name, text);
            }
        }
        return Ok(form);
    }
    let most = if form.path.starts_with("/saku") { limits::REPORT_POST_BYTES_MAX } else { limits::FORM_BYTES_MAX };
    let body = whole(request.into_body(), most, "web.too-large").await?;
    let pairs: Vec<(String, String)> = urlencoded(&body)?;
    for (name, value) in pairs {
        form.put(name, value.replace("\r\n", "\n"));
    }
    Ok(form)
}

fn bad(error: &MultipartError) -> Problem {
    let large = error.status() == http::StatusCode::PAYLOAD_TOO_LARGE;
    Problem::new(if large { "web.too-large" } else { "web.field-bad" })
}

/// The next bytes of a file; one that comes no further is cut, as others wait.
async fn next_bytes(part: &mut Part<'_>, bringing: Option<&Bringing>) -> Result<Option<Bytes>, Problem> {
    let patience = bringing.map_or_else(|| Bringing::default().patience, |bringing| bringing.patience);
    let next = tokio::time::timeout(patience, part.chunk()).await;
    next.map_err(|_| Problem::new("web.cut-short"))?.map_err(|error| bad(&error))
}

/// All of a body. One that a broken link cut short is to be sent again; only one over the limit is refused for good.
pub async fn whole(body: Body, most: usize, too_large: &'static str) -> Result<Bytes, Problem> {
    // No form is so large, so nobody reads it: a smaller one is read on, as whoever still sends may miss the answer.
    if body.size_hint().lower() > most.max(FILE_POST_BYTES_MAX) as u64 {
        return Err(Problem::new(too_large));
    }
    axum::body::to_bytes(body, most).await.map_err(|error| {
        let large = error.source().is_some_and(<dyn Error>::is::<http_body_util::LengthLimitError>);
        Problem::new(if large { too_large } else { "web.cut-short" })
    })
}

/// `application/x-www-form-urlencoded`, in the order sent.
pub(crate) fn urlencoded(body: &[u8]) -> Result<Vec<(String, String)>, Problem> {
    let decode = |part: &[u8]| percent_decode(part).ok_or(Problem::new("web.field-bad"));
    body.split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let cut = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
            let (name, value) = pair.split_at(cut);
            Ok((decode(name)?, decode(value.strip_prefix(b"=").unwrap_or(value))?))
        })
        .collect()
}

fn percent_decode(part: &[u8]) -> Option<String> {
    let mut out = Vec::with_capacity(part.len());
    let mut bytes = part.iter();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit = |byte: Option<&u8>| char::from(*byte?).to_digit(16).and_then(|d| u8::try_from(d).ok());
                (digit(bytes.next())? << 4) | digit(bytes.next())?
            }
            other => *other,
        });
    }
    String::from_utf8(out).ok()
}

impl FromRequest<WebState> for Open {
    type Rejection = Fail;

    async fn from_request(request: Request, _: &WebState) -> Result<Self, Fail> {
        read(request, None).await
    }
}

impl FromRequest<WebState> for Brought {
    type Rejection = Fail;

    async fn from_request(request: Request, web: &WebState) -> Result<Self, Fail> {
        let small = Bringing { most: limits::REPORT_POST_BYTES_MAX, ..web.bringing.clone() };
        Ok(Self(read(request, Some(&small)).await?))
    }
}

impl FromRequest<WebState> for Posted {
    type Rejection = Fail;

    async fn from_request(request: Request, web: &WebState) -> Result<Self, Fail> {
        let found = request.extensions().get::<Found>().ok_or(Problem::new("web.fault"))?;
        let (form_key, found_here) = (found.form_key, found.here.clone().ok().flatten());
        let form = read(request, Some(&web.bringing)).await?;
        if !Mint::accepts(&form_key, &form.path, form.hidden("_tanda")) {
            return Err(Problem::new("web.form-stale").into());
        }
        form.key()?;
        match &found_here {
            // A guest keeps no drafts: the page that shows them is none of hers.
            Some(here)
                if !form.hidden("_draf").is_empty()
                    && super::kept::is_work(&form.path)
                    && !desk::guest::is_guest(&here.staff) =>
            {
                Err(super::kept::as_draft(web, &form, here).await?)
            }
            _ => Ok(Self(form)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::{BodyExt, Full};
    use std::convert::Infallible;

    #[test]
    fn a_form_reads_as_it_was_typed() {
        let read = urlencoded(b"nama=Ibu+Sari%20%26+adik&kosong=&nama=dua&sendiri").unwrap();
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(
            read,
            [pair("nama", "Ibu Sari & adik"), pair("kosong", ""), pair("nama", "dua"), pair("sendiri", "")]
        );
        assert!(urlencoded(b"x=%zz").is_err() && urlencoded(b"x=%ff").is_err());
    }

    const HEAD: &str = "--x\r\nContent-Disposition: form-data; name=\"judul\"\r\n\r\nKontrak\r\n--x\r\n\
        Content-Disposition: form-data; name=\"berkas\"; filename=\"a\"\r\n\r\n";

    async fn came(bringing: Option<&Bringing>, body: Body) -> Result<Open, String> {
        let request = http::Request::builder().header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
        read(request.body(body).unwrap(), bringing).await.map_err(|fail| format!("{fail:?}"))
    }

    async fn brought(bringing: Option<&Bringing>, file: &str) -> Open {
        came(bringing, Body::from(format!("{HEAD}{file}\r\n--x--\r\n"))).await.unwrap()
    }

    fn one_at_a_time() -> Bringing {
        Bringing { turns: Arc::new(Semaphore::new(1)), ..Bringing::default() }
    }

    #[tokio::test]
    async fn a_file_without_a_turn_passes_by_unread_and_what_was_typed_stays() {
        let one = one_at_a_time();
        let first = brought(Some(&one), "isi").await;
        assert_eq!(first.file("berkas").unwrap().as_ref(), b"isi");
        let second = brought(Some(&one), "isi kedua").await;
        assert_eq!(second.file("berkas").unwrap_err(), Problem::at("web.files-busy", "berkas"));
        assert!(second.files.is_empty() && second.get("judul") == "Kontrak");
        let empty = brought(Some(&one), "").await;
        assert_eq!(empty.file("berkas").unwrap_err().code.0, "web.file-missing", "no file asks for no turn");
        drop(first);
        assert!(brought(Some(&one), "isi kedua").await.file("berkas").is_ok());
    }

    #[tokio::test]
    async fn a_file_that_comes_no_further_is_cut_and_its_turn_is_free() {
        assert_eq!(Bringing::default().patience, Duration::from_secs(60));
        let one = Bringing { patience: Duration::ZERO, ..one_at_a_time() };
        // After its first bytes nothing comes, and nothing ends.
        let begun = Full::new(Bytes::from(format!("{HEAD}isi yang tidak selesai")));
        let never = std::future::pending::<Option<Result<http::HeaderMap, Infallible>>>();
        let refused = came(Some(&one), Body::new(begun.with_trailers(never))).await.unwrap_err();
        assert!(refused.contains("web.cut-short"), "{refused}");
        assert_eq!(one.turns.available_permits(), 1, "the next one has its turn");
        assert!(
            brought(Some(&one), "isi").await.file("berkas").is_ok(),
            "what is there at once is read, however hurried"
        );
    }

    #[tokio::test]
    async fn a_public_form_takes_no_file_into_memory() {
        assert!(brought(None, "isi").await.files.is_empty());
    }

    #[test]
    fn the_same_content_has_the_same_asking_whatever_its_token() {
        let form = |token: &str, value: &str| {
            let mut form = Open { path: "/x".into(), ..Open::default() };
            form.put("_tanda".into(), token.into());
            form.put("_kunci".into(), "00".into());
            form.put("alasan".into(), value.into());
            form.asking()
        };
        assert_eq!(form("a", "satu"), form("b", "satu"));
        assert_ne!(form("a", "satu").digest, form("a", "dua").digest);
        assert_eq!(form("a", "satu").request, form("a", "dua").request);
    }
}
