//! Ratna asks what is kept about her.

use crate::case::tests::{Story, consent, officer, text};
use crate::case::{Case, Today};
use crate::consent::GivenBy;
use crate::matter::{ClaimKind, Loss, LossKind, Rupiah};
use crate::offer::OfferKind;
use crate::rights::{Asker, Granted, Ground, Review, Right, RightAnswer, RightAsk};
use crate::words::Category;
use crate::{CaseEvent, ConsentCode};
use base::{ConsentId, Problem};
use std::collections::{BTreeMap, BTreeSet};

type Events = Result<Vec<CaseEvent>, Problem>;

fn ask(right: Right) -> RightAsk {
    let consent = (right == Right::Withdrawal).then(|| ConsentId::from_bytes([4; 16]));
    RightAsk {
        right,
        by: GivenBy::Person,
        about: text("semua tentang saya"),
        way: text("dibacakan di kantor"),
        consent,
    }
}

fn asks(right: Right) -> impl FnOnce(&Case, &Today<'_>) -> Events {
    move |case, today| case.ask_right(ask(right), officer(1), today)
}

fn answer(granted: Granted, ground: Option<Ground>) -> RightAnswer {
    RightAnswer { granted, ground, left_out: BTreeSet::new(), reason: text("dijelaskan"), by: officer(1) }
}

fn answers(no: u16, granted: Granted, ground: Option<Ground>) -> impl FnOnce(&Case, &Today<'_>) -> Events {
    move |case, _| case.answer_right(no, answer(granted, ground))
}

fn review(by: u8, asker: Asker, way_is_safe: bool) -> Review {
    Review { by: officer(by), asker, way_is_safe, note: text("dicocokkan dengan foto") }
}

#[test]
fn t2_each_request_has_three_times_24_hours_and_rings_like_a_deadline_also_when_the_case_is_closed() {
    for right in Right::ALL.iter().filter(|right| **right != Right::Withdrawal) {
        let mut story = Story::decided();
        story.does(|case, today| case.close(&Story::closing(), today)).unwrap();
        story.does(asks(*right)).unwrap();
        let request = story.case.rights[&1].clone();
        assert_eq!(request.clock.due, story.desk.now.plus_hours(72), "{right}");
        assert_eq!(request.clock.statutory, matches!(right, Right::Access | Right::Correction | Right::Restriction));
        assert_eq!(story.case.next_alarm_at(), Some(story.desk.now.plus_hours(36)));
        for (hours, level) in [(36, 50), (22, 80), (14, 100)] {
            story.later(hours);
            story.does(Case::raise_alarms).unwrap();
            assert_eq!(story.case.rights[&1].clock.level, level, "{right}");
        }
        assert_eq!(story.case.next_alarm_at(), None, "it rang once at each level");
    }
}

#[test]
fn t2_a_withdrawal_acts_at_once_and_nobody_can_refuse_it() {
    let mut story = Story::decided();
    assert_eq!(story.does(asks(Right::Withdrawal)), Err("consent.unknown"));
    story.does(|case, today| case.give_consent(consent(4, ConsentCode::Share), today)).unwrap();
    story.does(asks(Right::Withdrawal)).unwrap();
    assert!(!story.case.consents[&ConsentId::from_bytes([4; 16])].holds(story.desk.now));
    assert_eq!(story.case.open_rights().count(), 0, "asked, done and answered in one act");
    assert!(Ground::ALL.iter().all(|ground| !Right::Withdrawal.may_be_refused(*ground)));
    let unnamed = RightAsk { consent: None, ..ask(Right::Withdrawal) };
    assert_eq!(story.does(|case, today| case.ask_right(unnamed, officer(1), today)), Err("consent.unknown"));
}

#[test]
fn what_leaves_waits_for_a_second_officer_who_finds_it_safe() {
    for right in [Right::Access, Right::Portability] {
        let mut story = Story::decided();
        let nowhere = RightAsk { way: text(" "), ..ask(right) };
        assert_eq!(story.does(|case, today| case.ask_right(nowhere, officer(1), today)), Err("right.needs-way"));
        story.does(asks(right)).unwrap();
        assert_eq!(story.does(answers(1, Granted::Whole, None)), Err("right.second-officer"));
        story.does(|case, _| case.review_right(1, review(1, Asker::Person, true))).unwrap();
        assert_eq!(story.does(answers(1, Granted::Whole, None)), Err("right.second-officer"), "not the same officer");
        story.does(|case, _| case.review_right(1, review(2, Asker::Person, false))).unwrap();
        assert_eq!(story.does(answers(1, Granted::Whole, None)), Err("right.not-safe"));
        assert!(story.case.copy_for_person(1, story.desk.now).is_err());
        story.does(|case, _| case.review_right(1, review(2, Asker::Person, true))).unwrap();
        story.does(answers(1, Granted::Whole, None)).unwrap();
        assert!(story.case.copy_for_person(1, story.desk.now).is_ok());
        assert_eq!(story.does(answers(1, Granted::Whole, None)), Err("right.answered"));
    }
}

