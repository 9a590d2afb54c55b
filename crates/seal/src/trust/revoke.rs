//! A revocation: this key is dead since then (FEDERATION.md 8). Valid with the root's signature, or with those of two
//! revokers named in an active accord, one of them the node's own.

use crate::body::each;
use crate::cbor::{CborError, Value, decode};
use crate::entry::version_1;
use crate::keys::{Kid, RootKey, RootPublic, SignatoryKey, SignatoryPublic, Signature};
use base::{NodeId, Problem};
use std::collections::BTreeSet;

const CONTEXT: &str = "simpul/revoke/1";
/// A file with a revocation (`.spr`) begins with this; the revocation follows, perhaps with one signature of two.
pub const REVOCATION_MAGIC: &[u8; 4] = b"SPR1";
/// The largest revocation: a statement and some tens of signatures.
pub const REVOCATION_BYTES_MAX: usize = 4_096;

/// What is revoked, and who signed; nothing is proven before [`Revocation::verify`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// Whose key.
    pub node: NodeId,
    /// Which key.
    pub kid: Kid,
    /// Unix seconds.
    pub since: i64,
    /// Code of the reason.
    pub reason: u64,
    /// Signatures by kid, over `simpul/revoke/1` and the CBOR array of the first five items.
    pub signatures: Vec<(Kid, Signature)>,
}

/// A revoker as the accords name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revoker {
    /// The revoker's key.
    pub key: SignatoryPublic,
    /// Which party named it.
    pub node: NodeId,
}

impl Revocation {
    /// A statement that nobody signed yet.
    pub const fn new(node: NodeId, kid: Kid, since: i64, reason: u64) -> Self {
        Self { node, kid, since, reason, signatures: Vec::new() }
    }

    /// What is signed: `[1, node id, kid, since, reason]`.
    fn statement(&self) -> Vec<u8> {
        Value::list(self.head()).encode()
    }

    fn head(&self) -> [Value; 5] {
        let node = Value::bytes(self.node.bytes());
        [Value::uint(1_u8), node, Value::bytes(self.kid.0), Value::Int(self.since), Value::uint(self.reason)]
    }

    /// Adds the root's signature.
    pub fn sign_as_root(&mut self, root: &RootKey) {
        self.signatures.push((root.public().kid(), root.sign(CONTEXT, &self.statement())));
    }

    /// Adds a revoker's signature, once.
    pub fn sign_as_revoker(&mut self, key: &SignatoryKey) {
        self.signatures.retain(|(kid, _)| *kid != key.public().kid());
        self.signatures.push((key.public().kid(), key.sign(CONTEXT, &self.statement())));
    }

    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        let row = |(kid, signature): &(Kid, Signature)| Value::list([Value::bytes(kid.0), Value::bytes(signature)]);
        let signatures = Value::list(self.signatures.iter().map(row));
        Value::list(self.head().into_iter().chain([signatures])).encode()
    }

    /// The file (`.spr`) that goes from one revoker to the other, and to partners.
    pub fn to_file(&self) -> Vec<u8> {
        [REVOCATION_MAGIC.as_slice(), &self.encode()].concat()
    }

    /// Reads a file; nothing is proven.
    pub fn from_file(bytes: &[u8]) -> Result<Self, Problem> {
        let wrong = || Problem::at("key.revocation-file", "SPR1");
        Self::decode(bytes.strip_prefix(REVOCATION_MAGIC).ok_or_else(wrong)?).map_err(|_| wrong())
    }

    /// Reads the bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, CborError> {
        if bytes.len() > REVOCATION_BYTES_MAX {
            return Err(CborError::Limit);
        }
        let [version, node, kid, since, reason, signatures] = decode(bytes)?.into_items()?;
        version_1(version)?;
        Ok(Self {
            node: NodeId::from_bytes(node.into_array()?),
            kid: Kid(kid.into_array()?),
            since: since.into_uint()?,
            reason: reason.into_uint()?,
            signatures: each(signatures.into_list()?, |row| {
                let [kid, signature] = row.into_items()?;
                Ok((Kid(kid.into_array()?), signature.into_array()?))
            })?,
        })
    }

    /// Checks that enough of the right people signed. `revokers` are those of active accords with this node.
    pub fn verify(&self, root: &RootPublic, revokers: &[Revoker]) -> Result<(), Problem> {
        let statement = self.statement();
        let good = |key: &Kid, verify: &dyn Fn(&Signature) -> bool| {
            self.signatures.iter().any(|(kid, signature)| kid == key && verify(signature))
        };
        let by_root = |signature: &Signature| root.verify(CONTEXT, &statement, signature).is_ok();
        if root.node() == self.node && good(&root.kid(), &by_root) {
            return Ok(());
        }
        let signed = revokers
            .iter()
            .filter(|by| good(&by.key.kid(), &|signature| by.key.verify(CONTEXT, &statement, signature).is_ok()));
        let signed: Vec<&Revoker> = signed.collect();
        let keys: BTreeSet<[u8; 32]> = signed.iter().map(|by| by.key.bytes()).collect();
        let own = signed.iter().any(|by| by.node == self.node);
        if keys.len() >= 2 && own { Ok(()) } else { Err(Problem::new("key.revocation-unsigned")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn revocation(root: &RootKey) -> Revocation {
        let node = root.public().node();
        Revocation { node, kid: Kid([7; 8]), since: 1_795_000_000, reason: 1, signatures: vec![] }
    }

    #[test]
    fn the_root_alone_revokes_another_root_does_not() {
        let (root, other) = (RootKey::from_bytes(&[1; 32]), RootKey::from_bytes(&[2; 32]));
        let mut revocation = revocation(&root);
        assert_eq!(Revocation::from_file(&revocation.to_file()), Ok(revocation.clone()));
        assert!(Revocation::from_file(&revocation.encode()).is_err());
        assert!(revocation.verify(&root.public(), &[]).is_err());
        revocation.sign_as_root(&root);
        assert_eq!(revocation.verify(&root.public(), &[]), Ok(()));
        assert!(revocation.verify(&other.public(), &[]).is_err());
        assert_eq!(Revocation::decode(&revocation.encode()), Ok(revocation.clone()));
        assert!(Revocation { since: 1_795_000_001, ..revocation }.verify(&root.public(), &[]).is_err());
    }

    #[test]
    fn two_revokers_do_if_one_is_the_nodes_own_and_they_are_two() {
        let root = RootKey::from_bytes(&[1; 32]);
        let keys = [3, 4, 5].map(|seed| SignatoryKey::from_bytes(&[seed; 32]));
        let own = Revoker { key: keys[0].public(), node: root.public().node() };
        let theirs = [1, 2].map(|n| Revoker { key: keys[n].public(), node: NodeId::from_bytes([9; 16]) });
        let signed_by = |signers: &[&SignatoryKey]| {
            let mut revocation = revocation(&root);
            for key in signers {
                revocation.sign_as_revoker(key);
            }
            revocation
        };
        let all = [own, theirs[0], theirs[1]];
        assert!(signed_by(&[&keys[0], &keys[1]]).verify(&root.public(), &all).is_ok());
        assert!(signed_by(&[&keys[1], &keys[2]]).verify(&root.public(), &all).is_err(), "none is its own");
        assert!(signed_by(&[&keys[0], &keys[0]]).verify(&root.public(), &all).is_err(), "one person twice");
        let twice_named = [own, Revoker { node: NodeId::from_bytes([9; 16]), ..own }];
        assert!(signed_by(&[&keys[0]]).verify(&root.public(), &twice_named).is_err(), "one key under two names");
    }
}
