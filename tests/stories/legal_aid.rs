//! Referral to legal aid: what may leave, what was declined, what arrived.

use crate::cast::*;
use crate::consents::takes_back;
use crate::situations::pair_ends;
use base::{CaseId, ThreadId};
use casework::case::OfferAt;
use casework::offer::{DeclineReason, GiverState, Served, TakerState};
use casework::words::{Category, Purpose};
use desk::Error;
use desk::cases::record::SetFields;
use desk::mail::Verdict;
use desk::offers::{
    Ask, GiverAct, GiverWord, OfferStream, SendOffer, TakerAct, TakerWord, offers_of_case, preview, thread,
};
use std::collections::BTreeMap;
use store::Stored;

pub async fn offers(node: &Node, case: CaseId, ask: Ask) -> Result<(ThreadId, u32), Error> {
    node.does(&node.manager(), &SendOffer { case, version: None, ask }).await
}

pub async fn answers(node: &Node, (thread, offer_no): (ThreadId, u32), word: TakerWord) -> Result<(), Error> {
    let by = if node.name().starts_with("lbh") { node.counsel() } else { node.manager() };
    node.does(&by, &TakerAct { thread, offer_no, word }).await
}

pub async fn says(node: &Node, (thread, offer_no): (ThreadId, u32), word: GiverWord) -> Result<(), Error> {
    node.does(&node.manager(), &GiverAct { thread, offer_no, word }).await
}

pub async fn stream(node: &Node, id: ThreadId) -> Stored<OfferStream> {
    thread(&mut node.desk.read().await.unwrap(), id).await.unwrap().unwrap()
}

pub async fn given(node: &Node, offer: (ThreadId, u32)) -> Option<GiverState> {
    stream(node, offer.0).await.thread.giver.state(offer.1)
}

pub async fn taken(node: &Node, offer: (ThreadId, u32)) -> Option<TakerState> {
    stream(node, offer.0).await.thread.taker.state(offer.1)
}

/// The file as the taker may read it: field names and values.
pub async fn file(node: &Node, offer: (ThreadId, u32)) -> BTreeMap<String, String> {
    let stored = stream(node, offer.0).await;
    let bytes = stored.came[&offer.1].extract.clone().unwrap_or_default();
    let Ok(extract) = minicbor::decode::<casework::Extract>(&bytes.0) else { return BTreeMap::new() };
    extract.fields.0.into_iter().map(|(name, field)| (name, field.value.into_exposed())).collect()
}

#[tokio::test]
async fn a_preview_shows_what_may_leave_under_which_clause_and_what_stays_and_why() {
    let world = World::new().await;
    let case = decided(&world.batam).await;
    consents(&world.batam, case, to_counsel(10, "lbh-mawar")).await;
    let (_, cut) = preview(&world.batam.desk, &world.batam.manager(), case, &legal_aid(&world.mawar)).await.unwrap();
    let line = |name: &str| cut.fields.iter().find(|seen| seen.line.field == name).unwrap().line.clone();
    let problem = line("legal.problem");
    assert_eq!(problem.clause.as_deref(), Some("batam-bantuan-hukum/1#4.2"));
    let consent = base::ConsentId::from_bytes([10; 16]);
    assert_eq!(problem.basis, Some(format!("consent:{consent}")));
    assert_eq!(line("shelter.location").refusal.as_deref(), Some("floor.shelter"));
    assert_eq!(line("identity.name").refusal.as_deref(), Some("clause.category"));
    assert_eq!(line("recruiter.name").refusal.as_deref(), Some("consent.scope"));
    assert_eq!(line("screening.answers").refusal.as_deref(), Some("clause.excepted"));
    for seen in cut.fields.iter().filter_map(|seen| seen.line.refusal.as_deref()) {
        let refusal = accord::Refusal::parse(seen).unwrap();
        assert!(!refusal.code().0.is_empty(), "each has its page and its cure");
    }
    assert_eq!(cut.party, "lbh-mawar");
    let analyst = world.batam.officer(9, &[casework::Role::Analyst]);
    let refused = preview(&world.batam.desk, &analyst, case, &legal_aid(&world.mawar)).await;
    assert_eq!(code(refused.map(drop)), "act.role");
}

#[tokio::test]
async fn without_consent_nothing_leaves_and_the_refusal_is_audited() {
    let world = World::new().await;
    let case = decided(&world.batam).await;
    let head = world.batam.head().await;
    let refused = offers(&world.batam, case, legal_aid(&world.mawar)).await.unwrap_err();
    let Error::Refused(refusals) = &refused else { panic!("{refused:?}") };
    assert!(refusals.iter().any(|refusal| refusal.code.0 == "consent.missing"));
    assert_eq!(world.batam.journal(head).await, ["act.refused"]);
    assert!(world.batam.post_for(world.mawar.id()).await.is_empty());
    let stranger = world.lotim.id();
    let nowhere = Ask { peer: base::NodeId::from_bytes([9; 16]), ..legal_aid(&world.mawar) };
    assert_eq!(code(offers(&world.batam, case, nowhere).await), "desk.not-found");
    let no_clause = Ask { peer: stranger, ..legal_aid(&world.mawar) };
    assert_eq!(code(offers(&world.batam, case, no_clause).await), "clause.purpose");
}

