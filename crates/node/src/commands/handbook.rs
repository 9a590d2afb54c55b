//! `simpul handbook`: packs of every kind, for those who check, write and sign them.

use super::Answer;
use crate::cli::HandbookCommand;
use crate::output;
use crate::platform::{SystemChance, SystemClock};
use crate::runtime::packs::read;
use base::pack::{MANIFEST, SIGNATURE};
use base::{Clock, Lang, Problem};
use desk::packs::{Checked, check, publish};
use seal::PublisherKey;
use std::path::Path;

/// Runs one of the four.
pub fn run(command: &HandbookCommand, json: bool, lang: Lang) -> Answer {
    match command {
        HandbookCommand::Fields => {
            for line in accord::commands::run_fields() {
                output::line(&line);
            }
            Ok(0)
        }
        HandbookCommand::Check { path } => {
            let checked = check(&read(path)?, today());
            told(&checked, json, lang);
            Ok(if checked.faults.is_empty() { 0 } else { 2 })
        }
        HandbookCommand::Sign { pack, key } => sign(pack, key, json, lang),
        HandbookCommand::Key { file } => make_key(file),
    }
}

fn today() -> i64 {
    SystemClock.now().day()
}

/// Faults and notes, one by one: for people with remedy, for programs as one object a line.
fn told(checked: &Checked, json: bool, lang: Lang) {
    for (word, problems) in [("fault", &checked.faults), ("note", &checked.notes)] {
        for problem in problems {
            if json {
                output::line(&with_level(problem, word, lang));
            } else if word == "fault" {
                output::failure(problem, false, lang);
            } else {
                output::talk(&format!("note[{}]: {}", problem.code, problem.message().get(lang)));
            }
        }
    }
    if checked.faults.is_empty() {
        output::talk("paket sah / the pack holds");
    }
}

/// The error object of CONTRACTS.md 1, with `level` beside it.
fn with_level(problem: &Problem, level: &str, lang: Lang) -> String {
    let mut object: serde_json::Value =
        serde_json::from_str(&accord::commands::error_json(problem, lang)).unwrap_or_default();
    if let Some(map) = object.as_object_mut() {
        map.insert("level".to_owned(), level.into());
    }
    object.to_string()
}

/// Lists the files as they are, checks the whole, signs the list. A pack with a fault is not signed.
fn sign(path: &Path, key: &Path, json: bool, lang: Lang) -> Answer {
    let key = read_key(key)?;
    let files = publish(read(path)?, &key)?;
    let checked = check(&files, today());
    told(&checked, json, lang);
    if !checked.faults.is_empty() {
        return Ok(2);
    }
    for name in [MANIFEST, SIGNATURE] {
        output::write_file(&path.join(name), files.get(name).map_or(&[], Vec::as_slice))?;
    }
    output::line(&base::hex(&key.public().bytes()));
    Ok(0)
}

/// A new key in a file that nobody else may read; prints the public half, which nodes list under `publishers`.
fn make_key(file: &Path) -> Answer {
    let key = PublisherKey::generate(&SystemChance);
    let text = format!("{}\n", base::hex(&*key.to_bytes()));
    crate::runtime::found::write_private(file, text.as_bytes())?;
    output::line(&base::hex(&key.public().bytes()));
    Ok(0)
}

fn read_key(file: &Path) -> Result<PublisherKey, Problem> {
    let shown = file.display().to_string();
    let text = output::read(&shown, 1_024)?;
    let bytes = std::str::from_utf8(&text).ok().and_then(|text| base::from_hex(text.trim()));
    let bytes = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    bytes.map(|bytes| PublisherKey::from_bytes(&bytes)).ok_or_else(|| Problem::at("node.bad-key-file", shown))
}
