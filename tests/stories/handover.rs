//! The case goes home: preview, acceptance, one owner at any time, and back.

use crate::cast::*;
use crate::legal_aid::{answers, file, given, offers, says, stream, taken};
use base::{CaseId, ThreadId};
use casework::case::OfferAt;
use casework::extract::OwnRecord;
use casework::offer::WithdrawReason;
use casework::offer::{GiverState, Served, TakerState};
use desk::cases::record::{AddNote, SetFields};
use desk::mail::Verdict;
use desk::offers::{GiverWord, TakerWord};
use std::collections::BTreeMap;

/// How many nodes own the case now.
async fn owners(world: &World, case: CaseId) -> usize {
    let mut owners = 0;
    for node in [&world.batam, &world.lotim] {
        owners += usize::from(node.find_case(case).await.is_some_and(|case| case.ownership.other.is_none()));
    }
    owners
}

pub async fn offered(world: &World) -> (CaseId, (ThreadId, u32)) {
    let case = decided(&world.batam).await;
    consents(&world.batam, case, to_home()).await;
    let offer = offers(&world.batam, case, handover(&world.lotim)).await.unwrap();
    assert_eq!(world.batam.posts(&world.lotim).await, [(16, Verdict::Applied)]);
    (case, offer)
}

#[tokio::test]
async fn ownership_moves_in_one_commit_each_and_there_are_never_two_owners() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let (case, offer) = offered(&world).await;
    assert_eq!(owners(&world, case).await, 1);
    answers(lotim, offer, TakerWord::Accept).await.unwrap();
    assert_eq!(taken(lotim, offer).await, Some(TakerState::Accepted));
    assert_eq!(owners(&world, case).await, 1);
    // The acceptance arrives: the giver gives in the same commit. The file is still under way.
    assert_eq!(lotim.posts(batam).await, [(20, Verdict::Applied)]);
    assert_eq!(owners(&world, case).await, 0, "nobody owns it, and the taker has the duty of care");
    assert!(batam.case(case).await.open_steps().next().is_none(), "its clocks ended here");
    assert_eq!(batam.posts(lotim).await, [(24, Verdict::Applied)]);
    assert_eq!(owners(&world, case).await, 1);

    let here = lotim.case(case).await;
    assert_eq!(here.fields["identity.name"], text(NAME));
    assert_eq!(here.fields["recruiter.name"], text(RECRUITER));
    assert!(!here.fields.contains_key("shelter.location"), "a floor keeps it where it was");
    assert_eq!(here.opening.found_in.code(), "21.71");
    assert_eq!(here.decision.as_ref().unwrap().outcome, casework::words::Outcome::PresumedVictim);
    assert!(here.open_steps().next().is_some(), "the steps of the new owner open");
    assert_eq!(here.ownership.own_no, 1);
    let there = batam.case(case).await;
    assert_eq!((there.ownership.other, there.ownership.own_no), (Some(lotim.id()), 1));
    assert_eq!(there.ownership.last, here.ownership.last, "both know the same record");
    assert_eq!(code(batam.changes(&batam.manager(), case, AddNote { text: text("x") }).await), "case.not-owner");
    lotim.changes(&lotim.manager(), case, AddNote { text: text("kunjungan") }).await.unwrap();
    answers(lotim, offer, TakerWord::Complete(Served::Served, String::new())).await.unwrap();
    batam.talks(lotim).await;
    assert_eq!(given(batam, offer).await, Some(GiverState::Done));
    assert!(batam.case(case).await.offers.values().all(|line| line.at == OfferAt::Ended));
}

#[tokio::test]
async fn the_record_of_ownership_is_signed_by_both_and_names_what_moved() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let (case, offer) = offered(&world).await;
    answers(lotim, offer, TakerWord::Accept).await.unwrap();
    batam.talks(lotim).await;
    let stored = stream(lotim, offer.0).await;
    let signed = stored.came[&1].signed.clone().unwrap();
    for (node, signature) in [(batam, &signed.giver), (lotim, &signed.taker)] {
        let signature = <[u8; 64]>::try_from(signature.as_slice()).unwrap();
        assert!(node.entry.cert().identity.verify("simpul/own/1", &signed.record, &signature).is_ok());
    }
    let record: OwnRecord = minicbor::decode(&signed.record).unwrap();
    assert_eq!((record.case, record.own_no, record.last), (case.bytes(), 1, [0; 32]));
    assert_eq!((record.from, record.to), (batam.id().bytes(), lotim.id().bytes()));
    assert_eq!(record.extract_hash, stored.thread.taker.offer(1).unwrap().opening.as_ref().unwrap().extract_hash);
}

