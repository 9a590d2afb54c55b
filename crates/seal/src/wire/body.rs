//! A Body: one message between two nodes, frozen with the act that sends it (FEDERATION.md 3, 4). Order, dedup and
//! evidence rest on the hash of its bytes, so its bytes are never made anew.

use crate::cbor::{CborError, Fields, Value, decode, decode_around, encode_around, is_map};
use crate::hash::{self, Hash};
use base::limits::{ATTACHMENTS_MAX, BODY_BYTES_MAX};
use base::{FileId, NodeId, ThreadId};

/// The Body version we write and read.
pub const BODY_VERSION: u64 = 1;

/// Key of the content in a Body.
const CONTENT: i64 = 17;

/// One message, before it is signed and sealed. `Debug` names it without its content.
#[derive(Clone, PartialEq, Eq)]
pub struct Body {
    /// Message type, section 4 of FEDERATION.md; unknown ones are held, not refused.
    pub kind: u16,
    /// Who sends.
    pub from: NodeId,
    /// Who is to receive.
    pub to: NodeId,
    /// The conversation it belongs to.
    pub thread: ThreadId,
    /// The sender's era.
    pub era: u64,
    /// Its number in thread, direction and era; 0 for unnumbered types.
    pub seq: u64,
    /// body_hash of the numbered Body before; zeros at seq 1 and for unnumbered types.
    pub prev: Hash,
    /// Unix seconds by the sender's clock: a claim.
    pub created: i64,
    /// Unix seconds.
    pub expires: i64,
    /// Makes equal messages unequal.
    pub salt: [u8; 16],
    /// The accord it rests on.
    pub accord: Option<AccordRef>,
    /// The purpose it serves, a code of the accord document.
    pub purpose: Option<String>,
    /// Hash of the decision's trace.
    pub trace: Option<Hash>,
    /// Content keys that the receiver must know, ascending.
    pub critical: Vec<u64>,
    /// The content: one canonical CBOR map, as bytes, because its meaning belongs to other rooms.
    pub content: Vec<u8>,
    /// What travels beside it.
    pub attachments: Vec<Attachment>,
    /// Numbers that will never come, with their hashes: the receiver may step over them.
    pub void: Vec<(u64, Hash)>,
}

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Body(type {}, {}, era {}, seq {})", self.kind, self.thread, self.era, self.seq)
    }
}

/// Which version of which accord.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccordRef {
    /// Its id in the document.
    pub id: String,
    /// Its version.
    pub version: u64,
    /// Its hash.
    pub hash: Hash,
}

/// A blob that belongs to a Body. Without `key` its bytes may travel, but nobody can read them yet.
#[derive(Clone, PartialEq, Eq)]
pub struct Attachment {
    /// The blob.
    pub blob: FileId,
    /// Plain bytes before padding.
    pub bytes: u64,
    /// How many chunks.
    pub chunks: u32,
    /// The key, once it may be known.
    pub key: Option<[u8; 32]>,
    /// Media type, shown, never run.
    pub media: String,
    /// SHA-256 of the plain bytes.
    pub hash: Hash,
    /// What people call it.
    pub label: String,
    /// The field it belongs to.
    pub field: String,
}

impl std::fmt::Debug for Attachment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Attachment({}, {} bytes)", self.blob, self.bytes)
    }
}

/// Why bytes are no Body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// Another version than ours; answered by a nack, the sealed bytes are kept until an upgrade.
    #[error("Body version {0}")]
    Version(u64),
    /// Not canonical, over a limit, or a field is missing or unknown.
    #[error(transparent)]
    Malformed(#[from] CborError),
}

impl Body {
    /// The bytes to freeze. Fails if the content is no canonical map or a limit is passed.
    pub fn encode(&self) -> Result<Vec<u8>, CborError> {
        if self.attachments.len() > ATTACHMENTS_MAX {
            return Err(CborError::Limit);
        }
        let void = self.void.iter().map(|(seq, hash)| Value::list([Value::uint(*seq), Value::bytes(hash)]));
        let accord = self.accord.as_ref().map(|accord| {
            Value::list([Value::text(&accord.id), Value::uint(accord.version), Value::bytes(accord.hash)])
        });
        let fields = [
            (1, Some(Value::uint(BODY_VERSION))),
            (2, Some(Value::uint(self.kind))),
            (3, Some(Value::bytes(self.from.bytes()))),
            (4, Some(Value::bytes(self.to.bytes()))),
            (5, Some(Value::bytes(self.thread.bytes()))),
            (6, Some(Value::uint(self.era))),
            (7, Some(Value::uint(self.seq))),
            (8, Some(Value::bytes(self.prev))),
            (9, Some(Value::Int(self.created))),
            (10, Some(Value::Int(self.expires))),
            (11, Some(Value::bytes(self.salt))),
            (12, accord),
            (13, self.purpose.as_ref().map(Value::text)),
            (15, self.trace.map(Value::bytes)),
            (16, Value::list_or_none(self.critical.iter().map(|key| Value::uint(*key)))),
            (18, Value::list_or_none(self.attachments.iter().map(Attachment::value))),
            (19, Value::list_or_none(void)),
        ];
        let bytes = encode_around(fields, (CONTENT, &self.content));
        if bytes.len() > BODY_BYTES_MAX {
            return Err(CborError::Limit);
        }
        // Reading it back proves that the content is one canonical map, the depth, the lengths of texts and the order of
        // `critical`.
        match Self::decode(&bytes).map_err(cbor) {
            Ok(read) if read.content == self.content => Ok(bytes),
            read => Err(self.content_error().or(read.err()).unwrap_or(CborError::Malformed)),
        }
    }

