//! Cells, chunks and wrapped keys: what every row of the store costs on its way to the disk and back.

use crate::meter::per_call;
use crate::node::SystemChance;
use crate::row::{Line, Row};
use anyhow::Context;
use base::{Chance, FileId, KeyId};
use seal::{Aad, ChunkKey, Chunks, DataKey};
use std::hint::black_box;

/// Bytes of a usual event.
const EVENT_BYTES: usize = 400;
/// Bytes of a full chunk.
const CHUNK_BYTES: usize = 16 * 1024;

pub fn rows() -> anyhow::Result<Vec<Line>> {
    let chance: &dyn Chance = &SystemChance;
    let (key, parent) = (DataKey::generate(chance), DataKey::generate(chance));
    let aad = Aad::new("simpul/cell/1").text("shelf").int(1).bytes(&[7; 16]).bytes(&[8; 24]).int(1);
    let plain = [7_u8; EVENT_BYTES];
    let cell = seal::seal_cell(&key, &aad, &plain, chance)?;
    let chunks = Chunks::of_blob(ChunkKey::Node([1; 32]), FileId::from_bytes([2; 16]));
    let file = vec![9_u8; CHUNK_BYTES];
    let chunk = chunks.seal(0, false, &file)?;
    let place = Aad::wrapped_key(key.id(), &[3; 16], "work", KeyId::default());
    let wrapped = seal::wrap_key(&parent, &place, &key, chance)?;
    // Both ways stand beside the budget of the slower one.
    let sealing = per_call(|| drop(black_box(seal::seal_cell(&key, &aad, black_box(&plain), chance))));
    let opening = per_call(|| drop(black_box(seal::open_cell(&key, &aad, black_box(&cell)))));
    let there = per_call(|| drop(black_box(chunks.seal(0, false, black_box(&file)))));
    let back = per_call(|| drop(black_box(chunks.open(0, false, black_box(&chunk)))));
    let unwrapping = per_call(|| drop(black_box(seal::unwrap_key(&parent, &place, black_box(&wrapped)))));
    seal::unwrap_key(&parent, &place, &wrapped).context("a key that was wrapped opens")?;
    Ok(vec![
        Row::micros("seal a cell of 400 bytes", sealing, 8.0).into(),
        Row::micros("open a cell of 400 bytes", opening, 8.0).into(),
        Row::micros("seal a chunk of 16 KiB", there, 65.0).into(),
        Row::micros("open a chunk of 16 KiB", back, 65.0).into(),
        Row::micros("unwrap a key", unwrapping, 10.0).into(),
    ])
}
