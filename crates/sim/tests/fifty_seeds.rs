//! Goal: whatever links and machines do, nothing is lost, doubled, leaked or without an owner. Method: many seeds, each a
//! whole run under heavy loss, copies, delays and restarts. Runs of full size, 20 nodes and 5 days, cost a minute of CPU and
//! more: `make long` plays fifty of them and 450 smaller ones with the program itself; here a change waits a minute or two.

#![expect(clippy::unwrap_used, reason = "a run that cannot be played fails the test")]

use base::{ManualClock, Timestamp};
use sim::{Options, Report, StoreKind, run};
use std::sync::Mutex;

/// One run after another, on as many threads as a small machine has.
const THREADS: usize = 2;

fn play(options: &Options) -> Report {
    run(options, &ManualClock::at(Timestamp::default())).unwrap()
}

#[test]
fn fifty_seeds_of_a_bad_network_break_nothing() {
    let seeds = std::env::var("SIMPUL_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(50_u64);
    let faults = Options { loss: 0.2, duplicate: 0.1, reorder: 0.2, restart_every: 6, ..Options::default() };
    let small = Options { nodes: 4, days: 1, ..faults };
    let larger = Options { nodes: 5, days: 2, partition_hours: 8, ..faults };
    let largest = Options { nodes: 8, ..larger };
    let next = Mutex::new(1..=seeds);
    let broken = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some(seed) = { next.lock().unwrap().next() } {
                    // Every fifth run is a larger one, and falls apart once a day.
                    // Rows in memory give the same report (`runs.rs`) in two thirds of the time.
                    let store = if seed == 1 || seed.is_multiple_of(3) { StoreKind::Sqlite } else { StoreKind::Memory };
                    let options = match seed {
                        _ if seed % 10 == 0 => largest,
                        _ if seed % 5 == 0 => larger,
                        _ => small,
                    };
                    let report = play(&Options { seed, store: Some(store), ..options });
                    if report.failed() || report.messages.delivered < 50 * u64::from(options.nodes * options.days) {
                        broken.lock().unwrap().push(report.to_string());
                    }
                }
            });
        }
    });
    let broken = broken.into_inner().unwrap();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
