//! Reading: a snapshot of a pooled connection.

use crate::session::{self, said};
use crate::values::engine;
use deadpool_postgres::{Object, Pool, PoolError};
use futures_util::FutureExt;
use store::StoreError;
use store::raw::RawView;
use store_sql::connection::Map;
use store_sql::{Param, Sql, Statement};

/// BEGIN alone takes no snapshot; the first read does.
const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT 1";

/// Opens a snapshot of now. A connection that died in the pool is replaced once.
pub async fn open(pool: &Pool) -> Result<Box<dyn RawView>, StoreError> {
    match snapshot(pool).await {
        Err(StoreError::NotSaved) => snapshot(pool).await,
        other => other,
    }
}

async fn snapshot(pool: &Pool) -> Result<Box<dyn RawView>, StoreError> {
    let object = pool.get().await.map_err(|error| match error {
        PoolError::Timeout(_) => StoreError::Busy,
        _ => said("store.unreachable"),
    })?;
    let snapshot = Snapshot(object);
    snapshot.0.batch_execute(SNAPSHOT).await.map_err(|error| engine(&error))?;
    Ok(Box::new(Sql::new(snapshot)))
}

struct Snapshot(Object);

impl store_sql::Connection for Snapshot {
    async fn execute(&mut self, statement: Statement, params: &[Param<'_>]) -> Result<u64, StoreError> {
        // A snapshot reads; the server would refuse anything else.
        self.query(statement, params, |_| Ok(())).await.map(|rows| rows.len() as u64)
    }

    async fn query<T: Send>(
        &mut self,
        statement: Statement,
        params: &[Param<'_>],
        map: Map<T>,
    ) -> Result<Vec<T>, StoreError> {
        let prepared = self.0.prepare_cached(statement.sql).await.map_err(|error| engine(&error))?;
        session::query(&self.0, &prepared, params, map).await
    }
}

impl Drop for Snapshot {
    fn drop(&mut self) {
        // Sent with the first poll, before the connection goes back to the pool; whoever takes it next comes after.
        let _ = self.0.batch_execute("ROLLBACK").now_or_never();
    }
}
