//! A new identity for a node, by its root: each year, or because the old key is dead (FEDERATION.md 8).

use super::{CERT_DAYS, Epoch, Keyring, destroy, epochs_of, exactly, new_epoch};
use super::{own_entry, put_open, secret_name, send_to_all};
use base::{Bytes, Timestamp};
use desk::mail::Recovery;
use seal::keys::week_of;
use seal::{CarrierKey, Cert, DataKey, EpochSecret, IdentityKey, Kid, RootKey};
use store::chain::FORMER_CERTS;
use store::{Read, Sealed, StoreError, Tx, cbor};

impl Keyring {
    /// The short name of the present identity key.
    pub fn kid(&self) -> Kid {
        self.identity.public().kid()
    }

    /// Whether this root is the node's.
    pub fn is_root(&self, root: &RootKey) -> bool {
        root.public() == self.root
    }

    /// Gives the node another identity and carrier key under a new certificate, and partners its entry. What was signed under
    /// the old one stays signed. `dead`: somebody else may have the old keys; then the weeks' keys that they may have are
    /// published no more, and this week gets new ones.
    pub async fn renew(&self, tx: &mut Tx, open: &DataKey, (root, dead): (&RootKey, bool)) -> Result<Kid, StoreError> {
        let (chance, now) = (tx.chance(), tx.now());
        let old = Cert::read(&self.cert.0, &self.root).ok_or_else(|| super::damaged("cert"))?;
        let (identity, carrier) = (IdentityKey::generate(&*chance), CarrierKey::generate(&*chance));
        // A store that was put back may not know the newest certificate; partners take none that is not later.
        let was_restored = Recovery::read(tx).await?.is_some();
        let above = if was_restored { u64::try_from(now.seconds()).unwrap_or(0) } else { 0 };
        let cert = Cert {
            identity: identity.public(),
            carrier: carrier.public(),
            serial: (old.serial + 1).max(above),
            not_before: now.plus_hours(-48).seconds(),
            not_after: now.plus_hours(24 * CERT_DAYS).seconds(),
            ..old
        };
        let former = tx.raw().meta(FORMER_CERTS).await?;
        let mut former: Vec<Bytes> =
            former.map(|bytes| cbor::from_bytes(&bytes, "certificates")).transpose()?.unwrap_or_default();
        former.insert(0, self.cert.clone());
        tx.put_meta(FORMER_CERTS, &cbor::to_bytes(&former)?).await?;
        tx.put_meta("cert", &cert.sign(root)).await?;
        tx.put_secret("identity", identity.to_bytes().as_slice()).await?;
        put_open(tx, open, "carrier", carrier.to_bytes().as_slice()).await?;
        for row in epochs_of(tx).await?.into_iter().filter(|row| !row.gone) {
            self.sign_epoch(tx, row, (&identity, dead, now)).await?;
        }
        if dead {
            new_epoch(tx, open, (self.node, &identity), week_of(now)).await?;
        }
        let keys = Self::load(tx).await?.ok_or_else(|| super::damaged("identity"))?;
        if let Some(own) = own_entry(tx).await? {
            let entry = keys.publish_above(tx, own.stated().clone(), above).await?;
            send_to_all(tx, &entry).await?;
        }
        Ok(identity.public().kid())
    }

    /// A week under another identity: signed by it, or published no more. One that has not begun is made anew in its time.
    async fn sign_epoch(
        &self,
        tx: &mut Tx,
        row: Epoch,
        (identity, dead, now): (&IdentityKey, bool, Timestamp),
    ) -> Result<(), StoreError> {
        if dead && row.week > week_of(now) {
            let key = row.week.to_be_bytes();
            destroy(tx, row).await?;
            return tx.remove::<Epoch>(b"", &key).await;
        }
        let signed = match tx.secret(&secret_name(row.week)).await? {
            Some(bytes) if !dead => {
                let secret = EpochSecret::from_bytes(row.week, &exactly(&bytes, "epoch")?);
                Bytes(secret.public().sign(self.node, identity))
            }
            _ => Bytes::default(),
        };
        let row = Epoch { signed, ..row };
        tx.put((b"", &row.week.to_be_bytes()), None, Sealed::Plain, &row).await
    }
}
