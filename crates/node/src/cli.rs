//! The command line. `simpul --help` lists commands by who uses them.

mod directory;
mod join;
mod keyholders;
mod keys;
mod recruiters;
mod registers;
mod signatory;
mod sim;

use base::Lang;
use clap::{Parser, Subcommand};
use std::path::PathBuf;

pub use directory::{DirectoryCommand, Form};
pub use join::JoinCommand;
pub use keyholders::KeyholdersCommand;
pub use keys::KeysCommand;
pub use recruiters::{RecruitersCommand, ResolveArgs};
pub use registers::{LicencesCommand, RegistryCommand};
pub use signatory::SignatoryCommand;
pub use sim::SimArgs;

/// Simpul: one node of the anti-trafficking network.
#[derive(Debug, Parser)]
#[command(name = "simpul", version, about, long_about = None, after_help = AFTER)]
pub struct Cli {
    /// Machine output wherever the default is for people.
    #[arg(long, global = true)]
    pub json: bool,
    /// Language of messages.
    #[arg(long, global = true, value_parser = ["id", "en"])]
    pub lang: Option<String>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const AFTER: &str = "\
Who uses what:
  newcomer      demo
  responder     screen
  coordinator   accord, handbook, directory, licences, join, bundle
  installer     init, serve, relay, unlock, lock, keyholders, signatory, keys, backup, restore, doctor, audit,
                registry
  analyst       recruiters
  integrator    schema, completions, sim

Exit codes: 0 done, 1 done but some items were refused, 2 bad input, 3 refused by a rule, 4 the environment failed,
5 a bug of ours.";

impl Cli {
    /// The language asked for, else of `LANG`, else Indonesian.
    pub fn lang(&self) -> Lang {
        let tag = self.lang.clone().or_else(|| std::env::var("LANG").ok());
        tag.map_or(Lang::Id, |tag| Lang::from_tag(&tag))
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Play the story on this machine with eight nodes, then leave them running.
    #[command(
        after_help = "Examples:\n  simpul demo\n  simpul demo --check\n  simpul demo --dir /tmp/peragaan --check --json"
    )]
    Demo(DemoArgs),
    /// Evaluate screening answers: one JSON object or JSON Lines.
    #[command(after_help = "Examples:\n  simpul screen jawaban.json\n  cat jawaban.jsonl | simpul screen -")]
    Screen {
        /// File, or - for standard input.
        file: String,
        /// A question pack folder instead of the one inside.
        #[arg(long)]
        pack: Option<PathBuf>,
    },
    /// Check, explain and ask agreements.
    #[command(subcommand)]
    Accord(AccordCommand),
    /// Packs (handbook, screening, guidance, directory, language, calendar) and the field list.
    #[command(subcommand)]
    Handbook(HandbookCommand),
    /// Services by place: convert, export, import (CSV and HSDS 3).
    #[command(subcommand)]
    Directory(DirectoryCommand),
    /// Recruiters: which mentions are of one person.
    #[command(subcommand)]
    Recruiters(RecruitersCommand),
    /// Registered workers as fingerprints: "is this person registered", offline.
    #[command(subcommand)]
    Registry(RegistryCommand),
    /// Official lists of agencies: licences and sanctions.
    #[command(subcommand)]
    Licences(LicencesCommand),
    /// Make a new node: keys, database, first officers, recovery shares to print.
    #[command(
        after_help = "Example:\n  simpul init /srv/simpul --place 21.71 --name batam --passphrase-file rahasia.txt"
    )]
    Init(InitArgs),
    /// Run a node.
    #[command(
        after_help = "Examples:\n  simpul serve /srv/simpul --passphrase-file rahasia.txt\n  simpul serve /srv/simpul --public"
    )]
    Serve(ServeArgs),
    /// Run a blind relay: it keeps sealed mail of nodes that cannot be reached, and can read none of it.
    #[command(
        after_help = "Example:\n  simpul relay /srv/relay --host 0.0.0.0 --port 8702 --seen-as relay.example.org:8702"
    )]
    Relay(RelayArgs),
    /// Open the keys of a running node; where it asks for two keyholders, each gives hers within five minutes.
    #[command(after_help = "Examples:\n  simpul unlock /srv/simpul\n  simpul unlock /srv/simpul --as sari")]
    Unlock {
        /// The node's folder.
        dir: PathBuf,
        /// The keyholder's name.
        #[arg(long = "as")]
        name: Option<String>,
        /// Passphrase file; else asked on standard input.
        #[arg(long)]
        passphrase_file: Option<PathBuf>,
    },
    /// Close the keys of a running node.
    #[command(after_help = "Example:\n  simpul lock /srv/simpul")]
    Lock {
        /// The node's folder.
        dir: PathBuf,
    },
    /// Who opens the node: one passphrase, or any two of its keyholders.
    #[command(subcommand)]
    Keyholders(KeyholdersCommand),
    /// Who signs accords for the node: named by three papers of its root.
    #[command(subcommand)]
    Signatory(SignatoryCommand),
    /// The node's key: its end, its successor, and partners' keys that are dead.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Joining files: one signed entry.
    #[command(subcommand)]
    Join(JoinCommand),
    /// Bundles for a USB stick.
    #[command(subcommand)]
    Bundle(BundleCommand),
    /// A sealed backup to a folder, such as a USB stick; while the node runs, too.
    #[command(after_help = "Example:\n  simpul backup /srv/simpul --to /media/stik/cadangan")]
    Backup(BackupArgs),
    /// Bring a node back from its backup, on an empty disk.
    #[command(
        after_help = "Examples:\n  simpul restore /media/stik/cadangan --to /srv/simpul\n  simpul restore /media/stik/cadangan --to /srv/simpul --shares -\n  simpul restore /media/stik/cadangan --to /srv/latihan --verify --until 2026-11-28T03:00:00Z"
    )]
    Restore(RestoreArgs),
    /// Check clock, disk, database, keys, partners; one line each with a remedy.
    #[command(after_help = "Example:\n  simpul doctor /srv/simpul")]
    Doctor {
        /// The node's folder.
        dir: PathBuf,
    },
    /// Check the journal.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Several nodes in one process, bad links, one seed.
    #[command(
        after_help = "Example:\n  simpul sim --nodes 20 --days 5 --seed 7 --loss 0.2 --duplicate 0.1 --reorder 0.2 --restart-every 6 --json\n  simpul sim --nodes 6 --days 2 --seed 7 --revoke 2 --hostile 0.2 --clock-drift 48 --mixed-versions --shrink"
    )]
    Sim(SimArgs),
    /// Print a JSON Schema.
    #[command(after_help = "Example:\n  simpul schema accord")]
    Schema {
        /// Its name; without one, the list.
        name: Option<String>,
    },
    /// Print shell completions.
    #[command(after_help = "Example:\n  simpul completions bash")]
    Completions {
        /// Shell.
        shell: clap_complete::Shell,
    },
}

