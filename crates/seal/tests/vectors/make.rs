//! Makes the vectors: every input is fixed, so every run gives the same bytes. Hostile envelopes are built here from the
//! HPKE crate and FEDERATION.md 3 alone, which makes this a second writer of the format.
// Long because: one function for each vector file, all from the same fixed cast.

use base::chance::SeededChance;
use base::{CaseId, Chance, FileId, NodeId, ReportId, ThreadId, Timestamp, hex};
use hpke::{Deserializable, Kem, OpModeS, Serializable};
use seal::cbor::Value as Cbor;
use seal::entry::{self, CarrierAddress, Cert, Entry};
use seal::keys::week_start;
use seal::*;
use serde_json::{Value, json};

pub const WEEK: u32 = 2970;
const HOUR: u32 = 498_611;
const AT: i64 = 1_795_000_000;

/// The files, by name.
pub fn all() -> Vec<(&'static str, Value)> {
    vec![
        ("accord", accord()),
        ("body", bodies()),
        ("bundle", bundles()),
        ("cell", cells()),
        ("chunk", chunks()),
        ("chunk-browser", browser_chunks()),
        ("entry", entries()),
        ("envelope", envelopes()),
        ("hash", hashes()),
        ("head", heads()),
        ("holders", holders()),
        ("httpsig", requests()),
        ("reply", replies()),
        ("report", reports()),
        ("share", shares()),
        ("slip", slips()),
        ("slot", slots()),
    ]
}

/// A node with all its keys, from a seed.
pub struct Node {
    pub root: RootKey,
    pub identity: IdentityKey,
    pub carrier: CarrierKey,
    pub epoch: EpochSecret,
}

impl Node {
    pub fn new(seed: u64) -> Self {
        let chance = SeededChance::new(seed);
        Self {
            root: RootKey::generate(&chance),
            identity: IdentityKey::generate(&chance),
            carrier: CarrierKey::generate(&chance),
            epoch: EpochSecret::generate(WEEK, &chance),
        }
    }

    pub fn id(&self) -> NodeId {
        self.root.public().node()
    }

    fn entry(&self) -> Vec<u8> {
        let begin = week_start(WEEK).seconds();
        let cert = Cert {
            node: self.id(),
            identity: self.identity.public(),
            carrier: self.carrier.public(),
            serial: 1,
            not_before: begin,
            not_after: begin + 31_536_000,
        };
        let stated = Entry {
            serial: 3,
            names: vec!["Gugus Tugas Contoh".into(), "contoh".into()],
            region: "21.71".into(),
            roles: vec!["task_force".into()],
            carriers: vec![CarrierAddress { kind: 1, address: "https://127.0.0.1:9443".into(), tls: Some([3; 32]) }],
            versions: vec![1],
            suites: vec![1],
            intake: Some(intake().public().bytes()),
            services: vec![Cbor::fields([(1, Some(Cbor::text("shelter")))])],
            duty_phone: "+62 778 000 000".into(),
        };
        let epochs = [self.epoch.public().sign(self.id(), &self.identity)];
        stated.sign(&self.root.public(), &cert.sign(&self.root), &epochs, &self.identity).unwrap()
    }
}

fn intake() -> IntakeSecret {
    IntakeSecret::generate(&SeededChance::new(77))
}

fn body(from: &Node, to: &Node, kind: u16) -> Body {
    Body {
        kind,
        from: from.id(),
        to: to.id(),
        thread: ThreadId::from_bytes([3; 16]),
        era: 1_790_000_000,
        seq: 1,
        prev: [0; 32],
        created: AT,
        expires: AT + 259_200,
        salt: [5; 16],
        accord: None,
        purpose: None,
        trace: None,
        critical: vec![],
        content: Cbor::fields([(1, Some(Cbor::uint(1_u8))), (2, Some(Cbor::text("perlu rumah aman")))]).encode(),
        attachments: vec![],
        void: vec![],
    }
}

fn full_body(from: &Node, to: &Node) -> Body {
    Body {
        seq: 2,
        prev: [4; 32],
        accord: Some(AccordRef { id: "contoh-1".into(), version: 2, hash: [6; 32] }),
        purpose: Some("legal_aid".into()),
        trace: Some([7; 32]),
        critical: vec![1, 2],
        attachments: vec![Attachment {
            blob: FileId::from_bytes([8; 16]),
            bytes: 20_000,
            chunks: 2,
            key: Some([9; 32]),
            media: "image/jpeg".into(),
            hash: [10; 32],
            label: "kontrak kerja".into(),
            field: "evidence".into(),
        }],
        void: vec![(1, [11; 32])],
        ..body(from, to, 24)
    }
}

