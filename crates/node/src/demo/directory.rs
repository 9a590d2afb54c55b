//! The directory of the demo: services of districts, all made up, as a signed pack like any other. A node that is no
//! demonstration refuses it.

use crate::platform::SystemClock;
use crate::runtime::node::Node;
use base::pack::{Files, MANIFEST};
use base::{Clock, Problem, Timestamp, Zone};
use desk::directory::{KeepServices, StateService};
use desk::{Actor, Asking};
use pocketbook::services::csv;
use seal::PublisherKey;

/// Services of bodies without a node, as the first node keeps them.
const KEPT: &str = include_str!("../../demo/kept.csv");
/// What the first node states of itself; the day of confirmation is that of stating.
const STATED: [&str; 19] = [
    "loket-pengaduan",
    "21.71",
    "task_force",
    "Gugus Tugas Bakau (rekaan)",
    "Loket pengaduan",
    "Complaints desk",
    "Menerima pengaduan dan membuka kasus.",
    "Takes complaints and opens cases.",
    "Siapa saja.",
    "Anyone.",
    "id; en",
    "MO-FR 08:00-16:00",
    "+62 800 0000 100",
    "",
    "Jalan Rekaan 10, Batam",
    "public",
    "",
    "Peragaan",
    "Demonstration",
];
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

/// Fills the directory of a node.
pub async fn fill(node: &Node) -> Result<(), Problem> {
    let now = SystemClock.now();
    let [recent, old] = CHECKED_DAYS_AGO.map(|days| date(now.plus_hours(-24 * days)));
    let text = KEPT.replace("{recent}", &recent).replace("{old}", &old);
    let first = |faults: Vec<Problem>| faults.into_iter().next().unwrap_or(Problem::new("service.header"));
    let kept = csv::read(text.as_bytes(), now.day()).map_err(first)?;
    let desk = &node.desk;
    let once = || Asking::once(&*desk.chance, desk.now());
    desk.run(&Actor::Node, once(), &KeepServices(kept)).await.map_err(|error| error.problem())?;
    let stated = StateService(STATED.map(str::to_owned));
    desk.run(&Actor::Node, once(), &stated).await.map_err(|error| error.problem())
}

/// A day as files write it.
pub fn date(at: Timestamp) -> String {
    let (year, month, day, ..) = Zone::Wib.local(at);
    format!("{year:04}-{month:02}-{day:02}")
}
