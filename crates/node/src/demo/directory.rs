//! The directory of the demo: services of districts, all made up, as a signed pack like any other. A node that is no
//! demonstration refuses it.

use crate::platform::SystemClock;
use base::pack::{Files, MANIFEST};
use base::{Clock, Problem, Timestamp, Zone};
use seal::PublisherKey;

const SERVICES: &str = include_str!("../../demo/services.json");
/// How long ago most entries were checked, and one that nobody looked at for long.
const CHECKED_DAYS_AGO: [i64; 2] = [20, 240];

/// The pack, signed.
pub fn pack(publisher: &PublisherKey) -> Result<Files, Problem> {
    let now = SystemClock.now();
    let [recent, old] = CHECKED_DAYS_AGO.map(|days| date(now.plus_hours(-24 * days)));
    let services = SERVICES.replace("{recent}", &recent).replace("{old}", &old);
    let manifest = serde_json::json!({
        "pack": 1, "kind": "directory", "id": "peragaan", "version": "1", "previous": null, "checked_on": recent,
        "sources": ["Peragaan: semua layanan rekaan / demonstration: all services are made up"], "files": [],
    });
    let files = [("services.json", services), (MANIFEST, manifest.to_string())];
    let files = files.map(|(path, text)| (path.to_owned(), text.into_bytes()));
    desk::packs::publish(files.into(), publisher)
}

fn date(at: Timestamp) -> String {
    let (year, month, day, ..) = Zone::Wib.local(at);
    format!("{year:04}-{month:02}-{day:02}")
}
