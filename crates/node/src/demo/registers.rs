//! Official registers of the demo, all made up: agencies with their licences, one sanction, and a registry of a few workers
//! under numbers that no authority gives out (no place has the code 99).

use crate::output::write_file_with;
use crate::platform::{SystemChance, SystemClock};
use crate::runtime::node::Node;
use base::{Chance, Clock, Problem};
use desk::licences::KeepLicences;
use desk::registry::{FILE, KeepRegistryKey};
use desk::{Actor, Asking};
use recruiters::registry::{self, Key};

const LICENCES: &str = include_str!("../../demo/licences.csv");
const SOURCE: &str = "Peragaan: semua rekaan / made up for the demo";
/// Workers of the made-up registry: NIK 9900000000000001 and on.
const WORKERS: u64 = 40;

/// Fills the registers of a node.
pub async fn fill(node: &Node) -> Result<(), Problem> {
    let now = SystemClock.now();
    let [recent, old, later] = [-20, -400, 400].map(|days| super::directory::date(now.plus_hours(24 * days)));
    let text = LICENCES.replace("{recent}", &recent).replace("{old}", &old).replace("{later}", &later);
    let first = |faults: Vec<Problem>| faults.into_iter().next().unwrap_or(Problem::new("licence.empty"));
    let agencies = recruiters::licences::read(text.as_bytes()).map_err(first)?;
    let keep = KeepLicences { source: SOURCE.to_owned(), date: recent.clone(), agencies };
    let desk = &node.desk;
    let once = || Asking::once(&*desk.chance, desk.now());
    desk.run(&Actor::Node, once(), &keep).await.map_err(|error| error.problem())?;

    let chance: &dyn Chance = &SystemChance;
    let key = Key::new(chance.bytes());
    let list = (1..=WORKERS).fold("nik\n".to_owned(), |list, n| list + &format!("99{n:014}\n"));
    let built = registry::build(list.as_bytes(), &key, (&recent, SOURCE)).map_err(first)?;
    desk.run(&Actor::Node, once(), &KeepRegistryKey(key)).await.map_err(|error| error.problem())?;
    write_file_with(&node.dir.join(FILE), |to| built.write(to))
}
