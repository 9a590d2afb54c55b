//! One file a command.

mod accord;
mod audit;
mod backup;
mod directory;
mod doctor;
mod handbook;
mod init;
mod join;
mod keyholders;
mod keys;
mod recruiters;
mod registers;
mod relay;
mod schema;
mod screen;
mod serve;
mod signatory;
mod sim;

use crate::cli::{AuditCommand, Cli, Command, RecruitersCommand};
use base::Problem;

/// Exit code of a command that ran, or the problem that stopped it.
pub type Answer = Result<u8, Problem>;

/// Runs the command asked for.
pub fn run(cli: &Cli) -> Answer {
    let lang = cli.lang();
    match &cli.command {
        Command::Screen { file, pack } => Ok(screen::run(file, pack.as_deref(), lang)),
        Command::Accord(command) => accord::run(command, cli.json, lang),
        Command::Handbook(command) => handbook::run(command, cli.json, lang),
        Command::Schema { name } => schema::run(name.as_deref()),
        Command::Completions { shell } => {
            let mut text = Vec::new();
            clap_complete::generate(*shell, &mut <Cli as clap::CommandFactory>::command(), "simpul", &mut text);
            crate::output::line(String::from_utf8_lossy(&text).trim_end());
            Ok(0)
        }
        Command::Init(args) => init::run(args, cli.json, lang),
        Command::Join(command) => join::run(command, cli.json),
        Command::Demo(args) => block_on(crate::demo::run(args, cli.json, lang)),
        Command::Doctor { dir } => doctor::run(dir, cli.json, lang),
        Command::Directory(command) => directory::run(command, cli.json, lang),
        Command::Recruiters(RecruitersCommand::Resolve(args)) => recruiters::resolve(args, cli.json, lang),
        Command::Registry(command) => registers::registry(command, cli.json, lang),
        Command::Licences(command) => registers::licences(command, cli.json, lang),
        Command::Sim(args) => sim::run(args, cli.json),
        Command::Serve(args) => serve::run(args),
        Command::Relay(args) => relay::run(args),
        Command::Unlock { dir, name, passphrase_file } => {
            serve::unlock(dir, name.as_deref(), passphrase_file.as_deref())
        }
        Command::Keyholders(command) => keyholders::run(command, cli.json),
        Command::Signatory(command) => signatory::run(command, cli.json),
        Command::Keys(command) => keys::run(command, cli.json),
        Command::Lock { dir } => serve::lock(dir),
        Command::Bundle(command) => serve::bundle(command),
        Command::Backup(args) => backup::run(args, cli.json),
        Command::Restore(args) => backup::bring_back(args, cli.json),
        Command::Audit(AuditCommand::Verify { dir }) => audit::verify(dir, cli.json, lang),
    }
}

/// Runs a future to its end on a small runtime of its own.
fn block_on<T>(future: impl Future<Output = Result<T, Problem>>) -> Result<T, Problem> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.map_err(|_| Problem::new("node.no-runtime"))?.block_on(future)
}
