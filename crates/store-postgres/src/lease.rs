//! What happens before the first command: the server is looked at, the tables are made, the lease is taken.

use crate::session::{Session, said};
use crate::values::engine;
use crate::{Durability, Options};
use std::time::Duration;
use store::StoreError;
use store_sql::migrations::{self, Dialect, Migration};

const DIALECT: Dialect = Dialect { integer: "bigint", text: "text COLLATE \"C\"", bytes: "bytea", rows: "", tree: "" };
/// The server's milliseconds: two nodes need not agree on the time, only on who came first.
const SERVER_MILLIS: &str = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";
/// What is written stays as it was written; also our own role would have to grant itself the right first (P3, P6).
const TRUTH: &str = "REVOKE UPDATE, DELETE, TRUNCATE ON event, checkpoint FROM PUBLIC, CURRENT_USER";
const TRY_AGAIN: Duration = Duration::from_millis(250);

/// The right to write, fenced by a term: who holds an older one changes no row.
#[derive(Clone, Copy, Debug)]
pub struct Lease {
    /// Grows with every taking.
    pub term: i64,
    /// Groups that were committed: tells whether a COMMIT without an answer happened.
    pub groups: i64,
}

/// Refuses a server that is too old or would lose what it answered.
pub async fn check_server(session: &Session, durability: Durability) -> Result<(), StoreError> {
    let version: i32 = show(session, "server_version_num").await?.parse().unwrap_or(0);
    if version < 150_000 {
        return Err(said("store.postgres-too-old"));
    }
    if durability == Durability::Full {
        for setting in ["fsync", "full_page_writes"] {
            if show(session, setting).await? != "on" {
                return Err(said("store.postgres-unsafe"));
            }
        }
    }
    Ok(())
}

async fn show(session: &Session, setting: &str) -> Result<String, StoreError> {
    let asked = session.client.query_one("SELECT current_setting($1)", &[&setting]).await;
    asked.and_then(|row| row.try_get(0)).map_err(|error| engine(&error))
}

/// Makes what is missing and takes the lease. Tables that exist are changed only under the lease.
pub async fn open(session: &mut Session, schema: &str, options: &Options) -> Result<Lease, StoreError> {
    let ran = ran(session, schema).await?;
    let missing = migrations::missing(&ran, DIALECT)?;
    if ran.is_empty() {
        let create = format!("CREATE SCHEMA IF NOT EXISTS {schema}");
        session.client.batch_execute(&create).await.map_err(|error| engine(&error))?;
        migrate(session, &missing, options).await?;
        return take(session, options).await;
    }
    let lease = take(session, options).await?;
    migrate(session, &missing, options).await?;
    Ok(lease)
}

async fn ran(session: &Session, schema: &str) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
    let look = async {
        let table = format!("{schema}.migration");
        let found = session.client.query_one("SELECT to_regclass($1) IS NOT NULL", &[&table]).await?;
        if !found.try_get::<_, bool>(0)? {
            return Ok(Vec::new());
        }
        let rows = session.client.query(migrations::RAN, &[]).await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
    };
    look.await.map_err(|error: tokio_postgres::Error| engine(&error))
}

async fn migrate(session: &mut Session, missing: &[Migration], options: &Options) -> Result<(), StoreError> {
    let run = async {
        for migration in missing {
            let change = session.client.transaction().await?;
            change.batch_execute("SET LOCAL statement_timeout = 0").await?;
            change.batch_execute(&migration.sql).await?;
            change.batch_execute(TRUTH).await?;
            let note = [
                &migration.n as &(dyn tokio_postgres::types::ToSql + Sync),
                &&migration.sha[..],
                &options.now.millis(),
            ];
            change.execute(migrations::NOTE, &note).await?;
            change.commit().await?;
        }
        Ok(())
    };
    run.await.map_err(|error: tokio_postgres::Error| engine(&error))
}

/// Takes the lease, waiting as long as a holder that died would keep it.
async fn take(session: &Session, options: &Options) -> Result<Lease, StoreError> {
    let take = format!(
        "UPDATE writer SET term = term + 1, holder = $1, beat_at = {SERVER_MILLIS} \
         WHERE one = 1 AND beat_at <= {SERVER_MILLIS} - $2 RETURNING term, groups"
    );
    let prepared = session.client.prepare(&take).await.map_err(|error| engine(&error))?;
    let tries = options.lease_millis / 250 + 8;
    for _ in 0..tries {
        let taken = session.client.query_opt(&prepared, &[&options.holder, &options.lease_millis]).await;
        if let Some(row) = taken.map_err(|error| engine(&error))? {
            let read = || Ok(Lease { term: row.try_get(0)?, groups: row.try_get(1)? });
            return read().map_err(|error: tokio_postgres::Error| engine(&error));
        }
        tokio::time::sleep(TRY_AGAIN).await;
    }
    Err(said("store.in-use"))
}

/// A sign of life that also counts a group; gives false when another holds the lease.
pub async fn beat(session: &Session, lease: Lease) -> Result<bool, tokio_postgres::Error> {
    let beat = format!("UPDATE writer SET beat_at = {SERVER_MILLIS}, groups = $2 WHERE one = 1 AND term = $1");
    // Prepared by its text each time would cost a round trip; numbers of our own cannot carry anything but digits.
    let beat = beat.replace("$1", &lease.term.to_string()).replace("$2", &lease.groups.to_string());
    let answers = session.client.simple_query(&beat).await?;
    Ok(answers.iter().any(|answer| matches!(answer, tokio_postgres::SimpleQueryMessage::CommandComplete(1))))
}

/// Groups committed so far under this term; `None` when another holds the lease. Waits for a COMMIT that is under way.
pub async fn groups(session: &Session, term: i64) -> Result<Option<i64>, tokio_postgres::Error> {
    let look = format!("UPDATE writer SET beat_at = {SERVER_MILLIS} WHERE one = 1 AND term = $1 RETURNING groups");
    session.client.query_opt(&look, &[&term]).await?.map(|row| row.try_get(0)).transpose()
}

/// The words that give the lease back.
pub fn give_back(lease: Lease) -> String {
    format!("UPDATE writer SET beat_at = 0 WHERE one = 1 AND term = {}", lease.term)
}
