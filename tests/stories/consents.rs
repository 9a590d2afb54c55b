//! She takes a consent back: what waits stops, what was given is hidden, what was handed over is frozen.

use crate::cast::*;
use crate::handover::offered;
use crate::legal_aid::{answers, file, given, offers, stream, taken};
use base::{CaseId, ConsentId, Seq};
use casework::Consent;
use casework::consent::GivenBy;
use casework::offer::{GiverState, TakerState};
use casework::words::{Outcome, Profile};
use desk::cases::consents::WithdrawConsent;
use desk::cases::record::{AddNote, Freeze, RecordScreening, SetFact};
use desk::mail::Stage;
use desk::mail::{Verdict, journey};
use desk::offers::TakerWord;
use std::collections::BTreeSet;

pub async fn takes_back(node: &Node, case: CaseId, id: u8, erase: bool) -> u32 {
    let act = WithdrawConsent { case, consent: ConsentId::from_bytes([id; 16]), erase };
    node.does(&node.manager(), &act).await.unwrap()
}

#[tokio::test]
async fn s46_withdrawn_while_the_offer_is_open_it_closes_and_the_preview_is_hidden() {
    let world = World::new().await;
    let World { batam, bahari, .. } = &world;
    let case = decided(batam).await;
    consents(batam, case, to_counsel(11, "lbh-bahari")).await;
    let offer = offers(batam, case, legal_aid(bahari)).await.unwrap();
    batam.talks(bahari).await;
    takes_back(batam, case, 11, false).await;
    assert_eq!(batam.talks(bahari).await, [(22, Verdict::Applied)]);
    assert_eq!(
        (given(batam, offer).await, taken(bahari, offer).await),
        (Some(GiverState::Withdrawn), Some(TakerState::Closed))
    );
    let came = stream(bahari, offer.0).await.came[&1].clone();
    assert!(came.hidden && came.preview.0.is_empty());
    assert_eq!(code(offers(batam, case, legal_aid(bahari)).await), "consent.withdrawn");
}

#[tokio::test]
async fn another_consent_given_since_does_not_stand_in_for_the_one_an_offer_rests_on() {
    let world = World::new().await;
    let World { batam, bahari, .. } = &world;
    let case = decided(batam).await;
    consents(batam, case, to_counsel(11, "lbh-bahari")).await;
    let offer = offers(batam, case, legal_aid(bahari)).await.unwrap();
    batam.talks(bahari).await;
    consents(batam, case, to_counsel(13, "lbh-bahari")).await;
    takes_back(batam, case, 11, false).await;
    assert_eq!(batam.talks(bahari).await, [(22, Verdict::Applied)]);
    assert_eq!(given(batam, offer).await, Some(GiverState::Withdrawn));
    assert_eq!(offers(batam, case, legal_aid(bahari)).await.unwrap().1, 2, "a new offer may rest on the new one");
}

#[tokio::test]
async fn t4_what_waits_in_the_outbox_is_stopped_in_the_same_commit() {
    let world = World::new().await;
    let World { batam, bahari, .. } = &world;
    let case = decided(batam).await;
    consents(batam, case, to_counsel(11, "lbh-bahari")).await;
    let offer = offers(batam, case, legal_aid(bahari)).await.unwrap();
    assert_eq!(takes_back(batam, case, 11, false).await, 1);
    let letters = batam.post_for(bahari.id()).await;
    assert_eq!(letters.iter().map(Letter::number).collect::<Vec<_>>(), [22], "16 never leaves");
    let legs = journey(&mut batam.desk.read().await.unwrap(), offer.0, 10).await.unwrap();
    assert_eq!(legs.iter().map(|leg| leg.stage).collect::<Vec<_>>(), [Stage::Handed, Stage::Stopped]);
    assert_eq!(bahari.takes(batam, &letters[0]).await, Verdict::Applied);
    assert_eq!(taken(bahari, offer).await, Some(TakerState::Closed));
}

#[tokio::test]
async fn withdrawn_between_acceptance_and_file_no_file_leaves() {
    let world = World::new().await;
    let World { batam, bahari, .. } = &world;
    let case = decided(batam).await;
    consents(batam, case, to_counsel(11, "lbh-bahari")).await;
    let offer = offers(batam, case, legal_aid(bahari)).await.unwrap();
    batam.talks(bahari).await;
    answers(bahari, offer, TakerWord::Accept).await.unwrap();
    takes_back(batam, case, 11, false).await;
    batam.talks(bahari).await;
    assert_eq!(
        (given(batam, offer).await, taken(bahari, offer).await),
        (Some(GiverState::Withdrawn), Some(TakerState::Lapsed))
    );
    assert!(file(bahari, offer).await.is_empty());
}

