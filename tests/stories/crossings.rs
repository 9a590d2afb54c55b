//! Messages that cross, overtake or come too late (situations S07 to S15 and S50 to S53).

use crate::cast::*;
use crate::handover::offered;
use crate::legal_aid::{answers, file, given, offers, says, stream, taken};
use casework::case::OfferAt;
use casework::offer::{DeclineReason, GiverState, TakerState, WithdrawReason};
use desk::mail::Verdict;
use desk::offers::{GiverWord, TakerWord, preview};

fn withdraw() -> GiverWord {
    GiverWord::Withdraw(WithdrawReason::SentInError, String::new())
}

#[tokio::test]
async fn s08_s09_a_withdrawn_offer_closes_and_a_stale_screen_sends_nothing() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let (_, offer) = offered(&world).await;
    says(batam, offer, withdraw()).await.unwrap();
    assert_eq!(batam.talks(lotim).await, [(22, Verdict::Applied)]);
    assert_eq!(
        (given(batam, offer).await, taken(lotim, offer).await),
        (Some(GiverState::Withdrawn), Some(TakerState::Closed))
    );
    assert!(stream(lotim, offer.0).await.came[&1].hidden);
    let decline = TakerWord::Decline(DeclineReason::NoCapacity, String::new());
    for word in [TakerWord::Accept, decline] {
        assert_eq!(code(answers(lotim, offer, word).await), "offer.wrong-state");
    }
    assert!(lotim.post_for(batam.id()).await.is_empty());
}

#[tokio::test]
async fn s07_an_offer_that_was_declined_cannot_be_withdrawn() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let (_, offer) = offered(&world).await;
    answers(lotim, offer, TakerWord::Decline(DeclineReason::NotOurMandate, "bukan tugas kami".into())).await.unwrap();
    batam.talks(lotim).await;
    assert_eq!(code(says(batam, offer, withdraw()).await), "offer.wrong-state");
    assert_eq!(stream(batam, offer.0).await.thread.giver.offer(1).unwrap().text, "bukan tugas kami");
}

#[tokio::test]
async fn s10_acceptance_and_withdrawal_cross_and_no_file_leaves() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let (case, offer) = offered(&world).await;
    answers(lotim, offer, TakerWord::Accept).await.unwrap();
    says(batam, offer, withdraw()).await.unwrap();
    let (there, back) = (batam.post_for(lotim.id()).await, lotim.post_for(batam.id()).await);
    assert_eq!(lotim.takes(batam, &there[0]).await, Verdict::Applied);
    assert_eq!(batam.takes(lotim, &back[0]).await, Verdict::Applied);
    assert_eq!(
        (given(batam, offer).await, taken(lotim, offer).await),
        (Some(GiverState::Withdrawn), Some(TakerState::Lapsed))
    );
    assert!(batam.talks(lotim).await.is_empty(), "no extract");
    assert!(batam.case(case).await.ownership.other.is_none() && lotim.find_case(case).await.is_none());
    let again = offers(batam, case, handover(lotim)).await.unwrap();
    assert_eq!(again.1, 2, "the owner may offer again");
}

#[tokio::test]
async fn s11_a_withdrawal_that_overtakes_its_offer_leaves_nothing_to_see() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let case = decided(batam).await;
    consents(batam, case, to_home()).await;
    let offer = offers(batam, case, handover(lotim)).await.unwrap();
    let on_its_way = batam.post_for(lotim.id()).await;
    assert_eq!(on_its_way.iter().map(Letter::number).collect::<Vec<_>>(), [16]);
    says(batam, offer, withdraw()).await.unwrap();
    let left = batam.post_for(lotim.id()).await;
    assert_eq!(left.iter().map(Letter::number).collect::<Vec<_>>(), [22], "the offer itself need not go any more");
    assert_eq!(lotim.takes(batam, &left[0]).await, Verdict::Applied);
    assert_eq!(lotim.takes(batam, &on_its_way[0]).await, Verdict::Applied);
    assert_eq!(taken(lotim, offer).await, Some(TakerState::Closed));
    let came = stream(lotim, offer.0).await.came[&1].clone();
    assert!(came.hidden && came.preview.0.is_empty());
    assert_eq!(code(answers(lotim, offer, TakerWord::Accept).await), "offer.wrong-state");
    let running = desk::offers::offers(&mut lotim.desk.read().await.unwrap(), true, &store::Page::default()).await;
    assert!(running.unwrap().is_empty(), "it makes no task");
}

