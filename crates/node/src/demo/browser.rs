//! A browser without a window: follows links, fills in forms, keeps a cookie. The demo acts through the same pages that
//! people use.

use super::html::{Form, forms};
use base::Problem;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use std::collections::BTreeMap;
use tokio::net::TcpStream;

/// Redirects followed in a row.
const REDIRECTS_MAX: usize = 5;

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Where it ended after redirects.
    pub path: String,
    /// Body.
    pub body: Bytes,
}

impl Answer {
    /// The page.
    pub fn page(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Its words, without tags.
    pub fn text(&self) -> String {
        super::html::text(&self.page())
    }
}

/// One person at one node.
#[derive(Clone, Debug)]
pub struct Browser {
    host: String,
    port: u16,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    /// A new browser without cookies. The host name goes into the header, the connection to 127.0.0.1.
    pub fn new(host: &str, port: u16) -> Self {
        Self { host: host.to_owned(), port, cookies: BTreeMap::new() }
    }

    /// Gets a page, following redirects.
    pub async fn get(&mut self, path: &str) -> Result<Answer, Problem> {
        self.follow(Method::GET, path, (None, Bytes::new())).await
    }

    /// Posts a form as it stands.
    pub async fn post(&mut self, form: &Form) -> Result<Answer, Problem> {
        let body = encode(&form.values);
        self.follow(Method::POST, &form.action, (Some("application/x-www-form-urlencoded"), body.into())).await
    }

    /// Posts bytes.
    pub async fn send(&mut self, path: &str, body: Vec<u8>, headers: &[(&str, &str)]) -> Result<Answer, Problem> {
        let answer = self.once(Method::POST, path, (Some("application/octet-stream"), body.into()), headers).await?;
        Ok(answer)
    }

    /// Posts a file as a browser does, with the form's hidden fields before it.
    pub async fn upload(&mut self, form: &Form, (field, name): (&str, &str), bytes: &[u8]) -> Result<Answer, Problem> {
        const EDGE: &str = "----simpul-peragaan";
        let mut body = Vec::new();
        for (field, value) in form.values.iter().filter(|(known, _)| known != field) {
            body.extend(
                format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n").into_bytes(),
            );
        }
        let head = format!(
            "--{EDGE}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
        );
        body.extend(head.into_bytes());
        body.extend_from_slice(bytes);
        body.extend(format!("\r\n--{EDGE}--\r\n").into_bytes());
        let kind = format!("multipart/form-data; boundary={EDGE}");
        self.follow(Method::POST, &form.action, (Some(&kind), body.into())).await
    }

    /// The form of a page whose action ends so.
    pub fn form(page: &Answer, action_ends: &str) -> Result<Form, Problem> {
        let all = forms(&page.page());
        let found = all.into_iter().find(|form| form.action.ends_with(action_ends));
        found.ok_or_else(|| {
            Problem::at("demo.no-form", format!("{} {}: {action_ends}", page.status.as_u16(), page.path))
        })
    }

    async fn follow(&mut self, method: Method, path: &str, body: (Option<&str>, Bytes)) -> Result<Answer, Problem> {
        let mut answer = self.once(method, path, body, &[]).await?;
        for _ in 0..REDIRECTS_MAX {
            let Some(to) = answer.headers.get(header::LOCATION).and_then(|to| to.to_str().ok()) else { break };
            let to = to.to_owned();
            answer = self.once(Method::GET, &to, (None, Bytes::new()), &[]).await?;
        }
        Ok(answer)
    }

    async fn once(
        &mut self,
        method: Method,
        path: &str,
        (kind, body): (Option<&str>, Bytes),
        headers: &[(&str, &str)],
    ) -> Result<Answer, Problem> {
        let unreachable = || Problem::at("demo.unreachable", format!("{}{path}", self.host));
        let stream = TcpStream::connect(("127.0.0.1", self.port)).await.map_err(|_| unreachable())?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(|_| unreachable())?;
        let running = tokio::spawn(connection);
        let authority = format!("{}:{}", self.host, self.port);
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, &authority);
        request = request.header("Sec-Fetch-Site", "same-origin").header(header::ORIGIN, format!("http://{authority}"));
        request = request.header(header::ACCEPT_LANGUAGE, "id");
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !self.cookies.is_empty() {
            let jar: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(header::COOKIE, jar.join("; "));
        }
        let request = request.body(Full::new(body)).map_err(|_| unreachable())?;
        let response = sender.send_request(request).await.map_err(|_| unreachable())?;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.map_err(|_| unreachable())?.to_bytes();
        running.abort();
        self.remember(&parts.headers);
        Ok(Answer { status: parts.status, headers: parts.headers, path: path.to_owned(), body })
    }

    fn remember(&mut self, headers: &HeaderMap) {
        for cookie in headers.get_all(header::SET_COOKIE) {
            let Some((name, value)) = cookie.to_str().ok().and_then(|c| c.split(';').next()?.split_once('=')) else {
                continue;
            };
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

/// `application/x-www-form-urlencoded`.
fn encode(values: &[(String, String)]) -> String {
    use std::fmt::Write;
    let part = |text: &str| {
        let mut out = String::new();
        for byte in text.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'*' => out.push(char::from(byte)),
                b' ' => out.push('+'),
                _ => {
                    let _ = write!(out, "%{byte:02X}");
                }
            }
        }
        out
    };
    values.iter().map(|(name, value)| format!("{}={}", part(name), part(value))).collect::<Vec<_>>().join("&")
}
