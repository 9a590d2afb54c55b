//! The stand-in seal of runs of very many nodes: a keyed stream and checks, without a single key exchange or signature. Who
//! knows how it works can open and forge; so no node may ever use it. What a run asks of a seal it keeps: true sizes, nothing
//! readable, and bytes that were changed, that are for another or by another are found out.

use base::chance::SeededChance;
use base::{Chance, MsgId, NodeId};
use relay::sealing::Sealing;
use seal::body::BodyError;
use seal::cbor::{CborError, Value, encode, strings};
use seal::envelope::{ENVELOPE_VERSION, Resolve, SUITE, bucket_of};
use seal::{Body, EpochSecret, IdentityKey, Kid, OpenError, Opened, Outer, Recipient, SealError, SendClass, hash};

/// Bytes of the key that an envelope of nodes carries; here they are chance.
const ENC_BYTES: usize = 32;
/// Bytes of the tag behind what is sealed.
const TAG_BYTES: usize = 16;

/// The stand-in.
#[derive(Clone, Copy, Debug)]
pub struct StandIn;

/// The keyed stream over bytes, there and back: as unlike its input as chance is, and no secret to who reads this.
fn stream(kid: Kid, enc: &[u8], bytes: &mut [u8]) {
    let seed = hash::sha256(&[b"simpul/sim/stand-in", &kid.0, enc]);
    let chance = SeededChance::new(u64::from_le_bytes(seed.first_chunk().copied().unwrap_or_default()));
    let mut of_chance = [0; 1024];
    for piece in bytes.chunks_mut(of_chance.len()) {
        chance.fill(&mut of_chance);
        piece.iter_mut().zip(of_chance).for_each(|(byte, by)| *byte ^= by);
    }
}

/// Over all that is not to be changed.
fn tag(kid: Kid, (outer, enc): (&[u8], &[u8]), sealed: &[u8]) -> [u8; TAG_BYTES] {
    let hash = hash::sha256(&[b"simpul/sim/tag", &kid.0, outer, enc, sealed]);
    hash.first_chunk().copied().unwrap_or_default()
}

/// Stands for the signature: over the sender, the outer part, the receiver and the Body.
fn check(sender: &[u8; 32], (outer, to): (&[u8], NodeId), payload: &[u8]) -> [u8; 32] {
    hash::sha256(&[sender, outer, &to.bytes(), payload])
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
        let msg_id = MsgId::from_bytes(chance.bytes());
        let outer = Outer {
            msg_id,
            tag: to.tag,
            kid,
            suite: SUITE,
            expires_hour: expires_hour.into(),
            class,
            bucket: bucket.into(),
        };
        let outer = outer.encode();
        let mut inner = Vec::with_capacity((1024 << bucket) + TAG_BYTES);
        inner.extend(public.kid().0);
        inner.extend(check(&public.bytes(), (&outer, to.node), payload));
        inner.extend(u32::try_from(payload.len()).map_err(|_| limit())?.to_be_bytes());
        inner.extend(payload);
        inner.resize(1024 << bucket, 0);
        let enc: [u8; ENC_BYTES] = chance.bytes();
        stream(kid, &enc, &mut inner);
        inner.extend(tag(kid, (&outer, &enc), &inner));
        let parts = [Value::uint(ENVELOPE_VERSION), Value::Bytes(outer), Value::bytes(enc), Value::Bytes(inner)];
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
        let bucket = u8::try_from(outer.bucket).ok().filter(|bucket| *bucket <= 6)?;
        let (sealed, claimed) = self.sealed.split_at_checked(1024 << bucket)?;
        if self.enc.len() != ENC_BYTES || tag(outer.kid, (self.outer, self.enc), sealed) != *claimed {
            return None;
        }
        let mut plain = sealed.to_vec();
        stream(outer.kid, self.enc, &mut plain);
        Some(plain)
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
