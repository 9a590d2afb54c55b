//! Passphrases: from a file, else typed on standard input. Never an argument, never a variable.

use base::Problem;
use std::path::Path;

/// A passphrase an officer can remember and nobody guesses.
const CHARS_MIN: usize = 12;

/// Reads it.
pub fn read(file: Option<&Path>) -> Result<String, Problem> {
    let text = if let Some(path) = file {
        let shown = path.display().to_string();
        std::fs::read_to_string(path).map_err(|_| Problem::at("input.unreadable", shown))?
    } else {
        crate::output::talk("Frasa sandi / passphrase:");
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).map_err(|_| Problem::at("input.unreadable", "-"))?;
        line
    };
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// The next line of standard input; `None` at its end.
pub fn line() -> Result<Option<String>, Problem> {
    let mut line = String::new();
    let read = std::io::stdin().read_line(&mut line).map_err(|_| Problem::at("input.unreadable", "-"))?;
    Ok((read > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned()))
}

/// Reads one that is to open a new node.
pub fn read_new(file: Option<&Path>) -> Result<String, Problem> {
    let text = read(file)?;
    if text.chars().count() < CHARS_MIN { Err(Problem::new("node.passphrase-short")) } else { Ok(text) }
}