    /// What is wrong with the content alone.
    fn content_error(&self) -> Option<CborError> {
        match decode(&self.content) {
            Ok(Value::Map(_)) => None,
            Ok(_) => Some(CborError::Limit),
            Err(error) => Some(error),
        }
    }

    /// Reads a Body strictly: canonical, every field known, every limit kept.
    pub fn decode(bytes: &[u8]) -> Result<Self, BodyError> {
        if bytes.len() > BODY_BYTES_MAX {
            return Err(CborError::Limit.into());
        }
        let (mut fields, content) = decode_around(bytes, CONTENT)?;
        match fields.need(1)?.into_uint()? {
            BODY_VERSION => Ok(Self::from_fields(fields, content)?),
            other => Err(BodyError::Version(other)),
        }
    }

    /// Its hash. Fails like [`Body::encode`].
    pub fn hash(&self) -> Result<Hash, CborError> {
        self.encode().map(|bytes| hash::body_hash(&bytes))
    }

    fn from_fields(mut fields: Fields, content: Option<&[u8]>) -> Result<Self, CborError> {
        let body = Self {
            kind: fields.need(2)?.into_uint()?,
            from: NodeId::from_bytes(fields.need(3)?.into_array()?),
            to: NodeId::from_bytes(fields.need(4)?.into_array()?),
            thread: ThreadId::from_bytes(fields.need(5)?.into_array()?),
            era: fields.need(6)?.into_uint()?,
            seq: fields.need(7)?.into_uint()?,
            prev: fields.need(8)?.into_array()?,
            created: fields.need(9)?.into_uint()?,
            expires: fields.need(10)?.into_uint()?,
            salt: fields.need(11)?.into_array()?,
            accord: fields.maybe(12).map(AccordRef::from_value).transpose()?,
            purpose: fields.maybe(13).map(Value::into_text).transpose()?,
            trace: fields.maybe(15).map(Value::into_array).transpose()?,
            critical: each(fields.list(16)?, Value::into_uint)?,
            content: content.filter(|content| is_map(content)).ok_or(CborError::Malformed)?.to_vec(),
            attachments: each(fields.list(18)?, Attachment::from_value)?,
            void: each(fields.list(19)?, |row| {
                let [seq, hash] = row.into_items()?;
                Ok((seq.into_uint()?, hash.into_array()?))
            })?,
        };
        fields.end()?;
        let ascending = body.critical.is_sorted_by(|a, b| a < b) && body.void.is_sorted_by(|a, b| a.0 < b.0);
        if body.attachments.len() > ATTACHMENTS_MAX || !ascending { Err(CborError::Limit) } else { Ok(body) }
    }
}

fn cbor(error: BodyError) -> CborError {
    match error {
        BodyError::Malformed(error) => error,
        BodyError::Version(_) => CborError::Malformed,
    }
}

pub(crate) fn each<T>(items: Vec<Value>, read: impl Fn(Value) -> Result<T, CborError>) -> Result<Vec<T>, CborError> {
    items.into_iter().map(read).collect()
}

impl AccordRef {
    fn from_value(value: Value) -> Result<Self, CborError> {
        let [id, version, hash] = value.into_items()?;
        Ok(Self { id: id.into_text()?, version: version.into_uint()?, hash: hash.into_array()? })
    }
}

impl Attachment {
    fn value(&self) -> Value {
        Value::fields([
            (1, Some(Value::bytes(self.blob.bytes()))),
            (2, Some(Value::uint(self.bytes))),
            (3, Some(Value::uint(self.chunks))),
            (4, self.key.map(Value::bytes)),
            (5, Some(Value::text(&self.media))),
            (6, Some(Value::bytes(self.hash))),
            (7, Some(Value::text(&self.label))),
            (8, Some(Value::text(&self.field))),
        ])
    }

    fn from_value(value: Value) -> Result<Self, CborError> {
        let mut fields = value.into_fields()?;
        let attachment = Self {
            blob: FileId::from_bytes(fields.need(1)?.into_array()?),
            bytes: fields.need(2)?.into_uint()?,
            chunks: fields.need(3)?.into_uint()?,
            key: fields.maybe(4).map(Value::into_array).transpose()?,
            media: fields.need(5)?.into_text()?,
            hash: fields.need(6)?.into_array()?,
            label: fields.need(7)?.into_text()?,
            field: fields.need(8)?.into_text()?,
        };
        fields.end().map(|()| attachment)
    }
}

#[cfg(test)]
pub(crate) mod tests;
