//! A run that fails is made smaller as long as it still fails: fewer days, fewer nodes, fewer and weaker faults, the same
//! seed. What is left is one command.

use crate::options::{ALERTS, Options, SealKind, StoreKind};

/// Runs that are tried at most: each is a whole run.
const TRIES_MAX: usize = 80;

/// The smallest options found that still fail. `fails` plays a run; these options themselves failed.
pub fn shrink(options: Options, mut fails: impl FnMut(&Options) -> bool) -> Options {
    let (mut least, mut tries) = (options, 0);
    'again: loop {
        for smaller in steps(&least) {
            if tries >= TRIES_MAX {
                return least;
            }
            tries += 1;
            if fails(&smaller) {
                least = smaller;
                continue 'again;
            }
        }
        return least;
    }
}

/// One step smaller each, the largest first: what costs most time, then each fault gone, then each fault halved.
fn steps(options: &Options) -> Vec<Options> {
    let o = *options;
    let half = |number: u32, least: u32| least.max(number / 2);
    // Rounded to thousandths, so that the command can be read.
    let less = |share: f64| if share > 0.02 { (share * 500.0).round() / 1000.0 } else { 0.0 };
    let all = [
        Options { days: half(o.days, 1), ..o },
        Options { nodes: half(o.nodes, 2), ..o },
        Options { days: o.days.saturating_sub(1).max(1), ..o },
        Options { nodes: o.nodes.saturating_sub(1).max(2), ..o },
        Options { loss: 0.0, ..o },
        Options { duplicate: 0.0, ..o },
        Options { reorder: 0.0, ..o },
        Options { partition_hours: 0, ..o },
        Options { restart_every: 0, ..o },
        Options { restore_old_backup: 0, ..o },
        Options { revoke: 0, ..o },
        Options { rotate_identity_every: 0, ..o },
        Options { hostile: 0.0, ..o },
        Options { clock_drift: 0, ..o },
        Options { mixed_versions: false, ..o },
        Options { alerts: 0.0, ..o },
        Options { restore_old_backup: half(o.restore_old_backup, 0), ..o },
        Options { revoke: half(o.revoke, 0), ..o },
        Options { clock_drift: half(o.clock_drift, 0), ..o },
        Options { partition_hours: half(o.partition_hours, 0), ..o },
        Options { loss: less(o.loss), ..o },
        Options { duplicate: less(o.duplicate), ..o },
        Options { reorder: less(o.reorder), ..o },
        Options { hostile: less(o.hostile), ..o },
    ];
    all.into_iter().filter(|smaller| *smaller != o).collect()
}

/// The command that plays this run.
pub fn command(options: &Options) -> String {
    let o = options;
    let first = [("nodes", o.nodes), ("days", o.days)].map(|(name, number)| format!("--{name} {number}"));
    let seed = format!("--seed {}", o.seed);
    let shares =
        [("loss", o.loss), ("duplicate", o.duplicate), ("reorder", o.reorder), ("hostile", o.hostile)].into_iter();
    let shares = shares.filter(|(_, share)| *share > 0.0).map(|(name, share)| format!("--{name} {share}"));
    let numbers = [
        ("partition-hours", o.partition_hours),
        ("restart-every", o.restart_every),
        ("restore-old-backup", o.restore_old_backup),
        ("revoke", o.revoke),
        ("rotate-identity-every", o.rotate_identity_every),
        ("clock-drift", o.clock_drift),
    ];
    let numbers = numbers.into_iter().filter(|(_, number)| *number > 0);
    let numbers = numbers.map(|(name, number)| format!("--{name} {number}"));
    let alerts = (o.alerts.to_bits() != ALERTS.to_bits()).then(|| format!("--alerts {}", o.alerts));
    let mixed = o.mixed_versions.then(|| "--mixed-versions".to_owned());
    let store =
        o.store.map(|store| format!("--store {}", if store == StoreKind::Memory { "memory" } else { "sqlite" }));
    let seal = o.seal.map(|seal| format!("--seal {}", if seal == SealKind::StandIn { "stand-in" } else { "real" }));
    let rest = alerts.into_iter().chain(mixed).chain(store).chain(seal);
    let words: Vec<String> = first.into_iter().chain([seed]).chain(shares).chain(numbers).chain(rest).collect();
    format!("simpul sim {}", words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn large() -> Options {
        let faults = Options { loss: 0.2, duplicate: 0.1, reorder: 0.2, hostile: 0.1, ..Options::default() };
        Options { nodes: 20, days: 9, partition_hours: 8, restart_every: 6, revoke: 3, mixed_versions: true, ..faults }
    }

    #[test]
    fn what_fails_for_two_reasons_shrinks_to_these_two() {
        // An error of four nodes in the third day, if machines restart and something is lost.
        let fails = |o: &Options| o.nodes >= 4 && o.days >= 3 && o.restart_every > 0 && o.loss >= 0.03;
        assert!(fails(&large()));
        let least = shrink(large(), fails);
        assert_eq!((least.nodes, least.days, least.restart_every, least.seed), (4, 3, 6, 1));
        assert!((0.03..0.06).contains(&least.loss), "{}", least.loss);
        let bare = Options { nodes: 4, days: 3, restart_every: 6, loss: least.loss, alerts: 0.0, ..Options::default() };
        assert_eq!(least, bare, "every other fault is gone");
        assert_eq!(
            command(&least),
            format!("simpul sim --nodes 4 --days 3 --seed 1 --loss {} --restart-every 6 --alerts 0", least.loss)
        );
    }

    #[test]
    fn what_fails_always_shrinks_to_the_smallest_run_and_every_step_can_be_played() {
        let mut played = 0;
        let least = shrink(large(), |options| {
            played += 1;
            assert_eq!(options.check(), Ok(()));
            true
        });
        assert_eq!(least, Options { nodes: 2, days: 1, alerts: 0.0, ..Options::default() });
        assert!(played <= TRIES_MAX);
    }

    #[test]
    fn the_command_names_every_fault_that_is_on() {
        let rest = Options { restore_old_backup: 1, rotate_identity_every: 30, clock_drift: 48, ..large() };
        let rest = Options { store: Some(StoreKind::Memory), seal: Some(SealKind::Real), ..rest };
        assert_eq!(
            command(&rest),
            "simpul sim --nodes 20 --days 9 --seed 1 --loss 0.2 --duplicate 0.1 --reorder 0.2 --hostile 0.1 \
             --partition-hours 8 --restart-every 6 --restore-old-backup 1 --revoke 3 --rotate-identity-every 30 \
             --clock-drift 48 --mixed-versions --store memory --seal real"
        );
    }
}
