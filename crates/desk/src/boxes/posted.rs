//! What is sealed to the intake key: a report without a name, or an addition to one.

use crate::cases::reports::ReportJson;
use casework::report::Door;
use serde::{Deserialize, Serialize};

/// Inside the seal, as JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub(super) enum Posted {
    /// A report, the box of its writer, and whether she says that somebody is in danger now.
    Report {
        rid: String,
        reply_to: (String, String),
        danger: bool,
        #[serde(default = "window")]
        door: Door,
        report: Box<ReportJson>,
    },
    /// An addition: its id, its box, files as a report names them.
    Added { id: String, to: String, text: String, files: Vec<serde_json::Value> },
}

/// What was sealed before there was another door.
const fn window() -> Door {
    Door::PublicWindow
}
