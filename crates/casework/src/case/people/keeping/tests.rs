//! Ratna's file is kept, held, and in the end erased.

use crate::case::tests::{Story, officer, text};
use crate::case::{Case, Today};
use crate::consent::GivenBy;
use crate::erasure::{ErasureBasis, ErasureProposal, Hold};
use crate::rights::{Asker, Granted, Review, Right, RightAnswer, RightAsk};
use crate::words::Category;
use crate::{CaseEvent, Handbook};
use base::{Problem, Timestamp};
use std::collections::BTreeSet;

type Events = Result<Vec<CaseEvent>, Problem>;

fn proposes(by: u8, basis: ErasureBasis) -> impl FnOnce(&Case, &Today<'_>) -> Events {
    move |case, today| {
        let (reason, parts) = (text("tidak diperlukan lagi"), BTreeSet::new());
        let proposal = ErasureProposal { by: officer(by), basis, parts, reason, at: today.now };
        case.propose_erasure(proposal, &today.handbook.retention)
    }
}

fn holds(days: i64) -> impl FnOnce(&Case, &Today<'_>) -> Events {
    move |case, today| {
        let (placed_at, review_at) = (today.now, today.now.plus_hours(24 * days));
        case.place_hold(Hold { by: officer(5), reason: text("perkara di PN Batam"), placed_at, review_at })
    }
}

fn confirms(story: &Story, by: u8) -> Result<(), &'static str> {
    let table = Handbook::embedded().unwrap().retention;
    story.case.confirms_erasure(officer(by), story.desk.now, &table).map(drop).map_err(|problem| problem.code.0)
}

fn closed() -> Story {
    let mut story = Story::decided();
    story.does(|case, today| case.close(&Story::closing(), today)).unwrap();
    story
}

/// She asked for it, a second officer looked, and it was granted.
fn granted(story: &mut Story) {
    let ask =
        RightAsk { right: Right::Erasure, by: GivenBy::Person, about: text("semua"), way: text(""), consent: None };
    story.does(|case, today| case.ask_right(ask, officer(1), today)).unwrap();
    let review = Review { by: officer(2), asker: Asker::Person, way_is_safe: true, note: text("") };
    story.does(|case, _| case.review_right(1, review)).unwrap();
    let (granted, reason) = (Granted::Whole, text("dijelaskan"));
    let answer = RightAnswer { granted, ground: None, left_out: BTreeSet::new(), reason, by: officer(1) };
    story.does(|case, _| case.answer_right(1, answer)).unwrap();
}

#[test]
fn a_file_is_erased_after_its_retention_by_two_officers_and_not_a_day_before() {
    let mut story = Story::decided();
    assert_eq!(story.does(proposes(1, ErasureBasis::Retention)), Err("erase.still-open"));
    let mut story = closed();
    assert_eq!(story.does(proposes(1, ErasureBasis::Retention)), Err("erase.kept-until"));
    story.desk.now = Timestamp::parse("2036-11-22T23:59:59Z").unwrap();
    assert_eq!(story.does(proposes(1, ErasureBasis::Retention)), Err("erase.kept-until"));
    story.desk.now = Timestamp::parse("2036-11-23T00:00:00Z").unwrap();
    assert_eq!(confirms(&story, 2), Err("erase.not-proposed"));
    story.does(proposes(1, ErasureBasis::Retention)).unwrap();
    assert_eq!(confirms(&story, 1), Err("erase.second-officer"));
    assert_eq!(confirms(&story, 2), Ok(()));
    story.does(|case, _| case.drop_erasure(officer(2), text("masih perlu"))).unwrap();
    assert_eq!(confirms(&story, 2), Err("erase.not-proposed"));
}

#[test]
fn a_hold_stops_every_basis_also_between_the_two_officers() {
    let mut story = closed();
    granted(&mut story);
    story.does(proposes(1, ErasureBasis::Request)).unwrap();
    assert_eq!(confirms(&story, 2), Ok(()));
    story.does(holds(90)).unwrap();
    assert_eq!(confirms(&story, 2), Err("erase.on-hold"));
    for basis in ErasureBasis::ALL {
        assert_eq!(story.does(proposes(1, *basis)), Err("erase.on-hold"), "{basis}");
    }
    assert_eq!(story.does(|case, _| case.lift_hold(officer(5), text(" "))), Err("case.reason-missing"));
    story.does(|case, _| case.lift_hold(officer(5), text("putusan tetap"))).unwrap();
    assert_eq!(confirms(&story, 2), Ok(()));
    assert_eq!(story.does(|case, _| case.lift_hold(officer(5), text("lagi"))), Err("hold.none"));
}

#[test]
fn a_hold_is_looked_at_again_within_a_year() {
    let mut story = closed();
    for days in [0, -1, 367] {
        assert_eq!(story.does(holds(days)), Err("hold.review-date"), "{days}");
    }
    story.does(holds(366)).unwrap();
    story.later(24);
    story.does(holds(30)).unwrap();
    let hold = story.case.hold.clone().unwrap();
    assert_eq!(hold.review_at, story.desk.now.plus_hours(24 * 30), "renewed");
}

#[test]
fn what_she_asked_for_is_erased_only_if_it_was_granted_in_full() {
    let mut story = closed();
    assert_eq!(story.does(proposes(1, ErasureBasis::Request)), Err("erase.not-granted"));
    granted(&mut story);
    story.does(proposes(1, ErasureBasis::Request)).unwrap();
    assert_eq!(confirms(&story, 2), Ok(()));
}

#[test]
fn parts_go_alone_if_they_have_a_key_of_their_own() {
    let mut story = closed();
    let of = |part: Category| {
        move |case: &Case, today: &Today<'_>| {
            let (by, basis, reason) = (officer(1), ErasureBasis::Unlawful, text("tidak boleh ada"));
            let proposal = ErasureProposal { by, basis, parts: [part].into(), reason, at: today.now };
            case.propose_erasure(proposal, &today.handbook.retention)
        }
    };
    assert_eq!(story.does(of(Category::Contact)), Err("erase.not-apart"));
    story.does(of(Category::Health)).unwrap();
    assert_eq!(confirms(&story, 2), Ok(()));
    story.does(|case, _| Ok(case.remove_fields([Category::Health].into()))).unwrap();
    assert_eq!(confirms(&story, 2), Err("erase.not-proposed"), "done is done");
}
