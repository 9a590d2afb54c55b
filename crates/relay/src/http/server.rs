//! Answering: the table of FEDERATION.md 9; blobs stand in `blobs`.

use super::mailbox::Mailboxes;
use super::proof::{Nonces, Signed, target_uri};
use super::{ENVELOPES, RELEASE_MAX, TlsIdentity, WAIT_SECONDS_MAX, split};
use crate::post::{Item, Post};
use base::{MsgId, NodeId, limits};
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::rt::{TokioIo, TokioTimer};
use seal::Tag;
use seal::cbor::Value;
use seal::httpsig::read_mailbox_header;
use std::sync::Arc;
use std::time::Duration;
use store::StoreError;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;

/// Connections at once; each holds at most one batch.
const CONNECTIONS_MAX: usize = 256;
/// A request must be whole within this time, which is long: links are slow.
const REQUEST_SECONDS: u64 = 300;

pub(super) type Answer = Response<Full<Bytes>>;

/// What a node (or a blind relay, without a post office) answers to other nodes.
pub struct Carrier {
    post: Arc<Post>,
    boxes: Mailboxes,
    nonces: Nonces,
    hosts_others: bool,
}

impl Carrier {
    /// A carrier for a node; `hosts_others`: it also holds mailboxes of other nodes.
    pub fn new(post: Arc<Post>, hosts_others: bool) -> Self {
        let boxes = Mailboxes::new(Arc::clone(post.store().backend()));
        Self { post, boxes, nonces: Nonces::default(), hosts_others }
    }

    /// The mailboxes it hosts.
    pub const fn mailboxes(&self) -> &Mailboxes {
        &self.boxes
    }

    /// Answers one request, whose body was read within the limits of a batch.
    pub async fn handle(&self, request: Request<Bytes>) -> Answer {
        let (parts, body) = request.into_parts();
        let path: Vec<&str> = parts.uri.path().split('/').skip(1).collect();
        let uri = target_uri(&parts.uri, &parts.headers);
        let signed = Signed { method: &parts.method, uri: &uri, body: &body };
        match (&parts.method, path.as_slice()) {
            (&Method::GET, ["fed", "1", "hello"]) => self.hello(),
            (&Method::POST, ["fed", "1", "inbox"]) => self.inbox(&body).await,
            (&Method::GET, ["fed", "1", "mailbox", tag]) => match tag_of(tag) {
                Some(tag) => self.mailbox(tag, &parts.headers, parts.uri.query(), &signed).await,
                None => empty(StatusCode::NOT_FOUND),
            },
            (&Method::POST, ["fed", "1", "mailbox", tag, "release"]) => match tag_of(tag) {
                Some(tag) => self.release(tag, &parts.headers, &signed).await,
                None => empty(StatusCode::NOT_FOUND),
            },
            (&Method::GET, ["fed", "1", "directory", node]) => match node.parse() {
                Ok(node) => self.directory(node, &parts.headers, &signed).await,
                Err(_) => empty(StatusCode::NOT_FOUND),
            },
            (_, ["fed", "1", "blob", id, rest @ ..]) => match super::blobs::blob_of(id) {
                Some(id) => self.blob(&parts, (id, rest), body).await,
                None => empty(StatusCode::NOT_FOUND),
            },
            _ => empty(StatusCode::NOT_FOUND),
        }
    }

    /// The post office behind it.
    pub(super) fn post(&self) -> &Post {
        &self.post
    }

    /// Whether it hosts mailboxes of other nodes.
    pub(super) const fn hosts_others(&self) -> bool {
        self.hosts_others
    }

    /// {1 versions, 2 limits {1 envelopes, 2 bytes, 3 bytes of one envelope}, 3 time in unix seconds}.
    fn hello(&self) -> Answer {
        let limits = Value::fields([
            (1, Some(Value::uint(limits::BATCH_ENVELOPES_MAX as u64))),
            (2, Some(Value::uint(limits::BATCH_BYTES_MAX as u64))),
            (3, Some(Value::uint(limits::ENVELOPE_BYTES_MAX as u64))),
        ]);
        let hello = Value::fields([
            (1, Some(Value::list([Value::uint(1_u8)]))),
            (2, Some(limits)),
            (3, Some(Value::Int(self.post.now().seconds()))),
        ]);
        cbor(StatusCode::OK, hello.encode())
    }

