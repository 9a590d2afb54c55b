//! The words of `simpul keyholders`.

use clap::Subcommand;
use std::path::PathBuf;

/// `simpul keyholders`.
#[derive(Debug, Subcommand)]
pub enum KeyholdersCommand {
    /// Say what opens the node.
    #[command(after_help = "Example:\n  simpul keyholders show /srv/simpul")]
    Show {
        /// The node's folder.
        dir: PathBuf,
    },
    /// From now on any two of these open it. All come together: first what opens it now, then each types a passphrase.
    #[command(after_help = "Example:\n  simpul keyholders two /srv/simpul --holder sari --holder made --holder rina")]
    Two {
        /// The node's folder.
        dir: PathBuf,
        /// A keyholder's name; best three.
        #[arg(long = "holder", required = true)]
        holders: Vec<String>,
        /// Passphrase file of a node that one passphrase opens.
        #[arg(long)]
        passphrase_file: Option<PathBuf>,
    },
    /// From now on one passphrase opens it: two keyholders type theirs, then the new one.
    #[command(after_help = "Example:\n  simpul keyholders one /srv/simpul")]
    One {
        /// The node's folder.
        dir: PathBuf,
    },
}
