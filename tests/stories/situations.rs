//! The named situations that need a desk, its store and its accords. Their table, with the end expected of each, stands in
//! casework beside the state machine, where the others are played; here all are counted.
// Long because: one test for each situation reads best in one row.

#[path = "../../crates/casework/src/offer/tests/table.rs"]
mod table;

use crate::cast::*;
use crate::handover::offered;
use crate::legal_aid::{answers, file, given, offers, says, stream, taken};
use accord::PartyRole;
use base::{CaseId, ConsentId, ThreadId};
use casework::Consent;
use casework::Role;
use casework::case::{CloseReason, Closing};
use casework::consent::Receiver;
use casework::erasure::ErasureBasis;
use casework::offer::{DeclineReason, Served, TakerState, WithdrawReason};
use casework::words::{Category, Purpose};
use desk::Asking;
use desk::cases::CaseStream;
use desk::cases::keeping::{EraseCase, KeptThing, ProposeErasure};
use desk::cases::record::{AddNote, CloseCase, SetFields};
use desk::mail::{Apply, Verdict};
use desk::offers::{GiverWord, TakerWord};
use desk::wire::Message;
use std::collections::{BTreeMap, BTreeSet};
use store::{Read, StoreError};

/// Where tests by id stand.
const SOURCES: [&str; 8] = [
    include_str!("../../crates/casework/src/offer/tests/situations.rs"),
    include_str!("situations.rs"),
    include_str!("along.rs"),
    include_str!("consents.rs"),
    include_str!("crossings.rs"),
    include_str!("handover.rs"),
    include_str!("legal_aid.rs"),
    include_str!("restored.rs"),
];

#[test]
fn every_situation_of_the_table_has_a_test_by_its_id() {
    let ids: Vec<String> = table::situations().map(|(id, _)| id.to_lowercase()).collect();
    assert_eq!(ids, (1..=54).map(|n| format!("s{n:02}")).collect::<Vec<_>>());
    let played = |id: &String| SOURCES.iter().any(|source| source.contains(&format!("fn {id}_")));
    assert_eq!(ids.iter().filter(|id| !played(id)).collect::<Vec<_>>(), [""; 0]);
}

/// An offer by its label in the table: who gave, who took.
type Line<'a> = (&'a str, &'a Node, &'a Node, (ThreadId, u32));

/// A state as the table writes it.
fn word(state: Option<impl std::fmt::Debug>) -> String {
    state.map_or_else(|| "none".to_owned(), |state| format!("{state:?}").to_lowercase())
}

async fn offer_states((_, giver, taker, offer): Line<'_>) -> String {
    let mut word_of = [String::new(), String::new()];
    for (node, word_of) in [giver, taker].into_iter().zip(&mut word_of) {
        let found = desk::offers::thread(&mut node.desk.read().await.unwrap(), offer.0).await.unwrap();
        let thread = found.map(|stored| stored.state.thread.clone()).unwrap_or_default();
        let gives = std::ptr::eq(node, giver);
        *word_of = if gives { word(thread.giver.state(offer.1)) } else { word(thread.taker.state(offer.1)) };
    }
    format!("G {}, T {}", word_of[0], word_of[1])
}

/// Who owns a case, among nodes by their word in the table. Whoever does not has no clock running in it.
async fn owner(case: CaseId, nodes: &[(&str, &Node)]) -> String {
    let mut owners = Vec::new();
    for (word, node) in nodes {
        match node.desk.read().await.unwrap().load::<CaseStream>(case.bytes()).await {
            Ok(Some(case)) if case.ownership.other.is_none() => owners.push(*word),
            Ok(Some(case)) => assert!(case.open_steps().next().is_none(), "the clocks of {word} ended"),
            Ok(None) | Err(StoreError::Erased) => {}
            Err(error) => panic!("{error}"),
        }
    }
    assert!(owners.len() <= 1, "{owners:?}");
    owners.first().map_or("none", |word| word).to_owned()
}