#[test]
fn a_refusal_names_a_ground_of_the_law_and_a_reason() {
    let allowed = |right: Right| -> Vec<Ground> {
        Ground::ALL.iter().copied().filter(|ground| right.may_be_refused(*ground)).collect()
    };
    assert_eq!(allowed(Right::Access), [Ground::Safety, Ground::Others, Ground::Law, Ground::NotTheirs]);
    assert_eq!(allowed(Right::Correction), [Ground::Safety, Ground::Others, Ground::NotTheirs]);
    assert_eq!(allowed(Right::Restriction), [Ground::Others, Ground::Law, Ground::NotTheirs]);
    assert_eq!(allowed(Right::Erasure), [Ground::Law, Ground::LegalCase, Ground::NotTheirs]);
    let mut story = Story::decided();
    story.does(asks(Right::Access)).unwrap();
    assert_eq!(story.does(answers(1, Granted::Refused, None)), Err("right.needs-ground"));
    assert_eq!(story.does(answers(1, Granted::Refused, Some(Ground::LegalCase))), Err("right.not-that-ground"));
    let silent = RightAnswer { reason: text(" "), ..answer(Granted::Refused, Some(Ground::Safety)) };
    assert_eq!(story.does(|case, _| case.answer_right(1, silent)), Err("case.reason-missing"));
    story.does(answers(1, Granted::Refused, Some(Ground::Safety))).unwrap();
    let (given, at) = story.case.rights[&1].answer.clone().unwrap();
    assert_eq!((given.ground, given.by, at), (Some(Ground::Safety), officer(1), story.desk.now));
    assert_eq!(story.case.copy_for_person(1, story.desk.now).unwrap_err().code.0, "right.not-granted");
}

#[test]
fn nothing_is_erased_as_a_whole_while_a_legal_case_runs() {
    let mut story = Story::decided();
    story.does(|case, today| case.set_fact("reported_to_police", true, today)).unwrap();
    story.does(asks(Right::Erasure)).unwrap();
    story.does(|case, _| case.review_right(1, review(2, Asker::Person, true))).unwrap();
    assert_eq!(story.does(answers(1, Granted::Whole, None)), Err("right.legal-case"));
    story.does(answers(1, Granted::InPart, Some(Ground::LegalCase))).unwrap();
    let mut other = Story::decided();
    other.does(asks(Right::Erasure)).unwrap();
    assert_eq!(other.does(answers(1, Granted::Whole, None)), Err("right.second-officer"));
    other.does(|case, _| case.review_right(1, review(2, Asker::Person, true))).unwrap();
    other.does(answers(1, Granted::Whole, None)).unwrap();
}

#[test]
fn a_restriction_stops_every_new_offer_and_help_goes_on() {
    let mut story = Story::decided();
    story.does(asks(Right::Restriction)).unwrap();
    story.does(answers(1, Granted::Whole, None)).unwrap();
    let peer = base::NodeId::from_bytes([1; 16]);
    let may = |story: &Story| story.case.may_offer(peer, None, OfferKind::Referral).err().map(|problem| problem.code.0);
    assert_eq!(may(&story), Some("offer.restricted"));
    story.does(|case, today| case.set_wish("shelter", true, today)).unwrap();
    assert!(story.open("SO-1").is_some());
    assert_eq!(story.does(|case, _| case.lift_restriction(text(" "))), Err("case.reason-missing"));
    story.does(|case, _| case.lift_restriction(text("ia mengizinkan lagi"))).unwrap();
    assert_eq!(may(&story), None);
    assert_eq!(story.does(|case, _| case.lift_restriction(text("lagi"))), Err("right.not-restricted"));
}

