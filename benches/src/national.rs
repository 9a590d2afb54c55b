//! The country in one process: 514 task forces that offer, answer and withdraw for a month over bad links.

use crate::meter::cpu_seconds;
use crate::row::{Line, Row};
use base::{ManualClock, Timestamp};
use sim::{Options, Report};

/// Five minutes on two cores for 514 nodes, 30 days and 100 messages a day each.
const MILLISECONDS_MAX: f64 = 600_000.0 / (514.0 * 30.0 * 100.0);

/// Two hundred nodes for a day: what founding them and the last look cost is shared by a thirtieth of the messages.
pub fn rows() -> anyhow::Result<Vec<Line>> {
    let (spent, report) = played(200, 1)?;
    let sent = f64::from(u32::try_from(report.messages.sent)?);
    Ok(vec![Row::told("simulated message: 200 nodes, a day", spent / sent * 1e3, "CPU millisec").into()])
}

/// The whole month, as `make long` plays it.
pub fn whole() -> anyhow::Result<Vec<Line>> {
    let (spent, report) = played(514, 30)?;
    let sent = f64::from(u32::try_from(report.messages.sent)?);
    let cores = spent / 2.0;
    Ok(vec![
        Row::wanted("simulated month of 514 nodes, on two cores", cores, "seconds", 300.0).into(),
        Row::wanted("  one message of it", spent / sent * 1e3, "CPU millisec", MILLISECONDS_MAX).into(),
    ])
}

/// CPU seconds of a run with loss, copies, late mail, partitions and restarts, and its report.
fn played(nodes: u32, days: u32) -> anyhow::Result<(f64, Report)> {
    let faults = Options { loss: 0.05, duplicate: 0.02, reorder: 0.05, ..Options::default() };
    let options = Options { nodes, days, partition_hours: 12, restart_every: 72, ..faults };
    let before = cpu_seconds();
    let report = sim::run(&options, &ManualClock::at(Timestamp::default()));
    let report = report.map_err(|problem| anyhow::anyhow!("{problem}"))?;
    anyhow::ensure!(!report.failed(), "the run broke something: {report}");
    Ok((cpu_seconds() - before, report))
}
