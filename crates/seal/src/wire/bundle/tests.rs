use super::*;
use crate::keys::EpochSecret;
use base::chance::SeededChance;
use proptest::prelude::*;

const NODE: NodeId = NodeId::from_bytes([1; 16]);

fn epoch() -> EpochSecret {
    EpochSecret::generate(2970, &SeededChance::new(5))
}

fn items() -> Vec<Item> {
    let chunk = |n: u32| Item::Chunk { blob: FileId::from_bytes([4; 16]), n, last: n == 1, bytes: vec![6; 4_112] };
    vec![
        Item::Envelope(vec![1; 1_140]),
        chunk(0),
        Item::Entry(vec![2; 700]),
        Item::Envelope(vec![3; 66_000]),
        chunk(1),
        Item::Head(vec![]),
        Item::Revocation(vec![5; 255]),
        Item::Other(17, vec![5; 23]),
    ]
}

fn bundle(items: &[Item]) -> Vec<u8> {
    let part = BundlePart { bundle: [9; 16], part: 1, parts: 1, created_hour: 498_611 };
    let to = Recipient::new(NodeId::from_bytes([2; 16]), &epoch().public());
    let (mut packer, mut out) = Packer::begin(part, &to, &SeededChance::new(6)).unwrap();
    for item in items {
        out.extend(packer.add(item).unwrap());
    }
    out.extend(packer.finish(NODE, &IdentityKey::from_bytes(&[7; 32])).unwrap());
    out
}

fn read(bytes: &[u8]) -> Result<Unpacked, Problem> {
    let key = IdentityKey::from_bytes(&[7; 32]).public();
    unpack(bytes, &[epoch()], &|node| (node == NODE).then_some(key))
}

#[test]
fn what_goes_in_comes_out_and_names_its_sender() {
    let unpacked = read(&bundle(&items())).unwrap();
    assert_eq!(unpacked.items, items());
    assert_eq!(unpacked.ended, Ok(NODE));
    let empty = read(&bundle(&[])).unwrap();
    assert_eq!((empty.items.len(), empty.ended), (0, Ok(NODE)));
}

#[test]
fn a_bundle_whose_last_frame_is_full_reads_too() {
    let rest = bundle(&[Item::Envelope(vec![0; 1_000])]).len() - bundle(&[]).len() - 1_000;
    let trailer = bundle(&[]).len();
    let header = BundleHeader::read(&bundle(&[])).unwrap().unwrap().1;
    let room = BLOB_CHUNK_BYTES - (trailer - header - 16) - rest;
    // The count in the trailer takes two bytes that the empty one had not; try the sizes around.
    for size in room - 4..room + 4 {
        let bytes = bundle(&[Item::Envelope(vec![8; size])]);
        assert_eq!(read(&bytes).unwrap().items, [Item::Envelope(vec![8; size])]);
        assert_eq!(read(&bytes).unwrap().ended, Ok(NODE));
    }
}

#[test]
fn every_cut_gives_the_good_items_before_it_and_says_cut() {
    let bytes = bundle(&items());
    let all = items();
    let mut seen = 0;
    for at in (0..bytes.len()).filter(|at| at % 97 == 0 || *at < 200 || at % CHUNK_BYTES_NEAR < 40) {
        match read(&bytes[..at]) {
            Err(problem) => assert_eq!(problem.code.0, "bundle.cut", "at {at}"),
            Ok(part) => {
                assert_eq!(part.ended.unwrap_err().code.0, "bundle.cut", "at {at}");
                assert!(all.starts_with(&part.items));
                assert!(part.items.len() >= seen);
                seen = part.items.len();
            }
        }
    }
    assert_eq!(seen, 3, "those before the large envelope, which ends in the last frame");
}

const CHUNK_BYTES_NEAR: usize = crate::chunk::CHUNK_BYTES_MAX;

#[test]
fn a_changed_frame_says_altered_and_gives_what_was_before() {
    let bytes = bundle(&items());
    let header = BundleHeader::read(&bytes).unwrap().unwrap().1;
    let mut bad = bytes.clone();
    bad[header + CHUNK_BYTES_NEAR * 2] ^= 1;
    let part = read(&bad).unwrap();
    assert_eq!(part.ended, Err(Problem::at("bundle.altered", "frame 2")));
    assert_eq!(part.items, items()[..3]);
    for at in 0..header {
        let mut bad = bytes.clone();
        bad[at] ^= 1;
        let ended = read(&bad).and_then(|part| part.ended);
        assert!(ended.is_err(), "byte {at} of the header");
    }
}

#[test]
fn a_bundle_for_another_or_from_a_stranger_is_told_apart() {
    let bytes = bundle(&items());
    let other = EpochSecret::generate(2971, &SeededChance::new(8));
    assert_eq!(unpack(&bytes, &[other], &|_| None).unwrap_err().code.0, "bundle.not-ours");
    let stranger = unpack(&bytes, &[epoch()], &|_| None).unwrap();
    assert_eq!(stranger.items, items(), "each item proves itself");
    assert_eq!(stranger.ended, Err(Problem::at("bundle.altered", "trailer")));
}

#[test]
fn feeding_byte_by_byte_gives_the_same() {
    let bytes = bundle(&items());
    let (header, used) = BundleHeader::read(&bytes).unwrap().unwrap();
    let mut unpacker = header.unpack(&epoch()).unwrap();
    let mut got: Vec<Item> = bytes[used..].chunks(1_000).flat_map(|piece| unpacker.feed(piece)).collect();
    let key = IdentityKey::from_bytes(&[7; 32]).public();
    let (last, ended) = unpacker.end(&|_| Some(key));
    got.extend(last);
    assert_eq!((got, ended), (items(), Ok(NODE)));
    assert!((0..used).all(|at| BundleHeader::read(&bytes[..at]).unwrap().is_none()));
}

#[test]
fn an_item_over_the_limit_is_not_packed() {
    let part = BundlePart { bundle: [9; 16], part: 1, parts: 1, created_hour: 1 };
    let to = Recipient::new(NODE, &epoch().public());
    let (mut packer, _) = Packer::begin(part, &to, &SeededChance::new(6)).unwrap();
    assert!(packer.add(&Item::Entry(vec![0; ITEM_BYTES_MAX + 1])).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn hostile_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), at in 0_usize..300, byte: u8) {
        let _ = read(&[BUNDLE_MAGIC.to_vec(), bytes].concat());
        let mut bent = bundle(&items()[..1]);
        if let Some(place) = bent.get_mut(at) { *place = byte; }
        if let Ok(part) = read(&bent) { prop_assert!(items().starts_with(&part.items)); }
    }

    #[test]
    fn hostile_plain_bytes_inside_good_frames_never_panic(plain in proptest::collection::vec(0_u8..100, 0..200)) {
        let part = BundlePart { bundle: [9; 16], part: 1, parts: 1, created_hour: 1 };
        let to = Recipient::new(NODE, &epoch().public());
        let (packer, mut out) = Packer::begin(part, &to, &SeededChance::new(6)).unwrap();
        out.extend(packer.chunks.seal(0, true, &[vec![0x82], plain].concat()).unwrap());
        prop_assert!(read(&out).unwrap().ended.is_err());
    }
}
