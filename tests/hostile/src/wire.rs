//! What comes from other nodes: envelopes, Bodies and their contents, bundles, entries, accord files, what HTTP carries.

use crate::seeds;
use base::{NodeId, Timestamp};
use casework::extract::{Extract, OwnRecord, Preview};
use desk::wire::Message;
use seal::cbor::Value;
use seal::{Body, IdentityKey};

/// An envelope is peeked at by a carrier and opened by its receiver.
pub fn envelope(bytes: &[u8]) {
    let cast = seeds::cast();
    let _ = seal::peek(bytes);
    let key = cast.identity.public();
    let opened = seal::open(bytes, &cast.epoch, seeds::TO, &|kid| (*kid == key.kid()).then_some((seeds::FROM, key)));
    if let Ok(opened) = opened {
        assert_eq!(opened.body.encode().as_deref(), Ok(opened.payload.as_slice()));
    }
}

/// What decodes is canonical: it encodes to the same bytes.
pub fn body(bytes: &[u8]) {
    if let Ok(body) = Body::decode(bytes) {
        assert_eq!(body.encode().as_deref(), Ok(bytes));
    }
}

/// A bundle from a stick.
pub fn bundle(bytes: &[u8]) {
    let cast = seeds::cast();
    let key = IdentityKey::public(&cast.identity);
    let find = move |node: NodeId| (node == seeds::FROM).then_some(key);
    let _ = seal::bundle::unpack(bytes, std::slice::from_ref(&cast.epoch), &find);
}

/// A joining file, as an import meets it.
pub fn join_file(bytes: &[u8]) {
    let _ = seal::entry::read_joining_file(bytes);
}

/// An accord file, as an import meets it.
pub fn accord_file(bytes: &[u8]) {
    if let Ok(file) = seal::AccordFile::decode(bytes) {
        assert_eq!(seal::AccordFile::decode(&file.encode()).as_ref(), Ok(&file));
        let _ = file.verify().map(|file| file.document().to_vec());
    }
}

/// The content of a message: its number in two bytes, then the map. What reads is written again as something that reads
/// the same; of a number that this version does not act on, byte for byte.
pub fn content(bytes: &[u8]) {
    let Some((number, content)) = bytes.split_first_chunk::<2>() else { return };
    let number = u16::from_be_bytes(*number);
    let Ok(message) = Message::from_content(number, content) else { return };
    assert_eq!(message.number(), number);
    let again = message.to_content();
    assert_eq!(Message::from_content(number, &again).as_ref(), Ok(&message));
    let keys: Vec<u64> = (1..9).collect();
    let _ = Message::knows(number, &keys);
}

/// What a file, a preview, a supplement or a record of ownership says.
pub fn extract(bytes: &[u8]) {
    if let Ok(extract) = minicbor::decode::<Extract>(bytes) {
        let again = minicbor::to_vec(&extract).expect("a vector takes every byte");
        assert_eq!(minicbor::decode::<Extract>(&again).ok().as_ref(), Some(&extract));
        let fields: Vec<String> = extract.fields.0.keys().cloned().collect();
        let preview = extract.preview();
        assert!(preview.fields.0.keys().all(|field| casework::extract::is_previewed(field)));
        let mut bare = extract;
        assert_eq!(bare.drop_fields(&fields).len(), fields.len());
    }
    let _ = minicbor::decode::<Preview>(bytes);
    if let Ok(record) = minicbor::decode::<OwnRecord>(bytes) {
        let again = minicbor::to_vec(&record).expect("a vector takes every byte");
        assert_eq!(minicbor::decode::<OwnRecord>(&again).ok(), Some(record));
    }
}

/// What a node states of itself, under a good signature: without one nothing behind it is ever read.
pub fn entry(bytes: &[u8]) {
    let cast = seeds::cast();
    let signature = cast.identity.sign("simpul/entry/1", bytes);
    if let Ok(entry) = seal::VerifiedEntry::read(&signed(bytes, &signature)) {
        assert_eq!(entry.node(), cast.root.public().node());
        let now = Timestamp::from_seconds(1_795_402_800);
        let _ = (entry.newest_epoch(now), entry.recipient(now));
    }
    let _ = seal::VerifiedEntry::read(bytes);
}

fn signed(content: &[u8], signature: &[u8; 64]) -> Vec<u8> {
    Value::list([Value::bytes(content), Value::bytes(signature)]).encode()
}

/// What a root or a journal says: certificates and lists of signatories under a good signature; heads, co-signed heads,
/// records and revocations, which are written in one way only.
pub fn statement(bytes: &[u8]) {
    let root = &seeds::cast().root;
    let of_root = |context: &str| signed(bytes, &root.sign(context, bytes));
    let _ = seal::Cert::read(&of_root("simpul/cert/1"), &root.public());
    let _ = seal::Signers::verify(&of_root("simpul/signers/1"), &root.public());
    if let Ok(revocation) = seal::Revocation::decode(bytes) {
        assert_eq!(revocation.encode(), bytes);
        let _ = revocation.verify(&root.public(), &[]);
    }
    if let Ok(head) = seal::SignedHead::decode(bytes) {
        assert_eq!(head.encode(), bytes);
    }
    if let Ok(head) = seal::CosignedHead::decode(bytes) {
        assert_eq!(head.encode(), bytes);
    }
    if let Ok(record) = seal::OwnRecord::decode(bytes) {
        assert_eq!(record.encode(), bytes);
    }
}

/// What HTTP carries, each line a header; the whole as the body: a sequence is cut into what it is joined from, runs read
/// back, a signature has one spelling.
pub fn http(bytes: &[u8]) {
    if let Some(items) = relay::http::split(bytes) {
        assert_eq!(items.concat(), bytes);
    }
    let (fetch, release) = seeds::mailbox();
    let tag = seal::Tag::of(&fetch.public(), &release.public());
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.lines();
    for line in text.lines() {
        if let Some(runs) = relay::http::ranges::read(line) {
            assert!(runs.iter().all(|(first, last)| first <= last));
            assert_eq!(relay::http::ranges::read(&relay::http::ranges::shown(&runs)), Some(runs));
        }
        let _ = seal::httpsig::read_mailbox_header(line, tag);
    }
    let mut line = || lines.next().unwrap_or_default().to_owned();
    let (content_digest, signature_input, signature) = (line(), line(), line());
    let headers = seal::httpsig::Headers { content_digest, signature_input, signature };
    let _ = seal::httpsig::read(&seeds::request(), &headers);
}