#[tokio::test]
async fn s40_an_offer_from_a_faulty_build_is_refused_by_the_takers_own_check() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let case = decided(batam).await;
    consents(batam, case, to_home()).await;
    let offer = offers(batam, case, handover(lotim)).await.unwrap();
    let letter = batam.post_for(lotim.id()).await.remove(0);
    world.later(24 * 181);
    lotim.witnesses(batam).await;
    let verdict = lotim.takes(batam, &letter).await;
    assert_eq!(verdict, Verdict::Refused("consent.expired".into()));
    assert!(desk::offers::thread(&mut lotim.desk.read().await.unwrap(), offer.0).await.unwrap().is_none());
    batam.hears(&letter, &verdict).await;
    let stored = stream(batam, offer.0).await;
    assert_eq!(stored.thread.giver.offer(1).unwrap().ended_with.as_deref(), Some("consent.expired"));
    assert!(batam.case(case).await.offers.values().all(|line| line.at == OfferAt::Ended));
}

#[tokio::test]
async fn the_late_refusal_of_a_withdrawn_offer_does_not_decline_the_one_that_is_open() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let case = decided(batam).await;
    consents(batam, case, to_home()).await;
    let first = offers(batam, case, handover(lotim)).await.unwrap();
    let old = batam.post_for(lotim.id()).await.remove(0);
    says(batam, first, withdraw()).await.unwrap();
    let second = offers(batam, case, handover(lotim)).await.unwrap();
    batam.hears(&old, &Verdict::Refused("message.expired".into())).await;
    assert_eq!(given(batam, second).await, Some(GiverState::Open));
}

async fn rings(world: &World, hours: u32) {
    world.later(hours);
    while world.batam.desk.do_duties().await.unwrap() > 0 {}
}

#[tokio::test]
async fn s50_without_a_receipt_the_offer_expires_and_somebody_is_told_to_telephone() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let case = decided(batam).await;
    consents(batam, case, to_home()).await;
    let offer = offers(batam, case, handover(lotim)).await.unwrap();
    let letters = batam.post_for(lotim.id()).await;
    rings(&world, 25).await;
    assert!(stream(batam, offer.0).await.thread.giver.offer(1).unwrap().alarmed, "the answer is late");
    rings(&world, 14 * 24).await;
    let stored = stream(batam, offer.0).await;
    let ended = stored.thread.giver.offer(1).unwrap();
    assert_eq!((ended.state, ended.ended_with.as_deref()), (GiverState::Expired, Some("no_receipt")));
    let notes: Vec<_> = batam.case(case).await.notes.iter().map(|note| note.text.expose().clone()).collect();
    assert!(notes.iter().any(|note| note.contains("district")) && notes.iter().any(|note| note.contains("province")));
    // The taker comes back after the end: 23 first, then the old offer.
    lotim.witnesses(batam).await;
    let late = batam.post_for(lotim.id()).await;
    assert_eq!(lotim.takes(batam, &late[0]).await, Verdict::Applied);
    let _ = lotim.takes(batam, &letters[0]).await;
    assert_eq!(taken(lotim, offer).await, Some(TakerState::Closed));
    assert!(file(lotim, offer).await.is_empty());
}