/// `simpul accord`.
#[derive(Debug, Subcommand)]
pub enum AccordCommand {
    /// Every problem and warning of a document.
    #[command(after_help = "Example:\n  simpul accord check mou.json")]
    Check {
        /// File or -.
        file: String,
    },
    /// What was agreed, in plain words.
    #[command(after_help = "Example:\n  simpul accord explain mou.json --lang en")]
    Explain {
        /// File or -.
        file: String,
    },
    /// Whether each field of a request may leave.
    #[command(
        after_help = "Examples:\n  simpul accord decide mou.json permintaan.json\n  simpul accord decide --lines kasus.jsonl"
    )]
    Decide {
        /// The accord; with --lines a file of {"accord", "request"} lines.
        file: String,
        /// The request.
        #[arg(required_unless_present = "lines")]
        request: Option<String>,
        /// Many decisions, one a line.
        #[arg(long, conflicts_with = "request")]
        lines: bool,
    },
}

/// `simpul handbook`.
#[derive(Debug, Subcommand)]
pub enum HandbookCommand {
    /// The field list, JSON Lines.
    #[command(after_help = "Example:\n  simpul handbook fields")]
    Fields,
    /// Every problem of a pack of any kind, with file, path and remedy.
    #[command(
        after_help = "Examples:\n  simpul handbook check ./buku-panduan\n  simpul handbook check ./direktori --json"
    )]
    Check {
        /// The pack's folder.
        path: PathBuf,
    },
    /// List a pack's files as they are and sign the list; a pack with a fault is not signed.
    #[command(after_help = "Example:\n  simpul handbook sign ./direktori --key penerbit.key")]
    Sign {
        /// The pack's folder.
        pack: PathBuf,
        /// File of the publisher's key.
        #[arg(long)]
        key: PathBuf,
    },
    /// Make a publisher's key; prints the public half for `publishers` in simpul.toml.
    #[command(after_help = "Example:\n  simpul handbook key penerbit.key")]
    Key {
        /// A file that does not exist yet.
        file: PathBuf,
    },
}

