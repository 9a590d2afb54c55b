//! Connections: how to reach the server safely, and statements on it.

use crate::values::{Bound, Owned, PostgresRow, engine};
use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use futures_util::FutureExt;
use futures_util::future::join_all;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use store::StoreError;
use store_sql::connection::Map;
use store_sql::{Param, Statement, statements};
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

/// Readers of one process (STORAGE.md 4).
const READERS: usize = 8;
/// Writes that are kept before they are sent; up to 30 futures are polled in their order.
const WRITES_MAX: usize = 24;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Of every session (STORAGE.md 7).
const SESSION: &str = "-c synchronous_commit=on -c statement_timeout=5000 -c lock_timeout=2000 \
    -c idle_in_transaction_session_timeout=10000 -c client_min_messages=error";

/// How to reach the server.
pub struct Setup {
    config: Config,
    tls: Option<MakeRustlsConnect>,
}

impl std::fmt::Debug for Setup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Setup")
    }
}

impl Setup {
    pub fn new(url: &str, schema: &str, ca_pem: Option<&[u8]>) -> Result<Self, StoreError> {
        let mut config: Config = url.parse().map_err(|_| said("store.unreachable"))?;
        let name = schema.starts_with(|first: char| first.is_ascii_lowercase()) && schema.len() <= 63;
        if !name || !schema.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_') {
            return Err(StoreError::Engine("the schema's name may have a-z, 0-9 and _".to_owned()));
        }
        config.options(format!("-c search_path={schema} {SESSION}")).connect_timeout(CONNECT_TIMEOUT);
        let tls = ca_pem.map(trusting).transpose()?;
        if !config.get_hosts().iter().all(is_here) || config.get_hostaddrs().iter().any(|addr| !addr.is_loopback()) {
            // Keys and cards are sealed, but streams, states and times are not: no plain text on a network.
            if tls.is_none() || config.get_ssl_mode() == SslMode::Disable {
                return Err(said("store.postgres-not-private"));
            }
            config.ssl_mode(SslMode::Require);
        }
        Ok(Self { config, tls })
    }

    /// A connection for the writer.
    pub async fn connect(&self) -> Result<Session, StoreError> {
        let unreachable = |error: tokio_postgres::Error| {
            tracing::warn!(
                code = error.code().map(tokio_postgres::error::SqlState::code),
                "no connection to the store"
            );
            said("store.unreachable")
        };
        let client = if let Some(tls) = &self.tls {
            let (client, connection) = self.config.connect(tls.clone()).await.map_err(unreachable)?;
            tokio::spawn(connection.map(drop));
            client
        } else {
            let (client, connection) = self.config.connect(NoTls).await.map_err(unreachable)?;
            tokio::spawn(connection.map(drop));
            client
        };
        let prepared = vec![None; statements::ALL.len()];
        Ok(Session { client, prepared, writes: Vec::new() })
    }

    /// A pool for readers.
    pub fn pool(&self) -> Result<Pool, StoreError> {
        let how = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = match &self.tls {
            Some(tls) => Manager::from_config(self.config.clone(), tls.clone(), how),
            None => Manager::from_config(self.config.clone(), NoTls, how),
        };
        let wait = Some(Duration::from_secs(base::limits::WAIT_SECONDS_MAX));
        let pool = Pool::builder(manager).max_size(READERS).wait_timeout(wait).runtime(Runtime::Tokio1).build();
        pool.map_err(|_| said("store.unreachable"))
    }
}

/// An error that is a code of its own.
pub fn said(code: &str) -> StoreError {
    StoreError::Engine(code.to_owned())
}

fn is_here(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => name == "localhost" || name.parse::<IpAddr>().is_ok_and(|addr| addr.is_loopback()),
        Host::Unix(_) => true,
    }
}

fn trusting(ca_pem: &[u8]) -> Result<MakeRustlsConnect, StoreError> {
    let unreadable = || StoreError::Engine("store.ca holds no certificate".to_owned());
    let mut roots = rustls::RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(ca_pem) {
        roots.add(certificate.map_err(|_| unreadable())?).map_err(|_| unreadable())?;
    }
    if roots.is_empty() {
        return Err(unreadable());
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| unreadable())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

/// One connection with its prepared statements.
pub struct Session {
    pub client: Client,
    prepared: Vec<Option<tokio_postgres::Statement>>,
    /// Written in the order they came, all in one go before the next question or the end of the command.
    writes: Vec<Write>,
}

struct Write {
    statement: Statement,
    params: Vec<Owned>,
    /// It must change a row.
    must: bool,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Session")
    }
}

