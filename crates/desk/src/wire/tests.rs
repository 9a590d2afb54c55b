use super::slots::List;
use super::*;
use base::{Digest, ThreadId};

fn offer() -> Message {
    Message::OfferOpen(OfferOpen {
        offer_no: 1,
        kind: 1,
        alias: [7; 16],
        urgency: 2,
        answer_by: 1_795_000_000,
        preview: vec![0xa0],
        extract_hash: Digest([9; 32]),
        own: None,
        conflict: Some(List(vec![[1; 8], [2; 8]])),
    })
}

fn receipt() -> Message {
    Message::Receipt(Receipt {
        thread: ThreadId::from_bytes([1; 16]),
        era: 1_795_000_000,
        upto: 4,
        upto_hash: Digest([2; 32]),
        parked: vec![(6, Digest([3; 32]))].into(),
        verdicts: vec![Mark { seq: 4, verdict: 1, code: "consent.missing".into() }].into(),
        head: None,
    })
}

fn of_accords() -> [Message; 8] {
    let signed = |head| AccordSigned {
        document_hash: Digest([4; 32]),
        signatures: vec![SignedBy { key: [5; 32], signature: [6; 64], at: 1_795_000_000 }].into(),
        head,
        signers: Some(vec![0x82]),
        paper: None,
    };
    let (accord_id, text) = ("batam-lbh".to_owned(), Some("ditinjau".to_owned()));
    let notes = List(vec![("4.2".into(), "terlalu luas".into())]);
    [
        Message::AccordPropose(Propose { document: b"{}".to_vec() }),
        Message::AccordCounter(Counter { document: b"{}".to_vec(), of_hash: Digest([1; 32]), notes }),
        Message::AccordSign(signed(None)),
        Message::AccordActivate(signed(Some(vec![0x82]))),
        Message::AccordSign(AccordSigned { paper: Some(Digest([9; 32])), ..signed(None) }),
        Message::AccordSuspend(AccordSuspend {
            accord_id: accord_id.clone(),
            reason: 4,
            until: None,
            text: text.clone(),
        }),
        Message::AccordResume(AccordResume { accord_id: accord_id.clone() }),
        Message::AccordTerminate(AccordTerminate { accord_id, reason: 1, immediate: true, text }),
    ]
}

fn of_alerts() -> [Message; 4] {
    let facts = || vec![("recruiter.name".to_owned(), "Suparman (rekaan)".to_owned())].into();
    let (source_grade, confidence, reports_min, valid_until) = (2, 2, 3, 1_795_000_000);
    let alert = |answers| {
        let facts = facts();
        RecruiterAlert { alert_no: 1 << 52, facts, source_grade, confidence, reports_min, valid_until, answers }
    };
    let instead = CorrectedAlert { facts: facts(), source_grade, confidence, reports_min, valid_until };
    let recall = |correction| RecruiterRecall { alert_no: 1 << 52, reason: 4, correction };
    [
        Message::RecruiterAlert(alert(None)),
        Message::RecruiterAlert(alert(Some(7))),
        Message::RecruiterRecall(recall(None)),
        Message::RecruiterRecall(recall(Some(instead))),
    ]
}

/// Goal: no cut and no flipped byte of a message on an accord or a recruiter is read as the message that was written, and none panics.
#[test]
fn a_bent_message_on_an_accord_is_refused_or_says_something_else() {
    for message in of_accords().into_iter().chain(of_alerts()) {
        let (number, content) = (message.number(), message.to_content());
        for at in 0..content.len() {
            assert!(Message::from_content(number, &content[..at]).is_err(), "{number} cut at {at}");
            for bit in 0..8 {
                let mut bent = content.clone();
                bent[at] ^= 1 << bit;
                let read = Message::from_content(number, &bent);
                assert!(read.as_ref() != Ok(&message), "{number} bent at {at}");
                assert!(read.is_err() || read.is_ok_and(|read| read.number() == number));
            }
        }
    }
}

#[test]
fn a_message_reads_back_as_written() {
    for message in of_accords().into_iter().chain(of_alerts()).chain([offer(), receipt()]) {
        let bytes = message.to_content();
        assert_eq!(Message::from_content(message.number(), &bytes), Ok(message));
    }
}

#[test]
fn keys_count_from_one_in_the_listed_order_and_absent_ones_keep_their_number() {
    let seal::cbor::Value::Map(pairs) = seal::cbor::decode(&offer().to_content()).unwrap() else { panic!("no map") };
    let keys: Vec<_> = pairs.keys().cloned().collect();
    assert_eq!(keys, [1, 2, 3, 4, 5, 6, 7, 9].map(seal::cbor::Key::Int));
}

#[test]
fn a_later_key_is_skipped_a_missing_key_and_a_trailing_byte_are_refused() {
    let talk = Message::OfferTell(Talk { offer_no: 1, text: "ya".into() });
    let content = talk.to_content();
    let mut longer = content.clone();
    longer[0] += 1;
    longer.extend([9, 1]);
    assert_eq!(Message::from_content(19, &longer), Ok(talk));
    assert!(
        Message::knows(19, &[1, 2])
            && !Message::knows(19, &[9])
            && Message::knows(40, &[7])
            && !Message::knows(40, &[8])
            && !Message::knows(42, &[1])
    );
    assert!(Message::from_content(20, &content).is_err());
    assert!(Message::from_content(19, &[content.as_slice(), &[0]].concat()).is_err());
    assert!(Message::from_content(24, &[0xa1, 2, 0x41, 0]).is_err(), "no offer number");
}

#[test]
fn a_number_of_a_later_version_is_kept_as_it_came() {
    let content = vec![0xa1, 1, 2];
    let message = Message::from_content(42, &content).unwrap();
    assert_eq!(message, Message::Later { number: 42, content: content.clone() });
    assert_eq!((message.number(), message.to_content()), (42, content));
}

#[test]
fn what_shrinks_rights_is_urgent_and_acts_on_sight() {
    for number in [22, 23, 32, 33, 41, 52, 54, 66] {
        assert!(on_sight(number));
        assert_eq!(class_of(number, false), Class::Urgent);
    }
    assert_eq!(class_of(16, true), Class::Urgent);
    assert_eq!((class_of(16, false), life_hours(16, Class::Normal)), (Class::Normal, 336));
    assert_eq!(
        (again(1), again(4), again(5), again(20)),
        (Again::Greatest, Again::Hash, Again::Answered, Again::Numbered)
    );
}
