//! The stand-in seal of runs of very many nodes: a keyed stream and checks, without a single key exchange or signature. Who
//! knows how it works can open and forge; so no node may ever use it. What a run asks of a seal it keeps: true sizes, nothing
//! readable, and bytes that were changed, that are for another or by another are found out.

use base::{Chance, MsgId, NodeId};
use relay::sealing::Sealing;
use seal::body::BodyError;
use seal::cbor::{CborError, Value, encode, strings};
use seal::cell::{Aad, CELL_OVERHEAD_BYTES, DataKey, open_cell, seal_cell};
use seal::envelope::{ENVELOPE_VERSION, Resolve, SUITE, bucket_of};
use seal::{Body, EpochSecret, IdentityKey, Kid, OpenError, Opened, Outer, Recipient, SealError, SendClass, hash};

/// Bytes that fill the version and nonce of a cell up to the key that an envelope of nodes carries: 32, all by chance.
const FILL_BYTES: usize = 32 - HEAD_BYTES;
/// What a cell has before its sealed bytes.
const HEAD_BYTES: usize = CELL_OVERHEAD_BYTES - 16;

/// The stand-in.
#[derive(Clone, Copy, Debug)]
pub struct StandIn;

fn key(kid: Kid) -> DataKey {
    DataKey::from_bytes(hash::sha256(&[b"simpul/sim/stand-in", &kid.0]))
}

/// Stands for the signature: over the sender, the outer part, the receiver and the Body.
fn check(sender: &[u8; 32], (outer, to): (&[u8], NodeId), payload: &[u8]) -> [u8; 32] {
    hash::sha256(&[sender, outer, &to.bytes(), payload])
}

fn aad(outer: &[u8], fill: &[u8]) -> Aad {
    Aad::new("simpul/sim/stand-in").bytes(outer).bytes(fill)
}

fn limit() -> SealError {
    BodyError::from(CborError::Limit).into()
}

impl Sealing for StandIn {
    fn seal(
        &self,
        payload: &[u8],
        sender: &IdentityKey,
        (to, class, expires_hour): (&Recipient, SendClass, u32),
        chance: &dyn Chance,
    ) -> Result<Vec<u8>, SealError> {
        let bucket = bucket_of(payload.len()).ok_or_else(limit)?;
        let (kid, public) = (to.key.kid(), sender.public());
        let (msg_id, tag) = (MsgId::from_bytes(chance.bytes()), to.tag);
        let outer =
            Outer { msg_id, tag, kid, suite: SUITE, expires_hour: expires_hour.into(), class, bucket: bucket.into() };
        let outer = outer.encode();
        let mut inner = Vec::with_capacity(1024 << bucket);
        inner.extend(public.kid().0);
        inner.extend(check(&public.bytes(), (&outer, to.node), payload));
        inner.extend(u32::try_from(payload.len()).map_err(|_| limit())?.to_be_bytes());
        inner.extend(payload);
        inner.resize(1024 << bucket, 0);
        let fill: [u8; FILL_BYTES] = chance.bytes();
        let cell = seal_cell(&key(kid), &aad(&outer, &fill), &inner, chance).map_err(|_| SealError::Key)?;
        let (head, sealed) = cell.split_at_checked(HEAD_BYTES).ok_or(SealError::Key)?;
        let enc = [head, &fill].concat();
        let parts = [Value::uint(ENVELOPE_VERSION), Value::Bytes(outer), Value::Bytes(enc), Value::bytes(sealed)];
        Ok(encode(&Value::list(parts)))
    }

    fn open(&self, bytes: &[u8], epoch: &EpochSecret, me: NodeId, resolve: &Resolve<'_>) -> Result<Opened, OpenError> {
        let outer = seal::peek(bytes)?;
        let (ours, parts) = (epoch.public(), Parts::read(bytes).map_err(OpenError::Body)?);
        if (outer.tag, outer.kid) != (ours.tag(), ours.kid()) {
            return Err(OpenError::NotOurs);
        }
        let inner = parts.unseal(&outer).ok_or(OpenError::DoesNotOpen)?;
        let (kid, claimed, payload) = read(&inner).ok_or(OpenError::DoesNotOpen)?;
        let (from, signer) = resolve(&kid, payload).ok_or(OpenError::UnknownSender(kid))?;
        if check(&signer.bytes(), (parts.outer, me), payload) != *claimed {
            return Err(OpenError::BadSignature(kid));
        }
        let body = Body::decode(payload).map_err(|error| match error {
            BodyError::Version(version) => OpenError::Version { from, version },
            BodyError::Malformed(error) => OpenError::Body(error),
        })?;
        if body.from != from || body.to != me {
            return Err(OpenError::WrongParty);
        }
        let body_hash = hash::body_hash(payload);
        Ok(Opened { from, signed_by: kid, outer, body, payload: payload.to_vec(), body_hash })
    }
}

struct Parts<'a> {
    outer: &'a [u8],
    enc: &'a [u8],
    sealed: &'a [u8],
}

impl<'a> Parts<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, CborError> {
        let (_, [outer, enc, sealed]) = strings(bytes).ok_or(CborError::Malformed)?;
        Ok(Self { outer, enc, sealed })
    }

    fn unseal(&self, outer: &Outer) -> Option<Vec<u8>> {
        let (head, fill) = self.enc.split_at_checked(HEAD_BYTES)?;
        let bucket = u8::try_from(outer.bucket).ok().filter(|bucket| *bucket <= 6)?;
        let size = (1024 << bucket) + CELL_OVERHEAD_BYTES - HEAD_BYTES;
        if fill.len() != FILL_BYTES || self.sealed.len() != size {
            return None;
        }
        let cell = [head, self.sealed].concat();
        open_cell(&key(outer.kid), &aad(self.outer, fill), &cell).ok().map(|mut plain| std::mem::take(&mut *plain))
    }
}

/// Kid, check and Body of an inner part.
fn read(inner: &[u8]) -> Option<(Kid, &[u8; 32], &[u8])> {
    let (kid, rest) = inner.split_first_chunk::<8>()?;
    let (claimed, rest) = rest.split_first_chunk::<32>()?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    Some((Kid(*kid), claimed, rest.get(..length)?))
}

#[cfg(test)]
mod tests;
