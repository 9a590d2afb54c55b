//! `kill -9` under load. A child writes with many tasks and pipes what was answered; the parent kills it at a random
//! moment and opens the file again. What was answered must be there (P1), without gaps (P2), with the items that follow
//! from it (P3).

use crate::load::{command, whole};
use crate::{NOW, OPTIONS};
use base::Chance;
use base::chance::SeededChance;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use store_sqlite::{Options, SqliteBackend};

const PLACE: &str = "SIMPUL_CRASH_FILE";
const TASKS: u32 = 16;

fn kills() -> usize {
    std::env::var("SIMPUL_KILLS").ok().and_then(|count| count.parse().ok()).unwrap_or(20)
}

#[tokio::test]
async fn what_was_answered_outlives_kill_9() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("simpul.db");
    let chance: &dyn Chance = &SeededChance::new(9);
    let mut answered: Vec<(u32, i64)> = Vec::new();
    for kill in 0..kills() {
        let [low, high] = chance.bytes();
        answered.extend(run_and_kill(&path, 1 + usize::from(low) + usize::from(high % 2) * 256));
        let store = SqliteBackend::open(&path, OPTIONS).unwrap();
        let tasks = whole(&store).await;
        for (task, n) in &answered {
            let found = tasks.get(usize::try_from(*n - 1).unwrap());
            assert_eq!(found, Some(task), "kill {kill}: {n} of {task} was answered and is not there");
        }
    }
}

/// Runs the child until it answered so many commands, kills it, and gives all it answered.
fn run_and_kill(path: &Path, after: usize) -> Vec<(u32, i64)> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::commands_of_many_tasks_are_whole", "--nocapture"])
        .env(PLACE, path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut answered = Vec::new();
    // The test runner of the child prints lines of its own.
    for kept in lines.filter_map(|line| kept(&line)) {
        answered.push(kept);
        if answered.len() == after {
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    assert!(answered.len() >= after, "the child ended by itself");
    answered
}

/// `kept 3 17.`: the full stop proves that the line is whole.
fn kept(line: &str) -> Option<(u32, i64)> {
    let (task, n) = line.strip_prefix("kept ")?.strip_suffix('.')?.split_once(' ')?;
    Some((task.parse().ok()?, n.parse().ok()?))
}

/// By itself a small load; as the child of the test above a load without end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commands_of_many_tasks_are_whole() {
    let child = std::env::var_os(PLACE);
    let store = match &child {
        Some(path) => SqliteBackend::open(Path::new(path), Options::at(NOW)).unwrap(),
        None => SqliteBackend::scratch(OPTIONS).unwrap(),
    };
    let (store, rounds) = (Arc::new(store), if child.is_some() { usize::MAX } else { 10 });
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let (store, told) = (Arc::clone(&store), child.is_some());
            tokio::spawn(async move {
                for _ in 0..rounds {
                    let n = command(&*store, task).await.unwrap();
                    if told {
                        writeln!(std::io::stdout().lock(), "kept {task} {n}.").unwrap();
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(whole(&*store).await.len(), 160);
}
