//! `cargo xtask check`: every rule of the house, all findings in one run. No network.

use crate::findings::Findings;
use crate::metadata::{self, cargo};
use crate::{arrows, codes, docs, packages, tidy, tree};
use anyhow::Result;
use std::path::Path;

const NAMES: [&str; 7] = ["arrows", "tidy", "codes", "packages", "docs", "fmt", "clippy"];

/// Runs all checks, or those named; answers how many rules are broken.
pub fn run(root: &Path, names: &[&str]) -> Result<usize> {
    if let Some(unknown) = names.iter().find(|name| !NAMES.contains(name)) {
        anyhow::bail!("no check is called {unknown}; there are: {}", NAMES.join(", "));
    }
    let wanted = |name: &str| names.is_empty() || names.contains(&name);
    let mut findings = Findings::default();
    let files = tree::files(root)?;
    let list = metadata::load(root)?;
    let text = |path: &str| files.iter().find(|file| file.path == path).map_or("", |file| file.text.as_str());
    if wanted("arrows") {
        arrows::check(&list, &mut findings);
    }
    if wanted("tidy") {
        tidy::check(&files, &list, &mut findings);
    }
    if wanted("codes") {
        codes::check(&files, &mut findings);
    }
    if wanted("packages") {
        packages::check(&list, text("Cargo.lock"), text("xtask/duplicates.txt"), &mut findings);
    }
    if wanted("docs") {
        docs::check(root, &files, &packages::direct(&list), &mut findings);
    }
    findings.print();
    let mut stops = findings.stop_count();
    if wanted("fmt") {
        stops += cargo_check(root, &["fmt", "--all", "--check"], "type `cargo fmt`")?;
    }
    if wanted("clippy") {
        let words = ["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"];
        stops += cargo_check(root, &words, "mend what clippy shows above")?;
    }
    let verdict = if stops == 0 { "all rules hold".to_owned() } else { format!("{stops} to mend") };
    println!("check: {verdict}");
    Ok(stops)
}

fn cargo_check(root: &Path, words: &[&str], remedy: &str) -> Result<usize> {
    let ok = cargo().args(words).current_dir(root).status()?.success();
    if !ok {
        println!("STOP  {}: {remedy}", words.first().unwrap_or(&"cargo"));
    }
    Ok(usize::from(!ok))
}
