//! Only this check turns bytes into an entry that may be used.

use super::{CERT, Cert, ENTRY, ENTRY_BYTES_MAX, EPOCH, Entry};
use crate::cbor::{CborError, Fields, Value};
use crate::envelope::Recipient;
use crate::keys::{EpochPublic, RootPublic};
use crate::signed::Signed;
use base::limits::CLOCK_SKEW_HOURS_MAX;
use base::{NodeId, Problem, Timestamp};

/// Days after its beginning during which an epoch may still be sealed to (FEDERATION.md 8).
const EPOCH_SEAL_DAYS: i64 = 35;

/// An entry whose signatures all hold: root over certificate, identity over epochs and entry, node id over root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedEntry {
    root: RootPublic,
    cert: Cert,
    stated: Entry,
    epochs: Vec<EpochPublic>,
    bytes: Vec<u8>,
}

impl VerifiedEntry {
    /// Checks the bytes of a signed entry. Time is not asked here: see [`VerifiedEntry::valid_at`].
    pub fn read(bytes: &[u8]) -> Result<Self, Problem> {
        if bytes.len() > ENTRY_BYTES_MAX {
            return Err(Problem::at("input.too-large", "entry"));
        }
        let signed = Signed::decode(bytes).map_err(|_| malformed("entry"))?;
        let mut fields = Fields::decode(&signed.content).map_err(|_| malformed("entry"))?;
        let node = take(&mut fields, 1, "node", Value::into_array).map(NodeId::from_bytes)?;
        let root = take(&mut fields, 2, "root", Value::into_array)?;
        let root = RootPublic::from_bytes(&root).ok_or_else(|| malformed("root"))?;
        let cert = take(&mut fields, 3, "cert", Signed::from_value)?;
        root.verify(CERT, &cert.content, &cert.signature).map_err(|_| unsigned("cert"))?;
        let cert = Cert::decode(&cert.content).map_err(|_| malformed("cert"))?;
        if root.node() != node || cert.node != node {
            return Err(malformed("node"));
        }
        cert.identity.verify(ENTRY, &signed.content, &signed.signature).map_err(|_| unsigned("entry"))?;
        let epochs = take(&mut fields, 11, "epochs", Value::into_list)?;
        let epochs: Result<Vec<EpochPublic>, Problem> =
            epochs.into_iter().map(|epoch| read_epoch(epoch, &cert)).collect();
        let stated = Entry::from_fields(&mut fields).and_then(|stated| fields.end().map(|()| stated));
        let stated = stated.map_err(|_| malformed("entry"))?;
        Ok(Self { root, cert, stated, epochs: epochs?, bytes: bytes.to_vec() })
    }

    /// The node.
    pub const fn node(&self) -> NodeId {
        self.cert.node
    }

    /// Its root, whose fingerprint people compare.
    pub const fn root(&self) -> &RootPublic {
        &self.root
    }

    /// This year's certificate.
    pub const fn cert(&self) -> &Cert {
        &self.cert
    }

    /// What it states of itself.
    pub const fn stated(&self) -> &Entry {
        &self.stated
    }

    /// Its weekly keys, as listed.
    pub fn epochs(&self) -> &[EpochPublic] {
        &self.epochs
    }

    /// The exact signed bytes, to pass on.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether the certificate holds at this moment; the clock of whoever made it may be ahead, and this one behind.
    pub const fn valid_at(&self, now: Timestamp) -> bool {
        self.cert.not_before <= now.plus_hours(CLOCK_SKEW_HOURS_MAX).seconds() && now.seconds() < self.cert.not_after
    }

    /// The newest epoch that may be sealed to: begun (a peer's clock may be 48 h ahead, and ours 48 h behind), and at most 35
    /// days old.
    pub fn newest_epoch(&self, now: Timestamp) -> Option<&EpochPublic> {
        let begun = now.plus_hours(2 * CLOCK_SKEW_HOURS_MAX).seconds();
        let oldest = now.plus_hours(-24 * EPOCH_SEAL_DAYS).seconds();
        let usable = |epoch: &&EpochPublic| epoch.not_before <= begun && epoch.not_before >= oldest;
        self.epochs.iter().filter(usable).max_by_key(|epoch| epoch.week)
    }

    /// To whom to seal now; `None` means wait for a newer entry (`waiting_key`).
    pub fn recipient(&self, now: Timestamp) -> Option<Recipient> {
        let epoch = self.newest_epoch(now).filter(|_| self.valid_at(now))?;
        Some(Recipient::new(self.node(), epoch))
    }
}

/// What an entry states that was checked when it was stored. No signature is checked again: for what no key hangs on.
pub fn stated_in(bytes: &[u8]) -> Option<Entry> {
    Entry::from_fields(&mut Fields::decode(&Signed::decode(bytes).ok()?.content).ok()?).ok()
}

/// The certificate of an entry that was checked when it was stored. No signature is checked again.
pub fn cert_in(bytes: &[u8]) -> Option<Cert> {
    let mut fields = Fields::decode(&Signed::decode(bytes).ok()?.content).ok()?;
    let cert = fields.need(3).and_then(Signed::from_value).ok()?;
    Cert::decode(&cert.content).ok()
}

fn read_epoch(value: Value, cert: &Cert) -> Result<EpochPublic, Problem> {
    let signed = Signed::from_value(value).map_err(|_| malformed("epochs"))?;
    cert.identity.verify(EPOCH, &signed.content, &signed.signature).map_err(|_| unsigned("epochs"))?;
    match EpochPublic::decode(&signed.content) {
        Ok((node, epoch)) if node == cert.node => Ok(epoch),
        _ => Err(malformed("epochs")),
    }
}

fn take<T>(
    fields: &mut Fields,
    key: i64,
    name: &str,
    read: impl Fn(Value) -> Result<T, CborError>,
) -> Result<T, Problem> {
    fields.need(key).and_then(read).map_err(|_| malformed(name))
}

fn malformed(at: &str) -> Problem {
    Problem::at("entry.malformed", at)
}

fn unsigned(at: &str) -> Problem {
    Problem::at("entry.signature", at)
}
