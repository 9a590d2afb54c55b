//! The file itself: its lock, its modes, its tables.

use crate::OPTIONS;
use crate::load::{command, filled, whole};
use rusqlite::Connection;
use std::os::unix::fs::PermissionsExt;
use store::{Backend, StoreError};
use store_sql::statements;
use store_sqlite::SqliteBackend;

#[tokio::test]
async fn one_process_has_the_file_and_another_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("simpul.db");
    let store = filled(&path, OPTIONS, 8).await;
    let second = SqliteBackend::open(&path, OPTIONS).err();
    assert_eq!(second, Some(StoreError::Engine("store.in-use".to_owned())));
    drop(store);
    let store = SqliteBackend::open(&path, OPTIONS).unwrap();
    assert_eq!(whole(&store).await.len(), 8);
}

#[test]
fn nobody_else_on_the_machine_may_read_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/simpul.db");
    let _store = SqliteBackend::open(&path, OPTIONS).unwrap();
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    for file in path.parent().unwrap().read_dir().unwrap() {
        let file = file.unwrap().path();
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[tokio::test]
async fn what_is_written_in_the_journal_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("simpul.db");
    drop(filled(&path, OPTIONS, 8).await);
    let raw = Connection::open(&path).unwrap();
    for change in ["UPDATE event SET ver = 99", "DELETE FROM event WHERE seq > 0"] {
        assert!(raw.execute(change, []).unwrap_err().to_string().contains("truth"), "{change}");
    }
}

#[tokio::test]
async fn a_row_that_cannot_be_is_named_by_table_column_and_row() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("simpul.db");
    drop(filled(&path, OPTIONS, 8).await);
    let raw = Connection::open(&path).unwrap();
    raw.execute("UPDATE shelf SET sealed_by = x'00' WHERE shelf = 2", []).unwrap();
    drop(raw);
    let store = SqliteBackend::open(&path, OPTIONS).unwrap();
    let found = store.read().await.unwrap().item(2, b"all", &1_i64.to_be_bytes()).await;
    let row = "2/616c6c/0000000000000001".to_owned();
    assert_eq!(found, Err(StoreError::Damaged { table: "shelf", column: "sealed_by", row }));
}

#[test]
fn a_store_of_a_newer_binary_is_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("simpul.db");
    drop(SqliteBackend::open(&path, OPTIONS).unwrap());
    let raw = Connection::open(&path).unwrap();
    raw.execute("INSERT INTO migration (n, sha, at) VALUES (1000, x'00', 0)", []).unwrap();
    drop(raw);
    assert_eq!(SqliteBackend::open(&path, OPTIONS).err(), Some(StoreError::SchemaUnknown));
}

#[test]
fn every_statement_finds_its_rows_by_an_index_and_sorts_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("simpul.db");
    drop(SqliteBackend::open(&path, OPTIONS).unwrap());
    let raw = Connection::open(&path).unwrap();
    for statement in statements::ALL {
        let mut plan = raw.prepare(&format!("EXPLAIN QUERY PLAN {}", statement.sql)).unwrap();
        let mut rows = plan.raw_query();
        while let Some(row) = rows.next().unwrap() {
            let step: String = row.get("detail").unwrap();
            // The head is the last row of the primary key; a count reads its own bounded list.
            let bounded = *statement == statements::HEAD || step.contains("found") || step.contains("subquery");
            assert!(bounded || !(step.starts_with("SCAN") || step.contains("TEMP")), "{}: {step}", statement.sql);
        }
    }
}

#[tokio::test]
async fn an_erased_key_is_in_no_byte_of_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("simpul.db");
    let store = filled(&path, OPTIONS, 8).await;
    let canary = b"the wrapped key of somebody who asked to be forgotten, 73 bytes of itself";
    let key = store::raw::KeyRow { wrapped: canary.to_vec(), ..store::contract::cast::key(1, [5; 16]) };
    let mut tx = store.begin("fact").await.unwrap();
    tx.put_key(&key).await.unwrap();
    tx.commit().await.unwrap();
    let on_disk = || {
        let files = folder.path().read_dir().unwrap().map(|file| std::fs::read(file.unwrap().path()).unwrap());
        files
            .flat_map(|bytes| bytes.windows(canary.len()).map(<[u8]>::to_vec).collect::<Vec<_>>())
            .any(|at| at == canary)
    };
    assert!(on_disk());

    let mut tx = store.begin("fact").await.unwrap();
    tx.delete_keys([5; 16]).await.unwrap();
    tx.commit().await.unwrap();
    store.scrub().await.unwrap();
    assert!(!on_disk());
    command(&*store, 1).await.unwrap();
}