fn bodies() -> Value {
    let (a, b) = (Node::new(1), Node::new(2));
    let case = |name: &str, body: Body| {
        let payload = body.encode().unwrap();
        json!({"name": name, "payload": hex(&payload), "body_hash": hex(&hash::body_hash(&payload))})
    };
    json!([case("least", body(&a, &b, 16)), case("full", full_body(&a, &b))])
}

fn envelopes() -> Value {
    let (a, b) = (Node::new(1), Node::new(2));
    let chance = SeededChance::new(3);
    let to = Recipient::new(b.id(), &b.epoch.public());
    let good = |name: &str, body: &Body, class: SendClass| {
        let payload = body.encode().unwrap();
        let sealed = seal_envelope(&payload, &a.identity, &to, class, HOUR, &chance).unwrap();
        json!({"name": name, "valid": true, "payload": hex(&payload), "envelope": hex(&sealed)})
    };
    let large = Cbor::fields([(1, Some(Cbor::bytes(vec![1; 3_000])))]).encode();
    let mut cases = vec![
        good("least, urgent", &body(&a, &b, 16), SendClass::Urgent),
        good("full, normal", &full_body(&a, &b), SendClass::Normal),
        good("bucket 2, bulk", &Body { content: large, ..body(&a, &b, 25) }, SendClass::Bulk),
    ];
    cases.extend(
        hostile(&a, &b)
            .into_iter()
            .map(|(name, sealed)| json!({"name": name, "valid": false, "envelope": hex(&sealed)})),
    );
    json!({
        "receiver_node": b.id().to_string(),
        "receiver_week": WEEK,
        "receiver_epoch_secret": hex(b.epoch.to_bytes().as_slice()),
        "sender_node": a.id().to_string(),
        "sender_identity_public": hex(&a.identity.public().bytes()),
        "cases": cases,
    })
}

/// What a faulty or hostile sender could send; `good` proves that only the named fault keeps the others out.
pub fn hostile(a: &Node, b: &Node) -> Vec<(&'static str, Vec<u8>)> {
    let raw =
        |suite: u8, bucket: u8| Raw { a, b, suite, bucket, kid: a.identity.public().kid(), algorithm: -8, to: b.id() };
    let payload = body(a, b, 16).encode().unwrap();
    let plain = raw(1, 0);
    let sealed = |raw: &Raw<'_>| raw.seal(&padded(&raw.inner(&payload), 1024));
    let mut dirty = padded(&plain.inner(&payload), 1024);
    dirty[1023] = 1;
    let mut long = padded(&plain.inner(&payload), 1024);
    long[..4].copy_from_slice(&2_000_u32.to_be_bytes());
    let mut version = payload.clone();
    version[2] = 2;
    let mut non_canonical = payload.clone();
    non_canonical.splice(2..3, [0x18, 1]);
    let stranger = Raw { kid: Kid([9; 8]), ..raw(1, 0) };
    let other_algorithm = Raw { algorithm: -7, ..raw(1, 0) };
    let for_another = Raw { to: a.id(), ..raw(1, 0) };
    let inside = |payload: &[u8]| plain.seal(&padded(&plain.inner(payload), 1024));
    vec![
        ("good, by this second writer", sealed(&plain)),
        ("suite 2 between nodes", sealed(&raw(2, 0))),
        ("suite 3", sealed(&raw(3, 0))),
        ("bucket says 1, size is 0", sealed(&raw(1, 1))),
        ("a larger bucket than needed", raw(1, 1).seal(&padded(&raw(1, 1).inner(&payload), 2048))),
        ("bucket 7", sealed(&raw(1, 7))),
        ("padding not zero", plain.seal(&dirty)),
        ("length beyond the padding", plain.seal(&long)),
        ("sender unknown", sealed(&stranger)),
        ("algorithm not EdDSA", sealed(&other_algorithm)),
        ("signed for another receiver", sealed(&for_another)),
        ("Body version 2", inside(&version)),
        ("Body not canonical", inside(&non_canonical)),
        ("Body for another node", inside(&body(a, a, 16).encode().unwrap())),
        ("Body from another node", inside(&body(b, b, 16).encode().unwrap())),
    ]
}

