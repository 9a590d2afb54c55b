// Long because: the life of accords between two nodes, from the first text to the end, on one cast.
//! The life of an accord between two nodes: proposed, read and signed by officers, in force when both hold every
//! signature, halted and ended by one of them.

use crate::cast::*;
use accord::{AccordState, PartyRole};
use base::{ManualClock, Place};
use casework::Role;
use desk::mail::{Received, Verdict};
use desk::partners::accord::ending::{EndAccord, Ending, Reason};
use desk::partners::accord::paper::RecordPaper;
use desk::partners::accord::proposing::{CounterAccord, ProposeAccord};
use desk::partners::accord::signing::{SignAccord, waiting_with};
use desk::partners::accord::{AccordDoc, accord_doc};
use desk::partners::{accord_between, accords};
use desk::wire::Message;
use std::collections::BTreeMap;
use std::sync::Arc;

const ID: &str = "batam-legal-aid-lbh-mawar";

async fn two() -> (Node, Node) {
    let clock = Arc::new(ManualClock::at(START));
    let batam = Node::new("batam", "21.71", PartyRole::TaskForce, &clock).await;
    let mawar = Node::new("lbh-mawar", "21.71", PartyRole::LegalAid, &clock).await;
    batam.meets(&mawar).await;
    mawar.meets(&batam).await;
    (batam, mawar)
}

fn proposal(to: &Node) -> ProposeAccord {
    ProposeAccord {
        template: "legal-aid".into(),
        partners: vec![to.id()],
        place: Place::parse("21.71").unwrap(),
        effective: "2026-01-01".into(),
        expires: "2027-12-31".into(),
    }
}

fn sign(seat: usize) -> SignAccord {
    SignAccord { id: ID.into(), version: 1, seat, has_read: true }
}

async fn doc(node: &Node) -> std::sync::Arc<AccordDoc> {
    accord_doc(&mut node.desk.read().await.unwrap(), ID, 1).await.unwrap().unwrap()
}

async fn state(node: &Node, other: &Node) -> AccordState {
    let held = accord_between(&mut node.desk.read().await.unwrap(), node.id(), other.id()).await.unwrap();
    held.into_iter().find(|accord| accord.document.id == ID).unwrap().state
}

/// Somebody else than the coordinator who may sign.
fn secretary(node: &Node) -> desk::Actor {
    node.officer(4, &[Role::LegalCoordinator])
}

async fn in_force() -> (Node, Node) {
    let (batam, mawar) = two().await;
    batam.does(&batam.coordinator(), &proposal(&mawar)).await.unwrap();
    batam.posts(&mawar).await;
    mawar.does(&mawar.counsel(), &sign(0)).await.unwrap();
    batam.does(&batam.coordinator(), &sign(0)).await.unwrap();
    batam.does(&secretary(&batam), &sign(1)).await.unwrap();
    batam.talks(&mawar).await;
    (batam, mawar)
}

