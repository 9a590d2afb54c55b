//! Statements on one SQLite connection. Every call runs at once: SQL runs inline on the runtime's workers (STORAGE.md 4).

use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{CachedStatement, Connection, ErrorCode};
use store::StoreError;
use store_sql::connection::Map;
use store_sql::{Param, Row, Statement};

/// Runs a statement; gives how many rows it changed.
pub fn execute(connection: &Connection, statement: Statement, params: &[Param<'_>]) -> Result<u64, StoreError> {
    let changed = prepared(connection, statement, params)?.raw_execute().map_err(|error| engine(&error))?;
    Ok(changed as u64)
}

/// Runs a query.
pub fn query<T>(
    connection: &Connection,
    statement: Statement,
    params: &[Param<'_>],
    map: Map<T>,
) -> Result<Vec<T>, StoreError> {
    let mut statement = prepared(connection, statement, params)?;
    let mut rows = statement.raw_query();
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(|error| engine(&error))? {
        found.push(map(&SqliteRow(row))?);
    }
    Ok(found)
}

/// Runs a word of the transaction: `BEGIN`, `SAVEPOINT c`.
pub fn control(connection: &Connection, sql: &str) -> Result<(), StoreError> {
    let run = || connection.prepare_cached(sql)?.raw_execute();
    run().map(drop).map_err(|error| engine(&error))
}

fn prepared<'c>(
    connection: &'c Connection,
    statement: Statement,
    params: &[Param<'_>],
) -> Result<CachedStatement<'c>, StoreError> {
    let bind = || {
        let mut prepared = connection.prepare_cached(statement.sql)?;
        for (index, param) in (1..).zip(params) {
            prepared.raw_bind_parameter(index, value(*param))?;
        }
        Ok(prepared)
    };
    bind().map_err(|error: rusqlite::Error| engine(&error))
}

const fn value(param: Param<'_>) -> ToSqlOutput<'_> {
    match param {
        Param::Int(Some(number)) => ToSqlOutput::Owned(Value::Integer(number)),
        Param::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        Param::Bytes(Some(bytes)) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
        Param::Int(None) | Param::Bytes(None) => ToSqlOutput::Borrowed(ValueRef::Null),
    }
}

struct SqliteRow<'r>(&'r rusqlite::Row<'r>);

impl SqliteRow<'_> {
    fn value(&self, column: usize) -> Option<ValueRef<'_>> {
        self.0.get_ref(column).ok()
    }
}

impl Row for SqliteRow<'_> {
    fn int(&self, column: usize) -> Option<i64> {
        self.value(column)?.as_i64().ok()
    }

    fn text(&self, column: usize) -> Option<&str> {
        self.value(column)?.as_str().ok()
    }

    fn bytes(&self, column: usize) -> Option<&[u8]> {
        self.value(column)?.as_blob().ok()
    }

    fn is_null(&self, column: usize) -> bool {
        matches!(self.value(column), Some(ValueRef::Null))
    }
}

/// SQLite's answer in our words. Its message can quote a value, so only the code goes on.
pub fn engine(error: &rusqlite::Error) -> StoreError {
    let rusqlite::Error::SqliteFailure(failure, _) = error else {
        return StoreError::Engine("sqlite: wrong use".to_owned());
    };
    match failure.code {
        ErrorCode::DiskFull => StoreError::Full,
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Busy,
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => damaged("page"),
        ErrorCode::SystemIoFailure => StoreError::Engine(format!("{IO} {}", failure.extended_code)),
        _ => StoreError::Engine(format!("sqlite {}", failure.extended_code)),
    }
}

/// The file itself is not what was written.
pub fn damaged(column: &'static str) -> StoreError {
    StoreError::Damaged { table: "file", column, row: "-".to_owned() }
}

const IO: &str = "sqlite input/output";

/// True when the disk failed: what is on it is not known any more.
pub fn disk_failed(error: &StoreError) -> bool {
    matches!(error, StoreError::Engine(text) if text.starts_with(IO))
}
