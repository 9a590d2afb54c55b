//! Sizes, words that do not belong, files that nothing reaches, rooms without a word on what they are for.

use crate::findings::Findings;
use crate::metadata::Package;
use crate::source;
use crate::tree::File;
use std::collections::{BTreeMap, BTreeSet};

const FILE_LINES_EXPLAIN: usize = 400;
const FILE_LINES_MAX: usize = 800;
const FUNCTION_LINES_MAX: usize = 70;
const PARAMETERS_MAX: usize = 6;
const FOLDER_FILES_MAX: usize = 12;
const MEASURED: [&str; 6] = ["rs", "ts", "js", "mjs", "css", "html"];

/// Words that mark unfinished work, tests that do not run, or the machine of whoever wrote them. Cut in two, so that
/// this file may stand in the tree it checks.
const WORDS: [&str; 13] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
    concat!("#[ig", "nore"),
    concat!("#[should", "_panic"),
    concat!("test.sk", "ip("),
    concat!("it.sk", "ip("),
    concat!("test.on", "ly("),
    concat!("/wor", "k/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("C:\\Us", "ers"),
];

/// Runs all of it.
pub fn check(files: &[File], packages: &[Package], findings: &mut Findings) {
    for file in files {
        sizes(file, findings);
        words(file, findings);
    }
    folders(files, findings);
    for package in packages.iter().filter(|package| package.ours) {
        reached(package, files, findings);
        opening(package, files, findings);
    }
}

fn is_test(path: &str) -> bool {
    path.split('/').any(|part| matches!(part, "tests" | "tests.rs" | "test") || part.contains(".test."))
}

fn sizes(file: &File, findings: &mut Findings) {
    if !MEASURED.contains(&file.extension()) {
        return;
    }
    let rust = file.extension() == "rs";
    let text = if rust { source::without_tests(&file.text) } else { &file.text };
    let lines = text.lines().count();
    let says_why = text.lines().take(40).any(|line| line.contains("Long because:"));
    if lines > FILE_LINES_MAX {
        findings.stop("tidy", &file.path, format!("{lines} lines, at most {FILE_LINES_MAX}: split it by meaning"));
    } else if lines > FILE_LINES_EXPLAIN && !says_why && !is_test(&file.path) {
        findings.stop(
            "tidy",
            &file.path,
            format!("{lines} lines: split it, or open it with a line `// Long because: …`"),
        );
    }
    if !rust || is_test(&file.path) {
        return;
    }
    for function in source::functions(&source::blank(text)) {
        let at = format!("{}:{} {}", file.path, function.line, function.name);
        if function.lines > FUNCTION_LINES_MAX {
            findings.stop("tidy", &at, format!("{} lines, at most {FUNCTION_LINES_MAX}", function.lines));
        }
        if function.parameters > PARAMETERS_MAX {
            findings.stop(
                "tidy",
                &at,
                format!("{} parameters, at most {PARAMETERS_MAX}: make a struct", function.parameters),
            );
        }
    }
}

fn words(file: &File, findings: &mut Findings) {
    if matches!(file.name(), "LICENSE" | "Cargo.lock") {
        return;
    }
    for (number, line) in file.text.lines().enumerate() {
        for word in WORDS.iter().filter(|word| stands_alone(line, word)) {
            findings.stop("tidy", format!("{}:{}", file.path, number + 1), format!("`{word}` does not belong here"));
        }
        // npm writes where a package came from; only the public registry is the same for everybody.
        if file.name() == "package-lock.json"
            && line.contains("\"resolved\"")
            && !line.contains("https://registry.npmjs.org/")
        {
            findings.stop("tidy", format!("{}:{}", file.path, number + 1), "a package address that not everybody has");
        }
    }
}

