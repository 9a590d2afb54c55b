// Long because: each situation of legal aid stands here under its own name, in the order of a request's life.
//! Legal aid by the place where somebody was found: 23 situations, each with the clause, the clock and the messages that are
//! expected; and, on bytes, that nobody is named before a body said yes.

use crate::cast::*;
use crate::legal_aid::{answers, file, given, offers, stream};
use accord::matching::LegalBody;
use accord::{CaseType, Day, PartyRole};
use base::{CaseId, ManualClock, NodeId, PersonId, Place, ThreadId};
use casework::Role;
use casework::aid::{AidRequest, AidState};
use casework::case::{Person, StepRef};
use casework::consent::{GivenBy, How};
use casework::offer::{DeclineReason, GiverState, Served};
use casework::words::{Authority, Level, PersonRole, Profile, Relation, Urgency};
use desk::Error;
use desk::aid::{
    Agreed, AidAsk, AskNext, Compared, ConflictKind, GoOn, KeepConflict, RequestLegalAid, conflict, counts, look, stuck,
};
use desk::cases::consents::WithdrawConsent;
use desk::cases::record::{AddPerson, Classify, SetFact, SetFields};
use desk::cases::reports::OpenCase;
use desk::cases::steps::FinishStep;
use desk::mail::{Apply, Verdict};
use desk::offers::TakerWord;
use desk::partners::accord::ending::{EndAccord, Ending, Reason};
use desk::wire::Message;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store_sqlite::{Options, SqliteBackend};

const AGENCY: &str = "PT Samudra Karya Tujuh";

/// Batam with an accord of its own with each body; Mawar is on duty and comes first.
struct Town {
    batam: Node,
    mawar: Node,
    bahari: Node,
}

async fn town_around(batam: Node, mawar: Node) -> Town {
    let bahari = Node::new("lbh-bahari", "21.71", PartyRole::LegalAid, &batam.clock).await;
    for other in [&mawar, &bahari] {
        batam.meets(other).await;
        other.meets(&batam).await;
        agree("legal-aid", &format!("mou-{}", other.name()), &[&batam, other]).await;
    }
    states(&mawar, &batam, LegalBody { duty: (1..=7).collect(), ..legal_body() }).await;
    states(&bahari, &batam, legal_body()).await;
    Town { batam, mawar, bahari }
}

async fn town() -> Town {
    let clock = Arc::new(ManualClock::at(START));
    let batam = Node::new("batam", "21.71", PartyRole::TaskForce, &clock).await;
    let mawar = Node::new("lbh-mawar", "21.71", PartyRole::LegalAid, &clock).await;
    town_around(batam, mawar).await
}

fn wages() -> AidAsk {
    AidAsk { person: None, about: CaseType::Wages, language: None, counsel: None }
}

fn to(bodies: &[&Node]) -> Agreed {
    Agreed {
        bodies: bodies.iter().map(|node| node.id()).collect(),
        by: GivenBy::Person,
        assent: false,
        how: How::Written,
        language: "id".into(),
    }
}

fn complete() -> BTreeMap<String, base::Redacted<String>> {
    BTreeMap::from([
        ("legal.problem".to_owned(), text("upah tidak dibayar")),
        ("contact.safe_way".to_owned(), text(SAFE_WAY)),
    ])
}

async fn requests(node: &Node, case: CaseId, ask: AidAsk, agreed: Agreed) -> Result<u16, Error> {
    let act = RequestLegalAid { case, version: None, ask, values: complete(), agreed };
    node.does(&node.manager(), &act).await
}

async fn request(node: &Node, case: CaseId, no: u16) -> AidRequest {
    node.case(case).await.aid[&no].clone()
}

/// The offer that a body was asked with.
fn offer(request: &AidRequest, node: &Node) -> (ThreadId, u32) {
    let asked = request.asked.iter().find(|asked| asked.node == node.id()).unwrap();
    (asked.thread, asked.offer_no)
}

fn asked(request: &AidRequest) -> Vec<NodeId> {
    request.asked.iter().map(|asked| asked.node).collect()
}

async fn declines(node: &Node, at: (ThreadId, u32), reason: DeclineReason) {
    answers(node, at, TakerWord::Decline(reason, String::new())).await.unwrap();
}

fn numbers(sent: Vec<(u16, Verdict)>) -> Vec<u16> {
    sent.into_iter().inspect(|(_, verdict)| assert_eq!(*verdict, Verdict::Applied)).map(|(number, _)| number).collect()
}

/// The coordinator was asked, about the step of legal aid.
async fn escalated(node: &Node, case: CaseId) -> bool {
    let case = node.case(case).await;
    let asks = |watch: &casework::case::Watch| watch.step.0 == "LE-2" || watch.step.0 == "FA-2";
    case.runs("GV-2").any(|(_, run)| run.watch.as_ref().is_some_and(|w| w.level == Level::District && asks(w)))
}

