use super::*;
use crate::body::tests::{full, least};
use base::chance::SeededChance;
use proptest::prelude::*;

/// A sender, a receiver, and a Body between them.
pub(crate) struct Pair {
    pub sender: IdentityKey,
    pub sender_node: NodeId,
    pub epoch: EpochSecret,
    pub node: NodeId,
    pub chance: SeededChance,
}

impl Pair {
    pub(crate) fn new() -> Self {
        let chance = SeededChance::new(11);
        Self {
            sender: IdentityKey::generate(&chance),
            sender_node: NodeId::from_bytes([1; 16]),
            epoch: EpochSecret::generate(2970, &chance),
            node: NodeId::from_bytes([2; 16]),
            chance,
        }
    }

    fn to(&self) -> Recipient {
        Recipient::new(self.node, &self.epoch.public())
    }

    pub(crate) fn seal(&self, body: &Body) -> Vec<u8> {
        self.seal_payload(&body.encode().unwrap())
    }

    fn seal_payload(&self, payload: &[u8]) -> Vec<u8> {
        seal_envelope(payload, &self.sender, &self.to(), SendClass::Normal, 498_611, &self.chance).unwrap()
    }

    /// Seals any inner bytes under any outer part, as a faulty or hostile sender could.
    fn seal_raw(&self, inner: impl Fn(&[u8]) -> Vec<u8>, change: impl Fn(&mut Outer)) -> Vec<u8> {
        let mut outer = peek(&self.seal(&least())).unwrap();
        change(&mut outer);
        let outer = outer.encode();
        let (enc, sealed) =
            hpke_suites::seal::<Nodes>(self.to().key.inner(), INFO, &outer, &inner(&outer), &self.chance).unwrap();
        encode(&Value::list([Value::uint(1_u8), Value::Bytes(outer), Value::Bytes(enc), Value::Bytes(sealed)]))
    }

    fn signed(&self, outer: &[u8], body: &Body) -> Vec<u8> {
        sign1::sign(&body.encode().unwrap(), &self.sender, &external_aad(outer, self.node, self.to().key.kid()))
    }

    pub(crate) fn open(&self, bytes: &[u8]) -> Result<Opened, OpenError> {
        let key = self.sender.public();
        open(bytes, &self.epoch, self.node, &|kid| (*kid == key.kid()).then_some((self.sender_node, key)))
    }
}

#[test]
fn what_one_seals_the_other_opens_with_a_verified_sender() {
    let pair = Pair::new();
    let opened = pair.open(&pair.seal(&full())).unwrap();
    assert_eq!(opened.body, full());
    assert_eq!(opened.from, pair.sender_node);
    assert_eq!(opened.body_hash, full().hash().unwrap());
}

#[test]
fn the_size_is_the_bucket_and_116() {
    let pair = Pair::new();
    for (content, size) in [(10, 1024 + 116), (3_000, 4096 + 116), (60_000, 65_536 + 118)] {
        let map = Value::fields([(1, Some(Value::bytes(vec![0; content])))]);
        assert_eq!(pair.seal(&Body { content: map.encode(), ..least() }).len(), size);
    }
}

#[test]
fn the_largest_body_fits_and_two_seals_of_one_body_differ_but_for_its_hash() {
    let pair = Pair::new();
    let room = base::limits::BODY_BYTES_MAX - least().encode().unwrap().len() - 4;
    let map = Value::fields([(1, Some(Value::bytes(vec![0; room])))]);
    let body = Body { content: map.encode(), ..least() };
    assert_eq!(body.encode().unwrap().len(), base::limits::BODY_BYTES_MAX);
    let (one, two) = (pair.seal(&body), pair.seal(&body));
    assert!(one.len() <= ENVELOPE_BYTES_MAX);
    assert_ne!(one, two);
    assert_eq!(pair.open(&one).unwrap().body_hash, pair.open(&two).unwrap().body_hash);
}

#[test]
fn no_cut_no_flipped_bit_and_no_trailing_byte_opens() {
    let pair = Pair::new();
    let bytes = pair.seal(&least());
    for at in 0..bytes.len() {
        let mut bad = bytes.clone();
        bad[at] ^= 1 << (at % 8);
        assert!(pair.open(&bad).is_err(), "bit in byte {at}");
        assert!(peek(&bytes[..at]).is_err(), "cut at {at}");
    }
    assert!(peek(&[bytes, vec![0]].concat()).is_err());
}

