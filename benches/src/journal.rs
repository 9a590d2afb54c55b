//! The journal below the desk: appending, reading back, checking.

use crate::meter::{cpu_seconds, per_call};
use crate::node::{Node, START, runtime};
use crate::row::{Line, Row};
use crate::story;
use anyhow::Context;
use base::Timestamp;
use desk::cases::CaseStream;
use serde::{Deserialize, Serialize};
use std::hint::black_box;
use std::sync::Arc;
use store::archive::{Copying, Memory, Restoring};
use store::{Aggregate, Read, Shelf, Store, Stored, StreamKind, Team, Vault, chain};
use store_sqlite::{Durability, Options, SqliteBackend};

/// Events of one command; their COMMIT is shared, as it is among callers.
const APPENDS: u8 = 64;
/// Events of the journal of a nation after years, and how long its verification may take: seconds of CPU.
const MANY: u32 = 5_000_000;
const MANY_SECONDS: f64 = 120.0;

pub fn rows() -> anyhow::Result<Vec<Line>> {
    let runtime = runtime()?;
    let node = runtime.block_on(Node::sqlite(Durability::Full))?;
    let append = append(&runtime, &node)?;
    let case_node = runtime.block_on(Node::sqlite(Durability::Off))?;
    let cases = runtime.block_on(story::cases(&case_node, 200))?;
    let (verify, events) = verify(&runtime, &case_node)?;
    let (copy, restore) = runtime.block_on(restore(&case_node, events))?;
    let refold = refold(&runtime, &case_node, &cases)?;
    Ok(vec![
        Row::micros("append: event 400 B, card, clock; FULL", append, 100.0).beside("sqlx 200-260").into(),
        Row::micros("verify the chain, an event", verify, 10.0).into(),
        Row::micros("refold: open, apply, rows, an event", refold, 60.0).into(),
        Row::told("  events verified and refolded", events, "events").into(),
        // 5 million events within two minutes, 100,000 restored within five (budgets of the casebook).
        Row::told("  so 5 million events verify in", verify * 5e6, "s").into(),
        Row::told("  at", 1.0 / verify, "events/s").into(),
        Row::micros("backup, an event", copy, 50.0).into(),
        Row::micros("restore: pour, walk, fold, an event", restore, 3_000.0).into(),
    ])
}

/// A file of which only size and count matter: an event of 400 bytes, a card and a due time that follow from it.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct File {
    events: u32,
    card: String,
}

impl Aggregate for File {
    type Event = String;
    const KIND: StreamKind = StreamKind::Case;
    const TEAM: Team = Team::Casework;
    const OWN_KEY: bool = true;

    fn event_name(_: &String) -> &'static str {
        "case.noted"
    }

    fn begin(_: [u8; 16], _: &String, _: Timestamp) -> Option<Self> {
        Some(Self { events: 1, card: "k".repeat(200) })
    }

    fn apply(&mut self, _: &String, _: Timestamp) {
        self.events += 1;
    }

    fn rows(&self, id: [u8; 16]) -> Vec<store::Row> {
        let Ok(card) = store::cbor::to_bytes(self) else { return Vec::new() };
        let due = Some(START.plus_hours(self.events.into()));
        let row = |shelf, key: &[u8], due, card| store::Row { shelf, part: id.to_vec(), key: key.to_vec(), due, card };
        vec![row(Shelf::CaseCard, b"", None, card), row(Shelf::Clocks, &id, due, self.events.to_be_bytes().to_vec())]
    }
}

/// A journal of five million events, written and verified whole: some minutes and gigabytes, so only when it is named.
pub fn whole() -> anyhow::Result<Vec<Line>> {
    let runtime = runtime()?;
    let node = runtime.block_on(Node::sqlite(Durability::Off))?;
    let mut files = runtime.block_on(files(&node))?;
    for _ in 1..MANY.div_ceil(APPENDS.into()) {
        runtime.block_on(append_each(&node, &mut files))?;
    }
    let mut view = runtime.block_on(node.desk.read())?;
    let began = cpu_seconds();
    let verified = runtime.block_on(chain::verify(view.raw()))?;
    let seconds = cpu_seconds() - began;
    anyhow::ensure!(verified.is_ok(), "the chain does not fit");
    Ok(vec![
        Row::at_most("a journal of five million verified", seconds, "CPU seconds", MANY_SECONDS).into(),
        Row::told("  events in it", runtime.block_on(count(&mut view))?, "events").into(),
    ])
}

