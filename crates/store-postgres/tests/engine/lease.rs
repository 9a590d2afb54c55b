//! One process writes; another that takes over shuts the first one out. What the server refuses, callers are told.

use crate::load::{command, whole};
use crate::server::{self, client};
use crate::{NOW, options};
use store::contract::cast::{begin, item, told};
use store::{Backend, StoreError};
use store_postgres::{Options, PostgresBackend};

fn said<T>(answer: Result<T, StoreError>) -> Option<String> {
    match answer {
        Err(StoreError::Engine(code)) => Some(code),
        _ => None,
    }
}

#[tokio::test]
async fn whoever_lost_the_lease_writes_nothing_more() {
    let Some(url) = server::url() else { return };
    let schema = server::schema();
    let first = PostgresBackend::connect(url, &schema, options()).await.unwrap();
    command(&first, 1).await.unwrap();
    let second = PostgresBackend::connect(url, &schema, Options { lease_millis: 0, ..options() }).await.unwrap();
    assert_eq!(said(command(&first, 1).await).as_deref(), Some("store.lease-lost"));
    assert_eq!(said(first.begin("fact").await).as_deref(), Some("store.lease-lost"));
    command(&second, 2).await.unwrap();
    assert_eq!(whole(&second).await, [1, 2]);
}

#[tokio::test]
async fn a_command_that_began_before_the_lease_was_lost_is_not_saved_twice() {
    let Some(url) = server::url() else { return };
    let schema = server::schema();
    let first = PostgresBackend::connect(url, &schema, options()).await.unwrap();
    let mut tx = begin(&first).await;
    tx.put_item(&item(1, b"p", b"k")).await.unwrap();
    // The second waits for the row that the open group holds, and then finds it fresh.
    let second = PostgresBackend::connect(url, &schema, Options { lease_millis: 500, ..options() });
    let (kept, second) = tokio::join!(tx.commit(), second);
    kept.unwrap();
    let second = second.unwrap();
    assert!(second.read().await.unwrap().item(1, b"p", b"k").await.unwrap().is_some());
    assert_eq!(said(first.begin("fact").await).as_deref(), Some("store.lease-lost"));
}

#[tokio::test]
async fn a_lease_that_is_given_back_need_not_run_out() {
    let Some(url) = server::url() else { return };
    let schema = server::schema();
    drop(PostgresBackend::connect(url, &schema, options()).await.unwrap());
    let long = Options { lease_millis: 3_600_000, ..options() };
    let again = tokio::time::timeout(std::time::Duration::from_secs(20), PostgresBackend::connect(url, &schema, long));
    command(&again.await.unwrap().unwrap(), 1).await.unwrap();
}

#[tokio::test]
async fn a_server_that_would_lose_what_it_answered_is_refused() {
    let Some(url) = server::url() else { return };
    let unsafe_server = client(url).await.query_one("SHOW fsync", &[]).await.unwrap().get::<_, String>(0) == "off";
    let answer = PostgresBackend::connect(url, &server::schema(), Options::at(NOW)).await;
    assert_eq!(said(answer).as_deref() == Some("store.postgres-unsafe"), unsafe_server);
}

#[tokio::test]
async fn a_store_of_a_newer_binary_is_not_touched() {
    let Some(url) = server::url() else { return };
    let schema = server::schema();
    drop(PostgresBackend::connect(url, &schema, options()).await.unwrap());
    let note = format!("INSERT INTO {schema}.migration (n, sha, at) VALUES (1000, '\\x00', 0)");
    client(url).await.batch_execute(&note).await.unwrap();
    let again = PostgresBackend::connect(url, &schema, options()).await;
    assert_eq!(again.err(), Some(StoreError::SchemaUnknown));
}

/// The server says 53100 for a full disk; a trigger of the test says it in its place.
#[tokio::test]
async fn a_full_disk_is_told_and_spoils_no_other_command_and_reads_go_on() {
    let Some(url) = server::url() else { return };
    let schema = server::schema();
    let store = PostgresBackend::connect(url, &schema, options()).await.unwrap();
    command(&store, 1).await.unwrap();
    let full = format!(
        "CREATE FUNCTION {schema}.no_room() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN RAISE EXCEPTION 'full' USING ERRCODE = '53100'; END $$; \
         CREATE TRIGGER no_room BEFORE INSERT ON {schema}.shelf FOR EACH ROW WHEN (NEW.shelf = 7) EXECUTE FUNCTION {schema}.no_room()"
    );
    client(url).await.batch_execute(&full).await.unwrap();

    let mut first = begin(&store).await;
    first.put_meta("first", b"").await.unwrap();
    let second = async {
        let mut tx = begin(&store).await;
        let at_once = tx.put_item(&item(7, b"p", b"k")).await;
        assert_eq!(told(tx, at_once).await, Err(StoreError::Full));
    };
    let (kept, ()) = tokio::join!(first.commit(), second);
    kept.unwrap();
    assert!(store.read().await.unwrap().meta("first").await.unwrap().is_some());
    command(&store, 2).await.unwrap();
    assert_eq!(whole(&store).await, [1, 2]);
}
