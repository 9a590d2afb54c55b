//! Reports without a name, and the boxes by which their writers are answered (WEB.md 7; ADR 48).
//!
//! [`Boxes`] is all that the public side needs: it seals what comes, keeps it, and opens replies with a code. It holds no key
//! that opens a report, so that a process of its own may have it; it works on a locked node. The office has the other side:
//! `Desk::open_boxes` records what came, and `cases::reports` answers.

mod kept;
mod open;
mod posted;
mod take;

pub(crate) use kept::{
    BoxMark, BoxState, OPEN_HOURS, REPLIES_MAX, delete, is_waiting, mark, put_box, put_post, remove, reply, state,
};
pub use kept::{Opened, Reply, closes, drop_old};
pub(crate) use posted::seals;
pub use take::Post;

use crate::error::Error;
use crate::intake;
use base::{Chance, Problem};
use seal::reply::{ReplyBox, read_reply_code};
use seal::report::IntakePublic;
use seal::{Cost, DataKey};
use std::sync::Arc;
use store::{Backend, Files, Store};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// What codes are made with. Readable while the node is locked: without the form's own key, which is not stored, it gives none.
pub(crate) const REPLY_KEY: &str = "box/reply-key";
/// Salt of this node for its codes.
pub(crate) const SALT: &str = "box/salt";

/// The public side.
#[derive(Clone)]
pub struct Boxes {
    backend: Arc<dyn Backend>,
    files: Arc<Files>,
    chance: Arc<dyn Chance>,
    /// Must stay the same for the life of a node: boxes are found by it.
    cost: Cost,
    /// One code is stretched at a time: each takes 19 MiB.
    turn: Arc<Semaphore>,
}

struct Keys {
    reply: DataKey,
    salt: [u8; 16],
}

impl Boxes {
    /// Over a store, locked or not.
    pub fn new(store: &Store, cost: Cost) -> Self {
        let (backend, files, chance) = (store.backend(), store.files(), store.chance());
        let turn = Arc::new(Semaphore::new(1));
        Self { backend: Arc::clone(backend), files: Arc::clone(files), chance: Arc::clone(chance), cost, turn }
    }

    /// Makes what the codes of a node need, once.
    pub(crate) async fn found(&self) -> Result<(), Error> {
        self.keys().await.map(drop)
    }

    /// The key and the salt of this node; made at the first use. A public window never makes them: its node leaves them, with
    /// the intake key.
    async fn keys(&self) -> Result<Keys, Error> {
        let mut view = self.backend.read().await?;
        let found = (view.meta(REPLY_KEY).await?, view.meta(SALT).await?);
        let is_founded = view.meta(intake::PUBLIC).await?.is_some();
        drop(view);
        if !is_founded {
            return Err(Problem::new("report.no-key").into());
        }
        if let (Some(reply), Some(salt)) = found {
            let (reply, salt) = (reply.try_into().ok(), salt.try_into().ok());
            let keys = reply.zip(salt).map(|(reply, salt)| Keys { reply: DataKey::from_bytes(reply), salt });
            return keys.ok_or_else(|| Problem::new("box.key").into());
        }
        let mut tx = self.backend.begin("box.found").await?;
        if tx.meta(REPLY_KEY).await?.is_none() {
            tx.put_meta(REPLY_KEY, &self.chance.bytes::<32>()).await?;
            tx.put_meta(SALT, &self.chance.bytes::<16>()).await?;
        }
        tx.commit().await?;
        Box::pin(self.keys()).await
    }

    /// What a typed code opens, whether there is such a box or not. A code that no slip can have costs as much; `false` with it.
    async fn stretched(&self, typed: &str) -> Result<(ReplyBox, bool), Error> {
        let salt = self.keys().await?.salt;
        let read = read_reply_code(typed);
        let is_code = read.is_some();
        let digits = read.unwrap_or_else(|| Zeroizing::new("0".repeat(16)));
        let _turn = self.turn.acquire().await.map_err(|_| Problem::new("web.busy"))?;
        let cost = self.cost;
        let made = tokio::task::spawn_blocking(move || ReplyBox::of(&digits, &salt, cost)).await;
        Ok((made.map_err(|_| Problem::new("box.key"))??, is_code))
    }

    /// The code of the form with this key: the same form always has the same.
    async fn code(&self, kunci: &[u8; 16]) -> Result<Zeroizing<String>, Error> {
        Ok(seal::reply::reply_code(&self.keys().await?.reply, kunci))
    }

    async fn intake_key(&self) -> Result<IntakePublic, Error> {
        let bytes = self.backend.read().await?.meta(intake::PUBLIC).await?;
        let key = bytes.and_then(|bytes| <[u8; 65]>::try_from(bytes).ok());
        Ok(key.and_then(|key| IntakePublic::from_bytes(&key)).ok_or(Problem::new("report.no-key"))?)
    }
}
