//! One file a command.

mod accord;
mod handbook;
mod schema;
mod screen;

use crate::cli::{Cli, Command};
use base::Problem;

/// Exit code of a command that ran, or the problem that stopped it.
pub type Answer = Result<u8, Problem>;

/// Runs the command asked for.
pub fn run(cli: &Cli) -> Answer {
    let lang = cli.lang();
    match &cli.command {
        Command::Screen { file, pack } => screen::run(file, pack.as_deref(), lang),
        Command::Accord(command) => accord::run(command, cli.json, lang),
        Command::Handbook(command) => handbook::run(command, cli.json, lang),
        Command::Schema { name } => schema::run(name.as_deref()),
        Command::Completions { shell } => {
            clap_complete::generate(*shell, &mut <Cli as clap::CommandFactory>::command(), "simpul", &mut std::io::stdout());
            Ok(0)
        }
        _ => Err(Problem::new("command.later")),
    }
}