fn append(runtime: &tokio::runtime::Runtime, node: &Node) -> anyhow::Result<f64> {
    let mut files = runtime.block_on(files(node))?;
    let mut failed = false;
    let seconds = per_call(|| failed |= runtime.block_on(append_each(node, &mut files)).is_err());
    anyhow::ensure!(!failed, "an append failed");
    Ok(seconds / f64::from(APPENDS))
}

fn event() -> String {
    "e".repeat(400)
}

async fn files(node: &Node) -> anyhow::Result<Vec<Stored<File>>> {
    let mut tx = node.begin().await?;
    let mut files = Vec::new();
    for n in 0..APPENDS {
        files.push(tx.create::<File>([n; 16], vec![event()]).await?);
    }
    tx.commit().await?;
    Ok(files)
}

async fn append_each(node: &Node, files: &mut [Stored<File>]) -> anyhow::Result<()> {
    let mut tx = node.begin().await?;
    for file in files {
        tx.append(file, vec![event()]).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn verify(runtime: &tokio::runtime::Runtime, node: &Node) -> anyhow::Result<(f64, f64)> {
    let mut view = runtime.block_on(node.desk.read())?;
    let events = runtime.block_on(count(&mut view))?;
    let mut whole = true;
    let seconds = per_call(|| {
        let verified = runtime.block_on(chain::verify(view.raw()));
        whole &= matches!(black_box(verified), Ok(Ok(_)));
    });
    anyhow::ensure!(whole, "the chain does not fit");
    Ok((seconds / events, events))
}

/// One backup and one restore, an event.
async fn restore(node: &Node, events: f64) -> anyhow::Result<(f64, f64)> {
    let folder = tempfile::tempdir()?;
    let (store, place) = (&node.desk.store, folder.path().join("c"));
    let mut tx = node.begin().await?;
    tx.put_meta("node", &node.desk.me.id.bytes()).await?;
    tx.commit().await?;
    let began = cpu_seconds();
    let copying = Copying { store, dir: folder.path(), small: &[], place: &place, now: START };
    copying.write(&mut Memory::default()).await.map_err(|problem| anyhow::anyhow!("{problem}"))?;
    let copied = cpu_seconds();
    let from = Restoring::open(&place, &node.master).map_err(|problem| anyhow::anyhow!("{problem}"))?;
    let options = Options { durability: Durability::Full, ..Options::at(START) };
    let backend = Arc::new(SqliteBackend::open(&folder.path().join("back/node.db"), options)?);
    let poured = from.pour(&*backend, folder.path(), None).await;
    poured.map_err(|problem| anyhow::anyhow!("{problem}"))?;
    let back = Store::new(backend, Arc::new(Vault::locked()), Arc::clone(&node.desk.chance));
    back.unlock(node.master.clone(), START).await?;
    desk::verify::rebuild(&back, START).await?;
    Ok(((copied - began) / events, (cpu_seconds() - copied) / events))
}

async fn count(view: &mut store::View) -> anyhow::Result<f64> {
    let head = view.raw().head().await?;
    Ok(f64::from(u32::try_from(head.seq.n()).context("a small journal")?))
}

/// Every case from its first event, with the rows that follow: what a refold does before it writes.
fn refold(runtime: &tokio::runtime::Runtime, node: &Node, cases: &[base::CaseId]) -> anyhow::Result<f64> {
    let mut view = runtime.block_on(async {
        let mut raw = node.desk.store.backend().begin("bench").await?;
        raw.delete_shelves(Shelf::Snapshots.number(), Shelf::Snapshots.number()).await?;
        raw.commit().await?;
        node.desk.read().await
    })?;
    let (mut events, mut failed) = (0_i64, false);
    for case in cases {
        let stored = runtime.block_on(view.load::<CaseStream>(case.bytes()))?.context("a case")?;
        events += stored.version;
    }
    let seconds = per_call(|| {
        for case in cases {
            let stored = runtime.block_on(view.load::<CaseStream>(case.bytes()));
            failed |= !matches!(stored, Ok(Some(stored)) if !black_box(stored.state.rows(stored.id)).is_empty());
        }
    });
    anyhow::ensure!(!failed, "a case did not refold");
    Ok(seconds / f64::from(u32::try_from(events)?))
}
