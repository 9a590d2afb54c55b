//! COSE_Sign1 (RFC 9052 section 4.2) in the one shape we use: EdDSA, the sender's kid, an empty unprotected map. Thirty
//! lines of our own instead of a library that would accept more; a test compares them with `coset`.

use crate::cbor::{CborError, Fields, Value, decode, encode};
use crate::keys::{BadSignature, IdentityKey, IdentityPublic, Kid, Signature};

/// The COSE number of EdDSA (RFC 9053 section 2.2).
const EDDSA: i64 = -8;

/// A signed payload, not yet verified.
pub(super) struct Signed {
    pub kid: Kid,
    pub payload: Vec<u8>,
    protected: Vec<u8>,
    signature: Signature,
}

/// Signs a payload and the external data.
pub(super) fn sign(payload: &[u8], key: &IdentityKey, external: &[u8]) -> Vec<u8> {
    let protected = protected(key.public().kid());
    let signature = key.sign("", &to_be_signed(&protected, external, payload));
    shape(protected, payload, &signature)
}

/// How long the signed form of a payload is.
pub(super) fn size(payload_bytes: usize) -> usize {
    shape(protected(Kid([0; 8])), &vec![0; payload_bytes], &[0; 64]).len()
}

/// Takes the signed form apart; anything but our one shape is refused.
pub(super) fn read(bytes: &[u8]) -> Result<Signed, CborError> {
    let Value::Sign1(inner) = decode(bytes)? else { return Err(CborError::Malformed) };
    let [protected, unprotected, payload, signature] = inner.into_items()?;
    unprotected.into_fields()?.end()?;
    let protected = protected.into_bytes()?;
    let mut header = Fields::decode(&protected)?;
    if header.need(1)?.into_int()? != EDDSA {
        return Err(CborError::Malformed);
    }
    let kid = Kid(header.need(4)?.into_array()?);
    header.end()?;
    Ok(Signed { kid, payload: payload.into_bytes()?, protected, signature: signature.into_array()? })
}

impl Signed {
    /// Checks the signature.
    pub fn verify(&self, key: &IdentityPublic, external: &[u8]) -> Result<(), BadSignature> {
        key.verify("", &to_be_signed(&self.protected, external, &self.payload), &self.signature)
    }
}

fn protected(kid: Kid) -> Vec<u8> {
    encode(&Value::fields([(1, Some(Value::Int(EDDSA))), (4, Some(Value::bytes(kid.0)))]))
}

fn shape(protected: Vec<u8>, payload: &[u8], signature: &Signature) -> Vec<u8> {
    let parts = [Value::Bytes(protected), Value::fields([]), Value::bytes(payload), Value::bytes(signature)];
    encode(&Value::Sign1(Box::new(Value::list(parts))))
}

/// Sig_structure of RFC 9052 section 4.4.
fn to_be_signed(protected: &[u8], external: &[u8], payload: &[u8]) -> Vec<u8> {
    encode(&Value::list([
        Value::text("Signature1"),
        Value::bytes(protected),
        Value::bytes(external),
        Value::bytes(payload),
    ]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use coset::{CborSerializable, CoseSign1, CoseSign1Builder, HeaderBuilder, TaggedCborSerializable, iana};

    #[test]
    fn our_bytes_are_those_of_another_cose_library() {
        let key = IdentityKey::from_bytes(&[3; 32]);
        let header =
            HeaderBuilder::new().algorithm(iana::Algorithm::EdDSA).key_id(key.public().kid().0.to_vec()).build();
        let theirs = CoseSign1Builder::new()
            .protected(header)
            .payload(b"isi".to_vec())
            .create_signature(b"luar", |message| key.sign("", message).to_vec())
            .build();
        assert_eq!(sign(b"isi", &key, b"luar"), theirs.clone().to_tagged_vec().unwrap());
        assert!(read(&theirs.to_vec().unwrap()).is_err(), "the tag is part of our form");
        let read_back = CoseSign1::from_tagged_slice(&sign(b"isi", &key, b"luar")).unwrap();
        assert_eq!(read_back.payload.as_deref(), Some(b"isi".as_slice()));
    }

    #[test]
    fn other_algorithms_and_extra_headers_are_refused() {
        for header in [
            Value::fields([(1, Some(Value::Int(-7))), (4, Some(Value::bytes([0; 8])))]),
            Value::fields([(1, Some(Value::Int(EDDSA))), (4, Some(Value::bytes([0; 8]))), (5, Some(Value::Null))]),
            Value::fields([(1, Some(Value::Int(EDDSA)))]),
            Value::fields([(1, Some(Value::Int(EDDSA))), (4, Some(Value::bytes([0; 9])))]),
        ] {
            assert!(read(&shape(header.encode(), b"isi", &[0; 64])).is_err());
        }
    }
}
