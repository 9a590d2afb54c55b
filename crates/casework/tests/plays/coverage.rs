//! Each play as a test, and what all of them together reach.

use crate::cast::Seen;
use crate::stories;
use casework::case::CloseReason;
use casework::consent::GivenBy;
use casework::words::{LegalBasis, Level, Outcome};
use casework::{ConsentCode, Handbook};
use std::collections::BTreeSet;

type Story = (&'static str, fn() -> Vec<Seen>);

/// All of them; each is a test of its own too.
const STORIES: [Story; 9] = [
    ("adult woman returned from Johor", stories::returned::johor),
    ("child in transit", stories::child::in_transit),
    ("male fisher", stories::returned::fisher),
    ("witness only", stories::witness::only),
    ("family of a worker who died abroad", stories::family::died_abroad),
    ("foreign national", stories::foreign::national),
    ("scam-compound returnee", stories::danger::scam_compound),
    ("man who will not speak", stories::advice::incomplete),
    ("three who are no victims of this crime", stories::advice::others),
];

macro_rules! stories {
    ($($name:ident = $at:literal;)*) => { $(
        #[test]
        fn $name() {
            assert!(!STORIES[$at].1().is_empty());
        }
    )* };
}

stories! {
    an_adult_woman_returned_from_johor_is_helped_from_the_report_to_a_year_at_home = 0;
    a_child_in_transit_is_decided_for_by_the_authority_and_goes_home_with_an_escort = 1;
    a_fisher_declines_some_help_gets_the_rest_and_is_lost_after_three_tries = 2;
    a_witness_goes_by_a_code_name_and_owes_nobody_testimony = 3;
    the_family_of_a_worker_who_died_abroad_is_told_in_person_and_claims = 4;
    a_foreign_national_who_raises_asylum_is_not_named_to_an_embassy = 5;
    a_man_back_from_a_scam_compound_is_safe_before_he_is_asked_anything = 6;
    a_man_who_will_not_speak_is_asked_again_three_times_and_the_door_stays_open = 7;
    each_other_outcome_opens_its_own_help_and_closes_with_advice = 8;
}

fn all() -> Vec<Seen> {
    STORIES.iter().flat_map(|(_, play)| play()).collect()
}

fn union<T: Ord + Clone>(all: &[Seen], part: impl Fn(&Seen) -> &BTreeSet<T>) -> BTreeSet<T> {
    all.iter().flat_map(|seen| part(seen).iter().cloned()).collect()
}

#[test]
fn every_step_of_the_handbook_is_reached_by_a_play_and_most_are_done() {
    let (handbook, all) = (Handbook::embedded().unwrap(), all());
    let opened = union(&all, |seen| &seen.opened);
    let missing: Vec<&String> = handbook.steps.keys().filter(|id| !opened.contains(*id)).collect();
    assert_eq!(missing, Vec::<&String>::new());
    let done = union(&all, |seen| &seen.done);
    let never: Vec<&String> = handbook.steps.keys().filter(|id| !done.contains(*id)).collect();
    assert_eq!(never, Vec::<&String>::new(), "reached, but no play has done it");
}

#[test]
fn every_consent_giver_outcome_basis_and_reason_to_close_is_met() {
    let all = all();
    assert_eq!(union(&all, |seen| &seen.consents), ConsentCode::ALL.iter().copied().collect());
    assert_eq!(union(&all, |seen| &seen.givers), GivenBy::ALL.iter().copied().collect());
    assert_eq!(union(&all, |seen| &seen.outcomes), Outcome::ALL.iter().copied().collect());
    assert_eq!(union(&all, |seen| &seen.bases), LegalBasis::ALL.iter().copied().collect());
    assert_eq!(union(&all, |seen| &seen.closed), CloseReason::ALL.iter().copied().collect());
    assert!(all.iter().map(|seen| seen.withdrawn).sum::<usize>() >= 1);
}

#[test]
fn every_kind_of_clock_alarm_and_level_is_met() {
    let all = all();
    let kinds = [
        "ahead of a date",
        "at once",
        "by urgency",
        "days",
        "follows an event",
        "from the end of a step",
        "hours",
        "later run",
        "paused",
        "resumed",
        "statutory",
        "working days",
    ];
    assert_eq!(union(&all, |seen| &seen.clocks), kinds.into());
    assert_eq!(union(&all, |seen| &seen.alarms), [50, 80, 100].into());
    assert_eq!(union(&all, |seen| &seen.levels), Level::ALL.iter().copied().collect());
}

#[test]
fn the_person_declines_in_every_line_of_service_and_overlay_and_help_goes_on() {
    let all = all();
    let lines = ["CH", "FA", "FN", "HE", "ID", "LE", "RE", "RP", "SO", "WI"].map(str::to_owned);
    assert_eq!(union(&all, |seen| &seen.declined), lines.into());
    assert!(!union(&all, |seen| &seen.dropped).is_empty());
}

#[test]
fn the_rules_that_protect_are_met_as_refusals() {
    let refused = union(&all(), |seen| &seen.refused);
    for code in [
        "case.close-incomplete",
        "case.close-reason",
        "consent.child-needs-guardian",
        "consent.guardian-suspect",
        "presumption.second-officer",
        "shield.two",
        "step.article-missing",
        "step.consent-missing",
        "step.exit-not-met",
    ] {
        assert!(refused.contains(code), "no play meets {code}");
    }
}
