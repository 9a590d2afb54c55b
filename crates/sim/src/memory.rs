//! A store in memory, for runs of many nodes: it keeps what the contract of `store` asks, but for the shared COMMIT, which
//! spares a disk. What was committed outlives a node's crash in the run; nothing outlives the run.

mod journal;
mod tables;
mod view;

use async_trait::async_trait;
use base::limits::WAITERS_MAX;
use journal::Journal;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use store::raw::{Backend, EventRow, RawTx, RawView, StoreError};
use tables::Tables;
use tokio::sync::OwnedMutexGuard;

/// A store in memory.
#[derive(Debug, Default)]
pub struct MemoryBackend {
    shared: Arc<Shared>,
    /// One writes at a time, in order of arrival.
    turn: Arc<tokio::sync::Mutex<()>>,
    waiting: AtomicUsize,
}

#[derive(Debug, Default)]
struct Shared {
    kept: Mutex<Kept>,
    commits: AtomicU64,
}

#[derive(Debug, Default)]
struct Kept {
    journal: Journal,
    tables: Tables,
    readers: Vec<Weak<Mutex<Tables>>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A snapshot, or a command that has the turn.
struct Layer {
    shared: Arc<Shared>,
    /// What stood there when a reader began, or what the command wrote.
    over: Arc<Mutex<Tables>>,
    /// How many events there were when it began.
    sees: usize,
    /// Events that the command wrote.
    added: Vec<EventRow>,
    turn: Option<OwnedMutexGuard<()>>,
    /// It met a clash: nothing of it is kept.
    failed: bool,
}

impl Layer {
    /// Reads through the layer: first it, then what is under it.
    fn look<T>(&self, read: impl FnOnce(&Tables, &Tables) -> T) -> T {
        let kept = lock(&self.shared.kept);
        read(&lock(&self.over), &kept.tables)
    }

    fn write<T>(&self, write: impl FnOnce(&mut Tables, &Tables) -> T) -> T {
        let kept = lock(&self.shared.kept);
        write(&mut lock(&self.over), &kept.tables)
    }

    fn keep(&mut self) -> Result<(), StoreError> {
        if self.failed || self.turn.is_none() {
            return Err(StoreError::NotSaved);
        }
        let command = std::mem::take(&mut *lock(&self.over));
        let mut kept = lock(&self.shared.kept);
        let readers: Vec<_> = kept.readers.drain(..).filter_map(|reader| reader.upgrade()).collect();
        let mut open: Vec<_> = readers.iter().map(|reader| lock(reader)).collect();
        let mut layers: Vec<&mut Tables> = open.iter_mut().map(|layer| &mut **layer).collect();
        kept.tables.apply(command, &mut layers);
        kept.readers = readers.iter().map(Arc::downgrade).collect();
        self.added.drain(..).try_for_each(|event| kept.journal.add(event))?;
        self.shared.commits.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

#[async_trait]
impl Backend for MemoryBackend {
    async fn begin(&self, _act: &'static str) -> Result<Box<dyn RawTx>, StoreError> {
        let turn = if let Ok(turn) = Arc::clone(&self.turn).try_lock_owned() {
            turn
        } else {
            let _place = Waiting::in_line(&self.waiting)?;
            Arc::clone(&self.turn).lock_owned().await
        };
        let (shared, over, added) = (Arc::clone(&self.shared), Arc::default(), Vec::new());
        let sees = lock(&shared.kept).journal.len();
        Ok(Box::new(Layer { shared, over, sees, added, turn: Some(turn), failed: false }))
    }

    async fn read(&self) -> Result<Box<dyn RawView>, StoreError> {
        let over = Arc::default();
        let mut kept = lock(&self.shared.kept);
        kept.readers.retain(|reader| reader.strong_count() > 0);
        kept.readers.push(Arc::downgrade(&over));
        let (shared, sees, added) = (Arc::clone(&self.shared), kept.journal.len(), Vec::new());
        Ok(Box::new(Layer { shared, over, sees, added, turn: None, failed: false }))
    }

    /// Nothing is left of what was deleted.
    async fn scrub(&self) -> Result<(), StoreError> {
        Ok(())
    }

    fn commits(&self) -> (u64, u64) {
        let commits = self.shared.commits.load(Ordering::Relaxed);
        (commits, commits)
    }
}

/// A place in the line; given back when the wait ends in whatever way.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn in_line(waiting: &'a AtomicUsize) -> Result<Self, StoreError> {
        let place = Self(waiting);
        if waiting.fetch_add(1, Ordering::SeqCst) >= WAITERS_MAX { Err(StoreError::Busy) } else { Ok(place) }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::MemoryBackend;

    #[expect(clippy::unused_async, reason = "what the macro asks of an engine")]
    async fn make(_fact: &str) -> Option<Box<MemoryBackend>> {
        Some(Box::default())
    }

    store::contract_tests!(make without_a_disk);
}
