//! A blind relay: a folder with a TLS key and mailboxes of others. Not a node: no keys of one, no person, no page.

use super::found::{make_folder, make_tls};
use super::running::{listen, signals};
use crate::platform::{SystemChance, SystemClock};
use base::{Clock, Problem};
use relay::{Carrier, TlsIdentity};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use store_sqlite::{Options, SqliteBackend};

/// What expired is thrown away this often.
const SWEEP_SECONDS: u64 = 600;

/// A relay, ready to serve.
pub struct Relay {
    carrier: Arc<Carrier>,
    tls: TlsIdentity,
    clock: Arc<dyn Clock>,
}

impl Relay {
    /// Opens the folder; makes it where there is none. The folder of a node is refused.
    pub fn open(dir: &Path) -> Result<Self, Problem> {
        if !dir.join("carrier.key").is_file() {
            make_folder(dir)?;
            make_tls(dir)?;
        } else if dir.join(super::config::FILE).exists() {
            return Err(Problem::at("node.folder-taken", dir.display().to_string()));
        }
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let options = Options::at(clock.now());
        let backend = SqliteBackend::open(&dir.join("relay.db"), options)
            .map_err(|error| Problem::at(error.code(), dir.display().to_string()))?;
        let tls = super::running::read_tls(dir)?;
        let carrier = Arc::new(Carrier::blind(Arc::new(backend), Arc::clone(&clock), Arc::new(SystemChance)));
        Ok(Self { carrier, tls, clock })
    }

    /// What nodes write into `relays` of their `simpul.toml`: address and key.
    pub fn address(&self, seen_as: &str) -> Result<String, Problem> {
        Ok(format!("https://{seen_as}#{}", base::hex(&self.tls.pin()?)))
    }

    /// Serves until it is told to stop; says when it does.
    pub async fn serve(self, (host, port): (&str, u16), ready: impl FnOnce()) -> Result<(), Problem> {
        let socket = listen((host, port)).await?;
        let told = signals().map_err(|_| Problem::new("node.no-runtime"))?;
        ready();
        let Self { carrier, tls, clock } = self;
        let served = relay::serve(Arc::clone(&carrier), socket, &tls);
        let swept = async {
            loop {
                tokio::time::sleep(Duration::from_secs(SWEEP_SECONDS)).await;
                if let Err(error) = carrier.mailboxes().sweep(clock.now()).await {
                    tracing::warn!(code = error.code(), "expired mail was not thrown away");
                }
            }
        };
        tracing::info!(port, "relay serves");
        tokio::select! {
            () = told => Ok(()),
            ended = served => ended.map_err(|_| Problem::at("node.port-taken", format!("{host}:{port}"))),
            () = swept => Ok(()),
        }
    }
}
