//! Ownership records: who owns a case after a handover (FEDERATION.md 6). The taker signs in its acceptance, the giver when
//! it gives; both signatures are over "simpul/own/1" and the record.

use crate::cbor::{CborError, Value, decode};
use crate::hash::{self, Hash};
use crate::keys::{BadSignature, IdentityKey, IdentityPublic, Signature};
use base::{CaseId, NodeId};

const CONTEXT: &str = "simpul/own/1";

/// [case_id, own_no, from, to, extract_hash, last hash, accord hash].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnRecord {
    /// The case.
    pub case: CaseId,
    /// From 1; each handover adds one.
    pub own_no: u64,
    /// The giver.
    pub from: NodeId,
    /// The taker, owner after this.
    pub to: NodeId,
    /// The extract that was given.
    pub extract_hash: Hash,
    /// [`OwnRecord::hash`] of the record before, zeros for the first.
    pub last: Hash,
    /// The accord it rests on.
    pub accord_hash: Hash,
}

impl OwnRecord {
    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        Value::list([
            Value::bytes(self.case.bytes()),
            Value::uint(self.own_no),
            Value::bytes(self.from.bytes()),
            Value::bytes(self.to.bytes()),
            Value::bytes(self.extract_hash),
            Value::bytes(self.last),
            Value::bytes(self.accord_hash),
        ])
        .encode()
    }

    /// Reads the bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, CborError> {
        let [case, own_no, from, to, extract_hash, last, accord_hash] = decode(bytes)?.into_items()?;
        Ok(Self {
            case: CaseId::from_bytes(case.into_array()?),
            own_no: own_no.into_uint()?,
            from: NodeId::from_bytes(from.into_array()?),
            to: NodeId::from_bytes(to.into_array()?),
            extract_hash: extract_hash.into_array()?,
            last: last.into_array()?,
            accord_hash: accord_hash.into_array()?,
        })
    }

    /// What the next record names as `last`.
    pub fn hash(&self) -> Hash {
        hash::domain(CONTEXT, &[&self.encode()])
    }

    /// Signs it as giver or taker.
    pub fn sign(&self, key: &IdentityKey) -> Signature {
        key.sign(CONTEXT, &self.encode())
    }

    /// Checks the signature of giver or taker.
    pub fn verify(&self, key: &IdentityPublic, signature: &Signature) -> Result<(), BadSignature> {
        key.verify(CONTEXT, &self.encode(), signature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_reads_back_and_its_signature_holds_for_it_alone() {
        let record = OwnRecord {
            case: CaseId::from_bytes([1; 16]),
            own_no: 1,
            from: NodeId::from_bytes([2; 16]),
            to: NodeId::from_bytes([3; 16]),
            extract_hash: [4; 32],
            last: [0; 32],
            accord_hash: [5; 32],
        };
        let key = IdentityKey::from_bytes(&[6; 32]);
        let signature = record.sign(&key);
        assert_eq!(OwnRecord::decode(&record.encode()), Ok(record.clone()));
        assert_eq!(record.verify(&key.public(), &signature), Ok(()));
        let other = OwnRecord { own_no: 2, ..record.clone() };
        assert_eq!(other.verify(&key.public(), &signature), Err(BadSignature));
        assert_ne!(other.hash(), record.hash());
    }
}
