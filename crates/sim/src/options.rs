//! What a run is asked for.

use base::Problem;

/// A clock may be wrong by two days (`base::limits::CLOCK_SKEW_HOURS_MAX`).
const CLOCK_DRIFT_HOURS_MAX: u32 = 48;

/// Which share of the traffic is alerts, unless it is told otherwise (CONTRACTS.md 6).
pub const ALERTS: f64 = 0.3;

/// From so many nodes on a run has the stand-in seal and its stores in memory (CONTRACTS.md 6), unless it is told otherwise.
pub const LARGE_NODES: u32 = 200;

/// Where nodes keep their rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreKind {
    /// In files, by the engine of real nodes.
    Sqlite,
    /// In memory.
    Memory,
}

/// How envelopes are sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealKind {
    /// As nodes seal.
    Real,
    /// By a keyed stream, for speed.
    StandIn,
}

/// Options of `simpul sim`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// How many nodes.
    pub nodes: u32,
    /// Days of traffic.
    pub days: u32,
    /// Everything follows from it.
    pub seed: u64,
    /// Probability that a delivery, its answer, or an envelope already taken is lost.
    pub loss: f64,
    /// Probability that an envelope comes twice.
    pub duplicate: f64,
    /// Probability that an envelope comes late, after others.
    pub reorder: f64,
    /// Once a day the nodes fall apart in two halves for so many hours; 0 is never.
    pub partition_hours: u32,
    /// Each node restarts after so many virtual hours; 0 is never.
    pub restart_every: u32,
    /// Old backups restored per run.
    pub restore_old_backup: u32,
    /// Nodes per run whose key is declared dead, and who get a new one.
    pub revoke: u32,
    /// Each node gets a new identity key after so many hours, as it does after a year; 0 is never.
    pub rotate_identity_every: u32,
    /// Probability that an envelope meets a relay that lies.
    pub hostile: f64,
    /// Each clock is off by up to so many hours either way, and drifts.
    pub clock_drift: u32,
    /// Which share of the traffic is alerts about recruiters.
    pub alerts: f64,
    /// Two nodes of three speak a later or an earlier version.
    pub mixed_versions: bool,
    /// Absent: by the number of nodes.
    pub store: Option<StoreKind>,
    /// Absent: by the number of nodes; real where somebody forges or steals keys.
    pub seal: Option<SealKind>,
    /// On how many threads a run with both stand-ins plays; 0: as many as the machine has. It changes no report.
    pub threads: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            nodes: 20,
            days: 5,
            seed: 1,
            loss: 0.0,
            duplicate: 0.0,
            reorder: 0.0,
            partition_hours: 0,
            restart_every: 0,
            restore_old_backup: 0,
            revoke: 0,
            rotate_identity_every: 0,
            hostile: 0.0,
            clock_drift: 0,
            alerts: ALERTS,
            mixed_versions: false,
            store: None,
            seal: None,
            threads: 0,
        }
    }
}

impl Options {
    /// Whether the nodes keep their rows in memory.
    pub fn in_memory(&self) -> bool {
        self.store.map_or(self.nodes >= LARGE_NODES, |store| store == StoreKind::Memory)
    }

    /// Whether envelopes are sealed by the stand-in.
    pub fn has_stand_in(&self) -> bool {
        self.seal.map_or(self.nodes >= LARGE_NODES && !self.has_forgers(), |seal| seal == SealKind::StandIn)
    }

    /// Whether nodes do things side by side: with both stand-ins, so that small runs keep the report that they have.
    pub fn is_sliced(&self) -> bool {
        self.in_memory() && self.has_stand_in() && !self.mixed_versions
    }

    /// On how many threads it plays; 0 where one thing is done after another.
    pub fn threads(&self) -> usize {
        match usize::try_from(self.threads) {
            _ if !self.is_sliced() => 0,
            Ok(threads) if threads > 0 => threads,
            _ => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        }
    }

    /// A relay that forges, or thieves of keys: against them only the real seal says anything.
    fn has_forgers(&self) -> bool {
        self.hostile > 0.0 || self.revoke > 0
    }

    /// Refuses what cannot be played.
    pub fn check(&self) -> Result<(), Problem> {
        let whole = [
            ("--nodes", self.nodes, 2, 2_000),
            ("--days", self.days, 1, 400),
            ("--partition-hours", self.partition_hours, 0, 23),
            ("--restart-every", self.restart_every, 0, 10_000),
            ("--restore-old-backup", self.restore_old_backup, 0, 1_000),
            ("--revoke", self.revoke, 0, 1_000),
            ("--rotate-identity-every", self.rotate_identity_every, 0, 10_000),
            ("--clock-drift", self.clock_drift, 0, CLOCK_DRIFT_HOURS_MAX),
            ("--threads", self.threads, 0, 64),
        ];
        if let Some((name, ..)) = whole.iter().find(|(_, value, least, most)| value < least || value > most) {
            return Err(Problem::at("sim.bad-option", *name));
        }
        // With more than this nothing would ever arrive, and the run would say nothing.
        let shares = [
            ("--loss", self.loss),
            ("--duplicate", self.duplicate),
            ("--reorder", self.reorder),
            ("--hostile", self.hostile),
            ("--alerts", self.alerts),
        ];
        match shares.iter().find(|(_, share)| !(0.0..=0.9).contains(share)) {
            Some((name, _)) => Err(Problem::at("sim.bad-option", *name)),
            None if self.has_stand_in() && self.has_forgers() => Err(Problem::at("sim.bad-option", "--seal")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(options: Options) -> &'static str {
        options.check().err().map_or("ok", |problem| problem.code.0)
    }

    #[test]
    fn what_cannot_be_played_is_refused_with_its_option() {
        let base = Options::default();
        assert_eq!(code(base), "ok");
        assert_eq!(code(Options { restore_old_backup: 1_001, ..base }), "sim.bad-option");
        assert_eq!(code(Options { nodes: 1, ..base }), "sim.bad-option");
        assert_eq!(code(Options { clock_drift: 49, ..base }), "sim.bad-option");
        assert_eq!(code(Options { hostile: 0.95, ..base }), "sim.bad-option");
        assert_eq!(code(Options { loss: 1.0, ..base }), "sim.bad-option");
        assert_eq!(code(Options { reorder: f64::NAN, ..base }), "sim.bad-option");
        assert_eq!(code(Options { seal: Some(SealKind::StandIn), revoke: 1, ..base }), "sim.bad-option");
    }

    #[test]
    fn stand_ins_come_with_size_or_when_asked_for_and_never_where_somebody_forges() {
        let (small, large) = (Options::default(), Options { nodes: LARGE_NODES, ..Options::default() });
        let kinds = |options: Options| (options.in_memory(), options.has_stand_in());
        assert_eq!((kinds(small), kinds(large)), ((false, false), (true, true)));
        assert_eq!(kinds(Options { hostile: 0.1, ..large }), (true, false));
        let asked = Options { store: Some(StoreKind::Memory), seal: Some(SealKind::StandIn), ..small };
        assert_eq!(kinds(asked), (true, true));
        let real = Options { store: Some(StoreKind::Sqlite), seal: Some(SealKind::Real), ..large };
        assert_eq!(kinds(real), (false, false));
    }
}