async fn suspects(node: &Node, case: CaseId) {
    let values = BTreeMap::from([("recruiter.agency".to_owned(), text(AGENCY))]);
    node.changes(&node.manager(), case, SetFields { person: None, values }).await.unwrap();
}

async fn keeps(node: &Node, kind: ConflictKind, value: &str) {
    let act = KeepConflict { kind, value: text(value), note: text("klien kami") };
    node.does(&node.counsel(), &act).await.unwrap();
}

fn person(relation: Option<Relation>, role: PersonRole, profile: Profile, place: Option<&str>) -> Person {
    let fields = [("contact.safe_way", SAFE_WAY), ("legal.problem", "uang muka")];
    Person {
        relation,
        roles: [role].into(),
        profile,
        place: place.map(|code| Place::parse(code).unwrap()),
        is_protected: false,
        fields: fields.into_iter().map(|(field, value)| (field.to_owned(), text(value))).collect(),
    }
}

async fn adds(node: &Node, case: CaseId, person: Person) -> PersonId {
    let id = PersonId::from_bytes([6; 16]);
    node.changes(&node.manager(), case, AddPerson { id, person }).await.unwrap();
    id
}

/// A case of somebody found in another place, or red.
async fn opened_as(node: &Node, found_in: &str, urgency: Urgency) -> CaseId {
    let taken = node.desk.take_report(b"kunci-a", &sealed(node, b"kunci-a", &report()).await).await.unwrap();
    let desk::intake::Taken::New(receipt) = taken else { panic!("{taken:?}") };
    let found = desk::cases::reports::by_rid(&mut node.desk.read().await.unwrap(), receipt.rid).await.unwrap();
    let act = OpenCase {
        report: found.unwrap().id,
        found_in: Place::parse(found_in).ok(),
        origin: Place::parse("52.03").ok(),
        roles: BTreeSet::from([PersonRole::Victim]),
    };
    let case = node.does(&node.officer(4, &[Role::IntakeOfficer]), &act).await.unwrap();
    let safe = BTreeMap::from([("F-02.answers".to_owned(), text("tidak ada bahaya"))]);
    let intake = node.officer(4, &[Role::IntakeOfficer]);
    node.changes(&intake, case, FinishStep { step: StepRef("IN-2".into(), 1), values: safe }).await.unwrap();
    let classified = Classify { urgency, authority: Authority::Own, reason: text("ditemukan petugas") };
    node.changes(&node.manager(), case, classified).await.unwrap();
    assigned(node, case).await;
    case
}

#[tokio::test]
async fn a01_the_first_body_is_in_conflict_and_the_next_is_asked_in_the_same_commit_and_serves() {
    let Town { batam, mawar, bahari } = &town().await;
    keeps(mawar, ConflictKind::Company, "Samudra Karya Tujuh, PT").await;
    let case = decided(batam).await;
    suspects(batam, case).await;
    let no = requests(batam, case, wages(), to(&[mawar, bahari])).await.unwrap();
    let made = request(batam, case, no).await;
    assert_eq!(made.ranked.iter().map(|body| body.node).collect::<Vec<_>>(), [mawar.id(), bahari.id()]);
    assert_eq!(made.ranked[0].clause, "mou-lbh-mawar/1#4.2");
    assert!(made.ranked[0].reasons.en.contains("on duty today"), "{:?}", made.ranked[0].reasons);
    assert_eq!(made.clock.span.value, 3, "UU 16/2011 article 15(2)");
    assert!(made.clock.statutory && made.asked[0].answer_by == START.plus_hours(24), "AMBER: 24 h by the accord");
    assert_eq!(numbers(batam.talks(mawar).await), [16]);
    let first = offer(&made, mawar);
    let came = stream(mawar, first.0).await.came[&1].clone();
    assert_eq!(came.compared, Some(Compared::Hit));
    assert!(batam.post_for(bahari.id()).await.is_empty(), "nobody else is asked meanwhile");
    declines(mawar, first, DeclineReason::Conflicted).await;
    let letters = mawar.post_for(batam.id()).await;
    let head = batam.head().await;
    assert_eq!(batam.takes(mawar, &letters[0]).await, Verdict::Applied);
    let journal = batam.journal(head).await;
    assert!(
        journal.iter().any(|kind| kind == "offer.frozen"),
        "the no and the next question are one commit: {journal:?}"
    );
    let made = request(batam, case, no).await;
    assert_eq!(asked(&made), [mawar.id(), bahari.id()]);
    assert_eq!(made.asked[0].answer.as_deref(), Some("conflicted"));
    assert_eq!(numbers(batam.talks(bahari).await), [16]);
    let second = offer(&made, bahari);
    assert_eq!(stream(bahari, second.0).await.came[&1].compared, Some(Compared::Clear));
    answers(bahari, second, TakerWord::Accept).await.unwrap();
    assert_eq!(numbers(batam.talks(bahari).await), [20, 24]);
    assert_eq!(file(bahari, second).await["contact.safe_way"], SAFE_WAY);
    let made = request(batam, case, no).await;
    assert_eq!((made.state, made.asked[1].answer.as_deref()), (AidState::Served, Some("accepted")));
    assert_eq!(made.clock.stopped_at, Some(START));
    assert_eq!(code(offers(batam, case, legal_aid(mawar)).await), "floor.conflict");
    let mut view = batam.desk.read().await.unwrap();
    assert_eq!(desk::verify::projections(&mut view).await.unwrap(), []);
}

