//! `simpul schema`: the JSON Schemas (2020-12) of the formats of CONTRACTS.md.

use super::Answer;
use crate::output;
use base::Problem;

/// All names.
const NAMES: [&str; 6] = ["accord", "accord-decision", "accord-request", "report", "screen-answers", "screen-outcome"];

/// The text of a schema; a room prints its own.
fn text(name: &str) -> Option<&'static str> {
    match name {
        "report" => Some(include_str!("../../schemas/report.json")),
        "screen-answers" => Some(include_str!("../../schemas/screen-answers.json")),
        "screen-outcome" => Some(include_str!("../../schemas/screen-outcome.json")),
        other => accord::commands::schema(other),
    }
}

/// Prints a schema, or the names of all.
pub fn run(name: Option<&str>) -> Answer {
    let Some(name) = name else {
        NAMES.into_iter().for_each(output::line);
        return Ok(0);
    };
    output::line(text(name).ok_or_else(|| Problem::at("schema.unknown", name))?.trim_end());
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_schema_is_there_and_is_json() {
        for name in NAMES {
            let schema: serde_json::Value = serde_json::from_str(text(name).unwrap()).unwrap();
            assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{name}");
        }
    }
}
