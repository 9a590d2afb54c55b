//! Stories: Ratna, a made-up domestic worker from Lombok Timur found in Batam (vignette W04), and her sister.
// Long because: one case, told in the order in which it goes on.

mod moving;
mod transfer;

use self::transfer::{node, thread, to};
use super::*;
use crate::consent::GivenBy;
use crate::consent::tests::share;
use crate::offer::OfferKind;
use crate::words::{Authority, Level, Outcome, PersonRole, Profile, Purpose, Relation, Triage};
use crate::{Calendar, Consent, ConsentCode};
use base::{CaseId, ConsentId, NodeId, OfficerId, PersonId, ReportId, ThreadId};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

pub(super) struct Desk {
    pub(super) handbook: Handbook,
    pub(super) calendar: Calendar,
    pub(super) place: Place,
    pub(super) now: Timestamp,
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

pub(super) fn officer(n: u8) -> OfficerId {
    OfficerId::from_bytes([n; 16])
}

pub(super) fn text(words: &str) -> Redacted<String> {
    Redacted::new(words.to_owned())
}

fn opening() -> Opening {
    Opening {
        id: CaseId::from_bytes([9; 16]),
        alias: "Melati-27".into(),
        report: Some(ReportId::from_bytes([8; 16])),
        found_in: Place::parse("21.71").unwrap(),
        origin: Place::parse("52.03").ok(),
        urgency: Urgency::Amber,
        roles: [PersonRole::Victim].into(),
        profile: Profile::Adult,
        triage: BTreeSet::new(),
        screened: None,
        handbook: "0.2.0".into(),
        decided: None,
        done: ["IN-1".to_owned(), "IN-2".to_owned()].into(),
        since: BTreeMap::new(),
    }
}

/// A desk, a case, and all its events with their times.
pub(super) struct Story {
    pub(super) desk: Desk,
    pub(super) case: Case,
    pub(super) events: Vec<(CaseEvent, Timestamp)>,
}

impl Story {
    pub(super) fn new() -> Self {
        let desk = Desk {
            handbook: Handbook::embedded().unwrap(),
            calendar: Calendar { version: "2026".into(), years: [2026].into(), ..Calendar::default() },
            place: Place::parse("21.71").unwrap(),
            now: at("2026-11-23T03:00:00Z"),
        };
        let events = Case::open(opening(), &desk.today()).unwrap();
        let events: Vec<_> = events.into_iter().map(|event| (event, desk.now)).collect();
        let case = Case::fold(events.iter().map(|(event, at)| (event, *at))).unwrap();
        Self { desk, case, events }
    }

    pub(super) fn does(
        &mut self,
        command: impl FnOnce(&Case, &Today<'_>) -> Result<Vec<CaseEvent>, Problem>,
    ) -> Result<(), &'static str> {
        let events = command(&self.case, &self.desk.today()).map_err(|problem| problem.code.0)?;
        for event in events {
            self.case.apply(&event, self.desk.now);
            self.events.push((event, self.desk.now));
        }
        Ok(())
    }

    fn fill_and_complete(&mut self, id: &str, values: &[(&str, &str)]) -> Result<(), &'static str> {
        let step = self.open(id).unwrap_or_else(|| panic!("{id} is not open"));
        let values = values.iter().map(|(field, value)| ((*field).to_owned(), text(value))).collect();
        self.does(|case, today| case.fill_step(&step, values, today))?;
        self.does(|case, today| case.complete_step(&step, today))
    }

    pub(super) fn open(&self, id: &str) -> Option<StepRef> {
        self.case.open_steps().find(|(step, _)| step.0 == id).map(|(step, _)| step.clone())
    }

    fn open_ids(&self) -> Vec<&str> {
        self.case.open_steps().map(|(step, _)| step.0.as_str()).collect()
    }

    pub(super) fn later(&mut self, hours: i64) {
        self.desk.now = self.desk.now.plus_hours(hours);
    }

    /// Everything settled.
    pub(super) fn closing() -> Closing {
        let (papers_returned, consents_reviewed, feedback_given) = (true, true, true);
        let retain_until = Some(at("2036-11-23T00:00:00Z"));
        Closing { reason: CloseReason::GoalsMet, papers_returned, consents_reviewed, feedback_given, retain_until }
    }