#[tokio::test]
async fn a02_her_sister_at_home_is_covered_as_family_and_a_partner_near_her_is_named() {
    let Town { batam, mawar, .. } = &town().await;
    let near = Node::new("lbh-rinjani", "52.03", PartyRole::LegalAid, &batam.clock).await;
    batam.meets(&near).await;
    let lotim = Place::parse("52.03").unwrap();
    states(&near, batam, LegalBody { districts: [lotim.clone()].into(), ..legal_body() }).await;
    let case = decided(batam).await;
    let sister =
        adds(batam, case, person(Some(Relation::Sibling), PersonRole::Family, Profile::Adult, Some("52.03"))).await;
    let ask = AidAsk { person: Some(sister), ..wages() };
    let stored = batam.case(case).await;
    let found = look(&mut batam.desk.read().await.unwrap(), &batam.desk, &stored, &ask).await.unwrap();
    assert_eq!(found.stays_in, Some(lotim));
    assert_eq!(found.matching.ranked[0].relay.as_deref(), Some("lbh-rinjani"));
    let code = found.matching.not.iter().find(|(name, _)| name == "lbh-rinjani").unwrap().1.code();
    assert_eq!(code.0, "accord.not-party", "without an accord it is a partner to go along, not one to ask");
    let no = requests(batam, case, ask, to(&[mawar])).await.unwrap();
    let made = request(batam, case, no).await;
    assert_eq!((made.ranked[0].clause.as_str(), made.person), ("mou-lbh-mawar/1#4.2", Some(sister)));
    assert_eq!(numbers(batam.talks(mawar).await), [16]);
    answers(mawar, offer(&made, mawar), TakerWord::Accept).await.unwrap();
    assert_eq!(numbers(batam.talks(mawar).await), [20, 24]);
    let came = file(mawar, offer(&made, mawar)).await;
    assert_eq!(came.keys().collect::<Vec<_>>(), ["contact.safe_way", "legal.problem"], "her own, and nothing of Ratna");
}

#[tokio::test]
async fn a03_where_she_is_from_does_not_matter_where_she_was_found_does() {
    let Town { batam, mawar, .. } = &town().await;
    let case = decided(batam).await;
    assert_eq!(batam.case(case).await.opening.origin, Place::parse("52.03").ok());
    let no = requests(batam, case, wages(), to(&[mawar])).await.unwrap();
    assert_eq!(request(batam, case, no).await.ranked[0].clause, "mou-lbh-mawar/1#4.2");
}

#[tokio::test]
async fn a04_found_elsewhere_is_not_covered_the_coordinator_is_asked_and_the_reason_counted() {
    let Town { batam, mawar, bahari } = &town().await;
    let case = opened_as(batam, "32.12", Urgency::Amber).await;
    let no = requests(batam, case, wages(), to(&[mawar, bahari])).await.unwrap();
    let made = request(batam, case, no).await;
    assert!(made.ranked.is_empty() && made.asked.is_empty());
    let codes: Vec<&str> = made.not.iter().map(|(_, code)| code.as_str()).collect();
    assert_eq!(codes, ["clause.place", "clause.place"]);
    assert_eq!(made.state, AidState::Exhausted);
    assert!(escalated(batam, case).await);
    let counted = counts(&mut batam.desk.read().await.unwrap()).await.unwrap();
    assert_eq!((counted.not["clause.place"], counted.states[&AidState::Exhausted]), (2, 1));
    let waiting = stuck(&mut batam.desk.read().await.unwrap(), officer_id(3)).await.unwrap();
    assert_eq!((waiting.len(), waiting[0].case, waiting[0].state), (1, case, AidState::Exhausted));
    assert!(batam.post_for(mawar.id()).await.is_empty());
}

