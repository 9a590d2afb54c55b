//! The journal's hash chain, its signed heads and the co-signatures of witnesses (FEDERATION.md 10, STORAGE.md 5).

use crate::cbor::{CborError, Value, decode};
use crate::cell::Aad;
use crate::entry::version_1;
use crate::hash::{self, Hash};
use crate::keys::{BadSignature, IdentityKey, IdentityPublic, Signature};
use base::{NodeId, Problem};

const HEAD: &str = "simpul/head/1";
const COSIGN: &str = "simpul/cosign/1";
/// The link before the first event.
pub const FIRST_LINK: Hash = [0; 32];

/// The hash of an event: SHA-256(AAD || SHA-256(sealed body)); it can be checked when the body has been erased.
pub fn event_hash(aad: &Aad, sealed_body: &[u8]) -> Result<Hash, Problem> {
    Ok(event_hash_of(aad.finish()?, &hash::sha256(&[sealed_body])))
}

/// The same from the hash of a body that is gone.
pub fn event_hash_of(aad: &[u8], sealed_body_hash: &Hash) -> Hash {
    hash::sha256(&[aad, sealed_body_hash])
}

/// The next link of the chain: SHA-256("simpul/chain/1" || link before || event hash).
pub fn link(before: &Hash, event: &Hash) -> Hash {
    hash::domain("simpul/chain/1", &[before, event])
}

/// Where a node's journal stands: [1, node id, era, n, link n, at].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Whose journal.
    pub node: NodeId,
    /// Which life.
    pub era: u64,
    /// How many events.
    pub n: u64,
    /// The link of the last.
    pub link: Hash,
    /// Unix seconds.
    pub at: i64,
}

/// A head and its node's signature over "simpul/head/1" and the head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedHead {
    /// The head.
    pub head: Head,
    signature: Signature,
}

/// A signed head that a witness saw: [head, witness id, at, signature over "simpul/cosign/1" and the CBOR array of the
/// first three].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CosignedHead {
    /// What was seen.
    pub head: SignedHead,
    /// By whom.
    pub witness: NodeId,
    /// Unix seconds.
    pub at: i64,
    signature: Signature,
}

impl Head {
    /// Signs it.
    pub fn sign(self, key: &IdentityKey) -> SignedHead {
        SignedHead { signature: key.sign(HEAD, &self.value().encode()), head: self }
    }

    fn value(&self) -> Value {
        Value::list([
            Value::uint(1_u8),
            Value::bytes(self.node.bytes()),
            Value::uint(self.era),
            Value::uint(self.n),
            Value::bytes(self.link),
            Value::Int(self.at),
        ])
    }

    fn from_value(value: Value) -> Result<Self, CborError> {
        let [version, node, era, n, link, at] = value.into_items()?;
        version_1(version)?;
        Ok(Self {
            node: NodeId::from_bytes(node.into_array()?),
            era: era.into_uint()?,
            n: n.into_uint()?,
            link: link.into_array()?,
            at: at.into_uint()?,
        })
    }
}

impl SignedHead {
    /// As a value, for the content of a message.
    pub fn value(&self) -> Value {
        Value::list([self.head.value(), Value::bytes(self.signature)])
    }

    /// From a value; not verified.
    pub fn from_value(value: Value) -> Result<Self, CborError> {
        let [head, signature] = value.into_items()?;
        Ok(Self { head: Head::from_value(head)?, signature: signature.into_array()? })
    }

    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        self.value().encode()
    }

    /// Reads the bytes; not verified.
    pub fn decode(bytes: &[u8]) -> Result<Self, CborError> {
        Self::from_value(decode(bytes)?)
    }

    /// Checks its node's signature.
    pub fn verify(&self, key: &IdentityPublic) -> Result<(), BadSignature> {
        key.verify(HEAD, &self.head.value().encode(), &self.signature)
    }

    /// Witnesses it. The caller has checked its signature and links.
    pub fn cosign(self, witness: NodeId, key: &IdentityKey, at: i64) -> CosignedHead {
        let mut cosigned = CosignedHead { head: self, witness, at, signature: [0; 64] };
        cosigned.signature = key.sign(COSIGN, &Value::list(cosigned.seen()).encode());
        cosigned
    }
}