    /// Up to the decision for a presumed victim.
    pub(super) fn decided() -> Self {
        let mut story = Self::new();
        story.fill_and_complete("IN-3", &[("F-01.urgency", "AMBER"), ("F-01.authority", "21.71")]).unwrap();
        let assignment =
            Assignment { manager: officer(1), companion: Some(officer(2)), conflict_checked_by: officer(3) };
        story.does(|case, today| case.assign(assignment, today)).unwrap();
        story.does(|case, today| case.give_consent(consent(1, ConsentCode::Interview), today)).unwrap();
        story
            .does(|case, today| {
                case.record_screening(Outcome::PresumedVictim, &BTreeSet::new(), Profile::Adult, "1".into(), today)
            })
            .unwrap();
        story.does(|case, today| case.propose_presumption(Outcome::PresumedVictim, officer(1), None, today)).unwrap();
        story.does(|case, today| case.confirm_presumption(officer(2), today)).unwrap();
        story
    }
}

impl Desk {
    fn today(&self) -> Today<'_> {
        Today { now: self.now, handbook: &self.handbook, calendar: &self.calendar, place: &self.place }
    }
}

pub(super) fn consent(id: u8, code: ConsentCode) -> Consent {
    let from = at("2026-11-23T00:00:00Z");
    let until = Some(at("2027-05-20T00:00:00Z"));
    match code {
        ConsentCode::Share => Consent { from, until, ..share(id, "lotim", Purpose::Return) },
        code => Consent { code, purpose: None, receiver: None, from, until, ..share(id, "lotim", Purpose::Return) },
    }
}

#[test]
fn the_steps_of_the_handbook_open_by_themselves_as_the_case_goes_on() {
    let mut story = Story::new();
    assert_eq!(story.open_ids(), ["IN-3"], "IN-1 and IN-2 were done with the report");
    story.fill_and_complete("IN-3", &[("F-01.urgency", "AMBER"), ("F-01.authority", "21.71")]).unwrap();
    assert_eq!(story.open_ids(), ["ID-1", "IN-4"]);
    story.does(|case, today| case.give_consent(consent(1, ConsentCode::Interview), today)).unwrap();
    assert!(story.open("ID-3").is_some(), "C1 opens the screening");
    story.does(|case, today| case.set_wish("legal_aid", true, today)).unwrap();
    assert!(story.open("LE-2").is_some(), "her wish opens legal aid");
}

#[test]
fn a_step_is_done_only_with_its_required_fields_and_its_exit_condition() {
    let mut story = Story::new();
    assert_eq!(story.fill_and_complete("IN-3", &[("F-01.urgency", "AMBER")]), Err("step.field-missing"));
    assert_eq!(story.fill_and_complete("IN-3", &[("F-01.urgency", "PURPLE")]), Err("step.bad-value"));
    assert_eq!(story.fill_and_complete("IN-3", &[("F-15.given", "yes")]), Err("step.unknown-field"));
    story.fill_and_complete("IN-3", &[("F-01.authority", "21.71")]).unwrap();
    let letter = [("SURAT-TUGAS.owner", &*officer(1).to_string()), ("SURAT-TUGAS.conflict_check", "clear")];
    assert_eq!(story.fill_and_complete("IN-4", &letter), Err("step.exit-not-met"), "nobody is assigned");
}

#[test]
fn declining_one_service_closes_no_other() {
    let mut story = Story::decided();
    story.does(|case, today| case.set_wish("legal_aid", true, today)).unwrap();
    story.does(|case, today| case.set_wish("return", true, today)).unwrap();
    let before = story.open_ids().len();
    let step = story.open("LE-1").unwrap();
    story.does(|case, today| case.decline_step(&step, today)).unwrap();
    assert_eq!(story.open_ids().len(), before - 1);
    assert!(story.open("LE-2").is_some() && story.open("RP-1").is_some());
    assert_eq!(story.does(|case, today| case.decline_step(&step, today)), Err("step.ended"));
}

