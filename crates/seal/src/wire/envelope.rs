//! The envelope: a Body signed by its sender, padded to a bucket, sealed to one receiver (FEDERATION.md 3). A carrier sees
//! only [`Outer`]; whoever cannot open gets no reason why.

mod sign1;

use crate::body::{Body, BodyError};
use crate::cbor::{CborError, Fields, Value, decode, encode, strings};
use crate::hash::{self, Hash};
use crate::hpke_suites::{self, Nodes};
use crate::keys::{EpochPublic, EpochSecret, IdentityKey, IdentityPublic, Kid, SealingPublic, Tag};
use crate::pad;
use base::limits::{ENVELOPE_BYTES_MAX, INNER_BYTES_MAX};
use base::{Chance, MsgId, NodeId};
use subtle::ConstantTimeEq;

const INFO: &str = "simpul/env/1";
/// The envelope version we write and read.
pub const ENVELOPE_VERSION: u64 = 1;
/// The one suite between nodes.
pub const SUITE: u64 = 1;
/// The tag of ChaCha20-Poly1305.
const AEAD_TAG_BYTES: usize = 16;

/// How fast it should travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SendClass {
    /// Somebody waits.
    Urgent,
    /// The usual.
    Normal,
    /// When there is room.
    Bulk,
}

impl SendClass {
    /// Its number in the outer part.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// From its number.
    pub const fn from_number(number: u64) -> Option<Self> {
        match number {
            0 => Some(Self::Urgent),
            1 => Some(Self::Normal),
            2 => Some(Self::Bulk),
            _ => None,
        }
    }
}

/// To whom: a node and its newest epoch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// The node.
    pub node: NodeId,
    /// Its mailbox of the week.
    pub tag: Tag,
    /// Its sealing key of the week.
    pub key: SealingPublic,
}

impl Recipient {
    /// A node by one of its verified epochs.
    pub fn new(node: NodeId, epoch: &EpochPublic) -> Self {
        Self { node, tag: epoch.tag(), key: epoch.sealing.clone() }
    }
}

/// What any carrier reads. Nothing in it is proven until the envelope opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outer {
    /// Random id of this envelope; a re-seal has another.
    pub msg_id: MsgId,
    /// The mailbox.
    pub tag: Tag,
    /// The sealing key.
    pub kid: Kid,
    /// The suite; only 1 opens.
    pub suite: u64,
    /// Unix hour after which carriers drop it.
    pub expires_hour: u64,
    /// How fast it should travel.
    pub class: SendClass,
    /// Size bucket; only 0..=6 opens.
    pub bucket: u64,
}

/// Why a carrier does not take bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeekError {
    /// Over `ENVELOPE_BYTES_MAX`: item code 3.
    #[error("the envelope is too large")]
    TooLarge,
    /// An envelope version we do not know: item code 6.
    #[error("envelope version {0}")]
    Version(u64),
    /// Not canonical or not an envelope: item code 6.
    #[error("malformed envelope: {0}")]
    Malformed(#[from] CborError),
}

/// Why a Body cannot be sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The bytes are no Body.
    #[error("not a Body: {0}")]
    Body(#[from] BodyError),
    /// The Body is for another node.
    #[error("the Body is for another node")]
    WrongReceiver,
    /// The receiver's key is none.
    #[error("the receiver's key cannot be sealed to")]
    Key,
}

/// Why an envelope is not applied (FEDERATION.md 11). The sender of none of these gets an answer but `Version`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Not an envelope.
    #[error(transparent)]
    Peek(#[from] PeekError),
    /// Another mailbox or another epoch key.
    #[error("not sealed to this epoch")]
    NotOurs,
    /// Suite, bucket, length, seal or padding is wrong: one answer, so that nobody can ask which.
    #[error("does not open")]
    DoesNotOpen,
    /// It opens, but who signed is not known.
    #[error("unknown sender key {0}")]
    UnknownSender(Kid),
    /// It opens, but the signature does not fit.
    #[error("bad signature under {0}")]
    BadSignature(Kid),
    /// It is signed, but for another node, or names another sender than the one who signed.
    #[error("sealed to us, written for or by another")]
    WrongParty,
    /// It is signed, but its Body has a version we do not read: nack, keep the sealed bytes.
    #[error("Body version {version} from {from}")]
    Version {
        /// Who signed.
        from: NodeId,
        /// The version.
        version: u64,
    },
    /// It is signed, but what is inside is no Body.
    #[error("malformed Body: {0}")]
    Body(CborError),
}

