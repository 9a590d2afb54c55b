//! The vectors on file: made anew they are the same, and what they hold opens. A version that writes another form adds
//! files beside these; these stay, because what one version sealed every later version opens.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests; fixed inputs")]

mod hostile;
mod make;

use base::{FileId, NodeId, Timestamp, from_hex};
use seal::*;
use serde_json::Value;

fn file(name: &str) -> Value {
    let path = format!("{}/vectors/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn bytes(value: &Value) -> Vec<u8> {
    from_hex(value.as_str().unwrap()).unwrap()
}

fn array<const N: usize>(value: &Value) -> [u8; N] {
    bytes(value).try_into().unwrap()
}

fn node(value: &Value) -> NodeId {
    value.as_str().unwrap().parse().unwrap()
}

fn epoch(file: &Value) -> EpochSecret {
    EpochSecret::from_bytes(make::WEEK, &array(&file["receiver_epoch_secret"]))
}

fn sender(file: &Value) -> (NodeId, IdentityPublic) {
    (node(&file["sender_node"]), IdentityPublic::from_bytes(&array(&file["sender_identity_public"])).unwrap())
}

#[test]
fn what_we_write_today_is_what_is_on_file() {
    for (name, made) in make::all() {
        assert_eq!(made, file(name), "{name}.json");
    }
}

#[test]
fn envelopes_on_file_open_or_are_refused_as_they_say() {
    let file = file("envelope");
    let (epoch, me, (from, key)) = (epoch(&file), node(&file["receiver_node"]), sender(&file));
    for case in file["cases"].as_array().unwrap() {
        let opened = open(&bytes(&case["envelope"]), &epoch, me, &|kid| (*kid == key.kid()).then_some((from, key)));
        let second_writer = case["name"] == "good, by this second writer";
        assert_eq!(opened.is_ok(), case["valid"] == true || second_writer, "{}: {opened:?}", case["name"]);
        if let (Ok(opened), true) = (opened, case["valid"] == true) {
            assert_eq!(opened.payload, bytes(&case["payload"]));
            assert_eq!(opened.from, from);
        }
    }
}

#[test]
fn bodies_on_file_read_and_hash() {
    for case in file("body").as_array().unwrap() {
        let payload = bytes(&case["payload"]);
        assert_eq!(Body::decode(&payload).unwrap().encode().unwrap(), payload);
        assert_eq!(hash::body_hash(&payload), array::<32>(&case["body_hash"]));
    }
}

#[test]
fn reports_on_file_open() {
    let file = file("report");
    let intake = IntakeSecret::from_bytes(&array(&file["intake_secret"])).unwrap();
    for case in file["cases"].as_array().unwrap() {
        let sealed = bytes(&case["sealed"]);
        assert_eq!(open_report(&sealed, &intake).unwrap().as_slice(), case["json"].as_str().unwrap().as_bytes());
        assert_eq!(peek_report(&sealed).unwrap().rid.bytes(), array::<16>(&file["rid"]));
    }
}

#[test]
fn a_report_sealed_by_a_browser_opens_here() {
    let file = file("report-js");
    let intake = IntakeSecret::from_bytes(&array(&file["private_key"])).unwrap();
    assert_eq!(intake.public().bytes(), array::<65>(&file["public_key"]));
    assert_eq!(intake.public().kid().to_string(), file["kid"].as_str().unwrap());
    let sealed = bytes(&file["sealed"]);
    assert_eq!(open_report(&sealed, &intake).unwrap().as_slice(), file["json"].as_str().unwrap().as_bytes());
    assert_eq!(peek_report(&sealed).unwrap().rid, report_id(&bytes(&file["kunci"])));
}

#[test]
fn the_first_chunks_on_file_open() {
    let file = file("chunk");
    for case in file["cases"].as_array().unwrap() {
        let key = bytes(&case["key"]);
        let key = match key.len() {
            16 => ChunkKey::Browser(key.try_into().unwrap()),
            _ => ChunkKey::Node(key.try_into().unwrap()),
        };
        let chunks = Chunks::of_blob(key, FileId::from_bytes(array(&file["blob"])));
        let last = case["sha256_of_chunks"].as_array().unwrap().len() == 1;
        let plain = chunks.open(0, last, &bytes(&case["first_chunk"])).unwrap();
        let length = usize::try_from(case["plain_bytes"].as_u64().unwrap()).unwrap();
        assert!(plain.iter().take(length).enumerate().all(|(n, byte)| usize::from(*byte) == n % 251));
        assert!(plain.iter().skip(length).all(|byte| *byte == 0));
    }
}

/// The chunks of a case, opened with the key that the report carries; nothing but the bytes that were sent is used.
fn opened(case: &Value) -> Vec<u8> {
    let named = case["files"].as_array().unwrap();
    let chunks = Chunks::of_blob(ChunkKey::Browser(array(&named[3])), FileId::from_bytes(array(&named[0])));
    let sealed: Vec<Vec<u8>> = case["chunks"].as_array().unwrap().iter().map(|sent| bytes(&sent["body"])).collect();
    let plain = open_blob(&chunks, &sealed, named[1].as_u64().unwrap()).unwrap();
    assert_eq!(hash::sha256(&[&plain]), array::<32>(&named[2]));
    plain.to_vec()
}

#[test]
fn files_of_browser_reports_open_here_whoever_sealed_them() {
    for name in ["chunk-browser", "chunk-js"] {
        let cases = file(name)["cases"].clone();
        assert!(cases.as_array().unwrap().len() >= 3, "{name}");
        for case in cases.as_array().unwrap() {
            let plain = opened(case);
            assert_eq!(plain.len() as u64, case["plain_bytes"].as_u64().unwrap());
            assert!(plain.iter().enumerate().all(|(n, byte)| usize::from(*byte) == n % 251));
        }
    }
}

#[test]
fn slips_on_file_read_and_typing_errors_are_told() {
    let file = file("slip");
    for case in file["cases"].as_array().unwrap() {
        let text = |name: &str| case[name].as_str().unwrap();
        let code = slip_code(&base::ReportId::from_bytes(array(&case["rid"])));
        assert_eq!((code.as_str(), slip_shown(&code).as_str()), (text("code"), text("shown")));
        let read = read_slip(text("qr")).unwrap();
        assert_eq!((read.code, read.place.unwrap().code()), (code, file["place"].as_str().unwrap()));
    }
    for typed in file["typing_errors"].as_array().unwrap() {
        assert_eq!(read_slip(typed.as_str().unwrap()).unwrap_err().code.0, "slip.typo");
    }
}

#[test]
fn the_bundle_on_file_reads_whole() {
    let file = file("bundle");
    let (from, key) = sender(&file);
    let read = bundle::unpack(&bytes(&file["bundle"]), &[epoch(&file)], &|id| (id == from).then_some(key)).unwrap();
    assert_eq!(read.ended, Ok(from));
    assert_eq!(read.items[0], Item::Envelope(vec![1; 300]));
    let Item::Entry(entry) = &read.items[2] else { panic!() };
    assert_eq!(VerifiedEntry::read(entry).unwrap().node(), from);
}

#[test]
fn the_joining_file_and_accord_file_on_file_verify() {
    let file_of_entry = file("entry");
    let entry = entry::read_joining_file(&bytes(&file_of_entry["joining_file"])).unwrap();
    assert_eq!(entry.node(), node(&file_of_entry["node"]));
    assert_eq!(fingerprint(entry.root()), file_of_entry["fingerprint"].as_str().unwrap());
    assert_eq!(entry.epochs()[0].tag().to_string(), file_of_entry["tag"].as_str().unwrap());
    let accord = file("accord");
    let verified = AccordFile::decode(&bytes(&accord["accord_file"])).unwrap().verify().unwrap();
    assert_eq!(verified.hash(), &array::<32>(&accord["accord_hash"]));
    let root = RootPublic::from_bytes(&array(&accord["root_public"])).unwrap();
    assert_eq!(Revocation::decode(&bytes(&accord["revocation_by_root"])).unwrap().verify(&root, &[]), Ok(()));
}

#[test]
fn heads_and_records_on_file_verify() {
    let file = file("head");
    let key = |name: &str| IdentityPublic::from_bytes(&array(&file[name])).unwrap();
    let (node, witness) = (key("node_identity_public"), key("witness_identity_public"));
    assert_eq!(SignedHead::decode(&bytes(&file["head"])).unwrap().verify(&node), Ok(()));
    assert_eq!(CosignedHead::decode(&bytes(&file["cosigned"])).unwrap().verify(&node, &witness), Ok(()));
    let record = OwnRecord::decode(&bytes(&file["own_record"])).unwrap();
    assert_eq!(record.verify(&node, &array(&file["own_signature_of_giver"])), Ok(()));
    assert_eq!(record.hash(), array::<32>(&file["own_record_hash"]));
}

#[test]
fn the_lock_on_file_opens_by_any_two() {
    let file = file("holders");
    let Lock::Two(lock) = Lock::decode(&bytes(&file["lock"])).unwrap() else { panic!("one") };
    let holders = file["holders"].as_array().unwrap();
    let part = |n: usize| lock.part(holders[n]["name"].as_str().unwrap(), holders[n]["passphrase"].as_str().unwrap());
    for (one, two) in [(0, 1), (1, 2), (2, 0)] {
        let master = holders::together(&part(one).unwrap(), &part(two).unwrap()).unwrap();
        assert_eq!(master.expose(), &array::<32>(&file["master"]), "{one} {two}");
    }
}

#[test]
fn cells_slots_and_shares_on_file_open() {
    let file_of_cells = file("cell");
    let key = DataKey::from_bytes(array(&file_of_cells["key"]));
    let plain = open_cell(&key, &make::cell_aad(), &bytes(&file_of_cells["cell"])).unwrap();
    assert_eq!(plain.as_slice(), bytes(&file_of_cells["plain"]));
    let slots = file("slot");
    let secret = array::<32>(&slots["secret"]);
    let passphrase = slots["passphrase"].as_str().unwrap();
    for (name, secret) in [
        ("slot_passphrase", SlotSecret::Passphrase(passphrase)),
        ("slot_passkey", SlotSecret::Passkey(&secret)),
        ("slot_recovery", SlotSecret::Recovery(&secret)),
    ] {
        let master = Slot::decode(&bytes(&slots[name])).unwrap().open(secret).unwrap();
        assert_eq!(master.expose(), &array::<32>(&slots["master"]));
    }
    assert_eq!(verify_password(passphrase, slots["password_hash"].as_str().unwrap()), Ok(()));
    let file_of_shares = file("share");
    let shares = file_of_shares["shares"].as_array().unwrap();
    let three: Vec<share::Share> = shares[1..4].iter().map(|hex| share::Share::decode(&bytes(hex)).unwrap()).collect();
    assert_eq!(*share::combine(&three).unwrap(), array::<32>(&file_of_shares["secret"]));
    let paper = file_of_shares["papers"][1].as_str().unwrap();
    assert!(share::Share::from_paper(paper, *three[0].set()).unwrap() == three[0]);
}

#[test]
fn replies_and_requests_on_file_open_and_verify() {
    let replies = file("reply");
    let digits = reply::read_reply_code(replies["code"].as_str().unwrap()).unwrap();
    let opened = reply::ReplyBox::of(&digits, &array(&replies["node_salt"]), Cost::CHEAP).unwrap();
    assert_eq!(opened.id, array::<16>(&replies["box_id"]));
    let text = opened.open(&bytes(&replies["sealed"])).unwrap();
    assert_eq!(text.as_slice(), replies["text"].as_str().unwrap().as_bytes());
    let signed = file("httpsig");
    let text = |name: &str| signed[name].as_str().unwrap().to_owned();
    let headers = httpsig::Headers {
        content_digest: text("content_digest"),
        signature_input: text("signature_input"),
        signature: text("signature"),
    };
    let key = CarrierPublic::from_bytes(&array(&signed["carrier_public"])).unwrap();
    let now = Timestamp::from_seconds(signed["server_time"].as_i64().unwrap());
    assert_eq!(httpsig::read(&make::REQUEST, &headers).unwrap().verify(&make::REQUEST, &key, now), Ok(()));
}
