//! CBOR sequences (RFC 8742): items one after another.

use base::limits;
use minicbor::Decoder;

/// Cuts a sequence into its items without reading them. `None` if it is none, or over the limits of a batch.
pub fn split(bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    if bytes.len() > limits::BATCH_BYTES_MAX {
        return None;
    }
    let mut items = Vec::new();
    let mut decoder = Decoder::new(bytes);
    while decoder.position() < bytes.len() {
        let start = decoder.position();
        decoder.skip().ok()?;
        items.push(bytes.get(start..decoder.position())?.to_vec());
        if items.len() > limits::BATCH_ENVELOPES_MAX {
            return None;
        }
    }
    Some(items)
}
