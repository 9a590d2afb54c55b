//! What is sealed to the intake key: a report without a name, or an addition to one. A phone seals the report itself; then only
//! what the door adds is sealed here, and both lie together.

use crate::cases::reports::ReportJson;
use base::Problem;
use casework::report::Door;
use seal::report::ENVELOPE_BYTES;
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
    /// A report that a phone sealed lies beside this.
    FromPhone { rid: String, reply_to: (String, String), door: Door },
    /// The same form came again with something else in it, sealed by the phone.
    AddedFromPhone { id: String, to: String },
}

/// Begins a post that holds two seals: that of the door, of a fixed length, and that of the phone.
const TWO: &[u8; 4] = b"SPB1";

/// What the door says of a report, beside the report as the phone sealed it.
pub(super) fn beside(door: &[u8], phone: &[u8]) -> Result<Vec<u8>, Problem> {
    if door.len() != ENVELOPE_BYTES {
        return Err(Problem::at("report.damaged", "box"));
    }
    Ok([TWO.as_slice(), door, phone].concat())
}

/// The seal of the door, and that of the phone if there is one.
pub(crate) fn seals(post: &[u8]) -> (&[u8], Option<&[u8]>) {
    let two = post.strip_prefix(TWO).and_then(|rest| rest.split_at_checked(ENVELOPE_BYTES));
    two.map_or((post, None), |(door, phone)| (door, Some(phone)))
}

/// What was sealed before there was another door.
const fn window() -> Door {
    Door::PublicWindow
}