/// `simpul bundle`.
#[derive(Debug, Subcommand)]
pub enum BundleCommand {
    /// Everything that waits for a partner, as a file.
    #[command(after_help = "Example:\n  simpul bundle export /srv/simpul --to lotim --out kiriman.spb")]
    Export {
        /// The node's folder.
        dir: PathBuf,
        /// Partner's name.
        #[arg(long)]
        to: String,
        /// Where to write.
        #[arg(long)]
        out: PathBuf,
        /// Passphrase file.
        #[arg(long)]
        passphrase_file: Option<PathBuf>,
    },
    /// Take in a bundle; good items before a cut are kept.
    #[command(after_help = "Example:\n  simpul bundle import /srv/simpul kiriman.spb")]
    Import {
        /// The node's folder.
        dir: PathBuf,
        /// The file.
        file: PathBuf,
        /// Passphrase file.
        #[arg(long)]
        passphrase_file: Option<PathBuf>,
    },
}

/// `simpul audit`.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Walk the chain; names the first broken entry.
    #[command(after_help = "Example:\n  simpul audit verify /srv/simpul")]
    Verify {
        /// The node's folder.
        dir: PathBuf,
    },
}

/// `simpul demo`.
#[derive(Debug, clap::Args)]
pub struct DemoArgs {
    /// Where the eight nodes live; a new temporary folder if absent.
    #[arg(long)]
    pub dir: Option<PathBuf>,
    /// Play, check every sentence of the story, print a table, stop.
    #[arg(long)]
    pub check: bool,
    /// Only start the nodes with their accords, without the story.
    #[arg(long, conflicts_with = "check")]
    pub no_story: bool,
    /// Write addresses and log-ins as JSON to this file when the nodes run.
    #[arg(long)]
    pub addresses: Option<PathBuf>,
}

/// `simpul init`.
#[derive(Debug, clap::Args)]
pub struct InitArgs {
    /// A folder that does not exist yet, or is empty.
    pub dir: PathBuf,
    /// Kemendagri code.
    #[arg(long)]
    pub place: String,
    /// Short name, as accords name the party.
    #[arg(long)]
    pub name: String,
    /// What people call it.
    #[arg(long)]
    pub title: Option<String>,
    /// Party role in accords.
    #[arg(long, default_value = "task_force")]
    pub role: String,
    /// Passphrase of the first slot; else asked on standard input.
    #[arg(long)]
    pub passphrase_file: Option<PathBuf>,
    /// Keep the store on a PostgreSQL server: `postgres://user@host/database`; else in the file `node.db`.
    #[arg(long, value_name = "URL")]
    pub store: Option<String>,
    /// Cheap key slots and the demo clock: for demonstrations only.
    #[arg(long, hide = true)]
    pub demo: bool,
    /// Port of the pages.
    #[arg(long, default_value_t = 8700)]
    pub port: u16,
    /// Port of the carrier.
    #[arg(long, default_value_t = 8701)]
    pub carrier_port: u16,
    /// Telephone of the duty officer, for partners.
    #[arg(long, default_value = "")]
    pub duty_phone: String,
}

/// `simpul serve`.
#[derive(Debug, clap::Args)]
pub struct ServeArgs {
    /// The node's folder.
    pub dir: PathBuf,
    /// Unlock at start.
    #[arg(long)]
    pub passphrase_file: Option<PathBuf>,
    /// Run its public window alone: own store, no key that opens a report. Needs `[public]` in simpul.toml: host, port.
    #[arg(long, conflicts_with = "passphrase_file")]
    pub public: bool,
}

/// `simpul relay`.
#[derive(Debug, clap::Args)]
pub struct RelayArgs {
    /// The relay's folder; made where there is none.
    pub dir: PathBuf,
    /// Where it listens.
    #[arg(long, default_value = "0.0.0.0")]
    pub host: String,
    /// At which port.
    #[arg(long, default_value_t = 8702)]
    pub port: u16,
    /// `host:port` at which nodes reach it, where that is another.
    #[arg(long)]
    pub seen_as: Option<String>,
}

/// `simpul backup`.
#[derive(Debug, clap::Args)]
pub struct BackupArgs {
    /// The node's folder.
    pub dir: PathBuf,
    /// The folder of the backup; the folder it lies in must be there.
    #[arg(long)]
    pub to: PathBuf,
    /// Passphrase file, if the node does not run.
    #[arg(long)]
    pub passphrase_file: Option<PathBuf>,
}

/// `simpul restore`.
#[derive(Debug, clap::Args)]
pub struct RestoreArgs {
    /// The folder of the backup.
    pub place: PathBuf,
    /// The folder of the node: empty, or not there yet.
    #[arg(long)]
    pub to: PathBuf,
    /// A rehearsal: restore and check, but begin no new life; such a folder is not served.
    #[arg(long)]
    pub verify: bool,
    /// As it was at this moment, in UTC.
    #[arg(long)]
    pub until: Option<String>,
    /// File with recovery papers, one a line, or - to type them; instead of the passphrase.
    #[arg(long)]
    pub shares: Option<String>,
    /// Passphrase file. With papers: the new passphrase.
    #[arg(long)]
    pub passphrase_file: Option<PathBuf>,
}