#[tokio::test]
async fn s42_a_case_comes_back_with_what_was_learnt_and_the_next_number() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let (case, offer) = offered(&world).await;
    answers(lotim, offer, TakerWord::Accept).await.unwrap();
    batam.talks(lotim).await;
    answers(lotim, offer, TakerWord::Complete(Served::InPart, String::new())).await.unwrap();
    batam.talks(lotim).await;
    let values = BTreeMap::from([("contact.safe_hours".to_owned(), text("sore"))]);
    lotim.changes(&lotim.manager(), case, SetFields { person: None, values }).await.unwrap();
    let back = casework::Consent { id: base::ConsentId::from_bytes([21; 16]), ..party(to_home(), "batam") };
    consents(lotim, case, back).await;
    let offer = offers(lotim, case, handover(batam)).await.unwrap();
    assert_eq!(offer.1, 2, "numbers go on in the same thread");
    batam.talks(lotim).await;
    answers(batam, offer, TakerWord::Accept).await.unwrap();
    batam.talks(lotim).await;
    assert_eq!(owners(&world, case).await, 1);
    let here = batam.case(case).await;
    assert_eq!((here.ownership.other, here.ownership.own_no), (None, 2));
    assert_eq!(here.fields["contact.safe_hours"], text("sore"));
    assert_eq!(here.fields["shelter.location"], text(SHELTER), "what stayed is still here");
    assert!(here.open_steps().next().is_some());
}

fn party(consent: casework::Consent, party: &str) -> casework::Consent {
    let receiver = casework::consent::Receiver { party: party.into(), node: None };
    casework::Consent { receiver: Some(receiver), ..consent }
}

#[tokio::test]
async fn s16_a_second_offer_while_one_is_open_is_refused_before_anything_is_sent() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let (case, offer) = offered(&world).await;
    assert_eq!(code(offers(batam, case, handover(lotim)).await), "offer.already-open");
    assert!(batam.post_for(lotim.id()).await.is_empty());
    assert_eq!(given(batam, offer).await, Some(GiverState::Open));
}

#[tokio::test]
async fn s14_what_was_given_cannot_be_taken_back_by_a_withdrawal() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let (case, offer) = offered(&world).await;
    answers(lotim, offer, TakerWord::Accept).await.unwrap();
    batam.talks(lotim).await;
    let word = GiverWord::Withdraw(WithdrawReason::SentInError, String::new());
    assert_eq!(code(says(batam, offer, word).await), "offer.wrong-state");
    assert_eq!(owners(&world, case).await, 1);
}

#[tokio::test]
async fn a_duplicate_of_any_letter_changes_nothing() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let case = decided(batam).await;
    consents(batam, case, to_home()).await;
    let offer = offers(batam, case, handover(lotim)).await.unwrap();
    let mut sent = Vec::new();
    for letter in batam.post_for(lotim.id()).await {
        lotim.takes(batam, &letter).await;
        sent.push(letter);
    }
    answers(lotim, offer, TakerWord::Accept).await.unwrap();
    let accepted = lotim.post_for(batam.id()).await;
    for letter in &accepted {
        batam.takes(lotim, letter).await;
    }
    for letter in batam.post_for(lotim.id()).await {
        lotim.takes(batam, &letter).await;
        sent.push(letter);
    }
    let before = (lotim.case(case).await.version, batam.case(case).await.version, file(lotim, offer).await);
    for letter in &sent {
        lotim.takes(batam, letter).await;
    }
    for letter in &accepted {
        batam.takes(lotim, letter).await;
    }
    let after = (lotim.case(case).await.version, batam.case(case).await.version, file(lotim, offer).await);
    assert_eq!(before, after);
    assert_eq!(owners(&world, case).await, 1);
}
