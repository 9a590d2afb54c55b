//! Sealed columns: each cell is bound to table, row and column, so that no cell can be moved (STORAGE.md 5).

use crate::raw::{EventRow, Item, RawView, StoreError};
use crate::vault::Vault;
use base::{Chance, KeyId};
use seal::cell::{Aad, DataKey as Key};

/// A part of the associated data was longer than its length field.
pub(crate) fn too_long(_: base::Problem) -> StoreError {
    StoreError::Engine("a key of a row is too long".into())
}

/// The associated data of an event: every column but hash, link and body.
pub(crate) fn event_aad(row: &EventRow) -> Aad {
    let aad = Aad::new("simpul/event/1")
        .int(row.seq.0)
        .bytes(&row.stream)
        .int(row.stream_kind)
        .int(row.ver)
        .text(&row.kind)
        .int(row.kind_v)
        .text(&row.act)
        .bytes(&row.actor)
        .int(row.at.millis())
        .bytes(&row.request)
        .text(&row.grounds);
    let aad = match &row.trace {
        Some(trace) => aad.bytes(trace),
        None => aad.null(),
    };
    aad.bytes(&row.key.bytes())
}

/// Seals an event's body in place and gives it its hash; every other column but the link must stand already.
pub(crate) fn seal_event(key: &Key, row: &mut EventRow, plain: &[u8], chance: &dyn Chance) -> Result<(), StoreError> {
    let aad = event_aad(row);
    row.body = seal::cell::seal_cell(key, &aad, plain, chance).map_err(too_long)?;
    row.hash = crate::chain::hash_of(&aad, &row.body)?;
    Ok(())
}

pub(crate) fn open_event(key: &Key, row: &EventRow) -> Result<Vec<u8>, StoreError> {
    seal::cell::open_cell(key, &event_aad(row), &row.body)
        .map(|mut plain| std::mem::take(&mut *plain))
        .map_err(|_| StoreError::Damaged { table: "event", column: "body", row: row.seq.to_string() })
}

fn item_aad(item: &Item) -> Aad {
    Aad::new("simpul/cell/1")
        .text("shelf")
        .int(item.shelf)
        .bytes(&item.part)
        .bytes(&item.key)
        .bytes(&item.sealed_by.bytes())
        .int(1)
}

/// Seals an item's body in place; `item.sealed_by` must already name the key.
pub(crate) fn seal_item(key: &Key, item: &mut Item, plain: &[u8], chance: &dyn Chance) -> Result<(), StoreError> {
    item.body = seal::cell::seal_cell(key, &item_aad(item), plain, chance).map_err(too_long)?;
    Ok(())
}

/// Opens an item with the key its row names: a team key, or the key of a subject through the ring.
pub(crate) async fn open_item(raw: &mut dyn RawView, vault: &Vault, item: &Item) -> Result<Vec<u8>, StoreError> {
    if item.sealed_by == KeyId::default() {
        return Ok(item.body.clone());
    }
    let key = vault.by_id(raw, item.sealed_by).await?;
    seal::cell::open_cell(&key, &item_aad(item), &item.body)
        .map(|mut plain| std::mem::take(&mut *plain))
        .map_err(|_| StoreError::Damaged { table: "shelf", column: "body", row: item.shelf.to_string() })
}