/// An envelope that opened, with a verified sender. `Debug` names it without its content.
#[derive(Clone, PartialEq, Eq)]
pub struct Opened {
    /// Who signed it.
    pub from: NodeId,
    /// With which identity key.
    pub signed_by: Kid,
    /// What the carrier saw.
    pub outer: Outer,
    /// The message.
    pub body: Body,
    /// Its exact bytes: evidence.
    pub payload: Vec<u8>,
    /// body_hash of them.
    pub body_hash: Hash,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Opened({} from {}, {:?})", self.outer.msg_id, self.from, self.body)
    }
}

/// Signs, pads and seals a frozen Body. A re-seal passes the same bytes again. `expires_hour` is a unix hour.
pub fn seal_envelope(
    payload: &[u8],
    sender: &IdentityKey,
    to: &Recipient,
    class: SendClass,
    expires_hour: u32,
    chance: &dyn Chance,
) -> Result<Vec<u8>, SealError> {
    if Body::decode(payload)?.to != to.node {
        return Err(SealError::WrongReceiver);
    }
    // BODY_BYTES_MAX leaves room for the signature, so the bucket is known before the outer part is signed.
    let bucket = bucket_of(payload.len());
    let outer = Outer {
        msg_id: MsgId::from_bytes(chance.bytes()),
        tag: to.tag,
        kid: to.key.kid(),
        suite: SUITE,
        expires_hour: expires_hour.into(),
        class,
        bucket: bucket.ok_or(CborError::Limit).map_err(BodyError::from)?.into(),
    }
    .encode();
    let inner = sign1::sign(payload, sender, &external_aad(&outer, to.node, to.key.kid()));
    let (_, padded) = pad::pad(&inner).ok_or(CborError::Limit).map_err(BodyError::from)?;
    let (enc, sealed) =
        hpke_suites::seal::<Nodes>(to.key.inner(), INFO, &outer, &padded, chance).map_err(|_| SealError::Key)?;
    Ok(encode(&Value::list([
        Value::uint(ENVELOPE_VERSION),
        Value::Bytes(outer),
        Value::Bytes(enc),
        Value::Bytes(sealed),
    ])))
}

/// The bucket of an envelope with a Body of so many bytes; `None` if it is too large for any.
pub fn bucket_of(payload_bytes: usize) -> Option<u8> {
    let inner = sign1::size(payload_bytes);
    (0..=6).find(|bucket| inner + 4 <= pad::size(*bucket))
}

/// Reads what a carrier may read, without any key.
pub fn peek(bytes: &[u8]) -> Result<Outer, PeekError> {
    Parts::read(bytes)?.peek()
}

/// Opens an envelope with one epoch key and checks who sent it. `resolve` finds the identity key of a trusted node by its
/// kid, and must not find revoked or ended ones.
pub fn open(
    bytes: &[u8],
    epoch: &EpochSecret,
    me: NodeId,
    resolve: &dyn Fn(&Kid) -> Option<(NodeId, IdentityPublic)>,
) -> Result<Opened, OpenError> {
    open_by(bytes, epoch, me, &|kid, _| resolve(kid))
}

/// Finds whose key signed, from its kid and the Body, which nobody has proven yet.
pub type Resolve<'a> = dyn Fn(&Kid, &[u8]) -> Option<(NodeId, IdentityPublic)> + 'a;

/// [`open`], where whoever resolves also sees the Body, which nobody has proven yet: a node with a new key introduces
/// itself by its entry (64).
pub fn open_by(bytes: &[u8], epoch: &EpochSecret, me: NodeId, resolve: &Resolve<'_>) -> Result<Opened, OpenError> {
    let parts = Parts::read(bytes)?;
    let outer = parts.peek()?;
    let ours = epoch.public();
    if !bool::from(outer.tag.0.ct_eq(&ours.tag().0) & outer.kid.0.ct_eq(&ours.kid().0)) {
        return Err(OpenError::NotOurs);
    }
    let inner = parts.unseal(&outer, epoch).ok_or(OpenError::DoesNotOpen)?;
    let signed = sign1::read(&inner).map_err(OpenError::Body)?;
    let (from, key) = resolve(&signed.kid, &signed.payload).ok_or(OpenError::UnknownSender(signed.kid))?;
    signed.verify(&key, &external_aad(parts.outer, me, outer.kid)).map_err(|_| OpenError::BadSignature(signed.kid))?;
    let body = Body::decode(&signed.payload).map_err(|error| match error {
        BodyError::Version(version) => OpenError::Version { from, version },
        BodyError::Malformed(error) => OpenError::Body(error),
    })?;
    if body.from != from || body.to != me {
        return Err(OpenError::WrongParty);
    }
    let body_hash = hash::body_hash(&signed.payload);
    Ok(Opened { from, signed_by: signed.kid, outer, body, payload: signed.payload, body_hash })
}

