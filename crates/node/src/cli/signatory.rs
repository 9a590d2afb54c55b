//! The words of `simpul signatory`.

use clap::Subcommand;
use std::path::PathBuf;

/// `simpul signatory`.
#[derive(Debug, Subcommand)]
pub enum SignatoryCommand {
    /// Say which offices sign accords for the node.
    #[command(after_help = "Example:\n  simpul signatory show /srv/simpul")]
    Show {
        /// The node's folder.
        dir: PathBuf,
    },
    /// Name a signatory. Three holders of root papers come together; the node's keys are open.
    #[command(
        after_help = "Examples:\n  simpul signatory name /srv/simpul --person \"Ibu Contoh\" --office \"Wakil ketua\"\n  simpul signatory name /srv/simpul --person \"Pak Contoh\" --office Ketua --instead-of Ketua"
    )]
    Name {
        /// The node's folder.
        dir: PathBuf,
        /// Who signs, as the partners will read it.
        #[arg(long)]
        person: String,
        /// In which office.
        #[arg(long)]
        office: String,
        /// The office that this one takes the place of; its key signs nothing any more.
        #[arg(long)]
        instead_of: Option<String>,
        /// A file with the papers, one a line; else they are typed.
        #[arg(long)]
        shares: Option<String>,
        /// Passphrase file, where the node does not run.
        #[arg(long)]
        passphrase_file: Option<PathBuf>,
    },
}
