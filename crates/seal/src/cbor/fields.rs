//! Taking a decoded value apart, and building one: each field once, none left over.

use super::{CborError, Key, Value, decode, encode};
use std::collections::BTreeMap;

/// The pairs of a map with number keys. What is not taken makes [`Fields::end`] fail, so unknown keys are refused.
pub struct Fields(BTreeMap<Key, Value>);

impl Fields {
    /// Reads canonical bytes that must be one map.
    pub fn decode(bytes: &[u8]) -> Result<Self, CborError> {
        decode(bytes)?.into_fields()
    }

    /// Of pairs that were read.
    pub(super) const fn of(pairs: BTreeMap<Key, Value>) -> Self {
        Self(pairs)
    }

    /// Takes a field that must be there.
    pub fn need(&mut self, key: i64) -> Result<Value, CborError> {
        self.maybe(key).ok_or(CborError::Malformed)
    }

    /// Takes a field that may be absent.
    pub fn maybe(&mut self, key: i64) -> Option<Value> {
        self.0.remove(&Key::Int(key))
    }

    /// Takes a list that is absent when it is empty; an empty list that is present would be a second form of the same.
    pub fn list(&mut self, key: i64) -> Result<Vec<Value>, CborError> {
        match self.maybe(key) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) if !items.is_empty() => Ok(items),
            Some(_) => Err(CborError::Malformed),
        }
    }

    /// Refuses what nobody took.
    pub fn end(self) -> Result<(), CborError> {
        if self.0.is_empty() { Ok(()) } else { Err(CborError::Malformed) }
    }
}

impl Value {
    /// A map with number keys; pairs without a value are left out.
    pub fn fields<const N: usize>(pairs: [(i64, Option<Self>); N]) -> Self {
        Self::Map(pairs.into_iter().filter_map(|(key, value)| Some((Key::Int(key), value?))).collect())
    }

    /// A byte string.
    pub fn bytes(bytes: impl AsRef<[u8]>) -> Self {
        Self::Bytes(bytes.as_ref().to_vec())
    }

    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A number that is never negative. Numbers over 63 bits do not occur; they would be written as the largest.
    pub fn uint(number: impl Into<u64>) -> Self {
        Self::Int(i64::try_from(number.into()).unwrap_or(i64::MAX))
    }

    /// An array from anything that gives values.
    pub fn list(items: impl IntoIterator<Item = Self>) -> Self {
        Self::Array(items.into_iter().collect())
    }

    /// A list, or nothing if it is empty (see [`Fields::list`]).
    pub fn list_or_none(items: impl IntoIterator<Item = Self>) -> Option<Self> {
        let items: Vec<Self> = items.into_iter().collect();
        (!items.is_empty()).then_some(Self::Array(items))
    }

    /// Its canonical bytes.
    pub fn encode(&self) -> Vec<u8> {
        encode(self)
    }

    /// The number, of either sign.
    pub fn into_int(self) -> Result<i64, CborError> {
        if let Self::Int(number) = self { Ok(number) } else { Err(CborError::Malformed) }
    }

    /// The number, which must fit an unsigned type.
    pub fn into_uint<T: TryFrom<i64>>(self) -> Result<T, CborError> {
        let number = self.into_int()?;
        if number < 0 { Err(CborError::Malformed) } else { T::try_from(number).map_err(|_| CborError::Malformed) }
    }

    /// The bytes.
    pub fn into_bytes(self) -> Result<Vec<u8>, CborError> {
        if let Self::Bytes(bytes) = self { Ok(bytes) } else { Err(CborError::Malformed) }
    }

    /// Exactly N bytes.
    pub fn into_array<const N: usize>(self) -> Result<[u8; N], CborError> {
        self.into_bytes()?.try_into().map_err(|_| CborError::Malformed)
    }

    /// The text.
    pub fn into_text(self) -> Result<String, CborError> {
        if let Self::Text(text) = self { Ok(text) } else { Err(CborError::Malformed) }
    }

    /// The items of an array.
    pub fn into_list(self) -> Result<Vec<Self>, CborError> {
        if let Self::Array(items) = self { Ok(items) } else { Err(CborError::Malformed) }
    }

    /// Exactly N items of an array.
    pub fn into_items<const N: usize>(self) -> Result<[Self; N], CborError> {
        self.into_list()?.try_into().map_err(|_| CborError::Malformed)
    }

    /// The pairs of a map.
    pub fn into_fields(self) -> Result<Fields, CborError> {
        if let Self::Map(pairs) = self { Ok(Fields(pairs)) } else { Err(CborError::Malformed) }
    }
}