#[test]
fn her_copy_holds_her_data_and_nothing_about_others() {
    let mut story = Story::decided();
    let fields =
        [("identity.name", "Ratna"), ("needs.legal", "ya"), ("recruiter.name", "Pak Tio"), ("health.needs", "kontrol")];
    let fields: BTreeMap<_, _> = fields.iter().map(|(k, v)| ((*k).to_owned(), text(v))).collect();
    story.does(|case, today| case.set_fields(None, fields, today)).unwrap();
    story.does(|case, _| case.note(officer(1), text("kesan petugas"))).unwrap();
    story.does(asks(Right::Portability)).unwrap();
    story.does(|case, _| case.review_right(1, review(2, Asker::Person, true))).unwrap();
    let left_out = BTreeSet::from([Category::Health]);
    let part = RightAnswer { left_out, ..answer(Granted::InPart, Some(Ground::Safety)) };
    story.does(|case, _| case.answer_right(1, part)).unwrap();
    let copy = story.case.copy_for_person(1, story.desk.now).unwrap();
    let names: Vec<&str> = copy.fields.keys().map(String::as_str).collect();
    assert!(names.contains(&"identity.name") && names.contains(&"status.outcome"), "{names:?}");
    assert!(!names.contains(&"health.needs"), "left out");
    let json = serde_json::to_string(&copy).unwrap();
    assert!(json.contains("Ratna") && json.contains("\"copy\":1") && json.contains("case.opened"));
    for other in ["Pak Tio", "kesan petugas", &officer(1).to_string()] {
        assert!(!json.contains(other), "{other}");
    }
    assert!(!format!("{copy:?}").contains("Ratna"));
}

#[test]
fn her_copy_holds_what_counsel_did_for_her_unless_legal_matters_are_left_out() {
    let mut story = Story::decided();
    story.does(|case, today| case.make_claim(ClaimKind::Restitution, text("ganti rugi"), today)).unwrap();
    let debt = Loss {
        claim: 1,
        kind: LossKind::Debt,
        what: text("biaya calo"),
        sum: Rupiah::parse("5000000").unwrap(),
        how: text(""),
        proofs: [].into(),
    };
    story.does(|case, _| case.set_loss(None, debt, &[])).unwrap();
    let copy_of = |story: &mut Story, no: u16, left_out: &[Category]| {
        story.does(asks(Right::Access)).unwrap();
        story.does(|case, _| case.review_right(no, review(2, Asker::Person, true))).unwrap();
        let part = !left_out.is_empty();
        let granted = answer(if part { Granted::InPart } else { Granted::Whole }, part.then_some(Ground::Safety));
        let granted = RightAnswer { left_out: left_out.iter().copied().collect(), ..granted };
        story.does(|case, _| case.answer_right(no, granted)).unwrap();
        serde_json::to_value(story.case.copy_for_person(no, story.desk.now).unwrap()).unwrap()
    };
    let whole = copy_of(&mut story, 1, &[]);
    let claim = &whole["matter"]["claims"][0];
    assert_eq!((&claim["kind"], &claim["about"]), (&"restitution".into(), &"ganti rugi".into()));
    assert_eq!(claim["losses"][0][2], 5_000_000);
    let without = copy_of(&mut story, 2, &[Category::Legal]);
    assert!(without.get("matter").is_none(), "{without}");
}

#[test]
fn a_guardian_who_is_a_suspect_is_heard_and_gets_nothing() {
    let mut story = Story::decided();
    story.does(|case, today| case.give_consent(consent(4, ConsentCode::Share), today)).unwrap();
    story.does(|case, today| case.set_fact("guardian_suspect", true, today)).unwrap();
    let by_guardian = |right| RightAsk { by: GivenBy::Guardian, ..ask(right) };
    assert_eq!(
        story.does(|case, today| case.ask_right(by_guardian(Right::Withdrawal), officer(1), today)),
        Err("right.dangerous-asker"),
        "what the authority or the child allowed is not his to take back"
    );
    let mut no = 0;
    for right in Right::ALL.iter().copied().filter(|right| *right != Right::Withdrawal) {
        no += 1;
        story.does(|case, today| case.ask_right(by_guardian(right), officer(1), today)).unwrap();
        let safe = |case: &Case, _: &Today<'_>| case.review_right(no, review(2, Asker::Speaks, true));
        assert_eq!(story.does(safe), Err("right.dangerous-asker"), "{right}");
        assert_eq!(story.does(answers(no, Granted::Whole, None)), Err("right.dangerous-asker"), "{right}");
        story.does(answers(no, Granted::Refused, Some(Ground::NotTheirs))).unwrap();
    }
}

#[test]
fn an_answer_is_safe_only_if_the_asker_is_she_or_speaks_for_her_and_nobody_else_gets_it() {
    let safe = |asker, way| review(2, asker, way).is_safe();
    assert!(safe(Asker::Person, true) && safe(Asker::Speaks, true));
    for asker in Asker::ALL {
        assert!(!safe(*asker, false), "{asker}");
    }
    assert!(!safe(Asker::Unknown, true) && !safe(Asker::Danger, true));
}
