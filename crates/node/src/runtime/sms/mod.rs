//! Short messages of a running node: what a gateway has is taken, what is due is handed over, round after round, locked or not.
//! A gateway that fails keeps what it has; nothing is deleted before it was taken.

mod config;
mod gammu;
mod http;

pub use config::SmsConfig;

use super::node::Node;
use super::running::Running;
use base::Problem;
use desk::sms::Exchange;
use gammu::Gammu;
use http::Http;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use web::WebState;
use web::sms::Door;
use web::sms::callback::{Callback, Fields};
use zeroize::Zeroizing;

/// A gateway is asked this often.
const ROUND_SECONDS: u64 = 1;
/// Old things are looked after every so many rounds.
const SWEEP_ROUNDS: u64 = 60;
/// Messages that are handed over in a round.
const SENT_MAX: usize = 20;

enum Gateway {
    Gammu(Gammu),
    Http(Box<Http>),
}

/// Puts the door for short messages before the pages, if there is one.
pub fn switch_on(web: WebState, node: &Node) -> Result<WebState, Problem> {
    let Some(config) = &node.config.sms else { return Ok(web) };
    config.check()?;
    let callback = config.http.as_ref().and_then(|http| http.callback.as_ref());
    let callback = callback.map(|callback| -> Result<Callback, Problem> {
        let secret = secret(&node.dir, &callback.secret_file)?.as_bytes().to_vec();
        let (id, from, text) = (callback.id.clone(), callback.from.clone(), callback.text.clone());
        let fields = Fields { id, from, text, parts: callback.parts.clone() };
        Ok(Callback { secret, header: callback.header.to_lowercase(), fields })
    });
    let exchange = Exchange::open(&node.desk.store, &node.dir);
    Ok(web.with_sms(Door::new(exchange, config.lang, callback.transpose()?)))
}

/// Works until the node stops. Without a gateway there is nothing to do.
pub async fn run(web: WebState, running: Arc<Running>) -> Result<(), Problem> {
    let node = &running.node;
    let (Some(config), Some(door)) = (&node.config.sms, web.sms()) else { return std::future::pending().await };
    let mut gateway = Gateway::new(&node.dir, config)?;
    let (mut rounds, mut told) = (0_u64, false);
    loop {
        let mut done = gateway.round(&web, door).await;
        if rounds.is_multiple_of(SWEEP_ROUNDS) {
            done = done.and(door.look_after(&web).await);
        }
        match done {
            Ok(()) => told = false,
            // Said once until it works again.
            Err(problem) if !told => {
                tracing::warn!(code = problem.code.0, "short messages stand still");
                told = true;
            }
            Err(_) => {}
        }
        rounds += 1;
        tokio::time::sleep(Duration::from_secs(ROUND_SECONDS)).await;
    }
}

impl Gateway {
    fn new(dir: &Path, config: &SmsConfig) -> Result<Self, Problem> {
        config.check()?;
        match (&config.gammu, &config.http) {
            (Some(folders), _) => Ok(Self::Gammu(Gammu::new(folders.clone()))),
            (None, Some(http)) => Ok(Self::Http(Box::new(Http::new(dir, http)?))),
            (None, None) => Err(Problem::at("node.bad-config", "sms")),
        }
    }

    async fn round(&mut self, web: &WebState, door: &Door) -> Result<(), Problem> {
        if let Self::Gammu(gammu) = self {
            for came in gammu.receive()? {
                door.take(web, &came.incoming).await?;
                came.files.iter().for_each(|file| gammu::remove(file));
            }
        }
        let exchange = door.exchange();
        let mut failed = Ok(());
        for out in exchange.due(web.now(), SENT_MAX).await.map_err(|error| error.problem())? {
            let sent = match self {
                Self::Gammu(gammu) => gammu.send(&out),
                Self::Http(http) => http.send(&out).await,
            };
            match sent {
                Ok(()) => exchange.sent(&out.id).await.map_err(|error| error.problem())?,
                Err(problem) => {
                    if !exchange.failed(&out.id, web.now()).await.map_err(|error| error.problem())? {
                        tracing::warn!("an answer by SMS was given up after a day");
                    }
                    failed = Err(problem);
                }
            }
        }
        if let Self::Gammu(gammu) = self {
            for (id, file, could_not) in gammu.done()? {
                if exchange.waits(&id).await.map_err(|error| error.problem())? {
                    continue;
                }
                if could_not {
                    tracing::warn!("Gammu could not send an answer by SMS");
                }
                gammu::remove(&file);
            }
        }
        failed
    }
}

/// A secret in a file, without the line's end.
fn secret(dir: &Path, file: &Path) -> Result<Zeroizing<String>, Problem> {
    let text = std::fs::read_to_string(dir.join(file)).map(Zeroizing::new);
    let text = text.map_err(|_| Problem::at("node.bad-config", "sms secret_file"))?;
    Ok(Zeroizing::new(text.trim_end().to_owned()))
}

#[cfg(test)]
mod tests;