/// Compares with the table. Whoever owns a case has the duty of care of it; nothing here ends between two owners.
pub async fn ends(id: &str, case: CaseId, nodes: &[(&str, &Node)], lines: &[Line<'_>]) {
    let owner = owner(case, nodes).await;
    let mut seen = BTreeMap::from([("owner".to_owned(), owner.clone()), ("duty".to_owned(), owner)]);
    for line in lines {
        seen.insert(line.0.to_owned(), offer_states(*line).await);
    }
    table::holds(id, &seen);
}

/// One offer between two nodes.
pub async fn pair_ends(id: &str, case: CaseId, giver: &Node, taker: &Node, offer: (ThreadId, u32)) {
    ends(id, case, &[("giver", giver), ("taker", taker)], &[("offer 1", giver, taker, offer)]).await;
}

/// A handover that lotim said yes to, with its file.
async fn handed(world: &World) -> (CaseId, (ThreadId, u32)) {
    let (case, offer) = offered(world).await;
    answers(&world.lotim, offer, TakerWord::Accept).await.unwrap();
    world.batam.talks(&world.lotim).await;
    assigned(&world.lotim, case).await;
    (case, offer)
}

/// A referral to Bahari that waits for its answer.
async fn referring(world: &World) -> (CaseId, (ThreadId, u32)) {
    let World { batam, bahari, .. } = world;
    let case = decided(batam).await;
    consents(batam, case, to_counsel(11, "lbh-bahari")).await;
    let offer = offers(batam, case, legal_aid(bahari)).await.unwrap();
    batam.talks(bahari).await;
    (case, offer)
}

async fn referred(world: &World) -> (CaseId, (ThreadId, u32)) {
    let (case, offer) = referring(world).await;
    answers(&world.bahari, offer, TakerWord::Accept).await.unwrap();
    world.batam.talks(&world.bahari).await;
    (case, offer)
}

async fn completes(world: &World, taker: &Node, offer: (ThreadId, u32), served: Served) {
    answers(taker, offer, TakerWord::Complete(served, String::new())).await.unwrap();
    world.batam.talks(taker).await;
}

/// A third task force that Batam has an accord with.
async fn kupang(world: &World) -> Node {
    let kupang = Node::new("kupang", "53.01", PartyRole::TaskForce, &world.clock).await;
    world.batam.meets(&kupang).await;
    kupang.meets(&world.batam).await;
    agree("task-forces", "gugus-tugas-timur", &[&world.batam, &kupang]).await;
    kupang
}

fn to_kupang() -> Consent {
    let receiver = Some(Receiver { party: "kupang".into(), node: None });
    Consent { id: ConsentId::from_bytes([22; 16]), receiver, ..to_home() }
}

async fn sets(node: &Node, case: CaseId, values: &[(&str, &str)]) -> &'static str {
    let values = values.iter().map(|(field, value)| ((*field).to_owned(), text(value))).collect();
    code(node.changes(&node.manager(), case, SetFields { person: None, values }).await)
}

fn nothing_else() -> GiverWord {
    GiverWord::Supplement(BTreeSet::new())
}

#[tokio::test]
async fn s06_declined_with_a_better_address_which_then_takes_it() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let kupang = kupang(&world).await;
    let (case, first) = offered(&world).await;
    // The page has words for a better address; the field of message 21 is read, and shown, where another build fills it.
    answers(lotim, first, TakerWord::Decline(DeclineReason::NotOurArea, "coba Kupang".into())).await.unwrap();
    batam.talks(lotim).await;
    assert_eq!(stream(batam, first.0).await.thread.giver.offer(1).unwrap().text, "coba Kupang");
    consents(batam, case, to_kupang()).await;
    let second = offers(batam, case, handover(&kupang)).await.unwrap();
    batam.talks(&kupang).await;
    answers(&kupang, second, TakerWord::Accept).await.unwrap();
    batam.talks(&kupang).await;
    let nodes = [("giver", batam), ("taker", lotim), ("third", &kupang)];
    let lines = [("offer 1", batam, lotim, first), ("third offer 1", batam, &kupang, second)];
    ends("S06", case, &nodes, &lines).await;
}

