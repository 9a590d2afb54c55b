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

#[test]
fn a_message_reads_back_as_written() {
    for message in [offer(), receipt()] {
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
    assert!(Message::knows(19, &[1, 2]) && !Message::knows(19, &[9]) && !Message::knows(40, &[1]));
    assert!(Message::from_content(20, &content).is_err());
    assert!(Message::from_content(19, &[content.as_slice(), &[0]].concat()).is_err());
    assert!(Message::from_content(24, &[0xa1, 2, 0x41, 0]).is_err(), "no offer number");
}

#[test]
fn a_number_of_a_later_version_is_kept_as_it_came() {
    let content = vec![0xa1, 1, 2];
    let message = Message::from_content(40, &content).unwrap();
    assert_eq!(message, Message::Later { number: 40, content: content.clone() });
    assert_eq!((message.number(), message.to_content()), (40, content));
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