    async fn inbox(&self, body: &[u8]) -> Answer {
        let Some(envelopes) = split(body) else { return empty(StatusCode::PAYLOAD_TOO_LARGE) };
        match self.accept(&envelopes).await {
            Ok(items) => {
                let rows =
                    items.iter().map(|(id, item)| Value::list([Value::bytes(id.bytes()), Value::uint(item.number())]));
                cbor(StatusCode::OK, Value::list(rows).encode())
            }
            Err(error) => failed(&error),
        }
    }

    /// Own tags go to the post office, others to a hosted mailbox.
    async fn accept(&self, envelopes: &[Vec<u8>]) -> Result<Vec<(MsgId, Item)>, StoreError> {
        let mut items = self.post.deliver(envelopes).await?;
        if !self.hosts_others {
            return Ok(items);
        }
        for ((_, item), bytes) in items.iter_mut().zip(envelopes).filter(|((_, item), _)| *item == Item::NotServed) {
            if let Ok(outer) = seal::peek(bytes)
                && !self.post.tags().contains(&outer.tag)
                && let Some(stored) = self.boxes.store(&[(outer, bytes)], self.post.now()).await?.first()
            {
                *item = *stored;
            }
        }
        Ok(items)
    }

    async fn mailbox(&self, tag: Tag, headers: &HeaderMap, query: Option<&str>, signed: &Signed<'_>) -> Answer {
        if !self.hosts_others {
            return empty(StatusCode::NOT_FOUND);
        }
        let proven = mailbox_keys(headers, tag).is_some_and(|(fetch, _)| self.proven(headers, signed, &fetch));
        if !proven {
            return empty(StatusCode::UNAUTHORIZED);
        }
        let number = |name: &str| {
            let pairs = query.unwrap_or_default().split('&');
            pairs.filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name)?.1.parse::<u64>().ok()
        };
        let (after, wait) = (number("after").unwrap_or(0), number("wait").unwrap_or(0).min(WAIT_SECONDS_MAX));
        match self.fetch(tag, after, wait).await {
            Ok(rows) if rows.is_empty() => empty(StatusCode::NO_CONTENT),
            Ok(rows) => {
                let items = rows
                    .into_iter()
                    .map(|(cursor, envelope)| Value::list([Value::uint(cursor), Value::Bytes(envelope)]).encode());
                sequence(items.collect::<Vec<_>>().concat())
            }
            Err(error) => failed(&error),
        }
    }

    async fn fetch(&self, tag: Tag, after: u64, wait: u64) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
        self.boxes.host(tag).await?;
        let deadline = tokio::time::sleep(Duration::from_secs(wait));
        tokio::pin!(deadline);
        loop {
            let came = self.boxes.came();
            let rows = self.boxes.list(tag, after).await?;
            if !rows.is_empty() || wait == 0 {
                return Ok(rows);
            }
            tokio::select! {
                () = came => {}
                () = &mut deadline => return Ok(rows),
            }
        }
    }

    async fn release(&self, tag: Tag, headers: &HeaderMap, signed: &Signed<'_>) -> Answer {
        let proven = mailbox_keys(headers, tag).is_some_and(|(_, release)| self.proven(headers, signed, &release));
        if !proven {
            return empty(StatusCode::UNAUTHORIZED);
        }
        let ids = seal::cbor::decode(signed.body).and_then(Value::into_list).ok();
        let ids: Option<Vec<MsgId>> = ids
            .filter(|ids| ids.len() <= RELEASE_MAX)
            .and_then(|ids| ids.into_iter().map(|id| id.into_array().ok().map(MsgId::from_bytes)).collect());
        let Some(ids) = ids else { return empty(StatusCode::BAD_REQUEST) };
        match self.boxes.release(tag, &ids).await {
            Ok(()) => empty(StatusCode::NO_CONTENT),
            Err(error) => failed(&error),
        }
    }

    /// Entries are for peers: a known node proves itself with its carrier key.
    async fn directory(&self, node: NodeId, headers: &HeaderMap, signed: &Signed<'_>) -> Answer {
        let book = self.post.book();
        let known = signed.claim(headers).ok().and_then(|claim| {
            book.trusted().map(|entry| entry.cert().carrier).find(|carrier| carrier.kid() == claim.keyid)
        });
        if !known.is_some_and(|carrier| self.proven(headers, signed, &carrier)) {
            return empty(StatusCode::UNAUTHORIZED);
        }
        let entry = match book.get(node).filter(|peer| peer.trusted) {
            Some(peer) => Some((*peer.entry).clone()),
            None => self.own_entry(node).await,
        };
        let Some(entry) = entry else { return empty(StatusCode::NOT_FOUND) };
        let has = headers.get("if-none-match").and_then(|value| value.to_str().ok());
        let serial = entry.stated().serial.to_string();
        if has.is_some_and(|has| has.trim_matches('"') == serial) {
            return empty(StatusCode::NOT_MODIFIED);
        }
        cbor(StatusCode::OK, entry.bytes().to_vec())
    }

    async fn own_entry(&self, node: NodeId) -> Option<seal::VerifiedEntry> {
        let mut view = self.post.store().read(self.post.now()).await.ok()?;
        crate::keys::own_entry(&mut view).await.ok()?.filter(|entry| entry.node() == node)
    }

    fn proven(&self, headers: &HeaderMap, signed: &Signed<'_>, key: &dyn seal::httpsig::ProvesRequests) -> bool {
        let checked = signed.claim(headers).and_then(|claim| signed.check(&claim, key, &self.nonces, self.post.now()));
        if let Err(problem) = &checked {
            tracing::info!(code = %problem.code, "request between nodes refused");
        }
        checked.is_ok()
    }
}