#[tokio::test]
async fn a05_the_family_of_a_witness_is_covered_and_a_reporter_is_not() {
    let Town { batam, mawar, .. } = &town().await;
    let case = decided(batam).await;
    let brother =
        adds(batam, case, person(Some(Relation::Sibling), PersonRole::Witness, Profile::Adult, Some("52.03"))).await;
    let no = requests(batam, case, AidAsk { person: Some(brother), ..wages() }, to(&[mawar])).await.unwrap();
    assert_eq!(request(batam, case, no).await.ranked[0].clause, "mou-lbh-mawar/1#4.2");
    let other = PersonId::from_bytes([7; 16]);
    let reporter = person(None, PersonRole::Reporter, Profile::Adult, None);
    batam.changes(&batam.manager(), case, AddPerson { id: other, person: reporter }).await.unwrap();
    let no = requests(batam, case, AidAsk { person: Some(other), ..wages() }, to(&[mawar])).await.unwrap();
    assert_eq!(request(batam, case, no).await.not[0].1, "clause.role");
}

#[tokio::test]
async fn a06_for_a_child_whose_parents_are_suspects_the_authority_speaks_and_nobody_else() {
    let Town { batam, mawar, .. } = &town().await;
    let case = decided(batam).await;
    let child = adds(batam, case, person(Some(Relation::Sibling), PersonRole::Victim, Profile::Child, None)).await;
    let suspect = SetFact { word: "guardian_suspect".into(), holds: true };
    batam.changes(&batam.manager(), case, suspect).await.unwrap();
    let ask = || AidAsk { person: Some(child), ..wages() };
    let by = |by, assent| Agreed { by, assent, ..to(&[mawar]) };
    assert_eq!(code(requests(batam, case, ask(), by(GivenBy::Guardian, true)).await), "consent.guardian-suspect");
    assert_eq!(code(requests(batam, case, ask(), by(GivenBy::Person, true)).await), "consent.child-needs-guardian");
    assert!(batam.case(case).await.aid.is_empty(), "a refused request leaves nothing");
    let no = requests(batam, case, ask(), by(GivenBy::Authority, true)).await.unwrap();
    assert_eq!(asked(&request(batam, case, no).await), [mawar.id()]);
    assert_eq!(numbers(batam.talks(mawar).await), [16]);
}

#[tokio::test]
async fn a07_an_accreditation_that_ended_yesterday_excludes_and_its_last_day_does_not() {
    let Town { batam, mawar, bahari } = &town().await;
    states_again(mawar, batam, LegalBody { until: Day(TODAY - 1), ..legal_body() }).await;
    states_again(bahari, batam, LegalBody { until: Day(TODAY), ..legal_body() }).await;
    let case = decided(batam).await;
    let no = requests(batam, case, wages(), to(&[mawar, bahari])).await.unwrap();
    let made = request(batam, case, no).await;
    assert_eq!(asked(&made), [bahari.id()]);
    assert_eq!(made.not, [("lbh-mawar".to_owned(), "legal-aid.accreditation-over".to_owned())]);
}

/// A third entry: what was stated before no longer holds.
async fn states_again(who: &Node, to: &Node, body: LegalBody) {
    let item = desk::aid::body::to_value(&body);
    let entry = who
        .restated(|entry| {
            entry.serial += 1;
            entry.services = vec![item];
        })
        .await;
    let known = desk::partners::peer(&mut to.desk.read().await.unwrap(), who.id()).await.unwrap().unwrap();
    let peer = desk::partners::Peer { serial: 3, ..known };
    let act = desk::partners::ConfirmPeer { peer, entry: entry.bytes().to_vec() };
    to.does(&to.coordinator(), &act).await.unwrap();
}

#[tokio::test]
async fn a08_an_accord_suspended_while_its_body_is_asked_takes_the_question_back_and_asks_the_next() {
    let Town { batam, mawar, bahari } = &town().await;
    let case = decided(batam).await;
    let no = requests(batam, case, wages(), to(&[mawar, bahari])).await.unwrap();
    batam.talks(mawar).await;
    let ending = Ending::Suspend { reason: Reason::Review, text: "ditinjau".into(), until: None };
    let act = EndAccord { id: "mou-lbh-mawar".into(), ending };
    batam.does(&batam.coordinator(), &act).await.unwrap();
    let made = request(batam, case, no).await;
    assert_eq!(asked(&made), [mawar.id(), bahari.id()]);
    assert_eq!(made.asked[0].answer.as_deref(), Some("accord"));
    let mut sent = numbers(batam.talks(mawar).await);
    sent.sort_unstable();
    assert_eq!(sent, [22, 52]);
    assert_eq!(numbers(batam.talks(bahari).await), [16]);
}

