//! Asking: one connection, TLS with the peer's pin, then one request after another over it.

use super::blobs::{EXPIRES, HAVE, LAST, TO};
use super::ranges::{self, Runs};
use super::{pinned, split};
use crate::keys::Mailbox;
use crate::post::Item;
use base::{Chance, FileId, MsgId, NodeId, Timestamp};
use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1::SendRequest;
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use seal::cbor::{Fields, Value};
use seal::httpsig::{self, SignsRequests, mailbox_header};
use seal::{CarrierAddress, CarrierKey, ReleaseKey, Tag};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

/// Longest time for connecting.
const CONNECT_SECONDS: u64 = 30;
/// Longest time for an answer that may be a batch over a slow link, or a long poll.
const REQUEST_SECONDS: u64 = 300;
/// Longest time for a request whose answer is short, beside that of its bytes.
const ANSWER_SECONDS: u64 = 60;
/// Bytes a second that a link carries at least: half of 9.6 kbit/s.
const SLOWEST_BYTES_PER_SECOND: u64 = 600;

/// Why a peer did not take or give mail. None of these loses anything: it is tried again.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The address is none of ours: `https://host:port`.
    #[error("not an address")]
    Address,
    /// No connection, or it broke.
    #[error("unreachable")]
    Unreachable,
    /// The server has another TLS key than its entry says.
    #[error("another TLS key")]
    Pin,
    /// The server said no.
    #[error("status {0}")]
    Status(StatusCode),
    /// The answer is not in the agreed form.
    #[error("malformed answer")]
    Malformed,
}

/// Where a node is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remote {
    /// `host:port`.
    pub authority: String,
    /// Its TLS key.
    pub pin: [u8; 32],
}

impl Remote {
    /// From a carrier of an entry; `None` for other kinds than HTTPS, or without a pin.
    pub fn of(carrier: &CarrierAddress) -> Option<Self> {
        let authority = carrier.address.strip_prefix("https://")?.trim_end_matches('/').to_owned();
        (carrier.kind == 1 && !authority.is_empty()).then_some(Self { authority, pin: carrier.tls? })
    }
}

/// An envelope of a mailbox and its cursor.
pub type Mail = (u64, Vec<u8>);

/// An open connection to one node.
pub struct Client {
    sender: SendRequest<Full<Bytes>>,
    authority: String,
    /// How far the server's clock is ahead of ours, in seconds; learned by [`Client::hello`].
    ahead: i64,
}

impl Client {
    /// Connects.
    pub async fn connect(remote: &Remote) -> Result<Self, ClientError> {
        let within = Duration::from_secs(CONNECT_SECONDS);
        tokio::time::timeout(within, Self::open(remote)).await.map_err(|_| ClientError::Unreachable)?
    }

    async fn open(remote: &Remote) -> Result<Self, ClientError> {
        let socket = TcpStream::connect(&remote.authority).await.map_err(|_| ClientError::Unreachable)?;
        // One batch is one write; waiting to fill packets only delays its end.
        socket.set_nodelay(true).map_err(|_| ClientError::Unreachable)?;
        let config = pinned(remote.pin).map_err(|_| ClientError::Pin)?;
        let name = ServerName::try_from("simpul.invalid").map_err(|_| ClientError::Address)?;
        let stream = tokio_rustls::TlsConnector::from(config).connect(name, socket).await.map_err(|error| {
            let pin = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
            if matches!(pin, Some(rustls::Error::InvalidCertificate(_))) {
                ClientError::Pin
            } else {
                ClientError::Unreachable
            }
        })?;
        Self::over(stream, &remote.authority).await
    }

