//! Goal: keys that die, relays that lie, clocks that are wrong and other versions cost no message, no case and no person.
//! Method: small whole runs for each of these faults, most of them over a bad network with restarts. What fails is made
//! smaller and told as one command.

#![expect(clippy::unwrap_used, reason = "a run that cannot be played fails the test")]

use base::{ManualClock, Timestamp};
use sim::{Options, Report, command, run, shrink};

fn play(options: &Options) -> Report {
    run(options, &ManualClock::at(Timestamp::default())).unwrap()
}

/// Plays a run that must hold.
fn holds(options: &Options) -> Report {
    let report = play(options);
    if report.failed() {
        let least = shrink(*options, |smaller| play(smaller).failed());
        panic!("{report}\nsmallest: {}\n{}", command(&least), play(&least));
    }
    assert!(report.messages.delivered > 100 && report.offers.done > 5, "too little happened: {report}");
    report
}

fn bad_network() -> Options {
    let faults = Options { loss: 0.2, duplicate: 0.1, reorder: 0.2, restart_every: 6, ..Options::default() };
    Options { nodes: 4, days: 1, ..faults }
}

#[test]
fn a_key_that_dies_costs_no_message_and_nobody_acts_on_it_once_they_know() {
    for seed in 1..=4 {
        let report = holds(&Options { seed, revoke: 1, nodes: 5, ..bad_network() });
        assert_eq!(report.keys.map(|keys| (keys.revoked, keys.renewed)), Some((1, 1)), "{report}");
        let thief = report.hostile.unwrap();
        assert!(thief.quarantined > 0, "a thief wrote to those who know: {report}");
    }
    let two = holds(&Options { seed: 9, revoke: 2, nodes: 5, ..bad_network() });
    assert_eq!(two.keys.unwrap().revoked, 2, "{two}");
}

#[test]
fn keys_that_change_as_each_year_stop_nothing() {
    for seed in 1..=2 {
        let report = holds(&Options { seed, rotate_identity_every: 9, ..bad_network() });
        assert!(report.keys.unwrap().renewed > 4, "{report}");
    }
}

#[test]
fn a_relay_that_lies_changes_nothing() {
    for seed in 1..=3 {
        let report = holds(&Options { seed, hostile: 0.25, ..bad_network() });
        let did = report.hostile.unwrap();
        assert!(did.dropped > 10 && did.replayed > 10 && did.late > 10, "{report}");
        assert!(did.refused > 30 && did.quarantined > 30, "{report}");
        assert!(did.refused + did.quarantined + did.held <= did.forged, "{report}");
    }
}

#[test]
fn clocks_that_are_wrong_by_two_days_cost_nothing() {
    for seed in 1..=3 {
        holds(&Options { seed, clock_drift: 48, ..bad_network() });
    }
    let calm = holds(&Options { nodes: 4, days: 1, clock_drift: 48, ..Options::default() });
    assert_eq!(calm.messages.sent, calm.messages.delivered, "{calm}");
    assert!(calm.hours_to_receipt.p99 < 0.1, "{calm}");
}

#[test]
fn other_versions_are_read_as_far_as_they_may_and_held_where_they_must() {
    for seed in 1..=2 {
        let report = holds(&Options { seed, mixed_versions: true, ..bad_network() });
        let versions = report.versions.unwrap();
        assert!(versions.later > 0 && versions.earlier > 0, "{report}");
        assert!(versions.strange > 3 && versions.held > 3, "{report}");
    }
}

#[test]
fn all_faults_together_with_an_old_backup() {
    for seed in 1..=2 {
        let faults = Options { hostile: 0.1, clock_drift: 48, mixed_versions: true, revoke: 1, ..bad_network() };
        holds(&Options { seed, nodes: 5, partition_hours: 4, ..faults });
    }
}

#[test]
fn the_same_options_give_the_same_report_with_every_fault() {
    let faults = Options { hostile: 0.1, clock_drift: 30, mixed_versions: true, revoke: 1, ..bad_network() };
    let options = Options { rotate_identity_every: 11, ..faults };
    assert_eq!(play(&options), play(&options));
}