fn padded(inner: &[u8], size: usize) -> Vec<u8> {
    let mut out = [&u32::try_from(inner.len()).unwrap().to_be_bytes(), inner].concat();
    out.resize(size, 0);
    out
}

struct Raw<'a> {
    a: &'a Node,
    b: &'a Node,
    suite: u8,
    bucket: u8,
    kid: Kid,
    algorithm: i64,
    to: NodeId,
}

impl Raw<'_> {
    fn outer(&self) -> Vec<u8> {
        let epoch = self.b.epoch.public();
        Cbor::fields([
            (1, Some(Cbor::bytes([8; 16]))),
            (2, Some(Cbor::bytes(epoch.tag().0))),
            (3, Some(Cbor::bytes(epoch.kid().0))),
            (4, Some(Cbor::uint(self.suite))),
            (5, Some(Cbor::uint(HOUR))),
            (6, Some(Cbor::uint(1_u8))),
            (7, Some(Cbor::uint(self.bucket))),
        ])
        .encode()
    }

    fn inner(&self, payload: &[u8]) -> Vec<u8> {
        let kid = self.b.epoch.public().kid();
        let external = [b"simpul/sig/1".as_slice(), &hash::sha256(&[&self.outer()]), &self.to.bytes(), &kid.0].concat();
        let protected =
            Cbor::fields([(1, Some(Cbor::Int(self.algorithm))), (4, Some(Cbor::bytes(self.kid.0)))]).encode();
        let signed = Cbor::list([
            Cbor::text("Signature1"),
            Cbor::bytes(&protected),
            Cbor::bytes(external),
            Cbor::bytes(payload),
        ]);
        let signature = self.a.identity.sign("", &signed.encode());
        let parts = [Cbor::Bytes(protected), Cbor::fields([]), Cbor::bytes(payload), Cbor::bytes(signature)];
        Cbor::Sign1(Box::new(Cbor::list(parts))).encode()
    }

    fn seal(&self, padded: &[u8]) -> Vec<u8> {
        type X = hpke::kem::X25519HkdfSha256;
        let to = <X as Kem>::PublicKey::from_bytes(&self.b.epoch.public().sealing.bytes()).unwrap();
        let outer = self.outer();
        let (enc, sealed) = hpke::single_shot_seal_with_rng::<hpke::aead::ChaCha20Poly1305, hpke::kdf::HkdfSha256, X>(
            &OpModeS::Base,
            &to,
            b"simpul/env/1",
            padded,
            &outer,
            &mut Counter(u64::from(self.bucket)),
        )
        .unwrap();
        Cbor::list([Cbor::uint(1_u8), Cbor::Bytes(outer), Cbor::bytes(enc.to_bytes()), Cbor::Bytes(sealed)]).encode()
    }
}

/// Fixed bytes for ephemeral keys of vectors.
struct Counter(u64);

impl hpke::rand_core::TryRng for Counter {
    type Error = std::convert::Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(7)
    }
    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(7)
    }
    fn try_fill_bytes(&mut self, buffer: &mut [u8]) -> Result<(), Self::Error> {
        SeededChance::new(self.0).fill(buffer);
        Ok(())
    }
}

impl hpke::rand_core::TryCryptoRng for Counter {}

