// Long because: it is the table of FEDERATION.md 4, one type of message after the other.
//! The contents, in the order of FEDERATION.md 4. Fields stand in the order of their keys.

use super::slots::{Item, List, Slot, contents, rows};
use base::{Digest, MsgId, NodeId, ThreadId};
use seal::cbor::{CborError, Fields, Key, Value};

rows! {
    /// What was decided of one number, if it was not simply applied.
    Mark [
        /// The number.
        seq: u64,
        /// 1 refused, 2 held, 3 fields dropped.
        verdict: u64,
        /// Why, a stable code.
        code: String,
    ]

    /// One thread as a restored node knows it.
    Resumed [
        /// The thread.
        thread: ThreadId,
        /// The asker's own era in it.
        era: u64,
        /// The asker's last own number.
        seq: u64,
        /// The peer's era in it.
        peer_era: u64,
        /// The last number of the peer that the asker decided.
        peer_upto: u64,
    ]

    /// One thread as the peer of a restored node knows it.
    ResumedHere [
        /// The thread.
        thread: ThreadId,
        /// The asker's era in it.
        era: u64,
        /// The last number of the asker that was decided here.
        upto: u64,
        /// Its hash.
        hash: Digest,
        /// The greatest offer number.
        offer_no: u64,
        /// State of that offer at the answerer: 0 none of the asker's, 1 offered, 2 accepted, 3 its file is or was
        /// there, 4 ended without it.
        state: u64,
    ]

    /// A number of the answerer that will not come again.
    Voided [
        /// The thread.
        thread: ThreadId,
        /// The answerer's era in it.
        era: u64,
        /// The number.
        seq: u64,
        /// Its hash.
        hash: Digest,
    ]

    /// A number of the asker that was refused, or is held.
    Refused [
        /// The thread.
        thread: ThreadId,
        /// The asker's era in it.
        era: u64,
        /// The number.
        seq: u64,
        /// Why, a stable code.
        code: String,
    ]

    /// What a handover says about the ownership it moves.
    OwnClaim [
        /// The case, the same at every owner.
        case_id: [u8; 16],
        /// Number of the record to be made.
        own_no: u64,
        /// Hash of the record before; zeros if there is none.
        last: Digest,
    ]

    /// An ownership record with both signatures, over "simpul/own/1" || record.
    SignedOwn [
        /// Canonical bytes of the record.
        record: Vec<u8>,
        /// The giver's signature.
        giver: [u8; 64],
        /// The taker's signature.
        taker: [u8; 64],
    ]

    /// What an alert says in place of what it said.
    CorrectedAlert [
        /// Fields of the category recruiter, by name, each once.
        facts: List<(String, String)>,
        /// 1 to 6: A to F.
        source_grade: u64,
        /// 1 to 6, as the same scale counts.
        confidence: u64,
        /// At least so many independent reports.
        reports_min: u64,
        /// Until when it is good.
        valid_until: i64,
    ]

    /// A person's signature on an accord.
    SignedBy [
        /// The person's public key.
        key: [u8; 32],
        /// Over the 32 bytes of the accord hash.
        signature: [u8; 64],
        /// Unix seconds: a claim, not signed.
        at: i64,
    ]
}

