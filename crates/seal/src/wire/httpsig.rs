//! HTTP message signatures (RFC 9421) in the one shape we use: Ed25519 over `@method`, `@target-uri` and
//! `content-digest`, with `created`, `nonce` and `keyid`. Strings in, strings out.

use crate::hash;
use crate::keys::{BadSignature, CarrierKey, CarrierPublic, FetchKey, FetchPublic, Kid, ReleaseKey, ReleasePublic};
use crate::keys::{Signature, Tag};
use base::{Chance, Problem, Timestamp};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// How far `created` may be from the server's clock, either way (FEDERATION.md 9).
pub const WINDOW_SECONDS: i64 = 300;
/// How long a server remembers a nonce: longer than the window is wide, so that no repetition slips through.
pub const NONCE_KEEP_SECONDS: i64 = 600;

const COMPONENTS: &str = r#"("@method" "@target-uri" "content-digest")"#;

/// What is signed of a request.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// Such as `POST`.
    pub method: &'a str,
    /// The whole URI, with scheme and query, as sent.
    pub target_uri: &'a str,
    /// The bytes of the body; none for GET.
    pub body: &'a [u8],
}

/// The three headers to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headers {
    /// `Content-Digest`.
    pub content_digest: String,
    /// `Signature-Input`.
    pub signature_input: String,
    /// `Signature`.
    pub signature: String,
}

/// A signature as it came, taken apart; nothing is proven before [`Claim::verify`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Unix seconds by the signer's reckoning of the server's clock.
    pub created: i64,
    /// Seen once only; the caller keeps those of the last 600 s.
    pub nonce: [u8; 16],
    /// Which key.
    pub keyid: Kid,
    signature: Signature,
}

/// Keys that may sign requests.
pub trait SignsRequests {
    /// The short name of its public side.
    fn keyid(&self) -> Kid;
    /// Signs the signature base.
    fn sign_base(&self, base: &[u8]) -> Signature;
}

/// Public keys of those.
pub trait ProvesRequests {
    /// Checks a signature over the signature base.
    fn verify_base(&self, base: &[u8], signature: &Signature) -> Result<(), BadSignature>;
}

macro_rules! http_keys {
    ($($secret:ident / $public:ident),*) => {$(
        impl SignsRequests for $secret {
            fn keyid(&self) -> Kid { self.public().kid() }
            fn sign_base(&self, base: &[u8]) -> Signature { self.sign("", base) }
        }
        impl ProvesRequests for $public {
            fn verify_base(&self, base: &[u8], signature: &Signature) -> Result<(), BadSignature> {
                self.verify("", base, signature)
            }
        }
    )*};
}

http_keys!(CarrierKey / CarrierPublic, FetchKey / FetchPublic, ReleaseKey / ReleasePublic);

/// Signs a request. `server_time` is the present by the server's clock, learned from its hello.
pub fn sign(request: &Request<'_>, key: &dyn SignsRequests, server_time: Timestamp, chance: &dyn Chance) -> Headers {
    let params = params(server_time.seconds(), &chance.bytes(), key.keyid());
    let signature = key.sign_base(request.base(&params).as_bytes());
    Headers {
        content_digest: content_digest(request.body),
        signature_input: format!("sig1={params}"),
        signature: format!("sig1=:{}:", STANDARD.encode(signature)),
    }
}

/// Takes the headers apart; any other shape than ours is refused, and a digest that does not fit the body.
pub fn read(request: &Request<'_>, headers: &Headers) -> Result<Claim, Problem> {
    let malformed = || Problem::new("http.signature");
    let read = || {
        let rest = headers.signature_input.strip_prefix("sig1=")?.strip_prefix(COMPONENTS)?;
        let (created, rest) = rest.strip_prefix(";created=")?.split_once(";nonce=\"")?;
        let (nonce, rest) = rest.split_once("\";keyid=\"")?;
        let keyid = rest.strip_suffix('"')?;
        let signature = headers.signature.strip_prefix("sig1=:")?.strip_suffix(':')?;
        let claim = Claim {
            created: created.parse().ok()?,
            nonce: base::from_hex(nonce)?.try_into().ok()?,
            keyid: Kid(base::from_hex(keyid)?.try_into().ok()?),
            signature: STANDARD.decode(signature).ok()?.try_into().ok()?,
        };
        // Written again it must be the same: one form only, so that a nonce has no second spelling.
        let same = headers.signature_input == format!("sig1={}", claim.params());
        (same && headers.content_digest == content_digest(request.body)).then_some(claim)
    };
    read().ok_or_else(malformed)
}

impl Claim {
    /// Checks the signature and the window around the server's clock. Whether the nonce is new is for the caller.
    pub fn verify(&self, request: &Request<'_>, key: &dyn ProvesRequests, now: Timestamp) -> Result<(), Problem> {
        let wrong = || Problem::new("http.signature");
        key.verify_base(request.base(&self.params()).as_bytes(), &self.signature).map_err(|_| wrong())?;
        let apart = self.created.checked_sub(now.seconds()).ok_or_else(wrong)?;
        if apart.saturating_abs() > WINDOW_SECONDS { Err(Problem::new("http.clock")) } else { Ok(()) }
    }

    fn params(&self) -> String {
        params(self.created, &self.nonce, self.keyid)
    }
}

impl Request<'_> {
    /// The signature base (RFC 9421 section 2.5).
    fn base(&self, params: &str) -> String {
        let Self { method, target_uri, body } = self;
        let digest = content_digest(body);
        format!(
            "\"@method\": {method}\n\"@target-uri\": {target_uri}\n\"content-digest\": {digest}\n\"@signature-params\": {params}"
        )
    }
}

fn params(created: i64, nonce: &[u8; 16], keyid: Kid) -> String {
    format!("{COMPONENTS};created={created};nonce=\"{}\";keyid=\"{keyid}\"", base::hex(nonce))
}

/// `Content-Digest` (RFC 9530).
pub fn content_digest(body: &[u8]) -> String {
    format!("sha-256=:{}:", STANDARD.encode(hash::sha256(&[body])))
}

/// The `Simpul-Mailbox` header of fetch and release: both keys, in hex.
pub fn mailbox_header(fetch: &FetchPublic, release: &ReleasePublic) -> String {
    format!("{}, {}", base::hex(&fetch.bytes()), base::hex(&release.bytes()))
}

/// Reads `Simpul-Mailbox`; the keys must hash to the tag that is asked for.
pub fn read_mailbox_header(header: &str, tag: Tag) -> Result<(FetchPublic, ReleasePublic), Problem> {
    let read = || {
        let (fetch, release) = header.split_once(", ")?;
        let key = |hex: &str| base::from_hex(hex)?.try_into().ok();
        let fetch = FetchPublic::from_bytes(&key(fetch)?)?;
        let release = ReleasePublic::from_bytes(&key(release)?)?;
        (Tag::of(&fetch, &release) == tag).then_some((fetch, release))
    };
    read().ok_or(Problem::new("http.signature"))
}

#[cfg(test)]
mod tests;
