//! Documents are run: help has examples, every example and every command in a page parses, and the page of bad input names
//! tests that are there.

use crate::run::{Folder, root};
use std::path::{Path, PathBuf};

/// The names of all commands, words of a group joined.
fn commands(folder: &Folder) -> Vec<Vec<String>> {
    let mut waiting: Vec<Vec<String>> = vec![Vec::new()];
    let mut leaves = Vec::new();
    while let Some(path) = waiting.pop() {
        let below = below(&help(folder, &path));
        if below.is_empty() {
            leaves.push(path);
        } else {
            waiting.extend(below.into_iter().map(|word| [path.clone(), vec![word]].concat()));
        }
    }
    leaves
}

fn help(folder: &Folder, path: &[String]) -> String {
    let words: Vec<&str> = path.iter().map(String::as_str).chain(["--help"]).collect();
    folder.run(&words).fine().out
}

/// The commands that a page of help lists.
fn below(help: &str) -> Vec<String> {
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let words = listed.filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next());
    words.filter(|word| *word != "help").map(ToOwned::to_owned).collect()
}

/// The call of the binary in a line, without what stands before a pipe or after a comment.
fn call(line: &str) -> Option<Vec<String>> {
    let padded = format!(" {line}");
    let (_, words) = padded.split_once(" simpul ")?;
    let words = words.split(['|', '#', '>']).next().unwrap();
    // Every second part stands between quotes and is one word.
    let parts = words.split('"').enumerate();
    let words = parts.flat_map(|(nth, part)| {
        let apart = if nth % 2 == 0 { part.split_whitespace().collect() } else { vec![part] };
        apart.into_iter().map(|word| word.trim_matches('\'').to_owned()).collect::<Vec<_>>()
    });
    Some(words.collect())
}

/// Whether the words parse: with `--help` behind them the reader stops at the first word or value it does not know.
#[track_caller]
fn parses(folder: &Folder, words: &[String], whence: &str) {
    let all: Vec<&str> = words.iter().map(String::as_str).chain(["--help"]).collect();
    let ran = folder.run(&all);
    assert_eq!(ran.code, Some(0), "{whence}: simpul {}\n{}", words.join(" "), ran.err);
}

#[test]
fn every_command_has_an_example_that_parses() {
    let folder = Folder::new();
    let commands = commands(&folder);
    assert!(commands.len() >= 18, "{commands:?}");
    for path in commands {
        let help = help(&folder, &path);
        let examples = help.lines().skip_while(|line| !line.starts_with("Example")).skip(1);
        let calls: Vec<Vec<String>> = examples.filter_map(call).collect();
        assert!(!calls.is_empty(), "simpul {} has no example", path.join(" "));
        for words in calls {
            assert!(words.starts_with(&path), "{words:?} in the help of {path:?}");
            parses(&folder, &words, &path.join(" "));
        }
    }
}

/// Every page of ours: the top folder and all below `docs`.
fn pages() -> Vec<PathBuf> {
    let markdown = |path: &Path| path.extension().is_some_and(|ending| ending == "md");
    let listed = |folder: &Path| -> Vec<PathBuf> {
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
    };
    let mut out: Vec<PathBuf> = listed(&root()).into_iter().filter(|path| markdown(path)).collect();
    let mut waiting = vec![root().join("docs")];
    while let Some(folder) = waiting.pop() {
        for path in listed(&folder) {
            if path.is_dir() {
                waiting.push(path);
            } else if markdown(&path) {
                out.push(path);
            }
        }
    }
    out
}

#[test]
fn every_command_in_a_page_parses() {
    let folder = Folder::new();
    let mut calls = 0;
    for page in pages() {
        let mut fenced = false;
        for line in std::fs::read_to_string(&page).unwrap().lines() {
            fenced ^= line.trim_start().starts_with("```");
            let begins = ["simpul ", "$ simpul "].iter().any(|start| line.trim_start().starts_with(start));
            if let Some(words) = call(line).filter(|_| fenced && begins) {
                parses(&folder, &words, &page.display().to_string());
                calls += 1;
            }
        }
    }
    assert!(calls >= 3, "{calls}");
}

const PAGE: &str = "docs/bad-input.md";

#[test]
fn every_row_of_the_page_of_bad_input_names_a_test_that_is_there() {
    let page = std::fs::read_to_string(root().join(PAGE)).unwrap();
    let mut named = 0;
    for row in page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| Happens")) {
        let tests: Vec<(&str, &str)> =
            row.split('`').filter_map(|word| word.split_once("::")).filter(|(file, _)| file.contains('/')).collect();
        assert!(!tests.is_empty() || row.contains("*later*"), "neither a test nor *later*: {row}");
        for (file, name) in tests {
            let text = std::fs::read_to_string(root().join(file)).unwrap_or_else(|_| panic!("{file} is not there"));
            assert!(is_test(&text, name), "{file} has no test {name}");
            named += 1;
        }
    }
    assert!(named > 60, "{named}");
}

/// A function with a test attribute above it, a fact that the contract lists for all stores, or a test of a script.
fn is_test(text: &str, name: &str) -> bool {
    let lines: Vec<&str> = text.lines().collect();
    let function = format!("fn {name}(");
    let mark = |line: &&str| line.contains("test]") || line.contains("test(");
    let marked = |at: usize| lines[at.saturating_sub(6)..at].iter().any(mark);
    let in_rust = lines.iter().enumerate().any(|(at, line)| line.contains(&function) && marked(at));
    let fact = lines.iter().any(|line| line.trim().ends_with(&format!("::{name}")));
    in_rust || fact || text.contains(&format!("test(\"{name}\""))
}