#[tokio::test]
async fn s17_a_second_handover_to_another_node_is_refused_before_anything_is_sent() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let kupang = kupang(&world).await;
    let (case, offer) = offered(&world).await;
    consents(batam, case, to_kupang()).await;
    assert_eq!(code(offers(batam, case, handover(&kupang)).await), "offer.already-open");
    assert!(batam.post_for(kupang.id()).await.is_empty());
    pair_ends("S17", case, batam, lotim, offer).await;
}

#[tokio::test]
async fn s18_referrals_to_two_nodes_at_once_are_answered_apart() {
    let world = World::new().await;
    let World { batam, mawar, bahari, .. } = &world;
    let (case, first) = referring(&world).await;
    consents(batam, case, to_counsel(10, "lbh-mawar")).await;
    let second = offers(batam, case, legal_aid(mawar)).await.unwrap();
    batam.talks(mawar).await;
    answers(bahari, first, TakerWord::Accept).await.unwrap();
    answers(mawar, second, TakerWord::Decline(DeclineReason::NoCapacity, String::new())).await.unwrap();
    batam.talks(mawar).await;
    batam.talks(bahari).await;
    let nodes = [("giver", batam), ("taker", bahari), ("third", mawar)];
    ends("S18", case, &nodes, &[("offer 1", batam, bahari, first), ("third offer 1", batam, mawar, second)]).await;
}

#[tokio::test]
async fn s20_a_referral_is_not_passed_on_by_its_taker() {
    let world = World::new().await;
    let World { batam, mawar, bahari, .. } = &world;
    let (case, offer) = referred(&world).await;
    bahari.meets(mawar).await;
    assert_eq!(code(offers(bahari, case, legal_aid(mawar)).await), "desk.not-found", "it is no case there");
    assert!(bahari.post_for(mawar.id()).await.is_empty());
    pair_ends("S20", case, batam, bahari, offer).await;
}

async fn proposes(node: &Node, case: CaseId, basis: ErasureBasis, parts: &[Category]) -> &'static str {
    let (parts, reason) = (parts.iter().copied().collect(), text("tidak diperlukan lagi"));
    code(node.changes(&node.manager(), case, ProposeErasure { basis, parts, reason }).await)
}

/// Two officers erase a case, or parts of it.
async fn erases(node: &Node, case: CaseId, basis: ErasureBasis, parts: &[Category]) {
    assert_eq!(proposes(node, case, basis, parts).await, "done");
    let (second, asking) = (node.officer(6, &[Role::CaseManager]), Asking::once(&*node.desk.chance, node.desk.now()));
    node.desk.erase(&second, asking, &EraseCase { case, version: None }).await.unwrap();
}

/// The end of an offer of which one side was erased together with its case: what that side said last stands for it.
async fn ends_erased(id: &str, case: CaseId, nodes: &[(&str, &Node)], states: String) {
    let owner = owner(case, nodes).await;
    let seen = [("offer 1", states), ("owner", owner.clone()), ("duty", owner)];
    table::holds(id, &seen.map(|(label, value)| (label.to_owned(), value)).into());
}

