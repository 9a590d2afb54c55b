//! `cargo xtask test`: installs what the tests need, runs every stage to its end, and closes with one line of counts.

use crate::metadata::cargo;
use crate::run::{Ran, tee};
use crate::tally::{self, Tally};
use crate::{postgres, source, tools, tree};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

const ISLANDS: &str = "crates/web/islands";
const BROWSER: &str = "tests/browser";
const STAGES: [Stage; 7] = [
    Stage { name: "check", says: "the rules of the house", run: rules },
    Stage { name: "islands", says: "scripts of the pages, built", run: islands },
    // Before the Rust stages: it builds the scripts anew, and the Rust build embeds them.
    Stage { name: "script", says: "tests of the scripts", run: script },
    Stage { name: "rust", says: "tests of all rooms", run: rust },
    Stage { name: "doc", says: "examples in the documentation", run: doc },
    Stage { name: "story", says: "the story, through the pages of eight nodes", run: story },
    Stage { name: "browser", says: "pages in Chromium", run: browser },
];

struct Stage {
    name: &'static str,
    says: &'static str,
    run: fn(&Path) -> Result<Counted>,
}

/// Runs all stages, or those named. A stage that fails does not keep the next from running.
pub fn run(root: &Path, names: &[&str]) -> Result<bool> {
    if let Some(unknown) = names.iter().find(|name| !STAGES.iter().any(|stage| stage.name == **name)) {
        anyhow::bail!("no stage is called {unknown}");
    }
    let (mut table, mut sum, mut faults) = (Vec::new(), Tally::default(), Vec::new());
    for stage in STAGES.iter().filter(|stage| names.is_empty() || names.contains(&stage.name)) {
        println!("\n== {}: {}", stage.name, stage.says);
        #[expect(clippy::disallowed_methods, reason = "how long a stage took is told, and judged by nobody")]
        let begun = Instant::now();
        let counted = (stage.run)(root).unwrap_or_else(|error| {
            println!("{}: {error:#}", stage.name);
            Counted { tally: Tally { failed: 1, ..Tally::default() }, faults: format!("{error:#}\n") }
        });
        table.push((stage.name, counted.tally, begun.elapsed().as_secs()));
        sum += counted.tally;
        if counted.tally.failed > 0 {
            faults.push(format!("\n-- {} failed; in its own words:\n{}", stage.name, counted.faults));
        }
    }
    // Once more at the end, where somebody looks first.
    println!("{}", faults.concat());
    for (name, tally, seconds) in table {
        println!("{name:<10} {tally}, {seconds} s");
    }
    println!("\n{sum}");
    // A skipped test proves nothing: where a change is judged, it counts as a failure.
    let judged = std::env::var("CI").is_ok_and(|value| value == "true");
    Ok(sum.failed == 0 && sum.passed > 0 && !(judged && sum.skipped > 0))
}

fn rules(root: &Path) -> Result<Counted> {
    let ran = tee(Command::new(std::env::current_exe()?).arg("check").current_dir(root))?;
    Ok(counted(&ran, Tally { passed: u64::from(ran.ok), ..Tally::default() }))
}

/// What a stage came to.
struct Counted {
    tally: Tally,
    /// The lines that say what failed; empty where nothing did.
    faults: String,
}

/// Counts a run whose own words may say nothing, as when the build fails.
fn counted(ran: &Ran, mut tally: Tally) -> Counted {
    if !ran.ok && tally.failed == 0 {
        tally.failed = 1;
    }
    Counted { tally, faults: if tally.failed > 0 { tally::faults(&ran.text) } else { String::new() } }
}

fn islands(root: &Path) -> Result<Counted> {
    let ran = tee(Command::new("make").arg("--no-print-directory").arg("islands").current_dir(root))?;
    Ok(counted(&ran, Tally { passed: u64::from(ran.ok), ..Tally::default() }))
}

fn rust(root: &Path) -> Result<Counted> {
    if postgres::programs().is_none() {
        postgres::no_main_cluster()?;
        tools::install(&["postgresql"])?;
    }
    // Two nodes and a relay on networks of their own (`chaos::spaces`): only root can make them.
    if tools::is_root() && tools::find("ip").is_none() {
        tools::install(&["iproute2"])?;
    }
    let server = postgres::start()?;
    println!("PostgreSQL for this run: {}", server.url);
    let nextest = tools::find("cargo-nextest").is_some();
    let words: &[&str] = if nextest { &["nextest", "run"] } else { &["test", "--lib", "--bins", "--tests"] };
    let mut command = cargo();
    command.args(words).args(["--workspace", "--no-fail-fast"]).current_dir(root);
    if nextest {
        // Two more than there are cores: tests of whole nodes mostly wait for a link.
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        command.arg(format!("--test-threads={}", cores + 2));
    }
    let ran = tee(command.env("TEST_PG_URL", &server.url).env("TEST_PG", "require"))?;
    Ok(counted(&ran, if nextest { tally::of_nextest(&ran.text) } else { tally::of_cargo_test(&ran.text) }))
}

