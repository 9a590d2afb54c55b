//! The words of `simpul sim`.

/// `simpul sim`.
#[derive(Debug, clap::Args)]
pub struct SimArgs {
    /// How many nodes.
    #[arg(long, default_value_t = 20)]
    pub nodes: u32,
    /// How many days of traffic.
    #[arg(long, default_value_t = 5)]
    pub days: u32,
    /// Everything follows from it.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Probability that a delivery is lost.
    #[arg(long, default_value_t = 0.0)]
    pub loss: f64,
    /// Probability that it comes twice.
    #[arg(long, default_value_t = 0.0)]
    pub duplicate: f64,
    /// Probability that it comes late.
    #[arg(long, default_value_t = 0.0)]
    pub reorder: f64,
    /// Length of a partition, hours; 0 is none.
    #[arg(long, default_value_t = 0)]
    pub partition_hours: u32,
    /// Each node restarts after so many hours; 0 is never.
    #[arg(long, default_value_t = 0)]
    pub restart_every: u32,
    /// Old backups restored per run.
    #[arg(long, default_value_t = 0)]
    pub restore_old_backup: u32,
    /// Nodes per run whose key is declared dead in the middle; they get a new one, and a thief uses the old one.
    #[arg(long, default_value_t = 0)]
    pub revoke: u32,
    /// Each node gets a new identity key after so many hours, as it does each year; 0 is never.
    #[arg(long, default_value_t = 0)]
    pub rotate_identity_every: u32,
    /// Probability that an envelope meets a relay that lies: drops, replays, reorders, changes, swaps, forges.
    #[arg(long, default_value_t = 0.0)]
    pub hostile: f64,
    /// Each node's clock is off by up to so many hours either way, 48 at most, and drifts.
    #[arg(long, default_value_t = 0)]
    pub clock_drift: u32,
    /// Which share of the traffic is alerts about recruiters.
    #[arg(long, default_value_t = sim::ALERTS)]
    pub alerts: f64,
    /// Two nodes of three speak a later or an earlier version of the protocol.
    #[arg(long)]
    pub mixed_versions: bool,
    /// Where nodes keep their rows; in memory from 200 nodes on.
    #[arg(long, value_parser = ["sqlite", "memory"])]
    pub store: Option<String>,
    /// How envelopes are sealed; by a stand-in from 200 nodes on, if nobody forges.
    #[arg(long, value_parser = ["real", "stand-in"])]
    pub seal: Option<String>,
    /// Threads of a run from 200 nodes on; 0 is as many as the machine has. The report is the same on any number.
    #[arg(long, default_value_t = 0)]
    pub threads: u32,
    /// Make a run that fails smaller, with the same seed, and print the command of the smallest that still fails. Each step
    /// plays a whole run, 80 at most.
    #[arg(long)]
    pub shrink: bool,
    /// Seeds to run, one after another, starting at --seed.
    #[arg(long, default_value_t = 1, hide = true)]
    pub seeds: u64,
}