#[tokio::test]
async fn a09_both_bodies_are_in_conflict_nobody_is_left_and_none_of_them_is_asked_again() {
    let Town { batam, mawar, bahari } = &town().await;
    let case = decided(batam).await;
    suspects(batam, case).await;
    let no = requests(batam, case, wages(), to(&[mawar, bahari])).await.unwrap();
    for node in [mawar, bahari] {
        keeps(node, ConflictKind::Company, AGENCY).await;
        batam.talks(node).await;
        let at = offer(&request(batam, case, no).await, node);
        assert_eq!(stream(node, at.0).await.came[&1].compared, Some(Compared::Hit));
        declines(node, at, DeclineReason::Conflicted).await;
        batam.talks(node).await;
    }
    assert_eq!(request(batam, case, no).await.state, AidState::Exhausted);
    assert!(escalated(batam, case).await);
    let again = requests(batam, case, wages(), to(&[mawar, bahari])).await.unwrap();
    let codes: Vec<String> = request(batam, case, again).await.not.into_iter().map(|(_, code)| code).collect();
    assert_eq!(codes, ["floor.conflict", "floor.conflict"]);
}

#[tokio::test]
async fn a10_a_body_without_a_free_place_is_not_asked_and_one_that_says_so_is_passed() {
    let Town { batam, mawar, bahari } = &town().await;
    states_again(mawar, batam, LegalBody { places: 0, ..legal_body() }).await;
    let case = decided(batam).await;
    let no = requests(batam, case, wages(), to(&[mawar, bahari])).await.unwrap();
    let made = request(batam, case, no).await;
    assert_eq!(made.not, [("lbh-mawar".to_owned(), "legal-aid.full".to_owned())]);
    batam.talks(bahari).await;
    declines(bahari, offer(&made, bahari), DeclineReason::NoCapacity).await;
    batam.talks(bahari).await;
    let made = request(batam, case, no).await;
    assert_eq!((made.state, made.asked[0].answer.as_deref()), (AidState::Exhausted, Some("no_capacity")));
}

#[tokio::test]
async fn a11_a_foreign_woman_found_here_is_covered_without_any_origin() {
    let Town { batam, mawar, bahari } = &town().await;
    states_again(
        bahari,
        batam,
        LegalBody { languages: ["id".into(), "en".into()].into(), duty: (1..=7).collect(), ..legal_body() },
    )
    .await;
    let case = decided(batam).await;
    let friend = adds(batam, case, person(None, PersonRole::Victim, Profile::Adult, None)).await;
    let ask = AidAsk { person: Some(friend), about: CaseType::Stay, language: Some("en".into()), counsel: None };
    let no = requests(batam, case, ask, to(&[mawar, bahari])).await.unwrap();
    let made = request(batam, case, no).await;
    assert_eq!(asked(&made), [bahari.id()], "who speaks her language comes first");
    assert_eq!(made.ranked[0].clause, "mou-lbh-bahari/1#4.2");
    assert!(made.ranked[1].reasons.en.contains("an interpreter is needed"));
}

#[tokio::test]
async fn a12_a_deaf_client_comes_to_who_signs_and_nobody_is_excluded_for_not_signing() {
    let Town { batam, mawar, bahari } = &town().await;
    let signs =
        LegalBody { languages: ["id".into(), "bisindo".into()].into(), duty: (1..=7).collect(), ..legal_body() };
    states_again(bahari, batam, signs).await;
    let case = decided(batam).await;
    let ask = AidAsk { language: Some("bisindo".into()), ..wages() };
    let no = requests(batam, case, ask, to(&[mawar, bahari])).await.unwrap();
    let made = request(batam, case, no).await;
    assert_eq!(made.ranked.iter().map(|body| body.node).collect::<Vec<_>>(), [bahari.id(), mawar.id()]);
}

#[tokio::test]
async fn a13_a_request_that_is_repeated_while_one_runs_is_refused() {
    let Town { batam, mawar, bahari } = &town().await;
    let case = decided(batam).await;
    requests(batam, case, wages(), to(&[mawar])).await.unwrap();
    let again = requests(batam, case, wages(), to(&[bahari])).await;
    assert_eq!(code(again), "legal-aid.running");
    assert_eq!(batam.case(case).await.aid.len(), 1);
    assert_eq!(numbers(batam.talks(mawar).await), [16], "she is asked about once");
}