impl Session {
    pub async fn execute(&mut self, statement: Statement, params: &[Param<'_>]) -> Result<u64, StoreError> {
        self.flush().await?;
        let prepared = self.prepared(statement).await?;
        let bound = bind(params);
        let done = self.client.execute(&prepared, &refs(&bound)).await;
        done.map_err(|error| engine(&error))
    }

    pub async fn query<T>(
        &mut self,
        statement: Statement,
        params: &[Param<'_>],
        map: Map<T>,
    ) -> Result<Vec<T>, StoreError> {
        self.flush().await?;
        let prepared = self.prepared(statement).await?;
        query(&self.client, &prepared, params, map).await
    }

    /// Keeps a write for the next [`Session::flush`].
    pub async fn write(&mut self, statement: Statement, params: &[Param<'_>], must: bool) -> Result<(), StoreError> {
        self.writes.push(Write { statement, params: params.iter().map(Owned::from).collect(), must });
        if self.writes.len() < WRITES_MAX { Ok(()) } else { self.flush().await }
    }

    /// Forgets the writes of a command that is undone.
    pub fn forget(&mut self) {
        self.writes.clear();
    }

    /// Sends the writes together and takes their answers: one round trip. The first error is the cause of the others.
    pub async fn flush(&mut self) -> Result<(), StoreError> {
        let writes = std::mem::take(&mut self.writes);
        let mut ready = Vec::with_capacity(writes.len());
        for write in &writes {
            ready.push((
                self.prepared(write.statement).await?,
                write.params.iter().map(Owned::bound).collect::<Vec<_>>(),
            ));
        }
        let client = &self.client;
        // Polled in this order, and so sent in it.
        let sent = ready.iter().map(async |(prepared, bound)| client.execute(prepared, &refs(bound)).await);
        let answers = join_all(sent).await;
        for (write, answer) in writes.iter().zip(answers) {
            if answer.map_err(|error| engine(&error))? == 0 && write.must {
                return Err(StoreError::Conflict);
            }
        }
        Ok(())
    }

    async fn prepared(&mut self, statement: Statement) -> Result<tokio_postgres::Statement, StoreError> {
        if let Some(Some(prepared)) = self.prepared.get(statement.number) {
            return Ok(prepared.clone());
        }
        let prepared = self.client.prepare(statement.sql).await.map_err(|error| engine(&error))?;
        if let Some(place) = self.prepared.get_mut(statement.number) {
            *place = Some(prepared.clone());
        }
        Ok(prepared)
    }

    /// Sends without waiting for the answer. What is sent afterwards comes afterwards.
    pub fn send(&self, sql: &str) {
        // The first poll hands the words to the connection; a lost connection has undone them already.
        let _ = self.client.batch_execute(sql).now_or_never();
    }
}

/// Runs a query on any connection.
pub async fn query<T>(
    client: &Client,
    prepared: &tokio_postgres::Statement,
    params: &[Param<'_>],
    map: Map<T>,
) -> Result<Vec<T>, StoreError> {
    let bound = bind(params);
    let rows = client.query(prepared, &refs(&bound)).await.map_err(|error| engine(&error))?;
    rows.iter().map(|row| map(&PostgresRow(row))).collect()
}

fn bind<'a>(params: &[Param<'a>]) -> Vec<Bound<'a>> {
    params.iter().map(|param| Bound(*param)).collect()
}

fn refs<'b>(bound: &'b [Bound<'_>]) -> Vec<&'b (dyn ToSql + Sync)> {
    bound.iter().map(|bound| bound as &(dyn ToSql + Sync)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(url: &str, schema: &str) -> Option<StoreError> {
        Setup::new(url, schema, None).err()
    }

    #[test]
    fn another_machine_is_reached_with_tls_or_not_at_all() {
        let open = Some(said("store.postgres-not-private"));
        for url in
            ["postgres://db.example/simpul", "postgres://10.0.0.7/simpul", "postgres://localhost,10.0.0.7/simpul"]
        {
            assert_eq!(refused(url, "simpul_batam"), open, "{url}");
        }
        assert_eq!(refused("host=localhost hostaddr=10.0.0.7", "simpul_batam"), open);
        for url in ["postgres://localhost/simpul", "postgres://127.0.0.1/simpul", "host=/run/postgresql user=simpul"] {
            assert_eq!(refused(url, "simpul_batam"), None, "{url}");
        }
    }

    #[test]
    fn a_schema_has_a_plain_name() {
        for name in ["", "Simpul", "simpul batam", "simpul;drop", "1simpul", "simpul\"x"] {
            assert!(refused("postgres://localhost/simpul", name).is_some(), "{name}");
        }
    }

    #[test]
    fn a_file_without_certificates_is_refused() {
        assert!(Setup::new("postgres://localhost/simpul", "simpul", Some(b"no certificate")).is_err());
    }
}
