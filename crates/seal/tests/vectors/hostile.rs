//! Every parser against bytes that were bent: none may panic, and nothing signed or sealed may pass as something else.

use super::{array, bytes, epoch, file, node, sender};
use base::Timestamp;
use proptest::prelude::*;
use seal::*;

/// One way to bend bytes.
#[derive(Clone, Debug)]
enum Bend {
    Flip(prop::sample::Index, u8),
    Cut(prop::sample::Index),
    Insert(prop::sample::Index, u8),
    Remove(prop::sample::Index),
    Repeat(prop::sample::Index, prop::sample::Index),
}

fn bend() -> impl Strategy<Value = Bend> {
    let at = any::<prop::sample::Index>;
    prop_oneof![
        (at(), 0_u8..8).prop_map(|(at, bit)| Bend::Flip(at, bit)),
        at().prop_map(Bend::Cut),
        (at(), any::<u8>()).prop_map(|(at, byte)| Bend::Insert(at, byte)),
        at().prop_map(Bend::Remove),
        (at(), at()).prop_map(|(from, to)| Bend::Repeat(from, to)),
    ]
}

fn bent(original: &[u8], bends: &[Bend]) -> Vec<u8> {
    let mut out = original.to_vec();
    for bend in bends {
        let length = out.len().max(1);
        match bend {
            Bend::Cut(at) => out.truncate(at.index(length)),
            Bend::Insert(at, byte) => out.insert(at.index(out.len() + 1), *byte),
            Bend::Flip(at, bit) => out.iter_mut().skip(at.index(length)).take(1).for_each(|byte| *byte ^= 1 << bit),
            Bend::Remove(at) => drop(out.drain(at.index(length)..(at.index(length) + 1).min(out.len()))),
            Bend::Repeat(from, to) => {
                let (a, b) = (from.index(length), to.index(length));
                let piece: Vec<u8> = out.iter().copied().skip(a.min(b)).take(a.abs_diff(b).min(64)).collect();
                out.extend(piece);
            }
        }
    }
    out
}

/// Every parser, with keys that fit: what passes must be what stood there before, so the answer is whether it passed.
fn passes(kind: usize, input: &[u8]) -> bool {
    match kind {
        0 => {
            let file = file("envelope");
            let (from, key) = sender(&file);
            open(input, &epoch(&file), node(&file["receiver_node"]), &|_| Some((from, key))).is_ok()
        }
        1 => open_report(input, &IntakeSecret::from_bytes(&array(&file("report")["intake_secret"])).unwrap()).is_ok(),
        2 => {
            let file = file("bundle");
            let (_, key) = sender(&file);
            bundle::unpack(input, &[epoch(&file)], &|_| Some(key)).is_ok_and(|read| read.ended.is_ok())
        }
        3 => entry::read_joining_file(input).is_ok(),
        4 => {
            let root = RootPublic::from_bytes(&array(&file("accord")["root_public"])).unwrap();
            Revocation::decode(input).is_ok_and(|revocation| revocation.verify(&root, &[]).is_ok())
        }
        5 => {
            let key = |name: &str| IdentityPublic::from_bytes(&array(&file("head")[name])).unwrap();
            let (node, witness) = (key("node_identity_public"), key("witness_identity_public"));
            CosignedHead::decode(input).is_ok_and(|head| head.verify(&node, &witness).is_ok())
        }
        6 => share::Share::decode(input).is_ok(),
        7 => {
            let Ok(Lock::Two(lock)) = Lock::decode(input) else { return false };
            let parts = super::make::HOLDERS.map(|(name, phrase)| lock.part(name, phrase));
            let [Some(one), Some(two), Some(three)] = parts else { return false };
            holders::together(&one, &two).is_ok() && holders::together(&two, &three).is_ok()
        }
        _ => Slot::decode(input).is_ok_and(|slot| slot.open(SlotSecret::Recovery(&[2; 32])).is_ok()),
    }
}

fn original(kind: usize) -> Vec<u8> {
    match kind {
        0 => bytes(&file("envelope")["cases"][1]["envelope"]),
        1 => bytes(&file("report")["cases"][0]["sealed"]),
        2 => bytes(&file("bundle")["bundle"]),
        3 => bytes(&file("entry")["joining_file"]),
        4 => bytes(&file("accord")["revocation_by_root"]),
        5 => bytes(&file("head")["cosigned"]),
        6 => bytes(&file("share")["shares"][0]),
        7 => bytes(&file("holders")["lock"]),
        _ => bytes(&file("slot")["slot_recovery"]),
    }
}

#[test]
fn the_originals_pass() {
    for kind in 0..9 {
        assert!(passes(kind, &original(kind)), "{kind}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(600) })]

    #[test]
    fn nothing_bent_passes(kind in 0_usize..9, bends in prop::collection::vec(bend(), 1..4)) {
        let original = original(kind);
        let input = bent(&original, &bends);
        prop_assert!(input == original || !passes(kind, &input));
    }

    #[test]
    fn random_bytes_pass_nowhere(kind in 0_usize..9, input in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(!passes(kind, &input));
    }

    #[test]
    fn headers_of_any_text_are_read_without_panic(digest in ".{0,60}", input in ".{0,120}", signature in ".{0,60}") {
        let headers = httpsig::Headers { content_digest: digest, signature_input: input.clone(), signature };
        prop_assert!(httpsig::read(&super::make::REQUEST, &headers).is_err());
        let _ = (fingerprint::is_well_typed(&input), reply::read_reply_code(&input));
        let _ = verify_password("", &input).and(httpsig::read_mailbox_header(&input, Tag([0; 16])).map(drop));
        let three = file("share");
        let set = *share::Share::decode(&bytes(&three["shares"][0])).unwrap().set();
        prop_assert!(share::Share::from_paper(&input, set).is_err());
        let _ = keys::week_of(Timestamp::from_millis(i64::MIN)).max(keys::week_of(Timestamp::from_millis(i64::MAX)));
    }

    #[test]
    fn what_one_seals_the_other_opens(plain in prop::collection::vec(any::<u8>(), 0..5_000), seed: u64) {
        let chance = base::chance::SeededChance::new(seed);
        let key = DataKey::generate(&chance);
        let aad = Aad::new("simpul/cell/1").bytes(&plain);
        let cell = seal_cell(&key, &aad, &plain, &chance).unwrap();
        prop_assert_eq!(&*open_cell(&key, &aad, &cell).unwrap(), &plain);
        let chunks = Chunks::of_header(ChunkKey::Node(*key.expose()), b"kepala").with_prefix([7; 7]);
        let sealed = seal_blob(&chunks, &plain).unwrap();
        prop_assert_eq!(&*open_blob(&chunks, &sealed, plain.len() as u64).unwrap(), &plain);
    }
}
