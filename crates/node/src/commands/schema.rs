//! `simpul schema`: the JSON Schemas (2020-12) of the formats of CONTRACTS.md.

use super::Answer;
use crate::output;
use base::Problem;

/// Name and text of each schema.
pub const SCHEMAS: [(&str, &str); 6] = [
    ("accord", include_str!("../../schemas/accord.json")),
    ("accord-decision", include_str!("../../schemas/accord-decision.json")),
    ("accord-request", include_str!("../../schemas/accord-request.json")),
    ("report", include_str!("../../schemas/report.json")),
    ("screen-answers", include_str!("../../schemas/screen-answers.json")),
    ("screen-outcome", include_str!("../../schemas/screen-outcome.json")),
];

/// Prints a schema, or the names of all.
pub fn run(name: Option<&str>) -> Answer {
    let Some(name) = name else {
        for (name, _) in SCHEMAS {
            output::line(name);
        }
        return Ok(0);
    };
    let (_, text) = SCHEMAS.iter().find(|(known, _)| *known == name).ok_or_else(|| Problem::at("schema.unknown", name))?;
    output::line(text.trim_end());
    Ok(0)
}