/// What the signature binds beside the Body: this outer part and this receiver, so that a receiver cannot pass it on as
/// if it had been meant for another.
fn external_aad(outer: &[u8], to: NodeId, kid: Kid) -> Vec<u8> {
    [b"simpul/sig/1".as_slice(), &hash::sha256(&[outer]), &to.bytes(), &kid.0].concat()
}

struct Parts<'a> {
    outer: &'a [u8],
    enc: &'a [u8],
    sealed: &'a [u8],
}

impl<'a> Parts<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, PeekError> {
        if bytes.len() > ENVELOPE_BYTES_MAX {
            return Err(PeekError::TooLarge);
        }
        match strings(bytes) {
            Some((version, [outer, enc, sealed])) if u64::try_from(version) == Ok(ENVELOPE_VERSION) => {
                Ok(Self { outer, enc, sealed })
            }
            _ => Err(no_envelope(bytes)),
        }
    }

    fn peek(&self) -> Result<Outer, PeekError> {
        Ok(Outer::decode(self.outer)?)
    }

    fn unseal(&self, outer: &Outer, epoch: &EpochSecret) -> Option<Vec<u8>> {
        let bucket = u8::try_from(outer.bucket).ok().filter(|bucket| *bucket <= 6)?;
        if outer.suite != SUITE || self.sealed.len() != pad::size(bucket) + AEAD_TAG_BYTES {
            return None;
        }
        let secret = epoch.sealing().inner();
        let padded = hpke_suites::open::<Nodes>(secret, self.enc, INFO, self.outer, self.sealed).ok()?;
        pad::unpad(&padded).filter(|inner| inner.len() <= INNER_BYTES_MAX).map(<[u8]>::to_vec)
    }
}

/// Why bytes are no envelope of ours.
fn no_envelope(bytes: &[u8]) -> PeekError {
    let version = |bytes: &[u8]| -> Result<u64, CborError> {
        let first = decode(bytes)?.into_list()?.into_iter().next();
        first.ok_or(CborError::Malformed)?.into_uint()
    };
    match version(bytes) {
        Ok(ENVELOPE_VERSION) => PeekError::Malformed(CborError::Malformed),
        Ok(other) => PeekError::Version(other),
        Err(error) => PeekError::Malformed(error),
    }
}

impl Outer {
    /// Its bytes in the envelope.
    pub fn encode(&self) -> Vec<u8> {
        encode(&Value::fields([
            (1, Some(Value::bytes(self.msg_id.bytes()))),
            (2, Some(Value::bytes(self.tag.0))),
            (3, Some(Value::bytes(self.kid.0))),
            (4, Some(Value::uint(self.suite))),
            (5, Some(Value::uint(self.expires_hour))),
            (6, Some(Value::uint(self.class.number()))),
            (7, Some(Value::uint(self.bucket))),
        ]))
    }

    fn decode(bytes: &[u8]) -> Result<Self, CborError> {
        let mut fields = Fields::decode(bytes)?;
        let outer = Self {
            msg_id: MsgId::from_bytes(fields.need(1)?.into_array()?),
            tag: Tag(fields.need(2)?.into_array()?),
            kid: Kid(fields.need(3)?.into_array()?),
            suite: fields.need(4)?.into_uint()?,
            expires_hour: fields.need(5)?.into_uint()?,
            class: SendClass::from_number(fields.need(6)?.into_uint()?).ok_or(CborError::Malformed)?,
            bucket: fields.need(7)?.into_uint()?,
        };
        fields.end().map(|()| outer)
    }
}

#[cfg(test)]
pub(crate) mod tests;
