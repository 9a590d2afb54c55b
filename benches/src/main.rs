//! **benches**: every budget of the product beside its measurement. `make bench` prints them; exit 1 if one is over.
//!
//! Job: measure CPU time of this process, because wall time on a shared machine says little. Each row names what is
//! measured, its budget, and a peer where there is one. `cargo run --release -p benches -- lists` runs one group alone.
//!
//! Invariant: no room names this one. Start reading at [`GROUPS`].

mod breach;
mod commands;
mod decision;
mod directory;
mod idle;
mod journal;
mod lists;
mod matching;
mod meter;
mod national;
mod node;
mod pages;
mod phone;
mod postgres;
mod recruiters;
mod registers;
mod row;
mod screening;
mod sealing;
mod story;
mod users;
mod window;
mod wire;

use row::{Line, Row};
use std::process::ExitCode;

type Group = (&'static str, fn() -> anyhow::Result<Vec<Line>>);

/// All rows, in groups that can be run alone.
const GROUPS: &[Group] = &[
    ("decision", || Ok(vec![decision::sixty_fields()?.into()])),
    ("matching", || Ok(vec![matching::bodies()?.into()])),
    ("screening", || Ok(vec![screening::sets()?.into(), screening::lines()?.into()])),
    ("sealing", sealing::rows),
    ("journal", journal::rows),
    ("commands", commands::rows),
    ("lists", lists::rows),
    ("search", lists::search),
    ("directory", directory::rows),
    ("registers", registers::rows),
    ("users", users::rows),
    ("breach", breach::rows),
    ("postgres", postgres::rows),
    ("wire", wire::rows),
    ("window", window::rows),
    ("pages", pages::rows),
    ("phone", phone::rows),
    ("idle", idle::rows),
    ("national", national::rows),
];

/// What takes minutes and gigabytes: only run when it is named (`make long`, `make bench -- recruiters`).
const LONG: &[Group] =
    &[("journal-of-years", journal::whole), ("national-month", national::whole), ("recruiters", recruiters::rows)];

/// That of the program: what is measured here is what people run.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<ExitCode> {
    let only: Vec<String> = std::env::args().skip(1).collect();
    let mut all_hold = true;
    println!("{}", Row::HEAD);
    let named = |name: &str| only.iter().any(|word| word == name);
    let usual = GROUPS.iter().filter(|(name, _)| only.is_empty() || named(name));
    for (_, rows) in usual.chain(LONG.iter().filter(|(name, _)| named(name))) {
        for line in rows()? {
            println!("{line}");
            all_hold &= line.holds();
        }
    }
    Ok(if all_hold { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
