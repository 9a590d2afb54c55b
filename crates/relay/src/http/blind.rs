//! A blind relay: mailboxes of others, no keys, no desk. What it holds nobody here can open, so nothing ever has an effect.

use super::server::Carrier;
use crate::post::Post;
use base::{Chance, Clock};
use desk::mail::{Apply, Applying, Notice, Received, Verdict};
use seal::DataKey;
use std::sync::Arc;
use store::raw::Backend;
use store::{Store, Tx, Vault};

/// The desk of a relay: nobody sits there, and nothing comes to it.
struct Nobody;

impl Apply for Nobody {
    fn apply<'a>(&'a self, _: &'a mut Tx, _: &'a Received) -> Applying<'a, Verdict> {
        Box::pin(async { Ok(Verdict::Held("node.locked".into())) })
    }

    fn notice<'a>(&'a self, _: &'a mut Tx, _: &'a Notice) -> Applying<'a, ()> {
        Box::pin(async { Ok(()) })
    }
}

impl Carrier {
    /// A carrier that keeps sealed mail for whoever proves to own a mailbox, in this store alone.
    pub fn blind(backend: Arc<dyn Backend>, clock: Arc<dyn Clock>, chance: Arc<dyn Chance>) -> Self {
        let key = DataKey::generate(&*chance);
        let store = Store::new(backend, Arc::new(Vault::locked()), chance);
        Self::new(Arc::new(Post::new(store, clock, Arc::new(Nobody), key)), true)
    }
}
