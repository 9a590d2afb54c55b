//! An accord file (`.spa`): the exact bytes of a document, its signatures, the entries of its parties and whom their roots
//! name as signatories and revokers (FEDERATION.md 7). One file joins a node. "SPA1", then canonical CBOR
//! {1: document, 2: [[node id, name, office, key, signature, at]], 3: [entry], 4: [[bstr, root signature]]}.

use crate::body::each;
use crate::cbor::{CborError, Fields, Value, decode};
use crate::entry::{VerifiedEntry, version_1};
use crate::hash::{self, Hash};
use crate::keys::{RootKey, RootPublic, SignatoryKey, SignatoryPublic, Signature};
use crate::signed::Signed;
use base::limits::DOCUMENT_BYTES_MAX;
use base::{NodeId, Problem, Timestamp};
use std::fmt;

/// An accord file begins with this.
pub const ACCORD_MAGIC: &[u8; 4] = b"SPA1";
const SIGNERS: &str = "simpul/signers/1";

/// One person's signature over the document's hash; nothing is proven yet. `Debug` leaves out who it is.
#[derive(Clone, PartialEq, Eq)]
pub struct AccordSignature {
    /// The party signed for.
    pub node: NodeId,
    /// The person, as in the document.
    pub name: String,
    /// The person's office.
    pub office: String,
    /// The person's key.
    pub key: SignatoryPublic,
    /// Over the 32 bytes of the accord hash.
    pub signature: Signature,
    /// Unix seconds: a claim, not signed.
    pub at: i64,
}

impl fmt::Debug for AccordSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccordSignature({}, {})", self.node, self.key.kid())
    }
}

impl AccordSignature {
    /// Signs an accord by its hash.
    pub fn sign(hash: &Hash, key: &SignatoryKey, node: NodeId, who: (&str, &str), at: Timestamp) -> Self {
        let (name, office) = (who.0.to_owned(), who.1.to_owned());
        Self { node, name, office, key: key.public(), signature: key.sign("", hash), at: at.seconds() }
    }

    /// Whether it is a signature over this accord.
    pub fn verify(&self, hash: &Hash) -> Result<(), Problem> {
        self.key
            .verify("", hash, &self.signature)
            .map_err(|_| Problem::at("accord.signature", self.key.kid().to_string()))
    }

    fn value(&self) -> Value {
        Value::list([
            Value::bytes(self.node.bytes()),
            Value::text(&self.name),
            Value::text(&self.office),
            Value::bytes(self.key.bytes()),
            Value::bytes(self.signature),
            Value::Int(self.at),
        ])
    }

    fn from_value(value: Value) -> Result<Self, CborError> {
        let [node, name, office, key, signature, at] = value.into_items()?;
        Ok(Self {
            node: NodeId::from_bytes(node.into_array()?),
            name: name.into_text()?,
            office: office.into_text()?,
            key: signatory(key)?,
            signature: signature.into_array()?,
            at: at.into_uint()?,
        })
    }
}

/// Whom a root names: [1, node id, [[name, office, key]], [[name, key]]], signed over "simpul/signers/1".
/// `Debug` leaves out who they are.
#[derive(Clone, PartialEq, Eq)]
pub struct Signers {
    /// The party.
    pub node: NodeId,
    /// Who signs accords for it: name, office, key.
    pub signatories: Vec<(String, String, SignatoryPublic)>,
    /// Who may revoke its keys: name, key.
    pub revokers: Vec<(String, SignatoryPublic)>,
}

impl fmt::Debug for Signers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signers({}, {} and {})", self.node, self.signatories.len(), self.revokers.len())
    }
}

impl Signers {
    /// Signs the list: the bytes of `[bstr, signature]`.
    pub fn sign(&self, root: &RootKey) -> Vec<u8> {
        let signatories = self.signatories.iter().map(|(name, office, key)| {
            Value::list([Value::text(name), Value::text(office), Value::bytes(key.bytes())])
        });
        let revokers =
            self.revokers.iter().map(|(name, key)| Value::list([Value::text(name), Value::bytes(key.bytes())]));
        let node = Value::bytes(self.node.bytes());
        let content = Value::list([Value::uint(1_u8), node, Value::list(signatories), Value::list(revokers)]).encode();
        Signed { signature: root.sign(SIGNERS, &content), content }.value().encode()
    }

