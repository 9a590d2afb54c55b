//! Writing: one command at a time, a savepoint each, one COMMIT for all that waited (STORAGE.md 3).

use crate::{connection, file};
use rusqlite::Connection;
use std::sync::Arc;
use store::StoreError;
use store::raw::RawTx;
use store_sql::connection::Map;
use store_sql::group::Answer;
use store_sql::{Group, Line, Outcome, Param, Sql, Statement};
use tokio::sync::OwnedMutexGuard;

/// Commands that share a COMMIT at most; more would make the first of them wait longer than they save.
const GROUP_COMMANDS_MAX: usize = 128;
/// WAL frames from which they are carried back, between groups.
const WAL_PAGES: i64 = 4_000;

#[derive(Debug)]
pub struct Shared {
    line: Line<Writer>,
}

impl Shared {
    pub fn new(connection: Connection) -> Self {
        Self { line: Line::new(Writer { connection, group: Group::default(), open: false, broken: None }) }
    }

    pub fn counts(&self) -> (u64, u64) {
        self.line.counts()
    }
}

#[derive(Debug)]
struct Writer {
    connection: Connection,
    group: Group,
    /// Between BEGIN and COMMIT.
    open: bool,
    /// The disk failed: nothing more is written until the file is opened anew.
    broken: Option<StoreError>,
}

impl Writer {
    fn open(&mut self) -> Result<(), StoreError> {
        if let Some(broken) = &self.broken {
            return Err(broken.clone());
        }
        if !self.open {
            connection::control(&self.connection, "BEGIN IMMEDIATE")?;
            self.open = true;
        }
        self.group.open();
        connection::control(&self.connection, "SAVEPOINT command")
    }

    /// SQLite ends the transaction by itself after some errors; then the group is gone, and is told.
    fn after_error(&mut self, error: &StoreError) {
        if connection::disk_failed(error) {
            self.broken = Some(error.clone());
        }
        if self.open && self.connection.is_autocommit() {
            self.open = false;
            self.group.settle(&Err(lost(error)));
        }
    }

    /// Undoes the command that has the turn, and only it.
    fn undo(&mut self) {
        if !self.open {
            return;
        }
        let undone = connection::control(&self.connection, "ROLLBACK TO command")
            .and_then(|()| connection::control(&self.connection, "RELEASE command"));
        if let Err(error) = undone {
            self.give_up(&error);
        }
    }

    fn give_up(&mut self, error: &StoreError) {
        tracing::error!(error = %error, "a command could not be undone; its group is dropped");
        let _ = connection::control(&self.connection, "ROLLBACK");
        self.open = false;
        self.group.settle(&Err(lost(error)));
    }

    /// Ends the group: COMMIT if a command of it is done, and the answers.
    fn finish(&mut self, line: &Line<Self>) {
        if !self.open {
            return;
        }
        let commands = self.group.len();
        let ended = connection::control(&self.connection, if commands == 0 { "ROLLBACK" } else { "COMMIT" });
        if let Err(error) = &ended {
            self.after_error(error);
            let _ = connection::control(&self.connection, "ROLLBACK");
        } else if commands > 0 {
            line.count(commands);
        }
        self.open = false;
        let answer: Answer = ended.map_err(|error| lost(&error));
        self.group.settle(&answer);
        if commands > 0 && answer.is_ok() {
            self.carry_back();
        }
    }

    fn carry_back(&mut self) {
        let carried = file::wal_pages(&self.connection)
            .and_then(|pages| if pages < WAL_PAGES { Ok(()) } else { file::carry_back(&self.connection) });
        if let Err(error) = carried {
            // The group is safe in the WAL; the next group tries again.
            tracing::warn!(error = %error, "the WAL could not be carried back");
            self.after_error(&error);
        }
    }
}

/// What callers of a group hear when it is gone.
fn lost(error: &StoreError) -> StoreError {
    match error {
        StoreError::Full => StoreError::Full,
        error if connection::disk_failed(error) => StoreError::Unknown,
        _ => StoreError::NotSaved,
    }
}

/// Waits for its turn and opens a command.
pub async fn begin(shared: &Arc<Shared>) -> Result<Box<dyn RawTx>, StoreError> {
    let mut turn = Turn { shared: Arc::clone(shared), writer: Some(shared.line.turn().await?) };
    turn.writer()?.open()?;
    Ok(Box::new(Sql::new(turn)))
}

/// Ends the group that may be open, and empties the WAL.
pub async fn scrub(shared: &Arc<Shared>) -> Result<(), StoreError> {
    let mut writer = shared.line.turn().await?;
    writer.finish(&shared.line);
    file::empty_wal(&writer.connection)
}

/// The turn of one command.
struct Turn {
    shared: Arc<Shared>,
    /// `None` once it is committed.
    writer: Option<OwnedMutexGuard<Writer>>,
}

impl Turn {
    fn writer(&mut self) -> Result<&mut Writer, StoreError> {
        self.writer.as_deref_mut().ok_or(StoreError::NotSaved)
    }

    fn run<T>(&mut self, with: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let writer = self.writer()?;
        if !writer.open {
            return Err(StoreError::NotSaved);
        }
        let outcome = with(&writer.connection);
        if let Err(error) = &outcome {
            writer.after_error(error);
        }
        outcome
    }
}

impl store_sql::Connection for Turn {
    async fn execute(&mut self, statement: Statement, params: &[Param<'_>]) -> Result<u64, StoreError> {
        self.run(|connection| connection::execute(connection, statement, params))
    }

    async fn query<T: Send>(
        &mut self,
        statement: Statement,
        params: &[Param<'_>],
        map: Map<T>,
    ) -> Result<Vec<T>, StoreError> {
        self.run(|connection| connection::query(connection, statement, params, map))
    }
}

impl store_sql::Writer for Turn {
    async fn write(&mut self, statement: Statement, params: &[Param<'_>], must: bool) -> Result<(), StoreError> {
        let changed = self.run(|connection| connection::execute(connection, statement, params))?;
        if changed == 0 && must { Err(StoreError::Conflict) } else { Ok(()) }
    }

    async fn commit(mut self) -> Answer {
        self.run(|connection| connection::control(connection, "RELEASE command"))?;
        let Some(mut writer) = self.writer.take() else { return Err(StoreError::NotSaved) };
        let mut answer = writer.group.join();
        let line = &self.shared.line;
        if writer.group.opened() >= GROUP_COMMANDS_MAX || !line.others_wait() {
            writer.finish(line);
        }
        drop(writer);
        let _leaving = Leaving(line);
        match line.settled(answer).await {
            Outcome::Answered(told) => told,
            Outcome::Turn(mut writer, waiting) => {
                answer = waiting;
                writer.finish(line);
                drop(writer);
                answer.await.unwrap_or(Err(StoreError::Unknown))
            }
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(writer) = self.writer.as_deref_mut() else { return };
        writer.undo();
        if writer.group.is_abandoned() {
            writer.finish(&self.shared.line);
        }
    }
}

/// A caller that leaves the line, answered or not. The last one of a group that leaves unanswered ends the group.
struct Leaving<'a>(&'a Line<Writer>);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        if let Some(mut writer) = self.0.turn_if_free()
            && writer.open
            && writer.group.is_abandoned()
        {
            writer.finish(self.0);
        }
    }
}
