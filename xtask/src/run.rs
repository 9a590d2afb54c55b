//! Running another program: its lines go on to the screen and are kept for counting.

use anyhow::{Context, Result};
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

/// How a program ended and what it printed.
pub struct Ran {
    pub ok: bool,
    pub text: String,
}

/// Runs it with stderr joined to stdout, printing each line as it comes.
pub fn tee(command: &mut Command) -> Result<Ran> {
    let name = format!("{command:?}");
    let (reader, writer) = std::io::pipe()?;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(writer.try_clone()?)
        .stderr(writer)
        .spawn()
        .with_context(|| format!("cannot start {name}"))?;
    // The command keeps the writing ends open; without this the pipe would never end.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut text = String::new();
    let mut lines = BufReader::new(reader);
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line)? > 0 {
        std::io::stdout().write_all(&line)?;
        text.push_str(&String::from_utf8_lossy(&line));
        line.clear();
    }
    let ok = child.wait()?.success();
    Ok(Ran { ok, text })
}