#[test]
fn presumption_needs_two_officers_may_rise_and_falls_only_with_a_written_reason() {
    let mut story = Story::new();
    let propose = |outcome, reason: Option<&str>| {
        let reason = reason.map(text);
        move |case: &Case, today: &Today<'_>| case.propose_presumption(outcome, officer(1), reason, today)
    };
    assert_eq!(story.does(propose(Outcome::PresumedVictim, None)), Err("presumption.not-screened"));
    story
        .does(|case, today| {
            case.record_screening(Outcome::PossibleVictim, &BTreeSet::new(), Profile::Adult, "1".into(), today)
        })
        .unwrap();
    assert_eq!(story.does(propose(Outcome::NoIndication, None)), Err("presumption.reason-missing"));
    assert_eq!(story.does(propose(Outcome::NoIndication, Some("  "))), Err("presumption.reason-missing"));
    story.does(propose(Outcome::PresumedVictim, None)).unwrap();
    assert_eq!(
        story.does(|case, today| case.confirm_presumption(officer(1), today)),
        Err("presumption.second-officer")
    );
    assert_eq!(story.case.trafficking_status(), None);
    story.does(|case, today| case.confirm_presumption(officer(2), today)).unwrap();
    assert_eq!(story.case.trafficking_status(), Some("PossibleVictimOfTrafficking"));
    story.does(propose(Outcome::NoIndication, Some("wawancara kedua"))).unwrap();
    story.does(|case, today| case.confirm_presumption(officer(2), today)).unwrap();
    assert_eq!(story.case.trafficking_status(), None, "empty, never: not a victim");
}

#[test]
fn a_safety_flag_makes_the_case_red_and_keeps_it_red() {
    let mut story = Story::new();
    story.does(|case, today| case.set_triage([Triage::Protection].into(), today)).unwrap();
    assert_eq!(story.case.urgency, Urgency::Red);
    assert!(story.open("LE-3").is_some(), "protection is asked for at once");
    let lower = |case: &Case, today: &Today<'_>| case.classify(Urgency::Green, Authority::Own, text("tenang"), today);
    assert_eq!(story.does(lower), Err("case.triage-open"));
    story.does(|case, today| case.set_triage(BTreeSet::new(), today)).unwrap();
    story.does(lower).unwrap();
}

#[test]
fn a_late_step_is_escalated_to_the_district_then_the_province_then_the_nation() {
    let mut story = Story::new();
    story.later(2);
    story.does(Case::raise_alarms).unwrap();
    assert_eq!(story.case.steps[&StepRef("IN-3".into(), 1)].clock.as_ref().unwrap().level, 50);
    story.later(1);
    story.does(Case::raise_alarms).unwrap();
    let level = |story: &Story, n| story.case.steps[&StepRef("GV-2".into(), n)].watch.as_ref().unwrap().level;
    assert_eq!(level(&story, 1), Level::District);
    story.does(Case::raise_alarms).unwrap();
    assert_eq!(story.case.runs("GV-2").count(), 1, "a level is raised once");
    story.later(24);
    story.does(Case::raise_alarms).unwrap();
    assert_eq!(level(&story, 2), Level::Province);
    story.later(24);
    story.does(Case::raise_alarms).unwrap();
    assert_eq!(level(&story, 3), Level::National);
    story.later(240);
    story.does(Case::raise_alarms).unwrap();
    assert_eq!(story.case.runs("GV-2").count(), 3, "nothing lies above the nation");
    story.fill_and_complete("IN-3", &[("F-01.urgency", "AMBER"), ("F-01.authority", "21.71")]).unwrap();
    assert!(story.open("GV-2").is_none(), "what it asked for is done");
}

#[test]
fn her_wish_to_wait_moves_the_date_and_staff_shortage_does_not() {
    let mut story = Story::decided();
    let step = story.open("LE-1").unwrap();
    let due = |story: &Story| story.case.steps[&step].clock.as_ref().unwrap().due;
    let before = due(&story);
    story.does(|case, today| case.block_step(&step, Some(text("tidak ada petugas")), today)).unwrap();
    story.later(10);
    assert_eq!(due(&story), before);
    story.does(|case, today| case.await_person(&step, today)).unwrap();
    story.later(5);
    story.does(|case, today| case.resume(&step, today)).unwrap();
    assert_eq!(due(&story), before.plus_hours(5));
    assert_eq!(story.does(|case, today| case.resume(&step, today)), Err("clock.not-paused"));
}