#[tokio::test]
async fn a14_the_chain_asks_each_body_once_and_ends_with_the_coordinator() {
    let Town { batam, mawar, bahari } = &town().await;
    let case = decided(batam).await;
    let no = requests(batam, case, wages(), to(&[mawar, bahari])).await.unwrap();
    for (node, reason) in [(mawar, DeclineReason::NotOurMandate), (bahari, DeclineReason::NoCapacity)] {
        batam.talks(node).await;
        declines(node, offer(&request(batam, case, no).await, node), reason).await;
        assert_eq!(numbers(batam.talks(node).await), [21]);
    }
    let made = request(batam, case, no).await;
    assert_eq!(asked(&made), [mawar.id(), bahari.id()]);
    assert_eq!(
        made.asked.iter().map(|a| a.answer.as_deref().unwrap()).collect::<Vec<_>>(),
        ["not_our_mandate", "no_capacity"]
    );
    assert_eq!(made.state, AidState::Exhausted);
    assert!(escalated(batam, case).await);
    assert!(batam.post_for(mawar.id()).await.is_empty() && batam.post_for(bahari.id()).await.is_empty());
}

#[tokio::test]
async fn a15_a_consent_withdrawn_before_the_answer_takes_the_question_back_and_asks_nobody_else() {
    let Town { batam, mawar, bahari } = &town().await;
    let case = decided(batam).await;
    let no = requests(batam, case, wages(), to(&[mawar, bahari])).await.unwrap();
    batam.talks(mawar).await;
    let stored = batam.case(case).await;
    let named = |consent: &&casework::Consent| consent.receiver.as_ref().is_some_and(|to| to.party == "lbh-mawar");
    let consent = stored.consents.values().find(named).unwrap().id;
    batam.does(&batam.manager(), &WithdrawConsent { case, consent, erase: false }).await.unwrap();
    let made = request(batam, case, no).await;
    assert_eq!((made.state, made.asked[0].answer.as_deref()), (AidState::Stopped, Some("consent")));
    assert_eq!(numbers(batam.talks(mawar).await), [22]);
    assert!(batam.post_for(bahari.id()).await.is_empty(), "somebody speaks with her first");
    let at = offer(&made, mawar);
    assert!(stream(mawar, at.0).await.came[&1].hidden);
}

#[tokio::test]
async fn a16_counsel_that_gives_up_is_replaced_by_a_new_request_to_another() {
    let Town { batam, mawar, bahari } = &town().await;
    let case = decided(batam).await;
    let no = requests(batam, case, wages(), to(&[mawar])).await.unwrap();
    batam.talks(mawar).await;
    let first = offer(&request(batam, case, no).await, mawar);
    answers(mawar, first, TakerWord::Accept).await.unwrap();
    batam.talks(mawar).await;
    answers(mawar, first, TakerWord::Complete(Served::NotServed, "penasihat berhenti".into())).await.unwrap();
    assert_eq!(numbers(batam.talks(mawar).await), [26]);
    assert_eq!(given(batam, first).await, Some(GiverState::Done));
    let next = requests(batam, case, wages(), to(&[bahari])).await.unwrap();
    assert_eq!(next, 2);
    let made = request(batam, case, next).await;
    assert_eq!(asked(&made), [mawar.id()], "its consent still holds, and it is on duty; she is asked whom she wants");
    batam.does(&batam.manager(), &AskNext { case, no: next }).await.unwrap();
    assert_eq!(asked(&request(batam, case, next).await), [mawar.id(), bahari.id()]);
}

#[tokio::test]
async fn a17_silence_alarms_at_the_accords_time_escalates_at_the_laws_and_the_next_can_be_asked() {
    let Town { batam, mawar, bahari } = &town().await;
    let case = decided(batam).await;
    let no = requests(batam, case, wages(), to(&[mawar, bahari])).await.unwrap();
    let due = request(batam, case, no).await.clock.due;
    assert_eq!(due, START.plus_hours(72), "Monday to Thursday: three working days");
    for _ in 0..73 {
        batam.clock.advance_millis(3_600_000);
        while batam.desk.do_duties().await.unwrap() > 0 {}
    }
    let made = request(batam, case, no).await;
    assert_eq!((made.clock.level, made.state), (100, AidState::Asking));
    assert!(escalated(batam, case).await);
    let notes = batam.case(case).await.notes.iter().filter(|n| n.text.expose().starts_with("XR: district")).count();
    assert_eq!(notes, 1, "and the duty officers were alerted at 24 hours");
    batam.does(&batam.manager(), &AskNext { case, no }).await.unwrap();
    let made = request(batam, case, no).await;
    assert_eq!(asked(&made), [mawar.id(), bahari.id()]);
    assert_eq!(made.asked[0].answer.as_deref(), Some("other_provider"));
    assert_eq!(made.clock.due, due, "the law's time does not begin anew with the next body");
}

#[tokio::test]
async fn a18_red_is_answered_within_two_hours_by_both_clocks() {
    let Town { batam, mawar, .. } = &town().await;
    let case = opened_as(batam, "21.71", Urgency::Red).await;
    let no = requests(batam, case, wages(), to(&[mawar])).await.unwrap();
    let made = request(batam, case, no).await;
    assert_eq!((made.clock.due, made.asked[0].answer_by), (START.plus_hours(2), START.plus_hours(2)));
}