#[tokio::test]
async fn s51_received_and_never_answered_it_expires_as_no_answer_also_for_the_second_offer() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let (case, first) = offered(&world).await;
    answers(lotim, first, TakerWord::Decline(DeclineReason::NoCapacity, String::new())).await.unwrap();
    batam.talks(lotim).await;
    // Of the second offer nothing arrives: the receipt of the first must not count for it.
    let second = offers(batam, case, handover(lotim)).await.unwrap();
    rings(&world, 14 * 24 + 25).await;
    let stored = stream(batam, second.0).await;
    assert_eq!(stored.thread.giver.offer(2).unwrap().ended_with.as_deref(), Some("no_receipt"));
    batam.talks(lotim).await;
    lotim.witnesses(batam).await;
    let third = offers(batam, case, handover(lotim)).await.unwrap();
    batam.talks(lotim).await;
    rings(&world, 14 * 24 + 25).await;
    let stored = stream(batam, third.0).await;
    assert_eq!(stored.thread.giver.offer(3).unwrap().ended_with.as_deref(), Some("no_answer"));
}

#[tokio::test]
async fn s53_acceptance_and_expiry_cross_and_the_owner_may_offer_again() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let (case, offer) = offered(&world).await;
    world.later(14 * 24 + 24);
    answers(lotim, offer, TakerWord::Accept).await.unwrap();
    rings(&world, 1).await;
    assert_eq!(given(batam, offer).await, Some(GiverState::Expired));
    assert_eq!(lotim.posts(batam).await, [(20, Verdict::Applied)]);
    assert_eq!(batam.talks(lotim).await, [(23, Verdict::Applied)]);
    assert_eq!(taken(lotim, offer).await, Some(TakerState::Lapsed));
    assert!(batam.case(case).await.ownership.other.is_none());
    assert!(preview(&batam.desk, &batam.manager(), case, &handover(lotim)).await.is_ok());
    assert_eq!(offers(batam, case, handover(lotim)).await.unwrap().1, 2);
}

#[tokio::test]
async fn an_acceptance_signed_by_nobody_moves_nothing() {
    let world = World::new().await;
    let World { batam, lotim, mawar, .. } = &world;
    let (case, offer) = offered(&world).await;
    answers(lotim, offer, TakerWord::Accept).await.unwrap();
    let letter = lotim.post_for(batam.id()).await.remove(0);
    let desk::wire::Message::OfferAccept(accept) = letter.message() else { panic!("no acceptance") };
    let mut tx = batam.begin().await;
    let mut received = received_of(lotim, &letter);
    let forged = desk::wire::Accept { own_signature: Some([7; 64]), ..accept };
    received.message = desk::wire::Message::OfferAccept(forged);
    let verdict = desk::mail::Apply::apply(&*batam.desk, &mut tx, &received).await.unwrap();
    assert_eq!(verdict, Verdict::Refused("offer.bad-signature".into()));
    drop(tx);
    // Another peer cannot answer in a thread that is not its own.
    let mut tx = batam.begin().await;
    let stranger = desk::mail::Received { from: mawar.id(), ..received_of(lotim, &letter) };
    let verdict = desk::mail::Apply::apply(&*batam.desk, &mut tx, &stranger).await.unwrap();
    assert_eq!(verdict, Verdict::Refused("offer.wrong-state".into()));
    drop(tx);
    assert!(batam.case(case).await.ownership.other.is_none());
    assert_eq!(given(batam, offer).await, Some(GiverState::Open));
}

fn received_of(from: &Node, letter: &Letter) -> desk::mail::Received {
    letter.received(from)
}

#[tokio::test]
async fn what_can_wait_is_refused_from_a_node_whose_journal_nobody_saw_for_two_weeks() {
    for urgent in [false, true] {
        let world = World::new().await;
        let World { batam, lotim, .. } = &world;
        let case = decided(batam).await;
        consents(batam, case, to_home()).await;
        world.later(14 * 24 + 1);
        offers(batam, case, handover(lotim)).await.unwrap();
        assert_eq!(batam.posts(lotim).await, [(16, Verdict::Refused("log.uncosigned".into()))]);
        if urgent {
            let flags = [casework::words::Triage::Protection].into();
            batam.changes(&batam.manager(), case, desk::cases::record::SetTriage { flags }).await.unwrap();
        } else {
            lotim.witnesses(batam).await;
        }
        offers(batam, case, handover(lotim)).await.unwrap();
        assert_eq!(batam.posts(lotim).await, [(16, Verdict::Applied)], "urgent: {urgent}");
    }
}
