//! What goes to standard output, what to standard error (CONTRACTS.md 1).

use base::{Lang, Problem};
use std::io::Write;

/// Prints one line to standard output. A closed pipe ends the command quietly.
pub fn line(text: &str) {
    let mut out = std::io::stdout().lock();
    if writeln!(out, "{text}").is_err() {
        std::process::exit(0);
    }
}

/// Talk: to standard error.
pub fn talk(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// A failed command: `error[code]` and `help` on standard error, or the error object on standard output.
pub fn failure(problem: &Problem, json: bool, lang: Lang) {
    if json {
        line(&accord::commands::error_json(problem, lang));
    } else {
        talk(&format!("error[{}]: {}", problem.code, problem.message().get(lang)));
        talk(&format!("help: {}", problem.remedy().get(lang)));
    }
}

/// Reads a file, or standard input for `-`, up to a limit.
pub fn read(path: &str, bytes_max: usize) -> Result<Vec<u8>, Problem> {
    use std::io::Read;
    let limit = bytes_max as u64 + 1;
    let mut bytes = Vec::new();
    let result = if path == "-" {
        std::io::stdin().lock().take(limit).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes))
    };
    result.map_err(|_| Problem::at("input.unreadable", path))?;
    if bytes.len() > bytes_max { Err(Problem::at("input.too-large", path)) } else { Ok(bytes) }
}

/// Writes a file under a temporary name and renames it, so that nobody reads half of it.
pub fn write_file(path: &std::path::Path, bytes: &[u8]) -> Result<(), Problem> {
    write_file_with(path, |file| file.write_all(bytes))
}

/// The same, for what is made while it is written.
pub fn write_file_with(
    path: &std::path::Path,
    write: impl FnOnce(&mut std::io::BufWriter<std::fs::File>) -> std::io::Result<()>,
) -> Result<(), Problem> {
    let unwritable = |_| Problem::at("output.unwritable", path.display().to_string());
    let temporary = path.with_extension("part");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&temporary).map_err(unwritable)?);
    let written = write(&mut file).and_then(|()| file.flush()).and_then(|()| file.get_ref().sync_all());
    if let Err(fault) = written {
        let _ = std::fs::remove_file(&temporary);
        return Err(unwritable(fault));
    }
    std::fs::rename(&temporary, path).map_err(unwritable)
}
