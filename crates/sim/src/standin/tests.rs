use super::*;
use base::limits::ENVELOPE_BYTES_MAX;

struct Pair {
    sender: IdentityKey,
    epoch: EpochSecret,
    chance: SeededChance,
}

const FROM: NodeId = NodeId::from_bytes([1; 16]);
const TO: NodeId = NodeId::from_bytes([2; 16]);

fn payload(content: &[u8]) -> Vec<u8> {
    let body = Body {
        kind: 16,
        from: FROM,
        to: TO,
        thread: base::ThreadId::from_bytes([3; 16]),
        era: 1,
        seq: 1,
        prev: [0; 32],
        created: 1_795_000_000,
        expires: 1_795_100_000,
        salt: [4; 16],
        accord: None,
        purpose: None,
        trace: None,
        critical: Vec::new(),
        content: encode(&Value::fields([(1, Some(Value::bytes(content)))])),
        attachments: Vec::new(),
        void: Vec::new(),
    };
    body.encode().unwrap()
}

impl Pair {
    fn new() -> Self {
        let chance = SeededChance::new(5);
        Self { sender: IdentityKey::generate(&chance), epoch: EpochSecret::generate(2970, &chance), chance }
    }

    fn seal(&self, payload: &[u8], with: &dyn Sealing) -> Vec<u8> {
        let to = Recipient::new(TO, &self.epoch.public());
        with.seal(payload, &self.sender, (&to, SendClass::Normal, 498_611), &self.chance).unwrap()
    }

    fn open(&self, bytes: &[u8], me: NodeId) -> Result<Opened, OpenError> {
        let key = self.sender.public();
        StandIn.open(bytes, &self.epoch, me, &|kid, _| (*kid == key.kid()).then_some((FROM, key)))
    }
}

#[test]
fn what_is_sealed_opens_has_the_true_size_and_shows_nothing() {
    let pair = Pair::new();
    for size in [0, 300, 700, 900, 3_000, 30_000] {
        let words = b"KENARI-TERSANDI".repeat(size / 15 + 1);
        let payload = payload(words.get(..size).unwrap());
        let bytes = pair.seal(&payload, &StandIn);
        assert_eq!(bytes.len(), pair.seal(&payload, &relay::sealing::Envelopes).len(), "{size}");
        assert!(bytes.len() <= ENVELOPE_BYTES_MAX);
        assert!(!bytes.windows(6).any(|window| window == b"KENARI") && !bytes.windows(16).any(|w| w == [1; 16]));
        let opened = pair.open(&bytes, TO).unwrap();
        assert_eq!((opened.from, opened.payload), (FROM, payload));
    }
}

#[test]
fn no_changed_byte_of_it_has_an_effect() {
    let pair = Pair::new();
    let bytes = pair.seal(&payload(b"pesan"), &StandIn);
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        assert!(pair.open(&changed, TO).is_err(), "byte {at}");
    }
    assert!(pair.open(&bytes[..bytes.len() - 1], TO).is_err());
}

#[test]
fn what_is_for_another_or_by_another_is_found_out() {
    let (pair, chance) = (Pair::new(), SeededChance::new(6));
    let bytes = pair.seal(&payload(b"pesan"), &StandIn);
    assert_eq!(
        pair.open(&bytes, NodeId::from_bytes([9; 16])),
        Err(OpenError::BadSignature(pair.sender.public().kid()))
    );
    let nobody = StandIn.open(&bytes, &pair.epoch, TO, &|_, _| None);
    assert_eq!(nobody, Err(OpenError::UnknownSender(pair.sender.public().kid())));
    let other = IdentityKey::generate(&chance).public();
    let stolen = StandIn.open(&bytes, &pair.epoch, TO, &|_, _| Some((FROM, other)));
    assert_eq!(stolen, Err(OpenError::BadSignature(pair.sender.public().kid())));
    let week = EpochSecret::generate(2971, &chance);
    assert_eq!(StandIn.open(&bytes, &week, TO, &|_, _| None), Err(OpenError::NotOurs));
    let real = pair.seal(&payload(b"pesan"), &relay::sealing::Envelopes);
    assert_eq!(pair.open(&real, TO), Err(OpenError::DoesNotOpen), "what nodes seal is not taken for it");
}
