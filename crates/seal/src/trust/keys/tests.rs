use super::*;
use base::chance::SeededChance;
use base::{Timestamp, from_hex};

fn array<const N: usize>(hex: &str) -> [u8; N] {
    from_hex(hex).unwrap().try_into().unwrap()
}

#[test]
fn rfc_8032_section_7_1_tests_1_to_3_hold() {
    for (secret, public, message, signature) in [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ),
    ] {
        let key = IdentityKey::from_bytes(&array(secret));
        let message = from_hex(message).unwrap();
        assert_eq!(key.public().bytes(), array(public));
        assert_eq!(key.sign("", &message), array(signature));
        assert_eq!(key.public().verify("", &message, &array(signature)), Ok(()));
        assert_eq!(key.public().verify("x", &message, &array(signature)), Err(BadSignature));
    }
}

#[test]
fn keys_of_small_order_are_no_keys() {
    for hex in [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    ] {
        assert!(IdentityPublic::from_bytes(&array(hex)).is_none(), "{hex}");
    }
}

#[test]
fn a_signature_with_s_beyond_the_group_order_is_refused() {
    let key = IdentityKey::from_bytes(&[7; 32]);
    let mut signature = key.sign("", b"pesan");
    // L, the order of the group (RFC 8032 section 5.1), little-endian: S + L would be a second form of the same.
    let order: [u8; 32] = array("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    let mut carry = 0_u16;
    for (s, l) in signature[32..].iter_mut().zip(order) {
        let sum = u16::from(*s) + u16::from(l) + carry;
        *s = u8::try_from(sum & 0xff).unwrap();
        carry = sum >> 8;
    }
    assert_eq!(key.public().verify("", b"pesan", &signature), Err(BadSignature));
}

#[test]
fn no_flipped_bit_of_a_signature_passes() {
    let key = RootKey::from_bytes(&[9; 32]);
    let signature = key.sign("simpul/cert/1", b"isi");
    for bit in 0..512 {
        let mut bad = signature;
        bad[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(key.public().verify("simpul/cert/1", b"isi", &bad), Err(BadSignature));
    }
}

#[test]
fn epoch_keys_come_back_and_their_tag_changes_each_week() {
    let chance = SeededChance::new(4);
    let epoch = EpochSecret::generate(2970, &chance);
    let again = EpochSecret::from_bytes(2970, &epoch.to_bytes());
    assert_eq!(again.public(), epoch.public());
    assert_ne!(EpochSecret::generate(2971, &chance).public().tag(), epoch.public().tag());
}

#[test]
fn a_week_begins_on_monday() {
    let monday = Timestamp::parse("2026-11-23T00:00:00Z").unwrap();
    assert_eq!(week_start(week_of(monday)), monday);
    assert_eq!(week_of(monday.plus_seconds(-1)) + 1, week_of(monday));
    assert_eq!(week_of(monday.plus_hours(7 * 24 - 1)), week_of(monday));
}

#[test]
fn a_kid_depends_on_the_suite() {
    assert_ne!(Kid::of(0, &[1; 32]), Kid::of(1, &[1; 32]));
}
