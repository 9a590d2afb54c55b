//! Writing: one command at a time, a savepoint each, one COMMIT for all that waited (STORAGE.md 3, 7).
//!
//! What is sent on a connection is done in the order it was sent, also when nobody waits for the answer. So a command
//! that is dropped is undone by words that are sent at once, and the next command comes after them.

use crate::lease::{self, Lease};
use crate::session::{Session, Setup, said};
use crate::values::{engine, silent};
use std::sync::{Arc, Weak};
use std::time::Duration;
use store::StoreError;
use store::raw::RawTx;
use store_sql::connection::Map;
use store_sql::group::Answer;
use store_sql::{Group, Line, Outcome, Param, Sql, Statement};
use tokio::sync::OwnedMutexGuard;

/// Over 64 savepoints in a transaction the server keeps them on disk; undone ones count too.
const GROUP_COMMANDS_MAX: usize = 48;
/// A sign of life, well within the ten seconds of a lease.
const BEAT: Duration = Duration::from_secs(3);
/// How often a COMMIT without an answer is asked after: a server that still runs the old one makes each try wait two
/// seconds (`lock_timeout`), and ends it after ten.
const ASK_MAX: usize = 6;

#[derive(Debug)]
pub struct Shared {
    line: Line<Writer>,
}

impl Shared {
    pub fn new(setup: Setup, session: Session, lease: Lease) -> Self {
        let writer = Writer { setup, session, lease, group: Group::default(), open: false, lost: false, doubt: false };
        Self { line: Line::new(writer) }
    }

    pub fn counts(&self) -> (u64, u64) {
        self.line.counts()
    }

    /// Gives the lease back at the end, so that the next process need not wait.
    pub fn give_back(&self) {
        if let Some(writer) = self.line.turn_if_free()
            && !writer.open
            && !writer.lost
        {
            writer.session.send(&lease::give_back(writer.lease));
        }
    }
}

#[derive(Debug)]
struct Writer {
    setup: Setup,
    session: Session,
    lease: Lease,
    group: Group,
    /// Between BEGIN and COMMIT.
    open: bool,
    /// Another process holds the lease: nothing more is written.
    lost: bool,
    /// The connection is new: how many groups were committed must be read again.
    doubt: bool,
}

impl Writer {
    /// Opens a savepoint, after BEGIN and the proof of the lease if it is the first. `open` is set before the first
    /// word is sent, so that a caller that goes away meanwhile is undone like any other.
    async fn open(&mut self) -> Result<(), StoreError> {
        if self.lost {
            return Err(said("store.lease-lost"));
        }
        if self.session.client.is_closed() {
            self.forget(&StoreError::NotSaved);
            self.session = self.setup.connect().await?;
            self.doubt = true;
        }
        self.settle_doubt().await?;
        let before = self.group.open();
        if self.open {
            // Should it be refused, so is all that comes after it.
            self.session.send(&format!("RELEASE SAVEPOINT c{before}; SAVEPOINT c{}", before + 1));
            return Ok(());
        }
        self.open = true;
        let counted = Lease { groups: self.lease.groups + 1, ..self.lease };
        // Sent together, answered in order: one round trip.
        let client = &self.session.client;
        let (begun, held, opened) = tokio::join!(
            biased;
            client.batch_execute("BEGIN"),
            lease::beat(&self.session, counted),
            client.batch_execute("SAVEPOINT c1")
        );
        match begun.and(held).and_then(|held| opened.map(|()| held)) {
            Ok(true) => Ok(()),
            Ok(false) => {
                self.lost = true;
                Err(said("store.lease-lost"))
            }
            Err(error) => Err(self.wrecked(&error)),
        }
    }

    async fn settle_doubt(&mut self) -> Result<(), StoreError> {
        if self.doubt {
            let groups = lease::groups(&self.session, self.lease.term).await.map_err(|error| engine(&error))?;
            let Some(groups) = groups else {
                self.lost = true;
                return Err(said("store.lease-lost"));
            };
            self.lease.groups = groups;
            self.doubt = false;
        }
        Ok(())
    }

    /// The transaction cannot go on: its group is told.
    fn wrecked(&mut self, error: &tokio_postgres::Error) -> StoreError {
        let error = engine(error);
        self.session.send("ROLLBACK");
        self.forget(&error);
        error
    }

    fn forget(&mut self, error: &StoreError) {
        self.open = false;
        self.group.settle(&Err(lost(error)));
    }

    /// Undoes the command that has the turn, and only it. A savepoint has a name of its own: should it not be there,
    /// the server undoes the group rather than another's command.
    fn undo(&mut self) {
        self.session.forget();
        if !self.open {
            return;
        }
        if self.group.is_empty() {
            self.session.send("ROLLBACK");
            self.open = false;
            self.group.settle(&Err(StoreError::NotSaved));
        } else {
            self.session.send(&format!("ROLLBACK TO SAVEPOINT c{}", self.group.opened()));
        }
    }

