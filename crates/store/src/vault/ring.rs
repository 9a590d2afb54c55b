//! Keys as they lie in the ring: wrapped by the key above, bound to what they are for.

use super::CLASS_NODE;
use crate::raw::{KeyRow, RawTx, StoreError};
use base::{Chance, KeyId, Timestamp};
use seal::cell::{Aad, DataKey as Key};

/// The key of backups, from the master key.
pub fn backup_key(master: &Key) -> Key {
    master.derive("simpul/backup/1")
}

/// The subject under which a named key lies in the ring.
pub(super) fn name_subject(name: &str) -> [u8; 16] {
    let digest = seal::hash::sha256(&[b"simpul/ring/1", name.as_bytes()]);
    let mut out = [0; 16];
    for (to, from) in out.iter_mut().zip(digest) {
        *to = from;
    }
    out
}

pub(super) fn secret_aad(name: &str) -> Aad {
    Aad::new("simpul/key/1").text(name).int(CLASS_NODE)
}

fn key_aad(row_id: KeyId, subject: [u8; 16], class: i64, parent: KeyId) -> Aad {
    Aad::new("simpul/key/1").bytes(&row_id.bytes()).bytes(&subject).int(class).bytes(&parent.bytes())
}

pub(super) fn unwrap(parent: &Key, row: &KeyRow) -> Result<Key, StoreError> {
    let aad = key_aad(row.id, row.subject, row.class, row.parent);
    seal::cell::unwrap_key(parent, &aad, &row.wrapped).map_err(|_| StoreError::Damaged {
        table: "ring",
        column: "wrapped",
        row: row.id.to_string(),
    })
}

pub(super) async fn make(
    tx: &mut dyn RawTx,
    parent: (KeyId, &Key),
    (subject, class): ([u8; 16], i64),
    chance: &dyn Chance,
    now: Timestamp,
) -> Result<(KeyId, Key), StoreError> {
    let key = Key::generate(chance);
    wrap(tx, parent, (subject, class, &key), (chance, now)).await?;
    Ok((key.id(), key))
}

pub(super) async fn wrap(
    tx: &mut dyn RawTx,
    (parent_id, parent): (KeyId, &Key),
    (subject, class, key): ([u8; 16], i64, &Key),
    (chance, now): (&dyn Chance, Timestamp),
) -> Result<(), StoreError> {
    let id = key.id();
    let aad = key_aad(id, subject, class, parent_id);
    let wrapped = seal::cell::wrap_key(parent, &aad, key, chance).map_err(crate::sealing::too_long)?;
    tx.put_key(&KeyRow { id, subject, class, parent: parent_id, generation: 1, wrapped, made_at: now }).await
}