#[tokio::test]
async fn an_accord_is_in_force_when_both_nodes_hold_every_signature_and_not_before() {
    let (batam, mawar) = two().await;
    batam.does(&batam.coordinator(), &proposal(&mawar)).await.unwrap();
    assert_eq!(batam.posts(&mawar).await, [(48, Verdict::Applied)]);
    assert_eq!(doc(&mawar).await.bytes, doc(&batam).await.bytes, "the exact bytes");
    assert_eq!(state(&mawar, &batam).await, AccordState::Draft);
    batam.does(&batam.coordinator(), &sign(0)).await.unwrap();
    assert!(batam.posts(&mawar).await.is_empty(), "the rule asks for two people");
    batam.does(&secretary(&batam), &sign(1)).await.unwrap();
    assert_eq!(batam.posts(&mawar).await, [(50, Verdict::Applied)]);
    assert_eq!((state(&batam, &mawar).await, state(&mawar, &batam).await), (AccordState::Draft, AccordState::Draft));
    let key = doc(&batam).await.proofs[0].key.0.clone();
    let waits = waiting_with(&mut batam.desk.read().await.unwrap(), &key).await.unwrap();
    assert_eq!(waits.as_deref(), Some(ID), "a key that signed it must stay named until it is through");
    mawar.does(&mawar.counsel(), &sign(0)).await.unwrap();
    assert_eq!(state(&mawar, &batam).await, AccordState::Signed, "Batam has not said that it holds them all");
    assert_eq!(mawar.posts(&batam).await, [(50, Verdict::Applied), (51, Verdict::Applied)]);
    assert_eq!(state(&batam, &mawar).await, AccordState::Active);
    assert_eq!(state(&mawar, &batam).await, AccordState::Signed);
    assert_eq!(batam.posts(&mawar).await, [(51, Verdict::Applied)]);
    assert_eq!(state(&mawar, &batam).await, AccordState::Active);
    assert_eq!(waiting_with(&mut batam.desk.read().await.unwrap(), &key).await.unwrap(), None);
    for node in [&batam, &mawar] {
        let doc = doc(node).await;
        assert_eq!((doc.signatures.len(), doc.proofs.len(), doc.activations.len()), (3, 3, 2));
        let kinds = node.journal(base::Seq(0)).await;
        let accords: Vec<&str> = kinds.iter().filter(|kind| kind.starts_with("accord.")).map(String::as_str).collect();
        assert_eq!(accords.iter().filter(|kind| **kind == "accord.signed").count(), 3);
        assert!(accords.contains(&"accord.proposed") && accords.contains(&"accord.activated"));
        assert!(desk::verify::projections(&mut node.desk.read().await.unwrap()).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn each_signature_is_another_person_who_is_present_has_read_and_holds_one_office() {
    let (batam, mawar) = two().await;
    let (coordinator, secretary) = (batam.coordinator(), secretary(&batam));
    assert_eq!(code(batam.does(&batam.manager(), &proposal(&mawar)).await.map(drop)), "act.role");
    batam.does(&coordinator, &proposal(&mawar)).await.unwrap();
    assert_eq!(code(batam.does(&batam.manager(), &sign(0)).await), "act.role");
    let unread = SignAccord { has_read: false, ..sign(0) };
    assert_eq!(code(batam.does(&coordinator, &unread).await), "accord.not-read");
    let desk::Actor::Officer(mut staff) = coordinator.clone() else { unreachable!("an officer") };
    staff.step_up_at = Some(base::Timestamp::from_seconds(START.seconds() - 6 * 60));
    assert_eq!(code(batam.does(&desk::Actor::Officer(staff), &sign(0)).await), "accord.presence");
    assert!(doc(&batam).await.signatures.is_empty());
    batam.does(&coordinator, &sign(0)).await.unwrap();
    assert_eq!(code(batam.does(&coordinator, &sign(0)).await), "accord.signed-already");
    assert_eq!(code(batam.does(&coordinator, &sign(1)).await), "accord.one-office");
    assert_eq!(code(batam.does(&secretary, &sign(0)).await), "accord.office-taken");
    assert_eq!(code(batam.does(&secretary, &sign(7)).await), "web.field-missing");
    batam.does(&secretary, &sign(1)).await.unwrap();
    let doc = doc(&batam).await;
    assert_eq!((doc.signatures.len(), doc.state.as_str()), (2, "draft"));
}

/// Goal: whatever is wrong with a signature that comes, nothing changes and the answer names it.
#[tokio::test]
async fn a_wrong_or_foreign_signature_is_refused_and_changes_nothing() {
    let (batam, mawar) = two().await;
    batam.does(&batam.coordinator(), &proposal(&mawar)).await.unwrap();
    batam.posts(&mawar).await;
    batam.does(&batam.coordinator(), &sign(0)).await.unwrap();
    batam.does(&secretary(&batam), &sign(1)).await.unwrap();
    let letters = batam.post_for(mawar.id()).await;
    let good = letters[0].received(&batam);
    let Message::AccordSign(said) = good.message.clone() else { unreachable!("50") };
    let before = doc(&mawar).await;
    let mut cases = Vec::new();
    for bit in 0..64 {
        let mut bad = said.clone();
        bad.signatures.0[1].signature[bit] ^= 1;
        cases.push((bad, "accord.signature"));
    }
    let other = seal::SignatoryKey::from_bytes(&[9; 32]);
    let mut foreign = said.clone();
    foreign.signatures.0[0].key = other.public().bytes();
    foreign.signatures.0[0].signature = other.sign("", &said.document_hash.0);
    cases.push((foreign, "accord.signatory"));
    let unknown = desk::wire::AccordSigned { document_hash: base::Digest([7; 32]), ..said.clone() };
    cases.push((unknown, "accord.unknown-text"));
    let mut bent = said.signers.clone().unwrap();
    *bent.last_mut().unwrap() ^= 1;
    cases.push((desk::wire::AccordSigned { signers: Some(bent), ..said.clone() }, "accord.signature"));
    cases.push((desk::wire::AccordSigned { signers: None, ..said.clone() }, "accord.signatory"));
    for (said, code) in cases {
        let got = Received { message: Message::AccordSign(said), ..good.clone() };
        assert_eq!(takes(&mawar, &got).await, Verdict::Refused(code.into()));
        assert_eq!(doc(&mawar).await, before);
    }
    // An activation without a head of the sender's journal, or with another node's, is none.
    let Message::AccordSign(said) = good.message.clone() else { unreachable!("50") };
    assert_eq!(takes(&mawar, &good).await, Verdict::Applied);
    let signed = doc(&mawar).await;
    let got = Received { number: 51, message: Message::AccordActivate(said), ..good.clone() };
    assert_eq!(takes(&mawar, &got).await, Verdict::Refused("accord.signature".into()));
    assert_eq!(doc(&mawar).await, signed);
    assert_eq!(takes(&mawar, &good).await, Verdict::Applied, "a second copy adds nothing");
    assert_eq!(doc(&mawar).await, signed);
}

async fn takes(node: &Node, got: &Received) -> Verdict {
    let mut tx = node.begin().await;
    let verdict = desk::mail::Apply::apply(&*node.desk, &mut tx, got).await.unwrap();
    if !matches!(verdict, Verdict::Refused(_)) {
        tx.commit().await.unwrap();
    }
    verdict
}

#[tokio::test]
async fn a_text_that_is_not_ours_out_of_line_or_one_too_many_is_refused() {
    let (batam, mawar) = two().await;
    batam.does(&batam.coordinator(), &proposal(&mawar)).await.unwrap();
    let letters = batam.post_for(mawar.id()).await;
    let good = letters[0].received(&batam);
    let Message::AccordPropose(said) = good.message.clone() else { unreachable!("48") };
    let text = String::from_utf8(said.document).unwrap();
    let try_text = |text: String| {
        let (good, mawar) = (&good, &mawar);
        async move {
            let message = Message::AccordPropose(desk::wire::Propose { document: text.into_bytes() });
            takes(mawar, &Received { message, ..good.clone() }).await
        }
    };
    let refused = |code: &'static str| Verdict::Refused(code.into());
    assert_eq!(try_text("{".into()).await, refused("input.not-json"));
    assert_eq!(try_text(text.replace(&mawar.id().to_string(), &"ab".repeat(16))).await, refused("accord.not-ours"));
    assert_eq!(try_text(text.replace(&batam.id().to_string(), &"ab".repeat(16))).await, refused("accord.not-party"));
    let later = text.replacen("\"version\": 1", "\"version\": 2", 1);
    assert_eq!(try_text(later).await, refused("accord.previous"));
    assert!(accords(&mut mawar.desk.read().await.unwrap()).await.unwrap().is_empty());
    assert_eq!(try_text(text.clone()).await, Verdict::Applied);
    assert_eq!(try_text(text.replace("2027-12-31", "2028-12-31")).await, refused("accord.same-version"));
    for no in 2..=base::limits::ACCORD_DRAFTS_MAX {
        assert_eq!(try_text(text.replace(ID, &format!("{ID}-{no}"))).await, Verdict::Applied);
    }
    assert_eq!(try_text(text.replace(ID, "satu-lagi")).await, refused("accord.too-many-drafts"));
}

fn end(ending: Ending) -> EndAccord {
    EndAccord { id: ID.into(), ending }
}

fn suspend() -> EndAccord {
    end(Ending::Suspend { reason: Reason::Review, text: "ditinjau".into(), until: None })
}

fn terminate(reason: Reason, immediate: bool) -> EndAccord {
    end(Ending::Terminate { reason, text: "selesai".into(), immediate })
}

#[tokio::test]
async fn one_party_halts_an_accord_and_only_who_halted_it_lets_it_go_on() {
    let (batam, mawar) = in_force().await;
    assert_eq!((state(&batam, &mawar).await, state(&mawar, &batam).await), (AccordState::Active, AccordState::Active));
    assert_eq!(code(batam.does(&secretary(&batam), &suspend()).await), "act.role");
    batam.does(&batam.coordinator(), &suspend()).await.unwrap();
    assert_eq!(state(&batam, &mawar).await, AccordState::Suspended);
    assert_eq!(state(&mawar, &batam).await, AccordState::Active, "the word is on its way");
    assert_eq!(batam.posts(&mawar).await, [(52, Verdict::Applied)]);
    assert_eq!(state(&mawar, &batam).await, AccordState::Suspended);
    assert_eq!(code(mawar.does(&mawar.counsel(), &end(Ending::Resume)).await), "accord.not-running");
    batam.does(&batam.coordinator(), &end(Ending::Resume)).await.unwrap();
    batam.talks(&mawar).await;
    assert_eq!((state(&batam, &mawar).await, state(&mawar, &batam).await), (AccordState::Active, AccordState::Active));
}

#[tokio::test]
async fn an_end_is_one_partys_word_stays_and_is_at_once_only_for_what_the_accord_names() {
    let (batam, mawar) = in_force().await;
    assert_eq!(code(mawar.does(&mawar.counsel(), &terminate(Reason::Review, true)).await), "accord.not-at-once");
    mawar.does(&mawar.counsel(), &terminate(Reason::Review, false)).await.unwrap();
    assert_eq!(code(mawar.does(&mawar.counsel(), &end(Ending::Resume)).await), "accord.not-running");
    assert_eq!(mawar.posts(&batam).await, [(54, Verdict::Applied)]);
    for (node, other) in [(&batam, &mawar), (&mawar, &batam)] {
        assert_eq!(state(node, other).await, AccordState::Terminated);
        let held = accord_between(&mut node.desk.read().await.unwrap(), node.id(), other.id()).await.unwrap();
        let day = |days: i64| node.desk.now().plus_hours(24 * days);
        assert!(held[0].runs_on(day(29)) && !held[0].runs_on(day(31)), "thirty days of notice");
    }
    let (batam, mawar) = in_force().await;
    batam.does(&batam.coordinator(), &terminate(Reason::Breach, true)).await.unwrap();
    batam.posts(&mawar).await;
    let held = accord_between(&mut mawar.desk.read().await.unwrap(), mawar.id(), batam.id()).await.unwrap();
    assert!(!held[0].runs_on(mawar.desk.now()));
}

#[tokio::test]
async fn a_proposal_that_is_turned_down_is_signed_by_nobody() {
    let (batam, mawar) = two().await;
    batam.does(&batam.coordinator(), &proposal(&mawar)).await.unwrap();
    batam.posts(&mawar).await;
    mawar.does(&mawar.counsel(), &terminate(Reason::NeedGone, false)).await.unwrap();
    mawar.talks(&batam).await;
    assert_eq!(code(batam.does(&batam.coordinator(), &sign(0)).await), "accord.not-open");
    assert_eq!(state(&batam, &mawar).await, AccordState::Terminated);
}

/// The first clause alone, kept for fewer days.
async fn counter(node: &Node, version: u64) -> CounterAccord {
    let doc = accord_doc(&mut node.desk.read().await.unwrap(), ID, version).await.unwrap().unwrap();
    let document = accord::Document::parse(&doc.bytes.0).unwrap();
    let first = &document.clauses[0];
    let terms =
        accord::ClauseTerms { categories: first.categories.clone(), retention_days: 90, per_day: first.per_day };
    CounterAccord {
        id: ID.into(),
        version,
        effective: "2026-02-01".into(),
        expires: "2026-12-31".into(),
        clauses: BTreeMap::from([(first.no.clone(), terms)]),
        notes: vec![(first.no.clone(), "Setahun terlalu lama.".into())],
    }
}

#[tokio::test]
async fn a_counter_proposal_stands_beside_the_text_it_answers_and_replaces_it_when_all_have_signed() {
    let (batam, mawar) = in_force().await;
    let narrow = counter(&mawar, 1).await;
    assert_eq!(code(mawar.does(&mawar.officer(8, &[Role::ReferralDesk]), &narrow).await.map(drop)), "act.role");
    let none = CounterAccord { clauses: BTreeMap::new(), ..narrow.clone() };
    assert_eq!(code(mawar.does(&mawar.counsel(), &none).await.map(drop)), "accord.no-clause-left");
    assert_eq!(mawar.does(&mawar.counsel(), &narrow).await.unwrap(), 2);
    assert_eq!(mawar.posts(&batam).await, [(49, Verdict::Applied)]);
    let (one, two) = (doc(&batam).await, accord_doc(&mut batam.desk.read().await.unwrap(), ID, 2).await.unwrap());
    let two = two.unwrap();
    let proposal = two.proposal.clone().unwrap();
    assert_eq!((proposal.of, proposal.notes.len(), proposal.party.as_str()), (Some(one.hash), 1, "lbh-mawar"));
    let document = accord::Document::parse(&two.bytes.0).unwrap();
    assert_eq!((document.version, document.previous, document.clauses.len()), (2, Some(one.hash.0), 1));
    assert_eq!(document.clauses[0].retention_days, 90);
    assert_eq!(one.state, "active", "what is in force stays so");
    assert_eq!(code(batam.does(&batam.coordinator(), &sign(0)).await), "accord.not-open");
    let later = |seat| SignAccord { version: 2, ..sign(seat) };
    batam.does(&batam.coordinator(), &later(0)).await.unwrap();
    batam.does(&secretary(&batam), &later(1)).await.unwrap();
    mawar.does(&mawar.counsel(), &later(0)).await.unwrap();
    batam.talks(&mawar).await;
    for node in [&batam, &mawar] {
        let cards = accords(&mut node.desk.read().await.unwrap()).await.unwrap();
        let states: Vec<_> = cards.iter().map(|card| (card.version, card.state.as_str())).collect();
        assert_eq!(states, [(1, "terminated"), (2, "active")]);
    }
}

#[tokio::test]
async fn two_texts_that_cross_are_told_apart_and_a_third_one_ends_it() {
    let (batam, mawar) = in_force().await;
    let (ours, theirs) = (counter(&batam, 1).await, counter(&mawar, 1).await);
    let ours = CounterAccord { expires: "2026-11-30".into(), ..ours };
    batam.does(&batam.coordinator(), &ours).await.unwrap();
    mawar.does(&mawar.counsel(), &theirs).await.unwrap();
    let crossed = Verdict::Refused("accord.same-version".into());
    assert_eq!(batam.talks(&mawar).await, [(49, crossed.clone()), (49, crossed)]);
    assert_eq!(batam.does(&batam.coordinator(), &ours).await.unwrap(), 3, "from the text that both have");
    assert_eq!(batam.posts(&mawar).await, [(49, Verdict::Applied)]);
}

/// Goal: what an end does to offers. One waits in the outbox, one is with the partner unanswered, one was accepted.
#[tokio::test]
async fn an_end_stops_what_is_queued_takes_back_what_is_open_and_lets_run_on_what_was_accepted() {
    use crate::legal_aid::{answers, given, offers, says, taken};
    use casework::offer::{GiverState, TakerState};
    use desk::cases::record::SetFields;
    use desk::offers::{GiverWord, TakerWord};
    let world = World::new().await;
    let (batam, mawar, bahari) = (&world.batam, &world.mawar, &world.bahari);
    let case = decided(batam).await;
    consents(batam, case, to_counsel(10, "lbh-mawar")).await;
    let running = offers(batam, case, legal_aid(mawar)).await.unwrap();
    batam.talks(mawar).await;
    answers(mawar, running, TakerWord::Accept).await.unwrap();
    mawar.talks(batam).await;
    assert_eq!(given(batam, running).await, Some(GiverState::Given));
    let other = decided_from(batam, b"lain").await;
    consents(batam, other, to_counsel(11, "lbh-mawar")).await;
    let open = offers(batam, other, legal_aid(mawar)).await.unwrap();
    batam.talks(mawar).await;
    let third = decided_from(batam, b"ketiga").await;
    consents(batam, third, to_counsel(12, "lbh-bahari")).await;
    let queued = offers(batam, third, legal_aid(bahari)).await.unwrap();
    let ending = Ending::Terminate { reason: Reason::NeedGone, text: "selesai".into(), immediate: false };
    let end = EndAccord { id: "batam-bantuan-hukum".into(), ending };
    batam.does(&batam.coordinator(), &end).await.unwrap();
    for offer in [open, queued] {
        assert_eq!(given(batam, offer).await, Some(GiverState::Withdrawn));
    }
    assert_eq!(given(batam, running).await, Some(GiverState::Given), "what was accepted runs on");
    let numbers = |sent: Vec<(u16, Verdict)>| -> Vec<u16> { sent.into_iter().map(|(number, _)| number).collect() };
    let mut to_mawar = numbers(batam.posts(mawar).await);
    to_mawar.sort_unstable();
    assert_eq!(to_mawar, [22, 54]);
    let mut to_bahari = numbers(batam.posts(bahari).await);
    to_bahari.sort_unstable();
    assert_eq!(to_bahari, [22, 54], "the offer itself never left");
    assert_eq!(taken(mawar, open).await, Some(TakerState::Closed));
    let mut view = batam.desk.read().await.unwrap();
    let cards = accords(&mut view).await.unwrap();
    let hash = cards.iter().find(|card| card.id == "batam-bantuan-hukum").unwrap().hash;
    let runs = desk::partners::accord::ending::in_progress(&mut view, hash).await.unwrap();
    assert_eq!(runs.iter().map(|card| card.thread).collect::<Vec<_>>(), [running.0], "it stands on the list");
    drop(view);
    assert!(offers(batam, other, legal_aid(mawar)).await.is_err(), "nothing new goes");
    let set =
        |words: &str| SetFields { person: None, values: BTreeMap::from([("legal.problem".to_owned(), text(words))]) };
    batam.changes(&batam.manager(), case, set("gaji ditahan, paspor dirampas")).await.unwrap();
    says(batam, running, GiverWord::Supplement(std::collections::BTreeSet::new())).await.unwrap();
    assert_eq!(batam.posts(mawar).await, [(25, Verdict::Applied)], "for the days of notice");
    world.later(24 * 31);
    batam.changes(&batam.manager(), case, set("sudah dibayar")).await.unwrap();
    assert_ne!(
        code(says(batam, running, GiverWord::Supplement(std::collections::BTreeSet::new())).await),
        "done",
        "and no longer"
    );
}

/// What passed under a clause of legal aid, as a node counts it: given from here, taken to here.
async fn passed(node: &Node, clause: &str) -> ((u64, u64), (u64, u64)) {
    let doc = accord_doc(&mut node.desk.read().await.unwrap(), "batam-bantuan-hukum", 1).await.unwrap().unwrap();
    let flows = doc.flows.get(clause).copied().unwrap_or_default();
    assert_eq!(flows.given.fields > 0, flows.given.last > START);
    ((flows.given.sendings, flows.given.fields), (flows.taken.sendings, flows.taken.fields))
}

/// Goal: what passes is counted once, at both ends alike, under the clause that let it; what was declined or withdrawn is
/// not. The counts follow from the journal.
#[tokio::test]
async fn what_passes_under_a_clause_is_counted_at_both_ends_and_what_does_not_pass_is_not() {
    use crate::legal_aid::{answers, offers, says};
    use casework::offer::{DeclineReason, WithdrawReason};
    use desk::cases::record::SetFields;
    use desk::offers::{GiverWord, TakerWord};
    let world = World::new().await;
    let (batam, bahari) = (&world.batam, &world.bahari);
    let case = decided(batam).await;
    consents(batam, case, to_counsel(11, "lbh-bahari")).await;
    world.later(1);
    let first = offers(batam, case, legal_aid(bahari)).await.unwrap();
    batam.talks(bahari).await;
    says(batam, first, GiverWord::Withdraw(WithdrawReason::SentInError, String::new())).await.unwrap();
    batam.talks(bahari).await;
    let second = offers(batam, case, legal_aid(bahari)).await.unwrap();
    batam.talks(bahari).await;
    answers(bahari, second, TakerWord::Decline(DeclineReason::NoCapacity, String::new())).await.unwrap();
    batam.talks(bahari).await;
    for node in [batam, bahari] {
        assert_eq!(passed(node, "4.2").await, ((0, 0), (0, 0)), "withdrawn and declined");
    }
    let third = offers(batam, case, legal_aid(bahari)).await.unwrap();
    batam.talks(bahari).await;
    answers(bahari, third, TakerWord::Accept).await.unwrap();
    batam.talks(bahari).await;
    let came = crate::legal_aid::file(bahari, third).await;
    let asked = |name: &&String| ["contact.", "chronology.", "legal."].iter().any(|group| name.starts_with(group));
    let contact = came.keys().filter(asked).count() as u64;
    assert!(contact >= 2, "what counsel cannot do without");
    assert_eq!(passed(batam, "4.2").await, ((1, contact), (0, 0)));
    assert_eq!(passed(bahari, "4.2").await, ((0, 0), (1, contact)));
    let set =
        SetFields { person: None, values: BTreeMap::from([("legal.problem".to_owned(), text("paspor dirampas"))]) };
    batam.changes(&batam.manager(), case, set).await.unwrap();
    says(batam, third, GiverWord::Supplement(std::collections::BTreeSet::new())).await.unwrap();
    let letters = batam.post_for(bahari.id()).await;
    assert_eq!(letters.iter().map(crate::cast::Letter::number).collect::<Vec<_>>(), [25]);
    assert_eq!(bahari.takes(batam, &letters[0]).await, Verdict::Applied);
    assert_eq!(passed(batam, "4.4").await, ((1, 1), (0, 0)), "a supplement under its own clause");
    assert_eq!(passed(bahari, "4.4").await, ((0, 0), (1, 1)));
    bahari.takes(batam, &letters[0]).await;
    assert_eq!(passed(bahari, "4.4").await, ((0, 0), (1, 1)), "a copy counts nothing");
    for node in [batam, bahari] {
        assert_eq!(passed(node, "4.3").await.0.1 + passed(node, "4.3").await.1.1, came.len() as u64 - contact);
        assert!(desk::verify::projections(&mut node.desk.read().await.unwrap()).await.unwrap().is_empty());
    }
}

fn paper(scan: u8) -> RecordPaper {
    RecordPaper { id: ID.into(), version: 1, scan: base::Digest([scan; 32]), has_read: true }
}

/// Batam, whose rule asks for two officers, and counsel recorded one and the same scan.
async fn on_paper() -> (Node, Node, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::at(START));
    let batam = Node::new("batam", "21.71", PartyRole::TaskForce, &clock).await;
    let mawar = Node::new("lbh-mawar", "21.71", PartyRole::LegalAid, &clock).await;
    batam.meets(&mawar).await;
    mawar.meets(&batam).await;
    batam.does(&batam.coordinator(), &proposal(&mawar)).await.unwrap();
    batam.posts(&mawar).await;
    batam.does(&batam.coordinator(), &paper(1)).await.unwrap();
    assert!(batam.posts(&mawar).await.is_empty(), "as many officers record it as must sign");
    assert_eq!(code(batam.does(&batam.coordinator(), &paper(1)).await), "accord.paper-already");
    batam.does(&secretary(&batam), &paper(1)).await.unwrap();
    assert_eq!(batam.posts(&mawar).await, [(50, Verdict::Applied)]);
    assert_eq!((state(&batam, &mawar).await, state(&mawar, &batam).await), (AccordState::Draft, AccordState::Draft));
    mawar.does(&mawar.counsel(), &paper(1)).await.unwrap();
    assert_eq!(state(&mawar, &batam).await, AccordState::Active);
    assert_eq!(state(&batam, &mawar).await, AccordState::Draft, "the word is on its way");
    assert_eq!(mawar.posts(&batam).await, [(50, Verdict::Applied)]);
    assert_eq!(state(&batam, &mawar).await, AccordState::Active);
    (batam, mawar, clock)
}

fn later(clock: &ManualClock, hours: u32) {
    (0..hours).for_each(|_| clock.advance_millis(3_600_000));
}

async fn all_sign(batam: &Node, mawar: &Node) {
    mawar.does(&mawar.counsel(), &sign(0)).await.unwrap();
    batam.does(&batam.coordinator(), &sign(0)).await.unwrap();
    batam.does(&secretary(batam), &sign(1)).await.unwrap();
    batam.talks(mawar).await;
}

#[tokio::test]
async fn a_paper_that_both_recorded_is_in_force_for_thirty_days_and_signatures_make_it_last() {
    let (batam, mawar, clock) = on_paper().await;
    assert_eq!(code(batam.does(&batam.coordinator(), &paper(2)).await), "accord.not-open", "no other paper any more");
    later(&clock, 24 * 29);
    assert_eq!(batam.desk.do_duties().await.unwrap(), 0);
    mawar.does(&mawar.counsel(), &counter(&mawar, 1).await).await.unwrap();
    mawar.posts(&batam).await;
    all_sign(&batam, &mawar).await;
    later(&clock, 24 * 2);
    for (node, other) in [(&batam, &mawar), (&mawar, &batam)] {
        assert_eq!(node.desk.do_duties().await.unwrap(), 0);
        assert_eq!(state(node, other).await, AccordState::Active);
        let doc = doc(node).await;
        assert_eq!((doc.paper_until, doc.papers.len(), doc.activations.len()), (None, 2, 2));
        assert!(desk::verify::projections(&mut node.desk.read().await.unwrap()).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_paper_that_nobody_countersigned_stands_still_after_thirty_days_until_all_have_signed() {
    use desk::partners::accord::paper::to_countersign;
    let (batam, mawar, clock) = on_paper().await;
    let until = doc(&batam).await.paper_until.unwrap();
    assert_eq!(batam.desk.next_duty().await.unwrap(), Some(until));
    assert_eq!(to_countersign(&mut batam.desk.read().await.unwrap(), batam.id()).await.unwrap().len(), 1);
    later(&clock, 24 * 30);
    assert_eq!(state(&batam, &mawar).await, AccordState::Suspended, "whether or not the round came by");
    for node in [&batam, &mawar] {
        assert_eq!(node.desk.do_duties().await.unwrap(), 1);
        assert_eq!(node.desk.do_duties().await.unwrap(), 0, "once");
        assert_eq!(doc(node).await.state, "suspended");
    }
    assert!(batam.post_for(mawar.id()).await.is_empty(), "each node counts for itself");
    assert_eq!(to_countersign(&mut batam.desk.read().await.unwrap(), batam.id()).await.unwrap().len(), 1);
    all_sign(&batam, &mawar).await;
    assert_eq!((state(&batam, &mawar).await, state(&mawar, &batam).await), (AccordState::Active, AccordState::Active));
    assert!(to_countersign(&mut batam.desk.read().await.unwrap(), batam.id()).await.unwrap().is_empty());
}

/// Goal: no paper of one side alone lets anything go, whichever way the words of the two cross.
#[tokio::test]
async fn different_scans_are_in_force_for_nobody() {
    let (batam, mawar) = two().await;
    batam.does(&batam.coordinator(), &proposal(&mawar)).await.unwrap();
    batam.posts(&mawar).await;
    let unread = RecordPaper { has_read: false, ..paper(1) };
    assert_eq!(code(batam.does(&batam.coordinator(), &unread).await), "accord.not-read");
    assert_eq!(code(batam.does(&batam.manager(), &paper(1)).await), "act.role");
    batam.does(&batam.coordinator(), &paper(1)).await.unwrap();
    batam.does(&secretary(&batam), &paper(2)).await.unwrap();
    assert!(batam.posts(&mawar).await.is_empty(), "two officers with two scans are none");
    batam.does(&batam.coordinator(), &paper(2)).await.unwrap();
    mawar.does(&mawar.counsel(), &paper(3)).await.unwrap();
    assert_eq!(batam.talks(&mawar).await, [(50, Verdict::Applied), (50, Verdict::Applied)]);
    assert_eq!((state(&batam, &mawar).await, state(&mawar, &batam).await), (AccordState::Draft, AccordState::Draft));
    // Each takes the other's scan for its own while the words cross.
    mawar.does(&mawar.counsel(), &paper(2)).await.unwrap();
    batam.does(&batam.coordinator(), &paper(3)).await.unwrap();
    batam.does(&secretary(&batam), &paper(3)).await.unwrap();
    assert_eq!((state(&batam, &mawar).await, state(&mawar, &batam).await), (AccordState::Active, AccordState::Active));
    batam.talks(&mawar).await;
    let states = (state(&batam, &mawar).await, state(&mawar, &batam).await);
    assert_eq!(states, (AccordState::Suspended, AccordState::Suspended));
    all_sign(&batam, &mawar).await;
    assert_eq!((state(&batam, &mawar).await, state(&mawar, &batam).await), (AccordState::Active, AccordState::Active));
}

/// Goal: an older node holds what it cannot read instead of taking it for signatures, and no stranger's paper counts.
#[tokio::test]
async fn the_word_on_a_paper_asks_to_be_known_and_comes_from_a_party() {
    let (batam, mawar) = two().await;
    batam.does(&batam.coordinator(), &proposal(&mawar)).await.unwrap();
    batam.posts(&mawar).await;
    batam.does(&batam.coordinator(), &paper(1)).await.unwrap();
    batam.does(&secretary(&batam), &paper(1)).await.unwrap();
    let letters = batam.post_for(mawar.id()).await;
    let body = seal::Body::decode(&letters[0].payload).unwrap();
    assert_eq!(body.critical, [5]);
    let good = letters[0].received(&batam);
    let stranger = Received { from: base::NodeId::from_bytes([9; 16]), ..good.clone() };
    assert_eq!(takes(&mawar, &stranger).await, Verdict::Refused("accord.not-party".into()));
    let Message::AccordSign(said) = good.message.clone() else { unreachable!("50") };
    let unknown = desk::wire::AccordSigned { document_hash: base::Digest([7; 32]), ..said };
    let unknown = Received { message: Message::AccordSign(unknown), ..good.clone() };
    assert_eq!(takes(&mawar, &unknown).await, Verdict::Refused("accord.unknown-text".into()));
    assert!(doc(&mawar).await.papers.is_empty());
    mawar
        .does(
            &mawar.counsel(),
            &end(Ending::Terminate { reason: Reason::NeedGone, text: "tidak".into(), immediate: false }),
        )
        .await
        .unwrap();
    assert_eq!(takes(&mawar, &good).await, Verdict::Refused("accord.not-open".into()));
}

/// Goal: what a paper let out and nobody answered is taken back when its days are over.
#[tokio::test]
async fn an_open_offer_under_a_paper_is_taken_back_when_its_days_are_over() {
    use crate::legal_aid::{given, offers};
    use casework::offer::GiverState;
    let (batam, mawar, clock) = on_paper().await;
    later(&clock, 24 * 29 + 23);
    let case = decided(&batam).await;
    consents(&batam, case, to_counsel(10, "lbh-mawar")).await;
    let offer = offers(&batam, case, legal_aid(&mawar)).await.unwrap();
    batam.witnesses(&mawar).await;
    mawar.witnesses(&batam).await;
    assert_eq!(batam.posts(&mawar).await, [(16, Verdict::Applied)]);
    later(&clock, 1);
    assert_eq!(code(offers(&batam, decided_from(&batam, b"lain").await, legal_aid(&mawar)).await), "accord.not-active");
    assert!(batam.desk.do_duties().await.unwrap() >= 1);
    assert_eq!(given(&batam, offer).await, Some(GiverState::Withdrawn));
    assert_eq!(batam.posts(&mawar).await, [(22, Verdict::Applied)]);
}
