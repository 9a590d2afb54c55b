//! The words of `simpul recruiters`.

use clap::Subcommand;
use std::path::PathBuf;

/// `simpul recruiters`.
#[derive(Debug, Subcommand)]
pub enum RecruitersCommand {
    /// Group mentions of recruiters: which are of one person.
    #[command(after_help = AFTER)]
    Resolve(ResolveArgs),
}

const AFTER: &str = "\
MENTIONS is CSV in UTF-8 with a header. Columns in any order, others are ignored: rec_id (needed, each once), district,
source, name, alias, phone, nik, birth_date, sex, village, regency, employer. Each may be empty. What agreement is worth
is learned from the file; no labels are needed. The same file gives the same bytes.

Examples:
  simpul recruiters resolve sebutan.csv --out kelompok.csv
  simpul recruiters resolve sebutan.csv --out kelompok.csv --explain pasangan.csv --threshold 0.97
  cat sebutan.csv | simpul recruiters resolve - --out kelompok.csv --memory-mb 600

Exit codes: 0 done, 1 done but rows were skipped (each named by its line), 2 nothing written.";

/// `simpul recruiters resolve`.
#[derive(Debug, clap::Args)]
pub struct ResolveArgs {
    /// CSV file, or - for standard input.
    pub mentions: String,
    /// Where to write `rec_id,cluster_id,confidence`, one line for each mention, in the order of the file.
    #[arg(long)]
    pub out: PathBuf,
    /// The lowest share of right pairs to expect among those put together. A pair more likely wrong than right never is,
    /// unless the share is below one half.
    #[arg(long, default_value = "0.9")]
    pub threshold: String,
    /// Where to write `rec_id_a,rec_id_b,probability,evidence` for each pair worth a look, in bits for each field.
    #[arg(long)]
    pub explain: Option<PathBuf>,
    /// The most memory to use, in MB.
    #[arg(long, default_value = "2048")]
    pub memory_mb: String,
    /// Threads; all cores by default. The answer is the same for any number.
    #[arg(long)]
    pub threads: Option<usize>,
}
