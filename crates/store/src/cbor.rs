//! Values to bytes and back: CBOR through serde, for event bodies, cards and state.

use crate::StoreError;
use serde::{Serialize, de::DeserializeOwned};

/// Writes a value. The same value gives the same bytes: maps are ordered, lengths definite.
pub fn to_bytes<T: Serialize>(value: &T) -> Result<Vec<u8>, StoreError> {
    minicbor_serde::to_vec(value).map_err(|_| StoreError::Engine("cannot encode".into()))
}

/// Reads a value; `what` names it in the error.
pub fn from_bytes<T: DeserializeOwned>(bytes: &[u8], what: &'static str) -> Result<T, StoreError> {
    minicbor_serde::from_slice(bytes).map_err(|_| StoreError::Damaged {
        table: what,
        column: "body",
        row: String::new(),
    })
}