fn reports() -> Value {
    let (intake, chance) = (intake(), SeededChance::new(4));
    let case = |name: &str, text: &str| {
        let sealed = seal_report(text.as_bytes(), report_id(b"kunci contoh"), &intake.public(), &chance).unwrap();
        json!({"name": name, "json": text, "sealed": hex(&sealed)})
    };
    json!({
        "intake_secret": hex(intake.to_bytes().as_slice()),
        "intake_public": hex(&intake.public().bytes()),
        "kid": intake.public().kid().to_string(),
        "kunci": hex(b"kunci contoh"),
        "rid": hex(&report_id(b"kunci contoh").bytes()),
        "cases": [case("short", r#"{"format": 1}"#), case("2 KiB", &format!(r#"{{"text": "{}"}}"#, "x".repeat(1_500)))],
    })
}

fn chunks() -> Value {
    let blob = FileId::from_bytes([2; 16]);
    let case = |name: &str, key: ChunkKey, key_hex: String, length: usize| {
        let plain: Vec<u8> = (0..length).map(|n| u8::try_from(n % 251).unwrap()).collect();
        let sealed = seal_blob(&Chunks::of_blob(key, blob), &plain).unwrap();
        let hashes: Vec<String> = sealed.iter().map(|piece| hex(&hash::sha256(&[piece]))).collect();
        let first = hex(&sealed[0]);
        json!({"name": name, "key": key_hex, "plain_bytes": length, "first_chunk": first, "sha256_of_chunks": hashes})
    };
    json!({
        "blob": hex(&blob.bytes()),
        "plain": "byte n is n modulo 251",
        "cases": [
            case("suite 1, empty", ChunkKey::Node([1; 32]), hex(&[1; 32]), 0),
            case("suite 1, three chunks", ChunkKey::Node([1; 32]), hex(&[1; 32]), 40_000),
            case("suite 2, one chunk", ChunkKey::Browser([1; 16]), hex(&[1; 16]), 100),
        ],
    })
}

/// Files of browser reports, whole: what the phone's script makes, chunk by chunk.
fn browser_chunks() -> Value {
    let (id, key) = (FileId::from_bytes([3; 16]), [4; 16]);
    let case = |length: usize| {
        let plain: Vec<u8> = (0..length).map(|n| u8::try_from(n % 251).unwrap()).collect();
        let sealed = seal_blob(&Chunks::of_blob(ChunkKey::Browser(key), id), &plain).unwrap();
        let last = sealed.len() - 1;
        let sent = |(n, piece): (usize, &Vec<u8>)| json!({"n": n, "last": n == last, "body": hex(piece)});
        json!({
            "plain_bytes": length,
            "files": [hex(&id.bytes()), length, hex(&hash::sha256(&[&plain])), hex(&key)],
            "chunks": sealed.iter().enumerate().map(sent).collect::<Vec<_>>(),
        })
    };
    json!({
        "id": hex(&id.bytes()),
        "key": hex(&key),
        "plain": "byte n is n modulo 251",
        "cases": [case(0), case(4_096), case(4_097), case(16_384), case(16_385)],
    })
}

fn slips() -> Value {
    let rid = report_id(b"kunci contoh");
    let place = base::Place::parse("21.71").unwrap();
    let case = |rid: ReportId| {
        let code = slip_code(&rid);
        let qr = slip_scanned(&place, &code);
        json!({"rid": hex(&rid.bytes()), "code": code, "shown": slip_shown(&code), "qr": qr})
    };
    let ids = [[0; 16], [0xff; 16], rid.bytes()].map(ReportId::from_bytes);
    json!({"place": "21.71", "cases": ids.map(case), "typing_errors": typing_errors(&slip_code(&rid))})
}

fn typing_errors(code: &str) -> Vec<String> {
    let mut swapped = code.as_bytes().to_vec();
    let at = swapped.windows(2).position(|pair| pair[0] != pair[1]).unwrap();
    swapped.swap(at, at + 1);
    let other = if code.starts_with('7') { "8" } else { "7" };
    vec![format!("{other}{}", &code[1..]), String::from_utf8(swapped).unwrap(), code[1..].to_owned(), "U".repeat(12)]
}

fn bundles() -> Value {
    let (a, b) = (Node::new(1), Node::new(2));
    let part = BundlePart { bundle: [9; 16], part: 1, parts: 1, created_hour: HOUR };
    let to = Recipient::new(b.id(), &b.epoch.public());
    let (mut packer, mut out) = Packer::begin(part, &to, &SeededChance::new(5)).unwrap();
    let blob = FileId::from_bytes([2; 16]);
    let items = [
        Item::Envelope(vec![1; 300]),
        Item::Chunk { blob, n: 0, last: true, bytes: vec![2; 100] },
        Item::Entry(a.entry()),
    ];
    for item in &items {
        out.extend(packer.add(item).unwrap());
    }
    out.extend(packer.finish(a.id(), &a.identity).unwrap());
    json!({
        "receiver_week": WEEK,
        "receiver_epoch_secret": hex(b.epoch.to_bytes().as_slice()),
        "sender_node": a.id().to_string(),
        "sender_identity_public": hex(&a.identity.public().bytes()),
        "items": "an envelope of 300 bytes 01, a last chunk 0 of 100 bytes 02, the entry of the sender",
        "bundle": hex(&out),
    })
}

fn entries() -> Value {
    let node = Node::new(1);
    let verified = VerifiedEntry::read(&node.entry()).unwrap();
    json!({
        "node": node.id().to_string(),
        "root_public": hex(&node.root.public().bytes()),
        "identity_public": hex(&node.identity.public().bytes()),
        "carrier_public": hex(&node.carrier.public().bytes()),
        "tag": node.epoch.public().tag().to_string(),
        "kid": node.epoch.public().kid().to_string(),
        "fingerprint": fingerprint(&node.root.public()),
        "joining_file": hex(&entry::joining_file(&verified)),
    })
}

fn accord() -> Value {
    let (node, key) = (Node::new(1), SignatoryKey::from_bytes(&[5; 32]));
    let document = r#"{"format": 1, "id": "contoh"}"#.as_bytes().to_vec();
    let hash = hash::accord_hash(&document);
    let signers = Signers {
        node: node.id(),
        signatories: vec![("Ibu Contoh".into(), "Kepala".into(), key.public())],
        revokers: vec![("Ibu Contoh".into(), key.public())],
    };
    let at = Timestamp::from_seconds(AT);
    let file = AccordFile {
        signatures: vec![AccordSignature::sign(&hash, &key, node.id(), ("Ibu Contoh", "Kepala"), at)],
        document,
        entries: vec![node.entry()],
        signers: vec![signers.sign(&node.root)],
    };
    let mut revocation =
        Revocation { node: node.id(), kid: node.identity.public().kid(), since: AT, reason: 1, signatures: vec![] };
    revocation.sign_as_root(&node.root);
    json!({
        "accord_hash": hex(&hash),
        "accord_file": hex(&file.encode()),
        "root_public": hex(&node.root.public().bytes()),
        "revocation_by_root": hex(&revocation.encode()),
    })
}

fn heads() -> Value {
    let (node, witness) = (Node::new(1), Node::new(2));
    let head = Head { node: node.id(), era: 1_790_000_000, n: 1_000, link: [4; 32], at: AT }.sign(&node.identity);
    let cosigned = head.clone().cosign(witness.id(), &witness.identity, AT + 60);
    let record = OwnRecord {
        case: CaseId::from_bytes([1; 16]),
        own_no: 1,
        from: node.id(),
        to: witness.id(),
        extract_hash: [4; 32],
        last: [0; 32],
        accord_hash: [5; 32],
    };
    json!({
        "node_identity_public": hex(&node.identity.public().bytes()),
        "witness_identity_public": hex(&witness.identity.public().bytes()),
        "head": hex(&head.encode()),
        "cosigned": hex(&cosigned.encode()),
        "own_record": hex(&record.encode()),
        "own_record_hash": hex(&record.hash()),
        "own_signature_of_giver": hex(&record.sign(&node.identity)),
        "link_0": hex(&journal::FIRST_LINK),
        "event_hash": hex(&[6; 32]),
        "link_1": hex(&journal::link(&journal::FIRST_LINK, &[6; 32])),
    })
}

pub fn cell_aad() -> Aad {
    Aad::new("simpul/cell/1").text("person").text("card").bytes(&[7; 16]).int(-1).null()
}

fn cells() -> Value {
    let chance = SeededChance::new(6);
    let (key, inner) = (DataKey::from_bytes([1; 32]), DataKey::from_bytes([2; 32]));
    let wrap_aad = Aad::wrapped_key(inner.id(), &[3; 16], "case", key.id());
    json!({
        "key": hex(key.expose()),
        "key_id": hex(&key.id().bytes()),
        "aad_parts": "simpul/cell/1, person, card, 16 bytes 07, integer -1, NULL",
        "aad": hex(cell_aad().finish().unwrap()),
        "plain": hex("isi contoh".as_bytes()),
        "cell": hex(&seal_cell(&key, &cell_aad(), "isi contoh".as_bytes(), &chance).unwrap()),
        "wrapped_aad": hex(wrap_aad.finish().unwrap()),
        "wrapped_key_02": hex(&wrap_key(&key, &wrap_aad, &inner, &chance).unwrap()),
    })
}

fn slots() -> Value {
    let (master, chance) = (DataKey::from_bytes([1; 32]), SeededChance::new(7));
    let slot = |secret: SlotSecret<'_>| hex(&Slot::seal(&master, secret, Cost::CHEAP, &chance).unwrap().encode());
    json!({
        "master": hex(master.expose()),
        "passphrase": "kata sandi contoh",
        "slot_passphrase": slot(SlotSecret::Passphrase("kata sandi contoh")),
        "secret": hex(&[2; 32]),
        "slot_passkey": slot(SlotSecret::Passkey(&[2; 32])),
        "slot_recovery": slot(SlotSecret::Recovery(&[2; 32])),
        "password_hash": hash_password("kata sandi contoh", Cost::CHEAP, &chance).unwrap(),
    })
}

/// Three keyholders, any two of whom open it.
pub const HOLDERS: [(&str, &str); 3] = [("sari", "kata sari"), ("made", "kata made"), ("rina", "kata rina")];

fn holders() -> Value {
    let master = DataKey::from_bytes([1; 32]);
    let people = HOLDERS.map(|(name, phrase)| (name.to_owned(), phrase));
    let sealed = Holders::seal(&master, &people, Cost::CHEAP, &SeededChance::new(11)).unwrap();
    json!({
        "master": hex(master.expose()),
        "holders": HOLDERS.map(|(name, phrase)| json!({"name": name, "passphrase": phrase})),
        "lock": hex(&Lock::Two(sealed).encode()),
    })
}

fn shares() -> Value {
    let shares = share::split(&[42; 32], 2, (3, 5), &SeededChance::new(8)).unwrap();
    json!({
        "secret": hex(&[42; 32]),
        "threshold": 3,
        "shares": shares.iter().map(|share| hex(&share.encode())).collect::<Vec<_>>(),
        "papers": shares.iter().map(|share| share.paper().to_string()).collect::<Vec<_>>(),
    })
}

fn replies() -> Value {
    let code = reply::reply_code(&DataKey::from_bytes([1; 32]), b"kunci contoh");
    let digits = reply::read_reply_code(&code).unwrap();
    let made = reply::ReplyBox::of(&digits, &[7; 16], Cost::CHEAP).unwrap();
    let text = "Kami sudah membaca laporan Anda.";
    let sealed = reply::seal_reply(text.as_bytes(), &made.id, &made.public(), &SeededChance::new(9)).unwrap();
    json!({
        "reply_key": hex(&[1; 32]),
        "kunci": hex(b"kunci contoh"),
        "code": *code,
        "node_salt": hex(&[7; 16]),
        "argon2id_memory_kib": Cost::CHEAP.memory_kib,
        "argon2id_passes": Cost::CHEAP.passes,
        "box_id": hex(&made.id),
        "box_public": hex(&made.public().bytes()),
        "text": text,
        "sealed": hex(&sealed),
    })
}

pub const REQUEST: httpsig::Request<'static> =
    httpsig::Request { method: "POST", target_uri: "https://127.0.0.1:9443/fed/1/inbox", body: b"\x80" };

fn requests() -> Value {
    let key = CarrierKey::from_bytes(&[1; 32]);
    let headers = httpsig::sign(&REQUEST, &key, Timestamp::from_seconds(AT), &SeededChance::new(10));
    json!({
        "carrier_public": hex(&key.public().bytes()),
        "method": REQUEST.method,
        "target_uri": REQUEST.target_uri,
        "body": hex(REQUEST.body),
        "server_time": AT,
        "content_digest": headers.content_digest,
        "signature_input": headers.signature_input,
        "signature": headers.signature,
    })
}

fn hashes() -> Value {
    let (a, b) = (NodeId::from_bytes([1; 16]), NodeId::from_bytes([2; 16]));
    let key = DataKey::from_bytes([3; 32]);
    json!({
        "nodes": [a.to_string(), b.to_string()],
        "control_thread": hex(&hash::control_thread(a, b).bytes()),
        "alert_thread": hex(&hash::alert_thread(a, b).bytes()),
        "accord_thread_of_contoh": hex(&hash::accord_thread("contoh").bytes()),
        "extract_hash_of_a0": hex(&hash::extract_hash(&[0xa0])),
        "case_key": hex(key.expose()),
        "alias_for_second_node": hex(&hash::alias(&key, b)),
        "conflict_phone_+62812": hex(&hash::conflict(ThreadId::from_bytes([4; 16]), "phone", "+62812")),
        "week_of_server_time": keys::week_of(Timestamp::from_seconds(AT)),
    })
}
