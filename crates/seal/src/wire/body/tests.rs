use super::*;
use crate::cbor::encode;
use proptest::prelude::*;

/// A Body with every field.
pub(crate) fn full() -> Body {
    Body {
        kind: 24,
        from: NodeId::from_bytes([1; 16]),
        to: NodeId::from_bytes([2; 16]),
        thread: ThreadId::from_bytes([3; 16]),
        era: 1_795_000_000,
        seq: 2,
        prev: [4; 32],
        created: 1_795_000_100,
        expires: 1_796_000_000,
        salt: [5; 16],
        accord: Some(AccordRef { id: "uji-batam-mawar".into(), version: 1, hash: [6; 32] }),
        purpose: Some("legal_aid".into()),
        trace: Some([7; 32]),
        critical: vec![1, 3],
        content: encode(&Value::fields([(1, Some(Value::uint(1_u8))), (3, Some(Value::text("isi")))])),
        attachments: vec![Attachment {
            blob: FileId::from_bytes([8; 16]),
            bytes: 20_000,
            chunks: 2,
            key: None,
            media: "image/jpeg".into(),
            hash: [9; 32],
            label: "kontrak".into(),
            field: "evidence".into(),
        }],
        void: vec![(1, [10; 32])],
    }
}

/// The smallest Body.
pub(crate) fn least() -> Body {
    Body {
        accord: None,
        purpose: None,
        trace: None,
        critical: vec![],
        content: vec![0xa0],
        attachments: vec![],
        void: vec![],
        ..full()
    }
}

#[test]
fn a_body_reads_back_as_written() {
    for body in [full(), least()] {
        let bytes = body.encode().unwrap();
        assert_eq!(Body::decode(&bytes), Ok(body));
    }
}

#[test]
fn no_cut_and_no_trailing_byte_is_a_body() {
    let bytes = full().encode().unwrap();
    for at in 0..bytes.len() {
        assert!(Body::decode(&bytes[..at]).is_err());
    }
    assert!(Body::decode(&[bytes, vec![0]].concat()).is_err());
}

#[test]
fn another_version_is_told_apart_from_a_malformed_body() {
    let mut bytes = least().encode().unwrap();
    assert_eq!(bytes[2], 1);
    bytes[2] = 2;
    assert_eq!(Body::decode(&bytes), Err(BodyError::Version(2)));
}

#[test]
fn unknown_keys_empty_lists_and_key_14_are_refused() {
    let Value::Map(pairs) = decode(&least().encode().unwrap()).unwrap() else { panic!() };
    for (key, value) in [(14, Value::Null), (20, Value::Null), (18, Value::list([])), (19, Value::list([]))] {
        let mut changed = pairs.clone();
        changed.insert(crate::cbor::Key::Int(key), value);
        assert!(Body::decode(&encode(&Value::Map(changed))).is_err(), "{key}");
    }
    for key in (1..=11).chain([17]) {
        let mut changed = pairs.clone();
        changed.remove(&crate::cbor::Key::Int(key));
        assert!(Body::decode(&encode(&Value::Map(changed))).is_err(), "{key}");
    }
}

#[test]
fn content_that_is_not_one_canonical_map_is_not_written() {
    let content = |bytes: &[u8]| Body { content: bytes.to_vec(), ..full() }.encode();
    assert!(content(&[0xa0]).is_ok());
    // Nothing, a list, a second item, a pair that is cut, a longer head, the next key of the Body behind it.
    for bad in [&[][..], &[0x80], &[0xa0, 0], &[0xa1, 1], &[0xb8, 0], &[0xa0, 18, 0x81], &[0xa0, 18, 0x81, 0x81]] {
        assert!(content(bad).is_err(), "{bad:02x?}");
    }
}

#[test]
fn limits_hold_when_writing_too() {
    let attachment = full().attachments.remove(0);
    assert!(Body { attachments: vec![attachment.clone(); 64], ..full() }.encode().is_ok());
    assert!(Body { attachments: vec![attachment; 65], ..full() }.encode().is_err());
    assert!(Body { content: encode(&Value::bytes([0; 4])), ..full() }.encode().is_err());
    let big = encode(&Value::fields([(1, Some(Value::bytes(vec![0; BODY_BYTES_MAX])))]));
    assert!(Body { content: big, ..full() }.encode().is_err());
    assert!(Body { critical: vec![2, 1], ..full() }.encode().is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn hostile_bytes_never_panic_and_what_is_read_is_canonical(at in 0_usize..600, byte: u8, cut in 0_usize..600) {
        let mut bytes = full().encode().unwrap();
        if let Some(place) = bytes.get_mut(at) { *place = byte; }
        bytes.truncate(cut.max(at));
        if let Ok(body) = Body::decode(&bytes) {
            prop_assert_eq!(body.encode().unwrap(), bytes);
        }
    }

    #[test]
    fn random_bytes_decode_to_what_encodes_the_same(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(value) = decode(&bytes) { prop_assert_eq!(&encode(&value), &bytes); }
        let _ = Body::decode(&bytes);
    }
}
