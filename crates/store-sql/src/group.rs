//! The line before the one writer, and the group that shares a COMMIT (STORAGE.md 3).
//!
//! A command that is done joins the group. If others wait to begin, it leaves the COMMIT to them and stands in the line
//! again, behind them; whoever of the group gets a turn first, and finds no answer yet, runs the COMMIT for all. So a
//! caller that goes away at any moment can neither stop the group nor lose what others wrote.

use base::limits::{WAIT_SECONDS_MAX, WAITERS_MAX};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;
use store::StoreError;
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

/// What a caller is told about its command.
pub type Answer = Result<(), StoreError>;

/// The line before a writer `W`, first come first served.
#[derive(Debug)]
pub struct Line<W> {
    writer: Arc<Mutex<W>>,
    waiting: AtomicUsize,
    commits: AtomicU64,
    commands: AtomicU64,
}

/// What came first to a command that joined its group.
#[derive(Debug)]
pub enum Outcome<W> {
    /// The group's COMMIT was run by another.
    Answered(Answer),
    /// A turn: the COMMIT is ours to run.
    Turn(OwnedMutexGuard<W>, oneshot::Receiver<Answer>),
}

impl<W> Line<W> {
    /// A line before this writer.
    pub fn new(writer: W) -> Self {
        let (commits, commands) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { writer: Arc::new(Mutex::new(writer)), waiting: AtomicUsize::new(0), commits, commands }
    }

    /// Waits for a turn to begin a command; `Busy` when too many wait or the wait is too long.
    pub async fn turn(&self) -> Result<OwnedMutexGuard<W>, StoreError> {
        if let Some(writer) = self.turn_if_free() {
            return Ok(writer);
        }
        let _place = Place::take(&self.waiting)?;
        let wait = Duration::from_secs(WAIT_SECONDS_MAX);
        let turn = tokio::time::timeout(wait, Arc::clone(&self.writer).lock_owned()).await;
        turn.map_err(|_| StoreError::Busy)
    }

    /// A turn, if nobody has one and nobody waits.
    pub fn turn_if_free(&self) -> Option<OwnedMutexGuard<W>> {
        Arc::clone(&self.writer).try_lock_owned().ok()
    }

    /// True when commands wait to begin, and so will join the group.
    pub fn others_wait(&self) -> bool {
        self.waiting.load(Ordering::SeqCst) > 0
    }

    /// Waits for the answer of the group, or for the turn to run its COMMIT.
    pub async fn settled(&self, mut answer: oneshot::Receiver<Answer>) -> Outcome<W> {
        tokio::select! {
            biased;
            told = &mut answer => Outcome::Answered(told.unwrap_or(Err(StoreError::Unknown))),
            writer = Arc::clone(&self.writer).lock_owned() => match answer.try_recv() {
                Ok(told) => Outcome::Answered(told),
                Err(_) => Outcome::Turn(writer, answer),
            },
        }
    }

    /// Counts one COMMIT that carried `commands`.
    pub fn count(&self, commands: usize) {
        self.commits.fetch_add(1, Ordering::Relaxed);
        self.commands.fetch_add(commands as u64, Ordering::Relaxed);
    }

    /// Commits and the commands they carried.
    pub fn counts(&self) -> (u64, u64) {
        (self.commits.load(Ordering::Relaxed), self.commands.load(Ordering::Relaxed))
    }
}

/// A place in the line; given back when the wait ends in whatever way.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize) -> Result<Self, StoreError> {
        let place = Self(waiting);
        if waiting.fetch_add(1, Ordering::SeqCst) >= WAITERS_MAX { Err(StoreError::Busy) } else { Ok(place) }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The commands between one BEGIN and its COMMIT.
#[derive(Debug, Default)]
pub struct Group {
    /// Savepoints opened, also those undone: PostgreSQL slows down over 64 of them.
    opened: usize,
    callers: Vec<oneshot::Sender<Answer>>,
}

impl Group {
    /// Counts a savepoint; gives how many stood before.
    pub const fn open(&mut self) -> usize {
        self.opened += 1;
        self.opened - 1
    }

    /// Savepoints opened so far.
    pub const fn opened(&self) -> usize {
        self.opened
    }

    /// Adds a command that is done.
    pub fn join(&mut self) -> oneshot::Receiver<Answer> {
        let (caller, answer) = oneshot::channel();
        self.callers.push(caller);
        answer
    }

    /// Commands that are done and wait for the COMMIT.
    pub fn len(&self) -> usize {
        self.callers.len()
    }

    /// True when no command is done yet.
    pub fn is_empty(&self) -> bool {
        self.callers.is_empty()
    }

    /// True when nobody waits for the answer any more; then nobody of the group stands in the line either.
    pub fn is_abandoned(&self) -> bool {
        self.callers.iter().all(oneshot::Sender::is_closed)
    }

    /// Ends the group: tells every caller, and starts anew.
    pub fn settle(&mut self, answer: &Answer) {
        self.opened = 0;
        for caller in self.callers.drain(..) {
            // A caller that went away needs no answer.
            let _ = caller.send(answer.clone());
        }
    }
}