    /// Reads a list and checks that this root signed it for its own node.
    pub fn verify(bytes: &[u8], root: &RootPublic) -> Result<Self, Problem> {
        let signed = Signed::decode(bytes).map_err(malformed("signers"))?;
        let signers = Self::decode(&signed.content).map_err(malformed("signers"))?;
        let fits = root.verify(SIGNERS, &signed.content, &signed.signature).is_ok() && root.node() == signers.node;
        if fits { Ok(signers) } else { Err(Problem::at("accord.signature", "signers")) }
    }

    fn decode(bytes: &[u8]) -> Result<Self, CborError> {
        let [version, node, signatories, revokers] = decode(bytes)?.into_items()?;
        version_1(version)?;
        Ok(Self {
            node: NodeId::from_bytes(node.into_array()?),
            signatories: each(signatories.into_list()?, |row| {
                let [name, office, key] = row.into_items()?;
                Ok((name.into_text()?, office.into_text()?, signatory(key)?))
            })?,
            revokers: each(revokers.into_list()?, |row| {
                let [name, key] = row.into_items()?;
                Ok((name.into_text()?, signatory(key)?))
            })?,
        })
    }
}

fn signatory(value: Value) -> Result<SignatoryPublic, CborError> {
    SignatoryPublic::from_bytes(&value.into_array()?).ok_or(CborError::Malformed)
}

fn malformed(at: &str) -> impl Fn(CborError) -> Problem {
    move |_| Problem::at("accord.file", at)
}

/// An accord file, taken apart; nothing is proven before [`AccordFile::verify`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccordFile {
    /// The exact UTF-8 bytes of the JSON document.
    pub document: Vec<u8>,
    /// Who signed.
    pub signatures: Vec<AccordSignature>,
    /// Signed entries, as bytes.
    pub entries: Vec<Vec<u8>>,
    /// Signed lists of signatories and revokers, as bytes.
    pub signers: Vec<Vec<u8>>,
}

/// An accord file whose signatures all hold. Whether they are enough is for `accord`, which knows the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedAccordFile {
    document: Vec<u8>,
    hash: Hash,
    signatures: Vec<AccordSignature>,
    entries: Vec<VerifiedEntry>,
    signers: Vec<Signers>,
    statements: Vec<Vec<u8>>,
}

impl AccordFile {
    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        let content = Value::fields([
            (1, Some(Value::bytes(&self.document))),
            (2, Some(Value::list(self.signatures.iter().map(AccordSignature::value)))),
            (3, Some(Value::list(self.entries.iter().map(Value::bytes)))),
            (4, Some(Value::list(self.signers.iter().map(Value::bytes)))),
        ]);
        [ACCORD_MAGIC.as_slice(), &content.encode()].concat()
    }

    /// Reads the bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, Problem> {
        if bytes.len() > DOCUMENT_BYTES_MAX {
            return Err(Problem::at("input.too-large", "accord"));
        }
        let content = bytes.strip_prefix(ACCORD_MAGIC).ok_or(Problem::at("accord.file", "SPA1"))?;
        let read = || {
            let mut fields = Fields::decode(content)?;
            let file = Self {
                document: fields.need(1)?.into_bytes()?,
                signatures: each(fields.need(2)?.into_list()?, AccordSignature::from_value)?,
                entries: each(fields.need(3)?.into_list()?, Value::into_bytes)?,
                signers: each(fields.need(4)?.into_list()?, Value::into_bytes)?,
            };
            fields.end().map(|()| file)
        };
        read().map_err(malformed("CBOR"))
    }

    /// Checks everything in it: entries, whom their roots name, and that each signature is by somebody so named.
    pub fn verify(self) -> Result<VerifiedAccordFile, Problem> {
        let hash = hash::accord_hash(&self.document);
        let entries: Result<Vec<_>, _> = self.entries.iter().map(|entry| VerifiedEntry::read(entry)).collect();
        let entries = entries?;
        let signers: Result<Vec<_>, Problem> = self.signers.iter().map(|list| by_one_of(list, &entries)).collect();
        let signers = signers?;
        for signature in &self.signatures {
            signature.verify(&hash)?;
            let named = |by: &(String, String, SignatoryPublic)| by.0 == signature.name && by.2 == signature.key;
            if !signers.iter().any(|list| list.node == signature.node && list.signatories.iter().any(named)) {
                return Err(Problem::at("accord.signatory", signature.key.kid().to_string()));
            }
        }
        Ok(VerifiedAccordFile {
            document: self.document,
            hash,
            signatures: self.signatures,
            entries,
            signers,
            statements: self.signers,
        })
    }
}

