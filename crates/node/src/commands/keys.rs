//! `simpul keys`: the node's key, its end and its successor.

use super::backup::papers;
use super::{Answer, block_on};
use crate::cli::KeysCommand;
use crate::output::{line, read, talk, write_file};
use crate::runtime::control::{Ask, told};
use crate::runtime::keys::{self, Keys};
use crate::runtime::{Node, Running};
use base::{Problem, Timestamp};
use desk::Actor;
use desk::act::Asking;
use desk::partners::revoking::{Reason, TakeRevocation};
use seal::Revocation;
use std::path::Path;
use std::sync::Arc;

/// Shows, revokes, renews, takes.
pub fn run(command: &KeysCommand, json: bool) -> Answer {
    block_on(async {
        match command {
            KeysCommand::Show { dir, passphrase_file } => show(&standing(dir, passphrase_file.as_deref()).await?, json),
            KeysCommand::Revoke { dir, reason, since, out, shares, passphrase_file } => {
                let since = since
                    .as_deref()
                    .map(|text| Timestamp::parse(text).ok_or_else(|| Problem::at("input.bad-time", text.to_owned())));
                let since = since.transpose()?;
                let reason = Reason::parse(reason).unwrap_or(Reason::Other);
                let asked = (since, reason, shares.as_deref().unwrap_or("-"));
                let file = revoke(dir, asked, passphrase_file.as_deref()).await?;
                if let Some(out) = out {
                    write_file(out, &file)?;
                    line(&out.display().to_string());
                }
                talk(
                    "Kunci simpul ini sudah dicabut; mitra diberi tahu saat simpul berjalan. Lanjut: simpul keys renew.",
                );
                talk(
                    "The key of this node is revoked; partners are told while the node runs. Next: simpul keys renew.",
                );
            }
            KeysCommand::Renew { dir, shares, passphrase_file } => {
                let running = stopped(dir, passphrase_file.as_deref()).await?;
                let needed = keys::papers_needed(&running.node).await?;
                let papers = papers(shares.as_deref().unwrap_or("-"), usize::from(needed), "root")?;
                line(&keys::renew(&running, &papers).await?);
                talk("Simpul punya kunci baru; mitra menerimanya saat simpul berjalan. Simpan kembali lembar root.");
                talk("The node has a new key; partners get it while the node runs. Put the root papers back.");
            }
            KeysCommand::Take { dir, file, passphrase_file } => {
                let bytes = read(&file.display().to_string(), seal::revoke::REVOCATION_BYTES_MAX + 4)?;
                let revocation = Revocation::from_file(&bytes)?;
                let running = stopped(dir, passphrase_file.as_deref()).await?;
                let desk = &running.node.desk;
                let asking = Asking::once(&*desk.chance, desk.now());
                desk.run(&Actor::Node, asking, &TakeRevocation(revocation)).await.map_err(|error| error.problem())?;
                show(&keys::standing(&running.node).await?, json);
            }
        }
        Ok(0)
    })
}

/// The node of a folder that does not run, opened.
pub(super) async fn stopped(dir: &Path, file: Option<&Path>) -> Result<Arc<Running>, Problem> {
    match told(dir, &Ask::State).await {
        Err(problem) if problem.code.0 == "node.not-running" => opened(dir, file).await,
        _ => Err(Problem::at("node.running", dir.display().to_string())),
    }
}

async fn opened(dir: &Path, file: Option<&Path>) -> Result<Arc<Running>, Problem> {
    let running = Running::new(Node::open(dir).await?).await?;
    running.unlock_typed(file).await?;
    Ok(running)
}

async fn standing(dir: &Path, file: Option<&Path>) -> Result<Keys, Problem> {
    match told(dir, &Ask::Keys).await {
        Err(problem) if problem.code.0 == "node.not-running" => keys::standing(&opened(dir, file).await?.node).await,
        asked => asked?.keys.ok_or(Problem::new("node.no-keys")),
    }
}

/// Through the node that runs, else by opening the folder.
async fn revoke(
    dir: &Path,
    (since, reason, shares): (Option<Timestamp>, Reason, &str),
    file: Option<&Path>,
) -> Result<Vec<u8>, Problem> {
    let state = told(dir, &Ask::State).await;
    if state.as_ref().is_err_and(|problem| problem.code.0 == "node.not-running") {
        let running = opened(dir, file).await?;
        let needed = keys::papers_needed(&running.node).await?;
        let papers = papers(shares, usize::from(needed), "root")?;
        let since = since.unwrap_or_else(|| running.node.desk.clock.now());
        return keys::revoke(&running, &papers, (since, reason)).await;
    }
    if state?.locked {
        return Err(Problem::new("store.locked"));
    }
    let needed = told(dir, &Ask::Signatories).await?.signatories.and_then(|standing| standing.papers);
    let needed = needed.ok_or(Problem::new("node.no-root-shares"))?;
    let papers = papers(shares, usize::from(needed), "root")?;
    let ask = Ask::RevokeKey { papers, since, reason: reason.word().to_owned() };
    let hex = told(dir, &ask).await?.bytes.unwrap_or_default();
    base::from_hex(&hex).ok_or(Problem::at("input.not-json", "control"))
}

fn show(keys: &Keys, json: bool) {
    if json {
        line(&serde_json::to_string(keys).unwrap_or_default());
        return;
    }
    line(&format!("{}  {}  {}", keys.fingerprint, keys.key, keys.until));
    for dead in &keys.revoked {
        line(&format!("dicabut / revoked: {} {} {} {}", dead.of, dead.key, dead.reason, dead.since));
    }
}