#[tokio::test]
async fn one_institute_is_conflicted_the_other_serves_and_the_file_holds_what_was_permitted() {
    let world = World::new().await;
    let World { batam, mawar, bahari, .. } = &world;
    let case = decided(batam).await;
    consents(batam, case, to_counsel(10, "lbh-mawar")).await;
    consents(batam, case, to_counsel(11, "lbh-bahari")).await;
    let first = offers(batam, case, legal_aid(mawar)).await.unwrap();
    assert_eq!(batam.talks(mawar).await, [(16, Verdict::Applied)]);
    assert!(file(mawar, first).await.is_empty(), "before an answer only the preview is there");
    answers(mawar, first, TakerWord::See).await.unwrap();
    answers(mawar, first, TakerWord::Decline(DeclineReason::Conflicted, "mewakili perusahaan".into())).await.unwrap();
    assert_eq!(batam.talks(mawar).await, [(17, Verdict::Applied), (21, Verdict::Applied)]);
    assert_eq!(given(batam, first).await, Some(GiverState::Declined));
    assert!(stream(mawar, first.0).await.came[&1].hidden, "nothing of the preview stays");
    assert_eq!(code(offers(batam, case, legal_aid(mawar)).await), "floor.conflict");

    let second = offers(batam, case, legal_aid(bahari)).await.unwrap();
    batam.talks(bahari).await;
    answers(bahari, second, TakerWord::Ask("boleh hari Kamis?".into())).await.unwrap();
    batam.talks(bahari).await;
    says(batam, second, GiverWord::Tell("boleh".into())).await.unwrap();
    batam.talks(bahari).await;
    assert_eq!(stream(bahari, second.0).await.said.len(), 2);
    answers(bahari, second, TakerWord::Accept).await.unwrap();
    assert_eq!(batam.talks(bahari).await, [(20, Verdict::Applied), (24, Verdict::Applied)]);
    assert_eq!(given(batam, second).await, Some(GiverState::Given));
    let came = file(bahari, second).await;
    assert_eq!(came["contact.safe_way"], SAFE_WAY);
    assert_eq!(came["chronology.summary"], STORY);
    assert!(came.keys().all(|name| !name.starts_with("identity.") && !name.starts_with("shelter.")));
    assert!(!stream(bahari, second.0).await.thread.taker.offer(1).unwrap().mismatch);
    answers(bahari, second, TakerWord::Complete(Served::Served, String::new())).await.unwrap();
    assert_eq!(batam.talks(bahari).await, [(26, Verdict::Applied)]);
    assert_eq!(given(batam, second).await, Some(GiverState::Done));
    let stored = batam.case(case).await;
    assert!(stored.ownership.other.is_none(), "a referral moves no ownership");
    assert!(stored.offers.values().all(|line| line.at == OfferAt::Ended));
    let cards = offers_of_case(&mut batam.desk.read().await.unwrap(), case).await.unwrap();
    assert_eq!(cards.len(), 2);
}

#[tokio::test]
async fn her_sister_at_home_is_covered_as_family_beside_the_first_offer() {
    let world = World::new().await;
    let World { batam, bahari, .. } = &world;
    let case = decided(batam).await;
    consents(batam, case, to_counsel(11, "lbh-bahari")).await;
    let sister = sister(batam, case).await;
    let first = offers(batam, case, legal_aid(bahari)).await.unwrap();
    let about_sister = Ask { person: Some(sister), ..legal_aid(bahari) };
    let second = offers(batam, case, about_sister.clone()).await.unwrap();
    assert_ne!(first.0, second.0, "a thread of her own");
    assert_eq!(code(offers(batam, case, about_sister).await), "offer.already-open");
    assert_eq!(batam.talks(bahari).await, [(16, Verdict::Applied), (16, Verdict::Applied)]);
    let (one, two) = (stream(bahari, first.0).await, stream(bahari, second.0).await);
    assert_ne!(one.came[&1].alias, two.came[&1].alias, "nobody can join the two by their names");
    answers(bahari, second, TakerWord::Accept).await.unwrap();
    batam.talks(bahari).await;
    let came = file(bahari, second).await;
    assert_eq!(came.keys().collect::<Vec<_>>(), ["contact.safe_way", "legal.problem"]);
    assert_eq!(given(batam, first).await, Some(GiverState::Open), "the first waits on");
    answers(bahari, first, TakerWord::Accept).await.unwrap();
    batam.talks(bahari).await;
    assert_eq!(given(batam, first).await, Some(GiverState::Given));
}

