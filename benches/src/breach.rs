//! The breach drill: who is affected, out of 10 000 real cases, in under a minute.

use crate::meter::cpu_seconds;
use crate::node::{Node, START, officer, runtime};
use crate::row::{Line, Row};
use crate::story;
use desk::Asking;
use desk::cases::breach::Scope;
use store_sqlite::Durability;

/// Cases in the store, each with its report and some thirty events.
const CASES: u32 = 10_000;
/// A minute for all of them, as microseconds for each.
const MICROS_EACH: f64 = 6_000.0;

pub fn rows() -> anyhow::Result<Vec<Line>> {
    let runtime = runtime()?;
    runtime.block_on(async {
        let node = Node::sqlite(Durability::Off).await?;
        for number in 0..CASES {
            story::opens(&node.desk, number, "lbh").await?;
        }
        let before = cpu_seconds();
        let asking = Asking::once(&*node.desk.chance, node.desk.now());
        let list = node.desk.affected(&officer(1), asking, (Scope::All, START)).await?;
        let each = (cpu_seconds() - before) / f64::from(CASES);
        anyhow::ensure!(list.people.len() >= usize::try_from(CASES)?, "somebody is missing: {}", list.people.len());
        Ok(vec![Row::micros("breach drill over 10 000 cases, each", each, MICROS_EACH).into()])
    })
}