contents! {
    /// 1 receipt: signed word of a commit. `upto` counts decided numbers.
    Receipt {
        /// The thread.
        thread: ThreadId,
        /// The era of the messages it speaks of.
        era: u64,
        /// All numbers up to here are decided.
        upto: u64,
        /// Hash of that number's Body.
        upto_hash: Digest,
        /// Numbers beyond a gap, with their hashes.
        parked: List<(u64, Digest)>,
        /// What was not simply applied.
        verdicts: List<Mark>,
        /// The signer's journal head, signed.
        head: Option<Vec<u8>>,
    }

    /// 3 nack.
    Nack {
        /// The envelope.
        msg_id: MsgId,
        /// Why, a stable code.
        code: String,
        /// Versions that would be read.
        versions: Option<List<u64>>,
    }

    /// 4 ping, daily.
    Ping {
        /// Repeated in the answer.
        nonce: [u8; 16],
        /// Whether this is the answer.
        is_answer: bool,
        /// Serial of the sender's entry.
        my_serial: u64,
        /// Serial of the receiver's entry as the sender has it.
        your_serial: u64,
        /// Last journal head of the receiver that the sender knows.
        last_n: u64,
    }

    /// 5 resume.ask.
    ResumeAsk {
        /// Which restore.
        run_id: [u8; 16],
        /// When the backup was made.
        backup_at: i64,
        /// What the asker knows.
        threads: List<Resumed>,
    }

    /// 6 resume.tell.
    ResumeTell {
        /// Which restore.
        run_id: [u8; 16],
        /// What the answerer knows.
        threads: List<ResumedHere>,
        /// Every ownership record that names the asker.
        own_records: List<SignedOwn>,
        /// Numbers that the asker has forgotten and must not get again: it steps over them.
        voided: Option<List<Voided>>,
        /// Numbers of the asker that were refused here.
        refused: Option<List<Refused>>,
        /// Numbers of the asker that wait here for an upgrade.
        held: Option<List<Refused>>,
    }

    /// 16 offer.open.
    OfferOpen {
        /// Grows by one in a thread, both ways.
        offer_no: u64,
        /// 1 referral, 2 handover.
        kind: u64,
        /// The person's alias for this peer.
        alias: [u8; 16],
        /// 1 RED, 2 AMBER, 3 GREEN.
        urgency: u64,
        /// When both duty officers are told.
        answer_by: i64,
        /// The preview: canonical bytes of the cut extract.
        preview: Vec<u8>,
        /// Hash of the whole extract.
        extract_hash: Digest,
        /// The ownership it moves, kind 2.
        own: Option<OwnClaim>,
        /// Blinded identifiers of the suspects, so that the taker sees a conflict.
        conflict: Option<List<[u8; 8]>>,
    }

    /// 17 offer.seen.
    Seen {
        /// The offer.
        offer_no: u64,
        /// Role of who looked.
        role: String,
        /// When.
        seen_at: i64,
    }

    /// 18 offer.ask and 19 offer.tell.
    Talk {
        /// The offer.
        offer_no: u64,
        /// At most 1,000 characters, no identity value of the case.
        text: String,
    }

    /// 20 offer.accept.
    Accept {
        /// The offer.
        offer_no: u64,
        /// Role of who accepted.
        role: String,
        /// When the taker means to act.
        due_at: i64,
        /// The taker's signature on the ownership record, kind 2.
        own_signature: Option<[u8; 64]>,
    }

    /// 21 offer.decline: 1 no capacity, 2 not our mandate, 3 not our area, 4 conflicted, 5 known here, 6 person refuses,
    /// 7 facts missing, 8 unsafe.
    Decline {
        /// The offer.
        offer_no: u64,
        /// Why.
        reason: u64,
        /// In words.
        text: Option<String>,
        /// Who might help.
        other_node: Option<NodeId>,
    }

    /// 22 offer.withdraw: 1 consent, 2 accord, 3 need gone, 4 sent in error, 5 safety, 6 other provider, 7 key lost.
    Withdraw {
        /// The offer.
        offer_no: u64,
        /// Why.
        reason: u64,
        /// In words.
        text: Option<String>,
    }

    /// 23 offer.expire: 1 no receipt, 2 no answer.
    Expire {
        /// The offer.
        offer_no: u64,
        /// Why.
        reason: u64,
        /// In words.
        text: Option<String>,
    }

    /// 24 case.extract. Without `extract` it is attachment 0.
    Extract {
        /// The offer.
        offer_no: u64,
        /// Canonical bytes of the extract.
        extract: Option<Vec<u8>>,
        /// The ownership record with both signatures, kind 2.
        own_record: Option<SignedOwn>,
    }

    /// 25 case.supplement.
    Supplement {
        /// The offer.
        offer_no: u64,
        /// From 1.
        supplement_no: u64,
        /// Canonical bytes; absent if it is attachment 0.
        extract: Option<Vec<u8>>,
        /// Its hash.
        extract_hash: Digest,
    }

    /// 26 offer.complete: 1 served, 2 in part, 3 not served, 4 declined, 5 not found.
    Complete {
        /// The offer.
        offer_no: u64,
        /// How it ended.
        outcome: u64,
        /// When.
        done_at: i64,
        /// In words.
        text: Option<String>,
    }

    /// 32 consent.withdraw.
    ConsentWithdraw {
        /// The person's alias for this peer.
        alias: [u8; 16],
        /// Which consents.
        consent_hashes: List<Digest>,
        /// Their codes, C4 and such.
        codes: List<String>,
        /// When she withdrew.
        withdrawn_at: i64,
        /// Whether what was sent is to be erased.
        erase: bool,
    }

    /// 33 erase.request.
    EraseRequest {
        /// The person's alias for this peer.
        alias: [u8; 16],
        /// Hashes of the extracts.
        hashes: List<Digest>,
        /// On what it rests.
        basis: String,
    }

    /// 34 erase.confirm: 1 done, 2 legal hold, 3 never had.
    EraseConfirm {
        /// The person's alias for this peer.
        alias: [u8; 16],
        /// Hashes of the extracts.
        hashes: List<Digest>,
        /// What came of it.
        result: u64,
        /// Until when a hold stands.
        hold_until: Option<i64>,
    }

    /// 40 recruiter.alert: fields of the category recruiter and nothing else. With `answers` it says, without a fact, that its
    /// sender knows the recruiter of an alert of the receiver's too; that key is critical.
    RecruiterAlert {
        /// A random number, so that no restore uses one twice.
        alert_no: u64,
        /// Fields of the category recruiter, by name, each once.
        facts: List<(String, String)>,
        /// 1 to 6: A to F, how reliable the source is.
        source_grade: u64,
        /// 1 to 6: how credible what it says is.
        confidence: u64,
        /// At least so many independent reports.
        reports_min: u64,
        /// Until when it is good, 180 days at most.
        valid_until: i64,
        /// The number of the receiver's alert.
        answers: Option<u64>,
    }

    /// 41 recruiter.recall: 1 mistaken, 2 twice, 3 taken back, 4 the person asked, 5 checked, 6 mistyped, 7 an office said so.
    RecruiterRecall {
        /// Which alert of the sender.
        alert_no: u64,
        /// Why.
        reason: u64,
        /// What it says instead.
        correction: Option<CorrectedAlert>,
    }

    /// 48 accord.propose.
    Propose {
        /// The exact bytes of the document.
        document: Vec<u8>,
    }

    /// 49 accord.counter: another text, beside the one it answers.
    Counter {
        /// The exact bytes of the document.
        document: Vec<u8>,
        /// Hash of the text it answers.
        of_hash: Digest,
        /// What is said to single clauses: number, words.
        notes: List<(String, String)>,
    }

    /// 50 accord.sign and 51 accord.activate.
    AccordSigned {
        /// Hash of the document.
        document_hash: Digest,
        /// Who signed: key, signature over the hash, when.
        signatures: List<SignedBy>,
        /// 51: the signer's journal head, signed.
        head: Option<Vec<u8>>,
        /// Whom the sender's root names as its signatories: the signed statement.
        signers: Option<Vec<u8>>,
        /// 50: the text was signed on paper; SHA-256 of the scan that the sender recorded. Critical.
        paper: Option<Digest>,
    }

    /// 52 accord.suspend: 1 breach, 2 key lost, 3 safety of a person, 4 under review, 5 need gone.
    AccordSuspend {
        /// The accord, all its versions.
        accord_id: String,
        /// Why.
        reason: u64,
        /// Until when it is meant to last; it does not end by itself.
        until: Option<i64>,
        /// In words.
        text: Option<String>,
    }

    /// 53 accord.resume.
    AccordResume {
        /// The accord.
        accord_id: String,
    }

    /// 54 accord.terminate: reasons as in 52.
    AccordTerminate {
        /// The accord, all its versions.
        accord_id: String,
        /// Why.
        reason: u64,
        /// Whether nothing runs on for the days of notice.
        immediate: bool,
        /// In words.
        text: Option<String>,
    }

    /// 64 directory.entry: replaces a lower serial.
    DirectoryEntry {
        /// The signed entry.
        entry: Vec<u8>,
    }

    /// 66 key.revoke: told on by who receives it.
    KeyRevoke {
        /// The signed revocation.
        revocation: Vec<u8>,
    }

    /// 72 log.head: the sender's journal up to a head, from the last one that the receiver knows.
    LogHead {
        /// The signed head.
        head: Vec<u8>,
        /// Where the receiver stands, as the sender believes.
        after_n: u64,
        /// Hashes of the events after that, up to the head; at most 1,000.
        hashes: List<Digest>,
    }

    /// 73 log.cosign.
    LogCosign {
        /// The head with the signature of whoever saw it.
        head: Vec<u8>,
    }
}