#[tokio::test]
async fn s47_withdrawn_after_giving_the_file_is_hidden_at_once_and_the_erasure_confirmed() {
    let world = World::new().await;
    let World { batam, bahari, .. } = &world;
    let case = decided(batam).await;
    consents(batam, case, to_counsel(11, "lbh-bahari")).await;
    let offer = offers(batam, case, legal_aid(bahari)).await.unwrap();
    batam.talks(bahari).await;
    answers(bahari, offer, TakerWord::Accept).await.unwrap();
    batam.talks(bahari).await;
    assert!(!file(bahari, offer).await.is_empty());
    takes_back(batam, case, 11, true).await;
    let talk = batam.talks(bahari).await;
    assert_eq!(talk, [(32, Verdict::Applied), (33, Verdict::Applied), (34, Verdict::Applied)]);
    assert!(file(bahari, offer).await.is_empty());
    assert!(stream(bahari, offer.0).await.came[&1].hidden);
    assert_eq!(given(batam, offer).await, Some(GiverState::Given), "the offer itself stays what it was");
    assert!(batam.journal(Seq(0)).await.contains(&"consent.withdrawn".to_owned()));
}

#[tokio::test]
async fn s48_withdrawn_after_a_handover_the_new_owners_file_is_frozen_until_its_manager_decides() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let (case, offer) = offered(&world).await;
    answers(lotim, offer, TakerWord::Accept).await.unwrap();
    batam.talks(lotim).await;
    takes_back(batam, case, 20, false).await;
    assert_eq!(batam.talks(lotim).await, [(32, Verdict::Applied)]);
    assert!(lotim.case(case).await.frozen);
    assert_eq!(code(lotim.changes(&lotim.manager(), case, AddNote { text: text("x") }).await), "case.frozen");
    lotim.changes(&lotim.manager(), case, Freeze { frozen: false }).await.unwrap();
    lotim.changes(&lotim.manager(), case, AddNote { text: text("ia setuju lagi") }).await.unwrap();
}

#[tokio::test]
async fn s49_a_withdrawal_that_overtakes_the_file_hides_it_on_arrival() {
    let world = World::new().await;
    let World { batam, bahari, .. } = &world;
    let case = decided(batam).await;
    consents(batam, case, to_counsel(11, "lbh-bahari")).await;
    let offer = offers(batam, case, legal_aid(bahari)).await.unwrap();
    batam.talks(bahari).await;
    answers(bahari, offer, TakerWord::Accept).await.unwrap();
    bahari.posts(batam).await;
    let stick = batam.post_for(bahari.id()).await;
    assert_eq!(stick.iter().map(Letter::number).collect::<Vec<_>>(), [24]);
    takes_back(batam, case, 11, false).await;
    // The file on the stick is void; one without fields ends the acceptance.
    let numbers: Vec<_> = batam.posts(bahari).await.into_iter().map(|(number, _)| number).collect();
    assert_eq!(numbers, [32, 24]);
    assert_eq!(taken(bahari, offer).await, Some(TakerState::Holding));
    assert!(file(bahari, offer).await.is_empty());
    bahari.takes(batam, &stick[0]).await;
    assert!(file(bahari, offer).await.is_empty(), "it was never shown");
    assert!(stream(bahari, offer.0).await.came[&1].hidden);
}

#[tokio::test]
async fn a_handover_whose_file_was_stopped_still_gives_the_case_an_owner_and_freezes_it() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let (case, offer) = offered(&world).await;
    answers(lotim, offer, TakerWord::Accept).await.unwrap();
    lotim.posts(batam).await;
    assert!(batam.case(case).await.ownership.other.is_some(), "given, and the file waits");
    takes_back(batam, case, 20, false).await;
    batam.talks(lotim).await;
    let here = lotim.case(case).await;
    assert!(here.ownership.other.is_none() && here.frozen);
    assert!(!here.fields.contains_key("identity.name"), "no field left after the withdrawal");
}

#[tokio::test]
async fn what_rests_on_a_guardian_is_withdrawn_when_the_guardian_is_a_suspect() {
    let world = World::new().await;
    let World { batam, bahari, .. } = &world;
    let case = decided(batam).await;
    let screening = RecordScreening {
        outcome: Outcome::PresumedVictim,
        flags: BTreeSet::new(),
        profile: Profile::Child,
        pack: "0.1.0".into(),
        answers: text("{}"),
    };
    batam.changes(&batam.manager(), case, screening).await.unwrap();
    let by = GivenBy::Guardian;
    consents(batam, case, Consent { given_by: by, assent: true, ..to_counsel(11, "lbh-bahari") }).await;
    let offer = offers(batam, case, legal_aid(bahari)).await.unwrap();
    batam.talks(bahari).await;
    let suspect = SetFact { word: "guardian_suspect".into(), holds: true };
    batam.changes(&batam.manager(), case, suspect).await.unwrap();
    assert_eq!(batam.talks(bahari).await, [(22, Verdict::Applied)]);
    assert_eq!(given(batam, offer).await, Some(GiverState::Withdrawn));
    assert_eq!(code(offers(batam, case, legal_aid(bahari)).await), "consent.withdrawn");
}