    /// Speaks over a stream that is open: TLS to a peer, or what a test puts in its place.
    pub async fn over(
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        authority: &str,
    ) -> Result<Self, ClientError> {
        let (sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(|_| ClientError::Unreachable)?;
        tokio::spawn(async move { drop(connection.await) });
        Ok(Self { sender, authority: authority.to_owned(), ahead: 0 })
    }

    /// Asks for the server's time, which proofs need.
    pub async fn hello(&mut self, now: Timestamp) -> Result<Timestamp, ClientError> {
        let request = self.request(Method::GET, "/fed/1/hello", Bytes::new())?;
        let (_, body) = self.send(request).await?;
        let time = Fields::decode(&body).and_then(|mut hello| hello.need(3)?.into_int());
        let time = time.map_err(|_| ClientError::Malformed)?;
        self.ahead = time - now.seconds();
        Ok(Timestamp::from_seconds(time))
    }

    /// Hands envelopes over: one answer each. One round trip.
    pub async fn push(&mut self, envelopes: &[&[u8]]) -> Result<Vec<(MsgId, Item)>, ClientError> {
        let body = Bytes::from(envelopes.concat());
        let seconds = seconds_for(&body);
        let request = self.request(Method::POST, "/fed/1/inbox", body)?;
        let (_, _, body) = self.ask_within(request, seconds).await?;
        let rows = seal::cbor::decode(&body).and_then(Value::into_list).map_err(|_| ClientError::Malformed)?;
        rows.into_iter().map(|row| item(row).ok_or(ClientError::Malformed)).collect()
    }

    /// Fetches mail of one of our mailboxes after a cursor, waiting up to `wait` seconds for some to come.
    pub async fn fetch(
        &mut self,
        mailbox: &Mailbox,
        (after, wait): (u64, u64),
        now: Timestamp,
        chance: &dyn Chance,
    ) -> Result<Vec<Mail>, ClientError> {
        let path = format!("/fed/1/mailbox/{}?after={after}&wait={wait}", mailbox.tag);
        let header = mailbox_header(&mailbox.fetch.public(), &mailbox.release);
        let proof = (&mailbox.fetch as &dyn SignsRequests, Some(header), now, chance);
        let request = self.signed(&Method::GET, &path, &Bytes::new(), proof)?;
        let (status, body) = self.send(request).await?;
        if status == StatusCode::NO_CONTENT {
            return Ok(Vec::new());
        }
        let items = split(&body).ok_or(ClientError::Malformed)?;
        items.iter().map(|bytes| mail(bytes).ok_or(ClientError::Malformed)).collect()
    }

    /// Lets the mailbox drop what we committed.
    pub async fn release(
        &mut self,
        mailbox: &Mailbox,
        key: &ReleaseKey,
        ids: &[MsgId],
        (now, chance): (Timestamp, &dyn Chance),
    ) -> Result<(), ClientError> {
        let path = format!("/fed/1/mailbox/{}/release", mailbox.tag);
        let header = mailbox_header(&mailbox.fetch.public(), &mailbox.release);
        let body = Value::list(ids.iter().map(|id| Value::bytes(id.bytes()))).encode();
        let proof = (key as &dyn SignsRequests, Some(header), now, chance);
        let request = self.signed(&Method::POST, &path, &Bytes::from(body), proof)?;
        self.send(request).await.map(drop)
    }

    /// Fetches a node's entry if it is newer than `serial`.
    pub async fn entry(
        &mut self,
        node: NodeId,
        serial: u64,
        key: &CarrierKey,
        (now, chance): (Timestamp, &dyn Chance),
    ) -> Result<Option<Vec<u8>>, ClientError> {
        let path = format!("/fed/1/directory/{node}");
        let mut request =
            self.signed(&Method::GET, &path, &Bytes::new(), (key as &dyn SignsRequests, None, now, chance))?;
        let serial = serial.to_string().parse().map_err(|_| ClientError::Malformed)?;
        request.headers_mut().insert("if-none-match", serial);
        let (status, body) = self.send(request).await?;
        Ok((status == StatusCode::OK).then(|| body.to_vec()))
    }

    /// Which chunks of a blob need not be sent; none of a blob that is unknown there.
    pub(crate) async fn have(&mut self, blob: FileId) -> Result<Runs, ClientError> {
        let request = self.request(Method::HEAD, &path_of(blob, None), Bytes::new())?;
        match self.ask(request).await {
            Ok((_, headers, _)) => {
                let runs = headers.get(HAVE).and_then(|runs| ranges::read(runs.to_str().ok()?));
                runs.ok_or(ClientError::Malformed)
            }
            Err(ClientError::Status(StatusCode::NOT_FOUND)) => Ok(Runs::new()),
            Err(error) => Err(error),
        }
    }

    /// Hands a chunk over.
    pub(crate) async fn put_chunk(
        &mut self,
        (tag, expires_hour): (Tag, u64),
        (blob, n, last): (FileId, u32, bool),
        bytes: Vec<u8>,
    ) -> Result<(), ClientError> {
        let body = Bytes::from(bytes);
        let seconds = seconds_for(&body);
        let mut request = self.request(Method::PUT, &path_of(blob, Some(n)), body)?;
        let last = if last { "1" } else { "0" };
        for (name, value) in [(TO, tag.to_string()), (EXPIRES, expires_hour.to_string()), (LAST, last.to_owned())] {
            request.headers_mut().insert(name, value.parse().map_err(|_| ClientError::Malformed)?);
        }
        self.ask_within(request, seconds).await.map(drop)
    }

    /// Fetches a chunk, and whether it is the last; `None` if it is not there.
    pub(crate) async fn chunk(&mut self, blob: FileId, n: u32) -> Result<Option<(Vec<u8>, bool)>, ClientError> {
        let request = self.request(Method::GET, &path_of(blob, Some(n)), Bytes::new())?;
        match self.ask(request).await {
            Ok((_, headers, body)) => Ok(Some((body.to_vec(), headers.get(LAST).is_some_and(|last| last == "1")))),
            Err(ClientError::Status(StatusCode::NOT_FOUND)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn request(&self, method: Method, path: &str, body: Bytes) -> Result<Request<Full<Bytes>>, ClientError> {
        let request = Request::builder().method(method).uri(path).header("host", &self.authority);
        request.body(Full::new(body)).map_err(|_| ClientError::Address)
    }

    fn signed(
        &self,
        method: &Method,
        path: &str,
        body: &Bytes,
        (key, mailbox, now, chance): (&dyn SignsRequests, Option<String>, Timestamp, &dyn Chance),
    ) -> Result<Request<Full<Bytes>>, ClientError> {
        let uri = format!("https://{}{path}", self.authority);
        let signed = httpsig::Request { method: method.as_str(), target_uri: &uri, body };
        let proof = httpsig::sign(&signed, key, now.plus_seconds(self.ahead), chance);
        let mut request = self.request(method.clone(), path, body.clone())?;
        let pairs = [
            ("content-digest", Some(proof.content_digest)),
            ("signature-input", Some(proof.signature_input)),
            ("signature", Some(proof.signature)),
            ("simpul-mailbox", mailbox),
        ];
        for (name, value) in pairs {
            if let Some(value) = value {
                request.headers_mut().insert(name, value.parse().map_err(|_| ClientError::Malformed)?);
            }
        }
        Ok(request)
    }

    async fn send(&mut self, request: Request<Full<Bytes>>) -> Result<(StatusCode, Bytes), ClientError> {
        self.ask(request).await.map(|(status, _, body)| (status, body))
    }

    async fn ask(&mut self, request: Request<Full<Bytes>>) -> Result<(StatusCode, HeaderMap, Bytes), ClientError> {
        self.ask_within(request, REQUEST_SECONDS).await
    }

    async fn ask_within(
        &mut self,
        request: Request<Full<Bytes>>,
        seconds: u64,
    ) -> Result<(StatusCode, HeaderMap, Bytes), ClientError> {
        let ask = async {
            self.sender.ready().await.map_err(|_| ClientError::Unreachable)?;
            let answer = self.sender.send_request(request).await.map_err(|_| ClientError::Unreachable)?;
            let (status, headers) = (answer.status(), answer.headers().clone());
            // A full batch and its frames: cursors and heads take a few bytes an envelope.
            let body = Limited::new(answer.into_body(), base::limits::BATCH_BYTES_MAX + 65_536).collect().await;
            let body = body.map_err(|_| ClientError::Unreachable)?.to_bytes();
            if status.is_success() || status == StatusCode::NOT_MODIFIED {
                Ok((status, headers, body))
            } else {
                Err(ClientError::Status(status))
            }
        };
        tokio::time::timeout(Duration::from_secs(seconds), ask).await.map_err(|_| ClientError::Unreachable)?
    }
}

/// How long a request with this body may take, whose answer is short.
fn seconds_for(body: &Bytes) -> u64 {
    ANSWER_SECONDS + body.len() as u64 / SLOWEST_BYTES_PER_SECOND
}

fn path_of(blob: FileId, n: Option<u32>) -> String {
    let n = n.map(|n| format!("/{n}")).unwrap_or_default();
    format!("/fed/1/blob/{}{n}", base::hex(&blob.bytes()))
}

fn item(row: Value) -> Option<(MsgId, Item)> {
    let [id, code] = row.into_items().ok()?;
    Some((MsgId::from_bytes(id.into_array().ok()?), Item::from_number(code.into_uint().ok()?)))
}

fn mail(bytes: &[u8]) -> Option<Mail> {
    let [cursor, envelope] = seal::cbor::decode(bytes).and_then(Value::into_items).ok()?;
    Some((cursor.into_uint().ok()?, envelope.into_bytes().ok()?))
}