#[tokio::test]
async fn s21_an_offer_is_withdrawn_before_its_case_is_erased_and_its_answer_refused() {
    let world = World::new().await;
    let World { batam, bahari, .. } = &world;
    let (case, offer) = referring(&world).await;
    assert_eq!(proposes(batam, case, ErasureBasis::Unlawful, &[]).await, "erase.offer-open");
    says(batam, offer, GiverWord::Withdraw(WithdrawReason::NeedGone, String::new())).await.unwrap();
    let withdrawn = given(batam, offer).await;
    // The withdrawal waits in the outbox when the key of the thread goes: it leaves all the same.
    erases(batam, case, ErasureBasis::Unlawful, &[]).await;
    assert_eq!(batam.talks(bahari).await, [(22, Verdict::Applied)]);
    assert_eq!(code(answers(bahari, offer, TakerWord::Accept).await), "offer.wrong-state");
    let came = stream(bahari, offer.0).await.came[&1].clone();
    assert!(came.hidden && came.preview.0.is_empty() && file(bahari, offer).await.is_empty(), "no key ever left");
    let states = format!("G {}, T {}", word(withdrawn), word(taken(bahari, offer).await));
    ends_erased("S21", case, &[("giver", batam), ("taker", bahari)], states).await;
}

#[tokio::test]
async fn s22_the_old_owners_copy_ends_and_the_new_owners_file_is_untouched() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let (case, offer) = handed(&world).await;
    completes(&world, lotim, offer, Served::Served).await;
    let states = offer_states(("offer 1", batam, lotim, offer)).await;
    assert_eq!(proposes(batam, case, ErasureBasis::Retention, &[Category::Identity]).await, "erase.kept-until");
    world.later(24 * (366 * 5 + 31));
    let due = batam.desk.due_to_erase(&mut batam.desk.read().await.unwrap()).await.unwrap();
    assert!(due.iter().any(|due| matches!(due.thing, KeptThing::Case(found, _) if found == case)), "{due:?}");
    erases(batam, case, ErasureBasis::Retention, &[Category::Identity]).await;
    batam.talks(lotim).await;
    assert!(!batam.case(case).await.fields.contains_key("identity.name"));
    let here = lotim.case(case).await;
    assert_eq!((&here.fields["identity.name"], here.frozen), (&text(NAME), false));
    assert_eq!(sets(lotim, case, &[("contact.safe_hours", "sore")]).await, "done");
    ends_erased("S22", case, &[("giver", batam), ("taker", lotim)], states).await;
}

#[tokio::test]
async fn s23_the_new_owner_erases_and_the_giver_does_not_become_owner_again() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let (case, offer) = handed(&world).await;
    completes(&world, lotim, offer, Served::Served).await;
    let states = offer_states(("offer 1", batam, lotim, offer)).await;
    erases(lotim, case, ErasureBasis::Unlawful, &[]).await;
    batam.talks(lotim).await;
    let (there, stored) = (batam.case(case).await, stream(batam, offer.0).await);
    assert_eq!((there.ownership.other, there.ownership.own_no), (Some(lotim.id()), 1));
    assert!(stored.sent[&1].own_record.is_some() && stored.thread.giver.offer(1).is_some(), "numbers and hashes stay");
    assert_eq!(code(offers(batam, case, handover(lotim)).await), "offer.not-owner");
    ends_erased("S23", case, &[("giver", batam), ("taker", lotim)], states).await;
}

#[tokio::test]
async fn s24_the_owner_erases_while_a_referral_is_held_and_the_taker_confirms() {
    let world = World::new().await;
    let World { batam, bahari, .. } = &world;
    let (case, offer) = referred(&world).await;
    let state = given(batam, offer).await;
    erases(batam, case, ErasureBasis::Unlawful, &[]).await;
    assert_eq!(batam.talks(bahari).await, [(33, Verdict::Applied), (34, Verdict::Applied)]);
    let came = stream(bahari, offer.0).await.came[&1].clone();
    assert!(came.hidden && came.preview.0.is_empty() && file(bahari, offer).await.is_empty(), "an empty entry");
    let states = format!("G {}, T {}", word(state), word(taken(bahari, offer).await));
    ends_erased("S24", case, &[("giver", batam), ("taker", bahari)], states).await;
}

