//! **store**: what we ask of storage.
//!
//! Job: the journal and what follows from it. Events go in, projections come out of the same transaction, bodies are
//! sealed under per-case keys before an engine sees them.
//!
//! Invariants: no SQL here, no rule of the field, no clock. Projections follow from events alone (P3); an engine sees
//! ciphertext and ids only (P4).
//! Start reading at [`raw`] (what an engine does).

pub mod raw;

pub use raw::{Backend, Direction, RawTx, RawView, StoreError};
