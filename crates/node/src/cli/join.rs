//! The words of `simpul join`.

use clap::Subcommand;
use std::path::PathBuf;

/// `simpul join`.
#[derive(Debug, Subcommand)]
pub enum JoinCommand {
    /// Write this node's signed entry.
    #[command(after_help = "Example:\n  simpul join export /srv/simpul --out batam.spj")]
    Export {
        /// The node's folder.
        dir: PathBuf,
        /// Where to write.
        #[arg(long)]
        out: PathBuf,
        /// Passphrase file.
        #[arg(long)]
        passphrase_file: Option<PathBuf>,
    },
    /// Show the fingerprint of a joining or accord file; with --yes take it in.
    #[command(after_help = "Example:\n  simpul join import /srv/simpul lotim.spj --yes")]
    Import {
        /// The node's folder.
        dir: PathBuf,
        /// The file, `.spj` or `.spa`.
        file: PathBuf,
        /// The fingerprint was compared with the owner's.
        #[arg(long)]
        yes: bool,
        /// Passphrase file.
        #[arg(long)]
        passphrase_file: Option<PathBuf>,
    },
    /// Close the node: its entry says so from now on. Every case is handed over and every referral ended before; the node does not
    /// run. Partners who are connected are told when it runs again, others by the file.
    #[command(after_help = "Example:\n  simpul join leave /srv/simpul --out batam-tutup.spj")]
    Leave {
        /// The node's folder.
        dir: PathBuf,
        /// Where to write the entry that says so.
        #[arg(long)]
        out: PathBuf,
        /// Passphrase file.
        #[arg(long)]
        passphrase_file: Option<PathBuf>,
    },
}
