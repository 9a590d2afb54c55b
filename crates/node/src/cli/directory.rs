//! `simpul directory`.

use clap::{Subcommand, ValueEnum};
use std::path::PathBuf;

/// Services by place: in and out.
#[derive(Debug, Subcommand)]
pub enum DirectoryCommand {
    /// Check a file of services, CSV or HSDS 3 (JSON), and print it in another form; no node is needed.
    #[command(after_help = "Examples:\n  simpul directory convert layanan.csv --form hsds --out layanan.json")]
    Convert {
        /// The file, or - for standard input.
        file: String,
        /// The form to write.
        #[arg(long)]
        form: Form,
        /// Where to: a file, for `tables` a folder.
        #[arg(long)]
        out: PathBuf,
    },
    /// Write what a node knows: its own services, those of partners, and those it keeps.
    #[command(after_help = "Examples:\n  simpul directory export ./bakau --form tables --out ./hsds")]
    Export {
        /// Folder of the node, which does not run.
        dir: PathBuf,
        /// The form to write.
        #[arg(long)]
        form: Form,
        /// Where to: a file, for `tables` a folder.
        #[arg(long)]
        out: PathBuf,
        /// Only what everybody may see.
        #[arg(long)]
        public: bool,
    },
    /// Take a file as the whole list of services of bodies without a node.
    #[command(after_help = "Examples:\n  simpul directory import ./bakau layanan.csv --passphrase-file frasa")]
    Import {
        /// Folder of the node, which does not run.
        dir: PathBuf,
        /// CSV or HSDS 3 (JSON).
        file: PathBuf,
        /// File with the passphrase; asked for otherwise.
        #[arg(long)]
        passphrase_file: Option<PathBuf>,
    },
}

/// How services are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// Our CSV, one row a service.
    Csv,
    /// HSDS 3, JSON.
    Hsds,
    /// HSDS 3, tabular: a folder of CSV files.
    Tables,
}
