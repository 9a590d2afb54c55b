//! `kill -9` of the node, and a server that ends connections, under load. What was answered must be there (P1); what
//! was answered `NotSaved` must not be.

use crate::load::{command, whole};
use crate::{NOW, options, server};
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use store::StoreError;
use store_postgres::{Options, PostgresBackend};

const PLACE: &str = "SIMPUL_CRASH_URL";
const SCHEMA: &str = "simpul_crash";
const TASKS: u32 = 16;
const KILLS: usize = 3;

/// A second is enough here: nobody else is there.
fn patient() -> Options {
    Options { lease_millis: 1_000, ..Options::at(NOW) }
}

#[tokio::test]
async fn what_was_answered_outlives_kill_9_of_the_node() {
    if server::url().is_none() {
        return;
    }
    let Some(server) = server::own("fsync=on", &[]) else {
        eprintln!("SKIPPED (PostgreSQL is not installed here)");
        return;
    };
    let mut answered = Vec::new();
    for kill in 0..KILLS {
        answered.extend(run_and_kill(&server.url, 40 + kill * 61));
        let store = PostgresBackend::connect(&server.url, SCHEMA, patient()).await.unwrap();
        let tasks = whole(&store).await;
        for (task, n) in &answered {
            let found = tasks.get(usize::try_from(*n - 1).unwrap());
            assert_eq!(found, Some(task), "kill {kill}: {n} of {task} was answered and is not there");
        }
    }
}

fn run_and_kill(url: &str, after: usize) -> Vec<(u32, i64)> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::commands_of_many_tasks_are_whole", "--nocapture"])
        .env(PLACE, url)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut answered = Vec::new();
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
    let child = std::env::var(PLACE).ok();
    let store = if let Some(url) = &child {
        PostgresBackend::connect(url, SCHEMA, patient()).await.unwrap()
    } else {
        let Some(store) = server::store().await else { return };
        store
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

/// Goal: a COMMIT whose answer was lost is looked for. Method: the server ends the writer's connection again and again
/// while tasks write, each command under a number of its own; then each answer is compared with the database.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_is_true_although_the_server_ends_connections() {
    let Some(url) = server::url() else { return };
    let schema = server::schema();
    let store = Arc::new(PostgresBackend::connect(url, &schema, options()).await.unwrap());
    let (number, busy) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicBool::new(true)));
    let tasks: Vec<_> = (0..TASKS)
        .map(|_| {
            let (store, number, busy) = (Arc::clone(&store), Arc::clone(&number), Arc::clone(&busy));
            tokio::spawn(async move {
                let (mut kept, mut not) = (Vec::new(), Vec::new());
                while busy.load(Ordering::Relaxed) {
                    let mine = number.fetch_add(1, Ordering::Relaxed);
                    match command(&*store, mine).await {
                        Ok(_) => kept.push(mine),
                        Err(StoreError::NotSaved) => not.push(mine),
                        Err(other) => panic!("{other}"),
                    }
                }
                (kept, not)
            })
        })
        .collect();
    let client = server::client(url).await;
    for ended in 1..=10_u32 {
        // As much work as it takes until the writer is in the midst of its groups again.
        while number.load(Ordering::Relaxed) < ended * 150 {
            tokio::task::yield_now().await;
        }
        let end = "SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation \
            JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = 'writer'";
        client.query(end, &[&schema]).await.unwrap();
    }
    busy.store(false, Ordering::Relaxed);
    let (mut all_kept, mut all_not) = (Vec::new(), Vec::new());
    for task in tasks {
        let (kept, not) = task.await.unwrap();
        all_kept.extend(kept);
        all_not.extend(not);
    }
    let found = whole(&*store).await;
    assert!(!all_not.is_empty(), "no connection was ended in the midst of a group");
    assert!(all_kept.iter().all(|number| found.contains(number)), "kept, and not there");
    assert!(!all_not.iter().any(|number| found.contains(number)), "not saved, and there");
}
