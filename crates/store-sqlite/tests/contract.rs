//! SQLite keeps every fact of the contract.

use base::Timestamp;
use store_sqlite::{Options, SqliteBackend};

async fn make(_fact: &str) -> Option<Box<SqliteBackend>> {
    Some(Box::new(SqliteBackend::scratch(Options::at(Timestamp::from_seconds(1_795_000_000))).unwrap()))
}

store::contract_tests!(make);