#[tokio::test]
async fn s27_what_changes_later_travels_as_a_supplement_of_its_own() {
    let world = World::new().await;
    let World { batam, bahari, .. } = &world;
    let case = decided(batam).await;
    consents(batam, case, to_counsel(11, "lbh-bahari")).await;
    let offer = offers(batam, case, legal_aid(bahari)).await.unwrap();
    batam.talks(bahari).await;
    let values =
        BTreeMap::from([("legal.losses".to_owned(), text("12 bulan upah")), ("identity.name".into(), text("X"))]);
    batam.changes(&batam.manager(), case, SetFields { person: None, values }).await.unwrap();
    answers(bahari, offer, TakerWord::Accept).await.unwrap();
    batam.talks(bahari).await;
    assert!(!file(bahari, offer).await.contains_key("legal.losses"), "the file is the one that was offered");
    assert!(!stream(bahari, offer.0).await.thread.taker.offer(1).unwrap().mismatch);
    says(batam, offer, GiverWord::Supplement(std::collections::BTreeSet::new())).await.unwrap();
    assert_eq!(batam.talks(bahari).await, [(25, Verdict::Applied)]);
    let stored = stream(bahari, offer.0).await;
    let later: casework::Extract = minicbor::decode(&stored.came[&1].supplements[0].0).unwrap();
    assert_eq!(later.fields.0.keys().collect::<Vec<_>>(), ["legal.losses"]);
    assert_eq!(
        code(says(batam, offer, GiverWord::Supplement(std::collections::BTreeSet::new())).await),
        "offer.nothing-new"
    );
    assert!(Category::of("legal.losses").is_some());
    pair_ends("S27", case, batam, bahari, offer).await;
}

/// A file that was given, and a supplement on a consent that is newer than its offer: number 15, for where she worked.
async fn supplemented(world: &World) -> (CaseId, (ThreadId, u32)) {
    let World { batam, bahari, .. } = world;
    let case = decided(batam).await;
    consents(batam, case, to_counsel(11, "lbh-bahari")).await;
    let offer = offers(batam, case, legal_aid(bahari)).await.unwrap();
    batam.talks(bahari).await;
    answers(bahari, offer, TakerWord::Accept).await.unwrap();
    batam.talks(bahari).await;
    consents(batam, case, share(15, "lbh-bahari", Purpose::LegalAid, &[Category::Placement])).await;
    let values = BTreeMap::from([("placement.wages".to_owned(), text(WAGES))]);
    batam.changes(&batam.manager(), case, SetFields { person: None, values }).await.unwrap();
    says(batam, offer, GiverWord::Supplement(std::collections::BTreeSet::new())).await.unwrap();
    (case, offer)
}

const WAGES: &str = "3.700.000 sebulan";

/// What a node may read of an offer, the file and what came later.
async fn reads(node: &Node, (thread, no): (ThreadId, u32)) -> Option<String> {
    let content = stream(node, thread).await.came[&no].content();
    content.and_then(|(_, fields)| fields.0.get("placement.wages").map(|field| field.value.expose().clone()))
}

#[tokio::test]
async fn a_supplement_on_a_newer_consent_is_hidden_when_that_consent_is_withdrawn() {
    let world = World::new().await;
    let World { batam, bahari, .. } = &world;
    let (case, offer) = supplemented(&world).await;
    batam.talks(bahari).await;
    assert_eq!(reads(bahari, offer).await.as_deref(), Some(WAGES));
    takes_back(batam, case, 15, false).await;
    batam.talks(bahari).await;
    assert!(stream(bahari, offer.0).await.came[&1].hidden);
    assert_eq!(reads(bahari, offer).await, None);
}

#[tokio::test]
async fn a_supplement_that_waits_when_its_consent_is_withdrawn_never_leaves() {
    let world = World::new().await;
    let World { batam, bahari, .. } = &world;
    let (case, _) = supplemented(&world).await;
    takes_back(batam, case, 15, false).await;
    let left = batam.post_for(bahari.id()).await;
    assert!(!left.iter().map(Letter::number).any(|number| number == 25), "{left:?}");
    assert!(left.iter().all(|letter| !letter.payload.windows(WAGES.len()).any(|part| part == WAGES.as_bytes())));
}

#[tokio::test]
async fn a_supplement_that_its_withdrawal_overtook_is_not_kept() {
    let world = World::new().await;
    let World { batam, bahari, .. } = &world;
    let (case, offer) = supplemented(&world).await;
    let under_way = batam.post_for(bahari.id()).await;
    assert_eq!(under_way.iter().map(Letter::number).collect::<Vec<_>>(), [25]);
    takes_back(batam, case, 15, false).await;
    let told = batam.post_for(bahari.id()).await;
    for letter in told.iter().chain(&under_way) {
        bahari.takes(batam, letter).await;
    }
    assert_eq!(reads(bahari, offer).await, None);
    assert!(stream(bahari, offer.0).await.came[&1].supplements.is_empty());
}