#[test]
fn a_withdrawn_consent_acts_at_once_and_an_offer_names_what_it_rests_on() {
    let mut story = Story::decided();
    story.does(|case, today| case.give_consent(consent(4, ConsentCode::Share), today)).unwrap();
    let id = ConsentId::from_bytes([4; 16]);
    story.does(|case, _| case.offer(thread(1), 1, to(1, OfferKind::Referral), [id].into(), [0; 32])).unwrap();
    assert!(story.case.offers[&(thread(1), 1)].consents.contains(&id));
    story.does(|case, today| case.withdraw_consent(id, today)).unwrap();
    assert!(!story.case.consents[&id].holds(story.desk.now));
    let again = |case: &Case, _: &Today<'_>| case.offer(thread(2), 1, to(2, OfferKind::Referral), [id].into(), [0; 32]);
    assert_eq!(story.does(again), Err("consent.unknown"));
}

#[test]
fn what_a_guardian_consented_to_ends_at_once_when_the_guardian_is_a_suspect() {
    let suspects: [fn(&mut Story); 2] = [
        |story| story.does(|case, today| case.set_fact("guardian_suspect", true, today)).unwrap(),
        |story| {
            let step = story.open("CH-1").unwrap();
            let note = BTreeMap::from([("F-24.guardian_suspect".to_owned(), text("yes"))]);
            story.does(|case, today| case.fill_step(&step, note, today)).unwrap();
        },
    ];
    for suspected in suspects {
        let mut story = Story::new();
        story.does(|case, today| case.set_profile(Profile::Child, today)).unwrap();
        let by = |id, given_by| Consent { given_by, assent: true, ..consent(id, ConsentCode::Share) };
        for (id, giver) in [(4, GivenBy::Guardian), (5, GivenBy::Authority)] {
            story.does(|case, today| case.give_consent(by(id, giver), today)).unwrap();
        }
        suspected(&mut story);
        let holds = |n| story.case.consents[&ConsentId::from_bytes([n; 16])].holds(story.desk.now);
        assert_eq!((holds(4), holds(5)), (false, true));
        let again = by(6, GivenBy::Guardian);
        assert_eq!(story.does(|case, today| case.give_consent(again, today)), Err("consent.guardian-suspect"));
    }
}

#[test]
fn s26_closing_needs_papers_consents_feedback_and_a_date_and_the_door_stays_open() {
    let mut story = Story::decided();
    let closing = Story::closing();
    let bare = Closing { papers_returned: false, ..closing.clone() };
    assert_eq!(story.does(|case, today| case.close(&bare, today)), Err("case.close-incomplete"));
    story.does(|case, today| case.close(&closing, today)).unwrap();
    assert_eq!(story.does(|case, _| case.note(officer(1), text("x"))), Err("case.closed"));
    story.does(|case, today| case.reopen(text("datang lagi"), today)).unwrap();
    assert!(story.open("ID-5").is_some());
}

#[test]
fn her_sister_is_family_with_the_place_where_she_was_found() {
    let mut story = Story::decided();
    let sister = Person {
        relation: Some(Relation::Sibling),
        roles: [PersonRole::Family].into(),
        profile: Profile::Adult,
        place: Place::parse("52.03").ok(),
        is_protected: false,
        fields: BTreeMap::from([("legal.problem".to_owned(), text("uang muka"))]),
    };
    let id = PersonId::from_bytes([6; 16]);
    story.does(|case, today| case.add_person(id, sister, today)).unwrap();
    let facts = story.case.facts_for(Some(id)).unwrap();
    assert_eq!(facts.found_in, "52.03");
    let relation = facts.relation.unwrap();
    assert_eq!((relation.kind.as_str(), relation.found_in.as_str()), ("sibling", "21.71"));
    assert_eq!(story.case.field_names(Some(id)), ["legal.problem"]);
}

