use super::*;
use crate::keys::{CarrierKey, EpochSecret, Kid, week_start};
use base::Timestamp;
use base::chance::SeededChance;
use proptest::prelude::*;

/// A node with all its keys.
pub(crate) struct Node {
    pub root: RootKey,
    pub identity: IdentityKey,
    pub cert: Vec<u8>,
    pub epochs: Vec<Vec<u8>>,
}

pub(crate) const WEEK: u32 = 2970;

impl Node {
    pub(crate) fn new(seed: u64) -> Self {
        let chance = SeededChance::new(seed);
        let (root, identity) = (RootKey::generate(&chance), IdentityKey::generate(&chance));
        let carrier = CarrierKey::generate(&chance).public();
        let begin = week_start(WEEK).seconds();
        let node = root.public().node();
        let cert = Cert {
            node,
            identity: identity.public(),
            carrier,
            serial: 1,
            not_before: begin,
            not_after: begin + 31_536_000,
        };
        let epochs = [WEEK, WEEK + 1].map(|week| EpochSecret::generate(week, &chance).public().sign(node, &identity));
        Self { cert: cert.sign(&root), epochs: epochs.to_vec(), root, identity }
    }

    pub(crate) fn entry(&self) -> Vec<u8> {
        self.stating(&stated())
    }

    fn stating(&self, entry: &Entry) -> Vec<u8> {
        entry.sign(&self.root.public(), &self.cert, &self.epochs, &self.identity).unwrap()
    }
}

pub(crate) fn stated() -> Entry {
    Entry {
        serial: 1,
        names: vec!["Gugus Tugas Batam (contoh)".into(), "batam".into()],
        region: "21.71".into(),
        roles: vec!["task_force".into()],
        carriers: vec![
            CarrierAddress { kind: 1, address: "https://127.0.0.1:9443".into(), tls: Some([3; 32]) },
            CarrierAddress { kind: 2, address: "USB".into(), tls: None },
        ],
        versions: vec![1],
        suites: vec![1],
        intake: None,
        services: vec![Value::fields([(1, Some(Value::text("shelter")))])],
        duty_phone: "+62 778 000 000".into(),
    }
}

#[test]
fn a_signed_entry_verifies_and_says_what_was_stated() {
    let node = Node::new(1);
    let entry = VerifiedEntry::read(&node.entry()).unwrap();
    assert_eq!(entry.stated(), &stated());
    assert_eq!(entry.node(), node.root.public().node());
    assert_eq!(entry.epochs().len(), 2);
    assert_eq!(read_joining_file(&joining_file(&entry)), Ok(entry));
}

#[test]
fn no_flipped_bit_and_no_cut_verifies() {
    let bytes = Node::new(1).entry();
    for at in 0..bytes.len() {
        let mut bad = bytes.clone();
        bad[at] ^= 1 << (at % 8);
        assert!(VerifiedEntry::read(&bad).is_err(), "bit in byte {at}");
        assert!(VerifiedEntry::read(&bytes[..at]).is_err(), "cut at {at}");
    }
}

#[test]
fn another_nodes_certificate_or_epoch_is_refused() {
    let (one, other) = (Node::new(1), Node::new(2));
    let try_with = |root: RootPublic, cert: &[u8], epochs: &[Vec<u8>], key: &IdentityKey| {
        stated().sign(&root, cert, epochs, key).unwrap_err()
    };
    let root = one.root.public();
    assert_eq!(try_with(root, &other.cert, &one.epochs, &one.identity), Problem::at("entry.signature", "cert"));
    assert_eq!(try_with(root, &one.cert, &other.epochs, &one.identity), Problem::at("entry.signature", "epochs"));
    assert_eq!(try_with(root, &one.cert, &one.epochs, &other.identity), Problem::at("entry.signature", "entry"));
    let foreign = EpochSecret::generate(WEEK, &SeededChance::new(9)).public();
    let lent = foreign.sign(other.root.public().node(), &one.identity);
    assert_eq!(try_with(root, &one.cert, &[lent], &one.identity), Problem::at("entry.malformed", "epochs"));
}

#[test]
fn the_newest_epoch_of_at_most_35_days_is_sealed_to() {
    let entry = VerifiedEntry::read(&Node::new(1).entry()).unwrap();
    let begin = week_start(WEEK);
    let week_at = |at: Timestamp| entry.newest_epoch(at).map(|epoch| epoch.week);
    assert_eq!(week_at(begin), Some(WEEK));
    assert_eq!(week_at(begin.plus_hours(7 * 24 - 96)), Some(WEEK + 1), "theirs is 48 h ahead, ours 48 h behind");
    assert_eq!(week_at(begin.plus_hours(7 * 24 - 96).plus_seconds(-1)), Some(WEEK));
    assert_eq!(week_at(begin.plus_hours((7 + 35) * 24)), Some(WEEK + 1));
    assert_eq!(week_at(begin.plus_hours((7 + 35) * 24).plus_seconds(1)), None);
    assert!(entry.recipient(begin).is_some());
    let early = begin.plus_hours(-48);
    assert!(entry.recipient(early).is_some(), "our clock is behind");
    assert!(entry.recipient(early.plus_seconds(-1)).is_none(), "the certificate has not begun");
    assert!(!entry.valid_at(Timestamp::from_seconds(entry.cert().not_after)));
}

#[test]
fn an_intake_key_travels_and_too_large_entries_are_refused() {
    let node = Node::new(1);
    let entry = VerifiedEntry::read(&node.stating(&Entry { intake: Some([4; 65]), ..stated() })).unwrap();
    assert_eq!(entry.stated().intake, Some([4; 65]));
    let long = Entry { names: vec!["n".repeat(16_000); 3], ..stated() };
    assert!(long.sign(&node.root.public(), &node.cert, &node.epochs, &node.identity).is_err());
    assert_ne!(node.identity.public().kid(), Kid::of(0, &node.root.public().bytes()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn hostile_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(VerifiedEntry::read(&bytes).is_err());
        prop_assert!(read_joining_file(&[b"SPJ1".to_vec(), bytes].concat()).is_err());
    }
}