/// Whether a word stands in a line by itself, not inside a longer word or path.
fn stands_alone(line: &str, word: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || c == '_' || c == '.' || c == '}';
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).and_then(|head| head.chars().next_back());
        let after = line.get(at + word.len()..).and_then(|tail| tail.chars().next());
        let whole = !word.ends_with(char::is_alphanumeric) || !after.is_some_and(|c| c.is_alphanumeric() || c == '_');
        whole && !before.is_some_and(inside)
    })
}

/// A folder with many files says less than sub-folders named by meaning.
fn folders(files: &[File], findings: &mut Findings) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for file in files.iter().filter(|file| file.extension() == "rs") {
        *counts.entry(file.path.rsplit_once('/').map_or("", |(folder, _)| folder)).or_default() += 1;
    }
    for (folder, count) in counts.into_iter().filter(|(_, count)| *count > FOLDER_FILES_MAX) {
        findings.note(
            "tidy",
            folder,
            format!("{count} files; from {FOLDER_FILES_MAX} on, sub-folders by meaning read better"),
        );
    }
}

/// Every Rust file of a package is reached from one of its targets by `mod` lines.
fn reached(package: &Package, files: &[File], findings: &mut Findings) {
    let folder = format!("{}/", package.folder);
    let texts: BTreeMap<&str, &str> = files.iter().map(|file| (file.path.as_str(), file.text.as_str())).collect();
    let mut seen = BTreeSet::new();
    let mut open: Vec<(String, bool)> = package.roots.iter().map(|root| (root.clone(), true)).collect();
    while let Some((path, is_root)) = open.pop() {
        let Some(text) = texts.get(path.as_str()) else { continue };
        if seen.insert(path.clone()) {
            open.extend(
                modules(&path, is_root, text)
                    .filter(|path| texts.contains_key(path.as_str()))
                    .map(|path| (path, false)),
            );
        }
    }
    for file in files.iter().filter(|file| file.path.starts_with(&folder) && file.extension() == "rs") {
        let fixture = file.path.contains("/fixtures/") || file.path.contains("/fuzz/");
        if !fixture && !seen.contains(&file.path) {
            findings.stop("tidy", &file.path, "no `mod` line leads here: remove it or name it");
        }
    }
}

/// Where the modules of a file may stand. Modules inside modules of the same file are looked for one folder deeper too.
fn modules(path: &str, is_root: bool, text: &str) -> impl Iterator<Item = String> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.strip_suffix(".rs").unwrap_or(name);
    let folder = if is_root || stem == "mod" { folder.to_owned() } else { format!("{folder}/{stem}") };
    let blanked = source::blank(text);
    let words: Vec<String> = blanked.split_whitespace().map(str::to_owned).collect();
    let named: Vec<(String, bool)> = words
        .windows(2)
        .filter_map(|pair| match pair {
            [first, second] if first == "mod" => {
                Some((second.trim_end_matches([';', '{', '}']).to_owned(), second.ends_with(';')))
            }
            _ => None,
        })
        .collect();
    let inline: Vec<String> = named.iter().filter(|(_, file)| !file).map(|(name, _)| format!("{name}/")).collect();
    let prefixes: Vec<String> = std::iter::once(String::new()).chain(inline).collect();
    let outside: Vec<String> = named.into_iter().filter(|(_, file)| *file).map(|(name, _)| name).collect();
    let paths = outside.into_iter().flat_map(move |name| {
        let folder = folder.clone();
        prefixes
            .clone()
            .into_iter()
            .flat_map(move |prefix| [format!("{folder}/{prefix}{name}.rs"), format!("{folder}/{prefix}{name}/mod.rs")])
    });
    paths.collect::<Vec<_>>().into_iter()
}

