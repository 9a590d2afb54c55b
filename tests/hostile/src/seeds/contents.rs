//! One content for each message that this version acts on, and what files say.

use base::{Digest, MsgId, NodeId, Redacted, ThreadId};
use casework::extract::{
    AttachmentLine, ConsentLine, Extract as File, FORMAT, Facts, FieldValue, Fields, OwnRecord, ReferralLine,
    RelationFact, SignedRecord,
};
use desk::wire::{
    Accept, AccordResume, AccordSigned, AccordSuspend, AccordTerminate, Complete, ConsentWithdraw, CorrectedAlert,
    Counter, Decline, DirectoryEntry, EraseConfirm, EraseRequest, Expire, Extract, LogCosign, LogHead, Mark, Message,
    Nack, OfferOpen, OwnClaim, Ping, Propose, Receipt, RecruiterAlert, RecruiterRecall, Refused, ResumeAsk, ResumeTell,
    Resumed, ResumedHere, Seen, SignedBy, SignedOwn, Supplement, Talk, Voided, Withdraw,
};

/// Their numbers, in the order of [`all`].
#[cfg(test)]
pub const NUMBERS: [u16; 31] = [
    1, 3, 4, 5, 6, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 32, 33, 34, 40, 41, 48, 49, 50, 51, 52, 53, 54, 64, 72,
    73,
];
const AT: i64 = 1_795_000_000;
const THREAD: ThreadId = ThreadId::from_bytes([3; 16]);

/// Every message once, each optional part there.
pub fn all() -> Vec<Message> {
    control().into_iter().chain(offers()).chain(alerts()).chain(accords()).chain(journal()).collect()
}

fn digest(n: u8) -> Digest {
    Digest([n; 32])
}

fn own() -> SignedOwn {
    SignedOwn { record: own_record(), giver: [1; 64], taker: [2; 64] }
}

fn control() -> [Message; 5] {
    let (era, code) = (1_790_000_000, "consent.missing".to_owned());
    [
        Message::Receipt(Receipt {
            thread: THREAD,
            era,
            upto: 4,
            upto_hash: digest(2),
            parked: vec![(6, digest(3))].into(),
            verdicts: vec![Mark { seq: 4, verdict: 1, code: code.clone() }].into(),
            head: Some(vec![0x82]),
        }),
        Message::Nack(Nack {
            msg_id: MsgId::from_bytes([1; 16]),
            code: code.clone(),
            versions: Some(vec![1, 2].into()),
        }),
        Message::Ping(Ping { nonce: [1; 16], is_answer: true, my_serial: 2, your_serial: 3, last_n: 4 }),
        Message::ResumeAsk(ResumeAsk {
            run_id: [5; 16],
            backup_at: AT,
            threads: vec![Resumed { thread: THREAD, era, seq: 3, peer_era: era, peer_upto: 2 }].into(),
        }),
        Message::ResumeTell(ResumeTell {
            run_id: [5; 16],
            threads: vec![ResumedHere { thread: THREAD, era, upto: 3, hash: digest(4), offer_no: 1, state: 3 }].into(),
            own_records: vec![own()].into(),
            voided: Some(vec![Voided { thread: THREAD, era, seq: 5, hash: digest(6) }].into()),
            refused: Some(vec![Refused { thread: THREAD, era, seq: 2, code: code.clone() }].into()),
            held: Some(vec![Refused { thread: THREAD, era, seq: 3, code }].into()),
        }),
    ]
}

