//! `simpul handbook`.

use super::Answer;
use crate::cli::HandbookCommand;
use crate::output;
use base::Lang;

/// Runs one of the two.
pub fn run(command: &HandbookCommand, json: bool, lang: Lang) -> Answer {
    match command {
        HandbookCommand::Fields => {
            for line in accord::commands::run_fields() {
                output::line(&line);
            }
            Ok(0)
        }
        HandbookCommand::Check { path } => {
            let files: Vec<_> = super::screen::files(path)?.into_iter().collect();
            let problems = casework::Handbook::check(&files);
            for problem in &problems {
                output::failure(problem, json, lang);
            }
            if problems.is_empty() {
                output::talk("buku panduan sah / the handbook holds");
            }
            Ok(if problems.is_empty() { 0 } else { 2 })
        }
    }
}
