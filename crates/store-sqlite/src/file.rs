//! The file: its lock, its settings (STORAGE.md 6), its tables.

use crate::connection::{damaged, engine};
use crate::{Durability, Options};
use base::Timestamp;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, params};
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use store::StoreError;
use store_sql::migrations::{self, Dialect};

/// SQLite 3.51.3: the oldest with every repair of WAL recovery that P1 rests on.
const VERSION_MIN: i32 = 3_051_003;

const DIALECT: Dialect =
    Dialect { integer: "INTEGER", text: "TEXT", bytes: "BLOB", rows: "STRICT", tree: "STRICT, WITHOUT ROWID" };

/// What is written stays as it was written, also against our own mistakes (P3, P6).
const TRUTH: &str = "
CREATE TRIGGER IF NOT EXISTS event_stays BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'truth'); END;
CREATE TRIGGER IF NOT EXISTS event_is_kept BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'truth'); END;
CREATE TRIGGER IF NOT EXISTS checkpoint_stays BEFORE UPDATE ON checkpoint BEGIN SELECT RAISE(ABORT, 'truth'); END;
CREATE TRIGGER IF NOT EXISTS checkpoint_is_kept BEFORE DELETE ON checkpoint BEGIN SELECT RAISE(ABORT, 'truth'); END;";

/// The lock beside the file; freed when dropped, or by the kernel when the process ends.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "held open")] File);

/// Takes the lock, making the folder (0700) first.
pub fn lock(path: &Path) -> Result<Lock, StoreError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| system(&error))?;
    let file = private(&folder.join("lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(Lock(file)),
        Err(TryLockError::WouldBlock) => Err(StoreError::Engine("store.in-use".to_owned())),
        Err(TryLockError::Error(error)) => Err(system(&error)),
    }
}

/// A folder for a store that may go: in memory where the machine has such a place.
pub fn scratch() -> Result<tempfile::TempDir, StoreError> {
    let memory = Path::new("/dev/shm");
    let place: PathBuf = if memory.is_dir() { memory.to_path_buf() } else { std::env::temp_dir() };
    tempfile::Builder::new().prefix("simpul-").tempdir_in(place).map_err(|error| system(&error))
}

/// The writing connection.
pub fn writer(path: &Path, options: Options) -> Result<Connection, StoreError> {
    if rusqlite::version_number() < VERSION_MIN {
        return Err(StoreError::Engine("store.sqlite-too-old".to_owned()));
    }
    private(path)?;
    let crashed = wal(path).metadata().is_ok_and(|wal| wal.len() > 0);
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE, 16)?;
    let synchronous = match options.durability {
        Durability::Full => "FULL",
        Durability::Off => "OFF",
    };
    // The WAL is carried back between groups (writer.rs), not inside a caller's COMMIT.
    let settings = format!(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; PRAGMA wal_autocheckpoint=0;
         PRAGMA journal_size_limit=67108864; PRAGMA secure_delete=ON;"
    );
    connection.execute_batch(&settings).map_err(|error| engine(&error))?;
    if let Some(pages) = options.pages_max {
        connection.execute_batch(&format!("PRAGMA max_page_count={pages}")).map_err(|error| engine(&error))?;
    }
    if crashed {
        check(&connection)?;
    }
    Ok(connection)
}

/// A reading connection.
pub fn reader(path: &Path) -> Result<Connection, StoreError> {
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE, 4)?;
    connection.execute_batch("PRAGMA query_only=ON").map_err(|error| engine(&error))?;
    Ok(connection)
}

fn open(path: &Path, flags: OpenFlags, cache_mib: u32) -> Result<Connection, StoreError> {
    let open = || {
        let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.set_prepared_statement_cache_capacity(64);
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        // One plan for each statement whatever is bound to it; else SQLite plans anew at each call.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.execute_batch(&format!(
            "PRAGMA busy_timeout=5000; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY; PRAGMA trusted_schema=OFF;
             PRAGMA cell_size_check=ON; PRAGMA foreign_keys=ON; PRAGMA cache_size=-{}",
            cache_mib * 1024
        ))?;
        Ok(connection)
    };
    open().map_err(|error: rusqlite::Error| engine(&error))
}

/// Brings the tables to this binary's version.
pub fn migrate(connection: &mut Connection, now: Timestamp) -> Result<(), StoreError> {
    let mut run = || {
        let change = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let ran = if change.table_exists(None, "migration")? { ran(&change)? } else { Vec::new() };
        let missing = match migrations::missing(&ran, DIALECT) {
            Ok(missing) => missing,
            Err(unknown) => return Ok(Err(unknown)),
        };
        if missing.is_empty() {
            return Ok(Ok(()));
        }
        for migration in missing {
            change.execute_batch(&migration.sql)?;
            change.execute(migrations::NOTE, params![migration.n, migration.sha, now.millis()])?;
        }
        change.execute_batch(TRUTH)?;
        change.commit().map(Ok)
    };
    run().map_err(|error: rusqlite::Error| engine(&error))?
}

fn ran(connection: &Connection) -> rusqlite::Result<Vec<(i64, Vec<u8>)>> {
    connection.prepare(migrations::RAN)?.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// After a crash: does the file hold together (STORAGE.md 6)?
fn check(connection: &Connection) -> Result<(), StoreError> {
    let verdict: String =
        connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(|error| engine(&error))?;
    if verdict == "ok" { Ok(()) } else { Err(damaged("quick_check")) }
}

/// WAL frames that are not carried back into the file yet.
pub fn wal_pages(connection: &Connection) -> Result<i64, StoreError> {
    let (log, carried) = checkpoint(connection, "PRAGMA wal_checkpoint(NOOP)")?;
    Ok(log - carried)
}

/// Carries the WAL back as far as readers allow.
pub fn carry_back(connection: &Connection) -> Result<(), StoreError> {
    checkpoint(connection, "PRAGMA wal_checkpoint(PASSIVE)").map(drop)
}

/// Carries all of the WAL back and cuts it to nothing.
pub fn empty_wal(connection: &Connection) -> Result<(), StoreError> {
    checkpoint(connection, "PRAGMA wal_checkpoint(TRUNCATE)").map(drop)
}

fn checkpoint(connection: &Connection, sql: &'static str) -> Result<(i64, i64), StoreError> {
    let run = || connection.prepare_cached(sql)?.query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    let (busy, log, carried): (bool, i64, i64) = run().map_err(|error| engine(&error))?;
    if busy { Err(StoreError::Busy) } else { Ok((log, carried)) }
}

fn wal(path: &Path) -> PathBuf {
    let mut wal = path.as_os_str().to_owned();
    wal.push("-wal");
    PathBuf::from(wal)
}

fn private(path: &Path) -> Result<File, StoreError> {
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path);
    file.map_err(|error| system(&error))
}

fn system(error: &io::Error) -> StoreError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::Full,
        kind => StoreError::Engine(format!("file: {kind}")),
    }
}