/// A taker has no act of its own to remove what it was lent: its copy goes when the giver asks (33), which is played here.
#[tokio::test]
async fn s25_the_takers_copy_of_a_referral_goes_and_the_givers_case_is_complete() {
    let world = World::new().await;
    let World { batam, bahari, .. } = &world;
    let (case, offer) = referred(&world).await;
    completes(&world, bahari, offer, Served::InPart).await;
    let before = batam.case(case).await.fields.clone();
    let consent = ConsentId::from_bytes([11; 16]);
    let asks = desk::cases::consents::WithdrawConsent { case, consent, erase: true };
    batam.does(&batam.manager(), &asks).await.unwrap();
    batam.talks(bahari).await;
    assert!(file(bahari, offer).await.is_empty());
    assert_eq!(batam.case(case).await.fields, before);
    assert_eq!(sets(batam, case, &[("contact.safe_hours", "sore")]).await, "done");
    pair_ends("S25", case, batam, bahari, offer).await;
}

/// `Case::reopen` is a rule without a form: no page reopens a case yet, so its event is appended here as an act would.
#[tokio::test]
async fn s26_a_closed_case_is_reopened_to_be_handed_over_and_is_open_there() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let case = decided(batam).await;
    consents(batam, case, to_home()).await;
    let closing = Closing {
        reason: CloseReason::GoalsMet,
        papers_returned: true,
        consents_reviewed: true,
        feedback_given: true,
        retain_until: None,
    };
    batam.changes(&batam.manager(), case, CloseCase { closing }).await.unwrap();
    assert_eq!(code(offers(batam, case, handover(lotim)).await), "case.closed");
    let mut tx = batam.begin().await;
    let mut stored = tx.load::<CaseStream>(case.bytes()).await.unwrap().unwrap();
    let events = stored.reopen(text("pulang"), &batam.desk.today_for(&stored, batam.desk.now())).unwrap();
    tx.append(&mut stored, events).await.unwrap();
    tx.commit().await.unwrap();
    let offer = offers(batam, case, handover(lotim)).await.unwrap();
    batam.talks(lotim).await;
    answers(lotim, offer, TakerWord::Accept).await.unwrap();
    batam.talks(lotim).await;
    let here = lotim.case(case).await;
    assert!(here.closed.is_none() && here.open_steps().next().is_some());
    assert_eq!(code(batam.changes(&batam.manager(), case, AddNote { text: text("x") }).await), "case.not-owner");
    pair_ends("S26", case, batam, lotim, offer).await;
}

#[tokio::test]
async fn s29_what_is_written_down_later_and_not_sent_does_not_appear_there() {
    let world = World::new().await;
    let World { batam, bahari, .. } = &world;
    let (case, offer) = referred(&world).await;
    let before = stream(bahari, offer.0).await;
    batam.changes(&batam.manager(), case, AddNote { text: text("wawancara kedua") }).await.unwrap();
    assert!(batam.talks(bahari).await.is_empty());
    assert_eq!(stream(bahari, offer.0).await.version, before.version);
    pair_ends("S29", case, batam, bahari, offer).await;
}

#[tokio::test]
async fn s31_a_side_edit_by_the_former_owner_is_refused_and_moves_nothing() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let (case, offer) = handed(&world).await;
    assert_eq!(sets(batam, case, &[("contact.address", "Jalan Lama 1")]).await, "case.not-owner");
    assert_eq!(sets(lotim, case, &[("contact.address", "Jalan Baru 2")]).await, "done");
    // It may say what it knows by a supplement, of what it had when it gave; there is nothing new in it.
    assert_eq!(code(says(batam, offer, nothing_else()).await), "offer.nothing-new");
    assert_eq!(lotim.case(case).await.fields["contact.address"], text("Jalan Baru 2"));
    pair_ends("S31", case, batam, lotim, offer).await;
}

