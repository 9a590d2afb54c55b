//! W03: a girl of 16 from Timor, with a card that says 21, who waits for a ship.

use crate::cast::{Play, Seen, opening, text};
use base::Place;
use casework::ConsentCode as Code;
use casework::case::{CloseReason, Opening};
use casework::consent::GivenBy;
use casework::nik::{Beside, Doubt, Nik};
use casework::words::{LegalBasis, Outcome, Profile, Urgency};
use std::collections::BTreeMap;

/// Found in Kupang. Her uncle, who is her guardian, sent her.
pub fn in_transit() -> Vec<Seen> {
    let mut girl = Play::open(Opening {
        found_in: Place::parse("53.71").unwrap(),
        origin: Place::parse("53.04").ok(),
        profile: Profile::Child,
        urgency: Urgency::Red,
        ..opening()
    });
    assert!(girl.is_open("CH-1"), "the overlay stands beside reception from the first minute");
    card(&mut girl);
    guardian(&mut girl);
    girl.done("CH-1", &[("F-24.guardian_suspect", "yes"), ("F-24.consent_by", "authority")]);
    girl.received();
    girl.identified(Outcome::Intercept, Profile::Child);
    let reported = girl.run("ID-6");
    girl.refuses("step.field-missing", |case, today| case.complete_step(&reported, today));
    girl.done_without_consent("ID-6", LegalBasis::LegalDuty, "UU 21/2007");
    girl.agrees_by(Code::Share, GivenBy::Authority);
    girl.done("CH-2", &[("F-25.result", "safe")]);
    girl.not_done("CH-3", &[("F-19.receiver_checked", "no")], "step.exit-not-met");
    girl.done("CH-3", &[("F-19.receiver_checked", "yes")]);
    assert!(girl.is_open("RE-1"));
    girl.wants("return");
    girl.declined("RP-1");
    let retention = girl.case.kept_until(girl.now, &girl.handbook.retention);
    assert!(retention > girl.now.plus_hours(24 * 365 * 11), "to her 28th birthday, not ten years");
    girl.fact("person_asks_to_close");
    vec![girl.closed(CloseReason::PersonAsked), refuses_tracing()]
}

/// The number on the card is kept, and what does not fit is a hint for her, not against her.
fn card(girl: &mut Play) {
    let number = "5304014411050002";
    let fields = [("identity.nik", number), ("identity.birth_date", "2010-11-04"), ("identity.name", "Yohana")];
    let fields = |last: &str| -> BTreeMap<_, _> {
        fields.iter().map(|(k, v)| ((*k).to_owned(), text(if *k == "identity.nik" { last } else { v }))).collect()
    };
    girl.refuses("nik.no-such-date", |case, today| case.set_fields(None, fields("5304014499050002"), today));
    girl.does(|case, today| case.set_fields(None, fields(number), today));
    let nik = Nik::parse(number, girl.now).unwrap();
    let beside = Beside { birth_date: Some("2010-11-04"), sex: None, profile: Profile::Child };
    assert_eq!(nik.doubts(&beside, girl.now), [Doubt::BirthDate, Doubt::Age]);
    assert_eq!(girl.case.profile, Profile::Child);
    assert!(!format!("{:?}", girl.case).contains("Yohana") && !format!("{:?}", girl.case).contains(number));
}

/// No child consents alone; a suspect guardian does not consent for her; the authority does, with her assent.
fn guardian(girl: &mut Play) {
    let alone = girl.consent(Code::Interview, GivenBy::Person);
    girl.refuses("consent.child-needs-guardian", |case, today| case.give_consent(alone, today));
    girl.fact("guardian_suspect");
    let uncle = girl.consent(Code::Interview, GivenBy::Guardian);
    girl.refuses("consent.guardian-suspect", |case, today| case.give_consent(uncle, today));
    let against = casework::Consent { assent: false, ..girl.consent(Code::Interview, GivenBy::Authority) };
    girl.refuses("consent.needs-assent", |case, today| case.give_consent(against, today));
}

/// A boy of unsure age, whose mother consents for him; he does not want his family traced.
fn refuses_tracing() -> Seen {
    let mut boy = Play::open(Opening { profile: Profile::Child, urgency: Urgency::Red, ..opening() });
    boy.agrees_by(Code::Record, GivenBy::Guardian);
    boy.not_done("CH-1", &[("F-24.assent", "no")], "step.exit-not-met");
    boy.done("CH-1", &[("F-24.assent", "yes"), ("F-24.guardian_suspect", "no")]);
    boy.declined("CH-2");
    assert!(!boy.is_open("CH-3"));
    boy.seen
}
