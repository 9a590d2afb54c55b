//! A node's entry: who it is, where it is reached, what it seals with (FEDERATION.md 8). The root signs the certificate,
//! the identity in it signs the weekly epochs and the entry. First trust is given by a person who compares the
//! [`fingerprint`](crate::fingerprint).

mod verified;

pub use verified::{VerifiedEntry, cert_in, stated_in};

use crate::body::each;
use crate::cbor::{CborError, Fields, Value, decode};
use crate::hash::Hash;
use crate::keys::{CarrierPublic, EpochPublic, FetchPublic, IdentityKey, IdentityPublic, ReleasePublic, RootKey};
use crate::keys::{RootPublic, SealingPublic};
use crate::signed::Signed;
use base::{NodeId, Problem};

pub(crate) const CERT: &str = "simpul/cert/1";
pub(crate) const EPOCH: &str = "simpul/epoch/1";
pub(crate) const ENTRY: &str = "simpul/entry/1";
/// The largest entry; it must fit a Body beside others.
pub const ENTRY_BYTES_MAX: usize = 32_768;
/// A joining file (`.spj`) begins with this; one signed entry follows.
pub const JOINING_MAGIC: &[u8; 4] = b"SPJ1";

/// What the root says of a year: [1, node id, identity key, carrier key, serial, not_before, not_after].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cert {
    /// The node.
    pub node: NodeId,
    /// Signs Bodies and entries.
    pub identity: IdentityPublic,
    /// Proves the node to carriers.
    pub carrier: CarrierPublic,
    /// Grows with each certificate.
    pub serial: u64,
    /// Unix seconds.
    pub not_before: i64,
    /// Unix seconds.
    pub not_after: i64,
}

impl Cert {
    /// Signs it: the bytes of `[bstr, signature]`.
    pub fn sign(&self, root: &RootKey) -> Vec<u8> {
        let content = Value::list([
            Value::uint(1_u8),
            Value::bytes(self.node.bytes()),
            Value::bytes(self.identity.bytes()),
            Value::bytes(self.carrier.bytes()),
            Value::uint(self.serial),
            Value::Int(self.not_before),
            Value::Int(self.not_after),
        ])
        .encode();
        Signed { signature: root.sign(CERT, &content), content }.value().encode()
    }

    /// Reads what [`Cert::sign`] gave; `None` unless this root signed it for its own node.
    pub fn read(bytes: &[u8], root: &RootPublic) -> Option<Self> {
        let signed = Signed::decode(bytes).ok()?;
        root.verify(CERT, &signed.content, &signed.signature).ok()?;
        Self::decode(&signed.content).ok().filter(|cert| cert.node == root.node())
    }

    fn decode(bytes: &[u8]) -> Result<Self, CborError> {
        let [version, node, identity, carrier, serial, not_before, not_after] = decode(bytes)?.into_items()?;
        version_1(version)?;
        Ok(Self {
            node: NodeId::from_bytes(node.into_array()?),
            identity: IdentityPublic::from_bytes(&identity.into_array()?).ok_or(CborError::Malformed)?,
            carrier: CarrierPublic::from_bytes(&carrier.into_array()?).ok_or(CborError::Malformed)?,
            serial: serial.into_uint()?,
            not_before: not_before.into_uint()?,
            not_after: not_after.into_uint()?,
        })
    }
}

impl EpochPublic {
    /// Signs a week's keys: the bytes of `[bstr, signature]` over [1, node id, week, {suite: key}, fetch key, release key,
    /// not_before].
    pub fn sign(&self, node: NodeId, identity: &IdentityKey) -> Vec<u8> {
        let content = Value::list([
            Value::uint(1_u8),
            Value::bytes(node.bytes()),
            Value::uint(self.week),
            Value::fields([(1, Some(Value::bytes(self.sealing.bytes())))]),
            Value::bytes(self.fetch.bytes()),
            Value::bytes(self.release.bytes()),
            Value::Int(self.not_before),
        ])
        .encode();
        Signed { signature: identity.sign(EPOCH, &content), content }.value().encode()
    }

    fn decode(bytes: &[u8]) -> Result<(NodeId, Self), CborError> {
        let [version, node, week, suites, fetch, release, not_before] = decode(bytes)?.into_items()?;
        version_1(version)?;
        // Keys of later suites may stand beside suite 1, which is mandatory; they are skipped, not refused.
        let sealing = suites.into_fields()?.need(1)?.into_array()?;
        let epoch = Self {
            week: week.into_uint()?,
            sealing: SealingPublic::from_bytes(&sealing).ok_or(CborError::Malformed)?,
            fetch: FetchPublic::from_bytes(&fetch.into_array()?).ok_or(CborError::Malformed)?,
            release: ReleasePublic::from_bytes(&release.into_array()?).ok_or(CborError::Malformed)?,
            not_before: not_before.into_uint()?,
        };
        Ok((NodeId::from_bytes(node.into_array()?), epoch))
    }
}

pub(crate) fn version_1(version: Value) -> Result<(), CborError> {
    if version.into_uint::<u64>()? == 1 { Ok(()) } else { Err(CborError::Malformed) }
}