#[tokio::test]
async fn s32_both_write_during_a_referral_and_neither_overwrites_the_other() {
    let world = World::new().await;
    let World { batam, bahari, .. } = &world;
    let (case, offer) = referred(&world).await;
    let before = file(bahari, offer).await;
    assert_eq!(sets(batam, case, &[("contact.safe_way", "lewat Bibi Sumiyati")]).await, "done");
    answers(bahari, offer, TakerWord::Ask("tertulis Sumiati?".into())).await.unwrap();
    batam.talks(bahari).await;
    assert_eq!(file(bahari, offer).await, before);
    assert_eq!(batam.case(case).await.fields["contact.safe_way"], text("lewat Bibi Sumiyati"));
    says(batam, offer, nothing_else()).await.unwrap();
    batam.talks(bahari).await;
    assert_eq!((file(bahari, offer).await, stream(bahari, offer.0).await.came[&1].supplements.len()), (before, 1));
    pair_ends("S32", case, batam, bahari, offer).await;
}

#[tokio::test]
async fn s34_a_handover_of_a_person_who_is_known_there_merges_nothing_by_itself() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let own = decided_from(lotim, b"kunci-lotim").await;
    let before = lotim.case(own).await;
    let (case, offer) = handed(&world).await;
    let (here, there) = (lotim.case(case).await, lotim.case(own).await);
    assert_ne!(case, own);
    assert_eq!(here.fields["identity.nik"], there.fields["identity.nik"], "the same person");
    assert_eq!((there.version, there.ownership.own_no, here.ownership.own_no), (before.version, 0, 1));
    // A person compares the two by a search; that they are one is said in words.
    lotim
        .changes(&lotim.manager(), own, AddNote { text: text("orang yang sama; lihat berkas dari Batam") })
        .await
        .unwrap();
    assert_eq!(lotim.case(case).await.version, here.version);
    pair_ends("S34", case, batam, lotim, offer).await;
}

/// No act merges a file of another node into a case: what was referred is no case here.
#[tokio::test]
async fn s35_a_referral_of_a_person_who_is_known_there_stays_apart_from_her_case() {
    let world = World::new().await;
    let World { batam, bahari, .. } = &world;
    let own = decided_from(bahari, b"kunci-bahari").await;
    let before = bahari.case(own).await.version;
    let (case, offer) = referred(&world).await;
    assert_eq!((bahari.case(own).await.version, stream(bahari, offer.0).await.case), (before, None));
    assert!(bahari.find_case(case).await.is_none());
    assert_eq!(sets(bahari, case, &[("identity.name", "X")]).await, "desk.not-found");
    pair_ends("S35", case, batam, bahari, offer).await;
}

#[tokio::test]
async fn s36_a_shelter_and_a_port_that_the_taker_does_not_know_stay_word_for_word() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let case = decided(batam).await;
    let values = [("needs.return", "RA-77/Teratai"), ("placement.route", "pelabuhan tikus Kode ZZ-9")];
    assert_eq!(sets(batam, case, &values).await, "done");
    let categories: Vec<Category> = to_home().categories.into_iter().chain([Category::Placement]).collect();
    consents(batam, case, share(20, "lotim", Purpose::Return, &categories)).await;
    let offer = offers(batam, case, handover(lotim)).await.unwrap();
    batam.talks(lotim).await;
    answers(lotim, offer, TakerWord::Accept).await.unwrap();
    batam.talks(lotim).await;
    let here = lotim.case(case).await;
    for (field, value) in values {
        assert_eq!(here.fields[field], text(value));
    }
    pair_ends("S36", case, batam, lotim, offer).await;
}

