use super::*;
use base::from_hex;
use proptest::prelude::*;

fn refused(hex: &str) -> CborError {
    decode(&from_hex(hex).unwrap()).expect_err(hex)
}

#[test]
fn the_examples_of_rfc_8949_appendix_a_that_we_allow_round_trip() {
    for hex in [
        "00",
        "01",
        "0a",
        "17",
        "1818",
        "1819",
        "1864",
        "1903e8",
        "1a000f4240",
        "1b000000e8d4a51000",
        "20",
        "29",
        "3863",
        "3903e7",
        "f4",
        "f5",
        "f6",
        "40",
        "4401020304",
        "60",
        "6161",
        "6449455446",
        "62225c",
        "62c3bc",
        "63e6b0b4",
        "80",
        "83010203",
        "8301820203820405",
        "a0",
        "a201020304",
        "a26161016162820203",
        "826161a161626163",
        "a56161614161626142616361436164614461656145",
        "d28440a04040",
    ] {
        let bytes = from_hex(hex).unwrap();
        let value = decode(&bytes).expect(hex);
        assert_eq!(encode(&value), bytes, "{hex}");
        assert!(size_max(&value) >= bytes.len(), "{hex} grows while it is written");
    }
}

#[test]
fn longer_forms_of_a_head_are_refused() {
    for hex in [
        "1817",
        "190017",
        "1900ff",
        "1a0000ffff",
        "1b00000000ffffffff",
        "3817",
        "5800",
        "580101",
        "780161",
        "9800",
        "b800",
        "d81240",
    ] {
        assert_eq!(refused(hex), CborError::NotCanonical, "{hex}");
    }
}

#[test]
fn indefinite_lengths_are_refused() {
    for hex in [
        "5f42010243030405ff",
        "7f657374726561646d696e67ff",
        "9fff",
        "9f010203ff",
        "bfff",
        "bf6161019fff",
        "83018202039f0405ff",
    ] {
        assert_eq!(refused(hex), CborError::NotCanonical, "{hex}");
    }
}

#[test]
fn maps_out_of_order_or_with_a_key_twice_are_refused() {
    for hex in ["a203040102", "a201020103", "a2616201616102", "a261610161610a", "a2616100", "a22001 0002"] {
        let hex: String = hex.split(' ').collect();
        assert!(decode(&from_hex(&hex).unwrap()).is_err(), "{hex}");
    }
    assert_eq!(refused("a220010002"), CborError::NotCanonical);
    assert!(decode(&from_hex("a300012002616103").unwrap()).is_ok(), "0, -1, \"a\" is the bytewise order");
}

#[test]
fn floats_tags_and_simple_values_are_refused() {
    for hex in [
        "f90000",
        "fa47c35000",
        "fb3ff199999999999a",
        "f97e00",
        "c074",
        "c11a514b67b0",
        "f7",
        "f0",
        "f8ff",
        "a1400100",
        "a1f401",
    ] {
        assert!(decode(&from_hex(hex).unwrap()).is_err(), "{hex}");
    }
    assert_eq!(refused("f93c00"), CborError::Forbidden);
}

#[test]
fn trailing_bytes_cuts_and_bad_utf8_are_refused() {
    for hex in
        ["0000", "8000", "", "18", "1903", "42", "4201", "6261", "8201", "a101", "d2", "61ff", "62c328", "ff", "1c"]
    {
        assert!(decode(&from_hex(hex).unwrap()).is_err(), "{hex}");
    }
}

#[test]
fn depth_and_length_stop_at_the_limit() {
    let nested = |depth: usize| [vec![0x81; depth], vec![0]].concat();
    assert!(decode(&nested(CBOR_DEPTH_MAX)).is_ok());
    assert_eq!(decode(&nested(CBOR_DEPTH_MAX + 1)), Err(CborError::Limit));
    assert!(decode(&nested(100_000)).is_err());
    let long = |length: usize| encode(&Value::list((0..length).map(|_| Value::Null)));
    assert!(decode(&long(CBOR_ITEMS_MAX)).is_ok());
    assert_eq!(decode(&long(CBOR_ITEMS_MAX + 1)), Err(CborError::Limit));
    assert_eq!(refused("9bffffffffffffffff"), CborError::Limit);
    assert_eq!(refused("1bffffffffffffffff"), CborError::Limit);
}

#[test]
fn debug_shows_the_shape_and_never_the_content() {
    let value = Value::fields([(1, Some(Value::text("Melati"))), (2, Some(Value::list([Value::uint(62_812_u32)])))]);
    assert_eq!(format!("{value:?}"), "{text(6), [int]}");
}

