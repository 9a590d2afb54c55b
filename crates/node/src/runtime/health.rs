//! What a running node knows of its own health: does the store answer, how long its certificate holds, who was heard.

use super::lock;
use super::node::{Node, trouble};
use super::window::visits::WindowHealth;
use base::{Problem, Timestamp};
use desk::mail::peer_mail;
use desk::partners::peers;
use seal::{Cert, RootPublic};
use serde::{Deserialize, Serialize};
use store::Backend;

/// One look.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// Until when the root vouches for the node's keys.
    pub certified_until: Option<Timestamp>,
    /// Partners and when they were last heard; none while the node is locked.
    pub partners: Option<Vec<(String, Option<Timestamp>)>>,
    /// Any two of these open it; none where one passphrase does.
    #[serde(default)]
    pub keyholders: Vec<String>,
    /// How visits to the public window go; none where there is no window, or before the first visit.
    #[serde(default)]
    pub window: Option<WindowHealth>,
}

/// Looks at a node that runs here.
pub async fn look(node: &Node) -> Result<Health, Problem> {
    let store = &node.desk.store;
    let certified_until = certified_until(&**store.backend()).await?;
    let keyholders = lock::names(&node.lock().await?);
    if !store.vault().is_open() {
        return Ok(Health { certified_until, partners: None, keyholders, window: None });
    }
    let mut view = store.read(node.desk.now()).await.map_err(trouble)?;
    let mut partners = Vec::new();
    for peer in peers(&mut view).await.map_err(|error| error.problem())? {
        let mail = peer_mail(&mut view, peer.node).await.map_err(trouble)?;
        partners.push((peer.title, mail.heard_at));
    }
    Ok(Health { certified_until, partners: Some(partners), keyholders, window: None })
}

/// Until when the node's certificate holds; no key is needed.
pub async fn certified_until(backend: &dyn Backend) -> Result<Option<Timestamp>, Problem> {
    let mut view = backend.read().await.map_err(trouble)?;
    let root = view.meta("root").await.map_err(trouble)?.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let cert = view.meta("cert").await.map_err(trouble)?.unwrap_or_default();
    let cert = root.and_then(|root| Cert::read(&cert, &RootPublic::from_bytes(&root)?));
    Ok(cert.map(|cert| Timestamp::from_seconds(cert.not_after)))
}
