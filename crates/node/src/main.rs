//! **node**: the one binary. Configuration, wiring, jobs, commands.
//!
//! Job: read the command line, build the rooms together, print what they answer. Invariant: no rule of the field lives
//! here; a command parses, calls a room and prints.
//! Start reading at [`cli`], then the command of interest in [`commands`].

mod cli;
mod commands;
mod demo;
mod output;
mod platform;
mod runtime;

use std::process::ExitCode;

/// Less CPU than the allocator of the system, and as small while idle (ADR 42).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = <cli::Cli as clap::Parser>::parse();
    let lang = cli.lang();
    match commands::run(&cli) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            output::failure(&failure, cli.json, lang);
            ExitCode::from(failure.code.class().exit())
        }
    }
}
