//! SHA-256 and HMAC with a domain before the input, so that no hash of one kind is ever one of another (FEDERATION.md 3).

use base::{NodeId, ThreadId};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// A SHA-256 value.
pub type Hash = [u8; 32];

/// Plain SHA-256 over the parts, one after another.
pub fn sha256(parts: &[&[u8]]) -> Hash {
    let mut state = Sha256::new();
    for part in parts {
        state.update(part);
    }
    state.finalize().into()
}

/// SHA-256 over a domain and the parts.
pub(crate) fn domain(name: &str, parts: &[&[u8]]) -> Hash {
    let mut state = Sha256::new();
    state.update(name.as_bytes());
    for part in parts {
        state.update(part);
    }
    state.finalize().into()
}

/// The first N bytes of a hash.
pub(crate) fn first<const N: usize>(hash: Hash) -> [u8; N] {
    let mut out = [0; N];
    out.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
    out
}

/// HMAC-SHA-256 over the parts, one after another.
pub fn hmac(key: &[u8], parts: &[&[u8]]) -> Hash {
    // RFC 2104 takes keys of any length, so the error cannot happen; an empty state would be wrong, hence the match.
    match Hmac::<Sha256>::new_from_slice(key) {
        Ok(mut state) => {
            for part in parts {
                state.update(part);
            }
            state.finalize().into_bytes().into()
        }
        Err(_) => unreachable!("HMAC takes keys of any length"),
    }
}

/// What a receipt, a dedup row and the next Body name: the hash of the signed payload.
pub fn body_hash(payload: &[u8]) -> Hash {
    domain("simpul/body/1", &[payload])
}

/// The hash of an accord: over the exact bytes of its JSON file (FEDERATION.md 7).
pub fn accord_hash(document: &[u8]) -> Hash {
    domain("simpul/accord/1", &[document])
}

/// The thread in which one accord is negotiated.
pub fn accord_thread(accord_id: &str) -> ThreadId {
    ThreadId::from_bytes(first(domain("simpul/accord-thread/1", &[accord_id.as_bytes()])))
}

/// The same of an accord with more than two parties: one thread for each pair (ADR 29).
pub fn accord_thread_of(accord_id: &str, one: NodeId, other: NodeId) -> ThreadId {
    let (lower, higher) = (one.min(other).bytes(), one.max(other).bytes());
    ThreadId::from_bytes(first(domain("simpul/accord-thread/1", &[accord_id.as_bytes(), &lower, &higher])))
}

/// The hash of a reduced case (FEDERATION.md 6).
pub fn extract_hash(extract: &[u8]) -> Hash {
    domain("simpul/extract/1", &[extract])
}

/// The thread of pings, receipts and keys between two nodes; the same from both sides.
pub fn control_thread(one: NodeId, other: NodeId) -> ThreadId {
    pair_thread("simpul/control/1", one, other)
}

/// The thread of recruiter alerts between two nodes; the same from both sides.
pub fn alert_thread(one: NodeId, other: NodeId) -> ThreadId {
    pair_thread("simpul/alert/1", one, other)
}

fn pair_thread(name: &str, one: NodeId, other: NodeId) -> ThreadId {
    let (lower, higher) = (one.min(other), one.max(other));
    ThreadId::from_bytes(first(domain(name, &[&lower.bytes(), &higher.bytes()])))
}

/// The name one peer sees for a case: HMAC under the case key, so that two peers cannot compare (FEDERATION.md 4).
pub fn alias(case_key: &crate::DataKey, peer: NodeId) -> [u8; 16] {
    first(hmac(case_key.expose(), &[b"simpul/alias/1", &peer.bytes()]))
}

/// What `offer.open` shows of a suspect so that the taker can see a conflict: HMAC under the thread id.
pub fn conflict(thread: ThreadId, kind: &str, normalised: &str) -> [u8; 8] {
    first(hmac(&thread.bytes(), &[kind.as_bytes(), normalised.as_bytes()]))
}

/// A blind index of an identifier (STORAGE.md 4); the key is the index key of the identifier's kind.
pub fn blind(index_key: &crate::DataKey, normalised: &str) -> [u8; 8] {
    first(hmac(index_key.expose(), &[normalised.as_bytes()]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::hex;

    #[test]
    fn hmac_agrees_with_rfc_4231_case_2() {
        let mac = hmac(b"Jefe", &[b"what do ya want ", b"for nothing?"]);
        assert_eq!(hex(&mac), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    #[test]
    fn both_nodes_see_the_same_thread_and_each_kind_its_own() {
        let (a, b) = (NodeId::from_bytes([1; 16]), NodeId::from_bytes([2; 16]));
        assert_eq!(control_thread(a, b), control_thread(b, a));
        assert_ne!(control_thread(a, b), alert_thread(a, b));
        assert_eq!(accord_thread_of("contoh", a, b), accord_thread_of("contoh", b, a));
        assert_ne!(accord_thread_of("contoh", a, b), accord_thread("contoh"));
    }

    #[test]
    fn an_alias_differs_for_each_peer_and_case() {
        let (key, other) = (crate::DataKey::from_bytes([1; 32]), crate::DataKey::from_bytes([2; 32]));
        let (a, b) = (NodeId::from_bytes([1; 16]), NodeId::from_bytes([2; 16]));
        assert_ne!(alias(&key, a), alias(&key, b));
        assert_ne!(alias(&key, a), alias(&other, a));
    }
}
