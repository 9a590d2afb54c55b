//! The list of facts stands in `store::contract`.

use crate::server;
use crate::server::client;
use store_sql::statements;

async fn make(_fact: &str) -> Option<Box<store_postgres::PostgresBackend>> {
    server::store().await.map(Box::new)
}

store::contract_tests!(make);

#[tokio::test]
async fn every_statement_can_be_prepared() {
    let Some(url) = server::url() else { return };
    let schema = server::schema();
    drop(store_postgres::PostgresBackend::connect(url, &schema, crate::options()).await.unwrap());
    let client = client(url).await;
    client.batch_execute(&format!("SET search_path = {schema}")).await.unwrap();
    for statement in statements::ALL {
        if let Err(error) = client.prepare(statement.sql).await {
            panic!("{}: {error}", statement.sql);
        }
    }
}