#[test]
fn status_and_screening_fields_follow_from_the_case() {
    let story = Story::decided();
    let value = |name: &str| story.case.field(None, name).map(Redacted::into_exposed);
    assert_eq!(value("status.urgency").as_deref(), Some("AMBER"));
    assert_eq!(value("status.outcome").as_deref(), Some("PRESUMED_VICTIM"));
    assert_eq!(value("screening.triage"), None);
    assert_eq!(value("profile.origin").as_deref(), Some("52.03"));
    assert!(story.case.field_names(None).contains(&"status.deadline".to_owned()));
}

#[test]
fn narrow_fields_go_under_their_own_keys_and_the_timeline_holds_no_value() {
    let mut story = Story::decided();
    let values = BTreeMap::from([("identity.name".to_owned(), text("Ratna")), ("needs.legal".to_owned(), text("ya"))]);
    story.does(|case, today| case.set_fields(None, values, today)).unwrap();
    let narrow: Vec<_> = story.events.iter().filter_map(|(event, _)| event.narrow()).collect();
    assert_eq!(narrow, [Category::Identity]);
    let shown = format!("{:?} {:?}", story.case.timeline, story.events);
    assert!(!shown.contains("Ratna"), "nothing prints a name");
    story.does(|case, _| Ok(case.remove_fields([Category::Identity].into()))).unwrap();
    assert!(!story.case.fields.contains_key("identity.name") && story.case.fields.contains_key("needs.legal"));
}

#[test]
fn a_name_given_with_a_new_person_goes_under_the_narrow_key() {
    let mut story = Story::new();
    let brother = Person {
        relation: Some(Relation::Sibling),
        roles: [PersonRole::Family].into(),
        profile: Profile::Adult,
        place: None,
        is_protected: true,
        fields: BTreeMap::from([("identity.name".to_owned(), text("Budiono"))]),
    };
    let id = PersonId::from_bytes([6; 16]);
    story.does(|case, today| case.add_person(id, brother, today)).unwrap();
    let open: Vec<_> = story.events.iter().filter(|(event, _)| event.narrow().is_none()).collect();
    assert!(!serde_json::to_string(&open).unwrap().contains("Budiono"));
    assert_eq!(story.case.people[&id].fields["identity.name"].expose(), "Budiono");
    assert!(story.case.is_shielded());
}

#[test]
fn a_frozen_file_changes_only_by_the_word_of_its_case_manager() {
    let mut story = Story::decided();
    story.does(|case, _| Ok(case.freeze(true))).unwrap();
    assert_eq!(story.does(|case, today| case.set_wish("return", true, today)), Err("case.frozen"));
    story.does(|case, _| Ok(case.freeze(false))).unwrap();
    story.does(|case, today| case.set_wish("return", true, today)).unwrap();
}

#[test]
fn a_case_stays_with_the_handbook_it_started_under() {
    let mut story = Story::new();
    story.desk.handbook.version = "0.3.0".into();
    assert_eq!(story.does(Case::look), Err("case.other-handbook"));
}

#[test]
fn time_alone_opens_the_conference_after_fourteen_days() {
    let mut story = Story::new();
    story.later(14 * 24 - 1);
    story.does(Case::look).unwrap();
    assert!(story.open("GV-1").is_none());
    story.later(1);
    story.does(Case::look).unwrap();
    assert!(story.open("GV-1").is_some());
}

#[test]
fn referrals_repeat_and_each_waits_for_its_own_answer() {
    let mut story = Story::decided();
    story.does(|case, today| case.set_fact("other_district_acts", true, today)).unwrap();
    story.fill_and_complete("XR-1", &[("F-28.purpose", "RETURN_RISK")]).unwrap();
    assert_eq!(story.open("XR-2"), Some(StepRef("XR-2".into(), 1)));
    story.does(|case, today| case.open_step("XR-1", today)).unwrap();
    story.fill_and_complete("XR-1", &[("F-28.purpose", "LEGAL_AID")]).unwrap();
    assert_eq!(story.case.runs("XR-2").count(), 2);
}