/// Serves other nodes over TLS until the listener fails. Call it in a task of its own.
pub async fn serve(carrier: Arc<Carrier>, listener: TcpListener, tls: &TlsIdentity) -> std::io::Result<()> {
    let acceptor = tokio_rustls::TlsAcceptor::from(tls.server_config().map_err(std::io::Error::other)?);
    let room = Arc::new(tokio::sync::Semaphore::new(CONNECTIONS_MAX));
    loop {
        let Ok(permit) = Arc::clone(&room).acquire_owned().await else { return Ok(()) };
        let (socket, _) = listener.accept().await?;
        let (acceptor, carrier) = (acceptor.clone(), Arc::clone(&carrier));
        tokio::spawn(async move {
            let _permit = permit;
            let within = Duration::from_secs(REQUEST_SECONDS);
            let Ok(Ok(stream)) = tokio::time::timeout(within, acceptor.accept(socket)).await else { return };
            converse(carrier, stream).await;
        });
    }
}

/// Answers over one open stream until it ends: TLS from a peer, or what a test puts in its place.
pub async fn converse(carrier: Arc<Carrier>, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
    let service = hyper::service::service_fn(move |request| answer(Arc::clone(&carrier), request));
    let served = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(REQUEST_SECONDS))
        .serve_connection(TokioIo::new(stream), service)
        .await;
    if served.is_err() {
        tracing::debug!("a connection between nodes ended early");
    }
}

async fn answer(
    carrier: Arc<Carrier>,
    request: Request<hyper::body::Incoming>,
) -> Result<Answer, std::convert::Infallible> {
    let (parts, body) = request.into_parts();
    let read = Limited::new(body, limits::BATCH_BYTES_MAX).collect();
    let read = tokio::time::timeout(Duration::from_secs(REQUEST_SECONDS), read).await;
    Ok(match read {
        Ok(Ok(body)) => carrier.handle(Request::from_parts(parts, body.to_bytes())).await,
        Ok(Err(_)) => empty(StatusCode::PAYLOAD_TOO_LARGE),
        Err(_) => empty(StatusCode::REQUEST_TIMEOUT),
    })
}

fn mailbox_keys(headers: &HeaderMap, tag: Tag) -> Option<(seal::FetchPublic, seal::ReleasePublic)> {
    let header = headers.get("simpul-mailbox")?.to_str().ok()?;
    read_mailbox_header(header, tag).ok()
}

pub(super) fn tag_of(text: &str) -> Option<Tag> {
    Some(Tag(base::from_hex(text)?.try_into().ok()?))
}

pub(super) fn failed(error: &StoreError) -> Answer {
    tracing::warn!(code = error.code(), "mail not taken");
    let mut answer = empty(StatusCode::SERVICE_UNAVAILABLE);
    answer.headers_mut().insert("retry-after", http::HeaderValue::from_static("60"));
    answer
}

pub(super) fn empty(status: StatusCode) -> Answer {
    let mut answer = Response::new(Full::default());
    *answer.status_mut() = status;
    answer
}

fn cbor(status: StatusCode, body: Vec<u8>) -> Answer {
    with_type(status, body, "application/cbor")
}

fn sequence(body: Vec<u8>) -> Answer {
    with_type(StatusCode::OK, body, ENVELOPES)
}

pub(super) fn with_type(status: StatusCode, body: Vec<u8>, media: &'static str) -> Answer {
    let mut answer = empty(status);
    *answer.body_mut() = Full::new(Bytes::from(body));
    answer.headers_mut().insert("content-type", http::HeaderValue::from_static(media));
    answer
}