fn offers() -> Vec<Message> {
    let (offer_no, alias, text) = (1, [7; 16], Some("contoh".to_owned()));
    let talk = || Talk { offer_no, text: "boleh hari Kamis?".into() };
    let (hashes, role) = (vec![digest(8)], "REFERRAL_DESK".to_owned());
    vec![
        Message::OfferOpen(OfferOpen {
            offer_no,
            kind: 2,
            alias,
            urgency: 2,
            answer_by: AT,
            preview: vec![0xa0],
            extract_hash: digest(9),
            own: Some(OwnClaim { case_id: [9; 16], own_no: 1, last: digest(0) }),
            conflict: Some(vec![[1; 8], [2; 8]].into()),
        }),
        Message::OfferSeen(Seen { offer_no, role: role.clone(), seen_at: AT }),
        Message::OfferAsk(talk()),
        Message::OfferTell(talk()),
        Message::OfferAccept(Accept { offer_no, role, due_at: AT, own_signature: Some([3; 64]) }),
        Message::OfferDecline(Decline {
            offer_no,
            reason: 3,
            text: text.clone(),
            other_node: Some(NodeId::from_bytes([4; 16])),
        }),
        Message::OfferWithdraw(Withdraw { offer_no, reason: 4, text: text.clone() }),
        Message::OfferExpire(Expire { offer_no, reason: 2, text: text.clone() }),
        Message::CaseExtract(Extract { offer_no, extract: Some(file()), own_record: Some(own()) }),
        Message::CaseSupplement(Supplement {
            offer_no,
            supplement_no: 1,
            extract: Some(file()),
            extract_hash: digest(5),
        }),
        Message::OfferComplete(Complete { offer_no, outcome: 1, done_at: AT, text }),
        Message::ConsentWithdraw(ConsentWithdraw {
            alias,
            consent_hashes: hashes.clone().into(),
            codes: vec!["C4".to_owned()].into(),
            withdrawn_at: AT,
            erase: true,
        }),
        Message::EraseRequest(EraseRequest { alias, hashes: hashes.clone().into(), basis: "erasure.request".into() }),
        Message::EraseConfirm(EraseConfirm { alias, hashes: hashes.into(), result: 2, hold_until: Some(AT) }),
    ]
}

fn alerts() -> [Message; 2] {
    let facts = || {
        let facts =
            [("recruiter.corridor", "52.03>MY"), ("recruiter.name", "Soeparjan"), ("recruiter.phone", "0800 11")];
        facts.map(|(field, value)| (field.to_owned(), value.to_owned())).to_vec().into()
    };
    let (alert_no, source_grade, confidence, reports_min) = (1 << 52, 2, 3, 4);
    let instead = CorrectedAlert { facts: facts(), source_grade, confidence, reports_min, valid_until: AT };
    [
        Message::RecruiterAlert(RecruiterAlert {
            alert_no,
            facts: facts(),
            source_grade,
            confidence,
            reports_min,
            valid_until: AT,
            answers: Some(7),
        }),
        Message::RecruiterRecall(RecruiterRecall { alert_no, reason: 5, correction: Some(instead) }),
    ]
}

fn accords() -> [Message; 7] {
    let signed = || AccordSigned {
        document_hash: digest(4),
        signatures: vec![SignedBy { key: [5; 32], signature: [6; 64], at: AT }].into(),
        head: Some(vec![0x82]),
        signers: Some(vec![0x82]),
        paper: Some(digest(7)),
    };
    let (accord_id, text) = ("uji".to_owned(), Some("ditinjau".to_owned()));
    let notes = vec![("4.2".to_owned(), "terlalu luas".to_owned())].into();
    [
        Message::AccordPropose(Propose { document: b"{}".to_vec() }),
        Message::AccordCounter(Counter { document: b"{}".to_vec(), of_hash: digest(1), notes }),
        Message::AccordSign(signed()),
        Message::AccordActivate(signed()),
        Message::AccordSuspend(AccordSuspend {
            accord_id: accord_id.clone(),
            reason: 4,
            until: Some(AT),
            text: text.clone(),
        }),
        Message::AccordResume(AccordResume { accord_id: accord_id.clone() }),
        Message::AccordTerminate(AccordTerminate { accord_id, reason: 1, immediate: true, text }),
    ]
}

