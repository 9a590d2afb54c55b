//! How fields of a content become CBOR and come back.

use base::{Digest, MsgId, NodeId, ThreadId};
use seal::cbor::{CborError, Value};

/// One field of a content: present, or absent if it is an `Option`.
pub(super) trait Slot: Sized {
    fn put(&self) -> Option<Value>;
    fn take(found: Option<Value>) -> Result<Self, CborError>;
}

/// Anything with one CBOR form.
pub(super) trait Item: Sized {
    fn to(&self) -> Value;
    fn from(value: Value) -> Result<Self, CborError>;
}

impl<T: Item> Slot for T {
    fn put(&self) -> Option<Value> {
        Some(self.to())
    }

    fn take(found: Option<Value>) -> Result<Self, CborError> {
        T::from(found.ok_or(CborError::Malformed)?)
    }
}

impl<T: Item> Slot for Option<T> {
    fn put(&self) -> Option<Value> {
        self.as_ref().map(Item::to)
    }

    fn take(found: Option<Value>) -> Result<Self, CborError> {
        found.map(T::from).transpose()
    }
}

macro_rules! items {
    ($($kind:ty: $to:expr, $from:expr;)+) => {$(
        impl Item for $kind {
            fn to(&self) -> Value {
                let to: fn(&$kind) -> Value = $to;
                to(self)
            }

            fn from(value: Value) -> Result<Self, CborError> {
                let from: fn(Value) -> Result<$kind, CborError> = $from;
                from(value)
            }
        }
    )+};
}

items! {
    u64: |n| Value::uint(*n), Value::into_uint;
    i64: |n| Value::Int(*n), Value::into_int;
    bool: |yes| Value::Bool(*yes), |value| if let Value::Bool(yes) = value { Ok(yes) } else { Err(CborError::Malformed) };
    String: |text| Value::text(text), Value::into_text;
    Vec<u8>: |bytes| Value::bytes(bytes), Value::into_bytes;
    Digest: |digest| Value::bytes(digest.0), |value| value.into_array().map(Digest);
    NodeId: |id| Value::bytes(id.bytes()), |value| value.into_array().map(NodeId::from_bytes);
    ThreadId: |id| Value::bytes(id.bytes()), |value| value.into_array().map(ThreadId::from_bytes);
    MsgId: |id| Value::bytes(id.bytes()), |value| value.into_array().map(MsgId::from_bytes);
}

impl<const N: usize> Item for [u8; N] {
    fn to(&self) -> Value {
        Value::bytes(self)
    }

    fn from(value: Value) -> Result<Self, CborError> {
        value.into_array()
    }
}

/// A list whose rows are items. (`Vec<u8>` is a byte string, hence a type of its own.)
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List<T>(pub Vec<T>);

impl<T: Item> Item for List<T> {
    fn to(&self) -> Value {
        Value::list(self.0.iter().map(Item::to))
    }

    fn from(value: Value) -> Result<Self, CborError> {
        value.into_list()?.into_iter().map(T::from).collect::<Result<_, _>>().map(Self)
    }
}

impl<T> From<Vec<T>> for List<T> {
    fn from(rows: Vec<T>) -> Self {
        Self(rows)
    }
}

impl<A: Item, B: Item> Item for (A, B) {
    fn to(&self) -> Value {
        Value::list([self.0.to(), self.1.to()])
    }

    fn from(value: Value) -> Result<Self, CborError> {
        let [a, b] = value.into_items()?;
        Ok((A::from(a)?, B::from(b)?))
    }
}

/// A content: a map with keys from 1 in the order of the fields.
macro_rules! contents {
    ($($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident: $kind:ty,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name { $($(#[$fdoc])* pub $field: $kind,)+ }

        impl $name {
            /// How many keys this version knows.
            pub(super) const KEYS: i64 = 0 $(+ { let _ = stringify!($field); 1 })+;

            pub(super) fn to_value(&self) -> Value {
                let mut key = 0;
                let pairs = [$(self.$field.put(),)+];
                Value::Map(pairs.into_iter().filter_map(|value| {
                    key += 1;
                    Some((Key::Int(key), value?))
                }).collect())
            }

            pub(super) fn from_fields(mut fields: Fields) -> Result<Self, CborError> {
                let mut key = 0;
                let mut next = || { key += 1; fields.maybe(key) };
                let read = Self { $($field: Slot::take(next())?,)+ };
                fields.end().map(|()| read)
            }
        }
    )+};
}

/// A row: an array of fixed length.
macro_rules! rows {
    ($($(#[$doc:meta])* $name:ident [ $($(#[$fdoc:meta])* $field:ident: $kind:ty,)+ ])+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name { $($(#[$fdoc])* pub $field: $kind,)+ }

        impl Item for $name {
            fn to(&self) -> Value {
                Value::list([$(Item::to(&self.$field),)+])
            }

            fn from(value: Value) -> Result<Self, CborError> {
                let mut rest = value.into_list()?.into_iter();
                let row = Self { $($field: Item::from(rest.next().ok_or(CborError::Malformed)?)?,)+ };
                if rest.next().is_some() { Err(CborError::Malformed) } else { Ok(row) }
            }
        }
    )+};
}

pub(super) use {contents, rows};
