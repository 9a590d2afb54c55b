//! A gateway that is called over HTTP by a template. Any answer of 200 to 299 means that it has the message.

use super::config::HttpConfig;
use base::{Problem, hex};
use bytes::Bytes;
use desk::sms::Out;
use http::{Request, Uri};
use http_body_util::Full;
use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use zeroize::Zeroizing;

/// What a gateway may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// Where systems keep the certificates that they trust.
const SYSTEM_CA: [&str; 3] =
    ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];

/// A gateway.
pub struct Http {
    config: HttpConfig,
    secret: Zeroizing<String>,
    /// `None`: this machine itself, without TLS.
    tls: Option<Arc<rustls::ClientConfig>>,
}

impl Http {
    /// Reads secret and certificates.
    pub fn new(dir: &Path, config: &HttpConfig) -> Result<Self, Problem> {
        let secret = match &config.secret_file {
            Some(file) => super::secret(dir, file)?,
            None => Zeroizing::default(),
        };
        let uri = address(config, |_| String::new())?;
        let host = uri.host().unwrap_or_default();
        let is_here = ["localhost", "127.0.0.1", "[::1]"].contains(&host);
        let tls = match uri.scheme_str() {
            Some("https") => Some(tls(dir, config)?),
            Some("http") if is_here => None,
            _ => return Err(bad("url")),
        };
        Ok(Self { config: config.clone(), secret, tls })
    }

    /// Hands a message over. `sms.unreachable`: nobody answered; `sms.refused`: it said no. Neither names the number.
    pub async fn send(&self, out: &Out) -> Result<(), Problem> {
        let unreachable = || Problem::new("sms.unreachable");
        tokio::time::timeout(PATIENCE, self.call(out)).await.map_err(|_| unreachable())?
    }

    async fn call(&self, out: &Out) -> Result<(), Problem> {
        let unreachable = || Problem::new("sms.unreachable");
        let uri = address(&self.config, |slot| percent(&slot_of(out, slot)))?;
        let host = uri.host().unwrap_or_default().to_owned();
        let port = uri.port_u16().unwrap_or(if self.tls.is_some() { 443 } else { 80 });
        let request = self.request(&uri, out)?;
        let socket = TcpStream::connect((host.trim_matches(['[', ']']), port)).await.map_err(|_| unreachable())?;
        let status = match &self.tls {
            Some(tls) => {
                let name = ServerName::try_from(host).map_err(|_| bad("url"))?;
                let stream = tokio_rustls::TlsConnector::from(Arc::clone(tls)).connect(name, socket).await;
                answer(stream.map_err(|_| unreachable())?, request).await?
            }
            None => answer(socket, request).await?,
        };
        if status.is_success() { Ok(()) } else { Err(Problem::new("sms.refused")) }
    }

    fn request(&self, uri: &Uri, out: &Out) -> Result<Request<Full<Bytes>>, Problem> {
        let kind = &self.config.content_type;
        let body = filled(&self.config.body, |slot| {
            let value = slot_of(out, slot);
            if kind.contains("json") {
                escaped(&value)
            } else if kind.contains("form") {
                percent(&value)
            } else {
                value
            }
        });
        let path = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        let mut request = Request::builder().method(self.config.method.as_str()).uri(path);
        request = request.header("host", uri.authority().map_or("", http::uri::Authority::as_str));
        request = request.header("content-type", kind.as_str());
        for (name, value) in &self.config.headers {
            request = request.header(name.as_str(), value.replace("{secret}", &self.secret));
        }
        request.body(Full::new(Bytes::from(body))).map_err(|_| bad("headers"))
    }
}

fn bad(what: &str) -> Problem {
    Problem::at("node.bad-config", format!("sms.http.{what}"))
}

async fn answer<S>(stream: S, request: Request<Full<Bytes>>) -> Result<http::StatusCode, Problem>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let unreachable = |_| Problem::new("sms.unreachable");
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(unreachable)?;
    let work = tokio::spawn(connection);
    let status = sender.send_request(request).await.map(|answer| answer.status()).map_err(unreachable);
    work.abort();
    status
}

fn tls(dir: &Path, config: &HttpConfig) -> Result<Arc<rustls::ClientConfig>, Problem> {
    let system = || SYSTEM_CA.iter().map(PathBuf::from).find(|path| path.is_file());
    let file = config.ca.as_ref().map(|file| dir.join(file)).or_else(system).ok_or_else(|| bad("ca"))?;
    let mut roots = rustls::RootCertStore::empty();
    let found = CertificateDer::pem_file_iter(file).map_err(|_| bad("ca"))?;
    roots.add_parsable_certificates(found.filter_map(Result::ok));
    if roots.is_empty() {
        return Err(bad("ca"));
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Ok(Arc::new(config.map_err(|_| bad("ca"))?.with_root_certificates(roots).with_no_client_auth()))
}

fn address(config: &HttpConfig, slot: impl Fn(&str) -> String) -> Result<Uri, Problem> {
    filled(&config.url, slot).parse().map_err(|_| bad("url"))
}

fn slot_of(out: &Out, slot: &str) -> String {
    match slot {
        "to" => out.to.to_string(),
        "text" => out.text.to_string(),
        _ => hex(&out.id),
    }
}

/// A template with its slots filled in one pass: what stands in a message is no slot.
fn filled(template: &str, value: impl Fn(&str) -> String) -> String {
    let (mut out, mut rest) = (String::new(), template);
    while let Some(at) = rest.find('{') {
        let (before, slot) = rest.split_at(at);
        out.push_str(before);
        let found = ["to", "text", "id"].into_iter().find(|name| slot.starts_with(&format!("{{{name}}}")));
        let length = found.map_or(1, |name| name.len() + 2);
        match found {
            Some(name) => out.push_str(&value(name)),
            None => out.push('{'),
        }
        rest = slot.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// As it stands in a JSON string.
fn escaped(text: &str) -> String {
    serde_json::Value::String(text.to_owned())
        .to_string()
        .trim_start_matches('"')
        .strip_suffix('"')
        .unwrap_or_default()
        .to_owned()
}

fn percent(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_filled_once_and_each_kind_of_body_is_escaped_its_own_way() {
        let value = |slot: &str| if slot == "text" { "{to} \"1\" & é".to_owned() } else { "+62".to_owned() };
        assert_eq!(filled("{\"ke\":\"{to}\",\"x\":\"{y}\"}", value), "{\"ke\":\"+62\",\"x\":\"{y}\"}");
        assert_eq!(filled("{text}", |slot| escaped(&value(slot))), "{to} \\\"1\\\" & é");
        assert_eq!(filled("?t={text}", |slot| percent(&value(slot))), "?t=%7Bto%7D%20%221%22%20%26%20%C3%A9");
    }
}