fn by_one_of(list: &[u8], entries: &[VerifiedEntry]) -> Result<Signers, Problem> {
    let mut found = Err(Problem::at("accord.signature", "signers"));
    for entry in entries {
        found = found.or_else(|_| Signers::verify(list, entry.root()));
    }
    found
}

impl VerifiedAccordFile {
    /// The exact bytes of the document.
    pub fn document(&self) -> &[u8] {
        &self.document
    }

    /// Its hash.
    pub const fn hash(&self) -> &Hash {
        &self.hash
    }

    /// Who signed.
    pub fn signatures(&self) -> &[AccordSignature] {
        &self.signatures
    }

    /// The parties' entries.
    pub fn entries(&self) -> &[VerifiedEntry] {
        &self.entries
    }

    /// Whom the parties' roots name.
    pub fn signers(&self) -> &[Signers] {
        &self.signers
    }

    /// The same with the signed bytes, to be kept.
    pub fn statements(&self) -> impl Iterator<Item = (NodeId, &[u8])> {
        self.signers.iter().map(|signers| signers.node).zip(self.statements.iter().map(Vec::as_slice))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::tests::Node;

    fn file() -> AccordFile {
        let (node, key) = (Node::new(1), SignatoryKey::from_bytes(&[5; 32]));
        let id = node.root.public().node();
        let document = br#"{"id": "uji"}"#.to_vec();
        let at = Timestamp::from_seconds(1_795_000_000);
        let signers = Signers {
            node: id,
            signatories: vec![("Ibu Sari".into(), "Kepala".into(), key.public())],
            revokers: vec![("Ibu Sari".into(), key.public())],
        };
        AccordFile {
            signatures: vec![AccordSignature::sign(
                &hash::accord_hash(&document),
                &key,
                id,
                ("Ibu Sari", "Kepala"),
                at,
            )],
            document,
            entries: vec![node.entry()],
            signers: vec![signers.sign(&node.root)],
        }
    }

    #[test]
    fn a_signed_file_reads_back_and_verifies() {
        let file = file();
        let read = AccordFile::decode(&file.encode()).unwrap();
        assert_eq!(read, file);
        let verified = read.verify().unwrap();
        assert_eq!(verified.document(), file.document);
        assert_eq!(verified.hash(), &hash::accord_hash(&file.document));
        assert_eq!((verified.entries().len(), verified.signers().len(), verified.signatures().len()), (1, 1, 1));
    }

    #[test]
    fn a_changed_document_a_stranger_and_a_foreign_list_are_refused() {
        let good = file();
        let code = |file: AccordFile| file.verify().unwrap_err().code.0;
        assert_eq!(code(AccordFile { document: b"{}".to_vec(), ..good.clone() }), "accord.signature");
        assert_eq!(code(AccordFile { signers: vec![], ..good.clone() }), "accord.signatory");
        assert_eq!(code(AccordFile { entries: vec![Node::new(2).entry()], ..good.clone() }), "accord.signature");
        let mut renamed = good.clone();
        renamed.signatures[0].name = "Pak Budi".into();
        assert_eq!(code(renamed), "accord.signatory");
        let mut other = good;
        other.signatures[0].node = NodeId::from_bytes([9; 16]);
        assert_eq!(code(other), "accord.signatory");
    }

    #[test]
    fn no_flipped_bit_of_a_file_verifies_but_in_the_claimed_time_or_office() {
        let good = file();
        let bytes = good.encode();
        for at in 0..bytes.len() {
            assert!(AccordFile::decode(&bytes[..at]).is_err());
            let mut bad = bytes.clone();
            bad[at] ^= 1;
            if let Ok(verified) = AccordFile::decode(&bad).and_then(AccordFile::verify) {
                assert_eq!(verified.hash(), &hash::accord_hash(&good.document));
                assert_eq!(verified.signatures()[0].signature, good.signatures[0].signature);
            }
        }
    }
}