impl CosignedHead {
    fn seen(&self) -> [Value; 3] {
        [self.head.value(), Value::bytes(self.witness.bytes()), Value::Int(self.at)]
    }

    /// As a value, for the content of a message.
    pub fn value(&self) -> Value {
        Value::list(self.seen().into_iter().chain([Value::bytes(self.signature)]))
    }

    /// From a value; not verified.
    pub fn from_value(value: Value) -> Result<Self, CborError> {
        let [head, witness, at, signature] = value.into_items()?;
        Ok(Self {
            head: SignedHead::from_value(head)?,
            witness: NodeId::from_bytes(witness.into_array()?),
            at: at.into_uint()?,
            signature: signature.into_array()?,
        })
    }

    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        self.value().encode()
    }

    /// Reads the bytes; not verified.
    pub fn decode(bytes: &[u8]) -> Result<Self, CborError> {
        Self::from_value(decode(bytes)?)
    }

    /// Checks both signatures: the node's own and the witness's.
    pub fn verify(&self, node: &IdentityPublic, witness: &IdentityPublic) -> Result<(), BadSignature> {
        self.head.verify(node)?;
        self.verify_witness(witness)
    }

    /// Checks the witness's signature alone: that of the head was checked.
    pub fn verify_witness(&self, witness: &IdentityPublic) -> Result<(), BadSignature> {
        witness.verify(COSIGN, &Value::list(self.seen()).encode(), &self.signature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chain_depends_on_every_event_and_their_order() {
        let events: [Hash; 3] = [[1; 32], [2; 32], [3; 32]];
        let chain = |order: [usize; 3]| order.iter().fold(FIRST_LINK, |before, n| link(&before, &events[*n]));
        assert_ne!(chain([0, 1, 2]), chain([1, 0, 2]));
        assert_ne!(chain([0, 1, 2]), chain([0, 1, 1]));
    }

    #[test]
    fn an_event_can_be_checked_after_its_body_is_erased() {
        let aad = Aad::new("simpul/event/1").text("case.opened").int(1);
        let kept = hash::sha256(&[b"isi tersegel"]);
        assert_eq!(event_hash(&aad, b"isi tersegel").unwrap(), event_hash_of(aad.finish().unwrap(), &kept));
    }

    #[test]
    fn a_head_carries_its_own_and_the_witness_signature() {
        let (node, witness) = (IdentityKey::from_bytes(&[1; 32]), IdentityKey::from_bytes(&[2; 32]));
        let head = Head { node: NodeId::from_bytes([3; 16]), era: 1, n: 1000, link: [4; 32], at: 1_795_000_000 };
        let signed = SignedHead::decode(&head.sign(&node).encode()).unwrap();
        assert_eq!(signed.verify(&node.public()), Ok(()));
        assert_eq!(signed.verify(&witness.public()), Err(BadSignature));
        let seen = signed.cosign(NodeId::from_bytes([5; 16]), &witness, 1_795_000_060);
        let seen = CosignedHead::decode(&seen.encode()).unwrap();
        assert_eq!(seen.verify(&node.public(), &witness.public()), Ok(()));
        assert!(seen.verify(&witness.public(), &witness.public()).is_err());
        let bytes = seen.encode();
        for at in 0..bytes.len() {
            let mut bad = bytes.clone();
            bad[at] ^= 1;
            let verified =
                CosignedHead::decode(&bad).is_ok_and(|head| head.verify(&node.public(), &witness.public()).is_ok());
            assert!(!verified, "byte {at}");
        }
    }
}
