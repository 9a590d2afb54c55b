//! The list of facts stands in `store::contract`.

use crate::OPTIONS;
use std::future::ready;
use store_sqlite::SqliteBackend;

fn make(_fact: &str) -> std::future::Ready<Option<Box<SqliteBackend>>> {
    ready(Some(Box::new(SqliteBackend::scratch(OPTIONS).unwrap())))
}

store::contract_tests!(make);
