//! Proofs of requests: an RFC 9421 signature, used once.

use base::{Problem, Timestamp};
use http::{HeaderMap, Method, Uri};
use seal::httpsig::{self, Claim, Headers, NONCE_KEEP_SECONDS, ProvesRequests, Request};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Nonces remembered at most; beyond it requests with a proof are slowed down.
const NONCES_MAX: usize = 100_000;

/// Nonces of the last 600 seconds. In memory: after a restart a request may be repeated, and each is harmless twice.
#[derive(Debug, Default)]
pub(super) struct Nonces(Mutex<BTreeMap<[u8; 16], i64>>);

impl Nonces {
    /// Remembers a nonce; `false` if it was used before.
    fn fresh(&self, nonce: [u8; 16], now: Timestamp) -> bool {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= NONCES_MAX {
            seen.retain(|_, at| *at + NONCE_KEEP_SECONDS > now.seconds());
        }
        let used = seen.get(&nonce).is_some_and(|at| *at + NONCE_KEEP_SECONDS > now.seconds());
        if used || seen.len() >= NONCES_MAX {
            return false;
        }
        seen.insert(nonce, now.seconds());
        true
    }
}

/// What is proven about a request.
pub(super) struct Signed<'a> {
    pub method: &'a Method,
    pub uri: &'a str,
    pub body: &'a [u8],
}

impl Signed<'_> {
    fn request(&self) -> Request<'_> {
        Request { method: self.method.as_str(), target_uri: self.uri, body: self.body }
    }

    /// Takes the signature headers apart.
    pub fn claim(&self, headers: &HeaderMap) -> Result<Claim, Problem> {
        let header = |name| headers.get(name).and_then(|value: &http::HeaderValue| value.to_str().ok());
        let found = Headers {
            content_digest: header("content-digest").unwrap_or_default().to_owned(),
            signature_input: header("signature-input").unwrap_or_default().to_owned(),
            signature: header("signature").unwrap_or_default().to_owned(),
        };
        httpsig::read(&self.request(), &found)
    }

    /// Checks signature, window and nonce.
    pub fn check(
        &self,
        claim: &Claim,
        key: &dyn ProvesRequests,
        nonces: &Nonces,
        now: Timestamp,
    ) -> Result<(), Problem> {
        claim.verify(&self.request(), key, now)?;
        if nonces.fresh(claim.nonce, now) { Ok(()) } else { Err(Problem::new("relay.replayed")) }
    }
}

/// The URI as the client wrote it: the scheme is always https, the authority stands in `Host`.
pub(super) fn target_uri(uri: &Uri, headers: &HeaderMap) -> String {
    let host = headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    format!("https://{host}{path}")
}
