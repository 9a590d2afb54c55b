//! `simpul registry` and `simpul licences`.

use clap::Subcommand;
use std::path::PathBuf;

/// `simpul registry`: registered workers as fingerprints.
#[derive(Debug, Subcommand)]
pub enum RegistryCommand {
    /// Make a key of a register; it goes with the file by another way, and never beside it.
    #[command(after_help = "Example:\n  simpul registry key register.key")]
    Key {
        /// A file that does not exist yet.
        file: PathBuf,
    },
    /// Make the register from a list: fingerprints under the key, sorted, at most 4,000,000; no number stands in it.
    #[command(after_help = BUILD)]
    Build {
        /// CSV with the columns nik, passport or both, or - for standard input.
        list: String,
        /// File of the key.
        #[arg(long)]
        key_file: PathBuf,
        /// The day on which the list was true, such as 2026-11-01.
        #[arg(long)]
        date: String,
        /// Where the list comes from.
        #[arg(long)]
        source: String,
        /// Where to write the register.
        #[arg(long)]
        out: PathBuf,
    },
    /// Read all of a register: every page's check, order and count.
    #[command(after_help = "Example:\n  simpul registry check register.spr")]
    Check {
        /// The register.
        file: PathBuf,
    },
    /// Put a register into a node; its key is kept sealed. It takes the place of the one before.
    #[command(after_help = "Example:\n  simpul registry install /srv/simpul register.spr --key-file register.key")]
    Install {
        /// The node's folder; the node does not run.
        dir: PathBuf,
        /// The register.
        file: PathBuf,
        /// File of its key.
        #[arg(long)]
        key_file: PathBuf,
        /// Passphrase file; asked for otherwise.
        #[arg(long)]
        passphrase_file: Option<PathBuf>,
    },
}

const BUILD: &str = "\
Each row has a NIK (16 digits), a passport number, or both; other columns are ignored. If one row is wrong nothing is
written, and each fault is named by its line. A yes of the register is wrong for at most 1 in 274,877 other numbers.

Examples:
  simpul registry build pekerja.csv --key-file register.key --date 2026-11-01 --source 'BP3MI' --out register.spr
  cat pekerja.csv | simpul registry build - --key-file register.key --date 2026-11-01 --source 'BP3MI' --out register.spr";

/// `simpul licences`: official lists of agencies.
#[derive(Debug, Subcommand)]
pub enum LicencesCommand {
    /// Check a list, CSV; no node is needed.
    #[command(after_help = "Example:\n  simpul licences check izin.csv")]
    Check {
        /// The file, or - for standard input.
        file: String,
    },
    /// Take a list in. It takes the place of the older one of the same source.
    #[command(
        after_help = "Example:\n  simpul licences import /srv/simpul izin.csv --source 'Kementerian' --date 2026-11-01"
    )]
    Import {
        /// The node's folder; the node does not run.
        dir: PathBuf,
        /// CSV; docs/manual/registers.md has the columns.
        file: String,
        /// Who issued it, as the public will read it.
        #[arg(long)]
        source: String,
        /// The day on which it was true, such as 2026-11-01.
        #[arg(long)]
        date: String,
        /// Passphrase file; asked for otherwise.
        #[arg(long)]
        passphrase_file: Option<PathBuf>,
    },
}