#[tokio::test]
async fn a19_where_she_named_one_body_alone_the_chain_stops_and_goes_on_with_her_word() {
    let Town { batam, mawar, bahari } = &town().await;
    let case = decided(batam).await;
    let no = requests(batam, case, wages(), to(&[mawar])).await.unwrap();
    batam.talks(mawar).await;
    declines(mawar, offer(&request(batam, case, no).await, mawar), DeclineReason::NoCapacity).await;
    batam.talks(mawar).await;
    let made = request(batam, case, no).await;
    assert_eq!((made.state, asked(&made)), (AidState::Consent, vec![mawar.id()]));
    assert!(batam.post_for(bahari.id()).await.is_empty());
    batam.does(&batam.manager(), &GoOn { case, no, agreed: to(&[bahari]) }).await.unwrap();
    let made = request(batam, case, no).await;
    assert_eq!((made.state, asked(&made)), (AidState::Asking, vec![mawar.id(), bahari.id()]));
    assert_eq!(
        code(batam.does(&batam.manager(), &GoOn { case, no, agreed: to(&[bahari]) }).await),
        "legal-aid.not-waiting"
    );
}

#[tokio::test]
async fn a20_the_laws_time_begins_with_a_complete_request_and_no_other_is_taken() {
    let Town { batam, mawar, .. } = &town().await;
    let case = opened_as(batam, "21.71", Urgency::Amber).await;
    let mut values = complete();
    values.remove("legal.problem");
    let act = RequestLegalAid { case, version: None, ask: wages(), values, agreed: to(&[mawar]) };
    let refused = batam.does(&batam.manager(), &act).await.unwrap_err().problem();
    assert_eq!((refused.code.0, refused.at.as_deref()), ("legal-aid.incomplete", Some("legal.problem")));
    let counsel = batam.officer(9, &[Role::Analyst]);
    assert_eq!(code(batam.does(&counsel, &act).await), "act.role");
}

#[tokio::test]
async fn a21_old_facts_lower_a_body_and_say_so_and_one_that_states_nothing_is_not_asked() {
    let Town { batam, mawar, bahari } = &town().await;
    states_again(mawar, batam, LegalBody { confirmed: Day(TODAY - 200), ..legal_body() }).await;
    let silent = Node::new("lbh-sunyi", "21.71", PartyRole::LegalAid, &batam.clock).await;
    batam.meets(&silent).await;
    agree("legal-aid", "mou-sunyi", &[batam, &silent]).await;
    let case = decided(batam).await;
    let no = requests(batam, case, wages(), to(&[mawar, bahari, &silent])).await.unwrap();
    let made = request(batam, case, no).await;
    assert_eq!(made.ranked.iter().map(|body| body.node).collect::<Vec<_>>(), [bahari.id(), mawar.id()]);
    assert!(made.ranked[1].reasons.id.contains("terakhir dipastikan"), "{}", made.ranked[1].reasons.id);
    assert_eq!(made.not, [("lbh-sunyi".to_owned(), "legal-aid.unstated".to_owned())]);
}

#[tokio::test]
async fn a22_comparing_is_rationed_and_recorded_and_says_a_hit_and_nothing_else() {
    let Town { batam, mawar, bahari } = &town().await;
    keeps(mawar, ConflictKind::Company, AGENCY).await;
    let case = decided(batam).await;
    suspects(batam, case).await;
    let no = requests(batam, case, wages(), to(&[mawar, bahari])).await.unwrap();
    let letters = batam.post_for(mawar.id()).await;
    let desk::wire::Message::OfferOpen(open) = letters[0].message() else { panic!() };
    let values = open.conflict.unwrap().0;
    assert_eq!(values.len(), 1, "the agency; the name of a recruiter is no key");
    let head = mawar.head().await;
    mawar.takes(batam, &letters[0]).await;
    assert!(mawar.journal(head).await.contains(&"offer.compared".to_owned()));
    let at = offer(&request(batam, case, no).await, mawar);
    let kept = format!("{:?}", stream(mawar, at.0).await.came[&1]);
    assert!(!kept.contains(&format!("{:?}", values[0])), "the values themselves are kept nowhere");
    // The same question again and again under other threads, as somebody who guesses would ask.
    for nth in 1..=conflict::CHECKS_PER_DAY_MAX {
        let mut got = letters[0].received(batam);
        got.thread = ThreadId::from_bytes([u8::try_from(nth).unwrap(); 16]);
        let mut tx = mawar.begin().await;
        assert_eq!(mawar.desk.apply(&mut tx, &got).await.unwrap(), Verdict::Applied);
        tx.commit().await.unwrap();
        let said = stream(mawar, got.thread).await.came[&1].compared;
        let is_last = nth == conflict::CHECKS_PER_DAY_MAX;
        assert_eq!(said, Some(if is_last { Compared::NotCompared } else { Compared::Clear }), "{nth}");
    }
}