#[test]
fn the_lines_show_how_far_each_is() {
    let story = Story::decided();
    let lines = story.case.lines(&story.desk.handbook, story.desk.now);
    assert_eq!((lines[0].line, lines[0].ended, lines[0].all), ("IN", 3, 4));
    assert!(!lines[0].is_late);
    let ids: Vec<&str> = lines.iter().map(|line| line.line).collect();
    assert_eq!(ids, ["IN", "ID", "HE", "SO", "LE", "RP", "RE", "GV"], "no overlay is attached");
}

#[test]
fn events_and_state_read_back_as_written_in_json_and_cbor() {
    let mut story = Story::decided();
    story.does(|case, today| case.give_consent(consent(4, ConsentCode::Share), today)).unwrap();
    let offer =
        |case: &Case, _: &Today<'_>| case.offer(thread(1), 1, to(1, OfferKind::Handover), BTreeSet::new(), [7; 32]);
    story.does(offer).unwrap();
    let own = story.case.own_next();
    story.does(|case, _| case.give_away(node(5), own, [1; 32])).unwrap();
    for (event, _) in &story.events {
        let bytes = minicbor_serde::to_vec(event).unwrap();
        assert_eq!(&minicbor_serde::from_slice::<CaseEvent>(&bytes).unwrap(), event);
        let json = serde_json::to_string(event).unwrap();
        assert_eq!(&serde_json::from_str::<CaseEvent>(&json).unwrap(), event);
    }
    let bytes = minicbor_serde::to_vec(&story.case).unwrap();
    assert_eq!(minicbor_serde::from_slice::<Case>(&bytes).unwrap(), story.case);
    let json = serde_json::to_string(&story.case).unwrap();
    assert_eq!(serde_json::from_str::<Case>(&json).unwrap(), story.case);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_people_do_the_events_rebuild_the_case(acts in prop::collection::vec((0_u8..14, any::<u8>()), 1..25)) {
        let mut story = Story::new();
        for (act, n) in acts {
            story.later(i64::from(n % 40));
            let steps: Vec<StepRef> = story.case.open_steps().map(|(step, _)| step.clone()).collect();
            let step = steps.get(usize::from(n) % steps.len().max(1)).cloned().unwrap_or(StepRef("XX-1".into(), 1));
            let words: Vec<String> = story.desk.handbook.words.wishes.keys().cloned().collect();
            let word = words[usize::from(n) % words.len()].clone();
            let triage = Triage::ALL[usize::from(n) % 4];
            let outcome = Outcome::ALL[usize::from(n) % 7];
            let before = story.case.clone();
            let done = story.does(|case, today| match act {
                0 => case.complete_step(&step, today),
                1 => case.decline_step(&step, today),
                2 => case.await_person(&step, today),
                3 => case.resume(&step, today),
                4 => case.raise_alarms(today),
                5 => case.set_wish(&word, n % 2 == 0, today),
                6 => case.set_triage([triage].into(), today),
                7 => case.record_screening(outcome, &BTreeSet::new(), Profile::Adult, "1".into(), today),
                8 => case.propose_presumption(outcome, officer(n % 3), Some(text("alasan")), today),
                9 => case.confirm_presumption(officer(n % 3), today),
                10 => case.give_consent(consent(n % 5, ConsentCode::ALL[usize::from(n) % 9]), today),
                11 => case.give_away(node(1), case.own_next(), [n; 32]),
                12 => {
                    let own = crate::offer::OwnNext { own_no: case.ownership.own_no + 1, ..case.own_next() };
                    case.take_back(Taken { from: node(1), own, record: [n; 32] }, today)
                }
                _ => case.look(today),
            });
            if done.is_err() {
                prop_assert_eq!(&story.case, &before, "a refused act changes nothing");
            }
            let again = Case::fold(story.events.iter().map(|(event, at)| (event, *at))).unwrap();
            prop_assert_eq!(&again, &story.case);
            let by = story.case.decision.as_ref().and_then(|decision| decision.by);
            prop_assert!(by.is_none_or(|[a, b]| a != b));
            prop_assert!(story.case.ownership.other.is_none() || story.case.open_steps().next().is_none());
        }
    }
}