    /// Ends the group: COMMIT, and the answers.
    async fn finish(&mut self, line: &Line<Self>) {
        if !self.open {
            return;
        }
        let commands = self.group.len();
        // COMMIT of a spoiled transaction is a ROLLBACK without an error; RELEASE is refused there and stops both.
        let commit = format!("RELEASE SAVEPOINT c{}; COMMIT", self.group.opened());
        let answer = match self.session.client.batch_execute(&commit).await {
            Ok(()) => Ok(()),
            Err(error) if silent(&error) => self.ask_after().await,
            Err(error) => {
                self.session.send("ROLLBACK");
                Err(lost(&engine(&error)))
            }
        };
        if answer.is_ok() {
            self.lease.groups += 1;
            line.count(commands);
        }
        self.open = false;
        self.group.settle(&answer);
    }

    /// The connection broke in COMMIT: the number of groups in the database tells whether it happened.
    async fn ask_after(&mut self) -> Answer {
        self.doubt = true;
        for _ in 0..ASK_MAX {
            let Ok(session) = self.setup.connect().await else {
                tokio::time::sleep(Duration::from_millis(500)).await;
                continue;
            };
            self.session = session;
            match lease::groups(&self.session, self.lease.term).await {
                Ok(Some(groups)) if groups == self.lease.groups + 1 => return Ok(()),
                Ok(Some(_)) => return Err(StoreError::NotSaved),
                Ok(None) => {
                    self.lost = true;
                    return Err(StoreError::Unknown);
                }
                Err(_) => {}
            }
        }
        Err(StoreError::Unknown)
    }
}

/// What callers of a group hear when it is gone.
fn lost(error: &StoreError) -> StoreError {
    if *error == StoreError::Full { StoreError::Full } else { StoreError::NotSaved }
}

/// Waits for its turn and opens a command.
pub async fn begin(shared: &Arc<Shared>) -> Result<Box<dyn RawTx>, StoreError> {
    let mut turn = Turn { shared: Arc::clone(shared), writer: Some(shared.line.turn().await?) };
    turn.writer()?.open().await?;
    Ok(Box::new(Sql::new(turn)))
}

/// Signs of life while nothing is written, and the end of a group whose callers all went away.
pub async fn beat(shared: Weak<Shared>) {
    loop {
        tokio::time::sleep(BEAT).await;
        let Some(shared) = shared.upgrade() else { return };
        // Whoever has the turn proves the lease anyway.
        let Some(mut writer) = shared.line.turn_if_free() else { continue };
        if writer.open && writer.group.is_abandoned() {
            writer.finish(&shared.line).await;
        } else if !writer.open && !writer.lost {
            // A broken connection is opened anew by the next command.
            if let Ok(false) = lease::beat(&writer.session, writer.lease).await {
                tracing::error!("another process took over the store");
                writer.lost = true;
            }
        }
    }
}

/// Ends the group that may be open, and frees the room of deleted keys and rows. What a WAL archive holds goes with its
/// own retention (STORAGE.md 7).
pub async fn scrub(shared: &Arc<Shared>) -> Result<(), StoreError> {
    let mut writer = shared.line.turn().await?;
    writer.finish(&shared.line).await;
    writer.session.client.batch_execute("VACUUM ring, shelf").await.map_err(|error| engine(&error))
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
}

impl store_sql::Connection for Turn {
    async fn execute(&mut self, statement: Statement, params: &[Param<'_>]) -> Result<u64, StoreError> {
        self.writer()?.session.execute(statement, params).await
    }

    async fn query<T: Send>(
        &mut self,
        statement: Statement,
        params: &[Param<'_>],
        map: Map<T>,
    ) -> Result<Vec<T>, StoreError> {
        self.writer()?.session.query(statement, params, map).await
    }
}

impl store_sql::Writer for Turn {
    async fn write(&mut self, statement: Statement, params: &[Param<'_>], must: bool) -> Result<(), StoreError> {
        self.writer()?.session.write(statement, params, must).await
    }

    async fn commit(mut self) -> Answer {
        self.writer()?.session.flush().await?;
        let Some(mut writer) = self.writer.take() else { return Err(StoreError::NotSaved) };
        let answer = writer.group.join();
        let line = &self.shared.line;
        if writer.group.opened() >= GROUP_COMMANDS_MAX || !line.others_wait() {
            return finished(writer, &self.shared, answer).await;
        }
        drop(writer);
        match line.settled(answer).await {
            Outcome::Answered(told) => told,
            Outcome::Turn(writer, answer) => finished(writer, &self.shared, answer).await,
        }
    }
}

/// Runs the COMMIT in a task of its own: the caller may go away, the group may not.
async fn finished(
    mut writer: OwnedMutexGuard<Writer>,
    shared: &Arc<Shared>,
    answer: tokio::sync::oneshot::Receiver<Answer>,
) -> Answer {
    let shared = Arc::clone(shared);
    tokio::spawn(async move { writer.finish(&shared.line).await });
    answer.await.unwrap_or(Err(StoreError::Unknown))
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(writer) = self.writer.as_deref_mut() {
            writer.undo();
        }
    }
}