/// Values of every kind, three deep at most.
fn values() -> impl Strategy<Value = Value> {
    let key = prop_oneof![any::<i64>().prop_map(Key::Int), "[a-z]{0,30}".prop_map(Key::Text)];
    let leaf = prop_oneof![
        any::<i64>().prop_map(Value::Int),
        (0..300_i64).prop_map(Value::Int),
        proptest::collection::vec(any::<u8>(), 0..300).prop_map(Value::Bytes),
        "\\PC{0,40}".prop_map(Value::Text),
        any::<bool>().prop_map(Value::Bool),
        Just(Value::Null),
    ];
    leaf.prop_recursive(3, 40, 30, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..30).prop_map(Value::Array),
            proptest::collection::btree_map(key.clone(), inner.clone(), 0..8).prop_map(Value::Map),
            inner.prop_map(|inner| Value::Sign1(Box::new(inner))),
        ]
    })
}

/// The same head in a longer form, if it has one.
fn longer(bytes: &[u8], at: usize) -> Option<Vec<u8>> {
    let (before, rest) = bytes.split_at_checked(at)?;
    let (head, behind) = rest.split_first()?;
    (head & 0x1f < 24 && head >> 5 != 7).then(|| [before, &[head & 0xe0 | 0x18, head & 0x1f], behind].concat())
}

proptest! {
    #[test]
    fn what_is_written_reads_back_and_reads_alike_when_it_is_only_gone_over(value in values()) {
        let bytes = encode(&value);
        prop_assert_eq!(decode(&bytes), Ok(value));
        let mut reader = Reader::new(&bytes);
        prop_assert_eq!(reader.skip(CBOR_DEPTH_MAX).and_then(|()| reader.end()), Ok(()));
        prop_assert_eq!(longer(&bytes, 0).and_then(|longer| decode(&longer).ok()), None);
    }

    #[test]
    fn changed_bytes_are_refused_or_mean_what_they_are_written_as(
        value in values(), at: prop::sample::Index, byte: u8, widen: bool,
    ) {
        let mut bytes = encode(&value);
        let at = at.index(bytes.len());
        match longer(&bytes, at) {
            Some(longer) if widen => bytes = longer,
            _ => bytes[at] = byte,
        }
        let read = decode(&bytes);
        if let Ok(value) = &read {
            prop_assert_eq!(&encode(value), &bytes);
        }
        let mut reader = Reader::new(&bytes);
        let gone_over = reader.skip(CBOR_DEPTH_MAX).and_then(|()| reader.end());
        prop_assert_eq!(gone_over, read.map(drop));
    }

    #[test]
    fn a_map_around_bytes_is_the_map_with_their_value(value in values(), other in values(), key in 0_i64..40) {
        let raw = encode(&value);
        let pairs = |value| Value::fields([(3, Some(other.clone())), (key, value), (40, None), (41, Some(Value::Null))]);
        prop_assume!(key != 3);
        let whole = encode(&pairs(Some(value.clone())));
        let written = encode_around([(3, Some(other.clone())), (40, None), (41, Some(Value::Null))], (key, &raw));
        prop_assert_eq!(&written, &whole);
        let (mut fields, found) = decode_around(&whole, key).unwrap();
        prop_assert_eq!(found, Some(raw.as_slice()));
        prop_assert_eq!(is_map(&raw), matches!(value, Value::Map(_)));
        prop_assert_eq!(fields.need(3).unwrap(), other.clone());
        prop_assert!(fields.need(41).is_ok() && fields.end().is_ok());
    }
}

#[test]
fn strings_are_told_from_anything_else() {
    let list = |items: &[Value]| encode(&Value::Array(items.to_vec()));
    let [one, two] = [Value::bytes([1]), Value::bytes([2, 2])];
    let whole = list(&[Value::Int(7), one.clone(), two.clone()]);
    assert_eq!(strings(&whole), Some((7, [&[1][..], &[2, 2]])));
    assert_eq!(strings::<1>(&whole), None);
    assert_eq!(strings::<3>(&whole), None);
    assert_eq!(strings::<2>(&list(&[one.clone(), one.clone(), two.clone()])), None);
    assert_eq!(strings::<2>(&list(&[Value::Int(7), one, Value::text("x")])), None);
    assert_eq!(strings::<2>(&[whole.as_slice(), &[0]].concat()), None);
    assert_eq!(strings::<2>(&longer(&whole, 1).unwrap()), None);
}
