//! The node's visits to its window, every few seconds.

use super::{home, read, socket, write};
use crate::runtime::running::Running;
use async_trait::async_trait;
use base::{Problem, Timestamp};
use desk::window::{Ask, Told, Visits, Way};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::UnixStream;

/// Between two visits.
const VISIT_SECONDS: u64 = 2;
/// A node without a window looks this often whether marks are to be forgotten.
const FORGET_SECONDS: u64 = 3_600;

/// How the visits go.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowHealth {
    /// The last visit went well.
    pub reachable: bool,
    /// When one last went well, since the node started.
    pub visited_at: Option<Timestamp>,
    /// Code of what stopped the last one.
    pub fault: Option<String>,
}

/// How the visits go; nothing before the first.
#[derive(Debug, Default)]
pub struct Standing(Mutex<Option<WindowHealth>>);

impl Standing {
    /// Now.
    pub fn now(&self) -> Option<WindowHealth> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes a visit. `true`: it went otherwise than the one before.
    fn note(&self, went: Result<Timestamp, &Problem>) -> bool {
        let mut standing = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = standing.as_ref().map(|health| health.fault.clone());
        let health = standing.get_or_insert_default();
        health.reachable = went.is_ok();
        health.fault = went.err().map(|problem| problem.code.0.to_owned());
        health.visited_at = went.ok().or(health.visited_at);
        before != Some(health.fault.clone())
    }
}

/// Visits the window for as long as the node runs. A node that has none forgets what it would tell one.
pub async fn visits(running: Arc<Running>) -> Result<(), Problem> {
    let (mut visits, home) = (Visits::default(), home(&running.node.dir));
    let desk = &running.node.desk;
    loop {
        if running.node.config.public.is_none() {
            if let Err(error) = desk.forget_marks().await {
                tracing::warn!(code = error.problem().code.0, "marks of boxes were not forgotten");
            }
            tokio::time::sleep(Duration::from_secs(FORGET_SECONDS)).await;
            continue;
        }
        let went = visit(&running, &home, &mut visits).await;
        if running.window.note(went.as_ref().map(|()| desk.now())) {
            match &went {
                Ok(()) => tracing::info!("the public window is reachable"),
                Err(problem) => tracing::warn!(code = problem.code.0, "the public window is not reachable"),
            }
        }
        tokio::time::sleep(Duration::from_secs(VISIT_SECONDS)).await;
    }
}

async fn visit(running: &Running, home: &Path, visits: &mut Visits) -> Result<(), Problem> {
    let stream = UnixStream::connect(socket(home)).await.map_err(|_| Problem::new("window.silent"))?;
    let way = Door(tokio::sync::Mutex::new(stream));
    running.node.desk.visit_window(&way, visits).await.map_err(|error| error.problem())
}

/// The socket of the window.
struct Door(tokio::sync::Mutex<UnixStream>);

#[async_trait]
impl Way for Door {
    async fn ask(&self, ask: &Ask) -> Result<Told, Problem> {
        let mut stream = self.0.lock().await;
        write(&mut stream, ask).await?;
        match read(&mut stream).await? {
            Some(Told::Not(code)) => {
                let known = base::codes::CATALOGUE.iter().find(|entry| entry.code == code);
                Err(known.map_or_else(|| Problem::at("window.other", "code"), |entry| Problem::new(entry.code)))
            }
            Some(told) => Ok(told),
            None => Err(Problem::new("window.silent")),
        }
    }
}
