//! Whole commands as officers give them: asked, decided, written, audited, on the disk.

use crate::meter::{cpu_seconds, per_call};
use crate::node::{Node, does, runtime};
use crate::row::{Line, Row};
use crate::story;
use base::{CaseId, Redacted};
use casework::case::StepRef;
use desk::Desk;
use desk::cases::OnCase;
use desk::cases::record::AddNote;
use desk::cases::steps::FinishStep;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::Read;
use store_sqlite::Durability;
use tokio::runtime::Runtime;

/// Officers who save at the same moment.
pub const CALLERS: usize = 64;
/// Commands of each caller in one round.
const TURNS: usize = 8;
/// Cases they work on.
const CASES: u32 = 512;

pub fn rows() -> anyhow::Result<Vec<Line>> {
    let runtime = runtime()?;
    let node = runtime.block_on(Node::sqlite(Durability::Full))?;
    let cases = Arc::new(runtime.block_on(story::cases(&node, CASES))?);
    let (finish, events) = finish_steps(&runtime, &node, &cases)?;
    let before = node.desk.store.backend().commits();
    let many = notes(&runtime, &node, &cases, CALLERS)?;
    let after = node.desk.store.backend().commits();
    let one = notes(&runtime, &node, &cases, 1)?;
    let per_commit = ratio(after.0 - before.0, after.1 - before.1);
    Ok(vec![
        Row::micros("whole command, 64 callers: add a note", many, 250.0).beside("sqlx 200-260, no desk").into(),
        Row::micros("finish a step, 64 callers, each event of it", finish / events, 100.0).into(),
        Row::told("  the whole step", finish * 1e6, "CPU microsec").into(),
        Row::told("  events of a step that ends and opens others", events, "events").into(),
        Row::at_most("  COMMITs for 100 commands of 64 callers", per_commit * 100.0, "COMMITs", 20.0).into(),
        Row::micros("whole command, 1 caller: add a note", one, 500.0).into(),
    ])
}

fn ratio(commits: u64, commands: u64) -> f64 {
    let number = |value: u64| f64::from(u32::try_from(value).unwrap_or(u32::MAX));
    number(commits) / number(commands.max(1))
}

/// CPU of one note, when so many callers write at once.
pub fn notes(runtime: &Runtime, node: &Node, cases: &Arc<Vec<CaseId>>, callers: usize) -> anyhow::Result<f64> {
    let (mut failed, mut round) = (false, 0_usize);
    let seconds = per_call(|| {
        round += 1;
        let done = runtime.block_on(all(callers, |caller| {
            let (desk, cases) = (Arc::clone(&node.desk), Arc::clone(cases));
            note_turns(desk, cases, caller + round * 7)
        }));
        failed |= done.is_err();
    });
    anyhow::ensure!(!failed, "a note was not written");
    Ok(seconds / f64::from(u32::try_from(callers * TURNS)?))
}

async fn note_turns(desk: Arc<Desk>, cases: Arc<Vec<CaseId>>, first: usize) -> anyhow::Result<()> {
    let text = "Menelepon kakaknya, akan datang ke kantor besok pukul sepuluh dengan kartu keluarga dan surat nikah. ";
    let mine = cases.iter().cycle().skip((first * TURNS) % cases.len()).take(TURNS);
    for case in mine {
        let change = AddNote { text: Redacted::new(text.repeat(3)) };
        does(&desk, &OnCase { case: *case, version: None, change }).await?;
    }
    Ok(())
}

/// Every case ends step IN-2 once: values are checked, the step ends, others open with their clocks. The cases are taken
/// in parts, and the fastest part counts. Each part has cases of every age, so that a snapshot falls due as often as in
/// life. Gives CPU seconds and events of one command.
fn finish_steps(runtime: &Runtime, node: &Node, cases: &[CaseId]) -> anyhow::Result<(f64, f64)> {
    runtime.block_on(all(CALLERS, |caller| {
        let mine = cases.iter().copied().enumerate().skip(caller).step_by(CALLERS).collect();
        age(Arc::clone(&node.desk), mine)
    }))?;
    let before = runtime.block_on(written(node))?;
    let mut fastest = f64::INFINITY;
    for part in cases.chunks(2 * CALLERS) {
        let before = cpu_seconds();
        runtime.block_on(all(CALLERS, |caller| {
            let mine: Vec<CaseId> = part.iter().copied().skip(caller).step_by(CALLERS).collect();
            finish_turns(Arc::clone(&node.desk), mine)
        }))?;
        fastest = fastest.min((cpu_seconds() - before) / f64::from(u32::try_from(part.len())?));
    }
    let events = runtime.block_on(written(node))? - before;
    Ok((fastest, f64::from(u32::try_from(events)?) / f64::from(u32::try_from(cases.len())?)))
}

/// Events in the journal.
async fn written(node: &Node) -> anyhow::Result<i64> {
    Ok(node.desk.read().await?.raw().head().await?.seq.n())
}

/// Events between two snapshots.
const SNAPSHOT_EVERY: usize = 32;

async fn age(desk: Arc<Desk>, cases: Vec<(usize, CaseId)>) -> anyhow::Result<()> {
    for (n, case) in cases {
        // Neighbours of one caller differ too: 64 is a multiple of 32.
        for _ in 0..(n + n / CALLERS) % SNAPSHOT_EVERY {
            let change = AddNote { text: Redacted::new("Datang ke kantor.".to_owned()) };
            does(&desk, &OnCase { case, version: None, change }).await?;
        }
    }
    Ok(())
}

async fn finish_turns(desk: Arc<Desk>, cases: Vec<CaseId>) -> anyhow::Result<()> {
    for case in cases {
        let answers = Redacted::new("tidak ada bahaya".to_owned());
        let values = BTreeMap::from([("F-02.answers".to_owned(), answers)]);
        let change = FinishStep { step: StepRef("IN-2".into(), 1), values };
        does(&desk, &OnCase { case, version: None, change }).await?;
    }
    Ok(())
}

/// Runs all callers at once.
async fn all<F>(callers: usize, one: impl Fn(usize) -> F) -> anyhow::Result<()>
where
    F: Future<Output = anyhow::Result<()>> + Send + 'static,
{
    let mut tasks = tokio::task::JoinSet::new();
    for caller in 0..callers {
        tasks.spawn(one(caller));
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    Ok(())
}
