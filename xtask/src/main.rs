//! **xtask**: the checks and chores of the house, in Rust.
//!
//! Job: `cargo xtask check` says what breaks a rule of the house; `cargo xtask test` installs what the tests need and
//! runs all of them; `cargo xtask codes --write` writes the manual page of errors.
//!
//! Invariant: no check needs a network, and each is a pure function over texts, so that a small made-up text tests it.
//! Start reading at [`check`], then at the check of interest: [`arrows`], [`tidy`], [`codes`], [`packages`], [`docs`].

mod arrows;
mod check;
mod codes;
mod docs;
mod findings;
mod metadata;
mod packages;
mod postgres;
mod run;
mod source;
mod spdx;
mod tally;
mod test;
mod tidy;
mod tools;
mod tree;

use anyhow::Result;
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask check [NAME…]   fmt, clippy, arrows, tidy, codes, packages, docs; all of them, or those named
cargo xtask codes --write   writes docs/manual/errors.md from crates/base/codes/*.tsv
cargo xtask test [STAGE…]   installs what is missing, then runs: check, islands, script, rust, doc, browser";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match dispatch(&words) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::from(4)
        }
    }
}

fn dispatch(words: &[&str]) -> Result<bool> {
    let root = tree::root()?;
    match words {
        ["check", names @ ..] => Ok(check::run(&root, names)? == 0),
        ["codes", "--write"] => codes::write_page(&root).map(|()| true),
        ["test", stages @ ..] => test::run(&root, stages),
        _ => {
            eprintln!("{HELP}");
            Ok(matches!(words, ["--help" | "-h" | "help"]))
        }
    }
}
