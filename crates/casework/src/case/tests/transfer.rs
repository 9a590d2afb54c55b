//! Offers of a case, its way to another owner and back.

use super::*;

pub(super) fn thread(n: u8) -> ThreadId {
    ThreadId::from_bytes([n; 16])
}

pub(super) fn node(n: u8) -> NodeId {
    NodeId::from_bytes([n; 16])
}

pub(super) fn to(peer: u8, kind: OfferKind) -> OfferedTo {
    OfferedTo { peer: node(peer), party: format!("simpul-{peer}"), person: None, kind, purpose: Purpose::Return }
}

#[test]
fn s16_s17_s18_one_offer_for_each_peer_and_one_handover_for_the_case() {
    let mut story = Story::decided();
    let offer =
        |n: u8, kind| move |case: &Case, _: &Today<'_>| case.offer(thread(n), 1, to(n, kind), BTreeSet::new(), [0; 32]);
    story.does(offer(1, OfferKind::Handover)).unwrap();
    assert_eq!(story.does(offer(1, OfferKind::Referral)), Err("offer.already-open"));
    assert_eq!(story.does(offer(2, OfferKind::Handover)), Err("offer.already-open"));
    story.does(offer(2, OfferKind::Referral)).unwrap();
    story.does(offer(3, OfferKind::Referral)).unwrap();
    story.does(|case, _| Ok(case.offer_moved(thread(2), 1, OfferAt::Running))).unwrap();
    assert_eq!(story.case.running_referrals().count(), 1);
}

#[test]
fn s14_s31_after_a_handover_the_former_owner_changes_and_offers_nothing() {
    let mut story = Story::decided();
    let own = story.case.own_next();
    assert_eq!((own.own_no, own.last), (1, [0; 32]));
    story.does(|case, _| case.give_away(node(5), own, [1; 32])).unwrap();
    assert_eq!(story.open_ids(), Vec::<&str>::new(), "its clocks ended");
    assert_eq!(story.does(|case, today| case.set_wish("return", true, today)), Err("case.not-owner"));
    let offer =
        |case: &Case, _: &Today<'_>| case.offer(thread(2), 1, to(2, OfferKind::Referral), BTreeSet::new(), [0; 32]);
    assert_eq!(story.does(offer), Err("case.not-owner"));
    assert_eq!(story.does(|case, _| case.give_away(node(6), own, [2; 32])), Err("case.not-owner"));
}

#[test]
fn a_returned_case_rises_in_number_opens_its_steps_anew_and_keeps_the_start_of_the_law() {
    let mut story = Story::decided();
    story.does(|case, today| case.set_wish("legal_aid", true, today)).unwrap();
    let first = story.case.steps[&StepRef("LE-2".into(), 1)].clock.clone().unwrap();
    let own = story.case.own_next();
    story.does(|case, _| case.give_away(node(5), own, [1; 32])).unwrap();
    story.later(24);
    let stale = Taken { from: node(5), own, record: [1; 32] };
    assert_eq!(story.does(|case, today| case.take_back(stale, today)), Err("own.wrong-number"));
    let back = Taken { from: node(5), own: crate::offer::OwnNext { own_no: 2, last: [1; 32], ..own }, record: [2; 32] };
    story.does(|case, today| case.take_back(back, today)).unwrap();
    let anew = story.case.steps[&StepRef("LE-2".into(), 2)].clock.clone().unwrap();
    assert_eq!((anew.start, anew.due), (first.start, first.due), "statutory: the first start holds");
    let briefing = story.case.steps[&StepRef("LE-1".into(), 2)].clock.clone().unwrap();
    assert_eq!(briefing.start, story.desk.now, "a standard clock starts at the acceptance");
    assert_eq!(story.case.own_next().own_no, 3);
}

#[test]
fn a_new_owner_opens_the_case_from_the_extract_with_the_starts_of_the_law() {
    let mut giver = Story::decided();
    giver.does(|case, today| case.set_fact("reported_to_police", true, today)).unwrap();
    let names = BTreeMap::from([("identity.name".to_owned(), text("Ratna"))]);
    giver.does(|case, today| case.set_fields(None, names, today)).unwrap();
    let allow = |field: &str| (field.to_owned(), "batam-lotim/1#4.1".to_owned(), "consent:c1".to_owned());
    let allowed = vec![allow("identity.name"), allow("status.deadline"), allow("health.needs")];
    let extract = giver.case.extract(Cut { allowed, made_at: giver.desk.now, ..Cut::default() }).unwrap();
    assert_eq!(extract.fields.0.keys().collect::<Vec<_>>(), ["identity.name", "status.deadline"], "no value, no field");
    let started = giver.case.steps[&StepRef("ID-7".into(), 1)].clock.as_ref().unwrap().start;

    let deadline = extract.fields.0["status.deadline"].value.expose().clone();
    let mut desk = Story::new().desk;
    desk.place = Place::parse("52.03").unwrap();
    desk.now = giver.desk.now.plus_hours(30);
    let done = ["IN-1", "IN-2", "IN-3", "ID-6"].map(str::to_owned).into();
    let opening = Opening {
        since: State::statutory_starts(&deadline),
        done,
        decided: Some(Outcome::PresumedVictim),
        ..opening()
    };
    let taken = Taken { from: node(1), own: giver.case.own_next(), record: [1; 32] };
    let fields = extract.fields.0.iter().map(|(name, field)| (name.clone(), field.value.clone())).collect();
    let events = Case::take_over(opening, taken, fields, &desk.today()).unwrap();
    let case = Case::fold(events.iter().map(|event| (event, desk.now))).unwrap();
    assert_eq!((case.ownership.own_no, case.ownership.other), (1, None));
    let clock = case.steps[&StepRef("ID-7".into(), 1)].clock.clone().unwrap();
    assert_eq!((clock.start, clock.place.code()), (started, "52.03"));
    assert_eq!(case.fields["identity.name"].expose(), "Ratna");
}

#[test]
fn her_sister_can_be_referred_to_the_same_node_and_the_case_is_handed_over_as_a_whole() {
    let mut story = Story::decided();
    let sister = PersonId::from_bytes([6; 16]);
    let person = Person {
        relation: Some(Relation::Sibling),
        roles: [PersonRole::Family].into(),
        profile: Profile::Adult,
        place: None,
        is_protected: false,
        fields: BTreeMap::new(),
    };
    let about = |n: u8, person, kind| {
        move |case: &Case, _: &Today<'_>| {
            case.offer(thread(n), 1, OfferedTo { person, ..to(1, kind) }, BTreeSet::new(), [0; 32])
        }
    };
    story.does(about(1, None, OfferKind::Referral)).unwrap();
    assert_eq!(story.does(about(2, Some(sister), OfferKind::Referral)), Err("case.unknown-person"));
    story.does(|case, today| case.add_person(sister, person, today)).unwrap();
    story.does(about(2, Some(sister), OfferKind::Referral)).unwrap();
    assert_eq!(story.does(about(3, Some(sister), OfferKind::Referral)), Err("offer.already-open"));
    assert_eq!(story.does(about(3, Some(sister), OfferKind::Handover)), Err("offer.handover-whole"));
}
