//! The catalogue of error codes: each line whole, each code used in the source known, the manual page current.

use crate::findings::Findings;
use crate::source;
use crate::tree::{self, File};
use anyhow::Result;
use base::codes::{CATALOGUE, Entry};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

const FOLDER: &str = "crates/base/codes/";
const LIST: &str = "crates/base/src/codes.rs";
const PAGE: &str = "docs/manual/errors.md";
const CLASSES: [&str; 9] =
    ["input", "refused", "missing", "clash", "too-large", "slowed", "busy", "environment", "bug"];

/// Checks catalogue, source and page against each other.
pub fn check(files: &[File], findings: &mut Findings) {
    let known = catalogue(files, findings);
    let rust = || files.iter().filter(|file| file.extension() == "rs" && file.path.starts_with("crates/"));
    for file in rust() {
        for code in used(source::without_tests(&file.text)).filter(|code| !known.contains_key(code)) {
            let room = file.path.split('/').nth(1).unwrap_or("base");
            findings.stop("codes", &file.path, format!("`{code}` has no line in {FOLDER}{room}.tsv"));
        }
    }
    for (code, at) in &known {
        let quoted = format!("\"{code}\"");
        if !rust().any(|file| file.text.contains(&quoted)) {
            findings.note("codes", at, format!("`{code}` is used nowhere in the source"));
        }
    }
    let current = files.iter().any(|file| file.path == PAGE && file.text == page(&CATALOGUE));
    if !current {
        findings.stop("codes", PAGE, "not current: type `cargo xtask codes --write`");
    }
}

/// Writes the manual page.
pub fn write_page(root: &Path) -> Result<()> {
    let mut findings = Findings::default();
    catalogue(&tree::files(root)?, &mut findings);
    findings.print();
    anyhow::ensure!(findings.stop_count() == 0, "the catalogue has faults, the page is not written");
    let path = root.join(PAGE);
    std::fs::create_dir_all(path.parent().unwrap_or(root))?;
    std::fs::write(path, page(&CATALOGUE))?;
    println!("{PAGE}: {} codes", CATALOGUE.len());
    Ok(())
}

/// All codes with the place of their line.
fn catalogue<'a>(files: &'a [File], findings: &mut Findings) -> BTreeMap<&'a str, String> {
    let list = files.iter().find(|file| file.path == LIST).map_or("", |file| file.text.as_str());
    let mut known = BTreeMap::new();
    for file in files.iter().filter(|file| file.path.starts_with(FOLDER) && file.extension() == "tsv") {
        if !list.contains(&format!("codes/{}", file.name())) {
            findings.stop(
                "codes",
                &file.path,
                format!("not in FILES of {LIST}: its codes would be bugs without a text"),
            );
        }
        let lines = file.text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        for (number, line) in lines {
            let at = format!("{}:{}", file.path, number + 1);
            match line_fault(line) {
                Ok(code) if known.contains_key(code) => findings.stop("codes", &at, format!("`{code}` stands twice")),
                Ok(code) => {
                    known.insert(code, at);
                }
                Err(fault) => findings.stop("codes", at, fault),
            }
        }
    }
    known
}

fn line_fault(line: &str) -> Result<&str, String> {
    let cells: Vec<&str> = line.split('\t').collect();
    let &[code, class, m_id, m_en, r_id, r_en] = cells.as_slice() else {
        return Err(format!(
            "{} cells, six are needed: code, class, message id, en, remedy id, en (tabs between)",
            cells.len()
        ));
    };
    let sound = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_')
    };
    if code.split('.').count() < 2 || !code.split('.').all(sound) {
        return Err(format!("`{code}` is not of the form room.what-happened"));
    }
    if !CLASSES.contains(&class) {
        return Err(format!("`{code}`: class `{class}` is none of {}", CLASSES.join(", ")));
    }
    if [m_id, m_en, r_id, r_en].iter().any(|text| text.trim().is_empty()) {
        return Err(format!("`{code}` lacks a text: message and remedy in both languages"));
    }
    if m_id.contains("{at}") != m_en.contains("{at}") {
        return Err(format!("`{code}`: one language names the place {{at}}, the other does not"));
    }
    Ok(code)
}

/// Codes that the source makes problems of.
fn used(text: &str) -> impl Iterator<Item = &str> {
    ["Problem::new(", "Problem::at(", "Code("].into_iter().flat_map(move |call| {
        let calls = text.match_indices(call).filter_map(move |(at, _)| text.get(at + call.len()..));
        calls
            .filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next())
            .filter(|code| code.contains('.'))
    })
}

fn page(entries: &[Entry]) -> String {
    let mut out = String::from(
        "# Kode kesalahan · Error codes\n\n\
         Dibuat oleh `cargo xtask codes --write` dari `crates/base/codes/`; jangan disunting di sini.\n\
         Made by `cargo xtask codes --write` from `crates/base/codes/`; not to be edited here.\n\n\
         Kode tidak pernah berubah. A code never changes. `{at}` is the place of the fault.\n",
    );
    for entry in entries {
        let (exit, status) = (entry.class.exit(), entry.class.status());
        // Writing to a string cannot fail.
        let _ = write!(
            out,
            "\n## `{}`\n\nexit {exit} · HTTP {status}\n\n- id: {} **{}**\n- en: {} **{}**\n",
            entry.code, entry.message.id, entry.remedy.id, entry.message.en, entry.remedy.en
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "# head\nroom.known\tinput\tSalah: {at}.\tWrong: {at}.\tPerbaiki.\tMend it.\n";

    fn file(path: &str, text: &str) -> File {
        File { path: path.into(), text: text.into() }
    }

    fn stops(tsv: &str, source: &str) -> Vec<String> {
        let mut findings = Findings::default();
        let list = file(LIST, "include_str!(\"../codes/room.tsv\")");
        let files = [
            list,
            file("crates/base/codes/room.tsv", tsv),
            file("crates/room/src/lib.rs", source),
            file(PAGE, &page(&CATALOGUE)),
        ];
        check(&files, &mut findings);
        findings.stops().to_vec()
    }

    #[test]
    fn a_used_code_without_a_line_stops() {
        assert_eq!(stops(GOOD, "Problem::new(\"room.known\")"), [] as [String; 0]);
        let found = stops(GOOD, "Problem::at(\n    \"room.unknown\", x)");
        assert!(found[0].contains("room.unknown") && found.len() == 1);
        assert_eq!(stops(GOOD, "#[cfg(test)]\nmod tests {\nProblem::new(\"room.made-up\")}"), [] as [String; 0]);
    }

    #[test]
    fn a_line_with_a_fault_stops() {
        for bad in [
            "room.a\tinput\tx\ty\tz",
            "room.a\tbroken\tx\ty\tz\tw",
            "room.a\tinput\tx\t \tz\tw",
            "Room\tinput\tx\ty\tz\tw",
            "room.a\tinput\tx {at}\ty\tz\tw",
            "room.known\tinput\tx\ty\tz\tw",
        ] {
            assert_eq!(stops(&format!("{GOOD}{bad}\n"), "").len(), 1, "{bad}");
        }
    }

    #[test]
    fn an_old_page_stops() {
        let mut findings = Findings::default();
        check(&[file(PAGE, "# old\n")], &mut findings);
        assert_eq!(findings.stop_count(), 1);
    }
}
