//! `simpul handbook`.

use super::Answer;
use crate::cli::HandbookCommand;
use crate::output;
use base::{Lang, Problem};

/// Runs one of the two.
pub fn run(command: &HandbookCommand, json: bool, lang: Lang) -> Answer {
    let _ = (json, lang);
    match command {
        HandbookCommand::Fields => {
            for line in accord::commands::run_fields() {
                output::line(&line);
            }
            Ok(0)
        }
        HandbookCommand::Check { .. } => Err(Problem::new("command.later")),
    }
}