/// Rust is asked only where an example stands: it would document all rooms anew to find none.
fn doc(root: &Path) -> Result<Counted> {
    if !tree::files(root)?.iter().any(|file| file.extension() == "rs" && source::has_example(&file.text)) {
        println!("no example stands in the documentation");
        return Ok(Counted { tally: Tally::default(), faults: String::new() });
    }
    let ran = tee(cargo().args(["test", "--doc", "--workspace", "--no-fail-fast"]).current_dir(root))?;
    Ok(counted(&ran, tally::of_cargo_test(&ran.text)))
}

fn script(root: &Path) -> Result<Counted> {
    anyhow::ensure!(
        root.join(ISLANDS).join("node_modules").is_dir(),
        "the scripts are not built: run stage islands first"
    );
    npm_test(&root.join(ISLANDS), &[])
}

/// `simpul demo --check`: a step that held counts as passed.
fn story(root: &Path) -> Result<Counted> {
    node_program(root)?;
    let ran = tee(Command::new(target(root).join("debug/simpul")).args(["demo", "--check"]).current_dir(root))?;
    let steps =
        |word: &str| ran.text.lines().filter(|line| line.split_whitespace().nth(1) == Some(word)).count() as u64;
    Ok(counted(&ran, Tally { passed: steps("held"), failed: steps("failed"), skipped: 0 }))
}

fn browser(root: &Path) -> Result<Counted> {
    if tools::find("chromium").is_none() {
        tools::install(&["chromium"])?;
    }
    // Most pages need no more of it than its engine. Where there is no such package, they have the whole browser.
    if tools::find("chromium-headless-shell").is_none() && tools::install(&["chromium-headless-shell"]).is_err() {
        println!("chromium-headless-shell could not be installed: all pages are looked at in chromium");
    }
    // The printed pocketbook is read back from its PDF.
    if tools::find("pdftotext").is_none() {
        tools::install(&["poppler-utils"])?;
    }
    node_program(root)?;
    let built = tee(cargo().args(["build", "-p", "slowlink"]).current_dir(root))?;
    anyhow::ensure!(built.ok, "the bad link does not build");
    node_packages(&root.join(BROWSER))?;
    let programs = target(root).join("debug");
    npm_test(
        &root.join(BROWSER),
        &[("SIMPUL_BIN", programs.join("simpul")), ("SLOWLINK_BIN", programs.join("slowlink"))],
    )
}

/// The program as the tests of all rooms leave it: built alone, its rooms have fewer features and are all built again.
fn node_program(root: &Path) -> Result<()> {
    let built = tee(cargo().args(["test", "--no-run", "--quiet", "--workspace"]).current_dir(root))?;
    anyhow::ensure!(built.ok, "the node does not build");
    Ok(())
}

fn npm_test(folder: &Path, env: &[(&str, PathBuf)]) -> Result<Counted> {
    let ran = tee(npm()?.arg("test").current_dir(folder).envs(env.iter().map(|(name, path)| (name, path))))?;
    Ok(counted(&ran, tally::of_node_test(&ran.text)))
}

/// Installs packages, unless those of this very lock file are there.
fn node_packages(folder: &Path) -> Result<()> {
    let lock = std::fs::read(folder.join("package-lock.json")).context("package-lock.json is missing")?;
    let mark = folder.join("node_modules/.installed-lock");
    if std::fs::read(&mark).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    println!("installing npm packages of {} as locked", folder.display());
    let ran = tee(npm()?.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(folder))?;
    anyhow::ensure!(ran.ok, "npm ci failed in {}", folder.display());
    std::fs::create_dir_all(folder.join("node_modules"))?;
    Ok(std::fs::write(mark, lock)?)
}

fn npm() -> Result<Command> {
    if tools::find("npm").is_none() {
        tools::install(&["nodejs", "npm"])?;
    }
    Ok(Command::new("npm"))
}

fn target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |folder| root.join(folder))
}