/// The first words of a room: its job, what it must not know, where to start reading. And it is not empty.
fn opening(package: &Package, files: &[File], findings: &mut Findings) {
    let path = format!("{}/src/lib.rs", package.folder);
    let Some(file) = files.iter().find(|file| file.path == path) else { return };
    let head: String =
        file.text.lines().take_while(|line| line.starts_with("//!")).collect::<Vec<_>>().join("\n").to_lowercase();
    let missing: Vec<&str> =
        ["job", "invariant", "start reading"].into_iter().filter(|word| !head.contains(word)).collect();
    if !missing.is_empty() {
        findings.stop(
            "tidy",
            &path,
            format!("opens without: {}; say what it is for and what it must not know", missing.join(", ")),
        );
    }
    if source::blank(&file.text).trim().is_empty() {
        findings.stop("tidy", &path, "an empty room: fill it or remove it");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> File {
        File { path: path.into(), text: text.into() }
    }

    fn stops(files: &[File], packages: &[Package]) -> Vec<String> {
        let mut findings = Findings::default();
        check(files, packages, &mut findings);
        findings.stops().to_vec()
    }

    fn room() -> Package {
        Package {
            name: "a".into(),
            ours: true,
            folder: "crates/a".into(),
            roots: vec!["crates/a/src/lib.rs".into()],
            ..Package::default()
        }
    }

    const HEAD: &str = "//! Job: x. Invariants: y. Start reading at z.\n";

    #[test]
    fn a_long_file_needs_a_reason_and_a_very_long_one_stops() {
        let lines = |count| "// line\n".repeat(count);
        assert_eq!(stops(&[file("a.rs", &lines(400))], &[]), [] as [String; 0]);
        assert_eq!(stops(&[file("a.rs", &lines(401))], &[]).len(), 1);
        assert_eq!(
            stops(&[file("a.rs", &format!("// Long because: one table.\n{}", lines(401)))], &[]),
            [] as [String; 0]
        );
        assert_eq!(stops(&[file("a.ts", &format!("// Long because: one table.\n{}", lines(800)))], &[]).len(), 1);
    }

    #[test]
    fn a_long_function_and_many_parameters_stop() {
        let long = format!("fn long() {{\n{}}}\n", "    go();\n".repeat(70));
        assert!(stops(&[file("a.rs", &long)], &[])[0].contains("72 lines"));
        let wide = "fn wide(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8) {}\n";
        assert!(stops(&[file("a.rs", wide)], &[])[0].contains("7 parameters"));
    }

    #[test]
    fn unfinished_work_and_paths_of_a_machine_stop() {
        for bad in
            [format!("// {}: later", WORDS[0]), format!("cd {}x", WORDS[9]), format!("let a = \"{}me\";", WORDS[11])]
        {
            assert_eq!(stops(&[file("a.md", &bad)], &[]).len(), 1, "{bad}");
        }
        let inside = format!("net{}x, MAS{}", WORDS[9], WORDS[0]);
        assert_eq!(stops(&[file("a.md", &inside)], &[]), [] as [String; 0]);
    }

    #[test]
    fn a_file_that_no_mod_line_names_stops() {
        let lib = file("crates/a/src/lib.rs", &format!("{HEAD}pub mod b;\nmod inner {{ mod deep; }}\n"));
        let b = file("crates/a/src/b.rs", "mod c;\n");
        let files = [
            lib,
            b,
            file("crates/a/src/b/c.rs", ""),
            file("crates/a/src/inner/deep.rs", ""),
            file("crates/a/src/dead.rs", ""),
        ];
        let found = stops(&files, &[room()]);
        assert!(found.len() == 1 && found[0].contains("dead.rs"), "{found:?}");
    }

    #[test]
    fn a_room_opens_with_its_job_and_is_not_empty() {
        assert_eq!(
            stops(&[file("crates/a/src/lib.rs", &format!("{HEAD}pub fn a() {{}}\n"))], &[room()]),
            [] as [String; 0]
        );
        assert_eq!(stops(&[file("crates/a/src/lib.rs", HEAD)], &[room()]).len(), 1);
        assert_eq!(stops(&[file("crates/a/src/lib.rs", "//! a\npub fn a() {}\n")], &[room()]).len(), 1);
    }
}
