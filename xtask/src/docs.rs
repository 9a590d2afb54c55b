//! Documents that keep up with the code: links resolve, commands exist, every dependency has its reason.

use crate::findings::Findings;
use crate::tree::File;
use std::collections::BTreeSet;
use std::path::Path;

const REASONS: &str = "docs/dependencies.md";
/// Pages that every release has.
const NEEDED: [&str; 10] = [
    "README.md",
    "CHANGELOG.md",
    "NOTICES.md",
    "LICENSE",
    "Makefile",
    ".ci/run",
    "docs/ARCHITECTURE.md",
    "docs/glossary.md",
    "docs/permissions.txt",
    REASONS,
];
/// First words of `simpul …`, as CONTRACTS lists them; tests of `node` parse the whole lines.
const COMMANDS: [&str; 29] = [
    "accord",
    "audit",
    "backup",
    "bundle",
    "completions",
    "db",
    "demo",
    "directory",
    "doctor",
    "handbook",
    "init",
    "insight",
    "join",
    "keyholders",
    "licences",
    "lock",
    "move",
    "recruiters",
    "registry",
    "relay",
    "restore",
    "schema",
    "screen",
    "serve",
    "signatory",
    "keys",
    "sim",
    "unlock",
    "--help",
];

/// Runs all of it. `direct` names the packages of others that our manifests name.
pub fn check(root: &Path, files: &[File], direct: &BTreeSet<&str>, findings: &mut Findings) {
    for needed in NEEDED.iter().filter(|needed| !files.iter().any(|file| file.path == **needed)) {
        findings.stop("docs", *needed, "missing");
    }
    for file in files.iter().filter(|file| file.extension() == "md") {
        for target in dead_links(file, |path| root.join(path).exists()) {
            findings.stop("docs", &file.path, format!("the link to {target} leads nowhere"));
        }
        for word in unknown_commands(&file.text) {
            findings.stop("docs", &file.path, format!("`simpul {word}` is no command"));
        }
    }
    let text = |path: &str| files.iter().find(|file| file.path == path).map_or("", |file| file.text.as_str());
    reasons(text("Cargo.toml"), text(REASONS), direct, findings);
}

/// Relative links whose file is absent.
fn dead_links(file: &File, exists: impl Fn(&str) -> bool) -> Vec<&str> {
    let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let outside =
        |target: &str| ["http://", "https://", "mailto:", "tel:", "#"].iter().any(|start| target.starts_with(start));
    let targets = file.text.match_indices("](").filter_map(|(at, _)| file.text.get(at + 2..)?.split(')').next());
    targets
        .filter(|target| !outside(target) && !exists(&resolve(folder, target.split('#').next().unwrap_or(target))))
        .collect()
}

fn resolve(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            ".." => {
                parts.pop();
            }
            "." | "" => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Words after `simpul` at the start of a line in a fenced block that no command has.
fn unknown_commands(text: &str) -> Vec<&str> {
    let mut fenced = false;
    let mut unknown = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            continue;
        }
        let line = line.trim_start().trim_start_matches("$ ");
        let call = line.strip_prefix("simpul ").or_else(|| line.strip_prefix("target/debug/simpul "));
        let word = call.filter(|_| fenced).and_then(|call| call.split_whitespace().next());
        unknown.extend(word.filter(|word| !COMMANDS.contains(word)));
    }
    unknown
}

/// The list of the root manifest, the page of reasons, and what the rooms really name, compared.
fn reasons(manifest: &str, page: &str, direct: &BTreeSet<&str>, findings: &mut Findings) {
    let listed = listed(manifest);
    let explained: BTreeSet<&str> =
        page.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    for name in listed.difference(&explained) {
        findings.stop("docs", REASONS, format!("`{name}` has no line with its reason"));
    }
    for name in explained.difference(&listed) {
        findings.stop("docs", REASONS, format!("`{name}` is no longer in Cargo.toml: remove its line"));
    }
    for name in direct.difference(&listed) {
        findings.stop("docs", "Cargo.toml", format!("a room names `{name}`, the workspace list does not"));
    }
    for name in listed.difference(direct) {
        findings.note("docs", "Cargo.toml", format!("`{name}` is in the workspace list and no room names it"));
    }
}

/// Names in `[workspace.dependencies]` that are not rooms.
fn listed(manifest: &str) -> BTreeSet<&str> {
    let section = manifest.split("[workspace.dependencies]").nth(1).unwrap_or("");
    let lines = section.lines().take_while(|line| !line.starts_with('['));
    let others = lines.filter(|line| !line.contains("path =") && !line.starts_with('#'));
    others.filter_map(|line| Some(line.split_once('=')?.0.trim())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_that_leads_nowhere_is_found() {
        let text = "[a](b.md) [c](../README.md#top) [d](https://example.org) [e](#here) [f](gone.md)".to_owned();
        let file = File { path: "docs/a.md".into(), text };
        let there = ["docs/b.md", "README.md"];
        assert_eq!(dead_links(&file, |path| there.contains(&path)), ["gone.md"]);
    }

    #[test]
    fn a_command_that_does_not_exist_is_found_in_fenced_blocks_only() {
        let text = "simpul fly\n```\n$ simpul demo --check\nsimpul swim now\n```\nsimpul run\n";
        assert_eq!(unknown_commands(text), ["swim"]);
    }

    #[test]
    fn every_dependency_has_one_reason_and_no_reason_is_left_over() {
        let manifest = "[workspace.dependencies]\n# x\nbase = { path = \"b\" }\nserde = \"1\"\nrand = { version = \"1\" }\n\n[profile.dev]\nx = 1\n";
        let mut findings = Findings::default();
        let page = "| `serde` | forms |\n| `gone` | x |\n";
        reasons(manifest, page, &BTreeSet::from(["serde", "bytes"]), &mut findings);
        let found = findings.stops().join("\n");
        assert!(
            found.contains("`rand` has no line") && found.contains("`gone` is no longer") && found.contains("`bytes`")
        );
        assert_eq!((findings.stop_count(), findings.notes().len()), (3, 1));
    }
}
