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
    /// Seeds to run, one after another, starting at --seed.
    #[arg(long, default_value_t = 1, hide = true)]
    pub seeds: u64,
}
