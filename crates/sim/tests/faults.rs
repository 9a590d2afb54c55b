//! Goal: keys that die, relays that lie, clocks that are wrong and other versions cost no message, no case and no person.
//! Method: small whole runs for each of these faults, most of them over a bad network with restarts. What fails is made
//! smaller and told as one command.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a run that cannot be played, or breaks, fails the test")]

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
    assert!(report.messages.delivered > 100 && report.offers.done > 20, "too little happened: {report}");
    report
}

fn bad_network() -> Options {
    let faults = Options { loss: 0.2, duplicate: 0.1, reorder: 0.2, restart_every: 6, ..Options::default() };
    Options { nodes: 4, days: 1, ..faults }
}

/// The same before there were alerts: seeds that are named here are worlds of that traffic.
fn without_alerts() -> Options {
    Options { alerts: 0.0, ..bad_network() }
}

#[test]
fn a_key_that_dies_costs_no_message_and_nobody_acts_on_it_once_they_know() {
    for seed in [1, 2] {
        let report = holds(&Options { seed, revoke: 1, nodes: 5, ..bad_network() });
        assert_eq!(report.keys.map(|keys| (keys.revoked, keys.renewed)), Some((1, 1)), "{report}");
        assert!(report.hostile.unwrap().quarantined > 0, "a thief wrote to those who know: {report}");
    }
}

#[test]
fn two_keys_that_are_dead_at_once_or_one_and_an_old_backup_leave_nothing_without_an_owner() {
    // Worlds in which an earlier version left a withdrawal untold, and a case without an owner.
    let two = holds(&Options { seed: 24, revoke: 2, nodes: 5, ..without_alerts() });
    assert_eq!(two.keys.unwrap().revoked, 2, "{two}");
    holds(&Options { seed: 2, revoke: 1, restore_old_backup: 1, ..without_alerts() });
}

#[test]
fn keys_that_change_as_each_year_stop_nothing() {
    let report = holds(&Options { rotate_identity_every: 9, ..bad_network() });
    assert!(report.keys.unwrap().renewed > 4, "{report}");
    // A world in which an earlier version went on sealing to a stolen key: its partners knew an older one.
    let faults =
        Options { rotate_identity_every: 7, revoke: 1, clock_drift: 48, partition_hours: 4, ..without_alerts() };
    holds(&Options { seed: 2, ..faults });
}

#[test]
fn a_relay_that_lies_changes_nothing() {
    for seed in [1, 2] {
        let report = holds(&Options { seed, hostile: 0.25, ..bad_network() });
        let did = report.hostile.unwrap();
        assert!(did.dropped > 10 && did.replayed > 10 && did.late > 10, "{report}");
        assert!(did.refused > 30 && did.quarantined > 30, "{report}");
        assert!(did.refused + did.quarantined + did.held <= did.forged, "{report}");
    }
}

#[test]
fn clocks_that_are_wrong_by_two_days_cost_nothing() {
    holds(&Options { clock_drift: 48, ..bad_network() });
    // A world in which an earlier version had receipts that seemed too old to their receivers.
    let calm = holds(&Options { nodes: 4, days: 1, seed: 2, clock_drift: 48, alerts: 0.0, ..Options::default() });
    assert_eq!(calm.messages.sent, calm.messages.delivered, "{calm}");
    assert!(calm.hours_to_receipt.p99 < 0.1, "{calm}");
}

#[test]
fn other_versions_are_read_as_far_as_they_may_and_held_where_they_must() {
    let report = holds(&Options { mixed_versions: true, ..bad_network() });
    let versions = report.versions.unwrap();
    assert!(versions.later > 0 && versions.earlier > 0, "{report}");
    assert!(versions.strange > 3 && versions.held > 3, "{report}");
}

#[test]
fn all_faults_together_break_nothing_and_the_same_options_give_the_same_report() {
    let faults = Options { hostile: 0.2, clock_drift: 48, mixed_versions: true, revoke: 1, ..without_alerts() };
    // A world in which an earlier version took for received what its partner held.
    let options = Options { seed: 5, ..faults };
    assert_eq!(holds(&options), play(&options));
}

#[test]
fn a_run_that_fails_shrinks_to_one_command() {
    let options = Options { nodes: 3, days: 1, loss: 0.2, hostile: 0.2, ..Options::default() };
    // An error that needs a forged envelope at a node that keeps it.
    let fails = |options: &Options| play(options).hostile.is_some_and(|did| did.quarantined > 0);
    let least = shrink(options, fails);
    assert_eq!((least.nodes, least.days, least.loss, least.restart_every), (2, 1, 0.0, 0));
    assert!(least.hostile > 0.0 && least.hostile < 0.2 && fails(&least));
    assert_eq!(
        command(&least),
        format!("simpul sim --nodes 2 --days 1 --seed 1 --hostile {} --alerts 0", least.hostile)
    );
}
