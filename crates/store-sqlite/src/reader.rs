//! Reading: a snapshot that never waits for the writer.

use crate::{connection, file};
use rusqlite::Connection;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use store::StoreError;
use store::raw::RawView;
use store_sql::connection::Map;
use store_sql::{Param, Sql, Statement};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Pages read with three connections (STORAGE.md 4): more than the cores of a small node gain nothing.
pub const READERS: usize = 3;
/// As long as a command waits for the writer.
const WAIT: Duration = Duration::from_secs(base::limits::WAIT_SECONDS_MAX);

#[derive(Debug)]
pub struct Readers {
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub fn open(path: &Path, snapshots: usize) -> Result<Self, StoreError> {
        let idle = (0..snapshots).map(|_| file::reader(path)).collect::<Result<_, _>>()?;
        Ok(Self { permits: Arc::new(Semaphore::new(snapshots)), idle: Mutex::new(idle) })
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Opens a snapshot of now.
pub async fn open(readers: &Arc<Readers>) -> Result<Box<dyn RawView>, StoreError> {
    let permit = tokio::time::timeout(WAIT, Arc::clone(&readers.permits).acquire_owned()).await;
    let permit = permit.map_err(|_| StoreError::Busy)?.map_err(|_| StoreError::Busy)?;
    let connection = readers.idle().pop().ok_or(StoreError::Busy)?;
    let snapshot = Snapshot { connection: Some(connection), readers: Arc::clone(readers), _permit: permit };
    // BEGIN alone takes no snapshot; the first read does.
    snapshot.run(|connection| {
        connection::control(connection, "BEGIN")?;
        connection::query(connection, FIRST, &[], |_| Ok(())).map(drop)
    })?;
    Ok(Box::new(Sql::new(snapshot)))
}

const FIRST: Statement = Statement { number: usize::MAX, sql: "SELECT 1 FROM writer" };

struct Snapshot {
    /// `None` only while dropping.
    connection: Option<Connection>,
    readers: Arc<Readers>,
    // After the connection is back in the pool: fields are dropped after `drop`.
    _permit: OwnedSemaphorePermit,
}

impl Snapshot {
    fn run<T>(&self, with: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.connection.as_ref().map_or(Err(StoreError::Busy), with)
    }
}

impl store_sql::Connection for Snapshot {
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

impl Drop for Snapshot {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            // Fails only when BEGIN failed; then there is nothing to end.
            let _ = connection::control(&connection, "ROLLBACK");
            self.readers.idle().push(connection);
        }
    }
}
