//! The words of `simpul keys`.

use clap::Subcommand;
use std::path::PathBuf;

/// `simpul keys`.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Say which key the node has, until when, and which partners' keys are dead.
    #[command(after_help = "Example:\n  simpul keys show /srv/simpul")]
    Show {
        /// The node's folder.
        dir: PathBuf,
        /// Passphrase file, where the node does not run.
        #[arg(long)]
        passphrase_file: Option<PathBuf>,
    },
    /// Declare the node's own key dead. Three holders of root papers come together; the node's keys are open.
    #[command(
        after_help = "Example:\n  simpul keys revoke /srv/simpul --reason lost --since 2026-11-24T03:00:00Z --out kupang.spr"
    )]
    Revoke {
        /// The node's folder; where the machine is gone, the one in which its backup was restored.
        dir: PathBuf,
        /// Why: lost, misused, closed or other.
        #[arg(long, value_parser = ["lost", "misused", "closed", "other"])]
        reason: String,
        /// Since when, in UTC; now, if left out.
        #[arg(long)]
        since: Option<String>,
        /// Write the revocation to a file too, for partners who are told by hand.
        #[arg(long)]
        out: Option<PathBuf>,
        /// A file with the papers, one a line; else they are typed.
        #[arg(long)]
        shares: Option<String>,
        /// Passphrase file, where the node does not run.
        #[arg(long)]
        passphrase_file: Option<PathBuf>,
    },
    /// Give the node a new key: each year, or after its key was revoked. Three holders of root papers come together; the node
    /// does not run.
    #[command(after_help = "Example:\n  simpul keys renew /srv/simpul")]
    Renew {
        /// The node's folder.
        dir: PathBuf,
        /// A file with the papers, one a line; else they are typed.
        #[arg(long)]
        shares: Option<String>,
        /// Passphrase file.
        #[arg(long)]
        passphrase_file: Option<PathBuf>,
    },
    /// Take a complete revocation file of a partner; a running node takes it on its page /simpul/kunci.
    #[command(after_help = "Example:\n  simpul keys take /srv/simpul kupang.spr")]
    Take {
        /// The node's folder.
        dir: PathBuf,
        /// The file.
        file: PathBuf,
        /// Passphrase file.
        #[arg(long)]
        passphrase_file: Option<PathBuf>,
    },
}
