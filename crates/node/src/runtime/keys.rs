//! The node's own key: how it stands, and what three of the root's papers do to it. Its root is there for one statement, and
//! goes.

use super::found::make_tls;
use super::node::{Node, trouble};
use super::running::Running;
use super::signatories::{root, set};
use base::{Problem, Timestamp};
use desk::mail;
use desk::partners::revoking::Reason;
use desk::partners::{Peer, peers};
use seal::RootKey;
use serde::{Deserialize, Serialize};

/// How it stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Keys {
    /// What people compare.
    pub fingerprint: String,
    /// Short name of the present key.
    pub key: String,
    /// Until when the root vouches for it.
    pub until: Timestamp,
    /// Dead keys that stop something now: whose, since when, why.
    pub revoked: Vec<Dead>,
}

/// A dead key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Dead {
    /// Whose: a partner's name, or this node's.
    pub of: String,
    /// Short name.
    pub key: String,
    /// Since when.
    pub since: Timestamp,
    /// Why, as a word.
    pub reason: String,
}

/// How it stands; the keys are open.
pub async fn standing(node: &Node) -> Result<Keys, Problem> {
    let mut view = node.desk.read().await.map_err(|error| error.problem())?;
    let entry = relay::keys::own_entry(&mut view).await.map_err(trouble)?.ok_or(Problem::new("node.no-keys"))?;
    let partners = peers(&mut view).await.map_err(|error| error.problem())?;
    let rows = mail::revocations(&mut view).await.map_err(trouble)?;
    let name = |peer: &Peer| peer.title.clone();
    let dead = rows.into_iter().filter(|row| row.over_at.is_none()).map(|row| Dead {
        of: partners.iter().find(|peer| peer.node == row.node).map_or_else(|| node.desk.me.title.clone(), name),
        key: base::hex(&row.kid.0),
        since: row.since,
        reason: Reason::from_number(row.reason).word().to_owned(),
    });
    Ok(Keys {
        fingerprint: seal::fingerprint(entry.root()),
        key: entry.cert().identity.kid().to_string(),
        until: Timestamp::from_seconds(entry.cert().not_after),
        revoked: dead.collect(),
    })
}

/// How many papers the root needs.
pub async fn papers_needed(node: &Node) -> Result<u8, Problem> {
    Ok(set(node).await?.threshold)
}

async fn root_of(running: &Running, papers: &[String]) -> Result<RootKey, Problem> {
    if !running.node.desk.store.vault().is_open() {
        return Err(Problem::new("store.locked"));
    }
    root(set(&running.node).await?, papers)
}

/// Declares the present key dead since then. Gives the revocation as a file; partners are told as soon as the node runs.
pub async fn revoke(
    running: &Running,
    papers: &[String],
    (since, reason): (Timestamp, Reason),
) -> Result<Vec<u8>, Problem> {
    if since > running.node.desk.now() {
        return Err(Problem::at("input.bad-time", since.to_string()));
    }
    let root = root_of(running, papers).await?;
    let made = running.post.revoke_own(&root, (since, reason.number())).await.map_err(trouble)?;
    let made = made.ok_or(Problem::at("share.mismatch", "root"))?;
    running.node.desk.woken.notify_waiters();
    Ok(made.to_file())
}

/// Gives the node a new key; if the old one is dead, also another certificate for its carrier, and a new life. The node does
/// not run meanwhile.
pub async fn renew(running: &Running, papers: &[String]) -> Result<String, Problem> {
    let root = root_of(running, papers).await?;
    let mut view = running.node.desk.read().await.map_err(|error| error.problem())?;
    let dead = mail::stopped(&mut view, running.node.desk.me.id).await.map_err(trouble)?.is_some();
    drop(view);
    let kid = running.post.renew(&root).await.map_err(trouble)?.ok_or(Problem::at("share.mismatch", "root"))?;
    if dead {
        for name in ["carrier.crt", "carrier.key"] {
            let _ = std::fs::remove_file(running.node.dir.join(name));
        }
        make_tls(&running.node.dir)?;
        running.state_carriers().await?;
    }
    Ok(kid.to_string())
}
