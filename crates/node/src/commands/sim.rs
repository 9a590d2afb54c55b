//! `simpul sim`.

use super::Answer;
use crate::cli::SimArgs;
use crate::output::{line, talk};
use crate::platform::SystemClock;
use base::Problem;
use sim::{Options, Progress, Report, SealKind, StoreKind};

/// Runs one seed after another; exit 1 if any run found a loss, a double, a leak or a wrong number of owners.
pub fn run(args: &SimArgs, json: bool) -> Answer {
    let mut code = 0;
    for seed in args.seed..args.seed.saturating_add(args.seeds.max(1)) {
        let options = Options {
            nodes: args.nodes,
            days: args.days,
            seed,
            loss: args.loss,
            duplicate: args.duplicate,
            reorder: args.reorder,
            partition_hours: args.partition_hours,
            restart_every: args.restart_every,
            restore_old_backup: args.restore_old_backup,
            revoke: args.revoke,
            rotate_identity_every: args.rotate_identity_every,
            hostile: args.hostile,
            clock_drift: args.clock_drift,
            alerts: args.alerts,
            mixed_versions: args.mixed_versions,
            store: args
                .store
                .as_deref()
                .map(|kind| if kind == "memory" { StoreKind::Memory } else { StoreKind::Sqlite }),
            threads: args.threads,
            seal: args.seal.as_deref().map(|kind| if kind == "stand-in" { SealKind::StandIn } else { SealKind::Real }),
        };
        let report = sim::run_told(&options, &SystemClock, &|progress| {
            if options.is_sliced() {
                let Progress { day, sent, broken } = progress;
                let days = options.days;
                talk(&format!("hari / day {day}/{days}: {sent} pesan / messages, {broken} rusak / broken"));
            }
        })?;
        print(&report, json);
        if report.failed() && args.shrink {
            talk(&format!("terkecil / smallest: {}", sim::command(&smallest(options)?)));
        }
        code = code.max(u8::from(report.failed()));
    }
    Ok(code)
}

/// The smallest run found that still fails.
fn smallest(options: Options) -> Result<Options, Problem> {
    let mut trouble = None;
    let least = sim::shrink(options, |smaller| match sim::run(smaller, &SystemClock) {
        Ok(report) => report.failed(),
        Err(problem) => {
            trouble = Some(problem);
            false
        }
    });
    trouble.map_or(Ok(least), Err)
}

fn print(report: &Report, json: bool) {
    let text = if json { serde_json::to_string(report) } else { serde_json::to_string_pretty(report) };
    line(&text.unwrap_or_default());
    talk(if report.failed() { "RUSAK / BROKEN" } else { "utuh / whole" });
}