#[tokio::test]
async fn a23_a_person_who_refuses_is_asked_for_nowhere_else() {
    let Town { batam, mawar, bahari } = &town().await;
    let case = decided(batam).await;
    let no = requests(batam, case, wages(), to(&[mawar, bahari])).await.unwrap();
    batam.talks(mawar).await;
    declines(mawar, offer(&request(batam, case, no).await, mawar), DeclineReason::PersonRefuses).await;
    batam.talks(mawar).await;
    assert_eq!(request(batam, case, no).await.state, AidState::Stopped);
    assert!(batam.post_for(bahari.id()).await.is_empty());
}

/// Goal: before a yes nobody is named. Method: every byte of what was said to the body, opened, and every byte on its disk, are
/// searched for all that could name her; then the same search after the yes finds the way to reach her in what was said.
#[tokio::test]
async fn nobody_is_named_on_the_wire_or_on_the_bodys_disk_before_it_said_yes() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::at(START));
    let batam = Node::new("batam", "21.71", PartyRole::TaskForce, &clock).await;
    let backend = Arc::new(SqliteBackend::open(&folder.path().join("node.db"), Options::at(START)).unwrap());
    let mawar = Node::over(backend, ("lbh-mawar", "21.71", PartyRole::LegalAid), &clock).await;
    let Town { batam, mawar, .. } = &town_around(batam, mawar).await;
    let case = decided(batam).await;
    suspects(batam, case).await;
    let no = requests(batam, case, wages(), to(&[mawar])).await.unwrap();
    let letters = batam.post_for(mawar.id()).await;
    assert_eq!(letters.iter().map(Letter::number).collect::<Vec<_>>(), [16]);
    let names = [NAME, PHONE, NIK, STORY, SHELTER, SAFE_WAY, RECRUITER, AGENCY];
    let within = |bytes: &[u8], name: &str| bytes.windows(name.len()).any(|window| window == name.as_bytes());
    for name in names {
        assert!(!within(&letters[0].payload, name), "{name} is in message 16");
    }
    mawar.takes(batam, &letters[0]).await;
    let at = offer(&request(batam, case, no).await, mawar);
    let came = stream(mawar, at.0).await.came[&1].clone();
    assert!(came.extract.is_none());
    let (_, fields) = came.content().unwrap();
    assert_eq!(fields.0.keys().filter(|name| casework::words::Category::identifies(name)).count(), 0);
    let mut searched = 0;
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        searched += bytes.len();
        for name in &names {
            assert!(!within(&bytes, name), "{name} is on the disk");
        }
    }
    assert!(searched > 100_000, "{searched}");
    answers(mawar, at, TakerWord::Accept).await.unwrap();
    for letter in mawar.post_for(batam.id()).await {
        batam.takes(mawar, &letter).await;
    }
    let file = batam.post_for(mawar.id()).await;
    assert!(file.iter().any(|letter| within(&letter.payload, SAFE_WAY)), "the search finds what is there");
}

/// Goal: a case that names more suspects than a message carries still sends an offer within 4 KB. Method: forty agencies and
/// forty telephones; what was sealed is measured.
#[tokio::test]
async fn an_offer_with_as_many_blind_values_as_it_carries_stays_within_4_kb() {
    let Town { batam, mawar, .. } = &town().await;
    let case = decided(batam).await;
    let many = |what: &dyn Fn(u32) -> String| text(&(1..=40).map(what).collect::<Vec<_>>().join(", "));
    let values = BTreeMap::from([
        ("recruiter.agency".to_owned(), many(&|n| format!("PT Maju {n}"))),
        ("recruiter.phone".to_owned(), many(&|n| format!("0812-5550-{n:04}"))),
    ]);
    batam.changes(&batam.manager(), case, SetFields { person: None, values }).await.unwrap();
    requests(batam, case, wages(), to(&[mawar])).await.unwrap();
    let offers = batam.post_for(mawar.id()).await;
    let Message::OfferOpen(offer) = &offers[0].message() else { panic!("{:?}", offers[0].number()) };
    assert_eq!(offer.conflict.as_ref().unwrap().0.len(), conflict::VALUES_MAX);
    // With the signature, its frame and a length it is padded to 2,048 bytes, and 116 are around those.
    let content = offers[0].payload.len() + 64 + 32 + 4;
    assert!((1_024..=2_048).contains(&content), "{content}");
}