#[test]
fn a_carrier_reads_the_outer_part_and_refuses_what_is_none() {
    let pair = Pair::new();
    let bytes = pair.seal(&full());
    let outer = peek(&bytes).unwrap();
    assert_eq!((outer.tag, outer.kid), (pair.epoch.public().tag(), pair.epoch.public().kid()));
    assert_eq!((outer.class, outer.expires_hour, outer.bucket), (SendClass::Normal, 498_611, 0));
    assert_eq!(peek(&vec![0; ENVELOPE_BYTES_MAX + 1]), Err(PeekError::TooLarge));
    let mut later = bytes;
    later[1] = 2;
    assert_eq!(peek(&later), Err(PeekError::Version(2)));
}

#[test]
fn another_epoch_or_node_does_not_open_it() {
    let pair = Pair::new();
    let bytes = pair.seal(&full());
    let other = EpochSecret::generate(2971, &pair.chance);
    assert_eq!(open(&bytes, &other, pair.node, &|_| None), Err(OpenError::NotOurs));
    assert_eq!(
        open(&bytes, &pair.epoch, pair.node, &|_| None),
        Err(OpenError::UnknownSender(pair.sender.public().kid()))
    );
    let key = pair.sender.public();
    let elsewhere = open(&bytes, &pair.epoch, NodeId::from_bytes([9; 16]), &|_| Some((pair.sender_node, key)));
    assert_eq!(elsewhere, Err(OpenError::BadSignature(key.kid())), "the signature names the receiver");
    let impostor = open(&bytes, &pair.epoch, pair.node, &|_| Some((NodeId::from_bytes([9; 16]), key)));
    assert_eq!(impostor, Err(OpenError::WrongParty));
}

#[test]
fn a_body_for_another_node_is_not_sealed() {
    let pair = Pair::new();
    let payload = Body { to: NodeId::from_bytes([9; 16]), ..least() }.encode().unwrap();
    let sealed = seal_envelope(&payload, &pair.sender, &pair.to(), SendClass::Bulk, 1, &pair.chance);
    assert_eq!(sealed, Err(SealError::WrongReceiver));
}

#[test]
fn a_receiver_cannot_pass_a_signed_body_on_under_another_outer_part() {
    let pair = Pair::new();
    let original = peek(&pair.seal(&least())).unwrap().encode();
    let reused = pair.seal_raw(|_| pad::pad(&pair.signed(&original, &least())).unwrap().1.to_vec(), |_| ());
    assert_eq!(pair.open(&reused), Err(OpenError::BadSignature(pair.sender.public().kid())));
}

#[test]
fn wrong_suite_bucket_length_and_padding_all_give_one_answer() {
    let pair = Pair::new();
    let good = |outer: &[u8]| pad::pad(&pair.signed(outer, &least())).unwrap().1.to_vec();
    assert!(pair.open(&pair.seal_raw(good, |_| ())).is_ok());
    for suite in [0, 2, 3] {
        assert_eq!(pair.open(&pair.seal_raw(good, |outer| outer.suite = suite)), Err(OpenError::DoesNotOpen));
    }
    for bucket in [1, 7, 255, 1 << 40] {
        assert_eq!(pair.open(&pair.seal_raw(good, |outer| outer.bucket = bucket)), Err(OpenError::DoesNotOpen));
    }
    let dirty = |outer: &[u8]| {
        let mut padded = good(outer);
        padded[1023] = 1;
        padded
    };
    assert_eq!(pair.open(&pair.seal_raw(dirty, |_| ())), Err(OpenError::DoesNotOpen));
    let wide = |outer: &[u8]| [good(outer), vec![0; 1024]].concat();
    assert_eq!(pair.open(&pair.seal_raw(wide, |outer| outer.bucket = 1)), Err(OpenError::DoesNotOpen));
}

#[test]
fn a_later_body_version_is_named_only_after_its_signature_holds() {
    let pair = Pair::new();
    let mut payload = least().encode().unwrap();
    payload[2] = 2;
    let external = |outer: &[u8]| external_aad(outer, pair.node, pair.to().key.kid());
    let later = pair
        .seal_raw(|outer| pad::pad(&sign1::sign(&payload, &pair.sender, &external(outer))).unwrap().1.to_vec(), |_| ());
    assert_eq!(pair.open(&later), Err(OpenError::Version { from: pair.sender_node, version: 2 }));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn hostile_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), at in 0_usize..200, byte: u8) {
        let pair = Pair::new();
        let _ = pair.open(&bytes);
        let mut bent = pair.seal(&least());
        if let Some(place) = bent.get_mut(at) { *place = byte; }
        if let Ok(opened) = pair.open(&bent) { prop_assert_eq!(opened.body, least()); }
    }
}