#[tokio::test]
async fn s39_a_field_too_many_is_destroyed_unread_and_reported_back() {
    let world = World::new().await;
    let World { batam, bahari, .. } = &world;
    let (case, offer) = referring(&world).await;
    answers(bahari, offer, TakerWord::Accept).await.unwrap();
    bahari.posts(batam).await;
    let letter = batam.post_for(bahari.id()).await.remove(0);
    let mut received = letter.received(batam);
    let Message::CaseExtract(sent) = &mut received.message else { panic!("no file") };
    let mut extract: casework::Extract = minicbor::decode(sent.extract.as_ref().unwrap()).unwrap();
    let name = casework::extract::FieldValue { value: text(NAME), ..extract.fields.0["legal.problem"].clone() };
    extract.fields.0.insert("identity.name".into(), name);
    sent.extract = Some(minicbor::to_vec(&extract).unwrap());
    let mut tx = bahari.begin().await;
    let verdict = bahari.desk.apply(&mut tx, &received).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(verdict, Verdict::FieldsDropped("accord.surplus".into()));
    assert_eq!(verdict.mark(), Some((3, "accord.surplus")));
    batam.hears(&letter, &verdict).await;
    let (came, stored) = (file(bahari, offer).await, stream(bahari, offer.0).await);
    assert!(!came.contains_key("identity.name") && came.contains_key("legal.problem"));
    assert_eq!(stored.came[&1].surplus, ["identity.name"]);
    pair_ends("S39", case, batam, bahari, offer).await;
}

#[tokio::test]
async fn s41_two_sisters_as_two_cases_are_answered_in_another_order_and_name_nobody_else() {
    let world = World::new().await;
    let World { batam, bahari, .. } = &world;
    let (one, first) = referring(&world).await;
    let two = decided_from(batam, b"kunci-2").await;
    assert_eq!(sets(batam, two, &[("identity.name", SISTER), ("legal.problem", "uang muka")]).await, "done");
    consents(batam, two, to_counsel(11, "lbh-bahari")).await;
    let second = offers(batam, two, legal_aid(bahari)).await.unwrap();
    batam.talks(bahari).await;
    answers(bahari, second, TakerWord::Decline(DeclineReason::NoCapacity, String::new())).await.unwrap();
    batam.talks(bahari).await;
    answers(bahari, first, TakerWord::Accept).await.unwrap();
    batam.talks(bahari).await;
    let sent = [stream(batam, first.0).await.sent[&1].clone(), stream(batam, second.0).await.sent[&1].clone()];
    let names = |bytes: &[u8], name: &str| bytes.windows(name.len()).any(|window| window == name.as_bytes());
    assert!(!names(&sent[0].extract.0, SISTER) && !names(&sent[1].extract.0, NAME));
    let (nodes, lines) =
        ([("giver", batam), ("taker", bahari)], [("case 1", batam, bahari, first), ("case 2", batam, bahari, second)]);
    for case in [one, two] {
        ends("S41", case, &nodes, &lines).await;
    }
}

#[tokio::test]
async fn s45_a_crash_before_the_commit_of_the_extract_leaves_duty_and_the_next_copy_moves_the_case_once() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let (case, offer) = offered(&world).await;
    answers(lotim, offer, TakerWord::Accept).await.unwrap();
    lotim.posts(batam).await;
    let letter = batam.post_for(lotim.id()).await.remove(0);
    let mut tx = lotim.begin().await;
    assert_eq!(lotim.desk.apply(&mut tx, &letter.received(batam)).await.unwrap(), Verdict::Applied);
    drop(tx);
    let nodes = [("giver", batam), ("taker", lotim)];
    assert_eq!(owner(case, &nodes).await, "none");
    assert_eq!(
        taken(lotim, offer).await,
        Some(TakerState::Accepted),
        "no owner in between, and the taker has the duty"
    );
    assert_eq!(lotim.takes(batam, &letter).await, Verdict::Applied);
    let once = lotim.case(case).await.version;
    assert_eq!(lotim.takes(batam, &letter).await, Verdict::Applied);
    assert_eq!(lotim.case(case).await.version, once);
    pair_ends("S45", case, batam, lotim, offer).await;
}
