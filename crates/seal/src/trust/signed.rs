//! `[bstr, signature]`: the form of whatever a node states about itself (FEDERATION.md 8). The signature is over a context
//! and exactly the bytes inside the byte string.

use crate::cbor::{CborError, Value, decode};
use crate::keys::Signature;

/// Content bytes beside a signature; nothing is verified yet.
pub(crate) struct Signed {
    pub content: Vec<u8>,
    pub signature: Signature,
}

impl Signed {
    /// From a value that stands in a larger one.
    pub fn from_value(value: Value) -> Result<Self, CborError> {
        let [content, signature] = value.into_items()?;
        Ok(Self { content: content.into_bytes()?, signature: signature.into_array()? })
    }

    /// From bytes that are this and nothing more.
    pub fn decode(bytes: &[u8]) -> Result<Self, CborError> {
        Self::from_value(decode(bytes)?)
    }

    /// The value.
    pub fn value(self) -> Value {
        Value::list([Value::Bytes(self.content), Value::bytes(self.signature)])
    }
}
