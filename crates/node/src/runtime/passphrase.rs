//! Passphrases: from a file, else typed on standard input. Never an argument, never a variable.

use super::lock::Given;
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

/// What opens a node, from who is here: its passphrase, or the names and passphrases of two keyholders, who type them.
pub fn given(by_one: bool, file: Option<&Path>) -> Result<Vec<Given>, Problem> {
    match (by_one, file) {
        (true, file) => Ok(vec![Given::new("", read(file)?)]),
        // Both in one file would be one secret again.
        (false, Some(_)) => Err(Problem::new("node.two-officers")),
        (false, None) => {
            let mut given = Vec::new();
            while given.len() < 2 {
                crate::output::talk("Nama pemegang kunci / keyholder:");
                let name = line()?.ok_or(Problem::new("node.two-officers"))?;
                given.push(Given::new(&name, read(None)?));
            }
            Ok(given)
        }
    }
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
    long_enough(&text)?;
    Ok(text)
}

/// Whether it is one that nobody guesses.
pub fn long_enough(text: &str) -> Result<(), Problem> {
    if text.chars().count() < CHARS_MIN { Err(Problem::new("node.passphrase-short")) } else { Ok(()) }
}
