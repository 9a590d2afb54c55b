//! **sim**: several nodes in one process, bad links, one seed (`simpul sim`, CONTRACTS.md 6).
//!
//! Job: real desks, real post offices, real sealing and SQLite files under a virtual clock and an in-memory network that
//! loses, doubles, delays and cuts; people who offer, answer and withdraw; then the invariants of FEDERATION.md 6, looked
//! at while it runs and again at the end. From 200 nodes on the rows are in memory and the seal is a stand-in (ADR 39); the
//! report says so.
//!
//! A failure is: a message lost, doubled, come from nowhere or out of order in its thread; a case with two owners at any
//! time, or none after healing, or nobody in charge on the way; an ended offer that runs again; an offer open or a message
//! unfinished one message life after healing; anything in clear in an envelope; a field at a taker without a clause in the
//! giver's trace; anything sealed or shown under a withdrawn consent; a journal whose chain breaks; anything applied of a
//! key, or sealed to one, that a node knows to be dead; anything forged that is applied or not kept as evidence; an alert
//! that stands at a receiver, or something that rests on it, after its sender took it back; one that outlives its end; a
//! protected person named in one.
//! No failure is: a late message, an act that a rule refuses, a copy, a message that ends expired after a person was told.
//!
//! Invariants: the same options give the same report (but for its seconds); no system clock, no system chance; nothing is
//! changed behind the nodes' back but what a crash or a link would change.
//! Start reading at [`world`] (the events), then [`people`] (the traffic) and [`check`] (what must hold).

mod cast;
mod check;
mod clock;
mod dice;
mod hostile;
mod ledger;
mod memory;
mod network;
mod node;
mod options;
mod people;
mod report;
mod shrink;
mod standin;
mod threads;
mod versions;
mod watch;
mod world;

pub use options::{ALERTS, Options, SealKind, StoreKind};
pub use report::{Progress, Report};
pub use shrink::{command, shrink};

use base::{Clock, Problem};

/// Plays one run. `wall` measures its seconds and nothing else. `Err`: refused options, or a store that failed
/// (`sim.broken`, a bug of ours).
pub fn run(options: &Options, wall: &dyn Clock) -> Result<Report, Problem> {
    run_told(options, wall, &|_| {})
}

/// The same, and says after each simulated day how far it is: a month of the country takes an hour.
pub fn run_told(options: &Options, wall: &dyn Clock, told: &dyn Fn(Progress)) -> Result<Report, Problem> {
    options.check()?;
    let began = wall.now();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Problem::at("sim.broken", error.to_string()))?;
    let mut report = runtime.block_on(world::play(options, told))?;
    report.seconds = report::decimals(u64::try_from(wall.now().millis() - began.millis()).unwrap_or(0));
    Ok(report)
}