/// What a node states of itself. In the signed map its fields are, in the order of FEDERATION.md 8: 1 node id, 2 root key,
/// 3 certificate, 4 serial, 5 names, 6 region, 7 roles, 8 carriers, 9 versions, 10 suites, 11 epochs, ?12 intake key,
/// 13 services, 14 duty phone. `Debug` leaves out names and phones.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// Grows with each entry; the greatest counts.
    pub serial: u64,
    /// The official name first, then short ones.
    pub names: Vec<String>,
    /// Dotted code of the place it serves.
    pub region: String,
    /// Codes such as `task_force`, `legal_aid`.
    pub roles: Vec<String>,
    /// Where it is reached, best first.
    pub carriers: Vec<CarrierAddress>,
    /// Body versions it reads.
    pub versions: Vec<u64>,
    /// Suites it opens.
    pub suites: Vec<u64>,
    /// P-256 key for sealed reports.
    pub intake: Option<[u8; 65]>,
    /// What it offers, in the shape of HSDS; other rooms read it.
    pub services: Vec<Value>,
    /// Whom to ring, day and night.
    pub duty_phone: String,
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Entry(serial {}, roles {:?})", self.serial, self.roles)
    }
}

/// One way to reach a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarrierAddress {
    /// 1 HTTPS, 2 bundle, 3 NATS; others are kept and not used.
    pub kind: u64,
    /// URL, or words for a person.
    pub address: String,
    /// SHA-256 of the pinned TLS key (SubjectPublicKeyInfo); an empty byte string when there is none.
    pub tls: Option<Hash>,
}

impl Entry {
    /// Signs the entry: `cert` and `epochs` are what [`Cert::sign`] and [`EpochPublic::sign`] gave.
    pub fn sign(
        &self,
        root: &RootPublic,
        cert: &[u8],
        epochs: &[Vec<u8>],
        identity: &IdentityKey,
    ) -> Result<Vec<u8>, Problem> {
        let malformed = |_| Problem::new("entry.malformed");
        let epochs: Result<Vec<Value>, CborError> = epochs.iter().map(|epoch| decode(epoch)).collect();
        let texts = |list: &[String]| Value::list(list.iter().map(Value::text));
        let content = Value::fields([
            (1, Some(Value::bytes(root.node().bytes()))),
            (2, Some(Value::bytes(root.bytes()))),
            (3, Some(decode(cert).map_err(malformed)?)),
            (4, Some(Value::uint(self.serial))),
            (5, Some(texts(&self.names))),
            (6, Some(Value::text(&self.region))),
            (7, Some(texts(&self.roles))),
            (8, Some(Value::list(self.carriers.iter().map(CarrierAddress::value)))),
            (9, Some(Value::list(self.versions.iter().map(|version| Value::uint(*version))))),
            (10, Some(Value::list(self.suites.iter().map(|suite| Value::uint(*suite))))),
            (11, Some(Value::list(epochs.map_err(malformed)?))),
            (12, self.intake.map(Value::bytes)),
            (13, Some(Value::list(self.services.iter().cloned()))),
            (14, Some(Value::text(&self.duty_phone))),
        ])
        .encode();
        let bytes = Signed { signature: identity.sign(ENTRY, &content), content }.value().encode();
        // What we sign we must be able to read: this finds a wrong certificate, epoch or service before a peer does.
        VerifiedEntry::read(&bytes).map(|_| bytes)
    }

    fn from_fields(fields: &mut Fields) -> Result<Self, CborError> {
        Ok(Self {
            serial: fields.need(4)?.into_uint()?,
            names: each(fields.need(5)?.into_list()?, Value::into_text)?,
            region: fields.need(6)?.into_text()?,
            roles: each(fields.need(7)?.into_list()?, Value::into_text)?,
            carriers: each(fields.need(8)?.into_list()?, CarrierAddress::from_value)?,
            versions: each(fields.need(9)?.into_list()?, Value::into_uint)?,
            suites: each(fields.need(10)?.into_list()?, Value::into_uint)?,
            intake: fields.maybe(12).map(Value::into_array).transpose()?,
            services: fields.need(13)?.into_list()?,
            duty_phone: fields.need(14)?.into_text()?,
        })
    }
}

impl CarrierAddress {
    fn value(&self) -> Value {
        let tls = self.tls.map_or_else(Vec::new, |hash| hash.to_vec());
        Value::list([Value::uint(self.kind), Value::text(&self.address), Value::Bytes(tls)])
    }

    fn from_value(value: Value) -> Result<Self, CborError> {
        let [kind, address, tls] = value.into_items()?;
        let tls = tls.into_bytes()?;
        Ok(Self {
            kind: kind.into_uint()?,
            address: address.into_text()?,
            tls: if tls.is_empty() { None } else { Some(tls.try_into().map_err(|_| CborError::Malformed)?) },
        })
    }
}

/// The joining file of a signed entry.
pub fn joining_file(entry: &VerifiedEntry) -> Vec<u8> {
    [JOINING_MAGIC.as_slice(), entry.bytes()].concat()
}

/// Reads a joining file. The signatures hold; whether to trust its root is for the person who compares the fingerprint.
pub fn read_joining_file(bytes: &[u8]) -> Result<VerifiedEntry, Problem> {
    VerifiedEntry::read(bytes.strip_prefix(JOINING_MAGIC).ok_or(Problem::at("entry.malformed", "SPJ1"))?)
}

#[cfg(test)]
pub(crate) mod tests;
