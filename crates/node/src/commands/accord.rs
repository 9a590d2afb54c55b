//! `simpul accord`.

use super::Answer;
use crate::cli::AccordCommand;
use crate::output;
use accord::commands;
use base::limits::DOCUMENT_BYTES_MAX;
use base::{Lang, Problem};

/// Lines of one file of decisions.
const LINES_BYTES_MAX: usize = 1 << 30;

/// Runs one of the three.
pub fn run(command: &AccordCommand, json: bool, lang: Lang) -> Answer {
    match command {
        AccordCommand::Check { file } => {
            let (findings, code) = commands::run_check(&output::read(file, DOCUMENT_BYTES_MAX)?);
            if json {
                output::line(&commands::check_json(&findings, lang));
            } else {
                output::talk(commands::check_text(&findings, lang).trim_end());
            }
            Ok(code)
        }
        AccordCommand::Explain { file } => {
            let explanation = commands::run_explain(&output::read(file, DOCUMENT_BYTES_MAX)?, lang)?;
            let text = if json { serde_json::to_string(&explanation).ok() } else { Some(explanation.to_string()) };
            output::line(text.unwrap_or_default().trim_end());
            Ok(0)
        }
        AccordCommand::Decide { file, request, lines } => {
            let decided = if *lines { decide_lines(file, lang) } else { decide(file, request.as_deref(), lang) };
            // This command always prints JSON.
            decided.or_else(|problem| {
                output::failure(&problem, true, lang);
                Ok(problem.code.class().exit())
            })
        }
    }
}

fn decide(file: &str, request: Option<&str>, lang: Lang) -> Result<u8, Problem> {
    let document = output::read(file, DOCUMENT_BYTES_MAX)?;
    let request = output::read(request.unwrap_or("-"), accord::REQUEST_BYTES_MAX)?;
    let (line, code) = commands::run_decide(&document, &request, lang);
    output::line(&line);
    Ok(code)
}

fn decide_lines(file: &str, lang: Lang) -> Result<u8, Problem> {
    let (lines, any_error) = commands::run_decide_lines(&output::read(file, LINES_BYTES_MAX)?, lang);
    for line in lines {
        output::line(&line);
    }
    Ok(u8::from(any_error))
}