fn journal() -> [Message; 3] {
    [
        Message::DirectoryEntry(DirectoryEntry { entry: vec![0x82] }),
        Message::LogHead(LogHead { head: vec![0x82], after_n: 3, hashes: vec![digest(1), digest(2)].into() }),
        Message::LogCosign(LogCosign { head: vec![0x82] }),
    ]
}

fn own_record() -> Vec<u8> {
    let hash = [3; 32];
    let record = OwnRecord {
        case: [9; 16],
        own_no: 1,
        from: [1; 16],
        to: [2; 16],
        extract_hash: hash,
        last: hash,
        accord: hash,
    };
    minicbor::to_vec(record).expect("a record")
}

fn extract() -> File {
    let field = |value: &str| FieldValue {
        value: Redacted::new(value.to_owned()),
        clause: "uji/1#4.2".into(),
        basis: "consent:00".into(),
    };
    let fields = [("legal.problem", "upah tidak dibayar"), ("needs.legal", "yes"), ("contact.safe_way", "lewat bibi")];
    let facts = Facts {
        roles: vec!["victim".into()],
        minor: false,
        found_in: "21.71".into(),
        origin: Some("52.03".into()),
        relation: Some(RelationFact { kind: "sibling".into(), found_in: "21.71".into() }),
        age_band: Some("18-24".into()),
        urgency: "AMBER".into(),
    };
    let consent = ConsentLine {
        id: [1; 16],
        hash: [2; 32],
        code: "C4".into(),
        purpose: "legal_aid".into(),
        giver: "person".into(),
        expires: AT,
        categories: vec!["legal".into(), "needs".into()],
    };
    File {
        format: FORMAT,
        alias: [7; 16],
        made_at: AT,
        facts,
        fields: Fields(fields.map(|(name, value)| (name.to_owned(), field(value))).into()),
        consents: vec![consent],
        referrals: Some(vec![ReferralLine { node: [4; 16], offer_no: 2, purpose: "health".into() }]),
        attachments: vec![AttachmentLine {
            blob: [8; 16],
            hash: [9; 32],
            label: "kontrak".into(),
            field: "contract".into(),
        }],
        own_records: vec![SignedRecord { record: own_record(), giver: vec![1; 64], taker: vec![2; 64] }],
    }
}

fn file() -> Vec<u8> {
    minicbor::to_vec(extract()).expect("an extract")
}

/// A file, its preview, and a record of ownership.
pub fn extracts() -> Vec<Vec<u8>> {
    vec![file(), minicbor::to_vec(extract().preview()).expect("a preview"), own_record()]
}

/// A service in three forms: a row of CSV, HSDS, an item of an entry.
pub fn services() -> Vec<Vec<u8>> {
    use pocketbook::services::{COLUMNS, Listed, csv, hsds};
    use seal::cbor::{Key, Value};
    let record = [
        "rs-bakau",
        "21.71",
        "health",
        "RS Bakau (rekaan)",
        "Poli",
        "Clinic",
        "Visum, \"tanpa\" rujukan.",
        "Reports.",
        "Siapa saja.",
        "Anyone.",
        "id; jv",
        "MO-FR 08:00-16:00",
        "+62 800 0000 001",
        "",
        "Jalan Rekaan 1",
        "public",
        "2026-11-01",
        "Telepon",
        "Telephone",
    ]
    .map(str::to_owned);
    let service = Listed::from_record(&record, 20_786).expect("a service");
    let texts = (2..).zip(record).filter(|(_, text)| !text.is_empty());
    let pairs = std::iter::once((Key::Int(1), Value::uint(1_u8)));
    let item = Value::Map(pairs.chain(texts.map(|(key, text)| (Key::Int(key), Value::text(text)))).collect());
    assert_eq!(COLUMNS.len(), 19);
    vec![csv::write([&service]).into(), hsds::write([&service].into_iter()).into(), seal::cbor::encode(&item)]
}
