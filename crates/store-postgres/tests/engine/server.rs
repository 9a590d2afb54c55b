//! Stores and plain connections on the server of these tests.

pub use crate::start::{own, schema, url};

use crate::options;
use store_postgres::PostgresBackend;

/// An empty store.
pub async fn store() -> Option<PostgresBackend> {
    Some(PostgresBackend::connect(url()?, &schema(), options()).await.unwrap())
}

/// A plain connection, for what a store would not do.
pub async fn client(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(async move { connection.await.unwrap() });
    client
}
